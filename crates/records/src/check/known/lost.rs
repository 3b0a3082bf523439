//! Values of our own result files that may have lost something in a spreadsheet program, where
//! nothing tells what they were.

use crate::check::cell::{Problem, quoted};
use crate::check::field::Field;
use crate::model::CountryCode;
use crate::model::rules::texts::PERHAPS_LOST;

/// What a cell may have lost: codes, postal codes and phone numbers that are plain numbers.
pub(super) fn perhaps_lost(
    field: Field,
    text: &str,
    country: Option<CountryCode>,
) -> Option<Problem> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || text.is_empty() || text.starts_with('0') {
        return None;
    }
    let what = match field {
        Field::ExternalCode => "zeros in front of it",
        // Where the country is known, the length tells.
        Field::ZipCode if country.is_none() && matches!(text.len(), 3 | 4) => {
            "a zero in front of it"
        }
        Field::PhoneNumber | Field::FaxNumber if looks_cut(text, country) => {
            "a 0 or a + in front of it"
        }
        _ => return None,
    };
    let message = format!(
        "{} may have lost {what}, if a spreadsheet program has saved this file",
        quoted(text)
    );
    Some(Problem::new(&PERHAPS_LOST, message).help(
        "compare it with your list; --of-run RUN compares it with the run that wrote the file \
         (`partner-import runs` lists the runs)",
    ))
}

/// Numbers of these countries have no 0 in front of them; with their country's own they are longer.
fn looks_cut(text: &str, country: Option<CountryCode>) -> bool {
    const WITHOUT_ZERO: [&str; 20] = [
        "US", "CA", "PR", "MX", "ES", "PT", "DK", "NO", "PL", "CZ", "GR", "LU", "MT", "LV", "EE",
        "IS", "SG", "HK", "IT", "LT",
    ];
    let without = country.is_some_and(|country| WITHOUT_ZERO.contains(&country.as_str()));
    text.len() >= 6 && (!without || text.len() > 10)
}
