//! Changes by hand that are kept beside a list, reviewable, and made again whenever it is read: only
//! where the list still says what they expect.

mod bound;
mod entries;
mod file;
mod mending;
mod met;

pub(super) use bound::{BoundMends, Outcome};
pub use entries::{CellMend, Key, Mends, ROW, ValueMend};
pub use file::{MendsError, OTHERWISE, Open, OpenRow, proposals};
pub use mending::Mending;
pub(super) use met::MendsMet;
