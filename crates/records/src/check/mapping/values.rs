//! What the cells below an ambiguous header are: states of customers, provinces, phone numbers ...

use std::collections::HashSet;
use std::sync::LazyLock;

use super::fold::fold;
use crate::check::field::Field;
use crate::model::{CountryCode, Level, ServiceType, State};
use countries::{Resolution, resolve};

/// What a cell below a header such as `State` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StateKind {
    /// A state of the service, in any spelling of case and spaces.
    Service,
    /// Close to such a word.
    NearlyService,
    /// A province that is known, or a code like one.
    Province,
    /// A country's name.
    Country,
    /// Anything else.
    Other,
}

/// What `text` is below a header such as `State`.
pub(crate) fn state_kind(text: &str) -> StateKind {
    let folded = fold(text);
    if State::ALL
        .iter()
        .any(|state| fold(state.as_str()) == folded)
    {
        return StateKind::Service;
    }
    let code = (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if code || PROVINCES.contains(folded.as_str()) {
        return StateKind::Province;
    }
    let near = |state: &State| strsim::damerau_levenshtein(&fold(state.as_str()), &folded) <= 2;
    if folded.len() > 4 && State::ALL.iter().any(near) {
        return StateKind::NearlyService;
    }
    if text.chars().count() > 3 && is_country(text) {
        return StateKind::Country;
    }
    StateKind::Other
}

/// The field that the cells of a column are words of, whatever its header says: levels, states of
/// customers, service types, or countries by their names. One cell in ten may be something else, for
/// lists have mistakes. None where there are no such words.
pub(super) fn field_of_words<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Field> {
    let folds_to = |word: &str, folded: &str| fold(word) == folded;
    let is_level = |folded: &str| Level::ALL.iter().any(|one| folds_to(one.as_str(), folded));
    let is_state = |folded: &str| State::ALL.iter().any(|one| folds_to(one.as_str(), folded));
    let is_service = |folded: &str| {
        ServiceType::ALL
            .iter()
            .any(|one| folds_to(one.as_str(), folded))
    };
    let (mut filled, mut others) = (0_usize, [0_usize; FIELDS.len()]);
    for text in texts {
        filled += 1;
        let folded = fold(text);
        let is_word = [
            is_level(&folded),
            is_state(&folded),
            is_service(&folded),
            // Codes of two or three letters are languages and provinces as well.
            text.chars().count() > 3 && is_country(text),
            is_phone(text),
            is_web_address(text),
        ];
        for (others, is_word) in others.iter_mut().zip(is_word) {
            *others += usize::from(!is_word);
        }
        // Remarks and numbers show soon that they are none of these.
        if filled == ENOUGH && others.iter().all(|others| others * 2 > filled) {
            return None;
        }
    }
    let found = FIELDS
        .iter()
        .zip(others)
        .find(|(_, others)| others * 10 <= filled);
    found.map(|(field, _)| *field).filter(|_| filled > 0)
}

/// The fields of words.
const FIELDS: [Field; 6] = [
    Field::Level,
    Field::State,
    Field::ServiceType,
    Field::Country,
    Field::PhoneNumber,
    Field::WebsiteAddress,
];

/// After so many cells a column of something else is not looked through any further.
const ENOUGH: usize = 100;

/// Whether a text can hardly be anything else than a phone number: customer numbers and dates are digits, too.
fn is_phone(text: &str) -> bool {
    let text = text.trim();
    let of_phone = |sign: char| sign.is_ascii_digit() || " +-/().\u{a0}".contains(sign);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(7..=15).contains(&digits) || !text.chars().all(of_phone) {
        return false;
    }
    let begins = |start: &str| text.trim_start_matches('(').starts_with(start);
    if begins("+") || begins("00") {
        return true;
    }
    // `0228 1234567`, `040/123456`; not `01/02/2026`.
    let groups: Vec<&str> = text.split(|sign: char| !sign.is_ascii_digit()).collect();
    let is_date = matches!(&groups[..], [day, month, year]
        if day.len() <= 2 && month.len() <= 2 && [2, 4].contains(&year.len()));
    begins("0") && groups.len() > 1 && !is_date
}

/// Whether a text can hardly be anything else than a web address; `dr.meier` may be a name.
fn is_web_address(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let begins = ["https://", "http://", "www."];
    begins.iter().any(|start| lower.starts_with(start))
        && lower.contains('.')
        && !lower.contains(char::is_whitespace)
}

/// Whether `text` is a country, by its name or code.
pub(super) fn is_country(text: &str) -> bool {
    matches!(resolve(text), Resolution::Resolved(_))
}

/// The country that `text` is, by its name or code.
pub(super) fn country_of(text: &str) -> Option<CountryCode> {
    match resolve(text) {
        Resolution::Resolved(country) => Some(country),
        Resolution::Refused(_) => None,
    }
}

/// Whether cells count the rows, from `least` or the number above it.
pub(super) fn is_running<'a>(mut texts: impl Iterator<Item = &'a str>, least: u32) -> bool {
    let number = |text: &str| text.strip_suffix(".0").unwrap_or(text).parse::<u32>().ok();
    let Some(first) = texts.next().and_then(number) else {
        return false;
    };
    (least..=least + 1).contains(&first)
        && (first + 1..)
            .zip(texts)
            .all(|(next, text)| number(text) == Some(next))
}

/// Whether the texts number the rows, in any order and with gaps: small numbers from about one on,
/// none twice.
pub(super) fn is_counting<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let number = |text: &str| {
        let digits = text.trim_end_matches(['.', ')']);
        let plain = !digits.starts_with('0') || digits == "0";
        digits.parse::<usize>().ok().filter(|_| plain)
    };
    let Some(mut numbers) = texts.map(number).collect::<Option<Vec<usize>>>() else {
        return false;
    };
    numbers.sort_unstable();
    let distinct = numbers.windows(2).all(|pair| pair[0] != pair[1]);
    let (least, most) = (numbers.first(), numbers.last());
    distinct
        && least.is_some_and(|least| *least <= 2)
        && most.is_some_and(|most| *most <= numbers.len() + numbers.len() / 2 + 1)
}

/// Whether `text` is a province that is known, by its name or code.
pub(super) fn is_province(text: &str) -> bool {
    PROVINCES.contains(fold(text).as_str())
}

/// Whether `text` looks like a phone number and not like a customer number.
pub(super) fn is_phone_like(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let signs = text
        .bytes()
        .filter(|byte| matches!(byte, b' ' | b'(' | b')' | b'/' | b'-' | b'.'))
        .count();
    let letters = text.chars().any(char::is_alphabetic);
    !letters && digits >= 6 && (text.starts_with('+') || text.starts_with("00") || signs >= 2)
}

static PROVINCES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    PROVINCE_NAMES
        .iter()
        .flat_map(|list| list.split(';'))
        .map(fold)
        .collect()
});

const PROVINCE_NAMES: &[&str] = &[
    // United States
    "Alabama;Alaska;Arizona;Arkansas;California;Colorado;Connecticut;Delaware;Florida;Georgia;Hawaii;\
     Idaho;Illinois;Indiana;Iowa;Kansas;Kentucky;Louisiana;Maine;Maryland;Massachusetts;Michigan;\
     Minnesota;Mississippi;Missouri;Montana;Nebraska;Nevada;New Hampshire;New Jersey;New Mexico;\
     New York;North Carolina;North Dakota;Ohio;Oklahoma;Oregon;Pennsylvania;Rhode Island;\
     South Carolina;South Dakota;Tennessee;Texas;Utah;Vermont;Virginia;Washington;West Virginia;\
     Wisconsin;Wyoming;District of Columbia",
    "AL;AK;AZ;AR;CA;CO;CT;DE;FL;GA;HI;ID;IL;IN;IA;KS;KY;LA;ME;MD;MA;MI;MN;MS;MO;MT;NE;NV;NH;NJ;NM;NY;\
     NC;ND;OH;OK;OR;PA;RI;SC;SD;TN;TX;UT;VT;VA;WA;WV;WI;WY;DC",
    // Canada
    "Alberta;British Columbia;Manitoba;New Brunswick;Newfoundland and Labrador;Nova Scotia;Ontario;\
     Prince Edward Island;Quebec;Saskatchewan;Northwest Territories;Nunavut;Yukon;\
     AB;BC;MB;NB;NL;NS;ON;PE;QC;SK;NT;NU;YT",
    // Australia
    "New South Wales;Victoria;Queensland;South Australia;Western Australia;Tasmania;\
     Northern Territory;Australian Capital Territory;NSW;VIC;QLD;SA;TAS;ACT",
    // United Kingdom and Ireland
    "England;Scotland;Wales;Northern Ireland;Kent;Essex;Surrey;Sussex;Yorkshire;Lancashire;Devon;\
     Cornwall;Norfolk;Suffolk;Hampshire;Greater London;Greater Manchester;West Midlands;Leinster;\
     Munster;Connacht;Ulster",
    // Germany, Austria, Switzerland
    "Baden-Württemberg;Bayern;Bavaria;Berlin;Brandenburg;Bremen;Hamburg;Hessen;Hesse;\
     Mecklenburg-Vorpommern;Niedersachsen;Lower Saxony;Nordrhein-Westfalen;North Rhine-Westphalia;NRW;\
     Rheinland-Pfalz;Saarland;Sachsen;Saxony;Sachsen-Anhalt;Schleswig-Holstein;Thüringen;Thuringia",
    "Burgenland;Kärnten;Carinthia;Niederösterreich;Oberösterreich;Salzburg;Steiermark;Styria;Tirol;\
     Tyrol;Vorarlberg;Wien;Vienna",
    "Aargau;Appenzell;Basel;Basel-Stadt;Basel-Landschaft;Bern;Fribourg;Freiburg;Genève;Geneva;Genf;\
     Glarus;Graubünden;Jura;Luzern;Neuchâtel;Nidwalden;Obwalden;Schaffhausen;Schwyz;Solothurn;\
     St. Gallen;Thurgau;Ticino;Tessin;Uri;Valais;Wallis;Vaud;Waadt;Zug;Zürich;Zurich",
    // Netherlands and Belgium
    "Drenthe;Flevoland;Friesland;Fryslân;Gelderland;Groningen;Limburg;Noord-Brabant;Noord-Holland;\
     Overijssel;Utrecht;Zeeland;Zuid-Holland;Antwerpen;Vlaams-Brabant;Oost-Vlaanderen;West-Vlaanderen;\
     Hainaut;Liège;Namur;Brussel;Bruxelles",
    // France
    "Auvergne-Rhône-Alpes;Bourgogne-Franche-Comté;Bretagne;Centre-Val de Loire;Corse;Grand Est;\
     Hauts-de-France;Île-de-France;Normandie;Nouvelle-Aquitaine;Occitanie;Pays de la Loire;\
     Provence-Alpes-Côte d'Azur;PACA",
    // Spain
    "Andalucía;Aragón;Asturias;Baleares;Islas Baleares;Canarias;Cantabria;Castilla-La Mancha;\
     Castilla y León;Cataluña;Catalunya;Extremadura;Galicia;La Rioja;Madrid;Murcia;Navarra;\
     País Vasco;Valencia;Comunidad Valenciana;Barcelona;Sevilla;Málaga;Alicante;Vizcaya",
    // Italy
    "Abruzzo;Basilicata;Calabria;Campania;Emilia-Romagna;Friuli-Venezia Giulia;Lazio;Liguria;\
     Lombardia;Lombardy;Marche;Molise;Piemonte;Piedmont;Puglia;Sardegna;Sardinia;Sicilia;Sicily;\
     Toscana;Tuscany;Trentino-Alto Adige;Umbria;Valle d'Aosta;Veneto",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_provinces_are_told_apart() {
        for (text, expected) in [
            ("InTrial", StateKind::Service),
            ("in production", StateKind::Service),
            ("InTrail", StateKind::NearlyService),
            ("TX", StateKind::Province),
            ("Bayern", StateKind::Province),
            ("Deutschland", StateKind::Country),
            ("Active", StateKind::Other),
        ] {
            assert_eq!(state_kind(text), expected, "{text}");
        }
    }

    #[test]
    fn phone_numbers_and_customer_numbers_are_told_apart() {
        for (text, expected) in [
            ("+43 1 234567", true),
            ("(030) 123-456", true),
            ("100234", false),
            ("K-0007", false),
            ("0049301234567", true),
        ] {
            assert_eq!(is_phone_like(text), expected, "{text}");
        }
    }
}
