//! What the user says of a list and changes in it: kept before anybody is told so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::causes::{left_out, many};
use super::folded::Folded;
use super::held::Held;
use super::list::{List, Meta, State};
use super::said::{Asks, ValuesOf};
use super::snapshot::Snapshot;
use super::step::{CellStep, Step as Kept};
use super::view::View;
use crate::check::{Field, Keep, MappedColumn};
use crate::flow::failure::Failure;
use crate::flow::list::check_alone;
use crate::gui::app::App;
use crate::gui::fault::{Fault, sentence};
use crate::gui::wire::{AnswerAsk, ColumnAsk, ConstantAsk, Mend, Saved, ValuesAsk};
use crate::model::RowBatch;
use crate::model::place::column_letters as letters;
use crate::settings::Typed;

/// So many rows are answered with a mend.
const MOST_ROWS: usize = 200;

impl List {
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
        let step = match &ask.field {
            Some(name) => format!("column {} → {name}", letters(column)),
            None => format!("column {} not used", letters(column)),
        };
        let said = Said {
            says: "The column is read so.",
            step,
            mend: None,
            reads: Reads::No,
        };
        self.said(app, &mut state, before, said)
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
        let step = match ask.value.trim() {
            "" => format!("no one value for {}", field.name()),
            value if ask.every => format!("{} is {value} in every row", field.name()),
            value => format!("{} is {value} where empty", field.name()),
        };
        let said = Said {
            says: "The rows are read so.",
            step,
            mend: None,
            reads: Reads::No,
        };
        self.said(app, &mut state, before, said)
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
        let question = ask.question.clone();
        let says = format!("{question} is answered.");
        let before = state.meta.clone();
        let answered = state.meta.asks.answer(ask, &held, &view);
        answered.map_err(|says| Fault::value(sentence(&says)))?;
        let said = Said {
            says: &says,
            step: format!("answer about {question}"),
            mend: None,
            reads: Reads::No,
        };
        self.said(app, &mut state, before, said)
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
        let mut out = ask.out;
        out.sort();
        out.dedup();
        let before = state.meta.clone();
        let values = ValuesOf {
            out,
            ..ValuesOf::default()
        };
        state.meta.asks.values.insert(column, values);
        let typed = state.meta.asks.typed(state.held.as_deref());
        if let Err(error) = self.settings.with(&typed) {
            state.meta = before;
            return Err(Failure::from(error).into());
        }
        let held = state.held.clone().filter(|_| !ask.to.is_empty());
        let mend = held.map(|held| read_as(&ask.to, (ask.column, column), &held, &state.folded));
        let said = Said {
            says: "The values are read so.",
            step: match ask.to.len() {
                0 => format!("which rows are in by column {}", letters(column)),
                values => format!("{} read differently", many(values, "value")),
            },
            mend,
            reads: Reads::No,
        };
        self.said(app, &mut state, before, said)
    }

    /// Keeps what was said, as a step that can be taken back; `before` is what was known until then.
    pub(super) fn said(
        self: &Arc<Self>,
        app: &Arc<App>,
        state: &mut State,
        before: Meta,
        said: Said<'_>,
    ) -> Result<Saved, Fault> {
        let Said {
            says,
            step,
            mend,
            reads,
        } = said;
        if before.asks == state.meta.asks && mend.is_none() {
            return Ok(state
                .steps
                .saved(state.revision, state.sheet(), says.to_owned()));
        }
        let both = Box::new((before.asks.clone(), state.meta.asks.clone()));
        let mut sheet = state.sheet().map(str::to_owned);
        let again = matches!(reads, Reads::Again(_));
        let own = match reads {
            Reads::Again(next) => Kept::Read(std::mem::replace(&mut sheet, next), both),
            Reads::No => Kept::All(std::iter::once(Kept::Said(both)).chain(mend).collect()),
        };
        let key = crate::gui::session::random()?;
        let kept = self.save(state).and_then(|()| {
            let steps = &mut state.steps;
            steps.step(&key, sheet.as_deref(), step, own)
        });
        if let Err(error) = kept {
            // What was not kept does not count either.
            state.meta = before;
            let _ = self.save(state);
            return Err(error.into());
        }
        if again {
            state.reads_again();
        } else if let Some(held) = state.held.clone() {
            state.folded = Arc::new(state.steps.folded(&held));
        }
        Ok(self.follows(app, state, says))
    }

    /// Whatever follows from what is said of the list now.
    fn follows(self: &Arc<Self>, app: &Arc<App>, state: &mut State, says: &str) -> Saved {
        state.asks_changed(app);
        self.changed(app, state);
        state
            .steps
            .saved(state.revision, state.sheet(), says.to_owned())
    }

    /// Takes the last step back, or does it again.
    fn turn(&self, app: &App, state: &mut State, key: &str, back: bool) -> Result<String, Fault> {
        let sheet = state.sheet().map(str::to_owned);
        let asks = state.steps.asks_of_turn(sheet.as_deref(), back);
        let before = state.meta.clone();
        let says_otherwise = asks.is_some();
        let again = asks.as_ref().is_some_and(|(_, again)| *again);
        if let Some((asks, again)) = asks {
            // How the list is read has steps of its own.
            let understood = if again {
                asks.understood.clone()
            } else {
                before.asks.understood.clone()
            };
            state.meta.asks = Asks { understood, ..asks };
            if let Err(error) = self.save(state) {
                state.meta = before;
                return Err(error.into());
            }
        }
        let turned = state.steps.turn(key, sheet.as_deref(), back);
        if turned.is_err() {
            state.meta = before;
            let _ = self.save(state);
        } else if says_otherwise {
            if again {
                state.reads_again();
            }
            state.asks_changed(app);
        }
        turned?.ok_or_else(|| {
            let what = if back { "undo" } else { "do again" };
            Fault::value(format!("There is nothing to {what}."))
        })
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
                self.turn(app, &mut state, key, back)?
            }
            _ => {
                let (says, step) = step_of(mend, &held, &view, &state)?;
                state.steps.step(mend.key(), sheet.as_deref(), says, step)?
            }
        };
        if !state.reread {
            state.folded = Arc::new(state.steps.folded(&held));
        }
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
fn step_of(mend: &Mend, held: &Held, view: &View, state: &State) -> Result<(String, Kept), Fault> {
    let folded = &state.folded;
    match mend {
        Mend::Cells { cells, .. } => {
            let mut steps = Vec::new();
            for one in cells {
                let row = held.row_of(one.row);
                let column = held.table.header.cells.get(one.column);
                let (Some(row), Some(column)) = (row, column) else {
                    return Err(Fault::value(
                        "That cell is not in the list: change values that an answer set in List.",
                    ));
                };
                is_sent(one.column, view, &state.meta.asks)?;
                let file = held.text(row, one.column);
                let now = folded.shown(held, row, one.column);
                if now != one.from {
                    let says = format!(
                        "{}{} says “{now}” by now. It was not changed.",
                        held.letter(one.column),
                        one.row
                    );
                    return Err(Fault::stale("That cell has changed meanwhile.", says));
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
            let rows = are_there(rows, held)?;
            Ok((left_out(rows.len()), Kept::Out(rows)))
        }
        Mend::TakeBack { rows, .. } => {
            let rows = are_there(rows, held)?;
            let says = format!("{} taken back", many(rows.len(), "row"));
            Ok((says, Kept::Back(rows)))
        }
        Mend::Suggestion { id, .. } => {
            let step = view.causes.step(id, held, &view.folded, folded);
            step.ok_or_else(|| {
                let says = "The list has changed meanwhile. Look at the suggestions again.";
                Fault::stale("That is no longer suggested", says)
            })
        }
        Mend::Undo { .. } | Mend::Redo { .. } => Err(Fault::failed("That is no step.")),
    }
}

/// These rows, each once; refused where the list has one of them not.
fn are_there(rows: &[u32], held: &Held) -> Result<Vec<u32>, Fault> {
    if rows.is_empty() {
        return Err(Fault::value("There is no row to change."));
    }
    let mut once = BTreeSet::new();
    let mut each = Vec::with_capacity(rows.len());
    for row in rows.iter().filter(|row| once.insert(**row)) {
        if held.row_of(*row).is_none() {
            return Err(Fault::value(format!("There is no row {row}.")));
        }
        each.push(*row);
    }
    Ok(each)
}

/// Refuses a change of a cell that is not sent, as one value is in every row.
fn is_sent(column: usize, view: &View, asks: &Asks) -> Result<(), Fault> {
    let mapped = view.mapping.columns.get(column);
    let Some(field) = mapped.and_then(MappedColumn::field) else {
        return Ok(());
    };
    let own = asks.is_in_every_row(field);
    if !own && view.mapping.constant_of(field).is_none() {
        return Ok(());
    }
    let name = field.name();
    let says = if own {
        format!("{name} is one value in every row: what its cells say is not sent.")
    } else {
        format!("The settings give {name} in every row: what its cells say is not sent.")
    };
    let fault = Fault::value(says);
    Err(if own { fault.of_field(name) } else { fault })
}

/// Something that was said of the list.
pub(super) struct Said<'s> {
    /// What is answered.
    pub(super) says: &'s str,
    /// What it is called as a step.
    pub(super) step: String,
    /// What is changed in cells with it.
    pub(super) mend: Option<Kept>,
    /// Whether the list is read again for it.
    pub(super) reads: Reads,
}

/// Whether a list is read again.
pub(super) enum Reads {
    /// It is not.
    No,
    /// This sheet of it, where it has sheets.
    Again(Option<String>),
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
        let now = folded.shown(held, row, place).trim();
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
