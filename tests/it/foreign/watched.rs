//! A command carried out off a terminal and at one, with everything it writes held against what may
//! leave.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use partner_import::sandbox::{ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tempfile::TempDir;

/// A directory with a name of its own, and where commands that are carried out in it send things.
pub(super) struct Place {
    outer: TempDir,
    inner: PathBuf,
    pub(super) endpoint: String,
    pub(super) password: String,
}

impl Place {
    pub(super) fn new(name: &str) -> Self {
        let outer = tempfile::tempdir().expect("a directory");
        let inner = outer.path().join(name);
        fs::create_dir(&inner).expect("a directory");
        Self {
            outer,
            inner,
            endpoint: String::new(),
            password: ACCOUNT_PASSWORD.to_owned(),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.inner.join(name)
    }

    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("written");
    }

    /// The last run's id.
    pub(super) fn run_id(&self) -> String {
        let runs = fs::read_dir(self.inner.join("state/runs")).expect("runs");
        let mut ids: Vec<String> = runs
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|end| end == "sqlite"))
            .map(|path| {
                path.file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        ids.sort();
        ids.pop().expect("a run")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_partner-import"));
        command
            .args(arguments)
            .current_dir(&self.inner)
            .env_clear()
            .env("HOME", self.outer.path())
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm-256color")
            .env("PARTNER_IMPORT_STATE_DIR", self.inner.join("state"))
            .env("PARTNER_IMPORT_CONFIG_DIR", self.inner.join("config"));
        command
    }

    /// What it writes to stdout, unwatched.
    pub(super) fn output(&self, arguments: &[&str]) -> String {
        let done = self.command(arguments).stdin(Stdio::null()).output();
        String::from_utf8(done.expect("it starts").stdout).expect("UTF-8")
    }

    /// Without a service.
    pub(super) fn offline(&self, arguments: &[&str]) -> String {
        watch(|| self.command(arguments), arguments)
    }

    /// With the service; hands back what went to stdout off a terminal.
    pub(super) fn online(&self, arguments: &[&str]) -> String {
        let command = || {
            let mut command = self.command(arguments);
            command
                .env("PARTNER_IMPORT_ENDPOINT", &self.endpoint)
                .env("PARTNER_IMPORT_PARTNER", ACCOUNT_PARTNER)
                .env("PARTNER_IMPORT_USERNAME", ACCOUNT_USER)
                .env("PARTNER_IMPORT_PASSWORD", &self.password)
                .args(["--rate", "none"]);
            command
        };
        watch(command, arguments)
    }
}

/// Carries a command out off a terminal, then at one, and looks at everything it writes.
fn watch(command: impl Fn() -> Command, arguments: &[&str]) -> String {
    let done = command().stdin(Stdio::null()).output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (out, err) = (text(done.stdout), text(done.stderr));
    let has_commands = arguments.contains(&"github");
    for (stream, text) in [("stdout", &out), ("stderr", &err)] {
        let place = format!("{stream} of {arguments:?}");
        holds(text, &place, has_commands && stream == "stdout");
        assert!(!text.contains('\u{1b}'), "{place} has colours");
    }
    assert!(!err.contains("panicked"), "{arguments:?}: {err}");
    let shown = text(at_terminal(command()));
    let place = format!("the terminal of {arguments:?}");
    holds(&without_own(&shown), &place, has_commands);
    out
}

/// Only what can be seen, in lines of which none poses as another program's.
#[track_caller]
fn holds(text: &str, place: &str, has_commands: bool) {
    for line in text.split('\n') {
        let odd = |letter: char| {
            let marks = matches!(
                letter,
                '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}'..='\u{202e}'
                    | '\u{2066}'..='\u{2069}' | '\u{feff}'
            );
            marks || (letter.is_control() && letter != '\t')
        };
        assert!(!line.contains(odd), "{place}: {line:?}\n{text}");
        let begins = line.trim_start();
        // Where lines are wrapped, the rest is indented further.
        let posing = line.starts_with(" WARN forged")
            || line.starts_with("forged")
            || begins.starts_with("::error::forged")
            || line.contains("##vso[");
        assert!(!posing, "{place}: {line:?}\n{text}");
        let is_command = begins.starts_with("::");
        assert!(has_commands || !is_command, "{place}: {line:?}\n{text}");
    }
}

/// Without what a terminal's driver adds, our colours, and the movements of the line of progress.
fn without_own(shown: &str) -> String {
    const COLOURS: [&str; 10] = ["0", "1", "2", "4", "31", "32", "33", "34", "36", "90"];
    let shown = shown.replace("\r\n", "\n");
    let mut pieces = shown.split("\u{1b}[");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|letter: char| letter.is_ascii_alphabetic());
        let (inside, rest) = piece.split_at(end.unwrap_or(piece.len()));
        let own = match rest.chars().next() {
            Some('m') => inside.is_empty() || COLOURS.contains(&inside),
            Some('A') => inside.parse::<u32>().is_ok(),
            Some('K') => matches!(inside, "" | "2"),
            Some('J') => matches!(inside, "" | "0"),
            _ => false,
        };
        if own {
            text.push_str(&rest[1..]);
        } else {
            text.push_str("\u{1b}[");
            text.push_str(piece);
        }
    }
    text.replace('\r', "")
}

/// What is written at a terminal, where every question is answered with no.
fn at_terminal(mut command: Command) -> Vec<u8> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&master).expect("granted");
    unlockpt(&master).expect("unlocked");
    let name = ptsname(&master, Vec::new()).expect("a name");
    let path = name.to_str().expect("UTF-8");
    let open = || {
        let mut options = OpenOptions::new();
        options.read(true).write(true).open(path).expect("its end")
    };
    let slave = open();
    let size = Winsize {
        ws_row: 50,
        ws_col: 100,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&slave, size).expect("a size");
    command.stdin(open()).stdout(open()).stderr(slave);
    let mut child = command.spawn().expect("the tool starts");
    // The command keeps its ends open.
    drop(command);
    let mut master: File = master.into();
    master.write_all(b"no\nno\nno\n").expect("typed");
    let (mut written, mut block) = (Vec::new(), [0; 4096]);
    // The other end closing is an error on Linux and an end elsewhere.
    while let Ok(read @ 1..) = master.read(&mut block) {
        written.extend_from_slice(&block[..read]);
    }
    child.wait().expect("it ends");
    written
}
