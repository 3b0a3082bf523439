//! Rows in words: those that are kept though something is wrong with them, and those left out.

use super::words::{line_in_words, of_rows, rows_in_words};
use crate::model::diagnostic::Diagnostic;
use crate::model::number::{counted, grouped};
use crate::model::rules::reading as rules;
use tables::note::NoteKind;

const MOVE_CELLS: &str = "put the row into a file with its own header; or, in a result file, move its \
                          cells under the right columns and delete the code R039 from its cell";

/// Rows that are kept though something is wrong with them.
pub(super) fn of_kept_row(kind: NoteKind, row: u32) -> Diagnostic {
    use NoteKind as N;
    match kind {
        N::RowShort {
            cells,
            columns,
            holds,
        } => short(cells, columns, holds),
        N::RowLong { cells, columns } => Diagnostic::of_file(
            &rules::ROW_LONG,
            format!("the row has {} where the table has {columns}", counted(cells, "cell")),
        )
        .with_help("put quotation marks around the cell that holds the delimiter"),
        N::RowLongEmpty { cells, columns } => Diagnostic::of_file(
            &rules::ROW_LONG_EMPTY,
            format!(
                "the row has {} where the table has {columns}; those beyond are empty",
                counted(cells, "cell")
            ),
        ),
        N::RowCutOtherwise(by) => Diagnostic::of_file(
            &rules::ROW_CUT_OTHERWISE,
            format!("the row holds {by}, which separate cells, in a list of one column"),
        )
        .with_help(
            "write all rows with the same delimiter; if it is part of a name, give --delimiter",
        ),
        N::LineUnsure(line) => Diagnostic::of_file(
            &rules::LINE_BELOW_HEADER_UNSURE,
            format!(
                "row {row} may hold {} rather than be a customer",
                line_in_words(line)
            ),
        )
        .with_help("delete the row if it speaks of the columns; give the name another form if it is a customer"),
        N::LonelyName => Diagnostic::of_file(
            &rules::LONELY_NAME,
            format!("row {row} holds a name and nothing else, unlike the rows around it"),
        )
        .with_help("fill in another cell if it is a customer; delete the row if it is a title"),
        N::BelowTitle { title, row: above } => Diagnostic::of_file(
            &rules::BELOW_BAR,
            format!("row {row} is below the heading \"{title}\" in row {above}, so it is not sent"),
        )
        .with_help(format!(
            "delete the rows below that title; if they are to be imported, delete the title in row {above}"
        )),
        N::WasBelowTitle => Diagnostic::of_file(
            &rules::BELOW_BAR,
            format!("row {row} stood below a title that says that its rows are not to be imported"),
        )
        .with_help("delete the row; if it is to be imported, delete the code R057 from its cell"),
        N::UnderOtherHeader(header) if header == row => Diagnostic::of_file(
            &rules::OTHER_HEADER,
            format!("row {row} may be the header of another table, or a row whose cells are in the wrong columns"),
        )
        .with_help("put the other table into a separate file, or fix the cells and delete the code R039 from the row's cell"),
        N::UnderOtherHeader(header) => Diagnostic::of_file(
            &rules::OTHER_HEADER,
            format!("row {row} belongs to the header in row {header}, so its cells may be in the wrong columns here"),
        )
        .with_help(MOVE_CELLS),
        N::WasUnderOtherHeader => Diagnostic::of_file(
            &rules::OTHER_HEADER,
            format!("row {row} belonged to another header, so its cells may be in the wrong columns here"),
        )
        .with_help(MOVE_CELLS),
        _ => Diagnostic::of_file(
            &rules::TOTAL_UNSURE,
            format!("row {row} may hold a total or a heading, or be a customer of that name"),
        )
        .with_help("delete the row if it is a total; fill in another cell (country, city) if it is a customer"),
    }
}

fn short(cells: usize, columns: usize, holds: Option<&str>) -> Diagnostic {
    let (what, help) = match holds {
        Some(other) => (
            format!("; it holds {other}, unlike the rows above"),
            "write all rows with the same delimiter, or put the parts into separate files",
        ),
        None => (String::new(), "look for a missing delimiter in the row"),
    };
    let message = format!(
        "the row has {cells} cell{} where the table has {columns}{what}",
        if cells == 1 && holds.is_some() {
            ""
        } else {
            "s"
        },
    );
    Diagnostic::of_file(&rules::ROW_SHORT, message).with_help(help)
}

/// Rows that are no customers.
pub(super) fn of_rows_left_out(kind: NoteKind, row: u32) -> Diagnostic {
    use NoteKind as N;
    let one =
        |rule, what: &str| Diagnostic::of_file(rule, format!("row {row} {what}; it was left out"));
    match kind {
        N::Line(line) => one(
            &rules::LINE_BELOW_HEADER,
            &format!("holds {}", line_in_words(line)),
        ),
        N::Total => one(&rules::TOTAL_ROW, "holds totals"),
        N::Section => one(&rules::SECTION_ROW, "is a section's title"),
        N::BarringTitle => one(
            &rules::SECTION_ROW,
            "is the title of rows that are not sent",
        ),
        N::Remark => one(&rules::NOTE_ROW, "is a note"),
        N::RemarkBelow => one(&rules::NOTE_ROW, "is a note below the table"),
        N::HeaderRepeated => one(&rules::HEADER_REPEATED, "is the header once more"),
        N::SecondTable(rows) => Diagnostic::of_file(
            &rules::SECOND_TABLE,
            match rows {
                1 => format!("a second table begins in row {row}; its only row was left out"),
                rows => format!(
                    "a second table begins in row {row}; its {} rows were left out",
                    grouped(rows)
                ),
            },
        ),
        N::FilledInAdvance(rows) => {
            let were = if rows.len() == 1 {
                "it was"
            } else {
                "they were"
            };
            let message = format!(
                "{} no name and nothing but what was filled in in advance; {were} left out",
                of_rows(&rows, "holds", "hold"),
            );
            Diagnostic::of_file(&rules::FILLED_IN_ADVANCE, message).with_related(rows)
        }
        N::BlankRows(rows) => {
            let message = match rows.len() {
                1 => format!("{} is blank; it was left out", rows_in_words(&rows)),
                _ => format!("{} are blank; they were left out", rows_in_words(&rows)),
            };
            Diagnostic::of_file(&rules::BLANK_ROWS, message).with_related(rows)
        }
        N::DrawnTable { name, rows } => {
            let message = format!(
                "{} the table \"{name}\" below the list; left out",
                of_rows(&rows, "belongs to", "belong to"),
            );
            Diagnostic::of_file(&rules::SECOND_TABLE, message).with_related(rows)
        }
        N::RowsBeside(rows) => {
            let message = format!(
                "{} only another table beside the list; left out",
                of_rows(&rows, "holds", "hold")
            );
            Diagnostic::of_file(&rules::TABLE_BESIDE, message).with_related(rows)
        }
        _ => unreachable!("a row that is left out"),
    }
}
