//! The page from top to bottom.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::escape::{Html, policy_digest};
use super::rows::{self, Chosen, MOST_ROWS};
use super::words::{self, Grouped, SHAPES, icon, moment};
use super::{chart, headline, next_steps, problems, undo};
use crate::journal::Store;
use crate::report::facts::Facts;
use crate::report::file::NewFile;
use crate::report::next::Next;
use crate::report::text::duration;
use crate::report::time::RETRIES;
use crate::report::timing::Timing;
use crate::report::{ReportError, Status, workbook};

/// The look that every page of the program shares; a page's own style sheet follows it.
pub const BASE_STYLE: &str = include_str!("base.css");
const STYLE: &str = concat!(include_str!("base.css"), include_str!("page.css"));
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
    out.push_str("<main id=\"main\">\n");
    headline::section(&mut out, facts);
    out.push_str(&undo::section(facts));
    next_steps::section(&mut out, facts, next);
    out.push_str(&problems::section(facts));
    table(&mut out, facts, chosen.len());
    tree(&mut out);
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
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>Import of {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{SHAPES}\
         <a class=\"skip\" href=\"#rows-title\">Skip to the rows</a>\n",
        policy_digest(STYLE),
        policy_digest(SCRIPT),
        Html(&facts.info.input_path),
    );
    out.push_str("<header>\n");
    if facts.is_sandbox() {
        out.push_str("<p class=\"sandbox\">SANDBOX: no real customer was created</p>\n");
    }
    let _ = writeln!(
        out,
        "<div class=\"top\"><p><b>partner-import</b> <span class=\"quiet\">run {}</span></p>\
         <button type=\"button\" class=\"btn plain icon\" id=\"theme\" hidden aria-label=\"Dark or light\">{}</button></div>\n</header>",
        Html(&facts.info.id),
        icon("half"),
    );
}

fn tree(out: &mut String) {
    let _ = write!(
        out,
        "<details class=\"fold\" id=\"tree-fold\"><summary>{}<h2 id=\"tree-title\">The tree of customers</h2></summary>\n\
         <div id=\"tree\" class=\"branches frame\"><p>The tree and the table are drawn by this page's script, which is switched off; results.csv holds the same rows.</p></div>\n</details>\n",
        icon("rt"),
    );
}

fn table(out: &mut String, facts: &Facts, shown: usize) {
    out.push_str(
        "<section aria-labelledby=\"rows-title\">\n<h2 id=\"rows-title\" tabindex=\"-1\">Rows</h2>\n",
    );
    if shown < facts.numbers.len() {
        let all = if workbook::fits(facts) {
            "results.csv and results.xlsx hold all"
        } else {
            "results.csv holds all"
        };
        let _ = writeln!(
            out,
            "<p>This page holds {} of {} rows, first those that did not make it; {all}.</p>",
            Grouped(shown as u64),
            Grouped(facts.numbers.len() as u64)
        );
    }
    out.push_str("<div id=\"live\" hidden>\n<div class=\"filters\" role=\"search\">\n");
    which(out, facts);
    out.push_str(
        "<div class=\"field wide\"><label for=\"search\">Search all cells</label><input type=\"search\" id=\"search\" autocomplete=\"off\" spellcheck=\"false\"></div>\n</div>\n\
         <div class=\"told\"><p id=\"shown\" role=\"status\"></p>\
         <button type=\"button\" class=\"btn link\" id=\"reset\">Show all rows</button>\
         <button type=\"button\" class=\"btn\" id=\"copy-rows\" hidden>Copy these rows</button></div>\n\
         <p id=\"paper\"></p>\n\
         <div class=\"window frame\" id=\"window\" tabindex=\"0\" role=\"region\" aria-label=\"Rows; the arrow keys scroll them\">\n\
         <table id=\"table\" aria-labelledby=\"rows-title\">\n<thead><tr aria-rowindex=\"1\">",
    );
    for (key, title) in [
        ("row", "Row"),
        ("status", "Status"),
        ("id", "ID"),
        ("name", "Name"),
        ("message", "Outcome"),
    ] {
        let sorted = if key == "row" { "ascending" } else { "none" };
        let _ = write!(
            out,
            "<th scope=\"col\" class=\"c-{key}\" data-key=\"{key}\" aria-sort=\"{sorted}\"><button type=\"button\">{title}</button></th>"
        );
    }
    out.push_str(
        "</tr></thead>\n<tbody id=\"rows\"></tbody>\n</table>\n</div>\n</div>\n\
         <dialog id=\"detail\" class=\"dialog\" aria-labelledby=\"detail-title\"><div class=\"bar\"><h2 id=\"detail-title\">Row</h2><button type=\"button\" class=\"btn\" id=\"detail-close\">Close</button></div><dl class=\"about\" id=\"detail-list\"></dl></dialog>\n\
         </section>\n",
    );
}

/// The choices of rows: by status, and by problem.
fn which(out: &mut String, facts: &Facts) {
    out.push_str("<div class=\"field\"><label for=\"which\">Rows</label><select id=\"which\">");
    let counts = facts.counts;
    let missing = counts.rejected();
    if missing > 0 {
        let _ = write!(
            out,
            "<option value=\"missing\">did not make it ({})</option>",
            Grouped(missing)
        );
    }
    let _ = write!(
        out,
        "<option value=\"\">all ({})</option>",
        Grouped(counts.rows)
    );
    for status in Status::ALL {
        let count = counts.get(status);
        if count > 0 {
            let _ = write!(
                out,
                "<option value=\"{status}\">{status} ({})</option>",
                Grouped(count)
            );
        }
    }
    out.push_str("</select></div>\n<div class=\"field\"><label for=\"code\">With the problem</label><select id=\"code\"><option value=\"\">any or none</option>");
    for code in codes(facts) {
        let what = crate::model::rules::find(code).map_or("", |rule| rule.what);
        let _ = write!(out, "<option value=\"{0}\">{0} {what}</option>", Html(code));
    }
    out.push_str("</select></div>\n");
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

/// What is known of the run, each as HTML.
fn facts_shown(facts: &Facts) -> Vec<(&'static str, String)> {
    let info = &facts.info;
    let text = |text: &str| format!("<bdi>{}</bdi>", Html(text));
    let mut about = vec![("Input", text(&info.input_path))];
    if !info.sheets.is_empty() {
        let names: Vec<&str> = info.sheets.names().collect();
        about.push(("Sheets", text(&names.join(", "))));
    }
    if let Some(sheet) = &info.sheet {
        about.push(("Sheet", text(sheet)));
    }
    about.push((
        "Endpoint",
        text(&format!("{} ({})", info.endpoint, info.mode.as_str())),
    ));
    about.push(("Logged in under", text(&info.partner)));
    about.push(("Started", moment(info.started_ms)));
    if let Some(ended) = facts.ended {
        let took = (ended.at_ms - info.started_ms).max(0).unsigned_abs();
        let how = if facts.finished {
            "Finished"
        } else {
            "Stopped"
        };
        about.push((
            how,
            format!("{}, after {}", moment(ended.at_ms), duration(took)),
        ));
        about.push(("Exit code", ended.ending.number().to_string()));
    }
    let methods = facts.requests.iter().filter(|(name, _)| name != RETRIES);
    let methods: Vec<String> = methods
        .map(|(name, count)| format!("{name} {}", Grouped(*count)))
        .collect();
    let requests = match facts.requests_total() {
        0 => "none".to_owned(),
        total => format!(
            "{} ({}), of which {} were retries",
            Grouped(total),
            methods.join(", "),
            Grouped(facts.retries())
        ),
    };
    about.push(("Requests", text(&requests)));
    let sum: Vec<String> = facts
        .counts
        .terms()
        .map(|(status, count)| format!("{} {status}", Grouped(count)))
        .collect();
    about.push((
        "Sum",
        format!("{} = {}", words::rows(facts.counts.rows), sum.join(" + ")),
    ));
    if let Some(made) = facts.makeup() {
        about.push(("Created", Html(&made).to_string()));
    }
    about.push(("SHA-256 of the input", text(&info.input_sha256)));
    about
}

fn about(out: &mut String, facts: &Facts) {
    let _ = writeln!(
        out,
        "<details class=\"fold\"><summary>{}<h2>About this run</h2></summary>\n<dl class=\"about frame\">",
        icon("rt")
    );
    for (term, value) in facts_shown(facts) {
        let _ = writeln!(out, "<dt>{term}</dt><dd>{value}</dd>");
    }
    out.push_str("</dl>\n</details>\n");
}

fn foot(out: &mut String, facts: &Facts) {
    let _ = writeln!(
        out,
        "<footer>Written by partner-import {} from the run's journal. <span id=\"zone\">Times are UTC.</span></footer>",
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
