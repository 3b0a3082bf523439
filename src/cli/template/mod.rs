//! The workbook that `template` writes: a sheet to fill in, a filled example, instructions, and a
//! hidden sheet with the lists of the drop-downs. Bytes out; knows no files.
//!
//! Cells that nobody has filled are not in the workbook: formats belong to columns and validations
//! to ranges, so that ten thousand prepared rows cost nothing.

mod about;
mod columns;
mod example;
mod guide;
mod lists;
mod rules;
mod sheet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub use about::{About, CUSTOMERS};
use about::{EXAMPLE, INSTRUCTIONS, LISTS};
pub use lists::Offered;

/// The workbook as bytes.
pub fn workbook(offered: &Offered, about: &About) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same template is the same file, byte for byte, whenever it is written.
    workbook.set_properties(
        &DocProperties::new()
            .set_title("Customers to import")
            .set_comment(concat!("partner-import ", env!("CARGO_PKG_VERSION")))
            .set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?),
    );
    let customers = workbook.add_worksheet();
    customers.set_name(CUSTOMERS)?;
    sheet::customers(customers, offered)?;
    let example = workbook.add_worksheet();
    example.set_name(EXAMPLE)?;
    sheet::example(example)?;
    let instructions = workbook.add_worksheet();
    instructions.set_name(INSTRUCTIONS)?;
    guide::fill(instructions, about, offered)?;
    let names = {
        let hidden = workbook.add_worksheet();
        hidden.set_name(LISTS)?;
        sheet::lists(hidden, offered)?
    };
    for (name, range) in names {
        workbook.define_name(name, &range)?;
    }
    workbook.save_to_buffer()
}
