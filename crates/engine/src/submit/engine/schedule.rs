//! Which row is next: what it waits for comes first (its parent, or everybody below it), the longest
//! chains first, each row once at a time. Pure: knows no time and no network.
//!
//! A row passes through: waiting for others or not, intended (its intent is being written),
//! durable, ready, in flight, settled. Intents are written in blocks ahead of their turn, so that
//! no call waits for the disk.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::model::RowIndex;

/// A row to be created, numbered from 0 in the order in which the schedule was given them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u32);

impl OpId {
    /// Its place among all.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Intent {
    None,
    Written,
    Durable,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Waits for others, its intent, or its turn.
    Waiting,
    /// In the ready heap.
    Ready,
    /// Taken out: in flight, being settled, or waiting for a retry.
    Taken,
    /// Nothing more will happen.
    Done,
}

#[derive(Debug)]
struct Op {
    /// Who waits for this one.
    then: Vec<OpId>,
    /// For how many others it waits.
    waits_for: u32,
    /// How many rows the longest chain of those who wait for each other has, this one included.
    chain: u32,
    intent: Intent,
    stage: Stage,
}

impl Op {
    fn is_free(&self) -> bool {
        self.waits_for == 0
    }
}

/// Longest chain first, then the order of the file.
type Rank = (u32, Reverse<u32>);

/// The rows for which something is still to be sent.
#[derive(Debug, Default)]
pub struct Schedule {
    ops: Vec<Op>,
    /// Rows that wait for nobody and whose intent is not yet written.
    next: BinaryHeap<Rank>,
    /// The same, who wait for one that is in flight.
    soon: BinaryHeap<Rank>,
    ready: BinaryHeap<Rank>,
    /// Intended rows that have not been taken, by whether they wait for nobody.
    intended_next: usize,
    intended_soon: usize,
    open: usize,
}

/// Those who waited for a row that failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Below {
    /// They fail with it.
    pub failed: Vec<OpId>,
    /// They may have been done, and are being settled.
    pub kept: Vec<OpId>,
}

/// One row to be scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewOp {
    /// The one it has to do with.
    pub link: Link,
    /// What an earlier process may have done.
    pub earlier: Earlier,
}

/// How a row hangs together with one that is scheduled too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not at all.
    None,
    /// It waits for that one, which has a smaller number.
    Needs(OpId),
    /// That one waits for it, and has a greater number.
    NeededBy(OpId),
}

/// What an earlier process may have done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// Nothing.
    Nothing,
    /// It may have sent it: the row is taken out and must be settled first.
    MaybeSent,
}

impl Op {
    fn of(new: &NewOp) -> Self {
        let (intent, stage) = match new.earlier {
            Earlier::Nothing => (Intent::None, Stage::Waiting),
            Earlier::MaybeSent => (Intent::Durable, Stage::Taken),
        };
        Self {
            then: Vec::new(),
            waits_for: 0,
            chain: 1,
            intent,
            stage,
        }
    }
}

impl Schedule {
    /// Takes the rows in an order in which nobody waits for one that comes later.
    pub fn new(new: impl IntoIterator<Item = NewOp>) -> Self {
        let new: Vec<NewOp> = new.into_iter().collect();
        let mut ops: Vec<Op> = new.iter().map(Op::of).collect();
        for (index, one) in new.iter().enumerate() {
            let id = OpId(number(index));
            let (first, then) = match one.link {
                Link::None => continue,
                Link::Needs(first) => (first, id),
                Link::NeededBy(then) => (id, then),
            };
            ops[first.index()].then.push(then);
            ops[then.index()].waits_for += 1;
        }
        for index in (0..ops.len()).rev() {
            let longest = ops[index].then.iter().map(|then| ops[then.index()].chain);
            ops[index].chain = 1 + longest.max().unwrap_or(0);
        }
        let mut schedule = Self {
            open: ops.len(),
            ops,
            ..Self::default()
        };
        for index in 0..schedule.ops.len() {
            let op = &schedule.ops[index];
            if op.stage == Stage::Waiting && op.is_free() {
                let rank = schedule.rank(OpId(number(index)));
                schedule.next.push(rank);
            }
        }
        schedule
    }

    fn rank(&self, id: OpId) -> Rank {
        (self.ops[id.index()].chain, Reverse(id.0))
    }

    /// How many rows are not done.
    pub fn open(&self) -> usize {
        self.open
    }

    /// How many rows could be taken now.
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    /// The rows whose intents are to be written now, so that about `ahead` stand ready.
    pub fn to_intend(&mut self, ahead: usize) -> Vec<OpId> {
        let mut rows = Vec::new();
        while self.intended_next < ahead {
            let Some((_, Reverse(id))) = self.next.pop() else {
                break;
            };
            self.intend(OpId(id), &mut rows);
        }
        while self.intended_soon < ahead {
            // Rows with nothing below them come last anyway. Where enough others stand ready, their
            // intents would only pile up, and be looked for after a crash.
            if self.intended_next >= ahead && self.soon.peek().is_some_and(|(chain, _)| *chain == 1)
            {
                break;
            }
            let Some((_, Reverse(id))) = self.soon.pop() else {
                break;
            };
            self.intend(OpId(id), &mut rows);
        }
        rows
    }

    fn intend(&mut self, id: OpId, rows: &mut Vec<OpId>) {
        let op = &mut self.ops[id.index()];
        if op.intent != Intent::None || op.stage != Stage::Waiting {
            return;
        }
        op.intent = Intent::Written;
        if op.is_free() {
            self.intended_next += 1;
        } else {
            self.intended_soon += 1;
        }
        rows.push(id);
    }

    /// A row's intent is durable.
    pub fn intent_durable(&mut self, id: OpId) {
        let op = &mut self.ops[id.index()];
        if op.intent == Intent::Written {
            op.intent = Intent::Durable;
            self.queue_if_ready(id);
        }
    }

    fn queue_if_ready(&mut self, id: OpId) {
        let rank = self.rank(id);
        let op = &mut self.ops[id.index()];
        if op.stage == Stage::Waiting && op.is_free() && op.intent == Intent::Durable {
            op.stage = Stage::Ready;
            self.ready.push(rank);
        }
    }

    /// Takes the row that is to be sent next.
    pub fn take(&mut self) -> Option<OpId> {
        let id = loop {
            let (_, Reverse(id)) = self.ready.pop()?;
            // One that was ended meanwhile is still in the heap.
            if self.ops[OpId(id).index()].stage == Stage::Ready {
                break OpId(id);
            }
        };
        self.ops[id.index()].stage = Stage::Taken;
        self.intended_next = self.intended_next.saturating_sub(1);
        for index in 0..self.ops[id.index()].then.len() {
            let then = self.ops[id.index()].then[index];
            let op = &self.ops[then.index()];
            if op.stage == Stage::Waiting && op.intent == Intent::None && op.waits_for == 1 {
                self.soon.push(self.rank(then));
            }
        }
        Some(id)
    }

    /// Puts a row back whose request was certainly not carried out.
    pub fn put_back(&mut self, id: OpId) {
        let op = &mut self.ops[id.index()];
        if op.stage == Stage::Taken {
            op.stage = Stage::Waiting;
            if op.is_free() {
                self.intended_next += 1;
            } else {
                self.intended_soon += 1;
            }
            self.queue_if_ready(id);
        }
    }

    /// Puts a row back that needs another intent: what its last one was for has changed.
    pub fn start_over(&mut self, id: OpId) {
        let rank = self.rank(id);
        let op = &mut self.ops[id.index()];
        if op.stage == Stage::Taken {
            (op.stage, op.intent) = (Stage::Waiting, Intent::None);
            self.next.push(rank);
        }
    }

    /// The row is done: those that wait for nobody else may be sent.
    pub fn finished(&mut self, id: OpId) {
        if self.ops[id.index()].stage == Stage::Done {
            return;
        }
        self.done(id);
        for index in 0..self.ops[id.index()].then.len() {
            let then = self.ops[id.index()].then[index];
            let rank = self.rank(then);
            let op = &mut self.ops[then.index()];
            op.waits_for = op.waits_for.saturating_sub(1);
            if !op.is_free() {
                continue;
            }
            match (op.stage, op.intent) {
                (Stage::Waiting, Intent::None) => self.next.push(rank),
                (Stage::Waiting, _) => {
                    self.intended_soon = self.intended_soon.saturating_sub(1);
                    self.intended_next += 1;
                    self.queue_if_ready(then);
                }
                _ => {}
            }
        }
    }

    /// The one that waits for this one, where at most one does.
    pub fn above(&self, id: OpId) -> Option<OpId> {
        self.ops[id.index()].then.first().copied()
    }

    /// Whether a row waits for nobody.
    pub fn is_free(&self, id: OpId) -> bool {
        self.ops[id.index()].is_free()
    }

    /// Whether a row is out: in flight, or being settled.
    pub fn is_taken(&self, id: OpId) -> bool {
        self.ops[id.index()].stage == Stage::Taken
    }

    /// The row will never be done: nor is any that waits for it, all generations. One that is being settled stays where
    /// `kept` says so, and with it whoever waits for it.
    pub fn failed(&mut self, id: OpId, kept: impl Fn(OpId) -> bool) -> Below {
        self.done(id);
        let mut below = Below::default();
        let mut queue = self.ops[id.index()].then.clone();
        while let Some(child) = queue.pop() {
            match self.ops[child.index()].stage {
                Stage::Done => {}
                Stage::Taken if kept(child) => below.kept.push(child),
                _ => {
                    self.done(child);
                    below.failed.push(child);
                    queue.extend_from_slice(&self.ops[child.index()].then);
                }
            }
        }
        below.failed.sort_unstable();
        below.kept.sort_unstable();
        below
    }

    /// How many rows are these or wait for one of them, all generations.
    pub fn stands_on(&self, these: impl Iterator<Item = OpId>) -> usize {
        let mut queue: Vec<OpId> = these.collect();
        let mut seen: BTreeSet<OpId> = queue.iter().copied().collect();
        while let Some(next) = queue.pop() {
            for then in &self.ops[next.index()].then {
                if seen.insert(*then) {
                    queue.push(*then);
                }
            }
        }
        seen.len()
    }

    fn done(&mut self, id: OpId) {
        let op = &mut self.ops[id.index()];
        if op.stage == Stage::Done {
            return;
        }
        if matches!(op.stage, Stage::Waiting | Stage::Ready) && op.intent != Intent::None {
            if op.is_free() {
                self.intended_next = self.intended_next.saturating_sub(1);
            } else {
                self.intended_soon = self.intended_soon.saturating_sub(1);
            }
        }
        op.stage = Stage::Done;
        self.open -= 1;
    }

    /// Rows whose intents are written and whose requests have not left: their intents are taken
    /// back when the run stops.
    pub fn unsent(&self) -> Vec<OpId> {
        let unsent = |op: &Op| {
            matches!(op.stage, Stage::Waiting | Stage::Ready) && op.intent != Intent::None
        };
        let all = self.ops.iter().enumerate();
        all.filter(|(_, op)| unsent(op))
            .map(|(index, _)| OpId(number(index)))
            .collect()
    }

    /// Rows that are out: in flight, or being settled.
    pub fn taken(&self) -> Vec<OpId> {
        let all = self.ops.iter().enumerate();
        let out = all.filter(|(_, op)| op.stage == Stage::Taken);
        out.map(|(index, _)| OpId(number(index))).collect()
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 rows")
}

/// The numbers of rows in an order in which parents come first.
pub fn parents_first(parents: &[Option<RowIndex>]) -> Vec<RowIndex> {
    let mut placed = vec![false; parents.len()];
    let mut order = Vec::with_capacity(parents.len());
    let mut chain = Vec::new();
    for start in 0..parents.len() {
        let mut next = Some(start);
        while let Some(row) = next.filter(|row| !placed[*row]) {
            placed[row] = true;
            chain.push(RowIndex(number(row)));
            next = parents[row].map(RowIndex::as_usize);
        }
        order.extend(chain.drain(..).rev());
    }
    order
}

#[cfg(test)]
mod tests;
