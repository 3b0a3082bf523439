//! How the last run of a job ended, for those who only want to hear of changes. A small file of its own,
//! since a run that fails before it begins has no journal.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::flow::failure::{NO_ANSWER, UNREACHABLE};
use crate::journal::{private, target_digest};
use crate::model::Ending;
use crate::report::Counts;
use crate::report::file::write_file;

/// Where the state of a job is kept.
#[derive(Debug, Clone)]
pub struct JobState(PathBuf);

impl JobState {
    /// Of the job with this name at this tenant.
    pub fn of(state_dir: &Path, job: &str, tenant: &str) -> Self {
        let name = target_digest(&format!("{job}\n{tenant}"));
        Self(state_dir.join("jobs").join(format!("{name}.state")))
    }

    /// Whether the last run ended otherwise, or there was none.
    pub fn differs(&self, now: &str) -> bool {
        self.before().is_none_or(|before| before != now)
    }

    /// How the last run ended, where there was one.
    pub fn before(&self) -> Option<String> {
        let text = fs::read_to_string(&self.0).ok()?;
        Some(text.trim_end().to_owned())
    }

    /// Remembers how the job ended.
    pub fn remember(&self, now: &str) -> std::io::Result<()> {
        if let Some(directory) = self.0.parent() {
            private::own_directory(directory)?;
        }
        write_file(&self.0, format!("{now}\n").as_bytes()).map_err(std::io::Error::other)?;
        Ok(())
    }
}

/// The state that an end leaves a job in, as it is compared: the exit code, of rows that need somebody how
/// many, by status and code, how many were created that were probably there, and why it stopped or never began, numbers aside: whoever mends one cause is to
/// hear of the next, and of the same cause with other counts, once. None where another run is at work: that
/// says nothing of the job.
pub fn state(
    ending: Ending,
    counts: &Counts,
    codes: &[(String, u64)],
    near_names: u64,
    reason: Option<&str>,
) -> Option<String> {
    let mut cause = reason.map(cause).unwrap_or_default();
    if near_names > 0 {
        let _ = write!(cause, " near names {near_names}");
    }
    let cause = cause.trim();
    match ending {
        Ending::Locked => None,
        Ending::SomeRows => {
            let rows = [
                counts.failed,
                counts.invalid,
                counts.blocked,
                counts.unknown,
            ];
            let refused = match counts.automatic_deployment.lacking() {
                0 => String::new(),
                refused => format!("automatic deployment {refused} "),
            };
            let state = format!("{} {rows:?} {codes:?} {refused}{cause}", ending.number());
            Some(state.trim_end().to_owned())
        }
        _ => {
            let state = format!("{} {cause}", ending.number());
            Some(state.trim_end().to_owned())
        }
    }
}

/// What is said of a cause without what changes from attempt to attempt: numbers, times, ids of runs, and
/// the words of the network behind a colon. The number that the service has for its error stays: the next
/// cause may be told with the same words. An outage is one, whether it was met before the first request or
/// in the middle.
fn cause(reason: &str) -> String {
    let mut reason = reason;
    for before in ["nothing was sent: ", "stopped: "] {
        reason = reason.strip_prefix(before).unwrap_or(reason);
    }
    let words = reason.split(": ").next().unwrap_or_default();
    if words == NO_ANSWER || words.ends_with(UNREACHABLE) {
        return "outage".to_owned();
    }
    let words = words.split_whitespace();
    let kept = words.filter(|word| !word.contains(|letter: char| letter.is_ascii_digit()));
    let mut kept: Vec<&str> = kept.collect();
    kept.extend(error_number(reason));
    kept.join(" ")
}

/// The number of the service's error that a reason tells: `2100` of `refused: error 2100: Wrong password`.
fn error_number(reason: &str) -> Option<&str> {
    let parts = reason.split(": ");
    let mut numbers = parts.filter_map(|part| part.strip_prefix("error "));
    numbers.find(|number| {
        let digits = number.strip_prefix('-').unwrap_or(number);
        !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_cause_is_another_state_and_other_numbers_are_not() {
        let of = |reason| state(Ending::Usage, &Counts::default(), &[], 0, Some(reason));
        let shrunk = of("the list has shrunk from 22 rows to 1");
        assert_eq!(shrunk, of("the list has shrunk from 30 rows to 2"));
        assert_ne!(
            shrunk,
            of("nothing was sent: this would create 200 customers")
        );
        let outage = of("the service did not answer for too long: connection refused");
        assert_eq!(
            outage,
            of("the service did not answer for too long: timed out")
        );
        let begun = of("stopped: the service did not answer for too long: timed out");
        let unbegun = of("the service at https://a.example/jsonapi cannot be reached: refused");
        assert_eq!((&begun, &unbegun), (&outage, &outage), "one outage");
        let password = of("the service refused the login: error 2100: Access denied");
        assert_ne!(
            password,
            of("the service refused the login: error 13501: Access denied")
        );
        assert_eq!(
            password,
            of("the service refused the login: error 2100: Access denied for 5 minutes")
        );
        let near = |count| state(Ending::Done, &Counts::default(), &[], count, None);
        assert_ne!(near(0), near(2));
        assert_ne!(near(1), near(2));
        assert_eq!(
            state(Ending::Done, &Counts::default(), &[], 0, None).as_deref(),
            Some("0")
        );
        assert_eq!(
            state(Ending::Locked, &Counts::default(), &[], 0, None),
            None
        );
    }
}
