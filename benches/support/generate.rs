//! A seeded list of customers: twenty columns, a forest of five levels whose parents are named in
//! the same file, some cells quoted, some names beyond ASCII, and any share of bad rows.

use std::io::{self, Write};

const FIRST: [&str; 24] = [
    "Acme",
    "Zenith",
    "Müller",
    "Österreichische",
    "Nordic",
    "Blue River",
    "Garcia",
    "Société",
    "Kowalski",
    "Van den Berg",
    "Łódź",
    "Smith & Sons",
    "Harbour",
    "Alpine",
    "Zürcher",
    "Baltic",
    "Okafor",
    "São Paulo",
    "Delta",
    "Crown",
    "Evergreen",
    "Hill, Stone",
    "Ångström",
    "Pacific",
];
const SECOND: [&str; 20] = [
    "Logistics",
    "Dental",
    "Maschinenbau",
    "Legal",
    "Consulting",
    "Architekten",
    "Software",
    "Foods",
    "Bäckerei",
    "Pharma",
    "Energy",
    "Immobilien",
    "Media",
    "Textiles",
    "Security",
    "Hôtellerie",
    "Automotive",
    "Insurance",
    "Travel",
    "Électricité",
];
const SUFFIX: [&str; 8] = ["Ltd", "GmbH", "Inc.", "SARL", "B.V.", "AG", "S.p.A.", "LLC"];
const LEVELS: [&str; 5] = [
    "Distributor",
    "SubDistributor",
    "Reseller",
    "EndCustomer",
    "Site",
];
const COUNTRIES: [&str; 12] = [
    "DE",
    "Germany",
    "AT",
    "US",
    "United States",
    "France",
    "NL",
    "Netherlands",
    "GB",
    "UK",
    "IT",
    "Spain",
];
const CITIES: [&str; 8] = [
    "Berlin",
    "Wien",
    "New York",
    "Paris",
    "Amsterdam",
    "London",
    "München",
    "Kraków",
];
const HEADER: &str = "Name,Parent,ParentId,Level,ServiceType,ChildServiceTypes,State,Country,\
                      DeviceCountry,LocationId,ExternalCode,TrialExpirationTime,LegalCompanyName,\
                      PhoneNumber,WebsiteAddress,VatNumber,City,ZipCode,Address,RegionId";

/// What to write.
pub(crate) struct Plan {
    /// Data rows.
    pub(crate) rows: u32,
    /// How many of them have one mistake.
    pub(crate) bad: u32,
    /// The same seed gives the same file.
    pub(crate) seed: u64,
}

fn name(seed: u64, row: u32) -> String {
    let mut dice = fastrand::Rng::with_seed(seed ^ (u64::from(row) << 20));
    let first = FIRST[dice.usize(..FIRST.len())];
    let second = SECOND[dice.usize(..SECOND.len())];
    let suffix = SUFFIX[dice.usize(..SUFFIX.len())];
    format!("{first} {second} {suffix} {row}")
}

/// Rows of level n are those whose number has the remainder of that level; the first of each level
/// hangs below the first of the level above.
fn level_of(row: u32) -> usize {
    match row % 1000 {
        0 => 0,
        1..=9 => 1,
        10..=99 => 2,
        100..=699 => 3,
        _ => 4,
    }
}

fn parent_of(dice: &mut fastrand::Rng, row: u32, rows: u32) -> Option<u32> {
    let above = level_of(row).checked_sub(1)?;
    let block = dice.u32(..rows.div_ceil(1000)) * 1000;
    let within = match above {
        0 => 0,
        1 => dice.u32(1..10),
        2 => dice.u32(10..100),
        _ => dice.u32(100..700),
    };
    Some(block + within).filter(|parent| *parent < rows)
}

/// Writes the list as CSV.
pub(crate) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let mut dice = fastrand::Rng::with_seed(plan.seed);
    writeln!(out, "{HEADER}")?;
    let every = plan.rows.checked_div(plan.bad).unwrap_or(0);
    for row in 0..plan.rows {
        let bad = every > 0 && row % every == every / 2;
        write_row(plan, row, bad, &mut dice, out)?;
    }
    out.flush()
}

fn write_row(
    plan: &Plan,
    row: u32,
    bad: bool,
    dice: &mut fastrand::Rng,
    out: &mut dyn Write,
) -> io::Result<()> {
    let own = name(plan.seed, row);
    let parent = parent_of(dice, row, plan.rows);
    let country = COUNTRIES[dice.usize(..COUNTRIES.len())];
    let mut cells = vec![
        own.clone(),
        parent.map_or(String::new(), |parent| name(plan.seed, parent)),
        parent.map_or("4711".into(), |_| String::new()),
        LEVELS[level_of(row)].to_owned(),
        "AllInclusive".to_owned(),
        if dice.bool() {
            "AllInclusive"
        } else {
            "AllInclusive;SoftwareOnly"
        }
        .to_owned(),
        if dice.u8(..10) == 0 {
            "InProduction"
        } else {
            "InTrial"
        }
        .to_owned(),
        country.to_owned(),
        if dice.bool() { "DE" } else { "" }.to_owned(),
        if dice.bool() {
            dice.u32(1..40).to_string()
        } else {
            String::new()
        },
        format!("CWM:{row}"),
        format!("2027-{:02}-{:02}", dice.u8(1..=12), dice.u8(1..=28)),
        own.clone(),
        format!(
            "+49 {} {}",
            dice.u32(100..999),
            dice.u32(100_000..9_999_999)
        ),
        format!("https://www.customer{row}.example/"),
        format!("DE{:09}", dice.u32(..999_999_999)),
        CITIES[dice.usize(..CITIES.len())].to_owned(),
        format!("{:05}", dice.u32(10_000..99_999)),
        format!(
            "{} Street, Building {}",
            FIRST[dice.usize(..FIRST.len())],
            dice.u32(1..200)
        ),
        dice.u32(1..30).to_string(),
    ];
    if bad {
        spoil(&mut cells, dice);
    }
    let line: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    writeln!(out, "{}", line.join(","))
}

fn spoil(cells: &mut [String], dice: &mut fastrand::Rng) {
    let (column, value) = [
        (0, ""),
        (2, "12a"),
        (3, "EndCustomr"),
        (4, "Full"),
        (5, "AllInclusive;Everything"),
        (6, "Trial"),
        (7, "Atlantis"),
        (9, "1.5"),
        (11, "03/04/2027"),
        (14, "no website"),
    ][dice.usize(..10)];
    value.clone_into(&mut cells[column]);
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
