//! Taking a run back.

use std::sync::Arc;

use super::attempt::begun;
use super::live::Ear;
use super::number::{Number, number};
use super::reach::target_of;
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::flow::runs::open_run;
use crate::flow::undo::{self, Outlook, Undoable};
use crate::gui::app::App;
use crate::gui::fault::Fault;
use crate::gui::target::Connected;
use crate::journal::RunInfo;
use crate::submit::Direction;
use crate::submit::undo::FoundOnes;

/// Takes a run back, after the number of customers was typed.
///
/// # Errors
/// Where there is nothing to take back, the number is another one, or somebody else is at work.
pub async fn undo(app: &Arc<App>, run: &str, typed: &str) -> Result<(), Fault> {
    let journal = super::shown::journal(app, run)?;
    if app.runs.live(run).is_some_and(|live| live.is_live()) {
        return Err(Fault::busy("The run is in progress."));
    }
    let removable = super::rows::RunRows::read(&journal)?.removable();
    if number(typed) != Some(removable) {
        return Err(Fault::typed(removable));
    }
    let store = open_run(&app.state_dir(), run)?;
    let (info, _) = store.info().map_err(Failure::from)?;
    let Some(undoable) = Undoable::of(store)? else {
        return Err(Fault::busy("The run has created nothing."));
    };
    let connected = target_of(app, &info, None).await?;
    let list = app.list_of_run(run);
    let target = Arc::clone(&connected);
    begun(app, &connected, list, Direction::Back, |attempt| {
        Box::pin(async move {
            let running = target.resolved.running.clone().without_search();
            let work = attempt.work(&running);
            take_back(undoable, &info, (&work, &attempt.ear), &target).await
        })
    })
    .await?;
    Ok(())
}

async fn take_back(
    undoable: Undoable,
    info: &RunInfo,
    (work, ear): (&Work<'_>, &Ear),
    connected: &Connected,
) -> Result<(), Failure> {
    let entered = undo::enter(undoable, work).await?;
    let carrying = undo::Carrying {
        out: None,
        flags: connected.flags(),
    };
    let planned = match undo::plan(entered, FoundOnes::Stay, work).await? {
        Outlook::Nothing => return Err(Failure::interrupted("the run has created nothing")),
        Outlook::Over(_) => return Err(Failure::interrupted("the run is undone already")),
        Outlook::ToDo(planned) => *planned,
    };
    // What was typed was held against what the run had created; what stays of it is seen now.
    let counts = planned.counts();
    let agreement = undo::Agreement::Given(counts.remove + counts.restore);
    let agreed = undo::agree(planned, agreement, &Number { wanted: 0 }, work).await?;
    ear.begins(info);
    let ended = undo::carry(agreed, &carrying, work).await?;
    ended.log();
    match ended.unwritten.or(ended.stopped) {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}
