//! The only place that writes to standard output and standard error. A reader that has gone away
//! (a broken pipe) ends output quietly.

use std::io::{self, IsTerminal, Write};

use super::error::CliError;
use super::exit::Exit;

/// How much is told on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbosity {
    /// Only what went wrong.
    Quiet,
    /// What matters.
    Normal,
}

/// How messages are written to stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// As lines for people.
    Plain,
    /// As log lines, so that stderr holds nothing else.
    Logged,
}

/// Where data and messages go.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    verbosity: Verbosity,
    messages: Messages,
}

#[expect(clippy::unused_self, reason = "the one handle to both streams")]
impl Output {
    /// Output for a command.
    pub fn new(verbosity: Verbosity, messages: Messages) -> Self {
        Self {
            verbosity,
            messages,
        }
    }

    /// Writes data to stdout.
    pub fn data(
        self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        to_stdout(anstream::stdout().lock(), write)
    }

    /// Writes what is no text to stdout: every byte as it is, where text loses its colours.
    pub fn bytes(self, bytes: &[u8]) -> Result<(), CliError> {
        to_stdout(io::stdout().lock(), |out| out.write_all(bytes))
    }

    /// Writes text to stdout.
    pub fn text(self, text: &str) -> Result<(), CliError> {
        self.data(|out| out.write_all(text.as_bytes()))
    }

    /// A message on stderr, unless told to be quiet.
    pub fn say(self, text: &str) {
        match (self.verbosity, self.messages) {
            (Verbosity::Quiet, _) => {}
            (_, Messages::Plain) => line(text),
            (_, Messages::Logged) => tracing::info!("{text}"),
        }
    }

    /// What ended a command, on stderr.
    pub fn error(self, error: &CliError) {
        if self.messages == Messages::Logged {
            let exit_code = error.exit.code();
            tracing::error!(
                exit_code,
                help = error.hints.join("; "),
                "{}",
                error.message
            );
            return;
        }
        line(&format!("error: {}", error.message));
        for hint in &error.hints {
            line(&format!("  help: {hint}"));
        }
    }

    /// Whether somebody watches stderr.
    pub fn has_terminal(self) -> bool {
        io::stderr().is_terminal()
    }
}

fn to_stdout(
    out: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    let pipe = Pipe {
        out,
        is_gone: false,
    };
    let mut out = io::BufWriter::with_capacity(1 << 16, pipe);
    let written = write(&mut out).and_then(|()| out.flush());
    // What is left in the buffer of a reader that has gone is nobody's.
    let (pipe, _) = out.into_parts();
    match written {
        Ok(()) => Ok(()),
        Err(_) if pipe.is_gone => Ok(()),
        Err(error) => Err(CliError::new(
            Exit::Stopped,
            format!("cannot write to standard output: {error}"),
        )),
    }
}

/// A writer that remembers whether its reader has gone away: errors lose their kind on their way
/// through serializers.
struct Pipe<W> {
    out: W,
    is_gone: bool,
}

impl<W: Write> Pipe<W> {
    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        self.is_gone |= result.as_ref().err().is_some_and(broken);
        result
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.out.write(bytes);
        self.noted(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.out.flush();
        self.noted(result)
    }
}

/// Nobody can be told when stderr is gone.
fn line(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
