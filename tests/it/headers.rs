//! Headers that mean something else than their words alone: groups above them, brackets behind them,
//! a second column of the same field, ids of another tool.

use partner_import::check::{
    MappingOptions, is_group_name, is_name_header, knows_header, map_header,
};
use partner_import::model::RowBatch;
use partner_import::tables::{HeaderKnowledge, ReadOptions, Table, open, read_bytes};
use rust_xlsxwriter::{Format, Workbook};

struct Known;

impl HeaderKnowledge for Known {
    fn knows(&self, header: &str) -> bool {
        knows_header(header) >= 2
    }

    fn is_name(&self, header: &str) -> bool {
        is_name_header(header)
    }

    fn is_group(&self, text: &str) -> bool {
        is_group_name(text)
    }
}

/// The field of every column (`-` for none), then the codes of what is said of the header but for
/// columns that are merely unknown.
fn mapped_with(bytes: &[u8], map: &[&str]) -> String {
    mapped_in(
        read_bytes(bytes, &ReadOptions::default(), &Known).unwrap(),
        map,
    )
}

fn mapped_in(mut table: Table, map: &[&str]) -> String {
    let mut sample = RowBatch::default();
    table.next_batch(&mut sample).unwrap();
    let pair = |pair: &&str| {
        let (header, field) = pair.split_once('=').unwrap();
        (header.to_owned(), field.to_owned())
    };
    let options = MappingOptions {
        map: map.iter().map(pair).collect(),
        ..MappingOptions::default()
    };
    let (mapping, said) = map_header(&table.header, &sample, &options).unwrap();
    let fields = mapping.columns.iter();
    let mut words: Vec<String> = fields
        .map(|column| {
            column
                .field()
                .map_or("-".to_owned(), |field| field.to_string())
        })
        .collect();
    let codes = said.iter().map(|one| one.rule.code);
    words.extend(codes.filter(|code| *code != "R307").map(str::to_owned));
    words.join(" ")
}

fn mapped(csv: &str) -> String {
    mapped_with(csv.as_bytes(), &[])
}

/// Lists, each with what its columns are and what is said.
fn check(lists: &[(&str, &str)]) {
    let wrong: Vec<String> = lists
        .iter()
        .map(|(csv, expected)| (csv, mapped(csv), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(csv, found, expected)| format!("{csv}\n found    {found}\n expected {expected}\n"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_column_below_a_group_is_what_its_own_name_says() {
    check(&[
        (
            "Company;;;Address;;\nName;Level;Number;Street;City;Country\n\
             Kestrel BV;EndCustomer;K1;Kade 1;Utrecht;NL\nLinde Bau;EndCustomer;L2;Ring 4;Graz;AT\n",
            "Name Level ExternalCode Address City Country R306",
        ),
        (
            "Firma,,Adresse,,,Ansprechpartner,\nName,Kundennummer,Straße,PLZ,Ort,Name,Telefon\n\
             Alder,K1,Weg 1,01067,Dresden,Kim Lee,030 1\nBirch,K2,Weg 2,53111,Bonn,Jo Fox,0228 2\n",
            "Name ExternalCode Address ZipCode City - PhoneNumber R311",
        ),
        (
            "Société\t\tAdresse\t\t\tContact\t\nNom\tN° client\tRue\tVille\tPays\tNom\tTéléphone\n\
             Alder\tC1\tRue 1\tParis\tFrance\tKim\t01 23\nBirch\tC2\tRue 2\tLyon\tFrance\tJo\t01 24\n",
            "Name ExternalCode Address City Country - PhoneNumber R311",
        ),
        (
            "Cliente;;Indirizzo;;Contatto;\nNome;Codice;Via;Città;Nome;Telefono\n\
             Alder;C1;Via 1;Roma;Kim;06 1\nBirch;C2;Via 2;Milano;Jo;02 2\n",
            "Name ExternalCode Address City - PhoneNumber R311",
        ),
        (
            "Bedrijf;;Adres;;Contactpersoon;\nNaam;Klantnummer;Straat;Plaats;Naam;Telefoon\n\
             Alder;C1;Kade 1;Utrecht;Kim;030 1\nBirch;C2;Kade 2;Delft;Jo;015 2\n",
            "Name ExternalCode Address City - PhoneNumber R311",
        ),
        (
            "Empresa;;Dirección;;Contacto;\nNombre;Número;Calle;Ciudad;Nombre;Teléfono\n\
             Alder;C1;Calle 1;Madrid;Kim;91 1\nBirch;C2;Calle 2;Bilbao;Jo;94 2\n",
            "Name ExternalCode Address City - PhoneNumber R306 R311",
        ),
    ]);
}

#[test]
fn the_group_decides_where_the_name_says_too_little() {
    check(&[
        // The customer's own phone counts before a contact's.
        (
            "Customer;;Contact;\nName;Phone;Name;Phone\nAlder;030 1;Kim;030 9\nBirch;040 2;Jo;040 8\n",
            "Name PhoneNumber - - R308",
        ),
        (
            "Customer;;Parent;\nName;Country;Name;Country\nAlder;DE;Birch;AT\nBirch;AT;;\n",
            "Name Country Parent -",
        ),
        (
            "Customer;Parent;\nName;Name;ID\nAlder;Birch;50\nBirch;;\n",
            "Name Parent - R314",
        ),
        (
            "Customer;Billing;;Shipping;\nName;Street;City;Street;City\n\
             Alder;Weg 1;Bonn;Gasse 1;Kiel\nBirch;Weg 2;Graz;Gasse 2;Linz\n",
            "Name Address City - - R311 R311",
        ),
        (
            "Customer;Address;;Billing;\nName;Street;City;Street;City\n\
             Alder;Weg 1;Bonn;Gasse 1;Kiel\nBirch;Weg 2;Graz;Gasse 2;Linz\n",
            "Name Address City - - R308 R308",
        ),
        // A house number, a contact's country, an account manager.
        (
            "Customer;Address;;Account Manager;\nName;Street;Number;Name;Country\n\
             Alder;Weg;1;Kim;FR\nBirch;Ring;2;Jo;IT\n",
            "Name Address - - -",
        ),
        // Words of no known group begin the table: they are what the table is about.
        (
            "Identity;;Bank\nName;Customer no;Account\nAlder;C1;DE1\nBirch;C2;DE2\n",
            "Name ExternalCode BankAccountNumber",
        ),
        (
            "Stuff;;Machines;\nName;City;Name;Phone\nAlder;Bonn;srv1;1\nBirch;Graz;srv2;2\n",
            "Name City - PhoneNumber R311",
        ),
        // Only a contact is named: there is no customer's name.
        (
            "Contact;;Address;\nName;Phone;City;Country\nKim;030 1;Bonn;DE\nJo;040 2;Graz;AT\n",
            "- PhoneNumber City Country R311 R301",
        ),
    ]);
}

#[test]
fn groups_stand_in_many_ways() {
    check(&[
        // Names in the upper row where there is no group.
        (
            "Name;Level;Country;Address;;\n;;;Street;City;ZIP\n\
             Alder;Site;DE;Weg 1;Bonn;53111\nBirch;Site;AT;Ring 2;Graz;8010\n",
            "Name Level Country Address City ZipCode",
        ),
        // Merged cells repeated.
        (
            "Company,Company,Address,Address,Contact\nName,Number,City,Country,Name\n\
             Alder,A-1,Bonn,DE,Kim\nBirch,B-2,Graz,AT,Jo\n",
            "Name ExternalCode City Country - R306",
        ),
        // Three rows.
        (
            "Customer;;;;Backup;\nCompany;;Address;;Cove;\nName;Customer no;City;Country;Level;State\n\
             Alder;A1;Bonn;DE;EndCustomer;InTrial\nBirch;B2;Graz;AT;EndCustomer;InTrial\n",
            "Name ExternalCode City Country Level State",
        ),
        // A single group further right.
        (
            ";;;Contact;\nName;City;Country;Name;Email\nAlder;Bonn;DE;Kim;k@a.example\nBirch;Graz;AT;Jo;j@b.example\n",
            "Name City Country - -",
        ),
        // Titles are no groups.
        (
            "Adressen;;;\nName;Straße;Ort;Land\nAlder;Weg 1;Bonn;DE\nBirch;Ring 2;Graz;AT\n",
            "Name Address City Country",
        ),
        (
            "Customers 2026;;\nName;City;Country\nAlder;Bonn;DE\nBirch;Graz;AT\n",
            "Name City Country",
        ),
        // As many groups as columns.
        (
            "Company;Address\nName;Street\nAlder;Weg 1\nBirch;Ring 2\n",
            "Name Address",
        ),
    ]);
}

#[test]
fn merged_groups_of_a_workbook_count_for_their_columns() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let format = Format::new();
    sheet.merge_range(0, 0, 0, 1, "Klant", &format).unwrap();
    sheet.merge_range(0, 2, 0, 3, "Adres", &format).unwrap();
    sheet
        .merge_range(0, 4, 0, 5, "Contactpersoon", &format)
        .unwrap();
    sheet.merge_range(0, 6, 1, 6, "Level", &format).unwrap();
    for (column, name) in (0..).zip(["Naam", "Nummer", "Plaats", "Land", "Naam", "Telefoon"]) {
        sheet.write(1, column, name).unwrap();
    }
    for (row, name) in (2..).zip(["Alder", "Birch", "Cedar"]) {
        for (column, text) in (0..).zip([name, name, "Delft", "NL", "Kim", "015 1", "Site"]) {
            sheet.write(row, column, text).unwrap();
        }
    }
    let file = tempfile::NamedTempFile::with_suffix(".xlsx").unwrap();
    book.save(file.path()).unwrap();
    let table = open(file.path(), &ReadOptions::default(), &Known).unwrap();
    assert_eq!(
        mapped_in(table, &[]),
        "Name ExternalCode City Country - PhoneNumber Level R311"
    );
}

#[test]
fn a_mapping_names_a_grouped_column_in_three_ways() {
    let csv = "Customer;Other;\nName;Name;Phone\nAlder;Kim;030 1\nBirch;Jo;040 2\n";
    for (map, expected) in [
        ("Phone=FaxNumber", "Name - FaxNumber"),
        ("Other Phone=FaxNumber", "Name - FaxNumber"),
        ("column:C=FaxNumber", "Name - FaxNumber"),
        ("column:c=-", "Name - -"),
        (
            "Other Name=LegalCompanyName",
            "Name LegalCompanyName PhoneNumber R311",
        ),
    ] {
        assert_eq!(mapped_with(csv.as_bytes(), &[map]), expected, "{map}");
    }
}

/// The field of each header, each the second column of a list of its own.
#[track_caller]
fn are_read_as(headers: &[(&str, &str)]) {
    for &(header, field) in headers {
        let other = if field == "Name" {
            "Level"
        } else {
            "Company name"
        };
        let found = mapped_with(
            format!("{other};\"{header}\"\nAlder;\nBirch;\n").as_bytes(),
            &[],
        );
        assert_eq!(found.split(' ').nth(1), Some(field), "{header}: {found}");
    }
}

#[test]
fn brackets_count() {
    are_read_as(&[
        ("Name (Contact)", "-"),
        ("Name (Ansprechpartner)", "-"),
        ("Nom (contact)", "-"),
        ("Phone (fax)", "FaxNumber"),
        ("Telefon (Fax)", "FaxNumber"),
        ("Phone (private)", "-"),
        ("Telefon (2)", "-"),
        ("City (old)", "-"),
        ("Ort (alt)", "-"),
        ("Ville (ancienne)", "-"),
        ("Land [früher]", "-"),
        ("Company (Parent)", "Parent"),
        ("Firma (Muttergesellschaft)", "Parent"),
        ("(Do Not Modify) Account", "-"),
        ("[internal] Customer", "-"),
        ("Name - Ansprechpartner", "-"),
        ("Name of contact", "-"),
        ("Telefon privat", "-"),
        ("E-Mail Name", "-"),
        ("Country (of birth)", "-"),
        ("Country (billing)", "Country"),
        ("Country (storage)", "DeviceCountry"),
        ("Company (number)", "-"),
        ("Company (ID)", "ExternalCode"),
        ("Address (shipping)", "-"),
        ("Staat (Land)", "Country"),
        ("Land (Bundesland)", "-"),
        ("Level (support)", "-"),
        ("Kundennummer (alt)", "-"),
        ("Region ID", "-"),
        ("Billing contact ID", "-"),
    ]);
}

#[test]
fn harmless_brackets_change_nothing() {
    are_read_as(&[
        ("Name (required)", "Name"),
        ("Name (*)", "Name"),
        ("Name (max 50)", "Name"),
        ("Name (50)", "Name"),
        ("Name (Firma)", "Name"),
        ("Name (of the company)", "Name"),
        ("Name (des Kunden)", "Name"),
        ("Name (Company, required)", "Name"),
        ("Kunde (Customer)", "Name"),
        ("Société (nom)", "Name"),
        ("Name [Pflichtfeld]", "Name"),
        ("Country (ISO)", "Country"),
        ("Country (ISO 3166-1 alpha-2)", "Country"),
        ("Country (2-letter)", "Country"),
        ("Country (e.g. DE)", "Country"),
        ("Country (display name)", "Country"),
        ("Land (Country)", "Country"),
        ("Land (DE, AT, CH)", "Country"),
        ("City (mandatory)", "City"),
        ("Ort (optional)", "City"),
        ("Phone (main)", "PhoneNumber"),
        ("Phone (with prefix)", "PhoneNumber"),
        ("Telefon (Firma)", "PhoneNumber"),
        ("Website (https://...)", "WebsiteAddress"),
        ("ZIP (01067)", "ZipCode"),
        ("TrialExpirationTime (dd.mm.yyyy)", "TrialExpirationTime"),
        ("Level (EndCustomer/Site)", "Level"),
        ("State (InTrial, InProduction)", "State"),
        ("ExternalCode (Kundennummer)", "ExternalCode"),
        ("ParentId (number)", "-"),
        ("ParentId (integer)", "ParentId"),
    ]);
}

#[test]
fn a_person_is_no_customer() {
    check(&[
        (
            "Vorname;Name;Ort\nKim;Lee;Bonn\nJo;Fox;Graz\n",
            "- - City R301",
        ),
        (
            "Prénom;Nom;Société\nKim;Lee;Alder\nJo;Fox;Birch\n",
            "- - Name",
        ),
        (
            "Nome;Cognome;Azienda\nKim;Lee;Alder\nJo;Fox;Birch\n",
            "- - Name",
        ),
        (
            "Full name;Phone\nKim Lee;030 1\nJo Fox;040 2\n",
            "- PhoneNumber R301",
        ),
        // First and last name beside a name: the name is somebody else's, the customer's.
        (
            "Name;First name;Last name\nAlder;Kim;Lee\nBirch;Jo;Fox\n",
            "Name - -",
        ),
        (
            "Bezeichnung;Ort\nAlder;Bonn\nBirch;Graz\n",
            "Name City R306",
        ),
    ]);
}

#[test]
fn two_columns_for_one_field_are_an_error() {
    check(&[
        ("Customer;Company name\nAlder;Kim\nBirch;Jo\n", "- - R302"),
        ("Name;Company\nAlder;Kim\nBirch;Jo\n", "- - R302"),
        (
            "Name;Firma;Ort\nAlder;Kim;Bonn\nBirch;Jo;Graz\n",
            "- - City R302",
        ),
        (
            "Name;City;Town\nA;Bonn;Kiel\nB;Graz;Linz\n",
            "Name - - R302",
        ),
        ("Name;Phone;Telephone\nA;1;2\nB;3;4\n", "Name - - R302"),
        (
            "Name;Customer ID;Customer number\nA;1;2\nB;3;4\n",
            "Name - - R302",
        ),
        ("Name;Country;Land\nA;DE;AT\nB;AT;DE\n", "Name - - R302"),
        (
            "Name;PLZ;Postcode\nA;01067;53111\nB;8010;4020\n",
            "Name - - R302",
        ),
    ]);
}

#[test]
fn columns_that_agree_or_are_of_another_kind_are_none() {
    check(&[
        ("Name;Name\nAlder;Alder\nBirch;Birch\n", "Name - R303"),
        ("Name;Customer\nAlder;Alder\nBirch;Birch\n", "Name - R303"),
        (
            "Name;Country;Country code\nA;Germany;DE\nB;Austria;AT\n",
            "Name Country - R303",
        ),
        (
            "Name;Phone;Telephone\nA;+49 30 1234;+49301234\nB;+49 40 1;+49401\n",
            "Name PhoneNumber - R303",
        ),
        (
            "Name;Phone;Mobile\nA;1;2\nB;3;4\n",
            "Name PhoneNumber - R308",
        ),
        (
            "Name;Address;Billing address\nA;1;2\nB;3;4\n",
            "Name Address - R308",
        ),
        (
            "Name;Customer ID;External ID\nA;1;X1\nB;3;X4\n",
            "Name - ExternalCode R308",
        ),
        // An empty column is no rival, whatever it is called.
        ("Name;Customer\n;Alder\n;Birch\n", "- Name R308"),
        ("Customer;Name\nAlder;\nBirch;\n", "Name - R308"),
        ("Name;Customer\nAlder;\nBirch;\n", "Name -"),
    ]);
}

#[test]
fn columns_with_one_header_are_told_apart_by_their_letters() {
    let csv = "Name;Name;Country\nKim;Alder;DE\nJo;Birch;AT\n";
    assert_eq!(mapped(csv), "- - Country R302");
    for (map, expected) in [
        (vec!["column:B=Name"], "- Name Country R308"),
        (vec!["Column:b=Name", "column:A=-"], "- Name Country"),
        (vec!["Name=-", "column:B=Name"], "- Name Country"),
        (vec!["column:A=-"], "- Name Country"),
        (vec!["column:D=Name"], "- - Country R310 R302"),
    ] {
        assert_eq!(mapped_with(csv.as_bytes(), &map), expected, "{map:?}");
    }
}

#[test]
fn an_error_offers_the_letters_where_the_header_does_not_do() {
    let mut table = read_bytes(
        b"Name;Name\nKim;Alder\nJo;Birch\n",
        &ReadOptions::default(),
        &Known,
    )
    .unwrap();
    let mut sample = RowBatch::default();
    table.next_batch(&mut sample).unwrap();
    let (_, said) = map_header(&table.header, &sample, &MappingOptions::default()).unwrap();
    assert_eq!(
        said[0].help,
        "choose one: --map column:A=Name or --map column:B=Name; or leave one out: --map column:B=-"
    );
}

#[test]
fn ids_of_another_tool_are_not_the_tenants() {
    for header in [
        "Parent ID",
        "Parent Id",
        "parent_id",
        "parentid",
        "PARENTID",
        "ParentID",
        "customer.parentid",
        "Parent (ID)",
        "Parent-ID",
        "Übergeordnete ID",
        "ID padre",
        "Parent partner ID",
    ] {
        let csv = format!("Name;{header}\nAlder;50\nBirch;50\n");
        assert_eq!(mapped(&csv), "Name - R314", "{header}");
        for (field, expected) in [
            ("ParentId", "Name ParentId"),
            ("Parent", "Name Parent"),
            ("-", "Name -"),
        ] {
            let map = format!("{header}={field}");
            assert_eq!(mapped_with(csv.as_bytes(), &[&map]), expected, "{map}");
        }
    }
    check(&[
        ("Name;ParentId\nAlder;50\nBirch;50\n", "Name ParentId"),
        (
            "Name;partnerInfo.ParentId\nAlder;50\nBirch;50\n",
            "Name ParentId",
        ),
        ("Name;Parent ID\nAlder;\nBirch;\n", "Name Parent"),
        ("Name;Location ID\nAlder;3\nBirch;3\n", "Name - R314"),
        ("Name;LocationId\nAlder;3\nBirch;3\n", "Name LocationId"),
        // Members of another tool, whatever the spelling.
        (
            "name,accountUid,ParentId\nAlder,x1,50\nBirch,x2,50\n",
            "Name - - R314",
        ),
    ]);
}

#[test]
fn a_foreign_id_is_the_customers_code_where_no_other_column_is() {
    check(&[
        ("ID,Name\n150,Alder\n151,Birch\n", "ExternalCode Name R306"),
        (
            "id;Name;City\n150;Alder;Bonn\n9;Birch;Graz\n",
            "ExternalCode Name City R306",
        ),
        (
            "Partner ID,Name\n150,Alder\n151,Birch\n",
            "ExternalCode Name R306",
        ),
        (
            "ID,Name,Customer No\n150,Alder,K1\n151,Birch,K2\n",
            "- Name ExternalCode",
        ),
        (
            "ID,Name,Number\n150,Alder,K1\n151,Birch,K2\n",
            "- Name ExternalCode R306",
        ),
        (
            "ID,Name,Customer No\n150,Alder,\n151,Birch,\n",
            "ExternalCode Name - R306",
        ),
        // Empty, it waits for the ids of the tenant.
        ("ID,Name\n,Alder\n,Birch\n", "ID Name"),
        // An export of the tenant.
        (
            "Id,ParentId,Name,Level,State,ServiceType,ChildServiceTypes,ExternalCode\n\
             7,1,Alder,Site,InTrial,AllInclusive,,K1\n",
            "ID ParentId Name Level State ServiceType ChildServiceTypes ExternalCode",
        ),
        (
            "Name,ExternalCode,Id,Level,ParentId,LocationId,Location,State,CreationTime,Uid\n\
             Alder,K1,7,Site,1,3,Germany,InTrial,2026-01-02,x\n",
            "Name ExternalCode ID Level ParentId LocationId Location State - -",
        ),
        // A result file: its own ID, and the list's.
        (
            "ID,Name,ID,ImportStatus,ImportCode,ImportMessage\n150,Alder,7,created,,\n",
            "ExternalCode Name ID - - - R306",
        ),
        (
            "Name,Parent ID,ID,ImportStatus,ImportCode,ImportMessage\nAlder,50,,failed,,\n",
            "Name - ID - - - R314",
        ),
    ]);
}

#[test]
fn numbers_of_rows_are_no_codes() {
    check(&[
        (
            ",Name,Country\n0,Alder,DE\n1,Birch,AT\n",
            "- Name Country R313",
        ),
        ("Unnamed: 0,Name\n1,Alder\n2,Birch\n", "- Name R313"),
        (",Name\n17,Alder\n4,Birch\n", "- Name R309"),
        ("Nr.;Name\n1;Alder\n2;Birch\n3;Cedar\n", "- Name"),
        (
            "Firma;Kunde (Nr.)\nAlder;1001\nBirch;1007\n",
            "Name ExternalCode R306",
        ),
        (
            "Nr.;Name\n1001;Alder\n1002;Birch\n",
            "ExternalCode Name R306",
        ),
    ]);
}
