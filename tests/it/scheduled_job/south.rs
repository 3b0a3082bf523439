//! `south`: quarantine, six attempts in one night, a wrong list, customers who left, an update taken back.

use partner_import::sandbox::{ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER};

use super::{Job, TAKEN, end_of};
use crate::cli::desk::Done;

#[test]
fn ten_nights_of_south() {
    let mut job = Job::new("south", "max_errors = \"20%\"\n");
    job.put_top();
    job.put("B-0", TAKEN);
    job.put_many(0..12);
    let figure_is = |job: &Job, name: &str, status: &str, value: f64| {
        let found = job.figure(name, status);
        assert!((found - value).abs() < 0.1, "{name} {status}: {found}");
    };

    // 1: a row is refused.
    job.night(1, &["B-0"]);
    figure_is(&job, "rows", "failed", 1.0);
    figure_is(&job, "orphans", "", 0.0);
    job.tells(&[(1, "")]);

    // 2, 3: it is refused again, which is no news.
    for _ in 2..=3 {
        job.night(1, &["B-0"]);
        figure_is(&job, "quarantined_rows", "", 0.0);
        job.tells(&[]);
    }

    // 4: it is left alone from now on, which is.
    job.night(1, &["B-0"]);
    assert_eq!(job.asked("AddPartner"), 0);
    figure_is(&job, "quarantined_rows", "", 1.0);
    job.tells(&[(1, "")]);

    // 5: the service is down all night; the schedule tries six times.
    let service = job.evening();
    let endpoint = service.endpoint.clone();
    drop(service);
    for _ in 0..6 {
        let mut attempt = job.command(&endpoint);
        Done::of(&attempt.output().expect("it starts")).exits(5);
        figure_is(&job, "exit_code", "", 5.0);
        job.the_lock_is_free();
    }
    job.tells(&[(5, "cannot be reached")]);

    // 6: it is up again.
    job.night(1, &["B-0"]);
    job.tells(&[(1, "")]);

    // 7: somebody has mistyped a whole column.
    let rows = job.rows.clone();
    for row in job
        .rows
        .values_mut()
        .filter(|row| row.level == "EndCustomer")
    {
        row.level = "Boss";
    }
    let service = job.evening();
    let done = end_of(job.start(&service));
    job.refuses(done, 2, "13 of 14 rows are wrong");
    job.rows = rows;
    job.morning(service, &["B-0"]);
    job.tells(&[(2, "13 of 14 rows are wrong")]);

    // 8: it is mended, the refused row too; two customers have left, and stay billed.
    "Mended Ltd".clone_into(&mut job.row("B-0").name);
    for gone in ["K-003", "K-004"] {
        job.rows.remove(gone);
    }
    job.night(0, &[]);
    figure_is(&job, "quarantined_rows", "", 0.0);
    figure_is(&job, "orphans", "", 2.0);
    job.tells(&[(0, "")]);

    // 9: a customer was renamed in the console, and gets the name of the list back.
    job.rename("Kunde 7", "Umbenannt");
    job.night(0, &[]);
    assert_eq!(
        (job.asked("AddPartner"), job.asked("ModifyPartner")),
        (0, 1)
    );
    figure_is(&job, "rows", "updated", 1.0);
    job.tells(&[]);

    // 10: a name is changed by the list, which was a mistake: it is taken back in the morning.
    "Falsch Getippt".clone_into(&mut job.row("K-001").name);
    let service = job.evening();
    let done = end_of(job.start(&service));
    job.ends(done, 0);
    figure_is(&job, "rows", "updated", 1.0);
    let undo = ["undo", "last", "--confirm", "1", "--profile", "south.toml"];
    let mut undo = job.desk.tool(&undo);
    undo.env("PARTNER_IMPORT_ENDPOINT", &service.endpoint)
        .env("PARTNER_IMPORT_PARTNER", ACCOUNT_PARTNER)
        .env("PARTNER_IMPORT_USERNAME", ACCOUNT_USER)
        .env("PARTNER_IMPORT_PASSWORD", ACCOUNT_PASSWORD);
    Done::of(&undo.output().expect("it starts")).exits(0);
    "Kunde 1".clone_into(&mut job.row("K-001").name);
    job.morning(service, &[]);
    job.tells(&[]);
}
