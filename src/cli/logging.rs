//! Log lines on stderr, as text or JSON. Passwords and visas never reach them: neither can be
//! printed, and request bodies are not logged. No colours: lines are read by machines too.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use super::args::{Common, LogFormat};

/// Sets logging up for the whole process. Without `--log-format` and `-v` only warnings are
/// logged, as text.
pub fn start(common: &Common) {
    let own = match (common.quiet, common.verbose, common.log_format) {
        (true, _, _) => "error",
        (_, 0, Some(LogFormat::Json)) | (_, 1, _) => "info",
        (_, 0, _) => "warn",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_env("PARTNER_IMPORT_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("partner_import={own}")));
    let registry = tracing_subscriber::registry().with(filter);
    // A second start (tests in one process) keeps the first.
    let _ = match common.log_format {
        Some(LogFormat::Json) => registry
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        // Warnings among the messages for people need no time of day.
        _ if common.verbose == 0 && common.log_format.is_none() => registry
            .with(
                fmt::layer()
                    .without_time()
                    .with_target(false)
                    .with_ansi(false)
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        _ => registry
            .with(
                fmt::layer()
                    .with_target(false)
                    .with_ansi(false)
                    .with_writer(std::io::stderr),
            )
            .try_init(),
    };
}
