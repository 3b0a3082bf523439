//! `--metrics-file`: there after every run, whatever became of it, and readable by Prometheus.

use std::collections::BTreeMap;
use std::fs;

use partner_import::sandbox::Method;

use super::exposition::{Series, read};
use crate::cli::desk::{Desk, SMALL, Service, end_of, until};

/// The metrics as a run has left them.
struct Metrics(BTreeMap<Series, f64>);

impl Metrics {
    fn of(desk: &Desk) -> Self {
        let text = desk.read("job.prom");
        Self(read(&text).unwrap_or_else(|error| panic!("{error}\n{text}")))
    }

    /// The value of the one sample of this name whose labels hold these.
    #[track_caller]
    fn get(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let fits = |(of, has): &&Series| {
            let holds =
                |(name, value): &(&str, &str)| has.get(*name).is_some_and(|there| there == value);
            *of == format!("partner_import_{name}") && labels.iter().all(holds)
        };
        let found: Vec<&Series> = self.0.keys().filter(fits).collect();
        assert_eq!(found.len(), 1, "{name} {labels:?} in {:?}", self.0);
        self.0[found[0]]
    }
}

#[track_caller]
fn about(one: f64, other: f64) {
    assert!((one - other).abs() < 0.0001, "{one} instead of {other}");
}

/// A run that writes metrics.
fn run(desk: &Desk, service: &Service, more: &[&str]) -> crate::cli::desk::Done {
    let metrics = ["--metrics-file", "job.prom"];
    desk.import_with(service, &[&metrics[..], more].concat())
}

#[test]
fn figures_are_written_over_figures_alone() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.write("job.toml", "# mine\n");
    let with = |file: &str, more: &[&str]| {
        let metrics = ["--metrics-file", file, "--profile", "job.toml"];
        desk.import_with(&service, &[&metrics[..], more].concat())
    };
    with("in.csv", &[])
        .exits(2)
        .says(&["would replace the input", "in.csv"]);
    with("job.toml", &[])
        .exits(2)
        .says(&["would replace", "job.toml"]);
    // Nor where the run fails for another reason first.
    with("in.csv", &["--rate", "much"]).exits(2);
    assert_eq!(desk.read("in.csv"), SMALL);
    assert_eq!(desk.read("job.toml"), "# mine\n");
    assert_eq!(service.added().len(), 0);
    desk.write("job.prom", "");
    with("job.prom", &[]).exits(0);
    with("job.prom", &[]).exits(0);
}

#[test]
fn a_run_leaves_its_figures() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", format!("{SMALL}Kaputt,,Boss,InTrial,DE,X\n"));
    // A quotation mark must not end the label; Windows allows none in names.
    let profile = if cfg!(windows) { "wo'chen" } else { "wo\"chen" };
    let file = format!("{profile}.toml");
    desk.write(&file, "");
    run(&desk, &service, &["--profile", &file]).exits(1);
    let metrics = Metrics::of(&desk);
    about(metrics.get("rows", &[("status", "created")]), 3.0);
    about(metrics.get("rows", &[("status", "invalid")]), 1.0);
    about(metrics.get("rows", &[("status", "pending")]), 0.0);
    about(metrics.get("requests", &[("method", "AddPartner")]), 3.0);
    about(metrics.get("exit_code", &[]), 1.0);
    about(metrics.get("last_success_timestamp_seconds", &[]), 0.0);
    assert!(metrics.get("last_run_timestamp_seconds", &[]) > 1.7e9);
    assert!(metrics.get("duration_seconds", &[]) > 0.0);
    let version = env!("CARGO_PKG_VERSION");
    about(metrics.get("info", &[("version", version)]), 1.0);
    for (_, labels) in metrics.0.keys() {
        assert_eq!(labels["endpoint"], service.endpoint);
        assert_eq!(labels["profile"], profile);
    }
}

#[test]
fn a_failure_of_any_kind_is_told_and_the_last_success_is_kept() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    run(&desk, &service, &[]).exits(0);
    let good = Metrics::of(&desk);
    let success = good.get("last_success_timestamp_seconds", &[]);
    about(success, good.get("last_run_timestamp_seconds", &[]));

    let fails = |desk: &Desk, done: crate::cli::desk::Done, code: i32| {
        done.exits(code);
        let metrics = Metrics::of(desk);
        about(metrics.get("exit_code", &[]), code.into());
        about(metrics.get("last_success_timestamp_seconds", &[]), success);
        assert!(metrics.get("last_run_timestamp_seconds", &[]) > success);
        metrics
    };
    // There is no file, an option is wrong, the profile is wrong.
    fs::remove_file(desk.path("in.csv")).expect("it was there");
    fails(&desk, run(&desk, &service, &[]), 3);
    desk.write("in.csv", SMALL);
    fails(&desk, run(&desk, &service, &["--notify", "ftp://x/"]), 2);
    desk.write("bad.toml", "nonsense = 1\n");
    fails(&desk, run(&desk, &service, &["--profile", "bad.toml"]), 2);
    // Login refused: its request is counted.
    let mut refused = desk.at(&service, &["run", "in.csv", "--yes"]);
    refused
        .args(["--metrics-file", "job.prom", "--new-run"])
        .env("PARTNER_IMPORT_PASSWORD", "wrong");
    let done = end_of(refused.spawn().expect("it starts"));
    let metrics = fails(&desk, done, 4);
    about(metrics.get("requests", &[("method", "Login")]), 1.0);
    // Too many rows fail.
    let taken = "Hidden Competitor Ltd,,EndCustomer,InTrial,DE,X\n";
    desk.write("in.csv", format!("{SMALL}{taken}Mehr,,Site,InTrial,DE,Y\n"));
    let budget = run(
        &desk,
        &service,
        &["--max-errors", "0", "--concurrency", "1"],
    );
    fails(&desk, budget, 2);
    // There is no row, however the file came to be without.
    for empty in ["", "Name,Level\n"] {
        desk.write("in.csv", empty);
        let metrics = fails(&desk, run(&desk, &service, &[]), 3);
        about(metrics.get("rows", &[("status", "exists")]), 0.0);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_and_one_that_waits_for_another_tell_so() {
    let desk = Desk::new();
    let service = Service::slow(std::time::Duration::from_millis(100));
    let rows: String = (0..200)
        .map(|row| format!("Kunde {row},EndCustomer,InTrial,DE\n"))
        .collect();
    desk.write("in.csv", format!("Name,Level,State,Country\n{rows}"));
    let arguments = ["run", "in.csv", "--yes", "--metrics-file", "job.prom"];
    let first = desk.at(&service, &arguments).spawn().expect("it starts");
    until("some customers", || {
        service.requests(Method::AddPartner) > 2
    });
    run(&desk, &service, &[]).exits(6);
    about(Metrics::of(&desk).get("exit_code", &[]), 6.0);
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &first.id().to_string()])
        .status();
    assert!(interrupt.expect("kill").success());
    end_of(first).exits(130);
    let metrics = Metrics::of(&desk);
    about(metrics.get("exit_code", &[]), 130.0);
    assert!(metrics.get("rows", &[("status", "pending")]) > 0.0);
    // Nothing lies about.
    let left = fs::read_dir(desk.path("")).expect("a directory");
    let paths = left.map(|entry| entry.expect("an entry").path());
    let paths: Vec<_> = paths.collect();
    let temporary = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "tmp");
    assert!(!paths.iter().any(temporary), "{paths:?}");
}

#[test]
fn metrics_that_cannot_be_written_do_not_change_the_exit_code() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let run = [
        "run",
        "in.csv",
        "--yes",
        "--metrics-file",
        "nowhere/job.prom",
    ];
    desk.run_at(&service, &run)
        .exits(0)
        .says(&["the metrics were not written"]);
}

/// What Prometheus' own tool says of the file, and of the rules that the documentation proposes.
#[test]
fn prometheus_takes_the_metrics_and_the_rules() {
    use std::process::Stdio;

    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    run(&desk, &service, &[]).exits(0);
    let Some(mut check) = crate::packaging::tool("promtool") else {
        return;
    };
    let file = fs::File::open(desk.path("job.prom")).expect("metrics");
    let done = check
        .args(["check", "metrics"])
        .stdin(Stdio::from(file))
        .output();
    let done = done.expect("it starts");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success() && told.is_empty(), "{told}");
    for page in ["docs/operating.md", "docs/guide/fleet.md"] {
        let page = fs::read_to_string(crate::tidy::code::root().join(page)).unwrap_or_default();
        let blocks = page.split("```yaml\n").skip(1);
        for block in blocks.filter(|block| block.starts_with("- alert:")) {
            let rules = block.split("```").next().expect("an end");
            let rules: String = rules
                .lines()
                .map(|line| format!("      {line}\n"))
                .collect();
            let rules = format!("groups:\n  - name: partner-import\n    rules:\n{rules}");
            let path = desk.write("rules.yaml", rules);
            let mut check = crate::packaging::tool("promtool").expect("it is there");
            let done = check.args(["check", "rules"]).arg(path).output();
            let done = done.expect("it starts");
            let told = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(done.status.success(), "{told}");
        }
    }
}
