//! What was found and what was done, as text and files.

pub mod diagnostics;
