//! Rows that a run refused for another row's code or name, run again by themselves.

use super::desk::{Desk, Done, Service, Table};

/// Two customers of one code, two of one name.
const TWICE: &str = "ExternalCode;Name;Country;City\n\
    A1;Anker Bau;DE;Kiel\n\
    A1;Berg Optik;DE;Bremen\n\
    A3;Cafe Dom;DE;Kiel\n\
    ;Müller GmbH;DE;Kiel\n\
    ;Müller GmbH;DE;Bremen\n\
    ;Zoo Nord;DE;Kiel\n\
    ;Zoo Nord;DE;Kiel\n";

const LEVEL: [&str; 2] = ["--default", "Level=EndCustomer"];

fn again(desk: &Desk, service: &Service, file: &str, out: &str, more: &[&str]) -> Done {
    let run = ["run", file, "--yes", "--out", out];
    desk.run_at(service, &[&run[..], &LEVEL, more].concat())
}

fn refused_for_others() -> (Desk, Service) {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", TWICE);
    again(&desk, &service, "in.csv", "out", &[]).exits(1);
    (desk, service)
}

/// Status and code of each row.
fn verdicts(desk: &Desk, out: &str) -> Vec<String> {
    let text = desk.read(&format!("{out}/results.csv"));
    let delimiter = if text.contains(';') { b';' } else { b',' };
    let table = Table::parse(&text, delimiter);
    let rows = table.column("ImportStatus").into_iter();
    let codes = table.column("ImportCode");
    rows.zip(codes)
        .map(|(status, code)| format!("{status} {code}").trim().to_owned())
        .collect()
}

#[test]
fn what_was_refused_for_another_row_is_refused_again() {
    let (desk, service) = refused_for_others();
    let customers = service.added().len();
    for (out, more) in [
        ("two", &[][..]),
        ("three", &["--on-exists", "update"]),
        ("four", &["--of-run", "last", "--on-exists", "update"]),
    ] {
        let file = match out {
            "four" => "two/rejected.csv",
            _ => "out/rejected.csv",
        };
        again(&desk, &service, file, out, more).exits(1);
        assert_eq!(
            verdicts(&desk, out),
            ["invalid D104", "invalid D101", "invalid D101"],
            "{file}"
        );
    }
    let said = desk.read("two/rejected.csv");
    for text in [
        "\"\"A1\"\" is the external code of row 2 of the run ",
        "\"\"Müller GmbH\"\" is the name, below the same parent, of row 5 of the run ",
        "is the name, below the same parent, of row 7 of the run ",
    ] {
        assert!(said.contains(text), "{text} in\n{said}");
    }
    // Their own results again and again: the first run is no longer the one that wrote them.
    again(&desk, &service, "two/rejected.csv", "five", &[]).exits(1);
    assert_eq!(
        verdicts(&desk, "five"),
        ["invalid D104", "invalid D101", "invalid D101"]
    );
    assert_eq!(service.added().len(), customers);
}

#[test]
fn with_a_code_or_a_name_of_its_own_it_is_created() {
    let (desk, service) = refused_for_others();
    let customers = service.added().len();
    let mended = desk
        .read("out/rejected.csv")
        .replace("A1;Berg", "A2;Berg")
        .replace("Müller GmbH;DE;Bremen", "Müller Bremen;DE;Bremen")
        .replace("Zoo Nord;", "Zoo Nord 2;");
    desk.write("out/rejected.csv", mended);
    again(&desk, &service, "out/rejected.csv", "two", &[]).exits(0);
    assert_eq!(verdicts(&desk, "two"), ["created"; 3]);
    assert_eq!(service.added().len(), customers + 3);
}

#[test]
fn whose_other_row_was_not_created_may_have_its_code() {
    let (desk, service) = (Desk::new(), Service::new());
    let list = "ExternalCode;Name;Country\nA1;Anker Bau;Germny\nA1;Berg Optik;DE\nA3;Cafe Dom;DE\n";
    desk.write("in.csv", list);
    again(&desk, &service, "in.csv", "out", &[]).exits(1);
    let rejected = desk.read("out/rejected.csv");
    let without: Vec<&str> = rejected
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("A1;Anker"))
        .collect();
    desk.write("out/rejected.csv", without.concat());
    again(&desk, &service, "out/rejected.csv", "two", &[]).exits(0);
    assert_eq!(verdicts(&desk, "two"), ["created"]);
}

#[test]
fn where_the_run_is_not_known_the_verdict_of_the_file_stands() {
    let (desk, service) = refused_for_others();
    desk.write("elsewhere.csv", desk.read("out/rejected.csv"));
    again(&desk, &service, "elsewhere.csv", "two", &[]).exits(1);
    assert_eq!(
        verdicts(&desk, "two"),
        ["invalid D104", "invalid D101", "invalid D101"]
    );
    let said = desk.read("two/rejected.csv");
    assert!(said.contains("is not known here"), "{said}");
    let mended = desk.read("out/rejected.csv").replace("A1;Berg", "A2;Berg");
    let mended: Vec<&str> = mended.split_inclusive('\n').take(2).collect();
    desk.write("mended.csv", mended.concat());
    again(
        &desk,
        &service,
        "mended.csv",
        "three",
        &["--of-run", "none"],
    )
    .exits(0);
    assert_eq!(verdicts(&desk, "three"), ["created"]);
}

/// The result workbook and the result table, where all rows but the refused ones are deleted, or none.
#[test]
fn results_tell_the_same_as_the_rejected_rows() {
    let (desk, service) = refused_for_others();
    let results = desk.read("out/results.csv");
    let alone: Vec<&str> = results
        .split_inclusive('\n')
        .filter(|line| line.contains(";ImportStatus;") || line.contains(";invalid;"))
        .collect();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(&alone) {
        let line = line.trim_start_matches('\u{feff}').trim_end();
        for (column, text) in (0..8).zip(line.split(';')) {
            sheet.write(row, column, text).expect("written");
        }
    }
    workbook.save(desk.path("out/results.xlsx")).expect("saved");
    desk.write("out/results.csv", alone.concat());
    for (file, out) in [("out/results.csv", "two"), ("out/results.xlsx", "three")] {
        let more = ["--on-exists", "update"];
        again(&desk, &service, file, out, &more).exits(1);
        let found = verdicts(&desk, out);
        assert_eq!(found, ["invalid D104", "invalid D101", "invalid D101"]);
    }
    // With the rows that own them, it is said once.
    desk.write("out/results.csv", results);
    again(&desk, &service, "out/results.csv", "four", &[]).exits(1);
    let table = Table::parse(&desk.read("four/results.csv"), b';');
    let said = table.column("ImportMessage");
    assert!(
        said[1].contains("A1") && !said[1].contains("of the run"),
        "{said:?}"
    );
    assert!(said[0].is_empty() || !said[0].contains("A1"), "{said:?}");
}

/// The list itself, mended by deleting a row and compared with its run.
#[test]
fn the_row_that_owns_it_is_not_refused() {
    let (desk, service) = refused_for_others();
    let list: Vec<&str> = TWICE
        .split_inclusive('\n')
        .filter(|line| !line.contains("Berg") && !line.contains("Bremen"))
        .take(4)
        .collect();
    desk.write("mended.csv", list.concat());
    again(&desk, &service, "mended.csv", "two", &["--of-run", "last"]).exits(0);
    assert_eq!(verdicts(&desk, "two"), ["exists"; 3]);
}
