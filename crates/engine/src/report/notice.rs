//! What is told of a run that has ended to those who are not there: counts, codes and
//! circumstances, and nothing out of the rows. As plain JSON, as an Adaptive Card for a workflow of
//! Teams, and as a message for Slack.

use serde_json::{Value, json};

use super::Counts;
use super::status::Status;
use super::time::rfc3339;
use crate::model::Ending;
use crate::model::number::counted;

/// How many characters of a reason are told.
const LONGEST_REASON: usize = 500;

/// What is told.
#[derive(Debug, Clone, Default)]
pub struct Notice {
    /// The version of the tool.
    pub version: String,
    /// The run; `None` when it ended before it had begun.
    pub run_id: Option<String>,
    /// What the job is called; empty where nobody could tell.
    pub job: String,
    /// The customer one logs in under; empty where nobody could tell.
    pub tenant: String,
    /// The service's address, or `sandbox`; the same.
    pub endpoint: String,
    /// How it ended.
    pub ending: Ending,
    /// What that means.
    pub meaning: String,
    /// Why it stopped or never began, in a sentence.
    pub reason: Option<String>,
    /// The machine.
    pub host: String,
    /// The input's file name, without its directories.
    pub file: String,
    /// `sandbox` or `live`; `None` where nobody could tell yet.
    pub mode: Option<String>,
    /// When it ended, Unix milliseconds.
    pub ended_ms: i64,
    /// How long the process was at work, in seconds.
    pub duration_seconds: f64,
    /// Rows by status.
    pub counts: Counts,
    /// Failed rows that were not sent again.
    pub quarantined: u64,
    /// Rows to be created beside a customer with nearly the same name.
    pub near_names: u64,
    /// Customers of the tenant for which no row of the list stands, where somebody looked.
    pub orphans: Option<u64>,
    /// The first codes of rows that did not make it, with how many rows have each.
    pub codes: Vec<(String, u64)>,
}

impl Notice {
    /// One line: what happened where.
    fn title(&self) -> String {
        let sandbox = match self.mode.as_deref() {
            Some("sandbox") => "SANDBOX: ",
            _ => "",
        };
        let how = match self.ending {
            Ending::Done => "done",
            Ending::SomeRows => "finished, some rows need a person",
            Ending::Interrupted => "interrupted",
            Ending::Usage | Ending::Input | Ending::Refused | Ending::Stopped | Ending::Locked => {
                "failed"
            }
        };
        let job = match self.job.as_str() {
            "" => String::new(),
            job => format!(" {job}"),
        };
        format!("{sandbox}partner-import{job} on {}: {how}", self.host)
    }

    /// The names and values that a card shows.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![(
            "Exit code",
            format!("{}: {}", self.ending.number(), self.meaning),
        )];
        if let Some(reason) = &self.reason {
            facts.push(("Reason", reason.clone()));
        }
        if !self.tenant.is_empty() {
            facts.push(("Tenant", format!("{} at {}", self.tenant, self.endpoint)));
        }
        facts.push(("File", self.file.clone()));
        if let Some(run) = &self.run_id {
            facts.push(("Run", run.clone()));
        }
        let by_status = Status::ALL.map(|status| (status, self.counts.get(status)));
        let mut rows = vec![counted(self.counts.rows, "row")];
        rows.extend(
            by_status
                .iter()
                .filter(|(_, count)| *count > 0)
                .map(|(status, count)| format!("{count} {status}")),
        );
        if self.counts.left_out > 0 {
            rows.push(format!("{} left out beside these", self.counts.left_out));
        }
        if self.quarantined > 0 {
            rows.push(format!("{} of the failed quarantined", self.quarantined));
        }
        if self.near_names > 0 {
            rows.push(format!(
                "{} probably there under nearly the same name",
                self.near_names
            ));
        }
        if let Some(orphans @ 1..) = self.orphans {
            rows.push(format!("{orphans} in the tenant and not in the list"));
        }
        facts.push(("Rows", rows.join(", ")));
        if let Some(told) = self.counts.automatic_deployment.told() {
            facts.push(("AutomaticDeployment", told));
        }
        if !self.codes.is_empty() {
            let codes = self.codes.iter();
            let codes: Vec<String> = codes
                .map(|(code, rows)| format!("{code} ({rows})"))
                .collect();
            facts.push(("Codes", codes.join(", ")));
        }
        facts.push(("Took", format!("{:.1} s", self.duration_seconds)));
        facts
    }

    /// One JSON object.
    pub fn json(&self) -> Value {
        let codes = self.codes.iter();
        let codes: Vec<Value> = codes
            .map(|(code, rows)| json!({ "code": code, "rows": rows }))
            .collect();
        json!({
            "event": "run-ended",
            "tool": "partner-import",
            "tool_version": self.version,
            "run_id": self.run_id,
            "job": self.job,
            "tenant": self.tenant,
            "endpoint": self.endpoint,
            "exit_code": self.ending.number(),
            "meaning": self.meaning,
            "reason": self.reason,
            "host": self.host,
            "file": self.file,
            "mode": self.mode,
            "ended_at": rfc3339(self.ended_ms),
            "duration_seconds": self.duration_seconds,
            "counts": self.counts,
            "quarantined": self.quarantined,
            "near_names": self.near_names,
            "orphans": self.orphans,
            "codes": codes,
        })
    }

    /// A message with an Adaptive Card, as a workflow of Teams takes it from its webhook.
    pub fn teams(&self) -> Value {
        card(&self.title(), &self.facts(), self.ending)
    }

    /// A message for an incoming webhook of Slack.
    pub fn slack(&self) -> Value {
        message(&self.title(), &self.facts())
    }
}

/// A card for Teams of a title, of names and values, and in the colour of an end.
pub(super) fn card(title: &str, facts: &[(&'static str, String)], ending: Ending) -> Value {
    let facts: Vec<Value> = facts
        .iter()
        .map(|(name, value)| json!({ "title": name, "value": plain_for_teams(value) }))
        .collect();
    let colour = match ending {
        Ending::Done => "Good",
        Ending::SomeRows | Ending::Interrupted => "Warning",
        Ending::Usage | Ending::Input | Ending::Refused | Ending::Stopped | Ending::Locked => {
            "Attention"
        }
    };
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "body": [
                    {
                        "type": "TextBlock", "text": plain_for_teams(title),
                        "weight": "Bolder", "size": "Medium", "color": colour, "wrap": true,
                    },
                    { "type": "FactSet", "facts": facts },
                ],
            },
        }],
    })
}

/// The same for Slack.
pub(super) fn message(title: &str, facts: &[(&'static str, String)]) -> Value {
    let title = plain_for_slack(title);
    let facts: Vec<Value> = facts
        .iter()
        .map(|(name, value)| {
            let text = format!("*{name}*\n{}", plain_for_slack(value));
            json!({ "type": "mrkdwn", "text": text })
        })
        .collect();
    json!({
        "text": title,
        "blocks": [
            { "type": "section", "text": { "type": "mrkdwn", "text": format!("*{title}*") } },
            { "type": "section", "fields": facts },
        ],
    })
}

/// Cards read a part of Markdown: what would be read so is taken as it is.
fn plain_for_teams(text: &str) -> String {
    let special = |letter: char| matches!(letter, '\\' | '*' | '_' | '[' | ']' | '`' | '~');
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if special(letter) {
            plain.push('\\');
        }
        plain.push(letter);
    }
    plain
}

/// Slack's three special characters, and those of its formatting put out of action.
fn plain_for_slack(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;");
    // A word joiner beside them: Slack formats between word boundaries only.
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        plain.push(letter);
        if matches!(letter, '*' | '_' | '~' | '`') {
            plain.push('\u{2060}');
        }
    }
    plain
}

/// A message in a line, as far as a chat shows it.
pub fn in_a_line(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_REASON) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice() -> Notice {
        Notice {
            run_id: Some("20270301-090000-abcd".into()),
            ending: Ending::SomeRows,
            meaning: "finished".into(),
            host: "srv<1>".into(),
            file: "new_customers_*.csv".into(),
            counts: Counts {
                rows: 3,
                created: 1,
                failed: 2,
                ..Counts::default()
            },
            quarantined: 1,
            codes: vec![("2115".into(), 1), ("quarantined".into(), 1)],
            ..Notice::default()
        }
    }

    #[test]
    fn a_card_shows_text_as_it_is() {
        let card = notice().teams();
        let content = &card["attachments"][0]["content"];
        assert_eq!(content["type"], "AdaptiveCard");
        let facts = content["body"][1]["facts"].as_array().unwrap();
        let value = |title: &str| {
            let found = facts.iter().find(|one| one["title"] == title);
            found.unwrap()["value"].as_str().unwrap().to_owned()
        };
        assert_eq!(value("File"), r"new\_customers\_\*.csv");
        assert_eq!(
            value("Rows"),
            "3 rows, 1 created, 2 failed, 1 of the failed quarantined"
        );
        assert_eq!(value("Codes"), "2115 (1), quarantined (1)");
    }

    #[test]
    fn a_slack_message_lets_nothing_be_read_as_a_command() {
        let message = notice().slack();
        let text = message["text"].as_str().unwrap();
        assert_eq!(
            text,
            "partner-import on srv&lt;1&gt;: finished, some rows need a person"
        );
        assert_eq!(message["blocks"][1]["fields"].as_array().unwrap().len(), 6);
    }
}
