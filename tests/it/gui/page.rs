//! A running process, and what a browser would send it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text()).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The code of a refusal; empty where there is no body.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.text()).unwrap_or_default();
        body["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// A running process.
pub(crate) struct Page {
    child: Child,
    /// `127.0.0.1:PORT`
    pub(crate) host: String,
    pub(crate) token: String,
    pub(crate) secret: String,
}

/// The program with nothing of this machine's environment.
pub(crate) fn program(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partner-import"));
    command
        .env_clear()
        .env("HOME", place)
        .current_dir(place)
        .stdin(Stdio::null());
    command
}

impl Page {
    /// Starts a process; nobody has used its link.
    pub(crate) fn closed(place: &TempDir, more: &[&str]) -> Self {
        let mut command = program(place.path());
        command.args(["gui", "--no-open", "--state-dir", "state"]);
        command.args(more);
        Self::start(command)
    }

    /// Starts a process with this command; nobody has used its link.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut link = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut link)
            .expect("it prints its link");
        let (origin, token) = link.trim().split_once("/#").expect("a link");
        Self {
            child,
            host: origin.strip_prefix("http://").expect("http").to_owned(),
            token: token.to_owned(),
            secret: String::new(),
        }
    }

    /// Starts a process, and comes in.
    pub(crate) fn open(place: &TempDir, more: &[&str]) -> Self {
        Self::closed(place, more).come_in()
    }

    /// Comes in by its link.
    pub(crate) fn come_in(mut self) -> Self {
        let token = self.token.clone();
        let answer = self.enter(&token);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["secret"]
            .as_str()
            .expect("a secret")
            .clone_into(&mut self.secret);
        self
    }

    pub(crate) fn enter(&self, token: &str) -> Answer {
        self.post("/api/session", &json!({ "token": token }))
    }

    /// Sends these bytes and nothing else.
    pub(crate) fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(request).expect("it takes the request");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("it answers");
        let end = all
            .windows(4)
            .position(|part| part == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&all)));
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Answer {
            status: status.expect("a status"),
            head,
            body: all[end + 4..].to_vec(),
        }
    }

    /// A request with these headers and no others but its length.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut request = text.into_bytes();
        request.extend_from_slice(body);
        self.raw(&request)
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.host)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let headers = [("Host", &*self.host), ("X-Partner-Import", &*self.secret)];
        self.ask("GET", path, &headers, b"")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.json("POST", path, body)
    }

    /// Begins a run; hands back its id.
    #[track_caller]
    pub(crate) fn begun(&self, ask: &Value) -> String {
        let begun = self.post("/api/runs", ask);
        assert_eq!(begun.status, 201, "{begun:?}");
        begun.json()["run"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.json("DELETE", path, &serde_json::json!({}))
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let origin = self.origin();
        let headers = [
            ("Host", &*self.host),
            ("X-Partner-Import", &*self.secret),
            ("Origin", &*origin),
            ("Content-Type", "application/json"),
        ];
        self.ask(method, path, &headers, body.to_string().as_bytes())
    }

    /// Brings a list, answers what it asks, and waits until it is checked.
    #[track_caller]
    pub(crate) fn bring(&self, name: &str, bytes: &[u8]) -> String {
        let made = self.upload(name, bytes);
        assert_eq!(made.status, 201, "{made:?}");
        let list = made.json()["list"].as_str().expect("an id").to_owned();
        self.settled(&list);
        list
    }

    pub(crate) fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let origin = self.origin();
        let headers = [
            ("Host", &*self.host),
            ("X-Partner-Import", &*self.secret),
            ("Origin", &*origin),
            ("Content-Type", "application/octet-stream"),
        ];
        self.ask("POST", &format!("/api/lists?name={name}"), &headers, bytes)
    }

    /// The list, when its check is over.
    #[track_caller]
    pub(crate) fn settled(&self, list: &str) -> Value {
        self.until(&format!("/api/lists/{list}"), |list| {
            list["checking"] == false && list["state"] != "reading"
        })
    }

    /// What stands there, as soon as it is so.
    #[track_caller]
    pub(crate) fn until(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let now = self.get(path).json();
            if is_so(&now) {
                return now;
            }
            assert!(began.elapsed() < PATIENCE, "{path}: {now:#}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it was there");
        self.child.wait().expect("it has ended");
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
