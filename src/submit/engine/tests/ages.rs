//! For how long what was seen counts: a look that is old, or older than a pause, is made again before a
//! request leaves; so is the list of devices.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use super::service::Case;
use super::{Call, Desk};
use crate::model::PartnerId;
use crate::submit::engine::devices::Devices;
use crate::submit::engine::event::{Event, Look};
use crate::submit::engine::health::Advice;
use crate::submit::engine::state::{Direction, State, Surroundings};
use crate::submit::settings::RunSettings;

/// What is done to the one customer there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Update,
    Remove,
}

/// What leaves with the next permit, `meanwhile` having happened after the look.
fn leaves_next(kind: Kind, meanwhile: impl Fn(&mut Desk<'_>)) -> &'static str {
    let (case, direction) = match kind {
        Kind::Update => (Case::one_change(), Direction::Forth),
        Kind::Remove => (Case::one_removal(), Direction::Back),
    };
    let settings = RunSettings::new(Arc::new(|| 0));
    let around = Surroundings {
        settings: &settings,
        tenant: &case.tenant,
        interval: None,
    };
    let now = Instant::now();
    let state = match direction {
        Direction::Forth => State::of_run(around, case.replayed(), now),
        Direction::Back => State::of_undoing(around, case.steps(), now),
    };
    let mut desk = Desk::new(state, case.service(), now);
    desk.feed(Event::Begin);
    desk.durable = desk.written.len();
    desk.feed(Event::Durable(desk.durable as u64));
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
        desk.state.devices.set(desk.now, Devices::OfEach);
        desk.listed = Some(desk.now);
    };
    assert_eq!(leaves_next(Kind::Remove, listed_since), "a look");
}

#[test]
fn devices_are_listed_again_when_the_list_is_old() {
    assert_eq!(leaves_next(Kind::Remove, wait(61)), "a list of devices");
}

#[test]
fn a_device_that_was_listed_after_the_look_counts() {
    let listed = |desk: &mut Desk<'_>| {
        let id = PartnerId::from_number(100).expect("an id");
        let devices = Devices::Of(HashMap::from([(id, vec!["srv".to_owned()])]));
        desk.state.devices.set(desk.now, devices);
    };
    assert_eq!(leaves_next(Kind::Remove, listed), "a look");
}
