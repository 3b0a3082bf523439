//! Circles between files of one folder: A names something of B and B, perhaps through others, names
//! something of A. Names are followed through `pub use` to the file that defines them, so that a
//! circle does not hide behind a `mod.rs`. Method calls are not seen.

use std::collections::{BTreeMap, BTreeSet};

use super::code::{Source, words};

/// A module's path: the crate's name, then the modules.
type Path = Vec<String>;

/// What the files define and hand on.
struct Modules<'a> {
    files: BTreeMap<Path, &'a Source>,
    /// By module and name: where a `pub use` takes the name from.
    handed_on: BTreeMap<(Path, String), Path>,
}

/// Every circle as its files, in the order of their paths.
pub fn circles(files: &[Source]) -> Vec<Vec<String>> {
    let named = names(files);
    let mut circles = Vec::new();
    let mut seen = BTreeSet::new();
    for file in named.keys() {
        if seen.contains(file) {
            continue;
        }
        let ahead = reached(&named, file);
        let mut circle: Vec<&String> = ahead
            .into_iter()
            .filter(|other| reached(&named, other).contains(file))
            .collect();
        circle.sort();
        seen.extend(circle.iter().copied());
        if circle.len() > 1 {
            circles.push(circle.into_iter().cloned().collect());
        }
    }
    circles
}

/// Which files of its own folder each file names.
fn names(files: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let modules = Modules::of(files);
    let of = |file: &Source| {
        let own = module_of(&file.path)?;
        let named = paths(&own, &tested_off(&file.code), &modules)
            .into_iter()
            .filter_map(|path| modules.defining(&path, 0))
            .filter(|other| *other != file.path && folder(other) == folder(&file.path))
            .collect();
        Some((file.path.clone(), named))
    };
    files.iter().filter_map(of).collect()
}

/// Every file that `from` leads to.
fn reached<'a>(
    named: &'a BTreeMap<String, BTreeSet<String>>,
    from: &'a String,
) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&String> = vec![from];
    while let Some(file) = next.pop() {
        for other in named.get(file).into_iter().flatten() {
            if reached.insert(other) {
                next.push(other);
            }
        }
    }
    reached
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The module that a file holds: `crate`, `check`, `cell` for `crates/records/src/check/cell/mod.rs`.
fn module_of(path: &str) -> Option<Path> {
    let (name, inner) = match path.strip_prefix("crates/") {
        Some(rest) => rest.split_once("/src/")?,
        None => ("crate", path.strip_prefix("src/")?),
    };
    let inner = inner.strip_suffix(".rs")?;
    let inner = inner.strip_suffix("/mod").unwrap_or(inner);
    let mut module = vec![name.replace('-', "_")];
    if !matches!(inner, "lib" | "main") {
        module.extend(inner.split('/').map(str::to_owned));
    }
    Some(module)
}

/// The code up to its tests.
fn tested_off(code: &str) -> String {
    let begins = |at: &usize| {
        let behind = code[*at..].trim_start_matches("#[cfg(test)]").trim_start();
        let behind = match behind.strip_prefix("pub") {
            Some(rest) if rest.starts_with('(') => rest.split_once(')').map_or("", |both| both.1),
            Some(rest) => rest,
            None => behind,
        };
        behind.trim_start().starts_with("mod ")
    };
    let mut attributes = code.match_indices("#[cfg(test)]").map(|(at, _)| at);
    let end = attributes.find(begins).unwrap_or(code.len());
    code[..end].to_owned()
}

impl<'a> Modules<'a> {
    fn of(files: &'a [Source]) -> Self {
        let mut modules = Self {
            files: BTreeMap::new(),
            handed_on: BTreeMap::new(),
        };
        for file in files {
            if let Some(module) = module_of(&file.path) {
                modules.files.insert(module, file);
            }
        }
        for (module, file) in &modules.files {
            for at in words(&file.code, "use ") {
                let before = file.code[..at].trim_end();
                if !(before.ends_with("pub") || before.ends_with(')')) {
                    continue;
                }
                for (path, name) in listed(&file.code[at + "use ".len()..]) {
                    let path = absolute(module, path, &modules.files);
                    modules.handed_on.insert((module.clone(), name), path);
                }
            }
        }
        modules
    }

    /// The file that defines what `path` names: its longest beginning that is a module, and where
    /// that module only hands the next name on, where it comes from.
    fn defining(&self, path: &[String], depth: usize) -> Option<String> {
        let module = (1..=path.len())
            .rev()
            .map(|length| &path[..length])
            .find(|module| self.files.contains_key(*module))?;
        let Some(name) = path.get(module.len()) else {
            return Some(self.files[module].path.clone());
        };
        match self.handed_on.get(&(module.to_vec(), name.clone())) {
            Some(from) if depth < 8 => {
                let from = [from, &path[module.len() + 1..]].concat();
                self.defining(&from, depth + 1)
            }
            _ => Some(self.files[module].path.clone()),
        }
    }
}

/// Every path in `code`, from its crate on: after `crate::`, `self::`, `super::`, and after the
/// names of modules below `own`.
fn paths(own: &Path, code: &str, modules: &Modules<'_>) -> Vec<Path> {
    let below = modules
        .files
        .keys()
        .filter(|module| module.len() == own.len() + 1 && module.starts_with(own))
        .filter_map(|module| module.last().cloned());
    let heads = ["crate", "self", "super"].map(str::to_owned);
    let mut paths = Vec::new();
    for head in below.chain(heads) {
        let head = format!("{head}::");
        for at in words(code, &head) {
            // The middle of a longer path, or who may see something.
            if code[..at].ends_with("::") || code[..at].ends_with("pub(in ") {
                continue;
            }
            for (path, _) in listed(&code[at..]) {
                paths.push(absolute(own, path, &modules.files));
            }
        }
    }
    paths
}

/// A path as written in module `own`, from its crate on.
fn absolute(own: &Path, path: Path, files: &BTreeMap<Path, &Source>) -> Path {
    let mut base = own.clone();
    let mut rest = path.as_slice();
    match rest.first().map(String::as_str) {
        Some("crate") => {
            base.truncate(1);
            rest = &rest[1..];
        }
        Some("self") => rest = &rest[1..],
        Some("super") => {
            while rest.first().is_some_and(|word| word == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        Some(first) => {
            let below = [base.as_slice(), &[first.to_owned()]].concat();
            if !files.contains_key(&below) {
                return path;
            }
        }
        None => {}
    }
    [base.as_slice(), rest].concat()
}

/// The paths that begin `text`, with braces opened, each with the name that it gets.
fn listed(text: &str) -> Vec<(Path, String)> {
    let mut found = Vec::new();
    list(text, &Path::new(), &mut found);
    found
}

/// Reads one path at the beginning of `text`; returns the rest behind it.
fn list<'t>(text: &'t str, before: &Path, found: &mut Vec<(Path, String)>) -> &'t str {
    let mut path = before.clone();
    let mut rest = text.trim_start();
    loop {
        if let Some(inner) = rest.strip_prefix('{') {
            rest = inner.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                rest = list(rest, &path, found).trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
                if !(rest.starts_with(|letter: char| {
                    letter.is_alphanumeric() || matches!(letter, '_' | '{' | '}')
                })) {
                    return rest;
                }
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let word = word_of(rest);
        rest = &rest[word.len()..];
        if word.is_empty() {
            return rest;
        }
        if word != "self" || path.is_empty() {
            path.push(word.to_owned());
        }
        let Some(more) = rest.strip_prefix("::") else {
            break;
        };
        rest = more;
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if let Some(renamed) = rest.trim_start().strip_prefix("as ") {
        let word = word_of(renamed.trim_start());
        word.clone_into(&mut name);
        rest = &renamed.trim_start()[word.len()..];
    }
    found.push((path, name));
    rest
}

fn word_of(text: &str) -> &str {
    let end = text
        .find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

#[test]
fn circles_are_found_also_through_others_and_behind_what_is_handed_on() {
    let file = |path: &str, text: &str| Source::made_up(path, text);
    let hidden = [
        file(
            "src/a/mod.rs",
            "mod b; mod c; mod d;\npub use b::{B, other as Renamed};\npub use self::c::C;",
        ),
        file(
            "src/a/b.rs",
            "use super::{C};\npub struct B;\npub fn other() {}",
        ),
        file(
            "src/a/c.rs",
            "use super::d;\nfn f() { d::g() }\npub struct C;",
        ),
        file("src/a/d.rs", "use crate::a::Renamed;\npub fn g() {}"),
        file(
            "src/a/e.rs",
            "#[cfg(test)]\nmod tests { use super::super::f::F; }\npub struct E;",
        ),
        file("src/a/f.rs", "use super::e::E;\npub struct F;"),
    ];
    assert_eq!(
        circles(&hidden),
        [["src/a/b.rs", "src/a/c.rs", "src/a/d.rs"]]
    );
    let parent = [
        file("src/a/mod.rs", "mod b;\npub struct A;\nfn f() { b::g() }"),
        file("src/a/b.rs", "use super::A;\npub fn g() {}"),
    ];
    assert_eq!(circles(&parent), [["src/a/b.rs", "src/a/mod.rs"]]);
    let without = [
        file("src/a/mod.rs", "mod b; mod c;\npub use b::B;"),
        file("src/a/b.rs", "use super::c::{self, C};\npub struct B;"),
        file(
            "src/a/c.rs",
            "// use super::B;\npub struct C;\npub(in crate::a::b) fn seen() {}\n\
             #[cfg(test)]\npub(super) mod tests { use super::super::b::B; }",
        ),
    ];
    assert!(circles(&without).is_empty());
}
