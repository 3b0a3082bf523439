//! What one setting is: everything that is known of it, in one place.

use super::takes::Takes;

/// A setting. Help, reference, profile, `config show`, the commands to type next and what a journal
/// keeps are made from this description alone.
#[derive(Debug)]
pub struct Setting {
    /// Its key: `section.name` in the profile. A list of pairs is a section of its own, and its key
    /// that section's name.
    pub key: &'static str,
    /// What it is for, as the reference of the profile says it.
    pub about: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What counts without it.
    pub fallback: Fallback,
    /// What counts of it in the sandbox of `--sandbox`.
    pub sandbox: InSandbox,
    /// A value as it stands in a profile; of a list of pairs a line of it.
    pub example: &'static str,
    /// The flags that give it, in the order of the help.
    pub flags: &'static [Flag],
    /// The groups of flags that its flags belong to, and with them the commands that take it.
    pub groups: &'static [Group],
    /// The variable of the environment that gives it.
    pub variable: Option<Variable>,
    /// What it decides.
    pub use_: Use,
    /// Which profiles may give it.
    pub profile: InProfile,
    /// What it shares with others that cannot count beside it.
    pub rivals: Option<Rivals>,
}

impl Setting {
    /// The section of the profile.
    pub fn section(&self) -> &'static str {
        self.key
            .split_once('.')
            .map_or(self.key, |(section, _)| section)
    }

    /// The name in its section; empty for a list of pairs.
    pub fn name(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(_, name)| name)
    }

    /// What a journal, a plan file and the commands to type next call it: its flag without dashes,
    /// else its key.
    pub fn option(&self) -> &'static str {
        self.flags.first().map_or(self.key, |flag| flag.long)
    }

    /// Whether its value may be shown nowhere.
    pub fn is_secret(&self) -> bool {
        self.use_ == Use::Secret
    }

    /// The example as a line of its section.
    pub fn example_line(&self) -> String {
        match self.name() {
            "" => self.example.to_owned(),
            name => format!("{name} = {}", self.example),
        }
    }

    /// Whether a value says nothing of anybody: a number, or one of our own terms. What is kept of
    /// an attempt, and shown in a support bundle, is of these.
    pub fn is_plain(&self) -> bool {
        matches!(self.use_, Use::Decisive(_) | Use::Attempt) && self.takes.is_plain()
    }

    /// Whether a profile may hold it.
    pub fn is_in_profile(&self) -> bool {
        self.profile != InProfile::Never
    }

    /// Its flags as they are typed: `-q, -v, -vv` or `--rate`; empty where it has none.
    pub fn flags_shown(&self) -> String {
        let mut shown: Vec<String> = Vec::new();
        for flag in self.flags.iter().rev() {
            match (flag.short, flag.says) {
                (Some(short), Says::Counted(values)) => {
                    let times = 1..=values.len();
                    shown
                        .extend(times.map(|times| format!("-{}", short.to_string().repeat(times))));
                }
                (Some(short), _) => shown.push(format!("-{short}")),
                (None, _) => shown.push(format!("--{}", flag.long)),
            }
        }
        shown.join(", ")
    }

    /// What counts without it, in words; empty where nothing does.
    pub fn fallback_shown(&self) -> String {
        let live = match self.fallback {
            Fallback::Nothing => "",
            Fallback::Value(text) | Fallback::Words(text) => text,
        };
        match self.sandbox {
            InSandbox::Typed(other) | InSandbox::Otherwise(other) => {
                format!("{live}; {other} with --sandbox")
            }
            InSandbox::Same | InSandbox::Own => live.to_owned(),
        }
    }
}

impl PartialEq for Setting {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Setting {}

/// What counts where nobody says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing.
    Nothing,
    /// This value.
    Value(&'static str),
    /// Something that these words describe.
    Words(&'static str),
}

impl Fallback {
    /// Whether this value counts anyway.
    pub fn is(self, value: &str) -> bool {
        matches!(self, Self::Value(usual) if usual == value)
    }
}

/// What counts of a setting in the sandbox of `--sandbox`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InSandbox {
    /// The same as elsewhere.
    Same,
    /// What is typed, else this: what the profile says is meant for the service.
    Typed(&'static str),
    /// The same, with another value where nothing is said.
    Otherwise(&'static str),
    /// Nothing: the sandbox has its own.
    Own,
}

/// A flag.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// Its name without dashes.
    pub long: &'static str,
    /// Its letter.
    pub short: Option<char>,
    /// What the help says of it; empty: what the setting is for.
    pub help: &'static str,
    /// What typing it says.
    pub says: Says,
    /// A flag that cannot be typed beside it.
    pub conflicts: Option<&'static str>,
}

impl Flag {
    /// The same with a help of its own.
    #[must_use]
    pub(super) const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// The same, never to be typed beside another.
    #[must_use]
    pub(super) const fn conflicts(self, other: &'static str) -> Self {
        Self {
            conflicts: Some(other),
            ..self
        }
    }
}

/// What typing a flag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// The value behind it, which the help calls so.
    Takes(&'static str),
    /// This value.
    Is(&'static str),
    /// The value at the place of how often it was typed.
    Counted(&'static [&'static str]),
}

/// Flags that commands take together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Group {
    /// How much may be sent without being asked.
    Agreeing = 1,
    /// What becomes of customers that already exist.
    Existing = 2,
    /// How the input is read.
    Input = 4,
    /// Where the service is and who logs in.
    Target = 8,
    /// How a run goes.
    Run = 16,
    /// Who hears of a run.
    Watching = 32,
    /// What every command takes.
    Common = 64,
    /// How an undo goes.
    Undo = 128,
    /// Which part of the list a run is for.
    Part = 256,
    /// How much may be sent by a run that goes on.
    Continued = 512,
    /// What a plan is held against, as the run that follows it would be.
    Planned = 1024,
}

impl Group {
    /// The heading in the help; none among the command's own options.
    pub fn heading(self) -> Option<&'static str> {
        match self {
            Self::Agreeing | Self::Continued | Self::Planned | Self::Undo => None,
            Self::Existing => Some("Existing customers"),
            Self::Input | Self::Part => Some("Input options"),
            Self::Target => Some("Target options"),
            Self::Run => Some("Run options"),
            Self::Watching => Some("Watching options"),
            Self::Common => Some("Common options"),
        }
    }

    /// The group in a set of groups.
    pub const fn bit(self) -> u16 {
        self as u16
    }
}

/// A variable of the environment.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What its value is, where that is not what the setting is for.
    pub about: &'static str,
    /// Why one would use it, as the help of the flag adds it.
    pub why: &'static str,
}

/// What a setting decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// What is sent: a run is continued with the same only.
    Decisive(Decides),
    /// How a process carries a run out; kept of each attempt, where it is plain.
    Attempt,
    /// What this machine and this person have: paths, addresses, names. Kept nowhere.
    Local,
    /// Who somebody is: never shown, never kept.
    Secret,
}

/// What of that which is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decides {
    /// Which cells there are: true of the list, not of the result files made of it.
    Reading,
    /// Which column is which field.
    Mapping,
    /// What becomes of a row.
    Rows,
}

/// Which profiles may give a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InProfile {
    /// None: it is typed, or stands in the environment.
    Never,
    /// One that is trusted.
    Trusted,
    /// One that lies beside the list, too: it decides only how a list is read.
    Found,
}

/// What settings are rivals for: of those given, the ones in the highest layer count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rivals {
    /// Where the password is.
    Password,
    /// Where requests go.
    Place,
    /// Which sheets are read.
    Sheets,
    /// Who gets a summary.
    Webhooks,
    /// The value of a column.
    Values,
}
