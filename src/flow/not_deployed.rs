//! Customers for whom an earlier run was to switch automatic deployment on and did not come to it, as the
//! journals say: a later run leaves customers that are there as they are, and must not be silent about it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::target::Target;
use crate::journal::{JournalError, Replayed, RunInfo, Store, runs};
use crate::model::{
    Deployed, Deployment, Operation, Parent, PartnerId, Planned, RowIndex, Standing, code,
};
use crate::plan::tenant::{Found, Key, Tenant};
use crate::plan::{NotDeployed, said_before};

/// Why automatic deployment of these customers did not come about in the last run that tried it, of those
/// where it did not. What was undone was not to be.
pub fn not_deployed(
    state_dir: &Path,
    target: &Target,
    tenant: &Tenant,
    customers: impl IntoIterator<Item = PartnerId>,
) -> Result<HashMap<PartnerId, NotDeployed>, Failure> {
    let mut open: BTreeSet<PartnerId> = customers.into_iter().collect();
    let mut found = HashMap::new();
    if open.is_empty() {
        return Ok(found);
    }
    let newest_first: Vec<PathBuf> = runs(state_dir)?.into_iter().rev().collect();
    for path in &newest_first {
        if open.is_empty() {
            return Ok(found);
        }
        // `runs` says which cannot be read, and why.
        let Ok(Some(run)) = Run::read(path, target, Store::has_deployments) else {
            continue;
        };
        for index in 0..run.replayed.planned.len() {
            let Some((id, why)) = run.tried(index, tenant) else {
                continue;
            };
            if open.remove(&id)
                && let Some(why) = why.filter(|_| !run.is_undone)
            {
                found.insert(id, why);
            }
        }
    }
    // The journal of the run that tried may be gone; what later ones say of it is not.
    for path in &newest_first {
        if open.is_empty() {
            break;
        }
        let Ok(Some(run)) = Run::read(path, target, Store::has_not_deployed_before) else {
            continue;
        };
        for (planned, standing) in run.replayed.planned.iter().zip(&run.replayed.progress) {
            let said = standing
                .id()
                .zip(said_before(&planned.code, &planned.message));
            if let Some((id, why)) = said.filter(|(id, _)| open.remove(id)) {
                found.insert(id, why);
            }
        }
    }
    Ok(found)
}

/// An earlier run of the target.
struct Run {
    info: RunInfo,
    replayed: Replayed,
    is_undone: bool,
}

impl Run {
    /// The run in this journal, where it is one of this target and has what is looked for.
    fn read(
        path: &Path,
        target: &Target,
        has: impl Fn(&Store) -> Result<bool, JournalError>,
    ) -> Result<Option<Self>, JournalError> {
        let store = Store::open(path)?;
        let (info, _) = store.info()?;
        if !target.is_of(&info) || !has(&store)? {
            return Ok(None);
        }
        Ok(Some(Self {
            info,
            replayed: Replayed::read(&store)?,
            is_undone: store.undo_state()?.is_some(),
        }))
    }

    /// The customer for whom the row was to switch automatic deployment on, and why that did not come about,
    /// where it did not. What a run only says of the one before it is no try of its own.
    fn tried(&self, index: usize, tenant: &Tenant) -> Option<(PartnerId, Option<NotDeployed>)> {
        let planned = self.replayed.planned.get(index)?;
        if planned.deployment != Deployment::SwitchOn {
            return None;
        }
        let id = self.customer(planned.row, tenant)?;
        let why = match self.replayed.deployed(planned.row) {
            None | Some(Deployed::Open | Deployed::NotReached) => Some(self.not_reached(index)),
            Some(Deployed::Refused) => Some(self.refused(index)),
            Some(Deployed::WasOn | Deployed::On) => None,
        };
        Some((id, why))
    }

    /// The row's customer: by its id, where the run knew it; one that the run may have created without
    /// hearing of it is recognised as the plan would.
    fn customer(&self, row: RowIndex, tenant: &Tenant) -> Option<PartnerId> {
        let index = row.as_usize();
        let (planned, standing) = (
            self.replayed.planned.get(index)?,
            self.replayed.progress.get(index)?,
        );
        if let Some(id) = standing.id().or_else(|| planned.action.id()) {
            return Some(id);
        }
        let Planned::Send(Operation::Create {
            parent, partner, ..
        }) = &planned.action
        else {
            return None;
        };
        if !standing.is_open() {
            return None;
        }
        let parent = match parent {
            Parent::Customer(id) => *id,
            // It stands above, and so before; what was sent below it had its id.
            Parent::Row(above) => self.replayed.progress.get(above.as_usize())?.id()?,
        };
        match tenant.find(parent, Key::of(partner)) {
            Found::Ours(customer) => i64::try_from(customer.id)
                .ok()
                .and_then(PartnerId::from_number),
            _ => None,
        }
    }

    fn refused(&self, index: usize) -> NotDeployed {
        let id = &self.info.id;
        let standing = self.replayed.deployments.get(index);
        NotDeployed::Refused(match standing.and_then(Standing::failed) {
            Some(why) => format!(
                "the run {id} was refused it ({}: {})",
                why.code, why.message
            ),
            None => format!("the run {id} was refused it"),
        })
    }

    fn not_reached(&self, index: usize) -> NotDeployed {
        let id = &self.info.id;
        let standing = self.replayed.progress.get(index);
        NotDeployed::NotReached(match standing.and_then(Standing::failed) {
            Some(why) if why.message != code::CUSTOMER_IS_GONE => format!(
                "the run {id} did not come to it, because its change of the customer was refused ({}: {})",
                why.code, why.message
            ),
            _ => format!("the run {id} ended before it was switched on"),
        })
    }
}
