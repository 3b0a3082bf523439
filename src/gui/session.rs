//! Who is let in: a token that is changed once for the secret of this process.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use subtle::ConstantTimeEq;

use super::fault::Fault;

/// So many wrong tries end a token.
const MOST_TRIES: u32 = 5;

/// The secret of this process, and the token that is changed for it.
pub struct Session {
    secret: String,
    token: Mutex<Option<Token>>,
}

struct Token {
    text: String,
    until: Instant,
    tries: u32,
}

impl Session {
    /// With a secret of its own, and no token yet.
    ///
    /// # Errors
    /// Where the operating system gives no random numbers.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            secret: random()?,
            token: Mutex::new(None),
        })
    }

    /// A new token, in the place of an earlier one.
    ///
    /// # Errors
    /// Where the operating system gives no random numbers.
    pub fn token(&self, good_for: Duration, now: Instant) -> std::io::Result<String> {
        let text = random()?;
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        *token = Some(Token {
            text: text.clone(),
            until: now + good_for,
            tries: 0,
        });
        Ok(text)
    }

    /// The secret, for a token that is good. It is good once.
    ///
    /// # Errors
    /// Where it is not: used, too old, mistyped.
    pub fn enter(&self, typed: &str, now: Instant) -> Result<&str, Fault> {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = token.as_mut() else {
            return Err(Fault::token());
        };
        if now >= known.until {
            *token = None;
            return Err(Fault::token());
        }
        if is_same(&known.text, typed) {
            *token = None;
            return Ok(&self.secret);
        }
        known.tries += 1;
        if known.tries >= MOST_TRIES {
            *token = None;
        }
        Err(Fault::token())
    }

    /// Whether it is the secret of this process.
    pub fn knows(&self, secret: &str) -> bool {
        is_same(&self.secret, secret)
    }
}

/// Whether both are the same, in a time that does not tell where they differ.
pub fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// 256 bits of the operating system, as 43 characters of base64url.
///
/// # Errors
/// Where it gives none.
pub fn random() -> std::io::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(base64url(&bytes))
}

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 2);
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let letter = word >> (18 - 6 * place) & 63;
            text.push(char::from(LETTERS[letter as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn bytes_are_written_as_base64url() {
        assert_eq!(base64url(b"foobar"), "Zm9vYmFy");
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
        assert_eq!(base64url(&[0xff]), "_w");
        assert_eq!(random().unwrap().len(), 43);
        assert_ne!(random().unwrap(), random().unwrap());
    }

    #[test]
    fn a_token_is_good_once() {
        let (session, now) = (Session::new().unwrap(), Instant::now());
        assert!(session.enter("", now).is_err(), "there is none yet");
        let token = session.token(MINUTE, now).unwrap();
        let secret = session.enter(&token, now).unwrap().to_owned();
        assert!(session.knows(&secret) && !session.knows(&token) && !session.knows(""));
        assert!(session.enter(&token, now).is_err());
    }

    #[test]
    fn a_token_ends_with_its_time_and_with_wrong_tries() {
        let (session, now) = (Session::new().unwrap(), Instant::now());
        let token = session.token(MINUTE, now).unwrap();
        assert!(session.enter(&token, now + MINUTE).is_err());
        assert!(session.enter(&token, now).is_err(), "it has ended");
        let token = session.token(MINUTE, now).unwrap();
        for _ in 0..MOST_TRIES - 1 {
            assert!(session.enter("wrong", now).is_err());
        }
        assert!(session.enter(&token, now).is_ok());
        let token = session.token(MINUTE, now).unwrap();
        for _ in 0..MOST_TRIES {
            assert!(session.enter("wrong", now).is_err());
        }
        assert!(session.enter(&token, now).is_err());
    }
}
