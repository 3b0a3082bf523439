//! Rows are read on one thread and checked on another; while that one is busy, the reading thread
//! checks as well. So both are at work whichever of the two is slower.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel};

use super::part::{Part, Plan};
use super::row_draft::Memory;
use crate::model::RowBatch;

/// How many batches wait for the other thread at most.
const WAITING: usize = 2;

struct Work {
    /// The batch's place among the batches.
    place: usize,
    /// The first of its rows.
    first: u32,
    batch: RowBatch,
    /// What is found goes here; empty.
    part: Part,
}

/// What is checked; the batch comes back for its memory.
type Done = Work;

/// Fills batches with `next` until there are no more, checks them, and appends them to `whole`.
pub(super) fn check<E>(
    plan: &Plan,
    memory: &mut Memory,
    whole: &mut Part,
    mut next: impl FnMut(&mut RowBatch) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let (send, receive) = sync_channel::<Work>(WAITING);
    let (send_done, receive_done) = channel::<Done>();
    std::thread::scope(|scope| {
        scope.spawn(move || work(plan, &receive, &send_done));
        let mut order = Order {
            first: whole.rows.len(),
            given_out: 0,
            finished: VecDeque::new(),
            spare: Vec::new(),
            whole,
        };
        loop {
            let (mut batch, part) = order
                .spare
                .pop()
                .unwrap_or_else(|| (RowBatch::default(), Part::of(plan)));
            let flow = next(&mut batch)?;
            if let Some(mut work) = order.give_out(&send, batch, part) {
                work.part.check(plan, memory, &work.batch, work.first);
                order.take(work);
            }
            for done in receive_done.try_iter() {
                order.take(done);
            }
            if flow.is_break() {
                break;
            }
        }
        drop(send);
        for done in receive_done {
            order.take(done);
        }
        Ok(())
    })
}

fn work(plan: &Plan, receive: &Receiver<Work>, send: &std::sync::mpsc::Sender<Done>) {
    let mut memory = Memory::default();
    for mut work in receive {
        work.part.check(plan, &mut memory, &work.batch, work.first);
        if send.send(work).is_err() {
            return;
        }
    }
}

/// Puts the parts together in the order of the file.
struct Order<'a> {
    first: u32,
    given_out: usize,
    /// The parts that follow those in `whole`; the first of them is not finished.
    finished: VecDeque<Option<Done>>,
    /// Memory to use again.
    spare: Vec<(RowBatch, Part)>,
    whole: &'a mut Part,
}

impl Order<'_> {
    /// Gives the batch to the other thread, or back when that one has enough to do.
    fn give_out(&mut self, send: &SyncSender<Work>, batch: RowBatch, part: Part) -> Option<Work> {
        let work = Work {
            place: self.given_out,
            first: self.first,
            batch,
            part,
        };
        self.given_out += 1;
        self.first += u32::try_from(work.batch.len()).expect("a batch has fewer than 2^32 rows");
        self.finished.push_back(None);
        match send.try_send(work) {
            Ok(()) => None,
            Err(TrySendError::Full(work) | TrySendError::Disconnected(work)) => Some(work),
        }
    }

    fn take(&mut self, done: Done) {
        let before = self.given_out - self.finished.len();
        let place = done.place - before;
        self.finished[place] = Some(done);
        while let Some(mut done) = self.finished.front_mut().and_then(Option::take) {
            self.finished.pop_front();
            self.whole.append(&mut done.part);
            self.spare.push((done.batch, done.part));
        }
    }
}
