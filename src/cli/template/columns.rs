//! The columns of the workbook: their order, what a comment says of each, and how a spreadsheet
//! program holds its cells. Knows no sheets.

use super::lists::List;
use crate::check::Field;

/// How much a column matters to somebody who fills the sheet in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// No customer without it.
    Required,
    /// Filled in for most customers.
    Usual,
    /// Left empty unless there is something to say.
    Optional,
}

/// How a spreadsheet program holds the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// As text, so that zeros and codes such as 3-5 stay: at most so many characters.
    Text(u32),
    /// As one of a list.
    Listed(List, Others),
    /// As a number from here to 2147483647.
    Id(i32),
    /// As a day, not before the one in the other column of the same row.
    Day {
        /// The column with the earlier day.
        not_before: Option<Field>,
    },
}

/// What happens to a value that is not in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// It is refused.
    Refused,
    /// It is taken after a question: `check` warns of it.
    Doubted,
    /// It is taken after a word on how several are separated.
    Several,
    /// It is taken without a word: the list is only a help.
    Taken,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The field.
    pub field: Field,
    /// How much it matters.
    pub weight: Weight,
    /// Its cells.
    pub cells: Cells,
    /// Its width, in characters.
    pub width: u8,
    /// What to write, in a sentence or two.
    pub what: &'static str,
    /// A value that is accepted.
    pub example: &'static str,
}

/// The longest texts, in characters.
const NAME: Cells = Cells::Text(255);
const TEXT: Cells = Cells::Text(4096);

const fn column(
    field: Field,
    weight: Weight,
    cells: Cells,
    width: u8,
    what: &'static str,
    example: &'static str,
) -> Column {
    Column {
        field,
        weight,
        cells,
        width,
        what,
        example,
    }
}

/// So many of the columns are those that most lists fill in; they come first, the others are folded
/// away behind them.
pub const SHOWN: usize = 10;

/// Every column, the usual ones first.
pub static COLUMNS: [Column; Field::ALL.len()] = {
    use Weight::{Optional, Required, Usual};
    [
        column(
            Field::Name,
            Required,
            NAME,
            34,
            "The customer's name, as the console is to show it.",
            "Northwind Dental",
        ),
        column(
            Field::Parent,
            Usual,
            Cells::Listed(List::Parents, Others::Taken),
            30,
            "The customer above: its Name or ExternalCode, from another row of this sheet or from \
             the tenant. The order of rows does not matter. Empty: the customer that you log in under.",
            "Northwind Group",
        ),
        column(
            Field::Level,
            Usual,
            Cells::Listed(List::Levels, Others::Refused),
            18,
            "The level in the tree, which must be lower than the parent's. Most customers are \
             EndCustomer; a Site belongs below an EndCustomer. Empty: an error, unless the import \
             has a level for all rows.",
            "EndCustomer",
        ),
        column(
            Field::State,
            Usual,
            Cells::Listed(List::States, Others::Doubted),
            14,
            "InTrial, or InProduction, which is billed. Empty: the service decides, and the check \
             warns. The province \
             of the address goes to PostState.",
            "InTrial",
        ),
        column(
            Field::Country,
            Usual,
            Cells::Listed(List::Countries, Others::Refused),
            20,
            "The country of the address: a name from the list, or its two letters (DE). Empty, with \
             no DeviceCountry or location either: backups go where the parent's go, and the check \
             warns.",
            "Germany",
        ),
        column(
            Field::ExternalCode,
            Usual,
            TEXT,
            16,
            "The console's Customer Reference: the number by which your other tools know the \
             customer. The best key for recognising it again; different for every customer.",
            "C-00417",
        ),
        column(
            Field::Address,
            Optional,
            TEXT,
            28,
            "Street and number.",
            "12 Harbour Street",
        ),
        column(
            Field::ZipCode,
            Optional,
            TEXT,
            11,
            "The postal code. The cell is text, so leading zeros stay.",
            "01067",
        ),
        column(
            Field::City,
            Optional,
            TEXT,
            18,
            "The city or town.",
            "Dresden",
        ),
        column(
            Field::PhoneNumber,
            Optional,
            TEXT,
            19,
            "The phone number. The cell is text, so + and zeros stay.",
            "+49 351 555 0100",
        ),
        column(
            Field::ServiceType,
            Usual,
            Cells::Listed(List::ServiceTypes, Others::Refused),
            15,
            "What the customer gets: AllInclusive with storage, SoftwareOnly with its own. Empty: \
             the service decides.",
            "AllInclusive",
        ),
        column(
            Field::ChildServiceTypes,
            Usual,
            Cells::Listed(List::ServiceTypeSets, Others::Several),
            28,
            "What customers below this one may get. Several are separated by ; (or , or |). Not \
             for a customer without customers below it.",
            "AllInclusive; SoftwareOnly",
        ),
        column(
            Field::DeviceCountry,
            Usual,
            Cells::Listed(List::Countries, Others::Refused),
            20,
            "The country of the devices. It decides where backups are stored, and that cannot \
             easily be changed later.",
            "Germany",
        ),
        column(
            Field::Location,
            Optional,
            Cells::Listed(List::Locations, Others::Refused),
            18,
            "The storage location by name (partner-import lookup locations). Empty: the service \
             takes the one of the country.",
            "Germany",
        ),
        column(
            Field::LegalCompanyName,
            Optional,
            TEXT,
            28,
            "The company's name as registered.",
            "Northwind Dental Care Ltd.",
        ),
        column(
            Field::District,
            Optional,
            TEXT,
            16,
            "The district of the city or county.",
            "Neustadt",
        ),
        column(
            Field::PostState,
            Optional,
            TEXT,
            16,
            "The state or province of the address.",
            "Sachsen",
        ),
        column(
            Field::FaxNumber,
            Optional,
            TEXT,
            19,
            "The fax number.",
            "+49 351 555 0199",
        ),
        column(
            Field::WebsiteAddress,
            Optional,
            TEXT,
            28,
            "One web address, no e-mail address.",
            "https://www.northwind.example",
        ),
        column(
            Field::VatNumber,
            Optional,
            TEXT,
            16,
            "The VAT number.",
            "DE123456789",
        ),
        column(
            Field::ChamberOfCommerceNumber,
            Optional,
            TEXT,
            27,
            "The number in the trade register.",
            "HRB 12345",
        ),
        column(
            Field::BankAccountNumber,
            Optional,
            TEXT,
            27,
            "The bank account, such as an IBAN.",
            "DE75512108001245126199",
        ),
        column(
            Field::TrialRegistrationTime,
            Optional,
            Cells::Day { not_before: None },
            23,
            "The first day of the trial; it begins at 00:00:00 UTC.",
            "2027-03-01",
        ),
        column(
            Field::TrialExpirationTime,
            Optional,
            Cells::Day {
                not_before: Some(Field::TrialRegistrationTime),
            },
            22,
            "The last day of the trial; it ends at 23:59:59 UTC.",
            "2027-03-31",
        ),
        column(
            Field::CreateDefaultAccount,
            Optional,
            Cells::Listed(List::YesNo, Others::Refused),
            23,
            "Whether a backup account is created with the customer. Empty: no.",
            "no",
        ),
        column(
            Field::AutomaticDeployment,
            Optional,
            Cells::Listed(List::YesNo, Others::Refused),
            23,
            "Whether automatic deployment is switched on, which gives the customer its UID for \
             installers. Empty: no.",
            "yes",
        ),
        column(
            Field::Flags,
            Optional,
            Cells::Listed(List::Flags, Others::Several),
            36,
            "Properties of the customer. Several are separated by ; (or , or |).",
            "HasCustomBranding; CanInvoiceOthers",
        ),
        column(
            Field::Region,
            Optional,
            Cells::Listed(List::Regions, Others::Refused),
            18,
            "The region by name (partner-import lookup regions).",
            "Europe",
        ),
        column(
            Field::ResponsibleUserId,
            Optional,
            Cells::Id(0),
            20,
            "The id of the user in charge: digits.",
            "2201",
        ),
        column(
            Field::BillingContactPersonId,
            Optional,
            Cells::Id(0),
            24,
            "The id of the contact for bills: digits.",
            "3301",
        ),
        column(
            Field::LocationId,
            Optional,
            Cells::Id(0),
            12,
            "The storage location by id, in place of Location.",
            "18",
        ),
        column(
            Field::RegionId,
            Optional,
            Cells::Id(0),
            11,
            "The region by id, in place of Region.",
            "2",
        ),
        column(
            Field::ParentId,
            Optional,
            Cells::Id(1),
            11,
            "The parent by its id in the tenant, in place of Parent.",
            "1000",
        ),
        column(
            Field::Id,
            Optional,
            Cells::Id(1),
            12,
            "Leave it empty: the import writes the customer's id into its result file. A row with \
             an id is compared with that customer and not created.",
            "",
        ),
    ]
};

impl Column {
    /// The comment on the header.
    pub fn comment(&self) -> String {
        let need = match self.weight {
            Weight::Required => "Required.",
            Weight::Usual => "Usual.",
            Weight::Optional => "Optional.",
        };
        let mut text = format!("{need} {}", self.what);
        if !self.example.is_empty() {
            text.push_str(&format!("\nExample: {}", self.example));
        }
        text
    }
}

/// The place of a field among the columns, from 0.
pub fn place(field: Field) -> u16 {
    (0..)
        .zip(&COLUMNS)
        .find(|(_, column)| column.field == field)
        .map_or(0, |(at, _)| at)
}
