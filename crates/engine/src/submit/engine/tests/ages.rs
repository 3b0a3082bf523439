//! For how long what was seen counts: a look that is old, or older than a pause, is made again before a
//! request leaves; so is the list of devices.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use super::case::Case;
use super::{Call, Desk, unknown};
use crate::api::classify::{Fate, Trouble};
use crate::model::{Happening, Outcome, PartnerId, code};
use crate::submit::engine::begin::Step;
use crate::submit::engine::devices::Devices;
use crate::submit::engine::event::{Event, Look, Seen};
use crate::submit::engine::health::Advice;
use crate::submit::engine::schedule::Earlier;
use crate::submit::engine::state::{Direction, State};
use crate::submit::settings::{Control, RunSettings};

/// What is done to the one customer there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Update,
    Remove,
}

/// What leaves with the next permit, `meanwhile` having happened after the look.
fn leaves_next(kind: Kind, mut meanwhile: impl FnMut(&mut Desk<'_>)) -> &'static str {
    let (case, direction) = match kind {
        Kind::Update => (Case::one_change(), Direction::Forth),
        Kind::Remove => (Case::one_removal(), Direction::Back),
    };
    let settings = RunSettings::new(Arc::new(|| 0));
    let now = Instant::now();
    let state = case.state(direction, &settings, now);
    let mut desk = Desk::new(state, case.service(), now);
    desk.begin();
    let random = &mut Rng::with_seed(1);
    while desk.cleared.is_empty() {
        permit(&mut desk);
        if !desk.calls.is_empty() {
            desk.answer(0, random, true);
        }
    }
    meanwhile(&mut desk);
    desk.feed(Event::Due);
    if desk.calls.is_empty() {
        permit(&mut desk);
    }
    match desk.calls.first() {
        None => "nothing",
        Some((_, Call::Send(..))) => "the request",
        Some((_, Call::Look(Look::Devices { .. }))) => "a list of devices",
        Some((_, Call::Look(_))) => "a look",
    }
}

fn permit(desk: &mut Desk<'_>) {
    if std::mem::take(&mut desk.wanted) {
        desk.permits = 1;
        desk.feed(Event::Permit(desk.permit));
        desk.permits = 0;
    }
}

fn wait(seconds: u64) -> impl Fn(&mut Desk<'_>) {
    move |desk| desk.now += Duration::from_secs(seconds)
}

/// Everybody has to wait for a second, and does.
fn pause(desk: &mut Desk<'_>) {
    desk.now += Duration::from_secs(1);
    desk.state.now = desk.now;
    let second = Duration::from_secs(1);
    desk.state.follow(Advice::Pause(second), "a moment".into());
    desk.now += second;
}

#[test]
fn a_look_is_made_again_when_it_is_old() {
    for kind in [Kind::Update, Kind::Remove] {
        assert_eq!(leaves_next(kind, wait(10)), "the request", "{kind:?}");
        assert_eq!(leaves_next(kind, wait(11)), "a look", "{kind:?}");
    }
}

#[test]
fn what_was_seen_before_a_pause_does_not_count_after_it() {
    assert_eq!(leaves_next(Kind::Update, pause), "a look");
    assert_eq!(leaves_next(Kind::Remove, pause), "a list of devices");
    let listed_since = |desk: &mut Desk<'_>| {
        pause(desk);
        desk.state.devices.set(desk.now, desk.now, Devices::OfEach);
        desk.listed = Some((desk.now, desk.now));
    };
    assert_eq!(leaves_next(Kind::Remove, listed_since), "a look");
}

#[test]
fn devices_are_listed_again_when_the_list_is_old() {
    assert_eq!(leaves_next(Kind::Remove, wait(61)), "a list of devices");
}

#[test]
fn a_list_of_devices_that_comes_late_still_serves_for_a_while() {
    let late = |ago: u64| {
        move |desk: &mut Desk<'_>| {
            let left = desk.now - Duration::from_secs(200 + ago);
            let came = desk.now - Duration::from_secs(ago);
            desk.state.devices.set(left, came, Devices::OfEach);
            desk.listed = Some((desk.now, desk.now));
        }
    };
    assert_eq!(leaves_next(Kind::Remove, late(10)), "the request");
    assert_eq!(leaves_next(Kind::Remove, late(21)), "a list of devices");
}

#[test]
fn a_device_that_was_listed_after_the_look_counts() {
    let listed = |desk: &mut Desk<'_>| {
        let id = PartnerId::from_number(100).expect("an id");
        let devices = Devices::Of(HashMap::from([(id, vec!["srv".to_owned()])]));
        desk.state.devices.set(desk.now, desk.now, devices);
    };
    assert_eq!(leaves_next(Kind::Remove, listed), "a look");
}

/// Whether a request that has its permit may still leave after `meanwhile`.
fn may_leave_after(kind: Kind, meanwhile: impl Fn(&mut Desk<'_>)) -> bool {
    let mut may_leave = None;
    let left = leaves_next(kind, |desk| {
        desk.feed(Event::Due);
        permit(desk);
        let (op, lease) = desk
            .state
            .leases
            .iter()
            .next()
            .expect("a request with a lease");
        let (op, lease) = (*op, lease.clone());
        assert!(lease.stands(desk.now), "{op:?}");
        meanwhile(desk);
        may_leave = Some(lease.stands(desk.now));
    });
    assert_eq!(left, "the request");
    may_leave.expect("a permit")
}

#[test]
fn what_has_a_permit_leaves_only_while_the_look_before_it_counts() {
    for kind in [Kind::Update, Kind::Remove] {
        assert!(may_leave_after(kind, wait(10)), "{kind:?}");
        assert!(!may_leave_after(kind, wait(11)), "{kind:?}");
        assert!(!may_leave_after(kind, pause), "{kind:?}");
        let interrupted = |desk: &mut Desk<'_>| desk.feed(Event::Asked(Control::Drain));
        assert!(!may_leave_after(kind, interrupted), "{kind:?}");
    }
}

#[test]
fn a_device_that_is_listed_while_a_removal_waits_for_its_turn_holds_it_back() {
    let listed = |names: &'static [&str]| {
        move |desk: &mut Desk<'_>| {
            let id = PartnerId::from_number(100).expect("an id");
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let devices = Devices::Of(HashMap::from([(id, names)]));
            let look = Look::Devices { root: id };
            let (left, result) = (desk.now, Ok(Seen::Devices(devices)));
            desk.feed(Event::Looked { look, left, result });
        }
    };
    assert!(may_leave_after(Kind::Remove, listed(&[])));
    assert!(!may_leave_after(Kind::Remove, listed(&["srv"])));
}

#[test]
fn a_removal_waits_for_its_turn_no_longer_than_the_list_of_devices_counts() {
    let may_leave = |listed_ago: u64, waited: u64| {
        let mut may_leave = false;
        leaves_next(Kind::Remove, |desk| {
            let listed = desk.now - Duration::from_secs(listed_ago);
            desk.state.devices.set(listed, listed, Devices::OfEach);
            desk.listed = Some((listed, listed));
            permit(desk);
            let lease = desk.state.leases.values().next().expect("a request");
            may_leave = lease.stands(desk.now + Duration::from_secs(waited));
        });
        may_leave
    };
    assert!(may_leave(50, 10) && !may_leave(50, 11) && !may_leave(55, 6));
}

#[test]
fn what_did_not_leave_is_looked_at_anew_and_is_no_repetition() {
    let next = leaves_next(Kind::Remove, |desk| {
        desk.feed(Event::Due);
        permit(desk);
        let Some((left, Call::Send(op, ..))) = desk.calls.pop() else {
            panic!("a request");
        };
        let result = Err(Trouble::Overdue);
        desk.feed(Event::Answered { op, left, result });
        assert_eq!(desk.state.retries(), 0);
    });
    assert_eq!(next, "a look");
}

#[test]
fn an_answer_to_a_request_that_left_before_a_loss_tells_nothing_of_what_waits_behind_it() {
    let case = Case::creates(2);
    let settings = RunSettings::new(Arc::new(|| 0));
    let begun = Instant::now();
    let state = case.state(Direction::Forth, &settings, begun);
    let mut desk = Desk::new(state, case.service(), begun);
    desk.begin();
    permit(&mut desk);
    permit(&mut desk);
    let mut sent = Vec::new();
    for (left, call) in std::mem::take(&mut desk.calls) {
        let Call::Send(op, ..) = call else {
            panic!("a request");
        };
        sent.push((op, left));
    }
    let [(lost, left), (answered, left_too)] = sent[..] else {
        panic!("two requests");
    };
    desk.now = left.max(left_too) + Duration::from_secs(60);
    let result = Err(unknown(Fate::MayLandLater));
    desk.feed(Event::Answered {
        op: lost,
        left,
        result,
    });
    desk.now += Duration::from_secs(10);
    let result = Ok(PartnerId::from_number(4711).expect("an id"));
    desk.feed(Event::Answered {
        op: answered,
        left: left_too,
        result,
    });
    let heard_at = desk.state.ops[lost.index()].heard_at;
    assert_eq!(heard_at, None, "it left before the loss");
}

#[test]
fn each_one_s_devices_are_asked_for_where_no_list_shows_them() {
    let case = Case::one_removal();
    let settings = RunSettings::new(Arc::new(|| 0));
    let now = Instant::now();
    let state = case.state(Direction::Back, &settings, now);
    let mut desk = Desk::new(state, case.service(), now);
    desk.begin();
    let mut asked = false;
    for _ in 0..20 {
        permit(&mut desk);
        let Some((left, Call::Look(look))) = desk.calls.pop() else {
            continue;
        };
        let result = match &look {
            Look::Devices { .. } => Ok(Seen::Devices(Devices::OfEach)),
            Look::Bare { devices, .. } => {
                assert!(*devices, "its devices are asked for");
                asked = true;
                let Seen::Bare {
                    customer, below, ..
                } = desk.service.seen(&look)
                else {
                    panic!("a customer");
                };
                let devices = vec!["Server".to_owned()];
                Ok(Seen::Bare {
                    customer,
                    below,
                    devices,
                })
            }
            _ => panic!("another look"),
        };
        desk.feed(Event::Looked { look, left, result });
        if asked {
            break;
        }
    }
    assert!(asked, "it was looked at");
    let kept = desk.written.iter().find_map(|(_, what)| match what {
        Happening::Ended(Outcome::Kept(why)) => Some(why.code.as_str()),
        _ => None,
    });
    assert_eq!(kept, Some(code::HAS_DEVICES.code));
}

#[test]
fn the_intent_of_a_removal_that_may_have_left_is_not_taken_back() {
    let case = Case::one_removal();
    let settings = RunSettings::new(Arc::new(|| 0));
    let around = case.around(&settings);
    let mut steps = case.steps();
    if let Step::Send { earlier, .. } = &mut steps[0].step {
        *earlier = Earlier::MaybeSent;
    }
    let now = Instant::now();
    let state = State::of_undoing(around, steps, now);
    let mut desk = Desk::new(state, case.service(), now);
    desk.begin();
    // It can no longer land, and nobody has looked whether it did.
    desk.now += settings.settle_wait * 2;
    desk.feed(Event::Asked(Control::Abandon));
    for command in desk.state.close(desk.now) {
        desk.take(command);
    }
    let released = |(_, what): &(_, Happening)| *what == Happening::Released;
    assert!(!desk.written.iter().any(released), "{:?}", desk.written);
}
