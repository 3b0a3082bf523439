//! Real kills: a real process, real sockets, a real disk, `kill -9` at random moments; then the
//! tenant holds every customer once. A few dozen customers here; `KILLS=100 KILL_ROWS=2000` makes
//! it the whole thing.
//!
//! | file | what |
//! |---|---|
//! | `changes` | the same over runs that change customers, and over undoings, others at work |

mod changes;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use fastrand::Rng;
use partner_import::sandbox::{
    ACCOUNT_ID, ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, PartnerView, Sandbox,
};
use serde_json::{Value, json};

use crate::support::tell;

const TOOL: &str = env!("CARGO_BIN_EXE_partner-import");

/// What goes wrong on the way, beside the kills. Late work lands within the settle wait.
const FAULTS: [&str; 14] = [
    "drop-request=0.01@AddPartner",
    "drop-answer=0.01@AddPartner",
    "late-commit=0.01:200ms@AddPartner",
    "cut=0.01@AddPartner",
    "502-after=0.01@AddPartner",
    "drop-request=0.01@ModifyPartner",
    "drop-answer=0.01@ModifyPartner",
    "late-commit=0.01:200ms@ModifyPartner",
    "502-after=0.01@ModifyPartner",
    "drop-request=0.01@RemovePartner",
    "drop-answer=0.01@RemovePartner",
    "late-commit=0.01:200ms@RemovePartner",
    "502-after=0.01@RemovePartner",
    "429=0.005:1",
];

/// How long every answer takes: long enough for many kills within one import.
const LATENCY: &str = "60ms";

/// What is tried, as the environment says.
struct Wanted {
    kills: usize,
    rows: usize,
    random: Rng,
}

impl Wanted {
    fn or(kills: usize, rows: usize) -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
        Self {
            kills: number("KILLS").unwrap_or(kills),
            rows: number("KILL_ROWS").unwrap_or(rows),
            random: Rng::with_seed(number("KILL_SEED").map_or(1, |seed| seed as u64)),
        }
    }
}

/// How long a process may live.
#[derive(Debug, Clone, Copy)]
enum Patience {
    /// So long.
    AfterStart(Duration),
    /// So long after it has changed something in the tenant.
    AfterChange(Duration),
    /// Until it ends.
    Long,
}

/// So long anything may take before a test gives up on it.
const LONG: Duration = Duration::from_secs(180);

/// How often a command was killed, and the service, before it came to its end.
struct Killed {
    times: usize,
    restarts: usize,
    status: ExitStatus,
}

impl Killed {
    /// The last process ended in order, with one of these codes.
    fn ended_with(&self, codes: &[i32], place: &Place) {
        let code = self.status.code();
        assert!(
            code.is_some_and(|code| codes.contains(&code)),
            "{}\n{}",
            self.status,
            place.last_words()
        );
    }
}

/// Starts a command again and again, and kills it at random moments, now and then the service too,
/// until it may come to its end. `between` happens after each kill.
fn kill_and_continue(
    place: &Place,
    service: &mut Service,
    wanted: &mut Wanted,
    command: impl Fn(&Service) -> Command,
    mut between: impl FnMut(&Service, &mut Rng),
) -> Killed {
    let (mut times, mut restarts) = (0, 0);
    let status = loop {
        // The first hundredths of a second are the start of the process.
        let moment = Duration::from_millis(wanted.random.u64(10..300));
        let patience = match times {
            _ if times >= wanted.kills => Patience::Long,
            // Every other one comes as far as to change something.
            _ if times % 2 == 0 => Patience::AfterChange(moment),
            _ => Patience::AfterStart(moment),
        };
        match place.run_for(command(service), patience) {
            Some(status) => break status,
            None => times += 1,
        }
        assert!(times <= wanted.kills, "it hangs");
        between(service, &mut wanted.random);
        // Now and then the service dies too.
        if times % 10 == 5 {
            service.die_and_restart(place, &FAULTS);
            restarts += 1;
        }
    };
    assert_eq!(
        times,
        wanted.kills,
        "it was over too soon: more rows, please\n{}",
        place.last_words()
    );
    Killed {
        times,
        restarts,
        status,
    }
}

#[test]
fn an_import_that_is_killed_again_and_again_creates_every_customer_once() {
    let mut wanted = Wanted::or(5, 100);
    let directory = tempfile::tempdir().expect("a directory");
    let place = Place::new(directory.path(), wanted.rows);
    let mut service = Service::start(&place, "127.0.0.1:0", &FAULTS);
    let start = Instant::now();
    let command = |service: &Service| place.run(service, "input.csv", &[]);
    let killed = kill_and_continue(&place, &mut service, &mut wanted, command, |_, _| {});
    killed.ended_with(&[0], &place);
    let requests = place.requests().len();
    drop(service);
    place.hold_against_the_tenant();
    tell(&format!(
        "{} customers, killed {} times, service killed {} times: \
         each there once, {requests} requests, {:?}",
        wanted.rows,
        killed.times,
        killed.restarts,
        start.elapsed()
    ));
}

/// Files of one import.
struct Place {
    directory: PathBuf,
    rows: usize,
}

impl Place {
    fn new(directory: &Path, rows: usize) -> Self {
        let place = Self {
            directory: directory.to_owned(),
            rows,
        };
        place.write("input.csv", &table(rows, |_| true, ""));
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).expect("the input is written");
    }

    /// The tool at this place, with who logs in.
    fn tool(&self, service: &Service, arguments: &[&str]) -> Command {
        let mut command = Command::new(TOOL);
        command
            .args(arguments)
            .args(["--rate", "none", "--concurrency", "4", "--no-progress"])
            .args(["--timeout", "5s", "--settle-wait", "500ms"])
            .args(["--endpoint", &service.endpoint])
            .args(["--partner", ACCOUNT_PARTNER, "--username", ACCOUNT_USER])
            .arg("--state-dir")
            .arg(self.at("state"))
            .current_dir(&self.directory)
            .env("PARTNER_IMPORT_PASSWORD", ACCOUNT_PASSWORD);
        command
    }

    /// Lets a command run to its end, which must be a good one.
    fn runs_well(&self, command: Command) {
        let status = self.run_for(command, Patience::Long);
        assert!(
            status.is_some_and(|status| status.success()),
            "{}",
            self.last_words()
        );
    }

    /// The import of a list, begun or continued; results go to `out`.
    fn run(&self, service: &Service, list: &str, more: &[&str]) -> Command {
        let mut command = self.tool(service, &["run", list, "--yes", "--out", "out"]);
        command
            .args(["--set", "State=InTrial", "--set", "Country=DE"])
            .args(more);
        command
    }

    /// Starts a command; kills it after a time. Its status, if it ended before.
    fn run_for(&self, mut command: Command, patience: Patience) -> Option<ExitStatus> {
        let logged = self.log().len();
        let words = fs::File::create(self.at("words.txt")).expect("a file");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(words)
            .spawn()
            .expect("the tool starts");
        // Its standard output ends with it.
        let output = child.stdout.take().expect("piped");
        let (ended, end) = channel::<()>();
        let reader = std::thread::spawn(move || {
            let _ended = ended;
            BufReader::new(output).lines().map_while(Result::ok).count()
        });
        let ends = |within| end.recv_timeout(within) == Err(RecvTimeoutError::Disconnected);
        let in_time = match patience {
            Patience::Long => ends(LONG),
            Patience::AfterStart(moment) => ends(moment),
            Patience::AfterChange(moment) => {
                let until = Instant::now() + LONG;
                loop {
                    if ends(Duration::from_millis(5)) {
                        break true;
                    }
                    assert!(Instant::now() < until, "nothing is changed");
                    if is_change(&self.log()[logged..]) {
                        break ends(moment);
                    }
                }
            }
        };
        if !in_time {
            child.kill().expect("it can be killed");
        }
        let status = child.wait().expect("it ends");
        reader.join().expect("its output is read");
        in_time.then_some(status)
    }

    fn last_words(&self) -> String {
        fs::read_to_string(self.at("words.txt")).unwrap_or_default()
    }

    /// The request log; a killed service loses the last of it.
    fn log(&self) -> String {
        fs::read_to_string(self.at("requests.jsonl")).unwrap_or_default()
    }

    /// What it holds.
    fn requests(&self) -> Vec<Value> {
        let log = self.log();
        let lines = log.lines().map(serde_json::from_str);
        lines.map_while(Result::ok).collect()
    }

    /// The id of the run that was begun last.
    fn newest_run(&self) -> String {
        let mut command = Command::new(TOOL);
        command.args(["runs", "--format", "json", "--state-dir"]);
        let listed = command
            .arg(self.at("state"))
            .output()
            .expect("the tool starts");
        let runs: Value = serde_json::from_slice(&listed.stdout).expect("JSON");
        let last = runs.as_array().and_then(|runs| runs.first());
        let id = last.and_then(|run| run["run_id"].as_str());
        id.expect("a run").to_owned()
    }

    /// The tenant's customers, read from its own file; nobody may be at work on it.
    fn tenant(&self) -> Vec<PartnerView> {
        let config = Config {
            db: Some(self.at("tenant.db")),
            ..Config::default()
        };
        let tenant = Sandbox::new(config).expect("the tenant is read");
        let mut customers = tenant.partners();
        customers.retain(|one| !one.original && !one.removed);
        customers
    }

    /// Every row's customer is there once, below the right parent, and has the id that the result
    /// file gives it.
    fn hold_against_the_tenant(&self) {
        let customers = self.tenant();
        assert_eq!(customers.len(), self.rows);
        let by_name: HashMap<&str, &PartnerView> = customers
            .iter()
            .map(|one| (one.name.as_str(), one))
            .collect();
        assert_eq!(by_name.len(), self.rows, "a name is there twice");
        let mut results =
            csv::Reader::from_path(self.at("out/results.csv")).expect("there are results");
        let mut seen = 0;
        for row in results.records() {
            let row = row.expect("a row");
            let customer = by_name[&row[0]];
            let parent = by_name.get(&row[1]).map_or(ACCOUNT_ID, |parent| parent.id);
            assert_eq!(customer.parent_id, parent, "{row:?}");
            assert_eq!(row[5], customer.id.to_string(), "{row:?}");
            assert_eq!(&row[6], "created", "{row:?}");
            assert_eq!(customer.external_code.as_deref().unwrap_or(""), &row[3]);
            seen += 1;
        }
        assert_eq!(seen, self.rows);
    }
}

/// Whether a piece of the request log tells of anything that was changed.
fn is_change(log: &str) -> bool {
    let done = ["\"created\":", "\"modified\":", "\"removed\":"];
    done.iter().any(|one| log.contains(one))
}

/// How many customers stand below each, so that four levels hold all.
fn fan(rows: usize) -> usize {
    (2..=rows.max(2))
        .find(|fan: &usize| fan.pow(4) >= rows)
        .expect("a fan")
}

/// The row above.
fn above(rows: usize, row: usize) -> Option<usize> {
    let fan = fan(rows);
    row.checked_sub(fan).map(|below| below / fan)
}

fn name_of(row: usize) -> String {
    format!("Kunde {row} Größe")
}

/// Those of so many rows that are wanted, in four levels, parents named, half of them with a code, each
/// with a telephone number that ends like this.
fn table(rows: usize, is_wanted: impl Fn(usize) -> bool, phone: &str) -> String {
    const LEVELS: [&str; 4] = ["SubDistributor", "Reseller", "EndCustomer", "Site"];
    let mut text = String::from("Name,Parent,Level,ExternalCode,Phone\n");
    for row in (0..rows).filter(|row| is_wanted(*row)) {
        let level = std::iter::successors(above(rows, row), |row| above(rows, *row)).count();
        let parent = above(rows, row).map_or(String::new(), name_of);
        let code = if row % 2 == 0 {
            format!("K-{row}")
        } else {
            String::new()
        };
        let (name, level) = (name_of(row), LEVELS[level]);
        writeln!(text, "{name},{parent},{level},{code},+49 {row}{phone}")
            .expect("a string takes it");
    }
    text
}

/// The sandbox as a process of its own.
struct Service {
    child: Child,
    endpoint: String,
}

impl Service {
    fn start(place: &Place, listen: &str, faults: &[&str]) -> Self {
        let mut child = Command::new(TOOL)
            .args([
                "sandbox",
                "--listen",
                listen,
                "--names",
                "any",
                "--latency",
                LATENCY,
            ])
            .args(faults.iter().flat_map(|fault| ["--fault", fault]))
            .arg("--db")
            .arg(place.at("tenant.db"))
            .arg("--request-log")
            .arg(place.at("requests.jsonl"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the sandbox starts");
        let output = child.stdout.take().expect("piped");
        let line = BufReader::new(output).lines().next();
        let line = line.expect("it says where it listens").expect("text");
        let endpoint = line.strip_prefix("listening on ").expect("that line");
        Self {
            endpoint: endpoint.to_owned(),
            child,
        }
    }

    /// Host and port.
    fn address(&self) -> &str {
        let address = self.endpoint.trim_start_matches("http://");
        address.split('/').next().expect("host and port")
    }

    /// Dies with whatever is under way.
    fn stop(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// The same, and comes back at the same address.
    fn die_and_restart(&mut self, place: &Place, faults: &[&str]) {
        self.stop();
        let address = self.address().to_owned();
        *self = Self::start(place, &address, faults);
    }

    /// Does something as somebody else, until the service has a word of its own for it; its no, where
    /// it says so.
    fn call(&self, method: &str, params: &Value) -> Result<(), Value> {
        let login = json!({
            "partner": ACCOUNT_PARTNER, "username": ACCOUNT_USER, "password": ACCOUNT_PASSWORD,
        });
        for _ in 0..100 {
            // What strikes others strikes this too.
            let Some(visa) = self.post("", "Login", &login) else {
                continue;
            };
            let visa = visa["visa"].as_str().unwrap_or_default();
            match self.post(visa, method, params) {
                Some(answer) if answer.get("error").is_none() => return Ok(()),
                Some(answer) => return Err(answer),
                None => {}
            }
        }
        panic!("{method}: no answer");
    }

    /// One request; its answer, where one comes.
    fn post(&self, visa: &str, method: &str, params: &Value) -> Option<Value> {
        let body = json!({
            "jsonrpc": "2.0", "id": "1", "visa": visa, "method": method, "params": params,
        })
        .to_string();
        let mut socket = TcpStream::connect(self.address()).expect("it listens");
        write!(
            socket,
            "POST /jsonapi HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.address(),
            body.len()
        )
        .expect("it takes a request");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).ok()?;
        let body = answer.strip_prefix("HTTP/1.1 200 OK")?;
        serde_json::from_str(body.split_once("\r\n\r\n")?.1).ok()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
