//! What a workbook holds at most, and what its sheets may be called.

use crate::model::number::grouped;
use crate::report::facts::Facts;

/// A sheet's rows, its header among them.
const MOST_ROWS: usize = 1_048_576;
/// A sheet's columns.
const MOST_COLUMNS: usize = 16_384;
/// A list so long is packed less than others, and while its rows are made.
pub(super) const MANY_ROWS: usize = 100_000;

/// Whether a run fits into a workbook at all.
pub fn fits(facts: &Facts) -> bool {
    why_not(facts).is_none()
}

/// Why a run does not fit into a workbook; none where it does.
pub fn why_not(facts: &Facts) -> Option<String> {
    let (rows, columns) = (facts.numbers.len(), facts.layout.header().len());
    if rows >= MOST_ROWS {
        return Some(format!(
            "a sheet holds {} rows below its header, and these are {}",
            grouped(MOST_ROWS - 1),
            grouped(rows)
        ));
    }
    (columns > MOST_COLUMNS).then(|| {
        format!(
            "a sheet holds {} columns, and with the columns of the results these are {}",
            grouped(MOST_COLUMNS),
            grouped(columns)
        )
    })
}

/// The name of the input's sheet, so that `--sheet` still finds it; `Customers` for text files.
pub(in crate::report) fn sheet_name(sheet: Option<&str>) -> String {
    let allowed = |letter: &char| !letter.is_control() && !"[]:*?/\\".contains(*letter);
    let name: String = sheet.unwrap_or_default().chars().filter(allowed).collect();
    let name = name.trim_matches('\'').trim();
    let mut short = String::new();
    for letter in name.chars() {
        if short.encode_utf16().count() + letter.len_utf16() > 31 {
            break;
        }
        short.push(letter);
    }
    if short.is_empty() || short.eq_ignore_ascii_case("history") {
        "Customers".to_owned()
    } else {
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_keep_their_names_where_a_workbook_allows_them() {
        let names = [
            None,
            Some("Kunden 2026"),
            Some("[a]/b:c"),
            Some("'quoted'"),
            Some("History"),
            Some("ein sehr langer Name mit Überlänge"),
        ];
        assert_eq!(
            names.map(sheet_name),
            [
                "Customers",
                "Kunden 2026",
                "abc",
                "quoted",
                "Customers",
                "ein sehr langer Name mit Überlä"
            ]
        );
    }
}
