//! The sandbox behind a network that loses things, as a transport; and a record of all that
//! arrived, with what must never be seen there.

mod complaint;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use partner_import::api::transport::Attempt;
use partner_import::api::{Failure, Reply, Room, Transport};
use partner_import::sandbox::{
    ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, Done, FaultAction, FaultKind,
    LogRecord, PartnerView, Request, Sandbox, Timestamp,
};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use self::complaint::complaint_of_change;
use super::forest::Forest;
use super::life::{Disk, Durable, Life};

/// When the sandbox's clock starts, Unix milliseconds.
pub(crate) const EPOCH: u64 = 1_700_000_000_000;

/// What the network itself does, beside the sandbox's faults.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    /// The share of requests that find no connection.
    pub(crate) no_connection: f64,
    /// The share of lost answers after which the connection stays open for ever.
    pub(crate) silence: f64,
    /// Up to so much is added to every answer's time.
    pub(crate) jitter: Duration,
    /// The share of calls that the service answers with an error that says nothing, half of them
    /// after it has done the work.
    pub(crate) unclear: f64,
    /// From when to when nobody can connect.
    pub(crate) down: Option<(Duration, Duration)>,
}

impl Weather {
    pub(crate) const FAIR: Self = Self {
        no_connection: 0.0,
        silence: 0.0,
        jitter: Duration::ZERO,
        unclear: 0.0,
        down: None,
    };
}

/// One request as it reached the service, or would have.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) at: Instant,
    pub(crate) process: usize,
    pub(crate) method: String,
    pub(crate) name: Option<String>,
    /// The customer it is about, where it names one by id.
    pub(crate) id: Option<i32>,
    pub(crate) done: Done,
    pub(crate) fault: Option<FaultKind>,
    /// How many creates were under way at the service then, itself included.
    pub(crate) under_way: usize,
}

/// The service and the way to it. Outlives processes.
pub(crate) struct Network {
    pub(crate) sandbox: Mutex<Sandbox>,
    pub(crate) disk: Arc<Disk>,
    pub(crate) start: Instant,
    forest: Arc<Forest>,
    weather: Weather,
    random: Mutex<Rng>,
    record: Mutex<Record>,
    /// How many creates the service works on at once; others queue.
    capacity: Semaphore,
    /// The method of which the service says that it was done, and does nothing.
    only_said: Mutex<Option<&'static str>>,
}

#[derive(Default)]
struct Record {
    arrivals: Vec<Arrival>,
    processes: usize,
    in_flight: HashSet<String>,
    /// Work that was put off, by name, until when.
    put_off: HashMap<String, u64>,
    /// What others have done to customers, by customer, and the telephone number they gave it last.
    meddled: HashMap<i32, Vec<(Instant, Meddling)>>,
    phones: HashMap<i32, String>,
    /// Customers that others have removed, and those below whom they have taken somebody away.
    removed: BTreeSet<i32>,
    left: BTreeSet<i32>,
    /// When a process last looked at a customer, and at devices.
    looks: HashMap<(usize, i32), Instant>,
    lists: HashMap<usize, Instant>,
    /// How often requests of the run have changed a customer.
    changes: HashMap<i32, usize>,
    wrong: Vec<String>,
}

impl Record {
    /// Notes how often the run has changed each customer.
    fn count(&mut self, done: &[LogRecord]) {
        for one in done {
            // Switching automatic deployment on twice does no harm.
            if let Done::Modified(id) = one.done
                && one.method == "ModifyPartner"
            {
                *self.changes.entry(id).or_default() += 1;
            }
        }
    }
}

/// What somebody else does to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meddling {
    /// Gives it another name.
    Name,
    /// Moves it, gives it another code, puts somebody below it, or removes it.
    Stand,
    /// Changes its telephone number.
    Phone,
    /// Puts a device on it.
    Device,
}

/// More requests than any run needs: somebody is going round in circles.
const TOO_MANY: usize = 200_000;

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Network {
    pub(crate) fn new(config: Config, forest: Arc<Forest>, weather: Weather, seed: u64) -> Self {
        Self {
            sandbox: Mutex::new(Sandbox::new(config).expect("a sandbox in memory")),
            disk: Arc::default(),
            start: Instant::now(),
            forest,
            weather,
            random: Mutex::new(Rng::with_seed(seed)),
            record: Mutex::default(),
            capacity: Semaphore::new(Semaphore::MAX_PERMITS),
            only_said: Mutex::default(),
        }
    }

    /// From now on the service says that requests of this method are done, and does nothing.
    pub(crate) fn only_says(&self, method: &'static str) {
        *locked(&self.only_said) = Some(method);
    }

    /// The request that reaches the service in the place of one of which it only says that it is done.
    fn instead_of(&self, body: &[u8]) -> Option<Vec<u8>> {
        let method = (*locked(&self.only_said))?;
        let mut request: serde_json::Value = serde_json::from_slice(body).ok()?;
        let harmless = request["method"] == method;
        harmless.then(|| {
            request["method"] = "GetPartnerInfoById".into();
            request.to_string().into_bytes()
        })
    }

    /// From now on the service works on so many creates at once.
    pub(crate) fn has_capacity(&self, creates: usize) {
        let now = self.capacity.available_permits();
        self.capacity.forget_permits(now.saturating_sub(creates));
    }

    /// The service works on so many creates fewer, as soon as those under way are done.
    pub(crate) async fn loses_capacity(&self, creates: u32) {
        let lost = self.capacity.acquire_many(creates).await;
        lost.expect("never closed").forget();
    }

    /// A process's way in.
    pub(crate) fn connect(self: &Arc<Self>, life: &Arc<Life>) -> Arc<Connection> {
        let mut record = locked(&self.record);
        record.processes += 1;
        Arc::new(Connection {
            network: Arc::clone(self),
            life: Arc::clone(life),
            process: record.processes,
        })
    }

    fn now(&self) -> Timestamp {
        let elapsed = self.start.elapsed().as_millis();
        Timestamp(EPOCH + u64::try_from(elapsed).expect("a short simulation"))
    }

    /// Does all that was put off, however late.
    pub(crate) fn settle(&self) {
        let late = locked(&self.sandbox).commit_due(Timestamp(u64::MAX));
        let mut record = locked(&self.record);
        record.count(&late);
        record.put_off.clear();
    }

    /// The customers that were not there before and are now.
    pub(crate) fn new_customers(&self) -> Vec<PartnerView> {
        let mut all = locked(&self.sandbox).partners();
        all.retain(|one| !one.original && !one.removed);
        all
    }

    /// Removes a customer, as somebody else.
    pub(crate) fn remove(&self, id: i32) {
        self.call("RemovePartner", &serde_json::json!({ "partnerId": id }));
    }

    /// Does something to a customer, as somebody else; whether the service let that happen.
    pub(crate) fn meddle(
        &self,
        id: i32,
        what: Meddling,
        method: &str,
        params: &serde_json::Value,
    ) -> bool {
        let view = || {
            let all = locked(&self.sandbox).partners();
            all.into_iter().find(|one| one.id == id)
        };
        let before = view();
        if self.try_call(method, params).get("error").is_some() {
            return false;
        }
        let (before, now) = before.zip(view()).expect("it is known");
        let mut record = locked(&self.record);
        let all = record.meddled.entry(id).or_default();
        all.push((Instant::now(), what));
        if now.removed || now.parent_id != before.parent_id {
            record.left.insert(before.parent_id);
        }
        if now.removed {
            record.removed.insert(id);
        }
        if let (Meddling::Phone, Some(phone)) = (what, now.phone) {
            record.phones.insert(id, phone);
        }
        true
    }

    /// The customers that others have touched.
    pub(crate) fn meddled(&self) -> BTreeSet<i32> {
        locked(&self.record).meddled.keys().copied().collect()
    }

    /// Whether others have done this to a customer.
    pub(crate) fn has_meddled(&self, id: i32, what: Meddling) -> bool {
        let record = locked(&self.record);
        let all = record.meddled.get(&id);
        all.is_some_and(|all| all.iter().any(|(_, one)| *one == what))
    }

    /// The telephone number that others gave a customer last.
    pub(crate) fn phone_of_others(&self, id: i32) -> Option<String> {
        locked(&self.record).phones.get(&id).cloned()
    }

    /// Whether others have removed a customer.
    pub(crate) fn is_removed_by_others(&self, id: i32) -> bool {
        locked(&self.record).removed.contains(&id)
    }

    /// Whether others have moved or removed somebody who stood below a customer.
    pub(crate) fn has_lost_somebody(&self, id: i32) -> bool {
        locked(&self.record).left.contains(&id)
    }

    /// How often requests of the run have changed each customer since this was last asked.
    pub(crate) fn take_changes(&self) -> HashMap<i32, usize> {
        std::mem::take(&mut locked(&self.record).changes)
    }

    /// Does something at the service, as somebody else; the answer, be it a refusal.
    pub(crate) fn try_call(&self, method: &str, params: &serde_json::Value) -> serde_json::Value {
        let login = serde_json::json!({
            "partner": ACCOUNT_PARTNER, "username": ACCOUNT_USER, "password": ACCOUNT_PASSWORD,
        });
        let answer = self.call_of_others("", "Login", &login);
        match answer["visa"].as_str() {
            Some(visa) => self.call_of_others(visa, method, params),
            None => answer,
        }
    }

    /// One call of somebody else. What strikes others strikes this too: it is made until it is done or
    /// refused. What is put off is done at once: whatever lands late is the run's.
    fn call_of_others(
        &self,
        visa: &str,
        method: &str,
        params: &serde_json::Value,
    ) -> serde_json::Value {
        let body = serde_json::json!({
            "jsonrpc": "2.0", "id": "1", "visa": visa, "method": method, "params": params,
        })
        .to_string();
        let request = Request {
            body: body.as_bytes(),
            authorization: None,
        };
        let refused = || serde_json::json!({"error": {"message": "it says no, or stands still"}});
        loop {
            let now = self.now();
            let (reply, late) = {
                let mut sandbox = locked(&self.sandbox);
                let reply = sandbox.handle(&request, now);
                let deferred = reply.deferred;
                (
                    reply,
                    deferred.and_then(|one| sandbox.commit_deferred(one, now)),
                )
            };
            locked(&self.record).count(&reply.late);
            match late.as_ref().map_or(reply.log.done, |late| late.done) {
                Done::Created(_) | Done::Modified(_) | Done::Removed(_) => {
                    return serde_json::json!({});
                }
                Done::Refused(_) if late.is_some() => return refused(),
                _ if reply.log.fault == Some(FaultKind::Freeze) => return refused(),
                _ if reply.log.fault.is_none() => {
                    return serde_json::from_slice(&reply.body).expect("an answer in JSON");
                }
                _ => {}
            }
        }
    }

    /// The same where it must succeed.
    pub(crate) fn call(&self, method: &str, params: &serde_json::Value) {
        let answer = self.try_call(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        locked(&self.record).arrivals.clone()
    }

    /// The arrivals for one method.
    pub(crate) fn arrivals_of(&self, method: &str) -> Vec<Arrival> {
        let mut arrivals = self.arrivals();
        arrivals.retain(|one| one.method == method);
        arrivals
    }

    /// What was seen and must not be.
    pub(crate) fn wrong(&self) -> Vec<String> {
        locked(&self.record).wrong.clone()
    }

    fn chance(&self, share: f64) -> bool {
        share > 0.0 && locked(&self.random).f64() < share
    }

    fn jitter(&self) -> Duration {
        if self.weather.jitter.is_zero() {
            return Duration::ZERO;
        }
        self.weather.jitter.mul_f64(locked(&self.random).f64())
    }

    fn is_down(&self) -> bool {
        let elapsed = self.start.elapsed();
        let down = self.weather.down;
        down.is_some_and(|(from, to)| elapsed >= from && elapsed < to)
    }

    /// Notes an arrival, and whether it may be. The reply tells what was asked.
    fn note(&self, process: usize, reply: &partner_import::sandbox::Reply, now: Timestamp) {
        let log = &reply.log;
        let mut record = locked(&self.record);
        for late in reply.late.iter().filter_map(|late| self.changed_by(late)) {
            record.put_off.remove(&late);
        }
        record.count(&reply.late);
        record.count(std::slice::from_ref(log));
        let complaint = complaint_of_change(&mut record, process, log);
        record.wrong.extend(complaint);
        if let Some(name) = self.changed_by(log) {
            let complaint = self.complaint(&record, &name, log, now);
            record.wrong.extend(complaint);
            record.in_flight.insert(name.clone());
            if let Some(deferred) = reply.deferred {
                record.put_off.insert(name, deferred.due.0);
            }
        }
        let arrival = Arrival {
            at: Instant::now(),
            process,
            method: log.method.clone().into_owned(),
            name: log.name.as_deref().map(str::to_owned),
            id: log.partner_id,
            done: log.done,
            fault: log.fault,
            under_way: record.in_flight.len(),
        };
        record.arrivals.push(arrival);
        assert!(record.arrivals.len() < TOO_MANY, "requests without an end");
    }

    /// The customer that a request creates, changes or removes.
    fn changed_by(&self, log: &LogRecord) -> Option<String> {
        match log.method.as_ref() {
            "AddPartner" => log.name.as_deref().map(str::to_owned),
            "ModifyPartner" | "RemovePartner" => {
                let all = locked(&self.sandbox).partners();
                let one = all.into_iter().find(|one| Some(one.id) == log.partner_id);
                one.map(|one| one.name)
            }
            _ => None,
        }
    }

    fn complaint(
        &self,
        record: &Record,
        name: &str,
        log: &LogRecord,
        now: Timestamp,
    ) -> Option<String> {
        // A second removal does no harm: it finds nobody.
        let removes = log.method == "RemovePartner";
        let complain = |what: &str| Some(format!("{name:?}: {what}"));
        if record.in_flight.contains(name) {
            return complain("two requests in flight");
        }
        if !removes && record.put_off.get(name).is_some_and(|due| *due > now.0) {
            return complain("sent again while an earlier request could still land");
        }
        if !removes && matches!(log.done, Done::Refused(2101)) && record.meddled.is_empty() {
            return complain("sent before its parent was there");
        }
        match self.forest.row_named(name).map(|row| self.disk.says(row)) {
            None if record.meddled.is_empty() => complain("no row has that name"),
            None | Some(Durable::Intent) => None,
            Some(state) => complain(&format!("sent while the disk says {state:?}")),
        }
    }
}

/// One process's connection to the service.
pub(crate) struct Connection {
    network: Arc<Network>,
    life: Arc<Life>,
    process: usize,
}

impl Transport for Connection {
    fn post(&self, body: Vec<u8>, _: Room) -> Attempt<'_> {
        Box::pin(self.carry(body))
    }
}

impl Connection {
    async fn carry(&self, body: Vec<u8>) -> Result<Reply, Failure> {
        let network = &self.network;
        let Some(number) = self.life.begins_request() else {
            return std::future::pending().await;
        };
        if network.is_down() || network.chance(network.weather.no_connection) {
            sleep(network.jitter()).await;
            return Err(Failure::NotSent("connection refused".into()));
        }
        if network.chance(network.weather.unclear / 2.0) {
            sleep(network.jitter()).await;
            return Ok(generic_error());
        }
        let now = network.now();
        let instead = network.instead_of(&body);
        let mut reply = locked(&network.sandbox).handle(
            &Request {
                body: instead.as_deref().unwrap_or(&body),
                authorization: None,
            },
            now,
        );
        if instead.is_some() {
            reply.body = without_result(&reply.body);
        }
        network.note(self.process, &reply, now);
        let _under_way = UnderWay {
            network,
            name: network.changed_by(&reply.log),
        };
        if !self.life.survives_request(number) {
            return std::future::pending().await;
        }
        let place = if reply.log.method == "AddPartner" {
            network.capacity.acquire().await.ok()
        } else {
            None
        };
        sleep(reply.wait() + network.jitter()).await;
        drop(place);
        if self.life.is_over() {
            return std::future::pending().await;
        }
        self.deliver(reply).await
    }

    async fn deliver(&self, reply: partner_import::sandbox::Reply) -> Result<Reply, Failure> {
        match reply.fault {
            FaultAction::None if self.network.chance(self.network.weather.unclear / 2.0) => {
                Ok(generic_error())
            }
            FaultAction::None | FaultAction::Delay(_) => Ok(answer(reply)),
            FaultAction::Cut => Err(Failure::Broken("unexpected end of the answer".into())),
            FaultAction::DropRequest | FaultAction::DropAnswer | FaultAction::LateCommit(_) => {
                if self.network.chance(self.network.weather.silence) {
                    std::future::pending::<()>().await;
                }
                Err(Failure::Broken("connection reset".into()))
            }
        }
    }
}

/// A request until its answer, its loss or its end.
struct UnderWay<'a> {
    network: &'a Network,
    name: Option<String>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            locked(&self.network.record).in_flight.remove(name);
        }
    }
}

/// The answer to a request that was done and tells nothing.
fn without_result(body: &[u8]) -> Vec<u8> {
    let mut answer: serde_json::Value = serde_json::from_slice(body).expect("an answer in JSON");
    answer["result"]["result"] = serde_json::Value::Null;
    answer.to_string().into_bytes()
}

fn generic_error() -> Reply {
    let error = r#"{"error":{"code":-32603,"data":2102,"message":"Generic service error"}}"#;
    Reply {
        status: 200,
        body: error.into(),
        ..Reply::default()
    }
}

fn answer(reply: partner_import::sandbox::Reply) -> Reply {
    let header = |wanted: &str| {
        let mut headers = reply.headers.iter();
        let found = headers.find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.clone())
    };
    let seconds = header("retry-after").and_then(|value| value.parse().ok());
    Reply {
        status: reply.status,
        retry_after: seconds.map(Duration::from_secs),
        content_type: header("content-type").unwrap_or_default(),
        location: None,
        from_sandbox: true,
        body: reply.body,
        ..Reply::default()
    }
}
