//! Reads and checks a list, again and again until nothing has changed meanwhile.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tables::TableFile;

use super::again;
use super::folded::Folded;
use super::held::Held;
use super::lines::LinesOut;
use super::list::{List, Phase, State};
use super::said::Asks;
use super::view::View;
use crate::check::Keep;
use crate::flow::failure::Failure;
use crate::flow::list::hold;
use crate::gui::app::App;
use crate::gui::fault::in_words_of;
use crate::gui::wire::{Question, Sheet, Step};
use crate::settings::{Resolved, Typed};

/// A page waits so long for a list that is being read.
const LONGEST_READING_MS: u64 = 30_000;
const A_MOMENT_MS: u64 = 20;

/// What reading and checking came to.
struct Checked {
    held: Arc<Held>,
    sheets: Vec<Sheet>,
    folded: Arc<Folded>,
    view: View,
}

impl List {
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
        state
            .planning
            .is_stale("The list has changed since it was planned.");
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
        let mut told = Instant::now();
        let table = hold(&mut file, &resolved.reading, &mut |rows| {
            if told.elapsed().as_millis() > 200 {
                told = Instant::now();
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

    /// Waits until it has been read: a page that asks too early waits.
    pub async fn has_been_read(&self) {
        for _ in 0..LONGEST_READING_MS / A_MOMENT_MS {
            if !matches!(self.lock().phase, Phase::Closed | Phase::Reading) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(A_MOMENT_MS)).await;
        }
    }
}

impl State {
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
                    "There is no row below its header. Choose another sheet, or open another file."
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
