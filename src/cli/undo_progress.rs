//! Shows an undoing as it goes: a bar on a terminal, plain lines elsewhere, and log lines for both.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::clock::show_duration;
use super::output::Output;
use super::progress::Style;
use crate::journal::UndoKind;
use crate::submit::Observer;
use crate::submit::undo::UndoNews;

/// Without a terminal a line is written this often.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// So many kept customers are told as they are found; the closing summary and the files tell all.
const MOST_KEPT: usize = 10;

/// Shows an undoing.
pub struct UndoProgress {
    style: Style,
    output: Output,
    bar: ProgressBar,
    run_id: String,
    numbers: Vec<u32>,
    total: usize,
    removed: usize,
    gone: usize,
    kept: usize,
    last_line: Instant,
}

impl UndoProgress {
    /// Progress for the undoing of a run whose rows have these numbers.
    pub fn new(style: Style, output: Output, run_id: &str, numbers: Vec<u32>) -> Self {
        let target = match style {
            Style::Bar => ProgressDrawTarget::stderr(),
            Style::Lines | Style::None => ProgressDrawTarget::hidden(),
        };
        Self {
            style,
            output,
            bar: ProgressBar::with_draw_target(None, target),
            run_id: run_id.to_owned(),
            numbers,
            total: 0,
            removed: 0,
            gone: 0,
            kept: 0,
            last_line: Instant::now(),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn say(&self, text: &str) {
        match self.style {
            Style::Bar => self.bar.suspend(|| self.output.say(text)),
            Style::Lines => self.output.say(text),
            Style::None => {}
        }
    }

    fn settled(&mut self, number: u32, id: u32, kind: UndoKind) {
        let run_id = self.run_id.as_str();
        match kind {
            UndoKind::Removed => {
                self.removed += 1;
                tracing::info!(run_id, row = number, id, "removed");
            }
            UndoKind::Kept { code, message } => {
                self.kept += 1;
                tracing::info!(run_id, row = number, id, code, reason = message, "kept");
                match self.kept {
                    ..=MOST_KEPT => {
                        self.say(&format!("row {number}, id {id} stays: {code}: {message}"));
                    }
                    _ if self.kept == MOST_KEPT + 1 => {
                        self.say("more stay; removed.csv will hold all of them");
                    }
                    _ => {}
                }
            }
            _ => {
                self.gone += 1;
                tracing::info!(run_id, row = number, id, "gone already");
            }
        }
        self.show();
    }

    fn show(&mut self) {
        let done = self.removed + self.gone + self.kept;
        let text = format!(
            "{} removed, {} gone already, {} kept",
            self.removed, self.gone, self.kept
        );
        self.bar.set_position(done.min(self.total) as u64);
        self.bar.set_message(text.clone());
        if self.style == Style::Lines && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            self.output.say(&text);
        }
    }
}

impl Observer<UndoNews> for UndoProgress {
    fn observe(&mut self, news: UndoNews) {
        let run_id = self.run_id.as_str();
        match news {
            UndoNews::Started { to_remove } => {
                self.total = to_remove;
                self.bar.set_length(to_remove as u64);
                let style = ProgressStyle::with_template("{bar:24} {pos}/{len}  {msg}");
                if let Ok(style) = style {
                    self.bar.set_style(style.progress_chars("=> "));
                }
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
                    self.say(&format!(
                        "stopping: {in_flight} calls are under way; press Ctrl-C again to abandon them"
                    ));
                }
            }
        }
    }
}
