//! The JSON of customers, member for member, against literal expectations.

use partner_import::check::{BillingContactForm, CheckSettings, Checker};
use partner_import::model::{
    CountryCode, CustomerName, DefaultAccount, Level, PartnerInfo, ServiceType,
};

use crate::checker::table;

/// The only row of a table, as the call's `partnerInfo` (without `ParentId`).
fn info_of(csv: &str, billing_contact: BillingContactForm) -> (String, DefaultAccount) {
    let (header, batch) = table(csv);
    let settings = CheckSettings {
        billing_contact,
        ..CheckSettings::default()
    };
    let mut checker = Checker::new(&header, &settings, &batch).unwrap();
    checker.batch(&batch);
    let outcome = checker.finish();
    assert_eq!(outcome.accepted.len(), 1, "{:?}", outcome.diagnostics);
    let accepted = &outcome.accepted[0];
    let json = serde_json::to_string_pretty(accepted.partner()).unwrap();
    (json, accepted.default_account())
}

const EVERY_FIELD: &str = "\
ParentId,Name,Level,ServiceType,ChildServiceTypes,State,Country,DeviceCountry,LocationId,ExternalCode,\
Flags,LegalCompanyName,PhoneNumber,FaxNumber,WebsiteAddress,ChamberOfCommerceNumber,VatNumber,\
BankAccountNumber,BillingContactPersonId,PostState,District,City,ZipCode,Address,\
TrialRegistrationTime,TrialExpirationTime,RegionId,ResponsibleUserId,CreateDefaultAccount
12345,Zeus & Sons,EndCustomer,AllInclusive,SoftwareOnly|AllInclusive,InTrial,Greece,DE,18,CWM:1478,\
CanInvoiceOthers;HasCustomBranding,Zeus & Sons A.E.,+30 210 1234567,+30 210 1234568,\
https://www.zeus.example,HRB 4711,EL123456789,GR1601101250000000012300695,19283,Attica,Plaka,Athens,\
10558,\"Odos Ermou 1, 2nd floor\",2018-07-31,2018-08-30,7,99,true
";

#[test]
fn every_field_goes_to_its_member() {
    let (json, account) = info_of(EVERY_FIELD, BillingContactForm::AsString);
    assert_eq!(account, DefaultAccount::Create);
    assert_eq!(
        json,
        r#"{
  "Name": "Zeus & Sons",
  "Level": "EndCustomer",
  "ServiceType": "AllInclusive",
  "ChildServiceTypes": [
    "AllInclusive",
    "SoftwareOnly"
  ],
  "State": "InTrial",
  "DeviceCountry": "DE",
  "LocationId": 18,
  "ExternalCode": "CWM:1478",
  "Flags": [
    "HasCustomBranding",
    "CanInvoiceOthers"
  ],
  "Company": {
    "PostAddress": {
      "Country": "GR",
      "State": "Attica",
      "District": "Plaka",
      "City": "Athens",
      "ZipCode": "10558",
      "Address": "Odos Ermou 1, 2nd floor"
    },
    "PhoneNumber": "+30 210 1234567",
    "FaxNumber": "+30 210 1234568",
    "WebsiteAddress": "https://www.zeus.example",
    "LegalCompanyName": "Zeus & Sons A.E.",
    "ChamberOfCommerceNumber": "HRB 4711",
    "VatNumber": "EL123456789",
    "BankAccountNumber": "GR1601101250000000012300695",
    "BillingContactPersonId": "19283"
  },
  "TrialRegistrationTime": 1532995200,
  "TrialExpirationTime": 1535673599,
  "AdvancedPartnerProperties": {
    "RegionId": 7,
    "ResponsibleUserId": 99
  }
}"#
    );
}

#[test]
fn a_billing_contact_can_go_as_a_number() {
    let csv = "Name,Level,BillingContactPersonId\nAcme,Site,19283\n";
    let (json, account) = info_of(csv, BillingContactForm::AsInteger);
    assert_eq!(account, DefaultAccount::None);
    assert_eq!(
        json,
        "{\n  \"Name\": \"Acme\",\n  \"Level\": \"Site\",\n  \"Company\": {\n    \"BillingContactPersonId\": 19283\n  }\n}"
    );
}

#[test]
fn the_pages_sample_has_its_country_where_the_struct_has_it() {
    // The page's sample request names `Country` beside `Name`, where the struct has no such member.
    let csv = "ParentId,Name,Level,ServiceType,ChildServiceTypes,Country\n\
               12345,Zeus & Sons,EndCustomer,AllInclusive,AllInclusive,Greece\n";
    let (json, _) = info_of(csv, BillingContactForm::AsString);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        value,
        serde_json::json!({
            "Name": "Zeus & Sons",
            "Level": "EndCustomer",
            "ServiceType": "AllInclusive",
            "ChildServiceTypes": ["AllInclusive"],
            "Company": { "PostAddress": { "Country": "GR" } },
        })
    );
}

#[test]
fn customers_survive_the_journal() {
    let mut partner = PartnerInfo::named(CustomerName::parse("Zeus & Sons").unwrap());
    partner.level = Some(Level::EndCustomer);
    partner.child_service_types = vec![ServiceType::AllInclusive];
    partner.company.post_address.country = CountryCode::try_from("GR".to_owned()).ok();
    let json = serde_json::to_string(&partner).unwrap();
    assert_eq!(serde_json::from_str::<PartnerInfo>(&json).unwrap(), partner);
    let smallest = PartnerInfo::named(CustomerName::parse("A").unwrap());
    assert_eq!(serde_json::to_string(&smallest).unwrap(), r#"{"Name":"A"}"#);
}
