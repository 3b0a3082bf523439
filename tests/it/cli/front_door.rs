//! The first minutes: a list alone, nothing at all, words of other tools, files that are not there,
//! files that are open elsewhere, and the short help.

use super::desk::{Desk, SMALL, Service};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("customers.csv", SMALL);
    desk
}

#[test]
fn a_list_alone_is_looked_at_and_the_next_command_is_said() {
    let desk = desk();
    let done = desk.run(&["customers.csv"]).exits(0);
    done.says(&["header in row 1", "-> Name (by name)"]);
    let done = desk.run(&["customers.csv"]).exits(0);
    for text in [
        "Bäckerei Süd",
        "3 rows: 3 accepted, 0 invalid",
        "Next, to see in the sandbox what a run would do:\n  partner-import plan ",
        "customers.csv --sandbox\n",
    ] {
        assert!(done.out.contains(text), "no {text:?} in\n{}", done.out);
    }
    // What was said of the list is said again; with a tenant it is that tenant's plan.
    let done = desk
        .run(&[
            "customers.csv",
            "--partner",
            "X",
            "--default",
            "State=InTrial",
        ])
        .exits(0);
    assert!(
        done.out.contains("to see what a run would do:"),
        "{}",
        done.out
    );
    assert!(done.out.contains("--default State=InTrial"), "{}", done.out);
    assert!(!done.out.contains("--sandbox"), "{}", done.out);
    // Flags may stand before it, and the whole way may be named.
    let whole = desk.path("customers.csv");
    let whole = whole.to_str().expect("UTF-8");
    desk.run(&["-q", "--state-dir", "state", whole]).exits(0);
}

#[test]
fn a_list_alone_that_is_wrong_says_how_to_go_on() {
    let desk = desk();
    desk.write("wrong.csv", "Name,Country\nA,Germny\nB,DE\n");
    let done = desk.run(&["wrong.csv"]).exits(1);
    for text in [
        "\"Germny\" is not a country's name",
        "Next, to add what the list does not say:\n  partner-import init ",
        "Then, once the list is fixed, to check it again:\n  partner-import check ",
        "Or, fix it in the browser:\n  partner-import gui ",
    ] {
        assert!(done.out.contains(text), "no {text:?} in\n{}", done.out);
    }
}

#[test]
fn a_commands_name_is_a_command_whatever_lies_here() {
    let desk = desk();
    desk.write("runs", SMALL);
    assert_eq!(desk.run(&["runs"]).exits(0).out, "");
    std::fs::create_dir(desk.path("import")).expect("a folder");
    desk.run(&["import", "customers.csv"])
        .exits(2)
        .says(&["there is no command `import`", "run customers.csv"]);
}

#[test]
fn nothing_typed_is_answered_with_what_there_is() {
    let done = desk().run::<&str>(&[]).exits(2);
    assert_eq!(done.err.lines().count(), 5, "{}", done.err);
    done.says(&["partner-import LIST", "--sandbox", "gui", "--help"]);
}

#[test]
fn words_of_other_tools_lead_to_the_command() {
    let desk = desk();
    for (typed, command) in [
        (
            &["import", "customers.csv"][..],
            "partner-import run customers.csv",
        ),
        (
            &["Upload", "my list.csv", "--sandbox"],
            "partner-import run 'my list.csv' --sandbox",
        ),
        (
            &["validate", "customers.csv"],
            "partner-import check customers.csv",
        ),
        (&["verify"], "partner-import check LIST"),
        (
            &["test", "customers.csv"],
            "partner-import run customers.csv --sandbox",
        ),
        (
            &["dry-run", "customers.csv"],
            "partner-import plan customers.csv",
        ),
        (&["rollback", "2027"], "partner-import undo 2027"),
        (
            &["update", "customers.csv"],
            "partner-import run customers.csv --on-exists update",
        ),
        (&["history"], "partner-import runs"),
        (&["customers"], "partner-import lookup partners"),
        (
            &["-v", "--profile", "p.toml", "sync", "a.csv"],
            "partner-import run a.csv",
        ),
        (&["version"], "partner-import --version"),
    ] {
        let command = if cfg!(windows) {
            command.replace('\'', "\"")
        } else {
            command.to_owned()
        };
        let done = desk.run(typed).exits(2);
        done.says(&["there is no command `", &format!("{command}\n")]);
    }
    // A command or a flag that is written wrong is answered with the line as it is right.
    for (typed, wrong, right) in [
        (
            &["chek", "customers.csv", "--strict"][..],
            "there is no command `chek`",
            "did you mean this? partner-import check customers.csv --strict\n",
        ),
        (
            &["check", "customers.csv", "--fromat=json"],
            "there is no flag `--fromat` of `check`",
            "did you mean this? partner-import check customers.csv --format=json\n",
        ),
        (
            &["check", "customers.csv", "--zzz"],
            "there is no flag `--zzz` of `check`",
            "all flags: partner-import check --help\n",
        ),
        // What works on the list alone needs no sandbox, however that is spelt.
        (
            &["check", "customers.csv", "--sandbox"],
            "there is no flag `--sandbox` of `check`",
            "`check` reaches no service, so leave it out; what a run would do in the sandbox: \
             partner-import plan FILE --sandbox\n",
        ),
        (
            &["preview", "customers.csv", "--sanbox"],
            "there is no flag `--sanbox` of `preview`",
            "partner-import plan FILE --sandbox\n",
        ),
        (
            &["runs", "prun", "--keep", "3"],
            "there is no command `prun` of `runs`",
            "did you mean this? partner-import runs prune --keep 3\n",
        ),
    ] {
        let done = desk.run(typed).exits(2);
        assert!(!done.err.contains("tip:"), "one voice: {}", done.err);
        done.says(&[&format!("error: {wrong}\n"), right]);
    }
    // The list stands first.
    desk.run(&["customers.csv", "run", "--sandbox"])
        .exits(2)
        .says(&["the command comes first: partner-import run customers.csv --sandbox"]);
    // Without its ending.
    desk.run(&["customers.csv2"]).exits(2);
    desk.write("kunden.csv", SMALL);
    desk.run(&["kunden"])
        .exits(2)
        .says(&["name with the extension: partner-import kunden.csv"]);
}

#[test]
fn a_name_with_spaces_is_put_into_quotation_marks() {
    let desk = desk();
    desk.write("June list.csv", SMALL);
    for (typed, line) in [
        (&["check", "June", "list.csv"][..], "check 'June list.csv'"),
        (&["June", "list.csv"], "partner-import 'June list.csv'"),
        (
            &["run", "June", "list.csv", "--sandbox"],
            "run 'June list.csv' --sandbox",
        ),
    ] {
        let line = if cfg!(windows) {
            line.replace('\'', "\"")
        } else {
            line.to_owned()
        };
        desk.run(typed)
            .exits(2)
            .says(&["put a name with spaces in quotation marks", &line]);
    }
}

#[test]
fn a_file_that_is_not_there_is_answered_with_the_nearest() {
    let (desk, service) = (desk(), Service::new());
    desk.write("partner-import.toml", "");
    for command in ["check", "preview", "init", "plan", "run", "open"] {
        let done = desk.run_at(&service, &[command, "custmers.csv"]).exits(3);
        let done = done.says(&[
            "there is no file custmers.csv",
            "help: did you mean customers.csv?",
        ]);
        for never in ["os error", "Windows"] {
            assert!(!done.err.contains(never), "{}", done.err);
        }
    }
    for (typed, said) in [
        (&["custmers.csv"][..], "did you mean customers.csv?"),
        (&["check", "customers.xlsx"], "did you mean customers.csv?"),
        (&["check", "nowhere.ods"], "lists there: customers.csv"),
        (
            &["check", "no folder/customers.csv"],
            "there is no folder 'no folder'",
        ),
        (
            &["check", "."],
            "it is a folder; name the file in it: lists there: ",
        ),
        (&["."], "it is a folder; name the file in it: lists there: "),
    ] {
        let said = if cfg!(windows) {
            said.replace('\'', "\"")
        } else {
            said.to_owned()
        };
        let done = desk.run(typed).exits(3).says(&[&said]);
        assert!(!done.err.contains("os error"), "{}", done.err);
    }
    // Other files are searched for among their kind.
    for (typed, code, said) in [
        (
            &["check", "customers.csv", "--profile", "partner_import.toml"][..],
            2,
            "did you mean partner-import.toml?",
        ),
        (
            &["check", "customers.csv", "--profile", "other.toml"],
            2,
            "there is no profile other.toml",
        ),
        (
            &["run", "--plan", "plan.json"],
            3,
            "cannot read the plan plan.json",
        ),
        (
            &["check", "customers.csv", "--mends", "no.toml"],
            2,
            "no.toml",
        ),
        (
            &["check", "customers.csv", "--tenant", "no.json"],
            3,
            "no.json",
        ),
    ] {
        let done = desk.run(typed).exits(code).says(&[said]);
        assert!(!done.err.contains("os error"), "{}", done.err);
    }
}

#[test]
fn a_file_that_is_open_elsewhere_is_said() {
    let desk = desk();
    desk.write("~$customers.csv", "x");
    desk.write(".~lock.other.csv#", "x");
    desk.write("other.csv", SMALL);
    desk.run(&["check", "~$customers.csv"]).exits(3).says(&[
        "~$customers.csv is no list: Excel keeps it beside customers.csv",
        "name customers.csv",
    ]);
    desk.run(&["check", ".~lock.other.csv#"])
        .exits(3)
        .says(&["LibreOffice keeps it beside other.csv"]);
    for typed in [&["check", "customers.csv"][..], &["customers.csv"]] {
        desk.run(typed).exits(0).says(&[
            "customers.csv seems to be open in Excel (~$customers.csv is beside it)",
            "unsaved changes are not read",
        ]);
    }
    desk.run(&["check", "other.csv"])
        .exits(0)
        .says(&["seems to be open in LibreOffice"]);
    // Nor is a mark ever what was meant.
    let done = desk.run(&["check", "$customers.csv"]).exits(3);
    assert!(
        done.err.contains("did you mean customers.csv?"),
        "{}",
        done.err
    );
}

#[test]
fn the_short_help_of_every_command_fits_a_screen() {
    let desk = desk();
    let root = partner_import::cli::reference::command_line();
    let mut paths: Vec<Vec<String>> = vec![Vec::new()];
    for command in root.get_subcommands() {
        let name = command.get_name().to_owned();
        for below in command.get_subcommands() {
            paths.push(vec![name.clone(), below.get_name().to_owned()]);
        }
        paths.push(vec![name]);
    }
    assert!(paths.len() > 25);
    for path in paths {
        let help = |flag: &str| {
            let words = path.iter().map(String::as_str).chain([flag]);
            let words: Vec<&str> = words.collect();
            let mut command = desk.tool(&words);
            command.env("COLUMNS", "80").env("LINES", "24");
            let done = super::desk::Done::of(&command.output().expect("it starts"));
            done.exits(0).out
        };
        let short = help("-h");
        let lines = short.lines().count();
        let widest = short.lines().map(|line| line.chars().count()).max();
        // The list of commands has a line for each of them.
        let room = if path.is_empty() { 44 } else { 40 };
        assert!(lines <= room, "{path:?}: {lines} lines\n{short}");
        assert!(widest <= Some(80), "{path:?}: {widest:?}\n{short}");
        let long = help("--help");
        if !path.is_empty() {
            let examples = short.matches("\n  partner-import ").count();
            assert_eq!(examples, 2, "{path:?}\n{short}");
            assert!(long.contains("Examples:"), "{path:?}\n{long}");
        }
        assert!(short.contains("--help"), "{path:?}\n{short}");
        assert!(!short.contains("--log-format"), "{path:?}\n{short}");
        assert!(long.contains("--log-format"), "{path:?}\n{long}");
    }
    // What people need is in it, what few need is not.
    let run = desk.run(&["run", "-h"]).exits(0).out;
    for flag in [
        "--sandbox",
        "--yes",
        "--on-exists",
        "--map",
        "--default",
        "--first",
        "--out",
    ] {
        assert!(run.contains(flag), "no {flag} in\n{run}");
    }
    for flag in ["--notify-when", "--max-update", "--encoding"] {
        assert!(!run.contains(flag), "{flag} in\n{run}");
    }
}
