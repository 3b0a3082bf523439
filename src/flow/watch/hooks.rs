//! Who hears of a run: the addresses from flags, files, environment and profile, and how each takes
//! it.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::api::HookUrl;
use crate::flow::failure::Failure;
use crate::settings::{Hidden, NotifyFormat, NotifyWhen, Watching, plain_text};

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
    /// After which runs.
    pub when: NotifyWhen,
    /// Who gets a sign of life.
    pub ping: Option<HookUrl>,
    /// Whether the start is a sign of life too.
    pub start: Start,
}

/// Whether the start of a run is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// Only its end.
    #[default]
    Silent,
    /// Its start too.
    Announced,
}

/// What to do where the metrics file would replace another.
pub(super) const ITS_OWN: &str = "name another file with --metrics-file";

impl Watchers {
    /// Refuses to write the metrics over a file that holds anything else.
    ///
    /// # Errors
    ///
    /// Where there is such a file.
    pub(super) fn spare_others(&self) -> Result<(), Failure> {
        match &self.metrics_file {
            Some(path) if is_another_file(path) => Err(Failure::usage(format!(
                "the metrics file would replace {}, which holds something else",
                path.display()
            ))
            .hint(ITS_OWN)),
            _ => Ok(()),
        }
    }

    /// Reads the addresses.
    ///
    /// # Errors
    ///
    /// With the first that cannot be used.
    pub fn of(watching: &Watching) -> Result<Self, Failure> {
        match Self::usable(watching) {
            (watchers, None) => Ok(watchers),
            (_, Some(failure)) => Err(failure),
        }
    }

    /// Those that can be used, and the first mistake in the others: that one address is wrong is told to
    /// everybody else.
    pub(super) fn usable(watching: &Watching) -> (Self, Option<Failure>) {
        let mut mistakes = Vec::new();
        let hooks = hooks(watching, &mut mistakes);
        let ping = watching.ping.as_ref();
        let ping = ping.and_then(|ping| {
            let parsed = parse(&ping.0, "the address to ping");
            parsed.map_err(|failure| mistakes.push(failure)).ok()
        });
        let watchers = Self {
            metrics_file: watching.metrics_file.clone(),
            hooks,
            when: watching.notify_when,
            ping,
            start: if watching.ping_start {
                Start::Announced
            } else {
                Start::Silent
            },
        };
        (watchers, mistakes.into_iter().next())
    }
}

fn hooks(watching: &Watching, mistakes: &mut Vec<Failure>) -> Vec<Hook> {
    let (place, format) = (&watching.notify_place, watching.notify_format);
    let mut read = Vec::new();
    for (number, Hidden(text)) in (1..).zip(&watching.notify) {
        read.push(hook(text, &format!("webhook {number} of {place}"), format));
    }
    if let Some(path) = &watching.notify_file {
        match plain_text::read(path) {
            Ok(text) => {
                let others = "the file of webhooks";
                crate::flow::credentials::warn_when_others_can_read(path, others);
                for (number, line) in (1..).zip(text.lines()) {
                    let line = line.trim();
                    if !line.is_empty() && !line.starts_with('#') {
                        let place = format!("the webhook in line {number} of {}", path.display());
                        read.push(hook(line, &place, format));
                    }
                }
            }
            Err(error) => read.push(Err(unreadable(path, &error))),
        }
    }
    let usable = read.into_iter();
    usable
        .filter_map(|one| one.map_err(|failure| mistakes.push(failure)).ok())
        .collect()
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!(
        "cannot read the webhooks of {}: {error}",
        path.display()
    ))
    .hint(crate::flow::near::instead_of(path))
    .hint(
        "write the addresses into it, one per line, or name another file: --notify-file, or \
         notify.file in the profile",
    )
}

fn hook(text: &str, place: &str, format: NotifyFormat) -> Result<Hook, Failure> {
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
fn parse(text: &str, place: &str) -> Result<HookUrl, Failure> {
    HookUrl::parse(text).map_err(|error| {
        Failure::usage(format!("{place} cannot be used: {error}")).hint(
            "write it like https://hooks.example.com/..., teams+https://... or slack+https://...; \
             plain http:// is for this machine only",
        )
    })
}

/// Whether there is a file at `path` with anything but metrics of ours.
fn is_another_file(path: &Path) -> bool {
    const OURS: &[u8] = b"# HELP partner_import_";
    if !std::fs::metadata(path).is_ok_and(|one| one.is_file() && one.len() > 0) {
        return false;
    }
    let mut begins = Vec::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(OURS.len() as u64).read_to_end(&mut begins));
    read.is_ok() && begins != OURS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_says_the_format_and_errors_keep_the_token() {
        let watching = Watching {
            notify: ["https://a.example/1", "slack+https://b.example/2"]
                .map(|text| Hidden(text.to_owned()))
                .to_vec(),
            notify_format: NotifyFormat::Teams,
            notify_place: "--notify".into(),
            ..Watching::default()
        };
        let watchers = Watchers::of(&watching).unwrap();
        let formats: Vec<_> = watchers.hooks.iter().map(|hook| hook.format).collect();
        assert_eq!(formats, [NotifyFormat::Teams, NotifyFormat::Slack]);
        let wrong = Watching {
            notify: vec![Hidden("http://b.example/T0KEN".to_owned())],
            ..watching
        };
        let error = Watchers::of(&wrong).unwrap_err();
        assert!(error.message.contains("webhook 1 of --notify"), "{error:?}");
        assert!(!format!("{error:?} {wrong:?}").contains("T0KEN"));
    }
}
