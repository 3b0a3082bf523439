//! Everything that a run needs and that outlives the process which carries it out; and one
//! process's attempt, which does what the command line does.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_import::api::{Client, ClientSettings, Credentials, Pacer, Rate, Secret};
use partner_import::journal::record::Mode;
use partner_import::journal::{
    Contents, Draft, Entry, Journal, Replayed, RunInfo, Store, UndoEntry, UndoReplayed,
};
use partner_import::model::{Ending, Happening};
use partner_import::plan::Tenant;
use partner_import::sandbox::{
    ACCOUNT_ID, ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, NamePolicy,
};
use partner_import::submit::reads::Wanted;
use partner_import::submit::undo::{FoundOnes, UndoPlan};
use partner_import::submit::{
    AttemptEnd, Control, EndReason, Patience, ReadError, RunEvent, RunSettings, carry_out, devices,
    read_tenant, take_back,
};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::Instant;

use super::forest::Forest;
use super::life::{Death, Durable, Life};
use super::network::{EPOCH, Network, Weather, locked};

/// A run's surroundings.
pub(crate) struct World {
    pub(crate) network: Arc<Network>,
    pub(crate) forest: Arc<Forest>,
    pub(crate) store: Arc<Mutex<Store>>,
    pub(crate) settings: RunSettings,
    pub(crate) client: ClientSettings,
    pub(crate) rate: Option<Rate>,
    pub(crate) password: String,
    /// How long a commit takes.
    pub(crate) commit_time: Duration,
    /// How far the wall clock is off.
    pub(crate) wall_clock_off: Arc<AtomicI64>,
    /// Whether the run is shown a tenant without anybody in it, as one that was read too early.
    pub(crate) blind: bool,
    /// Customers that somebody else has moved or changed, by the names of their rows.
    pub(crate) touched: BTreeSet<String>,
    /// What every process so far has told, with the time since the start.
    pub(crate) told: Arc<Mutex<Vec<(Duration, RunEvent)>>>,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Killed.
    Died,
    /// It could not read the tenant.
    NotRead(ReadError),
    /// It left in order.
    Left(Box<AttemptEnd>),
}

impl End {
    pub(crate) fn outcome(self) -> AttemptEnd {
        match self {
            Self::Left(outcome) => *outcome,
            other => panic!("the process did not end in order: {other:?}"),
        }
    }
}

/// How a process ended that took a run back.
#[derive(Debug)]
pub(crate) enum UndoAttempt {
    /// Killed.
    Died,
    /// It could not read the tenant.
    NotRead(ReadError),
    /// It left in order.
    Left(EndReason),
}

impl World {
    /// A service that takes every name twice, some time per answer, and one call at a time.
    pub(crate) fn slow_and_lenient(forest: Forest, faults: &[&str]) -> Self {
        let faults = faults.iter().map(|text| text.parse().expect("a fault"));
        let config = Config {
            faults: faults.collect(),
            names: NamePolicy::Any,
            latency: Duration::from_millis(50),
            ..Config::default()
        };
        Self::new(forest, config, Weather::FAIR, 1).workers(1)
    }

    /// A world in which nothing goes wrong but what `config` and `weather` say.
    pub(crate) fn new(forest: Forest, config: Config, weather: Weather, seed: u64) -> Self {
        let forest = Arc::new(forest);
        let network = Network::new(config, Arc::clone(&forest), weather, seed);
        let wall_clock_off = Arc::new(AtomicI64::new(0));
        let off = Arc::clone(&wall_clock_off);
        let start = network.start;
        let wall_clock = move || {
            let elapsed = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
            EPOCH.cast_signed() + elapsed + off.load(Relaxed)
        };
        let mut settings = RunSettings::new(Arc::new(wall_clock));
        settings.seed = seed;
        Self {
            network: Arc::new(network),
            forest,
            store: Arc::new(Mutex::new(new_store())),
            settings,
            client: ClientSettings::default(),
            rate: None,
            password: ACCOUNT_PASSWORD.to_owned(),
            commit_time: Duration::from_millis(2),
            wall_clock_off,
            blind: false,
            touched: BTreeSet::new(),
            told: Arc::default(),
        }
    }

    /// A world of `forest` in fair weather.
    pub(crate) fn fair(forest: Forest) -> Self {
        Self::with_faults(forest, &[])
    }

    /// A world with these faults of the sandbox, 50 ms away.
    pub(crate) fn with_faults(forest: Forest, faults: &[&str]) -> Self {
        let faults = faults.iter().map(|text| text.parse().expect("a fault"));
        let config = Config {
            faults: faults.collect(),
            latency: Duration::from_millis(50),
            ..Config::default()
        };
        Self::new(forest, config, Weather::FAIR, 1)
    }

    pub(crate) fn workers(mut self, count: usize) -> Self {
        self.settings.concurrency = NonZeroUsize::new(count).expect("some workers");
        self
    }

    pub(crate) fn rate(mut self, rate: &str) -> Self {
        self.rate = Some(rate.parse().expect("a rate"));
        self
    }

    /// A new journal for the same rows: the next attempt plans them again.
    pub(crate) fn begin_new_run(&mut self) {
        self.store = Arc::new(Mutex::new(new_store()));
    }

    /// Customers that the run is to give another telephone number have one, this share of them: only
    /// what was there can be given back.
    pub(crate) fn have_phones(&self, share: f64, random: &mut fastrand::Rng) {
        let there = locked(&self.network.sandbox).partners();
        for row in self.forest.rows.iter().filter(|row| row.phone.is_some()) {
            let one = there
                .iter()
                .find(|one| one.original && one.name == row.name);
            let (id, chosen) = (one.expect("it is there").id, random.f64() < share);
            if chosen {
                let company = json!({"PhoneNumber": format!("+44 {id}")});
                let info = json!({"Id": id, "Company": company});
                let params = json!({ "partnerInfo": info });
                let _ = self.network.try_call("ModifyPartner", &params);
            }
        }
        self.network.settle();
        self.network.take_changes();
    }

    /// Somebody else removes a customer.
    pub(crate) fn remove_behind_our_back(&self, name: &str) {
        let customers = self.network.new_customers();
        let one = customers.iter().find(|one| one.name == name);
        self.network.remove(one.expect("it is there").id);
    }

    /// Somebody else moves a customer of the run, or changes its code.
    pub(crate) fn touch(&mut self, random: &mut fastrand::Rng) {
        let customers = self.network.new_customers();
        // The one that came last is most likely one that no answer has told of.
        let last = customers.iter().max_by_key(|one| one.id).cloned();
        let one = if random.bool() {
            last
        } else {
            random.choice(customers)
        };
        let Some(one) = one else { return };
        let info = if one.parent_id == ACCOUNT_ID {
            json!({"Id": one.id, "ExternalCode": format!("M-{}", one.id)})
        } else {
            json!({"Id": one.id, "ParentId": ACCOUNT_ID})
        };
        // It may be refused, or land later.
        self.network
            .try_call("ModifyPartner", &json!({ "partnerInfo": info }));
        self.touched.insert(one.name);
    }

    /// Runs to the end in one process that nobody disturbs.
    pub(crate) async fn run(&self) -> End {
        self.attempt(None, no_control()).await
    }

    /// One process: reads the tenant, plans unless there is a plan, carries it out.
    pub(crate) async fn attempt(
        &self,
        death: Option<Death>,
        control: watch::Receiver<Control>,
    ) -> End {
        let life = Life::new(death);
        tokio::select! {
            biased;
            () = life.over() => End::Died,
            end = self.live(&life, control) => end,
        }
    }

    async fn live(&self, life: &Arc<Life>, control: watch::Receiver<Control>) -> End {
        let client = Arc::new(self.new_client(life));
        let patience = self.patience(&control);
        let tenant = match read_tenant(&client, &patience, Wanted::default()).await {
            Ok(tenant) if self.blind => Tenant::new(tenant.root().clone(), []),
            Ok(tenant) => tenant,
            Err(error) => return End::NotRead(error),
        };
        let replayed = {
            let mut store = locked(&self.store);
            let (info, _) = store.info().expect("a journal");
            if store.planned_rows().expect("a journal") == 0 {
                let planned = self.forest.plan(&tenant);
                store.add_plan(&info, &planned, 0).expect("a plan is kept");
            }
            Replayed::read(&store).expect("a journal that can be read")
        };
        let disk = &self.network.disk;
        let store = Arc::clone(&self.store);
        let mut journal = Journal::simulated(store, life.probe(disk), self.commit_time);
        let mut observer = self.observer();
        let settings = &self.settings;
        let outcome = carry_out(
            client,
            &mut journal,
            replayed,
            &tenant,
            settings,
            control,
            &mut observer,
        )
        .await;
        if outcome.reason == EndReason::Done {
            let at_ms = (settings.wall_clock)();
            journal.write(Entry::Finished {
                at_ms,
                ending: Ending::Done,
            });
            if let Err(failure) = journal.flush().await {
                panic!("the journal failed at the end: {failure}");
            }
        }
        End::Left(Box::new(outcome))
    }

    /// One process that takes the run back, as the command line does.
    pub(crate) async fn undo_attempt(
        &self,
        death: Option<Death>,
        control: watch::Receiver<Control>,
    ) -> UndoAttempt {
        let life = Life::new(death);
        tokio::select! {
            biased;
            () = life.over() => UndoAttempt::Died,
            end = self.undo(&life, control) => end,
        }
    }

    async fn undo(&self, life: &Arc<Life>, control: watch::Receiver<Control>) -> UndoAttempt {
        let client = Arc::new(self.new_client(life));
        let patience = self.patience(&control);
        let tenant = match read_tenant(&client, &patience, Wanted::default()).await {
            Ok(tenant) => tenant,
            Err(error) => return UndoAttempt::NotRead(error),
        };
        let (replayed, undone) = {
            let store = locked(&self.store);
            let replayed = Replayed::read(&store).expect("a journal");
            let undone = UndoReplayed::read(&store, replayed.planned.len()).expect("a journal");
            (replayed, undone)
        };
        let plan = UndoPlan::new(&replayed, &undone, &tenant, FoundOnes::Stay);
        let root = tenant.root().partner_id().expect("the root has an id");
        let devices = match devices(&client, &patience, root).await {
            Ok(devices) => devices,
            Err(error) => return UndoAttempt::NotRead(error),
        };
        let plan = plan.with_devices(&devices, &tenant);
        let store = Arc::clone(&self.store);
        let probe = life.probe(&self.network.disk);
        let mut journal = Journal::simulated(store, probe, self.commit_time);
        if undone.unfinished().is_none() {
            journal.write(Entry::Undo(UndoEntry::Begun {
                at_ms: 0,
                to_remove: u32::try_from(plan.counts().remove).expect("few"),
                out_dir: String::new(),
            }));
        }
        let mut silent = |_| {};
        let end = take_back(
            client,
            &mut journal,
            &plan,
            &tenant,
            &self.settings,
            control,
            &mut silent,
        );
        UndoAttempt::Left(end.await.reason)
    }

    /// For what a process asks before it sends.
    fn patience(&self, control: &watch::Receiver<Control>) -> Patience {
        Patience {
            limit: self.settings.outage_limit,
            first_contact: self.settings.outage_limit,
            seed: self.settings.seed,
            control: control.clone(),
        }
    }

    pub(crate) fn new_client(&self, life: &Arc<Life>) -> Client {
        let credentials = Credentials {
            partner: Some(ACCOUNT_PARTNER.to_owned()),
            username: ACCOUNT_USER.to_owned(),
            password: Secret::new(self.password.clone()),
        };
        let pacer = Arc::new(Pacer::new(self.rate, Instant::now()));
        let transport = self.network.connect(life);
        Client::new(transport, credentials, self.client.clone(), pacer)
    }

    /// Keeps what is told, and sees to it that outcomes are on the disk before.
    fn observer(&self) -> impl FnMut(RunEvent) + Send + use<> {
        let (told, network) = (Arc::clone(&self.told), Arc::clone(&self.network));
        move |event| {
            if let RunEvent::Row(row, Happening::Ended(_)) = &event {
                let durable = network.disk.says(*row);
                assert_eq!(
                    durable,
                    Durable::Outcome,
                    "told before it was durable: {event:?}"
                );
            }
            locked(&told).push((network.start.elapsed(), event));
        }
    }
}

/// Nobody asks for anything.
pub(crate) fn no_control() -> watch::Receiver<Control> {
    watch::channel(Control::Run).1
}

pub(crate) fn new_store() -> Store {
    Store::in_memory(&run_info()).expect("a journal in memory")
}

/// One on the disk, without rows and without a plan.
pub(crate) fn store_on_disk(state_dir: &Path) -> Store {
    let contents = Contents {
        info: &run_info(),
        planned: &[],
        faults: Vec::new(),
        entries: &[],
    };
    let draft = Draft::begin(state_dir, "begun").expect("a draft");
    draft.complete(contents, 0).expect("a journal")
}

pub(crate) fn run_info() -> RunInfo {
    RunInfo {
        id: "20260101-000000-test".into(),
        tool_version: "0".into(),
        started_ms: 0,
        input_path: "rows.csv".into(),
        input_full_path: "/rows.csv".into(),
        input_sha256: String::new(),
        sheet: None,
        delimiter: ',',
        endpoint: "simulated".into(),
        mode: Mode::Sandbox,
        partner: ACCOUNT_PARTNER.into(),
        options: Vec::new(),
        origins: None,
        out_dir: String::new(),
        header: Vec::new(),
        id_column: None,
        own_columns: Vec::new(),
        sheets: partner_import::model::SheetRows::default(),
        place: None,
        places: Vec::new(),
        left_out: Vec::new(),
        job: None,
        backup_profile: None,
        orphans: None,
        root: None,
        above: std::collections::BTreeMap::default(),
    }
}
