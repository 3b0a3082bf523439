//! How rows and lines are called in a sentence.

use tables::Line;

/// What a line below the header holds, in a sentence.
pub(super) fn line_in_words(line: Line) -> &'static str {
    match line {
        Line::Rule => "a rule",
        Line::Types => "the columns' types",
        Line::Marks => "which columns are required",
        Line::Names => "technical names of the columns",
        Line::Descriptions => "descriptions of the columns",
        Line::Examples => "examples",
    }
}

/// `rows 4 to 9 belong to`.
pub(super) fn of_rows(rows: &[u32], one: &str, several: &str) -> String {
    let verb = if rows.len() == 1 { one } else { several };
    format!("{} {verb}", rows_in_words(rows))
}

/// `row 3`, `rows 1 to 3`, `rows 1, 3 and 5`.
pub(super) fn rows_in_words(numbers: &[u32]) -> String {
    match numbers {
        [] => String::new(),
        [one] => format!("row {one}"),
        [first, .., last] if (last - first) as usize == numbers.len() - 1 => {
            format!("rows {first} to {last}")
        }
        [start @ .., last] => {
            let shown: Vec<String> = start.iter().take(10).map(u32::to_string).collect();
            let more = if start.len() > 10 { ", ..." } else { "" };
            format!("rows {}{more} and {last}", shown.join(", "))
        }
    }
}
