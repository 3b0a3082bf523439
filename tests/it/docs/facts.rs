//! Pages written by hand that list what the program has: each list is held against the code it
//! speaks of.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use partner_import::check::exports;
use partner_import::cli::exit::Exit;
use partner_import::cli::reference::environment;
use partner_import::journal::schema;
use serde_json::Value;

use super::{marked, pages, root};
use crate::cli::desk::{Desk, SMALL, Service};
use crate::cli::schema::matches;
use crate::tidy::code::rust_files;

fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The code blocks of a page in this language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut rest = page;
    let fence = format!("```{language}\n");
    while let Some((_, after)) = rest.split_once(&fence) {
        let (block, after) = after.split_once("```").unwrap();
        blocks.push(block.to_owned());
        rest = after;
    }
    blocks
}

/// The rows of a page's tables, as the text of their lines.
fn rows(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter(|line| line.starts_with("| "))
}

// --- exports of other tools ---

#[test]
fn the_page_of_exports_has_a_command_for_each() {
    let page = page("docs/guide/from-your-psa.md");
    let commands = blocks(&page, "sh").concat();
    let typed: BTreeSet<&str> = commands
        .lines()
        .filter_map(|line| line.split_once("--export ")?.1.split_whitespace().next())
        .collect();
    let known = exports::all().map(|export| export.name.as_str());
    let known: BTreeSet<&str> = known.chain(["auto"]).collect();
    assert_eq!(typed, known);
    let named: BTreeSet<String> = marked(&page).into_iter().collect();
    for export in exports::all() {
        assert!(named.contains(&export.name), "{}", export.name);
    }
}

// --- the journal ---

#[test]
fn the_journal_page_tells_of_every_table_and_column() {
    let page = page("docs/reference/journal.md");
    let mut file = rusqlite::Connection::open_in_memory().unwrap();
    schema::migrate(&mut file, Path::new(":memory:")).unwrap();
    let mut select = file
        .prepare(
            "SELECT m.name, c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c \
             WHERE m.type = 'table'",
        )
        .unwrap();
    let columns: Vec<(String, String)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(columns.len() > 20, "{columns:?}");
    for (table, column) in &columns {
        assert!(
            page.contains(&format!("`{table}`")),
            "journal.md lacks the table {table}"
        );
        let told = [
            format!("`{column}`"),
            format!("| {column} "),
            format!(", {column} "),
        ];
        assert!(
            told.iter().any(|form| page.contains(form)),
            "journal.md lacks the column {table}.{column}"
        );
    }
    let format = format!("describes format **{}**", schema::newest());
    assert!(
        page.contains(&format),
        "journal.md does not say that it {format}"
    );
}

// --- result files ---

#[test]
fn the_example_of_summary_json_is_one_and_every_member_is_told() {
    let page = page("docs/reference/report.md");
    let example: Value = serde_json::from_str(&blocks(&page, "json")[0]).unwrap();
    matches("summary", &example);
    let schema: Value =
        serde_json::from_str(&self::page("docs/reference/summary.schema.json")).unwrap();
    let members = schema["properties"].as_object().unwrap();
    assert!(members.len() > 12, "{members:?}");
    let told = marked(&page);
    for member in members.keys() {
        assert!(
            example.get(member).is_some() || told.contains(member),
            "report.md does not tell of `{member}`"
        );
    }
}

#[test]
fn every_result_file_is_told() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let told = marked(&page("docs/reference/report.md"));
    let files: Vec<String> = fs::read_dir(desk.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(files.len() >= 5, "{files:?}");
    for file in &files {
        assert!(told.contains(file), "report.md does not tell of {file}");
    }
}

#[test]
fn every_schema_is_named_where_formats_are_told() {
    let formats = page("docs/reference/formats.md");
    let mut schemas = 0;
    for entry in fs::read_dir(root().join("docs/reference")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name.ends_with(".schema.json") {
            schemas += 1;
            assert!(
                formats.contains(&format!("({name})")),
                "formats.md does not name {name}"
            );
        }
    }
    assert!(schemas > 10, "{schemas}");
}

// --- exit codes ---

#[test]
fn every_table_of_exit_codes_has_all_of_them() {
    let mut tables = 0;
    for path in pages() {
        let text = fs::read_to_string(&path).unwrap();
        for (head, body) in tables_of(&text) {
            if !["| exit code |", "| code |"]
                .iter()
                .any(|start| head.starts_with(start))
            {
                continue;
            }
            tables += 1;
            let codes = codes(&body);
            for exit in Exit::ALL {
                assert!(
                    codes.contains(&exit.number()),
                    "{}: the table \"{head}\" lacks exit code {}",
                    path.display(),
                    exit.number()
                );
            }
        }
    }
    assert!(tables >= 3, "only {tables} tables were found");
    assert_eq!(
        codes(&["| 0 | a |", "| 2, 3 | b |", "| 4-6 | c |"]),
        BTreeSet::from([0, 2, 3, 4, 5, 6])
    );
}

/// A page's tables: the first line of each, and the others.
fn tables_of(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut tables: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match (line.starts_with('|'), inside) {
            (true, false) => tables.push((line, Vec::new())),
            (true, true) => tables.last_mut().unwrap().1.push(line),
            (false, _) => {}
        }
        inside = line.starts_with('|');
    }
    tables
}

/// The numbers in the first cells of a table; `2, 3` and `4-6` are several.
fn codes(rows: &[&str]) -> BTreeSet<u8> {
    let mut codes = BTreeSet::new();
    for row in rows {
        let cell = row.trim_start_matches('|').split('|').next().unwrap();
        for part in cell.split(',').map(str::trim) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            if let (Ok(first), Ok(last)) = (first.parse::<u8>(), last.parse::<u8>()) {
                codes.extend(first..=last);
            }
        }
    }
    codes
}

// --- the environment ---

#[test]
fn the_variables_of_the_environment_are_those_in_the_code() {
    let mut read = BTreeSet::new();
    for file in rust_files(&["src/cli", "src/settings", "src/main.rs"]) {
        if file.path.ends_with("reference/sections.rs") {
            continue;
        }
        for (at, _) in file.text.match_indices("\"PARTNER_IMPORT_") {
            let name: String = file.text[at + 1..]
                .chars()
                .take_while(|one| one.is_ascii_uppercase() || *one == '_')
                .collect();
            read.insert(name);
        }
    }
    let told: BTreeSet<String> = environment()
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.starts_with("PARTNER_IMPORT_"))
        .collect();
    assert!(told.len() > 6, "{told:?}");
    assert_eq!(read, told);
    // Names in prose and in what is packaged are right as well; the last two are the scripts' own.
    let known = |name: &str| {
        told.contains(name) || ["PARTNER_IMPORT_BINARY", "PARTNER_IMPORT_"].contains(&name)
    };
    for path in pages() {
        for word in fs::read_to_string(&path)
            .unwrap()
            .split(|one: char| !(one.is_ascii_uppercase() || one == '_'))
        {
            assert!(
                !word.starts_with("PARTNER_IMPORT_") || known(word),
                "{}: {word}",
                path.display()
            );
        }
    }
}

// --- the profile ---

#[test]
fn profiles_that_are_shown_are_profiles() {
    let desk = Desk::new();
    desk.write("webhooks.txt", "https://hooks.example/1\n");
    let mut shown = 0;
    for path in pages() {
        for block in blocks(&fs::read_to_string(&path).unwrap(), "toml") {
            desk.write("shown.toml", &block);
            if block.starts_with("[fleet]") {
                // Its tenants' files are not here; that they are looked for says that it was read.
                let done = desk.run(&["fleet", "shown.toml"]).exits(2);
                assert!(done.out.contains("not ready"), "{}: {}", done.out, done.err);
                continue;
            }
            let done = desk.run(&["config", "show", "--profile", "shown.toml"]);
            assert_eq!(done.code, 0, "{}:\n{block}\n{}", path.display(), done.err);
            shown += 1;
        }
    }
    assert!(shown >= 5, "only {shown} profiles were found");
    desk.write("shown.toml", "[limits]\nquarantine_afte = 3\n");
    desk.run(&["config", "show", "--profile", "shown.toml"])
        .exits(2);
}

// --- log lines ---

/// A log line as the code writes it.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    level: String,
    message: String,
    members: Vec<String>,
}

#[test]
fn the_page_on_logs_tells_of_every_event() {
    let page = page("docs/reference/logs.md");
    let mut found = 0;
    // The sandbox's own log goes to whoever started it.
    for file in rust_files(&["src", "crates/engine", "crates/records", "crates/tables"]) {
        for event in events(&file.text) {
            found += 1;
            let row = rows(&page).find(|row| {
                let first = row.split(" | ").next().unwrap();
                first.contains(&format!("`{}`", event.message))
            });
            let row = row.unwrap_or_else(|| panic!("logs.md lacks {event:?} of {}", file.path));
            assert!(row.contains(&event.level), "{row}\n{event:?}");
            for member in &event.members {
                assert!(
                    row.contains(&format!("`{member}`")),
                    "{row}\nlacks `{member}` of {event:?}"
                );
            }
        }
    }
    assert!(found > 20, "only {found} events were found");
    let code = "tracing::info!(run_id, row = f(1, 2), ?how, \"made, so\");\n\
        tracing::debug!(\"not told\"); tracing::warn!(\"made {of}\");";
    assert_eq!(
        events(code),
        [Event {
            level: "INFO".into(),
            message: "made, so".into(),
            members: vec!["row".into(), "how".into()],
        }]
    );
}

/// The events of a file from INFO up whose message is always the same words.
fn events(code: &str) -> Vec<Event> {
    let mut events = Vec::new();
    for level in ["info", "warn", "error"] {
        for (at, start) in code.match_indices(&format!("tracing::{level}!(")) {
            let parts = arguments(&code[at + start.len()..]);
            let place = parts.iter().position(|part| part.starts_with('"')).unwrap();
            let message = parts[place].trim_matches('"').to_owned();
            if message.contains('{') {
                continue;
            }
            let members = parts[..place].iter().map(|part| {
                let name = part.split(" = ").next().unwrap();
                name.trim_start_matches(['?', '%']).to_owned()
            });
            events.push(Event {
                level: level.to_uppercase(),
                message,
                // The run's id is the member `run` of every line.
                members: members.filter(|name| name != "run_id").collect(),
            });
        }
    }
    events
}

/// A call's arguments, up to its closing bracket.
fn arguments(code: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut quoted) = (0, false);
    for one in code.chars() {
        match one {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' if !quoted && depth == 0 => break,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(one);
    }
    let parts = parts.iter().map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}
