//! A list: what is kept of it, and the work that reads and checks it until nothing has changed.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tables::TableFile;

use super::again;
use super::held::Held;
use super::lines::LinesOut;
use super::said::Asks;
use super::snapshot::Snapshot;
use super::steps::{Folded, Steps};
use super::view::View;
use crate::check::{Keep, mends};
use crate::flow::failure::Failure;
use crate::flow::list::hold;
use crate::gui::app::App;
use crate::gui::fault::{Fault, in_words_of};
use crate::gui::plans::Planning;
use crate::gui::wire::{Question, Sheet, Step};
use crate::settings::table::MENDS;
use crate::settings::{Content, Kept, Resolved, Settings, Typed};

/// A page waits so long for a list that is being read.
const LONGEST_READING_MS: u64 = 30_000;
const A_MOMENT_MS: u64 = 20;
/// Options that the page sets by what is said of a list beside its cells.
const READING: [&str; 9] = [
    "map",
    "set",
    "default",
    "value",
    "leave-out",
    "export",
    "sheet",
    "header-row",
    "encoding",
];

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
    state: Mutex<State>,
    /// What was saved last, so that nobody waits for the disk where nothing is new.
    saved: Mutex<String>,
}

/// What reading and checking came to.
struct Checked {
    held: Arc<Held>,
    sheets: Vec<Sheet>,
    folded: Arc<Folded>,
    view: View,
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
    fn save_aside(&self, state: MutexGuard<'_, State>) {
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

    // --- reading and checking ---

    /// Begins to read it, where nobody has yet.
    pub fn wake(self: &Arc<Self>, app: &Arc<App>) {
        let mut state = self.lock();
        if state.phase == Phase::Closed {
            state.phase = Phase::Reading;
            self.work(app, &mut state);
        }
    }

    /// Whether anybody has asked for it.
    pub fn is_awake(&self) -> bool {
        self.lock().phase != Phase::Closed
    }

    /// Something changed: it is checked again, and read again where `reread` says so.
    pub(super) fn changed(self: &Arc<Self>, app: &Arc<App>, state: &mut State) {
        state.revision = app.revision();
        state.planning.list_changed();
        if !self.at_once(app, state) {
            self.work(app, state);
        }
        app.tell_list(&self.event(state));
        if let Some(plan) = state.planning.told_stale(app) {
            app.tell_plan(&self.id, &plan);
        }
    }

    /// Checks what is new where that is a matter of few rows, so that what the change led to is known
    /// together with the answer; hands back whether it was.
    fn at_once(self: &Arc<Self>, app: &App, state: &mut State) -> bool {
        let (Some(held), Some(view)) = (state.held.clone(), state.view.clone()) else {
            return false;
        };
        if state.checking || state.reread {
            return false;
        }
        let folded = Arc::clone(&state.folded);
        let resolved = self.resolved(&state.meta.asks, Some(&held), &Typed::default());
        let checking = resolved.and_then(|resolved| Ok(resolved.checking(Keep::Families)?));
        let again = checking.ok();
        let again = again.and_then(|checking| again::after(&view, &held, &folded, &checking));
        let Some(view) = again else {
            return false;
        };
        let sheets = Vec::new();
        state.take(
            Checked {
                held,
                sheets,
                folded,
                view,
            },
            false,
        );
        state.revision = app.revision();
        state.checked = state.revision;
        let list = Arc::clone(self);
        tokio::task::spawn_blocking(move || list.save_aside(list.lock()));
        true
    }

    fn work(self: &Arc<Self>, app: &Arc<App>, state: &mut State) {
        if !std::mem::replace(&mut state.checking, true) {
            let (list, app) = (Arc::clone(self), Arc::clone(app));
            tokio::task::spawn_blocking(move || list.catch_up(&app));
        }
    }

    /// Reads and checks until nothing has changed meanwhile.
    fn catch_up(self: &Arc<Self>, app: &Arc<App>) {
        loop {
            let (asks, reread, known, folded, revision) = {
                let mut state = self.lock();
                if state.is_checked() {
                    state.checking = false;
                    app.tell_list(&self.event(&state));
                    return;
                }
                let reread = std::mem::take(&mut state.reread);
                let known = state.held.clone().zip(state.view.clone());
                let known = known.filter(|_| !reread);
                let folded = Arc::clone(&state.folded);
                (
                    state.meta.asks.clone(),
                    reread,
                    known,
                    folded,
                    state.revision,
                )
            };
            let outcome = self.checked(app, &asks, known, folded);
            let mut state = self.lock();
            if state.reread {
                continue;
            }
            state.checked = revision;
            match outcome {
                Ok(found) => state.take(found, reread),
                Err(failure) => {
                    let says = in_words_of(&failure, &state.meta.path, &state.meta.name);
                    state.phase = Phase::Refused("The list was not read".to_owned(), says);
                    state.checked = state.revision;
                }
            }
            state.revision = if state.checked == state.revision {
                let next = app.revision();
                state.checked = next;
                next
            } else {
                app.revision()
            };
            if state.checked == state.revision {
                app.tell_list(&self.event(&state));
            }
            self.save_aside(state);
        }
    }

    fn checked(
        &self,
        app: &App,
        asks: &Asks,
        known: Option<(Arc<Held>, Arc<View>)>,
        folded: Arc<Folded>,
    ) -> Result<Checked, Failure> {
        let mut sheets = Vec::new();
        let mut before = None;
        let (held, folded) = if let Some((held, view)) = known {
            before = Some(view);
            (held, folded)
        } else {
            let (held, found) = self.read(app, asks)?;
            sheets = found;
            let held = Arc::new(held);
            let folded = Arc::new(self.lock().steps.folded(&held));
            (held, folded)
        };
        let resolved = self.resolved(asks, Some(&held), &Typed::default())?;
        let checking = resolved.checking(Keep::Families)?;
        let again = before.and_then(|view| again::after(&view, &held, &folded, &checking));
        let view = match again {
            Some(view) => view,
            None => View::of(&held, &folded, &checking)?,
        };
        Ok(Checked {
            held,
            sheets,
            folded,
            view,
        })
    }

    fn read(&self, app: &App, asks: &Asks) -> Result<(Held, Vec<Sheet>), Failure> {
        let path = self.path();
        let resolved = self.resolved(asks, None, &Typed::default())?;
        let mut file = TableFile::open(&path)?;
        let names = file.sheet_names();
        let mut told = std::time::Instant::now();
        let table = hold(&mut file, &resolved.reading, &mut |rows| {
            if told.elapsed().as_millis() > 200 {
                told = std::time::Instant::now();
                let mut state = self.lock();
                state.rows_read = rows;
                state.revision = app.revision();
                app.tell_list(&self.event(&state));
            }
            ControlFlow::Continue(())
        })?;
        let mut held = Held::new(table);
        let is_row = |row| held.row_of(row).is_some();
        held.lines = LinesOut::of(&mut file, &resolved.reading, &held.table, is_row)?;
        let own = held.table.source.sheet.clone();
        let sheets = names.into_iter().map(|name| {
            let rows = if Some(&name) == own.as_ref() {
                held.len()
            } else {
                rows_of(&mut file, &resolved, &name)
            };
            Sheet { name, rows }
        });
        let sheets = sheets.collect();
        Ok((held, sheets))
    }

    /// What it goes by, with more that was said.
    pub(super) fn resolved(
        &self,
        asks: &Asks,
        held: Option<&Held>,
        more: &Typed,
    ) -> Result<Resolved, Failure> {
        Ok(self.settings.with(&asks.typed(held).and(more))?)
    }

    /// What a plan and a run of it go by: also its mends, as a file.
    ///
    /// # Errors
    /// Where it is not ready, or the mends cannot be written.
    pub fn for_the_flow(&self, more: &Typed) -> Result<(PathBuf, Resolved), Fault> {
        let snapshot = self.snapshot()?;
        let mut typed = snapshot.asks.typed(Some(&snapshot.held)).and(more);
        if !snapshot.folded.is_empty() {
            let path = self.dir.join("mends.toml");
            let text = self.mends_text(&snapshot);
            let known = fs::read_to_string(&path).is_ok_and(|known| known == text);
            if !known {
                let mut file = crate::journal::private::own(&path)?;
                file.set_len(0)?;
                std::io::Write::write_all(&mut file, text.as_bytes())?;
                file.sync_all()?;
            }
            typed.add(&MENDS, Content::Path(path));
        }
        Ok((
            self.path(),
            self.settings.with(&typed).map_err(Failure::from)?,
        ))
    }

    /// Whether a run that began with these options would read the list otherwise by now.
    pub fn is_read_otherwise(&self, snapshot: &Snapshot, then: &[Kept]) -> bool {
        let resolved = self.resolved(&snapshot.asks, Some(&snapshot.held), &Typed::default());
        let Ok(resolved) = resolved else {
            return false;
        };
        let of_reading = |options: &[Kept]| {
            let own = options
                .iter()
                .filter(|(name, _)| READING.contains(&&**name));
            let mut own: Vec<Kept> = own.cloned().collect();
            own.sort();
            own
        };
        of_reading(&resolved.decisive(None).kept(None)) != of_reading(then)
    }

    /// The mends as a file that can be looked through.
    pub fn mends_text(&self, snapshot: &Snapshot) -> String {
        let mends = snapshot
            .folded
            .mends(&snapshot.held, Some(&snapshot.view.mapping));
        mends::proposals(&self.lock().meta.name, &mends, &[])
    }

    /// Waits until it has been read: a page that asks too early waits.
    pub async fn has_been_read(&self) {
        for _ in 0..LONGEST_READING_MS / A_MOMENT_MS {
            if !matches!(self.lock().phase, Phase::Closed | Phase::Reading) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(A_MOMENT_MS)).await;
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

    /// Whether the last check knows of all changes.
    pub(super) fn is_checked(&self) -> bool {
        self.checked == self.revision && !self.reread
    }

    /// The sheet that is read.
    pub(super) fn sheet(&self) -> Option<&str> {
        self.held.as_ref()?.table.source.sheet.as_deref()
    }

    fn take(&mut self, found: Checked, reread: bool) {
        let (state, held, view) = (self, found.held, found.view);
        let (sheets, folded) = (found.sheets, found.folded);
        if reread {
            state.sheets = sheets;
            state.rows_read = held.len();
            state.folded = folded;
        }
        state.phase = if held.len() == 0 {
            let sheet = held.table.source.sheet.as_deref();
            match sheet {
                Some(sheet) => Phase::Empty(
                    format!("No customers in the sheet “{sheet}”"),
                    "There is no row below its header. Take another sheet, or bring another file."
                        .to_owned(),
                ),
                None => Phase::Empty(
                    "There is nothing in this file".to_owned(),
                    "It has no row of customers.".to_owned(),
                ),
            }
        } else {
            Phase::Ready
        };
        let counts = view.counts();
        state.meta.last = [counts.all, counts.need, counts.mended];
        state.questions = state.meta.asks.questions(&held, &view);
        let open = |one: &Question| one.answer.is_none() || one.open > 0;
        if !state.questions.iter().any(open) {
            state.meta.reached = state.meta.reached.max(Step::Problems);
        }
        state.held = Some(held);
        state.view = Some(Arc::new(view));
    }
}

/// How many rows another sheet begins with.
fn rows_of(file: &mut TableFile, resolved: &Resolved, sheet: &str) -> usize {
    let options = tables::ReadOptions {
        sheet: Some(sheet.to_owned()),
        header_row: None,
        ..resolved.reading.clone()
    };
    let mut rows = 0;
    let _ = hold(file, &options, &mut |count| {
        rows = count;
        if count > 100_000 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    rows
}

/// Whether the path is a file that may be read as a list: what else is brought is not kept.
pub fn can_be_read(path: &Path) -> Result<(), Failure> {
    TableFile::open(path).map(drop).map_err(Failure::from)
}
