//! What a journal's file is made of, without what is in it: tables, rows, whether it is whole.

use super::{JournalError, Store};

/// The file's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The format, as `PRAGMA user_version`; opening has brought older ones up to date.
    pub version: i64,
    /// Whether `SQLite` finds the file whole.
    pub is_whole: bool,
    /// The rows of each table of the format, by its name.
    pub tables: Vec<(&'static str, i64)>,
}

/// The tables whose rows are counted.
const TABLES: [&str; 14] = [
    "deploy_event",
    "event",
    "fault",
    "input",
    "learnt",
    "plan",
    "pulse",
    "requests",
    "run",
    "sitting",
    "undo",
    "undo_deploy_event",
    "undo_event",
    "undo_requests",
];

impl Store {
    /// Reads the file's shape.
    pub fn shape(&self) -> Result<Shape, JournalError> {
        let number = |sql: &str| self.connection.query_row(sql, [], |row| row.get(0));
        let read = (|| {
            let whole: String =
                self.connection
                    .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            let tables = TABLES.iter().map(|table| {
                let count = number(&format!("SELECT count(*) FROM {table}"))?;
                Ok((*table, count))
            });
            Ok(Shape {
                version: number("PRAGMA user_version")?,
                is_whole: whole == "ok",
                tables: tables.collect::<rusqlite::Result<_>>()?,
            })
        })();
        read.map_err(|error: rusqlite::Error| self.unreadable(error))
    }
}
