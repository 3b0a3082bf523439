//! The last run as metrics: the text format of Prometheus, as the textfile collector of its node
//! exporter reads it. Pure: what is known of the run, and of the file of the run before, goes in.

use std::fmt::Write;

use super::Counts;
use super::status::Status;
use super::time::RETRIES;
use crate::model::Ending;

/// What is told of one run.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// The version of the tool.
    pub version: String,
    /// The labels of every sample; `None` where nobody could tell yet, and the earlier file's count.
    pub labels: Option<Labels>,
    /// Rows by status.
    pub counts: Counts,
    /// Rows that were not sent again because the service keeps refusing them; part of the failed.
    pub quarantined: u64,
    /// Customers of the tenant for which no row of the list stands, where somebody looked.
    pub orphans: Option<u64>,
    /// Requests by method, and `retries`.
    pub requests: Vec<(String, u64)>,
    /// How long the process was at work, in seconds.
    pub duration_seconds: f64,
    /// When it ended, Unix milliseconds.
    pub ended_ms: i64,
    /// How it ended.
    pub ending: Ending,
    /// Whether it had a run, whose rows these are.
    pub has_run: bool,
}

/// What tells the samples of several jobs apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    /// The service's address, or `sandbox`.
    pub endpoint: String,
    /// The profile's file name without its ending; empty without a profile.
    pub profile: String,
}

/// What an earlier file says that a failed run must not forget.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Former {
    /// Its labels, as they are written.
    labels: Option<String>,
    success: Option<String>,
    finish: Option<String>,
}

const SUCCESS: &str = "partner_import_last_success_timestamp_seconds";
const FINISH: &str = "partner_import_last_finish_timestamp_seconds";

impl Former {
    /// Reads what an earlier file tells; text that is none of ours tells nothing.
    pub fn read(text: &str) -> Self {
        let mut former = Self::default();
        for line in text.lines() {
            let Some((series, value)) = line.rsplit_once(' ') else {
                continue;
            };
            let Some((name, rest)) = series.split_once('{') else {
                continue;
            };
            let kept = match name {
                SUCCESS => &mut former.success,
                FINISH => &mut former.finish,
                _ => continue,
            };
            if value.parse::<f64>().is_ok_and(f64::is_finite) {
                *kept = Some(value.to_owned());
                former.labels = rest.strip_suffix('}').map(str::to_owned);
            }
        }
        former
    }
}

impl Labels {
    fn text(&self) -> String {
        format!(
            "endpoint=\"{}\",profile=\"{}\"",
            escaped(&self.endpoint),
            escaped(&self.profile)
        )
    }
}

/// A label's value between its quotation marks.
fn escaped(value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    escaped.replace('\n', "\\n")
}

/// The whole file. `former` is what stood in its place; its times are kept where they belong to
/// the same job and this run does not set them.
pub fn text(sample: &Sample, former: &Former) -> String {
    let known = sample.labels.as_ref().map(Labels::text);
    let same_job = known.is_none() || known == former.labels;
    let labels = known.or_else(|| former.labels.clone());
    let mut page = Page {
        labels: labels.unwrap_or_else(|| Labels::default().text()),
        text: String::new(),
    };
    let ended = seconds(sample.ended_ms);
    let kept = |earlier: &Option<String>, is_now: bool| match earlier {
        _ if is_now => ended.clone(),
        Some(earlier) if same_job => earlier.clone(),
        _ => "0".to_owned(),
    };
    // A list of which no row counts proves nothing: whoever watches the last success is to see that. One
    // that may be empty, and is, is a success.
    let is_empty = sample.counts.rows == 0 && sample.counts.left_out == 0;
    let proves = sample.counts.rows > 0 || is_empty && sample.has_run;
    let made_it = sample.ending == Ending::Done && proves;
    let success = kept(&former.success, made_it);
    let finish = kept(&former.finish, sample.ending.is_finished());

    page.counts(sample);
    page.family("duration_seconds", "How long the last run took.");
    let duration = format!("{:.3}", sample.duration_seconds);
    page.sample("duration_seconds", &[], &duration);
    page.family("exit_code", "The exit code of the last run.");
    page.sample("exit_code", &[], &sample.ending.number().to_string());
    page.family(
        "last_run_timestamp_seconds",
        "When the last run ended, however it ended.",
    );
    page.sample("last_run_timestamp_seconds", &[], &ended);
    page.last_times(&finish, &success);
    page.text
}

/// Unix milliseconds as seconds.
fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms.div_euclid(1000), ms.rem_euclid(1000))
}

struct Page {
    labels: String,
    text: String,
}

impl Page {
    /// What the last run came to.
    fn counts(&mut self, sample: &Sample) {
        self.family("info", "The version of partner-import that ran last.");
        self.sample("info", &[("version", &sample.version)], "1");
        self.family("rows", "Data rows of the last run by outcome.");
        for status in Status::ALL {
            let count = sample.counts.get(status).to_string();
            self.sample("rows", &[("status", status.as_str())], &count);
        }
        self.family(
            "left_out_rows",
            "Other rows of the last run's list, left out by filters, a known export, mends, or because only a part was imported.",
        );
        self.sample("left_out_rows", &[], &sample.counts.left_out.to_string());
        self.family(
            "quarantined_rows",
            "Failed rows of the last run that were not sent, because they were refused in earlier runs.",
        );
        self.sample("quarantined_rows", &[], &sample.quarantined.to_string());
        self.family(
            "orphans",
            "Customers in the tenant for which the last run's list had no row; absent if that was not checked.",
        );
        if let Some(orphans) = sample.orphans {
            self.sample("orphans", &[], &orphans.to_string());
        }
        self.family(
            "automatic_deployment",
            "Rows of the last run that ask for automatic deployment by what became of it; those for which it was on are left out.",
        );
        for (state, count) in sample.counts.automatic_deployment.each() {
            self.sample(
                "automatic_deployment",
                &[("state", state)],
                &count.to_string(),
            );
        }
        self.family("requests", "Requests of the last run by method.");
        let mut retries = 0;
        for (method, count) in &sample.requests {
            if method == RETRIES {
                retries = *count;
            } else {
                self.sample("requests", &[("method", method)], &count.to_string());
            }
        }
        self.family(
            "retries",
            "Requests of the last run that repeated an earlier one.",
        );
        self.sample("retries", &[], &retries.to_string());
    }

    /// When a run last came to its end, and when to a good one.
    fn last_times(&mut self, finish: &str, success: &str) {
        let (done, some_rows) = (Ending::Done.number(), Ending::SomeRows.number());
        self.family(
            "last_finish_timestamp_seconds",
            &format!(
                "When a run last went through every row (exit code {done} or {some_rows}); 0 when none \
                 has."
            ),
        );
        self.sample("last_finish_timestamp_seconds", &[], finish);
        self.family(
            "last_success_timestamp_seconds",
            &format!(
                "When a run last ended with every row in the tenant (exit code {done}), and there was one; 0 when none has."
            ),
        );
        self.sample("last_success_timestamp_seconds", &[], success);
    }

    fn family(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.text, "# HELP partner_import_{name} {help}");
        let _ = writeln!(self.text, "# TYPE partner_import_{name} gauge");
    }

    fn sample(&mut self, name: &str, more: &[(&str, &str)], value: &str) {
        let mut labels = self.labels.clone();
        for (label, text) in more {
            let _ = write!(labels, ",{label}=\"{}\"", escaped(text));
        }
        let _ = writeln!(self.text, "partner_import_{name}{{{labels}}} {value}");
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A run of one row that has ended so, at this time.
    pub(in crate::report) fn sample(ending: Ending, ended_ms: i64) -> Sample {
        Sample {
            labels: Some(Labels {
                endpoint: "e".into(),
                profile: "a\\b\"c\nd".into(),
            }),
            ending,
            ended_ms,
            counts: Counts {
                rows: 1,
                ..Counts::default()
            },
            ..Sample::default()
        }
    }

    fn value(text: &str, name: &str) -> String {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit_once(' ').unwrap().1.to_owned()
    }

    #[test]
    fn a_failed_run_keeps_the_time_of_the_last_success() {
        let first = text(&sample(Ending::Done, 1_000_500), &Former::default());
        assert_eq!(value(&first, SUCCESS), "1000.500");
        let second = text(&sample(Ending::SomeRows, 2_000_000), &Former::read(&first));
        assert_eq!(value(&second, SUCCESS), "1000.500");
        assert_eq!(value(&second, FINISH), "2000.000");
        let mut unknown = sample(Ending::Usage, 3_000_000);
        unknown.labels = None;
        let third = text(&unknown, &Former::read(&second));
        assert_eq!(value(&third, SUCCESS), "1000.500");
        assert_eq!(value(&third, FINISH), "2000.000");
        assert!(third.contains(r#"profile="a\\b\"c\nd""#), "{third}");
    }

    #[test]
    fn a_list_of_which_nothing_counts_is_no_success() {
        let first = text(&sample(Ending::Done, 1_000_000), &Former::default());
        let mut empty = sample(Ending::Done, 2_000_000);
        empty.counts = Counts {
            left_out: 3,
            ..Counts::default()
        };
        let second = text(&empty, &Former::read(&first));
        assert_eq!(value(&second, SUCCESS), "1000.000");
        assert_eq!(value(&second, FINISH), "2000.000");
    }

    #[test]
    fn another_jobs_success_is_not_ours() {
        let first = text(&sample(Ending::Done, 1_000_000), &Former::default());
        let mut other = sample(Ending::Stopped, 2_000_000);
        other.labels = Some(Labels::default());
        let second = text(&other, &Former::read(&first));
        assert_eq!(value(&second, SUCCESS), "0");
        assert_eq!(Former::read("nonsense\n\u{0}{} x"), Former::default());
    }
}
