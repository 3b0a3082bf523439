//! The last look at what leaves for a terminal, a log or a CI system: text from outside is spelt out
//! where it is put together (`model::printable`), and what got past that is stopped here. In text for
//! people only line ends, tabs and colours pass; JSON keeps its meaning with escapes in it.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::model::printable::{is_unprintable, lines_may_need_spelling, spell};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For people: lines, and colours of our own. No line of it is taken for a command by a CI
    /// system that reads what it logs.
    Page,
    /// Workflow commands, which begin their lines.
    Commands,
    /// XML, made of texts in which everything is spelt out.
    Xml,
    /// JSON, in which everything can be escaped.
    Json,
}

/// The text without what its kind may not have.
pub fn clean(text: &str, kind: Kind) -> Cow<'_, str> {
    if kind == Kind::Json {
        return json(text);
    }
    let suspicious = text.contains("##") || (kind == Kind::Page && text.contains("::"));
    if !suspicious && !lines_may_need_spelling(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        if lines_may_need_spelling(line) || line.contains("##") || line.contains("::") {
            clean_line(line, kind, &mut out);
        } else {
            out.push_str(line);
        }
    }
    Cow::Owned(out)
}

fn clean_line(line: &str, kind: Kind, out: &mut String) {
    let mut rest = line;
    let mut before = None;
    let mut at_start = kind == Kind::Page;
    while let Some(letter) = rest.chars().next() {
        if let Some(length) = colour(rest).filter(|_| kind == Kind::Page) {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let is_command = (at_start && rest.starts_with("::")) || is_marked(rest);
        let own = matches!(letter, '\n' | '\t');
        if is_command && kind == Kind::Xml {
            out.push_str("&#35;");
        } else if is_command {
            out.extend(letter.escape_unicode());
        } else if !own && is_unprintable(letter, before) {
            spell(letter, out);
        } else {
            out.push(letter);
        }
        at_start &= letter.is_whitespace();
        before = Some(letter);
        rest = &rest[letter.len_utf8()..];
    }
}

/// How long the colour is that the text begins with: `ESC [ 1 ; 31 m`.
fn colour(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
    inside[end..].starts_with('m').then_some(2 + end + 1)
}

/// Whether the text begins as commands do that CI systems find anywhere in a line: `##[`, `##vso[`.
fn is_marked(text: &str) -> bool {
    text.strip_prefix("##").is_some_and(|rest| {
        rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric())
            .starts_with('[')
    })
}

fn json(text: &str) -> Cow<'_, str> {
    // Line ends and blanks between members are no part of a string.
    let foreign = |letter: char| letter != '\n' && is_unprintable(letter, None);
    let has_foreign = lines_may_need_spelling(text) && text.contains(foreign);
    if !has_foreign && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut units = [0; 2];
    for (at, letter) in text.char_indices() {
        if foreign(letter) || (letter == '#' && is_marked(&text[at..])) {
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// A writer that looks at everything that passes.
pub struct Clean<W> {
    out: W,
    kind: Kind,
    /// What cannot be judged before more has come: a line, in JSON a string.
    pending: Vec<u8>,
}

impl<W: Write> Clean<W> {
    /// In front of `out`.
    pub fn new(out: W, kind: Kind) -> Self {
        Self {
            out,
            kind,
            pending: Vec::new(),
        }
    }

    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(bytes);
        self.out.write_all(clean(&text, self.kind).as_bytes())
    }
}

impl<W: Write> Write for Clean<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let whole = match self.kind {
            Kind::Page | Kind::Commands | Kind::Xml => {
                bytes.iter().rposition(|byte| *byte == b'\n')
            }
            // Neither a character nor a command is cut at a blank or a quotation mark; a document
            // may be one line.
            Kind::Json => bytes.iter().rposition(|byte| matches!(byte, b'"' | b'\n')),
        };
        let Some(last) = whole else {
            self.pending.extend_from_slice(bytes);
            return Ok(bytes.len());
        };
        let (now, later) = bytes.split_at(last + 1);
        if self.pending.is_empty() {
            self.pass(now)?;
        } else {
            let mut first = std::mem::take(&mut self.pending);
            first.extend_from_slice(now);
            self.pass(&first)?;
        }
        self.pending.extend_from_slice(later);
        Ok(bytes.len())
    }

    /// Writes what waits as well: nothing that is flushed ends within a character.
    fn flush(&mut self) -> io::Result<()> {
        if !self.pending.is_empty() {
            let rest = std::mem::take(&mut self.pending);
            self.pass(&rest)?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_and_colours_pass() {
        for (text, passed) in [
            (
                "\u{1b}[1;31merror\u{1b}[0m: x\n",
                "\u{1b}[1;31merror\u{1b}[0m: x\n",
            ),
            ("a\tb\n\nc", "a\tb\n\nc"),
            (
                "\u{1b}[2J\u{1b}]0;t\u{7}\n",
                "\\u{1b}[2J\\u{1b}]0;t\\u{7}\n",
            ),
            ("a\r\nb\u{2028}c\u{202e}", "a\\r\nb\\u{2028}c\\u{202e}"),
            ("\u{1b}", "\\u{1b}"),
            ("a: b :: c\n  d::e", "a: b :: c\n  d::e"),
            (
                "::error::x\n \u{1b}[1m::add-mask::y",
                "\\u{3a}:error::x\n \u{1b}[1m\\u{3a}:add-mask::y",
            ),
            (
                "a ##[error]b ##vso[task.x]c ## [d] #[e]",
                "a \\u{23}#[error]b \\u{23}#vso[task.x]c ## [d] #[e]",
            ),
        ] {
            assert_eq!(clean(text, Kind::Page), passed, "{text:?}");
        }
    }

    #[test]
    fn commands_begin_lines_where_they_are_meant() {
        assert_eq!(
            clean("::error file=a::b\n", Kind::Commands),
            "::error file=a::b\n"
        );
        assert_eq!(
            clean("::error::\u{1b}[31mb", Kind::Commands),
            "::error::\\u{1b}[31mb"
        );
    }

    #[test]
    fn json_says_the_same_as_before() {
        let text = "{\n  \"ü\": \"##vso[task.x]##a\u{202e}b\u{9b}2J\u{7f}\u{2028}\u{e0041}👩\u{200d}👧\"\n}\n";
        let cleaned = clean(text, Kind::Json);
        assert!(
            cleaned.contains("a\\u202eb\\u009b2J\\u007f\\u2028\\udb40\\udc41"),
            "{cleaned}"
        );
        assert!(!cleaned.contains("##vso"), "{cleaned}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&cleaned), read(text));
        assert!(matches!(
            clean("{\"a\": \"ü\u{2013}\"}\n", Kind::Json),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn it_does_not_matter_where_a_text_is_cut() {
        let text = "::x ä\u{202e}東\n\u{1b}[1;31mred\u{1b}[0m ##vso[b]\n\"\u{200b}\u{e0041}\" end";
        for kind in [Kind::Page, Kind::Commands, Kind::Xml, Kind::Json] {
            for at in 0..text.len() {
                let mut out = Clean::new(Vec::new(), kind);
                out.write_all(&text.as_bytes()[..at]).unwrap();
                out.write_all(&text.as_bytes()[at..]).unwrap();
                out.flush().unwrap();
                assert_eq!(String::from_utf8_lossy(&out.out), clean(text, kind));
            }
        }
    }
}
