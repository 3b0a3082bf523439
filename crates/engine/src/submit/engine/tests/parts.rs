//! Changes of several members of which others make one, or undo one, at the wrong moment; a change below one
//! that is created again; and looks that never get an answer.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use super::case::Case;
use super::service::{FIRST_NEW, THEIRS};
use super::{Call, Desk, unknown};
use crate::api::classify::Fate;
use crate::model::{
    Happening, Operation, Origin, Outcome, Planned, Reason, RowIndex, Standing, Text, Update, code,
};
use crate::plan::Member;
use crate::submit::engine::begin::Step;
use crate::submit::engine::event::Event;
use crate::submit::engine::state::{Direction, State};
use crate::submit::reason::EndReason;
use crate::submit::settings::RunSettings;

const VAT: &str = "Company.VatNumber";
const WANTED: [(Member, &str); 2] = [(Member::PhoneNumber, "+49 2"), (Member::VatNumber, "NEW")];

/// What becomes of one change of two members, `before` being what is there when it is looked at, and
/// `lost` what is there when its answer has been lost.
fn becomes(before: &[(Member, &str)], lost: Option<&[(Member, &str)]>) -> (Outcome, usize) {
    let (outcome, sends, _) = becomes_of(before, lost);
    (outcome, sends.len())
}

/// The same with what was sent, and all that was written down.
fn becomes_of(
    before: &[(Member, &str)],
    lost: Option<&[(Member, &str)]>,
) -> (Outcome, Vec<Operation>, Vec<Happening>) {
    let (outcome, sent, written, _) = becomes_after(before, lost);
    (outcome, sent, written)
}

/// The same with how long after the loss of its answer it ended.
fn becomes_after(
    before: &[(Member, &str)],
    lost: Option<&[(Member, &str)]>,
) -> (Outcome, Vec<Operation>, Vec<Happening>, Duration) {
    let case = Case::one_change();
    let mut replayed = case.replayed();
    let Planned::Send(Operation::Update { update, .. }) = &mut replayed.planned[0].action else {
        panic!("a change");
    };
    let mut both = Update::clone(update);
    both.changes.company.vat_number = Text::parse("NEW").ok();
    both.before.insert(VAT.into(), "OLD".into());
    *update = Arc::new(both);
    let settings = RunSettings::new(Arc::new(|| 0));
    let around = case.around(&settings);
    let now = Instant::now();
    let mut desk = Desk::new(State::of_run(around, replayed, now), case.service(), now);
    desk.service.tell(before);
    desk.feed(Event::Begin);
    let random = &mut Rng::with_seed(1);
    let (mut sent, mut lost_at) = (Vec::new(), now);
    while !desk.state.is_over() {
        match desk.calls.first() {
            Some((_, Call::Send(..))) => {
                let (left, Call::Send(op, ..)) = desk.calls.remove(0) else {
                    unreachable!("it is a request");
                };
                sent.push(desk.state.ops[op.index()].operation.clone());
                assert_eq!(sent.len(), 1, "it is sent twice");
                let result = match lost {
                    Some(there) => {
                        desk.service.tell(there);
                        lost_at = desk.now;
                        Err(unknown(Fate::MayLandLater))
                    }
                    None => Ok(desk.state.ops[0].operation.id().expect("an id")),
                };
                desk.feed(Event::Answered { op, left, result });
            }
            _ => desk.step(random, true),
        }
    }
    let ended = desk.written.iter().find_map(|(_, what)| match what {
        Happening::Ended(outcome) => Some(outcome.clone()),
        _ => None,
    });
    let written = desk.written.iter().map(|(_, what)| what.clone());
    let took = desk.now - lost_at;
    (ended.expect("an outcome"), sent, written.collect(), took)
}

#[test]
fn a_change_that_stands_when_a_run_continues_takes_no_request_and_no_wait() {
    let case = Case::one_change_that_stands();
    for (lost, expected) in [("", Origin::Met), ("timed out", Origin::Answered)] {
        let mut replayed = case.replayed();
        let message = lost.to_owned();
        replayed.progress[0] = Standing::Open { message };
        let settings = RunSettings::new(Arc::new(|| 0));
        let now = Instant::now();
        let state = State::of_run(case.around(&settings), replayed, now);
        let mut desk = Desk::new(state, case.service(), now);
        desk.begin();
        let [(_, Happening::Ended(Outcome::Updated(_, origin)))] = &desk.written[..] else {
            panic!("{:?}", desk.written);
        };
        assert_eq!(*origin, expected);
        assert!(desk.state.is_over() && desk.calls.is_empty() && !desk.wanted);
    }
}

#[test]
fn a_member_that_somebody_has_set_since_is_not_sent() {
    let untouched = [(Member::PhoneNumber, "+49 1"), (Member::VatNumber, "OLD")];
    let (outcome, sent) = becomes(&untouched, None);
    assert!(matches!(outcome, Outcome::Updated(..)), "{outcome:?}");
    assert_eq!(sent, 1);
    // What somebody has set just so is not sent; the rest is.
    let (outcome, sends, written) = becomes_of(&[WANTED[0], (Member::VatNumber, "OLD")], None);
    assert!(matches!(outcome, Outcome::Updated(..)), "{outcome:?}");
    let [Operation::Update { update, .. }] = &sends[..] else {
        panic!("{sends:?}");
    };
    assert_eq!(update.changes.company.phone_number, None);
    assert!(update.changes.company.vat_number.is_some());
    // The journal knows that before the intent which the rest leaves with.
    let kinds: Vec<&str> = written.iter().map(Happening::as_str).collect();
    assert_eq!(
        kinds,
        ["intent", "as-wanted", "released", "intent", "updated"]
    );
    let members = vec![Member::PhoneNumber.path().to_owned()];
    assert!(
        written.contains(&Happening::AsWanted { members }),
        "{written:?}"
    );
    // Something else that somebody has changed keeps the row from being sent.
    let (outcome, sent) = becomes(&[WANTED[0], (Member::VatNumber, "THEIRS")], None);
    let Outcome::Failed(why) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((&*why.code, sent), (code::CONFLICT.code, 0));
    assert!(why.message.contains("Company.VatNumber"), "{why:?}");
    // Where somebody has done all of it, nothing is left to be done.
    let (outcome, sent) = becomes(&WANTED, None);
    assert!(matches!(outcome, Outcome::Exists(_)), "{outcome:?}");
    assert_eq!(sent, 0);
}

#[test]
fn what_stands_of_a_lost_change_says_that_it_was_made() {
    let untouched = [(Member::PhoneNumber, "+49 1"), (Member::VatNumber, "OLD")];
    // Others have changed the rest, or put it back.
    for theirs in [THEIRS, "+49 1"] {
        let now = [(Member::PhoneNumber, theirs), WANTED[1]];
        let (outcome, sent) = becomes(&untouched, Some(&now));
        assert!(
            matches!(outcome, Outcome::Updated(_, Origin::Answered)),
            "{outcome:?}"
        );
        assert_eq!(sent, 1);
    }
    // Nothing of it stands: the row fails, and not before the lost request can no longer land.
    let none = [(Member::PhoneNumber, THEIRS), (Member::VatNumber, "OLD")];
    let (outcome, _, _, took) = becomes_after(&untouched, Some(&none));
    assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
    let settings = RunSettings::new(Arc::new(|| 0));
    assert!(took >= settings.settle_wait, "{took:?}");
}

/// How an undoing of one customer ends where each look at it goes as `answers` says; and when.
fn undoing(case: &Case, short_of: Option<&Reason>, answers: bool) -> (EndReason, Duration, Seen) {
    let mut settings = RunSettings::new(Arc::new(|| 0));
    settings.outage_limit = Duration::from_secs(600);
    let around = case.around(&settings);
    let mut steps = case.steps();
    for step in &mut steps {
        if let Step::Send { short_of: why, .. } = &mut step.step {
            *why = short_of.cloned();
        }
    }
    let begun = Instant::now();
    let state = State::of_undoing(around, steps, begun);
    let mut desk = Desk::new(state, case.service(), begun);
    assert_eq!(desk.state.direction, Direction::Back);
    desk.feed(Event::Begin);
    let random = &mut Rng::with_seed(1);
    for _ in 0..200_000 {
        if desk.state.is_over() {
            break;
        }
        match desk.calls.first() {
            Some((_, Call::Look(look))) if !answers && look.purpose().is_some() => {
                let (left, Call::Look(look)) = desk.calls.remove(0) else {
                    unreachable!("it is a look");
                };
                let result = Err(unknown(Fate::MayLandLater));
                desk.feed(Event::Looked { look, left, result });
            }
            _ => desk.step(random, true),
        }
    }
    assert!(desk.state.is_over(), "it does not end");
    let took = desk.now - begun;
    let sends = desk.sends.len();
    let written = std::mem::take(&mut desk.written);
    let (_, closed) = desk.state.closed(written.len() as u64);
    let told = Seen { written, sends };
    (closed.reason, took, told)
}

/// What was seen of it.
struct Seen {
    written: Vec<(crate::model::RowIndex, Happening)>,
    sends: usize,
}

#[test]
fn looks_without_an_answer_are_an_outage_though_devices_are_listed() {
    for case in [Case::one_removal(), Case::one_restoring()] {
        let (reason, took, told) = undoing(&case, None, false);
        assert!(matches!(reason, EndReason::Outage(_)), "{reason:?}");
        assert_eq!(told.sends, 0);
        assert!(took < Duration::from_secs(2400), "{took:?}");
    }
}

#[test]
fn one_that_no_list_shows_is_only_looked_at() {
    let why = Reason::new(&code::NOT_LISTED, "it is there");
    for case in [Case::one_removal(), Case::one_restoring()] {
        let (reason, _, told) = undoing(&case, Some(&why), true);
        assert_eq!((reason, told.sends), (EndReason::Done, 0));
        let kept = Happening::Ended(Outcome::Kept(Box::new(why.clone())));
        assert!(told.written.iter().any(|(_, what)| *what == kept));
    }
}

#[test]
fn what_others_have_changed_of_a_customer_stays_and_the_rest_goes_back() {
    let case = Case::one_restoring();
    let mut steps = case.steps();
    let Step::Send { operation, .. } = &mut steps[0].step else {
        panic!("a request");
    };
    let Operation::Update { update, .. } = operation else {
        panic!("a change");
    };
    let mut both = Update::clone(update);
    both.changes.company.vat_number = Text::parse("OLD").ok();
    both.before.insert(VAT.into(), "NEW".into());
    *update = Arc::new(both);
    let settings = RunSettings::new(Arc::new(|| 0));
    let around = case.around(&settings);
    let now = Instant::now();
    let mut desk = Desk::new(State::of_undoing(around, steps, now), case.service(), now);
    desk.service.tell(&[
        (Member::PhoneNumber, "+49 2"),
        (Member::VatNumber, "THEIRS"),
    ]);
    desk.feed(Event::Begin);
    let random = &mut Rng::with_seed(1);
    let mut sent = Vec::new();
    while !desk.state.is_over() {
        if let Some((_, Call::Send(..))) = desk.calls.first() {
            let (left, Call::Send(op, ..)) = desk.calls.remove(0) else {
                unreachable!("it is a request");
            };
            let operation = desk.state.ops[op.index()].operation.clone();
            let result = Ok(operation.id().expect("an id"));
            sent.push(operation);
            desk.feed(Event::Answered { op, left, result });
        } else {
            desk.step(random, true);
        }
    }
    let [Operation::Update { update, .. }] = &sent[..] else {
        panic!("{sent:?}");
    };
    assert!(update.changes.company.phone_number.is_some());
    assert_eq!(update.changes.company.vat_number, None);
    let kept = desk.written.iter().find_map(|(_, what)| match what {
        Happening::Ended(Outcome::Kept(why)) => Some((why.code.as_str(), why.message.as_str())),
        _ => None,
    });
    let (word, message) = kept.expect("it keeps a part");
    assert_eq!(word, code::CHANGED_IN_PART.code);
    assert!(message.contains("THEIRS"), "{message}");
}

#[test]
fn a_move_below_one_that_is_created_again_is_made() {
    let case = Case::one_that_moves_below_a_new_one();
    let mut replayed = case.replayed();
    for standing in &mut replayed.progress {
        let message = String::new();
        *standing = Standing::Open { message };
    }
    let settings = RunSettings::new(Arc::new(|| 0));
    let now = Instant::now();
    let state = State::of_run(case.around(&settings), replayed, now);
    let mut desk = Desk::new(state, case.service(), now);
    desk.intents_of_earlier = [RowIndex(0), RowIndex(1)].into();
    desk.begin();
    let random = &mut Rng::with_seed(1);
    while !desk.state.is_over() {
        desk.step(random, true);
    }
    let moved = &desk.state.replayed.progress[1];
    assert!(
        matches!(moved, Standing::Ended(Outcome::Updated(..))),
        "{moved:?}"
    );
    assert_eq!(desk.service.parent_of(101), FIRST_NEW);
}
