//! `init FILE`: a profile with the guessed mapping, for review.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::check::map_header;
use crate::check::mapping::{Mapping, Role};
use crate::cli::args::{Common, InitArgs};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::input::KnownHeaders;
use crate::cli::output::Output;
use crate::cli::profile::FILE_NAME;
use crate::cli::settings::Settings;
use crate::model::RowBatch;
use crate::read;

/// Runs the command.
pub fn run(common: &Common, args: &InitArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, None)?;
    let options = settings.read_options(&args.input)?;
    if options.sheets == read::Sheets::All {
        return Err(CliError::usage("a profile is guessed from one sheet")
            .hint("name the sheet with --sheet; `all_sheets = true` below [input] reads all"));
    }
    let mut table = read::open(&args.file, &options, &KnownHeaders)?;
    let mut sample = RowBatch::default();
    table.next_batch(&mut sample)?;
    let checking = settings.check_settings(&args.input, crate::check::Keep::Nothing);
    let (mapping, _) = map_header(&table.header, &sample, &checking.mapping)?;
    let text = profile_text(&args.file, &mapping);
    let path = args.out.clone().unwrap_or_else(|| beside(&args.file));
    if path.as_os_str() == "-" {
        output.text(&text)?;
    } else {
        write_new(&path, text.as_bytes())?;
        output.say(&format!(
            "written: {}; review the mapping in it",
            path.display()
        ));
    }
    Ok(Exit::Done)
}

fn beside(input: &Path) -> PathBuf {
    input.with_file_name(FILE_NAME)
}

/// Writes a file that is not there yet, whole or not at all.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| {
            if error.kind() == std::io::ErrorKind::AlreadyExists {
                is_there(path)
            } else {
                not_written(path, &error)
            }
        })?;
    file.write_all(content).map_err(|error| {
        let _ = std::fs::remove_file(path);
        not_written(path, &error)
    })
}

/// Nothing is ever replaced.
pub fn is_there(path: &Path) -> CliError {
    let error = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
    not_written(path, &error).hint("delete it first, or choose another name")
}

fn not_written(path: &Path, error: &std::io::Error) -> CliError {
    CliError::usage(format!("cannot write {}: {error}", path.display()))
}

fn profile_text(input: &Path, mapping: &Mapping) -> String {
    let quote = |text: &str| toml::Value::from(text).to_string();
    let mut text = format!(
        "# How partner-import reads {} and where it sends it.\n\n\
         [target]\n\
         # endpoint = \"https://api.backup.management/jsonapi\"\n\
         # The customer to log in under, exactly as the console shows it.\n\
         # partner = \"Acme Corp (admin@acme.com)\"\n\
         # username = \"api-user\"\n\
         # The password never stands here: PARTNER_IMPORT_PASSWORD, a private file or a command.\n\
         # password_file = \"token.txt\"\n\
         # password_command = [\"pass\", \"show\", \"backup/api\"]\n\n\
         # header = column\n\
         [map]\n",
        input.display()
    );
    for column in &mapping.columns {
        let header = quote(&column.header);
        match &column.role {
            Role::Field { field, .. } => text.push_str(&format!("{header} = \"{field}\"\n")),
            Role::Unknown {
                nearest: Some(field),
            } => {
                text.push_str(&format!("# not used; nearest: {header} = \"{field}\"\n"));
            }
            Role::Undecided => text.push_str(&format!("# undecided: {header} = \"...\"\n")),
            Role::Unknown { nearest: None } | Role::Unused { .. } => {
                text.push_str(&format!("# not used: {header}\n"));
            }
            Role::Reserved | Role::Unnamed | Role::LeftOut => {}
        }
    }
    text.push_str(
        "\n# Values for cells that are empty.\n[set]\n# Level = \"EndCustomer\"\n\
         # ServiceType = \"AllInclusive\"\n# State = \"InTrial\"\n\n\
         # Customers that are there already: skip, update or fail.\n\
         [existing]\n# on_exists = \"skip\"\n# allow_move = false\n\n\
         [limits]\n# rate = \"5/s\"\n# concurrency = 4\n# max_errors = \"5%\"\n\
         # timeout = \"60s\"\n# settle_wait = \"120s\"\n# outage_limit = \"15m\"\n\
         # confirm_above = 100\n# max_create = 50\n",
    );
    for (field, value) in &mapping.defaults {
        text = text.replace("[set]\n", &format!("[set]\n{field} = {}\n", quote(value)));
    }
    text
}
