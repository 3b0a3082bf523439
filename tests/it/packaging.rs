//! What ships beside the program: units, schedules, containers, workflows. Each command line in them
//! is taken out as its own tool would take it, its paths are put below a directory of the test, and
//! it is run against the sandbox; files are read by strict readers, or by the tool they are for where
//! it is there.
//!
//! | file | what |
//! |---|---|
//! | `place` | a machine in a directory: the paths of the files, put below it |
//! | `schedules` | systemd, cron, the Task Scheduler, the scripts that try again |
//! | `kubernetes` | manifests, the container, one manifest per tenant |
//! | `packages` | what `packaging/build.sh` puts together |
//! | `workflows` | the workflows that test and release |
//! | `yaml` | YAML as JSON |

mod kubernetes;
mod packages;
mod place;
mod schedules;
mod workflows;
pub(crate) mod yaml;

use std::fs;
use std::process::Command;

use crate::tidy::code::{files_below, root, shown};

/// A tool that others read our files with; none where it is not there, except in CI, which installs it.
#[track_caller]
pub(crate) fn tool(name: &str) -> Option<Command> {
    let asked = Command::new(name).arg("--version").output();
    let there = asked.is_ok_and(|done| done.status.success());
    let must = std::env::var_os("ALL_TOOLS").is_some();
    assert!(there || !must, "{name} is not there");
    there.then(|| Command::new(name))
}

/// A file of the repository, as text.
fn file(path: &str) -> String {
    let text = fs::read_to_string(root().join(path));
    text.unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_environment_variable_in_them_exists() {
    let known: String = files_below(&root().join("src"))
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    // The scripts have some of their own.
    let own = file("packaging/nightly.sh");
    let mut seen = 0;
    for folder in ["packaging", ".github"] {
        for path in files_below(&root().join(folder)) {
            let text = schedules::text_of(&path);
            for name in variables(&text) {
                let there =
                    known.contains(&format!("\"{name}\"")) || own.contains(&format!("${{{name}:-"));
                assert!(there, "{}: {name} does not exist", shown(&path));
                seen += 1;
            }
        }
    }
    assert!(seen > 4, "only {seen} were found");
    assert_eq!(
        variables("a=PARTNER_IMPORT_PING, PARTNER_IMPORT_X1"),
        ["PARTNER_IMPORT_PING", "PARTNER_IMPORT_X1"]
    );
}

/// The names in a text that begin as ours do.
fn variables(text: &str) -> Vec<&str> {
    let part =
        |letter: char| letter.is_ascii_uppercase() || letter == '_' || letter.is_ascii_digit();
    let starts = text
        .match_indices("PARTNER_IMPORT_")
        .map(|(at, _)| &text[at..]);
    starts
        .map(|rest| rest.split(|letter| !part(letter)).next().unwrap_or(rest))
        .collect()
}
