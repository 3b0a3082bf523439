//! Result files, from journals made by hand: whole files against literal expectations.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use partner_import::journal::{Entry, Event, PlannedRow, RunInfo, Sample, Store};
use partner_import::model::{
    CellKind, CustomerName, DefaultAccount, Deployment, Ending, Happening, Operation, Origin,
    Outcome, Parent, PartnerId, PartnerInfo, Planned, RowBatch, RowIndex, Took,
};
use partner_import::report::{Ended, ReportOptions, Written, next, text, write_all};

use crate::support::world::run_info;

pub(crate) const START_MS: i64 = 1_767_323_045_000;

pub(crate) fn info(header: &[&str]) -> RunInfo {
    RunInfo {
        id: "20260102-030405-abcd".into(),
        tool_version: "0.1.0".into(),
        started_ms: START_MS,
        input_path: "customers.csv".into(),
        input_full_path: "/data/customers.csv".into(),
        input_sha256: "00ff".into(),
        delimiter: ';',
        endpoint: "http://127.0.0.1:4000/jsonapi".into(),
        partner: "Sandbox MSP (admin@example.com)".into(),
        out_dir: "customers-results".into(),
        header: header.iter().map(ToString::to_string).collect(),
        ..run_info()
    }
}

pub(crate) fn id(number: i64) -> PartnerId {
    PartnerId::from_number(number).unwrap()
}

pub(crate) fn partner(name: &str) -> Arc<PartnerInfo> {
    Arc::new(PartnerInfo::named(CustomerName::parse(name).unwrap()))
}

pub(crate) fn create(name: &str, parent: Parent) -> Planned {
    Planned::Send(Operation::Create {
        parent,
        partner: partner(name),
        account: DefaultAccount::None,
    })
}

/// A journal with these rows: number, cells, action, code, message.
pub(crate) fn store(info: &RunInfo, rows: &[(u32, &[&str], Planned, &str, &str)]) -> Store {
    let mut store = Store::in_memory(info).unwrap();
    let mut batch = RowBatch::default();
    for (number, cells, ..) in rows {
        for cell in *cells {
            batch.push_cell(cell, CellKind::Text);
        }
        batch.end_row(*number, *number);
    }
    store.add_rows([(RowIndex(0), batch)].into_iter()).unwrap();
    let planned = (0..)
        .zip(rows)
        .map(|(row, (_, _, action, code, message))| PlannedRow {
            row: RowIndex(row),
            action: action.clone(),
            deployment: Deployment::AsItIs,
            code: (*code).to_owned(),
            message: (*message).to_owned(),
        })
        .collect::<Vec<_>>();
    store.add_plan(info, &planned, START_MS).unwrap();
    store
}

pub(crate) fn events(store: &mut Store, events: &[(u32, Happening)]) {
    let entries: Vec<Entry> = (0..)
        .zip(events)
        .map(|(step, (row, kind))| {
            Entry::Event(Event {
                row: RowIndex(*row),
                kind: kind.clone(),
                at_ms: START_MS + step * 100,
            })
        })
        .collect();
    store.write(&entries).unwrap();
}

pub(crate) fn finish(store: &mut Store, ending: Ending) {
    let counts = vec![
        ("AddPartner".to_owned(), 4),
        ("Login".to_owned(), 1),
        ("retries".to_owned(), 2),
    ];
    let finished = Entry::Finished {
        at_ms: START_MS + 65_500,
        ending,
    };
    let mut took = Took::default();
    for ms in [120, 180, 190, 200, 900] {
        took.add(Duration::from_millis(ms));
    }
    let pulse = Entry::Pulse(vec![Sample {
        at_ms: START_MS + 1_000,
        method: "AddPartner".into(),
        answered: 4,
        put_off: 1,
        lost: 1,
        took,
    }]);
    store
        .write(&[Entry::Requests(counts), pulse, finished])
        .unwrap();
}

/// One row of every kind.
pub(crate) fn every_kind() -> Store {
    let info = info(&["Name", "Parent", "Phone"]);
    let root = Parent::Customer(id(1000));
    let acme = Parent::Row(RowIndex(2));
    let exists = Planned::Exists {
        id: id(77),
        parent: root,
        partner: partner("Old"),
    };
    let blocked = Planned::Blocked { by: RowIndex(4) };
    let mut store = store(
        &info,
        &[
            (
                2,
                &["Site A", "Acme", "+43 1 234"],
                create("Site A", acme),
                "V501",
                "no country; the parent's is taken",
            ),
            (3, &["Old", ""], exists, "", ""),
            (4, &["Acme", "", "=1+1"], create("Acme", root), "", ""),
            (
                6,
                &["Taken; \"Ltd\"", "", "", "left"],
                create("Taken", root),
                "",
                "",
            ),
            (
                7,
                &["", "Acme"],
                Planned::Invalid,
                "V101 V204",
                "C7: no name; B7: no such level",
            ),
            (8, &["Below", ""], blocked, "", ""),
            (9, &["Lost", ""], create("Lost", root), "", ""),
            (
                10,
                &["Ünsent\nSecond line", ""],
                create("Unsent", root),
                "",
                "",
            ),
        ],
    );
    let failed = Outcome::failed("11001", "Partner with such name already exists").into();
    events(
        &mut store,
        &[
            (2, Happening::Intent),
            (3, Happening::Intent),
            (
                2,
                Happening::Ended(Outcome::Created(id(1001), Origin::Answered)),
            ),
            (0, Happening::Intent),
            (3, failed),
            (
                0,
                Happening::Ended(Outcome::Created(id(1002), Origin::Answered)),
            ),
            (6, Happening::Intent),
            (
                6,
                Happening::Unknown {
                    message: "the connection was reset".into(),
                },
            ),
        ],
    );
    store
}

pub(crate) fn written(
    store: &Store,
    options: &ReportOptions,
) -> (tempfile::TempDir, PathBuf, Written) {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("out");
    let written = write_all(store, &out, options).unwrap();
    (directory, out, written)
}

pub(crate) fn read(out: &Path, name: &str) -> String {
    String::from_utf8(fs::read(out.join(name)).unwrap()).unwrap()
}

#[test]
fn results_and_rejected_hold_the_rows_as_they_were_and_what_became_of_them() {
    let store = every_kind();
    let (_directory, out, written) = written(&store, &ReportOptions::default());
    let header = "\u{feff}Name;Parent;Phone;;ID;ImportStatus;ImportCode;ImportMessage\r\n";
    let made = "Site A;Acme;'+43 1 234;;1002;created;V501;\"no country; the parent's is taken\"\r\n\
        Old;;;;77;exists;;\r\n\
        Acme;;'=1+1;;1001;created;;\r\n";
    let rest = "\"Taken; \"\"Ltd\"\"\";;;left;;failed;11001;Partner with such name already exists\r\n\
        ;Acme;;;;invalid;V101 V204;\"C7: no name; B7: no such level\"\r\n\
        Below;;;;;blocked;H301;not sent, because row 7 above it has an error\r\n\
        Lost;;;;;unknown;;sent, but not known whether it was created: the connection was reset\r\n\
        \"Ünsent\nSecond line\";;;;;pending;;not sent: the run stopped before this row\r\n";
    assert_eq!(read(&out, "results.csv"), format!("{header}{made}{rest}"));
    assert_eq!(read(&out, "rejected.csv"), format!("{header}{rest}"));
    written.counts.assert_adds_up();
    let names: Vec<_> = written
        .paths
        .iter()
        .map(|path| path.file_name().unwrap().to_owned())
        .collect();
    for name in ["results.csv", "rejected.csv", "summary.json"] {
        assert!(
            names.iter().any(|written| written == name),
            "{name} in {names:?}"
        );
    }
    assert_eq!(
        fs::read_dir(&out).unwrap().count(),
        names.len(),
        "nothing else is left there"
    );
}

#[test]
fn ids_are_filled_in_place_and_an_earlier_run_s_columns_written_anew() {
    let mut info = info(&["ImportStatus", "ID", "ImportCode", "Name", "ImportMessage"]);
    info.id_column = Some(1);
    info.own_columns = vec![0, 2, 4];
    info.delimiter = ',';
    let root = Parent::Customer(id(1000));
    let exists = Planned::Exists {
        id: id(77),
        parent: root,
        partner: partner("Old"),
    };
    let mut store = store(
        &info,
        &[
            (2, &["exists", "77", "", "Old", ""], exists, "", ""),
            (
                3,
                &["failed", "", "9", "'=Sum", "no"],
                create("=Sum", root),
                "",
                "",
            ),
            (
                4,
                &["invalid", "abc", "V301", "'''quoted", "x"],
                Planned::Invalid,
                "V301",
                "B4: no id",
            ),
        ],
    );
    events(
        &mut store,
        &[
            (1, Happening::Intent),
            (
                1,
                Happening::Ended(Outcome::Created(id(78), Origin::Answered)),
            ),
        ],
    );
    let (_directory, out, _) = written(&store, &ReportOptions::default());
    assert_eq!(
        read(&out, "results.csv"),
        "\u{feff}ID,Name,ImportStatus,ImportCode,ImportMessage\r\n\
         77,Old,exists,,\r\n\
         78,'=Sum,created,,\r\n\
         abc,'''quoted,invalid,V301,B4: no id\r\n"
    );
    assert_eq!(
        read(&out, "rejected.csv"),
        "\u{feff}ID,Name,ImportStatus,ImportCode,ImportMessage\r\n\
         abc,'''quoted,invalid,V301,B4: no id\r\n"
    );
}

#[test]
fn headers_are_neutralised_and_nothing_rejected_leaves_a_header_only() {
    let mut store = store(
        &info(&["=cmd|' /C calc'!A0", "Name"]),
        &[(
            2,
            &["", "A"],
            create("A", Parent::Customer(id(1000))),
            "",
            "",
        )],
    );
    events(
        &mut store,
        &[(
            0,
            Happening::Ended(Outcome::Created(id(5), Origin::Answered)),
        )],
    );
    let (_directory, out, _) = written(&store, &ReportOptions::default());
    let header = "\u{feff}'=cmd|' /C calc'!A0;Name;ID;ImportStatus;ImportCode;ImportMessage\r\n";
    assert_eq!(
        read(&out, "results.csv"),
        format!("{header};A;5;created;;\r\n")
    );
    assert_eq!(read(&out, "rejected.csv"), header);
}

#[test]
fn the_summary_says_it_all_to_a_machine() {
    let mut store = every_kind();
    finish(&mut store, Ending::SomeRows);
    let (_directory, out, _) = written(&store, &ReportOptions::default());
    assert_eq!(
        read(&out, "summary.json"),
        r#"{
  "version": 2,
  "run_id": "20260102-030405-abcd",
  "tool_version": "0.1.0",
  "started_at": "2026-01-02T03:04:05Z",
  "finished_at": "2026-01-02T03:05:10.5Z",
  "input": {
    "path": "customers.csv",
    "sha256": "00ff"
  },
  "endpoint": "http://127.0.0.1:4000/jsonapi",
  "mode": "sandbox",
  "counts": {
    "rows": 8,
    "created": 2,
    "exists": 1,
    "updated": 0,
    "failed": 1,
    "invalid": 1,
    "blocked": 1,
    "unknown": 1,
    "pending": 1
  },
  "quarantined": 0,
  "requests": {
    "AddPartner": 4,
    "Login": 1,
    "retries": 2,
    "total": 5
  },
  "verified": true,
  "mismatches": 0,
  "exit_code": 1
}
"#
    );
}

#[test]
fn a_stopped_run_has_the_exit_code_of_its_process() {
    let store = every_kind();
    let ended = Some(Ended {
        at_ms: START_MS + 1000,
        ending: Ending::Interrupted,
    });
    let options = ReportOptions {
        ended,
        ..ReportOptions::default()
    };
    let (_directory, out, _) = written(&store, &options);
    let summary: serde_json::Value = serde_json::from_str(&read(&out, "summary.json")).unwrap();
    assert_eq!(summary["exit_code"], 130);
    assert_eq!(summary["finished_at"], "2026-01-02T03:04:06Z");
    assert_eq!(summary["verified"], false);
    assert_eq!(
        summary["requests"],
        serde_json::json!({"retries": 0, "total": 0})
    );
}

#[test]
fn the_order_of_events_does_not_show_in_the_files() {
    let root = Parent::Customer(id(1000));
    let rows: [(u32, &[&str], Planned, &str, &str); 2] = [
        (2, &["A"], create("A", root), "", ""),
        (3, &["B"], create("B", root), "", ""),
    ];
    let info = info(&["Name"]);
    let (mut unbroken, mut resumed) = (store(&info, &rows), store(&info, &rows));
    let (a, b) = (
        Happening::Ended(Outcome::Created(id(5), Origin::Answered)),
        Happening::Ended(Outcome::Created(id(6), Origin::Answered)),
    );
    events(
        &mut unbroken,
        &[
            (0, Happening::Intent),
            (0, a.clone()),
            (1, Happening::Intent),
            (1, b.clone()),
        ],
    );
    events(
        &mut resumed,
        &[
            (1, Happening::Intent),
            (
                1,
                Happening::Unknown {
                    message: "reset".into(),
                },
            ),
            (1, Happening::Released),
            (1, Happening::Intent),
            (1, b),
            (0, Happening::Intent),
            (0, a),
        ],
    );
    finish(&mut unbroken, Ending::Done);
    finish(&mut resumed, Ending::Done);
    let options = ReportOptions::default();
    let (_one, first, _) = written(&unbroken, &options);
    let (_two, second, _) = written(&resumed, &options);
    for name in ["results.csv", "rejected.csv", "summary.json"] {
        assert_eq!(read(&first, name), read(&second, name), "{name}");
    }
    let workbook = |out: &Path| fs::read(out.join("results.xlsx")).unwrap();
    assert!(workbook(&first) == workbook(&second));
    assert_eq!(
        crate::report_shown::block(&first),
        crate::report_shown::block(&second)
    );
}

#[test]
fn the_closing_summary_fits_eighty_columns() {
    let mut store = every_kind();
    finish(&mut store, Ending::SomeRows);
    let (_directory, _, written) = written(&store, &ReportOptions::default());
    let files = [PathBuf::from("customers-results/results.csv")];
    let flags = next::Flags {
        every: vec!["--sandbox".to_owned()],
        ..next::Flags::default()
    };
    let next = next::next(&written.facts, Path::new("customers-results"), &flags);
    let text = text::closing(&written.facts, &files, &next, &text::Setting::default());
    let text = text.replace('\\', "/");
    insta::assert_snapshot!(text, @r"
    SANDBOX, nothing real: 2 created, 1 already there, 3 need you, 1 not settled, 1
      not sent yet
    Run 20260102-030405-abcd finished after 1 min 05 s (2026-01-02T03:05:10Z)

      created          2  created by this run
      exists           1  already there
      failed           1  refused by the service
      invalid          1  has errors, not sent
      blocked          1  its parent row was not imported, so it was not sent
      unknown          1  sent, but the tenant could not be checked
      pending          1  the run stopped before this row
      all              8  rows of the list

      created: 2 without a level; 2 whose State is left to the service

    What needs you (some rows have several causes):
          1 row  sent, but the outcome is not known
                 row 9
          1 row  the service refused: Partner with such name already exists (11001)
                 row 6
          1 row  the row has no name (V101)
                 row 7
          1 row  the state is not one of the service's (V204)
                 row 7
          1 row  below a row that was not imported: it follows once that row is
                 fixed
                 row 8

    Files:
      customers-results/results.csv

    Next, to continue where the run stopped:
      partner-import resume 20260102-030405-abcd --sandbox

    Then, to send the rejected rows again, fix them in results.xlsx and run that:
      partner-import run customers-results/results.xlsx --sandbox

    Or, with a text editor (Excel would damage it), fix rejected.csv and run that:
      partner-import run customers-results/rejected.csv --sandbox
    ");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn the_closing_summary_fits_the_terminal_it_is_read_on() {
    let mut store = every_kind();
    finish(&mut store, Ending::SomeRows);
    let (_directory, _, written) = written(&store, &ReportOptions::default());
    let results = Path::new("customers-results");
    let next = next::next(&written.facts, results, &next::Flags::default());
    for width in [40, 60, 72, 100] {
        let setting = text::Setting {
            width,
            exit: Some((
                Ending::SomeRows,
                "finished, but some rows are not as the list says",
            )),
            ..text::Setting::default()
        };
        let text = text::closing(&written.facts, &[], &next, &setting);
        // Commands are to be copied and stay whole.
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("  partner-import "));
        let wide: Vec<&str> = lines.filter(|line| line.chars().count() > width).collect();
        assert!(wide.is_empty(), "{width}: {wide:?}");
        assert!(text.contains("\nExit code 1: finished, but some"), "{text}");
        // The counts that add up are all there, however many lines they take.
        for status in ["created ", "exists ", "unknown ", "pending ", "all "] {
            assert!(text.contains(status), "{width}: {text}");
        }
    }
}

#[test]
fn a_hundred_problems_are_not_all_told() {
    let rows: Vec<Vec<String>> = (0..100).map(|row| vec![format!("C{row}")]).collect();
    let cells: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let table: Vec<(u32, &[&str], Planned, &str, &str)> = (2..)
        .zip(&cells)
        .map(|(number, cells)| (number, cells.as_slice(), Planned::Invalid, "V101", "no"))
        .collect();
    let store = store(&info(&["Name"]), &table);
    let (_directory, _, written) = written(&store, &ReportOptions::default());
    let text = text::closing(&written.facts, &[], &[], &text::Setting::default());
    assert!(
        text.contains("   100 rows  no (V101)\n             rows 2, 3, 4, 5, 6 and 95 more\n"),
        "{text}"
    );
    assert!(!text.contains("row 7"), "{text}");
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file"), "").unwrap();
    let out = directory.path().join("file").join("out");
    let error = write_all(&every_kind(), &out, &ReportOptions::default()).unwrap_err();
    assert!(
        error.to_string().starts_with("cannot make the directory "),
        "{error}"
    );
    assert!(error.help().contains("--out"), "{}", error.help());
}

#[test]
fn a_file_that_cannot_be_replaced_does_not_keep_the_others_back() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("results.csv")).unwrap();
    let error = write_all(&every_kind(), directory.path(), &ReportOptions::default()).unwrap_err();
    assert!(error.to_string().starts_with("cannot replace "), "{error}");
    assert!(error.help().contains("Excel"), "{}", error.help());
    assert!(directory.path().join("summary.json").exists());
    assert!(directory.path().join("rejected.csv").exists());
}
