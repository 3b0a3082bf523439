//! Texts and lists of diagnostics, kept so that the same mistake in a million rows costs little:
//! what is said of many rows is kept once.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A text that is part of the program, one row's own, or shared by many.
#[derive(Clone)]
pub enum Phrase {
    /// Part of the program.
    Static(&'static str),
    /// One diagnostic's own.
    Own(Box<str>),
    /// Said in several diagnostics; a clone costs nothing.
    Shared(Arc<str>),
}

impl Phrase {
    /// The text, kept once for all its clones.
    pub fn shared(text: &str) -> Self {
        Self::Shared(text.into())
    }

    /// The same text, kept once for all its clones.
    #[must_use]
    pub fn into_shared(self) -> Self {
        match self {
            Self::Own(text) => Self::Shared(text.into()),
            kept => kept,
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Own(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl Default for Phrase {
    fn default() -> Self {
        Self::Static("")
    }
}

impl Deref for Phrase {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<&'static str> for Phrase {
    fn from(text: &'static str) -> Self {
        Self::Static(text)
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self::Own(text.into_boxed_str())
    }
}

impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Phrase {}

impl PartialEq<str> for Phrase {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Phrase {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), out)
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// A list that seldom has entries, kept once for all its clones.
#[derive(Clone, PartialEq, Eq)]
pub struct Few<T>(Option<Arc<[T]>>);

/// Values that would have been accepted.
pub type Suggestions = Few<String>;

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Few<T> {
    /// The entries.
    pub fn as_slice(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(entries: Vec<T>) -> Self {
        Self((!entries.is_empty()).then(|| entries.into()))
    }
}

impl<T: fmt::Debug> fmt::Debug for Few<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_slice(), out)
    }
}

impl<T: Serialize> Serialize for Few<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

/// Row numbers, of which there is mostly one.
#[derive(Clone)]
pub enum RelatedRows {
    /// One row.
    One([u32; 1]),
    /// None or several.
    Several(Few<u32>),
    /// Rows of an input of several sheets, which may stand on other sheets than the diagnostic.
    OnSheets(Arc<RowsOnSheets>),
}

/// Row numbers, and the sheet of each.
#[derive(Debug)]
pub struct RowsOnSheets {
    rows: Box<[u32]>,
    sheets: Box<[Box<str>]>,
}

impl RelatedRows {
    /// The numbers.
    pub fn as_slice(&self) -> &[u32] {
        match self {
            Self::One(row) => row,
            Self::Several(rows) => rows,
            Self::OnSheets(on) => &on.rows,
        }
    }

    /// The sheet of each row; none where all of them stand on the diagnostic's own.
    pub fn sheets(&self) -> &[Box<str>] {
        match self {
            Self::OnSheets(on) => &on.sheets,
            Self::One(_) | Self::Several(_) => &[],
        }
    }
}

impl Default for RelatedRows {
    fn default() -> Self {
        Self::Several(Few::default())
    }
}

impl Deref for RelatedRows {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        self.as_slice()
    }
}

impl From<u32> for RelatedRows {
    fn from(row: u32) -> Self {
        Self::One([row])
    }
}

impl From<Vec<u32>> for RelatedRows {
    fn from(rows: Vec<u32>) -> Self {
        match rows[..] {
            [row] => Self::One([row]),
            _ => Self::Several(rows.into()),
        }
    }
}

impl<'a> FromIterator<(u32, &'a str)> for RelatedRows {
    /// From numbers with their sheets.
    fn from_iter<I: IntoIterator<Item = (u32, &'a str)>>(rows: I) -> Self {
        let (rows, sheets): (Vec<u32>, Vec<Box<str>>) = rows
            .into_iter()
            .map(|(row, sheet)| (row, Box::from(sheet)))
            .unzip();
        Self::OnSheets(Arc::new(RowsOnSheets {
            rows: rows.into(),
            sheets: sheets.into(),
        }))
    }
}

impl PartialEq for RelatedRows {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice() && self.sheets() == other.sheets()
    }
}

impl Eq for RelatedRows {}

impl fmt::Debug for RelatedRows {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_slice(), out)
    }
}

impl Serialize for RelatedRows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

/// A fragment as a sentence.
pub fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let mut sentence: String = letters
        .next()
        .map(|first| first.to_uppercase().collect())
        .unwrap_or_default();
    sentence.push_str(letters.as_str());
    if !sentence.is_empty() && !sentence.ends_with(['.', '?', '!', ':']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_its_text_however_it_is_kept() {
        let own = Phrase::from("two words".to_owned());
        assert_eq!(own, Phrase::from("two words"));
        assert_eq!(own, Phrase::shared("two words"));
        assert_ne!(own, Phrase::shared("two"));
        assert_eq!(serde_json::to_string(&own).unwrap(), "\"two words\"");
    }

    #[test]
    fn lists_are_their_entries_however_they_are_kept() {
        for rows in [vec![], vec![7], vec![7, 9]] {
            let related = RelatedRows::from(rows.clone());
            assert_eq!(related.as_slice(), rows);
            assert_eq!(format!("{related:?}"), format!("{rows:?}"));
        }
        assert_eq!(RelatedRows::from(7), RelatedRows::from(vec![7]));
        assert!(Suggestions::from(Vec::new()).is_empty());
    }
}
