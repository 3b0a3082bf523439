//! What a job is called by which a list is imported again and again, and how its runs follow each other.

use super::super::setting::{Fallback, Group, Setting, Use};
use super::super::takes::Takes;
use super::super::value::IfChanged;
use super::short::{flag, setting, settings};

settings! { setting;
    JOB "run.job" Takes::Text => {
        about: "The name of a job that imports a list regularly",
        fallback: Fallback::Words(
            "in messages the profile's name, or none without a profile; runs are compared with \
             those of the same file",
        ),
        example: "\"psa\"",
        flags: &[flag("job", "NAME").help(
            "The name of this job, for notifications and to compare its runs with each other, \
             whatever the list's file name",
        )],
        groups: &[Group::Watching, Group::Planned],
    }
    IF_CHANGED "run.if_changed" Takes::OneOf(IfChanged::CHOICES) => {
        about: "What to do if the list, or an option that decides what is sent, has changed since \
                an unfinished run began",
        fallback: Fallback::Value("stop"),
        example: "\"new-run\"",
        flags: &[flag("if-changed", "WHAT").help(
            "What to do if the list, or an option that decides what is sent, has changed since an \
             unfinished run of it began",
        )],
        groups: &[Group::Agreeing],
        use_: Use::Attempt,
    }
}
