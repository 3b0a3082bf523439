//! Takes a run back: what it created is removed, leaves first, and what it changed gets back what it
//! was. A row of types that only the step before can make, like a run: [`Undoable`] the run, [`Entered`]
//! with the tenant to itself, [`Planned`] what would be done, [`Agreed`], and [`Ended`] when this process
//! leaves it. [`preview`] only looks.

mod agree;
mod carry;
mod lost;
mod plan;

pub use agree::{Agreed, Agreement, agree, agree_to_nothing};
pub use carry::{Carrying, Ended, carry};
pub use plan::{Entered, Look, Outlook, Planned, Undoable, enter, plan, preview};
