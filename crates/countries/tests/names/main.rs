//! What people type for a country, and what becomes of it.

mod doubtful;

use std::fmt::Write as _;

use countries::{CountryCode, Resolution, Resolver, resolve};

/// The code, or the reason and the suggestions.
fn outcome(text: &str) -> String {
    match resolve(text) {
        Resolution::Resolved(code) => code.to_string(),
        Resolution::Refused(refusal) => {
            let mut line = format!("{:?}", refusal.reason);
            for code in refusal.suggestions {
                write!(line, " {code}").unwrap();
            }
            line
        }
    }
}

/// Each text with what must become of it; a refusal's suggestions count as far as they are listed.
fn check(expectations: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in expectations {
        let actual = outcome(text);
        let as_expected = actual == *expected || actual.starts_with(&format!("{expected} "));
        if !as_expected {
            writeln!(wrong, "{text:?}: expected {expected}, was {actual}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Every text names the country.
fn accepted(code: &str, texts: &[&str]) {
    let expectations: Vec<_> = texts.iter().map(|text| (*text, code)).collect();
    check(&expectations);
}

/// No text names a country, whatever the reason.
fn refused(texts: &[&str]) {
    for text in texts {
        let actual = resolve(text);
        assert!(
            matches!(actual, Resolution::Refused(_)),
            "{text:?}: {actual:?}"
        );
    }
}

#[test]
fn examples() {
    check(&[
        ("AT", "AT"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("DEU", "DE"),
        ("040", "AT"),
        ("40", "AT"),
        ("Republic of Austria", "AT"),
        ("Korea (the Republic of)", "KR"),
        ("Czechia", "CZ"),
        ("Türkiye", "TR"),
        ("Georgia", "GE"),
        ("South Korea", "KR"),
        ("Ivory Coast", "CI"),
        ("England", "GB"),
        ("Holland", "NL"),
        ("U.S.A.", "US"),
        ("Congo, Dem. Rep.", "CD"),
        ("Taiwan, Province of China", "TW"),
        ("Deutschland", "DE"),
        ("Österreich", "AT"),
        ("España", "ES"),
        ("日本", "JP"),
        ("Ελλάδα", "GR"),
        ("Weißrussland", "BY"),
        (" AT", "AT"),
        ("TÜRKİYE", "TR"),
        ("Cote d’Ivoire", "CI"),
        ("Germny", "Misspelt DE"),
        ("Untied Kingdom", "Misspelt GB"),
        ("Korea", "Ambiguous KR KP"),
        ("Congo", "Ambiguous CD CG"),
        ("Virgin Islands", "Ambiguous VG VI"),
        ("Yugoslavia", "FormerState"),
        ("Europe", "Region"),
        ("N/A", "Missing"),
        ("Germany / Austria", "Several DE AT"),
        ("+43", "DiallingCode"),
        ("New York", "SubNational US"),
        ("Kosovo", "NoIsoCode"),
        ("America", "Ambiguous US"),
        ("Austria (AT)", "AT"),
    ]);
}

#[test]
fn every_code_is_its_country() {
    for country in CountryCode::all() {
        let (alpha2, alpha3) = (country.as_str(), country.alpha3());
        let number = country.numeric();
        for text in [
            alpha2.to_owned(),
            alpha2.to_lowercase(),
            format!("\u{a0}{alpha2} "),
            alpha3.to_owned(),
            alpha3.to_lowercase(),
            format!("{number:03}"),
            number.to_string(),
            country.name().to_owned(),
            country.name().to_uppercase(),
            format!("{} ({alpha2})", country.name()),
        ] {
            assert_eq!(outcome(&text), alpha2, "{text:?}");
        }
    }
}

#[test]
fn no_other_short_text_is_a_country() {
    let letters = || b'A'..=b'Z';
    let listed = ["UK", "EL"];
    let known = [
        "UAE", "KSA", "PRC", "DRC", "BRD", "BVI", "FAS", "EUA", "SUA", "ABD", "ZDA", "SAD",
    ];
    for first in letters() {
        for second in letters() {
            let text = String::from_utf8(vec![first, second]).unwrap();
            let is_code = CountryCode::parse(&text).is_some() || listed.contains(&text.as_str());
            assert_eq!(outcome(&text).len() == 2, is_code, "{text}");
            for third in letters() {
                let text = String::from_utf8(vec![first, second, third]).unwrap();
                let is_code = CountryCode::from_alpha3([first, second, third]).is_some()
                    || known.contains(&text.as_str());
                assert_eq!(outcome(&text).len() == 2, is_code, "{text}");
            }
        }
    }
}

#[test]
fn numbers_are_codes_only_as_far_as_iso_has_them() {
    for number in 0..=2000 {
        let is_code = CountryCode::from_numeric(number).is_some();
        assert_eq!(outcome(&number.to_string()).len() == 2, is_code, "{number}");
        refused(&[
            &format!("+{number}"),
            &format!("00{number:02}"),
            &format!("-{number}"),
            &format!("{number}.0"),
        ]);
    }
    check(&[
        ("+43", "DiallingCode"),
        ("0043", "DiallingCode"),
        ("+43 1 58858", "DiallingCode"),
        ("(+1)", "DiallingCode"),
        ("1010", "NotACountry"),
    ]);
}

#[test]
fn names_are_read_however_they_are_written() {
    accepted(
        "KR",
        &[
            "Korea, Republic of",
            "Korea (Rep. of)",
            "S. Korea",
            "ROK Korea",
            "Südkorea",
            "대한민국",
        ],
    );
    accepted(
        "KP",
        &[
            "Korea, North",
            "DPRK",
            "Korea, Dem. People's Rep.",
            "North-Korea",
            "KOREA (NORTH)",
        ],
    );
    accepted(
        "GB",
        &[
            "Great Britain",
            "Scotland",
            "WALES",
            "Northern Ireland",
            "U.K.",
            "the United Kingdom",
            "United_Kingdom",
            "UnitedKingdom",
            "Vereinigtes Koenigreich",
            "Ｕｎｉｔｅｄ Ｋｉｎｇｄｏｍ",
        ],
    );
    accepted(
        "BA",
        &[
            "Bosnia & Herzegovina",
            "Bosnia and Herzegovina",
            "Bosnia-Herzegovina",
            "Bosnia/Herzegovina",
            "Bosnien und Herzegowina",
            "Bosnia",
        ],
    );
    accepted(
        "GM",
        &["Gambia, The", "The Gambia", "Gambia (the)", "the gambia,"],
    );
    accepted(
        "VI",
        &["Virgin Islands, U.S.", "Virgin Islands (US)", "USVI"],
    );
    accepted(
        "CH",
        &[
            "Schweiz",
            "Suisse",
            "Svizzera",
            "Schweiz/Suisse/Svizzera",
            "Schweiz (CH)",
            "CH - Switzerland",
        ],
    );
    accepted(
        "TR",
        &[
            "Turkey",
            "turkiye",
            "TURKIYE",
            "Türkei",
            "Tuerkei",
            "Türkiye\u{200b}",
        ],
    );
    accepted("MM", &["Burma", "Myanmar (Burma)", "Burma/Myanmar"]);
    accepted(
        "HK",
        &["Hong Kong", "Hongkong", "China, Hong Kong SAR", "香港"],
    );
    accepted(
        "US",
        &[
            "US",
            "u.s.",
            "\"USA\"",
            "United States of America (the)",
            "Vereinigte Staaten",
            "США",
            "EE. UU.",
            "米国",
            "ארה״ב",
        ],
    );
}

#[test]
fn former_and_everyday_names_are_the_country_of_today() {
    check(&[
        ("Zaire", "CD"),
        ("Swaziland", "SZ"),
        ("Cape Verde", "CV"),
        ("Ceylon", "LK"),
        ("Persia", "IR"),
        ("Macedonia", "MK"),
        ("FYROM", "MK"),
        ("Samoa", "WS"),
        ("Micronesia", "FM"),
        ("Guinea", "GN"),
        ("Ireland", "IE"),
        ("Dominica", "DM"),
        ("Dominican Rep.", "DO"),
        ("St. Martin (French part)", "MF"),
        ("Sint Maarten", "SX"),
        ("UAE", "AE"),
        ("East Timor", "TL"),
    ]);
}

#[test]
fn marks_tell_names_from_codes() {
    check(&[
        ("Mỹ", "US"),
        ("MY", "MY"),
        ("my", "MY"),
        ("Áo", "AT"),
        ("AO", "AO"),
        ("Bỉ", "BE"),
        ("Çad", "TD"),
        ("Cad", "NotACountry"),
        ("NGA", "NG"),
        ("nga", "NG"),
        ("Nga", "Ambiguous RU NG"),
        ("NA", "NA"),
        ("N.A.", "Missing"),
        ("Južná Afrika", "ZA"),
        ("Južna Afrika", "Ambiguous ZA"),
    ]);
}

#[test]
fn what_is_not_one_country_is_refused_with_its_reason() {
    check(&[
        ("", "Missing"),
        (" \u{a0}", "Missing"),
        ("-", "Missing"),
        ("?", "Missing"),
        ("unbekannt", "Missing"),
        ("TBD", "Missing"),
        ("Corée", "Ambiguous KR KP"),
        ("Конго", "Ambiguous CD CG"),
        ("Republic of China", "Ambiguous TW CN"),
        ("Rep. of China", "Ambiguous TW CN"),
        ("Virgin Isles", "Ambiguous VG VI"),
        ("Timor", "Ambiguous TL ID"),
        ("Guiana", "Ambiguous GF GY"),
        ("EU", "Region"),
        ("Scandinavia", "Region"),
        ("Latin America", "Region"),
        ("Soviet Union", "FormerState RU"),
        ("Czechoslovakia", "FormerState CZ SK"),
        ("DDR", "FormerState DE"),
        ("Serbia and Montenegro", "FormerState RS ME"),
        ("AN", "FormerState"),
        ("Texas", "SubNational US"),
        ("Bavaria", "SubNational DE"),
        ("Georgia (US)", "SubNational US"),
        ("Georgia, USA", "SubNational US"),
        ("Granada", "SubNational ES"),
        ("XK", "NoIsoCode"),
        ("GER", "NotACountry DE"),
        ("SUI", "NotACountry CH"),
        ("German", "NotACountry DE"),
        ("Columbia", "NotACountry CO"),
        ("Austria?", "Misspelt AT"),
        ("Vienna, Austria", "NotACountry AT"),
        ("jane@example.com", "NotACountry"),
        ("1010 Wien", "NotACountry"),
        ("🇦🇹", "NotACountry"),
    ]);
}

#[test]
fn contradictions_are_refused() {
    check(&[
        ("Austria (AU)", "Several AT AU"),
        ("AU - Austria", "Several AU AT"),
        ("Germany, Austria", "Several DE AT"),
        ("Germany & Austria", "Several DE AT"),
        ("AT/DE", "Several AT DE"),
        ("Georgia, GA", "Several GE GA"),
        // Run together these are "Thaïlande", "Bermudes" and Lithuanian "Pakistanas".
        ("Thailand (DE)", "Several TH DE"),
        ("Bermuda, ES", "Several BM ES"),
        ("Pakistan AS", "Several PK AS"),
        ("Turkey/ET", "Several TR ET"),
        // Run together these are "Guinea-Bissau", "Samoa, American", "Cili", "Peru".
        ("Guinea / Bissau", "Several GN GW"),
        ("Guinea;Bissau", "Several GN GW"),
        ("Samoa / American", "Several WS AS"),
        ("CI, LI", "Several CI LI"),
        ("PE-RU", "Several PE RU"),
        ("be ne", "Several BE NE"),
        ("GI/NE", "Several GI NE"),
    ]);
    accepted(
        "GW",
        &["Guinea-Bissau", "Guinea - Bissau", "Guinea (Bissau)"],
    );
    accepted("VI", &["US VI"]);
    accepted("BE", &["Belgique (la)"]);
    accepted("CK", &["COOK IS"]);
}

#[test]
fn misspelt_names_are_refused_and_guessed() {
    check(&[
        ("Gremany", "Misspelt DE"),
        ("Germanyy", "Misspelt DE"),
        ("Austrlia", "Misspelt AU"),
        ("Swizerland", "Misspelt CH"),
        ("Untied Staets", "Misspelt US"),
        ("Phillipines", "Misspelt PH"),
        ("Icland", "Misspelt IS"),
        ("Frankrich", "Misspelt FR"),
        ("Deutschlnad", "Misspelt DE"),
        ("Россйия", "Misspelt RU"),
    ]);
}

#[test]
fn space_around_a_text_changes_nothing() {
    for text in ["- ve ,de ,ke", "Germny", "Austria (AU)", "-"] {
        let spaced = resolve(&format!(" {text}\t"));
        assert_eq!(spaced, resolve(text), "{text}");
    }
}

#[test]
fn hostile_texts_are_refused() {
    refused(&[
        &"a".repeat(1_000_000),
        &"é".repeat(1_000_000),
        &"(".repeat(1_000_000),
        &"AT,".repeat(200),
        &"\u{301}".repeat(600),
        "\0",
        "AT\0",
        "Austria\nGermany",
    ]);
}

#[test]
fn a_resolver_answers_as_the_function_does() {
    let mut resolver = Resolver::default();
    for text in ["Austria", "Germny", "Germny", "AT", "Korea", "Korea", ""] {
        assert_eq!(resolver.resolve(text), resolve(text), "{text}");
    }
}
