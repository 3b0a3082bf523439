//! What the reader noticed, as problems of the input: which rule each is, in words, with what to do.
//! The reader knows no rules and no flags; this file is the only place where the two meet.

mod rows;
mod table;
mod text;
mod words;
mod workbook;

use self::rows::{of_kept_row, of_rows_left_out};
use self::table::of_table;
use self::text::of_text;
use self::workbook::of_workbook;
pub use self::workbook::why_in_words;
use super::diagnostic::Diagnostic;
use super::rules::reading as rules;
use tables::ReadError;
use tables::note::{Note, NoteKind};
use tables::workbook::WorkbookError;

/// Codes that stand beside a row in a result file and say that it may be no customer: alone among the
/// rejected rows it no longer stands out.
pub static DOUBTFUL_ROWS: [&str; 3] = [
    rules::LINE_BELOW_HEADER_UNSURE.code,
    rules::LONELY_NAME.code,
    rules::TOTAL_UNSURE.code,
];

/// Codes that say that the row stood below a title that bars its rows.
pub static BARRED_ROWS: [&str; 1] = [rules::BELOW_BAR.code];

/// Codes that say that the row stood under another header than the list's.
pub static ROWS_ELSEWHERE: [&str; 1] = [rules::OTHER_HEADER.code];

/// The notes of a file as problems.
pub fn diagnostics(notes: impl IntoIterator<Item = Note>) -> Vec<Diagnostic> {
    notes.into_iter().map(Diagnostic::from).collect()
}

impl From<Note> for Diagnostic {
    fn from(note: Note) -> Self {
        let row = note.at.map_or(0, |at| at.row);
        let mut problem = in_words(note.kind, row);
        problem.row = note.row;
        problem.at = note.at;
        if let Some(header) = note.header {
            problem = problem.in_column(&header);
        }
        match note.value {
            Some(value) => problem.with_value(&value),
            None => problem,
        }
    }
}

/// The note's rule and words; `row` is where it stands.
fn in_words(kind: NoteKind, row: u32) -> Diagnostic {
    use NoteKind as N;
    match kind {
        N::Empty
        | N::EncodingGuessed(_)
        | N::DamagedText
        | N::NulRemoved
        | N::DialectGuessed { .. }
        | N::DelimiterUnsure(_)
        | N::LinesUnwrapped
        | N::StrayQuote
        | N::QuoteInside
        | N::QuotesRepaired => of_text(kind, row),
        N::RowShort { .. }
        | N::RowLong { .. }
        | N::RowLongEmpty { .. }
        | N::RowCutOtherwise(_)
        | N::LineUnsure(_)
        | N::LonelyName
        | N::TotalUnsure
        | N::BelowTitle { .. }
        | N::WasBelowTitle
        | N::UnderOtherHeader(_)
        | N::WasUnderOtherHeader => of_kept_row(kind, row),
        N::Line(_)
        | N::Total
        | N::Section
        | N::BarringTitle
        | N::Remark
        | N::RemarkBelow
        | N::FilledInAdvance(_)
        | N::BlankRows(_)
        | N::HeaderRepeated
        | N::SecondTable(_)
        | N::DrawnTable { .. }
        | N::RowsBeside(_) => of_rows_left_out(kind, row),
        N::NoHeader
        | N::HeaderJoined(..)
        | N::HeaderSplit
        | N::HeaderShort { .. }
        | N::AboveHeader(_)
        | N::ListsPasted { .. }
        | N::ListsPastedUnsure
        | N::ColumnsBeside(_)
        | N::ColumnsBehind(_)
        | N::ColumnsApart { .. } => of_table(kind, row),
        N::SecondReader
        | N::HiddenRows(_)
        | N::HiddenColumns(_)
        | N::MergedCells(_)
        | N::CoveredValues(_)
        | N::FormulasWithoutResult(_)
        | N::LongNumbers(_)
        | N::SeveralSheets { .. }
        | N::HiddenSheets(_)
        | N::SheetLeftOut { .. } => of_workbook(kind),
    }
}

/// What to do where a file cannot be read at all, in one sentence; empty when the message says it.
pub fn help(error: &ReadError) -> String {
    match error {
        ReadError::RowTooLong { .. } | ReadError::TooManyColumns { .. } => {
            "look at that line in a text editor; if the cells are separated by something \
             unusual, give it with --delimiter"
                .into()
        }
        ReadError::NoSuchHeaderRow { .. } => {
            "count the rows as a spreadsheet program does, from 1, and correct --header-row".into()
        }
        ReadError::Workbook {
            source: WorkbookError::NotCells { .. },
            ..
        } => "name a sheet of cells with --sheet".into(),
        ReadError::Workbook {
            source: WorkbookError::TooLarge { .. },
            ..
        } => "delete what is not part of the customer list (other sheets, formatted empty rows \
              and columns) or save the sheet as CSV"
            .into(),
        other => other.help(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CellAddress;
    use tables::Line;
    use tables::note::Columns;
    use tables::text::Escape;
    use tables::workbook::{CellRange, Reason, Span, Why};

    /// One of each kind.
    fn kinds() -> Vec<NoteKind> {
        let mut kinds = plain_kinds();
        kinds.extend(kinds_with_members());
        kinds
    }

    fn plain_kinds() -> Vec<NoteKind> {
        use NoteKind as N;
        let span = Span { first: 3, last: 5 };
        let row = 4;
        vec![
            N::Empty,
            N::EncodingGuessed("windows-1252"),
            N::DamagedText,
            N::NulRemoved,
            N::DelimiterUnsure(None),
            N::DelimiterUnsure(Some("space".into())),
            N::LinesUnwrapped,
            N::StrayQuote,
            N::QuoteInside,
            N::QuotesRepaired,
            N::RowCutOtherwise("tabs"),
            N::LineUnsure(Line::Marks),
            N::LonelyName,
            N::TotalUnsure,
            N::WasBelowTitle,
            N::UnderOtherHeader(2),
            N::WasUnderOtherHeader,
            N::Line(Line::Rule),
            N::Total,
            N::Section,
            N::BarringTitle,
            N::Remark,
            N::RemarkBelow,
            N::FilledInAdvance(vec![row]),
            N::BlankRows(vec![row, 6]),
            N::NoHeader,
            N::HeaderJoined(1, 2),
            N::HeaderSplit,
            N::HeaderRepeated,
            N::AboveHeader(vec![1]),
            N::ListsPasted { first: 1, rows: 2 },
            N::ListsPastedUnsure,
            N::SecondTable(3),
            N::RowsBeside(vec![7]),
            N::ColumnsBeside(some_columns()),
            N::ColumnsBehind(some_columns()),
            N::SecondReader,
            N::HiddenRows(vec![span]),
            N::HiddenColumns(vec![span]),
            N::MergedCells(vec![CellRange {
                rows: span,
                columns: span,
            }]),
            N::CoveredValues(1),
            N::FormulasWithoutResult(2),
            N::LongNumbers(3),
            N::HiddenSheets(other_sheets()),
        ]
    }

    fn kinds_with_members() -> Vec<NoteKind> {
        use NoteKind as N;
        let (cells, columns_of, row) = (2, 3, 4);
        let mut kinds = Vec::new();
        kinds.extend([true, false].map(|usual| N::DialectGuessed {
            delimiter: "comma".into(),
            quote: '"',
            escape: Escape::Backslash,
            usual,
        }));
        kinds.extend([None, Some("tabs")].map(|holds| N::RowShort {
            cells,
            columns: columns_of,
            holds,
        }));
        kinds.push(N::RowLong {
            cells: columns_of,
            columns: cells,
        });
        kinds.push(N::RowLongEmpty {
            cells: columns_of,
            columns: cells,
        });
        kinds.push(N::HeaderShort {
            cells,
            columns: columns_of,
        });
        kinds.push(N::BelowTitle {
            title: "Former customers".into(),
            row,
        });
        kinds.push(N::DrawnTable {
            name: "Prices".into(),
            rows: vec![row, 5],
        });
        kinds.push(N::ColumnsApart {
            columns: some_columns(),
            filled: Some((2, 5)),
        });
        kinds.push(N::SeveralSheets {
            chosen: "North".into(),
            why: Why::MostColumns,
            others: other_sheets(),
        });
        for reason in [
            Reason::Aside,
            Reason::Again,
            Reason::HiddenKnown,
            Reason::NoRows,
        ] {
            kinds.push(N::SheetLeftOut {
                name: "Example".into(),
                reason,
            });
        }
        kinds
    }

    fn some_columns() -> Columns {
        Columns {
            first: 2,
            last: 3,
            named: vec!["Phone".into()],
            known: vec!["Phone".into()],
        }
    }

    fn other_sheets() -> Vec<String> {
        vec!["South".to_owned()]
    }

    #[test]
    fn a_doubt_of_the_reader_is_an_error_and_nothing_else_is() {
        for kind in kinds() {
            let doubt = kind.is_doubt();
            let note = Note {
                kind,
                row: None,
                at: Some(CellAddress::row(9)),
                header: None,
                value: None,
            };
            let problem = Diagnostic::from(note.clone());
            assert_eq!(problem.is_error(), doubt, "{note:?}");
            assert!(!problem.message.is_empty(), "{note:?}");
        }
    }
}
