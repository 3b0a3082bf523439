//! An HTTP server on a port of its own that keeps what it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// `POST /path`.
    pub(crate) line: String,
    pub(crate) body: String,
}

/// The server; its thread ends with the process.
pub(crate) struct Listener {
    /// Its address, without a path.
    pub(crate) address: String,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Listener {
    /// A server that answers everything with this status; 0 answers never.
    pub(crate) fn answering(status: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                if status == 0 {
                    open.push(stream);
                    continue;
                }
                // Kept before it is answered: whoever has the answer may look at once.
                if let Some(one) = take(&stream) {
                    kept.lock().expect("unpoisoned").push(one);
                    let _ = answer(&stream, status);
                }
            }
        });
        Self { address, told }
    }

    pub(crate) fn told(&self) -> Vec<Told> {
        self.told.lock().expect("unpoisoned").clone()
    }

    /// The first lines of all requests, sorted.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.told().into_iter().map(|one| one.line).collect();
        lines.sort();
        lines
    }
}

fn take(stream: &TcpStream) -> Option<Told> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Told {
        line: line.trim().trim_end_matches(" HTTP/1.1").to_owned(),
        body: String::from_utf8(body).ok()?,
    })
}

fn answer(mut stream: &TcpStream, status: u16) -> std::io::Result<()> {
    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes())
}
