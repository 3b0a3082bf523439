//! What faults do to an answer.
//!
//! Must not know: when a fault strikes.

use std::collections::HashSet;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use super::fault::{FaultKind, Struck};
use super::reply::{FaultAction, Reply};
use super::timestamp::Timestamp;

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

/// A time so many seconds from now, as HTTP writes it.
pub(super) fn date(now: Timestamp, seconds: u64) -> String {
    let at = UNIX_EPOCH + Duration::from_millis(now.0) + Duration::from_secs(seconds);
    httpdate::fmt_http_date(at)
}

/// Answers in place of work that is not done. Says whether this kind of fault does so.
pub(super) fn before(reply: &mut Reply, request: &[u8], kind: FaultKind) -> bool {
    match kind {
        FaultKind::GatewayJson => {
            reply.status = 503;
            reply.body = br#"{"error":{"message":"upstream connect error"}}"#.to_vec();
        }
        FaultKind::BareError => reply.body = br#"{"error":{}}"#.to_vec(),
        FaultKind::NoNumber => no_number(reply),
        FaultKind::Internal => internal(reply),
        FaultKind::Unclear => reply.body = br#"{"message":"ok"}"#.to_vec(),
        FaultKind::Echo => {
            let request = String::from_utf8_lossy(request);
            let message = format!("cannot process the request {request}");
            let error = json!({"jsonrpc": "2.0", "error": {"message": message}});
            reply.body = error.to_string().into_bytes();
        }
        _ => return false,
    }
    true
}

fn no_number(reply: &mut Reply) {
    reply.body = br#"{"error":{"message":"Storage service unavailable"}}"#.to_vec();
}

fn internal(reply: &mut Reply) {
    reply.body = br#"{"error":{"code":-32603,"message":"Internal error"}}"#.to_vec();
}

/// Carries out a fault that spoils the answer to work that was done.
pub(super) fn after(reply: &mut Reply, request: &[u8], struck: Option<Struck>) {
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
        FaultKind::Http403After => page(reply, 403, "Forbidden"),
        FaultKind::Http404After => page(reply, 404, "Not Found"),
        FaultKind::Http500After => page(reply, 500, "Internal Server Error"),
        FaultKind::Http502After => page(reply, 502, "Bad Gateway"),
        FaultKind::Http503After => page(reply, 503, "Service Unavailable"),
        FaultKind::GatewayJsonAfter => {
            reply.status = 504;
            reply.body = br#"{"error":{"code":504,"message":"Gateway Timeout"}}"#.to_vec();
        }
        FaultKind::BareErrorAfter => reply.body = br#"{"error":{}}"#.to_vec(),
        FaultKind::NoNumberAfter => no_number(reply),
        FaultKind::InternalAfter => internal(reply),
        FaultKind::UnclearAfter => reply.body = br#"{"message":"ok"}"#.to_vec(),
        FaultKind::EchoAfter => reply.body = request.to_vec(),
        FaultKind::GenericErrorAfter => {
            let error = json!({"code": -32603, "data": 2102, "message": "Generic service error"});
            reply.body = json!({ "error": error }).to_string().into_bytes();
        }
        FaultKind::Huge => reply
            .body
            .splice(..0, vec![b' '; (1 << 20) + 1])
            .for_each(drop),
        // Packed where it leaves.
        FaultKind::Gzip => reply.headers.push(("content-encoding", "gzip".to_owned())),
        FaultKind::Bom => reply.body.splice(..0, *b"\xef\xbb\xbf").for_each(drop),
        FaultKind::NoNames => each_listed(reply, |one| {
            one.remove("Name");
        }),
        FaultKind::NoParents => each_listed(reply, |one| {
            one.remove("ParentId");
        }),
        FaultKind::NullList => in_result(reply, |value| {
            if value.is_array() {
                *value = Value::Null;
            }
        }),
        FaultKind::NoPartnerId => in_result(reply, |value| {
            if let Some(user) = value.as_object_mut() {
                user.remove("PartnerId");
            }
        }),
        FaultKind::OtherId => in_result(reply, |value| {
            if let Some(id) = value.get("Id").and_then(Value::as_i64) {
                value["Id"] = (id + 1).into();
            }
        }),
        _ => {}
    }
}

/// Answers a creation with the id of whom the customer stands below.
pub(super) fn parents_id(reply: &mut Reply, request: &[u8]) {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    if let Some(parent) = request
        .pointer("/params/partnerInfo/ParentId")
        .and_then(Value::as_i64)
    {
        in_result(reply, |value| *value = parent.into());
    }
}

/// Spells what a list says another way.
pub(super) fn respelt(reply: &mut Reply, kind: FaultKind) {
    let (member, spell): (&str, fn(&str) -> String) = match kind {
        FaultKind::LowerNames => ("Name", str::to_lowercase),
        FaultKind::DecomposedNames => ("Name", |name| name.nfd().collect()),
        FaultKind::SpacedNames => ("Name", |name| format!("{} ", name.replace(' ', "  "))),
        FaultKind::EntityNames => ("Name", entities),
        FaultKind::LowerCodes => ("ExternalCode", str::to_lowercase),
        _ => return,
    };
    each_listed(reply, |one| {
        if let Some(Value::String(text)) = one.get_mut(member) {
            *text = spell(text);
        }
    });
}

fn entities(name: &str) -> String {
    let letter = |letter: char| match letter {
        '&' => "&amp;".to_owned(),
        letter if letter.is_ascii_alphanumeric() => letter.to_string(),
        letter => format!("&#{};", u32::from(letter)),
    };
    name.chars().map(letter).collect()
}

/// Takes customers out of a list.
pub(super) fn without(reply: &mut Reply, ids: &HashSet<i64>) {
    in_result(reply, |value| {
        if let Some(list) = value.as_array_mut() {
            list.retain(|one| !one["Id"].as_i64().is_some_and(|id| ids.contains(&id)));
        }
    });
}

/// Changes the inner result.
fn in_result(reply: &mut Reply, change: impl FnOnce(&mut Value)) {
    let Ok(mut answer) = serde_json::from_slice::<Value>(&reply.body) else {
        return;
    };
    if let Some(value) = answer.pointer_mut("/result/result") {
        change(value);
        reply.body = answer.to_string().into_bytes();
    }
}

/// Changes each member of a list.
fn each_listed(reply: &mut Reply, change: impl Fn(&mut serde_json::Map<String, Value>)) {
    in_result(reply, |value| {
        let list = value.as_array_mut().into_iter().flatten();
        list.filter_map(Value::as_object_mut).for_each(change);
    });
}

/// Bytes as gzip has them, without making them fewer.
pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = bytes.chunks(0xffff).peekable();
    if blocks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend(crc32(bytes).to_le_bytes());
    let length = u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or(u32::MAX);
    out.extend(length.to_le_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let bit = crc & 1;
            crc = (crc >> 1) ^ (0xedb8_8320 * bit);
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
