//! What to do next, with the files that lie beside the page.

use std::fmt::Write;

use super::escape::Html;
use super::words::{icon, with_links};
use crate::report::facts::Facts;
use crate::report::next::{Next, told};
use crate::report::workbook;

/// The sections. Where nothing is left to do, the top of the page has said so.
pub(super) fn section(out: &mut String, facts: &Facts, next: &[Next]) {
    if next.is_empty() {
        files(out, facts);
        return;
    }
    out.push_str(
        "<div class=\"two\"><section aria-labelledby=\"next-title\">\n<h2 id=\"next-title\">What to do next</h2>\n<ol class=\"steps\">\n",
    );
    for (step, word) in told(next) {
        let _ = writeln!(
            out,
            "<li><p>{word}, {}:</p><div class=\"command\"><code>{}</code><button type=\"button\" class=\"btn copy\" hidden>Copy</button></div></li>",
            with_links(&step.why),
            Html(&step.command())
        );
    }
    out.push_str("</ol>\n");
    if facts.undo.is_none() && facts.counts.rejected_for_good() > 0 && workbook::fits(facts) {
        let words = "Cells on this page are those of the list. In results.xlsx, ID and ImportStatus can stand \
                     beside the name and move what is behind them; its own notes and messages name its cells.";
        let _ = writeln!(out, "<p class=\"quiet\">{}</p>", with_links(words));
    }
    out.push_str("</section>\n");
    files(out, facts);
    out.push_str("</div>\n");
}

/// The other result files, each with what it is for.
fn files(out: &mut String, facts: &Facts) {
    let mut files = Vec::new();
    if facts.undo.is_some() {
        files.push((
            "removed.csv",
            "file",
            "what became of each customer in the undo",
        ));
    }
    if workbook::fits(facts) {
        files.push((
            "results.xlsx",
            "sheet",
            "your list with the new IDs and what became of each row",
        ));
    }
    if facts.counts.rejected() > 0 {
        files.push(("rejected.csv", "file", "only the rows that did not make it"));
    }
    files.push(("results.csv", "file", "every row, as text"));
    out.push_str("<section aria-labelledby=\"files-title\">\n<h2 id=\"files-title\">Files beside this page</h2>\n<ul class=\"files\">\n");
    for (name, shape, what) in files {
        let _ = writeln!(
            out,
            "<li>{}<span><a href=\"{name}\">{name}</a><small>{what}</small></span></li>",
            icon(shape)
        );
    }
    out.push_str("</ul>\n</section>\n");
}
