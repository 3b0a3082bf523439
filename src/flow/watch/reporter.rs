//! What a run is remembered by while it goes on, and its report to those who watch when it has
//! ended.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::hooks::{ITS_OWN, Start, Watchers};
use super::state::{JobState, state};
use crate::api::address::without_user;
use crate::api::{Client, HookUrl, Messenger, Network};
use crate::flow::failure::{Failure, chain};
use crate::flow::target::{lock_key, place};
use crate::journal::RunInfo;
use crate::model::Ending;
use crate::report::metrics::{self, Former, Labels, Sample};
use crate::report::{Counts, Facts, Notice, file, notice};
use crate::settings::{NotifyFormat, NotifyWhen, Resolved, Watching};

/// How long one notification may take: nobody's job should hang on a chat.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// What a message to a webhook is called.
pub(super) const NOTIFICATION: &str = "notification";
/// How many different codes are named.
const MOST_CODES: usize = 5;

/// What is known of the run so far. Filled in by the command as it goes.
#[derive(Debug)]
pub struct RunReporter {
    began: Instant,
    about: About,
    seen: Mutex<Seen>,
}

/// What a report says beside the run.
#[derive(Debug, Clone)]
pub struct About {
    /// The machine's name.
    pub host: String,
    /// What an ending means, in words.
    pub meaning: fn(Ending) -> &'static str,
}

/// A program that is run when a run has ended, and what it is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The run; empty when it ended before it had begun.
    pub run_id: String,
    /// The list.
    pub list: PathBuf,
    /// The directory of the result files; empty when there are none.
    pub results: PathBuf,
}

#[derive(Debug, Default)]
struct Seen {
    watchers: Watchers,
    labels: Option<Labels>,
    job: String,
    tenant: String,
    state: Option<JobState>,
    reason: Option<String>,
    client: Option<Arc<Client>>,
    run_id: Option<String>,
    after: Vec<String>,
    list: PathBuf,
    results: String,
    file: String,
    /// The input as it was named, whose directories are nobody's business.
    path: String,
    mode: Option<&'static str>,
    counts: Counts,
    quarantined: u64,
    near_names: u64,
    orphans: Option<u64>,
    requests: Option<Vec<(String, u64)>>,
    codes: Vec<(String, u64)>,
    messenger: Option<Messenger>,
    started: JoinSet<Result<(), String>>,
    /// The metrics as the run before this one left them.
    former: Option<String>,
}

impl Seen {
    /// Who carries messages; without a profile as the environment says.
    fn messenger(&self) -> Messenger {
        let usual = || Messenger::new(Network::default(), PATIENCE);
        self.messenger.clone().unwrap_or_else(usual)
    }
}

impl RunReporter {
    /// For a run that begins now and of which only the input is known.
    pub fn new(about: About, input: Option<&Path>) -> Self {
        let seen = Seen {
            file: input.map(file_name).unwrap_or_default(),
            path: input
                .map(|input| input.display().to_string())
                .unwrap_or_default(),
            list: input.map(Path::to_owned).unwrap_or_default(),
            ..Seen::default()
        };
        Self {
            began: Instant::now(),
            about,
            seen: Mutex::new(seen),
        }
    }

    /// Who watches, as far as it is known before settings are resolved: a profile that cannot be
    /// read still leaves the flags, and what is wrong with these is reported by the run itself.
    #[must_use]
    pub fn watched(self, typed: &Watching) -> Self {
        let (watchers, _) = Watchers::usable(typed);
        let mut seen = self.seen();
        seen.watchers = watchers;
        seen.job = typed.job.clone().unwrap_or_default();
        drop(seen);
        self
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The input is known.
    pub fn reads(&self, input: &Path) {
        let mut seen = self.seen();
        seen.file = file_name(input);
        seen.path = input.display().to_string();
        input.clone_into(&mut seen.list);
    }

    /// Flags and profile are known.
    pub fn resolved(&self, resolved: &Resolved) -> Result<(), Failure> {
        let watching = &resolved.watching;
        let mut seen = self.seen();
        let place = place(&resolved.access);
        let endpoint = without_user(&place.name);
        seen.job = match &watching.job {
            Some(job) => job.clone(),
            None => resolved.profile_name.clone(),
        };
        // Without a name the list is what tells jobs apart.
        let called = Some(&seen.job).filter(|job| !job.is_empty());
        let called = called.unwrap_or(&seen.file);
        let tenant = lock_key(&endpoint, &place.partner);
        seen.state = Some(JobState::of(&resolved.state_dir, called, &tenant));
        seen.tenant = place.partner;
        seen.labels = Some(Labels {
            endpoint,
            profile: resolved.profile_name.clone(),
        });
        seen.after.clone_from(&watching.after);
        seen.messenger = Some(Messenger::new(resolved.access.network.clone(), PATIENCE));
        // Whoever can be told hears of what is wrong with the others.
        let (watchers, mistake) = Watchers::usable(watching);
        seen.watchers = watchers;
        if let Err(failure) = seen.spare_others() {
            seen.watchers.metrics_file = None;
            return Err(failure);
        }
        if let Some(failure) = mistake {
            return Err(failure);
        }
        if let (Some(ping), Start::Announced) = (&seen.watchers.ping, seen.watchers.start) {
            let ping = ping.below("start");
            let messenger = seen.messenger();
            // Beside the run, which does not wait for it.
            seen.started
                .spawn(async move { messenger.ping(&ping).await });
        }
        Ok(())
    }

    /// Why the run stopped, or never began.
    pub fn fails(&self, failure: &Failure) {
        let mut seen = self.seen();
        let mut message = failure.in_full_for_logs().replace('\n', ";");
        if !seen.path.is_empty() {
            message = message.replace(&seen.path, &seen.file);
        }
        seen.reason = Some(notice::in_a_line(&message));
    }

    /// What was to be done after the run has gone wrong.
    pub fn fails_after(&self, problem: &str) {
        let mut seen = self.seen();
        let text = match seen.reason.take() {
            Some(first) => format!("{first}; {problem}"),
            None => problem.to_owned(),
        };
        seen.reason = Some(notice::in_a_line(&text));
    }

    /// Writes the figures of a run after which something else is to be done, which may take its time
    /// or be cut off. They are written again when all is done.
    pub fn writes_metrics(&self, ending: Ending, ended_ms: i64) {
        let took = self.began.elapsed().as_secs_f64();
        self.seen().write_metrics(ending, ended_ms, took);
    }

    /// The client that asks the service.
    pub fn asks(&self, client: &Arc<Client>) {
        self.seen().client = Some(Arc::clone(client));
    }

    /// The run has its journal.
    pub fn begun(&self, info: &RunInfo) {
        let mut seen = self.seen();
        seen.run_id = Some(info.id.clone());
        seen.file = file_name(Path::new(&info.input_path));
        seen.path.clone_from(&info.input_path);
        seen.list = PathBuf::from(&info.input_full_path);
        seen.results.clone_from(&info.out_dir);
        seen.mode = Some(info.mode.as_str());
    }

    /// How the journal says that the run stands at its end.
    pub fn ended(&self, facts: &Facts) {
        let codes = codes_of(facts);
        let mut seen = self.seen();
        seen.counts = facts.counts;
        seen.quarantined = facts.quarantined();
        seen.near_names = facts.near_names();
        seen.orphans = facts.info.orphans;
        seen.requests = Some(facts.requests.clone());
        seen.codes = codes;
    }

    /// What is to be run now that the run has ended; none where nothing is, or it was asked for already.
    pub fn take_after(&self) -> Option<After> {
        let mut seen = self.seen();
        let after = std::mem::take(&mut seen.after);
        let (program, arguments) = after.split_first()?;
        Some(After {
            program: program.clone(),
            arguments: arguments.to_vec(),
            run_id: seen.run_id.clone().unwrap_or_default(),
            list: std::path::absolute(&seen.list).unwrap_or_else(|_| seen.list.clone()),
            results: PathBuf::from(&seen.results),
        })
    }

    /// Reports to everybody how it ended, whatever became of it; `ended_ms` is the time of day. What
    /// goes wrong is a warning.
    pub async fn close(&self, ending: Ending, ended_ms: i64) {
        let took = self.began.elapsed().as_secs_f64();
        let mut seen = std::mem::take(&mut *self.seen());
        seen.write_metrics(ending, ended_ms, took);
        while let Some(started) = seen.started.join_next().await {
            if let Ok(Err(reason)) = started {
                tracing::warn!(reason, "the ping of the start did not arrive");
            }
        }
        if seen.watchers.hooks.is_empty() && seen.watchers.ping.is_none() {
            return;
        }
        let notice = seen.notice(&self.about, ending, ended_ms, took);
        let state = state(
            ending,
            &seen.counts,
            &seen.codes,
            seen.near_names,
            seen.reason.as_deref(),
        );
        if !seen.is_news(ending, state.as_deref()) {
            seen.watchers.hooks.clear();
        }
        let messenger = Arc::new(seen.messenger());
        let told = send(&seen.watchers, &notice, ending, messenger).await;
        // Whoever could not be told is told the next time.
        if let (Told::All, Some(now), Some(job)) = (told, state, &seen.state)
            && let Err(error) = job.remember(&now)
        {
            tracing::warn!(reason = chain(&error), "how the job ended was not kept");
        }
    }
}

/// The first codes of rows that need somebody, each with how many have it.
pub fn codes_of(facts: &Facts) -> Vec<(String, u64)> {
    let mut codes: Vec<(String, u64)> = Vec::new();
    let rejected = facts.verdicts.iter().filter(|one| one.needs_somebody());
    let of_rows = rejected.filter_map(|one| one.code.split(' ').next());
    for code in of_rows.filter(|code| !code.is_empty()) {
        match codes.iter().position(|(known, _)| known == code) {
            Some(at) => codes[at].1 += 1,
            None if codes.len() < MOST_CODES => codes.push((code.to_owned(), 1)),
            None => {}
        }
    }
    codes
}

/// Whether every webhook has taken its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    All,
    NotAll,
}

/// Sends everything at once, and waits for all of it.
async fn send(
    watchers: &Watchers,
    notice: &Notice,
    ending: Ending,
    messenger: Arc<Messenger>,
) -> Told {
    let mut sending = JoinSet::new();
    for hook in watchers.hooks.clone() {
        let document = match hook.format {
            NotifyFormat::Json => notice.json(),
            NotifyFormat::Teams => notice.teams(),
            NotifyFormat::Slack => notice.slack(),
        };
        let messenger = Arc::clone(&messenger);
        sending.spawn(async move {
            let sent = messenger.post(&hook.url, document.to_string()).await;
            (hook.url, NOTIFICATION, sent)
        });
    }
    if let Some(url) = watchers
        .ping
        .as_ref()
        .and_then(|ping| to_ping(ping, ending))
    {
        sending.spawn(async move {
            let sent = messenger.ping(&url).await;
            (url, "ping", sent)
        });
    }
    let mut told = Told::All;
    while let Some(sent) = sending.join_next().await {
        if let Ok((url, what, Err(reason))) = sent {
            tracing::warn!(host = url.host(), reason, "a {what} did not arrive");
            if what == NOTIFICATION {
                told = Told::NotAll;
            }
        }
    }
    told
}

/// The address that this end is a sign of; none where it says nothing: another run is at work, or
/// somebody stopped this one, and the next one tells.
pub(super) fn to_ping(ping: &HookUrl, ending: Ending) -> Option<HookUrl> {
    match ending {
        Ending::Done | Ending::SomeRows => Some(ping.clone()),
        Ending::Locked | Ending::Interrupted => None,
        Ending::Usage | Ending::Input | Ending::Refused | Ending::Stopped => {
            Some(ping.below("fail"))
        }
    }
}

impl Seen {
    /// Refuses to write the metrics over what is no metrics file: the list, a profile, a password.
    fn spare_others(&self) -> Result<(), Failure> {
        let Some(path) = &self.watchers.metrics_file else {
            return Ok(());
        };
        let real = |path: &Path| dunce::canonicalize(path).ok();
        let is_list = real(path).is_some_and(|file| real(&self.list) == Some(file));
        if is_list {
            return Err(Failure::usage(format!(
                "the metrics file would replace the input {}",
                path.display()
            ))
            .hint(ITS_OWN));
        }
        self.watchers.spare_others()
    }

    fn write_metrics(&mut self, ending: Ending, ended_ms: i64, took: f64) {
        let Some(path) = self.watchers.metrics_file.clone() else {
            return;
        };
        // The run may have failed before this was refused.
        if let Err(failure) = self.spare_others() {
            tracing::warn!(reason = failure.message, "the metrics were not written");
            return;
        }
        let read = || std::fs::read_to_string(&path).unwrap_or_default();
        let former = Former::read(self.former.get_or_insert_with(read));
        let text = metrics::text(&self.sample(ending, ended_ms, took), &former);
        if let Err(error) = file::write_shared_file(&path, text.as_bytes()) {
            tracing::warn!(reason = chain(&error), "the metrics were not written");
        }
    }

    /// Requests as the journal counts them, over all parts of a run; where there is none, as this
    /// process has sent them.
    fn requests(&self) -> Vec<(String, u64)> {
        if let Some(requests) = &self.requests {
            return requests.clone();
        }
        let sent = self.client.iter().flat_map(|client| client.requests());
        sent.filter(|(_, count)| *count > 0)
            .map(|(method, count)| (method.as_str().to_owned(), count))
            .collect()
    }

    fn sample(&self, ending: Ending, ended_ms: i64, took: f64) -> Sample {
        Sample {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            labels: self.labels.clone(),
            counts: self.counts,
            quarantined: self.quarantined,
            orphans: self.orphans,
            requests: self.requests(),
            duration_seconds: took,
            ended_ms,
            ending,
            has_run: self.requests.is_some(),
        }
    }

    /// Whether those who get summaries want this one.
    fn is_news(&self, ending: Ending, state: Option<&str>) -> bool {
        match self.watchers.when {
            NotifyWhen::Always => true,
            NotifyWhen::Failure => ending != Ending::Done,
            NotifyWhen::Change => match (&self.state, state) {
                (_, None) => false,
                (Some(job), Some(now)) => job.differs(now),
                (None, Some(_)) => true,
            },
        }
    }

    fn notice(&self, about: &About, ending: Ending, ended_ms: i64, took: f64) -> Notice {
        Notice {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            run_id: self.run_id.clone(),
            job: self.job.clone(),
            tenant: self.tenant.clone(),
            endpoint: self
                .labels
                .as_ref()
                .map_or_else(String::new, |one| one.endpoint.clone()),
            ending,
            meaning: (about.meaning)(ending).to_owned(),
            reason: self.reason.clone(),
            host: about.host.clone(),
            file: self.file.clone(),
            mode: self.mode.map(str::to_owned),
            ended_ms,
            duration_seconds: (took * 1000.0).round() / 1000.0,
            counts: self.counts,
            quarantined: self.quarantined,
            near_names: self.near_names,
            orphans: self.orphans,
            codes: self.codes.clone(),
        }
    }
}

/// A path's last part: the directories are nobody's business.
fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
