//! The form of a data file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::words;
use crate::check::conditions::Condition;
use crate::check::mapping::{ValueEntry, columns_called};

use crate::model::Header;

/// What is known of a tool's export.
#[derive(Debug, PartialEq, Eq)]
pub struct Export {
    /// What `--export` calls it.
    pub name: String,
    /// The tool, as people call it.
    pub tool: String,
    /// How the export is made, in one sentence.
    pub how: String,
    /// Headers that are always there, by which it is recognised.
    pub headers: Vec<String>,
    /// Headers of which one at least is there as well; none where `headers` are enough.
    pub any: Vec<String>,
    /// Header and field; `-` is not imported. Headers that a list lacks do not count.
    pub map: Vec<(String, String)>,
    /// Field and value for empty cells.
    pub default: Vec<(String, String)>,
    /// What its own words stand for.
    pub values: Vec<ValueEntry>,
    /// Rows that are no customers.
    pub leave_out: Vec<LeaveOut>,
    /// Columns that tell customers from others, with the values that customers have there.
    pub counts: Vec<(String, Vec<String>)>,
    /// The header of which rows with the same cell are one customer, who has a row for each contact.
    pub one_row_per: Option<String>,
    /// Columns of contacts, of which one is there where customers have several rows; none where they
    /// always may.
    pub contacts: Vec<String>,
    /// Columns in which rows of the same customer do not differ.
    pub told_apart_by: Vec<String>,
    /// Columns that together are the name where the name's own cell is empty.
    pub name_else: Vec<String>,
    /// How its rows say which of them is whose parent.
    pub of_tool: OfTool,
}

/// How rows say which of them is whose parent, in the tool's own way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OfTool {
    /// As any list does.
    #[default]
    Nothing,
    /// By numbers of its own.
    Ids {
        /// The header of a row's own number.
        own: String,
        /// The header of its parent's.
        parent: String,
        /// Whether the tool's own root has a number, below which customers stand.
        root: bool,
    },
    /// By the name, which holds the names of all above it.
    Path {
        /// The header of the name.
        header: String,
        /// What stands between the names.
        separator: String,
    },
}

/// Rows that are no customers, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct LeaveOut {
    /// What they are, for people: "vendors".
    pub what: String,
    /// Which they are. Where the list lacks one of its headers, it does not count.
    pub rows: Condition,
    /// Whether its column is seldom there, so that nothing is amiss without it.
    pub optional: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tool: String,
    how: String,
    headers: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    renamed: Option<Renamed>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    #[serde(default)]
    default: BTreeMap<String, String>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    leave_out: Vec<LeaveOutInFile>,
    #[serde(default)]
    counts: BTreeMap<String, Vec<String>>,
    one_row_per: Option<String>,
    #[serde(default)]
    contacts: Vec<String>,
    #[serde(default)]
    told_apart_by: Vec<String>,
    #[serde(default)]
    name_else: Vec<String>,
    ids: Option<Ids>,
    path: Option<Path>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaveOutInFile {
    what: String,
    rows: String,
    #[serde(default)]
    optional: bool,
}

/// A word of the headers that users may give another name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Renamed {
    word: String,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ids {
    own: String,
    parent: String,
    #[serde(default)]
    root: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Path {
    header: String,
    separator: String,
}

impl Export {
    /// Reads a data file. Where users of the tool may give a word of its headers another name, there is
    /// an export for each name; the one with the tool's own word is the first.
    pub(super) fn parse(name: &str, text: &str) -> Result<Vec<Self>, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut texts = vec![text.to_owned()];
        if let Some(Renamed { word, names }) = &file.renamed {
            texts.extend(names.iter().map(|name| text.replace(word, name)));
        }
        texts.iter().map(|text| Self::one(name, text)).collect()
    }

    fn one(name: &str, text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let leave_out = file.leave_out.into_iter().map(|one| {
            let rows = Condition::parse(&words::in_condition(&one.rows))
                .map_err(|error| format!("{}: {error}", one.rows))?;
            Ok(LeaveOut {
                what: one.what,
                rows,
                optional: one.optional,
            })
        });
        let values = file.values.into_iter().flat_map(|(field, words)| {
            words.into_iter().map(move |(from, to)| ValueEntry {
                field: field.clone(),
                from,
                to,
                place: String::new(),
            })
        });
        Ok(Self {
            name: name.to_owned(),
            tool: file.tool,
            how: file.how,
            headers: file.headers,
            any: file.any,
            map: file.map.into_iter().collect(),
            default: file.default.into_iter().collect(),
            values: values.collect(),
            leave_out: leave_out.collect::<Result<_, String>>()?,
            counts: file
                .counts
                .iter()
                .map(|(name, list)| (name.clone(), words::in_list(list)))
                .collect(),
            one_row_per: file.one_row_per,
            contacts: file.contacts,
            told_apart_by: file.told_apart_by,
            name_else: file.name_else,
            of_tool: match (file.ids, file.path) {
                (Some(Ids { own, parent, root }), None) => OfTool::Ids { own, parent, root },
                (None, Some(Path { header, separator })) => OfTool::Path { header, separator },
                (None, None) => OfTool::Nothing,
                (Some(_), Some(_)) => return Err("ids and path exclude each other".to_owned()),
            },
        })
    }

    /// The headers by which it is recognised that the table does not have.
    pub(super) fn missing(&self, header: &Header) -> Vec<&str> {
        let is_there = |name: &&String| !columns_called(header, name).is_empty();
        let any = self
            .any
            .first()
            .filter(|_| !self.any.iter().any(|name| is_there(&name)));
        let missing = self.headers.iter().filter(|name| !is_there(name));
        missing.chain(any).map(String::as_str).collect()
    }

    /// How many of the columns that it speaks of the table has.
    pub(super) fn fit(&self, header: &Header) -> usize {
        let mapped = self.map.iter().map(|(name, _)| name);
        let named = mapped.filter(|name| !columns_called(header, name).is_empty());
        named.count()
    }
}
