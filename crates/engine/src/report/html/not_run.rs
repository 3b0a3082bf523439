//! What stands on top of a page of an earlier run, where a later one never began.

use std::path::Path;

use super::escape::Html;
use crate::report::file::write_file;

const BEGIN: &str = "<!-- not run -->";
const END: &str = "<!-- /not run -->\n";
/// What the page's own content begins with.
const MAIN: &str = "<main id=\"main\">\n";

/// Puts it there, in the place of an earlier one. A file that is no such page stays as it is.
pub(in crate::report) fn put(page: &Path, first: &str, rest: &str) {
    let Ok(text) = std::fs::read_to_string(page) else {
        return;
    };
    if let Some(text) = with(&text, first, rest) {
        let _ = write_file(page, text.as_bytes());
    }
}

fn with(page: &str, first: &str, rest: &str) -> Option<String> {
    let (head, main) = page.split_once(MAIN)?;
    let main = match main
        .strip_prefix(BEGIN)
        .and_then(|main| main.split_once(END))
    {
        Some((_, main)) => main,
        None => main,
    };
    Some(format!(
        "{head}{MAIN}{BEGIN}<section class=\"undo frame\" role=\"alert\"><p><b>{}</b></p><p>{}</p></section>{END}{main}",
        Html(first),
        Html(rest)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_the_only_one() {
        let page = format!("<html>{MAIN}<h1>x</h1>");
        let once = with(&page, "a < b", "c").expect("a page");
        assert!(
            once.contains("<b>a &lt; b</b>") && once.ends_with("<h1>x</h1>"),
            "{once}"
        );
        let twice = with(&once, "later", "c").expect("a page");
        assert!(
            twice.contains("<b>later</b>") && !twice.contains("a &lt; b"),
            "{twice}"
        );
        assert_eq!(with("no page", "a", "c"), None);
    }
}
