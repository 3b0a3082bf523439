//! Thirty nights of scheduled jobs at three tenants, ten for each: the service and the program are
//! processes, the list changes every night, and things go wrong that do go wrong. What each morning is to
//! be is written down beforehand: the tenant is as the list wants it, nobody is there twice, the exit code
//! is the documented one, the figures say the same, whoever is to be told was told, once, the results are
//! there, and the lock is free.
//!
//! | file | what happens to the tenant |
//! |---|---|
//! | here | `north`: a row that is refused every night, a kill, an outage, a name changed in the console |
//! | `west` | exports that are empty, have shrunk or grown, and a night that was cut off before the list changed |
//! | `south` | quarantine, six attempts in one night, a wrong list, customers who left, an update taken back |

mod south;
mod west;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use partner_import::sandbox::{
    ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, PartnerView, Request, Sandbox,
    Timestamp,
};
use serde_json::{Value, json};

use crate::cli::desk::{Desk, Done, end_of, until};
use crate::tidy::code::files_below;
use crate::unattended::exposition::read;
use crate::unattended::listener::Listener;

/// A name that the service refuses, whoever asks: a customer that cannot be seen has it.
const TAKEN: &str = "Hidden Competitor Ltd";

/// How long every answer takes: long enough to be in the midst of a night.
const LATENCY: &str = "30ms";

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: String,
    parent: &'static str,
    level: &'static str,
    state: &'static str,
}

/// The job, its list by external code, and whoever the tenant should have by now.
struct Job {
    desk: Desk,
    name: &'static str,
    /// Who is told of changes.
    listener: Listener,
    told: usize,
    address: String,
    rows: BTreeMap<String, Row>,
    wanted: BTreeMap<String, Row>,
    nights: u32,
}

impl Job {
    /// A job with these keys beside the usual ones, each in its section.
    fn new(name: &'static str, limits: &str) -> Self {
        let desk = Desk::new();
        let listener = Listener::answering(200);
        let profile = format!(
            "[existing]\non_exists = \"update\"\n\
             [limits]\nrate = \"none\"\nconcurrency = 1\nquarantine_after = 3\n\
             settle_wait = \"300ms\"\noutage_limit = \"1s\"\ntimeout = \"20s\"\n{limits}\
             [run]\nif_changed = \"new-run\"\n\
             [notify]\nurls = [\"{}/hook\"]\nwhen = \"change\"\n\
             [output]\nout = \"out\"\nmetrics_file = \"job.prom\"\n",
            listener.address
        );
        desk.write(&format!("{name}.toml"), profile);
        Self {
            desk,
            name,
            listener,
            told: 0,
            address: "127.0.0.1:0".to_owned(),
            rows: BTreeMap::new(),
            wanted: BTreeMap::new(),
            nights: 0,
        }
    }

    /// The customer below which the others stand.
    fn put_top(&mut self) {
        self.put("A-0", "Nord Partner");
        let top = self.row("A-0");
        top.parent = "";
        top.level = "Reseller";
    }

    fn put(&mut self, code: &str, name: &str) {
        let row = Row {
            name: name.to_owned(),
            parent: "Nord Partner",
            level: "EndCustomer",
            state: "InTrial",
        };
        self.rows.insert(code.to_owned(), row);
    }

    fn put_many(&mut self, codes: std::ops::Range<u32>) {
        for number in codes {
            self.put(&format!("K-{number:03}"), &format!("Kunde {number}"));
        }
    }

    fn row(&mut self, code: &str) -> &mut Row {
        self.rows.get_mut(code).expect("a row")
    }

    /// The evening: the list is exported, the service is up.
    fn evening(&mut self) -> Service {
        self.nights += 1;
        let list = self.list();
        self.desk.write("list.csv", list);
        self.service()
    }

    /// The list as it is exported.
    fn list(&self) -> String {
        let mut list = "ExternalCode,Name,Parent,Level,State,Country\n".to_owned();
        for (code, row) in &self.rows {
            let Row {
                name,
                parent,
                level,
                state,
            } = row;
            list += &format!("{code},{name},{parent},{level},{state},DE\n");
        }
        list
    }

    fn service(&mut self) -> Service {
        let log = format!("requests-{}.jsonl", self.nights);
        let arguments = ["sandbox", "--listen", &self.address, "--latency", LATENCY];
        let files = ["--db", "tenant.db", "--request-log", &log];
        let mut command = self.desk.tool(&[&arguments[..], &files].concat());
        let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
        let output = child.stdout.take().expect("piped");
        let line = BufReader::new(output)
            .lines()
            .next()
            .expect("a line")
            .expect("text");
        let endpoint = line
            .strip_prefix("listening on ")
            .expect("that line")
            .to_owned();
        let address = endpoint.trim_start_matches("http://").split('/').next();
        address.expect("an address").clone_into(&mut self.address);
        Service { child, endpoint }
    }

    /// How often tonight a method was asked for.
    fn asked(&self, method: &str) -> usize {
        let log = self.desk.path(&format!("requests-{}.jsonl", self.nights));
        let log = fs::read_to_string(log).unwrap_or_default();
        log.matches(&format!("\"method\":\"{method}\"")).count()
    }

    fn start(&self, service: &Service) -> Child {
        self.command(&service.endpoint).spawn().expect("it starts")
    }

    /// What the schedule starts.
    fn command(&self, endpoint: &str) -> Command {
        let profile = format!("{}.toml", self.name);
        let run = ["run", "list.csv", "--yes", "--profile", &profile];
        let mut command = self.desk.tool(&run);
        command
            .env("PARTNER_IMPORT_ENDPOINT", endpoint)
            .env("PARTNER_IMPORT_PARTNER", ACCOUNT_PARTNER)
            .env("PARTNER_IMPORT_USERNAME", ACCOUNT_USER)
            .env("PARTNER_IMPORT_PASSWORD", ACCOUNT_PASSWORD);
        command
    }

    /// The figure of this name in the metrics.
    #[track_caller]
    fn figure(&self, name: &str, status: &str) -> f64 {
        let page = read(&self.desk.read("job.prom")).expect("metrics");
        let fits = |(of, labels): &&(String, BTreeMap<String, String>)| {
            *of == format!("partner_import_{name}")
                && labels.get("status").is_none_or(|there| there == status)
        };
        let found: Vec<_> = page.keys().filter(fits).collect();
        assert_eq!(found.len(), 1, "{name} {status}");
        page[found[0]]
    }

    /// An exit code as it is everywhere told.
    #[track_caller]
    fn ends(&self, done: Done, code: i32) {
        done.exits(code);
        assert!((self.figure("exit_code", "") - f64::from(code)).abs() < 0.1);
        let summary: Value =
            serde_json::from_str(&self.desk.read("out/summary.json")).expect("JSON");
        assert_eq!(summary["exit_code"], code);
        let table = self.desk.table("out/results.csv");
        assert_eq!(table.rows.len(), self.rows.len());
        self.the_lock_is_free();
    }

    /// The same of one that says something beside.
    #[track_caller]
    fn ends_saying(&self, done: Done, code: i32, says: &str) {
        self.ends(done.says(&[says]), code);
    }

    /// A night in which nothing was sent, told as such; the results are those of an earlier one.
    #[track_caller]
    fn refuses(&self, done: Done, code: i32, says: &str) {
        let success = self.figure("last_success_timestamp_seconds", "");
        done.exits(code).says(&[says]);
        assert!((self.figure("exit_code", "") - f64::from(code)).abs() < 0.1);
        let last = self.figure("last_run_timestamp_seconds", "");
        assert!(last > success, "night {}", self.nights);
        assert_eq!(self.asked("AddPartner"), 0, "night {}", self.nights);
        self.the_lock_is_free();
    }

    /// Since the last time these ends were told of, each with a part of the reason, and nothing else.
    #[track_caller]
    fn tells(&mut self, ends: &[(i32, &str)]) {
        let told = self.listener.told();
        let new: Vec<Value> = told[self.told..]
            .iter()
            .map(|one| serde_json::from_str(&one.body).expect("JSON"))
            .collect();
        self.told = told.len();
        let codes: Vec<&Value> = new.iter().map(|one| &one["exit_code"]).collect();
        let expected: Vec<i32> = ends.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, expected, "night {}: {new:#?}", self.nights);
        for (one, (_, reason)) in new.iter().zip(ends) {
            assert_eq!(one["job"], self.name);
            assert_eq!(one["tenant"], ACCOUNT_PARTNER);
            let said = one["reason"].as_str().unwrap_or_default();
            assert!(said.contains(reason), "no {reason:?} in {said:?}");
        }
    }

    #[track_caller]
    fn the_lock_is_free(&self) {
        let files = files_below(&self.desk.path("state"));
        let mut locks = files
            .iter()
            .filter(|path| path.extension().is_some_and(|end| end == "lock"));
        let lock = locks.next().expect("a lock");
        let file = fs::File::options()
            .write(true)
            .open(lock)
            .expect("the lock's file");
        file.try_lock().expect("nobody holds it");
    }

    /// The morning: the service is stopped; the tenant has everybody once who is wanted.
    #[track_caller]
    fn morning(&mut self, service: Service, refused: &[&str]) {
        drop(service);
        for (code, row) in &self.rows {
            if !refused.contains(&code.as_str()) {
                self.wanted.insert(code.clone(), row.clone());
            }
        }
        let customers = self.tenant().partners();
        let mut added: Vec<&PartnerView> = customers.iter().collect();
        added.retain(|one| !one.original && !one.removed);
        let names: BTreeMap<i32, &str> = customers
            .iter()
            .map(|one| (one.id, one.name.as_str()))
            .collect();
        assert_eq!(added.len(), self.wanted.len(), "night {}", self.nights);
        for one in added {
            let row = &self.wanted[one.external_code.as_deref().expect("a code")];
            assert_eq!(
                (&one.name, one.level, one.state),
                (&row.name, row.level, row.state)
            );
            if !row.parent.is_empty() {
                assert_eq!(names[&one.parent_id], row.parent, "{}", one.name);
            }
        }
    }

    /// The tenant while the service is down.
    fn tenant(&self) -> Sandbox {
        let db = Some(self.desk.path("tenant.db"));
        Sandbox::new(Config {
            db,
            ..Config::default()
        })
        .expect("the tenant")
    }

    /// Somebody renames a customer in the console.
    fn rename(&self, from: &str, to: &str) {
        let mut tenant = self.tenant();
        let id = tenant
            .partners()
            .into_iter()
            .find(|one| one.name == from)
            .expect("them")
            .id;
        let mut call = |visa: &str, method: &str, params: Value| -> Value {
            let body = json!({
                "jsonrpc": "2.0", "id": "1", "visa": visa, "method": method, "params": params,
            });
            let body = body.to_string();
            let request = Request {
                body: body.as_bytes(),
                authorization: None,
            };
            let now = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .expect("after 1970");
            let now = Timestamp(u64::try_from(now.as_millis()).expect("a time"));
            let reply: Value =
                serde_json::from_slice(&tenant.handle(&request, now).body).expect("JSON");
            assert!(reply.get("error").is_none(), "{reply}");
            reply
        };
        let who = json!({
            "partner": ACCOUNT_PARTNER, "username": ACCOUNT_USER, "password": ACCOUNT_PASSWORD,
        });
        let visa = call("", "Login", who)["visa"]
            .as_str()
            .expect("a visa")
            .to_owned();
        call(
            &visa,
            "ModifyPartner",
            json!({ "partnerInfo": { "Id": id, "Name": to } }),
        );
    }

    /// A night without trouble.
    #[track_caller]
    fn night(&mut self, code: i32, refused: &[&str]) {
        let service = self.evening();
        let done = end_of(self.start(&service));
        self.ends(done, code);
        self.morning(service, refused);
    }
}

/// The service as a process.
struct Service {
    child: Child,
    endpoint: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn ten_nights_of_north() {
    let mut job = Job::new("north", "");
    job.put_top();
    job.put("B-0", TAKEN);
    job.put_many(0..12);
    let number = |value: u32| f64::from(value);
    let figure_is = |job: &Job, name: &str, status: &str, value: f64| {
        assert!(
            (job.figure(name, status) - value).abs() < 0.1,
            "{name} {status}"
        );
    };

    // 1: a list with one row that is refused every night.
    job.night(1, &["B-0"]);
    figure_is(&job, "rows", "created", 13.0);
    figure_is(&job, "rows", "failed", 1.0);
    job.tells(&[(1, "")]);

    // 2: new rows, and one that changed.
    job.put_many(12..15);
    job.row("K-001").state = "InProduction";
    job.night(1, &["B-0"]);
    assert_eq!(job.asked("ModifyPartner"), 1);
    figure_is(&job, "rows", "created", 3.0);
    job.tells(&[]);

    // 3: the process is killed in the midst of many; the next one continues.
    job.put_many(15..75);
    let service = job.evening();
    let mut child = job.start(&service);
    until("some customers", || job.asked("AddPartner") > 5);
    child.kill().expect("it can be killed");
    assert!(!child.wait().expect("it ends").success());
    assert!(job.asked("AddPartner") < 60, "it was over too soon");
    job.the_lock_is_free();
    let done = end_of(job.start(&service));
    job.ends(done, 1);
    let asked = job.asked("AddPartner");
    let refused = "sixty, and one that is refused, once more where it died before that was settled";
    assert!((61..=62).contains(&asked), "{asked}: {refused}");
    job.morning(service, &["B-0"]);
    job.tells(&[]);

    // 4: a row is gone, its customer stays; the refused row is not sent a fourth time.
    job.rows.remove("K-002");
    job.night(1, &["B-0"]);
    assert_eq!(job.asked("AddPartner"), 0);
    figure_is(&job, "quarantined_rows", "", 1.0);
    figure_is(&job, "rows", "failed", 1.0);
    figure_is(&job, "orphans", "", 1.0);
    job.tells(&[(1, "")]);

    // 5: the service goes down for longer than it is waited for, and comes back.
    job.put_many(75..135);
    let service = job.evening();
    let child = job.start(&service);
    until("some customers", || job.asked("AddPartner") > 5);
    drop(service);
    let done = end_of(child);
    job.ends(done, 5);
    assert!(job.figure("rows", "pending") > 0.0);
    let before = job.figure("last_finish_timestamp_seconds", "");
    assert!(job.figure("last_run_timestamp_seconds", "") > before);
    let service = job.service();
    let done = end_of(job.start(&service));
    job.ends(done, 1);
    figure_is(&job, "rows", "created", 60.0);
    job.morning(service, &["B-0"]);
    job.tells(&[(5, "did not answer for too long"), (1, "")]);

    // 6: the refused row was mended, and makes it at once.
    "Mended Ltd".clone_into(&mut job.row("B-0").name);
    job.night(0, &[]);
    assert_eq!(job.asked("AddPartner"), 1);
    figure_is(&job, "quarantined_rows", "", 0.0);
    job.tells(&[(0, "")]);

    // 7: somebody renamed a customer; it is recognised by its code, and gets its name back.
    job.rename("Kunde 7", "Umbenannt");
    job.night(0, &[]);
    assert_eq!(
        (job.asked("AddPartner"), job.asked("ModifyPartner")),
        (0, 1)
    );

    // 8: nothing is new, nothing is changed.
    job.night(0, &[]);
    assert_eq!(
        (job.asked("AddPartner"), job.asked("ModifyPartner")),
        (0, 0)
    );
    let rows = number(u32::try_from(job.rows.len()).expect("few"));
    figure_is(&job, "rows", "exists", rows);
    let success = job.figure("last_success_timestamp_seconds", "");

    // 9: a new row is wrong, another is fine.
    job.put("Z-0", "Schief");
    job.row("Z-0").level = "Boss";
    job.put_many(135..136);
    job.night(1, &["Z-0"]);
    figure_is(&job, "rows", "invalid", 1.0);
    assert!((job.figure("last_success_timestamp_seconds", "") - success).abs() < 0.000_1);
    job.tells(&[(1, "")]);

    // 10: it is mended.
    job.row("Z-0").level = "EndCustomer";
    job.night(0, &[]);
    figure_is(&job, "rows", "created", 1.0);
    assert!(job.figure("last_success_timestamp_seconds", "") > success);
    job.tells(&[(0, "")]);
}
