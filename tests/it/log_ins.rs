//! How often, and when, a run logs in: one story each, in process under a paused clock.

use std::time::Duration;

use partner_import::api::Lease;
use partner_import::api::classify::{Stop, Trouble};
use partner_import::model::PartnerId;
use partner_import::submit::ReadError;
use tokio::time::{Instant, sleep};

use crate::runs::{run_well, seconds, times};
use crate::support::forest::Forest;
use crate::support::life::Life;
use crate::support::world::{End, World};

#[tokio::test(start_paused = true)]
async fn a_log_in_takes_its_turn_under_the_rate() {
    let world = World::fair(Forest::flat(2)).rate("1/s");
    run_well(&world).await;
    let arrivals = world.network.arrivals();
    assert_eq!(arrivals[0].method, "Login");
    for pair in arrivals.windows(2) {
        let gap = pair[1].at - pair[0].at;
        assert!(gap >= seconds(1), "{gap:?} before {}", pair[1].method);
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_visa_costs_no_log_in_where_an_answer_has_brought_a_newer_one() {
    let faults = ["expired-visa=#70@AddPartner"];
    let world = World::with_faults(Forest::flat(300), &faults).workers(64);
    run_well(&world).await;
    assert_eq!(world.network.arrivals_of("Login").len(), 1);
    // And calls go on side by side: 300 of 50 ms, one at a time, would take 15 seconds.
    let adds = times(&world, "AddPartner");
    let span = adds[adds.len() - 1].saturating_sub(adds[0]);
    assert!(span < seconds(2), "{span:?}");
}

/// The visas of all calls that are under way at once die, the newest among them.
fn all_visas_die(more: &[&str]) -> Vec<String> {
    let dead = (70..134).map(|call| format!("expired-visa=#{call}@AddPartner"));
    dead.chain(more.iter().map(ToString::to_string)).collect()
}

fn with_faults(faults: &[String]) -> World {
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    World::with_faults(Forest::flat(300), &faults).workers(64)
}

#[tokio::test(start_paused = true)]
async fn dead_visas_cost_one_log_in_whatever_the_number_of_workers() {
    let world = with_faults(&all_visas_die(&[]));
    run_well(&world).await;
    assert_eq!(world.network.arrivals_of("Login").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_log_in_that_fails_is_not_tried_by_every_worker_in_turn() {
    let faults = all_visas_die(&["drop-request=#2@Login", "drop-request=#3@Login"]);
    let world = with_faults(&faults);
    run_well(&world).await;
    let log_ins = times(&world, "Login");
    assert_eq!(log_ins.len(), 4);
    // One failure is everybody's: they pause before the next.
    for pair in log_ins[1..].windows(2) {
        let pause = pair[1].saturating_sub(pair[0]);
        assert!(pause >= Duration::from_millis(250), "{log_ins:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_tried_once() {
    let mut world = World::fair(Forest::flat(10));
    world.password = "wrong".into();
    let End::NotRead(error) = world.run().await else {
        panic!("the tenant was read with a wrong password");
    };
    let stop = Stop::BadCredentials(partner_import::api::ServerError {
        number: 2100,
        code: -32603,
        message: "Unknown partner/username or bad password".into(),
    });
    assert_eq!(error, ReadError::Stopped(stop));
    assert_eq!(world.network.arrivals().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_password_that_was_refused_is_not_sent_again_by_the_next_call() {
    let mut world = World::fair(Forest::flat(1));
    world.password = "wrong".into();
    let client = world.new_client(&Life::new(None));
    let login = client.login().await.map(drop);
    let call = client.locations().await.map(drop);
    for result in [login, call] {
        let refused = matches!(result, Err(Trouble::Stop(Stop::BadCredentials(_))));
        assert!(refused, "{result:?}");
    }
    assert_eq!(world.network.arrivals().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_seen_before_a_long_log_in_lets_nothing_leave() {
    let faults = ["expired-visa=#1@EnumerateLocations", "delay=#2:40s@Login"];
    let removal = async |allowed: Duration, taken_back: bool| {
        let world = World::with_faults(Forest::flat(1), &faults);
        let client = world.new_client(&Life::new(None));
        client.login().await.unwrap();
        let refused = client.locations().await.unwrap_err();
        assert!(matches!(refused, Trouble::VisaRefused(_)), "{refused:?}");
        let permit = client.pacer().admit().await;
        let lease = Lease::until(Instant::now() + allowed);
        let back = async {
            sleep(seconds(20)).await;
            if taken_back {
                lease.take_back();
            }
        };
        let id = PartnerId::from_number(1000).unwrap();
        let (result, ()) = tokio::join!(client.remove((permit, &lease), id), back);
        (result, world.network.arrivals_of("RemovePartner").len())
    };
    for (allowed, taken_back) in [(seconds(10), false), (seconds(60), true)] {
        let (result, arrivals) = removal(allowed, taken_back).await;
        assert_eq!((result, arrivals), (Err(Trouble::Overdue), 0));
    }
    // The service has its own reasons not to remove whoever one logs in under.
    let (result, arrivals) = removal(seconds(60), false).await;
    assert_ne!(result, Err(Trouble::Overdue));
    assert_eq!(arrivals, 1);
}
