//! One layer upon the other: what is typed before the environment, that before the profile, that
//! before the defaults.

use std::path::PathBuf;

use super::given::{Content, Entry, Given, Origin, Typed};
use super::machine::Machine;
use super::setting::{Fallback, InSandbox, Rivals, Setting};
use super::table::{MAP, SANDBOX, VALUE};
use super::takes::{Takes, Value};
use crate::check::Field;

/// What all layers amount to: of each setting what counts, with where it comes from.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    entries: Vec<Entry>,
    sandbox: bool,
}

/// A value that a setting cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {key} cannot be used: {problem}")]
pub struct Wrong {
    /// The setting.
    pub key: &'static str,
    /// Where the value stands.
    pub origin: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Layers {
    /// Lays them upon each other. `profile` is what profiles amount to.
    pub fn of(typed: &Typed, machine: &Machine, profile: &[Entry]) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for layer in [typed.entries(), &machine.entries(), profile] {
            let below: Vec<Entry> = layer
                .iter()
                .filter(|below| !entries.iter().any(|above| displaces(above, below)))
                .cloned()
                .collect();
            entries.extend(below);
        }
        let sandbox = entries
            .iter()
            .any(|one| *one.setting == SANDBOX && one.content.text() == "true");
        if sandbox {
            let is_meant = |one: &Entry| match one.setting.sandbox {
                InSandbox::Typed(_) => one.origin.is_flag(),
                InSandbox::Same | InSandbox::Otherwise(_) | InSandbox::Own => true,
            };
            entries.retain(is_meant);
        }
        Self { entries, sandbox }
    }

    /// Whether the local stand-in is used.
    pub fn is_sandbox(&self) -> bool {
        self.sandbox
    }

    /// Everything that somebody gave, the highest layer first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What was given for a setting.
    pub fn entry(&self, setting: &Setting) -> Option<&Entry> {
        self.entries.iter().find(|one| one.setting == setting)
    }

    /// The first of these settings that was given, in the order of layers.
    pub fn first_of(&self, settings: &[&Setting]) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|one| settings.contains(&one.setting))
    }

    /// The value that counts where it is not given; none where that is found out later.
    pub fn fallback(&self, setting: &Setting) -> Option<&'static str> {
        match (setting.sandbox, setting.fallback) {
            (InSandbox::Typed(text) | InSandbox::Otherwise(text), _) if self.sandbox => Some(text),
            (_, Fallback::Value(text)) => Some(text),
            (_, Fallback::Words(_) | Fallback::Nothing) => None,
        }
    }

    /// What counts of a setting that takes one value.
    pub fn get<T: Value>(&self, setting: &'static Setting) -> Result<Given<Option<T>>, Wrong> {
        let entry = self.entry(setting);
        let given = entry.map(|entry| entry.content.text());
        let text = given.or_else(|| self.fallback(setting).map(str::to_owned));
        let origin = entry.map_or(Origin::Default, |entry| entry.origin.clone());
        let value = text.map(|text| T::read(&text)).transpose();
        match value {
            Ok(value) => Ok(Given { value, origin }),
            Err(problem) => Err(Wrong {
                key: setting.key,
                origin: origin.to_string(),
                problem,
            }),
        }
    }

    /// The value alone.
    pub fn value<T: Value>(&self, setting: &'static Setting) -> Result<Option<T>, Wrong> {
        self.get(setting).map(|given| given.value)
    }

    /// Whether a setting that is true or false is true.
    pub fn is_true(&self, setting: &'static Setting) -> bool {
        self.value(setting).ok().flatten().unwrap_or(false)
    }

    /// The path that was given.
    pub fn path(&self, setting: &Setting) -> Option<Given<PathBuf>> {
        let entry = self.entry(setting)?;
        let value = match &entry.content {
            Content::Path(path) => path.clone(),
            other => PathBuf::from(other.text()),
        };
        let origin = entry.origin.clone();
        Some(Given { value, origin })
    }

    /// The texts of all entries of a setting.
    pub fn texts(&self, setting: &Setting) -> Vec<String> {
        let entries = self.entries.iter().filter(|one| one.setting == setting);
        entries
            .flat_map(|one| match &one.content {
                Content::Texts(texts) => texts.clone(),
                other => vec![other.text()],
            })
            .collect()
    }

    /// A list of pairs, what was typed first.
    pub fn pairs(&self, setting: &Setting) -> Vec<(String, String)> {
        let entries = self.entries.iter().filter(|one| one.setting == setting);
        let pairs = entries.filter_map(|one| match &one.content {
            Content::Pair(left, right) => Some((left.clone(), right.clone())),
            _ => None,
        });
        pairs.collect()
    }
}

/// Whether an entry of a higher layer takes the place of one of a lower.
pub(super) fn displaces(above: &Entry, below: &Entry) -> bool {
    if let (Some(one), Some(other)) = (above.content.name(), below.content.name()) {
        return if *above.setting == MAP || *above.setting == VALUE {
            below.setting == above.setting && one.eq_ignore_ascii_case(other)
        } else {
            // A value of either kind takes the place of what is said of that column.
            above.setting.rivals == below.setting.rivals && is_same_column(one, other)
        };
    }
    // Of conditions all count, wherever they stand.
    let replaces = above.setting.takes != Takes::Conditions;
    above.setting == below.setting && replaces || are_rivals(above, below)
}

/// Whether only one of two settings can count. What is switched off is no rival.
pub(super) fn are_rivals(one: &Entry, other: &Entry) -> bool {
    let rivals = one.setting.rivals.filter(|kind| *kind != Rivals::Values);
    let is_off = one.setting.takes == Takes::Truth && one.content.text() == "false";
    rivals.is_some() && rivals == other.setting.rivals && !is_off
}

fn is_same_column(one: &str, other: &str) -> bool {
    match (one.parse::<Field>(), other.parse::<Field>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.eq_ignore_ascii_case(other),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::profile::tests::profile;
    use super::super::table::{
        ALL_SHEETS, DEFAULT, ENDPOINT, NOTIFY_FILE, PARTNER, PASSWORD_COMMAND, PASSWORD_FILE, RATE,
        SET, SETTLE_WAIT, SHEET, TIMEOUT,
    };
    use super::*;

    fn layers(typed: &Typed, variables: &[(&str, &str)], text: &str) -> Layers {
        let variable = |wanted: &str| {
            let found = variables.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, text)| (*text).to_owned())
        };
        let machine = Machine::new(variable, Arc::new(|| 0));
        Layers::of(typed, &machine, &profile(text).entries)
    }

    fn shown(layers: &Layers, setting: &'static Setting) -> String {
        let given = layers.get::<String>(setting).unwrap();
        let value = given.value.unwrap_or_default();
        format!("{value} ({})", given.origin.kind())
    }

    #[test]
    fn each_layer_outweighs_those_below_and_says_which_it_is() {
        let text = "[target]\npartner = \"P\"\n[limits]\ntimeout = \"5s\"\n";
        let variables = [("PARTNER_IMPORT_PARTNER", "V")];
        let nothing = Typed::default();
        let all = layers(&nothing.clone().with(&PARTNER, "F"), &variables, text);
        assert_eq!(shown(&all, &PARTNER), "F (flag)");
        assert_eq!(shown(&all, &TIMEOUT), "5s (profile)");
        assert_eq!(shown(&all, &RATE), "5/s (default)");
        let no_flag = layers(&nothing, &variables, text);
        assert_eq!(shown(&no_flag, &PARTNER), "V (environment)");
        let blank = layers(&nothing, &[("PARTNER_IMPORT_PARTNER", " ")], text);
        assert_eq!(shown(&blank, &PARTNER), "P (profile)");
        let place = blank.entry(&PARTNER).unwrap().origin.to_string();
        assert!(place.ends_with("p.toml, line 2"), "{place}");
    }

    #[test]
    fn rivals_count_from_the_highest_layer_alone() {
        let text =
            "[target]\nsandbox = true\npassword_command = [\"pass\"]\n[input]\nsheet = \"A\"\n";
        let of_profile = layers(&Typed::default(), &[], text);
        assert!(of_profile.is_sandbox());
        let typed = Typed::default()
            .with(&ENDPOINT, "https://x.example/")
            .with(&ALL_SHEETS, "true")
            .with(&PASSWORD_FILE, "token");
        let all = layers(&typed, &[], text);
        assert!(!all.is_sandbox());
        assert!(all.entry(&SHEET).is_none() && all.entry(&PASSWORD_COMMAND).is_none());
        let webhooks = "[notify]\nurls = [\"https://a/\"]\nfile = \"b\"\n";
        assert_eq!(layers(&Typed::default(), &[], webhooks).entries().len(), 2);
        let typed = Typed::default().with(&NOTIFY_FILE, "c");
        assert_eq!(layers(&typed, &[], webhooks).entries().len(), 1);
        // What is switched off stands in nobody's way.
        let typed = Typed::default().with(&ALL_SHEETS, "false");
        assert!(layers(&typed, &[], text).entry(&SHEET).is_some());
    }

    #[test]
    fn the_sandbox_has_defaults_of_its_own() {
        let text = "[target]\nsandbox = true\n[limits]\nrate = \"1/h\"\nsettle_wait = \"3s\"\n";
        let all = layers(&Typed::default(), &[], text);
        assert_eq!(shown(&all, &RATE), "none (default)");
        assert_eq!(shown(&all, &SETTLE_WAIT), "3s (profile)");
        let all = layers(&Typed::default().with(&RATE, "2/s"), &[], text);
        assert_eq!(shown(&all, &RATE), "2/s (flag)");
        let all = layers(&Typed::default(), &[], "[target]\nsandbox = true\n");
        assert_eq!(shown(&all, &SETTLE_WAIT), "1s (default)");
    }

    #[test]
    fn each_pair_of_a_list_has_an_origin_of_its_own() {
        let text = "[map]\nKunde = \"Name\"\nOrt = \"City\"\n[set]\nLevel = \"Site\"\nState = \"InTrial\"\n";
        let mut typed = Typed::default();
        typed.add(&MAP, Content::Pair("KUNDE".into(), "City".into()));
        typed.add(&DEFAULT, Content::Pair("level".into(), "derive".into()));
        let all = layers(&typed, &[], text);
        let lines: Vec<String> = all
            .entries()
            .iter()
            .map(|one| format!("{} {}", one.key(), one.origin.kind()))
            .collect();
        let expected = [
            "map.KUNDE flag",
            "default.level flag",
            "map.Ort profile",
            "set.State profile",
        ];
        assert_eq!(lines, expected);
        assert_eq!(
            all.pairs(&SET),
            [("State".to_owned(), "InTrial".to_owned())]
        );
    }
}
