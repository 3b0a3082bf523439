//! Countries, storage locations and regions of the pretended service.
//!
//! The countries are those of ISO 3166-1; which location serves which country is invented, but
//! plausible. Must not know: partners, requests.

pub(super) use super::geo_table::{Country, LOCATIONS};

use super::geo_table::{ALIASES, COUNTRIES};

/// Countries the service takes no customers from.
const BLOCKED: [&str; 4] = ["CU", "IR", "KP", "SY"];

/// Countries marked as having one location only; said in listings, enforced nowhere.
const ONLY_LOCATION: [&str; 2] = ["CH", "NO"];

/// The sales regions.
pub(super) const REGIONS: [(i32, &str); 5] = [
    (1, "North America"),
    (2, "Latin America"),
    (3, "Europe"),
    (4, "Middle East and Africa"),
    (5, "Asia Pacific"),
];

impl Country {
    /// Its number in listings: its place among all, from 1.
    pub(super) fn id(&self) -> usize {
        1 + COUNTRIES.partition_point(|other| other.code < self.code)
    }

    /// Does the service refuse customers from there?
    pub(super) fn is_blocked(&self) -> bool {
        BLOCKED.contains(&self.code)
    }

    /// Is it marked as having one location only?
    pub(super) fn is_only_location(&self) -> bool {
        ONLY_LOCATION.contains(&self.code)
    }
}

/// All countries by code.
pub(super) fn countries() -> &'static [Country] {
    COUNTRIES
}

/// Finds a country by its alpha-2 code in capitals or its official English name; nothing looser.
pub(super) fn country(text: &str) -> Option<&'static Country> {
    let by_code = |code: &str| {
        let place = COUNTRIES
            .binary_search_by(|country| country.code.cmp(code))
            .ok()?;
        COUNTRIES.get(place)
    };
    if text.len() == 2 {
        return by_code(text);
    }
    if let Some((_, code)) = ALIASES.iter().find(|(name, _)| *name == text) {
        return by_code(code);
    }
    COUNTRIES.iter().find(|country| country.name == text)
}

/// Is there such a location?
pub(super) fn location_exists(id: i32) -> bool {
    LOCATIONS.iter().any(|location| location.id == id)
}

/// Is there such a region?
pub(super) fn region_exists(id: i32) -> bool {
    REGIONS.iter().any(|(region, _)| *region == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_sorted() {
        assert_eq!(COUNTRIES.len(), 249);
        assert!(COUNTRIES.is_sorted_by(|a, b| a.code < b.code));
        for country in COUNTRIES {
            assert!(location_exists(country.location_id), "{}", country.code);
            assert!(country.code.chars().all(|c| c.is_ascii_uppercase()));
        }
        for (_, code) in ALIASES {
            assert!(country(code).is_some(), "{code}");
        }
    }

    #[test]
    fn locations_are_numbered_without_a_gap() {
        for (place, location) in LOCATIONS.iter().enumerate() {
            assert_eq!(usize::try_from(location.id).unwrap(), place + 1);
        }
    }

    #[test]
    fn codes_and_official_names_are_found_and_nothing_else() {
        assert_eq!(country("GR").unwrap().name, "Greece");
        assert_eq!(country("Greece").unwrap().code, "GR");
        assert_eq!(country("United States of America").unwrap().code, "US");
        assert_eq!(country("gr"), None);
        assert_eq!(country("UK"), None);
        assert_eq!(country("Korea"), None);
        assert_eq!(country(""), None);
    }

    #[test]
    fn some_countries_are_blocked() {
        assert!(country("KP").unwrap().is_blocked());
        assert!(!country("DE").unwrap().is_blocked());
    }
}
