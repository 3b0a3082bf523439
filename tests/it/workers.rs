//! `--concurrency auto`: whole runs against a service with a knee, under a paused clock.

use std::sync::Arc;
use std::time::Duration;

use partner_import::submit::{Adaptation, EndReason};

use crate::support::forest::Forest;
use crate::support::judge::assert_well;
use crate::support::world::World;

/// A world that finds out how many calls its service takes, up to so many.
fn world(rows: usize, capacity: usize, most: usize) -> World {
    let mut world = World::fair(Forest::flat(rows)).workers(most);
    world.settings.adaptation = Adaptation::Auto;
    world.network.has_capacity(capacity);
    world
}

/// Runs to the end; how many creates were under way whenever one arrived.
async fn under_way(world: &World) -> Vec<usize> {
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    // At most one request in flight for each customer, each customer once.
    assert_well(world, &outcome.replayed.progress);
    let arrivals = world.network.arrivals_of("AddPartner").into_iter();
    arrivals.map(|one| one.under_way).collect()
}

fn mean(counts: &[usize]) -> usize {
    counts.iter().sum::<usize>() / counts.len()
}

#[tokio::test(start_paused = true)]
async fn it_ends_near_the_knee() {
    for knee in [2, 6, 12, 20] {
        let counts = under_way(&world(1500, knee, 32)).await;
        let later = &counts[750..];
        let most = later.iter().max().copied().unwrap_or_default();
        assert!(
            most <= knee + knee / 2 + 1,
            "{most} with the knee at {knee}"
        );
        // Calls that are answered together leave one by one, so the peaks tell the number.
        let peaks: Vec<usize> = later
            .chunks(50)
            .filter_map(|some| some.iter().max().copied())
            .collect();
        let mean = mean(&peaks);
        assert!(mean * 10 >= knee * 9, "{mean} with the knee at {knee}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_quicker_than_four_and_no_slower_than_too_many() {
    let auto = world(1500, 12, 32);
    under_way(&auto).await;
    let auto = auto.network.start.elapsed();
    let mut elapsed = Vec::new();
    for fixed in [4, 32] {
        let mut world = world(1500, 12, fixed);
        world.settings.adaptation = Adaptation::Fixed;
        under_way(&world).await;
        elapsed.push(world.network.start.elapsed());
    }
    assert!(auto.mul_f64(1.8) < elapsed[0], "{auto:?} and {elapsed:?}");
    assert!(auto < elapsed[1].mul_f64(1.3), "{auto:?} and {elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn it_falls_when_the_service_slows_down() {
    let world = world(2000, 20, 32);
    let network = Arc::clone(&world.network);
    let mut slowing = tokio::task::JoinSet::new();
    slowing.spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        network.loses_capacity(16).await;
        network.start.elapsed()
    });
    let counts = under_way(&world).await;
    let slow_at = slowing.join_next().await.expect("a task").expect("its end");
    let arrivals = world.network.arrivals_of("AddPartner");
    let before = arrivals
        .iter()
        .filter(|one| one.at - world.network.start < slow_at);
    let before = before.count();
    assert!(
        counts[before - 100..before].iter().max() >= Some(&14),
        "{before}"
    );
    let later = &counts[before + 200..];
    assert!(later.len() > 300, "{}", later.len());
    assert!(later.iter().all(|count| *count <= 7), "{later:?}");
}

#[tokio::test(start_paused = true)]
async fn it_is_never_above_the_greatest_number() {
    let counts = under_way(&world(400, 100, 6)).await;
    assert_eq!(counts.iter().max(), Some(&6));
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_kept_and_leaves_the_number_where_it_is_enough() {
    let world = world(200, 100, 32).rate("20/s");
    let counts = under_way(&world).await;
    // 50 ms each, 20 a second: one or two at a time are enough.
    assert!(counts.iter().all(|count| *count <= 4), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_turned_away_halve_the_number() {
    let faults = ["429=0.05:1@AddPartner"];
    let mut world = World::with_faults(Forest::flat(600), &faults).workers(32);
    world.settings.adaptation = Adaptation::Auto;
    let counts = under_way(&world).await;
    assert!(mean(&counts) <= 16, "{}", mean(&counts));
}
