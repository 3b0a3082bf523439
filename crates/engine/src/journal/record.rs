//! What a journal holds, as types.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::cells::Cells;
use crate::model::{
    Deployment, Ending, Happening, LeftOutRows, PartnerId, Planned, RowIndex, Severity, SheetRows,
    Took,
};

/// What is known of a run from its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The run's id: time of its start and four random letters.
    pub id: String,
    /// The version of the tool that began it.
    pub tool_version: String,
    /// When it began, Unix milliseconds.
    pub started_ms: i64,
    /// The input, as the user gave it.
    pub input_path: String,
    /// The input's full path.
    pub input_full_path: String,
    /// SHA-256 of the input's bytes, hex.
    pub input_sha256: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The delimiter the result files use.
    pub delimiter: char,
    /// Where the service is.
    pub endpoint: String,
    /// `sandbox` or `live`.
    pub mode: Mode,
    /// The partner one logs in under, as given.
    pub partner: String,
    /// The options that decide what is sent (`--map`, `--default`, `--set`, sheet, header row), so that a
    /// continued run can be compared.
    pub options: Vec<(String, String)>,
    /// Where these came from; none in journals of earlier versions, which do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origins: Option<OptionOrigins>,
    /// Where the result files go.
    pub out_dir: String,
    /// The header's cells.
    pub header: Vec<String>,
    /// The column whose cells are ids (`ID`), where the input has one.
    pub id_column: Option<u32>,
    /// Columns of the input that our own result files added, and that are written anew.
    pub own_columns: Vec<u32>,
    /// Which rows stand on which sheet, where several sheets are the input.
    #[serde(default, skip_serializing_if = "SheetRows::is_empty")]
    pub sheets: SheetRows,
    /// What the job is called, where it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// The number of the backup profile that installers name, where one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_profile: Option<NonZeroU32>,
    /// How many customers the tenant had for which no row of the list stood, where somebody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orphans: Option<u64>,
    /// Who the service said one was logged in as when the run was planned: the customer's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// The customers of the tenant that rows of the list stand below: id and name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub above: BTreeMap<PartnerId, String>,
    /// Where the table stands in its sheet, for workbooks that can be copied and filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<TablePlace>,
    /// The same for each of several sheets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<TablePlace>,
    /// Rows of the input that are none of the run's, by reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutRows>,
}

/// Where the options that decide what is sent came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionOrigins {
    /// What was typed: name and value of each, as in [`RunInfo::options`].
    pub typed: Vec<(String, String)>,
    /// What stood in which profile, by its full path.
    pub profiles: Vec<(String, Vec<(String, String)>)>,
}

/// Where a table stands in a sheet of an XLSX or XLSM file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePlace {
    /// The sheet's name, where several sheets are one input; else the run's own sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The header's (last) row, from 1; 0 when the table has none.
    pub header_row: u32,
    /// The sheet's column, from 0, of each of the input's (joined) columns; none for those that it
    /// does not have.
    pub columns: Vec<Option<u32>>,
}

/// What a run speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The local stand-in.
    Sandbox,
    /// The service.
    Live,
}

impl Mode {
    /// `sandbox` or `live`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }
}

/// One data row as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRecord {
    /// The data row.
    pub row: RowIndex,
    /// Its number as a spreadsheet shows it.
    pub number: u32,
    /// Its line in a text file.
    pub line: u32,
    /// Its cells, as read.
    pub cells: Cells,
}

/// A problem of one cell, for files that can show it in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The data row.
    pub row: RowIndex,
    /// The cell's place among the header's cells, from 0.
    pub column: u32,
    /// The code of the rule.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong; in journals of older formats also the value that may have been meant.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
    /// What stands in the cell; empty where nothing does, and in journals of older formats.
    pub value: String,
    /// The values that may have been meant, best first: what would be accepted in the cell.
    pub meant: Vec<String>,
}

impl Fault {
    /// The values that may have been meant, as a question; empty where none is known, or where the
    /// rest says it already.
    pub fn meant_in_words(&self) -> String {
        let named = |text: &str| self.meant.iter().any(|one| text.contains(one.as_str()));
        if self.meant.is_empty() || named(&self.help) || named(&self.message) {
            return String::new();
        }
        let meant: Vec<&str> = self.meant.iter().take(3).map(String::as_str).collect();
        format!("did you mean {}?", meant.join(" or "))
    }
}

/// One data row as it was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRow {
    /// The data row.
    pub row: RowIndex,
    /// What is to happen.
    pub action: Planned,
    /// Whether automatic deployment is switched on for its customer.
    pub deployment: Deployment,
    /// The codes of the row's problems, errors first, separated by spaces.
    pub code: String,
    /// The problems in words.
    pub message: String,
}

/// Something that happened to a row, in the order of `seq`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The data row.
    pub row: RowIndex,
    /// What.
    pub kind: Happening,
    /// When, Unix milliseconds.
    pub at_ms: i64,
}

/// What was learnt of a row's customer after the run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Learnt {
    /// Its UID, once automatic deployment is on.
    pub uid: Option<String>,
    /// What its default account is called.
    pub account: Option<String>,
}

/// Requests of one method that left within a short time, and how they ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// When that time began, Unix milliseconds.
    pub at_ms: i64,
    /// The method, as on the wire.
    pub method: String,
    /// Answered with yes or no.
    pub answered: u64,
    /// Told to come again later.
    pub put_off: u64,
    /// Without a clear answer.
    pub lost: u64,
    /// How long the answers took.
    pub took: Took,
}

/// A process that carries the run out, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it began, Unix milliseconds.
    pub at_ms: i64,
    /// The version of the tool.
    pub tool_version: String,
    /// The settings that decide how it goes, and say nothing of anybody: name and value.
    pub settings: Vec<(String, String)>,
}

/// Something to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Something that happened to a row.
    Event(Event),
    /// Something that happened on the way to a customer's automatic deployment.
    Deploy(Event),
    /// What was learnt of a row's customer after the run.
    Learnt(RowIndex, Learnt),
    /// Requests that were sent since the last such entry, by method.
    Requests(Vec<(String, u64)>),
    /// How requests went since the last such entry.
    Pulse(Vec<Sample>),
    /// Another process goes on with the run.
    Attempt(Attempt),
    /// Something about the undoing of the run.
    Undo(UndoEntry),
    /// The run has ended; nothing follows, but perhaps another ending, where what came after it failed.
    Finished {
        /// When, Unix milliseconds.
        at_ms: i64,
        /// How it ended.
        ending: Ending,
    },
}

/// Something about the undoing of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoEntry {
    /// It begins; an unfinished run is finished by that, for good.
    Begun {
        /// When, Unix milliseconds.
        at_ms: i64,
        /// How many customers were to be removed, as the person confirmed.
        to_remove: u32,
        /// Where the result files go.
        out_dir: String,
    },
    /// Something that happened to a row's customer.
    Event(Event),
    /// Something that happened on the way to its automatic deployment being switched off again.
    Deploy(Event),
    /// Requests that were sent since the last such entry, by method.
    Requests(Vec<(String, u64)>),
    /// Every customer has its outcome.
    Finished {
        /// When, Unix milliseconds.
        at_ms: i64,
        /// How it ended.
        ending: Ending,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written_as_journals_have_had_them() {
        for text in [
            r#"{"header_row":3,"columns":[0,2]}"#,
            r#"{"sheet":"Kunden","header_row":1,"columns":[1,null,4]}"#,
        ] {
            let place: TablePlace = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&place).unwrap(), text);
        }
    }
}
