//! Dates and times that stand in a file as ISO 8601 text already.

use std::fmt::Write as _;

use crate::batch::CellKind;

/// Appends an ISO 8601 date or time the way all others are written: no zone, no fraction, and no
/// time when it is a bare date.
pub(super) fn push_iso(value: &str, text: &mut String) -> CellKind {
    let value = value.trim();
    let (day, time) = match value.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None if value.contains(':') => ("", Some(value)),
        None => (value, None),
    };
    text.push_str(day);
    if let Some(time) = time {
        if !day.is_empty() {
            text.push('T');
        }
        let end = time.find(['.', ',', 'Z', '+', '-']).unwrap_or(time.len());
        text.push_str(&time[..end]);
        if end == 5 {
            text.push_str(":00");
        }
    }
    CellKind::Date
}

/// Appends an ISO 8601 duration (`PT26H30M00S`) as `26:30:00`; as it is when it is none.
pub(super) fn push_duration(value: &str, text: &mut String) -> CellKind {
    match parse_duration(value) {
        Some((hours, minutes, seconds, minus)) => {
            let sign = if minus { "-" } else { "" };
            // Writing to a string does not fail.
            let _ = write!(text, "{sign}{hours:02}:{minutes:02}:{seconds:02}");
        }
        None => text.push_str(value),
    }
    CellKind::Date
}

fn parse_duration(value: &str) -> Option<(u64, u64, u64, bool)> {
    let value = value.trim();
    let (minus, value) = match value.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, value),
    };
    let value = value.strip_prefix('P')?;
    let (days, time) = value.split_once('T').unwrap_or((value, ""));
    let mut seconds = match days.strip_suffix('D') {
        Some(days) => days.parse::<u64>().ok()?.checked_mul(86_400)?,
        None if days.is_empty() => 0,
        None => return None,
    };
    let mut rest = time;
    for (unit, length) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((number, further)) = rest.split_once(unit) {
            let whole = number.split(['.', ',']).next()?;
            let amount = whole.parse::<u64>().ok()?.checked_mul(length)?;
            seconds = seconds.checked_add(amount)?;
            rest = further;
        }
    }
    rest.is_empty()
        .then_some((seconds / 3600, seconds / 60 % 60, seconds % 60, minus))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_durations_are_written_one_way() {
        for (value, expected) in [
            ("2026-11-23", "2026-11-23"),
            ("2026-11-23T20:15:00.000Z", "2026-11-23T20:15:00"),
            ("2026-11-23T20:15", "2026-11-23T20:15:00"),
            ("20:15:00", "20:15:00"),
        ] {
            let mut text = String::new();
            push_iso(value, &mut text);
            assert_eq!(text, expected);
        }
        for (value, expected) in [
            ("PT12H30M00S", "12:30:00"),
            ("PT26H00M05.25S", "26:00:05"),
            ("P1DT2H", "26:00:00"),
            ("-PT1H", "-01:00:00"),
            ("soon", "soon"),
        ] {
            let mut text = String::new();
            push_duration(value, &mut text);
            assert_eq!(text, expected);
        }
    }
}
