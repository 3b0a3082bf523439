//! The manifests: a reason beside every dependency, none unused, known licences only.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use super::code::{Source, files_below, root, rust_files, shown, words};
use super::{none, problem_unless};

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

/// The manifests of the program and of its crates: where each stands, and its text.
fn manifests() -> Vec<(String, String)> {
    let mut paths = vec![root().join("Cargo.toml")];
    let crates = files_below(&root().join("crates"));
    paths.extend(
        crates
            .into_iter()
            .filter(|path| path.ends_with("Cargo.toml")),
    );
    let read = |path: &std::path::PathBuf| (shown(path), fs::read_to_string(path).unwrap());
    paths.iter().map(read).collect()
}

#[test]
fn every_dependency_has_a_reason_beside_it() {
    let manifests = manifests();
    assert!(manifests.len() > 1);
    none(&manifests.iter().flat_map(reasons).collect::<Vec<_>>());
    let bad =
        "[dependencies]\na = \"1\" # reason\nb = \"1\"\nc.workspace = true\n[features]\nd = []\n";
    assert_eq!(
        reasons(&("Cargo.toml".into(), bad.into())),
        ["Cargo.toml: b has no reason beside it"]
    );
}

/// Dependencies without a reason; one that is the workspace's has it there.
fn reasons((path, manifest): &(String, String)) -> Vec<String> {
    let mut problems = Vec::new();
    for (_, line) in dependencies(manifest) {
        let reason = line
            .rsplit_once("# ")
            .is_some_and(|(_, reason)| reason.len() > 3);
        problems.extend(problem_unless(reason || is_inherited(line), || {
            format!("{path}: {} has no reason beside it", name_of(line))
        }));
    }
    problems
}

/// Lines of a manifest that name a dependency, each with its section.
fn dependencies(manifest: &str) -> Vec<(&str, &str)> {
    let (mut section, mut found) = ("", Vec::new());
    for line in manifest.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if section.ends_with("dependencies") && line.contains('=') && !line.starts_with('#')
        {
            found.push((section, line));
        }
    }
    found
}

fn name_of(line: &str) -> &str {
    line.split(['=', ' ', '.']).next().unwrap_or_default()
}

fn is_inherited(line: &str) -> bool {
    line.contains(".workspace = true")
}

#[test]
fn every_version_is_named_once_for_all_crates() {
    let own_version = |(path, manifest): &(String, String)| -> Vec<String> {
        let found = dependencies(manifest)
            .into_iter()
            .filter(|(section, line)| {
                *section != "workspace.dependencies" && !line.contains("workspace = true")
            });
        found
            .map(|(_, line)| format!("{path}: {} is not the workspace's", name_of(line)))
            .collect()
    };
    none(&manifests().iter().flat_map(own_version).collect::<Vec<_>>());
    let bad = "[dependencies]\na = \"1\" # reason\nb.workspace = true\n";
    assert_eq!(
        own_version(&("Cargo.toml".into(), bad.into())),
        ["Cargo.toml: a is not the workspace's"]
    );
}

#[test]
fn every_dependency_is_used() {
    let mut problems = Vec::new();
    let mut wanted = BTreeSet::new();
    for (path, manifest) in manifests() {
        let files = files_of(&path);
        for (section, line) in dependencies(&manifest) {
            let name = name_of(line).to_owned();
            if section == "workspace.dependencies" {
                continue;
            }
            let called = name.replace('-', "_");
            let used = files
                .iter()
                .any(|file| !words(&file.code, &called).is_empty());
            problems.extend(problem_unless(used, || {
                format!("{path}: {name} is not used")
            }));
            wanted.insert(name);
        }
    }
    let (_, root) = &manifests()[0];
    for (section, line) in dependencies(root) {
        let name = name_of(line);
        let nobodys = section == "workspace.dependencies" && !wanted.contains(name);
        problems.extend(problem_unless(!nobodys, || {
            format!("Cargo.toml: no crate takes {name} from the workspace")
        }));
    }
    none(&problems);
}

/// The Rust files of a manifest's package.
fn files_of(manifest: &str) -> Vec<Source> {
    match manifest.strip_suffix("/Cargo.toml") {
        Some(folder) => rust_files(&[folder]),
        None => rust_files(&["src", "tests", "benches", "examples"]),
    }
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

#[test]
fn the_program_is_stripped_in_every_profile_that_people_get() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    none(&unstripped(&manifest));
    let bad = "[profile.release]\nstrip = \"symbols\"\n[profile.release.package.partner-import]\nopt-level = 1\n\
               [profile.dist.package.partner-import]\nstrip = \"symbols\"\n";
    assert_eq!(
        unstripped(bad),
        ["Cargo.toml: [profile.release.package.partner-import] does not strip"]
    );
    let none_at_all = "[profile.release.package.partner-import]\nstrip = \"symbols\"\n[profile.dist]\nstrip = \"none\"\n";
    assert_eq!(
        unstripped(none_at_all),
        [
            "Cargo.toml: [profile.release] does not strip",
            "Cargo.toml: [profile.dist] does not strip"
        ]
    );
}

/// Where the program keeps its symbols: settings of a package of its own replace those of the profile, which
/// `dist` takes over from `release`.
fn unstripped(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let profile = |name: &str| manifest["profile"].get(name);
    let own = |name: &str| profile(name)?.get("package")?.get("partner-import");
    let strips = |table: Option<&toml::Value>| {
        let strip = table.and_then(|table| table.get("strip"));
        strip.and_then(toml::Value::as_str) == Some("symbols")
    };
    let mut problems = problem_unless(strips(profile("release")), || {
        "Cargo.toml: [profile.release] does not strip".to_owned()
    });
    let has_its_own = profile("dist").is_some_and(|dist| dist.get("strip").is_some());
    problems.extend(problem_unless(
        !has_its_own || strips(profile("dist")),
        || "Cargo.toml: [profile.dist] does not strip".to_owned(),
    ));
    for name in ["release", "dist"] {
        let own = own(name);
        problems.extend(problem_unless(own.is_none() || strips(own), || {
            format!("Cargo.toml: [profile.{name}.package.partner-import] does not strip")
        }));
    }
    problems
}
