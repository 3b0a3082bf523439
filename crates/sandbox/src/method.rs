//! The methods the sandbox knows, each with the parameters it takes.
//!
//! Must not know: what a method does.

macro_rules! methods {
    ($($(#[$meta:meta])* $variant:ident [$($param:literal),*]),+ $(,)?) => {
        /// A method of the service.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method { $($(#[$meta])* $variant),+ }

        impl Method {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name, which is also its spelling on the wire.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }

            /// Finds it by its name; case counts.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $(stringify!($variant) => Some(Self::$variant),)+ _ => None }
            }

            /// The names of its parameters.
            pub(super) fn params(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($param),*]),+ }
            }
        }
    };
}

methods! {
    /// Asks for a visa.
    Login ["partner", "username", "password"],
    /// Creates a customer.
    AddPartner ["partnerInfo", "createDefaultAccount"],
    /// Lists the customers below one, flat.
    EnumeratePartners ["parentPartnerId", "fetchRecursively", "fields"],
    /// Lists the children of one, as a tree node.
    EnumerateChildPartners ["partnerId", "fields", "range", "partnerFilter"],
    /// Finds one by its exact name.
    GetPartnerInfo ["name"],
    /// Finds one by its id.
    GetPartnerInfoById ["partnerId"],
    /// Finds one by its unique text.
    GetPartnerInfoByUid ["partnerUid"],
    /// Changes members of a customer.
    ModifyPartner ["partnerInfo", "forceRemoveCustomColumnValuesInOldScope"],
    /// Removes a customer.
    RemovePartner ["partnerId"],
    /// Lists the ancestors that the caller may see.
    EnumerateAncestorPartners ["partnerId"],
    /// Lists the devices of a customer.
    EnumerateAccounts ["partnerId"],
    /// Lists the devices below a customer, with what is told of each.
    EnumerateAccountStatistics ["query"],
    /// Puts a device on a customer.
    AddAccount ["accountInfo", "homeNodeInfo"],
    /// Tells of one device, and of the storage node that holds it.
    GetAccountInfoById ["accountId", "homeNodeInfo"],
    /// Changes a device, or moves it to another customer.
    ModifyAccount ["accountInfo", "forceRemoveCustomColumnValuesInOldScope"],
    /// Removes a device.
    RemoveAccount ["accountId"],
    /// Writes into a device's custom columns.
    UpdateAccountCustomColumnValues ["accountId", "values"],
    /// Lists the users of some customers.
    EnumerateUsers ["partnerIds"],
    /// Lists the roles a user can have. The page on it has the parameter, the schema has not.
    EnumerateUserRoles ["partnerId"],
    /// Creates a user.
    AddUser ["userInfo"],
    /// Changes a user.
    ModifyUser ["userInfo"],
    /// Removes a user.
    RemoveUser ["userId"],
    /// Tells what a customer was like over time.
    GetPartnerInfoHistory ["partnerId", "fields"],
    /// A customer and its children, as a tree node.
    GetPartnerTree ["partnerId", "fields", "filter", "childrenLimit", "partnerFilter"],
    /// Tells a customer's state.
    GetPartnerState ["partnerId"],
    /// Tells whether a customer's devices are set up by themselves.
    GetAutoDeploymentPartnerState ["partnerId"],
    /// Switches that on or off.
    ModifyAutoDeploymentPartnerState ["partnerId", "autoDeploymentState"],
    /// Lists the storage locations.
    EnumerateLocations [],
    /// Lists the countries.
    EnumerateCountries [],
    /// Lists the regions.
    EnumerateRegions [],
    /// Says which server this is.
    GetServerInfo [],
}

impl Method {
    /// How many there are.
    pub(super) const COUNT: usize = Self::ALL.len();

    /// Its place among all.
    pub(super) fn place(self) -> usize {
        self as usize
    }

    /// Does it change the tenant?
    pub(super) fn changes(self) -> bool {
        matches!(
            self,
            Self::AddPartner
                | Self::ModifyPartner
                | Self::RemovePartner
                | Self::ModifyAutoDeploymentPartnerState
                | Self::AddAccount
                | Self::ModifyAccount
                | Self::RemoveAccount
                | Self::UpdateAccountCustomColumnValues
                | Self::AddUser
                | Self::ModifyUser
                | Self::RemoveUser
        )
    }

    /// Can it be called without a visa?
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Login)
    }
}
