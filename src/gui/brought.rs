//! What a list that is brought is called where it is kept.

use crate::model::printable;

/// What the name of a list may have, in bytes: its results are named after it, with more behind.
const LONGEST_NAME: usize = 120;
/// Names that are no files on Windows.
const DEVICES: [&str; 10] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "lpt1", "lpt2", "lpt3",
];

/// A name for a file of ours: without whatever a system takes for something else.
pub(super) fn file_name(asked: &str) -> String {
    let last = asked.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless = |letter: char| {
        if letter.is_alphanumeric() || " .-_()+,&".contains(letter) {
            letter
        } else {
            '_'
        }
    };
    let clean: String = printable(last).chars().map(harmless).collect();
    let clean = shortened(clean.trim().trim_matches('.').trim());
    let stem = clean.split('.').next().unwrap_or_default();
    let is_device = DEVICES.iter().any(|one| one.eq_ignore_ascii_case(stem));
    if clean.is_empty() || is_device {
        return format!("list {clean}").trim().to_owned();
    }
    clean
}

/// The name, no longer than a system takes: in bytes, of which a letter may have four. It keeps its ending.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let ending = name.rfind('.').filter(|at| name.len() - at <= 8);
    let (stem, ending) = name.split_at(ending.unwrap_or(name.len()));
    let fits = |end: &usize| stem.is_char_boundary(*end);
    let end = (0..=LONGEST_NAME - ending.len()).rev().find(fits);
    let end = end.unwrap_or_default();
    format!("{}{ending}", stem[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_comes_from_the_page_is_no_path() {
        for (asked, name) in [
            ("Kunden 2026.xlsx", "Kunden 2026.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\a.csv", "a.csv"),
            ("..", "list"),
            ("", "list"),
            ("a\u{0}b:c|d.csv", "a_b_c_d.csv"),
            ("nul.csv", "list nul.csv"),
            (
                &*format!("{}.xlsx", "顧".repeat(200)),
                &*format!("{}.xlsx", "顧".repeat(38)),
            ),
            (&*"顧".repeat(60), &*"顧".repeat(40)),
        ] {
            let made = file_name(asked);
            assert!(!made.contains(['/', '\\', '\0', ':']), "{made}");
            if asked != "a\u{0}b:c|d.csv" {
                assert_eq!(made, name, "{asked}");
            }
        }
    }
}
