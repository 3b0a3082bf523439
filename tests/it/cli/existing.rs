//! Customers that already exist: what a plan says of them, what `--on-exists` does with them,
//! and that a second run is quiet.

use std::fmt::Write as _;
use std::time::Duration;

use partner_import::sandbox::{Config, Method, NamePolicy};
use serde_json::{Value, json};

use super::desk::{Desk, SMALL, Service, until};

/// [`SMALL`] with a city and a phone number.
const RICH: &str = "Name,Parent,Level,State,Country,ExternalCode,City,Phone\n\
    Nord Partner,,Reseller,InProduction,DE,N-0,Kiel,123\n\
    Bäckerei Süd,Nord Partner,EndCustomer,InTrial,AT,N-1,Wien,\n\
    Øst Lager,,EndCustomer,InTrial,DK,N-2,,\n";

fn with_names(names: NamePolicy) -> Service {
    Service::with(Config {
        names,
        ..Config::default()
    })
}

/// What the service says of a customer.
fn customer(service: &Service, desk: &Desk, name: &str) -> Value {
    let list = desk
        .run_at(service, &["lookup", "partners", "--format", "json"])
        .exits(0)
        .json();
    let list = list.as_array().expect("a list").clone();
    let found = list.into_iter().find(|one| one["Name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn plan(desk: &Desk, service: &Service, flags: &[&str], code: i32) -> Value {
    let arguments = [&["plan", "in.csv", "--format", "json"], flags].concat();
    desk.run_at(service, &arguments).exits(code).json()
}

/// `row action finding` for every row.
fn rows(plan: &Value) -> Vec<String> {
    let rows = plan["rows"].as_array().expect("rows").iter();
    rows.map(|row| {
        let word = |key: &str| row[key].as_str().expect("a word").to_owned();
        format!("{} {} {}", row["row"], word("action"), word("finding"))
    })
    .collect()
}

#[test]
fn a_second_run_logs_in_once_reads_once_and_says_one_line() {
    for names in [NamePolicy::Global, NamePolicy::PerParent, NamePolicy::Any] {
        let (desk, service) = (Desk::new(), with_names(names));
        desk.write("in.csv", RICH);
        desk.import(&service, "in.csv").exits(0);
        let before = service.methods().len();
        let second = desk.import(&service, "in.csv").exits(0);
        let mut made = service.methods().split_off(before);
        made.sort();
        let expected = [
            "EnumerateCountries",
            "EnumeratePartners",
            "GetPartnerInfoById",
            "Login",
        ];
        assert_eq!(made, expected);
        let said = format!("{}{}", second.out, second.err);
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.contains("nothing to do: 3 rows, all already there"),
            "{said}"
        );
        assert_eq!(desk.table("out/results.csv").statuses(), ["exists"; 3]);
        assert_eq!(desk.summary()["verified"], true);
        assert_eq!(desk.summary()["requests"]["total"], 4);
        let full = desk
            .run_at(&service, &["run", "in.csv", "--yes", "--out", "out", "-v"])
            .exits(0);
        assert!(full.out.contains("already there"), "{}", full.out);
    }
}

#[test]
fn a_plan_says_of_every_row_how_it_stands() {
    for names in [NamePolicy::Global, NamePolicy::PerParent, NamePolicy::Any] {
        let (desk, service) = (Desk::new(), with_names(names));
        desk.write("in.csv", RICH);
        desk.import(&service, "in.csv").exits(0);
        let text = "Name,Parent,Level,State,Country,ExternalCode,City,Phone\n\
            Nord Partner,,Reseller,InProduction,DE,N-0,Hamburg,123\n\
            Bäckerei Süd,Nord Partner,EndCustomer,InTrial,Österreich,N-1,Wien,\n\
            Neu,Nord Partner,EndCustomer,InTrial,AT,N-3,,\n\
            Øst Lager,Nord Partner,EndCustomer,InTrial,DK,N-4,,\n\
            Anders,Nord Partner,EndCustomer,InTrial,DK,N-2,,\n\
            Gesperrt,,EndCustomer,InTrial,KP,N-5,,\n\
            Darunter,N-5,Site,InTrial,DE,N-6,,\n";
        desk.write("in.csv", text);
        let plan = plan(&desk, &service, &[], 1);
        assert_eq!(
            rows(&plan),
            [
                "2 exists differs",
                "3 exists exists",
                "4 create create",
                "5 create conflict",
                "6 invalid conflict",
                "7 invalid invalid",
                "8 blocked blocked",
            ]
        );
        assert_eq!(
            plan["findings"],
            json!({ "create": 1, "exists": 1, "differs": 1, "conflict": 2, "invalid": 1, "blocked": 1 })
        );
        let row = |index: usize| &plan["rows"][index];
        assert_eq!(
            row(0)["differences"],
            json!([{ "member": "Company.PostAddress.City", "tenant": "Kiel", "row": "Hamburg" }])
        );
        assert_eq!(row(2)["parent"]["name"], "Nord Partner");
        assert_eq!(row(2)["address"]["cell"], "A4");
        assert_eq!(row(3)["codes"], json!(["T205"]));
        assert_eq!(row(4)["codes"], json!(["T202"]));
        let blocked = plan["diagnostics"].as_array().expect("a list").iter();
        let blocked = blocked.clone().find(|one| one["code"] == "T303");
        let blocked = blocked.expect("T303");
        assert_eq!(
            (&blocked["cell"], &blocked["column"]),
            (&json!("E7"), &json!("Country"))
        );
        let tree = desk.run_at(&service, &["plan", "in.csv"]).exits(1).out;
        for line in [
            "2 to create, 2 already there (1 differs), 2 invalid, 1 blocked, 2 conflicts",
            "= Nord Partner  exists, id 100", // which id, the order of the answers decides
            ", differs (row 2)",
            "City: \"Kiel\" in the tenant, \"Hamburg\" in the row",
            "+ Neu  EndCustomer (row 4)",
            "! Anders  conflict T202 (row 6)",
            "! Darunter  blocked by row 7 (row 8)",
        ] {
            assert!(tree.contains(line), "no {line:?} in\n{tree}");
        }
        let table = desk
            .run_at(&service, &["plan", "in.csv", "--format", "table"])
            .exits(1);
        let rows = table.out.lines().take_while(|line| !line.is_empty());
        assert_eq!(rows.count(), 1 + 7, "{}", table.out);
        assert_eq!(service.requests(Method::AddPartner), 3);
    }
}

#[test]
fn a_changed_cell_of_a_customer_that_is_there_is_said() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", RICH);
    desk.import(&service, "in.csv").exits(0);
    desk.write("in.csv", RICH.replace("Kiel", "Hamburg"));
    let done = desk.import(&service, "in.csv").exits(0);
    assert!(!done.out.contains("nothing to do"), "{}", done.out);
    let line = "3 rows, all already there; 1 row differs in City; results in ";
    assert!(done.out.contains(line), "{}", done.out);
    let next = "\n\nNext, to change the customer that differs to what the list says:\n  partner-import run in.csv ";
    let (_, command) = done.out.split_once(next).expect("the command");
    assert!(command.contains(" --on-exists update"), "{command}");
    assert_eq!(command.lines().count(), 1, "{command}");
    // So says the plan, with the command.
    let plan = desk.run_at(&service, &["plan", "in.csv"]).exits(0).out;
    for text in [
        "3 already there (1 differs)",
        "Next, to change what is there (1 row differs in City):\n  partner-import run ",
        " --on-exists update",
    ] {
        assert!(plan.contains(text), "no {text:?} in\n{plan}");
    }
    let skip = ["plan", "in.csv", "--on-exists", "skip"];
    let plan = desk.run_at(&service, &skip).exits(0).out;
    assert!(
        !plan.contains("skip") && plan.contains("--on-exists update"),
        "{plan}"
    );
    // Beside rows that are new it is said below the counts.
    let changed = RICH.replace("Kiel", "Hamburg");
    desk.write(
        "in.csv",
        format!("{changed}Neu,,EndCustomer,InTrial,DE,N-9,,\n"),
    );
    let done = desk.import(&service, "in.csv").exits(0);
    for text in [
        "1 created, 3 already there (all 4 rows of the list)\n",
        "\n  1 row differs in City, and was left as in the tenant\n",
        "to change the customer that differs to what the list says:\n  partner-import run in.csv ",
        " --on-exists update",
    ] {
        assert!(done.out.contains(text), "no {text:?} in\n{}", done.out);
    }
    desk.write("in.csv", changed);
    let update = [
        "run",
        "in.csv",
        "--yes",
        "--on-exists",
        "update",
        "--out",
        "out",
    ];
    let done = desk.run_at(&service, &update).exits(0);
    assert!(
        done.out.contains("1 changed, 2 already there"),
        "{}",
        done.out
    );
    let again = desk.import(&service, "in.csv").exits(0);
    assert!(again.out.contains("nothing to do: 3 rows"), "{}", again.out);
}

#[test]
fn names_elsewhere_are_created_where_the_service_allows_them() {
    for (names, code) in [
        (NamePolicy::Global, 1),
        (NamePolicy::PerParent, 0),
        (NamePolicy::Any, 0),
    ] {
        let (desk, service) = (Desk::new(), with_names(names));
        desk.write("in.csv", RICH);
        desk.import(&service, "in.csv").exits(0);
        desk.write(
            "in.csv",
            "Name,Parent,Level,State,Country\nØst Lager,Nord Partner,EndCustomer,InTrial,DK\n",
        );
        desk.import(&service, "in.csv").exits(code);
        let status = if code == 0 { "created" } else { "failed" };
        assert_eq!(desk.table("out/results.csv").statuses(), [status]);
    }
}

#[test]
fn an_update_sends_what_differs_and_nothing_else() {
    for names in [NamePolicy::Global, NamePolicy::PerParent, NamePolicy::Any] {
        let (desk, service) = (Desk::new(), with_names(names));
        desk.write("in.csv", RICH);
        desk.import(&service, "in.csv").exits(0);
        // Another name for the code, a state, a city; the phone number's cell is empty now.
        let changed = RICH
            .replace("Bäckerei Süd,Nord", "Bäckerei Süd KG,Nord")
            .replace("InTrial,AT", "InProduction,AT")
            .replace("Kiel,123", "Hamburg,");
        desk.write("in.csv", &changed);
        let update = ["--on-exists", "update"];
        let planned = plan(&desk, &service, &update, 0);
        assert_eq!(
            rows(&planned),
            ["2 update differs", "3 update differs", "4 exists exists"]
        );
        assert_eq!(planned["counts"]["update"], 2);
        assert_eq!(
            planned["rows"][0]["changes"],
            json!({ "Company": { "PostAddress": { "City": "Hamburg" } } })
        );
        assert_eq!(
            planned["rows"][1]["changes"],
            json!({ "Name": "Bäckerei Süd KG", "State": "InProduction" })
        );
        let run = ["--on-exists", "update"];
        let done = desk.import_with(&service, &run).exits(0);
        let said = "2 changed, 1 already there (all 3 rows of the list)\n";
        assert!(done.out.contains(said), "{}", done.out);
        let summary = desk.summary();
        assert_eq!(summary["version"], 2);
        assert_eq!(summary["counts"]["exists"], 1);
        assert_eq!(summary["counts"]["updated"], 2);
        let table = desk.table("out/results.csv");
        assert_eq!(table.statuses(), ["updated", "updated", "exists"]);
        assert_eq!(table.column("ImportCode"), ["T502", "T502", ""]);
        assert_eq!(
            table.column("ImportMessage")[0],
            "updated: Company.PostAddress.City from \"Kiel\" to \"Hamburg\""
        );
        assert_eq!(desk.summary()["requests"]["ModifyPartner"], 2);
        assert_eq!(service.requests(Method::ModifyPartner), 2);
        assert_eq!(service.requests(Method::AddPartner), 3);
        let renamed = customer(&service, &desk, "Bäckerei Süd KG");
        assert_eq!(renamed["State"], "InProduction");
        // Read back, a row that was updated is known like one that exists.
        let again = ["run", "out/results.csv", "--yes", "--out", "again"];
        desk.run_at(&service, &again).exits(0);
        assert_eq!(desk.table("again/results.csv").statuses(), ["exists"; 3]);
        assert_eq!(service.requests(Method::ModifyPartner), 2);
        // All is as the row says, the phone number apart, which nobody emptied.
        desk.write("in.csv", changed.replace("Hamburg,", "Hamburg,123"));
        let again = desk.import_with(&service, &run).exits(0);
        assert!(again.out.contains("nothing to do"), "{}", again.out);
        assert_eq!(service.requests(Method::ModifyPartner), 2);
    }
}

#[test]
fn nobody_is_moved_without_being_told_to() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", RICH);
    desk.import(&service, "in.csv").exits(0);
    let north = customer(&service, &desk, "Nord Partner")["Id"].clone();
    let says = format!("says \"{north}\"");
    desk.write(
        "in.csv",
        RICH.replace("Øst Lager,,", "Øst Lager,Nord Partner,"),
    );
    let update = ["--on-exists", "update"];
    desk.import_with(&service, &update).exits(1).says(&[
        "T503",
        "ParentId is \"1000\"",
        &says,
        "--allow-move",
    ]);
    assert_eq!(service.requests(Method::ModifyPartner), 0);
    let table = desk.table("out/results.csv");
    assert_eq!(table.statuses(), ["exists", "exists", "invalid"]);
    let moving = [&update[..], &["--allow-move"]].concat();
    desk.import_with(&service, &moving).exits(0);
    assert_eq!(customer(&service, &desk, "Øst Lager")["ParentId"], north);
    assert_eq!(service.requests(Method::ModifyPartner), 1);
    desk.run_at(&service, &["plan", "in.csv", "--allow-move"])
        .exits(2)
        .says(&["--on-exists update"]);
}

#[test]
fn what_stands_below_waits_for_the_level_above_and_for_new_parents() {
    let (desk, service) = (Desk::new(), Service::new());
    let before = "Name,Parent,Level,State,Country,ExternalCode\n\
        Haus,,EndCustomer,InTrial,DE,H-0\nLager,,EndCustomer,InTrial,DE,H-1\n";
    desk.write("in.csv", before);
    desk.import(&service, "in.csv").exits(0);
    let after = "Name,Parent,Level,State,Country,ExternalCode\n\
        Filiale,Haus,EndCustomer,InTrial,DE,H-2\n\
        Haus,,Reseller,InTrial,DE,H-0\n\
        Lager,Zentrale,EndCustomer,InTrial,DE,H-1\n\
        Zentrale,,Reseller,InTrial,DE,H-3\n";
    desk.write("in.csv", after);
    let run = ["--on-exists", "update", "--allow-move"];
    desk.import_with(&service, &run).exits(0);
    let statuses = ["created", "updated", "updated", "created"];
    assert_eq!(desk.table("out/results.csv").statuses(), statuses);
    let center = customer(&service, &desk, "Zentrale")["Id"].clone();
    assert_eq!(customer(&service, &desk, "Lager")["ParentId"], center);
    assert_eq!(customer(&service, &desk, "Haus")["Level"], "Reseller");
    assert_eq!(desk.summary()["verified"], true);
}

#[test]
fn rows_that_exist_fail_where_none_may() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    desk.trusted("[existing]\non_exists = \"fail\"\n");
    let more =
        "Neu,,EndCustomer,InTrial,DE,N-3\nDarunter,Nord Partner,EndCustomer,InTrial,DE,N-4\n";
    desk.write("in.csv", format!("{SMALL}{more}"));
    let changes = service.requests(Method::AddPartner);
    desk.run_at(&service, &["plan", "in.csv"]).exits(1);
    desk.import(&service, "in.csv").exits(1);
    let table = desk.table("out/results.csv");
    assert_eq!(
        table.statuses(),
        ["failed", "failed", "failed", "created", "blocked"]
    );
    assert_eq!(table.column("ImportCode")[0], "T504");
    assert!(table.column("ImportMessage")[0].contains("already exists"));
    assert_eq!(service.requests(Method::AddPartner), changes + 1);
    assert_eq!(service.requests(Method::ModifyPartner), 0);
    // A flag comes before the profile.
    let run = ["--on-exists", "skip"];
    desk.import_with(&service, &run).exits(0);
}

/// A tenant in which the customer's state is to change.
fn to_update(faults: &[&str], latency: Duration) -> (Desk, Service) {
    let faults = faults.iter().map(|fault| fault.parse().expect("a fault"));
    let config = Config {
        faults: faults.collect(),
        latency,
        ..Config::default()
    };
    let (desk, service) = (Desk::new(), Service::with(config));
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    desk.write("in.csv", SMALL.replace("InTrial,DK", "InProduction,DK"));
    (desk, service)
}

const UPDATE: [&str; 4] = ["--on-exists", "update", "--settle-wait", "50ms"];

#[test]
fn an_update_without_an_answer_is_settled_by_reading_the_customer() {
    for (fault, sent) in [
        ("drop-answer=#1@ModifyPartner", 1),
        ("502-after=#1@ModifyPartner", 1),
        ("drop-request=#1@ModifyPartner", 2),
    ] {
        let (desk, service) = to_update(&[fault], Duration::ZERO);
        desk.import_with(&service, &UPDATE).exits(0);
        assert_eq!(service.requests(Method::ModifyPartner), sent, "{fault}");
        let table = desk.table("out/results.csv");
        assert_eq!(table.statuses(), ["exists", "exists", "updated"], "{fault}");
        assert_eq!(table.column("ImportCode")[2], "T502", "{fault}");
        assert_eq!(desk.summary()["requests"]["ModifyPartner"], sent, "{fault}");
        assert_eq!(
            customer(&service, &desk, "Øst Lager")["State"],
            "InProduction",
            "{fault}"
        );
    }
}

#[test]
fn a_refused_update_fails() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    // The name of another customer.
    let text = SMALL.replace("Øst Lager,,", "Nord Partner,Nord Partner,");
    let text = text.replace("EndCustomer,InTrial,DK,N-2", "EndCustomer,InTrial,DK,N-1b");
    let text = text.replace("Bäckerei Süd", "Øst Lager");
    desk.write(
        "in.csv",
        text.lines().take(3).fold(String::new(), |mut all, line| {
            let _ = writeln!(all, "{line}");
            all
        }),
    );
    desk.import_with(&service, &UPDATE).exits(1);
    let table = desk.table("out/results.csv");
    assert_eq!(table.statuses(), ["exists", "failed"]);
    assert_eq!(table.column("ImportCode")[1], "2115");
    assert_eq!(
        customer(&service, &desk, "Bäckerei Süd")["ExternalCode"],
        "N-1"
    );
}

#[test]
fn an_update_cut_off_by_death_is_settled_when_the_run_is_continued() {
    let (desk, service) = to_update(&["delay=#1:30s@ModifyPartner"], Duration::ZERO);
    let mut child = desk
        .import_command(&service, &UPDATE)
        .spawn()
        .expect("it starts");
    until("the update", || {
        service.requests(Method::ModifyPartner) == 1
    });
    service.kill(&mut child);
    let resume = ["resume", "--out", "out", "--settle-wait", "50ms"];
    desk.run_at(&service, &resume).exits(0);
    let table = desk.table("out/results.csv");
    assert_eq!(table.statuses(), ["exists", "exists", "updated"]);
    assert!(table.column("ImportMessage")[2].starts_with("updated: State"));
    assert_eq!(service.requests(Method::ModifyPartner), 1);
    assert_eq!(desk.summary()["verified"], true);
}

#[test]
fn misspelt_places_and_parents_come_with_what_may_be_meant() {
    let (desk, service) = (Desk::new(), with_names(NamePolicy::Any));
    let twins = "Name,Parent,Level,State,Country,ExternalCode\n\
        Nord,,Reseller,InTrial,DE,1\nSüd,,Reseller,InTrial,DE,2\n\
        Zwilling,Nord,EndCustomer,InTrial,DE,3\nZwilling,Süd,EndCustomer,InTrial,DE,4\n";
    desk.write("in.csv", twins);
    desk.import(&service, "in.csv").exits(0);
    let wrong = "Name,Parent,Level,State,Country,Location,Region\n\
        Eins,Nrod,EndCustomer,InTrial,DE,,\n\
        Zwei,Zwilling,Site,InTrial,DE,,\n\
        Drei,,EndCustomer,InTrial,DE,Germny,\n\
        Vier,,EndCustomer,InTrial,DE,Germany,Evrope\n\
        Fünf,,EndCustomer,InTrial,DE,germany,europe\n";
    desk.write("in.csv", wrong);
    let plan = plan(&desk, &service, &[], 1);
    let problems: Vec<String> = plan["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| {
            one["code"]
                .as_str()
                .is_some_and(|code| code.starts_with('T'))
        })
        .map(|one| {
            let word = |key: &str| one[key].as_str().unwrap_or("").to_owned();
            format!("{} {} {}", word("cell"), word("code"), one["suggestions"])
        })
        .collect();
    assert_eq!(
        problems,
        [
            "B2 T101 [\"Nord\"]",
            "B3 T102 []",
            "F4 T301 [\"Germany\"]",
            "G5 T302 [\"Europe\"]",
        ]
    );
    assert_eq!(plan["rows"][4]["partner_info"]["LocationId"], 8);
}
