//! Looking at one customer: is it there, is it as it was, is anybody below it or anything on it.
//! Only calls that change nothing.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::plan::Item;
use crate::api::classify::{Stop, Trouble};
use crate::api::errors::{Meaning, meaning};
use crate::api::wire::Depth;
use crate::api::{Client, ServerError};
use crate::model::{PartnerId, Reason, code};
use crate::plan::Customer;
use crate::submit::reads::{Patience, ReadError, patiently};
use crate::submit::told::customer;

/// The service's number for an entity that does not exist.
const ENTITY_NOT_FOUND: i64 = 1802;

/// What a look saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nobody.
    Gone,
    /// The customer as it was created, bare.
    AsCreated,
    /// The customer, and what speaks against removing it.
    Changed(Reason),
}

/// Whether the service says that the customer does not exist.
pub(super) fn says_gone(error: &ServerError) -> bool {
    meaning(error) == Meaning::ParentNotFound || error.number == ENTITY_NOT_FOUND
}

/// Looks at one customer.
pub(super) async fn look(client: &Client, item: &Item) -> Result<Seen, Trouble> {
    let found = match client.partner(item.id).await {
        Ok(found) => customer(found),
        Err(Trouble::Refused(error)) if says_gone(&error) => return Ok(Seen::Gone),
        // The service may call an id that is gone a matter of rights: the list of its parent, which
        // one may see, tells.
        Err(Trouble::Stop(Stop::Forbidden(error))) => {
            let siblings = client.partners_below(item.parent, Depth::Children).await?;
            let there = siblings.iter().any(|one| one.id == item.id.number());
            return if there {
                Err(Trouble::Stop(Stop::Forbidden(error)))
            } else {
                Ok(Seen::Gone)
            };
        }
        Err(trouble) => return Err(trouble),
    };
    if found.id != item.id.get() {
        let message = format!(
            "the service tells of customer {} when asked for it",
            found.id
        );
        return Ok(Seen::Changed(Reason::new(&code::NOT_TOLD, message)));
    }
    if let Some(reason) = item.changed(&found) {
        return Ok(Seen::Changed(reason));
    }
    let below = match client.partners_below(item.id, Depth::Children).await {
        Err(Trouble::Refused(error)) if says_gone(&error) => return Ok(Seen::Gone),
        below => below?,
    };
    let below: Vec<Customer> = below.into_iter().map(customer).collect();
    if let Some(reason) = Reason::customers(&below) {
        return Ok(Seen::Changed(reason));
    }
    let accounts = match client.accounts(item.id).await {
        Err(Trouble::Refused(error)) if says_gone(&error) => return Ok(Seen::Gone),
        accounts => accounts?,
    };
    if accounts.is_empty() {
        return Ok(Seen::AsCreated);
    }
    let names: Vec<String> = accounts.into_iter().map(|one| one.name).collect();
    Ok(Seen::Changed(Reason::devices(&names)))
}

/// The names of the devices of many customers, those without any left out; so many calls at once.
pub async fn devices(
    client: &Arc<Client>,
    patience: &Patience,
    customers: impl Iterator<Item = PartnerId>,
    at_once: usize,
) -> Result<HashMap<PartnerId, Vec<String>>, ReadError> {
    let mut found = HashMap::new();
    let mut tasks = JoinSet::new();
    let mut customers = customers;
    loop {
        while tasks.len() < at_once.max(1)
            && let Some(id) = customers.next()
        {
            let (client, patience) = (Arc::clone(client), patience.clone());
            tasks.spawn(async move {
                let accounts = patiently(&client, &patience, || client.accounts(id)).await;
                (id, accounts)
            });
        }
        let Some(done) = tasks.join_next().await else {
            return Ok(found);
        };
        match done {
            Ok((id, Ok(accounts))) if !accounts.is_empty() => {
                found.insert(id, accounts.into_iter().map(|one| one.name).collect());
            }
            Ok((_, Ok(_))) => {}
            // Removed since the tree was read; the look before its own request will say so.
            Ok((_, Err(ReadError::Refused(error)))) if says_gone(&error) => {}
            Ok((_, Err(error))) => return Err(error),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => return Err(ReadError::Interrupted),
        }
    }
}
