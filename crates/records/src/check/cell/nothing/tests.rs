//! Tests of `nothing`.

use super::*;

proptest::proptest! {
    #![proptest_config(crate::seeded(512))]
    #[test]
    fn what_is_ordinary_is_what_may_not_be_nothing(text in "[-+=0-9a-zA-Z()./#\\\\ é„Ж:]{1,33}") {
        proptest::prop_assert_eq!(is_ordinary(&text), !may_be_nothing(&text));
    }
}

fn code(field: Field, text: &str) -> &'static str {
    assert_eq!(is_ordinary(text), !may_be_nothing(text), "{text:?}");
    if !may_be_nothing(text) {
        return "";
    }
    problem(field, text).map_or("", |problem| problem.rule.code)
}

fn all(code_expected: &str, field: Field, texts: &[&str]) {
    for text in texts {
        assert_eq!(code(field, text), code_expected, "{field} {text:?}");
    }
}

#[test]
fn what_programs_write_for_nothing_is_an_empty_cell() {
    let nulls = [
        "\\N",
        "NULL",
        "null",
        "(null)",
        "<null>",
        "[null]",
        "{null}",
        "<NULL>",
        "nil",
        "NaN",
        "nan",
        "NaT",
        "<NA>",
        "undefined",
        "(none)",
        "<none>",
        "DBNull",
    ];
    for field in [
        Field::PhoneNumber,
        Field::City,
        Field::ExternalCode,
        Field::Parent,
        Field::Level,
    ] {
        all("V107", field, &nulls);
    }
    all("V106", Field::Name, &nulls);
}

#[test]
fn what_people_write_for_nothing_is_no_value_and_no_name() {
    let words = [
        "n/a",
        "N/A",
        "n.a.",
        "n. a.",
        "N\\A",
        "-",
        "--",
        "\u{2013}",
        "\u{2014}",
        "___",
        "...",
        "?",
        "===",
        "0",
        "0.0",
        "0000",
        "unknown",
        "Unbekannt",
        "DESCONOCIDO",
        "нет данных",
        "НЕТ ДАННЫХ",
        "k. A.",
        "k.A.",
        "n.v.t.",
        "TBD",
        "t.b.d.",
        "xxxxx",
        "(unknown)",
        "*none*",
        "--none--",
        "[leer]",
        "#n/a",
        "<unbekannt>",
        "keine Angabe",
    ];
    all("V107", Field::PhoneNumber, &words);
    all("V107", Field::City, &words);
    for field in [Field::Name, Field::ExternalCode, Field::Parent] {
        all("V106", field, &words);
    }
}

#[test]
fn what_may_be_a_name_is_doubted() {
    let words = [
        "none", "None", "NA", "x", "XX", "keine", "Ninguno", "brak", "нет", "無",
    ];
    all("V119", Field::City, &words);
    all("V119", Field::Name, &words);
    all("V107", Field::PhoneNumber, &words);
    all("V119", Field::City, &["Nan"]);
}

#[test]
fn words_for_nothing_leave_out_what_nothing_hangs_on() {
    for field in [
        Field::Flags,
        Field::TrialExpirationTime,
        Field::BillingContactPersonId,
    ] {
        all("V107", field, &["n/a", "-", "none", "unknown", "NULL"]);
        all("", field, &["0"]);
    }
    for field in [
        Field::Level,
        Field::State,
        Field::Country,
        Field::LocationId,
    ] {
        all("", field, &["n/a", "-", "none", "unknown"]);
        all("V107", field, &["NULL", "\\N"]);
    }
    all("", Field::Name, &["N.D.", "S.D.", "N.B."]);
}

#[test]
fn types_are_no_names() {
    all(
        "V122",
        Field::Name,
        &[
            "varchar(255)",
            "VARCHAR2(80 CHAR)",
            "nvarchar(max)",
            "decimal(10,2)",
            "string",
            "Text",
            "int",
        ],
    );
    all(
        "V122",
        Field::Name,
        &["NVARCHAR(200) NOT NULL", "char(8) null"],
    );
    all("V122", Field::ExternalCode, &["char(8)"]);
    assert!(are_types(["object", "int64", "date"].into_iter()));
    assert!(!are_types(["object", "Bonn"].into_iter()));
    all("", Field::ExternalCode, &["INT", "TEXT"]);
    all("", Field::City, &["Text", "varchar(255)"]);
}

#[test]
fn values_are_no_placeholders() {
    for field in [
        Field::Name,
        Field::City,
        Field::ExternalCode,
        Field::PhoneNumber,
    ] {
        all(
            "",
            field,
            &[
                "Nancy",
                "Nationale",
                "N1",
                "Nilsson",
                "X-Ray",
                "Xerox",
                "x2",
                "(555) 123-4567",
                "+49 30 1",
                "030 120",
                "00012",
                "O2",
                "#4711",
                "„Sonne“",
                "'s-Hertogenbosch",
                "Leer GmbH",
                "Unknown Pleasures Ltd",
                "Acme (2)",
                "Interior (50)",
                "TBD Media",
                "Null & Partner",
                ".NET Ltd",
                "@Home",
                "3M",
                "1001",
                "100",
            ],
        );
    }
    all("", Field::PostState, &["NA", "N.D.", "SD", "X"]);
    all("V119", Field::PostState, &["none"]);
}
