//! What is told of the nights of many tenants together: one message, and a summary for people. Pure.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Counts;
use super::notice;
use super::status::Status;
use super::time::rfc3339;
use crate::model::number::counted;
use crate::model::{Ending, printable};

/// So many tenants that need somebody are named in a message; the summary has all.
const MOST_NAMED: usize = 10;

/// How a tenant's night ended.
#[derive(Debug, Clone, Default)]
pub struct TenantTold {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub ending: Ending,
    /// What that means.
    pub meaning: String,
    /// Its list.
    pub list: PathBuf,
    /// Why it stopped or never began, or what went wrong after it, in a sentence.
    pub reason: Option<String>,
    /// What to do about that.
    pub help: Vec<String>,
    /// Its run, where there is one.
    pub run_id: Option<String>,
    /// The directory of its result files.
    pub results: Option<String>,
    /// Rows by status.
    pub counts: Counts,
    /// The first codes of rows that need somebody, each with how many have it.
    pub codes: Vec<(String, u64)>,
    /// Rows to be created beside a customer with nearly the same name, which is probably they.
    pub near_names: u64,
    /// How long it was at work, in seconds.
    pub seconds: f64,
}

/// How a fleet's night ended.
#[derive(Debug, Clone, Default)]
pub struct FleetTold {
    /// The version of the tool.
    pub version: String,
    /// The fleet file's name.
    pub file: String,
    /// The machine.
    pub host: String,
    /// The worst end.
    pub ending: Ending,
    /// When it ended, Unix milliseconds.
    pub ended_ms: i64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Why none of them was begun, where all were refused.
    pub refused: Option<String>,
    /// Its tenants.
    pub tenants: Vec<TenantTold>,
}

impl FleetTold {
    /// Rows by status over all tenants.
    pub fn counts(&self) -> Counts {
        let mut all = Counts::default();
        for Counts {
            rows,
            created,
            exists,
            updated,
            failed,
            invalid,
            blocked,
            unknown,
            pending,
            left_out,
            automatic_deployment,
        } in self.tenants.iter().map(|one| one.counts)
        {
            all.rows += rows;
            all.created += created;
            all.exists += exists;
            all.updated += updated;
            all.failed += failed;
            all.invalid += invalid;
            all.blocked += blocked;
            all.unknown += unknown;
            all.pending += pending;
            all.left_out += left_out;
            all.automatic_deployment += automatic_deployment;
        }
        all
    }

    /// Rows to be created beside a customer with nearly the same name, over all tenants.
    fn near_names(&self) -> u64 {
        self.tenants.iter().map(|one| one.near_names).sum()
    }

    /// The tenants that need somebody, the worst first.
    fn troubled(&self, rank: fn(Ending) -> u8) -> Vec<&TenantTold> {
        let tenants = self.tenants.iter();
        let mut troubled: Vec<_> = tenants.filter(|one| one.ending != Ending::Done).collect();
        troubled.sort_by_key(|one| std::cmp::Reverse(rank(one.ending)));
        troubled
    }

    /// `298 done, 1 with rows that need a person, 1 failed`
    fn in_short(&self) -> String {
        if self.refused.is_some() {
            return "refused, no tenant was begun".to_owned();
        }
        let count = |of: fn(Ending) -> bool| {
            let tenants = self.tenants.iter();
            tenants.filter(|one| of(one.ending)).count()
        };
        let done = count(|one| one == Ending::Done);
        let rows = count(|one| one == Ending::SomeRows);
        let stopped = count(|one| one == Ending::Interrupted);
        let failed = self.tenants.len() - done - rows - stopped;
        let mut parts = vec![format!(
            "{done} of {} done",
            counted(self.tenants.len(), "tenant")
        )];
        for (count, what) in [
            (rows, "with rows that need a person"),
            (failed, "failed"),
            (stopped, "interrupted or not begun"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        parts.join(", ")
    }

    /// The summary for people; `rank` says which end is worse.
    pub fn text(&self, rank: fn(Ending) -> u8) -> String {
        let mut text = String::new();
        for one in self.troubled(rank) {
            let line = format!("{}: {}", one.name, one.in_a_line());
            let _ = writeln!(text, "{}", printable(&line));
            for help in &one.help {
                let _ = writeln!(text, "  help: {}", printable(help));
            }
            if let Some(results) = &one.results {
                let _ = writeln!(text, "  results: {}", printable(results));
            }
        }
        for one in self.tenants.iter().filter(|one| one.near_names > 0) {
            let near = in_near_names(one.near_names);
            let _ = writeln!(text, "{}: {near}", printable(&one.name));
        }
        let _ = writeln!(text, "{}", self.in_short());
        let _ = writeln!(text, "{}", in_words(&self.counts()));
        let _ = writeln!(
            text,
            "Exit code {}, after {:.1} s",
            self.ending.number(),
            self.seconds
        );
        text
    }

    /// One JSON document.
    pub fn json(&self) -> Value {
        let tenants: Vec<Value> = self.tenants.iter().map(TenantTold::json).collect();
        json!({
            "version": 1,
            "tool_version": self.version,
            "file": self.file,
            "exit_code": self.ending.number(),
            "ended_at": rfc3339(self.ended_ms),
            "duration_seconds": self.seconds,
            "counts": self.counts(),
            "near_names": self.near_names(),
            "tenants": tenants,
        })
    }

    /// The message for a program of one's own: the tenants that need somebody, and no path.
    pub fn message(&self, rank: fn(Ending) -> u8) -> Value {
        let troubled = self.troubled(rank);
        let tenants: Vec<Value> = troubled
            .iter()
            .map(|one| {
                json!({
                    "name": one.name,
                    "exit_code": one.ending.number(),
                    "meaning": one.meaning,
                    "reason": one.reason_told(),
                    "run_id": one.run_id,
                    "counts": one.counts,
                })
            })
            .collect();
        json!({
            "event": "fleet-ended",
            "tool": "partner-import",
            "tool_version": self.version,
            "host": self.host,
            "file": self.file,
            "exit_code": self.ending.number(),
            "reason": self.refused.as_deref().map(notice::in_a_line),
            "ended_at": rfc3339(self.ended_ms),
            "duration_seconds": self.seconds,
            "tenants": self.tenants.len(),
            "counts": self.counts(),
            "near_names": self.near_names(),
            "need_somebody": tenants,
        })
    }

    /// The message as a card for Teams.
    pub fn teams(&self, rank: fn(Ending) -> u8) -> Value {
        notice::card(&self.title(), &self.facts(rank), self.ending)
    }

    /// The same for Slack.
    pub fn slack(&self, rank: fn(Ending) -> u8) -> Value {
        notice::message(&self.title(), &self.facts(rank))
    }

    /// The line above a message in a chat.
    fn title(&self) -> String {
        format!("partner-import fleet on {}: {}", self.host, self.in_short())
    }

    /// The names and values that a chat shows.
    fn facts(&self, rank: fn(Ending) -> u8) -> Vec<(&'static str, String)> {
        let mut facts = vec![
            ("Exit code", self.ending.number().to_string()),
            ("Fleet", self.file.clone()),
            ("Rows", in_words(&self.counts())),
        ];
        let troubled = self.troubled(rank);
        if let Some(reason) = &self.refused {
            facts.push(("Reason", notice::in_a_line(reason)));
        } else if !troubled.is_empty() {
            let named = troubled.iter().take(MOST_NAMED);
            let mut named: Vec<String> = named
                .map(|one| {
                    let why = one.reason_told().unwrap_or_else(|| one.meaning.clone());
                    format!("{} ({}: {why})", one.name, one.ending.number())
                })
                .collect();
            if let Some(more) = troubled.len().checked_sub(MOST_NAMED + 1) {
                named.push(format!("{} more", more + 1));
            }
            facts.push(("Tenants that need somebody", named.join(", ")));
        }
        if self.near_names() > 0 {
            let near = self.tenants.iter().filter(|one| one.near_names > 0);
            let near = near.take(MOST_NAMED);
            let near: Vec<String> = near
                .map(|one| format!("{}: {}", one.name, in_near_names(one.near_names)))
                .collect();
            facts.push(("Near names", near.join("; ")));
        }
        facts.push(("Took", format!("{:.1} s", self.seconds)));
        facts
    }
}

impl TenantTold {
    /// The reason as others are told: the list by its name, since its directories are nobody's business.
    fn reason_told(&self) -> Option<String> {
        let mut reason = self.reason.clone()?;
        if let Some(name) = self.list.file_name().map(|name| name.to_string_lossy()) {
            reason = reason.replace(&*self.list.to_string_lossy(), &name);
        }
        Some(notice::in_a_line(&reason))
    }

    /// How it ended, in a line.
    pub fn in_a_line(&self) -> String {
        let mut text = match (self.ending, &self.reason) {
            (Ending::Done, _) => in_words(&self.counts),
            (ending, Some(reason)) => format!("exit code {}, {reason}", ending.number()),
            (ending, None) => format!("exit code {}, {}", ending.number(), self.meaning),
        };
        if self.ending != Ending::Done && self.counts.rows > 0 {
            let _ = write!(text, " ({})", in_words(&self.counts));
        }
        text
    }

    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "exit_code": self.ending.number(),
            "meaning": self.meaning,
            "reason": self.reason,
            "help": self.help,
            "run_id": self.run_id,
            "results": self.results,
            "counts": self.counts,
            "near_names": self.near_names,
            "duration_seconds": self.seconds,
        })
    }
}

fn in_near_names(count: u64) -> String {
    format!("{count} created beside a customer with nearly the same name (T204)")
}

/// `600 rows, 20 created, 580 exists`
fn in_words(counts: &Counts) -> String {
    let by_status = Status::ALL.map(|status| (status, counts.get(status)));
    let mut parts = vec![counted(counts.rows, "row")];
    let seen = by_status.iter().filter(|(_, count)| *count > 0);
    parts.extend(seen.map(|(status, count)| format!("{count} {status}")));
    if counts.left_out > 0 {
        parts.push(format!("{} left out beside these", counts.left_out));
    }
    let mut words = parts.join(", ");
    if let Some(told) = counts.automatic_deployment.told() {
        let _ = write!(words, "; {told}");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_the_worst_first_and_adds_up() {
        let tenant = |name: &str, ending: Ending, created: u64| TenantTold {
            name: name.to_owned(),
            ending,
            meaning: "m".to_owned(),
            counts: Counts {
                rows: created,
                created,
                ..Counts::default()
            },
            ..TenantTold::default()
        };
        let told = FleetTold {
            ending: Ending::Refused,
            tenants: vec![
                tenant("a", Ending::SomeRows, 2),
                tenant("b", Ending::Done, 3),
                tenant("c", Ending::Refused, 0),
            ],
            ..FleetTold::default()
        };
        let rank = |ending: Ending| ending.number();
        let text = told.text(rank);
        assert!(
            text.starts_with(&format!(
                "c: exit code {}, m\na: exit code {}, m (2 rows, 2 created)\n",
                Ending::Refused.number(),
                Ending::SomeRows.number()
            )),
            "{text}"
        );
        assert!(
            text.contains(
                "1 of 3 tenants done, 1 with rows that need a person, 1 failed\n5 rows, 5 created\n"
            ),
            "{text}"
        );
        let facts = told.facts(rank);
        assert_eq!(facts[3].1, "c (4: m), a (1: m)");
    }
}
