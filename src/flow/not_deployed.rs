//! Customers for whom an earlier run was to switch automatic deployment on and did not come to it, as the
//! journals say: a later run leaves customers that are there as they are, and must not be silent about it.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::failure::Failure;
use super::target::Target;
use crate::journal::{JournalError, Replayed, RunInfo, Store, runs};
use crate::model::{Deployed, PartnerId, Reason, Standing};

/// Why automatic deployment of these customers did not come about in the last run that tried it, of those
/// where it did not.
pub fn not_deployed(
    state_dir: &Path,
    target: &Target,
    customers: impl IntoIterator<Item = PartnerId>,
) -> Result<HashMap<PartnerId, String>, Failure> {
    let mut open: BTreeSet<PartnerId> = customers.into_iter().collect();
    let mut found = HashMap::new();
    if open.is_empty() {
        return Ok(found);
    }
    for path in runs(state_dir)?.into_iter().rev() {
        if open.is_empty() {
            break;
        }
        // `runs` says which cannot be read, and why.
        let Ok(Some((info, replayed))) = with_deployments(&path, target) else {
            continue;
        };
        for planned in &replayed.planned {
            let index = planned.row.as_usize();
            let id = replayed.progress.get(index).and_then(Standing::id);
            let (Some(id), Some(deployed)) = (id, replayed.deployed(planned.row)) else {
                continue;
            };
            // What a run only says of the one before it is no try of its own.
            let standing = replayed.deployments.get(index);
            if standing.is_none() || !open.remove(&id) {
                continue;
            }
            if matches!(deployed, Deployed::Open | Deployed::Refused) {
                let why = standing.and_then(Standing::failed);
                found.insert(id, in_words(&info, why));
            }
        }
    }
    Ok(found)
}

/// The run in this journal, where it is one of this target and switches automatic deployment on.
fn with_deployments(
    path: &Path,
    target: &Target,
) -> Result<Option<(RunInfo, Replayed)>, JournalError> {
    let store = Store::open(path)?;
    let (info, _) = store.info()?;
    if !target.is_of(&info) || !store.has_deployments()? {
        return Ok(None);
    }
    Ok(Some((info, Replayed::read(&store)?)))
}

fn in_words(info: &RunInfo, why: Option<&Reason>) -> String {
    match why {
        Some(why) => format!(
            "the run {} was refused it ({}: {})",
            info.id, why.code, why.message
        ),
        None => format!("the run {} ended before it was switched on", info.id),
    }
}
