//! Continuing a run that an earlier process, or this one, has left.

use std::sync::Arc;

use super::attempt::{begun, flags, over};
use super::reach::target_of;
use crate::flow::event::Silence;
use crate::flow::failure::Failure;
use crate::flow::import::go_on as go_on_with;
use crate::flow::quarantine::Holding;
use crate::flow::runs::open_run;
use crate::flow::unfinished::{Rows, of_journal};
use crate::gui::app::App;
use crate::gui::fault::Fault;
use crate::gui::wire::{LoginAsk, Step};
use crate::settings::IfChanged;
use crate::submit::Direction;

/// Continues a run that an earlier process, or this one, has left.
///
/// # Errors
/// Where there is nothing to continue, or somebody else is at work.
pub async fn go_on(
    app: &Arc<App>,
    run: &str,
    login: Option<LoginAsk>,
    if_changed: IfChanged,
) -> Result<(), Fault> {
    super::shown::journal(app, run)?;
    if app.runs.live(run).is_some_and(|live| live.is_live()) {
        return Err(Fault::busy("The run is in progress."));
    }
    let (info, unfinished) = {
        let store = open_run(&app.state_dir(), run)?;
        let (info, _) = store.info().map_err(Failure::from)?;
        (info, of_journal(store, Rows::AsBegun, &Silence)?)
    };
    let Some(unfinished) = unfinished else {
        return Err(Fault::busy("The run has come to its end."));
    };
    if if_changed == IfChanged::Stop {
        unchanged(app, run).await?;
    }
    let connected = target_of(app, &info, login).await?;
    let list = app.list_of_run(run);
    let (target, forth) = (Arc::clone(&connected), Direction::Forth);
    begun(app, &connected, list.clone(), forth, |attempt| {
        Box::pin(async move {
            let work = attempt.work(&target.resolved.running);
            let going = (&target.resolved, Holding::Back, None);
            over(go_on_with(unfinished, going, flags(&target), &work).await?)
        })
    })
    .await?;
    if let Some(list) = list.and_then(|list| app.list(&list).ok()) {
        list.note(Step::Run, Some(run), None);
    }
    Ok(())
}

/// Refuses to continue a run where the list was changed since: that is said first.
async fn unchanged(app: &Arc<App>, run: &str) -> Result<(), Fault> {
    let list = app.list_of_run(run).and_then(|id| app.list(&id).ok());
    let Some(list) = list else {
        return Ok(());
    };
    list.wake(app);
    list.has_been_read().await;
    let journal = super::shown::journal(app, run)?;
    let said = tokio::task::spawn_blocking(move || {
        let now = list.snapshot().ok()?;
        let rows = super::rows::RunRows::read(&journal).ok()?;
        super::shown::since(&list, &now, &rows)
    });
    match said.await.ok().flatten() {
        Some(says) => Err(Fault::changed(says)),
        None => Ok(()),
    }
}
