//! One customer sheet of a copy: what is found in it, and what it gets.

use super::error::CopyError;
use super::fill::{Columns, Filling};
use super::hand::HAND;
use super::outline::{List, target};
use crate::report::facts::Facts;
use tables::edit::book::Relations;
use tables::edit::colours::Theme;
use tables::edit::frame::{Frame, range_text};
use tables::edit::insert::Insertion;
use tables::edit::package::{Package, Relation, relations_name};
use tables::edit::styles::{Ground, Styles};
use tables::edit::survey::{Question, Survey, range_of, survey};
use tables::edit::tables::{self as drawn, Table};
use tables::edit::{boxes, insert, notes};

/// More columns in view would leave no room for the others on a small screen.
const MOST_IN_VIEW: u32 = 2;

/// A sheet before it is written.
pub struct SheetDraft<'a> {
    /// Its name.
    pub name: String,
    /// Its place among the workbook's sheets.
    pub place: usize,
    /// Its part.
    pub part: String,
    /// Columns that come between those it has.
    pub inserted: Option<Insertion>,
    /// What was found in it, with these columns.
    pub survey: Survey,
    /// What changes around its cells.
    pub frame: Frame,
    /// What its rows are filled in with.
    pub filling: Filling<'a>,
    relations: Vec<Relation>,
    tables: Vec<Table>,
    /// The part of its comments, and what it says.
    comments: Option<(String, String)>,
}

/// Parts with new texts, and those that are new with their types.
#[derive(Default)]
pub struct NewParts {
    /// Name and text.
    pub texts: Vec<(String, String)>,
    /// Name and type.
    pub types: Vec<(String, &'static str)>,
}

/// Whether the notes could be put into a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// They are there, or there were none.
    Yes,
    /// The sheet has a drawing of another kind: coloured cells and messages must do.
    OtherDrawing,
}

impl<'a> SheetDraft<'a> {
    /// Looks through the sheet and finds room for our columns. `names` is the place of the names among
    /// the header's cells, and once more where nothing in the workbook counts on the columns that stand
    /// right of them; `room` is how many notes may still be written.
    pub fn of(
        package: &mut Package,
        list: &List,
        facts: &'a Facts,
        (name, beside): (Option<usize>, Option<usize>),
        room: &mut usize,
    ) -> Result<Self, CopyError> {
        let mut columns = Columns::of(facts, list)?;
        let last = facts.numbers[list.rows.clone()].last().copied();
        let last = last.unwrap_or(0);
        let left_out = u32::try_from(facts.counts.left_out).unwrap_or(u32::MAX);
        let wanted = beside.and_then(|name| columns.beside(name, last, left_out));
        let mut inserted = None;
        if let Some(wanted) = wanted
            && insert::is_certain(package, &list.part, wanted)?
        {
            columns.insert(wanted);
            inserted = Some(wanted);
        }
        let mut filling = Filling::of(facts, list, columns, room);
        let survey = survey(
            insert::stream(package, &list.part, inserted)?,
            &Question {
                header_row: filling.columns.header_row,
                last_header: filling.columns.last_header(),
                written: &filling.columns.written(),
                noted: &filling.notes,
                name: name.and_then(|name| filling.columns.column_of_header(name)),
                last_row: last,
                left_out,
            },
        )?;
        let relations = package.relations(&list.part)?;
        let tables = drawn::of(package, &relations)?;
        let rightmost = tables.iter().map(|table| table.corners.1.1);
        let rightmost = rightmost.fold(survey.rightmost, u32::max);
        // Columns that came in behind the last one hold nothing yet.
        let rightmost = rightmost.max(filling.columns.last());
        filling.columns.add_missing(rightmost)?;
        filling.header_styles = (survey.name_style, survey.header_style);
        let comments = target(&relations, |one| one.kind == "comments");
        let comments = match comments.filter(|part| package.has(part)) {
            Some(part) => Some((part.clone(), package.text(&part)?)),
            None => None,
        };
        if let Some((_, text)) = &comments {
            filling.grounds = notes::remembered(text, HAND)?;
        }
        Ok(Self {
            name: list.table.sheet.clone().unwrap_or_default(),
            place: list.place,
            part: list.part.clone(),
            frame: frame(&filling, &survey, &tables, inserted),
            inserted,
            survey,
            filling,
            relations,
            tables,
            comments,
        })
    }

    /// Keeps the names in view where they stand at the left, and what became of each right behind them.
    pub fn keep_in_view(&mut self, name: usize) {
        let column = self.filling.columns.column_of_header(name);
        let near = column.filter(|column| *column < MOST_IN_VIEW);
        let beside = self.inserted.map_or(0, |new| new.at + new.count);
        self.frame.columns_in_view = near.map_or(0, |column| beside.max(column + 1));
    }

    /// Lets the notes remember the colours that their cells are about to lose.
    pub fn remember_grounds(&mut self, styles: &Styles, theme: &Theme) {
        for (place, note) in &mut self.filling.notes {
            let Some(style) = self.survey.noted.get(place) else {
                continue;
            };
            let ground = match styles.ground(*style, theme) {
                Ground::Own(colour) => Some(colour),
                Ground::Ours => self.filling.grounds.get(place).copied(),
                Ground::Bare => None,
            };
            if let Some(colour) = ground {
                *note = notes::remembering(note, colour);
            }
        }
    }

    /// The tables that grow by our columns.
    pub fn widen_tables(&self, new: &mut NewParts) -> Result<(), CopyError> {
        let columns = &self.filling.columns;
        for table in &self.tables {
            if let Some(text) = table.widened(columns.header_row, &columns.titles())? {
                new.texts.push((table.part.clone(), text));
            }
        }
        Ok(())
    }

    /// Comments and their boxes.
    pub fn write_notes(
        &mut self,
        package: &mut Package,
        new: &mut NewParts,
    ) -> Result<Noted, CopyError> {
        let places = &self.filling.notes;
        if places.is_empty() && self.comments.is_none() {
            return Ok(Noted::Yes);
        }
        let existing = self.comments.as_ref().map(|(_, text)| text.as_str());
        let written = notes::comments(existing, places, HAND)?;
        let boxes = self.survey.boxes.as_ref();
        let boxes = boxes.and_then(|id| target(&self.relations, |one| one.id == *id));
        let existing = boxes.as_ref().map(|part| package.text(part));
        let Some(drawn) = boxes::boxes(existing.transpose()?.as_deref(), &written, places) else {
            return Ok(Noted::OtherDrawing);
        };
        let mut relations = Relations::of(package.relations_text(&self.part)?);
        let taken = |name: &str| new.types.iter().any(|(part, _)| part == name);
        let comments = if let Some((part, _)) = &self.comments {
            part.clone()
        } else {
            let part = package.free_name_beside("xl/comments", ".xml", taken);
            relations.add("comments", &part)?;
            new.types.push((part.clone(), "spreadsheetml.comments"));
            part
        };
        let taken = |name: &str| new.texts.iter().any(|(part, _)| part == name);
        let boxes = if let Some(part) = boxes {
            part
        } else {
            let part = package.free_name_beside("xl/drawings/vmlDrawing", ".vml", taken);
            self.frame.boxes = Some(relations.add("vmlDrawing", &part)?);
            part
        };
        new.texts.push((comments, written.text));
        new.texts.push((boxes, drawn));
        new.texts
            .push((relations_name(&self.part), relations.text()));
        Ok(Noted::Yes)
    }
}

/// What changes around the cells.
fn frame(
    filling: &Filling<'_>,
    survey: &Survey,
    tables: &[Table],
    inserted: Option<Insertion>,
) -> Frame {
    let columns = &filling.columns;
    let (first, last) = (columns.first(), columns.last());
    let (top, bottom) = (columns.header_row - 1, survey.last_row.saturating_sub(1));
    let wider = |range: &String| {
        let ((row, left), (below, right)) = range_of(range)?;
        let grows = right < last || below < bottom;
        (row == top && grows).then(|| range_text((row, left), (below.max(bottom), right.max(last))))
    };
    let new = || {
        let apart = |table: &Table| {
            let ((above, left), (below, right)) = table.corners;
            below < top || above > bottom || right < first || left > last
        };
        let free = tables.iter().all(apart);
        free.then(|| range_text((top, first), (bottom, last)))
    };
    let filter = survey.filter.as_ref().map_or_else(new, |range| {
        // One that has grown by inserted columns is known to the workbook as well.
        wider(range).or_else(|| inserted.map(|_| range.clone()))
    });
    Frame {
        header_row: columns.header_row,
        columns_in_view: 0,
        last_row: filling.last_row(),
        new_columns: columns.new.clone(),
        filter,
        boxes: None,
    }
}
