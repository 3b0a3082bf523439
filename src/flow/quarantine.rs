//! `--quarantine-after N`: rows that the service has refused in each of the last N runs are not
//! sent again until they change.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;

use crate::cli::args::RunArgs;
use crate::cli::settings::Settings;
use crate::flow::clock::now_ms;
use crate::flow::failure::chain;
use crate::journal::refused::{
    QUARANTINED, Refusal, RefusalKey, Refusals, note_refusals, set_aside,
};
use crate::journal::{Entry, Event, EventKind, JournalError, Replayed};
use crate::model::RowIndex;
use crate::plan::action::PlanCounts;
use crate::plan::{Action, ParentLink, Plan};

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
enum Holding {
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
    /// What flags, profile and earlier runs against the target say; `None` when it is off. A list
    /// that cannot be read is no reason to lose a run: it is told, and every row is sent.
    pub fn open(settings: &Settings, args: &RunArgs, target: String) -> Option<Self> {
        let after = args
            .quarantine_after
            .or(settings.profile.limits.quarantine_after)?;
        let state_dir = settings.state_dir.clone();
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
            holding: if args.retry_quarantined {
                Holding::Nothing
            } else {
                Holding::Back
            },
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
            let Action::Create {
                parent: ParentLink::Id(parent),
                partner,
                account,
            } = &item.action
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
    pub fn note(&self, run_id: &str, replayed: &Replayed) {
        let noted = note_refusals(&self.state_dir, &self.target, run_id, replayed, now_ms());
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
    pub fn entries(&self) -> Vec<Entry> {
        let at_ms = now_ms();
        let rows = self.rows.iter();
        rows.map(|(row, message)| {
            let kind = EventKind::Failed {
                code: QUARANTINED.to_owned(),
                message: message.clone(),
            };
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

    /// What people are told, where there are any.
    pub fn told(&self) -> Option<String> {
        let rows = match self.rows.len() {
            0 => return None,
            1 => "1 row is".to_owned(),
            rows => format!("{rows} rows are"),
        };
        let below = match self.below {
            0 => String::new(),
            below => format!(" ({below} more below them)"),
        };
        Some(format!(
            "{rows} quarantined{below}: refused in every one of the last runs, and not sent again \
             until they change; --retry-quarantined sends them"
        ))
    }
}

fn message(refusal: &Refusal) -> String {
    let runs = match refusal.runs {
        1 => "1 run".to_owned(),
        runs => format!("{runs} runs"),
    };
    format!(
        "quarantined after {runs}; last error {}: {}; will be tried again when the row changes, or \
         with --retry-quarantined",
        refusal.code, refusal.message
    )
}

/// Whether a row to be created stands below a held one.
fn is_below(plan: &Plan, row: RowIndex, held: &BTreeMap<RowIndex, String>) -> bool {
    let mut at = row;
    while let Some(Action::Create {
        parent: ParentLink::Row(above),
        ..
    }) = plan.items.get(at.as_usize()).map(|item| &item.action)
    {
        if held.contains_key(above) {
            return true;
        }
        at = *above;
    }
    false
}

/// Moves a damaged list out of the way, and says so.
fn aside(error: &JournalError, state_dir: &std::path::Path, target: &str) -> String {
    if !matches!(error, JournalError::Damaged { .. }) {
        return String::new();
    }
    match set_aside(state_dir, target) {
        Ok(path) => format!(
            "; the list of refused rows was moved to {}, and counting begins anew",
            path.display()
        ),
        Err(_) => "; delete the list of refused rows, and counting begins anew".to_owned(),
    }
}
