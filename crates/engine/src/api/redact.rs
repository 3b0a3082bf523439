//! Known secrets in texts that come from outside: a server that echoes a request, or a proxy that
//! quotes one, must not bring password and visa into logs, journal and reports. Every text that
//! leaves the layer goes through here.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::escapes::{Sign, decoded, signs};
use super::secret::Secret;

/// What stands in a secret's place.
const INSTEAD: &str = "(secret)";
/// So many visas are remembered beside that of the request at hand.
const VISAS: usize = 64;
/// Many a server cuts a text off; so much of a secret's beginning or end is enough.
const PART: usize = 4;
/// How often a text may have been escaped, one escape inside the other.
const DEEPEST: usize = 4;
/// No text is longer, in bytes: what follows says nothing that people would read.
const LONGEST: usize = 2000;

/// Takes known secrets out of texts.
pub struct Redactor {
    password: Vec<char>,
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
            password: folded(password.expose()),
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
        // A secret that the end is cut through is known by its beginning.
        cut(text, LONGEST * 2);
        let mut secrets = vec![self.password.clone()];
        {
            let visas = self.visas.lock().unwrap_or_else(PoisonError::into_inner);
            secrets.extend(visas.iter().map(|visa| folded(visa)));
        }
        secrets.retain(|secret| !secret.is_empty());
        let mut found = Vec::new();
        let mut level = Some(signs(text));
        for _ in 0..DEEPEST {
            let Some(read) = level else { break };
            for secret in &secrets {
                find(&read, secret, &mut found);
            }
            level = decoded(&read);
        }
        take_out(text, found);
        if text.len() > LONGEST {
            cut(text, LONGEST);
            text.push('…');
        }
    }
}

/// The text's beginning, of so many bytes at most.
fn cut(text: &mut String, most: usize) {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

/// Some servers shout: capitals are no other secret.
fn folded(secret: &str) -> Vec<char> {
    secret.chars().map(fold).collect()
}

fn fold(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Where the secret stands in a text, whole, or with its beginning or end cut off where the text is.
fn find(text: &[Sign], secret: &[char], found: &mut Vec<Range<usize>>) {
    let is_at = |at: usize, part: &[char]| {
        text.get(at..at + part.len()).is_some_and(|signs| {
            let mut pairs = signs.iter().zip(part);
            // In a form's address a space is a plus.
            pairs.all(|(sign, letter)| {
                fold(sign.letter) == *letter || sign.letter == '+' && *letter == ' '
            })
        })
    };
    let mut note = |at: usize, length: usize| {
        found.push(text[at].place.start..text[at + length - 1].place.end);
    };
    let is_cut = |at: usize| {
        text.get(at)
            .is_none_or(|sign| matches!(sign.letter, '…' | '.'))
    };
    let is_word = |at: Option<usize>| {
        let sign = at.and_then(|at| text.get(at));
        sign.is_some_and(|sign| sign.letter.is_alphanumeric())
    };
    for at in 0..text.len() {
        if is_at(at, secret) {
            // So short a word stands in many others.
            let apart = !is_word(at.checked_sub(1)) && !is_word(Some(at + secret.len()));
            if secret.len() >= PART || apart {
                note(at, secret.len());
            }
            continue;
        }
        let begins = at == 0 || is_cut(at - 1);
        let stands_alone = !is_word(at.checked_sub(1));
        // Inside a word only the secret's own beginning is worth the look: there are many secrets.
        if !begins && !stands_alone && !is_at(at, &secret[..1]) {
            continue;
        }
        for length in (PART..secret.len()).rev() {
            // Half of a secret is no other word.
            let is_end = begins || stands_alone && length * 2 >= secret.len();
            if is_cut(at + length) && is_at(at, &secret[..length])
                || is_end && is_at(at, &secret[secret.len() - length..])
            {
                note(at, length);
                break;
            }
        }
    }
}

/// Puts something else in the place of what was found.
fn take_out(text: &mut String, mut found: Vec<Range<usize>>) {
    found.sort_unstable_by_key(|place| place.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for place in found {
        if place.start >= done {
            out.push_str(&text[done..place.start]);
            out.push_str(INSTEAD);
        }
        done = done.max(place.end);
    }
    out.push_str(&text[done..]);
    *text = out;
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
            "c4nary/\\\"\\u00F6\\\"\\u002B%\\u003d\\\\\\u0026?".to_owned(),
            "c4nary&#47;&#x22;&ouml;&quot;&#43;%&#61;\\&#38;?".to_owned(),
            "C4NARY/\"Ö\"+%=\\&?".to_owned(),
            "password: c4nary/... and more".to_owned(),
            "password: c4nary…".to_owned(),
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
        assert_eq!(
            clean("canary-7781", "ary-7781 is wrong"),
            "(secret) is wrong"
        );
        assert_eq!(clean("canary-7781", "...ary-7781"), "...(secret)");
        assert_eq!(
            clean("canary-7781", "...\"nary-7781\"}"),
            "...\"(secret)\"}"
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
