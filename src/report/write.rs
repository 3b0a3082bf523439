//! All result files of a run, one after the other.

use std::path::{Path, PathBuf};

use super::copy::{CopyError, Original};
use super::counts::Counts;
use super::csv::Rows;
use super::facts::{Ended, Facts};
use super::next::{Next, next};
use super::{ReportError, copy, csv, file, html, json, undone, workbook};
use crate::journal::Store;

/// What the journal does not know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportOptions {
    /// How the run has ended, where it stopped before it was finished.
    pub ended: Option<Ended>,
    /// Flags to repeat in the commands that are shown: `--sandbox`, `--state-dir DIR`.
    pub flags: Vec<String>,
    /// Flags to repeat where the rejected rows are run: `--profile FILE`, `--map H=F`.
    pub input_flags: Vec<String>,
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
    /// What the files were made of.
    pub facts: Facts,
    /// What is to be known of `results.xlsx`, in words.
    pub remarks: Vec<String>,
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
    write_all_telling(store, out_dir, options, &mut |_| ())
}

/// The same; `at` is told of each file before it is written.
pub fn write_all_telling(
    store: &Store,
    out_dir: &Path,
    options: &ReportOptions,
    at: &mut dyn FnMut(&Path),
) -> Result<Written, ReportError> {
    let facts = Facts::read(store, options.ended)?;
    file::private_directory(out_dir)?;
    let next = next(&facts, out_dir, &options.flags, &options.input_flags);
    let mut place = |name: &str| {
        let path = out_dir.join(name);
        at(&path);
        path
    };
    let mut attempts = vec![
        csv::write(&facts, store, Rows::All, &place("results.csv")),
        csv::write(&facts, store, Rows::Rejected, &place("rejected.csv")),
        json::write(&facts, &place("summary.json")),
    ];
    let mut remarks = Vec::new();
    if workbook::fits(&facts) {
        let path = place("results.xlsx");
        let original = &options.original;
        attempts.push(results(&facts, store, &next, original, &path, &mut remarks));
    }
    attempts.push(html::write(&facts, store, &next, &place("report.html")));
    if let Some(undo) = &facts.undo {
        attempts.extend(undone::write_files(&facts, undo, store, out_dir));
    }
    let paths: Result<Vec<PathBuf>, ReportError> = attempts.into_iter().collect();
    Ok(Written {
        paths: paths?,
        counts: facts.counts,
        next,
        facts,
        remarks,
    })
}

/// `results.xlsx`: the input filled in where that can be done, else written from the journal.
fn results(
    facts: &Facts,
    store: &Store,
    next: &[Next],
    original: &Original,
    path: &Path,
    remarks: &mut Vec<String>,
) -> Result<PathBuf, ReportError> {
    let why = match original {
        Original::None => return workbook::write(facts, store, next, &[], path),
        Original::Lost(why) => why.clone(),
        Original::Unchanged(bytes) => match copy::write(facts, store, bytes, next, path) {
            Ok(copied) => {
                for what in copied.left_out {
                    remarks.push(format!("results.xlsx is your workbook without {what}"));
                }
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
