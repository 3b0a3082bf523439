//! Flags of settings, made from the table: names, values, help, what is refused. clap's derive has
//! only what is no setting.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum};

use crate::check::{ValueEntry, check_value_entry};
use crate::settings::table::all;
use crate::settings::{Choice, Content, Fallback, Flag, Group, Says, Setting, Takes, Typed, chain};

/// What was typed of the groups in `OF`, a set of [`Group`]s.
#[derive(Debug, Clone, Default)]
pub struct Flags<const OF: u16>(Typed);

/// Whom nobody has to ask.
pub type AgreeingArgs = Flags<{ Group::Agreeing as u16 }>;
/// How much may be sent by a run that goes on.
pub type ContinuedArgs = Flags<{ Group::Continued as u16 }>;
/// What happens to customers that already exist.
pub type ExistingArgs = Flags<{ Group::Existing as u16 }>;
/// What a plan is held against.
pub type PlannedArgs = Flags<{ Group::Planned as u16 }>;
/// Which part of the list a run is for.
pub type PartArgs = Flags<{ Group::Part as u16 }>;
/// How the input is read.
pub type InputArgs = Flags<{ Group::Input as u16 }>;
/// Where the service is and who logs in.
pub type TargetArgs = Flags<{ Group::Target as u16 }>;
/// How a run goes, and who hears of it.
pub type RunFlags = Flags<{ Group::Run as u16 | Group::Watching as u16 }>;
/// Who hears of the runs of a fleet.
pub type WatchingArgs = Flags<{ Group::Watching as u16 }>;
/// How an undo goes.
pub type UndoFlags = Flags<{ Group::Undo as u16 }>;
/// What every command takes.
pub type CommonFlags = Flags<{ Group::Common as u16 }>;

impl<const OF: u16> Deref for Flags<OF> {
    type Target = Typed;

    fn deref(&self) -> &Typed {
        &self.0
    }
}

impl<const OF: u16> DerefMut for Flags<OF> {
    fn deref_mut(&mut self) -> &mut Typed {
        &mut self.0
    }
}

/// The flags of these groups, in the order of the table.
fn of_groups(of: u16) -> impl Iterator<Item = (&'static Setting, &'static Flag, Group)> {
    let flags = all().filter_map(move |setting| {
        let mut groups = setting.groups.iter();
        let group = *groups.find(|group| group.bit() & of != 0)?;
        Some(setting.flags.iter().map(move |flag| (setting, flag, group)))
    });
    flags.flatten()
}

impl<const OF: u16> Args for Flags<OF> {
    fn augment_args(command: Command) -> Command {
        of_groups(OF).fold(command, |command, (setting, flag, group)| {
            command.arg(argument(setting, flag, group))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const OF: u16> FromArgMatches for Flags<OF> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut typed = Typed::default();
        for (setting, flag, _) in of_groups(OF) {
            for content in contents(setting, flag, matches) {
                typed.add_as(setting, content, flag.long);
            }
        }
        Ok(Self(typed))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn argument(setting: &'static Setting, flag: &Flag, group: Group) -> Arg {
    let mut argument = Arg::new(flag.long)
        .long(flag.long)
        .help(help(setting, flag))
        .global(group == Group::Common);
    if let Some(heading) = group.heading() {
        argument = argument.help_heading(heading);
    }
    if let Some(short) = flag.short {
        argument = argument.short(short);
    }
    if let Some(other) = flag.conflicts {
        argument = argument.conflicts_with(other);
    }
    match flag.says {
        Says::Is(_) => argument.action(ArgAction::SetTrue),
        Says::Counted(_) => argument.action(ArgAction::Count),
        Says::Takes(name) => argument
            .value_name(name)
            .value_parser(parser(setting.takes))
            .action(if is_repeated(setting.takes) {
                ArgAction::Append
            } else {
                ArgAction::Set
            }),
    }
}

/// Whether a flag may be given several times.
fn is_repeated(takes: Takes) -> bool {
    takes.is_pairs() || matches!(takes, Takes::Secrets | Takes::Conditions)
}

fn help(setting: &Setting, flag: &Flag) -> String {
    let mut help = match flag.help {
        "" => setting.about.to_owned(),
        text => text.to_owned(),
    };
    let takes_value = matches!(flag.says, Says::Takes(_));
    if takes_value && setting.fallback != Fallback::Nothing {
        help.push_str(&format!(" [default: {}]", setting.fallback_shown()));
    }
    if let Some(variable) = &setting.variable {
        let why = variable.why;
        help.push_str(&format!(" [environment{why}: `{}`]", variable.name));
    }
    help
}

fn parser(takes: Takes) -> ValueParser {
    match takes {
        Takes::Path => clap::value_parser!(PathBuf),
        Takes::OneOf(choices) if choices.iter().all(|one| !one.help.is_empty()) => {
            let value = |one: &Choice| PossibleValue::new(one.name).help(one.help);
            PossibleValuesParser::new(choices.iter().map(value)).into()
        }
        Takes::Values => ValueParser::new(parse_value),
        takes if takes.is_pairs() => ValueParser::new(parse_pair),
        takes => ValueParser::new(move |text: &str| takes.check(text).map(|()| text.to_owned())),
    }
}

/// What was typed of one flag.
fn contents(setting: &Setting, flag: &Flag, matches: &ArgMatches) -> Vec<Content> {
    let text = |text: &str| Content::Text(text.to_owned());
    match flag.says {
        Says::Is(value) if matches.get_flag(flag.long) => vec![text(value)],
        Says::Is(_) => Vec::new(),
        Says::Counted(values) => {
            let times = usize::from(matches.get_count(flag.long));
            let value = values.get(times.min(values.len()).wrapping_sub(1));
            value.map(|value| text(value)).into_iter().collect()
        }
        Says::Takes(_) if setting.takes == Takes::Path => {
            let path = matches.get_one::<PathBuf>(flag.long);
            path.map(|path| Content::Path(path.clone()))
                .into_iter()
                .collect()
        }
        Says::Takes(_) if setting.takes.is_pairs() => {
            let pairs = matches.get_many::<(String, String)>(flag.long);
            let pairs = pairs.into_iter().flatten();
            pairs
                .map(|(left, right)| Content::Pair(left.clone(), right.clone()))
                .collect()
        }
        Says::Takes(_) => {
            let texts: Vec<String> = matches
                .get_many::<String>(flag.long)
                .into_iter()
                .flatten()
                .cloned()
                .collect();
            match (texts.is_empty(), setting.takes) {
                (true, _) => Vec::new(),
                (false, Takes::Secrets) => vec![Content::Texts(texts)],
                (false, _) => texts.into_iter().map(Content::Text).collect(),
            }
        }
    }
}

/// Splits `HEADER=COLUMN` at the first `=`, since values may hold one.
pub fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.trim().is_empty() && !right.trim().is_empty() => {
            Ok((left.trim().to_owned(), right.trim().to_owned()))
        }
        _ => Err("write it as LEFT=RIGHT, in quotation marks when it holds spaces".to_owned()),
    }
}

/// Reads `COLUMN:TERM=VALUE`.
fn parse_value(text: &str) -> Result<(String, String), String> {
    let entry = ValueEntry::parse(text)
        .ok_or("write it as COLUMN:TERM=VALUE, such as Level:Endkunde=EndCustomer")?;
    check_value_entry(&entry).map_err(|error| match error.help() {
        help if help.is_empty() => chain(&error),
        help => format!("{}; {help}", chain(&error)),
    })?;
    Ok((format!("{}:{}", entry.field, entry.from), entry.to))
}

/// How a run goes.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub flags: RunFlags,
    /// Send quarantined rows anyway
    #[arg(long, help_heading = "Run options")]
    pub retry_quarantined: bool,
    /// Where the journal is kept; anything but "full" loses what was sent if the power fails
    #[arg(long, value_name = "HOW", default_value = "full", hide = true)]
    pub journal: JournalKind,
    /// Do not ask before anything is sent
    #[arg(short, long, help_heading = "Run options")]
    pub yes: bool,
}

/// Where the journal is kept. For measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum JournalKind {
    /// On disk, each commit before it is acknowledged.
    #[default]
    Full,
    /// In memory: gone with the process.
    Memory,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::{Cli, Command as Typing};
    use super::*;
    use crate::settings::Kept;
    use crate::settings::repeated::{Reads, flags};
    use crate::settings::table::in_profile;
    use crate::settings::{Machine, Profile, Settings, Use};

    /// One sheet is read, or all of them; and what a file holds is no option.
    const LEFT_OUT: [&str; 2] = ["input.all_sheets", "input.mends"];

    fn options(typed: &Typed, profile: Profile) -> Vec<Kept> {
        let machine = Machine {
            data_dir: Some(PathBuf::from("state")),
            ..Machine::new(|_| None, std::sync::Arc::new(|| 0))
        };
        let settings = Settings::new(profile, Typed::default(), machine).expect("settings");
        let resolved = settings.with(typed).expect("resolved");
        resolved.decisive(None).kept(None)
    }

    #[test]
    fn what_the_next_command_repeats_is_read_as_the_same() {
        let mut text = String::from("[existing]\non_exists = \"update\"\nallow_move = true\n");
        for section in ["input", "rows", "map", "values", "set", "default"] {
            text.push_str(&format!("[{section}]\n"));
            for setting in in_profile().filter(|one| one.section() == section) {
                if !LEFT_OUT.contains(&setting.key) {
                    text.push_str(&format!("{}\n", setting.example_line()));
                }
            }
        }
        let profile = crate::settings::profile::tests::profile(&text);
        let kept = options(&Typed::default(), profile);
        for setting in in_profile() {
            let is_repeated = matches!(setting.use_, Use::Decisive(_)) && !setting.flags.is_empty();
            let is_kept = kept.iter().any(|(name, _)| name == setting.option());
            let is_left_out = LEFT_OUT.contains(&setting.key);
            assert!(is_kept || is_left_out || !is_repeated, "{}", setting.key);
        }
        let repeated = flags(&kept, Reads::List, &Profile::default());
        let line = ["partner-import", "run", "in.csv"].map(str::to_owned);
        let cli = Cli::try_parse_from(line.iter().chain(&repeated)).expect("it is read");
        let Typing::Run(args) = cli.command else {
            panic!("another command");
        };
        assert_eq!(options(&args.typed(), Profile::default()), kept);
    }

    #[test]
    fn what_is_typed_is_read_by_the_table() {
        let command = RunFlags::augment_args(Command::new("x"));
        let typed = "x --notify https://T0KEN --notify=b --max-errors 5% --ping-start";
        let matches = command.get_matches_from(typed.split(' '));
        let flags = RunFlags::from_arg_matches(&matches).expect("they are read");
        let shown = format!("{:?}", flags.entries());
        assert!(
            shown.contains("limits.max_errors = 5% (--max-errors)"),
            "{shown}"
        );
        assert!(shown.contains("notify.ping_start = true"), "{shown}");
        assert!(!shown.contains("T0KEN"), "{shown}");
        assert_eq!(flags.entries().len(), 3);
    }
}
