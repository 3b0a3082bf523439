//! The code map of `docs/architecture.md`, held against the modules there are.

use std::fs;
use std::path::Path;

use super::{marked, root};

/// Modules that need no word in the map.
const SPEAK_FOR_THEMSELVES: &[&str] = &["mod", "lib", "error", "tests"];

/// The folders of layers and crates, each with the modules that the code map names there, folders
/// with a `/` behind.
fn code_map(page: &str) -> Vec<(String, Vec<String>)> {
    let mut layers = Vec::new();
    for paragraph in page.split("\n\n") {
        let Some((folder, rest)) = paragraph
            .strip_prefix("**`")
            .and_then(|rest| rest.split_once("/`"))
        else {
            continue;
        };
        let layer = match folder.split_once('/') {
            Some(("crates", name)) if !name.contains('/') => format!("{folder}/src"),
            Some(("src" | "crates", _)) => folder.to_owned(),
            _ => continue,
        };
        let is_module = |word: &String| {
            let name = word.trim_end_matches('/');
            name.chars()
                .all(|one| one.is_ascii_lowercase() || one == '_')
        };
        let named = marked(rest.trim_start_matches("**"));
        layers.push((layer, named.into_iter().filter(is_module).collect()));
    }
    layers
}

#[test]
fn the_code_map_names_modules_that_exist_and_all_of_them() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let layers = code_map(&page);
    assert!(layers.len() > 8, "the map was not found: {layers:?}");
    let mut problems = Vec::new();
    for (layer, named) in &layers {
        let folder = root().join(layer);
        problems.extend(differences(
            layer,
            named,
            &directly_below(&folder),
            &below(&folder),
        ));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// What the map names and is not there, and what stands directly in the layer and is not named.
fn differences(layer: &str, named: &[String], top: &[String], all: &[String]) -> Vec<String> {
    let gone = named
        .iter()
        .filter(|word| !all.contains(&word.trim_end_matches('/').to_owned()));
    let missing = top.iter().filter(|module| {
        !named
            .iter()
            .any(|word| word.trim_end_matches('/') == *module)
    });
    gone.map(|word| format!("{layer} has no `{word}`"))
        .chain(missing.map(|module| format!("the code map does not name `{module}` of {layer}")))
        .collect()
}

/// The modules that stand directly in a layer, and folders of modules.
fn directly_below(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = entries
        .filter(|path| path.is_dir() || path.extension().is_some_and(|kind| kind == "rs"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| !SPEAK_FOR_THEMSELVES.contains(&name.as_str()))
        .collect();
    names.sort();
    names
}

/// Those and what stands below them.
fn below(folder: &Path) -> Vec<String> {
    let mut names = directly_below(folder);
    names.extend(SPEAK_FOR_THEMSELVES.iter().map(|name| (*name).to_owned()));
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(below(&path));
        }
    }
    names
}

#[test]
fn a_module_that_the_code_map_forgets_or_makes_up_is_found() {
    let page = "# Map\n\n**`src/api/`**: calls. `wire` and `old/`, over `https://x`.\n\n`src/b`";
    let map = code_map(page);
    assert_eq!(
        map,
        [(
            "src/api".to_owned(),
            vec!["wire".to_owned(), "old/".to_owned()]
        )]
    );
    let there = ["http".to_owned(), "wire".to_owned()];
    assert_eq!(
        differences("src/api", &map[0].1, &there, &there),
        [
            "src/api has no `old/`",
            "the code map does not name `http` of src/api"
        ]
    );
}
