//! What must not be seen of changes and removals: one without a look a moment ago, or against what it
//! has shown.

use std::time::Duration;

use partner_import::sandbox::LogRecord;
use tokio::time::Instant;

use super::{Meddling, Record};

/// The most a look may be old when what it allowed arrives: its own time, and that until the next
/// permit.
const OLDEST_LOOK: Duration = Duration::from_secs(150);
/// The same for a list of devices, which may take a minute to come, and counts for some time then.
const OLDEST_LIST: Duration = Duration::from_secs(85);

/// Notes looks; and what is wrong with a change of a customer that was there, or with its removal:
/// it must have been looked at a moment ago, and nothing that was to be seen may speak against it.
pub(super) fn complaint_of_change(
    record: &mut Record,
    process: usize,
    log: &LogRecord,
) -> Option<String> {
    let now = Instant::now();
    let id = log.partner_id;
    let spoils: &[Meddling] = match (log.method.as_ref(), id) {
        ("GetPartnerInfoById" | "EnumerateChildPartners", Some(id)) => {
            record.looks.insert((process, id), now);
            return None;
        }
        ("EnumerateAccounts" | "EnumerateAccountStatistics", _) => {
            record.lists.insert(process, now);
            return None;
        }
        ("ModifyPartner", Some(_)) => &[Meddling::Phone, Meddling::Name],
        ("RemovePartner", Some(_)) => &[Meddling::Stand, Meddling::Name],
        _ => return None,
    };
    let id = id?;
    let what = log.method.as_ref();
    let Some(look) = record.looks.get(&(process, id)).copied() else {
        return Some(format!("{what} of {id} without a look"));
    };
    let meddled = record.meddled.get(&id).map_or(&[][..], Vec::as_slice);
    let seen = |kinds: &[Meddling], by: Instant| {
        let mut all = meddled.iter();
        all.any(|(at, kind)| *at < by && kinds.contains(kind))
    };
    if seen(spoils, look) {
        return Some(format!(
            "{what} of {id}, which somebody has changed, as was seen"
        ));
    }
    if now - look > OLDEST_LOOK {
        return Some(format!("{what} of {id}, looked at {:?} ago", now - look));
    }
    if what == "ModifyPartner" {
        return None;
    }
    let Some(list) = record.lists.get(&process).copied() else {
        return Some(format!("{what} of {id} without a list of devices"));
    };
    if seen(&[Meddling::Device], list) {
        return Some(format!("{what} of {id}, which has a device, as was listed"));
    }
    (now - list > OLDEST_LIST)
        .then(|| format!("{what} of {id}, devices listed {:?} ago", now - list))
}
