//! What is written down of each process that carries a run out: the settings that decide how it
//! goes. Only those whose values are numbers and words of ours: a support bundle shows them.

use super::config::{Setting, some};
use crate::cli::args::{Common, InputArgs, RunArgs, ShowArgs, TargetArgs};
use crate::cli::args_more::TableOrJson;
use crate::cli::clock::now_ms;
use crate::cli::error::CliError;
use crate::cli::settings::Settings;
use crate::journal::Sitting;

/// Settings whose values are numbers and words of ours; whole sections end with a dot.
const PLAIN: [&str; 9] = [
    "limits.",
    "existing.",
    "target.sandbox",
    "target.billing_contact",
    "output.progress",
    "output.log_format",
    "output.verbosity",
    "notify.format",
    "notify.ping_start",
];

/// Whether a setting's value says nothing of anybody.
pub(super) fn is_plain(key: &str) -> bool {
    let is = |known: &&str| key == *known || (known.ends_with('.') && key.starts_with(*known));
    PLAIN.iter().any(|known| is(&known))
}

/// A process that begins now, with the settings as typed and found.
pub(super) fn sitting(
    common: &Common,
    settings: &Settings,
    run: &RunArgs,
    target: &TargetArgs,
) -> Result<Sitting, CliError> {
    let args = ShowArgs {
        file: None,
        format: TableOrJson::Json,
        input: InputArgs::default(),
        target: target.clone(),
        run: run.clone(),
    };
    let plain = some(common, &args, settings, is_plain)?;
    let kept = |one: Setting| Some((one.key, one.value?));
    Ok(Sitting {
        at_ms: now_ms(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        settings: plain.into_iter().filter_map(kept).collect(),
    })
}
