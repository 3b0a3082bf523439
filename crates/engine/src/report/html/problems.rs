//! What went wrong, as one list: the same mistake in ten thousand rows is one problem with a count, the
//! value to change comes first, the rule's reasons are folded away, and rows that only wait stand below
//! what they wait for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use super::escape::Html;
use super::words::{icon, is_remark, rows, sentence, shape, with_code};
use crate::journal::Fault;
use crate::model::rules::hierarchy::PARENT_ROW_BLOCKED;
use crate::model::rules::tenant::DEPLOYMENT_NOT_REACHED_BEFORE;
use crate::model::{Outcome, Standing, rules};
use crate::report::Status;
use crate::report::causes::{causes, counted_twice};
use crate::report::facts::Facts;
use crate::report::names::meant;

/// Different values or messages that are shown of a problem, the most frequent ones.
const LINES: usize = 5;
/// Different ones that are counted; further ones are only counted together.
const COUNTED: usize = 1_000;
/// Rows that are named beside a line.
const NUMBERS: usize = 3;

/// A problem that several rows may share, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind<'a> {
    /// Nobody knows what became of the rows.
    Open(Status),
    /// The service said no, with this number.
    Service(&'a str),
    /// The customer is there, and automatic deployment is off: with the service's number, or the rule's code.
    NotDeployed(&'a str),
    /// A rule that keeps rows from being sent.
    Rule(&'a str),
    /// The tenant showed the customer differently after the run.
    Differs,
    /// A rule that lets them go.
    Warning(&'a str),
}

/// The rows that share a problem.
#[derive(Debug, Default)]
struct Group<'a> {
    rows: Named,
    lines: Vec<Line<'a>>,
    places: HashMap<(u32, &'a str, &'a str), usize>,
    /// Rows that wait for one of these.
    waiting: Named,
}

/// How many rows, the first of them by their numbers.
#[derive(Debug, Default)]
struct Named {
    count: u64,
    numbers: Vec<String>,
}

impl Named {
    fn add(&mut self, number: impl Fn() -> String) {
        self.count += 1;
        if self.numbers.len() < NUMBERS {
            self.numbers.push(number());
        }
    }

    /// `row 5`, `rows 5 and 9`, `1,000 rows: 51, 101, 151 ...`.
    fn shown(&self) -> String {
        let numbers = self.numbers.join(", ");
        let numbers = Html(&numbers);
        match self.count {
            1 => format!("row {numbers}"),
            count if count > self.numbers.len() as u64 => {
                format!("{}: {numbers} \u{2026}", rows(count))
            }
            _ => format!("rows {numbers}"),
        }
    }
}

/// What is said of some rows of a group.
#[derive(Debug)]
struct Line<'a> {
    message: &'a str,
    /// The cell at fault, where the journal knows it.
    fault: Option<&'a Fault>,
    rows: Named,
}

impl<'a> Group<'a> {
    fn add(&mut self, number: impl Fn() -> String, message: &'a str, fault: Option<&'a Fault>) {
        self.rows.add(&number);
        let key = fault.map_or((u32::MAX, "", message), |fault| {
            (fault.column, &*fault.value, &*fault.message)
        });
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None if self.lines.len() == COUNTED => return,
            None => {
                self.places.insert(key, self.lines.len());
                self.lines.push(Line {
                    message,
                    fault,
                    rows: Named::default(),
                });
                self.lines.len() - 1
            }
        };
        self.lines[place].rows.add(number);
    }

    /// The lines that are shown: the most frequent first, else in the order of the rows.
    fn shown(&self) -> Vec<&Line<'a>> {
        let mut shown: Vec<&Line<'a>> = self.lines.iter().collect();
        shown.sort_by_key(|line| std::cmp::Reverse(line.rows.count));
        shown.truncate(LINES);
        shown
    }

    /// The column of all cells at fault, where they stand in one.
    fn column(&self) -> Option<u32> {
        let first = self.lines.first()?.fault?.column;
        let same = |line: &Line<'_>| line.fault.is_some_and(|fault| fault.column == first);
        self.lines.iter().all(same).then_some(first)
    }
}

/// The section; empty when nothing went wrong.
pub(super) fn section(facts: &Facts) -> String {
    let mut groups: Vec<_> = group(facts).into_iter().collect();
    // In each kind the most frequent first.
    groups.sort_by_key(|(kind, group)| (class(kind), std::cmp::Reverse(group.rows.count)));
    let (remarks, problems): (Vec<_>, Vec<_>) = groups
        .into_iter()
        .partition(|(kind, _)| matches!(kind, Kind::Warning(_)));
    let mut out = String::new();
    if !problems.is_empty() {
        out.push_str(
            "<section aria-labelledby=\"problems-title\">\n<h2 id=\"problems-title\">What went wrong</h2>\n",
        );
        if counted_twice(facts, &causes(facts)) {
            out.push_str(
                "<p class=\"quiet\">Some rows have several causes, and count with each.</p>\n",
            );
        }
        out.push_str("<ul class=\"problems frame\">\n");
        for (kind, group) in &problems {
            problem(&mut out, facts, kind, group);
        }
        out.push_str("</ul>\n</section>\n");
    }
    if !remarks.is_empty() {
        let all: BTreeSet<&str> = remarks.iter().map(|(kind, _)| kind.code()).collect();
        let _ = write!(
            out,
            "<details class=\"fold\"><summary>{}<h2>Worth a look</h2><span class=\"quiet\">{} that kept no row from being sent</span></summary>\n<ul class=\"problems frame\">\n",
            icon("rt"),
            match all.len() {
                1 => "1 remark".to_owned(),
                many => format!("{many} remarks"),
            }
        );
        for (kind, group) in &remarks {
            problem(&mut out, facts, kind, group);
        }
        out.push_str("</ul>\n</details>\n");
    }
    out
}

fn class(kind: &Kind<'_>) -> u8 {
    match kind {
        Kind::Open(_) => 0,
        Kind::Service(_) => 1,
        Kind::NotDeployed(_) => 2,
        Kind::Rule(_) => 3,
        Kind::Differs => 4,
        Kind::Warning(_) => 5,
    }
}

impl Kind<'_> {
    /// The class that gives the problem its colour, and its shape.
    fn look(&self) -> (&'static str, &'static str) {
        match self {
            Kind::Open(status) => (status.as_str(), shape(*status)),
            Kind::Service(_) | Kind::NotDeployed(_) => ("failed", "no"),
            Kind::Rule(_) => ("invalid", "err"),
            Kind::Differs => ("differs", "differ"),
            Kind::Warning(_) => ("warning", "warn"),
        }
    }

    /// The rule's code or the service's number; empty where there is none.
    fn code(&self) -> &str {
        match self {
            Kind::Service(code)
            | Kind::NotDeployed(code)
            | Kind::Rule(code)
            | Kind::Warning(code) => code,
            Kind::Open(_) | Kind::Differs => "",
        }
    }
}

fn group(facts: &Facts) -> BTreeMap<Kind<'_>, Group<'_>> {
    let mut groups: BTreeMap<Kind<'_>, Group<'_>> = BTreeMap::new();
    for (index, verdict) in facts.verdicts.iter().enumerate() {
        for kind in kinds(facts, index) {
            // A row may have several problems: each is told in its own words, without its cell, so
            // that the same mistake in many rows is one.
            let own = match kind {
                Kind::Rule(code) | Kind::Warning(code) => fault_of(facts, index, code),
                _ => None,
            };
            let message = match kind {
                Kind::NotDeployed(_) => facts.deployment_refused(index).map(|(_, why)| why),
                _ => None,
            };
            let message = message.unwrap_or(&verdict.message);
            let group = groups.entry(kind).or_default();
            group.add(|| facts.place(index), message, own);
        }
        if verdict.status == Status::Blocked {
            let above = blocker(facts, index);
            let cause = above.and_then(|above| kinds(facts, above).into_iter().next());
            let cause = cause.unwrap_or(Kind::Rule(PARENT_ROW_BLOCKED.code));
            let group = groups.entry(cause).or_default();
            group.waiting.add(|| facts.place(index));
        }
    }
    let differing = facts.replayed.mismatches.iter().map(|(row, _)| *row);
    for row in differing.collect::<BTreeSet<_>>() {
        if let Some(verdict) = facts.verdicts.get(row.as_usize()) {
            let group = groups.entry(Kind::Differs).or_default();
            group.add(|| facts.place(row.as_usize()), &verdict.message, None);
        }
    }
    groups
}

/// The problems of a row, the one that stopped it first. That another row blocks it is none of its own.
fn kinds(facts: &Facts, index: usize) -> Vec<Kind<'_>> {
    let verdict = &facts.verdicts[index];
    let mut kinds = match verdict.status {
        Status::Failed => return vec![Kind::Service(&verdict.code)],
        Status::Unknown | Status::Pending => vec![Kind::Open(verdict.status)],
        _ => Vec::new(),
    };
    let kept_back = matches!(verdict.status, Status::Invalid | Status::Blocked);
    let codes = verdict.code.split(' ').filter(|code| !code.is_empty());
    let refused = facts.deployment_refused(index).map(|(code, _)| code);
    kinds.extend(refused.map(Kind::NotDeployed));
    let own = codes.filter(|code| {
        (verdict.status != Status::Blocked || *code != PARENT_ROW_BLOCKED.code)
            && Some(*code) != refused
    });
    kinds.extend(own.map(|code| {
        if kept_back && !is_remark(code) {
            Kind::Rule(code)
        } else {
            Kind::Warning(code)
        }
    }));
    kinds
}

/// The row that keeps this one from being sent and is not itself kept by another.
fn blocker(facts: &Facts, index: usize) -> Option<usize> {
    let above = |index: usize| match facts.replayed.progress.get(index) {
        Some(Standing::Ended(Outcome::Blocked { by })) => Some(by.as_usize()),
        _ => None,
    };
    let mut at = above(index)?;
    // As many steps as there are rows: a circle would have no end.
    for _ in 0..facts.verdicts.len() {
        match above(at) {
            Some(next) => at = next,
            None => return (at < facts.verdicts.len()).then_some(at),
        }
    }
    None
}

/// What was wrong in a cell of the row by this rule, where the journal knows it.
fn fault_of<'a>(facts: &'a Facts, index: usize, code: &str) -> Option<&'a Fault> {
    facts
        .faults_of(index)
        .iter()
        .find(|fault| fault.code == code)
}

fn problem(out: &mut String, facts: &Facts, kind: &Kind<'_>, group: &Group<'_>) {
    let (class, shape) = kind.look();
    let (title, why) = words(kind);
    let column = group
        .column()
        .and_then(|column| facts.info.header.get(column as usize));
    let column = column.map_or_else(String::new, |header| {
        format!("<bdi class=\"column\">{}</bdi> ", Html(header))
    });
    let code = match kind.code() {
        "" => String::new(),
        code => format!(" <span class=\"code\">{}</span>", Html(code)),
    };
    let _ = writeln!(
        out,
        "<li class=\"problem {class}\">{}<div><div class=\"what\"><h3>{column}{}{code}</h3>{}</div>",
        icon(shape),
        Html(&title),
        button(kind, &title, group.rows.count + group.waiting.count),
    );
    lines(out, kind, group);
    if group.waiting.count > 0 {
        let wait = if group.waiting.count == 1 {
            "waits"
        } else {
            "wait"
        };
        let _ = writeln!(
            out,
            "<p class=\"waiting blocked\">{}<span>{} below {wait} for this and will follow ({})</span></p>",
            icon("hold"),
            rows(group.waiting.count),
            group.waiting.shown()
        );
    }
    if !why.is_empty() {
        let _ = writeln!(
            out,
            "<details class=\"why\"><summary>{}Why, and what to do</summary><p>{}</p></details>",
            icon("rt"),
            with_code(&why)
        );
    }
    out.push_str("</div></li>\n");
}

/// The values to change, or what is said of the rows, each with its rows.
fn lines(out: &mut String, kind: &Kind<'_>, group: &Group<'_>) {
    // The title says it all.
    if matches!(kind, Kind::Open(_)) {
        return;
    }
    out.push_str("<ul class=\"lines\">\n");
    let mut told = 0;
    for line in group.shown() {
        told += line.rows.count;
        let _ = writeln!(
            out,
            "<li><span class=\"says\">{}</span> <span class=\"rows\">{}</span></li>",
            says(kind, line),
            line.rows.shown()
        );
    }
    if group.rows.count > told {
        let _ = writeln!(
            out,
            "<li class=\"quiet\">and {} with other values</li>",
            rows(group.rows.count - told)
        );
    }
    out.push_str("</ul>\n");
}

/// `Germny -> Germany (DE)`, or the message with the value in bold.
fn says(kind: &Kind<'_>, line: &Line<'_>) -> String {
    let Some(fault) = line.fault else {
        return match kind {
            Kind::Service(_) | Kind::NotDeployed(_) => {
                format!("<q><bdi>{}</bdi></q>", Html(line.message))
            }
            _ => format!("<bdi>{}</bdi>", Html(line.message)),
        };
    };
    if !fault.meant.is_empty() && !fault.value.is_empty() {
        return format!(
            "<b><bdi>{}</bdi> \u{2192} <bdi>{}</bdi></b>",
            Html(&fault.value),
            Html(&meant(&fault.code, &fault.meant))
        );
    }
    let quoted = format!("\"{}\"", fault.value);
    match fault.message.split_once(&quoted) {
        Some((before, after)) if !fault.value.is_empty() => format!(
            "<bdi>{}</bdi><b><bdi>{}</bdi></b><bdi>{}</bdi>",
            Html(before),
            Html(&fault.value),
            Html(after)
        ),
        _ => format!("<bdi>{}</bdi>", Html(&fault.message)),
    }
}

/// The count, which shows a problem's rows in the table.
fn button(kind: &Kind<'_>, title: &str, count: u64) -> String {
    let shows = match kind {
        Kind::Open(status) => format!("data-status=\"{status}\""),
        Kind::Service(code) | Kind::NotDeployed(code) | Kind::Rule(code) | Kind::Warning(code) => {
            format!("data-code=\"{}\"", Html(code))
        }
        Kind::Differs => return format!("<span class=\"quiet\">{}</span>", rows(count)),
    };
    format!(
        "<button type=\"button\" class=\"btn link show\" {shows} disabled>{}<span class=\"vh\"> in the table: {}</span></button>",
        rows(count),
        Html(title)
    )
}

/// A problem's title, and why it is one and what to do about it.
fn words(kind: &Kind<'_>) -> (String, String) {
    match kind {
        Kind::Open(Status::Unknown) => (
            "Sent, but it is not known if the customer was created".into(),
            "Continue the run: it looks in the tenant before it sends anything again.".into(),
        ),
        Kind::Open(_) => (
            "Not sent: the run stopped before these rows".into(),
            "Continue the run: it starts where it stopped.".into(),
        ),
        Kind::Service(_) => ("The service refused".into(), String::new()),
        Kind::NotDeployed(code) if *code == DEPLOYMENT_NOT_REACHED_BEFORE.code => (
            "Automatic deployment was not switched on, the customer is there".into(),
            "An earlier run did not come to it. Run the list with `--on-exists update`, or switch it on in \
             the console."
                .into(),
        ),
        Kind::NotDeployed(_) => (
            "Automatic deployment was refused, the customer is there".into(),
            "Without it nothing is installed on the customer's devices by itself. When the reason is gone, \
             run the list with `--on-exists update`, or switch it on in the console."
                .into(),
        ),
        Kind::Rule(code) | Kind::Warning(code) => rules::find(code).map_or_else(
            || ((*code).to_owned(), String::new()),
            |rule| {
                let what = rule.what.trim_end_matches('.').to_owned();
                (
                    what,
                    format!("{} {}", sentence(rule.why), sentence(rule.fix)),
                )
            },
        ),
        Kind::Differs => (
            "Found differing in the tenant after the run".into(),
            "Look at these customers in the console; each row shows what differs.".into(),
        ),
    }
}
