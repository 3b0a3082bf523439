//! What was asked of `run`: the list, the options that were typed, found and planned with, and how a
//! run of it begins.

use std::path::Path;

use super::plan::{exit_of, next_steps, show, show_problems};
use crate::check::Field;
use crate::cli::args::{Common, JournalKind, RunCommandArgs};
use crate::cli::ask_level::{self, Lacking};
use crate::cli::exit::Exit;
use crate::cli::reach::connect;
use crate::cli::repeat::{Goal, Repeat};
use crate::cli::reported::Reported;
use crate::cli::settings::Settings;
use crate::cli::show::advice::{with_look, with_planning};
use crate::cli::show::ended::Telling;
use crate::cli::show::face::Face;
use crate::cli::show::formats;
use crate::cli::show::output::Output;
use crate::cli::show::question::AtTerminal;
use crate::cli::signals::watch_signals;
use crate::flow::agree::{Agreement, Asking, agree};
use crate::flow::begin::{Beginning, Begun, Keeping, begin, spare_input};
use crate::flow::check::check;
use crate::flow::enter::{Entered, Entrance, WithoutRows, enter};
use crate::flow::failure::Failure;
use crate::flow::guard::Guards;
use crate::flow::host::{Work, first_patience};
use crate::flow::in_flight::Unreadable;
use crate::flow::of_run::named_id;
use crate::flow::open::{Opened, open};
use crate::flow::pilot::Pilot;
use crate::flow::plan::{PlannedList, plan};
use crate::flow::plan_file::{Approved, Basis};
use crate::flow::quarantine::Quarantine;
use crate::flow::target::{Target, place};
use crate::flow::tenant::tenant_of;
use crate::flow::unfinished::GivenUp;
use crate::journal::{RunInfo, TargetLock};
use crate::model::all_left_out;
use crate::report;
use crate::settings::table::{DEFAULT, OUT};
use crate::settings::{Content, Decisive, Resolved};

/// What was asked for.
pub struct Asked<'a> {
    common: &'a Common,
    output: Output,
    args: &'a RunCommandArgs,
    settings: Settings,
    /// What it goes by: flags, those of the approved plan among them, environment and profile.
    pub resolved: Resolved,
    /// The plan that was approved, where one was.
    pub approved: Option<Approved>,
    /// The list.
    pub opened: Opened,
    /// The options that decide what is sent.
    pub decisive: Decisive,
    basis: Basis,
}

/// How it begins.
pub enum Start {
    /// Not at all: there is no row.
    Nothing(Exit),
    /// It has begun.
    Begun(Box<Begun>, Telling),
}

impl<'a> Asked<'a> {
    /// Resolves what was typed and looks at the list.
    pub fn of(
        common: &'a Common,
        args: &'a RunCommandArgs,
        output: Output,
        reported: &Reported,
    ) -> Result<Self, Failure> {
        let approved = args.plan.as_deref().map(Approved::load).transpose()?;
        let file = args.file.clone();
        let file = file.or_else(|| approved.as_ref().map(Approved::input));
        let file = file.ok_or_else(|| Failure::usage("there is no file to import"))?;
        reported.reads(&file);
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
            reported.resolved(&resolved)?;
        }
        if let Some(approved) = &approved {
            approved.same_target(&place(&resolved.access))?;
        } else if !args.dry_run
            && !args.run.yes
            && let Some(level) = level_asked_for(&file, &resolved, output)?
        {
            typed.add(&DEFAULT, Content::Pair(Field::Level.to_string(), level));
            resolved = settings.with(&typed)?;
        }
        resolved.refuse_idle_flags()?;
        let opened = open(&file)?;
        let decisive = resolved.decisive(named_id(&resolved, &file)?.as_deref());
        Ok(Self {
            basis: Basis::of(&opened, decisive.clone()),
            common,
            output,
            args,
            settings,
            resolved,
            approved,
            opened,
            decisive,
        })
    }

    /// What the commands after a run of this target repeat.
    pub fn repeat(&self, info: &RunInfo) -> Repeat {
        Repeat::of(
            self.common,
            &self.settings,
            &self.resolved.typed,
            info.into(),
        )
    }

    /// How much may be sent, and who is asked.
    pub fn agreement(&self) -> Agreement {
        let asking = match self.approved {
            Some(_) => Asking::Plainly,
            None => Asking::ByCount,
        };
        Agreement {
            asking: if self.args.run.yes {
                Asking::Never
            } else {
                asking
            },
            guards: Guards::of(&self.resolved),
        }
    }

    /// Plans and shows the plan.
    pub async fn dry_run(self) -> Result<Exit, Failure> {
        let (resolved, args, output) = (&self.resolved, self.args, self.output);
        let face = Face::on(output);
        let checked = check(self.opened.clone(), resolved, &face)?;
        let target = connect(resolved, 1, output).await?;
        let quarantine = Quarantine::open(resolved, (&args.run).into(), target.lock_key());
        let patience = first_patience(watch_signals(), &resolved.running);
        let tenant = tenant_of(checked.prepared(), &target, &patience, &face).await?;
        let entered = Entered::looked_at(tenant);
        let quarantine = quarantine.as_ref();
        let planned = plan(checked, entered, resolved.planning, quarantine, &face).with_lines();
        self.hold(&planned, &target)?;
        let pilot = Pilot::of(&planned, &target, &resolved.state_dir);
        let next = next_steps(&planned, pilot);
        let format = formats::of_run(args.format, output).into();
        show(&planned, &target, format, (&next, None), output)?;
        let passed = Guards::of(resolved).pass(&planned, &target);
        passed.map_err(Failure::without_plan)?;
        Ok(exit_of(&planned))
    }

    /// Refuses where the plan that was approved no longer holds.
    fn hold(&self, planned: &PlannedList, target: &Target) -> Result<(), Failure> {
        let Some(approved) = &self.approved else {
            return Ok(());
        };
        let held = approved.hold(&self.basis, planned, target);
        held.map_err(|failure| with_planning(failure, &self.repeat_of_list()))
    }

    /// What commands repeat that read the list as it is read here.
    fn repeat_of_list(&self) -> Repeat {
        let place = place(&self.resolved.access);
        let goal = Goal {
            endpoint: &place.name,
            partner: &place.partner,
            options: &self.decisive.kept(None),
            delimiter: None,
        };
        Repeat::of(self.common, &self.settings, &self.resolved.typed, goal)
    }

    /// A failure whose advice to look at the plan has become the command.
    pub fn with_look(&self, failure: Failure) -> Failure {
        with_look(failure, self.opened.path(), &self.repeat_of_list())
    }

    /// Checks, plans, asks, and begins a new run in place of one that is given up.
    pub async fn begin(
        &self,
        given_up: Option<GivenUp>,
        quarantine: Option<&Quarantine>,
        lock: &mut TargetLock,
        work: &Work<'_>,
    ) -> Result<Start, Failure> {
        let checked = check(self.opened.clone(), &self.resolved, work.events)?;
        let entered = enter(&checked, self.entrance(given_up), work).await?;
        let planned = plan(
            checked,
            entered,
            self.resolved.planning,
            quarantine,
            work.events,
        );
        let telling = Telling::of(planned.plan(), self.common.messages.verbosity);
        if telling == Telling::All {
            show_problems(planned.prepared(), planned.diagnostics(), self.output)?;
        }
        self.hold(&planned, work.target)?;
        let left_out = &planned.prepared().file.checked.left_out;
        let nothing_counts = planned.checked().is_empty();
        if nothing_counts && left_out.is_empty() {
            self.agreement().guards.pass(&planned, work.target)?;
            return Ok(Start::Nothing(self.nothing_to_import(&planned)));
        }
        if nothing_counts {
            // A run all the same: whoever reads its files and counts learns what was left out.
            let left_out = all_left_out(left_out);
            tracing::warn!(left_out, "no row counts: all are left out");
        }
        let mut agreement = self.agreement();
        if telling == Telling::OneLine {
            // There is nothing to agree to, and nothing to be said of it.
            agreement.asking = Asking::Never;
        }
        let agreed = agree(planned, agreement, &AtTerminal(self.output), work).await;
        let agreed = agreed.map_err(|failure| self.with_look(failure))?;
        let begun = begin(agreed, lock, &self.beginning(), work)?;
        Ok(Start::Begun(Box::new(begun), telling))
    }

    fn entrance(&self, given_up: Option<GivenUp>) -> Entrance {
        Entrance {
            given_up,
            unreadable: if self.args.new_run {
                Unreadable::SetAside
            } else {
                Unreadable::Block
            },
            without_rows: match self.approved {
                Some(_) => WithoutRows::Enter,
                None => WithoutRows::StayOut,
            },
        }
    }

    fn beginning(&self) -> Beginning {
        // What the profile says is meant for the list, not for its own results.
        let out = self.resolved.out.clone();
        let list = self.opened.path();
        let out =
            out.filter(|out| out.origin.is_flag() || !report::would_replace(list, &out.value));
        let plan = self.approved.as_ref().map(Approved::digest);
        Beginning {
            options: self.decisive.kept(plan),
            origins: self.decisive.origins().clone(),
            out: out.map(|out| out.value),
            job: self.resolved.watching.job.clone(),
            keeping: match self.args.run.journal {
                JournalKind::Full => Keeping::OnDisk,
                JournalKind::Memory => Keeping::InMemory,
            },
        }
    }

    /// A file without rows begins no run, where it may be without.
    fn nothing_to_import(&self, planned: &PlannedList) -> Exit {
        self.output
            .say("there is no row to import; nothing was sent");
        if planned.has_errors() {
            Exit::SomeRows
        } else {
            Exit::Done
        }
    }
}

/// Asks people which level rows get that do not say it.
fn level_asked_for(
    file: &Path,
    resolved: &Resolved,
    output: Output,
) -> Result<Option<String>, Failure> {
    if !ask_level::is_asked(output) {
        return Ok(None);
    }
    let lacking = Lacking::of(file, resolved, output)?;
    Ok(lacking.and_then(|lacking| lacking.ask(output)))
}
