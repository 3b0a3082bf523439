//! Rows that hold a label and its value (`Prepared by | Joe`, `Exported on | 2026-11-01`), and words
//! that name the columns of tables that hold no customers.

use super::labels::{List, Words, has_legal_form};
use super::pair_words::{PERHAPS_LABELS, PHRASES};
use super::values::look;

/// What the first of two filled cells says of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// It is a label, and no customer.
    Label,
    /// It may be a label.
    Perhaps,
}

/// Which two bytes labels begin with: for all rows, so cheap.
#[derive(Debug, Clone)]
pub(super) struct Beginnings([u64; 16]);

impl Beginnings {
    pub(super) fn new() -> Self {
        let mut found = Self([0; 16]);
        for list in [PHRASES, PERHAPS_LABELS, super::labels::REMARKS] {
            for word in list.split(';').map(str::trim_start) {
                for form in [word.to_owned(), word.to_uppercase()] {
                    if let [first, second, ..] = form.as_bytes() {
                        let place = place_of(*first, *second);
                        found.0[place / 64] |= 1 << (place % 64);
                    }
                }
            }
        }
        found
    }

    /// Whether the text may begin with a label.
    #[inline]
    pub(super) fn may_begin(&self, text: &str) -> bool {
        match text.as_bytes() {
            [.., b':'] => true,
            [first, second, ..] if text.len() <= 48 => {
                let place = place_of(*first, *second);
                self.0[place / 64] >> (place % 64) & 1 == 1
            }
            _ => false,
        }
    }
}

fn place_of(first: u8, second: u8) -> usize {
    usize::from(first & 31) << 5 | usize::from(second & 31)
}

/// Whether a row of these two texts holds a label and its value.
#[cold]
pub(super) fn pair(label: &str, value: &str, words: &Words) -> Option<Pair> {
    let label = label.trim();
    let lower = label.to_lowercase().replace(['\u{A0}', '\u{202F}'], " ");
    let plain = lower.trim_end_matches([':', '=', ' ', '.']);
    if plain.is_empty() {
        return None;
    }
    if label.ends_with(':') {
        return Some(Pair::Label);
    }
    if has_legal_form(plain) {
        return None;
    }
    if words.is_in(List::Phrases, plain) {
        return Some(Pair::Label);
    }
    let known = words.is_in(List::PerhapsLabels, plain) || words.is_in(List::Remarks, plain);
    known.then(|| {
        if look(value).is_value() {
            Pair::Label
        } else {
            Pair::Perhaps
        }
    })
}

/// Whether a text names a column of a table that holds no customers.
pub(super) fn is_other_header(text: &str, words: &Words) -> bool {
    let lower = text.trim().trim_end_matches(':').to_lowercase();
    words.is_in(List::Headers, &lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_names() {
        let words = Words::new();
        let beginnings = Beginnings::new();
        for (label, value, expected) in [
            ("Prepared by", "Joe", Some(Pair::Label)),
            ("PREPARED BY", "Joe", Some(Pair::Label)),
            ("Exported on", "2026-11-01", Some(Pair::Label)),
            ("Stand:", "01.11.2026", Some(Pair::Label)),
            ("Stand", "01.11.2026", Some(Pair::Label)),
            ("Erstellt von", "Ann", Some(Pair::Label)),
            ("Établi par", "Ann", Some(Pair::Label)),
            ("Última actualización", "Ann", Some(Pair::Label)),
            ("Version", "1.2", Some(Pair::Label)),
            ("Version", "Bonn", Some(Pair::Perhaps)),
            ("Quelle", "ERP", Some(Pair::Perhaps)),
            ("Kontakt Vertrieb:", "Ann", Some(Pair::Label)),
            ("Alder", "Bonn", None),
            ("Prepared Foods", "Bonn", None),
            ("Version One", "Bonn", None),
            ("Date Palm Ltd", "Bonn", None),
            ("Stand Up Paddle", "Bonn", None),
            ("Note AG", "Bonn", None),
        ] {
            assert_eq!(pair(label, value, &words), expected, "{label}");
            assert!(expected.is_none() || beginnings.may_begin(label), "{label}");
        }
        assert!(!beginnings.may_begin("Xylem Works"));
    }
}
