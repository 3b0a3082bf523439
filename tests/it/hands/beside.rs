//! A second process on the same target, by another spelling of its address, of the customer or of
//! the state directory: refused while the first is at work, never a double.

use std::time::Duration;

use fastrand::Rng;
use partner_import::sandbox::{ACCOUNT_PARTNER, Config, Method, NamePolicy};

use super::{all_once, each_seed, go_on, list};
use crate::cli::desk::{Desk, Service, end_of, until};

#[test]
fn a_second_process_by_another_spelling_is_refused() {
    each_seed("a second process", 40, second);
}

fn second(random: &mut Rng) -> &'static str {
    let service = Service::with(Config {
        names: NamePolicy::Any,
        latency: Duration::from_millis(random.u64(1..25)),
        ..Config::default()
    });
    let desk = Desk::new();
    let rows = random.usize(12..60);
    desk.write("in.csv", list(rows, ""));
    desk.write("other.csv", list(rows, ","));
    let calls = random.usize(1..6).to_string();
    let first = desk
        .import_command(&service, &["--concurrency", &calls])
        .spawn();
    let first = first.expect("it starts");
    let moment = random.u64(0..rows as u64 * 2 / 3);
    until("the moment", || {
        service.requests(Method::AddPartner) >= moment
    });
    let file = random.choice(["in.csv", "other.csv"]).expect("one");
    let mut run = desk.at(
        &service,
        &[
            "run",
            file,
            "--yes",
            "--out",
            "second",
            "--settle-wait",
            "600ms",
        ],
    );
    let endpoint = spelt(&service.endpoint, random);
    let partner = [
        ACCOUNT_PARTNER.to_owned(),
        format!(" {ACCOUNT_PARTNER}\t"),
        ACCOUNT_PARTNER.to_uppercase(),
        ACCOUNT_PARTNER.replace(' ', "\u{a0} "),
        String::new(),
    ];
    let partner = random.choice(&partner).expect("one");
    run.env("PARTNER_IMPORT_ENDPOINT", &endpoint);
    if partner.is_empty() {
        run.env_remove("PARTNER_IMPORT_PARTNER");
    } else {
        run.env("PARTNER_IMPORT_PARTNER", partner);
    }
    let state = ["state", "./state/", "other/../state"];
    let state = random.choice(state).expect("one");
    std::fs::create_dir_all(desk.path("other")).expect("a directory");
    run.env("PARTNER_IMPORT_STATE_DIR", desk.path(state));
    let story = format!("{file} at {endpoint} as {partner:?}, state {state}, {rows} rows");
    let second = end_of(run.spawn().expect("it starts"));
    let first = end_of(first);
    // Whoever came first, one of them went on alone; the other was refused, or came after it.
    let codes = (first.code, second.code);
    // The sandbox knows one path and one name only, which is found out where nobody is in the way.
    let is_unknown = matches!(codes, (0 | 6, 5)) && second.err.contains("HTTP 404")
        || matches!(codes, (0 | 6, 4)) && second.err.contains("error 2100");
    assert!(
        is_unknown || matches!(codes, (0, 6 | 0) | (6, 0)),
        "{story}\n{first:?}\n{second:?}"
    );
    go_on(&desk, &service, &story);
    all_once(&service, rows, &story);
    match codes {
        (0, 6) => "refused",
        (6, 0) => "came first",
        _ => "came after",
    }
}

/// The same address, spelt otherwise.
fn spelt(endpoint: &str, random: &mut Rng) -> String {
    let port = endpoint
        .split(':')
        .nth(2)
        .and_then(|rest| rest.split('/').next());
    let port = port.expect("a port");
    let host = random.choice(["127.0.0.1", "localhost", "LocalHost", "127.1", "0x7f.1"]);
    let path = random.choice([
        "/jsonapi",
        "/jsonapi/",
        "/./jsonapi",
        "/jsonapi?x=1",
        "/jsonapi#y",
    ]);
    let scheme = random.choice(["http", "HTTP", " http"]).expect("one");
    format!(
        "{scheme}://{}:{port}{}",
        host.expect("one"),
        path.expect("one")
    )
}
