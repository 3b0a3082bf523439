//! The header: which column is which field, for the lists that people have.

use std::fmt::Write as _;

use partner_import::check::{MappingOptions, Role, map_header};

use crate::checker::table;

/// The mapping, one line per column, then the diagnostics.
fn mapped(csv: &str, map: &[(&str, &str)]) -> String {
    let (header, batch) = table(csv);
    let map = map
        .iter()
        .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()));
    let options = MappingOptions {
        map: map.collect(),
        ..MappingOptions::default()
    };
    let (mapping, diagnostics) = map_header(&header, &batch, &options).unwrap();
    let mut text = String::new();
    for column in &mapping.columns {
        let role = match column.role {
            Role::Field { field, .. } => field.to_string(),
            Role::Unused { field } => format!("unused {field}"),
            Role::Unknown {
                nearest: Some(field),
            } => format!("unknown, nearest {field}"),
            ref other => format!("{other:?}")
                .split(' ')
                .next()
                .unwrap_or_default()
                .to_lowercase(),
        };
        let _ = writeln!(text, "{} = {role}", column.header);
    }
    for diagnostic in diagnostics {
        let _ = writeln!(text, "{} {}", diagnostic.rule.code, diagnostic.message);
    }
    text
}

fn check(csv: &str, expected: &str) {
    let text = mapped(csv, &[]);
    assert_eq!(text.trim(), expected.trim(), "\n{text}");
}

/// Every header maps to the field named beside it, and nothing is said.
fn check_headers(pairs: &str) {
    for pair in pairs.split(';') {
        let (header, field) = pair.trim().split_once('=').unwrap();
        let csv = format!("\"{header}\"\n");
        let text = mapped(&csv, &[]);
        assert_eq!(
            text.lines().next(),
            Some(format!("{header} = {field}").as_str()),
            "{text}"
        );
    }
}

#[test]
fn documented_names_and_paths_always_work() {
    check_headers(
        "Name=Name; name=Name; NAME *=Name; [required] Name=Name; Company: Name=Name; \
         Zip Code=ZipCode; zip_code=ZipCode; ZIP-CODE=ZipCode; \
         Company.PostAddress.ZipCode=ZipCode; Company.PostAddress.State=PostState; \
         partnerInfo.Company.PostAddress.Country=Country; PostAddress.State=PostState; \
         AdvancedPartnerProperties.RegionId=RegionId; params.createDefaultAccount=CreateDefaultAccount; \
         ParentId=ParentId; Parent=Parent; ID=ID; LocationId=LocationId; Province=PostState; \
         TrialExpirationTime=TrialExpirationTime; BillingContactPersonId=BillingContactPersonId",
    );
}

#[test]
fn main_fields_are_known_in_five_more_languages() {
    check_headers(
        "Kundenname=Name; Firma=Name; Straße=Address; PLZ=ZipCode; Ort=City; Land=Country; \
         Telefon=PhoneNumber; Kundennummer=ExternalCode; Bundesland=PostState; USt-IdNr.=VatNumber; \
         Société=Name; Adresse=Address; Code postal=ZipCode; Ville=City; Pays=Country; \
         Téléphone=PhoneNumber; N° client=ExternalCode; Numéro de TVA=VatNumber; \
         Empresa=Name; Dirección=Address; Código postal=ZipCode; Ciudad=City; País=Country; \
         Teléfono=PhoneNumber; Provincia=PostState; \
         Klantnaam=Name; Adres=Address; Postcode=ZipCode; Plaats=City; Telefoonnummer=PhoneNumber; \
         Klantnummer=ExternalCode; BTW-nummer=VatNumber; \
         Azienda=Name; Indirizzo=Address; CAP=ZipCode; Città=City; Paese=Country; \
         Partita IVA=VatNumber; Sito web=WebsiteAddress",
    );
}

#[test]
fn the_incumbents_list_maps_silently() {
    check(
        "companyname,ParentId,Level,State,LocationId,DeviceCountry\nAcme,1,EndCustomer,InTrial,18,US\n",
        "companyname = Name\nParentId = ParentId\nLevel = Level\nState = State\n\
         LocationId = LocationId\nDeviceCountry = DeviceCountry",
    );
}

#[test]
fn autotask() {
    check(
        "[required] Organization: Name,Organization: Number,Address 1,City,State,Zip Code,Country (display name),Phone\n\
         Acme,A-17,1 Main St,Austin,TX,73301,United States,+1 512 555 0100\n\
         Zenith,A-18,2 Main St,Sacramento,CA,94203,United States,+1 916 555 0100\n",
        "\
[required] Organization: Name = Name
Organization: Number = ExternalCode
Address 1 = Address
City = City
State = PostState
Zip Code = ZipCode
Country (display name) = Country
Phone = PhoneNumber
R306 the header \"State\" is taken for PostState, the state of the address, because its cells are provinces",
    );
}

#[test]
fn syncros_ids_are_not_ours() {
    check(
        "id,firstname,business_name,city,state,location_id\n17,Ann,Acme,Austin,TX,3\n",
        "\
id = ExternalCode
firstname = unknown
business_name = Name
city = City
state = PostState
location_id = unknown
R306 the header \"id\" is taken for ExternalCode, because other columns come from another tool and the id must be that tool's
R307 the header \"firstname\" is not known, so the column is not imported
R306 the header \"state\" is taken for PostState, the state of the address, because its cells are provinces
R307 the header \"location_id\" is not imported: other columns come from another tool, so it is not a storage location",
    );
}

#[test]
fn hubspot() {
    check(
        "Record ID,Company name,Company Domain Name,Phone Number,City,State/Region,Postal Code,Country/Region\n\
         901,Acme,acme.example,+1 512 555 0100,Austin,Texas,73301,United States\n",
        "\
Record ID = ExternalCode
Company name = Name
Company Domain Name = WebsiteAddress
Phone Number = PhoneNumber
City = City
State/Region = PostState
Postal Code = ZipCode
Country/Region = Country",
    );
}

#[test]
fn the_user_has_the_last_word() {
    let csv = "Client Name,Name,State\nAcme,Ann,TX\n";
    let text = mapped(
        csv,
        &[
            ("client name", "Name"),
            ("State", "PostState"),
            ("Name", "-"),
        ],
    );
    assert_eq!(
        text,
        "Client Name = Name\nName = leftout\nState = PostState\n"
    );
}

#[test]
fn nothing_ambiguous_passes() {
    check(
        "Customer,Client,State\nAcme,Zenith,InTrial\nNorth,South,TX\n",
        "\
Customer = undecided
Client = undecided
State = undecided
R305 the header \"State\" holds states of customers (\"InTrial\" in row 2) and provinces (\"TX\" in row 3)
R302 \"Customer\" (A), \"Client\" (B) all stand for Name, and their cells differ",
    );
}

#[test]
fn a_column_called_number_is_what_its_cells_are() {
    check(
        "Name,Number\nA,+49 30 1234567\nB,(030) 765-4321\n",
        "Name = Name\nNumber = PhoneNumber\n\
         R306 the header \"Number\" is taken for PhoneNumber, because its cells are phone numbers",
    );
    check(
        "Name,Number\nA,1001\nB,1002\n",
        "Name = Name\nNumber = ExternalCode\n\
         R306 the header \"Number\" is taken for ExternalCode, the customers' number, because its cells are all different",
    );
    check(
        "Name,Number\nA,12\nB,12\n",
        "Name = Name\nNumber = unknown\n\
         R307 the header \"Number\" is not imported: its cells are neither phone numbers nor all different",
    );
}

#[test]
fn a_column_called_region_is_what_its_cells_are() {
    for (cell, field) in [
        ("7", "RegionId"),
        ("Bayern", "PostState"),
        ("EMEA", "Region"),
    ] {
        let text = mapped(&format!("Name,Region\nA,{cell}\n"), &[]);
        assert_eq!(
            text.lines().nth(1),
            Some(format!("Region = {field}").as_str()),
            "{text}"
        );
    }
}

#[test]
fn a_location_name_is_a_storage_location_only_when_its_cells_could_be() {
    for (cell, field) in [("Germany", "Location"), ("Head Office", "unknown")] {
        let text = mapped(&format!("Name,Location Name\nA,{cell}\n"), &[]);
        assert_eq!(
            text.lines().nth(1),
            Some(format!("Location Name = {field}").as_str()),
            "{text}"
        );
    }
}

#[test]
fn the_legal_name_stands_in_for_a_missing_name() {
    check(
        "Raison sociale,Ville\nAcme SARL,Paris\n",
        "Raison sociale = Name\nVille = City\n\
         R306 the header \"Raison sociale\" is taken for Name, because no other column is",
    );
    check(
        "Raison sociale,Nom\nAcme SARL,Acme\n",
        "Raison sociale = LegalCompanyName\nNom = Name",
    );
}

#[test]
fn last_words_count_where_they_leave_no_doubt() {
    check(
        "Name,Address Street,Address City,Address ZIP,Company Phone Number\nAcme,1 Main St,Bonn,53111,1\n",
        "Name = Name\nAddress Street = Address\nAddress City = City\nAddress ZIP = ZipCode\n\
         Company Phone Number = PhoneNumber\n\
         R311 the header \"Address ZIP\" is taken for ZipCode by its last words\n\
         R311 the header \"Address Street\" is taken for Address by its last words",
    );
    // Somebody's name is not the customer's, and two phones are one too many.
    let mapped = mapped(
        "Name,Contact Name,Main Phone,Office Phone,City,Mailing City\nAcme,Jane,1,2,Bonn,Kiel\n",
        &[],
    );
    assert!(!mapped.contains("R311"), "{mapped}");
    assert!(mapped.contains("Contact Name = unknown"), "{mapped}");
}
