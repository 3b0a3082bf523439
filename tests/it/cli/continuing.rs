//! Runs that stop and go on: interruptions, `resume`, the list of runs, `report`, inputs that
//! change in between, and two runs at once.

use std::fmt::Write as _;
use std::process::Child;
use std::time::Duration;

use partner_import::sandbox::Method;
use serde_json::Value;

#[cfg(unix)]
use super::desk::interrupt;
use super::desk::{Desk, Done, Service, Table, end_of, until};

/// Customers in pairs, parent and child, the child first.
fn pairs(count: usize) -> String {
    let mut text = String::from("Name,Parent,Level,State,Country\n");
    for pair in 0..count {
        let _ = writeln!(text, "Kind {pair},Haus {pair},Site,InTrial,DE");
        let _ = writeln!(text, "Haus {pair},,EndCustomer,InTrial,DE");
    }
    text
}

/// Starts the import of `in.csv`, waits until some customers are there.
fn begin(desk: &Desk, service: &Service, flags: &[&str]) -> Child {
    let two = ["--concurrency", "2"];
    desk.begin_import(service, &[&two[..], flags].concat(), 4)
}

/// An import that was interrupted in the middle.
#[cfg(unix)]
fn interrupted(pairs_of_rows: usize) -> (Desk, Service, Done) {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(25)));
    desk.write("in.csv", pairs(pairs_of_rows));
    let child = desk
        .import_command(&service, &["--concurrency", "2"])
        .spawn();
    let child = child.expect("it starts");
    service.interrupt_at(&child, Method::AddPartner, 4);
    let done = end_of(child);
    (desk, service, done)
}

/// The id of the only run.
fn run_id(desk: &Desk) -> String {
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let runs = runs.as_array().expect("a list");
    assert_eq!(runs.len(), 1, "{runs:?}");
    runs[0]["run_id"].as_str().expect("an id").to_owned()
}

/// A result file without what two runs cannot share: the ids.
fn without_ids(table: &Table) -> Vec<String> {
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().filter(|(name, _)| *name != "ID");
        cells
            .map(|(name, cell)| format!("{name}={cell};"))
            .collect()
    });
    rows.collect()
}

/// A summary without times, ids and what differs when work is done in two goes.
fn lasting(summary: &Value) -> Value {
    let mut summary = summary.clone();
    for member in [
        "run_id",
        "started_at",
        "finished_at",
        "endpoint",
        "requests",
    ] {
        assert!(
            summary
                .as_object_mut()
                .expect("an object")
                .remove(member)
                .is_some(),
            "{member}"
        );
    }
    summary
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_results_and_a_command_and_resume_finishes() {
    let (desk, service, done) = interrupted(30);
    let done = done.exits(130).says(&["interrupted", "nothing is lost"]);
    let id = run_id(&desk);
    assert!(
        done.out
            .contains(&format!("partner-import resume {id} --endpoint")),
        "{}",
        done.out
    );
    let results = desk.table("out/results.csv");
    assert_eq!(results.rows.len(), 60);
    let pending = results
        .statuses()
        .iter()
        .filter(|status| **status == "pending")
        .count();
    assert!((1..60).contains(&pending), "{pending}");
    service.agrees_with(&results, "Name");
    let summary = desk.summary();
    assert_eq!(summary["counts"]["pending"], pending);
    assert_eq!(summary["exit_code"], 130);
    assert_eq!(summary["verified"], false);
    assert!(desk.run(&["runs"]).exits(0).out.contains("unfinished"));

    desk.run_at(&service, &["resume", &id])
        .exits(0)
        .says(&[&format!("continuing run {id}")]);
    assert_eq!(
        service.requests(Method::AddPartner),
        60,
        "nothing is sent twice"
    );
    assert!(desk.run(&["runs"]).exits(0).out.contains("done  "));

    let (unbroken, other) = (Desk::new(), Service::new());
    unbroken.write("in.csv", pairs(30));
    unbroken.import(&other, "in.csv").exits(0);
    let (resumed, whole) = (
        desk.table("out/results.csv"),
        unbroken.table("out/results.csv"),
    );
    assert_eq!(without_ids(&resumed), without_ids(&whole));
    service.agrees_with(&resumed, "Name");
    assert_eq!(
        desk.read("out/rejected.csv"),
        unbroken.read("out/rejected.csv")
    );
    assert_eq!(lasting(&desk.summary()), lasting(&unbroken.summary()));
    assert_eq!(
        desk.summary()["requests"]["AddPartner"],
        60,
        "both goes are counted"
    );
}

#[cfg(unix)]
#[test]
fn run_of_the_same_file_goes_on_by_itself() {
    let (desk, service, done) = interrupted(12);
    done.exits(130);
    let id = run_id(&desk);
    // Elsewhere, under another name: the content counts.
    std::fs::rename(desk.path("in.csv"), desk.path("moved.csv")).expect("renamed");
    let done = desk.run_at(
        &service,
        &["run", "moved.csv", "--yes", "--out", "elsewhere"],
    );
    done.exits(0).says(&[&format!("continuing run {id}")]);
    assert_eq!(service.requests(Method::AddPartner), 24);
    assert_eq!(run_id(&desk), id, "no second run");
    service.agrees_with(&desk.table("elsewhere/results.csv"), "Name");
}

#[cfg(unix)]
#[test]
fn a_changed_input_is_refused_and_both_ways_out_work() {
    let (desk, service, done) = interrupted(10);
    done.exits(130);
    let id = run_id(&desk);
    let changed = pairs(10).replace("Kind 9,", "Kind neun,");
    desk.write("in.csv", format!("{changed}Neu,,EndCustomer,InTrial,DE\n"));
    let before = service.requests(Method::AddPartner);
    let refused = [
        "row 20 differ",
        "20 rows then, 21 now",
        "--as-begun",
        "--new-run",
        &id,
    ];
    desk.run_at(&service, &["run", "in.csv", "--yes"])
        .exits(2)
        .says(&refused);
    desk.run_at(&service, &["resume"]).exits(2).says(&refused);
    assert_eq!(
        service.requests(Method::AddPartner),
        before,
        "nothing was sent"
    );

    desk.run_at(&service, &["resume", &id, "--as-begun"])
        .exits(0);
    assert!(
        service.added().iter().any(|one| one.name == "Kind 9"),
        "the rows as they were"
    );
    assert_eq!(service.added().len(), 20);

    let done = desk
        .run_at(&service, &["run", "in.csv", "--yes", "--out", "new"])
        .exits(0);
    assert!(
        done.out
            .contains("2 created, 19 already there (all 21 rows"),
        "{}",
        done.out
    );
    assert_eq!(desk.table("new/results.csv").statuses().len(), 21);
}

#[cfg(unix)]
#[test]
fn a_new_run_gives_the_old_one_up() {
    let (desk, service, done) = interrupted(10);
    done.exits(130);
    let id = run_id(&desk);
    desk.write("in.csv", pairs(11));
    let run = [
        "run",
        "in.csv",
        "--yes",
        "--new-run",
        "--settle-wait",
        "100ms",
        "--out",
        "new",
    ];
    desk.run_at(&service, &run).exits(0);
    assert_eq!(service.added().len(), 22, "each once");
    let statuses = desk.table("new/results.csv");
    let exists = statuses
        .statuses()
        .iter()
        .filter(|status| **status == "exists")
        .count();
    assert!(exists >= 4, "{exists}");
    desk.run_at(&service, &["resume", &id])
        .exits(0)
        .says(&["is finished; nothing to continue"]);
    desk.run_at(&service, &["resume", "last"])
        .exits(2)
        .says(&["there is no unfinished run"]);
}

#[cfg(unix)]
#[test]
fn a_job_says_beforehand_what_becomes_of_a_run_whose_list_has_changed() {
    // The run is finished as it was begun; the list has its turn in the next one.
    let (desk, service, done) = interrupted(10);
    done.exits(130);
    let id = run_id(&desk);
    desk.write("in.csv", pairs(11).replace("Kind 9,", "Kind neun,"));
    let run = ["run", "in.csv", "--yes", "--out", "out"];
    let as_begun = [&run[..], &["--if-changed", "as-begun"]].concat();
    desk.run_at(&service, &as_begun).exits(0).says(&[
        &format!("has changed since the run {id} began"),
        "finished with the rows it began with",
    ]);
    assert_eq!(service.added().len(), 20);
    assert!(service.added().iter().any(|one| one.name == "Kind 9"));
    desk.run_at(&service, &as_begun).exits(0);
    assert_eq!(service.added().len(), 23);

    // The profile of a scheduled job gives it up.
    let (desk, service, done) = interrupted(10);
    done.exits(130);
    let id = run_id(&desk);
    desk.write("in.csv", pairs(9));
    desk.run(&["init", "in.csv", "--nightly"]).exits(0);
    let profile = desk.read("partner-import.toml");
    for line in [
        "if_changed = \"new-run\"",
        "min_rows = \"50%\"",
        "max_errors = \"5%\"",
        "quarantine_after = 3",
        "max_near_names = 0",
    ] {
        assert!(profile.contains(&format!("\n{line}\n")), "{profile}");
    }
    desk.run_at(&service, &run).exits(0).says(&[
        &format!("has changed since the run {id} began"),
        "20 rows then, 18 now",
        "abandoned for a new run",
    ]);
    let results = desk.table("out/results.csv");
    assert_eq!(results.statuses().len(), 18);
    let names: std::collections::BTreeSet<String> =
        service.added().into_iter().map(|one| one.name).collect();
    assert_eq!(names.len(), service.added().len(), "nobody is there twice");
    desk.run_at(&service, &["resume", &id])
        .exits(0)
        .says(&["is finished; nothing to continue"]);
}

#[cfg(unix)]
#[test]
fn a_job_that_gives_up_gives_up_for_other_options_as_well() {
    let (desk, service, done) = interrupted(10);
    done.exits(130);
    let run = [
        "run",
        "in.csv",
        "--yes",
        "--out",
        "new",
        "--default",
        "City=Ulm",
    ];
    desk.run_at(&service, &run)
        .exits(2)
        .says(&["other options"]);
    let new_run = [&run[..], &["--if-changed", "new-run"]].concat();
    desk.run_at(&service, &new_run)
        .exits(0)
        .says(&["other options", "abandoned for a new run"]);
    assert_eq!(service.added().len(), 20, "each once");
}

#[cfg(unix)]
#[test]
fn other_options_are_no_reason_to_guess() {
    let (desk, service, done) = interrupted(10);
    done.exits(130);
    let other = [
        "run",
        "in.csv",
        "--yes",
        "--set",
        "ServiceType=SoftwareOnly",
    ];
    let says = [
        "began with other options",
        "ServiceType=SoftwareOnly",
        "partner-import resume",
    ];
    desk.run_at(&service, &other).exits(2).says(&says);
}

#[cfg(unix)]
#[test]
fn resume_finds_the_profile_beside_the_input() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(25)));
    std::fs::create_dir(desk.path("list")).expect("a directory");
    desk.write("list/in.csv", pairs(10));
    let profile = "[target]\npartner = \"Sandbox MSP (admin@example.com)\"\nusername = \"api\"\n\
        password_file = \"token\"\n[output]\nstate_dir = \"kept\"\n";
    desk.write("list/partner-import.toml", profile);
    desk.trust("list/partner-import.toml");
    desk.write("list/token", "sandbox\n");
    let start = |arguments: &[&str]| {
        let mut command = desk.tool(arguments);
        command.env_remove("PARTNER_IMPORT_STATE_DIR");
        command.env("PARTNER_IMPORT_ENDPOINT", &service.endpoint);
        // The command to go on with repeats it.
        if !arguments.contains(&"--rate") {
            command.args(["--rate", "none"]);
        }
        command.spawn().expect("it starts")
    };
    let child = start(&["run", "list/in.csv", "--yes", "--out", "out"]);
    service.interrupt_at(&child, Method::AddPartner, 4);
    let done = end_of(child).exits(130);
    let command = done
        .out
        .lines()
        .find(|line| line.contains("partner-import resume"));
    let words: Vec<&str> = command
        .expect("the next command")
        .split_whitespace()
        .skip(1)
        .collect();
    assert!(words.contains(&"--state-dir"), "{words:?}");
    end_of(start(&words)).exits(0);
    assert_eq!(service.added().len(), 20);
}

#[test]
fn report_writes_the_files_again_from_the_journal() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", format!("{}Falsch,,Boss,InTrial,DE\n", pairs(2)));
    desk.import(&service, "in.csv").exits(1);
    let names = ["results.csv", "rejected.csv", "summary.json"];
    let files = names.map(|name| desk.read(&format!("out/{name}")));
    std::fs::remove_dir_all(desk.path("out")).expect("removed");
    std::fs::remove_file(desk.path("in.csv")).expect("removed");
    let id = run_id(&desk);
    // The beginning of an id is enough.
    desk.run(&["report", &id[..10]]).exits(0);
    assert_eq!(names.map(|name| desk.read(&format!("out/{name}"))), files);
    desk.run(&["report", &id, "--out", "other"]).exits(0);
    assert_eq!(names.map(|name| desk.read(&format!("other/{name}"))), files);
    desk.run(&["report", "nosuch"])
        .exits(2)
        .says(&["nosuch", "`partner-import runs`"]);
}

#[test]
fn runs_are_listed_newest_first() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.run(&["runs"]).exits(0).says(&["there are no runs"]);
    for name in ["b.csv", "a.csv", "c.csv"] {
        desk.write(name, pairs(1));
        desk.import(&service, name).exits(0);
    }
    let list = desk.run(&["runs"]).exits(0).out;
    let files: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    assert_eq!(files, ["c.csv", "a.csv", "b.csv"]);
    let documents = desk.run(&["runs", "--format", "json"]).exits(0).json();
    assert_eq!(documents[0]["input"]["path"], "c.csv");
    assert_eq!(documents[0]["resumable"], false);
    assert_eq!(documents[0]["exit_code"], 0);
}

#[test]
fn a_second_run_against_the_same_target_is_refused_and_names_the_first() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(100)));
    desk.write("in.csv", pairs(12));
    desk.write("other.csv", pairs(1));
    let child = begin(&desk, &service, &[]);
    let holder = format!("process {}", child.id());
    let refused = desk
        .import(&service, "other.csv")
        .exits(6)
        .says(&[&holder, "in.csv"]);
    assert!(refused.err.contains("help:"), "{}", refused.err);
    end_of(child).exits(0);
    desk.import(&service, "other.csv").exits(0);
}

#[cfg(unix)]
#[test]
fn a_run_of_all_sheets_is_continued_as_such_only() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(25)));
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, level, parent) in [
        ("Houses", "EndCustomer", ""),
        ("Children", "Site", "Houses"),
    ] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (column, text) in (0..).zip(["Name", "Parent", "Level", "State", "Country"]) {
            sheet.write_string(0, column, text).unwrap();
        }
        for row in 1..=40 {
            let parent = match parent {
                "" => String::new(),
                parent => format!("{parent} {row}"),
            };
            let cells = [&format!("{name} {row}"), &parent, level, "InTrial", "DE"];
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    workbook.save(desk.path("in.xlsx")).unwrap();
    let run = |flags: &'static [&'static str]| {
        [&["run", "in.xlsx", "--yes", "--out", "out"], flags].concat()
    };
    let child = desk
        .at(&service, &run(&["--all-sheets", "--concurrency", "2"]))
        .spawn()
        .expect("it starts");
    until("some customers", || {
        service.requests(Method::AddPartner) >= 4
    });
    interrupt(&child);
    end_of(child).exits(130);
    let refused = end_of(
        desk.at(&service, &run(&["--sheet", "Houses"]))
            .spawn()
            .unwrap(),
    );
    refused.exits(2).says(&["--all-sheets instead of"]);
    end_of(desk.at(&service, &run(&["--all-sheets"])).spawn().unwrap()).exits(0);
    let results = desk.table("out/results.csv");
    assert_eq!(results.rows.len(), 80);
    let last = results.rows.last().expect("a row");
    let cells = ["Name", "ImportSheet", "ImportStatus"].map(|name| last[name].as_str());
    assert_eq!(cells, ["Children 40", "Children", "created"]);
}

#[test]
fn prune_wants_to_know_which() {
    let desk = Desk::new();
    for arguments in [
        &["runs", "prune"][..],
        &["runs", "prune", "--dry-run", "--yes"],
    ] {
        desk.run(arguments)
            .exits(2)
            .says(&["--keep", "--older-than"]);
    }
    desk.run(&[
        "runs",
        "prune",
        "--keep",
        "1",
        "--older-than",
        "2d",
        "--dry-run",
    ])
    .exits(0);
}

#[test]
fn the_runs_are_listed_newest_first_with_what_they_came_to_and_the_last_can_be_undone() {
    let (desk, service) = (Desk::new(), Service::new());
    let taken = "Hidden Competitor Ltd,,EndCustomer,InTrial,DE\n";
    let in_bonn = |list: &str| {
        let list = list.replace(",DE\n", ",DE,Bonn\n");
        list.replace(",Country\n", ",Country,City\n")
    };
    let first = format!("{}{taken}", pairs(2));
    desk.write("first.csv", in_bonn(&first));
    desk.write("second.csv", in_bonn(&pairs(3)));
    let run = |file: &str, more: &[&str]| {
        let run = ["run", file, "--yes", "--out", "out"];
        desk.run_at(&service, &[&run[..], more].concat())
    };
    run("first.csv", &[]).exits(1);
    run("second.csv", &["--job", "psa"]).exits(0);
    run(
        "second.csv",
        &["--set", "City=Ulm", "--on-exists", "update"],
    )
    .exits(0);
    run("second.csv", &[]).exits(0);
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let counts: Vec<[u64; 3]> = runs
        .as_array()
        .expect("runs")
        .iter()
        .map(|run| {
            ["created", "updated", "failed"].map(|of| run["counts"][of].as_u64().expect("a number"))
        })
        .collect();
    assert_eq!(counts, [[0, 0, 0], [0, 6, 0], [2, 0, 0], [4, 0, 1]]);
    assert_eq!(runs[2]["job"], "psa");
    let shown = desk.run(&["runs"]).exits(0).out;
    let lines: Vec<&str> = shown.lines().collect();
    for part in ["SANDBOX", "4 created", "1 failed", "first.csv", "done (1)"] {
        assert!(lines[3].contains(part), "no {part} in {}", lines[3]);
    }
    assert!(lines[2].contains("second.csv  (psa)"), "{}", lines[2]);
    // The last one did nothing: it is the one before it that is taken back, then the next.
    let last = |number: &str| desk.run_at(&service, &["undo", "last", "--confirm", number]);
    let id = |at: usize| runs[at]["run_id"].as_str().expect("an id").to_owned();
    last("6").exits(0).says(&[&id(1)]);
    last("2").exits(0).says(&[&id(2)]);
    assert_eq!(service.added().len(), 4);
    last("4").exits(0).says(&[&id(3)]);
    assert!(service.added().is_empty());
    last("0").exits(2).says(&["no run that created or changed"]);
}
