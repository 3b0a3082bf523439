//! Into the tenant: one process at a time, and only when nothing that others have sent can still
//! land there.

use std::path::Path;

use super::check::Checked;
use super::clock::show;
use super::failure::Failure;
use super::host::{Host, Keeps, Work};
use super::in_flight::{CutOff, Unreadable, give_way};
use super::target::Target;
use super::tenant::{nobody, say_of_role, tenant_below};
use super::unfinished::GivenUp;
use crate::journal::record::Mode;
use crate::journal::{Holder, TargetLock, private};
use crate::model::PartnerId;
use crate::plan::Tenant;
use crate::submit::Patience;
use crate::submit::reads::log_in_patiently;

/// The tenant, read, and nobody else's for as long as this lives.
pub struct Entered {
    /// What the tenant has.
    pub(super) tenant: Tenant,
    /// Who one is logged in as, and the lock of that customer; none where nobody logged in.
    pub(super) identity: Option<(PartnerId, TargetLock)>,
    /// A run that is to be given up for a new one: closed when that begins, since a guard or a person
    /// may still hold it back. Nothing of it can land any more.
    pub(super) given_up: Option<GivenUp>,
}

impl Entered {
    /// A tenant that is only looked at.
    pub fn looked_at(tenant: Tenant) -> Self {
        Self {
            tenant,
            identity: None,
            given_up: None,
        }
    }
}

/// What is in the way, and what is done about it.
pub struct Entrance {
    /// An earlier run of the list, or its undo, that is given up.
    pub given_up: Option<GivenUp>,
    /// What is done about journals that cannot be read.
    pub unreadable: Unreadable,
    /// Whether somebody logs in even where no row can be sent.
    pub without_rows: WithoutRows,
}

/// What happens to a list of which no row can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutRows {
    /// Nobody needs to log in.
    StayOut,
    /// It is held against the tenant all the same.
    Enter,
}

/// Logs in, waits for what others have under way, and reads what the list's plan needs.
pub async fn enter(
    checked: &Checked,
    entrance: Entrance,
    work: &Work<'_>,
) -> Result<Entered, Failure> {
    let prepared = checked.prepared();
    let nothing = prepared.file.checked.accepted.is_empty();
    if entrance.without_rows == WithoutRows::StayOut && nothing {
        return Ok(Entered::looked_at(nobody()));
    }
    let patience = work.patience();
    let (input, now_ms) = (checked.opened().path(), work.now_ms());
    let (root, lock) = log_in(work.host, work.target, &patience, input, now_ms).await?;
    say_of_role(work.target, work.events);
    let (state_dir, wait) = (&work.host.state_dir, work.running.settle_wait);
    let cut_off = CutOff::find(state_dir, work.target, root, None, entrance.unreadable)?;
    let given_up = entrance.given_up;
    if given_up.as_ref().is_some_and(|one| one.removal_may_land) && cut_off.is_empty() {
        give_way(wait, work.events).await;
    }
    cut_off
        .wait(wait, work.control.clone(), work.events)
        .await?;
    let tenant = tenant_below(prepared, work.target, &patience, root, work.events).await?;
    Ok(Entered {
        tenant,
        identity: Some((root, lock)),
        given_up,
    })
}

/// Takes the target's lock for this process.
pub fn lock(host: &Host, target: &str, input: &Path, now_ms: i64) -> Result<TargetLock, Failure> {
    let holder = Holder {
        host: host.name.clone(),
        process: std::process::id(),
        since: show(now_ms),
        input: input.display().to_string(),
        run: String::new(),
    };
    if host.keeps == Keeps::Usual {
        // Ours alone, also where an earlier version or a package has made it for everybody.
        let _ = private::own_directory(&host.state_dir);
    }
    Ok(TargetLock::take(&host.state_dir, target, &holder)?)
}

/// Logs in, and takes the lock of the customer that the service says one is logged in as: whoever
/// came there by another address or another spelling is at work on the same tenant.
pub async fn log_in(
    host: &Host,
    target: &Target,
    patience: &Patience,
    input: &Path,
    now_ms: i64,
) -> Result<(PartnerId, TargetLock), Failure> {
    let root = log_in_patiently(&target.client, patience)
        .await
        .map_err(|error| Failure::of_reading(error, &target.name))?;
    let key = identity_key(target.mode(), root);
    let lock = lock(host, &key, input, now_ms)?;
    Ok((root, lock))
}

/// What the second lock is taken on. One service holds all live customers; sandboxes are told apart
/// by nothing, so that a proxy before one is no way round.
fn identity_key(mode: Mode, root: PartnerId) -> String {
    format!("logged in\n{}\n{root}", mode.as_str())
}
