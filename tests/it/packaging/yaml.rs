//! YAML as JSON, so that both are asked in the same way.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::Value;

/// The documents of a text, empty ones left out.
#[track_caller]
pub(crate) fn documents(name: &str, text: &str) -> Vec<Value> {
    let documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let values = documents.iter().map(value);
    values.filter(|value| !value.is_null()).collect()
}

fn value(node: &Yaml) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => (*value).into(),
        Yaml::Value(Scalar::Integer(value)) => (*value).into(),
        Yaml::Value(Scalar::FloatingPoint(value)) => value.into_inner().into(),
        Yaml::Value(Scalar::String(value)) => value.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(value).collect(),
        Yaml::Mapping(members) => {
            let members = members.iter().map(|(name, of)| match value(name) {
                Value::String(name) => (name, value(of)),
                other => panic!("{other} names a member"),
            });
            Value::Object(members.collect())
        }
        other => panic!("{other:?} is not for manifests"),
    }
}

#[test]
fn the_reader_is_strict() {
    let read = documents("x", "---\n---\na: [1, true, '1', ~]\n");
    assert_eq!(read, [serde_json::json!({ "a": [1, true, "1", null] })]);
    assert!(Yaml::load_from_str("a: [1\nb: 2").is_err());
    assert!(
        Yaml::load_from_str("a: 1\na: 2\n").is_err(),
        "a member twice"
    );
}
