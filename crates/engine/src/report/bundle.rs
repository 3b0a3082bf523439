//! The support bundle: how a run went, in numbers, codes and words of this program. Nothing that
//! anybody typed, no cell and no text of the service is taken over; what is not known to be one of
//! our own words is left out or replaced by a digest.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::ReportError;
use super::facts::Facts;
use super::fails_once::FailsOnce;
use super::file::NewFile;
use super::json::requests;
use super::timing::Timing;
use crate::journal::Store;
use crate::model::{Happening, Operation, Outcome, Planned, Took, rules};

/// One file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

impl Part {
    /// A document, indented.
    pub fn json(name: &'static str, document: &Value) -> Self {
        Self {
            name,
            text: format!("{document:#}\n"),
        }
    }
}

/// Digests of texts that must not be told: the same text has the same digest within a run. They are
/// keyed with the input's SHA-256, which is not in the bundle, so that nobody can try names out.
#[derive(Debug)]
pub struct Disguise(String);

impl Disguise {
    /// For this run.
    pub fn of(facts: &Facts) -> Self {
        Self(facts.info.input_sha256.clone())
    }

    /// The text's digest, 12 hexadecimal digits.
    pub fn digest(&self, text: &str) -> String {
        let sum = Sha256::new()
            .chain_update(&self.0)
            .chain_update([0])
            .chain_update(text)
            .finalize();
        sum.iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// What the journal says, as files. `name_of` knows the service's error numbers by name.
pub fn parts(
    facts: &Facts,
    store: &Store,
    name_of: impl Fn(&str) -> Option<&'static str>,
) -> Result<Vec<Part>, ReportError> {
    let events = Events::read(store)?;
    Ok(vec![
        Part::json("errors.json", &errors(&events, name_of)),
        Part::json("journal.json", &journal(facts, store, &events)?),
        Part::json("rules.json", &rules_of(facts)),
        Part::json("timings.json", &timings(facts, store, &events)?),
    ])
}

/// Upper ends of the classes of answers' times, in milliseconds.
const CLASSES: [i64; 12] = [
    10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000, 600_000,
];
/// A time without any event that counts as a pause, in milliseconds.
const PAUSE: i64 = 10_000;

/// The events in numbers.
#[derive(Default)]
struct Events {
    kinds: BTreeMap<&'static str, u64>,
    codes: BTreeMap<String, u64>,
    answers: BTreeMap<u32, Vec<i64>>,
    first_last: Option<(i64, i64)>,
    pauses: Vec<i64>,
}

impl Events {
    fn read(store: &Store) -> Result<Self, ReportError> {
        let mut all = Self::default();
        let mut sent: BTreeMap<u32, i64> = BTreeMap::new();
        store.each_event(|event| {
            *all.kinds.entry(event.kind.as_str()).or_default() += 1;
            let (first, last) = all.first_last.unwrap_or((event.at_ms, event.at_ms));
            if event.at_ms - last >= PAUSE {
                all.pauses.push(event.at_ms - last);
            }
            all.first_last = Some((first.min(event.at_ms), last.max(event.at_ms)));
            match &event.kind {
                Happening::Intent => {
                    sent.insert(event.row.0, event.at_ms);
                }
                Happening::Ended(Outcome::Failed(why)) => {
                    *all.codes.entry(why.code.clone()).or_default() += 1;
                }
                _ => {}
            }
            let answered = matches!(
                event.kind,
                Happening::Ended(Outcome::Created(..) | Outcome::Updated(..) | Outcome::Failed(_))
            );
            if answered && let Some(at) = sent.remove(&event.row.0) {
                let took = (event.at_ms - at).max(0);
                all.answers.entry(event.row.0).or_default().push(took);
            }
        })?;
        Ok(all)
    }
}

fn errors(events: &Events, name_of: impl Fn(&str) -> Option<&'static str>) -> Value {
    let mut codes: BTreeMap<String, (Option<&str>, u64)> = BTreeMap::new();
    for (code, count) in &events.codes {
        // Numbers are the service's, words are ours; all else is somebody's text.
        let is_number = code.parse::<i64>().is_ok();
        let shown = if is_number || rules::find(code).is_some() {
            code.as_str()
        } else {
            "other"
        };
        let entry = codes.entry(shown.to_owned()).or_insert((name_of(shown), 0));
        entry.1 += count;
    }
    codes
        .iter()
        .map(|(code, (name, count))| json!({ "code": code, "name": name, "rows": count }))
        .collect()
}

fn journal(facts: &Facts, store: &Store, events: &Events) -> Result<Value, ReportError> {
    let shape = store.shape()?;
    let tables: BTreeMap<_, _> = shape.tables.into_iter().collect();
    let mut actions: BTreeMap<&str, u64> = BTreeMap::new();
    for planned in &facts.replayed.planned {
        *actions.entry(planned.action.as_str()).or_default() += 1;
    }
    Ok(json!({
        "format": shape.version,
        "is_whole": shape.is_whole,
        "tables": tables,
        "actions": actions,
        "events": events.kinds,
        "counts": facts.counts,
        "mismatches": facts.mismatches(),
        "finished": facts.finished,
        "exit_code": facts.ended.map(|ended| ended.ending.number()),
        "undone": facts.undo.as_ref().map(|undo| undo.counts),
    }))
}

fn rules_of(facts: &Facts) -> Value {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for planned in &facts.replayed.planned {
        for code in planned.code.split_whitespace() {
            let code = rules::find(code).map_or("other", |rule| rule.code);
            *counts.entry(code).or_default() += 1;
        }
    }
    json!(counts)
}

fn timings(facts: &Facts, store: &Store, events: &Events) -> Result<Value, ReportError> {
    let mut methods: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for planned in &facts.replayed.planned {
        let method = match planned.action {
            Planned::Send(Operation::Create { .. }) => "AddPartner",
            Planned::Send(Operation::Update { .. }) => "ModifyPartner",
            _ => continue,
        };
        let took = events.answers.get(&planned.row.0);
        methods
            .entry(method)
            .or_default()
            .extend(took.into_iter().flatten());
    }
    let histograms: BTreeMap<&str, Value> = methods
        .into_iter()
        .map(|(method, times)| (method, histogram(&times)))
        .collect();
    Ok(json!({
        "requests": requests(&facts.requests),
        "answers": answers(store)?,
        "over_time": over_time(&Timing::read(store)?),
        "from_intent_to_outcome": histograms,
        "from_first_to_last_event_ms": events.first_last.map(|(first, last)| last - first),
        "times_without_events": {
            "of_at_least_ms": PAUSE,
            "count": events.pauses.len(),
            "longest_ms": events.pauses.iter().max(),
        },
    }))
}

/// How the requests of each method ended, and how long the answers took from the request's leaving:
/// upper ends of classes with their counts.
fn answers(store: &Store) -> Result<Value, ReportError> {
    let mut methods: BTreeMap<String, (u64, u64, u64, Took)> = BTreeMap::new();
    store.each_sample(|sample| {
        let (answered, put_off, lost, took) = methods.entry(sample.method).or_default();
        *answered += sample.answered;
        *put_off += sample.put_off;
        *lost += sample.lost;
        took.merge(&sample.took);
    })?;
    let methods = methods.into_iter();
    let told = methods.map(|(method, (answered, put_off, lost, took))| {
        let classes = took.classes().iter();
        let classes: Value = classes
            .map(|(upper, count)| json!({ "up_to_ms": upper, "answers": count }))
            .collect();
        let told = json!({
            "answered": answered,
            "put_off": put_off,
            "lost": lost,
            "half_within_ms": took.within(50),
            "95_in_100_within_ms": took.within(95),
            "took": classes,
        });
        (method, told)
    });
    Ok(told.collect::<serde_json::Map<_, _>>().into())
}

fn over_time(timing: &Timing) -> Value {
    let bars = timing.bars.iter().enumerate();
    let told = bars.filter(|(_, bar)| bar.rows() + bar.requests() > 0);
    let told = told.map(|(place, bar)| {
        json!({
            "from_ms": timing.begins(place) - timing.from_ms,
            "rows": bar.rows(),
            "answered": bar.answered,
            "put_off": bar.put_off,
            "lost": bar.lost,
            "half_within_ms": bar.took.within(50),
            "95_in_100_within_ms": bar.took.within(95),
        })
    });
    json!({ "each_ms": timing.width_ms, "times": told.collect::<Vec<_>>() })
}

/// The processes that carried the run out, each with the settings that it had.
pub fn attempts(store: &Store, began_ms: i64) -> Result<Value, ReportError> {
    let attempts = store.attempts()?.into_iter().map(|one| {
        let settings: serde_json::Map<_, _> = one
            .settings
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)))
            .collect();
        json!({
            "began_after_ms": one.at_ms - began_ms,
            "tool": one.tool_version,
            "settings": settings,
        })
    });
    Ok(attempts.collect())
}

fn histogram(times: &[i64]) -> Value {
    let class = |at: usize| {
        let from = at.checked_sub(1).map_or(-1, |below| CLASSES[below]);
        let to = CLASSES.get(at).copied().unwrap_or(i64::MAX);
        times
            .iter()
            .filter(|time| from < **time && **time <= to)
            .count()
    };
    (0..=CLASSES.len())
        .map(|at| json!({ "up_to_ms": CLASSES.get(at), "rows": class(at) }))
        .collect()
}

/// Writes the bundle: the same parts give the same bytes.
pub fn write(parts: &[Part], path: &Path) -> Result<PathBuf, ReportError> {
    let mut file = NewFile::create(path)?;
    if let Err(error) = pack(parts, &mut file) {
        return Err(file.failed(error.into()));
    }
    file.commit()
}

fn pack(parts: &[Part], out: &mut (impl Write + Seek)) -> zip::result::ZipResult<()> {
    let mut archive = ZipWriter::new(FailsOnce::new(out));
    // Without a clock: the entries are dated 1980.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for part in parts {
        archive.start_file(part.name, options)?;
        archive.write_all(part.text.as_bytes())?;
    }
    archive.finish()?;
    Ok(())
}
