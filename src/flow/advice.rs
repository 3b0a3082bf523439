//! What to do about a failure, as a value: each face has words of its own for it, a command to type
//! or something to click.

use std::path::PathBuf;

use crate::journal::RunInfo;

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Advice {
    /// As the text says, which names nothing to type.
    Text(String),
    /// Look at the connection and the address.
    Connection,
    /// Try everything with another directory for the journals.
    OtherStateDir,
    /// Choose a directory for the journals: there is none.
    ChooseStateDir,
    /// Choose another directory for the result files.
    OtherOut,
    /// Choose another one for them: these would be written over the list.
    OtherOutForThem,
    /// Give the password in a way that needs no keyring.
    OtherPassword,
    /// Give what is missing in order to log in.
    Give(Credential),
    /// Try everything without credentials.
    TrySandbox,
    /// Look which runs there are.
    ListRuns,
    /// Go on without a journal that cannot be read.
    WithoutJournal,
    /// Write a plan.
    WritePlan,
    /// Go where the plan was made for: the stand-in.
    PlanOfSandbox,
    /// Go where the plan was made for.
    PlanOfTarget,
    /// Plan again, and have that approved.
    PlanAgain {
        /// The list.
        list: PathBuf,
        /// The plan's file.
        plan: PathBuf,
    },
    /// Agree beforehand: nobody can be asked.
    AgreeBeforehand,
    /// Beside that, set a limit.
    LimitBeforehand,
    /// Look at what would be created or changed.
    LookAtPlan(Limited),
    /// Raise the limit.
    RaiseLimit(Limited),
    /// Write a snapshot of a tenant.
    WriteSnapshot,
    /// Write one of this tenant.
    WriteSnapshotOfThis,
    /// Name the profile that belongs to the snapshot.
    ProfileOfSnapshot,
    /// About a run that the journal knows.
    OfRun(OfRun, Box<RunInfo>),
    /// Give up what is unfinished and begin anew.
    BeginAnew,
    /// Give up an undo that stopped half-way.
    GiveUpUndo,
    /// Look at what an undo would do to whom.
    LookAtUndo,
    /// The same, since this number of customers, which was agreed to, is another.
    OtherNumber(usize),
    /// Agree beforehand to so many customers being removed or restored: nobody can be asked.
    AgreeToUndo(usize),
    /// Choose a sheet, one after the other.
    OneSheet,
    /// Have the table mended, not the workbook.
    MendTable,
    /// Say that a list may be without rows.
    AllowEmpty,
    /// Raise the budget of errors.
    RaiseMaxErrors,
    /// Ask for the same another time.
    TypeAgain,
}

/// What it takes to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// The customer to log in under.
    Partner,
    /// The user's name.
    Username,
    /// The password, or the token of an API user.
    Password,
}

impl Credential {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Partner => "the customer to log in under",
            Self::Username => "the user name",
            Self::Password => "the password or API token",
        }
    }
}

/// What a limit holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Customers that would be created.
    Creates,
    /// Customers that would be changed.
    Updates,
    /// A list with fewer rows than it must have.
    Rows,
    /// Rows that are wrong where all must be right.
    Wrong,
    /// More wrong rows than the budget of errors allows.
    Errors,
    /// Customers that would be created, and probably exist under nearly the same name.
    NearNames,
}

/// What to do about a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfRun {
    /// Run its list from the start: it had sent nothing.
    RunList,
    /// Continue it with the options it was begun with.
    ContinueAsBegun,
    /// Finish its undo first.
    FinishUndo,
    /// Continue it with the rows as they were.
    ContinueRows,
    /// Begin anew with the list as it is.
    RunListAnew,
}

impl From<String> for Advice {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Advice {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
