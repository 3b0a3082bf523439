//! Which row is next: parents before children, the longest chains first, each row once at a time.
//! Pure: knows no time and no network.
//!
//! A row passes through: waiting for its parent or not, intended (its intent is being written),
//! durable, ready, in flight, settled. Intents are written in blocks ahead of their turn, so that
//! no call waits for the disk.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::RowIndex;

/// A row to be created, numbered from 0 in the order in which the schedule was given them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u32);

impl OpId {
    fn index(self) -> usize {
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
    /// Waits for its parent, its intent, or its turn.
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
    parent: Option<OpId>,
    children: Vec<OpId>,
    /// How many rows the longest chain below has, this one included.
    chain: u32,
    parent_done: bool,
    intent: Intent,
    stage: Stage,
}

/// Longest chain first, then the order of the file.
type Rank = (u32, Reverse<u32>);

/// The rows that are still to be created.
#[derive(Debug, Default)]
pub struct Schedule {
    ops: Vec<Op>,
    /// Rows whose parent is done and whose intent is not yet written.
    next: BinaryHeap<Rank>,
    /// The same, whose parent is in flight.
    soon: BinaryHeap<Rank>,
    ready: BinaryHeap<Rank>,
    /// Intended rows that have not been taken, by whether their parent is done.
    intended_next: usize,
    intended_soon: usize,
    open: usize,
}

/// One row to be scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewOp {
    /// The row above it, where that one is to be created too.
    pub parent: Option<OpId>,
    /// What an earlier process may have done.
    pub earlier: Earlier,
}

/// What an earlier process may have done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// Nothing.
    Nothing,
    /// It may have sent it: the row is taken out and must be settled first.
    MaybeSent,
}

impl Schedule {
    /// Takes the rows; a parent must have a smaller number than its children.
    pub fn new(new: impl IntoIterator<Item = NewOp>) -> Self {
        let mut ops: Vec<Op> = new
            .into_iter()
            .map(|one| Op {
                parent: one.parent,
                children: Vec::new(),
                chain: 1,
                parent_done: one.parent.is_none(),
                intent: match one.earlier {
                    Earlier::Nothing => Intent::None,
                    Earlier::MaybeSent => Intent::Durable,
                },
                stage: match one.earlier {
                    Earlier::Nothing => Stage::Waiting,
                    Earlier::MaybeSent => Stage::Taken,
                },
            })
            .collect();
        for index in (0..ops.len()).rev() {
            if let Some(parent) = ops[index].parent {
                let chain = ops[index].chain + 1;
                let above = &mut ops[parent.index()];
                above.chain = above.chain.max(chain);
                above.children.push(OpId(number(index)));
            }
        }
        let mut schedule = Self {
            open: ops.len(),
            ops,
            ..Self::default()
        };
        for index in 0..schedule.ops.len() {
            let op = &schedule.ops[index];
            match (op.stage, op.intent, op.parent_done) {
                (Stage::Waiting, Intent::None, true) => {
                    schedule.next.push(schedule.rank(OpId(number(index))));
                }
                (Stage::Waiting, Intent::Durable, true) => {
                    schedule.intended_next += 1;
                    schedule.queue_if_ready(OpId(number(index)));
                }
                (Stage::Waiting, Intent::Durable, false) => schedule.intended_soon += 1,
                _ => {}
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
        if op.parent_done {
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
        if op.stage == Stage::Waiting && op.parent_done && op.intent == Intent::Durable {
            op.stage = Stage::Ready;
            self.ready.push(rank);
        }
    }

    /// Takes the row that is to be sent next.
    pub fn take(&mut self) -> Option<OpId> {
        let (_, Reverse(id)) = self.ready.pop()?;
        let id = OpId(id);
        self.ops[id.index()].stage = Stage::Taken;
        self.intended_next = self.intended_next.saturating_sub(1);
        for index in 0..self.ops[id.index()].children.len() {
            let child = self.ops[id.index()].children[index];
            let op = &self.ops[child.index()];
            if op.stage == Stage::Waiting && op.intent == Intent::None {
                self.soon.push(self.rank(child));
            }
        }
        Some(id)
    }

    /// Puts a row back whose request was certainly not carried out.
    pub fn put_back(&mut self, id: OpId) {
        let op = &mut self.ops[id.index()];
        if op.stage == Stage::Taken {
            op.stage = Stage::Waiting;
            self.intended_next += 1;
            self.queue_if_ready(id);
        }
    }

    /// The row's customer exists: the rows below it may be sent.
    pub fn created(&mut self, id: OpId) {
        self.done(id);
        for index in 0..self.ops[id.index()].children.len() {
            let child = self.ops[id.index()].children[index];
            let rank = self.rank(child);
            let op = &mut self.ops[child.index()];
            op.parent_done = true;
            match (op.stage, op.intent) {
                (Stage::Waiting, Intent::None) => self.next.push(rank),
                (Stage::Waiting, _) => {
                    self.intended_soon = self.intended_soon.saturating_sub(1);
                    self.intended_next += 1;
                    self.queue_if_ready(child);
                }
                _ => {}
            }
        }
    }

    /// The row's customer will not exist: every row below it is done too. They are returned, all
    /// generations.
    pub fn failed(&mut self, id: OpId) -> Vec<OpId> {
        self.done(id);
        let mut below = Vec::new();
        let mut queue = self.ops[id.index()].children.clone();
        while let Some(child) = queue.pop() {
            if self.ops[child.index()].stage != Stage::Done {
                self.done(child);
                below.push(child);
                queue.extend_from_slice(&self.ops[child.index()].children);
            }
        }
        below.sort_unstable();
        below
    }

    /// How many rows stand below a row, all generations.
    pub fn size_below(&self, id: OpId) -> usize {
        let mut size = 0;
        let mut queue = vec![id];
        while let Some(next) = queue.pop() {
            let children = &self.ops[next.index()].children;
            size += children.len();
            queue.extend_from_slice(children);
        }
        size
    }

    fn done(&mut self, id: OpId) {
        let op = &mut self.ops[id.index()];
        if op.stage == Stage::Done {
            return;
        }
        if op.stage == Stage::Waiting && op.intent != Intent::None {
            if op.parent_done {
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
mod tests {
    use super::*;

    fn op(parent: Option<u32>) -> NewOp {
        NewOp {
            parent: parent.map(OpId),
            earlier: Earlier::Nothing,
        }
    }

    fn take_all(schedule: &mut Schedule) -> Vec<u32> {
        for id in schedule.to_intend(100) {
            schedule.intent_durable(id);
        }
        std::iter::from_fn(|| schedule.take())
            .map(|id| id.0)
            .collect()
    }

    #[test]
    fn longest_chains_first_and_children_after_their_own_parent() {
        // 0; 1 <- 2 <- 3; 4 <- 5
        let parents = [None, None, Some(1), Some(2), None, Some(4)];
        let mut schedule = Schedule::new(parents.map(op));
        assert_eq!(take_all(&mut schedule), [1, 4, 0]);
        assert_eq!(take_all(&mut schedule), [] as [u32; 0]);
        schedule.created(OpId(1));
        assert_eq!(take_all(&mut schedule), [2]);
        assert_eq!(schedule.failed(OpId(2)), [OpId(3)]);
        schedule.created(OpId(4));
        assert_eq!(take_all(&mut schedule), [5]);
        schedule.created(OpId(0));
        schedule.created(OpId(5));
        assert_eq!(schedule.open(), 0);
    }

    #[test]
    fn nothing_is_taken_before_its_intent_is_durable() {
        let mut schedule = Schedule::new([op(None), op(Some(0))]);
        assert_eq!(schedule.to_intend(10), [OpId(0)]);
        assert_eq!(schedule.take(), None);
        schedule.intent_durable(OpId(0));
        assert_eq!(schedule.take(), Some(OpId(0)));
        // The child's intent is written while its parent is in flight.
        assert_eq!(schedule.to_intend(10), [OpId(1)]);
        schedule.intent_durable(OpId(1));
        assert_eq!(schedule.take(), None);
        schedule.created(OpId(0));
        assert_eq!(schedule.take(), Some(OpId(1)));
    }

    #[test]
    fn a_row_is_out_once_at_a_time() {
        let mut schedule = Schedule::new([op(None)]);
        assert_eq!(take_all(&mut schedule), [0]);
        assert_eq!(take_all(&mut schedule), [] as [u32; 0]);
        schedule.put_back(OpId(0));
        schedule.put_back(OpId(0));
        assert_eq!(take_all(&mut schedule), [0]);
        assert_eq!(take_all(&mut schedule), [] as [u32; 0]);
    }

    #[test]
    fn intents_of_rows_that_never_left_are_known() {
        let mut schedule = Schedule::new([op(None), op(None), op(Some(0))]);
        for id in schedule.to_intend(10) {
            schedule.intent_durable(id);
        }
        assert_eq!(schedule.take(), Some(OpId(0)));
        assert_eq!(schedule.to_intend(10), [OpId(2)]);
        assert_eq!(schedule.unsent(), [OpId(1), OpId(2)]);
    }

    #[test]
    fn the_block_ahead_is_bounded() {
        let mut schedule = Schedule::new((0..1000).map(|_| op(None)));
        assert_eq!(schedule.to_intend(16).len(), 16);
        assert_eq!(schedule.to_intend(16).len(), 0);
        schedule.intent_durable(OpId(0));
        schedule.take();
        assert_eq!(schedule.to_intend(16).len(), 1);
    }

    #[test]
    fn intents_of_many_children_do_not_pile_up() {
        // Forty customers with fifty sites each, sent one after the other.
        let parents = (0..40).map(|_| None);
        let children = (0..2_000).map(|site| Some(site / 50));
        let mut schedule = Schedule::new(parents.chain(children).map(op));
        let (mut intended, mut taken) = (0, 0);
        while schedule.open() > 0 {
            for id in schedule.to_intend(8) {
                schedule.intent_durable(id);
                intended += 1;
            }
            let id = schedule.take().expect("a row is ready");
            taken += 1;
            assert!(intended - taken <= 2 * 8, "{intended} for {taken}");
            schedule.created(id);
        }
        assert_eq!((intended, taken), (2_040, 2_040));
    }

    #[test]
    fn parents_come_first_in_any_order_of_rows() {
        let parents = [
            Some(RowIndex(2)),
            None,
            Some(RowIndex(1)),
            Some(RowIndex(0)),
        ];
        let order: Vec<u32> = parents_first(&parents)
            .into_iter()
            .map(|row| row.0)
            .collect();
        assert_eq!(order, [1, 2, 0, 3]);
    }
}
