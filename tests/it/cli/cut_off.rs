//! Requests of a run that was cut off may still be carried out, whatever is run next.

use partner_import::sandbox::{Config, Method, NamePolicy};

use super::desk::{Desk, Service};

/// A service that takes the same name twice, and carries the first creation out late.
fn late() -> Service {
    Service::with(Config {
        names: NamePolicy::Any,
        faults: vec!["late-commit=#1:2s@AddPartner".parse().expect("a fault")],
        ..Config::default()
    })
}

/// Starts an import of one customer and kills it while its request is under way.
fn killed(desk: &Desk, service: &Service) {
    desk.write(
        "monday.csv",
        "Name,Level,State,Country\nNord,EndCustomer,InTrial,DE\n",
    );
    let mut child = desk
        .at(
            service,
            &["run", "monday.csv", "--yes", "--settle-wait", "60s"],
        )
        .spawn()
        .expect("it starts");
    service.kill_at(&mut child, Method::AddPartner, 1);
}

fn import(desk: &Desk, service: &Service, file: &str, more: &[&str]) -> super::desk::Done {
    let run = ["run", file, "--yes", "--out", "out", "--settle-wait", "4s"];
    desk.run_at(service, &[&run[..], more].concat())
}

#[test]
fn a_run_of_another_file_waits_for_requests_that_may_still_land() {
    let (desk, service) = (Desk::new(), late());
    killed(&desk, &service);
    let tuesday =
        "Name,Level,State,Country\nNord,EndCustomer,InTrial,DE\nSüd,EndCustomer,InTrial,DE\n";
    desk.write("tuesday.csv", tuesday);
    import(&desk, &service, "tuesday.csv", &[]).exits(0).says(&[
        "interrupted earlier",
        "(monday.csv)",
        "waiting 4 s",
    ]);
    assert_eq!(
        desk.table("out/results.csv").statuses(),
        ["exists", "created"]
    );
    assert_eq!(service.added().len(), 2, "nobody is there twice");
    // It was waited for once.
    desk.write(
        "wednesday.csv",
        "Name,Level,State,Country\nWest,EndCustomer,InTrial,DE\n",
    );
    let next = import(&desk, &service, "wednesday.csv", &[]).exits(0);
    assert!(!next.err.contains("waiting"), "{}", next.err);
    // The first run can still be finished.
    desk.run_at(&service, &["resume", "--settle-wait", "100ms"])
        .exits(0);
    assert_eq!(service.added().len(), 3);
}

#[test]
fn a_run_that_is_given_up_is_given_up_only_when_nothing_of_it_can_land() {
    let (desk, service) = (Desk::new(), late());
    killed(&desk, &service);
    // Killed while it waits: the next one has to wait as well.
    let run = ["run", "monday.csv", "--yes", "--new-run"];
    let mut child = desk
        .at(&service, &[&run[..], &["--settle-wait", "60s"]].concat())
        .spawn()
        .expect("it starts");
    let mut words = std::io::BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("waiting") {
        line.clear();
        std::io::BufRead::read_line(&mut words, &mut line).expect("words");
        assert!(!line.is_empty(), "it does not wait");
    }
    service.kill(&mut child);
    import(&desk, &service, "monday.csv", &["--new-run"])
        .exits(0)
        .says(&["waiting 4 s"]);
    assert_eq!(desk.table("out/results.csv").statuses(), ["exists"]);
    assert_eq!(service.added().len(), 1);
}

#[test]
fn a_job_that_begins_anew_waits_first_and_doubles_nobody() {
    let (desk, service) = (Desk::new(), late());
    killed(&desk, &service);
    // The same customer by its name, beside a new one: the list of the next night.
    let changed =
        "Name,Level,State,Country\nSüd,EndCustomer,InTrial,DE\nNord,EndCustomer,InTrial,DE\n";
    desk.write("monday.csv", changed);
    import(&desk, &service, "monday.csv", &["--if-changed", "new-run"])
        .exits(0)
        .says(&["abandoned for a new run", "waiting 4 s"]);
    assert_eq!(
        desk.table("out/results.csv").statuses(),
        ["created", "exists"]
    );
    assert_eq!(service.added().len(), 2, "nobody is there twice");
}
