//! What the rows of a run are called while its requests go out.

use std::collections::HashMap;

use std::sync::Arc;

use crate::model::{PartnerId, PartnerInfo, RowIndex, SheetRows};

/// What the rows of a run are called.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The number of each, as a spreadsheet shows it.
    pub numbers: Vec<u32>,
    /// The sheets they stand on, where there are several.
    pub sheets: SheetRows,
    /// The customers of those that are taken back.
    pub ids: HashMap<RowIndex, PartnerId>,
    /// What is sent of each, where something is.
    pub partners: Vec<Option<Arc<PartnerInfo>>>,
}

impl Rows {
    /// The row's number; 0 where the journal has none.
    pub fn number(&self, row: RowIndex) -> u32 {
        self.numbers.get(row.as_usize()).copied().unwrap_or(0)
    }

    /// A text of the service about the row, as it may stand in a log: without what the row's cells hold, and
    /// without anything else that is quoted.
    pub fn without_cells(&self, row: RowIndex, text: &str) -> String {
        let partner = self.partners.get(row.as_usize()).and_then(Option::as_ref);
        without(text, partner.map(|partner| &**partner))
    }

    /// The row's number, with its sheet where there are several.
    pub fn place(&self, row: RowIndex) -> String {
        self.sheets.number(row, self.number(row))
    }
}

/// What stands where a cell was quoted.
const CELL: &str = "(cell)";

fn without(text: &str, partner: Option<&PartnerInfo>) -> String {
    let mut values = Vec::new();
    let document = partner.and_then(|partner| serde_json::to_value(partner).ok());
    texts(&document.unwrap_or_default(), &mut values);
    // The longest first: one may be a part of another.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    let mut text = text.to_owned();
    for value in values {
        text = replaced(&text, value.trim());
    }
    without_quoted(&text)
}

/// All texts of a document.
fn texts(document: &serde_json::Value, into: &mut Vec<String>) {
    match document {
        serde_json::Value::String(text) => into.push(text.clone()),
        serde_json::Value::Array(all) => all.iter().for_each(|one| texts(one, into)),
        serde_json::Value::Object(all) => all.values().for_each(|one| texts(one, into)),
        _ => {}
    }
}

/// The text without a value where that stands for itself, whatever its letters' case.
fn replaced(text: &str, value: &str) -> String {
    let (low, sought) = (text.to_lowercase(), value.to_lowercase());
    // Where small letters take other room than capitals only what is written alike is found.
    let (low, sought) = if low.len() == text.len() {
        (low.as_str(), sought.as_str())
    } else {
        (text, value)
    };
    if sought.is_empty() {
        return text.to_owned();
    }
    let (mut kept, mut from) = (String::new(), 0);
    for (at, found) in low.match_indices(sought) {
        let end = at + found.len();
        let Some((before, inside)) = text.get(..at).zip(text.get(at..end)) else {
            continue;
        };
        let goes_on = |one: Option<char>, edge: Option<char>| {
            one.is_some_and(char::is_alphanumeric) && edge.is_some_and(char::is_alphanumeric)
        };
        let alone = !goes_on(before.chars().next_back(), inside.chars().next())
            && !goes_on(text[end..].chars().next(), inside.chars().next_back());
        if alone && at >= from {
            kept.push_str(&text[from..at]);
            kept.push_str(CELL);
            from = end;
        }
    }
    kept + &text[from..]
}

/// What the service says of no row in particular, without what it gives back of a request.
pub fn without_echo(text: &str) -> String {
    let begins = text.find(['{', '[']).unwrap_or(text.len());
    let (own, echo) = text.split_at(begins);
    let own = without_quoted(own);
    if echo.is_empty() {
        own
    } else {
        format!("{own}{CELL}")
    }
}

/// The text without what stands between quotation marks: it may be a cell that is written otherwise.
pub fn without_quoted(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\u{ab}', '\u{201c}', '\u{201e}']) {
        let mark = rest[at..].chars().next().unwrap_or('"');
        let closing: &[char] = match mark {
            '"' => &['"'],
            '\u{ab}' => &['\u{bb}'],
            _ => &['\u{201c}', '\u{201d}'],
        };
        let inside = &rest[at + mark.len_utf8()..];
        let Some(end) = inside.find(closing) else {
            break;
        };
        let behind = &inside[end..];
        let close = behind.chars().next().unwrap_or('"');
        kept.push_str(&rest[..at + mark.len_utf8()]);
        kept.push_str(CELL);
        kept.push(close);
        rest = &behind[close.len_utf8()..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_no_row_or_of_many_is_without_cells_too() {
        assert_eq!(
            without_echo("an error without a number: cannot process the request {\"Name\":\"Acme"),
            "an error without a number: cannot process the request (cell)"
        );
        assert_eq!(
            without_echo("HTTP 503 from \"Acme\""),
            "HTTP 503 from \"(cell)\""
        );
        assert_eq!(
            without_quoted("row 10: name was \"Acme\", is now \"Acme Ltd\""),
            "row 10: name was \"(cell)\", is now \"(cell)\""
        );
    }

    #[test]
    fn what_a_cell_holds_is_taken_out_of_what_the_service_says() {
        let partner: PartnerInfo = serde_json::from_value(serde_json::json!({
            "Name": "Acme", "ExternalCode": "A-1", "Level": "EndCustomer", "State": "InTrial",
            "ParentId": 5,
        }))
        .unwrap_or_else(|error| panic!("{error}"));
        let of = |text: &str| without(text, Some(&partner));
        assert_eq!(
            of("Partner ACME (code A-1) exists already"),
            "Partner (cell) (code (cell)) exists already"
        );
        assert_eq!(of("Acmeville is no Acme"), "Acmeville is no (cell)");
        assert_eq!(
            of("the name \"Acme  Ltd\" and \u{ab}B\u{bb} are taken"),
            "the name \"(cell)\" and \u{ab}(cell)\u{bb} are taken"
        );
        assert_eq!(of("an open \" stays"), "an open \" stays");
        assert_eq!(without("error 2115", None), "error 2115");
    }
}
