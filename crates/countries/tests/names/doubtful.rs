//! What looks like a country and is none, or names two and means one.

use super::{accepted, check, outcome, refused};
use countries::CountryCode;

#[test]
fn codes_with_punctuation_are_words_or_parts_of_addresses() {
    for country in CountryCode::all() {
        let (alpha2, alpha3) = (country.as_str(), country.alpha3());
        let lower = alpha2.to_lowercase();
        let [first, second] = [&alpha2[..1], &alpha2[1..]];
        if alpha2 != "US" {
            refused(&[
                &format!("{first}.{second}."),
                &format!("{first} / {second}"),
            ]);
        }
        refused(&[
            &format!("{alpha2}."),
            &format!(".{lower}"),
            &format!("({lower})"),
            &format!("{first}{}.", second.to_lowercase()),
            &format!("{alpha2}/"),
            &format!("-{alpha2}"),
            &format!("{alpha3}."),
            &format!("{first}/{second}"),
        ]);
    }
    check(&[
        ("St.", "NotACountry"),
        ("St", "NotACountry"),
        ("Mr.", "NotACountry"),
        ("Ms", "NotACountry"),
        ("Dr.", "NotACountry"),
        ("No.", "NotACountry"),
        ("Co.", "NotACountry"),
        (".at", "NotACountry AT"),
        (".us", "NotACountry US"),
        ("D.E.", "NotACountry DE"),
        ("AT.", "NotACountry AT"),
        ("A / B", "NotACountry"),
        ("(AT)", "NotACountry AT"),
    ]);
    accepted(
        "AT",
        &["\"AT\"", "'at", "\u{201c}AT\u{201d}", " AT\u{200b}"],
    );
    accepted("US", &["U.S.", "U.S", "U.S.A.", "U. S. A.", "US"]);
    accepted("GB", &["U.K.", "UK"]);
    accepted("AE", &["U.A.E."]);
}

#[test]
fn a_name_of_two_places_is_neither() {
    for whole in [
        "Saint Martin",
        "St. Martin",
        "Saint-Martin",
        "San Martín",
        "Saint Martin (island)",
        "Island of Saint Martin",
        "Сен-Мартен",
    ] {
        assert_eq!(outcome(whole), "Ambiguous MF SX", "{whole}");
    }
    accepted(
        "MF",
        &["Saint Martin (French part)", "Saint-Martin (France)"],
    );
    accepted("SX", &["Sint Maarten", "Saint Martin (Dutch part)"]);
    check(&[
        ("Salvador", "Ambiguous SV BR"),
        ("El Salvador", "SV"),
        ("Cocos Island", "Ambiguous CC CR"),
        ("Cocos Islands", "CC"),
        ("Mariana Islands", "Ambiguous MP GU"),
        ("Nigera", "Ambiguous NE NG"),
    ]);
}

#[test]
fn a_kind_of_state_before_or_behind_a_name_changes_nothing() {
    for (text, code) in [
        ("Republic of Mexico", "MX"),
        ("Republic of Germany", "DE"),
        ("Hungary, Republic of", "HU"),
        ("Slovakia (Republic of)", "SK"),
        ("The Republic of Ukraine", "UA"),
        ("Republic of Niger", "NE"),
        ("Kingdom of Belgium", "BE"),
        ("Norway, Kingdom of", "NO"),
        ("The Germany", "DE"),
    ] {
        assert_eq!(outcome(text), code, "{text}");
    }
    refused(&[
        "Republic of Sweden",
        "Kingdom of Germany",
        "Republic of China",
        "Republic of Vietnam",
        "Republic of Yugoslavia",
        "Kingdom of Bavaria",
    ]);
}

#[test]
fn a_territory_may_name_the_country_it_belongs_to() {
    for (text, code) in [
        ("Puerto Rico (US)", "PR"),
        ("Puerto Rico (territory of the United States)", "PR"),
        ("Guam, a territory of the USA", "GU"),
        ("Gibraltar (UK)", "GI"),
        ("Gibraltar (British Overseas Territory)", "GI"),
        ("Bermuda (overseas territory of the United Kingdom)", "BM"),
        ("Greenland (Denmark)", "GL"),
        ("Greenland (Kingdom of Denmark)", "GL"),
        ("Aruba (constituent country of the Netherlands)", "AW"),
        ("New Caledonia (French territory)", "NC"),
        ("Norfolk Island (Australian external territory)", "NF"),
        ("Macau (SAR of China)", "MO"),
    ] {
        assert_eq!(outcome(text), code, "{text}");
    }
    check(&[
        ("Ireland (UK)", "Several IE GB"),
        ("Samoa (US)", "Several WS US"),
        ("Gibraltar (Spain)", "Several GI ES"),
        ("Austria (territory of Germany)", "NotACountry AT"),
        ("Greenland / Denmark", "Several DK GL"),
    ]);
}

#[test]
fn a_part_of_a_country_says_of_which() {
    for (countries, parts) in [
        (
            "DE",
            "Bayern;Bavaria;Baviera;Freistaat Bayern;NRW;Nordrhein-Westfalen;Lower Saxony;Sajonia;Hamburg",
        ),
        ("AT IT", "Tirol;Tyrol;Tirolo"),
        (
            "AT",
            "Steiermark;Styria;Kärnten;Carinthia;Oberösterreich;Upper Austria;Wien",
        ),
        (
            "CH",
            "Valais;Vallese;Graubünden;Grisons;Zürich;Ginevra;Waadt;Basel-Stadt",
        ),
        ("WF CH", "Wallis"),
        (
            "US",
            "Texas;Kalifornien;Nueva York;Californie;Ohio;Carolina del Norte;Hawaii;Puerto Rico and US Virgin Islands",
        ),
        (
            "CA",
            "Ontario;Québec;British Columbia;Nouvelle-Écosse;Neufundland;Alberta",
        ),
        (
            "ES",
            "Katalonien;Catalunya;Cataluña;Andalusien;Castilla y León;Asturias;Comunidad de Madrid",
        ),
        (
            "IT",
            "Lombardei;Lombardia;Lombardy;Toskana;Südtirol;Piemonte;Sicilia;Lazio",
        ),
        (
            "BE",
            "Vlaanderen;Flandern;Wallonie;West-Vlaanderen;Lüttich;Hainaut",
        ),
        (
            "NL",
            "Noord-Brabant;Zuid-Holland;North Holland;Gelderland;Groningen",
        ),
        ("NL BE", "Limburg;Brabant"),
        (
            "FR",
            "Bretagne;Brittany;Île-de-France;Burgund;Provence-Alpes-Côte d'Azur;Korsika;Loire-Atlantique",
        ),
        ("GB", "Yorkshire;Kent;Cornwall;Greater Manchester"),
        ("PL", "Mazowieckie;Masovia;Dolnośląskie;Małopolska"),
        ("CZ", "Bohemia;Mähren;Jihomoravský kraj;Praha"),
        ("SE", "Skåne;Västra Götaland;Stockholms län"),
        ("DK", "Hovedstaden;Midtjylland"),
        ("AU", "Neusüdwales;New South Wales;Tasmania"),
        ("BR", "Minas Gerais;Rio Grande do Sul"),
        ("MX", "Jalisco;Nuevo León"),
        ("CN", "Guangdong;Sichuan"),
        ("JP", "Hokkaido;東京"),
        ("RU", "Татарстан, Республика;Москва;Sibirien"),
        ("IN PK", "Punjab"),
    ] {
        for part in parts.split(';') {
            let outcome = outcome(part);
            let said = outcome.strip_prefix("SubNational ");
            assert_eq!(
                said.map(|said| said.starts_with(countries)),
                Some(true),
                "{part}: {outcome}"
            );
        }
    }
}

#[test]
fn only_a_slip_of_the_pen_is_guessed_at() {
    for text in [
        "Bayren",
        "Iran1",
        "Irn",
        "Cad",
        "Yes",
        "Main",
        "Customer",
        "Zenith",
        "Acme GmbH",
        "Active",
        "Marketing",
        "Regional",
        "Bavarian",
        "Hauptsitz",
        "Branch",
        "Dental",
    ] {
        let outcome = outcome(text);
        assert!(!outcome.starts_with("Misspelt"), "{text}: {outcome}");
    }
}
