//! The commands, one file each.

pub mod check;
pub mod config;
pub mod country;
pub mod explain;
pub mod fix;
pub mod init;
pub mod login;
pub mod lookup;
pub(crate) mod mapped;
pub mod plan;
pub(crate) mod plan_view;
pub mod preview;
pub mod prune;
pub mod report;
pub mod resume;
pub mod run;
pub mod runs;
pub mod sandbox;
pub mod session;
pub mod shell;
pub(crate) mod sitting;
pub mod support;
pub mod template;
pub(crate) mod told;
pub mod trust;
pub mod undo;

use crate::flow::{in_flight as landing, plan_file as approval, reasons};
