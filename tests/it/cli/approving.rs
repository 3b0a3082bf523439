//! `plan --save` and `run --plan`: what was approved is what is done, or nothing is.

use partner_import::sandbox::Method;
use serde_json::Value;

use super::desk::{Desk, Done, SMALL, Service};
use super::schema::matches;

const HEADER: &str = "Name,Parent,Level,State,Country,ExternalCode\n";

/// A desk whose tenant has the three customers of [`SMALL`], and a list `in.csv` with one of them,
/// two new ones, and one that is wrong.
fn planned() -> (Desk, Service) {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("first.csv", SMALL);
    desk.import(&service, "first.csv").exits(0);
    desk.write(
        "in.csv",
        format!(
            "{HEADER}Øst Lager,,EndCustomer,InTrial,DK,N-2\n\
             Neu,Nord Partner,EndCustomer,InTrial,DE,N-3\n\
             Falsch,Nord Partner,EndCostumer,InTrial,DE,N-4\n\
             Werk,Neu,Site,InTrial,DE,N-5\n"
        ),
    );
    save(&desk, &service, &[])
        .exits(1)
        .says(&["written: plan.json"]);
    (desk, service)
}

fn save(desk: &Desk, service: &Service, flags: &[&str]) -> Done {
    let arguments = [&["plan", "in.csv", "--save", "plan.json"], flags].concat();
    desk.run_at(service, &arguments)
}

fn carry_out(desk: &Desk, service: &Service, flags: &[&str]) -> Done {
    let base = ["run", "--plan", "plan.json", "--yes", "--out", "out"];
    desk.run_at(service, &[&base[..], flags].concat())
}

/// Adds customers to the tenant as somebody else would.
fn meanwhile(desk: &Desk, service: &Service, rows: &str) {
    desk.write("meanwhile.csv", format!("{HEADER}{rows}"));
    let arguments = ["run", "meanwhile.csv", "--yes", "--out", "elsewhere"];
    desk.run_at(service, &arguments).exits(0);
}

#[track_caller]
fn refused(desk: &Desk, service: &Service, flags: &[&str], words: &[&str]) {
    let before = service.requests(Method::AddPartner);
    let done = carry_out(desk, service, flags).exits(2);
    done.says(&["nothing was sent"]).says(words);
    assert_eq!(service.requests(Method::AddPartner), before);
}

#[test]
fn a_plan_file_is_as_its_schema_says_and_changes_nothing() {
    let (desk, service) = planned();
    let text = desk.read("plan.json");
    let plan: Value = serde_json::from_str(&text).expect("JSON");
    matches("plan", &plan);
    assert_eq!(
        plan["counts"],
        serde_json::json!({ "rows": 4, "create": 2, "exists": 1, "invalid": 1 })
    );
    assert_eq!(plan["rows"][1]["action"], "create");
    assert_eq!(plan["rows"][3]["parent"], serde_json::json!({ "row": 3 }));
    for secret in ["visa", "password", "token"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert_eq!(service.requests(Method::AddPartner), 3);
}

#[test]
fn an_approved_plan_is_carried_out_once() {
    let (desk, service) = planned();
    // Not even an approved plan runs by itself.
    desk.run_at(&service, &["run", "--plan", "plan.json"])
        .exits(2)
        .says(&["create 2 customers", "--yes"]);
    // A tenant that has changed where no row is touched is no obstacle.
    meanwhile(&desk, &service, "Ganz anders,,EndCustomer,InTrial,FR,X-1\n");
    let dry = desk.run_at(&service, &["run", "--plan", "plan.json", "--dry-run"]);
    assert!(dry.exits(1).out.contains("2 to create"));
    carry_out(&desk, &service, &[]).exits(1);
    let table = desk.table("out/results.csv");
    assert_eq!(
        table.statuses(),
        ["exists", "created", "invalid", "created"]
    );
    let names: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
    assert!(names.contains(&"Neu".to_owned()) && names.contains(&"Werk".to_owned()));
    refused(
        &desk,
        &service,
        &[],
        &[
            "row 3: was create, is now exists (ID ",
            "row 5: was create",
            "in.csv --save ",
        ],
    );
}

#[test]
fn a_changed_tenant_is_told_row_by_row() {
    let (desk, service) = planned();
    meanwhile(
        &desk,
        &service,
        "Neu,Nord Partner,EndCustomer,InTrial,DE,N-3\n",
    );
    refused(
        &desk,
        &service,
        &[],
        &["row 3: was create, is now exists (ID "],
    );
    let dry = ["run", "--plan", "plan.json", "--dry-run"];
    desk.run_at(&service, &dry).exits(2).says(&["row 3"]);
}

#[test]
fn a_name_that_was_taken_elsewhere_is_told() {
    let (desk, service) = (
        Desk::new(),
        Service::with(partner_import::sandbox::Config {
            names: partner_import::sandbox::NamePolicy::PerParent,
            ..partner_import::sandbox::Config::default()
        }),
    );
    desk.write("in.csv", format!("{HEADER}Neu,,EndCustomer,InTrial,DE,\n"));
    save(&desk, &service, &[]).exits(0);
    meanwhile(
        &desk,
        &service,
        "Anders,,Reseller,InTrial,DE,\nNeu,Anders,EndCustomer,InTrial,DE,\n",
    );
    refused(
        &desk,
        &service,
        &[],
        &[
            "row 2: ",
            "customers with its name or code: were none, are now ID ",
        ],
    );
}

#[test]
fn a_changed_input_is_told() {
    let (desk, service) = planned();
    let rows = desk.read("in.csv").replace("Werk,", "Lager,");
    desk.write("in.csv", rows);
    refused(
        &desk,
        &service,
        &[],
        &[
            "input sha256: was ",
            "row 5: name was \"Werk\", is now \"Lager\"",
        ],
    );
    // The same rows in another file are the same rows.
    let (desk, service) = planned();
    desk.write("copy.csv", desk.read("in.csv"));
    std::fs::remove_file(desk.path("in.csv")).expect("removed");
    carry_out(&desk, &service, &[]).exits(3).says(&["in.csv"]);
    carry_out(&desk, &service, &["copy.csv"]).exits(1);
}

#[test]
fn options_are_kept_with_the_plan_and_changes_are_told() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", "Kunde,Land\nEins,DE\nZwei,AT\n");
    desk.write("partner-import.toml", "[set]\nState = \"InTrial\"\n");
    let typed = ["--set", "Level=EndCustomer", "--map", "Kunde=Name"];
    save(&desk, &service, &typed).exits(0);
    let plan: Value = serde_json::from_str(&desk.read("plan.json")).expect("JSON");
    matches("plan", &plan);
    assert_eq!(plan["options"].as_array().map(Vec::len), Some(3));
    refused(
        &desk,
        &service,
        &["--set", "Level=Reseller"],
        &[
            "option --set Level=EndCustomer: is now --set Level=Reseller",
            "row 2: level was \"EndCustomer\", is now \"Reseller\"",
        ],
    );
    refused(
        &desk,
        &service,
        &["--on-exists", "update"],
        &["option --on-exists update: was not given"],
    );
    desk.write("partner-import.toml", "[set]\nState = \"InProduction\"\n");
    refused(
        &desk,
        &service,
        &[],
        &[
            "option --set State=InTrial (profile): is now --set State=InProduction (profile)",
            "row 2: something else would be sent for it",
        ],
    );
    desk.write("partner-import.toml", "[set]\nState = \"InTrial\"\n");
    // What was typed then need not be typed again.
    carry_out(&desk, &service, &[]).exits(0);
    assert_eq!(service.added().len(), 2);
}

#[test]
fn an_update_is_approved_with_its_differences() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("first.csv", SMALL);
    desk.import(&service, "first.csv").exits(0);
    desk.write("in.csv", SMALL.replace("InTrial", "InProduction"));
    save(&desk, &service, &["--on-exists", "update"]).exits(0);
    let plan: Value = serde_json::from_str(&desk.read("plan.json")).expect("JSON");
    matches("plan", &plan);
    assert_eq!(plan["counts"]["update"], 2);
    assert_eq!(plan["rows"][1]["differences"][0]["member"], "State");
    desk.write("change.csv", SMALL.replace("InTrial,AT", "InProduction,AT"));
    let change = [
        "run",
        "change.csv",
        "--yes",
        "--out",
        "elsewhere",
        "--on-exists",
        "update",
    ];
    desk.run_at(&service, &change).exits(0);
    refused(
        &desk,
        &service,
        &[],
        &["row 3: was update (ID ", "is now exists (ID "],
    );
    save(&desk, &service, &["--on-exists", "update"]).exits(0);
    carry_out(&desk, &service, &[]).exits(0);
    let states: Vec<String> = service
        .added()
        .iter()
        .map(|one| one.state.to_string())
        .collect();
    assert!(
        states.iter().all(|state| state == "InProduction"),
        "{states:?}"
    );
}

#[test]
fn a_plan_goes_where_it_was_made_for() {
    let (desk, service) = planned();
    let other = Service::new();
    carry_out(&desk, &other, &[]).exits(2).says(&[
        "nothing was sent",
        &service.endpoint,
        &other.endpoint,
        "--endpoint",
    ]);
    assert_eq!(other.methods(), [""; 0], "nobody logged in");
    carry_out(&desk, &service, &["--sandbox"])
        .exits(2)
        .says(&["nothing was sent"]);
}

#[test]
fn a_plan_that_cannot_be_used_is_refused_in_clear_words() {
    let (desk, service) = planned();
    let whole = desk.read("plan.json");
    let tried = |text: &str| {
        desk.write("plan.json", text);
        carry_out(&desk, &service, &[]).exits(3)
    };
    tried(&whole[..whole.len() / 2]).says(&["plan.json", "damaged"]);
    tried(&whole.replace("\"create\"", "\"exists\"")).says(&["changed after it was written"]);
    tried(&whole.replace("\"version\": 2,", "\"version\": 3,")).says(&["format version 3"]);
    tried("{}").says(&["not a plan of partner-import"]);
    assert_eq!(service.requests(Method::AddPartner), 3);
    desk.run(&["run"]).exits(2).says(&["<FILE>"]);
    let over = ["plan", "in.csv", "--save", "first.csv"];
    desk.run_at(&service, &over)
        .exits(2)
        .says(&["first.csv", "already exists"]);
    assert_eq!(desk.read("first.csv"), SMALL);
}

#[test]
fn an_approved_run_that_stopped_is_continued_with_its_plan() {
    let desk = Desk::new();
    let service = Service::faulty(&["drop-answer=#1@AddPartner", "maintenance=1@AddPartner"]);
    desk.write("in.csv", SMALL);
    save(&desk, &service, &[]).exits(0);
    let stop = ["--outage-limit", "1s", "--concurrency", "1"];
    carry_out(&desk, &service, &stop).exits(5);
    assert_eq!(service.added().len(), 1);
    // Its first row is there now, which the plan did not say; it is this run's own work.
    carry_out(&desk, &service, &stop)
        .exits(5)
        .says(&["continuing run"]);
    // Without the plan it is another run.
    let plain = ["run", "in.csv", "--yes", "--outage-limit", "1s"];
    desk.run_at(&service, &plain)
        .exits(2)
        .says(&["began with other options", "--plan"]);
}

/// A plan as the first version of the format had it: nothing is said of automatic deployment. Its digest is
/// worked out here, and not by what reads it.
fn of_version_1(text: &str) -> String {
    let old = text.replacen("\"version\": 2,", "\"version\": 1,", 1);
    assert_ne!(old, text);
    let start = old.find("\"digest\": \"").expect("a digest") + "\"digest\": \"".len();
    let (before, rest) = old.split_at(start);
    let (_, after) = rest.split_once('"').expect("its end");
    // As it was written for its digest: without a digest, and without what is between the words.
    let (mut bare, mut quoted, mut escaped) = (String::new(), false, false);
    for letter in format!("{before}\"{after}").chars() {
        if quoted || !letter.is_whitespace() {
            bare.push(letter);
        }
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
    }
    let digest = partner_import::model::digest::sha256_of(bare.as_bytes());
    format!("{before}{digest}\"{after}")
}

#[test]
fn a_plan_of_the_first_version_is_read_and_carried_out() {
    let fixture = include_str!("../../fixtures/plans/version-1.json");
    let plan = partner_import::plan::document::PlanDocument::parse(fixture).expect("it is read");
    let actions: Vec<&str> = plan.rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["exists", "create", "invalid", "create"]);
    assert!(plan.rows.iter().all(|row| !row.automatic_deployment));
    assert_eq!(plan.rows[0].differences[0].row, "Øst Lager");
    assert_eq!((plan.version, plan.customers.len()), (1, 3));
    // Changed by hand it is none.
    let changed = fixture.replace("Øst Lager", "Ost Lager");
    assert!(partner_import::plan::document::PlanDocument::parse(&changed).is_err());

    let (desk, service) = planned();
    let old = of_version_1(&desk.read("plan.json"));
    desk.write("plan.json", old);
    let before = service.requests(Method::AddPartner);
    carry_out(&desk, &service, &[]).exits(1);
    assert_eq!(service.requests(Method::AddPartner), before + 2);
}
