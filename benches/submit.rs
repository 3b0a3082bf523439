//! Measures submission over real sockets, sandbox and client as processes of their own: the span of
//! the calls against an ideal scheduler, the rate in every window of the server's log, customers
//! per second against `oha` on the same sandbox, and what durability costs.
//!
//! `cargo bench --bench submit` runs all; name `span`, `throughput` or `journal` to run one.

#![expect(clippy::print_stdout, reason = "a report for people")]
#![expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]

#[path = "support/asked.rs"]
mod asked;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use partner_import::submit::ideal::{Bounds, ideal_span};
use serde_json::Value;

use self::asked::{Asked, place};

const PROGRAM: &str = env!("CARGO_BIN_EXE_partner-import");
const PARTNER: &str = "Sandbox MSP (admin@example.com)";
const LATENCY: f64 = 0.050;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let asked = Asked::of_command_line();
    let place = place("bench-submit")?;
    if asked.runs("span") {
        spans(&place)?;
    }
    if asked.runs("throughput") {
        throughput(&place)?;
    }
    Ok(())
}

/// A sandbox in a process of its own.
struct Sandbox {
    process: Child,
    endpoint: String,
}

impl Sandbox {
    fn start(flags: &[&str]) -> Outcome<Self> {
        let mut process = Command::new(PROGRAM)
            .args(["sandbox", "--listen", "127.0.0.1:0", "--quiet"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = process.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let endpoint = line
            .trim()
            .strip_prefix("listening on ")
            .ok_or("no address")?
            .to_owned();
        Ok(Self { process, endpoint })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs an import and gives its last log line.
fn import(endpoint: &str, input: &Path, place: &Path, flags: &[&str]) -> Outcome<Value> {
    let out = place.join("out");
    let ran = Command::new(PROGRAM)
        .arg("run")
        .arg(input)
        .args([
            "--yes",
            "--log-format",
            "json",
            "--no-progress",
            "--endpoint",
            endpoint,
        ])
        .arg("--state-dir")
        .arg(place.join("state"))
        .arg("--out")
        .arg(&out)
        .args(flags)
        .env("PARTNER_IMPORT_PARTNER", PARTNER)
        .env("PARTNER_IMPORT_USERNAME", "api")
        .env("PARTNER_IMPORT_PASSWORD", "sandbox")
        .stdout(Stdio::null())
        .output()?;
    let log = String::from_utf8(ran.stderr)?;
    if !ran.status.success() {
        return Err(format!("the import ended with {}: {log}", ran.status).into());
    }
    let last = log
        .lines()
        .rfind(|line| line.contains("\"run ended\""))
        .ok_or("no last line")?;
    Ok(serde_json::from_str(last)?)
}

/// A forest of four levels, parents by name: the parent of each row, as its place in the list.
fn forest(customers: usize) -> Vec<Option<usize>> {
    // One in 25 on top, then three, then eight times as many on each level below.
    let tops = (customers / 25).max(1);
    let second = customers * 3 / 25;
    let third = customers * 6 / 25;
    let mut random = fastrand::Rng::with_seed(7);
    (0..customers)
        .map(|row| {
            let above = match row {
                row if row < tops => return None,
                row if row < tops + second => 0..tops,
                row if row < tops + second + third => tops..tops + second,
                _ => tops + second..tops + second + third,
            };
            Some(random.usize(above))
        })
        .collect()
}

fn level(parents: &[Option<usize>], mut row: usize) -> &'static str {
    let mut depth = 0;
    while let Some(parent) = parents[row] {
        depth += 1;
        row = parent;
    }
    ["SubDistributor", "Reseller", "EndCustomer", "Site"][depth]
}

fn write_forest(parents: &[Option<usize>], path: &Path) -> Outcome<()> {
    let mut text = String::from("Name,Parent,Level,State,ServiceType,Country,ExternalCode\n");
    for (row, parent) in parents.iter().enumerate() {
        let above = parent
            .map(|above| format!("Customer {above}"))
            .unwrap_or_default();
        let level = level(parents, row);
        writeln!(
            text,
            "Customer {row},{above},{level},InTrial,AllInclusive,DE,C-{row}"
        )?;
    }
    Ok(fs::write(path, text)?)
}

/// The span of an ideal scheduler in seconds.
fn ideal(parents: &[Option<usize>], workers: usize, latency: f64, gap: f64) -> f64 {
    let bounds = Bounds {
        call: Duration::from_secs_f64(latency),
        workers: NonZeroUsize::new(workers).unwrap_or(NonZeroUsize::MIN),
        apart: Duration::from_secs_f64(gap),
    };
    ideal_span(parents, bounds).as_secs_f64()
}

struct Arrivals {
    /// When the `AddPartner` calls arrived, in seconds.
    creates: Vec<f64>,
    /// When any request arrived.
    all: Vec<f64>,
}

fn arrivals(log: &Path) -> Outcome<Arrivals> {
    let (mut creates, mut all) = (Vec::new(), Vec::new());
    for line in fs::read_to_string(log)?.lines() {
        let record: Value = serde_json::from_str(line)?;
        if record["late"] == true {
            continue;
        }
        let time = record["t"].as_f64().ok_or("no time")?;
        all.push(time);
        if record["method"] == "AddPartner" {
            creates.push(time);
        }
    }
    creates.sort_by(f64::total_cmp);
    all.sort_by(f64::total_cmp);
    Ok(Arrivals { creates, all })
}

/// The most requests in any second.
fn busiest_second(times: &[f64]) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (last, time) in times.iter().enumerate() {
        while time - times[first] >= 1.0 {
            first += 1;
        }
        most = most.max(last - first + 1);
    }
    most
}

fn spans(place: &Path) -> Outcome<()> {
    println!("span of the calls, sandbox at 50 ms, four levels; three runs each, all shown");
    println!("| customers | workers | rate | ideal s | measured s | over ideal | busiest second |");
    println!("|---|---|---|---|---|---|---|");
    let cases = [
        (2000, 64, None),
        (800, 8, None),
        (300, 64, Some(50)),
        (2000, 64, Some(500)),
    ];
    for (customers, workers, rate) in cases {
        let parents = forest(customers);
        let gap = rate.map_or(0.0, |rate| 1.0 / f64::from(rate));
        let best = ideal(&parents, workers, LATENCY, gap);
        for run in 0..3 {
            let here = place.join(format!(
                "span-{customers}-{workers}-{}-{run}",
                rate.unwrap_or(0)
            ));
            fs::create_dir_all(&here)?;
            let (input, log) = (here.join("in.csv"), here.join("requests.jsonl"));
            write_forest(&parents, &input)?;
            let log_text = log.to_string_lossy().into_owned();
            let sandbox = Sandbox::start(&["--latency", "50ms", "--request-log", &log_text])?;
            let rate_text = rate.map_or("none".to_owned(), |rate| format!("{rate}/s"));
            let workers_text = workers.to_string();
            let flags = ["--concurrency", &workers_text, "--rate", &rate_text];
            import(&sandbox.endpoint, &input, &here, &flags)?;
            // The log is flushed every 50 ms.
            std::thread::park_timeout(Duration::from_millis(300));
            drop(sandbox);
            let arrivals = arrivals(&log)?;
            let span = arrivals.creates[arrivals.creates.len() - 1] - arrivals.creates[0] + LATENCY;
            println!(
                "| {customers} | {workers} | {rate_text} | {best:.3} | {span:.3} | {:.3} | {} |",
                span / best,
                busiest_second(&arrivals.all)
            );
        }
    }
    Ok(())
}

/// One call over a connection of its own.
fn post(endpoint: &str, body: &str) -> Outcome<Value> {
    let address = endpoint
        .trim_start_matches("http://")
        .trim_end_matches("/jsonapi");
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /jsonapi HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, json) = answer.split_once("\r\n\r\n").ok_or("no body")?;
    Ok(serde_json::from_str(json)?)
}

fn oha(sandbox: &Sandbox, place: &Path) -> Outcome<Option<f64>> {
    let login = serde_json::json!({
        "id": "1", "jsonrpc": "2.0", "method": "Login",
        "params": { "partner": PARTNER, "username": "api", "password": "sandbox" },
    });
    let answer = post(&sandbox.endpoint, &login.to_string())?;
    let body = serde_json::json!({
        "id": "jsonrpc", "visa": answer["visa"], "method": "AddPartner", "jsonrpc": "2.0",
        "params": { "partnerInfo": {
            "ParentId": 1000, "Name": "Customer 1", "Level": "SubDistributor",
            "ServiceType": "AllInclusive", "State": "InTrial", "ExternalCode": "C-1",
            "Company": { "PostAddress": { "Country": "DE" } },
        }, "createDefaultAccount": false },
    });
    let body_file = place.join("body.json");
    fs::write(&body_file, body.to_string())?;
    let ran = Command::new("oha")
        .args([
            "-c",
            "64",
            "-z",
            "5s",
            "--no-tui",
            "--output-format",
            "json",
            "-m",
            "POST",
            "-D",
        ])
        .arg(&body_file)
        .arg(&sandbox.endpoint)
        .output();
    let Ok(output) = ran else { return Ok(None) };
    let report: Value = serde_json::from_slice(&output.stdout)?;
    Ok(report["summary"]["requestsPerSec"].as_f64())
}

fn throughput(place: &Path) -> Outcome<()> {
    const CUSTOMERS: usize = 100_000;
    println!(
        "\ncustomers per second, no rate limit, no latency, 64 calls at once, {CUSTOMERS} customers"
    );
    println!("| journal | customers/s | oha requests/s | share | commits | commits per customer |");
    println!("|---|---|---|---|---|---|");
    let mut text = String::from("Name,Level,State,ServiceType,Country,ExternalCode\n");
    for row in 0..CUSTOMERS {
        writeln!(
            text,
            "Customer {row},EndCustomer,InTrial,AllInclusive,DE,C-{row}"
        )?;
    }
    let input = place.join("flat.csv");
    fs::write(&input, text)?;
    for run in 0..3 {
        for journal in ["full", "memory"] {
            let here = place.join(format!("throughput-{journal}-{run}"));
            fs::create_dir_all(&here)?;
            let sandbox = Sandbox::start(&["--names", "any"])?;
            let reference = oha(&sandbox, &here)?;
            drop(sandbox);
            let sandbox = Sandbox::start(&["--names", "any"])?;
            let flags = [
                "--concurrency",
                "64",
                "--rate",
                "none",
                "--journal",
                journal,
            ];
            let ended = import(&sandbox.endpoint, &input, &here, &flags)?;
            let span = ended["span_ms"].as_f64().ok_or("no span")? / 1000.0;
            let speed = CUSTOMERS as f64 / span;
            let commits = ended["commits"].as_f64().ok_or("no commits")?;
            let share = reference.map_or("no oha".into(), |oha| format!("{:.2}", speed / oha));
            let reference = reference.map_or("-".into(), |oha| format!("{oha:.0}"));
            println!(
                "| {journal} | {speed:.0} | {reference} | {share} | {commits} | {:.4} |",
                commits / CUSTOMERS as f64
            );
        }
    }
    Ok(())
}
