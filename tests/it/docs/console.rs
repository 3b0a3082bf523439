//! The `console` blocks of pages: each command is run, and what it prints is what the page shows.

use std::cell::RefCell;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use super::{current, pages, root, updating};

/// The run id that pages show.
const RUN: &str = "20270301-090000-abcd";

/// What run ids look like.
const RUN_SHAPE: &str = "dddddddd-dddddd-llll";

/// A `console` block: where its output stands in the page, and what it says.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    /// The lines of the output, from and to.
    output: std::ops::Range<usize>,
    words: Vec<String>,
    exit: i32,
    /// Files that are put in place before it is run: from, to.
    copies: Vec<(String, String)>,
}

#[cfg(unix)]
#[test]
fn examples_do_what_the_text_says() {
    let mut ran = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let examples =
            examples(&lines).unwrap_or_else(|problem| panic!("{}: {problem}", page.display()));
        if examples.is_empty() {
            continue;
        }
        ran += examples.len();
        let place = Place::new();
        let mut fresh: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        // From the end, so that the line numbers of earlier blocks stay right.
        let outputs: Vec<String> = examples.iter().map(|one| place.run(one, &page)).collect();
        for (example, output) in examples.iter().zip(outputs).rev() {
            let shown = &lines[example.output.clone()];
            if shown.is_empty() && !updating() {
                continue;
            }
            let output: Vec<&str> = output.lines().collect();
            if shown.contains(&"...") {
                assert!(
                    matches(shown, &output),
                    "{}: {:?} prints\n{}",
                    page.display(),
                    example.words,
                    output.join("\n")
                );
            } else {
                let output = output.iter().map(|line| (*line).to_owned());
                fresh.splice(example.output.clone(), output);
            }
        }
        current(&page, &(fresh.join("\n") + "\n"));
    }
    assert!(ran > 5, "only {ran} examples were found");
}

/// The `console` blocks of a page.
fn examples(lines: &[&str]) -> Result<Vec<Example>, String> {
    let mut examples = Vec::new();
    let mut copies = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some(copy) = lines[at].strip_prefix("<!-- copy: ") {
            let both = copy.trim_end_matches(" -->").split_once(' ');
            let (from, to) = both.ok_or_else(|| format!("line {}: copy what where?", at + 1))?;
            copies.push((from.to_owned(), to.to_owned()));
        }
        if lines[at] != "```console" {
            at += 1;
            continue;
        }
        let length = lines[at + 1..].iter().position(|line| *line == "```");
        let end =
            at + 1 + length.ok_or_else(|| format!("line {}: the block has no end", at + 1))?;
        let typed = lines.get(at + 1).and_then(|line| line.strip_prefix("$ "));
        let typed = typed.ok_or_else(|| format!("line {}: no command", at + 2))?;
        let (typed, comment) = typed.split_once("   # ").unwrap_or((typed, ""));
        let command = typed.strip_prefix("cargo run --release -- ");
        let command = command.or_else(|| typed.strip_prefix("partner-import "));
        let command = command.ok_or_else(|| format!("line {}: not our command", at + 2))?;
        let exit = match comment.split_once("exits with ") {
            Some((_, code)) => code
                .parse()
                .map_err(|_| format!("no exit code: {comment}"))?,
            None => 0,
        };
        examples.push(Example {
            output: at + 2..end,
            words: words(command),
            exit,
            copies: std::mem::take(&mut copies),
        });
        at = end;
    }
    Ok(examples)
}

/// A command's words, with single and double quotation marks as a shell takes them.
pub(super) fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in command.chars() {
        match quote {
            Some(mark) if letter == mark => quote = None,
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter == ' ' => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// Whether `output` is what `shown` says, where a line `...` stands for any number of lines.
fn matches(shown: &[&str], output: &[&str]) -> bool {
    match (shown, output) {
        ([], rest) => rest.is_empty(),
        (["...", after @ ..], rest) => (0..=rest.len()).any(|at| matches(after, &rest[at..])),
        ([line, after @ ..], [first, rest @ ..]) => line == first && matches(after, rest),
        _ => false,
    }
}

/// An empty directory with the samples in it, and a home beside it.
struct Place {
    directory: tempfile::TempDir,
    /// The last run that was told of: commands of the page mean it by [`RUN`].
    run: RefCell<String>,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let here = directory.path().join("here");
        fs::create_dir_all(directory.path().join("home")).unwrap();
        copy(&root().join("samples"), &here.join("samples"));
        Self {
            directory,
            run: RefCell::default(),
        }
    }

    /// Runs an example and returns what it prints, without what changes from run to run.
    fn run(&self, example: &Example, page: &Path) -> String {
        let base = self.directory.path().canonicalize().unwrap();
        let (here, home) = (base.join("here"), base.join("home"));
        let (mut both, writer) = std::io::pipe().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_partner-import"));
        for (from, to) in &example.copies {
            fs::copy(here.join(from), here.join(to))
                .unwrap_or_else(|error| panic!("{}: {from}: {error}", page.display()));
        }
        let run = self.run.borrow().clone();
        let arguments = example.words.iter().map(|word| word.replace(RUN, &run));
        command
            .args(arguments)
            .current_dir(&here)
            .env("HOME", &home)
            .env("USERPROFILE", &home);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["PARTNER_IMPORT_", "XDG_", "APPDATA", "RUST_LOG"]
                .iter()
                .any(|start| text.starts_with(start))
            {
                command.env_remove(&name);
            }
        }
        command.stdin(std::process::Stdio::null());
        command.stdout(writer.try_clone().unwrap()).stderr(writer);
        let mut child = command.spawn().unwrap();
        // It holds the pipe's writing ends.
        drop(command);
        let mut output = Vec::new();
        both.read_to_end(&mut output).unwrap();
        let exit = child.wait().unwrap().code();
        let output = String::from_utf8(output).unwrap();
        assert_eq!(
            exit,
            Some(example.exit),
            "{}: {:?} prints\n{output}",
            page.display(),
            example.words
        );
        // The newest run: `runs` has it first, whatever else is said has it last.
        let runs = found(&output, RUN_SHAPE);
        let newest = match example.words.first().map(String::as_str) {
            Some("runs") => runs.first(),
            _ => runs.last(),
        };
        if let Some(at) = newest {
            self.run.replace(output[*at..*at + RUN.len()].to_owned());
        }
        let output = output.replace(&format!("{}/", here.display()), "");
        settled(&output.replace(&home.display().to_string(), "~"))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap_or_else(|_| panic!("there is no {}", from.display())) {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Output with run ids, times and durations that are always the same.
fn settled(output: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for line in output.lines() {
        let mut text = replaced(line, RUN_SHAPE, RUN);
        text = replaced(&text, "dddd-dd-ddTdd:dd:ddZ", "2027-03-01T09:00:00Z");
        text = replaced(&text, "dddd-dd-dd dd:dd  ", "2027-03-01 10:00  ");
        text = replaced(&text, "the plan XXXXXXXXXXXX;", "the plan 8f3a61c0d2b7;");
        for pattern in [
            "after d ms",
            "after dd ms",
            "after ddd ms",
            "after d.d s",
            "after dd.d s",
        ] {
            text = replaced(&text, pattern, "after 1.2 s");
        }
        if text.starts_with("{\"time\":") {
            for (key, always) in [
                ("time", "\"2027-03-01T09:00:00Z\""),
                ("span_ms", "3.1"),
                ("commits", "4"),
            ] {
                text = with_member(&text, key, always);
            }
        }
        words.push(text);
    }
    words.join("\n")
}

/// A JSON line with another value for a number or a text without escapes.
fn with_member(line: &str, key: &str, value: &str) -> String {
    let start = format!("\"{key}\":");
    let Some((before, rest)) = line.split_once(&start) else {
        return line.to_owned();
    };
    let end = rest.find([',', '}']).unwrap_or(rest.len());
    format!("{before}{start}{value}{}", &rest[end..])
}

/// Replaces what fits `pattern`.
fn replaced(line: &str, pattern: &str, by: &str) -> String {
    let mut text = String::new();
    let mut done = 0;
    for at in found(line, pattern) {
        if at >= done {
            text.push_str(&line[done..at]);
            text.push_str(by);
            done = at + pattern.len();
        }
    }
    text + &line[done..]
}

/// Where `pattern` fits, in which `d` stands for any digit, `l` for any lower-case letter and `X`
/// for any hexadecimal digit.
fn found(text: &str, pattern: &str) -> Vec<usize> {
    let fits = |at: &usize| {
        let end = at + pattern.len();
        text.as_bytes().get(*at..end).is_some_and(|letters| {
            pattern.bytes().zip(letters).all(|(want, have)| match want {
                b'd' => have.is_ascii_digit(),
                b'l' => have.is_ascii_lowercase(),
                b'X' => have.is_ascii_hexdigit(),
                other => other == *have,
            })
        })
    };
    (0..text.len()).filter(fits).collect()
}

#[test]
fn examples_are_found_with_their_exit_codes() {
    let page = [
        "<!-- copy: a.csv a b.csv -->",
        "```console",
        "$ partner-import check 'a b.csv'   # exits with 1",
        "error",
        "```",
        "```sh",
        "partner-import run x",
        "```",
        "```console",
        "$ cargo run --release -- run x",
        "```",
    ];
    let found = examples(&page).unwrap();
    assert_eq!(
        found,
        [
            Example {
                output: 3..4,
                words: vec!["check".into(), "a b.csv".into()],
                exit: 1,
                copies: vec![("a.csv".into(), "a b.csv".into())],
            },
            Example {
                output: 10..10,
                words: vec!["run".into(), "x".into()],
                exit: 0,
                copies: Vec::new(),
            },
        ]
    );
    for bad in [
        ["```console", "$ ls", "```"],
        ["```console", "x", "```"],
        ["```console", "$ partner-import", ""],
    ] {
        assert!(examples(&bad).is_err(), "{bad:?}");
    }
}

#[test]
fn what_changes_from_run_to_run_is_settled() {
    assert_eq!(
        settled("Run 20261123-214643-clqk finished after 44 ms (2026-11-23T21:46:43Z)"),
        "Run 20270301-090000-abcd finished after 1.2 s (2027-03-01T09:00:00Z)"
    );
    assert_eq!(
        settled("{\"time\":\"2026-11-24T03:27:23.88Z\",\"rows\":2,\"span_ms\":12.5,\"commits\":9}"),
        "{\"time\":\"2027-03-01T09:00:00Z\",\"rows\":2,\"span_ms\":3.1,\"commits\":4}"
    );
    assert!(matches(&["a", "...", "d"], &["a", "b", "c", "d"]));
    assert!(!matches(&["a", "...", "d"], &["a", "b", "c"]));
    assert!(!matches(&["a"], &["a", "b"]));
}
