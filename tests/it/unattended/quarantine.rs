//! `--quarantine-after`: rows that are refused again and again are left alone until they change.

use std::fs;
use std::path::PathBuf;

use partner_import::sandbox::Method;

use crate::cli::desk::{Desk, Done, Service};

/// One row that is fine, one whose name is taken, and one below that.
const ROWS: &str = "Name,Parent,Level,State,Country,City\n\
    Gut,,EndCustomer,InTrial,DE,Bonn\n\
    Hidden Competitor Ltd,,Reseller,InTrial,DE,Bonn\n\
    Darunter,Hidden Competitor Ltd,EndCustomer,InTrial,DE,Bonn\n";

struct Nights {
    desk: Desk,
    service: Service,
}

impl Nights {
    fn new() -> Self {
        let nights = Self {
            desk: Desk::new(),
            service: Service::new(),
        };
        nights.desk.write("in.csv", ROWS);
        nights
    }

    fn run(&self, more: &[&str]) -> Done {
        let after = ["--quarantine-after", "2"];
        self.desk
            .import_with(&self.service, &[&after[..], more].concat())
    }

    /// Runs once; tells how often the service was asked to add somebody.
    #[track_caller]
    fn sends(&self, more: &[&str]) -> u64 {
        let before = self.service.requests(Method::AddPartner);
        self.run(more).exits(1);
        self.service.requests(Method::AddPartner) - before
    }

    fn codes(&self) -> Vec<String> {
        let table = self.desk.table("out/results.csv");
        let codes = table.column("ImportCode").into_iter();
        codes.map(str::to_owned).collect()
    }

    /// The file in which refusals are counted.
    fn list(&self) -> PathBuf {
        let directory = self.desk.path("state/refused");
        let entries = fs::read_dir(directory).expect("a directory");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let mut lists = paths.filter(|path| path.extension().is_some_and(|one| one == "sqlite"));
        lists.next().expect("a list")
    }
}

#[test]
fn what_is_refused_twice_is_not_sent_a_third_time() {
    let nights = Nights::new();
    assert_eq!(nights.sends(&[]), 2);
    assert_eq!(nights.sends(&[]), 1);
    assert_eq!(nights.codes()[1], "2115");
    let done = nights
        .run(&[])
        .exits(1)
        .says(&["1 row is quarantined (1 more below them)"]);
    assert_eq!(nights.service.requests(Method::AddPartner), 3);
    assert!(
        done.out.contains("1 of the failed rows quarantined"),
        "{}",
        done.out
    );
    assert_eq!(nights.codes(), ["", "quarantined", "H301"]);
    let results = nights.desk.table("out/results.csv");
    assert_eq!(results.statuses(), ["exists", "failed", "blocked"]);
    let message = &results.rows[1]["ImportMessage"];
    for text in [
        "quarantined after 2 runs",
        "last error 2115: ",
        "when the row changes",
        "--retry-quarantined",
    ] {
        assert!(message.contains(text), "no {text:?} in {message}");
    }
    let below = &results.rows[2]["ImportMessage"];
    assert!(below.contains("row 3 above it is quarantined"), "{below}");
    let summary = nights.desk.summary();
    assert_eq!(summary["quarantined"], 1);
    assert_eq!(summary["counts"]["failed"], 1);
    // A plan says so too, with the rule from the profile.
    nights.desk.trusted("[limits]\nquarantine_after = 2\n");
    let plan = ["plan", "in.csv", "--format", "json"];
    let plan = nights.desk.run_at(&nights.service, &plan).exits(0).json();
    assert_eq!(plan["rows"][1]["quarantined"], true);
    assert!(plan["rows"][0].get("quarantined").is_none());
    // It is still counted as it was: nothing was sent, nothing was refused.
    assert_eq!(nights.sends(&[]), 0);
}

#[test]
fn a_row_that_changes_is_tried_again_and_one_that_makes_it_is_forgotten() {
    let nights = Nights::new();
    nights.sends(&[]);
    nights.sends(&[]);
    assert_eq!(nights.sends(&[]), 0);
    // Any member that is sent counts.
    nights
        .desk
        .write("in.csv", ROWS.replace("DE,Bonn", "DE,Ulm"));
    assert_eq!(nights.sends(&[]), 1);
    assert_eq!(nights.sends(&[]), 1);
    assert_eq!(nights.sends(&[]), 0);
    // Forced, it is refused once more.
    assert_eq!(nights.sends(&["--retry-quarantined"]), 1);
    // Without the option everything is sent.
    nights.desk.import(&nights.service, "in.csv").exits(1);
    assert_eq!(nights.codes()[1], "2115");
}

#[test]
fn a_run_that_was_continued_counts_once_and_pruned_journals_do_not_matter() {
    let nights = Nights::new();
    let more: String = (0..9)
        .map(|row| format!("Kunde {row},,EndCustomer,InTrial,DE,Bonn\n"))
        .collect();
    nights.desk.write("in.csv", format!("{ROWS}{more}"));
    nights
        .run(&["--max-errors", "0", "--concurrency", "1"])
        .exits(5);
    nights.run(&[]).exits(1);
    fs::remove_dir_all(nights.desk.path("state/runs")).expect("journals");
    // That was one run; the second is refused once more.
    assert_eq!(nights.sends(&[]), 1);
    assert_eq!(nights.sends(&[]), 0);
}

/// A night as it mostly is: nearly all are there, one is in quarantine, a few are new.
#[test]
fn a_share_of_errors_is_of_the_list_and_quarantine_does_not_spend_it() {
    let nights = Nights::new();
    let there: String = (0..8)
        .map(|row| format!("Kunde {row},,EndCustomer,InTrial,DE,Bonn\n"))
        .collect();
    let list = format!("{ROWS}{there}");
    nights.desk.write("in.csv", &list);
    nights.sends(&[]);
    nights.sends(&[]);
    let budget = ["--max-errors", "20%", "--concurrency", "1"];
    let new = "Neu,,EndCustomer,InTrial,DE,Bonn\nNeuer,,EndCustomer,InTrial,DE,Bonn\n";
    nights.desk.write("in.csv", format!("{list}{new}"));
    nights.run(&budget).exits(1);
    assert_eq!(nights.desk.summary()["counts"]["created"], 2);
    // Of a number quarantine spends nothing either.
    let more = "Drei,,EndCustomer,InTrial,DE,Bonn\nVier,,EndCustomer,InTrial,DE,Bonn\n";
    nights.desk.write("in.csv", format!("{list}{new}{more}"));
    nights
        .run(&["--max-errors", "0", "--concurrency", "1"])
        .exits(1);
    assert_eq!(nights.desk.summary()["counts"]["created"], 2);
}

#[test]
fn a_budget_that_is_spent_names_what_it_allows() {
    let nights = Nights::new();
    let taken = "Unseen Bakery GmbH,,EndCustomer,InTrial,DE,Bonn\n\
                 Elsewhere Dental B.V.,,EndCustomer,InTrial,DE,Bonn\n";
    let last = "Gut 2,,EndCustomer,InTrial,DE,Bonn\nGut 3,,EndCustomer,InTrial,DE,Bonn\n";
    nights.desk.write("in.csv", format!("{ROWS}{taken}{last}"));
    nights
        .run(&["--max-errors", "20%", "--concurrency", "1"])
        .exits(5)
        .says(&["2 rows that were sent failed; 20 % of 7 rows allows 1"]);
}

#[test]
fn a_damaged_list_loses_no_run() {
    let nights = Nights::new();
    nights.sends(&[]);
    nights.sends(&[]);
    let list = nights.list();
    fs::write(&list, "this is no list").expect("it is spoilt");
    nights.run(&[]).exits(1).says(&[
        "damaged",
        "no row is quarantined in this run",
        "counting starts again",
    ]);
    assert_eq!(nights.service.requests(Method::AddPartner), 4);
    assert!(list.with_extension("damaged").is_file());
    assert_eq!(nights.sends(&[]), 1);
    assert_eq!(nights.sends(&[]), 0);
}

#[test]
fn the_list_holds_no_names() {
    let nights = Nights::new();
    nights.sends(&[]);
    let bytes = fs::read(nights.list()).expect("the list");
    for text in ["Hidden", "Bonn", "Darunter"] {
        assert!(
            memchr::memmem::find(&bytes, text.as_bytes()).is_none(),
            "{text}"
        );
    }
}
