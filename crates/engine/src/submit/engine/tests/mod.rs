//! The engine under random events, by the thousand: what it must never do, and that it comes to its
//! end. No network, no disk, no clock but a number.

mod ages;
mod case;
mod parts;
mod service;
mod switches;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use super::event::{Command, Event, Look, Purpose};
use super::schedule::OpId;
use super::state::{Direction, State};
use crate::api::classify::{Busy, Fate, Stop, Trouble};
use crate::api::{Pacer, ServerError, Ticket};
use crate::model::{Happening, Operation, PartnerId, RowIndex, Since};
use crate::submit::observe::RunEvent;
use crate::submit::reason::EndReason;
use crate::submit::settings::{Control, RunSettings};
use case::Case;
use service::{Lands, Service};

/// How long a lost request may land.
const SETTLE: Duration = Duration::from_secs(60);
/// The most a look may be old when its request leaves, all doublings included.
const OLDEST_LOOK: Duration = Duration::from_secs(160);
/// The most a list of devices may be old.
const OLDEST_LIST: Duration = Duration::from_secs(60);
/// The same since it came, where that took long.
const OLDEST_LATE_LIST: Duration = Duration::from_secs(20);

/// A call under way.
enum Call {
    Send(OpId, Operation, Option<PartnerId>),
    Look(Look),
}

/// The engine with all that is around it, and what was seen of it so far.
struct Desk<'a> {
    state: State<'a>,
    service: Service,
    now: Instant,
    permit: Ticket,
    calls: Vec<(Instant, Call)>,
    /// What was written, and how much of it is durable.
    written: Vec<(RowIndex, Happening)>,
    durable: usize,
    /// Rows whose intent stood in the journal before.
    intents_of_earlier: HashSet<RowIndex>,
    permits: usize,
    wanted: bool,
    stopped: bool,
    /// When a look said that an operation's request may leave.
    cleared: HashMap<OpId, Instant>,
    /// When the list of devices left, and when it came.
    listed: Option<(Instant, Instant)>,
    held: Option<Instant>,
    lost: HashMap<RowIndex, Instant>,
    sends: HashMap<RowIndex, u32>,
    /// What was said of waits for lost requests.
    settling: Vec<(usize, Duration)>,
}

fn error(number: i64) -> ServerError {
    ServerError {
        number,
        code: -32603,
        message: "no".into(),
    }
}

fn unknown(fate: Fate) -> Trouble {
    Trouble::Unknown {
        fate,
        text: "lost".into(),
    }
}

fn busy() -> Trouble {
    Trouble::TryAgain {
        after: Some(Duration::from_secs(3)),
        reason: Busy::RateLimit,
        text: "wait".into(),
    }
}

impl<'a> Desk<'a> {
    fn new(state: State<'a>, service: Service, now: Instant) -> Self {
        let permit = Pacer::new(None, now).free().expect("no rate");
        Self {
            state,
            service,
            now,
            permit,
            calls: Vec::new(),
            written: Vec::new(),
            durable: 0,
            intents_of_earlier: HashSet::new(),
            permits: 0,
            wanted: false,
            stopped: false,
            cleared: HashMap::new(),
            listed: None,
            held: None,
            lost: HashMap::new(),
            sends: HashMap::new(),
            settling: Vec::new(),
        }
    }

    /// The beginning, with all that was written durable.
    fn begin(&mut self) {
        self.feed(Event::Begin);
        self.durable = self.written.len();
        self.feed(Event::Durable(self.durable as u64));
    }

    fn feed(&mut self, event: Event) {
        for command in self.state.on(self.now, event) {
            self.take(command);
        }
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Write(row, happening) => self.written.push((row, happening)),
            Command::WantPermit => {
                assert!(
                    !self.wanted && !self.stopped,
                    "one permit is wanted at a time"
                );
                self.wanted = true;
            }
            Command::Send {
                op,
                operation,
                parent,
                ..
            } => self.sent(op, operation, parent),
            Command::Look { look, permit } => {
                assert!(!self.stopped, "nothing is begun after the end was decided");
                if permit.is_some() {
                    self.permits = self.permits.checked_sub(1).expect("a permit for it");
                }
                self.calls.push((self.now, Call::Look(look)));
            }
            Command::Hold(until) => self.held = Some(self.held.map_or(until, |at| at.max(until))),
            Command::Tell(event) => self.told(&event),
            Command::Abort => self.calls.clear(),
        }
    }

    /// What must hold whenever a request leaves.
    fn sent(&mut self, op: OpId, operation: Operation, parent: Option<PartnerId>) {
        let row = self.state.ops[op.index()].row;
        assert!(!self.stopped, "nothing is sent after the end was decided");
        self.permits = self.permits.checked_sub(1).expect("a send owns its permit");
        assert!(
            self.held.is_none_or(|until| until <= self.now),
            "sent in a pause"
        );
        let mut durable = self.written[..self.durable].iter().rev();
        let last = durable.find(|(one, what)| {
            *one == row && !matches!(what, Happening::Beside(_) | Happening::AsWanted { .. })
        });
        // An earlier loss is noted after the intent; it does not take it back.
        let of_earlier = last.is_none() && self.intents_of_earlier.contains(&row);
        assert!(
            of_earlier
                || matches!(
                    last,
                    Some((_, Happening::Intent | Happening::Unknown { .. }))
                ),
            "row {row:?} leaves, and the disk says {last:?}"
        );
        let twice = self.calls.iter().any(|(_, call)| match call {
            Call::Send(other, ..) => *other == op,
            Call::Look(_) => false,
        });
        assert!(!twice, "two requests for {row:?} at once");
        if let Some(lost) = self.lost.remove(&row)
            && !matches!(
                operation,
                Operation::Remove { .. } | Operation::Deploy { .. }
            )
        {
            assert!(
                self.now >= lost + SETTLE,
                "{row:?} is sent while it may land"
            );
        }
        let blind = match &operation {
            Operation::Create { .. } => true,
            Operation::Deploy { since, .. } => *since == Since::ThisRun,
            Operation::Update { .. } | Operation::Remove { .. } => false,
        };
        if !blind {
            let seen = self.cleared.remove(&op).expect("it was looked at");
            assert!(
                self.now - seen <= OLDEST_LOOK,
                "a look of {:?} ago",
                self.now - seen
            );
        }
        if matches!(operation, Operation::Remove { .. }) {
            let (left, came) = self.listed.expect("devices were listed");
            assert!(
                self.now - left <= OLDEST_LIST || self.now - came <= OLDEST_LATE_LIST,
                "a list of {:?} ago, which came {:?} ago",
                self.now - left,
                self.now - came
            );
        }
        let sends = self.sends.entry(row).or_default();
        *sends += 1;
        self.calls
            .push((self.now, Call::Send(op, operation, parent)));
    }

    fn told(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Row(row, told @ Happening::Ended(_)) => {
                let durable = &self.written[..self.durable];
                let is_durable = durable.iter().any(|(one, what)| one == row && what == told);
                assert!(
                    is_durable,
                    "{row:?} is told of before it is durable: {told:?}"
                );
            }
            RunEvent::Draining { .. } => self.stopped = true,
            RunEvent::Settling { requests, wait } => self.settling.push((*requests, *wait)),
            // What was seen before a pause does not count after it.
            RunEvent::Paused { .. } => {
                self.cleared.clear();
                self.listed = None;
            }
            _ => {}
        }
    }

    /// One call comes back, in one way or another.
    fn answer(&mut self, which: usize, random: &mut Rng, calm: bool) {
        let (left, call) = self.calls.swap_remove(which);
        match call {
            Call::Send(op, operation, parent) => {
                let row = self.state.ops[op.index()].row;
                let result = self.result(row, &operation, parent, random, calm);
                let is_lost = matches!(result, Err(Trouble::Unknown { .. }));
                if is_lost {
                    self.lost.insert(row, self.now);
                }
                self.feed(Event::Answered { op, left, result });
            }
            Call::Look(look) => {
                let result = match random.u8(..20) {
                    0 if !calm => Err(unknown(Fate::MayLandLater)),
                    1 if !calm => Err(busy()),
                    _ => Ok(self.service.seen(&look)),
                };
                if result.is_ok() {
                    match &look {
                        Look::Customer { op, purpose, .. }
                        | Look::Deployment { op, purpose, .. }
                        | Look::Bare { op, purpose, .. }
                            if *purpose == Purpose::BeforeSending =>
                        {
                            let _ = self.cleared.insert(*op, self.now);
                        }
                        Look::Devices { .. } => self.listed = Some((left, self.now)),
                        _ => {}
                    }
                }
                self.feed(Event::Looked { look, left, result });
            }
        }
    }

    fn result(
        &mut self,
        row: RowIndex,
        operation: &Operation,
        parent: Option<PartnerId>,
        random: &mut Rng,
        calm: bool,
    ) -> Result<PartnerId, Trouble> {
        let lands = match random.u8(..3) {
            0 => Lands::Now,
            1 => Lands::At(self.now + SETTLE.mul_f64(random.f64() * 0.99)),
            _ => Lands::Never,
        };
        let kind = if calm { 99 } else { random.u8(..30) };
        let (lands, trouble) = match kind {
            0..=3 => (lands, unknown(Fate::MayLandLater)),
            4 => (lands, unknown(Fate::Closed)),
            5 => (Lands::Never, busy()),
            6 => (Lands::Never, Trouble::NotSent("no connection".into())),
            7 => (Lands::Never, Trouble::VisaRefused(error(1701))),
            11 => (Lands::Never, Trouble::Overdue),
            8 => (lands, Trouble::Denied(error(2102))),
            9 => (Lands::Never, Trouble::Refused(error(13501))),
            10 if random.u8(..10) == 0 => (
                Lands::Never,
                Trouble::Stop(Stop::BadCredentials(error(2100))),
            ),
            _ => {
                let done = self.service.carry_out(row, operation, parent);
                return done.ok_or_else(|| Trouble::Denied(error(2101)));
            }
        };
        self.service.later(row, operation, parent, lands);
        Err(trouble)
    }

    /// A random thing happens.
    fn step(&mut self, random: &mut Rng, calm: bool) {
        self.service.land(self.now);
        match random.u8(..12) {
            0..=3 if self.durable < self.written.len() => {
                let more = self.written.len() - self.durable;
                self.durable += random.usize(1..=more);
                self.feed(Event::Durable(self.durable as u64));
            }
            4..=6 if self.wanted && self.held.is_none_or(|until| until <= self.now) => {
                self.wanted = false;
                self.permits = 1;
                self.feed(Event::Permit(self.permit));
                self.permits = 0;
            }
            7..=9 if !self.calls.is_empty() => {
                let which = random.usize(..self.calls.len());
                self.answer(which, random, calm);
            }
            10 => {
                self.now += Duration::from_millis(random.u64(..20_000));
                self.service.land(self.now);
                self.feed(Event::Due);
            }
            11 if !calm && random.u8(..40) == 0 => self.service.meddle(random),
            _ => {}
        }
    }
}

/// Tries one case; gives how it ended.
fn try_case(seed: u64, direction: Direction) -> EndReason {
    let mut random = Rng::with_seed(seed);
    let now = Instant::now();
    let case = Case::random(&mut random, direction);
    let mut settings = RunSettings::new(Arc::new(|| 0));
    settings.concurrency = std::num::NonZeroUsize::new(random.usize(1..5)).expect("some");
    settings.settle_wait = SETTLE;
    settings.outage_limit = Duration::from_secs(48 * 3600);
    (settings.max_sends, settings.max_tries) = (1000, 1000);
    let state = case.state(direction, &settings, now);
    let mut desk = Desk::new(state, case.service(), now);
    desk.feed(Event::Begin);
    let disturbed = random.usize(..400);
    let asked = random.usize(..4000);
    for step in 0..200_000 {
        if desk.state.is_over() {
            break;
        }
        if step == asked {
            let wish = [Control::Drain, Control::TimeUp][usize::from(seed.is_multiple_of(2))];
            desk.feed(Event::Asked(wish));
        }
        desk.step(&mut random, step > disturbed);
        assert!(step < 199_999, "it does not end");
    }
    let mut last = VecDeque::from(desk.state.close(desk.now));
    while let Some(command) = last.pop_front() {
        desk.take(command);
    }
    desk.durable = desk.written.len();
    desk.service.land(desk.now + SETTLE);
    let Desk {
        state,
        service,
        written,
        ..
    } = desk;
    let (_, closed) = state.closed(written.len() as u64);
    service.judge(&closed, direction);
    closed.reason
}

fn try_all(direction: Direction, seeds: u64) {
    let mut done = 0;
    for seed in 0..seeds {
        let reason = std::panic::catch_unwind(|| try_case(seed, direction))
            .unwrap_or_else(|_| panic!("seed {seed} of {direction:?} fails, see above"));
        done += u64::from(reason == EndReason::Done);
    }
    assert!(done > seeds / 3, "{done} of {seeds} came to their end");
}

#[test]
fn random_events_never_make_a_run_do_what_it_must_not() {
    try_all(Direction::Forth, 1500);
}

#[test]
fn random_events_never_make_an_undoing_do_what_it_must_not() {
    try_all(Direction::Back, 1500);
}

#[test]
fn the_first_reason_to_stop_counts() {
    let case = Case::random(&mut Rng::with_seed(3), Direction::Forth);
    let settings = RunSettings::new(Arc::new(|| 0));
    let now = Instant::now();
    let mut state = case.state(Direction::Forth, &settings, now);
    state.on(now, Event::Begin);
    state.on(now, Event::Asked(Control::Drain));
    state.on(now, Event::JournalLost(EndReason::journal_lost()));
    let (_, closed) = state.closed(0);
    assert_eq!(closed.reason, EndReason::Interrupted);
}
