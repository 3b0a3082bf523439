//! `explain CODE`: a rule, an error number of the service, or the sandbox's faults.

use serde_json::json;

use crate::api::errors::{KNOWN, KnownError, known};
use crate::cli::args::{ExplainArgs, TextOrJson};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Output, Stream};
use crate::model::rules::{self, Rule};
use crate::report::wrap::wrap;
use crate::sandbox::KINDS;

/// Runs the command; without a code it lists everything there is.
pub fn run(args: &ExplainArgs, output: Output) -> Result<Exit, CliError> {
    let Some(code) = args.code.as_deref() else {
        output.text(&list())?;
        return Ok(Exit::Done);
    };
    if code.eq_ignore_ascii_case("faults") {
        output.text(&fitted(&faults()))?;
        return Ok(Exit::Done);
    }
    if let Some(rule) = rules::find(code) {
        output.text(&match args.format {
            TextOrJson::Text => fitted(&rules::explain(rule)),
            TextOrJson::Json => rule_json(rule),
        })?;
        return Ok(Exit::Done);
    }
    let number = code.trim().parse().ok();
    if let Some(error) = number.and_then(known) {
        output.text(&match args.format {
            TextOrJson::Text => fitted(&error_text(error)),
            TextOrJson::Json => error_json(error),
        })?;
        return Ok(Exit::Done);
    }
    Err(
        CliError::usage(format!("there is no rule and no known error \"{code}\""))
            .hint("`partner-import explain` lists all of them"),
    )
}

/// Lines that fit, continued under the text that a word or a name stands before.
fn fitted(text: &str) -> String {
    let width = Stream::Out.width();
    let lines = text.lines().map(|line| {
        let blanks = line.len() - line.trim_start().len();
        let word = line[blanks..].split(' ').next().unwrap_or_default();
        let rest = &line[blanks + word.len()..];
        let gap = rest.len() - rest.trim_start().len();
        let indent = if blanks > 0 || gap > 1 {
            blanks + word.len() + gap
        } else {
            0
        };
        wrap(line, width, 0, indent) + "\n"
    });
    lines.collect()
}

fn rule_json(rule: &Rule) -> String {
    let document = json!({
        "code": rule.code, "name": rule.name, "severity": rule.severity.as_str(),
        "what": rule.what, "why": rule.why, "example": rule.example, "fix": rule.fix,
    });
    format!("{document:#}\n")
}

fn error_json(error: &KnownError) -> String {
    let document = json!({ "number": error.number, "name": error.name, "advice": error.advice });
    format!("{document:#}\n")
}

fn error_text(error: &KnownError) -> String {
    format!(
        "error {} of the service: {}\n\n{}\n",
        error.number, error.name, error.advice
    )
}

fn list() -> String {
    let mut text = String::from("Rules:\n");
    for rule in rules::all() {
        text.push_str(&format!(
            "  {} {:32} {}\n",
            rule.code,
            rule.name,
            rule.severity.as_str()
        ));
    }
    text.push_str("\nErrors of the service:\n");
    for error in KNOWN {
        text.push_str(&format!("  {:>5} {}\n", error.number, error.name));
    }
    text.push_str("\n`explain CODE` tells more; `explain faults` lists the sandbox's faults.\n");
    text
}

fn faults() -> String {
    let mut text =
        String::from("Faults of the sandbox, --fault KIND=PROBABILITY[:ARG][@METHOD]:\n");
    for kind in KINDS {
        text.push_str(&format!("  {:14} {}\n", kind.name, kind.about));
    }
    text
}
