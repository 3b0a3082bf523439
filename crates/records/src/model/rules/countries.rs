//! Rules of one cell's country (V400 to V499). A wrong country puts a customer's backups on the
//! wrong continent, so nothing is accepted that is not certain.

catalogue! {
    COUNTRY_UNKNOWN = Error "V401" "country-unknown" {
        what: "The value is not the name or code of any known country.",
        why: "The storage location follows from the country and cannot easily be corrected later.",
        example: "`Atlantis`",
        fix: "Write the ISO code (`DE`) or the country's name.",
    }
    COUNTRY_MISSPELT = Error "V402" "country-misspelt" {
        what: "The value is close to a country's name, but is not one.",
        why: "Correcting it silently could choose the wrong country.",
        example: "`Germny`",
        fix: "Use the suggestion if it is right.",
    }
    COUNTRY_AMBIGUOUS = Error "V403" "country-ambiguous" {
        what: "The value fits several countries.",
        why: "The storage location follows from the country and cannot easily be corrected later.",
        example: "`Korea`",
        fix: "Write which one: `KR` or `KP`.",
    }
    COUNTRY_IS_REGION = Error "V404" "country-is-region" {
        what: "The value is a region of several countries.",
        why: "The service needs one country.",
        example: "`Europe`",
        fix: "Write the country.",
    }
    COUNTRY_FORMER = Error "V405" "country-former" {
        what: "The value is a country that no longer exists.",
        why: "Its successors have different storage locations.",
        example: "`Yugoslavia`",
        fix: "Write today's country.",
    }
    COUNTRY_CONTRADICTION = Error "V406" "country-contradiction" {
        what: "The value names two different countries.",
        why: "One of them is wrong, and it is not known which.",
        example: "`Austria (AU)`",
        fix: "Write one country.",
    }
    COUNTRY_IS_PART = Error "V407" "country-is-part" {
        what: "The value is a state, province or city, not a country; the message names its country.",
        why: "The service needs the country; the cell may belong to another column.",
        example: "`New York`",
        fix: "Write the country, and the province in PostState.",
    }
    COUNTRY_DIALLING_CODE = Error "V408" "country-dialling-code" {
        what: "The value is a dialling code.",
        why: "Dialling codes look like the numeric codes of other countries: 43 calls Austria, 040 is Austria.",
        example: "`+43`",
        fix: "Write the ISO code (`AT`) or the country's name.",
    }
    COUNTRY_WITHOUT_CODE = Error "V409" "country-without-code" {
        what: "The country has no ISO code.",
        why: "The service accepts only ISO codes.",
        example: "`Kosovo`",
        fix: "Ask the vendor which country to give, and write its code.",
    }
    COUNTRY_PLACEHOLDER = Error "V410" "country-placeholder" {
        what: "The value is a word for a missing country.",
        why: "An empty cell leaves the location to the parent customer; a word could be misread (NA is Namibia).",
        example: "`N/A`",
        fix: "Empty the cell, or write the country.",
    }
    COUNTRY_NA_UNCLEAR = Error "V411" "country-na-unclear" {
        what: "The value is `NA` in a column whose other cells are mostly names of countries.",
        why: "`NA` is Namibia's code, and short for \"not available\"; among names of countries, either is possible.",
        example: "`NA` below `Germany` and `Austria`",
        fix: "Write `Namibia`, or empty the cell. In a column of two-letter codes `NA` is Namibia.",
    }
}
