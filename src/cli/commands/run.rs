//! `run FILE`: open, check, plan, agree, begin, carry out; each step is a use case.

use super::asked::{Asked, Start};
use crate::cli::args::{Common, RunCommandArgs};
use crate::cli::exit::Exit;
use crate::cli::reach::{connect, host};
use crate::cli::reported::Reported;
use crate::cli::show::advice::with_commands;
use crate::cli::show::ended::{Telling, show_ended};
use crate::cli::show::face::Face;
use crate::cli::show::formats;
use crate::cli::show::output::Output;
use crate::cli::signals::watch_signals_of;
use crate::flow::enter::lock;
use crate::flow::failure::Failure;
use crate::flow::guard::within_limits;
use crate::flow::host::Work;
use crate::flow::plan_file::Approved;
use crate::flow::quarantine::Quarantine;
use crate::flow::resume::resume;
use crate::flow::run::{Carrying, carry};
use crate::flow::unfinished::{Found, Sought, Then, find};
use crate::settings::table::OUT;

/// Runs the command.
pub async fn run(
    common: &Common,
    args: &RunCommandArgs,
    output: Output,
    reported: &Reported,
) -> Result<Exit, Failure> {
    let asked = Asked::of(common, args, output, reported)?;
    if args.dry_run {
        return asked.dry_run().await;
    }
    let (resolved, running) = (&asked.resolved, &asked.resolved.running);
    let target = connect(resolved, running.concurrency.get(), output).await?;
    let (host, now_ms) = (host(resolved), (running.wall_clock)());
    let mut lock = lock(&host, &target.lock_key(), asked.opened.path(), now_ms)?;
    reported.asks(&target.client);
    let quarantine = Quarantine::open(resolved, (&args.run).into(), target.lock_key());
    let quarantine = quarantine.as_ref();
    let face = Face::on(output).reporting(reported);
    let sought = Sought {
        state_dir: &resolved.state_dir,
        opened: &asked.opened,
        target: &target,
        decisive: &asked.decisive,
        plan: asked.approved.as_ref().map(Approved::digest),
        and: if args.new_run {
            Then::GiveUp
        } else {
            Then::Continue
        },
        if_changed: resolved.if_changed,
        now_ms,
    };
    let found = find(&sought, &face)
        .map_err(|failure| with_commands(failure, |info| asked.repeat(info)))?;
    let work = Work {
        host: &host,
        target: &target,
        running,
        control: watch_signals_of(running),
        events: &face,
    };
    let (begun, telling) = match found {
        Found::Continue(unfinished) => {
            within_limits(&unfinished.still_to_send()?, resolved.agreement)
                .map_err(|failure| asked.with_look(failure))?;
            lock.names(&unfinished.info().id);
            let out = asked.resolved.typed.path(&OUT);
            (resume(*unfinished, &lock, out, &work).await?, Telling::All)
        }
        Found::Superseded(_) | Found::Nothing => {
            let given_up = found.given_up();
            match asked.begin(given_up, quarantine, &mut lock, &work).await? {
                Start::Nothing(exit) => return Ok(exit),
                Start::Begun(begun, telling) => (*begun, telling),
            }
        }
    };
    let carrying = Carrying {
        settings: resolved.plain(),
        flags: asked.repeat(begun.info()).report_flags(),
        quarantine,
    };
    let ended = carry(begun, carrying, &work).await?;
    let format = formats::of_run(args.format, output);
    show_ended(ended, telling, format, reported, output)
}
