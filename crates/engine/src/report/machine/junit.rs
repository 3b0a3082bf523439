//! `JUnit` XML, as CI systems read it: a case for the run as a whole, and one for each row that did
//! not make it. What is to be mended fails, what nobody knows is an error, what waits is skipped.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{each_row, headline, line_of, main_code, sheet_of, words};
use crate::journal::{RowRecord, Store};
use crate::model::number::counted;
use crate::report::diagnostics::junit::clean;
use crate::report::facts::Facts;
use crate::report::status::Status;
use crate::report::time::rfc3339;
use crate::report::verdict::Verdict;

/// Writes one document with one suite.
///
/// # Errors
///
/// Where the journal cannot be read or `out` takes no more.
pub fn write(facts: &Facts, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let time = took(facts);
    let mut suite = TestSuite::new(clean(&facts.info.input_path));
    suite.set_time(time).add_properties(properties(facts));
    // Readers want a local time without a zone; it is UTC.
    let began = rfc3339(facts.info.started_ms);
    let began = began.get(..19).unwrap_or(&began);
    suite.extra.insert("timestamp".into(), began.into());
    suite.add_test_case(whole(facts, time));
    each_row(facts, store, |row, verdict| {
        suite.add_test_cases(case(facts, row, verdict));
        Ok(())
    })?;
    let mut report = Report::new("partner-import run");
    report.set_time(time).add_test_suite(suite);
    report.serialize(out).map_err(io::Error::other)
}

/// How long the run has taken so far.
fn took(facts: &Facts) -> Duration {
    let ended = facts
        .ended
        .map_or(facts.info.started_ms, |ended| ended.at_ms);
    let took = ended - facts.info.started_ms;
    Duration::from_millis(u64::try_from(took).unwrap_or(0))
}

fn properties(facts: &Facts) -> Vec<Property> {
    let info = &facts.info;
    let text = |text: &str| clean(text).into_owned();
    let mut properties = vec![
        ("run_id", text(&info.id)),
        ("mode", info.mode.as_str().to_owned()),
        ("endpoint", text(&info.endpoint)),
        ("rows", facts.counts.rows.to_string()),
        ("left_out", facts.counts.left_out.to_string()),
    ];
    for status in Status::ALL {
        properties.push((status.as_str(), facts.counts.get(status).to_string()));
    }
    let deployments = facts.counts.automatic_deployment;
    for (name, count) in [
        ("deployments_switched_on", deployments.switched_on),
        ("deployments_open", deployments.open),
        ("deployments_refused", deployments.refused),
        ("deployments_not_reached", deployments.not_reached),
    ] {
        properties.push((name, count.to_string()));
    }
    let code = facts.ended.map(|ended| ended.ending.number().to_string());
    properties.extend(code.map(|code| ("exit_code", code)));
    let all = properties.into_iter();
    all.map(|(name, value)| Property::new(name, value))
        .collect()
}

/// What is wrong with the run as a whole.
enum Trouble {
    /// It can be continued.
    Unfinished,
    /// The tenant showed customers differently afterwards.
    Differs(usize),
}

impl Trouble {
    fn of(facts: &Facts) -> Option<Self> {
        match facts.mismatches() {
            _ if !facts.finished => Some(Self::Unfinished),
            0 => None,
            rows => Some(Self::Differs(rows)),
        }
    }

    fn told(&self) -> (&'static str, String) {
        match self {
            Self::Unfinished => ("unfinished", "the run stopped and can be continued".into()),
            Self::Differs(rows) => (
                "mismatch",
                format!(
                    "the tenant showed {} differently after the run",
                    counted(*rows, "customer")
                ),
            ),
        }
    }
}

fn whole(facts: &Facts, time: Duration) -> TestCase {
    let status = match Trouble::of(facts).map(|trouble| trouble.told()) {
        None => TestCaseStatus::success(),
        Some((kind, message)) => of_kind(NonSuccessKind::Failure, kind, &message, &message),
    };
    let file = clean(&facts.info.input_path);
    let mut case = TestCase::new("the run as a whole", status);
    case.set_classname(&*file)
        .set_time(time)
        .set_system_out(headline(facts));
    case.extra.insert("file".into(), file.into());
    case
}

/// What became of a row that did not make it; none for one that did.
fn case(facts: &Facts, row: &RowRecord, verdict: &Verdict) -> Option<TestCase> {
    let code = main_code(verdict);
    let message = clean(words(verdict));
    let whole = format!("{code} {message}");
    let status = match verdict.status {
        Status::Created | Status::Exists | Status::Updated if verdict.needs_somebody() => {
            of_kind(NonSuccessKind::Failure, code, &message, &whole)
        }
        Status::Created | Status::Exists | Status::Updated => return None,
        Status::Failed | Status::Invalid => {
            of_kind(NonSuccessKind::Failure, code, &message, &whole)
        }
        Status::Unknown => of_kind(NonSuccessKind::Error, code, &message, &whole),
        Status::Blocked | Status::Pending => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(whole);
            skipped
        }
    };
    let file = clean(&facts.info.input_path);
    let class = match sheet_of(facts, row) {
        Some(sheet) => format!("{file}, sheet \"{}\"", clean(sheet)),
        None => file.clone().into_owned(),
    };
    let mut case = TestCase::new(format!("row {}", row.number), status);
    case.set_classname(class).set_time(Duration::ZERO);
    case.extra.insert("file".into(), file.into());
    if let Some(line) = line_of(facts, row) {
        case.extra.insert("line".into(), line.to_string().into());
    }
    Some(case)
}

fn of_kind(kind: NonSuccessKind, code: &str, message: &str, whole: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status
        .set_type(code)
        .set_message(message)
        .set_description(whole);
    status
}
