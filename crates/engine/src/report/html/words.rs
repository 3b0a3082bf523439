//! How the page writes numbers, moments, icons and names.

use std::fmt;

use super::escape::Html;
use crate::model::number::counted;
pub(super) use crate::model::phrase::sentence;
use crate::model::{Severity, rules};
use crate::report::Status;
use crate::report::time::rfc3339;

/// The shapes that icons use, as SVG symbols with ids.
pub const SHAPES: &str = include_str!("shapes.svg");

/// A number with its thousands apart: `1,733`.
pub(super) struct Grouped(pub(super) u64);

impl fmt::Display for Grouped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.char_indices() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                out.write_str(",")?;
            }
            write!(out, "{digit}")?;
        }
        Ok(())
    }
}

/// `1 row`, `1,733 rows`.
pub(super) fn rows(count: u64) -> String {
    counted(count, "row")
}

/// A moment in UTC; the page's script writes it in its reader's own time.
pub(super) fn moment(unix_ms: i64) -> String {
    let exact = rfc3339(unix_ms);
    format!("<time datetime=\"{exact}\">{} UTC</time>", minute(&exact))
}

/// `2026-01-02 03:04` of an RFC 3339 moment.
pub(super) fn minute(exact: &str) -> String {
    exact.get(..16).unwrap_or(exact).replace('T', " ")
}

/// A shape; the word that it stands for is beside it.
pub(super) fn icon(name: &str) -> String {
    format!(
        "<svg class=\"i\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>"
    )
}

/// The shape of a status.
pub(super) fn shape(status: Status) -> &'static str {
    match status {
        Status::Created => "ok",
        Status::Exists => "same",
        Status::Updated => "differ",
        Status::Failed => "no",
        Status::Invalid => "err",
        Status::Blocked => "hold",
        Status::Unknown => "ask",
        Status::Pending => "wait",
    }
}

/// Text in HTML, the names of result files as links to the files beside the page.
pub(super) fn with_links(text: &str) -> String {
    const FILES: [&str; 4] = ["results.xlsx", "rejected.csv", "results.csv", "removed.csv"];
    let mut html = Html(text).to_string();
    for file in FILES {
        html = html.replace(file, &format!("<a href=\"{file}\">{file}</a>"));
    }
    html
}

/// Text in HTML, with what stands between two backticks as code.
pub(super) fn with_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return Html(text).to_string();
    }
    let texts = parts.into_iter().enumerate();
    let texts = texts.map(|(place, part)| {
        if place.is_multiple_of(2) {
            Html(part).to_string()
        } else {
            format!("<code>{}</code>", Html(part))
        }
    });
    texts.collect()
}

/// Whether a rule's code stands for a warning or a note, which keep no row back.
pub(super) fn is_remark(code: &str) -> bool {
    rules::find(code).is_some_and(|rule| rule.severity != Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_apart() {
        let shown = [0, 12, 999, 1_000, 50_000, 1_234_567].map(|count| Grouped(count).to_string());
        assert_eq!(shown, ["0", "12", "999", "1,000", "50,000", "1,234,567"]);
        assert_eq!((rows(1), rows(1000)), ("1 row".into(), "1,000 rows".into()));
    }

    #[test]
    fn what_stands_between_backticks_is_code_and_still_text() {
        assert_eq!(
            with_code("`<b>` or `KP`."),
            "<code>&lt;b&gt;</code> or <code>KP</code>."
        );
        assert_eq!(with_code("one ` alone"), "one ` alone");
    }

    #[test]
    fn every_status_has_a_shape() {
        for status in Status::ALL {
            assert!(SHAPES.contains(&format!("\"i-{}\"", shape(status))));
        }
    }
}
