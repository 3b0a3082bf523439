//! A service that misbehaves: faults, budgets, outages; and what the log tells of it.

use std::time::Duration;

use partner_import::sandbox::{Config, Method};
use serde_json::Value;

use super::desk::{Desk, SMALL, Service, end_of, until};

/// Customers side by side.
fn flat(count: usize) -> String {
    let rows: String = (0..count)
        .map(|row| format!("Kunde {row},EndCustomer,InTrial,DE\n"))
        .collect();
    format!("Name,Level,State,Country\n{rows}")
}

#[test]
fn faults_cost_time_and_nothing_else() {
    for fault in [
        "drop-answer=#3@AddPartner",
        "drop-request=#3@AddPartner",
        "truncate=#2@AddPartner",
        "502-after=#2@AddPartner",
        "html=#2@AddPartner",
        "expired-visa=#3@AddPartner",
        "500=#1@EnumeratePartners",
        "request-limit=#2@AddPartner",
    ] {
        let (desk, service) = (Desk::new(), Service::faulty(&[fault]));
        desk.write("in.csv", flat(6));
        let run = ["--settle-wait", "50ms"];
        desk.import_with(&service, &run).exits(0);
        let results = desk.table("out/results.csv");
        assert_eq!(results.statuses(), ["created"; 6], "{fault}");
        service.agrees_with(&results, "Name");
    }
}

#[test]
fn the_error_budget_stops_a_run_that_can_be_continued() {
    let (desk, service) = (Desk::new(), Service::new());
    let taken = [
        "Hidden Competitor Ltd",
        "Unseen Bakery GmbH",
        "Elsewhere Dental B.V.",
    ];
    let rows: String = taken
        .iter()
        .map(|name| format!("{name},EndCustomer,InTrial,DE\n"))
        .collect();
    let list = flat(20);
    let (header, others) = list.split_once('\n').expect("a header");
    desk.write("in.csv", format!("{header}\n{rows}{others}"));
    let run = ["--concurrency", "1", "--max-errors", "1"];
    let done = desk.import_with(&service, &run).exits(5);
    let done = done.says(&["rows that were sent failed", "--max-errors"]);
    assert!(done.out.contains("partner-import resume"), "{}", done.out);
    let counts = desk.summary()["counts"].clone();
    let count = |status: &str| counts[status].as_u64().expect("a number");
    // Calls that were under way when the budget was spent are waited for.
    assert!((2..=3).contains(&count("failed")), "{counts}");
    // And what is said counts them like the files.
    let said = format!("stopped: {} rows that were sent failed; ", count("failed"));
    done.says(&[&said]);
    assert!(count("pending") >= 15, "{counts}");
    let sent = count("failed") + count("created");
    assert_eq!(sent + count("pending"), 23);
    assert_eq!(service.requests(Method::AddPartner), sent);
    // The same budget is still spent; a greater one is not.
    desk.run_at(&service, &["resume", "--max-errors", "1"])
        .exits(5)
        .says(&["give a higher --max-errors, or none"]);
    assert_eq!(service.requests(Method::AddPartner), sent);
    desk.run_at(&service, &["resume", "--max-errors", "20%"])
        .exits(1);
    assert_eq!(desk.summary()["counts"]["created"], 20);
    assert_eq!(desk.summary()["counts"]["failed"], 3);
}

#[test]
fn an_outage_in_the_middle_ends_with_the_command_to_continue() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(100)));
    desk.write("in.csv", flat(40));
    let child = desk.begin_import(&service, &["--outage-limit", "300ms"], 4);
    drop(service);
    let done = end_of(child)
        .exits(5)
        .says(&["did not answer for too long"]);
    assert!(done.out.contains("partner-import resume"), "{}", done.out);
    let results = desk.table("out/results.csv");
    assert_eq!(results.rows.len(), 40);
    assert!(
        results.statuses().contains(&"pending"),
        "{:?}",
        results.statuses()
    );
    assert_eq!(desk.summary()["exit_code"], 5);
}

#[test]
fn maintenance_at_the_log_in_is_waited_for() {
    let (desk, service) = (Desk::new(), Service::faulty(&["maintenance=#1@Login"]));
    desk.write("in.csv", SMALL);
    let done = desk.import(&service, "in.csv").exits(0);
    done.says(&["waiting for the service"]);
}

#[test]
fn json_logs_are_json_lines_that_name_the_run() {
    let (desk, service) = (Desk::new(), Service::faulty(&["drop-answer=#2@AddPartner"]));
    desk.write(
        "in.csv",
        format!("{SMALL}Hidden Competitor Ltd,,EndCustomer,InTrial,DE,X\n,,,,,\n"),
    );
    let flags = ["--log-format", "json", "--settle-wait", "50ms"];
    let done = desk.import_with(&service, &flags).exits(1);
    let lines: Vec<Value> = done
        .err
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let id = desk.summary()["run_id"].clone();
    let called = |message: &str| {
        let fits = |line: &&Value| line["message"] == message && line["run"] == id;
        lines.iter().filter(fits).collect::<Vec<_>>()
    };
    assert_eq!(called("created").len(), 3, "{}", done.err);
    let failed = called("failed");
    assert_eq!(
        (&failed[0]["row"], &failed[0]["code"]),
        (&5.into(), &"2115".into())
    );
    assert!(
        failed[0]["reason"]
            .as_str()
            .is_some_and(|text| text.contains("already"))
    );
    let end = called("run ended");
    assert_eq!(
        (&end[0]["created"], &end[0]["exit_code"]),
        (&3.into(), &1.into())
    );
    assert!(done.out.contains("finished"), "data stays on stdout");
    let wrong = desk
        .run(&["check", "nowhere.csv", "--log-format", "json"])
        .exits(3);
    let line: Value = serde_json::from_str(wrong.err.trim()).expect("one JSON line");
    assert_eq!(
        (&line["level"], &line["exit_code"]),
        (&"ERROR".into(), &3.into())
    );
}

#[test]
fn quiet_says_nothing_when_nothing_went_wrong() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let done = desk
        .run_at(&service, &["run", "in.csv", "--yes", "-q", "--out", "out"])
        .exits(0);
    assert_eq!(done.err, "");
    let run = [
        "run", "in.csv", "--yes", "-q", "--out", "out", "--format", "json",
    ];
    let done = desk.run_at(&service, &run).exits(0);
    assert_eq!(done.err, "");
    assert_eq!(done.json()["counts"]["exists"], 3);
}

#[test]
fn many_failures_are_told_once_each_and_then_in_sum() {
    let (desk, service) = (Desk::new(), Service::new());
    let rows = |parent: &str| -> String {
        (0..30)
            .map(|row| format!("Kunde {row},{parent},EndCustomer,InTrial,DE\n"))
            .collect()
    };
    let header = "Name,Parent,Level,State,Country\n";
    // Names are taken over the whole service, which the plan cannot know for sure.
    let north = format!("{header}Nord,,Reseller,InTrial,DE\n{}", rows("Nord"));
    desk.write("north.csv", north);
    desk.import(&service, "north.csv").exits(0);
    desk.write("in.csv", format!("{header}{}", rows("")));
    let done = desk.import(&service, "in.csv").exits(1);
    assert_eq!(done.err.matches(" failed: ").count(), 10, "{}", done.err);
    let done = done.says(&["more rows failed"]);
    assert!(
        done.out.contains("    30 rows  the service refused: "),
        "{}",
        done.out
    );
    assert!(
        done.out.contains("rows 2, 3, 4, 5, 6 and 25 more"),
        "{}",
        done.out
    );
}

#[test]
fn the_rate_holds_for_the_whole_run() {
    let (desk, service) = (Desk::new(), Service::with(Config::default()));
    desk.write("in.csv", flat(6));
    let start = std::time::Instant::now();
    let mut run = desk.at(&service, &["check"]);
    run = {
        let mut tool = desk.tool(&["run", "in.csv", "--yes", "--rate", "20/s", "--out", "out"]);
        for (name, value) in run.get_envs() {
            if let Some(value) = value {
                tool.env(name, value);
            }
        }
        tool
    };
    let mut child = run.spawn().expect("it starts");
    until("the end", || {
        child.try_wait().expect("it can be asked").is_some()
    });
    let total = desk.summary()["requests"]["total"]
        .as_u64()
        .expect("a number");
    assert!(total >= 10, "{total}");
    // The first leaves at once, each other one twentieth of a second after the one before.
    let shortest = std::time::Duration::from_millis(50) * u32::try_from(total - 1).expect("few");
    assert!(
        start.elapsed() >= shortest,
        "{total} in {:?}",
        start.elapsed()
    );
}
