//! Tables in pages that are otherwise written by hand: what they list stands in the code, so they
//! are made from it. In a page a section stands between `<!-- generated: NAME -->` and
//! `<!-- end: NAME -->`.

use std::fmt::Write;

use crate::api::Method;
use crate::api::errors::{GENERAL, KNOWN, KnownError};
use crate::model::code::{self, CodeWord};
use crate::report::metrics;
use crate::report::metrics::{Former, Sample};
use crate::report::status::Status;
use crate::report::undo_facts::UndoStatus;
use crate::settings::table::variables;
use crate::settings::{AFTER_VARIABLES, CONFIG_DIR, LOG};

/// One generated section.
#[derive(Debug)]
pub struct Section {
    /// The page's path in the repository.
    pub path: &'static str,
    /// Its name in the page.
    pub name: &'static str,
    /// What it holds.
    pub text: String,
}

/// The variables that give no setting, and what each is for.
const MORE: &[(&str, &str)] = &[
    ("NO_COLOR", "no colours, whatever it holds"),
    ("CLICOLOR_FORCE", "colours even without a terminal"),
    ("TERM", "`dumb`: no colours"),
    (
        "HTTPS_PROXY",
        "a proxy for the service; `NO_PROXY` lists exceptions",
    ),
];

/// The variables of the environment that the program reads, and what each is for.
pub fn environment() -> Vec<(&'static str, String)> {
    let own = variables().map(|(setting, one)| {
        let about = match (one.about, setting.flags.first()) {
            ("", Some(flag)) => {
                let (first, rest) = setting.about.split_at(1);
                format!("{}{rest}, as `--{}`", first.to_lowercase(), flag.long)
            }
            (about, _) => about.to_owned(),
        };
        (one.name, about)
    });
    let more = [CONFIG_DIR, LOG].map(|one| (one.name, one.about));
    let more = more.into_iter().chain(MORE.iter().copied());
    let told = AFTER_VARIABLES.iter().map(|one| {
        let about = format!("set, not read: {}, for the command of `[after]`", one.about);
        (one.name, about)
    });
    own.chain(more.map(|(name, about)| (name, about.to_owned())))
        .chain(told)
        .collect()
}

/// Every generated section.
pub fn sections() -> Vec<Section> {
    let section = |path, name, text| Section { path, name, text };
    let report = "docs/reference/report.md";
    let undo = "docs/reference/undo.md";
    let api = "docs/reference/api.md";
    vec![
        section(report, "statuses", statuses()),
        section(report, "codes", words("`ImportCode`", code::IMPORT)),
        section(undo, "statuses", undo_statuses()),
        section(undo, "codes", words("`UndoCode`", code::UNDO)),
        section(api, "methods", methods()),
        section(api, "numbers", numbers()),
        section("docs/operating.md", "metrics", figures()),
    ]
}

/// A Markdown table.
pub(super) fn table<const N: usize>(
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for row in rows {
        let cells = row.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

fn statuses() -> String {
    table(
        [
            "`ImportStatus`",
            "meaning",
            "`ImportCode`",
            "in `rejected.csv`",
            "what to do",
        ],
        Status::ALL.iter().map(|status| {
            [
                format!("`{status}`"),
                status.meaning().to_owned(),
                status.code().to_owned(),
                if status.made_it() { "no" } else { "yes" }.to_owned(),
                status.advice().to_owned(),
            ]
        }),
    )
}

fn words(column: &str, list: &[CodeWord]) -> String {
    table(
        [column, "meaning", "what to do"],
        list.iter().map(|word| {
            [
                format!("`{}`", word.code),
                word.what.to_owned(),
                word.fix.to_owned(),
            ]
        }),
    )
}

fn undo_statuses() -> String {
    table(
        ["`UndoStatus`", "meaning", "what to do"],
        UndoStatus::ALL.iter().map(|status| {
            [
                format!("`{status}`"),
                status.meaning().to_owned(),
                status.advice().to_owned(),
            ]
        }),
    )
}

fn methods() -> String {
    table(
        ["method", "what for"],
        Method::ALL
            .iter()
            .map(|method| [format!("`{}`", method.as_str()), method.about().to_owned()]),
    )
}

fn numbers() -> String {
    let row = |error: &KnownError| {
        [
            error.number.to_string(),
            error.name.to_owned(),
            error.meaning.consequence(),
            error.advice.to_owned(),
            error.evidence.as_str().to_owned(),
        ]
    };
    table(
        [
            "number",
            "name",
            "what the run does",
            "what people should know",
            "mark",
        ],
        KNOWN.iter().chain(GENERAL).map(row),
    )
}

/// The figures of a run, as their own file describes them.
fn figures() -> String {
    let sample = Sample {
        requests: vec![("Login".to_owned(), 1)],
        ..Sample::default()
    };
    let text = metrics::text(&sample, &Former::default());
    let more = |name: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{name}{{")));
        let labels = line
            .and_then(|line| line.split_once('{')?.1.rsplit_once('}'))
            .map(|both| both.0);
        let names = labels.unwrap_or_default().split("\",");
        let names = names
            .filter_map(|label| label.split_once('='))
            .map(|both| both.0);
        let more: Vec<String> = names
            .filter(|name| !["endpoint", "profile"].contains(name))
            .map(|name| format!("`{name}`"))
            .collect();
        more.join(", ")
    };
    let helps = text
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split_once(' '));
    table(
        ["metric", "more labels", "meaning"],
        helps.map(|(name, help)| [format!("`{name}`"), more(name), help.to_owned()]),
    )
}

/// What the page of commands says of the environment.
pub(super) fn environment_table() -> String {
    let rows = environment().into_iter();
    table(
        ["variable", "what it is for"],
        rows.map(|(name, about)| [format!("`{name}`"), about]),
    )
}
