//! The cells of a run's rows, as the run has them: what its journal says is sent, and where nothing is, what the
//! list said when it began. What was changed in the list since then belongs to the next run.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use crate::check::record::of_partner;
use crate::check::{Field, field_of_header};
use crate::gui::lists::{Held, Snapshot, options_of};
use crate::gui::wire::{Column, Mark, Member};
use crate::journal::{JournalError, RunInfo, Store};
use crate::model::PartnerInfo;
use crate::model::level::DERIVE;
use crate::model::place::column_letters;

/// Fields that are shown though the list has no column for them: one value gave them to every row.
const WITHOUT_COLUMN: [Field; 6] = [
    Field::Name,
    Field::Level,
    Field::State,
    Field::Country,
    Field::DeviceCountry,
    Field::ExternalCode,
];
/// Options under which a run has only some of the list's rows.
const OF_SOME: [&str; 3] = ["first", "of-run", "only-below"];

/// The cells of a run's rows.
pub struct Cells {
    header: Vec<String>,
    /// Which field each column goes to: those of the header, then those that have none there.
    fields: Vec<Option<Field>>,
    sheet: Option<String>,
    header_row: Option<u32>,
    /// Each row's cells as they stand in the journal: a list of texts.
    rows: Vec<Box<str>>,
    partners: Vec<Option<Arc<PartnerInfo>>>,
    of_some: bool,
    options: Vec<(String, String)>,
    widths: Vec<usize>,
}

/// What was changed in a list since a run of it began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Since {
    /// Cells that hold something else.
    pub cells: usize,
    /// Rows that count now and did not, or the other way round.
    pub rows: usize,
}

impl Cells {
    /// As a journal has them.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(
        store: &Store,
        info: &RunInfo,
        partners: Vec<Option<Arc<PartnerInfo>>>,
    ) -> Result<Self, JournalError> {
        let mut rows = Vec::with_capacity(partners.len());
        store.each_row_as_written(|_, cells| rows.push(cells.into()))?;
        let mut fields: Vec<_> = info.header.iter().map(|one| field_of_header(one)).collect();
        for field in WITHOUT_COLUMN {
            let says = |one: &Arc<PartnerInfo>| {
                of_partner(one, field).is_some_and(|text| !text.is_empty())
            };
            if !fields.contains(&Some(field)) && partners.iter().flatten().any(says) {
                fields.push(Some(field));
            }
        }
        let option = |names: &[&str]| {
            info.options
                .iter()
                .any(|(name, _)| names.contains(&&**name))
        };
        let mut cells = Self {
            header: info.header.clone(),
            fields,
            sheet: info.sheet.clone(),
            header_row: info.place.as_ref().map(|place| place.header_row),
            rows,
            partners,
            of_some: option(&OF_SOME),
            options: info.options.clone(),
            widths: Vec::new(),
        };
        cells.widths = (0..cells.fields.len())
            .map(|column| cells.title(column).chars().count())
            .collect();
        for row in 0..cells.rows.len().min(50) {
            for (width, text) in cells.widths.clone().iter().zip(cells.of(row)).enumerate() {
                cells.widths[width] = (*text.0).max(text.1.chars().count());
            }
        }
        Ok(cells)
    }

    fn title(&self, column: usize) -> &str {
        match (self.header.get(column), self.fields[column]) {
            (Some(header), _) => header,
            (None, field) => field.map_or("", Field::name),
        }
    }

    /// The columns, the same for as long as the run is there.
    pub fn columns(&self) -> Vec<Column> {
        let columns = self.fields.iter().enumerate();
        columns
            .map(|(at, field)| Column {
                letter: (at < self.header.len())
                    .then(|| column_letters(u32::try_from(at).unwrap_or(u32::MAX))),
                header: self.title(at).to_owned(),
                field: field.map(Field::name),
                options: field.map(options_of).unwrap_or_default(),
                width: crate::gui::lists::width_of(self.widths[at]),
                ..Column::default()
            })
            .collect()
    }

    /// What the list said when the run began.
    fn of_list(&self, row: usize) -> Vec<String> {
        serde_json::from_str(&self.rows[row]).unwrap_or_default()
    }

    /// What is sent for a row, and where nothing is, what the list said.
    pub fn of(&self, row: usize) -> Vec<String> {
        let said = self.of_list(row);
        let partner = self.partners.get(row).and_then(Option::as_deref);
        let columns = self.fields.iter().enumerate();
        columns
            .map(|(at, field)| {
                let sent = field.zip(partner);
                let sent = sent.and_then(|(field, partner)| of_partner(partner, field));
                sent.map_or_else(
                    || said.get(at).cloned().unwrap_or_default(),
                    Cow::into_owned,
                )
            })
            .collect()
    }

    /// Whether an option gave the field one value.
    fn given(&self, field: Field, option: &str) -> bool {
        let own = |name: &str| name.trim().eq_ignore_ascii_case(field.name());
        let mut options = self.options.iter();
        options.any(|(name, value)| {
            name == option
                && value
                    .split_once('=')
                    .is_some_and(|(name, value)| own(name) && value != DERIVE)
        })
    }

    /// What is sent for a row, member by member; empty where nothing is.
    pub fn members(&self, row: usize) -> Vec<Member> {
        let Some(partner) = self.partners.get(row).and_then(Option::as_deref) else {
            return Vec::new();
        };
        let said = self.of_list(row);
        let each = Field::ALL.iter().filter_map(|field| {
            let own = self.fields.iter().position(|one| one == &Some(*field));
            let cell = own
                .and_then(|own| said.get(own))
                .map_or("", |text| text.trim());
            let value = of_partner(partner, *field).unwrap_or(Cow::Borrowed(cell));
            (!value.is_empty() && *field != Field::Id).then(|| Member {
                member: field.path(),
                from: match (self.given(*field, "set"), own) {
                    (true, _) => "one value in every row".to_owned(),
                    (_, Some(own)) if !cell.is_empty() => self.title(own).to_owned(),
                    _ if *field == Field::Level && !self.given(*field, "default") => {
                        "from its parent".to_owned()
                    }
                    _ => "one value where the cell is empty".to_owned(),
                },
                value: value.into_owned(),
            })
        });
        each.collect()
    }

    /// Whether the list is read as it was when the run began, so that a column of the one is the same
    /// of the other.
    pub fn fits(&self, held: &Held) -> bool {
        self.header.len() == held.width()
            && self.sheet == held.table.source.sheet
            && self
                .header_row
                .is_none_or(|row| row == held.table.header.row)
    }

    /// A row as the list has it now, to be mended there; with what is marked in it.
    pub fn to_mend(&self, row: usize, number: u32, list: &Snapshot) -> Option<Shown> {
        let now = list.row_of(number).filter(|_| self.fits(&list.held))?;
        let mut cells = self.of(row);
        let own = self.header.len();
        cells[..own].clone_from_slice(&now.cells[..own]);
        let marks = now.marks.into_iter();
        Some((cells, marks.filter(|(column, ..)| *column < own).collect()))
    }

    /// A row as the run has it, with what the list says by now where that is something else.
    pub fn as_sent(&self, row: usize, number: u32, list: Option<&Snapshot>) -> Shown {
        let mut marks = Vec::new();
        if let Some(list) = list.filter(|list| self.fits(&list.held))
            && let Some(place) = list.held.row_of(number)
        {
            for (column, then) in self.of_list(row).iter().enumerate() {
                let now = list.text(place, column);
                if now.trim() != then.trim() {
                    marks.push((column, Mark::Later, now.to_owned()));
                }
            }
        }
        (self.of(row), marks)
    }

    /// What was changed in a row of the list since.
    fn changed(&self, row: usize, place: usize, list: &Snapshot) -> usize {
        let then = self.of_list(row);
        let then = then.iter().enumerate();
        then.filter(|(column, then)| list.text(place, *column).trim() != then.trim())
            .count()
    }

    /// How many of these rows were mended since.
    pub fn mended(&self, rows: impl Iterator<Item = (usize, u32)>, list: &Snapshot) -> usize {
        if !self.fits(&list.held) {
            return 0;
        }
        rows.filter(|(row, number)| {
            let place = list.held.row_of(*number);
            place.is_some_and(|place| self.changed(*row, place, list) > 0)
        })
        .count()
    }

    /// What was changed in the list since.
    pub fn since(&self, numbers: &[u32], list: &Snapshot) -> Since {
        let mut since = Since::default();
        if !self.fits(&list.held) {
            return since;
        }
        let counts = |place: usize| list.why_out(place).is_none();
        for (row, number) in numbers.iter().enumerate() {
            match list.held.row_of(*number) {
                Some(place) if counts(place) => since.cells += self.changed(row, place, list),
                _ => since.rows += 1,
            }
        }
        if !self.of_some {
            let known: HashSet<u32> = numbers.iter().copied().collect();
            let new = (0..list.held.len())
                .filter(|place| counts(*place) && !known.contains(&list.held.number(*place)));
            since.rows += new.count();
        }
        since
    }
}

/// Cells, and what is marked in them.
pub type Shown = (Vec<String>, Vec<(usize, Mark, String)>);
