//! Log lines on stderr, as text or JSON. Passwords and visas never reach them: neither can be
//! printed, and request bodies are not logged. No colours: lines are read by machines too.

mod lines;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use super::args::{Common, LogFormat};
use super::screen::{LogLines, Screen};
use lines::JsonLines;
pub use lines::RunLabel;

/// Sets logging up for the whole process. Without `--log-format` and `-v` only warnings are
/// logged, as text. The label names the run in every JSON line once it is set.
pub fn start(common: &Common, screen: &'static Screen) -> RunLabel {
    let own = match (common.quiet, common.verbose, common.log_format) {
        (true, _, _) => "error",
        (_, 0, Some(LogFormat::Json)) | (_, 1, _) => "info",
        (_, 0, _) => "warn",
        _ => "debug",
    };
    let label = RunLabel::default();
    let filter = EnvFilter::try_from_env("PARTNER_IMPORT_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("partner_import={own}")));
    let registry = tracing_subscriber::registry().with(filter);
    // A second start (tests in one process) keeps the first.
    let _ = match common.log_format {
        Some(LogFormat::Json) => {
            panics_are_lines();
            registry
                .with(
                    fmt::layer()
                        .event_format(JsonLines(label.clone()))
                        .with_writer(move || LogLines(screen)),
                )
                .try_init()
        }
        // Warnings among the messages for people need no time of day.
        _ if common.verbose == 0 && common.log_format.is_none() => registry
            .with(
                fmt::layer()
                    .without_time()
                    .with_target(false)
                    .with_ansi(false)
                    .with_writer(move || LogLines(screen)),
            )
            .try_init(),
        _ => registry
            .with(
                fmt::layer()
                    .with_target(false)
                    .with_ansi(false)
                    .with_writer(move || LogLines(screen)),
            )
            .try_init(),
    };
    label
}

/// Where every line is JSON, a panic's is too.
fn panics_are_lines() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let reason = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        tracing::error!(place, reason, "panicked");
    }));
}
