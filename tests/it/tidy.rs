//! The habits of this repository that a machine can check: layers, lengths, words, who may name
//! which crate, reasons beside dependencies, licences.
//!
//! Each check is a function from files to problems, tried here with bad snippets as well, so that
//! none of them passes because it looks at nothing.

mod circles;
pub(crate) mod code;
mod layers;
mod manifest;
mod texts;

use std::collections::BTreeMap;

use self::code::{Source, rust_files, words};

/// The most lines of a file of the product, its inner tests included, and of a file of tests.
const LONGEST: [usize; 2] = [500, 600];

/// What no code may hold, each with the reason.
const BANNED: &[(&str, &str)] = &[
    ("todo!", "unfinished work does not get in"),
    ("unimplemented!", "unfinished work does not get in"),
    ("dbg!", "left over from debugging"),
    ("#[allow(", "say #[expect(.., reason = \"..\")]"),
    ("#![allow(", "say #[expect(.., reason = \"..\")]"),
    ("unsafe", "the crate is free of it"),
    ("static mut", "no global state"),
];

/// What only the layer `cli` may touch.
const CLI_ONLY: &[&str] = &[
    "stdout",
    "stderr",
    "stdin",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "env::var",
    "env::vars",
    "env::args",
    "env::current_dir",
    "env::home_dir",
    "process::exit",
    "clap::",
    "console::",
    "indicatif::",
    "anstream::",
    "tracing_subscriber::",
    "etcetera::",
];

/// Crates that only some files may name, by the beginning of their paths.
const CRATES: &[(&str, &[&str])] = &[
    // Reading has its own scanner; this crate writes, and quotes what a preview or a list shows.
    (
        "csv::",
        &[
            "crates/engine/src/report/csv.rs",
            "crates/engine/src/report/mended.rs",
            "crates/engine/src/report/write.rs",
            "crates/engine/src/report/preview.rs",
            "src/cli/commands/lookup.rs",
            "src/cli/commands/mapped.rs",
        ],
    ),
    (
        "zip::",
        &[
            "crates/tables/src/edit/",
            "crates/tables/src/workbook/",
            "crates/engine/src/report/copy/",
            "crates/engine/src/report/workbook/book.rs",
            "crates/engine/src/report/bundle.rs",
            "crates/engine/src/report/fails_once.rs",
        ],
    ),
    ("calamine::", &["crates/tables/src/workbook/second.rs"]),
    (
        "quick_xml::",
        &["crates/tables/src/edit/", "crates/engine/src/report/copy/"],
    ),
    (
        "quick_junit::",
        &[
            "crates/engine/src/report/diagnostics/junit.rs",
            "crates/engine/src/report/machine/junit.rs",
        ],
    ),
    // Profiles, what is known of exports, and mends, which people review.
    (
        "toml::",
        &[
            "src/settings/profile/",
            "crates/records/src/check/exports/data.rs",
            "crates/records/src/check/mends/file.rs",
        ],
    ),
    ("encoding_rs::", &["crates/tables/src/"]),
    ("chardetng::", &["crates/tables/src/encoding/"]),
    // Calls of the service; and word of a run's end, which goes elsewhere and is no call.
    (
        "reqwest::",
        &[
            "crates/engine/src/api/address.rs",
            "crates/engine/src/api/http.rs",
            "crates/engine/src/api/network.rs",
            "crates/engine/src/api/notify.rs",
        ],
    ),
    ("rustls::", &["crates/engine/src/api/network.rs"]),
    ("governor::", &["crates/engine/src/api/evenly.rs"]),
    ("secrecy::", &["crates/engine/src/api/secret.rs"]),
    // A password is shown to the login call and the keyring only.
    ("expose", &["crates/engine/src/api/", "src/flow/vault.rs"]),
    ("keyring::", &["src/flow/vault.rs"]),
    ("rpassword::", &["src/cli/credentials.rs"]),
    (
        "rusqlite::",
        &[
            "crates/engine/src/journal/",
            "crates/sandbox/src/db.rs",
            "crates/sandbox/src/error.rs",
            // Writes a file as an older sandbox did.
            "crates/sandbox/src/tests/devices.rs",
        ],
    ),
    (
        "hyper::",
        &["crates/sandbox/src/server.rs", "src/gui/door.rs"],
    ),
    (
        "hyper_util::",
        &["crates/sandbox/src/server.rs", "src/gui/door.rs"],
    ),
    ("http_body_util::", &["crates/sandbox/src/server.rs"]),
    (
        "sha2::",
        &[
            "src/flow/digest.rs",
            "crates/records/src/model/digest.rs",
            "crates/engine/src/journal/lock.rs",
            "crates/engine/src/journal/refused.rs",
            "crates/engine/src/plan/document.rs",
            "crates/engine/src/report/bundle.rs",
            "crates/engine/src/report/fails_once.rs",
            "crates/engine/src/report/html/escape.rs",
            "crates/sandbox/src/user.rs",
            "crates/sandbox/src/visa.rs",
        ],
    ),
    // Every other task belongs to a JoinSet; these are the sandbox's server and the one that waits
    // for signals as long as the process lives.
    (
        "tokio::spawn",
        &[
            "src/flow/target.rs",
            "src/cli/signals.rs",
            // Those of the page: the server itself, and a stream for as long as it is read.
            "src/gui/hub.rs",
            "src/gui/server.rs",
        ],
    ),
];

fn sources() -> Vec<Source> {
    let mut files = rust_files(&["src", "crates"]);
    // Of a crate: not its examples and tests.
    files.retain(|file| file.path.split('/').any(|folder| folder == "src"));
    assert!(files.len() > 100, "only {} files were found", files.len());
    files
}

fn all_rust() -> Vec<Source> {
    rust_files(&["src", "crates", "tests", "benches", "examples", "fuzz"])
}

/// Fails with every problem, one per line.
fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn all(files: &[Source], check: impl Fn(&Source) -> Vec<String>) {
    none(&files.iter().flat_map(check).collect::<Vec<_>>());
}

#[test]
fn layers_use_only_what_the_table_allows() {
    all(&sources(), layers::check);
}

#[test]
fn files_of_a_folder_name_each_other_in_one_direction() {
    let found = circles::circles(&rust_files(&["src", "crates"]));
    let circles: Vec<String> = found.iter().map(|files| files.join(", ")).collect();
    none(&circles);
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    all(&all_rust(), opening);
    assert_eq!(
        opening(&Source::made_up("src/a.rs", "use std::fs;\n")).len(),
        1
    );
    assert_eq!(
        opening(&Source::made_up("src/a.rs", "//!\nuse std::fs;\n")).len(),
        1
    );
}

fn opening(file: &Source) -> Vec<String> {
    let first = file.text.lines().next().unwrap_or_default();
    let says = first
        .strip_prefix("//!")
        .is_some_and(|words| words.trim().len() > 3);
    problem_unless(says, || {
        format!("{}: does not open with `//! what it is for`", file.path)
    })
}

#[test]
fn files_are_short() {
    all(&all_rust(), length);
    for (path, most) in ["src/a.rs", "tests/it/a.rs"].into_iter().zip(LONGEST) {
        let of = |lines| length(&Source::made_up(path, &"//! Long.\n".repeat(lines))).len();
        assert_eq!((of(most), of(most + 1)), (0, 1), "{path}");
    }
}

fn length(file: &Source) -> Vec<String> {
    let lines = file.text.lines().count();
    let [of_product, of_tests] = LONGEST;
    let is_product = ["src/", "crates/"]
        .iter()
        .any(|place| file.path.starts_with(place));
    let most = if is_product { of_product } else { of_tests };
    problem_unless(lines <= most, || {
        format!("{}: {lines} lines, at most {most}", file.path)
    })
}

fn problem_unless(fine: bool, problem: impl FnOnce() -> String) -> Vec<String> {
    if fine { Vec::new() } else { vec![problem()] }
}

#[test]
fn banned_words_stand_nowhere() {
    all(&all_rust(), banned);
    for bad in [
        "fn f() { todo!() }",
        "#[allow(dead_code)]",
        "static mut X: u8 = 0;",
    ] {
        assert_eq!(banned(&Source::made_up("src/a.rs", bad)).len(), 1, "{bad}");
    }
    assert_eq!(banned(&Source::made_up("src/a.rs", "// todo!()")).len(), 0);
}

fn banned(file: &Source) -> Vec<String> {
    // Measurements take real time; tests run on a paused clock, the program on tokio's.
    let sleep = ("thread::sleep", "waiting is tokio's");
    let waits = ["benches/", "tests/it/gui/"];
    let sleep = (!waits.iter().any(|place| file.path.starts_with(place))).then_some(&sleep);
    let found = BANNED.iter().chain(sleep).flat_map(|(word, why)| {
        words(&file.code, word)
            .into_iter()
            .map(move |at| (at, word, why))
    });
    found
        .map(|(at, word, why)| format!("{}: {word}: {why}", file.place(at)))
        .collect()
}

#[test]
fn properties_are_tried_on_the_same_inputs_in_every_run() {
    all(&all_rust(), unseeded);
    let bad = "proptest! {\n #[test] fn f(a in 0..2) {} }";
    assert_eq!(unseeded(&Source::made_up("src/a.rs", bad)).len(), 1);
    let good = "proptest! {\n #![proptest_config(crate::seeded(8))]\n }";
    assert_eq!(unseeded(&Source::made_up("src/a.rs", good)).len(), 0);
}

/// Blocks of properties whose first words do not say where their inputs come from.
fn unseeded(file: &Source) -> Vec<String> {
    let found = words(&file.code, "proptest!").into_iter().filter(|at| {
        let block = &file.code[*at..];
        let config = &block[..block.find("#[test]").unwrap_or(block.len())];
        !["crate::seeded(", "RngSeed::Fixed("]
            .iter()
            .any(|seed| config.contains(seed))
    });
    found
        .map(|at| format!("{}: the inputs have no fixed seed", file.place(at)))
        .collect()
}

#[test]
fn only_the_command_line_touches_terminal_environment_and_exit() {
    all(&sources(), beyond_cli);
    for bad in [
        "std::env::var(\"A\")",
        "std::io::stdout().lock()",
        "use clap::Parser;",
    ] {
        assert_eq!(
            beyond_cli(&Source::made_up("crates/engine/src/plan/a.rs", bad)).len(),
            1,
            "{bad}"
        );
        assert_eq!(
            beyond_cli(&Source::made_up("src/cli/a.rs", bad)).len(),
            0,
            "{bad}"
        );
    }
}

/// How work ends is a type; its numbers stand beside it, its words in the command line.
#[test]
fn no_other_layer_writes_exit_codes_as_numbers() {
    all(&sources(), exit_codes_as_numbers);
    let of = |path: &str, text: &str| exit_codes_as_numbers(&Source::made_up(path, text)).len();
    assert_eq!(
        of(
            "crates/engine/src/report/a.rs",
            "struct A { exit_code: u8 }"
        ),
        1
    );
    assert_eq!(
        of("crates/engine/src/api/a.rs", "\"stops with exit code 4\""),
        1
    );
    assert_eq!(
        of(
            "crates/engine/src/api/a.rs",
            "\"stops with exit code {refused}\""
        ),
        0
    );
    assert_eq!(of("src/cli/a.rs", "\"ends with exit code 2\""), 0);
}

fn exit_codes_as_numbers(file: &Source) -> Vec<String> {
    if layers::layer_of(&file.path).is_none_or(|layer| layer == "cli") {
        return Vec::new();
    }
    let in_code = words(&file.code, "exit_code: u8").into_iter();
    let in_texts = file.text.match_indices("exit code ").filter(|(at, words)| {
        let behind = file.text[at + words.len()..].chars().next();
        behind.is_some_and(|letter| letter.is_ascii_digit())
    });
    in_code
        .chain(in_texts.map(|(at, _)| at))
        .map(|at| format!("{}: an exit code as a number", file.place(at)))
        .collect()
}

fn beyond_cli(file: &Source) -> Vec<String> {
    if layers::layer_of(&file.path).is_none_or(|layer| layer == "cli") {
        return Vec::new();
    }
    let found = CLI_ONLY.iter().flat_map(|word| {
        words(&file.code, word)
            .into_iter()
            .map(move |at| (at, word))
    });
    found
        .map(|(at, word)| format!("{}: {word} is for src/cli only", file.place(at)))
        .collect()
}

#[test]
fn crates_are_named_only_where_they_belong() {
    all(&sources(), crates);
    assert_eq!(
        crates(&Source::made_up(
            "crates/engine/src/plan/a.rs",
            "rusqlite::Connection"
        ))
        .len(),
        1
    );
    assert_eq!(
        crates(&Source::made_up(
            "crates/engine/src/plan/a.rs",
            "use csv::Reader;"
        ))
        .len(),
        1
    );
    assert_eq!(
        crates(&Source::made_up(
            "crates/engine/src/report/a.rs",
            "use crate::report::csv::x;"
        ))
        .len(),
        0
    );
}

fn crates(file: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, places) in CRATES {
        let ours = places.iter().any(|place| file.path.starts_with(place));
        for at in words(&file.code, name) {
            // A module of ours may have a crate's name.
            if !ours && !file.code[..at].ends_with("::") {
                problems.push(format!(
                    "{}: {name} belongs to {places:?} only",
                    file.place(at)
                ));
            }
        }
    }
    problems
}

#[test]
fn every_file_is_part_of_the_build() {
    let mut files = sources();
    files.extend(rust_files(&["tests/it"]));
    none(&orphans(&files));
    let bad = [
        Source::made_up("src/lib.rs", "pub mod a;"),
        Source::made_up("src/a/mod.rs", "//! mod b;"),
        Source::made_up("src/a/b.rs", ""),
    ];
    assert_eq!(orphans(&bad), ["src/a/b.rs: no file declares this module"]);
}

/// Files that no `mod` leads to: the compiler never sees them.
fn orphans(files: &[Source]) -> Vec<String> {
    let by_path: BTreeMap<&str, &Source> = files
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    let declared = |file: &&Source| {
        let module = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let Some((folder, name)) = module.rsplit_once('/') else {
            return true;
        };
        let parents = ["/mod.rs", ".rs", "/lib.rs", "/main.rs"].map(|end| format!("{folder}{end}"));
        parents.contains(&file.path)
            || parents
                .iter()
                .filter_map(|path| by_path.get(path.as_str()))
                .any(|parent| {
                    words(&parent.code, &format!("mod {name}"))
                        .iter()
                        .any(|at| parent.code[at + "mod ".len() + name.len()..].starts_with(';'))
                })
    };
    let orphans = files.iter().filter(|file| !declared(file));
    orphans
        .map(|file| format!("{}: no file declares this module", file.path))
        .collect()
}

/// Rules that stand in the catalogue and that nothing emits yet. This list only shrinks.
const NOT_YET: &[&str] = &[];

#[test]
fn every_rule_is_emitted_somewhere() {
    let mut problems = unused_rules(&sources());
    for rule in NOT_YET {
        let before = problems.len();
        problems.retain(|problem| !problem.ends_with(rule));
        if problems.len() == before {
            problems.push(format!("{rule} is emitted now, take it off the list"));
        }
    }
    none(&problems);
    let catalogue = "catalogue! {\n    NAME_GONE = Error \"T1\" \"x\" {\n    NAME_USED = Error \"T2\" \"y\" {\n}";
    let files = [
        Source::made_up("crates/records/src/model/rules/a.rs", catalogue),
        Source::made_up("crates/engine/src/plan/a.rs", "emit(&rules::NAME_USED)"),
    ];
    assert_eq!(
        unused_rules(&files),
        ["crates/records/src/model/rules/a.rs:2: nothing emits NAME_GONE"]
    );
}

/// Rules of the catalogue that no code outside of it names.
fn unused_rules(files: &[Source]) -> Vec<String> {
    let of_catalogue = |file: &&Source| file.path.starts_with("crates/records/src/model/rules/");
    let mut problems = Vec::new();
    for file in files.iter().filter(of_catalogue) {
        for (number, line) in (1..).zip(file.code.lines()) {
            let rule = ["Error", "Warning", "Note"].iter().find_map(|severity| {
                line.trim_start()
                    .split_once(&format!(" = {severity} "))
                    .map(|(name, _)| name)
            });
            let Some(rule) = rule else { continue };
            let emitted = files
                .iter()
                .filter(|file| !of_catalogue(file))
                .any(|file| !words(&file.code, rule).is_empty());
            problems.extend(problem_unless(emitted, || {
                format!("{}:{number}: nothing emits {rule}", file.path)
            }));
        }
    }
    problems
}
