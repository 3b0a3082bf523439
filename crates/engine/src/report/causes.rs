//! Why rows did not make it, for people: rows that fail for one reason are one cause, the worst kind
//! first and in each kind the cause with the most rows.

use std::collections::HashMap;

use super::facts::Facts;
use super::status::Status;
use super::verdict::Verdict;
use crate::model::{Differing, Level, Severity, rules};

/// So many different messages of a cause are told apart; further ones are only counted.
const MOST_MESSAGES: usize = 1_000;
/// So many of a cause's rows are named.
const PLACES: usize = 5;

/// A reason that some rows share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// How bad it is, the worst first.
    pub kind: Kind,
    /// How many rows have it.
    pub rows: u64,
    /// What is wrong, in words: what most of them say.
    pub reason: String,
    /// Rows whose words are others, though the cause is the same.
    pub others: u64,
    /// What `explain` takes; may be empty.
    pub code: String,
    /// The first of the rows, by their index.
    pub places: Vec<usize>,
}

/// What kept rows from making it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Sent, and nobody knows.
    Unknown,
    /// The service said no.
    Refused,
    /// Wrong in itself, or for this tenant.
    Wrong,
    /// Its customer is there, and automatic deployment was refused, or an earlier run did not come to it.
    NotDeployed,
    /// Below a row that did not make it.
    Blocked,
}

impl Kind {
    /// None of a row that made it, or that waits for the run to go on.
    fn of(verdict: &Verdict) -> Option<Self> {
        if verdict.lacks_deployment() {
            return Some(Self::NotDeployed);
        }
        match verdict.status {
            Status::Unknown => Some(Self::Unknown),
            Status::Failed => Some(Self::Refused),
            Status::Invalid => Some(Self::Wrong),
            Status::Blocked => Some(Self::Blocked),
            Status::Created | Status::Exists | Status::Updated | Status::Pending => None,
        }
    }
}

#[derive(Default)]
struct Gathered<'a> {
    rows: u64,
    places: Vec<usize>,
    /// Each message with how many rows say it, in the order in which they came.
    messages: Vec<(&'a str, u64)>,
    by_message: HashMap<&'a str, usize>,
}

impl<'a> Gathered<'a> {
    fn add(&mut self, index: usize, message: &'a str) {
        self.rows += 1;
        if self.places.len() < PLACES {
            self.places.push(index);
        }
        if let Some(at) = self.by_message.get(message) {
            self.messages[*at].1 += 1;
        } else if self.messages.len() < MOST_MESSAGES {
            self.by_message.insert(message, self.messages.len());
            self.messages.push((message, 1));
        }
    }

    fn cause(self, kind: Kind, code: &str) -> Cause {
        // The first of those that are said as often.
        let mut most = ("", 0);
        for one in &self.messages {
            if one.1 > most.1 {
                most = *one;
            }
        }
        Cause {
            kind,
            rows: self.rows,
            reason: reason(kind, most.0),
            others: self.rows - most.1,
            code: code.to_owned(),
            places: self.places,
        }
    }
}

fn reason(kind: Kind, message: &str) -> String {
    match kind {
        Kind::Unknown => "sent, but the outcome is not known".to_owned(),
        Kind::Blocked => {
            "below a row that was not imported: it follows once that row is fixed".into()
        }
        Kind::Refused | Kind::NotDeployed => message.to_owned(),
        Kind::Wrong => begun_small(message),
    }
}

/// A rule's sentence as the words of a cell begin; names and codes stay as they are.
fn begun_small(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    let is_word = !word.chars().skip(1).any(char::is_uppercase) && word.chars().nth(1).is_some();
    match text.chars().next() {
        Some(first) if first.is_uppercase() && is_word && !is_a_level(word) => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// Whether the word is a level, which is written as the list writes it: `Reseller`.
fn is_a_level(word: &str) -> bool {
    Level::ALL.iter().any(|level| level.as_str() == word)
}

/// Why rows did not make it.
pub fn causes(facts: &Facts) -> Vec<Cause> {
    let mut gathered: HashMap<(Kind, &str), Gathered<'_>> = HashMap::new();
    for (index, verdict) in facts.verdicts.iter().enumerate() {
        let Some(kind) = Kind::of(verdict) else {
            continue;
        };
        let mut add = |code, message| {
            gathered
                .entry((kind, code))
                .or_default()
                .add(index, message);
        };
        match kind {
            Kind::Unknown | Kind::Blocked => add("", ""),
            Kind::Refused => add(&*verdict.code, &*verdict.message),
            Kind::NotDeployed => {
                let (code, message) = facts.deployment_refused(index).unwrap_or_default();
                add(code, message);
            }
            Kind::Wrong => {
                let mut said = false;
                for code in errors(verdict) {
                    add(code, message(facts, index, verdict, code));
                    said = true;
                }
                if !said {
                    add(&*verdict.code, &*verdict.message);
                }
            }
        }
    }
    let mut causes: Vec<Cause> = gathered
        .into_iter()
        .map(|((kind, code), gathered)| gathered.cause(kind, code))
        .collect();
    causes.sort_by(|one, other| {
        let key = |cause: &Cause| {
            (
                cause.kind,
                std::cmp::Reverse(cause.rows),
                cause.places.clone(),
            )
        };
        key(one)
            .cmp(&key(other))
            .then_with(|| one.code.cmp(&other.code))
    });
    causes
}

/// Whether some rows stand in several of the causes: then their numbers come to more than there are rows.
pub fn counted_twice(facts: &Facts, causes: &[Cause]) -> bool {
    let with_one = facts.verdicts.iter().filter_map(Kind::of).count() as u64;
    causes.iter().map(|cause| cause.rows).sum::<u64>() > with_one
}

/// The rules that keep the row from being sent.
fn errors(verdict: &Verdict) -> impl Iterator<Item = &str> {
    let codes = verdict.code.split(' ').filter(|code| !code.is_empty());
    codes.filter(|code| rules::find(code).is_none_or(|rule| rule.severity == Severity::Error))
}

/// What is said of the row by this rule: its own words without the cell where the journal has them,
/// so that the same mistake in many rows is one; else the row's, or the rule's.
fn message<'a>(facts: &'a Facts, index: usize, verdict: &'a Verdict, code: &str) -> &'a str {
    let faults = &facts.faults;
    let first = faults.partition_point(|fault| fault.row.as_usize() < index);
    let mut of_row = faults[first..]
        .iter()
        .take_while(|fault| fault.row.as_usize() == index);
    if let Some(fault) = of_row.find(|fault| fault.code == code) {
        return &fault.message;
    }
    match rules::find(code) {
        Some(rule) if verdict.code != code => rule.what.trim_end_matches('.'),
        _ => &verdict.message,
    }
}

/// The rows that differ from the tenant and were left as they are, and the members in which they do.
pub fn left_differing(facts: &Facts) -> Differing {
    use crate::model::rules::tenant::DIFFERS_IN_TENANT;
    let differs = |verdict: &&Verdict| {
        let mut codes = verdict.code.split(' ');
        verdict.status == Status::Exists && codes.any(|code| code == DIFFERS_IN_TENANT.code)
    };
    let mut differing = Differing::default();
    for verdict in facts.verdicts.iter().filter(differs) {
        differing.add(members_in(&verdict.message));
    }
    differing
}

/// The members that a message speaks of: `...; City is "A", the row says "B"`. Values are quoted, with
/// the quotation marks in them spelt out, so nothing in them is taken for a member.
fn members_in(message: &str) -> impl Iterator<Item = &str> {
    message.match_indices(" is \"").filter_map(|(at, _)| {
        let before = &message[..at];
        let start = before.rfind("; ")? + 2;
        let member = &before[start..];
        let is_path = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
        (!member.is_empty() && member.chars().all(is_path)).then_some(member)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_from_a_message_and_not_from_values() {
        let message = "\"A is B\" (id 7) exists; Company.PostAddress.City is \"; Name is \\\"x\\\"\", the \
                       row says \"y\"; Level is \"Site\", the row says \"EndCustomer\"";
        let members: Vec<&str> = members_in(message).collect();
        assert_eq!(members, ["Company.PostAddress.City", "Level"]);
    }

    #[test]
    fn a_sentence_begins_small_and_a_name_as_it_is_written() {
        for (text, small) in [
            ("Not a level", "not a level"),
            (
                "EndCustomer is not lower than EndCustomer",
                "EndCustomer is not lower than EndCustomer",
            ),
            ("Reseller is not lower", "Reseller is not lower"),
            ("Site cannot stand", "Site cannot stand"),
            ("ID 7 is taken", "ID 7 is taken"),
            ("Ärger", "ärger"),
            ("", ""),
        ] {
            assert_eq!(begun_small(text), small);
        }
    }
}
