//! One cell of the customer sheet, as it is to be.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use super::xml;
use crate::place::column_letters;

/// A change of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Its column, from 0.
    pub column: u32,
    /// What it holds.
    pub value: Value,
    /// How it looks.
    pub look: Look,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// What it held.
    Keep,
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
    /// Its own text with our formula mark before it, unless a formula gives it.
    Marked(String),
}

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As it did.
    Own,
    /// In this style.
    As(u32),
    /// As it did, on the ground of cells at fault.
    Fault(Fault),
}

/// What is wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An error.
    Error,
    /// A warning.
    Warning,
}

/// Excel's limit, in UTF-16 code units.
pub const LONGEST_CELL: usize = 32_767;

/// As much of a text as a cell holds.
pub fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    const SIGN: &str = "… (cut: a workbook's cell holds no more)";
    if text.len() <= LONGEST_CELL || text.encode_utf16().count() <= LONGEST_CELL {
        return text;
    }
    let mut room = LONGEST_CELL - SIGN.encode_utf16().count();
    let fitting = text.chars().take_while(|letter| {
        let fits = letter.len_utf16() <= room;
        room = room.saturating_sub(letter.len_utf16());
        fits
    });
    Cow::Owned(fitting.chain(SIGN.chars()).collect())
}

/// A cell as XML; `p` is the prefix of the sheet's elements, `row` counts from 1.
pub fn cell(p: &str, row: u32, edit: &Edit, style: u32) -> String {
    let mut text = format!("<{p}c r=\"{}{row}\"", column_letters(edit.column));
    if style != 0 {
        text.push_str(&format!(" s=\"{style}\""));
    }
    match &edit.value {
        Value::Number(number) => text.push_str(&format!("><{p}v>{number}</{p}v></{p}c>")),
        Value::Text(content) | Value::Marked(content) if !content.is_empty() => {
            let content = xml::escaped(&cut(content.as_str().into()));
            text.push_str(&format!(
                " t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{content}</{p}t></{p}is></{p}c>"
            ));
        }
        Value::Keep | Value::Text(_) | Value::Marked(_) => text.push_str("/>"),
    }
    text
}

/// The style a cell names; 0 when it names none.
pub fn number_in(tag: &BytesStart<'_>) -> u32 {
    xml::number_of(tag, "s").unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: Value, style: u32) -> String {
        let edit = Edit {
            column: 27,
            value,
            look: Look::Own,
        };
        cell("x:", 3, &edit, style)
    }

    #[test]
    fn ids_are_numbers_and_texts_are_texts() {
        assert_eq!(
            shown(Value::Number(7), 2),
            "<x:c r=\"AB3\" s=\"2\"><x:v>7</x:v></x:c>"
        );
        assert_eq!(
            shown(Value::Text("=1<2".into()), 0),
            "<x:c r=\"AB3\" t=\"inlineStr\"><x:is><x:t xml:space=\"preserve\">=1&lt;2</x:t></x:is></x:c>"
        );
        assert_eq!(shown(Value::Text(String::new()), 0), "<x:c r=\"AB3\"/>");
        let long = shown(Value::Text("x".repeat(40_000)), 0);
        assert!(long.len() < 33_000 && long.contains("(cut:"));
    }

    #[test]
    fn texts_are_cut_to_what_a_cell_holds() {
        let long = "ü😀".repeat(20_000);
        let short = cut(Cow::Borrowed(&long));
        assert!(short.encode_utf16().count() <= LONGEST_CELL);
        assert!(
            short.encode_utf16().count() > LONGEST_CELL - 3,
            "no more than needed"
        );
        assert!(short.ends_with("no more)"));
        assert_eq!(cut(Cow::Borrowed("short")), "short");
    }
}
