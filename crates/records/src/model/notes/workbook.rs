//! Sheets, and what they have that a list does not show, in words.

use crate::model::diagnostic::Diagnostic;
use crate::model::place::column_letters;
use crate::model::rules::workbook as rules;
use tables::note::NoteKind;
use tables::workbook::{CellRange, Reason, Span, Why};

/// Sheets, and what a list does not show.
pub(super) fn of_workbook(kind: NoteKind) -> Diagnostic {
    use NoteKind as N;
    let several = |rule, count: u64, what: [&str; 2], say: &str| {
        Diagnostic::of_file(rule, format!("{} {say}", counted(count, what)))
    };
    match kind {
        N::SecondReader => Diagnostic::of_file(
            &rules::SECOND_READER,
            "the sheet's rows or cells are out of order; they were put in order, \
             without number formats and hidden rows",
        )
        .with_help(
            "look at ZIP codes, customer numbers and dates with `preview`, or open the \
             workbook in Excel or LibreOffice, save it as .xlsx and use that file",
        ),
        N::HiddenRows(spans) => {
            let what = ["hidden row is", "hidden rows are"];
            let say = format!(
                "read like all others ({})",
                listed(&spans, |row| row.to_string())
            );
            several(&rules::HIDDEN_ROWS, length(&spans), what, &say)
        }
        N::HiddenColumns(spans) => {
            let what = ["hidden column is", "hidden columns are"];
            let say = format!("read like all others ({})", listed(&spans, column_letters));
            several(&rules::HIDDEN_COLUMNS, length(&spans), what, &say)
        }
        N::MergedCells(carried) => {
            let what = ["merged cell is", "merged cells are"];
            let say = format!("repeated in the rows below ({})", ranges_in_words(&carried));
            several(&rules::MERGED_CELLS, carried.len() as u64, what, &say)
        }
        N::CoveredValues(count) => several(
            &rules::COVERED_VALUE,
            count,
            [
                "value under a merged cell is",
                "values under merged cells are",
            ],
            "not read, since nobody sees it",
        ),
        N::FormulasWithoutResult(count) => several(
            &rules::FORMULA_WITHOUT_RESULT,
            count,
            ["formula has", "formulas have"],
            "no stored result: read as empty",
        ),
        N::LongNumbers(count) => several(
            &rules::LONG_NUMBER,
            count,
            ["number has", "numbers have"],
            "more than 15 digits: the last ones are lost or rounded",
        ),
        other => of_sheets(other),
    }
}

/// Which of the sheets is read.
fn of_sheets(kind: NoteKind) -> Diagnostic {
    use NoteKind as N;
    match kind {
        N::SeveralSheets {
            chosen,
            why,
            others,
        } => Diagnostic::of_file(
            &rules::SEVERAL_SHEETS,
            format!(
                "sheet \"{chosen}\" is read ({}); {} could be meant too",
                why_in_words(why),
                quoted(&others)
            ),
        )
        .with_help("name the sheet with --sheet, or read all of them with --all-sheets"),
        N::HiddenSheets(names) => Diagnostic::of_file(
            &rules::HIDDEN_SHEET_SKIPPED,
            format!(
                "hidden sheets with customer columns are not read: {}",
                quoted(&names)
            ),
        )
        .with_help("name the sheet with --sheet to use it"),
        N::SheetLeftOut { name, reason } => left_out(&name, reason),
        _ => unreachable!("a note of a workbook"),
    }
}

fn left_out(name: &str, reason: Reason) -> Diagnostic {
    let (rule, help) = match reason {
        Reason::Aside => (
            &rules::SHEET_SET_ASIDE,
            "rename the sheet if its rows are to be imported",
        ),
        Reason::Again => (
            &rules::SHEET_SET_ASIDE,
            "rename the sheet if its rows should be imported, or read it alone with --sheet",
        ),
        Reason::HiddenKnown => (
            &rules::HIDDEN_SHEET_SKIPPED,
            "to use it, unhide the sheet or name it with --sheet",
        ),
        _ => (&rules::SHEET_WITHOUT_CUSTOMERS, ""),
    };
    let what = reason_in_words(reason);
    Diagnostic::of_file(rule, format!("sheet \"{name}\" is not read: {what}")).with_help(help)
}

/// Why a sheet was chosen.
pub fn why_in_words(why: Why) -> &'static str {
    match why {
        Why::Only => "the only visible sheet",
        Why::OnlyKnown => "the only one with customer columns",
        Why::MostColumns => "the one with the most customer columns",
        Why::FirstOfSeveral => "the first of several with the same customer columns",
        Why::NoneKnown => "no sheet has customer columns",
        Why::Nothing => "there is no visible sheet of cells",
    }
}

/// Why a sheet is not read.
fn reason_in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::Hidden => "hidden",
        Reason::HiddenKnown => "hidden, though it has customer columns",
        Reason::NotCells => "not a sheet of cells",
        Reason::NoColumns => "no customer columns",
        Reason::NoRows => "no rows",
        Reason::Aside => "an example, instructions or a summary by its name",
        Reason::Again => "totals, an archive or a copy by its name",
        Reason::FewerColumns => "fewer customer columns",
        Reason::Candidate => "could be meant too",
    }
}

fn quoted(names: &[String]) -> String {
    format!("\"{}\"", names.join("\", \""))
}

/// `1 row is`, `2 rows are`.
fn counted(count: u64, [one, several]: [&str; 2]) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn length(spans: &[Span]) -> u64 {
    spans
        .iter()
        .map(|span| u64::from(span.last - span.first + 1))
        .sum()
}

/// The first few spans: `3-5, 9, …`.
fn listed(spans: &[Span], name: impl Fn(u32) -> String) -> String {
    const SHOWN: usize = 8;
    let of_span = |span: &Span| {
        if span.first == span.last {
            name(span.first)
        } else {
            format!("{}-{}", name(span.first), name(span.last))
        }
    };
    first_few(spans.iter().map(of_span), spans.len(), SHOWN)
}

fn ranges_in_words(ranges: &[CellRange]) -> String {
    const SHOWN: usize = 5;
    first_few(ranges.iter().map(ToString::to_string), ranges.len(), SHOWN)
}

fn first_few(names: impl Iterator<Item = String>, of: usize, most: usize) -> String {
    let mut shown: Vec<String> = names.take(most).collect();
    if of > most {
        shown.push("…".into());
    }
    shown.join(", ")
}
