//! Rules of what of a list counts (R350 to R379): known exports, row filters, value maps and mends.

catalogue! {
    EXPORT_RECOGNISED = Note "R350" "export-recognised" {
        what: "The list is an export of a known tool.",
        why: "What is known of it (columns, ids of its own, rows that are no customers) counts once `--export` says so.",
        example: "A list with the columns of Autotask's companies.",
        fix: "`--export auto` reads it as that export, `--export none` as it stands; `export = \"NAME\"` in the profile decides for good.",
    }
    EXPORT_UNDECIDED = Error "R351" "export-undecided" {
        what: "The list is an export of a known tool, and holds rows that most likely are no customers.",
        why: "Vendors, leavers and the tool's own placeholders would become customers; to leave them out without being asked to would be a guess as well.",
        example: "An export of Autotask with vendors and inactive organizations.",
        fix: "`--export auto` leaves them out, `--export none` imports the list as it stands.",
    }
    EXPORT_ANOTHER = Error "R352" "export-of-another-tool" {
        what: "`--export` or the profile names a tool whose export this is not: columns are missing.",
        why: "The columns and rows of another tool's export would be taken for what they are not.",
        example: "`--export syncro` for a list without `business_name`.",
        fix: "Name the right tool, or say `--export auto` or `--export none`.",
    }
    CONDITION_WITHOUT_COLUMN = Error "R353" "condition-without-column" {
        what: "A row filter names a header that the table does not have, or that stands above several columns.",
        why: "The filter was written for another list, is misspelt, or does not say which column it means; going on would import rows that it should have left out.",
        example: "`--leave-out \"Typ = Vendor\"` for a table with `Type`.",
        fix: "Correct the header in the filter; `preview FILE` shows the headers. Of several columns `column:C` names one.",
    }
    ROWS_LEFT_OUT = Note "R354" "rows-left-out" {
        what: "Rows are left out, as a filter, a known export, mends or a part of the list say.",
        why: "They are not counted among the rows and stand in no result file.",
        example: "Twelve rows for `--leave-out \"Type = Vendor\"`.",
        fix: "Nothing, if it is right; else correct the filter.",
    }
    VALUE_UNMET = Note "R355" "value-unmet" {
        what: "An entry of `--value` or `[values]` stands for a word that no cell holds.",
        why: "It may be misspelt, or be for other lists of the same profile.",
        example: "`--value \"Level:Endkude=EndCustomer\"` for a list with `Endkunde`.",
        fix: "Correct the word, or leave it as it is.",
    }
    MEND_STALE = Warning "R356" "mend-stale" {
        what: "An entry of the mends file does not count, because the list does not say any more what the entry expects.",
        why: "The list has changed since the mend was written; to write over what somebody has corrected would be wrong.",
        example: "A mend of `Berln` to `Berlin` where the cell now holds `Hamburg`.",
        fix: "Look at the row, and take the entry out of the mends file or write it anew.",
    }
    MEND_AMBIGUOUS = Error "R357" "mend-ambiguous" {
        what: "An entry of the mends file that is meant for one row fits several, or two entries make different things of one cell.",
        why: "Which of them is meant would be a guess.",
        example: "`key = { Name = \"Acme\" }` for a list with two rows of that name.",
        fix: "Name more of the row's cells in the entry's `key`; of two entries for one cell, keep one.",
    }
    ROOT_OF_TOOL = Note "R358" "root-of-tool" {
        what: "All parents that are no row of the list are one and the same id: the tool's own root. These rows are created below the default parent.",
        why: "The tool numbers its own company too; the tenant knows nothing of that number.",
        example: "An export of N-central in which every customer's parent is 50.",
        fix: "Nothing, if it is right; else say the parent with --set, or --export none.",
    }
    EXPORT_VALUE_UNKNOWN = Warning "R359" "export-value-unknown" {
        what: "Columns by which a known export's rows are told from customers hold values of which nothing is known.",
        why: "Tools let their users choose the words. Rows with a word that is not known count as customers, be they vendors or inactive.",
        example: "`Altlast` in the column `Organization Type` of Autotask's organizations.",
        fix: "Leave out those that are no customers, as the message shows: `--leave-out \"'Organization Type' = 'Altlast'\"`.",
    }
    EXPORT_FILTER_WITHOUT_COLUMN = Warning "R360" "export-filter-without-column" {
        what: "The list lacks columns by which rows of a known export are told from customers.",
        why: "Vendors or inactive customers that the list may hold count as customers.",
        example: "An export of Autotask without `Organization Type`.",
        fix: "Export the list with the columns that the message names, or make sure that it holds no such rows.",
    }
    EXPORT_NOT_RECOGNISED = Warning "R361" "export-not-recognised" {
        what: "`--export auto` was said of a list that is no known export.",
        why: "The list is read as it stands: rows that are no customers, such as vendors, are not left out.",
        example: "`--export auto` for a list with the headers Name and Level.",
        fix: "Say `--export none` for an ordinary list; else export it with all columns.",
    }
    EXPORT_NEARLY = Note "R362" "export-nearly" {
        what: "The list would be recognised as a known tool's export if it had one more column.",
        why: "It is read as an ordinary list: what is known of that export, such as which rows are no customers, does not count.",
        example: "A list of ConnectWise's companies without the column `Territory`.",
        fix: "Export the list with that column, or say `--export none`.",
    }
    FILTER_UNMET = Note "R363" "filter-unmet" {
        what: "A row filter fits no row of the list.",
        why: "It may be misspelt, compare a cell that holds TRUE with `yes`, or be for other lists of the same profile.",
        example: "`--leave-out \"Inactive = yes\"` for a list whose cells are TRUE and FALSE.",
        fix: "Correct what it compares with, or leave it as it is.",
    }
}
