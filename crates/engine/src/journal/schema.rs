//! The tables, as migrations that are only ever appended to.

use std::path::Path;

use rusqlite::Connection;

use super::JournalError;

/// One entry per format version; entry `n` leads from format `n` to `n + 1`.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE run (
        id           TEXT NOT NULL,
        info         TEXT NOT NULL,
        planned_ms   INTEGER,
        finished_ms  INTEGER,
        exit_code    INTEGER
    ) STRICT;
    CREATE TABLE input (
        idx     INTEGER PRIMARY KEY,
        number  INTEGER NOT NULL,
        line    INTEGER NOT NULL,
        cells   TEXT NOT NULL
    ) STRICT;
    CREATE TABLE plan (
        idx         INTEGER PRIMARY KEY,
        action      TEXT NOT NULL,
        parent_id   INTEGER,
        parent_row  INTEGER,
        partner_id  INTEGER,
        blocked_by  INTEGER,
        account     INTEGER NOT NULL DEFAULT 0,
        payload     TEXT,
        code        TEXT NOT NULL DEFAULT '',
        message     TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE event (
        seq         INTEGER PRIMARY KEY,
        idx         INTEGER NOT NULL,
        kind        TEXT NOT NULL,
        partner_id  INTEGER,
        code        TEXT,
        message     TEXT,
        at_ms       INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE requests (
        method  TEXT PRIMARY KEY,
        count   INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    CREATE TABLE undo (
        number       INTEGER PRIMARY KEY,
        begun_ms     INTEGER NOT NULL,
        to_remove    INTEGER NOT NULL,
        out_dir      TEXT NOT NULL,
        finished_ms  INTEGER,
        exit_code    INTEGER
    ) STRICT;
    CREATE TABLE undo_event (
        seq      INTEGER PRIMARY KEY,
        idx      INTEGER NOT NULL,
        kind     TEXT NOT NULL,
        code     TEXT,
        message  TEXT,
        at_ms    INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE undo_requests (
        method  TEXT PRIMARY KEY,
        count   INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    -- Rows whose customer is changed: action 'update', what is sent as JSON; event 'updated'.
    ALTER TABLE plan ADD COLUMN changes TEXT;
",
    "
    CREATE TABLE fault (
        idx       INTEGER NOT NULL,
        position  INTEGER NOT NULL,
        code      TEXT NOT NULL,
        severity  TEXT NOT NULL,
        message   TEXT NOT NULL,
        help      TEXT NOT NULL
    ) STRICT;
",
    "
    -- What was sent before this event, and has no answer, can no longer be carried out.
    ALTER TABLE run ADD COLUMN waited_seq INTEGER NOT NULL DEFAULT 0;
",
    "
    -- Requests over time; a time of a method may have several rows.
    CREATE TABLE pulse (
        at_ms     INTEGER NOT NULL,
        method    TEXT NOT NULL,
        answered  INTEGER NOT NULL,
        put_off   INTEGER NOT NULL,
        lost      INTEGER NOT NULL,
        took      TEXT NOT NULL
    ) STRICT;
    CREATE TABLE sitting (
        number        INTEGER PRIMARY KEY,
        at_ms         INTEGER NOT NULL,
        tool_version  TEXT NOT NULL,
        settings      TEXT NOT NULL
    ) STRICT;
",
    "
    -- A checksum of each record's values; none in records of older formats.
    ALTER TABLE run ADD COLUMN rows INTEGER;
    ALTER TABLE run ADD COLUMN sum INTEGER;
    ALTER TABLE input ADD COLUMN sum INTEGER;
    ALTER TABLE plan ADD COLUMN sum INTEGER;
    ALTER TABLE event ADD COLUMN sum INTEGER;
    ALTER TABLE fault ADD COLUMN sum INTEGER;
    ALTER TABLE undo ADD COLUMN sum INTEGER;
    ALTER TABLE undo_event ADD COLUMN sum INTEGER;
",
    "
    -- Events 'found', 'met' and 'beside', which older versions would take for 'unknown'. In records
    -- of older formats 'created' may be a customer that was found.
",
    "
    -- What stands in the cell, and what may have been meant: a JSON list of texts, best first.
    ALTER TABLE fault ADD COLUMN value TEXT;
    ALTER TABLE fault ADD COLUMN meant TEXT;
",
    "
    -- Rows for whose customer automatic deployment is switched on, what became of that in the run and
    -- in its undoing, and what was learnt of customers after the run.
    ALTER TABLE plan ADD COLUMN deployment INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE deploy_event (
        seq         INTEGER PRIMARY KEY,
        idx         INTEGER NOT NULL,
        kind        TEXT NOT NULL,
        partner_id  INTEGER,
        code        TEXT,
        message     TEXT,
        at_ms       INTEGER NOT NULL,
        sum         INTEGER
    ) STRICT;
    CREATE TABLE undo_deploy_event (
        seq         INTEGER PRIMARY KEY,
        idx         INTEGER NOT NULL,
        kind        TEXT NOT NULL,
        partner_id  INTEGER,
        code        TEXT,
        message     TEXT,
        at_ms       INTEGER NOT NULL,
        sum         INTEGER
    ) STRICT;
    CREATE TABLE learnt (
        idx      INTEGER PRIMARY KEY,
        uid      TEXT,
        account  TEXT,
        sum      INTEGER
    ) STRICT;
",
];

/// The newest format this version knows.
pub fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings a file to the newest format, or refuses one that is newer still.
pub fn migrate(connection: &mut Connection, path: &Path) -> Result<(), JournalError> {
    let damaged = |source| JournalError::of_using(path, source);
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(damaged)?;
    if found > newest() {
        return Err(JournalError::Newer {
            path: path.to_owned(),
            found,
            known: newest(),
        });
    }
    let open = |source| JournalError::of_opening(path, source);
    for (version, migration) in (1..).zip(MIGRATIONS) {
        if version > found {
            let step = connection.transaction().map_err(open)?;
            step.execute_batch(migration).map_err(open)?;
            step.pragma_update(None, "user_version", version)
                .map_err(open)?;
            step.commit().map_err(open)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::record::{Entry, Event};
    use crate::journal::writer::tests::info;
    use crate::journal::{Replayed, Store, sum};
    use crate::model::{
        Happening, Operation, Origin, Outcome, PartnerId, Planned, RowIndex, Standing,
    };

    /// A file of an older format with three rows: created, without a word after its intent, and given
    /// up; and a fourth that was updated, where the format knows that.
    fn of_format(format: usize, path: &Path) {
        let connection = Connection::open(path).unwrap();
        sum::register(&connection).unwrap();
        for migration in &MIGRATIONS[..format] {
            connection.execute_batch(migration).unwrap();
        }
        let version = i64::try_from(format).unwrap();
        connection
            .pragma_update(None, "user_version", version)
            .unwrap();
        let info = serde_json::to_string(&info()).unwrap();
        let insert = "INSERT INTO run (id, info, planned_ms) VALUES ('one', ?1, 5)";
        connection.execute(insert, [info]).unwrap();
        for row in 0..3 {
            let payload = format!(r#"{{"Name":"Customer {row}"}}"#);
            let insert = "INSERT INTO plan (idx, action, parent_id, payload)
                 VALUES (?1, 'create', 1000, ?2)";
            connection
                .execute(insert, rusqlite::params![row, payload])
                .unwrap();
        }
        let events = "INSERT INTO event (idx, kind, partner_id, message, at_ms) VALUES
             (0, 'intent', NULL, NULL, 1), (0, 'created', 4711, NULL, 2),
             (1, 'intent', NULL, NULL, 3), (2, 'intent', NULL, NULL, 4),
             (2, 'unknown', NULL, 'no answer', 5)";
        connection.execute_batch(events).unwrap();
        let updates = "INSERT INTO plan (idx, action, parent_id, partner_id, payload, changes)
             VALUES (3, 'update', 1000, 7, '{\"Name\":\"Customer 3\"}',
             '{\"changes\":{\"State\":\"InTrial\"},\"relocation\":\"stays\",\"told\":\"State\"}')";
        if connection.execute(updates, []).is_ok() {
            let updated = "INSERT INTO event (idx, kind, partner_id, at_ms)
                 VALUES (3, 'updated', 7, 6)";
            connection.execute(updated, []).unwrap();
        }
    }

    #[test]
    fn a_file_of_every_format_so_far_is_read() {
        let mut with_updates = 0;
        for format in 1..MIGRATIONS.len() {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("old.sqlite");
            of_format(format, &path);
            let replayed = Replayed::read(&Store::open(&path).unwrap()).unwrap();
            let created = replayed.progress[0].created().map(PartnerId::get);
            assert_eq!(created, Some(4711), "format {format}");
            assert!(replayed.progress[1].is_open(), "format {format}");
            assert!(replayed.progress[2].is_open(), "format {format}");
            if let Some(updated) = replayed.progress.get(3) {
                with_updates += 1;
                assert!(
                    matches!(updated, Standing::Ended(Outcome::Updated(..))),
                    "format {format}: {updated:?}"
                );
                let Planned::Send(Operation::Update { update, .. }) = &replayed.planned[3].action
                else {
                    panic!("format {format}: {:?}", replayed.planned[3]);
                };
                assert!(update.before.is_empty(), "it was not kept then");
            }
        }
        assert!(with_updates > 1, "{with_updates}");
    }

    #[test]
    fn a_file_of_the_format_before_is_read_and_goes_on() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("old.sqlite");
        of_format(7, &path);
        let mut store = Store::open(&path).unwrap();
        let replayed = Replayed::read(&store).unwrap();
        let open = |message: &str| Standing::Open {
            message: message.to_owned(),
        };
        let id = |number| PartnerId::from_number(number).unwrap();
        assert_eq!(
            replayed.progress[..3],
            [
                Standing::Ended(Outcome::Created(id(4711), Origin::Answered)),
                open(""),
                open("no answer")
            ]
        );
        assert_eq!(replayed.origin(RowIndex(0)), Origin::Answered);
        let event = |row, kind| {
            let row = RowIndex(row);
            Entry::Event(Event {
                row,
                kind,
                at_ms: 9,
            })
        };
        store
            .write(&[
                event(1, Happening::Beside(id(4000))),
                event(1, Happening::Ended(Outcome::Created(id(4712), Origin::Met))),
                event(
                    2,
                    Happening::Ended(Outcome::Created(id(4713), Origin::Found)),
                ),
            ])
            .unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        store.verify().unwrap();
        assert!(!store.may_land().unwrap());
        let replayed = Replayed::read(&store).unwrap();
        assert_eq!(
            replayed.progress[1],
            Standing::Ended(Outcome::Created(id(4712), Origin::Met))
        );
        assert_eq!(replayed.origin(RowIndex(1)), Origin::Met);
        assert_eq!(replayed.origin(RowIndex(2)), Origin::Found);
        assert!(replayed.beside.contains(&(RowIndex(1), id(4000))));
        let newer = "PRAGMA user_version";
        let version: i64 = Connection::open(&path)
            .unwrap()
            .query_row(newer, [], |row| row.get(0))
            .unwrap();
        assert_eq!(version, newest());
    }
}
