//! How near a run comes to an ideal scheduler. Under the paused clock these are exact: no noise, no
//! tolerance for the machine.

use std::num::NonZeroUsize;
use std::time::Duration;

use partner_import::submit::EndReason;
use partner_import::submit::ideal::{Bounds, ideal_span};

use crate::support::forest::{Forest, Shape};
use crate::support::judge::assert_well;
use crate::support::tell;
use crate::support::world::World;

/// How many times the ideal span a run takes, at 50 ms.
async fn over_ideal(forest: Forest, workers: usize, rate: Option<&str>) -> f64 {
    let parents: Vec<Option<usize>> = forest.rows.iter().map(|row| row.parent).collect();
    let mut world = World::fair(forest).workers(workers);
    let mut apart = Duration::ZERO;
    if let Some(rate) = rate {
        world = world.rate(rate);
        let rate = world.rate.expect("just set");
        apart = rate.window() / rate.requests();
    }
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    assert_well(&world, &outcome.replayed.progress);
    let (first, last) = outcome.span.expect("calls were made");
    let bounds = Bounds {
        call: Duration::from_millis(50),
        workers: NonZeroUsize::new(workers).expect("some workers"),
        apart,
    };
    let ideal = ideal_span(&parents, bounds);
    let over = (last - first).as_secs_f64() / ideal.as_secs_f64();
    tell(&format!(
        "{} customers, {workers} workers, rate {}: {:?} for {ideal:?}, {over:.4}",
        parents.len(),
        rate.unwrap_or("none"),
        last - first
    ));
    over
}

fn forests(count: usize) -> [Forest; 3] {
    let random = |nested| {
        let shape = Shape {
            nested,
            ..Shape::of(count)
        };
        Forest::random(shape, &mut fastrand::Rng::with_seed(1))
    };
    [Forest::four_levels(count, 7), random(0.6), random(0.95)]
}

#[tokio::test(start_paused = true)]
async fn workers_are_kept_busy() {
    for (count, workers) in [(2000, 64), (800, 8), (100, 1)] {
        for forest in forests(count) {
            let over = over_ideal(forest, workers, None).await;
            assert!(over <= 1.03, "{over}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_rate_is_used_to_the_full() {
    for (count, rate) in [(300, "50/s"), (2000, "500/s")] {
        for forest in forests(count) {
            let over = over_ideal(forest, 64, Some(rate)).await;
            assert!(over <= 1.01, "{over}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_call_waits_for_the_disk() {
    let mut world = World::fair(Forest::flat(500)).workers(8);
    world.commit_time = Duration::from_millis(40);
    let outcome = world.run().await.outcome();
    let (first, last) = outcome.span.expect("calls were made");
    let ideal = Duration::from_millis(50 * 500 / 8 + 50);
    let over = (last - first).as_secs_f64() / ideal.as_secs_f64();
    assert!(over <= 1.03, "{over}");
}
