//! All result files of a run, one after the other.

use std::path::{Path, PathBuf};
use std::{iter, thread};

use super::copy::{CopyError, Original};
use super::counts::Counts;
use super::csv::Rows;
use super::facts::{Ended, Facts};
use super::former::clear_of_undone;
use super::inserted::NewColumns;
use super::next::{Flags, Next, next, sheet_flags, take_back, tell_moved};
use super::not_run::take_away;
use super::{ReportError, copy, csv, file, html, json, undone, workbook};
use crate::journal::Store;

/// What the journal does not know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportOptions {
    /// How the run has ended, where it stopped before it was finished.
    pub ended: Option<Ended>,
    /// What the commands that are shown repeat. What is said of the workbook goes for a copy of the
    /// input; what its sheets need is added here.
    pub flags: Flags,
    /// The input itself, where it is a workbook that `results.xlsx` can be a copy of.
    pub original: Original,
}

/// What was written.
#[derive(Debug)]
pub struct Written {
    /// The files, in the order in which people want them.
    pub paths: Vec<PathBuf>,
    /// How many rows have ended how.
    pub counts: Counts,
    /// What to type next.
    pub next: Vec<Next>,
    /// How to undo the run, where it has made something.
    pub back: Option<Next>,
    /// What the files were made of.
    pub facts: Facts,
    /// What is to be known of `results.xlsx`, in words.
    pub remarks: Vec<String>,
}

impl Written {
    /// What to type next, and how to undo the run.
    pub fn steps(&self) -> Vec<Next> {
        self.next.iter().chain(&self.back).cloned().collect()
    }
}

/// Everything that is ever written into the directory of the result files.
const NAMES: [&str; 7] = [
    "results.xlsx",
    "rejected.csv",
    "results.csv",
    "report.html",
    "summary.json",
    "removed.csv",
    "undo.json",
];

/// Whether result files written into `out_dir` would replace the file at `input`.
pub fn would_replace(input: &Path, out_dir: &Path) -> bool {
    let real = |path: &Path| dunce::canonicalize(path).ok();
    let Some(input) = real(input) else {
        return false;
    };
    let name = input.file_name().unwrap_or_default().to_string_lossy();
    let is_ours = NAMES.iter().any(|own| name.eq_ignore_ascii_case(own));
    is_ours && input.parent().map(Path::to_owned) == real(out_dir)
}

/// Makes the directory of the result files and tries to write there: better before anything is sent
/// than after. Leaves no file.
pub fn try_out_dir(out_dir: &Path) -> Result<(), ReportError> {
    file::private_directory(out_dir)?;
    file::NewFile::create(&out_dir.join("results.csv")).map(drop)
}

/// Writes every result file of a run into `out_dir`. A file that cannot be written does not keep
/// the others from being written; the first such error is returned.
pub fn write_all(
    store: &Store,
    out_dir: &Path,
    options: &ReportOptions,
) -> Result<Written, ReportError> {
    let facts = Facts::read(store, options.ended)?;
    write_all_telling(facts, store, out_dir, options, &mut |_| ())
}

/// The same of what the journal was read to say; `at` is told of each file before it is written, or
/// waited for.
pub fn write_all_telling(
    facts: Facts,
    store: &Store,
    out_dir: &Path,
    options: &ReportOptions,
    at: &mut dyn FnMut(&Path),
) -> Result<Written, ReportError> {
    file::private_directory(out_dir)?;
    let flags = flags_of(&facts, options);
    let mut next = next(&facts, out_dir, &flags);
    let (mut attempts, mut remarks, mut moved) = (Vec::new(), Vec::new(), None);
    let workbook_path = out_dir.join("results.xlsx");
    attempts.extend(beside(
        &facts,
        store,
        |store| {
            let told = (&mut remarks, &mut moved);
            results(
                &facts,
                store,
                &next,
                &options.original,
                &workbook_path,
                told,
            )
        },
        || {
            let mut place = |name: &str| {
                let path = out_dir.join(name);
                at(&path);
                path
            };
            let others = [
                csv::write(&facts, store, Rows::Rejected, &place("rejected.csv")),
                csv::write(&facts, store, Rows::All, &place("results.csv")),
                html::write(&facts, store, &next, &place("report.html")),
                json::write(&facts, &place("summary.json")),
            ];
            place("results.xlsx");
            others
        },
    ));
    if let Some(columns) = moved {
        tell_moved(&mut next, &workbook_path, columns);
    }
    if let Some(why) = workbook::why_not(&facts) {
        remarks.push(format!(
            "there is no results.xlsx: {why}; results.csv has all rows"
        ));
    }
    remarks.extend(clear_of_undone(out_dir, &facts.info.id));
    take_away(out_dir);
    if let Some(undo) = &facts.undo {
        attempts.extend(undone::write_files(&facts, undo, store, out_dir));
    }
    let paths: Result<Vec<PathBuf>, ReportError> = attempts.into_iter().collect();
    Ok(Written {
        paths: paths?,
        counts: facts.counts,
        back: take_back(&facts, &flags),
        next,
        facts,
        remarks,
    })
}

/// What is to be said of a run whose files could not be written.
pub fn without_files(facts: Facts, out_dir: &Path, options: &ReportOptions) -> Written {
    let flags = flags_of(&facts, options);
    Written {
        paths: Vec::new(),
        counts: facts.counts,
        back: take_back(&facts, &flags),
        next: next(&facts, out_dir, &flags),
        facts,
        remarks: Vec::new(),
    }
}

/// What the commands repeat that are shown.
fn flags_of(facts: &Facts, options: &ReportOptions) -> Flags {
    let copied = matches!(options.original, Original::Unchanged(_));
    let sheet_flags = sheet_flags(&facts.info, copied);
    Flags {
        workbook: if copied {
            [&*options.flags.workbook, &*sheet_flags].concat()
        } else {
            sheet_flags
        },
        ..options.flags.clone()
    }
}

/// Writes the workbook, which takes as long as all else together, beside the other files: by a thread
/// and a connection of its own, where the journal is a file. The workbook comes first in what is
/// handed back; none where the rows do not fit into one.
fn beside(
    facts: &Facts,
    store: &Store,
    workbook: impl FnOnce(&Store) -> Result<PathBuf, ReportError> + Send,
    others: impl FnOnce() -> [Result<PathBuf, ReportError>; 4],
) -> Vec<Result<PathBuf, ReportError>> {
    if workbook::why_not(facts).is_some() {
        return others().into();
    }
    let Some(reader) = store.reader() else {
        let first = workbook(store);
        return iter::once(first).chain(others()).collect();
    };
    thread::scope(|scope| {
        let workbook = scope.spawn(move || workbook(&reader));
        let others = others();
        let workbook = workbook.join();
        let first = workbook.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        iter::once(first).chain(others).collect()
    })
}

/// `results.xlsx`: the input filled in where that can be done, else written from the journal.
fn results(
    facts: &Facts,
    store: &Store,
    next: &[Next],
    original: &Original,
    path: &Path,
    (remarks, moved): (&mut Vec<String>, &mut Option<NewColumns>),
) -> Result<PathBuf, ReportError> {
    let why = match original {
        Original::None => return workbook::write(facts, store, next, &[], path),
        Original::Lost(why) => why.clone(),
        Original::Unchanged(bytes) => match copy::write(facts, store, bytes, next, path) {
            Ok(copied) => {
                for what in copied.left_out {
                    remarks.push(format!("results.xlsx is your workbook without {what}"));
                }
                *moved = copied.moved;
                return Ok(copied.path);
            }
            Err(CopyError::Report(error)) => return Err(error),
            Err(CopyError::Write(source)) => {
                return Err(ReportError::Write {
                    path: path.to_owned(),
                    source,
                });
            }
            Err(CopyError::Refused(why)) => format!("your workbook cannot be filled in: {why}"),
        },
    };
    let new = format!("a new workbook with the rows as they were read, because {why}");
    remarks.push(format!("results.xlsx is {new}"));
    let told = [format!("This is {new}.")];
    workbook::write(facts, store, next, &told, path)
}
