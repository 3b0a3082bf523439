//! Commands that documentation shows and no test runs, because they want the real service, another
//! shell or somebody's files: each must at least be one that the program understands.

use std::ffi::OsString;
use std::fs;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use partner_import::api::errors::KNOWN;
use partner_import::cli::exit::{Exit, InWords};
use partner_import::cli::reference::{as_meant, command_line};
use partner_import::model::rules;

use super::console::words;
use super::{marked, pages};

/// The languages of blocks in which commands are typed, and the character that continues a line.
const SHELLS: &[(&str, &str)] = &[
    ("sh", "\\"),
    ("powershell", "`"),
    ("bat", "^"),
    ("ini", "\\"),
    ("yaml", "\\"),
];

/// What may stand before our program's name: nothing, a path, a quotation mark around a path.
const NAMES: &[&str] = &["partner-import", "partner-import.exe"];

/// Flags of other programs that prose speaks of.
const FOREIGN: &[&str] = &["--collector.textfile.directory", "--test", "--release"];

/// A command that a page shows: where, and its arguments.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    line: usize,
    arguments: Vec<String>,
}

#[test]
fn commands_in_blocks_are_understood() {
    let mut shown = 0;
    let mut problems = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for command in in_blocks(&text) {
            shown += 1;
            if let Some(problem) = wrong(&command.arguments) {
                problems.push(format!("{}:{}: {problem}", page.display(), command.line));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    assert!(shown > 15, "only {shown} commands were found");
}

#[test]
fn commands_in_prose_are_understood() {
    let mut shown = 0;
    let mut problems = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for code in marked(&text) {
            shown += 1;
            if let Some(problem) = wrong_in_prose(&code) {
                problems.push(format!("{}: `{code}`: {problem}", page.display()));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    assert!(shown > 500, "only {shown} pieces of code were found");
}

#[test]
fn what_the_program_says_of_its_flags_is_true() {
    let mut texts: Vec<String> = rules::all()
        .flat_map(|rule| [rule.what, rule.why, rule.example, rule.fix])
        .map(str::to_owned)
        .collect();
    texts.extend(KNOWN.iter().map(|error| error.advice.to_owned()));
    texts.extend(Exit::ALL.iter().map(|exit| exit.meaning()));
    let mut root = command_line();
    root.build();
    help_texts(&root, &mut texts);
    assert!(texts.len() > 500, "{}", texts.len());
    let flags = flags();
    let mut problems = Vec::new();
    for text in &texts {
        problems.extend(unknown_flags(text, &flags).map(|flag| format!("{flag}: {text}")));
        let codes = text.split('`').skip(1).step_by(2);
        problems
            .extend(codes.filter_map(|code| Some(format!("`{code}`: {}", wrong_in_prose(code)?))));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    assert_eq!(
        unknown_flags("say --sheet, or --shet.", &flags).collect::<Vec<_>>(),
        ["--shet"]
    );
}

/// What a command and those below it say of themselves.
fn help_texts(command: &clap::Command, texts: &mut Vec<String>) {
    let abouts = [
        command.get_about(),
        command.get_long_about(),
        command.get_after_help(),
    ];
    texts.extend(abouts.into_iter().flatten().map(ToString::to_string));
    for argument in command.get_arguments() {
        let helps = [argument.get_help(), argument.get_long_help()];
        texts.extend(helps.into_iter().flatten().map(ToString::to_string));
    }
    for below in command.get_subcommands() {
        help_texts(below, texts);
    }
}

/// Every long flag that there is.
fn flags() -> Vec<String> {
    fn of(command: &clap::Command, flags: &mut Vec<String>) {
        let longs = command.get_arguments().filter_map(clap::Arg::get_long);
        flags.extend(longs.map(|long| format!("--{long}")));
        for below in command.get_subcommands() {
            of(below, flags);
        }
    }
    let mut root = command_line();
    root.build();
    let mut flags = Vec::new();
    of(&root, &mut flags);
    flags
}

/// The words of a text that look like flags and are none of ours.
fn unknown_flags<'a>(text: &'a str, flags: &'a [String]) -> impl Iterator<Item = &'a str> {
    text.split(|one: char| !(one.is_ascii_alphanumeric() || matches!(one, '-' | '.')))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .filter(|word| !FOREIGN.contains(word) && !flags.iter().any(|flag| flag == word))
}

/// The commands of ours in the blocks of a page.
fn in_blocks(text: &str) -> Vec<Shown> {
    let mut shown = Vec::new();
    let mut shell = None;
    let mut continued = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            shell = SHELLS.iter().find(|(name, _)| *name == language);
            continued.clear();
            continue;
        }
        let Some((_, continues)) = shell else {
            continue;
        };
        if let Some(start) = line.strip_suffix(continues) {
            continued.push_str(start);
            continue;
        }
        let whole = std::mem::take(&mut continued) + line;
        shown.extend(commands(&whole).map(|arguments| Shown {
            line: number,
            arguments,
        }));
    }
    shown
}

/// The arguments of each of our commands in a line: what follows the program's name, up to where
/// the shell takes over again.
fn commands(line: &str) -> impl Iterator<Item = Vec<String>> {
    let line = line.replace("cargo run --release -- ", "partner-import ");
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut ours = false;
    let mut begins = true;
    for word in words(&line) {
        if word.starts_with('#') {
            break;
        }
        let of_shell = ["|", "||", "&&", ";", "&", "$"].contains(&word.as_str());
        let redirects = word
            .trim_start_matches(['0', '1', '2', '&'])
            .starts_with(['>', '<']);
        if of_shell || redirects {
            ours = false;
            begins = of_shell;
        } else if ours {
            found.last_mut().unwrap().push(word);
        } else if begins && word.contains('=') && !word.starts_with("ExecStart=") {
            // A variable for one command.
        } else if begins {
            let name = word.trim_start_matches("ExecStart=");
            ours = NAMES.contains(&name.rsplit(['/', '\\']).next().unwrap());
            if ours {
                found.push(Vec::new());
            }
            begins = false;
        }
    }
    found.into_iter()
}

/// Why the program does not understand these arguments.
fn wrong(arguments: &[String]) -> Option<String> {
    let error = parsed(arguments)?;
    let help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    (!help).then(|| error.to_string())
}

fn parsed(arguments: &[String]) -> Option<clap::Error> {
    let name = [String::from("partner-import")];
    let all = name.iter().chain(arguments).map(OsString::from);
    let meant = as_meant(all.collect());
    command_line().try_get_matches_from(meant).err()
}

/// Why a piece of code in a sentence is no command of ours, where it is meant to be one. What is
/// missing there is no mistake, and words in capitals stand for values.
fn wrong_in_prose(code: &str) -> Option<String> {
    // Of values to choose from, the first one; in a table a `|` is written with a backslash.
    let first = |word: &str| word.split(['\\', '|']).next().unwrap().to_owned();
    let spaced: Vec<String> = code.split_whitespace().map(first).collect();
    let spaced = spaced.join(" ");
    let arguments = words(&spaced);
    if spaced.starts_with("--") {
        return unknown_flags(&arguments[0], &flags())
            .next()
            .map(|flag| format!("there is no {flag}"));
    }
    let (name, rest) = arguments.split_first()?;
    let named = NAMES.contains(&name.as_str());
    let rest = if named { rest } else { &arguments };
    let first = rest.first()?;
    if first == "help" {
        return None;
    }
    let known = command_line().find_subcommand(first).is_some();
    // Words such as "run ended" begin like a command and are none, unless a flag follows.
    let meant = named || known && rest.iter().any(|word| word.starts_with("--"));
    if !meant {
        return None;
    }
    let error = parsed(rest)?;
    let placeholder = |text: &str| {
        text.contains("...")
            || text.chars().filter(char::is_ascii_uppercase).count() > 1
            || text == "N"
    };
    let fine = match error.kind() {
        ErrorKind::MissingRequiredArgument
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => true,
        // A flag at the end whose value is left out, or one that stands for any.
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            match error.get(ContextKind::InvalidValue) {
                Some(ContextValue::String(value)) => value.is_empty() || placeholder(value),
                _ => true,
            }
        }
        _ => false,
    };
    (!fine).then(|| error.to_string())
}

#[test]
fn commands_that_nobody_understands_are_found() {
    let page = "```sh\nexport A=x/partner-import\npartner-import check a.csv --strict | jq .x  # partner-import\n\
        cd /x && B=1 /usr/bin/partner-import run \\\n  a.csv --yes >log 2>&1\n```\npartner-import no\n\
        ```powershell\n& 'C:\\Program Files\\partner-import.exe' check `\n  .\\a.csv\n```\n";
    let found: Vec<(usize, String)> = in_blocks(page)
        .into_iter()
        .map(|one| (one.line, one.arguments.join(" ")))
        .collect();
    let expected = [
        (3, "check a.csv --strict"),
        (5, "run    a.csv --yes"),
        (10, "check .\\a.csv"),
    ];
    let short = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found: Vec<(usize, String)> = found
        .into_iter()
        .map(|(at, text)| (at, short(&text)))
        .collect();
    let expected = expected.map(|(at, text)| (at, short(text)));
    assert_eq!(found, expected);

    let fails = |line: &str| wrong(&words(line)).is_some();
    assert!(!fails("run a.csv --yes --max-create 5"));
    for bad in [
        "run",
        "rnu a.csv",
        "run a.csv --max-create many",
        "check a.csv --yes",
        "runs --keep 3",
    ] {
        assert!(fails(bad), "{bad}");
    }
    for fine in [
        "partner-import check",
        "partner-import undo RUN",
        "plan --save",
        "runs prune --keep N",
        "partner-import login --partner ... --username ...",
        "--max-create N",
        "run ended",
        "plan FILE --format github\\|sarif",
        "cargo test --test it docs",
        "partner-import explain",
    ] {
        assert_eq!(wrong_in_prose(fine), None, "{fine}");
    }
    for bad in [
        "partner-import chek",
        "plan --sav",
        "--max-creat",
        "runs prune --keep many",
        "partner-import runs purge",
    ] {
        assert!(wrong_in_prose(bad).is_some(), "{bad}");
    }
}
