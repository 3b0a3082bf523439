//! Profiles one upon the other: what each file says, which of it counts, and what they amount to
//! together.

use std::path::{Path, PathBuf};

use super::keys::{self, Takes};
use super::read::{self, Lines};
use super::{Found, HeldBack, Place, Profile, trust};
use crate::cli::error::CliError;
use crate::cli::plain_text;

/// What a profile that was found and is not trusted may decide: how a list is read.
const OF_THE_LIST: &[&str] = &["input", "map", "default", "set"];

/// Keys of which an upper layer's takes the place of all in a lower one.
const INSTEAD: &[&[&str]] = &[
    &["password_file", "password_command"],
    &["endpoint", "sandbox"],
];

/// One file.
#[derive(Debug)]
pub(super) struct Layer {
    path: PathBuf,
    table: toml::Table,
    lines: Lines,
    held_back: Vec<HeldBack>,
}

impl Layer {
    /// A profile that somebody named, or the user's own: all of it counts.
    pub(super) fn named(path: &Path) -> Result<Self, CliError> {
        Self::read(path).map(|(layer, _)| layer)
    }

    /// A profile that lies where it was found: all of it counts only where it is trusted.
    pub(super) fn found(path: &Path) -> Result<Self, CliError> {
        let (mut layer, bytes) = Self::read(path)?;
        if !trust::is_trusted(path, &bytes) {
            layer.hold_back();
        }
        Ok(layer)
    }

    fn read(path: &Path) -> Result<(Self, Vec<u8>), CliError> {
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        Ok((Self::of(path, bytes.clone())?, bytes))
    }

    /// The layer that these bytes are, which were read at `path`.
    pub(super) fn of(path: &Path, bytes: Vec<u8>) -> Result<Self, CliError> {
        let text = plain_text::decode(bytes).map_err(|error| unreadable(path, &error))?;
        let lines = read::check(path, &text)?;
        // Types are held against the whole of it, so that a mistake is told of its own file.
        let of_types = toml::from_str::<Profile>(&text).map(drop);
        let mut table = of_types
            .and_then(|()| toml::from_str::<toml::Table>(&text))
            .map_err(|error| wrong(path, &error))?;
        let base = path.parent().unwrap_or(Path::new(""));
        for key in keys::KEYS.iter().filter(|key| key.takes == Takes::Path) {
            let section = table.get_mut(key.section);
            let value = section.and_then(|section| section.get_mut(key.name));
            if let Some(toml::Value::String(path)) = value {
                *path = base.join(&path).display().to_string();
            }
        }
        Ok(Self {
            path: path.to_owned(),
            table,
            lines,
            held_back: Vec::new(),
        })
    }

    /// The keys that a found profile may not decide until it is trusted, and their values.
    pub(super) fn beyond_the_list(mut self) -> Vec<(HeldBack, String)> {
        let texts = texts(&self.table);
        self.hold_back();
        let keys = self.held_back.into_iter();
        keys.map(|one| {
            let text = texts.get(&one.key).cloned().unwrap_or_default();
            (one, text)
        })
        .collect()
    }

    fn hold_back(&mut self) {
        let counts = |key: &str| {
            let section = key.split_once('.').map_or(key, |(section, _)| section);
            OF_THE_LIST.contains(&section)
        };
        let held = self.lines.iter().filter(|(key, _)| !counts(key));
        self.held_back = held
            .map(|(key, line)| HeldBack {
                key: key.clone(),
                line: *line,
            })
            .collect();
        self.held_back.sort_by_key(|one| one.line);
        self.lines.retain(|key, _| counts(key));
        self.table.retain(|section, _| counts(section));
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::usage(format!(
        "cannot read the profile {}: {error}",
        path.display()
    ))
}

fn wrong(path: &Path, error: &toml::de::Error) -> CliError {
    let message = format!("the profile {} is wrong: {error}", path.display());
    CliError::usage(message)
}

/// What the layers amount to: a key of the upper one takes the place of the same key below.
pub(super) fn merge(upper: Option<Layer>, own: Option<Layer>) -> Result<Profile, CliError> {
    let mut found = Found {
        path: upper.as_ref().map(|layer| layer.path.clone()),
        own: own.as_ref().map(|layer| layer.path.clone()),
        ..Found::default()
    };
    let mut table = toml::Table::new();
    for layer in [own, upper].into_iter().flatten() {
        for (section, value) in layer.table {
            let toml::Value::Table(values) = value else {
                continue;
            };
            let merged = table
                .entry(section.clone())
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let toml::Value::Table(merged) = merged {
                replace(&section, merged, values, &mut found);
            }
        }
        for (key, line) in layer.lines {
            let file = layer.path.clone();
            found.places.insert(key, Place { file, line });
        }
        found.held_back.extend(layer.held_back);
    }
    found.texts = texts(&table);
    let path = found.files().next().map(Path::to_owned).unwrap_or_default();
    let mut profile: Profile = toml::Value::Table(table)
        .try_into()
        .map_err(|error| wrong(&path, &error))?;
    profile.found = found;
    Ok(profile)
}

fn replace(section: &str, merged: &mut toml::Table, values: toml::Table, found: &mut Found) {
    for group in INSTEAD {
        if group.iter().any(|name| values.contains_key(*name)) {
            for name in *group {
                merged.remove(*name);
                found.places.remove(&format!("{section}.{name}"));
            }
        }
    }
    merged.extend(values);
}

/// Every value as text, by `section.name`.
fn texts(table: &toml::Table) -> std::collections::BTreeMap<String, String> {
    let texts = keys::KEYS.iter().filter_map(|key| {
        let value = table.get(key.section)?.get(key.name)?;
        let text = match value {
            _ if matches!(key.takes, Takes::Secret | Takes::Secrets) => keys::HIDDEN.to_owned(),
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some((key.path(), text))
    });
    texts.collect()
}
