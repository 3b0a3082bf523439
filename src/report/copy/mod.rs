//! `results.xlsx` as a copy of the user's own workbook: every part of the package goes over as it
//! is, compressed bytes and all; only the customer sheet is filled in, cell styles and notes are
//! appended, and a sheet of counts is added.
//!
//! What could not be filled in without breaking it is refused in words, and the workbook is written
//! from the journal instead. Knows the package and its XML; the values come from [`Facts`].

mod book;
mod cells;
mod error;
mod fill;
mod frame;
mod notes;
mod package;
mod sheet;
mod styles;
mod summary;
mod survey;
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use self::book::{BookChange, Calculation, Relations, Removed};
pub use self::error::CopyError;
use self::fill::{Columns, Filling};
use self::frame::{Frame, range_text};
use self::package::{Package, Relation, key, relations_name};
use self::styles::Styles;
use self::summary::Summary;
use self::survey::{Corners, Question, Survey, range_of, survey};
use super::facts::Facts;
use super::file::NewFile;
use super::next::Next;
use super::workbook;
use crate::journal::Store;
use crate::model::place::column_letters;

/// The input of a run, as it is on the disk now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Original {
    /// It is no workbook that could be copied.
    #[default]
    None,
    /// It is what the run has read: its bytes.
    Unchanged(Vec<u8>),
    /// It is not what the run has read any more; why, in words.
    Lost(String),
}

/// A copy that was made.
#[derive(Debug)]
pub struct Copied {
    /// Where.
    pub path: PathBuf,
    /// What of the original is not in it, in words.
    pub left_out: Vec<String>,
}

/// Copies the original and fills it in.
pub fn write(
    facts: &Facts,
    store: &Store,
    original: &[u8],
    next: &[Next],
    path: &Path,
) -> Result<Copied, CopyError> {
    let mut package = Package::open(original.to_owned())?;
    let outline = Outline::of(&mut package, facts)?;
    let mut draft = Draft::of(package, outline, facts, store, next)?;
    let mut file = NewFile::create(path)?;
    draft.save(&mut file)?;
    Ok(Copied {
        path: file.commit()?,
        left_out: draft.left_out,
    })
}

/// Which parts matter.
struct Outline {
    workbook: String,
    workbook_text: String,
    relations: Vec<Relation>,
    sheets: book::Sheets,
    /// The customer sheet: its place among the sheets, and its part.
    place: usize,
    sheet: String,
}

impl Outline {
    fn of(package: &mut Package, facts: &Facts) -> Result<Self, CopyError> {
        let root = package.relations("")?;
        let workbook = target(&root, |one| one.kind == "officeDocument");
        let workbook = workbook.ok_or_else(|| CopyError::refused("it has no workbook part"))?;
        let workbook_text = package.text(&workbook)?;
        let sheets = book::sheets(&workbook_text)?;
        let relations = package.relations(&workbook)?;
        if relations.iter().any(|one| one.kind.ends_with("acrosheet")) {
            return Err(CopyError::refused("it has sheets of macros"));
        }
        let wanted = facts.info.sheet.as_deref().unwrap_or_default();
        let place = sheets.entries.iter().position(|one| one.name == wanted);
        let place = place.ok_or_else(|| CopyError::refused("its sheet is not found again"))?;
        let entry = &sheets.entries[place];
        let sheet = target(&relations, |one| {
            one.id == entry.relation && one.kind == "worksheet"
        });
        let sheet = sheet.ok_or_else(|| CopyError::refused("its sheet has no part"))?;
        Ok(Self {
            workbook,
            workbook_text,
            relations,
            sheets,
            place,
            sheet,
        })
    }
}

fn target(relations: &[Relation], wanted: impl Fn(&Relation) -> bool) -> Option<String> {
    relations.iter().find(|one| wanted(one))?.target.clone()
}

/// A copy before it is written.
struct Draft<'a> {
    package: Package,
    outline: Outline,
    survey: Survey,
    frame: Frame,
    filling: Filling<'a>,
    styles: Styles,
    styles_part: String,
    /// Parts with new texts, and new parts.
    texts: BTreeMap<String, String>,
    /// Parts that are not copied, in small letters.
    dropped: BTreeSet<String>,
    left_out: Vec<String>,
}

impl<'a> Draft<'a> {
    fn of(
        mut package: Package,
        outline: Outline,
        facts: &'a Facts,
        store: &Store,
        next: &[Next],
    ) -> Result<Self, CopyError> {
        let mut columns = Columns::of(facts)?;
        let survey = survey(
            package.stream(&outline.sheet)?,
            &Question {
                header_row: columns.header_row,
                last_header: columns.last_header(),
                written: &columns.written(),
            },
        )?;
        let sheet_relations = package.relations(&outline.sheet)?;
        let tables = tables(&mut package, &sheet_relations)?;
        let rightmost = tables.iter().map(|(_, (_, right))| *right);
        columns.add_missing(rightmost.fold(survey.rightmost, u32::max))?;
        let mut filling = Filling::of(facts, store, columns)?;

        let styles_part = target(&outline.relations, |one| one.kind == "styles");
        let styles_part = styles_part.filter(|part| package.has(part));
        let styles_text = styles_part.as_ref().map(|part| package.text(part));
        let mut styles = Styles::open(styles_text.transpose()?.as_deref())?;
        styles.pad(survey.highest_style);

        let name = summary_name(&outline.sheets);
        let counts = workbook::summary_alone(facts, next, &name).map_err(CopyError::refused)?;
        let summary = Summary::of(counts, &mut styles)?;
        filling.statuses = summary.statuses;
        filling.header_style = survey.header_style;
        let frame = frame(&filling, &survey, &tables);
        let mut draft = Self {
            styles_part: styles_part
                .clone()
                .unwrap_or_else(|| package.free_name("xl/styles", ".xml")),
            package,
            outline,
            survey,
            frame,
            filling,
            styles,
            texts: BTreeMap::new(),
            dropped: BTreeSet::new(),
            left_out: Vec::new(),
        };
        let mut new = draft.notes(&sheet_relations)?;
        draft.surroundings(&name, summary, styles_part.is_none(), &mut new)?;
        Ok(draft)
    }

    /// Comments and their boxes.
    fn notes(&mut self, relations: &[Relation]) -> Result<Vec<(String, &'static str)>, CopyError> {
        let mut new = Vec::new();
        let comments = target(relations, |one| one.kind == "comments");
        let comments = comments.filter(|part| self.package.has(part));
        let places = &self.filling.notes;
        if places.is_empty() && comments.is_none() {
            return Ok(new);
        }
        let existing = comments.as_ref().map(|part| self.package.text(part));
        let written = notes::comments(existing.transpose()?.as_deref(), places)?;
        let boxes = self.survey.boxes.as_ref();
        let boxes = boxes.and_then(|id| target(relations, |one| one.id == *id));
        let existing = boxes.as_ref().map(|part| self.package.text(part));
        let Some(drawn) = notes::boxes(existing.transpose()?.as_deref(), &written, places) else {
            // A drawing of another kind: coloured cells and messages must do.
            return Ok(new);
        };
        let sheet = self.outline.sheet.clone();
        let mut sheet_relations = Relations::of(self.package.relations_text(&sheet)?);
        let comments = if let Some(part) = comments {
            part
        } else {
            let part = self.package.free_name("xl/comments", ".xml");
            sheet_relations.add("comments", &part)?;
            new.push((part.clone(), "spreadsheetml.comments"));
            part
        };
        let boxes = if let Some(part) = boxes {
            part
        } else {
            let part = self.package.free_name("xl/drawings/vmlDrawing", ".vml");
            self.frame.boxes = Some(sheet_relations.add("vmlDrawing", &part)?);
            part
        };
        self.texts.insert(comments, written.text);
        self.texts.insert(boxes, drawn);
        self.texts
            .insert(relations_name(&sheet), sheet_relations.text());
        Ok(new)
    }

    /// The sheet of counts, the workbook, relationships and content types.
    fn surroundings(
        &mut self,
        name: &str,
        summary: Summary,
        needs_styles: bool,
        new: &mut Vec<(String, &'static str)>,
    ) -> Result<(), CopyError> {
        let workbook = self.outline.workbook.clone();
        let mut relations = Relations::of(self.package.relations_text(&workbook)?);
        let sheet = self.package.free_name("xl/worksheets/sheet", ".xml");
        let drawing = self.package.free_name("xl/drawings/drawing", ".xml");
        let chart = self.package.free_name("xl/charts/chart", ".xml");
        new.push((sheet.clone(), "spreadsheetml.worksheet"));
        new.push((drawing.clone(), "drawing"));
        new.push((chart.clone(), "drawingml.chart"));
        for (part, kind, below) in [(&sheet, "drawing", &drawing), (&drawing, "chart", &chart)] {
            let mut own = Relations::of(None);
            own.add(kind, below)?;
            self.texts.insert(relations_name(part), own.text());
        }
        self.texts.insert(drawing, summary.drawing);
        self.texts.insert(chart, summary.chart);
        self.texts.insert(sheet.clone(), summary.sheet);

        let entries = &self.outline.sheets.entries;
        let earlier = entries.iter().find(|entry| entry.name == name);
        let new_sheet = match earlier {
            Some(entry) => {
                relations.redirect(&entry.relation, &sheet)?;
                None
            }
            None => Some((name.to_owned(), relations.add("worksheet", &sheet)?)),
        };
        if needs_styles {
            relations.add("styles", &self.styles_part)?;
            new.push((self.styles_part.clone(), "spreadsheetml.styles"));
        }
        let macros = relations.remove(&["/vbaProject"])?;
        let calculated = relations.remove(&["/calcChain"])?;
        let mut root = Relations::of(self.package.relations_text("")?);
        let signed = root.remove(&["/digital-signature/origin"])?;
        if macros == Removed::Some {
            // Buttons of a ribbon that call macros.
            root.remove(&["/ui/extensibility"])?;
            self.left_out
                .push("its macros, which an .xlsx cannot hold".to_owned());
        }
        if signed == Removed::Some {
            self.left_out
                .push("its digital signature, which held for the original alone".to_owned());
        }
        let no_change = BTreeMap::new();
        let before = self.package.reachable(&no_change)?;
        self.texts
            .insert(relations_name(&workbook), relations.text());
        self.texts.insert(relations_name(""), root.text());
        let after = self.package.reachable(&self.texts)?;
        self.dropped = before.difference(&after).cloned().collect();

        let entry = &self.outline.sheets.entries[self.outline.place];
        let change = BookChange {
            new_sheet,
            summary: name.to_owned(),
            filter: self.frame.filter.as_ref().map(|range| {
                let range = format!("{}!{}", book::quoted(&entry.name), absolute(range));
                (self.outline.place, range)
            }),
            calculation: if calculated == Removed::Some {
                Calculation::OnLoad
            } else {
                Calculation::AsBefore
            },
        };
        let text = book::changed(&self.outline.workbook_text, &change)?;
        self.texts.insert(workbook, text);
        let types = "[Content_Types].xml";
        let dropped = |part: &str| self.dropped.contains(&key(part));
        let text = book::content_types(&self.package.text(types)?, dropped, new)?;
        self.texts.insert(types.to_owned(), text);
        Ok(())
    }

    /// Writes the package: untouched parts as they are compressed, in their order.
    fn save(&mut self, file: &mut NewFile) -> Result<(), CopyError> {
        let mut out = ZipWriter::new(file);
        // By the name under which a part is found; new parts keep the letters of their names.
        let mut texts: BTreeMap<String, (String, String)> = std::mem::take(&mut self.texts)
            .into_iter()
            .map(|(name, text)| (key(&name), (name, text)))
            .collect();
        let sheet = key(&self.outline.sheet);
        let styles = key(&self.styles_part);
        for place in 0..self.package.names().len() {
            let name = self.package.names()[place].clone();
            let found = key(&name);
            if name.ends_with('/') || self.dropped.contains(&found) || found == styles {
                continue;
            }
            if found == sheet {
                begin(&mut out, &name)?;
                sheet::rewrite(
                    self.package.stream(&name)?,
                    &mut out,
                    &self.survey,
                    &self.frame,
                    &mut self.filling,
                    &mut self.styles,
                )?;
            } else if let Some((_, text)) = texts.remove(&found) {
                put(&mut out, &name, &text)?;
            } else {
                let entry = self.package.raw(place)?;
                out.raw_copy_file(entry).map_err(failed)?;
            }
        }
        let styles = std::mem::replace(&mut self.styles, Styles::open(None)?);
        put(&mut out, &self.styles_part, &styles.render())?;
        for (name, text) in texts.into_values() {
            put(&mut out, &name, &text)?;
        }
        out.finish().map_err(failed)?;
        Ok(())
    }
}

fn begin<W: Write + std::io::Seek>(out: &mut ZipWriter<W>, name: &str) -> Result<(), CopyError> {
    let options = SimpleFileOptions::default();
    out.start_file(name, options).map_err(failed)
}

fn put<W: Write + std::io::Seek>(
    out: &mut ZipWriter<W>,
    name: &str,
    text: &str,
) -> Result<(), CopyError> {
    begin(out, name)?;
    out.write_all(text.as_bytes()).map_err(CopyError::Write)
}

fn failed(error: ZipError) -> CopyError {
    match error {
        ZipError::Io(error) => CopyError::Write(error),
        other => CopyError::unreadable("archive", other),
    }
}

/// The ranges of the tables in a sheet.
fn tables(package: &mut Package, relations: &[Relation]) -> Result<Vec<Corners>, CopyError> {
    let mut found = Vec::new();
    for relation in relations.iter().filter(|one| one.kind == "table") {
        let Some(part) = relation.target.as_ref().filter(|part| package.has(part)) else {
            continue;
        };
        let text = package.text(part)?;
        let root = xml::split(&text).map_err(|error| CopyError::unreadable(part, error))?;
        let range = xml::attribute(&root.with([""]), "ref");
        found.extend(range.and_then(|range| range_of(&range)));
    }
    Ok(found)
}

/// What changes around the cells.
fn frame(filling: &Filling<'_>, survey: &Survey, tables: &[Corners]) -> Frame {
    let columns = &filling.columns;
    let (first, last) = (columns.first(), columns.last());
    let (top, bottom) = (columns.header_row - 1, filling.last_row().saturating_sub(1));
    let wider = |range: &String| {
        let ((row, left), (below, right)) = range_of(range)?;
        (row == top && right < last).then(|| range_text((row, left), (below.max(bottom), last)))
    };
    let new = || {
        let apart = |((above, left), (below, right)): &Corners| {
            *below < top || *above > bottom || *right < first || *left > last
        };
        let free = tables.iter().all(apart);
        free.then(|| range_text((top, first), (bottom, last)))
    };
    let filter = survey.filter.as_ref().map_or_else(new, wider);
    Frame {
        header_row: columns.header_row,
        last_row: filling.last_row(),
        new_columns: columns.new.clone(),
        filter,
        boxes: None,
    }
}

/// A range with signs that keep it where it is.
fn absolute(range: &str) -> String {
    let Some(((top, left), (bottom, right))) = range_of(range) else {
        return range.to_owned();
    };
    format!(
        "${}${}:${}${}",
        column_letters(left),
        top + 1,
        column_letters(right),
        bottom + 1
    )
}

/// The name of the sheet of counts: that of an earlier run, or one that is free.
fn summary_name(sheets: &book::Sheets) -> String {
    let named = |name: &str| {
        let same = |entry: &&book::Entry| entry.name.to_lowercase() == name.to_lowercase();
        sheets.entries.iter().find(same)
    };
    if let Some(entry) = sheets.summary.as_ref().and_then(|name| named(name)) {
        return entry.name.clone();
    }
    let first = std::iter::once(workbook::SUMMARY.to_owned());
    let further = (2..).map(|number| format!("{} {number}", workbook::SUMMARY));
    let mut names = first.chain(further);
    names.find(|name| named(name).is_none()).unwrap_or_default()
}
