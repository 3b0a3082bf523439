//! How the input is read: the only settings that a profile may decide which was merely found.

use super::super::setting::Decides::{Mapping, Rows};
use super::super::setting::{Fallback, InProfile, Rivals, Setting, Use};
use super::super::takes::Takes;
use super::short::{flag, of_list, settings, switch};

settings! { of_list;
    SHEET "input.sheet" Takes::Text => {
        about: "The sheet of a workbook",
        fallback: Fallback::Words("the one that looks like a list of customers"),
        example: "\"Kunden\"",
        flags: &[flag("sheet", "NAME")],
        rivals: Some(Rivals::Sheets),
    }
    ALL_SHEETS "input.all_sheets" Takes::Truth => {
        about: "Whether every sheet of a workbook that holds customers is read",
        fallback: Fallback::Value("false"),
        example: "true",
        flags: &[switch("all-sheets", "true")
            .help("Read every sheet of a workbook that holds customers, as one input")
            .conflicts("sheet")],
        rivals: Some(Rivals::Sheets),
    }
    HEADER_ROW "input.header_row" Takes::Count => {
        about: "The row of the header, from 1",
        fallback: Fallback::Words("found out"),
        example: "3",
        flags: &[flag("header-row", "N")],
    }
    ENCODING "input.encoding" Takes::Encoding => {
        about: "The encoding of a text file",
        fallback: Fallback::Words("found out"),
        example: "\"windows-1252\"",
        flags: &[flag("encoding", "NAME").help("The encoding of a text file, such as windows-1252")],
    }
    DELIMITER "input.delimiter" Takes::Delimiter => {
        about: "The delimiter of a text file",
        fallback: Fallback::Words("found out"),
        example: "\"semicolon\"",
        flags: &[flag("delimiter", "CHAR").help(
            "The delimiter of a text file: a character, \"tab\" or \"semicolon\"",
        )],
    }
    MAP "map" Takes::Columns => {
        about: "Which column a header stands for",
        example: "\"Client Name\" = \"Name\"",
        flags: &[flag("map", "HEADER=COLUMN").help(
            "Says which column a header stands for, such as \"Client Name=Name\", or a column of \
             the file by its letters, column:B=Name; \"-\" leaves it out; may be given several \
             times",
        )],
        use_: Use::Decisive(Mapping),
    }
    SET "set" Takes::Constants => {
        about: "A value for every row",
        example: "Level = \"EndCustomer\"",
        flags: &[flag("set", "COLUMN=VALUE").help(
            "A value for every row, whatever its cell holds, such as Level=EndCustomer; may be \
             given several times",
        )],
        use_: Use::Decisive(Rows),
        rivals: Some(Rivals::Values),
    }
    DEFAULT "default" Takes::Defaults => {
        about: "A value for rows whose cell is empty",
        example: "Country = \"DE\"",
        flags: &[flag("default", "COLUMN=VALUE").help(
            "A value for rows whose cell is empty, such as Country=DE; may be given several \
             times. Level=derive works it out from the parent's level",
        )],
        use_: Use::Decisive(Rows),
        rivals: Some(Rivals::Values),
    }
    OF_RUN "input.of_run" Takes::Run => {
        about: "The run that wrote the file, when it is a result file that was mended: codes, ZIPs \
                and phone numbers that a spreadsheet program has damaged are put back; \"last\", \
                or \"none\" to take the file as it is",
        fallback: Fallback::Words("the run in whose result directory the file lies"),
        flags: &[flag("of-run", "RUN")],
        profile: InProfile::Never,
    }
}
