//! From accepted rows and the tenant to a plan: who exists, who must be created, below whom.
//!
//! A plan is a value that can be printed, kept and carried out. Pure: no network, no clock.

pub mod action;
pub mod build;
pub mod changes;
pub mod document;
mod existing;
mod hold_back;
mod levels;
pub mod member;
pub mod options;
mod places;
mod shown;
pub mod snapshot;
pub mod tenant;
mod twice;
mod unavailable;

pub use action::{Difference, Finding, Item, Plan};
pub use build::{build, build_with};
pub use changes::changes;
pub use document::PlanDocument;
pub use existing::conflict;
pub use member::{Member, Told, has_changes};
pub use options::{Moves, OnExists, PlanOptions};
pub use shown::{Shown, TakenBack, shown, take_back};
pub use snapshot::{Snapshot, SnapshotError};
pub use tenant::{Customer, Found, Key, Place, ServiceCountry, Tenant};
