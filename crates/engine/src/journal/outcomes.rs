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

/// The events that say what became of a row; each of [`seen`] is one of these kinds. To let them pass by
/// costs half of what it costs SQLite to sort out which of them it has seen.
const EVENTS: &str = "SELECT idx, kind FROM event WHERE kind <> 'intent'";
/// Whom nothing but automatic deployment was changed of has been changed as well.
const SWITCHED: &str = "SELECT DISTINCT idx FROM deploy_event WHERE kind = 'updated'";
/// Whether automatic deployment is anybody's: in most runs it is nobody's, which one look tells.
const ANY_DEPLOYMENT: &str = "SELECT EXISTS (SELECT 1 FROM plan
    WHERE deployment <> 0 OR instr(code, ?1) > 0 OR instr(code, ?2) > 0)";

/// The kinds of events that were seen of a row.
mod seen {
    pub(super) const CREATED: u8 = 1;
    pub(super) const FOUND: u8 = 2;
    pub(super) const MET: u8 = 4;
    pub(super) const UPDATED: u8 = 8;
    pub(super) const UPDATED_MET: u8 = 16;
    pub(super) const FAILED: u8 = 32;

    pub(super) fn bit(kind: &str) -> u8 {
        match kind {
            "created" => CREATED,
            "found" => FOUND,
            "met" => MET,
            "updated" => UPDATED,
            "updated-met" => UPDATED_MET,
            "failed" => FAILED,
            _ => 0,
        }
    }
}

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
        let mut outcomes = self
            .rows_by_outcome()
            .map_err(|error| self.unreadable(error))?;
        let codes = [
            DEPLOYMENT_REFUSED_BEFORE.code,
            DEPLOYMENT_NOT_REACHED_BEFORE.code,
        ];
        let any = self
            .connection
            .query_row(ANY_DEPLOYMENT, codes, |row| row.get(0));
        if !any.map_err(|error| self.unreadable(error))? {
            return Ok(outcomes);
        }
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

    /// The rows by what became of them. A row counts once with each.
    fn rows_by_outcome(&self) -> rusqlite::Result<Outcomes> {
        let mut of_rows: Vec<u8> = Vec::new();
        let mut select = self.connection.prepare(EVENTS)?;
        let mut events = select.query([])?;
        while let Some(event) = events.next()? {
            let row = event.get::<_, u32>(0)? as usize;
            if row >= of_rows.len() {
                of_rows.resize(row + 1, 0);
            }
            of_rows[row] |= seen::bit(event.get_ref(1)?.as_str()?);
        }
        let with = |kinds: u8| {
            of_rows
                .iter()
                .map(move |row| (row & kinds).count_ones() as usize)
        };
        let made = seen::CREATED | seen::FOUND | seen::MET;
        let mut outcomes = Outcomes {
            created: with(made).sum(),
            updated: with(seen::UPDATED).sum(),
            failed: with(seen::FAILED).sum(),
            automatic_deployment: Deployments::default(),
        };
        let mut select = self.connection.prepare(SWITCHED)?;
        let mut switched = select.query([])?;
        let known = made | seen::UPDATED | seen::UPDATED_MET;
        while let Some(row) = switched.next()? {
            let row = row.get::<_, u32>(0)? as usize;
            let alone = of_rows.get(row).is_none_or(|seen| seen & known == 0);
            outcomes.updated += usize::from(alone);
        }
        Ok(outcomes)
    }
}
