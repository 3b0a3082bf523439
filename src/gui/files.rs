//! Files that are made for the page: a mended copy of the list, the mends, the plan.

use std::fs;

use super::fault::Fault;
use super::lists::List;

/// The file of this name.
///
/// # Errors
/// Where there is none, or it cannot be made.
pub fn of_list(list: &List, name: &str) -> Result<Vec<u8>, Fault> {
    match name {
        "mended" => list.mended(),
        "mends" => {
            let now = list.snapshot()?;
            Ok(list.mends_text(&now).into_bytes())
        }
        "plan" => {
            let made = list.planning(|planning| planning.newest());
            let made = made.ok_or(Fault::busy("There is no plan yet."))?;
            Ok(fs::read(&made.file)?)
        }
        _ => Err(Fault::not_found("file")),
    }
}
