//! `plan` and `run --dry-run`: what would be done, and nothing is.

use partner_import::sandbox::Method;

use super::desk::{Desk, SMALL, Service, holds};

const READS_ONLY: fn(&String) -> bool =
    |method| method == "Login" || method.starts_with("Enumerate") || method.starts_with("Get");

#[test]
fn a_plan_shows_the_tree_and_calls_nothing_that_changes_anything() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let plan = desk.run_at(&service, &["plan", "in.csv"]).exits(0);
    assert_eq!(
        plan.out,
        "\"Sandbox MSP (admin@example.com)\" (id 1000)\n\
         |- + Nord Partner  Reseller (row 2)\n\
         |  `- + Bäckerei Süd  EndCustomer (row 3)\n\
         `- + Øst Lager  EndCustomer (row 4)\n\n\
         3 to create, 0 already there, 0 invalid, 0 blocked\n\
         creates 1 Reseller, 2 EndCustomer; 2 in trial, 1 in production (billed)\n\n\
         Next, to carry it out:\n  partner-import run in.csv --rate none\n"
    );
    let dry = desk
        .run_at(&service, &["run", "in.csv", "--dry-run"])
        .exits(0);
    assert_eq!(dry.out.replace(" --settle-wait 200ms", ""), plan.out);
    let methods = service.methods();
    assert!(methods.contains(&"Login".to_owned()));
    assert!(methods.iter().all(READS_ONLY), "{methods:?}");
    assert_eq!(service.added(), []);
    assert!(
        !holds(&desk.path("in-results"), ""),
        "a plan leaves no files"
    );
    assert!(
        desk.run(&["runs"]).exits(0).out.is_empty(),
        "a plan is no run"
    );
}

/// `check` cannot know the tenant's customers and asks; a plan has looked.
#[test]
fn a_parent_that_the_tenant_has_is_no_question() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let child = "Name,Parent,Level,State,Country\nNeu,Nord Partner,EndCustomer,InTrial,DE\n\
        Fremd,Nirgends,EndCustomer,InTrial,DE\n";
    desk.write("more.csv", child);
    let codes = |found: &serde_json::Value| -> Vec<String> {
        let all = found["diagnostics"].as_array().expect("a list").iter();
        all.map(|one| format!("{} {}", one["code"], one["cell"]))
            .collect()
    };
    let check = desk.run(&["check", "more.csv", "--format", "json"]).json();
    assert_eq!(codes(&check), ["\"H101\" \"B2\"", "\"H101\" \"B3\""]);
    let plan = desk
        .run_at(&service, &["plan", "more.csv", "--format", "json"])
        .exits(1)
        .json();
    let left = codes(&plan);
    assert!(left.iter().all(|one| one.ends_with("\"B3\"")), "{left:?}");
    assert!(!left.is_empty(), "nobody is called Nirgends");
}

#[test]
fn a_plan_as_json_says_what_each_row_becomes() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let more = "Neu,Nord Partner,EndCustomer,InTrial,DE,N-3\n\
        Schlecht,Nord Partner,EndCostumer,InTrial,DE,N-4\nDarunter,N-4,Site,InTrial,DE,N-5\n";
    desk.write("more.csv", format!("{SMALL}{more}"));
    let plan = desk
        .run_at(&service, &["plan", "more.csv", "--format", "json"])
        .exits(1)
        .json();
    assert_eq!(
        plan["counts"],
        serde_json::json!({ "rows": 6, "create": 1, "exists": 3, "invalid": 1, "blocked": 1 })
    );
    assert_eq!(plan["mode"], "sandbox");
    assert_eq!(plan["root"]["id"], 1000);
    let of_row = |row: usize| {
        let row = &plan["rows"][row];
        format!(
            "{} {}",
            row["row"],
            row["action"].as_str().expect("an action")
        )
    };
    assert_eq!(of_row(0), "2 exists");
    assert_eq!(of_row(3), "5 create");
    assert_eq!(of_row(4), "6 invalid");
    assert_eq!(of_row(5), "7 blocked");
    let nord = plan["rows"][0]["id"].clone();
    assert_eq!(plan["rows"][3]["parent"]["id"], nord);
    assert_eq!(plan["rows"][3]["partner_info"]["Name"], "Neu");
    assert_eq!(plan["rows"][5]["blocked_by_row"], 6);
    assert_eq!(service.requests(Method::AddPartner), 3);
}

#[test]
fn a_parent_that_nobody_has_is_told_once_with_what_was_meant() {
    let (desk, service) = (Desk::new(), Service::new());
    let list = "Name,Parent,Level,State,Country\n\
        EDV Huber OG,,Reseller,InTrial,AT\n\
        Alt,,Reseller,InTrial,AT\n\
        Eins,EDV Huber,EndCustomer,InTrial,AT\n\
        Zwei,EDV Huber,EndCustomer,InTrial,AT\n\
        Drei,Alt,EndCustomer,InTrial,AT\n";
    desk.write("list.csv", list);
    let arguments = ["plan", "list.csv", "--leave-out", "Name=Alt"];
    let plan = desk.run_at(&service, &arguments).exits(1);
    assert!(!plan.err.contains("H101"), "{}", plan.err);
    let told: String = plan.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "\"EDV Huber\" is neither a row of the file nor in the tenant",
        "did you mean \"EDV Huber OG\"?",
        "\"Alt\" is not in the tenant, and its row 3 is left out (",
    ] {
        assert!(told.contains(text), "no {text} in {told}");
    }
    let arguments = [&arguments[..], &["--format", "json"]].concat();
    let plan = desk.run_at(&service, &arguments).exits(1).json();
    for row in 1..4 {
        assert_eq!(plan["rows"][row]["codes"], serde_json::json!(["T101"]));
    }
    assert_eq!(plan["diagnostics"][1]["suggestions"][0], "EDV Huber OG");
    let run = [
        "run",
        "list.csv",
        "--leave-out",
        "Name=Alt",
        "--yes",
        "--out",
        "out",
    ];
    desk.run_at(&service, &run).exits(1);
    let rejected = desk.table("out/rejected.csv");
    assert_eq!(rejected.column("ImportCode"), ["T101"; 3]);
    let messages = rejected.column("ImportMessage");
    assert!(
        messages[1].contains("did you mean EDV Huber OG?"),
        "{messages:?}"
    );
}

#[test]
fn a_plan_says_what_the_tenant_holds_against_it() {
    let (desk, service) = (Desk::new(), Service::new());
    let wrong = "Name,Parent,Level,State,Country,Location\n\
        Eins,Nobody Here,EndCustomer,InTrial,DE,\nZwei,,EndCustomer,InTrial,DE,Atlantis\n";
    desk.write("wrong.csv", wrong);
    let plan = desk.run_at(&service, &["plan", "wrong.csv"]).exits(1);
    let plan = plan.says(&["T101", "Nobody Here", "B2", "T301", "Atlantis", "F3"]);
    assert!(
        plan.out
            .contains("\n\n0 to create, 0 already there, 2 invalid, 0 blocked\n\nNext, "),
        "{}",
        plan.out
    );
}

#[test]
fn whom_the_tenant_has_and_the_list_has_not_is_shown_counted_and_left_alone() {
    let (desk, service) = (Desk::new(), Service::new());
    let head = "Name,Parent,Level,State,Country,ExternalCode\n";
    let left = "Ging Fort GmbH,Nord Partner,EndCustomer,InProduction,DE,L-1\n\
        Ohne Nummer,,EndCustomer,InProduction,DE,\nBald Falsch,,EndCustomer,InTrial,DE,L-3\n";
    let rows = SMALL.strip_prefix(head).expect("the same columns");
    desk.write("in.csv", format!("{head}{rows}{left}"));
    desk.import(&service, "in.csv").exits(0);
    let before = desk.summary()["orphans"].as_u64().expect("a number");
    // Two left; one is wrong now, which is another matter; the parent of somebody listed is none.
    let wrong = "Bald Falsch,,Boss,InTrial,DE,L-3\n";
    let without_parent = rows.lines().skip(1).map(|line| format!("{line}\n"));
    let listed: String = without_parent.collect();
    desk.write("in.csv", format!("{head}{listed}{wrong}"));
    let plan = ["plan", "in.csv", "--orphans", "--format", "json"];
    let plan = desk.run_at(&service, &plan).exits(1).json();
    let names: Vec<&str> = plan["orphans"]
        .as_array()
        .expect("customers")
        .iter()
        .map(|one| one["name"].as_str().expect("a name"))
        .collect();
    for (name, is_there) in [
        ("Ging Fort GmbH", true),
        ("Ohne Nummer", true),
        ("Bald Falsch", false),
        ("Nord Partner", false),
        ("Bäckerei Süd", false),
    ] {
        assert_eq!(names.contains(&name), is_there, "{name} in {names:?}");
    }
    let shown = desk
        .run_at(&service, &["plan", "in.csv", "--orphans"])
        .exits(1)
        .out;
    assert!(
        shown.contains("In the tenant and not in the list: "),
        "{shown}"
    );
    assert!(shown.contains("L-1, below Nord Partner"), "{shown}");
    let quiet = desk.run_at(&service, &["plan", "in.csv"]).exits(1).out;
    assert!(!quiet.contains("not in the list"), "{quiet}");
    // A night counts them, and touches nobody.
    let people = service.added().len();
    desk.import_with(&service, &["--metrics-file", "job.prom"])
        .exits(1);
    assert_eq!(service.added().len(), people);
    assert_eq!(desk.summary()["orphans"], before + 2);
    let line = format!("}} {}\n", before + 2);
    let metrics = desk.read("job.prom");
    let own = metrics
        .lines()
        .find(|one| one.starts_with("partner_import_orphans{"));
    assert!(
        format!("{}\n", own.expect("a metric")).ends_with(&line),
        "{metrics}"
    );
    // Of a part nobody can say who has left.
    desk.import_with(&service, &["--first", "1"]);
    assert!(desk.summary().get("orphans").is_none());
}

#[test]
fn a_plan_is_handed_around_as_a_workbook_with_the_digest_of_its_json() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let more = "West GmbH,Nord Partner,EndCustomer,InProduction,DE,N-3\n";
    let changed = SMALL.replace(
        "Øst Lager,,EndCustomer,InTrial",
        "Øst Lager,,EndCustomer,InProduction",
    );
    desk.write("in.csv", format!("{changed}{more}"));
    let plan = [
        "plan",
        "in.csv",
        "--on-exists",
        "update",
        "--save",
        "plan.json",
        "--save",
        "plan.xlsx",
    ];
    desk.run_at(&service, &[&plan[..], &["--rate", "1/s"]].concat())
        .exits(0)
        .says(&["plan.json, the plan ", "plan.xlsx, the plan "]);
    let run = ["run", "--plan", "plan.xlsx", "--yes"];
    let refused = desk.run_at(&service, &run).exits(3).err;
    let refused = refused.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "is a workbook, which is for reading",
        "partner-import plan FILE --save plan.json, then partner-import run --plan plan.json",
    ] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    let json: serde_json::Value = serde_json::from_str(&desk.read("plan.json")).expect("JSON");
    let digest = json["digest"].as_str().expect("a digest");
    let sheet = |name: &str| {
        let raw = [
            "preview",
            "plan.xlsx",
            "--sheet",
            name,
            "--raw",
            "--all",
            "--format",
            "csv",
        ];
        desk.run(&raw).exits(0).out
    };
    let summary = sheet("Plan");
    for part in [
        digest,
        "To create,1",
        "To change,1",
        "New customers,",
        "at least 2 s, at 1/s",
        "sandbox",
    ] {
        assert!(summary.contains(part), "no {part} in {summary}");
    }
    let number = |of: &str| -> u32 {
        let line = summary
            .lines()
            .find(|line| line.starts_with(of))
            .expect("a line");
        line.rsplit(',')
            .next()
            .and_then(|text| text.trim().parse().ok())
            .expect("a number")
    };
    let (now, after) = (
        number("In production now"),
        number("\"In production after it"),
    );
    assert_eq!(after, now + 2, "one is created so, one becomes so");
    assert!(sheet("By level and state").contains("EndCustomer,InProduction,1"));
    assert!(sheet("By parent").contains("Nord Partner,"));
    let differences = sheet("Differences");
    assert!(
        differences.contains("State,InTrial,InProduction,change"),
        "{differences}"
    );
    assert!(sheet("Rows").contains("create,West GmbH"));
    // Nothing is written over.
    desk.run_at(&service, &plan)
        .exits(2)
        .says(&["already exists"]);
}
