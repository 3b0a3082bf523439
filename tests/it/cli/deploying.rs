//! `AutomaticDeployment` and `CreateDefaultAccount`: what follows the customer. And every request of
//! every command, with every column filled, held against what the vendor's schema allows.

use std::time::{Duration, Instant};

use partner_import::sandbox::{Config, Method};
use serde_json::{Value, json};

use super::desk::{Desk, Service, until};
use super::overheard::Overheard;
use super::schema::{matches, problems_by};

const LIST: &str = "Name,Level,State,Country,AutomaticDeployment,CreateDefaultAccount\n\
    Eins,EndCustomer,InTrial,DE,yes,yes\n\
    Zwei,EndCustomer,InTrial,DE,no,\n\
    Drei,EndCustomer,InTrial,DE,,yes\n";

fn deploys(service: &Service) -> Vec<(String, bool)> {
    let added = service.added().into_iter();
    let mut deploys: Vec<_> = added.map(|one| (one.name, one.deploys)).collect();
    deploys.sort();
    deploys
}

fn states(expected: [(&str, bool); 3]) -> Vec<(String, bool)> {
    let mut expected = expected.map(|(name, on)| (name.to_owned(), on));
    expected.sort();
    expected.into()
}

#[test]
fn what_follows_the_customer_is_done_told_and_read_back() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", LIST);
    let plan = desk.run_at(&service, &["plan", "in.csv"]).exits(0);
    assert!(
        plan.out.contains("1 get automatic deployment"),
        "{}",
        plan.out
    );
    let plan = desk.run_at(&service, &["plan", "in.csv", "--format", "json"]);
    let plan = plan.exits(0).json();
    matches("plan-shown", &plan);
    assert_eq!(plan["counts"]["automatic_deployment"], 1);
    assert_eq!(plan["rows"][0]["automatic_deployment"], true);
    assert_eq!(
        service.requests(Method::ModifyAutoDeploymentPartnerState),
        0
    );
    desk.import(&service, "in.csv").exits(0);
    let on = [("Eins", true), ("Zwei", false), ("Drei", false)];
    assert_eq!(deploys(&service), states(on));
    let table = desk.table("out/results.csv");
    let uids = table.column("ImportUID");
    assert_eq!(uids[0].len(), 36, "{uids:?}");
    assert_eq!(uids[1..], ["", ""]);
    let installers = table.column("ImportInstaller");
    assert_eq!(installers[0], format!("bm#{}#.exe", uids[0]));
    let accounts = table.column("ImportAccount");
    assert!(!accounts[0].is_empty() && accounts[1].is_empty() && !accounts[2].is_empty());
    let messages = table.column("ImportMessage");
    assert!(messages[0].contains("automatic deployment was switched on"));
    let (uid, account) = (uids[0].to_owned(), accounts[0].to_owned());
    let page = desk.read("out/report.html");
    assert!(page.contains("\"ImportUID\",\"ImportInstaller\",\"ImportAccount\"]"));
    assert!(page.contains(&format!("\"{uid}\",\"bm#{uid}#.exe\",\"{account}\"]]")));
    // Nothing is left to be done, and nothing is asked for again; what the list of customers tells stands
    // in the results again.
    let before = service.methods().len();
    desk.import_with(&service, &["--backup-profile", "12"])
        .exits(0);
    let again = service.methods().split_off(before);
    let asks = |one: &String| one.contains("Deployment") || one.contains("Account");
    assert!(!again.iter().any(asks), "{again:?}");
    let table = desk.table("out/results.csv");
    assert_eq!(table.column("ImportUID"), [&*uid, "", ""]);
    let installers = table.column("ImportInstaller");
    assert_eq!(installers[0], format!("bm#{uid}#12#.exe"));
    // Results that are run again keep what they have, here the account of the first run.
    let annotated = LIST
        .replace(
            "DefaultAccount\n",
            "DefaultAccount,ImportUID,ImportAccount\n",
        )
        .replace(",yes,yes\n", &format!(",yes,yes,,{account}\n"))
        .replace(",no,\n", ",no,,not a UID,\n")
        .replace(",,yes\n", ",,yes,,\n");
    desk.write("in.csv", annotated);
    desk.import(&service, "in.csv").exits(0);
    let table = desk.table("out/results.csv");
    assert_eq!(table.column("ImportUID"), [&*uid, "", ""]);
    assert_eq!(table.column("ImportAccount"), [&*account, "", ""]);
    desk.write("in.csv", desk.read("out/results.csv"));
    desk.import(&service, "in.csv").exits(0);
    let table = desk.table("out/results.csv");
    assert_eq!(table.column("ImportUID"), [&*uid, "", ""]);
    assert_eq!(table.column("ImportAccount"), [&*account, "", ""]);
}

#[test]
fn what_was_switched_off_is_had_back_and_what_is_on_is_left_alone() {
    let (desk, service) = (Desk::new(), Service::new());
    let list = LIST.replace(",yes,yes", ",yes,").replace(",no,", ",yes,");
    desk.write("in.csv", list.replace(",,yes", ",,"));
    desk.import(&service, "in.csv").exits(0);
    let second = service.added().into_iter().find(|one| one.name == "Zwei");
    let second = second.expect("it was created").id;
    let off = json!({"partnerId": second, "autoDeploymentState": "Disable"});
    service.call("ModifyAutoDeploymentPartnerState", &off);
    let before = service.requests(Method::ModifyAutoDeploymentPartnerState);
    let plan = ["plan", "in.csv", "--on-exists", "update"];
    let shown = desk.run_at(&service, &plan).exits(0);
    let says = "1 get automatic deployment";
    assert!(shown.out.contains(says), "{}", shown.out);
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(0);
    let on = [("Eins", true), ("Zwei", true), ("Drei", false)];
    assert_eq!(deploys(&service), states(on));
    assert_eq!(
        service.requests(Method::ModifyAutoDeploymentPartnerState),
        before + 1
    );
    // The same after an undo.
    desk.run_at(&service, &["undo", "last", "--confirm", "1"])
        .exits(0);
    assert_eq!(deploys(&service)[2], ("Zwei".to_owned(), false));
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(0);
    assert_eq!(deploys(&service), states(on));
}

#[test]
fn what_the_service_does_not_tell_counts_as_on_and_is_said() {
    let desk = Desk::new();
    let refused = "generic-error=1.0@GetAutoDeploymentPartnerState";
    let service = Service::faulty(&[refused]);
    desk.write("in.csv", LIST);
    desk.import(&service, "in.csv").exits(0);
    let plan = ["plan", "in.csv", "--on-exists", "update"];
    let shown = desk.run_at(&service, &plan).exits(0);
    let said = format!("{}{}", shown.out, shown.err);
    assert!(said.contains("T506"), "{said}");
}

#[test]
fn each_row_says_that_it_stays_as_it_is_and_how_that_is_changed() {
    let (desk, service) = (Desk::new(), Service::new());
    let without = LIST
        .replace(",yes,yes", ",,")
        .replace(",no,", ",,")
        .replace(",,yes", ",,");
    desk.write("in.csv", &without);
    desk.import(&service, "in.csv").exits(0);
    desk.write("in.csv", without.replace("DE,,", "DE,yes,"));
    desk.import_with(&service, &["-v"]).exits(0);
    let table = desk.table("out/results.csv");
    for said in table.column("ImportMessage") {
        assert!(said.contains("--on-exists update"), "{said}");
        assert!(!said.contains("others"), "{said}");
    }
    assert_eq!(table.column("ImportCode"), ["T505"; 3]);
}

#[test]
fn an_undo_counts_and_names_what_it_gives_back() {
    let (desk, service) = (Desk::new(), Service::new());
    let list = "Name,Level,State,Country,Phone,AutomaticDeployment\n\
        Eins,EndCustomer,InTrial,DE,+49 40 1234567,no\n\
        Zwei,EndCustomer,InTrial,DE,+49 40 1234567,no\n";
    desk.write("in.csv", list);
    desk.import(&service, "in.csv").exits(0);
    // One is changed and switched on, the other is switched on alone.
    let changed = list
        .replacen("1234567", "7654321", 1)
        .replace(",no\n", ",yes\n");
    desk.write("in.csv", changed);
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(0);
    let dry = desk
        .run_at(&service, &["undo", "last", "--dry-run"])
        .exits(0);
    for words in [
        "customers; 2 to restore (automatic deployment is switched off)\n",
        "Company.PhoneNumber; automatic deployment is switched off",
        "row 3)  automatic deployment is switched off",
    ] {
        assert!(dry.out.contains(words), "{words}: {}", dry.out);
    }
    // Somebody has changed the first one's number again: that stays, automatic deployment goes.
    let first = service.added().into_iter().find(|one| one.name == "Eins");
    let number = json!({"partnerInfo": {"Id": first.expect("it is there").id,
        "Company": {"PhoneNumber": "+49 30 1"}}});
    service.call("ModifyPartner", &number);
    let json = ["undo", "last", "--dry-run", "--format", "json"];
    let dry = desk.run_at(&service, &json).exits(1).json();
    matches("undo-plan", &dry);
    assert_eq!(dry["counts"]["restore"], 2);
    assert_eq!(dry["counts"]["switch_off"], 2);
    assert_eq!(dry["rows"][0]["action"], "restore");
    assert_eq!(dry["rows"][0]["code"], "changed-since");
    assert_eq!(dry["rows"][0]["restores"], json!([]));
    assert_eq!(dry["rows"][1]["switches_off"], true);
    let undo = ["undo", "last", "--confirm", "2", "--out", "undone"];
    desk.run_at(&service, &undo).exits(1);
    let table = desk.table("undone/removed.csv");
    assert_eq!(table.column("UndoStatus"), ["kept", "restored"]);
    let said = table.column("UndoMessage");
    let off = "automatic deployment was switched off";
    assert!(
        said[0].contains("+49 30 1") && said[0].ends_with(off),
        "{said:?}"
    );
    assert_eq!(said[1], off);
    let dry = desk.run_at(&service, &["undo", "last", "--dry-run"]);
    assert!(
        dry.out.contains("1 as before already, 1 to keep"),
        "{}",
        dry.out
    );
    assert!(!dry.out.contains("gone already"), "{}", dry.out);
}

#[test]
fn an_error_after_the_deed_is_no_error() {
    let desk = Desk::new();
    let fault = "500-after=#1@ModifyAutoDeploymentPartnerState";
    let service = Service::faulty(&[fault]);
    desk.write("in.csv", LIST);
    desk.import(&service, "in.csv").exits(0);
    let on = [("Eins", true), ("Zwei", false), ("Drei", false)];
    assert_eq!(deploys(&service), states(on));
    let said = desk.table("out/results.csv");
    let said = said.column("ImportMessage")[0].to_owned();
    assert!(said.contains("was switched on"), "{said}");
}

#[test]
fn a_customer_that_is_there_gets_it_where_it_may_be_changed_and_undo_takes_it_back() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        LIST.replace(",yes,yes", ",,").replace(",,yes", ",,"),
    );
    desk.import(&service, "in.csv").exits(0);
    desk.write(
        "in.csv",
        LIST.replace(",yes,yes", ",yes,").replace(",no,", ",yes,"),
    );
    let skipped = desk.import(&service, "in.csv").exits(0);
    assert!(
        skipped.err.contains("T505") || skipped.out.contains("nothing to do"),
        "{skipped:?}"
    );
    assert_eq!(
        service.requests(Method::ModifyAutoDeploymentPartnerState),
        0
    );
    // Somebody has switched the second one on meanwhile.
    let second = service.added().into_iter().find(|one| one.name == "Zwei");
    let second = second.expect("it was created").id;
    let switch = json!({"partnerId": second, "autoDeploymentState": "Enable"});
    let update = ["--on-exists", "update"];
    let shown = desk.run_at(&service, &["plan", "in.csv", "--on-exists", "update"]);
    assert!(
        shown.out.contains("2 get automatic deployment"),
        "{}",
        shown.out
    );
    service.call("ModifyAutoDeploymentPartnerState", &switch);
    desk.import_with(&service, &update).exits(0);
    let on = [("Eins", true), ("Zwei", true), ("Drei", false)];
    assert_eq!(deploys(&service), states(on));
    assert_eq!(
        desk.table("out/results.csv").statuses(),
        ["updated", "exists", "exists"]
    );
    let dry = desk.run_at(&service, &["undo", "last", "--dry-run"]);
    assert!(dry.out.contains("1 to restore"), "{}", dry.out);
    desk.run_at(&service, &["undo", "last", "--confirm", "1"])
        .exits(0);
    let off = [("Eins", false), ("Zwei", true), ("Drei", false)];
    assert_eq!(deploys(&service), states(off), "another's is left alone");
}

#[test]
fn undo_removes_what_was_created_and_keeps_whom_the_default_account_keeps() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", LIST.replace(",yes,yes", ",yes,"));
    desk.import(&service, "in.csv").exits(0);
    let undone = desk
        .run_at(&service, &["undo", "last", "--confirm", "2"])
        .exits(1);
    let said = format!("{}{}", undone.out, undone.err);
    assert!(said.contains("default account"), "{said}");
    let left: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
    assert_eq!(left, ["Drei"]);
}

#[test]
fn what_was_refused_is_said_beside_the_customer_and_done_by_the_next_run() {
    let desk = Desk::new();
    let service = Service::faulty(&["generic-error=#1@ModifyAutoDeploymentPartnerState"]);
    desk.write("in.csv", LIST);
    desk.import(&service, "in.csv").exits(1);
    assert_eq!(service.added().len(), 3);
    let table = desk.table("out/results.csv");
    assert_eq!(table.statuses(), ["created"; 3]);
    assert!(table.column("ImportCode")[0].starts_with("2102"));
    let said = table.column("ImportMessage")[0];
    assert!(
        said.contains("automatic deployment was not switched on"),
        "{said}"
    );
    assert!(!table.header.contains(&"ImportUID".to_owned()));
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(0);
    let on = [("Eins", true), ("Zwei", false), ("Drei", false)];
    assert_eq!(deploys(&service), states(on));
}

#[test]
fn a_run_that_died_while_it_switched_goes_on_without_a_wait() {
    let desk = Desk::new();
    let fault = "delay=#1:90s@ModifyAutoDeploymentPartnerState";
    let service = Service::faulty(&[fault]);
    desk.write("in.csv", LIST);
    let mut child = desk
        .at(&service, &["run", "in.csv", "--yes"])
        .spawn()
        .expect("it starts");
    until("the request", || {
        service.requests(Method::ModifyAutoDeploymentPartnerState) == 1
    });
    service.kill(&mut child);
    let begun = Instant::now();
    let resume = ["resume", "--out", "out", "--settle-wait", "10m"];
    desk.run_at(&service, &resume).exits(0);
    assert!(begun.elapsed() < Duration::from_secs(60), "{begun:?}");
    let on = [("Eins", true), ("Zwei", false), ("Drei", false)];
    assert_eq!(deploys(&service), states(on));
    let table = desk.table("out/results.csv");
    assert_eq!(table.column("ImportUID")[0].len(), 36);
}

#[test]
fn a_wait_that_stays_is_said_with_its_time() {
    let desk = Desk::new();
    let faults = [
        "drop-request=#1@ModifyAutoDeploymentPartnerState",
        "generic-error=1.0@ModifyAutoDeploymentPartnerState",
    ];
    let service = Service::faulty(&faults);
    desk.write("in.csv", LIST);
    let waits = ["--settle-wait", "4s"];
    let done = desk.import_with(&service, &waits).exits(1);
    done.says(&["s for 1 request whose answer was lost"]);
    let table = desk.table("out/results.csv");
    assert!(table.column("ImportCode")[0].starts_with("2102"));
}

/// Every column that there is, each with a value of its kind.
const FULL: &str = "ParentId,Name,Level,ServiceType,ChildServiceTypes,State,Country,DeviceCountry,\
    LocationId,ExternalCode,Flags,LegalCompanyName,PhoneNumber,FaxNumber,WebsiteAddress,\
    ChamberOfCommerceNumber,VatNumber,BankAccountNumber,BillingContactPersonId,Province,District,City,\
    ZipCode,Address,TrialRegistrationTime,TrialExpirationTime,RegionId,ResponsibleUserId,\
    CreateDefaultAccount,AutomaticDeployment\n\
    1000,Full Ltd,EndCustomer,AllInclusive,AllInclusive;SoftwareOnly,InTrial,GB,GB,,F-1,\
    HasCustomBranding;CanInvoiceOthers,Full Limited,+44 20 7946 0000,+44 20 7946 0001,\
    https://www.full.example,12345678,GB123456789,GB33BUKB20201555555555,17,Kent,North,Dover,CT16 1AA,\
    1 Castle Street,2027-01-01,2027-01-31,1,,no,yes\n";

#[test]
fn no_request_deviates_from_the_schema_with_every_column_filled() {
    let desk = Desk::new();
    let service = Overheard::with(Config {
        tenant_size: 20,
        ..Config::default()
    });
    desk.write("in.csv", FULL);
    let at = |arguments: &[&str]| {
        let rate = ["--rate", "none"];
        service.run(&desk, &[arguments, &rate[..]].concat())
    };
    desk.run(&["check", "in.csv"]).exits(0);
    assert!(service.heard().is_empty(), "a check is offline");
    at(&["plan", "in.csv"]).exits(0);
    at(&["run", "in.csv", "--yes", "--out", "out"]).exits(0);
    let changed = FULL
        .replace("Dover", "Deal")
        .replace("+44 20 7946 0000", "+44 20 7946 0002")
        .replace("Full Limited", "Full (Deal) Limited");
    desk.write("in.csv", changed);
    let update = ["--on-exists", "update"];
    at(&[&["run", "in.csv", "--yes", "--out", "out"][..], &update].concat()).exits(0);
    at(&["undo", "last", "--confirm", "1", "--settle-wait", "200ms"]);
    at(&["doctor"]).exits(0);
    for what in ["partners", "locations", "countries", "regions"] {
        at(&["lookup", what, "--format", "json"]).exits(0);
    }
    // The first run is taken back as well.
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let ids: Vec<&str> = runs
        .as_array()
        .expect("runs")
        .iter()
        .filter_map(|one| one["run_id"].as_str())
        .collect();
    let mut ids = ids;
    ids.sort_unstable();
    at(&["undo", ids[0], "--confirm", "1", "--settle-wait", "200ms"]);
    let heard = service.heard();
    let methods = service.methods();
    for method in [
        "AddPartner",
        "ModifyPartner",
        "ModifyAutoDeploymentPartnerState",
        "RemovePartner",
        "EnumerateChildPartners",
    ] {
        assert!(
            methods.contains(&method.to_owned()),
            "{method}: {methods:?}"
        );
    }
    for call in &heard {
        let wrong = problems_by("tests/fixtures/service/call.schema.json", call);
        assert!(wrong.is_empty(), "\n{wrong}\nin {call:#}");
    }
    assert_eq!(service.unknown_members(), 0);
    // The judge itself: a misspelt member, a wrong type, a word that is none.
    let created = heard
        .iter()
        .find(|one| one["method"] == "AddPartner")
        .expect("one")
        .clone();
    let with = |path: &str, value: Value| {
        let mut call = created.clone();
        *call.pointer_mut(path).expect("it is there") = value;
        !problems_by("tests/fixtures/service/call.schema.json", &call).is_empty()
    };
    assert!(with("/params/partnerInfo/Level", json!("Endcustomer")));
    assert!(with("/params/partnerInfo/Name", json!("")));
    assert!(with("/params/partnerInfo/Company", json!({"Fon": "1"})));
    assert!(with("/params/createDefaultAccount", json!("false")));
    let members = created["params"]["partnerInfo"]
        .as_object()
        .expect("members");
    assert!(members.len() >= 13, "{members:?}");
}
