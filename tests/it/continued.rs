//! What continuing a run makes of what others have done meanwhile: customers that they added, moved
//! or changed, and requests of which nothing but the intent is known.

use std::time::Duration;

use partner_import::journal::{Replayed, Step, UndoReplayed};
use partner_import::model::code::FOUND_ONLY;
use partner_import::model::rules::tenant::{EXTERNAL_CODE_TAKEN, NAME_TAKEN};
use partner_import::sandbox::ACCOUNT_ID;
use partner_import::submit::reads::Wanted;
use partner_import::submit::undo::{FoundOnes, Stand, UndoPlan};
use partner_import::submit::{EndReason, Patience, read_tenant};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::forest::{Forest, row_index};
use crate::support::judge::assert_well;
use crate::support::life::{Death, Life};
use crate::support::network::locked;
use crate::support::world::{End, World, no_control};
use partner_import::model::{Origin, Outcome, Standing};

/// The request that creates the first row: login, own customer and tree come before.
const FIRST_CREATE: u64 = 3;

/// One row, with a code or without.
fn one_row(code: Option<&str>) -> Forest {
    let mut rows = Forest::flat(1).rows;
    rows[0].code = code.map(str::to_owned);
    Forest::new(rows)
}

async fn dies(world: &World, death: Death) {
    let end = world.attempt(Some(death), no_control()).await;
    assert!(matches!(end, End::Died), "{end:?}");
}

async fn goes_on(world: &World) -> Vec<Standing> {
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    outcome.replayed.progress
}

fn origin(world: &World) -> Origin {
    let store = locked(&world.store);
    Replayed::read(&store)
        .expect("a journal")
        .origin(row_index(0))
}

/// What an undo would do with the first row's customer.
async fn undone(world: &World) -> Stand {
    let client = world.new_client(&Life::new(None));
    let patience = Patience {
        limit: Duration::from_secs(60),
        first_contact: Duration::from_secs(60),
        seed: 1,
        control: no_control(),
    };
    let tenant = read_tenant(&client, &patience, Wanted::default());
    let tenant = tenant.await.expect("a tenant");
    let replayed = Replayed::read(&locked(&world.store)).expect("a journal");
    let plan = UndoPlan::new(
        &replayed,
        &UndoReplayed::default(),
        &tenant,
        FoundOnes::Stay,
    );
    plan.items[0].stand.clone()
}

fn add(world: &World, more: &Value) {
    let mut info = json!({"ParentId": ACCOUNT_ID, "Name": "Customer 0", "Level": "EndCustomer"});
    let members = info.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    world
        .network
        .call("AddPartner", &json!({ "partnerInfo": info }));
}

/// Changes the first row's customer.
fn change(world: &World, more: &Value) {
    let mut info = json!({"Id": world.network.new_customers()[0].id});
    let members = info.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    world
        .network
        .call("ModifyPartner", &json!({ "partnerInfo": info }));
}

fn fails_with(progress: &Standing, expected: &str) -> String {
    match progress {
        Standing::Ended(Outcome::Failed(why)) if why.code == expected => why.message.clone(),
        other => panic!("not failed with {expected}: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_a_person_added_for_a_row_that_never_left_is_met_and_stays() {
    let world = World::slow_and_lenient(one_row(None), &[]);
    dies(&world, Death::BeforeRequest(FIRST_CREATE)).await;
    add(&world, &json!({}));
    let progress = goes_on(&world).await;
    assert!(progress[0].created().is_some(), "{progress:?}");
    assert_eq!(world.network.new_customers().len(), 1);
    assert_eq!(origin(&world), Origin::Met);
    let Stand::Keep(reason) = undone(&world).await else {
        panic!("undo would remove somebody else's customer");
    };
    assert_eq!(reason.code, FOUND_ONLY.code);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_known_to_have_left_is_found_and_can_be_undone() {
    // The look that follows is lost as well, and the process dies before the next.
    let faults = [
        "drop-answer=#1@AddPartner",
        "drop-answer=#2@EnumeratePartners",
    ];
    let world = World::slow_and_lenient(one_row(None), &faults);
    dies(&world, Death::BeforeRequest(FIRST_CREATE + 2)).await;
    let progress = goes_on(&world).await;
    assert_well(&world, &progress);
    assert_eq!(origin(&world), Origin::Found);
    assert_eq!(undone(&world).await, Stand::Remove);
}

#[tokio::test(start_paused = true)]
async fn what_the_tenant_shows_at_first_is_adopted_without_a_look_or_a_wait() {
    let world = World::slow_and_lenient(one_row(None), &[]);
    dies(&world, Death::AfterRequest(FIRST_CREATE)).await;
    let lists = || world.network.arrivals_of("EnumeratePartners").len();
    let (before, start) = (lists(), Instant::now());
    let progress = goes_on(&world).await;
    assert_well(&world, &progress);
    assert_eq!(lists() - before, 1, "the tenant, read once");
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_neither_met_nor_found() {
    let world = World::slow_and_lenient(one_row(None), &[]);
    goes_on(&world).await;
    assert_eq!(origin(&world), Origin::Answered);
    assert_eq!(undone(&world).await, Stand::Remove);
}

/// A row whose customer was created, whose process died, and to which `then` happens.
async fn created_and_then(code: Option<&str>, then: impl Fn(&World)) -> (World, Vec<Standing>) {
    created_among(&[], code, then).await
}

async fn created_among(
    faults: &[&str],
    code: Option<&str>,
    then: impl Fn(&World),
) -> (World, Vec<Standing>) {
    let world = World::slow_and_lenient(one_row(code), faults);
    dies(&world, Death::AfterRequest(FIRST_CREATE)).await;
    then(&world);
    let before = world.network.new_customers().len();
    let progress = goes_on(&world).await;
    world.network.settle();
    assert_eq!(world.network.new_customers().len(), before, "created again");
    (world, progress)
}

fn moved(world: &World) {
    add(world, &json!({"Name": "Elsewhere", "Level": "Reseller"}));
    let all = world.network.new_customers();
    let to = all
        .iter()
        .find(|one| one.name == "Elsewhere")
        .expect("there");
    let one = all
        .iter()
        .find(|one| one.name != "Elsewhere")
        .expect("there");
    let info = json!({"Id": one.id, "ParentId": to.id});
    world
        .network
        .call("ModifyPartner", &json!({ "partnerInfo": info }));
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_was_moved_is_not_created_again() {
    let (_, progress) = created_and_then(Some("C-1"), moved).await;
    let message = fails_with(&progress[0], EXTERNAL_CODE_TAKEN.code);
    assert!(message.contains("Elsewhere"), "{message}");
    let (_, progress) = created_and_then(None, moved).await;
    let message = fails_with(&progress[0], "unclear");
    assert!(message.contains("\"Customer 0\" (id "), "{message}");
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_was_moved_is_not_created_again_where_the_first_list_lags_behind() {
    // The tree that the second process reads first is the second list.
    let lag = ["lag=#2:60s@EnumeratePartners"];
    for (code, fails) in [(Some("C-1"), EXTERNAL_CODE_TAKEN.code), (None, "unclear")] {
        let (world, progress) = created_among(&lag, code, moved).await;
        let message = fails_with(&progress[0], fails);
        assert!(message.contains("\"Customer 0\" (id 1001)"), "{message}");
        // Each process reads the tree; then there is the list below the parent, and the tree once more.
        let lists = world.network.arrivals_of("EnumeratePartners").len();
        assert_eq!(lists, 4, "{progress:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_was_moved_and_changed_is_known_by_its_name() {
    let both = |world: &World| {
        change(world, &json!({"ExternalCode": "D-9"}));
        moved(world);
    };
    let (_, progress) = created_and_then(Some("C-1"), both).await;
    fails_with(&progress[0], "unclear");
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_was_changed_is_not_created_again() {
    let other_code = |world: &World| change(world, &json!({"ExternalCode": "D-9"}));
    let (_, progress) = created_and_then(Some("C-1"), other_code).await;
    fails_with(&progress[0], NAME_TAKEN.code);
    // The code tells who it is, whatever the name is now; the tree that is read back says the rest.
    let renamed = |world: &World| change(world, &json!({"Name": "Another"}));
    let (_, progress) = created_and_then(Some("C-1"), renamed).await;
    assert!(progress[0].created().is_some(), "{progress:?}");
    for spelt in [
        "CUSTOMER 0",
        "Customer  0",
        "Cu\u{301}stomer 0",
        "Customer&nbsp;0",
    ] {
        let respelt = |world: &World| change(world, &json!({ "Name": spelt }));
        let (_, progress) = created_and_then(None, respelt).await;
        fails_with(&progress[0], "unclear");
    }
    let lower = |world: &World| change(world, &json!({"ExternalCode": "c-1"}));
    let (_, progress) = created_and_then(Some("C-1"), lower).await;
    fails_with(&progress[0], "unclear");
}

#[tokio::test(start_paused = true)]
async fn rows_that_were_never_sent_meet_the_conflicts_of_a_plan() {
    let coded = |rows: usize| {
        let mut rows = Forest::flat(rows).rows;
        for (number, row) in rows.iter_mut().enumerate() {
            row.code = Some(format!("C-{number}"));
        }
        Forest::new(rows)
    };
    let world = World::slow_and_lenient(coded(2), &[]);
    // It dies with the intents not on the disk.
    dies(
        &world,
        Death::Disk(partner_import::journal::Step::BeforeCommit, 0),
    )
    .await;
    add(&world, &json!({"Name": "Reseller", "Level": "Reseller"}));
    let below = world.network.new_customers()[0].id;
    add(
        &world,
        &json!({"Name": "Other", "ParentId": below, "ExternalCode": "C-0"}),
    );
    add(&world, &json!({"Name": "Customer 1", "ExternalCode": "X"}));
    let progress = goes_on(&world).await;
    fails_with(&progress[0], EXTERNAL_CODE_TAKEN.code);
    fails_with(&progress[1], NAME_TAKEN.code);
    assert!(world.network.arrivals_of("AddPartner").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_like_customer_that_stood_there_before_does_not_stop_a_lost_row() {
    let world = World::slow_and_lenient(one_row(None), &["drop-request=#2@AddPartner"]);
    add(&world, &json!({"Name": "CUSTOMER 0"}));
    dies(&world, Death::AfterRequest(FIRST_CREATE)).await;
    let progress = goes_on(&world).await;
    assert!(progress[0].created().is_some(), "{progress:?}");
    assert_eq!(origin(&world), Origin::Answered);
    assert_eq!(world.network.new_customers().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_like_customer_of_another_open_row_is_that_rows() {
    // The first row's request was lost, the second's carried out; then the process died.
    let forest = Forest::flat(2).with_name(0, "ACME").with_name(1, "acme");
    let world = World::slow_and_lenient(forest, &["drop-request=#1@AddPartner"]).workers(2);
    dies(&world, Death::AfterRequest(FIRST_CREATE + 1)).await;
    assert_eq!(world.network.new_customers().len(), 1);
    let progress = goes_on(&world).await;
    assert_well(&world, &progress);
    assert_eq!(world.network.new_customers().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_row_below_one_that_is_found_late_is_looked_for() {
    // Both were created; no outcome came to the disk, and the first tree shows neither.
    let mut forest = Forest::chain(2);
    forest.rows[1].code = None;
    let mut world = World::slow_and_lenient(forest, &["lag=#2:100s@EnumeratePartners"]);
    world.commit_time = Duration::from_millis(60);
    dies(&world, Death::AfterRequest(FIRST_CREATE + 1)).await;
    assert_eq!(world.network.new_customers().len(), 2);
    let progress = goes_on(&world).await;
    assert_well(&world, &progress);
    assert_eq!(world.network.new_customers().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_row_below_one_that_is_created_again_is_looked_for_everywhere() {
    // Both were created; no outcome came to the disk, and somebody has renamed the upper one.
    for (code, fails) in [(Some("C-9"), EXTERNAL_CODE_TAKEN.code), (None, "unclear")] {
        let mut forest = Forest::chain(2);
        forest.rows[0].code = None;
        forest.rows[1].code = code.map(str::to_owned);
        // The tree in which the lower one is looked for lags behind at first, and lacks them all.
        let mut world = World::slow_and_lenient(forest, &["lag=#5:1h@EnumeratePartners"]);
        world.commit_time = Duration::from_millis(60);
        dies(&world, Death::AfterRequest(FIRST_CREATE + 1)).await;
        assert_eq!(world.network.new_customers().len(), 2);
        change(&world, &json!({"Name": "Renamed"}));
        let progress = goes_on(&world).await;
        assert!(progress[0].created().is_some(), "{progress:?}");
        let message = fails_with(&progress[1], fails);
        assert!(message.contains("\"Link 1\" (id 1002)"), "{message}");
        assert_eq!(world.network.new_customers().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_never_left_are_looked_for_everywhere_with_one_list() {
    let world = World::slow_and_lenient(Forest::flat(20), &[]).workers(20);
    dies(&world, Death::BeforeRequest(FIRST_CREATE)).await;
    let lists = || world.network.arrivals_of("EnumeratePartners").len();
    let before = lists();
    let progress = goes_on(&world).await;
    assert_well(&world, &progress);
    // The tree, those below the parent, the tree once more, and the tree that is read back.
    assert_eq!(lists() - before, 4);
}

#[tokio::test(start_paused = true)]
async fn a_tree_that_lags_behind_does_not_show_that_a_moved_customer_is_gone() {
    // The first tree of the second process, and the one before it sends again.
    let lags = [
        "lag=#2:60s@EnumeratePartners",
        "lag=#4:1h@EnumeratePartners",
    ];
    let world = World::slow_and_lenient(Forest::flat(5), &lags);
    dies(&world, Death::AfterRequest(FIRST_CREATE)).await;
    moved(&world);
    let progress = goes_on(&world).await;
    let message = fails_with(&progress[0], "unclear");
    assert!(message.contains("\"Customer 0\" (id 1001)"), "{message}");
    // One elsewhere, one that was moved, and the other rows.
    assert_eq!(world.network.new_customers().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_somebody_else_has_meanwhile_is_told_when_the_tree_is_read_back() {
    let world = World::slow_and_lenient(one_row(Some("C-1")), &[]);
    dies(&world, Death::AfterRequest(FIRST_CREATE)).await;
    add(&world, &json!({"Name": "Reseller", "Level": "Reseller"}));
    let all = world.network.new_customers();
    let below = all
        .iter()
        .find(|one| one.name == "Reseller")
        .expect("there")
        .id;
    add(
        &world,
        &json!({"Name": "Other", "ParentId": below, "ExternalCode": "C-1"}),
    );
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.mismatches.len(), 1, "{:?}", outcome.mismatches);
    let message = &outcome.mismatches[0].message;
    assert!(message.contains("has its ExternalCode too"), "{message}");
}

/// A customer that was there before, of another name, takes the row's place by hand while the row is
/// looked for: in the same process, or before the next one, which knows it for alike.
#[tokio::test(start_paused = true)]
async fn a_customer_that_was_there_before_is_never_taken_for_a_lost_rows() {
    for fault in ["drop-request=#2@AddPartner", "generic-error=#2@AddPartner"] {
        let world = World::slow_and_lenient(one_row(None), &[fault]);
        add(&world, &json!({"Name": "Old"}));
        let by_hand = async {
            tokio::time::sleep(Duration::from_secs(90)).await;
            change(&world, &json!({"Name": "Customer 0"}));
        };
        let (end, ()) = tokio::join!(world.run(), by_hand);
        let progress = end.outcome().replayed.progress;
        let message = fails_with(&progress[0], "unclear");
        assert!(message.contains("there before"), "{message}");
        assert_eq!(world.network.new_customers().len(), 1);
    }
    let world = World::slow_and_lenient(one_row(None), &["drop-request=#2@AddPartner"]);
    add(&world, &json!({"Name": "CUSTOMER 0"}));
    dies(&world, Death::AfterRequest(FIRST_CREATE)).await;
    change(&world, &json!({"Name": "Customer 0"}));
    fails_with(&goes_on(&world).await[0], "unclear");
}

#[tokio::test(start_paused = true)]
async fn what_somebody_has_added_before_a_row_was_ever_sent_is_found_and_not_sent_again() {
    let world = World::slow_and_lenient(one_row(None), &[]);
    dies(&world, Death::Disk(Step::BeforeCommit, 0)).await;
    assert!(world.network.new_customers().is_empty());
    add(&world, &json!({}));
    let progress = goes_on(&world).await;
    assert!(
        matches!(progress[0], Standing::Ended(Outcome::Exists(_))),
        "{progress:?}"
    );
    assert_eq!(world.network.new_customers().len(), 1);
}
