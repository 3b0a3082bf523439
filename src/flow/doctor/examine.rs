//! The look itself: login, connection, clocks and role, then the tenant.

use super::finding::{Finding, Verdict, refused};
use super::tenant;
use crate::api::Role;
use crate::api::http::parse_endpoint;
use crate::api::network::Way;
use crate::api::watched::{Exchange, Exchanges};
use crate::flow::event::{Events, Part, Stage};
use crate::flow::failure::{Failure, Kind};
use crate::flow::target::Target;
use crate::model::PartnerId;
use crate::settings::Resolved;
use crate::submit::reads::log_in_patiently;
use crate::submit::{Patience, patiently};

/// What a look has come to.
pub struct Examination {
    /// What was looked at, in this order.
    pub findings: Vec<Finding>,
    /// Below whom everything would be created, once the login was taken.
    pub below: Option<String>,
    /// Which kind of trouble kept it from looking at everything.
    pub stopped: Option<Kind>,
    /// All that was asked and answered.
    pub exchanges: Vec<Exchange>,
}

impl Examination {
    /// The worst of the verdicts.
    pub fn worst(&self) -> Verdict {
        let verdicts = self.findings.iter().map(|one| one.verdict);
        verdicts.max().unwrap_or(Verdict::Ok)
    }
}

/// A service that is to be looked at.
pub struct Patient<'t> {
    target: &'t Target,
    seen: Exchanges,
    way: Way,
    has_own_store: bool,
    endpoint: String,
}

impl<'t> Patient<'t> {
    /// The service that `target` speaks to, as `resolved` has it; `seen` is what passes meanwhile, where
    /// anybody keeps that.
    pub fn of(target: &'t Target, resolved: &Resolved, seen: Exchanges) -> Self {
        let network = &resolved.access.network;
        let endpoint = if resolved.access.is_sandbox() {
            "http://127.0.0.1/jsonapi".to_owned()
        } else {
            resolved.access.account.endpoint.clone()
        };
        Self {
            way: network.way_to(&endpoint),
            has_own_store: network.ca_file.is_some(),
            endpoint,
            target,
            seen,
        }
    }

    /// Looks at everything, as far as the service lets.
    pub async fn examine(&self, patience: &Patience, events: Events<'_>) -> Examination {
        let _part = Part::begin(events, Stage::ReadingTenant);
        let mut findings = Vec::new();
        let client = &self.target.client;
        let login = log_in_patiently(client, patience).await;
        findings.push(self.connection());
        let root = match login {
            Ok(root) => root,
            Err(error) => {
                let failure = Failure::of_reading(error, &self.target.name);
                let kind = failure.kind;
                findings.push(refused("log-in", &failure));
                return self.over(findings, None, Some(kind));
            }
        };
        findings.push(self.login(root));
        findings.extend(self.clock());
        findings.push(self.role(patience, root).await);
        let mut stopped = None;
        let mut below = None;
        match tenant::read(client, patience, root).await {
            Ok((tenant, took)) => {
                findings.extend(tenant::findings(&tenant, took));
                below = Some(tenant.root().shown());
            }
            Err(error) => {
                let failure = Failure::of_reading(error, &self.target.name);
                stopped = Some(failure.kind);
                findings.push(refused("customers", &failure));
            }
        }
        if stopped.is_none() {
            findings.extend(tenant::places(client, patience).await);
            findings.push(tenant::devices(client, patience, root).await);
            findings.push(tenant::deployment(client, patience, root).await);
            // For the record alone: what the fields hold that nobody has written about.
            let _ = patiently(client, patience, || client.with_all_fields(root)).await;
            let _ = patiently(client, patience, || client.with_children(root, None)).await;
            let _ = patiently(client, patience, || client.server_info()).await;
        }
        self.over(findings, below, stopped)
    }

    fn over(
        &self,
        findings: Vec<Finding>,
        below: Option<String>,
        stopped: Option<Kind>,
    ) -> Examination {
        Examination {
            findings,
            below,
            stopped,
            exchanges: self.seen.so_far(),
        }
    }

    /// How the service is reached.
    fn connection(&self) -> Finding {
        const ABOUT: &str = "connection";
        let seen = self.seen.so_far();
        let encrypted = parse_endpoint(&self.endpoint).is_ok_and(|url| url.scheme() == "https");
        let mut says = match (self.way, encrypted) {
            (Way::ToThisMachine, false) => {
                "to this machine, not encrypted, past every proxy".to_owned()
            }
            (Way::ToThisMachine, true) => "TLS, to this machine, past every proxy".to_owned(),
            (Way::ByProxyOfProfile, _) => "TLS, by the proxy of the profile".to_owned(),
            (Way::AsTheSystemSays, _) => {
                "TLS; directly, or by the proxy that the environment or the system names".to_owned()
            }
        };
        if encrypted && self.has_own_store {
            says.push_str("; certificates of ca_file are trusted beside the system's");
        }
        let until = seen.iter().find_map(|one| one.certificate_until);
        let left = until.map(|until| (until - jiff::Timestamp::now().as_second()) / 86_400);
        if let Some(days) = left {
            says.push_str(&format!(
                "; the server's certificate is good for {days} days more"
            ));
        }
        match left {
            Some(days) if days < 7 => Finding::look_at(
                ABOUT,
                says,
                "if nobody renews the certificate, every run will fail: tell the people who run \
                 the server or the proxy",
            ),
            _ => Finding::ok(ABOUT, says),
        }
    }

    fn login(&self, root: PartnerId) -> Finding {
        let (user, partner) = (self.target.client.username(), &self.target.partner);
        let under = if partner.is_empty() {
            String::new()
        } else {
            format!(" under {partner}")
        };
        Finding::ok("log-in", format!("{user}{under}, customer {root}"))
    }

    /// The service's clock against ours, by the answer that was there and back the fastest.
    fn clock(&self) -> Option<Finding> {
        const ABOUT: &str = "clock";
        let seen = self.seen.so_far();
        let with_date = seen.iter().filter(|one| one.ahead.is_some());
        let fastest = with_date.min_by_key(|one| one.took)?;
        let ahead = fastest.ahead?;
        // The service tells whole seconds.
        let blur = 2 + i64::try_from(fastest.took.as_secs()).unwrap_or(0);
        Some(if ahead.abs() <= blur {
            Finding::ok(ABOUT, "the service's and this machine's agree")
        } else {
            let (by, where_to) = (ahead.abs(), if ahead > 0 { "ahead" } else { "behind" });
            let says = format!("the service's clock is {by} s {where_to} of this machine's");
            if by < 60 {
                Finding::ok(ABOUT, says)
            } else {
                Finding::look_at(
                    ABOUT,
                    says,
                    "set this machine's clock: journals, reports and pauses that the service asks \
                     for go by it",
                )
            }
        })
    }

    /// What the user may do, as far as its role tells.
    async fn role(&self, patience: &Patience, root: PartnerId) -> Finding {
        const ABOUT: &str = "role";
        let client = &self.target.client;
        let mut role = client.role();
        let users = patiently(client, patience, || client.users(root)).await;
        if role.is_none()
            && let Ok(users) = users
        {
            let own = users.iter().find(|one| one.name == client.username());
            role = own.and_then(|user| Role::of(user.role_id));
        }
        match role {
            Some(role) if role.adds_customers() => Finding::ok(
                ABOUT,
                format!("{role}: may add, change and remove customers"),
            ),
            Some(role) => Finding::will_fail(
                ABOUT,
                format!("{role}: most likely may not add customers"),
                "have a SuperUser or Administrator make an API user with one of these two roles \
                 (Management > Users > API Users)",
            ),
            None => Finding::look_at(
                ABOUT,
                "the service does not report the user's role",
                "SuperUser or Administrator is needed to add customers; too low a role shows as 13501 \
                 with the first rows",
            ),
        }
    }
}
