//! `template`: an empty input file, as CSV or as a workbook with drop-downs.

use std::io::IsTerminal;
use std::path::Path;

use crate::check::Field;
use crate::cli::args::{Common, TargetArgs, TemplateArgs, TemplateFormat};
use crate::cli::clock::{now_ms, show};
use crate::cli::exit::Exit;
use crate::cli::reach::connect;
use crate::cli::show::output::Output;
use crate::cli::show::stage::Stage;
use crate::cli::signals::watch_signals;
use crate::cli::template::{About, CUSTOMERS, Offered, workbook};
use crate::flow::failure::Failure;
use crate::flow::host::first_patience;
use crate::flow::new_file::{is_there, write_new};
use crate::flow::snapshot;
use crate::flow::target::expected;
use crate::plan::Tenant;
use crate::settings::Settings;
use crate::settings::table::{ENDPOINT, PARTNER, SANDBOX, USERNAME};
use crate::submit::reads::{Want, Wanted, read_tenant};

/// Writes the template to the file, or to standard output.
pub async fn run(common: &Common, args: &TemplateArgs, output: Output) -> Result<Exit, Failure> {
    let path = args.output.as_deref().or(args.file.as_deref());
    let path = path.filter(|path| path.as_os_str() != "-");
    let format = args.format.unwrap_or_else(|| format_of(path));
    if let Some(path) = path.filter(|path| path.exists()) {
        // Before anything is read from the network.
        return Err(is_there(path));
    }
    let bytes = match format {
        TemplateFormat::Csv if args.tenant.is_some() || is_live(&args.target) => {
            return Err(
                Failure::usage("a CSV file has no drop-downs for a tenant to fill")
                    .hint("write a workbook: --format xlsx"),
            );
        }
        TemplateFormat::Csv => csv().into_bytes(),
        TemplateFormat::Xlsx if path.is_none() && std::io::stdout().is_terminal() => {
            return Err(Failure::usage("a workbook cannot be shown on a terminal")
                .hint("name a file: partner-import template customers.xlsx"));
        }
        TemplateFormat::Xlsx => xlsx(common, args, path, output).await?,
    };
    let Some(path) = path else {
        output.bytes(|out| out.write_all(&bytes))?;
        return Ok(Exit::Done);
    };
    write_new(path, &bytes)?;
    if format == TemplateFormat::Xlsx {
        output.say(&format!(
            "written: {}; fill in the sheet \"{CUSTOMERS}\", save, and check it with \
             partner-import check",
            path.display()
        ));
    }
    Ok(Exit::Done)
}

/// What the file's name asks for.
fn format_of(path: Option<&Path>) -> TemplateFormat {
    let extension = path.and_then(Path::extension);
    if extension.is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx")) {
        TemplateFormat::Xlsx
    } else {
        TemplateFormat::Csv
    }
}

/// The header of every column, comma-separated, with a byte order mark so that Excel reads it as
/// UTF-8.
fn csv() -> String {
    let names: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
    format!("\u{feff}{}\r\n", names.join(","))
}

async fn xlsx(
    common: &Common,
    args: &TemplateArgs,
    path: Option<&Path>,
    output: Output,
) -> Result<Vec<u8>, Failure> {
    let read = if let Some(file) = &args.tenant {
        let settings = Settings::resolve(common, None, output)?;
        let snapshot = snapshot::load(file, &expected(&settings))?;
        let read_at = snapshot.read_at.clone();
        Some((snapshot.into_tenant(), read_at))
    } else if is_live(&args.target) {
        Some((live(common, &args.target, output).await?, show(now_ms())))
    } else {
        None
    };
    let offered = Offered::new(read.as_ref().map(|(tenant, _)| tenant));
    let about = About {
        file: path
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned()),
        tenant: read.map(|(tenant, read_at)| (tenant.root().called(), read_at)),
    };
    workbook(&offered, &about)
        .map_err(|error| Failure::usage(format!("cannot write the workbook: {error}")))
}

/// Whether a tenant is asked for by flags; environment and profile alone log nobody in here.
fn is_live(target: &TargetArgs) -> bool {
    let settings = [&SANDBOX, &ENDPOINT, &PARTNER, &USERNAME];
    settings.into_iter().any(|setting| target.has(setting))
}

async fn live(common: &Common, target: &TargetArgs, output: Output) -> Result<Tenant, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let resolved = settings.with(target)?;
    let target = connect(&resolved, 1, output).await?;
    let patience = first_patience(watch_signals(), &resolved.running);
    let wanted = Wanted {
        locations: Some(Want::Helpful),
        regions: Some(Want::Helpful),
        countries: Some(Want::Helpful),
    };
    let _stage = Stage::begin(output, "reading", "the tenant");
    read_tenant(&target.client, &patience, wanted)
        .await
        .map_err(|error| Failure::of_reading(error, &target.name))
}
