//! The commands, one file each.

mod asked;
pub mod check;
pub mod config;
pub mod country;
pub mod doctor;
pub mod explain;
pub mod fix;
pub mod fleet;
pub mod gui;
pub mod init;
pub mod login;
pub mod lookup;
mod mapped;
pub mod open;
pub mod plan;
pub mod preview;
pub mod prune;
pub mod report;
pub mod resume;
pub mod run;
pub mod runs;
pub mod sandbox;
pub mod shell;
pub mod support;
pub mod template;
pub mod trust;
pub mod undo;
