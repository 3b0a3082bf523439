//! The undoing of a run as its journal tells it: what became of each customer, and the counts that the
//! run's own summary repeats.

use std::fmt;

use serde::Serialize;

use super::ReportError;
use super::time::rfc3339;
use crate::journal::{Replayed, Store, UndoReplayed, UndoState};
use crate::model::number::{counted, grouped};
use crate::model::{Outcome, PartnerId, Reason, RowIndex, Standing};

/// What became of a customer that the run had created or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoStatus {
    /// It was removed.
    Removed,
    /// It got back what it was before the run changed it.
    Restored,
    /// It was gone already.
    Gone,
    /// It stays.
    Kept,
    /// Its removal was sent, but the tenant could not be checked.
    Unknown,
    /// The undoing stopped before it.
    Pending,
}

impl UndoStatus {
    /// Every status, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Removed,
        Self::Restored,
        Self::Gone,
        Self::Kept,
        Self::Unknown,
        Self::Pending,
    ];

    /// The word in the result files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Gone => "gone",
            Self::Kept => "kept",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
        }
    }

    /// What the word means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Removed => "created by the run, no longer in the tenant",
            Self::Restored => "changed by the run, and again as before it",
            Self::Gone => "no longer in the tenant when the undo came to it",
            Self::Kept => "still there, or not fully as before, for the reason given",
            Self::Unknown => "the request was sent, but the tenant could not be checked",
            Self::Pending => "the undo stopped before it",
        }
    }

    /// What it says behind a number: `3 removed`.
    fn said(self) -> &'static str {
        match self {
            Self::Gone => "gone already",
            Self::Unknown => "not settled",
            Self::Pending => "not reached yet",
            other => other.as_str(),
        }
    }

    /// What to do about such a customer.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Removed | Self::Restored | Self::Gone => "nothing",
            Self::Kept => "see `UndoCode` and `UndoMessage`; `undo` of the same run tries it again",
            Self::Unknown | Self::Pending => "`undo` of the same run continues",
        }
    }

    /// Whether the undoing has come to its end with it as it should.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Removed | Self::Restored | Self::Gone)
    }

    /// This where the customer is seen to as it should be: otherwise it is the other part that counts.
    fn max_open(self, other: Self) -> Self {
        if self.is_done() { other } else { self }
    }
}

impl fmt::Display for UndoStatus {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// What became of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// The data row.
    pub row: RowIndex,
    /// Its number as a spreadsheet shows it.
    pub number: u32,
    /// The customer's id, which nobody has any more once it was removed.
    pub id: PartnerId,
    /// Whether the run had changed it, and not created it.
    pub was_changed: bool,
    /// What became of it.
    pub status: UndoStatus,
    /// Why it stays, in a word, or the service's number; may be empty.
    pub code: String,
    /// In words; may be empty.
    pub message: String,
}

/// Customers by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct UndoneCounts {
    /// Customers that the run had created.
    pub created: u64,
    /// Customers that it had changed.
    pub changed: u64,
    /// Removed by the undoing.
    pub removed: u64,
    /// Changed back by the undoing.
    pub restored: u64,
    /// Gone already.
    pub gone: u64,
    /// Staying.
    pub kept: u64,
    /// Sent, and nobody knows.
    pub unknown: u64,
    /// The undoing stopped before them.
    pub pending: u64,
}

impl UndoneCounts {
    /// Counts them.
    ///
    /// # Panics
    /// When the counts do not add up.
    fn of(fates: &[Fate]) -> Self {
        let of = |status| fates.iter().filter(|fate| fate.status == status).count() as u64;
        let changed = fates.iter().filter(|fate| fate.was_changed).count() as u64;
        let counts = Self {
            created: fates.len() as u64 - changed,
            changed,
            removed: of(UndoStatus::Removed),
            restored: of(UndoStatus::Restored),
            gone: of(UndoStatus::Gone),
            kept: of(UndoStatus::Kept),
            unknown: of(UndoStatus::Unknown),
            pending: of(UndoStatus::Pending),
        };
        let sum: u64 = counts.each().iter().map(|(_, count)| count).sum();
        assert_eq!(counts.created + counts.changed, sum, "{counts:?}");
        counts
    }

    /// The customers that the run had created or changed, in words.
    pub fn of_run(&self) -> String {
        let those = |count: u64, what: &str| match count {
            1 => format!("the customer that it had {what}"),
            many => format!("the {} customers that it had {what}", grouped(many)),
        };
        match (self.created, self.changed) {
            (created, 0) => those(created, "created"),
            (0, changed) => those(changed, "changed"),
            (created, changed) => format!(
                "{} and {}",
                those(created, "created"),
                those(changed, "changed")
            ),
        }
    }

    /// Those of [`UndoneCounts::each`] that there are.
    pub fn some(&self) -> impl Iterator<Item = (UndoStatus, u64)> {
        self.each().into_iter().filter(|(_, count)| *count > 0)
    }

    /// `2 customers removed, 1 kept`: what became of them, as people would put it.
    pub fn told(&self) -> String {
        let parts = self.some().enumerate().map(|(place, (status, count))| {
            let many = match place {
                0 => counted(count, "customer"),
                _ => grouped(count),
            };
            format!("{many} {}", status.said())
        });
        let parts: Vec<String> = parts.collect();
        match parts.as_slice() {
            [] => "no customer to undo".to_owned(),
            parts => parts.join(", "),
        }
    }

    /// The counts that add up to the first two, in the order in which they are shown.
    pub fn each(&self) -> [(UndoStatus, u64); 6] {
        [
            (UndoStatus::Removed, self.removed),
            (UndoStatus::Restored, self.restored),
            (UndoStatus::Gone, self.gone),
            (UndoStatus::Kept, self.kept),
            (UndoStatus::Unknown, self.unknown),
            (UndoStatus::Pending, self.pending),
        ]
    }
}

/// The undoing of a run as its journal tells it.
#[derive(Debug)]
pub struct UndoFacts {
    /// The last go at it.
    pub state: UndoState,
    /// What became of each customer that the run had created or changed, in the order of the input.
    pub fates: Vec<Fate>,
    /// How many ended how.
    pub counts: UndoneCounts,
    /// Requests sent, by method, and `retries`.
    pub requests: Vec<(String, u64)>,
}

impl UndoFacts {
    /// `undone: 2 customers removed`: how it stands, as people would put it.
    pub fn told(&self) -> String {
        let counts = &self.counts;
        let how = if self.state.finished_ms.is_none() {
            "undo not finished"
        } else if counts.some().all(|(status, _)| status.is_done()) {
            "undone"
        } else {
            "undone in part"
        };
        format!("{how}: {}", counts.told())
    }

    /// Reads a run's journal; `None` when nobody has begun to undo it. `numbers` are the rows'
    /// numbers as a spreadsheet shows them.
    pub(super) fn read(
        store: &Store,
        replayed: &Replayed,
        numbers: &[u32],
    ) -> Result<Option<Self>, ReportError> {
        let undone = UndoReplayed::read(store, replayed.planned.len())?;
        let Some(state) = undone.state else {
            return Ok(None);
        };
        let rows = replayed.planned.iter().zip(&replayed.progress);
        let switches = undone.deployments;
        let fates: Vec<Fate> = rows
            .zip(undone.rows)
            .filter_map(|((planned, progress), undone)| {
                // Switched on, or perhaps, or perhaps until it was found off.
                let is_off = replayed.not_switched.contains(&planned.row);
                let deployment = replayed.deployments.get(planned.row.as_usize());
                let may_be_on = match deployment {
                    Some(Standing::Open { .. }) => true,
                    switched => matches!(
                        switched.and_then(Standing::outcome),
                        Some(Outcome::Updated(..))
                    ),
                };
                let concerned = is_off || may_be_on;
                let (id, was_changed) = match progress.outcome()? {
                    Outcome::Exists(id) if concerned => (*id, true),
                    Outcome::Created(id, _) => (*id, false),
                    Outcome::Updated(id, _) => (*id, true),
                    _ => return None,
                };
                let number = numbers.get(planned.row.as_usize()).copied();
                let alone = matches!(progress.outcome(), Some(Outcome::Exists(_)));
                let (mut status, mut why) = status(undone, was_changed);
                let off = if is_off { OFF_AS_BEFORE } else { SWITCHED_OFF };
                if was_changed && !alone {
                    let none_yet = concerned.then_some(&Standing::Pending);
                    if let Some(switch) = switches.get(&planned.row).or(none_yet) {
                        with_switch(&mut status, &mut why, switch, off);
                    }
                } else if alone && status == UndoStatus::Restored {
                    off.clone_into(&mut why.message);
                }
                Some(Fate {
                    row: planned.row,
                    number: number.unwrap_or_default(),
                    id,
                    was_changed,
                    status,
                    code: why.code,
                    message: why.message,
                })
            })
            .collect();
        Ok(Some(Self {
            counts: UndoneCounts::of(&fates),
            requests: store.undo_requests()?,
            state,
            fates,
        }))
    }
}

/// What is said of automatic deployment that was taken back.
const SWITCHED_OFF: &str = "automatic deployment was switched off";
/// What is said where the request of the run that was lost has done nothing.
const OFF_AS_BEFORE: &str = "automatic deployment is off, as before the run";

/// What is said of the members of a customer whose automatic deployment was not taken back.
pub(super) const OTHERS_BACK: &str = "the other changes were taken back";

/// What became of automatic deployment, beside what became of the customer's members.
fn with_switch(status: &mut UndoStatus, why: &mut Reason, switch: &Standing, off: &str) {
    let was_restored = *status == UndoStatus::Restored;
    let words = match switch {
        Standing::Ended(Outcome::Restored) => off.to_owned(),
        Standing::Ended(Outcome::Kept(reason)) => {
            *status = (*status).max_open(UndoStatus::Kept);
            if why.code.is_empty() {
                why.code.clone_from(&reason.code);
            }
            format!("automatic deployment stays on: {}", reason.message)
        }
        Standing::Ended(_) => return,
        Standing::Open { .. } => {
            *status = (*status).max_open(UndoStatus::Unknown);
            "it is not known whether automatic deployment was switched off".to_owned()
        }
        Standing::Pending => {
            *status = (*status).max_open(UndoStatus::Pending);
            "automatic deployment is not switched off yet".to_owned()
        }
    };
    why.message = match why.message.as_str() {
        "" if was_restored && *status != UndoStatus::Restored => format!("{OTHERS_BACK}; {words}"),
        "" => words,
        message => format!("{message}; {words}"),
    };
}

/// What became of a customer, and why.
fn status(undone: Standing, was_changed: bool) -> (UndoStatus, Reason) {
    let (done, not_done) = if was_changed {
        ("taken back", "not taken back")
    } else {
        ("removed", "not removed")
    };
    let because = |message: String| Reason {
        code: String::new(),
        message,
    };
    let nothing = || because(String::new());
    match undone {
        Standing::Ended(Outcome::Removed) => (UndoStatus::Removed, nothing()),
        Standing::Ended(Outcome::Restored) => (UndoStatus::Restored, nothing()),
        Standing::Ended(Outcome::Kept(why)) => (UndoStatus::Kept, *why),
        Standing::Ended(_) => (UndoStatus::Gone, nothing()),
        Standing::Open { message } => {
            let what = if message.is_empty() {
                "the undo stopped before an answer came"
            } else {
                &message
            };
            let message = format!("sent, but not known whether it was {done}: {what}");
            (UndoStatus::Unknown, because(message))
        }
        Standing::Pending => {
            let message = format!("{not_done}: the undo stopped before it");
            (UndoStatus::Pending, because(message))
        }
    }
}

/// What the run's own summary says of its undoing.
#[derive(Debug, Serialize)]
pub(super) struct Short {
    begun_at: String,
    finished_at: Option<String>,
    counts: UndoneCounts,
}

impl Short {
    /// What the undoing's facts come to.
    pub(super) fn of(undo: &UndoFacts) -> Self {
        Self {
            begun_at: rfc3339(undo.state.begun_ms),
            finished_at: undo.state.finished_ms.map(rfc3339),
            counts: undo.counts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_there_is_is_told_and_one_is_one() {
        let counts = |created, changed, each: [u64; 6]| {
            let [removed, restored, gone, kept, unknown, pending] = each;
            UndoneCounts {
                created,
                changed,
                removed,
                restored,
                gone,
                kept,
                unknown,
                pending,
            }
        };
        let one = counts(1, 0, [1, 0, 0, 0, 0, 0]);
        assert_eq!(one.told(), "1 customer removed");
        assert_eq!(one.of_run(), "the customer that it had created");
        let all = counts(1_205, 5, [1_200, 3, 2, 3, 1, 1]);
        assert_eq!(
            all.told(),
            "1,200 customers removed, 3 restored, 2 gone already, 3 kept, 1 not settled, 1 not reached yet"
        );
        assert_eq!(
            all.of_run(),
            "the 1,205 customers that it had created and the 5 customers that it had changed"
        );
        let restored = counts(0, 2, [0, 2, 0, 0, 0, 0]);
        assert_eq!(restored.told(), "2 customers restored");
        assert_eq!(restored.of_run(), "the 2 customers that it had changed");
        assert_eq!(UndoneCounts::default().told(), "no customer to undo");
    }
}
