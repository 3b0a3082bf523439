//! Whole runs in process: a service, a network, a disk and a process that can die, all under a
//! paused clock.
//!
//! | file | what |
//! |---|---|
//! | `forest` | seeded rows to import |
//! | `life` | one process: its steps are counted, and it dies at the one it is told to |
//! | `network` | the sandbox behind a network that loses things, and a record of what arrived |
//! | `world` | all of it together, and one process's attempt at a run |
//! | `judge` | what must hold afterwards, whatever happened |

pub(crate) mod forest;
pub(crate) mod judge;
pub(crate) mod life;
pub(crate) mod network;
pub(crate) mod world;

/// Shows what was found out, to whoever asked with `--nocapture`.
#[expect(clippy::print_stdout, reason = "a soak is told of by its figures")]
pub(crate) fn tell(text: &str) {
    println!("{text}");
}
