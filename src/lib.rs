//! Bulk-imports customers from tables into a multi-tenant backup platform (Cove Data Protection)
//! through its JSON-RPC method `AddPartner`: each row at most once, whatever dies on the way.

pub mod api;
pub mod check;
pub mod cli;
pub mod flow;
pub mod journal;
pub mod model;
pub mod plan;
pub mod report;
pub mod settings;
pub mod submit;
pub use countries;
pub use sandbox;
pub use tables;
