//! Callers who may little: low roles, one customer's scope, wrong passwords, a strict visa chain.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_low_role_reads_and_changes_nothing() {
    let mut caller = plain();
    let there = caller.add(&customer("There"));
    caller.become_user(ACCOUNT_PARTNER, LOW_USER);
    assert_eq!(caller.not_added(&customer("New")), 13501);
    let of = json!({"partnerId": there});
    let info = json!({"partnerInfo": {"Id": there, "Name": "X"}});
    let deploy = with(of.clone(), &json!({"autoDeploymentState": "Enable"}));
    let user = json!({"userInfo": {"PartnerId": 1000, "Name": "x", "RoleId": 5}});
    let device = json!({"accountInfo": {"PartnerId": there, "Name": "x"}});
    for (method, params) in [
        ("ModifyPartner", &info),
        ("RemovePartner", &of),
        ("ModifyAutoDeploymentPartnerState", &deploy),
        ("AddUser", &user),
        ("AddAccount", &device),
    ] {
        assert_eq!(caller.refused(method, params), 13501, "{method}");
    }
    assert_eq!(caller.by_id(there)["Name"], "There");
    let listed = caller.call("EnumeratePartners", &json!({"parentPartnerId": 1000}));
    assert_eq!(listed[0]["Id"], there);
    assert_eq!(
        caller.call("EnumerateAccounts", &json!({"partnerId": 1000})),
        json!([])
    );
}

#[test]
fn nobody_gives_or_touches_a_role_above_its_own() {
    let mut caller = plain();
    let user = |name: &str, role: i64| json!({"userInfo": {"PartnerId": 1000, "Name": name, "RoleId": role, "Password": ACCOUNT_PASSWORD}});
    caller.call("AddUser", &user("admin", 2));
    caller.become_user(ACCOUNT_PARTNER, "admin");
    caller.add(&customer("By an administrator"));
    assert_eq!(caller.refused("AddUser", &user("super", 1)), 13501);
    let change = json!({"userInfo": {"Id": 7001, "RoleId": 5}});
    assert_eq!(caller.refused("ModifyUser", &change), 13501);
    assert_eq!(
        caller.refused("RemoveUser", &json!({"userId": 7001})),
        13501
    );
    caller.call("AddUser", &user("equal", 2));
}

#[test]
fn a_user_of_one_customer_sees_it_alone_and_may_not_list_devices() {
    let mut caller = plain();
    caller.become_user(SCOPED_PARTNER, SCOPED_USER);
    let own = caller.call("GetPartnerInfo", &json!({"name": SCOPED_PARTNER}));
    assert_eq!(own["Level"], "EndCustomer");
    let id = own["Id"].as_i64().unwrap();
    for other in [1000, 500, 502, 1] {
        let params = json!({"parentPartnerId": other});
        assert_eq!(
            caller.refused("EnumeratePartners", &params),
            13501,
            "{other}"
        );
    }
    let below = caller.call("EnumeratePartners", &json!({"parentPartnerId": id}));
    assert_eq!(below, json!([]));
    assert_eq!(
        caller.refused("EnumerateAccounts", &json!({"partnerId": id})),
        13501
    );
    let query = |columns: Value| json!({"query": {"PartnerId": id, "Columns": columns}});
    let method = "EnumerateAccountStatistics";
    assert_eq!(
        caller.call(method, &query(json!(["I1", "I14", "D01F00"]))),
        json!([])
    );
    assert_eq!(caller.refused(method, &query(json!(["I1", "I8"]))), 13501);
    let site = json!({"ParentId": id, "Level": "Site"});
    caller.add(&with(customer("Place"), &site));
}

#[test]
fn wrong_passwords_lock_a_user_for_a_time() {
    let mut caller = caller(Config {
        lockout: Some(Lockout {
            attempts: 3,
            time: std::time::Duration::from_secs(60),
        }),
        ..Config::default()
    });
    let wrong = with(login_params(), &json!({"password": "wrong"}));
    for number in [2100, 2100] {
        assert_eq!(caller.refused("Login", &wrong), number);
    }
    // The right one in between begins the count anew.
    caller.call("Login", &login_params());
    for number in [2100, 2100, 2100, 1709] {
        assert_eq!(caller.refused("Login", &wrong), number);
    }
    assert_eq!(caller.refused("Login", &login_params()), 1709);
    // Others are not locked, nor is a visa that is out.
    let other = json!({"partner": ACCOUNT_PARTNER, "username": "support", "password": "sandbox"});
    caller.call("Login", &other);
    caller.call("GetServerInfo", &json!({}));
    caller.now = Timestamp(NOW.0 + 59_999);
    assert_eq!(caller.refused("Login", &login_params()), 1709);
    caller.now = Timestamp(NOW.0 + 60_000);
    caller.call("Login", &login_params());
}

#[test]
fn in_a_strict_chain_each_visa_is_good_once() {
    let mut caller = caller(Config {
        visa_chain: VisaChain::Strict,
        ..Config::default()
    });
    let first = caller.visa.clone();
    let answer = caller.raw("GetServerInfo", &json!({}));
    let second = answer["visa"].as_str().unwrap().to_owned();
    assert_eq!(caller.refused("GetServerInfo", &json!({})), 1701);
    caller.visa = second;
    // A refusal brings no visa and takes none.
    assert_eq!(
        caller.not_added(&with(customer("X"), &json!({"ParentId": 1}))),
        13501
    );
    caller.add(&customer("Zeus"));
    caller.visa = first;
    assert_eq!(caller.refused("GetServerInfo", &json!({})), 1701);
    // Two logins have a chain each.
    caller.become_user(ACCOUNT_PARTNER, ACCOUNT_USER);
    let one = caller.visa.clone();
    caller.become_user(ACCOUNT_PARTNER, ACCOUNT_USER);
    caller.call("GetServerInfo", &json!({}));
    caller.visa = one;
    caller.call("GetServerInfo", &json!({}));
}
