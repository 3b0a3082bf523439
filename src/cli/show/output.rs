//! The only place that writes to standard output and standard error, with nothing in it that a
//! terminal would obey. A reader that has gone away (a broken pipe) ends output quietly.

use std::io::{self, BufRead, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use console::Term;

use super::advice;
use super::clean::{Clean, Kind, clean};
use super::grid::Room;
use super::screen::Screen;
use crate::cli::error::exit_of;
use crate::cli::exit::Exit;
use crate::cli::here::current_folder;
use crate::flow::failure::{self, Failure};
use crate::model::phrase::sentence;
use crate::model::printable;
use crate::report::Next;
use crate::report::diagnostics::text::Colour;
use crate::report::text::Setting;
use crate::report::wrap::message;

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

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Yes,
    /// Anything else.
    No,
    /// There is no terminal to ask at.
    Nobody,
}

/// One of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

impl Stream {
    /// Whether colours are written: not without a terminal, with `NO_COLOR` or on a terminal that
    /// knows none; always with `CLICOLOR_FORCE`.
    pub fn colour(self) -> Colour {
        let choice = match self {
            Self::Out => AutoStream::choice(&io::stdout()),
            Self::Err => AutoStream::choice(&io::stderr()),
        };
        match choice {
            ColorChoice::Never => Colour::Off,
            _ => Colour::On,
        }
    }

    /// How wide text is, in columns: the terminal's width, as far as lines are still comfortable to
    /// read; 80 elsewhere.
    pub fn width(self) -> usize {
        let terminal = match self {
            Self::Out => Term::stdout(),
            Self::Err => Term::stderr(),
        };
        match terminal.size_checked() {
            Some((_, columns)) if columns > 0 => usize::from(columns).clamp(40, 120),
            _ => 80,
        }
    }

    /// Where the lines of a table end: at the terminal's edge, and nowhere in a file.
    pub fn room(self) -> Room {
        let terminal = match self {
            Self::Out => Term::stdout(),
            Self::Err => Term::stderr(),
        };
        match terminal.size_checked() {
            Some((_, columns)) if columns > 0 => Room::Columns(usize::from(columns)),
            _ => Room::Endless,
        }
    }

    /// Whether lines can be drawn with more than ASCII has. Where nobody watches, the text may end
    /// up in any encoding; consoles of Windows take Unicode, and their fonts have the lines.
    pub fn draws(self) -> Drawing {
        let is_terminal = match self {
            Self::Out => io::stdout().is_terminal(),
            Self::Err => io::stderr().is_terminal(),
        };
        let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let is_dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(variable);
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        let is_unicode = cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8");
        if is_terminal && is_unicode && !is_dumb {
            Drawing::Unicode
        } else {
            Drawing::Ascii
        }
    }
}

/// What lines are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// The box-drawing characters that every console font has.
    Unicode,
    /// What any file and any terminal takes.
    Ascii,
}

/// Where data and messages go.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    verbosity: Verbosity,
    messages: Messages,
    screen: &'static Screen,
}

#[expect(clippy::unused_self, reason = "the one handle to both streams")]
impl Output {
    /// Output for a command.
    pub fn new(verbosity: Verbosity, messages: Messages, screen: &'static Screen) -> Self {
        Self {
            verbosity,
            messages,
            screen,
        }
    }

    /// How messages are written.
    pub fn messages(self) -> Messages {
        self.messages
    }

    /// As [`Output::say`], of what somebody should look into.
    pub fn warn(self, text: &str) {
        match (self.verbosity, self.messages) {
            (Verbosity::Quiet, Messages::Logged) => {}
            (_, Messages::Logged) => tracing::warn!("{text}"),
            (_, Messages::Plain) => self.say(text),
        }
    }

    /// Where the line of progress stands, which messages keep clear of.
    pub fn screen(self) -> &'static Screen {
        self.screen
    }

    /// Writes text for people, which may be coloured, to stdout.
    pub fn data(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        self.screen.clear();
        written(Clean::new(anstream::stdout().lock(), Kind::Page), write)
    }

    /// Writes JSON to stdout.
    pub fn json(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        self.screen.clear();
        written(Clean::new(io::stdout().lock(), Kind::Json), write)
    }

    /// Writes a JSON document to stdout, for people to read as well.
    pub fn document(self, document: &serde_json::Value) -> Result<(), Failure> {
        self.json(|out| writeln!(out, "{document:#}"))
    }

    /// Writes workflow commands to stdout.
    pub fn commands(
        self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        self.screen.clear();
        written(Clean::new(io::stdout().lock(), Kind::Commands), write)
    }

    /// Writes XML to stdout.
    pub fn xml(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        self.screen.clear();
        written(Clean::new(io::stdout().lock(), Kind::Xml), write)
    }

    /// Writes records to stdout: as they are to a file or a program, spelt out on a terminal.
    pub fn records(
        self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if io::stdout().is_terminal() {
            self.screen.clear();
            return written(Clean::new(io::stdout().lock(), Kind::Commands), write);
        }
        self.bytes(write)
    }

    /// Writes bytes to stdout as they are.
    pub fn bytes(
        self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        self.screen.clear();
        written(io::stdout().lock(), write)
    }

    /// Writes the closing summary of a run to stdout: `summary` is handed where it is read. `exit`
    /// is how the command ends and what that means, where that is worth a line.
    pub fn summary(
        self,
        exit: Option<(Exit, &str)>,
        summary: impl FnOnce(&Setting<'_>) -> String,
    ) -> Result<(), Failure> {
        let here = current_folder();
        self.text(&summary(&Setting {
            width: Stream::Out.width(),
            here: here.as_deref(),
            exit,
        }))
    }

    /// What to type next, below the data on stdout.
    pub fn next_steps(self, next: &[Next]) -> Result<(), Failure> {
        let setting = Setting {
            width: Stream::Out.width(),
            ..Setting::default()
        };
        let mut text = String::new();
        crate::report::text::steps(&mut text, next, &setting);
        self.text(&text)
    }

    /// What to type next, where no summary on the same terminal says it.
    pub fn say_next(self, next: Option<&Next>) {
        if let Some(next) = next.filter(|_| !self.shows_all()) {
            self.say(&self.step(next));
        }
    }

    /// What to type next in a line. It is typed in this folder, but a log is read in any.
    pub fn step(self, next: &Next) -> String {
        let here = match self.messages {
            Messages::Plain => current_folder(),
            Messages::Logged => None,
        };
        format!("{}: {}", next.why, next.command_from(here.as_deref()))
    }

    /// Writes text to stdout.
    pub fn text(self, text: &str) -> Result<(), Failure> {
        self.data(|out| out.write_all(text.as_bytes()))
    }

    /// A message on stderr, unless told to be quiet. It is one line, whatever stands in it: line
    /// breaks are spelt out as well.
    pub fn say(self, text: &str) {
        match self.messages {
            Messages::Plain => self.say_as_is(&self.fitted(&printable(text))),
            Messages::Logged => self.say_as_is(text),
        }
    }

    /// A file keeps a message in a line, for those who search it.
    fn fitted(self, text: &str) -> String {
        if self.has_terminal() {
            message(text, Stream::Err.width())
        } else {
            text.to_owned()
        }
    }

    /// The same for text whose lines fit already, and which may be coloured. What is from outside
    /// has been spelt out.
    pub fn say_as_is(self, text: &str) {
        match (self.verbosity, self.messages) {
            (Verbosity::Quiet, _) => {}
            (_, Messages::Plain) => self.line(text),
            (_, Messages::Logged) => tracing::info!("{text}"),
        }
    }

    /// That a table is shown without its last columns.
    pub fn say_left_out(self, columns: usize, instead: &str) {
        let more = match columns {
            0 => return,
            1 => "1 more column does".to_owned(),
            many => format!("{many} more columns do"),
        };
        self.say(&format!("{more} not fit the terminal; {instead} shows all"));
    }

    /// A message and what it goes for, which stands below it; behind it in a log.
    pub fn say_of(self, text: &str, of: &str) {
        match self.messages {
            Messages::Plain => {
                let text = format!("{}\n  {}", printable(text), printable(of));
                self.say_as_is(&self.fitted(&text));
            }
            Messages::Logged => self.say(&format!("{text} ({of})")),
        }
    }

    /// What ended a command, on stderr.
    pub fn error(self, error: &Failure) {
        let hints: Vec<String> = error.advice.iter().map(advice::text).collect();
        if error.kind == failure::Kind::Declined {
            return self.declined(error, &hints);
        }
        if self.messages == Messages::Logged {
            let exit_code = exit_of(error).number();
            let text = error.in_full_for_logs();
            tracing::error!(exit_code, help = hints.join("; "), "{text}");
            return;
        }
        let mut text = format!("error: {}", printable(&error.message));
        for detail in &error.details {
            text.push_str(&format!("\n  {}", printable(detail)));
        }
        for hint in &hints {
            text.push_str(&format!("\n  help: {}", printable(hint)));
        }
        self.line(&self.fitted(&text));
    }

    /// That whoever was asked did not agree: what was not done, and how to come back to it.
    fn declined(self, failure: &Failure, hints: &[String]) {
        if self.messages == Messages::Logged {
            let exit_code = exit_of(failure).number();
            let text = failure.in_full_for_logs();
            tracing::info!(exit_code, help = hints.join("; "), "{text}");
            return;
        }
        let mut text = sentence(&printable(&failure.message));
        for hint in hints {
            text.push_str(&format!("\n  {}", printable(hint)));
        }
        self.line(&self.fitted(&text));
    }

    /// How messages for people look on stderr; those that are logged have no colours.
    pub fn colour(self) -> Colour {
        match self.messages {
            Messages::Plain => Stream::Err.colour(),
            Messages::Logged => Colour::Off,
        }
    }

    /// Asks a question that is answered with yes or no, when somebody is there to answer.
    pub fn ask(self, question: &str) -> Answer {
        if !io::stdin().is_terminal() {
            return Answer::Nobody;
        }
        prompt(&format!("{} [y/N] ", printable(question)));
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        match (read, answer.trim().to_lowercase().as_str()) {
            (Ok(_), "y" | "yes") => Answer::Yes,
            _ => Answer::No,
        }
    }

    /// Nobody can be told when stderr is gone.
    fn line(self, text: &str) {
        self.screen.aside(|| {
            let text = clean(text, Kind::Page);
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        });
    }

    /// Whether somebody watches stderr.
    pub fn has_terminal(self) -> bool {
        io::stderr().is_terminal()
    }

    /// Whether what goes to stdout is read on a terminal, as messages are.
    pub fn shows_all(self) -> bool {
        io::stdout().is_terminal() && self.has_terminal()
    }
}

/// A question on stderr, asked however quiet the tool was told to be: without it nobody could answer.
pub fn prompt(question: &str) {
    let question = message(&clean(question, Kind::Page), Stream::Err.width());
    let mut err = anstream::stderr().lock();
    let _ = err
        .write_all(question.as_bytes())
        .and_then(|()| err.flush());
}

/// What is said of a command line before anything of it is known.
pub fn of_text(text: &str) {
    // Nobody can be told when stderr is gone.
    let _ = anstream::stderr()
        .lock()
        .write_all(clean(text, Kind::Page).as_bytes());
}

/// What is wrong with a command line, or the help that was asked for.
pub fn of_command_line(error: &clap::Error) {
    let text = error.render().ansi().to_string();
    let text = clean(&text, Kind::Page);
    // The printing of help may meet a broken pipe.
    let _ = if error.use_stderr() {
        anstream::stderr().lock().write_all(text.as_bytes())
    } else {
        anstream::stdout().lock().write_all(text.as_bytes())
    };
}

fn written(
    out: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
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
        Err(error) => Err(Failure::stopped(format!(
            "cannot write to standard output: {error}"
        ))),
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
