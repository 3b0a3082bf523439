//! Reads and checks a file, on two threads where that is worth it; or a table that is kept.

use std::ops::ControlFlow;
use std::path::Path;

pub use super::checked_file::{CheckedFile, CheckedSheet, Dropped};
use super::event::{Events, Part, Silence, Stage};
use super::failure::Failure;
pub use super::headers::KnownHeaders;
use crate::check::join::join;
use crate::check::{
    CheckSettings, Checker, Comparison, Field, MappedColumn, Mapping, Medium, Origin, Restorer,
    Role, Selection, map_header,
};
use crate::model::notes::diagnostics;
use crate::model::rules::workbook::SHEET_WITHOUT_CUSTOMERS;
use crate::model::{Diagnostic, Header, RowBatch, RowIndex, Source};
use crate::report::workbook::SUMMARY;
use tables::note::Note;
use tables::{Format, More, ReadError, ReadOptions, Sheets, Table, TableFile};

/// What is done with each batch of rows, which come with the index of their first.
type KeepRows<'a> = dyn FnMut(RowIndex, &RowBatch) -> Result<(), Failure> + 'a;

/// Reads and checks the file at `path`, or all its sheets. Every batch of rows is handed to `keep`
/// as well, with the index of its first row; a batch never holds rows of two sheets. `events` say
/// how far it is.
pub fn check_file(
    path: &Path,
    options: &ReadOptions,
    settings: &CheckSettings,
    events: Events<'_>,
    keep: &mut KeepRows<'_>,
) -> Result<CheckedFile, Failure> {
    let part = Part::begin(events, Stage::Reading(path));
    let mut file = TableFile::open(path)?;
    let (names, notes) = names_of(&mut file, options, settings)?;
    let mut reading = Reading::of(medium_of_file(&file), settings, keep, part);
    let mut read = None;
    for name in &names {
        let options = ReadOptions {
            sheet: name.clone().or_else(|| options.sheet.clone()),
            ..options.clone()
        };
        let table = file.table(&options, &KnownHeaders)?;
        read = Some(reading.table(table, name.as_deref())?);
    }
    let (Some((mut source, format, header_row)), Some(mut checker)) = (read, reading.checker)
    else {
        unreachable!("there is one table at least");
    };
    let (sheets, dropped) = (reading.sheets, reading.dropped);
    let (mut mapping, mut joined) = (checker.mapping().clone(), None);
    if !sheets.is_empty() {
        let named: Vec<_> = sheets
            .iter()
            .map(|sheet| (sheet.name.as_str(), &sheet.mapping))
            .collect();
        let found = join(&named, &settings.mapping);
        mapping = found.mapping.clone();
        joined = Some(found);
        source.sheet = None;
    }
    checker.take_notes(notes);
    drop(reading.part);
    let _part = Part::begin(events, Stage::Checking(path));
    Ok(CheckedFile {
        source,
        format,
        header_row,
        mapping,
        sheets,
        joined,
        dropped,
        checked: checker.finish(),
    })
}

/// The names of the sheets to read, with what is to be said of the others; one without a name
/// where a single table is read.
pub fn names_of(
    file: &mut TableFile,
    options: &ReadOptions,
    settings: &CheckSettings,
) -> Result<(Vec<Option<String>>, Vec<Diagnostic>), Failure> {
    let single = (vec![None], Vec::new());
    if options.sheets == Sheets::One {
        return Ok(single);
    }
    let Some(list) = file.sheets(&KnownHeaders)? else {
        return Ok(single);
    };
    let mut notes = diagnostics(list.notes);
    let mut names = Vec::new();
    for name in list.names {
        let options = ReadOptions {
            sheet: Some(name.clone()),
            ..options.clone()
        };
        let mut table = file.table(&options, &KnownHeaders)?;
        let mut sample = RowBatch::default();
        table.next_batch(&mut sample)?;
        let said = settings.mapping_of(&table.header);
        let (mapping, _) = map_header(&table.header, &sample, &said)?;
        if is_of_customers(&mapping) {
            names.push(Some(name));
        } else {
            let message = format!("sheet \"{name}\" is not read: it has no customer columns");
            notes.push(Diagnostic::of_file(&SHEET_WITHOUT_CUSTOMERS, message));
        }
    }
    Ok(if names.is_empty() {
        single
    } else {
        (names, notes)
    })
}

/// Whether a sheet holds customers: names, or several of their other columns. One column such as
/// Country stands in price lists, too.
fn is_of_customers(mapping: &Mapping) -> bool {
    let fields = mapping.columns.iter().filter_map(MappedColumn::field);
    let undecided = mapping
        .columns
        .iter()
        .any(|one| one.role == Role::Undecided);
    mapping.index_of(Field::Name).is_some() || undecided || fields.count() > 1
}

/// What may have happened to the table's texts; `workbook` is what a workbook may be. One that a run
/// wrote holds numbers only where the list has numbers.
fn medium_of(
    format: &Format,
    workbook: Medium,
    mapping: &Mapping,
    settings: &CheckSettings,
) -> Medium {
    if matches!(format, Format::Text { .. }) {
        return Medium::Text;
    }
    let in_doubt = mapping.origin == Origin::Results
        && matches!(
            settings.comparison,
            Comparison::Nothing | Comparison::Unwanted
        );
    if in_doubt { workbook } else { Medium::Workbook }
}

/// A table that was read once and is kept: its rows can be checked again and again.
#[derive(Debug)]
pub struct HeldTable {
    /// The file and the sheet.
    pub source: Source,
    /// What kind of file it is.
    pub format: Format,
    /// The names of the columns.
    pub header: Header,
    /// All its rows, as they were read.
    pub batches: Vec<RowBatch>,
    medium: Medium,
    early: Vec<Note>,
    late: Vec<Note>,
}

impl HeldTable {
    /// What was noticed while it was read.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.early.iter().chain(&self.late)
    }

    /// The same table with other rows.
    #[must_use]
    pub fn of(other: &Self, batches: Vec<RowBatch>) -> Self {
        Self {
            source: other.source.clone(),
            format: other.format.clone(),
            header: other.header.clone(),
            medium: other.medium,
            early: Vec::new(),
            late: Vec::new(),
            batches,
        }
    }
}

/// Reads a table to keep it; `told` is called with the number of rows so far, and may end it.
pub fn hold(
    file: &mut TableFile,
    options: &ReadOptions,
    told: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<HeldTable, Failure> {
    let mut table = file.table(options, &KnownHeaders)?;
    let medium = medium_of_file(file);
    let (mut batches, mut rows) = (Vec::new(), 0);
    let mut more = More::Maybe;
    while more == More::Maybe {
        let mut batch = RowBatch::default();
        more = table.next_batch(&mut batch)?;
        rows += batch.len();
        batches.push(batch);
        if told(rows).is_break() {
            return Err(Failure::interrupted("the list was not read to its end"));
        }
    }
    Ok(HeldTable {
        early: std::mem::take(&mut table.notes),
        late: table.take_notes(),
        medium,
        header: table.header,
        format: table.format,
        source: table.source,
        batches,
    })
}

/// Checks a table that is kept: what [`check_file`] comes to when the file is read as it was then.
pub fn check_held(
    held: &HeldTable,
    settings: &CheckSettings,
    events: Events<'_>,
) -> Result<CheckedFile, Failure> {
    let rows = Rows::Held(None, held.batches.iter(), &held.late);
    check_rows(held, rows, settings, events)
}

/// Checks these rows of a table by themselves. The columns are what they are for the whole table: what
/// its first rows tell of them counts.
pub fn check_alone(
    held: &HeldTable,
    rows: &RowBatch,
    settings: &CheckSettings,
) -> Result<CheckedFile, Failure> {
    let rows = Rows::Held(held.batches.first(), std::slice::from_ref(rows).iter(), &[]);
    check_rows(held, rows, settings, &Silence)
}

fn check_rows(
    held: &HeldTable,
    mut rows: Rows<'_>,
    settings: &CheckSettings,
    events: Events<'_>,
) -> Result<CheckedFile, Failure> {
    let path = Path::new(&held.source.file);
    let mut keep = |_: RowIndex, _: &RowBatch| Ok(());
    let mut reading = Reading::of(
        held.medium,
        settings,
        &mut keep,
        Part::begin(events, Stage::Checking(path)),
    );
    let head = (&held.header, &held.format);
    reading.rows(head, held.early.clone(), &mut rows, None)?;
    let Some(checker) = reading.checker else {
        unreachable!("a table was read");
    };
    Ok(CheckedFile {
        source: held.source.clone(),
        format: held.format.clone(),
        header_row: held.header.row,
        mapping: checker.mapping().clone(),
        sheets: Vec::new(),
        joined: None,
        dropped: reading.dropped,
        checked: checker.finish(),
    })
}

/// Where the rows of a table come from.
enum Rows<'t> {
    OfFile(&'t mut Table),
    /// What is looked at for the columns, where it is not the first of them; the rows; what was
    /// noticed of them.
    Held(
        Option<&'t RowBatch>,
        std::slice::Iter<'t, RowBatch>,
        &'t [Note],
    ),
}

impl Rows<'_> {
    fn next_batch(&mut self, batch: &mut RowBatch) -> Result<More, ReadError> {
        match self {
            Self::OfFile(table) => table.next_batch(batch),
            Self::Held(_, batches, _) => {
                batch.clear();
                if let Some(next) = batches.next() {
                    batch.append(next);
                }
                Ok(if batches.len() == 0 {
                    More::No
                } else {
                    More::Maybe
                })
            }
        }
    }

    /// What was noticed of the rows.
    fn take_notes(&mut self) -> Vec<Note> {
        match self {
            Self::OfFile(table) => table.take_notes(),
            Self::Held(_, _, notes) => notes.to_vec(),
        }
    }
}

/// What a workbook may be: with a sheet of counts, one that a run wrote.
fn medium_of_file(file: &TableFile) -> Medium {
    if file.has_sheet(SUMMARY) {
        Medium::Results
    } else {
        Medium::Workbook
    }
}

/// Tables that are read one after the other into one check.
struct Reading<'a, 'k> {
    /// What a workbook may be: with a sheet of counts, one that a run wrote.
    workbook: Medium,
    settings: &'a CheckSettings,
    keep: &'a mut KeepRows<'k>,
    part: Part<'a>,
    checker: Option<Checker>,
    /// The next row, counted through all tables.
    next: RowIndex,
    /// How many rows count but for a part that is chosen.
    passed: u32,
    dropped: Vec<Dropped>,
    sheets: Vec<CheckedSheet>,
}

impl<'a, 'k> Reading<'a, 'k> {
    fn of(
        workbook: Medium,
        settings: &'a CheckSettings,
        keep: &'a mut KeepRows<'k>,
        part: Part<'a>,
    ) -> Self {
        Self {
            workbook,
            settings,
            keep,
            part,
            checker: None,
            next: RowIndex(0),
            passed: 0,
            dropped: Vec::new(),
            sheets: Vec::new(),
        }
    }

    fn table(
        &mut self,
        mut table: Table,
        sheet: Option<&str>,
    ) -> Result<(Source, Format, u32), Failure> {
        let early = std::mem::take(&mut table.notes);
        let (header, format) = (table.header.clone(), table.format.clone());
        self.rows(
            (&header, &format),
            early,
            &mut Rows::OfFile(&mut table),
            sheet,
        )?;
        Ok((table.source, table.format, header.row))
    }

    /// Checks the rows of a table; `early` is what was noticed before the first of them.
    fn rows(
        &mut self,
        (header, format): (&Header, &Format),
        early: Vec<Note>,
        table: &mut Rows<'_>,
        sheet: Option<&str>,
    ) -> Result<(), Failure> {
        let mut first = RowBatch::default();
        let mut more = table.next_batch(&mut first)?;
        let settings = self.settings;
        let sample = match table {
            Rows::Held(Some(sample), ..) => *sample,
            _ => &first,
        };
        let mut checker = match (self.checker.take(), sheet) {
            (Some(mut checker), sheet) => {
                let sheet = sheet.unwrap_or_default();
                checker.next_sheet(sheet, header, settings, sample)?;
                checker
            }
            (None, Some(sheet)) => Checker::on_sheet(sheet, header, settings, sample)?,
            (None, None) => Checker::new(header, settings, sample)?,
        };
        if let Some(name) = sheet {
            self.sheets.push(CheckedSheet {
                name: name.to_owned(),
                first: self.next,
                header_row: header.row,
                mapping: checker.mapping().clone(),
            });
        }
        let medium = medium_of(format, self.workbook, checker.mapping(), settings);
        let mut restorer = Restorer::of(settings, checker.mapping(), medium);
        let before = (self.next.0, self.passed);
        let mut selection = Selection::of(&settings.selection, header, checker.mapping(), before);
        restorer.batch(&mut first);
        selection.batch(&mut first, |batch| self.keep(batch))?;
        checker.batch(&first);
        if more == More::Maybe {
            drop(first);
            checker.stream(|batch| {
                more = table.next_batch(batch)?;
                restorer.batch(batch);
                selection.batch(batch, |batch| self.keep(batch))?;
                Ok::<_, Failure>(match more {
                    More::Maybe => ControlFlow::Continue(()),
                    More::No => ControlFlow::Break(()),
                })
            })?;
        }
        let notes = early.into_iter().chain(table.take_notes());
        let asked = &settings.selection;
        let uses = |column| asked.uses(column, header, checker.mapping());
        let mut problems = diagnostics(notes.filter_map(|note| note.of_columns(uses)));
        problems.append(&mut restorer.finish());
        let selected = selection.finish();
        self.passed = selected.passed;
        let dropped = Dropped {
            rows: selected.dropped.clone(),
            why: selected.why.clone(),
        };
        problems.retain_mut(|problem| dropped.moves(&mut problem.row));
        self.dropped.push(dropped);
        checker.take_reading_problems(problems);
        checker.take_selected(selected);
        self.checker = Some(checker);
        Ok(())
    }

    fn keep(&mut self, batch: &RowBatch) -> Result<(), Failure> {
        (self.keep)(self.next, batch)?;
        self.next.0 += u32::try_from(batch.len()).unwrap_or(u32::MAX);
        self.part.counted(u64::from(self.next.0));
        Ok(())
    }
}
