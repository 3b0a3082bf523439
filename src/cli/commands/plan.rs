//! `plan FILE`: what `run` would do; changes nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::session::{FIRST_LIMIT, first_patience};
use crate::check::{Accepted, Keep};
use crate::cli::args::{Common, InputArgs, PlanArgs, RunArgs, TargetArgs, TextOrJson};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::input::{CheckedFile, check_file};
use crate::cli::output::Output;
use crate::cli::quarantine::Quarantine;
use crate::cli::settings::Settings;
use crate::cli::signals::watch_signals;
use crate::cli::target::{Target, connect};
use crate::model::{Diagnostic, RowBatch, RowIndex};
use crate::plan::{self, Action, ParentLink, Plan, Tenant};
use crate::report::diagnostics::{Findings, text};
use crate::submit::Patience;
use crate::submit::reads::{Want, Wanted, read_tenant};

/// How many lines of the tree are shown to people.
const MOST_LINES: usize = 200;

/// Runs the command.
pub async fn run(common: &Common, args: &PlanArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, Some(&args.file))?;
    let prepared = prepare(&settings, &args.file, &args.input)?;
    let target = connect(&args.target, &settings, 1, &output).await?;
    let quarantine = Quarantine::open(&settings, &RunArgs::default(), target.lock_key());
    dry_run(
        &prepared,
        &target,
        quarantine.as_ref(),
        FIRST_LIMIT,
        args.format,
        output,
    )
    .await
}

/// Shows the plan of a prepared file.
pub async fn dry_run(
    prepared: &Prepared,
    target: &Target,
    quarantine: Option<&Quarantine>,
    outage_limit: Duration,
    format: TextOrJson,
    output: Output,
) -> Result<Exit, CliError> {
    let patience = first_patience(watch_signals(), outage_limit);
    let tenant = read(prepared, target, &patience).await?;
    let plan = plan::build(&prepared.file.checked, &tenant);
    let diagnostics = all_diagnostics(&prepared.file, &plan);
    let held = quarantine.map(|one| one.held(&plan)).unwrap_or_default();
    if let Some(told) = held.told() {
        output.say(&told);
    }
    match format {
        TextOrJson::Json => {
            let mut document = document(prepared, &plan, &tenant, &diagnostics, target);
            for row in held.rows.keys() {
                document["rows"][row.as_usize()]["quarantined"] = Value::Bool(true);
            }
            output.text(&format!("{document:#}\n"))?;
        }
        TextOrJson::Text => {
            show_problems(&prepared.file, &diagnostics, output)?;
            output.text(&tree_text(prepared, &plan, &tenant))?;
        }
    }
    let counts = plan.counts();
    let wrong = counts.invalid + counts.blocked > 0;
    Ok(if wrong { Exit::SomeRows } else { Exit::Done })
}

/// A checked file with its rows as they were read.
pub struct Prepared {
    /// The file.
    pub file: CheckedFile,
    /// Its rows, with the index of the first of each batch.
    pub batches: Vec<(RowIndex, RowBatch)>,
}

impl Prepared {
    /// The rows' numbers as a spreadsheet shows them.
    pub fn numbers(&self) -> Vec<u32> {
        self.batches
            .iter()
            .flat_map(|(_, batch)| batch.rows().map(|row| row.number()))
            .collect()
    }
}

/// Reads and checks a file, and keeps everything.
pub fn prepare(settings: &Settings, path: &Path, input: &InputArgs) -> Result<Prepared, CliError> {
    let options = settings.read_options(input)?;
    let checking = settings.check_settings(input, Keep::Accepted);
    let mut batches = Vec::new();
    let file = check_file(path, &options, &checking, &mut |first, batch| {
        batches.push((first, batch.clone()));
        Ok(())
    })?;
    Ok(Prepared { file, batches })
}

/// Logs in and reads what the plan needs of the tenant.
pub async fn read(
    prepared: &Prepared,
    target: &Target,
    patience: &Patience,
) -> Result<Tenant, CliError> {
    let accepted = &prepared.file.checked.accepted;
    let wanted = Wanted {
        locations: accepted
            .iter()
            .any(|row| row.location_name().is_some())
            .then_some(Want),
        regions: accepted
            .iter()
            .any(|row| row.region_name().is_some())
            .then_some(Want),
    };
    read_tenant(&target.client, patience, wanted)
        .await
        .map_err(|error| CliError::of_reading(error, &target.name))
}

/// The problems of the check and of the plan, in the order of the file.
pub fn all_diagnostics(file: &CheckedFile, plan: &Plan) -> Vec<Diagnostic> {
    let mut all = file.checked.diagnostics.clone();
    all.extend(plan.diagnostics.iter().cloned());
    all.sort_by_key(|one| one.row.map_or(0, |row| u64::from(row.0) + 1));
    all
}

/// Shows the problems to people, on stderr's behalf: they are no data.
pub fn show_problems(
    file: &CheckedFile,
    diagnostics: &[Diagnostic],
    output: Output,
) -> Result<(), CliError> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    let summary = file.checked.summary(&file.mapping);
    let findings = Findings {
        source: &file.source,
        summary: &summary,
        diagnostics,
    };
    let mut shown = Vec::new();
    text::write(&findings, &super::check::text_options(false), &mut shown)
        .map_err(|error| CliError::new(Exit::Stopped, error.to_string()))?;
    output.say(String::from_utf8_lossy(&shown).trim_end());
    Ok(())
}

/// The counts of a plan in one line.
pub fn counts_text(plan: &Plan) -> String {
    let counts = plan.counts();
    format!(
        "{} to create, {} already there, {} invalid, {} blocked",
        counts.create, counts.exists, counts.invalid, counts.blocked
    )
}

/// The tree to be created, below what is there.
fn tree_text(prepared: &Prepared, plan: &Plan, tenant: &Tenant) -> String {
    let mut text = format!("{}\n\n", counts_text(plan));
    let names = names(prepared);
    let mut tops: BTreeMap<u32, Vec<RowIndex>> = BTreeMap::new();
    let mut below: BTreeMap<u32, Vec<RowIndex>> = BTreeMap::new();
    for item in &plan.items {
        let Some(parent) = parent_of(&item.action) else {
            continue;
        };
        match parent {
            ParentLink::Id(id) => tops.entry(id.get()).or_default().push(item.row),
            ParentLink::Row(row) => below.entry(row.0).or_default().push(item.row),
        }
    }
    // A row below a row that exists hangs on its id; show it below that row.
    let mut by_id: BTreeMap<u32, RowIndex> = BTreeMap::new();
    for item in &plan.items {
        if let Action::Exists { id, .. } = item.action {
            by_id.entry(id.get()).or_insert(item.row);
        }
    }
    for (id, rows) in std::mem::take(&mut tops) {
        match by_id.get(&id) {
            Some(row) => below.entry(row.0).or_default().extend(rows),
            None => {
                tops.insert(id, rows);
            }
        }
    }
    let mut lines = 0;
    for (id, rows) in &tops {
        let parent = tenant
            .get(*id)
            .map_or_else(|| format!("id {id}"), plan::Customer::shown);
        text.push_str(&format!("{parent}\n"));
        let mut stack: Vec<(usize, RowIndex)> = rows.iter().rev().map(|row| (1, *row)).collect();
        while let Some((depth, row)) = stack.pop() {
            lines += 1;
            if lines <= MOST_LINES {
                let item = &plan.items[row.as_usize()];
                let indent = "  ".repeat(depth);
                let name = names.get(&row.0).map_or("", String::as_str);
                let what = match &item.action {
                    Action::Create { partner, .. } => {
                        let level = partner.level.map_or("", crate::model::Level::as_str);
                        format!("+ {name}  {level}")
                    }
                    Action::Exists {
                        id, differences, ..
                    } if differences.is_empty() => {
                        format!("= {name}  exists, id {id}")
                    }
                    Action::Exists { id, .. } => format!("= {name}  exists, id {id}, differs"),
                    Action::Invalid | Action::Blocked { .. } => continue,
                };
                text.push_str(&format!(
                    "{indent}{} (row {})\n",
                    what.trim_end(),
                    item.number
                ));
            }
            if let Some(children) = below.get(&row.0) {
                stack.extend(children.iter().rev().map(|child| (depth + 1, *child)));
            }
        }
    }
    if lines > MOST_LINES {
        let hidden = lines - MOST_LINES;
        text.push_str(&format!("... and {hidden} more; --format json shows all\n"));
    }
    text
}

fn parent_of(action: &Action) -> Option<ParentLink> {
    match action {
        Action::Create { parent, .. } | Action::Exists { parent, .. } => Some(*parent),
        Action::Invalid | Action::Blocked { .. } => None,
    }
}

fn names(prepared: &Prepared) -> BTreeMap<u32, String> {
    let accepted = prepared.file.checked.accepted.iter();
    accepted
        .map(|row| (row.row().0, row.partner().name.as_str().to_owned()))
        .collect()
}

fn document(
    prepared: &Prepared,
    plan: &Plan,
    tenant: &Tenant,
    diagnostics: &[Diagnostic],
    target: &Target,
) -> Value {
    let counts = plan.counts();
    let numbers = prepared.numbers();
    let accepted: BTreeMap<u32, &Accepted> = prepared
        .file
        .checked
        .accepted
        .iter()
        .map(|row| (row.row().0, row))
        .collect();
    let rows: Vec<Value> = plan
        .items
        .iter()
        .map(|item| {
            let mut row = row_document(&item.action, &numbers);
            row["row"] = json!(numbers.get(item.row.as_usize()));
            if let Some(accepted) = accepted.get(&item.row.0) {
                row["name"] = json!(accepted.partner().name.as_str());
            }
            row
        })
        .collect();
    json!({
        "file": prepared.file.source.file,
        "sheet": prepared.file.source.sheet,
        "endpoint": target.name,
        "mode": target.mode().as_str(),
        "root": { "id": tenant.root().id, "name": &*tenant.root().name },
        "counts": {
            "rows": plan.items.len(),
            "create": counts.create,
            "exists": counts.exists,
            "invalid": counts.invalid,
            "blocked": counts.blocked,
        },
        "rows": rows,
        "diagnostics": diagnostics.iter().map(diagnostic_document).collect::<Vec<_>>(),
    })
}

fn row_document(action: &Action, numbers: &[u32]) -> Value {
    let parent = |parent: &ParentLink| match parent {
        ParentLink::Id(id) => json!({ "id": id.get() }),
        ParentLink::Row(row) => json!({ "row": numbers.get(row.as_usize()) }),
    };
    match action {
        Action::Create {
            parent: below,
            partner,
            ..
        } => json!({
            "action": "create", "parent": parent(below), "partner_info": partner,
        }),
        Action::Exists {
            id,
            parent: below,
            differences,
            ..
        } => json!({
            "action": "exists", "id": id.get(), "parent": parent(below),
            "differences": differences.iter().map(|one| json!({
                "member": one.member, "tenant": one.tenant, "row": one.row,
            })).collect::<Vec<_>>(),
        }),
        Action::Invalid => json!({ "action": "invalid" }),
        Action::Blocked { by } => {
            json!({ "action": "blocked", "blocked_by_row": numbers.get(by.as_usize()) })
        }
    }
}

fn diagnostic_document(one: &Diagnostic) -> Value {
    json!({
        "row": one.at.map(|at| at.row),
        "cell": one.at.map(|at| at.to_string()),
        "column": one.column,
        "value": one.value,
        "code": one.rule.code,
        "severity": one.severity().as_str(),
        "message": one.message,
        "help": one.help,
        "suggestions": one.suggestions,
        "related_rows": one.related_rows,
    })
}

/// The target's arguments without anything that was typed: for a resumed run.
pub fn target_of(endpoint: &str, args: &TargetArgs) -> TargetArgs {
    let mut target = args.clone();
    if endpoint == "sandbox" {
        target.sandbox = true;
        target.endpoint = None;
    } else {
        target.sandbox = false;
        target.endpoint = Some(endpoint.to_owned());
    }
    target
}
