//! Rows of cells as they were read, packed: one string and a few offsets per batch instead of an
//! allocation per cell.

/// What kind of value a cell holds. Text files hold text only; workbooks tell more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CellKind {
    /// Text, or an empty cell.
    #[default]
    Text,
    /// A number, as the person sees it (`01067` where the zeros live in the number format).
    Number,
    /// A truth value, written `TRUE` or `FALSE`.
    Bool,
    /// A date or a time of day, written in ISO 8601 (`2026-11-23`, `2026-11-23T20:15:00`).
    Date,
    /// A formula that failed, written as the program shows it (`#N/A`).
    Error,
}

/// One cell, borrowed from its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The value as text, not trimmed.
    pub text: &'a str,
    /// What the file says it is.
    pub kind: CellKind,
}

#[derive(Debug, Clone, Copy)]
struct RowEnd {
    cells: u32,
    text: u32,
    number: u32,
    line: u32,
}

/// Where a cell's text lies in its batch's text.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

/// What becomes of a row when a batch is reshaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFate {
    /// It stays as it is.
    Keep,
    /// It goes.
    Drop,
    /// It keeps `cells` cells from the cell `first` on; cells it does not have become empty.
    Window {
        /// The first cell to keep, from 0.
        first: u32,
        /// How many cells the row has afterwards.
        cells: u32,
    },
}

/// Some consecutive rows of a table.
///
/// Cells are written one by one ([`RowBatch::push_cell`], or [`RowBatch::text_mut`] and
/// [`RowBatch::end_cell`]), or a whole block of text is handed over and cells are cut out of it
/// ([`RowBatch::push_block`], [`RowBatch::push_span`]), which copies no cell.
#[derive(Debug, Clone, Default)]
pub struct RowBatch {
    text: String,
    spans: Vec<Span>,
    kinds: Vec<CellKind>,
    rows: Vec<RowEnd>,
    /// Where the text of the cell that is being written begins.
    open: usize,
    /// Where the last block ends.
    block: usize,
}

impl RowBatch {
    /// Forgets the rows and keeps the memory.
    #[inline]
    pub fn clear(&mut self) {
        self.text.clear();
        self.spans.clear();
        self.kinds.clear();
        self.rows.clear();
        self.open = 0;
        self.block = 0;
    }

    /// Adds a cell to the row that is being written.
    ///
    /// # Panics
    /// When a batch outgrows 4 GiB of text; readers hand batches on long before.
    #[inline]
    pub fn push_cell(&mut self, text: &str, kind: CellKind) {
        self.text.push_str(text);
        self.end_cell(kind);
    }

    /// The text written so far, for readers that append a cell's text piece by piece and then call
    /// [`RowBatch::end_cell`].
    #[inline]
    pub fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends a cell whose text was appended through [`RowBatch::text_mut`].
    ///
    /// # Panics
    /// When a batch outgrows 4 GiB of text.
    #[inline]
    pub fn end_cell(&mut self, kind: CellKind) {
        let span = Span {
            start: position(self.open),
            end: position(self.text.len()),
        };
        self.open = self.text.len();
        self.spans.push(span);
        if kind != CellKind::Text || !self.kinds.is_empty() {
            self.kinds.resize(self.spans.len() - 1, CellKind::Text);
            self.kinds.push(kind);
        }
    }

    /// Hands over a block of text that cells are then cut out of with [`RowBatch::push_span`], and
    /// gives the position at which it begins.
    ///
    /// # Panics
    /// When a batch outgrows 4 GiB of text.
    #[inline]
    pub fn push_block(&mut self, block: &str) -> u32 {
        let start = position(self.text.len());
        self.text.push_str(block);
        self.open = self.text.len();
        self.block = self.text.len();
        start
    }

    /// Adds a cell of text that lies in the block handed over last. Both positions count from the
    /// beginning of the batch and must stand between characters.
    #[inline]
    pub fn push_span(&mut self, start: u32, end: u32) {
        self.spans.push(Span { start, end });
    }

    /// How many cells the row that is being written has so far.
    #[inline]
    pub fn open_cells(&self) -> usize {
        self.spans.len() - self.rows.last().map_or(0, |row| row.cells as usize)
    }

    /// Ends the row that is being written. `number` is the row as a spreadsheet program counts
    /// it, from 1; `line` the line of a text file on which the row begins, from 1 (for a workbook
    /// the same as `number`).
    ///
    /// # Panics
    /// When a batch outgrows 2^32 cells.
    #[inline]
    pub fn end_row(&mut self, number: u32, line: u32) {
        let cells = u32::try_from(self.spans.len()).expect("a batch holds less than 2^32 cells");
        self.rows.push(RowEnd {
            cells,
            text: position(self.text.len()),
            number,
            line,
        });
    }

    /// Takes back the cells of the row that is being written, for readers that find out late that
    /// a row is none.
    #[inline]
    pub fn abandon_row(&mut self) {
        let (cells, text) = self
            .rows
            .last()
            .map_or((0, 0), |row| (row.cells as usize, row.text as usize));
        self.spans.truncate(cells);
        self.kinds.truncate(cells);
        self.text.truncate(text.max(self.block));
        self.open = self.text.len();
    }

    /// Takes back the last finished row.
    #[inline]
    pub fn pop_row(&mut self) {
        self.rows.pop();
        self.abandon_row();
    }

    /// Drops, cuts and pads whole rows; `fates` has one entry per row. No text is copied.
    #[inline]
    pub fn reshape(&mut self, fates: &[RowFate]) {
        let Some(first) = fates.iter().position(|fate| *fate != RowFate::Keep) else {
            return;
        };
        let kept_cells = if first == 0 {
            0
        } else {
            self.rows[first - 1].cells as usize
        };
        let spans = self.spans.split_off(kept_cells);
        let kinds = self.kinds.split_off(kept_cells.min(self.kinds.len()));
        let rows = self.rows.split_off(first);
        let mut start = 0;
        for (row, fate) in rows.iter().zip(&fates[first..]) {
            let end = row.cells as usize - kept_cells;
            let (from, len) = match *fate {
                RowFate::Keep => (start, end - start),
                RowFate::Drop => (end, 0),
                RowFate::Window { first, cells } => (start + first as usize, cells as usize),
            };
            if *fate != RowFate::Drop {
                let cells = from.min(end)..end.min(from + len);
                let padding = len - cells.len();
                self.spans.extend_from_slice(&spans[cells.clone()]);
                self.spans
                    .extend(std::iter::repeat_n(Span { start: 0, end: 0 }, padding));
                if !kinds.is_empty() {
                    self.kinds.resize(self.spans.len() - len, CellKind::Text);
                    let known = cells.start.min(kinds.len())..cells.end.min(kinds.len());
                    self.kinds.extend_from_slice(&kinds[known]);
                    self.kinds.resize(self.spans.len(), CellKind::Text);
                }
                self.rows.push(RowEnd {
                    cells: u32::try_from(self.spans.len()).unwrap_or(u32::MAX),
                    ..*row
                });
            }
            start = end;
        }
    }

    /// Copies a row to the end of this batch.
    #[inline]
    pub fn push_row(&mut self, row: Row<'_>) {
        for cell in row.cells() {
            self.push_cell(cell.text, cell.kind);
        }
        self.end_row(row.number(), row.line());
    }

    /// Copies all rows of another batch to the end of this one.
    #[inline]
    pub fn append(&mut self, other: &RowBatch) {
        for row in other.rows() {
            self.push_row(row);
        }
    }

    /// How many rows there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many bytes of text the rows hold.
    #[inline]
    pub fn text_len(&self) -> usize {
        self.text.len()
    }

    /// The row at `index`, from 0 in this batch.
    #[inline]
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        let end = *self.rows.get(index)?;
        let first = if index == 0 {
            0
        } else {
            self.rows[index - 1].cells
        };
        Some(Row {
            batch: self,
            first: first as usize,
            end,
        })
    }

    /// The cell of the row at `index` that holds the position `at` of the batch's text.
    #[inline]
    pub fn cell_at(&self, index: usize, at: u32) -> Option<usize> {
        let row = self.row(index)?;
        let spans = &self.spans[row.first..row.end.cells as usize];
        spans
            .iter()
            .position(|span| span.start <= at && at < span.end)
    }

    /// The rows in the order of the file.
    #[inline]
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).filter_map(|index| self.row(index))
    }
}

/// One row, borrowed from its batch.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    batch: &'a RowBatch,
    first: usize,
    end: RowEnd,
}

impl<'a> Row<'a> {
    /// The row's number as a spreadsheet program shows it, from 1.
    #[inline]
    pub fn number(&self) -> u32 {
        self.end.number
    }

    /// The line of a text file on which the row begins, from 1.
    #[inline]
    pub fn line(&self) -> u32 {
        self.end.line
    }

    /// How many cells the row has.
    #[inline]
    pub fn len(&self) -> usize {
        self.end.cells as usize - self.first
    }

    /// Whether the row has no cell.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell at `index`, from 0; `None` when the row is shorter.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Cell<'a>> {
        let at = self.first + index;
        if at >= self.end.cells as usize {
            return None;
        }
        let batch = self.batch;
        let span = batch.spans[at];
        Some(Cell {
            text: &batch.text[span.start as usize..span.end as usize],
            kind: batch.kinds.get(at).copied().unwrap_or_default(),
        })
    }

    /// Whether the cell at `index` holds no character at all (or the row is shorter).
    #[inline]
    pub fn is_blank(&self, index: usize) -> bool {
        let at = self.first + index;
        at >= self.end.cells as usize || {
            let span = self.batch.spans[at];
            span.start == span.end
        }
    }

    /// The text of the cell at `index`, empty when the row is shorter.
    #[inline]
    pub fn text(&self, index: usize) -> &'a str {
        self.get(index).map_or("", |cell| cell.text)
    }

    /// The text of all cells in one piece, with what may stand between them in the file: to find
    /// out quickly that none of them holds anything unusual. None when the cells do not stand one
    /// behind the other, as when the marks inside one of them had to be undone.
    #[inline]
    pub fn packed(&self) -> Option<&'a str> {
        let spans = &self.batch.spans[self.first..self.end.cells as usize];
        let mut filled = spans.iter().filter(|span| span.end > span.start);
        let Some(first) = filled.next() else {
            return Some("");
        };
        let mut end = first.end;
        for span in filled {
            // A cell that was put together stands behind the text of all rows of the batch.
            if span.start < end || span.start - end > BETWEEN_CELLS {
                return None;
            }
            end = span.end;
        }
        Some(&self.batch.text[first.start as usize..end as usize])
    }

    /// The cells in order.
    #[inline]
    pub fn cells(self) -> impl Iterator<Item = Cell<'a>> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}

fn position(length: usize) -> u32 {
    u32::try_from(length).expect("a batch holds less than 4 GiB")
}

/// As many bytes of marks, delimiters and space as may stand between two filled cells of a row.
const BETWEEN_CELLS: u32 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were_pushed() {
        let mut batch = RowBatch::default();
        batch.push_cell("Acme", CellKind::Text);
        batch.push_cell("", CellKind::Text);
        batch.end_row(2, 2);
        batch.push_cell("x", CellKind::Text);
        batch.abandon_row();
        batch.push_cell("01067", CellKind::Number);
        batch.push_cell("ü", CellKind::Text);
        batch.push_cell("#N/A", CellKind::Error);
        batch.end_row(5, 7);
        let rows: Vec<Vec<(&str, CellKind)>> = batch
            .rows()
            .map(|row| row.cells().map(|cell| (cell.text, cell.kind)).collect())
            .collect();
        assert_eq!(rows[0], [("Acme", CellKind::Text), ("", CellKind::Text)]);
        assert_eq!(
            rows[1],
            [
                ("01067", CellKind::Number),
                ("ü", CellKind::Text),
                ("#N/A", CellKind::Error)
            ]
        );
        let second = batch.row(1).unwrap();
        assert_eq!((second.number(), second.line(), second.text(9)), (5, 7, ""));
        assert_eq!(second.packed(), Some("01067ü#N/A"));
        batch.pop_row();
        assert_eq!((batch.len(), batch.text_len()), (1, 4));
    }

    fn shown(batch: &RowBatch) -> Vec<String> {
        batch
            .rows()
            .map(|row| {
                let cells: Vec<&str> = row.cells().map(|cell| cell.text).collect();
                format!("{} {}", row.number(), cells.join("|"))
            })
            .collect()
    }

    #[test]
    fn cells_are_cut_out_of_a_block() {
        let mut batch = RowBatch::default();
        let start = batch.push_block("a,bb\nc");
        batch.push_span(start, start + 1);
        batch.push_span(start + 2, start + 4);
        batch.end_row(1, 1);
        batch.push_span(start + 5, start + 6);
        batch.push_cell("unescaped", CellKind::Text);
        assert_eq!(batch.open_cells(), 2);
        batch.end_row(2, 2);
        assert_eq!(shown(&batch), ["1 a|bb", "2 c|unescaped"]);
        batch.pop_row();
        batch.push_span(start + 5, start + 6);
        batch.end_row(2, 2);
        assert_eq!(shown(&batch), ["1 a|bb", "2 c"]);
    }

    #[test]
    fn rows_are_dropped_cut_and_padded() {
        let mut batch = RowBatch::default();
        for (number, cells) in [(1, "a b"), (2, "c d e"), (3, "f"), (4, "g h")] {
            for cell in cells.split(' ') {
                let kind = if cell == "h" {
                    CellKind::Number
                } else {
                    CellKind::Text
                };
                batch.push_cell(cell, kind);
            }
            batch.end_row(number, number);
        }
        batch.reshape(&[
            RowFate::Keep,
            RowFate::Window { first: 1, cells: 2 },
            RowFate::Drop,
            RowFate::Window { first: 1, cells: 3 },
        ]);
        assert_eq!(shown(&batch), ["1 a|b", "2 d|e", "4 h||"]);
        let last = batch.row(2).unwrap();
        assert_eq!(last.get(0).map(|cell| cell.kind), Some(CellKind::Number));
        assert_eq!(last.get(2).map(|cell| cell.kind), Some(CellKind::Text));
    }
}
