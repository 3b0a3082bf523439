//! What is said between page and process, as `api.md` has it: the shapes only.

#[expect(clippy::struct_field_names, reason = "the names are those of api.md")]
mod lists;
#[expect(clippy::struct_field_names, reason = "the names are those of api.md")]
mod plans;
#[expect(clippy::struct_field_names, reason = "the names are those of api.md")]
mod rows;
#[expect(clippy::struct_field_names, reason = "the names are those of api.md")]
mod runs;

pub use lists::*;
pub use plans::*;
pub use rows::*;
pub use runs::*;
