//! XLSX and XLSM: the workbook part and its relationships; the sheets are read by `sheet`.

mod prescan;
pub(super) mod relations;
mod sheet;
mod strings;
mod styles;
mod tables;

use std::collections::HashMap;
use std::sync::Arc;

use super::error::WorkbookError;
use super::format::DateSystem;
use super::notes::Notebook;
use super::package::Package;
use super::rows::CellSource;
use super::sheets::{SheetInfo, SheetKind, Visibility};
use super::xml::{Event, Scanner, local_name};
use super::xmltext::is_true;
use prescan::Tail;
use relations::{Relation, relations};
pub(super) use strings::Strings;
pub(super) use styles::Styles;

/// An opened XLSX or XLSM file.
#[derive(Debug)]
pub(super) struct Xlsx {
    package: Package,
    system: DateSystem,
    sheets: Vec<SheetInfo>,
    /// The part of each sheet.
    parts: Vec<String>,
    /// What the tails of the sheets say that were looked at.
    tails: HashMap<usize, Tail>,
    strings_part: Option<String>,
    strings: Option<Arc<Strings>>,
    styles: Arc<Styles>,
}

impl Xlsx {
    /// Reads the workbook part; `workbook` is its name.
    pub(super) fn open(package: Package, workbook: &str) -> Result<Self, WorkbookError> {
        let found = relations(&package, workbook)?;
        let entries = read_workbook(&package, workbook)?;
        let mut sheets = Vec::new();
        let mut parts = Vec::new();
        for (at, entry) in entries.sheets.into_iter().enumerate() {
            let relation = found.iter().find(|relation| relation.id == entry.relation);
            let (part, kind) = match relation {
                Some(relation) => (relation.target.clone(), kind_of(relation)),
                None => (
                    format!("xl/worksheets/sheet{}.xml", at + 1),
                    SheetKind::Worksheet,
                ),
            };
            sheets.push(SheetInfo {
                name: entry.name,
                visibility: entry.visibility,
                kind,
                active: entries.active == at,
            });
            parts.push(part);
        }
        let styles = match of_kind(&found, "styles") {
            Some(part) if package.has(&part) => Styles::read(&package, &part)?,
            _ => Styles::default(),
        };
        Ok(Self {
            system: entries.system,
            strings_part: of_kind(&found, "sharedStrings").filter(|part| package.has(part)),
            strings: None,
            styles: Arc::new(styles),
            package,
            sheets,
            parts,
            tails: HashMap::new(),
        })
    }

    pub(super) fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// The cells of a sheet, from the top.
    pub(super) fn rows(
        &mut self,
        sheet: usize,
        notes: Notebook,
    ) -> Result<Box<dyn CellSource>, WorkbookError> {
        // The sheet's tail is looked for while the strings are read.
        let search = if self.tails.contains_key(&sheet) {
            None
        } else {
            Some(prescan::start(&self.package, &self.parts[sheet])?)
        };
        let strings = self.strings();
        // The thread is waited for whatever became of the strings.
        let found = search.map(prescan::Search::finish).transpose();
        let strings = strings?;
        if let Some(mut tail) = found? {
            tail.tables = tables::read(&self.package, &self.parts[sheet])?;
            self.tails.insert(sheet, tail);
        }
        let tail = &self.tails[&sheet];
        let reader = sheet::SheetReader::open(
            &self.package,
            &self.parts[sheet],
            sheet::Context {
                strings,
                styles: Arc::clone(&self.styles),
                system: self.system,
                notes,
            },
            tail,
        )?;
        Ok(Box::new(reader))
    }

    fn strings(&mut self) -> Result<Arc<Strings>, WorkbookError> {
        if let Some(strings) = &self.strings {
            return Ok(Arc::clone(strings));
        }
        let strings = match &self.strings_part {
            Some(part) => Strings::read(&self.package, part)?,
            None => Strings::default(),
        };
        let strings = Arc::new(strings);
        self.strings = Some(Arc::clone(&strings));
        Ok(strings)
    }
}

fn of_kind(found: &[Relation], kind: &str) -> Option<String> {
    let relation = found.iter().find(|relation| relation.kind == kind)?;
    Some(relation.target.clone())
}

/// What a sheet is, by the type of its relationship.
pub(super) fn kind_of(relation: &Relation) -> SheetKind {
    match relation.kind.as_str() {
        "chartsheet" => SheetKind::Chart,
        "dialogsheet" => SheetKind::Dialog,
        "xlMacrosheet" | "xlIntlMacrosheet" => SheetKind::Macro,
        _ => SheetKind::Worksheet,
    }
}

struct Entry {
    name: String,
    relation: String,
    visibility: Visibility,
}

#[derive(Default)]
struct Entries {
    sheets: Vec<Entry>,
    system: DateSystem,
    active: usize,
}

fn read_workbook(package: &Package, part: &str) -> Result<Entries, WorkbookError> {
    let mut scanner = Scanner::new(package.xml(part)?, part, package.limits());
    let mut entries = Entries::default();
    loop {
        let tag = match scanner.next()? {
            Event::Start(tag) => tag,
            Event::Eof => return Ok(entries),
            _ => continue,
        };
        match tag.name {
            b"workbookPr" if tag.is_true(b"date1904") => entries.system = DateSystem::From1904,
            b"workbookView" => {
                entries.active = tag.number(b"activeTab").map_or(0, |at| at as usize);
            }
            b"sheet" => {
                let mut entry = Entry {
                    name: String::new(),
                    relation: String::new(),
                    visibility: Visibility::Visible,
                };
                for (key, value) in tag.attributes() {
                    match (key, local_name(key)) {
                        (b"name", _) => entry.name = super::xmltext::decoded(value),
                        (b"state", _) => entry.visibility = Visibility::named(value),
                        (b"sheetId", _) => {}
                        (_, b"id") => entry.relation = super::xmltext::decoded(value),
                        (b"hidden", _) if is_true(value) => entry.visibility = Visibility::Hidden,
                        _ => {}
                    }
                }
                entries.sheets.push(entry);
            }
            _ => {}
        }
    }
}
