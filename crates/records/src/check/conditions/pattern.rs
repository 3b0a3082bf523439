//! Patterns with `*` and `?`.

/// Whether the whole text is as the pattern has it: `*` is any text, also none, `?` one character.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut wanted) = (0, 0);
    // Where the last star stands, and up to where it has taken the text.
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(wanted) {
            Some(b'*') => {
                star = Some((wanted, at));
                wanted += 1;
            }
            Some(b'?') => {
                at += length(text[at]);
                wanted += 1;
            }
            Some(byte) if *byte == text[at] => {
                at += 1;
                wanted += 1;
            }
            _ => {
                let Some((place, taken)) = star else {
                    return false;
                };
                let taken = taken + length(text[taken]);
                star = Some((place, taken));
                (at, wanted) = (taken, place + 1);
            }
        }
    }
    pattern[wanted.min(pattern.len())..]
        .iter()
        .all(|byte| *byte == b'*')
}

/// How many bytes the character has that begins with `lead`.
fn length(lead: u8) -> usize {
    match lead {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_any_text_and_question_marks_one_character() {
        for (pattern, text, expected) in [
            ("*(deleted)", "acme (deleted)", true),
            ("*(deleted)", "acme (deleted) 2", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("??", "zü", true),
            ("??", "zür", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a**", "a", true),
            ("*ü*", "grün", true),
            ("?*", "", false),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), text.as_bytes()),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = "*a".repeat(30) + "b";
        assert!(!matches(pattern.as_bytes(), "a".repeat(5_000).as_bytes()));
    }
}
