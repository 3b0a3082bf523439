//! The tenant that is there at the start: fixed partners, users, and made-up customers.
//!
//! Made up from a seed, so that two sandboxes with one seed hold the same. Must not know: how
//! partners are kept.

use std::collections::HashSet;

use super::kinds::{Level, ServiceType, Set, State, UserFlag};
use super::partner::{Details, Partner};
use super::role::Role;
use super::user::User;

/// The partner the sandbox's account belongs to; the root of everything the caller sees.
pub const ACCOUNT_ID: i32 = 1000;
/// Its name, which is also what a login must give.
pub const ACCOUNT_PARTNER: &str = "Sandbox MSP (admin@example.com)";
/// The user of the sandbox's account.
pub const ACCOUNT_USER: &str = "api";
/// That user's password.
pub const ACCOUNT_PASSWORD: &str = "sandbox";

/// The service's root, above every tenant.
const ROOT_ID: i32 = 1;
/// Another tenant.
const STRANGER_ID: i32 = 500;
/// When the fixed partners were created: 1 January 2020.
const LONG_AGO: i64 = 1_577_836_800;

/// A user of the account's partner whose role is too low to change anything; the password is the same.
pub const LOW_USER: &str = "supporter";
/// An end customer with a user of its own, who sees nothing but it.
pub const SCOPED_PARTNER: &str = "Hidden Competitor Ltd";
/// That user; the password is the same.
pub const SCOPED_USER: &str = "customer-api";

/// The first id of a user that is created.
pub(super) const FIRST_NEW_USER: i32 = 7101;

/// The users that are there from the start. `support` exists twice, so its name alone does not say
/// who it is.
pub(super) fn users() -> Vec<User> {
    [
        (7001, ACCOUNT_ID, ACCOUNT_USER, Role::SuperUser),
        (7002, ACCOUNT_ID, "support", Role::SuperUser),
        (7003, STRANGER_ID, "support", Role::SuperUser),
        (7004, STRANGER_ID, "stranger", Role::SuperUser),
        (7005, ACCOUNT_ID, LOW_USER, Role::Supporter),
        (7006, STRANGER_ID + 1, SCOPED_USER, Role::SuperUser),
    ]
    .map(|(id, partner_id, name, role)| {
        let mut user = User::new(id, partner_id, name.into(), role);
        user.set_password(ACCOUNT_PASSWORD);
        user.flags = [UserFlag::NonInteractive].into_iter().collect();
        user.email = "admin@example.com".into();
        user.first_name = "Sandbox".into();
        user.full_name = "Sandbox user".into();
        user
    })
    .into()
}

/// Customers of another tenant: they take names, and the caller cannot see them.
const STRANGERS: [&str; 3] = [
    SCOPED_PARTNER,
    "Unseen Bakery GmbH",
    "Elsewhere Dental B.V.",
];

const FIRST: [&str; 40] = [
    "Aldridge",
    "Bergmann",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Falkner",
    "Grünwald",
    "Hartley",
    "Ibsen",
    "Janssen",
    "Kowalski",
    "Lindqvist",
    "Moreau",
    "Novak",
    "O'Brien",
    "Pereira",
    "Quinn",
    "Rossi",
    "Schäfer",
    "Tanaka",
    "Ueda",
    "Visser",
    "Whitfield",
    "Xavier",
    "Yamada",
    "Zeus",
    "Harbour",
    "Northgate",
    "Riverside",
    "Blue Lake",
    "Old Mill",
    "Summit",
    "Redwood",
    "Silver Oak",
    "Granite",
    "Meridian",
    "Atlas",
    "Beacon",
    "Cobalt",
    "Evergreen",
];

const TRADE: [&str; 30] = [
    "Accountants",
    "Architects",
    "Bakery",
    "Brewing",
    "Builders",
    "Care Homes",
    "Catering",
    "Chemicals",
    "Clinic",
    "Consulting",
    "Dental",
    "Design",
    "Electrical",
    "Engineering",
    "Farms",
    "Foods",
    "Freight",
    "Furniture",
    "Garage",
    "Hotels",
    "Insurance",
    "Joinery",
    "Legal",
    "Logistics",
    "Media",
    "Optics",
    "Pharmacy",
    "Plumbing",
    "Printing",
    "Veterinary",
];

/// Country, legal form, city, storage location.
const PLACES: [(&str, &str, &str, i32); 10] = [
    ("US", "Inc.", "Springfield", 18),
    ("US", "LLC", "Columbus", 18),
    ("GB", "Ltd", "Leeds", 16),
    ("DE", "GmbH", "Köln", 8),
    ("NL", "B.V.", "Utrecht", 1),
    ("FR", "SARL", "Lyon", 7),
    ("AU", "Pty Ltd", "Perth", 2),
    ("CA", "Ltd.", "Halifax", 5),
    ("SE", "AB", "Malmö", 14),
    ("IT", "S.r.l.", "Torino", 9),
];

/// The fixed partners: the service's root, another tenant, the account's partner.
pub(super) fn fixed() -> Vec<Partner> {
    let mut partners = vec![
        fixed_partner(ROOT_ID, 0, "Root", Level::Root),
        fixed_partner(
            STRANGER_ID,
            ROOT_ID,
            "Other Distribution (owner@example.org)",
            Level::Distributor,
        ),
    ];
    for (name, id) in STRANGERS.into_iter().zip(STRANGER_ID + 1..) {
        partners.push(fixed_partner(id, STRANGER_ID, name, Level::EndCustomer));
    }
    partners.push(fixed_partner(
        ACCOUNT_ID,
        ROOT_ID,
        ACCOUNT_PARTNER,
        Level::Distributor,
    ));
    partners
}

fn fixed_partner(id: i32, parent_id: i32, name: &str, level: Level) -> Partner {
    let mut partner = blank(id, parent_id, name, level);
    partner.child_service_types = if level < Level::EndCustomer {
        Set::all()
    } else {
        Set::EMPTY
    };
    partner
}

fn blank(id: i32, parent_id: i32, name: &str, level: Level) -> Partner {
    Partner {
        id,
        parent_id,
        name: name.into(),
        level,
        state: State::InProduction,
        service_type: Some(ServiceType::AllInclusive),
        child_service_types: Set::EMPTY,
        location_id: super::geo_table::UNITED_STATES,
        country: Some("US".into()),
        device_country: None,
        external_code: None,
        flags: Set::EMPTY,
        trial_registration: 0,
        trial_expiration: 0,
        created: LONG_AGO,
        removed: false,
        details: None,
    }
}

/// Made-up customers below the account's partner, parents before children, ids from `first_id`.
pub(super) fn customers(count: usize, seed: u64, first_id: i32) -> Vec<Partner> {
    let mut maker = Maker {
        rng: fastrand::Rng::with_seed(seed),
        taken: HashSet::with_capacity(count),
        holders: Vec::new(),
        ends: Vec::new(),
    };
    (first_id..).take(count).map(|id| maker.next(id)).collect()
}

/// Makes customers one after the other.
struct Maker {
    rng: fastrand::Rng,
    taken: HashSet<Box<str>>,
    /// Customers that have customers: id and level.
    holders: Vec<(i32, Level)>,
    /// End customers.
    ends: Vec<i32>,
}

impl Maker {
    fn next(&mut self, id: i32) -> Partner {
        let (parent_id, level) = self.position();
        let (country, form, city, location_id) = PLACES[self.rng.usize(..PLACES.len())];
        let name = self.name(level, form, city);
        let mut partner = blank(id, parent_id, &name, level);
        partner.country = Some(country.into());
        partner.location_id = location_id;
        partner.created = LONG_AGO + i64::from(id - ACCOUNT_ID) * 600;
        if self.rng.bool() {
            partner.external_code = Some(format!("CRM-{id:06}").into());
        }
        if self.rng.u8(..10) == 0 {
            partner.state = State::InTrial;
        }
        if self.rng.u8(..4) == 0 {
            partner.details = Some(Box::new(Details {
                city: Some(city.into()),
                legal_name: Some(name.clone()),
                ..Details::default()
            }));
        }
        if level < Level::EndCustomer {
            partner.child_service_types = Set::all();
            self.holders.push((id, level));
        } else if level == Level::EndCustomer {
            self.ends.push(id);
        }
        self.taken.insert(name);
        partner
    }

    /// Picks a parent and a level that fits below it.
    fn position(&mut self) -> (i32, Level) {
        let holder = match self.holders.len() {
            0 => None,
            count => Some(self.holders[self.rng.usize(..count)]),
        };
        let end = match self.ends.len() {
            0 => None,
            count => Some(self.ends[self.rng.usize(..count)]),
        };
        match (self.rng.u8(..100), holder, end) {
            (0, _, _) => (ACCOUNT_ID, Level::SubDistributor),
            (1..4, Some((id, Level::SubDistributor)), _) => (id, Level::Reseller),
            (1..4, _, _) => (ACCOUNT_ID, Level::Reseller),
            (4..6, Some((id, Level::SubDistributor | Level::Reseller)), _) => {
                (id, Level::ServiceOrganization)
            }
            (6..20, _, Some(id)) => (id, Level::Site),
            (20..80, Some((id, _)), _) => (id, Level::EndCustomer),
            _ => (ACCOUNT_ID, Level::EndCustomer),
        }
    }

    /// A name that nobody has yet.
    fn name(&mut self, level: Level, form: &str, city: &str) -> Box<str> {
        let first = FIRST[self.rng.usize(..FIRST.len())];
        let trade = TRADE[self.rng.usize(..TRADE.len())];
        let base = match level {
            Level::Site => format!("{first} {trade}, {city}"),
            Level::EndCustomer => match self.rng.u8(..8) {
                0 => format!("{first} & Sons {trade} {form}"),
                1 => format!(
                    "{first} {trade} (it@{}.example)",
                    trade.to_lowercase().replace(' ', "-")
                ),
                _ => format!("{first} {trade} {form}"),
            },
            _ => format!("{first} IT Services {form}"),
        };
        if !self.taken.contains(base.as_str()) {
            return base.into();
        }
        loop {
            let numbered = format!("{base} {}", self.rng.u32(2..100_000_000));
            if !self.taken.contains(numbered.as_str()) {
                return numbered.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_customers() {
        assert_eq!(customers(500, 3, 1001), customers(500, 3, 1001));
        assert_ne!(customers(500, 3, 1001), customers(500, 4, 1001));
    }

    #[test]
    fn made_up_customers_keep_the_rules() {
        let all = customers(2000, 1, 1001);
        assert_eq!(all.len(), 2000);
        let mut levels: HashMap<i32, Level> = HashMap::from([(ACCOUNT_ID, Level::Distributor)]);
        let mut names = HashSet::new();
        for partner in &all {
            let parent = levels[&partner.parent_id];
            assert!(partner.level > parent);
            assert!(partner.level != Level::Site || parent == Level::EndCustomer);
            assert!(names.insert(partner.name.clone()), "{}", partner.name);
            levels.insert(partner.id, partner.level);
        }
        let coded = all
            .iter()
            .filter(|partner| partner.external_code.is_some())
            .count();
        assert!((800..1200).contains(&coded), "{coded}");
        for level in [
            Level::Reseller,
            Level::ServiceOrganization,
            Level::EndCustomer,
            Level::Site,
        ] {
            assert!(levels.values().any(|other| *other == level), "{level}");
        }
    }
}
