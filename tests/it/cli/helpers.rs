//! The commands around the main one: `country`, `explain`, `template`, `init`, `lookup`,
//! `sandbox`, completions, man pages.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use partner_import::api::errors::{GENERAL, KNOWN};
use partner_import::cli::reference::command_line;
use partner_import::model::{code, rules};
use partner_import::report::undone::UndoStatus;
use partner_import::report::verdict::Status;

use super::desk::{Desk, SMALL, Service, end_of};

#[test]
fn country_answers_each_name_in_order() {
    let desk = Desk::new();
    let names = ["Holland", "Korea", "Germny", "Atlantis"];
    let done = desk.run(&[&["country"][..], &names].concat()).exits(1);
    assert_eq!(done.out, "NL\t\n\tKR\n\tDE\n\t\n");
    desk.run(&["country", "Österreich", "gb"]).exits(0);
    let json = desk
        .run(&["country", "UK", "Korea", "--format", "json"])
        .exits(1)
        .json();
    assert_eq!(json[0]["country"], "GB");
    assert_eq!(json[1]["suggestions"], serde_json::json!(["KR", "KP"]));
}

#[test]
fn country_filters_lines_of_stdin() {
    let desk = Desk::new();
    let done = desk
        .run_with(&["country", "-"], "DE\r\n\nKorea\n  uk  \nAtlantis")
        .exits(0);
    assert_eq!(done.out, "DE\t\n\t\n\tKR\nGB\t\n\t\n");
}

#[test]
fn every_rule_is_explained() {
    let desk = Desk::new();
    let list = desk.run(&["explain"]).exits(0).out;
    let all: Vec<_> = rules::all().collect();
    assert!(all.len() > 80, "{}", all.len());
    for rule in &all {
        assert!(
            list.contains(&format!("{} {}", rule.code, rule.name)),
            "{}",
            rule.code
        );
    }
    // A process for each would take long; one of each family does.
    for code in ["R301", "v101", "H105", "D101", "T101"] {
        let text = desk.run(&["explain", code]).exits(0).out;
        for word in [&code.to_uppercase(), "Why:", "Example:", "Fix:"] {
            assert!(text.contains(word), "{code}: no {word} in\n{text}");
        }
    }
    let json = desk
        .run(&["explain", "V402", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(json["name"], "country-misspelt");
    let error = desk.run(&["explain", "2115"]).exits(0).out;
    assert!(
        error.contains("SameName") && error.contains("another name"),
        "{error}"
    );
    assert!(
        desk.run(&["explain", "faults"])
            .exits(0)
            .out
            .contains("drop-answer")
    );
    desk.run(&["explain", "X1"])
        .exits(2)
        .says(&["X1", "`partner-import explain` lists"]);
}

#[test]
fn every_code_that_a_person_can_meet_is_explained() {
    let desk = Desk::new();
    let list = desk.run(&["explain"]).exits(0).out;
    let explained = |code: &str, says: &[&str]| {
        let text = desk.run(&["explain", code]).exits(0).out;
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in says {
            assert!(text.contains(words), "{code}: no {words:?} in\n{text}");
        }
        assert!(text.len() > 60, "{code}: {text}");
    };
    // In process all of them, as processes a few.
    let numbers = KNOWN.iter().chain(GENERAL);
    for number in numbers.map(|error| error.number.to_string()) {
        assert!(list.contains(&format!(" {number} ")), "{number}");
    }
    let words = Status::ALL.map(Status::as_str).into_iter();
    let words = words.chain(UndoStatus::ALL.map(UndoStatus::as_str));
    let words = words.chain(code::IMPORT.iter().chain(code::UNDO).map(|word| word.code));
    for word in words {
        assert!(list.contains(&format!("  {word} ")), "{word}");
    }
    explained("13501", &["role is too low", "observed"]);
    explained("-32602", &["Invalid params", "mend that column"]);
    explained("2100", &["e-mail in brackets included"]);
    let text = desk.run(&["explain", "no-answer"]).exits(0).out;
    let second = text.lines().nth(3).expect("a broken line");
    assert!(
        second.starts_with("         ") && &second[9..10] != " ",
        "{text}"
    );
    explained("1400", &["not known to this program", "ImportMessage"]);
    explained("Blocked", &["ImportStatus", "mend the row that blocks it"]);
    explained("quarantined", &["ImportCode", "--retry-quarantined"]);
    explained("has-devices", &["UndoCode"]);
    // The same word after a run and after an undo.
    explained("unknown", &["ImportStatus", "UndoStatus"]);
    for exit in ["5", "exit-5", "EXIT 5"] {
        explained(exit, &["exit code 5", "`partner-import resume`"]);
    }
    desk.run(&["explain", "exit-9"]).exits(2).says(&["exit-9"]);
}

#[test]
fn the_template_is_understood_in_every_column() {
    let desk = Desk::new();
    let template = desk.run(&["template"]).exits(0).out;
    assert!(template.starts_with('\u{feff}'), "for Excel");
    desk.run(&["template", "empty.csv"]).exits(0);
    assert_eq!(desk.read("empty.csv"), template);
    let shown = desk.run(&["preview", "empty.csv"]).exits(0);
    let columns = template.trim().split(',').count();
    assert_eq!(
        shown.err.matches("(by name)").count(),
        columns,
        "{}",
        shown.err
    );
    assert!(columns > 30, "{columns}");
    desk.run(&["check", "empty.csv"]).exits(0);
    desk.run(&["template", "empty.csv"])
        .exits(2)
        .says(&["empty.csv", "another name"]);
}

#[test]
fn init_writes_a_profile_that_reads_the_file_the_same_way() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Kunde,\"Land \"\"x\"\"\",Staat,Farbe\nEins,DE,Bayern,rot\n",
    );
    let flags = ["--set", "Level=EndCustomer", "--map", "Land \"x\"=Country"];
    let check = |flags: &[&str]| {
        let arguments = [&["check", "in.csv", "--format", "json"], flags].concat();
        let mapping = desk.run(&arguments).exits(0).json()["mapping"].clone();
        let fields = mapping
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["field"].clone());
        fields.collect::<Vec<_>>()
    };
    let before = check(&flags);
    desk.run(&[&["init", "in.csv"], &flags[..]].concat())
        .exits(0)
        .says(&["review the mapping"]);
    let profile = desk.read("partner-import.toml");
    assert!(profile.contains("Level = \"EndCustomer\""), "{profile}");
    assert_eq!(check(&[]), before, "{profile}");
    desk.run(&["init", "in.csv"])
        .exits(2)
        .says(&["partner-import.toml", "--force"]);
    let shown = desk.run(&["init", "in.csv", "--out", "-"]).exits(0).out;
    assert!(shown.contains("[map]"), "{shown}");
}

#[test]
fn lookup_lists_what_the_tenant_offers() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let lookup = |what: &str, format: &str| {
        desk.run_at(&service, &["lookup", what, "--format", format])
            .exits(0)
    };
    let partners = lookup("partners", "json").json();
    let names: Vec<&str> = partners
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["Name"].as_str())
        .collect();
    assert!(names.contains(&"Bäckerei Süd"), "{names:?}");
    assert!(lookup("locations", "csv").out.starts_with("Id,Name\n1,"));
    assert!(lookup("countries", "table").out.contains("Germany"));
    assert!(lookup("regions", "csv").out.contains("Europe"));
}

#[test]
fn completions_and_man_pages_come_from_the_command_line() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(&["completions", shell]).exits(0).out;
        assert!(script.contains("settle-wait"), "{shell}");
    }
    let page = desk.run(&["man"]).exits(0).out;
    assert!(
        page.starts_with(".ie") && page.contains("partner\\-import"),
        "{page:.80}"
    );
    desk.run(&["man", "--out", "pages"]).exits(0);
    assert!(
        desk.read("pages/partner-import-run.1")
            .contains("settle\\-wait")
    );
}

#[test]
fn the_sandbox_says_where_it_listens_and_what_it_is() {
    let desk = Desk::new();
    let log = desk.path("log.jsonl");
    let arguments = [
        "sandbox",
        "--tenant-size",
        "5",
        "--request-log",
        "log.jsonl",
    ];
    let mut child = desk
        .tool(&arguments)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    out.read_line(&mut line).expect("a line");
    let endpoint = line
        .trim()
        .strip_prefix("listening on ")
        .expect("the promised words");
    assert!(endpoint.starts_with("http://127.0.0.1:") && endpoint.ends_with("/jsonapi"));
    let mut lookup = desk.tool(&[
        "lookup",
        "partners",
        "--format",
        "csv",
        "--endpoint",
        endpoint,
    ]);
    lookup
        .args([
            "--partner",
            "Sandbox MSP (admin@example.com)",
            "--username",
            "api",
        ])
        .env("PARTNER_IMPORT_PASSWORD", "sandbox");
    let list = end_of(lookup.spawn().expect("it starts")).exits(0).out;
    assert!(list.lines().count() >= 6, "{list}");
    child.kill().expect("it can be ended");
    end_of_sandbox(child);
    assert!(log.is_file());
}

fn end_of_sandbox(child: std::process::Child) {
    let ended = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.contains("SANDBOX, not the real service"), "{said}");
}

/// Every command with those below it, by the words one types.
fn all_commands() -> Vec<(String, clap::Command)> {
    fn below(path: &str, command: &clap::Command, all: &mut Vec<(String, clap::Command)>) {
        for one in command.get_subcommands() {
            if one.get_name() != "help" {
                let path = format!("{path} {}", one.get_name()).trim().to_owned();
                below(&path, one, all);
                all.push((path, one.clone()));
            }
        }
    }
    let mut root = command_line();
    root.build();
    let mut all = Vec::new();
    below("", &root, &mut all);
    assert!(all.len() > 20, "{}", all.len());
    all
}

#[test]
fn every_flag_says_what_it_does_in_which_unit_and_without_it() {
    for (path, command) in all_commands() {
        let about = command
            .get_about()
            .unwrap_or_else(|| panic!("{path}: no text"));
        let mut texts = vec![(path.clone(), about.to_string())];
        for argument in command.get_arguments() {
            let name = argument.get_id().as_str();
            let help = argument.get_help().map(ToString::to_string);
            let help = help.unwrap_or_else(|| panic!("{path} {name}: no text"));
            let values = argument.get_value_names().unwrap_or_default();
            let counts = ["N", "TIME", "RATE"]
                .iter()
                .any(|one| values.contains(&(*one).into()));
            let without = help.contains("[default: ")
                || !argument.get_default_values().is_empty()
                || argument.is_required_set()
                // One of the two must be given; the question repeats the number.
                || ["keep", "older_than", "confirm"].contains(&name);
            assert!(
                !counts || without,
                "{path} --{name}: what counts without it?"
            );
            texts.push((format!("{path} {name}"), help));
        }
        for (place, text) in texts {
            let first = text.chars().next().unwrap();
            let words = text.split_whitespace().count();
            assert!(first.is_uppercase() && words > 1, "{place}: {text:?}");
            assert!(!text.ends_with('.'), "{place}: {text:?}");
        }
    }
}

#[test]
fn man_pages_and_completions_know_every_command_and_flag() {
    let desk = Desk::new();
    desk.run(&["man", "--out", "man"]).exits(0);
    let shells = ["bash", "elvish", "fish", "powershell", "zsh"];
    let scripts = shells.map(|shell| desk.run(&["completions", shell]).exits(0).out);
    for (path, command) in all_commands() {
        let page = desk.read(&format!("man/partner-import-{}.1", path.replace(' ', "-")));
        let page = page.replace("\\-", "-");
        for argument in command.get_arguments().filter(|one| !one.is_hide_set()) {
            let Some(long) = argument.get_long() else {
                continue;
            };
            let flag = format!("--{long}");
            assert!(page.contains(&flag), "{path}: no {flag} in its man page");
            for (shell, script) in shells.iter().zip(&scripts) {
                // Fish writes `-l flag`.
                let there = script.contains(&flag) || script.contains(&format!("-l {long}"));
                assert!(there, "{shell}: no {flag}");
            }
        }
        for (shell, script) in shells.iter().zip(&scripts) {
            let name = command.get_name();
            assert!(script.contains(name), "{shell}: no {name}");
        }
    }
    let main = desk.run(&["man"]).exits(0).out;
    assert!(main.contains("partner\\-import\\-undo(1)"), "{main}");
}

#[test]
fn prune_wants_to_know_which() {
    let desk = Desk::new();
    for arguments in [
        &["runs", "prune"][..],
        &["runs", "prune", "--dry-run", "--yes"],
    ] {
        desk.run(arguments)
            .exits(2)
            .says(&["--keep", "--older-than"]);
    }
    desk.run(&[
        "runs",
        "prune",
        "--keep",
        "1",
        "--older-than",
        "2d",
        "--dry-run",
    ])
    .exits(0);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_output_quietly() {
    let desk = Desk::new();
    let rows: String = (0..20_000).map(|row| format!("Customer {row}\n")).collect();
    desk.write(
        "in.csv",
        format!("Name,Level\n{}", rows.replace('\n', ",Boss\n")),
    );
    for arguments in [
        &["preview", "in.csv", "--all", "--format", "csv"][..],
        &["check", "in.csv", "--all", "--format", "json"],
        &["explain"],
        &["--help"],
    ] {
        let mut child = desk.tool(arguments).spawn().expect("it starts");
        drop(child.stdout.take());
        let done = end_of(child);
        assert!(
            !done.err.contains("panic") && !done.err.contains("roken pipe"),
            "{}",
            done.err
        );
        assert!((0..=1).contains(&done.code), "{arguments:?}: {}", done.code);
    }
}

#[test]
fn output_into_a_file_has_no_colours_and_no_movements() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nEins,EndCustomer,InTrial,DE\nZwei,Boss,,\n",
    );
    for no_color in [None, Some("1")] {
        let mut check = desk.tool(&["check", "in.csv"]);
        let mut run = desk.at(&service, &["run", "in.csv", "--yes", "-v"]);
        if let Some(value) = no_color {
            check.env("NO_COLOR", value);
            run.env("NO_COLOR", value);
        }
        for mut command in [check, run] {
            let done = end_of(command.spawn().expect("it starts"));
            assert!(
                !done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'),
                "{done:?}"
            );
            assert!(!done.err.contains('\r'), "{done:?}");
        }
    }
}
