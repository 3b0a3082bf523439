//! Titles that say of the rows below them whether they are customers still: `Former customers:`,
//! `Do not import`, `Gekündigt`, and `Active customers`, which ends such a part.

use super::cells::{filled, first_filled};
use super::heading_words::{DO_NOT, words_of};
use super::labels::{List, Words, has_legal_form};
use crate::batch::RowBatch;
use crate::note::{Note, NoteKind};

/// What a title says of the rows below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    /// They are not to be imported.
    Bars,
    /// The same, though the title may be somebody's name.
    MayBar,
    /// Words among others say so: a title where titles stand, and else a name.
    Hints,
    /// They are customers.
    Lifts,
}

/// What a time stands behind.
const SINCE: [&str; 9] = [
    " since ", " as of ", " seit ", " per ", " zum ", " bis ", " depuis ", " desde ", " sinds ",
];

/// What a text says that stands alone in its row.
#[cold]
pub(super) fn heading(text: &str, words: &Words) -> Option<Heading> {
    /// Titles are short.
    const LONGEST: usize = 80;
    if text.len() > LONGEST {
        return None;
    }
    let lower = text
        .to_lowercase()
        .replace(['\u{A0}', '\u{202F}'], " ")
        .replace('\u{2019}', "'");
    let mut rest = lower.as_str();
    for since in SINCE {
        rest = rest.split_once(since).map_or(rest, |(before, _)| before);
    }
    let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    // Most names end here at their first word.
    if !words_of(rest).all(|word| number(word) || words.is_in_heading(word)) {
        return hints(rest, words).then_some(Heading::Hints);
    }
    let plain = rest.trim_matches(|sign: char| !sign.is_alphanumeric());
    let (left, mut barred) = without_forbidding(plain);
    let (mut perhaps, mut there, mut noun) = (false, false, text.trim_end().ends_with(':'));
    for word in words_of(&left).filter(|word| !number(word)) {
        match word {
            _ if words.is_in(List::Gone, word) => barred = true,
            _ if words.is_in(List::PerhapsGone, word) => perhaps = true,
            _ if words.is_in(List::There, word) => there = true,
            _ if words.is_in(List::Counted, word) => noun = true,
            _ if words.is_in(List::Between, word) => {}
            _ => return hints(rest, words).then_some(Heading::Hints),
        }
    }
    match (barred, perhaps, there) {
        (true, _, false) => Some(Heading::Bars),
        (false, true, false) if noun => Some(Heading::Bars),
        (false, true, false) => Some(Heading::MayBar),
        (false, false, true) if noun => Some(Heading::Lifts),
        // `Active and former customers`
        _ => None,
    }
}

/// Whether words of a small-letter text speak of customers that are gone: `Kunden, die gekündigt haben`.
fn hints(text: &str, words: &Words) -> bool {
    let has = |list| words_of(text).any(|word| words.is_in(list, word));
    let gone = has(List::Gone)
        || has(List::PerhapsGone) && has(List::Counted)
        || has(List::Forbid) && without_forbidding(text).1;
    gone && !has_legal_form(text)
}

/// The text without a phrase that forbids to import, and whether there was one.
fn without_forbidding(plain: &str) -> (String, bool) {
    let text = format!(" {plain} ");
    let sign = |sign: char| !sign.is_alphanumeric();
    for phrase in DO_NOT.split(';').map(str::trim_start) {
        if let Some((before, behind)) = text.split_once(phrase)
            && before.ends_with(sign)
            && behind.starts_with(sign)
        {
            return (format!("{before} {behind}"), true);
        }
    }
    (text, false)
}

/// The titles that bar the rows below them, each until another title.
#[derive(Debug, Default)]
pub(super) struct Bars(Vec<Bar>);

#[derive(Debug)]
struct Bar {
    row: u32,
    title: String,
    until: u32,
}

impl Bars {
    /// Titles above the header that say of the whole list that its rows are no customers any more.
    pub(super) fn above(head: &RowBatch, first_data: usize, words: &Words) -> Self {
        let mut bars = Self::default();
        for row in (0..first_data).filter_map(|index| head.row(index)) {
            let text = first_filled(row).map_or("", |index| row.text(index).trim());
            // `Cancelled: 3` counts.
            let counts = text.ends_with(|sign: char| sign.is_ascii_digit()) && text.contains(':');
            if filled(row) == 1 && !counts && heading(text, words) == Some(Heading::Bars) {
                bars.begin(row.number(), text);
            }
        }
        bars
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A title in this row bars those below it.
    pub(super) fn begin(&mut self, row: u32, title: &str) {
        self.end(row);
        self.0.push(Bar {
            row,
            title: title.trim().to_owned(),
            until: u32::MAX,
        });
    }

    /// Another title stands in this row.
    pub(super) fn end(&mut self, row: u32) {
        if let Some(last) = self.0.last_mut() {
            last.until = last.until.min(row);
        }
    }

    /// What is to be said of a row that stands below such a title.
    #[cold]
    pub(super) fn of(&self, row: u32, name: &str) -> Option<Note> {
        let bars = |bar: &&Bar| bar.row < row && row < bar.until;
        let bar = self.0.iter().rev().find(bars)?;
        let below = NoteKind::BelowTitle {
            title: bar.title.clone(),
            row: bar.row,
        };
        Some(below.in_row(row).with_value(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_whether_customers_are_gone() {
        let words = Words::new();
        for text in [
            "Former customers:",
            "Former Customers",
            "Do not import",
            "DO NOT IMPORT!",
            "Don’t import (test)",
            "Gekündigt",
            "Gekündigte Kunden 2025",
            "Ehemalige Kunden",
            "Archived",
            "-- Inactive --",
            "Kunden (inaktiv)",
            "Kunden, gekündigt zum 31.12.2025",
            "Cancelled since May",
            "Anciens clients",
            "Clients résiliés",
            "Bajas",
            "Antiguos clientes",
            "Clienti cessati",
            "Oud-klanten",
            "Opgezegd:",
            "Byli klienci",
            "Tidigare kunder",
            "Lost customers",
            "Closed accounts",
            "Archiv:",
            "Old:",
            "Nicht mehr aktiv",
            "Nicht importieren: alte Kunden",
            "Prospects",
        ] {
            assert_eq!(heading(text, &words), Some(Heading::Bars), "{text}");
        }
        for text in ["Archiv", "Lost", "Old", "Ex", "Archive 2024"] {
            assert_eq!(heading(text, &words), Some(Heading::MayBar), "{text}");
        }
        for text in [
            "Active customers",
            "Aktive Kunden:",
            "Neue Kunden",
            "Active:",
        ] {
            assert_eq!(heading(text, &words), Some(Heading::Lifts), "{text}");
        }
        for text in [
            "No longer with us:",
            "Kunden, die gekündigt haben",
            "Customers who left",
            "Alte Kunden (nicht mehr anlegen)",
            "Excluded from import",
            "Inactive - keep for reference",
            "Red rows: do not import",
            "Inactive Films",
        ] {
            assert_eq!(heading(text, &words), Some(Heading::Hints), "{text}");
        }
        for text in [
            "Former Glory Ltd",
            "Old Mill Ltd",
            "Active and former customers",
            "Active",
            "Customers",
            "Lost & Found GmbH",
            "Alder",
            "Archive Digital",
            "Interactive",
            "New York",
            "",
        ] {
            assert_eq!(heading(text, &words), None, "{text}");
        }
    }

    #[test]
    fn a_bar_ends_at_the_next_title() {
        let mut bars = Bars::default();
        bars.begin(3, "Former:");
        bars.end(6);
        bars.begin(9, "Archived");
        let barred: Vec<u32> = (1..12).filter(|row| bars.of(*row, "").is_some()).collect();
        assert_eq!(barred, [4, 5, 10, 11]);
    }
}
