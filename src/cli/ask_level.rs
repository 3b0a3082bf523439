//! The question which level customers get, where a list does not say it: asked of people at a
//! terminal, and answered with the flag that says it next time.

use std::io::{BufRead, IsTerminal};
use std::path::Path;

use super::show::face::Face;
use super::show::output::{Output, prompt};
use crate::check::Field;
use crate::flow::failure::Failure;
use crate::flow::list::{CheckedFile, check_file};
use crate::model::level::{DERIVE, is_derive};
use crate::model::number::grouped;
use crate::model::rules::left_out::LEVEL_MISSING;
use crate::model::{Level, Severity};
use crate::settings::Resolved;

/// How often an answer may be none.
const MOST_QUESTIONS: usize = 3;

/// Rows that do not say their level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lacking {
    /// How many do not.
    pub rows: usize,
    /// How many rows there are.
    pub all: usize,
}

impl Lacking {
    /// Reads and checks the file. None where every row says it, and where nothing of the file can
    /// be sent anyway.
    pub fn of(path: &Path, settings: &Resolved, output: Output) -> Result<Option<Self>, Failure> {
        let (options, checking) = (&settings.reading, &settings.checking);
        let file = check_file(path, options, checking, &Face::on(output), &mut |_, _| {
            Ok(())
        })?;
        Ok(Self::in_file(&file))
    }

    fn in_file(file: &CheckedFile) -> Option<Self> {
        let checked = &file.checked;
        let once = checked.said_once.iter();
        let mut lists = once.filter(|one| one.rule.code == LEVEL_MISSING.code);
        let rows = lists.next()?.rows.len();
        let mut said = checked.diagnostics.iter();
        let hopeless = said.any(|one| {
            let of_file = one.row.is_none() && one.severity() == Severity::Error;
            of_file && one.rule.code != LEVEL_MISSING.code
        });
        let all = checked.rows.len();
        (!hopeless).then_some(Self { rows, all })
    }

    /// `12 of 30 rows do not say the customer's level`.
    pub fn told(self) -> String {
        match self {
            Self { rows: 1, all: 1 } => "the only row does not say the customer's level".to_owned(),
            Self { rows: 1, all } => format!(
                "1 of {} rows does not say the customer's level",
                grouped(all)
            ),
            Self { rows, all } if rows == all => {
                format!(
                    "none of the {} rows says the customer's level",
                    grouped(all)
                )
            }
            Self { rows, all } => format!(
                "{} of {} rows do not say the customer's level",
                grouped(rows),
                grouped(all)
            ),
        }
    }

    /// Asks, where somebody sits at a terminal, and says how the answer is given next time. None
    /// where nobody does, and where the answer leaves the rows out.
    pub fn ask(self, output: Output) -> Option<String> {
        if !is_asked(output) {
            return None;
        }
        let mut question = format!(
            "{}, and without one no customer is created.\n  1  EndCustomer\n  2  {DERIVE}: Site \
             below an EndCustomer, otherwise EndCustomer\nA number, or another level; Enter leaves these \
             rows out: ",
            self.told()
        );
        for _ in 0..MOST_QUESTIONS {
            let typed = answer(&question);
            if typed.trim().is_empty() {
                return None;
            }
            if let Some(level) = level_of(&typed) {
                output.say(&format!("the same without being asked: {}", flag(&level)));
                return Some(level);
            }
            let levels: Vec<&str> = Level::ALL.iter().map(|level| level.as_str()).collect();
            question = format!("1, 2, or one of {}: ", levels.join(", "));
        }
        None
    }
}

/// Whether there is somebody to ask.
pub fn is_asked(output: Output) -> bool {
    std::io::stdin().is_terminal() && output.has_terminal()
}

/// The flag that says it.
pub fn flag(level: &str) -> String {
    format!("--default {}={level}", Field::Level)
}

/// The value of `--default Level=` that an answer stands for.
fn level_of(typed: &str) -> Option<String> {
    let typed = typed.trim();
    match typed {
        "1" => Some(Level::EndCustomer.to_string()),
        "2" => Some(DERIVE.to_owned()),
        typed if is_derive(typed) => Some(DERIVE.to_owned()),
        typed => {
            let word: String = typed.split([' ', '-', '_']).collect();
            let mut levels = Level::ALL.iter();
            let level = levels.find(|level| level.as_str().eq_ignore_ascii_case(&word));
            level.map(ToString::to_string)
        }
    }
}

/// Nothing has begun yet, so Ctrl-C may end the process while it waits.
fn answer(question: &str) -> String {
    prompt(question);
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(_) => line,
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_number_or_a_level_in_any_case() {
        for (typed, level) in [
            ("1\n", Some("EndCustomer")),
            (" 2\r\n", Some("derive")),
            ("Derive", Some("derive")),
            ("end customer", Some("EndCustomer")),
            ("SITE", Some("Site")),
            ("3", None),
            ("yes", None),
        ] {
            assert_eq!(level_of(typed).as_deref(), level, "{typed}");
        }
    }

    #[test]
    fn it_is_said_how_many_rows_lack_it() {
        let told = |rows, all| Lacking { rows, all }.told();
        assert_eq!(told(2, 5), "2 of 5 rows do not say the customer's level");
        assert_eq!(told(1, 5), "1 of 5 rows does not say the customer's level");
        assert_eq!(told(5, 5), "none of the 5 rows says the customer's level");
    }
}
