//! `config show`: every setting as a run would find it, and where it comes from.

use serde_json::json;

use crate::cli::args::{Common, ConfigArgs, ConfigCommand, TableOrJson};
use crate::cli::exit::Exit;
use crate::cli::show::output::Output;
use crate::cli::vault;
use crate::flow::failure::Failure;
use crate::model::printable;
use crate::settings::table::{
    PASSWORD, PASSWORD_COMMAND, PASSWORD_FILE, PASSWORD_STDIN, SANDBOX, STATE_DIR, USERNAME,
    in_profile,
};
use crate::settings::{
    Entry, Fallback, InSandbox, Origin, PasswordSource, Profile, Resolved, Setting, Settings,
};

/// One line: a setting, or what one name of a list of pairs is given.
pub(super) struct Line {
    pub(super) setting: &'static Setting,
    /// Of a list of pairs what the value belongs to.
    pub(super) name: Option<String>,
    /// `None` where nothing is set.
    pub(super) value: Option<String>,
    /// What counts instead, in words.
    instead: &'static str,
    pub(super) origin: Origin,
}

impl Line {
    fn key(&self) -> String {
        match &self.name {
            Some(name) => format!("{}.{name}", self.setting.key),
            None => self.setting.key.to_owned(),
        }
    }

    /// Whether the value says nothing of anybody.
    pub(super) fn is_plain(&self) -> bool {
        self.setting.is_plain()
    }
}

/// Runs the command.
pub fn run(common: &Common, args: &ConfigArgs, output: Output) -> Result<Exit, Failure> {
    let ConfigCommand::Show(args) = &args.command;
    let settings = Settings::resolve(common, args.file.as_deref(), output)?;
    let list = list(&settings.with(&args.typed())?);
    match args.format {
        TableOrJson::Table => output.text(&table(&settings.profile, &list))?,
        TableOrJson::Json => output.document(&document(&settings.profile, &list))?,
    }
    Ok(Exit::Done)
}

/// Every setting that a profile may hold, in the order of the reference, and the password.
pub(super) fn list(resolved: &Resolved) -> Vec<Line> {
    let mut list: Vec<Line> = Vec::new();
    for setting in in_profile() {
        let entries = resolved.layers.entries().iter();
        let given: Vec<&Entry> = entries.filter(|one| one.setting == setting).collect();
        if setting.takes.is_pairs() || given.len() > 1 {
            list.extend(given.into_iter().map(one_of_several));
        } else if *setting != PASSWORD_FILE && *setting != PASSWORD_COMMAND {
            // Where the password is stands below the user's name, in one line.
            list.push(line(setting, resolved));
        }
        if *setting == USERNAME {
            list.push(password(resolved));
        }
    }
    list
}

/// Each has an origin of its own.
fn one_of_several(entry: &Entry) -> Line {
    Line {
        setting: entry.setting,
        name: entry.content.name().map(str::to_owned),
        value: Some(entry.shown()),
        instead: "",
        origin: entry.origin.clone(),
    }
}

fn line(setting: &'static Setting, resolved: &Resolved) -> Line {
    let layers = &resolved.layers;
    let entry = layers.entry(setting);
    let usual = || layers.fallback(setting).map(str::to_owned);
    let in_sandbox = layers.is_sandbox() && setting.sandbox == InSandbox::Own;
    let value = if in_sandbox {
        None
    } else if *setting == STATE_DIR {
        Some(resolved.state_dir.display().to_string())
    } else if *setting == SANDBOX {
        Some(layers.is_sandbox().to_string())
    } else {
        entry.map(Entry::shown).or_else(usual)
    };
    let instead = match setting.fallback {
        _ if in_sandbox => IN_SANDBOX,
        Fallback::Words(words) => words,
        Fallback::Value(_) | Fallback::Nothing => "",
    };
    Line {
        setting,
        name: None,
        value,
        instead,
        origin: entry.map_or(Origin::Default, |entry| entry.origin.clone()),
    }
}

const IN_SANDBOX: &str = "the sandbox's";

/// Whether there is a password, and where; never the password.
fn password(resolved: &Resolved) -> Line {
    let (access, layers) = (&resolved.access, &resolved.layers);
    let source = &access.password;
    let places = [
        &PASSWORD_STDIN,
        &PASSWORD_FILE,
        &PASSWORD,
        &PASSWORD_COMMAND,
    ];
    let origin = layers
        .first_of(&places)
        .map_or(Origin::Default, |entry| entry.origin.clone());
    let (is_set, instead, origin) = match source {
        _ if access.is_sandbox() => (false, IN_SANDBOX, Origin::Default),
        PasswordSource::File(path) if !path.is_file() => {
            (false, "not set: there is no such file", origin)
        }
        PasswordSource::Keyring => {
            let is_named = access.account.username.is_some();
            let is_kept = is_named && matches!(vault::get(&access.account), Ok(Some(_)));
            (is_kept, "not set", origin)
        }
        PasswordSource::Stdin
        | PasswordSource::File(_)
        | PasswordSource::Variable(_)
        | PasswordSource::Command(_) => (true, "", origin),
    };
    Line {
        setting: &PASSWORD,
        name: None,
        value: is_set.then(|| format!("set (from {source})")),
        instead,
        origin,
    }
}

fn table(profile: &Profile, list: &[Line]) -> String {
    let shown_path = |path: &std::path::Path| path.display().to_string();
    let files: Vec<String> = profile.files().map(shown_path).collect();
    let mut text = match files.as_slice() {
        [] => "profile: none\n".to_owned(),
        files => format!("profile: {}\n", printable(&files.join(", then "))),
    };
    if !profile.held_back.is_empty() {
        text.push_str(&format!(
            "not trusted: {}\n",
            printable(&profile.held_back_shown())
        ));
    }
    text.push('\n');
    let rows: Vec<[String; 3]> = list
        .iter()
        .map(|one| {
            let value = one.value.clone().unwrap_or_else(|| match one.instead {
                "" => "(not set)".to_owned(),
                instead => format!("({instead})"),
            });
            [one.key(), value, one.origin.to_string()].map(|cell| printable(&cell).into_owned())
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

fn document(profile: &Profile, list: &[Line]) -> serde_json::Value {
    let shown_path = |path: &std::path::PathBuf| path.display().to_string();
    let path = profile.path.as_ref().map(shown_path);
    let own = profile.own.as_ref().map(shown_path);
    let held_back: Vec<String> = profile.held_back.iter().map(Entry::key).collect();
    let settings: Vec<serde_json::Value> = list
        .iter()
        .map(|one| {
            json!({
                "key": one.key(),
                "value": one.value,
                "source": one.origin.kind(),
                "from": one.origin.to_string(),
            })
        })
        .collect();
    json!({
        "profile": path,
        "own_profile": own,
        "not_trusted": held_back,
        "settings": settings,
    })
}
