//! The loop that owns a run: drains what is there, decides, waits.
//!
//! Everything that changes a row's fate passes through here, in one place and one order: the
//! intent is written and durable before the request leaves, the outcome is durable before anybody
//! is told.

use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::health::{Advice, Certainty, Health};
use super::observe::{How, Observer, RunEvent};
use super::schedule::{Earlier, NewOp, OpId, Schedule, parents_first};
use super::settings::{Control, RunSettings};
use crate::api::classify::{Fate, Stop, Trouble};
use crate::api::errors::{Meaning, advice, meaning};
use crate::api::wire::TenantPartner;
use crate::api::{Client, Created, ServerError, Ticket};
use crate::journal::record::PlannedParent;
use crate::journal::writer::Acknowledged;
use crate::journal::{Entry, Event, EventKind, Journal, PlannedAction, Progress, Replayed};
use crate::model::{DefaultAccount, PartnerId, PartnerInfo, RowIndex};
use crate::plan::build::key_of;
use crate::plan::{Found, Tenant};

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
    /// The journal can no longer be written.
    JournalFailed(String),
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
    let mut runner = Runner::new(client, journal, replayed, settings, control, observer);
    runner.begin(tenant);
    runner.run_to_end().await
}

/// What is sent for one row.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) partner: PartnerInfo,
    account: DefaultAccount,
}

/// One row to be created, with its history in this process.
pub(super) struct OpState {
    pub(super) row: RowIndex,
    pub(super) parent: PlannedParent,
    pub(super) request: Arc<Request>,
    /// How often it was sent by this process, and how often no clear answer came.
    sends: u32,
    pub(super) lost: u32,
    /// Whether a request for it, of this process or an earlier one, ever lost its answer.
    ever_lost: bool,
    /// When the last request that may still land was given up: it may have left as late as that
    /// (a log-in or a slow connection can come first).
    pub(super) lost_at: Option<Instant>,
    /// What a look that finds nobody means.
    pub(super) if_not_found: IfNotFound,
    pub(super) last_trouble: String,
}

/// What a look that finds nobody means for a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum IfNotFound {
    /// The lost request may still land: wait, look again.
    #[default]
    LookAgain,
    /// It cannot land any more: send again.
    Send,
    /// The service has refused it because of the name: failed.
    Fail(ServerError),
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
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Timer(pub(super) std::cmp::Reverse<Instant>, pub(super) OpId);

pub(super) struct Runner<'a> {
    pub(super) client: Arc<Client>,
    journal: &'a mut Journal,
    acknowledged: watch::Receiver<Acknowledged>,
    pub(super) settings: &'a RunSettings,
    control: watch::Receiver<Control>,
    control_open: bool,
    journal_open: bool,
    observer: &'a mut dyn Observer,
    replayed: Replayed,
    pub(super) ops: Vec<OpState>,
    pub(super) schedule: Schedule,
    pub(super) health: Health,
    pub(super) tasks: JoinSet<Finished>,
    pub(super) creates_in_flight: usize,
    pub(super) looks_in_flight: usize,
    /// Rows that are to be looked for, by parent.
    pub(super) to_look: BTreeMap<PartnerId, Vec<OpId>>,
    /// Rows that wait until their lost request can no longer land.
    pub(super) timers: BinaryHeap<Timer>,
    /// Intents and events that wait for their commit, by entry number.
    intents: VecDeque<(u64, OpId)>,
    events: VecDeque<(u64, RunEvent)>,
    permit: Option<Pin<Box<dyn Future<Output = Ticket> + Send>>>,
    permitted: Option<Ticket>,
    ahead: usize,
    stopping: Option<EndReason>,
    drain_until: Option<Instant>,
    retries: u64,
    to_create: usize,
    failed: usize,
    succeeded: usize,
    /// Rows that were forbidden while nothing else had come back.
    forbidden: Vec<(OpId, ServerError)>,
    span: Option<(Instant, Instant)>,
}

/// The most intents that are written ahead of their turn.
const LARGEST_AHEAD: usize = 4096;
/// So many customers may be forbidden at the beginning before the user's role is to blame.
const FORBIDDEN_AT_FIRST: usize = 3;

impl<'a> Runner<'a> {
    fn new(
        client: Arc<Client>,
        journal: &'a mut Journal,
        replayed: Replayed,
        settings: &'a RunSettings,
        control: watch::Receiver<Control>,
        observer: &'a mut dyn Observer,
    ) -> Self {
        Self {
            acknowledged: journal.acknowledged(),
            client,
            journal,
            settings,
            control,
            control_open: true,
            journal_open: true,
            observer,
            replayed,
            ops: Vec::new(),
            schedule: Schedule::default(),
            health: Health::new(settings.outage_limit, settings.seed),
            tasks: JoinSet::new(),
            creates_in_flight: 0,
            looks_in_flight: 0,
            to_look: BTreeMap::new(),
            timers: BinaryHeap::new(),
            intents: VecDeque::new(),
            events: VecDeque::new(),
            permit: None,
            permitted: None,
            ahead: settings.concurrency.get() * 2,
            stopping: None,
            drain_until: None,
            retries: 0,
            to_create: 0,
            failed: 0,
            succeeded: 0,
            forbidden: Vec::new(),
            span: None,
        }
    }

    // --- the beginning: what the journal and the tenant say together ---

    /// Settles what can be settled from the tenant as it was read, and schedules the rest.
    fn begin(&mut self, tenant: &Tenant) {
        let parents: Vec<Option<RowIndex>> = self
            .replayed
            .planned
            .iter()
            .map(|planned| parent_row(&planned.action))
            .collect();
        let mut ids: Vec<Option<OpId>> = vec![None; parents.len()];
        let mut new_ops = Vec::new();
        for row in parents_first(&parents) {
            if let Some(earlier) = self.begin_row(row, tenant) {
                let parent = parents[row.as_usize()].and_then(|above| ids[above.as_usize()]);
                ids[row.as_usize()] = Some(OpId(u32::try_from(new_ops.len()).unwrap_or(u32::MAX)));
                new_ops.push(NewOp { parent, earlier });
            }
        }
        self.to_create = new_ops.len();
        self.schedule = Schedule::new(new_ops.iter().copied());
        self.observer.observe(RunEvent::Started {
            to_create: self.to_create,
        });
        let until = Instant::now() + self.settings.settle_wait;
        for (index, op) in new_ops.iter().enumerate() {
            if op.earlier == Earlier::MaybeSent {
                let id = OpId(u32::try_from(index).unwrap_or(u32::MAX));
                self.timers.push(Timer(std::cmp::Reverse(until), id));
            }
        }
    }

    /// Decides about one row at the beginning; `None` when it has its outcome, else it becomes an
    /// op (pushed to `self.ops`).
    fn begin_row(&mut self, row: RowIndex, tenant: &Tenant) -> Option<Earlier> {
        let index = row.as_usize();
        if self.replayed.progress[index].is_final() {
            return None;
        }
        let PlannedAction::Create {
            parent,
            partner,
            account,
        } = &self.replayed.planned[index].action
        else {
            return None;
        };
        let (parent, partner, account) = (*parent, partner.as_ref().clone(), *account);
        let open = matches!(self.replayed.progress[index], Progress::Open { .. });
        if let PlannedParent::Row(above) = parent {
            let by = match &self.replayed.progress[above.as_usize()] {
                Progress::Failed { .. } | Progress::Invalid => Some(above),
                Progress::Blocked { by } => Some(*by),
                _ => None,
            };
            if let Some(by) = by {
                self.settle(
                    row,
                    EventKind::Blocked { by },
                    RunEvent::Blocked { row, by },
                );
                return None;
            }
        }
        let parent_id = self.parent_id(parent);
        if let Some(found) = parent_id.and_then(|id| found_in(tenant, id, &partner)) {
            if open {
                let event = RunEvent::Created {
                    row,
                    id: found,
                    how: How::Found,
                };
                self.settle(row, EventKind::Created(found), event);
            } else {
                self.settle(
                    row,
                    EventKind::Exists(found),
                    RunEvent::Exists { row, id: found },
                );
            }
            return None;
        }
        let earlier = match (open, parent_id) {
            (false, _) => Earlier::Nothing,
            // Nobody could have sent it: it needs an id that nobody knew.
            (true, None) => Earlier::Intended,
            (true, Some(_)) => Earlier::MaybeSent,
        };
        self.ops.push(OpState {
            row,
            parent,
            request: Arc::new(Request { partner, account }),
            sends: 0,
            lost: 0,
            ever_lost: earlier == Earlier::MaybeSent,
            lost_at: None,
            if_not_found: IfNotFound::Send,
            last_trouble: String::new(),
        });
        Some(earlier)
    }

    pub(super) fn parent_id(&self, parent: PlannedParent) -> Option<PartnerId> {
        match parent {
            PlannedParent::Id(id) => Some(id),
            PlannedParent::Row(row) => self.replayed.progress[row.as_usize()].id(),
        }
    }

    // --- the loop ---

    async fn run_to_end(mut self) -> RunEnd {
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

    fn is_over(&self) -> bool {
        let idle = self.creates_in_flight == 0 && self.looks_in_flight == 0;
        match &self.stopping {
            Some(_) => idle,
            None => idle && self.schedule.open() == 0,
        }
    }

    fn drain_what_is_there(&mut self) {
        let state = self.acknowledged.borrow_and_update().clone();
        self.take_acknowledged(&state);
        while let Some(finished) = self.tasks.try_join_next() {
            self.take_finished(finished);
        }
        self.take_control();
    }

    fn take_acknowledged(&mut self, state: &Acknowledged) {
        while let Some((number, id)) = self.intents.front().copied() {
            if number > state.up_to {
                break;
            }
            self.intents.pop_front();
            self.schedule.intent_durable(id);
        }
        while self
            .events
            .front()
            .is_some_and(|(number, _)| *number <= state.up_to)
        {
            if let Some((_, event)) = self.events.pop_front() {
                self.observer.observe(event);
            }
        }
        if let Some(reason) = &state.failed {
            self.stop(EndReason::JournalFailed(reason.clone()));
        }
    }

    fn take_control(&mut self) {
        let control = *self.control.borrow_and_update();
        match control {
            Control::Run => {}
            Control::Drain => self.stop(EndReason::Interrupted),
            Control::Abandon => {
                self.stop(EndReason::Interrupted);
                self.abandon();
            }
        }
    }

    pub(super) fn stop(&mut self, reason: EndReason) {
        if self.stopping.is_none() {
            self.stopping = Some(reason);
            self.drain_until = Some(Instant::now() + self.settings.drain);
            let in_flight = self.creates_in_flight + self.looks_in_flight;
            self.observer.observe(RunEvent::Draining { in_flight });
        }
    }

    /// Gives up the calls under way: their rows stay open and are settled when the run is
    /// continued.
    fn abandon(&mut self) {
        while let Some(finished) = self.tasks.try_join_next() {
            self.take_finished(finished);
        }
        self.tasks.abort_all();
        self.creates_in_flight = 0;
        self.looks_in_flight = 0;
    }

    /// Waits for whatever comes first.
    async fn wait(&mut self) {
        let timer = self
            .timers
            .peek()
            .map(|timer| timer.0.0)
            .filter(|_| self.stopping.is_none());
        let until = [timer, self.drain_until].into_iter().flatten().min();
        tokio::select! {
            biased;
            changed = self.control.changed(), if self.control_open => {
                self.control_open = changed.is_ok();
            }
            Some(finished) = self.tasks.join_next(), if !self.tasks.is_empty() => {
                self.take_finished(finished);
            }
            changed = self.acknowledged.changed(), if self.journal_open => {
                self.journal_open = changed.is_ok();
                if !self.journal_open {
                    self.stop(EndReason::JournalFailed("the journal's writer has ended".into()));
                }
            }
            ticket = async { self.permit.as_mut().expect("guarded").await },
                if self.permit.is_some() =>
            {
                self.permit = None;
                self.permitted = Some(ticket);
            }
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {}
            // Nothing to wait for: the loop looks again whether it is over.
            else => {}
        }
        if self
            .drain_until
            .is_some_and(|until| Instant::now() >= until)
        {
            self.drain_until = None;
            self.abandon();
        }
    }

    fn decide(&mut self) {
        if self.stopping.is_some() {
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

    /// Whether a row could leave now. While the target is in trouble one call at a time is enough,
    /// and a look is a safer one than a create.
    fn wants_to_send(&self) -> bool {
        let calls = self.creates_in_flight + self.looks_in_flight;
        if self.health.is_troubled() && (calls > 0 || !self.to_look.is_empty()) {
            return false;
        }
        self.creates_in_flight < self.settings.concurrency.get() && self.schedule.ready() > 0
    }

    fn write_intents(&mut self) {
        // Waiting for the disk with hands free: look further ahead next time.
        let starved = self.schedule.ready() == 0
            && !self.intents.is_empty()
            && self.creates_in_flight < self.settings.concurrency.get();
        if starved && self.client.pacer().rate().is_none() {
            self.ahead = (self.ahead * 2).min(LARGEST_AHEAD);
        }
        for id in self.schedule.to_intend(self.ahead) {
            let row = self.ops[id.0 as usize].row;
            let number = self.write_event(row, EventKind::Intent);
            self.intents.push_back((number, id));
        }
        if self
            .intents
            .front()
            .is_some_and(|(number, _)| *number <= self.acknowledged.borrow().up_to)
        {
            let state = self.acknowledged.borrow().clone();
            self.take_acknowledged(&state);
        }
    }

    fn write_event(&mut self, row: RowIndex, kind: EventKind) -> u64 {
        let at_ms = (self.settings.wall_clock)();
        self.journal.write(Entry::Event(Event { row, kind, at_ms }))
    }

    /// Sends the row that is next; `false` when there is none.
    fn send_next(&mut self, ticket: Ticket) -> bool {
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
        let request = Arc::clone(&op.request);
        let client = Arc::clone(&self.client);
        let left = Instant::now();
        self.span.get_or_insert((left, left));
        self.creates_in_flight += 1;
        self.tasks.spawn(async move {
            let result = client
                .create(ticket, parent, &request.partner, request.account)
                .await;
            Finished::Create {
                op: id,
                left,
                result,
            }
        });
        true
    }

    // --- what comes back ---

    fn take_finished(&mut self, finished: Result<Finished, tokio::task::JoinError>) {
        match finished {
            Ok(Finished::Create { op, left, result }) => {
                self.creates_in_flight = self.creates_in_flight.saturating_sub(1);
                if let Some((_, last)) = &mut self.span {
                    *last = Instant::now();
                }
                self.take_created(op, left, result);
            }
            Ok(Finished::Look {
                parent,
                ops,
                left,
                result,
            }) => {
                self.looks_in_flight = self.looks_in_flight.saturating_sub(1);
                self.take_look(parent, ops, left, result);
            }
            // A call that panicked or was aborted may have left: its row stays open.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => {}
        }
    }

    fn take_created(&mut self, id: OpId, left: Instant, result: Result<Created, Trouble>) {
        match result {
            Ok(Created(partner)) => {
                self.health.answered();
                self.created(id, partner, How::Answered);
            }
            Err(Trouble::Refused(error)) => {
                self.health.answered();
                self.refused(id, error);
            }
            Err(Trouble::Stop(stop)) => {
                self.schedule.put_back(id);
                self.stop(EndReason::Stopped(stop));
            }
            // The next call logs in; the session knows when that is of no use any more.
            Err(Trouble::VisaRefused(_)) => {
                self.health.answered();
                self.schedule.put_back(id);
            }
            Err(Trouble::TryAgain { after, text, .. }) => {
                self.schedule.put_back(id);
                let advice = self.health.asked_to_wait(left, Instant::now(), after);
                self.follow(advice, text);
            }
            Err(Trouble::NotSent(text)) => {
                self.schedule.put_back(id);
                let advice = self.health.lost(left, Instant::now(), Certainty::Down);
                self.follow(advice, text);
            }
            Err(Trouble::Unknown { fate, text }) => self.lost(id, left, fate, text),
        }
    }

    /// A request without a clear answer: the tenant is looked at next.
    fn lost(&mut self, id: OpId, left: Instant, fate: Fate, text: String) {
        let op = &mut self.ops[id.0 as usize];
        op.ever_lost = true;
        op.lost += 1;
        op.lost_at = Some(Instant::now());
        op.last_trouble.clone_from(&text);
        op.if_not_found = match fate {
            Fate::Ended => IfNotFound::Send,
            Fate::MayLandLater => IfNotFound::LookAgain,
        };
        let row = op.row;
        self.observer.observe(RunEvent::Unsettled {
            row,
            message: text.clone(),
        });
        self.look_for(id);
        match fate {
            Fate::Ended => self.health.answered(),
            Fate::MayLandLater => {
                let advice = self.health.lost(left, Instant::now(), Certainty::Perhaps);
                self.follow(advice, text);
            }
        }
    }

    pub(super) fn follow(&mut self, advice: Advice, reason: String) {
        match advice {
            Advice::GoOn => {}
            Advice::Pause(pause) => self.pause(pause, reason),
            Advice::GiveUp => self.stop(EndReason::Outage(reason)),
        }
    }

    fn pause(&mut self, pause: Duration, reason: String) {
        let until = Instant::now() + pause;
        if self
            .client
            .pacer()
            .held_until()
            .is_some_and(|held| held >= until)
        {
            return;
        }
        self.client.pacer().hold(until);
        self.observer.observe(RunEvent::Paused { pause, reason });
    }

    /// The service said no. A taken name may be our own doing: an earlier request without an
    /// answer, or somebody who was faster.
    fn refused(&mut self, id: OpId, error: ServerError) {
        let what = meaning(&error);
        if what == Meaning::NameTaken {
            self.ops[id.0 as usize].if_not_found = IfNotFound::Fail(error);
            self.look_for(id);
            return;
        }
        let forbidden = what == Meaning::Forbidden || error.number == 403;
        if forbidden && self.succeeded == 0 && self.failed == 0 {
            self.forbidden_at_first(id, error);
        } else {
            self.fail(id, &error);
        }
    }

    /// While nothing else has come back, being forbidden may be the rows' fault or the user's role.
    /// Where it is the role's, no row has failed: they are to be sent when it has been mended.
    fn forbidden_at_first(&mut self, id: OpId, error: ServerError) {
        self.forbidden.push((id, error.clone()));
        let ids = self.forbidden.iter().map(|(id, _)| *id);
        let theirs: usize = ids.map(|id| self.schedule.size_below(id) + 1).sum();
        if self.forbidden.len() >= FORBIDDEN_AT_FIRST || theirs == self.schedule.open() {
            self.stop(EndReason::Stopped(Stop::Forbidden(error)));
        }
    }

    /// Something else has come back: those that were forbidden have failed for themselves.
    fn fail_forbidden(&mut self) {
        for (id, error) in std::mem::take(&mut self.forbidden) {
            self.fail(id, &error);
        }
    }

    fn put_forbidden_back(&mut self) {
        for (id, _) in std::mem::take(&mut self.forbidden) {
            self.schedule.put_back(id);
        }
    }

    pub(super) fn fail(&mut self, id: OpId, error: &ServerError) {
        let advice = advice(error);
        let message = match (error.message.is_empty(), advice.is_empty()) {
            (_, true) => error.message.clone(),
            (true, false) => advice.to_owned(),
            (false, false) => format!("{} ({advice})", error.message),
        };
        self.fail_with(id, error.number.to_string(), message);
    }

    pub(super) fn fail_with(&mut self, id: OpId, code: String, message: String) {
        let row = self.ops[id.0 as usize].row;
        let kind = EventKind::Failed {
            code: code.clone(),
            message: message.clone(),
        };
        self.settle(row, kind, RunEvent::Failed { row, code, message });
        for below in self.schedule.failed(id) {
            let child = self.ops[below.0 as usize].row;
            let event = RunEvent::Blocked {
                row: child,
                by: row,
            };
            self.settle(child, EventKind::Blocked { by: row }, event);
        }
        self.failed += 1;
        self.fail_forbidden();
        let budget = self.settings.max_errors;
        if budget.is_some_and(|budget| budget.is_spent(self.failed, self.to_create)) {
            self.stop(EndReason::ErrorBudget {
                failed: self.failed,
            });
        }
    }

    pub(super) fn created(&mut self, id: OpId, partner: PartnerId, how: How) {
        let op = &self.ops[id.0 as usize];
        let row = op.row;
        // Where no request of ours was lost, somebody else was faster.
        let ours = how == How::Answered || op.ever_lost;
        if ours {
            let event = RunEvent::Created {
                row,
                id: partner,
                how,
            };
            self.settle(row, EventKind::Created(partner), event);
        } else {
            let event = RunEvent::Exists { row, id: partner };
            self.settle(row, EventKind::Exists(partner), event);
        }
        self.succeeded += 1;
        self.schedule.created(id);
        self.fail_forbidden();
    }

    /// Writes a row's outcome down; it is told of when that is durable.
    fn settle(&mut self, row: RowIndex, kind: EventKind, event: RunEvent) {
        self.replayed.progress[row.as_usize()] = match &kind {
            EventKind::Created(id) => Progress::Created(*id),
            EventKind::Exists(id) => Progress::Exists(*id),
            EventKind::Failed { code, message } => Progress::Failed {
                code: code.clone(),
                message: message.clone(),
            },
            EventKind::Blocked { by } => Progress::Blocked { by: *by },
            _ => return,
        };
        let number = self.write_event(row, kind);
        self.events.push_back((number, event));
    }

    // --- the end ---

    async fn end(mut self) -> RunEnd {
        self.permit = None;
        self.put_forbidden_back();
        let mut reason = self.stopping.clone().unwrap_or(EndReason::Done);
        if self.schedule.open() == 0 && !matches!(reason, EndReason::JournalFailed(_)) {
            // What was to stop the run came with its last row.
            reason = EndReason::Done;
        }
        if !matches!(reason, EndReason::JournalFailed(_)) {
            self.close_open_rows();
        }
        let reason = match self.journal.flush().await {
            Ok(()) => reason,
            Err(failure) => EndReason::JournalFailed(failure),
        };
        let state = self.acknowledged.borrow_and_update().clone();
        while self
            .events
            .front()
            .is_some_and(|(number, _)| *number <= state.up_to)
        {
            if let Some((_, event)) = self.events.pop_front() {
                self.observer.observe(event);
            }
        }
        RunEnd {
            reason,
            replayed: self.replayed,
            retries: self.retries,
            span: self.span,
        }
    }

    /// Takes back the intents of rows whose requests were certainly not carried out, and says of
    /// the others what is known.
    fn close_open_rows(&mut self) {
        for id in self.schedule.unsent() {
            let row = self.ops[id.0 as usize].row;
            self.replayed.progress[row.as_usize()] = Progress::Pending;
            self.write_event(row, EventKind::Released);
        }
        for id in self.schedule.taken() {
            let op = &self.ops[id.0 as usize];
            let (row, message) = (op.row, op.last_trouble.clone());
            self.replayed.progress[row.as_usize()] = Progress::Open {
                message: message.clone(),
            };
            self.write_event(row, EventKind::Unknown { message });
        }
    }
}

fn parent_row(action: &PlannedAction) -> Option<RowIndex> {
    match action {
        PlannedAction::Create {
            parent: PlannedParent::Row(row),
            ..
        } => Some(*row),
        _ => None,
    }
}

/// The customer below `parent` that answers to the row; where several do, the one that came
/// first.
pub(super) fn found_in(
    tenant: &Tenant,
    parent: PartnerId,
    partner: &PartnerInfo,
) -> Option<PartnerId> {
    match tenant.find(parent, key_of(partner)) {
        Found::Ours(customer) => customer.partner_id(),
        Found::Several(one, other) => one.partner_id().min(other.partner_id()),
        Found::Nobody | Found::CodeElsewhere(_) | Found::NameWithOtherCode(_) => None,
    }
}
