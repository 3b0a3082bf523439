//! Automatic deployment that an earlier process may have switched: it is looked at or sent at once, and
//! what is waited for all the same is said.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use super::case::Case;
use super::{Call, Desk, error, unknown};
use crate::api::classify::{Fate, Trouble};
use crate::model::{Happening, Operation, Origin, Outcome, PartnerId, Since, Standing};
use crate::submit::engine::begin::Step;
use crate::submit::engine::event::Event;
use crate::submit::engine::schedule::Earlier;
use crate::submit::engine::state::{Direction, State};
use crate::submit::settings::RunSettings;

/// An answer to a request for a customer.
type Answer = fn(PartnerId) -> Result<PartnerId, Trouble>;

/// What came of one switch.
struct Came {
    outcome: Outcome,
    sends: usize,
    took: Duration,
    /// How many requests were waited for, and for how long, as was said.
    said: Vec<(usize, Duration)>,
}

const DONE: Answer = Ok;

fn lost(_: PartnerId) -> Result<PartnerId, Trouble> {
    Err(unknown(Fate::MayLandLater))
}

fn refused(_: PartnerId) -> Result<PartnerId, Trouble> {
    Err(Trouble::Refused(error(2102)))
}

fn denied(_: PartnerId) -> Result<PartnerId, Trouble> {
    Err(Trouble::Denied(error(13501)))
}

/// Carries one switch out; the service does what its answer says, and nothing else.
fn comes_of(
    case: &Case,
    settings: &RunSettings,
    state: State<'_>,
    mut answers: Vec<Answer>,
) -> Came {
    let now = Instant::now();
    let mut desk = Desk::new(state, case.service(), now);
    desk.begin();
    let random = &mut Rng::with_seed(1);
    let mut sends = 0;
    while !desk.state.is_over() {
        assert!(
            desk.now - now < settings.settle_wait * 10,
            "it does not end"
        );
        match desk.calls.first() {
            Some((_, Call::Send(..))) => {
                let (left, Call::Send(op, operation, parent)) = desk.calls.remove(0) else {
                    unreachable!("it is a request");
                };
                sends += 1;
                let row = desk.state.ops[op.index()].row;
                let result = answers.remove(0)(operation.id().expect("an id"));
                if result.is_ok() {
                    desk.service.carry_out(row, &operation, parent);
                }
                desk.feed(Event::Answered { op, left, result });
            }
            _ => desk.step(random, true),
        }
    }
    let ended = desk.written.iter().find_map(|(_, what)| match what {
        Happening::Ended(outcome) => Some(outcome.clone()),
        _ => None,
    });
    Came {
        outcome: ended.expect("an outcome"),
        sends,
        took: desk.now - now,
        said: desk.settling,
    }
}

fn settings() -> RunSettings {
    let mut settings = RunSettings::new(Arc::new(|| 0));
    settings.settle_wait = Duration::from_secs(3600);
    settings
}

/// What comes of a switch that a run is continued with.
fn continued(since: Since, before: &str, answers: &[Answer]) -> Came {
    let case = Case::one_switch(since, Direction::Forth);
    let mut replayed = case.replayed();
    let message = before.to_owned();
    replayed.progress[0] = Standing::Open { message };
    let settings = settings();
    let state = State::of_run(case.around(&settings), replayed, Instant::now());
    comes_of(&case, &settings, state, answers.to_vec())
}

#[test]
fn what_an_earlier_process_may_have_switched_is_switched_at_once() {
    for since in [Since::ThisRun, Since::Before] {
        for before in ["", "timed out"] {
            let came = continued(since, before, &[DONE]);
            let how = Origin::Answered;
            assert!(matches!(came.outcome, Outcome::Updated(_, origin) if origin == how));
            assert_eq!((came.sends, came.said.len()), (1, 0), "{since:?} {before}");
            assert!(came.took < Duration::from_secs(900), "{:?}", came.took);
        }
    }
}

#[test]
fn an_undoing_that_goes_on_switches_off_at_once() {
    let case = Case::one_switch(Since::Before, Direction::Back);
    let mut steps = case.steps();
    for one in &mut steps {
        if let Step::Send { earlier, .. } = &mut one.step {
            *earlier = Earlier::MaybeSent;
        }
    }
    let settings = settings();
    let state = State::of_undoing(case.around(&settings), steps, Instant::now());
    let came = comes_of(&case, &settings, state, vec![DONE]);
    assert_eq!((came.outcome, came.sends), (Outcome::Restored, 1));
    assert!(came.took < Duration::from_secs(900), "{:?}", came.took);
}

#[test]
fn a_lost_switch_is_sent_again_at_once_and_one_that_is_denied_is_only_looked_at() {
    let case = Case::one_switch(Since::ThisRun, Direction::Forth);
    let settings = settings();
    let fresh = || State::of_run(case.around(&settings), case.replayed(), Instant::now());
    let came = comes_of(&case, &settings, fresh(), vec![lost, lost, DONE]);
    assert!(matches!(came.outcome, Outcome::Updated(..)));
    assert_eq!((came.sends, came.said.len()), (3, 0));
    assert!(came.took < Duration::from_secs(900), "{:?}", came.took);
    let came = comes_of(&case, &settings, fresh(), vec![denied]);
    let Outcome::Failed(why) = came.outcome else {
        panic!("{:?}", came.outcome);
    };
    assert_eq!((&*why.code, came.said.len()), ("13501", 0));
    assert!(came.took < Duration::from_secs(900), "{:?}", came.took);
}

#[test]
fn one_that_was_lost_and_refused_is_waited_for_and_that_is_said() {
    let came = continued(Since::ThisRun, "timed out", &[refused, refused]);
    assert!(matches!(came.outcome, Outcome::Failed(_)));
    assert!(came.took >= Duration::from_secs(3000), "{:?}", came.took);
    let [(1, wait)] = came.said[..] else {
        panic!("{:?}", came.said);
    };
    assert!(wait > Duration::from_secs(3000) && wait <= Duration::from_secs(3600));
}

#[test]
fn a_create_that_may_have_been_sent_says_what_is_waited_for() {
    let case = Case::creates(2);
    let mut replayed = case.replayed();
    for standing in &mut replayed.progress {
        let message = String::new();
        *standing = Standing::Open { message };
    }
    let settings = settings();
    let now = Instant::now();
    let state = State::of_run(case.around(&settings), replayed, now);
    let mut desk = Desk::new(state, case.service(), now);
    desk.begin();
    assert_eq!(desk.settling, [(2, settings.settle_wait)]);
    desk.feed(Event::Due);
    assert_eq!(desk.settling.len(), 1, "it is said once");
    assert!(matches!(
        desk.state.ops[0].operation,
        Operation::Create { .. }
    ));
}
