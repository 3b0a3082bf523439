//! The page from top to bottom.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::escape::{Html, policy_digest};
use super::rows::{self, Chosen, MOST_ROWS};
use super::{chart, problems, undo};
use crate::journal::Store;
use crate::model::left_out_shown;
use crate::report::facts::Facts;
use crate::report::file::NewFile;
use crate::report::next::{Next, told};
use crate::report::text::duration;
use crate::report::time::rfc3339;
use crate::report::timing::Timing;
use crate::report::{ReportError, Status, workbook};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the page.
pub fn write(
    facts: &Facts,
    store: &Store,
    next: &[Next],
    path: &Path,
) -> Result<PathBuf, ReportError> {
    let chosen = Chosen::of(facts.counts, MOST_ROWS);
    let timing = Timing::read(store)?;
    let mut file = NewFile::create(path)?;
    let mut out = String::new();
    head(&mut out, facts);
    out.push_str("<main>\n");
    out.push_str(&undo::section(facts));
    counts(&mut out, facts);
    steps(&mut out, facts, next);
    out.push_str(&problems::section(facts));
    tree(&mut out);
    table(&mut out, facts, chosen.len());
    out.push_str(&chart::section(&timing));
    about(&mut out, facts);
    out.push_str("</main>\n");
    foot(&mut out, facts);
    out.push_str("<script type=\"application/json\" id=\"data\">");
    let put = |file: &mut NewFile, text: &str| {
        let written = file.write_all(text.as_bytes());
        written.map_err(|source| file.failed(source))
    };
    put(&mut file, &out)?;
    rows::write(facts, store, chosen, &mut file)?;
    put(
        &mut file,
        &format!("</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"),
    )?;
    file.commit()
}

fn head(out: &mut String, facts: &Facts) {
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>Import {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#rows-title\">Skip to the rows</a>\n",
        policy_digest(STYLE),
        policy_digest(SCRIPT),
        Html(&facts.info.id),
    );
    out.push_str("<header>\n");
    if facts.is_sandbox() {
        out.push_str("<p class=\"banner\">SANDBOX: no real customer was created</p>\n");
    }
    let counts = facts.counts;
    let _ = write!(
        out,
        "<div class=\"title\">\n<h1>{} of {} customers are in the tenant</h1>\n\
         <p class=\"lead\">{}</p>\n\
         <p><bdi>{}</bdi>, run {}</p>\n\
         <button type=\"button\" id=\"theme\" hidden>Dark theme</button>\n</div>\n</header>\n",
        facts.in_the_tenant(),
        counts.rows,
        lead(facts),
        Html(&facts.info.input_path),
        Html(&facts.info.id),
    );
}

/// How the run ended and what is left, in a sentence or two.
fn lead(facts: &Facts) -> String {
    let counts = facts.counts;
    let rows = |count: u64| match count {
        1 => "1 row".to_owned(),
        _ => format!("{count} rows"),
    };
    let began = rfc3339(facts.info.started_ms);
    let (day, time) = (began.get(..10), began.get(11..16));
    let mut text = format!(
        "Begun {} at {} UTC, ",
        day.unwrap_or_default(),
        time.unwrap_or_default()
    );
    let took = facts.ended.map(|ended| ended.at_ms - facts.info.started_ms);
    let took = took.map(|took| duration(took.max(0).unsigned_abs()));
    text.push_str(if facts.finished {
        "finished"
    } else {
        "stopped before its end"
    });
    if let Some(took) = took {
        text.push_str(&format!(" after {took}"));
    }
    text.push_str(". ");
    if facts.undo.is_some() {
        return text;
    }
    let mut left = Vec::new();
    let to_mend = counts.failed + counts.invalid;
    for (count, words) in [
        (counts.pending, "still to be sent"),
        (counts.unknown, "sent without a known end"),
        (to_mend, "to be mended"),
        (counts.blocked, "waiting for one of these"),
    ] {
        if count > 0 {
            left.push(format!("{} {words}", rows(count)));
        }
    }
    text.push_str(&match left.as_slice() {
        [] if facts.finished => "Nothing is left to do.".to_owned(),
        [] => "The run is to be continued.".to_owned(),
        left => format!("Left: {}.", left.join(", ")),
    });
    text
}

fn counts(out: &mut String, facts: &Facts) {
    let counts = facts.counts;
    out.push_str("<section aria-labelledby=\"counts-title\">\n<h2 id=\"counts-title\">Rows by status</h2>\n<ul class=\"counts\">\n");
    for status in Status::ALL {
        let count = counts.get(status);
        let none = if count == 0 { " none" } else { "" };
        let _ = writeln!(
            out,
            "<li class=\"{status}{none}\"><strong>{count}</strong> {status}<small>{}</small></li>",
            status.meaning()
        );
    }
    out.push_str("</ul>\n<svg class=\"share\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let mut before = 0;
    for status in Status::ALL {
        let count = counts.get(status);
        if count > 0 {
            let place = |rows: u64| rows * 1000 / counts.rows.max(1);
            let (from, to) = (place(before), place(before + count));
            let width = (to - from).max(2);
            let _ = write!(
                out,
                "<rect class=\"{status}\" x=\"{from}\" y=\"0\" width=\"{width}\" height=\"10\"/>"
            );
            before += count;
        }
    }
    let mut sum = format!("{} rows =", counts.rows);
    for (place, (status, count)) in counts.terms().enumerate() {
        let sign = if place == 0 { "" } else { " +" };
        let _ = write!(sum, "{sign} {count} {status}");
    }
    let _ = writeln!(out, "</svg>\n<p class=\"sum\">{sum}</p>");
    if let Some(left_out) = left_out_shown(&facts.info.left_out) {
        let _ = writeln!(out, "<p>{}</p>", Html(&left_out));
    }
    out.push_str("</section>\n");
}

fn steps(out: &mut String, facts: &Facts, next: &[Next]) {
    out.push_str(
        "<section aria-labelledby=\"next-title\">\n<h2 id=\"next-title\">What to do next</h2>\n",
    );
    if next.is_empty() {
        out.push_str(if facts.undo.is_some() {
            "<p>Nothing: the run was undone.</p>\n"
        } else {
            "<p>Nothing: every row is in the tenant. The IDs are in results.csv and results.xlsx.</p>\n"
        });
    }
    for (step, word) in told(next) {
        let _ = writeln!(
            out,
            "<div class=\"step\"><p>{word}, {}:</p><div><code>{}</code><button type=\"button\" class=\"copy\" hidden>Copy</button></div></div>",
            Html(&step.why),
            Html(&step.command())
        );
    }
    out.push_str("</section>\n");
}

fn tree(out: &mut String) {
    out.push_str(
        "<section aria-labelledby=\"tree-title\">\n<h2 id=\"tree-title\">The tree of customers</h2>\n\
         <div id=\"tree\" class=\"tree\"><p>The tree and the table are drawn by this page's script, which is switched off; results.csv holds the same rows.</p></div>\n</section>\n",
    );
}

fn table(out: &mut String, facts: &Facts, shown: usize) {
    out.push_str(
        "<section aria-labelledby=\"rows-title\">\n<h2 id=\"rows-title\" tabindex=\"-1\">All rows</h2>\n",
    );
    if shown < facts.numbers.len() {
        let all = if workbook::fits(facts) {
            "results.csv and results.xlsx hold all"
        } else {
            "results.csv holds all"
        };
        let _ = writeln!(
            out,
            "<p>This page holds {shown} of {} rows, first those that did not make it; {all}.</p>",
            facts.numbers.len()
        );
    }
    out.push_str(
        "<div id=\"live\" hidden>\n<div class=\"filters\" role=\"search\">\n\
         <div class=\"field\"><label for=\"search\">Search all cells</label><input type=\"search\" id=\"search\" autocomplete=\"off\" spellcheck=\"false\"></div>\n\
         <div class=\"field\"><label for=\"code\">Code</label><select id=\"code\"><option value=\"\">any</option>",
    );
    for code in codes(facts) {
        let _ = write!(out, "<option>{}</option>", Html(code));
    }
    out.push_str(
        "</select></div>\n<fieldset><legend>Status</legend><div class=\"boxes\" id=\"statuses\">",
    );
    for (place, status) in Status::ALL.into_iter().enumerate() {
        let count = facts.counts.get(status);
        if count > 0 {
            let _ = write!(
                out,
                "<label><input type=\"checkbox\" value=\"{place}\" checked>{status} ({count})</label>"
            );
        }
    }
    out.push_str(
        "</div></fieldset>\n<button type=\"button\" id=\"reset\">Show all rows</button>\n</div>\n\
         <p id=\"shown\" role=\"status\"></p>\n<p id=\"paper\"></p>\n\
         <div class=\"window\" id=\"window\" tabindex=\"0\" role=\"region\" aria-label=\"Rows; the arrow keys scroll them\">\n\
         <table id=\"table\" aria-labelledby=\"rows-title\">\n<thead><tr aria-rowindex=\"1\">",
    );
    for (key, title) in [
        ("row", "Row"),
        ("status", "Status"),
        ("id", "ID"),
        ("name", "Name"),
        ("code", "Code"),
        ("message", "Message"),
    ] {
        let sorted = if key == "row" { "ascending" } else { "none" };
        let _ = write!(
            out,
            "<th scope=\"col\" class=\"c-{key}\" data-key=\"{key}\" aria-sort=\"{sorted}\"><button type=\"button\">{title}</button></th>"
        );
    }
    out.push_str(
        "</tr></thead>\n<tbody id=\"rows\"></tbody>\n</table>\n</div>\n</div>\n\
         <dialog id=\"detail\" aria-labelledby=\"detail-title\"><div class=\"bar\"><h2 id=\"detail-title\">Row</h2><button type=\"button\" id=\"detail-close\">Close</button></div><dl class=\"facts\" id=\"detail-list\"></dl></dialog>\n\
         </section>\n",
    );
}

/// Every code there is, sorted.
fn codes(facts: &Facts) -> Vec<&str> {
    let codes = facts
        .verdicts
        .iter()
        .flat_map(|verdict| verdict.code.split(' '));
    let distinct: std::collections::BTreeSet<&str> =
        codes.filter(|code| !code.is_empty()).collect();
    distinct.into_iter().collect()
}

fn about(out: &mut String, facts: &Facts) {
    let info = &facts.info;
    let mut about = vec![
        ("Input", info.input_path.clone()),
        ("SHA-256 of the input", info.input_sha256.clone()),
    ];
    if !info.sheets.is_empty() {
        let names: Vec<&str> = info.sheets.names().collect();
        about.push(("Sheets", names.join(", ")));
    }
    if let Some(sheet) = &info.sheet {
        about.push(("Sheet", sheet.clone()));
    }
    about.push((
        "Endpoint",
        format!("{} ({})", info.endpoint, info.mode.as_str()),
    ));
    about.push(("Logged in under", info.partner.clone()));
    about.push(("Started", rfc3339(info.started_ms)));
    if let Some(ended) = facts.ended {
        let took = (ended.at_ms - info.started_ms).max(0).unsigned_abs();
        let how = if facts.finished {
            "Finished"
        } else {
            "Stopped"
        };
        about.push((
            how,
            format!("{}, after {}", rfc3339(ended.at_ms), duration(took)),
        ));
        about.push(("Exit code", ended.ending.number().to_string()));
    }
    let methods = facts
        .requests
        .iter()
        .filter(|(name, _)| name != crate::report::time::RETRIES);
    let methods: Vec<String> = methods
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let requests = match facts.requests_total() {
        0 => "none".to_owned(),
        total => {
            let (methods, retries) = (methods.join(", "), facts.retries());
            format!("{total} ({methods}), of which {retries} were retries")
        }
    };
    about.push(("Requests", requests));
    out.push_str("<section aria-labelledby=\"about-title\">\n<h2 id=\"about-title\">About this run</h2>\n<dl class=\"facts\">\n");
    for (term, value) in about {
        let _ = writeln!(out, "<dt>{term}</dt><dd><bdi>{}</bdi></dd>", Html(&value));
    }
    out.push_str("</dl>\n</section>\n");
}

fn foot(out: &mut String, facts: &Facts) {
    let _ = writeln!(
        out,
        "<footer>Written by partner-import {} from the run's journal. All times are UTC.</footer>",
        Html(&facts.info.tool_version)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_the_page_s_own_style_and_script() {
        for (text, end) in [(STYLE, "</style"), (SCRIPT, "</script")] {
            assert!(!text.contains(end), "{end} would end the element early");
            assert!(text.is_ascii(), "the digest would hang on the encoding");
            assert!(
                !text.contains('\r'),
                "browsers digest what they have normalised"
            );
        }
        assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("setAttribute(\"style\""));
    }
}
