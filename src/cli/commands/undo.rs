//! `undo RUN`: removes what that run created, leaves first, and gives back what it changed, after the
//! number of customers was typed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::plan::target_of;
use crate::cli::args::{Common, TextOrJson, UndoArgs};
use crate::cli::clock::{now_ms, show_duration};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::reach::connect;
use crate::cli::reach::host;
use crate::cli::repeat::Repeat;
use crate::cli::settings::Settings;
use crate::cli::show::output::{Output, Stream};
use crate::cli::show::question::AtTerminal;
use crate::cli::show::stage::Stage;
use crate::cli::show::undo_progress::UndoProgress;
use crate::cli::signals::watch_signals;
use crate::flow::agree::Question;
use crate::flow::enter::{lock, log_in};
use crate::flow::host::first_patience;
use crate::flow::runs::open_run;
use crate::flow::target::Target;
use crate::journal::{Entry, Event, Journal, Replayed, RunInfo, Store, UndoEntry, UndoReplayed};
use crate::model::printable;
use crate::model::{Happening, Outcome, RowIndex, Standing};
use crate::plan::Tenant;
use crate::report::wrap::wrap;
use crate::report::{self, WrittenUndo};
use crate::settings::table::CONCURRENCY;
use crate::submit::reads::{Wanted, read_tree};
use crate::submit::undo::{FoundOnes, Made, Stand, UndoCounts, UndoPlan, adopt, lost_rows};
use crate::submit::{
    Control, Devices, EndReason, Patience, ReadError, RunSettings, devices, read_tenant, take_back,
};

/// How many customers of a dry run are shown to people.
const MOST_LINES: usize = 200;

/// Runs the command.
pub async fn run(common: &Common, args: &UndoArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, None, output)?;
    let store = open_run(&settings.state_dir, &args.run_id)?;
    let (info, state) = store.info()?;
    let settings = settings.beside(common, Path::new(&info.input_full_path), output)?;
    let mut typed = target_of(&info.endpoint, &args.target).and(&args.flags);
    if let Some(concurrency) = args.concurrency {
        typed = typed.with(&CONCURRENCY, &concurrency.to_string());
    }
    let resolved = settings.with(&typed)?;
    let run_settings = resolved.running.clone().without_search();
    if state.planned_ms.is_none() {
        output.say(&nothing(&info));
        return Ok(Exit::Done);
    }
    let connections = run_settings.concurrency.get();
    let target = connect(&resolved, connections, output).await?;
    target.serves(&info, "made")?;
    let control = watch_signals();
    let patience = first_patience(control.clone(), run_settings.outage_limit);
    let mut store = store;
    let _locks = if args.dry_run {
        None
    } else {
        let input = Path::new(&info.input_path);
        let host = host(&resolved);
        let lock = lock(&host, &target.lock_key(), input, now_ms())?;
        let (_, identity) = log_in(&host, &target, &patience, input).await?;
        store.take()?;
        store.stands_with(&lock);
        store.stands_with(&identity);
        Some((lock, identity))
    };
    let undo = Undo {
        args,
        repeat: Repeat::of(common, &settings, &args.target, (&info).into()),
        patience,
        info,
        store,
        target: &target,
        settings: run_settings,
        control,
        output,
    };
    undo.run().await
}

fn nothing(info: &RunInfo) -> String {
    format!(
        "the run {} has created nothing; there is nothing to undo",
        info.id
    )
}

struct Undo<'a> {
    args: &'a UndoArgs,
    repeat: Repeat,
    patience: Patience,
    info: RunInfo,
    store: Store,
    target: &'a Target,
    settings: RunSettings,
    control: watch::Receiver<Control>,
    output: Output,
}

impl Undo<'_> {
    async fn run(mut self) -> Result<Exit, CliError> {
        let stage = Stage::begin(self.output, "reading", "the tenant");
        let tenant = read_tenant(&self.target.client, &self.patience, Wanted::default())
            .await
            .map_err(|error| self.unread(error))?;
        drop(stage);
        let mut replayed = Replayed::read(&self.store)?;
        let tenant = self.settle_lost(&mut replayed, tenant).await?;
        let undone = UndoReplayed::read(&self.store, replayed.planned.len())?;
        let found = if self.args.found {
            FoundOnes::GoToo
        } else {
            FoundOnes::Stay
        };
        let plan = UndoPlan::new(&replayed, &undone, &tenant, found);
        let devices = self.devices(&plan, &tenant).await?;
        let plan = plan.with_devices(&devices, &tenant);
        let counts = plan.counts();
        if self.args.dry_run {
            return self.show(&plan, counts);
        }
        if plan.items.is_empty() {
            self.output.say(&nothing(&self.info));
            return Ok(Exit::Done);
        }
        let over = plan.items.iter().all(|item| item.stand == Stand::Away);
        if over && undone.unfinished().is_none() {
            self.output
                .say(&format!("the run {} is undone already", self.info.id));
            self.write_results(&self.out_dir(&undone))?;
            return Ok(Exit::Done);
        }
        self.confirm(counts, &undone, &tenant).await?;
        self.carry(plan, &undone, &tenant).await
    }

    /// Who has devices, where anybody is to be removed.
    async fn devices(&self, plan: &UndoPlan, tenant: &Tenant) -> Result<Devices, CliError> {
        let Some(root) = tenant.root().partner_id().filter(|_| plan.removes()) else {
            return Ok(Devices::OfEach);
        };
        let _stage = Stage::begin(self.output, "looking for", "devices of the customers");
        devices(&self.target.client, &self.patience, root)
            .await
            .map_err(|error| self.unread(error))
    }

    fn unread(&self, error: ReadError) -> CliError {
        CliError::of_reading(error, &self.target.name)
    }

    /// An unfinished run may have sent what it had no answer for: what is found of it is its own.
    /// The journal learns of it, for that is what a continued run would have found too.
    async fn settle_lost(
        &mut self,
        replayed: &mut Replayed,
        mut tenant: Tenant,
    ) -> Result<Tenant, CliError> {
        let (_, state) = self.store.info()?;
        if state.finished_ms.is_some() {
            return Ok(tenant);
        }
        let mut found = adopt(replayed, &tenant);
        let lost = lost_rows(replayed);
        if self.args.dry_run {
            if !lost.is_empty() {
                self.output.say(&format!(
                    "{} more rows may have been sent by the unfinished run; `undo` waits for them \
                     first",
                    lost.len()
                ));
            }
            return Ok(tenant);
        }
        if !lost.is_empty() {
            let wait = self.settings.settle_wait;
            self.output.say(&format!(
                "the run is unfinished: waiting {} for {} requests of it that could still land",
                show_duration(wait),
                lost.len()
            ));
            self.rest(wait).await?;
            if let Some(root) = tenant.root().partner_id() {
                tenant = read_tree(&self.target.client, &self.patience, root)
                    .await
                    .map_err(|error| self.unread(error))?;
            }
            found.extend(adopt(replayed, &tenant));
        }
        let created = found.into_iter().map(|(row, kind)| event(row, kind));
        let never = lost_rows(replayed)
            .into_iter()
            .map(|row| event(row, Happening::Released));
        self.store
            .write(&created.chain(never).collect::<Vec<_>>())?;
        Ok(tenant)
    }

    /// Waits, unless the person asks to stop.
    async fn rest(&self, wait: Duration) -> Result<(), CliError> {
        let mut control = self.control.clone();
        let asked = async {
            if control.wait_for(|now| *now != Control::Run).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => Ok(()),
            () = asked => Err(self.unread(ReadError::Interrupted)),
        }
    }

    /// Nothing is removed before the number of customers was given, by hand or by flag.
    async fn confirm(
        &self,
        counts: UndoCounts,
        undone: &UndoReplayed,
        tenant: &Tenant,
    ) -> Result<(), CliError> {
        let where_from = format!("below {} at {}", tenant.root().shown(), self.target.name);
        self.output
            .say_of(&counts_text(&self.info.id, counts), &where_from);
        let count = counts.remove + counts.restore;
        let would = what(counts);
        if count == 0 {
            return Ok(());
        }
        if let Some(given) = self.args.confirm {
            // What an interrupted undo was confirmed with goes for the rest of it.
            let begun = undone.unfinished().map(|state| state.to_remove as usize);
            if given == count || Some(given) == begun {
                return Ok(());
            }
            return Err(CliError::usage(format!(
                "--confirm {given} does not fit: this would {would}{}",
                total(counts)
            ))
            .hint("nothing was removed; --dry-run shows which"));
        }
        let nobody = || {
            CliError::usage(format!("this would {would}, for good{}", total(counts)))
                .hint("--dry-run shows which")
                .hint(format!(
                    "add --confirm {count} to do so without being asked"
                ))
        };
        Question::TakeBack {
            remove: counts.remove,
            restore: counts.restore,
        }
        .put(&AtTerminal(self.output), self.control.clone(), nobody)
        .await
    }

    async fn carry(
        mut self,
        plan: UndoPlan,
        undone: &UndoReplayed,
        tenant: &Tenant,
    ) -> Result<Exit, CliError> {
        let out_dir = self.out_dir(undone);
        if undone.unfinished().is_none() {
            self.store.write(&beginning(&plan, undone, &out_dir))?;
        } else {
            self.output
                .say(&format!("continuing the undo of run {}", self.info.id));
        }
        let mut numbers = Vec::new();
        self.store.each_row(|row| numbers.push(row.number))?;
        let limit = self.target.client.pacer().rate();
        let limit = limit.map(|rate| rate.to_string());
        let ids = plan.items.iter().map(|item| (item.row, item.id)).collect();
        let mut progress = UndoProgress::new(self.output, &self.info.id, (numbers, ids), limit);
        let mut journal = Journal::start(self.store);
        let end = take_back(
            Arc::clone(&self.target.client),
            &mut journal,
            &plan,
            tenant,
            &self.settings,
            self.control.clone(),
            &mut progress,
        )
        .await;
        progress.finish();
        let exit = exit_of(&end.reason, end.kept);
        if end.reason == EndReason::Done {
            journal.write(Entry::Undo(UndoEntry::Finished {
                at_ms: now_ms(),
                ending: exit,
            }));
        }
        let flushed = journal.flush().await;
        self.store = journal
            .finish()
            .ok_or_else(|| CliError::stopped("the journal's writer has failed"))?;
        let written = self.write_results(&out_dir)?;
        self.explain(&end.reason);
        self.tell(&written, exit)?;
        tracing::info!(
            run_id = self.info.id,
            exit_code = exit.number(),
            kept = end.kept,
            retries = end.retries,
            "undo ended"
        );
        if let Err(reason) = flushed {
            return Err(CliError::stopped(reason));
        }
        if !matches!(end.reason, EndReason::Done | EndReason::ErrorBudget { .. }) {
            self.output.say_next(written.next.first());
        }
        Ok(exit)
    }

    fn out_dir(&self, undone: &UndoReplayed) -> PathBuf {
        let asked = self.args.out.as_ref();
        let asked = asked.map(|out| std::path::absolute(out).unwrap_or_else(|_| out.clone()));
        let before = undone.unfinished().map(|state| state.out_dir.as_str());
        asked.unwrap_or_else(|| PathBuf::from(before.unwrap_or(&self.info.out_dir)))
    }

    fn write_results(&self, out_dir: &Path) -> Result<WrittenUndo, CliError> {
        let _stage = Stage::begin(self.output, "writing", "the result files");
        Ok(report::write_undo(
            &self.store,
            out_dir,
            &self.repeat.report_flags().every,
        )?)
    }

    fn tell(&self, written: &WrittenUndo, exit: Exit) -> Result<(), CliError> {
        let WrittenUndo { paths, next, facts } = written;
        let Some(undo) = &facts.undo else {
            return Ok(());
        };
        self.output
            .summary(Some(exit), |setting| match self.args.format {
                TextOrJson::Text => report::text::undo_closing(facts, undo, paths, next, setting),
                TextOrJson::Json => report::undone::document(facts, undo, paths),
            })
    }

    /// Says why an undo stopped, and what to do.
    fn explain(&self, reason: &EndReason) {
        let error = match reason {
            EndReason::Done | EndReason::ErrorBudget { .. } | EndReason::IdTwice(_) => return,
            EndReason::Interrupted => CliError::interrupted("interrupted")
                .hint("what was under way is looked up when the undo is continued"),
            EndReason::Outage(text) => {
                CliError::stopped(format!("the service did not answer for too long: {text}"))
                    .hint("continue when it is back")
            }
            EndReason::Displaced(text) => CliError::stopped(text.clone()).hint(
                "nothing more was sent, since another run could not see this one: put the state \
                 directory back and continue; without it, wait some minutes before a new run",
            ),
            EndReason::JournalFailed(text) => {
                CliError::stopped(text.clone()).hint("free some disk space, then continue the undo")
            }
            EndReason::Stopped(stop) => stop.clone().into(),
        };
        self.output.error(&error);
    }

    /// A dry run: what would be removed, and why others would not.
    fn show(&self, plan: &UndoPlan, counts: UndoCounts) -> Result<Exit, CliError> {
        let mut numbers = Vec::new();
        self.store.each_row(|row| numbers.push(row.number))?;
        match self.args.format {
            TextOrJson::Json => {
                let document = self.document(plan, counts, &numbers);
                self.output.document(&document)?;
            }
            TextOrJson::Text => {
                let text = plan_text(&self.info.id, plan, counts, &numbers);
                let width = Stream::Out.room().columns();
                let lines = text.lines().map(|line| wrap(line, width, 0, 4) + "\n");
                self.output.text(&lines.collect::<String>())?;
            }
        }
        Ok(if counts.keep > 0 {
            Exit::SomeRows
        } else {
            Exit::Done
        })
    }

    fn document(&self, plan: &UndoPlan, counts: UndoCounts, numbers: &[u32]) -> Value {
        let rows: Vec<Value> = plan
            .items
            .iter()
            .map(|item| {
                let (action, reason) = in_words(&item.stand);
                json!({
                    "row": numbers.get(item.row.as_usize()),
                    "id": item.id.get(),
                    "name": item.partner.name.as_str(),
                    "action": action,
                    "made": match item.made {
                        Made::Created => "created",
                        Made::Changed { .. } => "changed",
                    },
                    "code": reason.map(|(code, _)| code),
                    "message": reason.map(|(_, message)| message),
                })
            })
            .collect();
        json!({
            "run_id": self.info.id,
            "endpoint": self.target.name,
            "mode": self.target.mode().as_str(),
            "counts": {
                "created": counts.created,
                "changed": counts.changed,
                "remove": counts.remove,
                "restore": counts.restore,
                "gone": counts.gone,
                "keep": counts.keep,
            },
            "rows": rows,
        })
    }
}

fn event(row: RowIndex, kind: Happening) -> Entry {
    Entry::Event(Event {
        row,
        kind,
        at_ms: now_ms(),
    })
}

/// What a new go at it writes first. Those that an earlier go kept are open again.
fn beginning(plan: &UndoPlan, undone: &UndoReplayed, out_dir: &Path) -> Vec<Entry> {
    let (at_ms, counts) = (now_ms(), plan.counts());
    let mut entries = vec![Entry::Undo(UndoEntry::Begun {
        at_ms,
        to_remove: u32::try_from(counts.remove + counts.restore).unwrap_or(u32::MAX),
        out_dir: out_dir.display().to_string(),
    })];
    for item in plan.items.iter().filter(|item| item.stand.goes()) {
        let before = undone.rows.get(item.row.as_usize());
        if matches!(before, Some(Standing::Ended(Outcome::Kept(_)))) {
            entries.push(Entry::Undo(UndoEntry::Event(Event {
                row: item.row,
                kind: Happening::Released,
                at_ms,
            })));
        }
    }
    entries
}

fn counts_text(run: &str, counts: UndoCounts) -> String {
    let customers = |count| match count {
        1 => "the customer".to_owned(),
        count => format!("{count} customers"),
    };
    let of = match (counts.created, counts.changed) {
        (created, 0) => format!("{} that the run {run} created", customers(created)),
        (0, changed) => format!("{} that the run {run} changed", customers(changed)),
        (created, changed) => format!(
            "{} that the run {run} created and {changed} that it changed",
            customers(created)
        ),
    };
    let restore = match counts.changed {
        0 => String::new(),
        _ => format!(" {} to restore,", counts.restore),
    };
    format!(
        "of {of}: {} to remove,{restore} {} gone already, {} to keep",
        counts.remove, counts.gone, counts.keep
    )
}

/// What is done, to how many.
fn what(counts: UndoCounts) -> String {
    match (counts.remove, counts.restore) {
        (remove, 0) => format!("remove {remove} customers"),
        (0, restore) => format!("restore {restore} customers"),
        (remove, restore) => format!("remove {remove} customers and restore {restore}"),
    }
}

/// The number to give, where it is the sum of two.
fn total(counts: UndoCounts) -> String {
    match (counts.remove, counts.restore) {
        (0, _) | (_, 0) => String::new(),
        (remove, restore) => format!(", {} together", remove + restore),
    }
}

fn in_words(stand: &Stand) -> (&'static str, Option<(&str, &str)>) {
    match stand {
        Stand::Remove | Stand::RemoveAgain => ("remove", None),
        Stand::Restore | Stand::RestoreAgain => ("restore", None),
        Stand::FoundRemoved | Stand::Gone | Stand::AsBefore | Stand::Away => ("gone", None),
        Stand::Keep(reason) => ("keep", Some((&reason.code, &reason.message))),
    }
}

fn plan_text(run: &str, plan: &UndoPlan, counts: UndoCounts, numbers: &[u32]) -> String {
    let mut text = format!("{}\n\n", counts_text(run, counts));
    let width = if counts.changed == 0 { 6 } else { 7 };
    for item in plan.items.iter().take(MOST_LINES) {
        let (action, reason) = in_words(&item.stand);
        let sign = match action {
            "remove" => '-',
            "restore" => '~',
            "keep" => '!',
            _ => ' ',
        };
        let number = numbers
            .get(item.row.as_usize())
            .copied()
            .unwrap_or_default();
        let name = printable(item.partner.name.as_str());
        text.push_str(&format!(
            "{sign} {action:<width$}  {name}  (id {}, row {number})",
            item.id
        ));
        if let Some((code, message)) = reason {
            text.push_str(&format!("  {code}: {}", printable(message)));
        }
        text.push('\n');
    }
    let hidden = plan.items.len().saturating_sub(MOST_LINES);
    if hidden > 0 {
        text.push_str(&format!("... and {hidden} more; --format json shows all\n"));
    }
    text
}

fn exit_of(reason: &EndReason, kept: usize) -> Exit {
    let done = if kept > 0 { Exit::SomeRows } else { Exit::Done };
    reason.ending().unwrap_or(done)
}
