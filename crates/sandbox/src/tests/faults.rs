//! What each fault does to the answer and to the tenant.

use serde_json::{Value, json};

use super::*;

/// What a fault on `AddPartner` does: to the answer, and to the tenant.
fn fault(name: &str) -> (Caller, Reply) {
    let mut caller = with_fault(&format!("{name}@AddPartner"));
    let reply = caller.send("AddPartner", &json!({"partnerInfo": customer("Zeus")}));
    assert_eq!(
        reply.log.fault.map(FaultKind::as_str),
        name.split('=').next()
    );
    (caller, reply)
}

#[test]
fn faults_before_the_work_leave_nothing_behind() {
    for (name, status) in [
        ("drop-request", 200),
        ("html", 200),
        ("429", 429),
        ("500", 500),
        ("502", 502),
        ("503", 503),
        ("expired-visa", 200),
        ("maintenance", 200),
        ("request-limit", 200),
    ] {
        let (caller, reply) = fault(&format!("{name}=1"));
        assert!(caller.names().is_empty(), "{name}");
        assert_eq!(reply.status, status, "{name}");
        assert_eq!(reply.is_answered(), name != "drop-request");
    }
}

#[test]
fn faults_after_the_work_leave_it_done() {
    for (name, action, status) in [
        ("drop-answer", FaultAction::DropAnswer, 200),
        ("cut", FaultAction::Cut, 200),
        ("truncate", FaultAction::None, 200),
        ("garbage", FaultAction::None, 200),
        ("500-after", FaultAction::None, 500),
        ("502-after", FaultAction::None, 502),
        ("503-after", FaultAction::None, 503),
        (
            "delay",
            FaultAction::Delay(std::time::Duration::from_secs(90)),
            200,
        ),
    ] {
        let (caller, reply) = fault(&format!("{name}=1"));
        assert_eq!(caller.names(), ["Zeus"], "{name}");
        assert_eq!((reply.fault, reply.status), (action, status), "{name}");
        assert_eq!(reply.log.done, Done::Created(1001));
        let understood = serde_json::from_slice::<Value>(&reply.body).is_ok();
        assert_eq!(understood, matches!(name, "cut" | "delay"), "{name}");
    }
}

#[test]
fn a_too_many_requests_says_when_to_come_back() {
    let (_, reply) = fault("429=1:1500ms");
    assert!(reply.headers.contains(&("retry-after", "2".to_owned())));
    assert!(
        reply
            .headers
            .contains(&("content-type", "text/html".to_owned()))
    );
}

#[test]
fn an_expired_visa_stays_dead_and_a_new_login_helps() {
    let (mut caller, reply) = fault("expired-visa=#1");
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(answer["error"]["data"], 1701);
    assert_eq!(caller.not_added(&customer("Zeus")), 1701);
    caller.visa = caller.raw("Login", &login_params())["visa"]
        .as_str()
        .unwrap()
        .to_owned();
    caller.add(&customer("Zeus"));
}

#[test]
fn late_work_is_done_when_its_time_has_come() {
    let (mut caller, reply) = fault("late-commit=#1:30s");
    assert!(!reply.is_answered());
    assert_eq!(reply.log.done, Done::Nothing);
    assert_eq!(reply.deferred.unwrap().due, Timestamp(NOW.0 + 30_000));
    caller.now = Timestamp(NOW.0 + 29_999);
    assert!(caller.send("GetServerInfo", &json!({})).late.is_empty());
    assert!(caller.names().is_empty());
    caller.now = Timestamp(NOW.0 + 30_000);
    let reply = caller.send("AddPartner", &json!({"partnerInfo": customer("Zeus")}));
    assert_eq!(reply.log.done, Done::Refused(2115), "late work comes first");
    assert_eq!(reply.late.len(), 1);
    assert!(reply.late[0].late);
    assert_eq!(reply.late[0].done, Done::Created(1001));
    assert_eq!(caller.names(), ["Zeus"]);
    assert_eq!(caller.sandbox.waiting(), 0);
}

#[test]
fn late_work_is_done_once_whoever_does_it() {
    let (mut caller, reply) = fault("late-commit=#1:30s");
    let deferred = reply.deferred.unwrap();
    let record = caller
        .sandbox
        .commit_deferred(deferred, deferred.due)
        .unwrap();
    assert_eq!(record.done, Done::Created(1001));
    assert!(
        caller
            .sandbox
            .commit_deferred(deferred, deferred.due)
            .is_none()
    );
    assert!(caller.sandbox.commit_due(deferred.due).is_empty());
    // The visa counts by the time the request arrived.
    let (mut caller, reply) = fault("late-commit=#1:20m");
    let deferred = reply.deferred.unwrap();
    let record = caller
        .sandbox
        .commit_deferred(deferred, deferred.due)
        .unwrap();
    assert_eq!(record.done, Done::Created(1001));
}
