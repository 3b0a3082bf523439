//! What `check --fix` can do about a list, offered as a whole command.

use std::ffi::OsStr;
use std::path::Path;

use crate::cli::repeat;
use crate::flow::mend::Offer;
use crate::model::Diagnostic;
use crate::model::number::counted;
use crate::report::next::{Next, Turn};

/// What `--fix` can do about the list, as a whole command.
pub fn fixing(diagnostics: &[Diagnostic], list: &Path) -> Option<Next> {
    let Offer { cells, proposals } = Offer::of(diagnostics);
    let (why, name) = if cells > 0 {
        let cells = counted(cells, "damaged cell");
        let is_workbook = |ending: &str| {
            ending.eq_ignore_ascii_case("xlsx") || ending.eq_ignore_ascii_case("xlsm")
        };
        let ending = list.extension().and_then(OsStr::to_str).unwrap_or_default();
        let name = if is_workbook(ending) {
            "-fixed.xlsx"
        } else {
            "-fixed.csv"
        };
        (format!("to have {cells} fixed in a copy"), name)
    } else if proposals {
        (TO_PROPOSE.to_owned(), PROPOSALS)
    } else {
        return None;
    };
    fix_into(list, name, why).map(|next| Next {
        turn: Turn::Instead,
        ..next
    })
}

/// What proposals are for.
pub const TO_PROPOSE: &str = "to have corrections proposed in a file, for you to review";
/// How the name of a file with proposals ends.
pub const PROPOSALS: &str = ".mends.toml";

/// `check LIST --fix FILE`, with a name beside the list that is not taken yet.
pub fn fix_into(list: &Path, ending: &str, why: String) -> Option<Next> {
    let stem = list.file_stem()?.to_string_lossy();
    let free = (1..100).find_map(|number| {
        let name = match number {
            1 => format!("{stem}{ending}"),
            _ => format!("{stem}-{number}{ending}"),
        };
        let path = list.with_file_name(name);
        (!path.exists()).then_some(path)
    })?;
    let mut next = repeat::next("check", why)?;
    let name = free.to_string_lossy();
    next.words.push(if name.starts_with('-') {
        format!("--fix={name}")
    } else {
        "--fix".to_owned()
    });
    if !name.starts_with('-') {
        next.words.push(name.into_owned());
    }
    Some(next)
}
