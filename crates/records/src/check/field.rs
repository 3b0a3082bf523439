//! The fields that a column can stand for, and how they are called.

use std::fmt;
use std::str::FromStr;

macro_rules! fields {
    ($(#[doc = $about:literal] $variant:ident = $path:literal,)+) => {
        /// A field of a customer, or of the row itself (`Parent`, `Location`, `Region`, `Id`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = $about] $variant,)+
        }

        impl Field {
            /// Every field, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// How many fields there are.
            pub const COUNT: usize = Self::ALL.len();

            /// What it is, in a few words, for documentation.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about.trim_ascii(),)+
                }
            }

            fn variant_name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)+
                }
            }

            /// Where the value goes in the call, as a dotted path; what the field means where it
            /// does not go there as it is.
            pub fn path(self) -> &'static str {
                match self {
                    $(Self::$variant => $path,)+
                }
            }
        }
    };
}

fields! {
    /// The customer's id: filled means imported before.
    Id = "Id",
    /// The parent, by id.
    ParentId = "ParentId",
    /// The parent, by name or external code.
    Parent = "Parent",
    /// The name.
    Name = "Name",
    /// The level.
    Level = "Level",
    /// The service the customer gets.
    ServiceType = "ServiceType",
    /// The services it may give.
    ChildServiceTypes = "ChildServiceTypes",
    /// Trial or production.
    State = "State",
    /// The country of the company.
    Country = "Company.PostAddress.Country",
    /// The country of the devices.
    DeviceCountry = "DeviceCountry",
    /// The storage location, by id.
    LocationId = "LocationId",
    /// The storage location, by name.
    Location = "Location",
    /// The customer reference.
    ExternalCode = "ExternalCode",
    /// Properties.
    Flags = "Flags",
    /// The legal name.
    LegalCompanyName = "Company.LegalCompanyName",
    /// Phone.
    PhoneNumber = "Company.PhoneNumber",
    /// Fax.
    FaxNumber = "Company.FaxNumber",
    /// Website.
    WebsiteAddress = "Company.WebsiteAddress",
    /// Trade register.
    ChamberOfCommerceNumber = "Company.ChamberOfCommerceNumber",
    /// VAT.
    VatNumber = "Company.VatNumber",
    /// Bank account.
    BankAccountNumber = "Company.BankAccountNumber",
    /// Contact for bills, by id.
    BillingContactPersonId = "Company.BillingContactPersonId",
    /// State or province of the address.
    PostState = "Company.PostAddress.State",
    /// District.
    District = "Company.PostAddress.District",
    /// City.
    City = "Company.PostAddress.City",
    /// Postal code.
    ZipCode = "Company.PostAddress.ZipCode",
    /// Street address.
    Address = "Company.PostAddress.Address",
    /// Start of the trial.
    TrialRegistrationTime = "TrialRegistrationTime",
    /// End of the trial.
    TrialExpirationTime = "TrialExpirationTime",
    /// Region, by id.
    RegionId = "AdvancedPartnerProperties.RegionId",
    /// Region, by name.
    Region = "Region",
    /// The user in charge, by id.
    ResponsibleUserId = "AdvancedPartnerProperties.ResponsibleUserId",
    /// Whether a backup account is made along.
    CreateDefaultAccount = "params.createDefaultAccount",
    /// Whether automatic deployment is switched on.
    AutomaticDeployment = "AutomaticDeployment",
}

impl Field {
    /// The column's name in the documentation, in templates and in `--map`, `--default` and `--set`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "ID",
            _ => self.variant_name(),
        }
    }

    /// The field's place in [`Field::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A name that is no field's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no field is called \"{name}\"{}", did_you_mean(.nearest.as_ref()))]
pub struct UnknownField {
    /// What was given.
    pub name: String,
    /// The field whose name is nearest.
    pub nearest: Option<Field>,
}

fn did_you_mean(nearest: Option<&Field>) -> String {
    nearest.map_or_else(String::new, |field| format!("; did you mean {field}?"))
}

impl FromStr for Field {
    type Err = UnknownField;
    /// Takes the documented name or the dotted path, without regard to case, spaces and signs.
    fn from_str(text: &str) -> Result<Self, UnknownField> {
        super::mapping::field_named(text).ok_or_else(|| UnknownField {
            name: text.to_owned(),
            nearest: super::mapping::nearest_field(text),
        })
    }
}
