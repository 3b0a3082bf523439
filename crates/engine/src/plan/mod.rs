//! From accepted rows and the tenant to a plan: who exists, who must be created, below whom.
//!
//! A plan is a value that can be printed, kept and carried out. Pure: no network, no clock.

pub mod action;
pub mod build;
mod builder;
mod called;
pub mod changes;
mod deployment;
pub mod document;
mod existing;
mod groups;
mod hold_back;
pub mod known;
mod levels;
mod lost;
pub mod member;
mod met;
mod nearest;
pub mod options;
mod orphans;
mod places;
mod shown;
pub mod snapshot;
mod taken;
pub mod tenant;
mod twice;
mod unavailable;

pub use action::{Difference, Finding, Item, Plan};
pub use build::{build, build_known, build_with};
pub use changes::changes;
pub use deployment::{Asked, NotDeployed, said_before};
pub use document::PlanDocument;
pub use existing::conflict;
pub use known::{KnownMembers, Member};
pub use member::{differences, has_changes};
pub use options::{Moves, OnExists, PlanOptions};
pub use orphans::orphans;
pub use shown::{Shown, TakenBack, changed_by_others, shown, stands, take_back};
pub use snapshot::{Snapshot, SnapshotError};
pub use tenant::{Customer, Found, Key, Place, ServiceCountry, Tenant};
