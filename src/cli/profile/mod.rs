//! The profile, `partner-import.toml`: target, mapping, defaults, constants, limits. Unknown keys
//! are errors. A profile that was merely found decides only how a list is read, until somebody
//! trusts it.

pub mod keys;
mod layers;
pub mod page;
mod read;
pub mod trust;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::CliError;
use super::watch::{Hidden, NotifyFormat};
use layers::Layer;

/// The file's name.
pub const FILE_NAME: &str = "partner-import.toml";

/// A profile as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// `[target]`
    pub target: Target,
    /// `[input]`
    pub input: Input,
    /// `[map]`: header = column
    pub map: BTreeMap<String, String>,
    /// `[default]`: column = value for empty cells
    #[serde(deserialize_with = "values")]
    pub default: BTreeMap<String, String>,
    /// `[set]`: column = value for every row
    #[serde(deserialize_with = "values")]
    pub set: BTreeMap<String, String>,
    /// `[existing]`
    pub existing: Existing,
    /// `[limits]`
    pub limits: Limits,
    /// `[output]`
    pub output: Output,
    /// `[notify]`
    pub notify: Notify,
    /// Where each key stands.
    #[serde(skip)]
    pub found: Found,
}

/// Where a profile and its keys stand.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The file that was named or found; `None` without one.
    pub path: Option<PathBuf>,
    /// The user's own file below it; `None` where there is none, or another one was named.
    pub own: Option<PathBuf>,
    /// Where each key that counts stands, by `section.name`.
    pub places: BTreeMap<String, Place>,
    /// The value of each key that counts, as text; addresses with tokens are hidden, and paths are
    /// seen from their profile.
    pub texts: BTreeMap<String, String>,
    /// The keys of the found file that do not count, because nobody trusts it.
    pub held_back: Vec<HeldBack>,
}

/// Where a key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The profile.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
}

/// A key of a profile that was found and is not trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// `section.name`
    pub key: String,
    /// The line, from 1.
    pub line: usize,
}

impl Found {
    /// The files that count, the one whose keys come first before the other.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.path, &self.own]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }

    /// The keys that do not count, with their lines: `target.endpoint (line 2)`.
    pub fn held_back_shown(&self) -> String {
        let keys = self.held_back.iter();
        let shown: Vec<String> = keys
            .map(|one| format!("{} (line {})", one.key, one.line))
            .collect();
        shown.join(", ")
    }
}

/// Where the service is and who logs in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Target {
    /// The service's address.
    pub endpoint: Option<String>,
    /// The customer to log in under.
    pub partner: Option<String>,
    /// The user's name.
    pub username: Option<String>,
    /// A file whose first line is the password.
    pub password_file: Option<PathBuf>,
    /// A command, with its arguments, whose first line of output is the password.
    pub password_command: Option<Vec<String>>,
    /// Whether the local stand-in is used.
    pub sandbox: Option<bool>,
    /// A file of certificates that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy to the service, in place of the environment's.
    pub proxy: Option<String>,
    /// How `BillingContactPersonId` goes over the wire: `integer` (as the vendor's schema says) or
    /// `text` (as its page says).
    pub billing_contact: Option<BillingContact>,
}

/// How `BillingContactPersonId` goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BillingContact {
    /// As a number.
    Integer,
    /// As a text of digits.
    #[serde(alias = "string")]
    Text,
}

/// How the input is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Input {
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Whether every sheet of a workbook that holds customers is read.
    pub all_sheets: Option<bool>,
    /// The row of the header.
    pub header_row: Option<u32>,
    /// The encoding of a text file.
    pub encoding: Option<String>,
    /// The delimiter of a text file.
    pub delimiter: Option<String>,
}

/// What happens to customers that are there already.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Existing {
    /// `--on-exists`
    pub on_exists: Option<String>,
    /// `--allow-move`
    pub allow_move: bool,
}

/// Limits, written as on the command line.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// `--rate`
    pub rate: Option<String>,
    /// `--concurrency`
    pub concurrency: Option<Concurrency>,
    /// `--max-errors`
    pub max_errors: Option<MaxErrors>,
    /// `--timeout`
    pub timeout: Option<String>,
    /// `--settle-wait`
    pub settle_wait: Option<String>,
    /// `--outage-limit`
    pub outage_limit: Option<String>,
    /// `--quarantine-after`
    pub quarantine_after: Option<std::num::NonZeroU32>,
    /// `--confirm-above`
    pub confirm_above: Option<usize>,
    /// `--max-create`
    pub max_create: Option<usize>,
}

/// A number of rows or a share.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum MaxErrors {
    /// `10`
    Rows(u64),
    /// `"5%"`
    Text(String),
}

/// Who is told of runs. The addresses may hold tokens: better in a private file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notify {
    /// `--notify`
    pub urls: Vec<Hidden>,
    /// `--notify-file`
    pub file: Option<PathBuf>,
    /// `--notify-format`
    pub format: Option<NotifyFormat>,
    /// `--ping`
    pub ping: Option<Hidden>,
    /// `--ping-start`
    pub ping_start: bool,
}

/// A number of calls, or how it is found out.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Concurrency {
    /// `4`
    Number(std::num::NonZeroUsize),
    /// `"auto"`
    Text(String),
}

/// Where things are kept.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// `--state-dir`
    pub state_dir: Option<PathBuf>,
    /// `--out`
    pub out: Option<PathBuf>,
    /// `--metrics-file`
    pub metrics_file: Option<PathBuf>,
    /// The contrary of `--no-progress`
    pub progress: Option<bool>,
    /// `--log-format`
    pub log_format: Option<LogFormat>,
    /// `-q`, `-v`
    pub verbosity: Option<Verbosity>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verbosity {
    /// `-q`
    Quiet,
    /// Neither.
    Normal,
    /// `-v`
    Verbose,
    /// `-vv`
    Debug,
}

/// A value for all rows, with or without quotation marks.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Whole(i64),
    Truth(bool),
    Date(toml::value::Datetime),
}

fn values<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let values = BTreeMap::<String, Scalar>::deserialize(deserializer)?;
    let text = |value| match value {
        Scalar::Text(text) => text,
        Scalar::Whole(number) => number.to_string(),
        Scalar::Truth(truth) => truth.to_string(),
        Scalar::Date(date) => date.to_string(),
    };
    let values = values.into_iter();
    Ok(values.map(|(name, value)| (name, text(value))).collect())
}

/// Reads the profile: the one that was asked for; else the one beside the input, else the one in
/// the current directory, and below that the user's own. What of a found one is held back stands in
/// [`Found::held_back`].
pub fn load(asked: Option<&Path>, input: Option<&Path>) -> Result<Profile, CliError> {
    if let Some(path) = asked {
        return layers::merge(Some(Layer::named(path)?), None);
    }
    let beside = input
        .and_then(Path::parent)
        .map(|directory| directory.join(FILE_NAME));
    let here = Some(PathBuf::from(FILE_NAME));
    let found = [beside, here]
        .into_iter()
        .flatten()
        .find(|path| path.is_file());
    let own = trust::own_profile().filter(|path| path.is_file());
    let same = |one: &PathBuf, other: &PathBuf| trust::full(one) == trust::full(other);
    match (found, own) {
        (Some(found), Some(own)) if same(&found, &own) => {
            layers::merge(Some(Layer::named(&found)?), None)
        }
        (found, own) => layers::merge(
            found.as_deref().map(Layer::found).transpose()?,
            own.as_deref().map(Layer::named).transpose()?,
        ),
    }
}

/// What the profile at `path` says beyond how a list is read: each key with its value, addresses
/// with tokens hidden. `bytes` are its content.
pub fn beyond_the_list(path: &Path, bytes: &[u8]) -> Result<Vec<(HeldBack, String)>, CliError> {
    Layer::of(path, bytes.to_vec()).map(Layer::beyond_the_list)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::flow::failure::Kind;

    #[test]
    fn unknown_keys_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("p.toml");
        fs::write(&path, "[target]\npartnr = \"x\"\n").unwrap();
        let error = load(Some(&path), None).unwrap_err();
        assert!(
            error
                .in_full()
                .contains("p.toml, line 2: unknown key `partnr`")
                && error.in_full().contains("did you mean `partner`?"),
            "{error:?}"
        );
        assert_eq!(error.kind, Kind::Usage);
    }

    #[test]
    fn the_profile_beside_the_input_is_found_and_its_paths_start_there() {
        let directory = tempfile::tempdir().unwrap();
        let text = "[target]\npassword_file = \"token.txt\"\n[set]\nLevel = \"EndCustomer\"\n";
        fs::write(directory.path().join(FILE_NAME), text).unwrap();
        let path = directory.path().join(FILE_NAME);
        let found = load(None, Some(&directory.path().join("in.csv"))).unwrap();
        assert_eq!(found.found.path, Some(path.clone()));
        assert_eq!(found.set["Level"], "EndCustomer");
        // Nobody trusts it: where the password is, is not its to say.
        assert_eq!(found.target.password_file, None);
        assert_eq!(
            found.found.held_back_shown(),
            "target.password_file (line 2)"
        );
        let named = load(Some(&path), None).unwrap();
        assert_eq!(
            named.target.password_file,
            Some(directory.path().join("token.txt"))
        );
    }

    #[test]
    fn the_list_of_keys_and_what_is_read_are_the_same() {
        for (section, _) in keys::SECTIONS {
            if matches!(*section, "map" | "set" | "default") {
                continue;
            }
            // serde tells the fields that it knows.
            let text = format!("[{section}]\nno_such_key = 1\n");
            let told = toml::from_str::<Profile>(&text).unwrap_err().to_string();
            let known: Vec<&str> = told
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|word| *word != "no_such_key")
                .collect();
            let listed: Vec<&str> = keys::of_section(section).map(|key| key.name).collect();
            let sorted = |mut words: Vec<&str>| {
                words.sort_unstable();
                words.join(" ")
            };
            assert_eq!(sorted(known), sorted(listed), "{section}");
        }
    }

    #[test]
    fn every_example_is_accepted() {
        for key in keys::KEYS {
            let text = format!("[{}]\n{} = {}\n", key.section, key.name, key.example);
            let lines = read::check(Path::new("p.toml"), &text).unwrap();
            assert_eq!(lines[&key.path()], 2);
            toml::from_str::<Profile>(&text).unwrap();
        }
    }

    #[test]
    fn values_for_all_rows_need_no_quotation_marks() {
        let text = "[set]\nLocationId = 5\nCreateDefaultAccount = true\n\
                    TrialExpirationTime = 2026-03-31\n[default]\nCountry = \"DE\"\n";
        read::check(Path::new("p.toml"), text).unwrap();
        let profile: Profile = toml::from_str(text).unwrap();
        assert_eq!(profile.set["LocationId"], "5");
        assert_eq!(profile.set["CreateDefaultAccount"], "true");
        assert_eq!(profile.set["TrialExpirationTime"], "2026-03-31");
        assert_eq!(profile.default["Country"], "DE");
    }
}
