//! A journal that is damaged between two processes, while a request of the first may still land: the
//! second reads what was written, or sends nothing and says why. Altered rows are never sent.

use std::fs;
use std::path::Path;
use std::time::Duration;

use fastrand::Rng;
use partner_import::sandbox::{Config, Method, NamePolicy};

use super::taken::only;
use super::{all_once, each_seed, go_on, list, no_double};
use crate::cli::desk::{Desk, Service, until};

/// What becomes of the bytes on the disk.
#[derive(Debug, Clone, Copy)]
enum Rot {
    Bits,
    Cut,
    Emptied,
    Zeroed,
    Noise,
    Swapped,
    Gone,
}

/// How late the request that was struck is carried out; the next process waits longer, even where
/// the machine is busy.
const LATE: Duration = Duration::from_millis(500);

const ROT: [Rot; 6] = [
    Rot::Bits,
    Rot::Cut,
    Rot::Emptied,
    Rot::Zeroed,
    Rot::Noise,
    Rot::Swapped,
];

#[test]
fn a_journal_that_rots_is_noticed_or_harmless() {
    each_seed("a journal that rots", 300, rot);
}

fn rot(random: &mut Rng) -> &'static str {
    let rows = random.usize(3..16);
    let struck = random.usize(1..=rows);
    let fault = format!("late-commit=#{struck}:{}ms@AddPartner", LATE.as_millis());
    let service = Service::with(Config {
        names: NamePolicy::Any,
        latency: Duration::from_millis(3),
        faults: vec![fault.parse().expect("a fault")],
        ..Config::default()
    });
    let desk = Desk::new();
    desk.write("in.csv", list(rows, ""));
    let calls = random.usize(1..4).to_string();
    // It is not to look for the one that is late before it is killed.
    let flags = ["--concurrency", &calls, "--settle-wait", "60s"];
    let first = desk.import_command(&service, &flags).spawn();
    let mut first = first.expect("it starts");
    until("the request", || {
        service.requests(Method::AddPartner) >= struck as u64
    });
    // On a busy machine it may have come to its end before it is killed.
    if service.kill(&mut first).success() {
        all_once(&service, rows, "over before");
        return "over before";
    }
    let runs = desk.path("state/runs");
    let ending = *random
        .choice(&["sqlite", "sqlite", "sqlite-wal", "sqlite-wal", "lock"])
        .expect("one");
    let spoilt = &only(&runs, ending);
    let mut rot = *random.choice(&ROT).expect("one");
    if ending == "sqlite-wal" && random.u8(..8) == 0 {
        rot = Rot::Gone;
    }
    let story = format!("{rot:?} in {ending}, {rows} rows, request {struck} late, {calls} at once");
    carry_out(rot, spoilt, random);
    // The other file that readers share is made anew.
    let _ = fs::remove_file(only(&runs, "sqlite").with_extension("sqlite-shm"));
    let before = service.requests(Method::AddPartner);
    let run = [
        "run",
        "in.csv",
        "--yes",
        "--out",
        "out",
        "--settle-wait",
        "1300ms",
    ];
    let done = desk.run_at(&service, &run);
    if done.code == 0 {
        service.all_has_landed();
    }
    if std::env::var_os("HANDS_TOLD").is_some() {
        crate::support::tell(&format!("{story}\n{}{}", done.err, service.added().len()));
    }
    no_double(&service, &format!("{story}\n{done:?}"));
    match done.code {
        0 => {
            all_once(&service, rows, &format!("{story}\n{done:?}"));
            "read"
        }
        5 => {
            assert_eq!(
                service.requests(Method::AddPartner),
                before,
                "{story}\n{done:?}"
            );
            assert!(done.err.contains("error: "), "{story}\n{done:?}");
            go_on(&desk, &service, &format!("{story}\n{done:?}"));
            all_once(&service, rows, &story);
            "blocked"
        }
        _ => panic!("{story}\n{done:?}"),
    }
}

fn carry_out(rot: Rot, path: &Path, random: &mut Rng) {
    const PAGE: usize = 4096;
    let mut bytes = fs::read(path).expect("the file");
    let page = |bytes: &[u8], random: &mut Rng| {
        let pages = bytes.len().div_ceil(PAGE).max(1);
        let first = random.usize(..pages) * PAGE;
        first.min(bytes.len())..(first + PAGE).min(bytes.len())
    };
    match rot {
        Rot::Gone => return fs::remove_file(path).expect("removed"),
        Rot::Emptied => bytes.clear(),
        Rot::Cut => bytes.truncate(random.usize(..=bytes.len())),
        Rot::Bits => {
            for _ in 0..random.usize(1..8) {
                if !bytes.is_empty() {
                    let at = random.usize(..bytes.len());
                    bytes[at] ^= 1 << random.u8(..8);
                }
            }
        }
        Rot::Zeroed => {
            let page = page(&bytes, random);
            bytes[page].fill(0);
        }
        Rot::Noise => {
            let page = page(&bytes, random);
            bytes[page].fill_with(|| random.u8(..));
        }
        Rot::Swapped => {
            let (one, other) = (page(&bytes, random), page(&bytes, random));
            let length = one.len().min(other.len());
            for step in 0..length {
                bytes.swap(one.start + step, other.start + step);
            }
        }
    }
    fs::write(path, bytes).expect("written");
}
