//! `lookup partners --save` and `check --tenant`: a tenant to check against, offline.

use std::collections::BTreeSet;

use partner_import::sandbox::{ACCOUNT_PASSWORD, Method};
use serde_json::Value;

use super::desk::{Desk, SMALL, Service};
use super::schema::{self, matches};

/// Rows that meet the tenant in every way there is a rule for.
const AGAINST: &str = "\
Name,Parent,ParentId,Level,State,Country,ExternalCode,Location,LocationId,Region,ServiceType
Nord Partner,,,Reseller,InProduction,DE,N-0,,,,
Neu,Nord Partner,,EndCustomer,InTrial,DE,N-3,Germany,,Europe,
Verloren,Niemand,,EndCustomer,InTrial,DE,N-4,,,,
Zu hoch,Bäckerei Süd,,Reseller,InTrial,DE,N-5,,,,
Gesperrt,,,EndCustomer,InTrial,KP,N-6,,,,
Ort,,,EndCustomer,InTrial,DE,N-7,Atlantis,,,
Ortsnummer,,,EndCustomer,InTrial,DE,N-8,,99999,,
Gegend,,,EndCustomer,InTrial,DE,N-9,,,Nirgendwo,
Nummer,,424242,EndCustomer,InTrial,DE,N-10,,,,
Darunter,N-4,,Site,InTrial,DE,N-11,,,,
Øst Lager,,,EndCustomer,InTrial,DK,anders,,,,
Standort,,,Site,InTrial,DE,N-12,,,,
";

fn saved() -> (Desk, Service) {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    desk.run_at(&service, &["lookup", "partners", "--save", "tenant.json"])
        .exits(0)
        .says(&["written: tenant.json", "4 customers", "Sandbox MSP"]);
    (desk, service)
}

#[test]
fn a_snapshot_is_as_its_schema_says_and_holds_no_secret() {
    let (desk, _service) = saved();
    let text = desk.read("tenant.json");
    let snapshot: Value = serde_json::from_str(&text).expect("JSON");
    matches("tenant", &snapshot);
    assert_eq!(snapshot["mode"], "sandbox");
    assert_eq!(snapshot["root_id"], 1000);
    assert_eq!(snapshot["partners"].as_array().map(Vec::len), Some(4));
    for list in ["locations", "countries", "regions"] {
        let entries = snapshot[list].as_array().map_or(0, Vec::len);
        assert!(entries > 1, "{list}: {entries}");
    }
    for secret in [ACCOUNT_PASSWORD, "visa", "password", "token"] {
        // The sandbox's password is its name, which the endpoint's mode holds as well.
        let plain = text.replace("\"mode\": \"sandbox\"", "");
        assert!(!plain.contains(secret), "{secret}");
    }
    // A member that the schema does not tell of is found out.
    let mut more = snapshot.clone();
    more["partners"][0]["secret"] = "x".into();
    assert!(schema::problems("tenant", &more).contains("secret"));
}

#[test]
fn check_against_a_snapshot_finds_what_the_plan_finds() {
    let (desk, service) = saved();
    desk.write("more.csv", AGAINST);
    let before = service.methods().len();
    let offline = desk
        .run(&[
            "check",
            "more.csv",
            "--tenant",
            "tenant.json",
            "--format",
            "json",
        ])
        .exits(1)
        .json();
    assert_eq!(service.methods().len(), before, "a check asks nobody");
    let online = desk
        .run_at(&service, &["plan", "more.csv", "--format", "json"])
        .exits(1)
        .json();
    let told = |document: &Value| -> BTreeSet<String> {
        let list = document["diagnostics"].as_array().expect("a list");
        list.iter()
            .map(|one| format!("{} {} {}", one["row"], one["code"], one["message"]))
            .collect()
    };
    assert_eq!(told(&offline), told(&online));
    let codes: BTreeSet<&str> = offline["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect();
    for code in ["T101", "T104", "T105", "T201", "T301", "T302", "T303"] {
        assert!(codes.contains(code), "{code} in {codes:?}");
    }
    for (check, plan) in [("invalid", "invalid"), ("blocked", "blocked")] {
        assert_eq!(offline[check], online["counts"][plan], "{check}");
    }
    assert_eq!(offline["tenant"]["create"], online["counts"]["create"]);
    assert_eq!(offline["tenant"]["exists"][0]["row"], 2);
    assert_eq!(
        offline["tenant"]["exists"][0]["id"],
        online["rows"][0]["id"]
    );
}

#[test]
fn check_says_how_many_are_there_already_and_of_when_that_is() {
    let (desk, _service) = saved();
    let done = desk
        .run(&["check", "in.csv", "--tenant", "tenant.json"])
        .exits(0);
    for text in [
        "3 rows: 3 accepted",
        "against tenant.json (4 customers at http://127.0.0.1:",
        "0 to create, 3 already there (rows 2, 3, 4)",
        ", as of 20",
    ] {
        assert!(done.out.contains(text), "{text}: {}", done.out);
    }
    let sarif = desk.run(&[
        "check",
        "in.csv",
        "--tenant",
        "tenant.json",
        "--format",
        "sarif",
    ]);
    sarif.exits(0);
}

#[test]
fn a_snapshot_that_cannot_be_used_is_refused_in_clear_words() {
    let (desk, _service) = saved();
    let whole = desk.read("tenant.json");
    let check = |name: &str| desk.run(&["check", "in.csv", "--tenant", name]);
    desk.write("half.json", &whole[..whole.len() / 2]);
    check("half.json")
        .exits(3)
        .says(&["half.json", "damaged", "EOF", "lookup partners --save"]);
    desk.write(
        "newer.json",
        whole.replace("\"version\": 1", "\"version\": 2"),
    );
    check("newer.json")
        .exits(3)
        .says(&["newer.json", "format version 2", "up to 1"]);
    desk.write("other.json", "{\"format\": \"something\", \"version\": 1}");
    check("other.json")
        .exits(3)
        .says(&["not a tenant snapshot"]);
    check("missing.json").exits(3).says(&["missing.json"]);
    desk.trusted("[target]\nendpoint = \"https://api.backup.management/jsonapi\"\n");
    check("tenant.json").exits(2).says(&[
        "tenant.json",
        "http://127.0.0.1:",
        "https://api.backup.management/jsonapi",
        "--profile",
    ]);
    desk.trusted("[target]\npartner = \"Another MSP\"\n");
    check("tenant.json")
        .exits(2)
        .says(&["Another MSP", "Sandbox MSP (admin@example.com)"]);
}

#[test]
fn a_snapshot_replaces_a_snapshot_and_nothing_else() {
    let (desk, service) = saved();
    let save = |name: &str| desk.run_at(&service, &["lookup", "partners", "--save", name]);
    save("tenant.json").exits(0);
    save("in.csv").exits(2).says(&["in.csv", "already exists"]);
    assert_eq!(desk.read("in.csv"), SMALL);
    desk.run_at(&service, &["lookup", "regions", "--save", "x.json"])
        .exits(2)
        .says(&["lookup partners"]);
    assert_eq!(service.requests(Method::EnumerateRegions), 2);
}

#[test]
fn names_that_are_formulas_are_neutralised_in_lists_as_csv() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,Level,State,Country\n'=1+1,EndCustomer,InTrial,DE\n@SUM(A1),EndCustomer,InTrial,DE\n",
    );
    desk.import(&service, "in.csv");
    let names: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
    assert!(names.contains(&"@SUM(A1)".to_owned()), "{names:?}");
    let list = |format: &str| {
        desk.run_at(&service, &["lookup", "partners", "--format", format])
            .exits(0)
    };
    let csv = list("csv").out;
    assert!(csv.contains(",'@SUM(A1),"), "{csv}");
    assert!(!csv.contains(",@SUM"), "{csv}");
    assert!(list("json").out.contains("\"@SUM(A1)\""));
}
