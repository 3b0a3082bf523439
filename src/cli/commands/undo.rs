//! `undo RUN`: removes what that run created, leaves first, and gives back what it changed, after the
//! number of customers was typed. The steps are use cases; here is what is typed and shown.

use std::path::Path;

use crate::cli::args::{Common, TextOrJson, UndoArgs};
use crate::cli::exit::Exit;
use crate::cli::reach::{connect, host};
use crate::cli::repeat::Repeat;
use crate::cli::show::face::Face;
use crate::cli::show::formats;
use crate::cli::show::output::Output;
use crate::cli::show::question::AtTerminal;
use crate::cli::show::undo::{show_ended, show_look};
use crate::cli::signals::watch_signals;
use crate::flow::clock::show_local;
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::flow::runs::{last_to_undo, open_run};
use crate::flow::target::place_of_run;
use crate::flow::undo::{
    Agreement, Carrying, Outlook, Planned, Undoable, agree, agree_to_nothing, carry, enter, plan,
    preview,
};
use crate::settings::Settings;
use crate::settings::table::CONCURRENCY;
use crate::submit::undo::FoundOnes;

/// Runs the command.
pub async fn run(common: &Common, args: &UndoArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let is_last = args.run_id == "last";
    let store = if is_last {
        last_to_undo(&settings.state_dir)?
    } else {
        open_run(&settings.state_dir, &args.run_id)?
    };
    let (info, _) = store.info()?;
    if is_last {
        output.say(&format!(
            "the last run that did something: {} of {}, {}",
            info.id,
            show_local(info.started_ms),
            info.input_path
        ));
    }
    let settings = settings.beside(common, Path::new(&info.input_full_path), output)?;
    let mut typed = place_of_run(&info, "made", &settings, &args.target)?.and(&args.flags);
    if let Some(concurrency) = args.concurrency {
        typed = typed.with(&CONCURRENCY, &concurrency.to_string());
    }
    let resolved = settings.with(&typed)?;
    let agreement = match args.confirm {
        Some(number) => Agreement::Given(number),
        None => Agreement::Asking,
    };
    let nothing = || {
        agree_to_nothing(agreement, None)?;
        output.say(&format!(
            "the run {} has created nothing; there is nothing to undo",
            info.id
        ));
        Ok(Exit::Done)
    };
    let Some(undoable) = Undoable::of(store)? else {
        return nothing();
    };
    let running = resolved.running.clone().without_search();
    let target = connect(&resolved, running.concurrency.get(), output).await?;
    target.serves(&info, "made")?;
    let (host, face) = (host(&resolved), Face::on(output));
    let work = Work {
        host: &host,
        target: &target,
        running: &running,
        control: watch_signals(),
        events: &face,
    };
    let found = if args.found {
        FoundOnes::GoToo
    } else {
        FoundOnes::Stay
    };
    if args.dry_run {
        let look = preview(undoable, found, &work).await?;
        return show_look(
            &look,
            &target,
            formats::of_undo(args.format, output),
            output,
        );
    }
    let repeat = Repeat::of(common, &settings, &typed, (&info).into());
    let mut flags = repeat.report_flags();
    if let Some(concurrency) = args.concurrency {
        let concurrency = ["--concurrency".to_owned(), concurrency.to_string()];
        flags.undo.extend(concurrency);
    }
    if args.found {
        flags.undo.push("--found".to_owned());
    }
    let carrying = Carrying {
        out: args.out.clone(),
        flags: [flags.every, flags.undo].concat(),
    };
    let entered = enter(undoable, &work).await?;
    match plan(entered, found, &work).await? {
        Outlook::Nothing => nothing(),
        Outlook::Over(planned) => {
            agree_to_nothing(agreement, planned.last())?;
            output.say(&format!("the run {} is undone already", info.id));
            planned.write_results(&carrying, &work)?;
            Ok(Exit::Done)
        }
        Outlook::ToDo(planned) => {
            let format = formats::of_undo(args.format, output);
            to_do(*planned, agreement, format, (&carrying, &work), output).await
        }
    }
}

/// Asks, and does it.
async fn to_do(
    planned: Planned,
    agreement: Agreement,
    format: TextOrJson,
    (carrying, work): (&Carrying, &Work<'_>),
    output: Output,
) -> Result<Exit, Failure> {
    let agreed = agree(planned, agreement, &AtTerminal(output), work).await?;
    let ended = carry(agreed, carrying, work).await?;
    show_ended(ended, format, output)
}
