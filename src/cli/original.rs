//! The workbook a run has read, as it is on the disk when its result files are written.

use std::path::Path;

use crate::journal::RunInfo;
use crate::read;
use crate::report::Original;

/// The input of a run, where `results.xlsx` can be a copy of it.
pub fn original(info: &RunInfo) -> Original {
    if info.place.is_none() {
        return Original::None;
    }
    let path = Path::new(&info.input_full_path);
    if !path.exists() {
        return Original::Lost(format!("{} is not there any more", info.input_path));
    }
    match read::unchanged(path, &info.input_sha256) {
        Ok(Some(bytes)) => Original::Unchanged(bytes),
        Ok(None) => Original::Lost(format!("{} has changed since the run", info.input_path)),
        Err(_) => Original::Lost(format!("{} cannot be read any more", info.input_path)),
    }
}
