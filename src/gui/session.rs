//! Who is let in: a token that is changed once for the secret of this process.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use subtle::ConstantTimeEq;

use super::fault::Fault;

/// So many wrong tries end a token.
const MOST_TRIES: u32 = 5;

/// So many links are good at a time.
const MOST_TOKENS: usize = 8;

/// The secret of this process, and the tokens that are changed for it.
pub struct Session {
    secret: String,
    /// Those that were given and not used, the oldest first.
    tokens: Mutex<VecDeque<Token>>,
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
            tokens: Mutex::default(),
        })
    }

    /// A new token. Earlier ones stay good: whoever calls the program a second time has not used the
    /// first link yet. Of too many the oldest ends.
    ///
    /// # Errors
    /// Where the operating system gives no random numbers.
    pub fn token(&self, good_for: Duration, now: Instant) -> std::io::Result<String> {
        let text = random()?;
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|one| now < one.until);
        if tokens.len() >= MOST_TOKENS {
            tokens.pop_front();
        }
        tokens.push_back(Token {
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
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|one| now < one.until);
        // All are looked at, so that the time does not say which of them it was.
        let same = tokens.iter().map(|one| is_same(&one.text, typed));
        let found = same.enumerate().fold(
            None,
            |found, (at, same)| if same { Some(at) } else { found },
        );
        if let Some(at) = found {
            tokens.remove(at);
            return Ok(&self.secret);
        }
        tokens.iter_mut().for_each(|one| one.tries += 1);
        tokens.retain(|one| one.tries < MOST_TRIES);
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
    fn a_new_token_ends_no_earlier_one_but_the_oldest_of_too_many() {
        let (session, now) = (Session::new().unwrap(), Instant::now());
        let all: Vec<String> = (0..=MOST_TOKENS)
            .map(|_| session.token(MINUTE, now).unwrap())
            .collect();
        assert!(session.enter(&all[0], now).is_err(), "of too many");
        for token in &all[1..] {
            assert!(session.enter(token, now).is_ok());
        }
        assert!(session.enter(&all[1], now).is_err(), "it was used");
        let (first, second) = (session.token(MINUTE, now), session.token(MINUTE, now));
        for _ in 0..MOST_TRIES {
            assert!(session.enter("wrong", now).is_err());
        }
        for token in [first, second] {
            let token = token.unwrap();
            assert!(session.enter(&token, now).is_err(), "tries end them all");
        }
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
