//! Where things are kept, what is said, and who hears of a run.

use super::super::setting::{Fallback, Flag, Group, Rivals, Says, Setting, Use, Variable};
use super::super::takes::Takes;
use super::super::value::{LogFormat, NotifyFormat, NotifyWhen, Verbosity};
use super::short::{flag, setting, settings, switch, variable};

settings! { setting;
    STATE_DIR "output.state_dir" Takes::Path => {
        about: "Where journals and locks are kept",
        fallback: Fallback::Words("the platform's data directory"),
        example: "\"state\"",
        flags: &[flag("state-dir", "DIR")],
        groups: &[Group::Common],
        variable: Some(variable("PARTNER_IMPORT_STATE_DIR")),
    }
    OUT "output.out" Takes::Path => {
        about: "Where the result files go",
        fallback: Fallback::Words("INPUT-results/RUN/ beside the input"),
        example: "\"results\"",
        flags: &[flag("out", "DIR")],
        groups: &[Group::Run],
    }
    BACKUP_PROFILE "output.backup_profile" Takes::Count => {
        about: "The number of the backup profile in the names of installers",
        fallback: Fallback::Words("none"),
        example: "12",
        flags: &[flag("backup-profile", "NUMBER").help(
            "The number of the backup profile in the installer names of the result files \
             (`bm#UID#NUMBER#.exe`)",
        )],
        groups: &[Group::Agreeing],
    }
    METRICS_FILE "output.metrics_file" Takes::Path => {
        about: "Where to write a run's metrics when it ends, for Prometheus",
        example: "\"/var/lib/node_exporter/partner-import.prom\"",
        flags: &[flag("metrics-file", "FILE").help(
            "Write the run's metrics to this file when it ends, however it ends, for the textfile \
             collector of Prometheus' node exporter",
        )],
        groups: &[Group::Watching],
    }
    PROGRESS "output.progress" Takes::Truth => {
        about: "Whether progress is shown",
        fallback: Fallback::Value("true"),
        example: "false",
        flags: &[switch("no-progress", "false").help("Show no progress, not even on a terminal")],
        groups: &[Group::Common],
        use_: Use::Attempt,
    }
    LOG_FORMAT "output.log_format" Takes::OneOf(LogFormat::CHOICES) => {
        about: "How log lines are written to stderr",
        fallback: Fallback::Value("text"),
        example: "\"json\"",
        flags: &[flag("log-format", "FORMAT")],
        groups: &[Group::Common],
        use_: Use::Attempt,
    }
    VERBOSITY "output.verbosity" Takes::OneOf(Verbosity::CHOICES) => {
        about: "How much to print",
        fallback: Fallback::Value("normal"),
        example: "\"quiet\"",
        flags: &[
            Flag {
                short: Some('v'),
                help: "Print more; give it twice to show every request",
                says: Says::Counted(&["verbose", "debug"]),
                ..flag("verbose", "")
            },
            Flag {
                short: Some('q'),
                help: "Print only what went wrong",
                conflicts: Some("verbose"),
                ..switch("quiet", "quiet")
            },
        ],
        groups: &[Group::Common],
        use_: Use::Attempt,
    }
    NOTIFY "notify.urls" Takes::Secrets => {
        about: "Webhooks that receive a summary when a run ends",
        example: "[\"teams+https://example.webhook.office.example/...\"]",
        flags: &[flag("notify", "URL").help(
            "Post a summary to this webhook when the run ends; may be given several times, also \
             as `teams+https://...` or `slack+https://...`",
        )],
        groups: &[Group::Watching],
        variable: Some(Variable {
            name: "PARTNER_IMPORT_NOTIFY",
            about: "webhooks, separated by spaces, as `--notify`",
            why: ", which other users cannot read",
        }),
        use_: Use::Secret,
        rivals: Some(Rivals::Webhooks),
    }
    NOTIFY_FILE "notify.file" Takes::Path => {
        about: "A file with webhooks, one per line",
        example: "\"webhooks.txt\"",
        flags: &[flag("notify-file", "FILE").help("A file with such webhooks, one per line")],
        groups: &[Group::Watching],
        rivals: Some(Rivals::Webhooks),
    }
    NOTIFY_FORMAT "notify.format" Takes::OneOf(NotifyFormat::CHOICES) => {
        about: "The format of the summary, unless the webhook gives one",
        fallback: Fallback::Value("json"),
        example: "\"teams\"",
        flags: &[flag("notify-format", "FORMAT").help(
            "The format of the summary, unless the webhook gives one",
        )],
        groups: &[Group::Watching],
        use_: Use::Attempt,
    }
    NOTIFY_WHEN "notify.when" Takes::OneOf(NotifyWhen::CHOICES) => {
        about: "After which runs to post the summary; `change` posts it when a job ends \
                differently from its last run",
        fallback: Fallback::Value("always"),
        example: "\"change\"",
        flags: &[flag("notify-when", "WHEN").help("After which runs to post the summary")],
        groups: &[Group::Watching],
        use_: Use::Attempt,
    }
    PING "notify.ping" Takes::Secret => {
        about: "An address to request when a run ends with 0 or 1, followed by /fail when it fails",
        example: "\"https://hc-ping.com/your-uuid\"",
        flags: &[flag("ping", "URL").help(
            "Request this address when the run ends with 0 or 1, followed by /fail when it fails",
        )],
        groups: &[Group::Watching],
        variable: Some(Variable {
            name: "PARTNER_IMPORT_PING",
            about: "an address to request, as `--ping`",
            why: "",
        }),
        use_: Use::Secret,
    }
    PING_START "notify.ping_start" Takes::Truth => {
        about: "Whether to request that address, followed by /start, at the start too",
        fallback: Fallback::Value("false"),
        example: "true",
        flags: &[switch("ping-start", "true").help(
            "Request the address of --ping, followed by /start, when the run starts",
        )],
        groups: &[Group::Watching],
        use_: Use::Attempt,
    }
    AFTER "after.command" Takes::Words => {
        about: "A program, with its arguments, to start when a run has ended, however it ended; \
                without a shell",
        example: "[\"/usr/local/bin/tell-the-psa\", \"--quietly\"]",
    }
}
