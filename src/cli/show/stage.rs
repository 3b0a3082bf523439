//! A part of a command that may take a while and tells nothing while it lasts: reading a file,
//! asking for the tenant, writing files. On a terminal a line says so once a moment has passed;
//! elsewhere a line is written now and then, where there is something to count.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::line::around_name;
use super::output::Output;
use super::screen::{MOMENT, Style, Watch};
use crate::cli::clock::show_duration;
use crate::flow::event;
use crate::model::number::grouped;

/// Without a terminal a line is written this often.
pub const LINE_EVERY: Duration = Duration::from_secs(10);
/// From here on it is told how long it takes already.
const LONG: Duration = Duration::from_secs(3);

/// Shows a part of a command for as long as it lives.
pub struct Stage {
    output: Output,
    state: Arc<Mutex<State>>,
    last_line: Instant,
    _watch: Option<Watch>,
}

struct State {
    doing: String,
    name: String,
    counted: String,
    began: Instant,
}

impl State {
    fn line(&self, columns: usize, now: Instant) -> String {
        let took = now.duration_since(self.began);
        let mut after = self.counted.clone();
        if took >= LONG {
            after = format!("{after}, {}", show_duration(took));
        }
        around_name(&format!("{} ", self.doing), &self.name, &after, columns)
    }
}

impl Stage {
    /// Begins: `doing` is `reading`, `name` what is read.
    pub fn begin(output: Output, doing: &str, name: impl Into<String>) -> Self {
        let state = Arc::new(Mutex::new(State {
            doing: doing.to_owned(),
            name: name.into(),
            counted: String::new(),
            began: Instant::now(),
        }));
        let shown = Arc::clone(&state);
        let watch = output.screen().watch(MOMENT, move |columns| {
            let state = shown.lock().unwrap_or_else(PoisonError::into_inner);
            state.line(columns, Instant::now())
        });
        Self {
            output,
            state,
            last_line: Instant::now(),
            _watch: watch,
        }
    }

    /// A part of a use case.
    pub fn of(output: Output, stage: event::Stage<'_>) -> Self {
        match stage {
            event::Stage::Reading(list) => Self::of_file(output, "reading", list),
            event::Stage::Checking(list) => Self::of_file(output, "checking", list),
            event::Stage::LookingUp(list) => {
                Self::of_file(output, "looking up the rows to show in", list)
            }
            event::Stage::ReadingTenant => Self::begin(output, "reading", "the tenant"),
            event::Stage::AskingDeployment => {
                Self::begin(output, "asking for", "automatic deployment")
            }
            event::Stage::Planning => Self::begin(output, "planning", "the rows"),
            event::Stage::PlanningAgainstSnapshot => {
                Self::begin(output, "planning", "against the snapshot")
            }
            event::Stage::LookingForDevices => {
                Self::begin(output, "looking for", "devices of the customers")
            }
            event::Stage::WritingJournal => Self::begin(output, "writing", "the journal"),
            event::Stage::WritingResults => Self::begin(output, "writing", "the result files"),
        }
    }

    /// The same for a file, by its name alone.
    pub fn of_file(output: Output, doing: &str, path: &Path) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self::begin(output, doing, name.to_string_lossy())
    }

    /// So much is done: `430000 rows`.
    pub fn counted(&mut self, count: u64, unit: &str) {
        self.tell(|state| state.counted = format!(": {} {unit}", grouped(count)));
    }

    /// What it is about now: the next file.
    pub fn now_at(&mut self, name: &Path, done: usize) {
        self.tell(|state| {
            let name = name.file_name().unwrap_or(name.as_os_str());
            state.name = name.to_string_lossy().into_owned();
            state.counted = match done {
                0 => String::new(),
                done => format!(" ({done} done)"),
            };
        });
    }

    fn tell(&mut self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        if self.output.screen().style() == Style::Lines && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let line = state.line(usize::MAX, self.last_line);
            drop(state);
            self.output.say(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_and_for_how_long() {
        let began = Instant::now();
        let mut state = State {
            doing: "reading".to_owned(),
            name: "Kunden 2026.xlsx".to_owned(),
            counted: String::new(),
            began,
        };
        let after = |state: &State, seconds, columns| {
            state.line(columns, began + Duration::from_secs(seconds))
        };
        assert_eq!(after(&state, 1, 77), "reading Kunden 2026.xlsx");
        state.counted = ": 430000 rows".to_owned();
        assert_eq!(
            after(&state, 75, 77),
            "reading Kunden 2026.xlsx: 430000 rows, 1 min 15 s"
        );
        assert_eq!(after(&state, 1, 32), "reading ...026.xlsx: 430000 rows");
    }
}
