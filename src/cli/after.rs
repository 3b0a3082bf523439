//! The program of `[after] command`, run when a run has ended: no shell in between, what it must know
//! in the environment, what it says in the log, and its failure said and not swallowed.

use std::ffi::OsStr;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::exit::Exit;
use crate::flow::watch::After;
use crate::settings::AFTER_VARIABLES;
use crate::settings::table::{PASSWORD, variables};

/// Nobody's night should hang on what comes after it.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// So much of what it says is kept.
const MOST_SAID: usize = 2_000;

/// Runs it. A run that came to its end with 0 ends with 1 where this fails: somebody is needed.
pub async fn run(after: &After, ended: Exit) -> Exit {
    let program = &after.program;
    match tokio::time::timeout(PATIENCE, command(after, ended).output()).await {
        Ok(Ok(done)) if done.status.success() => {
            let said = said(&done.stdout, &done.stderr);
            tracing::info!(program, said, "the command of [after] has run");
            return ended;
        }
        Ok(Ok(done)) => {
            let (status, said) = (done.status.to_string(), said(&done.stdout, &done.stderr));
            tracing::error!(program, status, said, "the command of [after] has failed");
        }
        Ok(Err(error)) => {
            let reason = error.to_string();
            tracing::error!(program, reason, "the command of [after] cannot be started");
        }
        Err(_) => {
            let minutes = PATIENCE.as_secs() / 60;
            tracing::error!(
                program,
                minutes,
                "the command of [after] was ended: it took too long"
            );
        }
    }
    match ended {
        Exit::Done => Exit::SomeRows,
        other => other,
    }
}

/// The program with what it is to know, and without what it is not.
fn command(after: &After, ended: Exit) -> Command {
    let number = ended.number().to_string();
    let told: [&OsStr; 4] = [
        after.run_id.as_ref(),
        number.as_ref(),
        after.list.as_ref(),
        after.results.as_ref(),
    ];
    let mut command = Command::new(&after.program);
    command
        .args(&after.arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .envs(AFTER_VARIABLES.iter().map(|one| one.name).zip(told));
    let secret = variables().filter(|(setting, _)| setting.is_secret() || **setting == PASSWORD);
    for (_, variable) in secret {
        command.env_remove(variable.name);
    }
    command
}

/// What it said, as one text.
fn said(out: &[u8], err: &[u8]) -> String {
    let texts = [out, err].map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    let said: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    let said = said.join("\n");
    match said.char_indices().nth(MOST_SAID) {
        Some((at, _)) => format!("{} ...", &said[..at]),
        None => said,
    }
}
