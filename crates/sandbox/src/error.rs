//! What can go wrong: the service's own refusals, with their numbers, and the sandbox's troubles.
//!
//! The numbers are inferences and can be changed. Must not know: which rule refuses what.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The JSON-RPC code the service puts on every refusal of its own.
pub(super) const CODE_REFUSED: i32 = -32603;
/// The JSON-RPC code for bytes that are no JSON.
pub(super) const CODE_PARSE: i32 = -32700;
/// The JSON-RPC code for a request that is no JSON-RPC call.
pub(super) const CODE_NO_CALL: i32 = -32600;
/// The JSON-RPC code for a method that does not exist.
pub(super) const CODE_NO_METHOD: i32 = -32601;

macro_rules! errors {
    ($($(#[$meta:meta])* $variant:ident = $number:literal $name:literal $text:literal),+ $(,)?) => {
        /// An error of the service, by what it says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorName { $($(#[$meta])* $variant),+ }

        impl ErrorName {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the service's schema.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The number unless configured otherwise.
            pub fn default_number(self) -> i64 {
                match self { $(Self::$variant => $number),+ }
            }

            /// The text that goes with it when a rule has no better one.
            pub(super) fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

errors! {
    /// A value that the method cannot use.
    InvalidParameter = 7 "InvalidParameter" "Invalid parameter",
    /// The request is no call the service understands.
    JsonRpc = 21 "JsonRpcError" "JSON-RPC error",
    /// The visa is missing, wrong or too old.
    Visa = 1701 "Management_AuthorizationError" "Visa is inconsistent/corrupted.",
    /// The user is locked; the number is inferred, as most are.
    Restricted = 1709 "Management_AuthenticationRestricted" "Authentication is restricted",
    /// What has to be unique already exists.
    NotUnique = 1801 "DatabaseLogic_UniqueConstraintViolation" "Unique constraint violation",
    /// No such location, region or user.
    EntityNotFound = 1802 "DatabaseLogic_EntityNotFound" "Entity not found",
    /// A name that fits several.
    MultipleEntitiesFound = 1804 "DatabaseLogic_MultipleEntitiesFound" "Multiple entities found",
    /// Login refused.
    BadCredentials = 2100 "ManagementService_BadUsernameOrPassword"
        "Unknown partner/username or bad password",
    /// No such customer.
    PartnerNotFound = 2101 "ManagementService_PartnerNotFound" "Partner not found",
    /// The service's own trouble.
    GenericService = 2102 "ManagementService_GenericServiceError" "Generic service error",
    /// The parent is in a state that takes no children.
    ParentState = 2104 "ManagementService_ParentStateIsNotCorrected" "Parent state is not correct",
    /// The customer cannot be removed.
    CanNotBeRemoved = 2105 "ManagementService_PartnerCanNotBeRemoved" "Partner can not be removed",
    /// The user name alone fits several users.
    UserAmbiguous = 2110 "ManagementService_UserCanNotBeExactlyIdentified"
        "User can not be exactly identified",
    /// The name is taken.
    SameName = 2115 "ManagementService_PartnerWithSameNameAlreadyExists"
        "Partner with the same name already exists",
    /// Too many requests.
    RequestLimit = 2116 "ManagementService_RequestLimitReached" "Request limit reached",
    /// Not allowed, which includes everything outside the caller's tree.
    Security = 13501 "Security_ErrorDecorated" "Operation failed because of security reasons",
    /// The service is being worked on.
    Maintenance = 13601 "Service_UnavailableDueMaintenance"
        "Service is unavailable due to maintenance",
}

/// The numbers the sandbox gives to errors, where they differ from the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorNumbers(BTreeMap<ErrorName, i64>);

impl ErrorNumbers {
    /// The number of an error.
    pub fn get(&self, name: ErrorName) -> i64 {
        self.0
            .get(&name)
            .copied()
            .unwrap_or_else(|| name.default_number())
    }

    /// Gives an error another number.
    pub fn set(&mut self, name: ErrorName, number: i64) {
        self.0.insert(name, number);
    }
}

/// A call that the service turns down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: i32,
    pub(super) name: ErrorName,
    pub(super) message: String,
}

impl Refusal {
    /// A refusal in the words that go with the error.
    pub(super) fn of(name: ErrorName) -> Self {
        Self::saying(name, name.text())
    }

    /// A refusal in other words.
    pub(super) fn saying(name: ErrorName, message: impl Into<String>) -> Self {
        Self {
            code: CODE_REFUSED,
            name,
            message: message.into(),
        }
    }

    /// A value the method cannot use, and why.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::saying(ErrorName::InvalidParameter, message)
    }

    /// A refusal of the JSON-RPC layer.
    pub(super) fn protocol(code: i32, message: impl Into<String>) -> Self {
        Self {
            code,
            name: ErrorName::JsonRpc,
            message: message.into(),
        }
    }
}

/// The sandbox could not be set up or kept going.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The database could not be opened, read or written.
    #[error("sandbox database {path}", path = .path.display())]
    Database {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// A stored partner could not be read.
    #[error("sandbox database {path}: stored partner {id}", path = .path.display())]
    Stored {
        /// Which file.
        path: PathBuf,
        /// Which partner.
        id: i32,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A stored user could not be read.
    #[error("sandbox database {path}: stored user {id}", path = .path.display())]
    StoredUser {
        /// Which file.
        path: PathBuf,
        /// Which user.
        id: i32,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The database was made by a newer sandbox.
    #[error("sandbox database {path} has format {found}, known is {known}", path = .path.display())]
    Format {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format this sandbox knows.
        known: i64,
    },
    /// More customers than ids.
    #[error("tenant size {wanted} is beyond the sandbox's limit of {most}")]
    TenantSize {
        /// How many were asked for.
        wanted: usize,
        /// How many there can be.
        most: usize,
    },
}

impl SandboxError {
    /// What a caller is told of it; the rest goes to the log.
    pub(super) fn refusal(&self) -> Refusal {
        tracing::error!(error = %self, "sandbox could not store a change");
        Refusal::of(ErrorName::GenericService)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_can_be_changed_one_by_one() {
        let mut numbers = ErrorNumbers::default();
        assert_eq!(numbers.get(ErrorName::SameName), 2115);
        numbers.set(ErrorName::SameName, 4711);
        assert_eq!(numbers.get(ErrorName::SameName), 4711);
        assert_eq!(numbers.get(ErrorName::Visa), 1701);
    }

    #[test]
    fn no_two_errors_share_a_number_or_a_name() {
        for (place, one) in ErrorName::ALL.iter().enumerate() {
            for two in &ErrorName::ALL[place + 1..] {
                assert_ne!(one.default_number(), two.default_number());
                assert_ne!(one.as_str(), two.as_str());
            }
        }
    }
}
