//! The one line at the bottom of the terminal that says what a command is at: drawn again and
//! again, out of the way of everything else that is written, gone when the work is done. Knows
//! nothing of what the line says. `indicatif` draws it, onto a terminal of our own making that knows
//! of resizes and of the others who write.

use std::fmt;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, TermLike};
use unicode_width::UnicodeWidthStr;

use super::clean::{Kind, clean};
use crate::model::printable;

/// Work that is done sooner is not worth a line.
pub const MOMENT: Duration = Duration::from_millis(300);
/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(100);
/// So many columns at the end of the line stay free: a terminal writes `^C` behind the line, and
/// what does not fit begins another one.
const SPARE: usize = 3;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As one line that changes.
    Line,
    /// As a line of its own now and then.
    Lines,
    /// Not at all.
    None,
}

impl Style {
    /// For a standard error as it is: the line needs a terminal on which the cursor can be moved.
    pub fn of_stderr() -> Self {
        let term = std::env::var("TERM").unwrap_or_default();
        let moves = term != "dumb" && (cfg!(windows) || !term.is_empty());
        if io::stderr().is_terminal() && moves {
            Self::Line
        } else {
            Self::Lines
        }
    }
}

/// Standard error with a line at its end.
pub struct Screen {
    style: Style,
    term: Term,
    shown: Mutex<Shown>,
}

/// What stands in the line.
#[derive(Debug, Default)]
struct Shown {
    text: String,
    /// In columns.
    width: usize,
    /// How wide the terminal was then.
    columns: usize,
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Screen").field(&self.style).finish()
    }
}

impl Screen {
    /// A screen without a line on it.
    pub fn new(style: Style) -> Self {
        Self {
            style,
            term: Term::buffered_stderr(),
            shown: Mutex::default(),
        }
    }

    /// How progress is shown here.
    pub fn style(&self) -> Style {
        self.style
    }

    /// Writes to the terminal with the line out of the way. What is done there must not come back
    /// here.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        let mut shown = self.shown();
        if shown.width == 0 {
            return write();
        }
        let text = shown.text.clone();
        self.draw(&mut shown, String::new());
        let written = write();
        self.draw(&mut shown, text);
        written
    }

    /// Takes the line away; it comes back when somebody draws it again.
    pub fn clear(&self) {
        self.draw(&mut self.shown(), String::new());
    }

    /// Has the line drawn, once `after` has passed, for as long as the returned value lives; `line`
    /// says what stands in it, in at most so many columns.
    pub fn watch(
        &'static self,
        after: Duration,
        line: impl Fn(usize) -> String + Clone + Send + Sync + 'static,
    ) -> Option<Watch> {
        if self.style != Style::Line {
            return None;
        }
        let began = Instant::now();
        let text = move |_: &ProgressState, out: &mut dyn fmt::Write| {
            if began.elapsed() >= after {
                // A text takes whatever is written to it.
                let _ = out.write_str(&line(self.columns().saturating_sub(SPARE)));
            }
        };
        let style = ProgressStyle::with_template("{text}").ok()?;
        let target = ProgressDrawTarget::term_like(Box::new(LastLine {
            screen: self,
            written: Mutex::default(),
        }));
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(style.with_key("text", text));
        bar.enable_steady_tick(TICK);
        Some(Watch { bar })
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn columns(&self) -> usize {
        let size = self.term.size_checked();
        size.map_or(80, |(_, columns)| usize::from(columns)).max(1)
    }

    /// Puts `text` in the place of what stands there. A terminal that is gone cannot be told.
    fn draw(&self, shown: &mut Shown, text: String) {
        let columns = self.columns();
        if text == shown.text && columns == shown.columns {
            return;
        }
        if shown.width > 0 {
            // Where the terminal has become narrower, the line goes on in further ones.
            let more = (shown.width - 1) / columns;
            let _ = if more > 0 {
                self.term
                    .move_cursor_up(more)
                    .and_then(|()| self.term.clear_to_end_of_screen())
            } else {
                self.term.clear_line()
            };
        }
        let _ = self.term.write_str(&text).and_then(|()| self.term.flush());
        *shown = Shown {
            width: text.width(),
            text,
            columns,
        };
    }
}

/// Has a line drawn. Dropped, it takes the line away.
#[derive(Debug)]
pub struct Watch {
    bar: ProgressBar,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.bar.disable_steady_tick();
        self.bar.finish_and_clear();
    }
}

/// The screen's line as a terminal to draw on. What is written to it is put on the screen as one
/// piece, and only where it differs. The blanks that fill a line up to the terminal's edge are left
/// out: where the terminal becomes narrower, they would go on in a second line that nobody clears.
#[derive(Debug)]
struct LastLine {
    screen: &'static Screen,
    written: Mutex<String>,
}

impl LastLine {
    fn written(&self) -> MutexGuard<'_, String> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TermLike for LastLine {
    fn width(&self) -> u16 {
        u16::try_from(self.screen.columns()).unwrap_or(u16::MAX)
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.written().push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.written().clear();
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let text = std::mem::take(&mut *self.written());
        let line = printable(text.trim_matches(['\r', ' '])).into_owned();
        self.screen.draw(&mut self.screen.shown(), line);
        Ok(())
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogKind {
    /// Text.
    Text,
    /// JSON.
    Json,
}

/// Standard error for log lines, which are written above the line. Each is handed over as a whole,
/// and is one line whatever stands in it.
#[derive(Debug, Clone, Copy)]
pub struct LogLines(pub &'static Screen, pub LogKind);

impl io::Write for LogLines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(bytes);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let line = match self.1 {
            LogKind::Text => clean(&printable(line), Kind::Page).into_owned(),
            LogKind::Json => clean(line, Kind::Json).into_owned(),
        } + "\n";
        self.0
            .aside(|| io::stderr().lock().write_all(line.as_bytes()))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}
