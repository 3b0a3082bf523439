//! What is to happen with customers that already exist.

use std::fmt;
use std::str::FromStr;

/// What is done with a row whose customer already exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum OnExists {
    /// It is taken over as it is; where it differs, the report says so.
    #[default]
    Skip,
    /// The members that differ are changed to what the row says.
    Update,
    /// The row fails; nothing is sent.
    Fail,
}

impl OnExists {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Skip, Self::Update, Self::Fail];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Update => "update",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for OnExists {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A word that is no [`OnExists`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is none of skip, update, fail")]
pub struct InvalidOnExists(String);

impl FromStr for OnExists {
    type Err = InvalidOnExists;

    fn from_str(text: &str) -> Result<Self, InvalidOnExists> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or_else(|| InvalidOnExists(text.to_owned()))
    }
}

/// Whether an update may give a customer another parent or level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Moves {
    /// No; a row that asks for it is a problem.
    #[default]
    Forbidden,
    /// Yes (`--allow-move`).
    Allowed,
}

/// How a plan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct PlanOptions {
    /// What is done with customers that already exist.
    pub on_exists: OnExists,
    /// Whether an update may move them.
    pub moves: Moves,
}
