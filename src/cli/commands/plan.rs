//! `plan FILE`: what `run` would do; changes nothing.

use std::path::Path;

use super::check::{again, text_options};
use crate::cli::args::{Common, PlanArgs, PlanFormat};
use crate::cli::clock::now_ms;
use crate::cli::exit::Exit;
use crate::cli::reach::connect;
use crate::cli::repeat::{self, Goal, Repeat};
use crate::cli::show::face::Face;
use crate::cli::show::formats::{self, ForCi, problems};
use crate::cli::show::log_problems::log_problems;
use crate::cli::show::output::{Messages, Output, Stream};
use crate::cli::show::plan::View;
use crate::cli::signals::watch_signals;
use crate::flow::agree::left_differing;
use crate::flow::check::check;
use crate::flow::enter::Entered;
use crate::flow::failure::Failure;
use crate::flow::guard::Guards;
use crate::flow::host::first_patience;
use crate::flow::list::CheckedFile;
use crate::flow::of_run::named_id;
use crate::flow::open::{Opened, look_at, open};
use crate::flow::pilot::Pilot;
use crate::flow::plan::{PlannedList, Questions, plan};
use crate::flow::plan_file::Basis;
use crate::flow::quarantine::{Holding, Quarantine};
use crate::flow::read_rows::ReadRows;
use crate::flow::target::{Target, place};
use crate::flow::tenant::tenant_of;
use crate::flow::{excerpts, plan_book, snapshot};
use crate::model::number::counted;
use crate::model::{Diagnostic, TableSummary};
use crate::plan::Customer;
use crate::plan::document::FORMAT;
use crate::report::diagnostics::excerpt::Excerpts;
use crate::report::diagnostics::junit::Failing;
use crate::report::diagnostics::text::TextOptions;
use crate::report::diagnostics::{Findings, text};
use crate::report::next::Next;
use crate::settings::{Decisive, Resolved, Settings};

/// Runs the command.
pub async fn run(common: &Common, args: &PlanArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, Some(&args.file), output)?;
    let resolved = settings.with(&args.typed())?;
    resolved.refuse_idle_flags()?;
    let (opened, saved) = if args.save.is_empty() {
        (look_at(&args.file), None)
    } else {
        for path in &args.save {
            may_save(path)?;
        }
        let opened = open(&args.file)?;
        let decisive = resolved.decisive(named_id(&resolved, &args.file)?.as_deref());
        let carry = of_profile(common, &settings, &resolved, &decisive);
        let basis = Basis::of(&opened, decisive);
        (opened, Some((basis, carry)))
    };
    let looked = planned(opened, &resolved, Holding::Back, output).await?;
    let (planned, target) = (&looked.planned, &looked.target);
    let next = match saved {
        // What is saved is to be approved first, which is said where it is written.
        Some(_) => Vec::new(),
        None => next_steps(planned, Pilot::of(planned, target, &resolved.state_dir)),
    };
    let format = formats::of_plan(args.format, output);
    let orphans = args.orphans.then(|| planned.orphans()).flatten();
    let passed = Guards::of(&resolved).pass(planned, target);
    let passed = passed.map_err(Failure::without_plan);
    let beside = Beside {
        next: &next,
        orphans: orphans.as_deref(),
        refused: passed.as_ref().err(),
    };
    show(&looked, format, &beside, output)?;
    passed?;
    if let Some((basis, carry)) = saved {
        let document = basis.document(planned, target, now_ms());
        let digest = document.short_digest();
        for path in &args.save {
            if is_workbook(path) {
                plan_book::save(path, planned, target, &document)?;
                output.say(&format!(
                    "written: {}, the plan {digest} to read",
                    path.display()
                ));
            } else {
                snapshot::save(path, FORMAT, &document)?;
                output.say(&format!(
                    "written: {}, the plan {digest}; once approved: {}",
                    path.display(),
                    carry.command_of_plan(path)
                ));
            }
        }
    }
    Ok(exit_of(planned))
}

/// A plan that is only looked at.
pub struct Looked {
    /// What would become of each row.
    pub planned: PlannedList,
    /// The rows.
    rows: ReadRows,
    /// The service.
    pub target: Target,
}

/// Plans without a thought of carrying it out: reads, checks, logs in, looks. Each problem has its line.
pub(super) async fn planned(
    opened: Opened,
    resolved: &Resolved,
    holding: Holding,
    output: Output,
) -> Result<Looked, Failure> {
    let face = Face::on(output);
    let (checked, rows) = check(opened, resolved, &face)?;
    let target = connect(resolved, 1, output).await?;
    let quarantine = Quarantine::open(resolved, holding, target.lock_key());
    let patience = first_patience(watch_signals(), &resolved.running);
    let tenant = tenant_of(checked.prepared(), &target, &patience, &face).await?;
    let entered = Entered::looked_at(tenant);
    let asking = Questions {
        target: &target,
        patience: &patience,
        events: &face,
        state_dir: &resolved.state_dir,
    };
    let planned = plan(
        checked,
        entered,
        resolved.planning,
        quarantine.as_ref(),
        &asking,
    );
    let planned = planned.await?.with_lines();
    Ok(Looked {
        planned,
        rows,
        target,
    })
}

/// Whether a plan is saved to be read, not to be carried out.
fn is_workbook(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ending.eq_ignore_ascii_case("xlsx")
}

/// Refuses to write over what is not an earlier plan.
fn may_save(path: &Path) -> Result<(), Failure> {
    if !is_workbook(path) {
        return snapshot::may_write(path, FORMAT);
    }
    if path.exists() {
        let text = format!("{} already exists", path.display());
        return Err(Failure::usage(text).hint("choose another name, or delete it first"));
    }
    Ok(())
}

/// What the command repeats that carries a saved plan out: what was typed stands in the plan.
fn of_profile(
    common: &Common,
    settings: &Settings,
    resolved: &Resolved,
    decisive: &Decisive,
) -> Repeat {
    let place = place(&resolved.access);
    let goal = Goal {
        endpoint: &place.name,
        partner: &place.partner,
        options: &decisive.of_profile(),
        delimiter: None,
    };
    Repeat::of(common, settings, &resolved.typed, goal)
}

/// How a command ends that shows a plan.
pub fn exit_of(planned: &PlannedList) -> Exit {
    if planned.is_wrong() {
        Exit::SomeRows
    } else {
        Exit::Done
    }
}

/// What is said beside a plan.
pub struct Beside<'b> {
    /// What to type next.
    pub next: &'b [Next],
    /// Whom the tenant has and the list has not, where that was asked for.
    pub orphans: Option<&'b [&'b Customer]>,
    /// Why a guard would hold the run back.
    pub refused: Option<&'b Failure>,
}

/// Shows a plan that is not carried out.
pub fn show(
    looked: &Looked,
    format: PlanFormat,
    beside: &Beside<'_>,
    output: Output,
) -> Result<(), Failure> {
    let (planned, target) = (&looked.planned, &looked.target);
    let next = beside.next;
    if let Some(note) = planned.held().note() {
        Face::on(output).note(&note);
    }
    let view = View::of(planned, &looked.rows).with_orphans(beside.orphans);
    let view = view.refused(beside.refused);
    let logged = output.messages() == Messages::Logged;
    if logged || matches!(format, PlanFormat::Text | PlanFormat::Table) {
        let file = &planned.prepared().file;
        let excerpts = |shown: Vec<&Diagnostic>| excerpts::from_memory(file, &looked.rows, shown);
        let found = (planned.diagnostics(), &planned.summary());
        show_problems(file, found, excerpts, output)?;
    }
    let summary = planned.summary();
    let findings = Findings {
        source: &planned.prepared().file.source,
        summary: &summary,
        diagnostics: planned.diagnostics(),
    };
    match format {
        PlanFormat::Jsonl => output.json(|out| view.lines(target, out)),
        PlanFormat::Github => problems(ForCi::Github, &findings, output),
        PlanFormat::Sarif => problems(ForCi::Sarif, &findings, output),
        PlanFormat::Junit => problems(ForCi::Junit(Failing::Errors), &findings, output),
        PlanFormat::Json => output.json(|out| {
            serde_json::to_writer_pretty(&mut *out, &view.document(target))?;
            writeln!(out)
        }),
        PlanFormat::Text => {
            output.text(&view.tree(Stream::Out.draws(), Stream::Out.room()))?;
            output.text(&view.not_listed())?;
            output.next_steps(next)
        }
        PlanFormat::Table => {
            let (table, left_out) = view.table(Stream::Out.room());
            output.text(&table)?;
            output.text(&view.not_listed())?;
            output.say_left_out(left_out, "--format json");
            output.next_steps(next)
        }
    }
}

/// Mend and check again, or carry it out.
pub fn next_steps(planned: &PlannedList, pilot: Pilot) -> Vec<Next> {
    let counts = planned.plan().counts();
    let wrong = counts.invalid + counts.blocked + counts.fail > 0;
    let changes = counts.create + counts.changed();
    let offer = planned.prepared().file.checked.level_offer();
    let again = wrong.then(|| again(planned.diagnostics(), offer.as_ref()));
    let why = match (wrong, changes) {
        (_, 0) => None,
        (false, _) => Some("to carry it out".to_owned()),
        (true, 1) => Some("to send the one row that can be sent".to_owned()),
        (true, many) => Some(format!(
            "to send the {} that can be sent",
            counted(many, "row")
        )),
    };
    let run = why.and_then(|why| repeat::next("run", why));
    let first = run.as_ref().filter(|_| pilot == Pilot::Proposed);
    let first = first.map(|run| Next {
        why: "to begin with one row, since nothing was imported there yet".to_owned(),
        words: [&run.words[..], &["--first", "1"].map(str::to_owned)].concat(),
        turn: run.turn,
    });
    let steps = [first, run, change(planned)].into_iter().flatten();
    again.into_iter().flatten().chain(steps).collect()
}

/// Changing customers that are there and differ, where they would be left as they are.
fn change(planned: &PlannedList) -> Option<Next> {
    let differing = left_differing(planned.plan());
    if differing.rows() == 0 {
        return None;
    }
    let why = format!("to change what is there ({})", differing.told());
    let mut run = repeat::next("run", why)?;
    // What was asked for was to leave them.
    if let Some(at) = run.words.iter().position(|word| word == "--on-exists") {
        run.words.drain(at..(at + 2).min(run.words.len()));
    }
    let flags = ["--on-exists", "update"];
    run.words.extend(flags.map(str::to_owned));
    Some(run)
}

/// Shows the problems to people, on stderr's behalf: they are no data. The numbers beside them count what the
/// problems are of: the list alone, or the list in the tenant. `excerpts` has the rows of those that are shown.
pub fn show_problems(
    file: &CheckedFile,
    (diagnostics, summary): (&[Diagnostic], &TableSummary),
    excerpts: impl FnOnce(Vec<&Diagnostic>) -> Excerpts,
    output: Output,
) -> Result<(), Failure> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    if output.messages() == Messages::Logged {
        log_problems(diagnostics);
        return Ok(());
    }
    let findings = Findings {
        source: &file.source,
        summary,
        diagnostics,
    };
    let mut shown = Vec::new();
    let options = TextOptions {
        colour: output.colour(),
        ..text_options(false, Stream::Err)
    };
    let of_problems = text::shown(diagnostics, options.detail);
    let rows = excerpts(of_problems);
    text::write(&findings, &rows, &options, &mut shown)
        .map_err(|error| Failure::stopped(error.to_string()))?;
    output.say_as_is(String::from_utf8_lossy(&shown).trim_end());
    Ok(())
}
