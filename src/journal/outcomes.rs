//! What a run has come to in numbers, counted in its file and without its rows being read: for lists of
//! many runs.

use super::{JournalError, Store};
use crate::model::Deployments;
use crate::model::code::CUSTOMER_IS_GONE;
use crate::model::rules::tenant::{DEPLOYMENT_NOT_REACHED_BEFORE, DEPLOYMENT_REFUSED_BEFORE};

/// What a run has come to, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// Customers that it created, those that were found after an answer was lost among them.
    pub created: usize,
    /// Customers that it changed.
    pub updated: usize,
    /// Rows that were refused.
    pub failed: usize,
    /// What became of automatic deployment, as `Replayed::deployed` has it of each row.
    pub automatic_deployment: Deployments,
}

/// A customer that got automatic deployment and nothing else has been changed as well.
const ROWS: &str = "SELECT coalesce(sum(kind IN ('created', 'found', 'met')), 0),
        coalesce(sum(kind = 'updated'), 0) + (SELECT count(DISTINCT idx) FROM deploy_event
            WHERE kind = 'updated' AND idx NOT IN (SELECT idx FROM event
                WHERE kind IN ('created', 'found', 'met', 'updated', 'updated-met'))),
        coalesce(sum(kind = 'failed'), 0)
    FROM (SELECT DISTINCT idx, kind FROM event)";

/// The last event of a row counts; a row whose customer did not make it has nothing to be switched, and a run
/// that was undone is not continued.
const DEPLOYMENTS: &str = "SELECT
        coalesce(sum(kind IN ('updated', 'updated-met')), 0),
        coalesce(sum((kind IS NULL OR kind IN ('intent', 'released', 'not-done', 'unknown'))
            AND idx NOT IN (SELECT idx FROM event WHERE kind IN ('failed', 'blocked'))
            AND NOT EXISTS (SELECT 1 FROM undo)), 0),
        coalesce(sum(kind = 'failed'), 0)
            + (SELECT count(*) FROM plan WHERE deployment = 0 AND instr(' ' || code || ' ', ?1) > 0),
        coalesce(sum(action = 'update' AND idx IN (SELECT idx FROM event
            WHERE kind = 'failed' AND coalesce(message, '') <> ?3)), 0)
            + (SELECT count(*) FROM plan WHERE deployment = 0 AND instr(' ' || code || ' ', ?2) > 0)
    FROM plan LEFT JOIN (SELECT idx AS of, kind, max(seq) FROM deploy_event GROUP BY idx) ON of = idx
    WHERE deployment <> 0";

/// The codes of rows that say so of an earlier run, between spaces: refused, not come to.
fn said_before() -> [String; 2] {
    let codes = [
        DEPLOYMENT_REFUSED_BEFORE.code,
        DEPLOYMENT_NOT_REACHED_BEFORE.code,
    ];
    codes.map(|code| format!(" {code} "))
}

impl Store {
    /// Whether anything was tried to switch automatic deployment on, or is still to be.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn has_deployments(&self) -> Result<bool, JournalError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM deploy_event)
            OR EXISTS (SELECT 1 FROM plan WHERE deployment <> 0)";
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        found.map_err(|error| self.unreadable(error))
    }

    /// Whether a row says of an earlier run that it did not switch automatic deployment on.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn has_not_deployed_before(&self) -> Result<bool, JournalError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM plan WHERE deployment = 0
            AND (instr(' ' || code || ' ', ?1) > 0 OR instr(' ' || code || ' ', ?2) > 0))";
        let found = self
            .connection
            .query_row(sql, said_before(), |row| row.get(0));
        found.map_err(|error| self.unreadable(error))
    }

    /// What the run has come to.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub fn outcomes(&self) -> Result<Outcomes, JournalError> {
        let count = |row: &rusqlite::Row<'_>, at| {
            let count: i64 = row.get(at)?;
            Ok::<_, rusqlite::Error>(usize::try_from(count).unwrap_or_default())
        };
        let rows = self.connection.query_row(ROWS, [], |row| {
            Ok(Outcomes {
                created: count(row, 0)?,
                updated: count(row, 1)?,
                failed: count(row, 2)?,
                automatic_deployment: Deployments::default(),
            })
        });
        let mut outcomes = rows.map_err(|error| self.unreadable(error))?;
        let [refused, not_reached] = said_before();
        let values = [refused.as_str(), &not_reached, CUSTOMER_IS_GONE];
        let deployments = self.connection.query_row(DEPLOYMENTS, values, |row| {
            Ok(Deployments {
                switched_on: count(row, 0)? as u64,
                open: count(row, 1)? as u64,
                refused: count(row, 2)? as u64,
                not_reached: count(row, 3)? as u64,
            })
        });
        outcomes.automatic_deployment = deployments.map_err(|error| self.unreadable(error))?;
        Ok(outcomes)
    }
}
