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
    /// What it means at the end of an undo, where that differs.
    of_undo: Option<&'static str>,
    /// What to do about it.
    advice: &'static str,
}

fn words(exit: Exit) -> Words {
    match exit {
        Exit::Done => Words {
            of_run: "done, nothing is left to do",
            meaning: "done: every row was created or existed already",
            of_check: Some("no errors"),
            of_undo: Some("every customer of the run is removed or as before"),
            advice: "nothing",
        },
        Exit::SomeRows => Words {
            of_run: "finished, but some rows are not as the list says",
            meaning: "finished, but some rows failed, are invalid or blocked, or lack automatic deployment",
            of_check: Some("errors found"),
            of_undo: Some(
                "finished, but some customers of the run were kept, or are not fully as before",
            ),
            advice: "fix the rows in `results.xlsx` and run it (or `rejected.csv` with a text \
                     editor), or fix the list and run it again (check: fix the cells that are \
                     named; undo: deal with what keeps the customers that are named, then undo \
                     again)",
        },
        Exit::Usage => Words {
            of_run: "nothing was sent",
            meaning: "the command line or the profile is wrong; or nothing was sent, because \
                      nobody could be asked, a guard refused the list (--min-rows, --max-create, \
                      --max-update, --max-errors for invalid rows, --require-valid, \
                      --max-near-names), or the approved plan is no longer valid",
            of_check: None,
            of_undo: None,
            advice: "read the message: it names the flag, or the profile's line",
        },
        Exit::Input => Words {
            of_run: "the input cannot be read, or holds no rows",
            meaning: "the input, a plan or a snapshot cannot be read, or the list holds no rows",
            of_check: None,
            of_undo: None,
            advice: "read the message; `partner-import preview FILE` shows how the file is read; \
                     --allow-empty accepts an empty list",
        },
        Exit::Refused => Words {
            of_run: "login or permission refused; it can be continued",
            meaning: "login or permission refused",
            of_check: None,
            of_undo: None,
            advice: "check partner, user, password and role; `partner-import lookup partners` \
                     tests them",
        },
        Exit::Stopped => Words {
            of_run: "stopped; it can be continued",
            meaning: "stopped, can be continued: target unreachable, error budget spent, or disk \
                      full",
            of_check: None,
            of_undo: None,
            advice: "solve what the message names, then `partner-import resume` or repeat the \
                     command",
        },
        Exit::Locked => Words {
            of_run: "another run holds the lock",
            meaning: "another run holds the lock",
            of_check: None,
            of_undo: None,
            advice: "wait until the run that the message names has ended",
        },
        Exit::Interrupted => Words {
            of_run: "interrupted; it can be continued",
            meaning: "interrupted, can be continued",
            of_check: None,
            of_undo: None,
            advice: "`partner-import resume`, or repeat the command",
        },
    }
}

/// An exit code in words.
pub trait InWords {
    /// What it means at the end of a run, or of its undoing, in a line.
    fn of_run(self) -> &'static str;

    /// What it means at the end of an undo, in a line.
    fn of_undo(self) -> &'static str;

    /// What it means, `check` aside.
    fn meaning_of_run(self) -> &'static str;

    /// What it means, for documentation.
    fn meaning(self) -> String;

    /// What to do about it.
    fn advice(self) -> &'static str;
}

impl InWords for Exit {
    fn of_run(self) -> &'static str {
        words(self).of_run
    }

    fn of_undo(self) -> &'static str {
        let words = words(self);
        words.of_undo.unwrap_or(words.of_run)
    }

    fn meaning_of_run(self) -> &'static str {
        words(self).meaning
    }

    fn meaning(self) -> String {
        let Words {
            meaning,
            of_check,
            of_undo,
            ..
        } = words(self);
        let others = [("check", of_check), ("undo", of_undo)];
        let others = others.map(|(command, means)| Some(format!("{command}: {}", means?)));
        let others: Vec<String> = others.into_iter().flatten().collect();
        if others.is_empty() {
            return meaning.to_owned();
        }
        format!("{meaning} ({})", others.join("; "))
    }

    fn advice(self) -> &'static str {
        words(self).advice
    }
}
