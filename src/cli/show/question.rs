//! Questions to people at a terminal, and the answers that mean yes.

use std::io::{self, BufRead, IsTerminal};

use crate::cli::show::output::{Output, prompt};
use crate::flow::agree::{Answer, Answered, Answering, Asks, Intent, Question, customers};
use crate::flow::pilot::Pilot;
use crate::journal::record::Mode;
use crate::model::printable;

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
            // A read that blocks would swallow Ctrl-C: the thread that waits for the line ends with
            // the process.
            let line = tokio::task::spawn_blocking(|| {
                let mut line = String::new();
                let read = io::stdin().lock().read_line(&mut line);
                read.map(|_| line)
            });
            let line = line.await.ok().and_then(Result::ok).unwrap_or_default();
            if words.is_yes(&line) {
                Answer::Yes
            } else {
                Answer::No
            }
        })
    }
}

/// What is said before the first live run against a target.
const PILOT: &str =
    "  This is the first run against it: with --first 1 it would begin with one row.\n";

/// A question as it is typed out.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    text: String,
    /// The answers that mean yes, in lower case.
    yes: Vec<String>,
}

impl Words {
    fn of(question: &Question) -> Self {
        match question {
            Question::Send { intent, by, pilot } => of_sending(intent, *by, *pilot),
            Question::TakeBack { remove, restore } => {
                let count = remove + restore;
                let what = match (remove, restore) {
                    (_, 0) => format!("Remove {}", customers(*remove)),
                    (0, _) => format!("Restore {}", customers(*restore)),
                    _ => format!("Remove {} and restore {restore}", customers(*remove)),
                };
                Self {
                    text: format!("{what}, for good? Type {count} to do so: "),
                    yes: vec![count.to_string()],
                }
            }
        }
    }

    fn is_yes(&self, answer: &str) -> bool {
        self.yes.contains(&answer.trim().to_lowercase())
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
    if pilot == Pilot::Proposed {
        text.push_str(PILOT);
    }
    let deeds = intent.deeds();
    let yes = match by {
        Answering::Number(number) => {
            text.push_str(&format!("Type the number {number} to {deeds}: "));
            vec![number.to_string()]
        }
        Answering::Yes => {
            let (first, rest) = deeds.split_at(1);
            text.push_str(&format!("{}{rest}? [y/N] ", first.to_uppercase()));
            vec!["y".to_owned(), "yes".to_owned()]
        }
    };
    Words { text, yes }
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
            before.contains("first run against it: with --first 1"),
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
             below:    \"MSP\" (id 5)\n  rows:     100 to create, 0 blocked\nCreate 100 customers? [y/N] "
        );
        assert!(small.is_yes("Y\r\n") && small.is_yes("yes\n"));
        for no in ["", "\n", "n\n", "100\n", "yess\n"] {
            assert!(!small.is_yes(no), "{no:?}");
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
        assert!(large.is_yes(" 101\n"));
        for no in ["y\n", "yes\n", "1010\n", "100\n", "\n"] {
            assert!(!large.is_yes(no), "{no:?}");
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
