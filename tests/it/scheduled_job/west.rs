//! `west`: exports that are empty, have shrunk or grown, and a night that was cut off before the list
//! changed.

use super::{Job, end_of, until};

/// A night whose export is this text.
#[track_caller]
fn export(job: &mut Job, text: &str, code: i32, says: &str) {
    let service = job.evening();
    job.desk.write("list.csv", text);
    let done = end_of(job.start(&service));
    job.refuses(done, code, says);
    // Nobody is to be wanted who was not there before.
    let rows = std::mem::take(&mut job.rows);
    job.morning(service, &[]);
    job.rows = rows;
}

#[test]
fn ten_nights_of_west() {
    let mut job = Job::new(
        "west",
        "min_rows = \"50%\"\nmax_create = 100\nmax_errors = \"20%\"\n",
    );
    job.put_top();

    // 1: all are new.
    job.put_many(0..19);
    job.night(0, &[]);
    job.tells(&[(0, "")]);

    // 2: the export has a header and nobody below it.
    export(
        &mut job,
        "ExternalCode,Name,Parent,Level,State,Country\n",
        3,
        "error[R003]",
    );
    job.tells(&[(3, "list.csv holds no customer")]);

    // 3: it has no byte, which is the same to whoever was told.
    export(&mut job, "", 3, "error[R001]");
    job.tells(&[]);

    // 4: it is there again, with two more.
    job.put_many(19..21);
    job.night(0, &[]);
    assert_eq!(job.asked("AddPartner"), 2);
    job.tells(&[(0, "")]);

    // 5: it has shrunk to one row.
    let shrunk: String = job
        .list()
        .lines()
        .take(2)
        .map(|line| format!("{line}\n"))
        .collect();
    export(&mut job, &shrunk, 2, "shrunk from 22 rows to 1");
    job.tells(&[(2, "shrunk from 22 rows to 1")]);

    // 6: it is whole again; the refused night is no measure.
    job.night(0, &[]);
    job.tells(&[(0, "")]);

    // 7: the machine is switched off in the midst of sixty.
    job.put_many(21..81);
    let service = job.evening();
    let mut child = job.start(&service);
    until("some customers", || job.asked("AddPartner") > 5);
    child.kill().expect("it can be killed");
    assert!(!child.wait().expect("it ends").success());
    drop(service);
    let there = job.tenant().partners();
    let there = there.iter().filter(|one| !one.original && !one.removed);
    let there = there.count();
    let (before, all) = (job.wanted.len(), job.rows.len());
    assert!(
        (before..all).contains(&there),
        "{there}: it was over too soon"
    );
    assert!(
        (job.figure("exit_code", "")).abs() < 0.1,
        "nobody could tell"
    );
    job.tells(&[]);

    // 8: the list has changed meanwhile: one is renamed, one is gone that was not sent yet, one is new. The
    // night begins anew, and whoever the other has created is recognised.
    "Kunde 21 und Sohn".clone_into(&mut job.row("K-021").name);
    job.rows.remove("K-080");
    job.put_many(81..82);
    let service = job.evening();
    let done = end_of(job.start(&service));
    job.ends_saying(done, 0, "abandoned for a new run");
    assert_eq!(job.asked("AddPartner"), job.rows.len() - there);
    job.morning(service, &[]);
    job.tells(&[]);

    // 9: somebody exported everybody.
    let rows = job.rows.clone();
    job.put_many(100..300);
    let everybody = job.list();
    job.rows = rows;
    export(
        &mut job,
        &everybody,
        2,
        "create 200 customers, and the limit is 100",
    );
    job.tells(&[(2, "the limit is 100")]);

    // 10: as it should be.
    job.night(0, &[]);
    assert_eq!(job.asked("AddPartner"), 0);
    job.tells(&[(0, "")]);
}
