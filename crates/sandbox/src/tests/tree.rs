//! Reading, changing and removing what is there.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_listing_is_flat_and_without_its_top() {
    let mut caller = caller(Config {
        tenant_size: 200,
        ..Config::default()
    });
    let list = |caller: &mut Caller, params: Value| {
        caller
            .call("EnumeratePartners", &params)
            .as_array()
            .unwrap()
            .clone()
    };
    let all = list(
        &mut caller,
        json!({"parentPartnerId": 1000, "fetchRecursively": "true"}),
    );
    assert_eq!(all.len(), 200);
    assert!(
        all.iter()
            .all(|one| one["Id"] != 1000 && one["Name"].is_string())
    );
    let partners = caller.sandbox.partners();
    for one in &all {
        let id = one["Id"].as_i64().unwrap();
        let view = partners
            .iter()
            .find(|view| i64::from(view.id) == id)
            .unwrap();
        assert_eq!(one["Name"], json!(view.name));
        assert_eq!(one["ParentId"], json!(view.parent_id));
        assert_eq!(
            one["ExternalCode"],
            json!(view.external_code.clone().unwrap_or_default())
        );
    }
    let below = list(
        &mut caller,
        json!({"parentPartnerId": 1000, "fetchRecursively": false}),
    );
    assert!(!below.is_empty() && below.len() < 200);
    assert!(below.iter().all(|one| one["ParentId"] == 1000));
    let few = json!({"parentPartnerId": 1000, "fetchRecursively": true, "fields": [0, 1, 18]});
    let few = list(&mut caller, few);
    let keys: Vec<_> = few[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = [
        "Company",
        "ExternalCode",
        "ExternalPartnerProperties",
        "Id",
        "Level",
        "MailFrom",
        "Name",
        "ParentId",
    ];
    assert_eq!(keys, expected);
    assert_eq!(few[0]["Company"], json!({"PostAddress": null}));
    assert_eq!(
        caller.refused("EnumeratePartners", &json!({"fetchRecursively": true})),
        13501
    );
    assert_eq!(
        caller.refused("EnumeratePartners", &json!({"parentPartnerId": 1})),
        13501
    );
    assert_eq!(
        caller.refused("EnumeratePartners", &json!({"parentPartnerId": 77_777})),
        2101
    );
}

#[test]
fn children_come_as_a_tree_node_filtered_sorted_and_in_pages() {
    let mut caller = plain();
    for (name, level, code) in [
        ("Beta", "EndCustomer", "X-1"),
        ("alpha", "Reseller", "X-2"),
        ("Alpha Two", "EndCustomer", "Y-1"),
    ] {
        caller.add(&with(
            customer(name),
            &json!({"Level": level, "ExternalCode": code}),
        ));
    }
    let mut names = |extra: Value| {
        let all = json!({"partnerId": 1000, "fields": [0], "range": {"Offset": 0}});
        let params = with(all, &extra);
        let node = caller.call("EnumerateChildPartners", &params);
        assert_eq!(node["Info"]["Id"], 1000);
        let children = node["Children"].as_array().cloned().unwrap_or_default();
        assert!(children.iter().all(|child| child["Children"].is_null()));
        let names = children
            .iter()
            .map(|child| child["Info"]["Name"].as_str().unwrap().to_owned());
        (
            node["ActualChildCount"].as_u64().unwrap(),
            names.collect::<Vec<_>>().join("|"),
        )
    };
    assert_eq!(names(json!({})), (3, "Beta|alpha|Alpha Two".to_owned()));
    let page = json!({"range": {"Offset": 1, "Size": 1}, "partnerFilter": {"SortOrder": "ByName"}});
    assert_eq!(names(page), (3, "Beta".to_owned()));
    let sorted = json!({"partnerFilter": {"SortOrder": "ByLevelAndName"}});
    assert_eq!(names(sorted).1, "alpha|Alpha Two|Beta");
    let starred = json!({"partnerFilter": {"NamePattern": "alpha*"}});
    assert_eq!(names(starred).1, "alpha|Alpha Two");
    let coded = json!({"partnerFilter": {"ExternalCodePattern": "X-", "Levels": ["Reseller"]}});
    assert_eq!(names(coded).1, "alpha");
    assert_eq!(
        names(json!({"partnerFilter": {"States": ["InTrial"]}})),
        (0, String::new())
    );
}

#[test]
fn a_change_touches_what_was_sent() {
    let mut caller = plain();
    let id = caller.add(&with(
        customer("Old"),
        &json!({"ExternalCode": "K", "State": "InTrial"}),
    ));
    let twin = caller.add(&customer("Twin"));
    let seller = caller.add(&with(customer("Seller"), &json!({"Level": "Reseller"})));
    let change = |info: Value| json!({"partnerInfo": info});
    let answer = caller.raw("ModifyPartner", &change(json!({"Id": id, "Name": "New"})));
    assert_eq!(answer["result"], Value::Null);
    assert!(answer["visa"].is_string());
    let info = caller.by_id(id);
    assert_eq!(
        (&info["Name"], &info["ExternalCode"]),
        (&json!("New"), &json!("K"))
    );
    caller.raw(
        "ModifyPartner",
        &change(json!({"Id": id, "ParentId": seller, "State": "InProduction"})),
    );
    let info = caller.by_id(id);
    assert_eq!(
        (&info["ParentId"], &info["State"]),
        (&json!(seller), &json!("InProduction"))
    );
    for (wrong, number) in [
        (json!({"Name": "X"}), 13501),
        (json!({"Id": 1000, "Name": "X"}), 13501),
        (json!({"Id": 501, "Name": "X"}), 13501),
        (json!({"Id": id, "Name": "Twin"}), 2115),
        (json!({"Id": id, "Name": "Hidden Competitor Ltd"}), 2115),
        (json!({"Id": id, "ParentId": twin}), 7),
        (json!({"Id": seller, "ParentId": id}), 7),
        (json!({"Id": seller, "ParentId": seller}), 7),
        (json!({"Id": seller, "Level": "EndCustomer"}), 7),
        (json!({"Id": id, "ParentId": 500}), 13501),
    ] {
        assert_eq!(
            caller.refused("ModifyPartner", &change(wrong.clone())),
            number,
            "{wrong}"
        );
    }
    assert_eq!(caller.by_id(id), info);
}

#[test]
fn a_removal_takes_leaves_only() {
    let mut caller = plain();
    let top = caller.add(&with(customer("Top"), &json!({"Level": "Reseller"})));
    let leaf = caller.add(&with(customer("Leaf"), &json!({"ParentId": top})));
    let remove = |id: i64| json!({"partnerId": id});
    assert_eq!(caller.refused("RemovePartner", &remove(top)), 2105);
    assert_eq!(caller.refused("RemovePartner", &remove(1000)), 2105);
    assert_eq!(caller.refused("RemovePartner", &remove(501)), 13501);
    assert_eq!(caller.refused("RemovePartner", &json!({})), 13501);
    assert_eq!(
        caller.raw("RemovePartner", &remove(leaf))["result"],
        Value::Null
    );
    assert_eq!(caller.refused("RemovePartner", &remove(leaf)), 2101);
    caller.raw("RemovePartner", &remove(top));
    assert!(caller.names().is_empty());
    caller.add(&customer("Leaf"));
}

#[test]
fn devices_are_listed_and_keep_their_customer() {
    let mut caller = plain();
    let plain = caller.add(&customer("Plain"));
    let with_default = caller.call(
        "AddPartner",
        &json!({"partnerInfo": customer("Default"), "createDefaultAccount": true}),
    );
    let of = |id: &Value| json!({"partnerId": id});
    let add = |id: i64, name: &str| json!({"accountInfo": {"PartnerId": id, "Name": name, "Type": "BackupManager"}});
    let listed = |caller: &mut Caller, id: &Value| -> Vec<String> {
        let accounts = caller.call("EnumerateAccounts", &of(id));
        let accounts = accounts.as_array().unwrap().iter();
        accounts
            .map(|one| {
                assert_eq!(one["PartnerId"], *id);
                one["Name"].as_str().unwrap().to_owned()
            })
            .collect()
    };
    assert!(listed(&mut caller, &json!(plain)).is_empty());
    assert_eq!(
        caller.call("AddAccount", &add(plain, "srv-01"))["Name"],
        "srv-01"
    );
    assert_eq!(listed(&mut caller, &json!(plain)), ["srv-01"]);
    assert_eq!(listed(&mut caller, &with_default).len(), 1);
    for id in [json!(plain), with_default] {
        assert_eq!(caller.refused("RemovePartner", &of(&id)), 2105);
    }
    // Those of a company are its own and its customers'.
    let all = caller.call("EnumerateAccounts", &json!({"partnerId": 1000}));
    let all = all.as_array().unwrap().iter();
    let holders: Vec<i64> = all.map(|one| one["PartnerId"].as_i64().unwrap()).collect();
    assert_eq!(holders, [plain, plain + 1]);
    assert_eq!(caller.refused("AddAccount", &add(501, "x")), 13501);
    assert_eq!(caller.refused("AddAccount", &add(plain, " ")), 7);
    assert_eq!(caller.refused("EnumerateAccounts", &json!({})), 13501);
    let query = json!({"query": {
        "PartnerId": 1000, "StartRecordNumber": 0, "RecordsCount": 10, "Columns": ["I1", "I8", "I99"],
    }});
    let told = caller.call("EnumerateAccountStatistics", &query);
    let told = told.as_array().unwrap();
    assert_eq!(told.len(), 2);
    let device = told.iter().find(|one| one["PartnerId"] == plain).unwrap();
    assert_eq!(device["Settings"][0]["I1"], "srv-01");
    assert_eq!(device["Settings"].as_array().unwrap().len(), 2);
    let views = caller.sandbox.partners();
    let view = views.iter().find(|one| i64::from(one.id) == plain).unwrap();
    assert_eq!(view.devices, ["srv-01"]);
}

#[test]
fn a_service_that_cascades_removes_all_that_is_below() {
    let mut caller = caller(Config {
        removal: RemovalPolicy::Cascade,
        ..Config::default()
    });
    let top = caller.add(&with(customer("Top"), &json!({"Level": "Reseller"})));
    let middle = caller.add(&with(customer("Middle"), &json!({"ParentId": top})));
    let site = json!({"ParentId": middle, "Level": "Site"});
    caller.add(&with(customer("Leaf"), &site));
    caller.add(&customer("Beside"));
    assert_eq!(
        caller.refused("RemovePartner", &json!({"partnerId": 1000})),
        2105
    );
    caller.raw("RemovePartner", &json!({"partnerId": top}));
    assert_eq!(caller.names(), ["Beside"]);
}

#[test]
fn countries_and_regions_are_listed() {
    let mut caller = plain();
    let countries = caller.call("EnumerateCountries", &json!({}));
    let countries = countries.as_array().unwrap();
    assert_eq!(countries.len(), 249);
    let find = |code: &str| countries.iter().find(|one| one["IsoCode"] == code).unwrap();
    assert_eq!(find("GR")["Name"], "Greece");
    assert_eq!(find("GR")["LocationId"], 8);
    assert_eq!(find("KP")["IsBlocked"], true);
    assert_eq!(find("US")["IsBlocked"], false);
    assert_eq!(
        caller.call("EnumerateRegions", &json!({}))[2]["Name"],
        "Europe"
    );
    let version = caller.call("GetServerInfo", &json!({}))["Version"].clone();
    assert!(version.as_str().unwrap().contains("SANDBOX"));
    let none = caller.call("EnumerateAccounts", &json!({"partnerId": 1000}));
    assert_eq!(none, json!([]));
}
