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
    assert!(head < Duration::from_secs(5), "{head:?} behind {length}");
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
