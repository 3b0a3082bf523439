//! Requests of other runs that may still be carried out: a run that was cut off (by a kill, a crash
//! or a power cut) has sent what nobody has an answer to. The tenant is not to be read before such
//! a request can no longer land, or the same customer could be created twice, also where the rows
//! now stand in another file.

use std::path::Path;
use std::time::Duration;

use crate::cli::clock::show_duration;
use crate::cli::error::CliError;
use crate::cli::output::Output;
use crate::cli::target::Target;
use crate::journal::{JournalError, RunInfo, Store, runs};

/// Runs whose requests may still land.
#[derive(Default)]
pub struct CutOff(Vec<(RunInfo, Store)>);

impl CutOff {
    /// The runs against this target, except the one that is continued: that one looks for its own
    /// rows.
    pub fn find(
        state_dir: &Path,
        target: &Target,
        continued: Option<&str>,
    ) -> Result<Self, CliError> {
        let mut found = Vec::new();
        for path in runs(state_dir)? {
            // One that cannot be read has been told of, and is nobody's obstacle.
            let Ok((info, store)) = cut_off(&path, target) else {
                continue;
            };
            if continued != Some(info.id.as_str()) {
                found.extend(store.map(|store| (info, store)));
            }
        }
        Ok(Self(found))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits until nothing of them can land any more, and remembers that.
    pub async fn wait(self, wait: Duration, output: Output) -> Result<(), CliError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let named: Vec<String> = self
            .0
            .iter()
            .map(|(info, _)| format!("{} ({})", info.id, info.input_path))
            .collect();
        output.say(&format!(
            "cut off in the middle: {}; waiting {} for requests that could still land",
            named.join(", "),
            show_duration(wait)
        ));
        tokio::time::sleep(wait).await;
        for (_, mut store) in self.0 {
            store.has_landed()?;
        }
        Ok(())
    }
}

/// The run, with its journal where requests of it may still land on this target.
fn cut_off(path: &Path, target: &Target) -> Result<(RunInfo, Option<Store>), JournalError> {
    let store = Store::open(path)?;
    let (info, state) = store.info()?;
    let ours = info.endpoint == target.name && info.partner == target.partner;
    let unfinished = state.planned_ms.is_some() && state.finished_ms.is_none();
    let may_land = ours && unfinished && store.may_land()?;
    Ok((info, may_land.then_some(store)))
}
