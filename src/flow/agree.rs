//! The last word before anything is sent: a limit for unattended runs, and a question to people
//! that says how much goes where, asked harder for large runs.

use std::io::{BufRead, IsTerminal};

use tokio::sync::watch;

use crate::cli::output::{Output, prompt};
use crate::flow::failure::Failure as CliError;
use crate::journal::record::Mode;
use crate::model::printable;
use crate::plan::action::PlanCounts;
use crate::submit::Control;

/// Above how many changes a number must be typed, unless told otherwise.
pub const CONFIRM_ABOVE: usize = 100;

/// What is about to be done, and where.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The rows by kind.
    pub counts: PlanCounts,
    /// The same in one line.
    pub counted: String,
    /// The customer below which all happens: name and id.
    pub below: String,
    /// The service's address, or `sandbox`.
    pub endpoint: String,
    /// The sandbox or the service.
    pub mode: Mode,
}

/// How a run is agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// Whether somebody is asked.
    pub asking: Asking,
    /// Above how many changes a number must be typed.
    pub confirm_above: usize,
    /// The most creates; more, and nothing is sent.
    pub max_create: Option<usize>,
}

/// Whether somebody is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// `--yes`.
    Never,
    /// Yes or no, however large the run is: what is sent was approved before, row by row.
    Plainly,
    /// Yes or no, or a number for a large run.
    ByCount,
}

/// A question and the answers that mean yes.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// The answers that mean yes, in lower case.
    pub yes: Vec<String>,
    /// What is said where nobody agrees: that nothing was done.
    pub undone: &'static str,
}

impl Question {
    /// Asks on stderr and waits for a line, or for Ctrl-C. Every question that is asked while signals
    /// are watched is asked so: a read that blocks would swallow them. Only an answer that means yes
    /// is an agreement; `nobody` is what is wrong where no terminal is there to ask at.
    pub async fn ask(
        self,
        mut control: watch::Receiver<Control>,
        output: Output,
        nobody: impl FnOnce() -> CliError,
    ) -> Result<(), CliError> {
        if !(std::io::stdin().is_terminal() && output.has_terminal()) {
            return Err(nobody());
        }
        prompt(&self.text);
        // The thread that waits for the line ends with the process.
        let line = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            let read = std::io::stdin().lock().read_line(&mut line);
            read.map(|_| line)
        });
        let asked_to_stop = async {
            if control.wait_for(|now| *now != Control::Run).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let answer = tokio::select! {
            line = line => line.ok().and_then(Result::ok).unwrap_or_default(),
            () = asked_to_stop => {
                let text = format!("interrupted; {}", self.undone);
                return Err(CliError::interrupted(text));
            }
        };
        if self.is_yes(&answer) {
            return Ok(());
        }
        Err(CliError::interrupted(self.undone))
    }

    fn is_yes(&self, answer: &str) -> bool {
        self.yes.contains(&answer.trim().to_lowercase())
    }
}

/// Refuses, asks, or lets pass. Only an answer that means yes lets anything be sent.
pub async fn confirm(
    intent: &Intent,
    agreement: Agreement,
    control: watch::Receiver<Control>,
    output: Output,
) -> Result<(), CliError> {
    within_limit(intent.counts.create, agreement.max_create)?;
    let changes = intent.changes();
    if agreement.asking == Asking::Never || changes == 0 {
        if changes > 0 || agreement.asking != Asking::Never {
            output.say_of(&intent.counted, &intent.place());
        }
        return Ok(());
    }
    let nobody = || {
        output.say_of(&intent.counted, &intent.place());
        let text = format!("this would {}, {}", intent.deeds(), intent.place());
        CliError::usage(text)
            .hint("there is no terminal to ask at: add --yes to do so without being asked")
            .hint("--max-create N beside --yes refuses runs that grow beyond what is expected")
    };
    intent
        .question(agreement)
        .ask(control, output, nobody)
        .await
}

/// The limit for unattended runs.
pub fn within_limit(creates: usize, most: Option<usize>) -> Result<(), CliError> {
    match most {
        Some(most) if creates > most => Err(CliError::usage(format!(
            "nothing was sent: this would create {creates} customers, and --max-create allows {most}"
        ))
        .hint("look at what would be created: partner-import plan FILE")
        .hint("where it is right, raise --max-create, or limits.max_create in the profile")),
        Some(_) | None => Ok(()),
    }
}

impl Intent {
    fn changes(&self) -> usize {
        self.counts.create + self.counts.update
    }

    /// `create 3 customers and change 1`.
    fn deeds(&self) -> String {
        let customers = |count| if count == 1 { "customer" } else { "customers" };
        match (self.counts.create, self.counts.update) {
            (create, 0) => format!("create {create} {}", customers(create)),
            (0, update) => format!("change {update} {}", customers(update)),
            (create, update) => {
                format!("create {create} {} and change {update}", customers(create))
            }
        }
    }

    fn place(&self) -> String {
        let mode = match self.mode {
            Mode::Sandbox => "in the SANDBOX",
            Mode::Live => "LIVE",
        };
        format!("below {} at {}, {mode}", self.below, self.endpoint)
    }

    fn question(&self, agreement: Agreement) -> Question {
        let mode = match self.mode {
            Mode::Sandbox => "SANDBOX: nothing real is touched",
            Mode::Live => "LIVE: customers of the real service",
        };
        let mut text = format!(
            "{mode}\n  endpoint: {}\n  below:    {}\n  rows:     {}\n",
            printable(&self.endpoint),
            printable(&self.below),
            self.counted
        );
        let undone = "nothing was sent";
        let changes = self.changes();
        if agreement.asking == Asking::ByCount && changes > agreement.confirm_above {
            text.push_str(&format!("Type the number {changes} to {}: ", self.deeds()));
            let yes = vec![changes.to_string()];
            return Question { text, yes, undone };
        }
        let deeds = self.deeds();
        let (first, rest) = deeds.split_at(1);
        text.push_str(&format!("{}{rest}? [y/N] ", first.to_uppercase()));
        let yes = vec!["y".to_owned(), "yes".to_owned()];
        Question { text, yes, undone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn ask(intent: &Intent, asking: Asking) -> Question {
        intent.question(Agreement {
            asking,
            confirm_above: 100,
            max_create: None,
        })
    }

    #[test]
    fn the_question_says_how_much_goes_where() {
        let small = ask(&intent(100, 0, Mode::Live), Asking::ByCount);
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
        let large = ask(&intent(101, 0, Mode::Sandbox), Asking::ByCount);
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
        let mixed = ask(&intent(99, 2, Mode::Live), Asking::ByCount);
        assert!(
            mixed
                .text
                .ends_with("Type the number 101 to create 99 customers and change 2: ")
        );
        let approved = ask(&intent(101, 0, Mode::Live), Asking::Plainly);
        assert!(approved.text.ends_with("Create 101 customers? [y/N] "));
    }

    #[test]
    fn the_limit_holds_creates_back() {
        assert!(within_limit(5, None).is_ok());
        assert!(within_limit(5, Some(5)).is_ok());
        let refused = within_limit(6, Some(5)).unwrap_err();
        assert_eq!(refused.kind, crate::flow::failure::Kind::Usage);
        assert!(refused.message.contains("create 6") && refused.message.contains("allows 5"));
    }
}
