//! The loop that owns an undoing: leaves first, each customer looked at, its intent durable before
//! its request leaves, its outcome durable before anybody is told.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::look::{Seen, look};
use super::plan::{Item, Stand, UndoPlan};
use crate::api::classify::Trouble;
use crate::api::{Client, ServerError};
use crate::journal::{Entry, Event, Journal, UndoEntry};
use crate::model::{Happening, Outcome, PartnerId, Reason, RowIndex, code};
use crate::submit::carry_out::end_of;
use crate::submit::count::RequestCount;
use crate::submit::due::Due;
use crate::submit::forbidden::Rest;
use crate::submit::health::{Advice, Health};
use crate::submit::inbox::{Came, Inbox, Uncommitted};
use crate::submit::reads::{Patience, read_tree};
use crate::submit::runner::FILES_STAND_FOR;
use crate::submit::{Control, EndReason, Observer, RunSettings};

/// Something worth showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoNews {
    /// So many customers are to be removed.
    Started {
        /// How many.
        to_remove: usize,
    },
    /// A customer has its outcome.
    Settled {
        /// The data row.
        row: RowIndex,
        /// The customer's id.
        id: PartnerId,
        /// What became of it: removed, gone or kept.
        kind: Happening,
    },
    /// A request has no clear answer; the tenant is looked at next.
    Unsettled {
        /// The data row.
        row: RowIndex,
        /// What happened.
        message: String,
    },
    /// Nobody sends for a while.
    Paused {
        /// How long.
        pause: Duration,
        /// Why.
        reason: String,
    },
    /// No new calls; so many are still under way.
    Draining {
        /// How many.
        in_flight: usize,
    },
}

/// How an undoing stands when this process leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoEnd {
    /// Why it ended. [`EndReason::Done`] when every customer has its outcome.
    pub reason: EndReason,
    /// How many requests were made again.
    pub retries: u64,
    /// How many customers stay.
    pub kept: usize,
}

/// Carries a plan out, or as far as it gets: customers that go are removed, the outcomes of all
/// others are written down. The journal is flushed when this returns; its entry of the end is the
/// caller's to write. At the end the tree below `root` is read back: who is there still was not
/// removed, whatever was answered. All requests of `client` so far count as the undoing's.
pub async fn carry(
    client: Arc<Client>,
    journal: &mut Journal,
    plan: UndoPlan,
    root: PartnerId,
    settings: &RunSettings,
    control: watch::Receiver<Control>,
    observer: &mut dyn Observer<UndoNews>,
) -> UndoEnd {
    let mut undoer = Undoer::new(client, journal, plan, settings, control, observer);
    undoer.begin();
    loop {
        undoer.drain_what_is_there();
        undoer.decide();
        if undoer.is_over() {
            break;
        }
        undoer.wait().await;
    }
    undoer.end(root).await
}

/// One customer, with its history in this process.
pub(super) struct Op {
    pub(super) item: Arc<Item>,
    pub(super) parent: Option<usize>,
    /// How many below it have no outcome yet.
    pub(super) waiting: usize,
    /// Somebody below it stays.
    pub(super) keeps: Option<Reason>,
    pub(super) stage: Stage,
    pub(super) sends: u32,
    /// How many requests had no clear answer.
    pub(super) lost: u32,
    /// A request of ours, of this process or an earlier one, may have been carried out.
    pub(super) maybe_done: bool,
    /// What the service said when it denied the removal.
    pub(super) denied: Option<ServerError>,
    /// Until when a request of ours may still be carried out.
    pub(super) may_land_until: Option<Instant>,
    pub(super) last_trouble: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Waits for those below it, or for its turn to be looked at.
    Waiting,
    /// Is looked at.
    Looked,
    /// Its intent is being written.
    Intended,
    /// Its intent is durable.
    Ready,
    /// Its request is under way.
    Sent,
    /// Is looked at once more when nothing of ours can be carried out any more.
    Resting,
    /// The service forbids it; whether that is the user's role shows with the others.
    Forbidden,
    /// Has its outcome.
    Done,
}

pub(super) enum Finished {
    Look {
        op: usize,
        left: Instant,
        result: Result<Seen, Trouble>,
    },
    Remove {
        op: usize,
        left: Instant,
        result: Result<(), Trouble>,
    },
}

pub(super) struct Undoer<'a> {
    pub(super) client: Arc<Client>,
    pub(super) journal: &'a mut Journal,
    pub(super) inbox: Inbox<Finished>,
    pub(super) settings: &'a RunSettings,
    pub(super) observer: &'a mut dyn Observer<UndoNews>,
    /// Customers whose outcome the plan knows already.
    known: Vec<(RowIndex, PartnerId, Happening)>,
    pub(super) ops: Vec<Op>,
    pub(super) open: usize,
    pub(super) to_look: VecDeque<usize>,
    to_send: VecDeque<usize>,
    /// Those that are looked at once more, each at its time.
    pub(super) resting: Due<usize>,
    /// Intents and outcomes that wait for their commit.
    intents: Uncommitted<usize>,
    pub(super) news: Uncommitted<UndoNews>,
    pub(super) health: Health,
    pub(super) in_flight: usize,
    /// Whom requests of ours have removed.
    pub(super) removed: Vec<(RowIndex, PartnerId)>,
    /// How many removals have come to their end since this process began.
    pub(super) succeeded: usize,
    pub(super) kept: usize,
    /// Whom the service has forbidden to remove since a removal came back.
    pub(super) forbidden: Vec<(usize, ServerError)>,
    /// How many removals something before the service has denied.
    pub(super) denied: usize,
    pub(super) retries: u64,
    /// When the files that the undoing stands on are looked at next.
    next_look_at_files: Instant,
    count: RequestCount,
}

impl<'a> Undoer<'a> {
    fn new(
        client: Arc<Client>,
        journal: &'a mut Journal,
        plan: UndoPlan,
        settings: &'a RunSettings,
        control: watch::Receiver<Control>,
        observer: &'a mut dyn Observer<UndoNews>,
    ) -> Self {
        let mut undoer = Self {
            inbox: Inbox::new(journal.acknowledged(), control),
            client,
            journal,
            settings,
            observer,
            known: Vec::new(),
            ops: Vec::new(),
            open: 0,
            to_look: VecDeque::new(),
            to_send: VecDeque::new(),
            resting: Due::new(),
            intents: Uncommitted::new(),
            news: Uncommitted::new(),
            health: Health::new(settings.outage_limit, settings.seed),
            in_flight: 0,
            removed: Vec::new(),
            succeeded: 0,
            kept: 0,
            forbidden: Vec::new(),
            denied: 0,
            retries: 0,
            next_look_at_files: Instant::now(),
            count: RequestCount::default(),
        };
        undoer.schedule(plan);
        undoer
    }

    /// Parents come after everybody below them, so their places are known from the end.
    fn schedule(&mut self, plan: UndoPlan) {
        let order = plan.leaves_first();
        let mut items: Vec<Option<Item>> = plan.items.into_iter().map(Some).collect();
        let mut places: HashMap<PartnerId, usize> = HashMap::new();
        let until = Instant::now() + self.settings.settle_wait;
        for item in order.into_iter().filter_map(|place| items[place].take()) {
            let kind = match &item.stand {
                Stand::Away => continue,
                Stand::FoundRemoved => Happening::Ended(Outcome::Removed),
                Stand::Gone => Happening::Ended(Outcome::Gone),
                Stand::Keep(reason) => kept(reason.clone()),
                Stand::Remove | Stand::RemoveAgain => {
                    let again = item.stand == Stand::RemoveAgain;
                    places.insert(item.id, self.ops.len());
                    self.ops.push(Op {
                        item: Arc::new(item),
                        parent: None,
                        waiting: 0,
                        keeps: None,
                        stage: Stage::Waiting,
                        sends: 0,
                        lost: 0,
                        maybe_done: again,
                        may_land_until: again.then_some(until),
                        denied: None,
                        last_trouble: String::new(),
                    });
                    continue;
                }
            };
            self.known.push((item.row, item.id, kind));
        }
        for place in 0..self.ops.len() {
            if let Some(parent) = places.get(&self.ops[place].item.parent).copied() {
                self.ops[place].parent = Some(parent);
                self.ops[parent].waiting += 1;
            }
        }
        self.open = self.ops.len();
        self.to_look = (0..self.ops.len())
            .filter(|place| self.ops[*place].waiting == 0)
            .collect();
    }

    fn begin(&mut self) {
        self.observer.observe(UndoNews::Started {
            to_remove: self.open,
        });
        for (row, id, kind) in std::mem::take(&mut self.known) {
            self.settled(row, id, kind);
        }
    }

    /// Writes a customer's outcome down; it is told of when that is durable.
    pub(super) fn settled(&mut self, row: RowIndex, id: PartnerId, kind: Happening) {
        match kind {
            Happening::Ended(Outcome::Removed) => self.removed.push((row, id)),
            Happening::Ended(Outcome::Kept(_)) => self.kept += 1,
            _ => {}
        }
        let number = self.write(row, kind.clone());
        self.news.push(number, UndoNews::Settled { row, id, kind });
    }

    pub(super) fn write(&mut self, row: RowIndex, kind: Happening) -> u64 {
        let at_ms = (self.settings.wall_clock)();
        let event = Event { row, kind, at_ms };
        self.journal.write(Entry::Undo(UndoEntry::Event(event)))
    }

    fn is_over(&self) -> bool {
        self.in_flight == 0 && (self.inbox.stopping().is_some() || self.open == 0)
    }

    fn drain_what_is_there(&mut self) {
        let state = self.inbox.acknowledged();
        while let Some(op) = self.intents.pop_durable(state.up_to) {
            self.ops[op].stage = Stage::Ready;
            self.to_send.push_back(op);
        }
        self.tell(state.up_to);
        if let Some(reason) = state.failed {
            self.stop(EndReason::of_journal(self.journal, reason));
        }
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

    fn tell(&mut self, up_to: u64) {
        while let Some(news) = self.news.pop_durable(up_to) {
            self.observer.observe(news);
        }
    }

    fn take_ended_calls(&mut self) {
        while let Some(finished) = self.inbox.ended_call() {
            self.take_finished(finished);
        }
    }

    pub(super) fn stop(&mut self, reason: EndReason) {
        if self.inbox.stop(reason, self.settings.drain) {
            let in_flight = self.in_flight;
            self.observer.observe(UndoNews::Draining { in_flight });
        }
    }

    /// Gives up the calls under way: what they did is looked up when the undoing is continued.
    fn abandon(&mut self) {
        self.take_ended_calls();
        self.inbox.calls.abort_all();
        self.in_flight = 0;
    }

    fn decide(&mut self) {
        if self.inbox.stopping().is_some() {
            return;
        }
        let now = Instant::now();
        if now >= self.next_look_at_files {
            self.next_look_at_files = now + FILES_STAND_FOR;
            if let Some(reason) = self.journal.displaced() {
                self.stop(EndReason::Displaced(reason));
                return;
            }
        }
        while let Some(place) = self.resting.pop(now) {
            self.ops[place].stage = Stage::Waiting;
            self.to_look.push_back(place);
        }
        if !self.forbidden.is_empty() && self.is_idle() {
            self.weigh_forbidden(Rest::None);
            if self.inbox.stopping().is_some() {
                return;
            }
        }
        let most = if self.health.is_troubled() {
            1
        } else {
            self.settings.concurrency.get()
        };
        while self.in_flight < most {
            if let Some(op) = self.to_send.pop_front() {
                self.send(op);
            } else if self.intents.len() + self.in_flight < most
                && let Some(op) = self.to_look.pop_front()
            {
                self.start_look(op);
            } else {
                break;
            }
        }
    }

    /// Whether nothing is under way, nor will be.
    fn is_idle(&self) -> bool {
        let queued = self.to_look.len() + self.to_send.len() + self.intents.len();
        queued + self.in_flight == 0 && self.resting.is_empty()
    }

    fn start_look(&mut self, op: usize) {
        self.ops[op].stage = Stage::Looked;
        let (client, item) = (Arc::clone(&self.client), Arc::clone(&self.ops[op].item));
        let left = Instant::now();
        self.in_flight += 1;
        self.inbox.calls.spawn(async move {
            let result = look(&client, &item).await;
            Finished::Look { op, left, result }
        });
    }

    /// The customer is as it was created: from now on its request may leave.
    pub(super) fn intend(&mut self, op: usize) {
        self.ops[op].stage = Stage::Intended;
        let number = self.write(self.ops[op].item.row, Happening::Intent);
        self.intents.push(number, op);
    }

    fn send(&mut self, place: usize) {
        let op = &mut self.ops[place];
        op.stage = Stage::Sent;
        if op.sends > 0 {
            self.retries += 1;
        }
        op.sends += 1;
        let (client, id) = (Arc::clone(&self.client), op.item.id);
        let left = Instant::now();
        self.in_flight += 1;
        self.inbox.calls.spawn(async move {
            let result = client.remove(id).await;
            Finished::Remove {
                op: place,
                left,
                result,
            }
        });
    }

    async fn wait(&mut self) {
        match self.inbox.next(self.resting.next()).await {
            Came::News => {}
            Came::Call(finished) => self.take_finished(finished),
            Came::JournalLost => self.stop(EndReason::journal_lost()),
        }
        if self.inbox.is_drained_out() {
            self.abandon();
        }
    }

    pub(super) fn follow(&mut self, advice: Advice, reason: String) {
        match advice {
            Advice::GoOn => {}
            Advice::GiveUp => self.stop(EndReason::Outage(reason)),
            Advice::Pause(pause) => {
                if self.client.pacer().hold(Instant::now() + pause) {
                    self.observer.observe(UndoNews::Paused { pause, reason });
                }
            }
        }
    }

    async fn end(mut self, root: PartnerId) -> UndoEnd {
        let mut reason = self.inbox.stopping().cloned().unwrap_or(EndReason::Done);
        let journal_failed = reason.is_journals();
        if self.open == 0 && !journal_failed {
            // What was to stop it came with its last customer.
            reason = EndReason::Done;
        }
        if !journal_failed {
            self.close_open_rows();
        }
        if reason == EndReason::Done && !self.removed.is_empty() {
            reason = self.read_back(root).await;
        }
        if let Some(Entry::Requests(counts)) = self.count.news(&self.client, self.retries) {
            self.journal.write(Entry::Undo(UndoEntry::Requests(counts)));
        }
        if let Err(failure) = self.journal.flush().await {
            reason = EndReason::of_journal(self.journal, failure);
        }
        let up_to = self.inbox.acknowledged().up_to;
        self.tell(up_to);
        UndoEnd {
            reason,
            retries: self.retries,
            kept: self.kept,
        }
    }

    /// Who is still there was not removed, whatever was answered.
    async fn read_back(&mut self, root: PartnerId) -> EndReason {
        let patience = Patience {
            limit: self.settings.outage_limit,
            seed: self.settings.seed,
            control: self.inbox.control(),
        };
        let tenant = match read_tree(&self.client, &patience, root).await {
            Ok(tenant) => tenant,
            Err(error) => return end_of(error),
        };
        for (row, id) in std::mem::take(&mut self.removed) {
            if let Some(customer) = tenant.get(id.get()) {
                let message = format!(
                    "the service said that it was removed, and the tenant still shows {}",
                    customer.shown()
                );
                self.settled(row, id, kept(Reason::new(&code::STILL_THERE, message)));
            }
        }
        EndReason::Done
    }

    /// Says of every customer without an outcome what is known of its requests.
    fn close_open_rows(&mut self) {
        for place in 0..self.ops.len() {
            let op = &self.ops[place];
            let row = op.item.row;
            let kind = match op.stage {
                Stage::Done => continue,
                // An answer that was not waited for.
                Stage::Sent => Happening::Unknown {
                    message: "the undoing stopped before an answer came".into(),
                },
                _ if op.maybe_done => Happening::Unknown {
                    message: op.last_trouble.clone(),
                },
                _ if op.sends > 0 || matches!(op.stage, Stage::Intended | Stage::Ready) => {
                    Happening::Released
                }
                _ => continue,
            };
            self.write(row, kind);
        }
    }
}

/// A customer that stays.
pub(super) fn kept(reason: Reason) -> Happening {
    Outcome::Kept(Box::new(reason)).into()
}
