//! The use cases: open, check, plan, agree, begin, carry out, take back. What a face (words in a
//! terminal, a page) is made of: values in, one stream of events out, one control in. Knows neither
//! people's terminals nor environment nor exit codes.

pub mod agree;
pub mod check;
pub mod clock;
pub mod excerpts;
pub mod failure;
pub mod in_flight;
pub mod of_run;
pub mod original;
pub mod plan_file;
pub mod quarantine;
pub mod reasons;
pub mod snapshot;
pub mod target;
pub mod vault;
