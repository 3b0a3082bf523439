//! `completions` and `man`, from the same definition as the command line.

use clap::CommandFactory;

use crate::cli::args::{Cli, CompletionsArgs, ManArgs};
use crate::cli::exit::Exit;
use crate::cli::show::output::Output;
use crate::flow::failure::Failure;

/// Writes shell completions to stdout.
pub fn completions(args: &CompletionsArgs, output: Output) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "partner-import", &mut script);
    output.bytes(|out| out.write_all(&script))?;
    Ok(Exit::Done)
}

/// Writes man pages: the main one to stdout, or all into a directory.
pub fn man(args: &ManArgs, output: Output) -> Result<Exit, Failure> {
    let failed =
        |error: std::io::Error| Failure::stopped(format!("cannot write the man pages: {error}"));
    if let Some(directory) = &args.out {
        std::fs::create_dir_all(directory).map_err(failed)?;
        clap_mangen::generate_to(Cli::command(), directory).map_err(failed)?;
    } else {
        let page = clap_mangen::Man::new(Cli::command());
        output.bytes(|out| page.render(&mut &mut *out))?;
    }
    Ok(Exit::Done)
}
