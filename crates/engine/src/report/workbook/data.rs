//! The sheet of rows but for the rows: columns, header, notes, and how it is looked at.

use std::borrow::Cow;

use rust_xlsxwriter::{IgnoreError, Note, Worksheet, XlsxError};

use super::cells::marked;
use super::formats::Formats;
use crate::journal::Store;
use crate::model::RowIndex;
use crate::report::ReportError;
use crate::report::facts::{Facts, goes_on_while};
use crate::report::layout::{Layout, OutCell};
use crate::report::note::{CellNote, MOST_NOTES, Notes};
use tables::edit::cells::cut;

/// Rows from which the columns' widths are taken.
const SAMPLED_ROWS: usize = 500;

/// The widest a column is, in characters.
const WIDEST: u16 = 60;
/// So many lines a row is high, at most.
const MOST_LINES: u32 = 27;
/// The height of a line, in points.
const LINE: u32 = 15;
/// How wide an id is, in characters.
const WIDTH_OF_IDS: usize = 10;
/// Columns that stay in view may be so wide together, in characters.
const MOST_FROZEN: usize = 75;

/// Where each column of the result files stands in the sheet: ID and status beside the name, where that
/// is known, else as in the other files.
fn places(layout: &Layout, name: Option<usize>) -> Vec<u16> {
    let (all, input) = (layout.header().len(), layout.input_width());
    let mut order: Vec<usize> = (0..all).collect();
    if let Some(name) = name {
        let (id, status) = (layout.id_position(), layout.status_position());
        // An ID that the input has stays where it is.
        let beside = if id == name + 1 { id } else { name };
        let own: Vec<usize> = [id, status].into_iter().filter(|at| *at >= input).collect();
        order.retain(|at| !own.contains(at));
        let after = beside.min(input.saturating_sub(1)) + 1;
        order.splice(after..after, own);
    }
    let mut places = vec![0; all];
    for (place, column) in (0..).zip(order) {
        places[column] = place;
    }
    places
}

/// How high a row with this message is, in points, where it is higher than others: not every program
/// makes a row as high as its text.
pub(super) fn height(message: &str) -> Option<u32> {
    let wide = usize::from(WIDEST);
    // Hardly any message is as long as that, and bytes are counted at once.
    if message.len() < wide {
        return None;
    }
    let lines = message.chars().count() / wide + 1;
    let lines = u32::try_from(lines).unwrap_or(MOST_LINES).min(MOST_LINES);
    (lines > 1).then_some(lines * LINE)
}

/// The notes of a row at the places of the result files' columns; those that are written anew have none.
pub(super) fn notes_of(notes: &mut Notes<'_>, row: RowIndex, layout: &Layout) -> Vec<CellNote> {
    let mut of_row = notes.of_row(row);
    of_row.retain_mut(|note| {
        let place = layout.position_of(note.column as usize);
        note.column = place
            .and_then(|at| u32::try_from(at).ok())
            .unwrap_or_default();
        place.is_some()
    });
    of_row
}

/// The row of the sheet, from 0, on which a data row stands.
fn sheet_row(row: RowIndex) -> u32 {
    row.0.saturating_add(1)
}

/// What stands around the rows.
pub(super) struct Data<'a> {
    facts: &'a Facts,
    /// Where each column of the result files stands.
    pub(super) places: Vec<u16>,
    widths: Vec<usize>,
    formats: Formats,
}

impl<'a> Data<'a> {
    /// `name` is the column of the customers' names in the result files, where that is certain.
    pub(super) fn of(
        facts: &'a Facts,
        store: &Store,
        name: Option<usize>,
    ) -> Result<Self, ReportError> {
        // Whoever names columns by their letters expects them where they were.
        let name = name.filter(|_| !facts.names_columns_by_letters());
        Ok(Self {
            places: places(&facts.layout, name),
            widths: widths(facts, store)?,
            facts,
            formats: Formats::new(),
        })
    }

    /// Fills the sheet. Below the header stand cells that show the formats and nothing else, in the order of
    /// [`Formats::all`]: the rows come in their place.
    pub(super) fn fill(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.columns(sheet)?;
        for (column, text) in self.places.iter().copied().zip(self.facts.layout.header()) {
            sheet.write_string_with_format(0, column, &*marked(&text), &self.formats.header)?;
        }
        for (row, format) in (1..).zip(self.formats.all()) {
            sheet.write_blank(row, 0, format)?;
        }
        self.notes(sheet)?;
        self.view(sheet)
    }

    /// Makes texts of all columns but the one of ids, and wraps messages.
    fn columns(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let ids = self.facts.layout.id_position();
        let message = self.facts.layout.status_position() + 2;
        for (place, column) in self.places.iter().copied().enumerate() {
            let format = match place {
                place if place == ids => &self.formats.id,
                place if place == message => &self.formats.message,
                _ => &self.formats.text,
            };
            sheet.set_column_format(column, format)?;
            let width = u16::try_from(self.widths[place]).unwrap_or(WIDEST);
            sheet.set_column_width(column, f64::from(width.clamp(8, WIDEST)) + 1.5)?;
        }
        Ok(())
    }

    fn notes(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let mut written = 0;
        let mut notes = Notes::of(&self.facts.faults);
        for faults in self.facts.faults.chunk_by(|one, next| one.row == next.row) {
            let row = faults[0].row;
            for note in notes_of(&mut notes, row, &self.facts.layout) {
                written += 1;
                if written > MOST_NOTES {
                    return Ok(());
                }
                let column = self.places.get(note.column as usize).copied();
                let at = (sheet_row(row), column.unwrap_or_default());
                insert_note(sheet, at, &note.text)?;
            }
            // Where a note's box ends is told by the rows that it lies over.
            let verdict = self.facts.verdicts.get(row.as_usize());
            if let Some(height) = verdict.and_then(|verdict| height(&verdict.message)) {
                sheet.set_row_height(sheet_row(row), height)?;
            }
        }
        Ok(())
    }

    /// The columns that stay in view: those up to the status where it stands beside the name, and where
    /// they leave room for others.
    fn frozen(&self) -> u16 {
        let last = self.places[self.facts.layout.status_position()];
        let before = self.places.iter().zip(&self.widths);
        let width: usize = before
            .filter(|(column, _)| **column <= last)
            .map(|(_, width)| (*width).clamp(8, usize::from(WIDEST)) + 2)
            .sum();
        let is_beside = usize::from(last) + 3 < self.widths.len();
        if is_beside && width <= MOST_FROZEN {
            last + 1
        } else {
            0
        }
    }

    /// What stays in view, what can be filtered, and how it is printed.
    fn view(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let last_row = u32::try_from(self.facts.numbers.len()).unwrap_or(u32::MAX);
        let last_column = u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.set_freeze_panes(1, self.frozen())?;
        sheet.set_repeat_rows(0, 0)?;
        sheet.set_landscape();
        sheet.set_print_fit_to_pages(1, 0);
        if last_row > 0 {
            sheet.autofilter(0, 0, last_row, last_column)?;
            let stored = IgnoreError::NumberStoredAsText;
            sheet.ignore_error_range(1, 0, last_row, last_column, stored)?;
        }
        Ok(())
    }
}

fn insert_note(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
) -> Result<(), XlsxError> {
    let short = cut(Cow::Borrowed(text));
    let lines = u32::try_from(short.chars().count() / 38 + short.lines().count());
    let note = Note::new(&*short)
        .add_author_prefix(false)
        .set_author("partner-import")
        .set_width(260)
        .set_height(lines.unwrap_or(20).clamp(2, 20) * 18);
    sheet.insert_note(row, column, &note).map(drop)
}

/// How wide each column of the result files is, in characters, by its header and by the first rows.
fn widths(facts: &Facts, store: &Store) -> Result<Vec<usize>, ReportError> {
    let header = facts.layout.header();
    let mut widths: Vec<usize> = header.iter().map(|text| text.chars().count() + 3).collect();
    if facts.verdicts.iter().any(|verdict| verdict.id.is_some())
        && let Some(width) = widths.get_mut(facts.layout.id_position())
    {
        *width = (*width).max(WIDTH_OF_IDS);
    }
    let mut left = SAMPLED_ROWS;
    facts.rows_until(store, |row, verdict| {
        for (width, cell) in widths.iter_mut().zip(facts.layout.row(&row.cells, verdict)) {
            if let OutCell::Text(text) = cell {
                *width = (*width).max(cut(marked(&text)).chars().count());
            }
        }
        left -= 1;
        Ok(goes_on_while(left > 0))
    })?;
    Ok(widths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::tests::info;

    #[test]
    fn id_and_status_stand_beside_the_name_where_it_is_known() {
        let shown = |header: &[&str], id: Option<u32>, name: Option<usize>| {
            let mut info = info(header);
            info.id_column = id;
            let layout = Layout::of(&info);
            let mut titles: Vec<_> = places(&layout, name)
                .into_iter()
                .zip(layout.header())
                .collect();
            titles.sort();
            let titles: Vec<_> = titles.iter().map(|(_, title)| title.to_string()).collect();
            titles.join(" ").replace("Import", "")
        };
        let list = ["Nr", "Name", "City"];
        assert_eq!(
            shown(&list, None, Some(1)),
            "Nr Name ID Status City Code Message"
        );
        assert_eq!(
            shown(&list, None, Some(2)),
            "Nr Name City ID Status Code Message"
        );
        assert_eq!(
            shown(&list, None, None),
            "Nr Name City ID Status Code Message"
        );
        let with = ["Name", "ID", "City"];
        assert_eq!(
            shown(&with, Some(1), Some(0)),
            "Name ID Status City Code Message"
        );
        let far = ["ID", "Name", "City"];
        assert_eq!(
            shown(&far, Some(0), Some(1)),
            "ID Name Status City Code Message"
        );
    }
}
