//! The units, the cron line, the task, and the scripts that try again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::place::Place;
use super::{file, tool};
use crate::cli::desk::Desk;
use crate::tidy::code::root;

/// A file's text; those of the Task Scheduler are UTF-16.
pub(super) fn text_of(path: &Path) -> String {
    let bytes = fs::read(path).expect("a file");
    if path.extension().is_some_and(|end| end == "xml") {
        assert_eq!(bytes[..2], [0xFF, 0xFE], "{}: no UTF-16", path.display());
    }
    let (text, _, damaged) = encoding_rs::UTF_8.decode(&bytes);
    assert!(!damaged, "{}", path.display());
    text.into_owned()
}

/// A unit's settings, section by section; lists in order, continued lines joined.
fn unit(name: &str) -> BTreeMap<String, Vec<String>> {
    let text = file(&format!("packaging/systemd/{name}")).replace("\\\n", " ");
    let mut settings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut section = String::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            name.clone_into(&mut section);
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}"));
        let key = format!("{section}.{key}");
        settings.entry(key).or_default().push(value.to_owned());
    }
    settings
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_service_imports_and_a_second_night_creates_nothing() {
    let line = unit("partner-import@.service")["Service.ExecStart"][0].replace("%i", "psa");
    let words = words(&line);
    assert_eq!(words[0], "/usr/bin/partner-import");
    Place::new(&file("packaging/profile.toml")).night(&words[1..]);
}

#[test]
fn the_service_tries_again_what_can_be_continued_and_nothing_else() {
    let unit = unit("partner-import@.service");
    let codes = |key: &str| words(&unit[&format!("Service.{key}")][0]);
    assert_eq!(codes("RestartForceExitStatus"), ["5", "6"]);
    assert_eq!(codes("SuccessExitStatus"), ["1", "130"]);
    // Neither on-failure nor always: 2, 3 and 4 are not tried again.
    assert_eq!(codes("Restart"), ["on-abnormal"]);
    assert_ne!(codes("Type"), ["oneshot"]);
    // What it writes is what it may write.
    assert_eq!(codes("StateDirectory"), ["partner-import/%i"]);
    assert_eq!(codes("CacheDirectory"), ["partner-import"]);
    assert!(codes("LoadCredential")[0].starts_with("password:"));
}

#[test]
fn systemd_takes_the_units() {
    if tool("systemd-analyze").is_none() {
        return;
    }
    let desk = Desk::new();
    let service = file("packaging/systemd/partner-import@.service");
    let program = env!("CARGO_BIN_EXE_partner-import");
    let service = service.replace(
        "ExecStart=/usr/bin/partner-import",
        &format!("ExecStart={program}"),
    );
    desk.write("partner-import@.service", &service);
    desk.write(
        "partner-import@.timer",
        file("packaging/systemd/partner-import@.timer"),
    );
    let analyze = |arguments: &[&str]| {
        let mut command = Command::new("systemd-analyze");
        let output = command.args(arguments).current_dir(desk.path("")).output();
        let output = output.expect("it starts");
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let units = [
        "verify",
        "./partner-import@.service",
        "./partner-import@.timer",
    ];
    let (fine, told) = analyze(&units);
    assert!(fine && !told.contains("partner-import@"), "{told}");
    // Mistakes are found.
    desk.write(
        "partner-import@.service",
        service.replace("RestartSec=15min", "RestartSec=soon"),
    );
    let (_, told) = analyze(&units);
    assert!(told.contains("soon"), "{told}");
}

#[cfg(unix)]
#[test]
fn the_cron_line_imports_through_the_script_that_tries_again() {
    let text = file("packaging/cron/partner-import");
    assert!(text.ends_with('\n'), "cron reads whole lines only");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let jobs: Vec<&&str> = lines
        .iter()
        .filter(|line| line.contains(" * * * "))
        .collect();
    assert_eq!(jobs.len(), 1);
    let fields = words(jobs[0]);
    for (field, most) in fields.iter().zip([59, 23]) {
        assert!(
            field.parse::<u32>().is_ok_and(|number| number <= most),
            "{field}"
        );
    }
    assert_eq!(fields[5], "partner-import", "the user");
    assert_eq!(fields[6], "/usr/lib/partner-import/nightly.sh");
    assert!(!jobs[0].contains('%'), "cron makes a new line of it");
    let (log, command) = fields[7..].split_last().expect("words");
    assert!(log.starts_with("2>>"), "{log}");
    let place = Place::new(&file("packaging/profile.toml"));
    let words = place.furnish(command);
    let mut tool = place.desk.tool::<&str>(&[]);
    place.aim(&mut tool);
    let mut night = Command::new("sh");
    night.arg(root().join("packaging/nightly.sh")).args(&words);
    for (name, value) in tool.get_envs() {
        night.env(name, value.unwrap_or_default());
    }
    night.env_remove("PARTNER_IMPORT_STATE_DIR");
    night.env(
        "PARTNER_IMPORT_BINARY",
        env!("CARGO_BIN_EXE_partner-import"),
    );
    let output = night.stdin(Stdio::null()).output().expect("sh");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    place.look(&words);
}

/// A program that ends with these codes, one after the other, and how often it was run.
#[cfg(unix)]
fn nights(codes: &[i32], attempts: u32) -> (i32, usize) {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    let program = desk.write(
        "program",
        format!(
            "#!/bin/sh\n[ \"$1\" = run ] && [ \"$2\" = 'a list.csv' ] || exit 99\n\
             echo x >>runs\nset -- {}\nshift $(($(wc -l <runs) - 1))\nexit \"$1\"\n",
            codes.join(" ")
        ),
    );
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("its own file");
    let status = Command::new("sh")
        .arg(root().join("packaging/nightly.sh"))
        .arg("a list.csv")
        .current_dir(desk.path(""))
        .env("PARTNER_IMPORT_BINARY", &program)
        .env("ATTEMPTS", attempts.to_string())
        .env("PAUSE", "0")
        .status();
    let code = status.expect("sh").code().expect("a code");
    (code, desk.read("runs").lines().count())
}

#[cfg(unix)]
#[test]
fn the_script_tries_again_after_5_and_6_only() {
    for code in [0, 1, 2, 3, 4, 130] {
        assert_eq!(nights(&[code, 0], 6), (code, 1));
    }
    assert_eq!(nights(&[5, 6, 1, 0], 6), (1, 3));
    assert_eq!(nights(&[5, 5, 5, 0], 3), (5, 3));
}

#[cfg(unix)]
#[test]
fn what_the_cron_line_writes_to_is_made_and_its_log_is_rotated() {
    let text = file("packaging/cron/partner-import");
    let made: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("#   install -d -o partner-import "))
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with('/'))
        .collect();
    let job = text
        .lines()
        .find(|line| line.contains(" * * * "))
        .expect("a line");
    let written =
        ["--state-dir", "--metrics-file"].map(|flag| super::place::value(&words(job), flag));
    let (_, log) = job.split_once("2>>").expect("a log");
    for path in written
        .iter()
        .map(std::path::PathBuf::as_path)
        .chain([Path::new(log)])
    {
        let there = made.iter().any(|made| path.starts_with(made));
        assert!(there, "nobody makes the directory of {}", path.display());
    }
    assert!(text.contains("install -D -m 755 nightly.sh /usr/lib/partner-import/nightly.sh"));
    let rotation = file("packaging/cron/logrotate");
    let folder = Path::new(log).parent().expect("a directory").display();
    assert!(
        rotation.contains(&format!("\n{folder}/*.log {{\n")),
        "{rotation}"
    );
    // What its own program says of it, where that is there; it asks for the user, so ours stands in.
    let who = Command::new("id").arg("-un").output().expect("id").stdout;
    let who = String::from_utf8(who).expect("UTF-8");
    let desk = Desk::new();
    let group = Command::new("id").arg("-gn").output().expect("id").stdout;
    let group = String::from_utf8(group).expect("UTF-8");
    let ours = rotation
        .replace(
            "partner-import partner-import",
            &format!("{} {}", who.trim(), group.trim()),
        )
        .replace(
            "/var/log/partner-import",
            &desk.path("").display().to_string(),
        );
    desk.write("logrotate.conf", ours);
    desk.write("psa.log", "a line\n");
    let Some(mut rotate) = tool("logrotate") else {
        return;
    };
    rotate.args(["--force", "--state", "state", "logrotate.conf"]);
    let done = rotate.current_dir(desk.path("")).output();
    let done = done.expect("it starts");
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{told}");
    assert_eq!(desk.read("psa.log.1"), "a line\n");
    assert_eq!(desk.read("psa.log"), "");
}

#[test]
fn shellcheck_finds_nothing_in_the_scripts() {
    if tool("shellcheck").is_none() {
        return;
    }
    let scripts = [
        "packaging/nightly.sh",
        "packaging/kubernetes/per-tenant.sh",
        "packaging/build.sh",
        "packaging/deb/postinst",
        "packaging/deb/postrm",
        "packaging/windows/try-msi.sh",
        "tests/wine/run.sh",
        "tests/wine/prefix.sh",
        "fuzz/seed.sh",
        ".ci/run",
    ];
    for script in scripts.map(|script| root().join(script)) {
        // A package need not bring all of them.
        if script.exists() {
            let done = Command::new("shellcheck").arg(&script).output();
            let done = done.expect("it starts");
            let told = String::from_utf8_lossy(&done.stdout);
            assert!(done.status.success(), "{told}");
        }
    }
}

/// Takes a command line apart as Windows' C library does for a program, by its documented rules.
fn taken_apart(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut begun) = (Vec::new(), String::new(), false, false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let mut count = 1;
                while letters.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let before_mark = letters.peek() == Some(&'"');
                let kept = if before_mark { count / 2 } else { count };
                word.extend(std::iter::repeat_n('\\', kept));
                if before_mark && count % 2 == 1 {
                    letters.next();
                    word.push('"');
                }
                begun = true;
            }
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' | '\t' if !quoted => {
                if std::mem::take(&mut begun) {
                    words.push(std::mem::take(&mut word));
                }
            }
            other => {
                word.push(other);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// The script for Windows, and what it makes of a word: its own patterns, carried out.
fn quoting() -> impl Fn(&str) -> String {
    let script = file("packaging/windows/nightly.ps1");
    let body = script
        .split("function Get-Word")
        .nth(1)
        .expect("the function");
    let body = body.split("\n}").next().expect("its end").to_owned();
    let between = |text: &str, before: &str| -> Vec<String> {
        let parts = text.split(before).skip(1);
        let inner = parts.map(|part| part.split('\'').next().unwrap_or_default().to_owned());
        inner.collect()
    };
    let plain = between(&body, "-notmatch '");
    let plain = regex::Regex::new(&plain[0]).expect("a pattern");
    let replaced = body.lines().filter(|line| line.contains("-replace '"));
    let steps: Vec<(regex::Regex, String)> = replaced
        .map(|line| {
            let pattern = between(line, "-replace '").remove(0);
            let by = between(line, ", '").remove(0);
            (regex::Regex::new(&pattern).expect("a pattern"), by)
        })
        .collect();
    assert_eq!(steps.len(), 2, "{body}");
    assert!(body.contains("return '\"' + $word + '\"'"), "{body}");
    move |word: &str| {
        if !word.is_empty() && !plain.is_match(word) {
            return word.to_owned();
        }
        let quoted = steps.iter().fold(word.to_owned(), |word, (pattern, by)| {
            // The crate reads `$1$1` as .NET does.
            pattern.replace_all(&word, by.as_str()).into_owned()
        });
        format!("\"{quoted}\"")
    }
}

#[test]
fn the_windows_script_hands_every_word_on_as_it_is() {
    let quote = quoting();
    let words = [
        "run",
        r"C:\Program Files\partner import\new customers.csv",
        r"C:\with a space\",
        r"C:\with a space\\",
        r"C:\plain\",
        "",
        r#"say "so""#,
        r#"a \" b"#,
        r#"\\"x"#,
        r#"ends in ""#,
        "tab\there",
        "5%",
        "a&b|c^d>e",
        "--set",
        "Level=End Customer",
    ];
    let line: Vec<String> = words.iter().map(|word| quote(word)).collect();
    assert_eq!(taken_apart(&line.join(" ")), words);
    assert_eq!(
        taken_apart(r#"a\\b "c d\\" \"e"#),
        ["a\\\\b", "c d\\", "\"e"]
    );
    // No shell reads the line a second time, and no mistake of the script's ends with PowerShell's 1.
    let script = file("packaging/windows/nightly.ps1");
    let code: String = script
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    for shell in [
        "cmd",
        "Invoke-Expression",
        "iex ",
        "powershell",
        "Start-Process",
    ] {
        assert!(!code.contains(shell), "{shell}");
    }
    for needed in [
        "UseShellExecute = $false",
        "exit 2",
        "exit $code",
        "$ErrorActionPreference = 'Stop'",
    ] {
        assert!(code.contains(needed), "{needed}");
    }
}

/// The script itself, where there is a PowerShell to run it; nothing else here can.
#[test]
fn the_windows_script_tries_again_after_5_and_6_only() {
    let shells = ["pwsh", "powershell"].into_iter().find(|shell| {
        let mut asked = Command::new(shell);
        asked.args(["-NoProfile", "-Command", "exit 0"]);
        asked
            .stdin(Stdio::null())
            .output()
            .is_ok_and(|done| done.status.success())
    });
    let Some(shell) = shells else {
        return;
    };
    let (desk, service) = (Desk::new(), crate::cli::desk::Service::new());
    desk.write("a list.csv", crate::cli::desk::SMALL);
    let night = |more: &[&str]| {
        let plain = desk.at(&service, &[]);
        let mut night = Command::new(shell);
        night
            .args(["-NoProfile", "-NonInteractive", "-File"])
            .arg(root().join("packaging/windows/nightly.ps1"))
            .args(["a list.csv", "--yes", "--out", "out dir", "--rate", "none"])
            .args(more)
            .current_dir(desk.path(""))
            .env(
                "PARTNER_IMPORT_BINARY",
                env!("CARGO_BIN_EXE_partner-import"),
            )
            .env("PAUSE", "0")
            .env("ATTEMPTS", "3");
        night.envs(
            plain
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        night.output().expect("it starts").status.code()
    };
    assert_eq!(night(&[]), Some(0));
    assert!(desk.path("out dir/summary.json").is_file());
    assert_eq!(night(&["--no-such-flag"]), Some(2));
    assert!(desk.read("nightly.log").contains("--no-such-flag"));
}

/// The texts of a document of the Task Scheduler by their paths.
fn task() -> BTreeMap<String, String> {
    use quick_xml::events::Event;
    let bytes =
        fs::read(root().join("packaging/windows/partner-import-psa.xml")).expect("the task");
    let (text, encoding, damaged) = encoding_rs::UTF_8.decode(&bytes);
    assert_eq!((encoding.name(), damaged), ("UTF-16LE", false));
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let (mut path, mut texts) = (Vec::new(), BTreeMap::new());
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().expect("one").expect("readable");
                assert_eq!(encoding.as_ref(), "UTF-16");
            }
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text) => {
                let text = text.xml10_content();
                if !text.trim().is_empty() {
                    texts.insert(path.join("/"), text.into_owned());
                }
            }
            Event::Eof => break,
            Event::Comment(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(path.is_empty(), "{path:?}");
    texts
}

#[test]
fn the_task_imports_and_has_what_a_task_must_have() {
    let task = task();
    for (path, value) in [
        ("Triggers/CalendarTrigger/ScheduleByDay/DaysInterval", "1"),
        ("Principals/Principal/RunLevel", "LeastPrivilege"),
        ("Settings/MultipleInstancesPolicy", "IgnoreNew"),
        ("Settings/StartWhenAvailable", "true"),
        ("Actions/Exec/Command", "powershell.exe"),
    ] {
        assert_eq!(task[&format!("Task/{path}")], value, "{path}");
    }
    assert!(task.contains_key("Task/Triggers/CalendarTrigger/StartBoundary"));
    // The words before the script are PowerShell's, those behind it the program's.
    let arguments = &task["Task/Actions/Exec/Arguments"];
    let (shell, ours) = arguments.split_once("nightly.ps1\" ").expect("the script");
    assert!(
        shell.contains("-File \"C:\\Program Files\\partner-import\\"),
        "{shell}"
    );
    assert!(root().join("packaging/windows/nightly.ps1").is_file());
    assert!(!ours.contains('"'), "a quoted path would be split here");
    let words: Vec<String> = std::iter::once("run".to_owned())
        .chain(words(ours))
        .collect();
    Place::new(&file("packaging/profile.toml")).night(&words);
}
