//! The front door: what is typed by somebody who does not know the commands yet. A list alone is
//! looked at, nothing at all is answered with what there is, and the words of other tools lead to the
//! command that does what they mean.

mod words;

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory};
use tables::lock::{has_ending_of_a_table, mark_beside};

use super::args::Cli;
use super::args::short::parse;
use super::exit::Exit;
use super::show::output::{Output, of_command_line, of_text};
use crate::flow::near;
use crate::model::printable;
use crate::report::next::typed;
use words::{filled_in, other_word};

/// What is said where nothing was typed.
const WELCOME: &str = "\
partner-import imports a list of customers into Cove Data Protection, each of them once.
  partner-import LIST                look at a list (CSV, Excel, ODS): how it is read, what is wrong
  partner-import run LIST --sandbox  try the import; nothing real is touched
  partner-import gui                 do the same in the browser
  partner-import --help              all commands; partner-import COMMAND -h shows one with examples
";

/// The command line as it is meant: a list alone is looked at.
pub fn arguments() -> Vec<OsString> {
    as_meant(std::env::args_os().collect())
}

/// The same of words that somebody has written down; the first is the program.
pub fn as_meant(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let root = Cli::command();
    let Some(at) = first_word(&arguments, &root) else {
        return arguments;
    };
    let word = Path::new(&arguments[at]);
    let is_command = word.to_str().is_some_and(|word| is_command(&root, word));
    let is_list = || word.is_file() || has_ending_of_a_table(word);
    let is_folder = || word.is_dir() && other_word(&arguments[at]).is_none();
    if !is_command && (is_list() || is_folder()) {
        arguments.insert(at, "open".into());
    }
    arguments
}

/// Where the first word stands that is no flag and no flag's value.
fn first_word(arguments: &[OsString], root: &Command) -> Option<usize> {
    let mut at = 1;
    while let Some(argument) = arguments.get(at) {
        let text = argument.to_string_lossy();
        if text == "--" || !text.starts_with('-') || text == "-" {
            return (text != "--").then_some(at);
        }
        at += 1 + usize::from(takes_next(root, &text));
    }
    None
}

/// Whether the next argument is the flag's value.
fn takes_next(root: &Command, flag: &str) -> bool {
    let mut arguments = root.get_arguments();
    let is_it = |one: &&Arg| {
        one.get_long()
            .is_some_and(|long| flag.strip_prefix("--") == Some(long))
    };
    arguments
        .find(is_it)
        .is_some_and(|one| one.get_action().takes_values())
}

fn is_command(root: &Command, word: &str) -> bool {
    word == "help" || root.find_subcommand(word).is_some()
}

/// Says what is wrong with a command line, or what was asked for; hands back how the process ends.
pub fn refuse(arguments: &[OsString], error: &clap::Error) -> u8 {
    // Help and version are no errors.
    let code = if error.use_stderr() {
        Exit::Usage.number()
    } else {
        0
    };
    if arguments.len() < 2 {
        of_text(WELCOME);
        return code;
    }
    let root = Cli::command();
    let at = first_word(arguments, &root);
    let word = at.map(|at| arguments[at].to_string_lossy().into_owned());
    if let (Some(at), Some(word)) = (at, &word)
        && error.use_stderr()
        && !is_command(&root, word)
        && let Some((why, command)) = other_word(&arguments[at])
    {
        let command = filled_in(command, &arguments[at + 1..]);
        of_text(&format!(
            "error: there is no command `{}`\n  help: {why}: {command}\n",
            printable(word)
        ));
        return code;
    }
    if error.use_stderr()
        && let Some(text) = mistyped(arguments, &root, at, error, help(arguments, &root, at))
    {
        of_text(&text);
        return code;
    }
    // An argument may be a file's name, and is quoted.
    let shown = arguments
        .iter()
        .map(|argument| printable(&argument.to_string_lossy()).into_owned());
    let spelt = parse(&shown.map(OsString::from).collect::<Vec<_>>()).err();
    of_command_line(spelt.as_ref().unwrap_or(error));
    if error.use_stderr()
        && let Some(help) = help(arguments, &root, at)
    {
        of_text(&format!("  help: {help}\n"));
    }
    code
}

/// What is said of a command or a flag that there is not, and of the one that was meant, unless there is
/// something better to `say`; none where something else is wrong.
fn mistyped(
    arguments: &[OsString],
    root: &Command,
    at: Option<usize>,
    error: &clap::Error,
    say: Option<String>,
) -> Option<String> {
    let value = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(vec![text.clone()]),
        ContextValue::Strings(texts) => Some(texts.clone()),
        _ => None,
    };
    let one = |kind| value(kind).and_then(|texts| texts.into_iter().next());
    let typed_instead = |wrong: &str, right: &str| {
        let words = arguments.iter().skip(1).map(|word| {
            let word = word.to_string_lossy().into_owned();
            match word.strip_prefix(wrong) {
                Some("") => right.to_owned(),
                Some(value) if value.starts_with('=') => format!("{right}{value}"),
                _ => word,
            }
        });
        let words: Vec<String> = words.filter(|word| word != "open").collect();
        typed(words.iter().map(String::as_str))
    };
    let command = at
        .map(|at| arguments[at].to_string_lossy().into_owned())
        .filter(|word| is_command(root, word) && word != "open");
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let wrong = one(ContextKind::InvalidSubcommand)?;
            let meant = value(ContextKind::SuggestedSubcommand).unwrap_or_default();
            // The nearest comes last.
            let help = say.unwrap_or_else(|| match meant.last() {
                Some(right) => format!("did you mean this? {}", typed_instead(&wrong, right)),
                None => "all commands: partner-import --help".to_owned(),
            });
            let of = command.map_or_else(String::new, |command| format!(" of `{command}`"));
            let wrong = printable(&wrong).into_owned();
            Some(format!(
                "error: there is no command `{wrong}`{of}\n  help: {help}\n"
            ))
        }
        ErrorKind::UnknownArgument => {
            let wrong = one(ContextKind::InvalidArg).filter(|wrong| wrong.starts_with('-'))?;
            let meant = one(ContextKind::SuggestedArg);
            let help = say.unwrap_or_else(|| {
                if let Some(right) = meant {
                    return format!("did you mean this? {}", typed_instead(&wrong, &right));
                }
                // Beside a list alone, or `plan`, it is one.
                if let Some(command) = command.as_deref().filter(|one| sends_nothing(one))
                    && strsim::damerau_levenshtein(&wrong, "--sandbox") <= 2
                {
                    return format!(
                        "`{command}` reaches no service, so leave it out; what a run would do in the \
                         sandbox: partner-import plan FILE --sandbox"
                    );
                }
                let words = command.iter().map(String::as_str).chain(["--help"]);
                format!("all flags: {}", typed(words))
            });
            let of = command.map_or_else(String::new, |command| format!(" of `{command}`"));
            let wrong = printable(&wrong).into_owned();
            Some(format!(
                "error: there is no flag `{wrong}`{of}\n  help: {help}\n"
            ))
        }
        _ => None,
    }
}

/// Whether the command works on the list alone.
fn sends_nothing(command: &str) -> bool {
    ["check", "preview", "init"].contains(&command)
}

/// What may help with a command line that is refused.
fn help(arguments: &[OsString], root: &Command, at: Option<usize>) -> Option<String> {
    if let Some(whole) = in_quotation_marks(arguments) {
        return Some(format!(
            "put a name with spaces in quotation marks: {whole}"
        ));
    }
    let at = at?;
    let word = arguments[at].to_string_lossy();
    let rest: Vec<String> = arguments[at + 1..]
        .iter()
        .map(|one| one.to_string_lossy().into_owned())
        .collect();
    if word == "open" {
        // `partner-import LIST run`: the list stands first.
        let (list, after) = rest.split_first()?;
        let command = after.iter().position(|one| is_command(root, one))?;
        let others = after
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != command);
        let words = [after[command].as_str(), list.as_str()].into_iter();
        let line = typed(words.chain(others.map(|(_, one)| one.as_str())));
        return Some(format!("the command comes first: {line}"));
    }
    if is_command(root, &word) {
        return None;
    }
    let list = near::named_alone(Path::new(&arguments[at]))?;
    let list = list.to_string_lossy().into_owned();
    let line = typed(
        [list.as_str()]
            .into_iter()
            .chain(rest.iter().map(String::as_str)),
    );
    Some(format!(
        "to look at a list, give its name with the extension: {line}"
    ))
}

/// The command line with the words together that are one file's name.
fn in_quotation_marks(arguments: &[OsString]) -> Option<String> {
    let words: Vec<String> = arguments
        .iter()
        .skip(1)
        .map(|one| one.to_string_lossy().into_owned())
        .collect();
    for first in 0..words.len() {
        for last in first + 1..words.len() {
            let name = words[first..=last].join(" ");
            if Path::new(&name).is_file() {
                let before = words[..first].iter().filter(|one| *one != "open");
                let after = words[last + 1..].iter();
                let line = before.chain([&name]).chain(after);
                return Some(typed(line.map(String::as_str)));
            }
        }
    }
    None
}

/// Says that the list seems to be open elsewhere: what is not saved there is not read.
pub fn say_open(list: Option<&Path>, output: Output) {
    let Some((mark, editor)) = list.and_then(mark_beside) else {
        return;
    };
    let list = list.unwrap_or(&mark).display();
    let mark = mark.file_name().unwrap_or_default().to_string_lossy();
    output.warn(&format!(
        "{list} seems to be open in {} ({mark} is beside it): unsaved changes are not read",
        editor.name()
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_another_tool_is_a_command() {
        let mut root = Cli::command();
        root.build();
        let mut seen = Vec::new();
        for (words, _, command) in words::OTHER_WORDS {
            for word in *words {
                assert!(!is_command(&root, word), "{word}");
                assert!(!seen.contains(word), "{word} stands twice");
                seen.push(*word);
            }
            let first = command.split(' ').next().unwrap_or_default();
            assert!(
                first.starts_with("--") || is_command(&root, first),
                "{command}"
            );
        }
    }

    #[test]
    fn the_first_word_stands_behind_flags_and_their_values() {
        let root = Cli::command();
        for (line, at) in [
            ("x list.csv", Some(1)),
            ("x -v --profile p.toml list.csv", Some(4)),
            ("x --profile=p.toml list.csv", Some(2)),
            ("x --no-progress list.csv", Some(2)),
            ("x -- list.csv", None),
            ("x -V", None),
            ("x", None),
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(first_word(&arguments, &root), at, "{line}");
        }
    }
}
