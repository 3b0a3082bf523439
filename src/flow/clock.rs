//! The time of day, and how it is written.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Now, in Unix milliseconds.
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// A moment as RFC 3339, to the second, UTC.
pub fn show(ms: i64) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(time) => time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Err(_) => ms.to_string(),
    }
}

/// A moment as people of this machine read it, to the minute, in their own time.
pub fn show_local(ms: i64) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(time) => {
            let local = time.to_zoned_datetime(TimeZone::system());
            local.strftime("%Y-%m-%d %H:%M").to_string()
        }
        Err(_) => ms.to_string(),
    }
}

/// A run's id: the time of its start, and four letters. The first two are the part of the second,
/// so that ids sort by time; the others are random.
pub fn run_id(ms: i64) -> String {
    let stamp = Timestamp::from_millisecond(ms)
        .map(|time| time.strftime("%Y%m%d-%H%M%S").to_string())
        .unwrap_or_default();
    let part = ms.rem_euclid(1000) * LETTERS * LETTERS / 1000;
    let letter = |number: i64| char::from(b'a' + u8::try_from(number).unwrap_or_default());
    let (first, second) = (letter(part / LETTERS), letter(part % LETTERS));
    let (third, fourth) = (fastrand::lowercase(), fastrand::lowercase());
    format!("{stamp}-{first}{second}{third}{fourth}")
}

/// How many letters there are.
const LETTERS: i64 = 26;

/// A length of time for people: `850 ms`, `12 s`, `3 min 05 s`, `2 h 10 min`.
pub fn show_duration(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{} ms", duration.as_millis()),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_second_sort_by_time() {
        let ids: Vec<String> = (0..500)
            .map(|step| run_id(1_772_000_000_000 + 2 * step))
            .collect();
        assert!(ids.is_sorted_by_key(|id| id[..18].to_owned()), "{ids:?}");
        assert_eq!(ids[0].len(), "20270301-090000-abcd".len());
        assert!(ids[0].starts_with("20260225-061320-aa"), "{}", ids[0]);
        assert!(ids[499].starts_with("20260225-061320-z"), "{}", ids[499]);
    }
}
