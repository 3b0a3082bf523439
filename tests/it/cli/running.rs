//! `run` and its result files: what they hold, and that they can be run again.

use std::collections::BTreeSet;

use partner_import::sandbox::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::desk::{Desk, SMALL, Service, Table, holds};

/// One row of each kind that a finished run can have; `Nord Partner` exists already.
const MIXED: &str = "Name,Parent,Level,State,Country,Notes\n\
    Unter Falsch,Falsch,Site,InTrial,DE,blocked\n\
    Nord Partner,,Reseller,InProduction,DE,exists\n\
    Hidden Competitor Ltd,,EndCustomer,InTrial,DE,failed\n\
    Falsch,,EndCostumer,InTrial,DE,invalid\n\
    Unter Nord,Nord Partner,EndCustomer,InTrial,DE,created\n";

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

/// A desk on which [`MIXED`] was run against a tenant that has `Nord Partner`.
fn mixed() -> (Desk, Service) {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "before.csv",
        "Name,Level,State,Country\nNord Partner,Reseller,InProduction,DE\n",
    );
    desk.import(&service, "before.csv").exits(0);
    desk.write("mixed.csv", MIXED);
    desk.import(&service, "mixed.csv").exits(1);
    (desk, service)
}

#[test]
fn every_row_ends_in_one_status_beside_its_own_cells() {
    let (desk, service) = mixed();
    let results = desk.table("out/results.csv");
    assert_eq!(
        results.header,
        [
            "Name",
            "Parent",
            "Level",
            "State",
            "Country",
            "Notes",
            "ID",
            "ImportStatus",
            "ImportCode",
            "ImportMessage"
        ]
    );
    assert_eq!(
        results.statuses(),
        results.column("Notes"),
        "in the input's order"
    );
    assert_eq!(
        results.column("ImportCode"),
        ["H301", "", "2115", "V201", ""]
    );
    service.agrees_with(&results, "Name");
    let message = |row: usize| results.rows[row]["ImportMessage"].as_str();
    assert!(message(0).contains("row 5"), "{}", message(0));
    assert!(
        message(2).contains("already"),
        "the service's words: {}",
        message(2)
    );
    assert!(
        message(3).contains("Level (C5)"),
        "the cell: {}",
        message(3)
    );
    let rejected = desk.table("out/rejected.csv");
    assert_eq!(rejected.header, results.header);
    assert_eq!(rejected.statuses(), ["blocked", "failed", "invalid"]);
    assert!(desk.read("out/results.csv").ends_with("\r\n"));
}

#[test]
fn the_summary_holds_what_was_promised_and_the_counts_add_up() {
    let (desk, service) = mixed();
    let summary = desk.summary();
    let members = [
        "version",
        "run_id",
        "tool_version",
        "started_at",
        "finished_at",
        "input",
        "endpoint",
        "mode",
        "counts",
        "quarantined",
        "orphans",
        "requests",
        "verified",
        "mismatches",
        "exit_code",
    ];
    assert_eq!(keys(&summary), members.into());
    assert_eq!(
        summary["counts"],
        json!({ "rows": 5, "created": 1, "exists": 1, "updated": 0, "failed": 1, "invalid": 1,
            "blocked": 1, "unknown": 0, "pending": 0 })
    );
    assert_eq!(summary["input"]["path"], "mixed.csv");
    let digest = Sha256::digest(MIXED);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(summary["input"]["sha256"], digest);
    assert_eq!(summary["endpoint"], service.endpoint.as_str());
    assert_eq!(summary["mode"], "sandbox", "the server says so itself");
    assert_eq!(summary["exit_code"], 1);
    assert_eq!(summary["tool_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(summary["verified"], true);
    assert_eq!(summary["requests"]["AddPartner"], 2);
    assert_eq!(summary["requests"]["Login"], 1);
    assert_eq!(summary["requests"]["retries"], 0);
    let document = desk.run(&[
        "report",
        summary["run_id"].as_str().expect("an id"),
        "--format",
        "json",
    ]);
    let document = document.exits(0).json();
    assert_eq!(document["counts"], summary["counts"]);
    let files = document["files"].as_array().expect("a list");
    for name in ["results.csv", "rejected.csv", "summary.json"] {
        assert!(
            files
                .iter()
                .any(|file| file.as_str().is_some_and(|file| file.ends_with(name)))
        );
    }
}

#[test]
fn the_closing_text_counts_names_the_files_and_the_next_command() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("mixed.csv", MIXED);
    let done = desk.import(&service, "mixed.csv").exits(1);
    for text in [
        "SANDBOX, nothing real: 2 created, 3 need you\n",
        "  all              5  rows of the list\n",
        "What needs you:\n      1 row  the service refused: ",
        " (2115)\n             row 4\n",
        "below a row that was not imported",
        "If it was the wrong list, to undo the run:\n  partner-import undo ",
        "results.csv",
        "Next, to send the rejected rows again, fix them in results.xlsx and run that:",
        "Or, with a text editor (Excel would damage it), fix rejected.csv and run that:",
        &format!("rejected.csv --endpoint {}", service.endpoint),
    ] {
        assert!(done.out.contains(text), "no {text:?} in\n{}", done.out);
    }
}

#[test]
fn a_second_run_creates_nothing() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let ids = desk.table("out/results.csv").column("ID").join(" ");
    desk.import(&service, "in.csv").exits(0);
    let results = desk.table("out/results.csv");
    assert_eq!(results.statuses(), ["exists"; 3]);
    assert_eq!(results.column("ID").join(" "), ids);
    assert_eq!(service.requests(Method::AddPartner), 3);
    let methods = service.methods();
    let last_add = methods.iter().rposition(|method| method == "AddPartner");
    let second_login = methods.iter().rposition(|method| method == "Login");
    assert!(last_add < second_login, "{methods:?}");
}

#[test]
fn rejected_rows_are_mended_and_run_as_they_are() {
    let (desk, service) = mixed();
    let rejected = desk.read("out/rejected.csv");
    let mended = rejected
        .replace("EndCostumer", "EndCustomer")
        .replace("Hidden Competitor Ltd", "Visible Competitor Ltd");
    assert_ne!(mended, rejected);
    desk.write("rejected.csv", mended);
    desk.run_at(
        &service,
        &["run", "rejected.csv", "--yes", "--out", "again"],
    )
    .exits(0);
    let again = desk.table("again/results.csv");
    assert_eq!(again.statuses(), ["created"; 3]);
    assert_eq!(
        again.header,
        desk.table("out/results.csv").header,
        "no column is added twice"
    );
    let of_tenant = service.added();
    let id_of = |name: &str| {
        of_tenant
            .iter()
            .find(|one| one.name == name)
            .map(|one| one.id)
    };
    let below = of_tenant
        .iter()
        .find(|one| one.name == "Unter Falsch")
        .expect("it was created");
    assert_eq!(Some(below.parent_id), id_of("Falsch"));
    assert_eq!(of_tenant.len(), 5);
}

#[test]
fn the_command_for_rejected_rows_repeats_mapping_and_profile() {
    let (desk, service) = (Desk::new(), Service::new());
    std::fs::create_dir(desk.path("list")).expect("a directory");
    desk.write(
        "list/partner-import.toml",
        "[set]\nLevel = \"EndCustomer\"\nState = \"InTrial\"\n",
    );
    desk.write("list/in.csv", "Label;Land\nGut;DE\nSchlecht;Germny\n");
    let run = [
        "run",
        "list/in.csv",
        "--yes",
        "--out",
        "out",
        "--map",
        "Label=Name",
    ];
    let done = desk.run_at(&service, &run).exits(1);
    let mut lines = done.out.lines().rev();
    let command = lines.find(|line| line.contains("rejected.csv --"));
    let command = command.expect("a command").trim();
    let path = desk.path("out/rejected.csv");
    let mended = desk.read("out/rejected.csv").replace("Germny", "Germany");
    std::fs::write(path, mended).expect("mended");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    assert!(
        words.contains(&"--profile") && words.contains(&"Label=Name"),
        "{command}"
    );
    desk.run_at(&service, &[&words[..], &["--yes"]].concat())
        .exits(0);
    assert_eq!(service.added().len(), 2);
}

#[test]
fn rows_that_have_their_id_are_verified_and_not_sent() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let results = desk.read("out/results.csv");
    desk.write("results.csv", &results);
    desk.run_at(&service, &["run", "results.csv", "--yes", "--out", "again"])
        .exits(0);
    let again = desk.table("again/results.csv");
    assert_eq!(again.statuses(), ["exists"; 3]);
    assert_eq!(
        again.column("ID"),
        desk.table("out/results.csv").column("ID")
    );
    assert_eq!(service.requests(Method::AddPartner), 3);
    // An id that is somebody else's is told of, and nothing is sent for that row.
    let ids = desk.table("out/results.csv");
    let (first, last) = (&ids.rows[0]["ID"], &ids.rows[2]["ID"]);
    desk.write(
        "swapped.csv",
        results.replace(&format!(",{last},"), &format!(",{first},")),
    );
    let swapped = desk.run_at(
        &service,
        &["run", "swapped.csv", "--yes", "--out", "swapped"],
    );
    assert_eq!(swapped.code, 1, "{}", swapped.err);
    assert_eq!(service.requests(Method::AddPartner), 3);
}

#[test]
fn an_id_column_of_the_input_is_filled_in_place() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "ID;Name;Level;State;Country\r\n;Erste;EndCustomer;InTrial;DE\r\n",
    );
    desk.import(&service, "in.csv").exits(0);
    let results = Table::parse(&desk.read("out/results.csv"), b';');
    assert_eq!(results.header[..3], ["ID", "Name", "Level"]);
    assert_eq!(
        results.header.iter().filter(|name| *name == "ID").count(),
        1
    );
    service.agrees_with(&results, "Name");
}

#[test]
fn parents_may_stand_below_their_children() {
    let (desk, service) = (Desk::new(), Service::new());
    let upside_down = "Name,Parent,Level,State,Country\nRaum 1,Haus,Site,InTrial,DE\n\
        Haus,Dorf,EndCustomer,InTrial,DE\nDorf,,Reseller,InTrial,DE\n";
    desk.write("in.csv", upside_down);
    desk.import(&service, "in.csv").exits(0);
    let added = service.added();
    let names: Vec<&str> = added.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Dorf", "Haus", "Raum 1"]);
    assert_eq!(added[1].parent_id, added[0].id);
    assert_eq!(added[2].parent_id, added[1].id);
    service.agrees_with(&desk.table("out/results.csv"), "Name");
}

#[test]
fn formulas_are_neutralised_on_the_way_out_and_come_back_as_they_were() {
    let (desk, service) = (Desk::new(), Service::new());
    let names = [
        "=1+2 GmbH",
        "+49 Telefonladen",
        "-Minus-",
        "@home Nord",
        "'s Hertogenbosch",
    ];
    let rows: String = names
        .iter()
        .map(|name| format!("{name},EndCostumer,InTrial,DE,'=\"quoted\"\n"))
        .collect();
    desk.write("in.csv", format!("Name,Level,State,Country,=Notes\n{rows}"));
    desk.import(&service, "in.csv").exits(1);
    let rejected = desk.table("out/rejected.csv");
    for cell in rejected
        .rows
        .iter()
        .flat_map(std::collections::BTreeMap::values)
    {
        assert!(
            !cell.starts_with(['=', '+', '-', '@']),
            "{cell} would be run as a formula"
        );
    }
    let text = desk
        .read("out/rejected.csv")
        .replace("EndCostumer", "EndCustomer");
    desk.write("rejected.csv", text);
    desk.run_at(
        &service,
        &["run", "rejected.csv", "--yes", "--out", "again"],
    )
    .exits(0);
    let mut added: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
    added.sort();
    let mut expected = names.map(str::to_owned);
    expected.sort();
    assert_eq!(added, expected);
    // Written once more they look the same: nothing is neutralised twice.
    let notes = desk.table("again/results.csv");
    assert_eq!(
        notes.column(&notes.header[4]),
        rejected.column(&rejected.header[4])
    );
}

#[test]
fn a_workbook_gives_comma_separated_results() {
    let (desk, service) = (Desk::new(), Service::new());
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/samples/four-levels/input.xlsx"
    );
    std::fs::copy(sample, desk.path("in.xlsx")).expect("a copy");
    desk.import(&service, "in.xlsx").exits(0);
    let results = desk.table("out/results.csv");
    service.agrees_with(&results, "Name");
    assert_eq!(desk.summary()["input"]["sheet"], "Customers");
}

#[test]
fn a_file_without_rows_is_refused_unless_it_may_be_empty() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("none.csv", "Name,Level,State,Country\n");
    desk.write("empty.csv", "");
    for (list, why) in [
        (
            "none.csv",
            "error[R003]: there is a header, and no customer below it",
        ),
        ("empty.csv", "error[R001]: the file holds no row"),
    ] {
        let refused = desk.import(&service, list).exits(3);
        refused.says(&[why, "holds no customer", "--allow-empty"]);
        assert_eq!(
            service.methods(),
            Vec::<String>::new(),
            "nobody needs to log in"
        );
    }
    assert_eq!(desk.run(&["runs"]).exits(0).out, "");
    for list in ["none.csv", "empty.csv"] {
        let allowed = ["run", list, "--yes", "--allow-empty", "--out", "out"];
        let allowed = desk.run_at(&service, &allowed).exits(0);
        allowed.says(&["note[R005]", "holds no customer, which is permitted"]);
        assert_eq!(desk.summary()["counts"]["rows"], 0);
    }
    assert_eq!(service.added().len(), 0);
}

#[test]
fn a_file_of_mistakes_is_reported_without_a_log_in() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", "Name,Level,State,Country\nEins,Chef,InTrial,DE\n");
    desk.import(&service, "in.csv").exits(1);
    assert_eq!(desk.table("out/results.csv").statuses(), ["invalid"]);
    assert!(holds(&desk.path("out"), "summary.json"));
    assert_eq!(service.methods(), Vec::<String>::new());
    assert!(desk.run(&["runs"]).exits(0).out.contains("done (1)"));
}

#[test]
fn results_lie_beside_their_list_and_a_second_attempt_beside_the_first() {
    let (desk, service) = (Desk::new(), Service::new());
    std::fs::create_dir(desk.path("lists")).expect("a folder");
    desk.write("lists/mixed.csv", MIXED);
    let list = desk.path("lists/mixed.csv");
    let list = list.to_str().expect("UTF-8");
    // The command may be typed anywhere.
    desk.run_at(&service, &["run", list, "--yes"]).exits(1);
    let attempts = || -> Vec<std::path::PathBuf> {
        let found = std::fs::read_dir(desk.path("lists/mixed-results")).expect("results");
        let mut found: Vec<_> = found.map(|one| one.expect("an entry").path()).collect();
        found.sort();
        found
    };
    let [first] = &attempts()[..] else {
        panic!("{:?}", attempts());
    };
    for name in ["results.csv", "results.xlsx", "rejected.csv"] {
        let file = first.join(name);
        let again = ["run", file.to_str().expect("UTF-8"), "--yes"];
        let done = desk.run_at(&service, &again).exits(1);
        assert!(
            !done.out.contains(&format!("{name}-results")),
            "{}",
            done.out
        );
    }
    let all = attempts();
    assert_eq!(all.len(), 4, "{all:?}");
    for one in &all {
        let inside = std::fs::read_dir(one).expect("files");
        let folders = inside.filter(|one| one.as_ref().is_ok_and(|one| one.path().is_dir()));
        assert_eq!(folders.count(), 0, "{one:?}");
    }
    let here = std::fs::read_dir(desk.path("")).expect("the desk");
    let strays = here.filter(|one| {
        let name = one.as_ref().expect("an entry").file_name();
        name.to_string_lossy().ends_with("-results")
    });
    assert_eq!(
        strays.count(),
        0,
        "nothing lies where the command was typed"
    );
    // Where an attempt had a folder of its own name, the next one lies beside that.
    desk.import(&service, "lists/mixed.csv").exits(1);
    let again = ["run", "out/rejected.csv", "--yes"];
    desk.run_at(&service, &again).exits(1);
    let beside = std::fs::read_dir(desk.path("")).expect("the desk");
    let beside = beside.filter(|one| {
        let name = one.as_ref().expect("an entry").file_name();
        name.to_string_lossy().starts_with("out-2")
    });
    assert_eq!(beside.count(), 1);
}
