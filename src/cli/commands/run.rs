//! `run FILE`: check, plan, confirm, submit, verify, write results.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::plan::{Prepared, all_diagnostics, counts_text, dry_run, prepare, read, show_problems};
use super::resume;
use super::session::{Repeat, Session, first_patience, lock};
use crate::check::Field;
use crate::check::mapping::Role;
use crate::cli::args::{Common, JournalKind, RunCommandArgs};
use crate::cli::clock::{now_ms, run_id};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::quarantine::Quarantine;
use crate::cli::settings::Settings;
use crate::cli::signals::watch_signals;
use crate::cli::target::{Target, connect};
use crate::cli::watch::Ledger;
use crate::journal::record::PlannedParent;
use crate::journal::{Planned, PlannedAction, RunInfo, Store};
use crate::model::{Diagnostic, Severity};
use crate::plan::{self, Action, Customer, ParentLink, Plan, Tenant};
use crate::read::Format;

/// Runs the command.
pub async fn run(
    common: &Common,
    args: &RunCommandArgs,
    output: Output,
    ledger: &Ledger,
) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, Some(&args.file))?;
    if !args.dry_run {
        ledger.resolved(&settings, &args.run, &args.target)?;
    }
    let run_settings = settings.run_settings(&args.run)?;
    if args.dry_run {
        let prepared = prepare(&settings, &args.file, &args.input)?;
        let target = connect(&args.target, &settings, 1, &output).await?;
        let quarantine = Quarantine::open(&settings, &args.run, target.lock_key());
        return dry_run(
            &prepared,
            &target,
            quarantine.as_ref(),
            run_settings.outage_limit,
            args.format,
            output,
        )
        .await;
    }
    let sha256 = crate::read::sha256(&args.file)?;
    let connections = run_settings.concurrency.get();
    let target = connect(&args.target, &settings, connections, &output).await?;
    let _lock = lock(&settings.state_dir, &target.lock_key(), &args.file)?;
    ledger.asks(&target.client);
    let quarantine = Quarantine::open(&settings, &args.run, target.lock_key());
    let begun = Begun {
        args,
        sha256: &sha256,
        target: &target,
    };
    match resume::unfinished(&settings, &begun, output)? {
        resume::Found::Nothing => {}
        resume::Found::Continue(store) => {
            let (info, _) = store.info()?;
            let continued = resume::Continued {
                common,
                store,
                target: &target,
                repeat: Repeat::of(common, &settings, &args.target, &info),
                quarantine: quarantine.as_ref(),
                ledger,
                settings: run_settings,
                out: args.run.out.as_deref(),
                format: args.format,
                output,
            };
            return continued.carry().await;
        }
        resume::Found::Superseded { wait } => {
            output.say(&format!(
                "an unfinished run of this file is given up; waiting {} for requests of it that \
                 could still land",
                crate::cli::clock::show_duration(wait)
            ));
            tokio::time::sleep(wait).await;
        }
    }
    let control = watch_signals();
    let prepared = prepare(&settings, &args.file, &args.input)?;
    let tenant = if prepared.file.checked.accepted.is_empty() {
        // Nothing could be sent, so nobody needs to log in.
        Tenant::new(
            Customer {
                id: 1,
                ..Customer::default()
            },
            [],
        )
    } else {
        let patience = first_patience(control.clone(), run_settings.outage_limit);
        read(&prepared, &target, &patience).await?
    };
    let plan = plan::build(&prepared.file.checked, &tenant);
    let diagnostics = all_diagnostics(&prepared.file, &plan);
    show_problems(&prepared.file, &diagnostics, output)?;
    if prepared.batches.iter().all(|(_, batch)| batch.is_empty()) {
        return Ok(nothing_to_import(&diagnostics, output));
    }
    let held = quarantine.as_ref().map(|one| one.held(&plan));
    let held = held.unwrap_or_default();
    if let Some(told) = held.told() {
        output.say(&told);
    }
    confirm(&plan, held.not_sent(), &tenant, &target, args, output)?;

    let info = run_info(args, &settings, &prepared, &target, sha256.clone());
    let mut store = match args.run.journal {
        JournalKind::Full => Store::create(&settings.state_dir, &info)?,
        JournalKind::Memory => Store::in_memory(&info)?,
    };
    for (first, batch) in &prepared.batches {
        store.add_rows(*first, batch)?;
    }
    // Before the plan: with it they stand there, without it neither counts.
    store.write(&held.entries())?;
    store.add_plan(&info, planned(plan, &diagnostics), now_ms())?;
    drop(prepared);
    let session = Session {
        common,
        repeat: Repeat::of(common, &settings, &args.target, &info),
        info,
        store,
        target: &target,
        tenant: &tenant,
        settings: run_settings,
        control,
        quarantine: quarantine.as_ref(),
        ledger,
        format: args.format,
        output,
    };
    session.carry().await
}

/// A file without rows begins no run. An export that found nobody is no mistake.
fn nothing_to_import(diagnostics: &[Diagnostic], output: Output) -> Exit {
    output.say("there is no row to import; nothing was sent");
    let wrong = diagnostics
        .iter()
        .any(|one| one.severity() == Severity::Error);
    if wrong { Exit::SomeRows } else { Exit::Done }
}

/// What a run is recognised by.
pub struct Begun<'a> {
    /// The command.
    pub args: &'a RunCommandArgs,
    /// SHA-256 of the file.
    pub sha256: &'a str,
    /// The target.
    pub target: &'a Target,
}

/// The options that decide what is sent, as they were typed or stand in the profile.
pub fn options(args: &RunCommandArgs, settings: &Settings) -> Vec<(String, String)> {
    let checking = settings.check_settings(&args.input, crate::check::Keep::Accepted);
    let mut options = Vec::new();
    for (header, field) in checking.mapping.map {
        options.push(("map".to_owned(), format!("{header}={field}")));
    }
    for (field, value) in checking.mapping.set {
        options.push(("set".to_owned(), format!("{field}={value}")));
    }
    if let Some(sheet) = &args.input.sheet {
        options.push(("sheet".to_owned(), sheet.clone()));
    }
    if let Some(row) = args.input.header_row {
        options.push(("header-row".to_owned(), row.to_string()));
    }
    options
}

fn run_info(
    args: &RunCommandArgs,
    settings: &Settings,
    prepared: &Prepared,
    target: &Target,
    sha256: String,
) -> RunInfo {
    let started_ms = now_ms();
    let id = run_id(started_ms);
    let mapping = &prepared.file.mapping;
    let position = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let own_columns = mapping
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.role == Role::Reserved)
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
        input_path: args.file.display().to_string(),
        input_full_path: full_path(&args.file),
        input_sha256: sha256,
        sheet: prepared.file.source.sheet.clone(),
        delimiter,
        endpoint: target.name.clone(),
        mode: target.mode(),
        partner: target.partner.clone(),
        options: options(args, settings),
        out_dir: out_dir(args, settings, &id),
        header: mapping
            .columns
            .iter()
            .map(|column| column.header.clone())
            .collect(),
        id_column: mapping.index_of(Field::Id).map(position),
        own_columns,
        id,
    }
}

/// The file's full path, so that a run of it is found from anywhere.
pub fn full_path(path: &Path) -> String {
    std::fs::canonicalize(path)
        .unwrap_or_else(|_| path.to_owned())
        .display()
        .to_string()
}

fn out_dir(args: &RunCommandArgs, settings: &Settings, id: &str) -> String {
    let asked = args
        .run
        .out
        .clone()
        .or_else(|| settings.profile.output.out.clone());
    let directory = asked.unwrap_or_else(|| {
        let stem = args
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
fn planned(plan: Plan, diagnostics: &[Diagnostic]) -> Vec<Planned> {
    let mut problems: Vec<Vec<&Diagnostic>> = vec![Vec::new(); plan.items.len()];
    for diagnostic in diagnostics {
        if let Some(row) = diagnostic.row
            && let Some(of_row) = problems.get_mut(row.as_usize())
        {
            of_row.push(diagnostic);
        }
    }
    let items = plan.items.into_iter().zip(problems);
    items
        .map(|(item, problems)| {
            let (code, message) = in_words(problems);
            let action = match item.action {
                Action::Create {
                    parent,
                    partner,
                    account,
                } => PlannedAction::Create {
                    parent: link(parent),
                    partner,
                    account,
                },
                Action::Exists {
                    id,
                    parent,
                    partner,
                    ..
                } => PlannedAction::Exists {
                    id,
                    parent: link(parent),
                    partner,
                },
                Action::Invalid => PlannedAction::Invalid,
                Action::Blocked { by } => PlannedAction::Blocked { by },
            };
            Planned {
                row: item.row,
                action,
                code,
                message,
            }
        })
        .collect()
}

fn link(parent: ParentLink) -> PlannedParent {
    match parent {
        ParentLink::Id(id) => PlannedParent::Id(id),
        ParentLink::Row(row) => PlannedParent::Row(row),
    }
}

/// A row's problems as one code and one message, errors first.
fn in_words(mut problems: Vec<&Diagnostic>) -> (String, String) {
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity()));
    let mut codes: Vec<&str> = problems.iter().map(|problem| problem.rule.code).collect();
    codes.dedup();
    let messages: Vec<String> = problems
        .iter()
        .map(|problem| {
            let mut text = String::new();
            if !problem.column.is_empty() {
                let at = problem.at.map(|at| at.to_string()).unwrap_or_default();
                text.push_str(&format!("{} ({at}): ", problem.column));
            }
            text.push_str(&problem.message);
            if let Some(best) = problem.suggestions.first() {
                text.push_str(&format!("; did you mean {best}?"));
            }
            text
        })
        .collect();
    (codes.join(" "), messages.join("; "))
}

/// Asks before anything is created, unless told not to.
fn confirm(
    plan: &Plan,
    held_back: usize,
    tenant: &Tenant,
    target: &Target,
    args: &RunCommandArgs,
    output: Output,
) -> Result<(), CliError> {
    let create = plan.counts().create.saturating_sub(held_back);
    let where_to = format!("below {} at {}", tenant.root().shown(), target.name);
    if create > 0 || !args.run.yes {
        output.say(&format!("{} ({where_to})", counts_text(plan)));
    }
    if args.run.yes || create == 0 {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(
            CliError::usage(format!("this would create {create} customers"))
                .hint("add --yes to do so without being asked"),
        );
    }
    let mut prompt = anstream::stderr().lock();
    let _ = write!(prompt, "Create {create} customers? [y/N] ");
    let _ = prompt.flush();
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    match (read, answer.trim().to_lowercase().as_str()) {
        (Ok(_), "y" | "yes") => Ok(()),
        _ => Err(CliError::new(Exit::Interrupted, "nothing was created")),
    }
}
