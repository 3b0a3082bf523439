//! Nothing secret is seen anywhere: a password that is like no other text, and every visa that the
//! service hands out, are looked for in everything a run leaves behind.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_import::api::Secret;

use crate::cli::desk::{Desk, Service, end_of, until};

/// Like no other text, and so odd that every encoding changes it.
const CANARY: &str = "c4nary/\"ö\"+%=\\&?";

/// The canary as logs, JSON, addresses and shells would write it.
fn disguises() -> Vec<String> {
    let json = serde_json::to_string(CANARY).expect("text");
    vec![
        CANARY.to_owned(),
        json.trim_matches('"').to_owned(),
        "c4nary".to_owned(),
        format!("{CANARY:?}").trim_matches('"').to_owned(),
    ]
}

/// A proxy that hands everything on and remembers what the service answered.
struct Recorder {
    endpoint: String,
    answers: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    fn before(service: &Service) -> Self {
        let (scheme, rest) = service.endpoint.split_once("://").expect("a URL");
        let (address, path) = rest.split_once('/').expect("a path");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let own = listener.local_addr().expect("an address");
        let answers = Arc::new(Mutex::new(Vec::new()));
        let (kept, address) = (Arc::clone(&answers), address.to_owned());
        // Ends with the process; a connection ends with either of its sides.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(&address).expect("the service");
                let kept = Arc::clone(&kept);
                let (from, to) = (client.try_clone().expect("a socket"), server.try_clone());
                let to = to.expect("a socket");
                std::thread::spawn(move || pass_on(from, to, |_| {}));
                std::thread::spawn(move || {
                    pass_on(server, client, |bytes| {
                        kept.lock().expect("unpoisoned").extend_from_slice(bytes);
                    });
                });
            }
        });
        Self {
            endpoint: format!("{scheme}://{own}/{path}"),
            answers,
        }
    }

    /// Every visa that the service has answered with.
    fn visas(&self) -> Vec<String> {
        let bytes = self.answers.lock().expect("unpoisoned").clone();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let parts = text.split("\"visa\":\"").skip(1);
        let mut visas: Vec<String> = parts
            .filter_map(|part| part.split('"').next())
            .map(str::to_owned)
            .collect();
        visas.sort();
        visas.dedup();
        visas
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, mut seen: impl FnMut(&[u8])) {
    let mut buffer = [0; 8192];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        seen(&buffer[..count]);
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// Everything in a directory, with its path.
fn everything(directory: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            everything(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).expect("a file")));
        }
    }
}

#[track_caller]
fn is_absent(secrets: &[String], places: &[(String, Vec<u8>)]) {
    for (place, bytes) in places {
        for secret in secrets {
            let there = memchr::memmem::find(bytes, secret.as_bytes());
            assert!(there.is_none(), "{secret:?} is in {place}");
        }
    }
}

/// Rows of which some are created, one fails and one is wrong.
const ROWS: &str = "Name,Parent,Level,State,Country\nA,,Reseller,InTrial,DE\n\
    B,A,EndCustomer,InTrial,DE\nHidden Competitor Ltd,,EndCustomer,InTrial,DE\n\
    C,,Boss,InTrial,DE\nD,A,EndCustomer,InTrial,DE\n";

#[test]
fn a_run_that_tells_everything_tells_no_visa_and_no_password() {
    let service = Service::faulty(&["truncate=#3@AddPartner", "expired-visa=#2@AddPartner"]);
    let recorder = Recorder::before(&service);
    let desk = Desk::new();
    desk.write("in.csv", ROWS);
    let mut places = Vec::new();
    for (format, out) in [("text", "out"), ("json", "again")] {
        let mut run = desk.at(
            &service,
            &["run", "in.csv", "--yes", "--settle-wait", "50ms"],
        );
        run.args(["-vv", "--log-format", format, "--out", out])
            .args(["--endpoint", &recorder.endpoint])
            .env("PARTNER_IMPORT_LOG", "trace");
        let done = end_of(run.spawn().expect("it starts")).exits(1);
        assert!(done.err.len() > 1000, "it does tell a lot: {}", done.err);
        places.push((format!("stdout, {format}"), done.out.into_bytes()));
        places.push((format!("stderr, {format}"), done.err.into_bytes()));
    }
    let visas = recorder.visas();
    assert!(
        visas.len() > 5 && visas.iter().all(|visa| visa.len() > 8),
        "{visas:?}"
    );
    everything(&desk.path(""), &mut places);
    assert!(
        places.iter().any(|(place, _)| place.ends_with(".sqlite")),
        "the journal is there"
    );
    assert!(
        places
            .iter()
            .any(|(place, _)| place.ends_with("report.html"))
    );
    is_absent(&visas, &places);
}

#[test]
fn a_refused_password_is_not_repeated() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", ROWS);
    for format in ["text", "json"] {
        for arguments in [&["run", "in.csv", "--yes"][..], &["plan", "in.csv"]] {
            let mut command = desk.at(&service, arguments);
            command.args(["-vv", "--log-format", format]);
            command
                .env("PARTNER_IMPORT_PASSWORD", CANARY)
                .env("PARTNER_IMPORT_LOG", "trace");
            let done = end_of(command.spawn().expect("it starts")).exits(4);
            let mut places = vec![
                ("stdout".to_owned(), done.out.into_bytes()),
                ("stderr".to_owned(), done.err.into_bytes()),
            ];
            everything(&desk.path(""), &mut places);
            is_absent(&disguises(), &places);
        }
    }
}

#[test]
fn a_password_file_stays_the_only_place() {
    let (desk, service) = (Desk::new(), Service::new());
    let secret = Desk::new();
    let token = secret.write("token", format!("{CANARY}\n"));
    desk.write("in.csv", ROWS);
    let mut command = desk.at(&service, &["run", "in.csv", "--yes", "-vv"]);
    command
        .env_remove("PARTNER_IMPORT_PASSWORD")
        .arg("--password-file")
        .arg(token);
    let done = end_of(command.spawn().expect("it starts")).exits(4);
    is_absent(
        &disguises(),
        &[("stderr".to_owned(), done.err.into_bytes())],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn other_users_of_the_machine_see_no_password_among_the_arguments() {
    let desk = Desk::new();
    let service = Service::slow(Duration::from_millis(100));
    desk.write("in.csv", ROWS);
    desk.write("token", format!("{CANARY}\n"));
    let profile = "[target]\npassword_command = [\"cat\", \"token\"]\n";
    desk.write("partner-import.toml", profile);
    let mut run = desk.at(&service, &["run", "in.csv", "--yes"]);
    run.env_remove("PARTNER_IMPORT_PASSWORD");
    let child = run.spawn().expect("it starts");
    let mut arguments = Vec::new();
    until("the process", || {
        arguments = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
        !arguments.is_empty()
    });
    assert!(memchr::memmem::find(&arguments, b"in.csv").is_some());
    is_absent(&disguises(), &[("arguments".to_owned(), arguments)]);
    end_of(child).exits(4);
    let help = String::from_utf8(desk.tool(&["run", "--help"]).output().expect("help").stdout);
    let help = help.expect("UTF-8");
    assert!(
        !help.contains("--password <"),
        "there is no flag that takes one"
    );
}

#[test]
#[expect(
    clippy::unnecessary_literal_unwrap,
    reason = "the panic is what is tested"
)]
fn a_secret_has_no_debug_output_and_no_display() {
    let secret = Secret::new(CANARY.to_owned());
    let shown = format!("{secret:?} {secret:#?}");
    for disguise in disguises() {
        assert!(!shown.contains(&disguise), "{shown}");
    }
    // A panic that carries it shows no more than that.
    let message = std::panic::catch_unwind(|| {
        let nothing: Result<(), _> = Err(Secret::new(CANARY.to_owned()));
        nothing.expect("a log-in");
    });
    let message = *message
        .expect_err("it panics")
        .downcast::<String>()
        .expect("text");
    assert!(!message.contains("c4nary"), "{message}");
}
