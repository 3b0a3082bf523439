//! What reports offer to type next works from another folder, as it stands there, and what messages offer
//! works in the folder they are read in, with short paths; and a
//! run is continued with the options that it was begun with, wherever these come from.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use partner_import::sandbox::{ACCOUNT_PARTNER, ACCOUNT_USER, Method};

use super::desk::{Desk, Done, Service, end_of};

/// A line of a page or a terminal that begins with the tool's name, as a shell takes it.
fn offered(text: &str, with: &str) -> String {
    let line = text
        .lines()
        .filter_map(|line| line.find("partner-import ").map(|at| &line[at..]))
        .map(|line| line.split("</code>").next().unwrap_or(line))
        .find(|line| line.contains(with));
    let line = line.unwrap_or_else(|| panic!("no command with {with:?} in\n{text}"));
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(line.to_owned(), |line, (from, to)| line.replace(from, to))
}

/// Mends the country that the list of these tests has wrong.
fn mend(desk: &Desk, file: &str) {
    let mended = desk.read(file).replace("Germny", "Germany");
    desk.write(file, mended);
}

/// A folder far from where the list was imported.
fn elsewhere(desk: &Desk) -> PathBuf {
    let folder = desk.path("elsewhere/deep");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Types a command in a folder, as it stands there, with `more` behind it; `env` is as for `like`.
fn typed_in(folder: &Path, line: &str, more: &str, like: &Command) -> Done {
    let tool = Path::new(env!("CARGO_BIN_EXE_partner-import"));
    let path = format!(
        "{}:/usr/bin:/bin",
        tool.parent().expect("a folder").display()
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{line} {more}")])
        .current_dir(folder)
        .env_clear()
        .envs(
            like.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("PATH", path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    end_of(command.spawn().expect("a shell"))
}

/// Nothing of the environment but a home: what counts was typed or stands in a profile.
fn bare(desk: &Desk, arguments: &[&str]) -> Command {
    let mut command = desk.tool(arguments);
    command.env_remove("PARTNER_IMPORT_STATE_DIR");
    command
}

fn end(mut command: Command) -> Done {
    end_of(command.spawn().expect("it starts"))
}

fn target(service: &Service) -> String {
    format!(
        "[target]\nendpoint = \"{}\"\npartner = \"{ACCOUNT_PARTNER}\"\n\
         username = \"{ACCOUNT_USER}\"\npassword_file = \"token\"\n[limits]\nrate = \"none\"\n\
         settle_wait = \"200ms\"\n",
        service.endpoint
    )
}

/// How the list of these tests is read: not as any other is.
const READING: &str = "[input]\nheader_row = 3\nencoding = \"windows-1252\"\ndelimiter = \";\"\n\
    [map]\nFirma = \"Name\"\n[default]\nState = \"InTrial\"\n";

fn list() -> Vec<u8> {
    let text = "Unsere Kunden;;\n;;\nFirma;Ebene;Land\nM\u{fc}ller;EndCustomer;DE\n\
        B\u{e4}cker;EndCustomer;Germny\n";
    text.chars()
        .map(|one| u8::try_from(u32::from(one)).expect("Latin"))
        .collect()
}

/// A list, and a profile that says how it is read and where it goes.
fn set_up(file: &str, profile: &str) -> (Desk, Service) {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(file, list());
    desk.write("token", "sandbox\n");
    desk.write(profile, target(&service) + READING);
    (desk, service)
}

#[test]
fn what_a_page_offers_is_typed_in_any_folder_and_a_terminal_offers_it_shorter() {
    for page in [true, false] {
        let (desk, service) = set_up("kunden liste.csv", "my profile.toml");
        let run = [
            "run",
            "kunden liste.csv",
            "--yes",
            "--profile",
            "my profile.toml",
            "--state-dir",
            "kept",
            "--map",
            "Ebene=Level",
            "--set",
            "City=Bad Ems",
            "--out",
            "out",
        ];
        let done = end(bare(&desk, &run)).exits(1);
        let text = if page {
            desk.read("out/report.html")
        } else {
            done.out
        };
        mend(&desk, "out/rejected.csv");
        let like = bare(&desk, &["run"]);
        let folder = if page {
            elsewhere(&desk)
        } else {
            desk.path("")
        };
        let csv = offered(&text, "rejected.csv");
        for short in [
            "partner-import run out/rejected.csv ",
            " --state-dir kept --profile 'my profile.toml' ",
        ] {
            assert_eq!(csv.contains(short), !page, "{csv}");
        }
        typed_in(&folder, &csv, "--yes --out again", &like).exits(0);
        let mut names: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
        names.sort();
        assert_eq!(names, ["B\u{e4}cker", "M\u{fc}ller"]);
        // The workbook that was written for a list in text has its header in the first row.
        let book = offered(&text, "results.xlsx");
        let again = typed_in(&folder, &book, "--yes --out book", &like);
        assert!(again.code <= 1, "{again:?}");
        assert!(!again.err.contains("header"), "{}", again.err);
        assert_eq!(service.added().len(), 2);
        assert_eq!(service.requests(Method::AddPartner), 2);
    }
}

#[test]
fn report_offers_the_same_from_anywhere() {
    let (desk, service) = set_up("in.csv", "p.toml");
    let run = [
        "run",
        "in.csv",
        "--yes",
        "--profile",
        "p.toml",
        "--map",
        "Ebene=Level",
    ];
    end(bare(&desk, &run)).exits(1);
    let id = end(bare(&desk, &["runs", "--format", "json"])).json()[0]["run_id"].clone();
    let id = id.as_str().expect("an id");
    let report = ["report", id, "--out", "again", "--profile", "p.toml"];
    let done = end(bare(&desk, &report)).exits(0);
    mend(&desk, "again/rejected.csv");
    let like = bare(&desk, &["run"]);
    let line = offered(&done.out, "rejected.csv");
    typed_in(&desk.path(""), &line, "--dry-run", &like).exits(0);
    let line = offered(&desk.read("again/report.html"), "rejected.csv");
    typed_in(&elsewhere(&desk), &line, "--yes --out out", &like).exits(0);
    assert_eq!(service.added().len(), 2);
}

/// Twenty customers whose headers need a map.
fn twenty() -> String {
    let rows = (0..20).map(|row| format!("Kunde {row};EndCustomer;DE\n"));
    "Firma;Ebene;Land\n".to_owned() + &rows.collect::<String>()
}

/// Starts a run and interrupts it when some customers are there.
fn interrupted(service: &Service, mut command: Command) -> Done {
    let child = command
        .args(["--concurrency", "2"])
        .spawn()
        .expect("it starts");
    service.interrupt_at(&child, Method::AddPartner, 4);
    end_of(child).exits(130)
}

#[test]
fn a_run_is_resumed_from_another_folder_whatever_profile_it_had() {
    // Found where one stood, found with the user's own below it, and named.
    for kind in ["found", "found and own", "named"] {
        let desk = Desk::new();
        let service = Service::slow(Duration::from_millis(25));
        desk.write("token", "sandbox\n");
        let of_list = "[map]\nFirma = \"Name\"\nEbene = \"Level\"\n[set]\nState = \"InTrial\"\n";
        let mut flags = vec!["run", "list/in.csv", "--yes", "--out", "out"];
        match kind {
            "found" => {
                desk.write("partner-import.toml", target(&service) + of_list);
                end(bare(&desk, &["trust", "partner-import.toml"])).exits(0);
            }
            "named" => {
                desk.write("p.toml", target(&service) + of_list);
                flags.extend(["--profile", "p.toml"]);
            }
            _ => {
                desk.write("partner-import.toml", of_list);
                std::fs::create_dir_all(desk.path("config")).expect("a folder");
                desk.write("config/partner-import.toml", target(&service));
                desk.write("config/token", "sandbox\n");
            }
        }
        std::fs::create_dir(desk.path("list")).expect("a folder");
        desk.write("list/in.csv", twenty() + "Falsch;EndCustomer;Germny\n");
        interrupted(&service, bare(&desk, &flags));
        let like = bare(&desk, &["run"]);
        let folder = elsewhere(&desk);
        let line = offered(&desk.read("out/report.html"), "resume");
        assert_eq!(
            line.contains("--profile"),
            kind != "found and own",
            "{line}"
        );
        let done = typed_in(&folder, &line, "", &like).exits(1);
        assert_eq!(service.added().len(), 20, "{kind}");
        mend(&desk, "out/rejected.csv");
        let line = offered(&done.out, "rejected.csv");
        typed_in(&folder, &line, "--yes --out again", &like).exits(0);
        assert_eq!(service.added().len(), 21, "{kind}");
    }
}

#[test]
fn a_saved_plan_is_carried_out_as_it_is_offered() {
    let (desk, service) = set_up("in.csv", "p.toml");
    let plan = [
        "plan",
        "in.csv",
        "--save",
        "plan file.json",
        "--profile",
        "p.toml",
        "--map",
        "Ebene=Level",
        "--state-dir",
        "kept",
    ];
    let done = end(bare(&desk, &plan)).exits(1);
    let line = offered(&done.err, "--plan");
    let (folder, like) = (desk.path(""), bare(&desk, &["run"]));
    typed_in(&folder, &line, "--yes --out out", &like).exits(1);
    assert_eq!(service.added().len(), 1);
    // It no longer holds: what is offered plans again, with everything that was typed for it.
    let done = typed_in(&folder, &line, "--yes --out out", &like).exits(2);
    let again = offered(&done.err, "--save");
    typed_in(&folder, &again, "", &like).exits(1);
    typed_in(&folder, &line, "--yes --out out", &like).exits(1);
    assert_eq!(service.added().len(), 1);
}

#[test]
fn a_run_is_continued_with_the_options_it_was_begun_with() {
    let desk = Desk::new();
    let service = Service::slow(Duration::from_millis(25));
    let profile = |more: &str| {
        format!("[map]\nFirma = \"Name\"\nEbene = \"Level\"\n[set]\nState = \"InTrial\"\n{more}")
    };
    desk.write("p.toml", profile(""));
    let base = [
        "run",
        "in.csv",
        "--yes",
        "--out",
        "out",
        "--profile",
        "p.toml",
    ];
    desk.write("in.csv", twenty());
    interrupted(&service, desk.at(&service, &base));
    let with = |flags: &[&str]| desk.run_at(&service, &[&base[..], flags].concat());
    for flags in [
        ["--encoding", "windows-1252"],
        ["--delimiter", ";"],
        ["--header-row", "1"],
        ["--sheet", "Kunden"],
        ["--map", "Land=-"],
        ["--default", "City=Bonn"],
        ["--set", "City=Bonn"],
        ["--on-exists", "update"],
    ] {
        let done = with(&flags).exits(2);
        done.says(&[
            "began with other options",
            flags[0],
            flags[1],
            "none instead of",
        ]);
    }
    // The profile says it as well as a flag does.
    for (more, said) in [
        (
            "[input]\nencoding = \"windows-1252\"\n",
            "--encoding \"windows-1252\"",
        ),
        ("[input]\ndelimiter = \"semicolon\"\n", "--delimiter \";\""),
        ("[input]\nheader_row = 1\n", "--header-row \"1\""),
        ("[input]\nsheet = \"Kunden\"\n", "--sheet \"Kunden\""),
        (
            "[target]\nbilling_contact = \"text\"\n",
            "target.billing_contact = \"text\"",
        ),
        ("[existing]\non_exists = \"fail\"\n", "--on-exists \"fail\""),
    ] {
        desk.write("p.toml", profile(more));
        with(&[]).exits(2).says(&["began with other options", said]);
    }
    desk.write("p.toml", profile(""));
    // What is offered names the profile, and what says the same in another way is the same.
    let done = with(&["--delimiter", ";"]).exits(2);
    assert!(
        offered(&done.err, "resume").contains("p.toml"),
        "{}",
        done.err
    );
    with(&["--map", "Firma=Name", "--on-exists", "skip"])
        .exits(0)
        .says(&["continuing run"]);
    assert_eq!(service.added().len(), 20);
}

#[test]
fn rows_of_a_changed_list_are_compared_as_they_were_read() {
    let desk = Desk::new();
    let service = Service::slow(Duration::from_millis(25));
    let base = [
        "run",
        "in.csv",
        "--yes",
        "--out",
        "out",
        "--delimiter",
        "semicolon",
    ];
    let maps = [
        "--map",
        "Firma=Name",
        "--map",
        "Ebene=Level",
        "--set",
        "State=InTrial",
    ];
    let begin = [&base[..], &maps, &["--encoding", "utf-16le"]].concat();
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    desk.write("in.csv", wide(&twenty()));
    interrupted(&service, desk.at(&service, &begin));
    desk.write(
        "in.csv",
        wide(&twenty().replace("Kunde 19;", "Kunde neunzehn;")),
    );
    let done = desk.run_at(&service, &["resume"]).exits(2);
    assert!(done.err.contains("row 21 differs"), "{}", done.err);
    let line = offered(&done.err, "--new-run");
    let like = desk.at(&service, &["run"]);
    // The wait that was asked for is in it.
    assert!(line.contains("--settle-wait 200ms"), "{line}");
    typed_in(&desk.path(""), &line, "--yes", &like).exits(0);
    // The twentieth was sent before or was not; the new one is there.
    let added = service.added();
    assert!(added.iter().any(|one| one.name == "Kunde neunzehn"));
}

/// A workbook whose table begins in the third column, without a header for its names.
fn workbook(country: &str) -> rust_xlsxwriter::Workbook {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let rows = [
        ["x", "Level", "State", "Country"],
        ["Gut", "EndCustomer", "InTrial", "DE"],
        ["Schlecht", "EndCustomer", "InTrial", country],
    ];
    for (row, cells) in (4..).zip(rows) {
        for (column, text) in (2..).zip(cells) {
            sheet.write_string(row, column, text).expect("a cell");
        }
    }
    workbook
}

#[test]
fn columns_by_their_letters_are_those_of_the_list_and_of_its_copy() {
    for (typed, file) in [
        (true, "rejected.csv"),
        (false, "rejected.csv"),
        (true, "results.xlsx"),
        (false, "results.xlsx"),
    ] {
        let (desk, service) = (Desk::new(), Service::new());
        workbook("Germny")
            .save(desk.path("in.xlsx"))
            .expect("saved");
        desk.write("token", "sandbox\n");
        let map = if typed {
            ""
        } else {
            "[map]\n\"column:C\" = \"Name\"\n"
        };
        desk.write("p.toml", target(&service) + map);
        let mut run = vec!["run", "in.xlsx", "--yes", "--profile", "p.toml"];
        if typed {
            run.extend(["--map", "column:C=Name"]);
        }
        let done = end(bare(&desk, &[&run[..], &["--out", "out"]].concat())).exits(1);
        assert!(offered(&done.out, file).contains(&format!("run out/{file} ")));
        let line = offered(&desk.read("out/report.html"), file);
        assert_eq!(
            line.contains("column:C"),
            typed && file == "results.xlsx",
            "{line}"
        );
        if file == "rejected.csv" {
            mend(&desk, "out/rejected.csv");
        } else {
            // Whoever mends it in place leaves the columns where they are.
            workbook("Germany")
                .save(desk.path("out/results.xlsx"))
                .expect("saved");
        }
        let like = bare(&desk, &["run"]);
        typed_in(&elsewhere(&desk), &line, "--yes --out again", &like).exits(0);
        let mut names: Vec<String> = service.added().into_iter().map(|one| one.name).collect();
        names.sort();
        assert_eq!(names, ["Gut", "Schlecht"], "{line}");
    }
}

#[test]
fn what_an_older_journal_does_not_tell_is_not_compared() {
    let desk = Desk::new();
    let service = Service::slow(Duration::from_millis(25));
    let maps = "[map]\nFirma = \"Name\"\nEbene = \"Level\"\n[set]\nState = \"InTrial\"\n";
    desk.write("p.toml", maps.to_owned() + "[input]\nheader_row = 1\n");
    desk.write("in.csv", twenty());
    let base = [
        "run",
        "in.csv",
        "--yes",
        "--out",
        "out",
        "--profile",
        "p.toml",
    ];
    let with = |flags: &[&'static str]| [&base[..], flags].concat();
    interrupted(&service, desk.at(&service, &with(&["--encoding", "utf-8"])));
    let runs = desk.run(&["runs", "--format", "json"]).json();
    let id = runs[0]["run_id"].as_str().expect("an id");
    // As an earlier version wrote it: what was typed of sheet and header row, and no checksums.
    let journal = desk.path(&format!("state/runs/{id}.sqlite"));
    let connection = rusqlite::Connection::open(journal).expect("it opens");
    let info: String = connection
        .query_row("SELECT info FROM run", [], |row| row.get(0))
        .expect("a run");
    let mut info: serde_json::Value = serde_json::from_str(&info).expect("JSON");
    let options = info["options"].as_array_mut().expect("a list");
    let told = ["map", "set", "default"];
    options.retain(|one| told.contains(&one[0].as_str().expect("a name")));
    connection
        .execute("UPDATE run SET info = ?1, sum = NULL", [info.to_string()])
        .expect("written");
    drop(connection);
    // What it tells is compared.
    desk.run_at(&service, &with(&["--set", "City=Bonn"]))
        .exits(2)
        .says(&["began with other options: none instead of --set \"City=Bonn\""]);
    desk.run_at(&service, &with(&["--encoding", "utf-8"]))
        .exits(0)
        .says(&["continuing run"]);
    assert_eq!(service.added().len(), 20);
}

#[test]
fn resume_says_which_options_of_the_profile_have_changed() {
    let desk = Desk::new();
    let service = Service::slow(Duration::from_millis(25));
    let profile = |more: &str| {
        format!("[map]\nFirma = \"Name\"\nEbene = \"Level\"\n[set]\nState = \"InTrial\"\n{more}")
    };
    desk.write("p.toml", profile(""));
    let base = ["run", "in.csv", "--yes", "--out", "out"];
    let flags = ["--profile", "p.toml", "--default", "City=Bonn"];
    desk.write("in.csv", twenty());
    interrupted(&service, desk.at(&service, &[&base[..], &flags].concat()));
    let before = service.requests(Method::AddPartner);
    let resume = |flags: &[&str]| desk.run_at(&service, &[&["resume"], flags].concat());
    for (text, said) in [
        (
            profile("[input]\nheader_row = 1\n"),
            "none instead of --header-row \"1\"",
        ),
        (
            profile("[input]\nencoding = \"windows-1252\"\n"),
            "none instead of --encoding \"windows-1252\"",
        ),
        (
            profile("").replace("InTrial", "InProduction"),
            "--set \"State=InTrial\" instead of --set \"State=InProduction\"",
        ),
        (
            profile("").replace("Ebene = \"Level\"\n", ""),
            "--map \"Ebene=Level\" instead of none",
        ),
        (
            profile("[existing]\non_exists = \"update\"\n"),
            "none instead of --on-exists \"update\"",
        ),
    ] {
        desk.write("p.toml", text);
        let done = resume(&["--profile", "p.toml"]).exits(2);
        done.says(&["began with other options", said, "--as-begun", "--new-run"]);
    }
    assert_eq!(
        service.requests(Method::AddPartner),
        before,
        "nothing was sent"
    );
    // What is offered goes on with what the run began with.
    let done = resume(&["--profile", "p.toml"]).exits(2);
    let line = offered(&done.err, "--as-begun");
    let like = desk.at(&service, &["resume"]);
    typed_in(&desk.path(""), &line, "", &like).exits(0);
    let added = service.added();
    assert_eq!(added.len(), 20);
    assert!(added.iter().all(|one| one.state == "InTrial"), "as begun");
}

#[test]
fn resume_without_the_profile_goes_on_as_begun() {
    let desk = Desk::new();
    let service = Service::slow(Duration::from_millis(25));
    desk.write("p.toml", "[map]\nFirma = \"Name\"\nEbene = \"Level\"\n");
    desk.write("in.csv", twenty());
    let begin = [
        "run",
        "in.csv",
        "--yes",
        "--out",
        "out",
        "--profile",
        "p.toml",
    ];
    interrupted(&service, desk.at(&service, &begin));
    desk.run_at(&service, &["resume"]).exits(0);
    assert_eq!(service.added().len(), 20);
}
