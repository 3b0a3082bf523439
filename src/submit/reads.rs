//! Calls that change nothing, repeated until they answer or patience ends.

use std::collections::HashSet;
use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::health::{Advice, Certainty, Health};
use super::settings::Control;
use super::told::customer;
use crate::api::classify::{Stop, Trouble};
use crate::api::wire::Depth;
use crate::api::{Client, ServerError};
use crate::model::{CountryCode, PartnerId};
use crate::plan::{Customer, Place, Tenant};

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
}

/// How long a read is tried, and what ends it early.
#[derive(Debug, Clone)]
pub struct Patience {
    /// How long the target may be down.
    pub limit: Duration,
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
        if *control.borrow() != Control::Run {
            return Err(ReadError::Interrupted);
        }
        let left = Instant::now();
        let trouble = tokio::select! {
            answer = call() => match answer {
                Ok(value) => return Ok(value),
                Err(trouble) => trouble,
            },
            () = stopped(&mut control) => return Err(ReadError::Interrupted),
        };
        let text = trouble.to_string();
        let now = Instant::now();
        let advice = match trouble {
            Trouble::Refused(error) => return Err(ReadError::Refused(error)),
            Trouble::Stop(stop) => return Err(ReadError::Stopped(stop)),
            Trouble::VisaRefused(_) => Advice::GoOn,
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
                    () = stopped(&mut control) => return Err(ReadError::Interrupted),
                }
            }
        }
    }
}

/// Waits until somebody asks to stop; never, when nobody can.
pub(super) async fn stopped(control: &mut watch::Receiver<Control>) {
    if control
        .wait_for(|control| *control != Control::Run)
        .await
        .is_err()
    {
        std::future::pending::<()>().await;
    }
}

/// Which lists a plan needs beside the customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Rows name storage locations.
    pub locations: Option<Want>,
    /// Rows name regions.
    pub regions: Option<Want>,
    /// Rows have a country.
    pub countries: Option<Want>,
}

/// It is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want;

/// Logs in and reads the whole tree below the customer one logs in under.
pub async fn read_tenant(
    client: &Client,
    patience: &Patience,
    wanted: Wanted,
) -> Result<Tenant, ReadError> {
    let root = patiently(client, patience, || client.login()).await?;
    let mut tenant = read_tree(client, patience, root).await?;
    let place = |one: crate::api::wire::NamedId| Place {
        id: one.id,
        name: one.name,
    };
    if wanted.locations.is_some() {
        let locations = patiently(client, patience, || client.locations()).await?;
        tenant.locations = locations.into_iter().map(place).collect();
    }
    if wanted.regions.is_some() {
        let regions = patiently(client, patience, || client.regions()).await?;
        tenant.regions = regions.into_iter().map(place).collect();
    }
    if wanted.countries.is_some() {
        tenant.blocked_countries = blocked_countries(client, patience).await?;
    }
    Ok(tenant)
}

/// The countries that the service takes no customers from. Some roles may not list countries; the
/// service says so itself then, row by row.
async fn blocked_countries(
    client: &Client,
    patience: &Patience,
) -> Result<HashSet<CountryCode>, ReadError> {
    let countries = match patiently(client, patience, || client.countries()).await {
        Ok(countries) => countries,
        Err(error @ (ReadError::Refused(_) | ReadError::Stopped(Stop::Forbidden(_)))) => {
            tracing::warn!(%error, "cannot list the countries; blocked ones are not known");
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let blocked = countries.into_iter().filter(|country| country.is_blocked);
    Ok(blocked
        .filter_map(|country| CountryCode::parse(country.iso_code.trim()))
        .collect())
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
    let below = patiently(client, patience, || {
        client.partners_below(root, Depth::Tree)
    })
    .await?;
    let top = Customer {
        id: root.get(),
        ..top
    };
    Ok(Tenant::new(top, below.into_iter().map(customer)))
}
