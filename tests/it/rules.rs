//! Every rule of the check has a table that breaks it and one, as like as possible, that does not.

use std::collections::BTreeSet;
use std::convert::Infallible;

use std::sync::Arc;

use partner_import::check::{
    CheckSettings, Checker, Comparison, Condition, EmptyList, KnownRows, MappingOptions, Medium,
    Mends, Restorer, Selection, SelectionOptions, ValueEntry, map_header,
};
use partner_import::model::{RowBatch, rules};

use crate::checker::table;

/// The codes that a table breaks, each once. A line `--map A=B`, `--set A=B`, `--default A=B`,
/// `--value`, `--only`, `--leave-out`, `--allow-empty`, `--export` or `--mends` (`'` for `"`) before the header is an
/// option; `[map] A=B` stands in a profile.
fn codes(text: &str) -> BTreeSet<&'static str> {
    let mut mapping = MappingOptions::default();
    let mut selection = SelectionOptions::default();
    let mut empty = EmptyList::Refused;
    let (mut csv, mut before) = (String::new(), Vec::new());
    for line in text.split('|') {
        let pair = |rest: &str| {
            let (one, other) = rest.split_once('=').unwrap();
            (one.to_owned(), other.to_owned())
        };
        if let Some(rest) = line.strip_prefix("--map ") {
            mapping.map.push(pair(rest));
        } else if let Some(rest) = line.strip_prefix("[map] ") {
            let (name, field) = pair(rest);
            let place = "partner-import.toml, line 2".to_owned();
            mapping.places.map.insert(name.clone(), place);
            mapping.map.push((name, field));
        } else if let Some(rest) = line.strip_prefix("--default ") {
            mapping.default.push(pair(rest));
        } else if let Some(rest) = line.strip_prefix("--set ") {
            mapping.set.push(pair(rest));
        } else if let Some(rest) = line.strip_prefix("--value ") {
            mapping.values.push(ValueEntry::parse(rest).unwrap());
        } else if let Some(rest) = line.strip_prefix("--only ") {
            selection.only.push(Condition::parse(rest).unwrap());
        } else if let Some(rest) = line.strip_prefix("--leave-out ") {
            selection.leave_out.push(Condition::parse(rest).unwrap());
        } else if line == "--allow-empty" {
            empty = EmptyList::Allowed;
        } else if let Some(rest) = line.strip_prefix("--export ") {
            selection.export = rest.parse().unwrap();
        } else if let Some(rest) = line.strip_prefix("--mends ") {
            let text = rest.replace('\'', "\"").replace('^', "\n");
            selection.mends = Some(Arc::new(Mends::parse(&text).unwrap()));
        } else if let Some(rest) = line.strip_prefix("--known ") {
            before.push(rest);
        } else {
            csv += &line.replace(';', ",");
            csv += "\n";
        }
    }
    let (header, mut batch) = table(&csv);
    let mut settings = CheckSettings {
        mapping,
        selection,
        empty,
        ..CheckSettings::default()
    };
    if !before.is_empty() {
        let (found, _) = map_header(&header, &batch, &settings.mapping).unwrap();
        let mut known = KnownRows::of("20260102-030405-abcd", &found);
        for row in before {
            known.push(row.split(';'));
        }
        settings.comparison = Comparison::With(Arc::new(known));
    }
    let mut checker = Checker::new(&header, &settings, &batch).unwrap();
    let mut restorer = Restorer::of(&settings, checker.mapping(), Medium::Text);
    restorer.batch(&mut batch);
    let mut selection = Selection::of(&settings.selection, &header, checker.mapping(), (0, 0));
    let keep = |_: &RowBatch| Ok::<(), Infallible>(());
    selection.batch(&mut batch, keep).unwrap();
    checker.batch(&batch);
    checker.take_reading_problems(restorer.finish());
    checker.take_selected(selection.finish());
    let outcome = checker.finish();
    outcome
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.rule.code)
        .collect()
}

/// Code, a table that breaks the rule, a table that does not. `|` ends a line, `;` a cell.
const SAMPLES: &[(&str, &str, &str)] = &[
    ("R003", "Name;Level", "Name;Level|Acme;Site"),
    (
        "R004",
        "--leave-out Name = Acme|Name;Level|Acme;Site",
        "--leave-out Name = Acme|Name;Level|Acme;Site|B;Site",
    ),
    ("R005", "--allow-empty|Name;Level", "Name;Level"),
    ("R301", "Nickname;Level|Acme;Site", "Name;Level|Acme;Site"),
    (
        "R302",
        "Customer;Client|Acme;Zenith",
        "Customer;Level|Acme;Site",
    ),
    ("R303", "Name;Name|Acme;Acme", "Name;Level|Acme;Site"),
    ("R304", "Name;State|Acme;Active", "Name;State|Acme;InTrial"),
    (
        "R305",
        "Name;State|A;InTrial|B;TX",
        "Name;State|A;InTrial|B;InProduction",
    ),
    (
        "R350",
        "--export auto|customerid;customername;parentid|1;Acme;0",
        "--export none|customerid;customername;parentid|1;Acme;0",
    ),
    (
        "R351",
        "Client ID;Client Name;Top Level;Inactive|1;Acme;x;true",
        "Client ID;Client Name;Top Level;Inactive|1;Acme;x;false",
    ),
    (
        "R352",
        "--export syncro|Name;Level|Acme;Site",
        "--export auto|Name;Level|Acme;Site",
    ),
    (
        "R353",
        "--leave-out Typ = Vendor|Name;Level;Type|Acme;Site;x",
        "--leave-out type = Vendor|Name;Level;Type|Acme;Site;x",
    ),
    (
        "R354",
        "--only Type = x|Name;Level;Type|Acme;Site;x|Zenith;Site;y",
        "--only Type = x|Name;Level;Type|Acme;Site;x|Zenith;Site; X ",
    ),
    (
        "R355",
        "--value Level:Stelle=Site|Name;Level|Acme;Site",
        "--value Level:Stelle=Site|Name;Level|Acme;stelle",
    ),
    (
        "R363",
        "--leave-out Type=x|Name;Level;Type|Acme;Site;y",
        "--leave-out Type=x|Name;Level;Type|Acme;Site;y|Zenith;Site;x",
    ),
    (
        "R364",
        "Name;Level;Status|Acme;Site;Active|Zenith;Site;Inactive",
        "Name;Level;Status|Acme;Site;Active|Zenith;Site;Active",
    ),
    (
        "R316",
        "--leave-out Status=Inactive|Name;Level;Status|Acme;Site;Active|Zenith;Site;Inactive",
        "Name;Level;Status|Acme;Site;Active|Zenith;Site;Inactive",
    ),
    (
        "R356",
        "--mends [[value]]^column='Level'^from='Siet'^to='Site'|Name;Level|Acme;Site",
        "--mends [[value]]^column='Level'^from='Siet'^to='Site'|Name;Level|Acme;Siet",
    ),
    (
        "R357",
        "--mends [[leave_out]]^key={Name='Acme'}|Name;Level|Acme;Site|Acme;Site",
        "--mends [[leave_out]]^key={Name='Acme'}|Name;Level|Acme;Site|Zenith;Site",
    ),
    (
        "R358",
        "--export auto|customerid;customername;parentid|1;Acme;50|2;Acme North;1",
        "--export auto|customerid;customername;parentid|1;Acme;0|2;Acme North;1",
    ),
    (
        "R359",
        "--export auto|Client ID;Client Name;Top Level;Customer Type;Inactive|1;Acme;x;Altlast;no",
        "--export auto|Client ID;Client Name;Top Level;Customer Type;Inactive|1;Acme;x;Kunde;Nein",
    ),
    (
        "R360",
        "--export auto|Client ID;Client Name;Top Level;Customer Type|1;Acme;x;",
        "--export auto|Client ID;Client Name;Top Level;Customer Type;Inactive|1;Acme;x;;",
    ),
    (
        "R361",
        "--export auto|Name;Level|Acme;Site",
        "--export none|Name;Level|Acme;Site",
    ),
    (
        "R362",
        "Company ID;Company Name;Type;Status;City|A;Acme;Client;Active;Ulm",
        "--export none|Company ID;Company Name;Type;Status;City|A;Acme;Client;Active;Ulm",
    ),
    (
        "H107",
        "--export auto|Client ID;Client Name;Top Level;Inactive;Parent|1;Acme;x;yes;|2;Acme North;x;no;Acme",
        "--export auto|Client ID;Client Name;Top Level;Inactive;Parent|1;Acme;x;no;|2;Acme North;x;no;Acme",
    ),
    (
        "H108",
        "--export auto|customerid;customername;parentid|1;Acme;50|2;Zenith;51",
        "--export auto|customerid;customername;parentid|1;Acme;50|2;Zenith;50",
    ),
    (
        "R306",
        "Name;State|A;TX|B;CA",
        "--map State=PostState|Name;State|A;TX|B;CA",
    ),
    (
        "R307",
        "Name;Phonne|A;+49 1234",
        "--map Phonne=PhoneNumber|Name;Phonne|A;+49 1234",
    ),
    ("R308", "Name;Phone;Mobile|A;1;2", "Name;Phone;Mobile|A;1;"),
    ("R309", "Name;|A;+49 1234", "Name;|A;"),
    (
        "R310",
        "--map Cleint=Name|Client|A",
        "--map Client=Name|Client|A",
    ),
    (
        "R315",
        "[map] Mobile=PhoneNumber|Name|A",
        "[map] Mobile=PhoneNumber|Name;Mobile|A;1",
    ),
    (
        "R312",
        "--set Level=EndCustomer|Name;Level|A;Reseller",
        "--set Level=EndCustomer|Name;Level|A;end customer",
    ),
    ("R311", "Name;Contact Phone|A;1", "Name;Phone|A;1"),
    ("R313", ";Name|0;A|1;B", ";Name|7;A|1;B"),
    (
        "R314",
        "Name;Parent ID|A;50",
        "--map Parent ID=Parent|Name;Parent ID|A;50",
    ),
    ("V101", "Name;Level|;Site", "Name;Level|A;Site"),
    ("V102", "Name|{256}", "Name|{255}"),
    ("V103", "Name;City|A;{4097}", "Name;City|A;{4096}"),
    ("V104", "Name|\"Acme\nLtd\"", "Name| Acme Ltd "),
    ("V105", "Name;City|A;#N/A", "Name;City|A;#1 Street"),
    ("V106", "Name|N/A", "Name|N/A Systems"),
    ("V107", "Name;City|A;n/a", "Name;City|A;Nancy"),
    (
        "V108",
        "Name;Phone|A;4.93012E+11",
        "Name;Phone|A;4930123456",
    ),
    (
        "V109",
        "Name;Code|A;12345678901234500000",
        "Name;Code|A;12345678901234567890",
    ),
    (
        "V110",
        "Name;Zip;Country|A;1067;DE",
        "Name;Zip;Country|A;01067;DE",
    ),
    ("V111", "Name;Code|A;Mar-05", "Name;Code|A;MAR-05"),
    ("V112", "Name|MÃ¼ller", "Name|Müller"),
    ("V113", "Name|M\u{fffd}ller", "Name|Müller"),
    ("V114", "Name|\u{a0}Acme Ltd", "Name| Acme Ltd "),
    ("V115", "Name|Smith &amp; Sons", "Name|Smith & Sons"),
    ("V116", "Name;Code|A;'00012", "Name;Code|'90s Bar;00012"),
    ("V117", "Name;Code|A;1001.0", "Name;Code|A;1001.0|B;1001.5"),
    ("V118", "Name|=VLOOKUP(A1)", "Name|=Acme"),
    ("V119", "Name;City|A;none", "Name;City|A;Nonette"),
    (
        "V120",
        "Name;Website|A;info@a.example",
        "Name;Website|A;www.a.example",
    ),
    (
        "V121",
        "Name;Phone|A;ask Mrs Bell",
        "Name;Phone|A;+49 30 1234 ext. 5",
    ),
    ("V122", "Name|varchar(255)", "Name|Varchar Ltd"),
    ("V123", "Name|M?ller", "Name|Wer? Wir!"),
    (
        "V130",
        "--known A;00789;invalid|Name;Code;ImportStatus|A;789;invalid",
        "--known A;00789;invalid|Name;Code;ImportStatus|A;790;invalid",
    ),
    (
        "V131",
        "Name;Code;ImportStatus|A;789;invalid",
        "Name;Code;ImportStatus|A;00789;invalid",
    ),
    (
        "V132",
        "--known Łódź;1;invalid|Name;Code;ImportStatus|Lódz;1;invalid",
        "--known Łódź;1;invalid|Name;Code;ImportStatus|?ód?;1;invalid",
    ),
    (
        "V201",
        "Name;Level|A;EndCustomr",
        "Name;Level|A;end customer",
    ),
    (
        "V202",
        "Name;ServiceType|A;Full",
        "Name;ServiceType|A;SoftwareOnly",
    ),
    (
        "V203",
        "Name;ChildServiceTypes|A;Software",
        "Name;ChildServiceTypes|A;\"AllInclusive,SoftwareOnly\"",
    ),
    (
        "V204",
        "--map State=State|Name;State|A;Trial",
        "Name;State|A;In Trial",
    ),
    ("V205", "Name;State|A;Expired", "Name;State|A;InProduction"),
    (
        "V206",
        "Name;Flags|A;CustomBranding",
        "Name;Flags|A;HasCustomBranding",
    ),
    ("V207", "Name;ParentId|A;1.0", "Name;ParentId|A;10"),
    ("V208", "Name;ParentId|A;0", "Name;ParentId|A;2147483647"),
    (
        "V209",
        "Name;CreateDefaultAccount|A;maybe",
        "Name;CreateDefaultAccount|A;no",
    ),
    (
        "V301",
        "Name;Trial end|A;soon",
        "Name;Trial end|A;2026-03-31",
    ),
    (
        "V302",
        "Name;Trial end|A;03/04/2026",
        "Name;Trial end|A;31/03/2026",
    ),
    (
        "V303",
        "Name;Trial end|A;1535673599000",
        "Name;Trial end|A;1535673599",
    ),
    (
        "V304",
        "Name;Trial start;Trial end|A;2026-04-30;2026-04-01",
        "Name;Trial start;Trial end|A;2026-04-01;2026-04-01",
    ),
    ("V401", "Name;Country|A;Atlantis", "Name;Country|A;Austria"),
    ("V402", "Name;Country|A;Germny", "Name;Country|A;Germany"),
    ("V403", "Name;Country|A;Korea", "Name;Country|A;KR"),
    ("V404", "Name;Country|A;Europe", "Name;Country|A;FR"),
    ("V405", "Name;Country|A;Yugoslavia", "Name;Country|A;FR"),
    (
        "V406",
        "Name;Country|A;Austria (AU)",
        "Name;Country|A;Austria",
    ),
    ("V407", "Name;Country|A;New York", "Name;Country|A;US"),
    ("V408", "Name;Country|A;+43", "Name;Country|A;040"),
    ("V409", "Name;Country|A;Kosovo", "Name;Country|A;DE"),
    ("V410", "Name;Country|A;N/A", "Name;Country|A;NA"),
    (
        "V411",
        "Name;Country|A;Germany|B;NA|C;Austria",
        "Name;Country|A;DE|B;NA|C;AT",
    ),
    ("V901", "Name|A", "--set State=InTrial|Name|A"),
    ("V902", "Name|A", "Name;DeviceCountry|A;DE"),
    (
        "V904",
        "ID;ParentId;Name|1;;A|2;;B",
        "ID;Name;ImportStatus|1;A;created|2;B;created",
    ),
    (
        "V906",
        "Name;Level|A;Site|B;",
        "ID;ParentId;Name;Level|;;A;Site|7;;B;",
    ),
    (
        "V907",
        "--default Level=derive|Name;Level|A;Site|B;",
        "--default Level=derive|Name;Level|A;Site|B;Site",
    ),
    ("H101", "Name;Parent|A;North", "Name;Parent|A;North|North;"),
    (
        "H102",
        "Name;Parent;Code|A;North;|North;;1|North;;2",
        "Name;Parent;Code|A;1;|North;;1|North;;2",
    ),
    (
        "H103",
        "Name;Parent|A;NORTH|North;",
        "Name;Parent|A;North|North;",
    ),
    ("H104", "Name;Parent|A;A", "Name;Parent|A;B|B;"),
    ("H105", "Name;Parent|A;B|B;C|C;A", "Name;Parent|A;B|B;C|C;"),
    (
        "H106",
        "Name;ID;Parent;ParentId|N;7;;|A;;N;8",
        "Name;ID;Parent;ParentId|N;7;;|A;;N;7",
    ),
    (
        "H201",
        "Name;Level;Parent|A;Reseller;N|N;EndCustomer;",
        "Name;Level;Parent|A;EndCustomer;N|N;Reseller;",
    ),
    (
        "H202",
        "Name;Level;Parent|A;Site;N|N;Reseller;",
        "Name;Level;Parent|A;Site;N|N;EndCustomer;",
    ),
    (
        "H203",
        "Name;ServiceType;ChildServiceTypes;Parent|A;SoftwareOnly;;N|N;;AllInclusive;",
        "Name;ServiceType;ChildServiceTypes;Parent|A;AllInclusive;;N|N;;AllInclusive;",
    ),
    (
        "H204",
        "--default Level=derive|Name;Level;Parent|A;;S|S;Site;",
        "--default Level=derive|Name;Level;Parent|A;;S|S;EndCustomer;",
    ),
    (
        "H205",
        "--default Level=EndCustomer|Name;Level;Parent|N;;|A;EndCustomer;N",
        "--default Level=EndCustomer|Name;Level;Parent|N;;|A;Site;N",
    ),
    (
        "H301",
        "--default Level=derive|Name;Country;Parent|A;DE;N|N;Atlantis;",
        "--default Level=derive|Name;Country;Parent|A;DE;N|N;AT;",
    ),
    ("D101", "Name|A|A", "Name|A|B"),
    ("D102", "Name;ParentId|A;1|A;2", "Name;ParentId|A;1|B;2"),
    ("D103", "Name|Acme Ltd|ACME  ltd", "Name|Acme Ltd|Acme-Ltd"),
    ("D104", "Name;Code|A;1|B;1", "Name;Code|A;1|B;01"),
    (
        "D105",
        "Name;ID;ParentId|A;7;|B;7;",
        "Name;ID;ParentId|A;7;|B;8;",
    ),
];

fn filled(text: &str) -> String {
    let mut text = text.to_owned();
    for length in [255, 256, 4096, 4097] {
        text = text.replace(&format!("{{{length}}}"), &"x".repeat(length));
    }
    text
}

#[test]
fn every_rule_has_a_table_that_breaks_it_and_one_that_does_not() {
    for (code, bad, good) in SAMPLES {
        assert!(
            codes(&filled(bad)).contains(code),
            "{code} should break: {bad}"
        );
        assert!(
            !codes(&filled(good)).contains(code),
            "{code} should not break: {good}"
        );
    }
}

#[test]
fn no_rule_of_the_check_lacks_a_sample() {
    let sampled: BTreeSet<&str> = SAMPLES.iter().map(|(code, _, _)| *code).collect();
    let lacking: Vec<&str> = rules::all()
        .map(|rule| rule.code)
        .filter(|code| code.starts_with(['V', 'H', 'D']) || code.starts_with("R3"))
        // Only the tenant tells what an update would replace.
        .filter(|code| !sampled.contains(code) && !["V128", "V129"].contains(code))
        .collect();
    assert_eq!(lacking, [""; 0]);
}

/// `UPDATE_DOCS=1 cargo test` writes the page anew.
#[test]
fn the_page_of_rules_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/rules.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference")).unwrap();
        std::fs::write(path, rules::reference()).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == rules::reference(),
        "docs/reference/rules.md is not current; run UPDATE_DOCS=1 cargo test"
    );
}

#[test]
fn a_rule_explains_itself() {
    let text = rules::explain(rules::find("v402").unwrap());
    assert_eq!(
        text,
        "V402 country-misspelt (error)\n\
         \n\
         The value is close to a country's name, but is not one.\n\
         \n\
         Why:     Correcting it silently could choose the wrong country.\n\
         Example: `Germny`\n\
         Fix:     Use the suggestion if it is right.\n"
    );
}
