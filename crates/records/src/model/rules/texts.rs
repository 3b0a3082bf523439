//! Rules of one cell's text (V100 to V199): names, references, contacts, and what programs did to
//! them on the way.

use super::Rule;

/// Rules whose diagnostics suggest the mended cell: what `check --fix` may write into its copy.
/// (Lost digits and codes turned into dates are found as well, but nothing brings them back.)
pub const MENDABLE: &[&Rule] = &[
    &CONTROL_CHARACTER,
    &ZEROS_LOST,
    &MOJIBAKE,
    &TEXT_DAMAGED,
    &INVISIBLE_CHARACTER,
    &ESCAPED_TEXT,
    &GUARDED_TEXT,
    &FLOAT_FOR_CODE,
    &VALUE_RESTORED,
];

/// Rules that say how a value was cleaned: what is sent is the suggestion, and other rules speak of
/// that.
pub const CLEANED: &[&Rule] = &[
    &CONTROL_CHARACTER,
    &INVISIBLE_CHARACTER,
    &GUARDED_TEXT,
    &FLOAT_FOR_CODE,
    &VALUE_RESTORED,
];

catalogue! {
    NAME_MISSING = Error "V101" "name-missing" {
        what: "The row has no name.",
        why: "The service refuses a customer without a name.",
        example: "A row whose Name cell is empty.",
        fix: "Fill in the name, or delete the row if it is not a customer.",
    }
    NAME_TOO_LONG = Error "V102" "name-too-long" {
        what: "The name is longer than 255 characters.",
        why: "Programs that work with the tenant cut or refuse longer names.",
        example: "A whole paragraph in the Name column.",
        fix: "Shorten the name.",
    }
    TEXT_TOO_LONG = Error "V103" "text-too-long" {
        what: "The value is longer than 4096 characters.",
        why: "No field of a customer holds that much; usually a stray quotation mark swallowed the rows after it.",
        example: "A street address of 5000 characters.",
        fix: "Shorten the value, or look for an unclosed quotation mark in the file.",
    }
    CONTROL_CHARACTER = Warning "V104" "control-character" {
        what: "The value holds a control character or a line break, and is sent without it.",
        why: "It is invisible, and breaks whatever shows or compares the value later. Line breaks of an address become commas, other line breaks and tabs spaces.",
        example: "`2 Quay` and `Floor 4` in one Address cell, with a line break between them: `2 Quay, Floor 4` is sent.",
        fix: "Nothing, if the cleaned value is right; otherwise correct the cell. In Excel CLEAN() does it too.",
    }
    ERROR_CELL = Error "V105" "error-cell" {
        what: "The cell holds a spreadsheet error instead of a value.",
        why: "The formula behind it failed, so the value is unknown.",
        example: "`#N/A`",
        fix: "Fix the formula in the workbook, or empty the cell.",
    }
    PLACEHOLDER_IDENTITY = Error "V106" "placeholder-identity" {
        what: "The name, reference or parent is only a placeholder: a word, characters without a letter, or zero.",
        why: "It would become a real customer of that name, or the same reference for many.",
        example: "`N/A` in the Name column.",
        fix: "Fill in the value, or empty the cell.",
    }
    PLACEHOLDER = Warning "V107" "placeholder" {
        what: "The value is only a placeholder, and is read as an empty cell.",
        why: "Otherwise the customer would get a phone number or a city called `N/A`; with `--on-exists update` it would replace the right one.",
        example: "`n/a`, `-` or `\\N` in the PhoneNumber column.",
        fix: "Nothing, if there is no value; otherwise write it.",
    }
    DIGITS_LOST = Error "V108" "digits-lost" {
        what: "The value is a number in exponent notation; its digits are lost.",
        why: "A spreadsheet program turned a long number into a rounded one; the original cannot be recovered from it.",
        example: "`4.93012E+11` in the PhoneNumber column.",
        fix: "Take the value from the source again, with the column formatted as text.",
    }
    PRECISION_LOST = Warning "V109" "precision-lost" {
        what: "The value is a number of more than 15 digits ending in zeros, as spreadsheet programs leave them.",
        why: "Excel keeps 15 digits of a number and replaces the rest by zeros.",
        example: "`12345678901234500000` in the ExternalCode column.",
        fix: "Compare with the source; format the column as text before pasting.",
    }
    ZEROS_LOST = Warning "V110" "zeros-lost" {
        what: "The postal code is shorter than is usual in the country, as if leading zeros were lost.",
        why: "Spreadsheet programs drop the leading zeros of a number.",
        example: "`1067` as a postal code in Germany (Dresden is `01067`).",
        fix: "Restore the zeros.",
    }
    DATE_FOR_CODE = Warning "V111" "date-for-code" {
        what: "The value is a date where a name, number or code is expected.",
        why: "Spreadsheet programs turn codes such as `3-5` or `MAR5` into dates.",
        example: "`05. Mrz` in the ExternalCode column.",
        fix: "Type the code again, with the column formatted as text.",
    }
    MOJIBAKE = Warning "V112" "mojibake" {
        what: "Characters of the value look like UTF-8 read in another encoding.",
        why: "The file was opened and saved in the wrong encoding at some point; the customer would carry the damage.",
        example: "`MÃ¼ller` for `Müller`",
        fix: "Use the suggested text, or export the list again as UTF-8.",
    }
    TEXT_DAMAGED = Error "V113" "text-damaged" {
        what: "The value holds the replacement character, so a character of it is lost.",
        why: "The file was damaged when it was converted, or it is read in the wrong encoding.",
        example: "`M\u{fffd}ller`",
        fix: "Type the character again, export the list again, or read it with `--encoding`.",
    }
    INVISIBLE_CHARACTER = Warning "V114" "invisible-character" {
        what: "The value holds an invisible character or a no-break space, and is sent without it.",
        why: "With it, two names that look the same are different, and a search finds only one of them.",
        example: "`Acme Ltd` with a no-break space, copied from a web page.",
        fix: "Nothing, if the cleaned value is right; otherwise correct the cell.",
    }
    ESCAPED_TEXT = Error "V115" "escaped-text" {
        what: "The value holds escaped characters: entities or tags of HTML, or backslashes.",
        why: "A web page or a database export wrote characters this way; the customer would have them in its name or address.",
        example: "`Smith &amp; Sons` for `Smith & Sons`",
        fix: "Write the value as people read it; `check --fix` writes a copy with the suggested text.",
    }
    GUARDED_TEXT = Warning "V116" "guarded-text" {
        what: "The value is marked as text for a spreadsheet program, and is sent without the mark.",
        why: "Programs write `=\"00012\"` or an apostrophe in front so that Excel keeps zeros and runs no formula; these marks are not content.",
        example: "`=\"00012\"` or `'00012` in the ExternalCode column: `00012` is sent.",
        fix: "Nothing, if the value without the mark is right.",
    }
    FLOAT_FOR_CODE = Warning "V117" "float-for-code" {
        what: "The value is a whole number with decimals that a program added, and is sent without them.",
        why: "A program that keeps numbers as decimals wrote the list; codes, postal codes and phone numbers have none.",
        example: "`1001.0` in the ExternalCode column: `1001` is sent.",
        fix: "Nothing, if the whole number is right. In a column with other decimals, such as 1.5, nothing is taken off.",
    }
    FORMULA_TEXT = Error "V118" "formula-text" {
        what: "The value is a formula instead of its result.",
        why: "The list was saved with its formulas; their results are not in the file.",
        example: "`=VLOOKUP(A2;Sheet2!B:C;2)`",
        fix: "Save the list with values instead of formulas, or write the value.",
    }
    PERHAPS_PLACEHOLDER = Warning "V119" "perhaps-placeholder" {
        what: "The value may be a placeholder; a new customer gets it as it is, and it never replaces an existing value.",
        why: "It may be a real name or place; if not, the customer is created with it.",
        example: "`none` in the City column.",
        fix: "Empty the cell if there is no value.",
    }
    WEBSITE_INVALID = Error "V120" "website-invalid" {
        what: "The value is not a web address.",
        why: "The service keeps it as the customer's website, and links to it.",
        example: "`info@acme.example` in the WebsiteAddress column.",
        fix: "Write the address as `https://www.acme.example`, or empty the cell.",
    }
    PHONE_IMPLAUSIBLE = Warning "V121" "phone-implausible" {
        what: "The value does not look like a phone number.",
        why: "It is sent as it is, although nobody can call it.",
        example: "`ask Mrs Bell` in the PhoneNumber column.",
        fix: "Write the number, or empty the cell.",
    }
    TYPE_FOR_NAME = Error "V122" "type-for-name" {
        what: "The value is a column type.",
        why: "The row describes the table's columns; it is not a customer.",
        example: "`varchar(255)` in the Name column.",
        fix: "Delete the row if it is not a customer.",
    }
    LETTER_LOST = Warning "V123" "letter-lost" {
        what: "A question mark inside a word of a name is probably a lost letter.",
        why: "Programs write `?` where an encoding lacks a letter; the customer would be created with it, and not be recognised as the one with the right name.",
        example: "`M?ller` for `Müller`",
        fix: "Export the list again as UTF-8, or type the letter; nothing, if the question mark belongs there.",
    }
    PLACEHOLDER_KEPT_BACK = Warning "V128" "placeholder-kept-back" {
        what: "A value that may be a placeholder would replace an existing one; the existing one is kept.",
        why: "An update with `none` would lose what is known about the customer.",
        example: "`none` in the City column, where the tenant has `Hamburg`.",
        fix: "Nothing, if the value in the tenant is right; otherwise write the new one.",
    }
    DAMAGED_FOR_UPDATE = Error "V129" "damaged-for-update" {
        what: "A visibly damaged value would replace an existing one.",
        why: "A spreadsheet program removed its leading zeros or digits, or it is a word that can be a placeholder or a country.",
        example: "`1067` in the ZipCode column, where the tenant has `01067`; `NA` as the new country.",
        fix: "Write the value in full (`Namibia` for the country), or empty the cell.",
    }
    VALUE_RESTORED = Warning "V130" "value-restored" {
        what: "A spreadsheet program changed the value when it saved a result file; the original value, known from the run that wrote the file, is used.",
        why: "Leading zeros, plus signs and long numbers get lost, codes become dates, day and month are swapped; with such values it would be a different customer.",
        example: "`789` in a `rejected.csv` that was edited and saved in Excel; the run's row has `00789`.",
        fix: "Nothing; edit `results.xlsx`, where this cannot happen. If the value was changed on purpose, `--of-run none` takes the file as it is.",
    }
    PERHAPS_LOST = Warning "V131" "value-perhaps-shortened" {
        what: "The row comes from a result file, and its code, postal code or phone number may have lost its leading characters.",
        why: "Spreadsheet programs read `00789` in a text file as the number 789 and save that.",
        example: "`789` as the ExternalCode in a saved `rejected.csv` that is in a different folder from the one the run wrote it to.",
        fix: "Compare it with your list. `--of-run RUN` compares the file with the run that wrote it and restores what was lost.",
    }
    LETTERS_REPLACED = Warning "V132" "letters-replaced" {
        what: "A value of a result file has different letters from the run that wrote it: without accents, or wrong ones.",
        why: "Programs save text files in encodings that lack some letters, and replace them without asking.",
        example: "`Lódz` in a saved `rejected.csv`; the run's row has `Łódź`.",
        fix: "Type it as it should be in `results.xlsx`, or save the file as \"CSV UTF-8\"; nothing, if it was changed on purpose.",
    }
}
