//! Every command and flag in `--help`, man pages and completions.

use partner_import::cli::reference::command_line;

use super::desk::Desk;

/// Every command with those below it, by the words one types.
fn all_commands() -> Vec<(String, clap::Command)> {
    fn below(path: &str, command: &clap::Command, all: &mut Vec<(String, clap::Command)>) {
        for one in command.get_subcommands() {
            if one.get_name() != "help" && !one.is_hide_set() {
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
