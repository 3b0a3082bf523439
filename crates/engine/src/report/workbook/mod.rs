//! `results.xlsx`: the rows as in `results.csv` on one sheet, the counts on another. The only folder
//! here that knows `rust_xlsxwriter`.
//!
//! Cells of the input stay the text they were (ZIP codes, phone numbers), ids are numbers. The
//! workbook, mended and saved, is the next input: the reader takes its `ID` and `Import` columns
//! as those of `results.csv`. Rows are written one at a time, and not by the library, so that a large run
//! needs little memory and time.

mod book;
mod causes;
mod cells;
mod data;
mod formats;
mod limits;
mod rows;
mod summary;
pub mod tenant;

pub use book::{SUMMARY, SUMMARY_NAME, write};
pub use cells::MOST_EXACT;
pub use formats::{ERROR_GROUND, WARNING_GROUND};
pub(super) use limits::sheet_name;
pub use limits::{fits, why_not};
pub use summary::summary_alone;
