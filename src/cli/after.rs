//! The program of `[after] command`, run when a run has ended: no shell in between, what it must know
//! in the environment, what it says in the log, and its failure said and not swallowed.

use std::env;
use std::ffi::OsStr;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::exit::Exit;
use super::signals::asked_to_stop;
use super::tree;
use crate::flow::watch::After;
use crate::model::number::counted;
use crate::settings::AFTER_VARIABLES;
use crate::settings::table::{PASSWORD, variables};

/// Variables that may hold a proxy's password.
const PROXIES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];
/// Nobody's night should hang on what comes after it.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// So much of what it says is kept.
const MOST_SAID: usize = 2_000;

/// So long it is listened to what others say whom the command has started and left behind.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Runs it; what went wrong, for those who are told.
pub async fn run(after: &After, ended: Exit) -> Option<String> {
    let problem = problem(after, ended, PATIENCE).await?;
    Some(format!("the command of [after] {problem}"))
}

/// Runs it to its end; what went wrong, in words.
async fn problem(after: &After, ended: Exit, patience: Duration) -> Option<String> {
    let program = &after.program;
    // Listened for before there is anything to end: nobody's wish falls between the two.
    let asked_to_stop = asked_to_stop();
    let mut child = match command(after, ended).spawn() {
        Ok(child) => child,
        Err(error) => {
            let reason = error.to_string();
            tracing::error!(program, reason, "the command of [after] cannot be started");
            return Some(format!("cannot be started: {reason}"));
        }
    };
    let mut out = Ears::on(child.stdout.take());
    let mut err = Ears::on(child.stderr.take());
    let status = tokio::select! {
        status = child.wait() => status,
        () = tokio::time::sleep(patience) => {
            tree::end(&mut child).await;
            let minutes = patience.as_secs() / 60;
            tracing::error!(
                program,
                minutes,
                "the command of [after] was ended: it took too long"
            );
            return Some(format!("was ended after {}", counted(minutes, "minute")));
        }
        () = asked_to_stop => {
            tree::end(&mut child).await;
            tracing::error!(program, "the command of [after] was ended: asked to stop");
            return Some("was ended: somebody asked to stop".into());
        }
    };
    // Whoever it has left running in the background may hold its output open.
    let until = Instant::now() + LAST_WORDS;
    let said = said(&out.heard(until).await, &err.heard(until).await);
    match status {
        Ok(status) if status.success() => {
            tracing::info!(program, said, "the command of [after] has run");
            None
        }
        Ok(status) => {
            let status = status.to_string();
            tracing::error!(program, status, said, "the command of [after] has failed");
            Some(format!("has failed: {status}"))
        }
        Err(error) => {
            let (status, said) = (error.to_string(), said);
            tracing::error!(program, status, said, "the command of [after] has failed");
            Some(format!("has failed: {status}"))
        }
    }
}

/// What is heard of one of its outputs.
struct Ears {
    heard: Arc<Mutex<Vec<u8>>>,
    listening: JoinSet<()>,
}

impl Ears {
    fn on(output: Option<impl AsyncRead + Unpin + Send + 'static>) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let mut listening = JoinSet::new();
        if let Some(output) = output {
            listening.spawn(listen(output, Arc::clone(&heard)));
        }
        Self { heard, listening }
    }

    /// What was said, as far as it is heard until then.
    async fn heard(&mut self, until: Instant) -> Vec<u8> {
        // Nobody listens any longer when this is dropped.
        let _ = tokio::time::timeout_at(until, self.listening.join_next()).await;
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes all that comes, so that nobody waits for a full pipe, and keeps the beginning.
async fn listen(mut output: impl AsyncRead + Unpin, heard: Arc<Mutex<Vec<u8>>>) {
    let mut some = [0; 4096];
    while let Ok(read @ 1..) = output.read(&mut some).await {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() < 4 * MOST_SAID {
            heard.extend_from_slice(&some[..read]);
        }
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
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .envs(AFTER_VARIABLES.iter().map(|one| one.name).zip(told));
    tree::lead(&mut command);
    let secret = variables().filter(|(setting, _)| setting.is_secret() || **setting == PASSWORD);
    for (_, variable) in secret {
        command.env_remove(variable.name);
    }
    for name in PROXIES {
        // A proxy's password stands before an @.
        if env::var_os(name).is_some_and(|value| value.to_string_lossy().contains('@')) {
            command.env_remove(name);
        }
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

#[cfg(all(test, unix))]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Whether a process is there, and not only waits to be asked how it ended.
    fn is_there(id: &str) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let state = state.rsplit(')').next().unwrap_or_default().trim_start();
        !state.is_empty() && !state.starts_with('Z')
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_all_that_it_has_started() {
        let place = tempfile::tempdir().expect("a directory");
        let kept = place.path().join("ids");
        // One that does not listen, one in the background, and the shell between them.
        let script = format!(
            "(trap '' TERM; echo $$ >>{0}; sleep 60) & sleep 60 & echo $! >>{0}; sleep 60",
            kept.display()
        );
        let after = After {
            program: "/bin/sh".to_owned(),
            arguments: vec!["-c".to_owned(), script],
            run_id: String::new(),
            list: PathBuf::new(),
            results: PathBuf::new(),
        };
        let problem = problem(&after, Exit::Done, Duration::from_millis(500)).await;
        assert!(problem.is_some_and(|text| text.starts_with("was ended")));
        let ids = std::fs::read_to_string(&kept).expect("their numbers");
        assert_eq!(ids.lines().count(), 2, "{ids}");
        // What is ended is gone a moment later.
        let gone = || !ids.lines().any(is_there);
        for _ in 0..200 {
            if gone() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("some of {ids} are still there");
    }
}
