//! Text in UTF-8 that was read as Windows-1252, and which byte is which character there.

/// What UTF-8 text was before it was read as Windows-1252, when `text` is the result of that.
pub(crate) fn mend_mojibake(text: &str) -> Option<String> {
    let mut previous_leads = false;
    let suspicious = text.chars().any(|letter| {
        let continues = windows_1252(letter).is_some_and(|byte| (0x80..=0xbf).contains(&byte));
        let found = previous_leads && continues;
        previous_leads = matches!(letter, '\u{c2}'..='\u{f4}');
        found
    });
    if !suspicious {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(windows_1252).collect();
    String::from_utf8(bytes?)
        .ok()
        .filter(|mended| mended != text)
}

/// The characters of Windows-1252 that stand elsewhere in Unicode.
const HIGH: [(char, u8); 27] = [
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8a),
    ('‹', 0x8b),
    ('Œ', 0x8c),
    ('Ž', 0x8e),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9a),
    ('›', 0x9b),
    ('œ', 0x9c),
    ('ž', 0x9e),
    ('Ÿ', 0x9f),
];

fn windows_1252(letter: char) -> Option<u8> {
    match u32::from(letter) {
        code @ 0..=0xff => u8::try_from(code).ok(),
        _ => HIGH
            .iter()
            .find(|(high, _)| *high == letter)
            .map(|(_, byte)| *byte),
    }
}

/// The character of Windows-1252 that the byte is; the five bytes without one are none.
pub(crate) fn of_windows_1252(byte: u8) -> Option<char> {
    if !(0x80..0xa0).contains(&byte) {
        return Some(char::from(byte));
    }
    HIGH.iter()
        .find(|(_, high)| *high == byte)
        .map(|(letter, _)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mojibake_is_mended() {
        for (text, expected) in [
            ("MÃ¼ller", Some("Müller")),
            ("Donâ€™t", Some("Don’t")),
            ("GroÃŸ & CafÃ©", Some("Groß & Café")),
            ("Müller", None),
            ("Ãlvares", None),
            ("São Tomé", None),
        ] {
            assert_eq!(mend_mojibake(text).as_deref(), expected, "{text}");
        }
    }
}
