//! What the user says of a list and changes in it: kept before anybody is told so.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::asks::ValuesOf;
use super::causes::{left_out, many};
use super::held::Held;
use super::list::{List, Meta, Phase, State};
use super::snapshot::Snapshot;
use super::steps::{CellStep, Folded, Step as Kept};
use super::view::View;
use crate::check::{Field, Keep};
use crate::flow::failure::Failure;
use crate::flow::list::check_alone;
use crate::gui::app::App;
use crate::gui::fault::{Fault, sentence};
use crate::gui::wire::{AnswerAsk, ColumnAsk, ConstantAsk, Mend, Saved, UnderstoodAsk, ValuesAsk};
use crate::model::RowBatch;
use crate::settings::Typed;

/// So many rows are answered with a mend.
const MOST_ROWS: usize = 200;

impl List {
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
            asks.constants.clear();
        } else {
            own.header_row = ask.header_row.or(own.header_row);
            own.export = ask.export.or_else(|| own.export.take());
            own.encoding = ask.encoding.or_else(|| own.encoding.take());
        }
        // Before it is kept, so that nothing is kept that cannot be read.
        self.settings
            .with(&asks.typed(None))
            .map_err(Failure::from)?;
        let before = state.meta.clone();
        state.meta.asks = asks;
        if let Err(error) = self.save(&state) {
            state.meta = before;
            return Err(error.into());
        }
        state.reread = true;
        state.phase = Phase::Reading;
        let before = state.meta.clone();
        self.kept(app, &mut state, "The list is read again.", before)
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
        let before = state.meta.clone();
        let asks = &mut state.meta.asks;
        asks.maps
            .retain(|_, known| field == "-" || known.as_str() != field);
        asks.maps.insert(column, field.to_owned());
        let own = format!("column:{column}");
        asks.answers.retain(|_, answer| !answer.is_of(&own));
        self.kept(app, &mut state, "The column is read so.", before)
    }

    /// A field gets one value, in every row or where its cell is empty.
    ///
    /// # Errors
    /// Where there is no such field, it cannot take the value, or it cannot be kept.
    pub fn constant(self: &Arc<Self>, app: &Arc<App>, ask: &ConstantAsk) -> Result<Saved, Fault> {
        let mut state = self.lock();
        let Some(held) = state.held.clone() else {
            return Err(Fault::busy("The list is being read."));
        };
        let Some(field) = Field::ALL.iter().find(|one| one.name() == ask.field) else {
            return Err(Fault::value("There is no such field."));
        };
        let mut asks = state.meta.asks.clone();
        asks.constant(*field, ask);
        // Before it is kept: what the command line would refuse is refused here, in the same words.
        let resolved = self.resolved(&asks, Some(&held), &Typed::default())?;
        let checking = resolved.checking(Keep::Nothing).map_err(Failure::from)?;
        check_alone(&held.table, &RowBatch::default(), &checking)?;
        let before = std::mem::replace(&mut state.meta.asks, asks);
        let before = Meta {
            asks: before,
            ..state.meta.clone()
        };
        self.kept(app, &mut state, "The rows are read so.", before)
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
        let before = state.meta.clone();
        let answered = state.meta.asks.answer(ask, &held, &view);
        answered.map_err(|says| Fault::value(sentence(&says)))?;
        self.kept(app, &mut state, &says, before)
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
            ..ValuesOf::default()
        };
        let before = state.meta.clone();
        state.meta.asks.values.insert(column, values);
        let typed = state.meta.asks.typed(state.held.as_deref());
        if let Err(error) = self.settings.with(&typed) {
            state.meta = before;
            return Err(Failure::from(error).into());
        }
        if let Err(error) = self.save(&state) {
            state.meta = before;
            return Err(error.into());
        }
        if let Some(held) = state.held.clone().filter(|_| !ask.to.is_empty()) {
            let step = read_as(&ask.to, (ask.column, column), &held, &state.folded);
            let says = format!("{} read otherwise", many(ask.to.len(), "value"));
            let sheet = held.table.source.sheet.as_deref();
            let key = crate::gui::session::random()?;
            if let Err(error) = state.steps.step(&key, sheet, says, step) {
                state.meta = before;
                let _ = self.save(&state);
                return Err(error.into());
            }
            state.folded = Arc::new(state.steps.folded(&held));
        }
        self.kept(app, &mut state, "The values are read so.", before)
    }

    fn kept(
        self: &Arc<Self>,
        app: &Arc<App>,
        state: &mut State,
        says: &str,
        before: Meta,
    ) -> Result<Saved, Fault> {
        if let Err(error) = self.save(state) {
            // What was not kept does not count either.
            state.meta = before;
            return Err(error.into());
        }
        if let (Some(held), Some(view)) = (&state.held, &state.view) {
            state.questions = state.meta.asks.questions(held, view);
        }
        self.changed(app, state);
        let saved = state
            .steps
            .saved(state.revision, state.sheet(), says.to_owned());
        Ok(saved)
    }

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
                let turned = state.steps.turn(key, sheet.as_deref(), back)?;
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
        let mut saved = state.steps.saved(state.revision, sheet.as_deref(), says);
        if let Mend::Cells { cells, .. } = mend {
            let mut rows: Vec<u32> = cells.iter().map(|one| one.row).collect();
            rows.dedup();
            let snapshot = Snapshot {
                held,
                view: state.view.clone().unwrap_or(view),
                folded: Arc::clone(&state.folded),
                asks: state.meta.asks.clone(),
                revision: state.revision,
            };
            let rows = rows.iter().filter_map(|row| snapshot.held.row_of(*row));
            let rows: Vec<usize> = rows.take(MOST_ROWS).collect();
            saved.rows = if state.is_checked() {
                rows.iter().map(|row| snapshot.row(*row)).collect()
            } else {
                self.fresh(&snapshot, &rows)
            };
        }
        // Whoever asks again, not having heard the answer, is told the same.
        state.steps.remember(mend.key().to_owned(), saved.clone());
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
        Mend::LeaveOut { rows, .. } => {
            are_there(rows, held)?;
            Ok((left_out(rows.len()), Kept::Out(rows.clone())))
        }
        Mend::TakeBack { rows, .. } => {
            are_there(rows, held)?;
            let says = format!("{} taken back", many(rows.len(), "row"));
            Ok((says, Kept::Back(rows.clone())))
        }
        Mend::Suggestion { id, .. } => view.causes.step(id, held, folded).ok_or_else(|| {
            let says = "The list has changed meanwhile. Look at the suggestions again.";
            Fault::stale("That is not suggested any more", says)
        }),
        Mend::Undo { .. } | Mend::Redo { .. } => Err(Fault::failed("That is no step.")),
    }
}

/// Whether the list has these rows.
fn are_there(rows: &[u32], held: &Held) -> Result<(), Fault> {
    match rows.iter().find(|row| held.row_of(**row).is_none()) {
        Some(row) => Err(Fault::value(format!("There is no row {row}."))),
        None if rows.is_empty() => Err(Fault::value("There is no row to change.")),
        None => Ok(()),
    }
}

/// Values of a column become others: wherever they stand in the file, and in cells that were changed to
/// them. Nothing can stand for a cell without a text but the cell.
fn read_as(
    to: &BTreeMap<String, String>,
    (place, column): (usize, u32),
    held: &Held,
    folded: &Folded,
) -> Kept {
    let mut cells = Vec::new();
    for row in 0..held.len() {
        let file = held.text(row, place);
        let now = folded.text(held, row, place).unwrap_or(file).trim();
        let changed = now.is_empty() || file.trim() != now;
        if let Some(to) = to.get(now).filter(|_| changed) {
            cells.push(CellStep {
                row: held.number(row),
                column,
                from: file.to_owned(),
                to: to.clone(),
            });
        }
    }
    let values = to.iter().filter(|(from, _)| !from.is_empty());
    let values = values.map(|(from, to)| (from.clone(), to.clone()));
    Kept::All(vec![
        Kept::Values(column, values.collect()),
        Kept::Cells(cells),
    ])
}

/// The file's column at a place.
fn file_column(state: &State, place: usize) -> Option<u32> {
    let held = state.held.as_ref()?;
    Some(held.table.header.cells.get(place)?.column)
}
