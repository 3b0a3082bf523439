//! Shows a run, or its undo, as it goes: a line at the bottom of a terminal, lines of their own
//! elsewhere. What has become of the rows so far is a [`Tally`]; here are the words.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::line::{Part, bar, fitted, left};
use super::output::Output;
use super::screen::{MOMENT, Style, Watch};
use super::stage::LINE_EVERY;
use crate::cli::clock::show_duration;
use crate::flow::event::Sending;
use crate::flow::rows::Rows;
use crate::flow::tally::{Phase, Tally};
use crate::model::number::grouped;
use crate::model::{Happening, Outcome, Reason, RowIndex};
use crate::submit::{Direction, RunEvent};

/// So many rows are told of as they fail or stay; the closing summary and the files have the others.
const MOST_TOLD: usize = 10;

/// A shorter wait for lost requests is over before anybody has read of it.
const WORTH_SAYING: Duration = Duration::from_secs(2);

/// Shows a run for as long as it lives.
pub struct Progress {
    output: Output,
    direction: Direction,
    rows: Arc<Rows>,
    line: Arc<Mutex<Line>>,
    last_line: Instant,
    _watch: Option<Watch>,
}

/// The line at the bottom.
#[derive(Debug, Clone)]
struct Line {
    direction: Direction,
    limit: Option<String>,
    tally: Tally,
}

impl Line {
    /// Counts with how soon each is left out, and whether it is shown where it is 0.
    fn counts(&self) -> Vec<Part> {
        let ended = &self.tally.ended;
        let first = |word, count| Part::new(4, format!("{word} {count}"));
        let counted = |rank, word, count| match count {
            0 => Part::new(rank, ""),
            _ => Part::new(rank, format!("{word} {count}")),
        };
        let mut parts = match self.direction {
            Direction::Forth => vec![
                first("created", ended.created),
                counted(6, "exists", ended.exists),
                counted(5, "updated", ended.updated),
                counted(1, "failed", ended.failed),
                counted(5, "blocked", ended.blocked),
            ],
            Direction::Back => vec![
                first("removed", ended.removed),
                counted(4, "restored", ended.restored),
                counted(5, "gone already", ended.gone),
                counted(1, "kept", ended.kept),
            ],
        };
        parts.push(counted(5, "looking for", self.tally.unsettled()));
        parts
    }

    /// Counts, rate against the limit, time left.
    fn parts(&mut self, now: Instant) -> Vec<Part> {
        let mut parts = self.counts();
        let rate = self.tally.per_second(now);
        parts.push(Part::new(3, format!("{rate:.1}/s")));
        if let Some(limit) = &self.limit {
            parts.push(Part::joined(7, " of ", limit));
        }
        if let Some(time) = self.tally.left(rate) {
            parts.push(Part::new(2, left(time)));
        }
        parts
    }

    fn text(&mut self, columns: usize, now: Instant) -> String {
        let waits = self
            .tally
            .pause(now)
            .into_iter()
            .chain(self.tally.settling(now))
            .max();
        // That nothing is sent now must be seen.
        let (rank, phase) = match (self.tally.phase, waits) {
            (Phase::Deploying(_), Some(wait)) => {
                let what = Part::new(1, "switching automatic deployment");
                return fitted(vec![Part::new(0, waiting(wait)), what], columns);
            }
            (phase @ (Phase::Deploying(since) | Phase::ReadingBack(since)), _) => {
                let took = show_duration(Duration::from_secs(now.duration_since(since).as_secs()));
                let what = match phase {
                    Phase::Deploying(_) => "switching automatic deployment",
                    _ => "reading the tenant back",
                };
                let what = Part::new(0, what);
                return fitted(vec![what, Part::new(1, took)], columns);
            }
            (Phase::Preparing, _) => return fitted(vec![Part::new(0, "preparing")], columns),
            (Phase::Stopping, _) => (1, "stopping".to_owned()),
            (Phase::Sending, Some(wait)) => (1, waiting(wait)),
            (Phase::Sending, None) => match self.direction {
                Direction::Forth => (8, "creating".to_owned()),
                Direction::Back => (8, "removing".to_owned()),
            },
        };
        let (done, total) = (self.tally.done(), self.tally.total());
        let mut parts = vec![
            Part::new(9, bar(done, total)),
            Part::joined(rank, " ", phase),
            Part::joined(0, " ", format!("{done}/{total}")),
        ];
        parts.append(&mut self.parts(now));
        fitted(parts, columns)
    }
}

impl Progress {
    /// Progress of what is sent.
    pub fn new(output: Output, sending: &Sending<'_>) -> Self {
        let now = Instant::now();
        let line = Arc::new(Mutex::new(Line {
            direction: sending.direction,
            limit: sending.limit.clone(),
            tally: Tally::new(now),
        }));
        let shown = Arc::clone(&line);
        let watch = output.screen().watch(MOMENT, move |columns| {
            let mut line = shown.lock().unwrap_or_else(PoisonError::into_inner);
            line.text(columns, Instant::now())
        });
        Self {
            output,
            direction: sending.direction,
            rows: Arc::clone(&sending.rows),
            line,
            last_line: now,
            _watch: watch,
        }
    }

    /// Takes an event. The line is let go before anything is said: whoever says something waits for
    /// the screen, and the screen waits for the line.
    pub fn on(&mut self, event: RunEvent) {
        let now = Instant::now();
        let ended = {
            let mut line = self.line();
            line.tally.on(&event, now);
            line.tally.ended
        };
        match event {
            RunEvent::Started { .. } => self.last_line = now,
            RunEvent::Row(row, Happening::Ended(Outcome::Failed(why))) => {
                self.not_done(row, ended.failed, &why);
            }
            RunEvent::Row(row, Happening::Ended(Outcome::Kept(why))) => {
                self.not_done(row, ended.kept, &why);
            }
            RunEvent::Paused { pause, reason } if pause >= Duration::from_secs(1) => {
                self.say(&format!(
                    "waiting for the service, next try in {}: {reason}",
                    show_duration(pause)
                ));
            }
            RunEvent::Settling { requests, wait } if wait >= WORTH_SAYING => {
                self.say(&settling(requests, wait));
            }
            RunEvent::Draining { in_flight } if in_flight > 0 => self.say(&stopping(in_flight)),
            RunEvent::ReadingBack => return,
            RunEvent::Deploying
            | RunEvent::Row(..)
            | RunEvent::Paused { .. }
            | RunEvent::Settling { .. }
            | RunEvent::Draining { .. } => {}
        }
        self.show();
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Without a terminal a line now and then.
    fn show(&mut self) {
        let style = self.output.screen().style();
        if style == Style::Lines && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let mut line = self.line();
            let counts = fitted(line.parts(self.last_line), usize::MAX);
            let text = format!(
                "{} of {}: {counts}",
                grouped(line.tally.done()),
                grouped(line.tally.total())
            );
            drop(line);
            self.output.say(&text);
        }
    }

    /// A message that stays.
    fn say(&self, text: &str) {
        if self.output.screen().style() != Style::None {
            self.output.say(text);
        }
    }

    /// A row was refused, or its customer stays; so many have now.
    fn not_done(&self, row: RowIndex, so_far: usize, why: &Reason) {
        let Reason { code, message } = why;
        let place = self.rows.place(row);
        let text = match (self.direction, so_far) {
            (Direction::Forth, ..=MOST_TOLD) => format!("row {place} failed: {code}: {message}"),
            (Direction::Back, ..=MOST_TOLD) => {
                let id = self.rows.ids.get(&row).map_or(0, |id| id.get());
                format!("row {place}, id {id} was kept: {code}: {message}")
            }
            (_, so_far) if so_far > MOST_TOLD + 1 => return,
            (Direction::Forth, _) => "more rows failed; rejected.csv will list them all".to_owned(),
            (Direction::Back, _) => "more were kept; removed.csv will list them all".to_owned(),
        };
        self.say(&text);
    }
}

/// Counts down to the next second.
fn waiting(wait: Duration) -> String {
    let rest = wait + Duration::from_millis(999);
    format!(
        "waiting {}",
        show_duration(Duration::from_secs(rest.as_secs()))
    )
}

/// Why nothing goes on although rows are open.
fn settling(requests: usize, wait: Duration) -> String {
    let (what, they) = match requests {
        1 => ("1 request".to_owned(), "it"),
        many => (format!("{} requests", grouped(many)), "they"),
    };
    format!(
        "waiting {} for {what} whose answer was lost: until then {they} may still take effect",
        show_duration(wait)
    )
}

/// What the first Ctrl-C is answered with.
fn stopping(in_flight: usize) -> String {
    let calls = match in_flight {
        1 => "1 call in flight; press Ctrl-C again to abandon it".to_owned(),
        many => format!("{many} calls in flight; press Ctrl-C again to abandon them"),
    };
    format!("stopping: {calls}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::tally::Ended;

    fn at_work(direction: Direction, to_send: usize, ended: Ended) -> (Line, Instant) {
        let began = Instant::now();
        let mut tally = Tally::new(began);
        tally.on(&RunEvent::Started { to_send }, began);
        tally.ended = ended;
        let limit = Some("5/s".to_owned());
        let line = Line {
            direction,
            limit,
            tally,
        };
        (line, began)
    }

    fn importing() -> (Line, Instant) {
        let ended = Ended {
            created: 118,
            exists: 3,
            failed: 2,
            ..Ended::default()
        };
        let (line, began) = at_work(Direction::Forth, 5_000, ended);
        (line, began + Duration::from_secs(25))
    }

    fn lines(mut line: Line, now: Instant, columns: &[usize]) -> Vec<String> {
        let lines = columns.iter().map(|columns| {
            let line = line.text(*columns, now);
            assert!(line.len() <= *columns, "{columns}: {line}");
            line
        });
        lines.collect()
    }

    #[test]
    fn a_narrow_terminal_shows_less() {
        let (line, now) = importing();
        assert_eq!(
            lines(line, now, &[117, 77, 57, 37, 17]),
            [
                "[>         ] creating 123/5000  created 118  exists 3  failed 2  4.9/s of 5/s  16 min left",
                "creating 123/5000  created 118  exists 3  failed 2  4.9/s of 5/s  16 min left",
                "123/5000  created 118  failed 2  4.9/s  16 min left",
                "123/5000  failed 2  16 min left",
                "123/5000",
            ]
        );
        let ended = Ended {
            removed: 90,
            gone: 1,
            kept: 2,
            ..Ended::default()
        };
        let (line, began) = at_work(Direction::Back, 400, ended);
        assert_eq!(
            lines(line, began + Duration::from_secs(20), &[97, 57, 30]),
            [
                "[==>       ] removing 93/400  removed 90  gone already 1  kept 2  4.7/s of 5/s  1 min 06 s left",
                "93/400  removed 90  kept 2  4.7/s  1 min 06 s left",
                "93/400  kept 2"
            ]
        );
    }

    #[test]
    fn a_pause_a_stop_and_the_reading_back_are_named() {
        let (mut line, now) = importing();
        let pause = Duration::from_millis(11_200);
        let reason = String::new();
        line.tally.on(&RunEvent::Paused { pause, reason }, now);
        let message = String::new();
        let unknown = Happening::Unknown { message };
        line.tally.on(&RunEvent::Row(RowIndex(4), unknown), now);
        assert_eq!(
            lines(line.clone(), now, &[97]),
            [
                "waiting 12 s 123/5000  created 118  exists 3  failed 2  looking for 1  4.9/s of 5/s  16 min left"
            ]
        );
        line.tally.on(&RunEvent::Draining { in_flight: 1 }, now);
        assert!(lines(line.clone(), now, &[77])[0].starts_with("stopping 123/5000"));
        line.tally.on(&RunEvent::ReadingBack, now);
        let later = now + Duration::from_secs(4);
        assert_eq!(lines(line, later, &[77]), ["reading the tenant back  4 s"]);
    }
}
