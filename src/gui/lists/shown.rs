//! A list as it is shown: whole, in short, and what of it changed.

use tables::Format;

use super::causes::many;
use super::held::Held;
use super::list::{List, Phase, State};
use super::problem::{row_of, said};
use super::rows::severity;
use super::said::Asks;
use super::view::View;
use crate::check::Field;
use crate::flow::clock::show;
use crate::gui::wire::{
    Export, Field as Shown, List as Body, ListCard, ListCounts, ListEvent, Remark, Step, Understood,
};

impl List {
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
            said: state.said,
            checking: event.checking,
            understood: understood(&state),
            columns: there.map_or_else(Vec::new, |(held, view)| asks.columns(held, view)),
            fields: fields(),
            questions: state.questions.clone(),
            constants: asks.constants(),
            draft: self.left_behind(),
            lines: there.map_or(0, |(held, _)| held.lines.total),
            remarks: there.map_or_else(Vec::new, |(held, view)| remarks(held, view)),
            counts: event.counts,
            undo: event.undo,
            redo: event.redo,
            stale: state.folded.stale(),
            run: state.meta.run.clone(),
            reached: state.meta.reached,
        }
    }

    pub(super) fn event(&self, state: &State) -> ListEvent {
        let there = state.held.as_ref().zip(state.view.as_ref());
        let mut counts = there.map_or_else(ListCounts::default, |(_, view)| view.counts());
        let open = &state.questions;
        if open.iter().any(|one| one.answer.is_none() || one.open > 0) {
            counts.ready = 0;
        }
        ListEvent {
            list: self.id.clone(),
            state: words_of(&state.phase).0,
            revision: state.revision,
            said: state.said,
            checking: !state.is_checked(),
            rows_read: state.rows_read,
            counts,
            undo: state.steps.undo(state.sheet()),
            redo: state.steps.redo(state.sheet()),
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
                format!("{} to fix, {mended} fixed", many(need, "row")),
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

/// What is said of the file as a whole.
fn remarks(held: &Held, view: &View) -> Vec<Remark> {
    let of_file = view.of_file.iter();
    of_file
        .map(|one| Remark {
            code: one.rule.code,
            severity: severity(one.is_error()),
            says: said(one),
            row: row_of(one),
            line: row_of(one).map(|row| held.lines.line(row)),
        })
        .collect()
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
