//! Which column is which field: by what the user says, by the header's words, and where a header
//! can mean several things by the cells below it. Never silently: everything decided is said.

mod assign;
mod assignment;
mod decide;
pub(crate) mod fold;
mod given;
mod ids;
mod mapped;
mod name;
mod names;
mod notes;
mod rivals;
pub(crate) mod values;
mod whole;
mod whose;
mod words;

pub(super) use assign::field_for_all;
pub use assign::map_header;
pub use given::is_by_letters;
pub(super) use given::{columns_called, given_field, letters_of};
pub use ids::TENANT_COLUMNS;
pub use mapped::{
    MappedColumn, Mapping, MappingOptions, Matched, OptionError, Origin, Places, Role, ValueEntry,
};
pub(super) use names::{field_named, nearest_field, says};
pub use names::{
    field_of_header, is_group_name, is_group_of_persons, is_name_header, is_results_header,
    is_sheet, knows_header, other_headers,
};
pub(crate) use words::IMPORT_SHEET;
pub use words::{NAME_IN_TENANT, is_name_in_tenant};
