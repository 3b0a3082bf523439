//! What a run has changed gets back what it was, as carefully as what it created is removed.

use partner_import::sandbox::Method;
use serde_json::{Value, json};

use super::removing::{fates, id_of, undo, undo_json};
use crate::cli::desk::{Desk, Service};

const HEAD: &str = "Name,Level,State,Country,ExternalCode,Phone,City\n";

/// A desk with a run behind it that has changed three customers and created one.
fn changed(service: &Service) -> Desk {
    let desk = Desk::new();
    let first = "Alder,EndCustomer,InTrial,DE,K1,+49 1,Bonn\n\
                 Birch,EndCustomer,InTrial,DE,K2,+49 2,\n\
                 Cedar,EndCustomer,InTrial,DE,K3,+49 3,Ulm\n";
    desk.write("first.csv", format!("{HEAD}{first}"));
    desk.import(service, "first.csv").exits(0);
    let second = "Alder,EndCustomer,InTrial,DE,K1,+49 11,Bonn\n\
                  Birch,EndCustomer,InTrial,DE,K2,+49 22,Köln\n\
                  Cedar,EndCustomer,InProduction,DE,K3,+49 3,Ulm\n\
                  Dogwood,EndCustomer,InTrial,DE,K4,+49 4,Kiel\n";
    desk.write("in.csv", format!("{HEAD}{second}"));
    let flags = ["--on-exists", "update"];
    desk.import_with(service, &flags).exits(0);
    desk
}

fn phone(service: &Service, name: &str) -> Option<String> {
    let added = service.added();
    let one = added.iter().find(|one| one.name == name);
    one.and_then(|one| one.phone.clone())
}

fn city(service: &Service, name: &str) -> Option<String> {
    let added = service.added();
    let one = added.iter().find(|one| one.name == name);
    one.and_then(|one| one.city.clone())
}

fn count(json: &Value, name: &str) -> u64 {
    json["counts"][name].as_u64().expect("a number")
}

#[test]
fn what_can_go_back_does_and_the_rest_is_told() {
    let service = Service::new();
    let desk = changed(&service);
    assert_eq!(phone(&service, "Alder").as_deref(), Some("+49 11"));
    let plan = undo(&desk, &service, &["--dry-run"]).exits(1);
    assert!(
        plan.out.contains("1 to remove, 2 to restore"),
        "{}",
        plan.out
    );
    undo(&desk, &service, &["--confirm", "1"])
        .exits(2)
        .says(&["remove 1 customer and restore 2", "3 together"]);
    let done = undo(&desk, &service, &["--confirm", "3"]).exits(1);
    assert!(done.out.contains("restored         1"), "{}", done.out);
    assert_eq!(
        fates(&desk),
        [
            "Alder: restored",
            "Birch: kept was-empty",
            "Cedar: kept cannot-go-back",
            "Dogwood: removed"
        ]
    );
    // What was empty stays filled in; all else is as before.
    assert_eq!(phone(&service, "Alder").as_deref(), Some("+49 1"));
    assert_eq!(phone(&service, "Birch").as_deref(), Some("+49 2"));
    assert_eq!(phone(&service, "Dogwood"), None);
    let json = undo_json(&desk);
    assert_eq!(
        (count(&json, "created"), count(&json, "changed")),
        (1, 3),
        "{json}"
    );
    assert_eq!((count(&json, "restored"), count(&json, "kept")), (1, 2));
    // The next go at it has nothing to send, though somebody has set what the run had set.
    let info = json!({"Id": id_of(&service, "Birch"), "Company": {"PhoneNumber": "+49 22"}});
    service.call("ModifyPartner", &json!({ "partnerInfo": info }));
    let sent = service.requests(Method::ModifyPartner);
    undo(&desk, &service, &["--confirm", "0"]).exits(1);
    assert_eq!(service.requests(Method::ModifyPartner), sent);
    assert_eq!(phone(&service, "Birch").as_deref(), Some("+49 22"));
    assert_eq!(fates(&desk)[1], "Birch: kept was-empty");
}

#[test]
fn one_that_the_list_does_not_show_is_looked_at_before_it_counts_as_gone() {
    // The list that the undo reads: the two runs have read two each.
    let service = Service::faulty(&["lag=#5:600s@EnumeratePartners"]);
    let desk = changed(&service);
    assert_eq!(service.requests(Method::EnumeratePartners), 4);
    service.call(
        "RemovePartner",
        &json!({"partnerId": id_of(&service, "Cedar")}),
    );
    undo(&desk, &service, &["--confirm", "0"]).exits(1);
    assert_eq!(
        fates(&desk),
        [
            "Alder: kept not-listed",
            "Birch: kept not-listed",
            "Cedar: gone",
            "Dogwood: kept not-listed"
        ]
    );
    assert_eq!(phone(&service, "Alder").as_deref(), Some("+49 11"));
    // The list shows them again.
    undo(&desk, &service, &["--confirm", "3"]).exits(1);
    assert_eq!(phone(&service, "Alder").as_deref(), Some("+49 1"));
}

#[test]
fn what_was_changed_again_since_stays() {
    let service = Service::new();
    let desk = changed(&service);
    let info = json!({"Id": id_of(&service, "Alder"), "Company": {"PhoneNumber": "+49 999"}});
    service.call("ModifyPartner", &json!({ "partnerInfo": info }));
    undo(&desk, &service, &["--confirm", "2"]).exits(1);
    assert_eq!(fates(&desk)[0], "Alder: kept changed-since");
    assert_eq!(phone(&service, "Alder").as_deref(), Some("+49 999"));
}

#[test]
fn of_a_customer_that_others_have_changed_in_part_the_rest_goes_back() {
    let service = Service::new();
    let desk = Desk::new();
    let row =
        |phone: &str, city: &str| format!("{HEAD}Alder,EndCustomer,InTrial,DE,K1,{phone},{city}\n");
    desk.write("first.csv", row("+49 1", "Bonn"));
    desk.import(&service, "first.csv").exits(0);
    desk.write("in.csv", row("+49 11", "Ulm"));
    desk.import_with(&service, &["--on-exists", "update"])
        .exits(0);
    let id = id_of(&service, "Alder");
    let theirs = json!({"Id": id, "Company": {"PostAddress": {"City": "Kiel"}}});
    service.call("ModifyPartner", &json!({ "partnerInfo": theirs }));
    let plan = undo(&desk, &service, &["--dry-run"]).exits(1);
    assert!(plan.out.contains("1 to restore"), "{}", plan.out);
    let done = undo(&desk, &service, &["--confirm", "1"]).exits(1);
    assert!(done.out.contains("kept changed-in-part"), "{}", done.out);
    assert_eq!(fates(&desk), ["Alder: kept changed-in-part"]);
    assert_eq!(phone(&service, "Alder").as_deref(), Some("+49 1"));
    assert_eq!(city(&service, "Alder").as_deref(), Some("Kiel"));
    let removed = desk.read("out/removed.csv");
    assert!(
        removed.contains("City is \"\"Kiel\"\" instead of \"\"Ulm\"\""),
        "{removed}"
    );
    // Nothing more goes back: what shows there now is somebody's.
    let info = json!({"Id": id, "Company": {"PhoneNumber": "+49 11"}});
    service.call("ModifyPartner", &json!({ "partnerInfo": info }));
    undo(&desk, &service, &["--confirm", "0"]).exits(1);
    assert_eq!(phone(&service, "Alder").as_deref(), Some("+49 11"));
}
