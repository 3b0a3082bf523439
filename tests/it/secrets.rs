//! Nothing secret is seen anywhere: a password that is like no other text, and every visa that the
//! service hands out, are looked for in everything a run leaves behind.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use partner_import::api::Secret;

use crate::cli::desk::{Desk, Done, Service, end_of};

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
fn a_service_that_echoes_the_request_puts_no_secret_anywhere() {
    let faults = [
        "echo=#1@Login",
        "echo=#2@AddPartner",
        "echo-after=#4@AddPartner",
        "echo=#1@EnumeratePartners",
    ];
    let service = Service::faulty(&faults);
    let recorder = Recorder::before(&service);
    let desk = Desk::new();
    desk.write("in.csv", ROWS);
    let run = ["run", "in.csv", "--yes", "--out", "out", "-vv"];
    let mut run = desk.at(&service, &run);
    run.args(["--endpoint", &recorder.endpoint])
        .env("PARTNER_IMPORT_LOG", "trace");
    let done = end_of(run.spawn().expect("it starts")).exits(1);
    assert!(
        done.err.contains("cannot process the request"),
        "{}",
        done.err
    );
    assert!(done.err.contains("(secret)"), "{}", done.err);
    let mut places = vec![
        ("stdout".to_owned(), done.out.into_bytes()),
        ("stderr".to_owned(), done.err.into_bytes()),
    ];
    everything(&desk.path(""), &mut places);
    is_absent(&recorder.visas(), &places);
    // A password like no other text is refused after the echo.
    let service = Service::faulty(&["echo=#1@Login"]);
    let mut command = desk.at(&service, &["run", "in.csv", "--yes", "-vv"]);
    command
        .env("PARTNER_IMPORT_PASSWORD", CANARY)
        .env("PARTNER_IMPORT_LOG", "trace");
    let done = end_of(command.spawn().expect("it starts")).exits(4);
    assert!(
        done.err.contains("cannot process the request"),
        "{}",
        done.err
    );
    let mut places = vec![("stderr".to_owned(), done.err.into_bytes())];
    everything(&desk.path(""), &mut places);
    is_absent(&disguises(), &places);
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
    let service = Service::faulty(&["delay=#1:2s@Login"]);
    desk.write("in.csv", ROWS);
    desk.write("token", format!("{CANARY}\n"));
    let profile = "[target]\npassword_command = [\"cat\", \"token\"]\n";
    desk.trusted(profile);
    let mut run = desk.at(&service, &["run", "in.csv", "--yes"]);
    run.env_remove("PARTNER_IMPORT_PASSWORD");
    let child = run.spawn().expect("it starts");
    let mut arguments = Vec::new();
    crate::cli::desk::until("the process", || {
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
        nothing.expect("a login");
    });
    let message = *message
        .expect_err("it panics")
        .downcast::<String>()
        .expect("text");
    assert!(!message.contains("c4nary"), "{message}");
}

#[test]
fn config_show_says_where_the_password_is_and_not_what_it_is() {
    let desk = Desk::new();
    desk.write("in.csv", ROWS);
    desk.write("token", format!("{CANARY}\n"));
    let target = "[target]\nusername = \"api\"\n";
    let profiles = [
        (target.to_owned(), "set (from PARTNER_IMPORT_PASSWORD)"),
        (
            format!("{target}password_file = \"token\"\n"),
            "set (from token)",
        ),
        (
            format!("{target}password_command = [\"echo\", '{CANARY}']\n"),
            "set (from the command echo)",
        ),
    ];
    let mut places = Vec::new();
    for (profile, says) in profiles {
        // The profile itself is the user's, and outside of what is searched.
        let elsewhere = Desk::new();
        elsewhere.write("token", format!("{CANARY}\n"));
        let path = elsewhere.write("p.toml", &profile);
        for format in ["table", "json"] {
            let mut show = desk.tool(&["config", "show", "in.csv", "-vv", "--format", format]);
            show.arg("--profile").arg(&path);
            if says.contains("PARTNER_IMPORT_PASSWORD") {
                show.env("PARTNER_IMPORT_PASSWORD", CANARY);
            }
            let done = end_of(show.spawn().expect("it starts")).exits(0);
            let shown = says.replace(
                "from token",
                &format!("from {}", elsewhere.path("token").display()),
            );
            let shown = if format == "json" {
                // Windows' paths hold backslashes, which JSON escapes.
                shown.replace('\\', "\\\\")
            } else {
                shown
            };
            assert!(done.out.contains(&shown), "no {shown} in {}", done.out);
            places.push((format!("stdout, {format}"), done.out.into_bytes()));
            places.push((format!("stderr, {format}"), done.err.into_bytes()));
        }
    }
    is_absent(&disguises(), &places);
}

/// The tool with the endpoint and the account, and no password.
fn without_password(desk: &Desk, service: &Service, arguments: &[&str]) -> std::process::Command {
    let mut command = desk.at(service, arguments);
    command.env_remove("PARTNER_IMPORT_PASSWORD");
    command
}

/// Runs it with a password on stdin.
fn piped(mut command: std::process::Command, password: &str) -> Done {
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("piped");
    // A tool that does not read its input is found out by what it says.
    let _ = writeln!(input, "{password}");
    drop(input);
    end_of(child)
}

#[test]
fn a_password_that_was_kept_logs_in_until_it_is_removed() {
    // The port is part of what the entry belongs to, so no other entry is touched.
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", ROWS);
    let tool = |arguments: &[&str]| without_password(&desk, &service, arguments);
    let end = |arguments: &[&str]| end_of(tool(arguments).spawn().expect("it starts"));
    let login = ["login", "--password-stdin", "-vv"];
    let wrong = piped(tool(&login), CANARY).exits(4);
    let wrong = wrong.says(&["refused the login", "the password was not stored"]);
    let mut places = vec![("stderr of login".to_owned(), wrong.err.into_bytes())];
    end(&["plan", "in.csv"])
        .exits(2)
        .says(&["partner-import login"]);

    let done = piped(tool(&login), "sandbox");
    if done.code == 2 {
        // A machine without a keyring: the other ways are named.
        done.says(&[
            "PARTNER_IMPORT_PASSWORD",
            "--password-file",
            "password_command",
        ]);
        return;
    }
    done.exits(0).says(&[
        "is kept in",
        "api of Sandbox MSP (admin@example.com) at http://127.0.0.1",
    ]);
    end(&["plan", "in.csv"]).exits(1);
    let shown = end(&["config", "show"]).exits(0);
    assert!(
        shown.out.contains("set (from the system's keyring)"),
        "{}",
        shown.out
    );
    // Whoever logs in as somebody else has another password.
    let mut other = tool(&["plan", "in.csv"]);
    other.env("PARTNER_IMPORT_USERNAME", "somebody");
    end_of(other.spawn().expect("it starts")).exits(2);

    let kept = piped(
        tool(&["login", "--password-stdin", "--no-verify", "-vv"]),
        CANARY,
    )
    .exits(0);
    let kept = kept.says(&["not tried"]);
    let refused = end(&["plan", "in.csv", "-vv"]).exits(4);
    let gone = end(&["logout", "-vv"]).exits(0).says(&["is removed from"]);
    end(&["logout"]).exits(0).says(&["has no password of"]);
    end(&["plan", "in.csv"]).exits(2);
    for (place, done) in [("login", kept), ("plan", refused), ("logout", gone)] {
        places.push((format!("stdout of {place}"), done.out.into_bytes()));
        places.push((format!("stderr of {place}"), done.err.into_bytes()));
    }
    everything(&desk.path(""), &mut places);
    is_absent(&disguises(), &places);
}

#[test]
fn login_asks_nobody_who_is_not_there_and_needs_a_name() {
    let (desk, service) = (Desk::new(), Service::new());
    let end = |mut command: std::process::Command| end_of(command.spawn().expect("it starts"));
    end(without_password(&desk, &service, &["login"]))
        .exits(2)
        .says(&["nobody to ask", "--password-stdin"]);
    let mut nameless = without_password(&desk, &service, &["login", "--password-stdin"]);
    nameless.env_remove("PARTNER_IMPORT_USERNAME");
    end(nameless).exits(2).says(&["--username"]);
    desk.run(&["login", "--sandbox"])
        .exits(2)
        .says(&["sandbox"]);
    assert_eq!(service.requests(partner_import::sandbox::Method::Login), 0);
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt;
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nA,EndCustomer,InTrial,DE\n",
    );
    let token = desk.write("token", "sandbox\n");
    for (mode, warned) in [(0o640, true), (0o604, true), (0o600, false), (0o400, false)] {
        fs::set_permissions(&token, fs::Permissions::from_mode(mode)).expect("a mode");
        let plan = ["plan", "in.csv", "--password-file", "token"];
        let mut command = without_password(&desk, &service, &plan);
        let done = end_of(command.spawn().expect("it starts")).exits(0);
        assert_eq!(
            done.err.contains("chmod 600"),
            warned,
            "{mode:o}: {}",
            done.err
        );
    }
    let both = ["plan", "in.csv", "--password-file", "token"];
    let done = end_of(desk.at(&service, &both).spawn().expect("it starts")).exits(0);
    done.says(&[
        "there are two passwords",
        "using the one from token, not PARTNER_IMPORT_PASSWORD",
    ]);
}
