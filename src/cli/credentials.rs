//! Who logs in, and with which password: from flags, environment, profile or keyring. Never from
//! the command line itself, which other users of the machine can read.

use std::fmt;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::args::TargetArgs;
use super::error::CliError;
use super::output::Output;
use super::plain_text;
use super::settings::{DEFAULT_ENDPOINT, Settings, endpoint, variable};
use super::vault::{self, Account};
use crate::api::{Credentials, Secret};
use crate::model::printable;

/// The variable that holds the password; nothing else reads it.
pub const PASSWORD_VARIABLE: &str = "PARTNER_IMPORT_PASSWORD";

/// Where the password is, before anybody has looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `--password-stdin`
    Stdin,
    /// `--password-file`
    TypedFile(PathBuf),
    /// The environment.
    Variable,
    /// `password_file` of the profile.
    File(PathBuf),
    /// `password_command` of the profile: program and arguments.
    Command(Vec<String>),
    /// The system's keyring, if it has one.
    Keyring,
}

impl fmt::Display for Source {
    /// What a person knows it by; arguments of a command may be secret themselves.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => out.write_str("standard input"),
            Self::TypedFile(path) | Self::File(path) => write!(out, "{}", path.display()),
            Self::Variable => out.write_str(PASSWORD_VARIABLE),
            Self::Command(command) => {
                let program = command.first().map_or("", String::as_str);
                write!(out, "the command {program}")
            }
            Self::Keyring => out.write_str("the system's keyring"),
        }
    }
}

/// Where the password is looked for: the first place that is named.
pub fn source(args: &TargetArgs, settings: &Settings) -> Source {
    let target = &settings.profile.target;
    if args.password_stdin {
        return Source::Stdin;
    }
    if let Some(path) = &args.password_file {
        return Source::TypedFile(path.clone());
    }
    if variable(PASSWORD_VARIABLE).is_some() {
        return Source::Variable;
    }
    if let Some(path) = &target.password_file {
        return Source::File(path.clone());
    }
    match &target.password_command {
        Some(command) => Source::Command(command.clone()),
        None => Source::Keyring,
    }
}

/// Where the service is and who logs in, as far as flags, environment and profile say it.
pub fn account(args: &TargetArgs, settings: &Settings) -> Account {
    let target = &settings.profile.target;
    let first = |flag: &Option<String>, name, profile: &Option<String>| {
        let typed = flag.clone().or_else(|| variable(name));
        let text = typed.or_else(|| profile.clone());
        text.filter(|text| !text.trim().is_empty())
    };
    Account {
        endpoint: endpoint(args)
            .or_else(|| target.endpoint.clone())
            .unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned()),
        partner: first(&args.partner, "PARTNER_IMPORT_PARTNER", &target.partner),
        username: first(&args.username, "PARTNER_IMPORT_USERNAME", &target.username),
    }
}

/// The credentials of `account`, or what is missing.
pub fn find(
    args: &TargetArgs,
    settings: &Settings,
    account: &Account,
    output: Output,
) -> Result<Credentials, CliError> {
    let source = source(args, settings);
    let typed = matches!(source, Source::Stdin | Source::TypedFile(_));
    if typed && variable(PASSWORD_VARIABLE).is_some() {
        output.say(&format!(
            "there are two passwords: the one from {source} counts, {PASSWORD_VARIABLE} is not used"
        ));
    }
    let (password, trouble) = match &source {
        Source::Keyring => from_keyring(account),
        other => (Some(read(other)?), None),
    };
    let mut missing = Vec::new();
    if account.username.is_none() {
        missing.push("the user name (--username or PARTNER_IMPORT_USERNAME)");
    }
    if password.is_none() {
        missing.push(
            "the password or API token (PARTNER_IMPORT_PASSWORD, --password-file, \
             --password-stdin, or `partner-import login` once)",
        );
    }
    if account.partner.is_none() && !missing.is_empty() {
        missing.insert(
            0,
            "the customer to log in under (--partner or PARTNER_IMPORT_PARTNER)",
        );
    }
    match (account.username.clone(), password) {
        (Some(username), Some(password)) => Ok(Credentials {
            partner: account.partner.clone(),
            username,
            password,
        }),
        _ => Err(CliError::usage(format!("cannot log in; missing: {}", missing.join("; ")))
            .hint(trouble.unwrap_or_default())
            .hint(
                "make an API user in the console (Management > Users > API Users); its token is \
                 the password; give the partner exactly as the console shows it, e-mail in \
                 brackets included",
            )
            .hint("to try everything without credentials, add --sandbox")),
    }
}

/// The keyring's password of an account, and why there is none where that is worth telling.
fn from_keyring(account: &Account) -> (Option<Secret>, Option<String>) {
    if account.username.is_none() {
        return (None, None);
    }
    match vault::get(account) {
        Ok(password) => (password, None),
        Err(error) => (None, Some(error.message)),
    }
}

/// Reads the password from a place that was named. There must be one.
fn read(source: &Source) -> Result<Secret, CliError> {
    match source {
        Source::Stdin => from_stdin(),
        Source::TypedFile(path) | Source::File(path) => from_file(path),
        Source::Variable => first_line(
            &variable(PASSWORD_VARIABLE).unwrap_or_default(),
            PASSWORD_VARIABLE,
        ),
        Source::Command(command) => from_command(command),
        Source::Keyring => Err(CliError::usage("there is no password in the keyring")),
    }
}

/// A new password, to be kept: from where the flags say, else asked for without showing it.
pub fn ask(args: &TargetArgs, account: &Account) -> Result<Secret, CliError> {
    if args.password_stdin {
        return from_stdin();
    }
    if let Some(path) = &args.password_file {
        return from_file(path);
    }
    if !std::io::stdin().is_terminal() {
        return Err(
            CliError::usage("there is nobody to ask for the password").hint(
                "pipe it in with --password-stdin, or name a private file with --password-file",
            ),
        );
    }
    let prompt = format!(
        "Password or API token of {} (not shown): ",
        printable(&account.to_string())
    );
    let typed = rpassword::prompt_password(prompt)
        .map_err(|error| CliError::usage(format!("cannot read the password: {error}")))?;
    first_line(&typed, "what was typed")
}

fn from_stdin() -> Result<Secret, CliError> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| {
        CliError::usage(format!("cannot read the password from stdin: {error}"))
    })?;
    first_line(&line, "standard input")
}

/// The first line of a text. A mark of the byte order, as Windows editors write it, is no part.
fn first_line(text: &str, place: &str) -> Result<Secret, CliError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = text.lines().next().unwrap_or_default();
    let line = line.trim_end_matches('\r');
    if line.trim().is_empty() {
        return Err(CliError::usage(format!("there is no password in {place}")));
    }
    Ok(Secret::new(line.to_owned()))
}

fn from_file(path: &Path) -> Result<Secret, CliError> {
    let text = plain_text::read(path).map_err(|error| {
        CliError::usage(format!(
            "cannot read the password file {}: {error}",
            path.display()
        ))
    })?;
    warn_when_others_can_read(path, "the password file");
    first_line(&text, &path.display().to_string())
}

/// Secrets that an orchestrator mounts are often readable by all of a container, so this warns and
/// does not refuse. On Windows the rights of the directory count, and nothing is said.
pub fn warn_when_others_can_read(path: &Path, what: &str) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_or(0, |data| data.permissions().mode() & 0o777);
        if mode & 0o077 != 0 {
            let path = path.display();
            tracing::warn!(
                "others can read {what} {path} (mode {mode:03o}); make it private: \
                 chmod 600 {path}"
            );
        }
    }
    #[cfg(not(unix))]
    let _ = (path, what);
}

fn from_command(command: &[String]) -> Result<Secret, CliError> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(CliError::usage(
            "the profile's target.password_command is empty",
        ));
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| {
            CliError::usage(format!(
                "cannot start the password command {program}: {error}"
            ))
        })?;
    if !output.status.success() {
        return Err(CliError::usage(format!(
            "the password command {program} failed: {}",
            output.status
        )));
    }
    first_line(
        &String::from_utf8_lossy(&output.stdout),
        &format!("the output of {program}"),
    )
}
