//! `check FILE`: reads and checks, offline; against a snapshot of the tenant where asked.

use super::offered::fixing;
use crate::check::{Deriving, EmptyList, Keep};
use crate::cli::args::{CheckArgs, CheckFormat, Common};
use crate::cli::exit::Exit;
use crate::cli::repeat;
use crate::cli::show::face::Face;
use crate::cli::show::formats::{self, ForCi, problems};
use crate::cli::show::grid::Room;
use crate::cli::show::output::{Output, Stream};
use crate::flow::check::{against, checking_of};
use crate::flow::event::{Part, Stage};
use crate::flow::excerpts::{self, Kept};
use crate::flow::failure::Failure;
use crate::flow::list::{CheckedFile, check_file};
use crate::flow::snapshot;
use crate::flow::target::expected;
use crate::model::rules::left_out::LEVEL_MISSING;
use crate::model::{Diagnostic, LevelOffer, RowBatch, RowIndex, Severity, TableSummary};
use crate::report::diagnostics::junit::Failing;
use crate::report::diagnostics::text::{Detail, TextOptions};
use crate::report::diagnostics::{Findings, json, jsonl, text};
use crate::report::next::Next;
use crate::settings::{Resolved, Settings};
use tables::{ReadOptions, Sheets};

/// Runs the command.
pub fn run(common: &Common, args: &CheckArgs, output: Output) -> Result<Exit, Failure> {
    if let Some(out) = &args.fix {
        return super::fix::run(common, args, out, output);
    }
    let settings = Settings::resolve(common, Some(&args.file), output)?;
    let resolved = settings.with(&args.input)?;
    let steps = |findings: &Findings<'_>, args: &CheckArgs, offer: Option<&LevelOffer>| {
        let mut next = next_steps(findings, args, offer);
        // One sheet is fixed at a time, and without a tenant.
        if args.tenant.is_none() && resolved.reading.sheets != Sheets::All {
            next.extend(fixing(findings.diagnostics, &args.file));
        }
        next
    };
    checked(&settings, &resolved, args, &steps, output)
}

/// What is to be typed next, by what was found.
pub type Steps<'s> = &'s dyn Fn(&Findings<'_>, &CheckArgs, Option<&LevelOffer>) -> Vec<Next>;

/// Checks the list with settings that are known.
pub fn checked(
    settings: &Settings,
    resolved: &Resolved,
    args: &CheckArgs,
    steps: Steps<'_>,
    output: Output,
) -> Result<Exit, Failure> {
    let format = formats::of_check(args.format, output);
    let snapshot = match &args.tenant {
        Some(path) => Some((path, snapshot::load(path, &expected(settings))?)),
        None => None,
    };
    let keep = if snapshot.is_some() {
        Keep::Accepted
    } else {
        Keep::Nothing
    };
    let options = &resolved.reading;
    let mut checking = checking_of(resolved, keep, &args.file)?;
    if snapshot.is_some() {
        checking.deriving = Deriving::InPlan;
    }
    let face = Face::on(output);
    let mut kept = Kept::of(&args.file);
    let shows_rows = format == CheckFormat::Text;
    let mut lines = Vec::new();
    let mut keep_rows = |first: RowIndex, batch: &RowBatch| {
        if shows_rows {
            kept.keep(first, batch);
        }
        if snapshot.is_some() {
            lines.extend(batch.rows().map(|row| row.line()));
        }
        Ok(())
    };
    let mut file = check_file(&args.file, options, &checking, &face, &mut keep_rows)?;
    let mut summary = file.summary();
    if let Some((path, snapshot)) = snapshot {
        let _part = Part::begin(&face, Stage::PlanningAgainstSnapshot);
        let mut diagnostics = against(&file, path, snapshot, &mut summary)?;
        for one in diagnostics.iter_mut().filter(|one| one.line.is_none()) {
            one.line = one.row.and_then(|row| lines.get(row.as_usize()).copied());
        }
        file.checked.diagnostics = diagnostics;
    }
    show(
        &file,
        &summary,
        (args, format, options, steps),
        &kept,
        output,
    )?;
    let count = |severity| {
        let all = &file.checked.diagnostics;
        all.iter()
            .filter(|diagnostic| diagnostic.severity() == severity)
            .count()
    };
    let is_empty = summary.rows == 0 && file.checked.left_out.is_empty();
    if is_empty && resolved.agreement.empty == EmptyList::Refused {
        return Ok(Exit::Input);
    }
    let failed = count(Severity::Error) > 0 || args.strict && count(Severity::Warning) > 0;
    // The process ends here: to free some hundred thousand problems one by one takes longer than to
    // write them.
    std::mem::forget(file);
    Ok(if failed { Exit::SomeRows } else { Exit::Done })
}

fn show(
    file: &CheckedFile,
    summary: &TableSummary,
    (args, format, options, steps): (&CheckArgs, CheckFormat, &ReadOptions, Steps<'_>),
    kept: &Kept,
    output: Output,
) -> Result<(), Failure> {
    let findings = Findings {
        source: &file.source,
        summary,
        diagnostics: &file.checked.diagnostics,
    };
    match format {
        CheckFormat::Json => output.json(|out| json::write(&findings, out)),
        CheckFormat::Jsonl => output.json(|out| jsonl::write(&findings, out)),
        CheckFormat::Junit => {
            let failing = if args.strict {
                Failing::WarningsToo
            } else {
                Failing::Errors
            };
            problems(ForCi::Junit(failing), &findings, output)
        }
        CheckFormat::Github => problems(ForCi::Github, &findings, output),
        CheckFormat::Sarif => problems(ForCi::Sarif, &findings, output),
        CheckFormat::Text => {
            let shown = text::shown(findings.diagnostics, detail(args.all));
            let face = Face::on(output);
            let part = Part::begin(&face, Stage::LookingUp(&args.file));
            let rows = excerpts::from_file(&args.file, options, file, kept, shown);
            drop(part);
            let options = text_options(args.all, Stream::Out);
            output.data(|out| text::write(&findings, &rows, &options, out))?;
            let offer = file.checked.level_offer();
            output.next_steps(&steps(&findings, args, offer.as_ref()))
        }
    }
}

/// Mend and check again, or on to the tenant.
fn next_steps(findings: &Findings<'_>, args: &CheckArgs, offer: Option<&LevelOffer>) -> Vec<Next> {
    let is_wrong =
        |one: &Diagnostic| one.is_error() || args.strict && one.severity() == Severity::Warning;
    if findings.diagnostics.iter().any(is_wrong) {
        return again(findings.diagnostics, offer);
    }
    let plan =
        (findings.summary.rows > 0).then(|| repeat::next("plan", "to see what a run would do"));
    plan.flatten().into_iter().collect()
}

/// What the list does not say may be said in the command; the rest is fixed in the list.
pub fn again(problems: &[Diagnostic], offer: Option<&LevelOffer>) -> Vec<Next> {
    let offered = offer.and_then(offered);
    let only_that = offered.is_some()
        && (problems.iter().filter(|one| one.is_error()))
            .all(|one| one.rule.code == LEVEL_MISSING.code);
    let list =
        (!only_that).then(|| repeat::next("check", "once the list is fixed, to check it again"));
    offered.into_iter().chain(list.flatten()).collect()
}

/// The check of the list with what is offered for rows that do not say their level.
pub fn offered(offer: &LevelOffer) -> Option<Next> {
    let mut next = repeat::next("check", format!("{}, to check it with that", offer.when))?;
    next.words.extend(offer.flags.iter().cloned());
    Some(next)
}

/// Text for people, as the stream takes it: as wide as is comfortable, coloured where colours are
/// understood and wanted.
pub fn text_options(all: bool, stream: Stream) -> TextOptions {
    TextOptions {
        detail: detail(all),
        colour: stream.colour(),
        width: stream.width(),
        counts_width: match stream.room() {
            Room::Columns(_) => stream.width(),
            Room::Endless => usize::MAX,
        },
    }
}

fn detail(all: bool) -> Detail {
    if all { Detail::All } else { Detail::Grouped }
}
