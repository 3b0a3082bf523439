//! `lookup partners --save FILE.xlsx`: the tenant as a list, and its way back.

use partner_import::sandbox::Method;

use super::desk::{Desk, SMALL, Service};

/// A tenant with three customers, exported; and the export as text, to be changed.
fn exported() -> (Desk, Service, String) {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import_with(&service, &[]).exits(0);
    desk.run_at(&service, &["lookup", "partners", "--save", "tenant.xlsx"])
        .exits(0)
        .says(&["with 3 customers below \"Sandbox MSP (admin@example.com)\""]);
    let raw = ["preview", "tenant.xlsx", "--raw", "--format", "csv"];
    let text = desk.run(&raw).exits(0).out;
    (
        desk,
        service,
        text.trim_start_matches('\u{feff}').to_owned(),
    )
}

const UPDATE: [&str; 2] = ["--on-exists", "update"];

#[test]
fn it_has_every_customer_and_column_and_changes_nothing_as_it_is() {
    let (desk, service, text) = exported();
    let header = text.lines().next().expect("a header");
    for column in [
        "ID,ParentId,NameInTenant,Name,Level,",
        "ExternalCode",
        "VatNumber",
        "ZipCode",
    ] {
        assert!(header.contains(column), "no {column} in {header}");
    }
    assert_eq!(text.lines().count(), 4, "{text}");
    for one in service.added() {
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("{},", one.id)));
        assert!(row.expect("a row").contains(&one.name));
    }
    let plan = [&["plan", "tenant.xlsx", "--format", "json"][..], &UPDATE].concat();
    let done = desk.run_at(&service, &plan).exits(0);
    assert!(!done.err.contains("warning"), "{}", done.err);
    let counts = done.json()["counts"].clone();
    assert_eq!(
        (&counts["exists"], &counts["create"], counts.get("update")),
        (&3.into(), &0.into(), None),
        "{counts}"
    );
    // A file is never replaced: it may hold somebody's corrections.
    let again = ["lookup", "partners", "--save", "tenant.xlsx"];
    desk.run_at(&service, &again)
        .exits(2)
        .says(&["tenant.xlsx", "choose another name"]);
}

#[test]
fn corrections_come_back_and_renames_too() {
    let (desk, service, text) = exported();
    // A customer without a code is known by its id and its name in the tenant alone.
    let added = service.added();
    let bakery = added.iter().find(|one| one.name == "Bäckerei Süd");
    let id = bakery.expect("it was added").id;
    let rows: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix(&format!("{id},")) {
            Some(rest) => {
                let (parent, rest) = rest.split_once(',').expect("a parent");
                let rest = rest.replacen(
                    "Bäckerei Süd,Bäckerei Süd,",
                    "Bäckerei Süd,Bäckerei Sued GmbH,",
                    1,
                );
                format!("{id},{parent},{}", rest.replace("N-1", "N-77"))
            }
            None => line.replace("Øst Lager,Øst Lager,", "Øst Lager,Øst Lager A/S,"),
        })
        .collect();
    desk.write("back.csv", rows.join("\n") + "\n");
    let run = [&["run", "back.csv", "--yes", "--out", "back"][..], &UPDATE].concat();
    desk.run_at(&service, &run).exits(0);
    assert_eq!(service.requests(Method::AddPartner), 3);
    assert_eq!(service.requests(Method::ModifyPartner), 2);
    let mut names: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
    names.sort();
    assert_eq!(
        names,
        ["Bäckerei Sued GmbH", "Nord Partner", "Øst Lager A/S"]
    );
    // Once more it changes nothing, though the tenant calls them otherwise now.
    desk.run_at(&service, &run).exits(0);
    assert_eq!(service.requests(Method::ModifyPartner), 2);
}

#[test]
fn an_id_beside_somebody_elses_name_is_no_rename() {
    let (desk, service, text) = exported();
    let ids: Vec<String> = service
        .added()
        .iter()
        .map(|one| one.id.to_string())
        .collect();
    // Ids that slipped by a row, as when one column was sorted.
    let slipped = text
        .replace(&format!("{},", ids[1]), "\u{1},")
        .replace(&format!("{},", ids[2]), &format!("{},", ids[1]))
        .replace('\u{1}', &ids[2]);
    let plain: String = slipped
        .lines()
        .map(|line| line.replace("N-1", "").replace("N-2", "") + "\n")
        .collect();
    desk.write("back.csv", plain);
    let run = [&["run", "back.csv", "--yes", "--out", "back"][..], &UPDATE].concat();
    desk.run_at(&service, &run).exits(1);
    assert_eq!(service.requests(Method::ModifyPartner), 0);
    let statuses = desk.table("back/results.csv");
    assert_eq!(
        statuses
            .statuses()
            .iter()
            .filter(|one| **one == "invalid")
            .count(),
        2
    );
}
