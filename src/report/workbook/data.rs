//! The sheet of rows.

use std::borrow::Cow;

use rust_xlsxwriter::{IgnoreError, Note, Worksheet, XlsxError};

use super::cells::{marked, write_id};
use super::formats::Formats;
use crate::journal::RowRecord;
use crate::report::facts::Facts;
use crate::report::layout::{Layout, OutCell};
use crate::report::note::{MOST_NOTES, Notes};
use crate::report::verdict::Verdict;
use tables::edit::cells::cut;
use tables::edit::insert::in_text;

/// Rows from which the columns' widths are taken.
const SAMPLED_ROWS: usize = 500;

/// The widest a column is, in characters.
const WIDEST: u16 = 60;
/// So many lines a row is high, at most.
const MOST_LINES: u32 = 27;
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

/// The sheet of rows under construction.
pub(super) struct Data<'a> {
    facts: &'a Facts,
    sheet: &'a mut Worksheet,
    at_fault: Notes<'a>,
    next_row: u32,
    places: Vec<u16>,
    widths: Vec<usize>,
    notes: usize,
    formats: Formats,
}

impl<'a> Data<'a> {
    /// An empty one; `name` is the column of the customers' names in the result files, where that is
    /// certain.
    pub(super) fn new(facts: &'a Facts, name: Option<usize>, sheet: &'a mut Worksheet) -> Self {
        // Whoever names columns by their letters expects them where they were.
        let name = name.filter(|_| !facts.names_columns_by_letters());
        Self {
            places: places(&facts.layout, name),
            widths: vec![0; facts.layout.header().len()],
            at_fault: Notes::of(&facts.faults),
            facts,
            sheet,
            next_row: 1,
            notes: 0,
            formats: Formats::new(),
        }
    }

    /// Makes texts of all columns but the one of ids, and wraps messages. A format of a column costs nothing, one that is
    /// handed in with each cell is looked up for each cell.
    fn columns(&mut self) -> Result<(), XlsxError> {
        let ids = self.facts.layout.id_position();
        let message = self.facts.layout.status_position() + 2;
        for (place, column) in self.places.iter().copied().enumerate() {
            let format = match place {
                place if place == ids => &self.formats.id,
                place if place == message => &self.formats.message,
                _ => &self.formats.text,
            };
            self.sheet.set_column_format(column, format)?;
        }
        Ok(())
    }

    /// Writes the header.
    pub(super) fn header(&mut self) -> Result<(), XlsxError> {
        self.columns()?;
        for (column, text) in self.places.iter().copied().zip(self.facts.layout.header()) {
            self.widths[usize::from(column)] = text.chars().count() + 3;
            self.sheet.write_string_with_format(
                0,
                column,
                &*marked(&text),
                &self.formats.header,
            )?;
        }
        Ok(())
    }

    /// Writes a row.
    pub(super) fn row(&mut self, row: &RowRecord, verdict: &Verdict) -> Result<(), XlsxError> {
        let mut at_fault = self.at_fault.of_row(row.row);
        let status = self.facts.layout.status_position();
        let ids = self.facts.layout.id_position();
        let layout = &self.facts.layout;
        // From places in the input to places here; columns that are written anew have no faults.
        at_fault.retain_mut(|note| {
            let place = layout.position_of(note.column as usize);
            note.column = place
                .and_then(|at| u32::try_from(at).ok())
                .unwrap_or_default();
            place.is_some()
        });
        let lines = verdict.message.chars().count() / usize::from(WIDEST) + 1;
        if lines > 1 {
            // Not every program makes a row as high as its text.
            let lines = u32::try_from(lines).unwrap_or(MOST_LINES).min(MOST_LINES);
            self.sheet.set_row_height(self.next_row, lines * 15)?;
        }
        let told = self.told(row, verdict);
        for (place, cell) in layout.row(&row.cells, &told).enumerate() {
            let column = self.places[place];
            let faulty = at_fault.iter().find(|note| note.column as usize == place);
            let format = if place == status {
                Some(self.formats.of(verdict.status))
            } else if let Some(note) = faulty {
                Some(self.formats.at_fault(note.worst))
            } else {
                (place == ids).then_some(&self.formats.text)
            };
            let length = match cell {
                OutCell::Id(id) => {
                    write_id(self.sheet, self.next_row, column, id)?;
                    10
                }
                OutCell::Text(text) if text.is_empty() && faulty.is_none() => continue,
                OutCell::Text(text) => {
                    let text = cut(marked(&text));
                    let length = if self.next_row as usize <= SAMPLED_ROWS {
                        text.chars().count()
                    } else {
                        0
                    };
                    let (row, text) = (self.next_row, text.into_owned());
                    match format {
                        Some(format) => {
                            self.sheet
                                .write_string_with_format(row, column, text, format)?;
                        }
                        None => {
                            self.sheet.write_string(row, column, text)?;
                        }
                    }
                    length
                }
            };
            let width = &mut self.widths[usize::from(column)];
            *width = (*width).max(length);
        }
        for note in at_fault {
            let column = self.places.get(note.column as usize).copied();
            self.note(column.unwrap_or_default(), &note.text)?;
        }
        self.next_row += 1;
        Ok(())
    }

    /// What is said of a row, with the places that its cells have here.
    fn told<'v>(&self, row: &RowRecord, verdict: &'v Verdict) -> Cow<'v, Verdict> {
        let info = &self.facts.info;
        if !verdict.message.contains('(') || !info.places.is_empty() {
            return Cow::Borrowed(verdict);
        }
        let place = |column: u32| {
            let in_header = match &info.place {
                Some(table) => table.columns.iter().position(|at| *at == Some(column))?,
                None => column as usize,
            };
            let at = self.facts.layout.position_of(in_header)?;
            Some((self.next_row + 1, u32::from(*self.places.get(at)?)))
        };
        Cow::Owned(Verdict {
            message: in_text(&verdict.message, row.number, place),
            ..verdict.clone()
        })
    }

    fn note(&mut self, column: u16, text: &str) -> Result<(), XlsxError> {
        self.notes += 1;
        if self.notes > MOST_NOTES {
            return Ok(());
        }
        let short = cut(Cow::Borrowed(text));
        let lines = u32::try_from(short.chars().count() / 38 + short.lines().count());
        let note = Note::new(&*short)
            .add_author_prefix(false)
            .set_author("partner-import")
            .set_width(260)
            .set_height(lines.unwrap_or(20).clamp(2, 20) * 18);
        self.sheet.insert_note(self.next_row, column, &note)?;
        Ok(())
    }

    /// The columns that stay in view: those up to the status where it stands beside the name, and where
    /// they leave room for others.
    fn frozen(&self) -> u16 {
        let last = self.places[self.facts.layout.status_position()];
        let width = self.widths.iter().take(usize::from(last) + 1);
        let width: usize = width
            .map(|width| (*width).clamp(8, usize::from(WIDEST)) + 2)
            .sum();
        let is_beside = usize::from(last) + 3 < self.widths.len();
        if is_beside && width <= MOST_FROZEN {
            last + 1
        } else {
            0
        }
    }

    /// Sets widths and filter.
    pub(super) fn finish(self) -> Result<(), XlsxError> {
        let last_row = self.next_row.saturating_sub(1);
        let last_column = u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        self.sheet.set_freeze_panes(1, self.frozen())?;
        self.sheet.set_repeat_rows(0, 0)?;
        self.sheet.set_landscape();
        self.sheet.set_print_fit_to_pages(1, 0);
        if last_row > 0 {
            self.sheet.autofilter(0, 0, last_row, last_column)?;
            let stored = IgnoreError::NumberStoredAsText;
            self.sheet
                .ignore_error_range(1, 0, last_row, last_column, stored)?;
        }
        for (column, width) in (0..).zip(self.widths) {
            let width = u16::try_from(width).unwrap_or(WIDEST).clamp(8, WIDEST);
            self.sheet
                .set_column_width(column, f64::from(width) + 1.5)?;
        }
        Ok(())
    }
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
