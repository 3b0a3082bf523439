//! What a list hands over: to a plan and a run of it, and as a file of its mends.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use super::list::List;
use super::snapshot::Snapshot;
use crate::check::mends;
use crate::flow::failure::Failure;
use crate::gui::fault::Fault;
use crate::settings::table::MENDS;
use crate::settings::{Content, Kept, Resolved, Typed};

/// Settings by which a list is read, by what they are about: the field that they give its values, else
/// the setting itself.
fn of_reading(options: &[Kept]) -> BTreeMap<&str, BTreeSet<&Kept>> {
    let mut by_what: BTreeMap<&str, BTreeSet<&Kept>> = BTreeMap::new();
    for option in options {
        let (name, value) = (option.0.as_str(), option.1.as_str());
        let what = match name {
            "map" => match value.rsplit_once('=') {
                Some((column, "-")) => column,
                Some((_, field)) => field,
                None => value,
            },
            "set" | "default" => value.split('=').next().unwrap_or(value),
            "value" => value.split(':').next().unwrap_or(value),
            "leave-out" => value,
            _ if READING.contains(&name) => name,
            _ => continue,
        };
        by_what.entry(what).or_default().insert(option);
    }
    by_what
}

/// Settings that the page makes of a list as a whole.
const READING: [&str; 4] = ["export", "sheet", "header-row", "encoding"];

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

    /// How many settings by which the list is read are others than those with which a run began.
    pub fn read_otherwise(&self, snapshot: &Snapshot, then: &[Kept]) -> usize {
        let resolved = self.resolved(&snapshot.asks, Some(&snapshot.held), &Typed::default());
        let Ok(resolved) = resolved else {
            return 0;
        };
        let now = resolved.decisive(None).kept(None);
        let (now, then) = (of_reading(&now), of_reading(then));
        let all: BTreeSet<_> = now.keys().chain(then.keys()).collect();
        let changed = all.iter().filter(|one| now.get(**one) != then.get(**one));
        changed.count()
    }

    /// The mends as a file that can be looked through.
    pub fn mends_text(&self, snapshot: &Snapshot) -> String {
        let mends = snapshot
            .folded
            .mends(&snapshot.held, Some(&snapshot.view.mapping));
        mends::proposals(&self.lock().meta.name, &mends, &[], &[])
    }
}
