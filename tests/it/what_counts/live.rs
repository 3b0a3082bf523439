//! A pilot is proposed before the first live run against a target.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::cli::desk::{Desk, Done, Service};

/// Where the sandbox answers without saying that it is one; the thread ends with the process.
fn unmarked(service: &Service) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let behind = service.endpoint.replace("http://", "");
    let behind = behind.split('/').next().expect("an address").to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            pass_on(&stream, &behind).expect("passed on");
        }
    });
    format!("http://{address}/jsonapi")
}

/// Passes one request on, and its answer back without the server's name.
fn pass_on(mut stream: &TcpStream, behind: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let small = line.to_ascii_lowercase();
        if let Some(value) = small.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        if line == "\r\n" {
            head += "connection: close\r\n";
        }
        head += &line;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut service = TcpStream::connect(behind)?;
    service.write_all(&[head.as_bytes(), &body].concat())?;
    let mut answer = String::new();
    service.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let kept = head
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("server:"));
    let head: Vec<&str> = kept.collect();
    stream.write_all(format!("{}\r\n\r\n{body}", head.join("\r\n")).as_bytes())
}

#[test]
fn the_first_live_run_against_a_target_is_proposed_to_be_one_row() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,Level\nA,EndCustomer\nB,EndCustomer\nC,EndCustomer\n",
    );
    desk.write("one.csv", "Name,Level\nA,EndCustomer\n");
    let live = unmarked(&service);
    let at = |arguments: &[&str]| {
        let mut command = desk.at(&service, arguments);
        command.env("PARTNER_IMPORT_ENDPOINT", &live);
        Done::of(&command.output().expect("the tool starts"))
    };
    let proposed = |file: &str, more: &[&str]| {
        let plan = at(&[&["plan", file], more].concat()).exits(0).out;
        let at = plan.find("--first 1");
        // Before the command that sends all of it.
        assert!(
            at.is_none_or(|at| plan[at..].contains("carry it out")),
            "{plan}"
        );
        at.is_some()
    };
    // A stand-in needs no pilot, and neither does one row, nor a part.
    let plan = desk.run_at(&service, &["plan", "in.csv"]).exits(0).out;
    assert!(!plan.contains("--first"), "{plan}");
    assert!(!proposed("one.csv", &[]));
    assert!(proposed("in.csv", &[]));
    // A run of the stand-in is none of the target.
    desk.run(&["run", "one.csv", "--sandbox", "--yes"]).exits(0);
    assert!(proposed("in.csv", &[]));
    at(&["run", "in.csv", "--first", "1", "--yes", "--out", "out"]).exits(0);
    assert_eq!(desk.summary()["mode"], "live");
    assert_eq!(desk.summary()["counts"]["created"], 1);
    assert!(!proposed("in.csv", &[]));
}
