//! Runs, and the start page.

use serde::{Deserialize, Serialize};

use super::lists::Column;
use super::rows::Step;

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
    /// Whether an earlier run of the list that is not finished is given up for it.
    #[serde(default)]
    pub give_up: bool,
}

/// With which a run is continued whose target this process is not logged in at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginAsk {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
    /// Whether the keyring is to have it.
    pub keep: bool,
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
    /// Created by it, and away again.
    pub removed: u64,
    /// Changed by it, and as they were again.
    pub restored: u64,
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
    /// What was changed in the list since it began and is not sent with it, in words.
    pub since: Option<String>,
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
    /// When what it waits for is over.
    pub until: Option<String>,
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
