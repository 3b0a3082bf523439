//! A territory beside the country it belongs to: "Greenland (Denmark)", "Guam, a territory of the
//! United States". Two countries are named, and only one is meant.

use super::code::CountryCode;

/// Territories with codes of their own, by the country that they belong to.
const TERRITORIES: &[(&str, &str)] = &[
    ("AU", "CC CX HM NF"),
    ("CN", "HK MO"),
    ("DK", "FO GL"),
    ("FI", "AX"),
    ("FR", "BL GF GP MF MQ NC PF PM RE TF WF YT"),
    ("GB", "AI BM FK GG GI GS IM IO JE KY MS PN SH TC VG"),
    ("NL", "AW BQ CW SX"),
    ("NO", "BV SJ"),
    ("NZ", "CK NU TK"),
    ("US", "AS GU MP PR UM VI"),
];

/// How a country is called before the word for a territory.
const ADJECTIVES: &[(&str, &str)] = &[
    ("american", "US"),
    ("australian", "AU"),
    ("british", "GB"),
    ("chinese", "CN"),
    ("danish", "DK"),
    ("dutch", "NL"),
    ("finnish", "FI"),
    ("french", "FR"),
    ("norwegian", "NO"),
];

/// Words for a territory: one of them says what the country beside it is there for.
const KINDS: &[&str] = &[
    "collectivity",
    "commonwealth",
    "country",
    "crown",
    "departement",
    "department",
    "dependence",
    "dependency",
    "dom",
    "island",
    "islands",
    "municipality",
    "part",
    "possession",
    "province",
    "region",
    "sar",
    "territory",
    "tom",
];

/// Words that say nothing more.
const FILLING: &[&str] = &[
    "a",
    "administrative",
    "an",
    "associated",
    "association",
    "autonomous",
    "belongs",
    "by",
    "constituent",
    "dependent",
    "external",
    "free",
    "in",
    "incorporated",
    "of",
    "organized",
    "overseas",
    "self-governing",
    "special",
    "state",
    "territorial",
    "the",
    "to",
    "under",
    "unincorporated",
    "within",
];

/// What stands beside a name: in brackets, or behind a comma.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Brackets,
    Comma,
}

/// The territory that `text` names with the country it belongs to beside it. `country` finds the
/// country of a name or code.
pub(super) fn territory(
    text: &str,
    country: impl Fn(&str) -> Option<CountryCode>,
) -> Option<CountryCode> {
    let (name, said, beside) = split(text)?;
    let territory = country(name)?;
    let owner = owner(territory)?;
    let mut kind = false;
    let mut rest = String::new();
    for word in said.split_whitespace() {
        let plain = word
            .trim_matches(|sign: char| matches!(sign, ',' | '.'))
            .to_lowercase();
        if KINDS.contains(&plain.as_str()) {
            kind = true;
        } else if !FILLING.contains(&plain.as_str()) {
            rest.push_str(word);
            rest.push(' ');
        }
    }
    let rest = rest.trim();
    // "Country" and "state" may be part of the country's name.
    let is_owner = |text: &str| country(text) == Some(owner) || is_adjective(text, owner);
    let whole = said.trim().trim_start_matches("the ");
    let known = (kind && (rest.is_empty() || is_owner(rest))) || is_owner(whole);
    (known && (kind || beside == Beside::Brackets)).then_some(territory)
}

fn split(text: &str) -> Option<(&str, &str, Beside)> {
    let text = text.trim();
    if let Some((name, rest)) = text.split_once('(') {
        let said = rest.strip_suffix(')')?;
        return (!said.contains(['(', ')', '/', ';'])).then_some((name, said, Beside::Brackets));
    }
    let (name, said) = text.split_once(',')?;
    (!said.contains(['/', ';'])).then_some((name, said, Beside::Comma))
}

/// The country that a territory belongs to.
pub(super) fn owner(territory: CountryCode) -> Option<CountryCode> {
    TERRITORIES
        .iter()
        .find(|(_, list)| list.split(' ').any(|code| code == territory.as_str()))
        .and_then(|(owner, _)| CountryCode::parse(owner))
}

fn is_adjective(text: &str, owner: CountryCode) -> bool {
    let text = text.to_lowercase();
    ADJECTIVES
        .iter()
        .any(|(word, code)| *word == text && *code == owner.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_one() {
        for (owner, list) in TERRITORIES {
            for code in list.split(' ').chain([*owner]) {
                assert!(CountryCode::parse(code).is_some(), "{code}");
            }
        }
        for (_, code) in ADJECTIVES {
            assert!(TERRITORIES.iter().any(|(owner, _)| owner == code), "{code}");
        }
    }
}
