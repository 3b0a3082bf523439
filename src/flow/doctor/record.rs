//! The shapes of a service's answers, with every value replaced: which members there are, of which
//! type, how long about. Ids become numbers counted from 1, the same one wherever it stands. What is
//! kept as it is: names of methods and members, numbers of errors, and the words of a few lists that are
//! the service's own (levels, states, services).

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::examine::Extent;
use crate::api::watched::Exchange;
use crate::model::{Flag, Level, ServiceType, State};

/// What the file is.
const FORMAT: &str = "partner-import record";

/// So many elements of a list are shown one by one.
const FIRST: usize = 2;

/// The document; one that was cut short says so.
pub fn document(exchanges: &[Exchange], extent: Extent) -> Value {
    let mut ids = Ids::default();
    let asked: Vec<Value> = exchanges
        .iter()
        .map(|one| exchange(one, &mut ids))
        .collect();
    let mut document = json!({
        "format": FORMAT,
        "version": 1,
        "tool_version": env!("CARGO_PKG_VERSION"),
        "about": "Shapes of a service's answers: every value is replaced by its type and length \
                  class, ids are counted from 1.",
        "asked": asked,
    });
    if extent == Extent::Part {
        document["partial"] = true.into();
    }
    document
}

fn exchange(one: &Exchange, ids: &mut Ids) -> Value {
    let mut told = json!({
        "method": one.method,
        "params": shape(&one.params, "", ids),
        "took": took(one.took.as_millis()),
        "length": count(one.bytes),
    });
    if let Some(status) = one.status {
        told["status"] = json!(status);
    }
    if one.failure.is_some() {
        told["answer"] = json!("none came");
    }
    if let Some(bytes) = &one.answer {
        told["answer"] = match serde_json::from_slice::<Value>(bytes) {
            Ok(answer) => envelope(&answer, ids),
            Err(_) => json!("not JSON"),
        };
    }
    told
}

/// An answer; the numbers of an error are what matters most.
fn envelope(answer: &Value, ids: &mut Ids) -> Value {
    let mut shaped = shape(answer, "", ids);
    for number in ["code", "data"] {
        if let Some(told) = answer["error"][number].as_i64() {
            shaped["error"][number] = json!(told);
        }
    }
    shaped
}

/// Ids, renumbered in the order in which they come.
#[derive(Default)]
struct Ids(HashMap<i64, usize>);

impl Ids {
    fn of(&mut self, id: i64) -> String {
        if id == 0 {
            return "id 0".to_owned();
        }
        let next = self.0.len() + 1;
        let number = self.0.entry(id).or_insert(next);
        format!("id #{number}")
    }
}

/// A value's shape; `member` is what it is called.
fn shape(value: &Value, member: &str, ids: &mut Ids) -> Value {
    match value {
        Value::Array(all) if all.iter().any(|one| one.is_object() || one.is_array()) => {
            let first: Vec<Value> = all
                .iter()
                .take(FIRST)
                .map(|one| shape(one, member, ids))
                .collect();
            let mut kinds = BTreeMap::new();
            for one in all {
                gather(one, member, member, &mut kinds);
            }
            let kinds: Map<String, Value> = kinds
                .into_iter()
                .map(|(path, classes)| {
                    let classes: Map<String, Value> = classes
                        .into_iter()
                        .map(|(class, times)| (class, json!(count(times))))
                        .collect();
                    (path, Value::Object(classes))
                })
                .collect();
            json!({ "list of": count(all.len()), "first": first, "all": kinds })
        }
        Value::Array(all) => {
            let mut classes: Vec<String> = all.iter().map(|one| class(one, member)).collect();
            classes.sort_unstable();
            classes.dedup();
            json!({ "list of": count(all.len()), "values": classes })
        }
        Value::Object(members) => {
            let shaped = members
                .iter()
                .map(|(name, value)| (key(name), shape(value, name, ids)));
            Value::Object(shaped.collect())
        }
        Value::Number(number) if is_id(member) && number.is_i64() => {
            json!(ids.of(number.as_i64().unwrap_or_default()))
        }
        one => json!(class(one, member)),
    }
}

/// Counts which classes stand in which member of a list's elements.
fn gather(
    value: &Value,
    path: &str,
    member: &str,
    kinds: &mut BTreeMap<String, BTreeMap<String, usize>>,
) {
    match value {
        Value::Object(members) => {
            for (name, below) in members {
                let path = if path.is_empty() {
                    key(name)
                } else {
                    format!("{path}.{}", key(name))
                };
                gather(below, &path, name, kinds);
            }
        }
        Value::Array(all) => {
            for one in all {
                gather(one, &format!("{path}[]"), member, kinds);
            }
        }
        one => {
            let classes = kinds.entry(path.to_owned()).or_default();
            *classes.entry(class(one, member)).or_default() += 1;
        }
    }
}

/// The class of a plain value. Nothing of the value is in it but its type and about its length.
fn class(value: &Value, member: &str) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Number(number) if is_id(member) && number.is_i64() => "id".to_owned(),
        Value::Number(number) => match number.as_i64() {
            Some(0) => "0".to_owned(),
            Some(number) => {
                let digits = number.unsigned_abs().to_string().len();
                let sign = if number < 0 { "negative " } else { "" };
                format!("{sign}whole number of {}", length(digits))
            }
            None => "number".to_owned(),
        },
        Value::String(text) => match own_word(member, text) {
            Some(word) => word.to_owned(),
            None if text.is_empty() => "empty text".to_owned(),
            None => format!("text of {}", length(text.chars().count())),
        },
        Value::Array(_) => "list".to_owned(),
        Value::Object(_) => "members".to_owned(),
    }
}

/// A word of one of the service's own lists, in a member of that list.
fn own_word(member: &str, text: &str) -> Option<&'static str> {
    fn of<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Option<&'static str> {
        all.iter().map(|one| word(*one)).find(|word| *word == text)
    }
    match member {
        "Level" => of(Level::ALL, Level::as_str, text),
        "State" => of(State::ALL, State::as_str, text),
        "ServiceType" | "ChildServiceTypes" => of(ServiceType::ALL, ServiceType::as_str, text),
        "Flags" => of(Flag::ALL, Flag::as_str, text),
        "jsonrpc" => (text == "2.0").then_some("2.0"),
        "result" => ["Enable", "Disable", "Unspecified"]
            .into_iter()
            .find(|word| *word == text),
        _ => None,
    }
}

/// Whether a member holds ids.
fn is_id(member: &str) -> bool {
    ["Id", "Ids", "ID"].iter().any(|end| member.ends_with(end)) || member == "id"
}

/// The name of a member; one that may be something else than a name is replaced.
fn key(name: &str) -> String {
    let is_name = name.len() <= 40
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|one| one.is_ascii_alphanumeric() || one == '_');
    if is_name {
        name.to_owned()
    } else {
        format!("member called by text of {}", length(name.chars().count()))
    }
}

fn length(count: usize) -> &'static str {
    match count {
        0 => "length 0",
        1..=3 => "length 1 to 3",
        4..=10 => "length 4 to 10",
        11..=35 => "length 11 to 35",
        36 => "length 36",
        37..=50 => "length 37 to 50",
        51..=100 => "length 51 to 100",
        101..=255 => "length 101 to 255",
        _ => "length above 255",
    }
}

fn count(count: usize) -> &'static str {
    match count {
        0 => "0",
        1 => "1",
        2..=10 => "2 to 10",
        11..=100 => "11 to 100",
        101..=1_000 => "101 to 1000",
        1_001..=10_000 => "1001 to 10000",
        10_001..=100_000 => "10001 to 100000",
        _ => "above 100000",
    }
}

fn took(millis: u128) -> &'static str {
    match millis {
        0..=99 => "below 0.1 s",
        100..=999 => "below 1 s",
        1_000..=9_999 => "below 10 s",
        10_000..=59_999 => "below 1 min",
        _ => "1 min or more",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn seen(method: &str, params: Value, answer: &Value) -> Exchange {
        Exchange {
            method: method.to_owned(),
            params,
            status: Some(200),
            failure: None,
            bytes: 250,
            took: Duration::from_millis(120),
            ahead: None,
            certificate_until: None,
            answer: Some(answer.to_string().into_bytes()),
        }
    }

    #[test]
    fn values_are_replaced_and_ids_stay_consistent() {
        let list = json!({
            "id": "x-1", "jsonrpc": "2.0", "visa": "1-2-3-hush",
            "result": {"result": [
                {"Id": 4711, "ParentId": 7007, "Name": "Zeus & Sons", "Level": "EndCustomer",
                 "Uid": null, "Flags": ["CanInvoiceOthers", "Zeus"], "Zeus & Sons": 1},
                {"Id": 4712, "ParentId": 4711, "Name": "Hera", "Level": "Zeus", "Uid": ""},
            ]},
        });
        let denied = json!({"error": {"code": -32603, "data": 13501, "message": "no, Zeus"}});
        let asked = [
            seen(
                "EnumeratePartners",
                json!({"parentPartnerId": 7007, "fields": [0, 1]}),
                &list,
            ),
            seen("GetPartnerInfoById", json!({"partnerId": 4711}), &denied),
        ];
        let document = document(&asked, Extent::Whole);
        let text = document.to_string();
        for secret in ["Zeus", "Hera", "4711", "4712", "7007", "hush", "x-1"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        let [first, second] = [&document["asked"][0], &document["asked"][1]];
        assert_eq!(first["params"]["parentPartnerId"], "id #1");
        let rows = &first["answer"]["result"]["result"];
        assert_eq!(rows["first"][0]["Id"], "id #2");
        assert_eq!(rows["first"][0]["ParentId"], "id #1");
        assert_eq!(rows["first"][1]["ParentId"], "id #2");
        assert_eq!(rows["list of"], "2 to 10");
        let all = &rows["all"];
        assert_eq!(
            all["result.Level"],
            json!({"EndCustomer": "1", "text of length 4 to 10": "1"})
        );
        assert_eq!(all["result.Flags[]"]["CanInvoiceOthers"], "1");
        assert_eq!(all["result.Uid"], json!({"empty text": "1", "null": "1"}));
        assert_eq!(second["params"]["partnerId"], "id #2");
        assert_eq!(second["answer"]["error"]["data"], 13501);
        assert_eq!(
            second["answer"]["error"]["message"],
            "text of length 4 to 10"
        );
    }
}
