//! Documentation that is held against the program: generated pages are current, links resolve,
//! and the commands in `console` blocks do what the text says. `UPDATE_DOCS=1` writes pages and
//! output anew. The convention is described in `CONTRIBUTING.md`.

mod code_map;
mod commands;
mod facts;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use partner_import::cli::reference;

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

/// Holds `text` against the file at `path`, or writes it there when pages are being updated.
fn current(path: &Path, text: &str) {
    let there = fs::read_to_string(path).unwrap_or_default();
    if there == text {
        return;
    }
    if updating() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        return;
    }
    let line = there
        .lines()
        .zip(text.lines())
        .position(|(one, other)| one != other);
    let line = line.unwrap_or_else(|| there.lines().count().min(text.lines().count()));
    panic!(
        "{} is not current; UPDATE_DOCS=1 cargo test --test it docs\nline {}:\n  there: {}\n  now:   {}\n",
        path.display(),
        line + 1,
        there.lines().nth(line).unwrap_or("(nothing)"),
        text.lines().nth(line).unwrap_or("(nothing)"),
    );
}

#[test]
fn generated_pages_are_current() {
    for page in reference::pages() {
        current(&root().join(page.path), &page.text);
    }
}

#[test]
fn generated_sections_are_current() {
    let mut pages: BTreeMap<&str, String> = BTreeMap::new();
    for section in reference::sections() {
        let read = || fs::read_to_string(root().join(section.path)).unwrap();
        let page = pages.entry(section.path).or_insert_with(read);
        *page = with_section(page, section.name, &section.text)
            .unwrap_or_else(|| panic!("{} has no section {}", section.path, section.name));
    }
    assert!(pages.len() >= 4, "{pages:?}");
    for (path, page) in pages {
        current(&root().join(path), &page);
    }
    let page = "a\n<!-- generated: x -->\nold\n<!-- end: x -->\nb\n";
    assert_eq!(
        with_section(page, "x", "new\n").unwrap(),
        page.replace("old", "new")
    );
    assert_eq!(with_section(page, "y", "new\n"), None);
}

/// The page with another text between the marks of a section.
fn with_section(page: &str, name: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(&format!("<!-- generated: {name} -->\n"))?;
    let (_, after) = rest.split_once(&format!("<!-- end: {name} -->\n"))?;
    Some(format!(
        "{before}<!-- generated: {name} -->\n{text}<!-- end: {name} -->\n{after}"
    ))
}

/// Every page: the root's and those of `docs` and of the samples.
fn pages() -> Vec<PathBuf> {
    fn below(folder: &Path, pages: &mut Vec<PathBuf>, deeper: bool) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() && deeper {
                below(&path, pages, true);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    let mut pages = Vec::new();
    below(&root(), &mut pages, false);
    below(&root().join("docs"), &mut pages, true);
    below(&root().join("samples"), &mut pages, true);
    pages.sort();
    pages
}

// --- links ---

#[test]
fn links_lead_somewhere() {
    let mut problems = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            if let Some(problem) = broken(&page, &link) {
                problems.push(format!("{}: {link}: {problem}", page.display()));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// The targets of `[text](target)` outside of code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        let mut rest = if code { "" } else { line };
        while let Some(at) = rest.find("](") {
            rest = &rest[at + 2..];
            if let Some(end) = rest.find(')') {
                links.push(rest[..end].to_owned());
            }
        }
    }
    links
}

/// What is wrong with a link of `page`: a file or heading that is not there. Addresses on the web
/// are not tried.
fn broken(page: &Path, link: &str) -> Option<&'static str> {
    if link.starts_with("https://") {
        return None;
    }
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        page.to_owned()
    } else {
        page.parent()?.join(file)
    };
    if !target.exists() {
        return Some("there is no such file");
    }
    let text = fs::read_to_string(&target).unwrap_or_default();
    let known = heading.is_empty()
        || text
            .lines()
            .filter(|line| line.starts_with('#'))
            .any(|line| anchor(line) == heading);
    (!known).then_some("there is no such heading")
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept
        .chars()
        .filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_'));
    kept.map(|one| if one == ' ' { '-' } else { one }).collect()
}

/// Words between single backticks, outside of code blocks; they may stand on two lines of one
/// paragraph.
fn marked(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut code = false;
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        if !fence && !code && !line.is_empty() {
            paragraph.push_str(line.trim_start());
            paragraph.push(' ');
            continue;
        }
        let found = paragraph.split('`').skip(1).step_by(2);
        words.extend(found.map(str::to_owned));
        paragraph.clear();
    }
    words
}

#[test]
fn files_that_are_named_exist() {
    let mut problems = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let paths = marked(&text).into_iter().filter(|word| {
            ["src/", "tests/", "docs/", "samples/", ".ci/"]
                .iter()
                .any(|top| word.starts_with(top))
        });
        let missing = paths.filter(|path| !root().join(path).exists());
        problems.extend(missing.map(|path| format!("{}: {path}", page.display())));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    assert_eq!(
        marked("a `src/x` b `y\n z` c\n```\n`z`\n```"),
        ["src/x", "y z"]
    );
}

// --- commands ---

/// A `console` block: where its output stands in the page, and what it says.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    /// The lines of the output, from and to.
    output: std::ops::Range<usize>,
    words: Vec<String>,
    exit: i32,
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
    let mut at = 0;
    while at < lines.len() {
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
        });
        at = end;
    }
    Ok(examples)
}

/// A command's words, with single and double quotation marks as a shell takes them.
fn words(command: &str) -> Vec<String> {
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
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let here = directory.path().join("here");
        fs::create_dir_all(directory.path().join("home")).unwrap();
        copy(&root().join("samples"), &here.join("samples"));
        Self { directory }
    }

    /// Runs an example and returns what it prints, without what changes from run to run.
    fn run(&self, example: &Example, page: &Path) -> String {
        let base = self.directory.path().canonicalize().unwrap();
        let (here, home) = (base.join("here"), base.join("home"));
        let (mut both, writer) = std::io::pipe().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_partner-import"));
        command
            .args(&example.words)
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
        let mut text = replaced(line, "dddddddd-dddddd-llll", "20270301-090000-abcd");
        text = replaced(&text, "dddd-dd-ddTdd:dd:ddZ", "2027-03-01T09:00:00Z");
        for pattern in [
            "after d ms",
            "after dd ms",
            "after ddd ms",
            "after d.d s",
            "after dd.d s",
        ] {
            text = replaced(&text, pattern, "after 1.2 s");
        }
        words.push(text);
    }
    words.join("\n")
}

/// Replaces what fits `pattern`, in which `d` stands for any digit and `l` for any lower-case
/// letter.
fn replaced(line: &str, pattern: &str, by: &str) -> String {
    let shape: Vec<char> = pattern.chars().collect();
    let letters: Vec<char> = line.chars().collect();
    let fits = |at: usize| {
        letters.len() >= at + shape.len()
            && shape
                .iter()
                .zip(&letters[at..])
                .all(|(want, have)| match want {
                    'd' => have.is_ascii_digit(),
                    'l' => have.is_ascii_lowercase(),
                    other => other == have,
                })
    };
    let mut text = String::new();
    let mut at = 0;
    while at < letters.len() {
        if fits(at) {
            text.push_str(by);
            at += shape.len();
        } else {
            text.push(letters[at]);
            at += 1;
        }
    }
    text
}

#[test]
fn examples_are_found_with_their_exit_codes() {
    let page = [
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
                output: 2..3,
                words: vec!["check".into(), "a b.csv".into()],
                exit: 1
            },
            Example {
                output: 9..9,
                words: vec!["run".into(), "x".into()],
                exit: 0
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
    assert!(matches(&["a", "...", "d"], &["a", "b", "c", "d"]));
    assert!(!matches(&["a", "...", "d"], &["a", "b", "c"]));
    assert!(!matches(&["a"], &["a", "b"]));
}

#[test]
fn broken_links_are_found() {
    let page = root().join("README.md");
    assert_eq!(
        links("[a](b.md) `x` [c](#d)\n```\n[e](f)\n```"),
        ["b.md", "#d"]
    );
    assert_eq!(broken(&page, "nowhere.md"), Some("there is no such file"));
    assert_eq!(broken(&page, "#nowhere"), Some("there is no such heading"));
    assert_eq!(broken(&page, "#more"), None);
    assert_eq!(
        anchor("## Exit codes: all, of them"),
        "exit-codes-all-of-them"
    );
}
