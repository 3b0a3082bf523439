//! Trees and histories, in the shapes of the service's samples.

use serde_json::{Value, json};

use super::*;

#[test]
fn children_without_a_range_are_a_count() {
    let mut caller = plain();
    let top = caller.add(&with(customer("Top"), &json!({"Level": "Reseller"})));
    let below = |name: &str| with(customer(name), &json!({"ParentId": top}));
    caller.add(&below("One"));
    caller.add(&below("Two"));
    let params = json!({"partnerId": top});
    let node = caller.call("EnumerateChildPartners", &params);
    assert_eq!(node["ActualChildCount"], 2);
    assert_eq!(node["Children"], Value::Null);
    assert_eq!(node["Info"]["Name"], "Top");
    assert_eq!(node["Info"]["RegistrationOrigin"], "Domestic");
    let ranged = with(params, &json!({"range": {"Offset": 0, "Size": 10000}}));
    let node = caller.call("EnumerateChildPartners", &ranged);
    assert_eq!(node["Children"][1]["Info"]["Name"], "Two");
}

#[test]
fn a_tree_has_one_level_of_children_and_names_only_when_asked() {
    let mut caller = plain();
    let top = caller.add(&with(customer("Top"), &json!({"Level": "Reseller"})));
    let at = |name: &str, parent: i64, level: &str| {
        with(customer(name), &json!({"ParentId": parent, "Level": level}))
    };
    let one = caller.add(&at("One", top, "EndCustomer"));
    caller.add(&at("Two", top, "EndCustomer"));
    caller.add(&at("Place", one, "Site"));
    let tree = caller.call("GetPartnerTree", &json!({"partnerId": top}));
    let bare = |id: i64, level: &str, parent: i64| {
        json!({"Company": {"PostAddress": null}, "ExternalPartnerProperties": null, "Id": id,
            "Level": level, "Name": null, "ParentId": parent})
    };
    let leaf = |id: i64, count: i64| json!({"ActualChildCount": count, "Children": null, "Info": bare(id, "EndCustomer", top)});
    let expected = json!({"ActualChildCount": 2, "Info": bare(top, "Reseller", 1000),
        "Children": [leaf(one, 1), leaf(one + 1, 0)]});
    assert_eq!(tree, expected);
    let some = json!({"partnerId": top, "fields": [0], "filter": "", "childrenLimit": 1,
        "partnerFilter": {"SortOrder": "ByName"}});
    let tree = caller.call("GetPartnerTree", &some);
    assert_eq!(tree["ActualChildCount"], 2);
    assert_eq!(tree["Children"].as_array().unwrap().len(), 1);
    assert_eq!(tree["Children"][0]["Info"]["Name"], "One");
    let named = with(some, &json!({"filter": "two"}));
    let tree = caller.call("GetPartnerTree", &named);
    assert_eq!(tree["Children"][0]["Info"]["Name"], "Two");
    assert_eq!(caller.refused("GetPartnerTree", &json!({})), 13501);
    assert_eq!(
        caller.refused("GetPartnerTree", &json!({"partnerId": 500})),
        13501
    );
}

#[test]
fn a_history_has_what_was_before_each_change() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        db: Some(dir.path().join("tenant.db")),
        ..Config::default()
    };
    let mut caller = caller(config.clone());
    let seller = caller.add(&with(customer("Seller"), &json!({"Level": "Reseller"})));
    let id = caller.add(&customer("Old"));
    let ask = json!({"partnerId": id, "fields": [0]});
    let history = |caller: &mut Caller| -> Vec<(String, i64, i64)> {
        let pairs = caller.call("GetPartnerInfoHistory", &ask);
        let pairs = pairs.as_array().unwrap().iter();
        pairs
            .map(|pair| {
                let (info, since) = (&pair[0], &pair[1]["Timestamp"]);
                let name = info["Name"].as_str().unwrap().to_owned();
                let parent = info["ParentId"].as_i64().unwrap();
                (name, parent, since.as_i64().unwrap())
            })
            .collect()
    };
    assert_eq!(history(&mut caller), [("Old".into(), 1000, 1_700_000_000)]);
    for (seconds, change) in [
        (1, json!({"Name": "New"})),
        (2, json!({"ParentId": seller})),
    ] {
        caller.now = Timestamp(NOW.0 + seconds * 1000);
        let info = with(change, &json!({"Id": id}));
        caller.raw("ModifyPartner", &json!({"partnerInfo": info}));
    }
    let expected = [
        ("Old".to_owned(), 1000, 1_700_000_000),
        ("New".to_owned(), 1000, 1_700_000_001),
        ("New".to_owned(), seller, 1_700_000_002),
    ];
    assert_eq!(history(&mut caller), expected);
    let bare = caller.call("GetPartnerInfoHistory", &json!({"partnerId": id}));
    assert_eq!(bare[0][0]["Name"], Value::Null);
    assert_eq!(bare[0][0]["Level"], "EndCustomer");
    // A restart forgets nothing.
    let Caller { sandbox, visa, now } = caller;
    drop(sandbox);
    let sandbox = Sandbox::new(config).unwrap();
    let mut again = Caller { sandbox, visa, now };
    assert_eq!(history(&mut again), expected);
}
