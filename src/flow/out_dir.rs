//! Where the result files of a run go where nobody says so: beside the list they belong to. A list
//! that is itself a result file goes beside those of the attempt that wrote it, not into them.

use std::path::{Path, PathBuf};

use crate::report::{self, would_replace};

/// The directory for the results of the run `id` of the list.
pub fn beside(list: &Path, id: &str) -> PathBuf {
    let list = std::path::absolute(list).unwrap_or_else(|_| list.to_owned());
    let folder = list.parent().unwrap_or(Path::new("")).to_owned();
    if let Some(next) = beside_earlier(&list, &folder, id) {
        return next;
    }
    let name = name_of(&list);
    let beside = folder.join(&name).join(id);
    // A share that is only read from: where the command was typed.
    if !is_made(&beside)
        && let Ok(here) = std::path::absolute(Path::new(&name).join(id))
    {
        return here;
    }
    beside
}

/// `customers-results`.
fn name_of(list: &Path) -> String {
    let stem = list.file_stem().unwrap_or_default().to_string_lossy();
    format!("{stem}-results")
}

/// Where the list is a result file that still lies where it was written.
fn beside_earlier(list: &Path, folder: &Path, id: &str) -> Option<PathBuf> {
    let is_result = would_replace(list, folder) && folder.join("summary.json").is_file();
    let above = folder.parent().filter(|_| is_result)?;
    let name = folder.file_name()?.to_string_lossy();
    Some(if is_run_id(&name) {
        above.join(id)
    } else {
        above.join(format!("{name}-{id}"))
    })
}

/// Whether a folder is named as a run's is: `20270301-090000-abcd`.
fn is_run_id(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let digits = |text: &str, count| {
        text.len() == count && text.bytes().all(|letter| letter.is_ascii_digit())
    };
    matches!(parts[..], [day, time, rest] if digits(day, 8) && digits(time, 6) && !rest.is_empty())
}

/// Whether the directory can be made and written to; what was made only to see that goes again.
fn is_made(directory: &Path) -> bool {
    let there: Vec<&Path> = directory
        .ancestors()
        .take_while(|one| !one.exists())
        .collect();
    let is_made = report::try_out_dir(directory).is_ok();
    for made in there {
        // Others may have put something there meanwhile: then it stays.
        let _ = std::fs::remove_dir(made);
    }
    is_made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_lie_beside_their_list_and_beside_earlier_ones() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = dunce::canonicalize(folder.path()).expect("it is there");
        let place = |list: &str| beside(&folder.join(list), "20270302-090000-efgh");
        let results = folder.join("kunden-results");
        assert_eq!(
            place("kunden.xlsx"),
            results.join("20270302-090000-efgh"),
            "beside the list"
        );
        assert!(!results.exists(), "nothing is left");

        for (earlier, next) in [
            (
                "kunden-results/20270301-090000-abcd",
                "kunden-results/20270302-090000-efgh",
            ),
            ("out", "out-20270302-090000-efgh"),
        ] {
            std::fs::create_dir_all(folder.join(earlier)).expect("a folder");
            for name in ["results.xlsx", "rejected.csv", "summary.json"] {
                std::fs::write(folder.join(earlier).join(name), "x").expect("written");
            }
            for name in ["results.xlsx", "rejected.csv"] {
                assert_eq!(place(&format!("{earlier}/{name}")), folder.join(next));
            }
        }
        std::fs::write(folder.join("results.csv"), "x").expect("written");
        assert_eq!(
            place("results.csv"),
            folder.join("results-results/20270302-090000-efgh"),
            "no run wrote that"
        );
    }
}
