//! A strict reader of Prometheus' text format, version 0.0.4: what it does not know, it refuses.

use std::collections::{BTreeMap, BTreeSet};

/// A sample's name and labels.
pub(crate) type Series = (String, BTreeMap<String, String>);

/// Reads a page; the error names the line.
pub(crate) fn read(text: &str) -> Result<BTreeMap<Series, f64>, String> {
    let mut samples = BTreeMap::new();
    let (mut helped, mut typed) = (BTreeSet::new(), BTreeSet::new());
    let mut current = String::new();
    let mut closed = BTreeSet::new();
    if !text.ends_with('\n') {
        return Err("the last line does not end".to_owned());
    }
    for line in text.lines() {
        let wrong = |what: &str| Err(format!("{what}: {line:?}"));
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let Some((name, words)) = rest.split_once(' ') else {
                return wrong("HELP without words");
            };
            if !is_name(name) || words.is_empty() || !helped.insert(name.to_owned()) {
                return wrong("a second HELP, or one of nothing");
            }
            closed.insert(std::mem::replace(&mut current, name.to_owned()));
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let fits = rest.split_once(' ').is_some_and(|(name, kind)| {
                name == current && kind == "gauge" && typed.insert(name.to_owned())
            });
            if !fits {
                return wrong("TYPE out of place");
            }
            continue;
        }
        if line.starts_with('#') || line.is_empty() {
            return wrong("neither HELP nor TYPE nor sample");
        }
        let (series, value) = sample(line)?;
        if series.0 != current || !typed.contains(&series.0) || closed.contains(&series.0) {
            return wrong("a sample outside of its family");
        }
        if samples.insert(series, value).is_some() {
            return wrong("the same series twice");
        }
    }
    Ok(samples)
}

fn is_name(text: &str) -> bool {
    let first = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    text.starts_with(first) && text.chars().all(|one| first(one) || one.is_ascii_digit())
}

fn sample(line: &str) -> Result<(Series, f64), String> {
    let wrong = |what: &str| format!("{what}: {line:?}");
    let (name, mut rest) = line.split_once('{').ok_or_else(|| wrong("no labels"))?;
    if !is_name(name) {
        return Err(wrong("no name"));
    }
    let mut labels = BTreeMap::new();
    loop {
        let (label, after) = rest.split_once("=\"").ok_or_else(|| wrong("no label"))?;
        let (value, after) = quoted(after).ok_or_else(|| wrong("a value without an end"))?;
        if !is_name(label) || labels.insert(label.to_owned(), value).is_some() {
            return Err(wrong("a label twice, or none"));
        }
        rest = after;
        if let Some(after) = rest.strip_prefix("} ") {
            let value: f64 = after.parse().map_err(|_| wrong("no number"))?;
            return Ok(((name.to_owned(), labels), value));
        }
        rest = rest.strip_prefix(',').ok_or_else(|| wrong("no comma"))?;
    }
}

/// A label's value up to its closing quotation mark, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(match letters.next()?.1 {
                'n' => '\n',
                known @ ('\\' | '"') => known,
                _ => return None,
            }),
            other => value.push(other),
        }
    }
    None
}

#[test]
fn the_reader_refuses_what_is_wrong() {
    let head = "# HELP a b\n# TYPE a gauge\n";
    let one = read(&format!("{head}a{{x=\"\\\\ \\\" \\n\"}} 1\n")).expect("a page");
    assert_eq!(one.keys().next().expect("a sample").1["x"], "\\ \" \n");
    for bad in [
        "a{x=\"1\"} 1\n".to_owned(),
        format!("{head}a{{x=\"1\"}} 1"),
        format!("{head}b{{x=\"1\"}} 1\n"),
        format!("{head}a{{x=\"1\"}} one\n"),
        format!("{head}a{{x=\"1\"}} 1\na{{x=\"1\"}} 2\n"),
        format!("{head}a{{x=\"\\t\"}} 1\n"),
        format!("{head}{head}"),
        format!("{head}a{{x=\"1\",x=\"2\"}} 1\n"),
    ] {
        assert!(read(&bad).is_err(), "{bad}");
    }
}
