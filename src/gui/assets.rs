//! The page's own files, as they are in the program, and as they are sent.

use std::collections::BTreeMap;

use super::slim;
use crate::report::html::BASE_STYLE;

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
    ("base.css", BASE_STYLE),
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
            "css" => ("text/css; charset=utf-8", slim::style(text)),
            "js" => ("text/javascript; charset=utf-8", slim::script(text)),
            _ => ("image/svg+xml", (*text).to_owned()),
        };
        (path, Asset { kind, text })
    });
    sent.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::html::SHAPES;

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
    fn it_has_the_shapes_of_the_report() {
        let page = &all()["/"].text;
        let shapes = SHAPES.lines().filter(|line| line.contains(" id=\""));
        assert!(shapes.clone().count() > 10);
        for shape in shapes {
            assert!(page.contains(shape), "{shape}");
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
}
