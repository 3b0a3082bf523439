//! A workbook of any format: opened by its content, sheet by sheet as raw rows.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::container::{Contents, contents};
use super::error::{Limit, WorkbookError};
use super::limits::{WorkbookLimits, within};
use super::notes::{Notebook, SheetNotes};
use super::ods::Ods;
use super::package::{Bytes, Package};
use super::rows::{CellSource, SheetRows};
use super::second::{Either, Second};
use super::sheets::{SheetInfo, SheetKind};
use super::xls::Xls;
use super::xlsb::Xlsb;
use super::xlsx::{Xlsx, relations::relations};
use crate::batch::RowBatch;
use crate::content::{Container, Content, HEAD, Pretender, WorkbookFormat, content};
use crate::{More, RawRows, ReadError};

/// An opened workbook.
pub struct Workbook {
    path: PathBuf,
    format: WorkbookFormat,
    book: Book,
    notes: Vec<Notebook>,
    limits: Arc<WorkbookLimits>,
    /// The file, where there is a second reader for it.
    bytes: Option<Bytes>,
}

enum Book {
    Xlsx(Xlsx),
    Xlsb(Xlsb),
    Xls(Xls),
    Ods(Ods),
}

/// Opens a workbook file, whatever it is named.
///
/// # Errors
/// When the file cannot be read, is no workbook, is locked or damaged, or is larger than `limits` allow.
pub fn open(path: &Path, limits: &WorkbookLimits) -> Result<Workbook, ReadError> {
    let opened = std::fs::File::open(path);
    let mut file = opened.map_err(|source| ReadError::Open {
        path: path.to_owned(),
        source,
    })?;
    let mut bytes = Vec::new();
    let head = file.by_ref().take(HEAD as u64).read_to_end(&mut bytes);
    head.map_err(|source| ReadError::Io {
        path: path.to_owned(),
        source,
    })?;
    open_begun(path, bytes, file, limits)
}

/// Opens a workbook file of which the first bytes have been read.
pub(crate) fn open_begun(
    path: &Path,
    mut bytes: Vec<u8>,
    file: std::fs::File,
    limits: &WorkbookLimits,
) -> Result<Workbook, ReadError> {
    // Only what may be a workbook is read as a whole.
    if matches!(content(&bytes), Content::Workbook(_)) {
        let failed = |source| ReadError::Io {
            path: path.to_owned(),
            source,
        };
        let begun = bytes.len() as u64;
        let length = file.metadata().map_err(failed)?.len();
        let rest = length.min(limits.file_bytes).saturating_add(1);
        bytes.reserve_exact(usize::try_from(rest.saturating_sub(begun)).unwrap_or(0));
        // One byte more than allowed tells that there are too many.
        let most = limits.file_bytes.saturating_add(1).saturating_sub(begun);
        file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    }
    open_bytes(bytes, path, limits)
}

/// Opens a workbook that is in memory; `path` is only named in errors.
///
/// # Errors
/// When it is no workbook, is locked or damaged, or is larger than `limits` allow.
pub fn open_bytes(
    bytes: Vec<u8>,
    path: &Path,
    limits: &WorkbookLimits,
) -> Result<Workbook, ReadError> {
    let bytes = Bytes::new(bytes);
    match Book::open(bytes.clone(), limits) {
        Ok((format, book)) => Ok(Workbook {
            limits: Arc::new(limits.clone()),
            bytes: Second::exists_for(format, &bytes).then_some(bytes),
            path: path.to_owned(),
            format,
            notes: book.sheets().iter().map(|_| Notebook::default()).collect(),
            book,
        }),
        Err(source) => Err(ReadError::Workbook {
            path: path.to_owned(),
            source,
        }),
    }
}

impl fmt::Debug for Workbook {
    /// Without the bytes of the file.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Workbook")
            .field("path", &self.path)
            .field("format", &self.format)
            .field("sheets", &self.sheets())
            .finish_non_exhaustive()
    }
}

impl Workbook {
    /// The format, as found in the content.
    pub fn format(&self) -> WorkbookFormat {
        self.format
    }

    /// The sheets in the order of their tabs, hidden ones and charts included.
    pub fn sheets(&self) -> &[SheetInfo] {
        self.book.sheets()
    }

    /// All rows of a sheet from row 1 and column A on, by its place among [`Workbook::sheets`].
    ///
    /// # Errors
    /// When the sheet holds no cells (a chart, a dialog), or is damaged.
    ///
    /// # Panics
    /// When there is no such sheet.
    pub fn rows(&mut self, sheet: usize) -> Result<Box<dyn RawRows>, ReadError> {
        let notes = Notebook::default();
        self.notes[sheet] = notes.clone();
        match self.book.rows(sheet, notes.clone()) {
            Ok(source) => {
                let source = match &self.bytes {
                    Some(bytes) => Box::new(Either::new(source, self.second(bytes, sheet, notes))),
                    None => source,
                };
                Ok(Box::new(SheetRows::new(self.path.clone(), source)))
            }
            Err(source) => Err(ReadError::Workbook {
                path: self.path.clone(),
                source,
            }),
        }
    }

    fn second(&self, bytes: &Bytes, sheet: usize, notes: Notebook) -> Second {
        Second {
            bytes: bytes.clone(),
            format: self.format,
            sheet: self.sheets()[sheet].name.clone(),
            notes,
            limits: Arc::clone(&self.limits),
        }
    }

    /// The first rows of a sheet, `count` at most, to see what the sheet is.
    ///
    /// # Errors
    /// As [`Workbook::rows`], and when these rows are damaged or too large.
    ///
    /// # Panics
    /// When there is no such sheet.
    pub fn first_rows(&mut self, sheet: usize, count: usize) -> Result<RowBatch, ReadError> {
        let mut rows = self.rows(sheet)?;
        let (mut batch, mut first) = (RowBatch::default(), RowBatch::default());
        loop {
            let more = rows.next_batch(&mut batch)?;
            for row in batch.rows().take(count - first.len()) {
                row.cells()
                    .for_each(|cell| first.push_cell(cell.text, cell.kind));
                first.end_row(row.number(), row.line());
            }
            if first.len() == count || more == More::No {
                return Ok(first);
            }
        }
    }

    /// What was noticed about a sheet so far; complete when its rows were read to the end.
    ///
    /// # Panics
    /// When there is no such sheet.
    pub fn sheet_notes(&self, sheet: usize) -> SheetNotes {
        self.notes[sheet].copy()
    }

    /// Where what is noticed about a sheet is written, from its last reading on.
    pub(crate) fn notebook(&self, sheet: usize) -> Notebook {
        self.notes[sheet].clone()
    }

    /// The sheet of this name; small differences in case and white space do not matter.
    ///
    /// # Errors
    /// When there is none; the error has the names there are.
    pub fn find_sheet(&self, name: &str) -> Result<usize, ReadError> {
        let sheets = self.sheets();
        let exact = sheets.iter().position(|sheet| sheet.name == name);
        let folded = || {
            let wanted = name.trim().to_lowercase();
            let same = |sheet: &SheetInfo| sheet.name.trim().to_lowercase() == wanted;
            sheets.iter().position(same)
        };
        exact.or_else(folded).ok_or_else(|| ReadError::Workbook {
            path: self.path.clone(),
            source: WorkbookError::NoSuchSheet {
                name: name.to_owned(),
                sheets: sheets.iter().map(|sheet| sheet.name.clone()).collect(),
            },
        })
    }
}

impl Book {
    fn open(
        bytes: Bytes,
        limits: &WorkbookLimits,
    ) -> Result<(WorkbookFormat, Self), WorkbookError> {
        let all = bytes.as_ref();
        within(Limit::File, all.len() as u64, limits.file_bytes)?;
        let limits = Arc::new(limits.clone());
        match content(all) {
            Content::Other(what) => return Err(WorkbookError::Pretender(what)),
            Content::Text if all.is_empty() => {
                return Err(WorkbookError::Pretender(Pretender::Empty));
            }
            Content::Text => return Err(WorkbookError::Pretender(Pretender::Text)),
            Content::Workbook(Container::Compound) => {
                return Ok((WorkbookFormat::Xls, Self::Xls(Xls::open(all, limits)?)));
            }
            Content::Workbook(Container::BareXls) => {
                let book = Xls::read(all.to_vec(), limits)?;
                return Ok((WorkbookFormat::Xls, Self::Xls(book)));
            }
            Content::Workbook(Container::Flat) => {
                let book = Ods::open_flat(bytes, limits)?;
                return Ok((WorkbookFormat::Fods, Self::Ods(book)));
            }
            Content::Workbook(Container::Zip) => {}
        }
        let package = Package::open(bytes, limits)?;
        let mut mimetype = String::new();
        if package.has("mimetype") {
            let read = package
                .part("mimetype")?
                .take(256)
                .read_to_string(&mut mimetype);
            // A broken mimetype says nothing.
            read.unwrap_or(0);
        }
        let main = relations(&package, "")?;
        let main = main
            .iter()
            .find(|relation| relation.kind == "officeDocument");
        let main = main.map(|relation| relation.target.as_str());
        match contents(&package, main, mimetype.trim()) {
            Contents::Pretender(what) => Err(WorkbookError::Pretender(what)),
            Contents::OpenDocument => Ok((WorkbookFormat::Ods, Self::Ods(Ods::open(package)?))),
            Contents::Office(WorkbookFormat::Xlsb, part) => Ok((
                WorkbookFormat::Xlsb,
                Self::Xlsb(Xlsb::open(package, &part)?),
            )),
            Contents::Office(format, part) => Ok((format, Self::Xlsx(Xlsx::open(package, &part)?))),
        }
    }

    fn sheets(&self) -> &[SheetInfo] {
        match self {
            Self::Xlsx(book) => book.sheets(),
            Self::Xlsb(book) => book.sheets(),
            Self::Xls(book) => book.sheets(),
            Self::Ods(book) => book.sheets(),
        }
    }

    fn rows(
        &mut self,
        sheet: usize,
        notes: Notebook,
    ) -> Result<Box<dyn CellSource>, WorkbookError> {
        let info = &self.sheets()[sheet];
        if matches!(info.kind, SheetKind::Chart | SheetKind::Dialog) {
            return Err(WorkbookError::NotCells {
                name: info.name.clone(),
                kind: info.kind.as_str(),
            });
        }
        match self {
            Self::Xlsx(book) => book.rows(sheet, notes),
            Self::Xlsb(book) => book.rows(sheet, notes),
            Self::Xls(book) => book.rows(sheet, notes),
            Self::Ods(book) => book.rows(sheet, notes),
        }
    }
}
