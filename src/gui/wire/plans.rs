//! Target and plan.

use serde::{Deserialize, Serialize};

use crate::flow::doctor;

/// The target.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Target {
    /// `sandbox` or `live`.
    pub mode: Option<&'static str>,
    /// Whether it is the real service, and no sandbox elsewhere.
    pub real: bool,
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

/// A plan that was saved and approved, to be held against that of now.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovedAsk {
    /// What stands in its file; none: it does not count any more.
    pub text: Option<String>,
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
    /// The same, at length; why it is out of date.
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
    /// Held against a plan that was brought: what that is called.
    pub approved: Option<String>,
    /// What of it does not fit any more.
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

/// What a look at the target has come to.
#[derive(Debug, Clone, Serialize)]
pub struct Findings {
    /// What was looked at, in this order.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What.
    pub about: &'static str,
    /// `ok`, `look-at` or `will-fail`.
    pub verdict: &'static str,
    /// What was found.
    pub says: String,
    /// What to do.
    pub advice: Option<String>,
}

impl From<doctor::Finding> for Finding {
    fn from(one: doctor::Finding) -> Self {
        Self {
            about: one.about,
            verdict: one.verdict.as_str(),
            says: one.says,
            advice: one.advice,
        }
    }
}
