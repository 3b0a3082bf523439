//! Number formats: what a spreadsheet program shows for a number, as far as it carries meaning.
//!
//! Dates, padded numbers and numbers with a prefix are rendered as they are shown; amounts,
//! percentages and grouped numbers stay plain numbers. Knows nothing of files.

mod analyse;
mod builtin;
mod date;
mod number;
mod parts;
mod render;
mod tokens;

pub(super) use builtin::builtin_code;
pub(super) use date::DateSystem;
pub(super) use number::{Digits, write_f64};
pub(super) use parts::NumberFormat;
pub(super) use render::{Rendered, render_f64, render_number_text, render_text};
