//! Reading text files: encodings, dialects, the table's shape, damage.

mod files;
mod pollution;
mod properties;

use partner_import::model::notes::diagnostics;
use partner_import::model::{Diagnostic, RowBatch};
use partner_import::tables::{HeaderKnowledge, More, ReadOptions, Table, read_bytes};

/// The names that an importer of customers knows, as far as these tests need them.
struct Customers;

impl HeaderKnowledge for Customers {
    fn knows(&self, header: &str) -> bool {
        const NAMES: [&str; 14] = [
            "name",
            "parent",
            "level",
            "country",
            "city",
            "zip",
            "zipcode",
            "address",
            "phone",
            "state",
            "externalcode",
            "customer name",
            "vatnumber",
            "website",
        ];
        NAMES.contains(&header.to_lowercase().as_str())
    }

    fn is_name(&self, header: &str) -> bool {
        matches!(header.to_lowercase().as_str(), "name" | "customer name")
    }
}

/// A table that was read to its end.
struct Loaded {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    numbers: Vec<u32>,
    notes: Vec<Diagnostic>,
}

fn load_with(bytes: &[u8], options: &ReadOptions, knowledge: &dyn HeaderKnowledge) -> Loaded {
    let mut table: Table = read_bytes(bytes, options, knowledge).unwrap();
    let mut loaded = Loaded {
        header: if table.header.row > 0 {
            table.header_as_read.clone()
        } else {
            Vec::new()
        },
        rows: Vec::new(),
        numbers: Vec::new(),
        notes: diagnostics(std::mem::take(&mut table.notes)),
    };
    let mut batch = RowBatch::default();
    loop {
        let more = table.next_batch(&mut batch).unwrap();
        for row in batch.rows() {
            loaded
                .rows
                .push(row.cells().map(|cell| cell.text.to_owned()).collect());
            loaded.numbers.push(row.number());
        }
        loaded.notes.extend(diagnostics(table.take_notes()));
        if more == More::No {
            return loaded;
        }
    }
}

/// The table as text: header, rows with their numbers, then the notes by code and place.
fn shown(loaded: &Loaded) -> String {
    let mut lines = vec![format!("header {}", loaded.header.join("|"))];
    for (row, number) in loaded.rows.iter().zip(&loaded.numbers) {
        lines.push(format!("{number} {}", row.join("|")));
    }
    for note in &loaded.notes {
        let at = note.at.map_or(String::from("file"), |at| at.to_string());
        let row = note
            .row
            .map_or(String::new(), |row| format!(" (data row {})", row.0));
        lines.push(format!("{} {at}{row}", note.rule.code));
    }
    lines.join("\n")
}

/// Reads `bytes` as an importer of customers would and compares.
fn check(name: &str, bytes: &[u8], expected: &[&str]) {
    let loaded = load_with(bytes, &ReadOptions::default(), &Customers);
    let shown = shown(&loaded);
    assert_eq!(shown.split('\n').collect::<Vec<_>>(), expected, "{name}");
}

#[test]
fn titles_and_headers_are_found() {
    check(
        "title",
        b"Customer list 2026\n\nName,City,Country\nAcme,Berlin,DE\nFoo,Bonn,DE\n",
        &[
            "header Name|City|Country",
            "4 Acme|Berlin|DE",
            "5 Foo|Bonn|DE",
            "R040 row 1",
        ],
    );
    check(
        "title foreign",
        b"Inventory of things\nas of 2026-01-01\n\nItem,Weight,Color\nLamp,12,red\nDesk,30,blue\nChair,7,red\n",
        &["header Item|Weight|Color", "5 Lamp|12|red", "6 Desk|30|blue", "7 Chair|7|red", "R040 row 1"],
    );
    check(
        "two row header",
        b"Customer,,Address,,\nName,ID,City,Zip,Country\nAcme,1,Berlin,10115,DE\nFoo,2,Bonn,53111,DE\n",
        &["header Customer Name|Customer ID|Address City|Address Zip|Address Country", "3 Acme|1|Berlin|10115|DE", "4 Foo|2|Bonn|53111|DE", "R041 row 2"],
    );
    check(
        "split names",
        b"Zip,Trial,Item\nCode,Expires,Price\n10115,2026-01-01,12.50\n53111,2026-02-01,13.50\n20095,2026-03-01,14.00\n",
        &["header Zip Code|Trial Expires|Item Price", "3 10115|2026-01-01|12.50", "4 53111|2026-02-01|13.50", "5 20095|2026-03-01|14.00", "R041 row 2"],
    );
    check(
        "key values above",
        b"Export date;2026-01-01\nUser;jd\n\nName;City;Country\nAcme;Berlin;DE\nFoo;Bonn;DE\n",
        &[
            "header Name|City|Country",
            "5 Acme|Berlin|DE",
            "6 Foo|Bonn|DE",
            "R040 row 1",
        ],
    );
    check(
        "dup+empty header",
        b"Name,,Name,City,\nAcme,,x,Berlin,\nFoo,,y,Bonn,\n",
        &[
            "header Name||Name|City|",
            "2 Acme||x|Berlin|",
            "3 Foo||y|Bonn|",
            "R038 C1",
        ],
    );
    check(
        "header only",
        b"Name,City,Country\n",
        &["header Name|City|Country"],
    );
    check(
        "short style",
        b"Name,City,Country\nAcme\nFoo,Bonn\nBar,Paris,FR\nBaz\nQux\n",
        &[
            "header Name|City|Country",
            "2 Acme||",
            "3 Foo|Bonn|",
            "4 Bar|Paris|FR",
            "5 Baz||",
            "6 Qux||",
        ],
    );
    check(
        "parent list",
        b"Name;Parent\nRoot;\nA;Root\nB;Root\nC;\n",
        &[
            "header Name|Parent",
            "2 Root|",
            "3 A|Root",
            "4 B|Root",
            "5 C|",
        ],
    );
}

#[test]
fn a_table_without_header_stays_as_it_is() {
    check(
        "no header",
        b"Acme Ltd,12/03/2026,DE\nFoo,13/03/2026,DE\nBar,14/03/2026,FR\n",
        &[
            "header ",
            "1 Acme Ltd|12/03/2026|DE",
            "2 Foo|13/03/2026|DE",
            "3 Bar|14/03/2026|FR",
            "R002 file",
        ],
    );
    check(
        "no header text",
        b"Acme,Berlin,Germany\nFoo,Bonn,Germany\nBar,Paris,France\n",
        &[
            "header ",
            "1 Acme|Berlin|Germany",
            "2 Foo|Bonn|Germany",
            "3 Bar|Paris|France",
            "R002 file",
        ],
    );
}

#[test]
fn what_is_no_data_is_left_out_and_said() {
    check(
        "total and notes",
        b"Name,City,Seats\nAcme,Berlin,12\nFoo,Bonn,3\nBar,Paris,4\nTotal,,19\n\n* prices without VAT\nExported by CRM on 2026-01-01\n",
        &["header Name|City|Seats", "2 Acme|Berlin|12", "3 Foo|Bonn|3", "4 Bar|Paris|4", "R050 row 5", "R051 row 7", "R051 row 8"],
    );
    check(
        "second table",
        b"Name,City,Seats\nAcme,Berlin,12\nFoo,Bonn,3\nBar,Paris,4\n\nInvoices\nInvoice,Amount\nI-1,100\nI-2,200\n",
        &["header Name|City|Seats", "2 Acme|Berlin|12", "3 Foo|Bonn|3", "4 Bar|Paris|4", "R051 row 6", "R053 row 7"],
    );
    check(
        "blank rows",
        b"Name,City\n\nAcme,Berlin\n,\n\nFoo,Bonn\n\n\n",
        &[
            "header Name|City",
            "3 Acme|Berlin",
            "6 Foo|Bonn",
            "R054 row 4",
        ],
    );
    check(
        "repeat header",
        b"Name,City,Seats\nAcme,Berlin,1\nFoo,Bonn,2\nName,City,Seats\nBar,Paris,3\n",
        &[
            "header Name|City|Seats",
            "2 Acme|Berlin|1",
            "3 Foo|Bonn|2",
            "5 Bar|Paris|3",
            "R042 row 4",
        ],
    );
    check(
        "a name alone is kept, and waits for somebody to say what it is",
        b"Name,City,Seats,Code\nGermany,,,\nAcme,Berlin,12,A1\nFoo,Bonn,3,A2\nBar,Ulm,4,A3\nFrance,,,\nBaz,Paris,4,A4\nFox,Ulm,5,A5\nGnu,Ulm,6,A6\nHut,Ulm,7,A7\nLast Ltd,,,\n",
        &[
            "header Name|City|Seats|Code",
            "2 Germany|||",
            "3 Acme|Berlin|12|A1",
            "4 Foo|Bonn|3|A2",
            "5 Bar|Ulm|4|A3",
            "6 France|||",
            "7 Baz|Paris|4|A4",
            "8 Fox|Ulm|5|A5",
            "9 Gnu|Ulm|6|A6",
            "10 Hut|Ulm|7|A7",
            "11 Last Ltd|||",
            "R055 row 2 (data row 0)",
            "R055 row 6 (data row 4)",
            "R055 row 11 (data row 9)",
        ],
    );
    check(
        "headings are left out",
        b"Code,Name,City,Seats\nGermany,,,\nA1,Acme,Berlin,12\nA2,Foo,Bonn,3\nA3,Bar,Ulm,4\n,North:,,\nA4,Baz,Paris,4\n,Lone Ltd,,\nA5,Fox,Ulm,4\nA6,Gnu,Ulm,5\nA7,Hut,Ulm,6\n",
        &[
            "header Code|Name|City|Seats",
            "3 A1|Acme|Berlin|12",
            "4 A2|Foo|Bonn|3",
            "5 A3|Bar|Ulm|4",
            "7 A4|Baz|Paris|4",
            "8 |Lone Ltd||",
            "9 A5|Fox|Ulm|4",
            "10 A6|Gnu|Ulm|5",
            "11 A7|Hut|Ulm|6",
            "R052 row 2",
            "R052 row 6",
            "R055 row 8 (data row 4)",
        ],
    );
    check(
        "footnote delimited",
        b"Name,City,Seats\nAcme,Berlin,12\nFoo,Bonn,3\nBar,Paris,4\nSource: CRM,,\n",
        &[
            "header Name|City|Seats",
            "2 Acme|Berlin|12",
            "3 Foo|Bonn|3",
            "4 Bar|Paris|4",
            "R051 row 5",
        ],
    );
    check(
        "last short row",
        b"Name,City,Seats\nAcme,Berlin,12\nFoo,Bonn,3\nBar,Paris,4\nBaz,Rome\n",
        &[
            "header Name|City|Seats",
            "2 Acme|Berlin|12",
            "3 Foo|Bonn|3",
            "4 Bar|Paris|4",
            "5 Baz|Rome|",
            "R030 row 5 (data row 3)",
        ],
    );
}

#[test]
fn ragged_rows_are_kept_and_reported() {
    check(
        "ragged",
        b"Name,City,Country\nAcme,Berlin,DE\nShort,Bonn\nSmith, Jones,Paris,FR\nEmpty,Rome,IT,,\nFoo,Oslo,NO\nBar,Bern,CH\nBaz,Linz,AT\nQux,Graz,AT\nQuux,Wien,AT\n",
        &["header Name|City|Country", "2 Acme|Berlin|DE", "3 Short|Bonn|", "4 Smith| Jones|Paris|FR", "5 Empty|Rome|IT", "6 Foo|Oslo|NO", "7 Bar|Bern|CH", "8 Baz|Linz|AT", "9 Qux|Graz|AT", "10 Quux|Wien|AT", "R030 row 3 (data row 1)", "R031 row 4 (data row 2)", "R032 row 5 (data row 3)"],
    );
    check(
        "trailing delim",
        b"Name,City\nAcme,Berlin,\nFoo,Bonn,\nBar,Oslo,\n",
        &[
            "header Name|City",
            "2 Acme|Berlin",
            "3 Foo|Bonn",
            "4 Bar|Oslo",
        ],
    );
}

#[test]
fn a_stray_quote_swallows_no_row() {
    check(
        "stray",
        b"Name,City,Country\nAcme,Berlin,DE\n\"Stray,Bonn,DE\nFoo,Oslo,NO\n\"Quoted, Ltd\",Bern,CH\nBar,Linz,AT\n",
        &["header Name|City|Country", "2 Acme|Berlin|DE", "3 \"Stray|Bonn|DE", "4 Foo|Oslo|NO", "5 Quoted, Ltd|Bern|CH", "6 Bar|Linz|AT", "R021 A3 (data row 1)"],
    );
    check(
        "stray adjacent",
        b"Name,City,Country\nAcme,Berlin,DE\n\"Stray,Bonn,DE\n\"Quoted, Ltd\",Bern,CH\nBar,Linz,AT\n",
        &["header Name|City|Country", "2 Acme|Berlin|DE", "3 \"Stray|Bonn|DE", "4 Quoted, Ltd|Bern|CH", "5 Bar|Linz|AT", "R021 A3 (data row 1)"],
    );
    check(
        "stray end",
        b"Name,City,Country\nAcme,Berlin,DE\nFoo,Oslo,NO\nBar,\"Linz,AT\n",
        &[
            "header Name|City|Country",
            "2 Acme|Berlin|DE",
            "3 Foo|Oslo|NO",
            "4 Bar|\"Linz|AT",
            "R021 B4 (data row 2)",
        ],
    );
    check(
        "inner quotes",
        b"Name,City\n\"Acme \"The Best\" Ltd\",Berlin\n\"Foo\" GmbH,Bonn\nDesk 24\",Oslo\n",
        &[
            "header Name|City",
            "2 Acme \"The Best\" Ltd|Berlin",
            "3 \"Foo\" GmbH|Bonn",
            "4 Desk 24\"|Oslo",
            "R022 A2 (data row 0)",
            "R022 A3 (data row 1)",
        ],
    );
    check(
        "multi-line",
        b"Name,Address,Country\nAcme,\"Main St 1\nBerlin\",DE\nFoo,\"Side St 2, Floor 3\r\nBonn\",DE\n",
        &["header Name|Address|Country", "2 Acme|Main St 1", "Berlin|DE", "3 Foo|Side St 2, Floor 3\r", "Bonn|DE"],
    );
}

#[test]
fn dialects_are_found() {
    check(
        "sep",
        b"sep=;\r\nName;City\r\nAcme;Berlin\r\n",
        &["header Name|City", "2 Acme|Berlin"],
    );
    check(
        "tsv",
        b"Name\tCity\nAcme, Inc\tBerlin\nFoo\tBonn\n",
        &["header Name|City", "2 Acme, Inc|Berlin", "3 Foo|Bonn"],
    );
    check(
        "pipes",
        b"Name||City\nAcme||Berlin\nFoo||Bonn\n",
        &[
            "header Name|City",
            "2 Acme|Berlin",
            "3 Foo|Bonn",
            "R020 file",
        ],
    );
    check(
        "space before quote",
        b"Name, City\n\"Acme, Inc\", \"Berlin, Mitte\"\nFoo, Bonn\n",
        &[
            "header Name|City",
            "2 Acme, Inc|Berlin, Mitte",
            "3 Foo|Bonn",
            "R020 file",
        ],
    );
    check(
        "mixed space quote",
        b"Name,City\nAcme, \"Berlin, Mitte\"\nFoo,Bonn\nBar,Ulm\n",
        &[
            "header Name|City",
            "2 Acme|Berlin, Mitte",
            "3 Foo|Bonn",
            "4 Bar|Ulm",
        ],
    );
    check(
        "apostrophes",
        b"Name,City\n'Acme',Berlin\nO'Neil,Bonn\n",
        &["header Name|City", "2 'Acme'|Berlin", "3 O'Neil|Bonn"],
    );
    check(
        "mixed eol",
        b"Name,City\r\nAcme,Berlin\nFoo,Bonn\rBar,Paris\r\n",
        &[
            "header Name|City",
            "2 Acme|Berlin",
            "3 Foo|Bonn",
            "4 Bar|Paris",
        ],
    );
    check(
        "crcrlf",
        b"Name,City\r\r\nAcme,Berlin\r\r\nFoo,Bonn\r\r\n",
        &["header Name|City", "2 Acme|Berlin", "3 Foo|Bonn"],
    );
    check(
        "ctrl z",
        b"Name,City\r\nAcme,Berlin\r\n\x1a",
        &["header Name|City", "2 Acme|Berlin"],
    );
    check(
        "nul",
        b"Name,City\nAc\0me,Berlin\n",
        &["header Name|City", "2 Acme|Berlin", "R012 row 1"],
    );
}

#[test]
fn lists_of_one_column() {
    check(
        "one col",
        b"Name\nSmith, Jones & Co\nAcme\nDoe, John\n",
        &[
            "header Name",
            "2 Smith, Jones & Co",
            "3 Acme",
            "4 Doe, John",
        ],
    );
    check(
        "one col crlf blank",
        b"Name\r\n\r\nAcme\r\nFoo\r\n",
        &["header Name", "3 Acme", "4 Foo"],
    );
    check(
        "comment prose",
        b"Name\nThe Company, that does things\nAnother, one; here\nPlain\n",
        &[
            "header Name",
            "2 The Company, that does things",
            "3 Another, one; here",
            "4 Plain",
        ],
    );
    check(
        "colon list",
        b"Name: Acme\nCity: Berlin\nCountry: DE\n",
        &["header Name: Acme", "2 City: Berlin", "3 Country: DE"],
    );
}

#[test]
fn damage_belongs_to_its_line() {
    check(
        "damaged",
        b"Name,City\nM\xc3\xbcller,K\xc3\xb6ln\nM\xfcller,Bonn\nBj\xc3\xb6rk,Oslo\n",
        &[
            "header Name|City",
            "2 Müller|Köln",
            "3 Müller|Bonn",
            "4 Björk|Oslo",
            "R011 A3 (data row 1)",
        ],
    );
    check(
        "latin1",
        b"Name;Ort\nM\xfcller;K\xf6ln\nBj\xf6rk;Malm\xf6\n",
        &[
            "header Name|Ort",
            "2 Müller|Köln",
            "3 Björk|Malmö",
            "R010 file",
        ],
    );
}

#[test]
fn empty_files_are_no_error() {
    check("empty", b"", &["header ", "R001 file"]);
    check("blank only", b"\n\n  \n", &["header ", "R001 file"]);
    check("bom empty", b"\xef\xbb\xbf", &["header ", "R001 file"]);
    check(
        "bom quoted",
        b"\xef\xbb\xbf\"Name\",\"City\"\n\"Acme\",\"Berlin\"\n",
        &["header Name|City", "2 Acme|Berlin"],
    );
}

#[test]
fn lines_quoted_as_a_whole_are_taken_out_of_their_marks() {
    check(
        "wrapped",
        b"\"Name,City,Country\"\r\n\"Acme,Berlin,\"\"DE, EU\"\"\"\r\n\"Bell,Bonn,\"\r\n",
        &[
            "header Name|City|Country",
            "2 Acme|Berlin|DE, EU",
            "3 Bell|Bonn|",
            "R025 file",
        ],
    );
    // Over many blocks, and with lines that were not wrapped in between.
    let mut text = String::from("Name,City,Country\n");
    for number in 0..60_000 {
        if number % 3 == 0 {
            text.push_str("\"\"\"Acme, Inc\"\",Berlin,DE\";;\n");
        } else {
            text.push_str("Bell,Bonn,DE\n");
        }
    }
    let loaded = load_with(text.as_bytes(), &ReadOptions::default(), &Customers);
    assert_eq!(loaded.rows.len(), 60_000);
    assert!(loaded.rows.iter().all(|row| row.len() == 3));
    let count = loaded.rows.iter().filter(|row| row[0] == "Acme, Inc");
    assert_eq!(count.count(), 20_000);
}

#[test]
fn a_usual_delimiter_of_uneven_rows_is_a_guess_that_is_noted() {
    let codes = |text: &[u8]| -> Vec<&'static str> {
        let loaded = load_with(text, &ReadOptions::default(), &Customers);
        loaded.notes.iter().map(|note| note.rule.code).collect()
    };
    let uneven = codes(
        b"Thing;Place;Size;Hue;Age;Use\na1;b1;c1;d1;e1\na2;b2;c2;d2;e2;f2\na3;b3;c3;d3\na4;b4;c4;d4;e4;f4\na5;b5;c5\na6;b6;c6;d6;e6;f6\na7;b7;c7;d7;e7;f7;g7\na8;b8\n",
    );
    assert!(uneven.contains(&"R024"), "{uneven:?}");
    let even = codes(b"Thing;Place;Size\n1;x;y\n2;y;z\n3;a;b\n4;d;e\n");
    assert!(!even.contains(&"R024"), "{even:?}");
}

#[test]
fn code_pages_of_dos_are_read_when_found_and_when_told() {
    check(
        "dos",
        b"Name,City\r\nB\x84ckerei,K\x94ln\r\nM\x81ller,M\x81nchen\r\n",
        &[
            "header Name|City",
            "2 B\u{e4}ckerei|K\u{f6}ln",
            "3 M\u{fc}ller|M\u{fc}nchen",
            "R010 file",
        ],
    );
    let told = ReadOptions {
        encoding: partner_import::tables::TextEncoding::parse("cp852"),
        ..ReadOptions::default()
    };
    let loaded = load_with(b"Name\n\x9D\xA2d\xAB\n", &told, &Customers);
    assert_eq!(loaded.rows, [["\u{141}\u{f3}d\u{17a}"]]);
}
