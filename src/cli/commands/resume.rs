//! `resume [RUN]`, and how `run` finds an unfinished run of its file.

use std::path::Path;

use super::landing::{CutOff, Unreadable};
use super::plan::{prepare_as, target_of};
use super::run::{Begun, full_path};
use super::session::{
    Session, Telling, first_patience, lock, log_in, open_run, spare_input, try_out_dir,
};
use super::sitting::sitting;
use crate::cli::args::{Common, ResumeArgs, RunFormat};
use crate::cli::clock::{now_ms, show};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::quarantine::Quarantine;
use crate::cli::repeat::Repeat;
use crate::cli::settings::Settings;
use crate::cli::signals::watch_signals;
use crate::cli::stage::Stage;
use crate::cli::target::{Target, connect};
use crate::cli::watch::Ledger;
use crate::journal::{
    Entry, Replayed, RunInfo, Sitting, Store, TargetLock, UndoEntry, UndoReplayed, runs,
};
use crate::model::{RowIndex, Standing};
use crate::read;
use crate::settings::decisive::reading_of;
use crate::settings::table::OUT;
use crate::submit::RunSettings;
use crate::submit::reads::{Wanted, read_tenant_below};

/// How many differing rows are named.
const MOST_DIFFERENCES: usize = 5;

/// Runs the command.
pub async fn run(
    common: &Common,
    args: &ResumeArgs,
    output: Output,
    ledger: &Ledger,
) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, None, output)?;
    let store = match &args.run_id {
        Some(id) => open_run(&settings.state_dir, id)?,
        None => last_unfinished(&settings.state_dir, output)?,
    };
    let (info, state) = store.info()?;
    let settings = settings.beside(common, Path::new(&info.input_full_path), output)?;
    let typed = target_of(&info.endpoint, &args.target).and(&args.run.flags);
    let resolved = settings.with(&typed)?;
    ledger.resolved(&resolved)?;
    let run_settings = resolved.running.clone();
    let repeat = Repeat::of(common, &settings, &args.target, (&info).into());
    if state.planned_ms.is_none() {
        return Err(CliError::usage(format!(
            "the run {} had not begun to send anything",
            info.id
        ))
        .hint(format!(
            "run the file: {}",
            repeat.command_of_list("run", Path::new(&info.input_full_path), &[])
        )));
    }
    if state.finished_ms.is_some() {
        output.say(&format!(
            "the run {} is finished; nothing to continue",
            info.id
        ));
        return Ok(Exit::Done);
    }
    if !args.as_begun {
        same_input(&store, &info, &repeat, output)?;
    }
    let connections = run_settings.concurrency.get();
    let target = connect(&resolved, connections, &output).await?;
    if !target.is_of(&info) {
        return Err(CliError::usage(format!(
            "the run {} was begun under \"{}\", not \"{}\"",
            info.id, info.partner, target.partner
        ))
        .hint("log in under the same partner"));
    }
    let mut lock = lock(
        &settings.state_dir,
        &target.lock_key(),
        Path::new(&info.input_path),
    )?;
    lock.names(&info.id);
    ledger.asks(&target.client);
    let sitting = sitting(&resolved);
    let quarantine = Quarantine::open(&resolved, (&args.run).into(), target.lock_key());
    let continued = Continued {
        state_dir: &settings.state_dir,
        store,
        target: &target,
        lock: &lock,
        repeat,
        quarantine: quarantine.as_ref(),
        ledger,
        settings: run_settings,
        sitting,
        out: args.run.flags.path(&OUT),
        format: args.format,
        output,
    };
    continued.carry().await
}

/// A run that is continued.
pub struct Continued<'a> {
    /// Where the journals of all runs are.
    pub state_dir: &'a Path,
    /// The journal.
    pub store: Store,
    /// The service.
    pub target: &'a Target,
    /// The lock of the target, which this process holds.
    pub lock: &'a TargetLock,
    /// What the next command must repeat.
    pub repeat: Repeat,
    /// What counts the service's refusals, where that is on.
    pub quarantine: Option<&'a Quarantine>,
    /// What the run is remembered by.
    pub ledger: &'a Ledger,
    /// How the run goes.
    pub settings: RunSettings,
    /// What is written down of this process.
    pub sitting: Sitting,
    /// Where the result files go, when not where they went before.
    pub out: Option<&'a Path>,
    /// How the result is written.
    pub format: RunFormat,
    /// Where messages go.
    pub output: Output,
}

impl Continued<'_> {
    /// Waits for what other runs have under way, looks at the tenant and carries on.
    pub async fn carry(mut self) -> Result<Exit, CliError> {
        self.store.take()?;
        self.store.pages_hold()?;
        let (mut info, _) = self.store.info()?;
        if let Some(out) = self.out {
            let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
            info.out_dir = out.display().to_string();
        }
        spare_input(Path::new(&info.input_full_path), Path::new(&info.out_dir))?;
        try_out_dir(&info.out_dir)?;
        let control = watch_signals();
        let patience = first_patience(control.clone(), self.settings.outage_limit);
        let input = Path::new(&info.input_path);
        let (root, identity) = log_in(self.state_dir, self.target, &patience, input).await?;
        self.store.stands_with(self.lock);
        self.store.stands_with(&identity);
        let block = Unreadable::Block;
        let cut_off = CutOff::find(self.state_dir, self.target, root, Some(&info.id), block)?;
        cut_off
            .wait(self.settings.settle_wait, control.clone(), self.output)
            .await?;
        self.ledger.begun(&info);
        self.output.say(&format!(
            "continuing run {} of {}",
            info.id,
            show(info.started_ms)
        ));
        let stage = Stage::begin(self.output, "reading", "the tenant");
        let client = &self.target.client;
        let tenant = read_tenant_below(client, &patience, root, Wanted::default())
            .await
            .map_err(|error| CliError::of_reading(error, &self.target.name))?;
        drop(stage);
        let session = Session {
            info,
            replayed: Replayed::read(&self.store)?,
            store: self.store,
            target: self.target,
            tenant: &tenant,
            settings: self.settings,
            sitting: self.sitting,
            control,
            telling: Telling::All,
            repeat: self.repeat,
            quarantine: self.quarantine,
            ledger: self.ledger,
            format: self.format,
            output: self.output,
        };
        session.carry().await
    }
}

fn last_unfinished(state_dir: &Path, output: Output) -> Result<Store, CliError> {
    for path in runs(state_dir)?.into_iter().rev() {
        let opened = Store::open(&path).and_then(|store| store.info().map(|found| (store, found)));
        match opened {
            Ok((store, (_, state))) => {
                if state.planned_ms.is_some() && state.finished_ms.is_none() {
                    return Ok(store);
                }
            }
            Err(error) => output.say(&crate::cli::error::chain(&error)),
        }
    }
    Err(CliError::usage("there is no unfinished run").hint("`partner-import runs` lists the runs"))
}

/// What `run` found of its file.
pub enum Found {
    /// No unfinished run.
    Nothing,
    /// An unfinished run of the same file with the same options.
    Continue(Store),
    /// An unfinished run that is given up as asked.
    Superseded(GivenUp),
}

/// A run, or the undo of one, that is given up. As long as it is not closed, a process that dies
/// leaves it as it was.
pub struct GivenUp {
    store: Store,
    closing: Entry,
    /// Whether a removal without an answer may still be carried out.
    pub removal_may_land: bool,
}

impl GivenUp {
    /// Ends it for good, when nothing of it can land any more.
    pub fn close(mut self) -> Result<(), CliError> {
        self.store.take()?;
        Ok(self.store.write(&[self.closing])?)
    }
}

/// Looks for an unfinished run of this file (by content or by path) against this target.
pub fn unfinished(
    settings: &Settings,
    begun: &Begun<'_>,
    output: Output,
) -> Result<Found, CliError> {
    let path = full_path(begun.file);
    for journal in runs(&settings.state_dir)?.into_iter().rev() {
        let opened =
            Store::open(&journal).and_then(|store| store.info().map(|found| (store, found)));
        let (store, (info, state)) = match opened {
            Ok(found) => found,
            Err(error) => {
                output.say(&crate::cli::error::chain(&error));
                continue;
            }
        };
        let ours = begun.target.is_of(&info);
        let same_content = info.input_sha256 == begun.sha256;
        let same_file = same_content || info.input_full_path == path;
        if !ours || !same_file {
            continue;
        }
        let undone = store.undo_state()?;
        if undone.is_some_and(|undo| undo.finished_ms.is_none()) {
            return half_undone(store, begun, &begun.repeat(settings, &info));
        }
        if state.planned_ms.is_none() || state.finished_ms.is_some() {
            continue;
        }
        if begun.args.new_run {
            // What it sent is recognised in the tenant by the new one.
            return Ok(Found::Superseded(GivenUp {
                store,
                closing: Entry::Finished {
                    at_ms: now_ms(),
                    ending: Exit::Stopped,
                },
                removal_may_land: false,
            }));
        }
        let repeat = begun.repeat(settings, &info);
        if !same_content {
            same_input(&store, &info, &repeat, output)?;
        }
        if let Some(differences) = begun.options.differences(&info.options, begun.plan) {
            return Err(other_options(&info.id, &repeat, &differences));
        }
        return Ok(Found::Continue(store));
    }
    Ok(Found::Nothing)
}

fn other_options(id: &str, repeat: &Repeat, (then, now): &(String, String)) -> CliError {
    CliError::usage(format!(
        "the unfinished run {id} of this file was begun with other options: {then} instead of {now}"
    ))
    .hint(format!(
        "continue it as it was begun: {}",
        repeat.command(&["resume", id])
    ))
    .hint("or begin anew with --new-run: customers that exist are recognised")
}

/// The undo of an earlier run of this file has stopped half-way: continued later, it would remove
/// what this run is about to report as there.
fn half_undone(store: Store, begun: &Begun<'_>, repeat: &Repeat) -> Result<Found, CliError> {
    let (info, _) = store.info()?;
    if !begun.args.new_run {
        return Err(CliError::usage(format!(
            "the undo of the earlier run {} of this file has stopped half-way",
            info.id
        ))
        .hint(format!(
            "finish it first: {}",
            repeat.command(&["undo", &info.id])
        ))
        .hint("or give it up with --new-run: customers that are still there are recognised"));
    }
    let rows = Replayed::read(&store)?.planned.len();
    let undone = UndoReplayed::read(&store, rows)?;
    let removal_may_land = undone
        .rows
        .iter()
        .any(|row| matches!(row, Standing::Open { .. }));
    Ok(Found::Superseded(GivenUp {
        store,
        closing: Entry::Undo(UndoEntry::Finished {
            at_ms: now_ms(),
            ending: Exit::Stopped,
        }),
        removal_may_land,
    }))
}

/// Refuses when the input has changed since the run began, and says what differs. A file that is
/// gone is no obstacle: the journal holds the rows.
fn same_input(
    store: &Store,
    info: &RunInfo,
    repeat: &Repeat,
    output: Output,
) -> Result<(), CliError> {
    let path = Path::new(&info.input_full_path);
    if !path.exists() || read::sha256(path)? == info.input_sha256 {
        return Ok(());
    }
    let differences = differences(store, info, path, output);
    Err(CliError::usage(format!(
        "{} has changed since the run {} began ({differences})",
        info.input_path, info.id
    ))
    .hint(format!(
        "to finish the run with the rows as they were: {}",
        repeat.command(&["resume", &info.id, "--as-begun"])
    ))
    .hint(format!(
        "to begin anew with the file as it is, recognising customers that exist: {}",
        repeat.command_of_list("run", path, &["--new-run"])
    )))
}

/// Which rows differ, in a few words.
fn differences(store: &Store, info: &RunInfo, path: &Path, output: Output) -> String {
    let mut before = Vec::new();
    if store
        .each_row(|row| before.push((row.number, row.cells)))
        .is_err()
    {
        return "its rows could not be compared".to_owned();
    }
    let (options, checking) = reading_of(&info.options);
    let Ok(now) = prepare_as(path, &options, &checking, output) else {
        return "it cannot be read any more".to_owned();
    };
    let (mut index, mut changed) = (0, Vec::new());
    for row in now.batches.iter().flat_map(|(_, batch)| batch.rows()) {
        let same = before.get(index).is_some_and(|(_, cells)| {
            cells.len() == row.len() && cells.iter().zip(row.cells()).all(|(a, b)| a == b.text)
        });
        if index < before.len() && !same {
            let at = RowIndex(u32::try_from(index).unwrap_or(u32::MAX));
            changed.push(now.file.checked.sheets.number(at, row.number()));
        }
        index += 1;
    }
    describe(&changed, before.len(), index)
}

fn describe(changed: &[String], before: usize, now: usize) -> String {
    let mut parts = Vec::new();
    if !changed.is_empty() {
        let named: Vec<String> = changed.iter().take(MOST_DIFFERENCES).cloned().collect();
        let more = changed.len().saturating_sub(MOST_DIFFERENCES);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let (rows, differ) = match changed.len() {
            1 => ("row", "differs"),
            _ => ("rows", "differ"),
        };
        parts.push(format!("{rows} {}{more} {differ}", named.join(", ")));
    }
    if now != before {
        parts.push(format!("{before} rows then, {now} now"));
    }
    if parts.is_empty() {
        parts.push("the same rows, but other bytes".to_owned());
    }
    parts.join("; ")
}
