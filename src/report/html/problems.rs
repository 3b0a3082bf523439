//! What went wrong, grouped by code: the same mistake in ten thousand rows is one problem with a
//! count, the rule's own words and the fix.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use super::escape::Html;
use crate::model::Severity;
use crate::model::rules;
use crate::report::Status;
use crate::report::facts::Facts;

/// Different messages that are shown of a problem, the most frequent ones.
const MESSAGES: usize = 4;
/// Different messages that are counted; further ones are only counted together.
const COUNTED: usize = 1_000;
/// Rows that are named beside a message.
const NUMBERS: usize = 3;

/// A problem that several rows may share, most urgent first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Kind<'a> {
    /// Nobody knows what became of the rows.
    Open(Status),
    /// The service said no, with this number.
    Service(&'a str),
    /// A rule that keeps rows from being sent.
    Rule(&'a str),
    /// A rule that lets them go.
    Warning(&'a str),
    /// The tenant showed the customer differently after the run.
    Differs,
}

#[derive(Debug, Default)]
struct Group<'a> {
    rows: u64,
    examples: Vec<Example<'a>>,
    places: HashMap<&'a str, usize>,
}

/// A message, and rows that bear it.
#[derive(Debug)]
struct Example<'a> {
    message: &'a str,
    numbers: Vec<String>,
    rows: u64,
}

impl<'a> Group<'a> {
    fn add(&mut self, number: impl Fn() -> String, message: &'a str) {
        self.rows += 1;
        if let Some(place) = self.places.get(message) {
            let example = &mut self.examples[*place];
            example.rows += 1;
            if example.numbers.len() < NUMBERS {
                example.numbers.push(number());
            }
        } else if self.examples.len() < COUNTED {
            self.places.insert(message, self.examples.len());
            self.examples.push(Example {
                message,
                numbers: vec![number()],
                rows: 1,
            });
        }
    }

    /// The messages that are shown: the most frequent first, else in the order of the rows.
    fn shown(&self) -> Vec<&Example<'a>> {
        let mut shown: Vec<&Example<'a>> = self.examples.iter().collect();
        shown.sort_by_key(|example| std::cmp::Reverse(example.rows));
        shown.truncate(MESSAGES);
        shown
    }
}

/// The section; empty when nothing went wrong.
pub(super) fn section(facts: &Facts) -> String {
    let groups = group(facts);
    if groups.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<section aria-labelledby=\"problems-title\">\n<h2 id=\"problems-title\">What went wrong</h2>\n",
    );
    let mut groups: Vec<_> = groups.into_iter().collect();
    // Warnings and differences after errors, and in each kind the most frequent first.
    groups.sort_by_key(|(kind, group)| (class(kind), std::cmp::Reverse(group.rows)));
    for (kind, group) in &groups {
        article(&mut out, kind, group);
    }
    out.push_str("</section>\n");
    out
}

fn class(kind: &Kind<'_>) -> u8 {
    match kind {
        Kind::Open(_) => 0,
        Kind::Service(_) => 1,
        Kind::Rule(_) => 2,
        Kind::Differs => 3,
        Kind::Warning(_) => 4,
    }
}

/// The class that gives the problem its colour.
fn colour(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::Open(status) => status.as_str(),
        Kind::Service(_) => "failed",
        Kind::Rule(_) => "invalid",
        Kind::Differs => "blocked",
        Kind::Warning(_) => "exists",
    }
}

fn group(facts: &Facts) -> BTreeMap<Kind<'_>, Group<'_>> {
    let mut groups: BTreeMap<Kind<'_>, Group<'_>> = BTreeMap::new();
    let mut add = |kind, index: usize| {
        if let Some(verdict) = facts.verdicts.get(index) {
            // A row may have several problems: each is told in its own words, without its cell, so
            // that the same mistake in many rows is one.
            let own = match kind {
                Kind::Rule(code) | Kind::Warning(code) => fault_of(facts, index, code),
                _ => None,
            };
            groups
                .entry(kind)
                .or_default()
                .add(|| facts.place(index), own.unwrap_or(&verdict.message));
        }
    };
    for (index, verdict) in facts.verdicts.iter().enumerate() {
        match verdict.status {
            Status::Failed => {
                add(Kind::Service(&verdict.code), index);
                continue;
            }
            Status::Unknown | Status::Pending => add(Kind::Open(verdict.status), index),
            _ => {}
        }
        for code in verdict.code.split(' ').filter(|code| !code.is_empty()) {
            let sent = !matches!(verdict.status, Status::Invalid | Status::Blocked);
            let warns = rules::find(code).is_some_and(|rule| rule.severity != Severity::Error);
            let kind = if warns || sent {
                Kind::Warning(code)
            } else {
                Kind::Rule(code)
            };
            add(kind, index);
        }
    }
    let differing = facts.replayed.mismatches.iter().map(|(row, _)| *row);
    for row in differing.collect::<BTreeSet<_>>() {
        add(Kind::Differs, row.as_usize());
    }
    groups
}

/// What was wrong in a cell of the row by this rule, where the journal knows it.
fn fault_of<'a>(facts: &'a Facts, index: usize, code: &str) -> Option<&'a str> {
    let faults = &facts.faults;
    let first = faults.partition_point(|fault| fault.row.as_usize() < index);
    let mut of_row = faults[first..]
        .iter()
        .take_while(|fault| fault.row.as_usize() == index);
    let found = of_row.find(|fault| fault.code == code)?;
    Some(&found.message)
}

fn article(out: &mut String, kind: &Kind<'_>, group: &Group<'_>) {
    let (title, fix) = words(kind);
    let rows = if group.rows == 1 { "row" } else { "rows" };
    let _ = writeln!(
        out,
        "<article class=\"problem {}\"><header><h3>{}</h3><span>{} {rows}</span>{}</header>",
        colour(kind),
        Html(&title),
        group.rows,
        button(kind, &title),
    );
    if !fix.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", with_code(&fix));
    }
    out.push_str("<ul>\n");
    let mut told = 0;
    for example in group.shown() {
        told += example.rows;
        let row = if example.rows == 1 { "row" } else { "rows" };
        let more = example.rows - example.numbers.len() as u64;
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "<li>{row} {}{more}: <bdi>{}</bdi></li>",
            Html(&example.numbers.join(", ")),
            Html(example.message)
        );
    }
    if group.rows > told {
        let _ = writeln!(
            out,
            "<li>and {} rows with other words</li>",
            group.rows - told
        );
    }
    out.push_str("</ul>\n</article>\n");
}

/// The button that shows a problem's rows in the table.
fn button(kind: &Kind<'_>, title: &str) -> String {
    let shows = match kind {
        Kind::Open(status) => format!("data-status=\"{status}\""),
        Kind::Service(code) | Kind::Rule(code) | Kind::Warning(code) => {
            format!("data-code=\"{}\"", Html(code))
        }
        Kind::Differs => return String::new(),
    };
    format!(
        "<button type=\"button\" class=\"show\" {shows} hidden>Show in the table<span class=\"away\">: {}</span></button>",
        Html(title)
    )
}

/// A problem's title and what to do about it.
fn words(kind: &Kind<'_>) -> (String, String) {
    match kind {
        Kind::Open(Status::Unknown) => (
            "Sent, and nobody knows whether the customer was created".into(),
            "Continue the run: it looks in the tenant before it sends anything again.".into(),
        ),
        Kind::Open(_) => (
            "Not sent: the run stopped before these rows".into(),
            "Continue the run: it begins where it stopped.".into(),
        ),
        Kind::Service("") => (
            "The service refused".into(),
            "Its words stand beside each row.".into(),
        ),
        Kind::Service(code) => (
            format!("The service refused: error {code}"),
            "Its words stand beside each row; mend the row by them.".into(),
        ),
        Kind::Rule(code) | Kind::Warning(code) => {
            let rule = rules::find(code);
            let warning = match (kind, rule.map(|rule| rule.severity)) {
                (Kind::Warning(_), Some(Severity::Note)) => "note ",
                (Kind::Warning(_), _) => "warning ",
                _ => "",
            };
            rule.map_or_else(
                || (format!("{warning}{code}"), String::new()),
                |rule| {
                    let what = rule.what.trim_end_matches('.');
                    let (why, fix) = (sentence(rule.why), sentence(rule.fix));
                    (
                        format!("{warning}{code}: {what}"),
                        format!("{why} Fix: {fix}"),
                    )
                },
            )
        }
        Kind::Differs => (
            "Found differing in the tenant after the run".into(),
            "Look at these customers in the console; what differs stands beside each row.".into(),
        ),
    }
}

/// Text in HTML, with what stands between two backticks as code.
fn with_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return Html(text).to_string();
    }
    let mut out = String::new();
    for (place, part) in parts.into_iter().enumerate() {
        let _ = if place.is_multiple_of(2) {
            write!(out, "{}", Html(part))
        } else {
            write!(out, "<code>{}</code>", Html(part))
        };
    }
    out
}

/// Begins with a capital and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(letters).collect();
    sentence.push('.');
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code_and_still_text() {
        assert_eq!(
            with_code("`<b>` or `KP`."),
            "<code>&lt;b&gt;</code> or <code>KP</code>."
        );
        assert_eq!(with_code("one ` alone"), "one ` alone");
    }
}
