//! A command whose run is reported to those who watch, and named in every log line.

use std::ops::Deref;
use std::path::Path;

use super::error::exit_of;
use super::exit::{Exit, InWords};
use super::here::host_name;
use super::logging::RunLabel;
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

    /// Runs what is to be run when the run has ended so, once; hands back what went wrong with it.
    pub async fn follow(&self, ended: Exit) -> Option<String> {
        let after = self.reporter.take_after()?;
        // The figures are there however long the command takes; all others are told of its failure.
        self.reporter.writes_metrics(ended, now_ms());
        let problem = super::after::run(&after, ended).await;
        if let Some(problem) = &problem {
            self.reporter.fails_after(problem);
        }
        problem
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
    let mut exit = match &result {
        Ok(exit) => *exit,
        Err(error) => {
            reported.fails(error);
            exit_of(error)
        }
    };
    // A run that came to an end has had its turn, before its end was shown.
    if reported.follow(exit).await.is_some() {
        exit = exit.and_failed_after();
    }
    reported.close(exit, now_ms()).await;
    result.map(|_| exit)
}
