//! The manifest: a reason beside every dependency, none unused, known licences only.

use std::fs;
use std::process::Command;

use super::code::{root, words};
use super::{all_rust, none, problem_unless};

/// Licences that the dependencies may have; one choice of an `OR` is enough.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-3-Clause",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "CC0-1.0",
    "MIT-0",
    "BSL-1.0",
    "Apache-2.0 WITH LLVM-exception",
];

/// Dependencies that would let C libraries of the system or a second way to do the same in.
const UNWANTED: &[&str] = &[
    "openssl-sys",
    "native-tls",
    "aws-lc-sys",
    "reqwest-middleware",
];

#[test]
fn every_dependency_has_a_reason_beside_it() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    none(&reasons(&manifest));
    let bad = "[dependencies]\na = \"1\" # reason\nb = \"1\"\n[features]\nc = []\n";
    assert_eq!(reasons(bad), ["Cargo.toml: b has no reason beside it"]);
}

fn reasons(manifest: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.trim_end_matches(']').ends_with("dependencies");
        } else if inside && line.contains('=') && !line.starts_with('#') {
            let reason = line
                .rsplit_once("# ")
                .is_some_and(|(_, reason)| reason.len() > 3);
            let name = line.split(['=', ' ', '.']).next().unwrap_or_default();
            problems.extend(problem_unless(reason, || {
                format!("Cargo.toml: {name} has no reason beside it")
            }));
        }
    }
    problems
}

#[test]
fn every_dependency_is_used() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let files = all_rust();
    let mut inside = false;
    let mut problems = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && line.contains('=') && !line.starts_with('#') {
            let name = line
                .split(['=', ' '])
                .next()
                .unwrap_or_default()
                .replace('-', "_");
            let used = files
                .iter()
                .any(|file| !words(&file.code, &name).is_empty());
            problems.extend(problem_unless(used, || {
                format!("Cargo.toml: {name} is not used")
            }));
        }
    }
    none(&problems);
}

#[test]
fn dependencies_have_known_licences() {
    let packages = packages();
    assert!(
        packages.len() > 50,
        "only {} packages were found",
        packages.len()
    );
    let mut problems = Vec::new();
    for (name, licence) in &packages {
        problems.extend(problem_unless(licence_is_fine(licence), || {
            format!("{name}: the licence \"{licence}\" is not in the list")
        }));
        problems.extend(problem_unless(!UNWANTED.contains(&name.as_str()), || {
            format!("{name} is not wanted here")
        }));
    }
    none(&problems);
    for bad in [
        "",
        "GPL-3.0-only",
        "MIT AND GPL-2.0",
        "(GPL-2.0 OR LGPL-2.1) AND MIT",
    ] {
        assert!(!licence_is_fine(bad), "{bad}");
    }
    for good in [
        "MIT",
        "GPL-2.0 OR MIT",
        "Unlicense/MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
    ] {
        assert!(licence_is_fine(good), "{good}");
    }
}

/// Whether one choice in every part of a licence expression is in the list. Expressions are nested
/// no deeper than `(A OR B) AND C`.
fn licence_is_fine(expression: &str) -> bool {
    let one = |text: &str| LICENCES.contains(&text.trim().trim_matches(['(', ')']).trim());
    let choice = |text: &str| text.replace('/', " OR ").split(" OR ").any(one);
    expression.split(" AND ").all(choice)
}

/// Name and licence of every package that is built on this machine.
fn packages() -> Vec<(String, String)> {
    let text = |mut command: Command| {
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let mut rustc = Command::new("rustc");
    rustc.arg("-vV");
    let version = text(rustc);
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root());
    cargo.args([
        "metadata",
        "--format-version=1",
        "--offline",
        "--locked",
        "--filter-platform",
        host,
    ]);
    let metadata: serde_json::Value = serde_json::from_str(&text(cargo)).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let field =
        |package: &serde_json::Value, name| package[name].as_str().unwrap_or_default().to_owned();
    packages
        .map(|package| (field(package, "name"), field(package, "license")))
        .collect()
}
