//! What people write beside code: no text speaks of the place it was written at, the architecture
//! page tells of every layer, the root holds what it should.

use std::fs;
use std::process::Command;

use super::code::{Source, files_below, root, shown, words};
use super::{layers, none, problem_unless};

/// Machine paths, words of the workplace and registry hosts, split so that this file may hold them.
const FOREIGN: &[&[&str]] = &[
    &["/wo", "rk/"],
    &["/tmp", "/pi"],
    &["/ho", "me/"],
    &["/ro", "ot/"],
    &["sha", "red/design"],
    &["sha", "red/style"],
    &["sha", "red/contract"],
    &["api-", "contract"],
    &["issues ", "show"],
    &["work", "tree"],
    &["crates", ".io"],
    &["py", "pi.org"],
];

#[test]
fn no_text_speaks_of_the_place_it_was_written_at() {
    let mut problems = Vec::new();
    for path in texts() {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        problems.extend(foreign(&Source {
            path: shown(&path),
            code: String::new(),
            text,
        }));
    }
    none(&problems);
    let machine = FOREIGN[0].concat();
    assert_eq!(
        foreign(&Source::made_up("a.md", &format!("see {machine}notes.md"))).len(),
        1
    );
    assert_eq!(
        foreign(&Source::made_up("a.md", "xl/workbook.xml and net/work/")).len(),
        0
    );
}

#[test]
fn pages_hold_no_control_characters() {
    let is_page = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "md");
    let mut problems = Vec::new();
    for path in texts().into_iter().filter(is_page) {
        let text = fs::read_to_string(&path).unwrap();
        problems.extend(controls(&Source {
            path: shown(&path),
            code: String::new(),
            text,
        }));
    }
    none(&problems);
    assert_eq!(
        controls(&Source::made_up("a.md", "fine\n\tfine\u{0}\n")).len(),
        1
    );
}

fn controls(file: &Source) -> Vec<String> {
    let found = file
        .text
        .char_indices()
        .filter(|(_, one)| one.is_control() && !"\n\t".contains(*one));
    found
        .map(|(at, one)| format!("{}: holds {one:?}", file.place(at)))
        .collect()
}

/// Every file of the repository that people write.
fn texts() -> Vec<std::path::PathBuf> {
    let folders = [
        "src",
        "crates",
        "tests",
        "benches",
        "examples",
        "docs",
        "samples",
        "tools",
        "packaging",
        ".ci",
        ".github",
    ];
    let mut files: Vec<_> = folders
        .iter()
        .flat_map(|folder| files_below(&root().join(folder)))
        .collect();
    let top = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files.extend(
        top.filter(|path| {
            path.is_file() && !path.ends_with("Cargo.lock") && !path.ends_with(".git")
        }),
    );
    files.retain(|path| path.metadata().is_ok_and(|data| data.len() < 1 << 20));
    // Packages that npm has put there are not ours, and not committed.
    let is_ours = |path: &std::path::PathBuf| path.iter().all(|part| part != "node_modules");
    files.retain(is_ours);
    files
}

fn foreign(file: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    for parts in FOREIGN {
        let word = parts.concat();
        for at in words(&file.text, &word) {
            let before = file.text[..at].chars().next_back();
            // A folder of that name inside a longer path is somebody else's.
            let longer = word.starts_with('/') && before.is_some_and(char::is_alphanumeric);
            if !longer {
                problems.push(format!("{}: speaks of {word}", file.place(at)));
            }
        }
    }
    problems
}

#[test]
fn the_architecture_page_tells_of_every_layer_and_of_nothing_else() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let mut problems = Vec::new();
    for line in library.lines() {
        let module = line.strip_prefix("pub mod ");
        let krate = line.strip_prefix("pub use ");
        if let Some(layer) = module.or(krate).and_then(|rest| rest.strip_suffix(';')) {
            let top = if krate.is_some() { "crates" } else { "src" };
            let folder = format!("{top}/{}/", layer.replace("::", "/src/"));
            let layer = layer.rsplit("::").next().unwrap_or(layer);
            let told = page.contains(&format!("`{folder}"));
            problems.extend(problem_unless(told, || {
                format!("architecture.md lacks {folder}")
            }));
            let ruled = layers::LAYERS.iter().any(|(name, _)| *name == layer);
            problems.extend(problem_unless(ruled, || {
                format!("{layer} is not in the layer table")
            }));
        }
    }
    let lines = page.lines().count();
    problems.extend(problem_unless(lines <= 275, || {
        format!("architecture.md: {lines} lines")
    }));
    for (layer, allowed) in layers::LAYERS {
        let row = format!("| `{layer}` | {} |", may_use(allowed));
        problems.extend(problem_unless(page.contains(&row), || {
            format!("architecture.md's layer table lacks the row {row}")
        }));
    }
    none(&problems);
}

fn may_use(allowed: &[&str]) -> String {
    match allowed {
        [] => "nothing".into(),
        names => names.join(", "),
    }
}

#[test]
fn the_visible_root_stays_small() {
    const ROOT: &[&str] = &[
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "benches",
        "crates",
        "docs",
        "examples",
        "fuzz",
        "packaging",
        "samples",
        "src",
        "target",
        "tests",
        "tools",
    ];
    let mut problems = Vec::new();
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let known = name.starts_with('.') || ROOT.contains(&name.as_str()) || ignored(&name);
        problems.extend(problem_unless(known, || {
            format!("{name} does not belong into the root")
        }));
    }
    none(&problems);
}

/// Result folders and such, which git does not see.
fn ignored(name: &str) -> bool {
    let status = Command::new("git")
        .arg("check-ignore")
        .arg("-q")
        .arg(name)
        .current_dir(root())
        .status();
    !root().join(".git").exists() || status.is_ok_and(|status| status.success())
}
