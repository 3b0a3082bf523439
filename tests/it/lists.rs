//! What lists get wrong, and answers: names and codes spelt another way, customers that are not shown
//! yet, a service that stands still, somebody else's id. A row without an answer is sent again only
//! where its absence is certain.

use partner_import::submit::{AttemptEnd, EndReason};

use crate::runs::{created, run_well, seconds, times};
use crate::support::forest::Forest;
use crate::support::world::World;
use partner_import::model::Standing;

async fn end(world: &World) -> AttemptEnd {
    let outcome = world.run().await.outcome();
    world.network.settle();
    outcome
}

/// The rows that were left alone since a customer may be theirs, with what is said of them.
fn unclear(outcome: &AttemptEnd) -> Vec<&str> {
    let rows = outcome.replayed.progress.iter();
    rows.filter_map(Standing::failed)
        .filter(|why| why.code == "unclear")
        .map(|why| why.message.as_str())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_the_list_spells_another_way_is_neither_absent_nor_found() {
    for (kind, name) in [
        ("lower-names", "Acme GmbH"),
        ("lower-names", "ΟΔΟΣ Ταξί"),
        ("decomposed-names", "Müller Söhne"),
        ("spaced-names", "Müller Söhne"),
        ("entity-names", "Smith & Sons"),
        ("entity-names", "Çelik"),
        ("lower-codes", "Acme GmbH"),
    ] {
        let mut rows = Forest::flat(1).with_name(0, name).rows;
        rows[0].code = (kind == "lower-codes").then(|| "CWM:A-1".to_owned());
        let spelt = format!("{kind}=1@EnumeratePartners");
        let world =
            World::slow_and_lenient(Forest::new(rows), &["drop-answer=#1@AddPartner", &spelt]);
        let outcome = end(&world).await;
        assert_eq!(outcome.reason, EndReason::Done, "{kind}");
        let adds = world.network.arrivals_of("AddPartner");
        assert_eq!(adds.len(), 1, "{kind}: sent again");
        let there = world.network.new_customers();
        let told = unclear(&outcome);
        assert_eq!((there.len(), told.len()), (1, 1), "{kind}: {outcome:?}");
        let id = format!("(id {})", there[0].id);
        assert!(told[0].contains(&id), "{kind}: {}", told[0]);
        // It had its whole time to land.
        assert!(world.network.start.elapsed() > world.settings.settle_wait);
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_of_its_own_is_found_however_others_are_spelt() {
    let forest = Forest::flat(2).with_name(0, "acme gmbh");
    let forest = forest.with_name(1, "ACME GmbH");
    // The second was lost on its way; what is like it is the first row's.
    let world = World::slow_and_lenient(forest, &["drop-request=#2@AddPartner"]);
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 2);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stands_still_has_its_whole_time_after_it_goes_on() {
    // It stands still for 100 s, and carries out what stood in its queue 100 s later: after the wait
    // of 120 s that began with the loss.
    let world = World::slow_and_lenient(Forest::flat(3), &["freeze=#1:100s@AddPartner"]);
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 3);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 3);
    assert!(world.network.start.elapsed() > seconds(100));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_lags_longer_than_the_wait_is_seen_to_lag() {
    // The answer is lost, and what the list does not show either are those that came after it.
    let faults = ["drop-answer=#1@AddPartner", "lag=1:1000s@EnumeratePartners"];
    let world = World::slow_and_lenient(Forest::flat(4), &faults);
    let outcome = end(&world).await;
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 4);
    assert_eq!(world.network.new_customers().len(), 4);
    let told = unclear(&outcome);
    assert_eq!(told.len(), 1, "{outcome:?}");
    assert!(told[0].contains("the list lags behind"), "{}", told[0]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_lags_a_little_is_read_until_it_shows_all() {
    let faults = ["drop-answer=#2@AddPartner", "lag=1:60s@EnumeratePartners"];
    let world = World::slow_and_lenient(Forest::flat(4), &faults);
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 4);
    assert!(outcome.mismatches.is_empty(), "{:?}", outcome.mismatches);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_tree_is_read_back_again_while_it_lacks_somebody() {
    let world = World::slow_and_lenient(Forest::flat(4), &["lag=1:5s@EnumeratePartners"]);
    let outcome = run_well(&world).await;
    assert!(outcome.mismatches.is_empty(), "{:?}", outcome.mismatches);
    // The first one is read before anything is sent.
    let last_add = *times(&world, "AddPartner").last().expect("four");
    let lists = times(&world, "EnumeratePartners");
    assert!(lists.len() > 2, "{lists:?}");
    assert!(lists[1] < last_add + seconds(5), "{lists:?}");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_shows_what_came_later_shortens_the_wait() {
    for (rows, from, to) in [(4, 20, 25), (1, 600, 605)] {
        let mut world =
            World::slow_and_lenient(Forest::flat(rows), &["drop-request=#1@AddPartner"]);
        world.settings.settle_wait = seconds(600);
        world.settings.landing_wait = Some(seconds(20));
        let outcome = run_well(&world).await;
        assert_eq!(created(&outcome), rows);
        let last = *times(&world, "AddPartner").last().expect("one");
        assert!(last > seconds(from) && last < seconds(to), "{last:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_id_of_somebody_elses_customer_stops_the_run() {
    let forest = Forest::chain(3);
    let world = World::slow_and_lenient(forest, &["parents-id=#2@AddPartner"]);
    let outcome = end(&world).await;
    let EndReason::IdTwice(text) = &outcome.reason else {
        panic!("{:?}", outcome.reason);
    };
    assert!(text.contains("data row 1 has already"), "{text}");
    let open = &outcome.replayed.progress[1];
    assert!(
        matches!(open, Standing::Open { message } if message == text),
        "{open:?}"
    );
    // Continued, the row is looked for before anything is sent.
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 3);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 3);
}
