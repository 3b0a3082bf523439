//! Those who hear of a fleet: one file of figures, one message, one ping, however many tenants.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::hooks::{Start, Watchers};
use super::reporter::{PATIENCE, to_ping};
use crate::api::{Messenger, Network};
use crate::flow::failure::{Failure, chain};
use crate::flow::fleet::rank;
use crate::model::Ending;
use crate::report::file;
use crate::report::fleet::{self, FleetTold};
use crate::report::metrics::Sample;
use crate::settings::{NotifyFormat, NotifyWhen, Watching};

/// Who hears of it.
pub struct FleetWatch {
    watchers: Watchers,
    messenger: Arc<Messenger>,
}

impl FleetWatch {
    /// Reads the addresses.
    ///
    /// # Errors
    ///
    /// Where one cannot be used, or the metrics would replace another file.
    pub fn of(watching: &Watching) -> Result<Self, Failure> {
        let watchers = Watchers::of(watching)?;
        watchers.spare_others()?;
        Ok(Self {
            watchers,
            messenger: Arc::new(Messenger::new(Network::default(), PATIENCE)),
        })
    }

    /// The fleet begins.
    pub async fn begins(&self) {
        if let (Some(ping), Start::Announced) = (&self.watchers.ping, self.watchers.start)
            && let Err(reason) = self.messenger.ping(&ping.below("start")).await
        {
            tracing::warn!(reason, "the ping of the start did not arrive");
        }
    }

    /// It has ended. What goes wrong is a warning.
    pub async fn ended(&self, told: &FleetTold, samples: &[(String, Sample)]) {
        if let Some(path) = &self.watchers.metrics_file {
            let former = std::fs::read_to_string(path).unwrap_or_default();
            let text = fleet::metrics(samples, &former);
            if let Err(error) = file::write_shared_file(path, text.as_bytes()) {
                tracing::warn!(reason = chain(&error), "the metrics were not written");
            }
        }
        let mut sending = JoinSet::new();
        // A fleet keeps no state of its own: what is not a good night is news.
        let is_news = told.ending != Ending::Done || self.watchers.when == NotifyWhen::Always;
        let hooks = self.watchers.hooks.iter().filter(|_| is_news);
        for hook in hooks.cloned() {
            let document = match hook.format {
                NotifyFormat::Json => told.message(rank),
                NotifyFormat::Teams => told.teams(rank),
                NotifyFormat::Slack => told.slack(rank),
            };
            let messenger = Arc::clone(&self.messenger);
            sending.spawn(async move {
                let sent = messenger.post(&hook.url, document.to_string()).await;
                (hook.url, "notification", sent)
            });
        }
        let ping = self.watchers.ping.as_ref();
        if let Some(url) = ping.and_then(|ping| to_ping(ping, told.ending)) {
            let messenger = Arc::clone(&self.messenger);
            sending.spawn(async move {
                let sent = messenger.ping(&url).await;
                (url, "ping", sent)
            });
        }
        while let Some(sent) = sending.join_next().await {
            if let Ok((url, what, Err(reason))) = sent {
                tracing::warn!(host = url.host(), reason, "a {what} did not arrive");
            }
        }
    }
}
