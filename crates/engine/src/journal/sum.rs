//! A checksum for each record of a journal, so that a file that was altered on the disk is noticed
//! before anything is sent on its strength. `SQLite` notices damaged pages, not damaged content.
//!
//! Statements compute it with `sum_of(...)`, over the values in the order in which they are read.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

/// Gives statements of this connection the function `sum_of`.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("sum_of", -1, flags, |values| {
        let mut sum = Sum::default();
        for place in 0..values.len() {
            sum.add(values.get_raw(place));
        }
        Ok(sum.get())
    })
}

/// Whether a row is as it was written: its first `columns` values were summed, and their sum stands
/// behind them. Records of older formats have none.
pub(super) fn holds(row: &Row<'_>, columns: usize) -> rusqlite::Result<bool> {
    holds_at(row, columns, columns)
}

/// The same where the sum stands at `place`, behind columns that were not summed.
pub(super) fn holds_at(row: &Row<'_>, columns: usize, place: usize) -> rusqlite::Result<bool> {
    let Some(kept) = row.get::<_, Option<i64>>(place)? else {
        return Ok(true);
    };
    let mut sum = Sum::default();
    for column in 0..columns {
        sum.add(row.get_ref(column)?);
    }
    Ok(sum.get() == kept)
}

#[derive(Default)]
struct Sum(crc32fast::Hasher);

impl Sum {
    fn add(&mut self, value: ValueRef<'_>) {
        // The kind and the length keep two values from being read as one.
        let (kind, bytes) = match value {
            ValueRef::Null => (b'n', &[][..]),
            ValueRef::Integer(number) => return self.number(b'i', number.to_le_bytes()),
            ValueRef::Real(number) => return self.number(b'r', number.to_le_bytes()),
            ValueRef::Text(text) => (b't', text),
            ValueRef::Blob(bytes) => (b'b', bytes),
        };
        self.put(kind, bytes);
    }

    fn put(&mut self, kind: u8, bytes: &[u8]) {
        let mut head = [kind; 9];
        head[1..].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.0.update(&head);
        if !bytes.is_empty() {
            self.0.update(bytes);
        }
    }

    /// As [`Sum::put`] in one piece.
    fn number(&mut self, kind: u8, bytes: [u8; 8]) {
        let mut whole = [kind; 17];
        whole[1..9].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        whole[9..].copy_from_slice(&bytes);
        self.0.update(&whole);
    }

    fn get(self) -> i64 {
        self.0.finalize().into()
    }
}
