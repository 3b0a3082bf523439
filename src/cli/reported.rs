//! A command whose run is reported to those who watch, and named in every log line.

use std::ops::Deref;
use std::path::Path;

use super::error::exit_of;
use super::exit::Exit;
use super::logging::RunLabel;
use super::reach::host_name;
use crate::flow::clock::now_ms;
use crate::flow::failure::Failure;
use crate::flow::watch::{About, RunReporter};
use crate::journal::RunInfo;
use crate::settings::Watching;

/// What a run is remembered by.
pub struct Reported {
    reporter: RunReporter,
    label: RunLabel,
}

impl Reported {
    /// For a command that begins now and of which only the input is known.
    pub fn new(label: RunLabel, input: Option<&Path>) -> Self {
        let about = About {
            host: host_name(),
            meaning: Exit::meaning_of_run,
        };
        Self {
            reporter: RunReporter::new(about, input),
            label,
        }
    }

    /// The run has its journal.
    pub fn begun(&self, info: &RunInfo) {
        self.label.set(&info.id);
        self.reporter.begun(info);
    }
}

impl Deref for Reported {
    type Target = RunReporter;

    fn deref(&self) -> &RunReporter {
        &self.reporter
    }
}

/// Carries a command out, and reports to those who watch how it ended, whatever became of it.
pub async fn around(
    typed: &Watching,
    input: Option<&Path>,
    label: RunLabel,
    command: impl AsyncFnOnce(&Reported) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let Reported { reporter, label } = Reported::new(label, input);
    let reporter = reporter.watched(typed);
    let reported = Reported { reporter, label };
    let result = command(&reported).await;
    let ended = match &result {
        Ok(exit) => *exit,
        Err(error) => {
            reported.fails(error);
            exit_of(error)
        }
    };
    let mut exit = ended;
    if let Some(after) = reported.after() {
        // The figures are there however long the command takes; all others are told of its failure.
        reported.writes_metrics(ended, now_ms());
        let ran = super::after::run(&after, ended).await;
        exit = ran.exit;
        if let Some(problem) = ran.problem {
            reported.fails_after(&problem);
        }
    }
    reported.close(exit, now_ms()).await;
    result.map(|_| exit)
}
