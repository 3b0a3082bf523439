//! The loop that owns a run: drains what is there, decides, waits.
//!
//! Everything that changes a row's fate passes through here, in one place and one order: the
//! intent is written and durable before the request leaves, the outcome is durable before anybody
//! is told.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::count::RequestCount;
use super::due::Due;
use super::health::Health;
use super::inbox::{Came, Inbox, Uncommitted};
use super::observe::{Observer, RunEvent};
use super::schedule::{OpId, Schedule};
use super::settings::{Control, RunSettings};
use super::sight::Claims;
use super::workers::Workers;
use crate::api::classify::{Stop, Trouble};
use crate::api::errors::with_advice;
use crate::api::wire::TenantPartner;
use crate::api::{Client, Created, ServerError, Ticket};
use crate::journal::{Entry, Event, Journal, Replayed};
use crate::model::{Ending, Happening, Operation, Parent, PartnerId, Reason, Relocation, RowIndex};
use crate::plan::Tenant;

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndReason {
    /// Every row has its outcome.
    Done,
    /// The person or the system asked.
    Interrupted,
    /// Too many rows failed.
    ErrorBudget {
        /// How many.
        failed: usize,
    },
    /// The target was down for too long.
    Outage(String),
    /// No request can succeed: log-in or permission refused, or not the service.
    Stopped(Stop),
    /// The service has answered a row with the id of somebody else's customer.
    IdTwice(String),
    /// The journal can no longer be written.
    JournalFailed(String),
    /// A file that the run stands on was moved or removed: others no longer see that it is at work.
    Displaced(String),
}

impl EndReason {
    /// The thread that writes the journal is gone.
    pub(super) fn journal_lost() -> Self {
        Self::JournalFailed("the journal's writer has ended".into())
    }

    /// The journal can no longer be written, for this reason or since it is no longer in its place.
    pub(super) fn of_journal(journal: &Journal, reason: String) -> Self {
        match journal.displaced() {
            Some(reason) => Self::Displaced(reason),
            None => Self::JournalFailed(reason),
        }
    }

    /// How work ends that was stopped for this reason; `None` when it came to its end.
    pub fn ending(&self) -> Option<Ending> {
        match self {
            Self::Done => None,
            Self::Interrupted => Some(Ending::Interrupted),
            Self::Stopped(Stop::BadCredentials(_) | Stop::Forbidden(_)) => Some(Ending::Refused),
            Self::Stopped(Stop::WrongTarget(_) | Stop::Unusable(_))
            | Self::ErrorBudget { .. }
            | Self::Outage(_)
            | Self::IdTwice(_)
            | Self::JournalFailed(_)
            | Self::Displaced(_) => Some(Ending::Stopped),
        }
    }

    /// Whether nothing more can be kept.
    pub(super) fn is_journals(&self) -> bool {
        matches!(self, Self::JournalFailed(_) | Self::Displaced(_))
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct RunEnd {
    /// Why.
    pub reason: EndReason,
    /// The plan, and where each row stands now.
    pub replayed: Replayed,
    /// How many calls were made again.
    pub retries: u64,
    /// When the first and the last `AddPartner` left and answered.
    pub span: Option<(Instant, Instant)>,
    /// What the journal knows of the requests that were sent.
    pub count: RequestCount,
}

/// Carries out what is left of a run.
///
/// `replayed` is what the journal says, `tenant` what the tenant had a moment ago; both together
/// settle what an earlier process may have sent.
pub async fn run(
    client: Arc<Client>,
    journal: &mut Journal,
    replayed: Replayed,
    tenant: &Tenant,
    settings: &RunSettings,
    control: watch::Receiver<Control>,
    observer: &mut dyn Observer,
) -> RunEnd {
    let mut runner = Runner::new(
        client, journal, replayed, settings, control, observer, tenant,
    );
    runner.begin(tenant);
    runner.run_to_end().await
}

/// One row to be created, with its history in this process.
pub(super) struct OpState {
    pub(super) row: RowIndex,
    pub(super) parent: Parent,
    pub(super) request: Operation,
    /// How often it was sent by this process, and how often no clear answer came.
    pub(super) sends: u32,
    pub(super) lost: u32,
    /// How often a request for it left and was turned away: a refused visa, too many requests.
    pub(super) turned_away: u32,
    /// What is known of its requests without a clear answer, of this process and earlier ones.
    pub(super) evidence: Evidence,
    /// When the last request that may still land was given up: it may have left as late as that
    /// (a log-in or a slow connection can come first).
    pub(super) lost_at: Option<Instant>,
    /// When the service was first heard of after that: what stood in its queue until then can land
    /// from then on only.
    pub(super) heard_at: Option<Instant>,
    /// What a look that finds nobody means.
    pub(super) if_not_found: IfNotFound,
    pub(super) last_trouble: String,
}

/// What is known of a row's requests without a clear answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// There was none.
    None,
    /// The intent of an earlier process: it may never have left.
    Intent,
    /// One has left.
    Left,
}

impl From<&ServerError> for Reason {
    fn from(error: &ServerError) -> Self {
        Self {
            code: error.number.to_string(),
            message: with_advice(error),
        }
    }
}

/// What a look that finds nobody means for a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum IfNotFound {
    /// Once the lost request can no longer land: send again.
    #[default]
    Send,
    /// The service has denied it, or somebody stands in its way: once nothing can land any more,
    /// failed.
    Fail(Reason),
}

pub(super) enum Finished {
    Create {
        op: OpId,
        left: Instant,
        result: Result<Created, Trouble>,
    },
    Look {
        parent: PartnerId,
        ops: Vec<OpId>,
        left: Instant,
        result: Result<Vec<TenantPartner>, Trouble>,
    },
    Reread {
        op: OpId,
        left: Instant,
        result: Box<Result<TenantPartner, Trouble>>,
    },
}

pub(super) struct Runner<'a> {
    pub(super) client: Arc<Client>,
    pub(super) journal: &'a mut Journal,
    pub(super) inbox: Inbox<Finished>,
    pub(super) settings: &'a RunSettings,
    pub(super) observer: &'a mut dyn Observer,
    pub(super) replayed: Replayed,
    /// The tenant as it was read before the run began.
    pub(super) tenant: &'a Tenant,
    pub(super) claims: Claims,
    pub(super) ops: Vec<OpState>,
    pub(super) schedule: Schedule,
    pub(super) health: Health,
    pub(super) workers: Workers,
    pub(super) creates_in_flight: usize,
    pub(super) looks_in_flight: usize,
    /// Rows that are to be looked for, by parent.
    pub(super) to_look: BTreeMap<PartnerId, Vec<OpId>>,
    /// Rows whose customer is to be read again: its update has no answer.
    pub(super) to_reread: VecDeque<OpId>,
    /// Rows that an earlier process may have sent and whose parent has no id yet, by the parent's row.
    pub(super) orphans: HashMap<RowIndex, Vec<OpId>>,
    /// Rows whose request was given up, and since then nothing was heard of the service.
    pub(super) unheard: Vec<OpId>,
    /// What this process has created, by parent, in the order of the answers.
    pub(super) answered: HashMap<PartnerId, Vec<(Instant, PartnerId)>>,
    /// Rows that wait until their lost request can no longer land.
    pub(super) timers: Due<OpId>,
    /// Intents and events that wait for their commit.
    pub(super) intents: Uncommitted<OpId>,
    pub(super) events: Uncommitted<RunEvent>,
    pub(super) permit: Option<Pin<Box<dyn Future<Output = Ticket> + Send>>>,
    pub(super) permitted: Option<Ticket>,
    pub(super) ahead: usize,
    pub(super) retries: u64,
    /// For how many rows of the whole run anything is sent.
    pub(super) to_send: usize,
    /// How many rows failed in earlier processes of the run, and in this one.
    pub(super) failed_before: usize,
    pub(super) failed: usize,
    pub(super) succeeded: usize,
    /// Rows that were forbidden since something else came back.
    pub(super) forbidden: Vec<(OpId, ServerError)>,
    /// Rows that were denied, and will have failed unless they are found.
    pub(super) denied: BTreeSet<OpId>,
    pub(super) span: Option<(Instant, Instant)>,
    pub(super) count: RequestCount,
    /// When the files that the run stands on are looked at next.
    pub(super) next_look_at_files: Instant,
}

/// How old a look at the files that a run stands on may be when something is sent: less than
/// another process needs to begin.
pub(super) const FILES_STAND_FOR: Duration = Duration::from_millis(5);

/// The most intents that are written ahead of their turn.
const LARGEST_AHEAD: usize = 4096;

impl<'a> Runner<'a> {
    fn new(
        client: Arc<Client>,
        journal: &'a mut Journal,
        replayed: Replayed,
        settings: &'a RunSettings,
        control: watch::Receiver<Control>,
        observer: &'a mut dyn Observer,
        tenant: &'a Tenant,
    ) -> Self {
        Self {
            tenant,
            claims: Claims::of(&replayed),
            inbox: Inbox::new(journal.acknowledged(), control),
            client,
            journal,
            settings,
            observer,
            replayed,
            ops: Vec::new(),
            schedule: Schedule::default(),
            health: Health::new(settings.outage_limit, settings.seed),
            workers: Workers::new(settings.adaptation, settings.concurrency),
            creates_in_flight: 0,
            looks_in_flight: 0,
            to_look: BTreeMap::new(),
            to_reread: VecDeque::new(),
            orphans: HashMap::new(),
            unheard: Vec::new(),
            answered: HashMap::new(),
            timers: Due::new(),
            intents: Uncommitted::new(),
            events: Uncommitted::new(),
            permit: None,
            permitted: None,
            ahead: settings.concurrency.get() * 2,
            retries: 0,
            to_send: 0,
            failed_before: 0,
            failed: 0,
            succeeded: 0,
            forbidden: Vec::new(),
            denied: BTreeSet::new(),
            span: None,
            count: RequestCount::default(),
            next_look_at_files: Instant::now(),
        }
    }

    pub(super) fn parent_id(&self, parent: Parent) -> Option<PartnerId> {
        match parent {
            Parent::Customer(id) => Some(id),
            Parent::Row(row) => self.replayed.progress[row.as_usize()].id(),
        }
    }

    pub(super) async fn run_to_end(mut self) -> RunEnd {
        loop {
            self.drain_what_is_there();
            self.decide();
            if self.is_over() {
                break;
            }
            self.wait().await;
        }
        self.end().await
    }

    pub(super) fn is_over(&self) -> bool {
        let idle = self.creates_in_flight == 0 && self.looks_in_flight == 0;
        idle && (self.inbox.stopping().is_some() || self.schedule.open() == 0)
    }

    pub(super) fn drain_what_is_there(&mut self) {
        self.take_acknowledged();
        self.take_ended_calls();
        match self.inbox.asked() {
            Control::Run => {}
            Control::Drain => self.stop(EndReason::Interrupted),
            Control::Abandon => {
                self.stop(EndReason::Interrupted);
                self.abandon();
            }
        }
    }

    /// Intents that have become durable may be followed by their requests, and outcomes told of.
    pub(super) fn take_acknowledged(&mut self) {
        let state = self.inbox.acknowledged();
        while let Some(id) = self.intents.pop_durable(state.up_to) {
            self.schedule.intent_durable(id);
        }
        while let Some(event) = self.events.pop_durable(state.up_to) {
            self.observer.observe(event);
        }
        if let Some(reason) = state.failed {
            self.stop(EndReason::of_journal(self.journal, reason));
        }
    }

    fn take_ended_calls(&mut self) {
        while let Some(finished) = self.inbox.ended_call() {
            self.take_finished(finished);
        }
    }

    pub(super) fn stop(&mut self, reason: EndReason) {
        if self.inbox.stop(reason, self.settings.drain) {
            let in_flight = self.creates_in_flight + self.looks_in_flight;
            self.observer.observe(RunEvent::Draining { in_flight });
        }
    }

    /// Gives up the calls under way: their rows stay open and are settled when the run is
    /// continued.
    pub(super) fn abandon(&mut self) {
        self.take_ended_calls();
        self.inbox.calls.abort_all();
        self.creates_in_flight = 0;
        self.looks_in_flight = 0;
    }

    /// Waits for whatever comes first.
    pub(super) async fn wait(&mut self) {
        let timer = self.timers.next();
        let permit = async {
            match &mut self.permit {
                Some(permit) => permit.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            came = self.inbox.next(timer) => match came {
                Came::News => {}
                Came::Call(finished) => self.take_finished(finished),
                Came::JournalLost => self.stop(EndReason::journal_lost()),
            },
            ticket = permit => {
                self.permit = None;
                self.permitted = Some(ticket);
            }
        }
        if self.inbox.is_drained_out() {
            self.abandon();
        }
    }

    pub(super) fn decide(&mut self) {
        if self.inbox.stopping().is_some() || !self.stands() {
            return;
        }
        self.wake_due_timers();
        self.write_intents();
        loop {
            if !self.wants_to_send() {
                // A send time is used at once or not at all.
                self.permitted = None;
                break;
            }
            // A send time that a pause has overtaken is void.
            let ticket = if self.client.pacer().held_until().is_some() {
                None
            } else {
                self.permitted.take().or_else(|| self.client.pacer().free())
            };
            self.permitted = None;
            let Some(ticket) = ticket else {
                if self.permit.is_none() {
                    let pacer = Arc::clone(self.client.pacer());
                    self.permit = Some(Box::pin(async move { pacer.admit().await }));
                }
                break;
            };
            if !self.send_next(ticket) {
                break;
            }
            self.write_intents();
        }
        self.start_looks();
    }

    /// Whether others can still see that this run is at work; else it stops.
    fn stands(&mut self) -> bool {
        let now = Instant::now();
        if now < self.next_look_at_files {
            return true;
        }
        self.next_look_at_files = now + FILES_STAND_FOR;
        match self.journal.displaced() {
            None => true,
            Some(reason) => {
                self.stop(EndReason::Displaced(reason));
                false
            }
        }
    }

    /// Whether a row could leave now. While the target is in trouble one call at a time is enough,
    /// and a look is a safer one than a create.
    pub(super) fn wants_to_send(&self) -> bool {
        let calls = self.creates_in_flight + self.looks_in_flight;
        if self.health.is_troubled() && (calls > 0 || self.has_looks()) {
            return false;
        }
        self.creates_in_flight < self.workers.limit()
            && self.schedule.ready() > 0
            && !self.budget_may_be_spent()
    }

    pub(super) fn write_intents(&mut self) {
        // Waiting for the disk with hands free: look further ahead next time.
        let starved = self.schedule.ready() == 0
            && !self.intents.is_empty()
            && self.creates_in_flight < self.workers.limit();
        if starved && self.client.pacer().rate().is_none() {
            self.ahead = (self.ahead * 2).min(LARGEST_AHEAD);
        }
        for id in self.schedule.to_intend(self.ahead) {
            let row = self.ops[id.0 as usize].row;
            let number = self.write_event(row, Happening::Intent);
            self.intents.push(number, id);
        }
        self.take_acknowledged();
    }

    pub(super) fn write_event(&mut self, row: RowIndex, kind: Happening) -> u64 {
        let at_ms = (self.settings.wall_clock)();
        self.journal.write(Entry::Event(Event { row, kind, at_ms }))
    }

    /// Sends the row that is next; `false` when there is none.
    pub(super) fn send_next(&mut self, ticket: Ticket) -> bool {
        let Some(id) = self.schedule.take() else {
            return false;
        };
        let parent = self.parent_id(self.ops[id.0 as usize].parent);
        let op = &mut self.ops[id.0 as usize];
        let Some(parent) = parent else { return false };
        if op.sends > 0 {
            self.retries += 1;
        }
        op.sends += 1;
        let request = op.request.clone();
        let client = Arc::clone(&self.client);
        let left = Instant::now();
        self.span.get_or_insert((left, left));
        self.creates_in_flight += 1;
        self.workers.sent(self.creates_in_flight);
        self.inbox.calls.spawn(async move {
            let result = send(&client, ticket, parent, &request).await;
            Finished::Create {
                op: id,
                left,
                result,
            }
        });
        true
    }
}

/// Sends what is to be sent for one row; answers with its customer's id.
async fn send(
    client: &Client,
    ticket: Ticket,
    parent: PartnerId,
    request: &Operation,
) -> Result<Created, Trouble> {
    match request {
        Operation::Create {
            partner, account, ..
        } => client.create(ticket, parent, partner, *account).await,
        Operation::Update { id, update, .. } => {
            let parent = match update.relocation {
                Relocation::Moves => Some(parent),
                Relocation::Stays => None,
            };
            let sent = client.modify(ticket, *id, parent, &update.changes);
            sent.await.map(|()| Created(*id))
        }
        Operation::Remove { id, .. } => client.remove(*id).await.map(|()| Created(*id)),
    }
}
