//! How many requests of each method a run has sent, brought into the journal now and then, so that
//! a process that dies takes only the last few with it.

use crate::api::Client;
use crate::journal::Entry;

/// After so many outcomes the journal is told.
const OUTCOMES: u32 = 200;

/// What the journal knows already.
#[derive(Debug, Default)]
pub struct RequestCount {
    /// What was told, in the order of the client's methods.
    told: Vec<u64>,
    told_retries: u64,
    outcomes: u32,
}

impl RequestCount {
    /// A row has its outcome; an entry for the journal when it is time for one.
    pub(super) fn after_outcome(&mut self, client: &Client, retries: u64) -> Option<Entry> {
        self.outcomes += 1;
        if self.outcomes < OUTCOMES {
            return None;
        }
        self.news(client, retries)
    }

    /// An entry with what the journal does not know yet; `None` when that is nothing.
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
}
