//! `JUnit` XML, as CI systems read it: a suite per file, a case for the file as a whole, and one for
//! each row with a problem. A case has one failure at most, because many readers keep only one.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Findings, sheet_of};
use crate::model::printable::{is_unprintable, may_need_spelling};
use crate::model::{Diagnostic, Severity, Source, all_left_out};

/// Which problems make a case fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// Errors.
    Errors,
    /// Errors and warnings, as with `--strict`.
    WarningsToo,
}

impl Failing {
    fn holds(self, diagnostic: &Diagnostic) -> bool {
        match diagnostic.severity() {
            Severity::Error => true,
            Severity::Warning => self == Self::WarningsToo,
            Severity::Note => false,
        }
    }
}

/// Writes one document with one suite for each table.
///
/// # Errors
///
/// Where `out` takes no more.
pub fn write(tables: &[Findings<'_>], failing: Failing, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new("partner-import check");
    report.set_time(Duration::ZERO);
    report.add_test_suites(tables.iter().map(|findings| suite(findings, failing)));
    report.serialize(out).map_err(io::Error::other)
}

/// The problems of the file, then those of each row in the order of the file; those of a row in the
/// order in which they are shown.
fn by_row<'a>(findings: &Findings<'a>) -> Vec<&'a Diagnostic> {
    let mut problems: Vec<&Diagnostic> = findings.diagnostics.iter().collect();
    problems.sort_by_key(|problem| problem.row);
    problems
}

fn suite(findings: &Findings<'_>, failing: Failing) -> TestSuite {
    let source = findings.source;
    let problems = by_row(findings);
    let of_file = problems.partition_point(|problem| problem.row.is_none());
    let (file, rows) = problems.split_at(of_file);
    let mut suite = TestSuite::new(clean(&source.file));
    suite.set_time(Duration::ZERO);
    suite.add_properties(properties(findings));
    suite.add_test_case(case(source, file, failing));
    let rows = rows.chunk_by(|one, next| one.row == next.row);
    suite.add_test_cases(rows.map(|problems| case(source, problems, failing)));
    suite
}

fn properties(findings: &Findings<'_>) -> Vec<Property> {
    let summary = findings.summary;
    let counts = [
        ("rows", summary.rows.to_string()),
        ("left_out", all_left_out(&summary.left_out).to_string()),
        ("accepted", summary.accepted.to_string()),
        ("invalid", summary.invalid.to_string()),
        ("blocked", summary.blocked.to_string()),
        ("errors", findings.count(Severity::Error).to_string()),
        ("warnings", findings.count(Severity::Warning).to_string()),
        ("notes", findings.count(Severity::Note).to_string()),
    ];
    let sheet = findings.source.sheet.as_deref();
    let sheet = sheet.map(|sheet| ("sheet", clean(sheet).into_owned()));
    let all = counts.into_iter().chain(sheet);
    all.map(|(name, value)| Property::new(name, value))
        .collect()
}

/// What is wrong with one row, or with the file as a whole.
fn case(source: &Source, problems: &[&Diagnostic], failing: Failing) -> TestCase {
    let (failed, noted): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        problems.iter().partition(|one| failing.holds(one));
    let file = clean(&source.file);
    // The sheet tells rows of the same number apart.
    let class = match problems.iter().find_map(|one| sheet_of(source, one)) {
        Some(sheet) => format!("{file}, sheet \"{}\"", clean(sheet)),
        None => file.clone().into_owned(),
    };
    let status = match failed.first() {
        Some(first) => failure(first, &failed),
        None => TestCaseStatus::success(),
    };
    let first = problems.first();
    let mut case = TestCase::new(name(first.copied()), status);
    case.set_classname(class).set_time(Duration::ZERO);
    case.extra.insert("file".into(), file.into());
    if let Some(line) = first.and_then(|one| one.row.and(one.line)) {
        case.extra.insert("line".into(), line.to_string().into());
    }
    if !noted.is_empty() {
        case.set_system_out(lines(&noted));
    }
    case
}

fn name(first: Option<&Diagnostic>) -> String {
    match first.and_then(|one| Some((one.row?, one.at))) {
        Some((_, Some(at))) => format!("row {}", at.row),
        Some((row, None)) => format!("data row {}", u64::from(row.0) + 1),
        None => "the file as a whole".to_owned(),
    }
}

fn failure(first: &Diagnostic, all: &[&Diagnostic]) -> TestCaseStatus {
    let mut message = headline(first);
    if all.len() > 1 {
        message.push_str(&format!(" (and {} more)", all.len() - 1));
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_type(first.rule.code)
        .set_message(clean(&message))
        .set_description(lines(all));
    status
}

/// One line for each problem, and one for what to do about it.
fn lines(problems: &[&Diagnostic]) -> String {
    let mut text = String::new();
    for problem in problems {
        let severity = problem.severity().as_str();
        text.push_str(&format!("{severity} {}\n", clean(&headline(problem))));
        if !problem.help.is_empty() {
            text.push_str(&format!("  help: {}\n", clean(&problem.help)));
        }
    }
    text
}

/// `V201 level-unknown at B2, column Level: "Boss" is not a level`.
fn headline(problem: &Diagnostic) -> String {
    let rule = problem.rule;
    let mut text = format!("{} {}", rule.code, rule.name);
    if let Some(at) = problem.at {
        text.push_str(&format!(" at {at}"));
    }
    if !problem.column.is_empty() {
        text.push_str(&format!(", column {}", problem.column));
    }
    format!("{text}: {}", problem.message)
}

/// What XML 1.0 cannot hold, not even escaped, is written as `\u0001`, and so is what people would
/// not see: line breaks, marks of direction. CI systems show it to them.
pub(in crate::report) fn clean(text: &str) -> Cow<'_, str> {
    let is_lost = |letter: char| matches!(letter, '\u{fffe}' | '\u{ffff}');
    if !may_need_spelling(text) && !text.contains(is_lost) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 8);
    let mut before = None;
    for letter in text.chars() {
        if is_lost(letter) || is_unprintable(letter, before) {
            clean.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            clean.push(letter);
        }
        before = Some(letter);
    }
    Cow::Owned(clean)
}
