//! What became of a run, or what is wrong with a file, written to stdout as somebody asked for it.

use crate::cli::args::{CheckFormat, PlanFormat, RunFormat, TextOrJson};
use crate::cli::exit::{Exit, InWords};
use crate::cli::show::output::{Messages, Output};
use crate::flow::failure::Failure;
use crate::journal::Store;
use crate::report::diagnostics::junit::{self, Failing};
use crate::report::diagnostics::{Findings, github, sarif};
use crate::report::text::Setting;
use crate::report::{Written, json, machine};

/// How a run's result is written: as was typed, else as messages are.
pub fn of_run(typed: Option<RunFormat>, output: Output) -> RunFormat {
    typed.unwrap_or(match output.messages() {
        Messages::Plain => RunFormat::Text,
        Messages::Logged => RunFormat::Summary,
    })
}

/// The same for a plan.
pub fn of_plan(typed: Option<PlanFormat>, output: Output) -> PlanFormat {
    typed.unwrap_or(match output.messages() {
        Messages::Plain => PlanFormat::Text,
        Messages::Logged => PlanFormat::Jsonl,
    })
}

/// The same for the problems of a list.
pub fn of_check(typed: Option<CheckFormat>, output: Output) -> CheckFormat {
    typed.unwrap_or(match output.messages() {
        Messages::Plain => CheckFormat::Text,
        Messages::Logged => CheckFormat::Jsonl,
    })
}

/// The same for an undo.
pub fn of_undo(typed: Option<TextOrJson>, output: Output) -> TextOrJson {
    typed.unwrap_or(match output.messages() {
        Messages::Plain => TextOrJson::Text,
        Messages::Logged => TextOrJson::Json,
    })
}

/// Writes what became of a run; `text` is for people, who are told what `exit` means.
pub fn result(
    format: RunFormat,
    (written, store): (&Written, &Store),
    exit: Option<Exit>,
    text: impl FnOnce(&Setting<'_>) -> String,
    output: Output,
) -> Result<(), Failure> {
    let (facts, files) = (&written.facts, &written.paths);
    match format {
        RunFormat::Text => output.summary(exit.map(|exit| (exit, exit.of_run())), text),
        RunFormat::Json => {
            output.json(|out| out.write_all(json::document(facts, files).as_bytes()))
        }
        RunFormat::Jsonl => output.json(|out| machine::jsonl::write(facts, store, files, out)),
        RunFormat::Summary => output.json(|out| json::write_line(facts, files, out)),
        RunFormat::Github => output.commands(|out| machine::github::write(facts, store, out)),
        RunFormat::Junit => output.xml(|out| machine::junit::write(facts, store, out)),
    }
}

/// A format in which CI systems take problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForCi {
    /// GitHub workflow commands.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// `JUnit` XML.
    Junit(Failing),
}

/// Writes problems as a CI system takes them.
pub fn problems(format: ForCi, findings: &Findings<'_>, output: Output) -> Result<(), Failure> {
    match format {
        ForCi::Github => output.commands(|out| github::write(findings, out)),
        ForCi::Sarif => {
            let version = env!("CARGO_PKG_VERSION");
            output.json(|out| sarif::write(&[*findings], version, out))
        }
        ForCi::Junit(failing) => output.xml(|out| junit::write(&[*findings], failing, out)),
    }
}
