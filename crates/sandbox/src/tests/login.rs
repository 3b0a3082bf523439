//! Login, visas, frames, limits, restarts, log records.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_login_gives_the_user_and_a_visa() {
    let mut caller = plain();
    let answer = caller.raw("Login", &login_params());
    assert_eq!(answer["id"], "t");
    assert_eq!(answer["jsonrpc"], "2.0");
    assert_eq!(answer["result"]["result"]["PartnerId"], 1000);
    assert_eq!(answer["result"]["result"]["Name"], "api");
    assert!(answer["result"]["result"].get("Password").is_none());
    assert!(
        answer["visa"]
            .as_str()
            .unwrap()
            .starts_with("1000-7001-1-1700000000-")
    );
}

#[test]
fn a_login_needs_the_full_name_of_the_partner_or_none() {
    let mut caller = plain();
    for wrong in [
        json!({"partner": "Sandbox MSP"}),
        json!({"partner": "sandbox msp (admin@example.com)"}),
        json!({"username": "API"}),
        json!({"password": "Sandbox"}),
        json!({"password": null}),
        json!({"username": "stranger"}),
    ] {
        assert_eq!(
            caller.refused("Login", &with(login_params(), &wrong)),
            2100,
            "{wrong}"
        );
    }
    let user = caller.call("Login", &with(login_params(), &json!({"partner": null})));
    assert_eq!(user["PartnerId"], 1000);
    let shared = json!({"username": "support", "password": "sandbox"});
    assert_eq!(caller.refused("Login", &shared), 2110);
}

#[test]
fn visas_chain_and_earlier_ones_stay_good() {
    let mut caller = plain();
    let first = caller.visa.clone();
    let second = caller.raw("GetServerInfo", &json!({}))["visa"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(first, second);
    caller.now = Timestamp(NOW.0 + 899_999);
    caller.call("GetServerInfo", &json!({}));
    caller.now = Timestamp(NOW.0 + 900_000);
    assert_eq!(caller.refused("GetServerInfo", &json!({})), 1701);
    caller.visa = second;
    assert_eq!(caller.refused("GetServerInfo", &json!({})), 1701);
}

#[test]
fn a_visa_belongs_beside_the_parameters_or_in_the_header() {
    let mut caller = plain();
    let visa = std::mem::take(&mut caller.visa);
    assert_eq!(caller.refused("EnumerateLocations", &json!({})), 1701);
    assert_eq!(
        caller.refused("EnumerateLocations", &json!({"visa": visa})),
        1701
    );
    let body = br#"{"jsonrpc":"2.0","id":7,"method":"EnumerateLocations"}"#;
    let header = format!("Bearer {visa}");
    let request = Request {
        body,
        authorization: Some(&header),
    };
    let reply = caller.sandbox.handle(&request, NOW);
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(answer["id"], 7);
    assert_eq!(answer["result"]["result"][17]["Id"], 18);
}

#[test]
fn what_is_no_call_has_the_codes_of_json_rpc() {
    let mut caller = plain();
    for (body, code) in [
        ("{", -32700),
        ("[]", -32600),
        (r#"{"jsonrpc":"2.0","id":3}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":3,"method":"addPartner"}"#, -32601),
    ] {
        let request = Request {
            body: body.as_bytes(),
            authorization: None,
        };
        let reply = caller.sandbox.handle(&request, NOW);
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(
            (reply.status, &answer["error"]["code"]),
            (200, &json!(code)),
            "{body}"
        );
    }
}

#[test]
fn requests_beyond_the_rate_are_refused() {
    let rate_limit = Some("3/s".parse().unwrap());
    let mut caller = caller(Config {
        rate_limit,
        ..Config::default()
    });
    caller.call("GetServerInfo", &json!({}));
    caller.call("GetServerInfo", &json!({}));
    assert_eq!(caller.not_added(&customer("Too much")), 2116);
    caller.now = Timestamp(NOW.0 + 1000);
    caller.add(&customer("In time"));
    assert_eq!(caller.sandbox.requests(Method::AddPartner), 2);
}

#[test]
fn a_database_carries_the_tenant_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        db: Some(dir.path().join("tenant.db")),
        tenant_size: 20,
        seed: 5,
        ..Config::default()
    };
    let mut first = caller(config.clone());
    let id = first.add(&with(
        customer("Zeus"),
        &json!({"Company": {"PhoneNumber": "1"}}),
    ));
    let gone = first.add(&customer("Gone"));
    first.call("GetPartnerInfoById", &json!({"partnerId": gone}));
    first.raw("RemovePartner", &json!({"partnerId": gone}));
    let info = first.by_id(id);
    let partners = first.sandbox.partners();
    let Caller { sandbox, visa, now } = first;
    drop(sandbox);
    let other = Config {
        seed: 6,
        tenant_size: 0,
        ..config
    };
    let mut second = Caller {
        sandbox: Sandbox::new(other).unwrap(),
        visa,
        now,
    };
    assert_eq!(
        second.by_id(id),
        info,
        "the visa from before the restart is good"
    );
    assert_eq!(second.sandbox.partners(), partners);
    assert_eq!(second.add(&customer("Next")), gone + 1);
    assert_eq!(second.not_added(&customer("Zeus")), 2115);
}

#[test]
fn the_log_record_says_what_was_done_and_no_secret() {
    let mut caller = plain();
    let login = caller.send("Login", &login_params());
    let line = serde_json::to_string(&login.log).unwrap();
    assert!(
        line.contains("\"loggedIn\":1000") && line.contains(ACCOUNT_PARTNER),
        "{line}"
    );
    assert!(
        !line.contains("\"sandbox\"") && !line.contains(&caller.visa),
        "{line}"
    );
    let info = with(customer("Zeus"), &json!({"ExternalCode": "K-1"}));
    let log = caller.send("AddPartner", &json!({"partnerInfo": info})).log;
    let line = serde_json::to_value(&log).unwrap();
    assert_eq!(line["method"], "AddPartner");
    assert_eq!(line["parentId"], 1000);
    assert_eq!(line["name"], "Zeus");
    assert_eq!(line["externalCode"], "K-1");
    assert_eq!(line["done"], json!({"created": 1001}));
    assert_eq!(line["t"], json!(1_700_000_000.0));
    let list = json!({"parentPartnerId": 1000});
    let line = serde_json::to_value(&caller.send("EnumeratePartners", &list).log).unwrap();
    assert_eq!(line["done"], json!({"read": 1}));
    assert_eq!(line["fault"], Value::Null);
    assert_eq!(line["status"], 200);
}

#[test]
fn numbers_of_errors_can_be_changed() {
    let mut config = Config::default();
    config.error_numbers.set(ErrorName::SameName, 4711);
    let mut caller = caller(config);
    caller.add(&customer("Twin"));
    assert_eq!(caller.not_added(&customer("Twin")), 4711);
}
