//! Rules of the header row (R300 to R399): which column is which field.

catalogue! {
    NAME_COLUMN_MISSING = Error "R301" "name-column-missing" {
        what: "No column of the table is the customers' name.",
        why: "Every customer needs a name; if the column is not known, nothing can be sent.",
        example: "A header row `Nickname;Ort;Land`.",
        fix: "Rename the column to Name, or map it: `--map \"Nickname=Name\"`.",
    }
    HEADERS_COLLIDE = Error "R302" "headers-collide" {
        what: "Several columns stand for the same field and their cells differ.",
        why: "Choosing one would be a guess, and the guess would go to the tenant.",
        example: "`Customer` and `Company name`, filled with different names.",
        fix: "Say which one counts, `--map \"Customer=Name\"`, or leave the other one out, `--map \"Company name=-\"`. Columns with the same header are told apart by their letters: `--map column:B=Name`.",
    }
    HEADER_TWICE = Warning "R303" "header-twice" {
        what: "Several columns stand for the same field and hold the same cells; the first is used.",
        why: "Nothing is lost, but one of them may have been meant for something else.",
        example: "`Name` twice, with the same names below each.",
        fix: "Remove one of the columns.",
    }
    HEADER_AMBIGUOUS = Error "R304" "header-ambiguous" {
        what: "A header can mean several fields and the cells below it do not decide.",
        why: "`State` can be the customer's state (InTrial, InProduction) or a province; billing depends on the first.",
        example: "A column `State` filled with `Active`.",
        fix: "Say what it is: `--map \"State=State\"` or `--map \"State=PostState\"`.",
    }
    HEADER_MIXED = Error "R305" "header-mixed" {
        what: "The cells below an ambiguous header are of two kinds.",
        why: "Whichever field the column goes to, some of its cells would be wrong there.",
        example: "A column `State` with `InTrial` in row 2 and `TX` in row 3.",
        fix: "Split the column in two, State and PostState.",
    }
    HEADER_DECIDED = Warning "R306" "header-decided" {
        what: "A header can mean several fields; the cells below it decided.",
        why: "The decision is reported so that it can be corrected.",
        example: "A column `State` filled with `TX` and `CA` is taken for the province of the address.",
        fix: "If it is wrong, say what the column is with `--map`.",
    }
    HEADER_UNKNOWN = Warning "R307" "header-unknown" {
        what: "A column is not imported because its header is not known.",
        why: "The column is kept in the results, but nothing of it reaches the tenant.",
        example: "A header `Phonne`.",
        fix: "Correct the header, map it with `--map \"Phonne=PhoneNumber\"`, or leave it as it is.",
    }
    HEADER_UNUSED = Warning "R308" "header-unused" {
        what: "A column is not imported because another column fits its field better, and this one is a different kind of it.",
        why: "The column is kept in the results, but nothing of it reaches the tenant.",
        example: "`Mobile` beside a column `Phone`.",
        fix: "If this column is the right one, map it with `--map`.",
    }
    HEADER_EMPTY = Warning "R309" "header-empty" {
        what: "A column has cells but no header, and is not imported.",
        why: "It is not known what its cells mean.",
        example: "A fourth column of phone numbers below an empty header cell.",
        fix: "Give the column a header.",
    }
    HEADER_BY_TAIL = Note "R311" "header-by-last-words" {
        what: "The header is a field's name with words before it, above it or in brackets after it, and no other column is that field.",
        why: "The words around it say what the column belongs to, such as an address or a contact; if the customer has no other phone, that one is used.",
        example: "`Address City` for City, `Contact Phone` for PhoneNumber, `Phone` below the group `Contact`.",
        fix: "Nothing, if it is right; otherwise leave the column out or map it with --map.",
    }
    CELL_OVERRIDDEN = Warning "R312" "cell-overridden" {
        what: "A cell differs from the constant that `--set` or the profile gives every row.",
        why: "The constant is sent and the cell is not: if the cell was right, the customer is created wrongly.",
        example: "`Reseller` in row 2 of a column `Level`, with `--set Level=EndCustomer`.",
        fix: "Use `--default Level=EndCustomer`, which fills empty cells only, or correct the cell.",
    }
    MAP_WITHOUT_COLUMN = Error "R310" "map-without-column" {
        what: "`--map` names a header that the table does not have.",
        why: "The mapping was meant for another table or is misspelt; continuing would import the wrong columns.",
        example: "`--map \"Cleint Name=Name\"` for a table with `Client Name`.",
        fix: "Correct the header in the mapping; `preview FILE` shows the headers.",
    }
    PROFILE_WITHOUT_COLUMN = Note "R315" "profile-without-column" {
        what: "A profile maps a header that this list does not have.",
        why: "A profile may serve many lists, and not every list has every column; but if the header is misspelt, the column is not read as it should be.",
        example: "`\"Mobile\" = \"PhoneNumber\"` below `[map]`, and a list without a column `Mobile`.",
        fix: "Nothing, if the list is right; otherwise correct the header in the line of the profile that is named.",
    }
    HEADER_COUNTS_ROWS = Note "R313" "header-counts-rows" {
        what: "A first column without a header numbers the rows; it is left out.",
        why: "Programs add such numbers; they are not customers' codes and belong to no field.",
        example: "`0`, `1`, `2` below an empty header cell before `Name`.",
        fix: "Nothing. If the numbers are the customers' codes, give the column the header ExternalCode.",
    }
    HEADER_IDS = Error "R314" "header-ids-of-whom" {
        what: "A column of ids may be the tenant's or another tool's.",
        why: "Numbers of a PSA or RMM are other customers' ids in the tenant: the rows would be created below whichever customer happens to have the number.",
        example: "A column `Parent ID`, `parentid` or `customer.parentid`; only the exact spelling `ParentId` is taken as the tenant's.",
        fix: "Say which they are: `--map \"Parent ID=ParentId\"` for ids of the tenant, `--map \"Parent ID=Parent\"` for codes of customers of this list, `--map \"Parent ID=-\"` to leave the column out.",
    }
    HEADER_FILTERS = Note "R316" "header-filters" {
        what: "A column is not imported, but decides which rows are.",
        why: "A row filter, `--only` or `--leave-out`, asks what its cells say.",
        example: "A column `Status`, with `--leave-out \"Status = Inactive\"`.",
        fix: "Nothing, if it is right; otherwise correct the filter.",
    }
}
