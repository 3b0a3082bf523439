//! A list that is being worked on: read once, kept in memory, checked again after each change, with
//! everything that was said of it on the disk.

mod asks;
mod causes;
mod copy;
mod held;
mod rows;
mod steps;
mod view;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tables::{Format, TableFile};

use self::asks::{Asks, ValuesOf};
use self::causes::{left_out, many};
use self::held::Held;
use self::steps::{CellStep, Folded, Step as Kept, Steps};
use self::view::View;
use super::app::App;
use super::fault::{Fault, in_words, sentence};
use super::plans::Planning;
use super::wire::{
    AnswerAsk, ColumnAsk, Export, Field as Shown, List as Body, ListCard, ListCounts, ListEvent,
    Mend, Row, Saved, Sheet, Step, Understood, UnderstoodAsk, ValuesAsk,
};
use crate::check::{Field, Keep, mends};
use crate::flow::clock::show;
use crate::flow::failure::Failure;
use crate::flow::list::hold;
use crate::settings::table::MENDS;
use crate::settings::{Content, Resolved, Settings, Typed};

pub use self::rows::{Sought, find};

/// So many rows are answered with a mend.
const MOST_ROWS: usize = 200;

/// A page waits so long for a list that is being read.
const LONGEST_READING_MS: u64 = 30_000;
const A_MOMENT_MS: u64 = 20;

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
    settings: Settings,
    state: Mutex<State>,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
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

struct State {
    meta: Meta,
    phase: Phase,
    rows_read: usize,
    sheets: Vec<Sheet>,
    held: Option<Arc<Held>>,
    steps: Steps,
    folded: Arc<Folded>,
    view: Option<Arc<View>>,
    revision: u64,
    /// The revision that `view` is of.
    checked: u64,
    /// A check is under way.
    checking: bool,
    /// It is to be read anew before it is checked.
    reread: bool,
    planning: Planning,
}

/// A list that is there, as it stands at one moment.
pub struct Snapshot {
    /// Its rows.
    pub held: Arc<Held>,
    /// What the last check came to.
    pub view: Arc<View>,
    /// What was changed by now.
    pub folded: Arc<Folded>,
    /// What was said of it.
    pub asks: Asks,
    /// Of the list.
    pub revision: u64,
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
            }),
            dir,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what was said of it, whole or not at all.
    fn save(&self, state: &State) -> std::io::Result<()> {
        let text = serde_json::to_string(&state.meta)?;
        let new = self.dir.join("list.json.new");
        let _ = fs::remove_file(&new);
        let mut file = crate::journal::private::open(&new)?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, self.dir.join("list.json"))
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

    /// Something changed: it is checked again, and read again where `reread` says so.
    fn changed(self: &Arc<Self>, app: &Arc<App>, state: &mut State) {
        state.revision = app.revision();
        state.planning.list_changed();
        self.work(app, state);
        app.tell_list(&self.event(state));
        if let Some(plan) = state.planning.told_stale(app) {
            app.tell_plan(&self.id, &plan);
        }
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
            let (asks, reread, held, folded, revision) = {
                let mut state = self.lock();
                if state.checked == state.revision && !state.reread {
                    state.checking = false;
                    app.tell_list(&self.event(&state));
                    return;
                }
                let reread = std::mem::take(&mut state.reread);
                let held = state.held.clone().filter(|_| !reread);
                let folded = Arc::clone(&state.folded);
                (
                    state.meta.asks.clone(),
                    reread,
                    held,
                    folded,
                    state.revision,
                )
            };
            let outcome = self.checked(app, &asks, held, folded);
            let mut state = self.lock();
            if state.reread {
                continue;
            }
            state.checked = revision;
            match outcome {
                Ok(found) => self.take(&mut state, found, reread),
                Err(failure) => {
                    state.phase =
                        Phase::Refused("The list was not read".to_owned(), in_words(&failure));
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
            if let Err(error) = self.save(&state) {
                tracing::warn!(%error, "what is known of a list was not kept");
            }
        }
    }

    fn checked(
        &self,
        app: &App,
        asks: &Asks,
        held: Option<Arc<Held>>,
        folded: Arc<Folded>,
    ) -> Result<(Arc<Held>, Vec<Sheet>, Arc<Folded>, View), Failure> {
        let mut sheets = Vec::new();
        let (held, folded) = match held {
            Some(held) => (held, folded),
            None => {
                let (held, found) = self.read(app, asks)?;
                sheets = found;
                let held = Arc::new(held);
                let folded = Arc::new(self.lock().steps.folded(&held));
                (held, folded)
            }
        };
        let resolved = self.resolved(asks, Some(&held), &Typed::default())?;
        let checking = resolved.checking(Keep::Nothing)?;
        let view = View::of(&held, &folded, &checking)?;
        Ok((held, sheets, folded, view))
    }

    fn take(
        &self,
        state: &mut State,
        (held, sheets, folded, view): (Arc<Held>, Vec<Sheet>, Arc<Folded>, View),
        reread: bool,
    ) {
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
        state.held = Some(held);
        state.view = Some(Arc::new(view));
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
        let held = Held::new(table);
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
    fn resolved(
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
                let mut file = crate::journal::private::open(&path)?;
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

    /// The mends as a file that can be looked through.
    pub fn mends_text(&self, snapshot: &Snapshot) -> String {
        let mends = snapshot
            .folded
            .mends(&snapshot.held, Some(&snapshot.view.mapping));
        mends::proposals(&self.lock().meta.name, &mends, &[])
    }

    /// As it stands, as soon as it has been read: a page that asks too early waits.
    ///
    /// # Errors
    /// Where it cannot be read, or that takes too long.
    pub fn snapshot_soon(&self) -> Result<Snapshot, Fault> {
        for _ in 0..LONGEST_READING_MS / A_MOMENT_MS {
            let reading = matches!(self.lock().phase, Phase::Closed | Phase::Reading);
            if !reading {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(A_MOMENT_MS));
        }
        self.snapshot()
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

    // --- as it is shown ---

    /// The list.
    pub fn body(&self) -> Body {
        let state = self.lock();
        let (phase, title, says) = words_of(&state.phase);
        let there = state.held.as_ref().zip(state.view.as_ref());
        let asks = &state.meta.asks;
        let event = self.event(&state);
        Body {
            list: self.id.clone(),
            name: state.meta.name.clone(),
            state: phase,
            rows_read: state.rows_read,
            title,
            says,
            revision: state.revision,
            checking: event.checking,
            understood: understood(&state),
            columns: there.map_or_else(Vec::new, |(held, view)| asks.columns(held, view)),
            fields: fields(),
            questions: there.map_or_else(Vec::new, |(held, view)| asks.questions(held, view)),
            counts: event.counts,
            undo: event.undo,
            redo: event.redo,
            stale: state.folded.stale(),
            run: state.meta.run.clone(),
            reached: state.meta.reached,
        }
    }

    fn event(&self, state: &State) -> ListEvent {
        let there = state.held.as_ref().zip(state.view.as_ref());
        let mut counts = there.map_or_else(ListCounts::default, |(_, view)| view.counts());
        if let Some((held, view)) = there {
            let open = state.meta.asks.questions(held, view);
            if open.iter().any(|one| one.answer.is_none() || one.open > 0) {
                counts.ready = 0;
            }
        }
        ListEvent {
            list: self.id.clone(),
            state: words_of(&state.phase).0,
            revision: state.revision,
            checking: state.checked != state.revision || state.reread,
            rows_read: state.rows_read,
            counts,
            undo: state.steps.undo(),
            redo: state.steps.redo(),
        }
    }

    /// The list in short.
    pub fn card(&self) -> ListCard {
        let state = self.lock();
        let [rows, need, mended] = state.meta.last;
        let (mark, says) = match state.phase {
            Phase::Refused(..) => ("error", "not read".to_owned()),
            _ if state.meta.reached >= Step::Run => ("ok", "was run".to_owned()),
            _ if need > 0 => (
                "error",
                format!("{} to mend, {mended} mended", many(need, "row")),
            ),
            _ if rows == 0 => ("pending", "not looked at yet".to_owned()),
            _ => ("ok", format!("{} ready", many(rows, "row"))),
        };
        ListCard {
            list: Some(self.id.clone()),
            run: state.meta.run.clone(),
            name: state.meta.name.clone(),
            rows,
            state: mark,
            says,
            target: state.meta.target.clone(),
            at: show(state.meta.at_ms),
            step: state.meta.reached,
        }
    }

    // --- what is said of it ---

    /// It is to be understood otherwise.
    ///
    /// # Errors
    /// Where that makes no sense, or cannot be kept.
    pub fn understand(
        self: &Arc<Self>,
        app: &Arc<App>,
        ask: UnderstoodAsk,
    ) -> Result<Saved, Fault> {
        let mut state = self.lock();
        let mut asks = state.meta.asks.clone();
        let own = &mut asks.understood;
        if let Some(sheet) = ask.sheet {
            if !state.sheets.iter().any(|one| one.name == sheet) {
                return Err(Fault::value("There is no such sheet."));
            }
            *own = UnderstoodAsk {
                sheet: Some(sheet),
                ..UnderstoodAsk::default()
            };
            asks.maps.clear();
            asks.values.clear();
            asks.answers.clear();
        } else {
            own.header_row = ask.header_row.or(own.header_row);
            own.export = ask.export.or_else(|| own.export.take());
            own.encoding = ask.encoding.or_else(|| own.encoding.take());
        }
        // Before it is kept, so that nothing is kept that cannot be read.
        self.settings
            .with(&asks.typed(None))
            .map_err(Failure::from)?;
        state.meta.asks = asks;
        state.reread = true;
        state.phase = Phase::Reading;
        self.kept(app, &mut state, "The list is read again.")
    }

    /// A column goes to another field.
    ///
    /// # Errors
    /// Where there is no such column or field, or it cannot be kept.
    pub fn column(self: &Arc<Self>, app: &Arc<App>, ask: &ColumnAsk) -> Result<Saved, Fault> {
        let mut state = self.lock();
        let Some(column) = file_column(&state, ask.column) else {
            return Err(Fault::value("There is no such column."));
        };
        let field = match &ask.field {
            None => "-",
            Some(name) => match Field::ALL.iter().find(|one| one.name() == name) {
                Some(field) => field.name(),
                None => return Err(Fault::value("There is no such field.")),
            },
        };
        let asks = &mut state.meta.asks;
        asks.maps
            .retain(|_, known| field == "-" || known.as_str() != field);
        asks.maps.insert(column, field.to_owned());
        let own = format!("column:{column}");
        asks.answers.retain(|_, answer| !answer.is_of(&own));
        self.kept(app, &mut state, "The column is read so.")
    }

    /// What the list leaves open is answered.
    ///
    /// # Errors
    /// Where nobody asked that, or it cannot be kept.
    pub fn answer(self: &Arc<Self>, app: &Arc<App>, ask: AnswerAsk) -> Result<Saved, Fault> {
        let mut state = self.lock();
        let (Some(held), Some(view)) = (state.held.clone(), state.view.clone()) else {
            return Err(Fault::busy("The list is being read."));
        };
        let says = format!("{} is answered.", ask.question);
        let answered = state.meta.asks.answer(ask, &held, &view);
        answered.map_err(|says| Fault::value(sentence(&says)))?;
        self.kept(app, &mut state, &says)
    }

    /// Something is done about the values of a column.
    ///
    /// # Errors
    /// Where there is no such column, or it cannot be kept.
    pub fn values(self: &Arc<Self>, app: &Arc<App>, ask: ValuesAsk) -> Result<Saved, Fault> {
        let mut state = self.lock();
        let Some(column) = file_column(&state, ask.column) else {
            return Err(Fault::value("There is no such column."));
        };
        let values = ValuesOf {
            out: ask.out,
            to: ask.to,
        };
        let before = state.meta.asks.values.insert(column, values.clone());
        let typed = state.meta.asks.typed(state.held.as_deref());
        if let Err(error) = self.settings.with(&typed) {
            match before {
                Some(before) => state.meta.asks.values.insert(column, before),
                None => state.meta.asks.values.remove(&column),
            };
            return Err(Failure::from(error).into());
        }
        self.kept(app, &mut state, "The values are read so.")
    }

    fn kept(
        self: &Arc<Self>,
        app: &Arc<App>,
        state: &mut State,
        says: &str,
    ) -> Result<Saved, Fault> {
        self.save(state)?;
        self.changed(app, state);
        Ok(state.steps.saved(state.revision, says.to_owned()))
    }

    // --- mends ---

    /// Keeps a change: it is on the disk when this returns.
    ///
    /// # Errors
    /// Where the cells say something else by now, or it cannot be kept.
    pub fn mend(self: &Arc<Self>, app: &Arc<App>, mend: &Mend) -> Result<Saved, Fault> {
        let mut state = self.lock();
        if mend.key().is_empty() || mend.key().len() > 100 {
            return Err(Fault::value("A change needs a key of its own."));
        }
        if let Some(saved) = state.steps.known(mend.key()) {
            return Ok(saved.clone());
        }
        let (Some(held), Some(view)) = (state.held.clone(), state.view.clone()) else {
            return Err(Fault::busy("The list is being read."));
        };
        let sheet = held.table.source.sheet.clone();
        let says = match mend {
            Mend::Undo { key } | Mend::Redo { key } => {
                let back = matches!(mend, Mend::Undo { .. });
                let turned = state.steps.turn(key, back)?;
                turned.ok_or_else(|| {
                    let what = if back { "undo" } else { "do again" };
                    Fault::value(format!("There is nothing to {what}."))
                })?
            }
            _ => {
                let (says, step) = step_of(mend, &held, &view, &state.folded)?;
                state.steps.step(mend.key(), sheet.as_deref(), says, step)?
            }
        };
        state.folded = Arc::new(state.steps.folded(&held));
        self.changed(app, &mut state);
        let mut saved = state.steps.saved(state.revision, says);
        state.steps.remember(mend.key().to_owned(), saved.clone());
        if let Mend::Cells { cells, .. } = mend {
            let mut rows: Vec<u32> = cells.iter().map(|one| one.row).collect();
            rows.dedup();
            let snapshot = Snapshot {
                held,
                view,
                folded: Arc::clone(&state.folded),
                asks: state.meta.asks.clone(),
                revision: state.revision,
            };
            let rows = rows
                .iter()
                .filter_map(|number| snapshot.held.row_of(*number));
            saved.rows = rows
                .take(MOST_ROWS)
                .map(|row| snapshot.row(row))
                .collect::<Vec<Row>>();
        }
        Ok(saved)
    }
}

/// What a change does, in words and as a step.
fn step_of(
    mend: &Mend,
    held: &Held,
    view: &View,
    folded: &Folded,
) -> Result<(String, Kept), Fault> {
    match mend {
        Mend::Cells { cells, .. } => {
            let mut steps = Vec::new();
            for one in cells {
                let row = held.row_of(one.row);
                let column = held.table.header.cells.get(one.column);
                let (Some(row), Some(column)) = (row, column) else {
                    return Err(Fault::value(
                        "That cell is none of the list's: what an answer set is changed in List.",
                    ));
                };
                let file = held.text(row, one.column);
                let now = folded.text(held, row, one.column).unwrap_or(file);
                if now != one.from {
                    let says = format!(
                        "{}{} says “{now}” by now. It was not changed.",
                        held.letter(one.column),
                        one.row
                    );
                    return Err(Fault::stale("That cell says something else by now.", says));
                }
                steps.push(CellStep {
                    row: one.row,
                    column: column.column,
                    from: file.to_owned(),
                    to: one.to.clone(),
                });
            }
            let says = match cells.as_slice() {
                [] => return Err(Fault::value("There is no cell to change.")),
                [one] => {
                    let named = |text: &str| match text {
                        "" => "empty".to_owned(),
                        text => text.chars().take(60).collect(),
                    };
                    format!("{} → {}", named(&one.from), named(&one.to))
                }
                many => format!("{} cells changed", many.len()),
            };
            Ok((says, Kept::Cells(steps)))
        }
        Mend::LeaveOut { rows, .. } => Ok((left_out(rows.len()), Kept::Out(rows.clone()))),
        Mend::TakeBack { rows, .. } => Ok((
            format!("{} taken back", many(rows.len(), "row")),
            Kept::Back(rows.clone()),
        )),
        Mend::Suggestion { id, .. } => view.causes.step(id, held, folded).ok_or_else(|| {
            let says = "The list has changed meanwhile. Look at the suggestions again.";
            Fault::stale("That is not suggested any more", says)
        }),
        Mend::Undo { .. } | Mend::Redo { .. } => Err(Fault::failed("That is no step.")),
    }
}

/// The file's column at a place.
fn file_column(state: &State, place: usize) -> Option<u32> {
    let held = state.held.as_ref()?;
    Some(held.table.header.cells.get(place)?.column)
}

/// The state, and why there are no rows.
fn words_of(phase: &Phase) -> (&'static str, String, String) {
    match phase {
        Phase::Closed | Phase::Reading => ("reading", String::new(), String::new()),
        Phase::Ready => ("ready", String::new(), String::new()),
        Phase::Empty(title, says) => ("empty", title.clone(), says.clone()),
        Phase::Refused(title, says) => ("refused", title.clone(), says.clone()),
    }
}

fn understood(state: &State) -> Understood {
    let held = state.held.as_deref();
    let exports = held.map_or_else(Vec::new, Asks::exports);
    let encoding = held.and_then(|held| match &held.table.format {
        Format::Text { encoding, .. } => Some((*encoding).to_owned()),
        _ => None,
    });
    let asked = state.meta.asks.understood.export.clone();
    let first = |exports: &[Export]| exports.first().map(|one| one.id.clone());
    let mut encodings: Vec<String> = Vec::new();
    if let Some(encoding) = &encoding {
        encodings.push(encoding.clone());
        for usual in ["UTF-8", "windows-1252", "UTF-16LE"] {
            if !encodings.iter().any(|one| one.eq_ignore_ascii_case(usual)) {
                encodings.push(usual.to_owned());
            }
        }
    }
    Understood {
        sheets: state.sheets.clone(),
        sheet: held.and_then(|held| held.table.source.sheet.clone()),
        header_row: held.map_or(0, |held| held.table.header.row),
        export: asked.or_else(|| first(&exports)).unwrap_or_default(),
        exports,
        encoding,
        encodings,
    }
}

/// All fields, the usual ones first.
fn fields() -> Vec<Shown> {
    const USUAL: [Field; 7] = [
        Field::Name,
        Field::ExternalCode,
        Field::Level,
        Field::Parent,
        Field::Country,
        Field::State,
        Field::City,
    ];
    let others = Field::ALL.iter().filter(|one| !USUAL.contains(one));
    USUAL
        .iter()
        .chain(others)
        .map(|field| Shown {
            field: field.name(),
            says: field.about().to_owned(),
        })
        .collect()
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
