//! Which header words stand for which field: the documented names, what other tools call them, and
//! the main fields in German, French, Spanish, Dutch and Italian.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fold::fold;
use crate::check::field::Field;

/// A field that the cells below an ambiguous header have to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Choice {
    /// The customer's state, or a province.
    State,
    /// The same in languages in which the word also means the country.
    StateOrCountry,
    /// A customer number, a phone number or a house number.
    Number,
    /// A region of the tenant, or a province.
    Region,
    /// The same in other languages, where it most likely is a province.
    ForeignRegion,
    /// The id in the tenant, or in the tool that the list comes from.
    Id,
    /// The parent's id in the tenant, or in the tool that the list comes from.
    ParentId,
    /// The id of a storage location, or of something in the tool that the list comes from.
    LocationId,
    /// A storage location, or a site of the customer.
    LocationName,
}

impl Choice {
    /// The fields it can turn out to be.
    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::State => &[Field::State, Field::PostState],
            Self::StateOrCountry => &[Field::State, Field::PostState, Field::Country],
            Self::Number => &[Field::ExternalCode, Field::PhoneNumber],
            Self::Region | Self::ForeignRegion => {
                &[Field::Region, Field::RegionId, Field::PostState]
            }
            Self::Id => &[Field::Id, Field::ExternalCode],
            Self::ParentId => &[Field::ParentId, Field::Parent],
            Self::LocationId => &[Field::LocationId],
            Self::LocationName => &[Field::Location],
        }
    }
}

/// What a header word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field, with how well the word fits.
    Field(Field, Fit),
    /// The cells have to decide.
    Choice(Choice),
    /// A column that our own result files carry.
    Reserved,
}

/// How well a word fits its field; higher is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fit {
    /// It may be meant.
    Weak,
    /// It usually is meant.
    Fair,
    /// It is another word for the field.
    Good,
    /// It is the documented name, or the path.
    Exact,
}

/// What `folded` means, if anything.
pub(super) fn meaning(folded: &str) -> Option<Meaning> {
    WORDS.get(folded).copied()
}

/// The column in which the results of several sheets name the sheet of each row.
pub(crate) const IMPORT_SHEET: &str = "ImportSheet";

/// Every word with its meaning, for finding the nearest.
pub(super) fn all() -> impl Iterator<Item = (&'static str, Meaning)> {
    WORDS
        .iter()
        .map(|(word, meaning)| (word.as_str(), *meaning))
}

/// The column of a tenant's export that says what a customer is called there.
pub const NAME_IN_TENANT: &str = "NameInTenant";

/// Whether a header is that column's.
pub fn is_name_in_tenant(header: &str) -> bool {
    fold(header) == fold(NAME_IN_TENANT)
}

/// The other words for `field`, as people write them, in the order of the table.
pub(super) fn other_words(field: Field) -> impl Iterator<Item = &'static str> {
    let lists = SYNONYMS
        .iter()
        .filter(move |(of, fit, _)| *of == field && *fit >= Fit::Fair);
    lists.flat_map(|(_, _, list)| list.split(';').map(str::trim))
}

static WORDS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut words = HashMap::with_capacity(700);
    for field in Field::ALL {
        words.insert(fold(field.name()), Meaning::Field(*field, Fit::Exact));
        words.insert(fold(field.path()), Meaning::Field(*field, Fit::Exact));
    }
    for word in [
        "ImportStatus",
        "ImportUID",
        "ImportInstaller",
        "ImportAccount",
        "ImportCode",
        "ImportMessage",
        IMPORT_SHEET,
        NAME_IN_TENANT,
    ] {
        words.insert(fold(word), Meaning::Reserved);
    }
    for (choice, list) in CHOICES {
        for word in list.split(';') {
            words.insert(fold(word), Meaning::Choice(*choice));
        }
    }
    for (field, fit, list) in SYNONYMS {
        for word in list.split(';') {
            words
                .entry(fold(word))
                .or_insert(Meaning::Field(*field, *fit));
        }
    }
    words
});

const CHOICES: &[(Choice, &str)] = &[
    (Choice::State, "State"),
    (Choice::StateOrCountry, "Staat;Stato;Estado;État"),
    (Choice::Number, "Number;No;Nr;Nummer;Numéro;Número;Numero"),
    (Choice::Region, "Region"),
    (Choice::ForeignRegion, "Regione;Regio"),
    (Choice::Id, "ID"),
    (
        Choice::ParentId,
        "ParentId;Parent partner ID;Partner parent ID;ID parent;ID of parent;Übergeordnete ID;\
     Eltern-ID;Mutter-ID;ID padre;ID del padre;ID genitore;ID du parent;Bovenliggende ID",
    ),
    (Choice::LocationId, "LocationId"),
    (Choice::LocationName, "Location name"),
];

/// Words separated by `;`, written as people write them; the table holds them folded.
const SYNONYMS: &[(Field, Fit, &str)] = &[
    // Who it is.
    (
        Field::Name,
        Fit::Good,
        "Customer name;Company name;Client name;Account name;Organization name;Organisation name;\
      Business name;Partner name;Customer;Client;Company;Account;Organization;Organisation;Partner;\
      Name of customer;Name of company;\
      Kunde;Kundenname;Firma;Firmenname;Unternehmen;Unternehmensname;Mandant;Name des Kunden;Name1;\
      Nom;Nom du client;Société;Nom de la société;Entreprise;Nom de l'entreprise;Nom client;\
      Cliente;Nombre;Nombre del cliente;Nombre cliente;Empresa;Nombre de la empresa;Compañía;\
      Klant;Klantnaam;Naam;Bedrijf;Bedrijfsnaam;Naam klant;Relatie;\
      Nome;Nome cliente;Nome del cliente;Azienda;Nome azienda;Società;Denominazione;\
      Clients;Customers;Companies;Kunden",
    ),
    (
        Field::Name,
        Fit::Weak,
        "Display name;Site name;Bezeichnung;Intestazione;\
      Autotask company name;Clientsite name",
    ),
    (
        Field::LegalCompanyName,
        Fit::Good,
        "Legal name;Registered name;Legal entity;Legal entity name;Rechtlicher Name;Rechtsname;\
      Juristischer Name;Raison sociale;Razón social;Ragione sociale;Statutaire naam;Handelsnaam",
    ),
    (
        Field::ExternalCode,
        Fit::Good,
        "Customer reference;External id;External reference;Company RecID;Record ID;CRM id;PSA id;\
      Organization ID;Organisation ID;Account ID;Company ID;Client ID;Customer ID;Autotask company ID",
    ),
    (
        Field::ExternalCode,
        Fit::Fair,
        "Customer number;Customer no;Customer nr;Customer code;Client number;Client no;Client code;\
      Account number;Account no;Account nbr;Account code;Organization number;Reference;Identifier;\
      Kundennummer;Kunden-Nr;Kd-Nr;Kundennr.;Debitor;Debitornummer;Debitorennummer;Debitor-Nr;\
      Mandantennummer;Kundencode;\
      Numéro client;Numéro de client;N° client;No client;Code client;Référence client;Référence;\
      ID client;Número de cliente;Número cliente;N.º cliente;Código cliente;Código de cliente;\
      ID cliente;Referencia;Klantnummer;Klantnr;Klantcode;Klant-ID;Debiteurnummer;Relatienummer;\
      Codice cliente;Numero cliente;Riferimento;Codice",
    ),
    (Field::ExternalCode, Fit::Weak, "Ref;Code;Customer key"),
    // Where it stands.
    (
        Field::Parent,
        Fit::Good,
        "Parent name;Parent customer;Parent company;Parent account;Parent organization;Parent organisation;\
      Parent client;Parent partner;Parent company name;Parent customer name;Parent account name;\
      Parent organization name;Parent organisation name;Parent client name;Parent Company RecID;\
      Parent company ID;Parent customer ID;Parent code;Parent number;Parent no;Parent nr;Belongs to;Child of;\
      Übergeordneter Kunde;Übergeordnet;Übergeordnete Firma;Muttergesellschaft;Konzernmutter;\
      Hauptkunde;Gehört zu;Valt onder;Hoort bij;Onderdeel van;Appartient à;Dépend de;Pertenece a;Société mère;Client parent;Maison mère;Empresa matriz;Cliente principal;\
      Moederbedrijf;Hoofdklant;Bovenliggende klant;Azienda madre;Capogruppo;Cliente padre",
    ),
    (
        Field::Level,
        Fit::Good,
        "Customer level;Partner level;Hierarchy level;Ebene;Kundenebene;Stufe;Niveau;Nivel;Livello",
    ),
    (
        Field::ServiceType,
        Fit::Good,
        "Service;Service type for customer;Type of service;Servicetyp;Type de service;Tipo de servicio;\
      Tipo di servizio",
    ),
    (
        Field::ChildServiceTypes,
        Fit::Good,
        "Child service type;Service type to provide;Service types to provide;Service types",
    ),
    (
        Field::State,
        Fit::Good,
        "Customer state;Partner state;Cove state;Trial or production",
    ),
    (Field::Flags, Fit::Good, "Partner flags;Customer flags"),
    // Where it is.
    (
        Field::Country,
        Fit::Good,
        "Country name;Country code;Country/Region;Country (display name);ISO country;ISO country code;\
      Country ISO;Country ISO code;PostAddress Country;Address country;Billing country;\
      Land;Ländercode;Länderkürzel;Landcode;Pays;Code pays;País;Código país;Código de país;Paese;\
      Nazione;Codice paese;Nation",
    ),
    (
        Field::DeviceCountry,
        Fit::Good,
        "Country of devices;Devices country;Storage country;Backup country;Geräteland",
    ),
    (
        Field::Location,
        Fit::Good,
        "Data storage location;Storage location;Data location;Speicherort;Datenstandort",
    ),
    (Field::LocationId, Fit::Good, "Storage location id"),
    (
        Field::PostState,
        Fit::Good,
        "Province;State/Province;State or province;State/Region;State ID;Address state;Postal state;\
      PostAddress State;Billing state;State code;County;Bundesland;Kanton;Canton;Provinz;Provincia;\
      Provincie;Département;Estado/Provincia;Comunidad autónoma",
    ),
    (
        Field::District,
        Fit::Good,
        "PostAddress District;Bezirk;Ortsteil;Stadtteil;Quartier;Distrito;Wijk;Distretto",
    ),
    (Field::District, Fit::Fair, "Landkreis;Kreis"),
    (
        Field::City,
        Fit::Good,
        "Town;City/Town;Town/City;PostAddress City;Address city;Billing city;Ort;Stadt;Wohnort;Ville;\
      Localité;Ciudad;Localidad;Población;Plaats;Woonplaats;Stad;Città;Comune",
    ),
    (Field::City, Fit::Weak, "Suburb;Municipality"),
    (
        Field::ZipCode,
        Fit::Good,
        "Zip;Postal code;Post code;Zip/Postal code;Zip or postal code;PostAddress ZipCode;Billing zip;\
      PLZ;Postleitzahl;Code postal;Código postal;Codice postale;Codice avviamento postale;Postnummer;\
      Postcode",
    ),
    (Field::ZipCode, Fit::Fair, "CP;CAP;C.P.;C.A.P.;Postnr"),
    (
        Field::Address,
        Fit::Good,
        "Street;Street address;Address 1;Address line 1;Addressline;Street 1;PostAddress Address;\
      Straße;Strasse;Anschrift;Adresse;Rue;Dirección;Calle;Domicilio;Adres;Straat;Straatnaam;\
      Indirizzo;Via;Straße und Hausnummer;Straße Nr.",
    ),
    (
        Field::Address,
        Fit::Fair,
        "Billing address;Postal address;Mailing address;BADDR1",
    ),
    // How to reach it.
    (
        Field::PhoneNumber,
        Fit::Good,
        "Phone;Phone no;Phone nbr;Phone #;Telephone;Telephone number;Tel;Tel.;Main phone;Phone numbers;\
      Telefon;Telefonnummer;Tel.-Nr.;Téléphone;Numéro de téléphone;Teléfono;Número de teléfono;\
      Telefoon;Telefoonnummer;Telefono;Numero di telefono",
    ),
    (
        Field::PhoneNumber,
        Fit::Fair,
        "Business phone;Office phone;Work phone;PHONE1",
    ),
    (
        Field::PhoneNumber,
        Fit::Weak,
        "Mobile;Mobile phone;Cell;Cell phone;Handy;Mobil",
    ),
    (
        Field::FaxNumber,
        Fit::Good,
        "Fax;Fax no;Fax nbr;Fax phone;FaxNum;PhoneNbr Fax;Telefax;Faxnummer;Télécopie;Numero fax",
    ),
    (
        Field::WebsiteAddress,
        Fit::Good,
        "Website;Website URL;Web site;Web address;Web page;Webpage;URL;Homepage;Internet;Webseite;\
      Site web;Site internet;Sitio web;Página web;Sito web;Sito;Web",
    ),
    (
        Field::WebsiteAddress,
        Fit::Weak,
        "Company domain name;Domain;Domain name",
    ),
    // Papers.
    (
        Field::ChamberOfCommerceNumber,
        Fit::Good,
        "Chamber of commerce;Chamber of commerce no;KvK;KvK-nummer;Handelsregisternummer;\
      Handelsregister;Firmenbuchnummer;SIRET;SIREN;Company registration number;Registration number;REA",
    ),
    (
        Field::VatNumber,
        Fit::Good,
        "VAT;VAT ID;VAT no;VAT nr;VAT registration number;Tax identifier;Tax ID;Tax number;\
      USt-ID;USt-IdNr;USt-IdNr.;Umsatzsteuer-ID;UID-Nummer;MwSt-Nr;TVA;Numéro TVA;Numéro de TVA;\
      N° TVA;TVA intracommunautaire;NIF;CIF;NIF/CIF;Partita IVA;P.IVA;BTW;BTW-nummer;BTW nr",
    ),
    (
        Field::BankAccountNumber,
        Fit::Good,
        "Bank account;IBAN;Bankverbindung;Kontonummer;Compte bancaire;Cuenta bancaria;Bankrekening;\
      Rekeningnummer;Conto corrente",
    ),
    // Trial and the rest.
    (
        Field::TrialRegistrationTime,
        Fit::Good,
        "Trial registration;Trial registration date;Trial start;Trial start date;Trial begin;\
      Testbeginn;Début d'essai",
    ),
    (
        Field::TrialExpirationTime,
        Fit::Good,
        "Trial expiration;Trial expiration date;Trial expiry;Trial expires;Trial end;Trial end date;\
      Trial until;Testende;Fin d'essai",
    ),
    (Field::CreateDefaultAccount, Fit::Good, "Default account"),
    (
        Field::AutomaticDeployment,
        Fit::Good,
        "Automatic deployment enabled;Auto deployment;Auto deploy;Enable automatic deployment;\
      Automatische Bereitstellung;Automatische Installation;Déploiement automatique",
    ),
];

/// Headers that only lists of other tools have: with one of them in the table, `id`, `parentid` and
/// `location_id` are that tool's.
const FOREIGN: &[&str] = &[
    "businessname",
    "firstname",
    "getsms",
    "registrationtoken",
    "customername",
    "accountuid",
    "portalurl",
    "ondemand",
    "clientsitename",
    "clientname",
    "companyrecid",
    "companystatusdesc",
    "deletedflag",
    "dashboardusername",
    "addressline1",
    "companydomainname",
    "accountnumber",
    "identifier",
    "nodeapprovalmode",
    "toplevelid",
    "toplevelname",
    "mainsitename",
];

/// Those among them that no list made by hand has: a tool's own names of its members.
const TECHNICAL: &[&str] = &[
    "getsms",
    "registrationtoken",
    "accountuid",
    "portalurl",
    "ondemand",
    "clientsitename",
    "companyrecid",
    "companystatusdesc",
    "deletedflag",
    "dashboardusername",
    "nodeapprovalmode",
    "toplevelid",
    "toplevelname",
];

/// Whether a folded header is a tool's own name of a member.
pub(super) fn is_technical(folded: &str) -> bool {
    TECHNICAL.contains(&folded)
}

/// Whether a folded header speaks of a list that another tool wrote.
pub(super) fn is_foreign(folded: &str) -> bool {
    FOREIGN.contains(&folded)
}
