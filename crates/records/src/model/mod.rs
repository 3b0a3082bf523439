//! What everything else speaks of: cell addresses, tables of cells, valid field values, customers,
//! diagnostics.
//!
//! No input or output, no clock, no async; of ours only the crates below are imported here.

pub mod change;
pub mod code;
mod deployed;
pub mod diagnostic;
pub mod differing;
pub mod digest;
pub mod ending;
pub mod fate;
pub mod fields;
pub mod level;
mod level_offer;
mod makeup;
pub mod notes;
pub mod number;
pub mod operation;
pub mod partner;
pub mod phrase;
pub mod place;
pub mod printable;
pub mod rules;
pub mod summary;
pub mod took;

pub use change::{PartnerChanges, Relocation};
pub use countries::CountryCode;
pub use deployed::{Deployed, Deployments};
pub use diagnostic::{Diagnostic, Severity};
pub use differing::Differing;
pub use ending::Ending;
pub use fate::{Happening, Origin, Outcome, Planned, Reason, Standing};
pub use fields::{
    ContactId, CustomerName, Flag, InvalidField, Level, LocationId, PartnerId, RegionId,
    ServiceType, State, Text, UnixSeconds, UserId, WholeId,
};
pub use level::LevelChoice;
pub use level_offer::LevelOffer;
pub use makeup::Makeup;
pub use operation::{Operation, Parent, Update};
pub use partner::{
    Address, AdvancedProperties, Company, DefaultAccount, Deployment, PartnerInfo, Since, Switch,
};
pub use phrase::{Phrase, RelatedRows, Suggestions};
pub use place::{CellAddress, RowIndex, SheetRows, Source};
pub use printable::printable;
pub use summary::{
    AgainstTenant, ColumnUse, ExistingRow, LeftOutRows, TableSummary, all_left_out, left_out_shown,
};
pub use tables::{Cell, CellKind, Header, HeaderCell, Row, RowBatch, RowFate};
pub use took::Took;
