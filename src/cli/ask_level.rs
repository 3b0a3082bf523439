//! The question which level customers get, where a list does not say it: asked of people at a
//! terminal, and answered with the flag that says it next time.

use std::io::{BufRead, IsTerminal};
use std::path::Path;

use super::show::face::Face;
use super::show::output::{Output, prompt};
use crate::check::Field;
use crate::check::says::ColumnSays;
use crate::flow::failure::Failure;
use crate::flow::list::{CheckedFile, check_file};
use crate::model::level::{DERIVE, is_derive};
use crate::model::number::grouped;
use crate::model::rules::left_out::LEVEL_MISSING;
use crate::model::{Level, Severity};
use crate::report::next::line;
use crate::settings::table::{DEFAULT, MAP, VALUE};
use crate::settings::{Content, Resolved, Settings, Typed};

/// How many answers follow each other.
const MOST_ANSWERS: usize = 5;

/// How often an answer may be none.
const MOST_QUESTIONS: usize = 3;

/// Rows that do not say their level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// How many do not.
    pub rows: usize,
    /// How many rows there are.
    pub all: usize,
    /// Which of them have others below them, in words.
    pub above: Option<String>,
    /// Columns that may say it.
    pub columns: Vec<ColumnSays>,
}

/// What people say of rows that do not say their level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This column says it.
    Column(ColumnSays),
    /// All of them get this level, or derive it.
    All(String),
}

impl Answer {
    /// Adds what it says to what was typed.
    fn add_to(&self, typed: &mut Typed) {
        match self {
            Self::Column(column) => {
                let field = column.field;
                let map = Content::Pair(column.key.clone(), field.to_string());
                typed.add(&MAP, map);
                for (value, means) in column.meanings() {
                    let pair = Content::Pair(format!("{field}:{value}"), means.to_owned());
                    typed.add(&VALUE, pair);
                }
            }
            Self::All(level) => {
                let pair = Content::Pair(Field::Level.to_string(), level.clone());
                typed.add(&DEFAULT, pair);
            }
        }
    }

    /// The flags that say it.
    fn flags(&self) -> String {
        match self {
            Self::Column(column) => line(column.flags()),
            Self::All(level) => format!("--default {}={level}", Field::Level),
        }
    }
}

/// What an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// A run that sends what has a level.
    Run,
    /// A profile that is written.
    Profile,
}

/// Asks, where somebody sits at a terminal, until every row has a level or nothing is answered; what is
/// answered is added to what was typed. Hands back the rows that are left without one.
pub fn settle(
    file: &Path,
    settings: &Settings,
    (typed, resolved): (&mut Typed, &mut Resolved),
    purpose: For,
    output: Output,
) -> Result<Option<Lacking>, Failure> {
    let mut lacking = Lacking::of(file, resolved, output)?;
    // A column that says it may have empty cells, and other sheets other columns: each is asked about in
    // turn.
    for _ in 0..MOST_ANSWERS {
        let answer = lacking.as_ref().and_then(|one| one.ask(purpose, output));
        let Some(answer) = answer else { break };
        answer.add_to(typed);
        *resolved = settings.with(typed)?;
        lacking = match answer {
            Answer::All(_) => None,
            Answer::Column(_) => Lacking::of(file, resolved, output)?,
        };
    }
    Ok(lacking)
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
        let above = checked.lacking_above.clone();
        let columns = checked.say_level.clone();
        (!hopeless).then_some(Self {
            rows,
            all,
            above,
            columns,
        })
    }

    /// `12 of 30 rows do not say the customer's level`.
    pub fn told(&self) -> String {
        match (self.rows, self.all) {
            (1, 1) => "the only row does not say the customer's level".to_owned(),
            (1, all) => format!(
                "1 of {} rows does not say the customer's level",
                grouped(all)
            ),
            (rows, all) if rows == all => {
                format!(
                    "none of the {} rows says the customer's level",
                    grouped(all)
                )
            }
            (rows, all) => format!(
                "{} of {} rows do not say the customer's level",
                grouped(rows),
                grouped(all)
            ),
        }
    }

    /// Asks, where somebody sits at a terminal, and says how the answer is given next time. None
    /// where nobody does, and where nothing is answered.
    fn ask(&self, purpose: For, output: Output) -> Option<Answer> {
        if !is_asked(output) {
            return None;
        }
        let mut question = self.question(purpose);
        for _ in 0..MOST_QUESTIONS {
            let typed = answer(&question);
            if typed.trim().is_empty() {
                return None;
            }
            if let Some(answer) = self.answer_of(&typed) {
                if purpose == For::Run {
                    output.say(&format!("the same without being asked: {}", answer.flags()));
                }
                return Some(answer);
            }
            question = format!("a number, or one of {}: ", levels());
        }
        None
    }

    fn question(&self, purpose: For) -> String {
        let above = match &self.above {
            Some(above) => {
                format!("{above}: the answer counts for them, too, unless the list says theirs.\n")
            }
            None => String::new(),
        };
        let mut choices: Vec<String> = self.columns.iter().map(choice_of).collect();
        let them = if self.columns.is_empty() {
            ""
        } else {
            " for all of them"
        };
        choices.push(format!("{}{them}", Level::EndCustomer));
        choices.push(format!(
            "{DERIVE}: Site below an EndCustomer, otherwise EndCustomer"
        ));
        let choices = (1..).zip(choices);
        let choices: String = choices
            .map(|(number, choice)| format!("  {number}  {choice}\n"))
            .collect();
        let nothing = match (purpose, self.rows) {
            (For::Profile, _) => "Enter decides later".to_owned(),
            (For::Run, 1) => "Enter leaves out the row without a level".to_owned(),
            (For::Run, rows) => format!(
                "Enter leaves out the {} rows without a level",
                grouped(rows)
            ),
        };
        format!(
            "{}, and without one no customer is created.\n{above}{choices}A number, or one level for \
             all of them ({}).\n{nothing}: ",
            self.told(),
            levels(),
        )
    }

    /// What was answered: the columns come first, then the levels.
    fn answer_of(&self, typed: &str) -> Option<Answer> {
        let typed = typed.trim();
        let columns = self.columns.len();
        match typed.parse::<usize>() {
            Ok(0) => None,
            Ok(number) if number <= columns => {
                self.columns.get(number - 1).cloned().map(Answer::Column)
            }
            Ok(number) if number == columns + 1 => {
                Some(Answer::All(Level::EndCustomer.to_string()))
            }
            Ok(number) if number == columns + 2 => Some(Answer::All(DERIVE.to_owned())),
            Ok(_) => None,
            Err(_) => level_of(typed).map(Answer::All),
        }
    }
}

/// `the column "Typ" says it: Kunde = EndCustomer (60)`.
fn choice_of(column: &ColumnSays) -> String {
    format!("{} says it: {}", column.called(), column.told())
}

/// The levels there are.
fn levels() -> String {
    let levels: Vec<&str> = Level::ALL.iter().map(|level| level.as_str()).collect();
    levels.join(", ")
}

/// Whether there is somebody to ask.
pub fn is_asked(output: Output) -> bool {
    std::io::stdin().is_terminal() && output.has_terminal()
}

/// The value of `--default Level=` that a word stands for.
fn level_of(typed: &str) -> Option<String> {
    if is_derive(typed) {
        return Some(DERIVE.to_owned());
    }
    let word: String = typed.split([' ', '-', '_']).collect();
    let mut levels = Level::ALL.iter();
    let level = levels.find(|level| level.as_str().eq_ignore_ascii_case(&word));
    level.map(ToString::to_string)
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
    use crate::check::says::ValueSays;

    fn lacking(rows: usize, all: usize, columns: Vec<ColumnSays>) -> Lacking {
        Lacking {
            rows,
            all,
            above: None,
            columns,
        }
    }

    fn typ() -> ColumnSays {
        let value = |value: &str, rows, means| ValueSays {
            value: value.to_owned(),
            rows,
            means,
            is_known: false,
        };
        ColumnSays {
            field: Field::Level,
            header: "Typ".to_owned(),
            column: 2,
            key: "Typ".to_owned(),
            values: vec![
                value("Kunde", 60, Some("EndCustomer")),
                value("Partner", 3, Some("Reseller")),
                value("Haus", 2, None),
            ],
        }
    }

    #[test]
    fn an_answer_is_a_number_or_a_level_in_any_case() {
        let of = lacking(2, 5, Vec::new());
        for (typed, level) in [
            ("1\n", Some("EndCustomer")),
            (" 2\r\n", Some("derive")),
            ("Derive", Some("derive")),
            ("end customer", Some("EndCustomer")),
            ("SITE", Some("Site")),
            ("3", None),
            ("0", None),
            ("yes", None),
        ] {
            let level = level.map(|level| Answer::All(level.to_owned()));
            assert_eq!(of.answer_of(typed), level, "{typed}");
        }
    }

    #[test]
    fn a_column_that_says_it_is_offered_first_with_what_its_words_mean() {
        let of = lacking(65, 65, vec![typ()]);
        let question = of.question(For::Run);
        let lines: Vec<&str> = question.lines().collect();
        assert_eq!(
            lines[1],
            "  1  the column \"Typ\" says it: Kunde = EndCustomer (60), Partner = Reseller (3), Haus = ? (2)"
        );
        assert!(lines[2].starts_with("  2  EndCustomer"), "{question}");
        assert!(lines[3].starts_with("  3  derive: "), "{question}");
        assert!(
            question.contains("Reseller, ServiceOrganization"),
            "{question}"
        );
        assert!(
            question.ends_with("the 65 rows without a level: "),
            "{question}"
        );
        assert_eq!(of.answer_of("1"), Some(Answer::Column(typ())));
        assert_eq!(
            of.answer_of("2"),
            Some(Answer::All("EndCustomer".to_owned()))
        );
        assert_eq!(of.answer_of("3"), Some(Answer::All("derive".to_owned())));
        assert_eq!(of.answer_of("4"), None);
        let mut typed = Typed::default();
        Answer::Column(typ()).add_to(&mut typed);
        let told: Vec<String> = (typed.entries().iter())
            .map(|one| {
                format!(
                    "{} {}",
                    one.content.name().unwrap_or(""),
                    one.content.text()
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "Typ Level",
                "Level:Kunde EndCustomer",
                "Level:Partner Reseller"
            ]
        );
    }

    #[test]
    fn it_is_said_how_many_rows_lack_it() {
        let told = |rows, all| lacking(rows, all, Vec::new()).told();
        assert_eq!(told(2, 5), "2 of 5 rows do not say the customer's level");
        assert_eq!(told(1, 5), "1 of 5 rows does not say the customer's level");
        assert_eq!(told(5, 5), "none of the 5 rows says the customer's level");
    }
}
