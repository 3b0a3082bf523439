//! Who logs in, and with which password: from flags, environment, profile or keyring. Never from
//! the command line itself, which other users of the machine can read.

use std::io::IsTerminal;
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::CliError;
use super::output::Output;
use super::vault;
use crate::api::{Credentials, Secret};
use crate::model::printable;
use crate::settings::access::{PasswordSource as Source, password_variable};
use crate::settings::table::{PASSWORD_FILE, PASSWORD_STDIN};
use crate::settings::{Access, Account, Typed, plain_text};

/// The credentials of `account`, or what is missing.
pub fn find(access: &Access, output: Output) -> Result<Credentials, CliError> {
    let (account, source) = (&access.account, &access.password);
    if access.unused_password {
        let variable = password_variable();
        output.say(&format!(
            "there are two passwords: the one from {source} counts, {variable} is not used"
        ));
    }
    let (password, trouble) = match source {
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
        Source::File(path) => from_file(path),
        Source::Variable(text) => first_line(&text.0, password_variable()),
        Source::Command(command) => from_command(command),
        Source::Keyring => Err(CliError::usage("there is no password in the keyring")),
    }
}

/// A new password, to be kept: from where the flags say, else asked for without showing it.
pub fn ask(typed: &Typed, account: &Account) -> Result<Secret, CliError> {
    if typed.has(&PASSWORD_STDIN) {
        return from_stdin();
    }
    if let Some(path) = typed.path(&PASSWORD_FILE) {
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
