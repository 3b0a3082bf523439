//! Who logs in, and with which password: from a file, the environment or the keyring; what only the
//! face can read is handed in.

use std::path::Path;

use super::advice::{Advice, Credential};
use super::event::{Event, Events, Note};
use super::failure::Failure;
use super::vault;
use crate::api::{Credentials, Secret};
use crate::settings::access::{PasswordSource as Source, password_variable};
use crate::settings::{Access, Account, plain_text};

/// The credentials of an account, or what is missing. `given` reads what the face alone can read:
/// what is piped in, and what a command prints.
pub fn find(
    access: &Access,
    given: impl FnOnce(&Source) -> Result<Secret, Failure>,
    events: Events<'_>,
) -> Result<Credentials, Failure> {
    let (account, source) = (&access.account, &access.password);
    if access.unused_password {
        events.on(Event::Note(Note::TwoPasswords {
            counts: source.to_string(),
            unused: password_variable(),
        }));
    }
    let (password, trouble) = match source {
        Source::Keyring => from_keyring(account),
        Source::File(path) => (Some(from_file(path)?), None),
        Source::Variable(text) => (Some(first_line(&text.0, password_variable())?), None),
        Source::Stdin | Source::Command(_) => (Some(given(source)?), None),
    };
    let mut missing = Vec::new();
    if account.username.is_none() {
        missing.push(Credential::Username);
    }
    if password.is_none() {
        missing.push(Credential::Password);
    }
    if account.partner.is_none() && !missing.is_empty() {
        missing.insert(0, Credential::Partner);
    }
    match (account.username.clone(), password) {
        (Some(username), Some(password)) => Ok(Credentials {
            partner: account.partner.clone(),
            username,
            password,
        }),
        _ => Err(lacks(missing)
            .hint(trouble.unwrap_or_default())
            .hint(
                "create an API user in the console (Management > Users > API Users); its token is \
                 the password; give the partner exactly as the console shows it, including \
                 the e-mail address in brackets",
            )
            .hint(Advice::TrySandbox)),
    }
}

fn lacks(missing: Vec<Credential>) -> Failure {
    let names: Vec<&str> = missing.iter().map(|one| one.name()).collect();
    let text = format!("cannot log in; missing: {}", names.join(", "));
    let failure = Failure::usage(text);
    missing
        .into_iter()
        .fold(failure, |failure, one| failure.hint(Advice::Give(one)))
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

/// The first line of a text. A mark of the byte order, as Windows editors write it, is no part.
pub fn first_line(text: &str, place: &str) -> Result<Secret, Failure> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = text.lines().next().unwrap_or_default();
    let line = line.trim_end_matches('\r');
    if line.trim().is_empty() {
        return Err(Failure::usage(format!("there is no password in {place}")));
    }
    Ok(Secret::new(line.to_owned()))
}

/// The password in a file of its own.
pub fn from_file(path: &Path) -> Result<Secret, Failure> {
    let text = plain_text::read(path).map_err(|error| {
        Failure::usage(format!(
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
        use std::os::unix::fs::MetadataExt;
        let Ok(data) = std::fs::metadata(path) else {
            return;
        };
        let mode = data.mode() & 0o777;
        // A secret that an orchestrator mounts belongs to root, and this process reads it through
        // the group that was made for it: that is as private as it can be.
        let is_own = data.uid() == rustix::process::geteuid().as_raw();
        if mode & (if is_own { 0o077 } else { 0o007 }) != 0 {
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
