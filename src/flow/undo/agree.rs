//! The agreement to an undo: nothing is removed before the number of customers was given, when asked
//! or beforehand.

use super::plan::Planned;
use crate::flow::advice::Advice;
use crate::flow::agree::{Asks, Question, customers};
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
    let counts = look.plan.counts();
    match agreement {
        // What an interrupted undo was agreed to with goes for the rest of it.
        Agreement::Given(given) => {
            let begun = look.undone.unfinished();
            let begun = begun.map(|state| state.to_remove as usize);
            if given != counts.remove + counts.restore && Some(given) != begun {
                return Err(other_number(given, counts));
            }
        }
        Agreement::Asking => {
            if counts.remove + counts.restore > 0 {
                let question = Question::TakeBack {
                    remove: counts.remove,
                    restore: counts.restore,
                };
                let control = work.control.clone();
                question.put(asks, control, || nobody(counts)).await?;
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
            Err(other_number(given, UndoCounts::default()))
        }
        Agreement::Given(_) | Agreement::Asking => Ok(()),
    }
}

fn other_number(given: usize, counts: UndoCounts) -> Failure {
    Failure::usage(format!(
        "nothing was removed: this would {}{}, and {} were agreed to",
        deeds(counts),
        total(counts),
        grouped(given)
    ))
    .hint(Advice::OtherNumber(given))
}

fn nobody(counts: UndoCounts) -> Failure {
    let text = format!("this would {}, for good{}", deeds(counts), total(counts));
    Failure::usage(text)
        .hint(Advice::LookAtUndo)
        .hint(Advice::AgreeToUndo(counts.remove + counts.restore))
}

/// What is done, to how many.
fn deeds(counts: UndoCounts) -> String {
    match (counts.remove, counts.restore) {
        (remove, 0) => format!("remove {}", customers(remove)),
        (0, restore) => format!("restore {}", customers(restore)),
        (remove, restore) => format!("remove {} and restore {restore}", customers(remove)),
    }
}

/// The number to give, where it is the sum of two.
fn total(counts: UndoCounts) -> String {
    match (counts.remove, counts.restore) {
        (0, _) | (_, 0) => String::new(),
        (remove, restore) => format!(", {} together", remove + restore),
    }
}
