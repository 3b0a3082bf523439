//! Passwords that are piped in, typed, or printed by a command. Never from the command line itself,
//! which other users of the machine can read.

use std::io::IsTerminal;
use std::process::{Command, Stdio};

use super::show::face::Face;
use super::show::output::Output;
use crate::api::{Credentials, Secret};
use crate::flow::credentials::{self, first_line, from_file};
use crate::flow::failure::Failure;
use crate::model::printable;
use crate::settings::table::{PASSWORD_FILE, PASSWORD_STDIN};
use crate::settings::{Access, Account, PasswordSource, Typed};

/// Who logs in at the service.
pub fn find(access: &Access, output: Output) -> Result<Credentials, Failure> {
    credentials::find(access, given, &Face::on(output))
}

/// Reads a password that is piped in, or that a program prints.
pub fn given(source: &PasswordSource) -> Result<Secret, Failure> {
    match source {
        PasswordSource::Command(command) => from_command(command),
        _ => from_stdin(),
    }
}

/// A new password, to be kept: from where the flags say, else asked for without showing it.
pub fn ask(typed: &Typed, account: &Account) -> Result<Secret, Failure> {
    if typed.has(&PASSWORD_STDIN) {
        return from_stdin();
    }
    if let Some(path) = typed.path(&PASSWORD_FILE) {
        return from_file(path);
    }
    if !std::io::stdin().is_terminal() {
        return Err(
            Failure::usage("there is nobody to ask for the password").hint(
                "pipe it in with --password-stdin, or name a private file with --password-file",
            ),
        );
    }
    let prompt = format!(
        "Password or API token of {} (not shown): ",
        printable(&account.to_string())
    );
    let typed = rpassword::prompt_password(prompt)
        .map_err(|error| Failure::usage(format!("cannot read the password: {error}")))?;
    first_line(&typed, "what was typed")
}

fn from_stdin() -> Result<Secret, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| Failure::usage(format!("cannot read the password from stdin: {error}")))?;
    first_line(&line, "standard input")
}

fn from_command(command: &[String]) -> Result<Secret, Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::usage(
            "the profile's target.password_command is empty",
        ));
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| {
            Failure::usage(format!(
                "cannot start the password command {program}: {error}"
            ))
        })?;
    if !output.status.success() {
        return Err(Failure::usage(format!(
            "the password command {program} failed: {}",
            output.status
        )));
    }
    first_line(
        &String::from_utf8_lossy(&output.stdout),
        &format!("the output of {program}"),
    )
}
