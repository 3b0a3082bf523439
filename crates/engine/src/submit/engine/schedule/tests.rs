//! What is next, held against small schedules.

use super::*;

fn op(parent: Option<u32>) -> NewOp {
    NewOp {
        link: parent.map_or(Link::None, |above| Link::Needs(OpId(above))),
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
    schedule.finished(OpId(1));
    assert_eq!(take_all(&mut schedule), [2]);
    assert_eq!(schedule.failed(OpId(2), |_| true).failed, [OpId(3)]);
    schedule.finished(OpId(4));
    assert_eq!(take_all(&mut schedule), [5]);
    schedule.finished(OpId(0));
    schedule.finished(OpId(5));
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
    schedule.finished(OpId(0));
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
        schedule.finished(id);
    }
    assert_eq!((intended, taken), (2_040, 2_040));
}

#[test]
fn leaves_go_first_where_parents_wait_for_all_below() {
    // 0 and 1 below 2, 2 and 3 below 4.
    let above = [Some(2), Some(2), Some(4), Some(4), None];
    let new = above.map(|above| NewOp {
        link: above.map_or(Link::None, |above| Link::NeededBy(OpId(above))),
        earlier: Earlier::Nothing,
    });
    let mut schedule = Schedule::new(new);
    assert_eq!(take_all(&mut schedule), [0, 1, 3]);
    schedule.finished(OpId(0));
    assert_eq!(take_all(&mut schedule), [] as [u32; 0]);
    assert_eq!(schedule.stands_on([OpId(1), OpId(3)].into_iter()), 4);
    schedule.finished(OpId(1));
    assert_eq!(take_all(&mut schedule), [2]);
    schedule.finished(OpId(3));
    assert_eq!(take_all(&mut schedule), [] as [u32; 0]);
    schedule.finished(OpId(2));
    assert_eq!(take_all(&mut schedule), [4]);
    schedule.finished(OpId(4));
    assert_eq!(schedule.open(), 0);
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

#[test]
fn one_that_is_being_settled_stays_with_whoever_waits_for_it() {
    let op = |link, earlier| NewOp { link, earlier };
    let needs = |above| Link::Needs(OpId(above));
    let ops = || {
        [
            op(Link::None, Earlier::Nothing),
            op(needs(0), Earlier::MaybeSent),
            op(needs(1), Earlier::Nothing),
            op(needs(0), Earlier::MaybeSent),
            op(needs(0), Earlier::Nothing),
        ]
    };
    let below = Schedule::new(ops()).failed(OpId(0), |one| one == OpId(1));
    assert_eq!(below.kept, [OpId(1)]);
    assert_eq!(below.failed, [OpId(3), OpId(4)]);
    // One that is not being settled cannot be there.
    let below = Schedule::new(ops()).failed(OpId(0), |_| true);
    assert_eq!(
        (below.kept, below.failed),
        (vec![OpId(1), OpId(3)], vec![OpId(4)])
    );
}
