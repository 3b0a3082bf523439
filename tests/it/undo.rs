//! `undo RUN`: what a run created is removed, and nothing else is, whatever goes wrong.
//!
//! | file | what |
//! |---|---|
//! | `removing` | whole undoings as people meet them: files, refusals, confirmation |
//! | `changes` | what a run changed gets back what it was |
//! | `meanwhile` | what others do between plan and request; how many requests it takes |
//! | `target` | where it goes: to where the run went, and nowhere else |
//! | `stopping` | kills, interruptions, lost answers, outages, refusals of the service |

mod changes;
mod meanwhile;
pub(crate) mod removing;
mod stopping;
mod target;
