//! Tests of `clean`.

use super::*;

fn check(field: Field, text: &str, code: &str, value: &str) {
    let found = cleaned(field, text, Decimals::Added);
    let found = found.map_or(String::new(), |(value, problem)| {
        format!("{} {value}", problem.rule.code)
    });
    assert_eq!(found, format!("{code} {value}").trim_end(), "{text:?}");
}

#[test]
fn what_cannot_be_seen_is_taken_out() {
    let name = |text, code, value| check(Field::Name, text, code, value);
    name("Acme\nLtd", "V104", "Acme Ltd");
    name("Acme_x000D_", "V104", "Acme");
    name("Acme_x000D_\nLtd", "V104", "Acme Ltd");
    name("Acme_x000a_Ltd", "V104", "Acme Ltd");
    name("_x0009_Acme", "V104", "Acme");
    name("Acme_x0041_Ltd", "", "");
    name("Acme_xy_x000D", "", "");
    name("Acme \r\n Ltd\r\n", "V104", "Acme Ltd");
    name("Acme\tLtd", "V104", "Acme Ltd");
    name("Reiher\u{b}Optik", "V104", "Reiher Optik");
    name("Acme\u{2028}Ltd", "V104", "Acme Ltd");
    name("Acme\u{0} Ltd", "V104", "Acme Ltd");
    name("Acme \u{1} Ltd", "V104", "Acme Ltd");
    name("P-1\u{1d}", "V104", "P-1");
    name("Acme\u{a0}Ltd", "V114", "Acme Ltd");
    name("\u{a0}Acme  Ltd \u{a0}", "V114", "Acme  Ltd");
    name("Acme\u{a0} Ltd", "V114", "Acme Ltd");
    name("Ac\u{200b}me", "V114", "Acme");
    name("\u{feff}Acme", "V114", "Acme");
    name("\u{202d}+44 1904\u{202c}", "V114", "+44 1904");
    name("\u{200f}שלום\u{200f}", "V114", "שלום");
    name("Acme\u{2009}Ltd", "V114", "Acme Ltd");
    name("Ac\u{ad}me", "V114", "Acme");
    name("Ac\u{200d}me", "V114", "Acme");
}

#[test]
fn lines_of_an_address_become_one() {
    for (text, value) in [
        ("Hof 3\nHaus B\nLinks", "Hof 3, Haus B, Links"),
        ("2 Quay,\r\nFloor 4", "2 Quay, Floor 4"),
        ("2 Quay\n, Floor 4", "2 Quay, Floor 4"),
        ("2 Quay; \n\n Floor 4\n", "2 Quay; Floor 4"),
        ("Gasse 5\t", "Gasse 5"),
        ("Gasse 5\n\tTop 3", "Gasse 5, Top 3"),
        ("\nGasse 5", "Gasse 5"),
    ] {
        check(Field::Address, text, "V104", value);
    }
    check(Field::City, "Wien\nMitte", "V104", "Wien Mitte");
    check(Field::Flags, "HasCustomBranding\nCanInvoiceOthers", "", "");
}

#[test]
fn marks_for_spreadsheet_programs_are_taken_off() {
    let code = |text, value| check(Field::ExternalCode, text, "V116", value);
    code("=\"00012\"", "00012");
    code("=\"\"01010\"\"", "01010");
    code("\"=\"\"01010\"\"\"", "01010");
    code("= \"00012\"", "00012");
    code("=T(\"00012\")", "00012");
    code("=(\"00012\")", "00012");
    code("'00456", "00456");
    code("'00456'", "00456");
    code("'+8", "+8");
    code("'=\"00012\"", "00012");
    code("\u{2019}0456", "0456");
    check(
        Field::Name,
        "=\"Smith \"\"A\"\" Ltd\"",
        "V116",
        "Smith \"A\" Ltd",
    );
    check(Field::Name, "'@Dogwood", "V116", "@Dogwood");
    check(Field::City, "'Dresden", "V116", "Dresden");
    check(Field::Name, "'Dogwood Ltd", "V116", "Dogwood Ltd");
    for text in [
        "'90s Bar",
        "'s-Hertogenbosch",
        "'T Hof",
        "'Round Midnight",
        "'Ewa Beach",
        "'Dogwood' Ltd",
        "'t Hof",
        "'n' Roll",
        "'",
        "=Acme",
        "\"Acme\"",
    ] {
        check(Field::Name, text, "", "");
    }
    check(Field::City, "'s-Hertogenbosch", "", "");
    check(Field::Name, "=\"a\"&\"b\"", "", "");
}

#[test]
fn added_decimals_are_taken_off() {
    check(Field::ZipCode, "1067.0", "V117", "1067");
    check(Field::PhoneNumber, "493012345678.0", "V117", "493012345678");
    check(Field::ExternalCode, "1001,0", "V117", "1001");
    check(Field::ExternalCode, "=\"1001.0\"", "V117", "1001");
    check(Field::ExternalCode, "v1.0", "", "");
    check(Field::PhoneNumber, "0431.55.00", "", "");
    let of = |field, values: &[&str]| decimals_of(field, values.iter().copied());
    assert_eq!(
        of(Field::ExternalCode, &["1001.0", "", "K7"]),
        Decimals::Added
    );
    assert_eq!(
        of(Field::ExternalCode, &["1.0", "1.1", "1.2"]),
        Decimals::Kept
    );
    assert_eq!(of(Field::Name, &["1.0", "2.0"]), Decimals::Kept);
    assert_eq!(of(Field::Parent, &["1001.0"]), Decimals::Added);
}

#[test]
fn content_stays() {
    for text in [
        "Acme Ltd",
        " Acme  Ltd ",
        "Zoë’s – Café",
        "東京　商事",
        "می\u{200c}خواهم",
        "MÃ\u{a0}ller",
        "",
        "\u{a0}\u{200b}",
    ] {
        check(Field::Name, text, "", "");
    }
}
