//! `template --format xlsx`: what the workbook offers is what `check` accepts, filled in it is read
//! without a warning, and no example is ever imported by accident.

mod book;

use std::collections::{BTreeMap, BTreeSet};

use partner_import::check::Field;
use partner_import::model::{CountryCode, Flag, Level, ServiceType, State};
use serde_json::Value;

use self::book::{Book, Typed, Validation};
use crate::cli::desk::{Desk, SMALL, Service};

/// What `check` says: the codes of errors and warnings, per row from 0, and the sheet it read.
struct Said {
    by_row: BTreeMap<u64, BTreeSet<String>>,
    all: Vec<String>,
    document: Value,
}

fn check(desk: &Desk, bytes: &[u8], more: &[&str]) -> Said {
    desk.write("filled.xlsx", bytes);
    let arguments = [&["check", "filled.xlsx", "--format", "json", "--all"], more].concat();
    said(desk.run(&arguments).json())
}

fn said(document: Value) -> Said {
    let mut said = Said {
        by_row: BTreeMap::new(),
        all: Vec::new(),
        document,
    };
    for one in said.document["diagnostics"].as_array().expect("a list") {
        let code = one["code"].as_str().expect("a code");
        said.all.push(format!("{code} {}", one["message"]));
        // A template is empty until somebody fills it in.
        if one["severity"] != "note" && code != "R003" {
            let row = one["row"].as_u64().unwrap_or_else(|| panic!("{one:#}"));
            said.by_row.entry(row).or_default().insert(code.to_owned());
        }
    }
    said
}

impl Said {
    /// Nothing but the rows.
    #[track_caller]
    fn accepts(&self, rows: usize) {
        assert!(self.all.is_empty(), "{:#?}", self.all);
        assert_eq!(self.document["accepted"], rows);
    }
}

fn template(desk: &Desk) -> Book {
    desk.run(&["template", "template.xlsx"]).exits(0);
    Book::open(&std::fs::read(desk.path("template.xlsx")).expect("written"))
}

fn text(text: impl Into<String>) -> Typed {
    Typed::Text(text.into())
}

/// A row with a cell under test, beside what no customer should lack.
fn row(number: usize, header: &str, typed: Typed) -> Vec<(&str, Typed)> {
    let usual = [
        ("Name", format!("Customer {number}")),
        ("Level", "EndCustomer".to_owned()),
        ("State", "InTrial".to_owned()),
        ("Country", "Germany".to_owned()),
    ];
    let others = usual.into_iter().filter(|(name, _)| *name != header);
    let mut cells: Vec<_> = others.map(|(name, value)| (name, text(value))).collect();
    cells.push((header, typed));
    cells
}

fn lists(book: &Book) -> Vec<(Validation, Vec<String>)> {
    book.validations()
        .into_iter()
        .filter(|one| one.kind == "list" && one.formulas[0].starts_with("List"))
        .map(|one| {
            let values = book.list(&one.formulas[0]);
            (one, values)
        })
        .collect()
}

#[test]
fn every_listed_value_is_accepted_without_a_word() {
    let desk = Desk::new();
    let book = template(&desk);
    let mut rows = Vec::new();
    let mut headers = BTreeSet::new();
    let lists = lists(&book);
    for (validation, values) in &lists {
        assert!(values.len() > 1, "{}", validation.header);
        headers.insert(validation.header.as_str());
        for value in values {
            rows.push(row(rows.len(), &validation.header, text(value)));
        }
    }
    let expected = [
        "ChildServiceTypes",
        "Country",
        "AutomaticDeployment",
        "CreateDefaultAccount",
        "DeviceCountry",
        "Flags",
        "Level",
        "ServiceType",
        "State",
    ];
    assert_eq!(headers, BTreeSet::from(expected));
    check(&desk, &book.filled(&rows), &[]).accepts(rows.len());
}

#[test]
fn every_word_that_is_accepted_without_a_word_is_listed() {
    let desk = Desk::new();
    let book = template(&desk);
    let lists: BTreeMap<String, Vec<String>> = lists(&book)
        .into_iter()
        .map(|(validation, values)| (validation.header, values))
        .collect();
    let words: [(&str, Vec<&str>); 5] = [
        ("Level", Level::ALL.iter().map(|one| one.as_str()).collect()),
        (
            "ServiceType",
            ServiceType::ALL.iter().map(|one| one.as_str()).collect(),
        ),
        (
            "ChildServiceTypes",
            ServiceType::ALL.iter().map(|one| one.as_str()).collect(),
        ),
        ("State", State::ALL.iter().map(|one| one.as_str()).collect()),
        ("Flags", Flag::ALL.iter().map(|one| one.as_str()).collect()),
    ];
    for (header, words) in words {
        let rows: Vec<_> = words
            .iter()
            .enumerate()
            .map(|(number, word)| row(number, header, text(*word)))
            .collect();
        let said = check(&desk, &book.filled(&rows), &[]);
        for (number, word) in words.iter().enumerate() {
            let silent = !said.by_row.contains_key(&(number as u64 + 2));
            let listed = lists[header].iter().any(|value| value == word);
            assert_eq!(silent, listed, "{header} {word}: {:?}", said.all);
        }
    }
    for header in ["Country", "DeviceCountry"] {
        let listed: BTreeSet<&str> = lists[header].iter().map(String::as_str).collect();
        for code in CountryCode::all() {
            // Among names it may stand for no answer.
            let clear = code.as_str() != "NA";
            assert_eq!(listed.contains(code.as_str()), clear, "{header} {code:?}");
            assert!(listed.contains(code.name()), "{header} {}", code.name());
        }
        assert_eq!(listed.len(), lists[header].len(), "each once");
    }
}

#[test]
fn bounds_are_those_of_the_check() {
    let desk = Desk::new();
    let book = template(&desk);
    // Each bound, and what lies right beyond it.
    let mut rows = Vec::new();
    let mut wrong = Vec::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for one in book.validations() {
        *kinds.entry(one.kind.clone()).or_default() += 1;
        let number = |text: &str| {
            let digits = text.trim_start_matches('=');
            let end = digits.find(|sign: char| !sign.is_ascii_digit());
            digits[..end.unwrap_or(digits.len())].parse::<i64>().ok()
        };
        let (first, last) = match one.formulas[0].split_once("LEN($") {
            _ if one.kind == "list" => continue,
            Some(_) if one.kind == "custom" => {
                let most = one.formulas[0].split_once("<=").map(|(_, most)| most);
                let Some(most) = most.and_then(number) else {
                    continue;
                };
                (1, most)
            }
            _ => {
                // A trial ends on the first day it may, where no beginning is given.
                let first = number(one.formulas[0].trim_start_matches("MAX("));
                (first.unwrap(), number(&one.formulas[1]).unwrap())
            }
        };
        let mut add = |typed: Typed, fits: bool| {
            wrong.push(!fits);
            rows.push((one.header.clone(), typed));
        };
        if one.kind == "custom" {
            // These have a form of their own.
            if !["WebsiteAddress", "PhoneNumber", "FaxNumber"].contains(&one.header.as_str()) {
                // With a digit, without which a number of any kind is none.
                let long = |letters: i64| {
                    let length: usize = letters.try_into().expect("a length");
                    "x".repeat(length - 1) + "1"
                };
                add(text(long(last)), true);
                add(text(long(last + 1)), false);
            }
        } else {
            add(Typed::Number(first), true);
            add(Typed::Number(last), true);
            add(Typed::Number(first - 1), false);
            // A spreadsheet keeps no more digits for sure; the check takes greater ids of customers.
            let longer = matches!(one.header.as_str(), "ID" | "ParentId");
            add(Typed::Number(last + 1), longer);
        }
    }
    assert_eq!((kinds["whole"], kinds["date"]), (6, 2));
    assert!(kinds["custom"] > 14, "{kinds:?}");
    let texts = wrong.iter().filter(|wrong| **wrong).count();
    assert!(texts > 24, "{texts}");
    let cells: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(number, (header, typed))| row(number, header, typed.clone()))
        .collect();
    let said = check(&desk, &book.filled(&cells), &[]);
    for (number, wrong) in wrong.iter().enumerate() {
        // An id of one row may be the parent of another: only what a cell is alone counts.
        let codes = said.by_row.get(&(number as u64 + 2));
        let found = codes.is_some_and(|codes| codes.iter().any(|code| code.starts_with('V')));
        let (header, typed) = &rows[number];
        let shown: String = format!("{typed:?}").chars().take(60).collect();
        assert_eq!(
            found,
            *wrong,
            "{header} {shown}: {:?}",
            said.by_row.get(&(number as u64 + 2))
        );
    }
}

#[test]
fn a_template_holds_no_customers_until_it_is_filled_in() {
    let desk = Desk::new();
    let book = template(&desk);
    let empty = desk.run(&["check", "template.xlsx", "--strict"]).exits(3);
    assert!(empty.out.contains("no customer below it"), "{}", empty.out);
    assert!(
        empty.out.contains("sheet \"Customers\": 0 rows"),
        "{}",
        empty.out
    );
    // Whatever columns are left of it, the example beside it is not read.
    let few = book.part("xl/worksheets/sheet1.xml");
    assert!(few.contains("<row r=\"1\""), "{few}");
    desk.run(&["run", "template.xlsx", "--sandbox", "--yes"])
        .exits(3);
    let tree = desk.run(&["lookup", "partners", "--sandbox", "--format", "json"]);
    assert_eq!(
        tree.exits(0).json().as_array().map(Vec::len),
        Some(1),
        "only the root"
    );

    let typed = [
        ("Name", text("Nordwind 3-5")),
        ("Level", text("EndCustomer")),
        ("State", text("InTrial")),
        ("Country", text("Germany")),
        ("ZipCode", text("01067")),
        ("TrialRegistrationTime", Typed::Number(46_447)),
        ("TrialExpirationTime", Typed::Number(46_477)),
        ("ResponsibleUserId", Typed::Number(2_201)),
    ];
    let filled = book.filled(&[typed.to_vec()]);
    let said = check(&desk, &filled, &[]);
    assert!(said.by_row.is_empty(), "{:?}", said.all);
    assert_eq!(said.document["rows"], 1);
    let raw = desk
        .run(&["preview", "filled.xlsx", "--raw", "--format", "csv"])
        .exits(0)
        .out;
    for value in ["Nordwind 3-5", "01067", "2027-03-01", "2027-03-31", "2201"] {
        assert!(raw.contains(value), "{value}: {raw}");
    }
}

#[test]
fn the_example_alone_is_accepted() {
    let desk = Desk::new();
    template(&desk);
    let done = desk
        .run(&["check", "template.xlsx", "--sheet", "Example", "--strict"])
        .exits(0);
    assert!(done.out.contains("5 accepted"), "{}", done.out);
    assert!(done.out.contains("0 errors, 0 warnings\n"), "{}", done.out);
}

#[test]
fn every_column_is_there_with_a_comment_whose_example_is_accepted() {
    let desk = Desk::new();
    let book = template(&desk);
    let headers = book.headers();
    let names: BTreeSet<&str> = headers.iter().map(|(_, header)| header.as_str()).collect();
    assert_eq!(names, Field::ALL.iter().map(|field| field.name()).collect());
    let first: Vec<&str> = headers
        .iter()
        .take(10)
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(
        first.join(" "),
        "Name Parent Level State Country ExternalCode Address ZipCode City PhoneNumber"
    );
    // The others are folded away behind these, with a sign that brings them back.
    let sheet = book.part("xl/worksheets/sheet1.xml");
    let columns: Vec<&str> = sheet.split("<col ").skip(1).collect();
    let number = |column: &str, name: &str| -> usize {
        let (_, rest) = column.split_once(&format!("{name}=\"")).expect("there");
        rest.split('"')
            .next()
            .expect("closed")
            .parse()
            .expect("a number")
    };
    for column in &columns {
        let (from, to) = (number(column, "min"), number(column, "max"));
        let folded = column.contains("hidden=\"1\"") && column.contains("outlineLevel=\"1\"");
        assert_eq!(folded, from > 10 && to <= headers.len(), "{column}");
    }
    assert!(columns.last().expect("one").contains("collapsed=\"1\""));
    let comments = book.comments();
    assert_eq!(comments.len(), headers.len());
    let mut rows = Vec::new();
    for ((cell, comment), (column, header)) in comments.iter().zip(&headers) {
        assert_eq!(*cell, format!("{column}1"));
        let need = comment.split('.').next().unwrap_or_default();
        assert!(
            ["Required", "Usual", "Optional"].contains(&need),
            "{comment}"
        );
        if let Some((_, example)) = comment.split_once("Example: ") {
            let typed = example.parse().map_or(text(example), Typed::Number);
            let typed = match book.number_format(column).as_str() {
                "49" => text(example),
                _ => typed,
            };
            rows.push(row(rows.len(), header, typed));
        }
    }
    assert_eq!(rows.len(), headers.len() - 1, "all but ID");
    // The parent of the comment is another row.
    let mut parent = row(rows.len(), "Name", text("Northwind Group"));
    parent.retain(|(header, _)| *header != "Level");
    parent.push(("Level", text("Reseller")));
    rows.push(parent);
    check(&desk, &book.filled(&rows), &[]).accepts(rows.len());
}

#[test]
fn rules_reach_far_and_the_file_stays_small() {
    let desk = Desk::new();
    let book = template(&desk);
    let size = std::fs::metadata(desk.path("template.xlsx"))
        .expect("written")
        .len();
    assert!(size < 60_000, "{size}");
    let validations = book.validations();
    assert_eq!(validations.len(), book.headers().len());
    for one in &validations {
        assert_eq!(one.rows, (2, 10_001), "{}", one.header);
        let longest = one.formulas.iter().map(|formula| formula.chars().count());
        assert!(longest.max() <= Some(255), "Excel takes 255: {one:?}");
        assert_eq!(
            one.error.is_empty(),
            one.header == "Parent",
            "{}",
            one.header
        );
        assert!(
            one.error.chars().count() <= 225,
            "Excel shows 225: {}",
            one.error
        );
    }
    let style = |header: &str| {
        let found = validations.iter().find(|one| one.header == header);
        found.expect("a validation").style.clone()
    };
    assert_eq!(
        ["Level", "Country", "State", "Flags"].map(style),
        ["stop", "stop", "warning", "information"]
    );
    for header in [
        "Name",
        "ZipCode",
        "PhoneNumber",
        "ExternalCode",
        "VatNumber",
    ] {
        assert_eq!(
            book.number_format(&book.column(header)),
            "49",
            "{header} is text"
        );
    }
    let workbook = book.part("xl/workbook.xml");
    assert!(
        workbook.contains("name=\"Lists\" sheetId=\"4\" state=\"veryHidden\""),
        "{workbook}"
    );
    let sheet = book.part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter ref=\"A1:AH10001\""));
}

#[test]
fn files_are_never_replaced_and_the_name_tells_the_format() {
    let desk = Desk::new();
    desk.run(&["template", "-o", "a.xlsx"])
        .exits(0)
        .says(&["written: a.xlsx", "Customers"]);
    let first = std::fs::read(desk.path("a.xlsx")).expect("written");
    for arguments in [
        &["template", "-o", "a.xlsx"][..],
        &["template", "a.xlsx", "--format", "csv"],
        &[
            "template",
            "--format",
            "xlsx",
            "--sandbox",
            "--output",
            "a.xlsx",
        ],
    ] {
        desk.run(arguments)
            .exits(2)
            .says(&["a.xlsx", "choose another name"]);
    }
    assert_eq!(std::fs::read(desk.path("a.xlsx")).expect("there"), first);
    let piped = desk
        .tool(&["template", "--format", "xlsx"])
        .output()
        .expect("it starts");
    assert!(piped.status.success() && piped.stdout.starts_with(b"PK"));
    assert!(Book::open(&piped.stdout).headers().len() > 30);
    desk.run(&["template", "b.xlsx", "--format", "csv"])
        .exits(0);
    assert!(desk.read("b.xlsx").starts_with("\u{feff}ID,"));
    desk.run(&["template", "c.csv", "--output", "d.csv"])
        .exits(2);
    desk.run(&["template", "c.csv", "--sandbox"])
        .exits(2)
        .says(&["--format xlsx"]);
    assert!(!desk.path("c.csv").exists() && !desk.path("d.csv").exists());
    desk.run(&["template", "c.xlsx", "--tenant", "none.json"])
        .exits(3)
        .says(&["none.json"]);
    assert!(!desk.path("c.xlsx").exists());
}

/// A tenant in which not every name means one customer.
fn tenant() -> (Desk, Service) {
    let (desk, service) = (Desk::new(), Service::new());
    let more = "Zweimal,Nord Partner,EndCustomer,InTrial,DE,Z-1\n\
                Øst Lager Standort,Øst Lager,Site,InTrial,DK,N-9\n";
    desk.write("in.csv", format!("{SMALL}{more}"));
    desk.import(&service, "in.csv").exits(0);
    desk.run_at(&service, &["lookup", "partners", "--save", "tenant.json"])
        .exits(0);
    let mut snapshot: Value = serde_json::from_str(&desk.read("tenant.json")).expect("JSON");
    let partners = snapshot["partners"].as_array_mut().expect("partners");
    let twin = partners
        .iter()
        .find(|one| one["name"] == "Zweimal")
        .expect("there")
        .clone();
    let mut other = |id: u32, name: &str, code: &str| {
        let mut customer = twin.clone();
        customer["id"] = id.into();
        customer["name"] = name.into();
        customer["external_code"] = code.into();
        partners.push(customer);
    };
    other(900_001, "Zweimal", "Z-2");
    // A name that is the code of another customer, and one like a column.
    other(900_002, "N-1", "");
    other(900_003, "Company", "");
    other(900_004, "Country", "");
    snapshot["locations"]
        .as_array_mut()
        .expect("locations")
        .push(serde_json::json!({"id": 77, "name": "GERMANY"}));
    desk.write("tenant.json", snapshot.to_string());
    (desk, service)
}

#[test]
fn a_tenants_customers_and_places_are_offered_where_a_plan_resolves_them() {
    let (desk, service) = tenant();
    desk.run(&["template", "t.xlsx", "--tenant", "tenant.json"])
        .exits(0);
    let book = Book::open(&std::fs::read(desk.path("t.xlsx")).expect("written"));
    let lists: BTreeMap<String, Vec<String>> = lists(&book)
        .into_iter()
        .map(|(validation, values)| (validation.header, values))
        .collect();
    let parents = &lists["Parent"];
    for there in ["Nord Partner", "Bäckerei Süd", "Z-1", "Z-2", "Company"] {
        assert!(
            parents.iter().any(|one| one == there),
            "{there}: {parents:?}"
        );
    }
    for not in ["Zweimal", "N-1", "Øst Lager Standort"] {
        assert!(!parents.iter().any(|one| one == not), "{not}: {parents:?}");
    }
    let locations = &lists["Location"];
    assert!(
        !locations.iter().any(|one| one == "Germany"),
        "it has two ids"
    );
    assert!(locations.len() > 5 && lists["Region"].len() > 1);
    assert!(
        !lists["Country"]
            .iter()
            .any(|one| one == "KP" || one == "North Korea")
    );

    let snapshot: Value = serde_json::from_str(&desk.read("tenant.json")).expect("JSON");
    let below = |parent: &str| {
        let partners = snapshot["partners"].as_array().expect("partners");
        let found = partners
            .iter()
            .find(|one| one["name"] == parent || one["external_code"] == parent);
        match found.expect("a customer")["level"].as_str() {
            Some("EndCustomer") => "Site",
            _ => "EndCustomer",
        }
    };
    let mut rows = Vec::new();
    for header in ["Parent", "Location", "Region", "Country"] {
        for value in &lists[header] {
            let mut cells = row(rows.len(), header, text(value));
            cells.retain(|(name, _)| *name != "Level");
            let level = if header == "Parent" {
                below(value)
            } else {
                "EndCustomer"
            };
            cells.push(("Level", text(level)));
            rows.push(cells);
        }
    }
    check(&desk, &book.filled(&rows), &["--tenant", "tenant.json"]).accepts(rows.len());

    // Empty it is the form that is read, whatever the tenant's customers are called.
    let empty = check(&desk, &book.filled(&[]), &[]);
    assert_eq!(empty.all.len(), 1, "{:?}", empty.all);
    // The tenant itself is read when flags ask for it.
    desk.run_at(
        &service,
        &["template", "live.xlsx", "--endpoint", &service.endpoint],
    )
    .exits(0);
    let live = Book::open(&std::fs::read(desk.path("live.xlsx")).expect("written"));
    let parents = live.list("ListParents");
    assert!(parents.iter().any(|one| one == "Zweimal"), "{parents:?}");
}
