//! A copy before it is written: the sheets, and all parts around them.

use super::error::CopyError;
use super::fill::find_marks;
use super::hand::HAND;
use super::outline::{Outline, target};
use super::part::{NewParts, Noted, SheetDraft};
use super::parts::{Parts, Roots, SheetCopy};
use super::summary::Summary;
use crate::journal::Store;
use crate::model::place::column_letters;
use crate::report::facts::Facts;
use crate::report::file::NewFile;
use crate::report::inserted::NewColumns;
use crate::report::names::name_column;
use crate::report::next::Next;
use crate::report::note;
use crate::report::workbook;
use tables::edit::alone::{self, Lists};
use tables::edit::book::{self, BookChange, Relations};
use tables::edit::colours::Theme;
use tables::edit::package::{Package, relations_name};
use tables::edit::styles::Styles;
use tables::edit::survey::range_of;

/// A copy before it is written.
pub struct Draft<'a> {
    parts: Parts,
    outline: Outline,
    sheets: Vec<SheetDraft<'a>>,
    styles: Styles,
    styles_part: String,
}

impl<'a> Draft<'a> {
    /// Works out everything but the sheets' cells.
    pub fn of(
        mut package: Package,
        outline: Outline,
        facts: &'a Facts,
        store: &Store,
        next: &[Next],
    ) -> Result<Self, CopyError> {
        let mut room = note::MOST_NOTES;
        let name = name_place(facts, store)?;
        let beside = match name {
            Some(_) if may_be_moved(&mut package, &outline, facts)? => name,
            _ => None,
        };
        let mut sheets = Vec::new();
        for list in &outline.lists {
            sheets.push(SheetDraft::of(
                &mut package,
                list,
                facts,
                (name, beside),
                &mut room,
            )?);
        }
        if let Some(name) = name {
            for sheet in &mut sheets {
                sheet.keep_in_view(name);
            }
        }
        let mut fillings: Vec<_> = sheets.iter_mut().map(|sheet| &mut sheet.filling).collect();
        if !fillings.iter().all(|one| one.columns.are_a_result()) {
            find_marks(&mut fillings, facts, store)?;
        }

        let styles_part = target(&outline.relations, |one| one.kind == "styles");
        let styles_part = styles_part.filter(|part| package.has(part));
        let styles_text = styles_part.as_ref().map(|part| package.text(part));
        let mut styles = Styles::open(styles_text.transpose()?.as_deref(), HAND)?;
        let theme = target(&outline.relations, |one| one.kind == "theme");
        let theme = theme.filter(|part| package.has(part));
        let theme = theme.map(|part| package.text(&part)).transpose()?;
        let theme = theme.map_or_else(Theme::default, |part| Theme::of(&part));
        let mut new = NewParts::default();
        let mut left_out = Vec::new();
        for sheet in &mut sheets {
            styles.pad(sheet.survey.highest_style);
            sheet.remember_grounds(&styles, &theme);
            sheet.widen_tables(&mut new)?;
            if sheet.write_notes(&mut package, &mut new)? == Noted::OtherDrawing {
                left_out.push(format!(
                    "notes on the cells at fault of the sheet \"{}\": the drawing of its comments \
                     is not as spreadsheet programs write it; the cells are coloured, and \
                     ImportMessage says what is wrong",
                    sheet.name
                ));
            }
        }
        let needs_styles = styles_part.is_none();
        let styles_part = styles_part.unwrap_or_else(|| package.free_name("xl/styles", ".xml"));
        let mut parts = Parts::of(package);
        parts.texts.extend(new.texts);
        parts.left_out = left_out;
        let mut roots = parts.roots(&outline.workbook)?;
        let mut draft = Self {
            parts,
            outline,
            sheets,
            styles,
            styles_part,
        };
        if needs_styles {
            roots.workbook.add("styles", &draft.styles_part)?;
            let part = draft.styles_part.clone();
            new.types.push((part, "spreadsheetml.styles"));
        }
        draft.add_summary(facts, next, roots, new.types)?;
        Ok(draft)
    }

    /// The columns that stand before what is behind the name, where that has moved in a sheet.
    pub fn moved(&self) -> Option<NewColumns> {
        let mut inserted = self.sheets.iter().filter_map(|sheet| sheet.inserted);
        inserted.next().map(|inserted| NewColumns {
            first: inserted.at,
            count: inserted.count,
        })
    }

    /// What of the original is not in it, in words.
    pub fn left_out(self) -> Vec<String> {
        self.parts.left_out
    }

    /// What the sheet of counts says of the workbook itself.
    fn remarks(&self, facts: &Facts) -> Vec<String> {
        let left_out = self.parts.left_out.iter();
        let mut remarks: Vec<String> = left_out
            .map(|what| format!("This is your workbook without {what}."))
            .collect();
        remarks.extend(note::too_many(&facts.faults));
        for sheet in &self.sheets {
            if !sheet.survey.has("pane") && !sheet.frame.keeps_header_in_view() {
                remarks.push(format!(
                    "The header of the sheet \"{}\" is not kept in view when one scrolls: it stands \
                     in row {}, and all rows above it would be kept in view, too.",
                    sheet.name, sheet.frame.header_row
                ));
            }
        }
        remarks
    }

    /// The sheet of counts, the workbook, relationships and content types.
    fn add_summary(
        &mut self,
        facts: &Facts,
        next: &[Next],
        mut roots: Roots,
        mut new: Vec<(String, &'static str)>,
    ) -> Result<(), CopyError> {
        let name = summary_name(&self.outline.sheets);
        let counts = workbook::summary_alone(facts, next, &self.remarks(facts), &name)
            .map_err(CopyError::refused)?;
        let summary = Summary::of(counts, &mut self.styles)?;
        for sheet in &mut self.sheets {
            // Beside the name: in a high row they would stand apart.
            let name = sheet.survey.first_name_style.unwrap_or(0);
            let mut beside = |status| self.styles.as_high_as(status, name);
            sheet.filling.statuses = summary.statuses.map(&mut beside);
            sheet.filling.message_style = summary.message;
        }
        let sheet = self.parts.package.free_name("xl/worksheets/sheet", ".xml");
        let drawing = self.parts.package.free_name("xl/drawings/drawing", ".xml");
        let chart = self.parts.package.free_name("xl/charts/chart", ".xml");
        new.push((sheet.clone(), "spreadsheetml.worksheet"));
        new.push((drawing.clone(), "drawing"));
        new.push((chart.clone(), "drawingml.chart"));
        for (part, kind, below) in [(&sheet, "drawing", &drawing), (&drawing, "chart", &chart)] {
            let mut own = Relations::of(None);
            own.add(kind, below)?;
            self.parts.texts.insert(relations_name(part), own.text());
        }
        self.parts.texts.insert(drawing, summary.drawing);
        self.parts.texts.insert(chart, summary.chart);
        self.parts.texts.insert(sheet.clone(), summary.sheet);

        let entries = &self.outline.sheets.entries;
        let earlier = entries.iter().find(|entry| entry.name == name);
        let new_sheet = match earlier {
            Some(entry) => {
                roots.workbook.redirect(&entry.relation, &sheet)?;
                None
            }
            None => Some((name.clone(), roots.workbook.add("worksheet", &sheet)?)),
        };
        let change = BookChange {
            new_sheet,
            summary: Some(name),
            filters: self.filters(),
            calculation: roots.calculation,
        };
        let Outline {
            workbook,
            workbook_text,
            ..
        } = &self.outline;
        self.parts
            .finish((workbook, workbook_text), &change, roots, &new)
    }

    /// The ranges of filters, which the workbook knows as well.
    fn filters(&self) -> Vec<(usize, String)> {
        let filters = self.sheets.iter().filter_map(|sheet| {
            let range = absolute(sheet.frame.filter.as_ref()?);
            let range = format!("{}!{range}", book::quoted(&sheet.name));
            Some((sheet.place, range))
        });
        filters.collect()
    }

    /// Writes the package: untouched parts as they are compressed, in their order.
    pub fn save(&mut self, file: &mut NewFile) -> Result<(), CopyError> {
        let sheets = self.sheets.iter_mut().map(|sheet| SheetCopy {
            part: &sheet.part,
            inserted: sheet.inserted,
            survey: &sheet.survey,
            frame: &sheet.frame,
            rows: &mut sheet.filling,
        });
        let mut sheets: Vec<SheetCopy<'_>> = sheets.collect();
        let last = Some(self.styles_part.as_str());
        self.parts.save(&mut sheets, &mut self.styles, last, file)
    }
}

/// The place of the names among the header's cells.
fn name_place(facts: &Facts, store: &Store) -> Result<Option<usize>, CopyError> {
    let name = name_column(facts, store)?;
    let mut places = 0..facts.info.header.len();
    Ok(name.and_then(|name| places.find(|place| facts.layout.position_of(*place) == Some(name))))
}

/// Whether nothing outside the lists counts on where their columns stand. Whoever names columns by their
/// letters does.
fn may_be_moved(
    package: &mut Package,
    outline: &Outline,
    facts: &Facts,
) -> Result<bool, CopyError> {
    if facts.names_columns_by_letters() {
        return Ok(false);
    }
    let lists = Lists {
        workbook: &outline.workbook,
        text: &outline.workbook_text,
        sheets: outline
            .lists
            .iter()
            .map(|list| list.part.as_str())
            .collect(),
        places: outline.lists.iter().map(|list| list.place).collect(),
    };
    Ok(alone::stand_alone(package, &lists)?)
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
