//! Whole runs, one story each.

use partner_import::journal::Progress;
use partner_import::submit::EndReason;

use crate::support::forest::Forest;
use crate::support::judge::assert_well;
use crate::support::world::World;

#[tokio::test(start_paused = true)]
async fn an_undisturbed_run_creates_every_row_once() {
    let world = World::fair(Forest::four_levels(100, 3));
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    assert_well(&world, &outcome.replayed.progress);
    let is_created = |one: &Progress| matches!(one, Progress::Created(_));
    assert!(outcome.replayed.progress.iter().all(is_created));
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 100);
}
