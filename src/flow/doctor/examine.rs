//! The look itself: login, connection, clocks and role, then the tenant.

use super::finding::{Finding, Verdict, refused, unless_interrupted};
use super::tenant;
use crate::api::Role;
use crate::api::http::parse_endpoint;
use crate::api::network::Way;
use crate::api::watched::{Exchange, Exchanges};
use crate::flow::event::{Events, Part, Stage};
use crate::flow::failure::{Failure, Kind};
use crate::flow::target::Target;
use crate::model::PartnerId;
use crate::model::number::counted;
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

/// How much of what was to be looked at was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it, as far as the service let.
    Whole,
    /// What came before somebody asked for the end.
    Part,
}

impl Examination {
    /// How much was looked at.
    pub fn extent(&self) -> Extent {
        match self.stopped {
            Some(Kind::Interrupted) => Extent::Part,
            _ => Extent::Whole,
        }
    }

    /// The worst of the verdicts.
    pub fn worst(&self) -> Verdict {
        let verdicts = self.findings.iter().map(|one| one.verdict);
        verdicts.max().unwrap_or(Verdict::Ok)
    }
}

/// What is called how the service is reached.
const CONNECTION: &str = "connection";

/// What was found so far.
#[derive(Default)]
struct Look {
    findings: Vec<Finding>,
    below: Option<String>,
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
        let mut look = Look::default();
        let stopped = self.look(patience, &mut look).await.err();
        Examination {
            findings: look.findings,
            below: look.below,
            stopped,
            exchanges: self.seen.so_far(),
        }
    }

    /// Looks at one thing after the other; what was found before it stopped stands in `look`.
    async fn look(&self, patience: &Patience, look: &mut Look) -> Result<(), Kind> {
        let client = &self.target.client;
        let login = log_in_patiently(client, patience).await;
        let root = match login {
            Ok(root) => root,
            Err(error) => {
                let failure = Failure::of_reading(error, &self.target.name);
                if failure.kind == Kind::Interrupted {
                    return Err(failure.kind);
                }
                // Where nobody has answered, it is the connection that is not good.
                let answered = self.seen.so_far().iter().any(|one| one.status.is_some());
                if answered {
                    look.findings.push(self.connection());
                }
                let about = if answered { "log-in" } else { CONNECTION };
                look.findings.push(refused(about, &failure));
                return Err(failure.kind);
            }
        };
        look.findings.push(self.connection());
        look.findings.push(self.login(root));
        look.findings.extend(self.clock());
        look.findings.push(self.role(patience, root).await?);
        match tenant::read(client, patience, root).await {
            Ok((tenant, took)) => {
                look.findings.extend(tenant::findings(&tenant, took));
                look.below = Some(tenant.root().shown());
            }
            Err(error) => {
                let failure = Failure::of_reading(error, &self.target.name);
                if failure.kind != Kind::Interrupted {
                    look.findings.push(refused("customers", &failure));
                }
                return Err(failure.kind);
            }
        }
        tenant::places(client, patience, &mut look.findings).await?;
        look.findings
            .push(tenant::devices(client, patience, root).await?);
        look.findings
            .push(tenant::deployment(client, patience, root).await?);
        // For the record alone: what the fields hold that nobody has written about.
        unless_interrupted(patiently(client, patience, || client.with_all_fields(root)).await)?
            .ok();
        let children = patiently(client, patience, || client.with_children(root, None)).await;
        unless_interrupted(children)?.ok();
        unless_interrupted(patiently(client, patience, || client.server_info()).await)?.ok();
        Ok(())
    }

    /// How the service is reached.
    fn connection(&self) -> Finding {
        const ABOUT: &str = CONNECTION;
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
                "; the server's certificate is good for {} more",
                counted(days.max(0), "day")
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
    async fn role(&self, patience: &Patience, root: PartnerId) -> Result<Finding, Kind> {
        const ABOUT: &str = "role";
        let client = &self.target.client;
        let mut role = client.role();
        let users = patiently(client, patience, || client.users(root)).await;
        let users = unless_interrupted(users)?;
        if role.is_none()
            && let Ok(users) = users
        {
            let own = users.iter().find(|one| one.name == client.username());
            role = own.and_then(|user| Role::of(user.role_id));
        }
        Ok(match role {
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
        })
    }
}
