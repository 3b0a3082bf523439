//! The profile and what is made of it: mistakes in it, constants and defaults, `init`, and
//! `config show`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::desk::{Desk, SMALL, Service, end_of};

/// Profiles that are refused, and what is said of them.
const WRONG: &[(&str, &[&str])] = &[
    (
        "[target]\npartnr = \"X\"\n",
        &["line 2", "`partnr` in [target]", "did you mean `partner`?"],
    ),
    (
        "\n[limit]\nrate = \"5/s\"\n",
        &["line 2", "[limit]", "did you mean [limits]?"],
    ),
    (
        "rate = \"5/s\"\n",
        &["line 1", "`rate`", "belongs into [limits]"],
    ),
    (
        "[target]\nrate = \"5/s\"\n",
        &["line 2", "`rate` belongs into [limits]"],
    ),
    (
        "[target]\npassword = \"hunter2\"\n",
        &["line 2", "password_file", "partner-import login"],
    ),
    (
        "[limits]\nrate = \"fast\"\n",
        &["line 2", "limits.rate", "\"fast\"", "5/s"],
    ),
    (
        "[limits]\nrate = 5\n",
        &["line 2", "the number 5", "rate = \"5/s\""],
    ),
    (
        "[limits]\nconcurrency = 0\n",
        &["line 2", "limits.concurrency", "from 1"],
    ),
    (
        "[limits]\nconcurrency = \"4\"\n",
        &["line 2", "a text", "concurrency = 4"],
    ),
    (
        "[limits]\nmax_errors = \"some\"\n",
        &["line 2", "limits.max_errors", "5%"],
    ),
    (
        "[limits]\ntimeout = \"soon\"\n",
        &["line 2", "limits.timeout", "60s"],
    ),
    (
        "[input]\nheader_row = -1\n",
        &["line 2", "input.header_row", "from 1"],
    ),
    (
        "[input]\nencoding = \"klingon\"\n",
        &["line 2", "klingon", "windows-1252"],
    ),
    (
        "[output]\nprogress = \"no\"\n",
        &["line 2", "output.progress", "true or false"],
    ),
    (
        "[output]\nlog_format = \"xml\"\n",
        &["line 2", "\"text\" or \"json\""],
    ),
    (
        "[target]\npassword_command = \"pass show x\"\n",
        &["line 2", "a list: program and arguments"],
    ),
    (
        "[target]\npassword_file = \"a\"\npassword_command = [\"b\"]\n",
        &["line 3", "keep one"],
    ),
    (
        "[target]\nendpoint = \"https://x/\"\nsandbox = true\n",
        &["line 3", "contradict"],
    ),
    (
        "[set]\nLevle = \"Site\"\n",
        &["line 2", "Levle", "did you mean Level"],
    ),
    (
        "[default]\nLevel = \"Boss\"\n",
        &["line 2", "Boss", "EndCustomer"],
    ),
    (
        "[set]\nLevel = \"Site\"\nlevel = \"Reseller\"\n",
        &["line 3", "Site", "Reseller", "keep one"],
    ),
    (
        "[set]\nName = \"A\"\n",
        &["line 2", "every customer has its own"],
    ),
    (
        "[set]\nLevel = [\"Site\"]\n",
        &["line 2", "set.Level is a list"],
    ),
    (
        "[map]\n\"X\" = \"Nmae\"\n",
        &["line 2", "Nmae", "did you mean Name"],
    ),
    ("[map]\n\"X\" = 1\n", &["line 2", "the number 1"]),
    ("map = 1\n", &["line 1", "[map] is a section"]),
    (
        "[target]\nendpoint = \"a\"\nendpoint = \"b\"\n",
        &["line 3"],
    ),
    ("[target\n", &["line 1"]),
];

#[test]
fn every_mistake_is_named_with_its_line_and_the_nearest_right_word() {
    let desk = Desk::new();
    desk.write("in.csv", SMALL);
    for (text, says) in WRONG {
        desk.write("partner-import.toml", text);
        let done = desk.run(&["check", "in.csv"]).exits(2);
        assert!(
            done.err.contains("partner-import.toml"),
            "{text}\n{}",
            done.err
        );
        assert!(!done.err.contains("hunter2"), "{}", done.err);
        for part in *says {
            assert!(
                done.err.contains(part),
                "{text}\nno {part:?} in\n{}",
                done.err
            );
        }
    }
    let both = "[limits]\nrate = \"fast\"\n[target]\npartnr = \"X\"\n";
    desk.write("partner-import.toml", both);
    desk.run(&["check", "in.csv"])
        .exits(2)
        .says(&["line 2:", "line 4:", "profile.md"]);
    desk.trusted("\u{feff}[limits]\r\nrate = \"9/s\"\r\n");
    desk.run(&["check", "in.csv"]).exits(0);
}

/// Level and State of each row as the plan would send them.
fn sent(desk: &Desk, flags: &[&str]) -> Vec<String> {
    let plan = ["plan", "in.csv", "--sandbox", "--format", "json"];
    let plan = desk.run(&[&plan[..], flags].concat()).exits(0).json();
    let rows = plan["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| {
            let of = |name: &str| row["partner_info"][name].as_str().unwrap_or("-").to_owned();
            format!("{} {}", of("Level"), of("State"))
        })
        .collect()
}

#[test]
fn a_default_fills_empty_cells_and_a_constant_counts_in_every_row() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nA,Reseller,,DE\nB,,InProduction,DE\n",
    );
    let derive = ["--default", "Level=derive"];
    assert_eq!(
        sent(&desk, &derive),
        ["Reseller -", "EndCustomer InProduction"]
    );
    let profile = "[default]\nState = \"InTrial\"\n[set]\nLevel = \"EndCustomer\"\n";
    desk.write("partner-import.toml", profile);
    let both = ["EndCustomer InTrial", "EndCustomer InProduction"];
    assert_eq!(sent(&desk, &[]), both);
    let set = ["--set", "State=InTrial"];
    assert_eq!(
        sent(&desk, &set),
        ["EndCustomer InTrial", "EndCustomer InTrial"]
    );
    // A flag takes the place of what the profile says of that column, of either kind.
    let default = ["--default", "Level=Site"];
    assert_eq!(
        sent(&desk, &["--set", "Level=Reseller"])[1],
        "Reseller InProduction"
    );
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nA,Reseller,,DE\nB,,InProduction,DE\n",
    );
    assert_eq!(
        sent(&desk, &["--default", "Level=EndCustomer"]),
        ["Reseller InTrial", "EndCustomer InProduction"]
    );
    let shown = desk
        .run(&[&["preview", "in.csv"][..], &default].concat())
        .exits(0);
    shown.says(&["Site\"", "where the cell is empty"]);
    desk.run(&["preview", "in.csv"])
        .exits(0)
        .says(&["in every row", "not read: Level has one value"]);
}

#[test]
fn a_constant_hides_what_is_wrong_in_its_column() {
    let desk = Desk::new();
    desk.write("in.csv", "Name,Level,State,Country\nA,Boss,InTrial,DE\n");
    desk.run(&["check", "in.csv"]).exits(1);
    desk.run(&["check", "in.csv", "--default", "Level=EndCustomer"])
        .exits(1);
    desk.run(&["check", "in.csv", "--set", "Level=EndCustomer"])
        .exits(0);
}

/// What became of each column.
fn mapping(desk: &Desk, file: &str) -> Vec<Value> {
    let done = desk.run(&["check", file, "--format", "json"]);
    assert!(matches!(done.code, 0 | 1), "{file}: {done:?}");
    let columns = done.json()["mapping"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    columns.iter().map(|one| one["field"].clone()).collect()
}

fn inputs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            inputs(&path, found);
        } else if path.file_stem().is_some_and(|stem| stem == "input") {
            found.push(path);
        }
    }
}

#[test]
fn what_init_writes_is_accepted_and_maps_in_the_same_way() {
    let mut found = Vec::new();
    inputs(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"),
        &mut found,
    );
    found.sort();
    let mut tried = 0;
    // Of a tool's export `init` writes down whose it is, which maps more than the headers say.
    let is_export = |path: &Path| path.to_string_lossy().contains("export");
    for path in found.iter().filter(|path| !is_export(path)) {
        let desk = Desk::new();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        fs::copy(path, desk.path(&name)).expect("a copy");
        if desk.run(&["check", &name]).code == 3 {
            continue;
        }
        tried += 1;
        let before = mapping(&desk, &name);
        desk.run(&["init", &name]).exits(0);
        assert_eq!(mapping(&desk, &name), before, "{}", path.display());
    }
    assert!(tried >= 5, "{tried} of {}", found.len());
}

#[test]
fn init_survives_any_header() {
    let headers = [
        "Name,Notes,Notes,Phone,Phone",
        "Name,\"Say \"\"x\"\"\",C:\\new\\table,[map],a.b",
        "Name,\"two\nlines\",# no,= =,\"'\"",
        "name,NAME,Level,Levle,State",
        "Firma,,Land,Staat,\"Tab\there\"",
    ];
    for header in headers {
        let desk = Desk::new();
        desk.write("in.csv", format!("{header}\nA,B,DE,D,E\nF,G,AT,I,J\n"));
        let before = mapping(&desk, "in.csv");
        desk.run(&["init", "in.csv"]).exits(0);
        let profile = desk.read("partner-import.toml");
        assert_eq!(mapping(&desk, "in.csv"), before, "{header}\n{profile}");
    }
}

#[test]
fn init_keeps_how_the_table_was_read_and_overwrites_only_when_told() {
    let desk = Desk::new();
    desk.write("in.csv", "a;b;c\nName;Country;Level\nA;DE;Site\n");
    let flags = ["--header-row", "2", "--delimiter", "semicolon"];
    let flags = [
        &flags[..],
        &["--set", "Level=EndCustomer", "--default", "Country=AT"],
    ]
    .concat();
    desk.run(&[&["init", "in.csv"], &flags[..]].concat())
        .exits(0);
    let profile = desk.read("partner-import.toml");
    for line in [
        "header_row = 2",
        "delimiter = \";\"",
        "Level = \"EndCustomer\"",
        "Country = \"AT\"",
    ] {
        assert!(profile.lines().any(|one| one == line), "{line}\n{profile}");
    }
    desk.run(&["check", "in.csv", "--default", "State=InTrial"])
        .exits(0);
    desk.run(&["init", "in.csv"])
        .exits(2)
        .says(&["partner-import.toml", "--force"]);
    assert_eq!(desk.read("partner-import.toml"), profile);
    desk.write("partner-import.toml", "[broken");
    desk.run(&[&["init", "in.csv", "--force"], &flags[..]].concat())
        .exits(0);
    assert_eq!(desk.read("partner-import.toml"), profile);
}

/// Value and origin of one setting.
fn setting(document: &Value, key: &str) -> (Value, String, String) {
    let settings = document["settings"].as_array().expect("a list");
    let one = settings.iter().find(|one| one["key"] == key);
    let one = one.unwrap_or_else(|| panic!("no {key} in {document:#}"));
    let text = |name: &str| one[name].as_str().expect("text").to_owned();
    (one["value"].clone(), text("source"), text("from"))
}

#[test]
fn config_show_tells_what_counts_and_where_it_comes_from() {
    let desk = Desk::new();
    fs::create_dir(desk.path("list")).expect("a directory");
    desk.write("list/in.csv", SMALL);
    let profile = "[target]\npartner = \"P\"\nusername = \"u\"\n\n[limits]\nrate = \"2/s\"\n\
        timeout = \"30s\"\n[set]\nLevel = \"Site\"\n[output]\nout = \"results\"\n";
    desk.write("list/partner-import.toml", profile);
    desk.trust("list/partner-import.toml");
    let mut show = desk.tool(&["config", "show", "list/in.csv", "--format", "json"]);
    show.args(["--timeout", "5s", "--default", "Country=DE"])
        .env("PARTNER_IMPORT_USERNAME", "env-user");
    let shown = end_of(show.spawn().expect("it starts")).exits(0).json();
    let told = |key: &str| {
        let (value, source, from) = setting(&shown, key);
        format!("{} | {source} | {from}", value.as_str().unwrap_or("-"))
    };
    let file = Path::new("list").join("partner-import.toml");
    let file = file.display();
    let out = Path::new("list").join("results");
    let state = desk.path("state");
    for (key, expected) in [
        ("target.partner", format!("P | profile | {file}, line 2")),
        (
            "target.username",
            "env-user | environment | PARTNER_IMPORT_USERNAME".to_owned(),
        ),
        (
            "target.endpoint",
            "https://api.backup.management/jsonapi | default | default".to_owned(),
        ),
        ("limits.rate", format!("2/s | profile | {file}, line 6")),
        ("limits.timeout", "5s | flag | --timeout".to_owned()),
        ("limits.concurrency", "4 | default | default".to_owned()),
        (
            "output.out",
            format!("{} | profile | {file}, line 11", out.display()),
        ),
        (
            "output.state_dir",
            format!(
                "{} | environment | PARTNER_IMPORT_STATE_DIR",
                state.display()
            ),
        ),
        ("set.Level", format!("Site | profile | {file}, line 9")),
        ("default.Country", "DE | flag | --default".to_owned()),
        ("target.password", "- | default | default".to_owned()),
        ("input.sheet", "- | default | default".to_owned()),
    ] {
        assert_eq!(told(key), expected, "{key}");
    }
    assert_eq!(shown["profile"], file.to_string());
    let table = desk.run(&["config", "show", "list/in.csv"]).exits(0).out;
    assert!(
        table.contains("limits.rate") && table.contains("line 6"),
        "{table}"
    );
    desk.run(&["config", "show"]).exits(0);
    desk.write("partner-import.toml", "[limits]\nrate = \"fast\"\n");
    desk.run(&["config", "show"])
        .exits(2)
        .says(&["line 2", "limits.rate"]);
}

#[test]
fn what_config_show_says_of_the_sandbox_is_what_a_plan_does() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.trusted("[target]\nsandbox = true\n[limits]\nrate = \"1/h\"\n");
    let shown = desk
        .run(&["config", "show", "in.csv", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(setting(&shown, "target.sandbox").0, "true");
    assert_eq!(setting(&shown, "limits.rate").0, "none");
    assert_eq!(setting(&shown, "target.endpoint").0, Value::Null);
    desk.run(&["plan", "in.csv"]).exits(0).says(&["SANDBOX"]);
    // An address that is given comes first.
    let done = desk.run_at(&service, &["plan", "in.csv"]).exits(0);
    assert!(!done.err.contains("SANDBOX"), "{}", done.err);
    let arguments = [
        "config",
        "show",
        "in.csv",
        "--format",
        "json",
        "--endpoint",
        "https://x.example/",
    ];
    let shown = desk.run(&arguments).exits(0).json();
    assert_eq!(setting(&shown, "target.sandbox").0, "false");
    assert_eq!(setting(&shown, "limits.rate").0, "1/h");
}

#[test]
fn the_profile_says_what_is_told_and_flags_come_first() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.trusted("[output]\nverbosity = \"quiet\"\nprogress = false\n");
    let done = desk.import(&service, "in.csv").exits(0);
    assert_eq!(done.err, "");
    let shown = desk
        .run(&["config", "show", "in.csv", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(setting(&shown, "output.verbosity").1, "profile");
    assert_eq!(setting(&shown, "output.progress").0, "false");
    let loud = desk
        .run_at(&service, &["run", "in.csv", "--yes", "-v"])
        .exits(0);
    assert!(!loud.err.is_empty());
    desk.trusted("[output]\nlog_format = \"json\"\n");
    let done = desk.run(&["check", "nowhere.csv"]).exits(3);
    let line: Value = serde_json::from_str(done.err.lines().last().expect("a line")).expect("JSON");
    assert_eq!(line["exit_code"], 3);
    let done = desk
        .run(&["check", "nowhere.csv", "--log-format", "text"])
        .exits(3);
    assert!(done.err.contains("\nerror: "), "{}", done.err);
}

#[test]
fn a_profile_serves_lists_that_lack_a_column_and_names_its_lines() {
    let desk = Desk::new();
    let profile = "[map]\n\"Client\" = \"Name\"\n\"Mobile\" = \"PhoneNumber\"\n\
        \"column:Z\" = \"City\"\n[set]\nLevel = \"EndCustomer\"\n[rows]\nonly = [\"Kind = Client\"]\n";
    desk.write("partner-import.toml", profile);
    desk.write(
        "in.csv",
        "Client,Country,Level,Kind\nA,DE,Reseller,Client\n",
    );
    let done = desk.run(&["check", "in.csv"]).exits(0).out;
    let said = done.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "note[R315]: the mapping \"Mobile=PhoneNumber\" (partner-import.toml, line 3) names a header",
        "the mapping \"column:Z=City\" (partner-import.toml, line 4) names a column",
        "every row gets \"EndCustomer\" (partner-import.toml, line 6)",
    ] {
        assert!(said.contains(text), "no {text:?} in\n{done}");
    }
    // What was typed was typed for this list.
    let typed = ["check", "in.csv", "--map", "Fax=FaxNumber"];
    let done = desk.run(&typed).exits(1).out;
    assert!(done.contains("error[R310]"), "{done}");
    assert!(!done.contains("Fax=FaxNumber\" ("), "{done}");
    desk.write("in.csv", "Client,Country\nA,DE\n");
    let done = desk.run(&["check", "in.csv"]).exits(1).out;
    let said = done.split_whitespace().collect::<Vec<_>>().join(" ");
    let filter = "the filter \"Kind = Client\" (partner-import.toml, line 8) names the header";
    assert!(said.contains(filter), "no {filter:?} in\n{done}");
}
