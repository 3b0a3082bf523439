//! Documents of the tool held against the JSON Schemas in `docs/reference`. The only file that
//! knows the validator.

use std::path::Path;

use boon::{Compiler, Schemas};
use serde_json::Value;

/// What a document does that `docs/reference/NAME.schema.json` does not allow, one per line.
pub(crate) fn problems(name: &str, document: &Value) -> String {
    let path = format!("docs/reference/{name}.schema.json");
    problems_by(&path, document)
}

/// What a document does that the schema at this place of the repository does not allow.
pub(crate) fn problems_by(path: &str, document: &Value) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let place = "https://partner-import.example/schema.json";
    compiler.add_resource(place, schema).expect("a place");
    let index = compiler
        .compile(place, &mut schemas)
        .expect("the schema is a schema");
    match schemas.validate(document, index) {
        Ok(()) => String::new(),
        Err(error) => format!("{error:#}"),
    }
}

/// Asserts that a document is as its schema says.
#[track_caller]
pub(crate) fn matches(name: &str, document: &Value) {
    let problems = problems(name, document);
    assert!(problems.is_empty(), "\n{problems}\nin {document:#}");
}
