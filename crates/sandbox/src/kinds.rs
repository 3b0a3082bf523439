//! The closed sets of the service's schema: levels, service types, states, flags.
//!
//! Spelling is the service's own. Must not know: how a request looks, what the tenant holds.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// A member of a closed set, with the spelling it has on the wire.
pub(super) trait Kind: Copy + Sized + 'static {
    /// What the schema calls the set.
    const SET: &'static str;
    /// All members, in the schema's order.
    const ALL: &'static [Self];
    /// The spelling on the wire.
    fn as_str(self) -> &'static str;
    /// The place in the schema's order, from 0.
    fn place(self) -> u8;
    /// Reads a spelling; case counts.
    fn from_wire(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

macro_rules! kinds {
    ($(#[$meta:meta])* $name:ident = $set:literal { $($(#[$vmeta:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) enum $name { $($(#[$vmeta])* $variant),+ }

        impl Kind for $name {
            const SET: &'static str = $set;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }
            fn place(self) -> u8 { self as u8 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match OrUndefined::deserialize(deserializer)? {
                    OrUndefined(Some(kind)) => Ok(kind),
                    OrUndefined(None) => Err(de::Error::custom(concat!($set, " is Undefined"))),
                }
            }
        }
    };
}

kinds! {
    /// Where a customer stands in the hierarchy; a later level is a lower one.
    Level = "PartnerLevel" {
        /// The service's root.
        Root,
        /// Below the root.
        SubRoot,
        /// A distributor.
        Distributor,
        /// A distributor below a distributor.
        SubDistributor,
        /// A reseller.
        Reseller,
        /// Newer than the published schema: between reseller and end customer.
        ServiceOrganization,
        /// A customer with devices.
        EndCustomer,
        /// A place of an end customer.
        Site,
    }
}

kinds! {
    /// What a customer is sold.
    ServiceType = "PartnerServiceType" {
        /// Software and storage.
        AllInclusive,
        /// Software alone.
        SoftwareOnly,
    }
}

kinds! {
    /// Where a customer stands in its life.
    State = "PartnerState" {
        /// Known, not yet approved.
        Registered,
        /// Billed.
        InProduction,
        /// Turned down.
        Rejected,
        /// On trial.
        InTrial,
        /// Switched off.
        NotActive,
        /// Applied for production.
        WaitingForProduction,
        /// The trial ran out.
        Expired,
    }
}

kinds! {
    /// Marks on a customer.
    Flag = "PartnerFlag" {
        /// Own branding.
        HasCustomBranding,
        /// Own update packages.
        HasCustomUpdatePackages,
        /// No mails about the trial.
        UnsubscribedFromTrialNotifications,
        /// May send invoices.
        CanInvoiceOthers,
    }
}

kinds! {
    /// The order of a listing of children.
    #[expect(clippy::enum_variant_names, reason = "the service's own spelling")]
    SortOrder = "PartnerTreeSortOrder" {
        /// By id.
        ById,
        /// By name.
        ByName,
        /// By level, then by name.
        ByLevelAndName,
        /// By time of creation.
        ByCreationTime,
    }
}

kinds! {
    /// Whether devices of a customer are set up by themselves. `Unspecified` is what a customer is
    /// that was never asked; the vendor's clients cannot set it.
    AutoDeployment = "AutoDeploymentPartnerState" {
        /// Switched off.
        Disable,
        /// Switched on; the customer has a UID then.
        Enable,
        /// Never asked.
        Unspecified,
    }
}

kinds! {
    /// Marks on a user.
    UserFlag = "UserFlag" {
        /// Remote support.
        TeamViewer,
        /// May sign.
        AuthorizedSigner,
        /// Contact for administration.
        Administrative,
        /// Contact for technical matters.
        Technical,
        /// Contact for sales.
        Sales,
        /// Contact for bills.
        Billing,
        /// May make passphrases.
        SecurityOfficer,
        /// Logs in by the API alone.
        NonInteractive,
        /// The older leave to use the API.
        AllowApiAuthentication,
    }
}

kinds! {
    /// Whether a user gives a second factor.
    TwoFactor = "TwoFactorAuthenticationState" {
        /// No.
        Disabled,
        /// Yes.
        Enabled,
    }
}

kinds! {
    /// What a device backs up.
    AccountType = "AccountType" {
        /// A computer.
        BackupManager,
        /// Microsoft 365.
        Office365,
        /// Google Workspace.
        GSuite,
    }
}

/// A member of a set, or the schema's `Undefined`, which counts as not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OrUndefined<K>(pub(super) Option<K>);

impl<'de, K: Kind> Deserialize<'de> for OrUndefined<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Spelling<K>(PhantomData<K>);
        impl<K: Kind> Visitor<'_> for Spelling<K> {
            type Value = OrUndefined<K>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a {} as text", K::SET)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<OrUndefined<K>, E> {
                if text == "Undefined" {
                    return Ok(OrUndefined(None));
                }
                match K::from_wire(text) {
                    Some(kind) => Ok(OrUndefined(Some(kind))),
                    None => Err(E::custom(format_args!("{text:?} is no {}", K::SET))),
                }
            }
        }
        deserializer.deserialize_str(Spelling(PhantomData))
    }
}

/// Several members of one set; an array of their spellings on the wire.
pub(super) struct Set<K> {
    bits: u16,
    kind: PhantomData<K>,
}

impl<K: Kind> Set<K> {
    /// No member.
    pub(super) const EMPTY: Self = Self {
        bits: 0,
        kind: PhantomData,
    };

    /// All members.
    pub(super) fn all() -> Self {
        K::ALL.iter().copied().collect()
    }

    /// Is `kind` among them?
    pub(super) fn contains(self, kind: K) -> bool {
        self.bits & (1 << kind.place()) != 0
    }

    /// Is there none?
    pub(super) fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Is every member of this set one of `other`?
    pub(super) fn is_subset(self, other: Self) -> bool {
        self.bits & !other.bits == 0
    }

    /// The members in the schema's order.
    pub(super) fn iter(self) -> impl Iterator<Item = K> {
        K::ALL
            .iter()
            .copied()
            .filter(move |kind| self.contains(*kind))
    }
}

impl<K> Clone for Set<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Set<K> {}

impl<K> PartialEq for Set<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<K> Eq for Set<K> {}

impl<K: Kind> fmt::Debug for Set<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Kind::as_str))
            .finish()
    }
}

impl<K: Kind> Default for Set<K> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<K: Kind> FromIterator<K> for Set<K> {
    fn from_iter<I: IntoIterator<Item = K>>(kinds: I) -> Self {
        let mut set = Self::EMPTY;
        for kind in kinds {
            set.bits |= 1 << kind.place();
        }
        set
    }
}

impl<K: Kind> Serialize for Set<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        for kind in self.iter() {
            seq.serialize_element(kind.as_str())?;
        }
        seq.end()
    }
}

impl<'de, K: Kind> Deserialize<'de> for Set<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Spellings<K>(PhantomData<K>);
        impl<'de, K: Kind> Visitor<'de> for Spellings<K> {
            type Value = Set<K>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an array of {}", K::SET)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Set<K>, A::Error> {
                let mut set = Set::EMPTY;
                while let Some(OrUndefined(kind)) = seq.next_element::<OrUndefined<K>>()? {
                    if let Some(kind) = kind {
                        set.bits |= 1 << kind.place();
                    }
                }
                Ok(set)
            }
        }
        deserializer.deserialize_seq(Spellings(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_level_is_lower() {
        assert!(Level::Root < Level::Distributor);
        assert!(Level::Reseller < Level::ServiceOrganization);
        assert!(Level::ServiceOrganization < Level::EndCustomer);
        assert!(Level::EndCustomer < Level::Site);
    }

    #[test]
    fn spellings_are_exact() {
        assert_eq!(Level::from_wire("EndCustomer"), Some(Level::EndCustomer));
        assert_eq!(Level::from_wire("endcustomer"), None);
        assert_eq!(Level::from_wire("Count"), None);
    }

    #[test]
    fn sets_are_arrays() {
        let set: Set<ServiceType> =
            serde_json::from_str(r#"["SoftwareOnly","Undefined"]"#).unwrap();
        assert!(set.contains(ServiceType::SoftwareOnly));
        assert!(!set.contains(ServiceType::AllInclusive));
        assert!(set.is_subset(Set::all()));
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["SoftwareOnly"]"#);
        assert!(serde_json::from_str::<Set<ServiceType>>(r#""SoftwareOnly""#).is_err());
        assert!(serde_json::from_str::<Set<ServiceType>>(r#"["softwareonly"]"#).is_err());
    }

    #[test]
    fn undefined_is_not_given() {
        let level: OrUndefined<Level> = serde_json::from_str("\"Undefined\"").unwrap();
        assert_eq!(level, OrUndefined(None));
        assert!(serde_json::from_str::<Level>("\"Undefined\"").is_err());
        assert!(serde_json::from_str::<Level>("5").is_err());
    }
}
