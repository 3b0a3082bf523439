//! `login` and `logout`: the password in the system's keyring.

use crate::api::Credentials;
use crate::cli::args::{Common, LoginArgs, LogoutArgs};
use crate::cli::credentials::ask;
use crate::cli::exit::Exit;
use crate::cli::show::output::Output;
use crate::cli::signals::watch_signals;
use crate::cli::vault;
use crate::flow::failure::Failure;
use crate::flow::host::first_patience;
use crate::flow::target::client;
use crate::settings::access::password_variable;
use crate::settings::table::{ENDPOINT, PARTNER, PASSWORD_FILE, PASSWORD_STDIN, USERNAME};
use crate::settings::{Account, PasswordSource, Settings, Typed};
use crate::submit::reads::log_in_patiently;

/// Asks for the password, tries it, keeps it.
pub async fn login(common: &Common, args: &LoginArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let target = &args.target;
    let resolved = settings.with(target)?;
    if resolved.access.is_sandbox() {
        return Err(Failure::usage(
            "the sandbox knows its password; no login is needed",
        ));
    }
    let account = &resolved.access.account;
    let username = named(account)?;
    let password = ask(target, account)?;
    let credentials = Credentials {
        partner: account.partner.clone(),
        username,
        password: password.clone(),
    };
    // Also without a login: a wrong address is told now, not at night.
    let client = client(&resolved, &account.endpoint, credentials, 1)?;
    if !args.no_verify {
        let patience = first_patience(watch_signals(), &resolved.running);
        log_in_patiently(&client, &patience)
            .await
            .map_err(|error| {
                Failure::of_reading(error, &account.endpoint).hint("the password was not stored")
            })?;
    }
    vault::set(account, &password)?;
    let tried = if args.no_verify { ", not tried" } else { "" };
    output.say(&format!(
        "the password of {account} is stored in {}{tried}",
        vault::name()
    ));
    if let Some(keeps) = vault::keeps() {
        output.say(keeps);
    }
    let later = (**target).clone();
    let later = later.without(&PASSWORD_FILE).without(&PASSWORD_STDIN);
    let first = settings.with(&later)?.access.password;
    if first != PasswordSource::Keyring {
        output.say(&format!(
            "it is not used as long as there is one in {first}"
        ));
    }
    Ok(Exit::Done)
}

/// Removes the password.
pub fn logout(common: &Common, args: &LogoutArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let given = [
        (&ENDPOINT, &args.endpoint),
        (&PARTNER, &args.partner),
        (&USERNAME, &args.username),
    ];
    let mut typed = Typed::default();
    for (setting, text) in given {
        if let Some(text) = text {
            typed = typed.with(setting, text);
        }
    }
    let account = settings.with(&typed)?.access.account;
    named(&account)?;
    let was_there = vault::remove(&account)?;
    output.say(&if was_there {
        format!(
            "the password of {account} is removed from {}",
            vault::name()
        )
    } else {
        format!("{} has no password of {account}", vault::name())
    });
    if settings.machine.variables.contains_key(password_variable()) {
        output.say(&format!("{} is still set", password_variable()));
    }
    Ok(Exit::Done)
}

fn named(account: &Account) -> Result<String, Failure> {
    account.username.clone().ok_or_else(|| {
        Failure::usage("the user name is missing (--username or PARTNER_IMPORT_USERNAME)")
            .hint("give --partner and --endpoint in the same way as for a run")
    })
}
