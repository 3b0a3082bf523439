//! Moments as the result files write them, and the name of what was tried again.

use jiff::Timestamp;

/// The name under which the journal counts repeated requests.
pub const RETRIES: &str = "retries";

/// A moment as the result files write it: RFC 3339, UTC.
pub fn rfc3339(unix_ms: i64) -> String {
    Timestamp::from_millisecond(unix_ms)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}
