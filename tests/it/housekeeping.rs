//! What an unattended machine needs: one run at a time, old journals removed, private files, a
//! full disk that costs nothing.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use partner_import::sandbox::Method;

use crate::cli::desk::{Desk, Done, SMALL, Service, end_of};

/// Customers side by side.
fn flat(count: usize) -> String {
    let rows: String = (0..count)
        .map(|row| format!("Kunde {row},EndCustomer,InTrial,DE\n"))
        .collect();
    format!("Name,Level,State,Country\n{rows}")
}

/// Starts a run that takes a while, and waits until it sends.
fn under_way(desk: &Desk, service: &Service) -> Child {
    desk.begin_import(service, &["--concurrency", "1"], 2)
}

fn ids(desk: &Desk) -> Vec<String> {
    let listed = desk.run(&["runs", "--format", "json"]).exits(0).json();
    let runs = listed.as_array().expect("a list");
    // Oldest first.
    runs.iter()
        .rev()
        .map(|run| run["run_id"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn a_second_process_is_told_who_is_at_work_and_a_killed_one_leaves_no_lock() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(60)));
    desk.write("in.csv", flat(60));
    desk.write(
        "other.csv",
        "Name,Level,State,Country\nAndere,EndCustomer,InTrial,DE\n",
    );
    let mut first = under_way(&desk, &service);
    let run = ids(&desk).pop().expect("a run");
    for arguments in [&["run", "other.csv", "--yes"][..], &["resume"]] {
        let done = desk.run_at(&service, arguments).exits(6);
        let process = format!("process {} on ", first.id());
        let of_run = format!("in.csv, run {run})");
        done.says(&[
            "another run is at work",
            &process,
            " since 20",
            &of_run,
            "wait until",
        ]);
    }
    // Whoever may have it is not removed either.
    let prune = ["runs", "prune", "--keep", "0", "--unfinished", "--yes"];
    desk.run(&prune)
        .exits(0)
        .says(&["at work: process", "0 journals removed"]);
    assert_eq!(ids(&desk), std::slice::from_ref(&run));
    // Another target is nobody's business.
    let mut other = desk.at(&service, &["run", "other.csv", "--yes"]);
    other.env("PARTNER_IMPORT_PARTNER", "Sandbox MSP");
    end_of(other.spawn().expect("it starts")).exits(4);

    service.kill(&mut first);
    let note = fs::read_dir(desk.path("state/locks")).expect("locks");
    assert!(
        note.flatten()
            .any(|entry| entry.path().to_string_lossy().ends_with("holder.json")),
        "the killed process left its note"
    );
    let done = desk
        .run_at(
            &service,
            &["run", "in.csv", "--yes", "--settle-wait", "50ms"],
        )
        .exits(0);
    done.says(&["continuing run"]);
    let results = desk.table("out/results.csv");
    assert_eq!(results.statuses(), ["created"; 60]);
    service.agrees_with(&results, "Name");
}

#[test]
fn prune_removes_what_is_old_and_finished_and_says_what() {
    let (desk, service) = (Desk::new(), Service::new());
    for name in ["a", "b", "c"] {
        desk.write(&format!("{name}.csv"), flat(1).replace("Kunde", name));
        desk.run_at(&service, &["run", &format!("{name}.csv"), "--yes"])
            .exits(0);
    }
    let before = ids(&desk);
    assert_eq!(before.len(), 3);
    let prune = |flags: &[&str]| desk.run(&[&["runs", "prune"], flags].concat());

    prune(&[]).exits(2).says(&["--keep", "--older-than"]);
    prune(&["--older-than", "long"]).exits(2).says(&["90d"]);
    prune(&["--keep", "1"])
        .exits(2)
        .says(&["2 journals", "--yes", "--dry-run"]);
    prune(&["--keep", "0", "--older-than", "90d", "--yes"])
        .exits(0)
        .says(&["0 journals removed"]);
    let dry = prune(&["--keep", "1", "--dry-run"]).exits(0);
    assert!(
        dry.out.contains(&before[0]) && dry.out.contains(&before[1]),
        "{}",
        dry.out
    );
    assert!(!dry.out.contains(&before[2]), "{}", dry.out);
    dry.says(&["2 journals would be removed", "KiB"]);
    assert_eq!(ids(&desk), before);

    let bytes: u64 = before[..2]
        .iter()
        .flat_map(|id| ["sqlite", "lock"].map(|end| format!("state/runs/{id}.{end}")))
        .map(|name| fs::metadata(desk.path(&name)).expect("a file").len())
        .sum();
    let done = prune(&["--keep", "1", "--yes", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(done["bytes"], bytes);
    assert_eq!(done["removed"][0]["run_id"], before[0]);
    assert_eq!(ids(&desk), before[2..]);
    assert_eq!(
        names(&desk.path("state/runs")),
        [format!("{}.sqlite", before[2])]
    );
    assert!(
        desk.path("a-results").is_dir(),
        "result files are the user's"
    );
    prune(&["--older-than", "0s", "--yes"])
        .exits(0)
        .says(&["1 journal removed"]);
    assert!(ids(&desk).is_empty());
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory").flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    // Locks stay beside their journals.
    names.retain(|name| !name.contains(".lock"));
    names.sort();
    names
}

#[test]
fn prune_keeps_what_is_unfinished_or_not_understood() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(40)));
    desk.write("in.csv", flat(40));
    let mut child = under_way(&desk, &service);
    service.kill(&mut child);
    let run = ids(&desk);
    desk.write(
        "state/runs/20200101-000000-aaaa.sqlite",
        "no journal at all",
    );
    let prune = ["runs", "prune", "--keep", "0", "--yes"];
    let done = desk.run(&prune).exits(0);
    done.says(&[
        &run[0],
        "unfinished",
        "20200101-000000-aaaa",
        "0 journals removed",
    ]);
    assert_eq!(ids(&desk), run);
    let done = desk.run(&[&prune[..], &["--unfinished"]].concat()).exits(0);
    done.says(&["1 journal removed"]);
    assert_eq!(
        names(&desk.path("state/runs")),
        ["20200101-000000-aaaa.sqlite"]
    );
}

#[cfg(unix)]
#[test]
fn what_a_run_leaves_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    fn modes(directory: &Path, wrong: &mut Vec<String>, count: &mut usize) {
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        if mode(directory) != 0o700 {
            wrong.push(format!("{}: {:o}", directory.display(), mode(directory)));
        }
        for entry in fs::read_dir(directory).expect("a directory").flatten() {
            let path = entry.path();
            *count += 1;
            if path.is_dir() {
                modes(&path, wrong, count);
            } else if mode(&path) != 0o600 {
                wrong.push(format!("{}: {:o}", path.display(), mode(&path)));
            }
        }
    }
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(40)));
    desk.write("in.csv", flat(40));
    let mut wrong = Vec::new();
    let mut count = 0;
    let child = under_way(&desk, &service);
    // While it runs: the log beside the journal and the note beside the lock are there as well.
    modes(&desk.path("state"), &mut wrong, &mut count);
    assert!(count >= 6, "{count}");
    end_of(child).exits(0);
    desk.run(&["plan", "in.csv", "--sandbox"]).exits(0);
    modes(&desk.path("state"), &mut wrong, &mut count);
    modes(&desk.path("out"), &mut wrong, &mut count);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Runs the tool with files that cannot grow beyond so many blocks of 512 bytes, as on a disk that
/// is full.
#[cfg(target_os = "linux")]
fn with_small_files(
    desk: &Desk,
    tool: &std::process::Command,
    blocks: u32,
) -> crate::cli::desk::Done {
    use std::process::{Command, Stdio};
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", &script])
        .arg(tool.get_program())
        .args(tool.get_args());
    shell.current_dir(desk.path("")).env_clear();
    shell
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in tool.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    end_of(shell.spawn().expect("a shell"))
}

/// The library that writes workbooks panics where its temporary file is full.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_when_the_workbook_is_written_is_an_error_and_no_panic() {
    let desk = Desk::new();
    desk.write("in.xlsx", with_a_picture(2 << 20));
    let run = ["run", "in.xlsx", "--sandbox", "--yes", "--rate", "none"];
    desk.run(&run).exits(0);
    for log in ["text", "json"] {
        let report = ["report", &ids(&desk)[0], "--out", "again"];
        let tool = desk.tool(&[&report[..], &["--log-format", log]].concat());
        let done = with_small_files(&desk, &tool, 1200).exits(5);
        assert!(!done.err.contains("panicked"), "{}", done.err);
        done.says(&["again/results.xlsx", "free some disk space"]);
        assert_eq!(desk.table("again/results.csv").rows.len(), 30);
    }
}

/// A workbook that is larger than the text files of its rows: it holds a picture of so many bytes, which
/// do not get smaller.
#[cfg(target_os = "linux")]
fn with_a_picture(bytes: usize) -> Vec<u8> {
    use rust_xlsxwriter::{Image, Workbook};
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    };
    let mut random = fastrand::Rng::with_seed(7);
    let noise: Vec<u8> = std::iter::repeat_with(|| random.u8(..))
        .take(bytes)
        .collect();
    let head = [&[0, 0, 0, 9, 0, 0, 0, 9][..], &[8, 2, 0, 0, 0]].concat();
    let picture = [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &head),
        &chunk(b"noIs", &noise),
        &chunk(b"IEND", &[]),
    ]
    .concat();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(flat(30).lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    let image = Image::new_from_buffer(&picture).expect("a picture");
    sheet.insert_image(1, 12, &image).expect("it fits");
    book.save_to_buffer().expect("a workbook")
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_a_run_that_can_be_continued() {
    let (desk, service) = (Desk::new(), Service::slow(Duration::from_millis(4)));
    desk.write("in.csv", flat(300));
    let one = ["--concurrency", "1"];
    let done = with_small_files(&desk, &desk.import_command(&service, &one), 600).exits(5);
    done.says(&["cannot write the journal", "free some disk space"]);
    let sent = service.requests(Method::AddPartner);
    assert!(
        (1..300).contains(&sent),
        "{sent}: it is to stop in the middle"
    );
    let run = ["run", "in.csv", "--yes", "--settle-wait", "50ms"];
    desk.run_at(&service, &run)
        .exits(0)
        .says(&["continuing run"]);
    let results = desk.table("out/results.csv");
    assert_eq!(results.rows.len(), 300);
    assert!(results.column("ID").iter().all(|id| !id.is_empty()));
    service.agrees_with(&results, "Name");
    assert_eq!(service.added().len(), 300);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_from_the_start_sends_nothing() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", flat(500));
    with_small_files(&desk, &desk.import_command(&service, &[]), 80)
        .exits(5)
        .says(&["journal", "disk space"]);
    assert_eq!(service.requests(Method::AddPartner), 0);
    desk.import(&service, "in.csv").exits(0);
    assert_eq!(service.added().len(), 500);
}

/// Without room for the file through which processes share a journal, SQLite does not even read it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_journals_fault() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let before = desk.run(&["runs"]).exits(0);
    assert!(before.out.contains("done"), "{}", before.out);
    let full = |arguments: &[&str]| {
        let done = with_small_files(&desk, &desk.at(&service, arguments), 20).exits(5);
        let done = done.says(&["state/runs/", "its disk is full", "free some disk space"]);
        for wrong in [
            "damaged",
            "there are no runs",
            "there is no run",
            "--new-run",
        ] {
            assert!(!done.err.contains(wrong), "{wrong}: {}", done.err);
        }
    };
    full(&["runs"]);
    full(&["undo", "last", "--dry-run"]);
    full(&["resume"]);
    for more in [&[][..], &["--new-run"], &["--min-rows", "50%"]] {
        full(&[&["run", "in.csv", "--yes", "--out", "out"], more].concat());
    }
    assert_eq!(desk.run(&["runs"]).exits(0).out, before.out);
}

/// A run whose result files cannot be written says what it came to, and everywhere the same.
#[test]
fn a_run_without_its_files_says_what_it_has_created() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    // Nothing can take the place of a directory.
    fs::create_dir_all(desk.path("out/summary.json")).expect("a directory");
    let run = [
        "--log-format",
        "json",
        "--metrics-file",
        "m.prom",
        "--format",
        "json",
    ];
    let done = Done::of(
        &desk
            .import_command(&service, &run)
            .output()
            .expect("it starts"),
    );
    let done = done.exits(5);
    let created = service.added().len();
    assert!(created > 0);
    let lines = done.err.lines();
    let lines: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let ended = lines.iter().find(|line| line["message"] == "run ended");
    let ended = ended.expect("the log says how it ended");
    assert_eq!(
        (&ended["exit_code"], &ended["created"]),
        (&5.into(), &created.into())
    );
    let error = lines.iter().find(|line| line["level"] == "ERROR");
    let error = error.expect("the log says why")["message"].to_string();
    assert!(error.contains("summary.json"), "{error}");
    let told = done.json();
    assert_eq!(
        (&told["exit_code"], &told["counts"]["created"]),
        (&5.into(), &created.into())
    );
    let metrics = fs::read_to_string(desk.path("m.prom")).expect("metrics");
    let of = |name: &str, label: &str| {
        let mut lines = metrics.lines();
        let line = lines.find(|line| line.starts_with(name) && line.contains(label));
        let line = line.unwrap_or_else(|| panic!("{name}: {metrics}"));
        line.rsplit(' ').next().unwrap_or_default().to_owned()
    };
    assert_eq!(of("partner_import_exit_code", ""), "5");
    assert_eq!(
        of("partner_import_rows", "status=\"created\""),
        created.to_string()
    );
}

#[test]
fn journals_that_were_moved_aside_are_named_with_what_to_do() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let run = &ids(&desk)[0];
    let runs = desk.path("state/runs");
    for file in std::fs::read_dir(&runs).expect("a directory") {
        let path = file.expect("a file").path();
        std::fs::rename(&path, format!("{}.damaged", path.display())).expect("moved");
    }
    let named = format!("{run}.sqlite.damaged");
    desk.run(&["runs"]).exits(0).says(&[
        &named,
        "remove `.damaged` from",
        "there are no runs that can be read",
    ]);
    let json = desk.run(&["runs", "--format", "json"]).exits(0);
    assert_eq!(json.out.trim(), "[]");
    json.says(&[&named]);
}

#[test]
fn a_journal_of_a_run_that_never_began_is_no_lasting_warning() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    // Killed at its very start: made, and nothing in it.
    let empty = desk.write("state/runs/20200101-000000-abcd.sqlite", "");
    let again = desk.import(&service, "in.csv").exits(0);
    assert!(!again.err.contains("20200101"), "{}", again.err);
    let resume = ["resume", "20200101"];
    desk.run_at(&service, &resume).exits(2).says(&[
        "its process ended before the run had begun, and sent nothing",
        "runs prune",
    ]);
    let prune = ["runs", "prune", "--keep", "30", "--yes"];
    // One that is being made now is left alone.
    desk.run(&prune).exits(0);
    assert!(empty.exists());
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(600);
    let file = std::fs::File::options().write(true).open(&empty);
    file.and_then(|file| file.set_modified(old))
        .expect("its time");
    let look = desk.run(&[&prune[..], &["--dry-run"]].concat()).exits(0);
    look.says(&["20200101-000000-abcd would be removed: it is empty"]);
    assert!(empty.exists());
    desk.run(&prune)
        .exits(0)
        .says(&["20200101-000000-abcd removed: it is empty"]);
    assert!(!empty.exists());
    assert_eq!(desk.run(&["runs"]).exits(0).out.lines().count(), 2);
}
