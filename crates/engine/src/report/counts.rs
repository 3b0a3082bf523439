//! How many rows have ended how; the counts add up or nothing is written.

use serde::Serialize;

use super::status::Status;

use super::verdict::Verdict;
use crate::model::Deployments;

/// Rows by status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Data rows of the input.
    pub rows: u64,
    /// Created by this run.
    pub created: u64,
    /// There already, and left as they are.
    pub exists: u64,
    /// There already, and changed by this run.
    pub updated: u64,
    /// Refused by the service.
    pub failed: u64,
    /// Wrong, not sent.
    pub invalid: u64,
    /// Below a row that did not make it.
    pub blocked: u64,
    /// Sent, and nobody knows.
    pub unknown: u64,
    /// The run stopped before them.
    pub pending: u64,
    /// Rows of the input beside these, which are none of the run's.
    #[serde(skip_serializing_if = "is_none")]
    pub left_out: u64,
    /// What became of automatic deployment, of the rows that ask for it.
    #[serde(skip_serializing_if = "Deployments::is_none")]
    pub automatic_deployment: Deployments,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference over"
)]
fn is_none(count: &u64) -> bool {
    *count == 0
}

impl Counts {
    /// Counts the verdicts on an input of so many rows.
    pub fn of(rows: usize, verdicts: &[Verdict]) -> Self {
        let mut counts = Self {
            rows: rows as u64,
            ..Self::default()
        };
        for verdict in verdicts {
            *counts.slot(verdict.status) += 1;
            if let Some(deployed) = verdict.deployed {
                counts.automatic_deployment.add(deployed);
            }
        }
        counts
    }

    fn slot(&mut self, status: Status) -> &mut u64 {
        match status {
            Status::Created => &mut self.created,
            Status::Exists => &mut self.exists,
            Status::Updated => &mut self.updated,
            Status::Failed => &mut self.failed,
            Status::Invalid => &mut self.invalid,
            Status::Blocked => &mut self.blocked,
            Status::Unknown => &mut self.unknown,
            Status::Pending => &mut self.pending,
        }
    }

    /// The rows with this status.
    pub fn get(mut self, status: Status) -> u64 {
        *self.slot(status)
    }

    /// The terms of the sum as people are shown it. Without updates, which are asked for, it has no
    /// term for them and fits a line.
    pub fn terms(self) -> impl Iterator<Item = (Status, u64)> {
        let all = Status::ALL.into_iter();
        all.map(move |status| (status, self.get(status)))
            .filter(|(status, count)| *status != Status::Updated || *count > 0)
    }

    /// The rows whose customer is in the tenant.
    pub fn made_it(self) -> u64 {
        self.created + self.exists + self.updated
    }

    /// The rows of `rejected.csv`.
    pub fn rejected(self) -> u64 {
        self.rejected_for_good() + self.open()
    }

    /// The rows that need mending: failed, invalid or blocked.
    pub fn rejected_for_good(self) -> u64 {
        self.failed + self.invalid + self.blocked
    }

    /// The rows that continuing the run settles: unknown or pending.
    pub fn open(self) -> u64 {
        self.unknown + self.pending
    }

    /// Holds the sum against the rows of the input.
    ///
    /// # Panics
    /// When they differ: a row would have no status or two, and no result file can be trusted.
    pub fn assert_adds_up(self) {
        let sum: u64 = Status::ALL.into_iter().map(|status| self.get(status)).sum();
        assert_eq!(
            self.rows, sum,
            "rows = created + exists + updated + failed + invalid + blocked + unknown + pending: {self:?}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: Status) -> Verdict {
        Verdict {
            learnt: None,
            deployed: None,
            status,
            id: None,
            code: String::new(),
            message: String::new(),
        }
    }

    #[test]
    fn every_status_is_counted_in_its_own_place() {
        let mut all = Vec::new();
        for (times, status) in (1..).zip(Status::ALL) {
            all.extend(vec![verdict(status); times]);
        }
        let counts = Counts::of(36, &all);
        counts.assert_adds_up();
        assert_eq!(
            Status::ALL.map(|status| counts.get(status)),
            [1, 2, 3, 4, 5, 6, 7, 8]
        );
        assert_eq!((counts.made_it(), counts.rejected()), (6, 30));
        assert_eq!((counts.rejected_for_good(), counts.open()), (15, 15));
    }

    #[test]
    #[should_panic(expected = "rows = created")]
    fn a_lost_row_is_noticed() {
        Counts::of(2, &[verdict(Status::Created)]).assert_adds_up();
    }
}
