//! Documentation that is held against the program: generated pages are current, links resolve,
//! the commands in `console` blocks do what the text says, and lists name what there is. `UPDATE_DOCS=1` writes pages and
//! output anew. The convention is described in `CONTRIBUTING.md`.

mod code_map;
mod commands;
mod console;
mod facts;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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
            ["src/", "crates/", "tests/", "docs/", "samples/", ".ci/"]
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
