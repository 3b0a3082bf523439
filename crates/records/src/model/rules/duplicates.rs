//! Rules of values that occur twice (D100 to D199).

catalogue! {
    NAME_TWICE = Error "D101" "name-twice" {
        what: "An earlier row has the same name and the same parent.",
        why: "The service wants unique names; the second customer would be refused, or is the first one again.",
        example: "Two rows `Acme Ltd`, both below `North`.",
        fix: "Delete one of the rows, or give it a different name.",
    }
    NAME_TWICE_ELSEWHERE = Warning "D102" "name-twice-elsewhere" {
        what: "An earlier row has the same name below another parent.",
        why: "Names are most likely unique across the whole service, but that is not documented for certain: the row is sent, and the service may refuse it.",
        example: "`Main Office` below `Acme`, and `Main Office` below `Zenith`.",
        fix: "Make the names unique, for instance `Acme - Main Office`.",
    }
    NAME_NEARLY_TWICE = Warning "D103" "name-nearly-twice" {
        what: "An earlier row's name differs only in case, spaces, invisible characters or how accents are written.",
        why: "It is probably the same customer, and would be created twice.",
        example: "`Acme Ltd` and `ACME  Ltd`.",
        fix: "Delete one of the rows if they are the same customer.",
    }
    EXTERNAL_CODE_TWICE = Error "D104" "external-code-twice" {
        what: "An earlier row has the same ExternalCode.",
        why: "The code is how a customer is recognised again; two customers cannot share it.",
        example: "Two rows with the code `CWM:1478`.",
        fix: "Correct one of the codes, or delete the row that is the same customer.",
    }
    ID_TWICE = Error "D105" "id-twice" {
        what: "An earlier row has the same ID.",
        why: "An ID belongs to one customer; one of the rows carries the wrong one.",
        example: "Two rows with the ID `55806`.",
        fix: "Empty or correct the ID of one of the rows.",
    }
}
