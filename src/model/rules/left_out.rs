//! Rules of what the file leaves to the server (V900 to V999): said once per file, because money
//! and data residency hang on it; and of a file that leaves nothing to send.

catalogue! {
    STATE_LEFT_OUT = Warning "V901" "state-left-out" {
        what: "Rows do not say whether the customer is on trial or in production; the server decides.",
        why: "InProduction is billed, InTrial expires. Which one the server chooses is not documented.",
        example: "A table without a State column.",
        fix: "Fill in State, or give it for all: `--default State=InTrial`.",
    }
    COUNTRY_LEFT_OUT = Warning "V902" "country-left-out" {
        what: "Rows have neither a country nor a storage location; the parent's location is used.",
        why: "Where backups are kept follows from it and cannot simply be corrected later.",
        example: "A table without Country, DeviceCountry and LocationId.",
        fix: "Fill in Country, or give it for all: `--default Country=DE`.",
    }
    LEVEL_LEFT_OUT = Warning "V903" "level-left-out" {
        what: "Rows do not say the customer's level; the server decides.",
        why: "The level decides what the customer may do. What the server chooses is not documented.",
        example: "A table without a Level column.",
        fix: "Fill in Level, or give it for all: `--default Level=EndCustomer`.",
    }
    ALL_IMPORTED = Warning "V904" "all-rows-have-ids" {
        what: "Every row has an ID, which means that it was imported before; none is sent.",
        why: "Lists of other tools have an ID column too, and their numbers are not the tenant's.",
        example: "A column `ID` with 1, 2, 3 beside a `ParentId`, in a list from a PSA.",
        fix: "If the numbers are another tool's, keep them as the external code: `--map \"id=ExternalCode\"`.",
    }
}
