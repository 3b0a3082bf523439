//! What is written down of each process that carries a run out: the settings that decide how it
//! goes. Only those whose values are numbers and terms of ours: a support bundle shows them.

use crate::cli::clock::now_ms;
use crate::journal::Sitting;
use crate::settings::Resolved;

/// A process that begins now.
pub(super) fn sitting(resolved: &Resolved) -> Sitting {
    Sitting {
        at_ms: now_ms(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        settings: resolved.plain(),
    }
}
