//! The last word before anything is sent: questions at a terminal, refusals without one, and the
//! limit for unattended runs.

use partner_import::sandbox::{ACCOUNT_PARTNER, Method};

use super::desk::{Desk, SMALL, Service};

fn many(rows: usize) -> String {
    let rows: String = (0..rows)
        .map(|row| format!("Customer {row},EndCustomer,InTrial,DE\n"))
        .collect();
    format!("Name,Level,State,Country\n{rows}")
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_sent() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.run_at(&service, &["run", "in.csv"]).exits(2).says(&[
        "this would create 3 customers",
        ACCOUNT_PARTNER,
        &service.endpoint,
        "SANDBOX",
        "no terminal",
        "--yes",
    ]);
    assert_eq!(service.added(), []);
    assert!(desk.run(&["runs"]).exits(0).out.is_empty());
    // Where nothing would be sent nobody needs to be asked.
    desk.import(&service, "in.csv").exits(0);
    desk.run_at(&service, &["run", "in.csv"]).exits(0);
    assert_eq!(service.requests(Method::AddPartner), 3);
}

#[test]
fn a_run_that_has_grown_beyond_its_limit_sends_nothing() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.run_at(&service, &["run", "in.csv", "--yes", "--max-create", "2"])
        .exits(2)
        .says(&[
            "nothing was sent",
            "create 3 customers",
            "the limit is 2",
            "raise --max-create",
        ]);
    assert_eq!(service.added(), []);
    // The advice can be typed, and plans what was to be run.
    let options = ["--map", "Name=Name", "--rate", "9/s", "--max-create", "1"];
    let done = desk.run_at(
        &service,
        &[&["run", "in.csv", "--yes"][..], &options].concat(),
    );
    let line = "look at what would be created: partner-import ";
    let advice = done.err.lines().find_map(|text| text.split_once(line));
    let (_, command) = advice.unwrap_or_else(|| panic!("no advice: {}", done.err));
    let words: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(words[..2], ["plan", "in.csv"]);
    for part in [
        "--map Name=Name",
        "--rate 9/s",
        &format!("--endpoint {}", service.endpoint),
    ] {
        assert!(command.contains(part), "{command}");
    }
    // The plan is shown, and ends as the run would: the limit is part of what was typed.
    assert!(command.contains("--max-create 1"), "{command}");
    let plan = desk.run_at(&service, &words).exits(2);
    assert!(plan.out.contains("3 to create"), "{}", plan.out);
    desk.trusted("[limits]\nmax_create = 2\n");
    desk.import(&service, "in.csv")
        .exits(2)
        .says(&["limits.max_create"]);
    // The flag comes before the profile, and the limit itself is allowed.
    desk.run_at(&service, &["run", "in.csv", "--yes", "--max-create", "3"])
        .exits(0);
    assert_eq!(service.added().len(), 3);
    // Customers that are there do not count.
    desk.import(&service, "in.csv").exits(0);
}

#[test]
fn a_run_that_would_change_too_many_sends_nothing() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let changed = SMALL.replace("InTrial", "InProduction");
    assert_ne!(changed, SMALL);
    desk.write("in.csv", &changed);
    let update = ["run", "in.csv", "--yes", "--on-exists", "update"];
    let refused = [&update[..], &["--max-update", "0"]].concat();
    desk.run_at(&service, &refused).exits(2).says(&[
        "nothing was sent",
        "change ",
        "the limit is 0",
        "raise --max-update",
    ]);
    desk.trusted("[limits]\nmax_update = 0\n");
    desk.run_at(&service, &update)
        .exits(2)
        .says(&["limits.max_update"]);
    assert_eq!(service.requests(Method::ModifyPartner), 0);
    let allowed = [&update[..], &["--max-update", "3"]].concat();
    desk.run_at(&service, &allowed).exits(0);
    assert!(service.requests(Method::ModifyPartner) > 0);
}

#[test]
fn the_limit_holds_for_a_run_that_is_continued_too() {
    let desk = Desk::new();
    let service = Service::faulty(&["maintenance=1@AddPartner"]);
    desk.write("in.csv", SMALL);
    let begin = ["run", "in.csv", "--yes", "--outage-limit", "1s"];
    desk.run_at(&service, &begin).exits(5);
    let again = [&begin[..], &["--max-create", "2"]].concat();
    desk.run_at(&service, &again)
        .exits(2)
        .says(&["create 3 customers", "the limit is 2"]);
    // So it does where the run is continued by its id, from flag and profile alike.
    desk.run_at(&service, &["resume", "--max-create", "2"])
        .exits(2)
        .says(&["create 3 customers", "the limit is 2"]);
    desk.write("few.toml", "[limits]\nmax_create = 1\n");
    desk.run_at(&service, &["resume", "--profile", "few.toml"])
        .exits(2)
        .says(&[
            "create 3 customers",
            "the limit is 1",
            "partner-import plan ",
        ]);
    // The run is still there to be continued.
    desk.run_at(&service, &["resume", "--outage-limit", "1s"])
        .exits(5);
}

#[cfg(unix)]
mod at_a_terminal;
