//! What an answer means for a whole run: gateways' words, numbers that nobody has seen, lists that do
//! not tell, ids that are too long. One story each, in process under a paused clock.

use partner_import::api::classify::Stop;
use partner_import::sandbox::{Config, FaultKind, Ids, NamePolicy};
use partner_import::submit::{EndReason, ReadError};

use crate::runs::{careless, created, run_well, seconds, struck_twice, times};
use crate::support::forest::Forest;
use crate::support::network::Weather;
use crate::support::world::{End, World};
use partner_import::model::{Outcome, Standing};

/// A row whose second request a fault has struck: sent twice only where nothing was done.
async fn unclear(kind: &str, sends: usize) -> World {
    let fault = format!("{kind}=#2@AddPartner");
    let world = careless(Forest::flat(3), &[&fault]);
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 3, "{kind}");
    let sent = world.network.arrivals_of("AddPartner").len();
    assert_eq!(sent, sends, "{kind}");
    world
}

#[tokio::test(start_paused = true)]
async fn what_is_not_the_services_own_word_is_looked_up() {
    let kinds = [
        "gateway-json",
        "bare-error",
        "no-number",
        "internal",
        "unclear",
        "echo",
    ];
    for kind in kinds {
        unclear(&format!("{kind}-after"), 3).await;
        let world = unclear(kind, 4).await;
        let kind = kind_named(kind);
        let (lost, again) = struck_twice(&world, kind);
        let wait = again[0].at - lost.at;
        assert!(wait >= world.settings.settle_wait, "{kind}: {wait:?}");
    }
    unclear("huge", 3).await;
    for fine in ["gzip", "bom"] {
        let world = unclear(fine, 3).await;
        assert_eq!(world.network.arrivals_of("EnumeratePartners").len(), 2);
    }
}

fn kind_named(name: &str) -> FaultKind {
    let mut all = FaultKind::ALL.iter();
    *all.find(|kind| kind.as_str() == name).expect("a kind")
}

#[tokio::test(start_paused = true)]
async fn a_number_that_nobody_has_seen_is_looked_up_twice_and_not_sent_again() {
    unclear("generic-error-after", 3).await;
    for late in ["300ms", "60s", "119s"] {
        let fault = format!("generic-error-late=#2:{late}@AddPartner");
        let world = careless(Forest::flat(3), &[&fault]);
        assert_eq!(created(&run_well(&world).await), 3, "{late}");
        assert_eq!(world.network.arrivals_of("AddPartner").len(), 3, "{late}");
    }
    let world = careless(Forest::flat(3), &["generic-error=#2@AddPartner"]);
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 2);
    let progress = &outcome.replayed.progress;
    assert!(matches!(&progress[1], Standing::Ended(Outcome::Failed(why)) if why.code == "2102"));
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 3);
    let looks = times(&world, "EnumeratePartners");
    // The tree, a look at once and one when nothing can land any more, and the tree read back.
    assert_eq!(looks.len(), 4);
    assert!(looks[2] + seconds(1) >= looks[1] + world.settings.settle_wait);
}

#[tokio::test(start_paused = true)]
async fn sends_of_a_row_are_bounded_whatever_the_reasons() {
    let mut world = careless(Forest::flat(2), &["429=0.9:1@AddPartner"]);
    world.settings.max_tries = 4;
    world.settings.outage_limit = seconds(100_000);
    let outcome = run_well(&world).await;
    let sent = world.network.arrivals_of("AddPartner").len();
    assert!(sent <= 8, "{sent}");
    let no_answer = |one: &Standing| matches!(one, Standing::Ended(Outcome::Failed(why)) if why.code == "no-answer");
    assert!(outcome.replayed.progress.iter().any(no_answer));
}

#[tokio::test(start_paused = true)]
async fn a_404_after_the_work_stops_the_run_and_is_settled_when_continued() {
    for kind in ["404-after", "403-after"] {
        let fault = format!("{kind}=#2@AddPartner");
        let world = careless(Forest::flat(4), &[&fault]).workers(1);
        let outcome = world.run().await.outcome();
        if kind == "404-after" {
            let stopped = matches!(outcome.reason, EndReason::Stopped(Stop::WrongTarget(_)));
            assert!(stopped, "{:?}", outcome.reason);
            let open = |one: &Standing| matches!(one, Standing::Open { .. });
            assert!(outcome.replayed.progress.iter().any(open));
            assert_eq!(created(&run_well(&world).await), 4);
        } else {
            assert_eq!(outcome.reason, EndReason::Done);
            assert_eq!(created(&outcome), 4);
        }
        assert_eq!(world.network.arrivals_of("AddPartner").len(), 4, "{kind}");
        assert_eq!(world.network.new_customers().len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_say_who_is_who_sends_nothing() {
    for kind in ["no-names", "no-parents", "null-list"] {
        let list = format!("{kind}=#2@EnumeratePartners");
        for lost in ["drop-answer", "drop-request"] {
            let lost = format!("{lost}=#2@AddPartner");
            let world = careless(Forest::flat(3), &[&list, &lost]);
            let outcome = run_well(&world).await;
            assert_eq!(created(&outcome), 3, "{kind} {lost}");
            let sent = world.network.arrivals_of("AddPartner").len();
            assert_eq!(sent, if lost.contains("answer") { 3 } else { 4 });
        }
        // Nor is a run begun on one.
        let list = format!("{kind}=1@EnumeratePartners");
        let config = Config {
            tenant_size: 5,
            faults: vec![list.parse().expect("a fault")],
            ..Config::default()
        };
        let mut world = World::new(Forest::flat(3), config, Weather::FAIR, 1);
        world.settings.outage_limit = seconds(5);
        let End::NotRead(error) = world.run().await else {
            panic!("{kind} was understood");
        };
        assert!(matches!(error, ReadError::Unreachable(_)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn ids_beyond_32_bits_are_ids() {
    let config = Config {
        ids: Ids::Wide,
        names: NamePolicy::Any,
        faults: vec!["drop-answer=#3@AddPartner".parse().expect("a fault")],
        ..Config::default()
    };
    let mut world = World::new(Forest::four_levels(20, 2), config, Weather::FAIR, 1);
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 20);
    let wide = |one: &Standing| one.id().is_some_and(|id| id.get() > 1 << 32);
    assert!(outcome.replayed.progress.iter().all(wide));
    assert!(outcome.mismatches.is_empty(), "{:?}", outcome.mismatches);
    world.begin_new_run();
    let again = world.run().await.outcome().replayed.progress;
    assert!(
        again
            .iter()
            .all(|one| matches!(one, Standing::Ended(Outcome::Exists(_))))
    );
    assert_eq!(world.network.new_customers().len(), 20);
}

#[tokio::test(start_paused = true)]
async fn being_forbidden_after_a_success_costs_one_log_in_and_one_more_try() {
    for method in ["AddPartner", "EnumeratePartners"] {
        let fault = format!("13501=#2@{method}");
        let world = careless(Forest::flat(6), &[&fault]).workers(1);
        assert_eq!(created(&run_well(&world).await), 6);
        assert_eq!(world.network.arrivals_of("Login").len(), 2, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn being_forbidden_again_and_again_stops_the_run_and_fails_no_row() {
    let faults: Vec<String> = (6..40)
        .map(|nth| format!("13501=#{nth}@AddPartner"))
        .collect();
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    let world = careless(Forest::flat(100), &faults).workers(1);
    let outcome = world.run().await.outcome();
    let forbidden = matches!(outcome.reason, EndReason::Stopped(Stop::Forbidden(_)));
    assert!(forbidden, "{:?}", outcome.reason);
    assert_eq!(created(&outcome), 5);
    let pending = |one: &&Standing| **one == Standing::Pending;
    assert_eq!(outcome.replayed.progress.iter().filter(pending).count(), 95);
    assert!(world.network.arrivals_of("Login").len() < 6);
}

#[tokio::test(start_paused = true)]
async fn a_log_in_that_does_not_tell_its_customer_is_looked_up() {
    let world = careless(Forest::flat(3), &["no-partner-id=1@Login"]);
    assert_eq!(created(&run_well(&world).await), 3);
    assert_eq!(world.network.arrivals_of("GetPartnerInfo").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_was_looked_up_by_its_name_is_asked_for_by_its_id_too() {
    let faults = ["no-partner-id=1@Login", "other-id=#1@GetPartnerInfo"];
    let world = careless(Forest::flat(3), &faults);
    assert_eq!(created(&run_well(&world).await), 3);
    assert_eq!(world.network.arrivals_of("GetPartnerInfo").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_another_customer_is_none() {
    let world = careless(Forest::flat(3), &["other-id=#1@GetPartnerInfoById"]);
    assert_eq!(created(&run_well(&world).await), 3);
    // Asked for before the run, once more, and when the tree is read back.
    assert_eq!(world.network.arrivals_of("GetPartnerInfoById").len(), 3);
}
