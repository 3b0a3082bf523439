//! What texts and attributes of XML say: entities, numbers, yes and no. The markup is `xml`'s.

use memchr::{memchr, memchr2};

/// An unsigned number in decimal digits.
pub(super) fn parse_u32(digits: &[u8]) -> Option<u32> {
    let digits = digits.trim_ascii();
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    let mut number = 0_u64;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u64::from(byte - b'0');
    }
    u32::try_from(number).ok()
}

/// What a boolean attribute says.
pub(super) fn is_true(value: &[u8]) -> bool {
    matches!(
        value.trim_ascii(),
        b"1" | b"true" | b"on" | b"TRUE" | b"True"
    )
}

/// Text with its entities replaced.
pub(super) fn decoded(raw: &[u8]) -> String {
    let mut text = String::with_capacity(raw.len());
    decode_into(raw, &mut text);
    text
}

/// Appends text with its entities replaced and its line ends made `\n`; bytes that are no UTF-8
/// become U+FFFD.
pub(super) fn decode_into(raw: &[u8], text: &mut String) {
    if memchr2(b'&', b'\r', raw).is_none() {
        push_utf8(raw, text);
        return;
    }
    let mut rest = raw;
    while let Some(at) = memchr2(b'&', b'\r', rest) {
        push_utf8(&rest[..at], text);
        if rest[at] == b'\r' {
            text.push('\n');
            rest = &rest[at + 1..];
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            continue;
        }
        let entity = memchr(b';', &rest[at..(at + 12).min(rest.len())]);
        let letter = entity.and_then(|end| Some((end, entity_char(&rest[at + 1..at + end])?)));
        // What looks like an entity and is none stays as it is.
        let (end, letter) = letter.unwrap_or((0, '&'));
        text.push(letter);
        rest = &rest[at + end + 1..];
    }
    push_utf8(rest, text);
}

/// Appends bytes that should be UTF-8.
pub(super) fn push_utf8(bytes: &[u8], text: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(valid) => text.push_str(valid),
        Err(_) => text.push_str(&String::from_utf8_lossy(bytes)),
    }
}

fn entity_char(name: &[u8]) -> Option<char> {
    match name {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        [b'#', b'x' | b'X', hex @ ..] => {
            let hex = std::str::from_utf8(hex).ok()?;
            char::from_u32(u32::from_str_radix(hex, 16).ok()?)
        }
        [b'#', digits @ ..] => char::from_u32(parse_u32(digits)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_line_ends_are_replaced() {
        for (raw, expected) in [
            ("a &amp; b &lt;&#x41;&#228;&gt;", "a & b <Aä>"),
            ("a\r\nb\rc\n", "a\nb\nc\n"),
            ("AT&T &unknown; &#0x;", "AT&T &unknown; &#0x;"),
            ("&#xD800;&", "&#xD800;&"),
        ] {
            assert_eq!(decoded(raw.as_bytes()), expected);
        }
        assert_eq!(decoded(b"a\xFFb"), "a\u{fffd}b");
    }
}
