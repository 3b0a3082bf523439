//! Whole runs under random trouble: random forests, faults, crashes, interrupts, clocks. What must
//! hold is in `support::judge`; here is what is tried.
//!
//! `SIM_SEEDS=20000 cargo test simulate` tries more, `SIM_FIRST=4711 SIM_SEEDS=1` one seed again.

mod others;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant as WallInstant};

use fastrand::Rng;
use partner_import::api::classify::Stop;
use partner_import::journal::{Replayed, Step};
use partner_import::sandbox::{
    Config, FaultKind, FaultSpec, Ids, Method, NamePolicy, RemovalPolicy, Strike,
};
use partner_import::submit::{Control, EndReason, MaxErrors, RunEvent};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::support::forest::{Forest, Shape};
use crate::support::judge::{below_one_left_alone, is_unclear, journal_against_report, judge};
use crate::support::life::Death;
use crate::support::network::{Weather, locked};
use crate::support::tell;
use crate::support::world::{End, World, no_control};
use partner_import::model::{Happening, Outcome, Standing};

/// Numbers with which the sandbox and its network say no without a rule of theirs.
const DENIALS: [&str; 3] = ["2102", "403", "13501"];

/// How many processes a run may take: where a proxy's page ends each, every one comes a few rows further.
const MOST_PROCESSES: usize = 400;
/// How long a run may take on the virtual clock.
const LONGEST: Duration = Duration::from_secs(48 * 3600);
/// How long one seed may take on the real clock before it counts as going round in circles.
const PATIENCE: Duration = Duration::from_secs(120);

/// Seeds beyond those of every day that have found something.
const TELLING: [u64; 5] = [3106, 9790, 124_918, 263_458, 511_669];

#[test]
fn seeds_that_found_something_once_are_well() {
    for seed in TELLING {
        try_seeds(seed, 1);
    }
}

#[test]
fn random_trouble_leaves_every_row_created_once() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first: u64 = number("SIM_FIRST").unwrap_or(1);
    let seeds: u64 = number("SIM_SEEDS").unwrap_or(1000);
    let start = WallInstant::now();
    let sums = try_seeds(first, seeds);
    tell(&format!(
        "{seeds} seeds from {first} in {:?}: {} rows, {} of them changes, automatic deployment for \
         {}, {} processes, {} of them killed, {} requests, {} faults",
        start.elapsed(),
        sums.rows.load(Relaxed),
        sums.changes.load(Relaxed),
        sums.deployed.load(Relaxed),
        sums.processes.load(Relaxed),
        sums.killed.load(Relaxed),
        sums.requests.load(Relaxed),
        sums.faults.load(Relaxed),
    ));
}

/// What was tried.
#[derive(Debug, Default)]
struct Sums {
    rows: AtomicU64,
    changes: AtomicU64,
    deployed: AtomicU64,
    processes: AtomicU64,
    killed: AtomicU64,
    requests: AtomicU64,
    faults: AtomicU64,
}

/// Tries every seed, on all processors; panics at the first that fails.
fn try_seeds(first: u64, seeds: u64) -> Sums {
    let sums = Sums::default();
    let next = AtomicU64::new(first);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let (done, results) = channel();
        for _ in 0..threads {
            let (done, next, sums) = (done.clone(), &next, &sums);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Relaxed);
                    if seed >= first + seeds {
                        break;
                    }
                    let _ = done.send((seed, None));
                    let tried = std::panic::catch_unwind(|| try_seed(seed, sums));
                    let failure = match tried {
                        Ok(Ok(())) => continue,
                        Ok(Err(wrong)) => wrong,
                        Err(_) => "a panic, see above".to_owned(),
                    };
                    let _ = done.send((seed, Some(failure)));
                    break;
                }
            });
        }
        drop(done);
        let mut begun = Vec::new();
        loop {
            match results.recv_timeout(PATIENCE) {
                Ok((seed, None)) => begun.push(seed),
                Ok((seed, Some(failure))) => {
                    next.store(u64::MAX / 2, Relaxed);
                    panic!(
                        "seed {seed} fails: {failure}\n\
                         again with: SIM_FIRST={seed} SIM_SEEDS=1 cargo test --test it simulate"
                    );
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    let last = &begun[begun.len().saturating_sub(threads)..];
                    tell(&format!(
                        "no seed ends any more; one of these goes round in circles: {last:?}"
                    ));
                    std::process::abort();
                }
            }
        }
    });
    sums
}

fn try_seed(seed: u64, sums: &Sums) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mix = Mix::of(seed);
        match timeout(LONGEST, Trial::new(seed, mix).run(sums)).await {
            Ok(result) => result,
            Err(_) => Err("it does not end".to_owned()),
        }
    })
}

/// What a seed mixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mix {
    /// Creates, and some changes; the rows are run a second time.
    Creates,
    /// Many changes of customers that others change at the same time.
    Changes,
    /// Both; the run is taken back while others are at work on what it has made.
    Undoing,
}

impl Mix {
    fn of(seed: u64) -> Self {
        match seed % 5 {
            0 => Self::Changes,
            3 => Self::Undoing,
            _ => Self::Creates,
        }
    }
}

/// One seed.
struct Trial {
    mix: Mix,
    world: World,
    random: Rng,
    /// How many more processes are disturbed.
    disturbed: usize,
    max_errors: Option<MaxErrors>,
    /// Whether others move and change customers between two processes.
    meddlers: bool,
}

impl Trial {
    fn new(seed: u64, mix: Mix) -> Self {
        let mut random = Rng::with_seed(seed);
        let mut world = random_world(seed, mix, &mut random);
        world.have_phones(0.8, &mut random);
        let max_errors = (random.f64() < 0.1).then_some(MaxErrors::Rows(0));
        world.settings.max_errors = max_errors;
        Self {
            disturbed: random.usize(..5),
            max_errors,
            meddlers: mix == Mix::Creates && random.f64() < 0.2,
            mix,
            random,
            world,
        }
    }

    async fn run(mut self, sums: &Sums) -> Result<(), String> {
        let progress = self.run_until_done(sums).await?;
        self.trace();
        let mut wrong = judge(&self.world, &progress);
        wrong.extend(self.outcomes(&progress));
        if !wrong.is_empty() {
            return Err(wrong.join("\n"));
        }
        let sum = |sum: &AtomicU64, count: usize| sum.fetch_add(count as u64, Relaxed);
        sum(&sums.rows, progress.len());
        let changed = |one: &&Standing| matches!(one, Standing::Ended(Outcome::Updated(..)));
        sum(&sums.changes, progress.iter().filter(changed).count());
        let journal = Replayed::read(&locked(&self.world.store)).expect("a journal");
        sum(
            &sums.deployed,
            journal.deployments.iter().filter(changed).count(),
        );
        let arrivals = self.world.network.arrivals();
        sum(&sums.requests, arrivals.len());
        let faults = arrivals.iter().filter(|one| one.fault.is_some());
        sum(&sums.faults, faults.count());
        if self.mix == Mix::Undoing {
            return self.take_back(&progress, sums).await;
        }
        if !self.world.touched.is_empty() || self.mix == Mix::Changes {
            // A plan does not know that they are the same.
            return Ok(());
        }
        // Nor does it see what lists do not show yet.
        sleep(self.world.settings.settle_wait).await;
        self.second_run_creates_nothing(&progress, sums).await
    }

    /// One process after the other, until one says that the run is done.
    async fn run_until_done(&mut self, sums: &Sums) -> Result<Vec<Standing>, String> {
        let mut last = String::new();
        for _ in 0..MOST_PROCESSES {
            sums.processes.fetch_add(1, Relaxed);
            let end = self.disturbed_attempt().await;
            match end {
                End::Died => {
                    sums.killed.fetch_add(1, Relaxed);
                }
                End::Left(outcome) if outcome.reason == EndReason::Done => {
                    return Ok(outcome.replayed.progress);
                }
                End::Left(outcome) => {
                    self.after(&outcome.reason)?;
                    let wrong = journal_against_report(&self.world, &outcome.replayed.progress);
                    if !wrong.is_empty() {
                        return Err(wrong.join("\n"));
                    }
                }
                End::NotRead(ref error) => last = error.to_string(),
            }
            if self.meddlers && self.random.bool() {
                self.world.touch(&mut self.random);
            }
            sleep(Duration::from_millis(self.random.u64(..20_000))).await;
        }
        Err(format!("not done after {MOST_PROCESSES} processes: {last}"))
    }

    /// With `SIM_TRACE=1`: every request there was.
    fn trace(&self) {
        if std::env::var_os("SIM_TRACE").is_none() {
            return;
        }
        tell(&format!("{:?}", self.world.settings));
        for one in self.world.network.arrivals() {
            let at = one.at - self.world.network.start;
            tell(&format!(
                "{at:?} process {} {} {:?} {:?} {:?} {:?}",
                one.process, one.method, one.name, one.id, one.done, one.fault
            ));
        }
    }

    /// Whether a run may end like this.
    fn after(&mut self, reason: &EndReason) -> Result<(), String> {
        match reason {
            EndReason::ErrorBudget { .. } if self.max_errors.is_some() => {
                self.max_errors = None;
                self.world.settings.max_errors = None;
                Ok(())
            }
            EndReason::Interrupted
            | EndReason::Outage(_)
            | EndReason::IdTwice(_)
            // A login can be refused for reasons of security too.
            | EndReason::Stopped(
                Stop::WrongTarget(_) | Stop::Forbidden(_) | Stop::BadCredentials(_),
            ) => Ok(()),
            other => Err(format!("ended with {other:?}")),
        }
    }

    async fn disturbed_attempt(&mut self) -> End {
        let jump = self.random.i64(-86_400_000..86_400_000);
        self.world.wall_clock_off.store(jump, Relaxed);
        if self.mix == Mix::Changes {
            return self.attempt_among_others().await;
        }
        if self.disturbed == 0 {
            return self.world.attempt(None, no_control()).await;
        }
        self.disturbed -= 1;
        if self.random.f64() < 0.7 {
            let death = self.death();
            return self.world.attempt(Some(death), no_control()).await;
        }
        let (ask, control) = watch::channel(Control::Run);
        let first = Duration::from_millis(self.random.u64(..60_000));
        let second = Duration::from_millis(self.random.u64(..40_000));
        let asking = async {
            sleep(first).await;
            ask.send_replace(Control::Drain);
            sleep(second).await;
            ask.send_replace(Control::Abandon);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            biased;
            end = self.world.attempt(None, control) => end,
            () = asking => unreachable!("asking does not end"),
        }
    }

    fn death(&mut self) -> Death {
        let rows = self.world.forest.len() as u64;
        let step = self.random.u64(..rows * 2 + 5);
        match self.random.u8(..4) {
            0 => Death::Disk(Step::BeforeCommit, step),
            1 => Death::Disk(Step::AfterCommit, step),
            2 => Death::BeforeRequest(step),
            _ => Death::AfterRequest(step),
        }
    }

    /// Every row has an outcome, and a row fails only for a stranger's name.
    fn outcomes(&self, progress: &[Standing]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (row, stands) in self.world.forest.rows.iter().zip(progress) {
            let fine = match stands {
                Standing::Ended(Outcome::Created(..) | Outcome::Blocked { .. }) => !row.existed,
                Standing::Ended(Outcome::Exists(_) | Outcome::Updated(..)) => row.existed,
                Standing::Ended(Outcome::Failed(why)) if why.code == "conflict" => {
                    row.existed && self.mix == Mix::Changes
                }
                Standing::Ended(Outcome::Failed(why)) if why.code == "2115" => {
                    !row.name.starts_with("Cust")
                }
                // What the service refused is not sent again. (Whether it is in the tenant all
                // the same is for the judge.)
                Standing::Ended(Outcome::Failed(why)) => {
                    DENIALS.contains(&why.code.as_str())
                        || is_unclear(stands)
                        || self.world.touched.contains(&row.name)
                        || below_one_left_alone(&self.world, row, progress)
                }
                _ => false,
            };
            if !fine {
                wrong.push(format!("{:?}: {stands:?}", row.name));
            }
        }
        for (_, event) in locked(&self.world.told).iter() {
            if let RunEvent::Row(row, Happening::Ended(Outcome::Exists(_))) = event {
                wrong.push(format!("row {} is said to have been there", row.0));
            }
        }
        wrong
    }

    async fn second_run_creates_nothing(
        &mut self,
        before: &[Standing],
        sums: &Sums,
    ) -> Result<(), String> {
        let names = |world: &World| -> Vec<String> {
            let customers = world.network.new_customers().into_iter();
            customers.map(|one| one.name).collect()
        };
        let was = names(&self.world);
        self.disturbed = 0;
        self.meddlers = false;
        self.world.begin_new_run();
        let progress = self.run_until_done(sums).await?;
        self.trace();
        self.world.network.settle();
        let mut now = names(&self.world);
        now.sort_unstable();
        if now.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(format!(
                "somebody is there twice after a second run: {now:?}"
            ));
        }
        // Rows that were denied, and those below them, are created now; everybody else is there.
        now.retain(|name| !was.contains(name));
        let stands = before.iter().zip(&progress);
        for ((first, second), row) in stands.zip(&self.world.forest.rows) {
            let there = now.contains(&row.name);
            let may_be = first.id().is_none() && (second.created().is_some() || is_unclear(second));
            if there && !may_be {
                return Err(format!(
                    "{:?} is new: first {first:?}, {second:?}",
                    row.name
                ));
            }
        }
        for (first, second) in before.iter().zip(&progress) {
            if first.id().is_some() && first.id() != second.id() {
                let failed = progress.iter().filter(|one| one.failed().is_some());
                return Err(format!(
                    "first {first:?}, in a second run {second:?}; failed then: {:?}",
                    failed.collect::<Vec<_>>()
                ));
            }
        }
        Ok(())
    }
}

fn random_world(seed: u64, mix: Mix, random: &mut Rng) -> World {
    let most = match mix {
        Mix::Creates => [5, 30, 200][random.usize(..3)],
        Mix::Changes | Mix::Undoing => [5, 15, 40][random.usize(..3)],
    };
    let shape = Shape {
        rows: random.usize(1..=most),
        coded: [0.0, 0.5, 1.0][random.usize(..3)],
        nested: random.f64(),
        strangers: random.usize(..3),
    };
    let mut forest = Forest::random(shape, random);
    let timeout = Duration::from_secs(random.u64(5..60));
    let settle_wait = Duration::from_secs(random.u64(60..150));
    let faults = random_faults(random, timeout, settle_wait);
    let config = Config {
        seed,
        latency: Duration::from_millis(random.u64(..300)),
        names: [NamePolicy::Global, NamePolicy::PerParent, NamePolicy::Any][random.usize(..3)],
        visa_ttl: Duration::from_secs(if random.bool() { 900 } else { 60 }),
        rate_limit: (random.f64() < 0.1).then(|| "20/s".parse().expect("a rate")),
        tenant_size: match mix {
            Mix::Creates => [0, 0, 50][random.usize(..3)],
            Mix::Changes | Mix::Undoing => 60,
        },
        removal: if random.bool() {
            RemovalPolicy::Cascade
        } else {
            RemovalPolicy::Refuse
        },
        faults,
        ids: [Ids::Usual, Ids::Usual, Ids::Wide][random.usize(..3)],
        ..Config::default()
    };
    let share = match mix {
        Mix::Creates => 0.3,
        Mix::Changes => 0.9,
        Mix::Undoing => 0.5,
    };
    forest = forest.with_share_of(&config, share, random);
    // From numbers of its own: what a seed makes of everything else stays as it was.
    let mut of_deployment = Rng::with_seed(!seed);
    let share = [0.0, 0.0, 0.3, 1.0][of_deployment.usize(..4)];
    forest = forest.with_deployment(share, &mut of_deployment);
    let down_at = Duration::from_secs(random.u64(..30));
    let weather = Weather {
        no_connection: [0.0, 0.05, 0.3][random.usize(..3)],
        silence: random.f64(),
        jitter: Duration::from_millis(random.u64(..200)),
        unclear: [0.0, 0.0, 0.05][random.usize(..3)],
        down: (random.f64() < 0.1).then(|| {
            let long = Duration::from_secs(random.u64(1..3600));
            (down_at, down_at + long)
        }),
    };
    let mut world = World::new(forest, config, weather, seed).workers(random.usize(1..=64));
    world.settings.settle_wait = settle_wait;
    world.settings.max_sends = 1000;
    world.settings.max_tries = 1000;
    world.client.timeout = timeout;
    world.client.list_timeout = timeout;
    world.commit_time = Duration::from_millis(random.u64(..30));
    match random.usize(..4) {
        0 => world.rate(["3/s", "50/s", "100/m", "500/s"][random.usize(..4)]),
        _ => world,
    }
}

/// Names and codes of lists that are spelt another way.
fn is_spelling(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::LowerNames
            | FaultKind::DecomposedNames
            | FaultKind::SpacedNames
            | FaultKind::EntityNames
            | FaultKind::LowerCodes
    )
}

/// A few kinds of trouble, seldom so often that nothing gets through.
fn random_faults(random: &mut Rng, timeout: Duration, settle_wait: Duration) -> Vec<FaultSpec> {
    let mut kinds = FaultKind::ALL.to_vec();
    random.shuffle(&mut kinds);
    kinds.truncate(random.usize(..7));
    // What lands late and what lists lag behind fits into the wait together.
    let landing = if kinds.contains(&FaultKind::Lag) {
        settle_wait.mul_f64(random.f64() * 0.98)
    } else {
        settle_wait.mul_f64(0.99)
    };
    let lag = settle_wait.mul_f64(0.99).saturating_sub(landing);
    let spec = |kind: FaultKind| FaultSpec {
        kind,
        strike: match kind {
            // Each of these ends a process, or takes its time.
            FaultKind::Http404After
            | FaultKind::Http403After
            | FaultKind::Security
            | FaultKind::ParentsId
            | FaultKind::Freeze
            | FaultKind::Huge => Strike::Nth(random.u64(1..100)),
            // A service spells as it does.
            kind if is_spelling(kind) && random.bool() => Strike::Chance(1.0),
            _ => Strike::Chance(random.f64() * [0.02, 0.1, 0.2][random.usize(..3)]),
        },
        arg: match kind {
            // Whatever lands, lands before the time that is allowed for.
            FaultKind::LateCommit | FaultKind::GenericErrorLate | FaultKind::Freeze => {
                landing.mul_f64(random.f64())
            }
            FaultKind::Lag => lag.mul_f64(random.f64()),
            FaultKind::Delay => timeout.mul_f64(random.f64() * 2.0),
            _ => Duration::from_secs(random.u64(1..20)),
        },
        method: (is_spelling(kind) || kind == FaultKind::Lag).then_some(Method::EnumeratePartners),
    };
    kinds.into_iter().map(spec).collect()
}
