//! An answer's envelope: where in its bytes the value, the error and the next visa are. Nothing is
//! copied: the list of a large tenant is held once.

use std::fmt;
use std::ops::Range;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
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
    /// The id that was asked with, where the range is a guess that reading must confirm.
    guessed_for: Option<Box<str>>,
    /// The next visa of the chain.
    pub visa: Option<String>,
    /// The place that a large answer takes up, until it is dropped.
    _hold: Option<Hold>,
}

impl Answer {
    /// `result.result` as JSON, or `null` where the whole result is null; of a large answer, what is taken for it until
    /// [`Answer::read_value`] has read it.
    pub fn value(&self) -> &str {
        let found = self.value.clone().and_then(|range| self.body.get(range));
        found.unwrap_or("null")
    }

    /// What `read` makes of [`Answer::value`]. A value may be a guess: where it is none, it is looked for in the
    /// whole answer.
    ///
    /// # Errors
    ///
    /// As `read`, and where the answer is no JSON.
    pub fn read_value<T>(
        &self,
        read: impl Fn(&str) -> serde_json::Result<T>,
    ) -> serde_json::Result<T> {
        match (read(self.value()), &self.guessed_for) {
            (Err(_), Some(id)) => self.read_whole(id, read),
            (made, _) => made,
        }
    }

    /// The same where the guess was wrong. Nothing else may be another than what was made of the guess.
    fn read_whole<T>(
        &self,
        id: &str,
        read: impl Fn(&str) -> serde_json::Result<T>,
    ) -> serde_json::Result<T> {
        let outer: Outer<'_> = serde_json::from_str(without_mark(&self.body))?;
        let visa = outer.visa.filter(|visa| !visa.is_empty());
        if is_anothers(outer.id, id) || outer.error.is_some() || visa != self.visa {
            return Err(Error::custom("as a whole, it says something else"));
        }
        match outer.result {
            Some(Inner::Value(value)) => read(value.get()),
            Some(Inner::Void) | None => read("null"),
        }
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
    read_as(LARGE, id, body, hold)
}

/// The same where an answer of so many bytes is a large one.
fn read_as(
    large: usize,
    id: &str,
    body: Vec<u8>,
    hold: Option<Hold>,
) -> Result<(Envelope, Answer), serde_json::Error> {
    let body = as_text(body)?;
    let around = (body.len() >= large).then(|| Around::of(&body)).flatten();
    let guess = around
        .as_ref()
        .and_then(|around| Some((around.read()?, &around.list)));
    let (outer, list) = match guess {
        Some((outer, list)) => (outer, Some(list.clone())),
        None => (serde_json::from_str(without_mark(&body))?, None),
    };
    let guessed_for = list.is_some().then(|| id.into());
    if is_anothers(outer.id, id) {
        return Ok((Envelope::Anothers, Answer::default()));
    }
    if let Some(error) = outer.error {
        return Ok((Envelope::Error(error), Answer::default()));
    }
    let (found, value) = match outer.result {
        None => (Envelope::Nothing, None),
        Some(Inner::Value(value)) => {
            let place = list.or_else(|| place(&body, value.get()));
            (Envelope::Value, place)
        }
        Some(Inner::Void) => (Envelope::Void, None),
    };
    let visa = outer.visa.filter(|visa| !visa.is_empty());
    let answer = Answer {
        value,
        guessed_for,
        visa,
        body,
        _hold: hold,
    };
    Ok((found, answer))
}

/// From so many bytes on, an answer's envelope is read without its list.
const LARGE: usize = 8 << 20;
/// No envelope has more before or after the list.
const MOST_AROUND: usize = 4 << 10;

/// A large answer without its list, in whose place `null` stands. Where that is `result.result`, and the list is one
/// from its first byte to its last, then the answer is what both say: the list of a large tenant is hundreds of
/// megabytes, and would be read once only to see where it ends.
struct Around {
    text: String,
    /// Where `null` stands in the text.
    null: Range<usize>,
    /// Where the list stands in the answer.
    list: Range<usize>,
}

impl Around {
    fn of(body: &str) -> Option<Self> {
        let list = body.find('[')?..body.rfind(']')? + 1;
        if list.is_empty() {
            return None;
        }
        let (before, after) = (&body[..list.start], body.get(list.end..)?);
        if before.len().max(after.len()) > MOST_AROUND {
            return None;
        }
        let text = [without_mark(before), "null", after].concat();
        let null = without_mark(before).len()..without_mark(before).len() + "null".len();
        Some(Self { text, null, list })
    }

    /// The envelope, where the list is its value.
    fn read(&self) -> Option<Outer<'_>> {
        let outer: Outer<'_> = serde_json::from_str(&self.text).ok()?;
        match outer.result {
            Some(Inner::Value(value)) => {
                (place(&self.text, value.get())? == self.null).then_some(outer)
            }
            Some(Inner::Void) | None => None,
        }
    }
}

fn without_mark(body: &str) -> &str {
    body.strip_prefix(MARK).unwrap_or(body)
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
    fn a_large_answer_is_what_a_small_one_is() {
        let list = |text: &str| serde_json::from_str::<Vec<serde_json::Value>>(text);
        let told = |large: usize, body: &str| {
            let (found, answer) = read_as(large, "jsonrpc-1", body.into(), None).ok()?;
            let value = answer.read_value(list).ok();
            Some((
                value.filter(|_| matches!(found, Envelope::Value))?,
                answer.visa,
            ))
        };
        let mut guessed = 0;
        for around in [
            r#"{"result":{"result":LIST},"visa":"v"}"#,
            r#"{"jsonrpc":"2.0","id":"jsonrpc-1","visa":"v","result":{"x":1,"result":LIST,"y":{}}}"#,
            "\u{feff} {\"result\" : {\"result\" : LIST } } \n",
            // The list is not the last one, not the first one, none of those asked for, or there twice.
            r#"{"result":{"result":LIST,"x":[3]}}"#,
            r#"{"result":{"result":LIST},"x":[3]}"#,
            r#"{"x":[3],"result":{"result":LIST}}"#,
            r#"{"result":{"x":[3],"result":LIST}}"#,
            r#"{"x":LIST,"result":{"result":null}}"#,
            r#"{"result":{"result":{"x":LIST}}}"#,
            r#"{"result":{"result":LIST,"result":LIST}}"#,
            r#"{"result":LIST}"#,
            r#"{"x":"[","result":{"result":LIST},"y":"]"}"#,
            r#"{"result":{"result":"LIST"}}"#,
            r#"{"error":{"code":LIST},"result":{"result":LIST}}"#,
            r#"{"result":{"result":LIST},"error":{"code":1,"data":[3]}}"#,
            r#"{"result":{"result":LIST},"error":{"code":1,"data":3},"x":{"y":[3]}}"#,
            r#"{"result":{"result":LIST},"id":"jsonrpc-2","x":{"y":[3]}}"#,
            r#"{"result":{"result":LIST}"#,
            r#"{"result":{"result":LIST}}}"#,
            "LIST",
        ] {
            for list in [
                "[]",
                r#"[1,"]",{"a":["[",{}]}]"#,
                "[1,]",
                "[[1]",
                "[1]]",
                "null",
                "7",
            ] {
                let body = around.replace("LIST", list);
                assert_eq!(told(0, &body), told(usize::MAX, &body), "{body}");
                let read = read_as(0, "jsonrpc-1", body.into(), None);
                guessed += usize::from(read.is_ok_and(|(_, answer)| answer.guessed_for.is_some()));
            }
        }
        assert!(guessed > 10, "{guessed}");
        // Its visa would be taken for none: nobody has seen such a service, and nothing is made of its answer.
        let hidden = r#"{"result":{"result":[]},"visa":"w","x":{"y":[3]}}"#;
        assert_eq!(told(0, hidden), None);
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
