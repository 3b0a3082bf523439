//! The target of a command: endpoint, credentials, client; the sandbox in this process when asked.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use unicode_normalization::UnicodeNormalization;

use super::advice::Advice;
use super::event::{Event, Events, Note};
use super::failure::Failure;
use crate::api::address::canonical;
use crate::api::client::ClientSettings;
use crate::api::watched::{Exchanges, Keep, Watched};
use crate::api::{Client, Credentials, HttpTransport, Pacer, Rate, Secret, SharedSlots, Transport};
use crate::journal::lock::{for_its_owner, target_digest};
use crate::journal::private;
use crate::journal::record::{Mode, RunInfo};
use crate::sandbox::{self, Config, Sandbox};
use crate::settings::table::{ENDPOINT, PARTNER, SANDBOX};
use crate::settings::{Access, Layers, Resolved, Settings, Typed};

/// A client and what it speaks to.
pub struct Target {
    /// The client, not yet logged in.
    pub client: Arc<Client>,
    /// What stands in the journal: the sandbox's port changes, its name does not.
    pub name: String,
    /// The partner to log in under, empty when none was given.
    pub partner: String,
    /// Whether it is the sandbox of this process.
    pub mode: Mode,
    _sandbox: Option<RunningSandbox>,
}

impl Target {
    /// Whether a run of this endpoint and partner is a run of this target.
    pub fn is_of(&self, info: &RunInfo) -> bool {
        lock_key(&info.endpoint, &info.partner) == self.lock_key()
    }

    /// Refuses a run that was made under another partner; `how` it was: begun, made.
    pub fn serves(&self, info: &RunInfo, how: &str) -> Result<(), Failure> {
        if self.is_of(info) {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "the run {} was {how} under \"{}\", not \"{}\"",
            info.id, info.partner, self.partner
        ))
        .hint("log in under the same partner"))
    }

    /// Whether a run of this endpoint may have sent what shows up in this target: the customer whom
    /// it logged in as may stand above or below.
    pub fn shares_endpoint(&self, info: &RunInfo) -> bool {
        canonical(&info.endpoint) == canonical(&self.name)
    }

    /// The rate limit as text, where there is one.
    pub fn limit(&self) -> Option<String> {
        let rate = self.client.pacer().rate();
        rate.map(|rate| rate.to_string())
    }

    /// Where it is, in words.
    pub fn place(&self) -> String {
        format!("at {}, {}", self.name, in_words(self.mode()))
    }

    /// What the lock is taken on.
    pub fn lock_key(&self) -> String {
        lock_key(&self.name, &self.partner)
    }

    /// `sandbox` when this process or the server says so.
    pub fn mode(&self) -> Mode {
        if self.client.is_sandbox() {
            Mode::Sandbox
        } else {
            self.mode
        }
    }
}

/// The sandbox or the service, so that nobody takes one for the other.
pub fn in_words(mode: Mode) -> &'static str {
    match mode {
        Mode::Sandbox => "in the SANDBOX",
        Mode::Live => "LIVE",
    }
}

/// What the lock of an endpoint and a partner is taken on: the same however they are spelt.
pub fn lock_key(endpoint: &str, partner: &str) -> String {
    format!("{}\n{}", canonical(endpoint), same_name(partner))
}

/// A partner's name without what people write in different ways: case, spaces, how accents are put
/// together. Two customers with names as alike as these are taken for one, which costs a wait.
fn same_name(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words
        .join(" ")
        .nfkc()
        .flat_map(char::to_lowercase)
        .collect()
}

/// The sandbox, served by this process for as long as this value lives.
struct RunningSandbox {
    stop: Option<oneshot::Sender<()>>,
    _server: JoinHandle<()>,
}

impl Drop for RunningSandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

/// Where a command would go, and as whom.
pub struct Place {
    /// The service's address, or `sandbox`.
    pub name: String,
    /// The partner to log in under, empty when none was given.
    pub partner: String,
}

/// Where settings lead, without going there.
pub fn place(access: &Access) -> Place {
    if access.is_sandbox() {
        return Place::of_sandbox();
    }
    let account = &access.account;
    Place {
        name: account.endpoint.clone(),
        partner: account.partner.clone().unwrap_or_default(),
    }
}

impl Place {
    /// The stand-in's.
    pub fn of_sandbox() -> Self {
        Self {
            name: "sandbox".to_owned(),
            partner: sandbox::ACCOUNT_PARTNER.to_owned(),
        }
    }
}

/// What was typed of the target, so that it leads to where a run went; `how` it was: begun, made.
/// A profile says where its lists go, not where this run went: the run's own place counts.
///
/// # Errors
///
/// Where flags or environment lead to another place.
pub fn place_of_run(
    info: &RunInfo,
    how: &str,
    settings: &Settings,
    typed: &Typed,
) -> Result<Typed, Failure> {
    let given = Layers::of(&settings.common.and(typed), &settings.machine, &[]);
    let entry = given.first_of(&[&SANDBOX, &ENDPOINT]);
    if let Some(entry) = entry {
        let (name, shown) = if given.is_sandbox() {
            (
                "sandbox".to_owned(),
                "in the sandbox of --sandbox".to_owned(),
            )
        } else {
            let text = entry.content.text();
            let shown = format!("at {text}");
            (text, shown)
        };
        if canonical(&name) != canonical(&info.endpoint) {
            let (went, name_it) = match info.endpoint.as_str() {
                "sandbox" => (
                    "in the sandbox of --sandbox".to_owned(),
                    "--sandbox".to_owned(),
                ),
                url => (format!("at {url}"), format!("--endpoint {url}")),
            };
            let text = format!("the run {} was {how} {went}, not {shown}", info.id);
            let origin = &entry.origin;
            return Err(Failure::usage(format!("{text} ({origin})")).hint(format!(
                "a run is continued and undone against its own service: give {name_it}"
            )));
        }
    }
    let typed = typed.clone();
    Ok(match info.endpoint.as_str() {
        "sandbox" => typed.without(&ENDPOINT).with(&SANDBOX, "true"),
        endpoint => typed.without(&SANDBOX).with(&ENDPOINT, endpoint),
    })
}

/// Makes a client for where the settings lead, and the stand-in where they ask for it.
/// `connections` is how many calls may be under way, `credentials` finds who logs in at a service.
pub async fn connect(
    resolved: &Resolved,
    connections: usize,
    credentials: impl FnOnce(&Access) -> Result<Credentials, Failure>,
    events: Events<'_>,
) -> Result<Target, Failure> {
    connect_within(resolved, connections, None, credentials, events).await
}

/// The same with the send times of `all`, where several clients of this process keep a rate together.
pub async fn connect_within(
    resolved: &Resolved,
    connections: usize,
    all: Option<Arc<Pacer>>,
    credentials: impl FnOnce(&Access) -> Result<Credentials, Failure>,
    events: Events<'_>,
) -> Result<Target, Failure> {
    connect_over(resolved, connections, all, credentials, &plainly, events).await
}

/// What stands between the client and the network.
type Over<'o> = &'o (dyn Fn(HttpTransport) -> Arc<dyn Transport> + Sync);

fn plainly(inner: HttpTransport) -> Arc<dyn Transport> {
    Arc::new(inner)
}

async fn connect_over(
    resolved: &Resolved,
    connections: usize,
    all: Option<Arc<Pacer>>,
    credentials: impl FnOnce(&Access) -> Result<Credentials, Failure>,
    over: Over<'_>,
    events: Events<'_>,
) -> Result<Target, Failure> {
    let (access, state_dir) = (&resolved.access, &resolved.state_dir);
    for_its_owner(state_dir)?;
    let (endpoint, credentials, sandbox) = if access.is_sandbox() {
        let (endpoint, running) = start_sandbox(state_dir).await?;
        events.on(Event::Note(Note::Sandbox(sandbox_db(state_dir))));
        (endpoint, sandbox_credentials(), Some(running))
    } else {
        (access.account.endpoint.clone(), credentials(access)?, None)
    };
    let partner = credentials.partner.clone().unwrap_or_default();
    // The stand-in has no rate to keep.
    let client = match all.filter(|_| sandbox.is_none()) {
        None => {
            let pacer = pacer(resolved, &endpoint);
            client_of(resolved, &endpoint, credentials, (connections, over), pacer)?
        }
        Some(all) => {
            let pacer = Pacer::within(all, Instant::now());
            client_of(resolved, &endpoint, credentials, (connections, over), pacer)?
        }
    };
    let mode = if sandbox.is_some() {
        Mode::Sandbox
    } else {
        Mode::Live
    };
    Ok(Target {
        client: Arc::new(client),
        name: place(access).name,
        partner,
        mode,
        _sandbox: sandbox,
    })
}

/// The same where all that passes is remembered.
pub async fn connect_watched(
    resolved: &Resolved,
    (connections, keep): (usize, Keep),
    credentials: impl FnOnce(&Access) -> Result<Credentials, Failure>,
    events: Events<'_>,
) -> Result<(Target, Exchanges), Failure> {
    let seen = Exchanges::default();
    let watch = |inner| -> Arc<dyn Transport> { Arc::new(Watched::new(inner, keep, seen.clone())) };
    let target = connect_over(resolved, connections, None, credentials, &watch, events).await?;
    Ok((target, seen))
}

/// What is expected of the target, before any flag.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The service's address.
    pub endpoint: Option<String>,
    /// The partner to log in under.
    pub partner: Option<String>,
}

/// What environment and profile say of the target.
pub fn expected(settings: &Settings) -> Expected {
    let layers = settings.layers();
    let given = |setting| {
        let text = layers.entry(setting).map(|one| one.content.text());
        text.filter(|text| !text.trim().is_empty())
    };
    Expected {
        endpoint: given(&ENDPOINT),
        partner: given(&PARTNER),
    }
}

/// Has everybody who uses this state directory keep the rate of an endpoint together.
fn shared(pacer: Pacer, state_dir: &Path, endpoint: &str) -> Pacer {
    let directory = state_dir.join("pace");
    let clock = || u64::try_from(jiff::Timestamp::now().as_microsecond()).unwrap_or_default();
    let name = target_digest(&canonical(endpoint));
    let opened = private_slots(&directory, &name)
        .and_then(|()| SharedSlots::open(&directory, &name, Arc::new(clock)));
    match opened {
        Ok(slots) => pacer.sharing(slots),
        // A plan may be made from a place that cannot be written to.
        Err(error) => {
            tracing::info!(
                directory = %directory.display(),
                %error,
                "the rate is kept by this process alone"
            );
            pacer
        }
    }
}

/// The rate of many tenants together: of this process, and of all that use this state directory.
pub fn pacer_of_fleet(rate: Option<Rate>, state_dir: &Path) -> Arc<Pacer> {
    let pacer = Pacer::new(rate, Instant::now());
    Arc::new(match rate {
        Some(_) => shared(pacer, state_dir, "fleet"),
        None => pacer,
    })
}

/// Makes the files of the shared rate, which tell when somebody was at work, the owner's alone.
fn private_slots(directory: &Path, name: &str) -> std::io::Result<()> {
    private::own_directory(directory)?;
    for ending in SharedSlots::ENDINGS {
        private::file(&directory.join(format!("{name}.{ending}")), true)?;
    }
    Ok(())
}

/// A client that logs in at `endpoint` with these credentials.
pub fn client(
    resolved: &Resolved,
    endpoint: &str,
    credentials: Credentials,
    connections: usize,
) -> Result<Client, Failure> {
    let pacer = pacer(resolved, endpoint);
    client_of(
        resolved,
        endpoint,
        credentials,
        (connections, &plainly),
        pacer,
    )
}

fn pacer(resolved: &Resolved, endpoint: &str) -> Pacer {
    let access = &resolved.access;
    let pacer = Pacer::new(access.rate, Instant::now());
    if pacer.rate().is_some() && !access.is_sandbox() {
        shared(pacer, &resolved.state_dir, endpoint)
    } else {
        pacer
    }
}

fn client_of(
    resolved: &Resolved,
    endpoint: &str,
    credentials: Credentials,
    (connections, over): (usize, Over<'_>),
    pacer: Pacer,
) -> Result<Client, Failure> {
    let access = &resolved.access;
    let timeout = access.timeout;
    let connect_timeout = timeout.min(Duration::from_secs(15));
    let transport = HttpTransport::new(endpoint, &access.network, connect_timeout, connections)?;
    let settings = ClientSettings {
        timeout,
        ..ClientSettings::default()
    };
    Ok(Client::new(
        over(transport),
        credentials,
        settings,
        Arc::new(pacer),
    ))
}

/// Where the tenant of the built-in stand-in is kept.
pub fn sandbox_db(state_dir: &Path) -> std::path::PathBuf {
    state_dir.join("sandbox.sqlite")
}

fn sandbox_credentials() -> Credentials {
    Credentials {
        partner: Some(sandbox::ACCOUNT_PARTNER.to_owned()),
        username: sandbox::ACCOUNT_USER.to_owned(),
        password: Secret::new(sandbox::ACCOUNT_PASSWORD.to_owned()),
    }
}

async fn start_sandbox(state_dir: &Path) -> Result<(String, RunningSandbox), Failure> {
    // Lists that are tried out hold customers' data as well.
    private::directory(state_dir)
        .and_then(|()| private::file(&sandbox_db(state_dir), true))
        .map_err(|error| {
            let text = format!(
                "cannot use the state directory {}: {error}",
                state_dir.display()
            );
            Failure::usage(text).hint(Advice::OtherStateDir)
        })?;
    let config = Config {
        db: Some(sandbox_db(state_dir)),
        ..Config::default()
    };
    let sandbox = Sandbox::new(config)?;
    let server = sandbox::bind(([127, 0, 0, 1], 0).into(), sandbox, None).await?;
    let endpoint = server.endpoint();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(server.serve(async move {
        let _ = stopped.await;
    }));
    Ok((
        endpoint,
        RunningSandbox {
            stop: Some(stop),
            _server: served,
        },
    ))
}
