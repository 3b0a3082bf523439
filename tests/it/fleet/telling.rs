//! Who hears of a fleet, and when: what fails after a tenant's run, and changes, once.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use super::{NAMES, Place, codes, profile, tenants};
use crate::cli::desk::{SMALL, Service, end_of};
use crate::cli::schema;
use crate::unattended::exposition;
use crate::unattended::listener::Listener;

#[cfg(unix)]
#[test]
fn what_fails_after_a_tenants_run_is_told_with_the_fleet() {
    let place = Place::new();
    let listener = Listener::answering(200);
    place.desk.write(
        "hooks",
        format!("{0}/json\nslack+{0}/slack\n", listener.address),
    );
    place.fleet("rate = \"none\"\nnotify_file = \"hooks\"\n");
    let own = "[after]\ncommand = [\"/bin/sh\", \"-c\", \"exit 9\"]\n";
    place
        .desk
        .write("west.toml", profile(&place.services[2].endpoint) + own);
    let done = place.run(&["--yes", "--format", "json"]).exits(1);
    schema::matches("fleet", &done.json());
    assert_eq!(codes(&done), [0, 0, 1]);
    let reason = "the command of [after] has failed: exit status: 9";
    assert_eq!(tenants(&done)[2]["reason"], reason);
    let summary = place.desk.read("states/west/results/summary.json");
    let summary: Value = serde_json::from_str(&summary).expect("JSON");
    assert_eq!(summary["exit_code"], 1);
    let told = listener.told();
    let body = |line: &str| {
        let found = told.iter().find(|one| one.line == line);
        found.expect("a message").body.clone()
    };
    let message: Value = serde_json::from_str(&body("POST /json")).expect("JSON");
    assert_eq!(message["need_somebody"][0]["reason"], reason);
    assert!(body("POST /slack").contains(reason));
}

#[test]
fn a_fleet_tells_of_changes_once() {
    let place = Place::new();
    let listener = Listener::answering(200);
    place
        .desk
        .write("hooks", format!("{}/hook\n", listener.address));
    place.fleet("rate = \"none\"\nnotify_file = \"hooks\"\nnotify_when = \"change\"\n");
    let nights = |code: i32, messages: usize| {
        let before = listener.told().len();
        place.run(&["--yes"]).exits(code);
        place.run(&["--yes"]).exits(code);
        assert_eq!(listener.told().len() - before, messages, "exit code {code}");
    };
    nights(0, 1);
    let list = place.desk.read("west/customers.csv");
    fs::remove_file(place.desk.path("west/customers.csv")).expect("it is there");
    nights(3, 1);
    // Another tenant, too; then another cause with the same exit code.
    fs::remove_file(place.desk.path("north/customers.csv")).expect("it is there");
    nights(3, 1);
    place.desk.write("north/customers.csv", "");
    nights(3, 1);
    for name in ["north", "west"] {
        place.desk.write(&format!("{name}/customers.csv"), &list);
    }
    nights(0, 1);
}

/// The exit codes that the fleet's metrics tell, in the order of the names.
fn exit_codes(place: &Place) -> Vec<(String, f64)> {
    let metrics = exposition::read(&place.desk.read("fleet.prom")).expect("metrics");
    let codes = metrics.iter();
    let mut codes: Vec<(String, f64)> = codes
        .filter(|((name, _), _)| name == "partner_import_exit_code")
        .map(|((_, labels), value)| (labels["tenant"].clone(), *value))
        .collect();
    codes.sort_by(|one, other| one.0.cmp(&other.0));
    codes
}

#[test]
fn a_fleet_that_is_refused_as_a_whole_is_told_of_like_any_other_night() {
    let place = Place::new();
    let listener = Listener::answering(200);
    place
        .desk
        .write("hooks", format!("{}/hook\n", listener.address));
    let own = format!(
        "rate = \"none\"\nmetrics_file = \"fleet.prom\"\nnotify_file = \"hooks\"\n\
         notify_when = \"change\"\nping = \"{}/ping\"\n",
        listener.address
    );
    place.fleet(&own);
    let good = place.desk.read("fleet.toml");
    // The lines that this night adds, and the reason in its message.
    let told_of = |run: &dyn Fn()| {
        let before = listener.told().len();
        run();
        let told = listener.told().split_off(before);
        let mut lines: Vec<String> = told.iter().map(|one| one.line.clone()).collect();
        lines.sort();
        let message = told.iter().find(|one| one.line == "POST /hook");
        let message = message.map(|one| serde_json::from_str::<Value>(&one.body).expect("JSON"));
        let reason = message.map(|one| one["reason"].as_str().unwrap_or_default().to_owned());
        (lines, reason)
    };
    let goes_well = || {
        let (lines, reason) = told_of(&|| {
            place.run(&["--yes"]).exits(0);
        });
        assert_eq!(lines, ["GET /ping", "POST /hook"]);
        assert_eq!(reason.as_deref(), Some(""));
        assert!(exit_codes(&place).iter().all(|(_, code)| *code == 0.0));
    };
    let is_refused = |run: &dyn Fn(), why: &str| {
        let (lines, reason) = told_of(run);
        assert_eq!(lines, ["GET /ping/fail", "POST /hook"], "{why}");
        assert!(
            reason.as_deref().is_some_and(|told| told.contains(why)),
            "{reason:?}"
        );
        let codes = exit_codes(&place);
        assert!(
            codes.iter().all(|(_, code)| (*code - 2.0).abs() < 0.1),
            "{why}: {codes:?}"
        );
        assert_eq!(codes.len(), 3);
    };
    goes_well();
    // Two tenants with one list.
    let twice = good.replace("{name}/customers", "north/customers");
    place.desk.write("fleet.toml", &twice);
    let refused = || {
        place.run(&["--yes"]).exits(2);
    };
    is_refused(&refused, "north and south-2 both read the list");
    let (lines, _) = told_of(&refused);
    assert_eq!(lines, ["GET /ping/fail"], "the same again is no change");
    // A file that is wrong, in what it says and in how it is written.
    for (wrong, why) in [
        ("[[tenant]]\nlist = \"x\"\n", "this [[tenant]] has no name"),
        ("[[tenant]\nlist = \"x\"\n", "the fleet file is wrong; "),
    ] {
        place.desk.write("fleet.toml", &good);
        goes_well();
        place.desk.write("fleet.toml", format!("{good}{wrong}"));
        is_refused(&refused, why);
    }
    place.desk.write("fleet.toml", &good);
    goes_well();
    let in_environment = || {
        let mut command = place.command(&["--yes"]);
        command.env("PARTNER_IMPORT_USERNAME", "somebody");
        end_of(command.spawn().expect("the tool starts")).exits(2);
    };
    is_refused(&in_environment, "PARTNER_IMPORT_USERNAME is set");
    // Nobody hears of a look.
    let (lines, _) = told_of(&|| {
        place.desk.write("fleet.toml", &twice);
        place.run(&[]).exits(2);
    });
    assert!(lines.is_empty(), "{lines:?}");
}

#[test]
fn a_missing_file_of_webhooks_is_told_to_whoever_is_not_in_it() {
    let place = Place::new();
    let listener = Listener::answering(200);
    place.fleet(&format!(
        "rate = \"none\"\nmetrics_file = \"fleet.prom\"\nnotify_file = \"nowhere\"\nping = \"{}/ping\"\n",
        listener.address
    ));
    place
        .run(&["--yes"])
        .exits(2)
        .says(&["cannot read the webhooks of", "--notify-file"]);
    assert_eq!(listener.lines(), ["GET /ping/fail"]);
    assert_eq!(exit_codes(&place).len(), 3);
    assert_eq!(place.added(), [0, 0, 0]);
}

#[test]
fn who_is_probably_there_is_told_of_a_fleet_too() {
    let place = Place::new();
    let listener = Listener::answering(200);
    place.desk.write(
        "hooks",
        format!("{0}/json\nslack+{0}/slack\n", listener.address),
    );
    let own = "rate = \"none\"\nnotify_file = \"hooks\"\nnotify_when = \"change\"\n";
    place.fleet(own);
    let list = |name: &str| {
        let list = format!("Name,Level,State,Country\n{name},EndCustomer,InTrial,DE\n");
        place.desk.write("west/customers.csv", list);
    };
    list("Gärtner");
    place.run(&["--yes"]).exits(0);
    list("G?rtner");
    let done = place.run(&["--yes"]).exits(0);
    let near = "1 created beside a customer with nearly the same name (T204)";
    assert!(
        done.out.contains(&format!("west: {near}\n")),
        "{}",
        done.out
    );
    let told = listener.told();
    assert_eq!(told.len(), 4, "{told:?}");
    let last = &told[2..];
    let body = |line: &str| last.iter().find(|one| one.line == line).expect("a message");
    let message: Value = serde_json::from_str(&body("POST /json").body).expect("JSON");
    assert_eq!(message["near_names"], 1);
    assert!(body("POST /slack").body.contains(near));
    list("GÄRTNER");
    let done = place.run(&["--yes", "--format", "json"]).exits(0);
    schema::matches("fleet", &done.json());
    assert_eq!(done.json()["near_names"], 1);
    assert_eq!(tenants(&done)[2]["near_names"], 1);
}

#[test]
fn tenants_that_were_not_begun_do_not_keep_the_figures_of_the_night_before() {
    let place = Place::with(|_| Service::slow(Duration::from_millis(50)));
    place.fleet("rate = \"none\"\nmetrics_file = \"fleet.prom\"\n");
    place.run(&["--yes"]).exits(0);
    let figures = |name: &str| {
        let name = format!("partner_import_{name}");
        let metrics = exposition::read(&place.desk.read("fleet.prom")).expect("metrics");
        let of_name = metrics.into_iter().filter(|((one, _), _)| *one == name);
        let figures: Vec<f64> = of_name.map(|(_, value)| value).collect();
        figures
    };
    let success = figures("last_success_timestamp_seconds");
    assert_eq!((success.len(), exit_codes(&place).len()), (3, 3));
    let before = figures("last_run_timestamp_seconds");
    // The time is up before the first one: none is begun, and each says so. Where that one was quicker, it
    // stops before its new row.
    for name in NAMES {
        let list = format!("{SMALL}Neu,,EndCustomer,InTrial,DE,N-3\n");
        place.desk.write(&format!("{name}/customers.csv"), list);
    }
    place.run(&["--yes", "--max-duration", "1ms"]).exits(130);
    let codes: Vec<f64> = exit_codes(&place)
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    assert_eq!(codes, [130.0; 3]);
    assert_eq!(figures("last_success_timestamp_seconds"), success);
    let since = figures("last_run_timestamp_seconds");
    assert!(
        before
            .iter()
            .zip(&since)
            .all(|(before, since)| since >= before),
        "{before:?} {since:?}"
    );
}
