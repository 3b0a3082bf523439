//! Tests of `errors`.

use super::*;

fn error(json: &str) -> ServerError {
    serde_json::from_str::<ErrorObject>(json).unwrap().into()
}

#[test]
fn the_services_number_is_in_data() {
    let seen = error(
        r#"{"code":-32603,"data":2100,"message":"Unknown partner/username or bad password"}"#,
    );
    assert_eq!((seen.number, seen.code), (2100, -32603));
    assert_eq!(meaning(&seen), Meaning::BadCredentials);
}

#[test]
fn the_code_serves_where_data_is_missing() {
    assert_eq!(
        meaning(&error(r#"{"code":13501,"message":"x"}"#)),
        Meaning::Forbidden
    );
    assert_eq!(
        meaning(&error(r#"{"code":-32603,"message":"x"}"#)),
        Meaning::Unclear
    );
    assert_eq!(
        meaning(&error(r#"{"code":-32602,"message":"x"}"#)),
        Meaning::Refused
    );
    assert_eq!(error(r#"{"data":"2115"}"#).number, 2115);
}

#[test]
fn unknown_numbers_are_read_by_their_words() {
    let cases = [
        ("Visa is inconsistent/corrupted.", Meaning::VisaRefused),
        (
            "Service is unavailable due to maintenance",
            Meaning::Unavailable,
        ),
        (
            "Partner with the same name already exists",
            Meaning::NameTaken,
        ),
        ("Something else", Meaning::Refused),
        ("Maintenance Crew Ltd: invalid", Meaning::Refused),
        (
            "The visa is in the name: Visa is not a bank",
            Meaning::Refused,
        ),
    ];
    for (message, expected) in cases {
        let error = ServerError {
            number: 99_999,
            code: -32603,
            message: message.into(),
        };
        assert_eq!(meaning(&error), expected, "{message}");
    }
}
