//! What the filters of a known export cannot tell: columns that the list lacks, and values that
//! nothing is known of.

use std::collections::{BTreeMap, HashSet};

use crate::check::cell::quoted;
use crate::check::conditions::{Bound, HeaderFault, OfSeveral};
use crate::check::exports::Export;
use crate::check::mapping::columns_called;
use crate::check::text::{fold_name, trim};
use crate::model::number::{counted, grouped};
use crate::model::rules::selection::{EXPORT_FILTER_WITHOUT_COLUMN, EXPORT_VALUE_UNKNOWN};
use crate::model::{Diagnostic, Header, Row};

/// Values that are shown of each column.
const SHOWN: usize = 8;

/// Says which rows cannot be told from customers, because the list lacks the columns that say it.
pub(super) fn without_column(export: &Export, header: &Header) -> Option<Diagnostic> {
    let mut told: HashSet<&str> = HashSet::new();
    let mut lacking: Vec<(&str, Vec<String>)> = Vec::new();
    for one in export.leave_out.iter().filter(|one| !one.optional) {
        match Bound::of(&one.rows, header, OfSeveral::FirstFilled) {
            Ok(_) | Err(HeaderFault::Several(..)) => {
                told.insert(&one.what);
            }
            Err(HeaderFault::Missing(name)) => {
                match lacking.iter_mut().find(|(of, _)| *of == one.what) {
                    Some((_, names)) => names.push(name),
                    None => lacking.push((&one.what, vec![name])),
                }
            }
        }
    }
    let mut by_columns: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for (what, mut names) in lacking.into_iter().filter(|(what, _)| !told.contains(what)) {
        names.dedup();
        match by_columns.iter_mut().find(|(of, _)| *of == names) {
            Some((_, kinds)) => kinds.push(what),
            None => by_columns.push((names, vec![what])),
        }
    }
    if by_columns.is_empty() {
        return None;
    }
    let parts = by_columns.iter().map(|(names, kinds)| {
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        format!("{} (no column {})", kinds.join(", "), names.join(" or "))
    });
    let parts: Vec<String> = parts.collect();
    let message = format!(
        "rows of these kinds cannot be told from customers, because the list lacks their columns: {}",
        parts.join("; ")
    );
    let help = format!(
        "export the list of {} with these columns; or make sure that it holds no such rows, or leave \
         them out with --leave-out",
        export.tool
    );
    Some(Diagnostic::of_file(&EXPORT_FILTER_WITHOUT_COLUMN, message).with_help(help))
}

/// Values of rows that count, in columns by which an export's rows are told from customers, of which
/// nothing is known.
#[derive(Debug)]
pub(super) struct ValuesMet {
    columns: Vec<ColumnMet>,
    folded: Vec<u8>,
}

#[derive(Debug)]
struct ColumnMet {
    name: &'static str,
    places: Vec<usize>,
    /// Values of customers, folded.
    known: HashSet<Vec<u8>>,
    /// Rows by value.
    unknown: BTreeMap<String, usize>,
    /// Rows whose values were too many to keep.
    beyond: usize,
}

impl ValuesMet {
    pub(super) fn of(export: &'static Export, header: &Header) -> Self {
        let mut folded = Vec::new();
        let columns = export.counts.iter().filter_map(|(name, words)| {
            let places = columns_called(header, name);
            let known = words.iter().map(|word| {
                fold_name(word, &mut folded);
                folded.clone()
            });
            let known = known.collect();
            (!places.is_empty()).then_some(ColumnMet {
                name,
                places,
                known,
                unknown: BTreeMap::new(),
                beyond: 0,
            })
        });
        Self {
            columns: columns.collect(),
            folded: Vec::new(),
        }
    }

    /// Takes note of a row that counts.
    pub(super) fn add(&mut self, row: &Row<'_>) {
        /// More are no words that a filter could know.
        const MOST: usize = 1000;
        for column in &mut self.columns {
            let mut texts = column.places.iter().map(|at| trim(row.text(*at)));
            let Some(text) = texts.find(|text| !text.is_empty()) else {
                continue;
            };
            // Some tools write several values into one cell; one that is a customer's is enough.
            let mut known = |part: &str| {
                fold_name(trim(part), &mut self.folded);
                column.known.contains(&self.folded)
            };
            if known(text) || text.split([',', ';']).any(known) {
                continue;
            }
            let is_full = column.unknown.len() >= MOST;
            match column.unknown.get_mut(text) {
                Some(rows) => *rows += 1,
                None if !is_full => {
                    column.unknown.insert(text.to_owned(), 1);
                }
                None => column.beyond += 1,
            }
        }
    }

    /// What is to be said.
    pub(super) fn said(self, tool: &str) -> Option<Diagnostic> {
        let met = self.columns.iter().filter(|one| !one.unknown.is_empty());
        let (parts, filters): (Vec<String>, Vec<String>) =
            met.map(|one| (one.shown(), one.filter())).unzip();
        if parts.is_empty() {
            return None;
        }
        let message = format!(
            "it is not known if rows of {tool} with these values are customers, so they count as \
             such: {}",
            parts.join("; ")
        );
        let help = format!(
            "leave out those that are not customers: {}; if all are customers, nothing needs to be done",
            filters.join(" ")
        );
        Some(Diagnostic::of_file(&EXPORT_VALUE_UNKNOWN, message).with_help(help))
    }
}

impl ColumnMet {
    /// The values, the most frequent first.
    fn most(&self) -> Vec<(&str, usize)> {
        let mut all: Vec<(&str, usize)> = self
            .unknown
            .iter()
            .map(|(text, rows)| (text.as_str(), *rows))
            .collect();
        all.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        all
    }

    fn shown(&self) -> String {
        let all = self.most();
        let shown: Vec<String> = all
            .iter()
            .take(SHOWN)
            .map(|(text, rows)| format!("{} ({})", quoted(text), counted(*rows, "row")))
            .collect();
        let rest: usize = all.iter().skip(SHOWN).map(|(_, rows)| rows).sum();
        let more = match rest + self.beyond {
            0 => String::new(),
            1 => ", and 1 row with another".to_owned(),
            more => format!(", and {} rows with others", grouped(more)),
        };
        format!("{} {}{more}", self.name, shown.join(", "))
    }

    /// The flag that leaves the values out.
    fn filter(&self) -> String {
        let marked = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let values: Vec<String> = self
            .most()
            .iter()
            .take(SHOWN)
            .map(|(text, _)| marked(text))
            .collect();
        let name = marked(self.name);
        match &values[..] {
            [one] => format!("--leave-out \"{name} = {one}\""),
            _ => format!("--leave-out \"{name} in ({})\"", values.join(", ")),
        }
    }
}
