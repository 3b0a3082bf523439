//! Countries through the resolver, each spelling once: a million cells hold a few hundred spellings.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::{Parsed, Problem, quoted};
use crate::model::CountryCode;
use crate::model::rules::Rule;
use crate::model::rules::countries::{
    COUNTRY_AMBIGUOUS, COUNTRY_CONTRADICTION, COUNTRY_DIALLING_CODE, COUNTRY_FORMER,
    COUNTRY_IS_PART, COUNTRY_IS_REGION, COUNTRY_MISSPELT, COUNTRY_PLACEHOLDER, COUNTRY_UNKNOWN,
    COUNTRY_WITHOUT_CODE,
};
use countries::{Refusal, RefusalReason, Resolution, resolve};

/// The spellings met so far.
#[derive(Debug)]
pub(crate) struct Countries {
    codes: Box<[Option<CountryCode>; 26 * 26]>,
    spellings: HashMap<Box<str>, Parsed<CountryCode>, FixedState>,
}

/// How many spellings are kept; beyond them each cell is resolved anew.
const MOST_SPELLINGS: usize = 50_000;

impl Default for Countries {
    fn default() -> Self {
        Self {
            codes: Box::new([None; 26 * 26]),
            spellings: HashMap::with_hasher(FixedState::default()),
        }
    }
}

impl Countries {
    /// The country that `text` is for certain, where the same spelling was met before.
    #[inline]
    pub(crate) fn known(&self, text: &str) -> Option<CountryCode> {
        match code_slot(text).and_then(|slot| self.codes[slot]) {
            Some(code) => Some(code),
            None => self.spellings.get(text)?.as_ref().ok().copied(),
        }
    }

    /// The country that `text` is for certain.
    pub(crate) fn parse(&mut self, text: &str) -> Parsed<CountryCode> {
        let slot = code_slot(text);
        if let Some(code) = slot.and_then(|slot| self.codes[slot]) {
            return Ok(code);
        }
        if let Some(known) = self.spellings.get(text) {
            return known.clone();
        }
        let resolution = resolve(text);
        if let (Some(slot), Resolution::Resolved(code)) = (slot, &resolution) {
            self.codes[slot] = Some(*code);
        }
        let result = outcome(&resolution, text);
        if self.spellings.len() >= MOST_SPELLINGS {
            return result;
        }
        let result = result.map_err(Problem::into_shared);
        self.spellings.insert(text.into(), result.clone());
        result
    }
}

fn code_slot(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] => {
            Some(usize::from(a - b'A') * 26 + usize::from(b - b'A'))
        }
        _ => None,
    }
}

fn outcome(resolution: &Resolution, text: &str) -> Parsed<CountryCode> {
    match resolution {
        Resolution::Resolved(code) => Ok(*code),
        Resolution::Refused(refusal) => Err(problem(refusal, text)),
    }
}

fn problem(refusal: &Refusal, text: &str) -> Problem {
    if refusal.reason == RefusalReason::SubNational {
        return part_of(&refusal.suggestions, text);
    }
    let (rule, says, help): (&'static Rule, _, _) = match refusal.reason {
        RefusalReason::Missing => (
            &COUNTRY_PLACEHOLDER,
            "is a placeholder for a missing country",
            "empty the cell, or write the country",
        ),
        RefusalReason::Ambiguous => (
            &COUNTRY_AMBIGUOUS,
            "fits several countries",
            "write which one",
        ),
        RefusalReason::Region => (
            &COUNTRY_IS_REGION,
            "is a region of several countries",
            "write the country",
        ),
        RefusalReason::FormerState => (
            &COUNTRY_FORMER,
            "is a country that no longer exists",
            "write the country of today",
        ),
        RefusalReason::Several => (
            &COUNTRY_CONTRADICTION,
            "names several countries",
            "write one country",
        ),
        RefusalReason::SubNational => (&COUNTRY_IS_PART, "is a part of a country", ""),
        RefusalReason::DiallingCode => (
            &COUNTRY_DIALLING_CODE,
            "is a dialling code, not a country",
            "write the ISO code or the country's name",
        ),
        RefusalReason::NotACountry => (
            &COUNTRY_UNKNOWN,
            "is not a known country",
            "write the ISO code, such as DE, or the country's name",
        ),
        RefusalReason::NoIsoCode => (
            &COUNTRY_WITHOUT_CODE,
            "is a country without an ISO code",
            "ask the vendor which country to give, and write its code",
        ),
        RefusalReason::Misspelt => (&COUNTRY_MISSPELT, "is not a country's name", ""),
    };
    let named: Vec<String> = refusal.suggestions.iter().copied().map(named).collect();
    let help = match (named.is_empty(), refusal.reason) {
        (true, _) => help.to_owned(),
        (false, RefusalReason::Misspelt | RefusalReason::NotACountry) => {
            format!("did you mean {}?", named.join(" or "))
        }
        (false, _) => format!("{help}: {}", named.join(" or ")),
    };
    let codes = refusal
        .suggestions
        .iter()
        .map(|code| code.as_str().to_owned());
    Problem::new(rule, format!("{} {says}", quoted(text)))
        .help(help)
        .suggest_all(codes.collect())
}

/// What is said of a province or a town: the countries that have one of this name.
fn part_of(countries: &[CountryCode], text: &str) -> Problem {
    let named: Vec<String> = countries.iter().copied().map(named).collect();
    let (message, codes) = match named.as_slice() {
        [] => ("is a part of a country".to_owned(), "its code".to_owned()),
        [one] => (
            format!("is a part of {one}, or a place there, and no country"),
            countries[0].to_string(),
        ),
        [first @ .., last] => (
            format!(
                "is a part of {} or of {last}, or a place there, and no country",
                first.join(", of ")
            ),
            countries
                .iter()
                .map(CountryCode::to_string)
                .collect::<Vec<_>>()
                .join(" or "),
        ),
    };
    let codes_to_suggest = countries.iter().map(CountryCode::to_string).collect();
    Problem::new(&COUNTRY_IS_PART, format!("{} {message}", quoted(text)))
        .help(format!(
            "write the country: {codes}; provinces belong in the column PostState"
        ))
        .suggest_all(codes_to_suggest)
}

fn named(code: CountryCode) -> String {
    match code.name() {
        "" => code.as_str().to_owned(),
        name => format!("{} ({name})", code.as_str()),
    }
}

/// The state of the USA that a country's cell may stand for, where the address's state is that one:
/// `CA` beside `CA` is California as likely as Canada.
pub(crate) fn state_instead(country: CountryCode, province: &str) -> Option<&'static str> {
    const STATES: [(&str, &str, &str); 22] = [
        ("AL", "AL", "Alabama"),
        ("AR", "AR", "Arkansas"),
        ("AZ", "AZ", "Arizona"),
        ("CA", "CA", "California"),
        ("CO", "CO", "Colorado"),
        ("GA", "GA", "Georgia"),
        ("GE", "GA", "Georgia"),
        ("ID", "ID", "Idaho"),
        ("IL", "IL", "Illinois"),
        ("IN", "IN", "Indiana"),
        ("JE", "NJ", "New Jersey"),
        ("KY", "KY", "Kentucky"),
        ("LA", "LA", "Louisiana"),
        ("MA", "MA", "Massachusetts"),
        ("MD", "MD", "Maryland"),
        ("ME", "ME", "Maine"),
        ("MN", "MN", "Minnesota"),
        ("MO", "MO", "Missouri"),
        ("MS", "MS", "Mississippi"),
        ("MT", "MT", "Montana"),
        ("PA", "PA", "Pennsylvania"),
        ("SC", "SC", "South Carolina"),
    ];
    let found = STATES
        .iter()
        .find(|(code, state, _)| *code == country.as_str() && *state == province);
    found.map(|(_, _, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_resolved_once_and_refused_in_words() {
        let mut countries = Countries::default();
        for _ in 0..2 {
            assert_eq!(countries.parse("DE").unwrap().as_str(), "DE");
            assert_eq!(countries.parse("Germany").unwrap().as_str(), "DE");
            let problem = countries.parse("Korea").unwrap_err();
            assert_eq!(problem.rule.code, "V403");
            assert_eq!(problem.suggestions.as_slice(), ["KR", "KP"]);
        }
        let part = countries.parse("Tirol").unwrap_err();
        assert_eq!(
            part.message,
            "\"Tirol\" is a part of AT (Austria) or of IT (Italy), or a place there, and no country"
        );
        assert_eq!(part.suggestions.as_slice(), ["AT", "IT"]);
        let letter = countries.parse("D").unwrap_err();
        assert_eq!(letter.suggestions.as_slice(), ["DE"]);
        assert_eq!(countries.spellings.len(), 5);
    }
}
