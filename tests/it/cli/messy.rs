//! What is said of a list that was written for something else: plainly, once, and with the place.

use rust_xlsxwriter::{Format, Workbook};

use super::desk::Desk;

const GOOD: [&str; 4] = [
    "--default",
    "Level=EndCustomer",
    "--default",
    "State=InTrial",
];

/// What `check` prints of the list, without its line breaks.
fn checked(desk: &Desk, list: &str, more: &[&str], code: i32) -> String {
    let done = desk.run(&[&["check", list], more].concat()).exits(code);
    done.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_entry_of_the_profile_that_nothing_is_for_is_named_with_its_place() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nAlder,Site,InTrial,DE\n",
    );
    desk.write(
        "partner-import.toml",
        "[values.Level]\nFiliale = \"Site\"\n\n[values.City]\nHH = \"Hamburg\"\n",
    );
    let said = checked(&desk, "in.csv", &[], 0);
    for part in [
        "no cell of Level is \"Filiale\", which would be read as \"Site\" (partner-import.toml, line 2)",
        "no column is City, so \"HH\" is nowhere read as \"Hamburg\" (partner-import.toml, line 5)",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // What was typed has no place.
    std::fs::remove_file(desk.path("partner-import.toml")).unwrap();
    let typed = checked(&desk, "in.csv", &["--value", "Level:Filiale=Site"], 0);
    assert!(typed.contains("read as \"Site\" -->"), "{typed}");
}

#[test]
fn a_row_is_named_once() {
    let desk = Desk::new();
    desk.write("in.csv", "Customers 2026,\n\nName,Country\nAlder,DE\n");
    let github = [&["check", "in.csv", "--format", "github"], &GOOD[..]].concat();
    let github = desk.run(&github).exits(0).out;
    assert!(github.contains("::row 1 is above the table"), "{github}");
    assert!(!github.contains("row 1: row 1"), "{github}");
}

#[test]
fn merged_cells_are_named_where_they_are_imported() {
    let desk = Desk::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ["Name", "Country", "Remark"],
        ["Alder", "DE", ""],
        ["Birch", "DE", ""],
    ];
    for (row, cells) in (0..).zip(rows) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    let plain = Format::new();
    sheet.merge_range(1, 2, 2, 2, "both", &plain).unwrap();
    book.save(desk.path("in.xlsx")).unwrap();
    let said = checked(&desk, "in.xlsx", &GOOD, 0);
    assert!(!said.contains("R202"), "{said}");
    // A filter asks it, or it is imported: then it matters.
    for more in [["--map", "Remark=City"], ["--leave-out", "Remark = gone"]] {
        let said = checked(&desk, "in.xlsx", &[&GOOD[..], &more].concat(), 0);
        assert!(
            said.contains("1 merged cell is repeated in the rows below (C2:C3)"),
            "{said}"
        );
    }
}

#[test]
fn columns_without_a_header_are_one_short_problem() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Country,,,\nAlder,DE,,Basic,10\nBirch,DE,,Plus,20\nCedar,DE,,,\n",
    );
    let said = checked(&desk, "in.csv", &GOOD, 0);
    let told = "warning[R309]: column D has no header, so it is not imported (\"Basic\" in row 2)";
    assert!(said.contains(told), "{said}");
    assert!(said.contains("the same for 1 more column: E "), "{said}");
    assert_eq!(said.matches("R309").count(), 1, "{said}");
}

#[test]
fn one_of_them_is_one() {
    let desk = Desk::new();
    desk.write("in.csv", "Name,Country\nAlder,Germny\n");
    let run = ["run", "in.csv", "--sandbox", "--yes", "--require-valid"];
    let run = desk.run(&[&run[..], &GOOD].concat()).exits(2);
    assert!(run.err.contains("1 of 1 row is wrong"), "{}", run.err);
    desk.write("in.csv", "Name,Country\nAlder,DE\n");
    let run = ["run", "in.csv", "--sandbox", "--yes", "--min-rows", "5"];
    let run = desk.run(&[&run[..], &GOOD].concat()).exits(2);
    assert!(run.err.contains("the list has 1 row, and"), "{}", run.err);
    let run = ["run", "in.csv", "--sandbox", "--yes", "--out", "out"];
    desk.run(&[&run[..], &GOOD].concat()).exits(0);
    let page = desk.read("out/report.html");
    assert!(page.contains("1 row = 1 created"), "{page}");
}
