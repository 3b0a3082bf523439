//! What of a list counts, through the commands: value maps, row filters, known exports, mends, pilots.

mod live;
mod said;

use serde_json::Value;

use crate::cli::desk::Desk;

const LIST: &str = "Kundennr,Name,Level,State,Typ\n\
    K1,Acme,Endkunde,aktiv,Kunde\n\
    K2,Zenith,ENDKUNDE,Test,Kunde\n\
    K3,Supply,Händler,aktiv,Lieferant\n";

const VALUES: &[&str] = &[
    "--value",
    "Level:Endkunde=EndCustomer",
    "--value",
    "Level:Händler=Reseller",
    "--value",
    "State:aktiv=InProduction",
    "--value",
    "State:test=InTrial",
];

fn desk(list: &str) -> Desk {
    let desk = Desk::new();
    desk.write("in.csv", list);
    desk
}

fn with(first: &[&'static str], more: &[&'static str]) -> Vec<&'static str> {
    [first, more].concat()
}

/// Name and level of each row that would be created.
fn created(desk: &Desk, more: &[&'static str]) -> Vec<String> {
    let plan = with(&["plan", "in.csv", "--sandbox", "--format", "json"], more);
    let plan = desk.run(&plan).json();
    let rows = plan["rows"].as_array().expect("a list");
    let created = rows.iter().filter(|row| row["action"] == "create");
    let shown = |row: &Value| {
        let info = &row["partner_info"];
        let text = |name: &str| info[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", text("Name"), text("Level"), text("State"))
    };
    created.map(shown).collect()
}

#[test]
fn the_lists_own_terms_are_read_as_what_they_stand_for() {
    let desk = desk(LIST);
    let check = desk
        .run(&["check", "in.csv", "--map", "State=State"])
        .exits(1);
    assert!(
        check.out.contains("--value \"Level:Endkunde=EndCustomer\""),
        "{}",
        check.out
    );
    assert_eq!(
        created(&desk, VALUES),
        [
            "Acme EndCustomer InProduction",
            "Zenith EndCustomer InTrial",
            "Supply Reseller InProduction"
        ]
    );
    // What the file holds stands in the results.
    let run = with(
        &["run", "in.csv", "--sandbox", "--yes", "--out", "out"],
        VALUES,
    );
    desk.run(&run).exits(0);
    assert!(desk.read("out/results.csv").contains("Endkunde"));
    // An entry that nothing is for is a note; one that the column cannot take is refused.
    let check = with(
        &["check", "in.csv", "--value", "Level:Filiale=Site"],
        VALUES,
    );
    let said = desk.run(&check).exits(0).out;
    assert!(said.contains("R355"), "{said}");
    let wrong = desk.run(&["check", "in.csv", "--value", "Level:Filiale=Sites"]);
    assert!(wrong.exits(2).err.contains("Sites"));
}

#[test]
fn a_column_is_not_set_to_two_things() {
    let desk = desk("Name,Level\nA,Site\n");
    for (one, other) in [
        (["--set", "City=Ulm"], ["--set", "city=Bonn"]),
        (["--default", "City=Ulm"], ["--default", "City=Bonn"]),
        (["--map", "Level=Level"], ["--map", "level=Name"]),
    ] {
        let twice = with(&with(&["check", "in.csv"], &one), &other);
        let wrong = desk.run(&twice).exits(2).err;
        assert!(wrong.contains("keep one"), "{wrong}");
        let again = with(&with(&["check", "in.csv"], &one), &one);
        let same = desk.run(&again).err;
        assert!(!same.contains("keep one"), "{same}");
    }
}

#[test]
fn a_profile_beside_the_list_says_the_same() {
    let desk = desk(LIST);
    desk.write(
        "partner-import.toml",
        "[values.Level]\nEndkunde = \"EndCustomer\"\n\"Händler\" = \"Reseller\"\n\
         [values.State]\naktiv = \"InProduction\"\nTest = \"InTrial\"\n\
         [rows]\nleave_out = [\"Typ = Lieferant\", \"Name begins Zen\"]\n",
    );
    assert_eq!(created(&desk, &[]), ["Acme EndCustomer InProduction"]);
    // What is typed counts beside it.
    assert_eq!(created(&desk, &["--leave-out", "Name = acme"]), [""; 0]);
    desk.write("partner-import.toml", "[rows]\nonly = \"Typ Lieferant\"\n");
    let wrong = desk.run(&["check", "in.csv"]).exits(2).err;
    assert!(wrong.contains("line 2"), "{wrong}");
    desk.write("partner-import.toml", "[values]\nLevel = \"x\"\n");
    let wrong = desk.run(&["check", "in.csv"]).exits(2).err;
    assert!(wrong.contains("[values.Level]"), "{wrong}");
}

#[test]
fn rows_that_a_filter_leaves_out_are_counted_beside_the_sum_everywhere() {
    let desk = desk(LIST);
    let filter = with(
        VALUES,
        &[
            "--only",
            "Typ in (Kunde, Partner)",
            "--leave-out",
            "Name = zenith",
        ],
    );
    let check = with(&["check", "in.csv", "--format", "json"], &filter);
    let check = desk.run(&check).exits(0).json();
    assert_eq!((&check["rows"], &check["left_out"]), (&1.into(), &2.into()));
    assert_eq!(check["left_out_by"][1]["why"], "Name = zenith");
    let text = desk.run(&with(&["check", "in.csv"], &filter)).exits(0).out;
    assert!(
        text.contains("2 rows left out: 1 not Typ in (Kunde, Partner), 1 Name = zenith"),
        "{text}"
    );
    let preview = desk
        .run(&with(&["preview", "in.csv"], &filter))
        .exits(0)
        .err;
    assert!(
        preview.contains("1 row is left out: Name = zenith"),
        "{preview}"
    );
    let plan = with(
        &["plan", "in.csv", "--sandbox", "--format", "json"],
        &filter,
    );
    let plan = desk.run(&plan).exits(0).json();
    assert_eq!(plan["counts"]["rows"], 1);
    assert_eq!(plan["counts"]["left_out"], 2);
    let run = with(
        &["run", "in.csv", "--sandbox", "--yes", "--out", "out"],
        &filter,
    );
    let said = desk.run(&run).exits(0).out;
    assert!(said.contains("2 rows left out"), "{said}");
    let summary = desk.summary();
    assert_eq!(summary["counts"]["rows"], 1);
    assert_eq!(summary["counts"]["left_out"], 2);
    assert_eq!(summary["left_out_by"][0]["rows"], 1);
    assert_eq!(desk.read("out/results.csv").lines().count(), 2);
    assert!(desk.read("out/report.html").contains("2 rows left out"));
    // The rest is another run, which finds what is there.
    let all = with(
        &["run", "in.csv", "--sandbox", "--yes", "--out", "all"],
        VALUES,
    );
    desk.run(&all).exits(0);
    let results = desk.read("all/results.csv");
    assert_eq!(results.matches(",exists,").count(), 1, "{results}");
    assert_eq!(results.matches(",created,").count(), 2, "{results}");
}

#[test]
fn a_filter_that_does_not_fit_the_list_sends_nothing() {
    let desk = desk(LIST);
    let plan = with(
        &[
            "plan",
            "in.csv",
            "--sandbox",
            "--leave-out",
            "Type = Lieferant",
        ],
        VALUES,
    );
    let plan = desk.run(&plan).exits(1);
    assert!(plan.err.contains("R353"), "{}", plan.err);
    assert_eq!(
        created(&desk, &with(VALUES, &["--leave-out", "Type = Lieferant"])),
        [""; 0]
    );
    let wrong = desk
        .run(&["check", "in.csv", "--only", "Typ = (a"])
        .exits(2)
        .err;
    assert!(wrong.contains("at character 7"), "{wrong}");
    let near = desk
        .run(&["check", "in.csv", "--only", "Tpy = Kunde"])
        .exits(1);
    assert!(near.out.contains("did you mean \"Typ\"?"), "{}", near.out);
    let help = desk.run(&["explain", "conditions"]).exits(0).out;
    assert!(help.contains("HEADER matches PATTERN"), "{help}");
}

const CLIENTS: &str = "Client ID,Client Name,Top Level,Inactive\n\
    7,Acme,UK,False\n8,Zenith,UK,True\n1,Unknown,Unknown,False\n";

#[test]
fn an_export_is_read_as_one_once_somebody_has_decided() {
    let desk = desk(CLIENTS);
    let undecided = desk.run(&["plan", "in.csv", "--sandbox"]).exits(1).err;
    for part in [
        "R351",
        "HaloPSA",
        "2 rows",
        "--export halopsa",
        "--export none",
    ] {
        assert!(undecided.contains(part), "{part}: {undecided}");
    }
    assert_eq!(created(&desk, &[]), [""; 0]);
    assert_eq!(
        created(&desk, &["--export", "auto"]),
        ["Acme EndCustomer -"]
    );
    assert_eq!(
        created(&desk, &["--export", "none", "--default", "Level=Site"]).len(),
        0
    );
    let none = ["--export", "none", "--default", "Level=EndCustomer"];
    assert_eq!(created(&desk, &none).len(), 2, "the placeholder is no name");
    let another = desk
        .run(&["check", "in.csv", "--export", "syncro"])
        .exits(1)
        .out;
    assert!(
        another.contains("R352") && another.contains("--export halopsa"),
        "{another}"
    );
    let unknown = desk
        .run(&["check", "in.csv", "--export", "halo"])
        .exits(2)
        .err;
    assert!(unknown.contains("halopsa"), "{unknown}");
    assert!(
        desk.run(&["explain", "exports"])
            .exits(0)
            .out
            .contains("halopsa")
    );
    // `init` writes the decision down, above all sections or below [input].
    desk.run(&["init", "in.csv"]).exits(0);
    let profile = desk.read("partner-import.toml");
    assert!(profile.contains("export = \"halopsa\""), "{profile}");
    assert_eq!(created(&desk, &[]), ["Acme EndCustomer -"]);
    desk.write(
        "partner-import.toml",
        "export = \"auto\"\n[set]\nState = \"InTrial\"\n",
    );
    assert_eq!(created(&desk, &[]), ["Acme EndCustomer InTrial"]);
}

#[test]
fn mends_are_proposed_reviewed_and_made_again() {
    let list = "Code,Name,Level,Country\n\
        1,Acme,EndCustomer,Germny\n2,Zenith,EndCustomer,Germny\n3,Elm,EndCustomer,DE\n";
    let desk = desk(list);
    desk.run(&["check", "in.csv", "--fix", "in.mends.toml"])
        .exits(1);
    let proposed = desk.read("in.mends.toml");
    assert!(
        proposed.contains("# 2 rows: \"DE\"? Uncomment it if that is right"),
        "{proposed}"
    );
    let value = "\n[[value]]\ncolumn = \"Country\"\nfrom = \"Germny\"\nto = \"DE\"\n";
    let proposed = proposed + value;
    desk.write("in.mends.toml", &proposed);
    desk.run(&["check", "in.csv", "--mends", "in.mends.toml"])
        .exits(0);
    let more = "\n[[leave_out]]\nkey = { Code = \"3\" }\n\n[[cell]]\nkey = { Code = \"2\" }\n\
        column = \"Name\"\nfrom = \"Zenith\"\nto = \"Zenith AG\"\n";
    desk.write("in.mends.toml", &(proposed + more));
    let mends = ["--mends", "in.mends.toml"];
    assert_eq!(
        created(&desk, &mends),
        ["Acme EndCustomer -", "Zenith AG EndCustomer -"]
    );
    let plan = ["plan", "in.csv", "--sandbox", "--mends", "in.mends.toml"];
    let shown = desk.run(&plan).exits(0).out;
    assert!(shown.contains("Zenith AG"), "as it is sent: {shown}");
    let run = [
        "run",
        "in.csv",
        "--sandbox",
        "--yes",
        "--out",
        "out",
        "--mends",
        "in.mends.toml",
    ];
    desk.run(&run).exits(0);
    assert!(
        desk.read("out/results.csv").contains("Zenith,"),
        "as the file has it"
    );
    // The list has moved on: what is there now is kept, and that is said.
    desk.write("in.csv", list.replace("2,Zenith,", "2,Zenit,"));
    let said = desk
        .run(&["check", "in.csv", "--mends", "in.mends.toml"])
        .exits(0)
        .out;
    assert!(
        said.contains("R356") && said.contains("holds \"Zenit\""),
        "{said}"
    );
    let wrong = desk
        .run(&["check", "in.csv", "--fix", "in.txt"])
        .exits(2)
        .err;
    assert!(wrong.contains(".mends.toml"), "{wrong}");
    let missing = desk
        .run(&["check", "in.csv", "--mends", "no.mends.toml"])
        .exits(2)
        .err;
    assert!(missing.contains("no.mends.toml"), "{missing}");
}

#[test]
fn a_file_of_mends_is_looked_for_where_the_list_is_read() {
    let desk = desk("Name,Level\nAcme,EndCustomer\n");
    // Beside the list it is part of how that is read.
    desk.write(
        "partner-import.toml",
        "[input]\nmends = \"in.mends.toml\"\n",
    );
    desk.write(
        "in.mends.toml",
        "[[value]]\ncolumn = \"Name\"\nfrom = \"Acme\"\nto = \"Acme AG\"\n",
    );
    assert_eq!(created(&desk, &[]), ["Acme AG EndCustomer -"]);
    std::fs::remove_file(desk.path("in.mends.toml")).expect("removed");
    for other in [
        &["config", "show", "in.csv"][..],
        &["runs"],
        &["lookup", "countries", "--sandbox"],
        &["explain", "V201"],
    ] {
        desk.run(other).exits(0);
    }
    for reads in ["check", "preview", "plan"] {
        let more = if reads == "plan" {
            &["--sandbox"][..]
        } else {
            &[]
        };
        let missing = desk.run(&[&[reads, "in.csv"], more].concat()).exits(2);
        missing.says(&["line 2", "input.mends", "in.mends.toml"]);
    }
    // Named, it may lie anywhere; what has no end is no file.
    desk.write("p.toml", "[input]\nmends = \"/dev/zero\"\n");
    let endless = desk.run(&["check", "in.csv", "--profile", "p.toml"]);
    endless.exits(2).says(&["input.mends"]);
    desk.write("bad.toml", "version = 1\n[[cel]]\n");
    let wrong = desk.run(&["check", "in.csv", "--mends", "bad.toml"]);
    wrong.exits(2).says(&["bad.toml", "line 2", "cel"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_mends_elsewhere_needs_trust() {
    let desk = desk("Name,Level\nAcme,EndCustomer\n");
    desk.write(
        "partner-import.toml",
        "[input]\nmends = \"in.mends.toml\"\n",
    );
    std::os::unix::fs::symlink("/dev/zero", desk.path("in.mends.toml")).expect("a link");
    let check = desk.run(&["check", "in.csv"]).exits(0);
    check.says(&["not trusted", "input.mends (line 2)"]);
    desk.run(&["plan", "in.csv", "--sandbox"])
        .exits(2)
        .says(&["partner-import trust"]);
}

const TREE: &str = "Name,Level,Parent\n\
    Shop,Site,Acme\nAcme,EndCustomer,\nZenith,EndCustomer,\nStore,Site,Zenith\n";

#[test]
fn a_pilot_takes_the_first_rows_and_those_above_them() {
    let desk = desk(TREE);
    assert_eq!(
        created(&desk, &["--first", "1"]),
        ["Shop Site -", "Acme EndCustomer -"]
    );
    assert_eq!(
        created(&desk, &["--only-below", "zenith"]),
        ["Zenith EndCustomer -", "Store Site -"]
    );
    let nobody = desk
        .run(&["plan", "in.csv", "--sandbox", "--only-below", "Elm"])
        .exits(2)
        .err;
    assert!(nobody.contains("Elm"), "{nobody}");
    let pilot = [
        "run",
        "in.csv",
        "--sandbox",
        "--yes",
        "--first",
        "1",
        "--max-create",
        "2",
    ];
    desk.run(&[&pilot[..], &["--out", "out"]].concat()).exits(0);
    let counts = &desk.summary()["counts"];
    assert_eq!(
        (&counts["created"], &counts["left_out"]),
        (&2.into(), &2.into())
    );
    desk.run(&["run", "in.csv", "--sandbox", "--yes", "--out", "all"])
        .exits(0);
    let results = desk.read("all/results.csv");
    assert_eq!(results.matches(",exists,").count(), 2, "{results}");
    assert_eq!(results.matches(",created,").count(), 2, "{results}");
}

#[test]
fn a_name_of_several_customers_is_no_part_of_a_list() {
    let desk = desk(
        "Name,Level,Parent,Code\nTop,Reseller,,1\nAcme,EndCustomer,Top,2\nAcme,EndCustomer,,3\n\
         A,Site,2,4\nB,Site,3,5\n",
    );
    let plan = ["plan", "in.csv", "--sandbox", "--only-below"];
    let several = desk.run(&[&plan[..], &["acme"]].concat()).exits(2).err;
    assert!(several.contains("2 rows are called \"acme\""), "{several}");
    assert_eq!(
        created(&desk, &["--only-below", "3"]),
        ["Acme EndCustomer -", "B Site -"]
    );
    // One above the other is no doubt: what is below the lower one is below the upper one, too.
    assert_eq!(created(&desk, &["--only-below", "top"]).len(), 3);
}

/// Whether all this is said, wherever.
#[track_caller]
fn told(done: &crate::cli::desk::Done, texts: &[&str]) {
    let all = format!("{}{}", done.out, done.err).replace("\n    ", " ");
    for text in texts {
        assert!(all.contains(text), "no {text:?} in\n{all}");
    }
}

#[test]
fn what_cannot_be_sent_stays_in_the_part_that_it_stands_in() {
    let desk = desk(
        "Name,Level,Parent\nTop,Reseller,\nGood,EndCustomer,Top\nHigh,Reseller,Top\n\
         Below,Site,High\nE1,EndCustomer,Top\nE1,EndCustomer,Else\nDesk,Site,E1\n\
         Else,Reseller,\nOther,EndCustomer,Else\n",
    );
    let part = |name: &'static str| ["plan", "in.csv", "--sandbox", "--only-below", name];
    let plan = desk.run(&part("top")).exits(1);
    // Below another Reseller: wrong; below that: blocked; of one of two parents: wrong.
    told(
        &plan,
        &["High", "Below", "Desk", "1 row is left out: not below top"],
    );
    let twice = desk.run(&part("E1")).exits(2).err;
    assert!(twice.contains("2 rows are called \"E1\""), "{twice}");
    let circle = "Name,Level,Parent\nA,SubDistributor,B\nB,SubDistributor,A\nTop,Reseller,\nX,Site,Top\n\
        Good,EndCustomer,Top\n";
    desk.write("in.csv", circle);
    told(
        &desk.run(&part("A")).exits(1),
        &["go in a circle", "3 rows are left out: not below A"],
    );
}

#[test]
fn filters_that_leave_nothing_say_so_and_are_told_in_short() {
    let desk = desk(LIST);
    let filter = with(VALUES, &["--only", "Typ = Kundin"]);
    let check = desk.run(&with(&["check", "in.csv"], &filter)).exits(0).out;
    assert!(check.contains("all 3 rows are left out"), "{check}");
    let long: Vec<String> = (0..2_000).map(|at| format!("Typ = {at}")).collect();
    let long = long.join(" or ");
    let check = [
        "check", "in.csv", "--only", &long, "--format", "json", "--map", "State=-",
    ];
    let check = desk.run(&check).json();
    let why = check["left_out_by"][0]["why"].as_str().expect("a text");
    assert!(why.len() < 200 && why.ends_with("..."), "{why}");
    let regular = desk.run(&["check", "in.csv", "--only", "Name matches ^A.*$"]);
    regular.exits(2).says(&["regular expression", "any text"]);
}

#[test]
fn mends_that_contradict_each_other_send_nothing() {
    let desk = desk("Code,Name,Level\n1,Acme,EndCustomer\n2,Zen,EndCustomer\n");
    let mend = |key: &str, to: &str| {
        format!("[[cell]]\nkey = {{ {key} }}\ncolumn = \"Name\"\nfrom = \"Acme\"\nto = \"{to}\"\n")
    };
    let mends = mend("Code = \"1\"", "X") + &mend("Name = \"Acme\"", "Y");
    desk.write("in.mends.toml", mends);
    let mends = ["--mends", "in.mends.toml"];
    assert_eq!(created(&desk, &mends), [""; 0]);
    let said = desk.run(&["check", "in.csv", "--mends", "in.mends.toml"]);
    let said = said.exits(1).out;
    assert!(
        said.contains("R357") && said.contains("contradict"),
        "{said}"
    );
}

/// Each entry is looked for on all sheets: what one of them lacks is no matter, and what stands on two is
/// two rows.
#[test]
fn mends_are_for_all_sheets_together() {
    let desk = Desk::new();
    let sample = "samples/one-sheet-per-region/input.xlsx";
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(sample);
    desk.write("in.xlsx", std::fs::read(sample).expect("the sample"));
    let said = |mends: &str| {
        desk.write("in.mends.toml", mends);
        let check = [
            "check",
            "in.xlsx",
            "--all-sheets",
            "--mends",
            "in.mends.toml",
        ];
        let check = desk
            .run(&[&check[..], &["--format", "json"]].concat())
            .json();
        let found = check["diagnostics"].as_array().expect("a list").clone();
        let of_mends = found.iter().filter(|one| {
            let code = one["code"].as_str();
            code == Some("R356") || code == Some("R357")
        });
        let messages = of_mends.map(|one| one["message"].as_str().expect("a text").to_owned());
        (messages.collect::<Vec<_>>(), check["accepted"].clone())
    };
    let fits = "[[cell]]\nkey = { \"Customer Reference\" = \"NO-101\" }\ncolumn = \"City\"\n\
        from = \"Bergen\"\nto = \"Oslo\"\n[[value]]\ncolumn = \"Country\"\nfrom = \"NO\"\nto = \"Norway\"\n";
    assert_eq!(said(fits).0, [""; 0]);
    let stale = "[[value]]\ncolumn = \"Country\"\nfrom = \"Atlantis\"\nto = \"GR\"\n\
        [[value]]\ncolumn = \"Nowhere\"\nfrom = \"a\"\nto = \"b\"\n";
    let (messages, _) = said(stale);
    assert_eq!(messages.len(), 2, "{messages:?}");
    let of_both = "[[leave_out]]\nkey = { Level = \"Reseller\" }\n";
    let (messages, accepted) = said(of_both);
    assert!(messages[0].contains("rows have Level"), "{messages:?}");
    assert_eq!(accepted, 0);
}

#[test]
fn init_proposes_what_terms_stand_for() {
    let desk = desk(LIST);
    desk.run(&["init", "in.csv", "--map", "State=State"])
        .exits(0);
    let profile = desk.read("partner-import.toml");
    for line in [
        "[values.Level]",
        "# \"Endkunde\" = \"EndCustomer\"",
        "# \"Händler\" = \"Reseller\"",
        "# \"aktiv\" = \"InProduction\"",
    ] {
        assert!(profile.contains(line), "{line}: {profile}");
    }
    assert!(!profile.contains("ENDKUNDE"), "once is enough: {profile}");
    desk.run(&["check", "in.csv"]).exits(1);
}
