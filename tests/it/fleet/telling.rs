//! Who hears of a fleet, and when: what fails after a tenant's run, and changes, once.

use std::fs;

use serde_json::Value;

use super::{Place, codes, profile, tenants};
use crate::cli::schema;
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
