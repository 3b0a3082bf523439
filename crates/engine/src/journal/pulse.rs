//! How a run's requests went over time, and under which settings each process that carried it out
//! worked.

use super::record::{Attempt, Sample};
use super::{JournalError, Store};

impl Store {
    /// Hands every sample to `each`, in the order in which they were written.
    pub fn each_sample(&self, mut each: impl FnMut(Sample)) -> Result<(), JournalError> {
        let read = (|| {
            let mut select = self.connection.prepare(
                "SELECT at_ms, method, answered, put_off, lost, took FROM pulse ORDER BY rowid",
            )?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
                let took: String = row.get(5)?;
                each(Sample {
                    at_ms: row.get(0)?,
                    method: row.get(1)?,
                    answered: count(2)?,
                    put_off: count(3)?,
                    lost: count(4)?,
                    took: serde_json::from_str(&took).unwrap_or_default(),
                });
            }
            Ok(())
        })();
        read.map_err(|error| self.unreadable(error))
    }

    /// The first and the last moment of which events and samples tell, Unix milliseconds; `None` where
    /// nothing has happened.
    pub fn span_ms(&self) -> Result<Option<(i64, i64)>, JournalError> {
        let sql = "SELECT min(at_ms), max(at_ms) FROM
            (SELECT at_ms FROM event UNION ALL SELECT at_ms FROM pulse)";
        let span = self.connection.query_row(sql, [], |row| {
            Ok(row.get::<_, Option<i64>>(0)?.zip(row.get(1)?))
        });
        span.map_err(|error| self.unreadable(error))
    }

    /// The processes that have carried the run out, in their order.
    pub fn attempts(&self) -> Result<Vec<Attempt>, JournalError> {
        let read: rusqlite::Result<_> = (|| {
            let mut select = self
                .connection
                .prepare("SELECT at_ms, tool_version, settings FROM sitting ORDER BY number")?;
            let rows = select.query_map([], |row| {
                let settings: String = row.get(2)?;
                Ok(Attempt {
                    at_ms: row.get(0)?,
                    tool_version: row.get(1)?,
                    settings: serde_json::from_str(&settings).unwrap_or_default(),
                })
            })?;
            rows.collect()
        })();
        read.map_err(|error| self.unreadable(error))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::journal::Entry;
    use crate::journal::writer::tests::info;
    use crate::model::Took;

    #[test]
    fn what_is_written_is_read_again() {
        let mut store = Store::in_memory(&info()).unwrap();
        assert_eq!(store.span_ms().unwrap(), None);
        let mut took = Took::default();
        took.add(Duration::from_millis(40));
        let sample = |at_ms| Sample {
            at_ms,
            method: "AddPartner".into(),
            answered: 1,
            put_off: 2,
            lost: 3,
            took: took.clone(),
        };
        let attempt = Attempt {
            at_ms: 7,
            tool_version: "0.1.0".into(),
            settings: vec![("limits.rate".into(), "5/s".into())],
        };
        let entries = [
            Entry::Attempt(attempt.clone()),
            Entry::Pulse(vec![sample(2), sample(1)]),
            Entry::Pulse(vec![sample(2)]),
        ];
        store.write(&entries).unwrap();
        let mut read = Vec::new();
        store.each_sample(|sample| read.push(sample)).unwrap();
        assert_eq!(read, [sample(2), sample(1), sample(2)]);
        assert_eq!(store.span_ms().unwrap(), Some((1, 2)));
        assert_eq!(store.attempts().unwrap(), [attempt]);
    }
}
