//! XLSB: the workbook part, styles and strings; the cells are read by `sheet`.

mod record;
mod sheet;

use std::collections::HashMap;
use std::sync::Arc;

use super::binary::{byte, u16_at, u32_at};
use super::error::Limit;
use super::error::WorkbookError;
use super::format::DateSystem;
use super::limits::within;
use super::notes::Notebook;
use super::package::Package;
use super::rows::CellSource;
use super::sheets::{SheetInfo, SheetKind, Visibility};
use super::xlsx::relations::{Relation, relations};
use super::xlsx::{Strings, Styles, kind_of};
use record::{Records, push_wide, wide};

/// More styles and sheets than any program writes.
const MAX_ENTRIES: u64 = 1 << 20;

/// An opened XLSB file.
#[derive(Debug)]
pub(super) struct Xlsb {
    package: Package,
    system: DateSystem,
    sheets: Vec<SheetInfo>,
    parts: Vec<String>,
    strings_part: Option<String>,
    strings: Option<Arc<Strings>>,
    styles: Arc<Styles>,
}

impl Xlsb {
    /// Reads the workbook part; `workbook` is its name.
    pub(super) fn open(package: Package, workbook: &str) -> Result<Self, WorkbookError> {
        let found = relations(&package, workbook)?;
        let mut book = Self {
            system: DateSystem::default(),
            sheets: Vec::new(),
            parts: Vec::new(),
            strings_part: part_of(&package, &found, "sharedStrings"),
            strings: None,
            styles: Arc::default(),
            package,
        };
        if let Some(part) = part_of(&book.package, &found, "styles") {
            book.styles = Arc::new(read_styles(&book.package, &part)?);
        }
        book.read_workbook(workbook, &found)?;
        Ok(book)
    }

    fn read_workbook(&mut self, part: &str, found: &[Relation]) -> Result<(), WorkbookError> {
        let limit = self.package.limits().token_bytes;
        let mut records = Records::new(self.package.part(part)?, part, limit);
        let mut active = 0;
        while let Some((kind, data)) = records.next()? {
            match kind {
                record::WORKBOOK if byte(data, 0) & 1 == 1 => self.system = DateSystem::From1904,
                record::BOOK_VIEW => active = u32_at(data, 24) as usize,
                record::SHEET => {
                    within(Limit::Parts, self.parts.len() as u64, MAX_ENTRIES)?;
                    let (id, used) = wide(data, 8);
                    let (name, _) = wide(data, 8 + used);
                    let relation = found.iter().find(|relation| relation.id == id);
                    let number = self.parts.len() + 1;
                    self.parts.push(relation.map_or_else(
                        || format!("xl/worksheets/sheet{number}.bin"),
                        |relation| relation.target.clone(),
                    ));
                    self.sheets.push(SheetInfo {
                        name,
                        visibility: Visibility::numbered(u32_at(data, 0)),
                        kind: relation.map_or(SheetKind::Worksheet, kind_of),
                        active: false,
                    });
                }
                _ => {}
            }
        }
        if let Some(sheet) = self.sheets.get_mut(active) {
            sheet.active = true;
        }
        Ok(())
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
        let strings = self.strings()?;
        let styles = Arc::clone(&self.styles);
        let part = &self.parts[sheet];
        let context = sheet::Context {
            strings,
            styles,
            system: self.system,
            notes,
        };
        Ok(Box::new(sheet::SheetReader::open(
            &self.package,
            part,
            context,
        )?))
    }

    fn strings(&mut self) -> Result<Arc<Strings>, WorkbookError> {
        if let Some(strings) = &self.strings {
            return Ok(Arc::clone(strings));
        }
        let mut strings = Strings::default();
        if let Some(part) = &self.strings_part {
            let limits = self.package.limits();
            let mut records = Records::new(self.package.part(part)?, part, limits.token_bytes);
            while let Some((kind, data)) = records.next()? {
                if kind == record::STRING {
                    push_wide(data, 1, strings.text_mut());
                    strings.end(limits)?;
                }
            }
        }
        let strings = Arc::new(strings);
        self.strings = Some(Arc::clone(&strings));
        Ok(strings)
    }
}

fn part_of(package: &Package, found: &[Relation], kind: &str) -> Option<String> {
    let relation = found.iter().find(|relation| relation.kind == kind)?;
    package
        .has(&relation.target)
        .then(|| relation.target.clone())
}

fn read_styles(package: &Package, part: &str) -> Result<Styles, WorkbookError> {
    let mut records = Records::new(package.part(part)?, part, package.limits().token_bytes);
    let mut codes = HashMap::new();
    let mut ids = Vec::new();
    let mut cells = false;
    while let Some((kind, data)) = records.next()? {
        match kind {
            record::FORMAT => {
                codes.insert(u32::from(u16_at(data, 0)), wide(data, 2).0);
            }
            record::BEGIN_STYLES => cells = true,
            record::END_STYLES => cells = false,
            record::STYLE if cells => {
                within(Limit::Parts, ids.len() as u64, MAX_ENTRIES)?;
                ids.push(u32::from(u16_at(data, 2)));
            }
            _ => {}
        }
    }
    Ok(Styles::build(&codes, &ids))
}
