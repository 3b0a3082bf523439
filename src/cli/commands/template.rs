//! `template`: an empty input file.

use crate::check::Field;
use crate::cli::args::TemplateArgs;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::Output;

/// Writes the header of every column, comma-separated, with a byte order mark so that Excel reads
/// it as UTF-8.
pub fn run(args: &TemplateArgs, output: Output) -> Result<Exit, CliError> {
    let names: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
    let text = format!("\u{feff}{}\r\n", names.join(","));
    if args.file.as_os_str() == "-" {
        output.text(&text)?;
    } else {
        super::init::write_new(&args.file, &text)?;
    }
    Ok(Exit::Done)
}
