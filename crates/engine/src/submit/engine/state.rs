//! The engine's state, and what each event makes of it.
//!
//! Everything that changes a row's fate passes through [`State::on`], in one place and one order: an
//! intent is durable before its request leaves, an outcome before anybody is told. It knows no clock,
//! no network and no disk.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::claims::Claims;
use super::devices::DeviceList;
use super::due::Due;
use super::event::{Command, Event};
use super::health::{Advice, Health};
use super::op::Op;
use super::schedule::{OpId, Schedule};
use super::uncommitted::Uncommitted;
use super::workers::Workers;
use crate::api::Lease;
use crate::api::ServerError;
use crate::journal::Replayed;
use crate::model::{Happening, Outcome, Parent, PartnerId, RowIndex, Standing};
use crate::plan::Tenant;
use crate::submit::observe::RunEvent;
use crate::submit::reason::EndReason;
use crate::submit::settings::{Control, RunSettings};

/// Whether a run is carried out, or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Parents first. A row that fails blocks those below it.
    Forth,
    /// Leaves first. A customer that stays keeps those above it.
    Back,
}

/// What does not change while the engine is at work.
#[derive(Debug, Clone, Copy)]
pub(in crate::submit) struct Surroundings<'a> {
    /// How it behaves.
    pub(in crate::submit) settings: &'a RunSettings,
    /// The tenant as it was read before it began.
    pub(in crate::submit) tenant: &'a Tenant,
    /// The least time between two requests, where there is a rate.
    pub(in crate::submit) interval: Option<Duration>,
}

/// What the engine knows.
#[derive(Debug)]
pub(in crate::submit) struct State<'a> {
    pub(super) around: Surroundings<'a>,
    pub(super) direction: Direction,
    /// The plan, and where each row stands.
    pub(super) replayed: Replayed,
    pub(super) claims: Claims,
    pub(super) ops: Vec<Op>,
    pub(super) schedule: Schedule,
    pub(super) health: Health,
    pub(super) workers: Workers,
    /// Calls under way for operations whose turn it is: their requests, and the looks before those.
    pub(super) turns: usize,
    /// Other looks under way.
    pub(super) looks: usize,
    /// Operations that were looked at, and whose requests leave with the next permits.
    pub(super) cleared: VecDeque<OpId>,
    /// Whether a permit is on its way.
    pub(super) wants_permit: bool,
    /// Rows that are to be looked for, by parent.
    pub(super) to_look: BTreeMap<PartnerId, Vec<OpId>>,
    /// Rows that are to be looked for anywhere.
    pub(super) to_search: Vec<OpId>,
    /// The requests under way that leave only while the look before them counts.
    pub(super) leases: HashMap<OpId, Lease>,
    /// Operations whose customer is to be looked at: a request for it has no answer.
    pub(super) to_see: VecDeque<OpId>,
    /// Who has devices, and for how many customers that matters.
    pub(super) devices: DeviceList,
    pub(super) removals: usize,
    /// How many operations are looked at before their request leaves.
    pub(super) lookers: usize,
    /// How many have come to their end since the last pause.
    pub(super) done_since_pause: usize,
    /// Rows that an earlier process may have sent and whose parent has no id yet, by the parent's row.
    pub(super) orphans: HashMap<RowIndex, Vec<OpId>>,
    /// Operations whose request was given up, and since then nothing was heard of the service.
    pub(super) unheard: Vec<OpId>,
    /// What this process has created, by parent, in the order of the answers.
    pub(super) answered: HashMap<PartnerId, Vec<(Instant, PartnerId)>>,
    /// Operations that wait until their lost request can no longer land.
    pub(super) timers: Due<OpId>,
    /// Until when nothing but that is waited for, as far as anybody was told.
    settling_until: Option<Instant>,
    /// Intents and events that wait for their commit.
    pub(super) intents: Uncommitted<OpId>,
    pub(super) events: Uncommitted<RunEvent>,
    /// How many entries were given to be written.
    written: u64,
    pub(super) ahead: usize,
    pub(super) retries: u64,
    /// For how many rows of the whole run anything is sent.
    pub(super) to_send: usize,
    /// How many rows failed in earlier processes of the run, and in this one.
    pub(super) failed_before: usize,
    pub(super) failed: usize,
    pub(super) succeeded: usize,
    /// How many customers stay.
    pub(super) kept: usize,
    /// Rows that were forbidden since something else came back.
    pub(super) forbidden: Vec<(OpId, ServerError)>,
    /// Rows that were denied, and will have failed unless they are found.
    pub(super) denied: BTreeSet<OpId>,
    pub(super) span: Option<(Instant, Instant)>,
    pub(super) stopping: Option<EndReason>,
    drain_until: Option<Instant>,
    /// Since when nobody may send, and until when: the last pause.
    pub(super) paused_at: Option<Instant>,
    pub(super) held_until: Option<Instant>,
    pub(super) now: Instant,
    pub(super) commands: Vec<Command>,
}

impl<'a> State<'a> {
    /// The state of work of which nothing is scheduled yet.
    pub(super) fn new(
        around: Surroundings<'a>,
        direction: Direction,
        replayed: Replayed,
        now: Instant,
    ) -> Self {
        let settings = around.settings;
        Self {
            claims: Claims::of(&replayed),
            replayed,
            direction,
            ops: Vec::new(),
            schedule: Schedule::default(),
            health: Health::new(settings.outage_limit, settings.seed),
            workers: Workers::new(settings.adaptation, settings.concurrency),
            turns: 0,
            looks: 0,
            cleared: VecDeque::new(),
            wants_permit: false,
            to_look: BTreeMap::new(),
            to_search: Vec::new(),
            leases: HashMap::new(),
            to_see: VecDeque::new(),
            devices: DeviceList::default(),
            removals: 0,
            lookers: 0,
            done_since_pause: usize::MAX,
            orphans: HashMap::new(),
            unheard: Vec::new(),
            answered: HashMap::new(),
            timers: Due::new(),
            settling_until: None,
            intents: Uncommitted::new(),
            events: Uncommitted::new(),
            written: 0,
            ahead: settings.concurrency.get() * 2,
            retries: 0,
            to_send: 0,
            failed_before: 0,
            failed: 0,
            succeeded: 0,
            kept: 0,
            forbidden: Vec::new(),
            denied: BTreeSet::new(),
            span: None,
            stopping: None,
            drain_until: None,
            paused_at: None,
            held_until: None,
            now,
            commands: Vec::new(),
            around,
        }
    }

    /// Something has happened; what is to be done now.
    pub(in crate::submit) fn on(&mut self, now: Instant, event: Event) -> Vec<Command> {
        self.now = now;
        match event {
            Event::Begin | Event::Due | Event::Asked(Control::Run) => {}
            Event::Durable(up_to) => self.take_durable(up_to),
            Event::JournalLost(reason) => self.stop(reason),
            Event::Permit(permit) => self.take_permit(permit),
            Event::Answered { op, left, result } => self.take_answered(op, left, result),
            Event::Looked { look, left, result } => self.take_looked(look, left, result),
            // What was seen before the pause stays out of date, and the next trouble is news again.
            Event::Released => {
                self.held_until = None;
                self.health.cut_short(now);
            }
            Event::Asked(Control::Drain) => self.stop(EndReason::Interrupted),
            Event::Asked(Control::TimeUp) => self.stop(EndReason::TimeUp),
            Event::Asked(Control::Abandon) => {
                self.stop(EndReason::Interrupted);
                self.abandon();
            }
        }
        if self.drain_until.is_some_and(|until| now >= until) {
            self.drain_until = None;
            self.abandon();
        }
        self.decide();
        std::mem::take(&mut self.commands)
    }

    /// When something is to be done though nothing has happened: [`Event::Due`].
    pub(in crate::submit) fn wakes_at(&self) -> Option<Instant> {
        let timer = self.timers.next().filter(|_| self.stopping.is_none());
        [timer, self.drain_until].into_iter().flatten().min()
    }

    /// Whether nothing more is to be done.
    pub(in crate::submit) fn is_over(&self) -> bool {
        let idle = self.turns == 0 && self.looks == 0;
        idle && (self.stopping.is_some() || self.schedule.open() == 0)
    }

    /// How many calls were made again.
    pub(in crate::submit) fn retries(&self) -> u64 {
        self.retries
    }

    fn take_durable(&mut self, up_to: u64) {
        while let Some(id) = self.intents.pop_durable(up_to) {
            self.schedule.intent_durable(id);
        }
        while let Some(event) = self.events.pop_durable(up_to) {
            self.tell(event);
        }
    }

    /// What is to be sent and looked at now.
    fn decide(&mut self) {
        if self.stopping.is_some() {
            return;
        }
        while let Some(id) = self.timers.pop(self.now) {
            self.look_for(id);
        }
        self.write_intents();
        self.weigh_when_idle();
        if self.stopping.is_some() {
            return;
        }
        if !self.wants_permit && self.wants_to_send() {
            self.wants_permit = true;
            self.commands.push(Command::WantPermit);
        }
        self.start_looks();
        self.tell_of_settling();
    }

    /// Says once, where nothing else is left to be done, until when lost requests are waited for.
    fn tell_of_settling(&mut self) {
        let told = self.settling_until.is_some_and(|until| self.now < until);
        if told || self.timers.is_empty() || !self.is_idle() {
            return;
        }
        let lands = self.timers.waiting().copied();
        let until = lands.filter_map(|id| self.may_land_until(id)).max();
        if let Some(until) = until.filter(|until| *until > self.now) {
            self.settling_until = Some(until);
            let (requests, wait) = (self.timers.waiting().len(), until - self.now);
            self.tell(RunEvent::Settling { requests, wait });
        }
    }

    /// Whether nothing is under way or about to be.
    pub(super) fn is_idle(&self) -> bool {
        let calls = self.turns + self.looks + self.cleared.len() + self.schedule.ready();
        calls == 0 && !self.has_looks() && self.intents.is_empty()
    }

    /// Nothing new is begun, and calls under way are waited for as long as the settings say. The first
    /// reason counts.
    pub(super) fn stop(&mut self, reason: EndReason) {
        if self.stopping.is_none() {
            self.stopping = Some(reason);
            self.drain_until = Some(self.now + self.around.settings.drain);
            self.take_back_leases(|_| true);
            let in_flight = self.turns + self.looks;
            self.tell(RunEvent::Draining { in_flight });
        }
    }

    /// Gives up the calls under way: their rows stay open and are settled when the work is continued.
    fn abandon(&mut self) {
        self.turns = 0;
        self.looks = 0;
        self.commands.push(Command::Abort);
    }

    pub(super) fn tell(&mut self, event: RunEvent) {
        self.commands.push(Command::Tell(event));
    }

    /// Has an entry written; its number.
    pub(super) fn write(&mut self, row: RowIndex, happening: Happening) -> u64 {
        self.written += 1;
        self.commands.push(Command::Write(row, happening));
        self.written
    }

    /// Writes a row's outcome down; it is told of when that is durable.
    pub(super) fn settle(&mut self, row: RowIndex, outcome: Outcome) {
        let id = outcome.id();
        if let Some(standing) = self.replayed.progress.get_mut(row.as_usize()) {
            *standing = Standing::Ended(outcome.clone());
        }
        if let Some(id) = id {
            self.claims.add(id, row);
        }
        self.done_since_pause = self.done_since_pause.saturating_add(1);
        let number = self.write(row, Happening::Ended(outcome.clone()));
        self.events
            .push(number, RunEvent::Row(row, Happening::Ended(outcome)));
    }

    pub(super) fn follow(&mut self, advice: Advice, reason: String) {
        match advice {
            Advice::GoOn => {}
            Advice::GiveUp => self.stop(EndReason::Outage(reason)),
            Advice::Pause(pause) => {
                let until = self.now + pause;
                // Nobody waits for nothing, and nothing that was seen is out of date.
                if !pause.is_zero() && self.held_until.is_none_or(|earlier| earlier < until) {
                    self.held_until = Some(until);
                    self.paused_at = Some(self.now);
                    self.done_since_pause = 0;
                    self.take_back_leases(|_| true);
                    self.commands.push(Command::Hold(until));
                    self.tell(RunEvent::Paused { pause, reason });
                }
            }
        }
    }

    /// A request that left after a loss has its result, so the service is at work: what stood in its
    /// queue until now can land from now on only, and its time counts from now. An error may be a
    /// front's that knows nothing of the queue.
    pub(super) fn note_heard(&mut self, left: Instant) {
        let (now, ops) = (self.now, &mut self.ops);
        self.unheard.retain(|id| {
            let op = &mut ops[id.index()];
            let is_later = op.lost_at.is_none_or(|lost_at| left >= lost_at);
            if is_later {
                op.heard_at.get_or_insert(now);
            }
            !is_later
        });
    }

    /// The customer that a row stands below, where it has an id.
    pub(super) fn parent_id(&self, parent: Parent) -> Option<PartnerId> {
        id_of(&self.replayed, parent)
    }

    pub(super) fn parent_of(&self, id: OpId) -> Option<PartnerId> {
        self.parent_id(self.ops[id.index()].operation.parent())
    }
}

/// The parent's id, as far as it has one: one that is yet to be changed is there already.
pub(super) fn id_of(replayed: &Replayed, parent: Parent) -> Option<PartnerId> {
    match parent {
        Parent::Customer(id) => Some(id),
        Parent::Row(row) => {
            let there = || replayed.planned.get(row.as_usize())?.action.id();
            let known = replayed.progress.get(row.as_usize())?.id();
            known.or_else(there)
        }
    }
}
