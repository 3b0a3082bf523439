//! Lists and their problems.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rows::{Draft, Step};

/// How many rows of a list are what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ListCounts {
    /// All.
    pub all: usize,
    /// Those that count.
    #[serde(rename = "in")]
    pub within: usize,
    /// Those that do not.
    pub out: usize,
    /// With an error of their own.
    pub need: usize,
    /// Below one of these.
    pub blocked: usize,
    /// With warnings only.
    pub warnings: usize,
    /// Changed by the user.
    pub mended: usize,
    /// To be sent.
    pub ready: usize,
    /// Different errors.
    pub causes: usize,
}

/// A field that a column may go to.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Its name.
    pub field: &'static str,
    /// What it is, or why it fits.
    pub says: String,
}

/// A column.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Column {
    /// As a spreadsheet shows it; none where an answer gives it.
    pub letter: Option<String>,
    /// Its name.
    pub header: String,
    /// What it goes to.
    pub field: Option<&'static str>,
    /// Whether money hangs on it and nobody has said it.
    pub asks: bool,
    /// Whether it decides which rows count.
    pub filters: bool,
    /// How that was decided.
    pub how: String,
    /// The value that is sent in place of what its cells say, or of those that are empty, in words.
    pub given: Option<String>,
    /// What fits it.
    pub fits: Vec<Field>,
    /// Some of its cells.
    pub sample: Vec<String>,
    /// All it may hold, where that is a closed set.
    pub options: Vec<&'static str>,
    /// How wide it is shown.
    pub width: &'static str,
}

/// How the list was understood.
#[derive(Debug, Clone, Serialize)]
pub struct Understood {
    /// A workbook's sheets.
    pub sheets: Vec<Sheet>,
    /// The one that is read.
    pub sheet: Option<String>,
    /// The header's row.
    pub header_row: u32,
    /// Which tool's export it is read as.
    pub export: String,
    /// What it could be read as.
    pub exports: Vec<Export>,
    /// Of a text file.
    pub encoding: Option<String>,
    /// What it could be.
    pub encodings: Vec<String>,
}

/// A sheet.
#[derive(Debug, Clone, Serialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// How many rows it has, as far as that is known.
    pub rows: usize,
}

/// What a list may be read as.
#[derive(Debug, Clone, Serialize)]
pub struct Export {
    /// Its name in settings.
    pub id: String,
    /// For people.
    pub title: String,
}

/// What a field holds in rows whose cell does not say it.
#[derive(Debug, Clone, Serialize)]
pub struct Constant {
    /// The field.
    pub field: &'static str,
    /// The value.
    pub value: String,
    /// Whether it holds in every row; else where the cell is empty.
    pub every: bool,
}

/// A field gets one value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstantAsk {
    /// The field.
    pub field: String,
    /// The value; empty: none any more.
    pub value: String,
    /// Whether in every row; else where the cell is empty.
    pub every: bool,
}

/// How the list is to be understood: one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnderstoodAsk {
    /// The sheet.
    pub sheet: Option<String>,
    /// The header's row.
    pub header_row: Option<u32>,
    /// The export.
    pub export: Option<String>,
    /// The encoding.
    pub encoding: Option<String>,
}

/// What a column goes to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnAsk {
    /// Its place.
    pub column: usize,
    /// None: it is not used.
    pub field: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerAsk {
    /// To which question.
    pub question: String,
    /// The choice.
    pub choice: String,
    /// What the list's values stand for.
    pub means: BTreeMap<String, String>,
}

/// What is done about a column's values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValuesAsk {
    /// Its place.
    pub column: usize,
    /// Values whose rows are left out.
    pub out: Vec<String>,
    /// Values that are read as another.
    pub to: BTreeMap<String, String>,
}

/// What stands in a column.
#[derive(Debug, Clone, Serialize)]
pub struct Values {
    /// Its place.
    pub column: usize,
    /// The most frequent first.
    pub values: Vec<ColumnValue>,
    /// How many more there are.
    pub more: usize,
}

/// A value.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnValue {
    /// As it stands.
    pub value: String,
    /// In how many rows.
    pub rows: usize,
    /// Whether they are left out.
    pub out: bool,
    /// What it is read as.
    pub to: Option<String>,
}

/// What the list does not say.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// Its name.
    pub id: &'static str,
    /// In short.
    pub title: &'static str,
    /// What hangs on it.
    pub says: &'static str,
    /// What may be answered.
    pub choices: Vec<Choice>,
    /// What was.
    pub answer: Option<String>,
    /// Values of the chosen column that have no meaning yet.
    pub open: usize,
}

/// An answer that may be given.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Its name.
    pub id: String,
    /// For people.
    pub title: String,
    /// What comes of it.
    pub says: String,
    /// The values of its column.
    pub values: Vec<ChoiceValue>,
    /// What they may mean.
    pub options: Vec<&'static str>,
}

/// A value and what it means.
#[derive(Debug, Clone, Serialize)]
pub struct ChoiceValue {
    /// As it stands.
    pub value: String,
    /// In how many rows.
    pub rows: usize,
    /// None: nobody has said it.
    pub means: Option<String>,
}

/// A mend that does not fit any more.
#[derive(Debug, Clone, Serialize)]
pub struct StaleMend {
    /// Where.
    pub cell: String,
    /// What it was to hold.
    pub mended: String,
    /// What it holds.
    pub now: String,
}

/// A list.
#[derive(Debug, Clone, Serialize)]
pub struct List {
    /// Its name here.
    pub list: String,
    /// The file's.
    pub name: String,
    /// `reading`, `ready`, `empty`, `refused`.
    pub state: &'static str,
    /// While it is read.
    pub rows_read: usize,
    /// Why there are no rows.
    pub title: String,
    /// The same, at length.
    pub says: String,
    /// Rises with each change.
    pub revision: u64,
    /// Rises when something is said of it beside its cells: of columns, values, what it leaves open.
    pub said: u64,
    /// Whether it is being checked.
    pub checking: bool,
    /// How it was understood.
    pub understood: Understood,
    /// Its columns.
    pub columns: Vec<Column>,
    /// What columns may go to.
    pub fields: Vec<Field>,
    /// What it does not say.
    pub questions: Vec<Question>,
    /// Fields that one value was given.
    pub constants: Vec<Constant>,
    /// What was being typed when an earlier process ended.
    pub draft: Option<Draft>,
    /// How many lines of the file are none of its rows.
    pub lines: usize,
    /// What is said of the file as a whole.
    pub remarks: Vec<Remark>,
    /// Its rows.
    pub counts: ListCounts,
    /// The step that would be taken back.
    pub undo: Option<String>,
    /// The step that would be done again.
    pub redo: Option<String>,
    /// Mends that do not fit.
    pub stale: Vec<StaleMend>,
    /// Its newest run.
    pub run: Option<String>,
    /// The furthest step.
    pub reached: Step,
}

/// What changed in a list.
#[derive(Debug, Clone, Serialize)]
pub struct ListEvent {
    /// Its name here.
    pub list: String,
    /// As in [`List`].
    pub state: &'static str,
    /// As in [`List`].
    pub revision: u64,
    /// Rises when something is said of it beside its cells.
    pub said: u64,
    /// As in [`List`].
    pub checking: bool,
    /// As in [`List`].
    pub rows_read: usize,
    /// As in [`List`].
    pub counts: ListCounts,
    /// As in [`List`].
    pub undo: Option<String>,
    /// As in [`List`].
    pub redo: Option<String>,
}

/// What would mend rows.
#[derive(Debug, Clone, Serialize)]
pub struct Suggestion {
    /// Its name.
    pub id: String,
    /// The value; none where it is no replacement.
    pub from: Option<String>,
    /// What it becomes, or what is done.
    pub to: String,
    /// In how many rows.
    pub rows: usize,
    /// Where it leads in place of mending.
    pub step: Option<Step>,
    /// The row that it leads to there.
    pub row: Option<u32>,
}

/// A line of the file that is no row of the list.
#[derive(Debug, Clone, Serialize)]
pub struct LineOut {
    /// Its number as rows are counted; 0 where it counts as none.
    pub row: u32,
    /// Its number in the file.
    pub line: u32,
    /// What stands there.
    pub text: String,
    /// The rule's.
    pub code: &'static str,
    /// Why it is none.
    pub says: String,
}

/// Those lines.
#[derive(Debug, Clone, Serialize)]
pub struct Lines {
    /// The first of them.
    pub lines: Vec<LineOut>,
    /// How many more there are.
    pub more: usize,
}

/// What is said of the file as a whole.
#[derive(Debug, Clone, Serialize)]
pub struct Remark {
    /// The rule's.
    pub code: &'static str,
    /// `error`, `warning`.
    pub severity: &'static str,
    /// In words.
    pub says: String,
    /// The row that it is about.
    pub row: Option<u32>,
    /// The line of the file on which that begins.
    pub line: Option<u32>,
}

/// Rows with the same problem.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// Its name.
    pub cause: String,
    /// `error`, `blocked`, `warning`.
    pub kind: &'static str,
    /// The rule's.
    pub code: &'static str,
    /// In short.
    pub title: String,
    /// At length.
    pub says: String,
    /// How many.
    pub rows: usize,
    /// What would mend them.
    pub suggestions: Vec<Suggestion>,
    /// How many more of these there are.
    pub more: usize,
    /// What takes them all.
    pub take_all: Option<Suggestion>,
}

/// The problems of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Problems {
    /// Of the list.
    pub revision: u64,
    /// Worst first.
    pub groups: Vec<Group>,
    /// How many more there are.
    pub more_groups: usize,
}

/// The next cell at fault.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NextProblem {
    /// Its row.
    pub row: Option<u32>,
    /// Its column.
    pub column: usize,
    /// Its cause.
    pub cause: String,
}

/// A cell.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: usize,
    /// What it holds.
    pub value: String,
    /// What the file says.
    pub file: String,
    /// What is wrong with it.
    pub problems: Vec<CellProblem>,
}

/// A problem of a cell.
#[derive(Debug, Clone, Serialize)]
pub struct CellProblem {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The rule's.
    pub code: &'static str,
    /// In words.
    pub says: String,
    /// What would mend it, here and in rows like it.
    pub suggestions: Vec<Suggestion>,
}

/// What would be sent for a row.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    /// Its number.
    pub row: u32,
    /// The customer's.
    pub name: String,
    /// Why it is left out.
    pub out: Option<String>,
    /// Member by member.
    pub members: Vec<Member>,
    /// What is wrong with it.
    pub problems: Vec<RowProblem>,
}

/// A member of what is sent.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    /// Its path on the wire.
    pub member: &'static str,
    /// Its value.
    pub value: String,
    /// Where that is from.
    pub from: String,
}

/// A problem of a row.
#[derive(Debug, Clone, Serialize)]
pub struct RowProblem {
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The rule's.
    pub code: &'static str,
    /// In words.
    pub says: String,
}
