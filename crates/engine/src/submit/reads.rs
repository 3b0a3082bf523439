//! Calls that change nothing, repeated until they answer or patience ends.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::calls::devices_below;
use super::engine::Devices;
use super::engine::health::{Advice, Certainty, Health};
use super::settings::Control;
use super::told::customer;
use crate::api::classify::{Stop, Trouble};
use crate::api::wire::Depth;
use crate::api::{Client, ServerError};
use crate::model::PartnerId;
use crate::plan::{Customer, Place, ServiceCountry, Tenant};

/// Why a read gave up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The service said no.
    #[error("{0}")]
    Refused(ServerError),
    /// No request of this kind can succeed.
    #[error("{0}")]
    Stopped(Stop),
    /// The target did not answer for too long.
    #[error("{0}")]
    Unreachable(String),
    /// The person or the system asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The time that it was given is up.
    #[error("the time of --max-duration is up")]
    TimeUp,
}

impl ReadError {
    /// Why whoever asks for the end asks for it.
    pub fn of_control(control: Control) -> Self {
        match control {
            Control::TimeUp => Self::TimeUp,
            Control::Run | Control::Drain | Control::Abandon => Self::Interrupted,
        }
    }
}

/// How long a read is tried, and what ends it early.
#[derive(Debug, Clone)]
pub struct Patience {
    /// How long the target may be down.
    pub limit: Duration,
    /// How long the login is tried where nobody is reached.
    pub first_contact: Duration,
    /// Seeds the jitter of pauses.
    pub seed: u64,
    /// What the person or the system asks.
    pub control: watch::Receiver<Control>,
}

/// Makes a repeat-safe call until it answers; pauses grow, and hold back everybody.
pub async fn patiently<T, F>(
    client: &Client,
    patience: &Patience,
    mut call: impl FnMut() -> F,
) -> Result<T, ReadError>
where
    F: Future<Output = Result<T, Trouble>>,
{
    let mut control = patience.control.clone();
    let mut health = Health::new(patience.limit, patience.seed);
    loop {
        let asked = *control.borrow();
        if asked != Control::Run {
            return Err(ReadError::of_control(asked));
        }
        let left = Instant::now();
        let trouble = tokio::select! {
            answer = call() => match answer {
                Ok(value) => return Ok(value),
                Err(trouble) => trouble,
            },
            asked = stopped(&mut control) => return Err(ReadError::of_control(asked)),
        };
        let text = trouble.to_string();
        let now = Instant::now();
        let advice = match trouble {
            Trouble::Refused(error) | Trouble::Denied(error) => {
                return Err(ReadError::Refused(error));
            }
            Trouble::Stop(stop) => return Err(ReadError::Stopped(stop)),
            Trouble::VisaRefused(_) | Trouble::Overdue => Advice::GoOn,
            Trouble::TryAgain { after, .. } => health.asked_to_wait(left, now, after),
            Trouble::NotSent(_) | Trouble::Unknown { .. } => {
                health.lost(left, now, Certainty::Down)
            }
        };
        match advice {
            Advice::GoOn => {}
            Advice::GiveUp => return Err(ReadError::Unreachable(text)),
            Advice::Pause(pause) => {
                tracing::warn!(
                    pause_ms = pause.as_millis(),
                    reason = text,
                    "waiting for the service"
                );
                client.pacer().hold(now + pause);
                tokio::select! {
                    () = sleep(pause) => {}
                    asked = stopped(&mut control) => return Err(ReadError::of_control(asked)),
                }
            }
        }
    }
}

/// Logs in; a target that is not reached is waited for no longer than the first contact may take.
///
/// # Errors
/// As [`patiently`].
pub async fn log_in_patiently(
    client: &Client,
    patience: &Patience,
) -> Result<PartnerId, ReadError> {
    let patience = Patience {
        limit: patience.limit.min(patience.first_contact),
        ..patience.clone()
    };
    patiently(client, &patience, || client.login()).await
}

/// Waits until somebody asks to stop, and how; never, when nobody can.
pub(super) async fn stopped(control: &mut watch::Receiver<Control>) -> Control {
    let asked = control.wait_for(|control| *control != Control::Run).await;
    match asked.map(|asked| *asked) {
        Ok(asked) => asked,
        Err(_) => std::future::pending().await,
    }
}

/// Which lists a plan needs beside the customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Storage locations.
    pub locations: Option<Want>,
    /// Regions.
    pub regions: Option<Want>,
    /// Countries.
    pub countries: Option<Want>,
}

/// How much a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// The plan cannot do without it.
    Needed,
    /// It helps; where the user may not list it or no sensible answer comes, the service itself
    /// has the last word later.
    Helpful,
}

/// How long a list that only helps is tried for.
pub const HELPFUL_LIMIT: Duration = Duration::from_secs(5);

/// Logs in and reads the whole tree below the customer one logs in under.
pub async fn read_tenant(
    client: &Client,
    patience: &Patience,
    wanted: Wanted,
) -> Result<Tenant, ReadError> {
    let root = log_in_patiently(client, patience).await?;
    read_tenant_below(client, patience, root, wanted).await
}

/// The same where the login is done, and `root` is who one is logged in as.
pub async fn read_tenant_below(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
    wanted: Wanted,
) -> Result<Tenant, ReadError> {
    let mut tenant = read_tree(client, patience, root).await?;
    let place = |one: crate::api::listed::NamedId| Place {
        id: one.id,
        name: one.name,
    };
    let list = wanted_list(client, patience, wanted.locations, || client.locations());
    tenant.locations = list.await?.into_iter().map(place).collect();
    let list = wanted_list(client, patience, wanted.regions, || client.regions());
    tenant.regions = list.await?.into_iter().map(place).collect();
    let list = wanted_list(client, patience, wanted.countries, || client.countries());
    let countries = list.await?.into_iter().map(|one| ServiceCountry {
        code: one.iso_code,
        name: one.name,
        location_id: one.location_id,
        is_blocked: one.is_blocked,
    });
    tenant.countries = countries.collect();
    Ok(tenant)
}

/// One of the lists beside the customers, empty where it is not wanted or only helps and cannot be
/// had.
async fn wanted_list<T, F>(
    client: &Client,
    patience: &Patience,
    want: Option<Want>,
    call: impl FnMut() -> F,
) -> Result<Vec<T>, ReadError>
where
    F: Future<Output = Result<Vec<T>, Trouble>>,
{
    let limit = match want {
        None => return Ok(Vec::new()),
        Some(Want::Needed) => return patiently(client, patience, call).await,
        Some(Want::Helpful) => patience.limit.min(HELPFUL_LIMIT),
    };
    let patience = Patience {
        limit,
        ..patience.clone()
    };
    match patiently(client, &patience, call).await {
        Ok(list) => Ok(list),
        Err(
            error @ (ReadError::Interrupted
            | ReadError::TimeUp
            | ReadError::Stopped(Stop::BadCredentials(_))),
        ) => Err(error),
        Err(error) => {
            tracing::warn!(%error, "a list of the service cannot be read; what stands in it is not checked");
            Ok(Vec::new())
        }
    }
}

/// Who has devices, of all below `root` and of itself.
pub async fn devices(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
) -> Result<Devices, ReadError> {
    patiently(client, patience, || devices_below(client, root)).await
}

/// Reads the tree below `root`, with `root` itself.
pub async fn read_tree(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
) -> Result<Tenant, ReadError> {
    let top = match patiently(client, patience, || client.partner(root)).await {
        Ok(partner) => customer(partner),
        // Some roles may list the customers below and not look at their own.
        Err(ReadError::Refused(_) | ReadError::Stopped(Stop::Forbidden(_))) => Customer::default(),
        Err(error) => return Err(error),
    };
    let top = Customer {
        id: root.get(),
        ..top
    };
    // The answer is let go before the customers are sorted: both take hundreds of bytes for each.
    let below = || client.partners_below(root, Depth::Tree, customer);
    Ok(Tenant::of_parts(
        top,
        patiently(client, patience, below).await?,
    ))
}
