//! `resume [RUN]`: continues a run that stopped.

use std::path::Path;

use crate::cli::args::{Common, ResumeArgs};
use crate::cli::exit::Exit;
use crate::cli::reach::{connect, host};
use crate::cli::repeat::Repeat;
use crate::cli::reported::Reported;
use crate::cli::show::advice::{with_commands, with_look};
use crate::cli::show::ended::{Telling, show_ended};
use crate::cli::show::face::Face;
use crate::cli::show::formats;
use crate::cli::show::output::Output;
use crate::cli::signals::watch_signals_of;
use crate::flow::failure::Failure;
use crate::flow::guard::within_limits;
use crate::flow::host::Work;
use crate::flow::import::go_on;
use crate::flow::runs::open_run;
use crate::flow::target::place_of_run;
use crate::flow::unfinished::{Rows, last, of_journal};
use crate::journal::RunInfo;
use crate::settings::table::OUT;
use crate::settings::{IfChanged, Settings};

/// Runs the command.
pub async fn run(
    common: &Common,
    args: &ResumeArgs,
    output: Output,
    reported: &Reported,
) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let face = Face::on(output).reporting(reported);
    let store = match args.run_id.as_deref() {
        Some(id) if id != "last" => open_run(&settings.state_dir, id)?,
        _ => last(&settings.state_dir, &face)?,
    };
    let (info, _) = store.info()?;
    let settings = settings.beside(common, Path::new(&info.input_full_path), output)?;
    let place = place_of_run(&info, "begun", &settings, &args.target)?;
    let typed = place.and(&args.limits).and(&args.run.flags);
    let resolved = settings.with(&typed)?;
    reported.resolved(&resolved)?;
    let running = &resolved.running;
    let repeat = |info: &RunInfo| Repeat::of(common, &settings, &typed, info.into());
    let rows = if args.as_begun || resolved.if_changed == IfChanged::AsBegun {
        Rows::AsBegun
    } else {
        Rows::AsTheyAre
    };
    let found = of_journal(store, rows, &face);
    let found = found.map_err(|failure| with_commands(failure, repeat))?;
    let Some(unfinished) = found else {
        output.say(&format!(
            "the run {} is finished; nothing to continue",
            info.id
        ));
        return Ok(Exit::Done);
    };
    if rows == Rows::AsTheyAre {
        unfinished
            .same_settings(&settings, &typed)
            .map_err(|failure| with_commands(failure, repeat))?;
    }
    let list = Path::new(&info.input_full_path);
    within_limits(&unfinished.still_to_send()?, resolved.agreement)
        .map_err(|failure| with_look(failure, list, &repeat(&info)))?;
    let connections = running.concurrency.get();
    let target = connect(&resolved, connections, output).await?;
    target.serves(&info, "begun")?;
    reported.asks(&target.client);
    let work = Work {
        host: &host(&resolved),
        target: &target,
        running,
        control: watch_signals_of(running),
        events: &face,
    };
    let holding = (&args.run).into();
    let going = (&resolved, holding, args.run.flags.path(&OUT));
    let mut flags = repeat(&info).report_flags();
    if args.as_begun {
        // The list has changed, and is still another one when this stops again.
        flags.resume.push("--as-begun".to_owned());
    }
    let ended = go_on(unfinished, going, flags, &work).await?;
    let format = formats::of_run(args.format, output);
    show_ended(ended, Telling::All, format, reported, output).await
}
