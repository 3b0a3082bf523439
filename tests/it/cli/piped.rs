//! Output into files and into readers that go away.

use super::desk::{Desk, Service, end_of};

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_output_quietly() {
    let desk = Desk::new();
    let rows: String = (0..20_000).map(|row| format!("Customer {row}\n")).collect();
    desk.write(
        "in.csv",
        format!("Name,Level\n{}", rows.replace('\n', ",Boss\n")),
    );
    for arguments in [
        &["preview", "in.csv", "--all", "--format", "csv"][..],
        &["check", "in.csv", "--all", "--format", "json"],
        &["explain"],
        &["--help"],
    ] {
        let mut child = desk.tool(arguments).spawn().expect("it starts");
        drop(child.stdout.take());
        let done = end_of(child);
        assert!(
            !done.err.contains("panic") && !done.err.contains("roken pipe"),
            "{}",
            done.err
        );
        assert!((0..=1).contains(&done.code), "{arguments:?}: {}", done.code);
    }
}

#[test]
fn output_into_a_file_has_no_colours_and_no_movements() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nEins,EndCustomer,InTrial,DE\nZwei,Boss,,\n",
    );
    for no_color in [None, Some("1")] {
        let mut check = desk.tool(&["check", "in.csv"]);
        let mut run = desk.at(&service, &["run", "in.csv", "--yes", "-v"]);
        if let Some(value) = no_color {
            check.env("NO_COLOR", value);
            run.env("NO_COLOR", value);
        }
        for mut command in [check, run] {
            let done = end_of(command.spawn().expect("it starts"));
            assert!(
                !done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'),
                "{done:?}"
            );
            assert!(!done.err.contains('\r'), "{done:?}");
        }
    }
}
