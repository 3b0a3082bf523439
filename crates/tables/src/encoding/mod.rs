//! Which encoding a text file is written in. Knows bytes only, nothing of cells or rows.

mod dos;
mod legacy;
mod table;

use self::dos::DosPage;
use self::table::Table;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// An encoding a text file can be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding(Table);

impl TextEncoding {
    /// UTF-8, the encoding of most files of today.
    pub const UTF_8: Self = Self(Table::Web(UTF_8));
    /// UTF-16, low byte first: Excel's "Unicode text".
    pub const UTF_16LE: Self = Self(Table::Web(UTF_16LE));
    /// UTF-16, high byte first.
    pub const UTF_16BE: Self = Self(Table::Web(UTF_16BE));
    /// Windows' encoding for Western Europe, a superset of ISO-8859-1.
    pub const WINDOWS_1252: Self = Self(Table::Web(WINDOWS_1252));

    /// The encoding people mean by `label`: `utf-8`, `windows-1252`, `cp1252`, `latin1`,
    /// `iso-8859-2`, `macintosh`, `mac roman`, ...
    pub fn parse(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let label = match label.as_str() {
            "mac-roman" | "macroman" | "x-macroman" | "mac" => "macintosh",
            "ansi" => "windows-1252",
            "unicode" | "utf16" | "utf-16-le" | "utf16le" => "utf-16le",
            "utf16be" | "utf-16-be" => "utf-16be",
            other => other,
        };
        let windows = label
            .strip_prefix("cp-")
            .or_else(|| label.strip_prefix("win-"))
            .or_else(|| label.strip_prefix("windows"))
            .map(|number| format!("windows-{}", number.trim_start_matches('-')));
        Encoding::for_label(label.as_bytes())
            .or_else(|| Encoding::for_label(windows?.as_bytes()))
            .filter(|encoding| *encoding != encoding_rs::REPLACEMENT)
            .map(Table::Web)
            .or_else(|| DosPage::parse(label).map(Table::Dos))
            .map(Self)
    }

    /// The name the Web's standard gives it: `UTF-8`, `windows-1252`, `macintosh`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Table::Web(encoding) => encoding.name(),
            Table::Dos(page) => page.name,
        }
    }

    pub(super) fn decoder(self) -> Decoder {
        match self.0 {
            Table::Web(encoding) => Decoder::Web(encoding.new_decoder_without_bom_handling()),
            Table::Dos(page) => Decoder::Dos(page),
        }
    }

    /// The bytes, which begin with no mark, as text.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let mut text = Vec::new();
        self.decoder().decode(bytes, &mut text, true);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The text in this encoding, where that has all its characters.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        if self == Self::UTF_16LE {
            return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        }
        if self == Self::UTF_16BE {
            return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        }
        match self.0 {
            Table::Web(encoding) => {
                let (bytes, _, is_cut) = encoding.encode(text);
                (!is_cut).then(|| bytes.into_owned())
            }
            Table::Dos(page) => text.chars().map(|one| page.byte(one)).collect(),
        }
    }

    /// Whether each byte is a character, and those of ASCII are what they are there.
    pub(super) fn has_ascii_bytes(self) -> bool {
        match self.0 {
            Table::Web(encoding) => encoding.is_single_byte() && encoding.is_ascii_compatible(),
            Table::Dos(_) => true,
        }
    }

    pub(super) fn is_utf8(self) -> bool {
        self == Self::UTF_8
    }

    pub(super) fn bom_len(self, bytes: &[u8]) -> usize {
        let bom: &[u8] = if self == Self::UTF_8 {
            b"\xEF\xBB\xBF"
        } else if self == Self::UTF_16LE {
            b"\xFF\xFE"
        } else if self == Self::UTF_16BE {
            b"\xFE\xFF"
        } else {
            b""
        };
        if bytes.starts_with(bom) { bom.len() } else { 0 }
    }
}

/// Turns bytes into UTF-8, piece by piece.
pub(super) enum Decoder {
    /// For an encoding of the Web's standard.
    Web(encoding_rs::Decoder),
    /// For a code page of DOS.
    Dos(&'static DosPage),
}

impl Decoder {
    /// Appends `raw` to `text` as UTF-8; `last` says that nothing follows.
    pub(super) fn decode(&mut self, mut raw: &[u8], text: &mut Vec<u8>, last: bool) {
        let decoder = match self {
            Self::Web(decoder) => decoder,
            Self::Dos(page) => {
                text.extend_from_slice(page.decode(raw).as_bytes());
                return;
            }
        };
        loop {
            let before = text.len();
            let room = decoder
                .max_utf8_buffer_length(raw.len())
                .unwrap_or(raw.len() * 4)
                .max(16);
            text.resize(before + room, 0);
            let (result, read, written, _) = decoder.decode_to_utf8(raw, &mut text[before..], last);
            text.truncate(before + written);
            raw = &raw[read..];
            if result == encoding_rs::CoderResult::InputEmpty {
                break;
            }
        }
    }
}

/// How an encoding came to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// The caller said so.
    Told,
    /// The file begins with a byte order mark.
    Marked,
    /// The bytes leave no doubt (letters beyond ASCII that form UTF-8).
    Certain,
    /// Only ASCII so far: it may turn out later.
    Open,
    /// The likeliest one.
    Guessed,
}

/// An encoding and how it was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The encoding.
    pub encoding: TextEncoding,
    /// How it was chosen.
    pub certainty: Certainty,
}

/// Finds the encoding of a file from its first bytes. `complete` says that these are all.
pub fn detect(bytes: &[u8], complete: bool) -> Choice {
    let choose = |encoding, certainty| Choice {
        encoding,
        certainty,
    };
    for encoding in [
        TextEncoding::UTF_8,
        TextEncoding::UTF_16LE,
        TextEncoding::UTF_16BE,
    ] {
        if encoding.bom_len(bytes) > 0 {
            return choose(encoding, Certainty::Marked);
        }
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return choose(encoding, Certainty::Guessed);
    }
    let lines = count_lines(bytes, complete);
    if lines.damaged == 0 {
        let certainty = if lines.proper == 0 {
            Certainty::Open
        } else {
            Certainty::Certain
        };
        return choose(TextEncoding::UTF_8, certainty);
    }
    // Letters that form UTF-8 hardly occur in other encodings by chance: a quarter is proof.
    if lines.proper * 4 >= lines.damaged && lines.proper > 0 {
        return choose(TextEncoding::UTF_8, Certainty::Certain);
    }
    choose(TextEncoding(legacy::guess(bytes)), Certainty::Guessed)
}

struct Lines {
    /// Lines with characters beyond ASCII, all of them proper UTF-8.
    proper: usize,
    /// Lines with bytes that are no UTF-8.
    damaged: usize,
}

fn count_lines(bytes: &[u8], complete: bool) -> Lines {
    let mut lines = Lines {
        proper: 0,
        damaged: 0,
    };
    if bytes.is_ascii() {
        return lines;
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = memchr::memchr2(b'\n', b'\r', rest).map_or(rest.len(), |at| at + 1);
        let (line, behind) = rest.split_at(end);
        let last = behind.is_empty();
        rest = behind;
        if line.is_ascii() {
            continue;
        }
        match std::str::from_utf8(line) {
            Ok(_) => lines.proper += 1,
            // A character cut by the end of the sample is no damage.
            Err(error) if last && !complete && error.error_len().is_none() => {}
            Err(_) => lines.damaged += 1,
        }
    }
    lines
}

/// UTF-16 without a mark shows by its zero bytes, which all stand on one side.
fn utf16_without_mark(bytes: &[u8]) -> Option<TextEncoding> {
    let sample = &bytes[..bytes.len().min(16 * 1024) & !1];
    let units = sample.len() / 2;
    if units < 2 {
        return None;
    }
    let (mut even, mut odd) = (0, 0);
    for pair in sample.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let encoding = match (even, odd) {
        (few, many) if many * 8 >= units && few * 100 <= units => UTF_16LE,
        (many, few) if many * 8 >= units && few * 100 <= units => UTF_16BE,
        _ => return None,
    };
    let (text, _, _) = encoding.decode(sample);
    let strange = text.chars().filter(|c| *c == '\u{FFFD}').count();
    (strange * 50 <= units).then_some(TextEncoding(Table::Web(encoding)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> (&'static str, Certainty) {
        let choice = detect(bytes, true);
        (choice.encoding.name(), choice.certainty)
    }

    #[test]
    fn marks_and_proper_utf8_leave_no_doubt() {
        assert_eq!(found(b"Name\nAcme\n"), ("UTF-8", Certainty::Open));
        assert_eq!(
            found("Name\nMüller\n".as_bytes()),
            ("UTF-8", Certainty::Certain)
        );
        assert_eq!(found(b"\xEF\xBB\xBFName\n"), ("UTF-8", Certainty::Marked));
        assert_eq!(found(b"\xFF\xFEN\0a\0"), ("UTF-16LE", Certainty::Marked));
        assert_eq!(found(b"\xFE\xFF\0N\0a"), ("UTF-16BE", Certainty::Marked));
        assert_eq!(found(b"N\0a\0m\0e\0\n\0"), ("UTF-16LE", Certainty::Guessed));
        assert_eq!(found(b"\0N\0a\0m\0e\0\n"), ("UTF-16BE", Certainty::Guessed));
    }

    #[test]
    fn one_damaged_line_is_that_lines_problem() {
        let mut bytes = "Name\nMüller\nBjörk\nÅse\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"M\xFCller\n");
        assert_eq!(found(&bytes), ("UTF-8", Certainty::Certain));
    }

    #[test]
    fn a_sample_may_end_inside_a_character() {
        let bytes = "Name\nMü".as_bytes();
        let choice = detect(&bytes[..bytes.len() - 1], false);
        assert_eq!(choice.encoding, TextEncoding::UTF_8);
    }

    #[test]
    fn labels_are_understood_as_people_write_them() {
        let names = [
            "latin1",
            "CP1252",
            "Windows 1250",
            "mac roman",
            "utf8",
            "UTF-16",
            "ISO_8859-2",
        ]
        .map(|label| TextEncoding::parse(label).map(TextEncoding::name));
        assert_eq!(
            names.map(Option::unwrap),
            [
                "windows-1252",
                "windows-1252",
                "windows-1250",
                "macintosh",
                "UTF-8",
                "UTF-16LE",
                "ISO-8859-2"
            ]
        );
        assert_eq!(TextEncoding::parse("klingon"), None);
    }
}
