//! What a face is told while work goes on: one stream of events, for all use cases. What a use case
//! comes to is its value; events are for those who watch.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::clock::{show, show_duration};
use super::rows::Rows;
use crate::api::Role;
use crate::journal::RunInfo;
use crate::model::number::{counted, grouped};
use crate::submit::{Direction, RunEvent};

/// Something worth showing.
#[derive(Debug)]
pub enum Event<'e> {
    /// A part of the work begins that may take a while; it lasts until [`Event::Over`].
    Begins(Stage<'e>),
    /// So many rows of it are done.
    Counted(u64),
    /// It is about this file now, and so many before it are done.
    At(&'e Path, usize),
    /// It is over.
    Over,
    /// A sentence that stays.
    Note(Note),
    /// A run has its journal: it begins, or goes on.
    Run(&'e RunInfo),
    /// Its requests go out, until [`Event::Sent`].
    Sends(Sending<'e>),
    /// What becomes of its rows meanwhile.
    Row(RunEvent),
    /// They have gone out.
    Sent,
}

/// What the rows of a run are called while its requests go out.
#[derive(Debug)]
pub struct Sending<'e> {
    /// The run.
    pub run: &'e str,
    /// Whether it is carried out, or taken back.
    pub direction: Direction,
    /// What its rows are called.
    pub rows: Arc<Rows>,
    /// The rate limit as text, where there is one.
    pub limit: Option<String>,
}

/// A part of the work that may take a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage<'e> {
    /// A list is read.
    Reading(&'e Path),
    /// Its rows are held against each other.
    Checking(&'e Path),
    /// The rows of problems are fetched, to be shown with them.
    LookingUp(&'e Path),
    /// The service is asked what is there.
    ReadingTenant,
    /// The service is asked of customers, one by one, whether automatic deployment is on.
    AskingDeployment,
    /// Rows are held against the tenant.
    Planning,
    /// Rows are held against a snapshot of it.
    PlanningAgainstSnapshot,
    /// The service is asked for devices, before customers are removed.
    LookingForDevices,
    /// Rows and plan go into the journal.
    WritingJournal,
    /// The result files are written.
    WritingResults,
}

/// A sentence for people, as a value. [`fmt::Display`] has the words that every face says; a face
/// adds what is to be clicked or typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The service is the stand-in, which keeps its tenant in this file.
    Sandbox(PathBuf),
    /// There are two passwords.
    TwoPasswords {
        /// Where the one is from that counts.
        counts: String,
        /// The variable of the other.
        unused: &'static str,
    },
    /// Runs were cut off; what they have sent may still land, and is waited for.
    CutOff {
        /// The runs, or the files that cannot be read.
        runs: Vec<String>,
        /// How long it is waited.
        wait: Duration,
    },
    /// An undo of this list's run is to be given up; what it has sent is waited for.
    UndoGivenUp {
        /// How long.
        wait: Duration,
    },
    /// A journal that cannot be read is out of the way.
    SetAside {
        /// Where it was.
        from: PathBuf,
        /// Where it is.
        to: PathBuf,
    },
    /// A journal cannot be read, and is passed over.
    Unreadable(String),
    /// Rows are left alone that were refused run after run.
    Quarantined {
        /// How many.
        rows: usize,
        /// How many more stand below them.
        below: usize,
    },
    /// What is about to be done, and where: nobody is asked.
    Intent {
        /// The rows by kind, in a line.
        counted: String,
        /// Below whom, at which address.
        place: String,
    },
    /// A run goes on.
    Continuing {
        /// Its id.
        run: String,
        /// When it began, in Unix milliseconds.
        started_ms: i64,
        /// Where it sends.
        place: String,
    },
    /// The run that is to be taken back is unfinished, and may have sent more rows than were found.
    MayHaveSent {
        /// How many.
        rows: usize,
    },
    /// The run that is to be taken back has lost requests that switch automatic deployment on.
    MaySwitch {
        /// How many.
        switches: usize,
        /// How long an undo waits for them first.
        wait: Duration,
    },
    /// Requests of the run to be taken back were lost, and that is waited for.
    WaitsForLost {
        /// How many requests could still land.
        requests: usize,
        /// How long it is waited.
        wait: Duration,
    },
    /// An undo goes on.
    ContinuingUndo {
        /// The run.
        run: String,
    },
    /// The user's role is too low to add customers, as far as is known.
    LowRole(Role),
    /// Something about the result files.
    Remark(String),
    /// The tenant does not have what the journal says.
    Mismatch(String),
    /// Any other sentence.
    Plain(String),
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LowRole(role) => write!(
                out,
                "the user's role is {role}, which most likely may not add customers: the service \
                 would refuse every row (13501); SuperUser or Administrator may"
            ),
            Self::Sandbox(file) => write!(
                out,
                "SANDBOX: nothing real is touched; its tenant is kept in {}",
                file.display()
            ),
            Self::TwoPasswords { counts, unused } => write!(
                out,
                "there are two passwords: using the one from {counts}, not {unused}"
            ),
            Self::CutOff { runs, wait } => write!(
                out,
                "interrupted earlier: {}; waiting {} for requests that could still take effect",
                runs.join(", "),
                show_duration(*wait)
            ),
            Self::UndoGivenUp { wait } => write!(
                out,
                "the undo of a run of this file will be abandoned; waiting {} for removals that \
                 could still take effect",
                show_duration(*wait)
            ),
            Self::SetAside { from, to } => {
                write!(out, "{} was moved to {}", from.display(), to.display())
            }
            Self::Quarantined { rows, below } => {
                let rows = match rows {
                    1 => "1 row is".to_owned(),
                    rows => format!("{} rows are", grouped(*rows)),
                };
                let below = match below {
                    0 => String::new(),
                    below => format!(" ({} more below them)", grouped(*below)),
                };
                write!(
                    out,
                    "{rows} quarantined{below}: refused in each of the last runs, and not sent again \
                     until they change"
                )
            }
            Self::Intent { counted, place } => write!(out, "{counted} ({place})"),
            Self::Continuing {
                run,
                started_ms,
                place,
            } => {
                write!(
                    out,
                    "continuing run {run} of {} ({place})",
                    show(*started_ms)
                )
            }
            Self::MayHaveSent { rows } => write!(
                out,
                "{} more rows may have been sent by the unfinished run; the undo waits for them first",
                grouped(*rows)
            ),
            Self::MaySwitch { switches, wait } => write!(
                out,
                "{} of the run that switch automatic deployment on had no answer; the undo waits {} \
                 first, while they could still be carried out",
                requests_in_words(*switches),
                show_duration(*wait)
            ),
            Self::WaitsForLost { requests, wait } => write!(
                out,
                "waiting {} for {} of the run that had no answer and could still be carried out \
                 (Ctrl-C stops; nothing is undone before)",
                show_duration(*wait),
                requests_in_words(*requests)
            ),
            Self::ContinuingUndo { run } => write!(out, "continuing the undo of run {run}"),
            Self::Mismatch(text) => write!(out, "the tenant does not agree: {text}"),
            Self::Unreadable(text) | Self::Remark(text) | Self::Plain(text) => out.write_str(text),
        }
    }
}

fn requests_in_words(requests: usize) -> String {
    counted(requests, "request")
}

/// Takes events as they come. Must not block: the work waits for it.
pub trait Listener: Send + Sync {
    /// Takes one event.
    fn on(&self, event: Event<'_>);
}

/// Nobody listens: what is asked in passing is nobody's business.
#[derive(Debug, Clone, Copy)]
pub struct Silence;

impl Listener for Silence {
    fn on(&self, _: Event<'_>) {}
}

/// Who is told.
pub type Events<'e> = &'e dyn Listener;

/// A part of the work, for as long as it lives.
pub struct Part<'e>(Events<'e>);

impl<'e> Part<'e> {
    /// Begins.
    pub fn begin(events: Events<'e>, stage: Stage<'_>) -> Self {
        events.on(Event::Begins(stage));
        Self(events)
    }

    /// So many rows are done.
    pub fn counted(&self, rows: u64) {
        self.0.on(Event::Counted(rows));
    }

    /// It is about this file now.
    pub fn at(&self, file: &Path, done: usize) {
        self.0.on(Event::At(file, done));
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        self.0.on(Event::Over);
    }
}
