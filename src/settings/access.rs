//! Where the service is, who logs in, how connections are made, and where the password is: what is
//! known of it before anybody has looked for the password.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::given::Content;
use super::layers::{Layers, Wrong};
use super::table::{
    CA_FILE, ENDPOINT, PARTNER, PASSWORD, PASSWORD_COMMAND, PASSWORD_FILE, PASSWORD_STDIN, PROXY,
    RATE, TIMEOUT, USERNAME,
};
use super::value::RateChoice;
use crate::api::address::canonical;
use crate::api::{Network, Rate};

/// How the service is reached.
#[derive(Debug, Clone)]
pub struct Access {
    /// Whether the local stand-in takes its place.
    pub place: Place,
    /// Where the service is and who logs in, also beside the stand-in.
    pub account: Account,
    /// Where the password is.
    pub password: PasswordSource,
    /// A password in the environment that does not count, because another place was typed.
    pub unused_password: bool,
    /// The most requests in a while; none is no limit.
    pub rate: Option<Rate>,
    /// How long one request may take.
    pub timeout: Duration,
    /// Proxy and certificates.
    pub network: Network,
}

/// Where requests go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To the service.
    Service,
    /// To the stand-in in this process.
    Sandbox,
}

/// Where the service is and who logs in: what a password belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The service's address.
    pub endpoint: String,
    /// The customer to log in under.
    pub partner: Option<String>,
    /// The user's name.
    pub username: Option<String>,
}

impl Account {
    /// The same however it was spelt: what `login` has kept is found by `logout` and by a run.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let trimmed = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim).unwrap_or_default();
            (!text.is_empty()).then(|| text.to_owned())
        };
        Self {
            endpoint: canonical(&self.endpoint),
            partner: trimmed(&self.partner),
            username: trimmed(&self.username),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let username = self.username.as_deref().unwrap_or_default();
        match &self.partner {
            Some(partner) => write!(out, "{username} of {partner} at {}", self.endpoint),
            None => write!(out, "{username} at {}", self.endpoint),
        }
    }
}

/// Where the password is, before anybody has looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordSource {
    /// `--password-stdin`
    Stdin,
    /// A file that was typed or that the profile names.
    File(PathBuf),
    /// The environment.
    Variable(SecretText),
    /// `password_command` of the profile: program and arguments.
    Command(Vec<String>),
    /// The system's keyring, if it has one.
    Keyring,
}

/// The password as the environment holds it.
pub type SecretText = super::value::Hidden;

impl fmt::Display for PasswordSource {
    /// What a person knows it by; arguments of a command may be secret themselves.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => out.write_str("standard input"),
            Self::File(path) => write!(out, "{}", path.display()),
            Self::Variable(_) => out.write_str(password_variable()),
            Self::Command(command) => {
                let program = command.first().map_or("", String::as_str);
                write!(out, "the command {program}")
            }
            Self::Keyring => out.write_str("the system's keyring"),
        }
    }
}

/// The variable that holds the password.
pub fn password_variable() -> &'static str {
    PASSWORD.variable.map_or("", |one| one.name)
}

impl Access {
    /// What the layers say.
    pub(super) fn of(layers: &Layers, variable_is_set: bool) -> Result<Self, Wrong> {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let password = password(layers);
        let typed = layers.first_of(&[&PASSWORD_STDIN, &PASSWORD_FILE]);
        Ok(Self {
            place: if layers.is_sandbox() {
                Place::Sandbox
            } else {
                Place::Service
            },
            account: Account {
                endpoint: layers.value(&ENDPOINT)?.unwrap_or_default(),
                partner: filled(layers.value(&PARTNER)?),
                username: filled(layers.value(&USERNAME)?),
            },
            unused_password: variable_is_set && typed.is_some_and(|one| one.origin.is_flag()),
            password,
            rate: match layers.value(&RATE)? {
                Some(RateChoice::At(rate)) => Some(rate),
                Some(RateChoice::Unlimited) | None => None,
            },
            timeout: layers.value(&TIMEOUT)?.unwrap_or_default(),
            network: Network {
                ca_file: layers.path(&CA_FILE).map(|given| given.value),
                proxy: layers.value(&PROXY)?,
            },
        })
    }

    /// Whether the local stand-in takes the place of the service.
    pub fn is_sandbox(&self) -> bool {
        self.place == Place::Sandbox
    }
}

/// The first place that is named.
fn password(layers: &Layers) -> PasswordSource {
    let places = [
        &PASSWORD_STDIN,
        &PASSWORD_FILE,
        &PASSWORD,
        &PASSWORD_COMMAND,
    ];
    let Some(entry) = layers.first_of(&places) else {
        return PasswordSource::Keyring;
    };
    match &entry.content {
        Content::Path(path) => PasswordSource::File(path.clone()),
        Content::Texts(words) => PasswordSource::Command(words.clone()),
        Content::Text(text) if *entry.setting == PASSWORD => {
            PasswordSource::Variable(super::value::Hidden(text.clone()))
        }
        Content::Text(_) | Content::Pair(..) => PasswordSource::Stdin,
    }
}
