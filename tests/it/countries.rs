//! What people type for a country, and what becomes of it.

use std::fmt::Write as _;

use partner_import::check::countries::{CountryCode, RefusalReason, Resolution, resolve};

/// The code, or the reason and the suggestions.
fn outcome(text: &str) -> String {
    match resolve(text) {
        Resolution::Resolved(code) => code.to_string(),
        Resolution::Refused(refusal) => {
            let mut line = format!("{:?}", refusal.reason);
            for code in refusal.suggestions {
                write!(line, " {code}").unwrap();
            }
            line
        }
    }
}

/// Prints `alpha-2<TAB>suggestion` per line of the file named by `COUNTRIES_IN` into the file
/// named by `COUNTRIES_OUT`, for tools/countries/evaluate.py.
#[test]
#[ignore = "a tool: needs COUNTRIES_IN and COUNTRIES_OUT"]
fn resolve_lines() {
    let input = std::fs::read_to_string(std::env::var("COUNTRIES_IN").unwrap()).unwrap();
    let mut output = String::new();
    for line in input.split_terminator('\n') {
        match resolve(&line.replace("\\n", "\n")) {
            Resolution::Resolved(code) => writeln!(output, "{code}\t"),
            Resolution::Refused(refusal) => {
                let codes: Vec<_> = refusal.suggestions.iter().map(|c| c.as_str()).collect();
                writeln!(output, "\t{}\t{:?}", codes.join(","), refusal.reason)
            }
        }
        .unwrap();
    }
    std::fs::write(std::env::var("COUNTRIES_OUT").unwrap(), output).unwrap();
}
