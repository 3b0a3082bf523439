//! What follows from the parent's level: in the tenant, in the list, or not yet known.

use std::fmt::Write;

use partner_import::check::{CheckSettings, Checked, Checker, Deriving, MappingOptions};
use partner_import::model::{Diagnostic, LevelChoice, Operation, Planned};
use partner_import::plan::{Moves, OnExists, Plan, PlanOptions, Tenant, build_with};

use crate::checker::table;
use crate::plan::customer;

fn checked(csv: &str, deriving: Deriving) -> Checked {
    let (header, batch) = table(csv);
    let settings = CheckSettings {
        mapping: MappingOptions {
            default: vec![("Level".to_owned(), "derive".to_owned())],
            ..MappingOptions::default()
        },
        deriving,
        ..CheckSettings::default()
    };
    let mut checker = Checker::new(&header, &settings, &batch).unwrap();
    checker.batch(&batch);
    checker.finish()
}

/// A tenant seen by a customer of `level`, with one customer of every kind below.
fn tenant(level: &str) -> Tenant {
    Tenant::new(
        customer(1000, 1, "Wir", level, ""),
        [
            customer(10, 1000, "Nord", "Reseller", "N-1"),
            customer(11, 10, "Alder", "EndCustomer", "A-1"),
            customer(12, 11, "Alder Werk", "Site", "A-2"),
            customer(13, 1000, "Dienst", "ServiceOrganization", ""),
            customer(14, 1000, "Neuartig", "Konzern", ""),
        ],
    )
}

fn plan_with(csv: &str, tenant: &Tenant, options: PlanOptions) -> Plan {
    build_with(&checked(csv, Deriving::InPlan), tenant, options)
}

/// `Name: Level` of what would be created, and what is said of the other rows.
fn shown(plan: &Plan) -> String {
    let mut out = String::new();
    for item in &plan.items {
        let row = item.row.0 + 2;
        let level = match &item.action {
            Planned::Send(Operation::Create { partner, .. }) => {
                let level = partner
                    .level
                    .map_or("none".to_owned(), |one| one.to_string());
                format!("{} {level}", partner.name)
            }
            other => {
                let members = item.differences.iter().map(|one| one.member);
                let members: Vec<&str> = members.collect();
                format!("{} {}", other.as_str(), members.join(" "))
            }
        };
        let _ = writeln!(out, "{row} {}", level.trim_end());
    }
    for one in &plan.diagnostics {
        let row = one.row.map_or(0, |row| row.0 + 2);
        let _ = writeln!(out, "{row} {}: {}", one.rule.code, one.message);
    }
    out
}

fn plan(csv: &str) -> String {
    shown(&plan_with(csv, &tenant("Reseller"), PlanOptions::default()))
}

#[test]
fn the_parent_in_the_tenant_counts_by_name_code_and_id() {
    insta::assert_snapshot!(plan(
        "Name,Parent,ParentId,Level\n\
         Allein,,,\n\
         Nach Name,Alder,,\n\
         Nach Code,A-1,,\n\
         Nach Nummer,,11,\n\
         Unter Händler,Nord,,\n\
         Unter Dienst,Dienst,,\n\
         Unter Standort,Alder Werk,,\n\
         Nummer des Standorts,,12,\n\
         Unter Neuartigem,Neuartig,,\n\
         Gegeben,Nord,,ServiceOrganization\n"
    ), @r#"
    2 Allein EndCustomer
    3 Nach Name Site
    4 Nach Code Site
    5 Nach Nummer Site
    6 Unter Händler EndCustomer
    7 Unter Dienst EndCustomer
    8 invalid
    9 invalid
    10 invalid
    11 Gegeben ServiceOrganization
    8 T107: no level can be derived: "Alder Werk" (id 12) is a Site, and nothing can be below a Site
    9 T107: no level can be derived: "Alder Werk" (id 12) is a Site, and nothing can be below a Site
    10 T107: no level can be derived: "Neuartig" (id 14) has the level Konzern, which is not known
    "#);
}

#[test]
fn the_customer_one_logs_in_under_is_the_parent_of_rows_without_one() {
    for (level, expected) in [
        ("Distributor", "2 Neu EndCustomer\n3 Neu Werk Site\n"),
        ("Reseller", "2 Neu EndCustomer\n3 Neu Werk Site\n"),
        ("EndCustomer", "2 Neu Site\n"),
        ("Site", "2 invalid\n"),
        ("", "2 invalid\n"),
    ] {
        let csv = "Name,Parent\nNeu,\nNeu Werk,Neu\n";
        let plan = shown(&plan_with(csv, &tenant(level), PlanOptions::default()));
        assert!(plan.starts_with(expected), "{level}: {plan}");
    }
    // Below a Site that is derived itself nothing stands.
    let csv = "Name,Parent\nNeu,\nNeu Werk,Neu\n";
    let plan = shown(&plan_with(
        csv,
        &tenant("EndCustomer"),
        PlanOptions::default(),
    ));
    assert!(
        plan.contains("3 H204: no level can be derived: \"Neu\" in row 2 is a Site"),
        "{plan}"
    );
}

#[test]
fn chains_are_followed_in_any_order_of_the_rows() {
    insta::assert_snapshot!(plan(
        "Name,Parent,Level\n\
         Werk,Firma,\n\
         Firma,Gruppe,\n\
         Gruppe,,ServiceOrganization\n\
         Tor,Werk,\n\
         Schranke,Tor,\n\
         Werk 2,Gegeben,\n\
         Gegeben,,EndCustomer\n"
    ), @r#"
    2 Werk Site
    3 Firma EndCustomer
    4 Gruppe ServiceOrganization
    5 invalid
    6 blocked
    7 Werk 2 Site
    8 Gegeben EndCustomer
    5 H204: no level can be derived: "Werk" in row 2 is a Site, because its own level is derived too and its parent "Firma" in row 3 is an EndCustomer; nothing can be below a Site
    6 H301: not sent, because row 5 above it in the tree has an error
    "#);
}

#[test]
fn the_tenant_counts_before_the_list() {
    // The list calls the reseller Nord an EndCustomer, and the EndCustomer Alder a Site.
    insta::assert_snapshot!(plan(
        "Name,Parent,Level,ExternalCode\n\
         Nord,,EndCustomer,N-1\n\
         Unter Nord,Nord,,\n\
         Alder,Nord,Site,A-1\n\
         Unter Alder,Alder,,\n"
    ), @r#"
    2 exists Level
    3 Unter Nord EndCustomer
    4 invalid
    5 blocked
    2 T501: "Nord" (id 10) exists; Level is "Reseller", the row says "EndCustomer"
    4 T105: "Nord" (id 10) is a Reseller, not an EndCustomer
    5 H301: not sent, because row 4 above it in the tree has an error
    "#);
    // Where the parent's level is changed first, the new one counts.
    let options = PlanOptions {
        on_exists: OnExists::Update,
        moves: Moves::Allowed,
    };
    let csv = "Name,Parent,Level,ExternalCode\nNord,,EndCustomer,N-1\nUnter Nord,Nord,,\n";
    let plan = shown(&plan_with(csv, &tenant("Distributor"), options));
    assert!(plan.contains("3 Unter Nord Site"), "{plan}");
}

#[test]
fn an_existing_customer_is_never_compared_with_it() {
    // Nord is a Reseller and Dienst a ServiceOrganization where EndCustomer would be derived, and
    // Alder Werk stands below an EndCustomer as it should; below it nothing could be derived.
    let csv = "Name,Parent,ExternalCode\nNord,,N-1\nDienst,,\nAlder Werk,Alder,A-2\n";
    for on_exists in [OnExists::Skip, OnExists::Update] {
        let options = PlanOptions {
            on_exists,
            moves: Moves::Forbidden,
        };
        let plan = shown(&plan_with(csv, &tenant("Reseller"), options));
        assert_eq!(plan, "2 exists\n3 exists\n4 exists\n", "{on_exists}");
    }
}

#[test]
fn a_given_level_is_held_against_a_derived_one() {
    insta::assert_snapshot!(plan(
        "Name,Parent,Level\n\
         Firma,,\n\
         Zweite,Firma,EndCustomer\n\
         Werk,Firma,Site\n\
         Standort,Alder,\n\
         Hof,Standort,Site\n"
    ), @r#"
    2 Firma EndCustomer
    3 invalid
    4 Werk Site
    5 Standort Site
    6 invalid
    3 H201: EndCustomer cannot be below "Firma" in row 2, an EndCustomer
    6 H201: Site cannot be below "Standort" in row 5, a Site
    "#);
}

/// What the check alone says: problems with codes, then each accepted row with its level.
fn offline(csv: &str) -> String {
    let checked = checked(csv, Deriving::Offline);
    let mut out = String::new();
    let about_levels = |one: &&Diagnostic| one.rule.code != "V901" && one.rule.code != "V902";
    for one in checked.diagnostics.iter().filter(about_levels) {
        let row = one.row.map_or(0, |row| row.0 + 2);
        let _ = writeln!(out, "{row} {}: {}", one.rule.code, one.message);
    }
    for row in &checked.accepted {
        let level = row.level_in_list();
        let level = level.map_or("open".to_owned(), |level| level.to_string());
        let derived = match row.level() {
            LevelChoice::Derived => " derived",
            LevelChoice::Given(_) | LevelChoice::Unsaid => "",
        };
        let _ = writeln!(out, "{} {level}{derived}", row.number());
    }
    out
}

#[test]
fn offline_it_is_derived_from_rows_and_else_said_to_be_open() {
    insta::assert_snapshot!(offline(
        "Name,Parent,ParentId,ID,Level\n\
         Allein,,,,\n\
         Fremd,Jemand,,,\n\
         Nummer,,4711,,\n\
         Firma,,,,EndCustomer\n\
         Werk,Firma,,,\n\
         Unter Allein,Allein,,,\n\
         Da,,,17,\n\
         Darunter,Da,,,\n\
         Bekannt,,,18,Reseller\n\
         Unter Nummer,,18,,\n\
         Werk darunter,Unter Nummer,,,\n"
    ), @r#"
    0 V907: 9 rows without a level get it from the parent's level: 1 EndCustomer, 2 Site; 6 more are known once the tenant has been read
    3 H101: no row is called "Jemand", so the parent is looked up in the tenant
    2 open derived
    3 open derived
    4 open derived
    5 EndCustomer
    6 Site derived
    7 open derived
    8 open derived
    9 open derived
    10 Reseller
    11 EndCustomer derived
    12 Site derived
    "#);
}

#[test]
fn offline_nothing_is_derived_below_a_site_and_given_levels_are_held_against_derived_ones() {
    insta::assert_snapshot!(offline(
        "Name,Parent,ParentId,ID,Level\n\
         Firma,,,,EndCustomer\n\
         Werk,Firma,,,\n\
         Tor,Werk,,,\n\
         Schranke,Tor,,,\n\
         Laden,,,,Site\n\
         Kasse,Laden,,,\n\
         Lager,,,9,Site\n\
         Regal,,9,,\n\
         Zu hoch,Werk,,,EndCustomer\n"
    ), @r#"
    0 V907: 1 row without a level gets it from the parent's level: 1 Site
    4 H204: no level can be derived: the parent "Werk" in row 3 is a Site, because its own level is derived too and its parent "Firma" in row 2 is an EndCustomer; nothing can be below a Site
    5 H301: not sent, because its parent "Tor" in row 4 has an error
    7 H204: no level can be derived: the parent "Laden" in row 6 is a Site, and nothing can be below a Site
    9 H204: no level can be derived: the parent "Lager" in row 8 is a Site, and nothing can be below a Site
    10 H201: EndCustomer is not lower than Site, the level of the parent "Werk" in row 3
    2 EndCustomer
    3 Site derived
    6 Site
    8 Site
    "#);
}

#[test]
fn long_chains_and_circles_come_to_an_end() {
    let mut csv = String::from("Name,Parent\n");
    for row in 0..20_000 {
        let _ = writeln!(csv, "K{row},K{}", row + 1);
    }
    let checked = checked(&csv, Deriving::Offline);
    assert!(
        checked
            .accepted
            .iter()
            .all(|row| row.level_in_list().is_none())
    );
    assert_eq!(checked.accepted.len(), 20_000);
    let circle = offline("Name,Parent\nA,B\nB,C\nC,A\nD,C\n");
    assert_eq!(circle.matches("H105").count(), 3, "{circle}");
}
