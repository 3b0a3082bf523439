//! Every key of the profile: what it takes, which flag and variable say the same, what counts
//! without it. Reading, `config show`, `init` and `docs/reference/profile.md` are made from this.

use crate::api::ProxyUrl;
use crate::cli::args::{parse_rate, parse_time};
use crate::read::{Delimiter, TextEncoding};
use crate::submit::{Concurrency, MaxErrors};

/// What is shown in the place of an address that may hold a token.
pub const HIDDEN: &str = "(hidden)";

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The section it stands in.
    pub section: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// The flag that says the same; empty when there is none.
    pub flag: &'static str,
    /// The variable of the environment that says the same; empty when there is none.
    pub variable: &'static str,
    /// What counts when nothing is said; in brackets where it is no value of the key.
    pub default: &'static str,
    /// A value, as it stands in a file.
    pub example: &'static str,
    /// What it is for.
    pub about: &'static str,
}

impl Key {
    /// `section.name`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Any text that is not empty.
    Text,
    /// The path of a file or directory, seen from the profile.
    Path,
    /// A program and its arguments.
    Words,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// `true` or `false`.
    Truth,
    /// A whole number from 1.
    Count,
    /// A whole number from 0.
    Number,
    /// A number of calls, or `auto`.
    Concurrency,
    /// A text that is not shown.
    Secret,
    /// A list of such texts.
    Secrets,
    /// A number of rows, or a share.
    MaxErrors,
    /// `5/s`, `none`.
    Rate,
    /// `250ms`, `60s`, `15m`, `2h`.
    Time,
    /// The name of an encoding.
    Encoding,
    /// A delimiter, or its name.
    Delimiter,
    /// The address of a proxy.
    Proxy,
}

impl Takes {
    /// What it takes, in words.
    pub fn shown(self) -> String {
        match self {
            Self::Text => "text".into(),
            Self::Path => "a path, seen from the profile".into(),
            Self::Words => "a list: program and arguments".into(),
            Self::OneOf(words) => words
                .iter()
                .map(|word| format!("`\"{word}\"`"))
                .collect::<Vec<_>>()
                .join(" or "),
            Self::Truth => "`true` or `false`".into(),
            Self::Count => "a whole number from 1".into(),
            Self::Number => "a whole number from 0".into(),
            Self::Concurrency => {
                "a whole number from 1, `\"auto\"`, or `\"auto:16\"` for at most 16".into()
            }
            Self::Secret => "text; it is never shown".into(),
            Self::Secrets => "a list of texts; they are never shown".into(),
            Self::MaxErrors => "a number of rows, or a share such as `\"5%\"`".into(),
            Self::Rate => "a rate such as `\"5/s\"`, or `\"none\"`".into(),
            Self::Time => "a time such as `\"60s\"` or `\"15m\"`".into(),
            Self::Encoding => "an encoding such as `\"windows-1252\"`".into(),
            Self::Delimiter => "one to eight characters, or `\"tab\"`, `\"semicolon\"`".into(),
            Self::Proxy => "`\"http://HOST:PORT\"`, without a password".into(),
        }
    }

    /// Refuses a text that the key cannot take, in words that follow "cannot be used: ".
    pub fn check_text(self, text: &str) -> Result<(), String> {
        let unless = |fine: bool| {
            if fine {
                Ok(())
            } else {
                Err(format!("it takes {}", self.shown().replace('`', "")))
            }
        };
        match self {
            Self::Concurrency => text
                .parse::<Concurrency>()
                .map(drop)
                .map_err(|error| error.to_string()),
            // What is wrong with it is told where it is used, without repeating it.
            Self::Secret => Ok(()),
            Self::Text | Self::Path => unless(!text.trim().is_empty()),
            Self::Proxy => unless(ProxyUrl::parse(text).is_ok()),
            Self::OneOf(words) => unless(words.contains(&text)),
            Self::Rate => parse_rate(text).map(drop),
            Self::Time => parse_time(text).map(drop),
            Self::MaxErrors => text
                .parse::<MaxErrors>()
                .map(drop)
                .map_err(|error| error.to_string()),
            Self::Encoding => unless(TextEncoding::parse(text).is_some()),
            Self::Delimiter => unless(Delimiter::parse(text).is_some()),
            Self::Words | Self::Secrets | Self::Truth | Self::Count | Self::Number => unless(false),
        }
    }
}

/// A section, and what it is for.
pub const SECTIONS: &[(&str, &str)] = &[
    ("target", "Where the service is, and who logs in."),
    ("input", "How the input is read."),
    (
        "map",
        "Which column a header stands for: `\"header\" = \"column\"`; the column `-` leaves it out.",
    ),
    (
        "default",
        "Values for cells that are empty and columns that are missing: `Column = \"value\"`. A \
         filled cell wins.",
    ),
    (
        "set",
        "Constants: `Column = \"value\"` for every row. What the cells of such a column hold is \
         not read.",
    ),
    (
        "existing",
        "What becomes of customers that are there already.",
    ),
    ("limits", "How fast, how long, how many."),
    ("output", "Where things are kept, and what is told."),
    (
        "notify",
        "Who is told when a run has ended. Addresses with tokens belong into a private file.",
    ),
];

const fn key(section: &'static str, name: &'static str, takes: Takes) -> Key {
    Key {
        section,
        name,
        takes,
        flag: "",
        variable: "",
        default: "",
        example: "",
        about: "",
    }
}

/// Every key, in the order of the documentation.
pub const KEYS: &[Key] = &[
    Key {
        flag: "--endpoint",
        variable: "PARTNER_IMPORT_ENDPOINT",
        default: "https://api.backup.management/jsonapi",
        example: "\"https://api.backup.management/jsonapi\"",
        about: "The service's address",
        ..key("target", "endpoint", Takes::Text)
    },
    Key {
        flag: "--partner",
        variable: "PARTNER_IMPORT_PARTNER",
        example: "\"Acme MSP (admin@acme.example)\"",
        about: "The customer to log in under, exactly as the console shows it, e-mail in brackets included",
        ..key("target", "partner", Takes::Text)
    },
    Key {
        flag: "--username",
        variable: "PARTNER_IMPORT_USERNAME",
        example: "\"import\"",
        about: "The user's (API user's) name",
        ..key("target", "username", Takes::Text)
    },
    Key {
        flag: "--password-file",
        example: "\"token.txt\"",
        about: "A file whose first line is the password (API token); the password itself never stands in a profile",
        ..key("target", "password_file", Takes::Path)
    },
    Key {
        example: "[\"pass\", \"show\", \"backup/api\"]",
        about: "A program, with its arguments, whose first line of output is the password; no shell in between",
        ..key("target", "password_command", Takes::Words)
    },
    Key {
        flag: "--sandbox",
        default: "false",
        example: "false",
        about: "Use the local stand-in; `--endpoint` overrides it",
        ..key("target", "sandbox", Takes::Truth)
    },
    Key {
        default: "(the environment's: HTTPS_PROXY)",
        example: "\"http://proxy.example.com:3128\"",
        about: "The proxy to the service; nothing that goes to this machine passes it",
        ..key("target", "proxy", Takes::Proxy)
    },
    Key {
        default: "(the system's, or SSL_CERT_FILE's)",
        example: "\"company-ca.pem\"",
        about: "A file of certificates (PEM) that are trusted beside the system's",
        ..key("target", "ca_file", Takes::Path)
    },
    Key {
        default: "integer",
        example: "\"integer\"",
        about: "How BillingContactPersonId is sent: the service's schema says an integer, its page a text (`string` is the same)",
        ..key(
            "target",
            "billing_contact",
            Takes::OneOf(&["integer", "text", "string"]),
        )
    },
    Key {
        flag: "--sheet",
        default: "(the one that looks like a list of customers)",
        example: "\"Kunden\"",
        about: "The sheet of a workbook",
        ..key("input", "sheet", Takes::Text)
    },
    Key {
        flag: "--all-sheets",
        default: "false",
        example: "true",
        about: "Whether every sheet of a workbook that holds customers is read",
        ..key("input", "all_sheets", Takes::Truth)
    },
    Key {
        flag: "--header-row",
        default: "(found out)",
        example: "3",
        about: "The row of the header, from 1",
        ..key("input", "header_row", Takes::Count)
    },
    Key {
        flag: "--encoding",
        default: "(found out)",
        example: "\"windows-1252\"",
        about: "The encoding of a text file",
        ..key("input", "encoding", Takes::Encoding)
    },
    Key {
        flag: "--delimiter",
        default: "(found out)",
        example: "\"semicolon\"",
        about: "The delimiter of a text file",
        ..key("input", "delimiter", Takes::Delimiter)
    },
    Key {
        flag: "--on-exists",
        default: "skip",
        example: "\"skip\"",
        about: "Whether such customers are left as they are, updated, or make their row fail",
        ..key(
            "existing",
            "on_exists",
            Takes::OneOf(&["skip", "update", "fail"]),
        )
    },
    Key {
        flag: "--allow-move",
        default: "false",
        example: "true",
        about: "Whether an update may move a customer, or change its level",
        ..key("existing", "allow_move", Takes::Truth)
    },
    Key {
        flag: "--rate",
        default: "5/s; none with --sandbox",
        example: "\"5/s\"",
        about: "The most requests in any second, minute or hour",
        ..key("limits", "rate", Takes::Rate)
    },
    Key {
        flag: "--concurrency",
        default: "4",
        example: "4",
        about: "The most calls at once; `auto` finds the number, up to 32",
        ..key("limits", "concurrency", Takes::Concurrency)
    },
    Key {
        flag: "--max-errors",
        default: "(never)",
        example: "\"5%\"",
        about: "Stop when more rows fail",
        ..key("limits", "max_errors", Takes::MaxErrors)
    },
    Key {
        flag: "--timeout",
        default: "60s",
        example: "\"60s\"",
        about: "How long one request may take",
        ..key("limits", "timeout", Takes::Time)
    },
    Key {
        flag: "--settle-wait",
        default: "10m; 1s with --sandbox",
        example: "\"10m\"",
        about: "How long a request without an answer could still land, and lists may lag behind",
        ..key("limits", "settle_wait", Takes::Time)
    },
    Key {
        flag: "--outage-limit",
        default: "15m",
        example: "\"15m\"",
        about: "How long a target that is down is waited for",
        ..key("limits", "outage_limit", Takes::Time)
    },
    Key {
        flag: "--quarantine-after",
        default: "(off)",
        example: "3",
        about: "Rows that were refused in each of so many last runs are not sent again until they change",
        ..key("limits", "quarantine_after", Takes::Count)
    },
    Key {
        flag: "--confirm-above",
        default: "100",
        example: "100",
        about: "Above how many customers to create their number is to be typed",
        ..key("limits", "confirm_above", Takes::Number)
    },
    Key {
        flag: "--max-create",
        default: "(no limit)",
        example: "50",
        about: "With more customers to create nothing is sent",
        ..key("limits", "max_create", Takes::Number)
    },
    Key {
        flag: "--max-update",
        default: "(no limit)",
        example: "20",
        about: "With more customers to change nothing is sent",
        ..key("limits", "max_update", Takes::Number)
    },
    Key {
        flag: "--state-dir",
        variable: "PARTNER_IMPORT_STATE_DIR",
        default: "(the platform's data directory)",
        example: "\"state\"",
        about: "Where journals and locks are kept",
        ..key("output", "state_dir", Takes::Path)
    },
    Key {
        flag: "--out",
        default: "(INPUT-results/RUN/)",
        example: "\"results\"",
        about: "Where the result files go",
        ..key("output", "out", Takes::Path)
    },
    Key {
        flag: "--metrics-file",
        example: "\"/var/lib/node_exporter/partner-import.prom\"",
        about: "Where a run's figures go when it ends, for Prometheus",
        ..key("output", "metrics_file", Takes::Path)
    },
    Key {
        flag: "--no-progress",
        default: "true",
        example: "false",
        about: "Whether progress is shown",
        ..key("output", "progress", Takes::Truth)
    },
    Key {
        flag: "--log-format",
        default: "text",
        example: "\"json\"",
        about: "How log lines are written to stderr",
        ..key("output", "log_format", Takes::OneOf(&["text", "json"]))
    },
    Key {
        flag: "-q, -v, -vv",
        default: "normal",
        example: "\"quiet\"",
        about: "How much is told",
        ..key(
            "output",
            "verbosity",
            Takes::OneOf(&["quiet", "normal", "verbose", "debug"]),
        )
    },
    Key {
        flag: "--notify",
        variable: "PARTNER_IMPORT_NOTIFY",
        example: "[\"teams+https://example.webhook.office.example/...\"]",
        about: "Webhooks that get a summary when a run has ended",
        ..key("notify", "urls", Takes::Secrets)
    },
    Key {
        flag: "--notify-file",
        example: "\"webhooks.txt\"",
        about: "A file with webhooks, one per line",
        ..key("notify", "file", Takes::Path)
    },
    Key {
        flag: "--notify-format",
        default: "json",
        example: "\"teams\"",
        about: "How the summary is written where a webhook does not say so",
        ..key(
            "notify",
            "format",
            Takes::OneOf(&["json", "teams", "slack"]),
        )
    },
    Key {
        flag: "--ping",
        variable: "PARTNER_IMPORT_PING",
        example: "\"https://hc-ping.com/your-uuid\"",
        about: "An address to get when a run has ended with 0, and with /fail behind it otherwise",
        ..key("notify", "ping", Takes::Secret)
    },
    Key {
        flag: "--ping-start",
        default: "false",
        example: "true",
        about: "Whether the start is told too, with /start behind that address",
        ..key("notify", "ping_start", Takes::Truth)
    },
];

/// The keys of one section.
pub fn of_section(section: &str) -> impl Iterator<Item = &'static Key> + '_ {
    KEYS.iter().filter(move |key| key.section == section)
}
