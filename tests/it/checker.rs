//! The check: tables in, accepted customers and diagnostics out.

use std::fmt::Write as _;

use partner_import::check::{
    Accepted, CheckSettings, Checked, Checker, MappingOptions, ParentTarget, RowState,
};
use partner_import::model::{CellKind, Header, HeaderCell, RowBatch};
use proptest::prelude::*;

/// A CSV text as a table: the first line is the header.
pub(crate) fn table(csv: &str) -> (Header, RowBatch) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(csv.as_bytes());
    let mut header = Header {
        cells: Vec::new(),
        row: 1,
    };
    let mut batch = RowBatch::default();
    for (row, record) in (1..).zip(reader.records()) {
        let record = record.unwrap();
        if row == 1 {
            header.cells = (0..)
                .zip(&record)
                .map(|(column, text)| HeaderCell::new(text, column))
                .collect();
            continue;
        }
        for text in &record {
            batch.push_cell(text, CellKind::Text);
        }
        let line = record.position().map_or(0, csv::Position::line);
        batch.end_row(row, u32::try_from(line).unwrap());
    }
    (header, batch)
}

fn run(csv: &str, settings: &CheckSettings) -> Checked {
    let (header, batch) = table(csv);
    let mut checker = Checker::new(&header, settings, &batch).unwrap();
    checker.batch(&batch);
    checker.finish()
}

fn shown(accepted: &Accepted) -> String {
    let parent = match &accepted.parent().target {
        ParentTarget::Default => "default".to_owned(),
        ParentTarget::Id(id) => format!("id {id}"),
        ParentTarget::Row(row) => format!("row {}", row.0 + 2),
        ParentTarget::Named(name) => format!("named {name}"),
    };
    let partner = serde_json::to_string(accepted.partner()).unwrap();
    format!("{} below {parent}: {partner}\n", accepted.number())
}

fn check(csv: &str, expected: &str) {
    check_with(csv, &CheckSettings::default(), expected);
}

fn check_with(csv: &str, settings: &CheckSettings, expected: &str) {
    let checked = run(csv, settings);
    let mut text = String::new();
    for diagnostic in &checked.diagnostics {
        let at = diagnostic.at.map_or("file".to_owned(), |at| at.to_string());
        let suggestions = diagnostic.suggestions.join("|");
        let (code, message) = (diagnostic.rule.code, &diagnostic.message);
        let _ = writeln!(text, "{at} {code} {message} [{suggestions}]");
    }
    for accepted in &checked.accepted {
        text += &shown(accepted);
    }
    assert_eq!(text.trim(), expected.trim(), "\n{text}");
}

#[test]
fn a_row_becomes_a_customer() {
    check(
        "Name,Level,State,Country,Parent\n\
         Acme Ltd,EndCustomer,InTrial,Germany,North\n\
         North,Reseller,InProduction,DE,\n",
        r#"
2 below row 3: {"Name":"Acme Ltd","Level":"EndCustomer","State":"InTrial","Company":{"PostAddress":{"Country":"DE"}}}
3 below default: {"Name":"North","Level":"Reseller","State":"InProduction","Company":{"PostAddress":{"Country":"DE"}}}
"#,
    );
}

#[test]
fn every_problem_of_a_file_comes_in_one_go() {
    check(
        "Name,Level,State,Country,Parent\n\
         ,EndCustomr,InTrial,Germny,North\n\
         North,Reseller,InProduction,DE,\n\
         South,Reseller,InTrial,DE,North\n\
         East,EndCustomer,InTrial,DE,South\n",
        r#"
A2 V101 the name is missing []
B2 V201 "EndCustomr" is not a level [EndCustomer]
D2 V402 "Germny" is not a country's name [DE]
B4 H201 Reseller is not lower than Reseller, the level of the parent "North" in row 3 []
E5 H301 not sent, because its parent "South" in row 4 has an error []
3 below default: {"Name":"North","Level":"Reseller","State":"InProduction","Company":{"PostAddress":{"Country":"DE"}}}
"#,
    );
}

/// The same table in one piece, and in pieces on two threads.
#[test]
fn streaming_finds_what_one_thread_finds() {
    let mut csv = "Name,Level,Parent,Country,ExternalCode\n".to_owned();
    for row in 0..3000_u32 {
        let level = if row % 10 == 0 {
            "Reseller"
        } else {
            "EndCustomer"
        };
        let parent = (row % 10 > 0).then(|| format!("Customer {}", (row * 7919) % 3000 / 10 * 10));
        let country = if row % 97 == 5 { "Germny" } else { "DE" };
        let parent = parent.unwrap_or_default();
        let code = row % 2990;
        let _ = writeln!(csv, "Customer {row},{level},{parent},{country},C{code}");
    }
    let settings = CheckSettings::default();
    let whole = run(&csv, &settings);
    let (header, batch) = table(&csv);
    let mut checker = Checker::new(&header, &settings, &batch).unwrap();
    let mut rows = batch.rows();
    let streamed: Result<(), std::convert::Infallible> = checker.stream(|batch| {
        batch.clear();
        for row in rows.by_ref().take(64) {
            for cell in row.cells() {
                batch.push_cell(cell.text, cell.kind);
            }
            batch.end_row(row.number(), row.line());
        }
        Ok(if batch.is_empty() {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        })
    });
    streamed.unwrap();
    let streamed = checker.finish();
    assert!(whole.diagnostics.len() > 40, "{}", whole.diagnostics.len());
    assert_eq!(streamed.diagnostics, whole.diagnostics);
    assert_eq!(streamed.rows, whole.rows);
    assert_eq!(streamed.accepted, whole.accepted);
}

fn with_options(map: &[(&str, &str)], set: &[(&str, &str)]) -> CheckSettings {
    let owned = |pairs: &[(&str, &str)]| {
        let pairs = pairs
            .iter()
            .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()));
        pairs.collect()
    };
    CheckSettings {
        mapping: MappingOptions {
            map: owned(map),
            default: owned(set),
            ..MappingOptions::default()
        },
        ..CheckSettings::default()
    }
}

#[test]
fn defaults_fill_empty_cells_and_missing_columns_and_never_a_filled_cell() {
    let set = [
        ("level", "end customer"),
        ("State", "InTrial"),
        ("Country", "DE"),
    ];
    check_with(
        "Name,State\nA,\nB,InProduction\n",
        &with_options(&[], &set),
        r#"
2 below default: {"Name":"A","Level":"EndCustomer","State":"InTrial","Company":{"PostAddress":{"Country":"DE"}}}
3 below default: {"Name":"B","Level":"EndCustomer","State":"InProduction","Company":{"PostAddress":{"Country":"DE"}}}
"#,
    );
}

#[test]
fn wrong_options_are_named() {
    let (header, batch) = table("Name\nA\n");
    let refused = |map: &[(&str, &str)], set: &[(&str, &str)]| {
        let error = Checker::new(&header, &with_options(map, set), &batch).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {} ({})", source.unwrap_or_default(), error.help())
    };
    let columns = "(`partner-import template` writes a file with all columns)";
    assert_eq!(
        refused(&[("Name", "Nmae")], &[]),
        format!(
            "cannot map the column \"Name\": no field is called \"Nmae\"; did you mean Name? {columns}"
        )
    );
    assert_eq!(
        refused(&[], &[("Levle", "Site")]),
        format!("cannot set a value: no field is called \"Levle\"; did you mean Level? {columns}")
    );
    assert_eq!(
        refused(&[], &[("Level", "Sit")]),
        "cannot set Level to \"Sit\": \"Sit\" is not a level:  (did you mean Site?)"
    );
    assert_eq!(
        refused(&[], &[("Name", "A")]),
        "cannot set Name for all rows: every customer has its own:  ()"
    );
}

#[test]
fn a_cycle_is_named_member_by_member_and_blocks_what_hangs_below() {
    check_with(
        "Name,Parent,Level,State,Country\n\
         A,B,,InTrial,DE\nB,C,,InTrial,DE\nC,A,,InTrial,DE\nD,C,,InTrial,DE\nE,D,,InTrial,DE\n",
        &with_options(&[], &[("Level", "derive")]),
        r#"
B2 H105 the parents go in a circle: "A" (row 2) -> "B" (row 3) -> "C" (row 4) -> "A" []
B3 H105 the parents go in a circle: "B" (row 3) -> "C" (row 4) -> "A" (row 2) -> "B" []
B4 H105 the parents go in a circle: "C" (row 4) -> "A" (row 2) -> "B" (row 3) -> "C" []
B5 H301 not sent, because its parent "C" in row 4 has an error []
B6 H301 not sent, because its parent "D" depends on "C" in row 4, which has an error []
"#,
    );
}

#[test]
fn parents_are_rows_ids_or_names_in_the_tenant() {
    check(
        "Name,Code,Parent,ParentId,Level,State,Country\n\
         A,,K1,,Site,InTrial,DE\n\
         B,K1,Norht,7,EndCustomer,InTrial,DE\n\
         C,,,4711,Site,InTrial,DE\n\
         North,,,,Reseller,InTrial,DE\n\
         D,,Norht,,EndCustomer,InTrial,DE\n",
        r#"
C3 H101 no row is called "Norht", so the parent is looked up in the tenant (1 more row names it) [North]
2 below row 3: {"Name":"A","Level":"Site","State":"InTrial","Company":{"PostAddress":{"Country":"DE"}}}
3 below named Norht: {"Name":"B","Level":"EndCustomer","State":"InTrial","ExternalCode":"K1","Company":{"PostAddress":{"Country":"DE"}}}
4 below id 4711: {"Name":"C","Level":"Site","State":"InTrial","Company":{"PostAddress":{"Country":"DE"}}}
5 below default: {"Name":"North","Level":"Reseller","State":"InTrial","Company":{"PostAddress":{"Country":"DE"}}}
6 below named Norht: {"Name":"D","Level":"EndCustomer","State":"InTrial","Company":{"PostAddress":{"Country":"DE"}}}
"#,
    );
}

#[test]
fn our_own_results_are_read_back() {
    check(
        "Name,Phone,Level,State,Country,ID,ImportStatus,ImportCode,ImportMessage\n\
         '=Acme,'+49 1234,Site,InTrial,DE,55806,created,,\n\
         ''=x,'90s,Site,InTrial,DE,,failed,2115,taken\n",
        r#"
A3 V116 "'=x" is read as "=x": a spreadsheet program's mark for a text is taken off [=x]
B3 V116 "'90s" is read as "90s": a spreadsheet program's mark for a text is taken off [90s]
B3 V121 "90s" does not look like a phone number []
2 below default: {"Name":"=Acme","Level":"Site","State":"InTrial","Company":{"PostAddress":{"Country":"DE"},"PhoneNumber":"+49 1234"}}
3 below default: {"Name":"=x","Level":"Site","State":"InTrial","Company":{"PostAddress":{"Country":"DE"},"PhoneNumber":"90s"}}
"#,
    );
    // The marks of another program's table are taken off as well, and that is said.
    check(
        "Name,Level,State,Country\n'=Acme,Site,InTrial,DE\n",
        r#"
A2 V116 "'=Acme" is read as "=Acme": a spreadsheet program's mark for a text is taken off [=Acme]
2 below default: {"Name":"=Acme","Level":"Site","State":"InTrial","Company":{"PostAddress":{"Country":"DE"}}}
"#,
    );
}

#[test]
fn a_table_without_a_name_column_still_tells_its_other_problems() {
    check(
        "Nickname,Level,State,Country\nA,Sit,InTrial,DE\nB,Site,InTrial,Germny\n",
        r#"
row 1 R301 no column is the customers' name; the table has "Nickname", "Level", "State", "Country" []
A1 R307 the header "Nickname" is not known, so the column is not imported []
B2 V201 "Sit" is not a level [Site]
D3 V402 "Germny" is not a country's name [DE]
"#,
    );
}

#[test]
fn names_that_look_the_same_are_told_apart_in_words() {
    let row = |number: u32, name: &str| {
        format!(
            "{number} below default: {{\"Name\":\"{name}\",\"Level\":\"Site\",\"State\":\"InTrial\",\
             \"Company\":{{\"PostAddress\":{{\"Country\":\"DE\"}}}}}}\n"
        )
    };
    let names = ["Müller", "Mu\u{308}ller", "müller"];
    let table: String = names
        .map(|name| format!("{name},Site,InTrial,DE\n"))
        .concat();
    let rows: String = (2..)
        .zip(names)
        .map(|(number, name)| row(number, name))
        .collect();
    check(
        &format!("Name,Level,State,Country\n{table}"),
        &format!(
            "A3 D103 \"Mu\u{308}ller\" looks like \"Müller\" in row 2, and differs in invisible \
             characters or in how accents are written []\n\
             A4 D103 \"müller\" differs from \"Müller\" in row 2 only in case or spaces []\n{rows}"
        ),
    );
}

proptest! {
    #![proptest_config(crate::seeded(256))]

    /// Whatever stands in the cells: no panic, one state per row, and the counts agree.
    #[test]
    fn any_cells_are_checked(
        rows in prop::collection::vec(
            prop::collection::vec(
                prop_oneof![
                    "[AB]",
                    "[0-9.,/:TZE+ -]{0,12}",
                    "\\PC{0,8}",
                    "[\u{0}-\u{a0}\u{c2}\u{e2}\u{200b}\u{fffd}ÃÂâ¼€™]{0,6}",
                    Just("2026-01-02T03:04:05ü".to_owned()),
                    Just("EndCustomer".to_owned()),
                ],
                0..12,
            ),
            0..12,
        )
    ) {
        let names = [
            "Name", "Parent", "ExternalCode", "Level", "TrialExpirationTime", "PhoneNumber",
            "WebsiteAddress", "ZipCode", "ParentId", "ID", "Flags", "Country",
        ];
        let header = Header {
            cells: (0..)
                .zip(names)
                .map(|(column, text)| HeaderCell::new(text, column))
                .collect(),
            row: 1,
        };
        let mut batch = RowBatch::default();
        for (number, row) in (2..).zip(&rows) {
            for cell in row {
                batch.push_cell(cell, CellKind::Text);
            }
            batch.end_row(number, number);
        }
        let mut checker = Checker::new(&header, &CheckSettings::default(), &batch).unwrap();
        checker.batch(&batch);
        let checked = checker.finish();
        prop_assert_eq!(checked.rows.len(), rows.len());
        let accepted = checked.rows.iter().filter(|state| **state == RowState::Accepted);
        prop_assert_eq!(checked.accepted.len(), accepted.count());
        let of_each_row: Vec<_> = checked.of_each_row().map(|(_, one)| one).collect();
        for (index, state) in checked.rows.iter().enumerate() {
            let mut said = checked.diagnostics.iter().chain(&of_each_row);
            let errors = said.any(|diagnostic| {
                diagnostic.is_error() && diagnostic.row.is_some_and(|row| row.as_usize() == index)
            });
            prop_assert_eq!(errors, *state != RowState::Accepted);
        }
    }
}

#[test]
fn na_is_namibia_among_codes_and_asked_about_among_names() {
    for (header, cells, asked) in [
        ("Country", "Germany NA Austria", "3"),
        ("Country", "Deutschland NA Österreich Schweiz NA", "3 6"),
        ("Country", "Germany na Austria", "3"),
        ("Country", "DEU NA AUT", "3"),
        ("Device Country", "France NA Spain", "3"),
        // As many of one kind as of the other.
        ("Country", "Germany NA AT", "3"),
        ("Country", "Germany NA AT Italia FR Spain", "3"),
        ("Country", "NA NO DE ZA", ""),
        ("Country", "na no de za", ""),
        ("Country", "NA NO DE Germany ZA", ""),
        ("Country", "NA NA", ""),
        ("Country", "Germany Namibia NAM", ""),
    ] {
        let mut csv = format!("Name,{header}\n");
        for (at, cell) in cells.split(' ').enumerate() {
            writeln!(csv, "Customer {at},{cell}").unwrap();
        }
        let checked = run(&csv, &with_options(&[], &[("Level", "EndCustomer")]));
        let found = checked.diagnostics.iter();
        let rows: Vec<String> = found
            .filter(|one| one.rule.code == "V411")
            .map(|one| one.at.expect("a cell").row.to_string())
            .collect();
        assert_eq!(rows.join(" "), asked, "{cells}");
        let sent = checked.rows.len() - rows.len();
        assert_eq!(checked.accepted.len(), sent, "{cells}");
    }
    // Who gives it for all rows means it.
    let settings = with_options(&[], &[("Country", "NA")]);
    let checked = run("Name,Country\nA,Germany\nB,\n", &settings);
    assert!(
        checked
            .diagnostics
            .iter()
            .all(|one| one.rule.code != "V411")
    );
}
