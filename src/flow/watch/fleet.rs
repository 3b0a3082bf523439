//! Those who hear of a fleet: one file of figures, one message, one ping, however many tenants.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::hooks::{Start, Watchers};
use super::reporter::{NOTIFICATION, PATIENCE, to_ping};
use super::state::{JobState, state};
use crate::api::{Messenger, Network};
use crate::flow::failure::{Failure, chain};
use crate::flow::fleet::rank;
use crate::model::Ending;
use crate::report::file;
use crate::report::fleet::FleetTold;
use crate::report::fleet_figures;
use crate::report::metrics::Sample;
use crate::settings::{NotifyFormat, NotifyWhen, Watching};

/// Who hears of it.
pub struct FleetWatch {
    watchers: Watchers,
    messenger: Arc<Messenger>,
    /// How it ended the last time; none where nobody knows where that is kept.
    state: Option<JobState>,
}

impl FleetWatch {
    /// Reads the addresses.
    ///
    /// # Errors
    ///
    /// Where one cannot be used, or the metrics would replace another file.
    pub fn of(watching: &Watching, state: JobState) -> Result<Self, Failure> {
        let watchers = Watchers::of(watching)?;
        watchers.spare_others()?;
        Ok(Self::with(watchers, Some(state)))
    }

    /// Whoever can be told that the fleet is refused as a whole: those whose addresses can be used, and the
    /// metrics where they replace no other file.
    pub fn of_refusal(watching: &Watching, state: Option<JobState>) -> Self {
        let (mut watchers, _) = Watchers::usable(watching);
        if watchers.spare_others().is_err() {
            watchers.metrics_file = None;
        }
        Self::with(watchers, state)
    }

    fn with(watchers: Watchers, state: Option<JobState>) -> Self {
        Self {
            watchers,
            messenger: Arc::new(Messenger::new(Network::default(), PATIENCE)),
            state,
        }
    }

    /// The tenants of whom the metrics of the last time tell.
    pub fn tenants_of_metrics(&self) -> Vec<String> {
        let path = self.watchers.metrics_file.as_ref();
        let former = path.and_then(|path| std::fs::read_to_string(path).ok());
        fleet_figures::tenants_of(&former.unwrap_or_default())
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
        if let Some(path) = self.watchers.metrics_file.as_ref()
            && !samples.is_empty()
        {
            let former = std::fs::read_to_string(path).unwrap_or_default();
            let text = fleet_figures::metrics(samples, &former);
            if let Err(error) = file::write_shared_file(path, text.as_bytes()) {
                tracing::warn!(reason = chain(&error), "the metrics were not written");
            }
        }
        let mut sending = JoinSet::new();
        let before = self.state.as_ref().and_then(JobState::before);
        let state = state_of(told, before.as_deref().unwrap_or_default());
        let is_news = match self.watchers.when {
            NotifyWhen::Always => true,
            NotifyWhen::Failure => told.ending != Ending::Done,
            NotifyWhen::Change => state.as_ref().is_some_and(|now| {
                let before = self.state.as_ref();
                before.is_none_or(|before| before.differs(now))
            }),
        };
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
                (hook.url, NOTIFICATION, sent)
            });
        }
        let ping = self.watchers.ping.as_ref();
        if let Some(url) = ping.and_then(|ping| to_ping(ping, self.watchers.start, told.ending)) {
            let messenger = Arc::clone(&self.messenger);
            sending.spawn(async move {
                let sent = messenger.ping(&url).await;
                (url, "ping", sent)
            });
        }
        let mut all_told = true;
        while let Some(sent) = sending.join_next().await {
            if let Ok((url, what, Err(reason))) = sent {
                tracing::warn!(host = url.host(), reason, "a {what} did not arrive");
                all_told &= what != NOTIFICATION;
            }
        }
        // Whoever could not be told is told the next time.
        if let (Some(now), Some(job)) = (state, &self.state)
            && all_told
            && !self.watchers.hooks.is_empty()
            && let Err(error) = job.remember(&now)
        {
            tracing::warn!(reason = chain(&error), "how the fleet ended was not kept");
        }
    }
}

/// The state that a fleet is left in, as it is compared: of each tenant, in a line of its own, what is compared
/// of a job alone. One at which another run is at work says nothing: what was known of it counts on. None where
/// that is so of all.
fn state_of(told: &FleetTold, before: &str) -> Option<String> {
    if told.refused.is_some() {
        return state(told.ending, &told.counts(), &[], 0, told.refused.as_deref());
    }
    let tenants = told.tenants.iter();
    if tenants.clone().all(|one| one.ending == Ending::Locked) {
        return None;
    }
    let of_each: Vec<String> = tenants
        .filter_map(|one| {
            let begin = format!("{} ", one.name);
            let state = state(
                one.ending,
                &one.counts,
                &one.codes,
                one.near_names,
                one.reason.as_deref(),
            );
            state.map(|state| begin.clone() + &state).or_else(|| {
                let known = before.lines().find(|line| line.starts_with(&begin));
                known.map(str::to_owned)
            })
        })
        .collect();
    Some(of_each.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fleet::TenantTold;

    #[test]
    fn a_tenant_at_which_another_run_is_at_work_is_no_change() {
        let of = |north: Ending, west: Ending, before: &str| {
            let tenants = [("north", north), ("west", west)];
            let tenants = tenants.map(|(name, ending)| TenantTold {
                name: name.to_owned(),
                ending,
                ..TenantTold::default()
            });
            let told = FleetTold {
                tenants: tenants.to_vec(),
                ..FleetTold::default()
            };
            state_of(&told, before)
        };
        let good = of(Ending::Done, Ending::Done, "").unwrap();
        let (done, locked) = (Ending::Done, Ending::Locked);
        assert_eq!(of(done, locked, &good).as_ref(), Some(&good));
        assert_eq!(of(locked, locked, &good), None);
        assert_ne!(of(locked, Ending::Stopped, &good).as_ref(), Some(&good));
    }
}
