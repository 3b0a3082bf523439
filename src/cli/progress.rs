//! Shows a run as it goes: a bar on a terminal, plain lines elsewhere, and log lines for both.

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::clock::show_duration;
use super::output::Output;
use crate::model::{RowIndex, SheetRows};
use crate::submit::{Observer, RunEvent};

/// Without a terminal a line is written this often.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// So many failed rows are told as they fail; the closing summary and the files tell the rest.
const MOST_FAILURES: usize = 10;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A bar.
    Bar,
    /// A line now and then.
    Lines,
    /// Not at all.
    None,
}

/// Shows a run.
pub struct Progress {
    style: Style,
    output: Output,
    bars: MultiProgress,
    bar: ProgressBar,
    run_id: String,
    numbers: Vec<u32>,
    sheets: SheetRows,
    limit: String,
    total: usize,
    created: usize,
    exists: usize,
    updated: usize,
    failed: usize,
    blocked: usize,
    unsettled: usize,
    began: Instant,
    last_line: Instant,
}

impl Progress {
    /// Progress for a run whose rows have these numbers; `limit` is the rate as text.
    pub fn new(
        style: Style,
        output: Output,
        run_id: &str,
        (numbers, sheets): (Vec<u32>, SheetRows),
        limit: String,
    ) -> Self {
        let target = match style {
            Style::Bar => ProgressDrawTarget::stderr(),
            Style::Lines | Style::None => ProgressDrawTarget::hidden(),
        };
        let bars = MultiProgress::with_draw_target(target);
        let bar = bars.add(ProgressBar::no_length());
        let now = Instant::now();
        Self {
            style,
            output,
            bars,
            bar,
            run_id: run_id.to_owned(),
            numbers,
            sheets,
            limit,
            total: 0,
            created: 0,
            exists: 0,
            updated: 0,
            failed: 0,
            blocked: 0,
            unsettled: 0,
            began: now,
            last_line: now,
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn start(&mut self, to_create: usize) {
        self.total = to_create;
        self.began = Instant::now();
        self.last_line = self.began;
        self.bar.set_length(to_create as u64);
        let style = ProgressStyle::with_template("{bar:16} {pos}/{len}  {wide_msg}");
        if let Ok(style) = style {
            self.bar.set_style(style.progress_chars("=> "));
        }
    }

    fn done(&self) -> usize {
        self.created + self.exists + self.updated + self.failed + self.blocked
    }

    /// Counts, rate against the limit, time left.
    fn counts(&self) -> String {
        let seconds = self.began.elapsed().as_secs_f64();
        let done = self.done();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = if seconds > 0.0 {
            done as f64 / seconds
        } else {
            0.0
        };
        let mut text = format!("created {}", self.created);
        for (count, word) in [
            (self.exists, "exists"),
            (self.updated, "updated"),
            (self.failed, "failed"),
            (self.blocked, "blocked"),
            (self.unsettled, "looking for"),
        ] {
            if count > 0 {
                text.push_str(&format!(", {word} {count}"));
            }
        }
        text.push_str(&format!("  {rate:.1}/s of {}", self.limit));
        if rate > 0.0 && done < self.total {
            #[expect(clippy::cast_precision_loss, reason = "a time for people")]
            let left = (self.total - done) as f64 / rate;
            let left = Duration::try_from_secs_f64(left).unwrap_or_default();
            text.push_str(&format!("  {} left", show_duration(left)));
        }
        text
    }

    fn show(&mut self) {
        match self.style {
            Style::Bar => {
                self.bar.set_position(self.done() as u64);
                self.bar.set_message(self.counts());
            }
            Style::Lines if self.last_line.elapsed() >= LINE_EVERY => {
                self.last_line = Instant::now();
                let text = format!("{} of {}: {}", self.done(), self.total, self.counts());
                self.output.say(&text);
            }
            Style::Lines | Style::None => {}
        }
    }

    /// A message that stays, above the bar.
    fn say(&self, text: &str) {
        match self.style {
            Style::Bar => self.bars.suspend(|| self.output.say(text)),
            Style::Lines => self.output.say(text),
            Style::None => {}
        }
    }

    fn number(&self, row: RowIndex) -> u32 {
        self.numbers.get(row.as_usize()).copied().unwrap_or(0)
    }
}

impl Observer for Progress {
    fn observe(&mut self, event: RunEvent) {
        let run_id = self.run_id.as_str();
        match event {
            RunEvent::Started { to_create } => self.start(to_create),
            RunEvent::Created { row, id, how } => {
                self.created += 1;
                tracing::info!(
                    run_id,
                    row = self.number(row),
                    id = id.get(),
                    ?how,
                    "created"
                );
            }
            RunEvent::Exists { row, id } => {
                self.exists += 1;
                tracing::info!(run_id, row = self.number(row), id = id.get(), "exists");
            }
            RunEvent::Updated { row, id } => {
                self.updated += 1;
                tracing::info!(run_id, row = self.number(row), id = id.get(), "updated");
            }
            RunEvent::Failed { row, code, message } => {
                self.failed += 1;
                let number = self.number(row);
                tracing::info!(run_id, row = number, code, reason = message, "failed");
                match self.failed {
                    ..=MOST_FAILURES => {
                        let place = self.sheets.number(row, number);
                        self.say(&format!("row {place} failed: {code}: {message}"));
                    }
                    _ if self.failed == MOST_FAILURES + 1 => {
                        self.say("more rows failed; rejected.csv will hold all of them");
                    }
                    _ => {}
                }
            }
            RunEvent::Blocked { row, by } => {
                self.blocked += 1;
                tracing::info!(
                    run_id,
                    row = self.number(row),
                    by = self.number(by),
                    "blocked"
                );
            }
            RunEvent::Unsettled { row, message } => {
                tracing::info!(
                    run_id,
                    row = self.number(row),
                    reason = message,
                    "no clear answer, looking for it"
                );
            }
            RunEvent::Paused { pause, reason } => {
                tracing::info!(run_id, pause_ms = pause.as_millis(), reason, "paused");
                if pause >= Duration::from_secs(1) {
                    self.say(&format!(
                        "waiting for the service, next try in {}: {reason}",
                        show_duration(pause)
                    ));
                }
            }
            RunEvent::ReadingBack => {
                self.bar.set_position(self.done() as u64);
                self.bar.set_message("reading the tenant back");
                return;
            }
            RunEvent::Draining { in_flight } => {
                tracing::info!(run_id, in_flight, "stopping");
                if in_flight > 0 {
                    self.say(&format!(
                        "stopping: {in_flight} calls are under way; press Ctrl-C again to abandon them"
                    ));
                }
            }
        }
        self.show();
    }
}
