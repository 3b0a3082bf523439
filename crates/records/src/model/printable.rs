//! Text from outside as it is shown to people: what would move a terminal's cursor, end the line,
//! turn the direction of writing around or not be seen at all is spelt out. Names, cells, file and
//! sheet names, the service's words and profiles are from outside; what is kept in files is not
//! changed.

use std::borrow::Cow;

/// The first letter at which joiners belong to how a script or a symbol is written; before it they
/// only hide.
const JOINED_FROM: char = '\u{590}';

/// The text in one line, with everything in it to be seen: `\n` for a line break, `\u{202e}` for a
/// mark that turns the direction of writing around. Borrowed where there is nothing to spell out.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !may_need_spelling(text) {
        return Cow::Borrowed(text);
    }
    let mut before = None;
    let first = text.char_indices().find(|(_, letter)| {
        let found = is_unprintable(*letter, before);
        before = Some(*letter);
        found
    });
    let Some((first, _)) = first else {
        return Cow::Borrowed(text);
    };
    let mut spelt = String::with_capacity(text.len() + 16);
    spelt.push_str(&text[..first]);
    let mut before = text[..first].chars().next_back();
    for letter in text[first..].chars() {
        if is_unprintable(letter, before) {
            spell(letter, &mut spelt);
        } else {
            spelt.push(letter);
        }
        before = Some(letter);
    }
    Cow::Owned(spelt)
}

/// Writes the letter as [`printable`] spells it.
pub fn spell(letter: char, spelt: &mut String) {
    match letter {
        '\n' => spelt.push_str("\\n"),
        '\r' => spelt.push_str("\\r"),
        '\t' => spelt.push_str("\\t"),
        _ => spelt.extend(letter.escape_unicode()),
    }
}

/// Whether the letter is spelt out where it stands behind `before`: a joiner stays between letters
/// of scripts that need it, and in symbols that are made of several.
pub fn is_unprintable(letter: char, before: Option<char>) -> bool {
    match letter {
        '\u{200c}' | '\u{200d}' => before.is_none_or(|before| before < JOINED_FROM),
        _ => letter.is_control() || is_unseen(letter),
    }
}

/// Line and paragraph separators, marks of direction, and characters without any width that join
/// nothing.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Whether a byte may begin a character that is spelt out: controls, and what the first bytes of
/// the others are. Letters of Europe have none of them.
const MAY_NEED: [bool; 256] = {
    let mut may = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        may[byte] = byte < 0x20
            || matches!(
                byte,
                0x7f | 0xc2 | 0xcd | 0xd8 | 0xe1 | 0xe2 | 0xe3 | 0xef | 0xf0 | 0xf3
            );
        byte += 1;
    }
    may
};

/// Whether the byte may begin a character that is spelt out.
fn may_begin(byte: u8) -> bool {
    MAY_NEED[usize::from(byte)]
}

/// Whether there may be something to spell out; no look at characters yet.
pub fn may_need_spelling(text: &str) -> bool {
    any_piece(text, |byte| byte >= 0x20, may_begin)
}

/// The same for text of several lines, whose ends and tabs stay.
pub fn lines_may_need_spelling(text: &str) -> bool {
    let is_own = |byte| matches!(byte, b'\n' | b'\t');
    any_piece(
        text,
        |byte| byte >= 0x20 || byte == b'\n',
        |byte| may_begin(byte) && !is_own(byte),
    )
}

/// Whether a byte is `odd`, looked for only where a piece of the text is not of plain ASCII: that is
/// found out for many bytes at once.
fn any_piece(text: &str, plain: impl Fn(u8) -> bool, odd: impl Fn(u8) -> bool) -> bool {
    const PIECE: usize = 64;
    text.as_bytes().chunks(PIECE).any(|piece| {
        // Without a branch, so that the compiler takes many at once.
        let beyond = piece.iter().fold(0, |so_far, byte| {
            so_far | u8::from(!plain(*byte)) | u8::from(*byte >= 0x7f)
        });
        beyond > 0 && piece.iter().any(|byte| odd(*byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_spelt_out() {
        for (text, shown) in [
            ("a\u{1b}]0;title\u{7}b", "a\\u{1b}]0;title\\u{7}b"),
            ("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}"),
            ("one\ntwo\r\nthree\tfour", "one\\ntwo\\r\\nthree\\tfour"),
            (
                "\u{b}\u{c}\u{85}\u{2028}\u{2029}",
                "\\u{b}\\u{c}\\u{85}\\u{2028}\\u{2029}",
            ),
            ("\u{202e}fdp.exe\u{2069}", "\\u{202e}fdp.exe\\u{2069}"),
            ("\u{61c}\u{200e}\u{200f}", "\\u{61c}\\u{200e}\\u{200f}"),
            (
                "a\u{200b}b\u{2060}c\u{feff}",
                "a\\u{200b}b\\u{2060}c\\u{feff}",
            ),
            ("pay\u{ad}pal\u{e0041}", "pay\\u{ad}pal\\u{e0041}"),
            ("a\u{200d}b\u{200c}", "a\\u{200d}b\\u{200c}"),
            ("\u{200d}", "\\u{200d}"),
        ] {
            assert_eq!(printable(text), shown, "{text:?}");
            assert!(may_need_spelling(text));
            let behind = "x".repeat(100) + text;
            assert_eq!(printable(&behind)[100..], *shown);
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for text in [
            "",
            "Müller & Söhne GmbH",
            "Łódź, Ελλάδα, Россия",
            "東京商事\u{3000}株式会社 カタカナ",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}👧 ❤\u{fe0f}\u{200d}🔥",
            "e\u{301}\u{a0}\u{2013} „Kunden“ … 50 €",
            "C:\\new\\table",
        ] {
            let shown = printable(text);
            assert!(matches!(shown, Cow::Borrowed(_)), "{text:?}");
            assert_eq!(shown, text);
        }
    }

    #[test]
    fn the_quick_look_misses_nothing() {
        for letter in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let text = letter.to_string();
            if is_unprintable(letter, None) {
                assert!(may_need_spelling(&text), "{letter:?}");
                let own = matches!(letter, '\n' | '\t');
                assert_eq!(lines_may_need_spelling(&text), !own, "{letter:?}");
                assert_ne!(printable(&text), text);
            }
        }
    }
}
