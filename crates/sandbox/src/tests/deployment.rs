//! Automatic deployment, and the UID that comes of it.

use serde_json::json;

use super::*;

#[test]
fn a_uid_is_there_once_automatic_deployment_was_switched_on() {
    let mut caller = plain();
    let id = caller.add(&customer("Zeus"));
    let of = json!({"partnerId": id});
    let set = |state: &str| with(of.clone(), &json!({"autoDeploymentState": state}));
    let method = "ModifyAutoDeploymentPartnerState";
    assert_eq!(caller.by_id(id)["Uid"], "");
    let state = |caller: &mut Caller| caller.call("GetAutoDeploymentPartnerState", &of);
    assert_eq!(state(&mut caller), "Unspecified");
    caller.raw(method, &set("Disable"));
    assert_eq!(caller.by_id(id)["Uid"], "");
    for wrong in [set("Unspecified"), set("enable"), of.clone()] {
        assert_eq!(caller.refused(method, &wrong), 7, "{wrong}");
    }
    let answer = caller.raw(method, &set("Enable"));
    assert!(answer["result"].is_null() && answer["visa"].is_string());
    assert_eq!(state(&mut caller), "Enable");
    let info = caller.by_id(id);
    let uid = info["Uid"].as_str().unwrap().to_owned();
    assert_eq!(uid.len(), 36);
    let by_uid = json!({"partnerUid": uid});
    assert_eq!(caller.call("GetPartnerInfoByUid", &by_uid), info);
    let list = json!({"parentPartnerId": 1000, "fields": [21]});
    assert_eq!(caller.call("EnumeratePartners", &list)[0]["Uid"], *uid);
    caller.raw(method, &set("Disable"));
    assert_eq!(caller.by_id(id)["Uid"], *uid, "and stays");
    let views = caller.sandbox.partners();
    assert!(views.last().unwrap().has_uid);
    let other = json!({"partnerId": 501, "autoDeploymentState": "Enable"});
    assert_eq!(caller.refused(method, &other), 13501);
}
