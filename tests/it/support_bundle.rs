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
    desk.write(
        "partner-import.toml",
        "[map]\nKanarienvogel = \"Name\"\n[default]\nDistrict = \"Rotkehlchen\"\n[limits]\ntimeout = \"31s\"\n",
    );
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
    let settings = settings.as_array().expect("a list");
    let value = |key: &str| &settings.iter().find(|one| one["key"] == key).expect(key)["value"];
    assert_eq!(value("limits.timeout"), "31s");
    assert_eq!(value("target.username"), "(set, not shown)");
    let times = part(&parts, "timings.json");
    let classes = times["from_intent_to_outcome"]["AddPartner"]
        .as_array()
        .expect("classes");
    let rows: u64 = classes.iter().filter_map(|one| one["rows"].as_u64()).sum();
    assert_eq!(rows, 2, "{times:#}");
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
        .says(&["is there already"]);
    assert_eq!(desk.read("b.zip"), "mine");
    desk.run(&["support-bundle", "19990101", "--yes"]).exits(2);
}
