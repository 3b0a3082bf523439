//! Rows that an earlier run has read, and what became of their cells when one of its result files
//! went through a spreadsheet program: leading zeros, plus signs and long numbers are lost there,
//! codes become dates, dates are turned around.
//!
//! `rows` are the earlier rows as a value, `matching` finds the one that a row comes from, `saved`
//! says whether a text is what a spreadsheet program makes of another, `restore` puts the earlier
//! text back and says so, `lost` doubts what nothing can be compared with, `twice` refuses what an
//! earlier run refused for another row's sake. Where the rows come from
//! is not known here.

mod lost;
mod matching;
mod restore;
mod rows;
mod saved;
mod twice;

pub use restore::{Medium, Restorer};
pub use rows::{Comparison, KnownRows, Standing};
