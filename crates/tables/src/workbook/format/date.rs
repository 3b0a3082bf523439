//! Serial day numbers made ISO 8601 dates, times and durations.

use std::fmt::Write as _;

use super::parts::DateParts;

/// From which day a workbook counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::workbook) enum DateSystem {
    /// Day 1 is 1900-01-01, and 1900-02-29 exists as day 60.
    #[default]
    From1900,
    /// Day 0 is 1904-01-01.
    From1904,
}

const SECONDS: f64 = 86_400.0;
/// The day after 9999-12-31 in either system.
const END_1900: f64 = 2_958_466.0;
const END_1904: f64 = 2_957_004.0;

/// Appends the date or time a serial number stands for; `false` when it stands for none (a
/// spreadsheet program shows `####` then).
pub(super) fn write_serial(
    serial: f64,
    parts: DateParts,
    system: DateSystem,
    out: &mut String,
) -> bool {
    if parts == DateParts::Elapsed {
        return write_elapsed(serial, out);
    }
    let end = match system {
        DateSystem::From1900 => END_1900,
        DateSystem::From1904 => END_1904,
    };
    if !(0.0..end).contains(&serial) {
        return false;
    }
    let (mut day, mut seconds) = split(serial);
    if parts == DateParts::Date {
        // A time of day that is not shown does not count.
        day = whole(serial.floor());
        seconds = 0;
    }
    let shows_time = parts != DateParts::Date;
    if parts == DateParts::Time && day == 0 {
        write_time(seconds, out);
        return true;
    }
    write_day(day, system, out);
    if shows_time {
        out.push('T');
        write_time(seconds, out);
    }
    true
}

/// Whole days and the seconds of the day, to the nearest second.
fn split(serial: f64) -> (u32, u32) {
    let seconds = (serial * SECONDS).round();
    let days = (seconds / SECONDS).floor();
    (whole(days), whole(seconds - days * SECONDS))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "callers pass whole numbers from 0 to 2,958,466"
)]
fn whole(number: f64) -> u32 {
    number as u32
}

fn write_time(seconds: u32, out: &mut String) {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    push_two(hours, out);
    out.push(':');
    push_two(minutes, out);
    out.push(':');
    push_two(seconds % 60, out);
}

fn push_two(number: u32, out: &mut String) {
    for digit in [number / 10 % 10, number % 10] {
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

fn write_elapsed(serial: f64, out: &mut String) -> bool {
    if serial.is_nan() || serial.abs() >= END_1900 {
        return false;
    }
    let (days, seconds) = split(serial.abs());
    if serial < 0.0 && (days, seconds) != (0, 0) {
        out.push('-');
    }
    let hours = days * 24 + seconds / 3600;
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "{hours:02}:{:02}:{:02}",
        seconds / 60 % 60,
        seconds % 60
    );
    true
}

fn write_day(day: u32, system: DateSystem, out: &mut String) {
    let since_1970 = match (system, day) {
        // What Excel shows for them: no real days, so whoever reads dates refuses them.
        (DateSystem::From1900, 0) => return out.push_str("1900-01-00"),
        (DateSystem::From1900, 60) => return out.push_str("1900-02-29"),
        (DateSystem::From1900, 1..60) => i64::from(day) - 25_568,
        (DateSystem::From1900, _) => i64::from(day) - 25_569,
        (DateSystem::From1904, _) => i64::from(day) - 24_107,
    };
    let (year, month, day) = civil(since_1970);
    push_two(year / 100, out);
    push_two(year % 100, out);
    out.push('-');
    push_two(month, out);
    out.push('-');
    push_two(day, out);
}

/// Year, month and day of a day counted from 1970-01-01; for years from 1900 to 9999.
fn civil(since_1970: i64) -> (u32, u32, u32) {
    // Days from 0000-03-01, so that a leap day ends its year.
    let days = u32::try_from(since_1970 + 719_468).unwrap_or(0);
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + u32::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(serial: f64, parts: DateParts, system: DateSystem) -> String {
        let mut out = String::new();
        if write_serial(serial, parts, system, &mut out) {
            out
        } else {
            "####".into()
        }
    }

    #[test]
    fn days_of_both_systems() {
        use DateParts::Date;
        let cases = [
            (0.0, "1900-01-00"),
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (60.0, "1900-02-29"),
            (61.0, "1900-03-01"),
            (43_342.0, "2018-08-30"),
            (44_197.0, "2021-01-01"),
            (45_351.99, "2024-02-29"),
            (2_958_465.0, "9999-12-31"),
            (2_958_466.0, "####"),
            (-1.0, "####"),
            (f64::NAN, "####"),
        ];
        for (serial, expected) in cases {
            assert_eq!(
                shown(serial, Date, DateSystem::From1900),
                expected,
                "{serial}"
            );
        }
        for (serial, expected) in [
            (0.0, "1904-01-01"),
            (1.0, "1904-01-02"),
            (42_735.0, "2021-01-01"),
            (2_957_003.0, "9999-12-31"),
        ] {
            assert_eq!(
                shown(serial, Date, DateSystem::From1904),
                expected,
                "{serial}"
            );
        }
    }

    #[test]
    fn times_round_to_the_second_and_carry() {
        let system = DateSystem::From1900;
        assert_eq!(shown(0.5, DateParts::Time, system), "12:00:00");
        assert_eq!(
            shown(44_197.25, DateParts::Time, system),
            "2021-01-01T06:00:00"
        );
        assert_eq!(
            shown(44_197.0, DateParts::Both, system),
            "2021-01-01T00:00:00"
        );
        assert_eq!(
            shown(44_196.999_999_9, DateParts::Both, system),
            "2021-01-01T00:00:00"
        );
        assert_eq!(
            shown(1.104_166_666_7, DateParts::Elapsed, system),
            "26:30:00"
        );
        assert_eq!(shown(-0.25, DateParts::Elapsed, system), "-06:00:00");
    }
}
