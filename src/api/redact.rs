//! Known secrets in texts that come from outside: a server that echoes a request, or a proxy that
//! quotes one, must not bring password and visa into logs, journal and reports. Every text that
//! leaves the layer goes through here.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use super::secret::Secret;

/// What stands in a secret's place.
const INSTEAD: &str = "(secret)";
/// So many visas are remembered; an echo holds the one of its own request.
const VISAS: usize = 64;
/// The end of a text is cut off by many a server; so much of a secret's beginning is enough.
const BEGINNING: usize = 4;
/// No text is longer, in bytes: what follows says nothing that people would read.
const LONGEST: usize = 2000;

/// Takes known secrets out of texts.
pub struct Redactor {
    password: Vec<String>,
    visas: Mutex<VecDeque<String>>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Redactor").finish_non_exhaustive()
    }
}

impl Redactor {
    /// Knows this password, and no visa yet.
    pub fn new(password: &Secret) -> Self {
        Self {
            password: spellings(password.expose()),
            visas: Mutex::default(),
        }
    }

    /// From now on this visa is a secret too.
    pub fn learn(&self, visa: &str) {
        let mut visas = self.visas.lock().unwrap_or_else(PoisonError::into_inner);
        if visa.is_empty() || visas.iter().any(|known| known == visa) {
            return;
        }
        if visas.len() == VISAS {
            visas.pop_front();
        }
        visas.push_back(visa.to_owned());
    }

    /// Takes every secret out of `text`, and cuts it where it is endless.
    pub fn clean(&self, text: &mut String) {
        if text.is_empty() {
            return;
        }
        for spelling in &self.password {
            take_out(text, spelling);
        }
        let visas = self.visas.lock().unwrap_or_else(PoisonError::into_inner);
        for visa in visas.iter() {
            for spelling in spellings(visa) {
                take_out(text, &spelling);
            }
        }
        drop(visas);
        if text.len() > LONGEST {
            let mut end = LONGEST;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            text.push('…');
        }
    }
}

fn take_out(text: &mut String, secret: &str) {
    if secret.len() >= BEGINNING {
        if text.contains(secret) {
            *text = text.replace(secret, INSTEAD);
        }
        take_out_the_cut(text, secret);
    } else if text
        .split(|mark: char| !mark.is_alphanumeric())
        .any(|word| word == secret)
    {
        // So short a word stands in many others.
        let words = text.split_inclusive(|mark: char| !mark.is_alphanumeric());
        *text = words
            .map(|word| match word.strip_prefix(secret) {
                Some(rest) if rest.chars().all(|mark| !mark.is_alphanumeric()) => {
                    format!("{INSTEAD}{rest}")
                }
                _ => word.to_owned(),
            })
            .collect();
    }
}

/// A secret whose rest was cut off with the end of the text.
fn take_out_the_cut(text: &mut String, secret: &str) {
    let mut length = secret.len() - 1;
    while length >= BEGINNING {
        if secret.is_char_boundary(length) && text.ends_with(&secret[..length]) {
            text.truncate(text.len() - length);
            text.push_str(INSTEAD);
            return;
        }
        length -= 1;
    }
}

/// A secret as JSON, addresses and pages write it, also twice over; the longest first.
fn spellings(secret: &str) -> Vec<String> {
    if secret.is_empty() {
        return Vec::new();
    }
    let json = |text: &str| {
        let quoted = serde_json::to_string(text).unwrap_or_default();
        quoted
            .get(1..quoted.len().saturating_sub(1))
            .unwrap_or_default()
            .to_owned()
    };
    let once = json(secret);
    let ascii = ascii_json(secret);
    let mut all = vec![
        secret.to_owned(),
        json(&once),
        json(&ascii),
        percent(secret, "%20", false),
        percent(secret, "+", false),
        percent(secret, "%20", true),
        html(secret),
        html(&once),
        format!("{secret:?}").trim_matches('"').to_owned(),
        once.replace('/', "\\/"),
        ascii.replace('/', "\\/"),
        once,
        ascii,
    ];
    all.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    all.dedup();
    all
}

/// As JSON in nothing but ASCII.
fn ascii_json(text: &str) -> String {
    let mut out = String::new();
    for mark in text.chars() {
        match mark {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(mark),
            _ => {
                for unit in mark.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out
}

fn percent(text: &str, space: &str, lower: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push_str(space),
            _ if lower => {
                let _ = write!(out, "%{byte:02x}");
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn html(text: &str) -> String {
    let mut out = String::new();
    for mark in text.chars() {
        match mark {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(mark),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "c4nary/\"ö\"+%=\\&?";

    fn clean(secret: &str, text: &str) -> String {
        let redactor = Redactor::new(&Secret::new(secret.to_owned()));
        redactor.learn("33491-50121-1-1512736778-A99E");
        let mut text = text.to_owned();
        redactor.clean(&mut text);
        text
    }

    #[test]
    fn a_secret_is_taken_out_however_it_is_written() {
        let json = serde_json::to_string(PASSWORD).unwrap();
        let twice = serde_json::to_string(&json).unwrap();
        for text in [
            format!("bad request: {PASSWORD}"),
            format!("bad request: {json}!"),
            format!("bad request: {twice}"),
            "x=c4nary%2F%22%C3%B6%22%2B%25%3D%5C%26%3F&y".to_owned(),
            "x=c4nary%2f%22%c3%b6%22%2b%25%3d%5c%26%3f&y".to_owned(),
            "c4nary/&quot;ö&quot;+%=\\&amp;?".to_owned(),
            "c4nary\\/\\\"\\u00f6".to_owned(),
            "the request was {\"password\":\"c4nary".to_owned(),
        ] {
            let cleaned = clean(PASSWORD, &text);
            assert!(!cleaned.contains("c4nary"), "{cleaned}");
            assert!(cleaned.contains(INSTEAD), "{cleaned}");
        }
    }

    #[test]
    fn a_visa_is_a_secret_and_other_words_are_not() {
        let text = "no such visa: 33491-50121-1-1512736778-A99E, log in again";
        assert_eq!(
            clean(PASSWORD, text),
            "no such visa: (secret), log in again"
        );
        let plain = "Partner with the same name already exists";
        assert_eq!(clean(PASSWORD, plain), plain);
        assert_eq!(clean("na", plain), plain);
        assert_eq!(
            clean("na", "user na, password na."),
            "user (secret), password (secret)."
        );
    }

    #[test]
    fn endless_texts_are_cut() {
        let long = "ä".repeat(100_000);
        assert!(clean(PASSWORD, &long).len() <= LONGEST + 3);
    }
}
