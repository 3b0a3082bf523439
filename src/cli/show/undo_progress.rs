//! Shows an undoing as it goes: a line at the bottom of a terminal, lines of their own elsewhere, and
//! log lines for both.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::line::{Part, Speed, bar, fitted, left, time_for};
use super::output::Output;
use super::progress::stopping;
use super::screen::{MOMENT, Style, Watch};
use super::stage::LINE_EVERY;
use crate::cli::clock::show_duration;
use crate::model::{Happening, Outcome, Reason};
use crate::submit::Observer;
use crate::submit::undo::UndoNews;

/// So many kept customers are told as they are found; the closing summary and the files tell all.
const MOST_KEPT: usize = 10;

/// Shows an undoing for as long as it lives.
pub struct UndoProgress {
    output: Output,
    run_id: String,
    numbers: Vec<u32>,
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
    gone: usize,
    kept: usize,
    speed: Speed,
}

impl Tally {
    fn done(&self) -> usize {
        self.removed + self.gone + self.kept
    }

    fn parts(&mut self, now: Instant) -> Vec<Part> {
        let counted = |rank, count, word| match count {
            0 => Part::new(rank, ""),
            _ => Part::new(rank, format!("{word} {count}")),
        };
        let rate = self.speed.per_second(now, self.done());
        let mut parts = vec![
            Part::new(4, format!("removed {}", self.removed)),
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
    /// Progress for the undoing of a run whose rows have these numbers; `limit` is the rate as
    /// text, if there is one.
    pub fn new(output: Output, run_id: &str, numbers: Vec<u32>, limit: Option<String>) -> Self {
        let now = Instant::now();
        let tally = Arc::new(Mutex::new(Tally {
            doing: "removing",
            limit,
            total: 0,
            removed: 0,
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

    fn settled(&mut self, number: u32, id: u64, kind: Happening) {
        let run_id = self.run_id.as_str();
        match kind {
            Happening::Ended(Outcome::Removed) => {
                self.tally().removed += 1;
                tracing::info!(run_id, row = number, id, "removed");
            }
            Happening::Ended(Outcome::Kept(why)) => {
                let Reason { code, message } = *why;
                let kept = {
                    let mut tally = self.tally();
                    tally.kept += 1;
                    tally.kept
                };
                tracing::info!(run_id, row = number, id, code, reason = message, "kept");
                match kept {
                    ..=MOST_KEPT => {
                        self.say(&format!("row {number}, id {id} stays: {code}: {message}"));
                    }
                    _ if kept == MOST_KEPT + 1 => {
                        self.say("more stay; removed.csv will hold all of them");
                    }
                    _ => {}
                }
            }
            _ => {
                self.tally().gone += 1;
                tracing::info!(run_id, row = number, id, "gone already");
            }
        }
        self.show();
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

impl Observer<UndoNews> for UndoProgress {
    fn observe(&mut self, news: UndoNews) {
        let run_id = self.run_id.as_str();
        match news {
            UndoNews::Started { to_remove } => {
                let mut tally = self.tally();
                tally.total = to_remove;
                tally.speed = Speed::new(Instant::now());
            }
            UndoNews::Settled { row, id, kind } => {
                let number = self.numbers.get(row.as_usize()).copied();
                self.settled(number.unwrap_or_default(), id.get(), kind);
            }
            UndoNews::Unsettled { row, message } => {
                let number = self.numbers.get(row.as_usize()).copied();
                tracing::info!(
                    run_id,
                    row = number,
                    reason = message,
                    "no clear answer, looking whether it is gone"
                );
            }
            UndoNews::Paused { pause, reason } => {
                tracing::info!(run_id, pause_ms = pause.as_millis(), reason, "paused");
                if pause >= Duration::from_secs(1) {
                    self.say(&format!("waiting {}: {reason}", show_duration(pause)));
                }
            }
            UndoNews::Draining { in_flight } => {
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
