//! What was typed, typed again for another command: a file and the flags that both understand.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command, CommandFactory};

use super::args::Cli;
use crate::report::next::{Next, Turn};

/// Flags that say how something is shown or where it goes: the next command has ways of its own.
const NOT_REPEATED: [&str; 12] = [
    "all",
    "format",
    "fix",
    "save",
    "dry_run",
    "yes",
    "quiet",
    "verbose",
    "log_format",
    "log_file",
    "no_progress",
    "mapped",
];

/// A command for the list at hand: `command`, the list, and the flags of this process's command line
/// that it takes too, in the order of its help. None where this process's command has no list.
pub fn next(command: &str, why: impl Into<String>) -> Option<Next> {
    let typed: Vec<OsString> = std::env::args_os().collect();
    Some(Next {
        why: why.into(),
        words: words(&typed, command)?,
        turn: Turn::Following,
    })
}

fn words(typed: &[OsString], next: &str) -> Option<Vec<String>> {
    let mut root = Cli::command();
    root.build();
    let matches = root.clone().try_get_matches_from(typed).ok()?;
    let (_, matches) = matches.subcommand()?;
    let file = raw(matches, "file").pop()?;
    // What begins with a dash would be taken for a flag.
    let file = if file.starts_with('-') {
        format!("./{file}")
    } else {
        file
    };
    let next = root.find_subcommand(next)?;
    let start = ["partner-import", next.get_name(), &file].map(str::to_owned);
    Some(start.into_iter().chain(flags(matches, next)).collect())
}

/// The flags that were typed and that `next` takes.
fn flags(matches: &ArgMatches, next: &Command) -> Vec<String> {
    let mut flags = Vec::new();
    for argument in next.get_arguments() {
        let id = argument.get_id().as_str();
        let Some(long) = argument.get_long().filter(|_| !NOT_REPEATED.contains(&id)) else {
            continue;
        };
        let known = matches.try_contains_id(id).is_ok();
        if !known || matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        match argument.get_action() {
            ArgAction::SetTrue | ArgAction::SetFalse | ArgAction::Count => {
                flags.push(format!("--{long}"));
            }
            _ => {
                for value in raw(matches, id) {
                    // A value that begins with a dash is taken for a flag where it stands alone.
                    if value.starts_with('-') {
                        flags.push(format!("--{long}={value}"));
                    } else {
                        flags.extend([format!("--{long}"), value]);
                    }
                }
            }
        }
    }
    flags
}

/// The values of an argument as they were typed.
fn raw(matches: &ArgMatches, id: &str) -> Vec<String> {
    let values = matches.try_get_raw(id).ok().flatten();
    let values = values.into_iter().flatten();
    values
        .map(|value| value.to_string_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(typed: &[&str], next: &str) -> String {
        let typed: Vec<OsString> = typed.iter().map(OsString::from).collect();
        words(&typed, next).map_or_else(String::new, |words| words.join("|"))
    }

    #[test]
    fn flags_that_the_next_command_knows_are_repeated() {
        let check = [
            "partner-import",
            "check",
            "my list.csv",
            "--all",
            "--map",
            "A=Name",
            "--map=B=-",
            "--default",
            "Level=EndCustomer",
            "--strict",
            "--delimiter",
            "-",
            "--profile",
            "p.toml",
        ];
        assert_eq!(
            repeated(&check, "plan"),
            "partner-import|plan|my list.csv|--delimiter=-|--map|A=Name|--map|B=-|--default|\
             Level=EndCustomer|--profile|p.toml"
        );
        assert!(repeated(&check, "check").contains("--strict"));
        let plan = [
            "partner-import",
            "plan",
            "--sandbox",
            "--format",
            "table",
            "--",
            "-x.csv",
        ];
        assert_eq!(
            repeated(&plan, "run"),
            "partner-import|run|./-x.csv|--sandbox"
        );
        assert_eq!(repeated(&["partner-import", "runs"], "run"), "");
    }
}
