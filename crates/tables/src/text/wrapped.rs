//! Lines that are quoted as a whole: what is left of a CSV file that a spreadsheet program opened in
//! one column and saved again (`"Acme,Berlin,""DE"""`). They are recognised in the file's beginning
//! and unwrapped before anything is cut.

use super::super::options::{Delimiter, HeaderKnowledge};
use super::detect;
use super::dialect::Dialect;
use super::scan::{Ending, Place, Scanner};
use crate::batch::RowBatch;

/// Which lines are unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapped {
    /// All that are quoted as a whole.
    All,
    /// Those that hold doubled quotation marks; the others were not wrapped, for the program wraps
    /// only what holds its own delimiter or a quotation mark.
    Doubled,
}

/// Finds out whether lines of the sample are wrapped; gives the sample without the wrapping too.
pub(super) fn detect(
    sample: &str,
    ending: Ending,
    told: Option<&Delimiter>,
    knowledge: &dyn HeaderKnowledge,
) -> Option<(Wrapped, String)> {
    let (mut wrapped, mut doubled, mut plain) = (0, 0, Vec::new());
    for line in lines(sample).filter(|line| !body(line).trim().is_empty()) {
        match content(body(line)) {
            Some(inner) => {
                wrapped += 1;
                doubled += usize::from(inner.contains("\"\""));
            }
            None => plain.push(line),
        }
    }
    if wrapped < 2 || wrapped < plain.len() && doubled == 0 {
        return None;
    }
    let all = unwrapped(sample, Wrapped::All);
    let found = detect::detect(&all, ending, told, knowledge);
    let separated = |line: &&str| line.contains(found.delimiter());
    let kind = if plain.iter().any(separated) {
        Wrapped::Doubled
    } else {
        Wrapped::All
    };
    if kind == Wrapped::Doubled && doubled == 0 {
        return None;
    }
    let text = unwrapped(sample, kind);
    let dialect = detect::detect(&text, ending, told, knowledge);
    is_table(&text, &dialect, knowledge).then_some((kind, text))
}

/// Whether the text gives an even table of several columns from its first row on, or below a row of
/// known names.
fn is_table(text: &str, dialect: &Dialect, knowledge: &dyn HeaderKnowledge) -> bool {
    const ROWS: usize = 500;
    let (mut batch, mut hits) = (RowBatch::default(), Vec::new());
    let place = Place { number: 1, line: 1 };
    Scanner::new(dialect, text, Ending::Final, place, &mut hits).scan(&mut batch, ROWS);
    let width = dialect.width;
    let (mut rows, mut even) = (0, 0);
    let (mut known, mut first) = (false, None);
    for row in batch.rows().filter(|row| !row.is_empty()) {
        first = first.or(Some(row.len()));
        rows += 1;
        even += usize::from(row.len() == width);
        let names = row.cells().filter(|cell| knowledge.knows(cell.text.trim()));
        known = known || (row.len() == width && names.count() >= 2);
    }
    width >= 2 && rows >= 2 && even * 10 >= rows * 8 && (known || first == Some(width))
}

/// Unwraps the lines of `buffer[from..end]`, which begins with a line; gives the new end.
pub(super) fn unwrap(buffer: &mut Vec<u8>, from: usize, end: usize, kind: Wrapped) -> usize {
    let behind = buffer.split_off(end);
    let lines = buffer.split_off(from);
    // Quotation marks and line ends are the same bytes in all encodings that come here.
    for line in lines.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        let length = line.trim_ascii_end().len();
        match std::str::from_utf8(&line[..length]).ok().and_then(content) {
            Some(inner) if kind == Wrapped::All || inner.contains("\"\"") => {
                buffer.extend_from_slice(inner.replace("\"\"", "\"").as_bytes());
                buffer.extend_from_slice(&line[length..]);
            }
            _ => buffer.extend_from_slice(line),
        }
    }
    let end = buffer.len();
    buffer.extend_from_slice(&behind);
    end
}

fn unwrapped(text: &str, kind: Wrapped) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let end = bytes.len();
    unwrap(&mut bytes, 0, end, kind);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['\n', '\r'])
}

fn body(line: &str) -> &str {
    line.trim_ascii_end()
}

/// What stands in a line that is one quoted cell, its quotation marks still doubled. Empty cells
/// may follow.
fn content(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('"')?;
    let inner = inner.trim_end_matches([',', ';', '\t']).strip_suffix('"')?;
    let even = inner
        .split(|letter| letter != '"')
        .all(|marks| marks.len() % 2 == 0);
    (even && !inner.is_empty()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoKnowledge;

    fn found(text: &str) -> Option<(Wrapped, String)> {
        detect(text, Ending::Final, None, &NoKnowledge)
    }

    #[test]
    fn lines_that_are_one_cell_are_unwrapped() {
        let text = "\"Name,City,Note\"\r\n\"Acme,Berlin,\"\"x, y\"\"\"\r\n\"Bell,Bonn,\"\r\n";
        let plain = "Name,City,Note\r\nAcme,Berlin,\"x, y\"\r\nBell,Bonn,\r\n";
        assert_eq!(found(text), Some((Wrapped::All, plain.to_owned())));
        // A program with another delimiter wraps only what holds quotation marks.
        let text =
            "Name,City\n\"\"\"Acme, Inc\"\",Berlin\";;\n\"\"\"Bell, Inc\"\",Bonn\";;\nCody,Ulm\n";
        let plain = "Name,City\n\"Acme, Inc\",Berlin\n\"Bell, Inc\",Bonn\nCody,Ulm\n";
        assert_eq!(found(text), Some((Wrapped::Doubled, plain.to_owned())));
    }

    #[test]
    fn proper_files_stay_as_they_are() {
        for text in [
            "\"Name\",\"City\"\n\"Acme\",\"Berlin\"\n\"\",\"\"\n",
            "\"Name\"\n\"Smith, John\"\n\"Doe, Jane\"\n",
            "Name\n\"The \"\"Old\"\", Inn\"\n\"The \"\"New\"\", Inn\"\n",
            "Name,City\n\"A \"\"B\"\"\",\"C\"\n\"D\",\"E\"\n",
            "Name,City\nAcme,Berlin\n\"Section, two\"\n\"Section, three\"\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
