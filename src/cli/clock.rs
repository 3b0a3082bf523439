//! The time of day, and how it is written.

use jiff::Timestamp;

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

/// A run's id: the time of its start to the millisecond, sortable, and two random letters.
pub fn run_id(ms: i64) -> String {
    let stamp = Timestamp::from_millisecond(ms)
        .map(|time| time.strftime("%Y%m%d-%H%M%S-%3f").to_string())
        .unwrap_or_default();
    let letters: String = std::iter::repeat_with(fastrand::lowercase)
        .take(2)
        .collect();
    format!("{stamp}{letters}")
}

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
