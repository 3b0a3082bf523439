//! How many requests of each method a run has sent, and how they went over time, brought into the
//! journal now and then, so that a process that dies takes only the last few with it.

use std::time::Duration;

use crate::api::Client;
use crate::journal::{Entry, Sample};

/// After so many outcomes the journal is told.
const OUTCOMES: u32 = 200;

/// What the journal knows already.
#[derive(Debug, Default)]
pub struct RequestCount {
    /// What was told, in the order of the client's methods.
    told: Vec<u64>,
    told_retries: u64,
    outcomes: u32,
    /// When the client began to count, Unix milliseconds.
    start_ms: Option<i64>,
}

impl RequestCount {
    /// A row has its outcome; entries for the journal when it is time for them.
    pub(super) fn after_outcome(
        &mut self,
        client: &Client,
        retries: u64,
        now_ms: impl FnOnce() -> i64,
    ) -> Vec<Entry> {
        self.outcomes += 1;
        if self.outcomes < OUTCOMES {
            return Vec::new();
        }
        self.all_news(client, retries, now_ms())
    }

    /// Entries with what the journal does not know yet.
    pub(super) fn all_news(&mut self, client: &Client, retries: u64, now_ms: i64) -> Vec<Entry> {
        let (news, samples) = (self.news(client, retries), self.samples(client, now_ms));
        news.into_iter().chain(samples).collect()
    }

    /// An entry with the requests that the journal does not know yet; `None` when there are none.
    pub(super) fn news(&mut self, client: &Client, retries: u64) -> Option<Entry> {
        self.outcomes = 0;
        let sent = client.requests();
        self.told.resize(sent.len(), 0);
        let mut news: Vec<(String, u64)> = Vec::new();
        for ((method, count), told) in sent.iter().zip(&mut self.told) {
            if count > told {
                news.push((method.as_str().to_owned(), count - *told));
                *told = *count;
            }
        }
        if retries > self.told_retries {
            news.push(("retries".to_owned(), retries - self.told_retries));
            self.told_retries = retries;
        }
        (!news.is_empty()).then_some(Entry::Requests(news))
    }

    fn samples(&mut self, client: &Client, now_ms: i64) -> Option<Entry> {
        let pulse = client.pulse();
        let since = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        // Reckoned once: a clock that is set must not tear the times apart.
        let start_ms = *self
            .start_ms
            .get_or_insert_with(|| now_ms.saturating_sub(since(pulse.start().elapsed())));
        let samples = pulse.take().into_iter().map(|sample| Sample {
            at_ms: start_ms.saturating_add(since(sample.since_start)),
            method: sample.method.as_str().to_owned(),
            answered: sample.answered,
            put_off: sample.put_off,
            lost: sample.lost,
            took: sample.took,
        });
        let samples: Vec<Sample> = samples.collect();
        (!samples.is_empty()).then_some(Entry::Pulse(samples))
    }
}
