//! Country names and codes to ISO alpha-2: a small table that stands in for the real resolver.

use crate::model::CountryCode;

/// What a text means as a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// One country, for certain.
    Resolved(CountryCode),
    /// None, or not for certain.
    Refused(Refusal),
}

/// Why a text is no country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// Countries that may have been meant, best first.
    pub suggestions: Vec<CountryCode>,
}

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalReason {
    /// A word for a missing value.
    Missing,
    /// Several countries.
    Ambiguous,
    /// A region of several countries.
    Region,
    /// A country of the past.
    FormerState,
    /// Two different countries.
    Contradiction,
    /// A part of a country.
    SubNational,
    /// A dialling code.
    DiallingCode,
    /// Nothing known.
    Unknown,
    /// A country without an ISO code.
    NoIsoCode,
    /// Close to a country's name.
    Misspelt,
}

const NAMES: &[(&str, &str)] = &[
    ("at", "AT"),
    ("austria", "AT"),
    ("aut", "AT"),
    ("österreich", "AT"),
    ("040", "AT"),
    ("de", "DE"),
    ("germany", "DE"),
    ("deu", "DE"),
    ("deutschland", "DE"),
    ("276", "DE"),
    ("fr", "FR"),
    ("france", "FR"),
    ("gb", "GB"),
    ("uk", "GB"),
    ("united kingdom", "GB"),
    ("us", "US"),
    ("usa", "US"),
    ("united states", "US"),
    ("nl", "NL"),
    ("netherlands", "NL"),
    ("holland", "NL"),
    ("be", "BE"),
    ("belgium", "BE"),
    ("it", "IT"),
    ("italy", "IT"),
    ("es", "ES"),
    ("spain", "ES"),
    ("kr", "KR"),
    ("kp", "KP"),
    ("au", "AU"),
    ("australia", "AU"),
    ("pl", "PL"),
    ("poland", "PL"),
    ("cz", "CZ"),
    ("czechia", "CZ"),
    ("se", "SE"),
    ("sweden", "SE"),
    ("ca", "CA"),
    ("canada", "CA"),
    ("ch", "CH"),
    ("switzerland", "CH"),
    ("gr", "GR"),
    ("greece", "GR"),
    ("na", "NA"),
    ("namibia", "NA"),
    ("jp", "JP"),
    ("japan", "JP"),
];

/// What `text` means as a country.
pub fn resolve(text: &str) -> Resolution {
    let folded = text.trim().to_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(name, _)| *name == folded) {
        return Resolution::Resolved(code_of(code));
    }
    let (reason, suggestions): (_, &[&str]) = match folded.as_str() {
        "n/a" | "" => (RefusalReason::Missing, &[]),
        "korea" => (RefusalReason::Ambiguous, &["KR", "KP"]),
        "europe" => (RefusalReason::Region, &[]),
        "yugoslavia" => (RefusalReason::FormerState, &[]),
        "austria (au)" => (RefusalReason::Contradiction, &["AT", "AU"]),
        "new york" => (RefusalReason::SubNational, &["US"]),
        "+43" => (RefusalReason::DiallingCode, &["AT"]),
        "kosovo" => (RefusalReason::NoIsoCode, &[]),
        "germny" => (RefusalReason::Misspelt, &["DE"]),
        _ => (RefusalReason::Unknown, &[]),
    };
    Resolution::Refused(Refusal {
        reason,
        suggestions: suggestions.iter().map(|code| code_of(code)).collect(),
    })
}

fn code_of(code: &str) -> CountryCode {
    CountryCode::try_from(code.to_owned()).expect("the table holds alpha-2 codes")
}
