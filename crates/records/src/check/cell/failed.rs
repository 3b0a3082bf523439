//! What a spreadsheet program shows where a formula failed, in whatever language, and formulas that
//! stand where their value should.

use super::{Problem, quoted};
use crate::check::field::Field;
use crate::model::rules::texts::{ERROR_CELL, FORMULA_TEXT};

/// Errors that their form does not tell from a name, or that are written in small letters too.
const KNOWN: [&str; 22] = [
    "#n/a",
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#null!",
    "#num!",
    "#spill!",
    "#calc!",
    "#getting_data",
    "#nv",
    "#bezug!",
    "#wert!",
    "#zahl!",
    "#valeur!",
    "#nom?",
    "#valor!",
    "#yok",
    "#saknas",
    "#puuttuu",
    "#hiányzik",
    "#n/a n/a",
];

/// Words before the number of an error of LibreOffice.
const NUMBERED: [&str; 11] = [
    "err",
    "fehler",
    "fel",
    "fout",
    "feil",
    "virhe",
    "błąd",
    "chyba",
    "hiba",
    "ошибка",
    "hata",
];

/// Whether [`is_error_text`] has to be asked.
#[inline]
pub(crate) fn may_be_error_text(text: &str) -> bool {
    let bytes = text.as_bytes();
    let length = bytes.len();
    bytes[0] == b'#' || length > 6 && (bytes[length - 4] == b':' || bytes[length - 5] == b':')
}

/// What a spreadsheet program shows where a formula failed: `#N/D`, `#RIF!`, `#¡REF!`, `#ИМЯ?`,
/// `Err:502`.
#[cold]
pub(crate) fn is_error_text(text: &str) -> bool {
    let lower = text.to_lowercase();
    let Some(rest) = text.strip_prefix('#') else {
        return is_numbered(&lower);
    };
    if KNOWN.contains(&lower.as_str()) {
        return true;
    }
    let capitals = |part: &str| {
        let fits = |letter: char| {
            letter.is_alphabetic() && !letter.is_lowercase() || matches!(letter, '/' | '0' | '_')
        };
        part.chars().all(fits) && part.chars().filter(|letter| letter.is_alphabetic()).count() >= 2
    };
    let rest = rest.trim_start_matches(['¡', '¿']);
    if let Some(word) = rest.strip_suffix(['!', '?', '！', '？']) {
        return capitals(word);
    }
    // `#REF`, `#BEZUG`, `#DIV/0`: the sign at the end was lost.
    if [
        "#REF", "#VALUE", "#NAME", "#DIV/0", "#NUM", "#NULL", "#CALC", "#SPILL", "#BEZUG", "#WERT",
        "#ZAHL",
    ]
    .contains(&text)
    {
        return true;
    }
    // `#N/D`, `#I/T`, `#N/DISP`, `#Н/Д`
    rest.split_once('/').is_some_and(|(one, other)| {
        one.chars().count() == 1
            && other.chars().count() <= 5
            && !other.is_empty()
            && capitals(rest)
    })
}

/// `Err:502`, `Fehler: 508`
fn is_numbered(lower: &str) -> bool {
    let Some((word, number)) = lower.split_once(':') else {
        return false;
    };
    let number = number.trim();
    let numbered = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    let word = word.trim().trim_end_matches('.');
    numbered && (word.starts_with("err") || NUMBERED.contains(&word))
}

/// The cell holds a failed formula.
pub(crate) fn error_cell(text: &str) -> Problem {
    Problem::new(
        &ERROR_CELL,
        format!("{} is a spreadsheet error, not a value", quoted(text)),
    )
    .help("fix the formula in the workbook, or empty the cell")
}

/// Refuses a formula that stands where its value should: `=VLOOKUP(A2;B:C;2)`, `=Sheet2!B4`. Other
/// texts behind an equals sign pass.
#[cold]
pub(crate) fn formula(field: Field, text: &str) -> Option<Problem> {
    let body = text.strip_prefix('=')?.trim_start();
    let digits = !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_digit());
    let computes = body.contains('(') && body.ends_with(')')
        || body.contains('"')
        || body
            .split(['+', '-', '*', '/', '&', ':', '!'])
            .any(is_reference);
    if !digits && !computes {
        return None;
    }
    let message = format!("{} is a formula, not a value", quoted(text));
    let problem = Problem::new(&FORMULA_TEXT, message)
        .help("save the list with values instead of formulas, or write the value");
    let value = if digits {
        Some(body)
    } else if body.to_ascii_uppercase().starts_with("HYPERLINK(") {
        let mut texts = body.split('"').skip(1).step_by(2);
        match field {
            Field::WebsiteAddress => texts.next(),
            _ => texts.last(),
        }
    } else {
        None
    };
    Some(match value {
        Some(value) if !value.is_empty() => problem.suggest(value),
        _ => problem,
    })
}

/// `A2`, `$B$14`
fn is_reference(part: &str) -> bool {
    let part = part.trim().replace('$', "");
    let letters = part.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &part[letters..];
    (1..=3).contains(&letters)
        && (1..=7).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_known_by_their_form_in_any_language() {
        for text in [
            "#N/A",
            "#N/D",
            "#RIF!",
            "#VALORE!",
            "#NOME?",
            "#¡REF!",
            "#¿NOMBRE?",
            "#¡DIV/0!",
            "#N/DISP",
            "#WERT!",
            "#NV",
            "#ИМЯ?",
            "#Н/Д",
            "#ДЕЛ/0!",
            "#ÉRTÉK!",
            "#HIÁNYZIK",
            "#I/T",
            "#VÄRDEFEL!",
            "#ERROR!",
            "#GETTING_DATA",
            "#SAYI/0!",
            "#YOK",
            "#n/a",
            "#ref!",
            "Err:502",
            "Err: 508",
            "ERR:504",
            "Fehler:502",
            "Ошибка:508",
            "#ARG!",
            "#名称?",
        ] {
            assert!(may_be_error_text(text) && is_error_text(text), "{text}");
        }
        for text in [
            "#1 Street",
            "#Team",
            "#TEAM",
            "#wow!",
            "#4711",
            "#",
            "#!",
            "#A",
            "Room:502",
            "Suite: 12",
            "Acme #1",
            "10:30",
            "#A/B Test",
            "#10/2",
        ] {
            assert!(!(may_be_error_text(text) && is_error_text(text)), "{text}");
        }
    }

    #[test]
    fn formulas_are_no_values() {
        for (text, suggestion) in [
            ("=VLOOKUP(A2;Sheet2!B:C;2)", ""),
            ("=A2&B2", ""),
            ("=$B$14", ""),
            ("=Kunden!B4", ""),
            ("=00012", "00012"),
            ("=HYPERLINK(\"https://a.example\";\"Acme\")", "Acme"),
        ] {
            let problem = formula(Field::Name, text).unwrap();
            assert_eq!(problem.suggestions.join("|"), suggestion, "{text}");
        }
        for text in ["=Acme", "Acme", "= mc2 Ltd", "==", "=Acme & Co"] {
            assert_eq!(formula(Field::Name, text), None, "{text}");
        }
    }
}
