//! How the input is read: the only settings that a profile may decide which was merely found.

use super::super::setting::Decides::{Mapping, Rows};
use super::super::setting::{Fallback, Group, InProfile, Rivals, Setting, Use};
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
            "Which column a header stands for, such as \"Client Name=Name\"; names a column of \
             the file by its letters as in column:B=Name; \"-\" leaves the column out; may be \
             given several times",
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
             times. Level=derive derives it from the parent's level",
        )],
        use_: Use::Decisive(Rows),
        rivals: Some(Rivals::Values),
    }
    VALUE "values" Takes::Values => {
        about: "What a term of the list stands for",
        example: "Level.Endkunde = \"EndCustomer\"",
        flags: &[flag("value", "COLUMN:TERM=VALUE").help(
            "What a term of the list stands for, such as Level:Endkunde=EndCustomer; may be \
             given several times",
        )],
        use_: Use::Decisive(Rows),
    }
    ONLY "rows.only" Takes::Conditions => {
        about: "Only rows that meet this condition count",
        example: "\"Type = Customer and Inactive != yes\"",
        flags: &[flag("only", "CONDITION").help(
            "Take only rows that meet this condition, such as \"Type = Customer and Inactive != \
             yes\"; if given several times, rows must meet all. See `partner-import explain \
             conditions`",
        )],
    }
    LEAVE_OUT "rows.leave_out" Takes::Conditions => {
        about: "Rows that meet this condition are left out",
        example: "[\"Type in (Vendor, Prospect)\", \"Name empty\"]",
        flags: &[flag("leave-out", "CONDITION").help(
            "Leave out rows that meet this condition, such as \"Type in (Vendor, Prospect)\"; may \
             be given several times",
        )],
    }
    EXPORT "input.export" Takes::Export => {
        about: "Which tool's export the list is, so that its columns, its ids and its rows that \
                are not customers are known; `auto` to recognise it, `none` to read it as it \
                stands. May also stand before all sections",
        fallback: Fallback::Words("an export with rows that are not customers is refused"),
        example: "\"auto\"",
        flags: &[flag("export", "NAME").help(
            "Which tool's export the list is, so that its columns, its ids and its rows that are \
             not customers are known; \"auto\" to recognise it, \"none\" to read it as it stands",
        )],
        use_: Use::Decisive(Rows),
    }
    MENDS "input.mends" Takes::Path => {
        about: "A file of changes to make whenever the list is read; `check --fix \
                FILE.mends.toml` proposes one, docs/reference/mends.md describes the format",
        example: "\"customers.mends.toml\"",
        flags: &[flag("mends", "FILE")],
        use_: Use::Decisive(Rows),
    }
    FIRST "part.first" Takes::Count => {
        about: "Only the first N rows that can be sent, and their parents: a pilot. The next run \
                finds them as existing",
        fallback: Fallback::Words("all of them"),
        flags: &[flag("first", "N")],
        groups: &[Group::Part],
        profile: InProfile::Never,
    }
    ONLY_BELOW "part.only_below" Takes::Text => {
        about: "Only the customer of this name, with everything below it and its parents",
        flags: &[flag("only-below", "NAME").conflicts("first")],
        groups: &[Group::Part],
        profile: InProfile::Never,
    }
    OF_RUN "input.of_run" Takes::Run => {
        about: "The run that wrote this result file: codes, ZIPs and phone numbers that a \
                spreadsheet program damaged are restored; \"last\", or \"none\" to take the file \
                as it is",
        fallback: Fallback::Words("the run whose result directory holds the file"),
        flags: &[flag("of-run", "RUN")],
        profile: InProfile::Never,
    }
}
