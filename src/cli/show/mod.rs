//! What people see in a terminal of what the use cases say.

pub mod advice;
pub mod clean;
pub mod ended;
pub mod face;
pub mod formats;
pub mod grid;
pub mod line;
pub mod log_problems;
pub mod mapping;
pub mod output;
pub mod plan;
pub mod progress;
pub mod question;
pub mod screen;
pub mod stage;
pub mod undo;
