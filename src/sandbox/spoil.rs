//! What faults do to an answer.
//!
//! Must not know: when a fault strikes, what was asked.

use super::fault::{FaultKind, Struck};
use super::reply::{FaultAction, Reply};

/// Puts a proxy's page in place of the answer.
pub(super) fn page(reply: &mut Reply, status: u16, title: &str) {
    reply.status = status;
    reply.headers.push(("content-type", "text/html".to_owned()));
    reply.body = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n\
         <center><h1>{title}</h1></center>\r\n<hr><center>SANDBOX proxy</center>\r\n\
         </body>\r\n</html>\r\n"
    )
    .into_bytes();
}

/// Carries out a fault that spoils the answer to work that was done.
pub(super) fn after(reply: &mut Reply, struck: Option<Struck>) {
    let Some(Struck { kind, arg }) = struck else {
        return;
    };
    match kind {
        FaultKind::DropAnswer => reply.fault = FaultAction::DropAnswer,
        FaultKind::Delay => reply.fault = FaultAction::Delay(arg),
        FaultKind::Cut => reply.fault = FaultAction::Cut,
        FaultKind::Truncate => reply.body.truncate(reply.body.len() / 2),
        FaultKind::Garbage => {
            reply.body = b"\x1f\x8b\x08{]garbage from the SANDBOX\xff\x00".to_vec();
        }
        FaultKind::Http500After => page(reply, 500, "Internal Server Error"),
        FaultKind::Http502After => page(reply, 502, "Bad Gateway"),
        FaultKind::Http503After => page(reply, 503, "Service Unavailable"),
        _ => {}
    }
}
