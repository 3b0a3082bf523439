//! A run of this process: told of by the flow, shown as often as somebody looks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::rows::RunRows;
use crate::flow::clock::{now_ms, show};
use crate::flow::event::{Event, Listener, Note};
use crate::flow::failure::{Failure, Kind};
use crate::flow::tally::{Phase, Tally};
use crate::gui::app::App;
use crate::gui::fault::{Fault, in_words, sentence};
use crate::gui::target::Connected;
use crate::gui::wire::Action;
use crate::journal::{RunInfo, run_path};
use crate::model::Happening;
use crate::submit::{Control, Direction, RunEvent};

/// So long nobody sends at a time while a run holds; it is renewed meanwhile.
const HOLD: Duration = Duration::from_millis(900);
/// What is shown of the rate lately.
const HISTORY: usize = 60;
/// How often somebody may have it tried again before the end of a pause.
const BETWEEN_TRIES: Duration = Duration::from_secs(3);
/// A pause of the service that is worth a word.
const OUTAGE: Duration = Duration::from_secs(2);

/// A run of this process.
pub struct Live {
    /// Its id.
    pub run: String,
    /// Its list.
    pub list: Option<String>,
    /// Where it goes.
    pub connected: Arc<Connected>,
    control: watch::Sender<Control>,
    holds: AtomicBool,
    dirty: AtomicBool,
    now: Mutex<Now>,
}

/// How it stands.
pub struct Now {
    /// Its rows.
    pub rows: RunRows,
    /// How far it is, and how fast.
    pub tally: Tally,
    /// Whether it is carried out, or taken back.
    pub direction: Direction,
    /// When it ended; none while it goes on.
    pub ended_ms: Option<i64>,
    /// Why it stopped before its end.
    pub stopped: Option<(Kind, String)>,
    /// Why nobody sends for a while.
    pub reason: String,
    /// The rate lately.
    pub history: Vec<f64>,
    /// Rises with each change.
    pub revision: u64,
    /// Until when requests of other runs may land, and which runs those are.
    pub lands: Option<(i64, String)>,
    /// When an answer was lost last; also when a run goes on whose earlier process has left such rows.
    pub lost_ms: Option<i64>,
    per_second: f64,
    /// When somebody last had it tried before the end of a pause.
    tried: Option<Instant>,
}

impl Live {
    /// How it stands.
    pub fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it goes on.
    pub fn is_live(&self) -> bool {
        self.now().ended_ms.is_none()
    }

    /// Whether it has changed since this was asked last.
    pub fn has_changed(&self) -> bool {
        self.dirty.swap(false, Ordering::Relaxed)
    }

    /// Something changed.
    pub fn touch(&self) {
        self.dirty.store(true, Ordering::Relaxed);
    }

    /// The state in a word.
    pub fn state(&self, now: &Now) -> &'static str {
        let asked = *self.control.borrow();
        match now.direction {
            _ if now.ended_ms.is_some() => "",
            Direction::Back => "undoing",
            Direction::Forth if asked != Control::Run => "stopping",
            Direction::Forth if self.holds.load(Ordering::Relaxed) => "paused",
            Direction::Forth => match now.tally.phase {
                Phase::Preparing => "preparing",
                Phase::Stopping => "stopping",
                _ if now.waits().is_some() => "waiting",
                Phase::Sending | Phase::Deploying(_) | Phase::ReadingBack(_) => "running",
            },
        }
    }

    /// What can be done.
    pub fn can(&self, now: &Now) -> Vec<Action> {
        match self.state(now) {
            "running" => vec![Action::Pause, Action::Stop],
            "paused" => vec![Action::GoOn, Action::Stop],
            "waiting" => vec![Action::TryNow, Action::Stop],
            "preparing" | "undoing" => vec![Action::Stop],
            _ => Vec::new(),
        }
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// Where that cannot be done now.
    pub fn order(&self, action: Action) -> Result<(), Fault> {
        let (can, is_so) = {
            let now = self.now();
            let so = match self.state(&now) {
                "paused" => action == Action::Pause,
                "stopping" => action == Action::Stop,
                "running" => action == Action::GoOn,
                _ => false,
            };
            (self.can(&now), so)
        };
        // What is so already is not refused to whoever clicks twice.
        if is_so {
            return Ok(());
        }
        if !can.contains(&action) {
            return Err(Fault::busy("The run cannot do that now."));
        }
        match action {
            Action::Pause => {
                self.holds.store(true, Ordering::Relaxed);
                self.hold_back();
            }
            Action::TryNow => self.try_now()?,
            Action::GoOn => self.holds.store(false, Ordering::Relaxed),
            _ => self.ask(Control::Drain),
        }
        self.touch();
        Ok(())
    }

    /// Ends the present wait, once: one request asks how the service fares, and where that fails the
    /// engine's own pauses go on.
    fn try_now(&self) -> Result<(), Fault> {
        let mut now = self.now();
        if now.tried.is_some_and(|at| at.elapsed() < BETWEEN_TRIES) {
            return Err(Fault::busy("It was tried a moment ago. Wait a little."));
        }
        now.tried = Some(Instant::now());
        self.connected.target.client.pacer().release();
        now.tally.goes_on();
        Ok(())
    }

    /// Asks its engine for something; never for less than was asked before.
    pub fn ask(&self, wanted: Control) {
        self.control.send_if_modified(|now| {
            let more = wanted > *now;
            if more {
                *now = wanted;
            }
            more
        });
        self.touch();
    }

    /// While it holds, nobody sends; called more often than a hold lasts.
    pub fn hold_back(&self) {
        if self.holds.load(Ordering::Relaxed) && *self.control.borrow() == Control::Run {
            let until = tokio::time::Instant::now() + HOLD;
            self.connected.target.client.pacer().hold(until);
        }
    }

    /// Looks at the clock: rates and pauses change by themselves.
    pub fn tick(&self) {
        let mut now = self.now();
        if now.ended_ms.is_some() || now.tally.phase == Phase::Preparing {
            return;
        }
        let per_second = now.tally.per_second(Instant::now());
        now.per_second = per_second;
        now.history.push((per_second * 10.0).round() / 10.0);
        if now.history.len() > HISTORY {
            now.history.remove(0);
        }
        drop(now);
        self.touch();
    }

    /// It has ended, one way or another.
    pub fn end(&self, stopped: Option<&Failure>) {
        let mut now = self.now();
        if let Ok(rows) = RunRows::read(&run_path(&self.sent_state_dir(), &self.run)) {
            now.rows = rows;
        }
        now.stopped = stopped.map(|failure| (failure.kind, in_words(failure)));
        now.ended_ms = Some(now_ms());
        drop(now);
        self.touch();
    }

    fn sent_state_dir(&self) -> std::path::PathBuf {
        self.connected.resolved.state_dir.clone()
    }
}

impl Now {
    /// For how long nobody sends, where that is worth a word.
    pub fn waits(&self) -> Option<Duration> {
        self.tally
            .pause(Instant::now())
            .filter(|_| self.reason_is_outage())
    }

    fn reason_is_outage(&self) -> bool {
        !self.reason.is_empty()
    }

    /// Rows a second.
    pub fn per_second(&self) -> f64 {
        self.per_second
    }
}

/// Who hears of a run that begins, goes on, or is taken back.
pub struct Ear {
    app: Arc<App>,
    connected: Arc<Connected>,
    list: Option<String>,
    direction: Direction,
    inner: Mutex<Inner>,
}

/// Where the id of a run that begins is heard of, or why it does not begin.
pub type Begun = oneshot::Receiver<Result<String, Fault>>;

struct Inner {
    live: Option<Arc<Live>>,
    control: Option<watch::Sender<Control>>,
    begun: Option<oneshot::Sender<Result<String, Fault>>>,
}

impl Ear {
    /// Listens. With it come what the engine watches, and who hears of the run's id as soon as there is
    /// one.
    pub fn new(
        app: &Arc<App>,
        connected: &Arc<Connected>,
        list: Option<String>,
        direction: Direction,
    ) -> (Self, watch::Receiver<Control>, Begun) {
        let (control, watched) = watch::channel(Control::Run);
        let (sender, begun) = oneshot::channel();
        let ear = Self {
            app: Arc::clone(app),
            connected: Arc::clone(connected),
            list,
            direction,
            inner: Mutex::new(Inner {
                live: None,
                control: Some(control),
                begun: Some(sender),
            }),
        };
        (ear, watched, begun)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A run has its journal: from now on it is known here.
    pub fn begins(&self, info: &RunInfo) {
        let journal = run_path(&self.connected.resolved.state_dir, &info.id);
        let Ok(rows) = RunRows::read(&journal) else {
            return;
        };
        let mut inner = self.inner();
        let Some(control) = inner.control.take() else {
            return;
        };
        let live = Arc::new(Live {
            run: info.id.clone(),
            list: self.list.clone(),
            connected: Arc::clone(&self.connected),
            control,
            holds: AtomicBool::new(false),
            dirty: AtomicBool::new(true),
            now: Mutex::new(Now {
                rows,
                tally: Tally::new(Instant::now()),
                direction: self.direction,
                ended_ms: None,
                stopped: None,
                reason: String::new(),
                history: Vec::new(),
                revision: self.app.revision(),
                lands: None,
                lost_ms: None,
                per_second: 0.0,
                tried: None,
            }),
        });
        self.app.runs.keep(&live);
        self.tell_wait(None);
        if let Some(begun) = inner.begun.take() {
            let _ = begun.send(Ok(info.id.clone()));
        }
        inner.live = Some(live);
    }

    /// The run, where it has begun.
    pub fn live(&self) -> Option<Arc<Live>> {
        self.inner().live.clone()
    }

    /// Says on every page what is waited for before there is a run to be seen; none: nothing any more.
    fn tell_wait(&self, wait: Option<(String, Duration)>) {
        let until = wait.as_ref().map(|(_, wait)| show(in_ms(*wait)));
        let says = wait.map(|(says, _)| sentence(&says)).unwrap_or_default();
        let body = serde_json::json!({ "says": says, "until": until });
        self.app.hub.tell("waiting", "", &body);
    }

    /// A sentence of the flow that comes before there is a run to be seen.
    fn before(&self, note: &Note) {
        if let Note::CutOff { wait, .. }
        | Note::UndoGivenUp { wait }
        | Note::WaitsForLost { wait, .. } = note
        {
            self.tell_wait(Some((note.to_string(), *wait)));
        }
    }

    /// It has come to nothing, or to its end.
    pub fn ends(&self, stopped: Option<Failure>, refused: impl FnOnce(Failure) -> Fault) {
        let live = self.live();
        match (live, stopped) {
            (Some(live), stopped) => {
                live.end(stopped.as_ref());
                self.app.runs.over(&self.app, &live);
            }
            (None, Some(failure)) => {
                self.tell_wait(None);
                if let Some(begun) = self.inner().begun.take() {
                    let _ = begun.send(Err(refused(failure)));
                }
            }
            (None, None) => {}
        }
    }
}

/// The time of day after so long.
pub(super) fn in_ms(wait: Duration) -> i64 {
    now_ms().saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}

impl Listener for Ear {
    fn on(&self, event: Event<'_>) {
        if let Event::Run(info) = &event {
            self.begins(info);
            return;
        }
        let Some(live) = self.live() else {
            if let Event::Note(note) = &event {
                self.before(note);
            }
            return;
        };
        let mut now = live.now();
        match event {
            Event::Row(event) => {
                match &event {
                    RunEvent::Started { .. } if now.rows.unknown() > 0 => {
                        now.lost_ms = Some(now_ms());
                    }
                    RunEvent::Row(_, Happening::Unknown { .. }) => now.lost_ms = Some(now_ms()),
                    _ => {}
                }
                now.tally.on(&event, Instant::now());
                match event {
                    RunEvent::Row(row, happening) => match now.direction {
                        Direction::Forth => now.rows.take(row, &happening),
                        Direction::Back => now.rows.take_back(row, &happening),
                    },
                    RunEvent::Paused { pause, reason } => {
                        if pause >= OUTAGE {
                            now.reason = reason;
                        } else {
                            now.reason.clear();
                        }
                    }
                    _ => {}
                }
            }
            Event::Note(Note::Mismatch(_)) => now.rows.mismatches += 1,
            Event::Note(Note::CutOff { runs, wait }) => {
                // Each is said with its file behind it.
                let ids = runs.iter().map(|run| run.split(" (").next().unwrap_or(run));
                now.lands = Some((in_ms(wait), ids.collect::<Vec<_>>().join(", ")));
            }
            _ => {}
        }
        drop(now);
        live.touch();
    }
}
