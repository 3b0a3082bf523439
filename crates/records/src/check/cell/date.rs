//! Dates: Unix seconds, ISO 8601, spreadsheet dates. What can be read in two ways is refused with
//! both readings.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::{Parsed, Problem, quoted};
use crate::model::UnixSeconds;
use crate::model::rules::dates::{DATE_AMBIGUOUS, DATE_OUT_OF_RANGE, DATE_UNREADABLE};

/// Which second of a day a bare date means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// 00:00:00 UTC.
    Start,
    /// 23:59:59 UTC.
    End,
}

/// The moment that `text` is. Times without an offset are UTC.
pub(crate) fn moment(text: &str, edge: Edge) -> Parsed<UnixSeconds> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return unix_seconds(text);
    }
    if let Some(date) = iso_date(text) {
        return of_date(date, edge, text);
    }
    if let Some(result) = with_time(text) {
        return result;
    }
    written_out(text, edge)
}

fn unix_seconds(text: &str) -> Parsed<UnixSeconds> {
    /// 1973-03-03: nobody registered a trial before; smaller numbers are something else.
    const EARLIEST: i64 = 100_000_000;
    let seconds: Option<i64> = text.parse().ok();
    if let Some(date) = compact_date(text) {
        return Err(Problem::new(
            &DATE_AMBIGUOUS,
            format!(
                "{} can be the date {date} or a number of seconds",
                quoted(text)
            ),
        )
        .help(format!("write the date as {date}"))
        .suggest(date.to_string()));
    }
    match seconds {
        Some(0) => in_range(0, text),
        Some(serial @ 20_000..=80_000) => {
            let date = serial_date(serial);
            Err(Problem::new(
                &DATE_AMBIGUOUS,
                format!(
                    "{} is a spreadsheet's day number ({date}) or a number of seconds",
                    quoted(text)
                ),
            )
            .help(format!("write the date as {date}"))
            .suggest(date.to_string()))
        }
        Some(early) if early < EARLIEST => Err(Problem::new(
            &DATE_OUT_OF_RANGE,
            format!("{} as Unix seconds is before 1974", quoted(text)),
        )
        .help("write the date as 2026-03-31")),
        Some(milliseconds @ 100_000_000_000..=9_999_999_999_999) => {
            let seconds = milliseconds / 1000;
            Err(Problem::new(
                &DATE_OUT_OF_RANGE,
                format!(
                    "{} is in milliseconds; the service counts seconds",
                    quoted(text)
                ),
            )
            .help(format!("write {seconds}"))
            .suggest(seconds.to_string()))
        }
        Some(seconds) => in_range(seconds, text),
        None => Err(out_of_range(text)),
    }
}

fn compact_date(text: &str) -> Option<Date> {
    let plausible = text.len() == 8 && (text.starts_with("19") || text.starts_with("20"));
    if !plausible {
        return None;
    }
    date_of(&text[..4], &text[4..6], &text[6..])
}

fn serial_date(serial: i64) -> Date {
    let first = jiff::civil::date(1899, 12, 30);
    first.saturating_add(jiff::Span::new().days(serial))
}

fn in_range(seconds: i64, text: &str) -> Parsed<UnixSeconds> {
    UnixSeconds::new(seconds).ok_or_else(|| out_of_range(text))
}

fn out_of_range(text: &str) -> Problem {
    Problem::new(
        &DATE_OUT_OF_RANGE,
        format!("{} is outside 1970 to 9999", quoted(text)),
    )
    .help("write the date as 2026-03-31")
}

fn of_date(date: Date, edge: Edge, text: &str) -> Parsed<UnixSeconds> {
    let time = match edge {
        Edge::Start => date.at(0, 0, 0, 0),
        Edge::End => date.at(23, 59, 59, 0),
    };
    of_utc(time, text)
}

fn of_utc(time: DateTime, text: &str) -> Parsed<UnixSeconds> {
    match TimeZone::UTC.to_timestamp(time) {
        Ok(moment) => in_range(moment.as_second(), text),
        Err(_) => Err(out_of_range(text)),
    }
}

/// `2026-03-31`, with `-`, `/` or `.`: the year first is always read this way.
fn iso_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() > 10 || bytes.len() < 8 || !matches!(bytes[4], b'-' | b'/' | b'.') {
        return None;
    }
    let separator = char::from(bytes[4]);
    let (month, day) = text[5..].split_once(separator)?;
    date_of(&text[..4], month, day)
}

fn date_of(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |part: &str, longest: usize| {
        (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A date with a time of day, ISO 8601; `None` when it is nothing like that.
fn with_time(text: &str) -> Option<Parsed<UnixSeconds>> {
    let bytes = text.as_bytes();
    if bytes.len() < 16 || !matches!(bytes[10], b'T' | b't' | b' ') || !bytes[..4].is_ascii() {
        return None;
    }
    if !bytes[..10]
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'-')
    {
        return None;
    }
    let compact = format!("{}T{}", &text[..10], text[11..].replace(' ', ""));
    let has_offset = compact[11..].contains(['Z', 'z', '+', '-']);
    if has_offset {
        return compact
            .parse::<Timestamp>()
            .ok()
            .map(|moment| in_range(moment.as_second(), text));
    }
    let time: DateTime = compact.parse().ok()?;
    Some(of_utc(time, text))
}

/// `31.03.2026`, `3/31/2026` and other dates with the year last.
fn written_out(text: &str, edge: Edge) -> Parsed<UnixSeconds> {
    let separator = ['/', '.', '-']
        .into_iter()
        .find(|sign| text.contains(*sign));
    let parts: Vec<&str> = separator.map_or_else(Vec::new, |sign| text.split(sign).collect());
    let [first, second, year] = parts[..] else {
        return Err(unreadable(text));
    };
    let day_first = date_of(year, second, first);
    let month_first = date_of(year, first, second);
    match (day_first, month_first) {
        (Some(date), None) | (None, Some(date)) => of_date(date, edge, text),
        (Some(one), Some(other)) if one == other => of_date(one, edge, text),
        // Nobody who separates by dots writes the month first.
        (Some(date), Some(_)) if separator == Some('.') => of_date(date, edge, text),
        (Some(one), Some(other)) => Err(Problem::new(
            &DATE_AMBIGUOUS,
            format!("{} can be {} or {}", quoted(text), spelt(one), spelt(other)),
        )
        .help(format!("write {one} or {other}"))
        .suggest(one.to_string())
        .suggest(other.to_string())),
        (None, None) => Err(unreadable(text)),
    }
}

fn spelt(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month()).map_or("", |month| MONTHS[(month - 1) % 12]);
    format!("{} {month} {}", date.day(), date.year())
}

fn unreadable(text: &str) -> Problem {
    let bytes = text.as_bytes();
    let iso_like = bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, byte)| {
            if at == 4 || at == 7 {
                *byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    let message = if iso_like && bytes.len() == 10 {
        format!("there is no day {}", quoted(text))
    } else {
        format!("{} is not a date that can be read", quoted(text))
    };
    Problem::new(&DATE_UNREADABLE, message)
        .help("write it as 2026-03-31, as 2026-03-31T12:00:00Z, or in Unix seconds")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, edge: Edge, expected: i64) {
        assert_eq!(
            moment(text, edge).map(UnixSeconds::get),
            Ok(expected),
            "{text}"
        );
    }

    fn refused(text: &str, code: &str, suggestions: &str) {
        let problem = moment(text, Edge::Start).unwrap_err();
        assert_eq!(problem.rule.code, code, "{text}");
        assert_eq!(problem.suggestions.join(" "), suggestions, "{text}");
    }

    #[test]
    fn unix_seconds_and_iso_dates_are_read() {
        check("1535673599", Edge::Start, 1_535_673_599);
        check("0", Edge::End, 0);
        check("2018-08-30", Edge::End, 1_535_673_599);
        check("2018-08-30", Edge::Start, 1_535_587_200);
        check("2018/8/30", Edge::End, 1_535_673_599);
        check("2018-08-30T23:59:59Z", Edge::Start, 1_535_673_599);
        check("2018-08-30T23:59:59", Edge::Start, 1_535_673_599);
        check("2018-08-30 23:59:59", Edge::Start, 1_535_673_599);
        check("2018-08-31T01:59:59+02:00", Edge::Start, 1_535_673_599);
        check("2018-08-31T01:59:59.5 +02:00", Edge::Start, 1_535_673_599);
        check("2018-08-30T23:59Z", Edge::Start, 1_535_673_540);
    }

    #[test]
    fn dates_with_one_reading_are_read() {
        check("30/08/2018", Edge::End, 1_535_673_599);
        check("08/30/2018", Edge::End, 1_535_673_599);
        check("30.8.2018", Edge::End, 1_535_673_599);
        check("03.04.2026", Edge::Start, 1_775_174_400);
        check("05/05/2026", Edge::Start, 1_777_939_200);
    }

    #[test]
    fn other_dates_are_refused() {
        refused("03/04/2026", "V302", "2026-04-03 2026-03-04");
        refused("3-4-2026", "V302", "2026-04-03 2026-03-04");
        refused("20260331", "V302", "2026-03-31");
        refused("46112", "V302", "2026-03-31");
        refused("1535673599000", "V303", "1535673599");
        refused("12345", "V303", "");
        refused("1950-01-01", "V303", "");
        refused("2026-02-30", "V301", "");
        refused("end of March", "V301", "");
        refused("31.03.26", "V301", "");
        refused("12:30", "V301", "");
        refused("2026-13-01T00:00:00Z", "V301", "");
        assert_eq!(
            moment("03/04/2026", Edge::Start).unwrap_err().message,
            "\"03/04/2026\" can be 3 April 2026 or 4 March 2026"
        );
    }
}
