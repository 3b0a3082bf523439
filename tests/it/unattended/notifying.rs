//! `--notify` and `--ping`: what is told, to whom, and what is told to nobody.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::listener::{Listener, Told};
use crate::cli::desk::{Desk, SMALL, Service, end_of};

/// A token in an address.
const TOKEN: &str = "t0ken-4711";

fn json(told: &Told) -> Value {
    serde_json::from_str(&told.body).unwrap_or_else(|error| panic!("{error}: {}", told.body))
}

#[test]
fn every_form_says_the_same_and_nothing_of_the_rows() {
    let (desk, service) = (Desk::new(), Service::new());
    let listener = Listener::answering(200);
    let taken = "Hidden Competitor Ltd,,EndCustomer,InTrial,DE,X\n";
    desk.write("neu & alt.csv", format!("{SMALL}{taken}"));
    let hooks = format!(
        "# the team\n{0}/json?k={TOKEN}\n\nteams+{0}/teams/{TOKEN}\n  slack+{0}/slack/{TOKEN}\n",
        listener.address
    );
    desk.write("hooks.txt", hooks);
    let run = ["run", "neu & alt.csv", "--yes", "--out", "out"];
    let hooks = ["--notify-file", "hooks.txt"];
    desk.run_at(&service, &[&run[..], &hooks].concat()).exits(1);
    let told = listener.told();
    assert_eq!(told.len(), 3, "{told:?}");
    for one in &told {
        for row in ["Competitor", "Nord", "Bäckerei", "N-1", "InTrial"] {
            assert!(!one.body.contains(row), "{row} in {}", one.body);
        }
        assert!(one.line.starts_with("POST "), "{one:?}");
    }
    let of = |path: &str| told.iter().find(|one| one.line.contains(path)).map(json);
    let plain = of("/json").expect("a JSON object");
    assert_eq!(plain["exit_code"], 1);
    assert_eq!(plain["counts"]["created"], 3);
    assert_eq!(plain["counts"]["failed"], 1);
    assert_eq!(plain["codes"][0]["code"], "2115");
    assert_eq!(plain["run_id"], desk.summary()["run_id"]);
    assert_eq!(plain["file"], "neu & alt.csv");
    assert!(plain["host"].as_str().is_some_and(|host| !host.is_empty()));
    let card = of("/teams").expect("a card");
    assert_eq!(card["type"], "message");
    let content = &card["attachments"][0];
    assert_eq!(
        content["contentType"],
        "application/vnd.microsoft.card.adaptive"
    );
    assert!(content.to_string().contains("2115 (1)"), "{content}");
    let slack = of("/slack").expect("a message").to_string();
    assert!(slack.contains("neu &amp; alt.csv"), "{slack}");
}

#[test]
fn a_ping_tells_start_success_and_failure() {
    let (desk, service) = (Desk::new(), Service::new());
    let listener = Listener::answering(204);
    let uuid = format!("{}/uuid/", listener.address);
    let ping = |file: &str| {
        let mut run = desk.at(&service, &["run", file, "--yes", "--ping-start"]);
        run.env("PARTNER_IMPORT_PING", &uuid);
        end_of(run.spawn().expect("it starts"))
    };
    desk.write("in.csv", SMALL);
    ping("in.csv").exits(0);
    assert_eq!(listener.lines(), ["GET /uuid/", "GET /uuid/start"]);
    ping("nowhere.csv").exits(3);
    assert!(listener.lines().contains(&"GET /uuid/fail".to_owned()));
    // Rows for somebody in the morning are no failure of the job.
    let ends = |line: &str| listener.lines().iter().filter(|one| *one == line).count();
    desk.write("in.csv", format!("{SMALL}Schief,,Boss,InTrial,DE,X\n"));
    ping("in.csv").exits(1);
    assert_eq!((ends("GET /uuid/"), ends("GET /uuid/fail")), (2, 1));
}

#[cfg(unix)]
#[test]
fn a_run_that_waits_for_another_pings_nobody_and_tells_of_no_change() {
    let desk = Desk::new();
    let service = Service::slow(std::time::Duration::from_millis(100));
    let listener = Listener::answering(204);
    let rows: String = (0..200)
        .map(|row| format!("Kunde {row},EndCustomer,InTrial,DE\n"))
        .collect();
    desk.write("in.csv", format!("Name,Level,State,Country\n{rows}"));
    let first = desk.begin_import(&service, &["--concurrency", "1"], 2);
    let mut second = desk.at(
        &service,
        &["run", "in.csv", "--yes", "--notify-when", "change"],
    );
    second
        .env("PARTNER_IMPORT_PING", format!("{}/uuid", listener.address))
        .env(
            "PARTNER_IMPORT_NOTIFY",
            format!("{}/hook", listener.address),
        );
    end_of(second.spawn().expect("it starts")).exits(6);
    assert!(listener.told().is_empty(), "{:?}", listener.told());
    // Whoever is told of its start is told of its end.
    let mut third = desk.at(&service, &["run", "in.csv", "--yes", "--ping-start"]);
    third.env("PARTNER_IMPORT_PING", format!("{}/uuid", listener.address));
    end_of(third.spawn().expect("it starts")).exits(6);
    assert_eq!(listener.lines(), ["GET /uuid/6", "GET /uuid/start"]);
    crate::cli::desk::interrupt(&first);
    end_of(first).exits(130);
}

#[test]
fn a_message_says_which_job_at_which_tenant_and_why() {
    let (desk, service) = (Desk::new(), Service::new());
    let listener = Listener::answering(200);
    desk.write("psa.toml", "[limits]\nmax_create = 1\n");
    let list = desk.write("in.csv", SMALL).display().to_string();
    let notify = format!("{}/json", listener.address);
    let run = |more: &[&str]| {
        let run = ["run", &list, "--yes", "--out", "out", "--notify", &notify];
        desk.run_at(&service, &[&run[..], more].concat())
    };
    run(&["--profile", "psa.toml"]).exits(2);
    let told = json(&listener.told()[0]);
    assert_eq!(told["job"], "psa", "the profile's name");
    assert_eq!(told["tenant"], partner_import::sandbox::ACCOUNT_PARTNER);
    assert_eq!(told["endpoint"], service.endpoint);
    let reason = told["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("create 3 customers, and the limit is 1"),
        "{reason}"
    );
    run(&[
        "--profile",
        "psa.toml",
        "--job",
        "nachts",
        "--max-create",
        "3",
    ])
    .exits(0);
    let told = json(&listener.told()[1]);
    assert_eq!(
        (&told["job"], &told["reason"]),
        (&"nachts".into(), &Value::Null)
    );
    // Directories are nobody's business.
    desk.write("in.csv", "Name,Level\n");
    run(&["--job", "nachts"]).exits(3);
    let told = json(&listener.told()[2]);
    let reason = told["reason"].as_str().expect("a reason");
    assert_eq!(reason, "nothing was sent: in.csv holds no customer");
}

#[test]
fn whoever_wants_to_hear_of_changes_hears_once_of_a_night_of_six_attempts() {
    let (desk, service) = (Desk::new(), Service::new());
    let listener = Listener::answering(200);
    let profile = format!(
        "[notify]\nurls = [\"{}/json\"]\nwhen = \"change\"\n[limits]\noutage_limit = \"100ms\"\n",
        listener.address
    );
    desk.write("psa.toml", profile);
    let run = |password: &str| {
        let mut run = desk.import_command(&service, &["--profile", "psa.toml"]);
        run.env("PARTNER_IMPORT_PASSWORD", password);
        end_of(run.spawn().expect("it starts")).code
    };
    let right = partner_import::sandbox::ACCOUNT_PASSWORD;
    let codes = || -> Vec<u64> {
        let told = listener.told();
        told.iter()
            .filter_map(|one| json(one)["exit_code"].as_u64())
            .collect()
    };
    desk.write("in.csv", SMALL);
    assert_eq!(run(right), 0);
    assert_eq!(run(right), 0);
    assert_eq!(codes(), [0], "that it works is told once");
    for _ in 0..6 {
        assert_eq!(run("wrong"), 4);
    }
    assert_eq!(codes(), [0, 4]);
    assert_eq!(run(right), 0);
    assert_eq!(codes(), [0, 4, 0]);
    // Rows that need somebody: another number of them is another state.
    let wrong = "Schief,,Boss,InTrial,DE,X\n";
    for list in [1, 1, 2, 2].map(|rows| format!("{SMALL}{}", wrong.repeat(rows))) {
        desk.write("in.csv", list);
        assert_eq!(run(right), 1);
    }
    assert_eq!(codes(), [0, 4, 0, 1, 1]);
    // Another job has a state of its own.
    let mut other = desk.import_command(&service, &["--profile", "psa.toml", "--job", "other"]);
    end_of(other.spawn().expect("it starts")).exits(1);
    assert_eq!(codes(), [0, 4, 0, 1, 1, 1]);
}

#[test]
fn whoever_could_not_be_told_of_a_change_is_told_the_next_time() {
    let (desk, service) = (Desk::new(), Service::new());
    let refusing = Listener::answering(500);
    desk.write("in.csv", SMALL);
    let run = |address: &str| {
        let hook = format!("{address}/hook");
        let flags = ["--job", "psa", "--notify-when", "change", "--notify", &hook];
        desk.import_with(&service, &flags).exits(0);
    };
    run(&refusing.address);
    let listener = Listener::answering(200);
    run(&listener.address);
    run(&listener.address);
    assert_eq!(listener.told().len(), 1);
    let failures = ["--notify-when", "failure", "--notify", &listener.address];
    desk.import_with(&service, &failures).exits(0);
    assert_eq!(listener.told().len(), 1);
}

#[test]
fn a_run_that_never_began_is_told_of_too() {
    let (desk, service) = (Desk::new(), Service::new());
    let listener = Listener::answering(200);
    desk.write("in.csv", SMALL);
    let mut run = desk.at(&service, &["run", "in.csv", "--yes"]);
    run.env("PARTNER_IMPORT_PASSWORD", "wrong")
        .env("PARTNER_IMPORT_NOTIFY", &listener.address);
    end_of(run.spawn().expect("it starts")).exits(4);
    let told = listener.told();
    assert_eq!(json(&told[0])["exit_code"], 4);
    assert_eq!(json(&told[0])["run_id"], Value::Null);
    // A dry run is no run.
    let mut dry = desk.at(&service, &["run", "in.csv", "--dry-run"]);
    dry.env("PARTNER_IMPORT_NOTIFY", &listener.address);
    end_of(dry.spawn().expect("it starts")).exits(0);
    assert_eq!(listener.told().len(), 1);
}

/// Everything in a directory.
fn everything(directory: &Path, found: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            everything(&path, found);
        } else {
            found.push(fs::read(&path).expect("a file"));
        }
    }
}

#[test]
fn whoever_cannot_be_told_is_a_warning_and_the_token_stays_hidden() {
    let (desk, service) = (Desk::new(), Service::new());
    let refusing = Listener::answering(404);
    let gone = "http://127.0.0.1:9";
    desk.write("in.csv", SMALL);
    for format in ["text", "json"] {
        let mut run = desk.at(&service, &["run", "in.csv", "--yes", "-vv", "--out", "out"]);
        run.args(["--log-format", format, "--metrics-file", "job.prom"])
            .env(
                "PARTNER_IMPORT_NOTIFY",
                format!("{0}/{TOKEN} slack+{gone}/{TOKEN}", refusing.address),
            )
            .env("PARTNER_IMPORT_PING", format!("{gone}/{TOKEN}"))
            .env("PARTNER_IMPORT_LOG", "trace");
        let done = end_of(run.spawn().expect("it starts")).exits(0);
        assert!(
            done.err.contains("a notification did not arrive"),
            "{}",
            done.err
        );
        assert!(done.err.contains("HTTP 404"), "{}", done.err);
        assert!(done.err.contains("a ping did not arrive"), "{}", done.err);
        let mut places = vec![done.out.into_bytes(), done.err.into_bytes()];
        everything(&desk.path(""), &mut places);
        for place in places {
            let there = memchr::memmem::find(&place, TOKEN.as_bytes());
            assert!(there.is_none(), "{}", String::from_utf8_lossy(&place));
        }
    }
}

#[test]
fn an_address_that_is_wrong_is_said_before_anything_is_sent() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let wrong = format!("http://hooks.example.com/{TOKEN}");
    for flag in ["--notify", "--ping"] {
        let done = desk
            .run_at(&service, &["run", "in.csv", "--yes", flag, &wrong])
            .exits(2)
            .says(&["unencrypted"]);
        assert!(!done.err.contains(TOKEN), "{}", done.err);
    }
    assert!(service.added().is_empty());
}

#[test]
fn a_missing_file_of_webhooks_is_told_to_whoever_is_not_in_it() {
    let (desk, service) = (Desk::new(), Service::new());
    let listener = Listener::answering(200);
    desk.write("in.csv", SMALL);
    let (notify, ping) = (
        format!("{}/hook", listener.address),
        format!("{}/ping", listener.address),
    );
    let profile = format!(
        "[notify]\nurls = [\"{notify}\", \"http://elsewhere.example/x\"]\n\
         file = \"nowhere.txt\"\nping = \"{ping}\"\n"
    );
    desk.write("psa.toml", profile);
    let mut run = desk.import_command(&service, &["--profile", "psa.toml"]);
    let run = end_of(run.spawn().expect("it starts")).exits(2);
    run.says(&["webhook 2 of the profile's notify.urls cannot be used"]);
    let mut lines = listener.lines();
    lines.sort();
    assert_eq!(lines, ["GET /ping/fail", "POST /hook"]);
    let profile = format!("[notify]\nfile = \"nowhere.txt\"\nping = \"{ping}\"\n");
    desk.write("psa.toml", profile);
    let mut run = desk.import_command(&service, &["--profile", "psa.toml"]);
    let run = end_of(run.spawn().expect("it starts")).exits(2);
    run.says(&["cannot read the webhooks of", "name another file"]);
    assert_eq!(listener.lines().len(), 3);
    assert!(service.added().is_empty());
}

#[test]
fn a_message_says_what_is_wrong_with_a_profile_and_where() {
    let (desk, service) = (Desk::new(), Service::new());
    let listener = Listener::answering(200);
    desk.write("in.csv", SMALL);
    desk.write("psa.toml", "[limits]\nmax_crate = 1\n");
    let notify = format!("{}/hook", listener.address);
    let run = ["run", "in.csv", "--yes", "--profile", "psa.toml"];
    desk.run_at(&service, &[&run[..], &["--notify", &notify]].concat())
        .exits(2);
    let told = json(&listener.told()[0]);
    let reason = told["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("psa.toml, line 2") && reason.contains("max_crate"),
        "{reason}"
    );
}
