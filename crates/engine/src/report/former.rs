//! Whose result files stand in a directory that several runs write into, one after the other.

use std::path::Path;

/// Whether the result files in `out_dir` are those of another run than this one.
pub fn holds_another_run(out_dir: &Path, run_id: &str) -> bool {
    of_run(&out_dir.join("summary.json")).is_some_and(|other| other != run_id)
}

/// Whether this is the summary of a run.
pub(super) fn is_of_a_run(summary: &Path) -> bool {
    of_run(summary).is_some()
}

/// The run that one of its JSON files names.
fn of_run(path: &Path) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct OfRun {
        run_id: String,
    }
    let text = std::fs::read(path).ok()?;
    let of_run: OfRun = serde_json::from_slice(&text).ok()?;
    Some(of_run.run_id)
}

/// Takes away what the undoing of another run has left in the directory: whoever reads the files there reads
/// them as one run's. Hands back what stays, in words.
pub(super) fn clear_of_undone(out_dir: &Path, run_id: &str) -> Option<String> {
    let told = out_dir.join("undo.json");
    of_run(&told).filter(|other| other != run_id)?;
    let paths = [out_dir.join("removed.csv"), told];
    let stays = paths.iter().find(|path| {
        let removed = std::fs::remove_file(path);
        removed.is_err() && path.exists()
    })?;
    Some(format!(
        "{} is of a run that was undone, and cannot be removed",
        stays.display()
    ))
}
