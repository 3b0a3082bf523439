//! Log lines on stderr, as text or JSON. Passwords and visas never reach them: neither can be
//! printed, and request bodies are not logged. No colours: lines are read by machines too.

mod lines;

use std::panic::PanicHookInfo;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

use super::args::Wanted;
use crate::cli::show::screen::{LogKind, LogLines, Screen};
use crate::model::printable;
use crate::settings::{LOG, LogFormat, Verbosity};
use lines::JsonLines;
pub use lines::RunLabel;
use tables::caught::is_catching;

/// Sets logging up for the whole process. Without `--log-format` and `-v` only warnings are
/// logged, as text. The label names the run in every JSON line once it is set.
pub fn start(wanted: Wanted, screen: &'static Screen) -> RunLabel {
    let own = match (wanted.verbosity, wanted.log_format) {
        (Verbosity::Quiet, _) => "error",
        (Verbosity::Normal, Some(LogFormat::Json)) | (Verbosity::Verbose, _) => "info",
        (Verbosity::Normal, _) => "warn",
        (Verbosity::Debug, _) => "debug",
    };
    let is_plain = matches!(wanted.verbosity, Verbosity::Quiet | Verbosity::Normal);
    let label = RunLabel::default();
    // What becomes of rows is shown to people by the progress.
    let shown = match wanted.log_format {
        None if is_plain => ",partner_import::flow::relay=error",
        _ => "",
    };
    let asked = std::env::var(LOG.name).ok();
    let asked = asked.as_deref().and_then(filter_of);
    let filter = asked.or_else(|| filter_of(&format!("{PROGRAM}={own}{shown}")));
    let registry = tracing_subscriber::registry().with(filter);
    match wanted.log_format {
        Some(LogFormat::Json) => tell_of_panics(line_of),
        Some(LogFormat::Text) | None => tell_of_panics(text_of(std::panic::take_hook())),
    }
    // A second start (tests in one process) keeps the first.
    let _ = match wanted.log_format {
        Some(LogFormat::Json) => registry
            .with(
                fmt::layer()
                    .event_format(JsonLines(label.clone()))
                    .with_writer(move || LogLines(screen, LogKind::Json)),
            )
            .try_init(),
        // Warnings among the messages for people need no time of day.
        _ if is_plain && wanted.log_format.is_none() => registry
            .with(
                fmt::layer()
                    .without_time()
                    .with_target(false)
                    .with_ansi(false)
                    .with_writer(move || LogLines(screen, LogKind::Text)),
            )
            .try_init(),
        _ => registry
            .with(
                fmt::layer()
                    .with_target(false)
                    .with_ansi(false)
                    .with_writer(move || LogLines(screen, LogKind::Text)),
            )
            .try_init(),
    };
    label
}

/// What people call the program in a list of filters.
const PROGRAM: &str = "partner_import";

/// What a list of filters lets through, such as `partner_import=debug`; none where it is empty or is no
/// such list. What it says of the program goes for the crate of its engine too.
fn filter_of(list: &str) -> Option<Targets> {
    let of_engine = list.split(',').filter_map(|one| {
        let rest = one.trim().strip_prefix(PROGRAM)?;
        let is_whole = rest.is_empty() || rest.starts_with(['=', ':']);
        is_whole.then(|| format!("engine{rest}"))
    });
    let whole: Vec<String> = of_engine.chain([list.trim().to_owned()]).collect();
    whole
        .join(",")
        .parse()
        .ok()
        .filter(|_| !list.trim().is_empty())
}

/// Has panics told of as `tell` does; those that are caught and become errors only stand in the
/// log, for whoever looks into it.
fn tell_of_panics(tell: impl Fn(&PanicHookInfo<'_>) + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| {
        if is_catching() {
            let (place, reason) = words_of(panic);
            tracing::debug!(place, reason, "a library panicked, which was caught");
        } else {
            tell(panic);
        }
    }));
}

/// As Rust tells of panics, unless that would put what is from outside on the terminal.
fn text_of(
    tell: impl Fn(&PanicHookInfo<'_>) + Send + Sync + 'static,
) -> impl Fn(&PanicHookInfo<'_>) + Send + Sync + 'static {
    move |panic| match words_of(panic) {
        (_, Some(reason)) if printable(reason) != reason => line_of(panic),
        _ => tell(panic),
    }
}

/// Where every line is JSON, a panic's is too.
fn line_of(panic: &PanicHookInfo<'_>) {
    let (place, reason) = words_of(panic);
    tracing::error!(place, reason, "panicked");
}

/// Where it panicked, and why.
fn words_of<'a>(panic: &'a PanicHookInfo<'_>) -> (Option<String>, Option<&'a str>) {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    (
        panic.location().map(ToString::to_string),
        text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)),
    )
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn what_is_said_of_the_program_goes_for_its_engine() {
        for (list, warns, tells) in [
            ("partner_import=warn", true, false),
            ("partner_import=debug", true, true),
            ("hyper=off, partner_import=debug", true, true),
            ("partner_import", true, true),
            ("partner_import::submit=debug", true, true),
            ("partner_import::api=debug", false, false),
            ("partner_important=debug", false, false),
            ("engine=debug", true, true),
            ("off", false, false),
        ] {
            let filter = filter_of(list).unwrap();
            let passes = |level| filter.would_enable("engine::submit::reads", &level);
            assert_eq!(
                (passes(Level::WARN), passes(Level::DEBUG)),
                (warns, tells),
                "{list}"
            );
        }
        assert!(filter_of(" ").is_none());
    }
}
