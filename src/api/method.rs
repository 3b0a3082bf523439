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
    /// Changes a customer: with `--on-exists update`, and by nothing else.
    ModifyPartner,
    /// Lists the customers below one: before a run, to settle what has no answer, and after a run.
    EnumeratePartners,
    /// Tells of one customer: the one logged in under, and each right before it is changed.
    GetPartnerInfoById,
    /// Finds the customer one logs in under by its name, where the login does not tell its id.
    GetPartnerInfo,
    /// Switches automatic deployment on where the list says so, and off again by `undo`.
    ModifyAutoDeploymentPartnerState,
    /// Tells whether automatic deployment is on: right before it is switched, and where that had no answer.
    GetAutoDeploymentPartnerState,
    /// Removes a customer: by `undo`, and by nothing else.
    RemovePartner,
    /// Tells of one customer and of who stands below it, right before it is removed.
    EnumerateChildPartners,
    /// Lists the devices of the customers before some are removed.
    EnumerateAccounts,
    /// The same where the list before does not show those of customers further below, or may not be read.
    EnumerateAccountStatistics,
    /// Lists storage locations: `Location` by name, `lookup locations`.
    EnumerateLocations,
    /// Lists the countries the service knows, and which it blocks; `lookup countries`.
    EnumerateCountries,
    /// Lists the users of the customer one logs in under: `doctor`, for the role.
    EnumerateUsers,
    /// Tells the version of the service: `doctor`.
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
