//! A profile's text, key by key, held against the table of settings: every mistake is named with its
//! line and the nearest right term.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::check::{
    OptionError, ValueEntry, check_default, check_map, check_value_entry, check_value_for_all,
};
use crate::settings::error::{SettingsError, chain};
use crate::settings::given::{Content, Entry, Origin, Place};
use crate::settings::setting::Setting;
use crate::settings::table::{EXPORT, SECTIONS, in_profile, of_section};
use crate::settings::takes::Takes;

/// How alike a known word must be to be suggested.
const LIKENESS: f64 = 0.8;

/// What the profile at `path` says, whose text this is, in the order of its lines. Paths are seen
/// from the profile.
pub fn entries(path: &Path, text: &str) -> Result<Vec<Entry>, SettingsError> {
    let mut reading = Reading {
        path,
        text,
        entries: Vec::new(),
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
        let mut entries = reading.entries;
        entries.sort_by_key(|(line, _)| *line);
        return Ok(entries.into_iter().map(|(_, entry)| entry).collect());
    }
    let problems = reading
        .problems
        .iter()
        .map(|(line, problem)| format!("{}, line {line}: {problem}", path.display()))
        .collect();
    Err(SettingsError::Profile { problems })
}

struct Reading<'a> {
    path: &'a Path,
    text: &'a str,
    entries: Vec<(usize, Entry)>,
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

    fn gives(&mut self, setting: &'static Setting, at: usize, content: Content) {
        let line = self.line(at);
        let origin = Origin::Profile(Place {
            file: self.path.to_owned(),
            line,
        });
        let entry = Entry {
            setting,
            content,
            origin,
        };
        self.entries.push((line, entry));
    }

    fn section(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let (section, at) = (name.get_ref().as_ref(), name.span().start);
        if section == EXPORT.name() && !matches!(value.get_ref(), DeValue::Table(_)) {
            // What the list is stands well above everything that is said of it.
            return self.key(EXPORT.section(), name, value);
        }
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
        let pairs = of_section(known).find(|one| one.takes.is_pairs());
        for (name, value) in table {
            match pairs {
                Some(setting) if setting.takes == Takes::Values => {
                    self.values(setting, name, value);
                }
                Some(setting) => self.pair(setting, name, value),
                None => self.key(known, name, value),
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

    /// What may stand in two places stands in one.
    fn refuse_twice(&mut self, setting: &'static Setting, at: usize) {
        let is_same = |(_, entry): &&(usize, Entry)| *entry.setting == *setting;
        let earlier = self.entries.iter().find(is_same).map(|(line, _)| *line);
        if let Some(line) = earlier {
            let problem = format!("`{}` is in line {line} as well; keep one", setting.name());
            self.wrong(at, problem);
        }
    }

    fn key(&mut self, section: &str, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let (text, at) = (name.get_ref().as_ref(), name.span().start);
        let Some(setting) = of_section(section).find(|one| one.name() == text) else {
            let meant = nearest(text, of_section(section).map(Setting::name));
            let mut problem = belongs(text, section);
            if problem.is_empty() {
                problem = did_you_mean(meant.map(|known| format!("`{known}`")));
            }
            return self.wrong(at, format!("unknown key `{text}` in [{section}]{problem}"));
        };
        self.refuse_twice(setting, at);
        match content(setting, value.get_ref()) {
            Ok(Content::Texts(texts)) if setting.takes == Takes::Conditions => {
                for text in texts {
                    self.gives(setting, at, Content::Text(text));
                }
            }
            Ok(Content::Path(path)) => {
                let base = self.path.parent().unwrap_or(Path::new(""));
                self.gives(setting, at, Content::Path(base.join(path)));
            }
            Ok(content) => self.gives(setting, at, content),
            Err(problem) => {
                self.wrong(at, format!("{} cannot be used: {problem}", setting.key));
            }
        }
    }

    /// What the terms of one column stand for.
    fn values(&mut self, setting: &'static Setting, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let (field, at) = (name.get_ref().as_ref(), name.span().start);
        let DeValue::Table(terms) = value.get_ref() else {
            let kind = kind(value.get_ref());
            let problem = format!(
                "values.{field} is {kind}; it takes a section, such as [values.Level] with Endkunde = \"EndCustomer\""
            );
            return self.wrong(at, problem);
        };
        for (term, value) in terms {
            let (from, at) = (term.get_ref().as_ref(), term.span().start);
            let Some(to) = scalar(value.get_ref()) else {
                let kind = kind(value.get_ref());
                let problem = format!(
                    "values.{field}.{from} is {kind}; it takes one value in quotation marks"
                );
                self.wrong(at, problem);
                continue;
            };
            let entry = ValueEntry {
                field: field.to_owned(),
                from: from.to_owned(),
                to: to.clone(),
                place: String::new(),
            };
            self.option(at, check_value_entry(&entry).map(drop));
            self.gives(setting, at, Content::Pair(format!("{field}:{from}"), to));
        }
    }

    fn pair(&mut self, setting: &'static Setting, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let (left, at) = (name.get_ref().as_ref(), name.span().start);
        let (shown, takes, text) = match (setting.takes, value.get_ref()) {
            (Takes::Columns, DeValue::String(text)) => (String::new(), "", Some(text.to_string())),
            (Takes::Columns, _) => (
                format!("{}.\"{left}\"", setting.key),
                "it takes the name of a column in quotation marks",
                None,
            ),
            (_, other) => (
                format!("{}.{left}", setting.key),
                "it takes one value in quotation marks",
                scalar(other),
            ),
        };
        let Some(text) = text else {
            let kind = kind(value.get_ref());
            return self.wrong(at, format!("{shown} is {kind}; {takes}"));
        };
        let checked = match setting.takes {
            Takes::Columns => check_map(left, &text),
            Takes::Defaults => check_default(left, &text),
            _ => check_value_for_all(left, &text),
        };
        self.option(at, checked);
        self.gives(setting, at, Content::Pair(left.to_owned(), text));
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

/// The value of a key, or what is wrong with it.
pub(super) fn content(setting: &Setting, value: &DeValue<'_>) -> Result<Content, String> {
    let takes = setting.takes;
    let wanted = || wanted(setting, value);
    let text = match value {
        DeValue::Array(list) => return texts(takes, list).map(Content::Texts).ok_or_else(wanted),
        DeValue::Boolean(truth) if takes == Takes::Truth => truth.to_string(),
        DeValue::Integer(given) if is_number(takes) => {
            let digits = given.as_str().replace('_', "");
            let number = u32::from_str_radix(&digits, given.radix()).map_err(|_| wanted())?;
            if number == 0 && matches!(takes, Takes::Count | Takes::Concurrency) {
                return Err(wanted());
            }
            number.to_string()
        }
        DeValue::String(text) if is_text(takes, text) => text.to_string(),
        _ => return Err(wanted()),
    };
    match takes.check(&text) {
        Ok(()) if takes == Takes::Path => Ok(Content::Path(PathBuf::from(text))),
        Ok(()) => Ok(Content::Text(text)),
        // What is wrong with it may be a password in it: the text is not repeated.
        Err(problem) if takes == Takes::Proxy => Err(format!("no proxy's address: {problem}")),
        Err(_) if matches!(takes, Takes::OneOf(_) | Takes::Encoding | Takes::Delimiter) => {
            let takes = takes.shown().replace('`', "");
            Err(format!("\"{text}\": it takes {takes}"))
        }
        Err(problem) if problem.starts_with(&format!("\"{text}\"")) => Err(problem),
        Err(problem) => Err(format!("\"{text}\": {problem}")),
    }
}

fn is_number(takes: Takes) -> bool {
    matches!(
        takes,
        Takes::Count | Takes::Number | Takes::Concurrency | Takes::MaxErrors | Takes::MinRows
    )
}

/// Whether it takes such a text in quotation marks.
fn is_text(takes: Takes, text: &str) -> bool {
    match takes {
        Takes::Truth | Takes::Count | Takes::Number | Takes::Words | Takes::Secrets => false,
        Takes::Concurrency => text.trim().starts_with("auto"),
        Takes::Text | Takes::Path => !text.trim().is_empty(),
        _ => true,
    }
}

/// A list of texts, where it takes one; a program needs a name.
fn texts(takes: Takes, list: &[Spanned<DeValue<'_>>]) -> Option<Vec<String>> {
    let texts: Option<Vec<String>> = list
        .iter()
        .map(|one| match one.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        })
        .collect();
    match takes {
        Takes::Secrets => texts,
        Takes::Conditions => {
            texts.filter(|texts| texts.iter().all(|text| takes.check(text).is_ok()))
        }
        Takes::Words => {
            texts.filter(|words| words.first().is_some_and(|one| !one.trim().is_empty()))
        }
        _ => None,
    }
}

fn wanted(setting: &Setting, value: &DeValue<'_>) -> String {
    let takes = setting.takes.shown().replace('`', "");
    format!(
        "{} was found; it takes {takes}, such as {} = {}",
        kind(value),
        setting.name(),
        setting.example
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

pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase().replace(['-', ' '], "_");
    known
        .map(|known| (strsim::jaro_winkler(&folded, known), known))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

pub(super) fn did_you_mean(meant: Option<String>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"))
}

/// Where a key belongs that stands in the wrong section.
fn belongs(name: &str, section: &str) -> String {
    let folded = name.to_lowercase().replace('-', "_");
    let elsewhere = in_profile().find(|one| one.name() == folded && one.section() != section);
    if let Some(setting) = elsewhere {
        return format!(
            "; `{}` belongs into [{}]",
            setting.name(),
            setting.section()
        );
    }
    if matches!(name, "password" | "token" | "secret") {
        return "; a profile never holds a password: use `password_file`, `password_command` or \
                `partner-import login`"
            .to_owned();
    }
    String::new()
}
