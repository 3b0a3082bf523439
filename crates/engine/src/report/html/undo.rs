//! What the page says of a run that was undone: first that it was, then what became of whom.

use std::fmt::Write;

use super::escape::Html;
use super::words::{Grouped, moment};
use crate::report::facts::Facts;
use crate::report::undo_facts::UndoFacts;

/// Customers that stay and are named on the page.
const MOST_KEPT: usize = 20;

/// The section; empty when nobody has begun to undo the run.
pub(super) fn section(facts: &Facts) -> String {
    let Some(undo) = &facts.undo else {
        return String::new();
    };
    let how = match undo.state.finished_ms {
        Some(at_ms) => format!("This run was undone, finished {}", moment(at_ms)),
        None => format!(
            "The undo of this run was begun {} and is not finished",
            moment(undo.state.begun_ms)
        ),
    };
    let mut out = format!(
        "<section class=\"undo frame\" aria-labelledby=\"undo-title\">\n<h2 id=\"undo-title\">Undone since</h2>\n\
         <p>{how}. Of {}:</p>\n<ul>\n",
        undo.counts.of_run()
    );
    for (status, count) in undo.counts.some() {
        let meaning = status.meaning();
        let _ = writeln!(
            out,
            "<li><b>{}</b> {status} <span class=\"quiet\">({meaning})</span></li>",
            Grouped(count)
        );
    }
    out.push_str(
        "</ul>\n<p><a href=\"removed.csv\">removed.csv</a> has every customer of the undo.</p>\n",
    );
    kept(&mut out, undo);
    out.push_str("</section>\n");
    out
}

/// Those that stay, and why.
fn kept(out: &mut String, undo: &UndoFacts) {
    let staying = || undo.fates.iter().filter(|fate| !fate.status.is_done());
    let count = staying().count();
    if count == 0 {
        return;
    }
    out.push_str(match undo.counts.changed {
        0 => "<h3>Not removed</h3>\n<ul>\n",
        _ => "<h3>Not removed, or not taken back</h3>\n<ul>\n",
    });
    for fate in staying().take(MOST_KEPT) {
        let _ = writeln!(
            out,
            "<li>row {}, ID {}: {} {} <bdi>{}</bdi></li>",
            fate.number,
            fate.id,
            fate.status,
            Html(&fate.code),
            Html(&fate.message)
        );
    }
    if count > MOST_KEPT {
        let _ = writeln!(
            out,
            "<li>and {} more in removed.csv</li>",
            count - MOST_KEPT
        );
    }
    out.push_str("</ul>\n");
}
