//! What the commands to type next repeat: of a run, whatever it takes to go on from any folder; of a
//! list at hand, what was typed, as far as the next command understands it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command, CommandFactory, ValueHint};

use super::args::{Cli, Common};
use super::here::{absolute, current_folder};

use crate::journal::RunInfo;
use crate::report::next::{Flags, Next, Turn, typed_from};
use crate::settings::repeated::{self, Reads};
use crate::settings::table::{
    DELIMITER, ENCODING, ENDPOINT, HEADER_ROW, IF_CHANGED, OUT, PARTNER, PASSWORD_FILE,
    PASSWORD_STDIN, SANDBOX, STATE_DIR, USERNAME,
};
use crate::settings::{
    Content, Entry, Flag, Group, Kept, LogFormat, Origin, Profile, Says, Setting, Settings, Typed,
};

/// What a run, or a plan, is about.
#[derive(Debug, Clone, Copy)]
pub struct Goal<'a> {
    /// The service's address, or `sandbox`.
    pub endpoint: &'a str,
    /// The partner that one logs in under.
    pub partner: &'a str,
    /// The options that decide what is sent.
    pub options: &'a [Kept],
    /// What separates the cells of its result files, where it has some.
    pub delimiter: Option<char>,
}

impl<'a> From<&'a RunInfo> for Goal<'a> {
    fn from(info: &'a RunInfo) -> Self {
        Self {
            endpoint: &info.endpoint,
            partner: &info.partner,
            options: &info.options,
            delimiter: Some(info.delimiter),
        }
    }
}

/// What a command typed next must repeat, wherever it is typed: paths are absolute. The commands that are
/// shown here and now are typed in this folder, and show what lies below it from there.
#[derive(Debug, Clone, Default)]
pub struct Repeat {
    /// In every command: target, profile, state directory.
    every: Vec<String>,
    /// Where the list itself is read.
    list: Vec<String>,
    /// Where the list is run anew: how much may be sent, how it goes, and who hears of it.
    anew: Vec<String>,
    /// Where its plan is looked at: what it is held against.
    look: Vec<String>,
    /// Where result files are run, which have columns and a place of their own.
    results: Vec<String>,
    /// Where that is a copy of the list's workbook: its columns by their letters.
    copy: Vec<String>,
    /// Where `rejected.csv` is run, so that nothing the profile says of the list's form counts.
    text: Vec<String>,
    /// Where a run goes on: how it goes, and who hears of it.
    resume: Vec<String>,
    /// Where an undo goes on.
    undo: Vec<String>,
    /// The folder in which what is shown is typed; none where a log has it.
    here: Option<PathBuf>,
}

impl Repeat {
    /// Works it out from what was typed and what was found by itself.
    pub fn of(common: &Common, settings: &Settings, typed: &Typed, goal: Goal<'_>) -> Self {
        let named = profile_to_name(common, settings);
        let mut every = target_flags(typed, settings, goal, named.is_some());
        every.extend(typed_of(typed, &[Group::Target]));
        let mut flag = |name: &str, value: &Path| {
            every.extend([format!("--{name}"), absolute(value)]);
        };
        if !finds_state_dir(settings) {
            flag("state-dir", &settings.state_dir);
        }
        if let Some(profile) = named {
            flag("profile", profile);
        }
        let nothing = Profile::default();
        let counting = match (named, &settings.profile.path) {
            (None, Some(_)) => &nothing,
            (Some(_), _) | (None, None) => &settings.profile,
        };
        Self {
            every,
            list: repeated::flags(goal.options, Reads::List, counting),
            anew: typed_of(typed, &[Group::Agreeing, Group::Run, Group::Watching]),
            look: typed_of(typed, &[Group::Planned]),
            results: repeated::flags(goal.options, Reads::Results, counting),
            copy: repeated::flags(goal.options, Reads::Copy, counting),
            text: text_flags(&settings.profile, goal),
            resume: resume_flags(typed),
            undo: typed_of(typed, &[Group::Undo]),
            here: match common.messages.log_format {
                Some(LogFormat::Json) => None,
                Some(LogFormat::Text) | None => current_folder(),
            },
        }
    }

    /// A command with what it must repeat, ready to be typed here.
    pub fn command(&self, words: &[&str]) -> String {
        let more = match words.first() {
            Some(&"resume") => &self.resume[..],
            Some(&"undo") => &self.undo[..],
            _ => &[],
        };
        let flags = self.every.iter().chain(more).map(String::as_str);
        self.typed(words.iter().copied().chain(flags))
    }

    /// The same for a command that reads the list at `file`.
    pub fn command_of_list(&self, command: &str, file: &Path, more: &[&str]) -> String {
        let file = absolute(file);
        let own = match command {
            "run" => &self.anew[..],
            "plan" => &self.look[..],
            _ => &[],
        };
        let flags = self.every.iter().chain(&self.list).chain(own);
        let flags = flags.map(String::as_str);
        let words = [command, file.as_str()].into_iter();
        self.typed(words.chain(more.iter().copied()).chain(flags))
    }

    /// The command that looks at the plan of the list at `file`, held against the same runs.
    pub fn command_of_look(&self, file: &Path) -> String {
        self.command_of_list("plan", file, &[])
    }

    /// The command that carries the plan in the file at `plan` out.
    pub fn command_of_plan(&self, plan: &Path) -> String {
        let plan = absolute(plan);
        let flags = self.every.iter().chain(&self.list).map(String::as_str);
        self.typed(["run", "--plan", &plan].into_iter().chain(flags))
    }

    fn typed<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> String {
        typed_from(self.here.as_deref(), words)
    }

    /// The flags of the commands that reports show.
    pub fn report_flags(&self) -> Flags {
        Flags {
            every: self.every.clone(),
            resume: self.resume.clone(),
            undo: self.undo.clone(),
            list: [&self.list[..], &self.anew].concat(),
            results: self.results.clone(),
            text: self.text.clone(),
            workbook: self.copy.clone(),
        }
    }
}

/// The flags of a `resume` of this run. What is finished as it was begun is that the next time, too.
fn resume_flags(typed: &Typed) -> Vec<String> {
    let mut flags = typed_of(typed, &[Group::Run, Group::Watching, Group::Continued]);
    if typed.text(&IF_CHANGED).as_deref() == Some("as-begun") {
        flags.push("--as-begun".to_owned());
    }
    flags
}

/// The profile that a later command must be told of. One that was found is named, unless that would
/// give it more to say (what is not trusted would be), or leave out the user's own below it: then the
/// flags say what it said.
fn profile_to_name<'a>(common: &'a Common, settings: &'a Settings) -> Option<&'a Path> {
    let profile = &settings.profile;
    let alone = profile.own.is_none() && profile.held_back.is_empty();
    let found = profile.path.as_deref().filter(|_| alone);
    common.profile.as_deref().or(found)
}

/// Whether a later command finds the state directory by itself.
fn finds_state_dir(settings: &Settings) -> bool {
    let layers = settings.layers();
    let is_given = layers
        .entry(&STATE_DIR)
        .is_some_and(|entry| !entry.origin.is_flag());
    !is_given && settings.machine.data_dir.as_ref() == Some(&settings.state_dir)
}

/// Where the service is and who logs in, as far as a later command does not find it by itself.
fn target_flags(
    target: &Typed,
    settings: &Settings,
    goal: Goal<'_>,
    profile_is_named: bool,
) -> Vec<String> {
    if goal.endpoint == "sandbox" {
        return vec!["--sandbox".to_owned()];
    }
    let by_itself = settings.layers();
    let given = |setting: &Setting| by_itself.entry(setting).map(|one| one.content.text());
    let mut flags = Vec::new();
    let is_usual = |endpoint: &str| ENDPOINT.fallback.is(endpoint);
    let asks_for_sandbox = settings.profile.text(&SANDBOX).as_deref() == Some("true");
    if asks_for_sandbox
        || !is_usual(goal.endpoint)
        || given(&ENDPOINT).is_some_and(|endpoint| !is_usual(&endpoint))
    {
        flags.extend(["--endpoint".to_owned(), goal.endpoint.to_owned()]);
    }
    // A profile that was found, and is not named, does not count elsewhere.
    let unnamed = settings.profile.path.is_some() && !profile_is_named;
    let lost = |setting: &Setting| {
        let entry = by_itself.entry(setting).filter(|_| unnamed);
        let entry = entry.filter(|one| matches!(one.origin, Origin::Profile(_)));
        entry.map(|one| one.content.clone())
    };
    let text = |content: Content| content.text();
    let elsewhere = given(&PARTNER).unwrap_or_default() != goal.partner;
    let of_goal = (elsewhere && !goal.partner.is_empty()).then(|| goal.partner.to_owned());
    let partner = target.text(&PARTNER).or(of_goal);
    let partner = partner.or_else(|| lost(&PARTNER).map(text));
    let username = target.text(&USERNAME).or_else(|| lost(&USERNAME).map(text));
    let file = target.path(&PASSWORD_FILE).map(absolute);
    let file = file.or_else(|| match lost(&PASSWORD_FILE) {
        Some(Content::Path(path)) => Some(absolute(&path)),
        _ => None,
    });
    for (name, value) in [
        ("partner", partner),
        ("username", username),
        ("password-file", file),
    ] {
        match value {
            None => {}
            // What begins with a dash would be taken for a flag.
            Some(value) if value.starts_with('-') => flags.push(format!("--{name}={value}")),
            Some(value) => flags.extend([format!("--{name}"), value]),
        }
    }
    if target.has(&PASSWORD_STDIN) {
        flags.push("--password-stdin".to_owned());
    }
    flags
}

/// The flags of these groups as they were typed. Where the service is, who logs in and where the files
/// go is told otherwise, and what is secret is not repeated.
fn typed_of(typed: &Typed, groups: &[Group]) -> Vec<String> {
    const TOLD_OTHERWISE: [&Setting; 7] = [
        &SANDBOX,
        &ENDPOINT,
        &PARTNER,
        &USERNAME,
        &PASSWORD_FILE,
        &PASSWORD_STDIN,
        &OUT,
    ];
    let is_repeated = |entry: &&Entry| {
        let of_groups = groups.iter().any(|one| entry.setting.groups.contains(one));
        of_groups && !TOLD_OTHERWISE.contains(&entry.setting) && !entry.setting.is_secret()
    };
    let mut flags = Vec::new();
    for entry in typed.entries().iter().filter(is_repeated) {
        let Origin::Flag(name) = entry.origin else {
            continue;
        };
        let of_name = |flag: &&Flag| flag.long == name;
        let flag = entry.setting.flags.iter().find(of_name);
        let value = match &entry.content {
            Content::Path(path) => absolute(path),
            other => other.text(),
        };
        match flag.map(|flag| flag.says) {
            Some(Says::Takes(_)) if value.starts_with('-') => {
                flags.push(format!("--{name}={value}"));
            }
            Some(Says::Takes(_)) => flags.extend([format!("--{name}"), value]),
            Some(Says::Is(_)) => flags.push(format!("--{name}")),
            Some(Says::Counted(_)) | None => {}
        }
    }
    flags
}

/// What a profile says of the list's form is not true of `rejected.csv`.
fn text_flags(profile: &Profile, goal: Goal<'_>) -> Vec<String> {
    let between = match goal.delimiter {
        Some('\t') => "tab".to_owned(),
        Some(other) => other.to_string(),
        None => ",".to_owned(),
    };
    let forms = [
        (&HEADER_ROW, "1".to_owned()),
        (&ENCODING, "utf-8".to_owned()),
        (&DELIMITER, between),
    ];
    let given = forms
        .into_iter()
        .filter(|(setting, _)| profile.entry(setting).is_some());
    given
        .flat_map(|(setting, value)| [format!("--{}", setting.option()), value])
        .collect()
}

/// Flags that say how something is shown or where it goes: the next command has ways of its own.
const NOT_REPEATED: [&str; 11] = [
    "all",
    "format",
    "fix",
    "save",
    "dry_run",
    "yes",
    "quiet",
    "verbose",
    "log-format",
    "no-progress",
    "mapped",
];

/// A command for the list at hand: `command`, the list, and the flags of this process's command line
/// that it takes too, in the order of its help. None where this process's command has no list.
pub fn next(command: &str, why: impl Into<String>) -> Option<Next> {
    let typed: Vec<OsString> = super::front::arguments();
    Some(Next {
        why: why.into(),
        words: words(&typed, command)?,
        turn: Turn::Following,
    })
}

fn words(typed: &[OsString], next: &str) -> Option<Vec<String>> {
    let mut root = Cli::command();
    root.build();
    let matches = root.clone().try_get_matches_from(typed).ok()?;
    let (_, matches) = matches.subcommand()?;
    let file = raw(matches, "file").pop()?;
    let file = as_typed(file);
    let next = root.find_subcommand(next)?;
    let start = ["partner-import", next.get_name(), &file].map(str::to_owned);
    Some(start.into_iter().chain(flags(matches, next)).collect())
}

/// The flags that were typed and that `next` takes.
fn flags(matches: &ArgMatches, next: &Command) -> Vec<String> {
    let mut flags = Vec::new();
    for argument in next.get_arguments() {
        let id = argument.get_id().as_str();
        let Some(long) = argument.get_long().filter(|_| !NOT_REPEATED.contains(&id)) else {
            continue;
        };
        let is_path = argument.get_value_hint() == ValueHint::AnyPath;
        let known = matches.try_contains_id(id).is_ok();
        if !known || matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        match argument.get_action() {
            ArgAction::SetTrue | ArgAction::SetFalse | ArgAction::Count => {
                flags.push(format!("--{long}"));
            }
            _ => {
                for value in raw(matches, id) {
                    let value = if is_path { as_typed(value) } else { value };
                    // A value that begins with a dash is taken for a flag where it stands alone.
                    if value.starts_with('-') {
                        flags.push(format!("--{long}={value}"));
                    } else {
                        flags.extend([format!("--{long}"), value]);
                    }
                }
            }
        }
    }
    flags
}

/// A path as it was typed, for it is typed again in the same folder; one that begins with a dash would be
/// taken for a flag, and is named whole.
fn as_typed(path: String) -> String {
    if path.starts_with('-') {
        absolute(Path::new(&path))
    } else {
        path
    }
}

/// The values of an argument as they were typed.
fn raw(matches: &ArgMatches, id: &str) -> Vec<String> {
    let values = matches.try_get_raw(id).ok().flatten();
    let values = values.into_iter().flatten();
    values
        .map(|value| value.to_string_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(typed: &[&str], next: &str) -> String {
        let typed: Vec<OsString> = typed.iter().map(OsString::from).collect();
        words(&typed, next).map_or_else(String::new, |words| words.join("|"))
    }

    #[test]
    fn flags_that_the_next_command_knows_are_repeated() {
        let check = [
            "partner-import",
            "check",
            "my list.csv",
            "--all",
            "--map",
            "A=Name",
            "--map=B=-",
            "--default",
            "Level=EndCustomer",
            "--strict",
            "--delimiter",
            "-",
            "--profile",
            "p.toml",
        ];
        assert_eq!(
            repeated(&check, "plan"),
            format!(
                "partner-import|plan|my list.csv|--delimiter=-|--map|A=Name|--map|B=-|--default|\
                 Level=EndCustomer|--profile|p.toml"
            )
        );
        assert!(repeated(&check, "check").contains("--strict"));
        let plan = [
            "partner-import",
            "plan",
            "--sandbox",
            "--format",
            "table",
            "--",
            "-x.csv",
        ];
        assert_eq!(
            repeated(&plan, "run"),
            format!(
                "partner-import|run|{}|--sandbox",
                absolute(Path::new("-x.csv"))
            )
        );
        assert_eq!(repeated(&["partner-import", "runs"], "run"), "");
    }
}
