//! Who is at work: what stands in the note beside a lock.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who is at work.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Holder {
    /// The machine's name.
    pub host: String,
    /// The process's number.
    pub process: u32,
    /// Since when, RFC 3339.
    pub since: String,
    /// What it reads.
    pub input: String,
    /// The run; empty as long as it is being prepared.
    #[serde(default)]
    pub run: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.process == 0 {
            return out.write_str("another process");
        }
        write!(
            out,
            "process {} on {} since {} ({}",
            self.process, self.host, self.since, self.input
        )?;
        if !self.run.is_empty() {
            write!(out, ", run {}", self.run)?;
        }
        out.write_str(")")
    }
}
