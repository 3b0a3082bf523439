//! The rules of `AddPartner`.

use serde_json::{Value, json};

use super::*;

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
            "PostAddress": {"Country": "Greece", "State": "Attica", "District": "D",
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
    assert_eq!(info["RegistrationOrigin"], "Domestic");
    assert_eq!(info["Guid"].as_str().unwrap().len(), 36);
}

#[test]
fn a_trial_begins_now_and_lasts_thirty_days_unless_told() {
    let mut caller = plain();
    let trial = |extra: &Value| with(with(customer("Trial"), &json!({"State": "InTrial"})), extra);
    let id = caller.add(&trial(&json!({})));
    let info = caller.by_id(id);
    assert_eq!(info["TrialRegistrationTime"], 1_700_000_000);
    assert_eq!(info["TrialExpirationTime"], 1_700_000_000 + 30 * 86_400);
    let given = json!({"Name": "Given", "TrialRegistrationTime": 1_600_000_000});
    let id = caller.add(&trial(&given));
    let info = caller.by_id(id);
    assert_eq!(info["TrialExpirationTime"], 1_600_000_000 + 30 * 86_400);
    let given = json!({"Name": "Ends", "TrialExpirationTime": 1_800_000_000});
    let id = caller.add(&trial(&given));
    assert_eq!(caller.by_id(id)["TrialExpirationTime"], 1_800_000_000);
    let id = caller.add(&customer("No trial"));
    assert_eq!(caller.by_id(id)["TrialExpirationTime"], 0);
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
        (json!({"State": "Registered"}), 7),
        (json!({"State": "Expired"}), 7),
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
        let parent = caller.add(&with(customer(state), &json!({"Level": "Reseller"})));
        let change = json!({"partnerInfo": {"Id": parent, "State": state}});
        caller.raw("ModifyPartner", &change);
        let params = json!({"partnerId": parent});
        assert_eq!(caller.call("GetPartnerState", &params), state);
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
    let twin = siblings.call("EnumeratePartners", &json!({"parentPartnerId": other}));
    let back = json!({"partnerInfo": {"Id": twin[0]["Id"], "ParentId": 1000}});
    assert_eq!(siblings.refused("ModifyPartner", &back), 2115);
    assert_eq!(
        siblings.refused("GetPartnerInfo", &json!({"name": "Twin"})),
        1804
    );

    let mut any = policy(NamePolicy::Any);
    any.add(&under(1000));
    any.add(&under(1000));
    assert_eq!(any.names(), ["Twin", "Twin"]);
}
