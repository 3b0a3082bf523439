//! What may have been meant by a file that is not there: the nearest name in its folder.

use std::fs;
use std::path::{Path, PathBuf};

use strsim::normalized_damerau_levenshtein;
use tables::lock::{has_ending_of_a_table, marked_file};

use crate::report::shell::Shell;

/// So many names of a folder are looked at.
const MOST_NAMES: usize = 10_000;
/// So many lists of a folder are named.
const MOST_LISTS: usize = 3;
/// Names less alike than this were not meant.
const LEAST_ALIKE: f64 = 0.6;

/// What to do about a list that is not there.
pub fn instead_of_list(path: &Path) -> String {
    if let Some(missing) = missing_folder(path) {
        return no_folder(&missing);
    }
    if let Some(near) = nearest(path) {
        return format!("did you mean {}?", quoted(&near));
    }
    match lists_in(&folder_of(path)) {
        lists if lists.is_empty() => {
            "there is no list in that folder; check the path, or change to the folder of the list first"
                .to_owned()
        }
        lists => format!("check the path; {}", these(&lists)),
    }
}

/// What to do about any other file that is not there; empty where nothing is known.
pub fn instead_of(path: &Path) -> String {
    if path.exists() {
        return String::new();
    }
    if let Some(missing) = missing_folder(path) {
        return no_folder(&missing);
    }
    let near = nearest(path).map(|near| format!("did you mean {}?", quoted(&near)));
    near.unwrap_or_default()
}

/// What to do about a folder that was named for a list.
pub fn instead_of_folder(path: &Path) -> String {
    match lists_in(path) {
        lists if lists.is_empty() => "it is a folder without a list; name a file".to_owned(),
        lists => format!("it is a folder; name the file in it: {}", these(&lists)),
    }
}

/// The list of the same name with an ending, where only the name was typed; none where several are.
pub fn named_alone(path: &Path) -> Option<PathBuf> {
    let wanted = folded(path);
    let mut same = lists_in(&folder_of(path)).into_iter().filter(|one| {
        let stem = one.file_stem().map(Path::new);
        stem.is_some_and(|stem| folded(stem) == wanted)
    });
    same.next().filter(|_| same.next().is_none())
}

/// The nearest name beside a path that is not there, as it would be typed.
fn nearest(path: &Path) -> Option<PathBuf> {
    let wanted = folded(path);
    let stem = |path: &Path| path.file_stem().map(|stem| folded(Path::new(stem)));
    let wanted_stem = stem(path)?;
    let of_table = has_ending_of_a_table(path) || path.extension().is_none();
    let alike = |other: &Path| {
        let name = folded(other);
        let same_stem = of_table
            && has_ending_of_a_table(other)
            && stem(other).is_some_and(|stem| stem == wanted_stem || stem == wanted);
        if same_stem {
            return 0.99;
        }
        normalized_damerau_levenshtein(&name, &wanted)
    };
    let mut best: Option<(f64, PathBuf)> = None;
    for other in files_in(&folder_of(path)) {
        // A list is not meant by a profile, nor the other way round.
        if of_table != has_ending_of_a_table(&other) {
            continue;
        }
        let likeness = alike(&other);
        let is_better = best.as_ref().is_none_or(|(least, _)| likeness > *least);
        if likeness >= LEAST_ALIKE && is_better {
            best = Some((likeness, other));
        }
    }
    best.map(|(_, other)| other)
}

/// The files of a folder, each with its path as it would be typed, in the order of their names; no
/// marks of spreadsheet programs.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let shown = |name: std::ffi::OsString| match folder {
        here if here == Path::new(".") => PathBuf::from(name),
        folder => folder.join(name),
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .take(MOST_NAMES)
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| shown(entry.file_name()))
        .filter(|path| marked_file(path).is_none())
        .collect();
    files.sort();
    files
}

fn lists_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = files_in(folder);
    files.retain(|path| has_ending_of_a_table(path));
    files
}

/// `the lists there are a.csv, b.xlsx and 2 more`.
fn these(lists: &[PathBuf]) -> String {
    let named: Vec<String> = lists
        .iter()
        .take(MOST_LISTS)
        .map(|one| quoted(one))
        .collect();
    let more = match lists.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("lists there: {}{more}", named.join(", "))
}

/// The folder of a path; `.` for a bare name.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The outermost folder on the way to a file that is not there.
fn missing_folder(path: &Path) -> Option<PathBuf> {
    let ancestors = path.ancestors().skip(1);
    let missing = ancestors.filter(|one| *one != Path::new("") && !one.exists());
    missing.last().map(Path::to_owned)
}

fn no_folder(missing: &Path) -> String {
    format!("there is no folder {}", quoted(missing))
}

/// A name without regard to case.
fn folded(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().to_lowercase()
}

fn quoted(path: &Path) -> String {
    Shell::of_platform().quoted(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for name in names {
            fs::write(folder.path().join(name), "x").expect("written");
        }
        folder
    }

    #[test]
    fn the_nearest_name_was_meant() {
        let folder = folder(&["Customers.xlsx", "kunden 2026.csv", "partner-import.toml"]);
        let of = |name: &str| {
            let near = nearest(&folder.path().join(name))?;
            Some(near.file_name()?.to_string_lossy().into_owned())
        };
        for (typed, meant) in [
            ("custmers.xlsx", Some("Customers.xlsx")),
            ("customers.csv", Some("Customers.xlsx")),
            ("customers", Some("Customers.xlsx")),
            ("Kunden-2026.csv", Some("kunden 2026.csv")),
            ("kunden 2026", Some("kunden 2026.csv")),
            ("partner_import.toml", Some("partner-import.toml")),
            ("other.csv", None),
        ] {
            assert_eq!(of(typed).as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn lists_are_named_where_nothing_is_near() {
        let many = folder(&["a.csv", "b.ods", "c.xlsx", "d.xls", "~$c.xlsx", "e.pdf"]);
        let said = instead_of_list(&many.path().join("nowhere.csv"));
        assert!(
            said.contains("a.csv") && said.ends_with("and 1 more"),
            "{said}"
        );
        let none = folder(&["e.pdf"]);
        let said = instead_of_list(&none.path().join("nowhere.csv"));
        assert!(
            said.starts_with("there is no list in that folder"),
            "{said}"
        );
        let said = instead_of_list(&none.path().join("x/y/z.csv"));
        assert!(
            said.starts_with("there is no folder") && said.trim_end_matches('\'').ends_with('x'),
            "{said}"
        );
    }
}
