//! What the drop-downs offer: only what `check` takes without a warning, and with a tenant only
//! what its plan resolves to one customer or place. Knows no sheets.

use std::collections::HashMap;

use crate::check::words_for_nothing;
use crate::model::{CountryCode, Flag, Level, ServiceType, State};
use crate::plan::Tenant;
use crate::plan::tenant::Place;

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Customers of the tenant; without a tenant, the names typed above.
    Parents,
    /// Levels.
    Levels,
    /// Service types.
    ServiceTypes,
    /// Every set of service types.
    ServiceTypeSets,
    /// States of a new customer.
    States,
    /// Names and two-letter codes of countries.
    Countries,
    /// Storage locations of the tenant.
    Locations,
    /// Flags.
    Flags,
    /// Regions of the tenant.
    Regions,
    /// Yes and no.
    YesNo,
    /// Words that are no name: not offered, but refused.
    Nothing,
    /// The digits, of which a phone number has three at least.
    Digits,
    /// All that a phone number is made of.
    PhoneSigns,
}

impl List {
    /// Every list.
    pub const ALL: [Self; 13] = [
        Self::Parents,
        Self::Levels,
        Self::ServiceTypes,
        Self::ServiceTypeSets,
        Self::States,
        Self::Countries,
        Self::Locations,
        Self::Flags,
        Self::Regions,
        Self::YesNo,
        Self::Nothing,
        Self::Digits,
        Self::PhoneSigns,
    ];

    /// The workbook's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parents => "ListParents",
            Self::Levels => "ListLevels",
            Self::ServiceTypes => "ListServiceTypes",
            Self::ServiceTypeSets => "ListServiceTypeSets",
            Self::States => "ListStates",
            Self::Countries => "ListCountries",
            Self::Locations => "ListLocations",
            Self::Flags => "ListFlags",
            Self::Regions => "ListRegions",
            Self::YesNo => "ListYesNo",
            Self::Nothing => "ListNothing",
            Self::Digits => "ListDigits",
            Self::PhoneSigns => "ListPhoneSigns",
        }
    }
}

/// A customer or place that is left out of its drop-down, because its name does not say which one
/// is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Customers.
    pub parents: usize,
    /// Locations and regions.
    pub places: usize,
}

/// The values of all lists.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    values: HashMap<&'static str, Vec<String>>,
    /// What could not be offered.
    pub left_out: LeftOut,
}

impl Offered {
    /// What is the same for every tenant, or what this one adds to it.
    pub fn new(tenant: Option<&Tenant>) -> Self {
        let mut offered = Self::default();
        let mut set = |list: List, values: Vec<String>| offered.values.insert(list.name(), values);
        set(
            List::Levels,
            texts(Level::ALL.iter().map(|one| one.as_str())),
        );
        let services = ServiceType::ALL.iter().map(|one| one.as_str());
        set(List::ServiceTypes, texts(services.clone()));
        let mut sets = texts(services.clone());
        sets.push(services.collect::<Vec<_>>().join("; "));
        set(List::ServiceTypeSets, sets);
        let states = [State::InTrial, State::InProduction];
        set(List::States, texts(states.iter().map(|one| one.as_str())));
        set(List::Countries, countries(tenant));
        set(List::Flags, texts(Flag::ALL.iter().map(|one| one.as_str())));
        set(List::YesNo, texts(["yes", "no"].into_iter()));
        set(List::Nothing, texts(words_for_nothing().iter().copied()));
        let signs = |signs: &str| signs.chars().map(String::from).collect();
        set(List::Digits, signs("0123456789"));
        set(List::PhoneSigns, signs("0123456789+-()/. "));
        if let Some(tenant) = tenant {
            let parents = parents(tenant);
            offered.left_out.parents = tenant
                .customers()
                .iter()
                .filter(|one| may_have_children(&one.level))
                .count()
                .saturating_sub(parents.len());
            offered.values.insert(List::Parents.name(), parents);
            for (list, places) in [
                (List::Locations, &tenant.locations),
                (List::Regions, &tenant.regions),
            ] {
                let names = place_names(places);
                offered.left_out.places += places.len() - names.len();
                offered.values.insert(list.name(), names);
            }
        }
        offered
    }

    /// The values of a list; empty where it is not known without a tenant, or has none.
    pub fn values(&self, list: List) -> &[String] {
        self.values.get(list.name()).map_or(&[], Vec::as_slice)
    }
}

fn texts<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    words.map(str::to_owned).collect()
}

/// The names in the order of the alphabet, then the codes, for who types them. Without countries
/// that the tenant's service does not take.
fn countries(tenant: Option<&Tenant>) -> Vec<String> {
    let blocked = |code: &CountryCode| {
        tenant.is_some_and(|tenant| {
            let same = |iso: &str| iso.eq_ignore_ascii_case(code.as_str());
            tenant
                .countries
                .iter()
                .any(|one| one.is_blocked && same(&one.code))
        })
    };
    let open: Vec<CountryCode> = CountryCode::all().filter(|code| !blocked(code)).collect();
    let mut names = texts(open.iter().map(|code| code.name()));
    names.sort_by_cached_key(|name| sorting(name));
    // Among names NA may stand for no answer: Namibia is there by its name.
    let codes = open.iter().map(|code| code.as_str());
    names.extend(codes.filter(|code| *code != "NA").map(str::to_owned));
    names
}

/// What a name is sorted by: its letters without marks.
fn sorting(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd()
        .filter(|letter| letter.is_alphanumeric() || *letter == ' ')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Nothing stands below a site.
fn may_have_children(level: &str) -> bool {
    level != Level::Site.as_str()
}

/// For each customer that may have others below it: its name, or its external code where another
/// customer has the name too. None where neither tells which one is meant.
fn parents(tenant: &Tenant) -> Vec<String> {
    let means_one = |text: &str, id: u64| {
        let mut all = tenant.with_name(text).chain(tenant.with_code(text));
        fits_a_cell(text) && all.all(|one| one.id == id)
    };
    let mut names: Vec<String> = tenant
        .customers()
        .iter()
        .filter(|one| may_have_children(&one.level))
        .filter_map(|one| {
            let names = [one.name.trim(), one.external_code.trim()];
            names.into_iter().find(|text| means_one(text, one.id))
        })
        .map(str::to_owned)
        .collect();
    names.sort_by_cached_key(|name| sorting(name));
    names
}

/// The names that belong to one place each.
fn place_names(places: &[Place]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for place in places {
        *counts.entry(place.name.trim().to_lowercase()).or_default() += 1;
    }
    let mut names: Vec<String> = places
        .iter()
        .map(|place| place.name.trim())
        .filter(|name| fits_a_cell(name) && counts.get(&name.to_lowercase()) == Some(&1))
        .map(str::to_owned)
        .collect();
    names.sort_by_cached_key(|name| sorting(name));
    names
}

/// Whether a cell can hold the text and the check takes it back as it is.
fn fits_a_cell(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= 255
        && !text
            .chars()
            .any(|letter| letter.is_control() || letter == '\u{fffd}')
}
