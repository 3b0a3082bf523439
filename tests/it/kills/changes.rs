//! Runs that change customers, and undoings, killed again and again while others are at work on the same
//! customers between two processes.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use fastrand::Rng;
use partner_import::sandbox::PartnerView;
use serde_json::json;

use super::{
    FAULTS, Killed, Place, Service, Wanted, above, fan, is_change, kill_and_continue, name_of,
    table,
};
use crate::cli::desk::until;
use crate::support::tell;

/// How telephone numbers end in the list that is there first, and in the one that changes them.
const BEFORE: &str = "-1";
const AFTER: &str = "-2";

/// All work that was put off has landed by then.
const LANDED: Duration = Duration::from_millis(300);

/// Rows of which the first list tells: half of the trees, and in these every other leaf.
fn existed(rows: usize, row: usize) -> bool {
    let top = std::iter::successors(Some(row), |row| above(rows, *row)).last();
    let is_tree = top.is_some_and(|top| top * 2 < fan(rows));
    is_tree && (!is_leaf(rows, row) || row.is_multiple_of(2))
}

fn is_leaf(rows: usize, row: usize) -> bool {
    fan(rows) * (row + 1) >= rows
}

fn phone(row: usize, ending: &str) -> String {
    format!("+49 {row}{ending}")
}

/// A tenant with the first list in it, and the second list.
struct Begun {
    place: Place,
    service: Service,
    /// Everybody's id, by row.
    ids: HashMap<usize, i32>,
    /// How many requests there were so far.
    requests: usize,
}

impl Begun {
    fn new(directory: &tempfile::TempDir, rows: usize) -> Self {
        let place = Place::new(directory.path(), rows);
        place.write("first.csv", &table(rows, |row| existed(rows, row), BEFORE));
        place.write("second.csv", &table(rows, |_| true, AFTER));
        let service = Service::start(&place, "127.0.0.1:0", &[]);
        let first = place.run(&service, "first.csv", &[]);
        place.runs_well(first);
        Self {
            place,
            service,
            ids: HashMap::new(),
            requests: 0,
        }
        .noted()
    }

    /// The second list is run, and nobody disturbs it.
    fn with_changes(self) -> Self {
        let second = self.place.run(&self.service, "second.csv", &UPDATE);
        self.place.runs_well(second);
        self.noted()
    }

    /// The same with everybody's ids, at a service where things go wrong from now on.
    fn noted(mut self) -> Self {
        self.service.stop();
        let rows = 0..self.place.rows;
        let rows: HashMap<String, usize> = rows.map(|row| (name_of(row), row)).collect();
        let tenant = self.place.tenant();
        self.ids = tenant.iter().map(|one| (rows[&one.name], one.id)).collect();
        self.service.die_and_restart(&self.place, &FAULTS);
        self.requests = self.place.requests().len();
        self
    }

    fn existing(&self) -> Vec<usize> {
        let rows = self.place.rows;
        (0..rows).filter(|row| existed(rows, *row)).collect()
    }
}

const UPDATE: [&str; 2] = ["--on-exists", "update"];

/// What others have done, by row.
#[derive(Default)]
struct Meddling {
    phones: BTreeMap<usize, String>,
    names: BTreeMap<usize, String>,
}

impl Meddling {
    /// Somebody changes a telephone number or a name, where `changes` have been made already (before,
    /// it would be part of the plan). All that was under way has landed, and lands before what comes next.
    fn between(
        &mut self,
        begun: (&Place, usize, &HashMap<usize, i32>),
        service: &Service,
        random: &mut Rng,
        renames: bool,
    ) {
        let (place, logged, ids) = begun;
        if random.u8(..3) == 0 || !is_change(&place.log()[logged..]) {
            return;
        }
        let rows = place.rows;
        let leaves = ids.keys().copied().filter(|row| is_leaf(rows, *row));
        let mut leaves: Vec<usize> = leaves.collect();
        leaves.sort_unstable();
        let Some(row) = random.choice(leaves) else {
            return;
        };
        let (id, number) = (ids[&row], random.u32(..));
        wait_until_landed();
        if existed(rows, row) {
            let phone = format!("+1 {number}");
            let info = json!({"Id": id, "Company": {"PhoneNumber": phone}});
            let done = service.call("ModifyPartner", &json!({ "partnerInfo": info }));
            done.expect("it is there");
            self.phones.insert(row, phone);
        } else if renames {
            let name = format!("KEEP ME {number}");
            let info = json!({"Id": id, "Name": name});
            // Who has been removed is not renamed.
            if service
                .call("ModifyPartner", &json!({ "partnerInfo": info }))
                .is_ok()
            {
                self.names.insert(row, name);
            }
        }
        wait_until_landed();
    }
}

fn wait_until_landed() {
    let landed = Instant::now() + LANDED;
    until("all has landed", || Instant::now() >= landed);
}

/// How often each customer was changed, and how often removed.
fn changes(place: &Place, from: usize) -> HashMap<(&'static str, i64), usize> {
    let mut times = HashMap::new();
    for request in place.requests().iter().skip(from) {
        for what in ["modified", "removed"] {
            if let Some(id) = request["done"][what].as_i64() {
                *times.entry((what, id)).or_default() += 1;
            }
        }
    }
    times
}

/// Each change was made at most once. What others did is counted with it, so theirs are left out.
fn assert_once(begun: &Begun, meddling: &Meddling) {
    for ((what, id), times) in changes(&begun.place, begun.requests) {
        let row = begun.ids.iter().find(|(_, one)| i64::from(**one) == id);
        let is_meddled = row.is_some_and(|(row, _)| {
            meddling.phones.contains_key(row) || meddling.names.contains_key(row)
        });
        assert!(times == 1 || is_meddled, "{id} was {what} {times} times");
    }
}

fn by_name(customers: &[PartnerView]) -> HashMap<&str, &PartnerView> {
    let all: HashMap<&str, &PartnerView> = customers
        .iter()
        .map(|one| (one.name.as_str(), one))
        .collect();
    assert_eq!(all.len(), customers.len(), "a name is there twice");
    all
}

/// A result file's rows by the customer's name: these columns.
fn table_of(place: &Place, file: &str, columns: [&str; 3]) -> BTreeMap<String, [String; 3]> {
    let mut table = csv::Reader::from_path(place.at(file)).expect("there are results");
    let header = table.headers().expect("a header").clone();
    let at = |name: &str| {
        let mut all = header.iter();
        all.position(|one| one.trim_start_matches('\u{feff}') == name)
            .unwrap_or_else(|| panic!("no {name} in {header:?}"))
    };
    let (name, columns) = (at("Name"), columns.map(at));
    let rows = table.records().map(|row| {
        let row = row.expect("a row");
        (
            row[name].to_owned(),
            columns.map(|column| row[column].to_owned()),
        )
    });
    rows.collect()
}

fn report(what: &str, begun: &Begun, killed: &Killed, meddling: &Meddling, start: Instant) {
    tell(&format!(
        "{what} of {} customers, {} of them there before, killed {} times, service killed {} times, {} \
         changed by others: {} requests, {:?}",
        begun.place.rows,
        begun.existing().len(),
        killed.times,
        killed.restarts,
        meddling.phones.len() + meddling.names.len(),
        begun.place.requests().len() - begun.requests,
        start.elapsed()
    ));
}

#[test]
fn an_update_that_is_killed_again_and_again_changes_every_customer_once() {
    let mut wanted = Wanted::or(5, 100);
    let rows = wanted.rows;
    let directory = tempfile::tempdir().expect("a directory");
    let mut begun = Begun::new(&directory, rows);
    let start = Instant::now();
    let mut meddling = Meddling::default();
    let (place, ids) = (&begun.place, &begun.ids);
    let logged = place.log().len();
    let command = |service: &Service| place.run(service, "second.csv", &UPDATE);
    let killed = kill_and_continue(
        place,
        &mut begun.service,
        &mut wanted,
        command,
        |service, random| meddling.between((place, logged, ids), service, random, false),
    );
    killed.ended_with(&[0, 1], &begun.place);
    begun.service.stop();
    assert_once(&begun, &meddling);
    let customers = begun.place.tenant();
    let by_name = by_name(&customers);
    let results = table_of(
        &begun.place,
        "out/results.csv",
        ["ID", "ImportStatus", "ImportCode"],
    );
    assert_eq!((customers.len(), results.len()), (rows, rows));
    for row in 0..rows {
        let name = name_of(row);
        let (customer, [id, status, code]) = (by_name[name.as_str()], &results[&name]);
        let (status, code) = (status.as_str(), code.as_str());
        let parent = above(rows, row).map(|above| by_name[name_of(above).as_str()].id);
        assert!(
            parent.is_none_or(|parent| parent == customer.parent_id),
            "{customer:?}"
        );
        // Whether theirs came before ours or after: theirs stays.
        if let Some(theirs) = meddling.phones.get(&row) {
            assert_eq!(
                customer.phone.as_ref(),
                Some(theirs),
                "{name}: {status} {code}"
            );
            let fate = (status, code);
            let fine = matches!(fate, ("updated", "" | "T502") | ("failed", "conflict"));
            assert!(fine, "{name}: {fate:?}");
        } else {
            assert_eq!(
                customer.phone,
                Some(phone(row, AFTER)),
                "{name}: {status} {code}"
            );
            assert_eq!(*id, customer.id.to_string(), "{name}");
            let wanted = if existed(rows, row) {
                "updated"
            } else {
                "created"
            };
            assert_eq!(status, wanted, "{name} {code}");
        }
        if let Some(before) = begun.ids.get(&row) {
            assert_eq!(customer.id, *before, "{name}");
        }
    }
    report("an update", &begun, &killed, &meddling, start);
}

#[test]
fn an_undo_that_is_killed_again_and_again_takes_back_what_the_run_did_and_nothing_else() {
    let mut wanted = Wanted::or(5, 100);
    let rows = wanted.rows;
    let directory = tempfile::tempdir().expect("a directory");
    let mut begun = Begun::new(&directory, rows).with_changes();
    let start = Instant::now();
    let mut meddling = Meddling::default();
    let (place, ids) = (&begun.place, &begun.ids);
    let logged = place.log().len();
    let (run, number) = (place.newest_run(), rows.to_string());
    let command = |service: &Service| place.tool(service, &["undo", &run, "--confirm", &number]);
    let killed = kill_and_continue(
        place,
        &mut begun.service,
        &mut wanted,
        command,
        |service, random| meddling.between((place, logged, ids), service, random, true),
    );
    killed.ended_with(&[0, 1], &begun.place);
    begun.service.stop();
    assert_once(&begun, &meddling);
    let customers = begun.place.tenant();
    let by_name = by_name(&customers);
    let by_id: HashMap<i32, &PartnerView> = customers.iter().map(|one| (one.id, one)).collect();
    let fates = table_of(
        &begun.place,
        "out/removed.csv",
        ["Name", "UndoStatus", "UndoCode"],
    );
    let mut stays = 0;
    for row in 0..rows {
        let name = name_of(row);
        let [_, fate, code] = &fates[&name];
        let (fate, code) = (fate.as_str(), code.as_str());
        if existed(rows, row) {
            let customer = by_name[name.as_str()];
            assert_eq!(customer.id, begun.ids[&row]);
            if let Some(theirs) = meddling.phones.get(&row) {
                assert_eq!(
                    customer.phone.as_ref(),
                    Some(theirs),
                    "{name}: {fate} {code}"
                );
                let fine = matches!((fate, code), ("restored", "") | ("kept", "changed-since"));
                assert!(fine, "{name}: {fate} {code}");
            } else {
                assert_eq!(
                    customer.phone,
                    Some(phone(row, BEFORE)),
                    "{name}: {fate} {code}"
                );
                assert_eq!((fate, code), ("restored", ""), "{name}");
            }
            stays += 1;
            continue;
        }
        let below = meddling.names.keys().any(|kept| {
            std::iter::successors(above(rows, *kept), |row| above(rows, *row)).any(|one| one == row)
        });
        let there = by_id.get(&begun.ids[&row]);
        let wanted = match meddling.names.get(&row) {
            Some(theirs) => {
                assert_eq!(there.map(|one| &one.name), Some(theirs), "{fate} {code}");
                ("kept", "renamed")
            }
            None if below => ("kept", "has-customers"),
            None => ("removed", ""),
        };
        assert_eq!((fate, code), wanted, "{name}");
        assert_eq!(there.is_some(), fate == "kept", "{name}: {fate} {code}");
        stays += usize::from(there.is_some());
    }
    assert_eq!(customers.len(), stays);
    report("an undo", &begun, &killed, &meddling, start);
}
