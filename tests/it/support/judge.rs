//! What must hold when a run is over, whatever happened on the way.

use std::collections::{BTreeMap, HashMap};

use partner_import::journal::Replayed;
use partner_import::model::code::UNCLEAR;
use partner_import::model::{Operation, Outcome, PartnerId, Planned, Standing};
use partner_import::sandbox::{ACCOUNT_ID, PartnerView};

use super::forest::Row;
use super::network::locked;
use super::world::World;

/// Everything wrong with a finished run; empty when all is well.
pub(crate) fn judge(world: &World, progress: &[Standing]) -> Vec<String> {
    world.network.settle();
    let mut wrong = world.network.wrong();
    wrong.extend(rows_against_tenant(world, progress));
    wrong.extend(journal_against_report(world, progress));
    wrong.extend(deployment(world, progress));
    wrong.extend(rate(world));
    wrong.extend(changes(world));
    let sandbox = locked(&world.network.sandbox);
    for member in sandbox.unknown_members().keys() {
        wrong.push(format!("sent a member that does not exist: {member}"));
    }
    wrong
}

/// The id as the sandbox counts, where callers see wide ones.
fn usual(id: PartnerId) -> i64 {
    id.number() & 0xffff_ffff
}

/// Each row that is said to be created is there exactly once, with its name and code, under the
/// customer of the row above it; nobody else is there.
fn rows_against_tenant(world: &World, progress: &[Standing]) -> Vec<String> {
    let mut wrong = Vec::new();
    let customers = world.network.new_customers();
    let mut by_name: BTreeMap<&str, Vec<&PartnerView>> = BTreeMap::new();
    for customer in &customers {
        by_name.entry(&customer.name).or_default().push(customer);
    }
    for (row, stands) in world.forest.rows.iter().zip(progress) {
        if row.existed {
            wrong.extend(change_against_tenant(world, row, stands));
            continue;
        }
        let there = by_name.remove(row.name.as_str()).unwrap_or_default();
        let mut complain = |what: String| wrong.push(format!("{:?}: {what}", row.name));
        let touched = world.touched.contains(&row.name);
        let under = || below_one_left_alone(world, row, progress);
        match stands.id() {
            None if there.is_empty() => {}
            // At most one: what may be the row's was left alone.
            None if there.len() == 1 && (touched || is_unclear(stands) || under()) => {}
            None => complain(format!("{stands:?}, and {} in the tenant", there.len())),
            Some(id) => {
                let [customer] = there.as_slice() else {
                    complain(format!("{stands:?}, and {} in the tenant", there.len()));
                    continue;
                };
                if i64::from(customer.id) != usual(id) {
                    complain(format!("{id} in the report, {} in the tenant", customer.id));
                }
                if touched {
                    continue;
                }
                if customer.external_code != row.code {
                    complain(format!("has the code {:?}", customer.external_code));
                }
                let parent = match row.parent {
                    None => i64::from(ACCOUNT_ID),
                    Some(above) => id_of_row(world, &world.forest.rows[above], &progress[above]),
                };
                if i64::from(customer.parent_id) != parent {
                    let stands = customer.parent_id;
                    complain(format!("stands below {stands} instead of {parent}"));
                }
            }
        }
    }
    let nobodys = by_name.keys();
    wrong.extend(nobodys.map(|name| format!("{name:?} is in the tenant and in no row")));
    wrong
}

/// Automatic deployment is on where the journal says so, was asked for there, and nowhere else; and each
/// row that is there has an outcome of it.
fn deployment(world: &World, progress: &[Standing]) -> Vec<String> {
    let journal = Replayed::read(&locked(&world.store)).expect("a journal that can be read");
    let customers = locked(&world.network.sandbox).partners();
    let mut wrong = Vec::new();
    for (index, (row, stands)) in world.forest.rows.iter().zip(progress).enumerate() {
        let Some(id) = stands.id() else {
            continue;
        };
        let customer = customers.iter().find(|one| i64::from(one.id) == usual(id));
        let deploys = customer.is_some_and(|one| one.deploys);
        let removed = customer.is_none_or(|one| one.removed);
        let standing = journal.deployments.get(index);
        let fine = match standing.and_then(Standing::outcome) {
            None => !row.deploy && !deploys,
            Some(Outcome::Updated(on, _) | Outcome::Exists(on)) => {
                *on == id && row.deploy && (deploys || removed)
            }
            Some(Outcome::Failed(_)) => row.deploy,
            Some(_) => false,
        };
        if !fine {
            let name = &row.name;
            wrong.push(format!(
                "{name:?}: wanted {}, {standing:?}, and it is {deploys}",
                row.deploy
            ));
        }
        let learnt = journal.learnt.get(&journal.planned[index].row);
        let uid = learnt.and_then(|one| one.uid.as_deref());
        if uid.is_some_and(|uid| uid.len() != 36) || uid.is_some() && !row.deploy {
            wrong.push(format!("{:?}: the UID {uid:?}", row.name));
        }
    }
    wrong
}

/// Whether one of the rows above was touched or left alone: what stands below its customer is not
/// known then.
pub(crate) fn below_one_left_alone(world: &World, row: &Row, progress: &[Standing]) -> bool {
    let rows = &world.forest.rows;
    let mut above = std::iter::successors(row.parent, |above| rows[*above].parent);
    above.any(|above| world.touched.contains(&rows[above].name) || is_unclear(&progress[above]))
}

/// Whether a row was left alone since a customer may be its own.
pub(crate) fn is_unclear(stands: &Standing) -> bool {
    matches!(stands, Standing::Ended(Outcome::Failed(why)) if why.code == UNCLEAR.code)
}

/// The id of a row's customer; of one that was there before also where it could not be changed.
fn id_of_row(world: &World, row: &Row, stands: &Standing) -> i64 {
    let known = stands.id().map(usual);
    let there = || {
        let customers = locked(&world.network.sandbox).partners().into_iter();
        let mut named = customers.filter(|one| row.existed && one.name == row.name);
        named.next().map(|one| i64::from(one.id))
    };
    known.or_else(there).unwrap_or(0)
}

/// Each customer that is said to be changed is, or others have changed it since; nobody else is.
fn change_against_tenant(world: &World, row: &Row, stands: &Standing) -> Option<String> {
    let customers = locked(&world.network.sandbox).partners();
    if let Standing::Ended(Outcome::Failed(_) | Outcome::Blocked { .. }) = stands {
        let mut named = customers.iter().filter(|one| one.name == row.name);
        let changed = named.any(|one| row.phone.is_some() && one.phone == row.phone);
        return changed.then(|| format!("{:?}: {stands:?}, and changed all the same", row.name));
    }
    let there = customers
        .into_iter()
        .find(|one| stands.id().is_some_and(|id| i64::from(one.id) == usual(id)));
    let fine = there.is_some_and(|one| {
        let theirs = world.network.phone_of_others(one.id);
        row.phone.is_none() || one.phone == row.phone || theirs.is_some() && one.phone == theirs
    });
    (!fine).then(|| format!("{:?}: {stands:?}, and not as its row says", row.name))
}

/// Each customer was changed at most once.
pub(crate) fn changes(world: &World) -> Vec<String> {
    let changes = world.network.take_changes().into_iter();
    changes
        .filter(|(_, times)| *times > 1)
        .map(|(id, times)| format!("customer {id} was changed {times} times"))
        .collect()
}

/// The journal tells the same as the process that has just left, row by row.
pub(crate) fn journal_against_report(world: &World, progress: &[Standing]) -> Vec<String> {
    let journal = Replayed::read(&locked(&world.store)).expect("a journal that can be read");
    let mut wrong = Vec::new();
    for (planned, (kept, told)) in journal
        .planned
        .iter()
        .zip(journal.progress.iter().zip(progress))
    {
        if kept != told {
            let row = planned.row.0;
            wrong.push(format!(
                "row {row}: the journal says {kept:?}, the run {told:?}"
            ));
        }
        // Nobody else creates anything here.
        let is_new = matches!(planned.action, Planned::Send(Operation::Create { .. }));
        // (Those that existed are planned as such.)
        if is_new && matches!(told, Standing::Ended(Outcome::Exists(_))) {
            wrong.push(format!(
                "row {}: its own customer taken for a stranger's",
                planned.row.0
            ));
        }
    }
    let meddled = world.network.meddled();
    for (row, message) in &journal.mismatches {
        let name = &world.forest.rows[row.as_usize()].name;
        let id = journal.progress[row.as_usize()].id();
        let is_meddled =
            id.is_some_and(|id| meddled.iter().any(|one| i64::from(*one) == usual(id)));
        if world.touched.contains(name) || is_meddled {
            continue;
        }
        wrong.push(format!("row {}: {message}", row.0));
    }
    wrong
}

/// No window of one process holds more requests than the rate.
fn rate(world: &World) -> Vec<String> {
    let Some(rate) = world.rate else {
        return Vec::new();
    };
    let mut by_process: HashMap<usize, Vec<_>> = HashMap::new();
    for arrival in world.network.arrivals() {
        by_process.entry(arrival.process).or_default().push(arrival);
    }
    let most = rate.requests() as usize;
    let mut wrong = Vec::new();
    for arrivals in by_process.values() {
        for pair in arrivals.windows(most + 1) {
            let span = pair[most].at - pair[0].at;
            if span < rate.window() {
                wrong.push(format!("{} requests within {span:?} at {rate}", most + 1));
            }
        }
    }
    wrong
}

/// Asserts that a run has ended well: every row has its outcome and all is as it should be.
pub(crate) fn assert_well(world: &World, progress: &[Standing]) {
    let wrong = judge(world, progress);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let open: Vec<usize> = (0..progress.len())
        .filter(|row| !progress[*row].is_final())
        .collect();
    assert!(open.is_empty(), "rows without an outcome: {open:?}");
}
