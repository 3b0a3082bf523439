//! The cells of one customer, and the mistakes made in them.

use std::fmt::Write;

use crate::forest::Forest;
use crate::names::{Language, language, place, write_name};

/// The columns, in the order in which they are taken.
pub(crate) const COLUMNS: [&str; 20] = [
    "Name",
    "Parent",
    "ParentId",
    "Level",
    "ServiceType",
    "ChildServiceTypes",
    "State",
    "Country",
    "DeviceCountry",
    "LocationId",
    "ExternalCode",
    "TrialExpirationTime",
    "LegalCompanyName",
    "PhoneNumber",
    "WebsiteAddress",
    "VatNumber",
    "City",
    "ZipCode",
    "Address",
    "RegionId",
];

/// A mistake: the column and what stands there instead.
const MISTAKES: [(usize, &str); 8] = [
    (0, ""),
    (3, "EndCostumer"),
    (4, "Everything"),
    (7, "Atlantis"),
    (8, "Germny"),
    (9, "Frankfurt"),
    (11, "next spring"),
    (14, "no website"),
];

/// What the dice are thrown for.
const STATE: u64 = 1;
const MISTAKE: u64 = 2;
const KIND: u64 = 3;
const PHONE: u64 = 4;

/// Makes rows, one at a time, in the same memory.
pub(crate) struct Maker {
    forest: Forest,
    columns: usize,
    /// How many of `u64::MAX` throws make a mistake.
    bad_below: u64,
    cells: Vec<String>,
}

impl Maker {
    /// Rows of `columns` cells; a share `bad` of all of them has a mistake.
    pub(crate) fn new(forest: Forest, columns: usize, bad: f64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let of_leaves = bad * forest.rows as f64 / forest.leaves().max(1) as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a share between nothing and all"
        )]
        let bad_below = (of_leaves.clamp(0.0, 1.0) * u64::MAX as f64) as u64;
        Self {
            forest,
            columns,
            bad_below,
            cells: vec![String::new(); COLUMNS.len()],
        }
    }

    /// The cells of customer `index`.
    pub(crate) fn row(&mut self, index: u64) -> &[String] {
        for cell in &mut self.cells {
            cell.clear();
        }
        let language = language(index);
        self.identity(index, language);
        self.company(index, language);
        if self.forest.is_leaf(index) && self.forest.dice(index, MISTAKE) < self.bad_below {
            self.spoil(index);
        }
        &self.cells[..self.columns]
    }

    /// Name to `TrialExpirationTime`.
    fn identity(&mut self, index: u64, language: &Language) {
        let in_trial = self.forest.dice(index, STATE).is_multiple_of(4);
        let cells = &mut self.cells;
        write_name(&mut cells[0], index);
        if let Some(parent) = self.forest.parent(index) {
            write_name(&mut cells[1], parent);
        }
        cells[3].push_str(self.forest.level(index));
        cells[4].push_str("AllInclusive");
        if !self.forest.is_leaf(index) {
            cells[5].push_str("AllInclusive;SoftwareOnly");
        }
        cells[6].push_str(if in_trial { "InTrial" } else { "InProduction" });
        let country = if index.is_multiple_of(3) {
            language.country
        } else {
            language.code
        };
        cells[7].push_str(country);
        cells[8].push_str(language.code);
        write(&mut cells[9], format_args!("{}", language.location));
        write(&mut cells[10], format_args!("K-{index:07}"));
        if in_trial {
            write(
                &mut cells[11],
                format_args!("2030-{:02}-{:02}", index % 12 + 1, index % 28 + 1),
            );
        }
    }

    /// `LegalCompanyName` to `RegionId`.
    fn company(&mut self, index: u64, language: &Language) {
        let number = self.forest.dice(index, PHONE);
        let cells = &mut self.cells;
        let (first, rest) = cells.split_at_mut(12);
        if index.is_multiple_of(3) {
            rest[0].push_str(&first[0]);
        }
        let (area, line) = (number % 90 + 10, number / 90 % 1_000_000);
        write(
            &mut rest[1],
            format_args!("{} {area} {line:06}", language.dialling),
        );
        if !index.is_multiple_of(4) {
            write(&mut rest[2], format_args!("https://k{index}.example"));
        }
        write(
            &mut rest[3],
            format_args!("{}{:09}", language.code, number % 1_000_000_000),
        );
        rest[4].push_str(place(language, index));
        let digits = language.zip_digits();
        let zip = number % (9 * 10_u64.pow(digits - 1)) + 10_u64.pow(digits - 1);
        write(&mut rest[5], format_args!("{zip}"));
        write(
            &mut rest[6],
            format_args!("{} {}", language.street, index % 90 + 1),
        );
        if index.is_multiple_of(5) {
            // A comma, so that CSV needs quotation marks.
            write(&mut rest[6], format_args!(", {}. OG", index % 9 + 1));
        }
        write(&mut rest[7], format_args!("{}", language.region));
    }

    fn spoil(&mut self, index: u64) {
        let within = MISTAKES
            .iter()
            .filter(|(column, _)| *column < self.columns)
            .count();
        let kind = self.forest.dice(index, KIND) % within as u64;
        let kind = usize::try_from(kind).expect("a remainder is small");
        let (column, text) = MISTAKES[kind];
        self.cells[column].clear();
        self.cells[column].push_str(text);
    }
}

/// Writing to a string cannot fail.
fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}
