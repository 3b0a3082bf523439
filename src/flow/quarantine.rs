//! `--quarantine-after N`: rows that the service has refused in each of the last N runs are not
//! sent again until they change.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::event::Note;
use super::failure::chain;
use crate::journal::refused::{
    QUARANTINED, Refusal, RefusalKey, Refusals, note_refusals, set_aside,
};
use crate::journal::{Entry, Event, JournalError, Replayed};
use crate::model::number::counted;
use crate::model::{Operation, Outcome, Parent, Planned, RowIndex};
use crate::plan::Plan;
use crate::plan::action::PlanCounts;
use crate::settings::Resolved;

/// The rule and what it goes by.
#[derive(Debug)]
pub struct Quarantine {
    after: NonZeroU32,
    holding: Holding,
    state_dir: PathBuf,
    target: String,
    known: Refusals,
}

/// Whether rows are held back in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// Those that were refused too often.
    Back,
    /// None: `--retry-quarantined`.
    Nothing,
}

/// Rows that are not sent.
#[derive(Debug, Default)]
pub struct Held {
    /// The rows themselves, with the message beside each.
    pub rows: BTreeMap<RowIndex, String>,
    /// How many rows to be created stand below them.
    pub below: usize,
}

impl Quarantine {
    /// What settings and earlier runs against the target say; `None` when it is off. A list that
    /// cannot be read is no reason to lose a run: that is logged, and every row is sent.
    pub fn open(resolved: &Resolved, holding: Holding, target: String) -> Option<Self> {
        let after = resolved.quarantine_after?;
        let state_dir = resolved.state_dir.clone();
        let known = match Refusals::read(&state_dir, &target) {
            Ok(known) => known,
            Err(error) => {
                tracing::warn!(
                    reason = chain(&error),
                    "no row is quarantined in this run{}",
                    aside(&error, &state_dir, &target)
                );
                Refusals::default()
            }
        };
        Some(Self {
            after,
            holding,
            state_dir,
            target,
            known,
        })
    }

    /// The rows of a plan that are not to be sent.
    pub fn held(&self, plan: &Plan) -> Held {
        let mut held = Held::default();
        if self.holding == Holding::Nothing {
            return held;
        }
        for item in &plan.items {
            // Nobody can have been refused below a customer that does not exist yet.
            let Planned::Send(Operation::Create {
                parent: Parent::Customer(parent),
                partner,
                account,
            }) = &item.action
            else {
                continue;
            };
            let refusal = self.known.get(&RefusalKey::of(*parent, partner, *account));
            if let Some(refusal) = refusal.filter(|one| one.runs >= self.after.get()) {
                held.rows.insert(item.row, message(refusal));
            }
        }
        if !held.rows.is_empty() {
            let rows = plan.items.iter().map(|item| item.row);
            held.below = rows.filter(|row| is_below(plan, *row, &held.rows)).count();
        }
        held
    }

    /// Notes what has become of a run's rows; told when that cannot be done.
    pub fn note(&self, run_id: &str, replayed: &Replayed, now_ms: i64) {
        let noted = note_refusals(&self.state_dir, &self.target, run_id, replayed, now_ms);
        if let Err(error) = noted {
            tracing::warn!(
                reason = chain(&error),
                "the refusals of this run were not counted{}",
                aside(&error, &self.state_dir, &self.target)
            );
        }
    }
}

impl Held {
    /// The outcomes of the held rows, as the journal takes them.
    pub fn entries(&self, at_ms: i64) -> Vec<Entry> {
        let rows = self.rows.iter();
        rows.map(|(row, message)| {
            let kind = Outcome::failed(QUARANTINED, message).into();
            Entry::Event(Event {
                row: *row,
                kind,
                at_ms,
            })
        })
        .collect()
    }

    /// The counts of a plan without the creates that are not sent because of them.
    pub fn taken_off(&self, mut counts: PlanCounts) -> PlanCounts {
        let held = self.rows.len() + self.below;
        counts.create = counts.create.saturating_sub(held);
        counts
    }

    /// Whether the row is one of them, or stands below one.
    pub fn holds(&self, plan: &Plan, row: RowIndex) -> bool {
        self.rows.contains_key(&row) || is_below(plan, row, &self.rows)
    }

    /// What is to be said of them, where there are any.
    pub fn note(&self) -> Option<Note> {
        let (rows, below) = (self.rows.len(), self.below);
        (rows > 0).then_some(Note::Quarantined { rows, below })
    }
}

fn message(refusal: &Refusal) -> String {
    let runs = counted(refusal.runs, "run");
    format!(
        "quarantined after {runs}; last error {}: {}; will be tried again when the row changes, or \
         with --retry-quarantined",
        refusal.code, refusal.message
    )
}

/// Whether a row to be created stands below a held one.
fn is_below(plan: &Plan, row: RowIndex, held: &BTreeMap<RowIndex, String>) -> bool {
    let mut at = row;
    while let Some(Planned::Send(Operation::Create {
        parent: Parent::Row(above),
        ..
    })) = plan.items.get(at.as_usize()).map(|item| &item.action)
    {
        if held.contains_key(above) {
            return true;
        }
        at = *above;
    }
    false
}

/// Moves a damaged list out of the way, and says so.
fn aside(error: &JournalError, state_dir: &Path, target: &str) -> String {
    if !matches!(error, JournalError::Damaged { .. }) {
        return String::new();
    }
    match set_aside(state_dir, target) {
        Ok(path) => format!(
            "; the list of refused rows was moved to {}, and counting starts again",
            path.display()
        ),
        Err(_) => "; delete the list of refused rows, and counting starts again".to_owned(),
    }
}
