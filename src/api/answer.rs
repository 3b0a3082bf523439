//! An answer's envelope: where in its bytes the value, the error and the next visa are. Nothing is
//! copied: the list of a large tenant is held once.

use std::fmt;
use std::ops::Range;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::errors::ErrorObject;
use super::transport::Hold;

/// A mark of the byte order, as some servers write it before UTF-8.
const MARK: &str = "\u{feff}";

/// A good answer: the raw JSON of its value, and the new visa.
#[derive(Debug, Default)]
pub struct Answer {
    body: String,
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
        let found = self.value.clone().and_then(|range| self.body.get(range));
        found.unwrap_or("null")
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
    result: Option<Inner<'a>>,
    #[serde(default)]
    error: Option<ErrorObject>,
    #[serde(default)]
    visa: Option<String>,
}

/// What the outer `result` holds. It is found in one go with the envelope: the list of a large tenant
/// is hundreds of megabytes.
enum Inner<'a> {
    /// An object with an inner one.
    Value(&'a RawValue),
    /// Anything else.
    Void,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Result,
    #[serde(other)]
    Other,
}

impl<'de> Visitor<'de> for Inner<'de> {
    type Value = Self;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a result")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        let mut found = None;
        let mut count = 0;
        while let Some(key) = object.next_key()? {
            match key {
                Key::Result => {
                    found = Some(object.next_value()?);
                    count += 1;
                }
                Key::Other => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        // Said twice, nobody knows which one counts.
        Ok(found.filter(|_| count == 1).map_or(Self::Void, Self::Value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self, A::Error> {
        IgnoredAny.visit_seq(list).map(|_| Self::Void)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(Self::Void)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(Self::Void)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(Self::Void)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(Self::Void)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(Self::Void)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(Self::Void)
    }
}

/// A member that is there, null included.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<Inner<'a>>, D::Error> {
    from.deserialize_any(Inner::Void).map(Some)
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
    let body = as_text(body)?;
    let outer: Outer<'_> = serde_json::from_str(body.strip_prefix(MARK).unwrap_or(&body))?;
    if is_anothers(outer.id, id) {
        return Ok((Envelope::Anothers, Answer::default()));
    }
    if let Some(error) = outer.error {
        return Ok((Envelope::Error(error), Answer::default()));
    }
    let (found, value) = match outer.result {
        None => (Envelope::Nothing, None),
        Some(Inner::Value(value)) => (Envelope::Value, place(&body, value.get())),
        Some(Inner::Void) => (Envelope::Void, None),
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

/// The body as a text, which a large one is held to be once and for all.
///
/// # Errors
///
/// Where a member that counts is none; of others nobody asks.
fn as_text(body: Vec<u8>) -> Result<String, serde_json::Error> {
    match String::from_utf8(body) {
        Ok(text) => Ok(text),
        Err(error) => {
            let bytes = error.as_bytes();
            let bytes = bytes.strip_prefix(MARK.as_bytes()).unwrap_or(bytes);
            serde_json::from_slice::<Outer<'_>>(bytes)?;
            Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
        }
    }
}

/// Where `part`, a piece of `whole`, stands in it.
fn place(whole: &str, part: &str) -> Option<Range<usize>> {
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
    fn bytes_that_are_no_text_count_where_they_are_asked_for() {
        let beside = b"{\"result\":{\"result\":[\"\xc3\xbc\"],\"x\":\"\xff\"}}";
        let (_, answer) = read("jsonrpc-1", beside.to_vec(), None).unwrap();
        assert_eq!(answer.value(), "[\"ü\"]");
        let inside = b"{\"result\":{\"result\":[\"\xff\"]}}";
        assert!(read("jsonrpc-1", inside.to_vec(), None).is_err());
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
        for void in [
            "[]",
            "[7]",
            "7",
            "-7",
            "0.5",
            "true",
            "\"x\"",
            "{\"a\":[1]}",
        ] {
            assert_eq!(kind(&format!(r#"{{"result":{void}}}"#)), "void", "{void}");
        }
        assert_eq!(kind(r#"{"result":{"result":1,"result":2}}"#), "void");
        assert_eq!(kind(r#"{"result":{"a":{},"result":[],"b":0}}"#), "value");
        assert_eq!(kind(r#"{"result":{"result":null}}"#), "value");
        assert_eq!(kind(r#"{"message":"ok"}"#), "nothing");
        assert_eq!(kind(r#"{"error":{}}"#), "error");
        assert_eq!(kind(r#"{"error":null,"result":null}"#), "void");
    }
}
