//! What `init` guesses of a list, before it writes it down.

use std::collections::BTreeMap;
use std::path::Path;

use crate::check::exports::Export;
use crate::check::says::{ColumnSays, key_of};
use crate::check::{
    CheckSettings, MappedColumn, Mapping, Matched, Role, SaidGone, field_of_terms, proposed,
};
use crate::cli::show::face::Face;
use crate::cli::show::output::Output;
use crate::flow::list::{CheckedFile, check_file};
use crate::model::place::column_letters;
use crate::model::rules::headers::HEADER_EMPTY;
use crate::model::{RowBatch, printable};
use crate::settings::Resolved;

/// What is guessed of a list, and what was said of it.
pub(super) struct Guessed {
    pub(super) mapping: Mapping,
    /// The columns of which somebody has said what they are, as `[map]` names them.
    pub(super) said: Vec<String>,
    /// The export that it is, where nobody has named one.
    pub(super) export: Option<&'static Export>,
    /// Columns that say of rows that they are no customers any more, of which nobody has decided.
    pub(super) said_gone: Vec<SaidGone>,
    /// The column that may say the level of rows that do not say it, where nobody has answered.
    pub(super) proposed: Option<ColumnSays>,
    /// Filled columns without a header, with the field that their cells look like.
    pub(super) unnamed: BTreeMap<u32, Option<String>>,
    /// Terms of its cells that are not known, by field, with what they may stand for.
    pub(super) unknown: BTreeMap<&'static str, BTreeMap<String, String>>,
}

impl Guessed {
    /// Whether the profile must say what the column is: where its header alone says it, the next list is
    /// read the same way without, and one that lacks the column is not held against it.
    pub(super) fn must_be_said(&self, column: &MappedColumn) -> bool {
        let key = key_of(column, &self.mapping);
        let letters = format!("column:{}", column_letters(column.column));
        let is_named = |name: &String| {
            let name = name.trim();
            name == key.trim()
                || name.eq_ignore_ascii_case(column.header.trim())
                || name.eq_ignore_ascii_case(&letters)
        };
        match &column.role {
            Role::Field { matched, .. } => {
                *matched == Matched::Values || self.said.iter().any(is_named)
            }
            _ => self.said.iter().any(is_named),
        }
    }

    /// What was decided, a line each, for whoever reads it on a terminal.
    pub(super) fn decided(&self) -> Vec<String> {
        let mapping = &self.mapping;
        let mut lines = Vec::new();
        for (field, value) in &mapping.constants {
            lines.push(format!("  {field} is {value} in every row"));
        }
        for (field, value) in &mapping.defaults {
            lines.push(format!("  {field} is {value} where the cell is empty"));
        }
        let (mut by_header, mut open, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for column in &mapping.columns {
            let letters = || format!("column {}", column_letters(column.column));
            let header = match printable(column.header.trim()) {
                header if header.is_empty() => letters(),
                header => format!("\"{header}\""),
            };
            match &column.role {
                Role::Field { field, .. } if self.must_be_said(column) => {
                    lines.push(format!("  {header} is {field}"));
                }
                Role::Field { .. } => by_header.push(header),
                Role::Undecided => open.push(header),
                Role::Unknown { .. } | Role::Unused { .. } | Role::LeftOut => left.push(header),
                Role::Unnamed if self.unnamed.contains_key(&column.column) => left.push(header),
                Role::Reserved | Role::Unnamed => {}
            }
        }
        for (what, headers) in [
            ("undecided, decide under [map]", open),
            ("read by their headers", by_header),
            ("not imported", left),
        ] {
            if !headers.is_empty() {
                lines.push(format!("  {what}: {}", headers.join(", ")));
            }
        }
        lines
    }
}

/// The list, checked. Where it cannot be read, that is said by the commands that need it.
pub(super) fn checked(
    file: &Path,
    resolved: &Resolved,
    checking: &CheckSettings,
    output: Output,
) -> Option<CheckedFile> {
    let keep = &mut |_, _: &RowBatch| Ok(());
    check_file(file, &resolved.reading, checking, &Face::on(output), keep).ok()
}

pub(super) fn said_gone_in(file: CheckedFile) -> Vec<SaidGone> {
    file.checked.said_gone
}

/// Filled columns without a header.
pub(super) fn unnamed_columns(file: &CheckedFile) -> BTreeMap<u32, Option<String>> {
    let problems = file.checked.diagnostics.iter();
    let unnamed = problems.filter(|one| one.rule.code == HEADER_EMPTY.code);
    unnamed
        .filter_map(|one| {
            Some((
                one.at?.column?,
                one.suggestions.first().map(ToString::to_string),
            ))
        })
        .collect()
}

/// Terms of the list that its fields do not know.
pub(super) fn unknown_terms(
    file: &CheckedFile,
) -> BTreeMap<&'static str, BTreeMap<String, String>> {
    const MOST: usize = 30;
    let mut unknown: BTreeMap<&'static str, BTreeMap<String, String>> = BTreeMap::new();
    for one in &file.checked.diagnostics {
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
