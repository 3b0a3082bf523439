//! Runs whose levels are derived.

use partner_import::sandbox::Method;

use crate::cli::desk::{Desk, Done, Service, Table};

const DERIVE: [&str; 2] = ["--default", "Level=derive"];

/// A company with a site and a site of that company's code, in no order.
const LIST: &str = "Name;Parent;Code;State;Country\n\
    Alder Werk;Alder;;InTrial;DE\n\
    Alder;;A-1;InTrial;DE\n\
    Alder Lager;A-1;;InTrial;DE\n";

fn levels(service: &Service) -> Vec<String> {
    let mut levels: Vec<String> = service
        .added()
        .iter()
        .map(|one| format!("{} {}", one.name, one.level))
        .collect();
    levels.sort();
    levels
}

const RIGHT: [&str; 3] = ["Alder EndCustomer", "Alder Lager Site", "Alder Werk Site"];

fn run(desk: &Desk, service: &Service, more: &[&str]) -> Done {
    let base = ["run", "in.csv", "--yes", "--out", "out"];
    desk.run_at(service, &[&base[..], more].concat())
}

#[test]
fn a_run_sends_what_the_plan_shows_and_a_second_one_nothing() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", LIST);
    let tree = desk
        .run_at(&service, &[&["plan", "in.csv"], &DERIVE[..]].concat())
        .exits(0);
    for line in ["Alder  EndCustomer (derived)", "Alder Werk  Site (derived)"] {
        assert!(tree.out.contains(line), "{}", tree.out);
    }
    let lines = ["plan", "in.csv", "--format", "jsonl"];
    let lines = desk
        .run_at(&service, &[&lines[..], &DERIVE].concat())
        .exits(0);
    assert_eq!(lines.out.matches("\"level_derived\":true").count(), 3);
    let table = ["plan", "in.csv", "--format", "table"];
    let table = desk
        .run_at(&service, &[&table[..], &DERIVE].concat())
        .exits(0);
    assert_eq!(table.out.matches(", derived").count(), 3, "{}", table.out);
    run(&desk, &service, &DERIVE).exits(0);
    assert_eq!(levels(&service), RIGHT);
    run(&desk, &service, &DERIVE).exits(0);
    run(
        &desk,
        &service,
        &[&DERIVE[..], &["--on-exists", "update"]].concat(),
    )
    .exits(0);
    assert_eq!(service.requests(Method::AddPartner), 3);
    assert_eq!(service.requests(Method::ModifyPartner), 0);
}

#[test]
fn an_approved_plan_holds_as_long_as_the_parent_has_its_level() {
    let (desk, service) = (Desk::new(), Service::new());
    let header = "Name,Parent,Level,State,Country,ExternalCode\n";
    desk.write(
        "first.csv",
        format!("{header}Haus,,EndCustomer,InTrial,DE,H\n"),
    );
    desk.import(&service, "first.csv").exits(0);
    desk.write("in.csv", "Name,Parent,State,Country\nHof,Haus,InTrial,DE\n");
    let save = ["plan", "in.csv", "--save", "plan.json"];
    desk.run_at(&service, &[&save[..], &DERIVE].concat())
        .exits(0);
    let plan: serde_json::Value = serde_json::from_str(&desk.read("plan.json")).unwrap();
    assert_eq!(plan["rows"][0]["level"], "Site");
    // The house becomes a service organisation.
    desk.write(
        "moved.csv",
        format!("{header}Haus,,ServiceOrganization,InTrial,DE,H\n"),
    );
    let update = ["run", "moved.csv", "--yes", "--out", "moved"];
    let allowed = ["--on-exists", "update", "--allow-move"];
    desk.run_at(&service, &[&update[..], &allowed].concat())
        .exits(0);
    let carry_out = ["run", "--plan", "plan.json", "--yes", "--out", "out"];
    desk.run_at(&service, &carry_out)
        .exits(2)
        .says(&["level was \"Site\", is now \"EndCustomer\""]);
    desk.run_at(&service, &[&save[..], &DERIVE].concat())
        .exits(0);
    desk.run_at(&service, &carry_out).exits(0);
    assert!(levels(&service).contains(&"Hof EndCustomer".to_owned()));
}

#[test]
fn a_snapshot_tells_what_is_open_offline() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", LIST);
    let check = [&["check", "in.csv"][..], &DERIVE].concat();
    let offline = desk.run(&check).exits(0);
    assert!(
        offline
            .out
            .contains("note[V907]: 3 rows without a level get it"),
        "{}",
        offline.out
    );
    desk.run(&[&check[..], &["--strict"]].concat()).exits(0);
    desk.write(
        "first.csv",
        "Name,Level,State,Country\nHaus,Site,InTrial,DE\n",
    );
    let lookup = ["lookup", "partners", "--save", "tenant.json"];
    desk.run_at(&service, &lookup).exits(0);
    let against = [&check[..], &["--tenant", "tenant.json"]].concat();
    let known = desk.run(&against).exits(0);
    assert!(!known.out.contains("V907"), "{}", known.out);
    // Below a site of the tenant.
    run(&desk, &service, &DERIVE).exits(0);
    desk.run_at(&service, &lookup).exits(0);
    desk.write(
        "in.csv",
        "Name,Parent,State,Country\nTor,Alder Werk,InTrial,DE\n",
    );
    let refused = desk.run(&against).exits(1);
    assert!(refused.out.contains("error[T107]"), "{}", refused.out);
    run(&desk, &service, &DERIVE).exits(1);
    let row = &desk.table("out/results.csv").rows[0];
    assert_eq!(row["ImportStatus"], "invalid");
    assert!(row["ImportCode"].starts_with("T107"), "{row:?}");
}

/// The rows that are there, whatever came of the first go, get the levels of an unbroken run.
#[cfg(unix)]
#[test]
fn a_run_that_was_interrupted_goes_on_with_the_levels_of_its_plan() {
    use std::fmt::Write as _;
    use std::time::Duration;

    use partner_import::sandbox::Method;

    use crate::cli::desk::end_of;

    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(25)));
    let mut list = String::from("Name,Parent,State,Country\n");
    for pair in 0..12 {
        let _ = writeln!(
            list,
            "Kind {pair},Haus {pair},InTrial,DE\nHaus {pair},,InTrial,DE"
        );
    }
    desk.write("in.csv", list);
    let flags = [&DERIVE[..], &["--concurrency", "2"]].concat();
    let child = desk.import_command(&service, &flags).spawn();
    let child = child.expect("it starts");
    service.interrupt_at(&child, Method::AddPartner, 4);
    let stopped = end_of(child).exits(130);
    assert!(stopped.out.contains("resume") || stopped.err.contains("resume"));
    desk.import_with(&service, &DERIVE).exits(0);
    let results: Table = desk.table("out/results.csv");
    assert!(
        results
            .rows
            .iter()
            .all(|row| row["ImportStatus"] == "created")
    );
    let levels = levels(&service);
    assert_eq!(levels.len(), 24);
    for level in levels {
        let expected = if level.starts_with("Kind") {
            "Site"
        } else {
            "EndCustomer"
        };
        assert!(level.ends_with(expected), "{level}");
    }
}
