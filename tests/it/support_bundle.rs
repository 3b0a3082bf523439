//! The support bundle: what is in it, that nothing of anybody is, and that it asks first.

use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::cli::desk::{Desk, Service, holds};
use crate::undo::removing::run_id;

/// Texts that stand in the input, the settings and the service's answers, and like no other.
const CANARIES: &[&str] = &[
    "Kanarienvogel",
    "Zaunkoenig",
    "Spatzendorf",
    "+49-7654321",
    "Meisenspalte",
    "Eulenweg",
    "api-user-amsel",
    "Drosselfirma",
    "c4nary",
    "finken-liste",
    "K-CODE-77",
    "Rotkehlchen",
];

/// A desk with a run in which rows were created, refused, wrong and blocked.
fn flown(service: &Service) -> (Desk, String) {
    let desk = Desk::new();
    desk.write(
        "finken-liste.csv",
        "Kanarienvogel,Parent,Level,State,Country,City,PhoneNumber,ExternalCode,Address,ResponsibleUserId,Meisenspalte\n\
         Zaunkoenig GmbH,,EndCustomer,InTrial,DE,Spatzendorf,+49-7654321,K-CODE-77,Eulenweg 1,,x\n\
         Zaunkoenig Zwei,,EndCustomer,InTrial,DE,Spatzendorf,,K-CODE-78,,987654,\n\
         Zaunkoenig Drei,,Rotkehlchen,InTrial,Spatzendorf,,,,,,\n\
         Zaunkoenig Vier,Zaunkoenig Drei,Site,InTrial,DE,,,,,,\n",
    );
    desk.trusted("[map]\nKanarienvogel = \"Name\"\n[default]\nDistrict = \"Rotkehlchen\"\n[limits]\ntimeout = \"31s\"\n");
    desk.import(service, "finken-liste.csv").exits(1);
    let id = run_id(&desk);
    (desk, id)
}

/// Name and text of every file in a bundle.
fn unpacked(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive =
        zip::ZipArchive::new(std::fs::File::open(path).expect("a file")).expect("a zip");
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("its bytes");
            (part.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

fn part(parts: &[(String, Vec<u8>)], name: &str) -> Value {
    let (_, bytes) = parts.iter().find(|(one, _)| one == name).expect(name);
    serde_json::from_slice(bytes).expect("JSON")
}

#[test]
fn a_bundle_tells_how_a_run_went_and_nothing_of_anybody() {
    let service = Service::new();
    let (desk, id) = flown(&service);
    let mut command = desk.tool(&[
        "support-bundle",
        &id,
        "--yes",
        "--show",
        "--output",
        "b.zip",
    ]);
    command
        .env("PARTNER_IMPORT_USERNAME", "api-user-amsel")
        .env("PARTNER_IMPORT_PARTNER", "Drosselfirma")
        .env(
            "PARTNER_IMPORT_ENDPOINT",
            "https://Drosselfirma.example/jsonapi",
        )
        .env("PARTNER_IMPORT_PASSWORD", "c4nary");
    let done = command.output().expect("it runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let shown = String::from_utf8_lossy(&done.stdout).into_owned();
    let parts = unpacked(&desk.path("b.zip"));
    let folder = desk.path("").display().to_string();
    let folder = folder.trim_end_matches('/');
    for (name, bytes) in &parts {
        let text = String::from_utf8(bytes.clone()).expect("text");
        assert!(shown.contains(&text), "{name} is not shown");
        let lower = text.to_lowercase();
        for canary in CANARIES
            .iter()
            .copied()
            .chain([folder, "sandbox msp", "127.0.0.1"])
        {
            assert!(
                !lower.contains(&canary.to_lowercase()),
                "{canary} in {name}: {text}"
            );
        }
    }
    let raw = std::fs::read(desk.path("b.zip")).expect("a file");
    let raw = String::from_utf8_lossy(&raw).to_lowercase();
    for canary in CANARIES {
        assert!(!raw.contains(&canary.to_lowercase()), "{canary}");
    }
    let journal = part(&parts, "journal.json");
    assert_eq!(journal["counts"]["rows"], 4);
    assert_eq!(journal["tables"]["input"], 4);
    assert_eq!(journal["events"]["created"], 1);
    assert_eq!(journal["is_whole"], true);
    let errors = part(&parts, "errors.json");
    assert_eq!(
        (&errors[0]["code"], &errors[0]["rows"]),
        (&"1802".into(), &1.into())
    );
    assert_eq!(part(&parts, "rules.json")["V201"], 1);
    let input = part(&parts, "input.json");
    assert_eq!(input["as_read"]["format"]["encoding"], "UTF-8");
    assert_eq!(input["as_read"]["mapping"][0]["field"], "Name");
    assert_eq!(input["headers"].as_array().map(Vec::len), Some(11));
    let settings = part(&parts, "settings.json");
    let settings = settings["now"].as_array().expect("a list");
    let value = |key: &str| &settings.iter().find(|one| one["key"] == key).expect(key)["value"];
    assert_eq!(value("limits.timeout"), "31s");
    assert_eq!(value("target.username"), "(set, not shown)");
    let times = part(&parts, "timings.json");
    let classes = times["from_intent_to_outcome"]["AddPartner"]
        .as_array()
        .expect("classes");
    let rows: u64 = classes.iter().filter_map(|one| one["rows"].as_u64()).sum();
    assert_eq!(rows, 2, "{times:#}");
    // From leaving to answer, by method: what waits for the rate limit is no part of it.
    let answers = &times["answers"];
    assert_eq!(answers["AddPartner"]["answered"], 2, "{times:#}");
    assert_eq!(answers["Login"]["answered"], 1);
    assert!(answers["AddPartner"]["95_in_100_within_ms"].as_u64() > Some(0));
    let requests = |bar: &Value| bar["answered"].as_u64().expect("a number");
    let bars = times["over_time"]["times"].as_array().expect("bars");
    let sum: u64 = bars.iter().map(requests).sum();
    assert_eq!(Some(sum), times["requests"]["total"].as_u64(), "{times:#}");
}

/// Texts of a workbook, of flags, profile, paths and environment, and like no other.
const MORE_CANARIES: &[&str] = &[
    "Habichtsliste",
    "Bussard",
    "Falkenblatt",
    "Sperberspalte",
    "Uhuweg",
    "Kauzkommentar",
    "Milan.example",
    "Weihe",
    "Adlerhorst",
    "Geierpfad",
    "Kolkrabe",
    "Dohlenhaus",
    "Elster",
    "Haeherwort",
    "Rohrweihe",
];

/// A run of a workbook with flags of its own, of which some rows fail and which is interrupted by
/// the error budget, under a profile that is full of names; and continued with other flags.
fn nested(service: &Service) -> (Desk, String) {
    let desk = Desk::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    for name in ["Falkenblatt Nord", "Falkenblatt Ost"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        let rows = [
            [
                "Name",
                "Level",
                "State",
                "Country",
                "Sperberspalte",
                "ResponsibleUserId",
            ],
            ["Bussard Zwei", "EndCustomer", "InTrial", "Uhuweg", "x", ""],
            [
                "Bussard Drei",
                "EndCustomer",
                "InTrial",
                "DE",
                "x",
                "987654",
            ],
            [
                "Bussard Vier",
                "EndCustomer",
                "InTrial",
                "DE",
                "x",
                "987654",
            ],
            ["Bussard", "EndCustomer", "InTrial", "DE", "x", ""],
        ];
        for (at, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                let cell = if at > 0 && column == 0 {
                    format!("{cell} {name}")
                } else {
                    cell.into()
                };
                sheet.write_string(at, column, cell).expect("a cell");
            }
        }
    }
    book.save(desk.path("Habichtsliste.xlsx"))
        .expect("a workbook");
    desk.trusted("# Kauzkommentar\n[default]\nDistrict = \"Weihe\"\n[limits]\ntimeout = \"31s\"\n[values]\nLevel.Rohrweihe = \"Site\"\n");
    let run = [
        "run",
        "Habichtsliste.xlsx",
        "--all-sheets",
        "--yes",
        "--out",
        "Adlerhorst",
        "--settle-wait",
        "7s",
        "--concurrency",
        "1",
        "--max-errors",
        "40%",
    ];
    desk.run_at(service, &run).exits(5);
    let id = run_id(&desk);
    let resume = ["resume", &id, "--concurrency", "3", "--settle-wait", "2s"];
    desk.run_at(service, &resume).exits(1);
    desk.trusted("# Kauzkommentar\n[target]\nendpoint = \"https://Milan.example/jsonapi\"\n\
         partner = \"Elster\"\nusername = \"Elster\"\npassword_command = [\"Haeherwort\"]\n\
         [notify]\nurls = [\"https://Milan.example/Haeherwort\"]\n\
         [default]\nDistrict = \"Weihe\"\n[map]\nKolkrabe = \"ignore\"\n\
         [output]\nmetrics_file = \"Geierpfad.prom\"\nout = \"Geierpfad\"\n[limits]\ntimeout = \"32s\"\n");
    (desk, id)
}

#[test]
fn names_of_files_sheets_hosts_and_people_are_not_in_it_and_the_runs_settings_are() {
    let service = Service::new();
    let (desk, id) = nested(&service);
    let mut command = desk.tool(&["support-bundle", &id, "--yes", "-o", "b.zip"]);
    for name in ["HOSTNAME", "COMPUTERNAME", "USER", "USERNAME", "LOGNAME"] {
        command.env(name, "Dohlenhaus");
    }
    let done = command.output().expect("it runs");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{told}");
    let parts = unpacked(&desk.path("b.zip"));
    let raw = std::fs::read(desk.path("b.zip")).expect("a file");
    let all = [("the file", &raw)].into_iter();
    let of_parts = parts.iter().map(|(name, bytes)| (name.as_str(), bytes));
    for (name, bytes) in all.chain(of_parts) {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for canary in MORE_CANARIES
            .iter()
            .copied()
            .chain(["sandbox msp", "127.0.0.1"])
        {
            assert!(
                !text.contains(&canary.to_lowercase()),
                "{canary} in {name}: {text}"
            );
        }
    }
    let settings = part(&parts, "settings.json");
    let of_run = settings["of_the_run"].as_array().expect("two processes");
    let value = |at: usize, key: &str| of_run[at]["settings"][key].clone();
    assert_eq!(of_run.len(), 2, "{settings:#}");
    for (at, key, expected) in [
        (0, "limits.timeout", "31s"),
        (0, "limits.settle_wait", "7s"),
        (0, "limits.max_errors", "40%"),
        (0, "limits.concurrency", "1"),
        (1, "limits.concurrency", "3"),
        (1, "limits.settle_wait", "2s"),
    ] {
        assert_eq!(value(at, key), expected, "{at} {key}");
    }
    assert_eq!(settings["of_the_run_input"]["all-sheets"], true);
    assert_eq!(settings["of_the_run_input"]["default"], 1);
    let now = settings["now"].as_array().expect("a list");
    let timeout = now.iter().find(|one| one["key"] == "limits.timeout");
    assert_eq!(timeout.expect("a setting")["value"], "32s");
}

#[test]
fn the_same_journal_gives_the_same_bundle_but_for_its_time() {
    let service = Service::new();
    let (desk, id) = flown(&service);
    let [one, other] = ["1.zip", "2.zip"].map(|name| {
        desk.run(&["support-bundle", &id, "--yes", "-o", name])
            .exits(0);
        unpacked(&desk.path(name))
    });
    assert_eq!(one.len(), other.len());
    for ((name, one), (_, other)) in one.iter().zip(&other) {
        if name == "versions.json" {
            let without = |bytes: &[u8]| {
                let mut value: Value = serde_json::from_slice(bytes).expect("JSON");
                value
                    .as_object_mut()
                    .expect("an object")
                    .remove("created_at")
                    .expect("a time");
                value
            };
            assert_eq!(without(one), without(other));
        } else {
            assert_eq!(one, other, "{name}");
        }
    }
}

#[test]
fn nothing_is_written_unless_somebody_agrees() {
    let service = Service::new();
    let (desk, id) = flown(&service);
    let done = desk.run(&["support-bundle", &id, "-o", "b.zip"]).exits(2);
    assert!(done.out.contains("journal.json"), "{}", done.out);
    let done = done.says(&["nobody was there to agree", "--yes"]);
    assert!(!done.out.contains("is_whole"), "the text only with --show");
    assert!(!holds(&desk.path(""), "b.zip"));
    desk.write("b.zip", "mine");
    desk.run(&["support-bundle", &id, "-o", "b.zip", "--yes"])
        .exits(2)
        .says(&["already exists"]);
    assert_eq!(desk.read("b.zip"), "mine");
    desk.run(&["support-bundle", "19990101", "--yes"]).exits(2);
}
