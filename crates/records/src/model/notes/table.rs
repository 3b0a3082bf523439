//! The header, and other tables around the list, in words.

use super::words::rows_in_words;
use crate::model::diagnostic::Diagnostic;
use crate::model::number::{counted, grouped};
use crate::model::place::column_letters;
use crate::model::rules::reading as rules;
use tables::note::{Columns, NoteKind};

/// The header, and other tables around the list.
pub(super) fn of_table(kind: NoteKind, row: u32) -> Diagnostic {
    use NoteKind as N;
    match kind {
        N::NoHeader => Diagnostic::of_file(
            &rules::NO_HEADER,
            "the table has no header row; its columns have no names",
        )
        .with_help("insert a row with column names above the data, or name the header's row with --header-row"),
        N::HeaderJoined(first, last) => Diagnostic::of_file(
            &rules::HEADER_JOINED,
            format!("the header was joined from rows {first} to {last}"),
        ),
        N::HeaderSplit => Diagnostic::of_file(
            &rules::HEADER_SPLIT,
            format!("the header in row {row} has a different delimiter from the rows; it was split accordingly"),
        ),
        N::HeaderShort { cells, columns } => Diagnostic::of_file(
            &rules::HEADER_SHORT,
            format!("the header has {}, the rows have {columns}", counted(cells, "cell")),
        ),
        N::AboveHeader(rows) => {
            let message = match rows.len() {
                1 => format!("{} is above the table; it was left out", rows_in_words(&rows)),
                _ => format!("{} are above the table; they were left out", rows_in_words(&rows)),
            };
            Diagnostic::of_file(&rules::ABOVE_HEADER, message).with_related(rows)
        }
        N::ListsPasted { first, rows } => Diagnostic::of_file(
            &rules::LISTS_PASTED,
            format!(
                "row {row} begins another list of customers with its own header, below that of row {first}{}",
                match rows {
                    0 => String::new(),
                    1 => "; one row belongs to a header that is not used, and has its own error (R039)".to_owned(),
                    rows => format!("; {} rows belong to a header that the list is not read by, and have an error of their own (R039)", grouped(rows)),
                }
            ),
        )
        .with_help("put each list into a separate file; nothing is sent from lists that were pasted together"),
        N::ListsPastedUnsure => Diagnostic::of_file(
            &rules::LISTS_PASTED,
            format!("row {row} holds words only and the rows below it hold values where the list has words: another table, or cells in the wrong columns?"),
        )
        .with_help("put the other table into a separate file, or fix the cells"),
        N::ColumnsBeside(columns) => beside(&columns),
        N::ColumnsBehind(columns) => behind(&columns),
        N::ColumnsApart { columns, filled } => apart(&columns, filled),
        _ => unreachable!("a note of the table"),
    }
}

/// `column C ("Phone")`, `columns C to E ("Phone", "Fax")`.
fn columns_in_words(columns: &Columns) -> String {
    let letter = column_letters;
    let what = if columns.first == columns.last {
        format!("column {}", letter(columns.first))
    } else {
        format!(
            "columns {} to {}",
            letter(columns.first),
            letter(columns.last)
        )
    };
    if columns.named.is_empty() {
        return what;
    }
    let quoted: Vec<String> = columns
        .named
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect();
    format!("{what} ({})", quoted.join(", "))
}

fn beside(columns: &Columns) -> Diagnostic {
    let stands = if columns.first == columns.last {
        "is another table beside the list; it was"
    } else {
        "are another table beside the list; they were"
    };
    let what = columns_in_words(columns);
    Diagnostic::of_file(&rules::TABLE_BESIDE, format!("{what} {stands} left out")).with_help(
        match columns.known.first() {
            Some(name) => {
                format!("if a column belongs to the list, map it: --map \"{name}=FIELD\"")
            }
            None => String::new(),
        },
    )
}

/// Columns that are read though an empty column stands before them.
fn behind(columns: &Columns) -> Diagnostic {
    let stands = if columns.first == columns.last {
        "is after an empty column and is"
    } else {
        "are after an empty column and are"
    };
    let known = columns.known.first().map_or("", String::as_str);
    let what = columns_in_words(columns);
    Diagnostic::of_file(
        &rules::COLUMNS_BEHIND,
        format!("{what} {stands} read as part of the list"),
    )
    .with_help(format!(
        "if it is another table, leave it out: --map \"{known}=-\""
    ))
}

/// One problem, that names each of the columns that would be read.
fn apart(columns: &Columns, filled: Option<(usize, usize)>) -> Diagnostic {
    let out: Vec<String> = columns
        .known
        .iter()
        .map(|name| format!("--map \"{name}=-\""))
        .collect();
    let first = columns.known.first().map_or("", String::as_str);
    let rows = filled.map_or_else(String::new, |(filled, of)| {
        format!(", filled in only {filled} of {}", counted(of, "row"))
    });
    let message = format!(
        "{} after an empty column{rows}: another table, or part of the list?",
        columns_in_words(columns)
    );
    let help = format!(
        "leave out what belongs to another table: {}; take what belongs to the list: --map \"{first}=FIELD\"",
        out.join(" ")
    );
    Diagnostic::of_file(&rules::COLUMNS_APART, message).with_help(help)
}
