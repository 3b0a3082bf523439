//! What a row of the table's body is, as far as it tells by itself: data, or one of the many things
//! that stand between customers.

use super::advance::{Filling, is_nameless};
use super::below;
use super::body::Body;
use super::cells::{filled, last_filled};
use super::drawn::Neighbours;
use super::elsewhere::Other;
use super::head::Ragged;
use super::headings::{Heading, heading};
use super::labels::{Label, Sure, is_framed, is_legend, is_of_customers, may_be_total};
use super::pairs::{Pair, pair};
use super::pasted::other_delimiter;
use super::row_kind::RowKind;
use super::telling::{is_all_names, only_numbers_behind, quick_filled};
use super::values::{Look, is_number, look};
use crate::batch::Row;
use crate::note::Line;

/// A row counts as nearly empty only where all others hold at least so many cells.
const DENSE_CELLS: usize = 3;

impl Body {
    /// What the row is; so many of its cells hold a character.
    #[inline]
    pub(super) fn kind(&self, row: Row<'_>, cells: usize) -> RowKind {
        let kind = self.by_itself(row, cells);
        if self.own.is_empty() || kind == RowKind::Data || !self.is_judged(row) {
            return kind;
        }
        // A run has said of it what became of it: it must not be lost now.
        match kind {
            RowKind::Lonely | RowKind::Names | RowKind::Defaults | RowKind::Nothing => {
                RowKind::Data
            }
            RowKind::Note | RowKind::Section | RowKind::Total => RowKind::TotalUnsure,
            RowKind::Line(line) => RowKind::LineUnsure(line),
            other => other,
        }
    }

    /// Whether a result file says that it was read as a row of data.
    #[cold]
    fn is_judged(&self, row: Row<'_>) -> bool {
        let mut texts = self.own.iter().map(|index| row.text(*index).trim());
        texts.any(|text| self.marks.judged.contains(&text))
    }

    #[inline]
    fn by_itself(&self, row: Row<'_>, cells: usize) -> RowKind {
        let filled = if self.is_alone() {
            cells
        } else {
            self.filled(row)
        };
        if filled == 0 || (filled <= 2 && self.is_all_blank(row)) {
            let elsewhere = self.neighbours == Neighbours::Table
                && !row.cells().all(|cell| cell.text.trim().is_empty());
            return if elsewhere {
                RowKind::Beside
            } else {
                RowKind::Blank
            };
        }
        if let Some(kind) = self.placed(row) {
            return kind;
        }
        if self.is_header(row) {
            return RowKind::Header;
        }
        if let Some(kind) = self.line(row).or_else(|| self.nameless(row)) {
            return kind;
        }
        if !self.blanks.is_empty() && self.seen > 0 && is_all_names(row) {
            if self.labelled(row, filled) == Some(RowKind::Total) {
                return RowKind::Total;
            }
            if self.is_other_header(row) {
                return RowKind::OtherHeader(Other::Table);
            }
            if filled >= 2 && !self.names.is_empty() && self.labelled(row, filled).is_none() {
                return RowKind::Names;
            }
        }
        if self.resembles_header(row) {
            let customers = if self.has_names {
                Other::Customers
            } else {
                Other::Table
            };
            return RowKind::OtherHeader(customers);
        }
        if let Some(kind) = self.labelled(row, filled) {
            return kind;
        }
        if !self.own.is_empty() {
            if filled <= 2 && self.bears(row, self.marks.doubtful) {
                return RowKind::TotalUnsure;
            }
            if self.bears(row, self.marks.barred) {
                return RowKind::WasBarred;
            }
            if self.bears(row, self.marks.elsewhere) {
                return RowKind::WasElsewhere;
            }
        }
        if filled == 1 && self.density.least >= DENSE_CELLS && !self.is_cut_otherwise(row) {
            return RowKind::Lonely;
        }
        if self.ragged == Ragged::Matters
            && row.len() == 1
            && self.width >= 3
            && !self.short_rows_usual
            && !self.is_cut_otherwise(row)
        {
            return RowKind::Lonely;
        }
        RowKind::Data
    }

    /// Whether all columns are the list's.
    fn is_alone(&self) -> bool {
        self.neighbours == Neighbours::None && self.own.is_empty()
    }

    /// How many cells of the list's columns are filled.
    pub(super) fn filled(&self, row: Row<'_>) -> usize {
        if !self.is_alone() {
            let columns = self.first..self.first + self.width;
            return columns
                .filter(|index| !self.own.contains(index))
                .filter(|index| !row.text(*index).trim().is_empty())
                .count();
        }
        quick_filled(row)
    }

    /// Whether a result file says one of these of the row, for which it may be no customer: alone among
    /// the rejected rows it no longer stands out.
    #[cold]
    fn bears(&self, row: Row<'_>, marks: &[&str]) -> bool {
        let mut words = self
            .own
            .iter()
            .flat_map(|index| row.text(*index).split(' '));
        words.any(|word| marks.contains(&word))
    }

    fn is_all_blank(&self, row: Row<'_>) -> bool {
        if self.neighbours == Neighbours::Table {
            let columns = self.first..self.first + self.width;
            return columns
                .into_iter()
                .all(|index| row.text(index).trim().is_empty());
        }
        row.cells().all(|cell| cell.text.trim().is_empty())
    }

    /// Whether the row is cut by another delimiter than the table.
    pub(super) fn is_cut_otherwise(&self, row: Row<'_>) -> bool {
        self.ragged == Ragged::Matters && other_delimiter(row, self.width).is_some()
    }

    /// What is known of the row by its place.
    #[inline]
    fn placed(&self, row: Row<'_>) -> Option<RowKind> {
        if !self.others.is_empty()
            && let Some(other) = self.others.get(&row.number())
        {
            return Some(RowKind::OtherHeader(*other));
        }
        if self.drawn.is_empty() {
            return None;
        }
        let number = row.number();
        if self.totals.iter().any(|rows| rows.contains(&number)) {
            return Some(RowKind::Total);
        }
        let drawn = self
            .drawn
            .iter()
            .position(|(_, rows)| rows.contains(&number));
        drawn.map(RowKind::Drawn)
    }

    /// What a row is that speaks of the columns.
    #[inline]
    fn line(&self, row: Row<'_>) -> Option<RowKind> {
        let first = row.text(self.first).as_bytes().first();
        let drawn = first.is_none_or(|byte| b"-=_*+~|#. ".contains(byte) || *byte >= 0xE2);
        if drawn && below::is_rule(row) {
            return Some(RowKind::Line(Line::Rule));
        }
        if self.seen > 0 || self.names.is_empty() {
            return None;
        }
        match below::line(row, self.first, &self.names)? {
            (line, Sure::Certain) => Some(RowKind::Line(line)),
            (line, Sure::Perhaps) => Some(RowKind::LineUnsure(line)),
        }
    }

    /// What a row without a name is.
    #[inline]
    fn nameless(&self, row: Row<'_>) -> Option<RowKind> {
        let may_be = |column: &usize| {
            let text = row.text(self.first + column).as_bytes();
            match text.first() {
                None | Some(b'0' | b' ' | b'#' | b'[') => true,
                Some(b'F' | b'f' | b'o' | b'O' | b'n') => text.len() <= 8,
                Some(first) => *first >= 0xE2,
            }
        };
        if !self.has_names || !self.name_columns.iter().all(may_be) {
            return None;
        }
        self.filled_in_advance(row)
    }

    #[cold]
    fn filled_in_advance(&self, row: Row<'_>) -> Option<RowKind> {
        if self.width < 2 && !row.text(self.first).trim().eq("0")
            || !is_nameless(row, self.first, &self.name_columns)
        {
            return None;
        }
        match self.advance.filling(row) {
            Filling::Own => None,
            Filling::Nothing => Some(RowKind::Nothing),
            Filling::Defaults => Some(RowKind::Defaults),
        }
    }

    /// What the first filled cell announces, where the row holds little else.
    #[inline]
    fn labelled(&self, row: Row<'_>, filled: usize) -> Option<RowKind> {
        let lead = (self.first..self.first + self.width).find(|index| !row.is_blank(*index))?;
        let text = row.text(lead);
        if filled == 2
            && self.beginnings.may_begin(text)
            && let Some(kind) = self.pair(row, lead)
        {
            return Some(kind);
        }
        let few = filled <= 2 && (filled == 1 || self.width > 2) || text.starts_with('*');
        if few || may_be_total(text) && only_numbers_behind(row, lead) {
            return self.announced(row, lead, filled);
        }
        None
    }

    /// A row of two filled cells of which the first may be the second's label.
    #[cold]
    fn pair(&self, row: Row<'_>, lead: usize) -> Option<RowKind> {
        let value = (lead + 1..self.first + self.width)
            .find(|index| !row.is_blank(*index) && !self.own.contains(index))?;
        let text = row.text(value);
        let label = row.text(lead).trim();
        if let Some(heading) = heading(label, &self.words)
            && only_numbers_behind(row, lead)
            && let Some(heading) = self.as_title(heading, label)
        {
            return Some(RowKind::Heading(heading));
        }
        if matches!(self.words.label(label), Label::Total(_)) {
            return None;
        }
        let usual = self.typed.get(value - self.first) == Some(&true) && look(text).is_value();
        Some(match pair(label, text, &self.words)? {
            Pair::Label => {
                let signs = text.matches(['.', '-', '/']).count();
                let dated = signs == 2 && text.len() <= 10;
                let dialled = is_phone(text) && !dated && !label.ends_with(':');
                if usual || dialled {
                    RowKind::TotalUnsure
                } else {
                    RowKind::Note
                }
            }
            Pair::Perhaps => RowKind::TotalUnsure,
        })
    }

    #[cold]
    fn announced(&self, row: Row<'_>, lead: usize, filled: usize) -> Option<RowKind> {
        let text = row.text(lead).trim();
        if let Some(heading) = heading(text, &self.words)
            && only_numbers_behind(row, lead)
            && let Some(heading) = self.as_title(heading, text)
        {
            return Some(RowKind::Heading(heading));
        }
        let label = self.words.label(text);
        let merged = filled == 1 && self.merged.contains(&row.number());
        if self.width == 1 {
            return alone(label, text);
        }
        if filled == 1
            && (merged || self.titles.is_summed_up(text))
            && !matches!(label, Label::Total(_))
        {
            return Some(RowKind::Section);
        }
        if filled == 1 && self.seen > 0 && !self.blanks.is_empty() && is_legend(text) {
            return Some(RowKind::OtherHeader(Other::Table));
        }
        match label {
            Label::Total(sure) => self.total(row, lead, filled, sure),
            Label::Note if filled == 1 || self.is_cut_remark(row, text) => Some(RowKind::Note),
            Label::Note | Label::Section(_) if filled == 2 && text.ends_with(':') => {
                Some(RowKind::Note)
            }
            Label::Section(sure) if filled == 1 => {
                let titled = is_framed(text)
                    || sure == Sure::Certain && self.density.single_is_odd
                    || self.titles.shares(text);
                let lonely = self.density.single_is_odd && self.names_somebody(row);
                match (titled, lonely) {
                    (true, _) => Some(RowKind::Section),
                    (false, true) => Some(RowKind::Lonely),
                    // Among rows with a name alone nothing else tells.
                    (false, false) if sure == Sure::Certain || is_of_customers(text) => {
                        Some(RowKind::TotalUnsure)
                    }
                    (false, false) => None,
                }
            }
            Label::None
                if filled == 1
                    && self.density.single_is_odd
                    && !self.blanks.is_empty()
                    && self.seen > 0 =>
            {
                (!self.is_cut_otherwise(row)).then_some(RowKind::Lonely)
            }
            _ => None,
        }
    }

    /// What a text says as a title, in this table.
    fn as_title(&self, heading: Heading, text: &str) -> Option<Heading> {
        match heading {
            Heading::Hints if text.ends_with(':') => Some(Heading::Bars),
            Heading::Hints => {
                (self.width > 1 && self.density.single_is_odd).then_some(Heading::MayBar)
            }
            // In a list of names alone it may be one.
            Heading::Bars if self.width == 1 && !is_framed(text) => Some(Heading::MayBar),
            other => Some(other),
        }
    }

    /// Whether a footnote was cut at the delimiters in it.
    fn is_cut_remark(&self, row: Row<'_>, text: &str) -> bool {
        self.ragged == Ragged::Matters
            && row.len() < self.width
            && text.starts_with(['*', '†', '‡', '¹', '²', '³', '※'])
    }

    /// A row that begins with the word for a total.
    fn total(&self, row: Row<'_>, lead: usize, filled: usize, sure: Sure) -> Option<RowKind> {
        let text = row.text(lead).trim();
        let others = (lead + 1..row.len())
            .filter(|index| !self.own.contains(index))
            .map(|index| row.text(index).trim());
        let words = others
            .filter(|text| !text.is_empty())
            .filter(|text| !is_number(text) && look(text) != Look::Number || is_phone(text))
            .filter(|text| !self.is_count(text))
            .count();
        let column = lead - self.first;
        let nameless =
            self.has_names && !self.name_columns.contains(&column) && !self.names_somebody(row);
        let certain = sure == Sure::Certain
            || nameless
            || self.titles.sums(row)
            || self.titles.names_sum(text, &self.words);
        match (certain, words) {
            (true, 0) => Some(RowKind::Total),
            (false, 0) => Some(RowKind::TotalUnsure),
            (true, 1) if filled == 2 && nameless => Some(RowKind::Total),
            (true, 1) if filled == 2 => Some(RowKind::TotalUnsure),
            _ => None,
        }
    }

    /// Whether a text is a number of rows: `64 Kunden`.
    fn is_count(&self, text: &str) -> bool {
        text.starts_with(|sign: char| sign.is_ascii_digit())
            && self.words.label(text) == Label::Total(Sure::Certain)
    }

    /// Whether the row's only filled cell stands where names stand.
    pub(super) fn names_somebody(&self, row: Row<'_>) -> bool {
        let is_filled = |column: &usize| !self.text(row, *column).is_empty();
        self.name_columns.iter().any(is_filled)
    }

    pub(super) fn text<'a>(&self, row: Row<'a>, column: usize) -> &'a str {
        row.text(self.first + column).trim()
    }

    /// Whether the row is the header once more, cell for cell.
    #[inline]
    fn is_header(&self, row: Row<'_>) -> bool {
        let Some(first) = self.names.first() else {
            return false;
        };
        self.text(row, 0) == first
            && self.names.iter().any(|name| !name.is_empty())
            && (row.len() == self.usual
                || self.ragged == Ragged::Natural
                || row.len() == self.width)
            && (0..self.width).all(|column| self.text(row, column) == self.names[column])
    }

    /// Whether most of the row's cells are names of the header, though not all.
    fn resembles_header(&self, row: Row<'_>) -> bool {
        let Some(first) = self.names.first() else {
            return false;
        };
        if first.is_empty() || self.text(row, 0) != first || self.names.len() < 3 {
            return false;
        }
        let same = (0..row.len())
            .filter(|column| {
                self.names
                    .get(*column)
                    .is_some_and(|name| !name.is_empty() && self.text(row, *column) == name)
            })
            .count();
        same * 10 >= filled(row) * 6 && same >= 2
    }

    /// Whether words behind a blank row cannot belong to the table's columns.
    fn is_other_header(&self, row: Row<'_>) -> bool {
        let conflict = (0..self.width).any(|column| {
            self.typed.get(column) == Some(&true) && !self.text(row, column).is_empty()
        });
        let other_width = match self.ragged {
            Ragged::Matters => {
                row.len() != self.usual && row.len() != self.width && !self.short_rows_usual
            }
            Ragged::Natural => last_filled(row) > self.first + self.width,
        };
        conflict || other_width
    }
}

/// What a row of a list of one column is.
/// Whether digits are dialled rather than counted.
fn is_phone(text: &str) -> bool {
    text.starts_with(['+', '0']) && text.bytes().filter(u8::is_ascii_digit).count() >= 7
}

fn alone(label: Label, text: &str) -> Option<RowKind> {
    match label {
        Label::Total(Sure::Certain) => Some(RowKind::Total),
        Label::Section(_) if is_framed(text) => Some(RowKind::TotalUnsure),
        Label::Note => Some(RowKind::Lonely),
        _ => None,
    }
}
