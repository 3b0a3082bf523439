//! How a sandbox is set up, and how its settings are read from text.
//!
//! Must not know: the command line, which has its own definition and calls `FromStr` here.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::duration::parse_duration;
use super::error::ErrorNumbers;
use super::fault::FaultSpec;

/// The largest tenant that can be made up.
pub const MAX_TENANT: usize = 10_000_000;

/// The settings of a sandbox; start from `Config::default()` and change what matters.
#[derive(Clone, Debug)]
pub struct Config {
    /// How many customers the tenant has at the start.
    pub tenant_size: usize,
    /// Decides the made-up tenant and the faults: same seed, same run.
    pub seed: u64,
    /// How long every answer takes at least.
    pub latency: Duration,
    /// How many requests are served in a sliding window; `None` for all.
    pub rate_limit: Option<RateLimit>,
    /// How long a visa is good for.
    pub visa_ttl: Duration,
    /// Where a name must be unique.
    pub names: NamePolicy,
    /// What removing a customer does that still has customers or devices.
    pub removal: RemovalPolicy,
    /// What goes wrong, and how often.
    pub faults: Vec<FaultSpec>,
    /// Where the tenant is kept; `None` for memory alone.
    pub db: Option<PathBuf>,
    /// The numbers of errors.
    pub error_numbers: ErrorNumbers,
    /// How great ids are.
    pub ids: Ids,
    /// How long a visa can be used beside its successors.
    pub visa_chain: VisaChain,
    /// When wrong passwords lock a user; `None` for never.
    pub lockout: Option<Lockout>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tenant_size: 0,
            seed: 0,
            latency: Duration::ZERO,
            rate_limit: None,
            visa_ttl: Duration::from_secs(15 * 60),
            names: NamePolicy::Global,
            removal: RemovalPolicy::Refuse,
            faults: Vec::new(),
            db: None,
            error_numbers: ErrorNumbers::default(),
            ids: Ids::default(),
            visa_chain: VisaChain::default(),
            lockout: Some(Lockout {
                attempts: 10,
                time: Duration::from_secs(15 * 60),
            }),
        }
    }
}

/// What becomes of a visa when an answer brought the next one.
///
/// Evidence: the vendor's page on authorization lets visas of earlier calls be used, and its scripts
/// share one among threads (documented and observed). One client acts as if an
/// earlier one died. So the strict chain is not what is expected, but a client should live with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VisaChain {
    /// It stays good until it is too old.
    #[default]
    Overlapping,
    /// It is dead.
    Strict,
}

impl FromStr for VisaChain {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        match text {
            "overlapping" => Ok(Self::Overlapping),
            "strict" => Ok(Self::Strict),
            _ => Err(SettingError::VisaChain(text.to_owned())),
        }
    }
}

/// When wrong passwords lock a user, and for how long.
///
/// Evidence: the vendor's scripts warn that wrong logins lock the account (observed). No number is known: both are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// So many wrong passwords in a row.
    pub attempts: u32,
    /// How long the user is locked.
    pub time: Duration,
}

/// How great the ids of customers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ids {
    /// Some digits.
    #[default]
    Usual,
    /// Beyond 32 bits.
    Wide,
}

impl FromStr for Ids {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        match text {
            "usual" => Ok(Self::Usual),
            "wide" => Ok(Self::Wide),
            _ => Err(SettingError::Ids(text.to_owned())),
        }
    }
}

/// Where a customer's name must be unique.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamePolicy {
    /// Over the whole service, also against customers the caller cannot see.
    #[default]
    Global,
    /// Among the customers of one parent.
    PerParent,
    /// Nowhere: duplicates are accepted.
    Any,
}

impl FromStr for NamePolicy {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        match text {
            "global" => Ok(Self::Global),
            "per-parent" => Ok(Self::PerParent),
            "any" => Ok(Self::Any),
            _ => Err(SettingError::Names(text.to_owned())),
        }
    }
}

/// What `RemovePartner` does to a customer that still has customers or devices.
///
/// Evidence: the vendor's page says that only customers without devices can be removed (documented); one client's notes say that the devices go along (section 2, observed).
/// Of customers below nothing is said: that they keep it is inferred. Whoever removes must be safe
/// with both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RemovalPolicy {
    /// It refuses.
    #[default]
    Refuse,
    /// It removes everything below and on the customer along.
    Cascade,
}

impl FromStr for RemovalPolicy {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        match text {
            "refuse" => Ok(Self::Refuse),
            "cascade" => Ok(Self::Cascade),
            _ => Err(SettingError::Removal(text.to_owned())),
        }
    }
}

/// At most so many requests in any window of that length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests in a window.
    pub requests: u32,
    /// The window's length.
    pub window: Duration,
}

impl FromStr for RateLimit {
    type Err = SettingError;

    /// Reads `10/s`, `600/m`, `5000/h` or `100/15s`.
    fn from_str(text: &str) -> Result<Self, SettingError> {
        let bad = || SettingError::Rate(text.to_owned());
        let (requests, window) = text.split_once('/').ok_or_else(bad)?;
        let requests: u32 = requests.trim().parse().map_err(|_| bad())?;
        let window = match window.trim() {
            "s" => Duration::from_secs(1),
            "m" | "min" => Duration::from_secs(60),
            "h" => Duration::from_secs(3600),
            other => parse_duration(other).ok_or_else(bad)?,
        };
        if requests == 0 || window.is_zero() {
            return Err(bad());
        }
        Ok(Self { requests, window })
    }
}

/// A setting that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// No such range.
    #[error("ids {0:?}: expected usual or wide")]
    Ids(String),
    /// No such chain.
    #[error("visa chain {0:?}: expected overlapping or strict")]
    VisaChain(String),
    /// No policy for names.
    #[error("names {0:?}: expected global, per-parent or any")]
    Names(String),
    /// No policy for removals.
    #[error("removal {0:?}: expected refuse or cascade")]
    Removal(String),
    /// No rate.
    #[error("rate {0:?}: expected a number and a time, such as 10/s, 600/m or 100/15s")]
    Rate(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_a_number_and_a_window() {
        let rate = |requests, secs| RateLimit {
            requests,
            window: Duration::from_secs(secs),
        };
        assert_eq!("10/s".parse(), Ok(rate(10, 1)));
        assert_eq!("600/m".parse(), Ok(rate(600, 60)));
        assert_eq!("100/15s".parse(), Ok(rate(100, 15)));
        for bad in ["", "10", "0/s", "-1/s", "10/0s", "10/fortnight", "x/s"] {
            assert!(bad.parse::<RateLimit>().is_err(), "{bad}");
        }
    }

    #[test]
    fn policies_have_names() {
        assert_eq!("global".parse(), Ok(NamePolicy::Global));
        assert_eq!("per-parent".parse(), Ok(NamePolicy::PerParent));
        assert_eq!("any".parse(), Ok(NamePolicy::Any));
        assert_eq!("cascade".parse(), Ok(RemovalPolicy::Cascade));
        assert!("Cascade".parse::<RemovalPolicy>().is_err());
        assert_eq!("strict".parse(), Ok(VisaChain::Strict));
        assert!("Strict".parse::<VisaChain>().is_err());
        let error = "Global".parse::<NamePolicy>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "names \"Global\": expected global, per-parent or any"
        );
    }
}
