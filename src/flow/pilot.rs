//! Whether a run had better begin with a part of its list: nothing was imported into this target yet.

use std::path::Path;

use super::plan::PlannedList;
use super::target::Target;
use crate::journal::record::Mode;
use crate::journal::{Store, runs};

/// Whether a part of the list is proposed before all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pilot {
    /// One row first: this is the first live run against the target.
    Proposed,
    /// Nothing of the kind.
    Unneeded,
}

impl Pilot {
    /// What is proposed for a plan; `state_dir` is where the journals are.
    pub fn of(planned: &PlannedList, target: &Target, state_dir: &Path) -> Self {
        let counts = planned.plan().counts();
        let is_alone = counts.create + counts.update < 2;
        if target.mode() == Mode::Sandbox || planned.is_part() || is_alone {
            return Self::Unneeded;
        }
        if has_run(state_dir, target) {
            Self::Unneeded
        } else {
            Self::Proposed
        }
    }
}

/// Whether there is a journal of a live run against the target. One that cannot be read may be that.
fn has_run(state_dir: &Path, target: &Target) -> bool {
    let of_target = |path: &Path| -> Result<bool, crate::journal::JournalError> {
        let (info, _) = Store::open(path)?.info()?;
        Ok(info.mode == Mode::Live && target.is_of(&info))
    };
    runs(state_dir).map_or(true, |paths| {
        paths.iter().any(|path| of_target(path).unwrap_or(true))
    })
}
