//! Whole runs, one story each.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_import::api::classify::Stop;
use partner_import::journal::{Entry, Event, Journal, Replayed};
use partner_import::sandbox::{Config, Done, FaultKind, NamePolicy};
use partner_import::submit::reads::Wanted;
use partner_import::submit::{
    AttemptEnd, Control, EndReason, MaxErrors, Patience, RunEvent, carry_out, read_tenant,
};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::support::forest::{Forest, STRANGERS, Shape};
use crate::support::judge::{assert_well, journal_against_report};
use crate::support::life::Life;
use crate::support::network::{Arrival, Weather, locked};
use crate::support::world::{World, no_control, run_info, store_on_disk};
use partner_import::model::{Happening, Origin, Outcome, RowIndex, Standing};

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Runs to the end, and holds everything against the tenant.
pub(crate) async fn run_well(world: &World) -> AttemptEnd {
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    assert_well(world, &outcome.replayed.progress);
    outcome
}

pub(crate) fn created(outcome: &AttemptEnd) -> usize {
    let progress = outcome.replayed.progress.iter();
    progress.filter(|one| one.created().is_some()).count()
}

/// When requests of a method arrived, since the start.
pub(crate) fn times(world: &World, method: &str) -> Vec<Duration> {
    let arrivals = world.network.arrivals_of(method).into_iter();
    arrivals.map(|one| one.at - world.network.start).collect()
}

/// The requests that were made for the row that a fault struck.
pub(crate) fn struck_twice(world: &World, kind: FaultKind) -> (Arrival, Vec<Arrival>) {
    let all = world.network.arrivals_of("AddPartner");
    let is_struck = |one: &&Arrival| one.fault == Some(kind);
    let struck = all
        .iter()
        .find(is_struck)
        .expect("the fault struck")
        .clone();
    let again = |one: &&Arrival| one.name == struck.name && one.at > struck.at;
    let again = all.iter().filter(again).cloned().collect();
    (struck, again)
}

/// World in which nothing keeps the service from accepting a name twice.
pub(crate) fn careless(forest: Forest, faults: &[&str]) -> World {
    named(forest, faults, NamePolicy::Any)
}

fn named(forest: Forest, faults: &[&str], names: NamePolicy) -> World {
    let faults = faults.iter().map(|text| text.parse().expect("a fault"));
    let config = Config {
        faults: faults.collect(),
        names,
        latency: Duration::from_millis(50),
        ..Config::default()
    };
    World::new(forest, config, Weather::FAIR, 1)
}

#[tokio::test(start_paused = true)]
async fn an_undisturbed_run_creates_every_row_once() {
    let world = World::fair(Forest::four_levels(100, 3));
    let outcome = run_well(&world).await;
    assert_eq!((created(&outcome), outcome.retries), (100, 0));
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 100);
    assert_eq!(world.network.arrivals_of("Login").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn rows_and_ids_are_not_mixed_up_with_64_workers_and_answers_in_any_order() {
    let shape = Shape::of(500);
    let forest = Forest::random(shape, &mut fastrand::Rng::with_seed(7));
    let weather = Weather {
        jitter: seconds(2),
        ..Weather::FAIR
    };
    let world = World::new(forest, Config::default(), weather, 7).workers(64);
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 500);
    // The customers did not come in the order of the rows.
    let ids: Vec<_> = outcome.replayed.progress.iter().map(Standing::id).collect();
    assert!(!ids.is_sorted());
}

#[tokio::test(start_paused = true)]
async fn a_customer_whose_answer_was_lost_is_found_and_not_sent_again() {
    for kind in [
        "drop-answer",
        "cut",
        "truncate",
        "garbage",
        "500-after",
        "delay",
    ] {
        let fault = format!("{kind}=#3@AddPartner");
        let world = careless(Forest::flat(5), &[&fault]);
        let outcome = run_well(&world).await;
        assert_eq!(created(&outcome), 5, "{kind}");
        assert_eq!(world.network.arrivals_of("AddPartner").len(), 5, "{kind}");
        let told = locked(&world.told);
        let found = |event: &RunEvent| {
            matches!(
                event,
                RunEvent::Row(_, Happening::Ended(Outcome::Created(_, Origin::Found)))
            )
        };
        let found = told.iter().filter(|(_, event)| found(event)).count();
        assert_eq!(found, 1, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_is_sent_again_after_two_looks_and_the_time_to_land() {
    let world = careless(Forest::flat(3), &["drop-request=#2@AddPartner"]);
    let outcome = run_well(&world).await;
    assert_eq!((created(&outcome), outcome.retries), (3, 1));
    let (lost, again) = struck_twice(&world, FaultKind::DropRequest);
    assert_eq!(again.len(), 1);
    let wait = again[0].at - lost.at;
    assert!(wait >= world.settings.settle_wait, "{wait:?}");
    let between = |one: &&Arrival| one.at > lost.at && one.at <= again[0].at;
    let looks = world.network.arrivals_of("EnumeratePartners");
    let looks: Vec<_> = looks.iter().filter(between).collect();
    assert_eq!(looks.len(), 2);
    assert!(looks[0].at - lost.at < seconds(1));
    assert!(again[0].at - looks[1].at < seconds(1));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_lands_late_is_waited_for() {
    for late in ["1s", "60s", "119s"] {
        let fault = format!("late-commit=#2:{late}@AddPartner");
        let world = careless(Forest::flat(3), &[&fault]);
        let outcome = run_well(&world).await;
        assert_eq!(created(&outcome), 3, "{late}");
        assert_eq!(world.network.arrivals_of("AddPartner").len(), 3, "{late}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_had_to_log_in_first_has_its_whole_time_to_land() {
    // The first visa is refused; the login takes 40 s; then the request is lost for 100 s.
    let faults = [
        "expired-visa=#1@AddPartner",
        "delay=#2:40s@Login",
        "late-commit=#2:100s@AddPartner",
    ];
    let world = careless(Forest::flat(1), &faults);
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 1);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_our_own_late_request_took_is_adopted() {
    // It lands between the second look and the moment at which the row is sent again.
    let late = ["late-commit=#1:120130ms@AddPartner"];
    let world = named(Forest::flat(1), &late, NamePolicy::Global);
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    assert_eq!(created(&outcome), 1);
    let adds = world.network.arrivals_of("AddPartner");
    assert_eq!(adds[1].done, Done::Refused(2115));
    assert_eq!(adds.len(), 2);
    assert_eq!(world.network.new_customers().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_a_stranger_has_fails_the_row_and_blocks_those_below() {
    let forest = Forest::chain(4).with_name(1, STRANGERS[0]);
    let world = World::fair(forest);
    let outcome = run_well(&world).await;
    let progress = &outcome.replayed.progress;
    assert!(matches!(&progress[1], Standing::Ended(Outcome::Failed(why)) if why.code == "2115"));
    for below in &progress[2..] {
        assert!(
            matches!(below, Standing::Ended(Outcome::Blocked { by }) if by.0 == 1),
            "{below:?}"
        );
    }
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_somebody_else_has_just_added_is_not_taken_for_ours() {
    let mut world = named(Forest::flat(3), &[], NamePolicy::PerParent);
    run_well(&world).await;
    // A second run whose tenant was read before the first began.
    world.begin_new_run();
    world.blind = true;
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    let exists = |one: &Standing| matches!(one, Standing::Ended(Outcome::Exists(_)));
    assert!(outcome.replayed.progress.iter().all(exists));
    assert_eq!(world.network.new_customers().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_429_holds_everybody_back_for_as_long_as_it_says() {
    let faults = ["429=#20:7@AddPartner"];
    let world = World::with_faults(Forest::flat(100), &faults).workers(16);
    run_well(&world).await;
    let (refused, again) = struck_twice(&world, FaultKind::Http429);
    let told = refused.at + Duration::from_millis(50);
    let within = |one: &&Arrival| one.at > told && one.at < told + seconds(7);
    let all = world.network.arrivals();
    let within: Vec<_> = all.iter().filter(within).collect();
    assert!(within.is_empty(), "{within:?}");
    assert_eq!(again.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_services_request_limit_is_lived_with() {
    let config = Config {
        rate_limit: Some("10/s".parse().expect("a rate")),
        latency: Duration::from_millis(20),
        ..Config::default()
    };
    let world = World::new(Forest::flat(200), config, Weather::FAIR, 1).workers(32);
    run_well(&world).await;
}

#[tokio::test(start_paused = true)]
async fn a_rate_holds_over_creates_looks_and_log_ins() {
    let faults = [
        "drop-answer=0.1",
        "expired-visa=0.05",
        "500=0.05",
        "delay=0.02:70s",
    ];
    for rate in ["7/s", "100/m"] {
        let forest = Forest::four_levels(200, 4);
        let world = World::with_faults(forest, &faults).workers(64).rate(rate);
        run_well(&world).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_visa_is_renewed_in_a_run_longer_than_its_life() {
    let world = World::fair(Forest::flat(40)).workers(1).rate("100/h");
    run_well(&world).await;
    let refused = |one: &Arrival| one.done == Done::Refused(1701);
    assert!(!world.network.arrivals().iter().any(refused));
}

#[tokio::test(start_paused = true)]
async fn too_many_failed_rows_stop_the_run_and_the_rest_can_be_continued() {
    let mut forest = Forest::flat(100);
    for (row, name) in [(3, STRANGERS[0]), (9, STRANGERS[1]), (50, STRANGERS[2])] {
        forest = forest.with_name(row, name);
    }
    let mut world = World::fair(forest);
    world.settings.max_errors = Some(MaxErrors::Rows(1));
    let outcome = world.run().await.outcome();
    let spent = EndReason::ErrorBudget {
        failed: 2,
        budget: MaxErrors::Rows(1),
        rows: 100,
    };
    assert_eq!(outcome.reason, spent);
    let open = |one: &Standing| matches!(one, Standing::Open { .. });
    assert!(!outcome.replayed.progress.iter().any(open));
    assert!(created(&outcome) < 20);
    // The budget is the run's: who continues with the same one sends nothing more.
    let sent = world.network.arrivals_of("AddPartner").len();
    let again = world.run().await.outcome();
    assert_eq!(again.reason, spent);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), sent);
    world.settings.max_errors = None;
    assert_eq!(created(&run_well(&world).await), 97);
}

/// Most of the list is there: a share of it is more than all that is sent.
#[tokio::test(start_paused = true)]
async fn a_service_that_refuses_all_stops_a_run_whose_share_is_not_spent() {
    let mut world = World::fair(Forest::flat(400)).workers(1);
    run_well(&world).await;
    world.begin_new_run();
    let taken = |forest: Forest, row| forest.with_name(row, STRANGERS[row % STRANGERS.len()]);
    world.forest = (400..440).fold(Forest::flat(440), taken).into();
    world.settings.max_errors = Some(MaxErrors::Percent(20));
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::AllRefused { failed: 20 });
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_waited_for_with_growing_pauses_then_left_to_be_continued() {
    let weather = Weather {
        down: Some((seconds(1), seconds(7200))),
        ..Weather::FAIR
    };
    let config = Config {
        latency: Duration::from_millis(50),
        ..Config::default()
    };
    let mut world = World::new(Forest::flat(200), config, weather, 1).workers(8);
    world.settings.concurrency = 4.try_into().expect("some workers");
    let outcome = world.run().await.outcome();
    assert!(
        matches!(outcome.reason, EndReason::Outage(_)),
        "{:?}",
        outcome.reason
    );
    let lasted = world.network.start.elapsed();
    assert!(
        lasted >= seconds(900) && lasted < seconds(1000),
        "{lasted:?}"
    );
    let pauses: Vec<Duration> = locked(&world.told)
        .iter()
        .filter_map(|(_, event)| match event {
            RunEvent::Paused { pause, .. } => Some(*pause),
            _ => None,
        })
        .collect();
    assert!(pauses.len() > 8 && pauses.len() < 40, "{pauses:?}");
    assert!(pauses[0] < seconds(1) && *pauses.last().expect("pauses") > seconds(20));
    sleep(seconds(7200)).await;
    assert_eq!(created(&run_well(&world).await), 200);
}

#[tokio::test(start_paused = true)]
async fn a_short_outage_in_the_middle_is_sat_out() {
    let weather = Weather {
        down: Some((seconds(1), seconds(300))),
        ..Weather::FAIR
    };
    let config = Config {
        latency: Duration::from_millis(50),
        ..Config::default()
    };
    let world = World::new(Forest::flat(200), config, weather, 1).workers(64);
    assert_eq!(created(&run_well(&world).await), 200);
}

/// Asks for something after a time, while a process works.
async fn asked(world: &World, after: Duration, what: Control) -> AttemptEnd {
    let (ask, control) = watch::channel(Control::Run);
    let asking = async {
        sleep(after).await;
        ask.send_replace(what);
        std::future::pending::<()>().await;
    };
    let outcome = tokio::select! {
        end = world.attempt(None, control) => end.outcome(),
        () = asking => unreachable!("asking does not end"),
    };
    let wrong = journal_against_report(world, &outcome.replayed.progress);
    assert!(wrong.is_empty(), "{wrong:?}");
    outcome
}

#[tokio::test(start_paused = true)]
async fn draining_lets_the_calls_under_way_finish_and_sends_nothing_more() {
    let world = World::fair(Forest::four_levels(300, 5)).workers(16);
    let outcome = asked(&world, seconds(1), Control::Drain).await;
    assert_eq!(outcome.reason, EndReason::Interrupted);
    let open = |one: &Standing| matches!(one, Standing::Open { .. });
    assert!(!outcome.replayed.progress.iter().any(open));
    assert!(created(&outcome) > 16 && created(&outcome) < 300);
    let last = times(&world, "AddPartner").pop().expect("some were sent");
    assert!(last <= seconds(1), "{last:?}");
    assert_eq!(created(&run_well(&world).await), 300);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 300);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_drain_in_time_is_left_open_and_settled_when_continued() {
    let world = careless(Forest::flat(30), &["delay=#10:50s@AddPartner"]);
    let outcome = asked(&world, Duration::from_millis(500), Control::Drain).await;
    assert_eq!(outcome.reason, EndReason::Interrupted);
    let open = |one: &&Standing| matches!(one, Standing::Open { .. });
    assert_eq!(outcome.replayed.progress.iter().filter(open).count(), 1);
    let lasted = world.network.start.elapsed();
    assert!(lasted < seconds(31), "{lasted:?}");
    assert_eq!(created(&run_well(&world).await), 30);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 30);
}

#[tokio::test(start_paused = true)]
async fn abandoned_calls_are_left_open_and_settled_when_continued() {
    let faults = ["late-commit=#35:60s@AddPartner"];
    let world = careless(Forest::four_levels(300, 5), &faults).workers(16);
    let outcome = asked(&world, seconds(1), Control::Abandon).await;
    assert_eq!(outcome.reason, EndReason::Interrupted);
    let open = |one: &&Standing| matches!(one, Standing::Open { .. });
    assert!(outcome.replayed.progress.iter().filter(open).count() > 1);
    assert_eq!(world.network.start.elapsed().as_secs(), 1);
    assert_eq!(created(&run_well(&world).await), 300);
}

#[tokio::test(start_paused = true)]
async fn being_forbidden_at_first_stops_the_run_and_fails_no_row() {
    // 500 is another tenant's customer.
    let mut forest = Forest::flat(20);
    for row in 0..20 {
        forest = forest.with_row_below(row, 500);
    }
    let world = World::fair(forest).workers(1);
    let outcome = world.run().await.outcome();
    let forbidden = matches!(&outcome.reason, EndReason::Stopped(Stop::Forbidden(error)) if error.number == 13501);
    assert!(forbidden, "{:?}", outcome.reason);
    // The first of them once more, after a login: an old visa could be to blame.
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 4);
    let pending = |one: &Standing| *one == Standing::Pending;
    assert!(outcome.replayed.progress.iter().all(pending));
}

#[tokio::test(start_paused = true)]
async fn a_single_forbidden_row_fails_for_itself() {
    for row in [0, 7] {
        let world = World::fair(Forest::flat(10).with_row_below(row, 500)).workers(1);
        let outcome = run_well(&world).await;
        assert!(matches!(
            outcome.replayed.progress[row],
            Standing::Ended(Outcome::Failed(_))
        ));
        assert_eq!(created(&outcome), 9);
    }
}

#[tokio::test(start_paused = true)]
async fn a_parent_that_does_not_exist_any_more_fails_the_row() {
    // The answer is lost, and then nobody can be looked for below 4711.
    let faults = ["drop-request=#1@AddPartner"];
    let world = careless(Forest::flat(3).with_row_below(0, 4711), &faults).workers(1);
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    assert!(
        matches!(&outcome.replayed.progress[0], Standing::Ended(Outcome::Failed(why)) if why.code == "2101")
    );
    assert_eq!(created(&outcome), 2);
}

#[tokio::test(start_paused = true)]
async fn a_row_without_any_clear_answer_fails_at_last_and_is_not_there() {
    let faults = ["500=1@AddPartner"];
    let world = careless(Forest::flat(2), &faults);
    let start = Instant::now();
    let outcome = run_well(&world).await;
    for one in &outcome.replayed.progress {
        assert!(
            matches!(one, Standing::Ended(Outcome::Failed(why)) if why.code == "no-answer"),
            "{one:?}"
        );
    }
    let sends = world.settings.max_sends as usize;
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 2 * sends);
    assert!(start.elapsed() < seconds(900));
}

#[tokio::test(start_paused = true)]
async fn visas_that_are_never_accepted_end_the_run() {
    let world = World::with_faults(Forest::flat(5), &["expired-visa=1@AddPartner"]);
    let outcome = world.run().await.outcome();
    let refused = matches!(&outcome.reason, EndReason::Stopped(Stop::BadCredentials(error)) if error.number == 1701);
    assert!(refused, "{:?}", outcome.reason);
    assert!(world.network.arrivals().len() < 200);
}

#[tokio::test(start_paused = true)]
async fn the_error_budget_spent_by_the_last_row_does_not_leave_the_run_unfinished() {
    let mut world = World::fair(Forest::flat(5).with_name(4, STRANGERS[0])).workers(1);
    world.settings.max_errors = Some(MaxErrors::Rows(0));
    let outcome = run_well(&world).await;
    assert_eq!(created(&outcome), 4);
}

#[tokio::test(start_paused = true)]
async fn a_second_run_of_the_same_rows_creates_nothing() {
    let mut world = World::fair(Forest::four_levels(100, 3)).workers(8);
    run_well(&world).await;
    world.begin_new_run();
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    let exists = |one: &Standing| matches!(one, Standing::Ended(Outcome::Exists(_)));
    assert!(outcome.replayed.progress.iter().all(exists));
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 100);
}

#[tokio::test(start_paused = true)]
async fn what_the_tenant_shows_otherwise_is_a_mismatch() {
    let world = World::fair(Forest::flat(3));
    run_well(&world).await;
    world.remove_behind_our_back("Customer 1");
    let outcome = world.run().await.outcome();
    assert_eq!(outcome.reason, EndReason::Done);
    let found: Vec<u32> = outcome.mismatches.iter().map(|one| one.row.0).collect();
    assert_eq!(found, [1]);
    // Known by now: it is not written a second time.
    let again = world.run().await.outcome();
    assert_eq!(again.mismatches.len(), 1);
    assert_eq!(again.replayed.mismatches.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_written_stops_dispatch_and_loses_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = store_on_disk(directory.path());
    let path = store.path().to_owned();
    let mut world = World::fair(Forest::four_levels(200, 4)).workers(16);
    world.store = Arc::new(Mutex::new(store));
    // The disk is full after 150 events.
    let disk = rusqlite::Connection::open(&path).expect("the same file");
    disk.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON event WHEN NEW.seq > 150 OR
             (SELECT count(*) FROM event) >= 150
         BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;",
    )
    .expect("a trigger");
    let outcome = world.run().await.outcome();
    let EndReason::JournalFailed(reason) = &outcome.reason else {
        panic!("ended with {:?}", outcome.reason);
    };
    assert!(reason.contains("database or disk is full"), "{reason}");
    let sent = world.network.arrivals_of("AddPartner").len();
    assert!(sent < 150, "{sent}");
    disk.execute_batch("DROP TRIGGER full")
        .expect("space again");
    assert_eq!(created(&run_well(&world).await), 200);
    assert_eq!(world.network.arrivals_of("AddPartner").len(), 200);
}

/// An outcome is told, and meanwhile the intents of the other rows become durable: nothing else is under
/// way that would wake the run.
#[tokio::test]
async fn what_is_acknowledged_while_something_is_told_is_not_missed() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut store = store_on_disk(directory.path());
    let disk = rusqlite::Connection::open(store.path()).expect("the same file");
    let world = World::fair(Forest::chain(2));
    let life = Life::new(None);
    let client = Arc::new(world.new_client(&life));
    let patience = Patience {
        limit: seconds(9),
        first_contact: seconds(9),
        seed: 1,
        control: no_control(),
    };
    let tenant = read_tenant(&client, &patience, Wanted::default()).await;
    let tenant = tenant.expect("a tenant");
    let mut planned = world.forest.plan(&tenant);
    planned.extend(Forest::flat(3).plan(&tenant).into_iter().skip(2));
    let kept = store.add_plan(&run_info(), &planned, 0);
    kept.expect("a plan is kept"); // Its first row was refused: the one below it is settled at once.
    let refused = Entry::Event(Event {
        row: RowIndex(0),
        kind: Happening::Ended(Outcome::failed("2000", "refused")),
        at_ms: 0,
    });
    store.write(&[refused]).expect("an event is kept");
    let replayed = Replayed::read(&store).expect("a journal that can be read");
    let mut journal = Journal::start(store);
    let acknowledged = journal.acknowledged();
    let durable = move |count: u64| {
        while acknowledged.borrow().up_to < count {
            std::thread::yield_now();
        }
    };
    let mut observer = move |event| match event {
        RunEvent::Started { .. } => {
            durable(1);
            disk.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        }
        RunEvent::Row(RowIndex(1), _) => {
            disk.execute_batch("ROLLBACK").expect("it is let go");
            durable(2);
        }
        _ => {}
    };
    let run = carry_out(
        client,
        &mut journal,
        replayed,
        &tenant,
        &world.settings,
        no_control(),
        &mut observer,
    );
    let ended = tokio::time::timeout(seconds(20), run).await;
    let ended = ended.expect("it is told that the intent is durable");
    assert_eq!(ended.reason, EndReason::Done);
    assert_eq!(created(&ended), 1);
}
