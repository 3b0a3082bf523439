//! All result files of a run, one after the other.

use std::path::{Path, PathBuf};

use super::counts::Counts;
use super::csv::Rows;
use super::facts::{Ended, Facts};
use super::next::{Next, next};
use super::{ReportError, csv, file, html, json, workbook};
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
}

/// Writes every result file of a run into `out_dir`. A file that cannot be written does not keep
/// the others from being written; the first such error is returned.
pub fn write_all(
    store: &Store,
    out_dir: &Path,
    options: &ReportOptions,
) -> Result<Written, ReportError> {
    let facts = Facts::read(store, options.ended)?;
    file::private_directory(out_dir)?;
    let next = next(&facts, out_dir, &options.flags, &options.input_flags);
    let mut attempts = vec![
        csv::write(&facts, store, Rows::All, &out_dir.join("results.csv")),
        csv::write(&facts, store, Rows::Rejected, &out_dir.join("rejected.csv")),
        json::write(&facts, &out_dir.join("summary.json")),
    ];
    if workbook::fits(&facts) {
        let path = out_dir.join("results.xlsx");
        attempts.push(workbook::write(&facts, store, &next, &path));
    }
    attempts.push(html::write(
        &facts,
        store,
        &next,
        &out_dir.join("report.html"),
    ));
    let paths: Result<Vec<PathBuf>, ReportError> = attempts.into_iter().collect();
    Ok(Written {
        paths: paths?,
        counts: facts.counts,
        next,
        facts,
    })
}
