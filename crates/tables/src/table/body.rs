//! Follows a table row by row: keeps its data, leaves out blank rows, repeated headers, totals,
//! section titles, notes below and everything from a second table on, and measures rows against
//! the header. Works on batches in place; a row that can only be judged by what follows waits.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::advance::Advance;
use super::drawn::{Drawn, Neighbours};
use super::elsewhere::Elsewhere;
use super::elsewhere::Other;
use super::head::{Ragged, Shape};
use super::headings::{Bars, Heading};
use super::labels::Words;
use super::pairs::Beginnings;
use super::pasted;
use super::row_kind::RowKind;
use super::telling::{
    Density, Titles, density, first_block, is_all_names, is_note, is_title, quick_filled,
    short_rows_are_usual, typed_columns,
};
use super::values::look;
use crate::batch::{Row, RowBatch, RowFate};
use crate::header::Header;
use crate::note::{Note, NoteKind};
use crate::options::{HeaderKnowledge, RowMarks};
use crate::raw::More;

/// So many rows may wait for what follows.
const MOST_WAITING: usize = 500;
/// So many rows with nothing but defaults are no forgotten names.
const LEAST_DEFAULTS: usize = 3;

/// A table's rows behind its header.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) ragged: Ragged,
    pub(super) first: usize,
    pub(super) width: usize,
    pub(super) usual: usize,
    pub(super) names: Vec<String>,
    /// Which columns hold values that are no words.
    pub(super) typed: Vec<bool>,
    /// Which columns may hold the name of what a row stands for.
    pub(super) name_columns: Vec<usize>,
    /// Whether a header says that they do.
    pub(super) has_names: bool,
    pub(super) short_rows_usual: bool,
    pub(super) long_rows_usual: bool,
    first_row: Option<Vec<String>>,
    pub(super) density: Density,
    pub(super) words: Words,
    /// With which letters labels begin.
    pub(super) beginnings: Beginnings,
    pub(super) titles: Titles,
    pub(super) advance: Advance,
    /// Whether columns of another table stand beside the list's.
    pub(super) neighbours: Neighbours,
    /// Other headers among the first rows.
    pub(super) others: BTreeMap<u32, Other>,
    /// Rows in which one cell is merged over several columns.
    pub(super) merged: BTreeSet<u32>,
    /// Drawn tables further down in the list's columns.
    pub(super) drawn: Vec<(String, RangeInclusive<u32>)>,
    /// Rows that the file itself calls totals, whatever they are called in their cells.
    pub(super) totals: Vec<RangeInclusive<u32>>,
    pub(super) seen: u32,
    /// Titles that say that the rows below them are no customers any more.
    bars: Bars,
    /// Columns that result files of ours have added, and those of other tables before them, as they stand
    /// in a row: what stands in them makes no row fuller.
    pub(super) own: Vec<usize>,
    /// What stands in them.
    pub(super) marks: RowMarks,
    waiting: RowBatch,
    pub(super) state: State,
    pub(super) elsewhere: Elsewhere,
    header_row: u32,
    pub(super) blanks: Vec<u32>,
    blanks_inside: Vec<u32>,
    /// Rows filled in in advance.
    in_advance: Vec<u32>,
    beside: Vec<u32>,
    /// Rows left out, by drawn table.
    pub(super) in_drawn: Vec<Vec<u32>>,
    pub(super) problems: Vec<Note>,
    /// What concerns the table rather than a row of it.
    verdicts: Vec<Note>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Inside the table.
    Inside,
    /// The row before was the header once more.
    AfterHeader(u32),
    /// A second table began at this row; so many rows were met there.
    Beyond(u32, u32, Other),
}

impl Body {
    pub(super) fn new(
        shape: &Shape,
        head: &RowBatch,
        ragged: Ragged,
        knowledge: &dyn HeaderKnowledge,
        drawn: Drawn,
    ) -> Self {
        let header: &Header = &shape.header;
        let names: Vec<String> = if header.row == 0 {
            Vec::new()
        } else {
            header.cells.iter().map(|cell| cell.text.clone()).collect()
        };
        let (first, width) = (shape.first_column, header.cells.len());
        let is_name = |column: &usize| knowledge.is_name(header.cells[*column].text.trim());
        let mut name_columns: Vec<usize> = (0..width).filter(is_name).collect();
        let has_names = !name_columns.is_empty();
        if name_columns.is_empty() && header.row > 0 {
            name_columns.push(0);
        }
        let block = first_block(head, shape.first_data);
        let lengths: Vec<usize> = block
            .clone()
            .filter_map(|index| head.row(index))
            .map(|row| row.len())
            .collect();
        let long = lengths.iter().filter(|len| **len > width).count();
        let words = Words::new();
        let bars = Bars::above(head, shape.first_data, &words);
        let behind = shape.first_data..head.len();
        let mut others = pasted::headers(head, shape, &names, &words, knowledge);
        let customers = |rows: &RangeInclusive<u32>| {
            let row = head.rows().find(|row| row.number() == *rows.start());
            row.is_some_and(|row| row.cells().any(|cell| knowledge.is_name(cell.text.trim())))
        };
        for (_, rows) in drawn.tables.iter().filter(|(_, rows)| customers(rows)) {
            others.insert(*rows.start(), Other::Customers);
        }
        let own: Vec<usize> = (0..width)
            .filter(|column| knowledge.is_of_results(header.cells[*column].name()))
            .map(|column| first + column)
            .chain(shape.aside.iter().copied())
            .collect();
        let natural = ragged == Ragged::Natural;
        Self {
            ragged,
            first,
            width,
            usual: shape.usual,
            typed: typed_columns(head, shape, block.clone()),
            names,
            short_rows_usual: natural || short_rows_are_usual(&lengths, width),
            long_rows_usual: natural || long * 4 >= lengths.len() * 3,
            first_row: None,
            density: density(head, block, &own, &words),
            titles: Titles::of(head, behind, &words),
            advance: Advance::of(head, shape.first_data, first, width, &name_columns),
            words,
            beginnings: Beginnings::new(),
            name_columns,
            has_names,
            neighbours: drawn.neighbours,
            others,
            merged: drawn.merged,
            in_drawn: vec![Vec::new(); drawn.tables.len()],
            drawn: drawn.tables,
            totals: drawn.totals,
            seen: 0,
            bars,
            own,
            marks: knowledge.row_marks(),
            waiting: RowBatch::default(),
            state: State::Inside,
            elsewhere: drawn.elsewhere.within(first),
            header_row: header.row,
            blanks: Vec::new(),
            blanks_inside: Vec::new(),
            in_advance: Vec::new(),
            beside: Vec::new(),
            problems: Vec::new(),
            verdicts: Vec::new(),
        }
    }

    pub(super) fn take_problems(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.problems)
    }

    /// Takes what concerns the table rather than a row of it.
    pub(super) fn take_verdicts(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.verdicts)
    }

    /// Leaves the rows of data in `batch`, the first `skip` rows out.
    pub(super) fn settle(&mut self, batch: &mut RowBatch, skip: usize, more: More) {
        let waiting = std::mem::take(&mut self.waiting);
        if !waiting.is_empty() {
            let mut joined = waiting;
            joined.append(batch);
            *batch = joined;
        }
        let mut fates = Vec::with_capacity(batch.len());
        fates.extend(batch.rows().take(skip).map(|row| self.above(row)));
        let mut open: Vec<(usize, RowKind)> = Vec::new();
        for (index, row) in batch.rows().enumerate().skip(skip) {
            let cells = quick_filled(row);
            let kind = self.kind(row, cells);
            fates.push(RowFate::Drop);
            if matches!(self.state, State::Beyond(..)) {
                fates[index] = self.beyond(row, kind);
                continue;
            }
            if let State::AfterHeader(number) = self.state
                && kind != RowKind::Blank
            {
                self.after_header(row, number);
                if self.state != State::Inside {
                    continue;
                }
            }
            match kind {
                RowKind::Lonely | RowKind::Names if open.len() < MOST_WAITING => {
                    open.push((index, kind));
                }
                RowKind::Defaults if open.len() < MOST_WAITING => open.push((index, kind)),
                RowKind::Defaults => self.in_advance.push(row.number()),
                RowKind::OtherHeader(other) => fates[index] = self.begins_elsewhere(row, other),
                _ if self.is_no_customer(row, kind) => {}
                _ if self.begins_other(batch, &open, row) => {}
                _ => {
                    self.decide(batch, &mut open, &mut fates);
                    fates[index] = match kind {
                        RowKind::Data => self.keep_filled(row, cells),
                        _ => self.keep_as(row, kind),
                    };
                }
            }
        }
        let ends = more == More::No || matches!(self.state, State::Beyond(..));
        for (index, kind) in open {
            let Some(row) = batch.row(index) else {
                continue;
            };
            if !ends {
                self.waiting.push_row(row);
            } else if kind == RowKind::Defaults {
                self.in_advance.push(row.number());
            } else {
                fates[index] = self.below(row);
            }
        }
        if more == More::No {
            self.finish();
        }
        batch.reshape(&fates);
    }

    /// Decides about rows that waited, now that a row of data follows.
    fn decide(
        &mut self,
        batch: &RowBatch,
        open: &mut Vec<(usize, RowKind)>,
        fates: &mut [RowFate],
    ) {
        let defaults = open.iter().filter(|(_, kind)| *kind == RowKind::Defaults);
        let many = defaults.count() >= LEAST_DEFAULTS;
        for (index, kind) in open.drain(..) {
            let Some(row) = batch.row(index) else {
                continue;
            };
            match kind {
                RowKind::Defaults if many => self.in_advance.push(row.number()),
                RowKind::Defaults => fates[index] = self.keep(row),
                _ => fates[index] = self.between(row),
            }
        }
    }

    /// Takes note of a row that is no customer; false for all others.
    fn is_no_customer(&mut self, row: Row<'_>, kind: RowKind) -> bool {
        let number = row.number();
        match kind {
            RowKind::Blank => self.blanks.push(number),
            RowKind::Header => self.state = State::AfterHeader(number),
            RowKind::Drawn(table) => self.in_drawn[table].push(number),
            RowKind::Beside => self.beside.push(number),
            RowKind::Nothing => self.in_advance.push(number),
            RowKind::Total => self.leave_out(NoteKind::Total, row),
            RowKind::Section | RowKind::Heading(Heading::Lifts) => {
                self.bars.end(number);
                self.leave_out(NoteKind::Section, row);
            }
            RowKind::Heading(Heading::Bars) => {
                self.leave_out(NoteKind::BarringTitle, row);
                self.bars.begin(number, only_text(row));
            }
            RowKind::Note => self.leave_out(NoteKind::Remark, row),
            RowKind::Line(line) => self.leave_out(NoteKind::Line(line), row),
            _ => return false,
        }
        true
    }

    /// Keeps a row of data, or one that may be none: that is not sent until somebody says which.
    fn keep_as(&mut self, row: Row<'_>, kind: RowKind) -> RowFate {
        let number = row.number();
        match kind {
            RowKind::Heading(_) => {
                let fate = self.keep_unsure(NoteKind::TotalUnsure, row);
                self.bars.begin(number, only_text(row));
                fate
            }
            RowKind::TotalUnsure => self.keep_unsure(NoteKind::TotalUnsure, row),
            RowKind::WasBarred => self.keep_unsure(NoteKind::WasBelowTitle, row),
            RowKind::WasElsewhere => self.keep_unsure(NoteKind::WasUnderOtherHeader, row),
            RowKind::LineUnsure(line) => self.keep_unsure(NoteKind::LineUnsure(line), row),
            _ => self.keep(row),
        }
    }

    fn finish(&mut self) {
        match self.state {
            State::Beyond(start, rows, Other::Table) => {
                self.problems
                    .push(NoteKind::SecondTable(rows).in_row(start));
            }
            State::Beyond(start, rows, Other::Customers) => {
                let pasted = NoteKind::ListsPasted {
                    first: self.header_row,
                    rows: rows.saturating_sub(1),
                };
                self.verdicts.push(pasted.in_row(start));
            }
            State::Beyond(start, _, Other::Unsure) => self
                .verdicts
                .push(NoteKind::ListsPastedUnsure.in_row(start)),
            State::AfterHeader(number) => self.note_header(number),
            State::Inside => {}
        }
        for (index, rows) in std::mem::take(&mut self.in_drawn).into_iter().enumerate() {
            let name = self.drawn[index].0.clone();
            self.note_rows(rows, |rows| NoteKind::DrawnTable { name, rows });
        }
        let rows = std::mem::take(&mut self.beside);
        self.note_rows(rows, NoteKind::RowsBeside);
        let rows = std::mem::take(&mut self.in_advance);
        self.note_rows(rows, NoteKind::FilledInAdvance);
        let rows = std::mem::take(&mut self.blanks_inside);
        self.note_rows(rows, NoteKind::BlankRows);
    }

    fn note_rows(&mut self, rows: Vec<u32>, kind: impl FnOnce(Vec<u32>) -> NoteKind) {
        if let Some(first) = rows.first().copied() {
            self.problems.push(kind(rows).in_row(first));
        }
    }

    /// Whether the row shows that the words that wait were the names of another table's columns:
    /// it holds values where the table has words.
    fn begins_other(&mut self, batch: &RowBatch, open: &[(usize, RowKind)], row: Row<'_>) -> bool {
        let Some(names) = open.last().and_then(|(index, _)| batch.row(*index)) else {
            return false;
        };
        if !is_all_names(names) || quick_filled(names) < 2 {
            return false;
        }
        let other = (0..self.width).any(|column| {
            self.typed.get(column) == Some(&false)
                && !self.text(names, column).is_empty()
                && look(self.text(row, column)).is_value()
        });
        if other {
            self.state = State::Beyond(names.number(), 1, Other::Table);
        }
        other
    }

    fn after_header(&mut self, row: Row<'_>, number: u32) {
        let copy = self.first_row.as_ref().is_some_and(|first| {
            (0..self.width).all(|column| row.text(self.first + column) == first[column])
        });
        if copy {
            self.state = State::Beyond(number, 2, Other::Table);
        } else {
            self.state = State::Inside;
            self.note_header(number);
        }
    }

    fn note_header(&mut self, number: u32) {
        self.problems.push(NoteKind::HeaderRepeated.in_row(number));
    }

    /// A conspicuous row with rows of data behind it.
    fn between(&mut self, row: Row<'_>) -> RowFate {
        // A text file's single cell may be a customer whose delimiters are missing.
        let bare = self.ragged == Ragged::Matters && row.len() == 1;
        if self.filled(row) > 1 || bare || self.width == 1 {
            return self.keep(row);
        }
        if self.names_somebody(row) && !is_title(only_text(row)) {
            return self.keep_unsure(NoteKind::LonelyName, row);
        }
        self.leave_out(NoteKind::Section, row);
        RowFate::Drop
    }

    /// Keeps a row that counts only once somebody has said what it is.
    fn keep_unsure(&mut self, kind: NoteKind, row: Row<'_>) -> RowFate {
        let note = kind.in_row(row.number()).with_value(only_text(row));
        self.problems.push(note);
        let least = self.density.least;
        let fate = self.keep(row);
        self.density.least = least;
        fate
    }

    /// A conspicuous row at the table's end.
    fn below(&mut self, row: Row<'_>) -> RowFate {
        if self.filled(row) > 1 {
            let beyond = matches!(self.state, State::Beyond(start, ..) if start <= row.number());
            return if beyond {
                RowFate::Drop
            } else {
                self.keep(row)
            };
        }
        let begins = match self.state {
            State::Beyond(start, ..) => row.number() < start && start - row.number() <= 2,
            _ => false,
        };
        // Below a blank row a name is a name only where a column is known to hold names.
        let apart =
            begins || !self.has_names && self.blanks.iter().any(|blank| *blank < row.number());
        let delimited = self.ragged == Ragged::Natural || row.len() > 1;
        let text = only_text(row);
        if delimited && !apart && self.names_somebody(row) && !is_title(text) && !is_note(text) {
            return self.keep_unsure(NoteKind::LonelyName, row);
        }
        self.leave_out(NoteKind::RemarkBelow, row);
        RowFate::Drop
    }

    pub(super) fn leave_out(&mut self, kind: NoteKind, row: Row<'_>) {
        let texts: Vec<&str> = row
            .cells()
            .map(|cell| cell.text.trim())
            .filter(|text| !text.is_empty())
            .collect();
        let note = kind.in_row(row.number()).with_value(&texts.join(" "));
        self.problems.push(note);
    }

    fn keep(&mut self, row: Row<'_>) -> RowFate {
        self.keep_filled(row, quick_filled(row))
    }

    /// Keeps a row so many cells of which hold a character.
    fn keep_filled(&mut self, row: Row<'_>, cells: usize) -> RowFate {
        if !self.blanks.is_empty() {
            if self.seen > 0 {
                self.blanks_inside.append(&mut self.blanks);
            }
            self.blanks.clear();
        }
        let cells = if self.own.is_empty() {
            cells
        } else {
            self.filled(row)
        };
        self.density.least = self.density.least.min(cells);
        self.seen = self.seen.saturating_add(1);
        if self.first_row.is_none() {
            let cells = (0..self.width).map(|column| row.text(self.first + column).to_owned());
            self.first_row = Some(cells.collect());
        }
        if !self.bars.is_empty() {
            let barred = self.bars.of(row.number(), only_text(row));
            self.problems.extend(barred);
        }
        let len = row.len();
        if len == self.width && self.first == 0 {
            if self.width == 1 && self.is_cut_otherwise(row) {
                self.report_cut_otherwise(row);
            }
            return RowFate::Keep;
        }
        self.measure(row)
    }
}

/// The text of a row's first, or only, filled cell.
fn only_text(row: Row<'_>) -> &str {
    let mut texts = row.cells().map(|cell| cell.text.trim());
    texts.find(|text| !text.is_empty()).unwrap_or("")
}
