//! Numbers in formats that show more than the number: masks of phones, postal codes and customer
//! numbers, in each kind of workbook.

use rust_xlsxwriter::{Format, Workbook};

use super::{open, open_bytes, show};

/// A format, a number, and what a spreadsheet program shows.
const MASKS: &[(&str, f64, &str)] = &[
    ("0#########", 421_555_017.0, "0421555017"),
    ("0#########", 301_234_567.0, "0301234567"),
    ("\"C\"000", 7.0, "C007"),
    ("\"C\"0##", 12.0, "C012"),
    ("0###", 7.0, "0007"),
    ("00-000", 12_345.0, "12-345"),
    ("000\\-000", 7.0, "000-007"),
    ("00000\\-0000", 21_345_678.0, "02134-5678"),
    (
        "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####",
        5_550_143.0,
        "555-0143",
    ),
    (
        "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####",
        2_025_550_143.0,
        "(202) 555-0143",
    ),
    ("[<=99999]00000;00000-0000", 1067.0, "01067"),
    (
        "0#\" \"##\" \"##\" \"##\" \"##",
        123_456_789.0,
        "01 23 45 67 89",
    ),
    ("[$-407]00000", 1067.0, "01067"),
    ("_-* 00000_-", 1067.0, "01067"),
    ("[Blue]0####", 1067.0, "01067"),
    ("\"Tel. \"0#########", 301_234_567.0, "Tel. 0301234567"),
    ("0####\" (DE)\"", 1067.0, "01067 (DE)"),
    ("+0", 4_930_123_456.0, "+4930123456"),
    ("0000;[Red]-0000", -7.0, "-0007"),
    ("#,##0", 1_234_567.0, "1234567"),
    ("0.00", 12.5, "12.5"),
];

fn shown(text: &str) -> Vec<&str> {
    text.lines()
        .skip(1)
        .map(|line| line.rsplit(" | n:").next().unwrap_or(line))
        .collect()
}

#[test]
fn masks_are_shown_as_spreadsheet_programs_show_them() {
    let expected: Vec<&str> = MASKS.iter().map(|(_, _, shown)| *shown).collect();
    let mut written = Workbook::new();
    let sheet = written.add_worksheet();
    sheet.write(0, 0, "Shown").unwrap();
    for (row, (code, number, _)) in (1..).zip(MASKS) {
        let format = Format::new().set_num_format(*code);
        sheet.write_with_format(row, 0, *number, &format).unwrap();
    }
    let mut book = open_bytes(&written.save_to_buffer().unwrap()).unwrap();
    let text = show(&mut book, 0);
    assert_eq!(shown(&text), expected, "written here");
    // By openpyxl, and by LibreOffice from that.
    for name in ["masks.xlsx", "masks.xls"] {
        let text = show(&mut open(name), 0);
        assert_eq!(shown(&text), expected, "{name}");
    }
}

/// A sheet with one number in each style, as `OpenDocument` has them.
fn open_document(styles: &[(&str, &str)]) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut text = String::from(
        "<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
         office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\"><office:automatic-styles>",
    );
    for (at, (style, _)) in styles.iter().enumerate() {
        let kind = if style.contains("currency-symbol") {
            "currency-style"
        } else {
            "number-style"
        };
        let _ = write!(
            text,
            "<number:{kind} style:name=\"N{at}\">{style}</number:{kind}>\
             <style:style style:name=\"ce{at}\" style:family=\"table-cell\" style:data-style-name=\"N{at}\"/>"
        );
    }
    text.push_str(
        "</office:automatic-styles><office:body><office:spreadsheet><table:table table:name=\"A\">",
    );
    for (at, (_, number)) in styles.iter().enumerate() {
        let _ = write!(
            text,
            "<table:table-row><table:table-cell table:style-name=\"ce{at}\" office:value-type=\"float\" \
             office:value=\"{number}\"><text:p>?</text:p></table:table-cell></table:table-row>"
        );
    }
    text.push_str("</table:table></office:spreadsheet></office:body></office:document>");
    text.into_bytes()
}

#[test]
fn styles_of_open_document_are_masks_as_well() {
    let number = |least: u32| {
        format!(
            "<number:number number:decimal-places=\"0\" number:min-integer-digits=\"{least}\"/>"
        )
    };
    let embedded = "<number:number number:decimal-places=\"0\" number:min-integer-digits=\"10\">\
        <number:embedded-text number:position=\"7\"> </number:embedded-text>\
        <number:embedded-text number:position=\"4\">-</number:embedded-text></number:number>";
    let ten = number(10);
    let code = format!("<number:text>C</number:text>{}", number(3));
    let tail = format!("{}<number:text>-DE</number:text>", number(5));
    let symbol = format!(
        "<number:currency-symbol>K</number:currency-symbol>{}",
        number(4)
    );
    let money = format!(
        "<number:currency-symbol>€</number:currency-symbol>{}",
        number(1)
    );
    let general =
        "<number:text>N-</number:text><number:number number:min-integer-digits=\"1\"/>".to_owned();
    let styles = [
        (ten.as_str(), "421555017"),
        (embedded, "215550143"),
        (&code, "7"),
        (&tail, "1067"),
        (&symbol, "7"),
        (&money, "1234"),
        (&general, "7.5"),
    ];
    let mut book = open_bytes(&open_document(&styles)).unwrap();
    let text = show(&mut book, 0);
    let found: Vec<&str> = text
        .lines()
        .map(|line| line.rsplit(" | n:").next().unwrap_or(line))
        .collect();
    let expected = [
        "0421555017",
        "021 555-0143",
        "C007",
        "01067-DE",
        "K0007",
        "1234",
        "N-7.5",
    ];
    assert_eq!(found, expected);
}
