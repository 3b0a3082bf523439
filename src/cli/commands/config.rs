//! `config show`: every setting as a run would find it, and where it comes from.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use crate::cli::args::{Common, ConfigArgs, ConfigCommand, RateChoice, ShowArgs};
use crate::cli::args_more::TableOrJson;
use crate::cli::credentials::{self, Source as PasswordSource};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::profile::keys::{HIDDEN, KEYS, Key, Takes};
use crate::cli::settings::{Settings, variable};
use crate::cli::vault;
use crate::model::printable;
use crate::submit::MaxErrors;

/// One setting.
pub(super) struct Setting {
    pub(super) key: String,
    /// `None` where nothing is set.
    pub(super) value: Option<String>,
    /// What counts instead, in words.
    instead: &'static str,
    pub(super) source: Source,
}

/// Where a setting comes from.
pub(super) enum Source {
    Flag(&'static str),
    Variable(&'static str),
    Profile { file: String, line: usize },
    Default,
}

impl Source {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "environment",
            Self::Profile { .. } => "profile",
            Self::Default => "default",
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Flag(flag) => (*flag).to_owned(),
            Self::Variable(name) => (*name).to_owned(),
            Self::Profile { file, line } => format!("{file}, line {line}"),
            Self::Default => "default".to_owned(),
        }
    }
}

/// Runs the command.
pub fn run(common: &Common, args: &ConfigArgs, output: Output) -> Result<Exit, CliError> {
    let ConfigCommand::Show(args) = &args.command;
    let settings = Settings::resolve(common, args.file.as_deref(), output)?;
    let list = list(common, args, &settings)?;
    match args.format {
        TableOrJson::Table => output.text(&table(&settings, &list))?,
        TableOrJson::Json => output.document(&document(&settings, &list))?,
    }
    Ok(Exit::Done)
}

/// Every setting, in the order of the reference.
pub(super) fn list(
    common: &Common,
    args: &ShowArgs,
    settings: &Settings,
) -> Result<Vec<Setting>, CliError> {
    // What a run would refuse is refused here too.
    settings.read_options(&args.input)?;
    settings.run_settings(&args.run, &args.target)?;
    let shown = Shown {
        common,
        args,
        settings,
        profile: &settings.profile.found.texts,
    };
    let mut list: Vec<Setting> = Vec::new();
    for key in KEYS {
        // Where the password is stands below, in one line.
        if !key.name.starts_with("password") {
            list.push(shown.setting(key)?);
        }
        if key.name == "username" {
            list.push(shown.password());
        }
    }
    list.extend(shown.pairs());
    Ok(list)
}

/// Those settings whose keys `wanted` takes, headers and columns left out. Looks for no password.
pub(super) fn some(
    common: &Common,
    args: &ShowArgs,
    settings: &Settings,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Setting>, CliError> {
    let shown = Shown {
        common,
        args,
        settings,
        profile: &settings.profile.found.texts,
    };
    let keys = KEYS.iter().filter(|key| wanted(&key.path()));
    keys.map(|key| shown.setting(key)).collect()
}

struct Shown<'a> {
    common: &'a Common,
    args: &'a ShowArgs,
    settings: &'a Settings,
    profile: &'a BTreeMap<String, String>,
}

impl Shown<'_> {
    fn setting(&self, key: &Key) -> Result<Setting, CliError> {
        let path = key.path();
        let of_profile = || self.profile.get(&path).cloned();
        let (value, source) = if let Some((flag, value)) = self.typed(key) {
            (Some(value), Source::Flag(flag))
        } else if let Some(value) = variable(key.variable) {
            (Some(value), Source::Variable(key.variable))
        } else if let Some(value) = of_profile() {
            (Some(value), self.line_of(&path))
        } else {
            let value = (!key.default.is_empty() && !key.default.starts_with('('))
                .then(|| key.default.to_owned());
            (value, Source::Default)
        };
        let is_secret = matches!(key.takes, Takes::Secret | Takes::Secrets);
        let mut setting = Setting {
            key: path,
            value: value.map(|value| if is_secret { HIDDEN.to_owned() } else { value }),
            instead: key.default,
            source,
        };
        self.as_it_counts(&mut setting)?;
        Ok(setting)
    }

    /// What hangs on other settings or on the machine.
    fn as_it_counts(&self, setting: &mut Setting) -> Result<(), CliError> {
        let sandbox = self.settings.sandbox(&self.args.target);
        match setting.key.as_str() {
            "target.sandbox" => setting.value = Some(sandbox.to_string()),
            "target.endpoint" | "target.partner" | "target.username" if sandbox => {
                setting.value = None;
                setting.instead = "(the sandbox's)";
            }
            "limits.rate" => {
                let rate = self.settings.rate(&self.args.target)?;
                setting.value =
                    Some(rate.map_or_else(|| "none".to_owned(), |rate| rate.to_string()));
                let typed = matches!(setting.source, Source::Flag(_));
                if sandbox && !typed {
                    setting.source = Source::Default;
                }
            }
            "limits.settle_wait" if matches!(setting.source, Source::Default) => {
                let (run, target) = (&self.args.run, &self.args.target);
                let wait = self.settings.run_settings(run, target)?.settle_wait;
                setting.value = Some(format!("{}s", wait.as_secs()));
            }
            "output.state_dir" => {
                setting.value = Some(self.settings.state_dir.display().to_string());
            }
            _ => {}
        }
        Ok(())
    }

    fn line_of(&self, path: &str) -> Source {
        let place = self.settings.profile.found.places.get(path);
        Source::Profile {
            file: place
                .map(|place| shown_path(&place.file))
                .unwrap_or_default(),
            line: place.map(|place| place.line).unwrap_or_default(),
        }
    }

    /// The flag that was typed, and its value.
    fn typed(&self, key: &Key) -> Option<(&'static str, String)> {
        let ShowArgs {
            input, target, run, ..
        } = self.args;
        let path = |path: &Option<std::path::PathBuf>| path.as_deref().map(shown_path);
        let time = |time: Option<std::time::Duration>| time.map(|time| format!("{time:?}"));
        let value = match (key.section, key.name) {
            ("target", "endpoint") => target.endpoint.clone(),
            ("target", "partner") => target.partner.clone(),
            ("target", "username") => target.username.clone(),
            ("target", "sandbox") => target.sandbox.then(|| "true".to_owned()),
            ("input", "sheet") => input.sheet.clone(),
            ("input", "all_sheets") => input.all_sheets.then(|| "true".to_owned()),
            ("input", "header_row") => input.header_row.map(|row| row.to_string()),
            ("input", "encoding") => input.encoding.map(|encoding| encoding.name().to_owned()),
            ("input", "delimiter") => input.delimiter.as_ref().map(|one| one.as_str().to_owned()),
            ("limits", "rate") => target.rate.map(|rate| match rate {
                RateChoice::Unlimited => "none".to_owned(),
                RateChoice::At(rate) => rate.to_string(),
            }),
            ("limits", "concurrency") => run.concurrency.map(|calls| calls.to_string()),
            ("limits", "max_errors") => run.max_errors.map(|budget| match budget {
                MaxErrors::Rows(rows) => rows.to_string(),
                MaxErrors::Percent(percent) => format!("{percent}%"),
            }),
            ("limits", "timeout") => time(target.timeout),
            ("limits", "settle_wait") => time(run.settle_wait),
            ("limits", "outage_limit") => time(run.outage_limit),
            ("limits", "quarantine_after") => run.quarantine_after.map(|runs| runs.to_string()),
            ("output", "metrics_file") => path(&run.watch.metrics_file),
            ("notify", "file") => path(&run.watch.notify_file),
            ("notify", "ping_start") => run.watch.ping_start.then(|| "true".to_owned()),
            ("notify", "urls") if !run.watch.notify.is_empty() => Some(HIDDEN.to_owned()),
            ("notify", "ping") => run.watch.ping.as_ref().map(|_| HIDDEN.to_owned()),
            ("notify", "format") => run.watch.notify_format.map(|format| format.to_string()),
            ("output", "state_dir") => path(&self.common.state_dir),
            ("output", "out") => path(&run.out),
            _ => self.told(key),
        };
        value.map(|value| (key.flag, value))
    }

    /// What is told is filled in from the profile before any command begins; what differs from
    /// the profile was typed.
    fn told(&self, key: &Key) -> Option<String> {
        use crate::cli::args::LogFormat;
        let (common, path) = (self.common, key.path());
        let value = match path.as_str() {
            "output.progress" => common.no_progress.then_some("false"),
            "output.log_format" => common.log_format.map(|format| match format {
                LogFormat::Text => "text",
                LogFormat::Json => "json",
            }),
            "output.verbosity" => match (common.quiet, common.verbose) {
                (true, _) => Some("quiet"),
                (_, 0) => None,
                (_, 1) => Some("verbose"),
                _ => Some("debug"),
            },
            _ => None,
        };
        let differs = |value: &&str| self.profile.get(&path).map(String::as_str) != Some(*value);
        value.filter(differs).map(str::to_owned)
    }

    /// Whether there is a password, and where; never the password.
    fn password(&self) -> Setting {
        let from = |source: &PasswordSource| Some(format!("set (from {source})"));
        let found = credentials::source(&self.args.target, self.settings);
        let setting = |value, instead, source| Setting {
            key: "target.password".to_owned(),
            value,
            instead,
            source,
        };
        if self.settings.sandbox(&self.args.target) {
            return setting(None, "(the sandbox's)", Source::Default);
        }
        match &found {
            PasswordSource::Stdin => setting(from(&found), "", Source::Flag("--password-stdin")),
            PasswordSource::TypedFile(path) if path.is_file() => {
                setting(from(&found), "", Source::Flag("--password-file"))
            }
            PasswordSource::TypedFile(_) => setting(
                None,
                "(not set: there is no such file)",
                Source::Flag("--password-file"),
            ),
            PasswordSource::Variable => setting(
                from(&found),
                "",
                Source::Variable(credentials::PASSWORD_VARIABLE),
            ),
            PasswordSource::File(path) => {
                let value = path.is_file().then(|| from(&found)).flatten();
                let line = self.line_of("target.password_file");
                setting(value, "(not set: there is no such file)", line)
            }
            PasswordSource::Command(_) => {
                let line = self.line_of("target.password_command");
                setting(from(&found), "", line)
            }
            PasswordSource::Keyring => {
                let account = credentials::account(&self.args.target, self.settings);
                let kept =
                    account.username.is_some() && matches!(vault::get(&account), Ok(Some(_)));
                let value = kept.then(|| from(&found)).flatten();
                setting(value, "(not set)", Source::Default)
            }
        }
    }

    /// Mapping, defaults and constants, one by one.
    fn pairs(&self) -> Vec<Setting> {
        let checking = self
            .settings
            .check_settings(&self.args.input, crate::check::Keep::Nothing);
        let options = checking.mapping;
        let input = &self.args.input;
        let mut list = Vec::new();
        for (section, flag, pairs, typed) in [
            ("map", "--map", options.map, &input.map),
            ("default", "--default", options.default, &input.default),
            ("set", "--set", options.set, &input.set),
        ] {
            for (name, value) in pairs {
                let key = format!("{section}.{name}");
                let source = if typed.contains(&(name, value.clone())) {
                    Source::Flag(flag)
                } else {
                    self.line_of(&key)
                };
                list.push(Setting {
                    key,
                    value: Some(value),
                    instead: "",
                    source,
                });
            }
        }
        list
    }
}

fn shown_path(path: &Path) -> String {
    path.display().to_string()
}

fn table(settings: &Settings, list: &[Setting]) -> String {
    let found = &settings.profile.found;
    let files: Vec<String> = found.files().map(shown_path).collect();
    let mut text = match files.as_slice() {
        [] => "profile: none\n".to_owned(),
        files => format!("profile: {}\n", printable(&files.join(", then "))),
    };
    if !found.held_back.is_empty() {
        text.push_str(&format!(
            "not trusted: {}\n",
            printable(&found.held_back_shown())
        ));
    }
    text.push('\n');
    let rows: Vec<[String; 3]> = list
        .iter()
        .map(|one| {
            let value = one.value.clone().unwrap_or_else(|| match one.instead {
                "" => "(not set)".to_owned(),
                instead => instead.to_owned(),
            });
            [one.key.clone(), value, one.source.shown()].map(|cell| printable(&cell).into_owned())
        })
        .collect();
    let header = ["setting", "value", "from"].map(str::to_owned);
    let all: Vec<&[String; 3]> = std::iter::once(&header).chain(&rows).collect();
    let width = |column: usize| all.iter().map(|row| row[column].chars().count()).max();
    let widths = [width(0).unwrap_or(0), width(1).unwrap_or(0)];
    for [key, value, from] in all {
        text.push_str(&format!(
            "{key:one$}  {value:two$}  {from}\n",
            one = widths[0],
            two = widths[1]
        ));
    }
    text
}

fn document(settings: &Settings, list: &[Setting]) -> serde_json::Value {
    let found = &settings.profile.found;
    let profile = found.path.as_deref().map(shown_path);
    let own = found.own.as_deref().map(shown_path);
    let held_back: Vec<&str> = found.held_back.iter().map(|one| one.key.as_str()).collect();
    let settings: Vec<serde_json::Value> = list
        .iter()
        .map(|one| {
            json!({
                "key": one.key,
                "value": one.value,
                "source": one.source.kind(),
                "from": one.source.shown(),
            })
        })
        .collect();
    json!({
        "profile": profile,
        "own_profile": own,
        "not_trusted": held_back,
        "settings": settings,
    })
}
