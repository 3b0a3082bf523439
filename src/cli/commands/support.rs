//! `support-bundle RUN`: what a maintainer needs, shown before it is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::config;
use super::preview::mapping_of;
use crate::api::errors::known;
use crate::cli::args::{Common, SupportArgs};
use crate::cli::clock::{now_ms, show};
use crate::cli::exit::Exit;
use crate::cli::show::output::{Answer, Output};
use crate::flow::failure::Failure;
use crate::flow::list::KnownHeaders;
use crate::flow::runs::open_run;
use crate::journal::RunInfo;
use crate::report::bundle::{self, Disguise, Part};
use crate::report::facts::Facts;
use crate::report::preview::{Cells, PreviewMode, Rows, preview};
use crate::settings::table::SHEET;
use crate::settings::{self, Setting, Settings, Takes, Typed};

const ABOUT: &str = "A support bundle of partner-import. It holds versions, settings, counts, codes \
and times of one run.\nIt holds no cell of the input, no name, address, path or host, no text of the \
service, no password and no\nvisa. Headers are digests that only somebody with the input can make.\n";

/// Runs the command.
pub fn run(common: &Common, args: &SupportArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    let store = open_run(&settings.state_dir, &args.run_id)?;
    let facts = Facts::read(&store, None)?;
    let info = &facts.info;
    let settings = settings.beside(common, Path::new(&info.input_full_path), output)?;
    let disguise = Disguise::of(&facts);
    let name_of = |code: &str| {
        let number = code.parse().ok();
        number.and_then(known).map(|error| error.name)
    };
    let mut parts = vec![
        Part {
            name: "about.txt",
            text: ABOUT.to_owned(),
        },
        Part::json("versions.json", &versions(info)),
        Part::json(
            "settings.json",
            &json!({
                "of_the_run": bundle::attempts(&store, info.started_ms)?,
                "of_the_run_input": input_options(info),
                "now": shown_settings(&settings, &disguise)?,
            }),
        ),
        Part::json("input.json", &input(&settings, &facts, &disguise)),
    ];
    parts.extend(bundle::parts(&facts, &store, name_of)?);
    let text: String = parts.iter().map(|part| told(part, args.show)).collect();
    output.text(&text)?;
    let path = args
        .output
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("support-{}.zip", info.id)));
    confirm(&path, args, output)?;
    let path = bundle::write(&parts, &path)?;
    output.say(&format!("written: {}", path.display()));
    Ok(Exit::Done)
}

fn told(part: &Part, whole: bool) -> String {
    let line = format!("{:>8} bytes  {}\n", part.text.len(), part.name);
    if whole {
        format!("{line}{}\n", part.text)
    } else {
        line
    }
}

fn confirm(path: &Path, args: &SupportArgs, output: Output) -> Result<(), Failure> {
    if path.exists() {
        let message = format!("{} already exists", path.display());
        return Err(Failure::usage(message).hint("name another file with --output"));
    }
    if args.yes {
        return Ok(());
    }
    match output.ask(&format!("Write these files to {}?", path.display())) {
        Answer::Yes => Ok(()),
        Answer::No => Err(Failure::declined("nothing was written")),
        Answer::Nobody => Err(
            Failure::usage("nothing was written: nobody was there to agree")
                .hint("review the content with --show, then add --yes"),
        ),
    }
}

fn versions(info: &RunInfo) -> Value {
    json!({
        "created_at": show(now_ms()),
        "tool": env!("CARGO_PKG_VERSION"),
        "run_begun_with": info.tool_version,
        "os": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "mode": info.mode.as_str(),
    })
}

/// The options that decided what was sent, as typed for the run: how many of each, and the values
/// of those that are numbers and words of ours.
fn input_options(info: &RunInfo) -> Value {
    let mut told: BTreeMap<&str, Value> = BTreeMap::new();
    for (name, value) in &info.options {
        let entry = settings::option(name, value);
        let ours = |setting: &Setting| setting.is_plain() || setting.takes == Takes::Encoding;
        if entry.is_some_and(|entry| ours(entry.setting)) {
            let value = if value.is_empty() {
                json!(true)
            } else {
                json!(value)
            };
            told.insert(name, value);
        } else {
            let count = told.get(name.as_str()).and_then(Value::as_u64);
            told.insert(name, json!(count.unwrap_or(0) + 1));
        }
    }
    json!(told)
}

/// The settings as `config show` has them now, flags of the run left out: values only where they are numbers and words of ours.
fn shown_settings(settings: &Settings, disguise: &Disguise) -> Result<Value, Failure> {
    let list = config::list(&settings.with(&Typed::default())?);
    let shown = list.iter().map(|one| {
        // The names of pairs are headers, columns and terms that somebody typed.
        let key = match &one.name {
            Some(name) => format!("{}.{}", one.setting.key, disguise.digest(name)),
            None => one.setting.key.to_owned(),
        };
        let plain = one.is_plain();
        let value = match &one.value {
            Some(value) if plain => json!(value),
            Some(_) => json!("(set, not shown)"),
            None => Value::Null,
        };
        json!({ "key": key, "value": value, "source": one.origin.kind() })
    });
    Ok(shown.collect())
}

/// What the input is like; format and mapping only while it is as it was.
fn input(settings: &Settings, facts: &Facts, disguise: &Disguise) -> Value {
    let info = &facts.info;
    let path = Path::new(&info.input_full_path);
    let is_as_it_was = matches!(
        crate::flow::digest::unchanged(path, &info.input_sha256),
        Ok(Some(_))
    );
    let now = is_as_it_was.then(|| as_read(settings, info)).flatten();
    let bytes = std::fs::metadata(&info.input_full_path).map(|file| file.len());
    let headers: Vec<String> = info.header.iter().map(|one| disguise.digest(one)).collect();
    json!({
        "rows": facts.numbers.len(),
        "columns": info.header.len(),
        "headers": headers,
        "sheets": info.sheets.names().count().max(1),
        "bytes": bytes.ok().filter(|_| now.is_some()),
        "as_read": now,
    })
}

fn as_read(settings: &Settings, info: &RunInfo) -> Option<Value> {
    let typed = Typed::default();
    let typed = match &info.sheet {
        Some(sheet) => typed.with(&SHEET, sheet),
        None => typed,
    };
    let resolved = settings.with(&typed).ok()?;
    let mode = PreviewMode {
        rows: Rows::Head(100),
        cells: Cells::Trimmed,
    };
    let path = Path::new(&info.input_full_path);
    let shown = preview(path, &resolved.reading, &KnownHeaders, mode).ok()?;
    let mapping = mapping_of(&shown, &resolved.checking).ok()?;
    let fields: Vec<Value> = mapping
        .columns_used()
        .iter()
        .map(|one| json!({ "field": one.field, "how": one.how }))
        .collect();
    Some(json!({ "format": shown.format_document(), "mapping": fields }))
}
