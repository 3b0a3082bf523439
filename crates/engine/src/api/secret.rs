//! The password, kept from every place where it could be read.

use secrecy::{ExposeSecret, SecretString};

/// A password or token: cannot be printed, is wiped when dropped, and is shown to nobody but the
/// login call and the system's keyring.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text as it is.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text itself, for the login call and the system's keyring.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("(secret)")
    }
}

/// Who logs in, and where to.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The full name of the customer one logs in under, e-mail in brackets included; older user
    /// names work without it.
    pub partner: Option<String>,
    /// The user's (API user's) name.
    pub username: String,
    /// The password; for an API user, its token.
    pub password: Secret,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let credentials = Credentials {
            partner: None,
            username: "api".into(),
            password: Secret::new("canary-4711".into()),
        };
        assert!(!format!("{credentials:?} {credentials:#?}").contains("canary"));
    }
}
