//! What `run` and `resume` share: from a journal with a plan in it to result files and an exit
//! code. Starting and continuing are this one path.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::cli::args::{Common, LogFormat, TextOrJson};
use crate::cli::clock::{now_ms, show};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::progress::{Progress, Style};
use crate::cli::settings::DEFAULT_ENDPOINT;
use crate::cli::target::Target;
use crate::journal::record::Mode;
use crate::journal::{
    Entry, Holder, Journal, JournalError, Replayed, RunInfo, Store, TargetLock, runs,
};
use crate::plan::Tenant;
use crate::report::{self, Ended, ReportOptions, Written};
use crate::submit::{Control, EndReason, Patience, RunSettings, carry_out};

/// How long the very first requests are tried: a wrong address should be told of soon.
const FIRST_LIMIT: Duration = Duration::from_secs(60);

/// Patience for the first requests of a command.
pub fn first_patience(control: watch::Receiver<Control>) -> Patience {
    Patience {
        limit: FIRST_LIMIT,
        seed: fastrand::u64(..),
        control,
    }
}

/// Opens a run by its id, or by the beginning of it where that is enough.
pub fn open_run(state_dir: &Path, id: &str) -> Result<Store, CliError> {
    let named: Vec<PathBuf> = runs(state_dir)?
        .into_iter()
        .filter(|path| {
            let stem = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            stem.starts_with(id) && !id.is_empty()
        })
        .collect();
    match named.as_slice() {
        [path] => Ok(Store::open(path)?),
        [] => Err(JournalError::NoSuchRun {
            run: id.to_owned(),
            path: state_dir.to_owned(),
        }
        .into()),
        [..] => Err(CliError::usage(format!("several runs begin with \"{id}\""))
            .hint("`partner-import runs` lists the runs")),
    }
}

/// The flags that a command typed next must repeat.
pub fn flags_to_repeat(common: &Common, mode: Mode, endpoint: &str) -> Vec<String> {
    let mut flags = Vec::new();
    if mode == Mode::Sandbox && endpoint == "sandbox" {
        flags.push("--sandbox".to_owned());
    } else if endpoint != DEFAULT_ENDPOINT {
        flags.extend(["--endpoint".to_owned(), endpoint.to_owned()]);
    }
    if let Some(state_dir) = &common.state_dir {
        flags.extend(["--state-dir".to_owned(), state_dir.display().to_string()]);
    }
    flags
}

/// Takes the target's lock for this process.
pub fn lock(state_dir: &Path, target: &str, input: &Path) -> Result<TargetLock, CliError> {
    let holder = Holder {
        host: host_name(),
        process: std::process::id(),
        since: show(now_ms()),
        input: input.display().to_string(),
    };
    Ok(TargetLock::take(state_dir, target, &holder)?)
}

/// The machine's name, as far as the environment tells it.
fn host_name() -> String {
    let variable = |name| std::env::var(name).ok().filter(|name| !name.is_empty());
    variable("HOSTNAME")
        .or_else(|| variable("COMPUTERNAME"))
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned())
}

/// A run that stands in its journal and is to be carried out.
pub struct Session<'a> {
    /// Flags of every command.
    pub common: &'a Common,
    /// What the journal says of the run.
    pub info: RunInfo,
    /// The journal.
    pub store: Store,
    /// The service.
    pub target: &'a Target,
    /// What the tenant had a moment ago.
    pub tenant: &'a Tenant,
    /// How the run goes.
    pub settings: RunSettings,
    /// What the person or the system asks.
    pub control: watch::Receiver<Control>,
    /// How the result is written.
    pub format: TextOrJson,
    /// Where messages go.
    pub output: Output,
}

impl Session<'_> {
    /// Carries the run out, writes the result files, tells how it went.
    pub async fn carry(mut self) -> Result<Exit, CliError> {
        let mut numbers = Vec::new();
        self.store.each_row(|row| numbers.push(row.number))?;
        let replayed = Replayed::read(&self.store)?;
        let limit = self
            .target
            .client
            .pacer()
            .rate()
            .map_or("no limit".into(), |rate| rate.to_string());
        let mut progress = Progress::new(self.style(), self.output, numbers, limit);
        tracing::info!(
            run_id = self.info.id,
            input = self.info.input_path,
            "run goes on"
        );
        let mut journal = Journal::start(self.store);
        let outcome = carry_out(
            Arc::clone(&self.target.client),
            &mut journal,
            replayed,
            self.tenant,
            &self.settings,
            self.control.clone(),
            &mut progress,
        )
        .await;
        progress.finish();
        let exit = exit_of(
            &outcome.reason,
            &outcome.replayed,
            !outcome.mismatches.is_empty(),
        );
        let ended = Ended {
            at_ms: now_ms(),
            exit_code: exit.code(),
        };
        if outcome.reason == EndReason::Done {
            journal.write(Entry::Finished {
                at_ms: ended.at_ms,
                exit_code: ended.exit_code,
            });
        }
        let flushed = journal.flush().await;
        let commits = journal.acknowledged().borrow().commits;
        let Some(store) = journal.finish() else {
            return Err(CliError::new(
                Exit::Stopped,
                "the journal's writer has failed",
            ));
        };
        self.store = store;
        let written = self.write_results(ended)?;
        tracing::info!(
            run_id = self.info.id,
            exit_code = exit.code(),
            rows = written.counts.rows,
            created = written.counts.created,
            exists = written.counts.exists,
            failed = written.counts.failed,
            invalid = written.counts.invalid,
            blocked = written.counts.blocked,
            unknown = written.counts.unknown,
            pending = written.counts.pending,
            retries = outcome.retries,
            span_ms = outcome
                .span
                .map(|(first, last)| last.duration_since(first).as_secs_f64() * 1000.0),
            commits,
            "run ended"
        );
        if let Err(reason) = flushed {
            return Err(CliError::new(Exit::Stopped, reason));
        }
        self.explain(&outcome.reason);
        for mismatch in outcome.mismatches.iter().take(10) {
            self.output
                .say(&format!("the tenant does not agree: {}", mismatch.message));
        }
        Ok(exit)
    }

    fn style(&self) -> Style {
        let machine = self.common.log_format == Some(LogFormat::Json);
        if self.common.no_progress || self.common.quiet || machine {
            Style::None
        } else if self.output.has_terminal() {
            Style::Bar
        } else {
            Style::Lines
        }
    }

    fn write_results(&self, ended: Ended) -> Result<Written, CliError> {
        let out = PathBuf::from(&self.info.out_dir);
        let flags = flags_to_repeat(self.common, self.info.mode, &self.info.endpoint);
        let options = ReportOptions {
            ended: Some(ended),
            flags: flags.clone(),
            ..ReportOptions::default()
        };
        let written = report::write_all(&self.store, &out, &options)?;
        let next = report::next::next(&written.facts, &out, &flags);
        self.output.text(&match self.format {
            TextOrJson::Text => report::text::closing(&written.facts, &written.paths, &next),
            TextOrJson::Json => report::json::document(&written.facts, &written.paths),
        })?;
        Ok(written)
    }

    /// Says why a run stopped, and what to do.
    fn explain(&self, reason: &EndReason) {
        let error = match reason {
            EndReason::Done => return,
            EndReason::Interrupted => CliError::new(Exit::Interrupted, "interrupted")
                .hint("nothing is lost: what was under way is settled when the run is continued"),
            EndReason::ErrorBudget { failed } => {
                CliError::new(Exit::Stopped, format!("stopped: {failed} rows failed (--max-errors)"))
                    .hint("see rejected.csv; the run can be continued as it is")
            }
            EndReason::Outage(text) => {
                CliError::new(Exit::Stopped, format!("the service did not answer for too long: {text}"))
                    .hint("continue when it is back: what was sent is looked up before anything is sent again")
            }
            EndReason::JournalFailed(text) => CliError::new(Exit::Stopped, text.clone())
                .hint("free some disk space, then continue the run"),
            EndReason::Stopped(stop) => stop.clone().into(),
        };
        self.output.error(&error);
        let flags = flags_to_repeat(self.common, self.info.mode, &self.info.endpoint).join(" ");
        let command = format!("partner-import resume {} {flags}", self.info.id);
        self.output
            .say(&format!("to continue: {}", command.trim_end()));
    }
}

fn exit_of(reason: &EndReason, replayed: &Replayed, mismatched: bool) -> Exit {
    use crate::api::classify::Stop;
    match reason {
        EndReason::Interrupted => Exit::Interrupted,
        EndReason::Stopped(Stop::BadCredentials(_) | Stop::Forbidden(_)) => Exit::Refused,
        EndReason::Stopped(Stop::WrongTarget(_))
        | EndReason::ErrorBudget { .. }
        | EndReason::Outage(_)
        | EndReason::JournalFailed(_) => Exit::Stopped,
        EndReason::Done => {
            let all_there = replayed.progress.iter().all(|row| row.id().is_some());
            if all_there && !mismatched {
                Exit::Done
            } else {
                Exit::SomeRows
            }
        }
    }
}
