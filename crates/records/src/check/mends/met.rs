//! What became of the entries of a mends file, over all tables of a list.

use super::entries::{Key, Mends, ValueMend};
use crate::check::cell::quoted;
use crate::model::Diagnostic;
use crate::model::number::grouped;
use crate::model::rules::selection::{MEND_AMBIGUOUS, MEND_STALE};

/// What became of the entries.
#[derive(Debug, Clone)]
pub(in crate::check) struct MendsMet {
    mends: Mends,
    values: Vec<Met>,
    rows: Vec<Met>,
    columns: Vec<Met>,
    contradictions: Vec<Diagnostic>,
}

/// What became of one entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    /// Whether a table has the columns that it names.
    pub(super) is_bound: bool,
    /// A column that a table lacks.
    pub(super) missing: Option<String>,
    /// How many rows or cells it was for.
    pub(super) rows: u32,
    /// What stood there instead of what it expects.
    pub(super) instead: Option<String>,
}

impl MendsMet {
    /// Nothing yet.
    pub(super) fn of(mends: &Mends) -> Self {
        Self {
            values: vec![Met::default(); mends.values.len()],
            rows: vec![Met::default(); mends.cells.len() + mends.left_out.len() + mends.kept.len()],
            columns: vec![Met::default(); mends.columns.len()],
            contradictions: Vec::new(),
            mends: mends.clone(),
        }
    }

    /// The entry for a value.
    pub(super) fn value(&mut self, entry: usize) -> &mut Met {
        &mut self.values[entry]
    }

    /// The entry for one row: cells first, then rows left out, then rows kept.
    pub(super) fn row(&mut self, entry: usize) -> &mut Met {
        &mut self.rows[entry]
    }

    /// The entry for a column.
    pub(super) fn column(&mut self, entry: usize) -> &mut Met {
        &mut self.columns[entry]
    }

    /// Two entries make different things of the same cell: the text that is there, and theirs.
    pub(super) fn contradict(&mut self, column: &str, (from, one, other): (&str, &str, &str)) {
        let message = format!(
            "two mends of {} in column \"{column}\" contradict each other: {} and {}",
            quoted(from),
            quoted(one),
            quoted(other)
        );
        self.refuse(message);
    }

    /// One entry keeps the row of this number, another leaves it out.
    pub(super) fn keeps_and_leaves_out(&mut self, number: u32) {
        self.refuse(format!(
            "two mends of row {number} contradict each other: one keeps it, one leaves it out"
        ));
    }

    fn refuse(&mut self, message: String) {
        let found = Diagnostic::of_file(&MEND_AMBIGUOUS, message).with_help("keep one of them");
        if self
            .contradictions
            .iter()
            .all(|one| one.message != found.message)
        {
            self.contradictions.push(found);
        }
    }

    /// Takes what became of the same entries in another table.
    pub(in crate::check) fn append(&mut self, other: Self) {
        let own = [&mut self.values, &mut self.rows, &mut self.columns];
        for (own, other) in own
            .into_iter()
            .zip([other.values, other.rows, other.columns])
        {
            for (met, more) in own.iter_mut().zip(other) {
                met.is_bound |= more.is_bound;
                met.rows += more.rows;
                met.missing = met.missing.take().or(more.missing);
                met.instead = met.instead.take().or(more.instead);
            }
        }
        self.contradictions.extend(other.contradictions);
    }

    /// What is to be said of entries that do not count, or of which it is not clear what they mean.
    pub(in crate::check) fn said(self) -> Vec<Diagnostic> {
        let mut found = self.contradictions.clone();
        let values = self.mends.values.iter().zip(&self.values);
        for (ValueMend { column, from, .. }, met) in values {
            if let Some(missing) = met.unbound() {
                found.push(no_column(missing));
            } else if met.rows == 0 {
                found.push(stale(format!(
                    "the mend of {} in column \"{column}\" does not count: no cell holds it",
                    quoted(from)
                )));
            }
        }
        for (entry, met) in self.rows.iter().enumerate() {
            let (key, what) = self.of_row(entry);
            found.extend(met.of_row(&key.shown(), &what));
        }
        let columns = self.mends.columns.iter().zip(&self.columns);
        for ((name, field), _) in columns.filter(|(_, met)| !met.is_bound) {
            found.push(stale(format!(
                "the mend that column \"{name}\" is {field} does not count: the list has no such column"
            )));
        }
        found
    }

    /// The key of an entry for one row, and what it is called.
    fn of_row(&self, entry: usize) -> (&Key, String) {
        if let Some(cell) = self.mends.cells.get(entry) {
            let ValueMend { column, from, .. } = &cell.value;
            let what = format!("the mend of {} in column \"{column}\"", quoted(from));
            return (&cell.key, what);
        }
        let at = entry - self.mends.cells.len();
        match self.mends.left_out.get(at) {
            Some(key) => (key, "the mend that leaves a row out".to_owned()),
            None => (
                &self.mends.kept[at - self.mends.left_out.len()],
                "the mend that keeps a row".to_owned(),
            ),
        }
    }
}

impl Met {
    /// The column that every table lacks.
    fn unbound(&self) -> Option<&str> {
        self.missing.as_deref().filter(|_| !self.is_bound)
    }

    /// What is to be said of an entry that is meant for one row.
    fn of_row(&self, key: &str, what: &str) -> Option<Diagnostic> {
        if let Some(missing) = self.unbound() {
            return Some(no_column(missing));
        }
        match (self.rows, &self.instead) {
            (0, _) => Some(stale(format!("{what} does not count: no row has {key}"))),
            (1, None) => None,
            (1, Some(there)) => Some(stale(format!(
                "{what} does not count: the cell of the row with {key} holds {}",
                quoted(there)
            ))),
            (rows, _) => {
                let message = format!(
                    "{what} is meant for one row, and {} rows have {key}",
                    grouped(rows)
                );
                let found = Diagnostic::of_file(&MEND_AMBIGUOUS, message);
                Some(found.with_help("name more of the row's cells in its key"))
            }
        }
    }
}

fn no_column(name: &str) -> Diagnostic {
    stale(format!(
        "a mend in column \"{name}\" does not count: the list has no such column"
    ))
}

fn stale(message: String) -> Diagnostic {
    Diagnostic::of_file(&MEND_STALE, message)
        .with_help("look at the row; remove the entry from the mends file, or rewrite it")
}
