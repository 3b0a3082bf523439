//! `JUnit` XML, as CI systems read it: a case for the run as a whole, and one for each row that did
//! not make it. What is to be mended fails, what nobody knows is an error, what waits is skipped.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{each_row, headline, line_of, main_code, sheet_of, words};
use crate::journal::{RowRecord, Store};
use crate::report::diagnostics::junit::clean;
use crate::report::facts::{Facts, rfc3339};
use crate::report::verdict::{Status, Verdict};

/// Writes one document with one suite.
pub fn write(facts: &Facts, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let counts = facts.counts;
    let troubled = Trouble::of(facts).is_some();
    let tests = (1 + counts.rows - counts.made_it()).to_string();
    let failures = (counts.failed + counts.invalid + u64::from(troubled)).to_string();
    let errors = counts.unknown.to_string();
    let skipped = (counts.blocked + counts.pending).to_string();
    let time = seconds(facts);
    let name = clean(&facts.info.input_path);
    let began = rfc3339(facts.info.started_ms);
    // Readers want a local time without a zone; it is UTC.
    let timestamp = began.get(..19).unwrap_or(&began);
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attributes([
            ("name", "partner-import run"),
            ("tests", &*tests),
            ("failures", &*failures),
            ("errors", &*errors),
            ("time", &*time),
        ])
        .write_inner_content(|xml| {
            xml.create_element("testsuite")
                .with_attributes([
                    ("name", &*name),
                    ("tests", &*tests),
                    ("failures", &*failures),
                    ("errors", &*errors),
                    ("skipped", &*skipped),
                    ("time", &*time),
                    ("timestamp", timestamp),
                ])
                .write_inner_content(|xml| {
                    properties(facts, xml)?;
                    whole(facts, &name, &time, xml)?;
                    each_row(facts, store, |row, verdict| case(facts, row, verdict, xml))
                })?;
            Ok(())
        })?;
    out.write_all(b"\n")
}

/// How long the run has taken so far, in seconds.
fn seconds(facts: &Facts) -> String {
    let ended = facts
        .ended
        .map_or(facts.info.started_ms, |ended| ended.at_ms);
    let took = (ended - facts.info.started_ms).max(0);
    format!("{}.{:03}", took / 1000, took % 1000)
}

fn properties(facts: &Facts, xml: &mut Writer<impl Write>) -> io::Result<()> {
    let info = &facts.info;
    let text = |text: &str| clean(text).into_owned();
    let mut properties = vec![
        ("run_id", text(&info.id)),
        ("mode", info.mode.as_str().to_owned()),
        ("endpoint", text(&info.endpoint)),
        ("rows", facts.counts.rows.to_string()),
    ];
    for status in Status::ALL {
        properties.push((status.as_str(), facts.counts.get(status).to_string()));
    }
    let code = facts.ended.map(|ended| ended.ending.number().to_string());
    properties.extend(code.map(|code| ("exit_code", code)));
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
                format!("the tenant showed {rows} customers differently after the run"),
            ),
        }
    }
}

fn whole(facts: &Facts, file: &str, time: &str, xml: &mut Writer<impl Write>) -> io::Result<()> {
    let told = headline(facts);
    xml.create_element("testcase")
        .with_attributes([
            ("name", "the run as a whole"),
            ("classname", file),
            ("file", file),
            ("time", time),
        ])
        .write_inner_content(|xml| {
            if let Some(trouble) = Trouble::of(facts) {
                let (kind, message) = trouble.told();
                xml.create_element("failure")
                    .with_attributes([("type", kind), ("message", &*message)])
                    .write_text_content(BytesText::new(&message))?;
            }
            xml.create_element("system-out")
                .write_text_content(BytesText::new(&told))?;
            Ok(())
        })?;
    Ok(())
}

fn case(
    facts: &Facts,
    row: &RowRecord,
    verdict: &Verdict,
    xml: &mut Writer<impl Write>,
) -> io::Result<()> {
    let element = match verdict.status {
        Status::Created | Status::Exists => return Ok(()),
        Status::Failed | Status::Invalid => "failure",
        Status::Unknown => "error",
        Status::Blocked | Status::Pending => "skipped",
    };
    let file = clean(&facts.info.input_path);
    let class = match sheet_of(facts, row) {
        Some(sheet) => format!("{file}, sheet \"{}\"", clean(sheet)),
        None => file.clone().into_owned(),
    };
    let name = format!("row {}", row.number);
    let mut case = xml.create_element("testcase").with_attributes([
        ("name", &*name),
        ("classname", &*class),
        ("file", &*file),
        ("time", "0"),
    ]);
    let line = line_of(facts, row).map(|line| line.to_string());
    if let Some(line) = &line {
        case = case.with_attribute(("line", line.as_str()));
    }
    case.write_inner_content(|xml| {
        let words = clean(words(verdict));
        let told = format!("{} {words}", main_code(verdict));
        if element == "skipped" {
            xml.create_element(element)
                .with_attribute(("message", told.as_str()))
                .write_empty()?;
        } else {
            xml.create_element(element)
                .with_attributes([("type", main_code(verdict)), ("message", &*words)])
                .write_text_content(BytesText::new(&told))?;
        }
        Ok(())
    })?;
    Ok(())
}
