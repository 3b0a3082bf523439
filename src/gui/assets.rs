//! The page's own files, as they are in the program, and as they are sent.

use std::collections::BTreeMap;

/// A file of the page.
pub struct Asset {
    /// What it is.
    pub kind: &'static str,
    /// As it is sent.
    pub text: String,
}

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("page/", $name)))
    };
}

/// All files, as they are written.
const FILES: &[(&str, &str)] = &[
    file!("index.html"),
    file!("api.js"),
    file!("app.js"),
    file!("base.css"),
    file!("confirm.js"),
    file!("dom.js"),
    file!("editor.js"),
    file!("grid.js"),
    file!("icon.svg"),
    file!("keys.js"),
    file!("listing.js"),
    file!("main.js"),
    file!("mends.js"),
    file!("menu.js"),
    file!("page.css"),
    file!("planning.js"),
    file!("problems.js"),
    file!("results.js"),
    file!("running.js"),
    file!("shell.js"),
    file!("start.js"),
    file!("table.js"),
    file!("tools.js"),
    file!("window.js"),
];

/// Every file by its path, as it is sent.
pub fn all() -> BTreeMap<String, Asset> {
    let sent = FILES.iter().map(|(name, text)| {
        let path = match *name {
            "index.html" => "/".to_owned(),
            name => format!("/{name}"),
        };
        let (kind, text) = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "html" => ("text/html; charset=utf-8", (*text).to_owned()),
            "css" => ("text/css; charset=utf-8", style(text)),
            "js" => ("text/javascript; charset=utf-8", without_comments(text)),
            _ => ("image/svg+xml", (*text).to_owned()),
        };
        (path, Asset { kind, text })
    });
    sent.collect()
}

/// Without lines that are comments, types within lines, indentation and empty lines.
fn without_comments(text: &str) -> String {
    let (mut sent, mut within) = (String::with_capacity(text.len()), false);
    for line in text.lines() {
        let bare = line.trim();
        let kept = if within || bare.starts_with("/*") {
            let end = bare.find("*/");
            within = end.is_none();
            end.map_or("", |end| bare[end + 2..].trim_start())
        } else if bare.starts_with("//") {
            ""
        } else {
            bare
        };
        if !kept.is_empty() {
            sent.push_str(&without_types(kept));
            sent.push('\n');
        }
    }
    sent
}

/// A line without `/** @type {...} */`.
fn without_types(line: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(start) = rest.find("/** @") {
        let Some(end) = rest[start..].find("*/") else {
            break;
        };
        kept.push_str(&rest[..start]);
        let behind = &rest[start + end + 2..];
        rest = behind.strip_prefix(' ').unwrap_or(behind);
    }
    kept.push_str(rest);
    kept
}

/// A style sheet, also without the spaces that mean nothing.
fn style(text: &str) -> String {
    let text = without_comments(text);
    let mut sent = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            letter if letter.is_whitespace() => {
                while letters.next_if(|next| next.is_whitespace()).is_some() {}
                let sign = |letter: char| matches!(letter, '{' | '}' | ';' | ',');
                let before = sent.chars().next_back().is_none_or(sign);
                let behind = letters.peek().copied().is_none_or(sign);
                let value = sent.ends_with(':') && letter == ' ';
                if !before && !behind && !value {
                    sent.push(' ');
                }
            }
            '}' => {
                if sent.ends_with(';') {
                    sent.pop();
                }
                sent.push('}');
            }
            letter => sent.push(letter),
        }
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a page of ours may weigh.
    const MOST: usize = 150 * 1024;

    #[test]
    fn what_is_sent_is_small_and_has_everything() {
        let all = all();
        let sum: usize = all.values().map(|one| one.text.len()).sum();
        assert!(sum <= MOST, "{sum} bytes");
        assert!(all["/"].text.contains("main.js"));
        for (path, asset) in &all {
            assert!(!asset.text.contains("@import {"), "{path}");
        }
    }

    #[test]
    fn every_file_of_the_page_is_in_the_program() {
        let place = concat!(env!("CARGO_MANIFEST_DIR"), "/src/gui/page");
        for entry in std::fs::read_dir(place).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(FILES.iter().any(|(known, _)| *known == name), "{name}");
        }
    }

    #[test]
    fn only_what_the_browser_needs_is_sent() {
        let script = "// a\n/**\n * b\n */\n  const c = /** @type {D} */ (e); // f\n\n/* g */ h;\n";
        assert_eq!(without_comments(script), "const c = (e); // f\nh;\n");
        let sheet = "/* a */\n.b > c ,\n.d { e: f g;\n  h: i; }\n.j :hover{k:l}\n";
        assert_eq!(style(sheet), ".b > c,.d{e:f g;h:i}.j :hover{k:l}");
    }
}
