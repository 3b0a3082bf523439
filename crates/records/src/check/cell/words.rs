//! Words of the service: exact words in any case, with or without spaces and hyphens; anything else
//! is refused with the nearest word.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::proposals::flag;
use super::{Parsed, Problem, quoted};
use crate::model::level::is_derive;
use crate::model::rules::Rule;
use crate::model::rules::words::{
    CHILD_SERVICE_TYPES_UNKNOWN, FLAG_UNKNOWN, LEVEL_UNKNOWN, NOT_A_TRUTH_VALUE,
    SERVICE_TYPE_UNKNOWN, STATE_UNKNOWN,
};
use crate::model::{Flag, Level, ServiceType, State};

/// A word of the service, from a closed list.
pub(crate) trait Word: Copy + 'static {
    /// Every word.
    const WORDS: &'static [Self];
    /// What a wrong value is called in messages, with its article.
    const KIND: &'static str;
    /// The rule that a wrong value breaks.
    const RULE: &'static Rule;
    /// The word as the service spells it.
    fn word(self) -> &'static str;
}

macro_rules! word {
    ($type:ty, $kind:literal, $rule:ident) => {
        impl Word for $type {
            const WORDS: &'static [Self] = Self::ALL;
            const KIND: &'static str = $kind;
            const RULE: &'static Rule = &$rule;
            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    };
}

word!(Level, "a level", LEVEL_UNKNOWN);
word!(ServiceType, "a service type", SERVICE_TYPE_UNKNOWN);
word!(State, "a state of a customer", STATE_UNKNOWN);
word!(Flag, "a flag", FLAG_UNKNOWN);

/// The word that `text` is.
pub(crate) fn word<W: Word>(text: &str) -> Parsed<W> {
    Words::default().word(text)
}

/// Reads words; the same wrong word in many cells is looked into once.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// By rule: the wrong words met so far.
    unknown: Vec<(&'static str, Met)>,
}

type Met = HashMap<Box<str>, Problem, FixedState>;

impl Words {
    /// The word that `text` is.
    #[inline]
    pub(crate) fn word<W: Word>(&mut self, text: &str) -> Parsed<W> {
        match find(text) {
            Some(word) => Ok(word),
            None => Err(self.unknown::<W>(text, W::RULE)),
        }
    }

    /// The services in a cell such as `AllInclusive; SoftwareOnly`.
    pub(crate) fn service_types(&mut self, text: &str) -> Parsed<WordSet> {
        self.set::<ServiceType>(text, &CHILD_SERVICE_TYPES_UNKNOWN)
    }

    /// The flags in a cell such as `HasCustomBranding | CanInvoiceOthers`.
    pub(crate) fn flags(&mut self, text: &str) -> Parsed<WordSet> {
        self.set::<Flag>(text, &FLAG_UNKNOWN)
    }

    #[cold]
    fn unknown<W: Word>(&mut self, text: &str, rule: &'static Rule) -> Problem {
        /// How many wrong words are remembered of a rule.
        const MOST: usize = 10_000;
        let known_rule = self.unknown.iter().position(|(code, _)| *code == rule.code);
        let at = known_rule.unwrap_or_else(|| {
            self.unknown.push((rule.code, Met::default()));
            self.unknown.len() - 1
        });
        let met = &mut self.unknown[at].1;
        if let Some(known) = met.get(text) {
            return known.clone();
        }
        let problem = unknown::<W>(text, rule);
        if met.len() >= MOST {
            return problem;
        }
        let problem = problem.into_shared();
        met.insert(text.into(), problem.clone());
        problem
    }

    fn set<W: Word>(&mut self, text: &str, rule: &'static Rule) -> Parsed<WordSet> {
        let mut bits = 0;
        for part in bare_list(text).split([';', ',', '|', '\n']) {
            let part = part.trim().trim_matches(['"', '\'']).trim();
            if part.is_empty() {
                continue;
            }
            let index = W::WORDS
                .iter()
                .position(|word| word.word() == part || same_word(part, word.word()));
            match index {
                Some(index) => bits |= 1 << index,
                None => return Err(self.unknown::<W>(part, rule)),
            }
        }
        Ok(WordSet(bits))
    }
}

/// The word that `text` is exactly as the service spells it.
#[inline]
pub(crate) fn exact<W: Word>(text: &str) -> Option<W> {
    W::WORDS.iter().copied().find(|word| word.word() == text)
}

#[inline]
fn find<W: Word>(text: &str) -> Option<W> {
    exact(text).or_else(|| {
        W::WORDS
            .iter()
            .copied()
            .find(|word| same_word(text, word.word()))
    })
}

/// Whether `text` is `word` but for case, spaces, hyphens and underscores.
fn same_word(text: &str, word: &str) -> bool {
    let mut letters = text
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-' | '_' | '\u{a0}'));
    word.chars().all(|expected| {
        letters
            .next()
            .is_some_and(|letter| letter.eq_ignore_ascii_case(&expected))
    }) && letters.next().is_none()
}

fn unknown<W: Word>(text: &str, rule: &'static Rule) -> Problem {
    let words: Vec<&str> = W::WORDS.iter().map(|word| word.word()).collect();
    let problem = Problem::new(rule, format!("{} is not {}", quoted(text), W::KIND));
    if rule.code == LEVEL_UNKNOWN.code && is_derive(text) {
        let help = "leave the cell empty, and ask for it with --default Level=derive";
        return problem.help(help);
    }
    if let Some(word) = nearest(text, &words) {
        return problem.help(format!("did you mean {word}?")).suggest(word);
    }
    let help = format!("use one of {}", words.join(", "));
    problem.help(match flag(rule, text) {
        Some(flag) => format!("{help}; or say what it stands for: {flag}"),
        None => help,
    })
}

/// The word that `text` probably was meant to be.
pub(crate) fn nearest<'a>(text: &str, words: &[&'a str]) -> Option<&'a str> {
    let plain: String = text
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(60)
        .collect();
    if plain.chars().count() < 3 {
        return None;
    }
    words
        .iter()
        .map(|word| {
            let lower = word.to_lowercase();
            let mut likeness = strsim::normalized_damerau_levenshtein(&lower, &plain);
            if lower.ends_with(&plain) || lower.starts_with(&plain) {
                likeness = likeness.max(0.75);
            }
            (likeness, *word)
        })
        .filter(|(likeness, word)| *likeness >= 0.6 && is_negated(word) == is_negated(text))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// Whether a word says that something is not so: `NotActive`, `Inactive`, but not `InTrial`.
fn is_negated(word: &str) -> bool {
    const BEGINNINGS: [&str; 8] = ["not", "non", "no", "inact", "deact", "dis", "un", "without"];
    let lower = word.trim_start().to_lowercase();
    BEGINNINGS.iter().any(|start| lower.starts_with(start))
}

/// A set of words as bits, in the order of the service's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct WordSet(u8);

impl WordSet {
    /// Whether no word is in it.
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the word at this place of the list is in it.
    pub(crate) fn has(self, index: usize) -> bool {
        self.0 & (1 << index) != 0
    }

    /// The bits, for keeping.
    pub(crate) fn bits(self) -> u8 {
        self.0
    }

    /// The set with these bits.
    pub(crate) fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The words in the order of the list.
    pub(crate) fn words<W: Word>(self) -> Vec<W> {
        (0..W::WORDS.len())
            .filter(|index| self.has(*index))
            .map(|index| W::WORDS[index])
            .collect()
    }
}

/// The services in a cell such as `AllInclusive; SoftwareOnly`.
pub(crate) fn service_types(text: &str) -> Parsed<WordSet> {
    Words::default().service_types(text)
}

/// The flags in a cell such as `HasCustomBranding | CanInvoiceOthers`.
pub(crate) fn flags(text: &str) -> Parsed<WordSet> {
    Words::default().flags(text)
}

/// A list without the brackets that JSON puts round it.
fn bare_list(text: &str) -> Cow<'_, str> {
    match text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Borrowed(text),
    }
}

/// Yes or no, in the languages that spreadsheet programs write them in.
pub(crate) fn truth(text: &str) -> Parsed<bool> {
    const YES: &[&str] = &[
        "true",
        "yes",
        "y",
        "1",
        "wahr",
        "ja",
        "j",
        "vrai",
        "oui",
        "verdadero",
        "sí",
        "si",
        "vero",
        "sì",
        "waar",
        "verdadeiro",
        "sim",
    ];
    const NO: &[&str] = &[
        "false", "no", "n", "0", "falsch", "nein", "faux", "non", "falso", "onwaar", "nee", "não",
        "nao",
    ];
    let lower = text.to_lowercase();
    if YES.contains(&lower.as_str()) {
        return Ok(true);
    }
    if NO.contains(&lower.as_str()) {
        return Ok(false);
    }
    Err(Problem::new(
        &NOT_A_TRUTH_VALUE,
        format!("{} is neither yes nor no", quoted(text)),
    )
    .help("use true or false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_in_any_case_with_spaces_and_hyphens() {
        for text in [
            "EndCustomer",
            "endcustomer",
            "End Customer",
            "end-customer",
            "END_CUSTOMER",
        ] {
            assert_eq!(word::<Level>(text).unwrap(), Level::EndCustomer, "{text}");
        }
        assert_eq!(word::<State>("in trial").unwrap(), State::InTrial);
    }

    #[test]
    fn other_words_are_refused_with_the_nearest() {
        let nearest = |text: &str| word::<Level>(text).unwrap_err().suggestions.join(",");
        assert_eq!(nearest("Endcustomr"), "EndCustomer");
        assert_eq!(nearest("Customer"), "EndCustomer");
        assert_eq!(nearest("Endkunde"), "");
        let problem = word::<State>("Trial").unwrap_err();
        assert_eq!(problem.message, "\"Trial\" is not a state of a customer");
        assert_eq!(problem.help, "did you mean InTrial?");
    }

    #[test]
    fn a_word_is_never_answered_with_its_opposite() {
        let state = |text: &str| word::<State>(text).unwrap_err().suggestions.join(",");
        for text in [
            "Active",
            "active",
            "ACTIVE",
            "Actif",
            "activ",
            "Aktiv",
            "activated",
        ] {
            assert_eq!(state(text), "", "{text}");
        }
        for text in [
            "Inactive",
            "inactive",
            "notactiv",
            "NOT ACTIV",
            "Not-Actve",
            "NotActve",
        ] {
            assert_eq!(state(text), "NotActive", "{text}");
        }
        for (text, word) in [
            ("Trial", "InTrial"),
            ("Production", "InProduction"),
            ("Registerd", "Registered"),
            ("Unregistered", ""),
            ("Not expired", ""),
            ("Unexpired", ""),
        ] {
            assert_eq!(state(text), word, "{text}");
        }
        let flag = |text: &str| word::<Flag>(text).unwrap_err().suggestions.join(",");
        assert_eq!(flag("SubscribedFromTrialNotifications"), "");
        assert_eq!(
            flag("UnsubscribedFromTrialNotification"),
            "UnsubscribedFromTrialNotifications"
        );
    }

    #[test]
    fn sets_take_three_separators() {
        let names = |text: &str| -> Vec<&str> {
            let set = service_types(text).unwrap();
            set.words::<ServiceType>()
                .iter()
                .map(|word| word.as_str())
                .collect()
        };
        for text in [
            "SoftwareOnly;AllInclusive",
            "all inclusive, software-only",
            "[\"AllInclusive\"|\"SoftwareOnly\"]",
        ] {
            assert_eq!(names(text), ["AllInclusive", "SoftwareOnly"], "{text}");
        }
        let problem = service_types("AllInclusive; Software").unwrap_err();
        assert_eq!(
            (problem.rule.code, problem.suggestions.join(",")),
            ("V203", "SoftwareOnly".into())
        );
    }

    #[test]
    fn truth_is_told_in_several_languages() {
        for text in ["TRUE", "yes", "1", "WAHR", "Oui", "Sí"] {
            assert!(truth(text).unwrap(), "{text}");
        }
        for text in ["False", "0", "nein", "FAUX"] {
            assert!(!truth(text).unwrap(), "{text}");
        }
        assert!(truth("maybe").is_err());
    }
}
