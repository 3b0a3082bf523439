//! The problems of single cells, kept with the plan so that every report can show them in their
//! place.

use rusqlite::params;

use super::read::as_written;
use super::record::Fault;
use super::{JournalError, Store, sum};
use crate::model::{RowIndex, Severity};

impl Store {
    /// Keeps the problems of cells, in the place of all that were kept before. They belong to the
    /// plan: to be called before [`Store::add_plan`], which makes the run exist.
    pub fn add_faults(
        &mut self,
        faults: impl IntoIterator<Item = Fault>,
    ) -> Result<(), JournalError> {
        let written = (|| {
            let step = self.connection.transaction()?;
            {
                step.execute("DELETE FROM fault", [])?;
                let mut insert = step.prepare_cached(
                    "INSERT INTO fault
                     (idx, position, code, severity, message, help, value, meant, sum)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                             sum_of(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))",
                )?;
                for one in faults {
                    insert.execute(params![
                        one.row.0,
                        one.column,
                        one.code,
                        one.severity.as_str(),
                        one.message,
                        one.help,
                        one.value,
                        serde_json::Value::from(one.meant).to_string()
                    ])?;
                }
            }
            step.commit()
        })();
        written.map_err(|error: rusqlite::Error| self.unwritable(&error))
    }

    /// The problems of cells, row by row in the order of the file, cell by cell from the left, the
    /// worst of a cell first.
    pub fn faults(&self) -> Result<Vec<Fault>, JournalError> {
        let read: rusqlite::Result<Vec<Fault>> = (|| {
            let mut select = self.connection.prepare(
                "SELECT idx, position, code, severity, message, help, value, meant, sum FROM fault
                 ORDER BY idx, position, rowid",
            )?;
            let mut place = 0_u32;
            let rows = select.query_map([], |row| {
                let meant: Option<String> = row.get(7)?;
                // Older formats have neither of the last two, and summed what they had.
                let summed = if meant.is_some() { 8 } else { 6 };
                as_written(sum::holds_at(row, summed, 8)?, place, "problem")?;
                place += 1;
                Ok(Fault {
                    row: RowIndex(row.get(0)?),
                    column: row.get(1)?,
                    code: row.get(2)?,
                    severity: severity(row.get_ref(3)?.as_str()?),
                    message: row.get(4)?,
                    help: row.get(5)?,
                    value: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
                    meant: meant
                        .and_then(|meant| serde_json::from_str(&meant).ok())
                        .unwrap_or_default(),
                })
            })?;
            rows.collect()
        })();
        let mut faults = read.map_err(|error| self.unreadable(error))?;
        faults.sort_by_key(|one| (one.row, one.column, std::cmp::Reverse(one.severity)));
        Ok(faults)
    }
}

fn severity(word: &str) -> Severity {
    let all = [Severity::Note, Severity::Warning, Severity::Error];
    let found = all.into_iter().find(|one| one.as_str() == word);
    found.unwrap_or(Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::writer::tests::info;

    #[test]
    fn what_is_kept_comes_back_in_the_order_of_the_cells() {
        let fault = |row, column, severity| Fault {
            row: RowIndex(row),
            column,
            code: "V201".into(),
            severity,
            message: "no such \"level\"".into(),
            help: String::new(),
            value: "Boß".into(),
            meant: vec!["EndCustomer".into(), "Site".into()],
        };
        let mut store = Store::in_memory(&info()).unwrap();
        store.add_faults([fault(9, 9, Severity::Error)]).unwrap();
        let kept = [
            fault(1, 2, Severity::Note),
            fault(1, 2, Severity::Error),
            fault(0, 4, Severity::Warning),
        ];
        store.add_faults(kept.clone()).unwrap();
        let [last, second, first] = kept;
        assert_eq!(store.faults().unwrap(), [first, second, last]);
        let altered = "UPDATE fault SET meant = '[\"Site\"]' WHERE idx = 0";
        store.connection.execute(altered, []).unwrap();
        assert!(store.faults().is_err(), "what was meant is summed, too");
    }

    #[test]
    fn what_an_older_format_kept_is_read_by_its_own_sum() {
        let store = Store::in_memory(&info()).unwrap();
        let older = "INSERT INTO fault (idx, position, code, severity, message, help, sum)
             VALUES (3, 1, 'V201', 'error', 'no such level', 'x', sum_of(3, 1, 'V201', 'error', 'no such level', 'x'))";
        store.connection.execute(older, []).unwrap();
        let [fault] = &store.faults().unwrap()[..] else {
            panic!("one problem");
        };
        assert_eq!((fault.row.0, &*fault.value, fault.meant.len()), (3, "", 0));
        store
            .connection
            .execute("UPDATE fault SET help = 'y'", [])
            .unwrap();
        assert!(store.faults().is_err());
    }
}
