//! What is said between page and process, as `api.md` has it: the shapes only.

mod lists;
mod plans;
mod rows;
mod runs;

pub use lists::*;
pub use plans::*;
pub use rows::*;
pub use runs::*;
