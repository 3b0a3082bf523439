//! Escaped text in a cell (`Smith &amp; Sons`, `Hall<br />Floor 2`, `O\'Neil`, `M\u00fcller`): what it
//! was before a web page or a database export escaped it. Knows nothing of fields.

use super::html_entities::ENTITIES;

/// So often is a text unescaped at most: programs escape what other programs escaped before.
const MOST_LAYERS: usize = 4;

/// Tags that stand for the end of a line.
const BREAKS: &[&str] = &["br", "p", "div", "li", "tr"];

/// Tags that only say how a text looks.
const MARKUP: &[&str] = &[
    "a", "b", "big", "center", "em", "font", "i", "nobr", "ol", "small", "span", "strong", "sub",
    "sup", "table", "td", "tbody", "u", "ul", "wbr",
];

/// The text without escapes and tags, lines broken where tags broke them; `None` when it holds
/// neither.
pub(crate) fn unescaped(text: &str) -> Option<String> {
    if !text.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'\\')) {
        return None;
    }
    let mut plain = text.to_owned();
    for _ in 0..MOST_LAYERS {
        let next = without_tags(&without_entities(&without_backslashes(&plain)));
        if next == plain {
            break;
        }
        plain = next;
    }
    (plain != text).then_some(plain)
}

fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (letter, length) = entity(rest).unwrap_or(('&', 1));
        plain.push(letter);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    plain
}

/// The character that the entity at the beginning of `text` stands for, and the entity's length.
fn entity(text: &str) -> Option<(char, usize)> {
    /// The longest name is `thetasym`; numbers have up to seven digits and a sign or two.
    const LONGEST: usize = 12;
    let body = &text[1..];
    let end = body
        .bytes()
        .take(LONGEST)
        .position(|byte| !byte.is_ascii_alphanumeric() && byte != b'#')
        .unwrap_or(body.len().min(LONGEST));
    let name = body.get(..end)?;
    match body.as_bytes().get(end) {
        Some(b';') => Some((numbered(name).or_else(|| named(name))?, end + 2)),
        // Without its semicolon only where nothing else is meant.
        None | Some(b' ') if matches!(name, "amp" | "quot" | "nbsp" | "lt" | "gt") => {
            Some((named(name)?, end + 1))
        }
        _ => None,
    }
}

fn numbered(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    // As browsers do: what would be a control character means Windows-1252.
    if (0x80..0xa0).contains(&code) {
        return crate::check::mojibake::of_windows_1252(u8::try_from(code).ok()?);
    }
    char::from_u32(code).filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
}

fn named(name: &str) -> Option<char> {
    let find = |name: &str| {
        let found = ENTITIES.binary_search_by(|(known, _)| (*known).cmp(name));
        found.ok().map(|at| ENTITIES[at].1)
    };
    // `&Amp;`: a program that writes words with a capital went over it.
    find(name).or_else(|| find(&name.to_ascii_lowercase()))
}

/// Escapes of JSON and of database exports that nothing else can be: `C:\temp` and `ACME\nord` stay.
fn without_backslashes(text: &str) -> String {
    let path = text.contains(":\\") || text.starts_with("\\\\");
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (letter, length) = match rest.as_bytes().get(1) {
            Some(b'\'') => (Some('\''), 2),
            Some(b'"') => (Some('"'), 2),
            Some(b'r') if rest.starts_with("\\r\\n") => (Some('\n'), 4),
            Some(b'u') => (code_of(rest), 6),
            // A line ends, and a word begins.
            Some(b'n' | b'r') if !path && ends_a_word(&rest[2..]) => (Some('\n'), 2),
            Some(b't') if !path && ends_a_word(&rest[2..]) => (Some('\t'), 2),
            _ => (None, 1),
        };
        let (letter, length) = letter.map_or(('\\', 1), |letter| (letter, length));
        plain.push(letter);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    plain
}

/// Whether no small letter follows, as in `Alder\nHouse B`.
fn ends_a_word(behind: &str) -> bool {
    behind
        .chars()
        .next()
        .is_none_or(|letter| !letter.is_lowercase() && letter != '_')
}

/// `\u00fc`
fn code_of(text: &str) -> Option<char> {
    let digits = text.get(2..6)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| hex)?;
    char::from_u32(code).filter(|letter| !letter.is_control())
}

fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (between, length) = tag(rest).unwrap_or(("<", 1));
        plain.push_str(between);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    plain
}

/// What the tag at the beginning of `text` leaves behind, and the tag's length.
fn tag(text: &str) -> Option<(&'static str, usize)> {
    let end = text.find('>')?;
    let body = text[1..end].trim_matches('/');
    let name = body.split([' ', '\t', '\n', '/']).next()?;
    let lower = name.to_ascii_lowercase();
    let leaves = if BREAKS.contains(&lower.as_str()) {
        "\n"
    } else if MARKUP.contains(&lower.as_str()) {
        ""
    } else {
        return None;
    };
    Some((leaves, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_tags_are_undone() {
        for (text, plain) in [
            ("Smith &amp; Sons", "Smith & Sons"),
            ("Smith &amp Sons", "Smith & Sons"),
            ("Smith &Amp; Sons", "Smith & Sons"),
            ("M&uuml;ller &amp;amp; S&ouml;hne", "Müller & Söhne"),
            ("O&#x27;Neil, O&#39;Hara", "O'Neil, O'Hara"),
            ("Don&#146;t", "Don’t"),
            ("Hall<br />Floor 2<BR>Room 3", "Hall\nFloor 2\nRoom 3"),
            ("<b>Acme</b> <span class=\"x\">Ltd</span>", "Acme Ltd"),
            ("&lt;b&gt;Acme&lt;/b&gt;", "Acme"),
            (r#"O\'Neil \"A\""#, "O'Neil \"A\""),
            (r"M\u00fcller", "Müller"),
            (r"Hall\r\nFloor 2", "Hall\nFloor 2"),
            (r"Hall\nFloor 2", "Hall\nFloor 2"),
            (r"Hall\n2nd floor", "Hall\n2nd floor"),
            (r"Hall\n", "Hall\n"),
            (r"Hall\tEast", "Hall\tEast"),
            (
                "Dvo&rcaron;&aacute;k &ndash; &Lstrok;&oacute;d&zacute;",
                "Dvořák – Łódź",
            ),
        ] {
            assert_eq!(unescaped(text).as_deref(), Some(plain), "{text}");
        }
    }

    #[test]
    fn plain_signs_stay() {
        for text in [
            "Alder & Birch",
            "A&B; Street",
            "AT&T",
            r"C:\temp",
            r"C:\Temp\nORD",
            r"\\server\nAS",
            r"ACME\nord",
            r"ACME\users",
            r"\N",
            "R&D Labs",
            "https://a.example/?a=1&copy=2&lt=3",
            "<unknown>",
            "a < b > c",
            "Acme <info@acme.example>",
            "&#0; &#xd800; &#99999999;",
        ] {
            assert_eq!(unescaped(text), None, "{text}");
        }
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(ENTITIES.is_sorted_by(|one, next| one.0 < next.0));
    }
}
