//! From bytes to rows: finds encoding, dialect, sheet and header, and keeps every cell's address.
//!
//! Content that is wrong is data (diagnostics); an error is returned only when a file cannot be
//! read at all. Knows nothing of customers' rules, of the service or of the terminal.

pub mod error;
pub mod raw;
pub mod workbook;

pub use error::ReadError;
pub use raw::{More, RawRows};
