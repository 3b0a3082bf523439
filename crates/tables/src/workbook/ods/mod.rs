//! ODS and FODS: the list of tables and their styles; the cells are read by `table`.

mod styles;
mod table;
mod text;

use std::io::{Cursor, Read};
use std::sync::Arc;

use memchr::memmem;

use super::error::{Limit, WorkbookError};
use super::limits::{WorkbookLimits, within};
use super::notes::{Notebook, Protection};
use super::package::{Bytes, Package};
use super::rows::CellSource;
use super::sheets::{SheetInfo, SheetKind, Visibility};
use super::transcode::PartReader;
use super::transcode::to_utf8;
use super::xml::{Event, Scanner};
use super::xmltext::decoded;
use styles::Styles;

const CONTENT: &str = "content.xml";
/// More sheets than any program writes.
const MAX_SHEETS: u64 = 20_000;

/// An opened ODS or FODS file.
#[derive(Debug)]
pub(super) struct Ods {
    source: Source,
    sheets: Vec<SheetInfo>,
    styles: Arc<Styles>,
}

/// Where the document is.
#[derive(Debug, Clone)]
enum Source {
    Package(Package),
    Flat(Bytes, Arc<WorkbookLimits>),
}

impl Source {
    fn content(&self) -> Result<Scanner<PartReader>, WorkbookError> {
        let (reader, limits) = match self {
            Self::Package(package) => (package.xml(CONTENT)?, package.limits()),
            Self::Flat(bytes, limits) => {
                let reader = to_utf8(Box::new(Cursor::new(bytes.clone())));
                (reader.map_err(WorkbookError::Io)?, limits)
            }
        };
        Ok(Scanner::new(reader, CONTENT, limits))
    }

    fn limits(&self) -> &Arc<WorkbookLimits> {
        match self {
            Self::Package(package) => package.limits(),
            Self::Flat(_, limits) => limits,
        }
    }
}

impl Ods {
    /// Opens the document in an archive.
    pub(super) fn open(package: Package) -> Result<Self, WorkbookError> {
        if is_encrypted(&package)? {
            return Err(WorkbookError::Encrypted);
        }
        let mut styles = Styles::default();
        if package.has("styles.xml") {
            let part = "styles.xml";
            let mut scanner = Scanner::new(package.xml(part)?, part, package.limits());
            styles.read(&mut scanner)?;
        }
        let active = active_table(&package)?;
        Self::read(Source::Package(package), styles, active.as_deref())
    }

    /// Opens a document in a single XML file.
    pub(super) fn open_flat(
        bytes: Bytes,
        limits: Arc<WorkbookLimits>,
    ) -> Result<Self, WorkbookError> {
        Self::read(Source::Flat(bytes, limits), Styles::default(), None)
    }

    fn read(
        source: Source,
        mut styles: Styles,
        active: Option<&str>,
    ) -> Result<Self, WorkbookError> {
        let tables = styles.read(&mut source.content()?)?;
        let mut sheets = Vec::with_capacity(tables.len());
        for (at, table) in tables.into_iter().enumerate() {
            within(Limit::Parts, at as u64, MAX_SHEETS)?;
            let hidden = table.style.is_some_and(|style| styles.hides_table(&style));
            sheets.push(SheetInfo {
                active: active.map_or(at == 0, |active| active == table.name),
                name: table.name,
                visibility: if hidden {
                    Visibility::Hidden
                } else {
                    Visibility::Visible
                },
                kind: SheetKind::Worksheet,
            });
        }
        styles.settle();
        Ok(Self {
            source,
            sheets,
            styles: Arc::new(styles),
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
        let mut scanner = self.source.content()?;
        let cells = enter_table(&mut scanner, sheet, &notes)?;
        let limits = Arc::clone(self.source.limits());
        let styles = Arc::clone(&self.styles);
        Ok(Box::new(table::TableReader::new(
            scanner, cells, styles, notes, limits,
        )))
    }
}

/// Moves into the table of this number.
fn enter_table(
    scanner: &mut Scanner<PartReader>,
    wanted: usize,
    notes: &Notebook,
) -> Result<table::Cells, WorkbookError> {
    let mut seen = 0;
    loop {
        match scanner.next()? {
            Event::Start(tag) if tag.name == b"table" => {
                if seen == wanted {
                    if tag.is_true(b"protected") {
                        notes.open().protection = Protection::Protected;
                    }
                    return Ok(if tag.empty {
                        table::Cells::None
                    } else {
                        table::Cells::Follow
                    });
                }
                seen += 1;
                if !tag.empty {
                    scanner.skip_element()?;
                }
            }
            Event::Start(tag) if tag.name == b"tracked-changes" && !tag.empty => {
                scanner.skip_element()?;
            }
            Event::Eof => return Ok(table::Cells::None),
            _ => {}
        }
    }
}

/// Whether the archive's list of parts speaks of encryption.
fn is_encrypted(package: &Package) -> Result<bool, WorkbookError> {
    const MANIFEST: &str = "META-INF/manifest.xml";
    if !package.has(MANIFEST) {
        return Ok(false);
    }
    let mut manifest = Vec::new();
    let read = package
        .part(MANIFEST)?
        .take(1 << 20)
        .read_to_end(&mut manifest);
    read.map_err(|error| WorkbookError::from_io(MANIFEST, error))?;
    Ok(memmem::find(&manifest, b"encryption-data").is_some())
}

/// The table on top when the document was saved.
fn active_table(package: &Package) -> Result<Option<String>, WorkbookError> {
    const SETTINGS: &str = "settings.xml";
    if !package.has(SETTINGS) {
        return Ok(None);
    }
    let mut scanner = Scanner::new(package.xml(SETTINGS)?, SETTINGS, package.limits());
    let mut named = false;
    loop {
        match scanner.next()? {
            Event::Start(tag) => named = tag.local(b"name") == Some(b"ActiveTable"),
            Event::Text(raw) if named => return Ok(Some(decoded(raw))),
            Event::End(_) => named = false,
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}
