//! How work ends: the kind, and the number that journals, result files, metrics and notifications
//! keep of it. What it is called in words, and what is to be done about it, is for those to say who
//! speak to people.

/// How a command ended, and with it a run, or the undoing of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// Done; every row created or already there. For a check: no errors.
    #[default]
    Done,
    /// Finished, and some rows failed, are invalid or blocked. For a check: errors found.
    SomeRows,
    /// The command line or the profile is wrong, or nothing was sent.
    Usage,
    /// The input cannot be read.
    Input,
    /// Login or permission refused.
    Refused,
    /// Stopped, and can be continued: target unreachable, error budget spent, disk full.
    Stopped,
    /// Another run holds the lock.
    Locked,
    /// Interrupted, and can be continued.
    Interrupted,
}

impl Ending {
    /// Every way, in the order of the numbers.
    pub const ALL: &'static [Self] = &[
        Self::Done,
        Self::SomeRows,
        Self::Usage,
        Self::Input,
        Self::Refused,
        Self::Stopped,
        Self::Locked,
        Self::Interrupted,
    ];

    /// The number that is kept of it, which is also the process's exit code.
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeRows => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Refused => 4,
            Self::Stopped => 5,
            Self::Locked => 6,
            Self::Interrupted => 130,
        }
    }

    /// The way that has this number.
    pub fn of_number(number: i64) -> Option<Self> {
        let ways = Self::ALL.iter().copied();
        ways.into_iter()
            .find(|way| i64::from(way.number()) == number)
    }

    /// The same where what was to be done after it has failed: done is not done, since somebody is needed.
    #[must_use]
    pub fn and_failed_after(self) -> Self {
        match self {
            Self::Done => Self::SomeRows,
            other => other,
        }
    }

    /// Whether every row has come to an outcome.
    pub fn is_finished(self) -> bool {
        match self {
            Self::Done | Self::SomeRows => true,
            Self::Usage
            | Self::Input
            | Self::Refused
            | Self::Stopped
            | Self::Locked
            | Self::Interrupted => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_is_known_by_its_number() {
        for way in Ending::ALL {
            assert_eq!(Ending::of_number(way.number().into()), Some(*way));
        }
        assert_eq!(Ending::of_number(7), None);
        assert_eq!(Ending::of_number(-1), None);
    }
}
