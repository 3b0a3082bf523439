//! What a person sees at a terminal of 80 columns and 40 lines: the screen, not the bytes.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::desk::{Desk, Service};

const MISTAKES: &str = "Code,Name,Level,State,Country,Remark\n\
    C-1,東京商事,EndCustomr,InTrial,DE,wide\n\
    C-2,Cafx\u{301} Noq\u{308}l,EndCustomer,InTrail,DE,marks\n\
    C-3,Tab\there,EndCustomer,InTrial,Germny,\
    a remark that is far too long to be shown in one line beside its neighbours\n\
    C-4,Müller,EndCustomr,InTrial,DE,\n";

const TREE: &str = "Name,Parent,Level,State,Country\n\
    Nord,,Reseller,InProduction,DE\n\
    Alpha,Nord,EndCustomer,InTrial,DE\n\
    Beta,Nord,EndCustomer,InTrial,DE\n\
    Solo,,EndCustomer,InTrial,DE\n";

/// Carries a command out with stdout at a terminal, and hands back what was written to it.
fn at_terminal(mut command: Command, columns: u16) -> Vec<u8> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&master).expect("granted");
    unlockpt(&master).expect("unlocked");
    let name = ptsname(&master, Vec::new()).expect("a name");
    let mut options = OpenOptions::new();
    let slave = options
        .read(true)
        .write(true)
        .open(name.to_str().expect("UTF-8"))
        .expect("the other end");
    let size = Winsize {
        ws_row: 40,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&slave, size).expect("a size");
    command
        .stdin(Stdio::null())
        .stdout(slave)
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the tool starts");
    // The command keeps its end open.
    drop(command);
    let mut master: File = master.into();
    let (mut written, mut block) = (Vec::new(), [0; 4096]);
    // The other end closing is an error on Linux and an end elsewhere.
    while let Ok(read @ 1..) = master.read(&mut block) {
        written.extend_from_slice(&block[..read]);
    }
    child.wait().expect("it ends");
    written
}

fn screen(bytes: &[u8], columns: u16) -> String {
    let mut terminal = vt100::Parser::new(40, columns, 0);
    terminal.process(bytes);
    let screen = terminal.screen();
    // A line that is too wide goes on in the next one.
    for row in 0..40 {
        assert!(!screen.row_wrapped(row), "{}", screen.contents());
    }
    let lines = screen.contents();
    let lines = lines.lines().map(str::trim_end);
    format!("{}\n", lines.collect::<Vec<_>>().join("\n"))
}

fn check(desk: &Desk, variables: &[(&str, &str)]) -> Command {
    let mut command = desk.tool(&["check", "in.csv"]);
    command
        .env("TERM", "xterm-256color")
        .envs(variables.iter().copied());
    command
}

#[test]
fn problems_stand_under_their_rows_in_80_columns() {
    let desk = Desk::new();
    desk.write("in.csv", MISTAKES);
    let bytes = at_terminal(check(&desk, &[]), 80);
    insta::assert_snapshot!(screen(&bytes, 80), @r#"
    error[V201]: "EndCustomr" is not a level
      --> in.csv:2 (row 2), column Level, C2
       | C-1 | 東京商事 | EndCustomr | InTrial | DE | wide
       |                  ^^^^^^^^^^
       = note: the same in 1 more row: 5
       = help: did you mean EndCustomer?

    error[V204]: "InTrail" is not a state of a customer
      --> in.csv:3 (row 3), column State, D3
       | C-2 | Cafx́ Noq̈l | EndCustomer | InTrail | DE | marks
       |                                 ^^^^^^^
       = help: did you mean InTrial?

    error[V402]: "Germny" is not a country's name
      --> in.csv:4 (row 4), column Country, E4
       | ... | Tab\there | EndCustomer | InTrial | Germny | a remark that i...
       |                                           ^^^^^^
       = help: did you mean DE (Germany)?

    warning[R307]: the header "Remark" is not known, so the column is not imported
      --> in.csv:1 (row 1), column Remark, F1
       | Remark

    warning[V104]: "Tab␉here" is read as "Tab here": it holds a tab
      --> in.csv:4 (row 4), column Name, B4
       | C-3 | Tab\there | EndCustomer | InTrial | Germny | ...
       |       ^^^^^^^^^
       = help: nothing needs to be done if that is right; check --fix writes it so

    in.csv: 4 rows: 0 accepted, 4 invalid, 0 blocked; 4 errors, 2 warnings

    Next, once the list is fixed, to check it again:
      partner-import check in.csv

    Or, to have 1 damaged cell fixed in a copy:
      partner-import check in.csv --fix in-fixed.csv
    "#);
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let desk = Desk::new();
    desk.write("in.csv", MISTAKES);
    let coloured =
        |variables: &[(&str, &str)]| at_terminal(check(&desk, variables), 80).contains(&0x1b);
    assert!(coloured(&[]));
    assert!(!coloured(&[("NO_COLOR", "1")]));
    assert!(!coloured(&[("TERM", "dumb")]));
    let piped = |variables: &[(&str, &str)]| {
        let output = check(&desk, variables).output().expect("the tool starts");
        output.stdout.contains(&0x1b)
    };
    assert!(!piped(&[]));
    assert!(piped(&[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn the_plan_is_a_tree_in_lines_that_the_terminal_has() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", TREE);
    let tree = |locale: &str, term: &str| {
        let mut command = desk.at(&service, &["plan", "in.csv"]);
        command.env("LC_ALL", locale).env("TERM", term);
        let shown = screen(&at_terminal(command, 80), 80);
        let lines = shown
            .lines()
            .skip_while(|line| !line.starts_with("\"Sandbox"));
        let lines = lines.skip(1).take_while(|line| !line.is_empty());
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let unicode = "├─ + Nord  Reseller (row 2)\n\
        │  ├─ + Alpha  EndCustomer (row 3)\n\
        │  └─ + Beta  EndCustomer (row 4)\n\
        └─ + Solo  EndCustomer (row 5)\n";
    assert_eq!(tree("de_DE.UTF-8", "xterm"), unicode);
    let ascii = unicode
        .replace("├─", "|-")
        .replace('│', "|")
        .replace("└─", "`-");
    assert_eq!(tree("C", "xterm"), ascii);
    assert_eq!(tree("C.UTF-8", "dumb"), ascii);
}

/// Names as wide as a terminal's half, and columns for two of them.
const WIDE: &str = "Name,Parent,Level,State,Country,ExternalCode,Legal Company Name,City,Address\n\
    Nordpartner Gesellschaft für Datensicherung mbH,,Reseller,InProduction,DE,N-000000001,\
    Nordpartner Gesellschaft für Datensicherung mbH,Hamburg,Am Sandtorkai 50\n\
    株式会社東京データバックアップサービス,Nordpartner Gesellschaft für Datensicherung mbH,EndCustomer,\
    InTrial,JP,N-000000002,株式会社東京データバックアップサービス,東京,千代田区丸の内一丁目\n\
    Beta,Nordpartner Gesellschaft für Datensicherung mbH,EndCustomr,InTrial,DE,N-000000003,Beta,\
    Bremen,Am Wall 1\n";

#[test]
fn nothing_is_wider_than_the_terminal() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", WIDE);
    let commands: [&[&str]; 9] = [
        &["check", "in.csv"],
        &["preview", "in.csv"],
        &["plan", "in.csv"],
        &["plan", "in.csv", "--format", "table"],
        &["lookup", "partners"],
        &["lookup", "countries"],
        &["explain", "V201"],
        &["explain", "2115"],
        &["explain", "faults"],
    ];
    // So that there is somebody to look up.
    desk.import(&service, "in.csv").exits(1);
    for columns in [80, 60] {
        for arguments in commands {
            let command = desk.at(&service, arguments);
            let bytes = at_terminal(command, columns);
            let mut terminal = vt100::Parser::new(400, columns, 0);
            terminal.process(&bytes);
            let screen = terminal.screen();
            assert!(!screen.contents().trim().is_empty(), "{arguments:?}");
            let wrapped = (0..400).find(|row| screen.row_wrapped(*row));
            assert_eq!(
                wrapped,
                None,
                "{arguments:?} at {columns}\n{}",
                screen.contents()
            );
        }
    }
}

#[test]
fn numbers_are_never_cut_and_columns_that_do_not_fit_are_named() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", WIDE);
    desk.import(&service, "in.csv").exits(1);
    let bytes = at_terminal(desk.at(&service, &["lookup", "partners"]), 60);
    insta::assert_snapshot!(screen(&bytes, 60), @r"
    Id    ParentId  Name          Level        State
    1000  1         Sandbox M...  Distributor  InProduction
    1001  1000      Nordpartn...  Reseller     InProduction
    1002  1001      株式会社...   EndCustomer  InTrial
    ");
    // In a pipe every cell is whole.
    let piped = desk.run_at(&service, &["lookup", "partners"]).exits(0);
    assert!(
        piped.out.contains("株式会社東京データバックアップサービス"),
        "{}",
        piped.out
    );
    assert!(piped.out.contains("N-000000002"), "{}", piped.out);
}
