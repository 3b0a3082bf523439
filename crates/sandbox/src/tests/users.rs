//! Users: listed, created, changed, removed.

use serde_json::{Value, json};

use super::*;

#[test]
fn users_are_listed_by_customer() {
    let mut caller = plain();
    let listed = caller.call("EnumerateUsers", &json!({"partnerIds": [1000]}));
    let names: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["Name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["api", "support", LOW_USER]);
    let first = &listed[0];
    assert_eq!(first["Password"], Value::Null);
    assert_eq!(first["RoleId"], 1);
    assert_eq!(first["Flags"], json!(["NonInteractive"]));
    assert_eq!(first["LastLoginTime"], 1_700_000_000);
    assert_eq!(listed[1]["LastLoginTime"], 0);
    assert_eq!(caller.refused("EnumerateUsers", &json!({})), 13501);
    let others = json!({"partnerIds": [1000, 500]});
    assert_eq!(caller.refused("EnumerateUsers", &others), 13501);
    let roles = caller.call("EnumerateUserRoles", &json!({"partnerId": 1000}));
    assert_eq!(roles[4], json!({"Id": 5, "Name": "Supporter"}));
    assert_eq!(roles.as_array().unwrap().len(), 7);
}

#[test]
fn a_user_is_created_changed_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        db: Some(dir.path().join("tenant.db")),
        ..Config::default()
    };
    let mut caller = caller(config.clone());
    let home = caller.add(&customer("Zeus"));
    let info = json!({"PartnerId": home, "Name": "z@zeus.example", "RoleId": 2,
        "EmailAddress": "z@zeus.example", "Password": "first", "Flags": ["SecurityOfficer"]});
    let add = |info: Value| json!({"userInfo": info});
    let id = caller.call("AddUser", &add(info.clone()));
    for (wrong, number) in [
        (json!({}), 1801),
        (json!({"Name": null}), 7),
        (json!({"Name": " ", "EmailAddress": null}), 7),
        (json!({"RoleId": null}), 7),
        (json!({"RoleId": 8}), 7),
        (json!({"EmailAddress": "other@zeus.example"}), 7),
        (json!({"PartnerId": 500}), 13501),
        (json!({"PartnerId": null}), 13501),
    ] {
        let wrong = add(with(info.clone(), &wrong));
        assert_eq!(caller.refused("AddUser", &wrong), number, "{wrong}");
    }
    let login = |password: &str| json!({"partner": "Zeus", "username": "z@zeus.example", "password": password});
    assert_eq!(caller.call("Login", &login("first"))["Id"], id);
    let change = json!({"Id": id, "Password": "second", "Title": "Boss"});
    assert!(caller.raw("ModifyUser", &add(change))["result"].is_null());
    assert_eq!(caller.refused("Login", &login("first")), 2100);
    // A restart knows the user still, and its file holds no password.
    let Caller { sandbox, visa, now } = caller;
    drop(sandbox);
    let mut caller = Caller {
        sandbox: Sandbox::new(config).unwrap(),
        visa,
        now,
    };
    let user = caller.call("Login", &login("second"));
    assert_eq!(
        (&user["Title"], &user["RoleId"]),
        (&json!("Boss"), &json!(2))
    );
    let of = json!({"userId": id});
    assert!(caller.raw("RemoveUser", &of)["result"].is_null());
    assert_eq!(caller.refused("RemoveUser", &of), 1802);
    assert_eq!(caller.refused("Login", &login("second")), 2100);
    assert_eq!(
        caller.refused("RemoveUser", &json!({"userId": 7001})),
        13501
    );
    let next = caller.call("AddUser", &add(info));
    assert_eq!(next.as_i64(), id.as_i64().map(|id| id + 1));
}

#[test]
fn ids_of_devices_and_users_are_wide_too() {
    let mut caller = caller(Config {
        ids: Ids::Wide,
        ..Config::default()
    });
    let wide = |id: i64| id + (1_i64 << 32);
    let home = caller.add(&with(customer("Zeus"), &json!({"ParentId": wide(1000)})));
    let info = json!({"PartnerId": home, "Name": "srv-01"});
    let id = caller.call("AddAccount", &json!({"accountInfo": info}))["Id"].clone();
    assert!(id.as_i64().unwrap() > wide(0));
    let told = caller.call("GetAccountInfoById", &json!({"accountId": id}));
    assert_eq!((&told["Id"], &told["PartnerId"]), (&id, &json!(home)));
    let users = caller.call("EnumerateUsers", &json!({"partnerIds": [wide(1000)]}));
    let user = &users[1]["Id"];
    assert!(caller.raw("RemoveUser", &json!({"userId": user}))["error"].is_null());
    let roles = caller.call("EnumerateUserRoles", &json!({}));
    assert_eq!(roles[0]["Id"], 1);
}
