//! A proxy before the sandbox that puts foreign text into every message and every name of its
//! answers.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use super::FOREIGN;

/// The proxy; it ends with the process.
pub(super) struct Speaker {
    pub(super) endpoint: String,
}

impl Speaker {
    /// In front of the service at `endpoint`.
    pub(super) fn before(endpoint: &str) -> Self {
        let (_, rest) = endpoint.split_once("://").expect("a URL");
        let (address, path) = rest.split_once('/').expect("a path");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let own = listener.local_addr().expect("an address");
        let address = address.to_owned();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let address = address.clone();
                std::thread::spawn(move || serve(client, &address));
            }
        });
        Self {
            endpoint: format!("http://{own}/{path}"),
        }
    }
}

/// Hands requests on until either side has enough.
fn serve(mut client: TcpStream, address: &str) -> Option<()> {
    let mut requests = BufReader::new(client.try_clone().ok()?);
    let mut service = TcpStream::connect(address).ok()?;
    let mut answers = BufReader::new(service.try_clone().ok()?);
    loop {
        let (head, body) = message(&mut requests)?;
        service.write_all(head.concat().as_bytes()).ok()?;
        service.write_all(&body).ok()?;
        let (head, body) = message(&mut answers)?;
        let body = spoken(body);
        for line in head {
            if is_length(&line) {
                write!(client, "content-length: {}\r\n", body.len()).ok()?;
            } else {
                client.write_all(line.as_bytes()).ok()?;
            }
        }
        client.write_all(&body).ok()?;
    }
}

fn is_length(line: &str) -> bool {
    line.to_ascii_lowercase().starts_with("content-length:")
}

/// The lines of a message's head, and its body.
fn message(from: &mut impl BufRead) -> Option<(Vec<String>, Vec<u8>)> {
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if is_length(&line) {
            length = line.split(':').nth(1)?.trim().parse().ok()?;
        }
        let is_end = line == "\r\n";
        head.push(line);
        if is_end {
            break;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    Some((head, body))
}

fn spoken(body: Vec<u8>) -> Vec<u8> {
    match serde_json::from_slice::<Value>(&body) {
        Ok(mut answer) => {
            speak(&mut answer);
            answer.to_string().into_bytes()
        }
        Err(_) => body,
    }
}

fn speak(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Value::String(text) if matches!(&**name, "message" | "Name") => {
                        text.push_str(FOREIGN);
                    }
                    value => speak(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(speak),
        _ => {}
    }
}
