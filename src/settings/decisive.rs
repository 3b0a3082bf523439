//! The options that decide what is sent, from flags, environment and profile alike: one value that a
//! journal and a plan file keep, that a continued run is held against, and that the commands to type
//! next repeat. Where the service is, and as whom, stands beside it in both, and is compared there.

use std::collections::BTreeMap;
use std::path::Path;

use super::given::{Entry, Origin, Typed};
use super::layers::Layers;
use super::machine::Machine;
use super::profile::Profile;
use super::profile::trust::full;
use super::reading::{checking, mends_sum, reading};
use super::setting::{Setting, Use};
use super::table::{MENDS, OF_RUN, all};
use crate::check::CheckSettings;
use crate::plan::document::{MENDS_SUM, OptionSource, PlanOption};
use tables::ReadOptions;

/// How billing contacts go over the wire. A journal that tells it tells every option: those of
/// earlier versions told neither this nor the [`UNTOLD`] ones.
pub(super) const BILLING: &str = "target.billing_contact";

/// Options that journals of earlier versions did not tell, or only where they were typed.
const UNTOLD: [&str; 5] = ["encoding", "delimiter", "sheet", "header-row", BILLING];

/// The ones of these that such a journal told where they were typed.
const TOLD_IF_TYPED: [&str; 2] = ["sheet", "header-row"];

/// An option as a journal keeps it: its name without dashes, and its value.
pub type Kept = (String, String);

/// Where the options that decide what is sent came from, so that a run that is continued can be held
/// against what would count now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// What was typed, also where it is what counts anyway: it outweighs a profile.
    pub typed: Vec<Kept>,
    /// What stood in which profile, by the file as it is seen from everywhere.
    pub profiles: Vec<(String, Vec<Kept>)>,
}

/// The options that decide what is sent, each with where it comes from. What is left to be found
/// out, or to the default, is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decisive {
    options: Vec<PlanOption>,
    origins: Origins,
}

impl Decisive {
    /// What the layers amount to; `of_run` is the id of the run that was named, in full.
    pub(super) fn of(layers: &Layers, of_run: Option<&str>) -> Self {
        let mut decisive = Self {
            options: Vec::new(),
            origins: Origins::default(),
        };
        for setting in settings() {
            for entry in layers.entries().iter().filter(|one| one.setting == setting) {
                let named = of_run.filter(|_| *setting == OF_RUN).map(str::to_owned);
                decisive.origins.add(entry, named.as_ref());
                if let Some(value) = named.or_else(|| counting(entry)) {
                    decisive.add(setting.option(), value, !is_of_profile(entry));
                }
            }
        }
        decisive
    }

    /// What they amount to for a run that is continued: what was typed for it when it began counts as
    /// if it were typed again, and so does what a profile said that does not count any more (one that
    /// was named then, and is not named now, takes nothing back). What the profiles that count say now
    /// stands beside it, to be held against what the run began with.
    ///
    /// `then` are the run's options, `origins` where they came from; none where its journal is of an
    /// earlier version, which does not tell.
    pub(super) fn of_continued(
        (profile, machine): (&Profile, &Machine),
        mut typed: Typed,
        then: &[Kept],
        origins: Option<&Origins>,
    ) -> Self {
        let counting: Vec<String> = profile.files().map(seen_from_everywhere).collect();
        let again: Vec<Kept> = if let Some(origins) = origins {
            let profiles = origins.profiles.iter();
            let gone = profiles.filter(|(file, _)| !counting.contains(file));
            let of_gone = gone.flat_map(|(_, options)| options);
            origins.typed.iter().chain(of_gone).cloned().collect()
        } else {
            // Billing contacts are told in any case; what counts anyway need not have been typed.
            let is_usual = |(name, value): &Kept| name == BILLING && value == "integer";
            then.iter().filter(|one| !is_usual(one)).cloned().collect()
        };
        typed.complete(again.into_iter());
        let layers = Layers::of(&typed, machine, &profile.entries);
        // Mends that cannot be read from here are no others.
        let sum_then = then.iter().find(|(name, _)| name == MENDS_SUM);
        let sum_then = || sum_then.map(|(_, sum)| sum.clone());
        let is_there = layers.path(&MENDS).is_some_and(|one| one.value.is_file());
        let sum = if is_there {
            mends_sum(&layers)
        } else {
            sum_then()
        };
        Self::of(&layers, None).mended_by(sum)
    }

    /// The same with what identifies the mends, whose file may hold others tomorrow.
    #[must_use]
    pub(super) fn mended_by(mut self, sum: Option<String>) -> Self {
        if let Some(sum) = sum {
            self.add(MENDS_SUM, sum, true);
        }
        self
    }

    fn add(&mut self, name: &str, value: String, typed: bool) {
        let from = if typed {
            OptionSource::CommandLine
        } else {
            OptionSource::Profile
        };
        self.options.push(PlanOption {
            name: name.to_owned(),
            value,
            from,
        });
    }

    /// Where they come from.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// The options as a plan file keeps them.
    pub fn options(&self) -> &[PlanOption] {
        &self.options
    }

    /// What of them stands in the profile.
    pub fn of_profile(&self) -> Vec<Kept> {
        let options = self.options.iter().filter(|one| !is_typed(one));
        options
            .map(|one| (one.name.clone(), one.value.clone()))
            .collect()
    }

    /// The options as a journal keeps them; `plan` is what identifies the plan that was approved.
    pub fn kept(&self, plan: Option<&str>) -> Vec<Kept> {
        let options = self.options.iter();
        let mut kept: Vec<Kept> = options
            .map(|one| (one.name.clone(), one.value.clone()))
            .collect();
        if !kept.iter().any(|(name, _)| name == BILLING) {
            kept.push((BILLING.to_owned(), "integer".to_owned()));
        }
        if let Some(digest) = plan {
            kept.push(("plan".to_owned(), digest.to_owned()));
        }
        kept
    }

    /// Where a run that was begun with `then` is not one of these options: what was given then, and
    /// what is given now. What a journal of an earlier version does not tell is not compared.
    pub fn differences(&self, then: &[Kept], plan: Option<&str>) -> Option<(String, String)> {
        let tells_all = then.iter().any(|(name, _)| name == BILLING);
        let told = |name: &str| then.iter().any(|(other, _)| other == name);
        let is_compared = |name: &str| {
            let typed = |one: &PlanOption| one.name == name && is_typed(one);
            let if_typed = TOLD_IF_TYPED.contains(&name) && self.options.iter().any(typed);
            tells_all || !UNTOLD.contains(&name) || told(name) || if_typed
        };
        let mut now = self.kept(plan);
        now.retain(|(name, _)| is_compared(name));
        let (then, now) = (by_key(then), by_key(&now));
        let only = |these: &BTreeMap<String, Vec<&Kept>>, others: &BTreeMap<_, _>| {
            let differ = these
                .iter()
                .filter(|(key, kept)| others.get(*key) != Some(*kept));
            let shown: Vec<String> = differ
                .flat_map(|(_, kept)| kept.iter().map(|one| shown(one)))
                .collect();
            shown
        };
        let (before, after) = (only(&then, &now), only(&now, &then));
        let in_a_line = |texts: Vec<String>| {
            if texts.is_empty() {
                "none".to_owned()
            } else {
                texts.join(" ")
            }
        };
        let differ = !before.is_empty() || !after.is_empty();
        differ.then(|| (in_a_line(before), in_a_line(after)))
    }
}

impl Origins {
    /// `named` is what is kept in place of what the entry says.
    fn add(&mut self, entry: &Entry, named: Option<&String>) {
        let name = entry.setting.option().to_owned();
        match &entry.origin {
            Origin::Profile(place) => {
                let Some(value) = counting(entry) else { return };
                let file = seen_from_everywhere(&place.file);
                match self.profiles.iter_mut().find(|(other, _)| *other == file) {
                    Some((_, options)) => options.push((name, value)),
                    None => self.profiles.push((file, vec![(name, value)])),
                }
            }
            _ => self
                .typed
                .push((name, named.cloned().unwrap_or_else(|| entry.kept()))),
        }
    }
}

/// The settings that decide what is sent: lists of pairs first, those without a flag last.
pub(super) fn settings() -> Vec<&'static Setting> {
    let mut settings: Vec<_> = all()
        .filter(|one| matches!(one.use_, Use::Decisive(_)))
        .collect();
    settings.sort_by_key(|one| (!one.takes.is_pairs(), one.flags.is_empty()));
    settings
}

/// What is kept of an entry; nothing where it says what counts anyway.
pub(super) fn counting(entry: &Entry) -> Option<String> {
    let is_usual = entry.setting.fallback.is(&entry.content.text());
    (!is_usual).then(|| entry.kept())
}

fn is_of_profile(entry: &Entry) -> bool {
    matches!(entry.origin, Origin::Profile(_))
}

fn seen_from_everywhere(file: &Path) -> String {
    full(file).display().to_string()
}

fn is_typed(option: &PlanOption) -> bool {
    option.from == OptionSource::CommandLine
}

/// The options by what they set, whatever their order: of `Level=Site` the level. Those that set the
/// same stay in order; what is said twice is said once.
fn by_key(options: &[Kept]) -> BTreeMap<String, Vec<&Kept>> {
    let mut keyed: BTreeMap<String, Vec<&Kept>> = BTreeMap::new();
    for one in options {
        let pair = settings()
            .iter()
            .any(|setting| setting.option() == one.0 && setting.takes.is_pairs());
        let left = one.1.split_once('=').filter(|_| pair);
        let left = left.map_or(String::new(), |(left, _)| left.to_lowercase());
        let said = keyed.entry(format!("{} {left}", one.0)).or_default();
        if !said.contains(&one) {
            said.push(one);
        }
    }
    keyed
}

fn shown((name, value): &Kept) -> String {
    match (name.as_str(), value.as_str()) {
        (BILLING, _) => format!("{name} = {value:?}"),
        (MENDS_SUM, _) => format!("(mends with the checksum {value})"),
        (_, "") => format!("--{name}"),
        _ => format!("--{name} {value:?}"),
    }
}

/// How the list of a run was read and mapped, as its journal tells it. What it cannot tell any more
/// is left to be found out.
pub fn reading_of(options: &[Kept]) -> (ReadOptions, CheckSettings) {
    let mut typed = Typed::default();
    typed.complete(options.iter().cloned());
    let machine = Machine::new(|_| None, std::sync::Arc::new(|| 0));
    let layers = Layers::of(&typed, &machine, &[]);
    let reading = reading(&layers).unwrap_or_default();
    (reading, checking(&layers).unwrap_or_default())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use tables::Delimiter;

    fn kept(options: &[(&str, &str)]) -> Vec<Kept> {
        let options = options.iter();
        options
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    pub(in crate::settings) fn decisive(
        typed: &[(&str, &str)],
        profile: &[(&str, &str)],
    ) -> Decisive {
        let mut decisive = Decisive {
            options: Vec::new(),
            origins: Origins::default(),
        };
        for (options, typed) in [(typed, true), (profile, false)] {
            for (name, value) in options {
                decisive.add(name, (*value).to_owned(), typed);
            }
        }
        decisive
    }

    #[test]
    fn every_option_is_compared_wherever_it_comes_from() {
        let options = [
            ("map", "Kunde=Name"),
            ("sheet", "A"),
            ("header-row", "3"),
            ("encoding", "windows-1252"),
            ("delimiter", ";"),
        ];
        let then = decisive(&options, &[]).kept(None);
        let of_profile = decisive(&[], &options);
        assert_eq!(of_profile.differences(&then, None), None);
        for (name, value) in options {
            let others: Vec<_> = options.into_iter().filter(|one| one.0 != name).collect();
            let (before, after) = decisive(&others, &[])
                .differences(&then, None)
                .expect("one is missing");
            assert_eq!(before, format!("--{name} {value:?}"));
            assert_eq!(after, "none");
            let others = decisive(&others, &[]).kept(None);
            let (before, after) = of_profile.differences(&others, None).expect("one more");
            assert_eq!((before.as_str(), after.contains(name)), ("none", true));
        }
        let text = decisive(&[], &[(BILLING, "text")]);
        assert_eq!(
            text.differences(&decisive(&[], &[]).kept(None), None),
            Some((
                "target.billing_contact = \"integer\"".to_owned(),
                "target.billing_contact = \"text\"".to_owned()
            ))
        );
    }

    #[test]
    fn their_order_does_not_matter_but_among_those_that_set_the_same() {
        let then = decisive(&[("set", "Level=Site"), ("map", "A=Name")], &[]).kept(None);
        let turned = decisive(&[("map", "A=Name"), ("set", "Level=Site")], &[]);
        assert_eq!(turned.differences(&then, None), None);
        let twice = [("map", "A=Name"), ("map", "a=City")];
        let then = decisive(&twice, &[]).kept(None);
        let turned = decisive(&[twice[1], twice[0]], &[]);
        assert!(turned.differences(&then, None).is_some());
    }

    #[test]
    fn what_an_older_journal_does_not_tell_is_not_compared() {
        // Profile's sheet and header row, encoding, delimiter: never written down.
        let then = kept(&[("map", "A=Name")]);
        let now = decisive(
            &[("map", "A=Name"), ("encoding", "utf-8")],
            &[("sheet", "Kunden"), ("header-row", "2"), (BILLING, "text")],
        );
        assert_eq!(now.differences(&then, None), None);
        // What was typed it would have told, and what it tells is compared.
        let typed = decisive(&[("map", "A=Name"), ("sheet", "Kunden")], &[]);
        assert!(typed.differences(&then, None).is_some());
        let then = kept(&[("sheet", "Kunden")]);
        assert_eq!(
            decisive(&[], &[("sheet", "Kunden")]).differences(&then, None),
            None
        );
        assert!(decisive(&[], &[]).differences(&then, None).is_some());
        assert!(
            decisive(&[], &[])
                .differences(&kept(&[]), Some("8f3a"))
                .is_some()
        );
    }

    #[test]
    fn a_journal_tells_how_the_list_was_read() {
        let given = [
            ("encoding", "windows-1252"),
            ("delimiter", ";"),
            ("header-row", "3"),
            ("map", "A=Name"),
        ];
        let (reading, checking) = reading_of(&decisive(&given, &[]).kept(None));
        assert_eq!(
            reading.encoding.map(|one| one.name().to_lowercase()),
            Some("windows-1252".into())
        );
        assert_eq!(reading.delimiter.as_ref().map(Delimiter::as_str), Some(";"));
        assert_eq!(reading.header_row, Some(3));
        assert_eq!(checking.mapping.map, kept(&[("A", "Name")]));
        assert_eq!(reading.mapped, checking.mapping.map);
    }
}
