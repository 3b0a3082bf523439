//! `doctor`: what it looks at, that it changes nothing, and that its record holds nothing of anybody.

use partner_import::sandbox::{ACCOUNT_PASSWORD, Config, LOW_USER, Method};
use serde_json::Value;

use super::desk::{Desk, SMALL, Service};
use super::overheard::Overheard;
use super::schema::matches;

/// Whether a method changes nothing, told apart from the names the tool's own code gives them.
fn only_reads(method: &str) -> bool {
    method == "Login" || method.starts_with("Get") || method.starts_with("Enumerate")
}

fn verdicts(document: &Value) -> Vec<String> {
    let findings = document["findings"].as_array().expect("findings").iter();
    let word = |one: &Value, member: &str| one[member].as_str().expect("a word").to_owned();
    findings
        .map(|one| format!("{}: {}", word(one, "about"), word(one, "verdict")))
        .collect()
}

#[test]
fn it_looks_at_everything_and_changes_nothing() {
    let desk = Desk::new();
    let service = Overheard::with(Config {
        tenant_size: 40,
        ..Config::default()
    });
    let before = service.customers();
    let text = service.run(&desk, &["doctor", "--rate", "none"]).exits(0);
    for words in [
        "SANDBOX",
        "SuperUser",
        "40 below",
        "allowed directly below Distributor",
    ] {
        assert!(text.out.contains(words), "{words}: {}", text.out);
    }
    let json = ["doctor", "--rate", "none", "--format", "json"];
    let document = service.run(&desk, &json).exits(0).json();
    matches("doctor", &document);
    let found = verdicts(&document);
    assert_eq!(found.len(), 13, "{found:?}");
    assert!(found.iter().all(|one| one.ends_with(": ok")), "{found:?}");
    let methods = service.methods();
    assert!(methods.len() > 8, "{methods:?}");
    assert!(methods.iter().all(|one| only_reads(one)), "{methods:?}");
    assert_eq!(service.customers(), before);
}

#[test]
fn what_would_fail_is_named_with_what_to_do() {
    let desk = Desk::new();
    let service = Overheard::off_by(Config::default(), 600);
    let json = ["doctor", "--rate", "none", "--format", "json"];
    let low = service.run_as(&desk, LOW_USER, &json).exits(1).json();
    matches("doctor", &low);
    assert_eq!(low["worst"], "will-fail");
    let found = verdicts(&low);
    assert!(found.contains(&"role: will-fail".to_owned()), "{found:?}");
    assert!(found.contains(&"clock: look-at".to_owned()), "{found:?}");
    assert!(low.to_string().contains("API Users"), "{low}");
    assert!(
        low.to_string().contains("s ahead of this machine's"),
        "{low}"
    );
    let nobody = service.run_as(&desk, "nobody", &json).exits(4).json();
    matches("doctor", &nobody);
    assert!(verdicts(&nobody).contains(&"log-in: will-fail".to_owned()));
}

#[test]
fn a_low_role_is_said_before_anything_is_planned() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.run_at(&service, &["plan", "in.csv", "--username", LOW_USER])
        .says(&["Supporter", "may not add customers"]);
    assert_eq!(service.requests(Method::AddPartner), 0);
    let plan = desk.run_at(&service, &["plan", "in.csv"]).exits(0);
    assert!(!plan.err.contains("role"), "{}", plan.err);
}

/// Every text of a document, names of members among them.
fn texts(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::String(text) => found.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| texts(one, found)),
        Value::Object(members) => {
            for (name, value) in members {
                found.push(name.clone());
                texts(value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_record_keeps_shapes_and_nothing_of_anybody() {
    let desk = Desk::new();
    let service = Overheard::with(Config {
        tenant_size: 25,
        ..Config::default()
    });
    let canary = "Name,Level,State,Country,ExternalCode,City,Phone,Website,AutomaticDeployment,\
        CreateDefaultAccount\nKanarie & Zoon,EndCustomer,InTrial,NL,KAN-1,Vogelstad,+31 20 5550199,\
        https://kanarie.example,yes,yes\n";
    desk.write("in.csv", canary);
    let run = ["run", "in.csv", "--yes", "--out", "out", "--rate", "none"];
    service.run(&desk, &run).exits(0);
    let heard = service.heard().len();
    let args = ["doctor", "--rate", "none", "--record", "record.json"];
    service.run(&desk, &args).exits(0).says(&["record.json"]);
    // What is there is never written over.
    service.run(&desk, &args).exits(2);
    let text = desk.read("record.json");
    let record: Value = serde_json::from_str(&text).expect("JSON");
    let asked = record["asked"].as_array().expect("what was asked");
    let told: Vec<&str> = asked
        .iter()
        .filter_map(|one| one["method"].as_str())
        .collect();
    for method in [
        "Login",
        "EnumeratePartners",
        "EnumerateUsers",
        "EnumerateChildPartners",
        "GetAutoDeploymentPartnerState",
        "GetServerInfo",
    ] {
        assert!(told.contains(&method), "{method}: {told:?}");
    }
    let mut secrets: Vec<String> = [
        "Kanarie",
        "KAN-1",
        "Vogelstad",
        "5550199",
        "kanarie",
        ACCOUNT_PASSWORD,
        "admin@example.com",
        "Sandbox MSP",
        "\"api\"",
    ]
    .map(str::to_owned)
    .into();
    for one in service.customers() {
        secrets.push(one.name.clone());
        secrets.extend(one.external_code.clone().filter(|code| code.len() > 3));
        secrets.extend(one.phone.clone());
        secrets.extend(one.city.clone());
        secrets.extend(one.devices.clone());
        if one.id > 100 {
            secrets.push(format!("\"{}\"", one.id));
            secrets.push(format!(": {},", one.id));
        }
    }
    let visas = service.heard().split_off(heard);
    secrets.extend(
        visas
            .iter()
            .filter_map(|one| one["visa"].as_str().map(str::to_owned)),
    );
    assert!(secrets.len() > 60, "{}", secrets.len());
    secrets.retain(|one| one.len() > 2);
    for secret in &secrets {
        assert!(
            !text.contains(secret.as_str()),
            "{secret:?} is in the record"
        );
    }
    // No other texts than those that tell of shapes: short ones, in a few words.
    let mut all = Vec::new();
    texts(&record["asked"], &mut all);
    let is_plain = |text: &str| {
        let letters = text
            .chars()
            .all(|one| one.is_ascii_alphanumeric() || " _.#[]".contains(one));
        letters && text.len() <= 60
    };
    for text in &all {
        assert!(is_plain(text), "{text:?}");
    }
    assert!(
        all.iter().any(|one| one == "text of length 36"),
        "a UID's shape"
    );
    assert!(
        all.iter().any(|one| one == "EndCustomer"),
        "words of the service's own"
    );
}

#[test]
fn a_record_of_nothing_says_so_and_what_is_there_is_named() {
    let desk = Desk::new();
    let gone = {
        let service = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        service.local_addr().expect("an address").port()
    };
    let endpoint = format!("http://127.0.0.1:{gone}/jsonapi");
    desk.write("patience.toml", "[limits]\noutage_limit = \"1s\"\n");
    let mut command = desk.tool(&[
        "doctor",
        "--endpoint",
        &endpoint,
        "--partner",
        "P",
        "--username",
        "U",
        "--profile",
        "patience.toml",
        "--record",
        "record.json",
    ]);
    let output = command.env("PARTNER_IMPORT_PASSWORD", "hush").output();
    let done = super::desk::Done::of(&output.expect("it runs"));
    assert!(done.err.contains("that had no answer"), "{}", done.err);
    assert!(!done.err.contains("shape"), "{}", done.err);
    let service = Service::new();
    let again = ["doctor", "--record", "record.json"];
    desk.run_at(&service, &again)
        .exits(2)
        .says(&["there is a file of that name already"]);
}

#[cfg(unix)]
#[test]
fn what_was_found_before_an_interruption_is_said_and_kept() {
    let desk = Desk::new();
    for (format, record) in [("text", "one.json"), ("json", "two.json")] {
        let service = Service::faulty(&["delay=#1:90s@EnumerateCountries"]);
        let look = [
            "doctor", "--rate", "none", "--format", format, "--record", record,
        ];
        let mut command = desk.at(&service, &look);
        command.stdout(std::process::Stdio::piped());
        let child = command.stderr(std::process::Stdio::piped()).spawn();
        let child = child.expect("it starts");
        super::desk::until("the request", || {
            service.requests(Method::EnumerateCountries) == 1
        });
        super::desk::interrupt(&child);
        let done = super::desk::Done::of(&child.wait_with_output().expect("it ends"));
        let done = done
            .exits(130)
            .says(&["interrupted: not everything was looked at"]);
        if format == "json" {
            let document = done.json();
            matches("doctor", &document);
            assert_eq!(document["interrupted"], true);
            let found = verdicts(&document);
            assert!(found.contains(&"locations: ok".to_owned()), "{found:?}");
            assert!(
                !found.iter().any(|one| one.starts_with("countries")),
                "{found:?}"
            );
        } else {
            assert!(done.out.contains("locations"), "{}", done.out);
            assert!(!done.out.contains("interrupted"), "{}", done.out);
        }
        let record: Value = serde_json::from_str(&desk.read(record)).expect("JSON");
        assert_eq!(record["partial"], true);
        assert!(
            record["asked"]
                .as_array()
                .is_some_and(|asked| asked.len() > 4)
        );
    }
}

#[test]
fn a_dead_port_is_the_connections_fault_and_soon_said() {
    let desk = Desk::new();
    let gone = {
        let service = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        service.local_addr().expect("an address").port()
    };
    let endpoint = format!("http://127.0.0.1:{gone}/jsonapi");
    let mut command = desk.tool(&["doctor", "--endpoint", &endpoint, "--partner", "P"]);
    command.args(["--username", "U", "--format", "json"]);
    let begun = std::time::Instant::now();
    let output = command.env("PARTNER_IMPORT_PASSWORD", "hush").output();
    let done = super::desk::Done::of(&output.expect("it runs")).exits(5);
    assert!(begun.elapsed().as_secs() < 20, "{begun:?}");
    assert_eq!(verdicts(&done.json()), ["connection: will-fail"]);
}

#[test]
fn a_record_that_cannot_be_written_is_refused_before_anything_is_asked() {
    let (desk, service) = (Desk::new(), Service::new());
    let look = ["doctor", "--record", "nowhere/record.json"];
    desk.run_at(&service, &look)
        .exits(2)
        .says(&["cannot write nowhere"]);
    assert_eq!(service.requests(Method::Login), 0);
}
