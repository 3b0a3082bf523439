//! Rules of what of a list counts (R350 to R379): known exports, row filters, value maps and mends.

catalogue! {
    EXPORT_RECOGNISED = Note "R350" "export-recognised" {
        what: "The list is an export of a known tool.",
        why: "What is known of it (columns, its own ids, rows that are not customers) is used only with `--export`.",
        example: "A list with the columns of Autotask's companies.",
        fix: "`--export auto` reads it as that export, `--export none` as it stands; `export = \"NAME\"` in the profile decides permanently.",
    }
    EXPORT_UNDECIDED = Error "R351" "export-undecided" {
        what: "The list is an export of a known tool, and holds rows that are most likely not customers.",
        why: "Vendors, former customers and the tool's own placeholders would become customers; leaving them out unasked would be a guess as well.",
        example: "An export of Autotask with vendors and inactive organizations.",
        fix: "`--export auto` leaves them out, `--export none` imports the list as it stands.",
    }
    EXPORT_ANOTHER = Error "R352" "export-of-another-tool" {
        what: "`--export` or the profile names a tool, but this is not its export: columns are missing.",
        why: "Columns and rows would be misread as those of another tool's export.",
        example: "`--export syncro` for a list without `business_name`.",
        fix: "Name the right tool, or give `--export auto` or `--export none`.",
    }
    CONDITION_WITHOUT_COLUMN = Error "R353" "condition-without-column" {
        what: "A row filter names a header that the table does not have, or that several columns have.",
        why: "The filter was written for another list, is misspelt, or does not say which column it means; continuing would import rows that it should have left out.",
        example: "`--leave-out \"Typ = Vendor\"` for a table with `Type`.",
        fix: "Correct the header in the filter; `preview FILE` shows the headers. `column:C` names one of several columns.",
    }
    ROWS_LEFT_OUT = Note "R354" "rows-left-out" {
        what: "Rows are left out by a filter, a known export, mends, or because only a part of the list is imported.",
        why: "They are not counted among the rows and are in no result file.",
        example: "Twelve rows for `--leave-out \"Type = Vendor\"`.",
        fix: "Nothing, if it is right; otherwise correct the filter.",
    }
    VALUE_UNMET = Note "R355" "value-unmet" {
        what: "An entry of `--value` or `[values]` is for a word that no cell holds.",
        why: "It may be misspelt, or be for other lists of the same profile.",
        example: "`--value \"Level:Endkude=EndCustomer\"` for a list with `Endkunde`.",
        fix: "Correct the word, or leave it as it is.",
    }
    MEND_STALE = Warning "R356" "mend-stale" {
        what: "An entry of the mends file was not applied, because the list no longer says what the entry expects.",
        why: "The list has changed since the mends file was written; overwriting a correction would be wrong.",
        example: "A fix of `Berln` to `Berlin` where the cell now holds `Hamburg`.",
        fix: "Look at the row, and remove the entry from the mends file or rewrite it.",
    }
    MEND_AMBIGUOUS = Error "R357" "mend-ambiguous" {
        what: "An entry of the mends file that is meant for one row fits several, or two entries change one cell differently.",
        why: "Choosing one would be a guess.",
        example: "`key = { Name = \"Acme\" }` for a list with two rows of that name.",
        fix: "Name more of the row's cells in the entry's `key`; of two entries for one cell, keep one.",
    }
    ROOT_OF_TOOL = Note "R358" "root-of-tool" {
        what: "All parents that are not in the list are one and the same id: the tool's own root. These rows are created below the default parent.",
        why: "The tool numbers its own company too; the tenant does not know that number.",
        example: "An export of N-central in which every customer's parent is 50.",
        fix: "Nothing, if it is right; otherwise give the parent with --set, or use --export none.",
    }
    EXPORT_VALUE_UNKNOWN = Warning "R359" "export-value-unknown" {
        what: "Columns that tell customers from other rows of a known export hold unknown values.",
        why: "Tools let their users choose the words. Rows with an unknown word count as customers, even if they are vendors or inactive.",
        example: "`Altlast` in the column `Organization Type` of Autotask's organizations.",
        fix: "Leave out those that are not customers, as the message shows: `--leave-out \"'Organization Type' = 'Altlast'\"`.",
    }
    EXPORT_FILTER_WITHOUT_COLUMN = Warning "R360" "export-filter-without-column" {
        what: "The list lacks columns that tell customers from other rows of a known export.",
        why: "Any vendors or inactive customers in the list count as customers.",
        example: "An export of Autotask without `Organization Type`.",
        fix: "Export the list with the columns that the message names, or make sure that it holds no such rows.",
    }
    EXPORT_NOT_RECOGNISED = Warning "R361" "export-not-recognised" {
        what: "`--export auto` was given for a list that is not a known export.",
        why: "The list is read as it stands: rows that are not customers, such as vendors, are not left out.",
        example: "`--export auto` for a list with the headers Name and Level.",
        fix: "Give `--export none` for an ordinary list; otherwise export it with all columns.",
    }
    EXPORT_NEARLY = Note "R362" "export-nearly" {
        what: "The list would be recognised as a known tool's export if it had one more column.",
        why: "It is read as an ordinary list: what is known of that export, such as which rows are not customers, is not used.",
        example: "A list of ConnectWise's companies without the column `Territory`.",
        fix: "Export the list with that column, or give `--export none`.",
    }
    FILTER_UNMET = Note "R363" "filter-unmet" {
        what: "A row filter matches no row of the list.",
        why: "It may be misspelt, compare a cell that holds TRUE with `yes`, or be for other lists of the same profile.",
        example: "`--leave-out \"Inactive = yes\"` for a list whose cells are TRUE and FALSE.",
        fix: "Correct what it compares with, or leave it as it is.",
    }
    ROWS_SAID_GONE = Warning "R364" "rows-said-inactive" {
        what: "A column that is not imported says of rows that they are no customers any more.",
        why: "The rows count as customers and would be created; leaving them out unasked would be a guess.",
        example: "A column `Status` with `Active` in 26 rows and `Inactive` in 5.",
        fix: "Leave them out, as the message shows: `--leave-out \"Status = Inactive\"`, or `leave_out` below `[rows]` in the profile. If they are customers, say that the column does not count: `--map \"Status=-\"`.",
    }
}
