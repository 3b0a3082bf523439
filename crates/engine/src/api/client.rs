//! The service's methods, one attempt each. Every request passes the pacer, is counted, carries a
//! fresh visa and is classified.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use super::answer::{Answer, OUR_IDS};
use super::classify::{Expects, Fate, Stop, Trouble, classify};
use super::departures::Ticket;
use super::deployment::ModifyDeployment;
use super::errors::{Meaning, meaning};
use super::lease::Lease;
use super::listed::TenantPartner;
use super::method::Method;
use super::pace::Pacer;
use super::pulse::{Ending, Pulse};
use super::redact::Redactor;
use super::role::Role;
use super::secret::Credentials;
use super::session::{MoreLogins, Session, Turn, Visa};
use super::transport::{Failure, Reply, Transport};
use super::wire::{AddPartner, ById, ByName, Call, ChangesOf, Login, ModifyPartner, UserInfo};
use crate::model::{DefaultAccount, PartnerChanges, PartnerId, PartnerInfo, Switch};

/// How the client behaves.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// How long one request may take.
    pub timeout: Duration,
    /// How long one of the large lists may take.
    pub list_timeout: Duration,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            list_timeout: Duration::from_secs(180),
        }
    }
}

/// A customer that the service has just created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created(pub PartnerId);

/// Speaks to one service as one user.
pub struct Client {
    transport: Arc<dyn Transport>,
    credentials: Credentials,
    settings: ClientSettings,
    pacer: Arc<Pacer>,
    session: Session,
    requests: [AtomicU64; Method::ALL.len()],
    pulse: Pulse,
    from_sandbox: AtomicBool,
    /// The number of the user's role; 0 where the login did not tell it.
    role: AtomicI64,
    redactor: Redactor,
    /// What tells this client's requests from those of others.
    process: u32,
    ids: AtomicU64,
}

/// One request, ready to be sent.
struct Request<'a> {
    id: String,
    body: Vec<u8>,
    /// The visa in it.
    visa: &'a str,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Client")
            .field("username", &self.credentials.username)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client that has not yet logged in.
    pub fn new(
        transport: Arc<dyn Transport>,
        credentials: Credentials,
        settings: ClientSettings,
        pacer: Arc<Pacer>,
    ) -> Self {
        Self {
            redactor: Redactor::new(&credentials.password),
            transport,
            credentials,
            settings,
            pacer,
            session: Session::default(),
            requests: std::array::from_fn(|_| AtomicU64::new(0)),
            pulse: Pulse::default(),
            from_sandbox: AtomicBool::new(false),
            role: AtomicI64::new(0),
            process: fastrand::u32(..),
            ids: AtomicU64::new(1),
        }
    }

    /// What every request passes.
    pub fn pacer(&self) -> &Arc<Pacer> {
        &self.pacer
    }

    /// How its requests went over time.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// How many requests of each method have been sent so far.
    pub fn requests(&self) -> Vec<(Method, u64)> {
        let count = |method: &Method| self.requests[*method as usize].load(Ordering::Relaxed);
        Method::ALL
            .iter()
            .map(|method| (*method, count(method)))
            .collect()
    }

    /// Whether any answer said that it came from the sandbox.
    pub fn is_sandbox(&self) -> bool {
        self.from_sandbox.load(Ordering::Relaxed)
    }

    /// The user's role, where a login has told it.
    pub fn role(&self) -> Option<Role> {
        Role::of(self.role.load(Ordering::Relaxed))
    }

    /// Who logs in.
    pub fn username(&self) -> &str {
        &self.credentials.username
    }

    /// Logs in and tells the customer one logs in under.
    pub async fn login(&self) -> Result<PartnerId, Trouble> {
        let turn = self.session.logging_in.lock().await;
        let told = self.login_in_turn().await?;
        drop(turn);
        match told {
            Some(own) => Ok(own),
            None => self.own_partner().await,
        }
    }

    /// The customer one logs in under, by its name: the login need not tell its id.
    async fn own_partner(&self) -> Result<PartnerId, Trouble> {
        let name = self.credentials.partner.as_deref().unwrap_or_default();
        if name.trim().is_empty() {
            return Err(Trouble::Stop(Stop::Unusable(
                "the service does not say which customer the user belongs to: give its name \
                 with --partner"
                    .into(),
            )));
        }
        let found: TenantPartner = self.read(Method::GetPartnerInfo, ByName { name }).await?;
        let is_named = |one: &TenantPartner| one.name.trim() == name.trim();
        let other =
            || unreadable("the service returned a different customer from the one asked for");
        let id = PartnerId::from_number(found.id).filter(|_| is_named(&found));
        let id = id.ok_or_else(other)?;
        // Everything is created below it, so the id must be that of the name.
        match self.partner(id).await {
            Ok(same) if !is_named(&same) => Err(other()),
            Err(Trouble::Refused(error)) if meaning(&error) == Meaning::ParentNotFound => {
                Err(other())
            }
            // Some roles may not look at their own.
            Ok(_) | Err(Trouble::Refused(_) | Trouble::Stop(Stop::Forbidden(_))) => Ok(id),
            Err(trouble) => Err(trouble),
        }
    }

    async fn login_in_turn(&self) -> Result<Option<PartnerId>, Trouble> {
        let params = Login {
            partner: self.credentials.partner.as_deref(),
            username: &self.credentials.username,
            password: self.credentials.password.expose(),
        };
        let ticket = self.pacer.admit().await;
        let id = self.next_id();
        let body = Call::new(&id, Method::Login.as_str(), None, params).to_body();
        let request = Request { id, body, visa: "" };
        let attempt = self.attempt(Method::Login, request, ticket, Expects::Anything);
        let answer = attempt.await.map_err(|trouble| {
            let stop = match trouble {
                // A filter on the way, which has not looked at the password.
                Trouble::Refused(error) if error.is_status() => Stop::Forbidden(error),
                Trouble::Refused(error) | Trouble::VisaRefused(error) => {
                    Stop::BadCredentials(error)
                }
                Trouble::Stop(stop) => stop,
                other => return other,
            };
            self.session.end(stop.clone());
            Trouble::Stop(stop)
        })?;
        let user: UserInfo = self.parse(&answer)?;
        self.role
            .store(user.role_id.unwrap_or_default(), Ordering::Relaxed);
        let Some(visa) = &answer.visa else {
            return Err(unreadable("the answer to Login has no visa"));
        };
        self.session.logged_in(visa, Instant::now());
        Ok(user.partner_id.and_then(PartnerId::from_number))
    }

    /// A visa for a call that has just passed the pacer. Where none is good, logs in first, or
    /// waits for whoever does, and passes the pacer again.
    async fn visa(&self, ticket: Ticket) -> Result<(Visa, Ticket), Trouble> {
        if let Some(visa) = self.session.visa(Instant::now()).map_err(Trouble::Stop)? {
            return Ok((visa, ticket));
        }
        self.log_in_for_all().await.map_err(before_the_call)?;
        let ticket = self.pacer.admit().await;
        let visa = self.session.visa_of_any_age().map(|visa| (visa, ticket));
        visa.ok_or_else(|| Trouble::NotSent("the visa was refused before its first use".into()))
    }

    /// One login for all who need one, with one result, be it a failure.
    async fn log_in_for_all(&self) -> Result<(), Trouble> {
        let failures = self.session.failures();
        let _turn = self.session.logging_in.lock().await;
        let visa = self.session.visa(Instant::now()).map_err(Trouble::Stop)?;
        if visa.is_some() {
            return Ok(());
        }
        if let Some(trouble) = self.session.failure_since(failures) {
            return Err(trouble);
        }
        let result = self.login_in_turn().await;
        if let Err(trouble) = &result {
            self.session.failed(trouble.clone());
        }
        result.map(|_| ())
    }

    /// Sends one `AddPartner`. The caller has passed the pacer for it (see [`Client::pacer`]);
    /// where a login comes first, the pacer is passed again.
    pub async fn create(
        &self,
        ticket: Ticket,
        parent: PartnerId,
        partner: &PartnerInfo,
        account: DefaultAccount,
    ) -> Result<Created, Trouble> {
        let params = AddPartner::new(parent, partner, account);
        let answer = self
            .send(Method::AddPartner, ticket, params, Expects::NewId)
            .await?;
        let id = answer.value().parse().ok().and_then(PartnerId::from_number);
        id.map(Created)
            .ok_or_else(|| unreadable("the id of the new customer is out of range"))
    }

    /// Sends one `ModifyPartner`; `parent` is `Some` where the customer is moved. The caller has
    /// passed the pacer for it, as for [`Client::create`]; it leaves only while `lease` stands.
    pub async fn modify(
        &self,
        (ticket, lease): (Ticket, &Lease),
        id: PartnerId,
        parent: Option<PartnerId>,
        changes: &PartnerChanges,
    ) -> Result<(), Trouble> {
        let params = ModifyPartner {
            partner_info: ChangesOf {
                id,
                parent_id: parent,
                changes,
            },
        };
        let method = Method::ModifyPartner;
        let sent = self.send_while(lease, method, ticket, params, Expects::Done);
        sent.await.map(|_| ())
    }

    /// Sends one `ModifyAutoDeploymentPartnerState`. The caller has passed the pacer for it, as for
    /// [`Client::create`].
    pub async fn deploy(
        &self,
        (ticket, lease): (Ticket, &Lease),
        id: PartnerId,
        to: Switch,
    ) -> Result<(), Trouble> {
        let (method, params) = (
            Method::ModifyAutoDeploymentPartnerState,
            ModifyDeployment::to(id, to),
        );
        let sent = self.send_while(lease, method, ticket, params, Expects::Done);
        sent.await.map(|_| ())
    }

    /// Sends one `RemovePartner`. The caller has passed the pacer for it, as for [`Client::create`].
    pub async fn remove(
        &self,
        (ticket, lease): (Ticket, &Lease),
        id: PartnerId,
    ) -> Result<(), Trouble> {
        let (method, params) = (Method::RemovePartner, ById { partner_id: id });
        let answer = self.send_while(lease, method, ticket, params, Expects::Done);
        answer.await.map(|_| ())
    }

    /// One request with a good visa. Where it is forbidden, the visa may be to blame although the
    /// service does not say so: one login and one more try.
    pub(super) async fn send(
        &self,
        method: Method,
        ticket: Ticket,
        params: impl Serialize,
        expects: Expects,
    ) -> Result<Answer, Trouble> {
        let lease = Lease::unlimited();
        let sent = self.send_while(&lease, method, ticket, params, expects);
        sent.await
    }

    /// The same as long as it may leave: its visa may be in another's hands for a while.
    async fn send_while(
        &self,
        lease: &Lease,
        method: Method,
        ticket: Ticket,
        params: impl Serialize,
        expects: Expects,
    ) -> Result<Answer, Trouble> {
        let may_leave = || {
            if lease.stands(Instant::now()) {
                return Ok(());
            }
            tracing::debug!(
                method = method.as_str(),
                "a request did not leave: what was seen before it no longer counts"
            );
            Err(Trouble::Overdue)
        };
        let turn = self.session.turn().await;
        may_leave()?;
        let ticket = match turn {
            // The permit was for then.
            Some(Turn::Waited(_)) => self.pacer.admit().await,
            Some(Turn::AtOnce(_)) | None => ticket,
        };
        let (visa, ticket) = self.visa(ticket).await?;
        may_leave()?;
        let first = self.send_with(method, &visa, ticket, &params, expects);
        match first.await {
            Err(Trouble::Refused(error))
                if meaning(&error) == Meaning::Forbidden && self.session.may_be_stale(&visa) =>
            {
                let ticket = self.pacer.admit().await;
                let (visa, ticket) = self.visa(ticket).await?;
                // The first one has left, and nothing was done.
                may_leave().map_err(|_| Trouble::VisaRefused(error))?;
                let second = self.send_with(method, &visa, ticket, &params, expects);
                let second = second.await;
                match &second {
                    Ok(_) => self.session.was_stale(),
                    Err(Trouble::Refused(_)) => self.session.forbidden_again(),
                    Err(_) => {}
                }
                second
            }
            other => other,
        }
    }

    async fn send_with(
        &self,
        method: Method,
        visa: &Visa,
        ticket: Ticket,
        params: &impl Serialize,
        expects: Expects,
    ) -> Result<Answer, Trouble> {
        self.redactor.learn(visa.as_str());
        let id = self.next_id();
        let body = Call::new(&id, method.as_str(), Some(visa.as_str()), params).to_body();
        let visa_text = visa.as_str();
        let request = Request {
            id,
            body,
            visa: visa_text,
        };
        match self.attempt(method, request, ticket, expects).await {
            Ok(answer) => {
                let next = answer.visa.as_deref();
                self.session.accepted(visa, next, Instant::now());
                Ok(answer)
            }
            Err(Trouble::VisaRefused(error)) => Err(match self.session.refused(visa) {
                MoreLogins::MayHelp => Trouble::VisaRefused(error),
                MoreLogins::Useless => Trouble::Stop(Stop::BadCredentials(error)),
            }),
            Err(Trouble::Unknown {
                fate: Fate::StaleVisa,
                text,
            }) => {
                self.session.refused(visa);
                let fate = Fate::StaleVisa;
                Err(Trouble::Unknown { fate, text })
            }
            other => other,
        }
    }

    async fn attempt(
        &self,
        method: Method,
        Request { id, body, visa }: Request<'_>,
        ticket: Ticket,
        expects: Expects,
    ) -> Result<Answer, Trouble> {
        let (left, _under_way) = (Instant::now(), self.pulse.leaves());
        self.requests[method as usize].fetch_add(1, Ordering::Relaxed);
        let limit = match method {
            Method::EnumeratePartners
            | Method::EnumerateAccounts
            | Method::EnumerateAccountStatistics => {
                self.settings.list_timeout.max(self.settings.timeout)
            }
            _ => self.settings.timeout,
        };
        let reply = match timeout(limit, self.transport.post(body, method.room())).await {
            Ok(reply) => reply,
            Err(_) => Err(Failure::TimedOut(limit)),
        };
        self.pacer.answered(ticket);
        if let Ok(Reply {
            retry_after: Some(pause),
            ..
        }) = reply
        {
            self.pacer.asked_to_wait(pause);
        }
        if let Ok(Reply {
            from_sandbox: true, ..
        }) = reply
        {
            self.from_sandbox.store(true, Ordering::Relaxed);
        }
        let result = classify(&id, reply, expects);
        self.pulse.note(method, left, Ending::of(&result));
        if let Ok(answer) = &result {
            if let Some(visa) = &answer.visa {
                self.redactor.learn(visa);
            }
            return result;
        }
        // Thousands of visas may have come and gone since this one was sent.
        self.redactor.learn(visa);
        result.map_err(|trouble| trouble.with_texts(|text| self.redactor.clean(text)))
    }

    /// The id of the next request; that of no other, also of another process.
    fn next_id(&self) -> String {
        let number = self.ids.fetch_add(1, Ordering::Relaxed);
        format!("{OUR_IDS}{:08x}-{number}", self.process)
    }

    pub(super) fn parse<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Trouble> {
        let read = answer.read_value(|value| serde_json::from_str(value));
        read.map_err(|error| self.of_another_form(&error))
    }

    pub(super) fn of_another_form(&self, error: &serde_json::Error) -> Trouble {
        let mut text = format!("the answer has another form than expected ({error})");
        self.redactor.clean(&mut text);
        unreadable(&text)
    }
}

/// Trouble with a login, seen from the call that it came before: that call has not left.
fn before_the_call(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Unknown { text, .. } => Trouble::NotSent(format!("login: {text}")),
        other => other,
    }
}

pub(super) fn unreadable(text: &str) -> Trouble {
    Trouble::Unknown {
        fate: Fate::MayLandLater,
        text: text.to_owned(),
    }
}
