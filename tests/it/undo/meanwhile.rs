//! What others do to customers between an undo's plan and its requests is seen right before each
//! request leaves; and how many requests that takes. In process, under a paused clock.

use std::time::Duration;

use partner_import::journal::UndoReplayed;
use partner_import::model::code::STILL_THERE;
use partner_import::model::{Outcome, Standing};
use partner_import::sandbox::ACCOUNT_ID;
use partner_import::submit::EndReason;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::forest::Forest;
use crate::support::network::locked;
use crate::support::world::{UndoAttempt, World, no_control};

/// Where each row stands after the undo.
fn standings(world: &World) -> Vec<Standing> {
    let store = locked(&world.store);
    let undone = UndoReplayed::read(&store, world.forest.len());
    undone.expect("a journal").rows
}

/// The code with which a row's customer was kept; `removed` where it was not.
fn fate(standing: &Standing) -> &str {
    match standing.outcome() {
        Some(Outcome::Removed) => "removed",
        Some(Outcome::Kept(why)) => &why.code,
        other => panic!("{other:?}"),
    }
}

/// Undoes a run of six customers one by one; after a while, when the tenant was read and planned, and
/// some are gone, somebody calls `method` about the last one. What became of that.
async fn last_after(method: &str, params: impl Fn(i32) -> Value) -> String {
    let mut forest = Forest::flat(6);
    for row in &mut forest.rows {
        row.phone = Some("+49 30 1".into());
    }
    let world = World::fair(forest).workers(1);
    world.run().await.outcome();
    let customers = world.network.new_customers();
    let last = customers.iter().find(|one| one.name == "Customer 5");
    let last = last.expect("it is there").id;
    let others = async {
        while world.network.new_customers().len() > 4 {
            sleep(Duration::from_millis(20)).await;
        }
        world.network.call(method, &params(last));
        std::future::pending::<()>().await;
    };
    let end = tokio::select! {
        end = world.undo_attempt(None, no_control()) => end,
        () = others => unreachable!("others never end"),
    };
    assert!(matches!(end, UndoAttempt::Left(EndReason::Done)), "{end:?}");
    let standings = standings(&world);
    assert!(standings[..5].iter().all(|one| fate(one) == "removed"));
    let there = world.network.new_customers();
    assert!(there.iter().any(|one| one.id == last), "it stays");
    fate(&standings[5]).to_owned()
}

#[tokio::test(start_paused = true)]
async fn who_is_there_still_was_not_removed_whatever_was_answered() {
    let world = World::fair(Forest::flat(2)).workers(1);
    world.run().await.outcome();
    world.network.only_says("RemovePartner");
    let end = world.undo_attempt(None, no_control()).await;
    assert!(matches!(end, UndoAttempt::Left(EndReason::Done)), "{end:?}");
    assert_eq!(world.network.new_customers().len(), 2);
    let standings = standings(&world);
    let fates: Vec<&str> = standings.iter().map(fate).collect();
    assert_eq!(fates, [STILL_THERE.code; 2]);
}

#[tokio::test(start_paused = true)]
async fn what_others_change_after_the_plan_is_left_alone() {
    let modify = |info: Value| json!({ "partnerInfo": info });
    let renamed = last_after("ModifyPartner", |id| {
        modify(json!({"Id": id, "Name": "KEEP ME"}))
    });
    assert_eq!(renamed.await, "renamed");
    let coded = last_after("ModifyPartner", |id| {
        modify(json!({"Id": id, "ExternalCode": "PSA-7"}))
    });
    assert_eq!(coded.await, "code-changed");
    let phoned = last_after("ModifyPartner", |id| {
        modify(json!({"Id": id, "Company": {"PhoneNumber": "+49 999"}}))
    });
    assert_eq!(phoned.await, "changed-since");
    let parent = last_after("AddPartner", |id| {
        modify(json!({"ParentId": id, "Name": "Fremd", "Level": "Site"}))
    });
    assert_eq!(parent.await, "has-customers");
    let device = last_after(
        "AddAccount",
        |id| json!({"accountInfo": {"PartnerId": id, "Name": "srv"}}),
    );
    assert_eq!(device.await, "has-devices");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_moved_after_the_plan_is_left_alone() {
    let world = World::fair(Forest::chain(4)).workers(1);
    world.run().await.outcome();
    let id = |name: &str| {
        let there = world.network.new_customers();
        there.iter().find(|one| one.name == name).map(|one| one.id)
    };
    let (second, last) = (id("Link 1"), id("Link 3"));
    let others = async {
        while id("Link 3") == last {
            sleep(Duration::from_millis(20)).await;
        }
        let info = json!({"Id": second, "ParentId": ACCOUNT_ID});
        let params = json!({ "partnerInfo": info });
        world.network.call("ModifyPartner", &params);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        end = world.undo_attempt(None, no_control()) => drop(end),
        () = others => unreachable!("others never end"),
    }
    let fates: Vec<String> = standings(&world)
        .iter()
        .map(|one| fate(one).into())
        .collect();
    // Who stood above it when the undo was planned is kept with it.
    assert_eq!(fates, ["has-customers", "moved", "removed", "removed"]);
}

#[tokio::test(start_paused = true)]
async fn an_undo_takes_two_requests_for_each_customer_and_a_few() {
    const ROWS: usize = 500;
    for rate in [None, Some("5/s")] {
        let mut world = World::fair(Forest::four_levels(ROWS, 6));
        world.run().await.outcome();
        if let Some(rate) = rate {
            world = world.rate(rate);
        }
        let before = world.network.arrivals().len();
        let end = world.undo_attempt(None, no_control()).await;
        assert!(matches!(end, UndoAttempt::Left(EndReason::Done)), "{end:?}");
        assert!(world.network.new_customers().is_empty());
        let sent = world.network.arrivals().len() - before;
        assert!(sent * 10 <= ROWS * 23, "{sent} requests at {rate:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_list_of_devices_is_refused_statistics_tell_and_else_all_stay() {
    let faults = ["13501=1@EnumerateAccounts"];
    let world = World::with_faults(Forest::flat(3), &faults);
    world.run().await.outcome();
    let end = world.undo_attempt(None, no_control()).await;
    assert!(matches!(end, UndoAttempt::Left(EndReason::Done)), "{end:?}");
    assert!(world.network.new_customers().is_empty());

    let faults = [
        "13501=1@EnumerateAccounts",
        "13501=1@EnumerateAccountStatistics",
    ];
    let world = World::with_faults(Forest::flat(3), &faults);
    world.run().await.outcome();
    world.undo_attempt(None, no_control()).await;
    let standings = standings(&world);
    assert!(standings.iter().all(|one| fate(one) == "devices-unseen"));
    assert_eq!(world.network.arrivals_of("RemovePartner").len(), 0);
}
