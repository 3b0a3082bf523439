//! `run FILE`: what was asked for, imported; how it ended, shown.

use super::asked::Asked;
use crate::cli::args::{Common, RunCommandArgs};
use crate::cli::exit::Exit;
use crate::cli::reach::{connect, host};
use crate::cli::reported::Reported;
use crate::cli::show::ended::show_ended;
use crate::cli::show::face::Face;
use crate::cli::show::formats;
use crate::cli::show::output::Output;
use crate::cli::signals::watch_signals_of;
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::flow::import::import;

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
    let target = connect(resolved, running.concurrency.get(), output).await;
    let target = target.inspect_err(|failure| asked.leave_word(failure))?;
    reported.asks(&target.client);
    let work = Work {
        host: &host(resolved),
        target: &target,
        running,
        control: watch_signals_of(running),
        events: &Face::on(output).reporting(reported),
    };
    let ended = import(asked.order(), &asked, &work).await;
    let ended = ended.map_err(|failure| asked.worded(failure));
    let ended = ended.inspect_err(|failure| asked.leave_word(failure))?;
    let format = formats::of_run(args.format, output);
    show_ended(ended, asked.telling(), format, reported, output).await
}
