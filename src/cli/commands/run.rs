//! `run FILE`: check, plan, confirm, submit, verify, write results.

use std::path::{Path, PathBuf};

use super::approval::{Approved, Basis, Paper};
use super::landing::{CutOff, Unreadable, give_way};
use super::plan::{DryRun, Prepared, all_diagnostics, prepare, read_below, show_problems, still};
use super::plan_view::counts_line;
use super::reasons::Refusals;
use super::resume;
use super::session::{Session, Telling, first_patience, lock, log_in, spare_input, try_out_dir};
use super::sitting::sitting;
use crate::check::join::headers_of_results;
use crate::check::mapping::Role;
use crate::check::{Checked, Field, is_sheet};
use crate::cli::args::{Common, JournalKind, RunCommandArgs};
use crate::cli::ask_level::{self, Lacking};
use crate::cli::clock::{now_ms, run_id};
use crate::cli::confirm::{Agreement, Asking, Intent, confirm, within_limits};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::input::CheckedFile;
use crate::cli::of_run::named_id;
use crate::cli::original::places;
use crate::cli::output::Output;
use crate::cli::quarantine::{Held, Quarantine};
use crate::cli::repeat::Repeat;
use crate::cli::settings::Settings;
use crate::cli::signals::watch_signals;
use crate::cli::stage::Stage;
use crate::cli::target::{Target, connect, place};
use crate::cli::watch::Ledger;
use crate::journal::record::TablePlace;
use crate::journal::{Fault, PlannedRow, Replayed, RunInfo, Store};
use crate::model::rules::tenant::UPDATED_IN_TENANT;
use crate::model::{Diagnostic, PartnerId, Planned, Severity};
use crate::plan::action::PlanCounts;
use crate::plan::{self, Customer, Plan, Tenant};
use crate::read::Format;
use crate::report;
use crate::settings::table::{DEFAULT, OUT};
use crate::settings::{Content, Decisive, Resolved};

/// Runs the command.
#[expect(
    clippy::too_many_lines,
    reason = "the steps of a run, one after the other"
)]
pub async fn run(
    common: &Common,
    args: &RunCommandArgs,
    output: Output,
    ledger: &Ledger,
) -> Result<Exit, CliError> {
    let approved = args.plan.as_deref().map(Approved::load).transpose()?;
    let file = input_of(args, approved.as_ref())?;
    ledger.reads(&file);
    let settings = Settings::resolve(common, Some(&file), output)?;
    let mut typed = args.typed();
    if let Some(approved) = &approved {
        approved.complete(&mut typed);
    }
    let mut resolved = settings.with(&typed)?;
    if !args.dry_run {
        if let Some(out) = typed.path(&OUT) {
            spare_input(&file, out)?;
        }
        ledger.resolved(&resolved)?;
    }
    if let Some(approved) = &approved {
        approved.same_target(&place(&resolved.access), &typed)?;
    } else if !args.dry_run && !args.run.yes {
        if let Some(level) = level_asked_for(&file, &resolved, output)? {
            typed.add(&DEFAULT, Content::Pair(Field::Level.to_string(), level));
            resolved = settings.with(&typed)?;
        }
    }
    resolved.refuse_idle_flags()?;
    let resolved = &resolved;
    let (run_settings, plan_options) = (resolved.running.clone(), resolved.planning);
    let sha256 = crate::read::sha256(&file)?;
    let decisive = resolved.decisive(named_id(resolved, &file)?);
    let read = (&*file, sha256.clone());
    let basis = Basis::of(read, decisive.clone(), common, (&settings, resolved));
    if args.dry_run {
        let prepared = prepare(resolved, &file, output)?;
        still(&file, &sha256)?;
        let target = connect(resolved, 1, &output).await?;
        let quarantine = Quarantine::open(resolved, (&args.run).into(), target.lock_key());
        let dry_run = DryRun {
            prepared: &prepared,
            target: &target,
            quarantine: quarantine.as_ref(),
            options: plan_options,
            outage_limit: run_settings.outage_limit,
            paper: match &approved {
                Some(approved) => Paper::Hold(approved, basis),
                None => Paper::None,
            },
            format: args.format.into(),
            output,
        };
        return dry_run.show().await;
    }
    let asking = match approved {
        Some(_) => Asking::Plainly,
        None => Asking::ByCount,
    };
    let agreement = Agreement {
        asking: if args.run.yes { Asking::Never } else { asking },
        limits: resolved.agreement,
    };
    let connections = run_settings.concurrency.get();
    let target = connect(resolved, connections, &output).await?;
    let mut lock = lock(&settings.state_dir, &target.lock_key(), &file)?;
    ledger.asks(&target.client);
    let quarantine = Quarantine::open(resolved, (&args.run).into(), target.lock_key());
    let begun = Begun {
        common,
        args,
        resolved,
        file: &file,
        sha256: &sha256,
        options: decisive,
        plan: approved.as_ref().map(Approved::digest),
        target: &target,
    };
    let sitting = sitting(resolved);
    let given_up = match resume::unfinished(&settings, &begun, output)? {
        resume::Found::Nothing => None,
        resume::Found::Superseded(given_up) => Some(given_up),
        resume::Found::Continue(store) => {
            let (info, _) = store.info()?;
            within_limits(&still_to_send(&store)?, agreement.limits)?;
            lock.names(&info.id);
            let continued = resume::Continued {
                state_dir: &settings.state_dir,
                store,
                target: &target,
                lock: &lock,
                repeat: begun.repeat(&settings, &info),
                quarantine: quarantine.as_ref(),
                ledger,
                settings: run_settings,
                sitting,
                out: typed.path(&OUT),
                format: args.format,
                output,
            };
            return continued.carry().await;
        }
    };
    let control = watch_signals();
    let prepared = prepare(resolved, &file, output)?;
    still(&file, &sha256)?;
    let patience = first_patience(control.clone(), run_settings.outage_limit);
    let logged_in = if approved.is_none() && prepared.file.checked.accepted.is_empty() {
        None
    } else {
        Some(log_in(&settings.state_dir, &target, &patience, &file).await?)
    };
    let tenant = match &logged_in {
        None => nobody(),
        Some((root, _)) => {
            let unreadable = if args.new_run {
                Unreadable::SetAside
            } else {
                Unreadable::Block
            };
            let cut_off = CutOff::find(&settings.state_dir, &target, *root, None, unreadable)?;
            if given_up.as_ref().is_some_and(|one| one.removal_may_land) && cut_off.is_empty() {
                give_way(run_settings.settle_wait, output).await;
            }
            cut_off
                .wait(run_settings.settle_wait, control.clone(), output)
                .await?;
            if let Some(given_up) = given_up {
                given_up.close()?;
            }
            read_below(&prepared, &target, &patience, *root, output).await?
        }
    };
    let stage = Stage::begin(output, "planning", "the rows");
    let plan = plan::build_with(&prepared.file.checked, &tenant, plan_options);
    let diagnostics = all_diagnostics(&prepared.file, &plan);
    drop(stage);
    let telling = Telling::of(&plan, common.messages.verbosity);
    if telling == Telling::All {
        show_problems(&prepared, &diagnostics, output)?;
    }
    if let Some(approved) = &approved {
        approved.hold(&basis, &plan, &prepared, &tenant, &target)?;
    }
    if prepared.batches.iter().all(|(_, batch)| batch.is_empty()) {
        return Ok(nothing_to_import(&diagnostics, output));
    }
    let held = quarantine.as_ref().map(|one| one.held(&plan));
    let held = held.unwrap_or_default();
    if let Some(told) = held.told() {
        output.say(&told);
    }
    let intent = Intent {
        counts: held.taken_off(plan.counts()),
        counted: counts_line(&plan),
        below: tenant.root().shown(),
        endpoint: target.name.clone(),
        mode: target.mode(),
    };
    if telling == Telling::All {
        confirm(&intent, agreement, control.clone(), output).await?;
    }

    let stage = Stage::begin(output, "writing", "the journal");
    let root = logged_in.as_ref().map(|(root, _)| *root);
    let (info, mut store, replayed) =
        begin(&begun, (&prepared, root), (plan, &held), &diagnostics)?;
    lock.names(&info.id);
    store.stands_with(&lock);
    if let Some((_, lock)) = &logged_in {
        store.stands_with(lock);
    }
    drop(prepared);
    drop(stage);
    let session = Session {
        repeat: begun.repeat(&settings, &info),
        info,
        store,
        replayed,
        target: &target,
        tenant: &tenant,
        settings: run_settings,
        sitting,
        control,
        telling,
        quarantine: quarantine.as_ref(),
        ledger,
        format: args.format,
        output,
    };
    session.carry().await
}

/// Asks people which level rows get that do not say it.
fn level_asked_for(
    file: &Path,
    resolved: &Resolved,
    output: Output,
) -> Result<Option<String>, CliError> {
    if !ask_level::is_asked(output) {
        return Ok(None);
    }
    let lacking = Lacking::of(file, resolved, output)?;
    Ok(lacking.and_then(|lacking| lacking.ask(output)))
}

/// The file that was named, else the plan's.
fn input_of(args: &RunCommandArgs, approved: Option<&Approved>) -> Result<PathBuf, CliError> {
    let of_plan = || approved.map(Approved::input);
    let file = args.file.clone().or_else(of_plan);
    file.ok_or_else(|| CliError::usage("there is no file to import"))
}

/// A tenant for rows of which none could be sent: nobody needs to log in.
fn nobody() -> Tenant {
    let root = Customer {
        id: 1,
        ..Customer::default()
    };
    Tenant::new(root, [])
}

/// Puts the rows and the plan into a new journal.
fn begin(
    begun: &Begun<'_>,
    (prepared, root): (&Prepared, Option<PartnerId>),
    (plan, held): (Plan, &Held),
    diagnostics: &[Diagnostic],
) -> Result<(RunInfo, Store, Replayed), CliError> {
    let info = RunInfo {
        root: root.map(|root| root.to_string()),
        ..run_info(begun, prepared)
    };
    try_out_dir(&info.out_dir)?;
    let mut store = match begun.args.run.journal {
        JournalKind::Full => Store::create(&begun.resolved.state_dir, &info)?,
        JournalKind::Memory => Store::in_memory(&info)?,
    };
    for (first, batch) in &prepared.batches {
        store.add_rows(*first, batch)?;
    }
    let of_each_row = prepared.file.of_each_row();
    let diagnostics: Vec<&Diagnostic> = diagnostics.iter().chain(&of_each_row).collect();
    store.add_faults(faults(&prepared.file, &diagnostics))?;
    // Before the plan: with it they stand there, without it neither counts.
    let held = held.entries();
    store.write(&held)?;
    let planned = planned(plan, &diagnostics, &prepared.file.checked);
    store.add_plan(&info, &planned, now_ms())?;
    Ok((info, store, Replayed::of(planned, held)))
}

/// A file without rows begins no run. An export that found nobody is no mistake.
fn nothing_to_import(diagnostics: &[Diagnostic], output: Output) -> Exit {
    output.say("there is no row to import; nothing was sent");
    let wrong = diagnostics
        .iter()
        .any(|one| one.severity() == Severity::Error);
    if wrong { Exit::SomeRows } else { Exit::Done }
}

/// For how many rows of an unfinished run anything may still be sent.
fn still_to_send(store: &Store) -> Result<PlanCounts, CliError> {
    let replayed = Replayed::read(store)?;
    let rows = replayed.planned.iter().zip(&replayed.progress);
    let mut open = PlanCounts::default();
    for (planned, _) in rows.filter(|(_, progress)| !progress.is_final()) {
        open.create += usize::from(planned.action.creates());
        open.update += usize::from(planned.action.updates());
    }
    Ok(open)
}

/// What a run is recognised by.
pub struct Begun<'a> {
    /// What every command takes.
    pub common: &'a Common,
    /// The command.
    pub args: &'a RunCommandArgs,
    /// What it goes by.
    pub resolved: &'a Resolved,
    /// The file.
    pub file: &'a Path,
    /// SHA-256 of the file.
    pub sha256: &'a str,
    /// The options that decide what is sent.
    pub options: Decisive,
    /// What identifies the plan that was approved.
    pub plan: Option<&'a str>,
    /// The target.
    pub target: &'a Target,
}

impl Begun<'_> {
    /// What the commands after a run repeat.
    pub fn repeat(&self, settings: &Settings, info: &RunInfo) -> Repeat {
        Repeat::of(self.common, settings, &self.resolved.typed, info.into())
    }
}

fn run_info(begun: &Begun<'_>, prepared: &Prepared) -> RunInfo {
    let (file, target) = (begun.file, begun.target);
    let started_ms = now_ms();
    let id = run_id(started_ms);
    let mapping = &prepared.file.mapping;
    let position = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let own_columns = mapping
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.role == Role::Reserved && !is_sheet(&column.header))
        .map(|(index, _)| position(index))
        .collect();
    let delimiter = match &prepared.file.format {
        Format::Text {
            delimiter: Some(text),
            ..
        } => text.chars().next().unwrap_or(','),
        _ => ',',
    };
    RunInfo {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        started_ms,
        input_path: file.display().to_string(),
        input_full_path: full_path(file),
        input_sha256: begun.sha256.to_owned(),
        sheet: prepared.file.source.sheet.clone(),
        delimiter,
        endpoint: target.name.clone(),
        mode: target.mode(),
        partner: target.partner.clone(),
        options: begun.options.kept(begun.plan),
        out_dir: out_dir(begun, &id),
        header: headers(begun, &prepared.file),
        id_column: mapping.index_of(Field::Id).map(position),
        own_columns,
        sheets: prepared.file.checked.sheets.clone(),
        places: places(&prepared.file),
        root: None,
        place: (prepared.file.format == Format::Xlsx && prepared.file.sheets.is_empty()).then(
            || TablePlace {
                header_row: prepared.file.header_row,
                columns: mapping.columns.iter().map(|one| one.column).collect(),
            },
        ),
        id,
    }
}

/// The headers that the result files have in the columns of the input.
fn headers(begun: &Begun<'_>, file: &CheckedFile) -> Vec<String> {
    if file.joined.is_some() {
        let columns = file.mapping.columns.iter();
        return columns.map(|column| column.header.clone()).collect();
    }
    headers_of_results(&file.mapping, &begun.resolved.checking.mapping)
}

/// The file's full path, so that a run of it is found from anywhere.
pub fn full_path(path: &Path) -> String {
    dunce::canonicalize(path)
        .unwrap_or_else(|_| path.to_owned())
        .display()
        .to_string()
}

fn out_dir(begun: &Begun<'_>, id: &str) -> String {
    // What the profile says is meant for the list, not for its own results.
    let asked = begun.resolved.out.clone();
    let asked =
        asked.filter(|out| out.origin.is_flag() || !report::would_replace(begun.file, &out.value));
    let asked = asked.map(|out| out.value);
    let directory = asked.unwrap_or_else(|| {
        let stem = begun
            .file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        PathBuf::from(format!("{stem}-results")).join(id)
    });
    std::path::absolute(&directory)
        .unwrap_or(directory)
        .display()
        .to_string()
}

/// The plan as the journal keeps it, each row with its problems.
fn planned(plan: Plan, diagnostics: &[&Diagnostic], checked: &Checked) -> Vec<PlannedRow> {
    let refusals = Refusals::of(checked, diagnostics.iter().copied());
    let mut problems: Vec<Vec<&Diagnostic>> = vec![Vec::new(); plan.items.len()];
    for &diagnostic in diagnostics {
        if let Some(row) = diagnostic.row
            && let Some(of_row) = problems.get_mut(row.as_usize())
        {
            of_row.push(diagnostic);
        }
    }
    let items = plan.items.into_iter().zip(problems);
    items
        .map(|(item, mut problems)| {
            refusals.explain(&item, &mut problems);
            let (code, message) = in_words(problems, &item.action);
            PlannedRow {
                row: item.row,
                action: item.action,
                code,
                message,
            }
        })
        .collect()
}

/// The problems that stand in one cell each, as the journal keeps them.
fn faults(file: &CheckedFile, diagnostics: &[&Diagnostic]) -> Vec<Fault> {
    let kept = diagnostics.iter().filter_map(|diagnostic| {
        let column = file.position(diagnostic)?;
        Some(Fault {
            row: diagnostic.row?,
            column: u32::try_from(column).ok()?,
            code: diagnostic.rule.code.to_owned(),
            severity: diagnostic.severity(),
            message: with_suggestion(diagnostic),
            help: diagnostic.help.to_string(),
        })
    });
    kept.collect()
}

/// What is wrong, and the value that may have been meant.
fn with_suggestion(problem: &Diagnostic) -> String {
    match problem.suggestions.first() {
        Some(best) if problem.message.contains(&format!("\"{best}\"")) => {
            problem.message.to_string()
        }
        Some(best) => format!("{}; did you mean {best}?", problem.message),
        None => problem.message.to_string(),
    }
}

/// A row's problems as one code and one message, errors first. What is changed stands beside the
/// outcome, and is not said twice.
fn in_words(mut problems: Vec<&Diagnostic>, action: &Planned) -> (String, String) {
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity()));
    let mut codes: Vec<&str> = problems.iter().map(|problem| problem.rule.code).collect();
    codes.dedup();
    let told_elsewhere =
        |problem: &&&Diagnostic| action.updates() && problem.rule.code == UPDATED_IN_TENANT.code;
    let messages: Vec<String> = problems
        .iter()
        .filter(|problem| !told_elsewhere(problem))
        .map(|problem| {
            let mut text = String::new();
            if !problem.column.is_empty() {
                let at = problem.at.map(|at| at.to_string()).unwrap_or_default();
                text.push_str(&format!("{} ({at}): ", problem.column));
            }
            text + &with_suggestion(problem)
        })
        .collect();
    (codes.join(" "), messages.join("; "))
}
