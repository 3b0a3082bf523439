//! `country NAME... | -`: how country names resolve.

use std::io::{BufRead, Write};

use serde_json::json;

use crate::cli::args::{CountryArgs, TextOrJson};
use crate::cli::exit::Exit;
use crate::cli::show::output::Output;
use crate::flow::failure::Failure;
use countries::{Resolution, resolve};

/// Runs the command: a line per name, the code (empty when refused), a tab, the first suggestion.
pub fn run(args: &CountryArgs, output: Output) -> Result<Exit, Failure> {
    let from_stdin = args.names == ["-"];
    let mut refused = false;
    let mut documents = Vec::new();
    let write = |out: &mut dyn Write| {
        let mut one = |name: &str| {
            let (code, suggestion) = match resolve(name) {
                Resolution::Resolved(code) => (code.as_str(), ""),
                Resolution::Refused(refusal) => {
                    refused = true;
                    (
                        "",
                        refusal.suggestions.first().map_or("", |code| code.as_str()),
                    )
                }
            };
            match args.format {
                TextOrJson::Text => writeln!(out, "{code}\t{suggestion}"),
                TextOrJson::Json => {
                    documents.push(document(name));
                    Ok(())
                }
            }
        };
        if from_stdin {
            for line in lines(std::io::stdin().lock()) {
                one(&line?)?;
            }
        } else {
            for name in &args.names {
                one(name)?;
            }
        }
        if args.format == TextOrJson::Json {
            serde_json::to_writer_pretty(&mut *out, &documents)?;
            writeln!(out)?;
        }
        Ok(())
    };
    match args.format {
        TextOrJson::Text => output.data(write),
        TextOrJson::Json => output.json(write),
    }?;
    // A list from stdin is a filter: its exit code says that it was worked through.
    Ok(if refused && !from_stdin {
        Exit::SomeRows
    } else {
        Exit::Done
    })
}

/// Lines of any bytes; what is no UTF-8 becomes U+FFFD and is refused as a name.
fn lines(mut input: impl BufRead) -> impl Iterator<Item = std::io::Result<String>> {
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => {
                let text = String::from_utf8_lossy(&line);
                let text = text.strip_suffix('\n').unwrap_or(&text);
                Some(Ok(text.strip_suffix('\r').unwrap_or(text).to_owned()))
            }
            Err(error) => Some(Err(error)),
        }
    })
}

fn document(name: &str) -> serde_json::Value {
    match resolve(name) {
        Resolution::Resolved(code) => json!({
            "input": name, "country": code.as_str(), "name": code.name(), "suggestions": [],
        }),
        Resolution::Refused(refusal) => {
            let codes: Vec<&str> = refusal
                .suggestions
                .iter()
                .map(|code| code.as_str())
                .collect();
            json!({
                "input": name, "country": null, "reason": format!("{:?}", refusal.reason),
                "suggestions": codes,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_country_or_why_there_is_none() {
        assert_eq!(
            document("Österreich"),
            json!({"input": "Österreich", "country": "AT", "name": "Austria", "suggestions": []})
        );
        assert_eq!(
            document("Germny"),
            json!({"input": "Germny", "country": null, "reason": "Misspelt", "suggestions": ["DE"]})
        );
    }

    #[test]
    fn every_line_is_a_name_even_an_empty_one() {
        let read = lines(&b"AT\r\n\n\xFFsterreich"[..]).map(Result::unwrap);
        assert_eq!(read.collect::<Vec<_>>(), ["AT", "", "\u{fffd}sterreich"]);
    }
}
