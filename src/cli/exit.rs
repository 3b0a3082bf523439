//! The exit codes, which scripts rely on, in words.

use crate::model::Ending;

/// How a command ends: the process's exit code is its number.
pub type Exit = Ending;

/// What is said of a way to end.
struct Words {
    /// What it means at the end of a run, or of its undoing, in a line.
    of_run: &'static str,
    /// What it means.
    meaning: &'static str,
    /// What it means for `check`, where that differs.
    of_check: Option<&'static str>,
    /// What to do about it.
    advice: &'static str,
}

fn words(exit: Exit) -> Words {
    match exit {
        Exit::Done => Words {
            of_run: "done, nothing is left to do",
            meaning: "done: every row created or already there",
            of_check: Some("no errors"),
            advice: "nothing",
        },
        Exit::SomeRows => Words {
            of_run: "finished, but not every row made it",
            meaning: "finished, and some rows failed, are invalid or blocked",
            of_check: Some("errors found"),
            advice: "mend the rows in `results.xlsx` and run it (or `rejected.csv` with a text \
                     editor), or mend the list and run it again (check: mend the cells that are \
                     named)",
        },
        Exit::Usage => Words {
            of_run: "nothing was sent",
            meaning: "the command line or the profile is wrong; or nothing was sent, because nobody \
                      could be asked, a guard held it back (--min-rows, --max-create, \
                      --max-update, --max-errors over rows that are wrong, --require-valid, \
                      --max-near-names), or \
                      the approved plan no longer holds",
            of_check: None,
            advice: "read the message: it names the flag, or the profile's line",
        },
        Exit::Input => Words {
            of_run: "the input cannot be read, or holds no row",
            meaning: "the input, a plan or a snapshot cannot be read, or the list holds no row",
            of_check: None,
            advice: "read the message; `partner-import preview FILE` shows what is seen; for a list \
                     that may be empty there is --allow-empty",
        },
        Exit::Refused => Words {
            of_run: "log-in or permission refused; it can be continued",
            meaning: "log-in or permission refused",
            of_check: None,
            advice: "look at partner, user, password and role; `partner-import lookup partners` \
                     tries them",
        },
        Exit::Stopped => Words {
            of_run: "stopped; it can be continued",
            meaning: "stopped, can be continued: target unreachable, error budget spent, disk full",
            of_check: None,
            advice: "see to what the message names, then `partner-import resume`, or the same \
                     command again",
        },
        Exit::Locked => Words {
            of_run: "another run holds the lock",
            meaning: "another run holds the lock",
            of_check: None,
            advice: "wait for the run that the message names",
        },
        Exit::Interrupted => Words {
            of_run: "interrupted; it can be continued",
            meaning: "interrupted, can be continued",
            of_check: None,
            advice: "`partner-import resume`, or the same command again",
        },
    }
}

impl Exit {
    /// What it means at the end of a run, or of its undoing, in a line.
    pub fn of_run(self) -> &'static str {
        words(self).of_run
    }

    /// What it means, `check` aside.
    pub fn meaning_of_run(self) -> &'static str {
        words(self).meaning
    }

    /// What it means, for documentation.
    pub fn meaning(self) -> String {
        let Words {
            meaning, of_check, ..
        } = words(self);
        match of_check {
            Some(of_check) => format!("{meaning} (check: {of_check})"),
            None => meaning.to_owned(),
        }
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        words(self).advice
    }
}
