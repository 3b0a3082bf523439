//! Why a run does not begin, for people.

use axum::http::StatusCode;

use crate::flow::advice::{Advice, OfRun};
use crate::flow::clock::show_duration;
use crate::flow::failure::{Failure, Kind};
use crate::gui::app::App;
use crate::gui::fault::{Fault, Holder, in_words, sentence};
use crate::gui::target::Connected;
use crate::journal::TargetLock;

/// Why a run does not begin, for people; where somebody else is at work, who that is.
pub(super) fn refused(app: &App, failure: Failure, connected: &Connected) -> Fault {
    let is_replanning = |advice: &Advice| matches!(advice, Advice::PlanAgain { .. });
    // The number that was typed is that of the plan as it was reviewed: where it is no longer the number,
    // the answer of the page is a no.
    if failure.kind == Kind::Declined || failure.advice.iter().any(is_replanning) {
        let mut says = failure.details.join("; ");
        if says.is_empty() {
            "It would do something else now. Plan again.".clone_into(&mut says);
        }
        return Fault::stale("What was planned no longer fits", sentence(&says));
    }
    if let Some(fault) = unfinished(&failure, connected) {
        return fault;
    }
    if failure.kind != Kind::Locked {
        return failure.into();
    }
    let key = connected.target.lock_key();
    let holder = TargetLock::holder(&app.state_dir(), &key);
    let says = in_words(&failure);
    let holder = holder.map_or_else(
        || Holder {
            run: None,
            name: String::new(),
            says: says.clone(),
        },
        |one| Holder {
            run: (!one.run.is_empty()).then(|| one.run.clone()),
            name: one.input.clone(),
            says: sentence(&one.to_string()),
        },
    );
    Fault::from(failure).held_by(holder)
}

/// The refusal where an earlier run of the list is not finished, whether the list is the same or not.
fn unfinished(failure: &Failure, connected: &Connected) -> Option<Fault> {
    let info = failure.advice.iter().find_map(|advice| match advice {
        Advice::OfRun(OfRun::ContinueAsBegun | OfRun::ContinueRows | OfRun::FinishUndo, info) => {
            Some(info)
        }
        _ => None,
    })?;
    let wait = show_duration(connected.resolved.running.settle_wait);
    let says = format!(
        "The run {} has not ended. Finish it: it continues with the rows it began with, and later changes are \
         planned after it. Or abandon it: the customers it created are then already there, and this run begins when its requests can no longer take effect, in {wait} at most.",
        info.id
    );
    let holder = Holder {
        run: Some(info.id.clone()),
        name: info.input_path.clone(),
        says: says.clone(),
    };
    let title = "An earlier run of this list is not finished";
    Some(Fault::new(StatusCode::CONFLICT, "unfinished", title, says).held_by(holder))
}
