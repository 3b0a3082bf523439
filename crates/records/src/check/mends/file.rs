//! The form of a mends file: TOML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::entries::{CellMend, Key, Mends, ValueMend};

/// A text that is no mends file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MendsError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    version: Option<u32>,
    #[serde(default)]
    value: Vec<Value>,
    #[serde(default)]
    cell: Vec<Cell>,
    #[serde(default)]
    leave_out: Vec<LeaveOut>,
    #[serde(default)]
    keep: Vec<LeaveOut>,
    #[serde(default)]
    column: Vec<Column>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    column: String,
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cell {
    key: BTreeMap<String, String>,
    column: String,
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaveOut {
    key: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    header: String,
    field: String,
}

impl Mends {
    /// Reads a mends file.
    ///
    /// # Errors
    /// When the text is no TOML, holds what is no entry, or an entry has an empty key.
    pub fn parse(text: &str) -> Result<Self, MendsError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = 1 + before.unwrap_or_default().matches('\n').count();
            MendsError(format!("line {line}: {}", error.message()))
        })?;
        if file.version.is_some_and(|version| version > 1) {
            return Err(MendsError(
                "a newer version of this program wrote it".into(),
            ));
        }
        let key = |pairs: BTreeMap<String, String>| {
            if pairs.is_empty() {
                Err(MendsError("a key is empty, so it fits every row".into()))
            } else {
                Ok(Key(pairs.into_iter().collect()))
            }
        };
        let cells = file.cell.into_iter().map(|one| {
            Ok(CellMend {
                key: key(one.key)?,
                value: ValueMend {
                    column: one.column,
                    from: one.from,
                    to: one.to,
                },
            })
        });
        let left_out = file.leave_out.into_iter().map(|one| key(one.key));
        let kept = file.keep.into_iter().map(|one| key(one.key));
        Ok(Self {
            values: file
                .value
                .into_iter()
                .map(|Value { column, from, to }| ValueMend { column, from, to })
                .collect(),
            cells: cells.collect::<Result<_, MendsError>>()?,
            left_out: left_out.collect::<Result<_, _>>()?,
            kept: kept.collect::<Result<_, _>>()?,
            columns: file
                .column
                .into_iter()
                .map(|Column { header, field }| (header, field))
                .collect(),
        })
    }
}

/// Stands among the answers where it may as well be another.
pub const OTHERWISE: &str = "...";

/// A change that has several answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The one row that it is for; none where several hold the value.
    pub key: Option<Key>,
    /// The change, with the first answer.
    pub value: ValueMend,
    /// All of them; nothing but "..." behind the only one there is.
    pub answers: Vec<String>,
    /// The rows that hold the value, in words: `19 rows`.
    pub held_by: String,
}

/// A row that may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRow {
    /// What tells it from others.
    pub key: Key,
    /// Why it may, and where it stands.
    pub why: String,
}

/// A mends file that proposes these mends of a list. What is open stands there as comments: values, and
/// rows that may be left out.
pub fn proposals(list: &str, mends: &Mends, open: &[Open], rows: &[OpenRow]) -> String {
    let mut text = format!(
        "# Proposed changes to {}. Review each, delete what is wrong, and use the file with --mends FILE\n\
         # An entry counts only where the list still holds the value of `from`.\nversion = 1\n",
        list.replace(['\n', '\r'], " ")
    );
    for one in &mends.values {
        text.push_str("\n[[value]]\n");
        push_change(&mut text, "", one);
    }
    for one in &mends.cells {
        text.push_str("\n[[cell]]\n");
        let _ = writeln!(text, "key = {}", key_text(&one.key));
        push_change(&mut text, "", &one.value);
    }
    for key in &mends.left_out {
        let _ = write!(text, "\n[[leave_out]]\nkey = {}\n", key_text(key));
    }
    for key in &mends.kept {
        let _ = write!(text, "\n[[keep]]\nkey = {}\n", key_text(key));
    }
    for (header, field) in &mends.columns {
        let _ = write!(
            text,
            "\n[[column]]\nheader = {}\nfield = {}\n",
            quoted(header),
            quoted(field)
        );
    }
    for one in open {
        let question = match one.answers.as_slice() {
            [only, rest] if rest == OTHERWISE => format!(
                "{}? Uncomment it if that is right, or write what is right in `to`",
                quoted(only)
            ),
            answers => {
                let answers: Vec<String> = answers.iter().map(|one| quoted(one)).collect();
                format!("which of these? {}", answers.join(", "))
            }
        };
        let _ = writeln!(text, "\n# {}: {question}", one.held_by);
        match &one.key {
            Some(key) => {
                let _ = write!(text, "# [[cell]]\n# key = {}\n", key_text(key));
            }
            None => text.push_str("# [[value]]\n"),
        }
        push_change(&mut text, "# ", &one.value);
    }
    for one in rows {
        let why = one.why.replace(['\n', '\r'], " ");
        let key = key_text(&one.key);
        let _ = write!(
            text,
            "\n# {why}. Uncomment it to leave this one out\n# [[leave_out]]\n# key = {key}\n"
        );
    }
    text
}

fn push_change(text: &mut String, before: &str, one: &ValueMend) {
    let ValueMend { column, from, to } = one;
    for (name, value) in [("column", column), ("from", from), ("to", to)] {
        let _ = writeln!(text, "{before}{name} = {}", quoted(value));
    }
}

fn key_text(key: &Key) -> String {
    let pairs = key.0.iter();
    let pairs: Vec<String> = pairs
        .map(|(header, text)| format!("{} = {}", quoted(header), quoted(text)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// The text as TOML writes it on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() || super::super::text::is_invisible(letter) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mend(column: &str, from: &str, to: &str) -> ValueMend {
        ValueMend {
            column: column.into(),
            from: from.into(),
            to: to.into(),
        }
    }

    #[test]
    fn what_is_proposed_is_read_again() {
        let mends = Mends {
            values: vec![mend("Land \"x\"", "Germny\u{200b}", "Germany")],
            cells: vec![CellMend {
                key: Key(vec![("Code".into(), "47\\11".into())]),
                value: mend("Ort", "Berln\nMitte", "Berlin"),
            }],
            left_out: vec![Key(vec![
                ("Code".into(), "12".into()),
                ("Name".into(), "ü".into()),
            ])],
            kept: vec![Key(vec![("row:".into(), "7".into())])],
            columns: vec![("Ort".into(), "City".into())],
        };
        let open = |key| Open {
            key,
            value: mend("Land", "Kongo", ""),
            answers: vec!["CG".to_owned(), "CD".to_owned()],
            held_by: "1 row".to_owned(),
        };
        let one = Open {
            answers: vec!["DE".to_owned(), OTHERWISE.to_owned()],
            held_by: "1,900 rows".to_owned(),
            ..open(None)
        };
        let open = [
            open(Some(Key(vec![("Code".into(), "5".into())]))),
            open(None),
            one,
        ];
        let twice = OpenRow {
            key: Key(vec![("row:".into(), "3".into())]),
            why: "row 3, D101: the name\nof row 2".to_owned(),
        };
        let text = proposals("a\nb.csv", &mends, &open, &[twice]);
        assert_eq!(Mends::parse(&text).unwrap(), mends, "{text}");
        for part in [
            "# 1 row: which of these? \"CG\", \"CD\"\n# [[cell]]\n# key = ",
            "\"CD\"\n# [[value]]\n# column = \"Land\"\n",
            "# 1,900 rows: \"DE\"? Uncomment it if that is right, or write what is right in `to`\n# [[value]]\n",
            "# row 3, D101: the name of row 2. Uncomment it to leave this one out\n# [[leave_out]]\n\
             # key = { \"row:\" = \"3\" }\n",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        // What is uncommented counts.
        let uncommented = text.replace("# [[leave_out]]\n# key", "[[leave_out]]\nkey");
        assert_eq!(Mends::parse(&uncommented).unwrap().left_out.len(), 2);
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        for (text, expected) in [
            (
                "[[value]]\ncolumn = \"a\"\nfrom = \"b\"",
                "missing field `to`",
            ),
            ("[[cel]]\n", "unknown field `cel`"),
            ("[[leave_out]]\nkey = {}", "a key is empty"),
            ("version = 2", "newer version"),
        ] {
            let error = Mends::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert_eq!(Mends::parse("").unwrap(), Mends::default());
    }
}
