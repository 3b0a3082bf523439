//! Passes on what the engine says: each event goes into the log, then to the face. Whoever logs may
//! wait for the face, so nothing of the face is held meanwhile.

use std::sync::Arc;

use super::event::{Event, Events, Sending};
use super::rows::{Rows, without_echo};
use crate::model::{Happening, Origin, Outcome, Reason, RowIndex};
use crate::submit::{Direction, Observer, RunEvent};

/// From the beginning of the requests to their end.
pub(super) struct Relay<'e> {
    run: String,
    direction: Direction,
    rows: Arc<Rows>,
    events: Events<'e>,
}

impl<'e> Relay<'e> {
    /// Says that requests go out from now on.
    pub(super) fn begin(sending: Sending<'_>, events: Events<'e>) -> Self {
        let relay = Self {
            run: sending.run.to_owned(),
            direction: sending.direction,
            rows: Arc::clone(&sending.rows),
            events,
        };
        events.on(Event::Sends(sending));
        relay
    }

    fn log(&self, event: &RunEvent) {
        let run_id = self.run.as_str();
        match event {
            RunEvent::Row(row, Happening::Ended(outcome)) => match self.direction {
                Direction::Forth => self.log_forth(*row, outcome),
                Direction::Back => self.log_back(*row, outcome),
            },
            RunEvent::Row(row, Happening::Unknown { message }) => {
                let reason = self.rows.without_cells(*row, message);
                let row = self.rows.number(*row);
                match self.direction {
                    Direction::Forth => {
                        tracing::info!(run_id, row, reason, "no clear answer, looking for it");
                    }
                    Direction::Back => tracing::info!(
                        run_id,
                        row,
                        reason,
                        "no clear answer, looking whether it was done"
                    ),
                }
            }
            RunEvent::Paused { pause, reason } => {
                let reason = without_echo(reason);
                tracing::info!(run_id, pause_ms = pause.as_millis(), reason, "paused");
            }
            RunEvent::Settling { requests, wait } => tracing::info!(
                run_id,
                requests,
                wait_ms = wait.as_millis(),
                "waiting for lost requests"
            ),
            RunEvent::Draining { in_flight } => tracing::info!(run_id, in_flight, "stopping"),
            RunEvent::Deploying => tracing::info!(run_id, "switching automatic deployment"),
            RunEvent::Started { .. } | RunEvent::Row(..) | RunEvent::ReadingBack => {}
        }
    }

    fn log_forth(&self, row: RowIndex, outcome: &Outcome) {
        let (run_id, number) = (self.run.as_str(), self.rows.number(row));
        match outcome {
            Outcome::Created(id, origin) => {
                let how = match origin {
                    Origin::Answered => "Answered",
                    Origin::Found | Origin::Met => "Found",
                };
                tracing::info!(run_id, row = number, id = id.get(), how, "created");
            }
            Outcome::Exists(id) => {
                tracing::info!(run_id, row = number, id = id.get(), "exists");
            }
            Outcome::Updated(id, _) => {
                tracing::info!(run_id, row = number, id = id.get(), "updated");
            }
            Outcome::Failed(why) => {
                let Reason { code, message } = &**why;
                let reason = self.rows.without_cells(row, message);
                tracing::warn!(run_id, row = number, code, reason, "failed");
            }
            Outcome::Blocked { by } => {
                tracing::warn!(run_id, row = number, by = self.rows.number(*by), "blocked");
            }
            // No outcomes of a run's own requests.
            Outcome::Invalid
            | Outcome::Removed
            | Outcome::Gone
            | Outcome::Restored
            | Outcome::Kept(_) => {}
        }
    }

    fn log_back(&self, row: RowIndex, outcome: &Outcome) {
        let (run_id, number) = (self.run.as_str(), self.rows.number(row));
        let id = self.rows.ids.get(&row).map(|id| id.get());
        match outcome {
            Outcome::Removed => tracing::info!(run_id, row = number, id, "removed"),
            Outcome::Restored => tracing::info!(run_id, row = number, id, "restored"),
            Outcome::Kept(why) => {
                let Reason { code, message } = &**why;
                let reason = self.rows.without_cells(row, message);
                tracing::warn!(run_id, row = number, id, code, reason, "kept");
            }
            _ => tracing::info!(run_id, row = number, id, "gone already"),
        }
    }
}

impl Observer for Relay<'_> {
    fn observe(&mut self, event: RunEvent) {
        self.log(&event);
        self.events.on(Event::Row(event));
    }
}

impl Drop for Relay<'_> {
    fn drop(&mut self) {
        self.events.on(Event::Sent);
    }
}
