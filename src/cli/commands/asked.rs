//! What was asked of `run`: the list, the options that were typed, found and planned with; and the
//! terminal that attends to the import.

use std::sync::OnceLock;

use super::plan::{Beside, exit_of, next_steps, planned, show, show_problems};
use crate::cli::args::{Common, JournalKind, RunCommandArgs};
use crate::cli::ask_level;
use crate::cli::exit::Exit;
use crate::cli::repeat::{Goal, Repeat};
use crate::cli::reported::Reported;
use crate::cli::show::advice::{with_commands, with_look, with_planning};
use crate::cli::show::ended::Telling;
use crate::cli::show::formats;
use crate::cli::show::output::Output;
use crate::cli::show::question::AtTerminal;
use crate::flow::agree::{Answered, Asking, Asks, Question};
use crate::flow::begin::spare_input;
use crate::flow::drafting::Keeping;
use crate::flow::excerpts;
use crate::flow::failure::Failure;
use crate::flow::guard::Guards;
use crate::flow::import::{Attends, Order, leave_word, out_of};
use crate::flow::in_flight::Unreadable;
use crate::flow::of_run::named_id;
use crate::flow::open::{Opened, open};
use crate::flow::pilot::Pilot;
use crate::flow::plan::PlannedList;
use crate::flow::plan_file::{Approved, Basis};
use crate::flow::read_rows::ReadRows;
use crate::flow::target::{Target, place};
use crate::flow::unfinished::Then;
use crate::journal::RunInfo;
use crate::model::Diagnostic;
use crate::report::next::Flags;
use crate::settings::table::OUT;
use crate::settings::{Decisive, Resolved, Settings};

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
    /// How much is told of the run's end, once the plan is known.
    telling: OnceLock<Telling>,
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
        } else if !args.dry_run && !args.run.yes && ask_level::is_asked(output) {
            let said = (&mut typed, &mut resolved);
            ask_level::settle(&file, &settings, said, ask_level::For::Run, output)?;
        }
        resolved.refuse_idle_flags()?;
        let opened = open(&file).inspect_err(|failure| {
            if !args.dry_run {
                leave_word(&resolved, &file, failure);
            }
        })?;
        let decisive = resolved.decisive(named_id(&resolved, &file)?.as_deref());
        Ok(Self {
            telling: OnceLock::new(),
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

    /// What is ordered.
    pub fn order(&self) -> Order<'_> {
        Order {
            opened: self.opened.clone(),
            resolved: &self.resolved,
            decisive: &self.decisive,
            approved: self.approved.as_ref(),
            and: if self.args.new_run {
                Then::GiveUp
            } else {
                Then::Continue
            },
            unreadable: if self.args.new_run {
                Unreadable::SetAside
            } else {
                Unreadable::Block
            },
            if_changed: self.resolved.if_changed,
            holding: (&self.args.run).into(),
            keeping: match self.args.run.journal {
                JournalKind::Full => Keeping::OnDisk,
                JournalKind::Memory => Keeping::InMemory,
            },
            out: out_of(&self.resolved, self.opened.path()),
        }
    }

    /// Leaves word of a run that never began, where the results of an earlier one stand.
    pub fn leave_word(&self, failure: &Failure) {
        leave_word(&self.resolved, self.opened.path(), failure);
    }

    /// How much is told of the run's end: nothing but a line, where there was nothing to do.
    pub fn telling(&self) -> Telling {
        self.telling.get().copied().unwrap_or(Telling::All)
    }

    /// A failure whose advice has become commands that repeat what was typed.
    pub fn worded(&self, failure: Failure) -> Failure {
        let failure = with_commands(failure, |info| self.repeat(info));
        let of_list = self.repeat_of_list();
        with_look(
            with_planning(failure, &of_list),
            self.opened.path(),
            &of_list,
        )
    }

    /// What the commands after a run of this target repeat.
    fn repeat(&self, info: &RunInfo) -> Repeat {
        Repeat::of(
            self.common,
            &self.settings,
            &self.resolved.typed,
            info.into(),
        )
    }

    /// Plans and shows the plan.
    pub async fn dry_run(self) -> Result<Exit, Failure> {
        let (resolved, args, output) = (&self.resolved, self.args, self.output);
        let opened = self.opened.clone();
        let looked = planned(opened, resolved, (&args.run).into(), output).await?;
        let (planned, target) = (&looked.planned, &looked.target);
        self.hold(planned, target)?;
        let pilot = Pilot::of(planned, target, &resolved.state_dir);
        let next = next_steps(planned, pilot);
        let format = formats::of_run(args.format, output).into();
        let passed = Guards::of(resolved).pass(planned, target);
        let passed = passed.map_err(Failure::without_plan);
        let beside = Beside {
            next: &next,
            orphans: None,
            refused: passed.as_ref().err(),
        };
        show(&looked, format, &beside, output)?;
        passed?;
        Ok(exit_of(planned))
    }

    /// Refuses where the plan that was approved no longer holds.
    fn hold(&self, planned: &PlannedList, target: &Target) -> Result<(), Failure> {
        let Some(approved) = &self.approved else {
            return Ok(());
        };
        let basis = Basis::of(&self.opened, self.decisive.clone());
        let held = approved.hold(&basis, planned, target);
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
}

impl Asks for Asked<'_> {
    fn ask<'a>(&'a self, question: &'a Question) -> Answered<'a> {
        let output = self.output;
        Box::pin(async move { AtTerminal(output).ask(question).await })
    }
}

impl Attends for Asked<'_> {
    fn planned(&self, planned: &PlannedList, rows: Option<&ReadRows>) -> Result<Asking, Failure> {
        let telling = Telling::of(planned.plan(), self.common.messages.verbosity);
        let telling = *self.telling.get_or_init(|| telling);
        if telling == Telling::OneLine {
            // There is nothing to agree to, and nothing to be said of it.
            return Ok(Asking::Never);
        }
        let file = &planned.prepared().file;
        let source = (self.opened.path(), &self.resolved.reading);
        let excerpts = |shown: Vec<&Diagnostic>| excerpts::of_rows(source, file, rows, shown);
        let found = (planned.diagnostics(), &planned.summary());
        show_problems(file, found, excerpts, self.output)?;
        Ok(match self.approved {
            _ if self.args.run.yes => Asking::Never,
            Some(_) => Asking::Plainly,
            None => Asking::ByCount,
        })
    }

    fn flags(&self, info: &RunInfo) -> Flags {
        self.repeat(info).report_flags()
    }
}
