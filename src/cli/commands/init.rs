//! `init FILE`: a profile with the guessed mapping, for review.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::guessed::{Guessed, checked, said_gone_in, unknown_terms, unnamed_columns};
use crate::check::exports;
use crate::check::says::key_of;
use crate::check::{CheckSettings, ExportChoice, Field, Keep, Matched, Role, map_header};
use crate::cli::args::{Common, InitArgs};
use crate::cli::ask_columns;
use crate::cli::ask_gone;
use crate::cli::ask_level::{self, For, Lacking};
use crate::cli::exit::Exit;
use crate::cli::repeat;
use crate::cli::show::output::Output;
use crate::flow::failure::Failure;
use crate::flow::list::KnownHeaders;
use crate::flow::new_file::write_new;
use crate::model::RowBatch;
use crate::model::printable;
use crate::model::printable::is_unprintable;
use crate::report::file::write_file;
use crate::report::next;
use crate::settings::profile::FILE_NAME;
use crate::settings::profile::trust::Trust;
use crate::settings::table::{
    EXPORT, IF_CHANGED, LEAVE_OUT, MAP, MAX_CREATE, MAX_ERRORS, MAX_NEAR_NAMES, MIN_ROWS,
    NOTIFY_WHEN, QUARANTINE_AFTER, SECTIONS, VALUE, of_section,
};
use crate::settings::{Content, Setting, Settings, Takes, Typed};

/// What a scheduled job is given that nobody watches, as it stands in a profile.
const NIGHTLY: &[(&Setting, &str)] = &[
    (&IF_CHANGED, "\"new-run\""),
    (&MAX_ERRORS, "\"5%\""),
    (&QUARANTINE_AFTER, "3"),
    (&MAX_CREATE, "500"),
    (&MAX_NEAR_NAMES, "0"),
    (&MIN_ROWS, "\"50%\""),
    (&NOTIFY_WHEN, "\"change\""),
];

/// Runs the command.
pub fn run(common: &Common, args: &InitArgs, output: Output) -> Result<Exit, Failure> {
    let path = args.out.clone().unwrap_or_else(|| beside(&args.file));
    // A list that is not there is said first.
    let is_kept = !args.force && path.as_os_str() != "-" && path.symlink_metadata().is_ok();
    if is_kept && args.file.exists() {
        return Err(already_there(&path));
    }
    // A profile that lies about is what this writes anew; only one that is named counts.
    let settings = match &common.profile {
        Some(_) => Settings::resolve(common, None, output)?,
        None => Settings::without_profile(common)?,
    };
    let mut typed: Typed = (*args.input).clone();
    let resolved = settings.with(&typed)?;
    if resolved.reading.sheets == tables::Sheets::All {
        return Err(Failure::usage("a profile is guessed from one sheet")
            .hint("name the sheet with --sheet; `all_sheets = true` under [input] reads all"));
    }
    let mut table = tables::open(&args.file, &resolved.reading, &KnownHeaders)?;
    let mut sample = RowBatch::default();
    table.next_batch(&mut sample)?;
    let mapped = |checking: &CheckSettings| {
        map_header(&table.header, &sample, &checking.mapping_of(&table.header))
    };
    // The columns come first: one of them may be the level, or the state.
    let (mapping, _) = mapped(&resolved.checking(Keep::Nothing)?)?;
    for (name, field) in ask_columns::columns(&mapping, &sample, output) {
        typed.add(&MAP, Content::Pair(name, field));
    }
    let resolved = settings.with(&typed)?;
    let checking = resolved.checking(Keep::Nothing)?;
    let said_gone = || checked(&args.file, &resolved, &checking, output).map(said_gone_in);
    ask_gone::gone(|| said_gone().unwrap_or_default(), &mut typed, output);
    let mut resolved = settings.with(&typed)?;
    // Where the rest cannot be read, that is said by the commands that need it.
    let asked = (&mut typed, &mut resolved);
    let lacking = ask_level::settle(&args.file, &settings, asked, For::Profile, output);
    let lacking = lacking.ok().flatten();
    let checking = resolved.checking(Keep::Nothing)?;
    let said = checking.mapping.map.iter();
    let said = said.map(|(name, _)| name.clone()).collect();
    let (mut mapping, _) = mapped(&checking)?;
    if let Some(state) = ask_columns::state(&mapping, output) {
        mapping.defaults.push((Field::State, state));
    }
    let read = checked(&args.file, &resolved, &checking, output);
    let guessed = Guessed {
        export: exports::recognise(&table.header).filter(|_| {
            matches!(
                checking.selection.export,
                ExportChoice::Open | ExportChoice::Auto
            )
        }),
        unknown: read.as_ref().map(unknown_terms).unwrap_or_default(),
        unnamed: read.as_ref().map(unnamed_columns).unwrap_or_default(),
        said_gone: read.map(said_gone_in).unwrap_or_default(),
        said,
        proposed: lacking
            .as_ref()
            .and_then(|one| one.columns.first())
            .cloned(),
        mapping,
    };
    let text = profile_text(args, &typed, &guessed, &path);
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
        guessed.decided().iter().for_each(|line| output.say(line));
    }
    for one in &guessed.said_gone {
        output.say(&format!("{}; decide under [rows] in the profile", one.told));
    }
    for line in left_open(&guessed, lacking.as_ref(), output) {
        output.say(&line);
    }
    if path.as_os_str() != "-" {
        let file = args.file.to_string_lossy();
        output.say(&format!("next: {}", next::typed(["check", &*file])));
    }
    Ok(Exit::Done)
}

/// Nothing is asked for a profile that cannot be written; what was typed is repeated.
fn already_there(path: &Path) -> Failure {
    let text = format!("{} already exists, and is left as it is", path.display());
    let line = |more: &[&str]| {
        let words = repeat::next("init", "")?.words.into_iter();
        let more = more.iter().map(|word| (*word).to_owned());
        Some(next::line(words.chain(more)))
    };
    let hint = line(&["--force"]).map_or_else(
        || "--force replaces it, and --out FILE writes another".to_owned(),
        |line| format!("replace it: {line}; or write another with --out FILE"),
    );
    Failure::usage(text).hint(hint)
}

/// What nobody has said, and what decides about money.
fn left_open(guessed: &Guessed, lacking: Option<&Lacking>, output: Output) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(lacking) = lacking {
        let told = lacking.told();
        lines.push(match &guessed.proposed {
            Some(column) => format!(
                "{told}. If {} says it ({}), take away the # before its lines in the profile, or add to \
                 this command: {}",
                column.called(),
                column.told(),
                next::line(["--force".to_owned()].into_iter().chain(column.flags()))
            ),
            None => format!("{told}: fill in Level, or give it under [default] in the profile"),
        });
    }
    // Who was asked has decided.
    if ask_columns::is_state_open(&guessed.mapping) && !ask_level::is_asked(output) {
        lines.push(
            "no row says the customer's State, on which billing depends: fill in State, or give it \
             under [default] in the profile (InTrial is not billed yet, InProduction is)"
                .to_owned(),
        );
    }
    lines
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
fn profile_text(args: &InitArgs, typed: &Typed, guessed: &Guessed, profile: &Path) -> String {
    let mapping = &guessed.mapping;
    let mut text = format!(
        "# How partner-import reads {} and where it sends it.\n\
         # All keys: docs/reference/profile.md; the settings in effect: partner-import config show FILE\n",
        one_line(&args.file.display().to_string())
    );
    for (section, about) in SECTIONS {
        text.push_str(&format!("\n# {about}\n[{section}]\n"));
        match *section {
            "map" => text.push_str(&map_text(guessed)),
            "default" => {
                text.push_str("# Country = \"DE\"\n# State = \"InTrial\"\n");
                text.push_str(
                    "# Level = \"EndCustomer\"  # or \"derive\": Site below an EndCustomer, \
                     otherwise EndCustomer\n",
                );
                text.push_str(&values_text(&mapping.defaults));
            }
            "set" => {
                text.push_str("# ServiceType = \"AllInclusive\"\n");
                text.push_str(&values_text(&mapping.constants));
            }
            "values" => text.push_str(&terms_text(typed, guessed)),
            section => {
                for setting in of_section(section) {
                    let nightly = NIGHTLY.iter().find(|(one, _)| *one == setting);
                    text.push_str(&match nightly.filter(|_| args.nightly) {
                        Some((_, value)) => {
                            format!("# {}.\n{} = {value}\n", setting.about, setting.name())
                        }
                        None => key_text(setting, typed, guessed, profile),
                    });
                }
            }
        }
    }
    text
}

/// Entries of value maps: those that were typed, and proposals for terms that are not known.
fn terms_text(typed: &Typed, guessed: &Guessed) -> String {
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
    for (field, terms) in &guessed.unknown {
        let section = sections.entry((*field).to_owned()).or_default();
        for (term, meant) in terms {
            section.push_str(&format!("# {} = {}\n", quote(term), quote(meant)));
        }
    }
    if let Some(column) = &guessed.proposed {
        let section = sections.entry(column.field.to_string()).or_default();
        for (term, meant) in column.meanings() {
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
    if *setting == LEAVE_OUT && !guessed.said_gone.is_empty() && typed.text(setting).is_none() {
        let told = guessed.said_gone.iter();
        let told = told.map(|one| format!("# {}.\n", one_line(&one.told)));
        let texts = guessed.said_gone.iter().map(|one| quote(&one.condition));
        let (told, texts): (String, Vec<String>) = (told.collect(), texts.collect());
        return format!("# {about}.\n{told}# {name} = [{}]\n", texts.join(", "));
    }
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

fn map_text(guessed: &Guessed) -> String {
    let mapping = &guessed.mapping;
    let mut text = String::new();
    for column in &mapping.columns {
        // An entry counts for every column of its header; letters name one.
        let header = quote(&key_of(column, mapping));
        let proposed = guessed.proposed.as_ref();
        let line = match &column.role {
            _ if proposed.is_some_and(|one| one.column == column.column) => {
                format!("# if it says the level: {header} = \"{}\"", Field::Level)
            }
            Role::Field { field, .. } if !guessed.must_be_said(column) => {
                format!("# by its header: {header} = \"{field}\"")
            }
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
            Role::Unnamed => match guessed.unnamed.get(&column.column) {
                Some(Some(field)) => {
                    format!("# no header, not imported; meant perhaps: {header} = \"{field}\"")
                }
                Some(None) => format!(
                    "# no header, not imported; if it is a column of customers: {header} = \"...\""
                ),
                None => continue,
            },
            Role::Reserved => continue,
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
