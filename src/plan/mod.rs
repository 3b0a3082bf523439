//! From accepted rows and the tenant to a plan: who exists, who must be created, below whom.
//!
//! A plan is a value that can be printed, kept and carried out. Pure: no network, no clock.

pub mod action;
pub mod build;
pub mod tenant;

pub use action::{Action, Difference, Finding, Item, ParentLink, Plan};
pub use build::build;
pub use tenant::{Customer, Found, Key, Place, Tenant};
