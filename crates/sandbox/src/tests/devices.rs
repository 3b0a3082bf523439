//! Devices: told of, changed, moved, removed.

use serde_json::{Value, json};

use super::*;

fn add(caller: &mut Caller, partner: i64, name: &str) -> i64 {
    let info = json!({"PartnerId": partner, "Name": name, "Type": "BackupManager"});
    let made = caller.call("AddAccount", &json!({"accountInfo": info}));
    assert_eq!(made["Name"], name);
    assert!(made["Password"].is_string() && made["Token"].is_string());
    made["Id"].as_i64().unwrap()
}

fn device(caller: &mut Caller, id: i64) -> Value {
    caller.call("GetAccountInfoById", &json!({"accountId": id}))
}

#[test]
fn a_device_is_told_of_with_its_node() {
    let mut caller = plain();
    let holder = caller.add(&customer("Zeus"));
    let id = add(&mut caller, holder, "srv-01");
    let answer = caller.raw("GetAccountInfoById", &json!({"accountId": id}));
    assert_eq!(
        answer["result"]["homeNodeInfo"]["ModeInfo"]["Mode"],
        "Operable"
    );
    let info = &answer["result"]["result"];
    let members: Vec<_> = info
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = [
        "CreationTime",
        "ExpirationTime",
        "Id",
        "LocationId",
        "Name",
        "NameAlias",
        "OverrideVirtual",
        "PartnerId",
        "Password",
        "ProductId",
        "RemovalTime",
        "StorageId",
        "StorageLocationId",
        "Token",
        "Type",
    ];
    assert_eq!(members, expected);
    assert_eq!(
        (&info["Id"], &info["PartnerId"]),
        (&json!(id), &json!(holder))
    );
    assert_eq!(info["CreationTime"], 1_700_000_000);
    assert_eq!(info["NameAlias"], Value::Null);
    for (wrong, number) in [(json!({}), 13501), (json!({"accountId": 5}), 1802)] {
        assert_eq!(caller.refused("GetAccountInfoById", &wrong), number);
    }
}

#[test]
fn a_device_is_changed_moved_and_removed() {
    let mut caller = plain();
    let from = caller.add(&customer("From"));
    let to = caller.add(&customer("To"));
    let id = add(&mut caller, from, "srv-01");
    let change = |info: Value| json!({"accountInfo": with(info, &json!({"Id": id}))});
    let new =
        json!({"NameAlias": "Server", "ExpirationTime": 5, "LocationId": 8, "Name": "srv-01"});
    assert!(caller.raw("ModifyAccount", &change(new))["result"].is_null());
    let info = device(&mut caller, id);
    assert_eq!(
        (&info["NameAlias"], &info["LocationId"]),
        (&json!("Server"), &json!(8))
    );
    for (wrong, number) in [
        (json!({"Name": "other"}), 7),
        (json!({"LocationId": 99}), 1802),
        (json!({"PartnerId": 501}), 13501),
    ] {
        let wrong = change(wrong);
        assert_eq!(caller.refused("ModifyAccount", &wrong), number, "{wrong}");
    }
    caller.raw("ModifyAccount", &change(json!({"PartnerId": to})));
    let moved = device(&mut caller, id);
    assert_eq!(moved, with(info, &json!({"PartnerId": to})));
    // Where it was nobody is kept any more, where it is somebody.
    assert_eq!(
        caller.refused("RemovePartner", &json!({"partnerId": to})),
        2105
    );
    assert!(caller.raw("RemovePartner", &json!({"partnerId": from}))["error"].is_null());
    let of = json!({"accountId": id});
    assert!(caller.raw("RemoveAccount", &of)["result"].is_null());
    assert_eq!(caller.refused("RemoveAccount", &of), 1802);
    assert_eq!(caller.refused("GetAccountInfoById", &of), 1802);
    assert_eq!(add(&mut caller, to, "srv-02"), id + 1, "no id comes twice");
}

#[test]
fn custom_columns_are_pairs_of_a_number_and_a_text() {
    let mut caller = plain();
    let holder = caller.add(&customer("Zeus"));
    let id = add(&mut caller, holder, "srv-01");
    let set = |values: Value| json!({"accountId": id, "values": values});
    let method = "UpdateAccountCustomColumnValues";
    assert!(caller.raw(method, &set(json!([[7, "x"], [8, "y"]])))["result"].is_null());
    let mut told = || {
        let query = json!({"query": {"PartnerId": holder, "Columns": ["AA7", "AA8", "AAx"]}});
        caller.call("EnumerateAccountStatistics", &query)[0]["Settings"].clone()
    };
    assert_eq!(told(), json!([{"AA7": "x"}, {"AA8": "y"}]));
    caller.raw(method, &set(json!([[7, ""]])));
    let query = json!({"query": {"PartnerId": holder, "Columns": ["AA7", "AA8"]}});
    let told = caller.call("EnumerateAccountStatistics", &query);
    assert_eq!(told[0]["Settings"], json!([{"AA8": "y"}]));
    for wrong in [json!({"7": "x"}), json!([[7]]), Value::Null] {
        assert_eq!(caller.refused(method, &set(wrong.clone())), 7, "{wrong}");
    }
}

#[test]
fn devices_live_on_over_a_restart_and_come_out_of_older_files() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        db: Some(dir.path().join("tenant.db")),
        ..Config::default()
    };
    let mut first = caller(config.clone());
    let holder = first.add(&customer("Zeus"));
    let id = add(&mut first, holder, "srv-01");
    let info = device(&mut first, id);
    let Caller { sandbox, visa, now } = first;
    drop(sandbox);
    let mut second = Caller {
        sandbox: Sandbox::new(config.clone()).unwrap(),
        visa: visa.clone(),
        now,
    };
    assert_eq!(device(&mut second, id), info);
    drop(second);
    // As the first format had it: names, and a mark for the default account.
    let file = rusqlite::Connection::open(config.db.as_ref().unwrap()).unwrap();
    let old = "UPDATE partner SET data = json_set(data, '$.details.devices',
        json('[\"srv-01\"]'), '$.details.default_account', json('true')) WHERE id = ?1";
    assert_eq!(file.execute(old, [holder]).unwrap(), 1);
    file.pragma_update(None, "user_version", 1).unwrap();
    drop(file);
    let mut third = Caller {
        sandbox: Sandbox::new(config.clone()).unwrap(),
        visa: visa.clone(),
        now,
    };
    let listed = third.call("EnumerateAccounts", &json!({"partnerId": holder}));
    let default = format!("default-{holder}");
    assert_eq!(
        (&listed[0]["Name"], &listed[1]["Name"]),
        (&json!(default), &json!("srv-01"))
    );
    let id = listed[1]["Id"].as_i64().unwrap();
    assert_eq!(device(&mut third, id)["PartnerId"], holder);
    let view = third.sandbox.partners().pop().unwrap();
    assert!(view.default_account);
    assert_eq!(view.devices, ["srv-01"]);
    add(&mut third, holder, "srv-02");
    drop(third);
    let mut fourth = Caller {
        sandbox: Sandbox::new(config).unwrap(),
        visa,
        now,
    };
    assert_eq!(device(&mut fourth, id)["Name"], "srv-01", "ids stay");
}
