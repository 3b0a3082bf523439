//! The short help: `-h` fits one screen, with the flags that people need, in their groups, and two
//! examples; `--help` has all flags.

use std::ffi::OsString;
use std::fmt::Write;

use clap::{Arg, Command, CommandFactory, FromArgMatches};

use super::Cli;

/// Flags that commands share and that people need; the others are in `--help`.
const SHARED: &[&str] = &[
    "sheet",
    "map",
    "default",
    "value",
    "leave-out",
    "export",
    "first",
    "on-exists",
    "sandbox",
    "out",
    "yes",
];

/// Flags of single commands that few people need, in all commands or in the one that is named.
const RARE: &[&str] = &[
    "all-sheets",
    "concurrency",
    "confirm-above",
    "endpoint",
    "found",
    "ids",
    "if-changed",
    "index",
    "job",
    "max-create",
    "max-errors",
    "max-near-names",
    "max-update",
    "min-rows",
    "names",
    "orphans",
    "outage-limit",
    "partner",
    "rate-limit",
    "run backup-profile",
    "removal",
    "require-valid",
    "run format",
    "run new-run",
    "run plan",
    "plan format",
    "check tenant",
    "seed",
    "settle-wait",
    "username",
    "visa-chain",
    "visa-ttl",
];

/// Two examples of each command, by the words one types.
pub const EXAMPLES: &[(&str, [&str; 2])] = &[
    (
        "open",
        [
            "partner-import customers.xlsx",
            "partner-import customers.xlsx --sheet Customers",
        ],
    ),
    (
        "check",
        [
            "partner-import check customers.xlsx",
            "partner-import check customers.xlsx --fix fixed.xlsx",
        ],
    ),
    (
        "preview",
        [
            "partner-import preview customers.xlsx",
            "partner-import preview customers.xlsx --mapped --map \"Client=Name\"",
        ],
    ),
    (
        "plan",
        [
            "partner-import plan customers.xlsx --sandbox",
            "partner-import plan customers.xlsx --save plan.json",
        ],
    ),
    (
        "run",
        [
            "partner-import run customers.xlsx --sandbox",
            "partner-import run customers.xlsx --first 1",
        ],
    ),
    (
        "gui",
        ["partner-import gui", "partner-import gui customers.xlsx"],
    ),
    (
        "resume",
        [
            "partner-import resume",
            "partner-import resume 20270301-090000-abcd",
        ],
    ),
    (
        "fleet",
        [
            "partner-import fleet fleet.toml",
            "partner-import fleet fleet.toml --yes",
        ],
    ),
    (
        "fleet render",
        [
            "partner-import fleet render systemd fleet.toml",
            "partner-import fleet render kubernetes fleet.toml",
        ],
    ),
    (
        "undo",
        [
            "partner-import undo last --dry-run",
            "partner-import undo 20270301-090000-abcd --sandbox",
        ],
    ),
    (
        "runs",
        ["partner-import runs", "partner-import runs --format json"],
    ),
    (
        "runs prune",
        [
            "partner-import runs prune --keep 20 --dry-run",
            "partner-import runs prune --older-than 2160h --yes",
        ],
    ),
    (
        "report",
        [
            "partner-import report 20270301-090000-abcd",
            "partner-import report 20270301-090000-abcd --out results",
        ],
    ),
    (
        "support-bundle",
        [
            "partner-import support-bundle 20270301-090000-abcd --show",
            "partner-import support-bundle 20270301-090000-abcd -o bundle.zip",
        ],
    ),
    (
        "doctor",
        [
            "partner-import doctor",
            "partner-import doctor --record shapes.json",
        ],
    ),
    (
        "lookup",
        [
            "partner-import lookup partners --sandbox",
            "partner-import lookup partners --save tenant.xlsx",
        ],
    ),
    (
        "country",
        [
            "partner-import country Holland Germny",
            "partner-import country - --format json",
        ],
    ),
    (
        "template",
        [
            "partner-import template list.xlsx",
            "partner-import template list.xlsx --sandbox",
        ],
    ),
    (
        "init",
        [
            "partner-import init customers.xlsx",
            "partner-import init customers.xlsx --map \"Client=Name\" --force",
        ],
    ),
    (
        "config",
        [
            "partner-import config show",
            "partner-import config show customers.xlsx",
        ],
    ),
    (
        "config show",
        [
            "partner-import config show",
            "partner-import config show customers.xlsx",
        ],
    ),
    (
        "trust",
        [
            "partner-import trust partner-import.toml",
            "partner-import trust partner-import.toml --forget",
        ],
    ),
    (
        "login",
        ["partner-import login", "partner-import login --no-verify"],
    ),
    (
        "logout",
        [
            "partner-import logout",
            "partner-import logout --username importer",
        ],
    ),
    (
        "explain",
        [
            "partner-import explain V402",
            "partner-import explain blocked",
        ],
    ),
    (
        "sandbox",
        [
            "partner-import sandbox reset",
            "partner-import sandbox --listen 127.0.0.1:8080",
        ],
    ),
    (
        "sandbox reset",
        [
            "partner-import sandbox reset",
            "partner-import sandbox reset --state-dir state",
        ],
    ),
    (
        "completions",
        [
            "partner-import completions bash",
            "partner-import completions powershell",
        ],
    ),
    (
        "man",
        ["partner-import man", "partner-import man --out man"],
    ),
];

/// Commands in the order in which somebody needs them.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "A list",
        &[
            "check", "preview", "plan", "gui", "template", "init", "country", "explain",
        ],
    ),
    ("An import", &["run", "resume", "undo", "runs", "report"]),
    ("The tenant", &["doctor", "lookup", "login", "logout"]),
    (
        "Around it",
        &[
            "fleet",
            "config",
            "trust",
            "support-bundle",
            "sandbox",
            "completions",
            "man",
        ],
    ),
];

/// What stands at the end of the short help.
const MORE: &str = "--help shows all flags, -V the version.";

/// Reads the command line.
///
/// # Errors
/// What is wrong with it, or the help that was asked for.
pub fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// The definition of the command line, with the short help.
pub fn command() -> Command {
    let root = Cli::command();
    let commands = list_of_commands(&root);
    let names: Vec<String> = root.get_subcommands().map(name_of).collect();
    let root = names.into_iter().fold(root, |root, name| {
        root.mut_subcommand(&name, |one| short(one, &name))
    });
    root.mut_args(|argument| argument.hide_short_help(true))
    .help_template(format!(
        "{{about-with-newline}}\nUsage: partner-import <LIST>, or partner-import [OPTIONS] <COMMAND>\n\
         {commands}\n{{options}}{{after-help}}"
    ))
}

fn name_of(command: &Command) -> String {
    command.get_name().to_owned()
}

/// A command, and those below it, with their short help.
fn short(command: Command, path: &str) -> Command {
    let below: Vec<String> = command.get_subcommands().map(name_of).collect();
    let command = below.into_iter().fold(command, |command, name| {
        let path = format!("{path} {name}");
        command.mut_subcommand(&name, |one| short(one, &path))
    });
    let examples = EXAMPLES.iter().find(|(name, _)| *name == path);
    let mut text = String::new();
    if let Some((_, examples)) = examples {
        text.push_str("Examples:\n");
        for example in examples {
            let _ = writeln!(text, "  {example}");
        }
        text.push('\n');
    }
    command
        .mut_args(|argument| {
            let is_needed = is_needed(&argument, path);
            briefly(argument).hide_short_help(!is_needed)
        })
        .after_long_help(text.trim_end().to_owned())
        .after_help(text + MORE)
}

/// The argument with its first words in the short help, and all of them in the long one.
fn briefly(argument: Arg) -> Arg {
    const ENDS: [&str; 8] = [
        "; ",
        ", such as",
        ", so that",
        ", and their parents",
        ": \"",
        ". ",
        " [default: ",
        " [environment",
    ];
    let Some(whole) = argument.get_help().map(ToString::to_string) else {
        return argument;
    };
    let end = ENDS.iter().filter_map(|end| whole.find(end)).min();
    let brief = whole[..end.unwrap_or(whole.len())].to_owned();
    argument.help(brief).long_help(whole)
}

/// Whether the short help of a command has the flag.
fn is_needed(argument: &Arg, path: &str) -> bool {
    let Some(long) = argument.get_long() else {
        return true;
    };
    let is_own = argument.get_help_heading().is_none();
    let here = format!("{path} {long}");
    SHARED.contains(&long) || is_own && !RARE.contains(&long) && !RARE.contains(&&*here)
}

/// The commands in their groups, each with what it does.
fn list_of_commands(root: &Command) -> String {
    let mut text = String::new();
    for (group, names) in GROUPS {
        let _ = write!(text, "\n{group}:\n");
        for name in *names {
            let about = root.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            // One line each: the rest is in the command's own help.
            let about = about.split([';', ':']).next().unwrap_or_default();
            let _ = writeln!(text, "  {name:<15}{about}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_place_and_examples_that_are_read() {
        fn paths(command: &Command, above: &str, all: &mut Vec<String>) {
            for one in command.get_subcommands() {
                let path = format!("{above} {}", one.get_name()).trim().to_owned();
                paths(one, &path, all);
                all.push(path);
            }
        }
        let root = Cli::command();
        let mut all = Vec::new();
        paths(&root, "", &mut all);
        for path in &all {
            let own = EXAMPLES.iter().find(|(name, _)| name == path);
            let (_, examples) = own.unwrap_or_else(|| panic!("{path} has no examples"));
            for example in examples {
                let mut words: Vec<OsString> = example
                    .split(' ')
                    .map(|word| OsString::from(word.trim_matches('"')))
                    .collect();
                if path == "open" {
                    words.insert(1, "open".into());
                }
                if let Err(error) = parse(&words) {
                    panic!("{example}: {error}");
                }
            }
        }
        assert_eq!(EXAMPLES.len(), all.len(), "an example of nothing");
        let grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        for one in root.get_subcommands().filter(|one| !one.is_hide_set()) {
            let name = one.get_name();
            let times = grouped.iter().filter(|other| **other == name).count();
            assert_eq!(times, 1, "{name}");
        }
    }

    #[test]
    fn the_flags_that_are_named_are_there() {
        let mut root = Cli::command();
        root.build();
        let all: Vec<&str> = root
            .get_subcommands()
            .flat_map(Command::get_arguments)
            .filter_map(Arg::get_long)
            .collect();
        for long in SHARED.iter().chain(RARE) {
            let long = long.rsplit(' ').next().unwrap_or(long);
            assert!(all.contains(&long), "{long}");
        }
    }
}
