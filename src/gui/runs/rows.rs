//! What becomes of the rows of a run: from its journal, and from what is told while it goes on.

use std::collections::BTreeMap;
use std::path::Path;

use super::cells::{Cells, Shown, Since};
use super::pace::Pace;
use crate::check::Field;
use crate::flow::failure::Failure;
use crate::gui::fault::Fault;
use crate::gui::lists::{Snapshot, Sought, find};
use crate::gui::wire::{Column, Counts, Found, Row, Rows as Window, SaidByService, Sent};
use crate::journal::{RunInfo, Store};
use crate::model::{Deployments, Happening, Outcome, RowIndex};
use crate::report::layout::installer;
use crate::report::{Facts, Status, UndoStatus, Verdict};

/// So many errors are shown in the service's words.
const MOST_SAID: usize = 20;

/// The rows of a run.
pub struct RunRows {
    /// What the journal says of the run.
    pub info: RunInfo,
    /// Whether nothing is left to be continued.
    pub finished: bool,
    /// How it ended, Unix milliseconds.
    pub ended_ms: Option<i64>,
    /// How many customers it is to create, or where it creates none, to change.
    pub to_create: usize,
    /// What the tenant showed otherwise than it should.
    pub mismatches: usize,
    /// Whether it is being taken back, or was.
    pub undo: Option<Undo>,
    /// When rows were sent and came to their end lately, as the journal has it.
    pub pace: Pace,
    numbers: Vec<u32>,
    cells: Cells,
    verdicts: Vec<Verdict>,
    undone: Vec<Option<UndoStatus>>,
    /// Rows in the order in which they ended.
    order: Vec<u32>,
}

/// A run that is taken back.
#[derive(Debug, Clone, Copy)]
pub struct Undo {
    /// Whether every customer is seen to.
    pub finished: bool,
    /// How many are away.
    pub away: u64,
    /// How many stay.
    pub kept: u64,
}

impl RunRows {
    /// As a journal says it.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(journal: &Path) -> Result<Self, Failure> {
        let store = Store::open(journal)?;
        let facts = Facts::read(&store, None)?;
        let planned = &facts.replayed.planned;
        let partners = planned.iter().map(|one| one.action.partner().cloned());
        let cells = Cells::read(&store, &facts.info, partners.collect())?;
        let creates = planned.iter().filter(|one| one.action.creates()).count();
        let updates = planned.iter().filter(|one| one.action.updates()).count();
        let (mut order, mut pace) = (Vec::new(), Pace::default());
        store.each_event(|event| {
            pace.take(&event);
            if matches!(event.kind, Happening::Ended(_)) {
                order.push(event.row.0);
            }
        })?;
        Ok(Self {
            finished: facts.finished,
            ended_ms: facts.ended.map(|one| one.at_ms),
            to_create: if creates == 0 { updates } else { creates },
            mismatches: facts.mismatches(),
            undo: facts.undo.as_ref().map(|undo| Undo {
                finished: undo.state.finished_ms.is_some(),
                away: undo.counts.removed + undo.counts.gone + undo.counts.restored,
                kept: undo.counts.kept,
            }),
            undone: facts.undone_by_row(),
            pace,
            cells,
            numbers: facts.numbers,
            verdicts: facts.verdicts,
            order,
            info: facts.info,
        })
    }

    /// Takes something that happened to a row.
    pub fn take(&mut self, row: RowIndex, happening: &Happening) {
        let Some(verdict) = self.verdicts.get_mut(row.as_usize()) else {
            return;
        };
        match happening {
            Happening::Unknown { message } => {
                verdict.status = Status::Unknown;
                verdict.message.clone_from(message);
            }
            Happening::Released | Happening::NotDone => verdict.status = Status::Pending,
            Happening::Ended(outcome) => {
                verdict.status = match outcome {
                    Outcome::Created(..) => Status::Created,
                    Outcome::Exists(_) => Status::Exists,
                    Outcome::Updated(..) => Status::Updated,
                    Outcome::Invalid => Status::Invalid,
                    Outcome::Blocked { .. } => Status::Blocked,
                    _ => Status::Failed,
                };
                verdict.id = outcome.id();
                match outcome {
                    Outcome::Failed(why) => {
                        verdict.code.clone_from(&why.code);
                        verdict.message.clone_from(&why.message);
                    }
                    Outcome::Blocked { by } => {
                        let number = self.numbers.get(by.as_usize());
                        let number = number.copied().unwrap_or_default();
                        verdict.message = format!("row {number}, above it, did not make it");
                    }
                    _ => {
                        if verdict.message.starts_with("not sent") {
                            verdict.message.clear();
                        }
                    }
                }
                self.order.push(row.0);
            }
            Happening::Intent
            | Happening::Beside(_)
            | Happening::AsWanted { .. }
            | Happening::Mismatch { .. } => {}
        }
    }

    /// The same while it is taken back.
    pub fn take_back(&mut self, row: RowIndex, happening: &Happening) {
        self.undone.resize(self.verdicts.len(), None);
        let (Some(place), Happening::Ended(outcome)) =
            (self.undone.get_mut(row.as_usize()), happening)
        else {
            return;
        };
        *place = Some(match outcome {
            Outcome::Removed => UndoStatus::Removed,
            Outcome::Restored => UndoStatus::Restored,
            Outcome::Kept(_) => UndoStatus::Kept,
            _ => UndoStatus::Gone,
        });
        self.order.push(row.0);
    }

    /// How many rows are what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            rows: self.verdicts.len() as u64,
            ..Counts::default()
        };
        for row in 0..self.verdicts.len() {
            let place = match self.stands(row) {
                Stands::TakenBack(REMOVED) => &mut counts.removed,
                Stands::TakenBack(_) => &mut counts.restored,
                Stands::As(Status::Created) => &mut counts.created,
                Stands::As(Status::Exists) => &mut counts.exists,
                Stands::As(Status::Updated) => &mut counts.updated,
                Stands::As(Status::Failed) => &mut counts.failed,
                Stands::As(Status::Invalid) => &mut counts.invalid,
                Stands::As(Status::Blocked) => &mut counts.blocked,
                Stands::As(Status::Unknown) => &mut counts.unknown,
                Stands::As(Status::Pending) => &mut counts.pending,
            };
            *place += 1;
        }
        counts
    }

    /// What became of automatic deployment, as the journal has it.
    pub fn deployments(&self) -> Deployments {
        let mut deployments = Deployments::default();
        for deployed in self.verdicts.iter().filter_map(|one| one.deployed) {
            deployments.add(deployed);
        }
        deployments
    }

    /// What a row is by now: its outcome, as long as that was not taken back.
    fn stands(&self, row: usize) -> Stands {
        match self.undone.get(row).copied().flatten() {
            Some(UndoStatus::Removed | UndoStatus::Gone) => Stands::TakenBack(REMOVED),
            Some(UndoStatus::Restored) => Stands::TakenBack(RESTORED),
            _ => Stands::As(self.verdicts[row].status),
        }
    }

    /// How many customers of it are there and its own.
    pub fn removable(&self) -> usize {
        let rows = 0..self.verdicts.len();
        rows.filter(|row| self.stands(*row).as_str() == Status::Created.as_str())
            .count()
    }

    /// The last errors, newest first.
    pub fn said(&self) -> Vec<SaidByService> {
        let mut counted: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        for (at, row) in self.order.iter().enumerate() {
            let verdict = &self.verdicts[*row as usize];
            if verdict.status == Status::Failed {
                let known = counted
                    .entry((&verdict.code, &verdict.message))
                    .or_insert((0, 0));
                *known = (known.0 + 1, at);
            }
        }
        let mut all: Vec<_> = counted.into_iter().collect();
        all.sort_by_key(|(_, (_, at))| std::cmp::Reverse(*at));
        all.into_iter()
            .take(MOST_SAID)
            .map(|((code, message), (rows, _))| SaidByService {
                text: message.to_owned(),
                code: code.to_owned(),
                rows,
                note: note_of(code),
            })
            .collect()
    }

    /// The columns of its rows.
    pub fn columns(&self) -> Vec<Column> {
        self.cells.columns()
    }

    /// How many rows did not make it and were mended in the list since.
    pub fn mended(&self, list: &Snapshot) -> usize {
        let rows = self.verdicts.iter().zip(&self.numbers).enumerate();
        let rows = rows.filter(|(_, (verdict, _))| needs(verdict.status));
        let rows = rows.map(|(row, (_, number))| (row, *number));
        self.cells.mended(rows, list)
    }

    /// What it sends for the row of this number.
    pub fn sent(&self, number: u32) -> Result<Sent, Fault> {
        let row = self.numbers.iter().position(|one| *one == number);
        let row = row.ok_or(Fault::not_found("row"))?;
        let name = self
            .cells
            .columns()
            .iter()
            .position(|one| one.field == Some(Field::Name.name()));
        let name = name.and_then(|name| self.cells.of(row).into_iter().nth(name));
        Ok(Sent {
            row: number,
            name: name.unwrap_or_default(),
            out: None,
            members: self.cells.members(row),
            problems: Vec::new(),
        })
    }

    /// What was changed in the list since it began.
    pub fn since(&self, list: &Snapshot) -> Since {
        self.cells.since(&self.numbers, list)
    }

    /// How many rows were sent and have no answer.
    pub fn unknown(&self) -> usize {
        let rows = self.verdicts.iter();
        rows.filter(|one| one.status == Status::Unknown).count()
    }

    fn view(&self, view: &str) -> Result<Vec<u32>, Fault> {
        let wanted: &dyn Fn(Stands) -> bool = match view {
            "ended" => return Ok(self.newest_first()),
            "all" => &|_| true,
            "need" => &|stands| matches!(stands, Stands::As(status) if needs(status)),
            "sending" => &|_| false,
            view if Stands::is_named(view) => &move |stands| stands.as_str() == view,
            _ => return Err(Fault::value("There is no such view.")),
        };
        let rows = (0..).zip(0..self.verdicts.len());
        Ok(rows
            .filter(|(_, row)| wanted(self.stands(*row)))
            .map(|(row, _)| row)
            .collect())
    }

    fn newest_first(&self) -> Vec<u32> {
        let mut seen = vec![false; self.verdicts.len()];
        let mut rows = Vec::new();
        for row in self.order.iter().rev() {
            if !std::mem::replace(&mut seen[*row as usize], true) {
                rows.push(*row);
            }
        }
        rows
    }

    /// A window of a view; `list` knows the cells.
    pub fn window(
        &self,
        revision: u64,
        (view, from, count): (&str, usize, usize),
        list: Option<&Snapshot>,
    ) -> Result<Window, Fault> {
        let rows = self.view(view)?;
        let window = rows.iter().skip(from).take(count.min(500));
        Ok(Window {
            revision,
            total: rows.len(),
            from,
            rows: window.map(|row| self.row(*row as usize, list)).collect(),
        })
    }

    /// The next cell with a text.
    pub fn find(
        &self,
        view: &str,
        sought: &Sought,
        list: Option<&Snapshot>,
    ) -> Result<Found, Fault> {
        let rows = self.view(view)?;
        let found = find(rows.len(), sought, |at, meet| {
            for (column, text) in self.shown(rows[at] as usize, list).0.iter().enumerate() {
                meet(column, text);
            }
        });
        Ok(match found.position {
            Some(at) => Found {
                row: self.numbers[rows[at] as usize],
                ..found
            },
            None => found,
        })
    }

    /// The cells of a row: of one that did not make it as the list has it, where it is mended; of any other
    /// as the run has it.
    fn shown(&self, row: usize, list: Option<&Snapshot>) -> Shown {
        let (number, status) = (self.numbers[row], self.verdicts[row].status);
        let to_mend = list.filter(|_| needs(status) && status != Status::Unknown);
        let to_mend = to_mend.and_then(|list| self.cells.to_mend(row, number, list));
        to_mend.unwrap_or_else(|| self.cells.as_sent(row, number, list))
    }

    fn row(&self, row: usize, list: Option<&Snapshot>) -> Row {
        let verdict = &self.verdicts[row];
        let (cells, marks) = self.shown(row, list);
        let mut shown = Row {
            row: self.numbers[row],
            cells,
            marks,
            ..Row::default()
        };
        shown.status = Some(self.stands(row).as_str());
        shown.id = verdict.id.map(crate::model::PartnerId::get);
        let text = match (verdict.code.as_str(), verdict.message.as_str()) {
            ("", message) => message.to_owned(),
            (code, "") => code.to_owned(),
            (code, message) => format!("{code}: {message}"),
        };
        let uid = verdict.learnt.as_ref().and_then(|one| one.uid.as_deref());
        let learnt = uid.map(|uid| {
            let installer = installer(uid, self.info.backup_profile);
            format!("UID {uid}, installer {installer}")
        });
        let text = [text].into_iter().chain(learnt);
        let text: Vec<String> = text.filter(|text| !text.is_empty()).collect();
        let text = text.join("; ");
        shown.message = (!text.is_empty()).then_some(text);
        shown
    }
}

/// Of a row whose customer was created and is away again.
const REMOVED: &str = "removed";
/// Of one whose customer was changed and is as it was again.
const RESTORED: &str = "restored";

/// What a row is by now.
#[derive(Clone, Copy)]
enum Stands {
    As(Status),
    TakenBack(&'static str),
}

impl Stands {
    fn as_str(self) -> &'static str {
        match self {
            Self::As(status) => status.as_str(),
            Self::TakenBack(how) => how,
        }
    }

    fn is_named(name: &str) -> bool {
        [REMOVED, RESTORED].contains(&name) || Status::ALL.iter().any(|one| one.as_str() == name)
    }
}

fn needs(status: Status) -> bool {
    matches!(
        status,
        Status::Failed | Status::Invalid | Status::Blocked | Status::Unknown
    )
}

/// What is known of an error beyond its words.
fn note_of(code: &str) -> String {
    code.parse::<i64>()
        .ok()
        .and_then(crate::api::errors::known)
        .map(|one| crate::gui::fault::sentence(one.advice))
        .unwrap_or_default()
}
