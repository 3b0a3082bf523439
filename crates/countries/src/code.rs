//! A country as ISO 3166-1 lists it, and the official list itself.
//!
//! Knows codes only: how people write countries is none of its business.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::code_table::COUNTRIES;

/// An ISO 3166-1 alpha-2 code of the official list, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The code, if it is exactly one of the official list: two capital letters.
    ///
    /// ```
    /// # use countries::CountryCode;
    /// assert_eq!(CountryCode::parse("AT").map(CountryCode::name), Some("Austria"));
    /// assert_eq!(CountryCode::parse("at"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        match *text.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] => Self::from_alpha2([first, second]),
            _ => None,
        }
    }

    /// The country with this alpha-2 code, in capitals or not.
    pub fn from_alpha2(letters: [u8; 2]) -> Option<Self> {
        let letters = letters.map(|letter| letter.to_ascii_uppercase());
        place(letters).map(|_| Self(letters))
    }

    /// The country with this alpha-3 code, in capitals or not.
    pub fn from_alpha3(letters: [u8; 3]) -> Option<Self> {
        let letters = letters.map(|letter| letter.to_ascii_uppercase());
        let at = BY_ALPHA3
            .binary_search_by(|&(code, _)| code.cmp(&letters))
            .ok()?;
        Some(Self::at(BY_ALPHA3[at].1))
    }

    /// The country with this numeric code.
    pub fn from_numeric(number: u16) -> Option<Self> {
        let place = *BY_NUMBER.get(usize::from(number))?;
        (place != NOWHERE).then(|| Self::at(place))
    }

    /// All countries, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..NOWHERE).take(COUNTRIES.len()).map(Self::at)
    }

    /// The two letters.
    pub fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// The three letters of ISO 3166-1 alpha-3.
    pub fn alpha3(self) -> &'static str {
        self.entry().1
    }

    /// The number of ISO 3166-1, usually written with three digits.
    pub fn numeric(self) -> u16 {
        self.entry().2
    }

    /// The usual English name.
    pub fn name(self) -> &'static str {
        self.entry().3
    }

    fn at(place: u8) -> Self {
        let code = COUNTRIES[usize::from(place)].0.as_bytes();
        Self([code[0], code[1]])
    }

    fn entry(self) -> &'static (&'static str, &'static str, u16, &'static str) {
        let place = place(self.0).expect("only codes of the list are made");
        &COUNTRIES[usize::from(place)]
    }
}

/// Stands for a code that no country has.
const NOWHERE: u8 = u8::MAX;
const LETTERS: usize = 26;

/// Where the list has the country of two capital letters.
fn place([first, second]: [u8; 2]) -> Option<u8> {
    if !first.is_ascii_uppercase() || !second.is_ascii_uppercase() {
        return None;
    }
    let place = BY_ALPHA2[usize::from(first - b'A')][usize::from(second - b'A')];
    (place != NOWHERE).then_some(place)
}

static BY_ALPHA2: [[u8; LETTERS]; LETTERS] = {
    let mut places = [[NOWHERE; LETTERS]; LETTERS];
    let mut place = 0;
    while (place as usize) < COUNTRIES.len() {
        let code = COUNTRIES[place as usize].0.as_bytes();
        places[(code[0] - b'A') as usize][(code[1] - b'A') as usize] = place;
        place += 1;
    }
    places
};

static BY_NUMBER: [u8; 1000] = {
    let mut places = [NOWHERE; 1000];
    let mut place = 0;
    while (place as usize) < COUNTRIES.len() {
        places[COUNTRIES[place as usize].2 as usize] = place;
        place += 1;
    }
    places
};

static BY_ALPHA3: [([u8; 3], u8); COUNTRIES.len()] = {
    let mut sorted = [([0; 3], NOWHERE); COUNTRIES.len()];
    let mut place = 0;
    while (place as usize) < COUNTRIES.len() {
        let code = COUNTRIES[place as usize].1.as_bytes();
        let code = [code[0], code[1], code[2]];
        let mut at = place as usize;
        while at > 0 && precedes(code, sorted[at - 1].0) {
            sorted[at] = sorted[at - 1];
            at -= 1;
        }
        sorted[at] = (code, place);
        place += 1;
    }
    sorted
};

const fn precedes(left: [u8; 3], right: [u8; 3]) -> bool {
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return left[at] < right[at];
        }
        at += 1;
    }
    false
}

/// A text that is no code of the official list, where one was wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not a valid country code")]
pub struct NoSuchCode {
    /// What was given.
    pub text: String,
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

impl TryFrom<String> for CountryCode {
    type Error = NoSuchCode;

    fn try_from(text: String) -> Result<Self, NoSuchCode> {
        Self::parse(&text).ok_or(NoSuchCode { text })
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_of_the_list_parse() {
        assert_eq!(CountryCode::all().count(), 249);
        assert_eq!(CountryCode::parse("AT").unwrap().name(), "Austria");
        for text in ["at", "UK", "XK", "EU", "A", "AUT", "", "É", "A1"] {
            assert_eq!(CountryCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_code_leads_back_to_its_country() {
        for code in CountryCode::all() {
            assert_eq!(CountryCode::parse(code.as_str()), Some(code));
            let alpha3 = code.alpha3().as_bytes().try_into().unwrap();
            assert_eq!(CountryCode::from_alpha3(alpha3), Some(code));
            assert_eq!(CountryCode::from_numeric(code.numeric()), Some(code));
            assert!(!code.name().is_empty());
        }
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(COUNTRIES.is_sorted_by_key(|country| country.0));
    }
}
