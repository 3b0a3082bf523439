//! Small, ordinary lists: which customers each would create, with which members, and what is said.
//!
//! A list stands in `tests/fixtures/small_lists/KIND.toml`, one file per kind. To add one, write
//! another `[[list]]` there, or another file; nothing has to be declared. Each list is written in
//! every format of its `as`, planned against the sandbox by the program itself, and checked.
//!
//! | key | what |
//! |---|---|
//! | `name` | words for the failure, required |
//! | `rows` | the table, cell by cell (texts, numbers, true and false), from its first line |
//! | `as` | how `rows` are written: `csv`, `semicolon`, `tab`, `xlsx`, `ods`; all five by default |
//! | `merged`, `number_formats` | `["B1:D1"]`, and `{ C = "0########" }` by column; `xlsx` only |
//! | `tables` | `["A1:C7"]`: tables drawn in the sheet; `xlsx` only |
//! | `text`, `ending` | instead of `rows`: a file of exactly this text, called `list.csv` by default |
//! | `file` | instead of `rows`: a file that lies beside the TOML |
//! | `args` | more flags of `plan` and `check`; `--default Level=EndCustomer` by default |
//! | `profile` | a profile beside the list, of at most six lines, instead of the flags by default |
//! | `creates` | exactly these customers, in any order |
//! | `at_least`, `at_most` | at least these; none but these |
//! | `refused` | `true`: nobody is created |
//! | `fields` | `{ "Alder" = { "Company.PostAddress.City" = "Bonn" } }`; `""` is: not sent |
//! | `never` | texts that stand nowhere in what would be sent |
//! | `says`, `silent` | texts that `check --all` prints (line breaks aside), and that it does not |
//!
//! `preview --mapped` must show each customer that would be created, with the same values.
//!
//! `SMALL_LISTS=KIND cargo test --test it small_lists` tries the files whose names begin so.

mod files;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use partner_import::check::Field;
use serde::Deserialize;
use serde_json::Value;

use crate::cli::desk::Desk;

/// What nobody minds writing for a list.
const MOST_PROFILE_LINES: usize = 6;

/// One file: a kind of lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    /// What is common to them, for its reader.
    about: String,
    list: Vec<List>,
}

/// One list, and what is right for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    name: String,
    rows: Option<Vec<Vec<toml::Value>>>,
    #[serde(default)]
    r#as: Vec<Form>,
    #[serde(default)]
    merged: Vec<String>,
    #[serde(default)]
    tables: Vec<String>,
    #[serde(default)]
    number_formats: BTreeMap<String, String>,
    text: Option<String>,
    ending: Option<String>,
    file: Option<String>,
    args: Option<Vec<String>>,
    profile: Option<String>,
    creates: Option<Vec<String>>,
    #[serde(default)]
    at_least: Vec<String>,
    at_most: Option<Vec<String>>,
    #[serde(default)]
    refused: bool,
    #[serde(default)]
    fields: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    never: Vec<String>,
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    silent: Vec<String>,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    Csv,
    Semicolon,
    Tab,
    Xlsx,
    Ods,
}

impl Form {
    const ALL: [Self; 5] = [Self::Csv, Self::Semicolon, Self::Tab, Self::Xlsx, Self::Ods];
}

/// What a list would do.
struct Outcome {
    /// The customers that would be created, as they would be sent.
    sent: Vec<Value>,
    /// What `check` prints, in one line.
    said: String,
    /// The records of `preview --mapped`.
    shown: Vec<Value>,
}

#[test]
fn every_list_means_what_it_means() {
    let only = std::env::var("SMALL_LISTS").unwrap_or_default();
    let mut cases = Vec::new();
    for path in kinds() {
        let kind = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let lists: Kind = toml::from_str(&text).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(lists.about.len() > 10, "{kind}: what is it about?");
        if kind.starts_with(&only) {
            cases.extend(lists.list.into_iter().map(|list| (kind.clone(), list)));
        }
    }
    let problems = in_parallel(&cases, |(kind, list)| {
        let found = problems_of(list);
        let name = |problem| format!("{kind}, {}: {problem}", list.name);
        found.into_iter().map(name).collect()
    });
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/small_lists")
}

fn kinds() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    paths
}

/// What `each` finds, in the order of the cases.
fn in_parallel<T: Sync>(cases: &[T], each: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut found = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(at) else {
                return found;
            };
            found.push((at, each(case)));
        }
    };
    let mut found: Vec<(usize, Vec<String>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(worker)).collect();
        let ended = workers.into_iter().map(|one| one.join().unwrap());
        ended.flatten().collect()
    });
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().flat_map(|(_, found)| found).collect()
}

fn problems_of(list: &List) -> Vec<String> {
    let says_something = list.creates.is_some()
        || list.at_most.is_some()
        || list.refused
        || !list.at_least.is_empty()
        || !list.fields.is_empty()
        || !list.says.is_empty();
    assert!(says_something, "{}: nothing is demanded", list.name);
    let mut problems = Vec::new();
    for (form, name, bytes) in written(list) {
        let desk = Desk::new();
        desk.write(&name, bytes);
        if let Some(profile) = &list.profile {
            let lines = profile.lines().filter(|line| !line.trim().is_empty());
            let short = lines.count() <= MOST_PROFILE_LINES;
            assert!(short, "{}: the profile is too long", list.name);
            desk.write("partner-import.toml", profile);
        }
        let outcome = outcome_of(list, &desk, &name);
        let found = outcome.problems(list);
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{form}: {problem}")),
        );
    }
    problems
}

/// The files of a list: a word for the form, the name, the content.
fn written(list: &List) -> Vec<(String, String, Vec<u8>)> {
    if let Some(name) = &list.file {
        let content =
            fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        return vec![("file".to_owned(), name.clone(), content)];
    }
    if let Some(text) = &list.text {
        let name = format!("list.{}", list.ending.as_deref().unwrap_or("csv"));
        return vec![("text".to_owned(), name, text.clone().into_bytes())];
    }
    let rows = list.rows.as_ref();
    let rows = rows.unwrap_or_else(|| panic!("{}: no rows, text or file", list.name));
    let forms = if list.r#as.is_empty() {
        &Form::ALL[..]
    } else {
        &list.r#as[..]
    };
    let forms = forms.iter().map(|form| {
        let (ending, content) = match form {
            Form::Csv => ("csv", files::delimited(rows, ',')),
            Form::Semicolon => ("csv", files::delimited(rows, ';')),
            Form::Tab => ("tsv", files::delimited(rows, '\t')),
            Form::Xlsx => (
                "xlsx",
                files::xlsx(rows, &list.merged, &list.tables, &list.number_formats),
            ),
            Form::Ods => ("ods", files::ods(rows)),
        };
        (
            format!("{form:?}").to_lowercase(),
            format!("list.{ending}"),
            content,
        )
    });
    forms.collect()
}

fn outcome_of(list: &List, desk: &Desk, file: &str) -> Outcome {
    let usual = || match list.profile {
        Some(_) => Vec::new(),
        None => ["--default", "Level=EndCustomer"]
            .map(str::to_owned)
            .to_vec(),
    };
    let args = list.args.clone().unwrap_or_else(usual);
    let command = |start: &[&str]| {
        let start = start.iter().map(|one| (*one).to_owned());
        desk.run(&start.chain(args.iter().cloned()).collect::<Vec<_>>())
    };
    let plan = command(&["plan", file, "--sandbox", "--format", "json"]);
    let check = command(&["check", file, "--all"]);
    let shown = command(&["preview", file, "--mapped", "--format", "jsonl"]);
    let shown = shown.out.lines().map(serde_json::from_str);
    // A file that is refused as a whole has no document.
    let document: Value = serde_json::from_str(&plan.out).unwrap_or_default();
    let rows = document["rows"].as_array().cloned().unwrap_or_default();
    let created = rows.into_iter().filter(|row| row["action"] == "create");
    let said = [check.out, check.err, plan.err].join("\n");
    Outcome {
        sent: created.map(|mut row| row["partner_info"].take()).collect(),
        shown: shown.collect::<Result<_, _>>().expect("JSON lines"),
        said: said.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

impl Outcome {
    fn names(&self) -> Vec<&str> {
        let names = self.sent.iter().map(|one| one["Name"].as_str());
        let mut names: Vec<&str> = names.map(Option::unwrap_or_default).collect();
        names.sort_unstable();
        names
    }

    fn problems(&self, list: &List) -> Vec<String> {
        let names = self.names();
        let mut problems = Vec::new();
        let mut unless = |holds: bool, problem: String| {
            if !holds {
                problems.push(problem);
            }
        };
        if let Some(creates) = &list.creates {
            let mut creates: Vec<&str> = creates.iter().map(String::as_str).collect();
            creates.sort_unstable();
            unless(
                names == creates,
                format!("creates {names:?}; said: {}", self.said),
            );
        }
        if let Some(most) = &list.at_most {
            let within = names.iter().all(|name| most.iter().any(|one| one == name));
            unless(within, format!("creates {names:?}"));
        }
        let there = list
            .at_least
            .iter()
            .all(|one| names.contains(&one.as_str()));
        unless(
            there,
            format!("creates only {names:?}; said: {}", self.said),
        );
        unless(
            !list.refused || names.is_empty(),
            format!("creates {names:?}"),
        );
        let sent = Value::from(self.sent.clone()).to_string();
        for text in &list.never {
            unless(!sent.contains(text), format!("sends {text:?}: {sent}"));
        }
        for text in &list.says {
            unless(
                self.said.contains(text),
                format!("does not say {text:?}: {}", self.said),
            );
        }
        for text in &list.silent {
            unless(
                !self.said.contains(text),
                format!("says {text:?}: {}", self.said),
            );
        }
        for one in &self.sent {
            let problem = self.shown_otherwise(one);
            unless(problem.is_empty(), problem);
        }
        for (name, fields) in &list.fields {
            let Some(one) = self.sent.iter().find(|one| one["Name"] == **name) else {
                unless(
                    false,
                    format!("does not create {name:?}; said: {}", self.said),
                );
                continue;
            };
            for (path, wanted) in fields {
                let found = member(one, path);
                unless(
                    found == *wanted,
                    format!("{name}: {path} is {found:?}, not {wanted:?}"),
                );
            }
        }
        problems
    }

    /// What `preview --mapped` shows differently of a customer that would be sent; dates and sets
    /// are written in another way, and levels may be left to the plan.
    fn shown_otherwise(&self, sent: &Value) -> String {
        let plain = |field: &&Field| {
            let path = field.path();
            path.starts_with("Company.") || ["Name", "ExternalCode", "State"].contains(&path)
        };
        let agrees = |shown: &&Value| {
            let mut fields = Field::ALL.iter().filter(plain);
            fields.all(|field| member(sent, field.path()) == member(shown, field.name()))
        };
        match self.shown.iter().find(agrees) {
            Some(_) => String::new(),
            None => format!("--mapped does not show {sent} among {:?}", self.shown),
        }
    }
}

/// The text of a member; empty without one.
fn member(document: &Value, path: &str) -> String {
    let found = path.split('.').fold(document, |value, part| &value[part]);
    match found {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
