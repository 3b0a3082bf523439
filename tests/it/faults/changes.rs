//! The same over a run that changes customers and creates others, some of them below changed ones, and
//! over its undoing.

use std::collections::BTreeMap;
use std::mem::discriminant;
use std::time::Duration;

use fastrand::Rng;
use partner_import::journal::{Replayed, UndoReplayed};
use partner_import::model::{Outcome, Standing};
use partner_import::sandbox::{Config, NamePolicy};
use partner_import::submit::EndReason;

use super::{DEATHS, die_and_continue};
use crate::support::forest::{Forest, Shape};
use crate::support::judge::{assert_well, changes};
use crate::support::life::Death;
use crate::support::network::{Weather, locked};
use crate::support::world::{UndoAttempt, World, no_control};

/// What goes wrong on the way, of creates and removals.
const FAULTS: [&str; 8] = [
    "drop-answer=#2@AddPartner",
    "drop-request=#3@AddPartner",
    "drop-answer=#1@RemovePartner",
    "drop-request=#2@RemovePartner",
    "late-commit=#3:50s@RemovePartner",
    "generic-error-late=#5:40s@RemovePartner",
    "gateway-json-after=#4@RemovePartner",
    "expired-visa=#9",
];

/// The same of changes, the first so many of which fare well.
fn faults_of_changes(well: usize) -> [String; 5] {
    let number = |one: usize| one + well;
    [
        format!("drop-answer=#{}@ModifyPartner", number(1)),
        format!("late-commit=#{}:50s@ModifyPartner", number(2)),
        format!("drop-request=#{}@ModifyPartner", number(3)),
        format!("generic-error-late=#{}:40s@ModifyPartner", number(4)),
        format!("gateway-json-after=#{}@ModifyPartner", number(5)),
    ]
}

const ROWS: usize = 12;

fn config() -> Config {
    let faults = FAULTS.iter().map(|text| text.parse().expect("a fault"));
    Config {
        faults: faults.collect(),
        names: NamePolicy::Any,
        latency: Duration::from_millis(20),
        tenant_size: 60,
        ..Config::default()
    }
}

/// A list that changes three customers at least, one of which gets a new one below it, and creates four.
fn forest(config: &Config) -> Forest {
    let all = (1..).map(|seed| {
        let mut random = Rng::with_seed(seed);
        let forest = Forest::random(Shape::of(ROWS), &mut random);
        forest.with_share_of(config, 0.8, &mut random)
    });
    let fits = |forest: &Forest| {
        let rows = &forest.rows;
        let changed = rows.iter().filter(|row| row.phone.is_some()).count();
        let created = rows.iter().filter(|row| !row.existed).count();
        let mut below = rows.iter().filter_map(|row| row.parent);
        changed >= 3 && created >= 4 && below.any(|above| rows[above].phone.is_some())
    };
    all.into_iter().find(fits).expect("one that fits")
}

/// What is disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Run,
    Undoing,
}

fn world(work: Work) -> World {
    let mut config = config();
    let forest = forest(&config);
    let changed = forest.rows.iter().filter(|row| row.phone.is_some()).count();
    // Others have given everybody a number before, which is counted as well.
    let well = match work {
        Work::Run => changed,
        Work::Undoing => 2 * changed,
    };
    for text in faults_of_changes(well) {
        config.faults.push(text.parse().expect("a fault"));
    }
    let weather = Weather {
        jitter: Duration::from_millis(40),
        ..Weather::FAIR
    };
    let world = World::new(forest, config, weather, 3).workers(3);
    world.have_phones(1.0, &mut Rng::with_seed(1));
    world
}

/// The tenant: everybody's name, the name above, telephone number, and whether it is there.
fn tenant(world: &World) -> BTreeMap<i32, (String, i32, Option<String>, bool)> {
    let all = locked(&world.network.sandbox).partners();
    let all = all.into_iter();
    all.filter(|one| one.original)
        .map(|one| (one.id, (one.name, one.parent_id, one.phone, one.removed)))
        .collect()
}

/// How many requests of a method have met a fault.
fn struck(world: &World, method: &str) -> usize {
    let arrivals = world.network.arrivals_of(method);
    arrivals.iter().filter(|one| one.fault.is_some()).count()
}

fn same(one: &[Standing], other: &[Standing], deaths: &[Death]) {
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        let is_same = match (one, other) {
            (Standing::Ended(one), Standing::Ended(other)) => {
                discriminant(one) == discriminant(other)
            }
            (one, other) => discriminant(one) == discriminant(other),
        };
        assert!(is_same, "{one:?} instead of {other:?}: {deaths:?}");
    }
}

/// How far a run or an undoing came.
struct Unbroken {
    tree: BTreeMap<String, String>,
    tenant: BTreeMap<i32, (String, i32, Option<String>, bool)>,
    progress: Vec<Standing>,
}

impl Unbroken {
    async fn run() -> Self {
        let world = world(Work::Run);
        let progress = world.run().await.outcome().replayed.progress;
        assert_well(&world, &progress);
        let changed = |one: &&Standing| matches!(one, Standing::Ended(Outcome::Updated(..)));
        assert!(progress.iter().filter(changed).count() >= 3, "{progress:?}");
        assert_eq!(struck(&world, "ModifyPartner"), 5);
        Self {
            tree: super::tree(&world),
            tenant: tenant(&world),
            progress,
        }
    }

    /// Whether a run met the deaths; it must end like this one, whether it did or not.
    async fn compare(&self, deaths: &[Death]) -> bool {
        let world = world(Work::Run);
        let (met, progress) = die_and_continue(&world, deaths).await;
        assert_well(&world, &progress);
        assert_eq!(super::tree(&world), self.tree, "{deaths:?}");
        assert_eq!(tenant(&world), self.tenant, "{deaths:?}");
        same(&progress, &self.progress, deaths);
        met
    }

    async fn undoing() -> Self {
        let world = world(Work::Undoing);
        let before = tenant(&world);
        world.run().await.outcome();
        assert!(!die_and_take_back(&world, &[]).await);
        let progress = undone(&world);
        let went = |wanted: fn(&Outcome) -> bool| {
            let all = progress.iter().filter_map(Standing::outcome);
            all.filter(|one| wanted(one)).count()
        };
        assert!(went(|one| *one == Outcome::Restored) >= 3, "{progress:?}");
        assert!(went(|one| *one == Outcome::Removed) >= 4, "{progress:?}");
        assert_eq!(tenant(&world), before);
        assert_eq!(struck(&world, "ModifyPartner"), 5);
        assert_eq!(struck(&world, "RemovePartner"), 5);
        Self {
            tree: super::tree(&world),
            tenant: before,
            progress,
        }
    }

    async fn compare_undoing(&self, deaths: &[Death]) -> bool {
        let world = world(Work::Undoing);
        world.run().await.outcome();
        world.network.settle();
        world.network.take_changes();
        let met = die_and_take_back(&world, deaths).await;
        world.network.settle();
        let wrong = [world.network.wrong(), changes(&world)].concat();
        assert!(wrong.is_empty(), "{deaths:?}: {}", wrong.join("\n"));
        assert_eq!(super::tree(&world), self.tree, "{deaths:?}");
        assert_eq!(tenant(&world), self.tenant, "{deaths:?}");
        same(&undone(&world), &self.progress, deaths);
        met
    }
}

/// Takes a run back, dies as told, process by process, then continues undisturbed. Whether every death
/// was met.
async fn die_and_take_back(world: &World, deaths: &[Death]) -> bool {
    let mut all = deaths.iter().copied().map(Some).chain([None]);
    loop {
        let death = all.next().expect("the last one is not disturbed");
        match world.undo_attempt(death, no_control()).await {
            UndoAttempt::Died => {}
            UndoAttempt::Left(reason) => {
                assert_eq!(reason, EndReason::Done, "{deaths:?}");
                return death.is_none() && !deaths.is_empty();
            }
            UndoAttempt::NotRead(error) => panic!("{error}: {deaths:?}"),
        }
    }
}

/// What the journal says of the undoing.
fn undone(world: &World) -> Vec<Standing> {
    let store = locked(&world.store);
    let rows = Replayed::read(&store).expect("a journal").planned.len();
    UndoReplayed::read(&store, rows).expect("a journal").rows
}

/// Pairs of steps at which two processes die.
fn two_deaths() -> impl Iterator<Item = [Death; 2]> {
    let pairs = DEATHS
        .into_iter()
        .flat_map(|first| DEATHS.map(|second| (first, second)));
    pairs.flat_map(|(first, second)| {
        let steps = (0..21)
            .step_by(3)
            .flat_map(|one| (0..12).step_by(2).map(move |other| (one, other)));
        steps.map(move |(one, other)| [first(one), second(other)])
    })
}

#[tokio::test(start_paused = true)]
async fn dying_at_any_one_step_of_a_change_changes_nothing() {
    let unbroken = Unbroken::run().await;
    for death in DEATHS {
        let mut steps = 0;
        while unbroken.compare(&[death(steps)]).await {
            steps += 1;
        }
        assert!(steps > 15, "only {steps} steps like {:?}", death(0));
    }
}

#[tokio::test(start_paused = true)]
async fn dying_again_while_continuing_a_change_changes_nothing() {
    let unbroken = Unbroken::run().await;
    for deaths in two_deaths() {
        unbroken.compare(&deaths).await;
    }
}

#[tokio::test(start_paused = true)]
async fn dying_at_any_one_step_of_an_undoing_changes_nothing() {
    let unbroken = Unbroken::undoing().await;
    for death in DEATHS {
        let mut steps = 0;
        while unbroken.compare_undoing(&[death(steps)]).await {
            steps += 1;
        }
        assert!(steps > 15, "only {steps} steps like {:?}", death(0));
    }
}

#[tokio::test(start_paused = true)]
async fn dying_again_while_continuing_an_undoing_changes_nothing() {
    let unbroken = Unbroken::undoing().await;
    for deaths in two_deaths() {
        unbroken.compare_undoing(&deaths).await;
    }
}
