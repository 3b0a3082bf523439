//! Plans: a table and a tenant in, one line per row and the problems out.

use std::fmt::Write;

use partner_import::check::{CheckSettings, Checker};
use partner_import::model::{Operation, Parent, Planned, RowBatch};
use partner_import::plan::{Customer, Place, Tenant, build};
use partner_import::tables::{More, NoKnowledge, ReadOptions, read_bytes};

/// A customer of a tenant.
pub(crate) fn customer(id: u64, parent: u64, name: &str, level: &str, code: &str) -> Customer {
    Customer {
        id,
        parent,
        name: name.into(),
        level: level.into(),
        external_code: code.into(),
        ..Customer::default()
    }
}

/// A provider with a reseller, two end customers and a name that stands twice.
fn tenant() -> Tenant {
    let root = Customer {
        child_service_types: vec!["AllInclusive".into()],
        ..customer(1000, 1, "MSP", "Distributor", "")
    };
    let mut tenant = Tenant::new(
        root,
        [
            customer(10, 1000, "North", "Reseller", "N-1"),
            customer(11, 10, "Acme", "EndCustomer", "A-1"),
            customer(12, 1000, "Zeus", "EndCustomer", ""),
            customer(13, 1000, "Twin", "Reseller", ""),
            customer(14, 10, "Twin", "EndCustomer", ""),
        ],
    );
    tenant.locations = vec![Place {
        id: 18,
        name: "Germany".into(),
    }];
    tenant
}

/// `row action detail`, then `row code: message`, for a table without blanks around its cells.
fn plan(table: &str) -> String {
    let text = table.trim_start();
    let options = ReadOptions::default();
    let mut table = read_bytes(text.as_bytes(), &options, &NoKnowledge).unwrap();
    let mut batch = RowBatch::default();
    assert_eq!(table.next_batch(&mut batch).unwrap(), More::No);
    let mut checker = Checker::new(&table.header, &CheckSettings::default(), &batch).unwrap();
    checker.batch(&batch);
    let plan = build(&checker.finish(), &tenant());
    let mut out = String::new();
    let above = |parent: &Parent| match parent {
        Parent::Customer(id) => format!("below {id}"),
        Parent::Row(row) => format!("below row {}", row.0 + 2),
    };
    for item in &plan.items {
        let row = item.row.0 + 2;
        match &item.action {
            Planned::Send(Operation::Create {
                parent, partner, ..
            }) => {
                let location = partner.location_id.map(|id| format!(" at {id}"));
                writeln!(
                    out,
                    "{row} create {}{}",
                    above(parent),
                    location.unwrap_or_default()
                )
            }
            Planned::Exists { id, .. } => {
                let members: Vec<&str> = item.differences.iter().map(|one| one.member).collect();
                writeln!(out, "{row} exists {id} {}", members.join(" "))
            }
            Planned::Send(Operation::Update { id, .. }) => writeln!(out, "{row} update {id}"),
            Planned::Refuse { id, .. } => writeln!(out, "{row} fail {id}"),
            Planned::Send(Operation::Deploy { id, .. }) => writeln!(out, "{row} deploy {id}"),
            Planned::Send(Operation::Remove { id, .. }) => writeln!(out, "{row} remove {id}"),
            Planned::Invalid => writeln!(out, "{row} invalid"),
            Planned::Blocked { by } => writeln!(out, "{row} blocked by {}", by.0 + 2),
        }
        .unwrap();
    }
    for one in &plan.diagnostics {
        let row = one.row.map_or(0, |row| row.0 + 2);
        writeln!(out, "{row} {}: {}", one.rule.code, one.message).unwrap();
    }
    out.lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn who_exists_is_recognised_and_children_hang_on_it() {
    insta::assert_snapshot!(plan("
Name,Parent,Level,ExternalCode
North,,Reseller,N-1
Acme,North,EndCustomer,A-1
Renamed,North,EndCustomer,A-1b
New Site,Zeus,Site,
Zeus,,EndCustomer,
Site of new,Renamed,Site,
"), @r#"
    2 exists 10
    3 exists 11
    4 create below 10
    5 create below 12
    6 exists 12
    7 create below row 4
    "#);
}

#[test]
fn parents_are_names_codes_and_ids_of_the_tenant() {
    insta::assert_snapshot!(plan("
Name,Parent,ParentId,Level
By name,North,,EndCustomer
By code,N-1,,EndCustomer
By id,,10,EndCustomer
By both,North,10,EndCustomer
By neither,,,EndCustomer
By no name,Nroth,,EndCustomer
No such id,,4711,EndCustomer
Twice,Twin,,EndCustomer
At odds,N-1,12,EndCustomer
"), @r#"
    2 create below 10
    3 create below 10
    4 create below 10
    5 create below 10
    6 create below 1000
    7 invalid
    8 invalid
    9 invalid
    10 invalid
    7 T101: "Nroth" is neither a row of the file nor in the tenant
    8 T101: no customer of the tenant has the id 4711
    9 T102: 2 customers of the tenant match "Twin", among them "Twin" (id 13) and "Twin" (id 14)
    10 T103: Parent is "North" (id 10), ParentId is 12
    "#);
}

#[test]
fn what_cannot_stand_there_is_refused_and_blocks_what_hangs_below() {
    insta::assert_snapshot!(plan("
Name,Parent,Level,ServiceType
Same level,North,Reseller,
Site of a reseller,North,Site,
Not offered,,EndCustomer,SoftwareOnly
Below it,Not offered,Site,
Beside it,Not offered,Site,
"), @r#"
    2 invalid
    3 invalid
    4 invalid
    5 blocked by 4
    6 blocked by 4
    2 T104: Reseller cannot be below "North" (id 10), a Reseller
    3 T105: "North" (id 10) is a Reseller, not an EndCustomer
    4 T106: "MSP" (id 1000) offers AllInclusive, not SoftwareOnly
    5 H301: not sent, because row 4 above it in the tree has an error
    6 H301: not sent, because row 4 above it in the tree has an error
    "#);
}

#[test]
fn codes_and_names_of_others_are_conflicts() {
    insta::assert_snapshot!(plan("
Name,Parent,Level,ExternalCode
Moved,,EndCustomer,A-1
North,,Reseller,N-2
zeus,,EndCustomer,
Acme,,EndCustomer,
Zeus,,EndCustomer,Z-9
"), @r#"
    2 invalid
    3 invalid
    4 create below 1000
    5 create below 1000
    6 exists 12 ExternalCode
    2 T202: ExternalCode A-1 belongs to "Acme" (id 11) below "North" (id 10)
    3 T201: "North" (id 10) has the ExternalCode N-1
    4 T204: "Zeus" (id 12) exists below the same parent
    5 T205: "Acme" (id 11) has this name below "North" (id 10)
    6 T501: "Zeus" (id 12) exists; ExternalCode is "", the row says "Z-9"
    "#);
}

#[test]
fn rows_with_an_id_are_held_against_the_tenant() {
    insta::assert_snapshot!(plan("
ID,ParentId,Name,Level
12,,Zeus,EndCustomer
4711,,Gone,EndCustomer
11,,Zeus of another,EndCustomer
"), @r#"
    2 exists 12
    3 invalid
    4 invalid
    3 T401: no customer of the tenant has the id 4711
    4 T402: the customer with the id 11 is "Acme" (id 11)
    "#);
}

#[test]
fn locations_are_found_by_name() {
    insta::assert_snapshot!(plan("
Name,Level,Location
Fine,EndCustomer,germany
Wrong,EndCustomer,Germny
"), @r#"
    2 create below 1000 at 18
    3 invalid
    3 T301: the service has no storage location called "Germny"
    "#);
}

#[test]
fn two_rows_of_one_customer_are_found_by_parent_and_by_whom_they_meet() {
    insta::assert_snapshot!(plan("
Name,Parent,ParentId,Level,ExternalCode
New,,,EndCustomer,
New,,1000,EndCustomer,
New,North,,EndCustomer,
New,,10,EndCustomer,X-1
Acme,,10,EndCustomer,
Renamed,North,,EndCustomer,A-1
Site,Acme,,Site,
Main,New Reseller,,EndCustomer,
New Reseller,,,Reseller,
"), @r#"
    2 create below 1000
    3 invalid
    4 create below 10
    5 invalid
    6 exists 11
    7 invalid
    8 create below 11
    9 create below row 10
    10 create below 1000
    3 T206: row 2 is the same customer: the same name below the same parent
    5 T206: row 4 is the same customer: the same name below the same parent
    7 T206: "Acme" (id 11) is the customer of row 6 too
    "#);
}

#[test]
fn a_customer_without_a_name_is_called_by_its_id() {
    let nameless = customer(1, 0, " ", "Reseller", "");
    assert_eq!(nameless.shown(), "id 1 (no name)");
    assert_eq!(nameless.called(), "id 1 (no name)");
    let named = customer(2, 1, "Nord", "Reseller", "");
    assert_eq!(named.shown(), "\"Nord\" (id 2)");
    assert_eq!(named.called(), "Nord");
}
