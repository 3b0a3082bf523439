//! Documents for machines: real outputs held against their schemas, and what CI systems and code
//! scanning demand of theirs.

mod runs;
mod sarif;
mod schemas;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::desk::{Desk, Service};
use crate::cli::schema::{matches, problems};

/// Problems of all kinds: of the file, errors, warnings, several in one row, blocked rows.
const BAD: &str = "Name,Parent,Level,State,Country,Fone\n\
    Ac\u{1}me,,EndCustomr,InTrial,Germny,\n\
    ,,EndCustomer,InTrial,DE,1\n\
    \"100%, a: b <&> \u{fffd}\",,EndCustomer,InTrial,DE,\n\
    Gut,,EndCustomer,InTrial,DE,\n\
    Gut,,EndCustomer,InTrial,DE,\n\
    Kind,Acme x,Site,InTrial,DE,\n";

/// The inputs of all samples.
fn samples() -> Vec<PathBuf> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "expected") {
                below(&path, found);
            } else if path.extension().is_some_and(|kind| {
                ["csv", "xlsx", "xls", "ods", "xlsb"]
                    .iter()
                    .any(|k| kind == *k)
            }) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    below(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"),
        &mut found,
    );
    found.sort();
    let sheets = "workbook/several-sheets/input.xlsx";
    assert!(found.iter().any(|one| one.ends_with(sheets)), "{found:?}");
    found
}

/// A desk with files that are bad, empty, and of a name that must be escaped.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("in %ä,1.csv", BAD);
    desk.write("none.csv", "Name,Level\n");
    desk.write(
        "good.csv",
        "Name,Level,State,Country\nEins,EndCustomer,InTrial,DE\n",
    );
    desk
}

fn checked(desk: &Desk, file: &Path, flags: &[&str]) -> String {
    let mut arguments = vec!["check".into(), file.as_os_str().to_owned()];
    arguments.extend(flags.iter().map(Into::into));
    let done = desk.run(&arguments);
    assert!(
        [0, 1, 3].contains(&done.code),
        "{}: {}",
        file.display(),
        done.err
    );
    done.out
}

fn inputs(desk: &Desk) -> Vec<(PathBuf, Vec<&'static str>)> {
    let mut all: Vec<(PathBuf, Vec<&'static str>)> = Vec::new();
    for sample in samples() {
        if sample.ends_with("several-sheets/input.xlsx") {
            all.push((sample.clone(), vec!["--all-sheets"]));
        }
        all.push((sample, Vec::new()));
    }
    for name in ["in %ä,1.csv", "none.csv", "good.csv"] {
        all.push((desk.path(name), Vec::new()));
    }
    all
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn problems_of_every_sample_are_as_their_schemas_say() {
    let desk = desk();
    for (file, flags) in inputs(&desk) {
        let run =
            |format: &str| checked(&desk, &file, &[&flags[..], &["--format", format]].concat());
        let whole = parsed(&run("json"));
        matches("check", &whole);
        let lines: Vec<Value> = run("jsonl").lines().map(parsed).collect();
        for line in &lines {
            matches("check-line", line);
        }
        // The lines tell what the document tells.
        let (last, problems) = lines.split_last().expect("a summary");
        let mut built = last.clone();
        let problems = problems.iter().cloned().map(|mut one| {
            one.as_object_mut().expect("an object").remove("type");
            one
        });
        built["diagnostics"] = problems.collect();
        assert_eq!(built["type"], "summary");
        built.as_object_mut().expect("an object").remove("type");
        assert_eq!(built, whole, "{file:?}");
    }
}

#[test]
fn a_member_that_the_schema_does_not_know_is_found() {
    let desk = desk();
    let mut document = parsed(&checked(
        &desk,
        &desk.path("in %ä,1.csv"),
        &["--format", "json"],
    ));
    document["diagnostics"][0]["new"] = json!(1);
    assert!(problems("check", &document).contains("new"));
}

#[test]
fn previews_are_as_their_schema_says() {
    let desk = desk();
    for (file, flags) in inputs(&desk) {
        let mut arguments = vec!["preview".into(), file.as_os_str().to_owned()];
        arguments.extend(["--format", "json"].map(Into::into));
        arguments.extend(flags.iter().map(Into::into));
        matches("preview", &desk.run(&arguments).exits(0).json());
    }
}

#[test]
fn what_a_run_writes_is_as_the_schemas_say() {
    let (desk, service) = (desk(), Service::new());
    let every = "Name,Parent,Level,State,Country,City,PhoneNumber,VatNumber,ExternalCode,BillingContactPersonId,TrialExpirationTime,Flags,ChildServiceTypes,Region,LocationId,ResponsibleUserId\n\
        Vater,,Reseller,InTrial,DE,Ulm,+49 1,DE1,T-1,7,2030-01-01,CanInvoiceOthers,AllInclusive,Europe,1,\n\
        Kind,Vater,EndCustomer,InTrial,DE,,,,T-2,,,,,,,\n\
        Falsch,,Boss,InTrial,DE,,,,T-3,,,,,,,\n\
        Darunter,Falsch,Site,InTrial,DE,,,,T-4,,,,,,,\n";
    desk.write("every.csv", every);
    let at = |arguments: &[&str]| desk.run_at(&service, arguments);
    let shown = |flags: &[&str]| {
        let plan = ["plan", "every.csv", "--format", "json"];
        let document = at(&[&plan[..], flags].concat()).json();
        matches("plan-shown", &document);
        document
    };
    assert_eq!(shown(&[])["counts"]["create"], 2);
    let run = at(&[
        "run",
        "every.csv",
        "--yes",
        "--out",
        "out",
        "--format",
        "json",
    ]);
    matches("summary", &run.exits(1).json());
    matches("summary", &desk.summary());
    desk.write("every.csv", every.replace("Ulm", "Bonn"));
    for how in ["update", "fail", "skip"] {
        let document = shown(&["--on-exists", how]);
        assert_eq!(document["counts"]["create"], 0, "{document:#}");
    }
    let dry = at(&["run", "every.csv", "--dry-run", "--format", "json"]);
    matches("plan-shown", &dry.json());
    for what in ["partners", "locations", "countries", "regions"] {
        let list = at(&["lookup", what, "--format", "json"]).exits(0).json();
        assert!(!list.as_array().expect("a list").is_empty(), "{what}");
        matches("lookup", &list);
    }
    at(&["lookup", "partners", "--save", "tenant.json"]).exits(0);
    let against = ["--tenant", "tenant.json", "--format", "json"];
    let held = parsed(&checked(&desk, &desk.path("every.csv"), &against));
    assert_eq!(held["tenant"]["exists"].as_array().map(Vec::len), Some(2));
    matches("check", &held);
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    matches("runs", &runs);
    let id = runs[0]["run_id"].as_str().expect("an id").to_owned();
    matches(
        "summary",
        &desk
            .run(&["report", &id, "--format", "json"])
            .exits(0)
            .json(),
    );
    matches(
        "undo-plan",
        &at(&["undo", &id, "--dry-run", "--format", "json"]).json(),
    );
    let undone = at(&["undo", &id, "--confirm", "2", "--format", "json"]);
    matches("undo", &undone.json());
    matches("undo", &parsed(&desk.read("out/undo.json")));
    matches(
        "summary",
        &desk.run(&["report", &id, "--format", "json"]).json(),
    );
    matches(
        "runs",
        &desk.run(&["runs", "--format", "json"]).exits(0).json(),
    );
    let prune = ["runs", "prune", "--keep", "0", "--yes", "--format", "json"];
    matches("prune", &desk.run(&prune).exits(0).json());
}

#[test]
fn a_run_that_stopped_is_as_the_schemas_say() {
    let (desk, service) = (desk(), Service::faulty(&["maintenance=1@AddPartner"]));
    let flags = [
        "--yes",
        "--out",
        "out",
        "--format",
        "json",
        "--outage-limit",
        "0s",
    ];
    let stopped = desk.run_at(&service, &[&["run", "good.csv"], &flags[..]].concat());
    matches("summary", &stopped.exits(5).json());
    let runs = desk.run(&["runs", "--format", "json"]).exits(0).json();
    assert_eq!(runs[0]["resumable"], true);
    matches("runs", &runs);
}

#[test]
fn the_other_documents_are_as_their_schemas_say() {
    let desk = desk();
    let names = [
        "UK",
        "Korea",
        "Germny",
        "",
        "Atlantis",
        "Bavaria",
        "Europe",
        "Kosovo",
        "+43",
        "Yugoslavia",
    ];
    let country = [&["country", "--format", "json", "--"], &names[..]].concat();
    matches("country", &desk.run(&country).exits(1).json());
    for code in [
        "V101", "2115", "-32602", "1400", "5", "failed", "unknown", "moved",
    ] {
        matches(
            "explain",
            &desk
                .run(&["explain", code, "--format", "json"])
                .exits(0)
                .json(),
        );
    }
    let config = [
        "config",
        "show",
        "--format",
        "json",
        "--rate",
        "2/s",
        "--set",
        "Level=Site",
    ];
    matches("config", &desk.run(&config).exits(0).json());
    desk.write(
        "mend.csv",
        "Name,Level,State,Country\nEins,EndCustomr,InTrial,Germny\n",
    );
    let fix = [
        "check",
        "mend.csv",
        "--fix",
        "mended.csv",
        "--format",
        "json",
    ];
    matches("check-fix", &desk.run(&fix).json());
}

#[test]
fn every_schema_is_on_the_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference");
    let page = std::fs::read_to_string(folder.join("formats.md")).expect("a page");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let name = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name");
        if name.ends_with(".schema.json") {
            assert!(
                page.contains(&format!("({name})")),
                "{name} is not on formats.md"
            );
        }
    }
}

/// An element with its attributes and text, as a reader of XML sees it.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    inside: Vec<usize>,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }
}

/// Reads a document; the first element is the root.
fn xml(text: &str) -> Vec<Element> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut all, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    loop {
        let event = reader.read_event().expect("XML");
        match event {
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                let attributes = tag.attributes().map(|one| {
                    let one = one.expect("an attribute");
                    let value = quick_xml::escape::unescape(&one.value).expect("text");
                    (one.key.0.to_owned(), value.into_owned())
                });
                let place = all.len();
                all.push(Element {
                    name: tag.name().0.to_owned(),
                    attributes: attributes.collect(),
                    text: String::new(),
                    inside: Vec::new(),
                });
                if let Some(above) = open.last() {
                    all[*above].inside.push(place);
                }
                if matches!(event, Event::Start(_)) {
                    open.push(place);
                }
            }
            Event::Text(text) => {
                if let Some(above) = open.last() {
                    all[*above].text.push_str(&text);
                }
            }
            Event::GeneralRef(name) => {
                if let Some(above) = open.last() {
                    let text = format!("&{};", &*name);
                    let text = quick_xml::escape::unescape(&text).expect("an entity");
                    all[*above].text.push_str(&text);
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => return all,
            _ => {}
        }
    }
}

#[test]
fn junit_has_a_case_for_each_row_with_a_problem() {
    let desk = desk();
    let text = checked(&desk, &desk.path("in %ä,1.csv"), &["--format", "junit"]);
    assert!(text.contains("&lt;&amp;&gt;"), "{text}");
    let all = xml(&text);
    assert_eq!(
        (all[0].name.as_str(), all[1].name.as_str()),
        ("testsuites", "testsuite")
    );
    let cases: Vec<&Element> = all[1]
        .inside
        .iter()
        .map(|place| &all[*place])
        .filter(|one| one.name == "testcase")
        .collect();
    let failures = all.iter().filter(|one| one.name == "failure").count();
    for suite in &all[..2] {
        assert_eq!(suite.get("tests"), cases.len().to_string());
        assert_eq!(suite.get("failures"), failures.to_string());
    }
    let case = |name: &str| {
        *cases
            .iter()
            .find(|one| one.get("name") == name)
            .expect(name)
    };
    let inside = |case: &Element| {
        case.inside
            .iter()
            .map(|place| all[*place].name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(inside(case("the file as a whole")), ["system-out"]);
    let first = case("row 2");
    assert_eq!(
        (first.get("line"), inside(first)),
        ("2", vec!["failure".to_owned(), "system-out".to_owned()])
    );
    let failure = &all[first.inside[0]];
    assert_eq!(failure.get("type"), "V201");
    assert!(
        failure.get("message").ends_with("(and 1 more)"),
        "{failure:?}"
    );
    for word in [
        "C2",
        "V201",
        "V402 country-misspelt at E2",
        "help: did you mean DE (Germany)?",
    ] {
        assert!(failure.text.contains(word), "no {word}: {failure:?}");
    }
    // With --strict what warns fails, as the exit code does.
    let strict = checked(
        &desk,
        &desk.path("in %ä,1.csv"),
        &["--format", "junit", "--strict"],
    );
    let warned = "<failure message=\"R307 header-unknown";
    assert!(strict.contains(warned), "{strict}");
    let clean = xml(&checked(
        &desk,
        &desk.path("good.csv"),
        &["--format", "junit"],
    ));
    assert_eq!(
        (clean[1].get("tests"), clean[1].get("failures")),
        ("1", "0")
    );
}

#[test]
fn junit_holds_no_character_that_xml_cannot() {
    let desk = Desk::new();
    let every: String = (1..=0x1f)
        .filter(|one| ![9, 10, 13].contains(one))
        .filter_map(char::from_u32)
        .collect();
    desk.write("in.csv", format!("Name,a{every}\u{ffff}b\nEins{every},\n"));
    let text = checked(&desk, &desk.path("in.csv"), &["--format", "junit"]);
    assert!(text.contains("\\u0001"), "{text}");
    let lost = |letter: char| {
        letter < ' ' && letter != '\n' || ('\u{fffe}'..='\u{ffff}').contains(&letter)
    };
    assert!(!text.contains(lost), "{text:?}");
}
