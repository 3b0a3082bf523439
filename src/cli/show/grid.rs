//! Tables for people: columns aligned by what a terminal makes of the characters, and on a terminal
//! no wider than it is.

use std::io::{self, Write};

use crate::report::diagnostics::excerpt::{visible, width_of};

/// Columns of text are not cut below this.
const NARROWEST: usize = 12;
const BETWEEN: usize = 2;

/// Where lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// At so many columns: cells are cut, and columns that do not fit at all are left out.
    Columns(usize),
    /// Nowhere: every cell is whole.
    Endless,
}

impl Room {
    /// So many columns at most.
    pub fn columns(self) -> usize {
        match self {
            Self::Columns(most) => most,
            Self::Endless => usize::MAX,
        }
    }
}

/// Writes rows, the header first, and hands back how many of the last columns were left out.
pub fn write(rows: &[Vec<String>], room: Room, out: &mut dyn Write) -> io::Result<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| visible(cell, usize::MAX)).collect())
        .collect();
    let mut widths = vec![1; columns];
    // Numbers are worth nothing when they are cut.
    let mut is_text = vec![false; columns];
    for (index, row) in cells.iter().enumerate() {
        for (at, cell) in row.iter().enumerate() {
            widths[at] = widths[at].max(width_of(cell));
            let digits = cell.chars().all(|letter| letter.is_ascii_digit());
            is_text[at] |= index > 0 && !digits;
        }
    }
    if let Room::Columns(most) = room {
        fit(&mut widths, &is_text, most);
    }
    for row in &cells {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let cell = visible(cell, *width);
            let blanks = width.saturating_sub(width_of(&cell)) + BETWEEN;
            line.push_str(&cell);
            line.push_str(&" ".repeat(blanks));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(columns - widths.len())
}

/// Takes columns from the widest, then the last ones away, until all fit.
fn fit(widths: &mut Vec<usize>, is_text: &[bool], most: usize) {
    let total = |widths: &[usize]| widths.iter().map(|width| width + BETWEEN).sum::<usize>();
    while total(widths) > most + BETWEEN {
        let cut = widths.iter().zip(is_text).enumerate();
        let cut = cut.filter(|(_, (width, is_text))| **is_text && **width > NARROWEST);
        match cut.max_by_key(|(at, (width, _))| (**width, *at)) {
            Some((at, _)) => widths[at] -= 1,
            None if widths.len() > 1 => {
                widths.pop();
            }
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(room: Room) -> (String, usize) {
        let rows = [
            ["ID", "NAME", "PARENT", "CODE"],
            ["1001", "東京商事株式会社", "Nordpartner GmbH", "A"],
            ["100200", "Bäckerei\tSüd", "", "code-2"],
        ];
        let rows: Vec<Vec<String>> = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let mut out = Vec::new();
        let left_out = write(&rows, room, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), left_out)
    }

    #[test]
    fn columns_are_aligned_as_a_terminal_shows_them() {
        assert_eq!(
            shown(Room::Endless),
            (
                "ID      NAME              PARENT            CODE\n\
                 1001    東京商事株式会社  Nordpartner GmbH  A\n\
                 100200  Bäckerei\\tSüd                       code-2\n"
                    .to_owned(),
                0
            )
        );
    }

    #[test]
    fn a_narrow_terminal_cuts_text_and_no_number() {
        assert_eq!(
            shown(Room::Columns(42)),
            (
                "ID      NAME          PARENT        CODE\n\
                 1001    東京商事...   Nordpartn...  A\n\
                 100200  Bäckerei\\...                code-2\n"
                    .to_owned(),
                0
            )
        );
        let (text, left_out) = shown(Room::Columns(36));
        assert_eq!(left_out, 1);
        assert!(text.starts_with("ID      NAME          PARENT\n"), "{text}");
        for most in 20..60 {
            let (text, _) = shown(Room::Columns(most));
            assert!(
                text.lines().all(|line| width_of(line) <= most),
                "{most}: {text}"
            );
        }
    }
}
