//! Writes a text file again with other texts in some of its cells. Every other byte stays: delimiters, quotation
//! marks, line ends, byte order mark, blank lines, and whatever stands above or below the table.

use std::borrow::Cow;
use std::io::Cursor;
use std::path::Path;

use super::form::{Form, Unwritable};
use super::rows::{CTRL_Z, PREFIX, TextRows};
use super::scan::{Ending, Place, Scanner};
use crate::batch::{Row, RowBatch};
use crate::encoding::{self, Certainty, TextEncoding};
use crate::error::ReadError;
use crate::options::{HeaderKnowledge, ReadOptions};

/// So much is cut at once.
const BLOCK: usize = 1024 * 1024;

/// A cell that gets another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// The row's number, as it was read.
    pub row: u32,
    /// The column in the file, from 0.
    pub column: u32,
    /// What was read there.
    pub from: String,
    /// What is to stand there.
    pub to: String,
}

/// Why a file is not written again.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Its lines are quoted as a whole, so that no cell stands in it as it was read.
    #[error("each line of the file is quoted as a whole")]
    Wrapped,
    /// The file says something else by now, or is read otherwise.
    #[error("row {row} is not written in the file as it was read")]
    Elsewhere {
        /// The row's number.
        row: u32,
    },
    /// The file has no quotation marks, and the text holds what separates cells or lines.
    #[error(
        "the new text of row {row} holds what separates cells or lines, and the file has no quotation marks"
    )]
    Separator {
        /// The row's number.
        row: u32,
    },
}

/// The file's bytes with other texts in these cells. A text that the file's encoding cannot hold makes it UTF-8
/// with a byte order mark; nothing else changes then either.
///
/// # Errors
///
/// Where the file cannot be read, or a cell does not stand in it as it was read.
pub fn rewrite(
    bytes: &[u8],
    options: &ReadOptions,
    knowledge: &dyn HeaderKnowledge,
    edits: &[TextEdit],
) -> Result<Vec<u8>, RewriteError> {
    let prefix = &bytes[..bytes.len().min(PREFIX)];
    let complete = prefix.len() == bytes.len();
    let input = Box::new(Cursor::new(bytes.to_vec()));
    let path = Path::new("(memory)");
    let rows = TextRows::open(path, prefix, complete, input, options, knowledge)?;
    if rows.wrapped.is_some() {
        return Err(RewriteError::Wrapped);
    }
    let mut encoding = rows.encoding().encoding;
    let (mark, body) = bytes.split_at(encoding.bom_len(bytes));
    if rows.encoding().certainty == Certainty::Open {
        encoding = encoding::detect(body, true).encoding;
    }
    let own = Written {
        begin: rows.start,
        form: Form {
            dialect: rows.dialect(),
            encoding,
        },
    };
    let is_ascii = rows.dialect().delimiter().is_ascii();
    let holds = |edit: &TextEdit| encoding.encode(&edit.to).is_some();
    if encoding.is_utf8() || (encoding.has_ascii_bytes() && is_ascii && edits.iter().all(holds)) {
        return Ok([mark, &own.edited(body, edits)?].concat());
    }
    // The structure is looked for in UTF-8; what was not changed is the same again in the file's own encoding.
    let text = encoding.decode(body);
    let edited = Written {
        begin: own.begin,
        form: Form {
            encoding: TextEncoding::UTF_8,
            ..own.form
        },
    }
    .edited(text.as_bytes(), edits)?;
    let edited = String::from_utf8_lossy(&edited);
    let again = encoding.encode(&text).filter(|again| again == body);
    Ok(match again.and_then(|_| encoding.encode(&edited)) {
        Some(edited) => [mark, &edited].concat(),
        None => ["\u{feff}".as_bytes(), edited.as_bytes()].concat(),
    })
}

impl Unwritable {
    /// As what is said of the edit.
    fn of(self, edit: &TextEdit) -> RewriteError {
        let row = edit.row;
        match self {
            Self::Separates => RewriteError::Separator { row },
            Self::Letters => RewriteError::Elsewhere { row },
        }
    }
}

/// The file as it is written.
struct Written<'d> {
    /// Where the first row begins.
    begin: usize,
    form: Form<'d>,
}

impl Written<'_> {
    /// These bytes, which hold ASCII as ASCII, with the edits in them.
    fn edited(&self, bytes: &[u8], edits: &[TextEdit]) -> Result<Vec<u8>, RewriteError> {
        let mut edits: Vec<&TextEdit> = edits.iter().collect();
        edits.sort_by_key(|edit| (edit.row, edit.column));
        let text = structure(bytes);
        let text = text.trim_end_matches(char::from(CTRL_Z));
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 16);
        let (mut at, mut copied) = (self.begin, 0);
        let mut place = Place { number: 1, line: 1 };
        let (mut hits, mut batch) = (Vec::new(), RowBatch::default());
        let mut end = at;
        while at < text.len() {
            end = block_end(text, end.max(at + BLOCK));
            let ending = if end == text.len() {
                Ending::Final
            } else {
                Ending::Open
            };
            batch.clear();
            let scanner = Scanner::new(self.form.dialect, &text[at..end], ending, place, &mut hits);
            let scanned = scanner.with_starts().scan(&mut batch, usize::MAX);
            let mut ends = scanned.starts.iter().skip(1).copied().collect::<Vec<_>>();
            ends.push(scanned.consumed);
            for ((row, start), stop) in batch.rows().zip(&scanned.starts).zip(ends) {
                let first = edits.partition_point(|edit| edit.row < row.number());
                let behind = edits.partition_point(|edit| edit.row <= row.number());
                if first < behind {
                    let (start, stop) = (at + start, at + stop);
                    out.extend_from_slice(&bytes[copied..start]);
                    let line = &bytes[start..stop];
                    self.row(
                        line,
                        &text[start..stop],
                        row,
                        &edits[first..behind],
                        &mut out,
                    )?;
                    copied = stop;
                }
            }
            // A row that reaches beyond the block is read again with more behind it.
            at += scanned.consumed;
            place = scanned.place;
            if scanned.consumed == 0 && ending == Ending::Final {
                break;
            }
        }
        if let Some(edit) = edits.iter().find(|edit| edit.row >= place.number) {
            return Err(RewriteError::Elsewhere { row: edit.row });
        }
        out.extend_from_slice(&bytes[copied..]);
        Ok(out)
    }

    /// One row with its edits.
    fn row(
        &self,
        line: &[u8],
        text: &str,
        row: Row<'_>,
        edits: &[&TextEdit],
        out: &mut Vec<u8>,
    ) -> Result<(), RewriteError> {
        let content = without_line_end(line).len();
        let elsewhere = RewriteError::Elsewhere { row: row.number() };
        let pieces = self.form.pieces(&text.as_bytes()[..content]);
        let Some(pieces) = pieces.filter(|pieces| self.form.are_cells(pieces, text, row)) else {
            return Err(elsewhere);
        };
        let mut done = 0;
        for edit in edits {
            let cell = pieces.get(edit.column as usize);
            let is_quoted = cell.is_some_and(|cell| cell.is_quoted);
            let to = self.form.written(&edit.to, is_quoted);
            let to = to.map_err(|why| why.of(edit))?;
            match cell {
                Some(cell)
                    if self.form.text(&line[cell.inner.0..cell.inner.1], is_quoted)
                        == edit.from =>
                {
                    out.extend_from_slice(&line[done..cell.from]);
                    out.extend_from_slice(&to);
                    done = cell.end;
                }
                // A short row has no cell there yet.
                None if edit.from.is_empty() => {
                    out.extend_from_slice(&line[done..content]);
                    done = content;
                    let last = edits.iter().rev().find(|other| other.column < edit.column);
                    let last = last.map_or(0, |other| other.column as usize + 1);
                    for _ in pieces.len().max(last)..=edit.column as usize {
                        out.extend_from_slice(&self.form.dialect.delimiter);
                    }
                    out.extend_from_slice(&to);
                }
                _ => return Err(elsewhere),
            }
        }
        out.extend_from_slice(&line[done..]);
        Ok(())
    }
}

/// The bytes as text that is cut in the same places: whatever is no ASCII is no sign of a dialect.
fn structure(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let plain = |byte: &u8| {
        if byte.is_ascii() {
            char::from(*byte)
        } else {
            'x'
        }
    };
    Cow::Owned(bytes.iter().map(plain).collect())
}

/// Behind the line that `at` stands in.
fn block_end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..);
    let line = rest.and_then(|rest| memchr::memchr(b'\n', rest));
    line.map_or(text.len(), |line| at + line + 1)
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let mut end = line.len();
    while end > 0 && line[end - 1] == b'\r' {
        end -= 1;
    }
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoKnowledge;

    fn edit(row: u32, column: u32, from: &str, to: &str) -> TextEdit {
        let (from, to) = (from.to_owned(), to.to_owned());
        TextEdit {
            row,
            column,
            from,
            to,
        }
    }

    fn edited(bytes: &[u8], edits: &[TextEdit]) -> Vec<u8> {
        rewrite(bytes, &ReadOptions::default(), &NoKnowledge, edits).unwrap()
    }

    /// What surrounds the list, and how each cell is written, stays as it is.
    const AROUND: &str = "Customers of 2026;;\r\n\r\nName;\"City\";Note\r\n\"Nord; AG\";Jena;\"a \"\"b\"\"\"\r\n\
        Ost;\"Ul\r\nm\" ;\n\r\nTotal;2\r\n\r\nProduct;Price\r\n\"Disk\";5";

    #[test]
    fn nothing_but_the_cells_is_changed() {
        let edits = [
            edit(4, 0, "Nord; AG", "Nord \"1\""),
            edit(4, 1, "Jena", "Jena;Ost"),
            edit(4, 2, "a \"b\"", "c"),
            edit(5, 1, "Ul\r\nm", "Ulm"),
            edit(5, 2, "", " x"),
            edit(7, 2, "", "both"),
        ];
        let wanted = AROUND
            .replace("\"Nord; AG\"", "\"Nord \"\"1\"\"\"")
            .replace(";Jena;", ";\"Jena;Ost\";")
            .replace("\"a \"\"b\"\"\"", "\"c\"")
            .replace("\"Ul\r\nm\" ;\n", "\"Ulm\"; x\n")
            .replace("Total;2", "Total;2;both");
        let got = edited(AROUND.as_bytes(), &edits);
        assert_eq!(String::from_utf8_lossy(&got), wanted);
        assert_eq!(edited(AROUND.as_bytes(), &[]), AROUND.as_bytes());
    }

    #[test]
    fn marks_encodings_and_line_ends_stay() {
        let text = "Name,Ort\nMüller,Köln\nÖst,Jena\n";
        let edits = [edit(2, 1, "Köln", "Düren"), edit(3, 0, "Öst", "Öster")];
        let wanted = text.replace("Köln", "Düren").replace("Öst", "Öster");
        for line_end in ["\n", "\r\n", "\r"] {
            let ended = |text: &str| text.replace('\n', line_end);
            let (text, wanted) = (ended(text), ended(&wanted));
            let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
            assert_eq!(edited(text.as_bytes(), &edits), wanted.as_bytes());
            assert_eq!(edited(&marked(&text), &edits), marked(&wanted));
            for name in ["windows-1252", "utf-16le", "utf-16be", "cp850"] {
                let encoding = TextEncoding::parse(name).unwrap();
                let mark = if name.starts_with("utf") {
                    encoding.encode("\u{feff}").unwrap()
                } else {
                    Vec::new()
                };
                let bytes = |text: &str| [mark.clone(), encoding.encode(text).unwrap()].concat();
                let options = ReadOptions {
                    encoding: Some(encoding),
                    ..ReadOptions::default()
                };
                let got = rewrite(&bytes(&text), &options, &NoKnowledge, &edits).unwrap();
                assert_eq!(got, bytes(&wanted), "{name}");
            }
        }
    }

    #[test]
    fn a_text_that_the_encoding_lacks_makes_the_file_utf8() {
        let bytes = b"Name,Ort\r\nM\xFCller,K\xF6ln\r\n".as_slice();
        let got = edited(bytes, &[edit(2, 1, "Köln", "Łódź")]);
        assert_eq!(
            String::from_utf8(got).unwrap(),
            "\u{feff}Name,Ort\r\nMüller,Łódź\r\n"
        );
    }

    #[test]
    fn a_line_that_names_the_delimiter_and_backslashes_stay() {
        let text = "sep=|\r\nName|Note\r\nA|b\r\n";
        let got = edited(text.as_bytes(), &[edit(2, 1, "b", "c|d")]);
        assert_eq!(
            String::from_utf8(got).unwrap(),
            text.replace("|b", "|\"c|d\"")
        );
    }

    #[test]
    fn what_is_not_there_as_it_was_read_is_refused() {
        let text = "Name,Ort\nA,B\n";
        for (row, column, from) in [(2, 1, "C"), (9, 0, "A"), (2, 5, "B")] {
            let edits = [edit(row, column, from, "x")];
            let refused = rewrite(
                text.as_bytes(),
                &ReadOptions::default(),
                &NoKnowledge,
                &edits,
            );
            assert!(
                matches!(refused, Err(RewriteError::Elsewhere { .. })),
                "{row} {column}"
            );
        }
    }

    #[test]
    fn rows_in_later_blocks_are_found() {
        let mut text = String::from("Name,Ort\n");
        for row in 0..150_000 {
            text.push_str(&format!("Customer {row},\"Jena\nOst\"\n"));
        }
        let got = edited(text.as_bytes(), &[edit(150_001, 0, "Customer 149999", "Z")]);
        assert_eq!(
            String::from_utf8(got).unwrap(),
            text.replace("Customer 149999", "Z")
        );
    }
}
