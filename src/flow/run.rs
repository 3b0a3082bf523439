//! Carries a run out that has begun, to its end or as far as it gets, and writes its result files.
//! New runs and continued ones are this one path.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::advice::Advice;
use super::begin::Begun;
use super::enter::Entered;
use super::event::{Events, Part, Sending, Silence, Stage};
use super::failure::{Failure, NO_ANSWER, TIME_UP};
use super::host::Work;
use super::original::original;
use super::quarantine::Quarantine;
use super::relay::Relay;
use super::rows::Rows;
use crate::journal::{Attempt, Entry, Journal, PlannedRow, Replayed, RunInfo, Store};
use crate::model::Ending;
use crate::model::number::{counted, grouped};
use crate::plan::Tenant;
use crate::report::facts::Facts;
use crate::report::next::Flags;
use crate::report::{self, Ended as EndedAt, ReportOptions, Written};
use crate::submit::verify::Mismatch;
use crate::submit::{Direction, EndReason, carry_out};

/// How a run is carried out, beside what all its steps share.
pub struct Carrying<'c> {
    /// The settings that decide how it goes, as the journal keeps them of this process.
    pub settings: Vec<(String, String)>,
    /// What the commands repeat that the result files name.
    pub flags: Flags,
    /// What counts the service's refusals, where that is on.
    pub quarantine: Option<&'c Quarantine>,
}

/// A run that this process leaves.
pub struct Ended {
    /// What the journal says of it.
    pub info: RunInfo,
    /// The journal.
    pub store: Store,
    /// How it ended.
    pub ending: Ending,
    /// Why it stopped before its end; none where it came there.
    pub stopped: Option<Failure>,
    /// What the tenant shows otherwise than it should.
    pub mismatches: Vec<Mismatch>,
    /// Its result files, and what they say.
    pub written: Written,
    /// Why the journal could not be written to the end.
    pub unwritten: Option<Failure>,
    /// What it took.
    pub effort: Effort,
    /// What went wrong after it, where that is why it does not end as done.
    pub after: Option<String>,
    /// What the commands repeat that its result files name.
    flags: Flags,
}

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How many calls were made again.
    pub retries: u64,
    /// From the first request that creates to the last answer to one.
    pub span: Option<Duration>,
    /// How often the journal was written.
    pub commits: u64,
}

impl Ended {
    /// What was to be done after it has failed: a run that was done is not, which journal and result files
    /// say from now on, so that whoever reads one of them is told the same as whoever sees the process end.
    ///
    /// # Errors
    ///
    /// Where they cannot be written.
    pub fn fails_after(&mut self, problem: &str, at_ms: i64) -> Result<(), Failure> {
        let ending = self.ending.and_failed_after();
        if ending == self.ending {
            return Ok(());
        }
        self.ending = ending;
        self.after = Some(problem.to_owned());
        self.store.write(&[Entry::Finished { at_ms, ending }])?;
        let options = ReportOptions {
            ended: Some(EndedAt { at_ms, ending }),
            flags: self.flags.clone(),
            original: original(&self.info),
        };
        let out = Path::new(&self.info.out_dir);
        self.written = write_files(&self.store, None, (out, &options), &Silence)?;
        Ok(())
    }

    /// Puts it into the log.
    pub fn log(&self) {
        let counts = &self.written.counts;
        let span = self.effort.span;
        let deployments = counts.automatic_deployment;
        let deployments = (!deployments.is_none()).then_some(deployments);
        tracing::info!(
            run_id = self.info.id,
            exit_code = self.ending.number(),
            rows = counts.rows,
            created = counts.created,
            exists = counts.exists,
            updated = counts.updated,
            failed = counts.failed,
            invalid = counts.invalid,
            blocked = counts.blocked,
            unknown = counts.unknown,
            pending = counts.pending,
            deployments_switched_on = deployments.map(|one| one.switched_on),
            deployments_open = deployments.map(|one| one.open),
            deployments_refused = deployments.map(|one| one.refused),
            deployments_not_reached = deployments.map(|one| one.not_reached),
            retries = self.effort.retries,
            span_ms = span.map(|span| span.as_secs_f64() * 1000.0),
            commits = self.effort.commits,
            near_names = self.written.facts.near_names(),
            orphans = self.info.orphans,
            "run ended"
        );
    }
}

/// Carries the run out and writes the result files.
pub async fn carry(
    begun: Begun,
    carrying: Carrying<'_>,
    work: &Work<'_>,
) -> Result<Ended, Failure> {
    let Begun {
        info,
        store,
        replayed,
        numbers,
        entered,
    } = begun;
    let mut relay = announce(&info, numbers, &replayed, work);
    let mut journal = Journal::start(store);
    journal.write(attempt(carrying.settings, work.now_ms()));
    let outcome = carry_out(
        Arc::clone(&work.target.client),
        &mut journal,
        replayed,
        &entered.tenant,
        work.running,
        work.control.clone(),
        &mut relay,
    )
    .await;
    drop(relay);
    let ending = ending_of(
        &outcome.reason,
        &outcome.replayed,
        !outcome.mismatches.is_empty(),
    );
    let at_ms = work.now_ms();
    if outcome.reason == EndReason::Done {
        journal.write(Entry::Finished { at_ms, ending });
    }
    let flushed = journal.flush().await;
    let commits = journal.acknowledged().borrow().commits;
    let moved = journal.displaced();
    let store = journal
        .finish()
        .ok_or_else(|| Failure::stopped("the journal's writer has failed"))?;
    if let Some(quarantine) = carrying.quarantine {
        quarantine.note(&info.id, &outcome.replayed, work.now_ms());
    }
    let options = ReportOptions {
        ended: Some(EndedAt { at_ms, ending }),
        flags: carrying.flags.clone(),
        original: original(&info),
    };
    // Where not all could be written, what was written counts.
    let known = flushed.is_ok().then_some(outcome.replayed);
    let out = Path::new(&info.out_dir);
    let stopped = why_stopped(&outcome.reason);
    let Entered {
        tenant, identity, ..
    } = entered;
    let written = beside_letting_go(tenant, || {
        write_files(&store, known, (out, &options), work.events)
    });
    drop(identity);
    // Why it stopped says that already.
    let is_told = matches!(outcome.reason, EndReason::Displaced(_));
    let unflushed = flushed.err().filter(|_| !is_told);
    let unwritten = unflushed.map(|reason| match &moved {
        Some(text) => displaced(text),
        None => unwritten(reason),
    });
    let (written, stopped, unwritten) = match written {
        Ok(written) => (written, stopped, unwritten),
        // The journal knows what it came to, which is told all the same.
        Err(failure) => {
            let facts = Facts::read(&store, options.ended);
            let Ok(mut facts) = facts else {
                return Err(first_of(stopped, failure));
            };
            if ending.is_finished() {
                let ending = Ending::Stopped;
                facts.ended = Some(EndedAt { at_ms, ending });
            }
            let written = report::without_files(facts, out, &options);
            match stopped {
                None => (written, None, unwritten.or(Some(failure))),
                stopped => (written, Some(first_of(stopped, failure)), unwritten),
            }
        }
    };
    // Without all of its records and files it has not come to its end, whatever became of its rows.
    let is_short = unwritten.is_some() && ending.is_finished();
    let ending = if is_short { Ending::Stopped } else { ending };
    Ok(Ended {
        ending,
        stopped,
        mismatches: outcome.mismatches,
        unwritten,
        effort: Effort {
            retries: outcome.retries,
            span: outcome.span.map(|(first, last)| last.duration_since(first)),
            commits,
        },
        after: None,
        flags: carrying.flags,
        info,
        store,
        written,
    })
}

/// Does something while another thread lets the tenant go: a million customers take a second.
fn beside_letting_go<T>(tenant: Tenant, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        scope.spawn(move || drop(tenant));
        work()
    })
}

/// A process that carries the run out from now on.
fn attempt(settings: Vec<(String, String)>, at_ms: i64) -> Entry {
    Entry::Attempt(Attempt {
        at_ms,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        settings,
    })
}

/// Says that requests go out from now on.
fn announce<'w>(
    info: &RunInfo,
    numbers: Vec<u32>,
    replayed: &Replayed,
    work: &Work<'w>,
) -> Relay<'w> {
    let rows = Rows {
        numbers,
        sheets: info.sheets.clone(),
        ids: HashMap::new(),
        partners: replayed
            .planned
            .iter()
            .map(|row| row.action.partner().cloned())
            .collect(),
    };
    tracing::info!(run_id = info.id, input = info.input_path, "run goes on");
    let sending = Sending {
        run: &info.id,
        direction: Direction::Forth,
        rows: Arc::new(rows),
        limit: work.target.limit(),
    };
    Relay::begin(sending, work.events)
}

/// Writes the result files, and says which one is being written. `known` is what this process knows
/// plan and events to amount to; else the journal is read.
pub fn write_files(
    store: &Store,
    known: Option<Replayed>,
    (out, options): (&Path, &ReportOptions),
    events: Events<'_>,
) -> Result<Written, Failure> {
    let part = Part::begin(events, Stage::WritingResults);
    let mut done = 0;
    let facts = match known {
        Some(replayed) => Facts::with(store, options.ended, replayed)?,
        None => Facts::read(store, options.ended)?,
    };
    let written = report::write_all_telling(facts, store, out, options, &mut |path| {
        part.at(path, done);
        done += 1;
    })?;
    Ok(written)
}

/// Why a run stopped, and what to do.
fn why_stopped(reason: &EndReason) -> Option<Failure> {
    Some(match reason {
        EndReason::Done => return None,
        EndReason::Interrupted => Failure::interrupted("interrupted")
            .hint("nothing is lost: requests in flight are settled when the run is continued"),
        EndReason::TimeUp => Failure::interrupted(TIME_UP)
            .hint("the calls in flight were answered; the next run continues where this one stopped"),
        EndReason::ErrorBudget {
            failed,
            budget,
            rows,
        } => {
            let sent = match failed {
                1 => "1 row that was sent failed".to_owned(),
                many => format!("{} rows that were sent failed", grouped(*many)),
            };
            let allowed = budget.in_words(*rows);
            Failure::stopped(format!("stopped: {sent}; {allowed}"))
                .hint(Advice::RaiseMaxErrors)
        }
        EndReason::AllRefused { failed } => Failure::stopped(format!(
            "stopped: the service has refused {} that it was sent, and accepted none",
            match failed {
                1 => "the only row".to_owned(),
                failed => format!("all {}", counted(*failed, "row")),
            }
        ))
        .hint(
            "look at results.xlsx or rejected.csv first: if all are refused for the same reason, the rows \
             are usually not the cause; the next run continues with the remaining rows",
        ),
        EndReason::Outage(text) => Failure::stopped(format!(
            "{NO_ANSWER}: {text}"
        ))
        .hint("continue when it is back: requests that were sent are looked up before anything is sent again"),
        EndReason::Displaced(text) => displaced(text),
        EndReason::IdTwice(text) => Failure::stopped(text.clone()).hint(
            "nothing more was sent: look at that customer in the console; when continued, the run \
             looks up the row before it sends anything",
        ),
        EndReason::JournalFailed(text) => {
            Failure::stopped(text.clone()).hint("free some disk space, then continue the run")
        }
        EndReason::Stopped(stop) => stop.clone().into(),
    })
}

/// Why the run stopped, with what its result files met then; that alone where it came to its end.
fn first_of(stopped: Option<Failure>, files: Failure) -> Failure {
    match stopped {
        None => files,
        Some(mut stopped) => {
            stopped.details.push(files.in_full());
            stopped
        }
    }
}

/// The locks are no longer where others look for them.
pub(super) fn displaced(text: &str) -> Failure {
    Failure::stopped(text).hint(
        "nothing more was sent, since another run could not see this one: put the state directory \
         back and continue; without it, wait some minutes before a new run",
    )
}

/// The journal could not be written to the end.
fn unwritten(reason: String) -> Failure {
    Failure::stopped(reason).hint(
        "free some disk space, then continue the run: what was sent is settled by looking at the \
         tenant",
    )
}

fn ending_of(reason: &EndReason, replayed: &Replayed, mismatched: bool) -> Ending {
    reason.ending().unwrap_or_else(|| {
        let all_there = replayed.progress.iter().all(|row| row.id().is_some());
        let lacks = |planned: &PlannedRow| replayed.lacks_deployment(planned.row);
        if all_there && !mismatched && !replayed.planned.iter().any(lacks) {
            Ending::Done
        } else {
            Ending::SomeRows
        }
    })
}
