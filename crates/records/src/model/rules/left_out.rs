//! Rules of what the file leaves to the server (V900 to V999): said once per file, because money
//! and data residency hang on it; and of a file that leaves nothing to send.

catalogue! {
    STATE_LEFT_OUT = Warning "V901" "state-left-out" {
        what: "Rows do not say if the customer is on trial or in production; the service decides.",
        why: "InProduction is billed, InTrial expires. Which one the service chooses is not documented.",
        example: "A table without a State column.",
        fix: "Fill in State, or give it for all: `--default State=InTrial`.",
    }
    COUNTRY_LEFT_OUT = Warning "V902" "country-left-out" {
        what: "Rows have neither a country nor a storage location; the parent's location is used.",
        why: "The storage location follows from it and cannot easily be corrected later.",
        example: "A table without Country, DeviceCountry and LocationId.",
        fix: "Fill in Country, or give it for all: `--default Country=DE`.",
    }
    ALL_IMPORTED = Warning "V904" "all-rows-have-ids" {
        what: "Every row has an ID, which means that it was imported before; none is sent.",
        why: "Lists of other tools have an ID column too, and their numbers are not the tenant's.",
        example: "A column `ID` with 1, 2, 3 beside a `ParentId`, in a list from a PSA.",
        fix: "If the numbers are another tool's, keep them as the external code: `--map \"id=ExternalCode\"`.",
    }
    LEVEL_MISSING = Error "V906" "level-missing" {
        what: "Rows do not say the customer's level; they are not sent.",
        why: "The level decides what the customer may do, and no customer was ever seen being created without one.",
        example: "A table without a Level column, or with empty cells in it.",
        fix: "Fill in Level, or give it for all: `--default Level=EndCustomer`. `--default Level=derive` derives it from the parent's level: Site below an EndCustomer, otherwise EndCustomer.",
    }
    LEVEL_DERIVED = Note "V907" "level-derived" {
        what: "Rows get their level from their parent's, as `--default Level=derive` asks.",
        why: "If the parent is not in the list, only the tenant knows its level: use `plan`, or `check --tenant`.",
        example: "A row without a parent, which goes below the customer that you log in under.",
        fix: "Nothing; `plan` shows the levels. To fix one in advance, fill in Level.",
    }
}
