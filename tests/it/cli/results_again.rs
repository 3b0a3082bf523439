//! Result files that went through a spreadsheet program: opened with a double click, mended, saved,
//! run again.

use serde_json::Value;

use super::desk::{Desk, Done, Service, Table};

/// Two rows below Alder have a country that is none, and values that spreadsheet programs damage.
const LIST: &str = "Name,Parent,Level,State,Customer No,Phone,Country,Zip,Trial expires\n\
    Alder Dental,,EndCustomer,InTrial,00123,+49 30 1112223,DE,01067,2018-08-30\n\
    Cedar Group,,EndCustomer,InTrial,00789,0405556667,Germny,01099,2018-08-03\n\
    Dogwood Labs,,EndCustomer,InTrial,3-5,+493012345678,Germny,04109,2018-08-30\n\
    Žižkov Bäcker,,EndCustomer,InTrial,123456789012345678,030 1234567,Germny,00123,2019-12-31\n";

/// The same rows below other parents, and of one name.
const TWINS: &str = "Name,Parent,Level,State,Customer No,Country\n\
    North,,Reseller,InTrial,N,DE\n\
    South,,Reseller,InTrial,S,DE\n\
    Depot,North,EndCustomer,InTrial,0017,Germny\n\
    Depot,South,EndCustomer,InTrial,00017,Germny\n";

fn imported(list: &str) -> (Desk, Service, String) {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", list);
    desk.import(&service, "in.csv").exits(1);
    let run = desk.summary()["run_id"].as_str().expect("an id").to_owned();
    (desk, service, run)
}

/// What would be created: name, code, phone, postal code, end of the trial.
fn planned(done: &Done) -> Vec<String> {
    let plan = done.json();
    let rows = plan["rows"].as_array().expect("rows").iter();
    let created = rows.filter(|row| row["action"] == "create");
    created
        .map(|row| {
            let info = &row["partner_info"];
            let text = |value: &Value| match value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            let company = &info["Company"];
            [
                &info["Name"],
                &info["ExternalCode"],
                &company["PhoneNumber"],
                &company["PostAddress"]["ZipCode"],
                &info["TrialExpirationTime"],
            ]
            .map(text)
            .join("|")
        })
        .collect()
}

fn plan(desk: &Desk, service: &Service, file: &str, more: &[&str]) -> Done {
    let plan = ["plan", file, "--format", "json"];
    desk.run_at(service, &[&plan[..], more].concat())
}

const AS_THEY_WERE: [&str; 3] = [
    "Cedar Group|00789|0405556667|01099|1533340799",
    "Dogwood Labs|3-5|+493012345678|04109|1535673599",
    "Žižkov Bäcker|123456789012345678|030 1234567|00123|1577836799",
];

/// `Ž`, `ž` and `ä` in windows-1252.
fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |letter: char| match letter {
        'Ž' => 0x8e,
        'ž' => 0x9e,
        'ä' => 0xe4,
        _ => u8::try_from(letter).expect("ASCII"),
    };
    text.chars().map(byte).collect()
}

#[test]
fn what_spreadsheet_programs_did_is_undone_in_the_run_that_is_named() {
    let (desk, service, run) = imported(LIST);
    let german = "Name;Parent;Level;State;Customer No;Phone;Country;Zip;Trial expires;ID;ImportStatus;ImportCode;ImportMessage\r\n\
        Cedar Group;;EndCustomer;InTrial;789;405556667;Deutschland;1099;03.08.2018;;invalid;V402;x\r\n\
        Dogwood Labs;;EndCustomer;InTrial;05. Mrz;4,93012E+11;Deutschland;4109;30.08.2018;;invalid;V402;x\r\n\
        Žižkov Bäcker;;EndCustomer;InTrial;1,23457E+17;030 1234567;Deutschland;123;31.12.2019;;invalid;V402;x\r\n\
        ;;;;;;;;;;;;\r\n";
    desk.write("german.csv", windows_1252(german));
    // A marked phone number keeps its plus sign in Excel; LibreOffice and Google Sheets drop both.
    let american = "Name,Parent,Level,State,Customer No,Phone,Country,Zip,Trial expires,ID,ImportStatus,ImportCode,ImportMessage,,\r\n\
        Cedar Group,,EndCustomer,InTrial,789,405556667,Germany,1099,8/3/2018,,invalid,V402,x,,\r\n\
        Dogwood Labs,,EndCustomer,InTrial,5-Mar,'+493012345678,Germany,4109,8/30/2018,,invalid,V402,x,,\r\n\
        Žižkov Bäcker,,EndCustomer,InTrial,123456789012345000,030 1234567,Germany,123,12/31/2019,,invalid,V402,x,,\r\n";
    desk.write("american.csv", format!("\u{feff}{american}"));
    let quoted = "\"Name\",\"Parent\",\"Level\",\"State\",\"Customer No\",\"Phone\",\"Country\",\"Zip\",\"Trial expires\"\n\
        \"Cedar Group\",\"\",\"EndCustomer\",\"InTrial\",\"789\",\"405556667\",\"Germany\",\"1099\",\"03-Aug-18\"\n\
        \"Dogwood Labs\",\"\",\"EndCustomer\",\"InTrial\",\"3/5/2026\",\"493012345678\",\"Germany\",\"4109\",\"2018-08-30\"\n\
        \"Žižkov Bäcker\",\"\",\"EndCustomer\",\"InTrial\",\"1.23E+17\",\"301234567\",\"Germany\",\"123\",\"31/12/19\"\n";
    desk.write("quoted.csv", quoted);
    for file in ["german.csv", "american.csv", "quoted.csv"] {
        let done = plan(&desk, &service, file, &["--of-run", &run]).exits(0);
        assert_eq!(planned(&done), AS_THEY_WERE, "{file}");
        let said = desk.run(&["check", file, "--of-run", &run[..20]]).exits(0);
        assert!(said.out.contains("warning[V130]"), "{}", said.out);
        assert!(
            said.out
                .contains("\"789\" has lost its leading zeros; \"00789\" is used"),
            "{}",
            said.out
        );
        assert!(!said.out.contains("V131"), "{}", said.out);
    }
    // And so it reaches the tenant, and stands in the results.
    let go = [
        "run",
        "german.csv",
        "--of-run",
        "last",
        "--yes",
        "--out",
        "again",
    ];
    desk.run_at(&service, &go).exits(0);
    let codes = Table::parse(&desk.read("again/results.csv"), b';');
    let codes = codes.column("Customer No").join(" ");
    assert_eq!(codes, "00789 3-5 123456789012345678");
    let sent: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
    assert_eq!(sent.len(), 4, "{sent:?}");
}

#[test]
fn without_a_run_they_are_warned_of() {
    let (desk, service, run) = imported(LIST);
    let saved = "Name,Level,State,Customer No,Phone,Country,Zip,ID,ImportStatus,ImportCode,ImportMessage\n\
        Cedar Group,EndCustomer,InTrial,789,405556667,Germany,1099,,invalid,V402,x\n";
    desk.write("elsewhere.csv", saved);
    let said = desk.run(&["check", "elsewhere.csv"]).exits(0).out;
    for text in [
        "[V131]: \"789\"",
        "[V131]: \"405556667\"",
        "[V110]: \"1099\"",
        "--of-run RUN",
    ] {
        assert!(said.contains(text), "no {text} in {said}");
    }
    desk.run(&["check", "elsewhere.csv", "--strict"]).exits(1);
    // A run that knows nothing of the row does not vouch for it.
    let other = saved
        .replace("Cedar Group", "Elm")
        .replace("789,405556667", "788,405556668");
    desk.write("other.csv", other);
    let said = desk
        .run(&["check", "other.csv", "--of-run", &run])
        .exits(0)
        .out;
    assert!(
        said.contains("[V131]: \"788\"") && said.contains("[R061]"),
        "{said}"
    );
    // A plain list is no result file.
    desk.write(
        "plain.csv",
        "Name,Level,State,Code,Country\nElm,EndCustomer,InTrial,789,DE\n",
    );
    let said = desk.run(&["check", "plain.csv"]).exits(0).out;
    assert!(!said.contains("V131"), "{said}");
    let done = desk.run(&["check", "elsewhere.csv", "--of-run", "2001"]);
    done.exits(2)
        .says(&["there is no run \"2001\"", "partner-import runs"]);
    drop(service);
}

#[test]
fn the_place_of_a_file_names_its_run() {
    let (desk, service, _) = imported(LIST);
    let saved = desk.read("out/rejected.csv").replace(
        ",00789,0405556667,Germny,01099,",
        ",789,405556667,Germany,1099,",
    );
    desk.write("out/rejected.csv", &saved);
    desk.write("out/mended by Ann.csv", &saved);
    for file in ["out/rejected.csv", "out/mended by Ann.csv"] {
        let done = plan(&desk, &service, file, &[]);
        assert_eq!(planned(&done), AS_THEY_WERE[..1], "{file}");
        let done = plan(&desk, &service, file, &["--of-run", "none"]);
        assert_eq!(
            planned(&done),
            ["Cedar Group|789|405556667|1099|1533340799"]
        );
    }
    // Without the summary the journal still knows where it wrote.
    std::fs::remove_file(desk.path("out/summary.json")).expect("removed");
    let done = plan(&desk, &service, "out/rejected.csv", &[]);
    assert_eq!(planned(&done), AS_THEY_WERE[..1]);
    // A list that lies there is a list.
    let list = "Name,Level,State,Customer No,Country\nCedar Group,EndCustomer,InTrial,789,DE\n";
    desk.write("out/list.csv", list);
    let done = plan(&desk, &service, "out/list.csv", &[]);
    assert_eq!(planned(&done), ["Cedar Group|789|||"]);
}

#[test]
fn a_journal_that_cannot_be_read_is_said() {
    let (desk, _service, run) = imported(LIST);
    let journal = desk.path(&format!("state/runs/{run}.sqlite"));
    let connection = rusqlite::Connection::open(journal).expect("it opens");
    connection
        .pragma_update(None, "user_version", 999)
        .expect("written");
    drop(connection);
    let done = desk.run(&["check", "out/rejected.csv"]).exits(1);
    assert!(
        done.out.contains("warning[R060]") && done.out.contains("newer version"),
        "{}",
        done.out
    );
    desk.run(&["check", "out/rejected.csv", "--of-run", &run])
        .exits(5)
        .says(&["newer version"]);
}

#[test]
fn what_a_person_changed_stays_changed() {
    let (desk, service, run) = imported(LIST);
    let header = "Name,Parent,Level,State,Customer No,Phone,Country,Zip,ImportStatus\n";
    let planned = |rows: &str| {
        desk.write("mended.csv", format!("{header}{rows}"));
        let done = plan(&desk, &service, "mended.csv", &["--of-run", &run]);
        planned(&done).join(" ")
    };
    assert_eq!(
        planned("Cedar Group,,EndCustomer,InTrial,00790,0405556668,DE,01187,invalid\n"),
        "Cedar Group|00790|0405556668|01187|"
    );
    assert_eq!(
        planned("Cedar Group,,EndCustomer,InTrial,790,0405556667,DE,1187,invalid\n"),
        "Cedar Group|790|0405556667|1187|",
        "another number"
    );
    let said = desk
        .run(&["check", "mended.csv", "--of-run", &run])
        .exits(0)
        .out;
    assert!(
        said.contains("\"790\" is a new value, \"00789\" in the run"),
        "{said}"
    );
    // A name that was mended as well: only what the other cells leave no doubt about.
    assert_eq!(
        planned("Cedar Group Ltd,,EndCustomer,InTrial,789,405556667,Germny,1099,invalid\n"),
        "",
        "the country is still wrong"
    );
    let said = desk
        .run(&["check", "mended.csv", "--of-run", &run])
        .exits(1)
        .out;
    assert!(said.contains("\"00789\" is used"), "{said}");
    assert_eq!(
        planned("Cedar Group Ltd,,EndCustomer,InTrial,789,405556667,DE,1099,invalid\n"),
        "Cedar Group Ltd|00789|0405556667|01099|",
        "the country was changed as well: code and phone leave no doubt"
    );
    assert_eq!(
        planned("Cedar Group Ltd,,EndCustomer,InTrial,789,0405556668,DE,1099,invalid\n"),
        "Cedar Group Ltd|789|0405556668|1099|",
        "and the phone: it may be anybody"
    );
    let said = desk
        .run(&["check", "mended.csv", "--of-run", &run])
        .exits(0)
        .out;
    assert!(said.contains("[V131]: \"789\""), "{said}");
    // A parent that was mended, and a code that nobody else has.
    assert!(
        planned("Cedar Group,Alder Dental,Site,InTrial,789,405556667,DE,1099,invalid\n")
            .starts_with("Cedar Group|00789|")
    );
}

#[test]
fn customers_of_one_name_are_told_apart_by_their_parents() {
    let (desk, service, run) = imported(TWINS);
    let saved = "Name,Parent,Level,State,Customer No,Country,ImportStatus\n\
        Depot,South,EndCustomer,InTrial,17,DE,invalid\n\
        Depot,North,EndCustomer,InTrial,17,DE,invalid\n";
    desk.write("mended.csv", saved);
    let done = plan(&desk, &service, "mended.csv", &["--of-run", &run]).exits(0);
    assert_eq!(planned(&done), ["Depot|00017|||", "Depot|0017|||"]);
    // Below a third parent it may be either.
    desk.write(
        "mended.csv",
        saved.replace("South", "North").replacen("North", "", 1),
    );
    let said = desk.run(&["check", "mended.csv", "--of-run", &run]).out;
    assert!(
        said.contains("[V131]: \"17\"") && said.contains("\"0017\" is used"),
        "{said}"
    );
    // All rows of the run, also those that were created.
    let all = desk
        .read("out/results.csv")
        .replace(",0017,Germny", ",17,DE");
    desk.write("all.csv", all);
    let done = plan(&desk, &service, "all.csv", &["--of-run", &run]);
    assert_eq!(planned(&done), ["Depot|0017|||"]);
}

#[test]
fn a_plan_is_approved_with_the_run_it_rests_on() {
    let (desk, service, run) = imported(LIST);
    let saved = "Name,Level,State,Customer No,Country,ImportStatus\n\
        Cedar Group,EndCustomer,InTrial,789,DE,invalid\n";
    desk.write("mended.csv", saved);
    let save = [
        "plan",
        "mended.csv",
        "--of-run",
        &run[..],
        "--save",
        "plan.json",
    ];
    desk.run_at(&service, &save).exits(0);
    desk.run_at(
        &service,
        &["run", "--plan", "plan.json", "--yes", "--out", "again"],
    )
    .exits(0);
    assert_eq!(
        desk.table("again/results.csv").column("Customer No"),
        ["00789"]
    );
}

#[test]
fn results_never_replace_what_they_are_made_of() {
    let (desk, service, _) = imported(LIST);
    let mended = desk.read("out/rejected.csv").replace("Germny", "Germany");
    desk.write("out/rejected.csv", &mended);
    for out in ["out", "./out/../out"] {
        let run = ["run", "out/rejected.csv", "--yes", "--out", out];
        desk.run_at(&service, &run)
            .exits(2)
            .says(&["would replace the input", "--out"]);
        assert_eq!(desk.read("out/rejected.csv"), mended);
    }
    assert_eq!(service.added().len(), 1);
    // What the profile says is for the list; its results go where they go without it.
    desk.write("nightly.toml", "[output]\nout = \"out\"\n");
    let run = [
        "run",
        "out/rejected.csv",
        "--yes",
        "--profile",
        "nightly.toml",
    ];
    desk.run_at(&service, &run).exits(0);
    assert_eq!(desk.read("out/rejected.csv"), mended);
    let beside = std::fs::read_dir(desk.path("")).expect("the desk");
    let mut names = beside.map(|one| one.expect("an entry").file_name());
    assert!(names.any(|name| name.to_string_lossy().starts_with("out-2")));
    assert_eq!(service.added().len(), 4);
}

#[test]
fn the_workbook_is_advised_before_the_text_file() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", LIST);
    let done = desk.import(&service, "in.csv").exits(1);
    let (_, advice) = done.out.split_once("\nNext, ").expect("advice");
    let (first, second) = advice.split_once("\nOr, ").expect("another way");
    assert!(first.contains("out/results.xlsx"), "{advice}");
    assert!(second.contains("out/rejected.csv"), "{advice}");
    let page = desk.read("out/report.html");
    let (_, steps) = page.split_once("What to do next").expect("advice");
    let place = |text: &str| steps.find(text).expect("it stands there");
    assert!(place("out/results.xlsx") < place("out/rejected.csv"));
    // The workbook itself runs as it is: texts of it are kept, and nobody is sent twice.
    let done = plan(&desk, &service, "out/results.xlsx", &[]);
    assert_eq!(done.json()["counts"]["exists"], 1);
}

#[test]
fn letters_that_an_encoding_lacks_are_put_back() {
    let (desk, service, run) = imported(
        "Name,Level,State,Customer No,Country,City\n\
         Łódź Glass,EndCustomer,InTrial,0042,Germny,Köln\n\
         Київ Trade,EndCustomer,InTrial,0043,Germny,Київ\n",
    );
    let saved = "Name,Level,State,Customer No,Country,City,ImportStatus\n\
        ?ód? Glass,EndCustomer,InTrial,42,DE,Köln,invalid\n\
        ???? Trade,EndCustomer,InTrial,43,DE,????,invalid\n";
    desk.write("saved.csv", saved);
    let done = plan(&desk, &service, "saved.csv", &["--of-run", &run]).exits(0);
    assert_eq!(planned(&done), ["Łódź Glass|0042|||", "Київ Trade|0043|||"]);
    assert!(done.out.contains("Київ\""), "{}", done.out);
    // Other letters may have been meant.
    desk.write("saved.csv", saved.replace("?ód?", "Lódz"));
    let done = plan(&desk, &service, "saved.csv", &["--of-run", &run]);
    assert_eq!(planned(&done)[0], "Lódz Glass|0042|||");
    let said = desk.run(&["check", "saved.csv", "--of-run", &run]).out;
    assert!(said.contains("[V132]"), "{said}");
}

#[test]
fn a_run_that_was_continued_knows_its_rows() {
    let (desk, service) = (Desk::new(), Service::faulty(&["drop-request=1@AddPartner"]));
    desk.write("in.csv", LIST);
    let done = desk.run_at(
        &service,
        &[
            "run",
            "in.csv",
            "--yes",
            "--out",
            "out",
            "--timeout",
            "1s",
            "--settle-wait",
            "0s",
            "--outage-limit",
            "1s",
        ],
    );
    assert_ne!(done.code, 0);
    let saved = desk.read("out/rejected.csv").replace(
        ",00789,0405556667,Germny,01099,",
        ",789,405556667,Germany,1099,",
    );
    desk.write("saved.csv", saved);
    let said = desk.run(&["check", "saved.csv", "--of-run", "last"]).out;
    assert!(said.contains("\"00789\" is used"), "{said}");
}

#[test]
fn a_mended_copy_holds_what_was_put_back() {
    let (desk, _service, run) = imported(LIST);
    let saved = desk
        .read("out/rejected.csv")
        .replace(
            ",00789,0405556667,Germny,01099,",
            ",789,405556667,Germany,1099,",
        )
        .replace("'+493012345678", "493012345678");
    desk.write("saved.csv", saved);
    let fix = [
        "check",
        "saved.csv",
        "--of-run",
        &run[..],
        "--fix",
        "mended.csv",
    ];
    let done = desk.run(&fix);
    let copy = desk.read("mended.csv");
    assert!(
        copy.contains(",00789,0405556667,Germany,01099,"),
        "{}{copy}",
        done.out
    );
    assert!(copy.contains("+493012345678"), "{copy}");
}

#[test]
fn a_row_that_may_be_no_customer_is_asked_about_in_every_result_file() {
    let list = "Name,Level,State,Country,City,Zip\n\
        Anker Bau,EndCustomer,InTrial,DE,Kiel,24103\n\
        Berg Optik,EndCustomer,InTrial,DE,Kiel,24103\n\
        Nordregion,,,,,\n\
        Cafe Dom,EndCustomer,InTrial,DE,Kiel,24103\n\
        Dorn AG,EndCustomer,InTrial,DE,Kiel,24103\n\
        Summe Nord,,,,,4\n";
    let (desk, service, _) = imported(list);
    assert_eq!(service.added().len(), 4);
    for file in ["out/results.xlsx", "out/results.csv", "out/rejected.csv"] {
        let flags = ["--default", "Level=EndCustomer", "--format", "json"];
        let plan = desk.run_at(&service, &[&["plan", file][..], &flags].concat());
        assert_eq!(planned(&plan), Vec::<String>::new(), "{file}: {}", plan.err);
    }
}

#[test]
fn rows_under_another_header_are_in_the_result_files_until_they_are_mended() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Country,City,Level,State\n\
         Alder,DE,Bonn,EndCustomer,InTrial\n\
         Birch,DE,Bonn,EndCustomer,InTrial\n\n\
         Customer,Town,Country\n\
         Cedar,Wien,AT\n\
         Dogwood,Graz,AT\n\
         Total,2,\n",
    );
    let service = Service::new();
    desk.import(&service, "in.csv").exits(1);
    let summary = desk.summary();
    assert_eq!(summary["counts"]["rows"], 4, "{summary}");
    let rejected = desk.read("out/rejected.csv");
    for name in ["Alder", "Birch", "Cedar,Wien,AT", "Dogwood,Graz,AT"] {
        assert!(rejected.contains(name), "{rejected}");
    }
    // Run again as it is, it creates those of the header it was read by, and none of the others.
    desk.write("again.csv", &rejected);
    desk.import(&service, "again.csv").exits(1);
    let rejected = desk.read("out/rejected.csv");
    assert_eq!(desk.summary()["counts"]["created"], 2, "{rejected}");
    for name in ["Cedar", "Dogwood"] {
        assert!(rejected.contains(name), "{rejected}");
    }
    // Once its cells are moved and the code is gone, a row is one like any other.
    let mended: Vec<String> = rejected
        .lines()
        .map(|line| match line.split_once(',') {
            Some(("Cedar", _)) => "Cedar,AT,Wien,EndCustomer,InTrial".to_owned(),
            Some(("Dogwood", _)) => "Dogwood,AT,Graz,EndCustomer,InTrial".to_owned(),
            _ => "Name,Country,City,Level,State".to_owned(),
        })
        .collect();
    desk.write("mended.csv", mended.join("\n"));
    desk.import(&service, "mended.csv").exits(0);
}
