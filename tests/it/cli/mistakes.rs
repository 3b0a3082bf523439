//! Every way in which a beginner fails: the exit code, and a message that says what is wrong and
//! what to do.

use partner_import::sandbox::Method;

use super::desk::{Desk, SMALL, Service, end_of};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("in.csv", SMALL);
    desk
}

#[test]
fn no_credentials_names_what_is_missing_and_the_sandbox() {
    let desk = desk();
    for command in [
        &["run", "in.csv", "--yes"][..],
        &["plan", "in.csv"],
        &["lookup", "regions"],
    ] {
        desk.run(command).exits(2).says(&[
            "--partner",
            "--username",
            "PARTNER_IMPORT_PASSWORD",
            "API user",
            "--sandbox",
        ]);
    }
    let partly = [
        "run",
        "in.csv",
        "--yes",
        "--username",
        "api",
        "--partner",
        "X",
    ];
    let done = desk
        .run(&partly)
        .exits(2)
        .says(&["PARTNER_IMPORT_PASSWORD"]);
    assert!(
        !done.err.contains("--username or"),
        "only what is missing: {}",
        done.err
    );
}

#[test]
fn a_wrong_partner_is_explained_since_the_service_does_not() {
    let (desk, service) = (desk(), Service::new());
    let mut command = desk.at(&service, &["run", "in.csv", "--yes"]);
    command.env("PARTNER_IMPORT_PARTNER", "Sandbox MSP");
    end_of(command.spawn().expect("it starts")).exits(4).says(&[
        "error 2100: Unknown partner/username or bad password",
        "exactly as the console shows it, including the e-mail address in brackets",
        "API user",
    ]);
    assert_eq!(service.requests(Method::Login), 1);
}

#[test]
fn a_wrong_password_is_tried_once() {
    let (desk, service) = (desk(), Service::new());
    for arguments in [&["run", "in.csv", "--yes"][..], &["plan", "in.csv"]] {
        let before = service.requests(Method::Login);
        let mut command = desk.at(&service, arguments);
        command.env("PARTNER_IMPORT_PASSWORD", "sandbocks");
        let done = end_of(command.spawn().expect("it starts")).exits(4);
        done.says(&["refused the login", "nothing was retried"]);
        assert_eq!(service.requests(Method::Login), before + 1);
    }
    assert_eq!(service.methods(), ["Login", "Login"]);
}

#[test]
fn nobody_at_the_endpoint_ends_soon_with_what_to_check() {
    let desk = desk();
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!(
        "http://{}/jsonapi",
        listener.local_addr().expect("an address")
    );
    drop(listener);
    let start = std::time::Instant::now();
    let mut command = desk.tool(&["run", "in.csv", "--yes", "--outage-limit", "300ms"]);
    command.args(["--endpoint", &endpoint, "--partner", "X", "--username", "y"]);
    command.env("PARTNER_IMPORT_PASSWORD", "z");
    let done = end_of(command.spawn().expect("it starts")).exits(5);
    done.says(&["cannot be reached", "refused", "--endpoint", &endpoint]);
    assert!(start.elapsed().as_secs() < 90, "{:?}", start.elapsed());
}

#[test]
fn a_plan_waits_as_long_as_it_is_told() {
    let desk = desk();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let endpoint = format!("http://{address}/jsonapi");
    for (limit, least) in [("200ms", 0), ("6s", 5)] {
        let start = std::time::Instant::now();
        let mut command = desk.tool(&["plan", "in.csv", "--outage-limit", limit]);
        command.args(["--endpoint", &endpoint, "--partner", "X", "--username", "y"]);
        command.env("PARTNER_IMPORT_PASSWORD", "z");
        end_of(command.spawn().expect("it starts"))
            .exits(5)
            .says(&["cannot be reached"]);
        let took = start.elapsed().as_secs();
        assert!(took >= least && took < least + 25, "{limit}: {took}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_checked_and_not_imported() {
    let desk = desk();
    let rows = desk.read("in.csv");
    desk.run_with(&["check", "/dev/stdin"], &rows).exits(0);
    desk.run_with(&["run", "/dev/stdin", "--sandbox", "--yes"], &rows)
        .exits(3)
        .says(&[
            "cannot read /dev/stdin a second time",
            "save the list as a file",
        ]);
}

#[test]
fn a_directory_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let (desk, service) = (desk(), Service::new());
    desk.write("file", "");
    let long = format!("{}.csv", "x".repeat(250));
    desk.write(&long, desk.read("in.csv"));
    for run in [
        &["run", "in.csv", "--yes", "--out", "file"][..],
        &["run", "in.csv", "--yes", "--out", "file/below"],
        // The usual directory has the file's name and a few letters more.
        &["run", &long, "--yes"],
    ] {
        desk.run_at(&service, run).exits(2).says(&[
            "cannot make the directory",
            "nothing was sent",
            "--out",
        ]);
    }
    assert_eq!(service.requests(Method::AddPartner), 0);
    desk.import(&service, "in.csv").exits(0);
}

#[test]
fn a_web_page_at_the_endpoint_is_no_service() {
    let (desk, service) = (desk(), Service::new());
    let page = service.endpoint.replace("/jsonapi", "/console");
    let mut command = desk.at(
        &service,
        &["run", "in.csv", "--yes", "--outage-limit", "300ms"],
    );
    command.args(["--endpoint", &page]);
    let done = end_of(command.spawn().expect("it starts")).exits(5);
    assert!(done.err.contains("help:"), "{}", done.err);
    assert_eq!(service.requests(Method::Login), 0);
}

#[test]
fn a_password_is_not_sent_unencrypted() {
    let desk = desk();
    for endpoint in [
        "http://api.backup.management/jsonapi",
        "ftp://x/y",
        "api.backup.management",
    ] {
        let mut command = desk.tool(&["run", "in.csv", "--yes", "--endpoint", endpoint]);
        command.args(["--partner", "X", "--username", "y"]);
        command.env("PARTNER_IMPORT_PASSWORD", "z");
        let done = end_of(command.spawn().expect("it starts")).exits(2);
        done.says(&[endpoint, "https://"]);
    }
}

#[test]
fn a_missing_file_and_a_folder_are_named() {
    let (desk, service) = (desk(), Service::new());
    std::fs::create_dir(desk.path("folder.csv")).expect("a directory");
    for command in ["check", "preview", "init", "plan", "run"] {
        let done = desk.run_at(&service, &[command, "nowhere.csv"]).exits(3);
        done.says(&[
            "there is no file nowhere.csv",
            "check the path; lists there: in.csv",
        ]);
        desk.run_at(&service, &[command, "folder.csv"])
            .exits(3)
            .says(&["folder.csv", "help:"]);
    }
}

#[test]
fn a_file_that_is_no_table_says_what_it_is() {
    let desk = desk();
    desk.write("scan.pdf", "%PDF-1.7\n%\u{e2}\u{e3}\n1 0 obj\n");
    desk.run(&["check", "scan.pdf"])
        .exits(3)
        .says(&["scan.pdf", "PDF", "help:"]);
}

#[test]
fn without_a_name_column_it_says_how_to_map_one() {
    let (desk, service) = (desk(), Service::new());
    desk.write(
        "nameless.csv",
        "Bezeichner der Firma,City,Level,State,Country\nA,Köln,EndCustomer,InTrial,DE\n",
    );
    let done = desk.run(&["check", "nameless.csv"]).exits(1);
    for text in ["error[R301]", "\"Bezeichner der Firma\"", "--map", "=Name"] {
        assert!(done.out.contains(text), "no {text:?} in\n{}", done.out);
    }
    desk.import(&service, "nameless.csv")
        .exits(1)
        .says(&["R301", "--map"]);
    assert_eq!(service.requests(Method::AddPartner), 0);
    let map = [
        "check",
        "nameless.csv",
        "--map",
        "Bezeichner der Firma=Name",
    ];
    desk.run(&map).exits(0);
}

#[test]
fn unknown_fields_and_values_of_flags_are_named_with_the_nearest() {
    let desk = desk();
    let wrong: [(&[&str], &[&str]); 9] = [
        (
            &["--set", "Levl=EndCustomer"],
            &["Levl", "did you mean Level", "partner-import template"],
        ),
        (
            &["--map", "Name=Nam"],
            &["Nam", "did you mean Name", "partner-import template"],
        ),
        (&["--set", "Level=Boss"], &["Boss", "Level", "EndCustomer"]),
        (&["--set", "Level"], &["LEFT=RIGHT"]),
        (&["--header-row", "none"], &["--header-row"]),
        (&["--encoding", "klingon"], &["klingon", "utf-8"]),
        (&["--delimiter", ""], &["delimiter"]),
        (&["--colour"], &["--colour"]),
        (&["--sheet", "X", "--header-row", "99"], &["in.csv", "99"]),
    ];
    for (flags, texts) in wrong {
        let done = desk.run(&[&["check", "in.csv"], flags].concat());
        assert!(matches!(done.code, 2 | 3), "{flags:?}: {done:?}");
        done.says(texts);
    }
    let times: [(&[&str], &str); 6] = [
        (&["--rate", "5"], "5/s"),
        (&["--settle-wait", "soon"], "60s"),
        (&["--settle-wait", "2600000000000000h"], "at most a year"),
        (&["--timeout=-1s"], "--timeout"),
        (&["--max-errors", "some"], "5%"),
        (&["--concurrency", "0"], "--concurrency"),
    ];
    for (flags, text) in times {
        desk.run(&[&["run", "in.csv"], flags].concat())
            .exits(2)
            .says(&[text]);
    }
}

#[test]
fn a_wrong_profile_is_named_with_its_line() {
    let desk = desk();
    desk.write("partner-import.toml", "[target]\npartnr = \"X\"\n");
    let done = desk.run(&["check", "in.csv"]).exits(2);
    done.says(&[
        "partner-import.toml",
        "partnr",
        "line 2",
        "`partner`",
        "partner-import init",
    ]);
    desk.run(&["check", "in.csv", "--profile", "no.toml"])
        .exits(2)
        .says(&["no.toml"]);
}

#[test]
fn nobody_to_ask_needs_yes() {
    let (desk, service) = (desk(), Service::new());
    let done = desk.run_at(&service, &["run", "in.csv"]).exits(2);
    done.says(&["3 to create", "3 customers", "--yes"]);
    assert_eq!(service.requests(Method::AddPartner), 0);
    assert_eq!(desk.run(&["runs"]).exits(0).out, "", "no run was begun");
    let dry = desk
        .run_at(&service, &["run", "in.csv", "--dry-run"])
        .exits(0);
    assert!(dry.out.contains("3 to create"));
}

#[test]
fn passwords_come_from_files_stdin_and_commands_and_never_from_arguments() {
    let (desk, service) = (desk(), Service::new());
    desk.write("token", "sandbox\n");
    desk.write("nothing", "\n");
    let target = [
        "--partner",
        "Sandbox MSP (admin@example.com)",
        "--username",
        "api",
    ];
    let plan = [
        &[
            "plan",
            "in.csv",
            "--rate",
            "none",
            "--endpoint",
            &service.endpoint,
        ],
        &target[..],
    ];
    let plan = plan.concat();
    desk.run(&[&plan[..], &["--password-file", "token"]].concat())
        .exits(0);
    desk.run_with(
        &[&plan[..], &["--password-stdin"]].concat(),
        "sandbox\r\nmore\n",
    )
    .exits(0);
    desk.run(&[&plan[..], &["--password-file", "nothing"]].concat())
        .exits(2)
        .says(&["nothing"]);
    desk.run(&[&plan[..], &["--password-file", "lost"]].concat())
        .exits(2)
        .says(&["lost"]);
    desk.run_with(&[&plan[..], &["--password-stdin"]].concat(), "")
        .exits(2)
        .says(&["no password"]);
    desk.run(&[&plan[..], &["--password", "sandbox"]].concat())
        .exits(2);
    if cfg!(unix) {
        desk.trusted("[target]\npassword_command = [\"cat\", \"token\"]\n");
        desk.run(&plan).exits(0);
        desk.trusted("[target]\npassword_command = [\"false\"]\n");
        desk.run(&plan)
            .exits(2)
            .says(&["password command", "false"]);
    }
}

#[test]
fn a_state_directory_that_cannot_be_written_is_named() {
    let (desk, service) = (desk(), Service::new());
    desk.write("file", "");
    let run = ["run", "in.csv", "--yes", "--state-dir", "file/below"];
    desk.run_at(&service, &run)
        .exits(2)
        .says(&["file/below", "--state-dir"]);
    assert_eq!(service.requests(Method::AddPartner), 0);
}

#[test]
fn problems_of_one_row_are_one_sentence_after_the_other() {
    let desk = Desk::new();
    let list = "Name,Level,Country\nAcme,EndCostumer,Germny\n";
    desk.write("in.csv", list);
    desk.run(&["run", "in.csv", "--sandbox", "--yes", "--out", "out"])
        .exits(1);
    let said = desk.read("out/results.csv");
    assert!(
        said.contains("did you mean EndCustomer? Country (C2): "),
        "{said}"
    );
    assert!(!said.contains("?;"), "{said}");
}

#[test]
fn a_column_that_is_called_otherwise_is_offered_by_what_it_holds() {
    let desk = Desk::new();
    let list = "Kunde;Typ;Zustand;Herkunft;Art;Sprache\n\
        Acme;EndCustomer;InTrial;Germany;AllInclusive;DE\n\
        Below;end customer;in production;Austria;SoftwareOnly;FR\n";
    desk.write("in.csv", list);
    let flags = [
        "--map \"Typ=Level\"",
        "--map \"Zustand=State\"",
        "--map \"Herkunft=Country\"",
        "--map \"Art=ServiceType\"",
    ];
    // Lines are broken as they come.
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let done = desk.run(&["check", "in.csv"]).exits(1);
    for flag in flags {
        assert!(flat(&done.out).contains(flag), "{flag}: {}", done.out);
    }
    assert!(
        !done.out.contains("Sprache="),
        "codes may be languages: {}",
        done.out
    );
    // The way that is offered for all rows begins with the column.
    let said = flat(&done.out);
    let first = "if the column \"Typ\" says it (EndCustomer (1), end customer = EndCustomer (1)): \
        --map \"Typ=Level\"; else fill in Level";
    assert!(said.contains(first), "{said}");
    // One mistake among many words changes nothing.
    let many = "Acme 2;EndCustomer;InTrial;Germany;AllInclusive;DE\n".repeat(9);
    desk.write(
        "in.csv",
        format!("{list}Third;Endkunde;aktiv;Korea;Alles;DE\n{many}"),
    );
    let done = desk.run(&["check", "in.csv"]).exits(1);
    for flag in flags {
        assert!(flat(&done.out).contains(flag), "{flag}: {}", done.out);
    }
    // A field that the list has is not offered twice, nor is a column of which one cell is no such word.
    let list = list
        .replace("Typ;", "Level;")
        .replace("Zustand", "Rang")
        .replace("in production", "good");
    desk.write(
        "in.csv",
        list.replace("Art;", "Typ;")
            .replace("AllInclusive", "Reseller")
            .replace("SoftwareOnly", "Site"),
    );
    let done = desk.run(&["check", "in.csv"]);
    assert!(
        !done.out.contains("=Level") && !done.out.contains("=State"),
        "{}",
        done.out
    );
}

#[test]
fn a_level_that_a_profile_gives_is_traced_to_its_line() {
    let desk = Desk::new();
    desk.write(
        "in.csv",
        "Name,Parent,Level\nAcme,,EndCustomer\nBelow,Acme,\n",
    );
    desk.write(
        "p.toml",
        "[default]\nState = \"InTrial\"\nLevel = \"Reseller\"\n",
    );
    let traced = ["check", "in.csv", "--profile", "p.toml", "--format", "json"];
    let said = desk.run(&traced).exits(1).out;
    assert!(
        said.contains("a row that does not say its level gets Reseller (p.toml, line 3)"),
        "{said}"
    );
    // What was typed counts before it, and has no line.
    let typed = ["--default", "Level=Distributor"];
    let said = desk.run(&[&traced[..], &typed].concat()).exits(1).out;
    assert!(
        said.contains("a row that does not say its level gets Distributor\""),
        "{said}"
    );
    let always = [
        "check",
        "in.csv",
        "--set",
        "Level=Reseller",
        "--format",
        "json",
    ];
    let said = desk.run(&always).exits(1).out;
    assert!(said.contains("every row gets Reseller\""), "{said}");
}
