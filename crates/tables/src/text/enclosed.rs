//! Quoted cells: where they end, and when their opening mark is an ordinary character.

use memchr::memchr;

use super::dialect::Escape;
use super::quoted::{Mark, Quoted};
use super::quotes;
use super::scan::{Ending, Scanner};
use crate::batch::RowBatch;

/// How far a quoted cell may reach over several lines before its opening mark counts as stray.
const SANE_REACH: usize = 256 * 1024;
/// So many whole rows inside a quoted cell prove that its opening mark is stray.
const ROWS_INSIDE: usize = 8;

struct Search {
    at: usize,
    doubled: bool,
    flawed: bool,
}

impl Scanner<'_> {
    fn starts_delimiter(&self, at: usize) -> bool {
        self.bytes[at..].starts_with(&self.dialect.delimiter)
    }

    /// Whether a quoted cell may end before `at`; gives the position of what ends it.
    #[inline]
    fn closes(&self, at: usize) -> Option<usize> {
        let ends =
            |at| at >= self.bytes.len() || self.line_end(at).is_some() || self.starts_delimiter(at);
        if ends(at) {
            return Some(at);
        }
        if self.bytes[at] != b' ' {
            return None;
        }
        let spaces = self.bytes[at..].iter().take_while(|byte| **byte == b' ');
        let behind = at + spaces.count();
        ends(behind).then_some(behind)
    }

    /// Reads the quoted cell whose opening mark stands at `open`.
    pub(super) fn quoted(&mut self, open: usize, batch: &RowBatch) -> Quoted {
        let line = self.line_stop(open);
        let mut state = Search {
            at: open + 1,
            doubled: false,
            flawed: false,
        };
        if let Some((end, next)) = self.find_close(open, line, &mut state) {
            return Quoted::Closed {
                end,
                next,
                doubled: state.doubled,
                flawed: state.flawed,
                lines: 0,
            };
        }
        let width = self.dialect.width;
        let cells =
            batch.open_cells() + quotes::count_cells(self.dialect, &self.bytes[open + 1..line]);
        let whole_row = width < 2 || cells == width;
        if state.flawed && whole_row {
            return Quoted::Literal(Mark::Inside);
        }
        let known = self.unclosed_until.saturating_sub(open);
        if known > SANE_REACH / 2 || (known > 0 && self.unclosed_until == self.bytes.len()) {
            return Quoted::Literal(Mark::Stray);
        }
        self.quoted_over_lines(open, line, state, width >= 2 && cells == width)
    }

    fn quoted_over_lines(
        &mut self,
        open: usize,
        mut line: usize,
        mut state: Search,
        whole_row: bool,
    ) -> Quoted {
        let mut inside = 0;
        let mut all_rows = whole_row;
        let mut lines = 0;
        loop {
            if line >= self.bytes.len() {
                if self.ending == Ending::Open {
                    return Quoted::Incomplete;
                }
                self.unclosed_until = self.bytes.len();
                return Quoted::Literal(Mark::Stray);
            }
            if line - open > SANE_REACH {
                self.unclosed_until = line;
                return Quoted::Literal(Mark::Stray);
            }
            let start = self.line_end(line).unwrap_or(line + 1);
            state.at = state.at.max(start);
            line = self.line_stop(start);
            lines += 1;
            if let Some((end, next)) = self.find_close(open, line, &mut state) {
                let doubtful = state.flawed && (self.dialect.width < 2 || whole_row);
                if doubtful || (all_rows && inside > 0) {
                    return Quoted::Literal(Mark::Stray);
                }
                return Quoted::Closed {
                    end,
                    next,
                    doubled: state.doubled,
                    flawed: state.flawed,
                    lines,
                };
            }
            let row = &self.bytes[start..line];
            inside += 1;
            all_rows = all_rows && quotes::count_cells(self.dialect, row) == self.dialect.width;
            if all_rows && inside >= ROWS_INSIDE {
                return Quoted::Literal(Mark::Stray);
            }
        }
    }

    /// Looks for the mark that closes the cell before `stop`.
    fn find_close(&self, open: usize, stop: usize, state: &mut Search) -> Option<(usize, usize)> {
        let quote = self.bytes[open];
        while state.at < stop {
            let mark = state.at + memchr(quote, &self.bytes[state.at..stop])?;
            if self.dialect.escape == Escape::Backslash && self.is_escaped(open, mark) {
                state.doubled = true;
                state.at = mark + 1;
            } else if self.bytes.get(mark + 1) == Some(&quote) {
                state.doubled = true;
                state.at = mark + 2;
            } else if let Some(next) = self.closes(mark + 1) {
                return Some((mark, next));
            } else {
                state.flawed = true;
                state.at = mark + 1;
            }
        }
        None
    }

    fn is_escaped(&self, open: usize, mark: usize) -> bool {
        let slashes = self.bytes[open + 1..mark].iter().rev();
        slashes.take_while(|byte| **byte == b'\\').count() % 2 == 1
    }
}
