//! `fleet`: many tenants in one process, each as if it were alone, and what is told of all of them.
//! Each has a service of its own; they share nothing but the process, the rate and who is told.

mod telling;

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use partner_import::sandbox::{ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, Method};
use serde_json::Value;

use crate::cli::desk::{Desk, Done, SMALL, Service, Table, end_of};
use crate::cli::schema;
use crate::packaging::{tool, yaml};
use crate::unattended::exposition;
use crate::unattended::listener::Listener;

/// A directory with a fleet, and the services of its tenants.
struct Place {
    desk: Desk,
    services: Vec<Service>,
}

const NAMES: [&str; 3] = ["north", "south-2", "west"];

impl Place {
    /// Three tenants with the same small list.
    fn new() -> Self {
        Self::with(|_| Service::new())
    }

    fn with(service: impl Fn(usize) -> Service) -> Self {
        let desk = Desk::new();
        let services: Vec<Service> = (0..NAMES.len()).map(service).collect();
        desk.write("secret", ACCOUNT_PASSWORD);
        for (name, service) in NAMES.iter().zip(&services) {
            fs::create_dir(desk.path(name)).expect("a directory");
            desk.write(&format!("{name}/customers.csv"), SMALL);
            desk.write(&format!("{name}.toml"), profile(&service.endpoint));
        }
        let place = Self { desk, services };
        place.fleet("rate = \"none\"\n");
        place
    }

    /// Writes the fleet, with this in its own section.
    fn fleet(&self, own: &str) {
        let tenants: String = NAMES
            .iter()
            .map(|name| format!("\n[[tenant]]\nname = \"{name}\"\n"))
            .collect();
        let text = format!(
            "[fleet]\nstate_dir = \"states\"\n{own}\n[defaults]\n\
             list = \"{{name}}/customers.csv\"\npassword_file = \"secret\"\n{tenants}"
        );
        self.desk.write("fleet.toml", text);
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = self
            .desk
            .tool(&[&["fleet", "fleet.toml"][..], more].concat());
        command.env_remove("PARTNER_IMPORT_STATE_DIR");
        command
    }

    fn run(&self, more: &[&str]) -> Done {
        end_of(self.command(more).spawn().expect("the tool starts"))
    }

    fn added(&self) -> Vec<usize> {
        self.services.iter().map(|one| one.added().len()).collect()
    }

    fn results(&self, tenant: &str) -> Table {
        self.desk
            .table(&format!("states/{tenant}/results/results.csv"))
    }
}

fn profile(endpoint: &str) -> String {
    format!(
        "[target]\nendpoint = \"{endpoint}\"\npartner = \"{ACCOUNT_PARTNER}\"\n\
         username = \"{ACCOUNT_USER}\"\n\n[limits]\nsettle_wait = \"200ms\"\n"
    )
}

fn tenants(done: &Done) -> Vec<Value> {
    done.json()["tenants"].as_array().expect("tenants").clone()
}

fn codes(done: &Done) -> Vec<i64> {
    let tenants = tenants(done);
    tenants
        .iter()
        .filter_map(|one| one["exit_code"].as_i64())
        .collect()
}

#[test]
fn without_yes_tenants_are_checked_and_shown_and_nothing_is_sent() {
    let place = Place::new();
    let shown = place.run(&[]).exits(0).out;
    for text in [
        "north: Sandbox MSP (admin@example.com) as api at http://127.0.0.1:",
        "list: north/customers.csv",
        "3 tenants, all are ready; nothing was sent\n\nNext, to run them:\n  partner-import fleet ",
    ] {
        assert!(shown.contains(text), "no {text} in {shown}");
    }
    place.desk.write("west.toml", "[target]\nendpont = \"x\"\n");
    fs::remove_file(place.desk.path("south-2/customers.csv")).expect("it is there");
    let shown = place.run(&["--format", "json"]).exits(2);
    let tenants = tenants(&shown);
    let problems = |at: usize| tenants[at]["problems"].to_string();
    assert_eq!(problems(0), "[]");
    assert!(problems(1).contains("there is no list south-2/customers.csv"));
    assert!(problems(2).contains("west.toml, line 2: unknown key `endpont`"));
    assert_eq!(place.added(), [0, 0, 0]);
    assert!(!place.desk.path("states").exists());
}

#[test]
fn each_tenant_is_imported_as_if_it_were_alone() {
    let place = Place::new();
    for at_once in ["1", "3"] {
        let done = place.run(&["--yes", "--at-once", at_once, "--format", "json"]);
        let done = done.exits(0);
        schema::matches("fleet", &done.json());
        assert_eq!(codes(&done), [0, 0, 0]);
        assert_eq!(place.added(), [3, 3, 3]);
        for (name, service) in NAMES.iter().zip(&place.services) {
            service.agrees_with(&place.results(name), "Name");
            let own = place.desk.path(&format!("states/{name}"));
            assert!(own.join("runs").is_dir() && own.join("locks").is_dir());
        }
    }
    // A run of its own meets the same journals, and the lists go on from there.
    let service = &place.services[0];
    place.desk.write(
        "north/customers.csv",
        format!("{SMALL}Vest,,EndCustomer,InTrial,NO,N-3\n"),
    );
    let state = ["--state-dir", "states/north", "--out", "out"];
    let alone = [
        "run",
        "north/customers.csv",
        "--yes",
        "--rate",
        "none",
        "--profile",
        "north.toml",
    ];
    place
        .desk
        .run(&[&alone[..], &state, &["--password-file", "secret"]].concat())
        .exits(0);
    assert_eq!(
        (service.added().len(), service.requests(Method::AddPartner)),
        (4, 4)
    );
    let listed = place
        .desk
        .run(&["runs", "--state-dir", "states/north"])
        .exits(0);
    assert_eq!(
        listed
            .out
            .lines()
            .filter(|line| line.contains("customers.csv"))
            .count(),
        3
    );
}

#[test]
fn none_that_fails_stops_another_and_the_worst_counts() {
    let place = Place::new();
    // Exit code 2, 1 and 0: the list of one has a wrong row.
    place
        .desk
        .write("north.toml", "[limits]\nmax_create = \"many\"\n");
    place.desk.write(
        "west/customers.csv",
        format!("{SMALL}Ost,,EndCustomer,InTrial,Germanny,N-9\n"),
    );
    let done = place
        .run(&["--yes", "--at-once", "2", "--format", "json"])
        .exits(2);
    assert_eq!(codes(&done), [2, 0, 1]);
    assert_eq!(place.added(), [0, 3, 3]);
    let tenants = tenants(&done);
    assert!(
        tenants[0]["reason"]
            .to_string()
            .contains("north.toml, line 2"),
        "{}",
        tenants[0]
    );
    assert_eq!(tenants[2]["counts"]["invalid"], 1);
    // A list that is gone is worse, a refused login worse still; people read it too.
    place.desk.write(
        "north.toml",
        profile(&place.services[0].endpoint).replace("\"api\"", "\"nobody\""),
    );
    fs::remove_file(place.desk.path("south-2/customers.csv")).expect("it is there");
    let done = place.run(&["--yes"]).exits(4);
    let order = [
        "north: exit code 4",
        "south-2: exit code 3",
        "west: exit code 1",
    ];
    let at: Vec<_> = order.iter().map(|text| done.out.find(text)).collect();
    assert!(
        at.iter().all(Option::is_some) && at.is_sorted(),
        "{}",
        done.out
    );
    assert!(
        done.out
            .contains("0 of 3 tenants done, 1 with rows that need a person, 2 failed")
    );
}

#[test]
fn what_would_lead_all_tenants_to_one_place_is_refused() {
    let place = Place::new();
    for name in ["ENDPOINT", "PARTNER", "USERNAME", "PASSWORD"] {
        let name = format!("PARTNER_IMPORT_{name}");
        let mut command = place.command(&["--yes"]);
        command.env(&name, "something");
        let done = end_of(command.spawn().expect("the tool starts"));
        done.exits(2).says(&[&name, "would count for every tenant"]);
    }
    place.desk.write(
        "west.toml",
        fs::read(place.desk.path("north.toml")).expect("it is there"),
    );
    place
        .run(&["--yes"])
        .exits(2)
        .says(&["north and west both log in as"]);
    let fleet = place
        .desk
        .read("fleet.toml")
        .replace("{name}/customers", "north/customers");
    place.desk.write("fleet.toml", fleet);
    place
        .run(&["--yes"])
        .exits(2)
        .says(&["north and south-2 both read the list"]);
    place
        .desk
        .write("fleet.toml", "[fleet]\nrate = 5\n[[tenant]]\n");
    place.run(&["--yes"]).exits(2).says(&[
        "the fleet file is wrong",
        "fleet.toml, line 2: rate cannot be used",
        "fleet.toml, line 3: this [[tenant]] has no name",
    ]);
    assert_eq!(place.added(), [0, 0, 0]);
}

#[test]
fn one_tenant_may_be_chosen_by_name_or_by_place() {
    let place = Place::new();
    place.run(&["--yes", "--tenant", "west"]).exits(0);
    assert_eq!(place.added(), [0, 0, 3]);
    place.run(&["--yes", "--index", "1"]).exits(0);
    assert_eq!(place.added(), [0, 3, 3]);
    place
        .run(&["--yes", "--index", "3"])
        .exits(2)
        .says(&["has 3, counted from 0"]);
    place
        .run(&["--yes", "--tenant", "east"])
        .exits(2)
        .says(&["no tenant \"east\""]);
}

#[test]
fn all_tenants_keep_one_rate_together() {
    let place = Place::new();
    place.fleet("rate = \"20/s\"\nat_once = 3\n");
    let began = Instant::now();
    place.run(&["--yes"]).exits(0);
    let took = began.elapsed();
    let requests: usize = place.services.iter().map(|one| one.arrivals().len()).sum();
    assert!(requests > 20, "{requests}");
    // Each by itself would be done in a third of that.
    let least = Duration::from_millis(50) * u32::try_from(requests - 1).expect("few");
    assert!(took >= least, "{requests} requests in {took:?}");
}

#[test]
fn the_figures_of_a_fleet_replace_no_other_file() {
    let place = Place::new();
    place.fleet("rate = \"none\"\nmetrics_file = \"north.toml\"\n");
    let before = place.desk.read("north.toml");
    place
        .run(&["--yes"])
        .exits(2)
        .says(&["would replace", "north.toml", "another file"]);
    assert_eq!(place.desk.read("north.toml"), before);
    assert_eq!(place.added(), [0, 0, 0]);
}

#[test]
fn one_metrics_file_and_one_message_tell_of_all() {
    let place = Place::new();
    let listener = Listener::answering(200);
    place
        .desk
        .write("hooks", format!("{}/hook\n", listener.address));
    place.fleet(&format!(
        "rate = \"none\"\nmetrics_file = \"fleet.prom\"\nnotify_file = \"hooks\"\nping = \"{}/ping\"\n",
        listener.address
    ));
    // What a profile says of those who hear of it does not count here.
    let own = format!(
        "[notify]\nurls = [\"{}/own\"]\n[output]\nmetrics_file = \"own.prom\"\n",
        listener.address
    );
    let north = profile(&place.services[0].endpoint) + &own;
    place.desk.write("north.toml", north);
    fs::remove_file(place.desk.path("west/customers.csv")).expect("it is there");
    place.run(&["--yes", "--at-once", "3"]).exits(3);
    let text = place.desk.read("fleet.prom");
    let metrics = exposition::read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut codes: Vec<(String, f64)> = metrics
        .iter()
        .filter(|((name, _), _)| name == "partner_import_exit_code")
        .map(|((_, labels), value)| (labels["tenant"].clone(), *value))
        .collect();
    codes.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [("north", 0.0), ("south-2", 0.0), ("west", 3.0)];
    assert_eq!(codes, expected.map(|(name, code)| (name.to_owned(), code)));
    assert!(!place.desk.path("own.prom").exists());
    let mut lines = listener.lines();
    lines.sort();
    assert_eq!(lines, ["GET /ping/fail", "POST /hook"]);
    let told = listener.told();
    let message = told
        .iter()
        .find(|one| one.line == "POST /hook")
        .expect("a message");
    let message: Value = serde_json::from_str(&message.body).expect("JSON");
    assert_eq!(
        (&message["exit_code"], &message["tenants"]),
        (&3.into(), &3.into())
    );
    assert_eq!(message["counts"]["created"], 6);
    assert_eq!(message["need_somebody"][0]["name"], "west");
    if let Some(mut check) = tool("promtool") {
        let file = fs::File::open(place.desk.path("fleet.prom")).expect("metrics");
        let done = check
            .args(["check", "metrics"])
            .stdin(file)
            .output()
            .expect("it starts");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success() && told.is_empty(), "{told}");
    }
}

#[test]
fn every_log_line_of_a_tenant_names_it_and_its_run() {
    let place = Place::new();
    let done = place
        .run(&["--yes", "--at-once", "3", "--log-format", "json"])
        .exits(0);
    let lines = done
        .err
        .lines()
        .map(|line| serde_json::from_str(line).expect(line));
    let lines: Vec<Value> = lines.collect();
    for line in done.err.lines() {
        assert!(line.matches("\"tenant\":").count() <= 1, "twice in {line}");
    }
    let ended: Vec<&Value> = lines
        .iter()
        .filter(|one| one["message"] == "run ended")
        .collect();
    let mut named: Vec<&str> = ended
        .iter()
        .filter_map(|one| one["tenant"].as_str())
        .collect();
    named.sort_unstable();
    assert_eq!(named, NAMES);
    let created: Vec<&Value> = lines
        .iter()
        .filter(|one| one["message"] == "created")
        .collect();
    assert_eq!(created.len(), 9);
    for line in created {
        let own = ended.iter().find(|one| one["tenant"] == line["tenant"]);
        assert_eq!(line["run"], own.expect("its run")["run"], "{line}");
    }
}

#[cfg(unix)]
#[test]
fn a_fleet_that_is_stopped_begins_no_more_and_goes_on_the_next_time() {
    let slow = |_| {
        Service::with(Config {
            latency: Duration::from_millis(150),
            ..Config::default()
        })
    };
    let place = Place::with(slow);
    for name in NAMES {
        let rows: String = (0..20)
            .map(|row| format!("K {row},EndCustomer,InTrial,DE,C-{row}\n"))
            .collect();
        let list = format!("Name,Level,State,Country,ExternalCode\n{rows}");
        place.desk.write(&format!("{name}/customers.csv"), list);
    }
    let child = place
        .command(&["--yes", "--format", "json"])
        .spawn()
        .expect("the tool starts");
    place.services[0].interrupt_at(&child, Method::AddPartner, 3);
    let done = end_of(child).exits(130);
    assert_eq!(codes(&done), [130, 130, 130]);
    assert!(
        tenants(&done)[2]["reason"]
            .to_string()
            .contains("not started")
    );
    assert_eq!(place.added()[1..], [0, 0]);
    // The time of a fleet does the same.
    let done = place.run(&["--yes", "--format", "json", "--max-duration", "600ms"]);
    assert_eq!(done.exits(130).code, 130);
    let done = place
        .run(&["--yes", "--at-once", "3", "--format", "json"])
        .exits(0);
    assert_eq!(codes(&done), [0, 0, 0]);
    assert_eq!(place.added(), [20, 20, 20]);
    for (name, service) in NAMES.iter().zip(&place.services) {
        service.agrees_with(&place.results(name), "Name");
    }
}

/// A fleet of which the schedulers' files are rendered.
fn rendered(what: &str) -> (Place, String) {
    let place = Place::new();
    place.fleet("rate = \"5/s\"\nat_once = 2\nmetrics_file = \"fleet.prom\"\n");
    let done = place.desk.run(&["fleet", "render", what, "fleet.toml"]);
    let text = done.exits(0).out;
    (place, text)
}

#[test]
fn systemd_takes_the_units_that_are_rendered() {
    let (place, units) = rendered("systemd");
    let parts: Vec<&str> = units.split("# --- /etc/systemd/system/").skip(1).collect();
    let file = place.desk.path("fleet.toml");
    assert!(
        parts[0].contains(&format!(
            "fleet {} --yes",
            fs::canonicalize(file).expect("it is").display()
        )),
        "{units}"
    );
    assert!(
        !units.contains('%') && !units.contains("psa") && !units.contains("LoadCredential"),
        "{units}"
    );
    if tool("systemd-analyze").is_some() {
        for part in &parts {
            let (name, text) = part.split_once('\n').expect("a name");
            let program = env!("CARGO_BIN_EXE_partner-import");
            place
                .desk
                .write(name, text.replace("/usr/bin/partner-import", program));
        }
        let mut verify = tool("systemd-analyze").expect("it is there");
        verify.args([
            "verify",
            "./partner-import-fleet.service",
            "./partner-import-fleet.timer",
        ]);
        let done = verify
            .current_dir(place.desk.path(""))
            .output()
            .expect("it starts");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(
            done.status.success() && !told.contains("partner-import-fleet"),
            "{told}"
        );
    }
}

#[test]
fn the_line_for_cron_is_one_and_needs_no_escapes() {
    let (_, cron) = rendered("cron");
    let jobs: Vec<&str> = cron
        .lines()
        .filter(|line| line.contains(" * * * "))
        .collect();
    assert_eq!(jobs.len(), 1);
    assert!(
        jobs[0].contains("/usr/bin/partner-import fleet ") && !jobs[0].contains('%'),
        "{cron}"
    );
}

#[test]
fn a_strict_validator_takes_the_manifests_that_are_rendered() {
    let (place, manifest) = rendered("kubernetes");
    let documents = yaml::documents("rendered", &manifest);
    let map = &documents[0]["data"];
    assert_eq!(map["north.toml"], place.desk.read("north.toml"));
    let job = &documents[1]["spec"]["jobTemplate"]["spec"];
    assert_eq!(
        (&job["completions"], &job["parallelism"]),
        (&3.into(), &2.into())
    );
    assert_eq!(job["maxFailedIndexes"], 3);
    assert!(job["backoffLimitPerIndex"].is_u64());
    assert!(!manifest.contains("partner-import-tenants"), "{manifest}");
    let validator = std::env::var("KUBERNETES_VALIDATE");
    if let Some(mut validate) =
        tool(&validator.unwrap_or_else(|_| "kubernetes-validate".to_owned()))
    {
        let path = place.desk.write("rendered.yaml", &manifest);
        for version in ["1.29.0", "1.32.0"] {
            let mut command = Command::new(validate.get_program());
            let done = command
                .args(["--strict", "-k", version])
                .arg(&path)
                .output();
            let done = done.expect("it starts");
            let told = String::from_utf8_lossy(&done.stdout).into_owned();
            assert!(done.status.success() && !told.contains("ERROR"), "{told}");
        }
        validate.arg("--version");
    }
}

#[test]
fn a_pod_of_the_manifests_that_are_rendered_imports_its_tenant() {
    let (place, manifest) = rendered("kubernetes");
    let documents = yaml::documents("rendered", &manifest);
    let map = &documents[0]["data"];
    let job = &documents[1]["spec"]["jobTemplate"]["spec"];
    // What a pod would do, with its paths put here.
    let words = &job["template"]["spec"]["containers"][0]["args"];
    let here = |text: &str| {
        let root = |name: &str| place.desk.path(name).display().to_string();
        text.replace("$(JOB_COMPLETION_INDEX)", "1")
            .replace("/etc/partner-import", &root("etc"))
            .replace("/run/secrets/partner-import", &root("secrets"))
            .replace("\"/input/", &format!("\"{}/", root("")))
            .replace("=/state", &format!("={}", root("pod")))
    };
    for folder in ["etc", "secrets", "pod"] {
        fs::create_dir(place.desk.path(folder)).expect("a directory");
    }
    for (key, text) in map.as_object().expect("a map") {
        place
            .desk
            .write(&format!("etc/{key}"), here(text.as_str().expect("text")));
    }
    for name in NAMES {
        place
            .desk
            .write(&format!("secrets/{name}"), ACCOUNT_PASSWORD);
    }
    let words: Vec<String> = words
        .as_array()
        .expect("arguments")
        .iter()
        .map(|word| here(word.as_str().expect("text")))
        .collect();
    let done = place.desk.run(&words).exits(0);
    assert_eq!(place.added(), [0, 3, 0], "{}", done.err);
    assert!(
        place
            .desk
            .read("pod/tenant-1.prom")
            .contains("tenant=\"south-2\"")
    );
}
