//! Shows an undoing as it goes: a line at the bottom of a terminal, lines of their own elsewhere, and
//! log lines for both.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::line::{Part, Speed, bar, fitted, left, time_for};
use super::output::Output;
use super::progress::stopping;
use super::screen::{MOMENT, Style, Watch};
use super::stage::LINE_EVERY;
use crate::cli::clock::show_duration;
use crate::model::{Happening, Outcome, PartnerId, Reason, RowIndex};
use crate::submit::{Observer, RunEvent};

/// So many kept customers are told as they are found; the closing summary and the files tell all.
const MOST_KEPT: usize = 10;

/// Shows an undoing for as long as it lives.
pub struct UndoProgress {
    output: Output,
    run_id: String,
    numbers: Vec<u32>,
    ids: HashMap<RowIndex, PartnerId>,
    tally: Arc<Mutex<Tally>>,
    last_line: Instant,
    watch: Option<Watch>,
}

/// What has become of the customers so far.
struct Tally {
    doing: &'static str,
    limit: Option<String>,
    total: usize,
    removed: usize,
    restored: usize,
    gone: usize,
    kept: usize,
    speed: Speed,
}

impl Tally {
    fn done(&self) -> usize {
        self.removed + self.restored + self.gone + self.kept
    }

    fn parts(&mut self, now: Instant) -> Vec<Part> {
        let counted = |rank, count, word| match count {
            0 => Part::new(rank, ""),
            _ => Part::new(rank, format!("{word} {count}")),
        };
        let rate = self.speed.per_second(now, self.done());
        let mut parts = vec![
            Part::new(4, format!("removed {}", self.removed)),
            counted(4, self.restored, "restored"),
            counted(5, self.gone, "gone already"),
            counted(1, self.kept, "kept"),
            Part::new(3, format!("{rate:.1}/s")),
        ];
        if let Some(limit) = &self.limit {
            parts.push(Part::joined(7, " of ", limit));
        }
        if let Some(time) = time_for(self.total.saturating_sub(self.done()), rate) {
            parts.push(Part::new(2, left(time)));
        }
        parts
    }

    fn line(&mut self, columns: usize, now: Instant) -> String {
        let done = self.done();
        let mut parts = vec![
            Part::new(9, bar(done, self.total)),
            Part::joined(8, " ", self.doing),
            Part::joined(0, " ", format!("{done}/{}", self.total.max(done))),
        ];
        parts.append(&mut self.parts(now));
        fitted(parts, columns)
    }
}

impl UndoProgress {
    /// Progress for the undoing of a run whose rows have these numbers and customers; `limit` is the rate as
    /// text, if there is one.
    pub fn new(
        output: Output,
        run_id: &str,
        (numbers, ids): (Vec<u32>, HashMap<RowIndex, PartnerId>),
        limit: Option<String>,
    ) -> Self {
        let now = Instant::now();
        let tally = Arc::new(Mutex::new(Tally {
            doing: "removing",
            limit,
            total: 0,
            removed: 0,
            restored: 0,
            gone: 0,
            kept: 0,
            speed: Speed::new(now),
        }));
        let shown = Arc::clone(&tally);
        let watch = output.screen().watch(MOMENT, move |columns| {
            let mut tally = shown.lock().unwrap_or_else(PoisonError::into_inner);
            tally.line(columns, Instant::now())
        });
        Self {
            output,
            run_id: run_id.to_owned(),
            numbers,
            ids,
            tally,
            last_line: now,
            watch,
        }
    }

    /// Takes the line away.
    pub fn finish(&mut self) {
        self.watch = None;
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, text: &str) {
        if self.output.screen().style() != Style::None {
            self.output.say(text);
        }
    }

    fn ended(&mut self, row: RowIndex, outcome: Outcome) {
        let run_id = self.run_id.as_str();
        let id = self.ids.get(&row).map(|id| id.get());
        let number = self.numbers.get(row.as_usize()).copied();
        match outcome {
            Outcome::Removed => {
                self.tally().removed += 1;
                tracing::info!(run_id, row = number, id, "removed");
            }
            Outcome::Restored => {
                self.tally().restored += 1;
                tracing::info!(run_id, row = number, id, "restored");
            }
            Outcome::Kept(why) => {
                let Reason { code, message } = *why;
                tracing::info!(run_id, row = number, id, code, reason = message, "kept");
                self.kept(number, id, &format!("{code}: {message}"));
            }
            _ => {
                self.tally().gone += 1;
                tracing::info!(run_id, row = number, id, "gone already");
            }
        }
        self.show();
    }

    fn kept(&mut self, number: Option<u32>, id: Option<u64>, why: &str) {
        let kept = {
            let mut tally = self.tally();
            tally.kept += 1;
            tally.kept
        };
        let (number, id) = (number.unwrap_or_default(), id.unwrap_or_default());
        match kept {
            ..=MOST_KEPT => self.say(&format!("row {number}, id {id} stays: {why}")),
            _ if kept == MOST_KEPT + 1 => {
                self.say("more stay; removed.csv will hold all of them");
            }
            _ => {}
        }
    }

    /// Without a terminal a line now and then.
    fn show(&mut self) {
        let style = self.output.screen().style();
        if style == Style::Lines && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let mut tally = self.tally();
            let counts = fitted(tally.parts(self.last_line), usize::MAX);
            let text = format!("{} of {}: {counts}", tally.done(), tally.total);
            drop(tally);
            self.output.say(&text);
        }
    }
}

impl Observer for UndoProgress {
    fn observe(&mut self, event: RunEvent) {
        let run_id = self.run_id.as_str();
        match event {
            RunEvent::Started { to_send } => {
                let mut tally = self.tally();
                tally.total = to_send;
                tally.speed = Speed::new(Instant::now());
            }
            RunEvent::Row(row, Happening::Ended(outcome)) => self.ended(row, outcome),
            RunEvent::Row(row, Happening::Unknown { message }) => {
                let row = self.numbers.get(row.as_usize()).copied();
                tracing::info!(
                    run_id,
                    row,
                    reason = message,
                    "no clear answer, looking whether it was done"
                );
            }
            RunEvent::Row(..) | RunEvent::ReadingBack => {}
            RunEvent::Paused { pause, reason } => {
                tracing::info!(run_id, pause_ms = pause.as_millis(), reason, "paused");
                if pause >= Duration::from_secs(1) {
                    self.say(&format!("waiting {}: {reason}", show_duration(pause)));
                }
            }
            RunEvent::Draining { in_flight } => {
                tracing::info!(run_id, in_flight, "stopping");
                if in_flight > 0 {
                    self.say(&stopping(in_flight));
                }
                self.tally().doing = "stopping";
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_shows_less() {
        let began = Instant::now();
        let mut tally = Tally {
            doing: "removing",
            limit: Some("5/s".to_owned()),
            total: 400,
            removed: 90,
            restored: 0,
            gone: 1,
            kept: 2,
            speed: Speed::new(began),
        };
        let now = began + Duration::from_secs(20);
        let mut at = |columns| tally.line(columns, now);
        assert_eq!(
            at(97),
            "[==>       ] removing 93/400  removed 90  gone already 1  kept 2  4.7/s of 5/s  1 min 06 s left"
        );
        assert_eq!(at(57), "93/400  removed 90  kept 2  4.7/s  1 min 06 s left");
        assert_eq!(at(30), "93/400  kept 2");
    }
}
