//! What a failure is to the system: an exit code.

use super::exit::Exit;
use crate::flow::failure::{Failure, Kind};

/// How the process ends where work ended early.
pub fn exit_of(failure: &Failure) -> Exit {
    match failure.kind {
        Kind::Usage => Exit::Usage,
        Kind::Input => Exit::Input,
        Kind::Refused => Exit::Refused,
        Kind::Stopped => Exit::Stopped,
        Kind::Locked => Exit::Locked,
        Kind::Interrupted | Kind::Declined => Exit::Interrupted,
    }
}
