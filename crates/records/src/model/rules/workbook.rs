//! Rules about workbooks: what a sheet hides from whoever looks at it.

use super::Rule;
use crate::model::Severity;

/// R200.
pub static HIDDEN_ROWS: Rule = Rule {
    code: "R200",
    name: "hidden-rows",
    severity: Severity::Note,
    what: "Rows of the sheet are hidden, by hand, by a filter or in a folded group.",
    why: "Hidden rows are imported like all others, but nobody who looks at the sheet sees them: \
          customers may be created that nobody meant to import.",
    example: "A filter on the column State leaves 40 of 200 rows in view; all 200 are read.",
    fix: "Show the rows (Data > Clear filter, or select all rows and choose Unhide) and delete \
          what should not be imported.",
};

/// R201.
pub static HIDDEN_COLUMNS: Rule = Rule {
    code: "R201",
    name: "hidden-columns",
    severity: Severity::Note,
    what: "Columns of the sheet are hidden.",
    why: "Hidden columns are read like all others, so a customer may get a value that nobody sees \
          in the sheet.",
    example: "The hidden column D holds old parents; it is headed Parent and would be used.",
    fix: "Show the columns (select all, right-click, Unhide) and delete those that should not be \
          imported.",
};

/// R202.
pub static MERGED_CELLS: Rule = Rule {
    code: "R202",
    name: "merged-cells",
    severity: Severity::Warning,
    what: "Merged cells reach over several rows; their value is repeated in each of these rows.",
    why: "Only the first row of a merged cell holds its value. It is read as a label of all its \
          rows, which is a guess.",
    example: "A5:A7 is one cell with \"North\": rows 5, 6 and 7 are all read with North.",
    fix: "Unmerge the cells (Home > Merge & Center) and fill the value into each row.",
};

/// R203.
pub static FORMULA_WITHOUT_RESULT: Rule = Rule {
    code: "R203",
    name: "formula-without-result",
    severity: Severity::Warning,
    what: "A formula's result is not stored in the file; its cell is read as empty.",
    why: "Workbooks written by scripts hold formulas that no spreadsheet program has calculated \
          yet. Values that should be there are missing.",
    example: "C2 holds =A2&\" GmbH\" and no result.",
    fix: "Open the workbook in Excel or LibreOffice and save it: this stores the results.",
};

/// R204.
pub static LONG_NUMBER: Rule = Rule {
    code: "R204",
    name: "long-number",
    severity: Severity::Warning,
    what: "A whole number has more than 15 digits.",
    why: "Spreadsheet programs keep 15 digits of a number and replace the others by zeros; an id \
          or an account number is wrong then.",
    example: "1234567890123456789 became 1234567890123450000.",
    fix: "Fetch the values again and enter them as text (format the column as Text first).",
};

/// R205.
pub static SEVERAL_SHEETS: Rule = Rule {
    code: "R205",
    name: "several-sheets",
    severity: Severity::Warning,
    what: "More than one sheet holds customer columns; one of them is read.",
    why: "The customers of the other sheets are not imported.",
    example: "The sheets \"North\" and \"South\" both have the columns Name and Country.",
    fix: "Name the sheet with --sheet, or read all of them as one input with --all-sheets.",
};

/// R206.
pub static HIDDEN_SHEET_SKIPPED: Rule = Rule {
    code: "R206",
    name: "hidden-sheet-skipped",
    severity: Severity::Warning,
    what: "A hidden sheet holds customer columns and is not read.",
    why: "Hidden sheets are usually old copies or lookup lists, but this one looks like customers.",
    example: "The hidden sheet \"Customers 2019\" has the columns Name and Country.",
    fix: "Show the sheet or name it with --sheet when it is meant.",
};

/// R207.
pub static COVERED_VALUE: Rule = Rule {
    code: "R207",
    name: "covered-value",
    severity: Severity::Warning,
    what: "A value is under a merged cell, where nobody sees it, and is not read.",
    why: "A merged cell shows the value of its first cell; some programs keep the others underneath.",
    example: "A5:A7 is one cell with \"North\", and A6 still holds \"South\": row 6 is read with North.",
    fix: "Unmerge the cells (Home > Merge & Center) and decide which value counts.",
};

/// R208.
pub static SECOND_READER: Rule = Rule {
    code: "R208",
    name: "read-by-second-reader",
    severity: Severity::Warning,
    what: "The rows or cells of the sheet are out of order in the file; they were read by a \
           second reader, which does not know number formats and hidden rows.",
    why: "Zeros and letters that come from a number format are lost (ZIP codes, customer \
          numbers), dates and times may not be read as displayed, and hidden rows are not reported.",
    example: "A script wrote row 7 before row 3; the ZIP code shown as 01067 is read as 1067.",
    fix: "Open the workbook in Excel or LibreOffice, save it as .xlsx and use that file.",
};

/// R209.
pub static SHEET_WITHOUT_CUSTOMERS: Rule = Rule {
    code: "R209",
    name: "sheet-without-customers",
    severity: Severity::Note,
    what: "All sheets are read, and this one has no customer columns, or no rows.",
    why: "It was left out; if it should hold customers, its header was not recognised.",
    example: "`--all-sheets`: the sheet \"Prices\" has the columns Article and Price.",
    fix: "Give the sheet a header with the column Name when it is meant.",
};

/// R210.
pub static SHEET_SET_ASIDE: Rule = Rule {
    code: "R210",
    name: "sheet-set-aside",
    severity: Severity::Warning,
    what: "All sheets are read, except one that has customer columns but whose name says \
           that it is an example, instructions, a summary, an archive or a copy.",
    why: "Rows of examples and summaries are not customers, or are customers listed elsewhere; those \
          of an archive may have left.",
    example: "`--all-sheets`: the sheet \"Example\" has the columns Name and Country.",
    fix: "Rename the sheet if its rows should be imported, or name it with --sheet.",
};

/// The family, in the order of the codes.
pub static RULES: &[&Rule] = &[
    &HIDDEN_ROWS,
    &HIDDEN_COLUMNS,
    &MERGED_CELLS,
    &FORMULA_WITHOUT_RESULT,
    &LONG_NUMBER,
    &SEVERAL_SHEETS,
    &HIDDEN_SHEET_SKIPPED,
    &COVERED_VALUE,
    &SECOND_READER,
    &SHEET_WITHOUT_CUSTOMERS,
    &SHEET_SET_ASIDE,
];
