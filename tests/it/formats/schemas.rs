//! The schemas themselves: each says what every member is, and shows a document that it allows.

use std::path::Path;

use serde_json::Value;

use super::parsed;
use crate::cli::schema::problems;

/// Members without a description, as paths.
fn undescribed(schema: &Value, path: &str, found: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        return;
    };
    if let Some(members) = schema.get("properties").and_then(Value::as_object) {
        for (name, member) in members {
            let path = format!("{path}/{name}");
            let is_said = ["description", "const", "$ref"]
                .iter()
                .any(|key| member.get(key).is_some());
            if !is_said {
                found.push(path.clone());
            }
            undescribed(member, &path, found);
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(key) {
            undescribed(inner, &format!("{path}/{key}"), found);
        }
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        for inner in schema
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            undescribed(inner, &format!("{path}/{key}"), found);
        }
    }
    if let Some(shared) = schema.get("$defs").and_then(Value::as_object) {
        for (name, inner) in shared {
            undescribed(inner, &format!("{path}/{name}"), found);
        }
    }
}

#[test]
fn every_schema_has_a_name_describes_its_members_and_shows_an_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let file = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let Some(name) = file.strip_suffix(".schema.json") else {
            continue;
        };
        seen += 1;
        let schema = parsed(&std::fs::read_to_string(&path).expect("text"));
        assert_eq!(schema["$id"], format!("urn:partner-import:schema:{name}"));
        let mut found = Vec::new();
        undescribed(&schema, "", &mut found);
        assert_eq!(found, [] as [String; 0], "{file}");
        let examples = schema["examples"].as_array().expect("examples");
        assert!(!examples.is_empty(), "{file}");
        for example in examples {
            assert_eq!(problems(name, example), "", "{file}: {example:#}");
        }
    }
    assert!(seen > 15, "{seen}");
}
