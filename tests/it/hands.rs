//! Other hands at random: a second process by another spelling of the target, files that are taken
//! from under a run, journals that rot on the disk. Real processes, real files, one seed after the
//! other; `HANDS=1000 cargo test --test it hands:: -- --nocapture` tries more, `HANDS_FIRST=4711`
//! others.
//!
//! | file | what |
//! |---|---|
//! | `beside` | a second process while the first is at work |
//! | `taken` | lock, journal or state removed, moved or replaced at a random moment |
//! | `rotten` | a journal that is damaged between two processes |
//! | `switches` | runs that switch automatic deployment, and their undoings, killed |

mod beside;
mod rotten;
mod switches;
mod taken;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use fastrand::Rng;

use crate::cli::desk::{Desk, Service};
use crate::support::tell;

/// Tries seeds, some at a time: processes wait more than they work.
fn each_seed(what: &str, seeds: u64, one: impl Fn(&mut Rng) -> &'static str + Sync) {
    const AT_ONCE: usize = 10;
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first: u64 = number("HANDS_FIRST").unwrap_or(1);
    let end = first + number("HANDS").unwrap_or(seeds);
    let (next, start) = (AtomicU64::new(first), Instant::now());
    let ends = std::sync::Mutex::new(std::collections::BTreeMap::<&str, u64>::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Relaxed);
                    if seed >= end {
                        return;
                    }
                    let mut random = Rng::with_seed(seed);
                    match catch_unwind(AssertUnwindSafe(|| one(&mut random))) {
                        Ok(ended) => *ends.lock().expect("whole").entry(ended).or_default() += 1,
                        Err(panic) => {
                            tell(&format!("again: HANDS_FIRST={seed} HANDS=1 ({what})"));
                            next.store(end, Relaxed);
                            resume_unwind(panic);
                        }
                    }
                }
            });
        }
    });
    let ends = ends.into_inner().expect("whole");
    tell(&format!(
        "{what}: {} seeds in {:?}: {ends:?}",
        end - first,
        start.elapsed()
    ));
}

/// A list of so many customers; `variant` makes it another file.
fn list(rows: usize, variant: &str) -> String {
    let mut text = format!("Name,Level,State,Country,ExternalCode{variant}\n");
    for row in 0..rows {
        text.push_str(&format!("Customer {row},EndCustomer,InTrial,DE,C-{row}\n"));
    }
    text
}

/// Everybody of the list is in the tenant once, as the list says, and nobody else.
#[track_caller]
fn all_once(service: &Service, rows: usize, story: &str) {
    no_double(service, story);
    let mut there: Vec<(String, Option<String>)> = service
        .added()
        .into_iter()
        .map(|one| (one.name, one.external_code))
        .collect();
    let mut right: Vec<(String, Option<String>)> = (0..rows)
        .map(|row| (format!("Customer {row}"), Some(format!("C-{row}"))))
        .collect();
    there.sort();
    right.sort();
    assert_eq!(there, right, "{story}");
}

#[track_caller]
fn no_double(service: &Service, story: &str) {
    let mut names: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "a double: {story}");
}

/// Runs the list until a run says that all is done; what a person would do is done when told.
fn go_on(desk: &Desk, service: &Service, story: &str) {
    let mut said = String::new();
    for _ in 0..4 {
        let mut run = vec![
            "run",
            "in.csv",
            "--yes",
            "--out",
            "again",
            "--settle-wait",
            "1300ms",
        ];
        if said.contains("--new-run") {
            run.push("--new-run");
        }
        let done = desk.run_at(service, &run);
        if done.code == 0 {
            return;
        }
        said = done.err;
    }
    panic!("it never ends: {story}: {said}");
}
