//! The line of progress on a terminal: what stands there while a command is held up, that messages
//! and log lines do not tear it, that it goes; and that elsewhere nothing moves.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use partner_import::sandbox::{ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use serde_json::json;

use super::desk::{Desk, SMALL, Service};

const LINES: u16 = 60;
/// How long anything may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command whose stdout and stderr are a terminal that is watched. It ends with its seat.
struct Seat {
    child: Child,
    master: File,
    shown: Arc<Mutex<(vt100::Parser, Vec<u8>)>>,
    reader: Option<JoinHandle<()>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Seat {
    fn new(mut command: Command, columns: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("a name");
        let path = name.to_str().expect("UTF-8");
        let open = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true).open(path).expect("a slave")
        };
        let slave = open();
        tcsetwinsize(&slave, size(columns)).expect("a size");
        command.stdout(open()).stderr(slave);
        let child = command.spawn().expect("the tool starts");
        // The command keeps its ends open.
        drop(command);
        let master: File = master.into();
        let parser = vt100::Parser::new(LINES, columns, 1000);
        let shown = Arc::new(Mutex::new((parser, Vec::new())));
        let (mut from, to) = (master.try_clone().expect("a copy"), Arc::clone(&shown));
        let reader = std::thread::spawn(move || {
            let mut block = [0; 4096];
            // The other end closing is an error on Linux and an end elsewhere.
            while let Ok(read @ 1..) = from.read(&mut block) {
                let mut to = to.lock().expect("nobody panics");
                to.0.process(&block[..read]);
                to.1.extend_from_slice(&block[..read]);
            }
        });
        Self {
            child,
            master,
            shown,
            reader: Some(reader),
        }
    }

    fn screen(&self) -> String {
        let shown = self.shown.lock().expect("nobody panics");
        told(&shown.0)
    }

    /// The screen as soon as it holds this; nothing on it is wider than the terminal.
    #[track_caller]
    fn shows(&self, text: &str) -> String {
        let start = Instant::now();
        let mut screen = self.screen();
        while !screen.contains(text) {
            assert!(start.elapsed() < PATIENCE, "no {text:?} in\n{screen}");
            std::thread::park_timeout(Duration::from_millis(10));
            screen = self.screen();
        }
        let shown = self.shown.lock().expect("nobody panics");
        for row in 0..LINES {
            assert!(!shown.0.screen().row_wrapped(row), "row {row}: {screen}");
        }
        screen
    }

    fn resize(&self, columns: u16) {
        let mut shown = self.shown.lock().expect("nobody panics");
        tcsetwinsize(&self.master, size(columns)).expect("a size");
        shown.0.screen_mut().set_size(LINES, columns);
    }

    /// What a person types; the terminal shows it as well.
    fn types(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).expect("typed");
    }

    fn interrupt(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// The last screen, all bytes, and the exit code.
    fn end(mut self) -> (String, Vec<u8>, i32) {
        let status = self.child.wait().expect("it ends");
        let reader = self.reader.take().expect("it reads");
        reader.join().expect("it reads to the end");
        let shown = self.shown.lock().expect("nobody panics");
        let code = status.code().unwrap_or(-1);
        (told(&shown.0), shown.1.clone(), code)
    }
}

fn size(columns: u16) -> Winsize {
    Winsize {
        ws_row: LINES,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn told(parser: &vt100::Parser) -> String {
    let contents = parser.screen().contents();
    let lines = contents.lines().map(str::trim_end);
    format!("{}\n", lines.collect::<Vec<_>>().join("\n"))
}

/// The last line, with what depends on time taken out.
fn last_line(screen: &str) -> String {
    let line = screen.trim_end().lines().last().unwrap_or_default();
    let parts = line.split("  ").map(|part| match part.split_once("/s") {
        Some((rate, limit)) if rate.parse::<f64>().is_ok() => format!("RATE{limit}"),
        _ if part.ends_with(" left") => "TIME left".to_owned(),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("  ")
}

/// Forty customers, of which the third has a name that somebody else has taken.
fn forty(service: &Service) -> String {
    let above = json!({ "partnerInfo": {
        "ParentId": 1000, "Name": "Elsewhere", "Level": "Reseller", "ServiceType": "AllInclusive",
    }});
    let above = service.call("AddPartner", &above);
    let taken = json!({ "partnerInfo": {
        "ParentId": above, "Name": "Taken", "Level": "EndCustomer", "ServiceType": "AllInclusive",
    }});
    service.call("AddPartner", &taken);
    let mut text = "Name,Level,State,Country\n".to_owned();
    for row in 2..42 {
        let name = match row {
            4 => "Taken".to_owned(),
            _ => format!("東京 customer {row}"),
        };
        text.push_str(&format!("{name},EndCustomer,InTrial,DE\n"));
    }
    text
}

/// A service that answers a while and then, in the middle of the creates, no more.
fn stuck() -> Service {
    stuck_after(Duration::ZERO)
}

fn stuck_after(latency: Duration) -> Service {
    Service::with(Config {
        latency,
        faults: vec!["delay=0.2:600s@AddPartner".parse().expect("a fault")],
        seed: 3,
        ..Config::default()
    })
}

fn at_terminal(desk: &Desk, service: &Service, arguments: &[&str]) -> Command {
    let mut command = desk.tool(arguments);
    command
        .env("TERM", "xterm-256color")
        .env("PARTNER_IMPORT_ENDPOINT", &service.endpoint)
        .env("PARTNER_IMPORT_PARTNER", ACCOUNT_PARTNER)
        .env("PARTNER_IMPORT_USERNAME", ACCOUNT_USER)
        .env("PARTNER_IMPORT_PASSWORD", ACCOUNT_PASSWORD)
        .args(["--rate", "50/s"]);
    command
}

const RUN: [&str; 8] = [
    "run",
    "in.csv",
    "--yes",
    "--new-run",
    "--concurrency",
    "1",
    "--settle-wait",
    "0s",
];

#[test]
fn a_run_tells_in_one_line_how_far_it_is() {
    for (columns, expected) in [
        (
            120,
            "[=>        ] creating 7/40  created 6  failed 1  RATE of 50/s  TIME left",
        ),
        (
            80,
            "[=>        ] creating 7/40  created 6  failed 1  RATE of 50/s  TIME left",
        ),
        (60, "7/40  created 6  failed 1  RATE of 50/s  TIME left"),
        (40, "7/40  failed 1  RATE  TIME left"),
    ] {
        let (desk, service) = (Desk::new(), stuck());
        desk.write("in.csv", forty(&service));
        let seat = Seat::new(at_terminal(&desk, &service, &RUN), columns);
        let screen = seat.shows("7/40");
        assert_eq!(last_line(&screen), expected, "{screen}");
        // The message stands above, once, and whole.
        assert_eq!(screen.matches("row 4 failed: 2115").count(), 1, "{screen}");
        assert_eq!(screen.matches("7/40").count(), 1, "{screen}");
    }
}

#[test]
fn the_line_follows_the_width_of_the_terminal() {
    let (desk, service) = (Desk::new(), stuck());
    desk.write("in.csv", forty(&service));
    let seat = Seat::new(at_terminal(&desk, &service, &RUN), 80);
    seat.shows("creating 7/40");
    seat.resize(100);
    seat.shows("creating 7/40");
    seat.resize(76);
    let screen = seat.shows("\ncreating 7/40  created 6");
    assert_eq!(screen.matches("7/40").count(), 1, "{screen}");
}

#[test]
fn an_interrupt_takes_the_line_away_and_closes_cleanly() {
    let (desk, service) = (Desk::new(), stuck());
    desk.write("in.csv", forty(&service));
    let mut seat = Seat::new(at_terminal(&desk, &service, &RUN), 80);
    seat.shows("creating 7/40");
    // Typed behind the line.
    seat.types("\u{3}");
    seat.interrupt();
    let screen = seat.shows("stopping 7/40");
    assert!(
        screen.contains("\nstopping: 1 call in flight; press Ctrl-C again to abandon it\n"),
        "{screen}"
    );
    seat.interrupt();
    let (screen, _, code) = seat.end();
    assert_eq!(code, 130, "{screen}");
    assert!(
        !screen.contains("7/40") && !screen.contains("^C"),
        "{screen}"
    );
    let closing = screen
        .split_once("SANDBOX, nothing real")
        .expect("a closing")
        .1;
    let lines: Vec<&str> = closing.lines().collect();
    assert!(lines[1].starts_with("Run ") && lines[1].contains(" stopped after "));
    assert_eq!(lines[2], "Exit code 130: interrupted; it can be continued");
    assert!(closing.contains("\nFiles:\n  in-results/"), "{closing}");
    assert!(closing.contains("\n  partner-import resume "), "{closing}");
    // Said once, and above the closing.
    assert_eq!(
        screen.matches("error: interrupted\n").count(),
        1,
        "{screen}"
    );
    assert_eq!(
        screen.matches("to continue where the run stopped").count(),
        1
    );
}

#[test]
fn log_lines_stand_above_the_line() {
    // Slow enough for the line to stand there when the rows are told of.
    let service = stuck_after(Duration::from_millis(150));
    let desk = Desk::new();
    desk.write("in.csv", forty(&service));
    let mut command = at_terminal(&desk, &service, &RUN);
    command.arg("-v");
    let seat = Seat::new(command, 400);
    let screen = seat.shows("creating 7/40");
    let created = screen
        .lines()
        .filter(|line| line.contains(" INFO created "));
    assert_eq!(created.count(), 6, "{screen}");
    // The line stands once, alone, below them.
    assert_eq!(screen.matches("creating").count(), 1, "{screen}");
    let last = screen.trim_end().lines().last().unwrap_or_default();
    assert!(last.starts_with("[=>        ] creating 7/40"), "{screen}");
    assert!(!last.contains("INFO"), "{screen}");
}

#[test]
fn reading_the_tenant_and_removing_have_their_lines() {
    let (desk, service) = (
        Desk::new(),
        Service::faulty(&["delay=1:600s@EnumeratePartners"]),
    );
    desk.write("in.csv", forty(&service));
    let seat = Seat::new(at_terminal(&desk, &service, &RUN), 80);
    seat.shows("reading the tenant");
    seat.interrupt();
    let (screen, _, code) = seat.end();
    assert_eq!((screen.as_str(), code), ("error: interrupted\n", 130));

    let (desk, service) = (
        Desk::new(),
        Service::faulty(&["delay=1:600s@RemovePartner"]),
    );
    desk.write("in.csv", SMALL);
    let run = desk.import(&service, "in.csv").exits(0);
    let id = run
        .out
        .split_whitespace()
        .skip_while(|word| *word != "Run")
        .nth(1);
    let undo = ["undo", id.expect("a run"), "--confirm", "3"];
    let seat = Seat::new(at_terminal(&desk, &service, &undo), 80);
    let screen = seat.shows("removing 0/3");
    assert_eq!(
        last_line(&screen),
        "[>         ] removing 0/3  removed 0  RATE of 50/s"
    );
}

/// A list that comes through a pipe, and stops coming.
#[test]
fn reading_has_its_line_while_it_lasts() {
    let desk = Desk::new();
    let name = "Eine lange Liste für alle Kunden.csv";
    let path = desk.path(name);
    let made = Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("mkfifo is there").success());
    for (columns, expected) in [
        (60, "reading Eine lange Liste für alle Kunden.csv"),
        (40, "reading ..."),
    ] {
        let mut command = desk.tool(&["check", name]);
        command.env("TERM", "xterm-256color");
        let seat = Seat::new(command, columns);
        let mut pipe = OpenOptions::new().write(true).open(&path).expect("a pipe");
        pipe.write_all(SMALL.as_bytes()).expect("read");
        let screen = seat.shows(expected);
        assert_eq!(screen.lines().count(), 1, "{screen}");
        assert!(screen.contains(" für alle Kunden.csv"), "{screen}");
        drop(pipe);
        let (screen, _, code) = seat.end();
        assert_eq!(code, 0, "{screen}");
        assert!(screen.starts_with("Eine lange Liste"), "{screen}");
    }
}

#[test]
fn where_the_cursor_cannot_be_moved_nothing_moves() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", forty(&service));
    let mut command = at_terminal(&desk, &service, &RUN);
    command.env("TERM", "dumb");
    let (screen, bytes, code) = Seat::new(command, 80).end();
    assert_eq!(code, 1, "{screen}");
    assert!(!bytes.contains(&0x1b), "{screen}");
    assert!(!screen.contains("creating "), "{screen}");
    // In a file there is not even a carriage return.
    let mut command = at_terminal(&desk, &service, &RUN);
    let output = command.env("TERM", "xterm").output().expect("it starts");
    for bytes in [&output.stdout, &output.stderr] {
        assert!(!bytes.contains(&0x1b) && !bytes.contains(&b'\r'));
    }
}

#[test]
fn without_colours_the_line_is_there_and_colours_are_not() {
    let (desk, service) = (Desk::new(), stuck());
    desk.write("in.csv", forty(&service));
    let mut command = at_terminal(&desk, &service, &RUN);
    command.env("NO_COLOR", "1");
    let seat = Seat::new(command, 80);
    seat.shows("creating 7/40");
    seat.interrupt();
    seat.shows("stopping 7/40");
    seat.interrupt();
    let (_, bytes, _) = seat.end();
    // What there is moves the cursor: no sequence ends in `m`.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut sequences = text.split("\u{1b}[").skip(1);
    assert!(sequences.clone().count() > 0);
    assert!(sequences.all(|one| {
        one.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';')
            .starts_with(['K', 'A', 'J'])
    }));
}
