//! What a person typed for a country, as an ISO 3166-1 code or refused.
//!
//! Only exact names count, after folding case, spaces, punctuation and diacritics: codes of two
//! or three letters or of up to three digits, and some 45,000 names in all languages of CLDR. What
//! could be two countries, part of one, or a slip of the pen is refused with a suggestion, because
//! a wrong country is worse than none. The table is part of the program, 2.1 MB, and nothing is
//! built at start; `tools/generate.py` writes it.
//!
//! ```
//! use countries::{CountryCode, RefusalReason, Resolution, resolve};
//!
//! assert_eq!(resolve("Österreich"), Resolution::Resolved(CountryCode::parse("AT").unwrap()));
//! assert_eq!(resolve("Korea, Republic of"), Resolution::Resolved(CountryCode::parse("KR").unwrap()));
//!
//! let Resolution::Refused(refusal) = resolve("Germny") else { panic!("a misspelt name was taken") };
//! assert_eq!(refusal.reason, RefusalReason::Misspelt);
//! assert_eq!(refusal.suggestions[0].name(), "Germany");
//! ```

#![warn(clippy::missing_errors_doc)]

mod code;
mod code_table;
mod fold;
mod resolution;
mod resolve;
mod resolver;
mod suggest;
mod table;
mod territory;

pub use code::{CountryCode, NoSuchCode};
pub use resolution::{Refusal, RefusalReason, Resolution};
pub use resolve::resolve;
pub use resolver::Resolver;

/// The example of the README, held against the code.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
