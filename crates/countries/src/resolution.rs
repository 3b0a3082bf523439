//! What became of a text: a country, or why it is none.

use super::code::CountryCode;

/// What became of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The one country that the text names.
    Resolved(CountryCode),
    /// No country, and why.
    Refused(Refusal),
}

/// Why a text is no country, and what may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// What may have been meant, the likeliest first; a handful at most, often none.
    pub suggestions: Vec<CountryCode>,
}

/// Why a text is no country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalReason {
    /// Nothing, or a word for nothing such as "N/A".
    Missing,
    /// A name that several countries share, such as "Korea".
    Ambiguous,
    /// A continent, a union or another group of countries.
    Region,
    /// A state that is no more, such as "Yugoslavia".
    FormerState,
    /// Several countries at once, or a name and a code that disagree.
    Several,
    /// Part of a country, or a town in it, such as "Bavaria".
    SubNational,
    /// A telephone prefix such as "+43".
    DiallingCode,
    /// A country without a code in ISO 3166-1: Kosovo.
    NoIsoCode,
    /// Close to a country's name, but not exactly one.
    Misspelt,
    /// Nothing that is known.
    NotACountry,
}
