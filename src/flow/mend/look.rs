//! A list that was checked in order to be mended.

use std::path::{Path, PathBuf};

use crate::check::{CheckSettings, Keep};
use crate::flow::advice::Advice;
use crate::flow::check::checking_of;
use crate::flow::event::Events;
use crate::flow::failure::Failure;
use crate::flow::list::{CheckedFile, KnownHeaders, check_file};
use crate::model::Diagnostic;
use crate::settings::Resolved;
use tables::{ReadOptions, Sheets, Table};

/// A list with its problems.
pub struct Mendable {
    pub(super) list: PathBuf,
    pub(super) file: CheckedFile,
    pub(super) options: ReadOptions,
    pub(super) checking: CheckSettings,
}

/// Reads and checks the list at `list`.
///
/// # Errors
///
/// Where it cannot be read, or all sheets of a workbook are meant.
pub fn look(list: &Path, resolved: &Resolved, events: Events<'_>) -> Result<Mendable, Failure> {
    let options = &resolved.reading;
    if options.sheets == Sheets::All {
        let text = "only one sheet is fixed at a time";
        return Err(Failure::usage(text).hint(Advice::OneSheet));
    }
    let checking = checking_of(resolved, Keep::Nothing, list)?;
    let file = check_file(list, options, &checking, events, &mut |_, _| Ok(()))?;
    Ok(Mendable {
        list: list.to_owned(),
        file,
        options: options.clone(),
        checking,
    })
}

impl Mendable {
    /// Whether the check found errors.
    pub fn has_errors(&self) -> bool {
        let mut found = self.file.checked.diagnostics.iter();
        found.any(Diagnostic::is_error)
    }

    /// The table, to be read once more.
    pub(super) fn table(&self) -> Result<Table, Failure> {
        Ok(tables::open(&self.list, &self.options, &KnownHeaders)?)
    }
}
