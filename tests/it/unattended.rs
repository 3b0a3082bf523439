//! The nightly job seen from outside: metrics, notifications, quarantined rows, log lines, and the
//! rate that all processes share.
//!
//! | file | what |
//! |---|---|
//! | `exposition` | a strict reader of Prometheus' text format |
//! | `metrics` | `--metrics-file` after every kind of end |
//! | `listener` | an HTTP server that keeps what it is told |
//! | `notifying` | `--notify` and `--ping` |
//! | `quarantine` | `--quarantine-after` |
//! | `pacing` | the rate over several processes |
//! | `logs` | `--log-format json` |
//! | `ending` | `--max-duration`, and `[after] command` |
//! | `guarding` | what holds a night back, and what becomes of the night before it |
//! | `rights` | whose files are whose |

#[cfg(unix)]
mod ending;
pub(crate) mod exposition;
#[cfg(unix)]
mod guarding;
pub(crate) mod listener;
mod logs;
mod metrics;
mod notifying;
mod pacing;
mod quarantine;
#[cfg(unix)]
mod rights;
