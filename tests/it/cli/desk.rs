//! A place to work at: a directory with files, a service on a port of its own, and the tool
//! started there as a process, with nothing of this machine's environment.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use partner_import::sandbox::{
    ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, Method, PartnerView, Request,
    RequestLog, Sandbox, Timestamp, bind,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// How long anything may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Three customers, one below the other and one beside.
pub(crate) const SMALL: &str = "Name,Parent,Level,State,Country,ExternalCode\n\
    Nord Partner,,Reseller,InProduction,DE,N-0\n\
    Bäckerei Süd,Nord Partner,EndCustomer,InTrial,AT,N-1\n\
    Øst Lager,,EndCustomer,InTrial,DK,N-2\n";

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
            err: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
        }
    }

    /// Asserts the exit code, and shows everything when it is another one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "\n--- out\n{}\n--- err\n{}",
            self.out, self.err
        );
        self
    }

    /// Asserts that stderr holds all of these, line breaks aside.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.err.contains(text), "no {text:?} in\n{}", self.err);
        }
        self
    }

    /// Stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// A directory to work in.
pub(crate) struct Desk {
    directory: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            directory: tempfile::tempdir().expect("a directory"),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).expect("a file is written");
        self.path(name)
    }

    /// Writes the profile that is found here, and trusts it as its user would.
    pub(crate) fn trusted(&self, profile: &str) {
        self.write("partner-import.toml", profile);
        self.trust("partner-import.toml");
    }

    /// Trusts a profile.
    pub(crate) fn trust(&self, profile: &str) {
        self.run(&["trust", profile]).exits(0);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The tool, started in this directory, its state kept here.
    pub(crate) fn tool<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_partner-import"));
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("HOME", self.directory.path())
            .env("PARTNER_IMPORT_STATE_DIR", self.path("state"))
            .env("PARTNER_IMPORT_CONFIG_DIR", self.path("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Windows finds neither sockets nor its home without these.
        for name in ["SystemRoot", "USERPROFILE", "APPDATA", "TEMP", "TMP"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
    }

    /// Runs the tool to its end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Done {
        Done::of(&self.tool(arguments).output().expect("the tool starts"))
    }

    /// The same with text on stdin.
    pub(crate) fn run_with<S: AsRef<OsStr>>(&self, arguments: &[S], stdin: &str) -> Done {
        let mut command = self.tool(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        let mut input = child.stdin.take().expect("piped");
        // A tool that does not read its input is found out by what it says.
        let _ = std::io::Write::write_all(&mut input, stdin.as_bytes());
        drop(input);
        Done::of(&child.wait_with_output().expect("the tool ends"))
    }

    /// The tool against a service, with credentials that are right.
    pub(crate) fn at(&self, service: &Service, arguments: &[&str]) -> Command {
        let mut command = self.tool(arguments);
        command
            .env("PARTNER_IMPORT_ENDPOINT", &service.endpoint)
            .env("PARTNER_IMPORT_PARTNER", ACCOUNT_PARTNER)
            .env("PARTNER_IMPORT_USERNAME", ACCOUNT_USER)
            .env("PARTNER_IMPORT_PASSWORD", ACCOUNT_PASSWORD);
        let says = |flag: &str| arguments.iter().any(|argument| argument.starts_with(flag));
        if matches!(
            arguments.first(),
            Some(&("run" | "resume" | "plan" | "lookup" | "login" | "undo" | "doctor"))
        ) && !says("--rate")
        {
            command.args(["--rate", "none"]);
        }
        // What the service says no to is looked at again when it can no longer land; here, where
        // nothing lands late, soon.
        let waits = matches!(arguments.first(), Some(&("run" | "resume" | "undo")));
        if waits && !says("--settle-wait") {
            command.args(["--settle-wait", "200ms"]);
        }
        command
    }

    /// Runs the tool against a service to its end.
    pub(crate) fn run_at(&self, service: &Service, arguments: &[&str]) -> Done {
        Done::of(
            &self
                .at(service, arguments)
                .output()
                .expect("the tool starts"),
        )
    }

    /// `run in.csv --yes --out out` with more flags, against a service.
    pub(crate) fn import_command(&self, service: &Service, more: &[&str]) -> Command {
        let run = ["run", "in.csv", "--yes", "--out", "out"];
        self.at(service, &[&run[..], more].concat())
    }

    /// Runs it to its end.
    pub(crate) fn import_with(&self, service: &Service, more: &[&str]) -> Done {
        let command = &mut self.import_command(service, more);
        Done::of(&command.output().expect("the tool starts"))
    }

    /// Starts it, and waits until so many customers were asked for.
    pub(crate) fn begin_import(&self, service: &Service, more: &[&str], asked: u64) -> Child {
        let child = self.import_command(service, more).spawn();
        until("some customers", || {
            service.requests(Method::AddPartner) >= asked
        });
        child.expect("the tool starts")
    }

    /// `run FILE --yes --out out` against a service.
    pub(crate) fn import(&self, service: &Service, file: &str) -> Done {
        self.run_at(service, &["run", file, "--yes", "--out", "out"])
    }

    /// `out/summary.json`.
    pub(crate) fn summary(&self) -> Value {
        serde_json::from_str(&self.read("out/summary.json")).expect("JSON")
    }

    /// The rows of a result file.
    pub(crate) fn table(&self, name: &str) -> Table {
        Table::parse(&self.read(name), b',')
    }
}

/// Waits for a process that was started.
pub(crate) fn end_of(child: Child) -> Done {
    Done::of(&child.wait_with_output().expect("the tool ends"))
}

/// Asks a process to stop, as Ctrl-C does.
#[cfg(unix)]
pub(crate) fn interrupt(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    kill_process(Pid::from_child(child), Signal::INT).expect("it can be asked");
}

/// Waits until something holds; it must hold soon.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < PATIENCE,
            "{what}: not within {PATIENCE:?}"
        );
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// A result file, row by row, by the names of its columns.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<BTreeMap<String, String>>,
}

impl Table {
    pub(crate) fn parse(text: &str, delimiter: u8) -> Self {
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let header: Vec<String> = reader
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let rows = reader.records().map(|record| {
            let record = record.expect("a row");
            header
                .iter()
                .cloned()
                .zip(record.iter().map(str::to_owned))
                .collect()
        });
        Self {
            rows: rows.collect(),
            header,
        }
    }

    pub(crate) fn column(&self, name: &str) -> Vec<&str> {
        self.rows.iter().map(|row| row[name].as_str()).collect()
    }

    pub(crate) fn statuses(&self) -> Vec<&str> {
        self.column("ImportStatus")
    }
}

/// The sandbox, served by this process on a port of its own.
pub(crate) struct Service {
    pub(crate) endpoint: String,
    sandbox: Arc<Mutex<Sandbox>>,
    connections: Arc<AtomicUsize>,
    log: PathBuf,
    /// How many requests were made without the network.
    own_calls: Cell<u64>,
    _directory: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Service {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    /// A service that takes a while for each answer.
    pub(crate) fn slow(latency: Duration) -> Self {
        Self::with(Config {
            latency,
            ..Config::default()
        })
    }

    /// A service that does this wrong.
    pub(crate) fn faulty(faults: &[&str]) -> Self {
        let faults = faults
            .iter()
            .map(|fault| fault.parse().expect("a fault"))
            .collect();
        Self::with(Config {
            faults,
            seed: 7,
            ..Config::default()
        })
    }

    pub(crate) fn with(config: Config) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let log = directory.path().join("requests.jsonl");
        let requests = RequestLog::open(&log).expect("a log");
        let (stop, stopped) = oneshot::channel::<()>();
        let (started, start) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async {
                let sandbox = Sandbox::new(config).expect("a sandbox");
                let server = bind(([127, 0, 0, 1], 0).into(), sandbox, Some(requests)).await;
                let server = server.expect("a free port");
                started
                    .send((server.endpoint(), server.sandbox(), server.connections()))
                    .expect("the test waits");
                let stopped = async {
                    let _ = stopped.await;
                };
                server.serve(stopped).await;
            });
        });
        let (endpoint, sandbox, connections) = start.recv().expect("the server starts");
        let (stop, thread) = (Some(stop), Some(thread));
        Self {
            endpoint,
            sandbox,
            connections,
            log,
            own_calls: Cell::new(0),
            _directory: directory,
            stop,
            thread,
        }
    }

    fn sandbox(&self) -> MutexGuard<'_, Sandbox> {
        self.sandbox.lock().expect("the server lives")
    }

    /// Somebody else does something at the service; the value of the answer.
    pub(crate) fn call(&self, method: &str, params: &Value) -> Value {
        let mut sandbox = self.sandbox();
        let mut call = |visa: &str, method: &str, params: &Value| -> Value {
            let body = serde_json::json!({
                "jsonrpc": "2.0", "id": "1", "visa": visa, "method": method, "params": params,
            })
            .to_string();
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            let now = now.expect("after 1970").as_millis();
            let request = Request {
                body: body.as_bytes(),
                authorization: None,
            };
            let now = Timestamp(u64::try_from(now).expect("before the year 500 million"));
            let reply = sandbox.handle(&request, now);
            serde_json::from_slice(&reply.body).expect("an answer in JSON")
        };
        let login = serde_json::json!({
            "partner": ACCOUNT_PARTNER, "username": ACCOUNT_USER, "password": ACCOUNT_PASSWORD,
        });
        let visa = call("", "Login", &login);
        let visa = visa["visa"].as_str().expect("a visa");
        let answer = call(visa, method, params);
        self.own_calls.set(self.own_calls.get() + 2);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"]["result"].clone()
    }

    /// Kills the only client, and waits until nothing more of it will arrive: its last requests may still stand
    /// in their sockets. Says how it ended.
    pub(crate) fn kill(&self, child: &mut Child) -> ExitStatus {
        // It may have ended by itself.
        let _ = child.kill();
        let status = child.wait().expect("it ends");
        self.hear_the_dead();
        status
    }

    /// Waits until so many requests of a method have been carried out, and answers nobody from then on until
    /// what is handed back is dropped: however late a test is, its run has come no further.
    pub(crate) fn hold_at(&self, method: Method, requests: u64) -> MutexGuard<'_, Sandbox> {
        let mut held = None;
        until("the requests", || {
            let sandbox = self.sandbox();
            let is_there = sandbox.requests(method) >= requests;
            held = is_there.then_some(sandbox);
            is_there
        });
        held.expect("held")
    }

    /// Interrupts the only client when so many requests of a method have been carried out.
    #[cfg(unix)]
    pub(crate) fn interrupt_at(&self, child: &Child, method: Method, requests: u64) {
        let _held = self.hold_at(method, requests);
        interrupt(child);
    }

    /// The same with a kill; see [`Service::kill`].
    pub(crate) fn kill_at(&self, child: &mut Child, method: Method, requests: u64) {
        let held = self.hold_at(method, requests);
        // It may have ended by itself.
        let _ = child.kill();
        drop(held);
        self.kill(child);
    }

    /// Waits until nothing more will arrive of clients that are no more; others there must not be.
    pub(crate) fn hear_the_dead(&self) {
        let address = self.endpoint.trim_start_matches("http://");
        let address = address.split('/').next().expect("host and port");
        // Connections are accepted in their order: behind this one, none is left that was not.
        let mut last = TcpStream::connect(address).expect("it listens");
        last.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        write!(
            last,
            "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )
        .expect("sent");
        last.read_to_end(&mut Vec::new()).expect("an answer");
        until("the last requests", || {
            self.connections.load(Ordering::SeqCst) == 0
        });
    }

    /// Waits until whatever was put off is carried out.
    pub(crate) fn all_has_landed(&self) {
        until("all has landed", || self.sandbox().waiting() == 0);
    }

    /// How many requests of a method have arrived.
    pub(crate) fn requests(&self, method: Method) -> u64 {
        self.sandbox().requests(method)
    }

    /// The customers that were added, in the order of their ids.
    pub(crate) fn added(&self) -> Vec<PartnerView> {
        let mut added = self.sandbox().partners();
        added.retain(|one| !one.original && !one.removed);
        added.sort_by_key(|one| one.id);
        added
    }

    /// When each request arrived, as the request log tells, in seconds since 1970.
    pub(crate) fn arrivals(&self) -> Vec<f64> {
        let count = self.methods().len();
        let text = fs::read_to_string(&self.log).expect("the log");
        let times = text.lines().take(count).map(|line| {
            let line: Value = serde_json::from_str(line).expect("JSON");
            let time = line["time"].as_str().expect("a time");
            let time: jiff::Timestamp = time.parse().expect("RFC 3339");
            time.as_duration().as_secs_f64()
        });
        let mut times: Vec<f64> = times.collect();
        times.sort_by(f64::total_cmp);
        times
    }

    /// The methods that were called, in order, as the request log tells.
    pub(crate) fn methods(&self) -> Vec<String> {
        let lines = self.log();
        let methods = lines.iter().map(|line| line["method"].as_str());
        methods
            .map(|method| method.unwrap_or("").to_owned())
            .collect()
    }

    /// The request log, once it holds every request; calls of this process are not in it.
    pub(crate) fn log(&self) -> Vec<Value> {
        let all = Method::ALL.iter().map(|method| self.requests(*method));
        let expected = all.sum::<u64>() - self.own_calls.get();
        let mut log: Vec<Value> = Vec::new();
        until("the request log", || {
            let text = fs::read_to_string(&self.log).expect("the log");
            let lines = text
                .lines()
                .map(|line| serde_json::from_str(line).expect("JSON"));
            log = lines.collect();
            log.len() as u64 >= expected
        });
        log
    }

    /// Every customer that was added stands in the table once with its id, and nobody else does.
    #[track_caller]
    pub(crate) fn agrees_with(&self, table: &Table, names: &str) {
        let mut of_tenant: Vec<(String, String)> = self
            .added()
            .into_iter()
            .map(|one| (one.id.to_string(), one.name))
            .collect();
        let mut of_table: Vec<(String, String)> = table
            .rows
            .iter()
            .filter(|row| !row["ID"].is_empty())
            .map(|row| (row["ID"].clone(), row[names].clone()))
            .collect();
        of_tenant.sort();
        of_table.sort();
        assert_eq!(of_table, of_tenant);
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Whether a directory exists and holds a file of this name.
pub(crate) fn holds(directory: &Path, name: &str) -> bool {
    directory.join(name).is_file()
}
