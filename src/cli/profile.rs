//! The profile, `partner-import.toml`: target, mapping, defaults, limits. Unknown keys are errors.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::CliError;
use super::exit::Exit;
use super::watch::{Hidden, NotifyFormat};

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
    /// `[set]`: column = value for empty cells
    pub set: BTreeMap<String, String>,
    /// `[limits]`
    pub limits: Limits,
    /// `[output]`
    pub output: Output,
    /// `[notify]`
    pub notify: Notify,
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
    /// How `BillingContactPersonId` goes over the wire: `string` (as the vendor's page says) or
    /// `integer` (as its schema says).
    pub billing_contact: Option<BillingContact>,
}

/// How `BillingContactPersonId` goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BillingContact {
    /// As a string of digits.
    String,
    /// As a number.
    Integer,
}

/// How the input is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Input {
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row of the header.
    pub header_row: Option<u32>,
    /// The encoding of a text file.
    pub encoding: Option<String>,
    /// The delimiter of a text file.
    pub delimiter: Option<String>,
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
}

/// Reads the profile: the one that was asked for, else the one beside the input, else the one in
/// the current directory, else none. The path read is told too.
pub fn load(
    asked: Option<&Path>,
    input: Option<&Path>,
) -> Result<(Profile, Option<PathBuf>), CliError> {
    if let Some(path) = asked {
        return read(path).map(|profile| (profile, Some(path.to_owned())));
    }
    let beside = input
        .and_then(Path::parent)
        .map(|directory| directory.join(FILE_NAME));
    let here = Some(PathBuf::from(FILE_NAME));
    for path in [beside, here].into_iter().flatten() {
        if path.is_file() {
            return read(&path).map(|profile| (profile, Some(path)));
        }
    }
    Ok((Profile::default(), None))
}

fn read(path: &Path) -> Result<Profile, CliError> {
    let text = fs::read_to_string(path).map_err(|error| {
        CliError::new(
            Exit::Usage,
            format!("cannot read the profile {}: {error}", path.display()),
        )
    })?;
    let mut profile: Profile = toml::from_str(&text).map_err(|error| {
        CliError::new(
            Exit::Usage,
            format!("the profile {} is wrong: {error}", path.display()),
        )
        .hint("`partner-import init FILE` writes a profile with all keys explained")
    })?;
    // Paths in a profile are seen from the profile.
    let base = path.parent().unwrap_or(Path::new(""));
    let paths = [
        &mut profile.target.password_file,
        &mut profile.output.state_dir,
        &mut profile.output.out,
        &mut profile.output.metrics_file,
        &mut profile.notify.file,
    ];
    for path in paths.into_iter().flatten() {
        *path = base.join(&path);
    }
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("p.toml");
        fs::write(&path, "[target]\npartnr = \"x\"\n").unwrap();
        let error = load(Some(&path), None).unwrap_err();
        assert!(
            error.message.contains("partnr") && error.message.contains("`partner`"),
            "{error:?}"
        );
        assert_eq!(error.exit, Exit::Usage);
    }

    #[test]
    fn the_profile_beside_the_input_is_found_and_its_paths_start_there() {
        let directory = tempfile::tempdir().unwrap();
        let text = "[target]\npassword_file = \"token.txt\"\n[set]\nLevel = \"EndCustomer\"\n";
        fs::write(directory.path().join(FILE_NAME), text).unwrap();
        let (profile, path) = load(None, Some(&directory.path().join("in.csv"))).unwrap();
        assert_eq!(path, Some(directory.path().join(FILE_NAME)));
        assert_eq!(
            profile.target.password_file,
            Some(directory.path().join("token.txt"))
        );
        assert_eq!(profile.set["Level"], "EndCustomer");
    }
}
