//! Questions to people at a terminal, and the answers that mean yes.

use std::io::{self, BufRead, IsTerminal};

use crate::cli::show::output::{Output, prompt};
use crate::flow::agree::{Answer, Answered, Answering, Asks, Intent, Question};
use crate::flow::pilot::Pilot;
use crate::journal::record::Mode;
use crate::model::number::grouped;
use crate::model::printable;
use crate::report::wrap::wrap;

/// Asks at the terminal.
#[derive(Debug, Clone, Copy)]
pub struct AtTerminal(pub Output);

impl Asks for AtTerminal {
    fn ask<'a>(&'a self, question: &'a Question) -> Answered<'a> {
        let somebody = io::stdin().is_terminal() && self.0.has_terminal();
        Box::pin(async move {
            if !somebody {
                return Answer::Nobody;
            }
            let words = Words::of(question);
            prompt(&words.text);
            for _ in 0..MOST_ANSWERS {
                // A read that blocks would swallow Ctrl-C: the thread that waits for the line ends
                // with the process.
                let line = tokio::task::spawn_blocking(|| {
                    let mut line = String::new();
                    let read = io::stdin().lock().read_line(&mut line);
                    read.map(|_| line)
                });
                let line = line.await.ok().and_then(Result::ok).unwrap_or_default();
                match words.taken(&line) {
                    Taken::Yes => return Answer::Yes,
                    Taken::No => return Answer::No,
                    Taken::Again(why) => prompt(&why),
                }
            }
            Answer::No
        })
    }
}

/// What is said before the first live run against a target.
const PILOT: &str = "  This is the first run against it; --first 1 would start with one row.\n";

/// How wide its lines are.
const WIDTH: usize = 80;

/// How often an answer may be none.
const MOST_ANSWERS: usize = 3;

/// A question as it is typed out.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    text: String,
    means: Means,
}

/// The answer that means yes.
#[derive(Debug, PartialEq, Eq)]
enum Means {
    /// `y`.
    Yes,
    /// This number.
    Number(usize),
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    Yes,
    No,
    /// Neither: what is said before another one is read.
    Again(String),
}

impl Words {
    fn of(question: &Question) -> Self {
        match question {
            Question::Send { intent, by, pilot } => of_sending(intent, *by, *pilot),
            Question::TakeBack(back) => {
                let (count, deeds) = (back.customers(), back.deeds());
                let (first, rest) = deeds.split_at(1);
                Self {
                    text: format!(
                        "{}{rest}{}? Type the number {} to do so: ",
                        first.to_uppercase(),
                        back.for_good(),
                        grouped(count)
                    ),
                    means: Means::Number(count),
                }
            }
        }
    }

    /// What an answer means. Where a number is wanted, a letter is not taken for a no: whoever typed it
    /// meant to go on, or to leave it, and hears how that is said.
    fn taken(&self, answer: &str) -> Taken {
        let answer = answer.trim().to_lowercase();
        if matches!(&*answer, "" | "n" | "no") {
            return Taken::No;
        }
        match self.means {
            Means::Yes if matches!(&*answer, "y" | "yes") => Taken::Yes,
            Means::Yes => Taken::No,
            Means::Number(number) => {
                // As it is written by people: 1,733 or 1733 or 1.733.
                let digits: String = answer
                    .chars()
                    .filter(|one| !matches!(one, ',' | '.' | '\'' | ' '))
                    .collect();
                let wanted = grouped(number);
                if digits == number.to_string() {
                    Taken::Yes
                } else if digits.chars().all(|one| one.is_ascii_digit()) {
                    Taken::Again(format!(
                        "That is a different number. Type {wanted}, or press Enter to cancel: "
                    ))
                } else {
                    Taken::Again(format!(
                        "Type a number here, not {:?}: it confirms that you have seen how \
                         many.\nType {wanted}, or press Enter to cancel: ",
                        printable(&answer)
                    ))
                }
            }
        }
    }
}

fn of_sending(intent: &Intent, by: Answering, pilot: Pilot) -> Words {
    let mode = match intent.mode {
        Mode::Sandbox => "SANDBOX: nothing real is touched",
        Mode::Live => "LIVE: customers of the real service",
    };
    let mut text = format!(
        "{mode}\n  endpoint: {}\n  below:    {}\n  rows:     {}\n",
        printable(&intent.endpoint),
        printable(&intent.below),
        intent.counted
    );
    if let Some(makeup) = &intent.makeup {
        let line = wrap(&format!("creates:  {makeup}"), WIDTH, 2, 12);
        text.push_str(&format!("  {line}\n"));
    }
    if pilot == Pilot::Proposed {
        text.push_str(PILOT);
    }
    let deeds = intent.deeds();
    let means = match by {
        Answering::Number(number) => {
            text.push_str(&format!("Type the number {} to {deeds}: ", grouped(number)));
            Means::Number(number)
        }
        Answering::Yes => {
            let (first, rest) = deeds.split_at(1);
            text.push_str(&format!("{}{rest}? [y/N] ", first.to_uppercase()));
            Means::Yes
        }
    };
    Words { text, means }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::action::PlanCounts;

    fn intent(create: usize, update: usize, mode: Mode) -> Intent {
        Intent {
            counts: PlanCounts {
                create,
                update,
                exists: 1,
                invalid: 2,
                ..PlanCounts::default()
            },
            counted: "100 to create, 0 blocked".into(),
            makeup: Some(
                "3 Reseller, 97 EndCustomer; 96 in trial, 4 in production (billed)".into(),
            ),
            below: "\"MSP\" (id 5)".into(),
            endpoint: "https://api.example/jsonapi".into(),
            mode,
        }
    }

    fn ask(intent: &Intent, by: Answering) -> Words {
        Words::of(&Question::Send {
            intent: intent.clone(),
            by,
            pilot: Pilot::Unneeded,
        })
    }

    #[test]
    fn the_first_live_run_is_proposed_to_be_one_row() {
        let first = Words::of(&Question::Send {
            intent: intent(100, 0, Mode::Live),
            by: Answering::Yes,
            pilot: Pilot::Proposed,
        });
        let (before, after) = first
            .text
            .split_once("with one row.\n")
            .expect("it says so");
        assert!(
            before.contains("first run against it; --first 1"),
            "{before}"
        );
        assert_eq!(after, "Create 100 customers? [y/N] ");
    }

    #[test]
    fn the_question_says_how_much_goes_where() {
        let small = ask(&intent(100, 0, Mode::Live), Answering::Yes);
        assert_eq!(
            small.text,
            "LIVE: customers of the real service\n  endpoint: https://api.example/jsonapi\n  \
             below:    \"MSP\" (id 5)\n  rows:     100 to create, 0 blocked\n  \
             creates:  3 Reseller, 97 EndCustomer; 96 in trial, 4 in production (billed)\nCreate 100 customers? [y/N] "
        );
        for yes in ["Y\r\n", "yes\n"] {
            assert_eq!(small.taken(yes), Taken::Yes, "{yes:?}");
        }
        for no in ["", "\n", "n\n", "100\n", "yess\n"] {
            assert_eq!(small.taken(no), Taken::No, "{no:?}");
        }
    }

    #[test]
    fn above_the_limit_the_number_must_be_typed() {
        let large = ask(&intent(101, 0, Mode::Sandbox), Answering::Number(101));
        assert!(large.text.starts_with("SANDBOX"));
        assert!(
            large
                .text
                .ends_with("Type the number 101 to create 101 customers: ")
        );
        assert_eq!(large.taken(" 101\n"), Taken::Yes);
        assert_eq!(large.taken("\n"), Taken::No);
        let again = |answer: &str| match large.taken(answer) {
            Taken::Again(why) => why,
            other => panic!("{answer:?}: {other:?}"),
        };
        for letter in ["y\n", "yes\n", "ok\n"] {
            let why = again(letter);
            assert!(
                why.starts_with("Type a number here") && why.contains("Type 101,"),
                "{why}"
            );
        }
        for number in ["1010\n", "100\n"] {
            assert!(
                again(number).starts_with("That is a different number"),
                "{number}"
            );
        }
        let grouped = ask(&intent(1_733, 0, Mode::Live), Answering::Number(1_733));
        assert!(
            grouped
                .text
                .ends_with("Type the number 1,733 to create 1,733 customers: ")
        );
        for written in ["1733", "1,733", "1.733", "1 733", "1'733"] {
            assert_eq!(grouped.taken(written), Taken::Yes, "{written}");
        }
        let mixed = ask(&intent(99, 2, Mode::Live), Answering::Number(101));
        assert!(
            mixed
                .text
                .ends_with("Type the number 101 to create 99 customers and change 2: ")
        );
        let approved = ask(&intent(101, 0, Mode::Live), Answering::Yes);
        assert!(approved.text.ends_with("Create 101 customers? [y/N] "));
    }
}
