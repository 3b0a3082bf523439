//! Whether a text is what a spreadsheet program makes of another one when it opens a text file and
//! saves it. One way only: `789` is made of `00789`, never the other way round.

mod date;
mod number;

use super::super::cell::words::truth;
use super::rows::plain;

/// What has happened to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// `789` for `00789`.
    Zeros,
    /// `4930123` for `+4930123`.
    Sign,
    /// `1.23E+11` for `123456789012`.
    Digits,
    /// `12,5` for `12.50`.
    Writing,
    /// `05. Mrz` for `3-5`, `30.08.2018` for `2018-08-30`.
    Date,
    /// `WAHR` for `true`.
    Truth,
    /// `?ód?` for `Łódź`.
    Letters,
}

impl Loss {
    /// What has happened, in words.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Zeros => "has lost its leading zeros",
            Self::Sign => "has lost its plus sign",
            Self::Digits => "has lost digits",
            Self::Writing => "is written as another number",
            Self::Date => "is written as a date of another form",
            Self::Truth => "is written as a truth value",
            Self::Letters => "has lost letters that its encoding does not have",
        }
    }
}

/// What has happened to `before` if a spreadsheet program made `after` of it.
pub(super) fn loss(before: &str, after: &str) -> Option<Loss> {
    let (before, after) = (plain(before), plain(after));
    if before == after || before.is_empty() || after.is_empty() {
        return None;
    }
    number::loss(before, after)
        .or_else(|| date::is_turned(before, after).then_some(Loss::Date))
        .or_else(|| is_truth(before, after).then_some(Loss::Truth))
        .or_else(|| (letters(before, after) == Letters::Lost).then_some(Loss::Letters))
}

/// What an encoding has done to the letters of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// Nothing, or somebody wrote something else.
    Others,
    /// Those that it does not have are question marks.
    Lost,
    /// They are other letters, as when somebody types them without their accents.
    Replaced,
}

/// Compares texts letter by letter: what is ASCII goes through every encoding.
pub(super) fn letters(before: &str, after: &str) -> Letters {
    let (before, after) = (plain(before), plain(after));
    if before.is_ascii() || before == after || before.chars().count() != after.chars().count() {
        return Letters::Others;
    }
    let mut found = Letters::Lost;
    let mut same = false;
    for (one, other) in before.chars().zip(after.chars()) {
        match other {
            _ if one.to_lowercase().eq(other.to_lowercase()) => same |= one.is_alphanumeric(),
            _ if one.is_ascii() => return Letters::Others,
            '?' => {}
            _ => found = Letters::Replaced,
        }
    }
    if same || found == Letters::Lost {
        found
    } else {
        Letters::Others
    }
}

/// Whether both are the same, or `after` is made of `before`.
pub(super) fn agree(before: &str, after: &str) -> bool {
    plain(before) == plain(after) || loss(before, after).is_some()
}

/// `true` is saved as `TRUE` or `WAHR`.
fn is_truth(before: &str, after: &str) -> bool {
    let word = |text: &str| text.len() > 3 && text.chars().all(char::is_alphabetic);
    let capitals = after.chars().all(char::is_uppercase);
    word(before)
        && word(after)
        && capitals
        && truth(before).is_ok_and(|one| truth(after).is_ok_and(|other| one == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheet_programs_make_of_texts() {
        for (before, after, expected) in [
            ("00789", "789", Loss::Zeros),
            ("01099", "1099", Loss::Zeros),
            ("0405556667", "405556667", Loss::Zeros),
            ("000", "0", Loss::Zeros),
            ("00789", "789,00", Loss::Zeros),
            ("030 1234567", "301234567", Loss::Zeros),
            ("+493012345", "493012345", Loss::Sign),
            ("'+493012345", "493012345", Loss::Sign),
            ("+493012345678", "4.93012E+11", Loss::Digits),
            ("4930123456789", "4,93012E+12", Loss::Digits),
            ("004930123456", "4.9E+09", Loss::Digits),
            ("123456789012", "1.23457E+11", Loss::Digits),
            ("1234567890123456789", "1234567890123450000", Loss::Digits),
            ("1234567890123456789", "1.23457E+18", Loss::Digits),
            ("12E3", "12000", Loss::Digits),
            ("1E5", "1.00E+05", Loss::Digits),
            ("12.50", "12,5", Loss::Writing),
            ("1.10", "1.1", Loss::Writing),
            ("1.234", "1234", Loss::Writing),
            ("3-5", "05. Mrz", Loss::Date),
            ("3-5", "5-Mar", Loss::Date),
            ("3-5", "03. Mai", Loss::Date),
            ("3/5", "3/5/2026", Loss::Date),
            ("10-12", "Oct-12", Loss::Date),
            ("12-20", "Dez 20", Loss::Date),
            ("MAR5", "05-Mar", Loss::Date),
            ("1-2", "2026-02-01", Loss::Date),
            ("2018-08-30", "30.08.2018", Loss::Date),
            ("2018-08-30", "8/30/2018", Loss::Date),
            ("2018-08-30", "30/08/18", Loss::Date),
            ("2018-08-30", "30-Aug-18", Loss::Date),
            ("2018-08-03", "8/3/2018", Loss::Date),
            ("2018-08-30 23:59:59", "30.08.2018 23:59", Loss::Date),
            ("2018-08-30T23:59:59Z", "30.08.2018 23:59:59", Loss::Date),
            ("03/05/2020", "2020-05-03", Loss::Date),
            ("true", "WAHR", Loss::Truth),
            ("true", "TRUE", Loss::Truth),
            ("Łódź Glass", "?ód? Glass", Loss::Letters),
            ("Київ", "????", Loss::Letters),
        ] {
            assert_eq!(loss(before, after), Some(expected), "{before} {after}");
            assert!(agree(before, after));
        }
    }

    #[test]
    fn what_a_person_has_changed() {
        for (before, after) in [
            ("789", "00789"),
            ("00789", "0789"),
            ("00789", "790"),
            ("00789", "7890"),
            ("00789", "-789"),
            ("0405556667", "405556668"),
            ("0405556667", "+49405556667"),
            ("0405556667", "0049 40 5556667"),
            ("+493012345", "+493012346"),
            ("123456789012", "1.24E+11"),
            ("3-5", "5-3"),
            ("3-5", "3-6"),
            ("3-5", "06. Mrz"),
            ("2018-08-30", "31.08.2018"),
            ("2018-08-30", "30.08.2019"),
            ("2018-08-03", "2018-03-08"),
            ("03/05/2020", "05/03/2020"),
            ("A-789", "789"),
            ("1001.0", "1001"),
            ("3-5", "5 Markets"),
            ("true", "FALSE"),
            ("Acme", "ACME"),
            ("Łódź Glass", "Lódz Glass"),
            ("Müller", "Mueller"),
            ("Why?", "Who?"),
            ("SW1A 1AA", "SW1A1AA"),
            ("", "789"),
            ("00789", ""),
        ] {
            assert_eq!(loss(before, after), None, "{before} {after}");
        }
    }
}
