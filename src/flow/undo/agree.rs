//! The agreement to an undo: nothing is removed before the number of customers was given, when asked
//! or beforehand.

use super::plan::Planned;
use crate::flow::advice::Advice;
use crate::flow::agree::{Asks, Question};
use crate::flow::event::{Event, Note};
use crate::flow::failure::Failure;
use crate::flow::host::Work;
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
    let below = look.tenant.root().shown();
    work.events.on(Event::Note(Note::Intent {
        counted: look.counted(),
        place: format!("below {below} at {}", work.target.name),
    }));
    let counts = look.plan.counts();
    let count = counts.remove + counts.restore;
    if count > 0 {
        match agreement {
            // What an interrupted undo was agreed to with goes for the rest of it.
            Agreement::Given(given) => {
                let begun = look.undone.unfinished();
                let begun = begun.map(|state| state.to_remove as usize);
                if given != count && Some(given) != begun {
                    return Err(other_number(given, counts));
                }
            }
            Agreement::Asking => {
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

fn other_number(given: usize, counts: UndoCounts) -> Failure {
    Failure::usage(format!(
        "nothing was removed: this would {}{}, and {given} were agreed to",
        deeds(counts),
        total(counts)
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
        (remove, 0) => format!("remove {remove} customers"),
        (0, restore) => format!("restore {restore} customers"),
        (remove, restore) => format!("remove {remove} customers and restore {restore}"),
    }
}

/// The number to give, where it is the sum of two.
fn total(counts: UndoCounts) -> String {
    match (counts.remove, counts.restore) {
        (0, _) | (_, 0) => String::new(),
        (remove, restore) => format!(", {} together", remove + restore),
    }
}
