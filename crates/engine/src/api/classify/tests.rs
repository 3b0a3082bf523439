//! Tests of `classify`.

use super::*;

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        status,
        body: body.into(),
        ..Reply::default()
    }
}

fn of(expects: Expects, status: u16, body: &str) -> String {
    match classify("jsonrpc-1", Ok(reply(status, body)), expects) {
        Ok(answer) => format!("created {} visa {:?}", answer.value(), answer.visa),
        Err(trouble) => short(&trouble),
    }
}

fn add(status: u16, body: &str) -> String {
    of(Expects::NewId, status, body)
}

fn short(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Refused(error) => format!("refused {}", error.number),
        Trouble::Denied(error) => format!("denied {}", error.number),
        Trouble::TryAgain { after, reason, .. } => format!("again {reason:?} {after:?}"),
        Trouble::VisaRefused(_) => "log in".into(),
        Trouble::Overdue => "look again".into(),
        Trouble::Stop(Stop::WrongTarget(_)) => "stop: wrong target".into(),
        Trouble::Stop(Stop::BadCredentials(_)) => "stop: credentials".into(),
        Trouble::Stop(Stop::Forbidden(_)) => "stop: forbidden".into(),
        Trouble::Stop(Stop::Unusable(_)) => "stop: unusable".into(),
        Trouble::NotSent(_) => "not sent".into(),
        Trouble::Unknown { fate, .. } => format!("unknown {fate:?}"),
    }
}

#[test]
fn a_created_customer_is_its_id() {
    let body = r#"{"id":"jsonrpc","jsonrpc":"2.0","result":{"result":55806},"visa":"v2"}"#;
    assert_eq!(add(200, body), r#"created 55806 visa Some("v2")"#);
    let marked = format!("\u{feff}{body}");
    assert_eq!(add(200, &marked), r#"created 55806 visa Some("v2")"#);
    let wide = r#"{"result":{"result":4294967297}}"#;
    assert_eq!(add(200, wide), "created 4294967297 visa None");
}

#[test]
fn only_numbers_that_were_seen_say_that_a_change_was_not_carried_out() {
    let error = |data: &str| {
        format!(r#"{{"error":{{"code":-32603,"data":{data},"message":"m"}},"id":"1"}}"#)
    };
    let cases = [
        ("13501", "refused 13501", "refused 13501"),
        ("1701", "log in", "log in"),
        ("2115", "denied 2115", "refused 2115"),
        ("2101", "denied 2101", "refused 2101"),
        ("2116", "unknown Closed", "again RateLimit None"),
        ("1704", "unknown Closed", "again Unavailable None"),
        ("2100", "denied 2100", "stop: credentials"),
        ("2102", "denied 2102", "unknown MayLandLater"),
        ("1809", "denied 1809", "unknown MayLandLater"),
        ("4711", "denied 4711", "refused 4711"),
        ("null", "unknown MayLandLater", "unknown MayLandLater"),
    ];
    for (data, change, look) in cases {
        assert_eq!(add(200, &error(data)), change, "{data}");
        assert_eq!(of(Expects::Done, 200, &error(data)), change, "{data}");
        assert_eq!(of(Expects::Value, 200, &error(data)), look, "{data}");
    }
}

#[test]
fn words_count_for_unknown_numbers_as_whole_messages_and_never_for_a_blind_repeat() {
    let cases = [
        (4711, "Visa is inconsistent/corrupted.", "unknown StaleVisa"),
        (
            4711,
            "Service is unavailable due to maintenance",
            "unknown Closed",
        ),
        (4711, "Request limit reached", "unknown Closed"),
        (4711, "\"Visa is\" GmbH: name not allowed", "denied 4711"),
        (4711, "Maintenance Crew Ltd cannot be added", "denied 4711"),
        (2102, "Storage service unavailable", "denied 2102"),
        (
            2102,
            "Service is unavailable due to maintenance",
            "denied 2102",
        ),
    ];
    for (number, message, expected) in cases {
        let body = format!(
            r#"{{"error":{{"data":{number},"message":{}}}}}"#,
            serde_json::Value::from(message)
        );
        assert_eq!(add(200, &body), expected, "{number} {message}");
    }
}

#[test]
fn an_answer_that_is_none_leaves_the_call_unknown() {
    let echo = r#"{"id":"jsonrpc","visa":"v","method":"AddPartner","jsonrpc":"2.0","params":{}}"#;
    for body in [
        "",
        "{",
        r#"{"id":"1","result":{"result":558"#,
        "<html><body>Bad gateway</body></html>",
        r#"{"id":"1","jsonrpc":"2.0"}"#,
        r#"{"message":"ok"}"#,
        r#"{"error":{}}"#,
        r#"{"error":"no"}"#,
        r#"{"error":{"message":"Bad gateway"}}"#,
        r#"{"error":{"code":-32603,"message":"Internal error"}}"#,
        r#"{"status":"success","data":null}"#,
        echo,
        "[]",
        "true",
    ] {
        for expects in [Expects::NewId, Expects::Done] {
            assert_eq!(of(expects, 200, body), "unknown MayLandLater", "{body}");
        }
    }
    for body in [
        r#"{"result":null}"#,
        r#"{"result":{"result":null}}"#,
        r#"{"result":{"result":"55806"}}"#,
        r#"{"result":{"result":-1}}"#,
        r#"{"result":{"result":0}}"#,
        r#"{"result":{"result":9223372036854775808}}"#,
        r#"{"result":55806}"#,
    ] {
        assert_eq!(add(200, body), "unknown MayLandLater", "{body}");
    }
}

#[test]
fn a_gateways_words_are_not_the_services() {
    let bodies = [
        "<html>",
        r#"{"error":{"code":504}}"#,
        r#"{"error":{"data":2115,"message":""}}"#,
        r#"{"error":{"data":1701,"message":"Visa is inconsistent/corrupted."}}"#,
        r#"{"error":{"message":"no number"}}"#,
        r#"{"result":{"result":5}}"#,
    ];
    for status in [408, 425, 500, 502, 503, 504, 520, 599] {
        for body in bodies {
            for expects in [Expects::NewId, Expects::Done, Expects::Value] {
                let meant = of(expects, status, body);
                assert_eq!(meant, "unknown MayLandLater", "{status} {body}");
            }
        }
    }
}

#[test]
fn statuses_speak_for_themselves() {
    for status in [301, 302, 307, 308, 401, 404, 405, 407, 410] {
        assert_eq!(add(status, ""), "unknown WrongTarget", "{status}");
        assert_eq!(of(Expects::Value, status, ""), "stop: wrong target");
    }
    for status in [201, 202, 204, 206, 299] {
        let visa_refused = r#"{"error":{"code":-32603,"data":1701}}"#;
        for body in [visa_refused, r#"{"result":{"result":7}}"#] {
            assert_eq!(add(status, body), "unknown MayLandLater", "{status} {body}");
        }
    }
    let anothers = r#"{"id":"jsonrpc-2","result":{"result":7}}"#;
    assert_eq!(add(200, anothers), "unknown MayLandLater");
    assert_eq!(add(403, "<html>"), "denied 403");
    assert_eq!(of(Expects::Value, 403, "<html>"), "refused 403");
    assert_eq!(add(413, r#"{"error":{"data":13501}}"#), "denied 413");
    let late = Reply {
        retry_after: Some(Duration::from_secs(7)),
        ..reply(429, "")
    };
    let trouble = classify("jsonrpc-1", Ok(late), Expects::NewId).unwrap_err();
    assert_eq!(short(&trouble), "again RateLimit Some(7s)");
}

#[test]
fn only_a_failed_connection_is_certain_not_to_have_been_sent() {
    let cases = [
        (Failure::NotSent("refused".into()), "not sent"),
        (Failure::Unusable("no CA".into()), "stop: unusable"),
        (Failure::Broken("reset".into()), "unknown MayLandLater"),
        (
            Failure::TimedOut(Duration::from_secs(60)),
            "unknown MayLandLater",
        ),
    ];
    for (failure, expected) in cases {
        assert_eq!(
            short(&classify("jsonrpc-1", Err(failure), Expects::NewId).unwrap_err()),
            expected
        );
    }
}

#[test]
fn void_methods_answer_null() {
    let body = r#"{"result":null,"visa":"v"}"#;
    for expects in [Expects::Done, Expects::Anything] {
        let answer = classify("jsonrpc-1", Ok(reply(200, body)), expects);
        assert_eq!(answer.unwrap().value(), "null");
    }
}
