//! `login` and `logout`: the password in the system's keyring.

use crate::api::Credentials;
use crate::cli::args::{Common, LoginArgs, LogoutArgs, TargetArgs};
use crate::cli::credentials::{PASSWORD_VARIABLE, Source, account, ask, source};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::reach::access;
use crate::cli::settings::Settings;
use crate::cli::signals::watch_signals;
use crate::flow::host::{FIRST_LIMIT, first_patience};
use crate::flow::target::{Shares, client};
use crate::flow::vault::{self, Account};
use crate::submit::reads::patiently;

/// Asks for the password, tries it, keeps it.
pub async fn login(common: &Common, args: &LoginArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, None, output)?;
    let target = &args.target;
    if settings.sandbox(target) {
        return Err(CliError::usage(
            "the sandbox knows its password; no log-in is needed",
        ));
    }
    let account = account(target, &settings);
    let username = named(&account)?;
    let password = ask(target, &account)?;
    let credentials = Credentials {
        partner: account.partner.clone(),
        username,
        password: password.clone(),
    };
    // Also without a log-in: a wrong address is told now, not at night.
    let access = access(target, &settings, 1)?;
    let client = client(&account.endpoint, credentials, &access, Shares::Rate)?;
    if !args.no_verify {
        let patience = first_patience(watch_signals(), FIRST_LIMIT);
        patiently(&client, &patience, || client.login())
            .await
            .map_err(|error| {
                CliError::of_reading(error, &account.endpoint).hint("the password was not kept")
            })?;
    }
    vault::set(&account, &password)?;
    let tried = if args.no_verify { ", not tried" } else { "" };
    output.say(&format!(
        "the password of {account} is kept in {}{tried}",
        vault::name()
    ));
    if let Some(keeps) = vault::keeps() {
        output.say(keeps);
    }
    let later = TargetArgs {
        password_file: None,
        password_stdin: false,
        ..target.clone()
    };
    let first = source(&later, &settings);
    if first != Source::Keyring {
        output.say(&format!(
            "it is not used as long as there is one in {first}"
        ));
    }
    Ok(Exit::Done)
}

/// Removes the password.
pub fn logout(common: &Common, args: &LogoutArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, None, output)?;
    let target = TargetArgs {
        endpoint: args.endpoint.clone(),
        partner: args.partner.clone(),
        username: args.username.clone(),
        ..TargetArgs::default()
    };
    let account = account(&target, &settings);
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
    if std::env::var_os(PASSWORD_VARIABLE).is_some() {
        output.say(&format!("{PASSWORD_VARIABLE} is still set"));
    }
    Ok(Exit::Done)
}

fn named(account: &Account) -> Result<String, CliError> {
    account.username.clone().ok_or_else(|| {
        CliError::usage("the user name is missing (--username or PARTNER_IMPORT_USERNAME)")
            .hint("give --partner and --endpoint in the same way as for a run")
    })
}
