//! Reads and checks a list, and keeps it: a step on the way to a plan.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::event::Events;
use super::failure::Failure;
use super::known_rows::KnownOfRows;
use super::list::{CheckedFile, check_file};
use super::of_run::comparison;
use super::open::Opened;
use super::read_rows::ReadRows;
use crate::check::{
    CheckSettings, Deriving, Keep, MappedColumn, MappingOptions, Part, left_out_row, quoted,
};
use crate::model::rules::hierarchy::PARENT_NOT_IN_FILE;
use crate::model::rules::tenant::PARENT_NOT_IN_TENANT;
use crate::model::{
    AgainstTenant, CellAddress, Diagnostic, Phrase, RowBatch, RowIndex, TableSummary,
};
use crate::plan::{self, Plan, Snapshot};
use crate::settings::{PartOfList, Resolved};
use tables::ReadOptions;

/// A list that was read and checked.
pub struct Checked {
    opened: Opened,
    prepared: Prepared,
    mapping: MappingOptions,
    is_part: bool,
}

/// Reads and checks the list that was opened. Hands back its rows as well.
pub fn check(
    opened: Opened,
    resolved: &Resolved,
    events: Events<'_>,
) -> Result<(Checked, ReadRows), Failure> {
    let checking = CheckSettings {
        deriving: Deriving::InPlan,
        ..checking_of(resolved, Keep::Accepted, opened.path())?
    };
    let (mut prepared, mut rows) = prepare(opened.path(), &resolved.reading, &checking, events)?;
    if let Some(part) = part_of(&prepared, resolved)? {
        // Who is whose parent is known only now: what does not count is left out in a second reading.
        let mut checking = checking.clone();
        checking.selection.part = Some(Arc::new(part));
        (prepared, rows) = prepare(opened.path(), &resolved.reading, &checking, events)?;
    }
    opened.still()?;
    let checked = Checked {
        opened,
        prepared,
        mapping: checking.mapping,
        is_part: resolved.part.is_some(),
    };
    Ok((checked, rows))
}

/// The part of the list that the work is for; none where all of it is, or no row may be sent.
fn part_of(prepared: &Prepared, resolved: &Resolved) -> Result<Option<Part>, Failure> {
    let checked = &prepared.file.checked;
    Ok(match &resolved.part {
        _ if checked.accepted.is_empty() => None,
        None => None,
        Some(PartOfList::First(many)) => Some(Part::first(many.get(), checked)),
        Some(PartOfList::Below(name)) => {
            let part = Part::below(name, checked);
            Some(part.map_err(|error| Failure::usage(error.to_string()))?)
        }
    })
}

/// How the rows of the list at `path` are checked, with what a run that wrote it knows of them.
pub fn checking_of(resolved: &Resolved, keep: Keep, path: &Path) -> Result<CheckSettings, Failure> {
    Ok(CheckSettings {
        comparison: comparison(resolved, path)?,
        ..resolved.checking(keep)?
    })
}

impl Checked {
    /// The list.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// What came of it.
    pub fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// How its columns were mapped, as it was asked for.
    pub fn mapping(&self) -> &MappingOptions {
        &self.mapping
    }

    /// Whether only a part of it counts, as somebody chose.
    pub fn is_part(&self) -> bool {
        self.is_part
    }

    /// Whether there is none, and none was left out either.
    pub fn has_no_row(&self) -> bool {
        self.is_empty() && self.prepared.file.checked.left_out.is_empty()
    }

    /// Whether there is no row that counts.
    pub fn is_empty(&self) -> bool {
        self.prepared.rows.is_empty()
    }
}

/// A checked file with what is asked of its rows later.
pub struct Prepared {
    /// The file.
    pub file: CheckedFile,
    /// What is known of its rows.
    pub rows: KnownOfRows,
}

impl Prepared {
    /// Gives the problems of rows that know none the line on which their row begins.
    pub fn put_lines(&self, diagnostics: &mut [Diagnostic]) {
        for one in diagnostics.iter_mut().filter(|one| one.line.is_none()) {
            one.line = one.row.and_then(|row| self.rows.line(row));
        }
    }

    /// The rows' numbers as a spreadsheet shows them.
    pub fn numbers(&self) -> Vec<u32> {
        self.rows.numbers()
    }
}

/// Reads and checks the list at `path`. Hands back its rows as well.
pub fn prepare(
    path: &Path,
    options: &ReadOptions,
    checking: &CheckSettings,
    events: Events<'_>,
) -> Result<(Prepared, ReadRows), Failure> {
    let mut batches = Vec::new();
    let file = check_file(path, options, checking, events, &mut |first, batch| {
        batches.push((first, batch.clone()));
        Ok(())
    })?;
    if let Some(joined) = &file.joined {
        for (first, batch) in &mut batches {
            // Later sheets begin where an empty one does.
            let sheet = file.sheets.iter().rposition(|sheet| sheet.first <= *first);
            let mut together = RowBatch::default();
            for row in batch.rows() {
                joined.push(sheet.unwrap_or(0), row, &mut together);
            }
            *batch = together;
        }
    }
    let rows = ReadRows(batches);
    let known = KnownOfRows::of(&file, &rows);
    Ok((Prepared { file, rows: known }, rows))
}

/// The problems of the check and of the plan, in the order of the file.
pub fn all_diagnostics(file: &CheckedFile, plan: &Plan) -> Vec<Diagnostic> {
    // A parent that the tenant has is no question any more.
    let found = |one: &Diagnostic| {
        let item = one.row.and_then(|row| plan.items.get(row.as_usize()));
        one.rule.code == PARENT_NOT_IN_FILE.code
            && item.is_some_and(|item| item.action.parent().is_some())
    };
    let absent = AbsentParents::of(&file.checked.diagnostics, &plan.diagnostics);
    let checked = file.checked.diagnostics.iter();
    let open = checked.filter(|one| !found(one) && !absent.is_told(one));
    let mut all: Vec<Diagnostic> = open.cloned().collect();
    all.extend(plan.diagnostics.iter().cloned().map(|mut one| {
        absent.complete(&mut one);
        in_its_cell(one, file)
    }));
    all.sort_by_key(|one| one.row.map_or(0, |row| u64::from(row.0) + 1));
    all
}

/// Parents that neither the list nor the tenant has: what the check asked of each, and the rows of which the
/// plan tells it.
struct AbsentParents<'a> {
    asked: HashMap<&'a str, &'a Diagnostic>,
    told: HashSet<RowIndex>,
}

impl<'a> AbsentParents<'a> {
    fn of(checked: &'a [Diagnostic], planned: &[Diagnostic]) -> Self {
        let absent = |one: &&Diagnostic| one.rule.code == PARENT_NOT_IN_TENANT.code;
        let asked = checked
            .iter()
            .filter(|one| one.rule.code == PARENT_NOT_IN_FILE.code);
        Self {
            asked: asked
                .filter_map(|one| Some((&**one.value.as_ref()?, one)))
                .collect(),
            told: planned
                .iter()
                .filter(absent)
                .filter_map(|one| one.row)
                .collect(),
        }
    }

    /// Whether the plan tells of this row what the check asked.
    fn is_told(&self, one: &Diagnostic) -> bool {
        let row = one.row.filter(|_| one.rule.code == PARENT_NOT_IN_FILE.code);
        row.is_some_and(|row| self.told.contains(&row))
    }

    /// Adds to the plan's problem what the check knows: the name that was probably meant, or that the parent's
    /// own row is left out.
    fn complete(&self, one: &mut Diagnostic) {
        if one.rule.code != PARENT_NOT_IN_TENANT.code {
            return;
        }
        let name = one.value.clone().unwrap_or_default();
        if let Some(asked) = self.asked.get(&*name) {
            if let Some((row, what_to_do)) = left_out_row(asked) {
                one.message = format!("\"{name}\" is not in the tenant, and {row}").into();
                one.help = what_to_do.into();
            }
            let mut meant = asked.suggestions.to_vec();
            let of_tenant = one.suggestions.iter();
            let more: Vec<String> = of_tenant
                .filter(|name| !meant.contains(name))
                .cloned()
                .collect();
            meant.extend(more);
            one.suggestions = meant.into();
            if !asked.help.is_empty() && one.suggestions.len() == 1 {
                one.help = asked.help.clone();
                return;
            }
        }
        if !one.suggestions.is_empty() {
            let meant: Vec<String> = one.suggestions.iter().map(|one| quoted(one)).collect();
            one.help = format!("did you mean {}?", meant.join(" or ")).into();
        }
    }
}

/// A problem of a column that the plan knows by the field's name only, in its cell.
fn in_its_cell(mut one: Diagnostic, file: &CheckedFile) -> Diagnostic {
    let Some(at) = one.at.filter(|at| at.column.is_none()) else {
        return one;
    };
    let sheets = &file.sheets;
    let own = one.row.and_then(|row| {
        let at = sheets.iter().rposition(|sheet| sheet.first <= row)?;
        Some(&sheets[at].mapping)
    });
    let mut columns = own.unwrap_or(&file.mapping).columns.iter();
    let of_field = |column: &&MappedColumn| {
        let field = column.field();
        field.is_some_and(|field| field.name() == &*one.column)
    };
    if let Some(column) = columns.find(of_field) {
        one.at = Some(CellAddress::cell(at.row, column.column));
        one.column = Phrase::shared(&column.header);
    }
    one
}

/// Plans the rows against the tenant of a snapshot: the same plan that `plan` makes. Hands back
/// all problems, and puts what the rows are into `summary`.
pub fn against(
    file: &CheckedFile,
    path: &Path,
    snapshot: Snapshot,
    summary: &mut TableSummary,
) -> Result<Vec<Diagnostic>, Failure> {
    let accepted = &file.checked.accepted;
    let by_location = accepted.iter().any(|row| row.location_name().is_some());
    let by_region = accepted.iter().any(|row| row.region_name().is_some());
    for (needed, list, what) in [
        (by_location, &snapshot.locations, "storage locations"),
        (by_region, &snapshot.regions, "regions"),
    ] {
        if needed && list.is_empty() {
            let text = format!(
                "rows name {what}, and the tenant snapshot {} lists none: the user who wrote it may \
                 not list them",
                path.display()
            );
            return Err(Failure::input(text)
                .hint("write it again as a user who may, or give ids instead of names"));
        }
    }
    let mut tenant = AgainstTenant {
        snapshot: path.display().to_string(),
        endpoint: snapshot.endpoint.clone(),
        read_at: snapshot.read_at.clone(),
        customers: snapshot.partners.len(),
        ..AgainstTenant::default()
    };
    let plan = plan::build(&file.checked, &snapshot.into_tenant());
    let counts = plan.counts();
    tenant.create = counts.create;
    tenant.exists = plan.existing();
    summary.accepted = plan.items.len() - counts.invalid - counts.blocked;
    summary.invalid = counts.invalid;
    summary.blocked = counts.blocked;
    summary.tenant = Some(tenant);
    Ok(all_diagnostics(file, &plan))
}
