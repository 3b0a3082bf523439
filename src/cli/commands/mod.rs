//! The commands, one file each.

pub mod approval;
pub mod check;
pub mod config;
pub mod country;
pub mod explain;
pub mod fix;
pub mod init;
mod landing;
pub mod login;
pub mod lookup;
pub mod plan;
mod plan_view;
pub mod preview;
pub mod prune;
pub mod report;
pub mod resume;
pub mod run;
pub mod runs;
pub mod sandbox;
pub mod session;
pub mod shell;
mod sitting;
pub mod support;
pub mod template;
mod told;
pub mod trust;
pub mod undo;
