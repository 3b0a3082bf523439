//! A profile's text, key by key: every mistake is named with its line and the nearest right word.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{KEYS, Key, SECTIONS, Takes, of_section};
use crate::api::ProxyUrl;
use crate::check::{OptionError, check_default, check_map, check_value_for_all};
use crate::cli::error::{CliError, chain};

/// How alike a known word must be to be suggested.
const LIKENESS: f64 = 0.8;

/// The line of each key that is there, by `section.name`.
pub type Lines = BTreeMap<String, usize>;

/// Looks at every key of the profile `path`, whose text this is.
pub fn check(path: &Path, text: &str) -> Result<Lines, CliError> {
    let mut reading = Reading {
        text,
        lines: Lines::new(),
        problems: Vec::new(),
    };
    let (table, mistakes) = DeTable::parse_recoverable(text);
    for mistake in &mistakes {
        let at = mistake.span().map_or(0, |span| span.start);
        reading.wrong(at, mistake.message().to_owned());
    }
    if mistakes.is_empty() {
        for (name, value) in table.get_ref() {
            reading.section(name, value);
        }
    }
    reading.problems.sort();
    reading.problems.dedup();
    if reading.problems.is_empty() {
        return Ok(reading.lines);
    }
    let problems: Vec<String> = reading
        .problems
        .iter()
        .map(|(line, problem)| format!("{}, line {line}: {problem}", path.display()))
        .collect();
    Err(
        CliError::usage("the profile is wrong").details(problems)
            .hint("docs/reference/profile.md lists the keys; `partner-import init FILE` writes a profile with all of them"),
    )
}

struct Reading<'a> {
    text: &'a str,
    lines: Lines,
    problems: Vec<(usize, String)>,
}

type Name<'i> = Spanned<std::borrow::Cow<'i, str>>;

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', before).count()
    }

    fn wrong(&mut self, at: usize, problem: String) {
        self.problems.push((self.line(at), problem));
    }

    fn section(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let (section, at) = (name.get_ref().as_ref(), name.span().start);
        let Some((known, _)) = SECTIONS.iter().find(|(known, _)| *known == section) else {
            let problem = match value.get_ref() {
                DeValue::Table(_) => {
                    let known = SECTIONS.iter().map(|(known, _)| *known);
                    let meant = nearest(section, known).map(|known| format!("[{known}]"));
                    format!("unknown section [{section}]{}", did_you_mean(meant))
                }
                _ => format!(
                    "unknown key `{section}` outside of a section{}",
                    belongs(section, "")
                ),
            };
            return self.wrong(at, problem);
        };
        let DeValue::Table(table) = value.get_ref() else {
            return self.wrong(at, format!("[{known}] is a section, not a key"));
        };
        for (name, value) in table {
            match *known {
                "map" => self.mapped(name, value),
                "set" | "default" => self.for_all(known, name, value),
                _ => self.key(known, name, value),
            }
        }
        if *known == "target" {
            self.conflicts(table);
        }
    }

    /// Two keys that cannot both count.
    fn conflicts(&mut self, table: &DeTable<'_>) {
        let entry = |wanted: &str| {
            let mut entries = table.iter();
            entries.find(|(name, _)| name.get_ref().as_ref() == wanted)
        };
        let both = |one: &str, other: &str| entry(one).and(entry(other));
        if let Some((name, _)) = both("password_file", "password_command") {
            let problem =
                "`password_file` and `password_command` both say where the password is; keep one";
            self.wrong(name.span().start, problem.to_owned());
        }
        if let Some((name, value)) = both("endpoint", "sandbox")
            && matches!(value.get_ref(), DeValue::Boolean(true))
        {
            let problem = "`sandbox = true` and `endpoint` contradict each other; keep one";
            self.wrong(name.span().start, problem.to_owned());
        }
    }

    fn key(&mut self, section: &str, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let (text, at) = (name.get_ref().as_ref(), name.span().start);
        let Some(key) = of_section(section).find(|key| key.name == text) else {
            let meant = nearest(text, of_section(section).map(|key| key.name));
            let mut told = belongs(text, section);
            if told.is_empty() {
                told = did_you_mean(meant.map(|known| format!("`{known}`")));
            }
            return self.wrong(at, format!("unknown key `{text}` in [{section}]{told}"));
        };
        self.lines.insert(key.path(), self.line(at));
        if let Err(problem) = suits(key, value.get_ref()) {
            let path = key.path();
            self.wrong(at, format!("{path} cannot be used: {problem}"));
        }
    }

    fn mapped(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let (header, at) = (name.get_ref().as_ref(), name.span().start);
        match value.get_ref() {
            DeValue::String(column) => self.option(at, check_map(header, column)),
            other => {
                let kind = kind(other);
                self.wrong(
                    at,
                    format!("map.\"{header}\" is {kind}; it takes the name of a column in quotation marks"),
                );
            }
        }
        self.lines.insert(format!("map.{header}"), self.line(at));
    }

    fn for_all(&mut self, section: &str, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let (column, at) = (name.get_ref().as_ref(), name.span().start);
        if let Some(text) = scalar(value.get_ref()) {
            let checked = match section {
                "default" => check_default(column, &text),
                _ => check_value_for_all(column, &text),
            };
            self.option(at, checked);
        } else {
            let kind = kind(value.get_ref());
            let takes = "it takes one value in quotation marks";
            self.wrong(at, format!("{section}.{column} is {kind}; {takes}"));
        }
        self.lines
            .insert(format!("{section}.{column}"), self.line(at));
    }

    fn option(&mut self, at: usize, checked: Result<(), OptionError>) {
        if let Err(error) = checked {
            let help = error.help();
            let help = if help.is_empty() {
                String::new()
            } else {
                format!(" ({help})")
            };
            self.wrong(at, format!("{}{help}", chain(&error)));
        }
    }
}

/// A value for all rows as text; numbers and truths need no quotation marks.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        DeValue::Float(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn suits(key: &Key, value: &DeValue<'_>) -> Result<(), String> {
    let number = |number: &toml::de::DeInteger<'_>| {
        u32::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
    };
    match (key.takes, value) {
        (Takes::Truth, DeValue::Boolean(_)) => Ok(()),
        (Takes::Count, DeValue::Integer(given)) if number(given).is_some_and(|one| one > 0) => {
            Ok(())
        }
        (Takes::Concurrency, DeValue::Integer(given))
            if number(given).is_some_and(|one| one > 0) =>
        {
            Ok(())
        }
        (Takes::Concurrency, DeValue::String(text)) if !text.trim().starts_with("auto") => {
            Err(wanted(key, value))
        }
        (Takes::Secrets, DeValue::Array(texts)) => {
            let text = |one: &Spanned<DeValue<'_>>| matches!(one.get_ref(), DeValue::String(_));
            if texts.iter().all(text) {
                Ok(())
            } else {
                Err(wanted(key, value))
            }
        }
        (Takes::MaxErrors | Takes::Number, DeValue::Integer(given)) if number(given).is_some() => {
            Ok(())
        }
        (Takes::Words, DeValue::Array(words)) => {
            let all_text = words
                .iter()
                .all(|word| matches!(word.get_ref(), DeValue::String(_)));
            let program = words.first().is_some_and(
                |word| matches!(word.get_ref(), DeValue::String(text) if !text.trim().is_empty()),
            );
            if all_text && program {
                Ok(())
            } else {
                Err(wanted(key, value))
            }
        }
        (Takes::Words | Takes::Secrets | Takes::Truth | Takes::Count | Takes::Number, _) => {
            Err(wanted(key, value))
        }
        // What is wrong with it may be a password in it: the text is not repeated.
        (Takes::Proxy, DeValue::String(text)) => ProxyUrl::parse(text)
            .map(drop)
            .map_err(|problem| format!("no proxy's address: {problem}")),
        (takes, DeValue::String(text)) => takes
            .check_text(text)
            .map_err(|problem| format!("\"{text}\": {problem}")),
        _ => Err(wanted(key, value)),
    }
}

fn wanted(key: &Key, value: &DeValue<'_>) -> String {
    let takes = key.takes.shown().replace('`', "");
    format!(
        "{} was found; it takes {takes}, such as {} = {}",
        kind(value),
        key.name,
        key.example
    )
}

fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(_) => "a text".into(),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(_) => "a number with a fraction".into(),
        DeValue::Boolean(truth) => format!("{truth}"),
        DeValue::Datetime(_) => "a date".into(),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a section".into(),
    }
}

fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase().replace(['-', ' '], "_");
    known
        .map(|known| (strsim::jaro_winkler(&folded, known), known))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

fn did_you_mean(meant: Option<String>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"))
}

/// Where a key belongs that stands in the wrong section.
fn belongs(name: &str, section: &str) -> String {
    let folded = name.to_lowercase().replace('-', "_");
    let elsewhere = KEYS
        .iter()
        .find(|key| key.name == folded && key.section != section);
    if let Some(key) = elsewhere {
        return format!("; `{}` belongs into [{}]", key.name, key.section);
    }
    if matches!(name, "password" | "token" | "secret") {
        return "; no password stands in a profile: use `password_file`, `password_command` or \
                `partner-import login`"
            .to_owned();
    }
    String::new()
}
