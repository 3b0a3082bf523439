//! How fast, how long, how many.

use super::super::setting::{Fallback, Group, InSandbox, Setting};
use super::super::takes::Takes;
use super::short::{flag, limit, settings, switch};

settings! { limit;
    RATE "limits.rate" Takes::Rate => {
        about: "The most requests in any second, minute or hour",
        fallback: Fallback::Value("5/s"),
        sandbox: InSandbox::Typed("none"),
        example: "\"5/s\"",
        flags: &[flag("rate", "RATE").help(
            "The most requests in any second, minute or hour, or \"none\"",
        )],
        groups: &[Group::Target],
    }
    CONCURRENCY "limits.concurrency" Takes::Concurrency => {
        about: "The most calls in flight at once; `auto` finds the number, up to 32",
        fallback: Fallback::Value("4"),
        example: "4",
        flags: &[flag("concurrency", "N|auto").help(
            "The most calls in flight at once; \"auto\" finds out how many the service handles \
             well, up to 32, or up to N with \"auto:N\"",
        )],
        groups: &[Group::Run],
    }
    MAX_ERRORS "limits.max_errors" Takes::MaxErrors => {
        about: "Nothing is sent if more rows are invalid or blocked, and the run stops when more \
                rows fail",
        fallback: Fallback::Words("never"),
        example: "\"5%\"",
        flags: &[flag("max-errors", "N|N%").help(
            "Send nothing if more rows are invalid or blocked, and stop when more rows fail, over \
             all attempts of the run: a number, or a percentage of the list's rows such as 5%, \
             which allows at least one. Quarantined rows do not count",
        )],
        groups: &[Group::Run, Group::Planned],
    }
    TIMEOUT "limits.timeout" Takes::Time => {
        about: "How long one request may take",
        fallback: Fallback::Value("60s"),
        example: "\"60s\"",
        flags: &[flag("timeout", "TIME")],
        groups: &[Group::Target],
    }
    SETTLE_WAIT "limits.settle_wait" Takes::Time => {
        about: "How long a request without an answer could still take effect, and lists may lag \
                behind",
        fallback: Fallback::Value("10m"),
        sandbox: InSandbox::Otherwise("1s"),
        example: "\"10m\"",
        flags: &[flag("settle-wait", "TIME")],
        groups: &[Group::Run, Group::Undo],
    }
    OUTAGE_LIMIT "limits.outage_limit" Takes::Time => {
        about: "How long to wait for a target that is down",
        fallback: Fallback::Value("15m"),
        example: "\"15m\"",
        flags: &[flag("outage-limit", "TIME")],
        groups: &[Group::Run, Group::Undo, Group::Planned],
    }
    MAX_DURATION "limits.max_duration" Takes::Time => {
        about: "How long a run may take; then it waits for the calls in flight and ends, to be \
                continued",
        fallback: Fallback::Words("no limit"),
        example: "\"6h\"",
        flags: &[flag("max-duration", "TIME").help(
            "Stop after this time: wait for the calls in flight and end with 130, to be continued",
        )],
        groups: &[Group::Run],
    }
    QUARANTINE_AFTER "limits.quarantine_after" Takes::Count => {
        about: "Rows refused in this many consecutive runs are not sent again until they change",
        fallback: Fallback::Words("off"),
        example: "3",
        flags: &[flag("quarantine-after", "N").help(
            "Do not send rows that the service refused in each of the last N runs, until they \
             change",
        )],
        groups: &[Group::Run],
    }
    CONFIRM_ABOVE "limits.confirm_above" Takes::Number => {
        about: "Above how many customers to create or change you must type their number",
        fallback: Fallback::Value("100"),
        example: "100",
        flags: &[flag("confirm-above", "N").help(
            "Ask you to type the number if more than N customers would be created or changed",
        )],
        groups: &[Group::Agreeing],
    }
    MAX_CREATE "limits.max_create" Takes::Number => {
        about: "Nothing is sent if more customers would be created",
        fallback: Fallback::Words("no limit"),
        example: "50",
        flags: &[flag("max-create", "N").help(
            "Send nothing if more than N customers would be created, even with --yes",
        )],
        groups: &[Group::Agreeing, Group::Continued, Group::Planned],
    }
    MAX_UPDATE "limits.max_update" Takes::Number => {
        about: "Nothing is sent if more customers would be changed",
        fallback: Fallback::Words("no limit"),
        example: "20",
        flags: &[flag("max-update", "N").help(
            "Send nothing if more than N customers would be changed, even with --yes",
        )],
        groups: &[Group::Agreeing, Group::Continued, Group::Planned],
    }
    MAX_NEAR_NAMES "limits.max_near_names" Takes::Number => {
        about: "Nothing is sent if more customers would be created that probably exist under \
                nearly the same name",
        fallback: Fallback::Words("no limit"),
        example: "0",
        flags: &[flag("max-near-names", "N").help(
            "Send nothing if more than N customers would be created beside one that has nearly \
             the same name (T204) and is probably the same",
        )],
        groups: &[Group::Agreeing, Group::Planned],
    }
    MIN_ROWS "limits.min_rows" Takes::MinRows => {
        about: "Nothing is sent if the list has fewer rows: a number, or a percentage of those of \
                the last good run",
        fallback: Fallback::Words("no limit"),
        example: "\"50%\"",
        flags: &[flag("min-rows", "N|N%").help(
            "Send nothing if the list has fewer rows: a number, or a percentage of its rows in \
             the last good run, such as 50%",
        )],
        groups: &[Group::Agreeing, Group::Planned],
    }
    REQUIRE_VALID "limits.require_valid" Takes::Truth => {
        about: "Whether nothing is sent if a row is invalid or blocked",
        fallback: Fallback::Value("false"),
        example: "true",
        flags: &[switch("require-valid", "true")
            .help("Send nothing if a row is invalid or blocked")],
        groups: &[Group::Agreeing, Group::Planned],
    }
    ALLOW_EMPTY "limits.allow_empty" Takes::Truth => {
        about: "Whether a list without rows is accepted",
        fallback: Fallback::Value("false"),
        example: "true",
        flags: &[switch("allow-empty", "true")
            .help("Accept a list without rows; otherwise it ends the command with 3")],
        groups: &[Group::Input],
    }
}
