//! Bulk-imports customers from tables into a multi-tenant backup platform (Cove Data Protection)
//! through its JSON-RPC method `AddPartner`: each row at most once, whatever dies on the way.

pub mod cli;
pub mod flow;
pub mod gui;
pub mod settings;
pub use countries;
pub use engine::api;
pub use engine::journal;
pub use engine::plan;
pub use engine::report;
pub use engine::submit;
pub use records::check;
pub use records::model;
pub use sandbox;
pub use tables;
