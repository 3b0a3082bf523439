//! Durable state: one SQLite file per run, written by one thread, acknowledged after commit.
//!
//! An intent is durable before its request leaves and an outcome before it is reported, so
//! whatever dies, the file tells which rows may have reached the service. Starting and resuming
//! read the same file the same way. Knows nothing of the network.

pub mod ahead;
mod cells;
mod columns;
pub mod draft;
pub mod error;
mod faults;
mod holder;
mod insert;
mod landing;
pub mod lock;
mod named;
pub mod only_ours;
mod opened;
pub mod outcomes;
pub mod private;
mod pulse;
mod reached;
mod read;
pub mod record;
pub mod refused;
pub mod removal;
pub mod replay;
pub mod schema;
pub mod shape;
pub mod store;
mod sum;
pub mod undo;
pub mod writer;

pub use cells::Cells;
pub use draft::{Contents, Draft};
pub use error::JournalError;
pub use holder::Holder;
pub use lock::{TargetLock, target_digest};
pub use named::NamedFile;
pub use reached::gone;
pub use record::{
    Attempt, Entry, Event, Fault, Learnt, PlannedRow, RowRecord, RunInfo, Sample, UndoEntry,
};
pub use replay::Replayed;
pub use store::{Store, run_path, runs};
pub use undo::{UndoReplayed, UndoState};
#[cfg(test)]
pub(crate) use writer::tests::info as info_of_tests;
pub use writer::{Journal, Probe, Step};
