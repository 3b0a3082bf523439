//! Real kills: a real process, real sockets, a real disk, `kill -9` at random moments; then the
//! tenant holds every customer once. A few dozen customers here; `KILLS=100 KILL_ROWS=2000` makes
//! it the whole thing.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use fastrand::Rng;
use partner_import::sandbox::{
    ACCOUNT_ID, ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, PartnerView, Sandbox,
};

use crate::support::tell;

const TOOL: &str = env!("CARGO_BIN_EXE_partner-import");

/// What goes wrong on the way, beside the kills. Late work lands within the settle wait.
const FAULTS: [&str; 6] = [
    "drop-request=0.01@AddPartner",
    "drop-answer=0.01@AddPartner",
    "late-commit=0.01:200ms@AddPartner",
    "cut=0.01@AddPartner",
    "502-after=0.01@AddPartner",
    "429=0.005:1",
];

/// How long every answer takes: long enough for many kills within one import.
const LATENCY: &str = "40ms";

#[test]
fn an_import_that_is_killed_again_and_again_creates_every_customer_once() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let kills: usize = number("KILLS").unwrap_or(5);
    let rows: usize = number("KILL_ROWS").unwrap_or(100);
    let mut random = Rng::with_seed(number("KILL_SEED").map_or(1, |seed| seed as u64));
    let directory = tempfile::tempdir().expect("a directory");
    let place = Place::new(directory.path(), rows);
    let mut service = Service::start(&place, "127.0.0.1:0");
    let start = Instant::now();
    let (mut killed, mut restarts) = (0, 0);
    let status = loop {
        // The first hundredths of a second are the start of the process.
        let moment = Duration::from_millis(random.u64(10..300));
        let patience = if killed < kills {
            moment
        } else {
            Duration::from_secs(120)
        };
        match place.run_for(&service, patience) {
            Some(status) => break status,
            None => killed += 1,
        }
        assert!(killed <= kills, "the run hangs");
        // Now and then the service dies too.
        if killed % 10 == 5 {
            service = service.die_and_restart(&place);
            restarts += 1;
        }
    };
    assert!(status.success(), "{status}\n{}", place.last_words());
    assert_eq!(killed, kills, "it was over too soon: more rows, please");
    let requests = Service::requests(&place);
    drop(service);
    place.hold_against_the_tenant();
    tell(&format!(
        "{rows} customers, killed {killed} times, service killed {restarts} times: \
         each there once, {requests} requests, {:?}",
        start.elapsed()
    ));
}

/// Files of one import.
struct Place {
    input: PathBuf,
    database: PathBuf,
    state: PathBuf,
    out: PathBuf,
    words: PathBuf,
    log: PathBuf,
    rows: usize,
}

impl Place {
    fn new(directory: &Path, rows: usize) -> Self {
        let at = |name: &str| directory.join(name);
        fs::write(at("input.csv"), table(rows)).expect("the input is written");
        Self {
            input: at("input.csv"),
            database: at("tenant.db"),
            state: at("state"),
            out: at("out"),
            words: at("words.txt"),
            log: at("requests.jsonl"),
            rows,
        }
    }

    /// Starts or continues the import; kills it after a time. Its status, if it ended before.
    fn run_for(&self, service: &Service, patience: Duration) -> Option<ExitStatus> {
        let words = fs::File::create(&self.words).expect("a file");
        let mut child = Command::new(TOOL)
            .arg("run")
            .arg(&self.input)
            .args([
                "--yes",
                "--rate",
                "none",
                "--concurrency",
                "4",
                "--no-progress",
            ])
            .args(["--timeout", "5s", "--settle-wait", "500ms"])
            .args(["--set", "State=InTrial", "--set", "Country=DE"])
            .args(["--endpoint", &service.endpoint])
            .args(["--partner", ACCOUNT_PARTNER, "--username", ACCOUNT_USER])
            .arg("--state-dir")
            .arg(&self.state)
            .arg("--out")
            .arg(&self.out)
            .env("PARTNER_IMPORT_PASSWORD", ACCOUNT_PASSWORD)
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
        let in_time = end.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected);
        if !in_time {
            child.kill().expect("it can be killed");
        }
        let status = child.wait().expect("it ends");
        reader.join().expect("its output is read");
        in_time.then_some(status)
    }

    fn last_words(&self) -> String {
        fs::read_to_string(&self.words).unwrap_or_default()
    }

    /// Every row's customer is there once, below the right parent, and has the id that the result
    /// file gives it.
    fn hold_against_the_tenant(&self) {
        let config = Config {
            db: Some(self.database.clone()),
            ..Config::default()
        };
        let tenant = Sandbox::new(config).expect("the tenant is read");
        let mut customers = tenant.partners();
        customers.retain(|one| !one.original && !one.removed);
        assert_eq!(customers.len(), self.rows);
        let by_name: HashMap<&str, &PartnerView> = customers
            .iter()
            .map(|one| (one.name.as_str(), one))
            .collect();
        assert_eq!(by_name.len(), self.rows, "a name is there twice");
        let mut results =
            csv::Reader::from_path(self.out.join("results.csv")).expect("there are results");
        let mut seen = 0;
        for row in results.records() {
            let row = row.expect("a row");
            let customer = by_name[&row[0]];
            let parent = by_name.get(&row[1]).map_or(ACCOUNT_ID, |parent| parent.id);
            assert_eq!(customer.parent_id, parent, "{row:?}");
            assert_eq!(row[4], customer.id.to_string(), "{row:?}");
            assert_eq!(&row[5], "created", "{row:?}");
            assert_eq!(customer.external_code.as_deref().unwrap_or(""), &row[3]);
            seen += 1;
        }
        assert_eq!(seen, self.rows);
    }
}

/// Four levels, parents named, half of the rows with a code.
fn table(rows: usize) -> String {
    const LEVELS: [&str; 4] = ["SubDistributor", "Reseller", "EndCustomer", "Site"];
    let fan = (2..=rows.max(2))
        .find(|fan: &usize| fan.pow(4) >= rows)
        .expect("a fan");
    let mut text = String::from("Name,Parent,Level,ExternalCode\n");
    let mut levels = Vec::with_capacity(rows);
    for row in 0..rows {
        let above = row.checked_sub(fan).map(|below| below / fan);
        let level = above.map_or(0, |above: usize| levels[above] + 1);
        levels.push(level);
        let parent = above.map_or(String::new(), |above| format!("Kunde {above} Größe"));
        let code = if row % 2 == 0 {
            format!("K-{row}")
        } else {
            String::new()
        };
        let level = LEVELS[level];
        writeln!(text, "Kunde {row} Größe,{parent},{level},{code}").expect("a string takes it");
    }
    text
}

/// The sandbox as a process of its own.
struct Service {
    child: Child,
    endpoint: String,
}

impl Service {
    fn start(place: &Place, listen: &str) -> Self {
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
            .args(FAULTS.iter().flat_map(|fault| ["--fault", fault]))
            .arg("--db")
            .arg(&place.database)
            .arg("--request-log")
            .arg(&place.log)
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

    /// Dies with whatever is under way, and comes back at the same address.
    fn die_and_restart(mut self, place: &Place) -> Self {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
        let address = self.endpoint.trim_start_matches("http://");
        let address = address.split('/').next().expect("host and port");
        Self::start(place, address)
    }

    /// How many requests its log holds; a killed service loses the last of them.
    fn requests(place: &Place) -> usize {
        fs::read_to_string(&place.log).map_or(0, |log| log.lines().count())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
