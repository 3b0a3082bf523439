//! What to type next, and why.

use std::path::Path;

use super::causes::left_differing;
use super::facts::Facts;
use super::inserted::NewColumns;
use super::shell::Shell;
use super::status::Status;
use super::undo_facts::UndoFacts;
use super::verdict::Verdict;
use super::workbook;
use crate::journal::RunInfo;
use crate::model::number::grouped;
use crate::model::rules::left_out::LEVEL_MISSING;
use crate::model::{Deployed, LevelOffer};

/// What leaves customers that are there as they are, or changes them.
const ON_EXISTS: &str = "--on-exists";

/// A command for the reader to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// What it is for, in a few words: `to continue`.
    pub why: String,
    /// The words of the command; paths are absolute, as the directory of the result files is.
    pub words: Vec<String>,
    /// Whether it follows the one before it.
    pub turn: Turn,
}

/// How a command stands to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// It follows.
    #[default]
    Following,
    /// It is another way to do the same.
    Instead,
    /// It takes back what was done.
    Back,
}

/// Each command with the word that its sentence begins with.
pub fn told(steps: &[Next]) -> impl Iterator<Item = (&Next, &'static str)> {
    let mut words = ["Next", "Then"].into_iter().cycle();
    steps.iter().map(move |step| match step.turn {
        Turn::Following => (step, words.next().unwrap_or_default()),
        Turn::Instead => (step, "Or"),
        Turn::Back => (step, "If it was the wrong list"),
    })
}

impl Next {
    /// The command, ready to be typed anywhere: what is shown in one folder is typed in another.
    pub fn command(&self) -> String {
        Shell::of_platform().line(&self.words)
    }

    /// The same to be typed in this folder: paths below it are shown from there.
    pub fn command_from(&self, here: Option<&Path>) -> String {
        line_from(here, self.words.iter().map(String::as_str))
    }
}

/// What commands repeat, so that they do the same wherever they are typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    /// In each command: `--sandbox`, `--state-dir DIR`, `--profile FILE`.
    pub every: Vec<String>,
    /// Where a run goes on: `--max-errors 5%`.
    pub resume: Vec<String>,
    /// Where an undo goes on: `--settle-wait 1m`.
    pub undo: Vec<String>,
    /// Where the list itself is run anew: `--map H=F`, `--yes`.
    pub list: Vec<String>,
    /// Where a result file is read: `--map H=F`.
    pub results: Vec<String>,
    /// Where that is `rejected.csv`: `--header-row 1`.
    pub text: Vec<String>,
    /// Where that is the workbook: `--all-sheets`, `--map column:B=Name`.
    pub workbook: Vec<String>,
}

/// What to do next, most urgent first; empty when nothing is left to do.
pub fn next(facts: &Facts, out_dir: &Path, flags: &Flags) -> Vec<Next> {
    let mut steps = Vec::new();
    if let Some(undo) = &facts.undo {
        // What an undone run left unsent is sent by a new run, not by going on.
        return undo_next(facts, undo, &[&flags.every[..], &flags.undo].concat());
    }
    if facts.counts.open() > 0 || !facts.finished {
        steps.push(Next {
            why: "to continue where the run stopped".into(),
            words: command(
                &["resume", &facts.info.id],
                &[&flags.every[..], &flags.resume].concat(),
            ),
            turn: Turn::Following,
        });
    }
    if facts.counts.rejected_for_good() > 0 {
        let offered = offered(facts, flags);
        let turn = if offered.is_some() {
            Turn::Instead
        } else {
            Turn::Following
        };
        steps.extend(offered);
        let run = |name: &str, more: &[String]| {
            let file = out_dir.join(name);
            let flags = [&flags.every, &flags.results, more].concat();
            command(&["run", &file.to_string_lossy()], &flags)
        };
        let workbook = workbook::fits(facts);
        if workbook {
            steps.push(Next {
                why: "to send the rejected rows again, fix them in results.xlsx and run that"
                    .into(),
                words: run("results.xlsx", &flags.workbook),
                turn,
            });
        }
        let words = run("rejected.csv", &flags.text);
        steps.push(if workbook {
            Next {
                why: "with a text editor (Excel would damage it), fix rejected.csv and run that"
                    .into(),
                words,
                turn: Turn::Instead,
            }
        } else {
            Next {
                why: "to send the rejected rows again, fix them in rejected.csv with a text \
                      editor and run that"
                    .into(),
                words,
                turn,
            }
        });
    }
    if facts.finished && facts.verdicts.iter().any(Verdict::lacks_deployment) {
        steps.push(deploy_next(facts, flags));
    } else if facts.finished {
        steps.extend(update_next(facts, flags));
    }
    steps
}

/// The list once more with what its rows do not say, where nothing else is wrong with those that were rejected.
fn offered(facts: &Facts, flags: &Flags) -> Option<Next> {
    let verdicts = facts.verdicts.iter();
    let mut rejected = verdicts.filter(|one| {
        matches!(
            one.status,
            Status::Failed | Status::Invalid | Status::Blocked
        )
    });
    let offer = LevelOffer::in_message(&rejected.clone().next()?.message)?;
    let lacks_level = |one: &Verdict| one.code.split(' ').any(|code| code == LEVEL_MISSING.code);
    if !rejected.all(lacks_level) {
        return None;
    }
    let flags = [&flags.every[..], &flags.list, &offer.flags].concat();
    Some(Next {
        why: format!("{}, to send the rows with that", offer.when),
        words: command(&["run", &facts.info.input_full_path], &flags),
        turn: Turn::Following,
    })
}

/// Says of the workbook which of its columns are new, and so where those behind them stand: the problems name
/// the cells of the list.
pub fn tell_moved(steps: &mut [Next], workbook: &Path, columns: NewColumns) {
    let workbook = workbook.to_string_lossy();
    let runs_it = |step: &&mut Next| step.words.iter().any(|word| *word == workbook);
    if let Some(step) = steps.iter_mut().find(runs_it) {
        step.why = format!(
            "to send the rejected rows again, fix them in results.xlsx (there {}) and run that",
            columns.told()
        );
    }
}

/// Sends the refused switches of automatic deployment again: a run is closed when it has gone through every
/// row, so it is the list that is run, with leave to change whom it finds.
fn deploy_next(facts: &Facts, flags: &Flags) -> Next {
    let others = match left_differing(facts).rows() {
        0 => "",
        _ => ", and change the customers that differ from the list",
    };
    let lacking = facts.verdicts.iter().filter(|one| one.lacks_deployment());
    let mut refused = lacking.map(|one| one.deployed == Some(Deployed::Refused));
    let (off, once) = match (refused.clone().all(|one| one), refused.any(|one| one)) {
        (true, _) => ("it was refused", ", once the reason is gone"),
        (false, true) => (
            "it is off",
            "; where it was refused, once the reason is gone",
        ),
        (false, false) => ("it is off", ""),
    };
    Next {
        why: format!("to switch on automatic deployment where {off}{others}{once}"),
        words: run_to_update(facts, flags),
        turn: Turn::Following,
    }
}

/// Runs the list again with leave to change the customers that differ from it and were left as they are;
/// none where there are none.
fn update_next(facts: &Facts, flags: &Flags) -> Option<Next> {
    let which = match left_differing(facts).rows() {
        0 => return None,
        1 => "the customer that differs".to_owned(),
        many => format!("the {} customers that differ", grouped(many)),
    };
    Some(Next {
        why: format!("to change {which} to what the list says"),
        words: run_to_update(facts, flags),
        turn: Turn::Following,
    })
}

/// The command that runs the list with leave to change whom it finds.
fn run_to_update(facts: &Facts, flags: &Flags) -> Vec<String> {
    let mut own = flags.list.clone();
    if let Some(at) = own.iter().position(|flag| flag == ON_EXISTS) {
        own.drain(at..(at + 2).min(own.len()));
    }
    let update = [ON_EXISTS.to_owned(), "update".to_owned()];
    let words = [&flags.every[..], &update, &own].concat();
    command(&["run", &facts.info.input_full_path], &words)
}

/// How to undo the run; none where it has made nothing, or where that was begun.
pub fn take_back(facts: &Facts, flags: &Flags) -> Option<Next> {
    let made = facts.counts.created + facts.counts.updated;
    (made > 0 && facts.undo.is_none()).then(|| Next {
        why: "to undo the run".into(),
        words: command(
            &["undo", &facts.info.id],
            &[&flags.every[..], &flags.undo].concat(),
        ),
        turn: Turn::Back,
    })
}

/// What the workbook with the results needs to be read as the input was. One that is no copy of the
/// input has a sheet of its own, its header in the first row.
pub fn sheet_flags(info: &RunInfo, copied: bool) -> Vec<String> {
    let mut flags = Vec::new();
    for (name, value) in &info.options {
        match name.as_str() {
            "all-sheets" => flags.push("--all-sheets".to_owned()),
            "sheet" => {
                let written = workbook::sheet_name(info.sheet.as_deref());
                let name = if copied { value.clone() } else { written };
                flags.extend(["--sheet".to_owned(), name]);
            }
            "header-row" => {
                let row = if copied { value } else { "1" };
                flags.extend(["--header-row".to_owned(), row.to_owned()]);
            }
            _ => {}
        }
    }
    flags
}

/// What to do about an undoing that stopped, or that could not remove everybody.
pub fn undo_next(facts: &Facts, undo: &UndoFacts, flags: &[String]) -> Vec<Next> {
    let why = if undo.state.finished_ms.is_none() {
        "to continue the undo where it stopped"
    } else if undo.counts.kept > 0 {
        "to try the kept customers again, once nothing keeps them any more"
    } else {
        return Vec::new();
    };
    vec![Next {
        why: why.into(),
        words: command(&["undo", &facts.info.id], flags),
        turn: Turn::Following,
    }]
}

fn command(words: &[&str], flags: &[String]) -> Vec<String> {
    let words = words
        .iter()
        .copied()
        .chain(flags.iter().map(String::as_str));
    std::iter::once("partner-import")
        .chain(words)
        .map(str::to_owned)
        .collect()
}

/// A command as it is typed: `partner-import` and these words, quoted where a shell needs it.
pub fn typed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    Shell::of_platform().line(std::iter::once("partner-import").chain(words))
}

/// The same to be typed in the folder `here`: paths below it are shown from there.
pub fn typed_from<'a>(here: Option<&Path>, words: impl IntoIterator<Item = &'a str>) -> String {
    line_from(here, std::iter::once("partner-import").chain(words))
}

fn line_from<'a>(here: Option<&Path>, words: impl Iterator<Item = &'a str>) -> String {
    let words = words.map(|word| match here {
        Some(here) => seen_from(here, word),
        None => word.to_owned(),
    });
    Shell::of_platform().line(words)
}

/// Words of a command as they are typed, without the program.
pub fn line(words: impl IntoIterator<Item = String>) -> String {
    Shell::of_platform().line(words)
}

/// A path as it is seen from a directory: what lies there without the way to it.
pub fn seen_from(here: &Path, path: &str) -> String {
    // From the root there is no shorter way.
    let Some(rest) = here
        .parent()
        .and_then(|_| Path::new(path).strip_prefix(here).ok())
    else {
        return path.to_owned();
    };
    let rest = rest.to_string_lossy();
    match &*rest {
        "" => ".".to_owned(),
        // What would be taken for a flag.
        rest if rest.starts_with('-') => Path::new(".").join(rest).to_string_lossy().into_owned(),
        rest => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_are_shorter_where_one_stands() {
        let here = Path::new("/srv/import");
        let seen = |path| seen_from(here, path);
        assert_eq!(seen("/srv/import/out/results.csv"), "out/results.csv");
        assert_eq!(seen("/srv/import"), ".");
        assert_eq!(seen("/srv/import/-x.csv"), "./-x.csv");
        assert_eq!(seen("/srv/imports/a.csv"), "/srv/imports/a.csv");
        assert_eq!(seen("--sandbox"), "--sandbox");
        assert_eq!(seen_from(Path::new("/"), "/out/a.csv"), "/out/a.csv");
        let words = [
            "run",
            "/srv/import/out 1/rejected.csv",
            "--profile",
            "/etc/p.toml",
        ];
        assert_eq!(
            typed_from(Some(here), words),
            "partner-import run 'out 1/rejected.csv' --profile /etc/p.toml"
        );
        assert_eq!(
            typed_from(None, words),
            "partner-import run '/srv/import/out 1/rejected.csv' --profile /etc/p.toml"
        );
    }

    #[test]
    fn a_command_is_ready_to_be_typed_anywhere() {
        let file = std::env::temp_dir()
            .join("Kunden 2026")
            .join("rejected.csv");
        let next = Next {
            why: "to try".to_owned(),
            words: command(&["run", &file.to_string_lossy()], &["--sandbox".to_owned()]),
            turn: Turn::Following,
        };
        let quote = if cfg!(windows) { '"' } else { '\'' };
        assert_eq!(
            next.command(),
            format!(
                "partner-import run {quote}{}{quote} --sandbox",
                file.display()
            )
        );
    }
}
