//! Shows a run as it goes: a line at the bottom of a terminal, lines of their own elsewhere, and log
//! lines for both.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::line::{Part, Speed, bar, fitted, left, time_for};
use super::output::Output;
use super::screen::{MOMENT, Style, Watch};
use super::stage::LINE_EVERY;
use crate::cli::clock::show_duration;
use crate::model::{Happening, Origin, Outcome, Reason, RowIndex, SheetRows};
use crate::submit::{Observer, RunEvent};

/// So many failed rows are told as they fail; the closing summary and the files tell the rest.
const MOST_FAILURES: usize = 10;

/// Shows a run for as long as it lives.
pub struct Progress {
    output: Output,
    run_id: String,
    numbers: Vec<u32>,
    sheets: SheetRows,
    tally: Arc<Mutex<Tally>>,
    last_line: Instant,
    _watch: Option<Watch>,
}

/// What the run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// What an earlier process left open is looked at.
    Preparing,
    /// Requests go out.
    Creating,
    /// No new ones do; what is under way is waited for.
    Stopping,
    /// The tenant is read back, since then.
    Verifying(Instant),
}

/// What has become of the rows so far.
#[derive(Debug, Clone)]
struct Tally {
    phase: Phase,
    /// Nobody sends before this moment.
    paused_until: Option<Instant>,
    limit: Option<String>,
    total: usize,
    created: usize,
    exists: usize,
    updated: usize,
    failed: usize,
    blocked: usize,
    /// Rows whose request has no clear answer yet.
    unsettled: HashSet<u32>,
    speed: Speed,
}

impl Tally {
    /// Counts a row, which is looked for no more, and says how many have failed.
    fn ended(&mut self, row: RowIndex, outcome: &Outcome) -> usize {
        self.unsettled.remove(&row.0);
        match outcome {
            Outcome::Created(..) => self.created += 1,
            Outcome::Exists(_) => self.exists += 1,
            Outcome::Updated(..) => self.updated += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Blocked { .. } => self.blocked += 1,
            _ => {}
        }
        self.failed
    }

    fn new(limit: Option<String>, now: Instant) -> Self {
        Self {
            phase: Phase::Preparing,
            paused_until: None,
            limit,
            total: 0,
            created: 0,
            exists: 0,
            updated: 0,
            failed: 0,
            blocked: 0,
            unsettled: HashSet::new(),
            speed: Speed::new(now),
        }
    }

    fn done(&self) -> usize {
        self.created + self.exists + self.updated + self.failed + self.blocked
    }

    /// Counts, rate against the limit, time left; of no count but `created` when it is 0.
    fn parts(&mut self, now: Instant) -> Vec<Part> {
        let counted = |rank, count, word| match count {
            0 => Part::new(rank, ""),
            _ => Part::new(rank, format!("{word} {count}")),
        };
        let mut parts = vec![
            Part::new(4, format!("created {}", self.created)),
            counted(6, self.exists, "exists"),
            counted(5, self.updated, "updated"),
            counted(1, self.failed, "failed"),
            counted(5, self.blocked, "blocked"),
            counted(5, self.unsettled.len(), "looking for"),
        ];
        // Blocked rows cost no request: they say nothing of how fast the others go.
        let asked = self.done() - self.blocked;
        let rate = self.speed.per_second(now, asked);
        parts.push(Part::new(3, format!("{rate:.1}/s")));
        if let Some(limit) = &self.limit {
            parts.push(Part::joined(7, " of ", limit));
        }
        let open = self.total.saturating_sub(self.done());
        if let Some(time) = time_for(open, rate) {
            parts.push(Part::new(2, left(time)));
        }
        parts
    }

    fn line(&mut self, columns: usize, now: Instant) -> String {
        let waits = self.paused_until.filter(|until| *until > now);
        // That nothing is created now must be seen.
        let (rank, phase) = match (self.phase, waits) {
            (Phase::Verifying(since), _) => {
                let took = show_duration(Duration::from_secs(now.duration_since(since).as_secs()));
                let what = Part::new(0, "reading the tenant back");
                return fitted(vec![what, Part::new(1, took)], columns);
            }
            (Phase::Preparing, _) => return fitted(vec![Part::new(0, "preparing")], columns),
            (Phase::Stopping, _) => (1, "stopping".to_owned()),
            (Phase::Creating, Some(until)) => {
                let rest = until.duration_since(now) + Duration::from_millis(999);
                let rest = show_duration(Duration::from_secs(rest.as_secs()));
                (1, format!("waiting {rest}"))
            }
            (Phase::Creating, None) => (8, "creating".to_owned()),
        };
        let done = self.done();
        let mut parts = vec![
            Part::new(9, bar(done, self.total)),
            Part::joined(rank, " ", phase),
            Part::joined(0, " ", format!("{done}/{}", self.total.max(done))),
        ];
        parts.append(&mut self.parts(now));
        fitted(parts, columns)
    }
}

impl Progress {
    /// Progress for a run whose rows have these numbers; `limit` is the rate as text, if there is
    /// one.
    pub fn new(
        output: Output,
        run_id: &str,
        (numbers, sheets): (Vec<u32>, SheetRows),
        limit: Option<String>,
    ) -> Self {
        let now = Instant::now();
        let tally = Arc::new(Mutex::new(Tally::new(limit, now)));
        let shown = Arc::clone(&tally);
        let watch = output.screen().watch(MOMENT, move |columns| {
            let mut tally = shown.lock().unwrap_or_else(PoisonError::into_inner);
            tally.line(columns, Instant::now())
        });
        Self {
            output,
            run_id: run_id.to_owned(),
            numbers,
            sheets,
            tally,
            last_line: now,
            _watch: watch,
        }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&mut self, to_create: usize) {
        self.last_line = Instant::now();
        let mut tally = self.tally();
        tally.total = to_create;
        tally.phase = Phase::Creating;
        tally.speed = Speed::new(Instant::now());
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

    /// A message that stays.
    fn say(&self, text: &str) {
        if self.output.screen().style() != Style::None {
            self.output.say(text);
        }
    }

    /// The tally is let go before anything is logged: whoever logs waits for the screen, and the
    /// screen waits for the tally.
    fn ended(&self, row: RowIndex, outcome: Outcome) {
        let (run_id, number) = (self.run_id.as_str(), self.number(row));
        let failed = self.tally().ended(row, &outcome);
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
            Outcome::Failed(why) => self.failed(row, failed, *why),
            Outcome::Blocked { by } => {
                tracing::info!(run_id, row = number, by = self.number(by), "blocked");
            }
            // No outcomes of a run's own requests.
            Outcome::Invalid
            | Outcome::Removed
            | Outcome::Gone
            | Outcome::Restored
            | Outcome::Kept(_) => {}
        }
    }

    fn failed(&self, row: RowIndex, failed: usize, why: Reason) {
        let (run_id, number) = (self.run_id.as_str(), self.number(row));
        let Reason { code, message } = why;
        tracing::info!(run_id, row = number, code, reason = message, "failed");
        match failed {
            ..=MOST_FAILURES => {
                let place = self.sheets.number(row, number);
                self.say(&format!("row {place} failed: {code}: {message}"));
            }
            _ if failed == MOST_FAILURES + 1 => {
                self.say("more rows failed; rejected.csv will hold all of them");
            }
            _ => {}
        }
    }

    fn number(&self, row: RowIndex) -> u32 {
        self.numbers.get(row.as_usize()).copied().unwrap_or(0)
    }
}

impl Observer for Progress {
    fn observe(&mut self, event: RunEvent) {
        let run_id = self.run_id.clone();
        let run_id = run_id.as_str();
        match event {
            RunEvent::Started { to_send } => self.start(to_send),
            RunEvent::Row(row, Happening::Ended(outcome)) => self.ended(row, outcome),
            RunEvent::Row(row, Happening::Unknown { message }) => {
                self.tally().unsettled.insert(row.0);
                tracing::info!(
                    run_id,
                    row = self.number(row),
                    reason = message,
                    "no clear answer, looking for it"
                );
            }
            RunEvent::Row(..) => {}
            RunEvent::Paused { pause, reason } => {
                tracing::info!(run_id, pause_ms = pause.as_millis(), reason, "paused");
                self.tally().paused_until = Some(Instant::now() + pause);
                if pause >= Duration::from_secs(1) {
                    self.say(&format!(
                        "waiting for the service, next try in {}: {reason}",
                        show_duration(pause)
                    ));
                }
            }
            RunEvent::ReadingBack => {
                self.tally().phase = Phase::Verifying(Instant::now());
                return;
            }
            RunEvent::Draining { in_flight } => {
                tracing::info!(run_id, in_flight, "stopping");
                if in_flight > 0 {
                    self.say(&stopping(in_flight));
                }
                self.tally().phase = Phase::Stopping;
            }
        }
        self.show();
    }
}

/// What the first Ctrl-C is answered with.
pub fn stopping(in_flight: usize) -> String {
    let calls = match in_flight {
        1 => "1 call is under way; press Ctrl-C again to abandon it".to_owned(),
        many => format!("{many} calls are under way; press Ctrl-C again to abandon them"),
    };
    format!("stopping: {calls}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_work() -> (Tally, Instant) {
        let began = Instant::now();
        let mut tally = Tally::new(Some("5/s".to_owned()), began);
        tally.phase = Phase::Creating;
        tally.total = 5_000;
        tally.created = 118;
        tally.exists = 3;
        tally.failed = 2;
        (tally, began + Duration::from_secs(25))
    }

    fn lines(mut tally: Tally, now: Instant, columns: &[usize]) -> Vec<String> {
        let lines = columns.iter().map(|columns| {
            let line = tally.line(*columns, now);
            assert!(line.len() <= *columns, "{columns}: {line}");
            line
        });
        lines.collect()
    }

    #[test]
    fn a_narrow_terminal_shows_less() {
        let (tally, now) = at_work();
        assert_eq!(
            lines(tally, now, &[117, 77, 57, 37, 17]),
            [
                "[>         ] creating 123/5000  created 118  exists 3  failed 2  4.9/s of 5/s  16 min left",
                "creating 123/5000  created 118  exists 3  failed 2  4.9/s of 5/s  16 min left",
                "123/5000  created 118  failed 2  4.9/s  16 min left",
                "123/5000  failed 2  16 min left",
                "123/5000",
            ]
        );
    }

    #[test]
    fn a_pause_a_stop_and_the_reading_back_are_named() {
        let (mut tally, now) = at_work();
        tally.paused_until = Some(now + Duration::from_millis(11_200));
        tally.unsettled.insert(4);
        assert_eq!(
            lines(tally.clone(), now, &[97]),
            [
                "waiting 12 s 123/5000  created 118  exists 3  failed 2  looking for 1  4.9/s of 5/s  16 min left"
            ]
        );
        tally.paused_until = Some(now);
        tally.phase = Phase::Stopping;
        assert!(lines(tally.clone(), now, &[77])[0].starts_with("stopping 123/5000"));
        tally.phase = Phase::Verifying(now);
        let later = now + Duration::from_secs(4);
        assert_eq!(lines(tally, later, &[77]), ["reading the tenant back  4 s"]);
    }
}
