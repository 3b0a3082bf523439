//! Which run wrote a file that is read again, and its rows to compare with: the run that was named
//! (`--of-run`), else the one in whose result directory the file lies.

use std::path::Path;
use std::sync::Arc;

use super::advice::Advice;
use super::failure::{Failure, chain};
use super::list::KnownHeaders;
use super::open::{full_path, is_list_of};
use super::runs::open_run;
use crate::check::{
    CheckSettings, Comparison, KnownRows, Mapping, MappingOptions, Origin, Standing, map_header,
};
use crate::journal::{JournalError, Replayed, RunInfo, Store, run_path, runs};
use crate::model::rules::reading::RUN_UNREADABLE;
use crate::model::{CellKind, Diagnostic, Header, HeaderCell, Planned, RowBatch};
use crate::settings::{OfRun, Resolved};
use tables::{ReadOptions, Sheets};

/// How many of the known rows are looked at to tell which columns they have.
const SAMPLE: usize = 1000;

/// What the file at `path` is compared with: the rows of the run that wrote it.
pub fn comparison(settings: &Resolved, path: &Path) -> Result<Comparison, Failure> {
    let with = |known: KnownRows| Comparison::With(Arc::new(known));
    if let Some(run) = &settings.of_run {
        return match named(settings, run, path)? {
            Some(store) => Ok(with(rows_of(&store)?)),
            None => Ok(Comparison::Unwanted),
        };
    }
    let Some(found) = by_place(settings, path) else {
        return Ok(Comparison::Nothing);
    };
    if !is_a_result(path, &settings.reading, &settings.checking)? {
        return Ok(Comparison::Nothing);
    }
    match found.and_then(|store| rows_of(&store)) {
        Ok(known) => Ok(with(known)),
        Err(error) => Ok(impossible(path, &error)),
    }
}

fn impossible(path: &Path, error: &JournalError) -> Comparison {
    let message = format!(
        "{} is among the results of a run whose journal cannot be read: {}",
        path.display(),
        chain(error)
    );
    let help = "compare codes, postal codes and phone numbers with your list";
    Comparison::Impossible(Box::new(
        Diagnostic::of_file(&RUN_UNREADABLE, message).with_help(help),
    ))
}

/// The id of the run that was named for the file at `path`, in full.
pub fn named_id(settings: &Resolved, path: &Path) -> Result<Option<String>, Failure> {
    let Some(run) = &settings.of_run else {
        return Ok(None);
    };
    Ok(Some(match named(settings, run, path)? {
        Some(store) => store.info()?.0.id,
        None => "none".to_owned(),
    }))
}

fn named(settings: &Resolved, run: &OfRun, path: &Path) -> Result<Option<Store>, Failure> {
    match run {
        OfRun::Run(id) => Ok(Some(open_run(&settings.state_dir, id)?)),
        OfRun::Last => Ok(Some(last(settings, path)?)),
        OfRun::None => Ok(None),
    }
}

/// The last run of another file: a run of this one would compare the file with itself.
fn last(settings: &Resolved, path: &Path) -> Result<Store, Failure> {
    for journal in runs(&settings.state_dir)?.into_iter().rev() {
        let store = match Store::open(&journal) {
            Ok(store) => store,
            Err(error) if error.is_of_the_place() => return Err(error.into()),
            Err(_) => continue,
        };
        if store.info().is_ok_and(|(info, _)| !is_list_of(&info, path)) {
            return Ok(store);
        }
    }
    Err(Failure::usage("there is no earlier run of another file").hint(Advice::ListRuns))
}

/// The run in whose result directory the file lies, when its journal is here. The directory bears
/// the run's id, or its summary does; else a run has written there.
fn by_place(settings: &Resolved, path: &Path) -> Option<Result<Store, JournalError>> {
    let full = full_path(path);
    let directory = Path::new(&full).parent()?;
    let summary = || {
        let text = std::fs::read_to_string(directory.join("summary.json")).ok()?;
        let summary: serde_json::Value = serde_json::from_str(&text).ok()?;
        Some(summary.get("run_id")?.as_str()?.to_owned())
    };
    let name = directory.file_name()?.to_string_lossy().into_owned();
    for id in summary().into_iter().chain([name]) {
        let is_id = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let journal = run_path(&settings.state_dir, &id);
        if !id.is_empty() && id.chars().all(is_id) && journal.is_file() {
            return Some(Store::open(&journal));
        }
    }
    if !is_called_a_result(path) {
        return None;
    }
    let real = |place: &Path| dunce::canonicalize(place).ok();
    let wrote_there = |info: &RunInfo| {
        let there = real(Path::new(&info.out_dir));
        there.is_some() && there == real(directory)
    };
    let journals = runs(&settings.state_dir).ok()?;
    let stores = journals
        .iter()
        .rev()
        .filter_map(|one| Store::open(one).ok());
    let mut of_here = stores.filter(|store| store.info().is_ok_and(|(info, _)| wrote_there(&info)));
    of_here.next().map(Ok)
}

/// Whether a file that lies among a run's results is one of them, and not a list that happens to lie
/// there: by its columns, or by its name.
fn is_a_result(
    path: &Path,
    options: &ReadOptions,
    checking: &CheckSettings,
) -> Result<bool, Failure> {
    if is_called_a_result(path) {
        return Ok(true);
    }
    let options = ReadOptions {
        sheets: Sheets::One,
        ..options.clone()
    };
    let mut table = tables::open(path, &options, &KnownHeaders)?;
    let mut sample = RowBatch::default();
    table.next_batch(&mut sample)?;
    let (mapping, _) = map_header(&table.header, &sample, &checking.mapping_of(&table.header))?;
    Ok(mapping.origin == Origin::Results)
}

/// `rejected.csv`, `rejected mended.csv`, `Kopie von results.csv`.
fn is_called_a_result(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default();
    let name = name.to_string_lossy().to_lowercase();
    name.contains("rejected") || name.contains("results")
}

/// The rows of a run, with the fields that its columns were.
fn rows_of(store: &Store) -> Result<KnownRows, JournalError> {
    let (info, _) = store.info()?;
    let mut sample = RowBatch::default();
    let mut left = SAMPLE;
    store.each_row(|row| {
        if left > 0 {
            left -= 1;
            for cell in row.cells.iter() {
                sample.push_cell(cell, CellKind::Text);
            }
            sample.end_row(row.number, row.line);
        }
    })?;
    let mut known = KnownRows::of(&info.id, &mapping_of(&info, &sample));
    let mut standings = Vec::new();
    store.each_row(|row| {
        known.push(row.cells.iter());
        standings.push(Standing {
            number: row.number,
            ..Standing::default()
        });
    })?;
    stand(store, &mut standings)?;
    known.stand(standings);
    Ok(known)
}

/// What became of the rows of a run: those that are invalid were refused, and a customer is there, or
/// may be, where one was before, was made, or where its request may have left.
fn stand(store: &Store, standings: &mut [Standing]) -> Result<(), JournalError> {
    let Replayed {
        planned, progress, ..
    } = Replayed::read(store)?;
    for (planned, progress) in planned.into_iter().zip(progress) {
        let Some(row) = standings.get_mut(planned.row.as_usize()) else {
            continue;
        };
        row.there = planned.action.id().or(progress.id()).is_some() || progress.is_open();
        if planned.action == Planned::Invalid {
            row.refused = planned.code;
        }
    }
    Ok(())
}

fn mapping_of(info: &RunInfo, sample: &RowBatch) -> Mapping {
    let cells = (0..)
        .zip(&info.header)
        .map(|(column, text)| HeaderCell::new(text, column));
    let header = Header {
        cells: cells.collect(),
        row: 1,
    };
    let pairs = |name: &str| {
        let options = info.options.iter().filter(|(option, _)| option == name);
        let pairs = options.filter_map(|(_, pair)| pair.split_once('='));
        pairs
            .map(|(left, right)| (left.to_owned(), right.to_owned()))
            .collect()
    };
    let options = MappingOptions {
        map: pairs("map"),
        ..MappingOptions::default()
    };
    let found = map_header(&header, sample, &options);
    found.map(|(mapping, _)| mapping).unwrap_or_default()
}
