//! An answer's envelope: where in its bytes the value, the error and the next visa are. Nothing is
//! copied: the list of a large tenant is held once.

use std::ops::Range;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::errors::ErrorObject;
use super::transport::Hold;

/// A mark of the byte order, as some servers write it before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A good answer: the raw JSON of its value, and the new visa.
#[derive(Debug, Default)]
pub struct Answer {
    body: Vec<u8>,
    /// Where `result.result` stands; `None` is null.
    value: Option<Range<usize>>,
    /// The next visa of the chain.
    pub visa: Option<String>,
    /// The place that a large answer takes up, until it is dropped.
    _hold: Option<Hold>,
}

impl Answer {
    /// `result.result` as JSON, or `null` where the whole result is null.
    pub fn value(&self) -> &str {
        let bytes = self.value.clone().and_then(|range| self.body.get(range));
        bytes
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or("null")
    }
}

/// What the ids of our requests begin with; a number of the process and one of the request follow.
pub(super) const OUR_IDS: &str = "jsonrpc-";

/// What an answer's envelope holds.
pub(super) enum Envelope {
    /// The id of another request of ours: whatever else it says, it is no answer to this one.
    Anothers,
    /// The service's error.
    Error(ErrorObject),
    /// The outer `result` is there, as an object with an inner one.
    Value,
    /// The outer `result` is there, as null or without an inner one.
    Void,
    /// Neither: no answer to any call.
    Nothing,
}

#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(default, borrow)]
    id: Option<&'a RawValue>,
    #[serde(default, borrow, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<ErrorObject>,
    #[serde(default)]
    visa: Option<String>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(borrow)]
    result: &'a RawValue,
}

/// A member that is there, null included.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

/// Whether the id of an answer is one of ours, and not the one asked with. A service that echoes
/// none, or one of its own, tells nothing by it.
fn is_anothers(found: Option<&RawValue>, asked: &str) -> bool {
    let id = found.and_then(|id| serde_json::from_str::<String>(id.get()).ok());
    id.is_some_and(|id| id.starts_with(OUR_IDS) && id != asked)
}

/// Reads the bytes of the answer to the request with this id.
pub(super) fn read(
    id: &str,
    body: Vec<u8>,
    hold: Option<Hold>,
) -> Result<(Envelope, Answer), serde_json::Error> {
    let text = body.strip_prefix(MARK).unwrap_or(&body);
    let outer: Outer<'_> = serde_json::from_slice(text)?;
    if is_anothers(outer.id, id) {
        return Ok((Envelope::Anothers, Answer::default()));
    }
    if let Some(error) = outer.error {
        return Ok((Envelope::Error(error), Answer::default()));
    }
    let (found, value) = match outer.result {
        None => (Envelope::Nothing, None),
        Some(result) => match serde_json::from_str::<Inner<'_>>(result.get()) {
            Ok(inner) => (Envelope::Value, place(&body, inner.result.get())),
            Err(_) => (Envelope::Void, None),
        },
    };
    let visa = outer.visa.filter(|visa| !visa.is_empty());
    let answer = Answer {
        value,
        visa,
        body,
        _hold: hold,
    };
    Ok((found, answer))
}

/// Where `part`, a piece of `whole`, stands in it.
fn place(whole: &[u8], part: &str) -> Option<Range<usize>> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    (end <= whole.len()).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_found_in_place_after_a_mark_too() {
        for before in ["", "\u{feff}", " \n"] {
            let body = format!(r#"{before}{{"result":{{"result": [1,2] }},"visa":"v"}}"#);
            let (found, answer) = read("jsonrpc-1", body.into_bytes(), None).unwrap();
            assert!(matches!(found, Envelope::Value), "{before:?}");
            assert_eq!(
                (answer.value(), answer.visa.as_deref()),
                ("[1,2]", Some("v"))
            );
        }
    }

    #[test]
    fn null_is_a_result_and_its_absence_is_none() {
        let kind = |text: &str| match read("jsonrpc-1", text.into(), None).unwrap().0 {
            Envelope::Anothers => "another's",
            Envelope::Error(_) => "error",
            Envelope::Value => "value",
            Envelope::Void => "void",
            Envelope::Nothing => "nothing",
        };
        assert_eq!(kind(r#"{"result":null}"#), "void");
        for id in ["\"jsonrpc-1\"", "\"jsonrpc\"", "1", "null", "\"x\""] {
            let answer = format!(r#"{{"id":{id},"result":null}}"#);
            assert_eq!(kind(&answer), "void", "{id}");
        }
        for rest in [r#""result":{"result":7}"#, r#""error":{"data":1701}"#] {
            let answer = format!(r#"{{"id":"jsonrpc-2",{rest}}}"#);
            assert_eq!(kind(&answer), "another's");
        }
        assert_eq!(kind(r#"{"result":{}}"#), "void");
        assert_eq!(kind(r#"{"result":{"result":null}}"#), "value");
        assert_eq!(kind(r#"{"message":"ok"}"#), "nothing");
        assert_eq!(kind(r#"{"error":{}}"#), "error");
        assert_eq!(kind(r#"{"error":null,"result":null}"#), "void");
    }
}
