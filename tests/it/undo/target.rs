//! Undo and resume go to where the run went: another place that is given is refused, and where they go
//! is told.

use partner_import::sandbox::Method;

use super::removing::{imported, run_id, undo};
use crate::cli::desk::{Desk, Done, Service};

/// A list whose run stops before anything is created.
fn stopped() -> (Desk, Service, String) {
    let (desk, service) = (Desk::new(), Service::faulty(&["maintenance=1@AddPartner"]));
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nA,EndCustomer,InTrial,DE\n",
    );
    let begin = ["run", "in.csv", "--yes", "--outage-limit", "1s"];
    desk.run_at(&service, &begin).exits(5);
    let id = run_id(&desk);
    (desk, service, id)
}

/// The words of the command in `done` that begins so, without the tool's name.
fn command(done: &Done, begins: &str) -> Vec<String> {
    let line = done.out.lines().find(|line| line.contains(begins));
    let line = line.unwrap_or_else(|| panic!("no {begins:?} in\n{}", done.out));
    let words = line.split_whitespace().skip(1);
    words.map(str::to_owned).collect()
}

#[test]
fn an_undo_goes_nowhere_but_to_where_the_run_went() {
    let (service, other) = (Service::new(), Service::new());
    let (desk, id) = imported(&service);
    for (flags, told) in [
        (
            &["--sandbox"][..],
            "not in the sandbox of --sandbox (--sandbox)",
        ),
        (&["--endpoint", &other.endpoint], "(--endpoint)"),
    ] {
        for how in [&["--dry-run"][..], &["--confirm", "6"]] {
            undo(&desk, &service, &[flags, how].concat())
                .exits(2)
                .says(&[
                    &format!("the run {id} was made at {}, not ", service.endpoint),
                    told,
                    &format!("give --endpoint {}", service.endpoint),
                ]);
        }
    }
    // The environment counts as flags do, and flags before it.
    desk.run_at(&other, &["undo", &id, "--confirm", "6"])
        .exits(2)
        .says(&["(PARTNER_IMPORT_ENDPOINT)"]);
    assert_eq!(service.requests(Method::RemovePartner), 0);
    assert_eq!(service.added().len(), 6);
    assert!(!desk.path("state/sandbox.sqlite").exists());
    let its_own = [
        "undo",
        &id,
        "--confirm",
        "6",
        "--endpoint",
        &service.endpoint,
    ];
    desk.run_at(&other, &its_own).exits(0);
    assert!(service.added().is_empty());
}

#[test]
fn a_run_of_the_sandbox_is_undone_there() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nA,EndCustomer,InTrial,DE\n",
    );
    desk.run(&["run", "in.csv", "--yes", "--sandbox"]).exits(0);
    let id = run_id(&desk);
    undo(&desk, &service, &["--dry-run"]).exits(2).says(&[
        &format!(
            "the run {id} was made in the sandbox of --sandbox, not at {}",
            service.endpoint
        ),
        "give --sandbox",
    ]);
    let look = desk.run(&["undo", &id, "--dry-run"]).exits(0);
    assert!(
        look.out.contains(" at sandbox, in the SANDBOX"),
        "{}",
        look.out
    );
    undo(&desk, &service, &["--confirm", "1", "--sandbox"]).exits(0);
}

#[test]
fn a_dry_run_names_the_place() {
    let service = Service::new();
    let (desk, _) = imported(&service);
    let look = undo(&desk, &service, &["--dry-run"]).exits(0);
    let out = look.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        out.contains("below \"Sandbox MSP (admin@example.com)\""),
        "{out}"
    );
    assert!(
        out.contains(&format!(" at {}, ", service.endpoint)),
        "{out}"
    );
}

#[test]
fn a_run_is_continued_nowhere_but_where_it_was_begun() {
    let (desk, service, id) = stopped();
    let other = Service::new();
    for flags in [&["--sandbox"][..], &["--endpoint", &other.endpoint]] {
        let resume = [&["resume", &id][..], flags].concat();
        desk.run_at(&service, &resume).exits(2).says(&[&format!(
            "the run {id} was begun at {}, not ",
            service.endpoint
        )]);
    }
    desk.run_at(&other, &["resume", &id]).exits(2);
    assert!(other.added().is_empty());
    let resume = ["resume", &id, "--outage-limit", "1s"];
    let place = format!("(at {}, ", service.endpoint);
    desk.run_at(&service, &resume)
        .exits(5)
        .says(&["continuing run", &place]);
}

#[test]
fn going_on_as_printed_does_the_same() {
    let (desk, service, id) = stopped();
    let typed = [
        "--rate",
        "40/s",
        "--timeout",
        "7s",
        "--settle-wait",
        "300ms",
        "--max-errors",
        "2",
        "--quarantine-after",
        "2",
        "--outage-limit",
        "1s",
        "--concurrency",
        "3",
    ];
    let more = [
        "--metrics-file",
        "kept.prom",
        "--notify",
        "http://127.0.0.1:9/S3CRET",
    ];
    let resume = [&["resume", &id][..], &typed, &more].concat();
    let done = desk.run_at(&service, &resume).exits(5);
    let words = command(&done, "partner-import resume");
    for pair in typed.chunks(2) {
        assert!(
            words.windows(2).any(|two| two == pair),
            "{pair:?}: {words:?}"
        );
    }
    let metrics = ["--metrics-file", "kept.prom"].map(str::to_owned);
    assert!(words.windows(2).any(|two| two == metrics), "{words:?}");
    assert!(!done.out.contains("S3CRET"), "{}", done.out);
    // It can be typed, and prints the same.
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let again = desk.run_at(&service, &words).exits(5);
    assert_eq!(command(&again, "partner-import resume"), words);
}

#[test]
fn an_undo_that_has_nothing_to_do_takes_no_wrong_number() {
    let service = Service::new();
    let (desk, id) = imported(&service);
    undo(&desk, &service, &["--confirm", "6"]).exits(0);
    undo(&desk, &service, &["--confirm", "5"]).exits(2).says(&[
        "this would remove 0 customers, and 5 were agreed to",
        "--confirm 5",
    ]);
    // The number of the last go is right, since the same command may be typed again.
    for right in ["6", "0"] {
        undo(&desk, &service, &["--confirm", right])
            .exits(0)
            .says(&[&format!("the run {id} is undone already")]);
    }
    desk.write(
        "none.csv",
        "Name,Level,State,Country\nX,Nonsense,InTrial,DE\n",
    );
    desk.import(&service, "none.csv").exits(1);
    undo(&desk, &service, &["--confirm", "4"]).exits(2);
    undo(&desk, &service, &[])
        .exits(0)
        .says(&["nothing to undo"]);
}
