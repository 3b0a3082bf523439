//! Whose word counts: a profile that was named, the user's own, and one that was merely found.

use std::fs;

use partner_import::sandbox::Method;

use crate::cli::desk::{Desk, SMALL, Service, end_of};

/// What a file that lies beside a list could want: another address, a program, files elsewhere.
const GREEDY: &[(&str, &str)] = &[
    (
        "[target]\nendpoint = \"http://127.0.0.1:9/jsonapi\"\n",
        "target.endpoint",
    ),
    (
        "[target]\npassword_command = [\"touch\", \"ran\"]\n",
        "target.password_command",
    ),
    (
        "[target]\npassword_file = \"secret.txt\"\n",
        "target.password_file",
    ),
    ("[target]\nsandbox = true\n", "target.sandbox"),
    (
        "[output]\nmetrics_file = \"precious.txt\"\n",
        "output.metrics_file",
    ),
    ("[output]\nout = \"elsewhere\"\n", "output.out"),
    ("[output]\nstate_dir = \"elsewhere\"\n", "output.state_dir"),
    (
        "[notify]\nurls = [\"http://127.0.0.1:9/hook\"]\n",
        "notify.urls",
    ),
    ("[limits]\nrate = \"none\"\n", "limits.rate"),
    ("[existing]\non_exists = \"update\"\n", "existing.on_exists"),
    ("[input]\nmends = \"/dev/zero\"\n", "input.mends"),
    ("[input]\nmends = \"../mends.toml\"\n", "input.mends"),
    ("[input]\nmends = \"below/mends.toml\"\n", "input.mends"),
];

/// Every command that contacts a service or writes.
const ACTING: &[&[&str]] = &[
    &["plan", "in.csv"],
    &["run", "in.csv", "--yes"],
    &["run", "in.csv", "--dry-run"],
    &["check", "in.csv", "--fix", "mended.csv"],
    &["lookup", "countries"],
    &["resume"],
    &["undo", "2027"],
    &["report", "2027"],
    &["runs", "prune", "--keep", "1"],
    &["login", "--username", "x"],
    &["logout", "--username", "x"],
];

#[test]
fn a_profile_that_was_found_stops_whatever_acts_until_it_is_trusted() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.write("precious.txt", "precious");
    for (profile, key) in GREEDY {
        desk.write("partner-import.toml", profile);
        for arguments in ACTING {
            let done = desk.run_at(&service, arguments).exits(2);
            done.says(&[key, "line 2", "partner-import trust", "partner-import.toml"]);
        }
        // What only shows goes on, and says what does not count.
        for arguments in [&["check", "in.csv"][..], &["preview", "in.csv"], &["runs"]] {
            let done = desk.run_at(&service, arguments).exits(0);
            done.says(&[key, "not trusted", "profile: partner-import.toml"]);
        }
        let shown = desk.run(&["config", "show", "in.csv"]).exits(0).out;
        assert!(shown.contains(&format!("not trusted: {key}")), "{shown}");
    }
    desk.run(&["run", "in.csv", "--sandbox", "--yes"])
        .exits(2)
        .says(&["partner-import trust"]);
    assert_eq!(service.requests(Method::Login), 0);
    assert_eq!(desk.read("precious.txt"), "precious");
    assert!(!desk.path("ran").exists() && !desk.path("elsewhere").exists());
    assert!(!desk.path("mended.csv").exists());
}

#[test]
fn how_a_list_is_read_may_stand_beside_it() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", "Wer;Wo\nA;DE\nB;AT\n");
    let profile = "[input]\ndelimiter = \"semicolon\"\n[map]\nWer = \"Name\"\nWo = \"Country\"\n\
        [default]\nState = \"InTrial\"\n[set]\nLevel = \"EndCustomer\"\n";
    desk.write("partner-import.toml", profile);
    let done = desk.import(&service, "in.csv").exits(0);
    done.says(&["profile: partner-import.toml"]);
    assert_eq!(desk.summary()["counts"]["created"], 2);
}

#[test]
fn trust_is_for_this_content_at_this_place() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let profile = "[limits]\nconcurrency = 2\n";
    desk.write("partner-import.toml", profile);
    desk.run(&["trust", "partner-import.toml"])
        .exits(0)
        .says(&["trusted", "until it changes"]);
    desk.run_at(&service, &["plan", "in.csv"]).exits(0);
    // Changed by anybody: looked at again.
    desk.write(
        "partner-import.toml",
        format!("{profile}timeout = \"1s\"\n"),
    );
    desk.run_at(&service, &["plan", "in.csv"])
        .exits(2)
        .says(&["limits.concurrency (line 2), limits.timeout (line 3)"]);
    // What was trusted before it is not trusted for ever.
    desk.trust("partner-import.toml");
    desk.write("partner-import.toml", profile);
    desk.run_at(&service, &["plan", "in.csv"]).exits(2);
    // The same content elsewhere is another file.
    desk.trust("partner-import.toml");
    fs::create_dir(desk.path("downloads")).expect("a directory");
    desk.write("downloads/in.csv", SMALL);
    desk.write("downloads/partner-import.toml", profile);
    desk.run_at(&service, &["plan", "downloads/in.csv"])
        .exits(2);
    desk.run_at(&service, &["plan", "in.csv"]).exits(0);
    desk.run(&["trust", "--forget", "partner-import.toml"])
        .exits(0)
        .says(&["no longer trusted"]);
    desk.run_at(&service, &["plan", "in.csv"]).exits(2);
    desk.run(&["trust", "nowhere.toml"])
        .exits(2)
        .says(&["nowhere.toml"]);
    desk.write("broken.toml", "[target]\npartnr = \"X\"\n");
    desk.run(&["trust", "broken.toml"])
        .exits(2)
        .says(&["partnr"]);
}

#[test]
fn trust_shows_what_it_is_asked_to_trust_without_secrets() {
    let desk = Desk::new();
    let profile = "[target]\nendpoint = \"https://other.example/\"\n[set]\nLevel = \"Site\"\n\
        [notify]\nping = \"https://hooks.example/c4nary\"\n";
    desk.write("partner-import.toml", profile);
    let done = desk.run(&["trust", "partner-import.toml"]).exits(0);
    assert_eq!(
        done.out,
        "target.endpoint = https://other.example/ (line 2)\nnotify.ping = (hidden) (line 6)\n"
    );
    let kept = fs::read_dir(desk.path("config/trusted")).expect("a directory");
    for entry in kept {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("text");
        assert!(!text.contains("c4nary"), "{text}");
    }
}

#[test]
fn a_named_profile_and_the_users_own_are_trusted() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let named = "[limits]\nmax_create = 1\n";
    desk.write("job.toml", named);
    let max_create = ["plan", "in.csv", "--profile", "job.toml"];
    desk.run_at(&service, &max_create)
        .exits(2)
        .says(&["profile: job.toml", "the limit is 1"]);
    // The user's own lies under the one that was found.
    fs::create_dir_all(desk.path("config")).expect("a directory");
    desk.write(
        "config/partner-import.toml",
        "[limits]\ntimeout = \"7s\"\n[set]\nState = \"InTrial\"\nServiceType = \"AllInclusive\"\n",
    );
    desk.write("partner-import.toml", "[set]\nState = \"InProduction\"\n");
    let show = ["config", "show", "in.csv", "--format", "json"];
    let shown = desk.run(&show).exits(0).json();
    let value = |key: &str| {
        let settings = shown["settings"].as_array().expect("settings");
        let one = settings.iter().find(|one| one["key"] == key);
        let one = one.unwrap_or_else(|| panic!("no {key}"));
        let from = one["from"].as_str().expect("text").replace('\\', "/");
        format!("{} {from}", one["value"].as_str().unwrap_or("-"))
    };
    let own = desk
        .path("config/partner-import.toml")
        .display()
        .to_string();
    let own = own.replace('\\', "/");
    assert_eq!(value("limits.timeout"), format!("7s {own}, line 2"));
    assert_eq!(
        value("set.State"),
        "InProduction partner-import.toml, line 2"
    );
    assert_eq!(
        value("set.ServiceType"),
        format!("AllInclusive {own}, line 5")
    );
    desk.run_at(&service, &["plan", "in.csv"])
        .exits(0)
        .says(&["profile: partner-import.toml, then "]);
    // With a profile that is named, nothing else is looked for.
    let show = [&show[..], &["--profile", "job.toml"]].concat();
    let shown = desk.run(&show).exits(0).json();
    assert_eq!(shown["profile"], "job.toml");
    assert_eq!(shown["own_profile"], serde_json::Value::Null);
}

#[test]
fn where_the_password_is_comes_from_one_layer() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("config")).expect("a directory");
    desk.write(
        "config/partner-import.toml",
        "[target]\npassword_file = \"own.txt\"\nendpoint = \"https://own.example/\"\n",
    );
    desk.trusted("[target]\npassword_command = [\"true\"]\nsandbox = true\n");
    let shown = desk
        .run(&["config", "show", "--format", "json"])
        .exits(0)
        .out;
    assert!(
        !shown.contains("own.txt") && !shown.contains("own.example"),
        "{shown}"
    );
}

#[test]
fn init_trusts_what_it_wrote_and_an_edit_ends_that() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.run(&["init", "in.csv"]).exits(0);
    desk.run_at(&service, &["plan", "in.csv"]).exits(0);
    let edited = desk
        .read("partner-import.toml")
        .replace("# rate =", "rate =");
    desk.write("partner-import.toml", edited);
    desk.run_at(&service, &["plan", "in.csv"])
        .exits(2)
        .says(&["limits.rate"]);
}

#[test]
fn what_is_trusted_follows_links_to_the_file() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.trusted("[limits]\nconcurrency = 2\n");
    let mut plan = desk.at(&service, &["plan"]);
    plan.arg(desk.path("in.csv"));
    end_of(plan.spawn().expect("it starts")).exits(0);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_trusted_profile_is_a_place_of_its_own() {
    let (desk, service) = (Desk::new(), Service::new());
    fs::create_dir(desk.path("mine")).expect("a directory");
    desk.write(
        "mine/partner-import.toml",
        "[output]\nout = \"elsewhere\"\n",
    );
    desk.trust("mine/partner-import.toml");
    desk.write("in.csv", SMALL);
    std::os::unix::fs::symlink(
        desk.path("mine/partner-import.toml"),
        desk.path("partner-import.toml"),
    )
    .expect("a link");
    desk.run_at(&service, &["run", "in.csv", "--yes"])
        .exits(2)
        .says(&["output.out", "partner-import trust"]);
    assert_eq!(service.requests(Method::Login), 0);
    desk.trust("partner-import.toml");
    desk.run_at(&service, &["run", "in.csv", "--yes"]).exits(0);
}
