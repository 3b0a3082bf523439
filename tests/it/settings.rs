//! A setting is described once: whatever stands in the table is in the help, in the reference, in the
//! profile, in `config show`, in what is kept of an attempt, in the comparison of a continued run and
//! in the commands to type next, without another word about it.

use std::path::Path;
use std::sync::Arc;

use partner_import::cli::reference::{command_line, environment, pages};
use partner_import::settings::profile::trust::Trust;
use partner_import::settings::repeated::{Reads, flags};
use partner_import::settings::table::{ON_EXISTS, all, in_profile};
use partner_import::settings::{
    Content, Decisive, Fallback, Group, InProfile, Machine, Profile, Setting, Settings, Takes,
    Typed, Use, profile,
};

use tempfile::TempDir;

use crate::cli::desk::{Desk, end_of};
use crate::tidy::code::rust_files;

/// The file that an example names.
const MENDS: &str = "customers.mends.toml";

/// A line of the profile that says something else than what counts anyway.
fn line(setting: &Setting) -> String {
    let usual = |text: &str| setting.fallback == Fallback::Value(leak(text));
    match setting.takes {
        Takes::OneOf(choices) => {
            let other = choices.iter().rfind(|one| !usual(one.name));
            format!("{} = {:?}", setting.name(), other.expect("another").name)
        }
        Takes::Truth => format!("{} = {}", setting.name(), usual("false")),
        _ => setting.example_line(),
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn text(setting: &Setting) -> String {
    format!("[{}]\n{}\n", setting.section(), line(setting))
}

/// What a profile with this text amounts to.
fn settings(text: &str) -> (TempDir, Settings) {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join(MENDS), "").expect("it is written");
    let path = directory.path().join("p.toml");
    std::fs::write(&path, text).expect("it is written");
    let profile = profile::load(Some(&path), None, Trust(None)).expect(text);
    (directory, with(profile))
}

fn with(profile: Profile) -> Settings {
    let machine = Machine {
        data_dir: Some("state".into()),
        ..Machine::new(|_| None, Arc::new(|| 0))
    };
    Settings::new(profile, Typed::default(), machine).expect("settings")
}

/// The commands whose help has every flag of the group.
fn commands(group: Group) -> &'static [&'static str] {
    match group {
        Group::Agreeing => &["run"],
        Group::Planned => &["plan"],
        Group::Continued => &["resume"],
        Group::Existing | Group::Part => &["plan", "run"],
        Group::Input => &["check", "preview", "plan", "run", "init"],
        Group::Target => &[
            "plan", "run", "resume", "undo", "lookup", "template", "login",
        ],
        Group::Run | Group::Watching => &["run", "resume"],
        Group::Undo => &["undo"],
        Group::Common => &["check", "run", "explain"],
    }
}

#[test]
fn every_flag_is_in_the_help_of_its_commands_and_in_the_reference() {
    let mut root = command_line();
    root.build();
    let reference = page("docs/reference/cli.md");
    for setting in all() {
        for flag in setting.flags {
            for command in setting.groups.iter().flat_map(|group| commands(*group)) {
                let command = root.find_subcommand(command).expect("a command");
                let mut arguments = command.get_arguments();
                let found = arguments.find(|one| one.get_long() == Some(flag.long));
                let argument = found.unwrap_or_else(|| panic!("{command} lacks --{}", flag.long));
                let help = argument.get_help().expect("help").to_string();
                let about = if flag.help.is_empty() {
                    setting.about
                } else {
                    flag.help
                };
                assert!(help.starts_with(about), "--{}: {help}", flag.long);
            }
            let listed = format!("--{}", flag.long);
            assert!(reference.contains(&listed), "cli.md lacks {listed}");
        }
    }
}

fn page(path: &str) -> String {
    let page = pages().into_iter().find(|page| page.path == path);
    page.expect("a page").text
}

#[test]
fn every_key_and_variable_is_in_the_reference() {
    let profile = page("docs/reference/profile.md");
    for setting in in_profile().filter(|one| !one.takes.is_pairs()) {
        let row = format!("| `{}` | {} |", setting.name(), setting.about);
        assert!(profile.contains(&row), "profile.md lacks {row}");
    }
    let known = environment();
    for setting in all() {
        if let Some(variable) = &setting.variable {
            let is_known = known.iter().any(|(name, _)| *name == variable.name);
            assert!(is_known, "{}", variable.name);
        }
        // A setting that nobody can give is none.
        let ways = setting.flags.len() + usize::from(setting.variable.is_some());
        assert!(ways > 0 || setting.is_in_profile(), "{}", setting.key);
    }
}

#[test]
fn config_show_tells_every_key_with_its_line() {
    let desk = Desk::new();
    desk.write(MENDS, "");
    for setting in in_profile() {
        // Where the password is stands in one line for all places.
        let key = match setting.key {
            key if key.starts_with("target.password") => "target.password",
            key => key,
        };
        desk.write("p.toml", text(setting));
        let arguments = ["config", "show", "--profile", "p.toml", "--format", "json"];
        let mut tool = desk.tool(&arguments);
        tool.env_remove("PARTNER_IMPORT_STATE_DIR");
        let shown = end_of(tool.spawn().expect("it starts")).exits(0).json();
        let lines = shown["settings"].as_array().expect("a list");
        let found = lines.iter().find(|one| {
            let shown = one["key"].as_str().expect("a key");
            shown == key || setting.takes.is_pairs() && shown.starts_with(&format!("{key}."))
        });
        let found = found.unwrap_or_else(|| panic!("no {key} in {shown:#}"));
        // A default of the sandbox counts before a rate of the profile; there is no sandbox here.
        assert_eq!(found["source"], "profile", "{key}");
        assert_eq!(found["from"], "p.toml, line 2", "{key}");
        let is_hidden = found["value"] == "(hidden)";
        assert_eq!(is_hidden, setting.is_secret(), "{key}: {found}");
    }
}

#[test]
fn whatever_decides_what_is_sent_is_kept_compared_and_repeated() {
    let nothing = settings("").1.with(&Typed::default()).expect("resolved");
    let nothing = nothing.decisive(None);
    for setting in in_profile() {
        let (_directory, given) = settings(&text(setting));
        let resolved = given.with(&Typed::default()).expect("resolved");
        let decisive = resolved.decisive(None);
        let kept = decisive.kept(None);
        let is_decisive = matches!(setting.use_, Use::Decisive(_));
        let differs = decisive.differences(&nothing.kept(None), None).is_some();
        assert_eq!(differs, is_decisive, "{}", setting.key);
        if let (true, Some(flag)) = (is_decisive, setting.flags.first()) {
            let repeated = flags(&kept, Reads::List, &Profile::default());
            let flag = format!("--{}", flag.long);
            assert!(
                repeated.iter().any(|one| one.starts_with(&flag)),
                "{repeated:?} lacks {flag}"
            );
        }
        let of_attempt = resolved.plain();
        let is_kept = of_attempt.iter().any(|(key, _)| key == setting.key);
        assert_eq!(is_kept, setting.is_plain(), "{}", setting.key);
    }
}

#[test]
fn whatever_decides_what_is_sent_is_compared_when_a_run_is_resumed() {
    let nothing = Typed::default();
    let resumed = |settings: &Settings, then: &Decisive| {
        let kept = then.kept(None);
        let now = settings.decisive_of_continued(&nothing, &kept, Some(then.origins()));
        now.differences(&kept, None)
    };
    let changed = |settings: &Settings, text: &str| {
        let file = settings.profile.path.clone().expect("a profile");
        std::fs::write(&file, text).expect("written");
        with(profile::load(Some(&file), None, Trust(None)).expect("a profile"))
    };
    let decisive = in_profile().filter(|one| matches!(one.use_, Use::Decisive(_)));
    let mut count = 0;
    for setting in decisive {
        count += 1;
        let key = setting.key;
        let (_directory, given) = settings(&text(setting));
        let then = given.with(&nothing).expect("resolved").decisive(None);
        assert_eq!(resumed(&given, &then), None, "{key}: the same profile");
        let without = changed(&given, "");
        let (before, after) = resumed(&without, &then).unwrap_or_else(|| panic!("{key} is gone"));
        let usual_is_told = key == "target.billing_contact";
        assert!(
            before != "none" && (after == "none" || usual_is_told),
            "{key}: {before}, {after}"
        );
        // Not named any more, a profile takes nothing back.
        let (_other, unnamed) = settings("");
        assert_eq!(resumed(&unnamed, &then), None, "{key}: another profile");
        let then = without.with(&nothing).expect("resolved").decisive(None);
        let given = changed(&without, &text(setting));
        let (before, after) = resumed(&given, &then).unwrap_or_else(|| panic!("{key} is new"));
        assert!(before == "none" || usual_is_told, "{key}: {before}");
        assert!(after != "none", "{key}");
        // What was typed when the run began is not typed again, and outweighs the profile still.
        let mut typed = Typed::default();
        let entries = given.profile.entries.iter();
        for entry in entries.filter(|one| one.setting == setting) {
            typed.add(setting, entry.content.clone());
        }
        let then = without.with(&typed).expect("resolved").decisive(None);
        assert_eq!(
            resumed(&given, &then),
            None,
            "{key}: typed, and the profile says the same"
        );
        let without = changed(&without, "");
        assert_eq!(resumed(&without, &then), None, "{key}: typed");
        // A journal of an earlier version does not tell where an option came from.
        let kept = then.kept(None);
        let now = without.decisive_of_continued(&nothing, &kept, None);
        assert_eq!(
            now.differences(&kept, None),
            None,
            "{key}: an earlier version"
        );
    }
    assert!(count > 10, "{count}");
}

#[test]
fn what_was_typed_to_outweigh_a_profile_is_no_difference_when_resumed() {
    let (_directory, given) = settings("[existing]\non_exists = \"update\"\n");
    let mut typed = Typed::default();
    typed.add(&ON_EXISTS, Content::Text("skip".to_owned()));
    let then = given.with(&typed).expect("resolved").decisive(None);
    let kept = then.kept(None);
    let now = given.decisive_of_continued(&Typed::default(), &kept, Some(then.origins()));
    assert_eq!(now.differences(&kept, None), None);
}

#[test]
fn a_profile_that_was_merely_found_decides_only_how_a_list_is_read() {
    for setting in in_profile().filter(|one| one.profile == InProfile::Found) {
        assert!(
            ["input", "map", "default", "set", "values", "rows"].contains(&setting.section()),
            "{}",
            setting.key
        );
    }
}

/// Variables are read where the machine is asked, and named in the table alone; flags that take a
/// variable by themselves would be laid upon nothing.
#[test]
fn nothing_is_set_beside_the_table() {
    let mut problems = Vec::new();
    for file in rust_files(&["src", "crates"]) {
        for word in [" env)", " env,", " env ="] {
            for (at, _) in file.code.match_indices("#[arg(") {
                let end = file.code[at..].find(")]").map_or(at, |end| at + end + 1);
                if file.code[at..end].contains(word) {
                    problems.push(format!(
                        "{}: a flag with a variable of its own",
                        file.place(at)
                    ));
                }
            }
        }
        if Path::new(&file.path).starts_with("src/settings") {
            continue;
        }
        let tests = file.text.find("#[cfg(test)]").unwrap_or(file.text.len());
        for (at, _) in file.text[..tests].match_indices("\"PARTNER_IMPORT_") {
            let name = file.text[at + 1..].split('"').next().unwrap_or_default();
            if name
                .chars()
                .all(|one| one.is_ascii_uppercase() || one == '_')
            {
                problems.push(format!(
                    "{}: {name} stands beside the table",
                    file.place(at)
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
