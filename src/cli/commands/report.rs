//! `report RUN`: the result files again, from the journal.

use std::path::{Path, PathBuf};

use crate::cli::args::{Common, ReportArgs};
use crate::cli::exit::Exit;
use crate::cli::repeat::Repeat;
use crate::cli::show::face::Face;
use crate::cli::show::formats;
use crate::cli::show::output::Output;
use crate::flow::begin::spare_input;
use crate::flow::failure::Failure;
use crate::flow::original::original;
use crate::flow::run::write_files;
use crate::flow::runs::open_run;
use crate::report::text::Setting;
use crate::report::{self, ReportOptions};
use crate::settings::{Settings, Typed};

/// Runs the command.
pub fn run(common: &Common, args: &ReportArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let store = open_run(&settings.state_dir, &args.run_id)?;
    let (info, _) = store.info()?;
    let asked = args.out.as_ref();
    let asked = asked.map(|out| std::path::absolute(out).unwrap_or_else(|_| out.clone()));
    let out = asked.unwrap_or_else(|| PathBuf::from(&info.out_dir));
    spare_input(Path::new(&info.input_full_path), &out)?;
    let settings = settings.beside(common, Path::new(&info.input_full_path), output)?;
    let repeat = Repeat::of(common, &settings, &Typed::default(), (&info).into());
    let options = ReportOptions {
        flags: repeat.report_flags(),
        original: original(&info),
        ..ReportOptions::default()
    };
    let written = write_files(&store, None, (&out, &options), &Face::on(output))?;
    for remark in &written.remarks {
        output.say(remark);
    }
    let next = written.steps();
    let text = |setting: &Setting<'_>| {
        report::text::closing(&written.facts, &written.paths, &next, setting)
    };
    let format = formats::of_run(args.format, output);
    formats::result(format, (&written, &store), None, text, output)?;
    Ok(Exit::Done)
}
