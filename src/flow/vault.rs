//! The system's keyring: the one place that names its crate. It knows nothing of flags.

use keyring::{Entry, Error};

use super::advice::Advice;
use super::failure::Failure;
use crate::api::Secret;
use crate::settings::Account;

/// The name under which the entries stand.
const SERVICE: &str = "partner-import";

/// What the keyring of this system is called.
pub fn name() -> &'static str {
    if cfg!(windows) {
        "the Windows Credential Manager"
    } else if cfg!(target_os = "macos") {
        "the login keychain"
    } else {
        "the kernel's keyring of this user"
    }
}

/// How long this system's keyring keeps what it has, where that is not for good.
pub fn keeps() -> Option<&'static str> {
    cfg!(target_os = "linux").then_some(
        "it is kept until this machine restarts or it has not been used for some days; for \
         longer, use --password-file or `password_command`",
    )
}

/// The password of an account; `None` when there is none.
pub fn get(account: &Account) -> Result<Option<Secret>, Failure> {
    read(&entry(account)?)
}

/// Keeps the password of an account, in place of an earlier one.
pub fn set(account: &Account, password: &Secret) -> Result<(), Failure> {
    keep(&entry(account)?, password)
}

/// Keeps a password, or leaves nothing behind: some stores take everything and keep nothing, and
/// some fail with half of it done.
fn keep(entry: &Entry, password: &Secret) -> Result<(), Failure> {
    let kept = write(entry, password).and_then(|()| read(entry));
    match kept {
        Ok(Some(kept)) if kept.expose() == password.expose() => Ok(()),
        other => {
            let _ = erase(entry);
            other?;
            Err(
                Failure::usage(format!("{} did not keep the password", name()))
                    .hint(Advice::OtherPassword),
            )
        }
    }
}

/// Removes the password of an account; tells whether there was one.
pub fn remove(account: &Account) -> Result<bool, Failure> {
    erase(&entry(account)?)
}

fn entry(account: &Account) -> Result<Entry, Failure> {
    Entry::new(SERVICE, &account.canonical().to_string()).map_err(|error| unusable(&error))
}

fn read(entry: &Entry) -> Result<Option<Secret>, Failure> {
    match entry.get_password() {
        Ok(password) => Ok(Some(Secret::new(password))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(unusable(&error)),
    }
}

fn write(entry: &Entry, password: &Secret) -> Result<(), Failure> {
    entry
        .set_password(password.expose())
        .map_err(|error| unusable(&error))
}

/// Removes an entry wherever it stands: some systems have several places that are searched in turn.
fn erase(entry: &Entry) -> Result<bool, Failure> {
    for found in 0..MOST_PLACES {
        match entry.delete_credential() {
            Ok(()) => {}
            Err(Error::NoEntry) => return Ok(found > 0),
            Err(error) if found == 0 => return Err(unusable(&error)),
            Err(_) => return Ok(true),
        }
    }
    Ok(true)
}

/// No system keeps one entry in more places.
const MOST_PLACES: usize = 8;

/// What a person is told. Only the kind and the system's reason: an entry's bytes stay inside.
fn unusable(error: &Error) -> Failure {
    let reason = match error {
        Error::PlatformFailure(cause) => format!("it cannot be used here: {cause}"),
        Error::NoStorageAccess(cause) => format!("it is locked or not there: {cause}"),
        Error::BadEncoding(_) => "its content is not text".to_owned(),
        Error::TooLong(what, most) => format!("the {what} is longer than {most} characters"),
        Error::Ambiguous(_) => "it has several entries of this name; remove all but one".to_owned(),
        Error::Invalid(what, why) => format!("the {what} is refused: {why}"),
        _ => "it failed".to_owned(),
    };
    Failure::usage(format!("{}: {reason}", name())).hint(Advice::OtherPassword)
}

#[cfg(test)]
mod tests {
    use keyring::mock::MockCredential;

    use super::*;

    fn mock(failure: Option<Error>) -> Entry {
        let credential = MockCredential::default();
        if let Some(failure) = failure {
            credential.set_error(failure);
        }
        Entry::new_with_credential(Box::new(credential))
    }

    #[test]
    fn what_is_kept_is_found_and_can_be_removed() {
        let entry = mock(None);
        assert!(read(&entry).unwrap().is_none());
        assert!(!erase(&entry).unwrap());
        write(&entry, &Secret::new("canary".into())).unwrap();
        assert_eq!(read(&entry).unwrap().unwrap().expose(), "canary");
        assert!(erase(&entry).unwrap());
        assert!(read(&entry).unwrap().is_none());
    }

    #[test]
    fn a_log_in_that_is_not_kept_leaves_nothing() {
        let entry = mock(None);
        write(&entry, &Secret::new("earlier".into())).unwrap();
        let credential: &MockCredential = entry.get_credential().downcast_ref().unwrap();
        credential.set_error(Error::NoStorageAccess("half of it is done".into()));
        assert!(keep(&entry, &Secret::new("canary".into())).is_err());
        assert!(read(&entry).unwrap().is_none());
        keep(&entry, &Secret::new("canary".into())).unwrap();
        assert_eq!(read(&entry).unwrap().unwrap().expose(), "canary");
    }

    #[test]
    fn an_account_is_the_same_however_it_is_spelt() {
        let of = |endpoint: &str, partner: &str| {
            let account = Account {
                endpoint: endpoint.into(),
                partner: Some(partner.into()),
                username: Some(" api".into()),
            };
            account.canonical().to_string()
        };
        let usual = of("https://api.example.com/jsonapi", "MSP (m@x.example)");
        assert_eq!(
            usual,
            "api of MSP (m@x.example) at https://api.example.com/jsonapi"
        );
        assert_eq!(
            of(
                " HTTPS://API.example.com:443/jsonapi",
                " MSP (m@x.example) "
            ),
            usual
        );
    }

    #[test]
    fn a_machine_without_a_keyring_names_the_other_ways_and_no_secret() {
        let no_service = || Error::NoStorageAccess("no such service".into());
        let write_fails = write(&mock(Some(no_service())), &Secret::new("canary".into()));
        let failures = [
            read(&mock(Some(no_service()))).unwrap_err(),
            write_fails.unwrap_err(),
            erase(&mock(Some(no_service()))).unwrap_err(),
            read(&mock(Some(Error::PlatformFailure(
                "no such service".into(),
            ))))
            .unwrap_err(),
        ];
        for failure in failures {
            assert_eq!(failure.kind, crate::flow::failure::Kind::Usage);
            assert!(failure.message.contains("no such service"), "{failure:?}");
            assert_eq!(failure.advice, [Advice::OtherPassword]);
            assert!(!format!("{failure:?}").contains("canary"));
        }
        let damaged = read(&mock(Some(Error::BadEncoding(b"canary".to_vec())))).unwrap_err();
        assert!(!format!("{damaged:?}").contains("canary"), "{damaged:?}");
    }

    #[test]
    fn entries_of_two_accounts_have_two_names() {
        let account = |endpoint: &str, partner: Option<&str>, username: &str| {
            let account = Account {
                endpoint: endpoint.into(),
                partner: partner.map(Into::into),
                username: Some(username.into()),
            };
            account.to_string()
        };
        let names = [
            account("https://a/x", Some("MSP (m@x.example)"), "api"),
            account("https://b/x", Some("MSP (m@x.example)"), "api"),
            account("https://a/x", None, "api"),
            account("https://a/x", Some("MSP (m@x.example)"), "api2"),
        ];
        let different: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len());
    }
}
