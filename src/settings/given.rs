//! A value, and where it comes from.

use std::fmt;
use std::path::{Path, PathBuf};

use super::setting::{Setting, Use};
use super::takes::Takes;
use super::value::HIDDEN;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// It stands in a profile.
    Profile(Place),
    /// It stands in this variable of the environment.
    Variable(&'static str),
    /// This flag was typed; without dashes.
    Flag(&'static str),
}

/// A line of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The profile.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
}

impl Origin {
    /// The layer in one term, for machines.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Variable(_) => "environment",
            Self::Profile(_) => "profile",
            Self::Default => "default",
        }
    }

    /// The line of a profile, where it stands in one.
    pub fn line(&self) -> Option<String> {
        matches!(self, Self::Profile(_)).then(|| self.to_string())
    }

    /// Whether it was typed.
    pub fn is_flag(&self) -> bool {
        matches!(self, Self::Flag(_))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(out, "--{flag}"),
            Self::Variable(name) => out.write_str(name),
            Self::Profile(Place { file, line }) => write!(out, "{}, line {line}", file.display()),
            Self::Default => out.write_str("default"),
        }
    }
}

/// A value with its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// What stands in a layer for a setting.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A path, which need not be text.
    Path(PathBuf),
    /// What belongs to a name of a list of pairs: a column to a header, a value to a column.
    Pair(String, String),
}

impl Content {
    /// As text; several texts as a list of TOML.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Pair(_, text) => text.clone(),
            Self::Path(path) => path.display().to_string(),
            Self::Texts(texts) => {
                let quoted: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
                format!("[{}]", quoted.join(", "))
            }
        }
    }

    /// The name in a list of pairs.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Pair(name, _) => Some(name),
            _ => None,
        }
    }
}

/// One setting as one layer gives it.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The setting.
    pub setting: &'static Setting,
    /// What is given.
    pub content: Content,
    /// By whom.
    pub origin: Origin,
}

impl Entry {
    /// Its key; of a list of pairs with the name behind it.
    pub fn key(&self) -> String {
        match self.content.name() {
            Some(name) => format!("{}.{name}", self.setting.key),
            None => self.setting.key.to_owned(),
        }
    }

    /// The value as it may be shown.
    pub fn shown(&self) -> String {
        if self.setting.is_secret() {
            HIDDEN.to_owned()
        } else {
            self.content.text()
        }
    }

    /// The text that a journal keeps of a setting that decides what is sent: the same however the
    /// value was spelt.
    pub fn kept(&self) -> String {
        match &self.content {
            Content::Pair(name, value) => format!("{name}={value}"),
            other => self.setting.takes.canonical(&other.text()),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} = {} ({})", self.key(), self.shown(), self.origin)
    }
}

/// What was typed, in the order of the flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    entries: Vec<Entry>,
}

impl Typed {
    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether the setting was typed.
    pub fn has(&self, setting: &Setting) -> bool {
        self.entries.iter().any(|one| one.setting == setting)
    }

    /// What was typed for a setting that takes one value.
    pub fn text(&self, setting: &Setting) -> Option<String> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|one| one.setting == setting)?;
        Some(entry.content.text())
    }

    /// What was typed for a setting that takes a path.
    pub fn path(&self, setting: &Setting) -> Option<&Path> {
        self.entries.iter().find_map(|one| match &one.content {
            Content::Path(path) if one.setting == setting => Some(path.as_path()),
            _ => None,
        })
    }

    /// Adds what the first flag of a setting says.
    pub fn add(&mut self, setting: &'static Setting, content: Content) {
        let long = setting.flags.first().map_or(setting.key, |flag| flag.long);
        self.add_as(setting, content, long);
    }

    /// Adds what the flag called `long` says.
    pub fn add_as(&mut self, setting: &'static Setting, content: Content, long: &'static str) {
        self.entries.push(Entry {
            setting,
            content,
            origin: Origin::Flag(long),
        });
    }

    /// The same with one value in the place of what was typed for the setting.
    #[must_use]
    pub fn with(mut self, setting: &'static Setting, text: &str) -> Self {
        self.forget(setting);
        self.add(setting, Content::Text(text.to_owned()));
        self
    }

    /// The same without what was typed for the setting.
    #[must_use]
    pub fn without(mut self, setting: &Setting) -> Self {
        self.forget(setting);
        self
    }

    /// Both together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let entries = self.entries.iter().chain(&other.entries);
        Self {
            entries: entries.cloned().collect(),
        }
    }

    /// Adds the options that were typed earlier where nothing else is typed now.
    pub fn complete(&mut self, options: impl Iterator<Item = (String, String)>) {
        let earlier: Vec<Entry> = options
            .filter_map(|(name, value)| option(&name, &value))
            .filter(|earlier| {
                let same = |now: &Entry| now.setting == earlier.setting && same_name(now, earlier);
                !self.entries.iter().any(same)
            })
            .collect();
        self.entries.extend(earlier);
    }

    fn forget(&mut self, setting: &Setting) {
        self.entries.retain(|one| one.setting != setting);
    }
}

fn same_name(one: &Entry, other: &Entry) -> bool {
    match (one.content.name(), other.content.name()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => true,
    }
}

/// An option that decides what is sent, as a journal or a plan file keeps it; none where it is none
/// of ours.
pub fn option(name: &str, value: &str) -> Option<Entry> {
    let mut settings = super::table::all();
    let setting =
        settings.find(|one| one.option() == name && matches!(one.use_, Use::Decisive(_)))?;
    let content = if setting.takes.is_pairs() {
        let (left, right) = match setting.takes {
            Takes::Values => value.rsplit_once('=')?,
            _ => value.split_once('=')?,
        };
        Content::Pair(left.to_owned(), right.to_owned())
    } else if value.is_empty() {
        // A flag that takes nothing was kept by its name alone.
        Content::Text("true".to_owned())
    } else {
        Content::Text(value.to_owned())
    };
    let origin = match setting.flags.first() {
        Some(flag) => Origin::Flag(flag.long),
        None => Origin::Default,
    };
    Some(Entry {
        setting,
        content,
        origin,
    })
}
