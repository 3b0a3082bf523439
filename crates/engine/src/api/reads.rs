//! The service's methods that change nothing, one attempt each.

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::answer::Answer;
use super::before_removal::{
    AccountStatistics, EnumerateAccountStatistics, EnumerateChildPartners, PartnerNode,
    WithChildren,
};
use super::classify::{Expects, Stop, Trouble};
use super::client::{Client, unreadable};
use super::departures::Ticket;
use super::deployment::PartnerUid;
use super::errors::{Meaning, meaning};
use super::listed::{Account, NamedId, TenantCountry, TenantPartner};
use super::method::Method;
use super::parts;
use super::wire::{ById, Depth, EnumeratePartners, EnumerateUsers, Nothing, ServerInfo, User};
use crate::model::{PartnerId, Switch};

impl Client {
    /// The customers directly below `parent`.
    pub async fn children(&self, parent: PartnerId) -> Result<Vec<TenantPartner>, Trouble> {
        let parts = self.partners_below(parent, Depth::Children, |one| one);
        Ok(parts.await?.into_iter().flatten().collect())
    }

    /// What `make` makes of each customer below `parent`, without itself, as soon as it is read: the list of a large
    /// tenant is held once, in the form that is kept. Such a list comes in parts, which were read beside each other.
    ///
    /// # Errors
    ///
    /// Where the service cannot be asked, or its list does not say who is who.
    pub async fn partners_below<T: Send>(
        &self,
        parent: PartnerId,
        depth: Depth,
        make: impl Fn(TenantPartner) -> T + Sync,
    ) -> Result<Vec<Vec<T>>, Trouble> {
        let params = EnumeratePartners::below(parent, depth);
        let method = Method::EnumeratePartners;
        let answer = self.look(method, params, Expects::Value, None).await?;
        let read = answer.read_value(|list| parts::read(list, parent, &make));
        let (census, parts) = read.map_err(|error| self.of_another_form(&error))?;
        match census.lacks() {
            None => Ok(parts),
            Some(lacking) => Err(unreadable(&lacking)),
        }
    }

    /// One customer. An answer that tells of another one is none.
    pub async fn partner(&self, id: PartnerId) -> Result<TenantPartner, Trouble> {
        self.partner_with(id, None).await
    }

    /// The same for a caller that may have passed the pacer for it.
    pub async fn partner_with(
        &self,
        id: PartnerId,
        permit: Option<Ticket>,
    ) -> Result<TenantPartner, Trouble> {
        let params = ById { partner_id: id };
        let method = Method::GetPartnerInfoById;
        let answer = self.look(method, params, Expects::Anything, permit).await?;
        let found: TenantPartner = self.parse(&answer)?;
        if found.id == id.number() {
            Ok(found)
        } else {
            let other = found.id;
            let text = format!("the service returned customer {other} when asked for {id}");
            Err(unreadable(&text))
        }
    }

    /// The users of a customer.
    pub async fn users(&self, of: PartnerId) -> Result<Vec<User>, Trouble> {
        let params = EnumerateUsers { partner_ids: [of] };
        self.list(Method::EnumerateUsers, params).await
    }

    /// What the service says of itself.
    pub async fn server_info(&self) -> Result<ServerInfo, Trouble> {
        self.read(Method::GetServerInfo, Nothing {}).await
    }

    /// How many customers stand right below `parent`, asked for with all their members.
    pub async fn with_all_fields(&self, parent: PartnerId) -> Result<usize, Trouble> {
        let params = EnumeratePartners::with_all_fields(parent);
        let list: Vec<IgnoredAny> = self.list(Method::EnumeratePartners, params).await?;
        Ok(list.len())
    }

    /// The UIDs of the customers below `parent` that have one.
    pub async fn uids_below(&self, parent: PartnerId) -> Result<Vec<(PartnerId, String)>, Trouble> {
        let params = EnumeratePartners::uids_below(parent);
        let list: Vec<PartnerUid> = self.list(Method::EnumeratePartners, params).await?;
        let with_uid = list.into_iter().filter(|one| !one.uid.trim().is_empty());
        let named = with_uid.filter_map(|one| Some((PartnerId::from_number(one.id)?, one.uid)));
        Ok(named.collect())
    }

    /// Whether a customer's devices are set up by themselves.
    pub async fn deployment(
        &self,
        id: PartnerId,
        permit: Option<Ticket>,
    ) -> Result<Switch, Trouble> {
        let (method, params) = (
            Method::GetAutoDeploymentPartnerState,
            ById { partner_id: id },
        );
        let answer = self.look(method, params, Expects::Value, permit).await?;
        let word: String = self.parse(&answer)?;
        match word.as_str() {
            "Enable" => Ok(Switch::On),
            // Nobody has switched anything yet.
            "Disable" | "Unspecified" | "Undefined" => Ok(Switch::Off),
            _ => Err(unreadable(
                "the service says neither Enable nor Disable of automatic deployment",
            )),
        }
    }

    /// One customer and some of those below it. An answer that tells of another one, or not whom it is
    /// about, is none.
    pub async fn with_children(
        &self,
        id: PartnerId,
        permit: Option<Ticket>,
    ) -> Result<WithChildren, Trouble> {
        let params = EnumerateChildPartners::of(id);
        let method = Method::EnumerateChildPartners;
        let answer = self.look(method, params, Expects::Value, permit).await?;
        let node: PartnerNode = self.parse(&answer)?;
        node.read(id).map_err(|lacking| unreadable(&lacking))
    }

    /// The devices of a customer; of those below it too, as far as the service tells.
    pub async fn accounts(&self, id: PartnerId) -> Result<Vec<Account>, Trouble> {
        let params = ById { partner_id: id };
        self.list(Method::EnumerateAccounts, params).await
    }

    /// The devices of all below a customer and of itself, with what is told of each.
    pub async fn statistics(&self, id: PartnerId) -> Result<Vec<AccountStatistics>, Trouble> {
        let mut all = Vec::new();
        loop {
            let params = EnumerateAccountStatistics::of(id, all.len());
            let method = Method::EnumerateAccountStatistics;
            let part: Vec<AccountStatistics> = self.list(method, params).await?;
            let is_last = part.len() < EnumerateAccountStatistics::AT_ONCE;
            all.extend(part);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// The storage locations.
    pub async fn locations(&self) -> Result<Vec<NamedId>, Trouble> {
        self.read(Method::EnumerateLocations, Nothing {}).await
    }

    /// The regions.
    pub async fn regions(&self) -> Result<Vec<NamedId>, Trouble> {
        self.read(Method::EnumerateRegions, Nothing {}).await
    }

    /// The countries.
    pub async fn countries(&self) -> Result<Vec<TenantCountry>, Trouble> {
        self.read(Method::EnumerateCountries, Nothing {}).await
    }

    /// One call that changes nothing. Being refused there means that the user may not do it.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        method: Method,
        params: impl Serialize,
    ) -> Result<T, Trouble> {
        let answer = self.look(method, params, Expects::Anything, None).await?;
        self.parse(&answer)
    }

    /// The same for a list. An answer without a list is none, and so is null: neither must pass
    /// for an empty one.
    async fn list<T: DeserializeOwned>(
        &self,
        method: Method,
        params: impl Serialize,
    ) -> Result<Vec<T>, Trouble> {
        let answer = self.look(method, params, Expects::Value, None).await?;
        self.parse(&answer)
    }

    async fn look(
        &self,
        method: Method,
        params: impl Serialize,
        expects: Expects,
        permit: Option<Ticket>,
    ) -> Result<Answer, Trouble> {
        let ticket = match permit {
            Some(permit) => permit,
            None => self.pacer().admit().await,
        };
        let answer = self.send(method, ticket, params, expects).await;
        answer.map_err(|trouble| match trouble {
            Trouble::Refused(error) if meaning(&error) == Meaning::Forbidden => {
                Trouble::Stop(Stop::Forbidden(error))
            }
            other => other,
        })
    }
}
