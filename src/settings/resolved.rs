//! What a command goes by: made once of all layers, and passed along.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::access::Access;
use super::decisive::{Decisive, Kept, Origins};
use super::error::SettingsError;
use super::given::{Content, Given, Typed};
use super::layers::{Layers, Wrong};
use super::machine::Machine;
use super::profile::Profile;
use super::reading::{checking, empty_list, mends, mends_sum, reading};
use super::table::{
    AFTER, ALLOW_MOVE, CONCURRENCY, CONFIRM_ABOVE, FIRST, IF_CHANGED, JOB, MAX_CREATE,
    MAX_DURATION, MAX_ERRORS, MAX_NEAR_NAMES, MAX_UPDATE, METRICS_FILE, MIN_ROWS, NOTIFY,
    NOTIFY_FILE, NOTIFY_FORMAT, NOTIFY_WHEN, OF_RUN, ON_EXISTS, ONLY_BELOW, OUT, OUTAGE_LIMIT,
    PING, PING_START, QUARANTINE_AFTER, REQUIRE_VALID, SETTLE_WAIT, STATE_DIR,
};
use super::value::{Hidden, IfChanged, MinRows, NotifyFormat, NotifyWhen, OfRun};
use crate::check::{CheckSettings, EmptyList, Keep};
use crate::plan::{Moves, OnExists, PlanOptions};
use crate::submit::{Concurrency, MaxErrors, RunSettings};
use tables::ReadOptions;

/// How long a lost request is taken to be on its way, where lists are seen not to lag.
const LIVE_LANDING_WAIT: std::time::Duration = std::time::Duration::from_secs(120);

/// What every command shares before its own flags count: the profile, what was typed of the common
/// options, and the machine.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The profile.
    pub profile: Profile,
    /// The common options that were typed.
    pub common: Typed,
    /// The machine.
    pub machine: Machine,
    /// Where journals and locks are kept.
    pub state_dir: PathBuf,
}

impl Settings {
    /// Lays profile, environment and common options upon each other.
    pub fn new(profile: Profile, common: Typed, machine: Machine) -> Result<Self, SettingsError> {
        let given = Layers::of(&common, &machine, &profile.entries)
            .path(&STATE_DIR)
            .map(|given| given.value);
        let state_dir = given.or_else(|| machine.data_dir.clone());
        Ok(Self {
            state_dir: state_dir.ok_or(SettingsError::NoHome)?,
            profile,
            common,
            machine,
        })
    }

    /// What counts where nothing but the common options was typed.
    pub fn layers(&self) -> Layers {
        Layers::of(&self.common, &self.machine, &self.profile.entries)
    }

    /// The options that decide what is sent, of a run that is continued with what was typed now. It was
    /// begun with `then`, which came from `origins`; none where its journal is of an earlier version.
    pub fn decisive_of_continued(
        &self,
        typed: &Typed,
        then: &[Kept],
        origins: Option<&Origins>,
    ) -> Decisive {
        let counting = (&self.profile, &self.machine);
        Decisive::of_continued(counting, self.common.and(typed), then, origins)
    }

    /// What a command goes by for which this was typed.
    pub fn with(&self, typed: &Typed) -> Result<Resolved, SettingsError> {
        Resolved::of(self, &self.common.and(typed))
    }
}

/// What a command goes by.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// How the input is read.
    pub reading: ReadOptions,
    /// How its rows are checked. What is kept of them, and what they are held against, is the
    /// command's own.
    pub checking: CheckSettings,
    /// The part of the list that counts.
    pub part: Option<PartOfList>,
    /// How rows become a plan.
    pub planning: PlanOptions,
    /// How a run goes.
    pub running: RunSettings,
    /// How the service is reached.
    pub access: Access,
    /// How much may be sent.
    pub agreement: Limits,
    /// Who hears of the run.
    pub watching: Watching,
    /// What is done when the list has changed under an unfinished run.
    pub if_changed: IfChanged,
    /// The run that wrote the file, where one was named.
    pub of_run: Option<OfRun>,
    /// After how many refusals a row is not sent again.
    pub quarantine_after: Option<NonZeroU32>,
    /// Where the result files go, where a place was named.
    pub out: Option<Given<PathBuf>>,
    /// Where journals and locks are kept.
    pub state_dir: PathBuf,
    /// The profile's name; empty without one.
    pub profile_name: String,
    /// What was typed.
    pub typed: Typed,
    /// All of it, each with where it comes from.
    pub layers: Layers,
}

/// The part of a list that a run is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartOfList {
    /// The first rows that can be sent.
    First(NonZeroUsize),
    /// What stands below a customer.
    Below(String),
}

/// How much may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Above how many changes a number must be typed.
    pub confirm_above: usize,
    /// The most creates; more, and nothing is sent.
    pub max_create: Option<usize>,
    /// The most updates; more, and nothing is sent.
    pub max_update: Option<usize>,
    /// The most customers that may be created beside one with nearly the same name.
    pub max_near_names: Option<usize>,
    /// The fewest rows; fewer, and nothing is sent.
    pub min_rows: Option<MinRows>,
    /// The most rows that may be wrong; more, and nothing is sent.
    pub max_errors: Option<MaxErrors>,
    /// Whether every row must be right.
    pub validity: RowsToBe,
    /// Whether there must be a row.
    pub empty: EmptyList,
}

/// What the rows of a list have to be, for anything to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowsToBe {
    /// As they are: those that are right are sent.
    #[default]
    AsTheyAre,
    /// All of them right.
    Valid,
}

/// Who hears of a run.
#[derive(Debug, Clone, Default)]
pub struct Watching {
    /// Where the metrics go.
    pub metrics_file: Option<PathBuf>,
    /// Webhooks, each as it was written.
    pub notify: Vec<Hidden>,
    /// What they are called in a message.
    pub notify_place: String,
    /// A file with more of them.
    pub notify_file: Option<PathBuf>,
    /// How a summary is written where the webhook does not say so.
    pub notify_format: NotifyFormat,
    /// After which runs.
    pub notify_when: NotifyWhen,
    /// What the job is called, where it was named.
    pub job: Option<String>,
    /// An address to get.
    pub ping: Option<Hidden>,
    /// Whether the start is a sign of life too.
    pub ping_start: bool,
    /// A program that is run when the run has ended, and its arguments; empty without one.
    pub after: Vec<String>,
}

impl Resolved {
    fn of(settings: &Settings, typed: &Typed) -> Result<Self, SettingsError> {
        let Settings {
            profile, machine, ..
        } = settings;
        let layers = Layers::of(typed, machine, &profile.entries);
        let password = super::access::password_variable();
        Ok(Self {
            reading: reading(&layers)?,
            checking: checking(&layers)?,
            part: match (layers.value(&FIRST)?, layers.value(&ONLY_BELOW)?) {
                (Some(many), _) => Some(PartOfList::First(many)),
                (None, Some(name)) => Some(PartOfList::Below(name)),
                (None, None) => None,
            },
            planning: planning(&layers)?,
            running: running(&layers, machine)?,
            access: Access::of(&layers, machine.variables.contains_key(password))?,
            agreement: Limits {
                confirm_above: layers.value(&CONFIRM_ABOVE)?.unwrap_or_default(),
                max_create: layers.value(&MAX_CREATE)?,
                max_update: layers.value(&MAX_UPDATE)?,
                max_near_names: layers.value(&MAX_NEAR_NAMES)?,
                min_rows: layers.value(&MIN_ROWS)?,
                max_errors: layers.value(&MAX_ERRORS)?,
                validity: if layers.is_true(&REQUIRE_VALID) {
                    RowsToBe::Valid
                } else {
                    RowsToBe::AsTheyAre
                },
                empty: empty_list(&layers),
            },
            watching: Watching::of(&layers)?,
            if_changed: layers.value(&IF_CHANGED)?.unwrap_or_default(),
            of_run: layers.value(&OF_RUN)?,
            quarantine_after: layers.value(&QUARANTINE_AFTER)?,
            out: layers.path(&OUT),
            state_dir: settings.state_dir.clone(),
            profile_name: profile.name(),
            typed: typed.clone(),
            layers,
        })
    }

    /// Refuses a flag that would change nothing.
    pub fn refuse_idle_flags(&self) -> Result<(), SettingsError> {
        let entry = self.layers.entry(&ALLOW_MOVE);
        let is_typed = entry.is_some_and(|entry| entry.origin.is_flag());
        if is_typed && self.planning.on_exists != OnExists::Update {
            return Err(SettingsError::MoveWithoutUpdate);
        }
        Ok(())
    }

    /// The options that decide what is sent; `of_run` is the id of the run that was named, in full.
    pub fn decisive(&self, of_run: Option<&str>) -> Decisive {
        Decisive::of(&self.layers, of_run).mended_by(mends_sum(&self.layers))
    }

    /// How the rows are checked by a command that keeps so much of them.
    ///
    /// # Errors
    /// When the mends that count cannot be read.
    pub fn checking(&self, keep: Keep) -> Result<CheckSettings, SettingsError> {
        let mut checking = self.checking.clone();
        checking.keep = keep;
        checking.selection.mends = mends(&self.layers)?.map(Arc::new);
        Ok(checking)
    }

    /// The settings whose values say nothing of anybody, as a journal keeps them of an attempt.
    pub fn plain(&self) -> Vec<(String, String)> {
        let settings = super::table::in_profile().filter(|one| one.is_plain());
        let kept = settings.filter_map(|setting| {
            let given = self.layers.entry(setting).map(|one| one.content.text());
            let fallback = || self.layers.fallback(setting).map(str::to_owned);
            let value = given.or_else(fallback)?;
            Some((setting.key.to_owned(), value))
        });
        kept.collect()
    }
}

fn planning(layers: &Layers) -> Result<PlanOptions, Wrong> {
    Ok(PlanOptions {
        on_exists: layers.value(&ON_EXISTS)?.unwrap_or_default(),
        moves: if layers.is_true(&ALLOW_MOVE) {
            Moves::Allowed
        } else {
            Moves::Forbidden
        },
    })
}

/// How long a run may go on: no time at all is no limit that anybody means.
fn max_duration(layers: &Layers) -> Result<Option<Duration>, Wrong> {
    let given = layers.get::<Duration>(&MAX_DURATION)?;
    if given.value.is_some_and(|most| most.is_zero()) {
        return Err(Wrong {
            key: MAX_DURATION.key,
            origin: given.origin.to_string(),
            problem: "a run without time sends nothing: give a longer one, or leave it out".into(),
        });
    }
    Ok(given.value)
}

/// How long a service that is not reached is tried for, where somebody waits who can mend the address.
const FIRST_CONTACT_WATCHED: Duration = Duration::from_secs(4);

fn running(layers: &Layers, machine: &Machine) -> Result<RunSettings, Wrong> {
    let mut running = RunSettings::new(machine.clock.clone());
    if let Some(concurrency) = layers.value::<Concurrency>(&CONCURRENCY)? {
        running.concurrency = concurrency.most;
        running.adaptation = concurrency.adaptation;
    }
    running.max_errors = layers.value(&MAX_ERRORS)?;
    running.max_duration = max_duration(layers)?;
    if let Some(wait) = layers.value(&SETTLE_WAIT)? {
        running.settle_wait = wait;
    }
    let is_given = layers.entry(&SETTLE_WAIT).is_some();
    running.landing_wait = (!layers.is_sandbox() && !is_given).then_some(LIVE_LANDING_WAIT);
    if let Some(limit) = layers.value(&OUTAGE_LIMIT)? {
        running.outage_limit = limit;
    }
    let asked = layers.entry(&OUTAGE_LIMIT);
    running.first_contact = match asked.map(|entry| entry.origin.is_flag()) {
        // It is what somebody wants now.
        Some(true) => running.outage_limit,
        _ if machine.is_watched => FIRST_CONTACT_WATCHED.min(running.outage_limit),
        _ => running.outage_limit,
    };
    running.seed = fastrand::u64(..);
    Ok(running)
}

impl Watching {
    /// What the layers say.
    fn of(layers: &Layers) -> Result<Self, Wrong> {
        Ok(Self {
            notify_format: layers.value(&NOTIFY_FORMAT)?.unwrap_or_default(),
            notify_when: layers.value(&NOTIFY_WHEN)?.unwrap_or_default(),
            job: layers.value(&JOB)?,
            ..Self::as_far_as_known(layers)
        })
    }

    /// The same, with what is usual in the place of what cannot be used: who hears of a refusal.
    pub fn as_far_as_known(layers: &Layers) -> Self {
        let place = layers.entry(&NOTIFY).map(|entry| match &entry.origin {
            super::given::Origin::Profile(_) => "the profile's notify.urls".to_owned(),
            origin => origin.to_string(),
        });
        let ping = layers.entry(&PING).map(|entry| match &entry.content {
            Content::Text(text) => Hidden(text.clone()),
            other => Hidden(other.text()),
        });
        Self {
            metrics_file: layers.path(&METRICS_FILE).map(|given| given.value),
            notify: layers.texts(&NOTIFY).into_iter().map(Hidden).collect(),
            notify_place: place.unwrap_or_default(),
            notify_file: layers.path(&NOTIFY_FILE).map(|given| given.value),
            notify_format: known(layers.value(&NOTIFY_FORMAT)).unwrap_or_default(),
            notify_when: known(layers.value(&NOTIFY_WHEN)).unwrap_or_default(),
            job: known(layers.value(&JOB)),
            ping,
            ping_start: layers.is_true(&PING_START),
            after: match layers.entry(&AFTER).map(|entry| &entry.content) {
                Some(Content::Texts(words)) => words.clone(),
                _ => Vec::new(),
            },
        }
    }
}

fn known<T>(value: Result<Option<T>, Wrong>) -> Option<T> {
    value.ok().flatten()
}

impl Watching {
    /// Who hears of a fleet: what was typed, then the environment, then the fleet's file.
    ///
    /// # Errors
    ///
    /// Where a value cannot be used.
    pub fn of_fleet(layers: &Layers) -> Result<Self, Wrong> {
        Self::of(layers)
    }
}

impl Settings {
    /// Who hears of a run of which the profile is not known yet.
    pub fn watching(typed: &Typed, machine: &Machine) -> Watching {
        Watching::as_far_as_known(&Layers::of(typed, machine, &[]))
    }
}
