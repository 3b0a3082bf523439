//! A service on a port of its own that keeps every request as it came, to the byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use partner_import::sandbox::{
    ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, PartnerView, Request, Sandbox,
    Timestamp,
};
use serde_json::Value;

use super::desk::{Desk, Done};

/// The sandbox, with somebody who listens.
pub(crate) struct Overheard {
    endpoint: String,
    sandbox: Arc<Mutex<Sandbox>>,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl Overheard {
    pub(crate) fn with(config: Config) -> Self {
        Self::off_by(config, 0)
    }

    /// One whose clock is so many seconds ahead.
    pub(crate) fn off_by(config: Config, ahead: u64) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("a port").port();
        let sandbox = Arc::new(Mutex::new(Sandbox::new(config).expect("a sandbox")));
        let heard = Arc::default();
        let (of_thread, hears) = (Arc::clone(&sandbox), Arc::clone(&heard));
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (sandbox, heard) = (Arc::clone(&of_thread), Arc::clone(&hears));
                std::thread::spawn(move || serve(stream, &sandbox, &heard, ahead));
            }
        });
        Self {
            endpoint: format!("http://127.0.0.1:{port}/jsonapi"),
            sandbox,
            heard,
        }
    }

    /// Runs the tool against it.
    pub(crate) fn run(&self, desk: &Desk, arguments: &[&str]) -> Done {
        self.run_as(desk, ACCOUNT_USER, arguments)
    }

    /// The same as another user.
    pub(crate) fn run_as(&self, desk: &Desk, user: &str, arguments: &[&str]) -> Done {
        let mut command = desk.tool(arguments);
        command
            .env("PARTNER_IMPORT_ENDPOINT", &self.endpoint)
            .env("PARTNER_IMPORT_PARTNER", ACCOUNT_PARTNER)
            .env("PARTNER_IMPORT_USERNAME", user)
            .env("PARTNER_IMPORT_PASSWORD", ACCOUNT_PASSWORD);
        Done::of(&command.output().expect("the tool starts"))
    }

    /// Every request so far.
    pub(crate) fn heard(&self) -> Vec<Value> {
        self.heard.lock().expect("the server lives").clone()
    }

    /// The methods that were called so far, each once.
    pub(crate) fn methods(&self) -> Vec<String> {
        let heard = self.heard();
        let methods = heard.iter().filter_map(|one| one["method"].as_str());
        let mut methods: Vec<String> = methods.map(str::to_owned).collect();
        methods.sort();
        methods.dedup();
        methods
    }

    /// Everybody at the service.
    pub(crate) fn customers(&self) -> Vec<PartnerView> {
        self.sandbox.lock().expect("the server lives").partners()
    }

    /// What the service did not know of what it was sent.
    pub(crate) fn unknown_members(&self) -> usize {
        let sandbox = self.sandbox.lock().expect("the server lives");
        sandbox.unknown_members().len()
    }
}

fn serve(
    mut stream: TcpStream,
    sandbox: &Mutex<Sandbox>,
    heard: &Mutex<Vec<Value>>,
    ahead: u64,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let lower = line.to_ascii_lowercase();
            if let Some(count) = lower.strip_prefix("content-length:") {
                length = count.trim().parse().ok()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        heard.lock().ok()?.push(serde_json::from_slice(&body).ok()?);
        let now = SystemTime::now();
        let since = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let request = Request {
            body: &body,
            authorization: None,
        };
        let at = Timestamp(u64::try_from(since.as_millis()).ok()?);
        let reply = sandbox.lock().ok()?.handle(&request, at);
        let date = httpdate::fmt_http_date(now + Duration::from_secs(ahead));
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ndate: {date}\r\n\
             server: partner-import-sandbox\r\ncontent-length: {}\r\n\r\n",
            reply.body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(&reply.body).ok()?;
    }
}
