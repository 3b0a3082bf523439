//! Rules of one cell's text (V100 to V199): names, references, contacts, and what programs did to
//! them on the way.

use super::Rule;

/// Rules whose diagnostics suggest the mended cell: what `check --fix` may write into its copy.
/// (Lost digits and codes turned into dates are found as well, but nothing brings them back.)
pub const MENDABLE: &[&Rule] = &[
    &CONTROL_CHARACTER,
    &ZEROS_LOST,
    &MOJIBAKE,
    &INVISIBLE_CHARACTER,
    &VALUE_RESTORED,
];

catalogue! {
    NAME_MISSING = Error "V101" "name-missing" {
        what: "The row has no name.",
        why: "The service refuses a customer without a name.",
        example: "A row whose Name cell is empty.",
        fix: "Fill in the name, or delete the row if it is no customer.",
    }
    NAME_TOO_LONG = Error "V102" "name-too-long" {
        what: "The name is longer than 255 characters.",
        why: "Longer names are cut or refused by what works with the tenant.",
        example: "A whole paragraph in the Name column.",
        fix: "Shorten the name.",
    }
    TEXT_TOO_LONG = Error "V103" "text-too-long" {
        what: "The value is longer than 4096 characters.",
        why: "No field of a customer holds that much; usually a stray quotation mark swallowed the rows behind it.",
        example: "A street address of 5000 characters.",
        fix: "Shorten the value, or look for an unclosed quotation mark in the file.",
    }
    CONTROL_CHARACTER = Error "V104" "control-character" {
        what: "The value holds a control character or a line break.",
        why: "It cannot be seen and breaks whatever shows or compares the value later.",
        example: "`Acme` and `Ltd` in one Name cell, with a line break between them.",
        fix: "Delete the character; in Excel CLEAN() does it.",
    }
    ERROR_CELL = Error "V105" "error-cell" {
        what: "The cell holds a spreadsheet error instead of a value.",
        why: "The formula behind it failed, so the value is unknown.",
        example: "`#N/A`",
        fix: "Mend the formula in the workbook, or empty the cell.",
    }
    PLACEHOLDER_IDENTITY = Error "V106" "placeholder-identity" {
        what: "The name, reference or parent is a word that stands for nothing.",
        why: "It would become a real customer of that name, or the same reference for many.",
        example: "`N/A` in the Name column.",
        fix: "Fill in the value, or empty the cell.",
    }
    PLACEHOLDER = Warning "V107" "placeholder" {
        what: "The value is a word that stands for nothing, and is sent as it is.",
        why: "The customer gets a phone number or a city called `N/A`.",
        example: "`n/a` in the PhoneNumber column.",
        fix: "Empty the cell.",
    }
    DIGITS_LOST = Error "V108" "digits-lost" {
        what: "The value is a number in exponent notation; its digits are lost.",
        why: "A spreadsheet program turned a long number into a rounded one; the original cannot be told from it.",
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
        what: "The postal code is shorter than the country's, as if leading zeros were lost.",
        why: "Spreadsheet programs drop the zeros in front of a number.",
        example: "`1067` as a postal code in Germany (Dresden is `01067`).",
        fix: "Put the zeros back.",
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
        fix: "Use the mended text that is suggested, or export the list again as UTF-8.",
    }
    TEXT_DAMAGED = Error "V113" "text-damaged" {
        what: "The value holds the replacement character, so a character of it is lost.",
        why: "The file was damaged when it was converted, or it is read in the wrong encoding.",
        example: "`M\u{fffd}ller`",
        fix: "Type the character again, export the list again, or read it with `--encoding`.",
    }
    INVISIBLE_CHARACTER = Warning "V114" "invisible-character" {
        what: "The value holds an invisible character or a no-break space.",
        why: "Two names that look the same are different ones then, and searching finds only one of them.",
        example: "`Acme Ltd` with a no-break space, copied from a web page.",
        fix: "Type the value again; the suggestion is without the character.",
    }
    WEBSITE_INVALID = Error "V120" "website-invalid" {
        what: "The value is no web address.",
        why: "The service keeps it as the customer's website, and links to it.",
        example: "`info@acme.example` in the WebsiteAddress column.",
        fix: "Write the address as `https://www.acme.example`, or empty the cell.",
    }
    PHONE_IMPLAUSIBLE = Warning "V121" "phone-implausible" {
        what: "The value does not look like a phone number.",
        why: "It is sent as it is, and nobody can call it.",
        example: "`ask Mrs Bell` in the PhoneNumber column.",
        fix: "Write the number, or empty the cell.",
    }
    VALUE_RESTORED = Warning "V130" "value-restored" {
        what: "A spreadsheet program changed the value when it saved a result file; the run that wrote the file knows it, and what it was is used.",
        why: "Leading zeros, plus signs and long numbers get lost, codes become dates, dates are turned around; sent so, the customer is another one.",
        example: "`789` in a `rejected.csv` that was mended and saved in Excel; the run's row has `00789`.",
        fix: "Nothing; mend `results.xlsx`, where this cannot happen. If the value was changed on purpose, `--of-run none` takes the file as it is.",
    }
    PERHAPS_LOST = Warning "V131" "value-perhaps-shortened" {
        what: "The row comes from a result file, and its code, postal code or phone number may have lost what stood in front of it.",
        why: "Spreadsheet programs read `00789` in a text file as the number 789 and save that.",
        example: "`789` as the ExternalCode in a saved `rejected.csv` that lies in another folder than the run wrote it into.",
        fix: "Compare it with your list. `--of-run RUN` compares the file with the run that wrote it and puts back what was lost.",
    }
    LETTERS_REPLACED = Warning "V132" "letters-replaced" {
        what: "A value of a result file has other letters than in the run that wrote it: those without accents, or wrong ones.",
        why: "Programs save text files in encodings that do not have all letters, and put others there without asking.",
        example: "`Lódz` in a saved `rejected.csv`; the run's row has `Łódź`.",
        fix: "Type it as it should be in `results.xlsx`, or save the file as \"CSV UTF-8\"; nothing, if it was changed on purpose.",
    }
}
