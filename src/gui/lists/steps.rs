//! What the user changed, step by step: each is on the disk before anybody is told that it is kept,
//! and what they amount to is worked out anew from the first.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::folded::Folded;
use super::held::Held;
use super::said::Asks;
use super::step::Step;
use crate::gui::wire::Saved;
use crate::journal::private;

/// So many keys are known of what was kept already.
const KNOWN_KEYS: usize = 100;

#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    sheet: Option<String>,
    does: Does,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Does {
    Step { says: String, step: Step },
    Undo,
    Redo,
}

impl Line {
    /// In the place of one that cannot be read.
    fn lost(line: usize, aside: &str) -> Self {
        let step = Step::Lost(format!("line {line}"), aside.to_owned());
        let says = "a step that could not be read".to_owned();
        Self {
            key: format!("lost {line} {aside}"),
            sheet: None,
            does: Does::Step { says, step },
        }
    }
}

/// Copies a file beside itself under a name that nothing has; hands back that name.
fn keep_aside(path: &Path) -> std::io::Result<String> {
    let mut from = private::own(path)?;
    for number in 1..1000 {
        let name = format!("mends-damaged-{number}.jsonl");
        let aside = path.with_file_name(&name);
        if fs::symlink_metadata(&aside).is_ok() {
            continue;
        }
        let mut to = private::own(&aside)?;
        std::io::copy(&mut from, &mut to)?;
        to.sync_all()?;
        return Ok(name);
    }
    Err(std::io::Error::other("too many damaged files lie there"))
}

struct Kept {
    sheet: Option<String>,
    says: String,
    step: Step,
    /// Whether it counts, and was not taken back.
    done: bool,
}

impl Kept {
    /// Whether it counts on a sheet: what was lost may have been of any.
    fn is_of(&self, sheet: Option<&str>) -> bool {
        self.sheet.as_deref() == sheet || matches!(self.step, Step::Lost(..))
    }

    /// Whether it is done again from a sheet: another sheet is chosen on the one that was read before.
    fn is_next_on(&self, sheet: Option<&str>) -> bool {
        match &self.step {
            Step::Read(before, _) => before.as_deref() == sheet,
            _ => self.is_of(sheet),
        }
    }
}

/// All steps of a list, and which of them are taken back.
#[derive(Default)]
pub struct Steps {
    file: Option<File>,
    /// How long the file is; nothing else is written where it could not be cut back to that.
    length: u64,
    broken: bool,
    kept: Vec<Kept>,
    keys: VecDeque<(String, Saved)>,
}

impl Steps {
    /// Reads what is kept, and goes on writing there. A last line that a power cut has left half is
    /// passed over: nobody was told that it is kept. Any other line that cannot be read is damage: the
    /// file is kept as it is under another name, and a step that says so stands in the line's place.
    ///
    /// # Errors
    /// Where the file cannot be read or opened.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let mut text = Vec::new();
        private::own(path)?.read_to_end(&mut text)?;
        let ends = text.iter().rposition(|byte| *byte == b'\n');
        let whole = ends.map_or(0, |at| at + 1);
        let lines: Vec<&[u8]> = text[..whole]
            .split_inclusive(|byte| *byte == b'\n')
            .collect();
        let mut read: Vec<Result<Line, usize>> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            read.push(serde_json::from_slice(line).map_err(|_| at + 1));
        }
        if read.iter().any(Result::is_err) {
            let aside = keep_aside(path)?;
            let mut mended = Vec::new();
            for (line, one) in lines.iter().zip(&mut read) {
                if let Err(number) = *one {
                    let lost = Line::lost(number, &aside);
                    serde_json::to_writer(&mut mended, &lost)?;
                    mended.push(b'\n');
                    *one = Ok(lost);
                } else {
                    mended.extend_from_slice(line);
                }
            }
            let new = path.with_extension("new");
            let _ = fs::remove_file(&new);
            let mut file = private::own(&new)?;
            file.write_all(&mended)?;
            file.sync_all()?;
            fs::rename(&new, path)?;
        }
        Self::go_on(path, read.into_iter().flatten())
    }

    /// With these lines, which are all that stands there but for half a line.
    fn go_on(path: &Path, lines: impl Iterator<Item = Line>) -> std::io::Result<Self> {
        let mut steps = Self::default();
        for one in lines {
            let (key, sheet) = (one.key.clone(), one.sheet.clone());
            let says = steps.take(one);
            let saved = steps.saved(0, sheet.as_deref(), says);
            steps.remember(key, saved);
        }
        let mut file = private::own(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let ends = text.iter().rposition(|byte| *byte == b'\n');
        steps.length = ends.map_or(0, |at| at as u64 + 1);
        file.set_len(steps.length)?;
        file.seek(SeekFrom::Start(steps.length))?;
        steps.file = Some(file);
        Ok(steps)
    }

    fn take(&mut self, line: Line) -> String {
        match line.does {
            Does::Step { says, step } => {
                let sheet = line.sheet.as_deref();
                self.kept
                    .retain(|one| one.done || one.sheet != line.sheet && !one.is_next_on(sheet));
                self.kept.push(Kept {
                    sheet: line.sheet,
                    says: says.clone(),
                    step,
                    done: true,
                });
                says
            }
            Does::Undo => {
                let at = self.last(line.sheet.as_deref());
                format!("undone: {}", self.set(at, false))
            }
            Does::Redo => {
                let at = self.next(line.sheet.as_deref());
                format!("done again: {}", self.set(at, true))
            }
        }
    }

    fn set(&mut self, at: Option<usize>, done: bool) -> String {
        let one = at.and_then(|at| self.kept.get_mut(at));
        one.map_or_else(String::new, |one| {
            one.done = done;
            one.says.clone()
        })
    }

    /// The step of this sheet that would be taken back: what was done on another one stays.
    fn last(&self, sheet: Option<&str>) -> Option<usize> {
        let own = |one: &Kept| one.done && one.is_of(sheet);
        self.kept.iter().rposition(own)
    }

    /// The step of this sheet that would be done again.
    fn next(&self, sheet: Option<&str>) -> Option<usize> {
        let own = |one: &Kept| !one.done && one.is_next_on(sheet);
        self.kept.iter().position(own)
    }

    fn write(&mut self, line: Line) -> std::io::Result<String> {
        if let Some(file) = &mut self.file {
            let mut text = serde_json::to_string(&line)?;
            text.push('\n');
            // Half a line would take all that follow with it at the next start.
            if self.broken {
                file.set_len(self.length)?;
                file.seek(SeekFrom::Start(self.length))?;
                self.broken = false;
            }
            self.broken = true;
            let written = file
                .write_all(text.as_bytes())
                .and_then(|()| file.sync_data());
            if let Err(error) = written {
                let back = file
                    .set_len(self.length)
                    .and_then(|()| file.seek(SeekFrom::Start(self.length)));
                self.broken = back.is_err();
                return Err(error);
            }
            self.broken = false;
            self.length += text.len() as u64;
        }
        Ok(self.take(line))
    }

    /// Keeps a step; hands back what is said of it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn step(
        &mut self,
        key: &str,
        sheet: Option<&str>,
        says: String,
        step: Step,
    ) -> std::io::Result<String> {
        self.write(Line {
            key: key.to_owned(),
            sheet: sheet.map(str::to_owned),
            does: Does::Step { says, step },
        })
    }

    /// Takes the last step back, or does it again; none where there is none.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn turn(
        &mut self,
        key: &str,
        sheet: Option<&str>,
        back: bool,
    ) -> std::io::Result<Option<String>> {
        let possible = if back {
            self.last(sheet)
        } else {
            self.next(sheet)
        };
        if possible.is_none() {
            return Ok(None);
        }
        let does = if back { Does::Undo } else { Does::Redo };
        self.write(Line {
            key: key.to_owned(),
            sheet: sheet.map(str::to_owned),
            does,
        })
        .map(Some)
    }

    /// What is said of the list once the last step is taken back, or done again; none where that step
    /// said nothing of it. With it comes whether the step is about how the list is read.
    pub fn asks_of_turn(&self, sheet: Option<&str>, back: bool) -> Option<(Asks, bool)> {
        let at = if back {
            self.last(sheet)
        } else {
            self.next(sheet)
        };
        let step = &self.kept[at?].step;
        Some((step.asks(back)?.clone(), step.is_reading()))
    }

    /// What was answered to a change that came under this key.
    pub fn known(&self, key: &str) -> Option<&Saved> {
        self.keys
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, saved)| saved)
    }

    /// Keeps the answer to a change.
    pub fn remember(&mut self, key: String, saved: Saved) {
        self.keys.push_back((key, saved));
        if self.keys.len() > KNOWN_KEYS {
            self.keys.pop_front();
        }
    }

    /// The step that would be taken back.
    pub fn undo(&self, sheet: Option<&str>) -> Option<String> {
        self.last(sheet).map(|at| self.kept[at].says.clone())
    }

    /// The step that would be done again.
    pub fn redo(&self, sheet: Option<&str>) -> Option<String> {
        self.next(sheet).map(|at| self.kept[at].says.clone())
    }

    /// An answer.
    pub fn saved(&self, revision: u64, sheet: Option<&str>, says: String) -> Saved {
        Saved {
            revision,
            says,
            undo: self.undo(sheet),
            redo: self.redo(sheet),
            rows: Vec::new(),
        }
    }

    /// What they amount to on a table.
    pub fn folded(&self, held: &Held) -> Folded {
        let mut folded = Folded::default();
        let sheet = held.table.source.sheet.as_deref();
        for one in self.kept.iter().filter(|one| one.done) {
            if one.is_of(sheet) {
                folded.take(&one.step, held);
            }
        }
        folded
    }
}
