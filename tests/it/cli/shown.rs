//! What people are shown of a list: in which order, what to type next, and why each row is not sent.

use super::desk::{Desk, Service};

/// The lines of a text that begin with one of these words, shortened to their labels.
fn labels(text: &str) -> Vec<&str> {
    let begins = |line: &&str| {
        ["error", "warning", "note", "once more"]
            .iter()
            .any(|word| line.starts_with(word))
    };
    text.lines()
        .filter(begins)
        .map(|line| line.split(": ").next().unwrap())
        .collect()
}

#[test]
fn what_kills_the_list_stands_first_and_last_and_errors_of_many_rows_come_early() {
    let desk = Desk::new();
    let mut text =
        "Name,Client,Level,Country,State,Web\nAlder,Aldr,EndCustomer,DE,InTrial,our website\n"
            .to_owned();
    for row in 0..5 {
        text += &format!("Birch {row},B{row},EndCustomer,Germny,InTrial,\n");
    }
    text += "Cedar,Cdr,EndCustomer,Frnce,InTrial,\nElm,Elm,EndCustomer,Itlay,InTrial,\n";
    desk.write("in.csv", text);
    let both = ["--map", "Client=Name", "--map", "Name=Name"];
    let check = desk
        .run(&[&["check", "in.csv"][..], &both].concat())
        .exits(1);
    let mut labels = labels(&check.out);
    labels.dedup();
    assert_eq!(
        labels
            .iter()
            .take(3)
            .chain(labels.iter().rev().take(2).rev())
            .copied()
            .collect::<Vec<_>>(),
        [
            "error[R302]",
            "error[V402]",
            "error[V120]",
            "once more",
            "error[R302]"
        ],
        "{}",
        check.out
    );
    assert!(
        check.out.contains("once more: nothing of the list is sent"),
        "{}",
        check.out
    );
}

#[test]
fn rows_that_are_left_out_are_one_line() {
    let desk = Desk::new();
    let mut text = "Umsatzliste 2026,,\n\nName,Country,Amount\n".to_owned();
    for row in 0..6 {
        text += &format!("Alder {row},DE,{row}\n");
    }
    text += "\nBirch,AT,7\nTotal,,22\nprinted by the office on Monday,,\n";
    desk.write("in.csv", text);
    let level = ["--set", "Level=EndCustomer", "--set", "State=InTrial"];
    let check = desk
        .run(&[&["check", "in.csv"][..], &level].concat())
        .exits(0);
    let line: Vec<&str> = check
        .out
        .split("\n\n")
        .filter(|one| one.contains("left out: "))
        .collect();
    let [line] = line.as_slice() else {
        panic!("{}", check.out);
    };
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "warning: left out: row 1 is above the table \"Umsatzliste 2026\" [R040]",
        "row 12 holds totals",
        "[R054]",
        "--all shows each",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    let all = desk
        .run(&[&["check", "in.csv", "--all"][..], &level].concat())
        .exits(0);
    assert!(all.out.contains("warning[R050]: row 12"), "{}", all.out);
}

#[test]
fn check_and_plan_end_with_what_to_type_next() {
    let desk = Desk::new();
    let good = "Firma;Level;State;Country\nAlder;EndCustomer;InTrial;DE\n";
    desk.write("my list.csv", good);
    let flags = ["--map", "Firma=Name", "--default", "City=Bad Ems"];
    let end = |text: &str, lines: usize| {
        let lines: Vec<&str> = text.lines().rev().take(lines).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    };
    let quoted = |text: &str| {
        if cfg!(windows) {
            text.replace('\'', "\"")
        } else {
            text.to_owned()
        }
    };
    // The list is named as it was typed.
    let list = "my list.csv";
    let check = desk
        .run(&[&["check", "my list.csv"][..], &flags].concat())
        .exits(0);
    assert_eq!(
        end(&check.out, 4),
        quoted(&format!(
            "my list.csv: 1 row: 1 accepted, 0 invalid, 0 blocked; 0 errors, 0 warnings\n\n\
         Next, to see what a run would do:\n  \
         partner-import plan '{list}' --map Firma=Name --default 'City=Bad Ems'"
        ))
    );
    let plan = ["plan", "my list.csv", "--sandbox", "--format", "table"];
    let plan = desk.run(&[&plan[..], &flags].concat()).exits(0);
    assert_eq!(
        end(&plan.out, 5),
        quoted(&format!(
            "1 to create, 0 already there, 0 invalid, 0 blocked\ncreates 1 EndCustomer; 1 in trial\n\n\
         Next, to carry it out:\n  \
         partner-import run '{list}' --map Firma=Name --default 'City=Bad Ems' --sandbox"
        ))
    );
    desk.write(
        "my list.csv",
        format!("{good}Birch;EndCustomer;InTrial;Germny\n"),
    );
    let plan = desk
        .run(&[&["plan", "my list.csv", "--sandbox"][..], &flags].concat())
        .exits(1);
    for part in [
        "Next, once the list is fixed, to check it again:\n  partner-import check ",
        "Then, to send the one row that can be sent:\n  partner-import run ",
    ] {
        assert!(plan.out.contains(part), "{part}: {}", plan.out);
    }
    let saved = desk
        .run(&["plan", "my list.csv", "--sandbox", "--save", "p.json"])
        .exits(1);
    assert!(!saved.out.contains("Next,"), "{}", saved.out);
    // Data for programs is nothing but data.
    let json = desk
        .run(&[&["check", "my list.csv", "--format", "json"][..], &flags].concat())
        .exits(1);
    json.json();
}

#[test]
fn every_row_of_a_refused_list_says_why() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Customer,Client,Level,State,Country\n\
         Alder,Aldr,EndCustomer,InTrial,DE\nBirch,Brch,EndCustomer,InTrial,Germny\n",
    );
    let run = desk
        .run(&["run", "in.csv", "--sandbox", "--yes", "--out", "out"])
        .exits(1);
    assert!(
        run.out.contains("(R302)\n             row 2\n"),
        "{}",
        run.out
    );
    let results = desk.table("out/results.csv");
    assert_eq!(results.statuses(), ["invalid", "invalid"]);
    let codes = results.column("ImportCode");
    assert_eq!(codes[0], "R302");
    assert!(codes[1].starts_with("V402"), "{codes:?}");
    for message in results.column("ImportMessage") {
        assert!(!message.is_empty());
    }
    let html = desk.read("out/report.html");
    assert!(html.contains("R302"), "{html}");
    let plan = desk.run(&["plan", "in.csv", "--sandbox"]).exits(1);
    assert!(plan.out.contains("invalid R302 (row 2)"), "{}", plan.out);
    let plan = desk
        .run(&["plan", "in.csv", "--sandbox", "--format", "json"])
        .exits(1);
    assert_eq!(plan.json()["rows"][0]["codes"][0], "R302");
    let id = desk.summary()["run_id"].clone();
    let report = ["report", id.as_str().expect("an id"), "--format", "jsonl"];
    let lines = desk.run(&report);
    assert!(lines.out.contains("\"codes\":[\"R302\"]"), "{}", lines.out);
}

#[test]
fn of_a_list_too_wide_for_a_workbook_is_said_why_there_is_none() {
    let (desk, service) = (Desk::new(), Service::new());
    let others: String = (0..16_381).map(|column| format!(",c{column}")).collect();
    desk.write(
        "in.csv",
        format!(
            "Name,Level{others}\nAlder,EndCustomer{}\n",
            ",".repeat(16_381)
        ),
    );
    desk.import(&service, "in.csv").exits(0).says(&[
        "there is no results.xlsx: a sheet holds 16,384 columns, and with the columns of the \
         results these are 16,387; results.csv has all rows",
    ]);
}
