//! `plan FILE`: what `run` would do; changes nothing.

use std::path::Path;
use std::time::Duration;

use super::approval::{Basis, Paper};
use super::check::text_options;
use super::plan_view::View;
use super::session::{FIRST_LIMIT, first_patience};
use super::told::{ForCi, problems};
use crate::check::CheckSettings;
use crate::check::mapping::MappedColumn;
use crate::check::{Accepted, Deriving, Keep};
use crate::cli::args::{Common, PlanArgs, PlanFormat};
use crate::cli::error::CliError;
use crate::cli::excerpts;
use crate::cli::exit::Exit;
use crate::cli::input::{CheckedFile, check_file};
use crate::cli::of_run::{comparison, named_id};
use crate::cli::output::{Output, Stream};
use crate::cli::quarantine::{Holding, Quarantine};
use crate::cli::repeat;
use crate::cli::settings::Settings;
use crate::cli::signals::watch_signals;
use crate::cli::snapshot;
use crate::cli::stage::Stage;
use crate::cli::target::{Target, connect};
use crate::model::rules::hierarchy::PARENT_NOT_IN_FILE;
use crate::model::{CellAddress, Diagnostic, PartnerId, Phrase, RowBatch, RowIndex, TableSummary};
use crate::plan::document::FORMAT;
use crate::plan::{self, Plan, PlanOptions, Tenant};
use crate::read::ReadOptions;
use crate::report::diagnostics::junit::Failing;
use crate::report::diagnostics::text::TextOptions;
use crate::report::diagnostics::{Findings, text};
use crate::report::next::Next;
use crate::settings::table::{ENDPOINT, SANDBOX};
use crate::settings::{Resolved, Typed};
use crate::submit::Patience;
use crate::submit::reads::{Want, Wanted, read_tenant, read_tenant_below};

/// Runs the command.
pub async fn run(common: &Common, args: &PlanArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, Some(&args.file), output)?;
    let resolved = settings.with(&args.typed())?;
    resolved.refuse_idle_flags()?;
    let mut kept = None;
    let paper = match &args.save {
        Some(path) => {
            snapshot::may_write(path, FORMAT)?;
            let sha256 = crate::read::sha256(&args.file)?;
            kept = Some(sha256.clone());
            let decisive = resolved.decisive(named_id(&resolved, &args.file)?.as_deref());
            let read = (&*args.file, sha256);
            let basis = Basis::of(read, decisive, common, (&settings, &resolved));
            Paper::Save(path, basis)
        }
        None => Paper::None,
    };
    let prepared = prepare(&resolved, &args.file, output)?;
    if let Some(sha256) = kept {
        still(&args.file, &sha256)?;
    }
    let target = connect(&resolved, 1, &output).await?;
    let quarantine = Quarantine::open(&resolved, Holding::Back, target.lock_key());
    let dry_run = DryRun {
        prepared: &prepared,
        target: &target,
        quarantine: quarantine.as_ref(),
        options: resolved.planning,
        outage_limit: FIRST_LIMIT,
        paper,
        format: args.format,
        output,
    };
    dry_run.show().await
}

/// A plan that is made and shown, and not carried out.
pub struct DryRun<'a> {
    /// The file.
    pub prepared: &'a Prepared,
    /// The service.
    pub target: &'a Target,
    /// What holds rows back, where that is on.
    pub quarantine: Option<&'a Quarantine>,
    /// How it is made.
    pub options: PlanOptions,
    /// How long the service may be down.
    pub outage_limit: Duration,
    /// What else is done with the plan.
    pub paper: Paper<'a>,
    /// How it is written.
    pub format: PlanFormat,
    /// Where messages go.
    pub output: Output,
}

impl DryRun<'_> {
    /// Plans and shows the plan.
    pub async fn show(self) -> Result<Exit, CliError> {
        let Self {
            prepared,
            target,
            output,
            ..
        } = self;
        let patience = first_patience(watch_signals(), self.outage_limit);
        let tenant = read(prepared, target, &patience, output).await?;
        let stage = Stage::begin(output, "planning", "the rows");
        let plan = plan::build_with(&prepared.file.checked, &tenant, self.options);
        if let Paper::Hold(approved, basis) = &self.paper {
            approved.hold(basis, &plan, prepared, &tenant, target)?;
        }
        let mut diagnostics = all_diagnostics(&prepared.file, &plan);
        prepared.put_lines(&mut diagnostics);
        drop(stage);
        let held = self.quarantine.map(|one| one.held(&plan));
        let held = held.unwrap_or_default();
        if let Some(told) = held.told() {
            output.say(&told);
        }
        let view = View::of(prepared, &plan, &tenant, &diagnostics).holding(&held);
        if matches!(self.format, PlanFormat::Text | PlanFormat::Table) {
            show_problems(prepared, &diagnostics, output)?;
        }
        let summary = summary_of(&prepared.file, &plan);
        let findings = Findings {
            source: &prepared.file.source,
            summary: &summary,
            diagnostics: &diagnostics,
        };
        match self.format {
            PlanFormat::Jsonl => output.json(|out| view.lines(target, out))?,
            PlanFormat::Github => problems(ForCi::Github, &findings, output)?,
            PlanFormat::Sarif => problems(ForCi::Sarif, &findings, output)?,
            PlanFormat::Junit => problems(ForCi::Junit(Failing::Errors), &findings, output)?,
            PlanFormat::Json => output.json(|out| {
                serde_json::to_writer_pretty(&mut *out, &view.document(target))?;
                writeln!(out)
            })?,
            PlanFormat::Text => {
                output.text(&view.tree(Stream::Out.draws(), Stream::Out.room()))?;
                output.next_steps(&next_steps(&plan, &self.paper))?;
            }
            PlanFormat::Table => {
                let (table, left_out) = view.table(Stream::Out.room());
                output.text(&table)?;
                output.say_left_out(left_out, "--format json");
                output.next_steps(&next_steps(&plan, &self.paper))?;
            }
        }
        if let Paper::Save(path, basis) = &self.paper {
            basis.save(path, &plan, prepared, &tenant, (target, output))?;
        }
        let counts = plan.counts();
        let refused = diagnostics
            .iter()
            .any(|one| one.row.is_none() && one.is_error());
        let wrong = refused || counts.invalid + counts.blocked + counts.fail > 0;
        Ok(if wrong { Exit::SomeRows } else { Exit::Done })
    }
}

/// Mend and check again, or carry it out.
fn next_steps(plan: &Plan, paper: &Paper<'_>) -> Vec<Next> {
    if matches!(paper, Paper::Save(..)) {
        // What is saved is to be approved first, which is said where it is written.
        return Vec::new();
    }
    let counts = plan.counts();
    let wrong = counts.invalid + counts.blocked + counts.fail > 0;
    let changes = counts.create + counts.update;
    let again = wrong.then(|| repeat::next("check", "when the list is mended, to check it again"));
    let why = match (wrong, changes) {
        (_, 0) => None,
        (false, _) => Some("to carry it out".to_owned()),
        (true, 1) => Some("to send the one row that can be sent".to_owned()),
        (true, many) => Some(format!("to send the {many} rows that can be sent")),
    };
    let run = why.and_then(|why| repeat::next("run", why));
    again.flatten().into_iter().chain(run).collect()
}

/// A checked file with its rows as they were read.
pub struct Prepared {
    /// The file.
    pub file: CheckedFile,
    /// Its rows, with the index of the first of each batch.
    pub batches: Vec<(RowIndex, RowBatch)>,
}

impl Prepared {
    /// Gives the problems of rows that know none the line on which their row begins.
    fn put_lines(&self, diagnostics: &mut [Diagnostic]) {
        for one in diagnostics.iter_mut().filter(|one| one.line.is_none()) {
            let Some(row) = one.row else { continue };
            let behind = self.batches.partition_point(|(first, _)| *first <= row);
            let batch = behind.checked_sub(1).map(|place| &self.batches[place]);
            let found = batch.and_then(|(first, batch)| {
                let place = row.as_usize() - first.as_usize();
                batch.row(place)
            });
            one.line = found.map(|row| row.line()).filter(|line| *line > 0);
        }
    }

    /// The rows' numbers as a spreadsheet shows them.
    pub fn numbers(&self) -> Vec<u32> {
        self.batches
            .iter()
            .flat_map(|(_, batch)| batch.rows().map(|row| row.number()))
            .collect()
    }
}

/// Reads and checks a file, and keeps everything.
pub fn prepare(settings: &Resolved, path: &Path, output: Output) -> Result<Prepared, CliError> {
    let mut checking = settings.checking(Keep::Accepted);
    checking.deriving = Deriving::InPlan;
    checking.comparison = comparison(settings, path)?;
    prepare_as(path, &settings.reading, &checking, output)
}

/// Refuses a file that changed while it was read: the digest that is kept of it, by which a run is
/// found again, would be of other bytes than its rows.
pub fn still(path: &Path, sha256: &str) -> Result<(), CliError> {
    if crate::read::sha256(path)? == sha256 {
        return Ok(());
    }
    let text = format!("{} changed while it was read", path.display());
    Err(CliError::input(text)
        .hint("nothing was sent; type the command again when nobody writes to the file any more"))
}

/// The same with settings that are resolved.
pub fn prepare_as(
    path: &Path,
    options: &ReadOptions,
    checking: &CheckSettings,
    output: Output,
) -> Result<Prepared, CliError> {
    let mut batches = Vec::new();
    let file = check_file(path, options, checking, output, &mut |first, batch| {
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
    Ok(Prepared { file, batches })
}

/// Logs in and reads what the plan needs of the tenant.
pub async fn read(
    prepared: &Prepared,
    target: &Target,
    patience: &Patience,
    output: Output,
) -> Result<Tenant, CliError> {
    let _stage = Stage::begin(output, "reading", "the tenant");
    let wanted = wanted(&prepared.file.checked.accepted);
    read_tenant(&target.client, patience, wanted)
        .await
        .map_err(|error| CliError::of_reading(error, &target.name))
}

/// The same where the log-in is done, and `root` is who one is logged in as.
pub async fn read_below(
    prepared: &Prepared,
    target: &Target,
    patience: &Patience,
    root: PartnerId,
    output: Output,
) -> Result<Tenant, CliError> {
    let _stage = Stage::begin(output, "reading", "the tenant");
    let wanted = wanted(&prepared.file.checked.accepted);
    read_tenant_below(&target.client, patience, root, wanted)
        .await
        .map_err(|error| CliError::of_reading(error, &target.name))
}

/// The lists that the rows' plan looks at.
fn wanted(accepted: &[Accepted]) -> Wanted {
    let named = |any: bool| any.then_some(Want::Needed);
    let helpful = |any: bool| any.then_some(Want::Helpful);
    let location_id = |row: &Accepted| row.partner().location_id.is_some();
    let country = |row: &Accepted| {
        let partner = row.partner();
        partner.device_country.is_some() || partner.company.post_address.country.is_some()
    };
    Wanted {
        locations: named(accepted.iter().any(|row| row.location_name().is_some()))
            .or(helpful(accepted.iter().any(location_id))),
        regions: named(accepted.iter().any(|row| row.region_name().is_some())),
        countries: helpful(accepted.iter().any(country)),
    }
}

/// The table in numbers, as the plan has them.
fn summary_of(file: &CheckedFile, plan: &Plan) -> TableSummary {
    let counts = plan.counts();
    TableSummary {
        accepted: plan.items.len() - counts.invalid - counts.blocked,
        invalid: counts.invalid,
        blocked: counts.blocked,
        ..file.summary()
    }
}

/// The problems of the check and of the plan, in the order of the file.
pub fn all_diagnostics(file: &CheckedFile, plan: &Plan) -> Vec<Diagnostic> {
    // A parent that the tenant has is no question any more.
    let found = |one: &Diagnostic| {
        let item = one.row.and_then(|row| plan.items.get(row.as_usize()));
        one.rule.code == PARENT_NOT_IN_FILE.code
            && item.is_some_and(|item| item.action.parent().is_some())
    };
    let checked = file.checked.diagnostics.iter();
    let mut all: Vec<Diagnostic> = checked.filter(|one| !found(one)).cloned().collect();
    all.extend(
        plan.diagnostics
            .iter()
            .cloned()
            .map(|one| in_its_cell(one, file)),
    );
    all.sort_by_key(|one| one.row.map_or(0, |row| u64::from(row.0) + 1));
    all
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

/// Shows the problems to people, on stderr's behalf: they are no data.
pub fn show_problems(
    prepared: &Prepared,
    diagnostics: &[Diagnostic],
    output: Output,
) -> Result<(), CliError> {
    let file = &prepared.file;
    if diagnostics.is_empty() {
        return Ok(());
    }
    let summary = file.summary();
    let findings = Findings {
        source: &file.source,
        summary: &summary,
        diagnostics,
    };
    let mut shown = Vec::new();
    let options = TextOptions {
        colour: output.colour(),
        ..text_options(false, Stream::Err)
    };
    let of_problems = text::shown(diagnostics, options.detail);
    let rows = excerpts::from_memory(file, &prepared.batches, of_problems);
    text::write(&findings, &rows, &options, &mut shown)
        .map_err(|error| CliError::stopped(error.to_string()))?;
    output.say_as_is(String::from_utf8_lossy(&shown).trim_end());
    Ok(())
}

/// The target's arguments without anything that was typed: for a resumed run.
pub fn target_of(endpoint: &str, typed: &Typed) -> Typed {
    let typed = typed.clone();
    match endpoint {
        "sandbox" => typed.without(&ENDPOINT).with(&SANDBOX, "true"),
        endpoint => typed.without(&SANDBOX).with(&ENDPOINT, endpoint),
    }
}
