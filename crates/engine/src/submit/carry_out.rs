//! One path for every run, begun or continued: submit what is left, read the tree back, compare,
//! and keep all of it in the journal. What is done with the outcome (reports, exit code, the
//! journal's last entry) is for the caller.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::count::RequestCount;
use super::deployment::{Aside, as_run, steps_back};
use super::engine::{Closed, Direction, State, Surroundings};
use super::learn::learn;
use super::observe::{Observer, RunEvent};
use super::reads::{Patience, ReadError, read_tree, stopped};
use super::reason::EndReason;
use super::settings::{Control, RunSettings};
use super::shell::{About, Shell};
use super::undo::{UndoPlan, steps};
use super::verify::{Mismatch, missing, verify};
use crate::api::{Client, Rate};
use crate::journal::{Entry, Event, Journal, Replayed, UndoEntry};
use crate::model::{Happening, Outcome, PartnerId, Reason, RowIndex, Standing, code};
use crate::plan::Tenant;

/// How a run stands when this process leaves it.
#[derive(Debug)]
pub struct AttemptEnd {
    /// Why it ended. [`EndReason::Done`] only when the tree was read back too.
    pub reason: EndReason,
    /// The plan, where each row stands, and every mismatch found so far.
    pub replayed: Replayed,
    /// What the tenant shows otherwise than it should, as of now.
    pub mismatches: Vec<Mismatch>,
    /// How many calls this process made again.
    pub retries: u64,
    /// When the first `AddPartner` of this process left and the last one answered.
    pub span: Option<(Instant, Instant)>,
}

/// Carries a planned run to its end, or as far as it gets.
///
/// `replayed` is what the journal tells (read before its writer started), `tenant` what the tenant
/// had a moment ago (see [`super::read_tenant`]). All requests of `client` so far count as the
/// run's. The journal is flushed when this returns; its `Finished` entry is the caller's to write.
pub async fn carry_out(
    client: Arc<Client>,
    journal: &mut Journal,
    replayed: Replayed,
    tenant: &Tenant,
    settings: &RunSettings,
    control: watch::Receiver<Control>,
    observer: &mut dyn Observer,
) -> AttemptEnd {
    let around = surroundings(&client, settings, tenant);
    let state = State::of_run(around, replayed, Instant::now());
    let passes = Passes {
        client: &client,
        settings,
        control: &control,
        direction: Direction::Forth,
    };
    let (end, mut count) = passes.customers(state, journal, observer).await;
    let mut outcome = AttemptEnd {
        reason: end.reason,
        replayed: end.replayed,
        mismatches: Vec::new(),
        retries: end.retries,
        span: end.span,
    };
    if outcome.reason == EndReason::Done
        && let Some(run) = as_run(&outcome.replayed)
    {
        let state = State::of_run(around, run, Instant::now());
        let (end, counted) = passes.deployment(state, journal, observer, count).await;
        count = counted;
        outcome.reason = end.reason;
        outcome.replayed.deployments = end.replayed.progress;
        outcome.retries += end.retries;
    }
    if outcome.reason == EndReason::Done {
        observer.observe(RunEvent::ReadingBack);
        read_back(
            &client,
            journal,
            tenant,
            settings,
            control.clone(),
            &mut outcome,
        )
        .await;
    }
    if outcome.reason == EndReason::Done {
        let patience = patience(settings, control);
        let root = tenant.root().partner_id();
        let learning = (&mut outcome.replayed, &mut outcome.mismatches);
        if let Err(error) = learn(&client, &patience, root, journal, settings, learning).await {
            outcome.reason = end_of(error);
        }
    }
    for entry in count.all_news(&client, outcome.retries, (settings.wall_clock)()) {
        journal.write(entry);
    }
    if let Err(failure) = journal.flush().await {
        outcome.reason = EndReason::of_journal(journal, failure);
    }
    outcome
}

/// The engine's work over the same rows: first the customers, then what follows them.
struct Passes<'p> {
    client: &'p Arc<Client>,
    settings: &'p RunSettings,
    control: &'p watch::Receiver<Control>,
    direction: Direction,
}

impl Passes<'_> {
    async fn customers(
        &self,
        state: State<'_>,
        journal: &mut Journal,
        observer: &mut dyn Observer,
    ) -> (Closed, RequestCount) {
        let shell = self.shell(journal, observer, About::Customers);
        shell.run(state).await
    }

    /// Switches automatic deployment, and goes on counting. Whoever watches hears what concerns everybody.
    async fn deployment(
        &self,
        state: State<'_>,
        journal: &mut Journal,
        observer: &mut dyn Observer,
        count: RequestCount,
    ) -> (Closed, RequestCount) {
        observer.observe(RunEvent::Deploying);
        let mut aside = Aside(observer);
        let shell = self.shell(journal, &mut aside, About::Deployment);
        shell.counting(count).run(state).await
    }

    fn shell<'s>(
        &'s self,
        journal: &'s mut Journal,
        observer: &'s mut dyn Observer,
        about: About,
    ) -> Shell<'s> {
        Shell::new(
            Arc::clone(self.client),
            journal,
            self.settings,
            self.control.clone(),
            observer,
            (self.direction, about),
        )
    }
}

fn surroundings<'a>(
    client: &Client,
    settings: &'a RunSettings,
    tenant: &'a Tenant,
) -> Surroundings<'a> {
    Surroundings {
        settings,
        tenant,
        interval: client.pacer().rate().map(Rate::interval),
    }
}

/// How an undoing stands when this process leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoEnd {
    /// Why it ended. [`EndReason::Done`] when every customer has its outcome.
    pub reason: EndReason,
    /// How many requests were made again.
    pub retries: u64,
    /// How many customers stay, or keep something that the run has made of them.
    pub kept: usize,
}

/// Takes a run back, or as far as it gets: customers that go are removed, those that were changed get
/// back what they were, the outcomes of all others are written down. The journal is flushed when this
/// returns; its entry of the end is the caller's to write. At the end the tree is read back: who is
/// there still was not removed, whatever was answered. All requests of `client` so far count as the
/// undoing's.
pub async fn take_back(
    client: Arc<Client>,
    journal: &mut Journal,
    plan: &UndoPlan,
    tenant: &Tenant,
    settings: &RunSettings,
    control: watch::Receiver<Control>,
    observer: &mut dyn Observer,
) -> UndoEnd {
    let around = surroundings(&client, settings, tenant);
    let state = State::of_undoing(around, steps(plan), Instant::now());
    let passes = Passes {
        client: &client,
        settings,
        control: &control,
        direction: Direction::Back,
    };
    let (end, mut count) = passes.customers(state, journal, observer).await;
    let mut undone = UndoEnd {
        reason: end.reason,
        retries: end.retries,
        kept: end.kept,
    };
    let steps = steps_back(&plan.switches);
    if undone.reason == EndReason::Done && !steps.is_empty() {
        let state = State::of_undoing(around, steps, Instant::now());
        let (end, counted) = passes.deployment(state, journal, observer, count).await;
        count = counted;
        undone.reason = end.reason;
        undone.retries += end.retries;
        undone.kept += end.kept;
    }
    if undone.reason == EndReason::Done {
        let patience = patience(settings, control);
        match still_there(&client, &patience, plan, &end.replayed, tenant).await {
            Ok(kept) => {
                for (row, reason) in kept {
                    undone.kept += 1;
                    let outcome = Outcome::Kept(Box::new(reason));
                    journal.write(Entry::Undo(UndoEntry::Event(Event {
                        row,
                        kind: Happening::Ended(outcome.clone()),
                        at_ms: (settings.wall_clock)(),
                    })));
                    observer.observe(RunEvent::Row(row, Happening::Ended(outcome)));
                }
            }
            Err(error) => undone.reason = end_of(error),
        }
    }
    if let Some(Entry::Requests(counts)) = count.news(&client, undone.retries) {
        journal.write(Entry::Undo(UndoEntry::Requests(counts)));
    }
    if let Err(failure) = journal.flush().await {
        undone.reason = EndReason::of_journal(journal, failure);
    }
    undone
}

/// Who is still there was not removed, whatever was answered.
async fn still_there(
    client: &Client,
    patience: &Patience,
    plan: &UndoPlan,
    ended: &Replayed,
    tenant: &Tenant,
) -> Result<Vec<(RowIndex, Reason)>, ReadError> {
    let removed: Vec<_> = plan
        .items
        .iter()
        .filter(|item| {
            let standing = ended.progress.get(item.row.as_usize());
            let outcome = standing.and_then(Standing::outcome);
            matches!(outcome, Some(Outcome::Removed))
        })
        .collect();
    let root = tenant.root().partner_id().filter(|_| !removed.is_empty());
    let Some(root) = root else {
        return Ok(Vec::new());
    };
    let now_there = read_tree(client, patience, root).await?;
    let there = removed.into_iter().filter_map(|item| {
        let customer = now_there.get(item.id.get())?;
        let message = format!(
            "the service said that it was removed, and the tenant still shows {}",
            customer.shown()
        );
        Some((item.row, Reason::new(&code::STILL_THERE, message)))
    });
    Ok(there.collect())
}

fn patience(settings: &RunSettings, control: watch::Receiver<Control>) -> Patience {
    Patience {
        limit: settings.outage_limit,
        // Whoever reads the tree back has been there.
        first_contact: settings.outage_limit,
        seed: settings.seed,
        control,
    }
}

/// Reads the tree, where it has changed, and compares; what differs and was not known before goes into the journal.
async fn read_back(
    client: &Client,
    journal: &mut Journal,
    tenant: &Tenant,
    settings: &RunSettings,
    control: watch::Receiver<Control>,
    outcome: &mut AttemptEnd,
) {
    let Some(root) = tenant.root().partner_id() else {
        return;
    };
    let patience = patience(settings, control);
    // What was read before the run tells enough where nothing was sent and nothing differs: something
    // may have been found that was not there then.
    let sent = outcome.span.is_some();
    let before = if sent {
        Vec::new()
    } else {
        verify(&outcome.replayed, tenant)
    };
    outcome.mismatches = if sent || !before.is_empty() {
        match read_all(client, &patience, root, settings, &outcome.replayed).await {
            Ok(now_there) => verify(&outcome.replayed, &now_there),
            Err(error) => {
                outcome.reason = end_of(error);
                return;
            }
        }
    } else {
        before
    };
    for mismatch in &outcome.mismatches {
        let known = (mismatch.row, mismatch.message.clone());
        if outcome.replayed.mismatches.contains(&known) {
            continue;
        }
        journal.write(Entry::Event(Event {
            row: mismatch.row,
            kind: Happening::Mismatch {
                message: mismatch.message.clone(),
            },
            at_ms: (settings.wall_clock)(),
        }));
        outcome.replayed.mismatches.push(known);
    }
}

/// The longest pause before a tree that lacks somebody is read again.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Reads the tree, and again while it lacks a customer that may have been created a moment ago: lists
/// may lag behind.
async fn read_all(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
    settings: &RunSettings,
    replayed: &Replayed,
) -> Result<Tenant, ReadError> {
    let until = Instant::now() + settings.landing_wait();
    let mut pause = Duration::from_millis(500);
    loop {
        let now_there = read_tree(client, patience, root).await?;
        let now = Instant::now();
        if now >= until || !missing(replayed, &now_there) {
            return Ok(now_there);
        }
        let mut control = patience.control.clone();
        tokio::select! {
            () = sleep(pause) => {}
            asked = stopped(&mut control) => return Err(ReadError::of_control(asked)),
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// How a run ends whose last read came to nothing.
fn end_of(error: ReadError) -> EndReason {
    match error {
        ReadError::Refused(error) => {
            EndReason::Outage(format!("cannot read the tenant back: {error}"))
        }
        ReadError::Stopped(stop) => EndReason::Stopped(stop),
        ReadError::Unreachable(text) => EndReason::Outage(text),
        ReadError::Interrupted => EndReason::Interrupted,
        ReadError::TimeUp => EndReason::TimeUp,
    }
}
