//! What goes wrong on purpose: kinds of faults, how they are written, and the seeded decision.
//!
//! | kind | what the caller sees | was the work done? | ARG |
//! |---|---|---|---|
//! | `drop-request` | connection closed without an answer | no | |
//! | `drop-answer` | connection closed without an answer | yes | |
//! | `late-commit` | connection closed without an answer | later, after ARG | duration, 30s |
//! | `delay` | the answer comes ARG later | yes, at once | duration, 90s |
//! | `cut` | the answer breaks off, the connection closes | yes | |
//! | `truncate` | HTTP 200 with half of the JSON | yes | |
//! | `garbage` | HTTP 200 with bytes that are no JSON | yes | |
//! | `html` | HTTP 200 with a proxy's page | no | |
//! | `429` | HTTP 429 with Retry-After | no | seconds, 1 |
//! | `500` `502` `503` | that status | no | |
//! | `500-after` `502-after` `503-after` | that status | yes | |
//! | `expired-visa` | error 1701; this visa and all older ones are dead | no | |
//! | `maintenance` | the service's maintenance error | no | |
//! | `request-limit` | the service's request limit error | no | |
//! | `gateway-json` `gateway-json-after` | 503 or 504 with a JSON error that is not the service's | no, yes | |
//! | `bare-error` `bare-error-after` | HTTP 200 with `{"error":{}}` | no, yes | |
//! | `no-number` `no-number-after` | an error with a text and no number | no, yes | |
//! | `internal` `internal-after` | error -32603 without `data` | no, yes | |
//! | `unclear` `unclear-after` | HTTP 200 with `{"message":"ok"}` | no, yes | |
//! | `echo` `echo-after` | an error that quotes the request; the request itself | no, yes | |
//! | `generic-error` `generic-error-after` | error 2102 | no, yes | |
//! | `generic-error-late` | error 2102 | later, after ARG | duration, 300ms |
//! | `13501` | error 13501 | no | |
//! | `403` | that status, a filter's page | no | |
//! | `403-after` `404-after` | that status, a proxy's page | yes | |
//! | `429-date` | HTTP 429 with Retry-After as a date, a second ahead | no | |
//! | `huge` | the answer with more than 1 MiB of blanks in it | yes | |
//! | `gzip` `bom` | the answer packed, or after a byte order mark | yes | |
//! | `no-names` `no-parents` `null-list` | a list without those, or null in its place | yes | |
//! | `no-partner-id` | a login that does not tell the user's customer | yes | |
//! | `other-id` | a customer with another's id | yes | |
//! | `parents-id` | a creation answered with the parent's id | yes | |
//! | `lower-names` `decomposed-names` `spaced-names` `entity-names` | a list of one customer's children, names spelt so | yes | |
//! | `lower-codes` | the same with external codes in lower case | yes | |
//! | `lag` | a list without the customers of the last ARG | yes | duration, 30s |
//! | `freeze` | nobody is answered for ARG | changes: later, ARG after the end of it | duration, 30s |
//!
//! Written `KIND=PROBABILITY[:ARG][@METHOD]`: `drop-answer=0.1`, `delay=0.05:90s`,
//! `late-commit=0.02:30s@AddPartner`. In place of a probability, `#N` means the N-th request that
//! fits, once: `drop-answer=#3@AddPartner`. Of several faults the first that strikes is taken.
//!
//! Must not know: sockets, time, what a request asks for beyond its method.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::duration::parse_duration;
use super::method::Method;

/// A kind of fault, how it is written and what it does, for help texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindHelp {
    /// As written.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
}

macro_rules! fault_kinds {
    ($($(#[$meta:meta])* $variant:ident = $name:literal $about:literal),+ $(,)?) => {
        /// What goes wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FaultKind { $($(#[$meta])* $variant),+ }

        impl FaultKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As written in settings and in the request log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        /// All kinds with what each does.
        pub const KINDS: &[KindHelp] = &[$(KindHelp { name: $name, about: $about }),+];
    };
}

fault_kinds! {
    /// Nothing done, no answer.
    DropRequest = "drop-request" "close the connection, nothing done",
    /// Done, no answer.
    DropAnswer = "drop-answer" "do the work, then close the connection without an answer",
    /// No answer, done later.
    LateCommit = "late-commit" "close the connection, do the work ARG later (30s)",
    /// Done, the answer comes later.
    Delay = "delay" "do the work, answer ARG later (90s)",
    /// Done, the answer breaks off with the connection.
    Cut = "cut" "do the work, close the connection in the middle of the answer",
    /// Done, the answer is half of the JSON.
    Truncate = "truncate" "do the work, answer with half of the JSON",
    /// Done, the answer is no JSON.
    Garbage = "garbage" "do the work, answer with bytes that are not JSON",
    /// Nothing done, a proxy's page with status 200.
    Html = "html" "answer 200 with a proxy's HTML page, nothing done",
    /// Nothing done, too many requests.
    Http429 = "429" "answer 429 with Retry-After of ARG seconds (1), nothing done",
    /// Nothing done, internal error.
    Http500 = "500" "answer 500, nothing done",
    /// Nothing done, bad gateway.
    Http502 = "502" "answer 502, nothing done",
    /// Nothing done, unavailable.
    Http503 = "503" "answer 503, nothing done",
    /// Done, internal error.
    Http500After = "500-after" "do the work, answer 500",
    /// Done, bad gateway.
    Http502After = "502-after" "do the work, answer 502",
    /// Done, unavailable.
    Http503After = "503-after" "do the work, answer 503",
    /// Nothing done, the visa is dead.
    ExpiredVisa = "expired-visa" "refuse the visa and let it and all older ones die",
    /// Nothing done, maintenance.
    Maintenance = "maintenance" "answer with the service's maintenance error, nothing done",
    /// Nothing done, request limit.
    RequestLimit = "request-limit" "answer with the service's request limit error, nothing done",
    /// Nothing done, a gateway's error.
    GatewayJson = "gateway-json" "answer 503 with a gateway's JSON error, nothing done",
    /// Done, a gateway's error.
    GatewayJsonAfter = "gateway-json-after" "do the work, answer 504 with a gateway's JSON error",
    /// Nothing done, an error without anything.
    BareError = "bare-error" "answer {\"error\":{}}, nothing done",
    /// Done, an error without anything.
    BareErrorAfter = "bare-error-after" "do the work, answer {\"error\":{}}",
    /// Nothing done, an error without a number.
    NoNumber = "no-number" "answer with an error without a number, nothing done",
    /// Done, an error without a number.
    NoNumberAfter = "no-number-after" "do the work, answer with an error without a number",
    /// Nothing done, JSON-RPC's internal error.
    Internal = "internal" "answer with error -32603 without data, nothing done",
    /// Done, JSON-RPC's internal error.
    InternalAfter = "internal-after" "do the work, answer with error -32603 without data",
    /// Nothing done, no answer of the service's.
    Unclear = "unclear" "answer 200 with {\"message\":\"ok\"}, nothing done",
    /// Done, no answer of the service's.
    UnclearAfter = "unclear-after" "do the work, answer 200 with {\"message\":\"ok\"}",
    /// Nothing done, an error that quotes the request.
    Echo = "echo" "answer with an error that quotes the request, nothing done",
    /// Done, the request as the answer.
    EchoAfter = "echo-after" "do the work, answer with the request itself",
    /// Nothing done, the service's general error.
    GenericError = "generic-error" "answer with the service's general error, nothing done",
    /// Done, the service's general error.
    GenericErrorAfter = "generic-error-after" "do the work, answer with the service's general error",
    /// The service's general error, done later.
    GenericErrorLate = "generic-error-late"
        "answer with the service's general error, do the work ARG later (300ms)",
    /// Nothing done, forbidden.
    Security = "13501" "refuse for security reasons, nothing done",
    /// Nothing done, forbidden by a filter.
    Http403 = "403" "answer 403, nothing done",
    /// Done, forbidden by a filter.
    Http403After = "403-after" "do the work, answer 403",
    /// Done, not found.
    Http404After = "404-after" "do the work, answer 404",
    /// Nothing done, too many requests.
    Http429Date = "429-date" "answer 429 with Retry-After as a date, nothing done",
    /// Done, an answer without an end.
    Huge = "huge" "do the work, answer with a MiB of blanks in it",
    /// Done, the answer is packed.
    Gzip = "gzip" "do the work, pack the answer",
    /// Done, a mark before the answer.
    Bom = "bom" "do the work, begin the answer with a byte order mark",
    /// A list that does not say who is who.
    NoNames = "no-names" "answer a list without names",
    /// A list that does not say who is below whom.
    NoParents = "no-parents" "answer a list without parents",
    /// No list.
    NullList = "null-list" "answer null in place of a list",
    /// A login that does not say where it leads.
    NoPartnerId = "no-partner-id" "answer a login without the user's customer",
    /// Another customer than was asked for.
    OtherId = "other-id" "answer with another customer's id",
    /// Done, another customer's id.
    ParentsId = "parents-id" "create the customer, answer with its parent's id",
    /// Names spelt otherwise: case.
    LowerNames = "lower-names" "answer a list of one customer's children with names in lower case",
    /// Names spelt otherwise: accents as characters of their own.
    DecomposedNames = "decomposed-names"
        "answer a list of one customer's children with accents as characters of their own (NFD)",
    /// Names spelt otherwise: spaces.
    SpacedNames = "spaced-names" "answer a list of one customer's children with other spaces in names",
    /// Names spelt otherwise: entities.
    EntityNames = "entity-names" "answer a list of one customer's children with HTML entities in names",
    /// Codes spelt otherwise: case.
    LowerCodes = "lower-codes"
        "answer a list of one customer's children with external codes in lower case",
    /// A list that is not new.
    Lag = "lag" "answer a list without the customers that were created in the last ARG (30s)",
    /// Nobody is answered for a while; what came in is done later.
    Freeze = "freeze"
        "answer nobody for ARG (30s), do the changes that came in meanwhile ARG after the end of it",
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FaultKind {
    /// What the argument is when none is given; `None` when the kind takes none.
    fn default_arg(self) -> Option<Duration> {
        match self {
            Self::Delay => Some(Duration::from_secs(90)),
            Self::LateCommit | Self::Lag | Self::Freeze => Some(Duration::from_secs(30)),
            Self::Http429 => Some(Duration::from_secs(1)),
            Self::GenericErrorLate => Some(Duration::from_millis(300)),
            _ => None,
        }
    }
}

/// When a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Strike {
    /// Each request that fits, with this probability.
    Chance(f64),
    /// The N-th request that fits, counted from 1, and no other.
    Nth(u64),
}

/// One fault: what, when, and for which method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultSpec {
    /// What goes wrong.
    pub kind: FaultKind,
    /// When.
    pub strike: Strike,
    /// How long, for the kinds that take a time.
    pub arg: Duration,
    /// The method it is for; `None` for all.
    pub method: Option<Method>,
}

impl FaultSpec {
    /// A fault that strikes the N-th request for `method`, with the kind's usual argument.
    pub fn nth(kind: FaultKind, n: u64, method: Option<Method>) -> Self {
        Self {
            kind,
            strike: Strike::Nth(n),
            arg: kind.default_arg().unwrap_or_default(),
            method,
        }
    }
}

impl FromStr for FaultSpec {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (name, rest) = text
            .split_once('=')
            .ok_or_else(|| FaultError::Shape(text.to_owned()))?;
        let kind = FaultKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| FaultError::Kind(name.to_owned()))?;
        let (rest, method) = match rest.split_once('@') {
            None => (rest, None),
            Some((rest, method)) => match Method::from_name(method) {
                Some(method) => (rest, Some(method)),
                None => return Err(FaultError::Method(method.to_owned())),
            },
        };
        let (when, arg) = match rest.split_once(':') {
            None => (rest, None),
            Some((when, arg)) => (when, Some(arg)),
        };
        let arg = match (kind.default_arg(), arg) {
            (None, None) => Duration::ZERO,
            (Some(usual), None) => usual,
            (None, Some(_)) => return Err(FaultError::NoArgument(kind)),
            (Some(_), Some(arg)) => parse_duration(arg).ok_or_else(|| FaultError::Argument {
                kind,
                text: arg.to_owned(),
            })?,
        };
        Ok(Self {
            kind,
            strike: parse_strike(when)?,
            arg,
            method,
        })
    }
}

fn parse_strike(text: &str) -> Result<Strike, FaultError> {
    let bad = || FaultError::Probability(text.to_owned());
    if let Some(n) = text.strip_prefix('#') {
        return match n.parse() {
            Ok(n) if n > 0 => Ok(Strike::Nth(n)),
            _ => Err(bad()),
        };
    }
    match text.parse() {
        Ok(chance) if (0.0..=1.0).contains(&chance) => Ok(Strike::Chance(chance)),
        _ => Err(bad()),
    }
}

/// A fault that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// Not of the form KIND=PROBABILITY.
    #[error("fault {0:?}: expected KIND=PROBABILITY[:ARG][@METHOD], KIND one of {kinds}", kinds = kinds())]
    Shape(String),
    /// No such kind.
    #[error("fault kind {0:?}: expected one of {kinds}", kinds = kinds())]
    Kind(String),
    /// No probability.
    #[error("fault probability {0:?}: expected a number from 0 to 1, or #N for the N-th request")]
    Probability(String),
    /// No duration.
    #[error("fault {kind}: argument {text:?} is not a duration such as 30s or 500ms")]
    Argument {
        /// Of which kind.
        kind: FaultKind,
        /// As written.
        text: String,
    },
    /// An argument where none belongs.
    #[error("fault {0}: takes no argument")]
    NoArgument(FaultKind),
    /// No such method.
    #[error("fault method {0:?}: expected one of {methods}", methods = methods())]
    Method(String),
}

fn kinds() -> String {
    let names: Vec<_> = FaultKind::ALL.iter().map(|kind| kind.as_str()).collect();
    names.join(", ")
}

fn methods() -> String {
    let names: Vec<_> = Method::ALL.iter().map(|method| method.name()).collect();
    names.join(", ")
}

/// A fault that was decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Struck {
    pub(super) kind: FaultKind,
    pub(super) arg: Duration,
}

/// The faults of one sandbox, with their generator.
#[derive(Debug)]
pub(super) struct Faults {
    specs: Vec<(FaultSpec, u64)>,
    rng: fastrand::Rng,
}

impl Faults {
    pub(super) fn new(specs: &[FaultSpec], seed: u64) -> Self {
        Self {
            specs: specs.iter().map(|spec| (*spec, 0)).collect(),
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Decides for one request. Every fault that fits is asked, so that one does not shift another.
    pub(super) fn decide(&mut self, method: Method) -> Option<Struck> {
        let mut struck = None;
        for (spec, seen) in &mut self.specs {
            if spec.method.is_some_and(|only| only != method) {
                continue;
            }
            *seen += 1;
            let strikes = match spec.strike {
                Strike::Chance(chance) => self.rng.f64() < chance,
                Strike::Nth(n) => *seen == n,
            };
            if strikes && struck.is_none() {
                struck = Some(Struck {
                    kind: spec.kind,
                    arg: spec.arg,
                });
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read() {
        let spec: FaultSpec = "late-commit=0.25:500ms@AddPartner".parse().unwrap();
        assert_eq!(spec.kind, FaultKind::LateCommit);
        assert_eq!(spec.strike, Strike::Chance(0.25));
        assert_eq!(spec.arg, Duration::from_millis(500));
        assert_eq!(spec.method, Some(Method::AddPartner));
        let spec: FaultSpec = "429=1:7".parse().unwrap();
        assert_eq!(spec.arg, Duration::from_secs(7));
        let spec: FaultSpec = "502-after=#2".parse().unwrap();
        assert_eq!(spec, FaultSpec::nth(FaultKind::Http502After, 2, None));
    }

    #[test]
    fn every_kind_can_be_written_and_is_explained() {
        assert_eq!(KINDS.len(), FaultKind::ALL.len());
        for kind in FaultKind::ALL {
            let spec: FaultSpec = format!("{kind}=0.5").parse().unwrap();
            assert_eq!(spec.kind, *kind);
        }
    }

    #[test]
    fn mistakes_are_named() {
        let error = |text: &str| text.parse::<FaultSpec>().unwrap_err().to_string();
        assert!(error("drop-answer").starts_with("fault \"drop-answer\": expected KIND="));
        assert!(error("drop=0.1").contains("expected one of drop-request, drop-answer"));
        assert!(error("500=1.5").contains("from 0 to 1"));
        assert!(error("500=NaN").contains("from 0 to 1"));
        assert!(error("500=#0").contains("from 0 to 1"));
        assert_eq!(error("500=0.1:3s"), "fault 500: takes no argument");
        assert!(error("delay=0.1:soon").contains("\"soon\" is not a duration"));
        assert!(error("500=0.1@addpartner").contains("AddPartner"));
    }

    #[test]
    fn the_same_seed_decides_the_same() {
        let specs = [
            "drop-answer=0.3".parse().unwrap(),
            "500=0.3".parse().unwrap(),
        ];
        let run = |seed| {
            let mut faults = Faults::new(&specs, seed);
            let all: Vec<_> = (0..1000)
                .map(|_| faults.decide(Method::AddPartner))
                .collect();
            all
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let dropped = run(7)
            .iter()
            .flatten()
            .filter(|struck| struck.kind == FaultKind::DropAnswer)
            .count();
        assert!((250..350).contains(&dropped), "{dropped}");
    }

    #[test]
    fn the_nth_request_of_its_method_is_struck_once() {
        let specs = ["drop-answer=#2@AddPartner".parse().unwrap()];
        let mut faults = Faults::new(&specs, 0);
        assert_eq!(faults.decide(Method::AddPartner), None);
        assert_eq!(faults.decide(Method::Login), None);
        assert!(faults.decide(Method::AddPartner).is_some());
        assert_eq!(faults.decide(Method::AddPartner), None);
    }
}
