//! The texts of a row in one piece: a list of a million rows has twenty million cells, and each file of
//! results reads all of them.

use std::fmt;

use rusqlite::types::{ToSqlOutput, ValueRef};
use serde::Serializer;
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

use crate::model::{RowBatch, RowIndex};

/// The cells of a row, as read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell at `place`, where the row is as long as that.
    pub fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    /// All of them, from the left.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let cell = &self.text[start..*end];
            start = *end;
            cell
        })
    }

    /// Takes the cells of another row, a JSON array of texts, in place of its own; none where it is no
    /// such thing.
    pub(super) fn read(&mut self, json: &str) {
        self.clear();
        let mut from = serde_json::Deserializer::from_str(json);
        let read = Filling(self).deserialize(&mut from);
        if read.and_then(|()| from.end()).is_err() {
            self.clear();
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }
}

impl fmt::Debug for Cells {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> FromIterator<&'a str> for Cells {
    fn from_iter<T: IntoIterator<Item = &'a str>>(cells: T) -> Self {
        let mut all = Self::default();
        cells.into_iter().for_each(|cell| all.push(cell));
        all
    }
}

/// The cells of a batch's rows as the journal keeps them, each row's as a JSON array of texts.
pub(super) struct RowTexts {
    first: u32,
    json: Vec<u8>,
    rows: Vec<RowText>,
}

/// A row's number, its line, and where its text ends.
struct RowText {
    number: u32,
    line: u32,
    end: usize,
}

/// A row as values of a statement.
pub(super) struct RowValues<'t> {
    pub at: u32,
    pub number: u32,
    pub line: u32,
    /// What a serializer has written need not be looked through for UTF-8.
    pub cells: ToSqlOutput<'t>,
}

impl RowTexts {
    pub(super) fn of(first: RowIndex, batch: &RowBatch) -> Self {
        let (mut json, mut rows) = (Vec::new(), Vec::with_capacity(batch.len()));
        for row in batch.rows() {
            let texts = row.cells().map(|cell| cell.text);
            // A vector takes everything.
            let _ = serde_json::Serializer::new(&mut json).collect_seq(texts);
            rows.push(RowText {
                number: row.number(),
                line: row.line(),
                end: json.len(),
            });
        }
        Self {
            first: first.0,
            json,
            rows,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = RowValues<'_>> {
        let mut start = 0;
        (self.first..).zip(&self.rows).map(move |(at, row)| {
            let text = &self.json[start..row.end];
            start = row.end;
            RowValues {
                at,
                number: row.number,
                line: row.line,
                cells: ToSqlOutput::Borrowed(ValueRef::Text(text)),
            }
        })
    }
}

/// Reads an array into the cells.
struct Filling<'c>(&'c mut Cells);

impl<'de> DeserializeSeed<'de> for Filling<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Filling<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an array of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Next(self.0))?.is_some() {}
        Ok(())
    }
}

/// Reads one text to the end of the others.
struct Next<'c>(&'c mut Cells);

impl<'de> DeserializeSeed<'de> for Next<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Next<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text")
    }

    fn visit_str<E: Error>(self, cell: &str) -> Result<(), E> {
        self.0.push(cell);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_those_of_the_row_that_was_read_last() {
        let mut cells = Cells::default();
        cells.read(r#"["A \"quoted\" name","","ü😀","\u0001"]"#);
        let expected = ["A \"quoted\" name", "", "ü😀", "\u{1}"];
        assert!(cells.iter().eq(expected), "{cells:?}");
        let got: Vec<_> = (0..5).map(|place| cells.get(place)).collect();
        assert_eq!(got[..4], expected.map(Some));
        assert_eq!((got[4], cells.len()), (None, 4));
        assert_eq!(cells, expected.into_iter().collect());
        cells.read(r#"["one"]"#);
        assert!(cells.iter().eq(["one"]), "{cells:?}");
        for other in ["", "[]", "{}", "[1]", r#"["a""#, r#"["a"] x"#] {
            cells.read(other);
            assert!(cells.is_empty(), "{other}");
        }
    }
}
