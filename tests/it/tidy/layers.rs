//! Which layer may use which: the table, and every path in the source held against it.
//!
//! A layer is a folder of `src` or of the crates `engine` and `records`, or a crate of its own below `crates`; what a
//! crate names, the compiler holds against its manifest, so a crate is looked at for the names of our other
//! crates only.

use super::code::{Source, words};

/// Each layer with the layers it may name; the same table as in `docs/architecture.md`.
pub const LAYERS: &[(&str, &[&str])] = &[
    ("countries", &[]),
    ("tables", &[]),
    ("model", &["countries", "tables"]),
    ("check", &["countries", "tables", "model"]),
    ("plan", &["countries", "model", "check"]),
    ("api", &["model"]),
    ("journal", &["model"]),
    ("submit", &["model", "plan", "api", "journal"]),
    ("report", &["tables", "model", "journal"]),
    ("sandbox", &[]),
    (
        "settings",
        &["tables", "model", "check", "plan", "api", "submit"],
    ),
    (
        "flow",
        &[
            "countries",
            "tables",
            "model",
            "check",
            "plan",
            "api",
            "journal",
            "submit",
            "report",
            "sandbox",
            "settings",
        ],
    ),
    (
        "gui",
        &[
            "countries",
            "tables",
            "model",
            "check",
            "plan",
            "api",
            "journal",
            "submit",
            "report",
            "sandbox",
            "settings",
            "flow",
        ],
    ),
    (
        "cli",
        &[
            "countries",
            "tables",
            "model",
            "check",
            "plan",
            "api",
            "journal",
            "submit",
            "report",
            "sandbox",
            "settings",
            "flow",
            "gui",
        ],
    ),
];

/// The layers that are crates.
pub const CRATES: &[&str] = &["countries", "sandbox", "tables"];

/// Where a folder is a layer: the program, and the crates that hold several of them.
const OF_LAYERS: &[&str] = &["src/", "crates/engine/src/", "crates/records/src/"];

/// The layer of a file: its folder in a place of layers, or its crate.
pub fn layer_of(path: &str) -> Option<&str> {
    let below = below(path).or_else(|| path.strip_prefix("crates/"))?;
    below.split_once('/').map(|(layer, _)| layer)
}

/// The path from the place of layers on.
fn below(path: &str) -> Option<&str> {
    OF_LAYERS.iter().find_map(|place| path.strip_prefix(place))
}

/// Every path in `file` that the table does not allow.
pub fn check(file: &Source) -> Vec<String> {
    let Some(layer) = layer_of(&file.path) else {
        return Vec::new();
    };
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!(
            "{}: the layer {layer} is not in the table",
            file.path
        )];
    };
    let mut problems = Vec::new();
    for name in CRATES {
        if *name != layer && !allowed.contains(name) {
            let named = named_crate(file, name).into_iter();
            problems
                .extend(named.map(|at| format!("{}: {layer} must not use {name}", file.place(at))));
        }
    }
    if CRATES.contains(&layer) {
        return problems;
    }
    // A path through the crate would pass by the table, which holds the layers' own names.
    for name in ["engine::", "records::"] {
        let found = words(&file.code, name).into_iter();
        let outside =
            found.filter(|at| !follows_a_path(&file.code, *at) && file.path.starts_with("src/"));
        problems.extend(
            outside.map(|at| format!("{}: {name} is to be written `crate::`", file.place(at))),
        );
    }
    for at in words(&file.code, "crate::") {
        for used in heads(&file.code[at + "crate::".len()..]) {
            // How properties are tried belongs to no layer.
            let free = [layer, "seeded"];
            if !free.contains(&used.as_str()) && !allowed.contains(&used.as_str()) {
                problems.push(format!("{}: {layer} must not use {used}", file.place(at)));
            }
        }
    }
    problems.extend(leaving(file));
    problems
}

/// Whether what stands there is a part of a longer path.
fn follows_a_path(code: &str, at: usize) -> bool {
    code[..at].ends_with("::")
}

/// Where a file names a crate; a module of that name, of ours, is none.
fn named_crate(file: &Source, name: &str) -> Vec<usize> {
    let is_module = file.code.split(';').any(|statement| {
        let statement = statement.trim_start();
        let ours = ["use super::", "use self::", "use crate::"];
        let declared = !words(statement, &format!("mod {name}")).is_empty();
        declared
            || ours.iter().any(|start| statement.starts_with(start))
                && !words(statement, name).is_empty()
    });
    let mut found = words(&file.code, &format!("{name}::"));
    found.retain(|at| !is_module && !file.code[..*at].ends_with("::"));
    found
}

/// The first words of what follows `crate::`: one, or those of a braced list.
fn heads(rest: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    };
    let Some(list) = rest.strip_prefix('{') else {
        return vec![word(rest)];
    };
    let (mut depth, mut heads, mut item) = (1, Vec::new(), String::new());
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && letter == ',') {
            heads.push(word(&item));
            item.clear();
        } else {
            item.push(letter);
        }
        if depth == 0 {
            break;
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

/// Chains of `super::` that lead out of the file's layer.
fn leaving(file: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    let mut after = 0;
    for at in words(&file.code, "super::") {
        if at < after {
            continue;
        }
        let mut supers = 0;
        after = at;
        while file.code[after..].starts_with("super::") {
            supers += 1;
            after += "super::".len();
        }
        if supers >= depth(&file.path) + inline_modules(&file.code[..at]) {
            problems.push(format!(
                "{}: `super` leads out of its layer",
                file.place(at)
            ));
        }
    }
    problems
}

/// How deep a file's module lies below the crate: 1 for `src/api/mod.rs`, 2 for `src/api/http.rs`.
fn depth(path: &str) -> usize {
    let inner = below(path)
        .unwrap_or(path)
        .trim_end_matches(".rs")
        .trim_end_matches("/mod");
    inner.split('/').count()
}

/// How many `mod name { ...` are open at the end of `code`.
fn inline_modules(code: &str) -> usize {
    let mut open = Vec::new();
    let mut from = 0;
    for (at, letter) in code.char_indices() {
        match letter {
            '{' => {
                open.push(words(&code[from..at], "mod ").len());
                from = at + 1;
            }
            '}' => {
                open.pop();
                from = at + 1;
            }
            ';' => from = at + 1,
            _ => {}
        }
    }
    open.into_iter().sum()
}

#[test]
fn a_path_against_the_table_is_found() {
    let bad = [
        (
            "crates/records/src/model/place.rs",
            "use crate::plan::Plan;",
        ),
        (
            "crates/records/src/check/row.rs",
            "use super::super::plan::Plan;",
        ),
        (
            "crates/engine/src/plan/build.rs",
            "fn f() { crate::api::Client::new() }",
        ),
        (
            "src/report/csv.rs",
            "use crate::{model::Row, submit::{run, verify}};",
        ),
        ("src/settings/a.rs", "use engine::report::Facts;"),
        ("src/plan/build.rs", "use sandbox::Method;"),
        ("src/plan/build.rs", "fn f() { tables::open() }"),
        ("crates/sandbox/src/geo.rs", "use countries::CountryCode;"),
        ("src/api/http.rs", "use super::super::journal::Store;"),
        (
            "src/api/http.rs",
            "mod tests { use super::super::super::plan; }",
        ),
        ("src/api/mod.rs", "use super::journal::Store;"),
        ("src/drawer/mod.rs", "fn f() {}"),
    ];
    for (path, text) in bad {
        assert_eq!(
            check(&Source::made_up(path, text)).len(),
            1,
            "{path}: {text}"
        );
    }
    let good = [
        (
            "src/api/http.rs",
            "use super::wire; mod tests { use super::super::wire; }",
        ),
        (
            "src/api/http.rs",
            "// crate::plan is not used\nfn f() -> &str { \"crate::plan\" }",
        ),
        (
            "src/submit/runner.rs",
            "use crate::{api::Client, plan::Plan};",
        ),
        ("src/lib.rs", "pub mod api;"),
        ("src/cli/target.rs", "use sandbox::Method;"),
        ("crates/sandbox/src/rpc.rs", "use crate::wire::Value;"),
        (
            "src/plan/build.rs",
            "use super::sandbox;\nfn f() { sandbox::made() }",
        ),
    ];
    for (path, text) in good {
        assert_eq!(
            check(&Source::made_up(path, text)),
            [] as [String; 0],
            "{path}: {text}"
        );
    }
}
