//! `undo RUN`: what a run created is removed, and nothing else is, whatever goes wrong.
//!
//! | file | what |
//! |---|---|
//! | `removing` | whole undoings as people meet them: files, refusals, confirmation |
//! | `stopping` | kills, interruptions, lost answers, outages, refusals of the service |

pub(crate) mod removing;
mod stopping;
