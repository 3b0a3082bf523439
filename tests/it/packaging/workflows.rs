//! The workflows that test and release: they parse, pin what they use, and name what there is.

use serde_json::Value;

use super::{file, yaml};
use crate::tidy::code::{files_below, root, shown};

/// Actions that may be used; everything else is written out.
const ACTIONS: &[&str] = &[
    "actions/checkout",
    "actions/upload-artifact",
    "actions/download-artifact",
];

/// The workflows, by their paths.
fn workflows() -> Vec<(String, Value)> {
    let files = files_below(&root().join(".github/workflows"));
    let read = |path: &std::path::PathBuf| {
        let path = shown(path);
        let mut documents = yaml::documents(&path, &file(&path));
        assert_eq!(documents.len(), 1, "{path}");
        (path, documents.remove(0))
    };
    files.iter().map(read).collect()
}

/// What is wrong with the steps of a job.
fn steps(job: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for step in job["steps"].as_array().into_iter().flatten() {
        if let Some(uses) = step["uses"].as_str() {
            let (action, version) = uses.split_once('@').unwrap_or((uses, ""));
            let exact = version.starts_with('v') && version.matches('.').count() == 2;
            if !ACTIONS.contains(&action) || !exact {
                problems.push(format!(
                    "{uses}: not one of {ACTIONS:?} at an exact version"
                ));
            }
        }
        let run = step["run"].as_str().unwrap_or_default();
        for line in run.lines().filter(|line| line.contains("cargo ")) {
            if !line.contains("--locked") {
                problems.push(format!("{line}: not --locked"));
            }
        }
        if run.contains("${{") {
            problems.push(format!("{run}: values go through the environment"));
        }
    }
    problems
}

#[test]
fn they_pin_what_they_use() {
    let workflows = workflows();
    assert_eq!(workflows.len(), 2);
    for (path, workflow) in &workflows {
        assert_eq!(workflow["permissions"]["contents"], "read", "{path}");
        for (name, job) in workflow["jobs"].as_object().expect("jobs") {
            assert!(job["runs-on"].is_string(), "{path}: {name}");
            assert!(job["timeout-minutes"].is_u64(), "{path}: {name}");
            assert_eq!(steps(job), Vec::<String>::new(), "{path}: {name}");
            if let Some(needed) = job["needs"].as_str() {
                assert!(workflow["jobs"].get(needed).is_some(), "{path}: {needed}");
            }
        }
    }
    let bad = serde_json::json!({ "steps": [
        { "uses": "actions/checkout@v4" },
        { "uses": "somebody/else@v1.2.3" },
        { "run": "cargo test" },
        { "run": "echo ${{ github.event.title }}" },
    ] });
    assert_eq!(steps(&bad).len(), 4);
}

#[test]
fn the_release_makes_its_packages_by_the_script() {
    let workflows = workflows();
    let (_, release) = workflows
        .iter()
        .find(|(path, _)| path.ends_with("release.yml"))
        .expect("it");
    let text = |job: &Value| -> String {
        let steps = job["steps"].as_array().expect("steps").iter();
        steps
            .filter_map(|step| step["run"].as_str())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let build = &release["jobs"]["build"];
    assert!(text(build).contains("packaging/build.sh --install-tools"));
    let matrix = build["strategy"]["matrix"]["include"]
        .as_array()
        .expect("a matrix");
    let packages: Vec<&str> = matrix
        .iter()
        .map(|one| one["packages"].as_str().expect("packages"))
        .collect();
    // A machine for everything makes a tarball, the .deb, zip and MSI; the others a tarball each.
    let made: usize = packages
        .iter()
        .map(|what| match *what {
            "all" => 4,
            "tarball" => 1,
            other => panic!("build.sh was asked for {other}"),
        })
        .sum();
    let sums = format!("-eq {made}");
    assert!(text(&release["jobs"]["release"]).contains(&sums));
    // Nothing is published that was not installed on a Windows first.
    let needs = release["jobs"]["release"]["needs"]
        .as_array()
        .expect("needs");
    assert!(needs.contains(&Value::from("windows")), "{needs:?}");
    assert!(text(&release["jobs"]["windows"]).contains("try-msi.ps1"));
}

/// The step that holds the tag against the version, run as it stands.
#[cfg(unix)]
#[test]
fn a_tag_that_is_not_the_version_is_refused() {
    let workflows = workflows();
    let (_, release) = workflows
        .iter()
        .find(|(path, _)| path.ends_with("release.yml"))
        .expect("it");
    let script = release["jobs"]["version"]["steps"][1]["run"]
        .as_str()
        .expect("a script");
    let desk = crate::cli::desk::Desk::new();
    desk.write(
        "Cargo.toml",
        "[package]\nversion = \"1.2.3\"\n[dependencies]\nversion = \"9\"\n",
    );
    let run = |tag: &str, changes: &str| {
        desk.write("CHANGELOG.md", changes);
        let mut shell = std::process::Command::new("bash");
        shell
            .args(["-e", "-o", "pipefail", "-c", script])
            .current_dir(desk.path(""));
        let output = shell.env("GITHUB_REF_NAME", tag).output().expect("bash");
        output.status.success()
    };
    assert!(run("v1.2.3", "# Changelog\n\n## 1.2.3\n"));
    assert!(!run("v1.2.4", "## 1.2.3\n## 1.2.4\n"));
    assert!(!run("v9", "## 9\n"));
    assert!(!run("v1.2.3", "## Unreleased\n"));
}
