//! Processes that share a state directory keep an endpoint's rate together.

use std::process::Child;

use partner_import::sandbox::{ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER};

use crate::cli::desk::{Desk, Service, end_of};

/// The most requests in a second.
const RATE: usize = 20;

fn start(desk: &Desk, service: &Service, arguments: &[&str]) -> Child {
    let rate = format!("{RATE}/s");
    let mut command = desk.tool(&[arguments, &["--rate", &rate]].concat());
    command
        .env("PARTNER_IMPORT_ENDPOINT", &service.endpoint)
        .env("PARTNER_IMPORT_PARTNER", ACCOUNT_PARTNER)
        .env("PARTNER_IMPORT_USERNAME", ACCOUNT_USER)
        .env("PARTNER_IMPORT_PASSWORD", ACCOUNT_PASSWORD);
    command.spawn().expect("it starts")
}

#[test]
fn a_run_and_lookups_beside_it_keep_the_rate_together() {
    let (desk, service) = (Desk::new(), Service::new());
    let rows: String = (0..40)
        .map(|row| format!("Kunde {row},EndCustomer,InTrial,DE\n"))
        .collect();
    desk.write("in.csv", format!("Name,Level,State,Country\n{rows}"));
    let run = start(&desk, &service, &["run", "in.csv", "--yes", "--out", "out"]);
    for _ in 0..4 {
        let lookups = [(); 3].map(|()| start(&desk, &service, &["lookup", "locations"]));
        for lookup in lookups {
            end_of(lookup).exits(0);
        }
    }
    end_of(run).exits(0);
    let arrivals = service.arrivals();
    assert!(arrivals.len() >= 40 + 4 * 3 * 2, "{}", arrivals.len());
    // Three seconds' worth of requests; those that were sent at different times may arrive together on a
    // busy machine. Alone, the four processes would send them in less than one.
    for some in arrivals.windows(3 * RATE + 1) {
        let took = some[some.len() - 1] - some[0];
        assert!(took > 2.0, "{} requests in {took} s: {some:?}", some.len());
    }
}

#[test]
fn a_pause_that_one_is_asked_for_holds_the_others_back() {
    let faults = ["429=#1:2@EnumerateLocations"];
    let (desk, service) = (Desk::new(), Service::faulty(&faults));
    let mut asked = start(&desk, &service, &["lookup", "locations"]);
    // It says so when it has told the others.
    let mut words = std::io::BufReader::new(asked.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("waiting for the service") {
        line.clear();
        std::io::BufRead::read_line(&mut words, &mut line).expect("words");
        assert!(!line.is_empty(), "it does not wait");
    }
    end_of(start(&desk, &service, &["lookup", "countries"])).exits(0);
    end_of(asked).exits(0);
    // The login, what was answered with 429, and whoever comes next.
    let arrivals = service.arrivals();
    let gap = arrivals[2] - arrivals[1];
    assert!(gap > 1.9, "{gap} s: {arrivals:?}");
}

#[test]
fn a_state_directory_that_cannot_be_written_to_is_no_obstacle() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("state", "a file where the directory should be");
    end_of(start(&desk, &service, &["lookup", "locations"])).exits(0);
}
