//! What the cells of each column may hold, as validations of the sheet. They say what `check` says,
//! as far as a spreadsheet program's formulas reach.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula,
    XlsxError, utility::column_number_to_name,
};

use super::about::PREPARED_ROWS;
use super::columns::{Cells, Column, Others, place};
use super::lists::{List, Offered};
use crate::check::Field;

/// What a column's cells may hold.
pub fn validation(column: &Column, offered: &Offered) -> Result<Option<DataValidation>, XlsxError> {
    let new = DataValidation::new();
    let (validation, help) = match column.cells {
        Cells::Listed(List::Parents, _) if offered.values(List::Parents).is_empty() => {
            (new.allow_list_formula(names_typed_so_far()), String::new())
        }
        Cells::Listed(list, _) if offered.values(list).is_empty() => {
            return any_text(column).map(Some);
        }
        Cells::Listed(list, others) => {
            let first = &offered.values(list)[0];
            let listed = new.allow_list_formula(Formula::new(format!("={}", list.name())));
            (listed, help_with_list(column.field, others, first))
        }
        Cells::Text(longest) => {
            let (rule, help) = of_text(column.field, longest);
            (new.allow_custom(Formula::new(rule)), help)
        }
        Cells::Id(least) => (
            new.allow_whole_number(DataValidationRule::Between(least, i32::MAX)),
            format!(
                "Write the id in digits, from {least} to {}, or leave the cell empty.",
                i32::MAX
            ),
        ),
        Cells::Day { not_before: None } => {
            let first = ExcelDateTime::from_ymd(1970, 1, 1)?;
            // `check` takes no later beginning.
            let last = ExcelDateTime::from_ymd(9999, 12, 30)?;
            (
                new.allow_date(DataValidationRule::Between(first, last)),
                "Write a date such as 2027-03-01, or leave the cell empty.".to_owned(),
            )
        }
        Cells::Day {
            not_before: Some(other),
        } => {
            // 25569 is 1970-01-01, 2958463 is 9999-12-29: to the end of a day.
            let earlier = column_number_to_name(place(other));
            let least = format!("=MAX(25569,INT(N(${earlier}2)))");
            let rule = DataValidationRule::Between(Formula::new(least), Formula::new("=2958463"));
            (
                new.allow_date_formula(rule),
                format!(
                    "Write a date such as 2027-03-31 that is not before {other}, or leave the cell \
                     empty."
                ),
            )
        }
    };
    let others = match column.cells {
        Cells::Listed(_, others) => others,
        Cells::Text(_) if is_phone(column.field) => Others::Doubted,
        _ => Others::Refused,
    };
    let styled = match others {
        Others::Refused => validation.set_error_style(DataValidationErrorStyle::Stop),
        Others::Doubted => validation.set_error_style(DataValidationErrorStyle::Warning),
        Others::Several => validation.set_error_style(DataValidationErrorStyle::Information),
        Others::Taken => return Ok(Some(validation.show_error_message(false))),
    };
    styled
        .set_error_title(column.field.name())?
        .set_error_message(help)
        .map(Some)
}

/// A name of something of the tenant, where no tenant was read.
fn any_text(column: &Column) -> Result<DataValidation, XlsxError> {
    let (rule, help) = of_text(column.field, LONGEST);
    DataValidation::new()
        .allow_custom(Formula::new(rule))
        .set_error_title(column.field.name())?
        .set_error_message(help)
}

/// The longest text that is neither a name nor a code.
const LONGEST: u32 = 4096;

/// What a text must be, as a formula for the first row, and what is said when it is not.
fn of_text(field: Field, longest: u32) -> (String, String) {
    let column = column_number_to_name(place(field));
    let cell = format!("${column}2");
    let on_one_line = format!("LEN({cell})<={longest},{cell}=CLEAN({cell})");
    let no_placeholder = format!("SUMPRODUCT(--({}=TRIM({cell})))=0", List::Nothing.name());
    let most = format!("{longest} characters are the most, on one line.");
    match field {
        Field::Name => (
            format!("=AND(LEN(TRIM({cell}))>0,{on_one_line},{no_placeholder})"),
            format!("Write the customer's name: no placeholder such as n/a. {most}"),
        ),
        Field::ExternalCode => {
            let last = PREPARED_ROWS + 1;
            let once = format!("SUMPRODUCT(--EXACT(${column}$2:${column}${last},{cell}))=1");
            (
                format!("=AND({on_one_line},{no_placeholder},{once})"),
                format!(
                    "The code must be another one in every row, and no placeholder such as n/a. {most}"
                ),
            )
        }
        Field::WebsiteAddress => (
            format!(
                "=AND({on_one_line},ISERROR(FIND(\" \",TRIM({cell}))),ISNUMBER(SEARCH(\"?.?\",{cell})),\
                 OR(ISERROR(FIND(\"@\",{cell})),ISNUMBER(SEARCH(\"/*@\",SUBSTITUTE({cell},\"://\",\"\")))),\
                 OR(ISERROR(FIND(\"://\",{cell})),LEFT({cell},7)=\"http://\",LEFT({cell},8)=\"https://\"))"
            ),
            "Write one web address, such as https://www.acme.example: no e-mail address, no space."
                .to_owned(),
        ),
        field if is_phone(field) => {
            let count = |list: List| {
                let list = list.name();
                format!("SUMPRODUCT(LEN({cell})-LEN(SUBSTITUTE({cell},{list},\"\")))")
            };
            let (digits, signs) = (count(List::Digits), count(List::PhoneSigns));
            (
                format!("=AND({digits}>2,{digits}<41,{signs}=LEN({cell}))"),
                "This does not look like a phone number: three digits at least, + - ( ) / . and \
                 spaces. The check takes an extension, too."
                    .to_owned(),
            )
        }
        _ => (
            format!("=AND({on_one_line})"),
            format!("Shorten the text: {most}"),
        ),
    }
}

fn is_phone(field: Field) -> bool {
    matches!(field, Field::PhoneNumber | Field::FaxNumber)
}

fn help_with_list(field: Field, others: Others, first: &str) -> String {
    match (field, others) {
        (Field::Country | Field::DeviceCountry, _) => {
            "Choose a country from the list, or type its two letters, such as DE.".to_owned()
        }
        (Field::State, _) => {
            "Choose InTrial or InProduction. Other states are unusual for a new customer, and the \
             check warns about them. The province of an address goes to PostState."
                .to_owned()
        }
        (_, Others::Several) => format!(
            "Several are separated by ; as in \"{first}; ...\". If each of them is in the list, \
             click OK; otherwise choose from the list."
        ),
        (Field::Location | Field::Region, _) => format!(
            "The tenant has no such {}. Choose from the list, or leave the cell empty.",
            field.name().to_lowercase()
        ),
        _ => "Choose from the list, or leave the cell empty.".to_owned(),
    }
}

/// The names of the sheet itself, down to the last.
fn names_typed_so_far() -> Formula {
    let name = column_number_to_name(place(Field::Name));
    let last = PREPARED_ROWS + 1;
    Formula::new(format!(
        "=OFFSET(${name}$2,0,0,MAX(1,COUNTA(${name}$2:${name}${last})),1)"
    ))
}
