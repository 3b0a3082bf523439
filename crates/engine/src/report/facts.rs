//! What the journal tells of a run, read once: every result file is made of it.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::ReportError;
use super::counts::Counts;
use super::layout::Layout;
use super::status::Status;
use super::time::RETRIES;
use super::undo_facts::{UndoFacts, UndoStatus};
use super::verdict::{Numbers, Verdict, verdicts};
use crate::journal::record::Mode;
use crate::journal::refused::QUARANTINED;
use crate::journal::{Fault, PlannedRow, Replayed, RowRecord, RunInfo, Store};
use crate::model::number::grouped;
use crate::model::rules::tenant::{
    DEPLOYMENT_NOT_REACHED_BEFORE, DEPLOYMENT_REFUSED_BEFORE, NAME_ALMOST_TAKEN,
};
use crate::model::{
    Deployed, Ending, Makeup, Operation, Planned, RowIndex, Severity, Standing, all_left_out,
};

/// How a run has ended, where the journal does not say it itself: a run that stopped is not
/// finished, and yet its process ends in some way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// How.
    pub ending: Ending,
}

/// A run as its journal tells it.
#[derive(Debug)]
pub struct Facts {
    /// What is known of the run from its beginning.
    pub info: RunInfo,
    /// How the run, or its last part, has ended.
    pub ended: Option<Ended>,
    /// Whether the run is over for good: nothing is left to be continued.
    pub finished: bool,
    /// The rows' numbers as a spreadsheet shows them, one per data row.
    pub numbers: Vec<u32>,
    /// Plan and progress.
    pub replayed: Replayed,
    /// What became of each row.
    pub verdicts: Vec<Verdict>,
    /// How many rows have ended how.
    pub counts: Counts,
    /// Requests sent, by method, and `retries`.
    pub requests: Vec<(String, u64)>,
    /// Which columns the result files have.
    pub layout: Layout,
    /// What became of its customers when it was undone, where that was begun.
    pub undo: Option<UndoFacts>,
    /// The problems of single cells, row by row, harmless remarks left out.
    pub faults: Vec<Fault>,
}

impl Facts {
    /// Whether an option of the run names a column by its letters: the next run of a result expects it
    /// where it was.
    pub fn names_columns_by_letters(&self) -> bool {
        let mut options = self.info.options.iter();
        options.any(|(_, value)| value.contains("column:"))
    }

    /// What the customers are that the run has created, in words; none where there are none.
    pub fn makeup(&self) -> Option<String> {
        let mut makeup = Makeup::default();
        for (row, verdict) in self.replayed.planned.iter().zip(&self.verdicts) {
            if verdict.status == Status::Created
                && let Planned::Send(Operation::Create { partner, .. }) = &row.action
            {
                makeup.add(partner);
            }
        }
        makeup.told()
    }

    /// Reads a run's journal. `ended` is what the caller knows of the end where the journal holds
    /// none.
    ///
    /// # Panics
    /// When the counts do not add up.
    pub fn read(store: &Store, ended: Option<Ended>) -> Result<Self, ReportError> {
        Self::with(store, ended, Replayed::read(store)?)
    }

    /// The same where it is known what plan and events amount to: `replayed` is what
    /// [`Replayed::read`] would say.
    ///
    /// # Errors
    ///
    /// Where the journal cannot be read.
    ///
    /// # Panics
    /// When the counts do not add up.
    pub fn with(
        store: &Store,
        ended: Option<Ended>,
        replayed: Replayed,
    ) -> Result<Self, ReportError> {
        let (info, state) = store.info()?;
        let mut layout = Layout::of(&info).with_learnt(replayed.learnt.values());
        let mut numbers = Vec::with_capacity(replayed.planned.len());
        let parts = store.rows_in_parts(
            || (layout.clone(), Vec::new()),
            |(layout, numbers), number, cells| {
                layout.make_room(cells);
                numbers.push(number);
            },
        )?;
        for (of_part, mut numbers_of_part) in parts {
            layout.make_room_of(&of_part);
            numbers.append(&mut numbers_of_part);
        }
        let verdicts = verdicts(
            &replayed,
            &Numbers {
                rows: &numbers,
                sheets: &info.sheets,
            },
        );
        let mut counts = Counts::of(numbers.len(), &verdicts);
        counts.left_out = all_left_out(&info.left_out) as u64;
        counts.assert_adds_up();
        let undo = UndoFacts::read(store, &replayed, &numbers)?;
        if undo.is_some() {
            // Nobody continues it.
            counts.automatic_deployment.open = 0;
        }
        let recorded = state.finished_ms.zip(state.ending);
        Ok(Self {
            ended: recorded
                .map(|(at_ms, ending)| Ended { at_ms, ending })
                .or(ended),
            finished: state.finished_ms.is_some(),
            requests: store.requests()?,
            undo,
            faults: faults(store)?,
            info,
            numbers,
            replayed,
            verdicts,
            counts,
            layout,
        })
    }

    /// The number of the row at `index`, with its sheet where there are several.
    pub fn place(&self, index: usize) -> String {
        let row = RowIndex(u32::try_from(index).unwrap_or(u32::MAX));
        let numbers = Numbers {
            rows: &self.numbers,
            sheets: &self.info.sheets,
        };
        numbers.place(row)
    }

    /// Hands every row with its verdict to `each`, in the order of the input, until one fails.
    pub fn each_row(
        &self,
        store: &Store,
        mut each: impl FnMut(&RowRecord, &Verdict) -> Result<(), ReportError>,
    ) -> Result<(), ReportError> {
        self.rows_until(store, |row, verdict| {
            each(row, verdict).map(|()| ControlFlow::Continue(()))
        })
    }

    /// The same, until `each` has seen enough.
    ///
    /// # Errors
    ///
    /// Where the journal cannot be read, or `each` fails.
    pub fn rows_until(
        &self,
        store: &Store,
        mut each: impl FnMut(&RowRecord, &Verdict) -> Result<ControlFlow<()>, ReportError>,
    ) -> Result<(), ReportError> {
        let mut failed = None;
        let mut verdicts = self.verdicts.iter();
        let undone = self.undo.as_ref().map_or(&[][..], |undo| &undo.fates);
        let mut undone = undone.iter().peekable();
        store.rows_until(|row| {
            let Some(verdict) = verdicts.next() else {
                return ControlFlow::Break(());
            };
            let fate = undone.next_if(|fate| fate.row == row.row);
            let verdict = &*fate.map_or(Cow::Borrowed(verdict), |fate| verdict.undone(fate));
            each(row, verdict).unwrap_or_else(|error| {
                failed = Some(error);
                ControlFlow::Break(())
            })
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// Why automatic deployment of the row's customer is off although the row asks for it: the service's
    /// number, or the rule's code where an earlier run says so, and the words.
    pub fn deployment_refused(&self, index: usize) -> Option<(&str, &str)> {
        let verdict = self.verdicts.get(index)?;
        if !verdict.lacks_deployment() {
            return None;
        }
        let standing = self.replayed.deployments.get(index);
        Some(match standing.and_then(Standing::failed) {
            Some(why) => (&why.code, &why.message),
            None if verdict.deployed == Some(Deployed::NotReached) => {
                (DEPLOYMENT_NOT_REACHED_BEFORE.code, &verdict.message)
            }
            None => (DEPLOYMENT_REFUSED_BEFORE.code, &verdict.message),
        })
    }

    /// Whether the run spoke to the local stand-in.
    pub fn is_sandbox(&self) -> bool {
        self.info.mode == Mode::Sandbox
    }

    /// How many requests were sent, over all methods.
    pub fn requests_total(&self) -> u64 {
        let methods = self.requests.iter().filter(|(name, _)| name != RETRIES);
        methods.map(|(_, count)| count).sum()
    }

    /// How many of the requests repeated an earlier one.
    pub fn retries(&self) -> u64 {
        let found = self.requests.iter().find(|(name, _)| name == RETRIES);
        found.map_or(0, |(_, count)| *count)
    }

    /// The failed rows that were not sent again, because earlier runs had them refused.
    pub fn quarantined(&self) -> u64 {
        let codes = self.verdicts.iter().map(|verdict| verdict.code.as_str());
        codes.filter(|code| *code == QUARANTINED).count() as u64
    }

    /// Rows to be created beside a customer with nearly the same name, which is probably they.
    pub fn near_names(&self) -> u64 {
        let is_near = |one: &&PlannedRow| {
            one.action.creates()
                && one
                    .code
                    .split(' ')
                    .any(|code| code == NAME_ALMOST_TAKEN.code)
        };
        self.replayed.planned.iter().filter(is_near).count() as u64
    }

    /// How many of the run's customers are in the tenant, as far as the journal knows.
    pub fn in_the_tenant(&self) -> u64 {
        let undo = self.undo.as_ref();
        let away = undo.map_or(0, |undo| undo.counts.removed + undo.counts.gone);
        // That a customer was not changed does not take it out of the tenant.
        let there = self.verdicts.iter().filter(|one| one.id.is_some());
        (there.count() as u64).saturating_sub(away)
    }

    /// Whether every row is in the tenant as it should be: nothing is left to do.
    pub fn is_well(&self) -> bool {
        let counts = self.counts;
        self.undo.is_none()
            && self.finished
            && counts.rejected() == 0
            && counts.automatic_deployment.lacking() == 0
            && self.mismatches() == 0
    }

    /// `All 64 customers are in the tenant`: how many of the run's customers are, as people would put it.
    pub fn in_the_tenant_told(&self) -> String {
        told_of(self.in_the_tenant(), self.counts.rows)
    }

    /// What became of each row's customer, by row; empty when nobody has begun to undo the run.
    pub fn undone_by_row(&self) -> Vec<Option<UndoStatus>> {
        let Some(undo) = &self.undo else {
            return Vec::new();
        };
        let mut by_row = vec![None; self.numbers.len()];
        for fate in &undo.fates {
            if let Some(place) = by_row.get_mut(fate.row.as_usize()) {
                *place = Some(fate.status);
            }
        }
        by_row
    }

    /// The problems of a row's cells, cell by cell from the left.
    pub fn faults_of(&self, index: usize) -> &[Fault] {
        let row = |fault: &Fault| fault.row.as_usize();
        let first = self.faults.partition_point(|fault| row(fault) < index);
        let end = self.faults.partition_point(|fault| row(fault) <= index);
        &self.faults[first..end]
    }

    /// The rows whose customer the tenant showed differently after the run.
    pub fn mismatches(&self) -> usize {
        let rows = self.replayed.mismatches.iter().map(|(row, _)| row);
        let distinct: std::collections::BTreeSet<_> = rows.collect();
        distinct.len()
    }
}

/// So many of all are in the tenant.
fn told_of(there: u64, all: u64) -> String {
    match (there, all) {
        (_, 0) => "The list has no customers".to_owned(),
        (0, 1) => "The customer is not in the tenant".to_owned(),
        (_, 1) => "The customer is in the tenant".to_owned(),
        (0, all) => format!("None of the {} customers is in the tenant", grouped(all)),
        (there, all) if there == all => format!("All {} customers are in the tenant", grouped(all)),
        (1, all) => format!("1 of {} customers is in the tenant", grouped(all)),
        (there, all) => format!(
            "{} of {} customers are in the tenant",
            grouped(there),
            grouped(all)
        ),
    }
}

/// For [`Facts::rows_until`].
pub(super) fn goes_on_while(more: bool) -> ControlFlow<()> {
    if more {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(())
    }
}

fn faults(store: &Store) -> Result<Vec<Fault>, ReportError> {
    let mut faults = store.faults()?;
    faults.retain(|one| one.severity > Severity::Note);
    faults.dedup();
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::told_of;

    #[test]
    fn who_is_in_the_tenant_is_told_with_the_right_number() {
        for (there, all, told) in [
            (64, 64, "All 64 customers are in the tenant"),
            (1, 1, "The customer is in the tenant"),
            (0, 1, "The customer is not in the tenant"),
            (0, 6, "None of the 6 customers is in the tenant"),
            (1, 6, "1 of 6 customers is in the tenant"),
            (1_733, 2_000, "1,733 of 2,000 customers are in the tenant"),
            (0, 0, "The list has no customers"),
        ] {
            assert_eq!(told_of(there, all), told);
        }
    }
}
