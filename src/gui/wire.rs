//! What is said between page and process, as `api.md` has it: the shapes only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The list, as it was understood.
    #[default]
    List,
    /// What is wrong in it.
    Problems,
    /// What would become of it.
    Plan,
    /// The run.
    Run,
    /// What became of it.
    Results,
}

/// A row, of a list, a plan or a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the user's file; 0 is no row of the file.
    pub row: u32,
    /// By the columns.
    pub cells: Vec<String>,
    /// What is not plain: column, what, in words.
    pub marks: Vec<(usize, Mark, String)>,
    /// Why it is left out.
    pub out: Option<String>,
    /// Of a plan or a run.
    pub status: Option<&'static str>,
    /// The customer's.
    pub id: Option<u64>,
    /// In words.
    pub message: Option<String>,
    /// Of a tree, 1 at the root.
    pub depth: u32,
    /// Whether what is below it is shown.
    pub open: Option<bool>,
}

/// What is not plain in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// It keeps the row from being sent.
    Error,
    /// It does not.
    Warning,
    /// The user changed it.
    Mended,
    /// An answer set it.
    Set,
    /// What is there.
    Old,
    /// What would be.
    New,
}

/// A window of rows.
#[derive(Debug, Clone, Serialize)]
pub struct Rows {
    /// Of the list, the plan or the run.
    pub revision: u64,
    /// In the view.
    pub total: usize,
    /// Where the window begins.
    pub from: usize,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// Where something is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Found {
    /// In the view.
    pub position: Option<usize>,
    /// Which column.
    pub column: usize,
    /// Which row.
    pub row: u32,
    /// Of all hits.
    pub index: usize,
    /// All hits.
    pub total: usize,
}

/// What was kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {
    /// Of the list.
    pub revision: u64,
    /// In words.
    pub says: String,
    /// The step that would be taken back.
    pub undo: Option<String>,
    /// The step that would be done again.
    pub redo: Option<String>,
    /// The rows of a mend of cells.
    #[serde(skip_deserializing)]
    pub rows: Vec<Row>,
}

/// One change.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mend {
    /// Texts of cells.
    Cells {
        /// Which.
        cells: Vec<CellMend>,
        /// Under which it is known.
        key: String,
    },
    /// Rows that do not count any more.
    LeaveOut {
        /// Which.
        rows: Vec<u32>,
        /// Under which it is known.
        key: String,
    },
    /// Rows that count after all.
    TakeBack {
        /// Which.
        rows: Vec<u32>,
        /// Under which it is known.
        key: String,
    },
    /// What was suggested.
    Suggestion {
        /// Which.
        id: String,
        /// Under which it is known.
        key: String,
    },
    /// The last step is taken back.
    Undo {
        /// Under which it is known.
        key: String,
    },
    /// It is done again.
    Redo {
        /// Under which it is known.
        key: String,
    },
}

impl Mend {
    /// Under which it is known.
    pub fn key(&self) -> &str {
        match self {
            Self::Cells { key, .. }
            | Self::LeaveOut { key, .. }
            | Self::TakeBack { key, .. }
            | Self::Suggestion { key, .. }
            | Self::Undo { key }
            | Self::Redo { key } => key,
        }
    }
}

/// One cell's text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellMend {
    /// The row's number.
    pub row: u32,
    /// The column's place.
    pub column: usize,
    /// What stands there.
    pub from: String,
    /// What should.
    pub to: String,
}

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
#[derive(Debug, Clone, Serialize)]
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

/// How the list is to be understood: one of these.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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

/// The target.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Target {
    /// `sandbox` or `live`.
    pub mode: Option<&'static str>,
    /// The service's address.
    pub endpoint: String,
    /// The partner to log in under.
    pub partner: String,
    /// The user.
    pub user: String,
    /// Whether the process has a password.
    pub password: bool,
    /// What the keyring is called.
    pub keyring: Option<String>,
    /// Who one is logged in as.
    pub root: Option<Root>,
}

/// Who one is logged in as.
#[derive(Debug, Clone, Serialize)]
pub struct Root {
    /// The customer's name.
    pub name: String,
    /// Its id.
    pub id: u64,
    /// The user.
    pub user: String,
}

/// Where to, and as whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetAsk {
    /// `sandbox` or `live`.
    pub mode: String,
    /// The service's address.
    pub endpoint: String,
    /// The partner.
    pub partner: String,
    /// The user.
    pub user: String,
    /// Empty: the one that the process has.
    pub password: String,
    /// Whether the keyring is to have it.
    pub keep: bool,
}

/// How a plan is made.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanAsk {
    /// Whether customers that differ are changed.
    pub update: bool,
    /// Only the rows of that run that did not make it.
    pub of_run: Option<String>,
}

/// A plan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Plan {
    /// `none`, `planning`, `ready`, `failed`.
    pub state: &'static str,
    /// Rises with each change.
    pub revision: u64,
    /// How far it is, or what went wrong.
    pub title: String,
    /// The same, at length.
    pub says: String,
    /// Whether customers that differ are changed.
    pub update: bool,
    /// Only what of that run did not make it.
    pub of_run: Option<String>,
    /// Its rows.
    pub counts: PlanCounts,
    /// Of those that are created.
    pub by_state: Vec<Billed>,
    /// Of those that are created.
    pub by_level: Vec<OfLevel>,
    /// How long it takes.
    pub seconds: f64,
    /// At which rate.
    pub rate: String,
    /// Whether it is of another list or target.
    pub stale: bool,
    /// What does not fit any more.
    pub differences: Vec<String>,
}

/// A plan, and of which list.
#[derive(Debug, Clone, Serialize)]
pub struct PlanEvent {
    /// The list.
    pub list: String,
    /// The plan.
    pub plan: Plan,
}

/// How many rows of a plan are what.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct PlanCounts {
    /// All that are shown.
    pub all: usize,
    /// To be created.
    pub create: usize,
    /// There.
    pub exists: usize,
    /// To be changed.
    pub update: usize,
    /// There, and otherwise.
    pub differs: usize,
    /// In the way of others.
    pub collides: usize,
    /// Wrong in the list.
    pub not_sent: usize,
}

/// A state, and what it costs.
#[derive(Debug, Clone, Serialize)]
pub struct Billed {
    /// Its name.
    pub state: String,
    /// How many.
    pub rows: usize,
    /// What it means.
    pub says: &'static str,
    /// Whether it is billed.
    pub billed: bool,
}

/// A level.
#[derive(Debug, Clone, Serialize)]
pub struct OfLevel {
    /// Its name.
    pub level: String,
    /// How many.
    pub rows: usize,
}

/// What a run of the first would do.
#[derive(Debug, Clone, Serialize)]
pub struct Pilot {
    /// So many.
    pub first: usize,
    /// How many it creates.
    pub create: usize,
    /// How many of these are parents.
    pub parents: usize,
    /// How long it takes.
    pub seconds: f64,
    /// How many are billed.
    pub billed: usize,
}

/// What is folded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoldAsk {
    /// The row; 0 for a customer that is none.
    pub row: u32,
    /// The customer's id.
    pub id: Option<u64>,
    /// Whether what is below it is shown.
    pub open: bool,
}

/// A run that is to begin.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunAsk {
    /// Of which list.
    pub list: String,
    /// The plan's.
    pub revision: u64,
    /// Only the first, with their parents.
    pub first: Option<usize>,
    /// The number.
    pub typed: String,
}

/// What a run is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Hold before the next row.
    Pause,
    /// Go on.
    GoOn,
    /// End, when what is under way has ended.
    Stop,
    /// Do not wait any longer.
    TryNow,
    /// Go on with what an earlier process left.
    Continue,
    /// Take it back. Not an order of its own address; only among what can be done.
    Undo,
}

/// How many rows of a run are what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All.
    pub rows: u64,
    /// As in result files.
    pub created: u64,
    /// As in result files.
    pub exists: u64,
    /// As in result files.
    pub updated: u64,
    /// As in result files.
    pub failed: u64,
    /// As in result files.
    pub invalid: u64,
    /// As in result files.
    pub blocked: u64,
    /// As in result files.
    pub unknown: u64,
    /// As in result files.
    pub pending: u64,
}

/// A run.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    /// Its id.
    pub run: String,
    /// Its list, where that is kept here.
    pub list: Option<String>,
    /// What can be mended.
    pub columns: Vec<Column>,
    /// The file's name.
    pub name: String,
    /// `sandbox` or `live`.
    pub mode: &'static str,
    /// Below whom.
    pub root: String,
    /// `page` or `command line`.
    pub from: &'static str,
    /// As in `api.md`.
    pub state: &'static str,
    /// Rises with each change.
    pub revision: u64,
    /// Its rows.
    pub counts: Counts,
    /// How many it is to create.
    pub to_create: usize,
    /// Requests without an answer.
    pub in_flight: usize,
    /// When it began.
    pub begun: String,
    /// When it ended.
    pub ended: Option<String>,
    /// Seconds.
    pub left: Option<f64>,
    /// How fast it goes.
    pub rate: RateNow,
    /// What the service said.
    pub said: Vec<SaidByService>,
    /// What stands over it.
    pub notice: Option<Notice>,
    /// How it ended, or where it stands.
    pub title: String,
    /// The same, at length.
    pub says: String,
    /// What reading back has shown.
    pub compared: Option<String>,
    /// What can be downloaded.
    pub files: Vec<ResultFile>,
    /// What can be done.
    pub can: Vec<Action>,
    /// Rows that did not make it and were mended since.
    pub mended: usize,
}

/// How fast a run goes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RateNow {
    /// A second.
    pub now: f64,
    /// A second; 0 is no limit.
    pub allowed: f64,
    /// How long an answer takes.
    pub answer_ms: u64,
    /// Lately.
    pub history: Vec<f64>,
}

/// An error in the service's words.
#[derive(Debug, Clone, Serialize)]
pub struct SaidByService {
    /// Its words.
    pub text: String,
    /// Its number.
    pub code: String,
    /// Of how many rows.
    pub rows: usize,
    /// What to do.
    pub note: String,
}

/// What stands over a run.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// `bad`, `mild`, `good`.
    pub kind: &'static str,
    /// In short.
    pub title: String,
    /// At length.
    pub says: String,
    /// Whether the wait can be ended.
    pub try_now: bool,
}

/// A result file.
#[derive(Debug, Clone, Serialize)]
pub struct ResultFile {
    /// Its name here.
    pub name: &'static str,
    /// The name it is kept under.
    pub title: String,
    /// What it is.
    pub says: &'static str,
}

/// The start page.
#[derive(Debug, Clone, Serialize)]
pub struct Start {
    /// Of the program.
    pub version: &'static str,
    /// The list that was named.
    pub opened: Option<String>,
    /// Endings of files.
    pub accepts: Vec<&'static str>,
    /// Tools whose exports are known.
    pub exports: Vec<String>,
    /// Runs that are not at their end.
    pub unfinished: Vec<RunCard>,
    /// What was done lately.
    pub recent: Vec<ListCard>,
}

/// A list, or a run without one, in short.
#[derive(Debug, Clone, Serialize)]
pub struct ListCard {
    /// The list.
    pub list: Option<String>,
    /// The run.
    pub run: Option<String>,
    /// The file's name.
    pub name: String,
    /// How many rows.
    pub rows: usize,
    /// `ok`, `warning`, `error`, `pending`.
    pub state: &'static str,
    /// Where it stands.
    pub says: String,
    /// Where to.
    pub target: Option<String>,
    /// When.
    pub at: String,
    /// Where to go on.
    pub step: Step,
}

/// A run in short.
#[derive(Debug, Clone, Serialize)]
pub struct RunCard {
    /// Its id.
    pub run: String,
    /// Its list.
    pub list: Option<String>,
    /// The file's name.
    pub name: String,
    /// As in [`Run`].
    pub state: &'static str,
    /// Where it stands.
    pub says: String,
    /// Its rows.
    pub counts: Counts,
    /// `page` or `command line`.
    pub from: &'static str,
}
