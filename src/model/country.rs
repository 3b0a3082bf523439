//! ISO 3166-1 country codes.

use serde::{Deserialize, Serialize};

/// An ISO 3166-1 alpha-2 code, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl CountryCode {
    /// The English short name.
    pub fn name(&self) -> &'static str {
        match &self.0 {
            b"AT" => "Austria",
            b"AU" => "Australia",
            b"DE" => "Germany",
            b"FR" => "France",
            b"GB" => "United Kingdom",
            b"KR" => "South Korea",
            b"US" => "United States",
            _ => "",
        }
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

impl TryFrom<String> for CountryCode {
    type Error = super::fields::InvalidField;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([*a, *b])),
            _ => Err(super::fields::InvalidField::new("country code", &text)),
        }
    }
}
