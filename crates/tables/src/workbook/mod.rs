//! Workbooks (XLSX, XLSM, XLSB, XLS, ODS) as raw rows: what a spreadsheet program shows in each cell,
//! every row from the first on.
//!
//! A workbook is recognised by its content. Files that pretend to be one, are locked, damaged or
//! bombs are refused in words ([`WorkbookError`]). Which rows are a table, and what its columns
//! mean, is not known here; the choice of a sheet takes a score from the caller.

mod binary;
mod book;
mod choose;
mod container;
mod error;
mod format;
mod grid;
mod iso;
mod limits;
mod notes;
mod ods;
mod package;
mod reference;
mod rows;
mod second;
mod sheets;
mod transcode;
mod xls;
mod xlsb;
mod xlsx;
mod xml;
mod xmltext;

pub(crate) use book::open_begun;
pub use book::{Workbook, open, open_bytes};
pub use choose::{Choice, Other, Reason, Score, Why, choose};
pub use error::{Limit, WorkbookError};
pub use limits::{MAX_COLUMNS, MAX_ROWS, WorkbookLimits};
pub(crate) use notes::Notebook;
pub use notes::{CellRange, Filter, Places, Protection, SheetNotes, SheetReader, Span, TableRange};
pub use sheets::{SheetInfo, SheetKind, Visibility};
