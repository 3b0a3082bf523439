//! How a list is read: the sheet, the header row, the export, the encoding. Each choice is a step.

use std::sync::Arc;

use super::kept::{Reads, Said};
use super::list::List;
use crate::flow::failure::Failure;
use crate::gui::app::App;
use crate::gui::fault::Fault;
use crate::gui::wire::{Saved, UnderstoodAsk};

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
        let step = match &ask {
            UnderstoodAsk {
                sheet: Some(it), ..
            } => format!("sheet “{it}”"),
            UnderstoodAsk {
                header_row: Some(row),
                ..
            } => format!("header in row {row}"),
            UnderstoodAsk {
                export: Some(it), ..
            } => format!("read as {it}"),
            UnderstoodAsk {
                encoding: Some(it), ..
            } => format!("letters {it}"),
            _ => return Err(Fault::value("Nothing is said of how it is read.")),
        };
        let sheet = ask.sheet.clone();
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
        let mut before = state.meta.clone();
        before.asks = std::mem::replace(&mut state.meta.asks, asks);
        let said = Said {
            says: "The list is read again.",
            step,
            mend: None,
            reads: Reads::Again(sheet.or_else(|| state.sheet().map(str::to_owned))),
        };
        self.said(app, &mut state, before, said)
    }
}
