//! Whose result files stand in a directory that several runs write into, one after the other.

use std::path::Path;

/// Whether the result files in `out_dir` are those of another run than this one.
pub fn holds_another_run(out_dir: &Path, run_id: &str) -> bool {
    of_run(&out_dir.join("summary.json")).is_some_and(|other| other != run_id)
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
/// them as one run's.
pub(super) fn clear_of_undone(out_dir: &Path, run_id: &str) {
    let told = out_dir.join("undo.json");
    if of_run(&told).is_some_and(|other| other != run_id) {
        for path in [out_dir.join("removed.csv"), told] {
            if let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!(
                    file = %path.display(),
                    reason = %error,
                    "what an undone run left beside the result files stays"
                );
            }
        }
    }
}
