//! Family `R`, 001 to 199: reading text files and finding the table in any rows.

use super::Rule;
use crate::model::Severity;

/// The file holds no row at all.
pub static EMPTY: Rule = Rule {
    code: "R001",
    name: "input-empty",
    severity: Severity::Error,
    what: "The file holds no row at all.",
    why: "There is nothing to import, and an export that came out empty is usually a mistake.",
    example: "a file of 0 bytes, or of blank lines only",
    fix: "Export the list again and look at it before importing.",
};

/// The first row already holds data; the table has no header row.
pub static NO_HEADER: Rule = Rule {
    code: "R002",
    name: "header-missing",
    severity: Severity::Warning,
    what: "The first row already holds data; the table has no header row.",
    why: "Columns are recognised by their names; without names nobody can tell which column is which.",
    example: "`Acme Ltd,12/03/2026,DE` as the first row of the file",
    fix: "Insert a row with column names above the data, or say with --header-row which row holds them.",
};

/// The file does not say how its characters are encoded, and it is not UTF-8; the encoding was guessed.
pub static ENCODING_GUESSED: Rule = Rule {
    code: "R010",
    name: "encoding-guessed",
    severity: Severity::Warning,
    what: "The file does not say how its characters are encoded, and it is not UTF-8; the encoding was guessed.",
    why: "A wrong guess turns letters with accents into other letters, and those end up in customers' names.",
    example: "`Müller` saved by an old program as Windows-1252",
    fix: "Look at the names with `preview`; if they are wrong, say the encoding with --encoding, or save the file as \"CSV UTF-8\".",
};

/// The row holds bytes that are no text in the file's encoding.
pub static DAMAGED_TEXT: Rule = Rule {
    code: "R011",
    name: "bytes-damaged",
    severity: Severity::Error,
    what: "The row holds bytes that are no text in the file's encoding.",
    why: "What the bytes meant can only be guessed; the name of a customer should not be a guess.",
    example: "one line pasted from another program into a UTF-8 file: `M\u{fc}ller` as the single byte FC",
    fix: "Type the marked cell again and save the file as \"CSV UTF-8\".",
};

/// The file holds NUL characters; they were left out.
pub static NUL_REMOVED: Rule = Rule {
    code: "R012",
    name: "nul-removed",
    severity: Severity::Warning,
    what: "The file holds NUL characters; they were left out.",
    why: "NUL is no text; it comes from a broken export or a disk that was full.",
    example: "`Acme\0\0 Ltd`",
    fix: "Export the file again if cells look shortened.",
};

/// The file is not written with the usual delimiter and quotes; what separates its cells was guessed.
pub static DIALECT_GUESSED: Rule = Rule {
    code: "R020",
    name: "dialect-guessed",
    severity: Severity::Warning,
    what: "The file is not written with the usual delimiter and quotes; what separates its cells was guessed.",
    why: "A wrong delimiter tears cells apart or glues them together.",
    example: "`Acme||Berlin||DE`",
    fix: "Look at the rows with `preview`; if cells are torn apart, say the delimiter with --delimiter.",
};

/// A quotation mark opens a cell and is never closed; it was read as an ordinary character.
pub static STRAY_QUOTE: Rule = Rule {
    code: "R021",
    name: "stray-quote",
    severity: Severity::Error,
    what: "A quotation mark opens a cell and is never closed; it was read as an ordinary character.",
    why: "Read as it stands it would swallow every row behind it; which text it was to enclose is not known.",
    example: "`\"Acme Ltd,Berlin,DE`",
    fix: "Remove the quotation mark, or close it at the end of the cell.",
};

/// A quotation mark stands inside a quoted cell without being doubled; it was read as an ordinary character.
pub static QUOTE_INSIDE: Rule = Rule {
    code: "R022",
    name: "quote-inside",
    severity: Severity::Warning,
    what: "A quotation mark stands inside a quoted cell without being doubled; it was read as an ordinary character.",
    why: "Programs disagree about such cells.",
    example: "`\"Acme \"The Best\" Ltd\",Berlin`",
    fix: "Double quotation marks that belong to the text: `\"Acme \"\"The Best\"\" Ltd\"`.",
};

/// The row only has its proper number of cells when its quotation marks are read differently from the rule.
pub static QUOTES_REPAIRED: Rule = Rule {
    code: "R023",
    name: "quotes-repaired",
    severity: Severity::Warning,
    what: "The row only has its proper number of cells when its quotation marks are read differently from the rule.",
    why: "The row was repaired by a guess; it should be looked at.",
    example: "`\"Desk, 24\"\",Berlin` for `\"Desk, 24\"\"\",Berlin`",
    fix: "Look at the row with `preview`; double quotation marks that belong to the text.",
};

/// The row has fewer cells than the header.
pub static ROW_SHORT: Rule = Rule {
    code: "R030",
    name: "row-short",
    severity: Severity::Error,
    what: "The row has fewer cells than the header.",
    why: "A delimiter is missing, so the cells behind it stand in the wrong columns.",
    example: "`Acme Ltd,Berlin` below `Name,City,Country`",
    fix: "Add the missing cells (empty ones keep their delimiter).",
};

/// The row has more cells than the header.
pub static ROW_LONG: Rule = Rule {
    code: "R031",
    name: "row-long",
    severity: Severity::Error,
    what: "The row has more cells than the header.",
    why: "A cell that holds the delimiter is not quoted, so the cells behind it stand in the wrong columns.",
    example: "`Smith, Jones & Co,Berlin,DE` below `Name,City,Country`",
    fix: "Put quotation marks around the cell that holds the delimiter.",
};

/// The row has more cells than the header; the cells beyond it are empty and were left out.
pub static ROW_LONG_EMPTY: Rule = Rule {
    code: "R032",
    name: "row-long-empty",
    severity: Severity::Warning,
    what: "The row has more cells than the header; the cells beyond it are empty and were left out.",
    why: "Usually harmless; if a delimiter was typed twice the row's cells have moved to the right.",
    example: "`Acme Ltd,Berlin,DE,,` below `Name,City,Country`",
    fix: "Check that the row's values stand in the right columns, and remove the surplus delimiters.",
};

/// Rows above the header were left out.
pub static ABOVE_HEADER: Rule = Rule {
    code: "R040",
    name: "rows-above-header",
    severity: Severity::Warning,
    what: "Rows above the header were left out.",
    why: "They are taken for a title or notes; were they customers, those would be missing.",
    example: "`Customer list 2026` above `Name,City,Country`",
    fix: "If the header is another row, say so with --header-row.",
};

/// The header was taken from more than one row; the names were joined.
pub static HEADER_JOINED: Rule = Rule {
    code: "R041",
    name: "header-joined",
    severity: Severity::Warning,
    what: "The header was taken from more than one row; the names were joined.",
    why: "Joined names decide which column goes to which field.",
    example: "`Address,Address` above `City,Country`",
    fix: "If only one of the rows is the header, say which with --header-row.",
};

/// The header stands again further down; that row was left out.
pub static HEADER_REPEATED: Rule = Rule {
    code: "R042",
    name: "header-repeated",
    severity: Severity::Warning,
    what: "The header stands again further down; that row was left out.",
    why: "It is no customer; it comes from printing in pages or from files that were put together.",
    example: "`Name,City,Country` as row 51",
    fix: "Nothing, if the rows around it belong together.",
};

/// The header is written with another delimiter than the rows; it was cut accordingly.
pub static HEADER_SPLIT: Rule = Rule {
    code: "R043",
    name: "header-split",
    severity: Severity::Warning,
    what: "The header is written with another delimiter than the rows; it was cut accordingly.",
    why: "The names of the columns were found by a guess.",
    example: "`Name City Country` above `Acme Ltd,Berlin,DE`",
    fix: "Write the header with the same delimiter as the rows.",
};

/// The rows have more columns than the header has names; the surplus columns have no name.
pub static HEADER_SHORT: Rule = Rule {
    code: "R044",
    name: "header-short",
    severity: Severity::Warning,
    what: "The rows have more columns than the header has names; the surplus columns have no name.",
    why: "Columns without a name are not imported.",
    example: "`Name,City` above rows of three cells",
    fix: "Give every column a name.",
};

/// A row of totals was left out.
pub static TOTAL_ROW: Rule = Rule {
    code: "R050",
    name: "total-left-out",
    severity: Severity::Warning,
    what: "A row of totals was left out.",
    why: "It is no customer.",
    example: "`Total,,83`",
    fix: "Nothing, if it is one; otherwise change the first cell.",
};

/// A note below the table was left out.
pub static NOTE_ROW: Rule = Rule {
    code: "R051",
    name: "note-left-out",
    severity: Severity::Warning,
    what: "A note below the table was left out.",
    why: "It is no customer.",
    example: "`* prices without VAT` below the last row",
    fix: "Nothing, if it is one; otherwise fill more of the row's cells.",
};

/// A row with a single filled cell between full rows was taken for a section's title and left out.
pub static SECTION_ROW: Rule = Rule {
    code: "R052",
    name: "section-left-out",
    severity: Severity::Warning,
    what: "A row with a single filled cell between full rows was taken for a section's title and left out.",
    why: "It is no customer; were it one, it would be missing.",
    example: "`Germany` between rows of six filled cells",
    fix: "Nothing, if it is one; otherwise fill more of the row's cells.",
};

/// A second table begins further down; it was left out.
pub static SECOND_TABLE: Rule = Rule {
    code: "R053",
    name: "second-table",
    severity: Severity::Warning,
    what: "A second table begins further down; it was left out.",
    why: "One table is read at a time; its rows are not imported.",
    example: "a blank row, then `Invoice,Amount` and rows of two cells",
    fix: "Put the second table into a file of its own if it is to be imported.",
};

/// Blank rows inside the table were left out.
pub static BLANK_ROWS: Rule = Rule {
    code: "R054",
    name: "blank-rows",
    severity: Severity::Warning,
    what: "Blank rows inside the table were left out.",
    why: "They are no customers; a blank row often ends one part of a list.",
    example: "`,,,,` between two customers",
    fix: "Nothing, if the rows around them belong together.",
};

/// The family in the order of the codes.
pub const RULES: &[&Rule] = &[
    &EMPTY,
    &NO_HEADER,
    &ENCODING_GUESSED,
    &DAMAGED_TEXT,
    &NUL_REMOVED,
    &DIALECT_GUESSED,
    &STRAY_QUOTE,
    &QUOTE_INSIDE,
    &QUOTES_REPAIRED,
    &ROW_SHORT,
    &ROW_LONG,
    &ROW_LONG_EMPTY,
    &ABOVE_HEADER,
    &HEADER_JOINED,
    &HEADER_REPEATED,
    &HEADER_SPLIT,
    &HEADER_SHORT,
    &TOTAL_ROW,
    &NOTE_ROW,
    &SECTION_ROW,
    &SECOND_TABLE,
    &BLANK_ROWS,
];
