//! The result files of a run, built from its journal and from nothing else: a resumed run and an
//! unbroken run give the same files, and they can be written again at any time.
//!
//! [`Facts`] reads the journal once; every file is made from it: [`write_all`] writes them,
//! [`text`] and [`json`] say the same on a terminal and to a machine. Knows nothing of the service
//! or of the terminal, and of the input file only the bytes of a workbook that is to be filled in.

mod behind;
pub mod bundle;
pub mod causes;
pub mod copy;
pub mod counts;
pub mod csv;
pub mod diagnostics;
pub mod error;
pub mod facts;
mod fails_once;
pub mod file;
pub mod fleet;
pub mod fleet_figures;
mod former;
pub mod html;
pub mod inserted;
pub mod json;
pub mod layout;
pub mod machine;
pub mod mended;
pub mod metrics;
mod names;
pub mod next;
mod not_run;
mod note;
pub mod notice;
pub mod preview;
pub mod shell;
pub mod status;
pub mod text;
pub mod time;
mod timing;
pub mod undo_facts;
pub mod undone;
pub mod verdict;
pub mod workbook;
pub mod wrap;
pub mod write;

pub use copy::Original;
pub use counts::Counts;
pub use error::ReportError;
pub use facts::{Ended, Facts};
pub use former::holds_another_run;
pub use next::Next;
pub use not_run::leave_word;
pub use notice::Notice;
pub use status::Status;
pub use undo_facts::{UndoFacts, UndoStatus};
pub use undone::{WrittenUndo, write_undo};
pub use verdict::{Verdict, verdicts};
pub use write::{
    ReportOptions, Written, try_out_dir, without_files, would_replace, write_all, write_all_telling,
};
