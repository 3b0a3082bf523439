//! Continues a run: from its journal to where a new run stands when it has begun.

use std::path::Path;

use super::begin::{Begun, spare_input, try_out_dir};
use super::enter::{Entered, log_in};
use super::event::{Event, Note, Part, Stage};
use super::failure::Failure;
use super::host::Work;
use super::in_flight::{CutOff, Unreadable};
use super::unfinished::Unfinished;
use crate::journal::{Replayed, TargetLock};
use crate::submit::reads::{Wanted, read_tenant_below};

/// Waits for what other runs have under way, looks at the tenant, and stands where it stopped. `out`
/// is where the result files go, when not where they went before; `lock` is the target's.
pub async fn resume(
    unfinished: Unfinished,
    lock: &TargetLock,
    out: Option<&Path>,
    work: &Work<'_>,
) -> Result<Begun, Failure> {
    let Unfinished { mut store, .. } = unfinished;
    store.take()?;
    store.pages_hold()?;
    let (mut info, _) = store.info()?;
    if let Some(out) = out {
        let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
        info.out_dir = out.display().to_string();
    }
    spare_input(Path::new(&info.input_full_path), Path::new(&info.out_dir))?;
    try_out_dir(&info.out_dir)?;
    let patience = work.patience();
    let input = Path::new(&info.input_path);
    let now_ms = work.now_ms();
    let (root, identity) = log_in(work.host, work.target, &patience, input, now_ms).await?;
    store.stands_with(lock);
    store.stands_with(&identity);
    let state_dir = &work.host.state_dir;
    let cut_off = CutOff::find(
        state_dir,
        work.target,
        root,
        Some(&info.id),
        Unreadable::Block,
    )?;
    cut_off
        .wait(work.running.settle_wait, work.control.clone(), work.events)
        .await?;
    work.events.on(Event::Run(&info));
    work.events.on(Event::Note(Note::Continuing {
        run: info.id.clone(),
        started_ms: info.started_ms,
        place: work.target.place(),
    }));
    let part = Part::begin(work.events, Stage::ReadingTenant);
    let client = &work.target.client;
    let tenant = read_tenant_below(client, &patience, root, Wanted::default())
        .await
        .map_err(|error| Failure::of_reading(error, &work.target.name))?;
    drop(part);
    let entered = Entered {
        tenant,
        identity: Some((root, identity)),
        given_up: None,
    };
    Ok(Begun {
        info,
        replayed: Replayed::read(&store)?,
        numbers: store.numbers()?,
        store,
        entered,
    })
}
