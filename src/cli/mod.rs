//! The command line: the only layer that knows people, terminals, signals and the environment.

mod after;
mod args;
mod ask_columns;
mod ask_gone;
mod ask_level;
mod commands;
mod credentials;
mod error;
pub mod exit;
mod front;
mod here;
mod logging;
mod reach;
pub mod reference;
mod repeat;
mod reported;
mod settings;
mod show;
mod signals;
mod template;
mod tree;

use std::path::Path;
use std::process::ExitCode;

use self::args::{
    Cli, Command, Common, FleetCommand, RunsCommand, SandboxArgs, SandboxCommand, Wanted,
};
use self::exit::Exit;
use self::logging::RunLabel;
use self::reported::{Reported, around};
use self::settings::machine;
use self::show::output::{Messages, Output, Verbosity};
use self::show::screen::{Screen, Style};
use crate::flow::failure::Failure;
use crate::flow::{clock, vault};
use crate::settings::{LogFormat, Settings, Verbosity as Loud};

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = front::arguments();
    let mut cli = match args::short::parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(front::refuse(&arguments, &error)),
    };
    cli.common.purpose = cli.command.purpose();
    let input = cli.command.input().map(Path::to_owned);
    cli.common.begin(input);
    // One for the process: log lines, messages and the line of progress share the terminal.
    let screen: &'static Screen = Box::leak(Box::new(Screen::new(style_of(&cli.common))));
    let label = logging::start(cli.common.messages, screen);
    let messages = cli.common.messages;
    let verbosity = match messages.verbosity {
        Loud::Quiet => Verbosity::Quiet,
        _ => Verbosity::Normal,
    };
    let messages = match messages.log_format {
        Some(LogFormat::Json) => Messages::Logged,
        Some(LogFormat::Text) | None => Messages::Plain,
    };
    let output = Output::new(verbosity, messages, screen);
    front::say_open(cli.command.list(), output);
    let exit = match dispatch(cli, output, label) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            error::exit_of(&error)
        }
    };
    ExitCode::from(exit.number())
}

/// How progress is shown.
fn style_of(common: &Common) -> Style {
    let Wanted {
        progress,
        log_format,
        verbosity,
    } = common.messages;
    let is_quiet = verbosity == Loud::Quiet;
    if !progress || is_quiet || log_format == Some(LogFormat::Json) {
        Style::None
    } else {
        Style::of_stderr()
    }
}

fn dispatch(cli: Cli, output: Output, label: RunLabel) -> Result<Exit, Failure> {
    let common = cli.common;
    match cli.command {
        Command::Check(args) => commands::check::run(&common, &args, output),
        Command::Open(args) => commands::open::run(&common, &args, output),
        Command::Preview(args) => commands::preview::run(&common, &args, output),
        Command::Plan(args) => {
            on_runtime(|| async move { commands::plan::run(&common, &args, output).await })
        }
        Command::Run(args) if args.dry_run => on_runtime(|| async move {
            let reported = Reported::new(label, None);
            Box::pin(commands::run::run(&common, &args, output, &reported)).await
        }),
        Command::Run(args) => on_runtime(|| async move {
            let command = async |reported: &Reported| {
                Box::pin(commands::run::run(&common, &args, output, reported)).await
            };
            let typed = Settings::watching(&args.run.flags, &machine());
            around(&typed, args.file.as_deref(), label, command).await
        }),
        Command::Gui(args) => {
            on_runtime(|| async move { commands::gui::run(&common, &args, output).await })
        }
        Command::Resume(args) => on_runtime(|| async move {
            let command = async |reported: &Reported| {
                Box::pin(commands::resume::run(&common, &args, output, reported)).await
            };
            let typed = Settings::watching(&args.run.flags, &machine());
            around(&typed, None, label, command).await
        }),
        Command::Fleet(args) => match &args.command {
            Some(FleetCommand::Render(render)) => commands::fleet::render::run(render, output),
            None => {
                on_runtime(|| async move { commands::fleet::run(&common, &args, output).await })
            }
        },
        Command::Undo(args) => {
            on_runtime(|| async move { commands::undo::run(&common, &args, output).await })
        }
        Command::Runs(args) => match &args.command {
            Some(RunsCommand::Prune(prune)) => commands::prune::run(&common, prune, output),
            None => commands::runs::run(&common, &args, output),
        },
        Command::SupportBundle(args) => commands::support::run(&common, &args, output),
        Command::Report(args) => commands::report::run(&common, &args, output),
        Command::Doctor(args) => {
            on_runtime(|| async move { commands::doctor::run(&common, &args, output).await })
        }
        Command::Lookup(args) => {
            on_runtime(|| async move { commands::lookup::run(&common, &args, output).await })
        }
        Command::Country(args) => commands::country::run(&args, output),
        Command::Template(args) => {
            on_runtime(|| async move { commands::template::run(&common, &args, output).await })
        }
        Command::Init(args) => commands::init::run(&common, &args, output),
        Command::Config(args) => commands::config::run(&common, &args, output),
        Command::Trust(args) => commands::trust::run(&args, output),
        Command::Login(args) => {
            on_runtime(|| async move { commands::login::login(&common, &args, output).await })
        }
        Command::Logout(args) => commands::login::logout(&common, &args, output),
        Command::Explain(args) => commands::explain::run(&args, output),
        Command::Sandbox(SandboxArgs {
            command: Some(SandboxCommand::Reset),
            ..
        }) => commands::sandbox::reset(&common, output),
        Command::Sandbox(args) => {
            // One thread answers faster than two that share its work.
            let builder = tokio::runtime::Builder::new_current_thread();
            on(builder, || async move {
                commands::sandbox::run(args, output).await
            })
        }
        Command::Completions(args) => commands::shell::completions(&args, output),
        Command::Man(args) => commands::shell::man(&args, output),
    }
}

fn on_runtime<F>(command: impl FnOnce() -> F) -> Result<Exit, Failure>
where
    F: Future<Output = Result<Exit, Failure>>,
{
    on(tokio::runtime::Builder::new_multi_thread(), command)
}

fn on<F>(mut builder: tokio::runtime::Builder, command: impl FnOnce() -> F) -> Result<Exit, Failure>
where
    F: Future<Output = Result<Exit, Failure>>,
{
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| Failure::stopped(format!("cannot start: {error}")))?;
    let result = runtime.block_on(command());
    // Whatever still runs is the sandbox's; it holds nothing that must be waited for.
    runtime.shutdown_background();
    result
}
