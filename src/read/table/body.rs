//! Follows a table row by row: keeps its data, leaves out blank rows, repeated headers, totals,
//! section titles, notes below and everything from a second table on, and measures rows against
//! the header. Works on batches in place; a row that can only be judged by what follows waits.

use std::ops::RangeInclusive;

use super::cells::{filled, last_filled, rows_in_words};
use super::head::{Ragged, Shape};
use super::telling::{
    density, first_block, is_all_names, is_note, is_title, is_total_row, quick_filled,
    typed_columns,
};
use super::values::look;
use crate::model::rules::reading::{
    BLANK_ROWS, HEADER_REPEATED, LONELY_NAME, NOTE_ROW, ROW_LONG, ROW_LONG_EMPTY, ROW_SHORT,
    SECOND_TABLE, SECTION_ROW, TOTAL_ROW,
};
use crate::model::{CellAddress, Diagnostic, Header, Row, RowBatch, RowFate};
use crate::read::{HeaderKnowledge, More};

/// So many rows may wait for what follows.
const MOST_WAITING: usize = 500;
/// A row counts as nearly empty only where all others hold at least so many cells.
const DENSE_CELLS: usize = 3;

/// A table's rows behind its header.
#[derive(Debug)]
pub(super) struct Body {
    ragged: Ragged,
    first: usize,
    width: usize,
    usual: usize,
    names: Vec<String>,
    /// Which columns hold values that are no words.
    typed: Vec<bool>,
    /// Which columns may hold the name of what a row stands for.
    name_columns: Vec<usize>,
    short_rows_usual: bool,
    long_rows_usual: bool,
    first_row: Option<Vec<String>>,
    least_filled: usize,
    seen: u32,
    waiting: RowBatch,
    state: State,
    blanks: Vec<u32>,
    blanks_inside: Vec<u32>,
    problems: Vec<Diagnostic>,
    /// Rows that the file itself calls totals, whatever they are called in their cells.
    totals: Vec<RangeInclusive<u32>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Inside the table.
    Inside,
    /// The row before was the header once more.
    AfterHeader(u32),
    /// A second table began at this row; so many of its rows were left out.
    Beyond(u32, u32),
}

/// What a row is, as far as it tells by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Data,
    Blank,
    Header,
    OtherHeader,
    Total,
    Lonely,
    /// Behind a blank row, words only: the names of another table's columns, or a customer.
    Names,
}

impl Body {
    pub(super) fn new(
        shape: &Shape,
        head: &RowBatch,
        ragged: Ragged,
        knowledge: &dyn HeaderKnowledge,
    ) -> Self {
        let header: &Header = &shape.header;
        let names: Vec<String> = if header.row == 0 {
            Vec::new()
        } else {
            header.cells.iter().map(|cell| cell.text.clone()).collect()
        };
        let width = header.cells.len();
        let is_name = |column: &usize| knowledge.is_name(header.cells[*column].text.trim());
        let mut name_columns: Vec<usize> = (0..width).filter(is_name).collect();
        if name_columns.is_empty() && header.row > 0 {
            name_columns.push(0);
        }
        let block = first_block(head, shape.first_data);
        let (mut all, mut short, mut long) = (0, 0, 0);
        for row in block.clone().filter_map(|index| head.row(index)) {
            all += 1;
            short += usize::from(row.len() < width);
            long += usize::from(row.len() > width);
        }
        Self {
            ragged,
            first: shape.first_column,
            width,
            usual: shape.usual,
            typed: typed_columns(head, shape, block.clone()),
            names,
            name_columns,
            short_rows_usual: ragged == Ragged::Natural || short * 4 >= all && short >= 3,
            long_rows_usual: ragged == Ragged::Natural || long * 4 >= all * 3,
            first_row: None,
            least_filled: density(head, block),
            seen: 0,
            waiting: RowBatch::default(),
            state: State::Inside,
            blanks: Vec::new(),
            blanks_inside: Vec::new(),
            problems: Vec::new(),
            totals: Vec::new(),
        }
    }

    /// Tells of rows that the file itself calls totals.
    pub(super) fn with_totals(mut self, totals: Vec<RangeInclusive<u32>>) -> Self {
        self.totals = totals;
        self
    }

    fn holds_totals(&self, row: Row<'_>) -> bool {
        is_total_row(row) || self.is_of_totals(row)
    }

    fn is_of_totals(&self, row: Row<'_>) -> bool {
        self.totals.iter().any(|rows| rows.contains(&row.number()))
    }

    pub(super) fn take_problems(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.problems)
    }

    /// Leaves the rows of data in `batch`, the first `skip` rows out.
    pub(super) fn settle(&mut self, batch: &mut RowBatch, skip: usize, more: More) {
        let waiting = std::mem::take(&mut self.waiting);
        if !waiting.is_empty() {
            let mut joined = waiting;
            joined.append(batch);
            *batch = joined;
        }
        let mut fates = vec![RowFate::Drop; skip];
        let mut open: Vec<usize> = Vec::new();
        fates.reserve(batch.len());
        for (index, row) in batch.rows().enumerate().skip(skip) {
            let kind = self.kind(row);
            fates.push(RowFate::Drop);
            if let State::Beyond(start, left) = self.state {
                self.state = State::Beyond(start, left + u32::from(kind != RowKind::Blank));
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
                RowKind::Blank => self.blanks.push(row.number()),
                RowKind::Header => self.state = State::AfterHeader(row.number()),
                RowKind::OtherHeader => self.state = State::Beyond(row.number(), 1),
                RowKind::Total | RowKind::Lonely | RowKind::Names if open.len() < MOST_WAITING => {
                    open.push(index);
                }
                _ if self.begins_other(batch, &open, row) => {}
                _ => {
                    for index in open.drain(..) {
                        if let Some(row) = batch.row(index) {
                            fates[index] = self.between(row);
                        }
                    }
                    fates[index] = self.keep(row);
                }
            }
        }
        let ends = more == More::No || matches!(self.state, State::Beyond(..));
        for index in open {
            let Some(row) = batch.row(index) else {
                continue;
            };
            if ends {
                fates[index] = self.below(row);
            } else {
                self.waiting.push_row(row);
            }
        }
        if more == More::No {
            self.finish();
        }
        batch.reshape(&fates);
    }

    fn finish(&mut self) {
        if let State::Beyond(start, rows) = self.state {
            self.problems.push(
                Diagnostic::of_file(
                    &SECOND_TABLE,
                    format!("a second table begins in row {start}; its {rows} rows were left out"),
                )
                .at(CellAddress::row(start)),
            );
        }
        if let State::AfterHeader(number) = self.state {
            self.note_header(number);
        }
        if !self.blanks_inside.is_empty() {
            let rows = std::mem::take(&mut self.blanks_inside);
            self.problems.push(
                Diagnostic::of_file(
                    &BLANK_ROWS,
                    match rows.len() {
                        1 => format!("{} is blank; it was left out", rows_in_words(&rows)),
                        _ => format!("{} are blank; they were left out", rows_in_words(&rows)),
                    },
                )
                .at(CellAddress::row(rows[0]))
                .with_related(rows),
            );
        }
    }

    #[inline]
    fn kind(&self, row: Row<'_>) -> RowKind {
        let filled = quick_filled(row);
        if filled == 0 || (filled <= 2 && row.cells().all(|cell| cell.text.trim().is_empty())) {
            return RowKind::Blank;
        }
        if self.is_header(row) {
            return RowKind::Header;
        }
        if !self.blanks.is_empty() && self.seen > 0 && is_all_names(row) {
            if self.is_other_header(row) {
                return RowKind::OtherHeader;
            }
            if filled >= 2 && !self.names.is_empty() {
                return RowKind::Names;
            }
        }
        if self.resembles_header(row) {
            return RowKind::OtherHeader;
        }
        if filled * 2 <= self.width + 1 && is_total_row(row) || self.is_of_totals(row) {
            return RowKind::Total;
        }
        if filled == 1 && self.least_filled >= DENSE_CELLS {
            return RowKind::Lonely;
        }
        if self.ragged == Ragged::Matters
            && row.len() == 1
            && self.width >= 3
            && !self.short_rows_usual
        {
            return RowKind::Lonely;
        }
        RowKind::Data
    }

    fn text<'a>(&self, row: Row<'a>, column: usize) -> &'a str {
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

    /// Whether the row shows that the words that wait were the names of another table's columns:
    /// it holds values where the table has words.
    fn begins_other(&mut self, batch: &RowBatch, open: &[usize], row: Row<'_>) -> bool {
        let Some(names) = open.last().and_then(|index| batch.row(*index)) else {
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
            self.state = State::Beyond(names.number(), 1);
        }
        other
    }

    fn after_header(&mut self, row: Row<'_>, number: u32) {
        let copy = self.first_row.as_ref().is_some_and(|first| {
            (0..self.width).all(|column| row.text(self.first + column) == first[column])
        });
        if copy {
            self.state = State::Beyond(number, 2);
        } else {
            self.state = State::Inside;
            self.note_header(number);
        }
    }

    fn note_header(&mut self, number: u32) {
        self.problems.push(
            Diagnostic::of_file(
                &HEADER_REPEATED,
                format!("row {number} is the header once more; it was left out"),
            )
            .at(CellAddress::row(number)),
        );
    }

    /// A conspicuous row with rows of data behind it.
    fn between(&mut self, row: Row<'_>) -> RowFate {
        if self.holds_totals(row) {
            return self.leave_out(&TOTAL_ROW, row, "holds totals");
        }
        if quick_filled(row) > 1 {
            return self.keep(row);
        }
        // A text file's single cell may be a customer whose delimiters are missing.
        if self.ragged == Ragged::Matters && row.len() == 1 {
            return self.keep(row);
        }
        if self.names_somebody(row) && !is_title(only_text(row)) {
            return self.keep_lonely(row);
        }
        self.leave_out(&SECTION_ROW, row, "is a section's title")
    }

    /// Whether the row's only filled cell stands where names stand.
    fn names_somebody(&self, row: Row<'_>) -> bool {
        let is_filled = |column: &usize| !self.text(row, *column).is_empty();
        self.name_columns.iter().any(is_filled)
    }

    /// Keeps a row that is a customer or a title: it is not sent until somebody says which.
    fn keep_lonely(&mut self, row: Row<'_>) -> RowFate {
        let text = only_text(row);
        self.problems.push(
            Diagnostic::of_file(
                &LONELY_NAME,
                format!(
                    "row {} holds a name and nothing else, unlike the rows around it",
                    row.number()
                ),
            )
            .at(CellAddress::row(row.number()))
            .with_value(text)
            .with_help("fill in another cell if it is a customer; delete the row if it is a title"),
        );
        let least = self.least_filled;
        let fate = self.keep(row);
        self.least_filled = least;
        fate
    }

    /// A conspicuous row at the table's end.
    fn below(&mut self, row: Row<'_>) -> RowFate {
        if self.holds_totals(row) {
            return self.leave_out(&TOTAL_ROW, row, "holds totals");
        }
        if quick_filled(row) > 1 {
            let beyond = matches!(self.state, State::Beyond(start, _) if start <= row.number());
            return if beyond {
                RowFate::Drop
            } else {
                self.keep(row)
            };
        }
        let apart = self.blanks.iter().any(|blank| *blank < row.number());
        let delimited = self.ragged == Ragged::Natural || row.len() > 1;
        let text = only_text(row);
        if delimited && !apart && self.names_somebody(row) && !is_title(text) && !is_note(text) {
            return self.keep_lonely(row);
        }
        self.leave_out(&NOTE_ROW, row, "is a note below the table")
    }

    fn leave_out(
        &mut self,
        rule: &'static crate::model::rules::Rule,
        row: Row<'_>,
        what: &str,
    ) -> RowFate {
        let texts: Vec<&str> = row
            .cells()
            .map(|cell| cell.text.trim())
            .filter(|text| !text.is_empty())
            .collect();
        self.problems.push(
            Diagnostic::of_file(
                rule,
                format!("row {} {what}; it was left out", row.number()),
            )
            .at(CellAddress::row(row.number()))
            .with_value(&texts.join(" ")),
        );
        RowFate::Drop
    }

    fn keep(&mut self, row: Row<'_>) -> RowFate {
        if !self.blanks.is_empty() {
            if self.seen > 0 {
                self.blanks_inside.append(&mut self.blanks);
            }
            self.blanks.clear();
        }
        self.least_filled = self.least_filled.min(quick_filled(row));
        self.seen = self.seen.saturating_add(1);
        if self.first_row.is_none() {
            let cells = (0..self.width).map(|column| row.text(self.first + column).to_owned());
            self.first_row = Some(cells.collect());
        }
        let len = row.len();
        if len == self.width && self.first == 0 {
            return RowFate::Keep;
        }
        self.measure(row)
    }

    fn measure(&mut self, row: Row<'_>) -> RowFate {
        let (number, len) = (row.number(), row.len().saturating_sub(self.first));
        let window = |cells: usize| RowFate::Window {
            first: u32::try_from(self.first).unwrap_or(u32::MAX),
            cells: u32::try_from(cells).unwrap_or(u32::MAX),
        };
        if len <= self.width {
            if len < self.width && !self.short_rows_usual {
                let problem = Diagnostic::of_file(
                    &ROW_SHORT,
                    format!("the row has {len} cells where the table has {}", self.width),
                )
                .at(CellAddress::row(number))
                .with_help("look for a missing delimiter in the row");
                let fate = window(self.width);
                self.problems.push(problem);
                return fate;
            }
            return window(self.width);
        }
        let used = last_filled(row).saturating_sub(self.first);
        if used <= self.width {
            let fate = window(self.width);
            if !self.long_rows_usual {
                self.problems.push(
                    Diagnostic::of_file(
                        &ROW_LONG_EMPTY,
                        format!(
                            "the row has {len} cells where the table has {}; those beyond are empty",
                            self.width
                        ),
                    )
                    .at(CellAddress::row(number)),
                );
            }
            return fate;
        }
        let fate = window(used);
        self.problems.push(
            Diagnostic::of_file(
                &ROW_LONG,
                format!(
                    "the row has {used} cells where the table has {}",
                    self.width
                ),
            )
            .at(CellAddress::row(number))
            .with_help("put quotation marks around the cell that holds the delimiter"),
        );
        fate
    }
}

/// The text of a row's only filled cell.
fn only_text(row: Row<'_>) -> &str {
    let mut texts = row.cells().map(|cell| cell.text.trim());
    texts.find(|text| !text.is_empty()).unwrap_or("")
}
