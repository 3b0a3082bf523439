//! How the input is read, and what becomes of its rows.

use super::super::setting::Decides::{Mapping, Reading, Rows};
use super::super::setting::{Fallback, Flag, Group, InProfile, Rivals, Setting, Use};
use super::super::takes::{Takes, choice};
use super::short::{flag, setting, settings, switch};

settings! {
    SHEET "input.sheet" Takes::Text => {
        about: "The sheet of a workbook",
        fallback: Fallback::Words("the one that looks like a list of customers"),
        example: "\"Kunden\"",
        flags: &[flag("sheet", "NAME")],
        groups: &[Group::Input],
        use_: Use::Decisive(Reading),
        profile: InProfile::Found,
        rivals: Some(Rivals::Sheets),
    }
    ALL_SHEETS "input.all_sheets" Takes::Truth => {
        about: "Whether every sheet of a workbook that holds customers is read",
        fallback: Fallback::Value("false"),
        example: "true",
        flags: &[Flag {
            help: "Read every sheet of a workbook that holds customers, as one input",
            conflicts: Some("sheet"),
            ..switch("all-sheets", "true")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Reading),
        profile: InProfile::Found,
        rivals: Some(Rivals::Sheets),
    }
    HEADER_ROW "input.header_row" Takes::Count => {
        about: "The row of the header, from 1",
        fallback: Fallback::Words("found out"),
        example: "3",
        flags: &[flag("header-row", "N")],
        groups: &[Group::Input],
        use_: Use::Decisive(Reading),
        profile: InProfile::Found,
    }
    ENCODING "input.encoding" Takes::Encoding => {
        about: "The encoding of a text file",
        fallback: Fallback::Words("found out"),
        example: "\"windows-1252\"",
        flags: &[Flag {
            help: "The encoding of a text file, such as windows-1252",
            ..flag("encoding", "NAME")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Reading),
        profile: InProfile::Found,
    }
    DELIMITER "input.delimiter" Takes::Delimiter => {
        about: "The delimiter of a text file",
        fallback: Fallback::Words("found out"),
        example: "\"semicolon\"",
        flags: &[Flag {
            help: "The delimiter of a text file: a character, \"tab\" or \"semicolon\"",
            ..flag("delimiter", "CHAR")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Reading),
        profile: InProfile::Found,
    }
    MAP "map" Takes::Columns => {
        about: "Which column a header stands for",
        example: "\"Client Name\" = \"Name\"",
        flags: &[Flag {
            help: "Says which column a header stands for, such as \"Client Name=Name\", or a \
                   column of the file by its letters, column:B=Name; \"-\" leaves it out; may be \
                   given several times",
            ..flag("map", "HEADER=COLUMN")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Mapping),
        profile: InProfile::Found,
    }
    SET "set" Takes::Constants => {
        about: "A value for every row",
        example: "Level = \"EndCustomer\"",
        flags: &[Flag {
            help: "A value for every row, whatever its cell holds, such as Level=EndCustomer; may \
                   be given several times",
            ..flag("set", "COLUMN=VALUE")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Rows),
        profile: InProfile::Found,
        rivals: Some(Rivals::Values),
    }
    DEFAULT "default" Takes::Defaults => {
        about: "A value for rows whose cell is empty",
        example: "Country = \"DE\"",
        flags: &[Flag {
            help: "A value for rows whose cell is empty, such as Country=DE; may be given several \
                   times. Level=derive works it out from the parent's level",
            ..flag("default", "COLUMN=VALUE")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Rows),
        profile: InProfile::Found,
        rivals: Some(Rivals::Values),
    }
    VALUE "values" Takes::Values => {
        about: "What a term of the list stands for",
        example: "\"EndCustomer\"",
        flags: &[Flag {
            help: "What a term of the list stands for, such as Level:Endkunde=EndCustomer; may be \
                   given several times",
            ..flag("value", "COLUMN:TERM=VALUE")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Rows),
        profile: InProfile::Found,
    }
    ONLY "rows.only" Takes::Conditions => {
        about: "Rows count only where this holds",
        example: "\"Type = Customer and Inactive != yes\"",
        flags: &[Flag {
            help: "Take only rows for which this holds, such as \"Type = Customer and Inactive != \
                   yes\"; may be given several times, and all must hold. See `partner-import explain \
                   conditions`",
            ..flag("only", "CONDITION")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Reading),
        profile: InProfile::Found,
    }
    LEAVE_OUT "rows.leave_out" Takes::Conditions => {
        about: "Rows for which this holds are left out",
        example: "[\"Type in (Vendor, Prospect)\", \"Name empty\"]",
        flags: &[Flag {
            help: "Leave rows out for which this holds, such as \"Type in (Vendor, Prospect)\"; may \
                   be given several times",
            ..flag("leave-out", "CONDITION")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Reading),
        profile: InProfile::Found,
    }
    EXPORT "input.export" Takes::Export => {
        about: "Which tool's export the list is, so that its columns, its ids and the rows that are \
                no customers are known; `auto` for what it is recognised as, `none` to read it as it \
                stands. It may stand above all sections too",
        fallback: Fallback::Words("an export with rows that are no customers is refused"),
        example: "\"auto\"",
        flags: &[Flag {
            help: "Which tool's export the list is, so that its columns, its ids and the rows that \
                   are no customers are known; \"auto\" for what it is recognised as, \"none\" to \
                   read it as it stands",
            ..flag("export", "NAME")
        }],
        groups: &[Group::Input],
        use_: Use::Decisive(Rows),
        profile: InProfile::Found,
    }
    MENDS "input.mends" Takes::Path => {
        about: "A file of changes to make whenever the list is read; `check --fix FILE.mends.toml` \
                proposes some",
        example: "\"customers.mends.toml\"",
        flags: &[flag("mends", "FILE")],
        groups: &[Group::Input],
        use_: Use::Decisive(Rows),
        profile: InProfile::Found,
    }
    FIRST "part.first" Takes::Count => {
        about: "Only the first N rows that can be sent, and those they stand below: a pilot. The \
                next run finds them as existing",
        flags: &[flag("first", "N")],
        groups: &[Group::Part],
        use_: Use::Decisive(Reading),
        profile: InProfile::Never,
    }
    ONLY_BELOW "part.only_below" Takes::Text => {
        about: "Only what stands below the customer of this name, and what that stands below",
        flags: &[Flag {
            conflicts: Some("first"),
            ..flag("only-below", "NAME")
        }],
        groups: &[Group::Part],
        use_: Use::Decisive(Reading),
        profile: InProfile::Never,
    }
    OF_RUN "input.of_run" Takes::Run => {
        about: "The run that wrote the file, when it is a result file that was mended: codes, ZIPs \
                and phone numbers that a spreadsheet program has damaged are put back; \"last\", \
                or \"none\" to take the file as it is",
        fallback: Fallback::Words("the run in whose result directory the file lies"),
        flags: &[flag("of-run", "RUN")],
        groups: &[Group::Input],
        use_: Use::Decisive(Reading),
        profile: InProfile::Never,
    }
    ON_EXISTS "existing.on_exists" Takes::OneOf(&[choice("skip"), choice("update"), choice("fail")]) => {
        about: "Whether such customers are left as they are, updated, or make their row fail",
        fallback: Fallback::Value("skip"),
        example: "\"skip\"",
        flags: &[Flag {
            help: "What is done with a row whose customer is there already: \"skip\" takes it over \
                   as it is, \"update\" changes the members that differ, \"fail\" fails the row",
            ..flag("on-exists", "HOW")
        }],
        groups: &[Group::Existing],
        use_: Use::Decisive(Rows),
    }
    ALLOW_MOVE "existing.allow_move" Takes::Truth => {
        about: "Whether an update may move a customer, or change its level",
        fallback: Fallback::Value("false"),
        example: "true",
        flags: &[Flag {
            help: "Lets `--on-exists update` give a customer another parent or level",
            ..switch("allow-move", "true")
        }],
        groups: &[Group::Existing],
        use_: Use::Decisive(Rows),
    }
}
