//! A plan as a workbook, for those who approve it: what is created by level, state and parent, what is
//! billed after it, each difference, the time that it takes, and the digest by which it is approved. It is
//! for reading; what is carried out is the plan's JSON.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::agree::makeup;
use super::clock::show_duration;
use super::failure::Failure;
use super::plan::PlannedList;
use super::target::Target;
use crate::model::{Deployment, Level, Parent, Planned, State};
use crate::plan::document::PlanDocument;
use crate::plan::{Customer, Item};
use crate::report::file::NewFile;
use tables::caught::caught;

/// So many rows a sheet has.
const MOST_ROWS: usize = 1_048_576 - 1;

/// Writes the plan as a workbook to `path`, where nothing is yet; `document` is the same plan as it is
/// approved.
pub fn save(
    path: &Path,
    planned: &PlannedList,
    target: &Target,
    document: &PlanDocument,
) -> Result<(), Failure> {
    let mut file = NewFile::create(path)?;
    // The library panics where its own temporary file cannot be written: a full disk.
    let built =
        caught(|| build(planned, target, document).and_then(|mut book| book.save_to_buffer()));
    let failed = |reason: String| {
        Failure::stopped(format!(
            "cannot write the plan {}: {reason}",
            path.display()
        ))
    };
    let bytes = match built {
        Some(Ok(bytes)) => bytes,
        Some(Err(error)) => return Err(failed(error.to_string())),
        None => {
            return Err(failed(
                "its temporary file cannot be written: most likely the disk is full".to_owned(),
            ));
        }
    };
    std::io::Write::write_all(&mut file, &bytes).map_err(|source| file.failed(source))?;
    file.commit()?;
    Ok(())
}

fn build(
    planned: &PlannedList,
    target: &Target,
    document: &PlanDocument,
) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    summary(book.add_worksheet(), planned, target, document)?;
    by_kind(book.add_worksheet(), planned)?;
    by_parent(book.add_worksheet(), planned)?;
    rows(book.add_worksheet(), planned)?;
    differences(book.add_worksheet(), planned)?;
    if let Some(orphans) = planned.orphans() {
        not_listed(book.add_worksheet(), &orphans)?;
    }
    Ok(book)
}

/// A sheet with its header, which stays in sight.
fn head(sheet: &mut Worksheet, name: &str, columns: &[(&str, f64)]) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let bold = Format::new().set_bold();
    for (at, (text, width)) in (0..).zip(columns) {
        sheet.write_string_with_format(0, at, *text, &bold)?;
        sheet.set_column_width(at, *width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A row of texts.
fn line<'t>(
    sheet: &mut Worksheet,
    row: u32,
    texts: impl IntoIterator<Item = &'t str>,
) -> Result<(), XlsxError> {
    for (at, text) in (0..).zip(texts) {
        if !text.is_empty() {
            // Cut where a cell ends; the list has the whole.
            let text: String = text.chars().take(32_000).collect();
            sheet.write_string(row, at, text)?;
        }
    }
    Ok(())
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn summary(
    sheet: &mut Worksheet,
    planned: &PlannedList,
    target: &Target,
    document: &PlanDocument,
) -> Result<(), XlsxError> {
    head(
        sheet,
        "Plan",
        &[("Plan", 38.0), (document.short_digest(), 70.0)],
    )?;
    let root = planned.tenant().root().shown();
    let mode = target.mode().as_str();
    let texts = [
        ("Digest, in full", document.digest.as_str()),
        ("Planned at", document.planned_at.as_str()),
        ("List", document.input.path.as_str()),
        ("SHA-256 of the list", document.input.sha256.as_str()),
        ("Tenant", root.as_str()),
        ("Service", target.name.as_str()),
        ("Sandbox or live", mode),
    ];
    let mut at = 1;
    for (name, text) in texts {
        line(sheet, at, [name, text])?;
        at += 1;
    }
    at += 1;
    for (name, count) in numbers(planned) {
        sheet.write_string(at, 0, name)?;
        sheet.write_number(at, 1, number(count))?;
        at += 1;
    }
    if let Some(told) = makeup(planned).told() {
        line(sheet, at, ["New customers", &told])?;
        at += 1;
    }
    let counts = planned.held().taken_off(planned.plan().counts());
    line(
        sheet,
        at + 1,
        [
            "Time at the rate",
            &time(target, counts.create + counts.update + counts.deploy),
        ],
    )?;
    line(
        sheet,
        at + 2,
        [
            "To carry it out",
            "partner-import run --plan with the JSON file of this digest; it is refused when anything has \
             changed",
        ],
    )
}

/// How long so many requests take.
fn time(target: &Target, requests: usize) -> String {
    match target.client.pacer().rate() {
        Some(rate) => {
            let requests = u32::try_from(requests).unwrap_or(u32::MAX);
            let time: Duration = rate.interval().saturating_mul(requests);
            format!("at least {}, at {rate}", show_duration(time))
        }
        None => "as fast as the service answers".to_owned(),
    }
}

/// The rows by kind, and who is billed before and after.
fn numbers(planned: &PlannedList) -> Vec<(&'static str, usize)> {
    let counts = planned.held().taken_off(planned.plan().counts());
    let mut numbers = vec![
        ("To create", counts.create),
        ("To change", counts.update),
        ("There already", counts.exists),
        ("There, and to fail", counts.fail),
        ("Invalid", counts.invalid),
        ("Blocked", counts.blocked),
        ("Quarantined", planned.held().rows.len()),
        ("To get automatic deployment", counts.deploy),
    ];
    if let Some(orphans) = planned.orphans() {
        numbers.push(("In the tenant and not in the list", orphans.len()));
        let in_production = State::InProduction.as_str();
        let root = planned.tenant().root().id;
        let billed = |one: &&Customer| one.id != root && &*one.state == in_production;
        let now = planned.tenant().customers().iter().filter(billed).count();
        let (mut joins, mut leaves, mut unsaid) = (0, 0, 0);
        for item in &planned.plan().items {
            match (state_after(item), item.action.creates()) {
                (Some(State::InProduction), true) => joins += 1,
                (None, true) => unsaid += 1,
                (Some(after), false) if item.action.updates() => {
                    let was = item
                        .action
                        .id()
                        .and_then(|id| planned.tenant().get(id.get()));
                    let was = was.is_some_and(|one| &*one.state == in_production);
                    joins += usize::from(!was && after == State::InProduction);
                    leaves += usize::from(was && after != State::InProduction);
                }
                _ => {}
            }
        }
        numbers.push(("In production now", now));
        numbers.push((
            "In production after it, so billed",
            (now + joins).saturating_sub(leaves),
        ));
        numbers.push(("Created with the state left to the service", unsaid));
    }
    numbers
}

/// The state that a row gives its customer, where it says one.
fn state_after(item: &Item) -> Option<State> {
    if item.action.updates() {
        let state = item.differences.iter().find(|one| one.member == "State");
        return state.and_then(|one| one.row.parse().ok());
    }
    item.action.partner().and_then(|partner| partner.state)
}

/// Who is created, by level and state.
fn by_kind(sheet: &mut Worksheet, planned: &PlannedList) -> Result<(), XlsxError> {
    head(
        sheet,
        "By level and state",
        &[("Level", 22.0), ("State", 22.0), ("To create", 12.0)],
    )?;
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for item in planned
        .plan()
        .items
        .iter()
        .filter(|item| item.action.creates())
    {
        let partner = item.action.partner();
        let level = partner.and_then(|one| one.level).map_or("", Level::as_str);
        let state = partner.and_then(|one| one.state);
        let state = state.map_or("left to the service", State::as_str);
        *counts.entry((level, state)).or_default() += 1;
    }
    for (row, ((level, state), count)) in (1..).zip(counts) {
        line(sheet, row, [level, state])?;
        sheet.write_number(row, 2, number(count))?;
    }
    Ok(())
}

/// Who is created, by the customer above.
fn by_parent(sheet: &mut Worksheet, planned: &PlannedList) -> Result<(), XlsxError> {
    head(
        sheet,
        "By parent",
        &[("Below", 40.0), ("ID", 12.0), ("To create", 12.0)],
    )?;
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for item in planned
        .plan()
        .items
        .iter()
        .filter(|item| item.action.creates())
    {
        *counts.entry(parent(item, planned)).or_default() += 1;
    }
    for (row, ((name, id), count)) in (1..).zip(counts).take(MOST_ROWS) {
        line(sheet, row, [name.as_str(), id.as_str()])?;
        sheet.write_number(row, 2, number(count))?;
    }
    Ok(())
}

/// The name and the id of the customer above; one that is created has no id yet.
fn parent(item: &Item, planned: &PlannedList) -> (String, String) {
    match item.action.parent() {
        Some(Parent::Customer(id)) => {
            let name = planned
                .tenant()
                .get(id.get())
                .map(|one| one.name.to_string());
            (name.unwrap_or_default(), id.to_string())
        }
        Some(Parent::Row(row)) => {
            let above = planned.plan().items.get(row.as_usize());
            let above = above.and_then(|item| item.action.partner());
            let name = above.map(|one| one.name.as_str().to_owned());
            (name.unwrap_or_default(), "new".to_owned())
        }
        None => (String::new(), String::new()),
    }
}

/// What would become of each row.
fn rows(sheet: &mut Worksheet, planned: &PlannedList) -> Result<(), XlsxError> {
    head(
        sheet,
        "Rows",
        &[
            ("Row", 8.0),
            ("What is done", 14.0),
            ("Name", 40.0),
            ("Level", 18.0),
            ("State", 14.0),
            ("Below", 40.0),
            ("Customer Reference", 20.0),
            ("ID", 12.0),
            ("Automatic deployment", 20.0),
        ],
    )?;
    for (row, item) in (1..).zip(&planned.plan().items).take(MOST_ROWS) {
        let partner = item.action.partner();
        let id = item
            .action
            .id()
            .map(|id| id.to_string())
            .unwrap_or_default();
        let there = item
            .action
            .id()
            .and_then(|id| planned.tenant().get(id.get()));
        let name = partner.map_or_else(
            || there.map_or("", |one| &*one.name),
            |one| one.name.as_str(),
        );
        let code = partner.and_then(|one| one.external_code.as_ref());
        let (below, _) = parent(item, planned);
        sheet.write_number(row, 0, f64::from(item.number))?;
        let texts = [
            "",
            done(item),
            name,
            partner.and_then(|one| one.level).map_or("", Level::as_str),
            partner.and_then(|one| one.state).map_or("", State::as_str),
            &below,
            code.map_or("", |code| code.as_str()),
            &id,
            match item.deployment {
                Deployment::SwitchOn => "switched on",
                Deployment::AsItIs => "",
            },
        ];
        line(sheet, row, texts)?;
    }
    Ok(())
}

fn done(item: &Item) -> &'static str {
    match &item.action {
        Planned::Send(_) if item.action.creates() => "create",
        Planned::Send(_) => "change",
        other => other.as_str(),
    }
}

/// Where rows and tenant differ, member by member, whatever is done about it.
fn differences(sheet: &mut Worksheet, planned: &PlannedList) -> Result<(), XlsxError> {
    head(
        sheet,
        "Differences",
        &[
            ("Row", 8.0),
            ("ID", 12.0),
            ("Name in the tenant", 40.0),
            ("Member", 30.0),
            ("In the tenant", 40.0),
            ("In the list", 40.0),
            ("What is done", 14.0),
        ],
    )?;
    let items = planned.plan().items.iter();
    let each = items.flat_map(|item| item.differences.iter().map(move |one| (item, one)));
    for (row, (item, one)) in (1..).zip(each).take(MOST_ROWS) {
        let id = item.action.id();
        let name = id.and_then(|id| planned.tenant().get(id.get()));
        let id = id.map(|id| id.to_string()).unwrap_or_default();
        sheet.write_number(row, 0, f64::from(item.number))?;
        let name = name.map_or("", |one| &*one.name);
        line(
            sheet,
            row,
            ["", &id, name, one.member, &one.tenant, &one.row, done(item)],
        )?;
    }
    Ok(())
}

/// Whom the tenant has and the list has not.
fn not_listed(sheet: &mut Worksheet, orphans: &[&Customer]) -> Result<(), XlsxError> {
    head(
        sheet,
        "Not in the list",
        &[
            ("ID", 12.0),
            ("Name", 40.0),
            ("Level", 18.0),
            ("State", 14.0),
            ("Customer Reference", 20.0),
        ],
    )?;
    for (row, one) in (1..).zip(orphans).take(MOST_ROWS) {
        let id = one.id.to_string();
        line(
            sheet,
            row,
            [
                id.as_str(),
                &one.name,
                &one.level,
                &one.state,
                &one.external_code,
            ],
        )?;
    }
    Ok(())
}
