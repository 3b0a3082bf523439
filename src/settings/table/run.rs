//! What a job is called by which a list is imported again and again, and how its runs follow each other.

use super::super::setting::{Fallback, Group, Setting, Use};
use super::super::takes::Takes;
use super::super::value::IfChanged;
use super::short::{flag, setting, settings};

settings! { setting;
    JOB "run.job" Takes::Text => {
        about: "What the job is called by which a list is imported again and again",
        fallback: Fallback::Words(
            "in messages the profile's name, or none without a profile; runs are held against those of the \
             same file",
        ),
        example: "\"psa\"",
        flags: &[flag("job", "NAME").help(
            "What this job is called: in notifications, and where runs of it are held against each \
             other, whatever the list's file is called",
        )],
        groups: &[Group::Watching, Group::Planned],
    }
    IF_CHANGED "run.if_changed" Takes::OneOf(IfChanged::CHOICES) => {
        about: "What is done when the list, or an option that decides what is sent, has changed under an unfinished run",
        fallback: Fallback::Value("stop"),
        example: "\"new-run\"",
        flags: &[flag("if-changed", "WHAT").help(
            "What is done when the list, or an option that decides what is sent, has changed under \
             an unfinished run of it",
        )],
        groups: &[Group::Agreeing],
        use_: Use::Attempt,
    }
}
