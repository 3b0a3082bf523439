//! What holds a list back before anything is sent: a list without rows, one that has shrunk, rows that
//! are wrong, more to create or to change than is expected. `plan` refuses what `run` would refuse.

use std::path::{Path, PathBuf};

use super::advice::{Advice, Limited};
use super::check::Checked;
use super::failure::Failure;
use super::open::is_list_of;
use super::plan::PlannedList;
use super::target::Target;
use crate::check::EmptyList;
use crate::journal::{JournalError, RunInfo, Store, runs};
use crate::model::number::counted;
use crate::model::number::grouped;
use crate::model::{Diagnostic, Ending, all_left_out};
use crate::plan::action::PlanCounts;
use crate::settings::table::{FIRST, ONLY_BELOW};
use crate::settings::{Limits, MinRows, Resolved, RowsToBe};

/// What a plan is held against.
#[derive(Debug, Clone)]
pub struct Guards {
    /// The limits.
    pub limits: Limits,
    /// What the job is called, where it was named.
    job: Option<String>,
    /// Where the journals of earlier runs are.
    state_dir: PathBuf,
}

/// The last run that went through every row of the list.
struct LastGood {
    run: String,
    rows: usize,
}

impl Guards {
    /// What the settings say.
    pub fn of(resolved: &Resolved) -> Self {
        Self {
            limits: resolved.agreement,
            job: resolved.watching.job.clone(),
            state_dir: resolved.state_dir.clone(),
        }
    }

    /// Those that hold nothing back, but for what is asked above so many changes.
    #[cfg(test)]
    pub fn open(confirm_above: usize) -> Self {
        Self {
            limits: Limits {
                confirm_above,
                max_create: None,
                max_update: None,
                max_near_names: None,
                min_rows: None,
                max_errors: None,
                validity: RowsToBe::AsTheyAre,
                empty: EmptyList::Refused,
            },
            job: None,
            state_dir: PathBuf::new(),
        }
    }

    /// Refuses what no run may begin with: the first reason is the message, others are its details.
    ///
    /// # Errors
    ///
    /// Where a guard holds the plan back.
    pub fn pass(&self, planned: &PlannedList, target: &Target) -> Result<(), Failure> {
        not_empty(planned.checked(), self.limits.empty)?;
        let counts = planned.held().taken_off(planned.plan().counts());
        let conflicts = planned.plan().refused_conflicts();
        let mut refusals = [
            self.shrunk(planned, target)?,
            wrong_rows(&counts, conflicts, self.limits),
            too_many(&counts, self.limits),
            too_near(planned.near_names(), self.limits),
        ]
        .into_iter()
        .flatten();
        let Some(mut first) = refusals.next() else {
            return Ok(());
        };
        for other in refusals {
            first.details.push(other.message);
            first.advice.extend(other.advice);
        }
        first.message = format!("nothing was sent: {}", first.message);
        Err(first)
    }

    /// Whether the list has fewer rows than it must have.
    fn shrunk(&self, planned: &PlannedList, target: &Target) -> Result<Option<Failure>, Failure> {
        let Some(min_rows) = self.limits.min_rows else {
            return Ok(None);
        };
        let list = planned.checked().opened().path();
        let last = self.last_good(list, target)?;
        if let (MinRows::Percent(_), Last::None(others)) = (min_rows, &last) {
            holds_nothing_back(*others);
        }
        let last = last.good();
        let mut rows = planned.plan().items.len();
        if planned.is_part() {
            // Somebody chose a part: the list has not shrunk.
            rows += all_left_out(&planned.prepared().file.checked.left_out);
        }
        let fewest = min_rows.fewest(last.as_ref().map(|last| last.rows));
        if fewest.is_none_or(|fewest| rows >= fewest) {
            return Ok(None);
        }
        let text = match (min_rows, last) {
            (_, Some(last)) if last.rows > rows => format!(
                "the list has shrunk from {} to {} since the run {}, and must have \
                 at least {min_rows}",
                counted(last.rows, "row"),
                grouped(rows),
                last.run
            ),
            _ => format!(
                "the list has {}, and must have at least {min_rows}",
                counted(rows, "row")
            ),
        };
        Ok(Some(refusal(text, Limited::Rows)))
    }

    /// The last good run of the list, or of the job where that was named, against the target. One
    /// that was taken back was none.
    fn last_good(&self, list: &Path, target: &Target) -> Result<Last, Failure> {
        let mut others = 0;
        for path in runs(&self.state_dir)?.into_iter().rev() {
            // A journal that cannot be read is said elsewhere; here it is only no measure.
            match self.good(&path, list, target) {
                Ok(Some(Last::None(other))) => others += other,
                Ok(Some(good)) => return Ok(good),
                // Where none can be read, that none is a measure would let any list through.
                Err(error) if error.is_of_the_place() => return Err(error.into()),
                Ok(None) | Err(_) => {}
            }
        }
        Ok(Last::None(others))
    }

    fn good(
        &self,
        path: &Path,
        list: &Path,
        target: &Target,
    ) -> Result<Option<Last>, JournalError> {
        let store = Store::open(path)?;
        let (info, state) = store.info()?;
        let same_job = self.job.is_some() && info.job == self.job;
        let is_good = state.ending.is_some_and(Ending::is_finished);
        if !is_good || !target.is_of(&info) {
            return Ok(None);
        }
        if !is_list_of(&info, list) && !same_job {
            return Ok(Some(Last::None(1)));
        }
        if store.undo_state()?.is_some() {
            return Ok(None);
        }
        let mut rows = store.planned_rows()?;
        if is_part(&info) {
            rows += all_left_out(&info.left_out);
        }
        Ok((rows > 0).then_some(Last::Good(LastGood { run: info.id, rows })))
    }
}

/// What a list is held against.
enum Last {
    Good(LastGood),
    /// Nothing, though so many runs against the target were of other lists.
    None(usize),
}

impl Last {
    fn good(self) -> Option<LastGood> {
        match self {
            Self::Good(last) => Some(last),
            Self::None(_) => None,
        }
    }
}

/// Says that a share of rows is a share of nothing: on the first night nothing else is to be expected,
/// later the list's file mostly has another name than before.
fn holds_nothing_back(other_runs: usize) {
    if other_runs == 0 {
        tracing::info!("the first run of this list: --min-rows holds nothing back yet");
    } else {
        tracing::warn!(
            other_runs,
            "no earlier run of this list or --job was finished: --min-rows holds nothing back"
        );
    }
}

/// Whether a run was for a part of its list.
fn is_part(info: &RunInfo) -> bool {
    let parts = [FIRST.option(), ONLY_BELOW.option()];
    let mut options = info.options.iter();
    options.any(|(name, _)| parts.contains(&name.as_str()))
}

/// Refuses a list without rows; one whose header is wrong, too, where it may be without.
///
/// # Errors
///
/// Where it is such a list.
pub fn not_empty(checked: &Checked, empty: EmptyList) -> Result<(), Failure> {
    if !checked.has_no_row() {
        return Ok(());
    }
    let problems = &checked.prepared().file.checked.diagnostics;
    if empty == EmptyList::Allowed && !problems.iter().any(Diagnostic::is_error) {
        return Ok(());
    }
    let name = checked.opened().path().display();
    let text = format!("nothing was sent: {name} holds no customer");
    Err(Failure::input(text)
        .hint("check the export: an empty list usually means that it failed")
        .hint(Advice::AllowEmpty))
}

/// Whether more rows are wrong than may be.
fn wrong_rows(counts: &PlanCounts, conflicts: usize, limits: Limits) -> Option<Failure> {
    let wrong = counts.invalid + counts.blocked;
    let rows = wrong + counts.create + counts.update + counts.exists + counts.fail;
    let wrong_of = || {
        let conflicts = match conflicts {
            0 => String::new(),
            some => format!(
                ", {} of them in conflict with other customers",
                grouped(some)
            ),
        };
        format!(
            "{} of {} {} wrong ({} invalid{conflicts}, {} blocked)",
            grouped(wrong),
            counted(rows, "row"),
            if wrong == 1 { "is" } else { "are" },
            grouped(counts.invalid),
            grouped(counts.blocked)
        )
    };
    if limits.validity == RowsToBe::Valid && wrong > 0 {
        let text = format!("{}, and all must be valid", wrong_of());
        return Some(refusal(text, Limited::Wrong));
    }
    let budget = limits.max_errors?;
    budget.is_spent(wrong, rows).then(|| {
        let text = format!("{}; {}", wrong_of(), budget.in_words(rows));
        refusal(text, Limited::Errors)
    })
}

/// Whether more would be created or changed than is expected.
fn too_many(counts: &PlanCounts, limits: Limits) -> Option<Failure> {
    let over = |count: usize, most: Option<usize>, limited: Limited| {
        let most = most.filter(|most| count > *most)?;
        let verb = match limited {
            Limited::Updates => "change",
            _ => "create",
        };
        let text = format!(
            "this would {verb} {}, and the limit is {most}",
            customers(count)
        );
        Some(refusal(text, limited))
    };
    over(counts.create, limits.max_create, Limited::Creates)
        .or_else(|| over(counts.changed(), limits.max_update, Limited::Updates))
}

/// Whether more would be created that probably exist than may be.
fn too_near(near_names: usize, limits: Limits) -> Option<Failure> {
    let most = limits.max_near_names.filter(|most| near_names > *most)?;
    let text = format!(
        "this would create {} beside one with nearly the same name (T204), and the limit is {most}",
        customers(near_names)
    );
    Some(refusal(text, Limited::NearNames))
}

fn refusal(text: String, limited: Limited) -> Failure {
    Failure::usage(text)
        .hint(Advice::LookAtPlan(limited))
        .hint(Advice::RaiseLimit(limited))
}

/// `1 customer`, `2 customers`.
pub fn customers(count: usize) -> String {
    counted(count, "customer")
}

/// The limits for what a run that goes on still sends.
///
/// # Errors
///
/// Where more would be created or changed than they allow.
pub fn within_limits(counts: &PlanCounts, limits: Limits) -> Result<(), Failure> {
    let Some(mut refused) = too_many(counts, limits) else {
        return Ok(());
    };
    refused.message = format!("nothing was sent: {}", refused.message);
    Err(refused)
}

#[cfg(test)]
mod tests {
    use super::super::failure::Kind;
    use super::*;
    use crate::submit::MaxErrors;

    fn limits() -> Limits {
        Guards::open(100).limits
    }

    #[test]
    fn the_limits_hold_creates_and_updates_back() {
        let limits = |max_create, max_update| Limits {
            max_create,
            max_update,
            ..limits()
        };
        let counts = |create, update| PlanCounts {
            create,
            update,
            ..PlanCounts::default()
        };
        assert!(within_limits(&counts(5, 5), limits(None, None)).is_ok());
        assert!(within_limits(&counts(5, 3), limits(Some(5), Some(3))).is_ok());
        let of = |limits| {
            let failure = within_limits(&counts(6, 9), limits).unwrap_err();
            assert_eq!(failure.kind, Kind::Usage);
            failure.message
        };
        let creates = of(limits(Some(5), None));
        assert!(creates.contains("create 6") && creates.contains("the limit is 5"));
        let updates = of(limits(None, Some(0)));
        assert!(updates.contains("change 9") && updates.contains("the limit is 0"));
    }

    #[test]
    fn wrong_rows_count_against_the_budget_and_against_what_must_be_valid() {
        let counts = PlanCounts {
            create: 1,
            invalid: 8,
            blocked: 1,
            ..PlanCounts::default()
        };
        assert!(wrong_rows(&counts, 0, limits()).is_none());
        let budget = |budget| Limits {
            max_errors: Some(budget),
            ..limits()
        };
        let refused = wrong_rows(&counts, 3, budget(MaxErrors::Percent(5))).unwrap();
        assert!(
            refused
                .message
                .contains("(8 invalid, 3 of them in conflict")
        );
        assert!(refused.message.contains("9 of 10 rows"), "{refused:?}");
        assert!(
            refused.message.contains("; 5 % of 10 rows allows 1"),
            "{refused:?}"
        );
        assert!(wrong_rows(&counts, 0, budget(MaxErrors::Percent(90))).is_none());
        assert!(wrong_rows(&counts, 0, budget(MaxErrors::Rows(8))).is_some());
        let valid = Limits {
            validity: RowsToBe::Valid,
            ..limits()
        };
        assert!(wrong_rows(&counts, 0, valid).is_some());
        assert!(wrong_rows(&PlanCounts::default(), 0, valid).is_none());
    }

    #[test]
    fn a_share_is_of_the_last_good_run_and_none_where_there_is_none() {
        let half = MinRows::Percent(50);
        assert_eq!(half.fewest(Some(601)), Some(301));
        assert_eq!(half.fewest(None), None);
        assert_eq!(MinRows::Rows(3).fewest(None), Some(3));
    }
}
