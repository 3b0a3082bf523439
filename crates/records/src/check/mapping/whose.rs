//! Whose a column is: what the words above, before or in brackets behind its name say of it. Knows
//! no fields.

use super::fold::fold;

/// Whom the words around a column's name speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whose {
    /// The customer, or the list as a whole.
    Customer,
    /// An address.
    Address,
    /// How the customer is reached: phone, fax, website.
    Reach,
    /// The address or number for bills.
    Billing,
    /// Where goods are sent.
    Delivery,
    /// A person: a contact, a manager, a technician.
    Person,
    /// The parent.
    Parent,
    /// Somebody's home, birth or emergency: never the customer's.
    Private,
}

/// What one word says.
enum Word {
    /// Nothing: `of`, `des`, `du`.
    Stop,
    /// That it is about data: with a contact, about how the customer is reached.
    Data,
    /// Of whom it speaks.
    Whose(Whose),
}

/// Whom a text speaks of, when every word of it is known.
pub(super) fn whose(text: &str) -> Option<Whose> {
    let words: Option<Vec<Word>> = split(text).map(|word| word_of(&word)).collect();
    of_words(&words?)
}

/// Whom a text speaks of, when any word of it is known.
pub(super) fn whose_perhaps(text: &str) -> Option<Whose> {
    let words: Vec<Word> = split(text).filter_map(|word| word_of(&word)).collect();
    of_words(&words)
}

/// The text without `of`, `des`, `du` and the like, folded.
pub(super) fn without_stops(text: &str) -> String {
    split(text)
        .filter(|word| !STOPS.contains(&word.as_str()))
        .collect()
}

fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .map(fold)
        .filter(|word| !word.is_empty())
}

fn of_words(words: &[Word]) -> Option<Whose> {
    let data = words.iter().any(|word| matches!(word, Word::Data));
    let most = words.iter().filter_map(|word| match word {
        Word::Whose(whose) => Some(*whose),
        Word::Stop | Word::Data => None,
    });
    match most.max() {
        Some(Whose::Person) if data => Some(Whose::Reach),
        None if data => Some(Whose::Customer),
        most => most,
    }
}

fn word_of(word: &str) -> Option<Word> {
    if STOPS.contains(&word) {
        return Some(Word::Stop);
    }
    if DATA.contains(&word) {
        return Some(Word::Data);
    }
    let exact = EXACT.iter().find(|(_, words)| words.contains(&word));
    let parts = || {
        PARTS
            .iter()
            .find(|(_, parts)| parts.iter().any(|part| word.contains(part)))
    };
    let starts = || {
        STARTS
            .iter()
            .find(|(_, starts)| starts.iter().any(|start| word.starts_with(start)))
    };
    exact
        .or_else(parts)
        .or_else(starts)
        .map(|(whose, _)| Word::Whose(*whose))
}

/// Words that say nothing, folded.
const STOPS: &[&str] = &[
    "of", "the", "a", "an", "for", "and", "und", "oder", "or", "der", "die", "das", "des", "dem",
    "den", "du", "de", "la", "le", "les", "l", "d", "del", "della", "dello", "dell", "dei", "di",
    "do", "da", "el", "los", "las", "y", "e", "et", "van", "het", "een", "en", "vom", "von", "zum",
    "zur", "fur", "fuer", "voor", "pour", "per", "para", "por", "to", "s",
];

/// Words for data as such, folded.
const DATA: &[&str] = &[
    "data",
    "details",
    "detail",
    "info",
    "infos",
    "information",
    "informations",
    "daten",
    "angaben",
    "informationen",
    "datos",
    "dati",
    "donnees",
    "gegevens",
    "informacion",
    "informazioni",
    "informatie",
    "dados",
];

/// Whole words, folded. What stands in one of the tables counts before the tables below it.
const EXACT: &[(Whose, &[&str])] = &[
    (
        Whose::Reach,
        &[
            "kontaktdaten",
            "kontaktinformationen",
            "kontaktangaben",
            "contactgegevens",
            "contactinformatie",
            "contactinfo",
            "coordonnees",
            "recapiti",
            "recapito",
            "kommunikation",
            "communication",
            "communications",
            "comunicacion",
            "comunicazione",
            "comunicazioni",
            "communicatie",
            "telecom",
            "telekommunikation",
            "erreichbarkeit",
        ],
    ),
    (
        Whose::Parent,
        &["mere", "padre", "matriz", "matrice", "madre", "superior"],
    ),
    (
        Whose::Person,
        &[
            "owner",
            "user",
            "users",
            "admin",
            "administrator",
            "sales",
            "rep",
            "employee",
            "ceo",
            "cfo",
            "cto",
            "director",
            "vertrieb",
            "usuario",
            "utilisateur",
            "gebruiker",
            "gf",
            "support",
            "author",
        ],
    ),
    (
        Whose::Private,
        &[
            "privat",
            "private",
            "privato",
            "privado",
            "prive",
            "home",
            "emergency",
            "notfall",
            "urgence",
            "birth",
            "geburt",
            "naissance",
            "nacimiento",
            "nascita",
            "geboorte",
            "personal",
            "perso",
            "personnel",
        ],
    ),
    (Whose::Delivery, &["ship", "shipto", "versand"]),
    (Whose::Billing, &["bill", "billto"]),
    (
        Whose::Address,
        &[
            "adres",
            "adr",
            "addr",
            "post",
            "mailing",
            "location",
            "locations",
            "sede",
            "sitz",
            "siege",
            "place",
            "street",
            "geo",
            "geography",
            "lage",
            "emplacement",
            "vestiging",
            "morada",
            "standort",
        ],
    ),
    (
        Whose::Customer,
        &[
            "site",
            "branch",
            "main",
            "primary",
            "head",
            "office",
            "headoffice",
            "hq",
            "zentrale",
            "haupt",
            "base",
            "principal",
            "core",
            "master",
            "basis",
            "basic",
            "overview",
            "list",
            "liste",
            "lista",
        ],
    ),
];

/// Parts of words, folded.
const PARTS: &[(Whose, &[&str])] = &[
    (
        Whose::Parent,
        &[
            "parent",
            "ubergeordnet",
            "uebergeordnet",
            "mutter",
            "konzern",
            "moeder",
            "hoofdklant",
            "bovenliggend",
            "capogruppo",
            "hauptkunde",
            "holding",
        ],
    ),
    (
        Whose::Person,
        &[
            "contact",
            "kontakt",
            "contatt",
            "contato",
            "ansprech",
            "person",
            "referent",
            "responsab",
            "interlocut",
            "manager",
            "inhaber",
            "geschaftsfuhr",
            "geschaeftsfuehr",
            "techni",
            "verantwort",
            "betreuer",
            "benutzer",
            "mitarbeiter",
            "verkaufer",
            "vendedor",
            "zustandig",
        ],
    ),
    (
        Whose::Delivery,
        &[
            "shipping",
            "deliver",
            "liefer",
            "livraison",
            "envio",
            "entrega",
            "aflever",
            "bezorg",
            "spedizion",
            "consegn",
            "expedi",
        ],
    ),
    (
        Whose::Billing,
        &[
            "billing", "invoic", "rechnung", "factur", "fattur", "faktur",
        ],
    ),
    (
        Whose::Address,
        &[
            "address",
            "adress",
            "anschrift",
            "direccion",
            "domicil",
            "indirizz",
            "postal",
            "ubicacion",
            "ubicazion",
            "localit",
            "localiz",
            "localis",
            "locati",
            "endereco",
            "addresse",
        ],
    ),
    (
        Whose::Customer,
        &[
            "compan",
            "customer",
            "client",
            "cliente",
            "kunde",
            "firma",
            "firmen",
            "unternehm",
            "societ",
            "entreprise",
            "empres",
            "bedrijf",
            "klant",
            "aziend",
            "organi",
            "account",
            "business",
            "mandant",
            "partner",
            "relatie",
            "stamm",
            "allgemein",
            "algemeen",
            "hauptdaten",
        ],
    ),
];

/// Beginnings of words, folded.
const STARTS: &[(Whose, &[&str])] = &[(Whose::Customer, &["general", "ident", "anagrafic"])];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_whose_a_column_is() {
        for (text, expected) in [
            ("Company", Some(Whose::Customer)),
            ("Stammdaten", Some(Whose::Customer)),
            ("Données générales", Some(Whose::Customer)),
            ("Dati anagrafici", Some(Whose::Customer)),
            ("Adresse", Some(Whose::Address)),
            ("Indirizzo", Some(Whose::Address)),
            ("Contactpersoon", Some(Whose::Person)),
            ("Kontaktdaten", Some(Whose::Reach)),
            ("Contact details", Some(Whose::Reach)),
            ("Datos de contacto", Some(Whose::Reach)),
            ("Account Manager", Some(Whose::Person)),
            ("Customer contact", Some(Whose::Person)),
            ("Rechnungsadresse", Some(Whose::Billing)),
            ("Adresse de livraison", Some(Whose::Delivery)),
            ("Société mère", Some(Whose::Parent)),
            ("Parent company", Some(Whose::Parent)),
            ("of the customer", Some(Whose::Customer)),
            ("old", None),
            ("customer, old", None),
            ("of birth", Some(Whose::Private)),
        ] {
            assert_eq!(whose(text), expected, "{text}");
        }
        assert_eq!(whose_perhaps("Kunde 2026"), Some(Whose::Customer));
    }
}
