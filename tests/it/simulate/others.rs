//! Seeds in which others are at work on the same customers: while some of them are changed, and while
//! a run is taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use fastrand::Rng;
use partner_import::journal::{Replayed, UndoReplayed};
use partner_import::model::{Operation, Origin, Outcome, PartnerId, Standing};
use partner_import::sandbox::{ACCOUNT_ID, PartnerView};
use partner_import::submit::{Control, EndReason};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::sleep;

use super::{DENIALS, MOST_PROCESSES, Sums, Trial};
use crate::support::judge::changes;
use crate::support::network::{Meddling, locked};
use crate::support::world::{End, UndoAttempt, World, no_control};

/// Why a customer may stay whatever others do: the service has said no, or told nothing.
const MAY_STAY: [&str; 3] = ["devices-unseen", "no-answer", "not-listed"];

fn all(world: &World) -> BTreeMap<i32, PartnerView> {
    let partners = locked(&world.network.sandbox).partners();
    partners.into_iter().map(|one| (one.id, one)).collect()
}

/// An id as the sandbox counts.
fn usual(id: PartnerId) -> i32 {
    i32::try_from(id.number() & 0xffff_ffff).expect("a small id")
}

fn modify(info: &Value) -> Value {
    json!({ "partnerInfo": info })
}

/// Somebody changes the telephone number of one of the customers that were there before.
fn change_a_phone(world: &World, random: &mut Rng) {
    let mut there: Vec<PartnerView> = all(world).into_values().collect();
    there.retain(|one| one.original && !one.removed && one.parent_id == ACCOUNT_ID);
    if let Some(one) = random.choice(there) {
        let phone = format!("+1 {}", random.u32(..));
        let info = json!({"Id": one.id, "Company": {"PhoneNumber": phone}});
        let network = &world.network;
        network.meddle(one.id, Meddling::Phone, "ModifyPartner", &modify(&info));
    }
}

/// Somebody does something to one of these customers, or below it.
fn do_something(world: &World, ids: &[i32], random: &mut Rng) {
    let there = all(world);
    let Some(id) = random.choice(ids.to_vec()) else {
        return;
    };
    let number = random.u32(..);
    let (what, method, params) = match random.u8(..7) {
        0 => {
            let info = json!({"Id": id, "Name": format!("KEEP ME {number}")});
            (Meddling::Name, "ModifyPartner", modify(&info))
        }
        1 => {
            let info = json!({"Id": id, "ExternalCode": format!("PSA-{number}")});
            (Meddling::Stand, "ModifyPartner", modify(&info))
        }
        2 => {
            let name = format!("Fremd {number}");
            let info = json!({"ParentId": id, "Name": name, "Level": "Site"});
            (Meddling::Stand, "AddPartner", modify(&info))
        }
        3 => {
            let account = json!({"PartnerId": id, "Name": "srv"});
            let params = json!({ "accountInfo": account });
            (Meddling::Device, "AddAccount", params)
        }
        4 if there[&id].parent_id != ACCOUNT_ID => {
            let info = json!({"Id": id, "ParentId": ACCOUNT_ID});
            (Meddling::Stand, "ModifyPartner", modify(&info))
        }
        5 if there.values().all(|one| one.parent_id != id || one.removed) => {
            let params = json!({ "partnerId": id });
            (Meddling::Stand, "RemovePartner", params)
        }
        _ => {
            let phone = format!("+1 {number}");
            let info = json!({"Id": id, "Company": {"PhoneNumber": phone}});
            (Meddling::Phone, "ModifyPartner", modify(&info))
        }
    };
    world.network.meddle(id, what, method, &params);
}

/// Whether there is a plan already: what is changed before it is what it is made of.
fn is_planned(world: &World) -> bool {
    let store = locked(&world.store);
    store
        .info()
        .is_ok_and(|(_, state)| state.planned_ms.is_some())
}

impl Trial {
    /// A process of a run beside which others change telephone numbers.
    pub(super) async fn attempt_among_others(&mut self) -> End {
        let mut random = Rng::with_seed(self.random.u64(..));
        let death = (self.disturbed > 0).then(|| self.death());
        self.disturbed = self.disturbed.saturating_sub(1);
        let world = &self.world;
        let others = async {
            loop {
                sleep(Duration::from_millis(random.u64(..8_000))).await;
                if is_planned(world) {
                    change_a_phone(world, &mut random);
                }
            }
        };
        tokio::select! {
            biased;
            end = world.attempt(death, no_control()) => end,
            () = others => unreachable!("others never end"),
        }
    }

    /// Takes the run back while others are at work on what it has made.
    pub(super) async fn take_back(
        &mut self,
        progress: &[Standing],
        sums: &Sums,
    ) -> Result<(), String> {
        self.world.network.settle();
        self.world.network.take_changes();
        let before = all(&self.world);
        let made: Vec<i32> = progress
            .iter()
            .filter_map(|one| match one.outcome()? {
                Outcome::Created(id, _) | Outcome::Updated(id, _) => Some(usual(*id)),
                _ => None,
            })
            .collect();
        self.disturbed = self.random.usize(..4);
        self.undo_until_done(&made, sums).await?;
        self.trace();
        self.world.network.settle();
        let mut wrong = self.world.network.wrong();
        wrong.extend(changes(&self.world));
        wrong.extend(self.against_tenant(&before));
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(wrong.join("\n"))
        }
    }

    async fn undo_until_done(&mut self, made: &[i32], sums: &Sums) -> Result<(), String> {
        let busy = self.random.bool();
        let mut last = String::new();
        for _ in 0..MOST_PROCESSES {
            sums.processes.fetch_add(1, Relaxed);
            match self.undo_among_others(made, busy).await {
                UndoAttempt::Died => {
                    sums.killed.fetch_add(1, Relaxed);
                }
                UndoAttempt::Left(EndReason::Done) => return Ok(()),
                UndoAttempt::Left(reason) => {
                    self.after(&reason)?;
                    last = format!("{reason:?}");
                }
                UndoAttempt::NotRead(error) => last = error.to_string(),
            }
            sleep(Duration::from_millis(self.random.u64(..20_000))).await;
        }
        Err(format!(
            "not undone after {MOST_PROCESSES} processes: {last}"
        ))
    }

    async fn undo_among_others(&mut self, made: &[i32], busy: bool) -> UndoAttempt {
        let mut random = Rng::with_seed(self.random.u64(..));
        let death = (self.disturbed > 0).then(|| self.death());
        let (ask, control) = watch::channel(Control::Run);
        let interrupt = self.disturbed > 0 && self.random.u8(..3) == 0;
        self.disturbed = self.disturbed.saturating_sub(1);
        let world = &self.world;
        let others = async {
            for round in 0_u32.. {
                sleep(Duration::from_millis(random.u64(..10_000))).await;
                if interrupt && round == 2 {
                    ask.send_replace(Control::Drain);
                }
                if busy && random.u8(..3) == 0 {
                    do_something(world, made, &mut random);
                }
            }
        };
        tokio::select! {
            biased;
            end = world.undo_attempt(death, control) => end,
            () = others => unreachable!("others never end"),
        }
    }

    /// What was taken back, and nothing else; the journal says of each customer what is true.
    fn against_tenant(&self, before: &BTreeMap<i32, PartnerView>) -> Vec<String> {
        let world = &self.world;
        let now = all(world);
        let store = locked(&world.store);
        let replayed = Replayed::read(&store).expect("a journal");
        let undone = UndoReplayed::read(&store, replayed.planned.len()).expect("a journal");
        let meddled = world.network.meddled();
        let mut wrong = Vec::new();
        let mut ours = BTreeSet::new();
        for (row, (standing, says)) in replayed.progress.iter().zip(&undone.rows).enumerate() {
            let (id, is_created) = match standing.outcome() {
                Some(Outcome::Created(id, _)) => (usual(*id), true),
                Some(Outcome::Updated(id, _)) => (usual(*id), false),
                Some(Outcome::Exists(id)) if was_switched(&replayed, row) => {
                    let id = usual(*id);
                    ours.insert(id);
                    let is_fine = match says.outcome() {
                        Some(Outcome::Restored) => !now[&id].deploys,
                        Some(Outcome::Gone) => now[&id].removed,
                        Some(Outcome::Kept(why)) => DENIALS
                            .into_iter()
                            .chain(["found-only", "no-answer"])
                            .any(|code| code == why.code),
                        _ => false,
                    };
                    if !is_fine {
                        wrong.push(format!("{says:?} of a switch, and {:?}", now[&id]));
                    }
                    continue;
                }
                _ if *says == Standing::Pending => continue,
                _ => {
                    wrong.push(format!("{standing:?} was taken back: {says:?}"));
                    continue;
                }
            };
            ours.insert(id);
            if !is_created && was_switched(&replayed, row) {
                let says = undone.deployments.get(&replayed.planned[row].row);
                let is_fine = match says.and_then(Standing::outcome) {
                    Some(Outcome::Restored) => !now[&id].deploys,
                    Some(Outcome::Gone | Outcome::Kept(_)) => true,
                    _ => false,
                };
                if !is_fine {
                    wrong.push(format!("{says:?} of a switch, and {:?}", now[&id]));
                }
            }
            let customer = &now[&id];
            let wanted = world.forest.rows[row].phone.as_ref();
            let fine = match says.outcome() {
                Some(Outcome::Removed) => is_created && customer.removed,
                Some(Outcome::Gone) => customer.removed && world.network.is_removed_by_others(id),
                Some(Outcome::Restored) => {
                    let theirs = world.network.phone_of_others(id);
                    let planned = replayed.planned[row].action.operation();
                    let phone = customer.phone.as_deref();
                    let is_back = phone_before(planned).as_deref() == phone;
                    !is_created && (is_back || theirs.is_some() && customer.phone == theirs)
                }
                Some(Outcome::Kept(why)) => {
                    let is_there = !customer.removed || world.network.is_removed_by_others(id);
                    is_there && self.may_stay(customer, standing, &why.code, &now)
                }
                _ => false,
            };
            if !fine {
                wrong.push(format!(
                    "{says:?} of {standing:?}, wanted {wanted:?}, and {customer:?}"
                ));
            }
        }
        for (id, was) in before {
            let same = now[id] == *was;
            if !same && !ours.contains(id) && !meddled.contains(id) {
                wrong.push(format!("{was:?} became {:?}", now[id]));
            }
        }
        wrong
    }

    /// Whether there is such a reason for a customer to stay.
    fn may_stay(
        &self,
        customer: &PartnerView,
        standing: &Standing,
        code: &str,
        now: &BTreeMap<i32, PartnerView>,
    ) -> bool {
        let (network, id) = (&self.world.network, customer.id);
        let met = matches!(
            standing.outcome(),
            Some(Outcome::Created(_, Origin::Met) | Outcome::Updated(_, Origin::Met))
        );
        match code {
            "found-only" => met,
            "was-empty" => matches!(standing.outcome(), Some(Outcome::Updated(..))),
            "changed-since" => {
                let kinds = [Meddling::Phone, Meddling::Name];
                kinds.iter().any(|kind| network.has_meddled(id, *kind))
            }
            "renamed" => network.has_meddled(id, Meddling::Name),
            "moved" | "code-changed" => network.has_meddled(id, Meddling::Stand),
            "has-devices" => network.has_meddled(id, Meddling::Device),
            "has-customers" => {
                let below = |one: &PartnerView| one.parent_id == id && !one.removed;
                now.values().any(below) || network.has_lost_somebody(id)
            }
            code => DENIALS.contains(&code) || MAY_STAY.contains(&code),
        }
    }
}

/// The telephone number before an update.
fn phone_before(operation: Option<&Operation>) -> Option<String> {
    match operation {
        Some(Operation::Update { update, .. }) => update.before.values().next().cloned(),
        _ => None,
    }
}

/// Whether the run has switched automatic deployment on for a row's customer.
fn was_switched(replayed: &Replayed, row: usize) -> bool {
    let standing = replayed.deployments.get(row).and_then(Standing::outcome);
    matches!(standing, Some(Outcome::Updated(..)))
}
