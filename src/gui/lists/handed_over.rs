//! What a list hands over: to a plan and a run of it, and as a file of its mends.

use std::fs;
use std::path::PathBuf;

use super::list::List;
use super::snapshot::Snapshot;
use crate::check::mends;
use crate::flow::failure::Failure;
use crate::gui::fault::Fault;
use crate::settings::table::MENDS;
use crate::settings::{Content, Kept, Resolved, Typed};

/// Options that the page sets by what is said of a list beside its cells.
const READING: [&str; 9] = [
    "map",
    "set",
    "default",
    "value",
    "leave-out",
    "export",
    "sheet",
    "header-row",
    "encoding",
];

impl List {
    /// What a plan and a run of it go by: also its mends, as a file.
    ///
    /// # Errors
    /// Where it is not ready, or the mends cannot be written.
    pub fn for_the_flow(&self, more: &Typed) -> Result<(PathBuf, Resolved), Fault> {
        let snapshot = self.snapshot()?;
        let mut typed = snapshot.asks.typed(Some(&snapshot.held)).and(more);
        if !snapshot.folded.is_empty() {
            let path = self.dir.join("mends.toml");
            let text = self.mends_text(&snapshot);
            let known = fs::read_to_string(&path).is_ok_and(|known| known == text);
            if !known {
                let mut file = crate::journal::private::own(&path)?;
                file.set_len(0)?;
                std::io::Write::write_all(&mut file, text.as_bytes())?;
                file.sync_all()?;
            }
            typed.add(&MENDS, Content::Path(path));
        }
        Ok((
            self.path(),
            self.settings.with(&typed).map_err(Failure::from)?,
        ))
    }

    /// Whether a run that began with these options would read the list otherwise by now.
    pub fn is_read_otherwise(&self, snapshot: &Snapshot, then: &[Kept]) -> bool {
        let resolved = self.resolved(&snapshot.asks, Some(&snapshot.held), &Typed::default());
        let Ok(resolved) = resolved else {
            return false;
        };
        let of_reading = |options: &[Kept]| {
            let own = options
                .iter()
                .filter(|(name, _)| READING.contains(&&**name));
            let mut own: Vec<Kept> = own.cloned().collect();
            own.sort();
            own
        };
        of_reading(&resolved.decisive(None).kept(None)) != of_reading(then)
    }

    /// The mends as a file that can be looked through.
    pub fn mends_text(&self, snapshot: &Snapshot) -> String {
        let mends = snapshot
            .folded
            .mends(&snapshot.held, Some(&snapshot.view.mapping));
        mends::proposals(&self.lock().meta.name, &mends, &[])
    }
}
