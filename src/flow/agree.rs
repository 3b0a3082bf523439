//! The agreement before anything is sent or removed: a limit for unattended runs, and a question to
//! people that says how much goes where. The face puts the question; whoever asks for the end
//! meanwhile gets it.

use std::collections::BTreeSet;
use std::pin::Pin;

use tokio::sync::watch;

use super::advice::Advice;
use super::event::{Event, Note};
use super::failure::Failure;
use super::guard::Guards;
pub use super::guard::customers;
use super::host::Work;
use super::pilot::Pilot;
use super::plan::PlannedList;
use super::target::{Target, in_words};
use crate::check::Accepted;
use crate::journal::record::Mode;
use crate::model::number::grouped;
use crate::model::{Differing, LevelChoice, Makeup, Operation, Planned, RowIndex};
use crate::plan::action::PlanCounts;
use crate::plan::{Finding, Plan};
use crate::submit::Control;

/// What is about to be done, and where.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The rows by kind.
    pub counts: PlanCounts,
    /// The same in one line.
    pub counted: String,
    /// What the customers are that are created, where some are.
    pub makeup: Option<String>,
    /// The customer below which all happens: name and id.
    pub below: String,
    /// The service's address, or `sandbox`.
    pub endpoint: String,
    /// The sandbox or the service.
    pub mode: Mode,
}

/// How a run is agreed to.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Whether somebody is asked.
    pub asking: Asking,
    /// What may be sent.
    pub guards: Guards,
}

/// Whether somebody is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// `--yes`.
    Never,
    /// Yes or no, however large the run is: what is sent was approved before, row by row.
    Plainly,
    /// Yes or no, or a number for a large run.
    ByCount,
}

/// What people are asked before something is done that cannot be taken back.
#[derive(Debug, Clone)]
pub enum Question {
    /// Whether the customers are to be created and changed.
    Send {
        /// What goes where.
        intent: Intent,
        /// How the answer is given.
        by: Answering,
        /// Whether a part of it is proposed first.
        pilot: Pilot,
    },
    /// Whether a run is to be taken back.
    TakeBack(TakingBack),
}

/// How many customers are to be taken back how. They add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakingBack {
    /// To be removed, for good.
    pub remove: usize,
    /// To get back what they were.
    pub restore: usize,
    /// Whose automatic deployment is switched off, and nothing else.
    pub switch_off: usize,
}

impl TakingBack {
    /// All of them.
    pub fn customers(self) -> usize {
        self.remove + self.restore + self.switch_off
    }

    /// `remove 3 customers and restore 1`.
    pub fn deeds(self) -> String {
        let kinds = [
            ("remove", self.remove),
            ("restore", self.restore),
            ("switch off automatic deployment of", self.switch_off),
        ];
        let kinds = kinds.into_iter().filter(|(_, count)| *count > 0);
        let parts = kinds.enumerate().map(|(place, (what, count))| match place {
            0 => format!("{what} {}", customers(count)),
            _ => format!("{what} {}", grouped(count)),
        });
        let parts: Vec<String> = parts.collect();
        match parts.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} and {last}", before.join(", ")),
            None => format!("remove {}", customers(0)),
        }
    }

    /// What only a removal is.
    pub fn for_good(self) -> &'static str {
        if self.remove > 0 { ", for good" } else { "" }
    }

    /// What is said where nothing of it was done.
    pub fn undone(self) -> &'static str {
        if self.remove > 0 || self.customers() == 0 {
            "nothing was removed"
        } else {
            "nothing was changed"
        }
    }
}

/// How people agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answering {
    /// With yes.
    Yes,
    /// With this number, so that nobody agrees in passing.
    Number(usize),
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Yes,
    /// Anything else.
    No,
    /// There is nobody to ask.
    Nobody,
}

/// An answer that is waited for.
pub type Answered<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Puts questions to people.
pub trait Asks: Sync {
    /// Asks, and waits. Whoever waits may give up at any moment.
    fn ask<'a>(&'a self, question: &'a Question) -> Answered<'a>;
}

impl Question {
    /// What is said where nobody agrees: that nothing was done.
    fn undone(&self) -> &'static str {
        match self {
            Self::Send { .. } => "nothing was sent",
            Self::TakeBack(back) => back.undone(),
        }
    }

    /// Asks, and waits for the answer or for the wish to end. Only an answer that means yes is an
    /// agreement; `nobody` is what is wrong where nobody is there to ask.
    pub async fn put(
        &self,
        asks: &dyn Asks,
        mut control: watch::Receiver<Control>,
        nobody: impl FnOnce() -> Failure,
    ) -> Result<(), Failure> {
        let asked_to_stop = async {
            if control.wait_for(|now| *now != Control::Run).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let answer = tokio::select! {
            answer = asks.ask(self) => answer,
            () = asked_to_stop => {
                let text = format!("interrupted; {}", self.undone());
                return Err(Failure::declined(text));
            }
        };
        match answer {
            Answer::Yes => Ok(()),
            Answer::No => Err(Failure::declined(self.undone())),
            Answer::Nobody => Err(nobody()),
        }
    }
}

/// A plan that may be carried out.
pub struct Agreed {
    planned: PlannedList,
}

impl Agreed {
    /// What was agreed to.
    pub fn planned(&self) -> &PlannedList {
        &self.planned
    }

    /// The plan, for the step that carries it on.
    pub(super) fn into_planned(self) -> PlannedList {
        self.planned
    }
}

/// Refuses, asks, or lets pass. Only an answer that means yes lets anything be sent.
pub async fn agree(
    planned: PlannedList,
    agreement: Agreement,
    asks: &dyn Asks,
    work: &Work<'_>,
) -> Result<Agreed, Failure> {
    let events = work.events;
    if let Some(note) = planned.held().note() {
        events.on(Event::Note(note));
    }
    let intent = Intent::of(&planned, work.target);
    agreement.guards.pass(&planned, work.target)?;
    let changes = intent.changes();
    let say = || {
        events.on(Event::Note(Note::Intent {
            counted: intent.counted.clone(),
            place: intent.place(),
        }));
    };
    if agreement.asking == Asking::Never || changes == 0 {
        if changes > 0 || agreement.asking != Asking::Never {
            say();
        }
        return Ok(Agreed { planned });
    }
    let nobody = || {
        say();
        let text = format!("this would {}, {}", intent.deeds(), intent.place());
        Failure::usage(text)
            .hint(Advice::AgreeBeforehand)
            .hint(Advice::LimitBeforehand)
    };
    let pilot = match agreement.asking {
        Asking::ByCount => Pilot::of(&planned, work.target, &work.host.state_dir),
        Asking::Never | Asking::Plainly => Pilot::Unneeded,
    };
    let question = intent.question(&agreement, pilot);
    question.put(asks, work.control.clone(), nobody).await?;
    Ok(Agreed { planned })
}

impl Intent {
    /// Of a plan, rows that are held back left out.
    fn of(planned: &PlannedList, target: &Target) -> Self {
        Self {
            counts: planned.held().taken_off(planned.plan().counts()),
            counted: counts_line(planned.plan()),
            makeup: makeup(planned).told(),
            below: planned.tenant().root().shown(),
            endpoint: target.name.clone(),
            mode: target.mode(),
        }
    }

    /// How many customers are created or changed.
    pub fn changes(&self) -> usize {
        self.counts.create + self.counts.changed()
    }

    /// `create 3 customers and change 1`.
    pub fn deeds(&self) -> String {
        match (self.counts.create, self.counts.changed()) {
            (create, 0) => format!("create {}", customers(create)),
            (0, update) => format!("change {}", customers(update)),
            (create, update) => format!("create {} and change {update}", customers(create)),
        }
    }

    fn place(&self) -> String {
        let mode = in_words(self.mode);
        format!("below {} at {}, {mode}", self.below, self.endpoint)
    }

    fn question(&self, agreement: &Agreement, pilot: Pilot) -> Question {
        let changes = self.changes();
        let large =
            agreement.asking == Asking::ByCount && changes > agreement.guards.limits.confirm_above;
        Question::Send {
            intent: self.clone(),
            by: if large {
                Answering::Number(changes)
            } else {
                Answering::Yes
            },
            pilot,
        }
    }
}

/// The rows whose customers are there, differ, and are left as they are.
pub fn left_differing(plan: &Plan) -> Differing {
    let mut differing = Differing::default();
    for item in &plan.items {
        if item.finding == Finding::Differs && matches!(item.action, Planned::Exists { .. }) {
            differing.add(item.differences.iter().map(|one| one.member));
        }
    }
    differing
}

/// What the customers are that a plan creates, rows that are held back left out.
pub fn makeup(planned: &PlannedList) -> Makeup {
    let (plan, held) = (planned.plan(), planned.held());
    let accepted = planned.prepared().file.checked.accepted.iter();
    let derived: BTreeSet<RowIndex> = accepted
        .filter(|row| row.level() == LevelChoice::Derived)
        .map(Accepted::row)
        .collect();
    let mut makeup = Makeup::default();
    for item in &plan.items {
        if let Planned::Send(Operation::Create { partner, .. }) = &item.action
            && !held.holds(plan, item.row)
        {
            makeup.add(partner);
            makeup.derived += usize::from(derived.contains(&item.row));
        }
    }
    makeup
}

/// The counts of a plan in one line.
pub fn counts_line(plan: &Plan) -> String {
    let counts = plan.counts();
    let mut parts = vec![format!("{} to create", grouped(counts.create))];
    if counts.update > 0 {
        parts.push(format!("{} to change", grouped(counts.update)));
    }
    let there = grouped(counts.exists);
    parts.push(match left_differing(plan).rows() {
        0 => format!("{there} already there"),
        1 => format!("{there} already there (1 differs)"),
        more => format!("{there} already there ({} differ)", grouped(more)),
    });
    if counts.deploy > 0 {
        parts.push(format!("{} get automatic deployment", counts.deploy));
    }
    let left = plan.deployments_failed_before();
    if left > 0 {
        parts.push(format!("{left} still without automatic deployment"));
    }
    if counts.fail > 0 {
        parts.push(format!("{} there and to fail", grouped(counts.fail)));
    }
    parts.push(format!("{} invalid", grouped(counts.invalid)));
    parts.push(format!("{} blocked", grouped(counts.blocked)));
    let conflicts = plan.found(Finding::Conflict);
    if conflicts > 0 {
        let word = if conflicts == 1 {
            "conflict"
        } else {
            "conflicts"
        };
        parts.push(format!(
            "{} {word} with other customers",
            grouped(conflicts)
        ));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_is_called_what_it_is() {
        let says = |remove, restore, switch_off| {
            let back = TakingBack {
                remove,
                restore,
                switch_off,
            };
            format!("{}{}; {}", back.deeds(), back.for_good(), back.undone())
        };
        assert_eq!(
            says(0, 0, 4),
            "switch off automatic deployment of 4 customers; nothing was changed"
        );
        assert_eq!(
            says(1, 0, 0),
            "remove 1 customer, for good; nothing was removed"
        );
        assert_eq!(
            says(3, 2, 1),
            "remove 3 customers, restore 2 and switch off automatic deployment of 1, for good; nothing was removed"
        );
        assert_eq!(says(0, 2, 0), "restore 2 customers; nothing was changed");
    }

    #[test]
    fn a_large_run_is_agreed_to_with_its_number() {
        let by = |create, update, asking| {
            let intent = Intent {
                counts: PlanCounts {
                    create,
                    update,
                    ..PlanCounts::default()
                },
                counted: String::new(),
                makeup: None,
                below: String::new(),
                endpoint: String::new(),
                mode: Mode::Live,
            };
            let agreement = Agreement {
                asking,
                guards: Guards::open(100),
            };
            match intent.question(&agreement, Pilot::Unneeded) {
                Question::Send { by, .. } => by,
                Question::TakeBack(_) => panic!("nobody is removed"),
            }
        };
        assert_eq!(by(100, 0, Asking::ByCount), Answering::Yes);
        assert_eq!(by(99, 2, Asking::ByCount), Answering::Number(101));
        assert_eq!(by(101, 0, Asking::Plainly), Answering::Yes);
    }
}
