//! Entries that are written: each is a part of a transaction that the file's owner has begun.

use rusqlite::{Connection, params};

use super::columns::{self, EventTable};
use super::record::{Attempt, Event, Learnt, Sample, UndoEntry};
use crate::model::{Ending, RowIndex};

/// What is known of the run, in the order in which it is summed.
pub(super) const RUN_COLUMNS: &str =
    "id, info, planned_ms, finished_ms, exit_code, waited_seq, rows";

/// How a run ended that was still unfinished when its undoing began.
pub(super) const GIVEN_UP: Ending = Ending::Stopped;

/// Sums what is known of the run anew: whatever changes it ends with this.
pub(super) fn seal_run(connection: &Connection) -> rusqlite::Result<()> {
    let sql = format!("UPDATE run SET sum = sum_of({RUN_COLUMNS})");
    connection.prepare_cached(&sql)?.execute([]).map(drop)
}

/// Adds to the counts of requests in `table`.
pub(super) fn add_requests(
    connection: &Connection,
    table: &str,
    counts: &[(String, u64)],
) -> rusqlite::Result<()> {
    let mut add = connection.prepare_cached(&format!(
        "INSERT INTO {table} (method, count) VALUES (?1, ?2)
         ON CONFLICT (method) DO UPDATE SET count = count + excluded.count"
    ))?;
    for (method, count) in counts {
        add.execute(params![method, i64::try_from(*count).unwrap_or(i64::MAX)])?;
    }
    Ok(())
}

/// How requests went.
pub(super) fn insert_samples(connection: &Connection, samples: &[Sample]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO pulse (at_ms, method, answered, put_off, lost, took)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    for sample in samples {
        insert.execute(params![
            sample.at_ms,
            sample.method,
            number(sample.answered),
            number(sample.put_off),
            number(sample.lost),
            serde_json::to_string(&sample.took).unwrap_or_default(),
        ])?;
    }
    Ok(())
}

/// A process that goes on with the run.
pub(super) fn insert_attempt(connection: &Connection, attempt: &Attempt) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO sitting (at_ms, tool_version, settings) VALUES (?1, ?2, ?3)",
        params![
            attempt.at_ms,
            attempt.tool_version,
            serde_json::to_string(&attempt.settings).unwrap_or_default(),
        ],
    )?;
    Ok(())
}

/// Something about the undoing of the run.
pub(super) fn insert_undo(step: &Connection, entry: &UndoEntry) -> rusqlite::Result<()> {
    match entry {
        UndoEntry::Begun {
            at_ms,
            to_remove,
            out_dir,
        } => {
            step.execute(
                "INSERT INTO undo (begun_ms, to_remove, out_dir) VALUES (?1, ?2, ?3)",
                params![at_ms, to_remove, out_dir],
            )?;
            seal_undo(step)?;
            step.execute(
                "UPDATE run SET finished_ms = ?1, exit_code = ?2 WHERE finished_ms IS NULL",
                params![at_ms, GIVEN_UP.number()],
            )?;
            seal_run(step)?;
        }
        UndoEntry::Event(event) => insert_event(step, event)?,
        UndoEntry::Deploy(event) => insert_deploy(step, "undo_deploy_event", event)?,
        UndoEntry::Requests(counts) => add_requests(step, "undo_requests", counts)?,
        UndoEntry::Finished { at_ms, ending } => {
            step.execute(
                "UPDATE undo SET finished_ms = ?1, exit_code = ?2
                 WHERE number = (SELECT max(number) FROM undo)",
                params![at_ms, ending.number()],
            )?;
            seal_undo(step)?;
        }
    }
    Ok(())
}

/// Something on the way to a customer's automatic deployment, on or off.
pub(super) fn insert_deploy(step: &Connection, table: &str, event: &Event) -> rusqlite::Result<()> {
    let mut insert = step.prepare_cached(&format!(
        "INSERT INTO {table} (idx, kind, partner_id, code, message, at_ms, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, sum_of(?1, ?2, ?3, ?4, ?5, ?6))"
    ))?;
    columns::insert_event(&mut insert, event, EventTable::Run)
}

/// What was learnt of a row's customer; the last word counts.
pub(super) fn insert_learnt(
    step: &Connection,
    row: RowIndex,
    learnt: &Learnt,
) -> rusqlite::Result<()> {
    let mut insert = step.prepare_cached(
        "INSERT OR REPLACE INTO learnt (idx, uid, account, sum)
         VALUES (?1, ?2, ?3, sum_of(?1, ?2, ?3))",
    )?;
    insert.execute(params![row.0, learnt.uid, learnt.account])?;
    Ok(())
}

/// Sums what is known of the last go anew.
fn seal_undo(step: &Connection) -> rusqlite::Result<()> {
    let sql = "UPDATE undo
         SET sum = sum_of(number, begun_ms, to_remove, out_dir, finished_ms, exit_code)
         WHERE number = (SELECT max(number) FROM undo)";
    step.execute(sql, []).map(drop)
}

fn insert_event(step: &Connection, event: &Event) -> rusqlite::Result<()> {
    let mut insert = step.prepare_cached(
        "INSERT INTO undo_event (idx, kind, code, message, at_ms, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, sum_of(?1, ?2, ?3, ?4, ?5))",
    )?;
    columns::insert_event(&mut insert, event, EventTable::Undo)
}
