//! How the last run of a job ended, for those who only want to hear of changes. A small file of its own,
//! since a run that fails before it begins has no journal.

use std::fs;
use std::path::{Path, PathBuf};

use crate::journal::{private, target_digest};
use crate::model::Ending;
use crate::report::Counts;
use crate::report::file::write_file;

/// Where the state of a job is kept.
#[derive(Debug, Clone)]
pub struct JobState(PathBuf);

impl JobState {
    /// Of the job with this name at this tenant.
    pub fn of(state_dir: &Path, job: &str, tenant: &str) -> Self {
        let name = target_digest(&format!("{job}\n{tenant}"));
        Self(state_dir.join("jobs").join(format!("{name}.state")))
    }

    /// Whether the last run ended otherwise, or there was none.
    pub fn differs(&self, now: &str) -> bool {
        fs::read_to_string(&self.0).map_or(true, |before| before.trim_end() != now)
    }

    /// Remembers how the job ended.
    pub fn remember(&self, now: &str) -> std::io::Result<()> {
        if let Some(directory) = self.0.parent() {
            private::own_directory(directory)?;
        }
        write_file(&self.0, format!("{now}\n").as_bytes()).map_err(std::io::Error::other)?;
        Ok(())
    }
}

/// The state that an end leaves a job in, as it is compared: the exit code, and of rows that need somebody
/// how many, by status and code. None where another run is at work: that says nothing of the job.
pub fn state(ending: Ending, counts: &Counts, codes: &[(String, u64)]) -> Option<String> {
    match ending {
        Ending::Locked => None,
        Ending::SomeRows => {
            let rows = [
                counts.failed,
                counts.invalid,
                counts.blocked,
                counts.unknown,
            ];
            Some(format!("{} {rows:?} {codes:?}", ending.number()))
        }
        _ => Some(ending.number().to_string()),
    }
}
