//! The fault loop: die at step 0, at step 1, at step 2 ... until a run meets none, and continue
//! each time. Whatever the step, the end is that of a run nobody disturbed.

mod changes;

use std::collections::BTreeMap;
use std::mem::discriminant;
use std::time::Duration;

use partner_import::journal::Step;
use partner_import::sandbox::{Config, NamePolicy};
use partner_import::submit::EndReason;

use crate::support::forest::Forest;
use crate::support::judge::assert_well;
use crate::support::life::Death;
use crate::support::network::Weather;
use crate::support::world::{End, World, no_control};
use partner_import::model::Standing;

/// Every place where a process can die at its n-th step.
const DEATHS: [fn(u64) -> Death; 4] = [
    |n| Death::Disk(Step::BeforeCommit, n),
    |n| Death::Disk(Step::AfterCommit, n),
    Death::BeforeRequest,
    Death::AfterRequest,
];

/// Two trees of different depth, and on the way an answer that is lost, a request that is lost,
/// one that lands late, a gateway's words for a customer that was created, an error before the work,
/// and a name that somebody else has.
fn world(names: NamePolicy) -> World {
    let forest = Forest::four_levels(12, 3).with_name(5, "Unseen Bakery GmbH");
    let faults = [
        "drop-answer=#2@AddPartner",
        "drop-request=#4@AddPartner",
        "late-commit=#6:50s@AddPartner",
        "gateway-json-after=#8@AddPartner",
        "generic-error-late=#9:40s@AddPartner",
        "expired-visa=#9",
    ];
    let faults = faults.iter().map(|text| text.parse().expect("a fault"));
    let config = Config {
        faults: faults.collect(),
        names,
        latency: Duration::from_millis(20),
        ..Config::default()
    };
    let weather = Weather {
        jitter: Duration::from_millis(40),
        ..Weather::FAIR
    };
    World::new(forest, config, weather, 3).workers(3)
}

/// Dies as told, process by process, then continues undisturbed. Whether every death was met.
async fn die_and_continue(world: &World, deaths: &[Death]) -> (bool, Vec<Standing>) {
    for death in deaths {
        if let End::Left(outcome) = world.attempt(Some(*death), no_control()).await {
            assert_eq!(outcome.reason, EndReason::Done, "{deaths:?}");
            return (false, outcome.replayed.progress);
        }
    }
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done, "{deaths:?}");
    (true, outcome.replayed.progress)
}

/// The tree by names, ids aside.
fn tree(world: &World) -> BTreeMap<String, String> {
    let customers = world.network.new_customers();
    let names: BTreeMap<i32, &str> = customers
        .iter()
        .map(|one| (one.id, one.name.as_str()))
        .collect();
    let above = |id: i32| (*names.get(&id).unwrap_or(&"the root")).to_owned();
    customers
        .iter()
        .map(|one| (one.name.clone(), above(one.parent_id)))
        .collect()
}

/// A run that nobody disturbed.
struct Unbroken {
    names: NamePolicy,
    tree: BTreeMap<String, String>,
    progress: Vec<Standing>,
}

impl Unbroken {
    async fn new(names: NamePolicy) -> Self {
        let world = world(names);
        let progress = world.run().await.outcome().replayed.progress;
        Self {
            names,
            tree: tree(&world),
            progress,
        }
    }

    /// Whether a run met the deaths; it must end like this one, whether it did or not.
    async fn compare(&self, deaths: &[Death]) -> bool {
        let world = world(self.names);
        let (met, progress) = die_and_continue(&world, deaths).await;
        assert_well(&world, &progress);
        assert_eq!(tree(&world), self.tree, "{deaths:?}");
        for (one, other) in progress.iter().zip(&self.progress) {
            assert_eq!(discriminant(one), discriminant(other), "{deaths:?}");
        }
        met
    }
}

#[tokio::test(start_paused = true)]
async fn dying_at_any_one_step_changes_nothing() {
    for names in [NamePolicy::Global, NamePolicy::PerParent, NamePolicy::Any] {
        let unbroken = Unbroken::new(names).await;
        for death in DEATHS {
            let mut steps = 0;
            while unbroken.compare(&[death(steps)]).await {
                steps += 1;
            }
            assert!(steps > 15, "only {steps} steps like {:?}", death(0));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn dying_again_while_continuing_changes_nothing() {
    let unbroken = Unbroken::new(NamePolicy::Any).await;
    for first in DEATHS {
        for second in DEATHS {
            for (one, other) in (0..18)
                .step_by(2)
                .flat_map(|one| (0..9).map(move |other| (one, other)))
            {
                unbroken.compare(&[first(one), second(other)]).await;
            }
        }
    }
}
