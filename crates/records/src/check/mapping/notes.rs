//! What stands in brackets in a header, and whether it changes what the header says: `(required)`
//! and `(max 50)` do not, `(old)` and `(contact)` do.

use super::fold::fold;
use super::values::is_country;
use crate::check::field::Field;
use crate::model::{Level, ServiceType, State};

/// A header cut at its brackets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bracketed {
    /// What stands outside.
    pub(super) core: String,
    /// What stands inside, bracket by bracket.
    pub(super) notes: Vec<String>,
}

/// Cuts a header at its brackets. What stands in brackets alone is the header itself.
pub(super) fn cut(text: &str) -> Bracketed {
    let mut depth = 0_usize;
    let (mut core, mut note) = (String::with_capacity(text.len()), String::new());
    let mut notes = Vec::new();
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    notes.push(std::mem::take(&mut note));
                }
            }
            _ if depth == 0 => core.push(letter),
            _ => note.push(letter),
        }
    }
    notes.push(note);
    notes.retain(|note| !note.trim().is_empty());
    if fold(&core).is_empty() && !notes.is_empty() {
        core = notes.remove(0);
    }
    Bracketed { core, notes }
}

/// Whether a note only says how a cell of the field is written, or that it is needed.
pub(super) fn is_harmless(note: &str, field: Option<Field>) -> bool {
    let note = note.trim();
    if !note.chars().any(char::is_alphabetic) {
        return is_harmless_number(note);
    }
    let lower = note.to_lowercase();
    let example = EXAMPLES.iter().any(|start| {
        lower.strip_prefix(start).is_some_and(|rest| {
            rest.starts_with(['.', ':', ',', ' ', '\u{a0}']) || start.ends_with('.')
        })
    });
    if example || lower.starts_with("http") || lower.starts_with("www.") || lower.contains('@') {
        return true;
    }
    if ["displayname", "mainnumber", "mainoffice"].contains(&fold(note).as_str()) {
        return true;
    }
    let mut words = note
        .split(|letter: char| !letter.is_alphanumeric())
        .map(fold)
        .filter(|word| !word.is_empty());
    words.all(|word| is_harmless_word(&word, field)) || is_list_of_values(note, field)
}

/// Whether a part of a header beside the words of a field says no more than that it is needed. Of what
/// is harmless in brackets, much is a thing of its own here: the office in `Website / Office`.
pub(super) fn says_no_more(part: &str, field: Option<Field>) -> bool {
    let of_country = matches!(field, Some(Field::Country | Field::DeviceCountry));
    let mut words = part
        .split(|letter: char| !letter.is_alphanumeric())
        .map(fold)
        .filter(|word| !word.is_empty());
    words
        .all(|word| NEEDED.contains(&word.as_str()) || of_country && is_harmless_word(&word, field))
}

/// `*`, a length, an example such as `01067`; not `2`, which counts columns, and not a year.
fn is_harmless_number(note: &str) -> bool {
    let digits: String = note.chars().filter(char::is_ascii_digit).collect();
    let year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    let ordinal = digits.len() == 1 && digits != "1";
    !note.contains(['#', '№', '°']) && !(note == digits && (year || ordinal))
}

fn is_harmless_word(word: &str, field: Option<Field>) -> bool {
    let first = word.chars().next().unwrap_or_default();
    // yyyy, mm, dd, TT, JJJJ, hh, ss, xx, 000
    let pattern = word.len() <= 4
        && "dmytjhsagx".contains(first)
        && word.chars().all(|letter| letter == first)
        && (word.len() > 1);
    let code = matches!(field, Some(Field::Country | Field::DeviceCountry)) && word == "code";
    let number = word
        .trim_end_matches("stellig")
        .trim_end_matches("char")
        .chars()
        .all(|letter| letter.is_ascii_digit());
    pattern || code || number || NEEDED.contains(&word) || HARMLESS.contains(&word)
}

/// `InTrial/InProduction`, `DE, AT, CH`: values that the field takes.
fn is_list_of_values(note: &str, field: Option<Field>) -> bool {
    let Some(field) = field else {
        return false;
    };
    let listed = |known: &dyn Fn(&str) -> bool| {
        note.split(['/', ',', ';', '|'])
            .flat_map(|part| part.split(" or ").flat_map(|part| part.split(" oder ")))
            .map(str::trim)
            .filter(|part| !part.is_empty() && *part != "...")
            .all(known)
    };
    let one_of =
        |words: &[&str]| listed(&|part: &str| words.iter().any(|word| fold(word) == fold(part)));
    match field {
        Field::Level => one_of(&words_of(Level::ALL, Level::as_str)),
        Field::State => one_of(&words_of(State::ALL, State::as_str)),
        Field::ServiceType | Field::ChildServiceTypes => {
            one_of(&words_of(ServiceType::ALL, ServiceType::as_str))
        }
        Field::Country | Field::DeviceCountry => listed(&is_country),
        Field::CreateDefaultAccount | Field::AutomaticDeployment => {
            one_of(&["yes", "no", "true", "false", "y", "n", "ja", "nein", "j"])
        }
        _ => false,
    }
}

fn words_of<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}

/// Beginnings of examples, lower case.
const EXAMPLES: &[&str] = &[
    "e.g", "eg", "z.b", "z. b", "zb", "ex.", "ex:", "example", "beispiel", "bsp", "exemple",
    "ejemplo", "esempio", "bijv", "bv", "such as", "like", "p.ej", "p. ej", "par ex", "ad es",
    "es.", "i.e", "format:", "format",
];

/// Words that only say whether a cell is needed, folded.
const NEEDED: &[&str] = &[
    "required",
    "mandatory",
    "optional",
    "must",
    "pflicht",
    "pflichtfeld",
    "pflichtangabe",
    "erforderlich",
    "obligatoire",
    "obligatorio",
    "obligatoria",
    "obbligatorio",
    "obbligatoria",
    "verplicht",
    "requis",
    "requise",
    "requerido",
    "requerida",
    "richiesto",
    "facultatif",
    "facultative",
    "facultativo",
    "opcional",
    "opzionale",
    "optioneel",
    "optionnel",
    "freiwillig",
    "recommended",
    "empfohlen",
    "field",
    "feld",
    "champ",
    "campo",
    "veld",
    "if",
    "any",
    "falls",
    "vorhanden",
    "applicable",
    "available",
    "wenn",
    "known",
    "bekannt",
    "unique",
    "eindeutig",
    "muss",
    "kann",
    "compulsory",
    "needed",
    "req",
    "opt",
];

/// Words that only say how a cell is written, folded.
const HARMLESS: &[&str] = &[
    // Lengths and letters.
    "max",
    "maximum",
    "maximal",
    "min",
    "minimum",
    "up",
    "to",
    "bis",
    "char",
    "chars",
    "character",
    "characters",
    "zeichen",
    "caracteres",
    "caratteri",
    "tekens",
    "letter",
    "letters",
    "buchstaben",
    "lettres",
    "letras",
    "lettere",
    "digit",
    "digits",
    "stellen",
    "stellig",
    "ziffern",
    "chiffres",
    "cijfers",
    "cifre",
    "digitos",
    "length",
    "stelliger",
    "two",
    "three",
    "zwei",
    "drei",
    "deux",
    "dos",
    "due",
    "twee",
    "only",
    "nur",
    "without",
    "ohne",
    "spaces",
    "leerzeichen",
    // Types and formats.
    "text",
    "string",
    "varchar",
    "nvarchar",
    "int",
    "integer",
    "bool",
    "boolean",
    "date",
    "datum",
    "fecha",
    "data",
    "datetime",
    "unix",
    "timestamp",
    "seconds",
    "sekunden",
    "utc",
    "iso",
    "iso3166",
    "alpha",
    "alpha2",
    "alpha3",
    "iso2",
    "iso3",
    "format",
    "formatted",
    "international",
    "intl",
    "e164",
    "incl",
    "inkl",
    "including",
    "with",
    "mit",
    "vorwahl",
    "prefix",
    "area",
    "url",
    "freetext",
    "freitext",
    "free",
    "plain",
    "dropdown",
    "picklist",
    "auswahl",
    "auswahlliste",
    "select",
    "choose",
    "en",
    "de",
    "fr",
    "es",
    "nl",
    "english",
    "deutsch",
    "german",
    "french",
    "englisch",
    "in",
    "2letter",
    "3letter",
    "2letters",
    "2digit",
    "2digits",
    "as",
    "standard",
    // The one that counts.
    "main",
    "primary",
    "default",
    "general",
    "hq",
    "headquarters",
    "headquarter",
    "head",
    "office",
    "zentrale",
    "hauptsitz",
    "haupt",
    "principal",
    "principale",
    "hoofdkantoor",
    "allgemein",
    "official",
    "current",
    "aktuell",
    "actual",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_nothing_else_is_harmless() {
        for (note, field, expected) in [
            ("required", None, true),
            ("*", None, true),
            ("max 50", None, true),
            ("50", None, true),
            ("2", None, false),
            ("2019", None, false),
            ("#", None, false),
            ("ISO 3166-1 alpha-2", None, true),
            ("2-letter", None, true),
            ("2-stellig", None, true),
            ("e.g. DE", None, true),
            ("ex-customer", None, false),
            ("extern", None, false),
            ("dd.mm.yyyy", None, true),
            ("TT.MM.JJJJ", None, true),
            ("Pflichtfeld", None, true),
            ("+49 30 1234", None, true),
            ("https://...", None, true),
            ("InTrial/InProduction", Some(Field::State), true),
            ("EndCustomer or Site", Some(Field::Level), true),
            ("DE, AT, CH", Some(Field::Country), true),
            ("of birth", Some(Field::Country), false),
            ("old", None, false),
            ("alt", None, false),
            ("Contact", Some(Field::Name), false),
            ("Do Not Modify", None, false),
            ("updates only", None, false),
        ] {
            assert_eq!(is_harmless(note, field), expected, "{note}");
        }
    }

    #[test]
    fn a_header_is_cut_at_its_brackets() {
        for (text, core, notes) in [
            ("Name (Contact)", "Name ", vec!["Contact"]),
            ("(Do Not Modify) Account", " Account", vec!["Do Not Modify"]),
            ("[Name]", "Name", vec![]),
            ("Name (a (b) c) [d]", "Name  ", vec!["a b c", "d"]),
            ("Name (open", "Name ", vec!["open"]),
        ] {
            let cut = cut(text);
            assert_eq!(
                (cut.core.as_str(), cut.notes),
                (core, notes.into_iter().map(str::to_owned).collect()),
                "{text}"
            );
        }
    }
}
