//! The agreement to an undo: nothing is removed before the number of customers was given, when asked
//! or beforehand.

use super::plan::Planned;
use crate::flow::advice::Advice;
use crate::flow::agree::{Asks, Question, TakingBack};
use crate::flow::event::{Event, Note};
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::model::number::grouped;
use crate::submit::undo::UndoCounts;

/// How an undo is agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Somebody is asked for the number of customers.
    Asking,
    /// This number was given beforehand.
    Given(usize),
}

/// What is done about the customers of a run, and may be.
pub struct Agreed {
    pub(super) planned: Planned,
}

/// Refuses, asks, or lets pass. Where nobody is to be removed or restored, there is nothing to agree to.
pub async fn agree(
    planned: Planned,
    agreement: Agreement,
    asks: &dyn Asks,
    work: &Work<'_>,
) -> Result<Agreed, Failure> {
    let look = &planned.look;
    work.events.on(Event::Note(Note::Intent {
        counted: look.counted(),
        place: look.place(work.target),
    }));
    let back = taking_back(look.plan.counts());
    match agreement {
        // What an interrupted undo was agreed to with goes for the rest of it.
        Agreement::Given(given) => {
            let begun = look.undone.unfinished();
            let begun = begun.map(|state| state.to_remove as usize);
            if given != back.customers() && Some(given) != begun {
                return Err(other_number(given, back));
            }
        }
        Agreement::Asking => {
            if back.customers() > 0 {
                let question = Question::TakeBack(back);
                let control = work.control.clone();
                question.put(asks, control, || nobody(back)).await?;
            }
        }
    }
    Ok(Agreed { planned })
}

/// Refuses a number where there is nobody to remove or restore. The number of the last go is taken,
/// so that a command may be typed again.
pub fn agree_to_nothing(agreement: Agreement, last: Option<usize>) -> Result<(), Failure> {
    match agreement {
        Agreement::Given(given) if given != 0 && Some(given) != last => {
            Err(other_number(given, TakingBack::default()))
        }
        Agreement::Given(_) | Agreement::Asking => Ok(()),
    }
}

fn taking_back(counts: UndoCounts) -> TakingBack {
    TakingBack {
        remove: counts.remove,
        restore: counts.restore - counts.only_switch,
        switch_off: counts.only_switch,
    }
}

fn other_number(given: usize, back: TakingBack) -> Failure {
    Failure::usage(format!(
        "{}: this would {}{}, and {} were agreed to",
        back.undone(),
        back.deeds(),
        total(back),
        grouped(given)
    ))
    .hint(Advice::OtherNumber(given))
}

fn nobody(back: TakingBack) -> Failure {
    let (deeds, for_good) = (back.deeds(), back.for_good());
    let text = format!("this would {deeds}{for_good}{}", total(back));
    Failure::usage(text)
        .hint(Advice::LookAtUndo)
        .hint(Advice::AgreeToUndo(back.customers()))
}

/// The number to give, where it is the sum of several.
fn total(back: TakingBack) -> String {
    let all = back.customers();
    if [back.remove, back.restore, back.switch_off].contains(&all) {
        String::new()
    } else {
        format!(", {} together", grouped(all))
    }
}
