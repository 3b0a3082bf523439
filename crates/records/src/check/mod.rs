//! From rows to accepted records and diagnostics: one cell at a time, then the rules that look
//! across rows.
//!
//! Bad content never stops the check: all problems of a file come in one go. Offline: knows
//! nothing of the service.

mod above;
pub mod accepted;
mod arena;
mod cell;
mod checker;
mod columns;
pub mod conditions;
mod country_column;
mod draft;
mod duplicates;
pub mod exports;
pub mod field;
mod fits;
mod in_order;
mod index;
pub mod join;
mod known;
mod left_out;
mod levels;
mod likeness;
pub mod mapping;
pub mod mends;
mod mojibake;
mod nearest;
mod of_tool;
mod parallel;
mod parents;
mod part;
pub mod record;
mod rewrite;
mod row;
mod row_draft;
mod rows;
pub mod says;
pub mod selection;
mod stream;
mod tables;
mod text;
mod tree;
mod usual;
mod values;

pub use accepted::{
    Accepted, Checked, Doubt, NamedReference, Parent, ParentTarget, RowState, SaidOnce,
};
pub use cell::nothing::words_for_nothing;
pub use cell::proposals::{field_of_terms, proposed};
pub use cell::quoted;
pub use checker::Checker;
pub use columns::{check_default, check_map, check_value_entry, check_value_for_all};
pub use conditions::{Condition, ConditionError};
pub use draft::BillingContactForm;
pub use exports::{ExportChoice, UnknownExport};
pub use field::{Field, UnknownField};
pub use known::{Comparison, KnownRows, Medium, Restorer, Standing};
pub use levels::Deriving;
pub use likeness::closest_companies;
pub use mapping::{
    MappedColumn, Mapping, MappingOptions, Matched, OptionError, Origin, Places, Role, ValueEntry,
    field_of_header, is_group_name, is_group_of_persons, is_name_header, is_results_header,
    is_sheet, knows_header, map_header,
};
pub use mends::{Mends, MendsError};
pub use parents::left_out_row;
pub use part::{CheckSettings, EmptyList, Keep};
pub use selection::{Part, PartError, SaidGone, Selected, Selection, SelectionOptions};
pub use text::alike;
