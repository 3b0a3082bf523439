//! Family `R`, 001 to 199: reading text files and finding the table in any rows.

catalogue! {
    EMPTY = Error "R001" "input-empty" {
        what: "The file holds no rows.",
        why: "There is nothing to import, and an export that came out empty is usually a mistake.",
        example: "a file of 0 bytes, or of blank lines only",
        fix: "Export the list again and look at it before importing.",
    }

    NO_HEADER = Warning "R002" "header-missing" {
        what: "The first row already holds data; the table has no header row.",
        why: "Columns are recognised by their names; without names it is not clear which column is which.",
        example: "`Acme Ltd,12/03/2026,DE` as the first row of the file",
        fix: "Insert a row with column names above the data, or give the header's row with --header-row.",
    }

    NO_CUSTOMERS = Error "R003" "no-customers" {
        what: "The table has a header and no rows below it.",
        why: "There is nothing to import: a template that was not filled in or not saved, or an export that came out empty.",
        example: "`Name,Level,Country` and nothing else",
        fix: "Fill in a row for each customer and save the file; name the sheet with --sheet if the customers are in another one.",
    }

    NO_ROW_COUNTS = Note "R004" "no-row-counts" {
        what: "All rows of the table are left out.",
        why: "There is nothing to import: a filter may leave out more than intended.",
        example: "`leave_out = \"Status = Active\"` where every customer is active",
        fix: "Check the filters: each is listed with the number of its rows.",
    }

    EMPTY_AS_MEANT = Note "R005" "empty-as-meant" {
        what: "The list holds no customers, which --allow-empty accepts.",
        why: "An export that came out empty is usually a mistake; here the options allow it.",
        example: "`Name,Level,Country` and nothing else, with `allow_empty = true` in the profile",
        fix: "Nothing, if this is intended; otherwise remove --allow-empty.",
    }

    ENCODING_GUESSED = Warning "R010" "encoding-guessed" {
        what: "The file does not say how its characters are encoded, and it is not UTF-8; the encoding was guessed.",
        why: "A wrong guess turns letters with accents into other letters, and those end up in customers' names.",
        example: "`Müller` saved by an old program as Windows-1252",
        fix: "Look at the names with `preview`; if they are wrong, give the encoding with --encoding, or save the file as \"CSV UTF-8\".",
    }

    DAMAGED_TEXT = Error "R011" "bytes-damaged" {
        what: "The row holds bytes that are not valid text in the file's encoding.",
        why: "The intended text can only be guessed, and a customer's name should not be a guess.",
        example: "one line pasted from another program into a UTF-8 file: `M\u{fc}ller` as the single byte FC",
        fix: "Type the marked cell again and save the file as \"CSV UTF-8\".",
    }

    NUL_REMOVED = Warning "R012" "nul-removed" {
        what: "The file holds NUL characters; they were left out.",
        why: "NUL is not text; it comes from a broken export or a full disk.",
        example: "`Acme\\0\\0 Ltd`",
        fix: "Export the file again if cells look shortened.",
    }

    DIALECT_GUESSED = Warning "R020" "dialect-guessed" {
        what: "The file is written with an unusual delimiter or unusual quotes, which were guessed.",
        why: "A wrong delimiter splits cells or joins them.",
        example: "`Acme||Berlin||DE`",
        fix: "Look at the rows with `preview`; if cells are split, give the delimiter with --delimiter.",
    }

    STRAY_QUOTE = Error "R021" "stray-quote" {
        what: "A quotation mark opens a cell and is never closed; it was read as an ordinary character.",
        why: "Read literally, it would swallow every row that follows; which text it should enclose is not known.",
        example: "`\"Acme Ltd,Berlin,DE`",
        fix: "Remove the quotation mark, or close it at the end of the cell.",
    }

    QUOTE_INSIDE = Warning "R022" "quote-inside" {
        what: "A quotation mark inside a quoted cell is not doubled; it was read as an ordinary character.",
        why: "Programs disagree about such cells.",
        example: "`\"Acme \"The Best\" Ltd\",Berlin`",
        fix: "Double quotation marks that belong to the text: `\"Acme \"\"The Best\"\" Ltd\"`.",
    }

    QUOTES_REPAIRED = Warning "R023" "quotes-repaired" {
        what: "The row has the right number of cells only if its quotation marks are not read strictly by the CSV rules.",
        why: "The repair is a guess; check the row.",
        example: "`\"Desk, 24\"\",Berlin` for `\"Desk, 24\"\"\",Berlin`",
        fix: "Look at the row with `preview`; double quotation marks that belong to the text.",
    }

    DELIMITER_GUESSED = Note "R024" "delimiter-guessed" {
        what: "The rows are uneven; the usual delimiter that fits them best was used.",
        why: "A wrong delimiter splits cells or joins them; a usual one is seldom wrong.",
        example: "Three lines of notes with commas above ten rows with semicolons.",
        fix: "Nothing, if `preview` shows the rows correctly; otherwise give the delimiter with --delimiter.",
    }

    LINES_UNWRAPPED = Warning "R025" "lines-unwrapped" {
        what: "Whole lines of the file are in quotation marks; their content was read as the row.",
        why: "A spreadsheet program opened the file in one column and saved it again; a row that was changed in between may be split.",
        example: "`\"Acme,Berlin,\"\"DE\"\"\"` for `Acme,Berlin,\"DE\"`",
        fix: "Look at the rows with `preview`; better, export the list again and import that file.",
    }

    DELIMITER_UNSURE = Error "R026" "delimiter-unsure" {
        what: "The delimiter is not certain: it is a space or a character that also occurs in the texts, or the rows are uneven.",
        why: "A wrong split would turn parts of names into customers; nothing is sent on a guess.",
        example: "`Customer City` above `Alder Bonn`",
        fix: "Look at the rows with `preview` and give the delimiter with --delimiter; if each line is one name, give a character that occurs in none of them.",
    }

    ROW_SHORT = Error "R030" "row-short" {
        what: "The row has fewer cells than the header.",
        why: "A delimiter is missing, so the cells after it are in the wrong columns.",
        example: "`Acme Ltd,Berlin` below `Name,City,Country`",
        fix: "Add the missing cells (empty ones keep their delimiter).",
    }

    ROW_LONG = Error "R031" "row-long" {
        what: "The row has more cells than the header.",
        why: "A cell that holds the delimiter is not quoted, so the cells after it are in the wrong columns.",
        example: "`Smith, Jones & Co,Berlin,DE` below `Name,City,Country`",
        fix: "Put quotation marks around the cell that holds the delimiter.",
    }

    ROW_LONG_EMPTY = Note "R032" "row-long-empty" {
        what: "The row has more cells than the header; the cells beyond it are empty and were left out.",
        why: "Usually harmless; but if a delimiter was typed twice, the row's cells have moved to the right.",
        example: "`Acme Ltd,Berlin,DE,,` below `Name,City,Country`",
        fix: "Check that the row's values are in the right columns, and remove the surplus delimiters.",
    }

    ROW_CUT_OTHERWISE = Error "R033" "delimiter-changes" {
        what: "The row uses a different delimiter from the rows above it.",
        why: "Lists with different delimiters were put together; its cells are joined or in the wrong columns.",
        example: "`Beta;AT;Wien` in a list of one column",
        fix: "Write all rows with the same delimiter, or put the parts into separate files.",
    }

    LISTS_PASTED = Error "R034" "lists-pasted" {
        what: "Another list of customers with its own header begins further down or is above.",
        why: "Its columns are in a different order, so its rows would be read wrongly or be missing.",
        example: "`Customer;Town;Country` in row 40 of a list that began with `Name;Country;City`",
        fix: "Put each list into a separate file or sheet.",
    }

    TABLE_BESIDE = Warning "R035" "table-beside" {
        what: "Columns that belong to another table beside the list were left out.",
        why: "They say nothing about the customers in those rows.",
        example: "a legend of states in two of ten rows, behind an empty column",
        fix: "Nothing, if it is another table; if a column belongs to the list, say so with --map.",
    }

    COLUMNS_APART = Error "R036" "columns-apart" {
        what: "Columns are separated from the list by an empty column, and it is not certain that they belong to it.",
        why: "If they were another table, customers would get values that are beside them by chance.",
        example: "`State` behind an empty column, filled in three of four rows",
        fix: "Decide with --map: `--map \"State=-\"` leaves the column out, `--map \"State=State\"` takes it.",
    }

    COLUMNS_BEHIND = Note "R038" "columns-behind" {
        what: "Columns after an empty column are read as part of the list.",
        why: "If they were another table, customers would get values that are beside them by chance.",
        example: "`Name,Country,,City,Phone` with every row filled on both sides",
        fix: "Nothing, if they belong to the list; otherwise leave them out with --map, or delete them.",
    }

    OTHER_HEADER = Error "R039" "other-header" {
        what: "The row belongs to a different header from the one used to read the list.",
        why: "Its cells may be in the wrong columns; it is kept so that it appears in the result files.",
        example: "`Beta;Wien;AT` below `Customer;Town;Country` in a list that began with `Name;Country;City`",
        fix: "Put it into a file with its own header; or, in a result file, move its cells under the right columns and delete the code R039 from its cell.",
    }

    FILLED_IN_ADVANCE = Note "R037" "filled-in-advance" {
        what: "Rows without a name that hold only prefilled values were left out.",
        why: "Check boxes, zeros of formulas, running numbers and defaults do not make a customer.",
        example: "`,,FALSE` below the last customer",
        fix: "Nothing; if one of them is a customer, fill in its name.",
    }

    ABOVE_HEADER = Warning "R040" "rows-above-header" {
        what: "Rows above the header were left out.",
        why: "They are taken for a title or notes; if they were customers, those would be missing.",
        example: "`Customer list 2026` above `Name,City,Country`",
        fix: "If the header is another row, say so with --header-row.",
    }

    HEADER_JOINED = Warning "R041" "header-joined" {
        what: "The header was taken from more than one row; the names were joined.",
        why: "Joined names decide which column goes to which field.",
        example: "`Address,Address` above `City,Country`",
        fix: "If only one of the rows is the header, say which with --header-row.",
    }

    HEADER_REPEATED = Note "R042" "header-repeated" {
        what: "The header stands again further down; that row was left out.",
        why: "It is not a customer; it comes from page breaks or from files that were put together.",
        example: "`Name,City,Country` as row 51",
        fix: "Nothing, if the rows around it belong together.",
    }

    HEADER_SPLIT = Warning "R043" "header-split" {
        what: "The header uses a different delimiter from the rows; it was split accordingly.",
        why: "The names of the columns were found by a guess.",
        example: "`Name City Country` above `Acme Ltd,Berlin,DE`",
        fix: "Write the header with the same delimiter as the rows.",
    }

    HEADER_SHORT = Warning "R044" "header-short" {
        what: "The rows have more columns than the header has names; the surplus columns have no name.",
        why: "Columns without a name are not imported.",
        example: "`Name,City` above rows of three cells",
        fix: "Give every column a name.",
    }

    LINE_BELOW_HEADER = Warning "R045" "line-below-header" {
        what: "A row of rules, types, marks, technical names, descriptions or examples was left out.",
        why: "It describes the columns and is not a customer.",
        example: "`varchar(255);int` below `Name;Customer No`",
        fix: "Nothing, if that is right; if it is a customer, fill in another value.",
    }

    LINE_BELOW_HEADER_UNSURE = Error "R046" "line-below-header-unsure" {
        what: "The row below the header may describe the columns rather than be a customer.",
        why: "A guess could create a customer that is none, or lose one.",
        example: "`Name of the customer;Bonn` below `Name;City`",
        fix: "Delete the row if it describes the columns; otherwise write the customer's name differently.",
    }

    TOTAL_ROW = Warning "R050" "total-left-out" {
        what: "A row of totals was left out.",
        why: "It is no customer.",
        example: "`Total,,83`",
        fix: "Nothing, if it is one; otherwise change the first cell.",
    }

    NOTE_ROW = Warning "R051" "note-left-out" {
        what: "A note below the table was left out.",
        why: "It is no customer.",
        example: "`* prices without VAT` below the last row",
        fix: "Nothing, if it is one; otherwise fill more of the row's cells.",
    }

    SECTION_ROW = Warning "R052" "section-left-out" {
        what: "A row with a single filled cell between full rows was taken for a section heading and left out: the cell is not the name, or is written like a heading.",
        why: "It is not a customer; if it were, it would be missing.",
        example: "`Region North:` between rows of six filled cells",
        fix: "Nothing, if it is one; otherwise fill more of the row's cells.",
    }

    SECOND_TABLE = Warning "R053" "second-table" {
        what: "A second table begins further down; it was left out.",
        why: "One table is read at a time; its rows are not imported.",
        example: "a blank row, then `Invoice,Amount` and rows of two cells",
        fix: "Put the second table into a separate file if it should be imported.",
    }

    LONELY_NAME = Error "R055" "name-alone" {
        what: "A row between or right below full rows holds a name and nothing else.",
        why: "It may be a customer whose other cells were forgotten, or a section heading; that is not guessed.",
        example: "`Germany,,,` between rows of four filled cells",
        fix: "Fill in another cell of the row if it is a customer; delete the row if it is a heading.",
    }

    TOTAL_UNSURE = Error "R056" "total-unsure" {
        what: "The row may be a total, a count or a note, or a customer of that name.",
        why: "A guess could create a customer that is none, or lose one.",
        example: "`Total North,,3` in a list with countries",
        fix: "Delete the row if it is a total; fill in another cell (country, city) if it is a customer.",
    }

    BELOW_BAR = Error "R057" "below-a-title" {
        what: "The row is below a heading that says that its rows are no longer customers, or should not be imported.",
        why: "Former customers would be created and billed.",
        example: "`Old Mill Ltd` below `Former customers:`",
        fix: "Delete the rows; if they should be imported, delete the heading above them.",
    }

    BLANK_ROWS = Note "R054" "blank-rows" {
        what: "Blank rows inside the table were left out.",
        why: "They are not customers; a blank row often ends one part of a list.",
        example: "`,,,,` between two customers",
        fix: "Nothing, if the rows around them belong together.",
    }

    RUN_UNREADABLE = Warning "R060" "run-not-readable" {
        what: "The file is among the results of a run whose journal cannot be read, so its values cannot be compared with what the run read.",
        why: "Damage that a spreadsheet program did to codes, postal codes and phone numbers is not detected.",
        example: "a `rejected.csv` of a run whose journal was written by a newer version",
        fix: "Compare codes, postal codes and phone numbers with your list, or run the fixed list itself.",
    }

    RUN_WITHOUT_ROWS = Warning "R061" "run-of-other-rows" {
        what: "No row of the file is one of the run that it is compared with.",
        why: "Nothing could be compared: another run wrote the file, or all names were changed.",
        example: "`--of-run` with the run of another list",
        fix: "Name the run that wrote the file; `partner-import runs` lists the runs.",
    }
}
