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

/// One cell of the header row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderCell {
    /// The header's text as it stands in the file, trimmed; may be empty.
    pub text: String,
    /// The column in the file, from 0 (a table need not start in column A).
    pub column: u32,
}

/// The header of a table: its cells stand in the order of the cells of every row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// One entry per column.
    pub cells: Vec<HeaderCell>,
    /// The number of the header's (last) row, from 1; 0 when the table has none.
    pub row: u32,
}

#[derive(Debug, Clone, Copy)]
struct RowEnd {
    cells: u32,
    number: u32,
    line: u32,
}

/// Some consecutive rows of a table.
#[derive(Debug, Clone, Default)]
pub struct RowBatch {
    text: String,
    ends: Vec<u32>,
    kinds: Vec<CellKind>,
    rows: Vec<RowEnd>,
}

impl RowBatch {
    /// Forgets the rows and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.kinds.clear();
        self.rows.clear();
    }

    /// Adds a cell to the row that is being written.
    ///
    /// # Panics
    /// When a batch outgrows 4 GiB of text; readers hand batches on long before.
    pub fn push_cell(&mut self, text: &str, kind: CellKind) {
        self.text.push_str(text);
        self.end_cell(kind);
    }

    /// The text written so far, for readers that append a cell's text piece by piece and then call
    /// [`RowBatch::end_cell`].
    pub fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends a cell whose text was appended through [`RowBatch::text_mut`].
    ///
    /// # Panics
    /// When a batch outgrows 4 GiB of text.
    pub fn end_cell(&mut self, kind: CellKind) {
        let end = u32::try_from(self.text.len()).expect("a batch holds less than 4 GiB");
        if kind != CellKind::Text && self.kinds.len() < self.ends.len() {
            self.kinds.resize(self.ends.len(), CellKind::Text);
        }
        self.ends.push(end);
        if kind != CellKind::Text || !self.kinds.is_empty() {
            self.kinds.resize(self.ends.len() - 1, CellKind::Text);
            self.kinds.push(kind);
        }
    }

    /// Ends the row that is being written. `number` is the row as a spreadsheet program counts
    /// it, from 1; `line` the line of a text file on which the row begins, from 1 (for a workbook
    /// the same as `number`).
    ///
    /// # Panics
    /// When a batch outgrows 2^32 cells.
    pub fn end_row(&mut self, number: u32, line: u32) {
        let cells = u32::try_from(self.ends.len()).expect("a batch holds less than 2^32 cells");
        self.rows.push(RowEnd {
            cells,
            number,
            line,
        });
    }

    /// Takes back the cells of the row that is being written, for readers that find out late that
    /// a row is none.
    pub fn abandon_row(&mut self) {
        let cells = self.rows.last().map_or(0, |row| row.cells as usize);
        self.ends.truncate(cells);
        self.kinds.truncate(cells);
        let text = self.ends.last().map_or(0, |end| *end as usize);
        self.text.truncate(text);
    }

    /// Takes back the last finished row.
    pub fn pop_row(&mut self) {
        self.rows.pop();
        self.abandon_row();
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many bytes of text the rows hold.
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

    /// The rows in the order of the file.
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
    pub fn number(&self) -> u32 {
        self.end.number
    }

    /// The line of a text file on which the row begins, from 1.
    pub fn line(&self) -> u32 {
        self.end.line
    }

    /// How many cells the row has.
    pub fn len(&self) -> usize {
        self.end.cells as usize - self.first
    }

    /// Whether the row has no cell.
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
        let start = if at == 0 {
            0
        } else {
            batch.ends[at - 1] as usize
        };
        let text = &batch.text[start..batch.ends[at] as usize];
        Some(Cell {
            text,
            kind: batch.kinds.get(at).copied().unwrap_or_default(),
        })
    }

    /// The text of the cell at `index`, empty when the row is shorter.
    pub fn text(&self, index: usize) -> &'a str {
        self.get(index).map_or("", |cell| cell.text)
    }

    /// The text of all cells, one behind the other: to find out quickly that none of them holds
    /// anything unusual.
    #[inline]
    pub fn packed(&self) -> &'a str {
        let ends = &self.batch.ends;
        let start = match self.first {
            0 => 0,
            first => ends[first - 1] as usize,
        };
        let end = match self.end.cells {
            0 => 0,
            cells => ends[cells as usize - 1] as usize,
        };
        &self.batch.text[start..end]
    }

    /// The cells in order.
    pub fn cells(self) -> impl Iterator<Item = Cell<'a>> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}

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
        assert_eq!(second.packed(), "01067ü#N/A");
        batch.pop_row();
        assert_eq!((batch.len(), batch.text_len()), (1, 4));
    }
}
