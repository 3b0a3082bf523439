//! What `run` and `resume` share: from a journal with a plan in it to result files and an exit
//! code. Starting and continuing are this one path.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::told;
use crate::cli::args::RunFormat;
use crate::cli::clock::{now_ms, show};
use crate::cli::error::{CliError, Kind};
use crate::cli::exit::Exit;
use crate::cli::grid::Room;
use crate::cli::original::original;
use crate::cli::output::{Output, Stream};
use crate::cli::progress::Progress;
use crate::cli::quarantine::Quarantine;
use crate::cli::repeat::Repeat;
use crate::cli::settings::usual_state_dir;
use crate::cli::stage::Stage;
use crate::cli::target::Target;
use crate::cli::watch::Ledger;
use crate::journal::private;
use crate::journal::record::Mode;
use crate::journal::{
    Entry, Holder, Journal, JournalError, Replayed, RunInfo, Sitting, Store, TargetLock, runs,
};
use crate::model::PartnerId;
use crate::plan::{Plan, Tenant};
use crate::report::facts::Facts;
use crate::report::next::seen_from;
use crate::report::text::Setting;
use crate::report::verdict::Verdict;
use crate::report::wrap::wrap;
use crate::report::{self, Ended, ReportOptions, Written};
use crate::settings::Verbosity as Loud;
use crate::submit::reads::patiently;
use crate::submit::{Control, EndReason, Patience, RunSettings, carry_out};

/// How long the very first requests are tried: a wrong address should be told of soon.
pub const FIRST_LIMIT: Duration = Duration::from_secs(60);

/// Patience for the first requests of a command; `limit` is how long an outage may last.
pub fn first_patience(control: watch::Receiver<Control>, limit: Duration) -> Patience {
    Patience {
        limit: limit.min(FIRST_LIMIT),
        seed: fastrand::u64(..),
        control,
    }
}

/// Refuses a directory that the result files could not be written into, before anything is sent.
pub fn try_out_dir(out_dir: &str) -> Result<(), CliError> {
    report::try_out_dir(Path::new(out_dir)).map_err(|error| {
        CliError::caused(Kind::Usage, &error)
            .hint("nothing was sent; choose another directory for the result files with --out")
    })
}

/// Refuses to write the result files over the file that they are made of.
pub fn spare_input(input: &Path, out_dir: &Path) -> Result<(), CliError> {
    if !report::would_replace(input, out_dir) {
        return Ok(());
    }
    Err(CliError::usage(format!(
        "the result files in {} would replace the input {}",
        out_dir.display(),
        input.display()
    ))
    .hint("nothing was sent; choose another directory for them with --out"))
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

/// Takes the target's lock for this process.
pub fn lock(state_dir: &Path, target: &str, input: &Path) -> Result<TargetLock, CliError> {
    let holder = Holder {
        host: host_name(),
        process: std::process::id(),
        since: show(now_ms()),
        input: input.display().to_string(),
        run: String::new(),
    };
    if usual_state_dir().as_deref() == Some(state_dir) {
        // Ours alone, also where an earlier version or a package has made it for everybody.
        let _ = private::own_directory(state_dir);
    }
    Ok(TargetLock::take(state_dir, target, &holder)?)
}

/// Logs in, and takes the lock of the customer that the service says one is logged in as: whoever
/// came there by another address or another spelling is at work on the same tenant.
pub async fn log_in(
    state_dir: &Path,
    target: &Target,
    patience: &Patience,
    input: &Path,
) -> Result<(PartnerId, TargetLock), CliError> {
    let root = patiently(&target.client, patience, || target.client.login())
        .await
        .map_err(|error| CliError::of_reading(error, &target.name))?;
    let lock = lock(state_dir, &identity_key(target.mode(), root), input)?;
    Ok((root, lock))
}

/// What the second lock is taken on. One service holds all live customers; sandboxes are told apart
/// by nothing, so that a proxy before one is no way round.
fn identity_key(mode: Mode, root: PartnerId) -> String {
    format!("logged in\n{}\n{root}", mode.as_str())
}

/// The machine's name, as far as the environment tells it.
pub fn host_name() -> String {
    let variable = |name| std::env::var(name).ok().filter(|name| !name.is_empty());
    variable("HOSTNAME")
        .or_else(|| variable("COMPUTERNAME"))
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned())
}

/// A run that stands in its journal and is to be carried out.
pub struct Session<'a> {
    /// What the journal says of the run.
    pub info: RunInfo,
    /// The journal.
    pub store: Store,
    /// What plan and events in it amount to.
    pub replayed: Replayed,
    /// The service.
    pub target: &'a Target,
    /// What the tenant had a moment ago.
    pub tenant: &'a Tenant,
    /// How the run goes.
    pub settings: RunSettings,
    /// What is written down of this process.
    pub sitting: Sitting,
    /// What the person or the system asks.
    pub control: watch::Receiver<Control>,
    /// What the next command must repeat.
    pub repeat: Repeat,
    /// How much is told.
    pub telling: Telling,
    /// What counts the service's refusals, where that is on.
    pub quarantine: Option<&'a Quarantine>,
    /// What the run is remembered by.
    pub ledger: &'a Ledger,
    /// How the result is written.
    pub format: RunFormat,
    /// Where messages go.
    pub output: Output,
}

/// How much a run tells people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// Problems, progress, the closing summary.
    All,
    /// One line: there is nothing to do.
    OneLine,
}

impl Telling {
    /// One line where every row is there already and stays as it is, unless more is asked for.
    pub fn of(plan: &Plan, verbosity: Loud) -> Self {
        let all_there = plan.counts().exists == plan.items.len();
        if all_there && !plan.items.is_empty() && !matches!(verbosity, Loud::Verbose | Loud::Debug)
        {
            Self::OneLine
        } else {
            Self::All
        }
    }
}

impl Session<'_> {
    /// Carries the run out, writes the result files, tells how it went.
    pub async fn carry(mut self) -> Result<Exit, CliError> {
        self.ledger.begun(&self.info);
        let numbers = self.store.numbers()?;
        let replayed = std::mem::take(&mut self.replayed);
        let limit = self
            .target
            .client
            .pacer()
            .rate()
            .map(|rate| rate.to_string());
        let mut progress = Progress::new(
            self.output,
            &self.info.id,
            (numbers, self.info.sheets.clone()),
            limit,
        );
        tracing::info!(
            run_id = self.info.id,
            input = self.info.input_path,
            "run goes on"
        );
        let mut journal = Journal::start(self.store);
        journal.write(Entry::Sitting(self.sitting.clone()));
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
            ending: exit,
        };
        if outcome.reason == EndReason::Done {
            journal.write(Entry::Finished {
                at_ms: ended.at_ms,
                ending: ended.ending,
            });
        }
        let flushed = journal.flush().await;
        let commits = journal.acknowledged().borrow().commits;
        let Some(store) = journal.finish() else {
            return Err(CliError::stopped("the journal's writer has failed"));
        };
        self.store = store;
        self.count_refusals(&outcome.replayed);
        // Where not all could be written, what was written counts.
        let known = flushed.is_ok().then_some(outcome.replayed);
        let written = self.write_results(ended, known)?;
        self.explain(&outcome.reason);
        for mismatch in outcome.mismatches.iter().take(10) {
            self.output
                .say(&format!("the tenant does not agree: {}", mismatch.message));
        }
        self.show(&written, exit)?;
        self.ledger.ended(&written.facts);
        tracing::info!(
            run_id = self.info.id,
            exit_code = exit.number(),
            rows = written.counts.rows,
            created = written.counts.created,
            exists = written.counts.exists,
            updated = written.counts.updated,
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
            return Err(unwritten(reason, &written));
        }
        if outcome.reason != EndReason::Done {
            self.output.say_next(written.next.first());
        }
        Ok(exit)
    }

    fn count_refusals(&self, replayed: &Replayed) {
        if let Some(quarantine) = self.quarantine {
            quarantine.note(&self.info.id, replayed);
        }
    }

    fn write_results(&self, ended: Ended, known: Option<Replayed>) -> Result<Written, CliError> {
        let out = PathBuf::from(&self.info.out_dir);
        let options = ReportOptions {
            ended: Some(ended),
            flags: self.repeat.report_flags(),
            original: original(&self.info),
        };
        let written = write_files(&self.store, known, (&out, &options), self.output)?;
        for remark in &written.remarks {
            self.output.say(remark);
        }
        Ok(written)
    }

    fn show(&self, written: &Written, exit: Exit) -> Result<(), CliError> {
        let one_line = self.telling == Telling::OneLine && written.facts.finished;
        let text = |setting: &Setting<'_>| {
            if one_line {
                nothing_to_do(written, Path::new(&self.info.out_dir), setting)
            } else {
                report::text::closing(&written.facts, &written.paths, &written.next, setting)
            }
        };
        let of = (written, &self.store);
        told::result(self.format, of, Some(exit), text, self.output)
    }

    /// Says why a run stopped, and what to do.
    fn explain(&self, reason: &EndReason) {
        let error = match reason {
            EndReason::Done => return,
            EndReason::Interrupted => CliError::interrupted("interrupted")
                .hint("nothing is lost: what was under way is settled when the run is continued"),
            EndReason::ErrorBudget { failed } => {
                CliError::stopped(format!("stopped: {failed} rows failed (--max-errors)"))
                    .hint("look at results.xlsx or rejected.csv first; the budget is the run's, so to go on give a greater --max-errors, or none")
            }
            EndReason::Outage(text) => {
                CliError::stopped(format!("the service did not answer for too long: {text}"))
                    .hint("continue when it is back: what was sent is looked up before anything is sent again")
            }
            EndReason::Displaced(text) => CliError::stopped(text.clone()).hint(
                "nothing more was sent, since another run could not see this one: put the state \
                 directory back and continue; without it, wait some minutes before a new run",
            ),
            EndReason::IdTwice(text) => CliError::stopped(text.clone()).hint(
                "nothing more was sent: look at that customer in the console; continued, the run \
                 looks for the row before anything is sent",
            ),
            EndReason::JournalFailed(text) => CliError::stopped(text.clone())
                .hint("free some disk space, then continue the run"),
            EndReason::Stopped(stop) => stop.clone().into(),
        };
        self.output.error(&error);
    }
}

/// Writes the result files, and tells which one is being written. `known` is what this process knows
/// plan and events to amount to; else the journal is read.
pub fn write_files(
    store: &Store,
    known: Option<Replayed>,
    (out, options): (&Path, &ReportOptions),
    output: Output,
) -> Result<Written, CliError> {
    let mut stage = Stage::begin(output, "writing", "the result files");
    let mut done = 0;
    let facts = match known {
        Some(replayed) => Facts::with(store, options.ended, replayed)?,
        None => Facts::read(store, options.ended)?,
    };
    let written = report::write_all_telling(facts, store, out, options, &mut |path| {
        stage.now_at(path, done);
        done += 1;
    })?;
    Ok(written)
}

/// The journal could not be written to the end.
fn unwritten(reason: String, written: &Written) -> CliError {
    let next = written.next.first();
    let next = next.map(|next| format!("{}: {}", next.why, next.command()));
    CliError::stopped(reason)
        .hint(
            "free some disk space, then continue the run: what was sent is settled by looking at \
             the tenant",
        )
        .hint(next.unwrap_or_default())
}

/// The one line of a run that found every customer there.
fn nothing_to_do(written: &Written, out: &Path, setting: &Setting<'_>) -> String {
    let facts = &written.facts;
    let with_notes = |verdict: &&Verdict| !verdict.message.is_empty();
    let noted = facts.verdicts.iter().filter(with_notes).count();
    let notes = match noted {
        0 => String::new(),
        1 => " (1 with a note)".to_owned(),
        _ => format!(" ({noted} with notes)"),
    };
    let sandbox = if facts.is_sandbox() { "SANDBOX: " } else { "" };
    let out = out.display().to_string();
    let out = setting
        .here
        .map_or(out.clone(), |here| seen_from(here, &out));
    let line = format!(
        "{sandbox}nothing to do: {} rows, all there already{notes}; results in {out}",
        facts.counts.rows,
    );
    // In a log it is one line.
    let line = match Stream::Out.room() {
        Room::Columns(_) => wrap(&line, setting.width, 0, 2),
        Room::Endless => line,
    };
    line + "\n"
}

fn exit_of(reason: &EndReason, replayed: &Replayed, mismatched: bool) -> Exit {
    reason.ending().unwrap_or_else(|| {
        let all_there = replayed.progress.iter().all(|row| row.id().is_some());
        if all_there && !mismatched {
            Exit::Done
        } else {
            Exit::SomeRows
        }
    })
}
