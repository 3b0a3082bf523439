//! Family `R`, 001 to 199: reading text files and finding the table in any rows.

catalogue! {
    EMPTY = Error "R001" "input-empty" {
        what: "The file holds no row at all.",
        why: "There is nothing to import, and an export that came out empty is usually a mistake.",
        example: "a file of 0 bytes, or of blank lines only",
        fix: "Export the list again and look at it before importing.",
    }

    NO_HEADER = Warning "R002" "header-missing" {
        what: "The first row already holds data; the table has no header row.",
        why: "Columns are recognised by their names; without names nobody can tell which column is which.",
        example: "`Acme Ltd,12/03/2026,DE` as the first row of the file",
        fix: "Insert a row with column names above the data, or say with --header-row which row holds them.",
    }

    NO_CUSTOMERS = Error "R003" "no-customers" {
        what: "The table has a header and no rows below it.",
        why: "There is nothing to import: a template that was not filled in or not saved, or an export that came out empty.",
        example: "`Name,Level,Country` and nothing else",
        fix: "Fill in a row for each customer and save the file; name the sheet with --sheet if the customers stand in another one.",
    }

    NO_ROW_COUNTS = Note "R004" "no-row-counts" {
        what: "All rows of the table are left out, so none counts.",
        why: "There is nothing to import: a filter may say more than it is meant to.",
        example: "`leave_out = \"Status = Active\"` where every customer is active",
        fix: "Look at the filters: each is named beside it with the number of its rows.",
    }

    EMPTY_AS_MEANT = Note "R005" "empty-as-meant" {
        what: "There is no customer in the list, which --allow-empty lets pass.",
        why: "An export that came out empty is usually a mistake; here somebody said that it may be.",
        example: "`Name,Level,Country` and nothing else, with `allow_empty = true` in the profile",
        fix: "Nothing, where it is meant; else leave --allow-empty out.",
    }

    ENCODING_GUESSED = Warning "R010" "encoding-guessed" {
        what: "The file does not say how its characters are encoded, and it is not UTF-8; the encoding was guessed.",
        why: "A wrong guess turns letters with accents into other letters, and those end up in customers' names.",
        example: "`Müller` saved by an old program as Windows-1252",
        fix: "Look at the names with `preview`; if they are wrong, say the encoding with --encoding, or save the file as \"CSV UTF-8\".",
    }

    DAMAGED_TEXT = Error "R011" "bytes-damaged" {
        what: "The row holds bytes that are no text in the file's encoding.",
        why: "What the bytes meant can only be guessed; the name of a customer should not be a guess.",
        example: "one line pasted from another program into a UTF-8 file: `M\u{fc}ller` as the single byte FC",
        fix: "Type the marked cell again and save the file as \"CSV UTF-8\".",
    }

    NUL_REMOVED = Warning "R012" "nul-removed" {
        what: "The file holds NUL characters; they were left out.",
        why: "NUL is no text; it comes from a broken export or a disk that was full.",
        example: "`Acme\\0\\0 Ltd`",
        fix: "Export the file again if cells look shortened.",
    }

    DIALECT_GUESSED = Warning "R020" "dialect-guessed" {
        what: "The file is written with an unusual delimiter or unusual quotes, which were guessed.",
        why: "A wrong delimiter tears cells apart or glues them together.",
        example: "`Acme||Berlin||DE`",
        fix: "Look at the rows with `preview`; if cells are torn apart, say the delimiter with --delimiter.",
    }

    STRAY_QUOTE = Error "R021" "stray-quote" {
        what: "A quotation mark opens a cell and is never closed; it was read as an ordinary character.",
        why: "Read as it stands it would swallow every row behind it; which text it was to enclose is not known.",
        example: "`\"Acme Ltd,Berlin,DE`",
        fix: "Remove the quotation mark, or close it at the end of the cell.",
    }

    QUOTE_INSIDE = Warning "R022" "quote-inside" {
        what: "A quotation mark stands inside a quoted cell without being doubled; it was read as an ordinary character.",
        why: "Programs disagree about such cells.",
        example: "`\"Acme \"The Best\" Ltd\",Berlin`",
        fix: "Double quotation marks that belong to the text: `\"Acme \"\"The Best\"\" Ltd\"`.",
    }

    QUOTES_REPAIRED = Warning "R023" "quotes-repaired" {
        what: "The row only has its proper number of cells when its quotation marks are read differently from the rule.",
        why: "The row was repaired by a guess; it should be looked at.",
        example: "`\"Desk, 24\"\",Berlin` for `\"Desk, 24\"\"\",Berlin`",
        fix: "Look at the row with `preview`; double quotation marks that belong to the text.",
    }

    DELIMITER_GUESSED = Note "R024" "delimiter-guessed" {
        what: "The rows are uneven; of the usual delimiters the one that fits them best was taken.",
        why: "A wrong delimiter tears cells apart or glues them together; a usual one is seldom wrong.",
        example: "Three lines of notes with commas above ten rows with semicolons.",
        fix: "Nothing, if `preview` shows the rows as they should be; else say the delimiter with --delimiter.",
    }

    LINES_UNWRAPPED = Warning "R025" "lines-unwrapped" {
        what: "Lines of the file are quoted as a whole; what stands inside was read as the row.",
        why: "A spreadsheet program opened the file in one column and saved it again; a row that was changed in between may be torn.",
        example: "`\"Acme,Berlin,\"\"DE\"\"\"` for `Acme,Berlin,\"DE\"`",
        fix: "Look at the rows with `preview`; better, export the list again and import that file.",
    }

    DELIMITER_UNSURE = Error "R026" "delimiter-unsure" {
        what: "What separates the cells is not certain: a space or a sign that stands in texts as well, or the rows are uneven.",
        why: "A wrong cut makes customers of parts of names; nothing is sent on a guess.",
        example: "`Customer City` above `Alder Bonn`",
        fix: "Look at the rows with `preview` and say the delimiter with --delimiter; where each line is one name, give one that occurs in none of them.",
    }

    ROW_SHORT = Error "R030" "row-short" {
        what: "The row has fewer cells than the header.",
        why: "A delimiter is missing, so the cells behind it stand in the wrong columns.",
        example: "`Acme Ltd,Berlin` below `Name,City,Country`",
        fix: "Add the missing cells (empty ones keep their delimiter).",
    }

    ROW_LONG = Error "R031" "row-long" {
        what: "The row has more cells than the header.",
        why: "A cell that holds the delimiter is not quoted, so the cells behind it stand in the wrong columns.",
        example: "`Smith, Jones & Co,Berlin,DE` below `Name,City,Country`",
        fix: "Put quotation marks around the cell that holds the delimiter.",
    }

    ROW_LONG_EMPTY = Note "R032" "row-long-empty" {
        what: "The row has more cells than the header; the cells beyond it are empty and were left out.",
        why: "Usually harmless; if a delimiter was typed twice the row's cells have moved to the right.",
        example: "`Acme Ltd,Berlin,DE,,` below `Name,City,Country`",
        fix: "Check that the row's values stand in the right columns, and remove the surplus delimiters.",
    }

    ROW_CUT_OTHERWISE = Error "R033" "delimiter-changes" {
        what: "The row holds another delimiter than the rows above it.",
        why: "Lists with different delimiters were put together; its cells are glued together or stand in the wrong columns.",
        example: "`Beta;AT;Wien` in a list of one column",
        fix: "Write all rows with the same delimiter, or put the parts into files of their own.",
    }

    LISTS_PASTED = Error "R034" "lists-pasted" {
        what: "Another list of customers with a header of its own begins further down or stands above.",
        why: "Its columns stand in another order, so its rows would be read wrongly or be missing.",
        example: "`Customer;Town;Country` in row 40 of a list that began with `Name;Country;City`",
        fix: "Put each list into a file, or a sheet, of its own.",
    }

    TABLE_BESIDE = Warning "R035" "table-beside" {
        what: "Columns that belong to another table beside the list were left out.",
        why: "They say nothing about the customers in whose rows they stand.",
        example: "a legend of states in two of ten rows, behind an empty column",
        fix: "Nothing, if it is another table; if a column belongs to the list, say so with --map.",
    }

    COLUMNS_APART = Error "R036" "columns-apart" {
        what: "Columns stand apart from the list, behind an empty column, and it is not certain whether they belong to it.",
        why: "Were they another table, customers would get what stands beside them by chance.",
        example: "`State` behind an empty column, filled in three of four rows",
        fix: "Say it with --map: `--map \"State=-\"` leaves the column out, `--map \"State=State\"` takes it.",
    }

    COLUMNS_BEHIND = Note "R038" "columns-behind" {
        what: "Columns behind an empty column are read as part of the list.",
        why: "Were they another table, customers would get what stands beside them by chance.",
        example: "`Name,Country,,City,Phone` with every row filled on both sides",
        fix: "Nothing, if they belong to the list; else leave them out with --map, or delete them.",
    }

    OTHER_HEADER = Error "R039" "other-header" {
        what: "The row belongs to another header than the one the list is read by.",
        why: "Its cells may stand under the wrong columns; it is kept so that it is in the result files.",
        example: "`Beta;Wien;AT` below `Customer;Town;Country` in a list that began with `Name;Country;City`",
        fix: "Put it into a file with its own header; or, in a result file, move its cells under the right columns and delete the code R039 from its cell.",
    }

    FILLED_IN_ADVANCE = Note "R037" "filled-in-advance" {
        what: "Rows without a name that hold nothing but what was filled in in advance were left out.",
        why: "Check boxes, zeros of formulas, running numbers and defaults make no customer.",
        example: "`,,FALSE` below the last customer",
        fix: "Nothing; were one of them a customer, fill in its name.",
    }

    ABOVE_HEADER = Warning "R040" "rows-above-header" {
        what: "Rows above the header were left out.",
        why: "They are taken for a title or notes; were they customers, those would be missing.",
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
        why: "It is no customer; it comes from printing in pages or from files that were put together.",
        example: "`Name,City,Country` as row 51",
        fix: "Nothing, if the rows around it belong together.",
    }

    HEADER_SPLIT = Warning "R043" "header-split" {
        what: "The header is written with another delimiter than the rows; it was cut accordingly.",
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
        why: "It says something about the columns and is no customer.",
        example: "`varchar(255);int` below `Name;Customer No`",
        fix: "Nothing, if it is one; else fill in another value.",
    }

    LINE_BELOW_HEADER_UNSURE = Error "R046" "line-below-header-unsure" {
        what: "The row below the header may describe the columns rather than be a customer.",
        why: "Neither is to be guessed: the one would create a customer that is none, the other lose one.",
        example: "`Name of the customer;Bonn` below `Name;City`",
        fix: "Delete the row if it describes the columns; else give the customer's name another form.",
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
        what: "A row with a single filled cell between full rows was taken for a section's title and left out: the cell is not the name, or is written like a heading.",
        why: "It is no customer; were it one, it would be missing.",
        example: "`Region North:` between rows of six filled cells",
        fix: "Nothing, if it is one; otherwise fill more of the row's cells.",
    }

    SECOND_TABLE = Warning "R053" "second-table" {
        what: "A second table begins further down; it was left out.",
        why: "One table is read at a time; its rows are not imported.",
        example: "a blank row, then `Invoice,Amount` and rows of two cells",
        fix: "Put the second table into a file of its own if it is to be imported.",
    }

    LONELY_NAME = Error "R055" "name-alone" {
        what: "A row between or right below full rows holds a name and nothing else.",
        why: "It may be a customer whose other cells were forgotten, or a section's title; neither is to be guessed.",
        example: "`Germany,,,` between rows of four filled cells",
        fix: "Fill in another cell of the row if it is a customer; delete the row if it is a title.",
    }

    TOTAL_UNSURE = Error "R056" "total-unsure" {
        what: "The row may be a total, a count or a note, or a customer of that name.",
        why: "Neither is to be guessed: the one would create a customer that is none, the other lose one.",
        example: "`Total North,,3` in a list with countries",
        fix: "Delete the row if it is a total; fill in another cell (country, city) if it is a customer.",
    }

    BELOW_BAR = Error "R057" "below-a-title" {
        what: "The row stands below a title that says that its rows are no customers any more, or are not to be imported.",
        why: "Customers that are gone would be created, and billed.",
        example: "`Old Mill Ltd` below `Former customers:`",
        fix: "Delete the rows; if they are to be imported, delete the title above them.",
    }

    BLANK_ROWS = Note "R054" "blank-rows" {
        what: "Blank rows inside the table were left out.",
        why: "They are no customers; a blank row often ends one part of a list.",
        example: "`,,,,` between two customers",
        fix: "Nothing, if the rows around them belong together.",
    }

    RUN_UNREADABLE = Warning "R060" "run-not-readable" {
        what: "The file lies among the results of a run whose journal cannot be read, so its values cannot be compared with what the run has read.",
        why: "What a spreadsheet program did to codes, postal codes and phone numbers is not found out.",
        example: "a `rejected.csv` of a run whose journal was written by a newer version",
        fix: "Compare codes, postal codes and phone numbers with your list, or run the mended list itself.",
    }

    RUN_WITHOUT_ROWS = Warning "R061" "run-of-other-rows" {
        what: "No row of the file is one of the run that it is compared with.",
        why: "Nothing could be compared: another run wrote the file, or the names were all changed.",
        example: "`--of-run` with the run of another list",
        fix: "Name the run that wrote the file; `partner-import runs` lists the runs.",
    }
}
