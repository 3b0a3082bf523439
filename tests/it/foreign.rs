//! Text from outside that would move a terminal's cursor, turn the direction of writing around or
//! pose as lines of a log or as workflow commands: in cells, headers, names of files, directories
//! and sheets, profiles, addresses and in what the service says. None of it leaves as it is, and
//! files keep it.
//!
//! | file | what |
//! |---|---|
//! | `watched` | a command carried out, with its output held against what may leave |
//! | `speaker` | a service whose words and names are full of it |

mod speaker;
mod watched;

use std::fs;

use partner_import::sandbox::ACCOUNT_ID;
use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::cli::desk::Service;
use speaker::Speaker;
use watched::Place;

/// A title, a cleared screen, colours, marks of direction, and line breaks of every kind before what
/// would be taken for an annotation, a log line, a command.
pub(crate) const FOREIGN: &str = "\u{1b}]0;PWN\u{7}\u{1b}[2J\u{1b}[35m\u{9b}31m\u{202e}\u{2066}\u{200f}\
    \u{61c}\u{200b}\r\n::error::forged\n WARN forged\u{85}\u{2028}forged\u{b}\u{c}##vso[task.x]";

/// As much of it as XML and the names of sheets can hold.
const SHEET: &str = "S\u{202e}\u{85}\u{9b}31m\u{2028}\u{200b}e";

fn list(rows: usize) -> String {
    let mut text = format!("Name,Parent,Level,State,Country,ExternalCode,\"Re{FOREIGN}mark\"\n");
    for row in 0..rows {
        text.push_str(&format!(
            "\"Kunde {row} {FOREIGN}\",,EndCustomer,InTrial,DE,\"C{row}\u{202e}\",\"x{FOREIGN}\"\n"
        ));
    }
    text.push_str(&format!(
        "\"Bad{FOREIGN}\",\"Nobody{FOREIGN}\",\"Boss{FOREIGN}\",\"On{FOREIGN}\",\"Ger{FOREIGN}many\",,\n"
    ));
    text
}

fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    for name in [SHEET, "T\u{202e}wo"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (row, cells) in [
            ["Name", "Level", "State", "Re\u{202e}\u{85}mark"],
            ["Eins\u{202e}\u{9b}2J", "Boss\u{202e}", "InTrial", "x"],
            ["Zwei\u{2028}\u{9b}2J", "EndCustomer", "InTrial", "y"],
        ]
        .iter()
        .enumerate()
        {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (u32::try_from(row), u16::try_from(column));
                let (row, column) = (row.expect("few"), column.expect("few"));
                sheet.write_string(row, column, *cell).expect("a cell");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// A list, a workbook and a profile, all with names like that, in a directory like that.
fn place() -> (Place, String, String) {
    let place = Place::new(FOREIGN);
    let file = format!("list{FOREIGN}.csv");
    let workbook = format!("book{FOREIGN}.xlsx");
    place.write(&file, list(3));
    place.write(&workbook, book());
    (place, file, workbook)
}

#[test]
fn nothing_foreign_leaves_when_lists_are_read() {
    let (place, file, book) = place();
    for format in ["text", "github", "junit", "json", "jsonl", "sarif"] {
        place.offline(&["check", &file, "--format", format]);
        place.offline(&["check", &book, "--format", format]);
        place.offline(&["check", &book, "--all-sheets", "--format", format]);
    }
    place.offline(&["check", &file, "--all"]);
    place.offline(&["check", &file, "-vv"]);
    place.offline(&["check", &file, "--log-format", "json"]);
    for format in ["table", "json"] {
        place.offline(&["preview", &file, "--format", format]);
        place.offline(&["preview", &file, "--raw", "--format", format]);
        place.offline(&["preview", &file, "--mapped", "--format", format]);
        place.offline(&["preview", &book, "--all-sheets", "--format", format]);
    }
    let fixed = format!("fixed{FOREIGN}.csv");
    place.offline(&["check", &file, "--fix", &fixed]);
    place.offline(&["check", &file, "--fix", &fixed]);
    place.offline(&["country", FOREIGN, "--format", "json"]);
    place.offline(&["country", FOREIGN]);
    place.offline(&["explain", FOREIGN]);
    place.offline(&["template", &file]);
    place.offline(&["init", &file, "--out", "-"]);
    place.offline(&["check", FOREIGN]);
    place.offline(&["check", &file, &format!("--no-{FOREIGN}")]);
    place.offline(&["check", &file, "--sheet", FOREIGN]);
    place.offline(&["check", &book, "--sheet", FOREIGN]);
    place.offline(&["check", &file, "--map", &format!("A{FOREIGN}=B{FOREIGN}")]);
    place.offline(&["check", &file, "--set", &format!("Level={FOREIGN}")]);
    place.offline(&["check", &file, "--tenant", &book]);
    place.offline(&["report", FOREIGN]);
    place.offline(&["resume", FOREIGN]);
}

#[test]
fn nothing_foreign_leaves_from_profiles_and_addresses() {
    let (place, file, _) = place();
    let name = format!("own{FOREIGN}.toml");
    let spelt = serde_json::to_string(FOREIGN)
        .expect("text")
        .replace("\\u001b", "\\u001B");
    place.write(
        &name,
        format!("[map]\n{spelt} = {spelt}\n[set]\nLevel = {spelt}\n"),
    );
    place.offline(&["check", &file, "--profile", &name]);
    place.offline(&["config", "show", &file, "--profile", &name]);
    place.offline(&[
        "config",
        "show",
        &file,
        "--profile",
        &name,
        "--format",
        "json",
    ]);
    place.write(
        &name,
        format!("[target]\n{spelt} = 1\n[{spelt}]\nx = 1\n# \u{202e}\n"),
    );
    place.offline(&["check", &file, "--profile", &name]);
    place.offline(&["trust", &name]);
    place.write(
        "partner-import.toml",
        format!("[target]\nendpoint = {spelt}\npartner = {spelt}\n"),
    );
    place.offline(&["plan", &file]);
    place.offline(&["config", "show", &file]);
    place.offline(&["trust", "partner-import.toml"]);
    place.offline(&["plan", &file]);
    place.offline(&["config", "show", &file]);
    place.offline(&["trust", "partner-import.toml", "--forget"]);
    for endpoint in [
        FOREIGN,
        "http://127.0.0.1:1/\u{202e}\u{9b}2J",
        "http://a\u{202e}b.invalid/",
    ] {
        let target = [
            "--endpoint",
            endpoint,
            "--partner",
            FOREIGN,
            "--username",
            FOREIGN,
        ];
        place.offline(&[&["lookup", "partners", "--timeout", "1s"][..], &target].concat());
    }
    place.offline(&["check", &file, "--profile", &format!("none{FOREIGN}")]);
    place.offline(&["plan", &file, "--password-file", &format!("none{FOREIGN}")]);
}

#[test]
fn nothing_foreign_leaves_around_a_run() {
    let service = Service::faulty(&["echo=#2@AddPartner", "generic-error=#3@AddPartner"]);
    service.call(
        "AddPartner",
        &json!({"partnerInfo": {
            "ParentId": ACCOUNT_ID, "Name": "There", "Level": "EndCustomer", "State": "InTrial",
        }}),
    );
    let speaker = Speaker::before(&service.endpoint);
    let (mut place, file, book) = place();
    place.endpoint.clone_from(&speaker.endpoint);
    for format in ["text", "table", "json", "jsonl", "github", "junit", "sarif"] {
        place.online(&["plan", &file, "--format", format]);
    }
    place.online(&["plan", &book, "--all-sheets", "--set", "Country=DE"]);
    for what in ["partners", "locations", "countries", "regions"] {
        place.online(&["lookup", what]);
        place.online(&["lookup", what, "--format", "json"]);
    }
    let tenant = format!("tenant{FOREIGN}.json");
    place.online(&["lookup", "partners", "--save", &tenant]);
    place.offline(&["check", &file, "--tenant", &tenant]);
    let plan = format!("plan{FOREIGN}.json");
    place.online(&["plan", &file, "--save", &plan]);
    let out = format!("out{FOREIGN}");
    let run = ["run", &file, "--out", &out, "--settle-wait", "50ms"];
    // The question on the terminal is answered with no.
    place.online(&run);
    place.online(&[&run[..], &["--yes", "-vv"]].concat());
    let id = place.run_id();
    for format in ["text", "json", "jsonl", "github", "junit"] {
        place.online(&["report", &id, "--out", &out, "--format", format]);
    }
    place.online(&[
        "run",
        "--plan",
        &plan,
        "--yes",
        "--out",
        &out,
        "--settle-wait",
        "50ms",
    ]);
    place.online(&["resume", &id, "--settle-wait", "50ms"]);
    for flags in [&[][..], &["--format", "github"], &["--log-format", "json"]] {
        let again = [
            "run",
            &book,
            "--set",
            "Country=DE",
            "--yes",
            "--settle-wait",
            "50ms",
        ];
        place.online(&[&again[..], &["--new-run", "--out", "again"], flags].concat());
    }
    for format in ["text", "json"] {
        place.offline(&["runs", "--format", format]);
        place.offline(&[
            "runs",
            "prune",
            "--keep",
            "0",
            "--dry-run",
            "--format",
            format,
        ]);
        place.online(&["undo", &id, "--dry-run", "--format", format]);
    }
    place.online(&["undo", &id]);
    place.online(&["undo", &id, "--confirm", "2"]);
    place.offline(&["runs", "prune", "--keep", "0"]);
    place.offline(&["support-bundle", &id, "--show", "--output", &file]);
    place.offline(&[
        "support-bundle",
        &id,
        "--output",
        &format!("s{FOREIGN}.zip"),
    ]);
    place.password = "wrong".into();
    place.online(&["run", &file, "--yes", "--out", &out]);
    place.online(&["login"]);
}

#[test]
fn files_and_programs_get_what_was_there() {
    let service = Service::new();
    let (mut place, file, _) = place();
    place.endpoint.clone_from(&service.endpoint);
    place.online(&[
        "run",
        &file,
        "--yes",
        "--out",
        "out",
        "--settle-wait",
        "50ms",
    ]);
    let results = fs::read_to_string(place.path("out/results.csv")).expect("results");
    let json = fs::read_to_string(place.path("out/summary.json")).expect("a summary");
    let mut rows = csv::Reader::from_reader(results.as_bytes());
    let names: Vec<String> = rows
        .records()
        .map(|row| row.expect("a row")[0].to_owned())
        .collect();
    assert_eq!(names[0], format!("Kunde 0 {FOREIGN}"));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["input"]["path"], file.as_str(), "{json:#}");
    let preview = place.output(&["preview", &file, "--format", "csv"]);
    assert!(
        preview.contains(&format!("Kunde 0 {FOREIGN}")),
        "{preview:?}"
    );
    let preview = place.output(&["preview", &file, "--format", "json"]);
    let preview: serde_json::Value = serde_json::from_str(&preview).expect("JSON");
    assert!(
        preview
            .to_string()
            .contains(&json!(format!("Kunde 0 {FOREIGN}")).to_string())
    );
    let plan = place.online(&["plan", &file, "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&plan).expect("JSON");
    assert_eq!(plan["rows"][0]["name"], format!("Kunde 0 {FOREIGN}"));
}

#[test]
fn a_command_to_type_leads_to_the_file_it_names() {
    let place = Place::new("here");
    let file = "a\n::b\u{1b}[2J\u{202e}'\\.csv";
    place.write(file, "Name,Level,State,Country\nEins,Boss,InTrial,DE\n");
    let said = place.output(&["check", file]);
    let command = said
        .lines()
        .find(|line| line.starts_with("  partner-import check"));
    let command = command
        .expect("a command")
        .trim()
        .replace("partner-import", "echo");
    let shell = std::process::Command::new("bash")
        .args(["-c", &command])
        .output();
    let Ok(shell) = shell else {
        return;
    };
    let named = String::from_utf8_lossy(&shell.stdout).into_owned();
    assert_eq!(named, format!("check {file}\n"), "another file");
}
