//! What is learnt of customers after a run, for its result files: the UID of those that got automatic
//! deployment, and what the default account is called that came along with a new one.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::deployment::without_uid;
use super::reads::{Patience, ReadError, patiently, stopped};
use super::settings::RunSettings;
use super::verify::Mismatch;
use crate::api::Client;
use crate::api::listed::Account;
use crate::journal::{Entry, Event, Journal, Learnt, Replayed};
use crate::model::{DefaultAccount, Happening, Operation, PartnerId, Planned, RowIndex, Standing};

/// So many customers are asked for their accounts one by one; for more the whole list is read.
const ONE_BY_ONE: usize = 20;

/// The longest pause before a list that lacks a UID is read again.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Reads what the result files are to tell, and keeps it in the journal. What the service does not tell
/// is no reason to fail: the customers are there.
pub(super) async fn learn(
    client: &Client,
    patience: &Patience,
    root: Option<PartnerId>,
    journal: &mut Journal,
    settings: &RunSettings,
    (replayed, mismatches): (&mut Replayed, &mut Vec<Mismatch>),
) -> Result<(), ReadError> {
    let Some(root) = root else {
        return Ok(());
    };
    let mut learnt: HashMap<RowIndex, Learnt> = HashMap::new();
    let wanted = without_uid(replayed);
    if !wanted.is_empty() {
        let uids = uids(client, patience, root, settings, &wanted).await?;
        for (row, id) in wanted {
            match uids.get(&id) {
                Some(uid) => learnt.entry(row).or_default().uid = Some(uid.clone()),
                None => without(row, journal, settings, (&mut *replayed, &mut *mismatches)),
            }
        }
    }
    let wanted = without_account(replayed);
    for (row, account) in accounts(client, patience, root, &wanted).await? {
        learnt.entry(row).or_default().account = Some(account);
    }
    let mut rows: Vec<(RowIndex, Learnt)> = learnt.into_iter().collect();
    rows.sort_by_key(|(row, _)| *row);
    for (row, new) in rows {
        let known = replayed.learnt.entry(row).or_default();
        known.uid = new.uid.or(known.uid.take());
        known.account = new.account.or(known.account.take());
        journal.write(Entry::Learnt(row, known.clone()));
    }
    Ok(())
}

/// The UIDs of these customers; the list is read again while it lacks one, for it may lag behind.
async fn uids(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
    settings: &RunSettings,
    wanted: &[(RowIndex, PartnerId)],
) -> Result<HashMap<PartnerId, String>, ReadError> {
    let until = Instant::now() + settings.landing_wait();
    let mut pause = Duration::from_millis(500);
    loop {
        let list = match patiently(client, patience, || client.uids_below(root)).await {
            Ok(list) => list,
            Err(ReadError::Refused(_)) => return Ok(HashMap::new()),
            Err(error) => return Err(error),
        };
        let uids: HashMap<PartnerId, String> = list.into_iter().collect();
        if Instant::now() >= until || wanted.iter().all(|(_, id)| uids.contains_key(id)) {
            return Ok(uids);
        }
        let mut control = patience.control.clone();
        tokio::select! {
            () = sleep(pause) => {}
            asked = stopped(&mut control) => return Err(ReadError::of_control(asked)),
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The tenant does not show what should be there.
fn without(
    row: RowIndex,
    journal: &mut Journal,
    settings: &RunSettings,
    (replayed, mismatches): (&mut Replayed, &mut Vec<Mismatch>),
) {
    let message = "automatic deployment was switched on, and the tenant shows no UID for it";
    let mismatch = Mismatch {
        row,
        message: message.to_owned(),
    };
    let known = (row, message.to_owned());
    if !replayed.mismatches.contains(&known) {
        journal.write(Entry::Event(Event {
            row,
            kind: Happening::Mismatch {
                message: message.to_owned(),
            },
            at_ms: (settings.wall_clock)(),
        }));
        replayed.mismatches.push(known);
    }
    mismatches.push(mismatch);
}

/// The rows whose customer the run has created with a default account of which no name is known.
fn without_account(replayed: &Replayed) -> Vec<(RowIndex, PartnerId)> {
    let rows = replayed.planned.iter().zip(&replayed.progress);
    let with_account = rows.filter_map(|(planned, standing): (_, &Standing)| {
        let Planned::Send(Operation::Create { account, .. }) = &planned.action else {
            return None;
        };
        let wanted = *account == DefaultAccount::Create;
        Some((planned.row, standing.created().filter(|_| wanted)?))
    });
    with_account
        .filter(|(row, _)| {
            let learnt = replayed.learnt.get(row);
            learnt.is_none_or(|one| one.account.is_none())
        })
        .collect()
}

/// The names of the accounts of these rows' customers, as far as the user may see them.
async fn accounts(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
    wanted: &[(RowIndex, PartnerId)],
) -> Result<Vec<(RowIndex, String)>, ReadError> {
    let mut found = Vec::new();
    if wanted.len() > ONE_BY_ONE {
        let list = list(client, patience, root).await?;
        let mut by_customer: HashMap<i64, Vec<String>> = HashMap::new();
        for one in list {
            by_customer
                .entry(one.partner_id)
                .or_default()
                .push(one.name);
        }
        for (row, id) in wanted {
            if let Some(names) = by_customer.remove(&id.number()) {
                found.push((*row, names));
            }
        }
    } else {
        for (row, id) in wanted {
            let list = list(client, patience, *id).await?;
            found.push((*row, list.into_iter().map(|one| one.name).collect()));
        }
    }
    let named = found.into_iter().filter_map(|(row, mut names)| {
        names.retain(|name| !name.is_empty());
        names.sort();
        (!names.is_empty()).then(|| (row, names.join(", ")))
    });
    Ok(named.collect())
}

async fn list(
    client: &Client,
    patience: &Patience,
    id: PartnerId,
) -> Result<Vec<Account>, ReadError> {
    use crate::api::classify::Stop;
    match patiently(client, patience, || client.accounts(id)).await {
        // Users of one customer's scope may not read it.
        Err(ReadError::Refused(error) | ReadError::Stopped(Stop::Forbidden(error))) => {
            tracing::warn!(%error, "the default accounts cannot be listed; their names are not known");
            Ok(Vec::new())
        }
        other => other,
    }
}
