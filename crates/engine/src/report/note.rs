//! What a cell at fault says in a workbook: the problems of one cell as one note. Knows no file
//! format.

use std::iter::Peekable;
use std::slice::Iter;

use crate::journal::Fault;
use crate::model::number::grouped;
use crate::model::{RowIndex, Severity};

/// The first line of every note, by which a later run knows it as ours and takes it away.
pub const SIGNATURE: &str = "partner-import:";

/// Notes are costly to open; beyond this many, cells at fault are coloured only.
pub const MOST_NOTES: usize = 10_000;

/// What is to be said where there are more cells at fault than notes.
pub fn too_many(faults: &[Fault]) -> Option<String> {
    let place = |fault: &Fault| (fault.row, fault.column);
    let cells = faults.chunk_by(|one, next| place(one) == place(next));
    let cells = cells.count();
    (cells > MOST_NOTES).then(|| {
        format!(
            "{} cells are at fault. The first {} of them have a note; the others are \
             coloured only, and ImportMessage says what is wrong with their rows.",
            grouped(cells),
            grouped(MOST_NOTES)
        )
    })
}

/// The note on one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellNote {
    /// The cell's place among the header's cells, from 0.
    pub column: u32,
    /// How bad the worst of its problems is.
    pub worst: Severity,
    /// The problems in words, one after the other, below our signature.
    pub text: String,
}

/// Hands out the notes of row after row.
#[derive(Debug)]
pub struct Notes<'a>(Peekable<Iter<'a, Fault>>);

impl<'a> Notes<'a> {
    /// The notes on these faults, which stand in the order of the rows.
    pub fn of(faults: &'a [Fault]) -> Self {
        Self(faults.iter().peekable())
    }

    /// The notes of a row, from the left; rows must be asked for in their order.
    pub fn of_row(&mut self, row: RowIndex) -> Vec<CellNote> {
        let mut notes: Vec<CellNote> = Vec::new();
        while let Some(fault) = self.0.next_if(|fault| fault.row <= row) {
            if fault.row != row {
                continue;
            }
            let text = says(fault);
            match notes.last_mut() {
                Some(note) if note.column == fault.column => {
                    note.worst = note.worst.max(fault.severity);
                    note.text.push_str("\n\n");
                    note.text.push_str(&text);
                }
                _ => notes.push(CellNote {
                    column: fault.column,
                    worst: fault.severity,
                    text: format!("{SIGNATURE}\n{text}"),
                }),
            }
        }
        notes
    }
}

fn says(fault: &Fault) -> String {
    let mut text = format!(
        "{} {}: {}",
        fault.severity.as_str(),
        fault.code,
        fault.message
    );
    for line in [&fault.help, &fault.meant_in_words()] {
        // What an earlier line says is not said twice.
        if !line.is_empty() && !text.contains(line) {
            text.push('\n');
            text.push_str(line);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_one_note_whatever_is_wrong_with_it() {
        let fault = |row, column, severity, help: &str| Fault {
            row: RowIndex(row),
            column,
            code: "V1".into(),
            severity,
            message: "m".into(),
            help: help.into(),
            value: String::new(),
            meant: Vec::new(),
        };
        assert_eq!(
            too_many(&vec![fault(1, 0, Severity::Error, ""); 20_000]),
            None
        );
        let many = (0..10_001).map(|row| fault(row, 0, Severity::Error, ""));
        let many: Vec<Fault> = many.collect();
        assert_eq!(too_many(&many[1..]), None);
        let said = too_many(&many).unwrap();
        assert!(
            said.starts_with("10,001 cells are at fault. The first 10,000"),
            "{said}"
        );
        let faults = [
            fault(1, 0, Severity::Error, "do x"),
            fault(1, 0, Severity::Warning, ""),
            fault(1, 3, Severity::Warning, ""),
            fault(4, 0, Severity::Error, ""),
        ];
        let mut notes = Notes::of(&faults);
        assert_eq!(notes.of_row(RowIndex(0)), []);
        let row = notes.of_row(RowIndex(1));
        let texts: Vec<&str> = row.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "partner-import:\nerror V1: m\ndo x\n\nwarning V1: m",
                "partner-import:\nwarning V1: m"
            ]
        );
        assert_eq!((row[0].worst, row[1].column), (Severity::Error, 3));
        assert_eq!(notes.of_row(RowIndex(7)), [], "row 4 was passed over");
    }
}
