//! What is asked at a terminal, answered there.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::super::desk::{Desk, SMALL, Service, interrupt};
use super::many;

/// A process whose stdin and stderr are a terminal.
struct Seat {
    master: File,
    child: Child,
}

impl Seat {
    fn new(mut command: Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("a name");
        let path = name.to_str().expect("UTF-8");
        let open = || -> Stdio {
            let mut options = OpenOptions::new();
            let slave = options.read(true).write(true).open(path);
            slave.expect("the other end").into()
        };
        command.stdin(open()).stderr(open()).arg("--no-progress");
        let child = command.spawn().expect("the tool starts");
        Self {
            master: master.into(),
            child,
        }
    }

    /// Reads until the question stands there.
    fn asked(&mut self) -> String {
        const ENDS: [&[u8]; 7] = [
            b"service: ",
            b"later: ",
            b"[y/N] ",
            b"customers: ",
            b"without a level: ",
            b"to do so: ",
            b"cancel: ",
        ];
        let mut shown = Vec::new();
        let mut byte = [0];
        while !ENDS.iter().any(|end| shown.ends_with(end)) {
            match self.master.read(&mut byte) {
                Ok(1) => shown.push(byte[0]),
                _ => panic!("no question: {}", String::from_utf8_lossy(&shown)),
            }
        }
        String::from_utf8(shown).expect("UTF-8")
    }

    fn type_in(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).expect("typed");
    }

    /// What else is shown, and the exit code.
    fn end(mut self) -> (String, i32) {
        let mut rest = Vec::new();
        let mut block = [0; 1024];
        // The other end closing is an error on Linux and an end elsewhere.
        while let Ok(read) = self.master.read(&mut block) {
            if read == 0 {
                break;
            }
            rest.extend_from_slice(&block[..read]);
        }
        let status = self.child.wait().expect("it ends");
        let rest = String::from_utf8_lossy(&rest).into_owned();
        (rest, status.code().unwrap_or(-1))
    }
}

/// A test that fails leaves no process behind that waits for its answer.
impl Drop for Seat {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_run_asks_with_counts_and_place_and_takes_no_for_an_answer() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    for (answer, code) in [("n\n", 130), ("\n", 130), ("3\n", 130), ("y\n", 0)] {
        let mut seat = Seat::new(desk.at(&service, &["run", "in.csv", "-q"]));
        let question = seat.asked();
        for part in [
            "SANDBOX: nothing real is touched",
            &service.endpoint,
            "Sandbox MSP (admin@example.com)",
            "3 to create, 0 already there, 0 invalid, 0 blocked",
            "Create 3 customers? [y/N] ",
        ] {
            assert!(question.contains(part), "{part}: {question}");
        }
        seat.type_in(answer);
        let (rest, ended) = seat.end();
        assert_eq!(ended, code, "{answer:?}: {rest}");
        let expected = if code == 0 { 3 } else { 0 };
        assert_eq!(service.added().len(), expected, "{answer:?}");
        if code != 0 {
            declined(&rest, "Nothing was sent.", "run in.csv");
        }
    }
}

#[test]
fn a_large_run_wants_the_number_typed() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", many(4));
    let arguments = ["run", "in.csv", "--confirm-above", "3"];
    for (answer, code) in [("\n", 130), ("n\n", 130), ("4\n", 0)] {
        let mut seat = Seat::new(desk.at(&service, &arguments));
        let question = seat.asked();
        assert!(
            question.ends_with("Type the number 4 to create 4 customers: "),
            "{question}"
        );
        seat.type_in(answer);
        let (rest, ended) = seat.end();
        assert_eq!(ended, code, "{answer:?}: {rest}");
    }
    assert_eq!(service.added().len(), 4);
    desk.write("more.csv", many(6));
    // A letter, or another number, is no answer: it is said what is wanted.
    let again = ["run", "more.csv", "--confirm-above", "1"];
    for wrong in ["y\n", "yes\n", "3\n"] {
        let mut seat = Seat::new(desk.at(&service, &again));
        seat.asked();
        seat.type_in(wrong);
        let said = seat.asked();
        let why = if wrong == "3\n" {
            "different number"
        } else {
            "Type a number here"
        };
        assert!(said.contains(why), "{wrong:?}: {said}");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.ends_with("Type 2, or press Enter to cancel:"),
            "{said}"
        );
        seat.type_in("\n");
        let (rest, code) = seat.end();
        assert_eq!(code, 130, "{rest}");
    }
    assert_eq!(service.added().len(), 4);
    desk.trusted("[limits]\nconfirm_above = 1\n");
    let mut seat = Seat::new(desk.at(&service, &["run", "more.csv"]));
    assert!(seat.asked().contains("Type the number 2 to create 2"));
    seat.type_in("\u{4}");
    assert_eq!(seat.end().1, 130);
}

#[test]
fn somebody_who_waits_hears_soon_that_nobody_is_reached() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!(
        "http://{}/jsonapi",
        listener.local_addr().expect("an address")
    );
    drop(listener);
    for command in [
        &["run", "in.csv"][..],
        &["run", "in.csv", "--yes"],
        &["plan", "in.csv"],
        &["lookup", "partners"],
    ] {
        let start = std::time::Instant::now();
        let mut tool = desk.at(&service, command);
        tool.env("PARTNER_IMPORT_ENDPOINT", &endpoint);
        let (rest, code) = Seat::new(tool).end();
        assert_eq!(code, 5, "{command:?}: {rest}");
        assert!(rest.contains("cannot be reached"), "{command:?}: {rest}");
        assert!(
            rest.contains(&endpoint) && rest.contains("--endpoint"),
            "{rest}"
        );
        assert!(
            start.elapsed().as_secs() < 60,
            "{command:?}: {:?}",
            start.elapsed()
        );
    }
    // Nor does a name that nobody has keep anybody waiting.
    let mut tool = desk.at(&service, &["plan", "in.csv"]);
    tool.env("PARTNER_IMPORT_ENDPOINT", "https://nobody.invalid/jsonapi");
    let start = std::time::Instant::now();
    let (rest, code) = Seat::new(tool).end();
    assert_eq!(code, 5, "{rest}");
    for said in [
        "https://nobody.invalid/jsonapi",
        "cannot be reached",
        "--endpoint",
    ] {
        assert!(rest.contains(said), "{said}: {rest}");
    }
    assert!(start.elapsed().as_secs() < 40, "{:?}", start.elapsed());
    // What is asked for is what counts.
    let mut tool = desk.at(&service, &["run", "in.csv", "--outage-limit", "7s"]);
    tool.env("PARTNER_IMPORT_ENDPOINT", &endpoint);
    let start = std::time::Instant::now();
    assert_eq!(Seat::new(tool).end().1, 5);
    assert!(start.elapsed().as_secs() >= 6, "{:?}", start.elapsed());
}

#[test]
fn people_are_asked_for_a_level_that_the_list_does_not_say() {
    let (desk, service) = (Desk::new(), Service::new());
    let list = "Name,Parent,State,Country\nHaus,,InTrial,DE\nHof,Haus,InTrial,DE\n";
    desk.write("in.csv", list);
    // Without an answer the rows stay out, and nobody is asked whether to send nothing.
    let mut seat = Seat::new(desk.at(&service, &["run", "in.csv", "--out", "none"]));
    let question = seat.asked();
    assert!(question.contains("none of the 2 rows says"), "{question}");
    seat.type_in("\n");
    assert_eq!(seat.end().1, 1);
    assert_eq!(service.added().len(), 0);
    let mut seat = Seat::new(desk.at(&service, &["run", "in.csv", "--out", "out"]));
    seat.asked();
    seat.type_in("2\n");
    let next = seat.asked();
    for part in ["--default Level=derive", "Create 2 customers? [y/N] "] {
        assert!(next.contains(part), "{part}: {next}");
    }
    seat.type_in("y\n");
    let (rest, code) = seat.end();
    assert_eq!(code, 0, "{rest}");
    assert_eq!(service.added().len(), 2);
    // Nobody is asked with --yes, with a level, or for a list that says it.
    for flags in [&["--yes"][..], &["--yes", "--default", "Level=derive"]] {
        let run = [&["run", "in.csv", "--out", "out"], flags].concat();
        let (shown, code) = Seat::new(desk.at(&service, &run)).end();
        assert_eq!(code, i32::from(flags.len() == 1), "{shown}");
        assert!(!shown.contains("A number"), "{shown}");
    }
}

/// A list whose column `Typ` says the level in words of its own.
const TYP: &str = "Name,Parent,Typ,State,Country\nNord,,Partner,InTrial,DE\n\
        Alder,Nord,Kunde,InTrial,DE\nBirch,Nord,Kunde,InTrial,DE\nCedar,,Customer,InTrial,DE\n\
        Süd,,Partner,InTrial,DE\nDorn,Süd,Kunde,InTrial,DE\n";

#[test]
fn a_column_that_says_the_level_is_the_first_answer_of_init_and_of_run() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", TYP);
    let mut seat = Seat::new(desk.at(&service, &["init", "in.csv"]));
    let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let question = flat(seat.asked());
    let first = "1 the column \"Typ\" says it: Kunde = EndCustomer (3), Partner = Reseller (2), \
                     Customer = EndCustomer (1)";
    assert!(question.contains(first), "{question}");
    seat.type_in("1\n");
    let (rest, code) = seat.end();
    assert_eq!(code, 0, "{rest}");
    let profile = desk.read("partner-import.toml");
    for line in [
        "\n\"Typ\" = \"Level\"\n",
        "[values.Level]\n",
        "\n\"Partner\" = \"Reseller\"\n",
        "\n\"Customer\" = \"EndCustomer\"\n",
    ] {
        assert!(profile.contains(line), "{line}: {profile}");
    }
    let run = ["run", "in.csv", "--yes", "--out", "out"];
    desk.run_at(&service, &run).exits(0);
    let levels = |desk: &Desk| -> Vec<String> {
        let lookup = ["lookup", "partners", "--format", "json"];
        let found = desk.run_at(&service, &lookup).exits(0).json();
        let found = found.as_array().expect("a list").iter();
        let found = found.map(|one| format!("{} {}", one["Name"], one["Level"]));
        found.collect()
    };
    let created = levels(&desk);
    for one in ["\"Nord\" \"Reseller\"", "\"Alder\" \"EndCustomer\""] {
        assert!(
            created.iter().any(|found| found == one),
            "{one}: {created:?}"
        );
    }
    // A run asks the same, and says the flags.
    let desk = Desk::new();
    desk.write(
        "in.csv",
        TYP.replace("Nord", "Ost").replace("Alder", "Ahorn"),
    );
    let mut seat = Seat::new(desk.at(&service, &["run", "in.csv", "--out", "out"]));
    assert!(flat(seat.asked()).contains(first));
    seat.type_in("1\n");
    let next = flat(seat.asked());
    for flag in ["--map Typ=Level", "--value Level:Partner=Reseller"] {
        assert!(next.contains(flag), "{flag}: {next}");
    }
    seat.type_in("y\n");
    seat.end();
    assert!(levels(&desk).contains(&"\"Ost\" \"Reseller\"".to_owned()));
}

#[test]
fn init_refuses_a_profile_that_is_there_before_it_asks() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", TYP);
    desk.write("partner-import.toml", "");
    let init = ["init", "in.csv", "--map", "Name=Name"];
    let (shown, code) = Seat::new(desk.at(&service, &init)).end();
    assert_eq!(code, 2, "{shown}");
    assert!(!shown.contains("A number"), "{shown}");
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = "partner-import init in.csv --map Name=Name --force";
    assert!(flat.contains(line), "{shown}");
    assert_eq!(desk.read("partner-import.toml"), "");
}

#[test]
fn init_asks_for_the_level_and_writes_it_down() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", "Name,Country\nAlder,DE\n");
    let mut seat = Seat::new(desk.at(&service, &["init", "in.csv"]));
    seat.asked();
    seat.type_in("end customer\n");
    // The list does not say the state either.
    let question = seat.asked();
    assert!(question.contains("InTrial: not billed yet"), "{question}");
    seat.type_in("\n");
    let (rest, code) = seat.end();
    assert_eq!(code, 0, "{rest}");
    let profile = desk.read("partner-import.toml");
    assert!(profile.contains("\nLevel = \"EndCustomer\"\n"), "{profile}");
    desk.run(&["check", "in.csv"]).exits(0);
    // Where nobody is there to be asked, it is said.
    desk.run(&["init", "in.csv", "--force"])
        .exits(0)
        .says(&["does not say the customer's level", "[default]"]);
    desk.run(&["check", "in.csv"]).exits(1);
}

#[test]
fn init_asks_what_it_cannot_know_and_says_what_was_decided() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,State,Country,Colour\nAlder,Active,DE,red\nBirch,Closed,AT,blue\n",
    );
    let mut seat = Seat::new(desk.at(&service, &["init", "in.csv"]));
    let question = seat.asked();
    for text in [
        "column B (\"State\") may be several things",
        "\"Active\", \"Closed\"",
    ] {
        let flat = question.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(text), "no {text:?} in {question}");
    }
    seat.type_in("PostSate\n");
    assert!(seat.asked().contains("PostState"), "the nearest is named");
    seat.type_in("PostState\n");
    let level = seat.asked();
    assert!(
        level.contains("none of the 2 rows says the customer's level"),
        "{level}"
    );
    seat.type_in("1\n");
    let state = seat.asked();
    assert!(state.contains("InProduction: billed"), "{state}");
    seat.type_in("1\n");
    let (rest, code) = seat.end();
    assert_eq!(code, 0, "{rest}");
    for text in [
        "Level is EndCustomer where the cell is empty",
        "State is InTrial where the cell is empty",
        "\"State\" is PostState",
        "read by their headers: \"Name\", \"Country\"",
        "not imported: \"Colour\"",
        "next: partner-import check in.csv",
    ] {
        assert!(rest.contains(text), "no {text:?} in {rest}");
    }
    let profile = desk.read("partner-import.toml");
    let lines: Vec<&str> = profile
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    for line in [
        "\"State\" = \"PostState\"",
        "Level = \"EndCustomer\"",
        "State = \"InTrial\"",
    ] {
        assert!(lines.contains(&line), "no {line} in {profile}");
    }
    // What the headers say by themselves is not held against the next list.
    assert!(!lines.contains(&"\"Name\" = \"Name\""), "{profile}");
    desk.run(&["check", "in.csv"]).exits(0);
    desk.write("next.csv", "Customer,Country\nCedar,DE\n");
    let done = desk.run(&["check", "next.csv"]).exits(0);
    assert!(done.out.contains("note[R315]"), "{}", done.out);
    assert!(
        done.out.contains("partner-import.toml, line "),
        "{}",
        done.out
    );
}

#[test]
fn init_asks_whether_customers_that_are_gone_are_left_out() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write(
        "in.csv",
        "Name,Level,Country,State,Status\nAlder,Site,DE,InTrial,Active\n\
             Birch,Site,AT,InTrial,Inactive\n",
    );
    let answered = |typed: &str| {
        let mut seat = Seat::new(desk.at(&service, &["init", "in.csv", "--force"]));
        let question = seat.asked();
        let flat = question.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = "the column \"Status\" says Inactive in 1 row, which would be created";
        assert!(flat.contains(told), "{question}");
        seat.type_in(typed);
        let (rest, code) = seat.end();
        assert_eq!(code, 0, "{rest}");
        desk.read("partner-import.toml")
    };
    let profile = answered("1\n");
    let line = "\nleave_out = [\"Status = Inactive\"]\n";
    assert!(profile.contains(line), "{profile}");
    let done = desk.run(&["check", "in.csv"]).exits(0);
    assert!(done.out.contains("1 row left out"), "{}", done.out);
    assert!(!done.out.contains("R364"), "{}", done.out);
    let profile = answered("2\n");
    assert!(profile.contains("\n\"Status\" = \"-\"\n"), "{profile}");
    let done = desk.run(&["check", "in.csv"]).exits(0);
    assert!(!done.out.contains("R364"), "{}", done.out);
    // Who decides later finds the proposal in the profile; nothing is left out until then.
    let line = "\n# leave_out = [\"Status = Inactive\"]\n";
    let profile = answered("\n");
    assert!(profile.contains(line), "{profile}");
    desk.run(&["init", "in.csv", "--force"])
        .exits(0)
        .says(&["says Inactive in 1 row", "decide under [rows]"]);
    assert!(desk.read("partner-import.toml").contains(line));
    let done = desk.run(&["check", "in.csv"]).exits(0);
    assert!(done.out.contains("R364"), "{}", done.out);
}

/// A no is no error: it is said what was not done, and the command that asks for it again.
fn declined(rest: &str, says: &str, command: &str) {
    assert!(rest.contains(says), "{rest}");
    assert!(!rest.contains("error"), "{rest}");
    let again = format!("to do so later, type: partner-import {command}");
    let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(rest.contains(&again), "{rest}");
}

/// Interrupts a command at its question, and hands back what else it says.
fn interrupted(mut seat: Seat) -> String {
    seat.asked();
    interrupt(&seat.child);
    let (rest, code) = seat.end();
    assert_eq!(code, 130, "{rest}");
    rest
}

#[test]
fn an_interrupt_at_the_question_sends_nothing() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    let rest = interrupted(Seat::new(desk.at(&service, &["run", "in.csv"])));
    declined(&rest, "Interrupted; nothing was sent.", "run in.csv");
    assert_eq!(service.added(), []);
}

#[test]
fn an_interrupt_at_the_question_removes_nothing() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", SMALL);
    desk.import(&service, "in.csv").exits(0);
    let runs = desk.run(&["runs", "--format", "json"]).json();
    let undo = ["undo", runs[0]["run_id"].as_str().expect("an id")];
    let seat = || Seat::new(desk.at(&service, &undo));
    let rest = interrupted(seat());
    declined(&rest, "Interrupted; nothing was removed.", &undo.join(" "));
    for (answer, code) in [("y\n", 130), ("2\n", 130), ("\u{4}", 130), ("3\n", 0)] {
        assert_eq!(service.added().len(), 3, "{answer:?}");
        let mut seat = seat();
        let question = seat.asked();
        assert!(
            question.ends_with("Type the number 3 to do so: "),
            "{question}"
        );
        seat.type_in(answer);
        if ["y\n", "2\n"].contains(&answer) {
            // It is said what is wanted; nothing typed leaves it.
            seat.asked();
            seat.type_in("\n");
        }
        let (rest, ended) = seat.end();
        assert_eq!(ended, code, "{answer:?}: {rest}");
        if code != 0 {
            declined(&rest, "Nothing was removed.", &undo.join(" "));
        }
    }
    assert_eq!(service.added(), []);
}
