//! The service's own error numbers.
//!
//! Errors come with HTTP 200; `error.code` is the generic JSON-RPC number and `error.data` the
//! service's own. 2100, 1701 and 13501 were seen on the live service. The other numbers follow
//! from the order of the names in the vendor's schema 23.3 (group times 100 plus place) and have
//! been seen by nobody in public, so number and text reach the user as received. The text decides
//! only where nothing is known of the number, and only as a whole: a customer's name in it means
//! nothing.

use serde::Deserialize;
use serde_json::Value;

use crate::model::Ending;

/// What the service said instead of a result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerError {
    /// The service's own number (`error.data`), or the JSON-RPC number where there is none; 0 where
    /// there is neither.
    pub number: i64,
    /// The JSON-RPC number (`error.code`).
    pub code: i64,
    /// The text, as received.
    pub message: String,
}

impl std::fmt::Display for ServerError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.number, self.message.as_str()) {
            (0, "") => out.write_str("an error without number and text"),
            (0, text) => write!(out, "an error without a number: {text}"),
            (number, text) => write!(out, "error {number}: {text}"),
        }
    }
}

impl ServerError {
    /// Whether the service gave a number that says something: JSON-RPC's "internal error" is what
    /// every refusal carries.
    pub fn has_number(&self) -> bool {
        !matches!(self.number, 0 | INTERNAL_ERROR)
    }

    /// Whether it is an HTTP status, and not the service's own word.
    pub fn is_status(&self) -> bool {
        self.number == self.code && (400..600).contains(&self.number)
    }

    /// Whether it is HTTP 403, or a number that says the same: something before the service does not
    /// let the request through.
    fn is_forbidden_status(&self) -> bool {
        self.number == 403
    }

    /// Whether answers with this number were seen on the live service.
    pub fn is_observed(&self) -> bool {
        known(self.number).is_some_and(|known| known.evidence == Evidence::Observed)
    }
}

/// JSON-RPC's "internal error".
const INTERNAL_ERROR: i64 = -32603;

/// The `error` member as it comes.
#[derive(Debug, Deserialize)]
pub struct ErrorObject {
    #[serde(default)]
    code: Value,
    #[serde(default)]
    data: Value,
    #[serde(default)]
    message: Value,
}

impl From<ErrorObject> for ServerError {
    fn from(error: ErrorObject) -> Self {
        let code = number(&error.code).unwrap_or_default();
        let message = match &error.message {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let message = match &error.data {
            Value::String(text) if number(&error.data).is_none() => format!("{message} ({text})"),
            _ => message,
        };
        Self {
            number: number(&error.data).unwrap_or(code),
            code,
            message,
        }
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// What an error means for the call that got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The visa is missing, expired or damaged; nothing was done.
    VisaRefused,
    /// Partner, user name or password are wrong.
    BadCredentials,
    /// The user may not do this, or not to that customer.
    Forbidden,
    /// Too many requests; nothing was done.
    RequestLimit,
    /// The service is closed for now; nothing was done.
    Unavailable,
    /// A customer of that name exists.
    NameTaken,
    /// The parent does not exist.
    ParentNotFound,
    /// The parent's state does not allow it.
    ParentState,
    /// A general failure that does not say whether the call was carried out.
    Unclear,
    /// Anything else: refused.
    Refused,
}

impl Meaning {
    /// What the program makes of it, for a row that is to be created.
    pub fn consequence(self) -> String {
        let refused = Ending::Refused.number();
        let text = match self {
            Self::VisaRefused => "logs in and sends the row again",
            Self::BadCredentials => return format!("at a login: stops with exit code {refused}"),
            Self::Forbidden => {
                return format!(
                    "logs in and tries once more; then the row is `failed`, and several in a row \
                     stop with exit code {refused}"
                );
            }
            Self::RequestLimit | Self::Unavailable => {
                "waits, looks twice with the settle wait between, then sends the row again"
            }
            Self::NameTaken
            | Self::ParentNotFound
            | Self::ParentState
            | Self::Refused
            | Self::Unclear => {
                "looks twice with the settle wait between; not there: the row is `failed`"
            }
        };
        text.to_owned()
    }
}

/// How sure a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Seen in answers of the live service.
    Observed,
    /// Worked out from the order of the names in the vendor's schema.
    Inferred,
    /// Part of JSON-RPC 2.0.
    Standard,
}

impl Evidence {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Inferred => "inferred",
            Self::Standard => "JSON-RPC 2.0",
        }
    }
}

/// One known error.
#[derive(Debug)]
pub struct KnownError {
    /// The service's number.
    pub number: i64,
    /// The name in the vendor's schema.
    pub name: &'static str,
    /// How sure its number is.
    pub evidence: Evidence,
    /// What it means for a call.
    pub meaning: Meaning,
    /// What people should know and do.
    pub advice: &'static str,
}

/// The errors an import can meet.
pub const KNOWN: &[KnownError] = &[
    KnownError {
        number: 1701,
        name: "Management_AuthorizationError",
        evidence: Evidence::Observed,
        meaning: Meaning::VisaRefused,
        advice: "the session had ended; the tool logs in again automatically",
    },
    KnownError {
        number: 1704,
        name: "Management_ServiceUnavailable",
        evidence: Evidence::Inferred,
        meaning: Meaning::Unavailable,
        advice: "the service is not available at the moment; run the command again later",
    },
    KnownError {
        number: 1709,
        name: "Management_AuthenticationRestricted",
        evidence: Evidence::Inferred,
        meaning: Meaning::BadCredentials,
        advice: "the user may not log in from here or in this way; use an API user (Management > Users > API Users)",
    },
    KnownError {
        number: 1801,
        name: "DatabaseLogic_UniqueConstraintViolation",
        evidence: Evidence::Inferred,
        meaning: Meaning::NameTaken,
        advice: "something with the same name exists; names are most likely unique across the whole service, including customers you cannot see",
    },
    KnownError {
        number: 1802,
        name: "DatabaseLogic_EntityNotFound",
        evidence: Evidence::Inferred,
        meaning: Meaning::Refused,
        advice: "an id in the row (parent, location, region) is not known to the service",
    },
    KnownError {
        number: 1803,
        name: "DatabaseLogic_ReferentialIntegrityViolation",
        evidence: Evidence::Inferred,
        meaning: Meaning::Refused,
        advice: "an id in the row (location, region, user) is not known to the service",
    },
    KnownError {
        number: 2100,
        name: "ManagementService_BadUsernameOrPassword",
        evidence: Evidence::Observed,
        meaning: Meaning::BadCredentials,
        advice: "the service says the same for a wrong partner name, user name and password: give the partner exactly as the console shows it, including the e-mail address in brackets (\"Acme Corp (admin@acme.com)\"), and an API user's token as the password",
    },
    KnownError {
        number: 2101,
        name: "ManagementService_PartnerNotFound",
        evidence: Evidence::Inferred,
        meaning: Meaning::ParentNotFound,
        advice: "the parent no longer exists, or this user cannot see it",
    },
    KnownError {
        number: 2102,
        name: "ManagementService_GenericServiceError",
        evidence: Evidence::Inferred,
        meaning: Meaning::Unclear,
        advice: "the service failed without saying why; the tool checks twice if the work was done anyway, and sends it again only in another run",
    },
    KnownError {
        number: 2104,
        name: "ManagementService_ParentStateIsNotCorrected",
        evidence: Evidence::Inferred,
        meaning: Meaning::ParentState,
        advice: "the parent's state (expired, not active, ...) does not allow customers below it",
    },
    KnownError {
        number: 2105,
        name: "ManagementService_PartnerCanNotBeRemoved",
        evidence: Evidence::Inferred,
        meaning: Meaning::Refused,
        advice: "the customer cannot be removed: most likely customers, devices or users still belong to it; look at it in the console",
    },
    KnownError {
        number: 2110,
        name: "ManagementService_UserCanNotBeExactlyIdentified",
        evidence: Evidence::Inferred,
        meaning: Meaning::BadCredentials,
        advice: "several customers have a user of this name: give the partner as well (--partner)",
    },
    KnownError {
        number: 2113,
        name: "ManagementService_PasswordExpired",
        evidence: Evidence::Inferred,
        meaning: Meaning::BadCredentials,
        advice: "the password has expired: set a new one in the console",
    },
    KnownError {
        number: 2115,
        name: "ManagementService_PartnerWithSameNameAlreadyExists",
        evidence: Evidence::Inferred,
        meaning: Meaning::NameTaken,
        advice: "a customer of this name exists, perhaps under another partner where you cannot see it: give the row another name, for instance with the town or the e-mail in brackets",
    },
    KnownError {
        number: 2116,
        name: "ManagementService_RequestLimitReached",
        evidence: Evidence::Inferred,
        meaning: Meaning::RequestLimit,
        advice: "too many requests: the tool slows down automatically; --rate sets a lower rate",
    },
    KnownError {
        number: 13501,
        name: "Security_ErrorDecorated",
        evidence: Evidence::Observed,
        meaning: Meaning::Forbidden,
        advice: "the user may not do this: its role is too low (SuperUser or Administrator is needed to add customers), or the parent is outside the customer that the user belongs to",
    },
];

/// Errors that do not say what was wrong, and those of the call's form. What they mean for a call
/// is in [`meaning`], which looks at the text first.
pub const GENERAL: &[KnownError] = &[
    KnownError {
        number: 1700,
        name: "Management_GenericError",
        evidence: Evidence::Inferred,
        meaning: Meaning::Unclear,
        advice: "the service failed without saying why; the tool checks twice if the work was done anyway, and sends it again only in another run",
    },
    KnownError {
        number: 1800,
        name: "DatabaseLogic_GenericError",
        evidence: Evidence::Inferred,
        meaning: Meaning::Unclear,
        advice: "the service's database failed; the tool checks twice if the work was done anyway, and sends it again only in another run",
    },
    KnownError {
        number: 1809,
        name: "DatabaseLogic_NoConnection",
        evidence: Evidence::Inferred,
        meaning: Meaning::Unclear,
        advice: "the service could not reach its database; the tool checks twice if the work was done anyway, and sends it again only in another run",
    },
    KnownError {
        number: 1810,
        name: "DatabaseLogic_ServerNotAvailable",
        evidence: Evidence::Inferred,
        meaning: Meaning::Unclear,
        advice: "the service could not reach its database; the tool checks twice if the work was done anyway, and sends it again only in another run",
    },
    KnownError {
        number: -32603,
        name: "Internal error",
        evidence: Evidence::Standard,
        meaning: Meaning::Unclear,
        advice: "the service failed without an error number of its own; the tool checks if the customer was created before it tries again",
    },
    KnownError {
        number: -32602,
        name: "Invalid params",
        evidence: Evidence::Standard,
        meaning: Meaning::Refused,
        advice: "the service does not accept a value of this row; its message usually names the member, so fix that column",
    },
    KnownError {
        number: -32601,
        name: "Method not found",
        evidence: Evidence::Standard,
        meaning: Meaning::Refused,
        advice: "the endpoint does not know the call: check --endpoint",
    },
    KnownError {
        number: -32600,
        name: "Invalid Request",
        evidence: Evidence::Standard,
        meaning: Meaning::Refused,
        advice: "the endpoint did not understand the call: check --endpoint, and any proxy in between",
    },
    KnownError {
        number: -32700,
        name: "Parse error",
        evidence: Evidence::Standard,
        meaning: Meaning::Refused,
        advice: "the endpoint could not read the call: check --endpoint, and any proxy in between",
    },
];

/// The known error with this number.
pub fn known(number: i64) -> Option<&'static KnownError> {
    KNOWN.iter().find(|known| known.number == number)
}

/// The general error with this number.
pub fn general(number: i64) -> Option<&'static KnownError> {
    GENERAL.iter().find(|known| known.number == number)
}

/// What people should know and do about `error`; empty when nothing is known.
pub fn advice(error: &ServerError) -> &'static str {
    if error.is_forbidden_status() {
        return "a proxy or filter in front of the service blocks this, or the user may not do \
                it";
    }
    let known = known(error.number)
        .or_else(|| {
            let meaning = meaning(error);
            KNOWN
                .iter()
                .find(|known| known.meaning == meaning && meaning != Meaning::Refused)
        })
        .or_else(|| general(error.number));
    known.map_or("", |known| known.advice)
}

/// What the service said, with what people should know and do about it.
pub fn with_advice(error: &ServerError) -> String {
    let advice = advice(error);
    match (error.message.is_empty(), advice.is_empty()) {
        (_, true) => error.message.clone(),
        (true, false) => advice.to_owned(),
        (false, false) => format!("{} ({advice})", error.message),
    }
}

/// What `error` means: by number; where nothing is known of that, by the text as a whole; else
/// refused. An error without a number of the service's own does not say what was done.
pub fn meaning(error: &ServerError) -> Meaning {
    if let Some(known) = known(error.number) {
        return known.meaning;
    }
    if let Some(general) = general(error.number) {
        return general.meaning;
    }
    if error.number == 0 {
        return Meaning::Unclear;
    }
    if error.is_forbidden_status() {
        return Meaning::Forbidden;
    }
    let text = error.message.to_lowercase();
    let text = text.trim().trim_end_matches(['.', '!']);
    let said = WHOLE_MESSAGES.iter().find(|(said, _)| *said == text);
    said.map_or(Meaning::Refused, |(_, meaning)| *meaning)
}

/// Messages that say what was meant, whatever the number; as a whole, case and full stop aside.
const WHOLE_MESSAGES: &[(&str, Meaning)] = &[
    ("visa is inconsistent/corrupted", Meaning::VisaRefused),
    ("visa is expired", Meaning::VisaRefused),
    ("visa has expired", Meaning::VisaRefused),
    ("visa not found", Meaning::VisaRefused),
    ("session expired", Meaning::VisaRefused),
    ("user session expired", Meaning::VisaRefused),
    ("service unavailable", Meaning::Unavailable),
    ("service is unavailable", Meaning::Unavailable),
    ("service is temporarily unavailable", Meaning::Unavailable),
    (
        "service is unavailable due to maintenance",
        Meaning::Unavailable,
    ),
    (
        "service unavailable due to maintenance",
        Meaning::Unavailable,
    ),
    ("request limit reached", Meaning::RequestLimit),
    ("too many requests", Meaning::RequestLimit),
    (
        "partner with the same name already exists",
        Meaning::NameTaken,
    ),
    (
        "customer with the same name already exists",
        Meaning::NameTaken,
    ),
];

#[cfg(test)]
mod tests;
