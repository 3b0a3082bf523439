//! `country`: one answer a name, in order.

use super::desk::Desk;

#[test]
fn country_answers_each_name_in_order() {
    let desk = Desk::new();
    let names = ["Holland", "Korea", "Germny", "Atlantis"];
    let done = desk.run(&[&["country"][..], &names].concat()).exits(1);
    assert_eq!(done.out, "NL\t\n\tKR\n\tDE\n\t\n");
    desk.run(&["country", "Österreich", "gb"]).exits(0);
    let json = desk
        .run(&["country", "UK", "Korea", "--format", "json"])
        .exits(1)
        .json();
    assert_eq!(json[0]["country"], "GB");
    assert_eq!(json[1]["suggestions"], serde_json::json!(["KR", "KP"]));
}

#[test]
fn country_filters_lines_of_stdin() {
    let desk = Desk::new();
    let done = desk
        .run_with(&["country", "-"], "DE\r\n\nKorea\n  uk  \nAtlantis")
        .exits(0);
    assert_eq!(done.out, "DE\t\n\t\n\tKR\nGB\t\n\t\n");
}
