//! Guesses a one-byte (or East Asian) encoding when a file is no UTF-8. A detector made for web
//! pages does most of it; short lists of names need a second look, and Mac Roman is not in it.

use super::dos::{DosPage, PAGES};
use super::table::Table;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, WINDOWS_1252};

/// The likeliest encoding of text that holds bytes beyond ASCII and is no UTF-8.
pub(super) fn guess(bytes: &[u8]) -> Table {
    let sample = telling_lines(bytes);
    let found = guess_web(&sample);
    match dos_page(&sample, found) {
        Some(page) => Table::Dos(page),
        None => Table::Web(found),
    }
}

fn guess_web(sample: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let found = detector.guess(None, Utf8Detection::Deny);
    let found = best_of(sample, found);
    if found == WINDOWS_1252 && euro_of_latin9(sample) {
        return ISO_8859_15;
    }
    found
}

/// Only lines that say something, so that a long list of plain names does not drown them.
fn telling_lines(bytes: &[u8]) -> Vec<u8> {
    const ENOUGH: usize = 256 * 1024;
    let mut sample = Vec::new();
    for line in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        if !line.is_ascii() {
            sample.extend_from_slice(line);
            if sample.len() > ENOUGH {
                break;
            }
        }
    }
    sample
}

/// Takes another encoding than the detector's when the words then look clearly better.
fn best_of(sample: &[u8], found: &'static Encoding) -> &'static Encoding {
    if !found.is_single_byte() {
        return found;
    }
    let mut best = (plausibility(sample, found), found);
    for other in [WINDOWS_1252, MACINTOSH] {
        let score = plausibility(sample, other);
        // Windows-1252 only has to be as good: it is by far the most frequent one.
        let better = if other == WINDOWS_1252 {
            score >= best.0 && german_only(sample)
        } else {
            score > best.0
        };
        if better {
            best = (score, other);
        }
    }
    best.1
}

/// A code page of DOS, where it makes words of what is no word in `found`, and where a letter
/// stands inside a word that Windows has as a control character or a sign that never stands there.
fn dos_page(sample: &[u8], found: &'static Encoding) -> Option<&'static DosPage> {
    let letter = |byte: u8| byte.is_ascii_alphabetic();
    let inside = sample.windows(3).filter(|three| {
        let sign = matches!(
            three[1],
            0x81 | 0x82 | 0x84 | 0x86..=0x88 | 0x93 | 0x94 | 0xA1..=0xA5
        );
        sign && letter(three[0]) && letter(three[2])
    });
    let evidence = inside.count();
    let pairs = sample
        .windows(2)
        .filter(|two| !two[0].is_ascii() && !two[1].is_ascii());
    let high = sample.iter().filter(|byte| !byte.is_ascii()).count();
    // East Asian text has bytes beyond ASCII in runs, European text hardly.
    if evidence == 0 || pairs.count() * 3 > high {
        return None;
    }
    let mut best: Option<(i64, &'static DosPage)> = None;
    for page in PAGES {
        let score = plausibility_of(&page.decode(sample)) + usual_letters(&page.decode(sample));
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, page));
        }
    }
    let (score, page) = best?;
    let (text, _) = found.decode_without_bom_handling(sample);
    let of_found = if found.is_single_byte() {
        plausibility_of(&text) + usual_letters(&text)
    } else {
        // Most letters must be good ones.
        2 * i64::try_from(high).unwrap_or(i64::MAX)
    };
    (score > of_found).then_some(page)
}

/// How many of the letters beyond ASCII are frequent ones.
fn usual_letters(text: &str) -> i64 {
    let usual = text
        .chars()
        .filter(|letter| "äöüÄÖÜßéèàçñåøæóíá".contains(*letter));
    i64::try_from(usual.count()).unwrap_or(i64::MAX)
}

/// How much the words with letters beyond ASCII look like words: letters of a fitting case count
/// for it, signs inside words and capitals behind small letters against it.
fn plausibility(sample: &[u8], encoding: &'static Encoding) -> i64 {
    let (text, _) = encoding.decode_without_bom_handling(sample);
    plausibility_of(&text)
}

fn plausibility_of(text: &str) -> i64 {
    let mut score = 0;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(character) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        if !character.is_ascii() {
            score += weigh(before, character, after);
        }
        before = character;
    }
    score
}

fn weigh(before: char, character: char, after: char) -> i64 {
    let inside = before.is_alphabetic() && after.is_alphabetic();
    match character {
        '’' | '‘' | '–' | '—' | '“' | '”' | '„' | '…' | '«' | '»' | '®' | '™' | '°' | '§' | '€'
        | '£' | '·' | '\u{A0}' => {
            if inside && character != '’' && character != '·' {
                -4
            } else {
                1
            }
        }
        'ﬁ' | 'ﬂ' | 'ı' | 'ˆ' | '˜' | '¯' | '˘' | '˙' | '˚' | '¸' | '˝' | '˛' | 'ˇ' | 'ƒ' | 'þ'
        | 'Þ' | 'ð' | 'Ð' | '\u{FFFD}' => -3,
        _ if character.is_control() => -6,
        _ if character.is_uppercase() => match (before, after) {
            (before, _) if before.is_lowercase() => -5,
            (before, after) if before.is_uppercase() && after.is_lowercase() => -2,
            _ => 2,
        },
        _ if character.is_lowercase() => {
            if before.is_uppercase() && after.is_uppercase() {
                -4
            } else {
                3
            }
        }
        _ if character.is_alphabetic() => 2,
        _ if before.is_alphabetic() || after.is_alphabetic() => -4,
        _ => -1,
    }
}

/// Whether every byte beyond ASCII is a German letter, which the encodings of Western and Central
/// Europe write the same way.
fn german_only(sample: &[u8]) -> bool {
    sample.iter().filter(|byte| !byte.is_ascii()).all(|byte| {
        matches!(
            byte,
            0xE4 | 0xF6 | 0xFC | 0xDF | 0xC4 | 0xD6 | 0xDC | 0xE9 | 0xC9
        )
    })
}

/// ISO-8859-15 has the euro sign where others have the rarely used currency sign.
fn euro_of_latin9(sample: &[u8]) -> bool {
    let prices = sample
        .windows(3)
        .filter(|window| {
            let digit_or_space = |byte: u8| byte.is_ascii_digit() || byte == b' ';
            window[1] == 0xA4 && (digit_or_space(window[0]) || digit_or_space(window[2]))
        })
        .count();
    prices > 0 && !sample.iter().any(|byte| (0x80..0xA0).contains(byte))
}

#[cfg(test)]
mod tests {
    use super::super::TextEncoding;
    use super::*;

    /// Bytes of DOS, with the name of the code page.
    const DOS: &[(&[u8], &str)] = &[
        (b"Name\nM\x81ller GmbH\n", "Name\nMüller GmbH\n"),
        (b"B\x84ckerei;K\x94ln\n", "Bäckerei;Köln\n"),
        (
            b"Gr\x94\xE1e;Stra\xE1e 5;M\x81nchen\n",
            "Größe;Straße 5;München\n",
        ),
        (
            b"Caf\x82 Z\x89rich;Gen\x8Ave;Fran\x87ais\n",
            "Café Zërich;Genève;Français\n",
        ),
        (
            b"Pe\xA4a;M\xA0laga;Compa\xA4\xA1a\n",
            "Peña;Málaga;Compañía\n",
        ),
        (
            b"\x9Aberlingen;\x99sterreich;B\x81hl\n",
            "Überlingen;Österreich;Bühl\n",
        ),
    ];

    #[test]
    fn code_pages_of_dos_are_recognised() {
        for (bytes, text) in DOS {
            let found = TextEncoding(guess(bytes));
            let mut decoded = Vec::new();
            found.decoder().decode(bytes, &mut decoded, true);
            let decoded = String::from_utf8(decoded).unwrap();
            assert_eq!(decoded, *text, "{}", found.name());
        }
    }

    #[test]
    fn signs_of_windows_are_no_letters_of_dos() {
        for bytes in [
            b"O\x92Brien & Sons;Dublin\n".as_slice(),
            b"The \x93Old Inn\x94;Bath\nAcme \x96 Berlin;\x80 5\n",
            b"Acme\x99 Ltd;Foo\x85\nA\xA0B;Caf\xE9\n",
        ] {
            let found = guess(bytes);
            assert!(matches!(found, Table::Web(_)), "{found:?}");
        }
    }

    const CASES: &[(&str, &str)] = &[
        ("windows-1252", "Name\nMüller GmbH\n"),
        (
            "windows-1252",
            "Name;Ort\nBäckerei Groß;Köln\nCafé Zoë;Genève\nO’Brien & Sons;Dublin\n",
        ),
        (
            "windows-1252",
            "Société Générale;Besançon\nHôtel du Lac;Évian\nL’Œuvre;Nîmes\n",
        ),
        (
            "windows-1252",
            "Peña Nieto S.A.;Málaga\nCompañía Española;Cádiz\n",
        ),
        (
            "windows-1252",
            "Åse Bjørnsen A/S;Tromsø\nSmörgåsbord AB;Malmö\n",
        ),
        (
            "windows-1250",
            "Nazwa;Miasto\nŁódzkie Zakłady Przemysłu;Łódź\nŻabka Sp. z o.o.;Poznań\nKsięgarnia Świt;Kraków\n",
        ),
        (
            "windows-1250",
            "Dvořák a synové;Třebíč\nNováček s.r.o.;Plzeň\nŽelezářství Kříž;Děčín\n",
        ),
        (
            "ISO-8859-2",
            "Łódzkie Zakłady;Łódź\nŚwiat Książki;Gdańsk\nWąsowski i Żak;Częstochowa\nSpółka Jaśmin;Kraków\n",
        ),
        (
            "windows-1251",
            "Название;Город\nООО Ромашка;Москва\nЗАО Северсталь;Череповец\n",
        ),
        (
            "windows-1253",
            "Όνομα;Πόλη\nΑφοί Παπαδόπουλοι ΑΕ;Θεσσαλονίκη\nΚαφενείο Ο Γιώργος;Αθήνα\n",
        ),
        ("macintosh", "Name\nMüller GmbH\n"),
        (
            "macintosh",
            "Bäckerei Groß;Köln\nCafé Zoë;Genève\nPeña Nieto;Málaga\n",
        ),
        (
            "macintosh",
            "Société Générale;Besançon\nHôtel du Lac;Évian\n",
        ),
    ];

    #[test]
    fn short_lists_of_names_are_read_in_their_encoding() {
        let mut wrong = Vec::new();
        for (name, text) in CASES {
            let encoding = Encoding::for_label(name.as_bytes()).unwrap();
            let (bytes, _, unmappable) = encoding.encode(text);
            assert!(!unmappable, "{name}: {text}");
            let found = TextEncoding(guess(&bytes));
            let mut decoded = Vec::new();
            found.decoder().decode(&bytes, &mut decoded, true);
            if decoded != text.as_bytes() {
                wrong.push(format!("{name} as {}: {text}", found.name()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_euro_sign_of_latin_9_is_a_euro_sign() {
        assert_eq!(
            guess(b"Preis;12 \xA4\nM\xFCller;3\n"),
            Table::Web(ISO_8859_15)
        );
    }
}
