//! From bytes to customers: what the reader hands to the check, in one go.

use partner_import::check::{CheckSettings, Checked, Checker, knows_header};
use partner_import::model::RowBatch;
use partner_import::model::notes::diagnostics;
use partner_import::tables::{HeaderKnowledge, More, ReadOptions, read_bytes};
use proptest::prelude::*;

struct Known;

impl HeaderKnowledge for Known {
    fn knows(&self, header: &str) -> bool {
        knows_header(header) >= 2
    }
}

fn check(bytes: &[u8]) -> Checked {
    let mut table = read_bytes(bytes, &ReadOptions::default(), &Known).unwrap();
    let mut problems = diagnostics(std::mem::take(&mut table.notes));
    let mut batch = RowBatch::default();
    let mut more = table.next_batch(&mut batch).unwrap();
    let mut checker = Checker::new(&table.header, &CheckSettings::default(), &batch).unwrap();
    checker.batch(&batch);
    while more == More::Maybe {
        more = table.next_batch(&mut batch).unwrap();
        checker.batch(&batch);
    }
    problems.extend(diagnostics(table.take_notes()));
    checker.take_reading_problems(problems);
    checker.finish()
}

/// Name and city of every accepted customer.
fn customers(checked: &Checked) -> Vec<(String, String)> {
    let member = |partner: &serde_json::Value, path: &str| {
        let found = partner.pointer(path).and_then(|found| found.as_str());
        found.unwrap_or_default().to_owned()
    };
    let of = |partner: serde_json::Value| {
        let city = member(&partner, "/Company/PostAddress/City");
        (member(&partner, "/Name"), city)
    };
    let partners = checked
        .accepted
        .iter()
        .map(partner_import::check::Accepted::partner);
    partners
        .map(|partner| of(serde_json::to_value(partner).unwrap()))
        .collect()
}

/// Marks that were undone put a cell elsewhere in memory than its neighbours.
#[test]
fn quoted_marks_may_stand_in_any_cell() {
    let checked = check(
        concat!(
            "Name,City,Level\n",
            "Plain,Rome,EndCustomer\n",
            "\"The \"\"A\"\" Team\",Rome,EndCustomer\n",
            "Third,\"\"\"Rome\"\"\",EndCustomer\n",
            "Fourth,Rome,\"End \"\"Customer\"\"\"\n",
            "\"The \"\"B\"\" Team\",\"Le \"\"Puy\"\"\",EndCustomer\n",
            "\"C \"\"\u{e9}\"\" \u{7}\",Rome,EndCustomer\n",
        )
        .as_bytes(),
    );
    let expected = [
        ("Plain", "Rome"),
        ("The \"A\" Team", "Rome"),
        ("Third", "\"Rome\""),
        ("The \"B\" Team", "Le \"Puy\""),
        ("C \"é\"", "Rome"),
    ];
    assert_eq!(
        customers(&checked),
        expected.map(|(name, city)| (name.to_owned(), city.to_owned()))
    );
    let problems: Vec<String> = checked
        .diagnostics
        .iter()
        .filter_map(|found| Some(format!("{} {}", found.rule.code, found.at?)))
        .collect();
    assert_eq!(problems, ["V201 C5", "V104 A7"]);
}

proptest! {
    #![proptest_config(crate::seeded(200))]

    /// Rows go through the reader and the check and come out with the values they were written with.
    #[test]
    fn values_arrive_as_they_were_written(
        rows in prop::collection::vec(("[A-Z\"][a-z\"', ;é]{1,12}[a-z\"]", "[A-Z\"][a-zü\"\n,]{0,8}[a-z]"), 1..12),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["Name", "City", "Level"]).unwrap();
        let mut expected = Vec::new();
        for (number, (name, city)) in (0..).zip(rows) {
            let (name, city) = (format!("K{number} {name}"), city.replace('\n', " "));
            writer.write_record([&name, &city, "EndCustomer"]).unwrap();
            expected.push((name, city));
        }
        let checked = check(&writer.into_inner().unwrap());
        prop_assert_eq!(customers(&checked), expected);
    }
}
