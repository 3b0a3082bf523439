//! The use cases: open, check, plan, agree, begin, carry out, take back. What a face (words in a
//! terminal, a page) is made of: values in, one stream of events out, one control in. Knows neither
//! people's terminals nor environment nor exit codes.

pub mod advice;
pub mod agree;
pub mod begin;
pub mod check;
pub mod clock;
pub mod credentials;
pub mod digest;
pub mod enter;
pub mod event;
pub mod excerpts;
pub mod export;
pub mod failure;
pub mod fleet;
pub mod guard;
pub mod headers;
pub mod host;
pub mod import;
pub mod in_flight;
pub mod list;
pub mod mend;
pub mod new_file;
pub mod of_run;
pub mod open;
pub mod original;
pub mod pilot;
pub mod plan;
pub mod plan_book;
pub mod plan_file;
pub mod prune;
pub mod quarantine;
pub mod reasons;
mod relay;
pub mod resume;
pub mod rows;
pub mod run;
pub mod runs;
pub mod snapshot;
pub mod speed;
pub mod tally;
pub mod target;
pub mod tenant;
pub mod undo;
pub mod unfinished;
pub mod vault;
pub mod watch;
