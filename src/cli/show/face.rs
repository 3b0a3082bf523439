//! The terminal as a face of the use cases: what they are at in the line at the bottom, what is to
//! be remembered above it.

use std::sync::{Mutex, PoisonError};

use crate::cli::reported::Reported;
use crate::cli::show::output::Output;
use crate::cli::show::progress::Progress;
use crate::cli::show::stage::Stage;
use crate::flow::event::{Event, Listener, Note};

/// A terminal that listens.
pub struct Face<'l> {
    output: Output,
    reported: Option<&'l Reported>,
    at: Mutex<At>,
}

/// What the work is at.
#[derive(Default)]
struct At {
    stage: Option<Stage>,
    progress: Option<Progress>,
}

impl<'l> Face<'l> {
    /// Shows on `output`.
    pub fn on(output: Output) -> Self {
        Self {
            output,
            reported: None,
            at: Mutex::default(),
        }
    }

    /// The same, and has `reported` remember the run.
    #[must_use]
    pub fn reporting(mut self, reported: &'l Reported) -> Self {
        self.reported = Some(reported);
        self
    }

    /// Says a sentence.
    pub fn note(&self, note: &Note) {
        match note {
            Note::Intent { counted, place } => self.output.say_of(counted, place),
            Note::Quarantined { .. } => {
                let text = format!("{note}; --retry-quarantined sends them");
                self.output.warn(&text);
            }
            Note::TwoPasswords { .. }
            | Note::CutOff { .. }
            | Note::UndoGivenUp { .. }
            | Note::SetAside { .. }
            | Note::Unreadable(_)
            | Note::MayHaveSent { .. }
            | Note::MaySwitch { .. }
            | Note::LowRole(_)
            | Note::Remark(_)
            | Note::Mismatch(_) => self.output.warn(&note.to_string()),
            _ => self.output.say(&note.to_string()),
        }
    }
}

impl Listener for Face<'_> {
    fn on(&self, event: Event<'_>) {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Begins(stage) => {
                // The one before it leaves the line first.
                at.stage = None;
                at.stage = Some(Stage::of(self.output, stage));
            }
            Event::Counted(rows) => {
                if let Some(stage) = &mut at.stage {
                    stage.counted(rows, "rows");
                }
            }
            Event::At(file, done) => {
                if let Some(stage) = &mut at.stage {
                    stage.now_at(file, done);
                }
            }
            Event::Over => at.stage = None,
            Event::Note(note) => self.note(&note),
            Event::Run(info) => {
                if let Some(reported) = self.reported {
                    reported.begun(info);
                }
            }
            Event::Sends(sending) => {
                at.progress = Some(Progress::new(self.output, &sending));
            }
            Event::Row(event) => {
                if let Some(progress) = &mut at.progress {
                    progress.on(event);
                }
            }
            Event::Sent => at.progress = None,
        }
    }
}
