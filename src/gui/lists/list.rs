//! A list: what is kept of it in memory and on the disk, and how far it is. Must not know how it is
//! read and checked.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::draft::Drafts;
use super::folded::Folded;
use super::held::Held;
use super::said::Asks;
use super::snapshot::Snapshot;
use super::steps::Steps;
use super::view::View;
use crate::gui::app::App;
use crate::gui::fault::Fault;
use crate::gui::plans::Planning;
use crate::gui::wire::{Draft, Question, Sheet, Step};
use crate::settings::Settings;

/// What is kept of a list beside its steps.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Meta {
    /// The file's name.
    pub name: String,
    /// Where it lies: beside this, or where the command line said.
    pub path: PathBuf,
    /// When it came, Unix milliseconds.
    pub at_ms: i64,
    /// What was said of it.
    #[serde(default)]
    pub asks: Asks,
    /// Its newest run.
    #[serde(default)]
    pub run: Option<String>,
    /// The furthest step.
    #[serde(default)]
    pub reached: Step,
    /// Where it was last planned for.
    #[serde(default)]
    pub target: Option<String>,
    /// Its counts, for the start page: all, need, mended.
    #[serde(default)]
    pub last: [usize; 3],
}

/// A list.
pub struct List {
    /// Its name here.
    pub id: String,
    /// What belongs to it.
    pub dir: PathBuf,
    pub(super) settings: Settings,
    drafts: Drafts,
    state: Mutex<State>,
    /// What was saved last, so that nobody waits for the disk where nothing is new.
    saved: Mutex<String>,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nobody has asked for it yet.
    Closed,
    /// Being read, or checked for the first time.
    Reading,
    /// There.
    Ready,
    /// Without rows.
    Empty(String, String),
    /// No list.
    Refused(String, String),
}

pub(super) struct State {
    pub(super) meta: Meta,
    pub(super) phase: Phase,
    pub(super) rows_read: usize,
    pub(super) sheets: Vec<Sheet>,
    pub(super) held: Option<Arc<Held>>,
    pub(super) steps: Steps,
    pub(super) folded: Arc<Folded>,
    pub(super) view: Option<Arc<View>>,
    pub(super) revision: u64,
    /// The revision that `view` is of.
    pub(super) checked: u64,
    /// A check is under way.
    pub(super) checking: bool,
    /// It is to be read anew before it is checked.
    pub(super) reread: bool,
    pub(super) planning: Planning,
    /// The revision at which something was last said of it beside its cells.
    pub(super) said: u64,
    /// What it leaves open, as of the last check and the last answer.
    pub(super) questions: Vec<Question>,
}

impl List {
    /// A list in this directory, of which nothing is read yet.
    ///
    /// # Errors
    /// Where what is kept of it cannot be read.
    pub fn open(id: &str, dir: PathBuf, settings: Settings) -> std::io::Result<Self> {
        let text = fs::read_to_string(dir.join("list.json"))?;
        let meta = serde_json::from_str(&text)?;
        Self::with(id, dir, meta, settings)
    }

    /// A new list in this directory.
    ///
    /// # Errors
    /// Where nothing can be written there.
    pub fn begin(id: &str, dir: PathBuf, meta: Meta, settings: Settings) -> std::io::Result<Self> {
        let list = Self::with(id, dir, meta, settings)?;
        list.save(&list.lock())?;
        Ok(list)
    }

    fn with(id: &str, dir: PathBuf, meta: Meta, settings: Settings) -> std::io::Result<Self> {
        let steps = Steps::open(&dir.join("mends.jsonl"))?;
        Ok(Self {
            id: id.to_owned(),
            drafts: Drafts::open(&dir),
            settings,
            saved: Mutex::default(),
            state: Mutex::new(State {
                meta,
                phase: Phase::Closed,
                rows_read: 0,
                sheets: Vec::new(),
                held: None,
                steps,
                folded: Arc::default(),
                view: None,
                revision: 1,
                checked: 0,
                checking: false,
                reread: true,
                planning: Planning::default(),
                said: 1,
                questions: Vec::new(),
            }),
            dir,
        })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what was said of it, whole or not at all.
    pub(super) fn save(&self, state: &State) -> std::io::Result<()> {
        let text = serde_json::to_string(&state.meta)?;
        self.write(text, self.saved())
    }

    /// The same for what nobody waits for: whoever asks for the list meanwhile does not wait for the
    /// disk. The turn to write is taken before the list is let go, so that an older text never
    /// follows a newer one.
    pub(super) fn save_aside(&self, state: MutexGuard<'_, State>) {
        let text = serde_json::to_string(&state.meta);
        let saved = self.saved();
        drop(state);
        let written = text.map_err(Into::into);
        if let Err(error) = written.and_then(|text| self.write(text, saved)) {
            tracing::warn!(%error, "what is known of a list was not kept");
        }
    }

    fn saved(&self) -> MutexGuard<'_, String> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, text: String, mut saved: MutexGuard<'_, String>) -> std::io::Result<()> {
        if *saved == text {
            return Ok(());
        }
        let new = self.dir.join("list.json.new");
        let _ = fs::remove_file(&new);
        let mut file = crate::journal::private::own(&new)?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, self.dir.join("list.json"))?;
        *saved = text;
        Ok(())
    }

    /// Keeps what is being typed into a cell; none: nothing is any more.
    ///
    /// # Errors
    /// Where it cannot be kept.
    pub fn keep_draft(&self, draft: Option<&Draft>) -> std::io::Result<()> {
        self.drafts.keep(draft)
    }

    /// What was being typed when an earlier process ended, until something is typed in this one: pages of
    /// this process keep their own.
    pub(super) fn left_behind(&self) -> Option<Draft> {
        self.drafts.left()
    }

    /// What is kept of it.
    pub fn meta(&self) -> Meta {
        self.lock().meta.clone()
    }

    /// The list's file.
    pub fn path(&self) -> PathBuf {
        self.lock().meta.path.clone()
    }

    /// How a plan of it stands.
    pub fn planning<T>(&self, use_: impl FnOnce(&mut Planning) -> T) -> T {
        use_(&mut self.lock().planning)
    }

    /// Notes how far it has come.
    pub fn note(&self, reached: Step, run: Option<&str>, target: Option<&str>) {
        let mut state = self.lock();
        state.meta.reached = state.meta.reached.max(reached);
        if let Some(run) = run {
            state.meta.run = Some(run.to_owned());
            state.meta.reached = reached;
        }
        if let Some(target) = target {
            state.meta.target = Some(target.to_owned());
        }
        if let Err(error) = self.save(&state) {
            tracing::warn!(%error, "what is known of a list was not kept");
        }
    }

    /// As it stands.
    ///
    /// # Errors
    /// Where it is not ready.
    pub fn snapshot(&self) -> Result<Snapshot, Fault> {
        let state = self.lock();
        let (Some(held), Some(view)) = (&state.held, &state.view) else {
            return Err(Fault::busy("The list is being read."));
        };
        Ok(Snapshot {
            held: Arc::clone(held),
            view: Arc::clone(view),
            folded: Arc::clone(&state.folded),
            asks: state.meta.asks.clone(),
            revision: state.revision,
        })
    }
}

impl State {
    /// Something else is said of it beside its cells.
    pub(super) fn asks_changed(&mut self, app: &App) {
        self.said = app.revision();
        if let (Some(held), Some(view)) = (&self.held, &self.view) {
            self.questions = self.meta.asks.questions(held, view);
        }
    }

    /// It is to be read anew.
    pub(super) fn reads_again(&mut self) {
        self.reread = true;
        self.phase = Phase::Reading;
    }

    /// Whether the last check knows of all changes.
    pub(super) fn is_checked(&self) -> bool {
        self.checked == self.revision && !self.reread
    }

    /// The sheet that is read.
    pub(super) fn sheet(&self) -> Option<&str> {
        self.held.as_ref()?.table.source.sheet.as_deref()
    }
}
