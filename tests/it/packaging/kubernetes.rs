//! The manifests, held against what Kubernetes asks of their fields, and run; the container's files.

use std::process::Command;

use serde_json::{Value, json};

use super::place::Place;
use super::{file, tool, yaml};
use crate::tidy::code::root;

/// What a field must be in every `CronJob` here, and why it is so stands in the manifests.
fn has_the_fields(job: &Value) {
    let at = |path: &str| {
        job.pointer(path)
            .unwrap_or_else(|| panic!("no {path}"))
            .clone()
    };
    assert_eq!(at("/apiVersion"), "batch/v1");
    assert_eq!(at("/kind"), "CronJob");
    let name = at("/metadata/name");
    assert!(name.as_str().expect("a name").len() <= 52, "{name}");
    assert_eq!(at("/spec/concurrencyPolicy"), "Forbid");
    let schedule = at("/spec/schedule");
    assert_eq!(
        schedule.as_str().expect("text").split(' ').count(),
        5,
        "{schedule}"
    );
    let pod = "/spec/jobTemplate/spec/template/spec";
    // A policy for failed pods asks for it.
    assert_eq!(at(&format!("{pod}/restartPolicy")), "Never");
    assert_eq!(at(&format!("{pod}/automountServiceAccountToken")), false);
    assert_eq!(at(&format!("{pod}/securityContext/runAsNonRoot")), true);
    let user = at(&format!("{pod}/securityContext/runAsUser"));
    assert!(file("packaging/container/Dockerfile").contains(&format!("USER {user}:")));
    let container = format!("{pod}/containers/0");
    assert_eq!(
        at(&format!("{container}/securityContext")),
        json!({
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": { "drop": ["ALL"] },
        })
    );
    let image = format!("partner-import:{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(at(&format!("{container}/image")), image);
    // Whatever is mounted is a volume of the pod, and no volume is left over.
    let names = |path: &str| {
        let list = at(path);
        let list = list.as_array().expect("a list").iter();
        let mut names: Vec<_> = list.map(|one| one["name"].to_string()).collect();
        names.sort();
        names
    };
    assert_eq!(
        names(&format!("{container}/volumeMounts")),
        names(&format!("{pod}/volumes"))
    );
    // Read by its owner and group only; 0440 in digits that every YAML reads in the same way.
    let secret = at(&format!("{pod}/volumes"));
    let secret = secret
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one.get("secret").is_some());
    assert_eq!(secret.expect("a secret")["secret"]["defaultMode"], 0o440);
    // The exit codes that are not tried again: all but 5, 6 and 130.
    let rules = at("/spec/jobTemplate/spec/podFailurePolicy/rules");
    assert_eq!(rules[1]["onExitCodes"]["values"], json!([1, 2, 3, 4]));
    // Strict readers ask for it.
    assert_eq!(rules[0]["onPodConditions"][0]["status"], "True");
    // Whoever watches hears of each, and by names.
    let variables = at(&format!("{container}/env"));
    let variables = variables.as_array().expect("a list").iter();
    let names: Vec<&str> = variables.filter_map(|one| one["name"].as_str()).collect();
    assert!(names.starts_with(&["PARTNER_IMPORT_NOTIFY", "PARTNER_IMPORT_PING"]));
    let of = &rules[1]["onExitCodes"]["containerName"];
    assert_eq!(*of, at(&format!("{container}/name")));
}

/// `kubernetes-validate` of `PyPI`, strictly, with both ends of what is promised; `.ci/run` names it.
#[test]
fn a_strict_validator_takes_the_manifests() {
    let name = std::env::var("KUBERNETES_VALIDATE");
    let validator = name.unwrap_or_else(|_| "kubernetes-validate".to_owned());
    if tool(&validator).is_none() {
        return;
    }
    let folder = root().join("packaging/kubernetes");
    let desk = crate::cli::desk::Desk::new();
    let rendered = Command::new("sh")
        .arg(folder.join("per-tenant.sh"))
        .args(["north", "west"])
        .output();
    let rendered = desk.write("tenants.yaml", rendered.expect("sh").stdout);
    let wrong = file("packaging/kubernetes/cronjob.yaml").replace("backoffLimit", "backofLimit");
    let wrong = desk.write("wrong.yaml", wrong);
    for version in ["1.29.0", "1.32.0"] {
        let validate = |files: &[&std::path::Path]| {
            let mut command = Command::new(&validator);
            command.args(["--strict", "-k", version]).args(files);
            let output = command.output().expect("it starts");
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.success() && !told.contains("ERROR"), told)
        };
        let files = [folder.join("cronjob.yaml"), folder.join("indexed-job.yaml")];
        let (fine, told) = validate(&[&files[0], &files[1], &rendered]);
        assert!(fine, "{version}: {told}");
        assert!(!validate(&[&wrong]).0, "mistakes are found");
    }
}

/// The arguments of a job's container.
fn arguments(job: &Value) -> Vec<String> {
    let container = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0];
    let arguments = container["args"].as_array().expect("arguments").iter();
    arguments
        .map(|one| one.as_str().expect("text").to_owned())
        .collect()
}

fn of_kind<'a>(documents: &'a [Value], kind: &str) -> Vec<&'a Value> {
    documents.iter().filter(|one| one["kind"] == kind).collect()
}

#[test]
fn the_cron_job_is_complete_and_imports() {
    let manifest = yaml::documents("cronjob.yaml", &file("packaging/kubernetes/cronjob.yaml"));
    let jobs = of_kind(&manifest, "CronJob");
    has_the_fields(jobs[0]);
    let rules = &jobs[0]["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"];
    assert_eq!(rules[1]["action"], "FailJob");
    let claims = of_kind(&manifest, "PersistentVolumeClaim");
    assert_eq!(
        claims[0]["spec"]["accessModes"],
        json!(["ReadWriteOncePod"])
    );
    // Every claim and map that the pod names is there; the secret is made by hand.
    let pod = &jobs[0]["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    for volume in pod["volumes"].as_array().expect("volumes") {
        let claim = volume.pointer("/persistentVolumeClaim/claimName");
        let map = volume.pointer("/configMap/name");
        for name in claim.into_iter().chain(map) {
            let there = manifest.iter().any(|one| one["metadata"]["name"] == *name);
            assert!(there, "{name} is not there");
        }
    }
    let maps = of_kind(&manifest, "ConfigMap");
    let profile = maps[0]["data"]["psa.toml"].as_str().expect("a profile");
    Place::new(profile).night(&arguments(jobs[0]));
}

#[test]
fn the_indexed_job_is_complete_and_each_index_imports() {
    let manifest = file("packaging/kubernetes/indexed-job.yaml");
    let manifest = yaml::documents("indexed-job.yaml", &manifest);
    has_the_fields(&manifest[0]);
    let job = &manifest[0]["spec"]["jobTemplate"]["spec"];
    assert_eq!(job["completionMode"], "Indexed");
    assert!(job["completions"].as_u64() >= job["parallelism"].as_u64());
    assert!(job["backoffLimitPerIndex"].is_u64());
    // It goes with neither of these.
    assert!(job.get("backoffLimit").is_none());
    assert_eq!(job["podFailurePolicy"]["rules"][1]["action"], "FailIndex");
    for index in ["0", "39"] {
        let arguments = arguments(&manifest[0]).into_iter();
        let arguments: Vec<String> = arguments
            .map(|one| one.replace("$(JOB_COMPLETION_INDEX)", index))
            .collect();
        Place::new(&file("packaging/profile.toml")).night(&arguments);
    }
}

#[cfg(unix)]
#[test]
fn every_tenant_gets_a_manifest_of_its_own() {
    let desk = crate::cli::desk::Desk::new();
    desk.write(
        "north.toml",
        "[limits]\nrate = \"1/s\"\n\n[target]\nusername = \"nord\"\n",
    );
    desk.write("west-2.toml", "[limits]\nrate = \"2/s\"\n");
    let render = |tenants: &[&str], profiles: Option<&str>| {
        let mut command = Command::new("sh");
        command.arg(root().join("packaging/kubernetes/per-tenant.sh"));
        command.args(tenants).current_dir(desk.path(""));
        if let Some(profiles) = profiles {
            command.env("PROFILES", profiles);
        }
        let output = command.output().expect("sh");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        (output.status.code(), text)
    };
    let (code, text) = render(&["north", "west-2"], Some("."));
    assert_eq!(code, Some(0));
    assert!(!text.contains("psa"), "{text}");
    let documents = yaml::documents("rendered", &text);
    assert_eq!(documents.len(), 8);
    let jobs = of_kind(&documents, "CronJob");
    for job in &jobs {
        has_the_fields(job);
    }
    let names: Vec<&Value> = jobs.iter().map(|job| &job["metadata"]["name"]).collect();
    assert_eq!(names, ["partner-import-north", "partner-import-west-2"]);
    assert_ne!(jobs[0]["spec"]["schedule"], jobs[1]["spec"]["schedule"]);
    let maps = of_kind(&documents, "ConfigMap");
    assert_eq!(
        maps[0]["data"]["north.toml"],
        "[limits]\nrate = \"1/s\"\n\n[target]\nusername = \"nord\"\n"
    );
    // Without profiles of their own they have the one in the file.
    let (_, plain) = render(&["north"], None);
    let plain = yaml::documents("rendered", &plain);
    let profile = plain[0]["data"]["north.toml"].as_str().expect("a profile");
    assert!(profile.contains("quarantine_after = 3"), "{profile}");
    for bad in [&["Nord"][..], &["a b"], &["-a"], &[""], &[], &["none"]] {
        let (code, text) = render(bad, Some("."));
        assert_eq!((code, text.as_str()), (Some(2), ""), "{bad:?}");
    }
}

#[test]
fn the_container_copies_what_the_build_needs() {
    let dockerfile = file("packaging/container/Dockerfile");
    let stages: Vec<&str> = dockerfile
        .lines()
        .filter(|line| line.starts_with("FROM "))
        .collect();
    assert_eq!(stages.len(), 2, "{stages:?}");
    let manifest = file("Cargo.toml");
    let wanted = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let wanted = wanted.expect("a version").trim_matches('"');
    assert!(
        stages[0].starts_with(&format!("FROM rust:{wanted}-")),
        "{stages:?}"
    );
    assert!(dockerfile.contains("--locked"));
    // A new volume takes its owner from what the image has there before it is declared one.
    let user = dockerfile
        .lines()
        .find_map(|line| line.strip_prefix("USER "));
    let owned = format!(
        "--chown={} --chmod=700 /empty /state",
        user.expect("a user")
    );
    let (made, declared) = (dockerfile.find(&owned), dockerfile.find("VOLUME /state"));
    assert!(made.is_some() && made < declared, "{owned}");
    let ignore = file("packaging/container/Dockerfile.dockerignore");
    let kept: Vec<&str> = ignore
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    for path in &kept {
        assert!(root().join(path).exists(), "{path} is not there");
    }
    // The manifest names these, and cargo asks for all of them.
    let paths = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("path = "));
    for path in paths.map(|path| path.trim_matches('"')).chain([
        "Cargo.lock",
        "crates",
        "benches",
        "examples",
    ]) {
        let copied = kept.iter().any(|kept| path.starts_with(kept));
        assert!(copied, "{path} is not copied");
    }
}
