//! Random trees, changes by others and faults, in process under a paused clock: whatever happens,
//! only what the run created and nobody touched is removed, and all of that is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use partner_import::journal::{Entry, Journal, Replayed, Step, UndoEntry, UndoReplayed};
use partner_import::sandbox::{ACCOUNT_ID, Config, PartnerView, RemovalPolicy};
use partner_import::submit::reads::Wanted;
use partner_import::submit::undo::{UndoPlan, carry, devices};
use partner_import::submit::{EndReason, Patience, read_tenant};
use serde_json::json;

use crate::support::forest::{Forest, Shape};
use crate::support::life::{Death, Life};
use crate::support::network::{Weather, locked};
use crate::support::world::{World, no_control};
use partner_import::model::{Outcome, Standing};

/// What goes wrong with removals and looks; none of it with the run before.
const FAULTS: [&str; 8] = [
    "drop-request=0.08@RemovePartner",
    "drop-answer=0.08@RemovePartner",
    "late-commit=0.08:20s@RemovePartner",
    "502-after=0.05@RemovePartner",
    "429=0.03:2@RemovePartner",
    "maintenance=0.03@GetPartnerInfoById",
    "truncate=0.03@EnumerateAccounts",
    "expired-visa=0.02@RemovePartner",
];

/// One process's attempt at undoing, until its end or its death.
async fn attempt(world: &World, death: Option<Death>) -> Option<EndReason> {
    let life = Life::new(death);
    tokio::select! {
        biased;
        () = life.over() => None,
        reason = live(world, &life) => Some(reason),
    }
}

async fn live(world: &World, life: &Arc<Life>) -> EndReason {
    let client = Arc::new(world.new_client(life));
    let patience = Patience {
        limit: world.settings.outage_limit,
        seed: world.settings.seed,
        control: no_control(),
    };
    let tenant = read_tenant(&client, &patience, Wanted::default());
    let tenant = tenant.await.expect("a tenant that can be read");
    let (replayed, undone) = {
        let store = locked(&world.store);
        let replayed = Replayed::read(&store).expect("a journal");
        let undone = UndoReplayed::read(&store, replayed.planned.len()).expect("a journal");
        (replayed, undone)
    };
    let plan = UndoPlan::new(&replayed, &undone, &tenant);
    let found = devices(&client, &patience, plan.going(), 4).await;
    let plan = plan.with_devices(&found.expect("devices can be listed"), &tenant);
    let store = Arc::clone(&world.store);
    let mut journal = Journal::simulated(store, life.probe(&world.network.disk), world.commit_time);
    if undone.unfinished().is_none() {
        journal.write(Entry::Undo(UndoEntry::Begun {
            at_ms: 0,
            to_remove: u32::try_from(plan.counts().remove).expect("few"),
            out_dir: String::new(),
        }));
    }
    let root = tenant.root().partner_id().expect("the root has an id");
    let settings = &world.settings;
    let mut silent = |_| {};
    let end = carry(
        client,
        &mut journal,
        plan,
        root,
        settings,
        no_control(),
        &mut silent,
    )
    .await;
    end.reason
}

/// What others do to the customers of a run: those they touch must stay, with all above them.
fn meddle(world: &World, random: &mut Rng) -> (BTreeSet<i32>, BTreeSet<i32>) {
    let customers = world.network.new_customers();
    let mut touched = BTreeSet::new();
    for (number, one) in customers.iter().enumerate() {
        let id = one.id;
        let params = match random.u8(..20) {
            0 => {
                let info = json!({"Id": id, "Name": format!("Renamed {number}")});
                ("ModifyPartner", json!({ "partnerInfo": info }))
            }
            1 => {
                let info = json!({"Id": id, "ExternalCode": format!("PSA-{number}")});
                ("ModifyPartner", json!({ "partnerInfo": info }))
            }
            2 => {
                let info =
                    json!({"ParentId": id, "Name": format!("Fremd {number}"), "Level": "Site"});
                ("AddPartner", json!({ "partnerInfo": info }))
            }
            3 => {
                let info = json!({"PartnerId": id, "Name": "srv"});
                ("AddAccount", json!({ "accountInfo": info }))
            }
            4 if customers.iter().all(|other| other.parent_id != id) => {
                ("RemovePartner", json!({ "partnerId": id }))
            }
            _ => continue,
        };
        // Not everybody can have a Site below.
        let answer = world.network.try_call(params.0, params.1);
        if params.0 != "RemovePartner" && answer.get("error").is_none() {
            touched.insert(id);
        }
    }
    // A removal may have met a fault and been carried out all the same, or later.
    world.network.settle();
    let there = world.network.new_customers();
    let gone: BTreeSet<i32> = customers
        .iter()
        .map(|one| one.id)
        .filter(|id| there.iter().all(|one| one.id != *id))
        .collect();
    touched.retain(|id| !gone.contains(id));
    (touched, gone)
}

/// The touched and all above them.
fn staying(touched: &BTreeSet<i32>, all: &BTreeMap<i32, PartnerView>) -> BTreeSet<i32> {
    let mut staying = BTreeSet::new();
    for id in touched {
        let mut at = *id;
        while at != ACCOUNT_ID && staying.insert(at) {
            at = all[&at].parent_id;
        }
    }
    staying
}

async fn one_world(seed: u64) -> Vec<String> {
    let mut random = Rng::with_seed(seed);
    let removal = if random.bool() {
        RemovalPolicy::Cascade
    } else {
        RemovalPolicy::Refuse
    };
    let config = Config {
        tenant_size: 12,
        seed,
        removal,
        latency: Duration::from_millis(30),
        faults: FAULTS
            .iter()
            .map(|text| text.parse().expect("a fault"))
            .collect(),
        ..Config::default()
    };
    let shape = Shape::of(random.usize(1..25));
    let forest = Forest::random(shape, &mut random).with_customers_of(&config, &mut random);
    let mut world = World::new(forest, config, Weather::FAIR, seed);
    world.settings.settle_wait = Duration::from_secs(40);
    world.run().await.outcome();
    let by_run: BTreeSet<i32> = world
        .network
        .new_customers()
        .iter()
        .map(|one| one.id)
        .collect();
    let (touched, gone) = meddle(&world, &mut random);
    let all = |world: &World| -> BTreeMap<i32, PartnerView> {
        let partners = locked(&world.network.sandbox).partners();
        partners.into_iter().map(|one| (one.id, one)).collect()
    };
    let before = all(&world);
    let staying = staying(&touched, &before);

    for deaths in 0.. {
        let step = random.u64(..30);
        let death = match random.u8(..4) {
            _ if deaths > 6 => None,
            0 => Some(Death::BeforeRequest(step)),
            1 => Some(Death::AfterRequest(step)),
            2 => Some(Death::Disk(Step::BeforeCommit, step / 2)),
            _ => Some(Death::Disk(Step::AfterCommit, step / 2)),
        };
        match attempt(&world, death).await {
            None => {}
            Some(EndReason::Done) => break,
            Some(other) => return vec![format!("it ended with {other:?}")],
        }
        assert!(deaths < 20, "it never ends");
    }
    world.network.settle();

    let mut wrong = Vec::new();
    for (id, now) in all(&world) {
        let was = &before[&id];
        let ours = by_run.contains(&id);
        let must_go = ours && !staying.contains(&id);
        if was.removed || gone.contains(&id) {
            continue;
        }
        if now.removed != must_go {
            wrong.push(format!("{now:?}: removed, or not, against all promises"));
        }
        if !now.removed && now != *was {
            wrong.push(format!("{was:?} became {now:?}"));
        }
    }
    wrong.extend(journal_against(&world, &staying, &gone));
    wrong
}

/// The journal says of each customer what is true.
fn journal_against(world: &World, staying: &BTreeSet<i32>, gone: &BTreeSet<i32>) -> Vec<String> {
    let store = locked(&world.store);
    let replayed = Replayed::read(&store).expect("a journal");
    let undone = UndoReplayed::read(&store, replayed.planned.len()).expect("a journal");
    let mut wrong = Vec::new();
    for (progress, says) in replayed.progress.iter().zip(&undone.rows) {
        let Some(id) = progress.created() else {
            if *says != Standing::Pending {
                wrong.push(format!("{progress:?} was not created, and is {says:?}"));
            }
            continue;
        };
        let id = i32::try_from(id.get()).expect("an id");
        let right = match says {
            Standing::Ended(Outcome::Kept(_)) => staying.contains(&id),
            Standing::Ended(Outcome::Removed) => !staying.contains(&id) && !gone.contains(&id),
            Standing::Ended(Outcome::Gone) => gone.contains(&id),
            _ => false,
        };
        if !right {
            wrong.push(format!("{id}: the journal says {says:?}"));
        }
    }
    wrong
}

#[tokio::test(start_paused = true)]
async fn only_what_the_run_created_and_nobody_touched_is_removed() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let worlds: u64 = number("UNDO_WORLDS").unwrap_or(60);
    let first: u64 = number("UNDO_SEED").unwrap_or(1);
    for seed in first..first + worlds {
        let wrong = one_world(seed).await;
        assert!(wrong.is_empty(), "UNDO_SEED={seed}\n{}", wrong.join("\n"));
    }
}
