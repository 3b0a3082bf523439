//! From bytes to rows: finds encoding, dialect, sheet and header, and keeps every cell's address.
//!
//! Content that is wrong is data (diagnostics); an error is returned only when a file cannot be
//! read at all. Knows nothing of customers' rules, of the service or of the terminal.

pub mod encoding;
pub mod error;
pub mod note;
mod open;
pub mod options;
pub mod preview;
pub mod raw;
mod sheet;
pub mod sniff;
mod table;
pub mod text;
pub mod workbook;

pub use encoding::TextEncoding;
pub use error::ReadError;
pub use note::{Note, NoteKind};
pub use open::{open, read_bytes, sha256, sha256_of, sheets, unchanged};
pub use options::{
    Delimiter, HeaderKnowledge, Limits, NoKnowledge, ReadOptions, RowMarks, Sheets, Tells,
};
pub use raw::{More, RawRows};
pub use sheet::SheetList;
pub use table::{Format, Line, Table};
pub use text::Escape;
