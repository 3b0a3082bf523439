//! The service's methods in use, and how long their answers may be.

use super::transport::Room;

macro_rules! methods {
    ($(#[doc = $about:literal] $name:ident),+ $(,)?) => {
        /// The methods in use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method {
            $(#[doc = $about] $name,)+
        }

        impl Method {
            /// Every method in use.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name on the wire, case sensitive there.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }

            /// What it is called for, in a sentence.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => $about.trim_ascii(),)+
                }
            }
        }
    };
}

methods! {
    /// Logs in; its answer holds the first visa.
    Login,
    /// Creates a customer; never repeated blindly.
    AddPartner,
    /// Changes a customer: only with `--on-exists update`, and by `undo` of such a change.
    ModifyPartner,
    /// Lists the customers below one: before a run, to settle requests without an answer, and after a run.
    EnumeratePartners,
    /// Reads one customer: the one that the user logs in under, and each right before it is changed.
    GetPartnerInfoById,
    /// Finds the customer that the user logs in under by name, if the login does not return its id.
    GetPartnerInfo,
    /// Switches automatic deployment on where the list says so, and off again by `undo`.
    ModifyAutoDeploymentPartnerState,
    /// Reads whether automatic deployment is on: before it is switched, and if that request had no answer.
    GetAutoDeploymentPartnerState,
    /// Removes a customer: only by `undo`.
    RemovePartner,
    /// Reads one customer and those below it, right before it is removed.
    EnumerateChildPartners,
    /// Lists the devices of the customers before some are removed.
    EnumerateAccounts,
    /// The same, if `EnumerateAccounts` is refused or does not show devices of customers further below.
    EnumerateAccountStatistics,
    /// Lists storage locations: `Location` by name, `lookup locations`.
    EnumerateLocations,
    /// Lists the countries the service knows, and which it blocks; `lookup countries`.
    EnumerateCountries,
    /// Lists the users of the customer that the user logs in under: `doctor`, for the role.
    EnumerateUsers,
    /// Reads the version of the service: `doctor`.
    GetServerInfo,
    /// Lists regions: `Region` by name, `lookup regions`.
    EnumerateRegions,
}

impl Method {
    /// How long its answer may be.
    pub(super) fn room(self) -> Room {
        match self {
            Self::EnumeratePartners
            | Self::EnumerateChildPartners
            | Self::EnumerateAccounts
            | Self::EnumerateAccountStatistics
            | Self::EnumerateLocations
            | Self::EnumerateCountries
            | Self::EnumerateUsers
            | Self::EnumerateRegions => Room::List,
            Self::Login
            | Self::AddPartner
            | Self::ModifyPartner
            | Self::ModifyAutoDeploymentPartnerState
            | Self::GetAutoDeploymentPartnerState
            | Self::GetPartnerInfoById
            | Self::GetPartnerInfo
            | Self::GetServerInfo
            | Self::RemovePartner => Room::One,
        }
    }
}
