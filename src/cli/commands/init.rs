//! `init FILE`: a profile with the guessed mapping, for review.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::check::exports::{self, Export};
use crate::check::{
    CheckSettings, ExportChoice, Field, Keep, MappedColumn, Mapping, Matched, Role, field_of_terms,
    map_header, proposed,
};
use crate::cli::args::{Common, InitArgs};
use crate::cli::ask_level::Lacking;
use crate::cli::exit::Exit;
use crate::cli::settings::Settings;
use crate::cli::show::face::Face;
use crate::cli::show::output::Output;
use crate::flow::failure::Failure;
use crate::flow::list::{KnownHeaders, check_file};
use crate::flow::new_file::write_new;
use crate::model::RowBatch;
use crate::model::place::column_letters;
use crate::model::printable;
use crate::model::printable::is_unprintable;
use crate::report::file::write_file;
use crate::settings::profile::FILE_NAME;
use crate::settings::profile::trust::Trust;
use crate::settings::table::{
    EXPORT, IF_CHANGED, MAX_CREATE, MAX_ERRORS, MIN_ROWS, NOTIFY_WHEN, QUARANTINE_AFTER, SECTIONS,
    VALUE, of_section,
};
use crate::settings::{Resolved, Setting, Takes, Typed};

/// What a scheduled job is given that nobody watches, as it stands in a profile.
const NIGHTLY: &[(&Setting, &str)] = &[
    (&IF_CHANGED, "\"new-run\""),
    (&MAX_ERRORS, "\"5%\""),
    (&QUARANTINE_AFTER, "3"),
    (&MAX_CREATE, "500"),
    (&MIN_ROWS, "\"50%\""),
    (&NOTIFY_WHEN, "\"change\""),
];

/// Runs the command.
pub fn run(common: &Common, args: &InitArgs, output: Output) -> Result<Exit, Failure> {
    // A profile that lies about is what this writes anew; only one that is named counts.
    let settings = match &common.profile {
        Some(_) => Settings::resolve(common, None, output)?,
        None => Settings::without_profile(common)?,
    };
    let resolved = settings.with(&args.input)?;
    let options = &resolved.reading;
    if options.sheets == tables::Sheets::All {
        return Err(Failure::usage("a profile is guessed from one sheet")
            .hint("name the sheet with --sheet; `all_sheets = true` below [input] reads all"));
    }
    let mut table = tables::open(&args.file, options, &KnownHeaders)?;
    let mut sample = RowBatch::default();
    table.next_batch(&mut sample)?;
    let mut checking = resolved.checking(Keep::Nothing)?;
    // Where the rest cannot be read, that is said by the commands that need it.
    let lacking = Lacking::of(&args.file, &resolved, output);
    let mut lacking = lacking.ok().flatten();
    if let Some(level) = lacking.and_then(|lacking| lacking.ask(output)) {
        checking
            .mapping
            .default
            .push((Field::Level.to_string(), level));
        lacking = None;
    }
    let (mapping, _) = map_header(&table.header, &sample, &checking.mapping_of(&table.header))?;
    let guessed = Guessed {
        export: exports::recognise(&table.header).filter(|_| {
            matches!(
                checking.selection.export,
                ExportChoice::Open | ExportChoice::Auto
            )
        }),
        unknown: unknown_terms(&args.file, &resolved, &checking, output),
        mapping,
    };
    let path = args.out.clone().unwrap_or_else(|| beside(&args.file));
    let text = profile_text(args, &guessed, &path);
    if path.as_os_str() == "-" {
        output.text(&text)?;
    } else {
        if args.force {
            write_file(&path, text.as_bytes())?;
        } else {
            write_new(&path, text.as_bytes())
                .map_err(|error| error.hint("--force overwrites it"))?;
        }
        // What this wrote is what its user asked for.
        let trust = Trust(settings.machine.config_dir.as_deref());
        if trust.remember(&path, text.as_bytes()).is_err() {
            output.say("what was written could not be marked as trusted");
        }
        output.say(&format!(
            "written: {}; review the mapping in it",
            path.display()
        ));
    }
    if let Some(lacking) = lacking {
        output.say(&format!(
            "{}: fill in Level, or say it below [default] of the profile",
            lacking.told()
        ));
    }
    Ok(Exit::Done)
}

/// A path that was typed, as it is seen from the profile's folder; in full where there is no way from
/// there.
fn from_profile(profile: &Path, typed: &Path) -> PathBuf {
    if typed.is_absolute() || profile.as_os_str() == "-" {
        return typed.to_owned();
    }
    let folder = match profile.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => return typed.to_owned(),
    };
    // Links lead elsewhere than `..` says, so both are looked up.
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    let (Ok(folder), Ok(path)) = (real(folder), real(typed)) else {
        return typed.to_owned();
    };
    let shared = folder.components().zip(path.components());
    let shared = shared.take_while(|(one, other)| one == other).count();
    if shared == 0 {
        return path;
    }
    let up = folder
        .components()
        .skip(shared)
        .map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

fn beside(input: &Path) -> PathBuf {
    input.with_file_name(FILE_NAME)
}

/// A profile that reads the table as it was read now, with every other key as a comment.
fn profile_text(args: &InitArgs, guessed: &Guessed, profile: &Path) -> String {
    let mapping = &guessed.mapping;
    let mut text = format!(
        "# How partner-import reads {} and where it sends it.\n\
         # All keys: docs/reference/profile.md; what counts in the end: partner-import config show FILE\n",
        one_line(&args.file.display().to_string())
    );
    for (section, about) in SECTIONS {
        text.push_str(&format!("\n# {about}\n[{section}]\n"));
        match *section {
            "map" => text.push_str(&map_text(mapping)),
            "default" => {
                text.push_str("# Country = \"DE\"\n# State = \"InTrial\"\n");
                text.push_str(
                    "# Level = \"EndCustomer\"  # or \"derive\": below an EndCustomer a Site, else \
                     EndCustomer\n",
                );
                text.push_str(&values_text(&mapping.defaults));
            }
            "set" => {
                text.push_str("# ServiceType = \"AllInclusive\"\n");
                text.push_str(&values_text(&mapping.constants));
            }
            "values" => text.push_str(&terms_text(&args.input, &guessed.unknown)),
            section => {
                for setting in of_section(section) {
                    let nightly = NIGHTLY.iter().find(|(one, _)| *one == setting);
                    text.push_str(&match nightly.filter(|_| args.nightly) {
                        Some((_, value)) => {
                            format!("# {}.\n{} = {value}\n", setting.about, setting.name())
                        }
                        None => key_text(setting, &args.input, guessed, profile),
                    });
                }
            }
        }
    }
    text
}

/// What is guessed of a list.
struct Guessed {
    mapping: Mapping,
    /// The export that it is, where nobody has named one.
    export: Option<&'static Export>,
    /// Terms of its cells that are not known, by field, with what they may stand for.
    unknown: BTreeMap<&'static str, BTreeMap<String, String>>,
}

/// Terms of the list that its fields do not know. Where it cannot be read, that is said by the commands
/// that need it.
fn unknown_terms(
    file: &Path,
    resolved: &Resolved,
    checking: &CheckSettings,
    output: Output,
) -> BTreeMap<&'static str, BTreeMap<String, String>> {
    const MOST: usize = 30;
    let mut unknown: BTreeMap<&'static str, BTreeMap<String, String>> = BTreeMap::new();
    let checked = check_file(
        file,
        &resolved.reading,
        checking,
        &Face::on(output),
        &mut |_, _| Ok(()),
    );
    for one in checked.iter().flat_map(|file| &file.checked.diagnostics) {
        let Some(field) = field_of_terms(one.rule) else {
            continue;
        };
        let Some(term) = one.value.as_deref() else {
            continue;
        };
        let terms = unknown.entry(field).or_default();
        // One entry is for a term in any case and with any spaces.
        let folded = |term: &str| term.to_lowercase().split_whitespace().collect::<String>();
        let is_there = terms.keys().any(|known| folded(known) == folded(term));
        if terms.len() < MOST && !is_there {
            let meant = proposed(field, term).unwrap_or_default();
            terms.insert(term.to_owned(), meant.to_owned());
        }
    }
    unknown
}

/// Entries of value maps: those that were typed, and proposals for terms that are not known.
fn terms_text(typed: &Typed, unknown: &BTreeMap<&'static str, BTreeMap<String, String>>) -> String {
    let mut sections: BTreeMap<String, String> = BTreeMap::new();
    for entry in typed.entries().iter().filter(|one| *one.setting == VALUE) {
        if let Some((field, term)) = entry.content.name().and_then(|name| name.split_once(':')) {
            let line = format!("{} = {}\n", quote(term), quote(&entry.content.text()));
            sections
                .entry(field.to_owned())
                .or_default()
                .push_str(&line);
        }
    }
    for (field, terms) in unknown {
        let section = sections.entry((*field).to_owned()).or_default();
        for (term, meant) in terms {
            section.push_str(&format!("# {} = {}\n", quote(term), quote(meant)));
        }
    }
    if sections.is_empty() {
        return "# [values.Level]\n# Endkunde = \"EndCustomer\"\n".to_owned();
    }
    let sections = sections.into_iter();
    sections
        .map(|(field, lines)| format!("[values.{field}]\n{lines}"))
        .collect()
}

/// A key as a comment with an example, or with the value that a flag gave it.
fn key_text(setting: &Setting, typed: &Typed, guessed: &Guessed, profile: &Path) -> String {
    let (about, name) = (setting.about, setting.name());
    let quoted = |text: String| match setting.takes {
        Takes::Count | Takes::Truth => text,
        takes => quote(&takes.canonical(&text)),
    };
    if setting.takes == Takes::Conditions {
        let conditions = typed.entries().iter().filter(|one| one.setting == setting);
        let texts: Vec<String> = conditions.map(|one| quote(&one.content.text())).collect();
        if !texts.is_empty() {
            return format!("# {about}.\n{name} = [{}]\n", texts.join(", "));
        }
    }
    if let Some(export) = guessed.export.filter(|_| *setting == EXPORT) {
        return format!("# {about}.\n{name} = {}\n", quote(&export.name));
    }
    if let Some(path) = typed.path(setting) {
        let path = from_profile(profile, path);
        return format!("# {about}.\n{name} = {}\n", quote(&path.to_string_lossy()));
    }
    match typed.text(setting) {
        Some(text) => format!("# {about}.\n{name} = {}\n", quoted(text)),
        None => format!("# {about}.\n# {}\n", setting.example_line()),
    }
}

fn map_text(mapping: &Mapping) -> String {
    let mut text = String::new();
    for column in &mapping.columns {
        // An entry counts for every column of its header; letters name one.
        let same = |other: &&MappedColumn| other.header.trim() == column.header.trim();
        let alone = mapping.columns.iter().filter(same).count() == 1;
        let header = if alone && !column.header.trim().is_empty() {
            quote(&column.header)
        } else {
            quote(&format!("column:{}", column_letters(column.column)))
        };
        let line = match &column.role {
            Role::Field { field, matched } => {
                let told = match matched {
                    Matched::Values => "  # decided by the cells below it",
                    Matched::Given | Matched::Name | Matched::Synonym => "",
                };
                format!("{header} = \"{field}\"{told}")
            }
            Role::Unknown {
                nearest: Some(field),
            } => format!("# not imported; meant perhaps: {header} = \"{field}\""),
            Role::Undecided => format!("# undecided: {header} = \"...\""),
            Role::LeftOut => format!("{header} = \"-\""),
            Role::Unknown { nearest: None } | Role::Unused { .. } => {
                format!("# not imported; to say so: {header} = \"-\"")
            }
            Role::Reserved | Role::Unnamed => continue,
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn values_text(values: &[(Field, String)]) -> String {
    let lines = values.iter();
    lines
        .map(|(field, value)| format!("{field} = {}\n", quote(value)))
        .collect()
}

/// A text in quotation marks, on one line.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => quoted.extend(['\\', one]),
            one if is_unprintable(one, None) => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(one)));
            }
            one => quoted.push(one),
        }
    }
    quoted.push('"');
    quoted
}

fn one_line(text: &str) -> String {
    printable(text).into_owned()
}
