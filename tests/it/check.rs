//! The check: tables in, accepted customers and diagnostics out.

use partner_import::check::{Accepted, CheckSettings, Checked, Checker, ParentTarget};
use partner_import::model::{CellKind, Header, HeaderCell, RowBatch};

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
                .map(|(column, text)| HeaderCell {
                    text: text.trim().to_owned(),
                    column,
                })
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
    let checked = run(csv, &CheckSettings::default());
    let mut text = String::new();
    for diagnostic in &checked.diagnostics {
        let at = diagnostic.at.map_or("file".to_owned(), |at| at.to_string());
        text += &format!(
            "{at} {} {} [{}]\n",
            diagnostic.rule.code,
            diagnostic.message,
            diagnostic.suggestions.join("|")
        );
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
        csv += &format!(
            "Customer {row},{level},{parent},{country},C{}\n",
            row % 2990
        );
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
