//! Tests of the pretended service's rules, through its one way in.

use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A sandbox with a caller who is logged in.
struct Caller {
    sandbox: Sandbox,
    visa: String,
    now: Timestamp,
}

fn caller(config: Config) -> Caller {
    let sandbox = Sandbox::new(config).unwrap();
    let mut caller = Caller {
        sandbox,
        visa: String::new(),
        now: NOW,
    };
    let login = caller.raw("Login", &login_params());
    caller.visa = login["visa"].as_str().unwrap().to_owned();
    caller
}

fn plain() -> Caller {
    caller(Config::default())
}

fn with_fault(fault: &str) -> Caller {
    caller(Config {
        faults: vec![fault.parse().unwrap()],
        ..Config::default()
    })
}

fn login_params() -> Value {
    json!({"partner": ACCOUNT_PARTNER, "username": ACCOUNT_USER, "password": ACCOUNT_PASSWORD})
}

fn customer(name: &str) -> Value {
    json!({"ParentId": 1000, "Name": name, "Level": "EndCustomer", "ServiceType": "AllInclusive"})
}

/// `base` with the members of `other` put over it; null takes a member away.
fn with(mut base: Value, other: &Value) -> Value {
    for (key, value) in other.as_object().unwrap() {
        base[key] = value.clone();
    }
    base.as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    base
}

impl Caller {
    fn send(&mut self, method: &str, params: &Value) -> Reply {
        let mut body = json!({"jsonrpc": "2.0", "id": "t", "method": method, "params": params});
        if !self.visa.is_empty() {
            body["visa"] = json!(self.visa);
        }
        let body = body.to_string();
        let request = Request {
            body: body.as_bytes(),
            authorization: None,
        };
        self.sandbox.handle(&request, self.now)
    }

    fn raw(&mut self, method: &str, params: &Value) -> Value {
        serde_json::from_slice(&self.send(method, params).body).unwrap()
    }

    /// The value of a call that has to succeed.
    fn call(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.raw(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"]["result"].clone()
    }

    /// The number of a call that has to be refused.
    fn refused(&mut self, method: &str, params: &Value) -> i64 {
        let answer = self.raw(method, params);
        assert_eq!(answer["error"]["code"], -32603, "{method}: {answer}");
        assert!(answer.get("visa").is_none() && answer.get("result").is_none());
        answer["error"]["data"].as_i64().unwrap()
    }

    fn add(&mut self, info: &Value) -> i64 {
        self.call("AddPartner", &json!({"partnerInfo": info}))
            .as_i64()
            .unwrap()
    }

    fn not_added(&mut self, info: &Value) -> i64 {
        let before = self.sandbox.partners().len();
        let number = self.refused("AddPartner", &json!({"partnerInfo": info}));
        assert_eq!(self.sandbox.partners().len(), before);
        number
    }

    fn by_id(&mut self, id: i64) -> Value {
        self.call("GetPartnerInfoById", &json!({"partnerId": id}))
    }

    fn names(&self) -> Vec<String> {
        let partners = self.sandbox.partners().into_iter();
        partners
            .filter(|one| !one.original && !one.removed)
            .map(|one| one.name)
            .collect()
    }
}

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
fn a_new_customer_has_what_was_sent() {
    let mut caller = plain();
    let id = caller.add(&json!({
        "ParentId": 1000, "Name": "Zeus & Sons", "Level": "Reseller",
        "ServiceType": "SoftwareOnly", "ChildServiceTypes": ["SoftwareOnly"],
        "State": "InTrial", "DeviceCountry": "NL", "ExternalCode": "CRM-7",
        "Flags": ["CanInvoiceOthers"], "TrialRegistrationTime": 1_533_081_600,
        "TrialExpirationTime": 1_535_673_599,
        "Company": {
            "PhoneNumber": "+30 1", "FaxNumber": "2", "WebsiteAddress": "https://zeus.example",
            "LegalCompanyName": "Zeus S.A.", "ChamberOfCommerceNumber": "3", "VatNumber": "4",
            "BankAccountNumber": "5", "BillingContactPersonId": "6",
            "PostAddress": {"Country": "Greece", "State": "Attica", "District": "D",
                "City": "Athens", "ZipCode": "00123", "Address": "Street 1"},
        },
        "AdvancedPartnerProperties": {"RegionId": 3, "ResponsibleUserId": 7001},
    }));
    assert_eq!(id, 1001);
    let info = caller.by_id(id);
    assert_eq!(info["Id"], 1001);
    assert_eq!(info["ParentId"], 1000);
    assert_eq!(info["Name"], "Zeus & Sons");
    assert_eq!(info["Level"], "Reseller");
    assert_eq!(info["ServiceType"], "SoftwareOnly");
    assert_eq!(info["ChildServiceTypes"], json!(["SoftwareOnly"]));
    assert_eq!(info["State"], "InTrial");
    assert_eq!(info["DeviceCountry"], "NL");
    assert_eq!(info["LocationId"], 1);
    assert_eq!(info["ExternalCode"], "CRM-7");
    assert_eq!(info["Flags"], json!(["CanInvoiceOthers"]));
    assert_eq!(info["TrialRegistrationTime"], 1_533_081_600);
    assert_eq!(info["TrialExpirationTime"], 1_535_673_599);
    assert_eq!(info["CreationTime"], 1_700_000_000);
    assert_eq!(
        info["Company"],
        json!({
            "PhoneNumber": "+30 1", "FaxNumber": "2", "WebsiteAddress": "https://zeus.example",
            "LegalCompanyName": "Zeus S.A.", "ChamberOfCommerceNumber": "3", "VatNumber": "4",
            "BankAccountNumber": "5", "BillingContactPersonId": 6,
            "PostAddress": {"Country": "GR", "State": "Attica", "District": "D",
                "City": "Athens", "ZipCode": "00123", "Address": "Street 1"},
        })
    );
    assert_eq!(
        info["AdvancedPartnerProperties"],
        json!({"RegionId": 3, "ResponsibleUserId": 7001})
    );
    assert_eq!(
        caller.by_id(id),
        caller.call("GetPartnerInfo", &json!({"name": "Zeus & Sons"}))
    );
    let by_uid = json!({"partnerUid": info["Uid"]});
    assert_eq!(caller.call("GetPartnerInfoByUid", &by_uid), info);
}

#[test]
fn a_new_customer_without_extras_gets_what_is_usual() {
    let mut caller = plain();
    let id = caller.add(&json!({"ParentId": 1000, "Name": "Bare", "Level": "EndCustomer"}));
    let info = caller.by_id(id);
    assert_eq!(info["State"], "Registered");
    assert_eq!(info["ServiceType"], "AllInclusive");
    assert_eq!(info["ChildServiceTypes"], Value::Null);
    assert_eq!(info["LocationId"], 18, "the parent's");
    assert_eq!(info["ExternalCode"], "");
    let german = json!({"Company": {"PostAddress": {"Country": "DE"}}});
    let id = caller.add(&with(customer("Nach Land"), &german));
    assert_eq!(caller.by_id(id)["LocationId"], 8, "the country's");
    let given = with(german, &json!({"LocationId": 7}));
    let id = caller.add(&with(customer("Wie verlangt"), &given));
    assert_eq!(caller.by_id(id)["LocationId"], 7);
}

#[test]
fn the_country_beside_the_name_is_ignored_and_noted() {
    let mut caller = plain();
    let info = with(customer("Sample"), &json!({"Country": "Greece", "ID": 5}));
    let reply = caller.send("AddPartner", &json!({"partnerInfo": info}));
    assert_eq!(reply.log.unknown, ["partnerInfo.Country", "partnerInfo.ID"]);
    assert_eq!(caller.by_id(1001)["LocationId"], 18);
    let noted: Vec<_> = caller.sandbox.unknown_members().iter().collect();
    assert_eq!(
        noted,
        [
            (&"partnerInfo.Country".to_owned(), &1),
            (&"partnerInfo.ID".to_owned(), &1)
        ]
    );
}

#[test]
fn values_that_cannot_be_are_refused() {
    let mut caller = plain();
    for (wrong, number) in [
        (json!({"Name": ""}), 7),
        (json!({"Name": "  "}), 7),
        (json!({"Name": null}), 7),
        (json!({"Name": "x".repeat(256)}), 7),
        (json!({"Level": null}), 7),
        (json!({"Level": "Undefined"}), 7),
        (json!({"Level": "Customer"}), 7),
        (json!({"ParentId": "1000"}), 7),
        (json!({"ParentId": null}), 2101),
        (json!({"ParentId": 4711}), 2101),
        (json!({"ParentId": 1}), 13501),
        (json!({"ParentId": 500}), 13501),
        (json!({"State": "Trial"}), 7),
        (json!({"ServiceType": ["AllInclusive"]}), 7),
        (json!({"LocationId": 99}), 1802),
        (json!({"DeviceCountry": "UK"}), 7),
        (json!({"DeviceCountry": "KP"}), 7),
        (json!({"Company": {"PostAddress": {"Country": "Grece"}}}), 7),
        (json!({"Company": {"PostAddress": {"ZipCode": 123}}}), 7),
        (json!({"Company": {"BillingContactPersonId": "Mr X"}}), 7),
        (json!({"AdvancedPartnerProperties": {"RegionId": 77}}), 1802),
        (
            json!({"AdvancedPartnerProperties": {"ResponsibleUserId": 7004}}),
            1802,
        ),
        (json!({"TrialExpirationTime": -1}), 7),
    ] {
        assert_eq!(
            caller.not_added(&with(customer("Wrong"), &wrong)),
            number,
            "{wrong}"
        );
    }
    caller.add(&with(customer("x"), &json!({"Name": "ü".repeat(255)})));
    let params = json!({"partnerInfo": customer("Y"), "createDefaultAccount": 0});
    assert_eq!(caller.refused("AddPartner", &params), 7);
    assert_eq!(caller.refused("AddPartner", &json!({})), 7);
    assert_eq!(caller.refused("AddPartner", &json!([customer("Y")])), 7);
    let params = json!({"partnerInfo": customer("Y"), "createDefaultAccount": true});
    caller.call("AddPartner", &params);
    let accounts: Vec<_> = caller
        .sandbox
        .partners()
        .into_iter()
        .filter_map(|one| one.default_account.then_some(one.name))
        .collect();
    assert_eq!(accounts, ["Y"]);
}

#[test]
fn levels_go_down_and_sites_hang_under_end_customers() {
    let mut caller = plain();
    let at = |name: &str, parent: i64, level: &str| {
        with(customer(name), &json!({"ParentId": parent, "Level": level}))
    };
    for level in ["Root", "SubRoot", "Distributor", "Site"] {
        assert_eq!(caller.not_added(&at("Wrong", 1000, level)), 7, "{level}");
    }
    let mut parent = 1000;
    for level in [
        "SubDistributor",
        "Reseller",
        "ServiceOrganization",
        "EndCustomer",
        "Site",
    ] {
        parent = caller.add(&at(level, parent, level));
        assert_eq!(
            caller.not_added(&at("Same level", parent, level)),
            7,
            "{level}"
        );
    }
    let ancestors = caller.call("EnumerateAncestorPartners", &json!({"partnerId": parent}));
    let ids: Vec<_> = ancestors
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["Id"])
        .collect();
    assert_eq!(ids, [1004, 1003, 1002, 1001, 1000]);
}

#[test]
fn a_parent_passes_on_what_it_was_given_to_sell() {
    let mut caller = plain();
    let seller = json!({"Level": "Reseller", "ChildServiceTypes": ["SoftwareOnly"]});
    let seller = caller.add(&with(customer("Seller"), &seller));
    let below = |extra: Value| {
        with(
            with(customer("Buyer"), &json!({"ParentId": seller})),
            &extra,
        )
    };
    assert_eq!(caller.not_added(&below(json!({}))), 7);
    let beyond = json!({"ServiceType": "SoftwareOnly", "ChildServiceTypes": ["AllInclusive"]});
    assert_eq!(caller.not_added(&below(beyond)), 7);
    let id = caller.add(&below(json!({"ServiceType": null})));
    assert_eq!(caller.by_id(id)["ServiceType"], "SoftwareOnly");
    let site = json!({"ParentId": id, "Level": "Site", "ServiceType": "AllInclusive"});
    assert_eq!(
        caller.not_added(&with(customer("Site"), &site)),
        7,
        "sold alone counts"
    );
}

#[test]
fn a_parent_must_be_in_the_right_state() {
    let mut caller = plain();
    for (state, fits) in [
        ("InProduction", true),
        ("InTrial", true),
        ("Registered", true),
        ("WaitingForProduction", true),
        ("Expired", false),
        ("NotActive", false),
        ("Rejected", false),
    ] {
        let parent = caller.add(&with(
            customer(state),
            &json!({"State": state, "Level": "Reseller"}),
        ));
        let child = with(
            customer(&format!("below {state}")),
            &json!({"ParentId": parent}),
        );
        if fits {
            caller.add(&child);
        } else {
            assert_eq!(caller.not_added(&child), 2104, "{state}");
        }
    }
}

#[test]
fn names_are_unique_as_far_as_the_policy_says() {
    let policy = |names| {
        caller(Config {
            names,
            ..Config::default()
        })
    };
    let under = |parent: i64| with(customer("Twin"), &json!({"ParentId": parent}));

    let mut global = policy(NamePolicy::Global);
    assert_eq!(global.not_added(&customer("Hidden Competitor Ltd")), 2115);
    let params = json!({"name": "Hidden Competitor Ltd"});
    assert_eq!(
        global.refused("GetPartnerInfo", &params),
        2101,
        "taken, yet out of sight"
    );
    let other = global.add(&with(customer("Other"), &json!({"Level": "Reseller"})));
    global.add(&under(1000));
    assert_eq!(global.not_added(&under(other)), 2115);
    assert_eq!(global.not_added(&customer(" Twin ")), 2115);
    global.add(&customer("TWIN"));

    let mut siblings = policy(NamePolicy::PerParent);
    siblings.add(&customer("Hidden Competitor Ltd"));
    let other = siblings.add(&with(customer("Other"), &json!({"Level": "Reseller"})));
    siblings.add(&under(1000));
    siblings.add(&under(other));
    assert_eq!(siblings.not_added(&under(1000)), 2115);
    assert_eq!(
        siblings.refused("GetPartnerInfo", &json!({"name": "Twin"})),
        1804
    );

    let mut any = policy(NamePolicy::Any);
    any.add(&under(1000));
    any.add(&under(1000));
    assert_eq!(any.names(), ["Twin", "Twin"]);
}

#[test]
fn numbers_of_errors_can_be_changed() {
    let mut config = Config::default();
    config.error_numbers.set(ErrorName::SameName, 4711);
    let mut caller = caller(config);
    caller.add(&customer("Twin"));
    assert_eq!(caller.not_added(&customer("Twin")), 4711);
}

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
        let params = with(json!({"partnerId": 1000, "fields": [0]}), &extra);
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
    let named = json!({"partnerFilter": {"NamePattern": "alpha*"}});
    assert_eq!(names(named).1, "alpha|Alpha Two");
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

/// What a fault on AddPartner does: to the answer, and to the tenant.
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
