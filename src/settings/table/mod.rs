//! Every setting. Help, reference, profile, `config show`, the commands to type next, what is
//! compared when a run is continued and what is kept of an attempt are made from this table: an
//! entry here is all that a new setting needs, but for the code that obeys it.
//!
//! The order is that of the help within a group of flags, and of the reference within a section.

mod existing;
mod input;
mod limits;
mod output;
mod run;
mod short;
mod target;

use super::setting::{InProfile, Setting, Variable};

pub use self::existing::{ALLOW_MOVE, ON_EXISTS};
pub use self::input::{
    ALL_SHEETS, DEFAULT, DELIMITER, ENCODING, EXPORT, FIRST, HEADER_ROW, LEAVE_OUT, MAP, MENDS,
    OF_RUN, ONLY, ONLY_BELOW, SET, SHEET, VALUE,
};
pub use self::limits::{
    ALLOW_EMPTY, CONCURRENCY, CONFIRM_ABOVE, MAX_CREATE, MAX_DURATION, MAX_ERRORS, MAX_NEAR_NAMES,
    MAX_UPDATE, MIN_ROWS, OUTAGE_LIMIT, QUARANTINE_AFTER, RATE, REQUIRE_VALID, SETTLE_WAIT,
    TIMEOUT,
};
pub use self::output::{
    AFTER, BACKUP_PROFILE, LOG_FORMAT, METRICS_FILE, NOTIFY, NOTIFY_FILE, NOTIFY_FORMAT,
    NOTIFY_WHEN, OUT, PING, PING_START, PROGRESS, STATE_DIR, VERBOSITY,
};
pub use self::run::{IF_CHANGED, JOB};
pub use self::target::{
    BILLING_CONTACT, CA_FILE, ENDPOINT, PARTNER, PASSWORD, PASSWORD_COMMAND, PASSWORD_FILE,
    PASSWORD_STDIN, PROXY, SANDBOX, USERNAME,
};

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Setting> + Clone {
    let lists = [
        target::LIST,
        input::LIST,
        existing::LIST,
        output::LIST,
        run::LIST,
        limits::LIST,
    ];
    lists.into_iter().flatten().copied()
}

/// A section of the profile, and what it is for.
pub const SECTIONS: &[(&str, &str)] = &[
    ("target", "Where the service is, and who logs in."),
    ("input", "How the input is read."),
    (
        "map",
        "Which column a header stands for: `\"header\" = \"column\"`; the column `-` leaves it out.",
    ),
    (
        "values",
        "What terms of the list stand for, by column: `[values.Level]`, then `Endkunde = \
         \"EndCustomer\"`. Case and spaces do not count.",
    ),
    (
        "rows",
        "Which rows count, by conditions on the list's own headers: `partner-import explain \
         conditions`. What is typed counts beside it.",
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
    ("existing", "What becomes of customers that already exist."),
    (
        "run",
        "What a job is called, and how its runs follow each other.",
    ),
    ("limits", "How fast, how long, how many."),
    ("output", "Where things are kept, and what is told."),
    (
        "notify",
        "Who is told when a run has ended. Addresses with tokens belong into a private file.",
    ),
    (
        "after",
        "What is run when a run has ended. The environment has `PARTNER_IMPORT_RUN_ID`, \
         `PARTNER_IMPORT_EXIT_CODE`, `PARTNER_IMPORT_LIST` and `PARTNER_IMPORT_RESULTS` (the directory \
         of the result files); what is not known is empty.",
    ),
];

/// The settings of a section, in the order of the reference.
pub fn of_section(section: &str) -> impl Iterator<Item = &'static Setting> + '_ {
    let settings = all();
    settings.filter(move |one| one.is_in_profile() && one.section() == section)
}

/// The sections that a profile may decide which was merely found, each as `shown` writes it.
pub fn found_sections(shown: impl Fn(&str) -> String) -> String {
    let counts = |section: &&str| of_section(section).any(|one| one.profile == InProfile::Found);
    let sections = SECTIONS.iter().map(|(section, _)| *section).filter(counts);
    sections.map(shown).collect::<Vec<_>>().join(", ")
}

/// The settings that a profile may hold, lists of pairs at the end.
pub fn in_profile() -> impl Iterator<Item = &'static Setting> {
    let of = |pairs: bool| {
        let sections = SECTIONS.iter().flat_map(|(section, _)| of_section(section));
        sections.filter(move |one| one.takes.is_pairs() == pairs)
    };
    of(false).chain(of(true))
}

/// The variables of the environment that give a setting.
pub fn variables() -> impl Iterator<Item = (&'static Setting, Variable)> {
    all().filter_map(|one| Some((one, one.variable?)))
}
