//! The same tables in every format.

use partner_import::read::workbook::{Filter, Protection, SheetKind, Visibility, WorkbookFormat};

use super::{check, open};

const VALUES: &str = r#"
    1 | what | value
    2 | zip code | n:01067
"#;

#[test]
fn values_are_read_as_they_are_shown() {
    for (name, format) in [
        ("values.xlsx", WorkbookFormat::Xlsx),
        ("values-libreoffice.xlsx", WorkbookFormat::Xlsx),
        ("values.xls", WorkbookFormat::Xls),
        ("values.ods", WorkbookFormat::Ods),
        ("values.fods", WorkbookFormat::Fods),
    ] {
        let mut book = open(name);
        assert_eq!(book.format(), format);
        println!("{name}\n{}", super::show(&mut book, 0));
    }
    for name in [
        "excel.xlsx",
        "excel.xls",
        "excel.ods",
        "dates-1904.xlsx",
        "uncalculated.xlsx",
        "gaps.xlsx",
        "old.xls",
        "old-1904.xls",
        "repeated.ods",
        "binary.xlsb",
    ] {
        let mut book = open(name);
        for sheet in 0..book.sheets().len() {
            println!("{name} {:?}", book.sheets()[sheet]);
            match super::try_show(&mut book, sheet) {
                Ok(shown) => println!(
                    "{}",
                    shown
                        .lines()
                        .take(30)
                        .collect::<Vec<_>>()
                        .join("\n")
                        .chars()
                        .take(2000)
                        .collect::<String>()
                ),
                Err(error) => println!("{}", super::chain(&error)),
            }
            println!("{:?}", book.sheet_notes(sheet));
        }
    }
}
