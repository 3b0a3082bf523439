//! What is said of a list that was written for something else: plainly, once, and with the place.

use rust_xlsxwriter::{Format, Workbook};

use super::desk::Desk;

const GOOD: [&str; 4] = [
    "--default",
    "Level=EndCustomer",
    "--default",
    "State=InTrial",
];

/// What `check` prints of the list, without its line breaks.
fn checked(desk: &Desk, list: &str, more: &[&str], code: i32) -> String {
    let done = desk.run(&[&["check", list], more].concat()).exits(code);
    done.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_entry_of_the_profile_that_nothing_is_for_is_named_with_its_place() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Level,State,Country\nAlder,Site,InTrial,DE\n",
    );
    desk.write(
        "partner-import.toml",
        "[values.Level]\nFiliale = \"Site\"\n\n[values.City]\nHH = \"Hamburg\"\n",
    );
    let said = checked(&desk, "in.csv", &[], 0);
    for part in [
        "no cell of Level is \"Filiale\", which would be read as \"Site\" (partner-import.toml, line 2)",
        "no column is City, so \"HH\" is nowhere read as \"Hamburg\" (partner-import.toml, line 5)",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // What was typed has no place.
    std::fs::remove_file(desk.path("partner-import.toml")).unwrap();
    let typed = checked(&desk, "in.csv", &["--value", "Level:Filiale=Site"], 0);
    assert!(typed.contains("read as \"Site\" -->"), "{typed}");
}

#[test]
fn a_row_is_named_once() {
    let desk = Desk::new();
    desk.write("in.csv", "Customers 2026,\n\nName,Country\nAlder,DE\n");
    let github = [&["check", "in.csv", "--format", "github"], &GOOD[..]].concat();
    let github = desk.run(&github).exits(0).out;
    assert!(github.contains("::row 1 is above the table"), "{github}");
    assert!(!github.contains("row 1: row 1"), "{github}");
}

#[test]
fn merged_cells_are_named_where_they_are_imported() {
    let desk = Desk::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ["Name", "Country", "Remark"],
        ["Alder", "DE", ""],
        ["Birch", "DE", ""],
    ];
    for (row, cells) in (0..).zip(rows) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    let plain = Format::new();
    sheet.merge_range(1, 2, 2, 2, "both", &plain).unwrap();
    book.save(desk.path("in.xlsx")).unwrap();
    let said = checked(&desk, "in.xlsx", &GOOD, 0);
    assert!(!said.contains("R202"), "{said}");
    // A filter asks it, or it is imported: then it matters.
    for more in [["--map", "Remark=City"], ["--leave-out", "Remark = gone"]] {
        let said = checked(&desk, "in.xlsx", &[&GOOD[..], &more].concat(), 0);
        assert!(
            said.contains("1 merged cell is repeated in the rows below (C2:C3)"),
            "{said}"
        );
    }
}

#[test]
fn columns_without_a_header_are_one_short_problem() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Country,,,\nAlder,DE,,Basic,10\nBirch,DE,,Plus,20\nCedar,DE,,,\n",
    );
    let said = checked(&desk, "in.csv", &GOOD, 0);
    let told = "warning[R309]: column D has no header, so it is not imported (\"Basic\" in row 2)";
    assert!(said.contains(told), "{said}");
    assert!(said.contains("the same for 1 more column: E "), "{said}");
    assert_eq!(said.matches("R309").count(), 1, "{said}");
}

#[test]
fn one_of_them_is_one() {
    let desk = Desk::new();
    desk.write("in.csv", "Name,Country\nAlder,Germny\n");
    let run = ["run", "in.csv", "--sandbox", "--yes", "--require-valid"];
    let run = desk.run(&[&run[..], &GOOD].concat()).exits(2);
    assert!(run.err.contains("1 of 1 row is wrong"), "{}", run.err);
    desk.write("in.csv", "Name,Country\nAlder,DE\n");
    let run = ["run", "in.csv", "--sandbox", "--yes", "--min-rows", "5"];
    let run = desk.run(&[&run[..], &GOOD].concat()).exits(2);
    assert!(run.err.contains("the list has 1 row, and"), "{}", run.err);
    let run = ["run", "in.csv", "--sandbox", "--yes", "--out", "out"];
    desk.run(&[&run[..], &GOOD].concat()).exits(0);
    let page = desk.read("out/report.html");
    assert!(page.contains("1 row = 1 created"), "{page}");
}

/// A list of which a column says the levels, called otherwise and on sheets that differ.
const NORTH: &[[&str; 3]] = &[
    ["Name", "Country", "Typ"],
    ["Alder", "DE", "Endkunde"],
    ["Birch", "DE", "Partner"],
];
const SOUTH: &[[&str; 3]] = &[
    ["Name", "Country", "Art"],
    ["Cedar", "AT", "Endkunde"],
    ["Dogwood", "AT", "Endkunde"],
];

#[test]
fn the_column_of_every_sheet_is_offered_for_the_level() {
    let desk = Desk::new();
    let with = |sheets: &[(&str, &[[&str; 3]])]| {
        let mut book = Workbook::new();
        for (name, rows) in sheets {
            let sheet = book.add_worksheet();
            sheet.set_name(*name).unwrap();
            for (row, cells) in (0..).zip(*rows) {
                sheet.write_row(row, 0, *cells).unwrap();
            }
        }
        book.save(desk.path("in.xlsx")).unwrap();
    };
    let next = || {
        let check = desk.run(&["check", "in.xlsx", "--all-sheets"]).exits(1);
        check
            .out
            .split_once("Next, ")
            .expect("a next step")
            .1
            .to_owned()
    };
    // The same header on both is one column; the last sheet has fewer of its words.
    with(&[
        ("North", NORTH),
        ("East", &[NORTH[0], ["Elm", "DE", "Endkunde"]]),
    ]);
    let said = next();
    assert!(
        said.starts_with("if the column \"Typ\" says the level,"),
        "{said}"
    );
    assert!(said.contains("Level:Endkunde=EndCustomer"), "{said}");
    assert!(said.contains("Level:Partner=Reseller"), "{said}");
    // Of two, the one that tells of more rows comes first, wherever it stands.
    let more = [NORTH, &[["Elm", "DE", "Endkunde"]]].concat();
    with(&[("North", &more), ("South", SOUTH)]);
    let said = next();
    assert!(
        said.starts_with("if the column \"Typ\" says the level,"),
        "{said}"
    );
}

#[test]
fn what_is_offered_for_the_level_is_the_next_command() {
    let desk = Desk::new();
    let write = |rows: &[[&str; 3]]| {
        let lines: Vec<String> = rows.iter().map(|cells| cells.join(",") + "\n").collect();
        desk.write("in.csv", lines.concat());
    };
    write(NORTH);
    let flags = "--map Typ=Level --value Level:Endkunde=EndCustomer --value Level:Partner=Reseller";
    let check = desk.run(&["check", "in.csv"]).exits(1).out;
    let end = format!(
        "Next, if the column \"Typ\" says the level, to check it with that:\n  partner-import check in.csv {flags}\n"
    );
    assert!(check.ends_with(&end), "{check}");
    let run = ["run", "in.csv", "--sandbox", "--yes", "--out", "out"];
    let done = desk.run(&run).exits(1).out;
    for part in [
        "Next, if the column \"Typ\" says the level, to send the rows with that:\n  partner-import run in.csv ",
        flags,
        "Or, to send the rejected rows again, fix them in results.xlsx",
    ] {
        assert!(done.contains(part), "{part}: {done}");
    }
    // It can be typed as it stands.
    let typed: Vec<&str> = flags.split(' ').collect();
    desk.run(&[&["check", "in.csv"][..], &typed].concat())
        .exits(0);
    // The files written again from the journal say the same.
    let id = desk.summary()["run_id"].as_str().unwrap().to_owned();
    let again = desk.run(&["report", &id, "--out", "again"]);
    assert!(again.out.contains(flags), "{}", again.out);
    // Where no column says it, the level of most customers is offered; not where others stand below them.
    write(&[
        ["Name", "Country", "Phone"],
        ["Alder", "DE", ""],
        ["Birch", "DE", ""],
    ]);
    let check = desk.run(&["check", "in.csv"]).exits(1).out;
    let end = "partner-import check in.csv --default Level=EndCustomer\n";
    assert!(check.ends_with(end), "{check}");
    write(&[
        ["Name", "Country", "Parent"],
        ["Alder", "DE", ""],
        ["Birch", "DE", "Alder"],
    ]);
    let check = desk.run(&["check", "in.csv"]).exits(1).out;
    assert!(check.ends_with("partner-import check in.csv\n"), "{check}");
    // Where something else is wrong, too, the list comes after it.
    write(&[
        ["Name", "Country", "Phone"],
        ["Alder", "Germny", ""],
        ["Birch", "DE", ""],
    ]);
    let check = desk.run(&["check", "in.csv"]).exits(1).out;
    let then = "Then, once the list is fixed, to check it again:\n  partner-import check in.csv\n";
    assert!(
        check.contains(then) && check.contains("Level=EndCustomer\n\nThen"),
        "{check}"
    );
}

#[test]
fn what_is_created_is_said_by_level_and_state() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Parent,Level,State,Country\nAlder,,Reseller,InProduction,DE\nBirch,Alder,,InTrial,DE\n\
         Cedar,Birch,,,DE\nDogwood,,EndCustomer,InTrial,Germny\n",
    );
    let derive = ["--sandbox", "--default", "Level=derive"];
    let plan = desk
        .run(&[&["plan", "in.csv"], &derive[..]].concat())
        .exits(1)
        .out;
    let levels = "1 Reseller, 1 EndCustomer, 1 Site; ";
    let states = "1 in trial, 1 in production (billed), 1 whose State is left to the service";
    let all = format!("creates {levels}{states}; 2 levels derived from the parent's\n");
    assert!(
        plan.contains(&format!("1 invalid, 0 blocked\n{all}")),
        "{plan}"
    );
    let run = ["run", "in.csv", "--yes", "--out", "out"];
    let run = desk.run(&[&run[..], &derive].concat()).exits(1).out;
    let flat = run.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains(&format!("created: {levels}{states}")),
        "{run}"
    );
    let page = desk.read("out/report.html");
    assert!(
        page.contains(&format!("<dd>{levels}{states}</dd>")),
        "{page}"
    );
    // Nobody is created: nothing is said.
    let again = desk
        .run(&[&["plan", "in.csv"], &derive[..]].concat())
        .exits(1)
        .out;
    assert!(!again.contains("creates "), "{again}");
}

#[test]
fn what_stands_first_is_not_said_again_while_it_is_in_view() {
    let desk = Desk::new();
    desk.write("in.csv", "Name,Colour\nAlder,red\nBirch,blue\n");
    let short = desk.run(&["check", "in.csv"]).exits(1).out;
    assert!(
        short.contains("error[V906]") && !short.contains("once more"),
        "{short}"
    );
    let mut text = "Name,Country,Website\n".to_owned();
    for (row, country) in ["Germny", "Frnce", "Itlay", "Spian", "Polnd", "Austira"]
        .iter()
        .enumerate()
    {
        text += &format!("Alder {row},{country},our page\n");
    }
    desk.write("in.csv", text);
    let long = desk.run(&["check", "in.csv"]).exits(1).out;
    let (_, again) = long.split_once("once more: ").expect("a reminder");
    let lines: Vec<&str> = again.lines().take(3).collect();
    assert!(lines[0].contains("nothing of the list is sent"), "{long}");
    assert_eq!(
        lines[1..],
        [
            "error[V906]: all 6 rows do not say the customer's level, so they are not sent",
            ""
        ]
    );
}

#[test]
fn a_profile_tells_of_columns_without_a_header_and_what_their_cells_look_like() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Country,,Erreichbar,Netz,,Zahl\nAlder,DE,x,+49 40 1234567,www.alder.de,0228 123456,010226\n\
         Birch,DE,y,0228/7654321,https://birch.de,0228 654321,010227\n",
    );
    let profile = desk.run(&["init", "in.csv", "--out", "-"]).exits(0).out;
    for line in [
        "# no header, not imported; if it is a column of customers: \"column:C\" = \"...\"\n",
        "# not imported; meant perhaps: \"Erreichbar\" = \"PhoneNumber\"\n",
        "# not imported; meant perhaps: \"Netz\" = \"WebsiteAddress\"\n",
        "# no header, not imported; meant perhaps: \"column:F\" = \"PhoneNumber\"\n",
        "# not imported; to say so: \"Zahl\" = \"-\"\n",
    ] {
        assert!(profile.contains(line), "{line}: {profile}");
    }
    let said = checked(&desk, "in.csv", &GOOD, 0);
    let help = "its cells look like PhoneNumber; if it is that, give it that header, or map it: --map column:F=PhoneNumber";
    assert!(said.contains(help), "{said}");
}
