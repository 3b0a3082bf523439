//! Cells that a spreadsheet program would run as a formula: made harmless on the way out, restored
//! exactly on the way in.
//!
//! The writer puts one `'` before a cell that begins with `=`, `+`, `-`, `@`, TAB or CR, and before
//! a cell that begins with `'` followed by one of these or by another `'`, so that the reader can
//! tell its own mark from the user's.

use std::borrow::Cow;

/// The cell as it is written to a CSV file.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if starts_dangerously(text) || is_marked(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The cell as it was before [`neutralise`]; to be used on files that this program wrote only.
pub fn restore(text: &str) -> Cow<'_, str> {
    if is_marked(text) {
        Cow::Borrowed(&text[1..])
    } else {
        Cow::Borrowed(text)
    }
}

fn starts_dangerously(text: &str) -> bool {
    matches!(
        text.as_bytes().first(),
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')
    )
}

fn is_marked(text: &str) -> bool {
    text.strip_prefix('\'')
        .is_some_and(|rest| starts_dangerously(rest) || rest.starts_with('\''))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_get_one_mark() {
        let written: Vec<Cow<'_, str>> = [
            "=1+1",
            "+43 1 234",
            "-",
            "@x",
            "\tx",
            "Acme",
            "'90s",
            "'=x",
            "''",
            "'",
            "",
        ]
        .iter()
        .map(|text| neutralise(text))
        .collect();
        assert_eq!(
            written,
            [
                "'=1+1",
                "'+43 1 234",
                "'-",
                "'@x",
                "'\tx",
                "Acme",
                "'90s",
                "''=x",
                "'''",
                "'",
                ""
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..ProptestConfig::default()
        })]

        #[test]
        fn what_was_neutralised_is_restored(text in "['=+@\t\r\\-a]{0,6}") {
            let written = neutralise(&text);
            prop_assert!(!starts_dangerously(&written));
            prop_assert_eq!(restore(&written).into_owned(), text);
        }
    }
}
