//! The calls that the engine's commands ask for, one future each.

use std::collections::HashMap;

use super::engine::{Devices, Look, Seen, says_gone};
use super::told::customer;
use crate::api::classify::{Stop, Trouble};
use crate::api::wire::Depth;
use crate::api::{Client, Created, Lease, Ticket};
use crate::model::{Operation, PartnerId, Relocation};

/// Sends an operation's request; answers with the id of the customer it is about.
pub(super) async fn send(
    client: &Client,
    (permit, lease): (Ticket, &Lease),
    operation: &Operation,
    parent: Option<PartnerId>,
) -> Result<PartnerId, Trouble> {
    match operation {
        Operation::Create {
            partner, account, ..
        } => {
            let Some(parent) = parent else {
                return Err(Trouble::NotSent("its parent has no id yet".into()));
            };
            let sent = client.create(permit, parent, partner, *account);
            sent.await.map(|Created(id)| id)
        }
        Operation::Update { id, update, .. } => {
            let parent = match update.relocation {
                Relocation::Moves => parent,
                Relocation::Stays => None,
            };
            let sent = client.modify((permit, lease), *id, parent, &update.changes);
            sent.await.map(|()| *id)
        }
        Operation::Deploy { id, to, .. } => {
            let sent = client.deploy((permit, lease), *id, *to);
            sent.await.map(|()| *id)
        }
        Operation::Remove { id, .. } => client.remove((permit, lease), *id).await.map(|()| *id),
    }
}

/// Looks. Without a permit the call waits for its own.
pub(super) async fn look(
    client: &Client,
    look: &Look,
    permit: Option<Ticket>,
) -> Result<Seen, Trouble> {
    match look {
        Look::Below { parent, .. } => {
            let below = client.children(*parent).await?;
            Ok(Seen::Below(below.into_iter().map(customer).collect()))
        }
        Look::Tree { root, .. } => {
            let all = client.partners_below(*root, Depth::Tree, customer);
            all.await.map(Seen::Tree)
        }
        Look::Customer { id, .. } => {
            let found = client.partner_with(*id, permit).await?;
            Ok(Seen::Customer(Box::new(customer(found))))
        }
        Look::Deployment { id, .. } => {
            let now = client.deployment(*id, permit).await?;
            Ok(Seen::Deployment(now))
        }
        Look::Bare {
            id,
            parent,
            devices,
            ..
        } => bare(client, *id, *parent, *devices, permit).await,
        Look::Devices { root } => devices_below(client, *root).await.map(Seen::Devices),
    }
}

/// A customer that is to be removed, and who stands below it.
async fn bare(
    client: &Client,
    id: PartnerId,
    parent: PartnerId,
    devices: bool,
    permit: Option<Ticket>,
) -> Result<Seen, Trouble> {
    let node = match client.with_children(id, permit).await {
        Ok(node) => node,
        // The service may call an id that is gone a matter of rights: the list of its parent, which
        // one may see, tells.
        Err(Trouble::Stop(Stop::Forbidden(error))) => {
            let siblings = client.children(parent).await?;
            let there = siblings.iter().any(|one| one.id == id.number());
            return if there {
                Err(Trouble::Stop(Stop::Forbidden(error)))
            } else {
                Ok(Seen::Gone)
            };
        }
        Err(trouble) => return Err(trouble),
    };
    let devices = if devices {
        let accounts = client.accounts(id).await?;
        accounts.into_iter().map(|one| one.name).collect()
    } else {
        Vec::new()
    };
    Ok(Seen::Bare {
        customer: Box::new(customer(node.info)),
        below: node.children.into_iter().map(customer).collect(),
        devices,
    })
}

/// Who has devices, of all below a customer and of itself: from one list where one shows them all.
pub(super) async fn devices_below(client: &Client, root: PartnerId) -> Result<Devices, Trouble> {
    let refused = match client.accounts(root).await {
        Ok(accounts) => {
            // Where it shows nobody's but its own, there may be none, or they may not be in it.
            let reaches = accounts
                .iter()
                .any(|one| one.partner_id != 0 && one.partner_id != root.number());
            if reaches {
                return Ok(by_customer(
                    accounts.into_iter().map(|one| (one.partner_id, one.name)),
                ));
            }
            None
        }
        Err(Trouble::Stop(Stop::Forbidden(error)) | Trouble::Refused(error)) => Some(error),
        Err(trouble) => return Err(trouble),
    };
    match (client.statistics(root).await, refused) {
        (Ok(list), _) => Ok(by_customer(
            list.into_iter().map(|one| (one.partner_id, one.name())),
        )),
        (Err(Trouble::Stop(Stop::Forbidden(_)) | Trouble::Refused(_)), None) => Ok(Devices::OfEach),
        (Err(Trouble::Stop(Stop::Forbidden(_)) | Trouble::Refused(_)), Some(error))
            if says_gone(&error) =>
        {
            Err(Trouble::Refused(error))
        }
        (Err(Trouble::Stop(Stop::Forbidden(_)) | Trouble::Refused(_)), Some(error)) => {
            Ok(Devices::Unseen(error))
        }
        (Err(trouble), _) => Err(trouble),
    }
}

fn by_customer(devices: impl Iterator<Item = (i64, String)>) -> Devices {
    let mut by_customer: HashMap<PartnerId, Vec<String>> = HashMap::new();
    for (id, name) in devices {
        if let Some(id) = PartnerId::from_number(id) {
            by_customer.entry(id).or_default().push(name);
        }
    }
    Devices::Of(by_customer)
}
