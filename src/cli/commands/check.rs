//! `check FILE`: reads and checks, offline.

use std::io::IsTerminal;

use crate::check::Keep;
use crate::cli::args::{CheckArgs, CheckFormat, Common};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::input::{CheckedFile, check_file};
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::model::Severity;
use crate::report::diagnostics::text::{Colour, Detail, TextOptions};
use crate::report::diagnostics::{Findings, github, json, sarif, text};

/// Runs the command.
pub fn run(common: &Common, args: &CheckArgs, output: Output) -> Result<Exit, CliError> {
    if let Some(out) = &args.fix {
        return super::fix::run(common, args, out, output);
    }
    let settings = Settings::resolve(common, Some(&args.file))?;
    let options = settings.read_options(&args.input)?;
    let checking = settings.check_settings(&args.input, Keep::Nothing);
    let file = check_file(&args.file, &options, &checking, &mut |_, _| Ok(()))?;
    show(&file, args, output)?;
    let count = |severity| {
        let all = &file.checked.diagnostics;
        all.iter()
            .filter(|diagnostic| diagnostic.severity() == severity)
            .count()
    };
    let failed = count(Severity::Error) > 0 || args.strict && count(Severity::Warning) > 0;
    Ok(if failed { Exit::SomeRows } else { Exit::Done })
}

fn show(file: &CheckedFile, args: &CheckArgs, output: Output) -> Result<(), CliError> {
    let summary = file.checked.summary(&file.mapping);
    let findings = Findings {
        source: &file.source,
        summary: &summary,
        diagnostics: &file.checked.diagnostics,
    };
    match args.format {
        CheckFormat::Json => output.bytes(|out| json::write(&findings, out)),
        CheckFormat::Github => output.data(|out| github::write(&findings, out)),
        CheckFormat::Sarif => {
            let version = env!("CARGO_PKG_VERSION");
            output.bytes(|out| sarif::write(&[findings], version, out))
        }
        CheckFormat::Text => {
            output.data(|out| text::write(&findings, &text_options(args.all), out))
        }
    }
}

/// Text for people: as wide as is comfortable, coloured on a terminal.
pub fn text_options(all: bool) -> TextOptions {
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    TextOptions {
        detail: if all { Detail::All } else { Detail::Grouped },
        colour: if colour { Colour::On } else { Colour::Off },
        ..TextOptions::default()
    }
}
