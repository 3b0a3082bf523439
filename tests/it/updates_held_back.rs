//! `--on-exists update`: what stands for nothing and what is damaged never replaces what a customer
//! has, and each is said.

use crate::cli::desk::{Desk, Done};

const HEAD: &str = "Name,Level,State,Customer No,Phone,Country,Zip,City";

/// The customers as they are created first.
const FIRST: [&str; 3] = [
    "Alder Dental,EndCustomer,InTrial,K1,+49 30 1112223,DE,01067,Dresden",
    "Birch Legal,EndCustomer,InTrial,K2,+43 1 2223334,AT,1010,Wien",
    "Cedar Group,EndCustomer,InTrial,K3,0405556667,DE,20095,Hamburg",
];

fn run(desk: &Desk, name: &str, rows: &[&str]) -> Done {
    desk.write(name, format!("{HEAD}\n{}\n", rows.join("\n")));
    desk.run(&["run", name, "--yes", "--sandbox", "--on-exists", "update"])
}

/// Runs one row over the first three; gives what the tenant holds afterwards, and what was said.
fn update(row: &str) -> (String, String) {
    let desk = Desk::new();
    run(&desk, "first.csv", &FIRST).exits(0);
    let done = run(&desk, "second.csv", &[row]);
    // A run that finds nothing to do prints no warnings; its plan does.
    let again = desk.run(&["plan", "second.csv", "--sandbox", "--on-exists", "update"]);
    let said = [done.out, done.err, again.out, again.err].join("\n");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let plan = desk.run(&[
        "plan",
        "first.csv",
        "--sandbox",
        "--on-exists",
        "update",
        "--format",
        "json",
    ]);
    (plan.out, said)
}

/// The tenant is as the first list left it, and the words are said.
fn unchanged(row: &str, says: &[&str]) {
    let (plan, said) = update(row);
    assert!(!plan.contains("\"action\": \"update\""), "{row}: {plan}");
    assert!(plan.contains("\"action\": \"exists\""), "{row}: {plan}");
    for words in says {
        assert!(said.contains(words), "{row}: no {words:?} in {said}");
    }
}

#[test]
fn placeholders_leave_a_customer_alone() {
    unchanged(
        "Alder Dental,EndCustomer,InTrial,K1,n/a,DE,-,NULL",
        &[
            "\"n/a\" is a placeholder",
            "\"NULL\" is a placeholder",
            "V107",
        ],
    );
    unchanged(
        "Birch Legal,EndCustomer,InTrial,K2,unbekannt,AT,0,\\N",
        &["\"unbekannt\" is a placeholder", "\"0\" is a placeholder"],
    );
    unchanged(
        "Cedar Group,EndCustomer,InTrial,K3,none,DE,keine,none",
        &[
            "V128",
            "\"none\", which may be a placeholder: the old value is kept",
        ],
    );
}

#[test]
fn no_number_in_any_language_replaces_one() {
    for (phone, zip) in [
        ("kein Telefon", "keine PLZ"),
        ("N.N.", "nv"),
        ("s. u.", "k.A"),
        ("ohne", "w/o"),
        ("brak numeru telefonu", "nie dotyczy"),
        ("téléphone inconnu", "à demander"),
        ("telefon yok", "ei tiedossa"),
        ("ask Mrs Bell", "will follow"),
    ] {
        let row = format!("Alder Dental,EndCustomer,InTrial,K1,{phone},DE,{zip},siehe oben");
        unchanged(&row, &[]);
    }
}

#[test]
fn damaged_values_stop_their_row() {
    for row in [
        "Alder Dental,EndCustomer,InTrial,K1,+49 30 999,DE,1067,Bonn",
        "Cedar Group,EndCustomer,InTrial,K3,405556667,DE,20095,Bonn",
        "Birch Legal,EndCustomer,InTrial,K2,4312223334,AT,1010,Graz",
        "Birch Legal,EndCustomer,InTrial,K2,+43 1 2223334,NA,1010,Graz",
    ] {
        unchanged(row, &["V129"]);
    }
    unchanged(
        "Alder Dental,EndCustomer,InTrial,K1,4.9301E+11,DE,01067,Bonn",
        &["V108"],
    );
}

#[test]
fn a_real_change_goes_through_beside_what_is_held_back() {
    let (plan, said) = update("Cedar Group,EndCustomer,InTrial,K3,+49 40 1,DE,20095,none");
    assert!(plan.contains("+49 40 1"), "{plan}");
    assert!(said.contains("V128"), "{said}");
    let (plan, said) = update("Birch Legal,EndCustomer,InTrial,K2,+43 1 2223334,Namibia,1010,Wien");
    assert!(plan.contains("\"NA\""), "{plan}");
    assert!(!said.contains("V129"), "{said}");
}
