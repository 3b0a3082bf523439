//! Carries out what the engine commands: the calls, the journal, the pauses, the clock. Decides
//! nothing.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::time::Instant;

use super::calls::{look, send};
use super::count::RequestCount;
use super::engine::{Closed, Command, Direction, Event, State};
use super::inbox::{Came, Inbox};
use super::observe::Observer;
use super::reason::EndReason;
use super::settings::{Control, RunSettings};
use crate::api::{Client, Ticket};
use crate::journal::writer::Acknowledged;
use crate::journal::{Entry, Event as JournalEvent, Journal, UndoEntry};
use crate::model::{Happening, RowIndex};

/// How old a look at the files that a run stands on may be when something is sent: less than
/// another process needs to begin.
const FILES_STAND_FOR: Duration = Duration::from_millis(5);

/// What the requests are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The customers.
    Customers,
    /// Automatic deployment of customers that are there.
    Deployment,
}

/// What the engine's commands are carried out with.
pub(super) struct Shell<'a> {
    client: Arc<Client>,
    journal: &'a mut Journal,
    settings: &'a RunSettings,
    observer: &'a mut dyn Observer,
    direction: Direction,
    about: About,
    inbox: Inbox<Event>,
    /// The journal's numbers of the entries that the engine knows as the next ones, oldest first.
    numbers: VecDeque<u64>,
    /// How many of the engine's entries are durable.
    durable: u64,
    /// Of the client's pacer: pauses that were ended before their time.
    releases: watch::Receiver<u64>,
    permit: Option<Pin<Box<dyn Future<Output = Ticket> + Send>>>,
    asked: Control,
    count: RequestCount,
    /// When the files that the run stands on are looked at next.
    next_look_at_files: Instant,
}

impl<'a> Shell<'a> {
    pub(super) fn new(
        client: Arc<Client>,
        journal: &'a mut Journal,
        settings: &'a RunSettings,
        control: watch::Receiver<Control>,
        observer: &'a mut dyn Observer,
        (direction, about): (Direction, About),
    ) -> Self {
        Self {
            inbox: Inbox::new(journal.acknowledged(), control),
            releases: client.pacer().releases(),
            client,
            journal,
            settings,
            observer,
            direction,
            about,
            numbers: VecDeque::new(),
            durable: 0,
            permit: None,
            asked: Control::Run,
            count: RequestCount::default(),
            next_look_at_files: Instant::now(),
        }
    }

    /// Goes on counting where another one stopped.
    pub(super) fn counting(mut self, count: RequestCount) -> Self {
        self.count = count;
        self
    }

    /// Works until nothing more is to be done. The journal is flushed then.
    pub(super) async fn run(mut self, mut state: State<'_>) -> (Closed, RequestCount) {
        self.feed(&mut state, Event::Begin);
        loop {
            self.drain(&mut state);
            if state.is_over() {
                break;
            }
            self.wait(&mut state).await;
        }
        for command in state.close(Instant::now()) {
            self.carry_out(&state, command, &mut VecDeque::new());
        }
        let flushed = self.journal.flush().await;
        let up_to = self.inbox.acknowledged().up_to;
        let up_to = self.count_durable(up_to);
        let (commands, mut closed) = state.closed(up_to);
        for command in commands {
            if let Command::Tell(event) = command {
                self.observer.observe(event);
            }
        }
        if let Err(failure) = flushed {
            closed.reason = EndReason::of_journal(self.journal, failure);
        }
        (closed, self.count)
    }

    /// Lets the engine know of an event, and of all that follows at once from what it commands.
    fn feed(&mut self, state: &mut State<'_>, event: Event) {
        let mut events = VecDeque::from([event]);
        if let Some(reason) = self.displaced() {
            events.push_front(Event::JournalLost(EndReason::Displaced(reason)));
        }
        while let Some(event) = events.pop_front() {
            for command in state.on(Instant::now(), event) {
                self.carry_out(state, command, &mut events);
            }
        }
    }

    /// What is wrong where others can no longer see that this process is at work.
    fn displaced(&mut self) -> Option<String> {
        let now = Instant::now();
        if now < self.next_look_at_files {
            return None;
        }
        self.next_look_at_files = now + FILES_STAND_FOR;
        self.journal.displaced()
    }

    fn carry_out(&mut self, state: &State<'_>, command: Command, events: &mut VecDeque<Event>) {
        match command {
            Command::Write(row, happening) => self.write(state, row, happening),
            Command::WantPermit => {
                // A pause counts for those that are free to go as well.
                let pacer = self.client.pacer();
                let free = pacer.free().filter(|_| pacer.held_until().is_none());
                if let Some(permit) = free {
                    events.push_back(Event::Permit(permit));
                } else {
                    let pacer = Arc::clone(pacer);
                    self.permit = Some(Box::pin(async move { pacer.admit().await }));
                }
            }
            Command::Send {
                op,
                operation,
                parent,
                permit,
                lease,
            } => {
                let (client, left) = (Arc::clone(&self.client), Instant::now());
                self.inbox.calls.spawn(async move {
                    let result = send(&client, (permit, &lease), &operation, parent).await;
                    Event::Answered { op, left, result }
                });
            }
            Command::Look { look: what, permit } => {
                let (client, left) = (Arc::clone(&self.client), Instant::now());
                self.inbox.calls.spawn(async move {
                    let result = look(&client, &what, permit).await;
                    let look = what;
                    Event::Looked { look, left, result }
                });
            }
            Command::Hold(until) => {
                self.client.pacer().hold(until);
            }
            Command::Tell(event) => self.observer.observe(event),
            Command::Abort => self.inbox.calls.abort_all(),
        }
    }

    fn write(&mut self, state: &State<'_>, row: RowIndex, kind: Happening) {
        let ended = matches!(kind, Happening::Ended(_));
        let at_ms = (self.settings.wall_clock)();
        let event = JournalEvent { row, kind, at_ms };
        let entry = match (self.direction, self.about) {
            (Direction::Forth, About::Customers) => Entry::Event(event),
            (Direction::Forth, About::Deployment) => Entry::Deploy(event),
            (Direction::Back, About::Customers) => Entry::Undo(UndoEntry::Event(event)),
            (Direction::Back, About::Deployment) => Entry::Undo(UndoEntry::Deploy(event)),
        };
        self.numbers.push_back(self.journal.write(entry));
        if ended && self.direction == Direction::Forth {
            let clock = &self.settings.wall_clock;
            let news = self
                .count
                .after_outcome(&self.client, state.retries(), || clock());
            for entry in news {
                self.journal.write(entry);
            }
        }
    }

    /// How many of the engine's entries are durable, of the journal's first so many.
    fn count_durable(&mut self, up_to: u64) -> u64 {
        while self.numbers.front().is_some_and(|number| *number <= up_to) {
            self.numbers.pop_front();
            self.durable += 1;
        }
        self.durable
    }

    /// Takes all that already exists.
    fn drain(&mut self, state: &mut State<'_>) {
        // Looked at once: what is acknowledged from here on wakes the loop again. A second look would
        // take note of it and do nothing about it, and where nothing else is under way nobody would.
        let Acknowledged { up_to, failed, .. } = self.inbox.acknowledged();
        let before = self.durable;
        let durable = self.count_durable(up_to);
        if durable > before {
            self.feed(state, Event::Durable(durable));
        }
        if let Some(reason) = failed {
            let reason = EndReason::of_journal(self.journal, reason);
            self.feed(state, Event::JournalLost(reason));
        }
        self.drain_calls(state);
        let asked = self.inbox.asked();
        if asked != self.asked {
            self.asked = asked;
            self.feed(state, Event::Asked(asked));
        }
    }

    fn drain_calls(&mut self, state: &mut State<'_>) {
        while let Some(ended) = self.inbox.ended_call() {
            self.take_call(state, ended);
        }
    }

    /// A call that panicked ends the process; one that was given up may have left: its row stays open.
    fn take_call(&mut self, state: &mut State<'_>, ended: Result<Event, JoinError>) {
        match ended {
            Ok(event) => self.feed(state, event),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => {}
        }
    }

    /// Waits for whatever comes first.
    async fn wait(&mut self, state: &mut State<'_>) {
        let permit = async {
            match &mut self.permit {
                Some(permit) => permit.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            // Before the permit that it leads to, which a pause would make void.
            released = self.releases.changed() => {
                if released.is_ok() {
                    self.feed(state, Event::Released);
                }
            }
            came = self.inbox.next(state.wakes_at()) => match came {
                Came::News => {
                    self.drain_calls(state);
                    self.feed(state, Event::Due);
                }
                Came::Call(ended) => self.take_call(state, ended),
                Came::JournalLost => {
                    self.feed(state, Event::JournalLost(EndReason::journal_lost()));
                }
            },
            permit = permit => {
                self.permit = None;
                self.feed(state, Event::Permit(permit));
            }
        }
    }
}
