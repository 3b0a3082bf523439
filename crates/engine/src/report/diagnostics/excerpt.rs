//! Rows as they stand in the file, beside the problems that are shown: which cells fit into the
//! width, what is cut, and where the faulty cell stands. Knows nothing of where rows come from.

use std::collections::HashMap;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::{Diagnostic, Row, RowBatch, printable};

/// As much of a cell is kept, in characters; more than a line shows.
const KEPT: usize = 240;
/// Neighbours of the faulty cell are cut to so many columns.
const NEIGHBOUR: usize = 18;
/// Stands for what was cut.
const CUT: &str = "...";
const BETWEEN: &str = " | ";

/// A data row, counted from 0, and the column in the file, from 0.
type Place = (u32, Option<u32>);

/// The rows of the problems that are shown, each kept once however many problems it has.
#[derive(Debug, Default)]
pub struct Excerpts {
    rows: RowBatch,
    kept: HashMap<u32, usize>,
    faulty: HashMap<Place, usize>,
}

impl Excerpts {
    /// Keeps the row of a problem; `faulty` is the place of its cell among the row's, from 0. A row
    /// with another number than the problem's is not its row, and is left.
    pub fn keep(&mut self, diagnostic: &Diagnostic, row: Row<'_>, faulty: Option<usize>) {
        let (Some(index), Some(at)) = (diagnostic.row, diagnostic.at) else {
            return;
        };
        if at.row != row.number() {
            return;
        }
        if let Some(faulty) = faulty {
            self.faulty.insert((index.0, at.column), faulty);
        }
        let next = self.kept.len();
        self.kept.entry(index.0).or_insert_with(|| {
            for cell in row.cells() {
                let end = cell.text.char_indices().nth(KEPT);
                let text = &cell.text[..end.map_or(cell.text.len(), |(at, _)| at)];
                self.rows.push_cell(text, cell.kind);
            }
            self.rows.end_row(row.number(), row.line());
            next
        });
    }

    /// The row of a problem, and the place of its cell in it.
    pub fn of(&self, diagnostic: &Diagnostic) -> Option<(Row<'_>, Option<usize>)> {
        let index = diagnostic.row?.0;
        let row = self.rows.row(*self.kept.get(&index)?)?;
        let column = diagnostic.at.and_then(|at| at.column);
        Some((row, self.faulty.get(&(index, column)).copied()))
    }
}

/// A row in one line.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// The cells with ` | ` between them.
    pub text: String,
    /// The column at which the faulty cell begins, from 0, and how many it has.
    pub underline: Option<(usize, usize)>,
}

impl Line {
    /// Of a row: the faulty cell, and as many of its neighbours at either side as fit into `width`
    /// columns. Without a faulty cell the row's first cells.
    pub fn of(row: Row<'_>, faulty: Option<usize>, width: usize) -> Self {
        let cells = row.len();
        let faulty = faulty.filter(|at| *at < cells);
        let Some(centre) = faulty.or((cells > 0).then_some(0)) else {
            return Self {
                text: String::new(),
                underline: None,
            };
        };
        // Both ends may have to say that there is more.
        let room = width.saturating_sub(2 * (CUT.len() + BETWEEN.len()));
        let most = if faulty.is_some() { room } else { NEIGHBOUR };
        let mut own = visible(row.text(centre), most.max(8));
        if own.is_empty() {
            own.push(' ');
        }
        let mut shown = std::collections::VecDeque::from([own]);
        let mut used = width_of(&shown[0]);
        let (mut first, mut last) = (centre, centre);
        // What stands at the left tells whose row it is, so it goes first.
        let (mut left, mut right) = (true, true);
        while left || right {
            left = left && first > 0 && {
                let cell = visible(row.text(first - 1), NEIGHBOUR);
                let wide = width_of(&cell) + BETWEEN.len();
                let fits = used + wide <= room;
                if fits {
                    shown.push_front(cell);
                    used += wide;
                    first -= 1;
                }
                fits
            };
            right = right && last + 1 < cells && {
                let cell = visible(row.text(last + 1), NEIGHBOUR);
                let wide = width_of(&cell) + BETWEEN.len();
                let fits = used + wide <= room;
                if fits {
                    shown.push_back(cell);
                    used += wide;
                    last += 1;
                }
                fits
            };
        }
        let mut before = centre - first;
        if first > 0 {
            shown.push_front(CUT.to_owned());
            before += 1;
        }
        if last + 1 < cells {
            shown.push_back(CUT.to_owned());
        }
        let start = shown.iter().take(before);
        let start = start.map(|cell| width_of(cell) + BETWEEN.len()).sum();
        let underline = faulty.map(|_| (start, width_of(&shown[before]).max(1)));
        let text: Vec<String> = shown.into();
        let text = text.join(BETWEEN).trim_end().to_owned();
        Self { text, underline }
    }
}

/// How many columns a terminal gives to a text without control characters.
pub fn width_of(text: &str) -> usize {
    text.width()
}

/// A text in one line of at most `most` columns: what would move the cursor, turn the direction of
/// writing around or not be seen at all is spelt out, and what is too long is cut.
pub fn visible(text: &str, most: usize) -> String {
    let mut spelt = printable(text).into_owned();
    if width_of(&spelt) <= most {
        return spelt;
    }
    let room = most.saturating_sub(CUT.len());
    let mut end = 0;
    let mut joins = false;
    for (at, letter) in spelt.char_indices() {
        let next = at + letter.len_utf8();
        // A mark stays with its letter, and what a joiner joins stays together.
        let belongs = joins || letter.width() == Some(0);
        if !belongs {
            if width_of(&spelt[..at]) > room {
                break;
            }
            end = at;
        }
        joins = letter == '\u{200d}';
        if next == spelt.len() && width_of(&spelt) <= room {
            end = next;
        }
    }
    spelt.truncate(end);
    spelt + CUT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CellKind;

    fn line(cells: &[&str], faulty: Option<usize>, width: usize) -> Vec<String> {
        let mut batch = RowBatch::default();
        for cell in cells {
            batch.push_cell(cell, CellKind::Text);
        }
        batch.end_row(2, 2);
        let line = Line::of(batch.row(0).expect("a row"), faulty, width);
        assert!(width_of(&line.text) <= width, "{line:?}");
        let mut shown = vec![line.text];
        if let Some((start, length)) = line.underline {
            assert!(start + length <= width, "{shown:?}");
            shown.push(format!("{}{}", " ".repeat(start), "^".repeat(length)));
        }
        shown
    }

    #[test]
    fn the_faulty_cell_is_underlined_between_its_neighbours() {
        assert_eq!(
            line(&["C-1", "Acme", "EndCustomr", "DE"], Some(2), 60),
            ["C-1 | Acme | EndCustomr | DE", "             ^^^^^^^^^^"]
        );
        // An empty cell has a mark, too, and a row as such has none.
        assert_eq!(
            line(&["C-1", "", "DE"], Some(1), 60),
            ["C-1 |   | DE", "      ^"]
        );
        assert_eq!(line(&["C-1", "Acme"], None, 60), ["C-1 | Acme"]);
        assert_eq!(line(&[], None, 60), [""]);
    }

    #[test]
    fn a_wide_row_is_cut_at_both_ends_and_never_at_the_faulty_cell() {
        let names: Vec<String> = (0..40).map(|at| format!("column {at}")).collect();
        let cells: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(
            line(&cells, Some(20), 60),
            [
                "... | column 18 | column 19 | column 20 | column 21 | ...",
                "                              ^^^^^^^^^"
            ]
        );
        let long = "x".repeat(500);
        let shown = line(&["a", &long, "b"], Some(1), 60);
        assert_eq!(shown[0].matches('x').count(), 45, "{shown:?}");
    }

    #[test]
    fn columns_are_counted_as_a_terminal_shows_them() {
        assert_eq!(
            line(&["東京商事", "e\u{301}\u{301}t", "XX"], Some(2), 60),
            ["東京商事 | e\u{301}\u{301}t | XX", "                ^^"]
        );
        assert_eq!(
            line(
                &["a\tb", "line\nbreak\u{1b}[31m", "👩\u{200d}👧"],
                Some(1),
                60
            ),
            [
                "a\\tb | line\\nbreak\\u{1b}[31m | 👩\u{200d}👧",
                "       ^^^^^^^^^^^^^^^^^^^^^"
            ]
        );
        assert_eq!(visible("abc\u{202e}def", 99), "abc\\u{202e}def");
    }

    #[test]
    fn a_cut_text_keeps_its_marks_and_never_splits_a_wide_character() {
        assert_eq!(visible("東京商事株式会社", 10), "東京商...");
        assert_eq!(
            visible("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", 4),
            "e\u{301}..."
        );
        for most in 4..12 {
            let cut = visible("ab👩\u{200d}👧cd東京efgh", most);
            assert!(width_of(&cut) <= most, "{most}: {cut}");
        }
    }
}
