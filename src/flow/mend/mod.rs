//! Mends a list: cells with one answer get it, in a copy of the table or of the workbook; or changes are
//! proposed in a file, to be made whenever the list is read. The list itself stays as it is.

mod cells;
mod copy;
mod look;
mod offer;
mod proposals;

pub use cells::Change;
pub use copy::{Form, Mended, mend};
pub use look::{Mendable, look};
pub use offer::Offer;
pub use proposals::{Proposed, propose};
