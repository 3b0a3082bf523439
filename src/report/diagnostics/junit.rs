//! `JUnit` XML, as CI systems read it: a suite per file, a case for the file as a whole, and one for
//! each row with a problem. A case has one failure at most, because many readers keep only one.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Findings, sheet_of};
use crate::model::printable::{is_unprintable, may_need_spelling};
use crate::model::{Diagnostic, RowIndex, Severity, Source};

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

/// A case: the row, none for the file as a whole, and its problems.
struct Case<'a> {
    row: Option<RowIndex>,
    problems: &'a [&'a Diagnostic],
}

/// Writes one document with one suite for each table.
pub fn write(tables: &[Findings<'_>], failing: Failing, out: &mut dyn Write) -> io::Result<()> {
    let sorted: Vec<Vec<&Diagnostic>> = tables.iter().map(by_row).collect();
    let suites: Vec<Suite<'_>> = tables
        .iter()
        .zip(&sorted)
        .map(|(findings, problems)| Suite::of(findings, problems, failing))
        .collect();
    let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let failures: usize = suites.iter().map(|suite| suite.failures).sum();
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attributes([
            ("name", "partner-import check"),
            ("tests", &*tests.to_string()),
            ("failures", &*failures.to_string()),
            ("errors", "0"),
            ("time", "0"),
        ])
        .write_inner_content(|xml| {
            suites
                .iter()
                .try_for_each(|suite| suite.write(xml, failing))
        })?;
    out.write_all(b"\n")
}

/// The problems of the file, then those of each row in the order of the file; those of a row in the
/// order in which they are shown.
fn by_row<'a>(findings: &Findings<'a>) -> Vec<&'a Diagnostic> {
    let mut problems: Vec<&Diagnostic> = findings.diagnostics.iter().collect();
    problems.sort_by_key(|problem| problem.row);
    problems
}

struct Suite<'a> {
    findings: Findings<'a>,
    cases: Vec<Case<'a>>,
    failures: usize,
}

impl<'a> Suite<'a> {
    fn of(findings: &Findings<'a>, problems: &'a [&'a Diagnostic], failing: Failing) -> Self {
        let of_file = problems.partition_point(|problem| problem.row.is_none());
        let (file, rows) = problems.split_at(of_file);
        let file = Case {
            row: None,
            problems: file,
        };
        let rows = rows.chunk_by(|one, next| one.row == next.row);
        let rows = rows.map(|problems| Case {
            row: problems[0].row,
            problems,
        });
        let cases: Vec<Case<'a>> = std::iter::once(file).chain(rows).collect();
        let fails = |case: &&Case<'_>| case.problems.iter().any(|one| failing.holds(one));
        Self {
            findings: *findings,
            failures: cases.iter().filter(fails).count(),
            cases,
        }
    }

    fn write(&self, xml: &mut Writer<impl Write>, failing: Failing) -> io::Result<()> {
        let name = clean(&self.findings.source.file);
        let tests = self.cases.len().to_string();
        let failures = self.failures.to_string();
        xml.create_element("testsuite")
            .with_attributes([
                ("name", &*name),
                ("tests", &*tests),
                ("failures", &*failures),
                ("errors", "0"),
                ("skipped", "0"),
                ("time", "0"),
            ])
            .write_inner_content(|xml| {
                self.properties(xml)?;
                let source = self.findings.source;
                let mut cases = self.cases.iter();
                cases.try_for_each(|case| case.write(source, xml, failing))
            })?;
        Ok(())
    }

    fn properties(&self, xml: &mut Writer<impl Write>) -> io::Result<()> {
        let findings = &self.findings;
        let summary = findings.summary;
        let mut properties = vec![
            ("rows", summary.rows.to_string()),
            ("accepted", summary.accepted.to_string()),
            ("invalid", summary.invalid.to_string()),
            ("blocked", summary.blocked.to_string()),
            ("errors", findings.count(Severity::Error).to_string()),
            ("warnings", findings.count(Severity::Warning).to_string()),
            ("notes", findings.count(Severity::Note).to_string()),
        ];
        let sheet = findings.source.sheet.as_deref();
        properties.extend(sheet.map(|sheet| ("sheet", clean(sheet).into_owned())));
        xml.create_element("properties")
            .write_inner_content(|xml| {
                for (name, value) in &properties {
                    xml.create_element("property")
                        .with_attributes([("name", *name), ("value", value)])
                        .write_empty()?;
                }
                Ok(())
            })?;
        Ok(())
    }
}

impl Case<'_> {
    fn write(
        &self,
        source: &Source,
        xml: &mut Writer<impl Write>,
        failing: Failing,
    ) -> io::Result<()> {
        let (failed, told): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
            self.problems.iter().partition(|one| failing.holds(one));
        let file = clean(&source.file);
        let name = self.name();
        // The sheet tells rows of the same number apart.
        let class = match self.problems.iter().find_map(|one| sheet_of(source, one)) {
            Some(sheet) => format!("{file}, sheet \"{}\"", clean(sheet)),
            None => file.clone().into_owned(),
        };
        let line = self.row.and(self.problems.first().and_then(|one| one.line));
        let line = line.map(|line| line.to_string());
        let mut element = xml.create_element("testcase").with_attributes([
            ("name", &*name),
            ("classname", &*class),
            ("file", &*file),
            ("time", "0"),
        ]);
        if let Some(line) = &line {
            element = element.with_attribute(("line", line.as_str()));
        }
        if self.problems.is_empty() {
            element.write_empty()?;
            return Ok(());
        }
        element.write_inner_content(|xml| {
            if let Some(first) = failed.first() {
                failure(xml, first, &failed)?;
            }
            if !told.is_empty() {
                let text = lines(&told);
                xml.create_element("system-out")
                    .write_text_content(BytesText::new(&text))?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn name(&self) -> String {
        let number = self.problems.first().and_then(|one| one.at);
        match (self.row, number) {
            (Some(_), Some(at)) => format!("row {}", at.row),
            (Some(row), None) => format!("data row {}", u64::from(row.0) + 1),
            (None, _) => "the file as a whole".to_owned(),
        }
    }
}

fn failure(
    xml: &mut Writer<impl Write>,
    first: &Diagnostic,
    all: &[&Diagnostic],
) -> io::Result<()> {
    let mut message = headline(first);
    if all.len() > 1 {
        message.push_str(&format!(" (and {} more)", all.len() - 1));
    }
    let text = lines(all);
    xml.create_element("failure")
        .with_attributes([("type", first.rule.code), ("message", &*clean(&message))])
        .write_text_content(BytesText::new(&text))?;
    Ok(())
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
