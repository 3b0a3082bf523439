//! How the page is opened: one process for a state directory, a link that no command line shows, and
//! a second call that opens the page of the first.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::session::random;
use crate::flow::failure::Failure;
use crate::journal::lock::target_digest;
use crate::journal::{only_ours, private};
use crate::model::printable;

/// How long the running process may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The note of a running page is shorter than this.
const LONGEST_NOTE: u64 = 1024;

/// The lock of the running page, held until it ends.
pub struct Running {
    _lock: File,
    note: PathBuf,
}

/// Where the running page is, and the key with which a link to it is asked for. Only its user reads it.
#[derive(Serialize, Deserialize)]
struct Note {
    port: u16,
    key: String,
}

/// Who runs the page of a state directory.
pub enum Turn {
    /// This process.
    Ours(Running),
    /// Another one, which gives this link.
    Theirs(String),
}

/// Takes the page's lock in its directory, or asks the process that has it for a link, and to open the
/// file that was named.
///
/// # Errors
/// Where the directory cannot be used, or the process that has the lock gives no link.
pub fn take(directory: &Path, named: Option<&Path>) -> Result<Turn, Failure> {
    let failed = |error: std::io::Error| {
        Failure::stopped(format!(
            "cannot use the directory {}: {error}",
            directory.display()
        ))
    };
    if let Err(error) = only_ours::directory(directory) {
        let hint = "check what is in it; then make it private (chmod 700), or remove it";
        return Err(failed(error).hint(hint));
    }
    private::own_directory(directory).map_err(failed)?;
    let lock = private::own(&directory.join("running.lock")).map_err(failed)?;
    let note = directory.join("running.json");
    match lock.try_lock() {
        Ok(()) => Ok(Turn::Ours(Running { _lock: lock, note })),
        Err(TryLockError::WouldBlock) => ask(&note, named).map(Turn::Theirs).map_err(|error| {
            let error = match error {
                Unasked::Refused(says) => return Failure::input(says),
                Unasked::Foreign(error) => {
                    let text = "which page is open in this state directory is not to be believed";
                    return Failure::stopped(format!("{text}: {error}")).hint(
                        "end the other process, remove that file, and type the command again",
                    );
                }
                Unasked::Silent(error) => error,
            };
            let text =
                "the page of this state directory is open in another process, which does not answer";
            Failure::new(
                crate::flow::failure::Kind::Locked,
                format!("{text}: {error}"),
            )
            .hint("end that process, or give this one a different state directory")
        }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

impl Running {
    /// Notes where the page is; hands back the key with which a link is asked for.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn note(&self, port: u16) -> std::io::Result<String> {
        let note = Note {
            port,
            key: random()?,
        };
        let text = serde_json::to_string(&note)?;
        let new = self.note.with_extension("new");
        let _ = fs::remove_file(&new);
        private::own(&new)?.write_all(text.as_bytes())?;
        fs::rename(&new, &self.note)?;
        Ok(note.key)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.note);
    }
}

/// Why there is no link.
enum Unasked {
    /// The file cannot be opened.
    Refused(String),
    /// What says where it runs may be somebody else's.
    Foreign(std::io::Error),
    /// Nobody answers as the page does.
    Silent(std::io::Error),
}

impl From<std::io::Error> for Unasked {
    fn from(error: std::io::Error) -> Self {
        Self::Silent(error)
    }
}

impl From<serde_json::Error> for Unasked {
    fn from(error: serde_json::Error) -> Self {
        Self::Silent(error.into())
    }
}

/// Asks the running process for a link.
fn ask(note: &Path, named: Option<&Path>) -> Result<String, Unasked> {
    let open = named.map(dunce::canonicalize).transpose()?;
    let open = match &open {
        None => None,
        Some(path) => Some(path.to_str().ok_or_else(|| {
            let path = path.display();
            Unasked::Refused(format!("cannot open {path} in another process: rename it"))
        })?),
    };
    let note = only_ours::read(note, LONGEST_NOTE).map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied => Unasked::Foreign(error),
        _ => Unasked::Silent(error),
    })?;
    let note: Note = serde_json::from_str(&note)?;
    let place = SocketAddr::from((Ipv4Addr::LOCALHOST, note.port));
    let mut stream = TcpStream::connect_timeout(&place, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let body = serde_json::json!({ "key": note.key, "open": open }).to_string();
    let host = format!("127.0.0.1:{}", note.port);
    write!(
        stream,
        "POST /api/launch HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.take(1 << 16).read_to_string(&mut answer)?;
    let told = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let told: serde_json::Value = serde_json::from_str(told)?;
    let link = told["link"]
        .as_str()
        .filter(|link| is_link(link, note.port));
    let says = told["error"]["says"].as_str().filter(|_| open.is_some());
    match (link, says) {
        (Some(link), _) => Ok(link.to_owned()),
        (None, Some(says)) => Err(Unasked::Refused(printable(says).into_owned())),
        (None, None) => Err(std::io::Error::other("it gives no link").into()),
    }
}

/// Whether it is a link of the page on this port, and nothing else: it is printed and opened.
fn is_link(link: &str, port: u16) -> bool {
    let token = link.strip_prefix(&format!("http://127.0.0.1:{port}/#"));
    token.is_some_and(|token| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !token.is_empty() && token.len() <= 200 && token.bytes().all(plain)
    })
}

/// Opens the browser on a file that only the user reads, and that leads to the link: what stands on a
/// command line is visible to other users. The process that serves the page removes the file when its link
/// has been used, or cannot be used any more.
///
/// # Errors
/// Where the file cannot be written, or no browser can be opened.
pub fn open(directory: &Path, link: &str) -> std::io::Result<()> {
    let token = link.rsplit('#').next().unwrap_or_default();
    let path = page_of(directory, token);
    let mut file = private::open(&path)?;
    writeln!(
        file,
        "<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
         <title>partner-import</title><meta http-equiv=\"refresh\" content=\"0; url={link}\">\
         <a href=\"{link}\">Open the page</a>"
    )?;
    file.sync_all()?;
    match open::that_detached(&path) {
        Ok(()) => Ok(()),
        Err(error) => {
            let _ = fs::remove_file(&path);
            Err(error)
        }
    }
}

/// The file that leads a browser to the link with this token, which its name does not tell.
fn page_of(directory: &Path, token: &str) -> PathBuf {
    directory.join(format!("open-{}.html", target_digest(token)))
}

/// A link was used: the file that led to it has done its work.
pub fn has_come(directory: &Path, token: &str) {
    let _ = fs::remove_file(page_of(directory, token));
}

/// Removes files that led to links and are older than this, whichever process has left them.
pub fn tidy_up(directory: &Path, older: Duration) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_page = name.starts_with("open-") && name.ends_with(".html");
        let age = entry.metadata().and_then(|found| found.modified());
        // A time to come is no reason to keep it.
        let age = age.map(|at| at.elapsed().unwrap_or(Duration::MAX));
        if is_page && age.is_ok_and(|age| age >= older) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_of_the_page_itself_is_opened() {
        assert!(is_link("http://127.0.0.1:80/#aZ09-_", 80));
        for link in [
            "javascript:alert(1)",
            "http://127.0.0.1:80/#",
            "http://127.0.0.1:81/#aa",
            "http://127.0.0.1:80/x#aa",
            "http://127.0.0.1:80/#a\"><script>",
            "http://127.0.0.1:80/#a\u{1b}]0;x",
            "http://127.0.0.1:80@example.com/#aa",
        ] {
            assert!(!is_link(link, 80), "{link}");
        }
    }
}
