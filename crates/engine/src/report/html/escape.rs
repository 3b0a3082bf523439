//! Text made harmless for each place of the page it can stand in, and the digests that the page's
//! Content-Security-Policy names.

use std::fmt;

use sha2::{Digest, Sha256};

/// Text that shows itself as text in HTML, in an element or in a quoted attribute.
pub(super) struct Html<'a>(pub(super) &'a str);

impl fmt::Display for Html<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(is_special) {
            let (before, from) = rest.split_at(at);
            out.write_str(before)?;
            let special = from.chars().next().unwrap_or_default();
            match special {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                _ => out.write_str("\u{fffd}")?,
            }
            rest = &from[special.len_utf8()..];
        }
        out.write_str(rest)
    }
}

fn is_special(letter: char) -> bool {
    matches!(letter, '&' | '<' | '>' | '"' | '\'')
        || (letter.is_control() && !matches!(letter, '\n' | '\t'))
}

/// JSON that may stand in a script element: nothing in it can end the element or a line of a script.
pub(super) fn json_for_html(json: &str, out: &mut String) {
    for letter in json.chars() {
        match letter {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            _ => out.push(letter),
        }
    }
}

/// The digest by which a policy allows a style sheet or a script: `sha256-...`.
pub(super) fn policy_digest(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0_u8; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for place in 0..4 {
            if place <= chunk.len() {
                let letter = (bits >> (18 - 6 * place)) & 63;
                text.push(char::from(LETTERS[letter as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_shows_text_as_text() {
        let shown = Html("<b class=\"x\" id='y'>&\u{0}\u{1b}ü\n</b>").to_string();
        assert_eq!(
            shown,
            "&lt;b class=&quot;x&quot; id=&#39;y&#39;&gt;&amp;\u{fffd}\u{fffd}ü\n&lt;/b&gt;"
        );
    }

    #[test]
    fn json_cannot_leave_its_element() {
        let mut out = String::new();
        json_for_html("[\"</script><!--&\u{2028}\u{2029}ü\"]", &mut out);
        assert_eq!(
            out,
            r#"["\u003c/script\u003e\u003c!--\u0026\u2028\u2029ü"]"#
        );
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        assert_eq!(
            policy_digest(""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        assert_eq!(
            [&b"f"[..], b"fo", b"foo"].map(base64),
            ["Zg==", "Zm8=", "Zm9v"]
        );
    }
}
