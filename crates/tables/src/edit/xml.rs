//! XML parts taken apart and put together again so that what is not changed stays as it is, byte
//! for byte.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element as it was written, with its children.
#[derive(Debug)]
pub struct Split<'a> {
    /// All before the root's start tag.
    pub before: &'a str,
    /// The root's start tag: its name and attributes, without the angle brackets.
    pub tag: Cow<'a, str>,
    /// The root's name.
    pub name: String,
    /// The elements below the root.
    pub children: Vec<Child<'a>>,
}

/// An element below the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child<'a> {
    /// Its name without prefix.
    pub name: &'a str,
    /// The whole element as it was written.
    pub raw: &'a str,
}

impl Split<'_> {
    /// The prefix of the root's name with its colon; may be empty.
    pub fn prefix(&self) -> &str {
        prefix(&self.name)
    }

    /// The root with these children.
    pub fn with(&self, children: impl IntoIterator<Item = impl AsRef<str>>) -> String {
        let mut text = format!("{}<{}>", self.before, self.tag);
        for child in children {
            text.push_str(child.as_ref());
        }
        text.push_str(&format!("</{}>", self.name));
        text
    }
}

/// The prefix of a name with its colon; may be empty.
pub fn prefix(name: &str) -> &str {
    name.find(':').map_or("", |colon| &name[..=colon])
}

/// A name without its prefix.
pub fn local(name: &str) -> &str {
    &name[prefix(name).len()..]
}

/// Takes the first element of a text apart.
///
/// # Errors
///
/// When the text is no XML.
pub fn split(text: &str) -> Result<Split<'_>, quick_xml::Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::from_str(text);
    let mut before = 0;
    let at = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(0);
    let (root, empty) = loop {
        match reader.read_event()? {
            Event::Start(tag) => break (tag, false),
            Event::Empty(tag) => break (tag, true),
            Event::Eof => {
                let missing = quick_xml::errors::SyntaxError::UnclosedTag;
                return Err(quick_xml::Error::Syntax(missing));
            }
            _ => before = at(&reader),
        }
    };
    let name = root.name().as_ref().to_owned();
    let written = &text[before..at(&reader)];
    let tag = written.trim_start_matches('<').trim_end_matches('>');
    let tag = if empty {
        tag.trim_end_matches('/').trim_end()
    } else {
        tag
    };
    let mut children = Vec::new();
    let (mut depth, mut begun) = (0_u32, 0);
    let mut open = !empty;
    while open {
        let from = at(&reader);
        match reader.read_event()? {
            Event::Start(_) => {
                if depth == 0 {
                    begun = from;
                }
                depth += 1;
            }
            Event::Empty(_) if depth == 0 => children.push(child(&text[from..at(&reader)])),
            Event::End(_) if depth == 0 => open = false,
            Event::End(_) => {
                depth -= 1;
                if depth == 0 {
                    children.push(child(&text[begun..at(&reader)]));
                }
            }
            Event::Eof => open = false,
            _ => {}
        }
    }
    Ok(Split {
        before: &text[..before],
        tag: Cow::Borrowed(tag),
        name,
        children,
    })
}

fn child(raw: &str) -> Child<'_> {
    let inside = raw.trim_start_matches('<');
    let end = inside.find(|letter: char| letter.is_whitespace() || "/>".contains(letter));
    Child {
        name: local(&inside[..end.unwrap_or(inside.len())]),
        raw,
    }
}

/// The start tag of an element as it was written.
fn first_tag(raw: &str) -> Option<(BytesStart<'_>, usize, bool)> {
    let mut reader = Reader::from_str(raw);
    loop {
        let event = reader.read_event().ok()?;
        let end = usize::try_from(reader.buffer_position()).ok()?;
        match event {
            Event::Start(tag) => return Some((tag, end, false)),
            Event::Empty(tag) => return Some((tag, end, true)),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The value of an attribute of an element, by its whole name, entities replaced.
pub fn attribute(raw: &str, name: &str) -> Option<String> {
    let (tag, ..) = first_tag(raw)?;
    value_of(&tag, name)
}

/// The value of an attribute of a start tag, by its whole name, entities replaced.
pub fn value_of(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok()??;
    let value = quick_xml::escape::unescape(&found.value).ok()?;
    Some(value.into_owned())
}

/// The number in an attribute.
pub fn number_of(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    let found = tag.try_get_attribute(name).ok()??;
    found.value.trim().parse().ok()
}

/// An element with some attributes of its start tag set, or taken away; values are escaped.
pub fn with_attributes(raw: &str, set: &[(&str, Option<&str>)]) -> String {
    let Some((tag, end, empty)) = first_tag(raw) else {
        return raw.to_owned();
    };
    let mut text = format!("<{}", changed(&tag, set));
    text.push_str(if empty { "/>" } else { ">" });
    text.push_str(&raw[end..]);
    text
}

/// A start tag's name and attributes with some attributes set, or taken away; values are escaped.
pub fn changed(tag: &BytesStart<'_>, set: &[(&str, Option<&str>)]) -> String {
    let mut text = tag.name().as_ref().to_owned();
    for found in tag.attributes().with_checks(false).flatten() {
        let name: &str = found.key.as_ref();
        if !set.iter().any(|(key, _)| *key == name) {
            let value = found.value.replace('"', "&quot;");
            text.push_str(&format!(" {name}=\"{value}\""));
        }
    }
    for (name, value) in set {
        if let Some(value) = value {
            text.push_str(&format!(
                " {name}=\"{}\"",
                quick_xml::escape::escape(*value)
            ));
        }
    }
    text
}

/// Gives every element of a fragment a prefix.
pub fn prefixed(raw: &str, prefix: &str) -> String {
    if prefix.is_empty() {
        return raw.to_owned();
    }
    let mut text = String::with_capacity(raw.len() * 5 / 4);
    let mut rest = raw;
    while let Some(at) = rest.find('<') {
        let name = if rest[at + 1..].starts_with('/') {
            at + 2
        } else {
            at + 1
        };
        text.push_str(&rest[..name]);
        text.push_str(prefix);
        rest = &rest[name..];
    }
    text + rest
}

/// Text as the content of an element or attribute of a workbook: markup escaped, characters that
/// XML cannot hold written as `_x0001_`, and texts that look like that kept apart.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    push_escaped(&mut out, text);
    out
}

/// The same at the end of `out`.
pub fn push_escaped(out: &mut String, text: &str) {
    // Most texts have nothing of the kind, and are passed over at once.
    let Some(first) = text.bytes().position(may_be_escaped) else {
        return out.push_str(text);
    };
    // Each of these bytes begins a character.
    out.push_str(&text[..first]);
    for (at, letter) in text.char_indices().skip_while(|(at, _)| *at < first) {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '_' if looks_encoded(&text[at..]) => out.push_str("_x005F_"),
            '\t' | '\n' => out.push(letter),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.push_str(&format!("_x{:04X}_", u32::from(letter)));
            }
            _ => out.push(letter),
        }
    }
}

/// Whether a character that begins with this byte may be written in another way.
fn may_be_escaped(byte: u8) -> bool {
    // 0xEF begins U+FFFE and U+FFFF.
    byte < b' ' || matches!(byte, b'&' | b'<' | b'>' | b'"' | b'_' | 0xef)
}

/// Whether a text begins as `_x0041_` does.
fn looks_encoded(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes[1] == b'x'
        && bytes[6] == b'_'
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

/// Whether XML that begins like this is UTF-8 by its marks and by what it declares.
pub fn is_utf8(head: &[u8]) -> bool {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return false;
    }
    if head.iter().take(4).any(|byte| *byte == 0) {
        return false;
    }
    let head = String::from_utf8_lossy(&head[..head.len().min(200)]).to_lowercase();
    let declared = head.split_once("?>").map_or("", |(declared, _)| declared);
    !declared.contains("encoding") || declared.contains("utf-8") || declared.contains("ascii")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_apart_is_put_together_byte_for_byte() {
        let text = "<?xml version=\"1.0\"?>\n<x:a xmlns:x='u' b=\"1\"><x:c d='&lt;'/><x:e> <f>&amp;</f></x:e></x:a>";
        let whole = split(text).unwrap();
        assert_eq!(whole.prefix(), "x:");
        let names: Vec<&str> = whole.children.iter().map(|child| child.name).collect();
        assert_eq!(names, ["c", "e"]);
        assert_eq!(whole.with(whole.children.iter().map(|one| one.raw)), text);
        let empty = split("<a b='1' />").unwrap();
        assert_eq!(empty.with(["<c/>"]), "<a b='1'><c/></a>");
        assert!(split("").is_err());
    }

    #[test]
    fn attributes_are_read_and_set() {
        let raw = "<xf a='x \"y\" &amp;' b=\"2\"><c b=\"3\"/></xf>";
        assert_eq!(attribute(raw, "a").unwrap(), "x \"y\" &");
        assert_eq!(
            with_attributes(raw, &[("b", Some("<")), ("n", Some("1")), ("o", None)]),
            "<xf a=\"x &quot;y&quot; &amp;\" b=\"&lt;\" n=\"1\"><c b=\"3\"/></xf>"
        );
        assert_eq!(with_attributes("<a b='1'/>", &[("b", None)]), "<a/>");
    }

    #[test]
    fn every_text_can_be_written() {
        assert_eq!(
            escaped("a\u{1}<&>\"_x0041_ _x"),
            "a_x0001_&lt;&amp;&gt;&quot;_x005F_x0041_ _x"
        );
        assert_eq!(escaped("ü\u{ffff}\u{feff}\n"), "ü_xFFFF_\u{feff}\n");
        assert_eq!(escaped("ü😀 plain"), "ü😀 plain");
        assert_eq!(prefixed("<a><b/>t</a>", "x:"), "<x:a><x:b/>t</x:a>");
    }

    #[test]
    fn other_encodings_are_known_by_their_head() {
        assert!(is_utf8(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>"));
        assert!(is_utf8(b"\xef\xbb\xbf<a/>"));
        assert!(!is_utf8(b"\xff\xfe<\0a\0"));
        assert!(!is_utf8(b"<\0a\0"));
        assert!(!is_utf8(
            b"<?xml version='1.0' encoding='windows-1252'?><a/>"
        ));
    }
}
