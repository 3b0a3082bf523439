//! The door: floods of connections, requests that never end, and a file that a second process hands in.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tempfile::{TempDir, tempdir};

use super::page::{Page, program};

fn place() -> TempDir {
    tempdir().expect("a place")
}

const LIST: &[u8] = b"Name,Country\nNord,DE\n";

/// The head of a request with the secret, of a body of this length, which does not follow.
fn head_of(page: &Page, path: &str, kind: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nContent-Type: {kind}\r\nX-Partner-Import: {1}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
        page.host, page.secret
    )
}

/// Connected, with these bytes sent.
fn connected(page: &Page, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(&page.host).expect("it listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("a timeout");
    stream.write_all(bytes).expect("it takes them");
    stream
}

/// Whether the other side has ended the connection, within its read timeout.
fn is_ended(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 4096]) {
        Ok(length) => length == 0,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

#[cfg(unix)]
#[test]
fn a_flood_of_connections_that_say_nothing_does_not_shut_the_page_out() {
    let place = place();
    // What many systems give a process: so few that a flood uses them up.
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -n 200 && exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_partner-import"))
        .args(["gui", "--no-open", "--state-dir", "state"])
        .env_clear()
        .env("HOME", place.path())
        .env("PATH", "/usr/bin:/bin")
        .current_dir(place.path())
        .stdin(Stdio::null());
    let page = Page::start(command).come_in();
    let events = format!(
        "GET /events?after=0 HTTP/1.1\r\nHost: {}\r\nX-Partner-Import: {}\r\n\r\n",
        page.host, page.secret
    );
    let mut events = connected(&page, events.as_bytes());
    assert!(!is_ended(&mut events));
    let mut flood: Vec<TcpStream> = (0..400)
        .map(|at| {
            connected(
                &page,
                if at % 2 == 0 {
                    b""
                } else {
                    b"GET / HTTP/1.1\r\nHost: "
                },
            )
        })
        .collect();
    let began = std::time::Instant::now();
    let list = page.bring("a.csv", LIST);
    assert_eq!(page.get(&format!("/api/lists/{list}")).status, 200);
    let (head, length) = (began.elapsed(), flood.len());
    assert!(head < Duration::from_secs(9), "{head:?} behind {length}");
    assert!(is_ended(&mut flood[0]), "the first had to go");
    // The page's own connection was there before, and is there still.
    events.set_nonblocking(true).expect("it can");
    let mut told = [0; 1 << 12];
    while events.read(&mut told).is_ok_and(|length| length > 0) {}
    let open = events.read(&mut told).map_err(|error| error.kind());
    assert_eq!(open, Err(std::io::ErrorKind::WouldBlock));
}

#[test]
fn nobody_takes_for_ever_over_a_request() {
    let place = place();
    let page = Page::open(&place, &[]);
    let upload = head_of(
        &page,
        "/api/lists?name=a.csv",
        "application/octet-stream",
        100,
    );
    let target = head_of(&page, "/api/target", "application/json", 100);
    let session = head_of(&page, "/api/session", "application/json", 100);
    let starts = [
        "GET / HTTP/1.1\r\nHost: ",
        "",
        &*upload,
        &*target,
        &*session,
    ];
    let mut waiting: Vec<TcpStream> = starts
        .iter()
        .map(|start| connected(&page, start.as_bytes()))
        .collect();
    for (start, stream) in starts.iter().zip(&mut waiting) {
        let mut answer = String::new();
        let ended = stream.read_to_string(&mut answer);
        assert!(ended.is_ok(), "{start}: {ended:?}");
        assert!(!answer.starts_with("HTTP/1.1 2"), "{start}: {answer}");
    }
    let lists = std::fs::read_dir(place.path().join("state/page/lists"));
    assert_eq!(lists.unwrap().count(), 0, "nothing is left of half a list");
}

#[test]
fn a_second_process_hands_its_file_to_the_page_of_the_first() {
    let place = place();
    let first = Page::open(&place, &[]);
    std::fs::create_dir(place.path().join("elsewhere")).unwrap();
    let file = place.path().join("elsewhere/Kunden.csv");
    std::fs::write(&file, LIST).unwrap();
    let second = |file: &str| {
        program(&place.path().join("elsewhere"))
            .args(["gui", file, "--no-open", "--state-dir", "../state"])
            .output()
            .unwrap()
    };
    let told = second("Kunden.csv");
    let says = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(
        told.status.success() && says.contains("Kunden.csv is opened in it"),
        "{says}"
    );
    let opened = first.get("/api/start").json()["opened"].clone();
    let list = opened.as_str().expect("a list").to_owned();
    assert_eq!(first.settled(&list)["name"], "Kunden.csv");
    // The same once more is the same list, with what was done to it.
    let cells = json!([{ "row": 2, "column": 0, "from": "Nord", "to": "Süd" }]);
    let mend = json!({ "kind": "cells", "key": "1", "cells": cells });
    assert_eq!(
        first
            .post(&format!("/api/lists/{list}/mends"), &mend)
            .status,
        200
    );
    assert!(second("Kunden.csv").status.success());
    assert_eq!(first.get("/api/start").json()["opened"], opened);
    assert_eq!(first.settled(&list)["undo"], "Nord → Süd");
    // Without the key nothing is opened, whatever else is known.
    let other = place.path().join("other.csv");
    std::fs::write(&other, LIST).unwrap();
    let ask = json!({ "key": first.secret, "open": other });
    assert_eq!(first.post("/api/launch", &ask).status, 401);
    assert_eq!(first.get("/api/start").json()["opened"], opened);
}

/// Starts a second process for the same state directory.
fn second(place: &TempDir) -> (bool, String) {
    let done = program(place.path())
        .args(["gui", "--no-open", "--state-dir", "state"])
        .output()
        .unwrap();
    let says = String::from_utf8_lossy(&done.stderr).into_owned();
    (done.status.success(), says)
}

#[cfg(unix)]
#[test]
fn a_note_that_others_could_have_written_is_not_believed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let with_mode = |path: &std::path::Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let place = place();
    let _first = Page::open(&place, &[]);
    let page = place.path().join("state/page");
    let note = page.join("running.json");
    assert!(second(&place).0);
    let text = std::fs::read(&note).unwrap();
    let refused = |why: &str| {
        let (is_done, says) = second(&place);
        assert!(!is_done && says.contains(why), "{why}: {says}");
        assert!(says.contains("running.json"), "{says}");
        assert!(says.contains("end the other process"), "{says}");
    };
    with_mode(&note, 0o644);
    refused("mode 644");
    with_mode(&note, 0o600);
    std::fs::write(&note, vec![b' '; 50 << 20]).unwrap();
    refused("longer than");
    let elsewhere = place.path().join("elsewhere.json");
    std::fs::write(&elsewhere, &text).unwrap();
    with_mode(&elsewhere, 0o600);
    std::fs::remove_file(&note).unwrap();
    symlink(&elsewhere, &note).unwrap();
    refused("a link");
    std::fs::remove_file(&note).unwrap();
    std::fs::write(&note, &text).unwrap();
    with_mode(&note, 0o600);
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&note, Some(12_345), None).unwrap();
        refused("belongs to user 12345");
        std::os::unix::fs::chown(&note, Some(0), None).unwrap();
    }
    assert!(second(&place).0, "as it was");
    with_mode(&page, 0o777);
    let (is_done, says) = second(&place);
    assert!(!is_done && says.contains("mode 777"), "{says}");
    assert!(says.contains("chmod 700"), "{says}");
}

/// The files that lead a browser to a link.
#[cfg(unix)]
fn leading(place: &TempDir) -> usize {
    let entries = std::fs::read_dir(place.path().join("state/page")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names
        .filter(|name| name.to_string_lossy().starts_with("open-"))
        .count()
}

#[cfg(target_os = "linux")]
#[test]
fn the_file_that_leads_a_browser_to_the_page_goes_when_its_link_was_used() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    let first = Page::open(&place, &[]);
    // A browser that keeps what it was opened on.
    let browser = place.path().join("xdg-open");
    std::fs::write(&browser, "#!/bin/sh\ncat \"$1\" > seen.html\n").unwrap();
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", place.path().display());
    let second = program(place.path())
        .args(["gui", "--state-dir", "state"])
        .env("PATH", path)
        .output()
        .unwrap();
    assert!(second.status.success(), "{second:?}");
    assert_eq!(leading(&place), 1);
    let seen = place.path().join("seen.html");
    let until = std::time::Instant::now() + Duration::from_secs(20);
    let token = loop {
        let text = std::fs::read_to_string(&seen).unwrap_or_default();
        let link = text
            .split("/#")
            .nth(1)
            .and_then(|text| text.split('"').next());
        if let Some(token) = link.filter(|_| text.contains("</a>")) {
            break token.to_owned();
        }
        assert!(std::time::Instant::now() < until, "{text}");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(first.enter(&token).status, 200);
    assert_eq!(leading(&place), 0);
}

#[cfg(unix)]
#[test]
fn only_a_plain_file_with_its_path_in_full_is_handed_over() {
    let place = place();
    let first = Page::open(&place, &[]);
    let note = std::fs::read_to_string(place.path().join("state/page/running.json")).unwrap();
    let note: serde_json::Value = serde_json::from_str(&note).unwrap();
    let queue = place.path().join("queue.csv");
    let made = std::process::Command::new("mkfifo").arg(&queue).status();
    assert!(made.is_ok_and(|made| made.success()));
    std::fs::write(place.path().join("list.csv"), LIST).unwrap();
    let queue = queue.display().to_string();
    let directory = place.path().display().to_string();
    for open in [
        "/dev/zero",
        &queue,
        &directory,
        "list.csv",
        "/nowhere.csv",
        "",
    ] {
        let ask = json!({ "key": note["key"], "open": open });
        let asked = first.post("/api/launch", &ask);
        assert_eq!((asked.status, &*asked.code()), (422, "value"), "{open}");
    }
    let open = place.path().join("list.csv");
    let ask = json!({ "key": note["key"], "open": open });
    assert_eq!(first.post("/api/launch", &ask).status, 200);
}

#[test]
fn a_body_that_says_it_is_huge_is_refused_from_its_head() {
    let place = place();
    let page = Page::open(&place, &[]);
    for (path, kind, length) in [
        ("/api/lists?name=a.csv", "application/octet-stream", 2 << 30),
        ("/api/target", "application/json", 9 << 20),
        ("/api/session", "application/json", 9 << 10),
    ] {
        let head = head_of(&page, path, kind, length);
        let began = std::time::Instant::now();
        assert_eq!(page.raw(head.as_bytes()).status, 413, "{path}");
        assert!(began.elapsed() < Duration::from_secs(9), "{path}");
    }
}
