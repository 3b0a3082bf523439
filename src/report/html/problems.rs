//! What went wrong, grouped by code: the same mistake in ten thousand rows is one problem with a
//! count, the rule's own words and the fix.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::escape::Html;
use crate::model::Severity;
use crate::model::rules;
use crate::report::Status;
use crate::report::facts::Facts;

/// Examples that are shown of a problem.
const EXAMPLES: usize = 3;

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
struct Group {
    rows: u64,
    examples: Vec<(u32, usize)>,
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
        article(&mut out, facts, kind, group);
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

fn group(facts: &Facts) -> BTreeMap<Kind<'_>, Group> {
    let mut groups: BTreeMap<Kind<'_>, Group> = BTreeMap::new();
    let mut add = |kind, number: u32, index: usize| {
        let group: &mut Group = groups.entry(kind).or_default();
        group.rows += 1;
        if group.examples.len() < EXAMPLES {
            group.examples.push((number, index));
        }
    };
    let rows = facts.numbers.iter().zip(&facts.verdicts).enumerate();
    for (index, (number, verdict)) in rows {
        match verdict.status {
            Status::Failed => {
                add(Kind::Service(&verdict.code), *number, index);
                continue;
            }
            Status::Unknown | Status::Pending => add(Kind::Open(verdict.status), *number, index),
            _ => {}
        }
        for code in verdict.code.split(' ').filter(|code| !code.is_empty()) {
            let warns = rules::find(code).map(|rule| rule.severity) == Some(Severity::Warning);
            let kind = if warns || verdict.status.made_it() {
                Kind::Warning(code)
            } else {
                Kind::Rule(code)
            };
            add(kind, *number, index);
        }
    }
    let mut differing: Vec<_> = facts
        .replayed
        .mismatches
        .iter()
        .map(|(row, _)| *row)
        .collect();
    differing.sort_unstable();
    differing.dedup();
    for row in differing {
        let number = facts
            .numbers
            .get(row.as_usize())
            .copied()
            .unwrap_or_default();
        add(Kind::Differs, number, row.as_usize());
    }
    groups
}

fn article(out: &mut String, facts: &Facts, kind: &Kind<'_>, group: &Group) {
    let (title, fix) = words(kind);
    let rows = if group.rows == 1 { "row" } else { "rows" };
    let _ = writeln!(
        out,
        "<article class=\"problem\"><header><h3>{}</h3><span>{} {rows}</span></header>",
        Html(&title),
        group.rows,
    );
    if !fix.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", Html(&fix));
    }
    out.push_str("<ul>\n");
    for (number, index) in &group.examples {
        let message = facts
            .verdicts
            .get(*index)
            .map_or("", |verdict| &verdict.message);
        let _ = writeln!(out, "<li>row {number}: <bdi>{}</bdi></li>", Html(message));
    }
    let more = group.rows - group.examples.len() as u64;
    if more > 0 {
        let _ = writeln!(out, "<li>and {more} more</li>");
    }
    out.push_str("</ul>\n");
    let shows = match kind {
        Kind::Open(status) => format!("data-status=\"{status}\""),
        Kind::Service(code) | Kind::Rule(code) | Kind::Warning(code) => {
            format!("data-code=\"{}\"", Html(code))
        }
        Kind::Differs => String::new(),
    };
    if !shows.is_empty() {
        let _ = writeln!(
            out,
            "<button type=\"button\" class=\"show\" {shows} hidden>Show in the table<span class=\"away\">: {}</span></button>",
            Html(&title)
        );
    }
    out.push_str("</article>\n");
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
            let warning = match kind {
                Kind::Warning(_) => "warning ",
                _ => "",
            };
            rules::find(code).map_or_else(
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

/// Begins with a capital and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(letters).collect();
    sentence.push('.');
    sentence
}
