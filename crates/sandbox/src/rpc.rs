//! From a request to a reply, with nothing between: no socket, no clock, no waiting.
//!
//! Faults are decided here and handed back as data, so that whoever carries the reply can carry
//! them out, on a real socket or under a test's clock. Must not know: HTTP beyond status and
//! headers, threads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::answer;
use super::call::Call;
use super::config::{Config, Ids};
use super::dispatch::dispatch;
use super::error::{CODE_REFUSED, ErrorName, Refusal, SandboxError};
use super::fault::{FaultKind, Faults, Struck};
use super::limit::Window;
use super::login::{Locks, login};
use super::method::Method;
use super::partner::PartnerView;
use super::record::{Done, LogRecord};
use super::reply::{Deferred, FaultAction, Reply, Request};
use super::store::Store;
use super::timestamp::Timestamp;
use super::user::User;
use super::visa::{Claim, Issue, Visas};
use super::wire::LooseBool;
use super::{spoil, wide};

/// The pretended service.
#[derive(Debug)]
pub struct Sandbox {
    config: Config,
    store: Store,
    visas: Visas,
    locks: Locks,
    faults: Faults,
    window: Window,
    waiting: Vec<Waiting>,
    /// Until when nobody is answered, and when what came in is done then.
    frozen: Option<(Timestamp, Timestamp)>,
    /// When customers were created, for lists that lag behind.
    created: Vec<(i32, Timestamp)>,
    tokens: u64,
    requests: [u64; Method::COUNT],
    unknown: BTreeMap<String, u64>,
}

/// Work that is put off.
#[derive(Debug)]
struct Waiting {
    token: u64,
    due: Timestamp,
    arrived: Timestamp,
    body: Vec<u8>,
    authorization: Option<String>,
}

impl Sandbox {
    /// Sets a sandbox up: opens or makes up the tenant.
    ///
    /// # Errors
    /// When the tenant's file cannot be read or written, or is none.
    pub fn new(config: Config) -> Result<Self, SandboxError> {
        let store = Store::open(&config)?;
        Ok(Self {
            visas: Visas::new(store.seed(), config.visa_ttl, config.visa_chain),
            locks: Locks::new(config.lockout),
            faults: Faults::new(&config.faults, config.seed),
            window: Window::new(config.rate_limit),
            store,
            config,
            waiting: Vec::new(),
            frozen: None,
            created: Vec::new(),
            tokens: 0,
            requests: [0; Method::COUNT],
            unknown: BTreeMap::new(),
        })
    }

    /// Serves one request that arrives at `now`; put-off work that is due is done first.
    pub fn handle(&mut self, request: &Request<'_>, now: Timestamp) -> Reply {
        if self.config.ids == Ids::Usual {
            return self.serve(request, now);
        }
        let body = wide::narrowed(request.body);
        let request = Request {
            body: &body,
            authorization: request.authorization,
        };
        let mut reply = self.serve(&request, now);
        let method = Method::from_name(&reply.log.method);
        reply.body = wide::widened(std::mem::take(&mut reply.body), method);
        reply
    }

    fn serve(&mut self, request: &Request<'_>, now: Timestamp) -> Reply {
        let late = self.commit_due(now);
        let mut call = Call::read(request.body);
        let mut log = LogRecord::of(&mut call, now);
        let method = call.method();
        if let Some(method) = method {
            self.requests[method.place()] += 1;
        }
        for path in &log.unknown {
            *self.unknown.entry(path.clone()).or_default() += 1;
        }
        let admitted = self.window.admit(now.0);
        let struck = match method {
            Some(method) if admitted => self
                .faults
                .decide(method)
                .filter(|struck| !(method.is_open() && struck.kind == FaultKind::ExpiredVisa)),
            _ => None,
        };
        let struck = self.freeze(now, struck);
        log.fault = struck.map(|struck| struck.kind);
        let mut reply = Reply {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            fault: FaultAction::None,
            latency: self.config.latency,
            deferred: None,
            log,
            late,
        };
        if !admitted {
            self.refuse(&mut reply, &call, &Refusal::of(ErrorName::RequestLimit));
        } else if !self.fail_before(&mut reply, &call, request, now, struck) {
            let children = method == Some(Method::EnumeratePartners)
                && call.params.fetch_recursively != Some(LooseBool(true));
            (reply.body, reply.log.done) = self.work(call, request.authorization, now, now);
            spoil::after(&mut reply, request.body, struck);
            self.spoil_list(&mut reply, request, now, struck, children);
        }
        seal(&mut reply);
        reply
    }

    /// Spoils what depends on more than the answer: who was created lately, whose list it is.
    fn spoil_list(
        &mut self,
        reply: &mut Reply,
        request: &Request<'_>,
        now: Timestamp,
        struck: Option<Struck>,
        children: bool,
    ) {
        let Some(Struck { kind, arg }) = struck else {
            return;
        };
        match (kind, reply.log.done) {
            (FaultKind::ParentsId, Done::Created(_)) => spoil::parents_id(reply, request.body),
            (FaultKind::Lag, Done::Read(_)) => {
                let since = Timestamp(now.0.saturating_sub(millis(arg)));
                let late = self.created.iter().filter(|(_, at)| *at > since);
                let late = late.map(|(id, _)| i64::from(*id)).collect();
                spoil::without(reply, &late);
            }
            (_, Done::Read(_)) if children => spoil::respelt(reply, kind),
            _ => {}
        }
    }

    /// While the service stands still every request is struck by that.
    fn freeze(&mut self, now: Timestamp, struck: Option<Struck>) -> Option<Struck> {
        let kind = FaultKind::Freeze;
        if let Some(Struck { arg, .. }) = struck.filter(|struck| struck.kind == kind)
            && self.frozen.is_none_or(|(until, _)| until <= now)
        {
            let until = now.0.saturating_add(millis(arg));
            let done = until.saturating_add(millis(arg));
            self.frozen = Some((Timestamp(until), Timestamp(done)));
        }
        match self.frozen {
            Some((until, done)) if now < until => {
                let arg = Duration::from_millis(done.0 - now.0);
                Some(Struck { kind, arg })
            }
            _ => struck,
        }
    }

    /// Does work that was put off, if nothing did it yet.
    pub fn commit_deferred(&mut self, deferred: Deferred, now: Timestamp) -> Option<LogRecord> {
        let place = self
            .waiting
            .iter()
            .position(|waiting| waiting.token == deferred.token)?;
        let waiting = self.waiting.remove(place);
        Some(self.commit(&waiting, now))
    }

    /// Does all work that was put off until now or earlier, in the order it falls due.
    pub fn commit_due(&mut self, now: Timestamp) -> Vec<LogRecord> {
        let mut done = Vec::new();
        while let Some(place) = self
            .earliest()
            .filter(|place| self.waiting[*place].due <= now)
        {
            let waiting = self.waiting.remove(place);
            done.push(self.commit(&waiting, waiting.due));
        }
        done
    }

    fn earliest(&self) -> Option<usize> {
        let places = 0..self.waiting.len();
        places.min_by_key(|place| (self.waiting[*place].due, self.waiting[*place].token))
    }

    fn commit(&mut self, waiting: &Waiting, now: Timestamp) -> LogRecord {
        let mut call = Call::read(&waiting.body);
        let mut log = LogRecord::of(&mut call, now);
        log.fault = Some(FaultKind::LateCommit);
        log.late = true;
        log.status = 0;
        (_, log.done) = self.work(call, waiting.authorization.as_deref(), waiting.arrived, now);
        log
    }

    /// All partners by id: other tenants' and removed ones too.
    pub fn partners(&self) -> Vec<PartnerView> {
        self.store.views()
    }

    /// How many requests for a method came in, refused and dropped ones included.
    pub fn requests(&self, method: Method) -> u64 {
        self.requests[method.place()]
    }

    /// The members that were sent and do not exist, by path, with how often.
    pub fn unknown_members(&self) -> &BTreeMap<String, u64> {
        &self.unknown
    }

    /// How much work is put off at the moment.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Carries out a fault that keeps the work from being done now. Says whether there was one.
    fn fail_before(
        &mut self,
        reply: &mut Reply,
        call: &Call<'_>,
        request: &Request<'_>,
        now: Timestamp,
        struck: Option<Struck>,
    ) -> bool {
        let Some(Struck { kind, arg }) = struck else {
            return false;
        };
        match kind {
            FaultKind::LateCommit => {
                reply.deferred = Some(self.put_off(request, now, arg));
                reply.fault = FaultAction::LateCommit(arg);
            }
            FaultKind::Freeze if call.method().is_some_and(Method::changes) => {
                reply.deferred = Some(self.put_off(request, now, arg));
                reply.fault = FaultAction::LateCommit(arg);
            }
            FaultKind::DropRequest | FaultKind::Freeze => reply.fault = FaultAction::DropRequest,
            // Who comes with a dead visa is told so before any work begins.
            FaultKind::GenericErrorLate
                if self.claim(call, request.authorization, now).is_none() =>
            {
                self.refuse(reply, call, &Refusal::of(ErrorName::Visa));
            }
            FaultKind::GenericErrorLate => {
                reply.deferred = Some(self.put_off(request, now, arg));
                self.refuse(reply, call, &Refusal::of(ErrorName::GenericService));
            }
            FaultKind::GenericError => {
                self.refuse(reply, call, &Refusal::of(ErrorName::GenericService));
            }
            FaultKind::Security => self.refuse(reply, call, &Refusal::of(ErrorName::Security)),
            FaultKind::Http429Date => {
                spoil::page(reply, 429, "Too Many Requests");
                reply.headers.push(("retry-after", spoil::date(now, 1)));
            }
            FaultKind::Html => spoil::page(reply, 200, "Sign in to continue"),
            FaultKind::Http429 => {
                spoil::page(reply, 429, "Too Many Requests");
                let seconds = arg.as_secs() + u64::from(arg.subsec_nanos() > 0);
                reply.headers.push(("retry-after", seconds.to_string()));
            }
            FaultKind::Http403 => spoil::page(reply, 403, "Forbidden"),
            FaultKind::Http500 => spoil::page(reply, 500, "Internal Server Error"),
            FaultKind::Http502 => spoil::page(reply, 502, "Bad Gateway"),
            FaultKind::Http503 => spoil::page(reply, 503, "Service Unavailable"),
            FaultKind::ExpiredVisa => {
                if let Some(claim) = self.claim(call, request.authorization, now) {
                    self.visas.kill(claim.issued);
                }
                self.refuse(reply, call, &Refusal::of(ErrorName::Visa));
            }
            FaultKind::Maintenance => {
                self.refuse(reply, call, &Refusal::of(ErrorName::Maintenance));
            }
            FaultKind::RequestLimit => {
                self.refuse(reply, call, &Refusal::of(ErrorName::RequestLimit));
            }
            _ => return spoil::before(reply, request.body, kind),
        }
        true
    }

    /// Keeps a request to be carried out later.
    fn put_off(&mut self, request: &Request<'_>, now: Timestamp, by: Duration) -> Deferred {
        self.tokens += 1;
        let due = Timestamp(now.0.saturating_add(millis(by)));
        self.waiting.push(Waiting {
            token: self.tokens,
            due,
            arrived: now,
            body: request.body.to_vec(),
            authorization: request.authorization.map(str::to_owned),
        });
        Deferred {
            token: self.tokens,
            due,
        }
    }

    fn refuse(&self, reply: &mut Reply, call: &Call<'_>, refusal: &Refusal) {
        let number = self.config.error_numbers.get(refusal.name);
        answer::error(
            &mut reply.body,
            &call.id,
            refusal.code,
            number,
            &refusal.message,
        );
        reply.log.done = Done::Refused(number);
    }

    /// Does what is asked; a visa counts by the time of arrival.
    fn work(
        &mut self,
        mut call: Call<'_>,
        authorization: Option<&str>,
        arrived: Timestamp,
        now: Timestamp,
    ) -> (Vec<u8>, Done) {
        let mut out = Vec::with_capacity(256);
        answer::head(&mut out, &call.id);
        out.extend_from_slice(b"\"result\":");
        let begun = self.store.begin().map_err(|error| error.refusal());
        let attempt =
            begun.and_then(|()| self.attempt(&mut call, authorization, arrived, now, &mut out));
        let ended = self.store.end().map_err(|error| error.refusal());
        match attempt.and_then(|done| ended.map(|()| done)) {
            Ok((user, used, done)) => {
                out.extend_from_slice(b",\"visa\":\"");
                self.visas.issue(&user, used, now.0, &mut out);
                out.extend_from_slice(b"\"}");
                (out, done)
            }
            Err(refusal) => {
                out.clear();
                let number = self.config.error_numbers.get(refusal.name);
                answer::error(&mut out, &call.id, refusal.code, number, &refusal.message);
                (out, Done::Refused(number))
            }
        }
    }

    fn attempt(
        &mut self,
        call: &mut Call<'_>,
        authorization: Option<&str>,
        arrived: Timestamp,
        now: Timestamp,
        out: &mut Vec<u8>,
    ) -> Result<(Arc<User>, Option<Issue>, Done), Refusal> {
        let wrong = call.wrong.take();
        if let Some(wrong) = wrong.as_ref().filter(|wrong| wrong.code != CODE_REFUSED) {
            return Err(wrong.clone());
        }
        let method = call
            .method()
            .ok_or_else(|| Refusal::of(ErrorName::JsonRpc))?;
        let caller = if method.is_open() {
            None
        } else {
            Some(self.caller(call, authorization, arrived)?)
        };
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let params = std::mem::take(&mut call.params);
        let Some((caller, used)) = caller else {
            let user = login(&mut self.store, &mut self.locks, &params, now)?;
            out.extend_from_slice(b"{\"result\":");
            answer::user(out, &user);
            out.push(b'}');
            let done = Done::LoggedIn(user.partner_id);
            return Ok((user, None, done));
        };
        let (config, store) = (&self.config, &mut self.store);
        let done = dispatch(config, store, method, &caller, params, now, out)?;
        if let Done::Created(id) = done {
            self.created.push((id, now));
        }
        Ok((caller, Some(used), done))
    }

    /// Who calls, by the visa beside the parameters or in the Authorization header, and that visa.
    fn caller(
        &self,
        call: &Call<'_>,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<(Arc<User>, Issue), Refusal> {
        let bad = || Refusal::of(ErrorName::Visa);
        let claim = self.claim(call, authorization, now).ok_or_else(bad)?;
        let user = self.store.user(claim.user_id).ok_or_else(bad)?;
        Ok((Arc::clone(user), claim.issued))
    }

    fn claim(&self, call: &Call<'_>, header: Option<&str>, now: Timestamp) -> Option<Claim> {
        let bearer = header.and_then(|header| header.strip_prefix("Bearer "));
        let visa = call.visa.as_deref().or(bearer.map(str::trim))?;
        self.visas.verify(visa, now.0)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Gives a reply what every reply has.
fn seal(reply: &mut Reply) {
    if !reply
        .headers
        .iter()
        .any(|(name, _)| *name == "content-type")
    {
        reply
            .headers
            .push(("content-type", "application/json".to_owned()));
    }
    if !reply.is_answered() {
        reply.body = Vec::new();
    }
    reply.log.status = if reply.is_answered() { reply.status } else { 0 };
}
