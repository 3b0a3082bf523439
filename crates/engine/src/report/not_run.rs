//! Word of a later run that never began, left with the result files of an earlier one: where each night's
//! results replace those of the night before, those of the last good night must not be taken for tonight's.

use std::path::Path;

use super::former::is_of_a_run;
use super::html::not_run;
use super::time::rfc3339;

/// The file with that word.
const NAME: &str = "not-run.txt";

/// Leaves word in `out_dir`, where it holds the result files of an earlier run: a file of its own, and the
/// same on top of the page. What cannot be written is left: the command says by itself what went wrong.
pub fn leave_word(out_dir: &Path, list: &Path, why: &str, at_ms: i64) {
    if !is_of_a_run(&out_dir.join("summary.json")) {
        return;
    }
    let name = list.file_name().unwrap_or(list.as_os_str());
    let at = rfc3339(at_ms / 1000 * 1000);
    let first = format!("Not run: {}, at {at}", name.to_string_lossy());
    let rest = "The result files here are those of an earlier run.";
    let text = format!("{first}: {why}\n{rest}\n");
    // Nobody else reads what the files beside it may be read by.
    let _ = super::file::write_file(&out_dir.join(NAME), text.as_bytes());
    not_run::put(
        &out_dir.join("report.html"),
        &format!("{first}: {why}"),
        rest,
    );
}

/// Takes the word away: a run has written its result files.
pub(super) fn take_away(out_dir: &Path) {
    let _ = std::fs::remove_file(out_dir.join(NAME));
}
