//! From bytes to rows: finds encoding, dialect, sheet and header, and keeps every cell's address.
//!
//! Content that is wrong is data (notes); an error is returned only when a file cannot be read at
//! all. Knows nothing of what the rows stand for.

#![warn(clippy::missing_errors_doc)]

pub mod batch;
pub mod caught;
pub mod content;
pub mod edit;
pub mod encoding;
pub mod error;
pub mod formula;
pub mod header;
pub mod lock;
pub mod note;
pub mod opc;
mod open;
pub mod options;
pub mod place;
pub mod raw;
mod sheet;
mod table;
pub mod text;
pub mod workbook;

pub use batch::{Cell, CellKind, Row, RowBatch, RowFate};
pub use content::WorkbookFormat;
pub use encoding::TextEncoding;
pub use error::ReadError;
pub use header::{Header, HeaderCell};
pub use note::{Line, Note, NoteKind};
pub use open::{TableFile, open, read_bytes};
pub use options::{
    Delimiter, HeaderKnowledge, Limits, NoKnowledge, ReadOptions, RowMarks, Sheets, Tells,
};
pub use place::{CellAddress, RowIndex, Source, column_letters};
pub use raw::{More, RawRows};
pub use sheet::SheetList;
pub use table::{Format, Gone, StandingWords, Table};
pub use text::Escape;

/// The example of the README, held against the code.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
