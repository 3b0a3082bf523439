//! What the list's own words stand for: `Level: Endkunde = EndCustomer`, for every field. The cell is
//! read as if it held the other text; files show it as it is.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use foldhash::fast::FixedState;

use super::cell::quoted;
use super::cell::text::{Bytes, may_be_unusual};
use super::field::Field;
use super::mapping::ValueEntry;
use super::text::{fold_name, trim};
use crate::model::rules::selection::VALUE_UNMET;
use crate::model::{Cell, CellKind, Diagnostic, LeftOutRows};

impl ValueEntry {
    /// The word, the same however it is spelt.
    pub fn word(&self) -> Box<[u8]> {
        folded(&self.from)
    }

    /// Whether the other makes something else of the same word of the same field.
    pub fn contradicts(&self, other: &Self) -> bool {
        let field = |one: &Self| one.field.parse::<Field>().ok();
        field(self) == field(other)
            && self.word() == other.word()
            && trim(&self.to) != trim(&other.to)
    }
}

/// The words of one field.
#[derive(Debug)]
pub(super) struct ValueMap {
    field: Field,
    words: Vec<Meaning>,
    by_folded: HashMap<Box<[u8]>, usize, FixedState>,
}

#[derive(Debug)]
struct Meaning {
    from: Box<str>,
    to: Box<str>,
    /// Whether `to` holds characters that take a closer look.
    unusual: bool,
    met: AtomicBool,
}

impl PartialEq for ValueMap {
    fn eq(&self, other: &Self) -> bool {
        let pairs = |map: &Self| -> Vec<(Box<str>, Box<str>)> {
            let words = map.words.iter();
            words
                .map(|one| (one.from.clone(), one.to.clone()))
                .collect()
        };
        self.field == other.field && pairs(self) == pairs(other)
    }
}

impl Eq for ValueMap {}

impl ValueMap {
    /// The field's words among all entries; none where there is no such entry. Of several entries for
    /// one word the first counts.
    pub(super) fn of(field: Field, entries: &[(Field, &ValueEntry)]) -> Option<Self> {
        let mut map = Self {
            field,
            words: Vec::new(),
            by_folded: HashMap::default(),
        };
        for (_, entry) in entries.iter().filter(|(of, _)| *of == field) {
            let place = map.words.len();
            let known = map.by_folded.entry(folded(&entry.from));
            if let std::collections::hash_map::Entry::Vacant(free) = known {
                free.insert(place);
                map.words.push(Meaning {
                    from: entry.from.as_str().into(),
                    to: entry.to.as_str().into(),
                    unusual: may_be_unusual(entry.to.as_bytes()),
                    met: AtomicBool::new(false),
                });
            }
        }
        (!map.words.is_empty()).then_some(map)
    }

    /// What the text stands for, and whether that takes a closer look; none where it is no word of
    /// the map.
    fn find(&self, text: &str, last: &mut Last) -> Option<(&str, bool)> {
        if last.text.as_deref() != Some(text) {
            last.look_up(text, &self.by_folded);
        }
        let word = &self.words[last.place?];
        // Two threads look at it: most often it is enough to read.
        if !word.met.load(Ordering::Relaxed) {
            word.met.store(true, Ordering::Relaxed);
        }
        Some((&word.to, word.unusual))
    }

    /// The cell as if it held what its word stands for; `default` stands in for one that stands for
    /// nothing.
    pub(super) fn read<'a>(
        &'a self,
        (cell, bytes): (Cell<'a>, Bytes),
        default: Option<&'a str>,
        last: &mut Last,
    ) -> (Cell<'a>, Bytes) {
        let Some((text, unusual)) = self.find(cell.text, last) else {
            return (cell, bytes);
        };
        let text = default.filter(|_| text.is_empty()).unwrap_or(text);
        let kind = CellKind::Text;
        let bytes = if unusual { Bytes::Any } else { Bytes::Plain };
        (Cell { text, kind }, bytes)
    }

    /// Whether a cell held the word.
    fn has_met(&self, from: &str) -> bool {
        let word = self.by_folded.get(&folded(from));
        word.is_some_and(|at| self.words[*at].met.load(Ordering::Relaxed))
    }
}

/// What a column's last cell stood for: most columns that have a map hold the same few words.
#[derive(Debug, Default)]
pub(super) struct Last {
    text: Option<String>,
    /// Its place among the words; none where it is none.
    place: Option<usize>,
    folded: Vec<u8>,
}

impl Last {
    fn look_up(&mut self, text: &str, words: &HashMap<Box<[u8]>, usize, FixedState>) {
        fold_name(text, &mut self.folded);
        self.place = words.get(self.folded.as_slice()).copied();
        let kept = self.text.get_or_insert_default();
        kept.clear();
        kept.push_str(text);
    }
}

/// Among which rows a word was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    /// All of the list.
    All,
    /// Others are left out, and may hold it.
    ThoseThatCount,
}

impl Among {
    pub(super) fn of(left_out: &[LeftOutRows]) -> Self {
        if left_out.is_empty() {
            Self::All
        } else {
            Self::ThoseThatCount
        }
    }
}

/// A note for each entry that no cell of its field held. `maps` are those of the columns that are
/// there.
pub(super) fn unmet<'a>(
    maps: impl Iterator<Item = &'a ValueMap>,
    entries: &[(Field, &ValueEntry)],
    among: Among,
) -> Vec<Diagnostic> {
    let rows = match among {
        Among::All => "",
        Among::ThoseThatCount => " in a row that counts",
    };
    let maps: Vec<&ValueMap> = maps.collect();
    let of_entry = |(field, entry): &(Field, &ValueEntry)| {
        let (from, to) = (quoted(&entry.from), quoted(&entry.to));
        let place = match entry.place.as_str() {
            "" => String::new(),
            place => format!(" ({place})"),
        };
        let message = match maps.iter().find(|map| map.field == *field) {
            Some(map) if map.has_met(&entry.from) => return None,
            Some(_) => {
                format!("no cell of {field}{rows} is {from}, which would be read as {to}{place}")
            }
            None => format!("no column is {field}, so {from} is nowhere read as {to}{place}"),
        };
        Some(note(message, &entry.from))
    };
    entries.iter().filter_map(of_entry).collect()
}

fn note(message: String, value: &str) -> Diagnostic {
    Diagnostic::of_file(&VALUE_UNMET, message)
        .with_value(value)
        .with_help("leave the entry out if it is for other lists, or correct it")
}

fn folded(text: &str) -> Box<[u8]> {
    let mut folded = Vec::new();
    fold_name(trim(text), &mut folded);
    folded.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> ValueEntry {
        ValueEntry::parse(text).unwrap()
    }

    #[test]
    fn a_word_does_not_stand_for_two_things() {
        let contradicts = |one, other| entry(one).contradicts(&entry(other));
        assert!(contradicts("Level:Kunde=Site", "level:KUNDE =Reseller"));
        assert!(!contradicts("Level:Kunde=Site", "Level:kunde=Site"));
        assert!(!contradicts("Level:Kunde=Site", "City:Kunde=Ulm"));
        assert!(!contradicts("Level:Kunde=Site", "Level:Kunden=Reseller"));
    }

    #[test]
    fn words_are_found_as_names_are() {
        let entries = [
            entry("Level:Großkunde=Reseller"),
            entry("Level:end kunde=EndCustomer"),
            entry("Level:End  Kunde=Site"),
            entry("State:aktiv=InProduction"),
        ];
        let entries: Vec<(Field, &ValueEntry)> = entries
            .iter()
            .map(|entry| (entry.field.parse().unwrap(), entry))
            .collect();
        let map = ValueMap::of(Field::Level, &entries).unwrap();
        let mut memory = Last::default();
        let mut find = |text: &str| map.find(text, &mut memory).map(|(to, _)| to.to_owned());
        assert_eq!(find("großKUNDE").as_deref(), Some("Reseller"));
        assert_eq!(find("END\u{a0}KUNDE").as_deref(), Some("EndCustomer"));
        assert_eq!(find("aktiv"), None);
        assert_eq!(find("end kunde").as_deref(), Some("EndCustomer"));
        assert_eq!(find("end kunde").as_deref(), Some("EndCustomer"));
        assert_eq!(find(""), None);
        let notes = unmet([&map].into_iter(), &entries, Among::All);
        let notes: Vec<&str> = notes.iter().map(|note| note.message.as_str()).collect();
        assert_eq!(
            notes,
            ["no column is State, so \"aktiv\" is nowhere read as \"InProduction\""]
        );
    }
}
