//! Text files as raw rows: CSV, TSV and every dialect and encoding people have. The only part that
//! knows bytes, encodings and delimiters. Finds no header: that is `table`'s work.

mod decode;
mod detect;
mod dialect;
mod enclosed;
mod fix;
mod form;
mod quoted;
mod quotes;
mod rewrite;
mod rows;
mod scan;
mod single;
mod trial;
mod wrapped;

pub use self::dialect::Escape;
pub(super) use self::dialect::{Dialect, Surety};
pub use self::rewrite::{RewriteError, TextEdit, rewrite};
pub(super) use self::rows::{PREFIX, TextRows};
