//! Conditions on the cells of a list, by its own headers: `Type = Vendor or Inactive = yes`. One
//! grammar for flags, profiles and known exports:
//!
//! ```text
//! condition  any of several parts joined by "or", each of them parts joined by "and"
//! part       "not" part | "(" condition ")" | test
//! test       HEADER = TEXT | HEADER != TEXT | HEADER in (TEXT, TEXT)
//!          | HEADER contains TEXT | HEADER begins TEXT | HEADER matches PATTERN
//!          | HEADER empty | HEADER filled
//! ```
//!
//! `is` and `not` may stand before what is asked: `Code is not empty`, `Type not in (Vendor, Lead)`.
//! Headers and texts need quotation marks only where they hold a sign or a word of the grammar. Case
//! and spaces do not count. In a pattern `*` is any text and `?` any one character.

mod bound;
mod condition;
mod parse;
mod pattern;
mod tokens;

pub(super) use bound::{Bound, HeaderFault, OfSeveral};
pub use condition::Condition;
pub use tokens::ConditionError;
