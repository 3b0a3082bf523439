//! Reading text files: encodings, dialects, the table's shape, damage.

mod pollution;
mod properties;

use partner_import::model::{Diagnostic, RowBatch};
use partner_import::read::{HeaderKnowledge, More, ReadOptions, Table, read_bytes};

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
        notes: std::mem::take(&mut table.notes),
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
        loaded.notes.extend(table.diagnostics());
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

#[test]
fn dump() {
    let cases: &[(&str, &[u8])] = &[
        ("title", b"Customer list 2026\n\nName,City,Country\nAcme,Berlin,DE\nFoo,Bonn,DE\n"),
        ("title foreign", b"Inventory of things\nas of 2026-01-01\n\nItem,Weight,Color\nLamp,12,red\nDesk,30,blue\nChair,7,red\n"),
        ("two row header", b"Customer,,Address,,\nName,ID,City,Zip,Country\nAcme,1,Berlin,10115,DE\nFoo,2,Bonn,53111,DE\n"),
        ("split names", b"Zip,Trial,Item\nCode,Expires,Price\n10115,2026-01-01,12.50\n53111,2026-02-01,13.50\n20095,2026-03-01,14.00\n"),
        ("no header", b"Acme Ltd,12/03/2026,DE\nFoo,13/03/2026,DE\nBar,14/03/2026,FR\n"),
        ("no header text", b"Acme,Berlin,Germany\nFoo,Bonn,Germany\nBar,Paris,France\n"),
        ("total and notes", b"Name,City,Seats\nAcme,Berlin,12\nFoo,Bonn,3\nBar,Paris,4\nTotal,,19\n\n* prices without VAT\nExported by CRM on 2026-01-01\n"),
        ("second table", b"Name,City,Seats\nAcme,Berlin,12\nFoo,Bonn,3\nBar,Paris,4\n\nInvoices\nInvoice,Amount\nI-1,100\nI-2,200\n"),
        ("blank rows", b"Name,City\n\nAcme,Berlin\n,\n\nFoo,Bonn\n\n\n"),
        ("ragged", b"Name,City,Country\nAcme,Berlin,DE\nShort,Bonn\nSmith, Jones,Paris,FR\nEmpty,Rome,IT,,\nFoo,Oslo,NO\nBar,Bern,CH\nBaz,Linz,AT\nQux,Graz,AT\nQuux,Wien,AT\n"),
        ("stray", b"Name,City,Country\nAcme,Berlin,DE\n\"Stray,Bonn,DE\nFoo,Oslo,NO\n\"Quoted, Ltd\",Bern,CH\nBar,Linz,AT\n"),
        ("stray adjacent", b"Name,City,Country\nAcme,Berlin,DE\n\"Stray,Bonn,DE\n\"Quoted, Ltd\",Bern,CH\nBar,Linz,AT\n"),
        ("stray end", b"Name,City,Country\nAcme,Berlin,DE\nFoo,Oslo,NO\nBar,\"Linz,AT\n"),
        ("inner quotes", b"Name,City\n\"Acme \"The Best\" Ltd\",Berlin\n\"Foo\" GmbH,Bonn\nDesk 24\",Oslo\n"),
        ("multi-line", b"Name,Address,Country\nAcme,\"Main St 1\nBerlin\",DE\nFoo,\"Side St 2, Floor 3\r\nBonn\",DE\n"),
        ("sep", b"sep=;\r\nName;City\r\nAcme;Berlin\r\n"),
        ("ctrl z", b"Name,City\r\nAcme,Berlin\r\n\x1a"),
        ("nul", b"Name,City\nAc\0me,Berlin\n"),
        ("one col", b"Name\nSmith, Jones & Co\nAcme\nDoe, John\n"),
        ("one col crlf blank", b"Name\r\n\r\nAcme\r\nFoo\r\n"),
        ("damaged", b"Name,City\nM\xc3\xbcller,K\xc3\xb6ln\nM\xfcller,Bonn\nBj\xc3\xb6rk,Oslo\n"),
        ("latin1", b"Name;Ort\nM\xfcller;K\xf6ln\nBj\xf6rk;Malm\xf6\n"),
        ("repeat header", b"Name,City,Seats\nAcme,Berlin,1\nFoo,Bonn,2\nName,City,Seats\nBar,Paris,3\n"),
        ("pipes", b"Name||City\nAcme||Berlin\nFoo||Bonn\n"),
        ("dup+empty header", b"Name,,Name,City,\nAcme,,x,Berlin,\nFoo,,y,Bonn,\n"),
        ("mixed eol", b"Name,City\r\nAcme,Berlin\nFoo,Bonn\rBar,Paris\r\n"),
        ("crcrlf", b"Name,City\r\r\nAcme,Berlin\r\r\nFoo,Bonn\r\r\n"),
        ("empty", b""),
        ("blank only", b"\n\n  \n"),
        ("bom empty", b"\xef\xbb\xbf"),
        ("bom quoted", b"\xef\xbb\xbf\"Name\",\"City\"\n\"Acme\",\"Berlin\"\n"),
        ("section", b"Name,City,Seats,Code\nGermany,,,\nAcme,Berlin,12,A1\nFoo,Bonn,3,A2\nBar,Ulm,4,A3\nFrance,,,\nBaz,Paris,4,A4\n"),
        ("header only", b"Name,City,Country\n"),
        ("trailing delim", b"Name,City\nAcme,Berlin,\nFoo,Bonn,\nBar,Oslo,\n"),
        ("key values above", b"Export date;2026-01-01\nUser;jd\n\nName;City;Country\nAcme;Berlin;DE\nFoo;Bonn;DE\n"),
        ("tsv", b"Name\tCity\nAcme, Inc\tBerlin\nFoo\tBonn\n"),
        ("short style", b"Name,City,Country\nAcme\nFoo,Bonn\nBar,Paris,FR\nBaz\nQux\n"),
        ("comment prose", b"Name\nThe Company, that does things\nAnother, one; here\nPlain\n"),
        ("apostrophes", b"Name,City\n'Acme',Berlin\nO'Neil,Bonn\n"),
        ("colon list", b"Name: Acme\nCity: Berlin\nCountry: DE\n"),
        ("quoted whole line", b"\"Name,City,Country\"\n\"Acme,Berlin,DE\"\n\"Foo,Bonn,DE\"\n"),
        ("space before quote", b"Name, City\n\"Acme, Inc\", \"Berlin, Mitte\"\nFoo, Bonn\n"),
        ("mixed space quote", b"Name,City\nAcme, \"Berlin, Mitte\"\nFoo,Bonn\nBar,Ulm\n"),
        ("footnote delimited", b"Name,City,Seats\nAcme,Berlin,12\nFoo,Bonn,3\nBar,Paris,4\nSource: CRM,,\n"),
        ("last short row", b"Name,City,Seats\nAcme,Berlin,12\nFoo,Bonn,3\nBar,Paris,4\nBaz,Rome\n"),
        ("parent list", b"Name;Parent\nRoot;\nA;Root\nB;Root\nC;\n"),
    ];
    for (name, bytes) in cases {
        let loaded = load_with(bytes, &ReadOptions::default(), &Customers);
        println!("--- {name}\n{}", shown(&loaded));
    }
}
