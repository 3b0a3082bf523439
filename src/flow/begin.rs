//! Puts rows and plan of a run into its journal: from here on it can be continued.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::thread;

use super::advice::Advice;
use super::agree::Agreed;
use super::check::{Checked, Prepared};
use super::clock::run_id;
use super::enter::Entered;
use super::event::{Event, Part, Stage};
use super::failure::{Failure, Kind};
use super::host::Work;
use super::learnt::known_of;
use super::list::CheckedFile;
use super::open::full_path;
use super::original::places;
use super::plan::PlannedList;
use super::quarantine::Held;
use super::reasons::Refusals;
use crate::check::join::headers_of_results;
use crate::check::mapping::Role;
use crate::check::{self, Field, MappingOptions, is_sheet};
use crate::journal::record::{OptionOrigins, TablePlace};
use crate::journal::{Contents, Draft, Fault, PlannedRow, Replayed, RunInfo, Store, TargetLock};
use crate::model::rules::tenant::UPDATED_IN_TENANT;
use crate::model::{Diagnostic, Parent, PartnerId, Planned};
use crate::plan::{Plan, Tenant};
use crate::report;
use crate::settings::{Kept, Origins};
use tables::Format;

/// A run that stands in its journal and is to be carried out.
pub struct Begun {
    pub(super) info: RunInfo,
    pub(super) store: Store,
    /// What plan and events in it amount to.
    pub(super) replayed: Replayed,
    /// The rows' numbers as a spreadsheet shows them.
    pub(super) numbers: Vec<u32>,
    /// The tenant, and that nobody else is in it.
    pub(super) entered: Entered,
}

impl Begun {
    /// What the journal says of the run.
    pub fn info(&self) -> &RunInfo {
        &self.info
    }
}

/// How a run is begun.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The options that decide what is sent, as the journal keeps them.
    pub options: Vec<Kept>,
    /// Where they come from.
    pub origins: Origins,
    /// Where the result files go, where somebody said it.
    pub out: Option<PathBuf>,
    /// What the job is called, where it was named.
    pub job: Option<String>,
    /// The number of the backup profile that installers name.
    pub backup_profile: Option<NonZeroU32>,
}

/// Makes a run of a draft that has the list's rows in it; `lock` is the target's.
pub fn begin(
    agreed: Agreed,
    draft: Draft,
    lock: &mut TargetLock,
    beginning: &Beginning,
    work: &Work<'_>,
) -> Result<Begun, Failure> {
    let _part = Part::begin(work.events, Stage::WritingJournal);
    let planned_list = agreed.into_planned();
    let orphans = planned_list.orphans().map(|found| found.len() as u64);
    let PlannedList {
        checked,
        mut entered,
        plan,
        diagnostics,
        held,
    } = planned_list;
    let info = RunInfo {
        root: entered.identity.as_ref().map(|(root, _)| root.to_string()),
        orphans,
        above: names_above(&plan, &entered.tenant),
        ..run_info(&checked, beginning, work)
    };
    try_out_dir(&info.out_dir)?;
    // First the old one: where the process dies between the two, the next one simply begins anew.
    if let Some(given_up) = entered.given_up.take() {
        given_up.close(work.events)?;
    }
    let numbers = checked.prepared().numbers();
    let (mut store, replayed) = complete(
        draft,
        &info,
        checked.prepared(),
        (plan, &held, &entered.tenant),
        &diagnostics,
        work,
    )?;
    let_go(checked);
    lock.names(&info.id);
    store.stands_with(lock);
    if let Some((_, identity)) = &entered.identity {
        store.stands_with(identity);
    }
    work.events.on(Event::Run(&info));
    Ok(Begun {
        info,
        store,
        replayed,
        numbers,
        entered,
    })
}

/// So many rows take longer to let go of than a thread to begin.
const MANY_ROWS: usize = 100_000;

/// Lets go of a list while its run goes on: a million rows take half a second. Where no thread can be had, they go
/// here.
fn let_go(checked: Checked) {
    if checked.prepared().file.checked.rows.len() < MANY_ROWS {
        return;
    }
    let _ = thread::Builder::new().spawn(move || drop(checked));
}

/// Puts the plan and all else into the journal; what they amount to is what would be read of it.
fn complete(
    draft: Draft,
    info: &RunInfo,
    prepared: &Prepared,
    (plan, held, tenant): (Plan, &Held, &Tenant),
    diagnostics: &[Diagnostic],
    work: &Work<'_>,
) -> Result<(Store, Replayed), Failure> {
    let of_each_row = prepared.file.of_each_row();
    let diagnostics: Vec<&Diagnostic> = diagnostics.iter().chain(&of_each_row).collect();
    let mut entries = held.entries(work.now_ms());
    entries.extend(known_of(&plan, prepared, tenant));
    let planned = planned(plan, &diagnostics, &prepared.file.checked);
    let contents = Contents {
        info,
        planned: &planned,
        faults: faults(&prepared.file, &diagnostics),
        entries: &entries,
    };
    let store = draft.complete(contents, work.now_ms())?;
    Ok((store, Replayed::of(planned, entries)))
}

/// Refuses a directory that the result files could not be written into, before anything is sent.
pub fn try_out_dir(out_dir: &str) -> Result<(), Failure> {
    report::try_out_dir(Path::new(out_dir))
        .map_err(|error| Failure::caused(Kind::Usage, &error).hint(Advice::OtherOut))
}

/// Refuses to write the result files over the file that they are made of.
pub fn spare_input(input: &Path, out_dir: &Path) -> Result<(), Failure> {
    if !report::would_replace(input, out_dir) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the result files in {} would replace the input {}",
        out_dir.display(),
        input.display()
    ))
    .hint(Advice::OtherOutForThem))
}

fn run_info(checked: &Checked, beginning: &Beginning, work: &Work<'_>) -> RunInfo {
    let (path, target, file) = (
        checked.opened().path(),
        work.target,
        &checked.prepared().file,
    );
    let started_ms = work.now_ms();
    let id = run_id(started_ms);
    let mapping = &file.mapping;
    let position = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let own_columns = mapping
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.role == Role::Reserved && !is_sheet(&column.header))
        .map(|(index, _)| position(index))
        .collect();
    let delimiter = match &file.format {
        Format::Text {
            delimiter: Some(text),
            ..
        } => text.chars().next().unwrap_or(','),
        _ => ',',
    };
    RunInfo {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        started_ms,
        input_path: path.display().to_string(),
        input_full_path: full_path(path),
        input_sha256: checked.opened().sha256().to_owned(),
        sheet: file.source.sheet.clone(),
        delimiter,
        endpoint: target.name.clone(),
        mode: target.mode(),
        partner: target.partner.clone(),
        options: beginning.options.clone(),
        origins: Some(OptionOrigins {
            typed: beginning.origins.typed.clone(),
            profiles: beginning.origins.profiles.clone(),
        }),
        out_dir: out_dir(path, beginning, &id),
        header: headers(file, checked.mapping()),
        id_column: mapping.index_of(Field::Id).map(position),
        own_columns,
        sheets: file.checked.sheets.clone(),
        places: places(file),
        root: None,
        above: BTreeMap::default(),
        job: beginning.job.clone(),
        backup_profile: beginning.backup_profile,
        orphans: None,
        left_out: file.checked.left_out.clone(),
        place: (file.format == Format::Xlsx && file.sheets.is_empty()).then(|| TablePlace {
            sheet: None,
            header_row: file.header_row,
            columns: mapping.columns.iter().map(|one| Some(one.column)).collect(),
        }),
        id,
    }
}

/// The headers that the result files have in the columns of the input.
fn headers(file: &CheckedFile, options: &MappingOptions) -> Vec<String> {
    if file.joined.is_some() {
        let columns = file.mapping.columns.iter();
        return columns.map(|column| column.header.clone()).collect();
    }
    headers_of_results(&file.mapping, options)
}

fn out_dir(list: &Path, beginning: &Beginning, id: &str) -> String {
    let asked = beginning.out.clone();
    let directory = asked.unwrap_or_else(|| super::out_dir::beside(list, id));
    std::path::absolute(&directory)
        .unwrap_or(directory)
        .display()
        .to_string()
}

/// The plan as the journal keeps it, each row with its problems.
fn planned(plan: Plan, diagnostics: &[&Diagnostic], checked: &check::Checked) -> Vec<PlannedRow> {
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
                deployment: item.deployment,
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
            message: diagnostic.message.to_string(),
            help: diagnostic.help.to_string(),
            value: diagnostic.value.as_deref().unwrap_or_default().to_owned(),
            meant: diagnostic.suggestions.to_vec(),
        })
    });
    kept.collect()
}

/// The names of those customers of the tenant that rows stand below, for whoever reads of them later.
fn names_above(plan: &Plan, tenant: &Tenant) -> BTreeMap<PartnerId, String> {
    let parents = plan
        .items
        .iter()
        .filter_map(|item| match item.action.parent() {
            Some(Parent::Customer(id)) => Some(id),
            _ => None,
        });
    let distinct: BTreeSet<PartnerId> = parents.collect();
    let named = distinct.into_iter().filter_map(|id| {
        let customer = tenant.get(id.get())?;
        Some((id, customer.name.to_string()))
    });
    named.collect()
}

/// What is wrong, and the values that may have been meant.
fn with_suggestion(problem: &Diagnostic) -> String {
    match problem.suggestions.first() {
        Some(best) if problem.message.contains(&format!("\"{best}\"")) => {
            problem.message.to_string()
        }
        // Where several are as likely, none of them alone is put into anybody's mind.
        Some(_) => {
            let meant: Vec<&str> = problem
                .suggestions
                .iter()
                .take(3)
                .map(|one| &**one)
                .collect();
            format!("{}; did you mean {}?", problem.message, meant.join(" or "))
        }
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
    let mut message = String::new();
    for one in messages {
        let after = match message.as_str() {
            "" => "",
            // A question has its own sign.
            asks if asks.ends_with('?') => " ",
            _ => "; ",
        };
        message.push_str(after);
        message.push_str(&one);
    }
    (codes.join(" "), message)
}
