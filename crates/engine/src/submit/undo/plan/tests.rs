//! What goes, what stays and why, of tenants made up.

use super::*;
use crate::journal::PlannedRow;
use crate::model::{CustomerName, DefaultAccount, Deployment, Level, Planned, Text};

fn id(number: u32) -> PartnerId {
    PartnerId::from_number(number.into()).unwrap()
}

/// Rows as (name, code, parent row); row n has id 10 + n, those without a parent stand below 1.
fn run(rows: &[(&str, &str, Option<u32>)]) -> Replayed {
    let mut replayed = Replayed::default();
    for (number, (name, code, parent)) in (0..).zip(rows) {
        let mut partner = PartnerInfo::named(CustomerName::parse(name).unwrap());
        partner.external_code = Text::parse(code).ok();
        partner.level = Some(Level::EndCustomer);
        let parent = match parent {
            Some(row) => Parent::Row(RowIndex(*row)),
            None => Parent::Customer(id(1)),
        };
        replayed.planned.push(PlannedRow {
            row: RowIndex(number),
            action: Planned::Send(Operation::Create {
                parent,
                partner: Arc::new(partner),
                account: DefaultAccount::None,
            }),
            deployment: Deployment::AsItIs,
            code: String::new(),
            message: String::new(),
        });
        replayed.progress.push(Standing::Ended(Outcome::Created(
            id(10 + number),
            Origin::Answered,
        )));
    }
    replayed
}

fn customer(number: u64, parent: u64, name: &str, code: &str) -> Customer {
    Customer {
        id: number,
        parent,
        name: name.into(),
        level: "EndCustomer".into(),
        external_code: code.into(),
        ..Customer::default()
    }
}

fn tenant(below: &[Customer]) -> Tenant {
    Tenant::new(customer(1, 0, "Root", ""), below.iter().cloned())
}

fn codes(plan: &UndoPlan) -> Vec<&str> {
    let code = |item: &Item| match &item.stand {
        Stand::Remove => "remove",
        Stand::RemoveAgain => "again",
        Stand::Restore => "restore",
        Stand::RestoreAgain => "restore again",
        Stand::AsBefore => "as before",
        Stand::FoundRemoved => "found",
        Stand::Gone => "gone",
        Stand::Away => "away",
        Stand::Restored => "restored",
        Stand::Keep(reason) => match reason.code.as_str() {
            "renamed" => "renamed",
            "moved" => "moved",
            "code-changed" => "code-changed",
            "level-changed" => "level-changed",
            "has-customers" => "has-customers",
            "has-devices" => "has-devices",
            _ => "other",
        },
    };
    plan.items.iter().map(code).collect()
}

fn planned(replayed: &Replayed, undone: &UndoReplayed, tenant: &Tenant) -> UndoPlan {
    UndoPlan::new(replayed, undone, tenant, FoundOnes::Stay).with_devices(&Devices::OfEach, tenant)
}

#[test]
fn what_was_changed_stays() {
    let replayed = run(&[
        ("Same", "C-0", None),
        ("Name", "", None),
        ("Parent", "", None),
        ("Code", "C-3", None),
        ("New code", "", None),
        ("Level", "", None),
        ("Gone", "", None),
    ]);
    let mut level = customer(15, 1, "Level", "");
    level.level = "Site".into();
    let tenant = tenant(&[
        customer(10, 1, "Same ", "C-0"),
        customer(11, 1, "Other", ""),
        customer(12, 99, "Parent", ""),
        customer(13, 1, "Code", "C-4"),
        customer(14, 1, "New code", "PSA-1"),
        level,
    ]);
    let plan = planned(&replayed, &UndoReplayed::default(), &tenant);
    assert_eq!(
        codes(&plan),
        [
            "remove",
            "renamed",
            "moved",
            "code-changed",
            "code-changed",
            "level-changed",
            "gone"
        ]
    );
    let counts = plan.counts();
    assert_eq!(
        (counts.created, counts.remove, counts.gone, counts.keep),
        (7, 1, 1, 5)
    );
}

#[test]
fn whose_removal_may_have_left_stays_for_no_reason_that_only_the_plan_knows() {
    let replayed = run(&[("Asked", "", None), ("Not asked", "", None)]);
    let mut undone = UndoReplayed {
        rows: vec![Standing::Pending; 2],
        ..UndoReplayed::default()
    };
    undone.rows[0] = Standing::Open {
        message: "connection reset".into(),
    };
    let mut there = vec![
        customer(10, 1, "Asked", ""),
        customer(11, 1, "Not asked", ""),
    ];
    let all = tenant(&there);
    let devices = Devices::Of(HashMap::from([
        (id(10), vec!["srv".to_owned()]),
        (id(11), vec!["srv".to_owned()]),
    ]));
    let made = UndoPlan::new(&replayed, &undone, &all, FoundOnes::Stay);
    assert_eq!(
        codes(&made.with_devices(&devices, &all)),
        ["again", "has-devices"]
    );
    there.push(customer(98, 10, "Stranger", ""));
    there.push(customer(99, 11, "Stranger", ""));
    let plan = planned(&replayed, &undone, &tenant(&there));
    assert_eq!(codes(&plan), ["again", "has-customers"]);
}

#[test]
fn who_has_somebody_below_that_stays_stays_too() {
    let replayed = run(&[
        ("Top", "", None),
        ("Middle", "", Some(0)),
        ("Leaf", "", Some(1)),
        ("Other leaf", "", Some(1)),
        ("Beside", "", Some(0)),
        ("Alone", "", None),
    ]);
    let mut there = vec![
        customer(10, 1, "Top", ""),
        customer(11, 10, "Middle", ""),
        customer(12, 11, "Leaf", ""),
        customer(13, 11, "Other leaf", ""),
        customer(14, 10, "Beside", ""),
        customer(15, 1, "Alone", ""),
    ];
    let none = UndoReplayed::default();
    let plan = planned(&replayed, &none, &tenant(&there));
    assert_eq!(codes(&plan), ["remove"; 6]);
    assert_eq!(plan.leaves_first()[..2], [2, 3]);

    let devices = Devices::Of(HashMap::from([(id(12), vec!["srv".to_owned()])]));
    let all = tenant(&there);
    let plan = UndoPlan::new(&replayed, &none, &all, FoundOnes::Stay).with_devices(&devices, &all);
    let kept = "has-customers";
    assert_eq!(
        codes(&plan),
        [kept, kept, "has-devices", "remove", "remove", "remove"]
    );

    there.push(customer(99, 15, "Stranger", ""));
    let plan = planned(&replayed, &none, &tenant(&there));
    assert_eq!(codes(&plan)[5], kept);
    let Stand::Keep(reason) = &plan.items[5].stand else {
        panic!("it stays");
    };
    assert_eq!(reason.message, "customer \"Stranger\" (id 99) is below it");
}

#[test]
fn what_an_earlier_process_did_counts() {
    let replayed = run(&[("A", "", None), ("B", "", None), ("C", "", None)]);
    let open = Standing::Open {
        message: String::new(),
    };
    let undone = UndoReplayed {
        state: None,
        rows: vec![open.clone(), open, Standing::Ended(Outcome::Removed)],
        ..UndoReplayed::default()
    };
    let tenant = tenant(&[customer(10, 1, "Renamed meanwhile", "")]);
    let plan = planned(&replayed, &undone, &tenant);
    assert_eq!(codes(&plan), ["again", "found", "away"]);
}

#[test]
fn only_what_this_run_created_is_looked_at() {
    let mut replayed = run(&[("A", "", None), ("B", "", None), ("C", "", None)]);
    replayed.progress[0] = Standing::Ended(Outcome::Exists(id(10)));
    replayed.progress[1] = Standing::Open {
        message: String::new(),
    };
    let tenant = tenant(&[
        customer(10, 1, "A", ""),
        customer(11, 1, "B", ""),
        customer(12, 1, "C", ""),
    ]);
    let plan = planned(&replayed, &UndoReplayed::default(), &tenant);
    let rows: Vec<u32> = plan.items.iter().map(|item| item.row.0).collect();
    assert_eq!(rows, [2]);
}

#[test]
fn the_customer_one_logs_in_under_stays() {
    let rows = run(&[("Own", "", None)]);
    // One logs in as the customer that the run has created.
    let own = Tenant::new(customer(10, 1, "Own", ""), []);
    let undone = UndoReplayed::default();
    let plan = UndoPlan::new(&rows, &undone, &own, FoundOnes::Stay);
    assert_eq!(codes(&plan), ["other"]);
    let elsewhere = tenant(&[customer(10, 1, "Own", "")]);
    let plan = UndoPlan::new(&rows, &undone, &elsewhere, FoundOnes::Stay);
    assert_eq!(codes(&plan), ["remove"]);
}
