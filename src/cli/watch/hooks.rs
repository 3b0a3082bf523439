//! Whom to tell: the addresses from flags, files, environment and profile, and how each wants to
//! be told.

use std::path::{Path, PathBuf};

use super::args::{Hidden, NotifyFormat, WatchArgs};
use crate::api::HookUrl;
use crate::cli::error::CliError;
use crate::cli::{plain_text, profile};

/// Webhooks, one per line or separated by spaces.
const NOTIFY_VARIABLE: &str = "PARTNER_IMPORT_NOTIFY";
/// The address to ping.
const PING_VARIABLE: &str = "PARTNER_IMPORT_PING";

/// One webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Where.
    pub url: HookUrl,
    /// How.
    pub format: NotifyFormat,
}

/// Who is told of a run.
#[derive(Debug, Clone, Default)]
pub struct Watchers {
    /// Where the metrics go.
    pub metrics_file: Option<PathBuf>,
    /// Who gets a summary.
    pub hooks: Vec<Hook>,
    /// Who gets a sign of life.
    pub ping: Option<HookUrl>,
    /// Whether the start is a sign of life too.
    pub start: Start,
}

/// Whether the start of a run is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// Only its end.
    #[default]
    Silent,
    /// Its start too.
    Told,
}

impl Watchers {
    /// What flags, environment and profile say, each in its place: flags before the environment,
    /// and that before the profile.
    pub fn of(args: &WatchArgs, profile: &profile::Profile) -> Result<Self, CliError> {
        let notify = &profile.notify;
        let format = args.notify_format.or(notify.format).unwrap_or_default();
        let ping = args
            .ping
            .clone()
            .or_else(|| variable(PING_VARIABLE))
            .or_else(|| notify.ping.clone());
        Ok(Self {
            metrics_file: Self::metrics_file(args, profile),
            hooks: hooks(args, notify, format)?,
            ping: ping
                .map(|ping| parse(&ping.0, "the address to ping"))
                .transpose()?,
            start: if args.ping_start || notify.ping_start {
                Start::Told
            } else {
                Start::Silent
            },
        })
    }

    /// Where the metrics go; known even where an address is wrong.
    pub fn metrics_file(args: &WatchArgs, profile: &profile::Profile) -> Option<PathBuf> {
        let file = args.metrics_file.as_ref();
        file.or(profile.output.metrics_file.as_ref()).cloned()
    }
}

fn variable(name: &str) -> Option<Hidden> {
    let text = std::env::var(name).ok();
    text.filter(|text| !text.trim().is_empty()).map(Hidden)
}

fn hooks(
    args: &WatchArgs,
    profile: &profile::Notify,
    format: NotifyFormat,
) -> Result<Vec<Hook>, CliError> {
    if !args.notify.is_empty() || args.notify_file.is_some() {
        return listed(
            &args.notify,
            args.notify_file.as_deref(),
            "--notify",
            format,
        );
    }
    if let Some(Hidden(text)) = variable(NOTIFY_VARIABLE) {
        let texts: Vec<Hidden> = text
            .split_whitespace()
            .map(|text| Hidden(text.to_owned()))
            .collect();
        return listed(&texts, None, NOTIFY_VARIABLE, format);
    }
    let file = profile.file.as_deref();
    listed(&profile.urls, file, "the profile's notify.urls", format)
}

fn listed(
    texts: &[Hidden],
    file: Option<&Path>,
    place: &str,
    format: NotifyFormat,
) -> Result<Vec<Hook>, CliError> {
    let mut hooks = Vec::new();
    for (number, Hidden(text)) in (1..).zip(texts) {
        hooks.push(hook(text, &format!("webhook {number} of {place}"), format)?);
    }
    let Some(path) = file else { return Ok(hooks) };
    let text = plain_text::read(path).map_err(|error| {
        CliError::usage(format!(
            "cannot read the webhooks of {}: {error}",
            path.display()
        ))
    })?;
    crate::cli::credentials::warn_when_others_can_read(path, "the file of webhooks");
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            let place = format!("the webhook in line {number} of {}", path.display());
            hooks.push(hook(line, &place, format)?);
        }
    }
    Ok(hooks)
}

fn hook(text: &str, place: &str, format: NotifyFormat) -> Result<Hook, CliError> {
    let prefixes = [
        ("json+", NotifyFormat::Json),
        ("teams+", NotifyFormat::Teams),
        ("slack+", NotifyFormat::Slack),
    ];
    let prefixed = prefixes
        .iter()
        .find_map(|(prefix, format)| Some((text.trim().strip_prefix(prefix)?, *format)));
    let (text, format) = prefixed.unwrap_or((text, format));
    let url = parse(text, place)?;
    Ok(Hook { url, format })
}

/// The address itself is not repeated: it may hold a token.
fn parse(text: &str, place: &str) -> Result<HookUrl, CliError> {
    HookUrl::parse(text).map_err(|error| {
        CliError::usage(format!("{place} cannot be used: {error}")).hint(
            "write it like https://hooks.example.com/..., teams+https://... or slack+https://...; \
             plain http:// goes to this machine only",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_says_the_format_and_errors_keep_the_token() {
        let args = WatchArgs {
            notify: ["https://a.example/1", "slack+https://b.example/2"]
                .map(|text| Hidden(text.to_owned()))
                .to_vec(),
            notify_format: Some(NotifyFormat::Teams),
            ..WatchArgs::default()
        };
        let watchers = Watchers::of(&args, &profile::Profile::default()).unwrap();
        let formats: Vec<_> = watchers.hooks.iter().map(|hook| hook.format).collect();
        assert_eq!(formats, [NotifyFormat::Teams, NotifyFormat::Slack]);
        let wrong = WatchArgs {
            notify: vec![Hidden("http://b.example/T0KEN".to_owned())],
            ..args
        };
        let error = Watchers::of(&wrong, &profile::Profile::default()).unwrap_err();
        assert!(error.message.contains("webhook 1 of --notify"), "{error:?}");
        assert!(!format!("{error:?} {wrong:?}").contains("T0KEN"));
    }
}
