//! The runs there are.

use std::path::{Path, PathBuf};

use super::advice::Advice;
use super::failure::Failure;
use crate::journal::outcomes::Outcomes;
use crate::journal::store::RunState;
use crate::journal::{JournalError, Replayed, RunInfo, Store, UndoReplayed, UndoState, runs};
use crate::model::Ending;

/// Opens a run by its id, or by the beginning of it where that is enough.
pub fn open_run(state_dir: &Path, id: &str) -> Result<Store, Failure> {
    let named: Vec<PathBuf> = runs(state_dir)?
        .into_iter()
        .filter(|path| {
            let stem = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            stem.starts_with(id) && !id.is_empty()
        })
        .collect();
    match named.as_slice() {
        [path] => Ok(Store::open(path)?),
        [] => Err(JournalError::NoSuchRun {
            run: id.to_owned(),
            path: state_dir.to_owned(),
        }
        .into()),
        [..] => {
            Err(Failure::usage(format!("several runs begin with \"{id}\"")).hint(Advice::ListRuns))
        }
    }
}

/// The newest run that has created or changed anybody, or may have, and is not taken back.
pub fn last_to_undo(state_dir: &Path) -> Result<Store, Failure> {
    for path in runs(state_dir)?.into_iter().rev() {
        let store = match Store::open(&path) {
            Ok(store) => store,
            Err(error) if error.is_of_the_place() => return Err(error.into()),
            // `runs` says why it cannot be read.
            Err(_) => continue,
        };
        let undone = store.undo_state()?;
        let is_undone = undone.is_some_and(|undo| undo.ending == Some(Ending::Done));
        if !is_undone && store.may_have_done()? {
            return Ok(store);
        }
    }
    let text = "there is no run that created or changed customers and is not undone";
    Err(Failure::usage(text).hint(Advice::ListRuns))
}

/// A run that there is.
pub struct Listed {
    /// What the journal says of it.
    pub info: RunInfo,
    /// How far it is.
    pub state: RunState,
    /// What it has come to.
    pub outcomes: Outcomes,
    /// Whether it is taken back.
    pub undo: Option<Undoing>,
}

/// A journal that cannot be read.
pub struct Unreadable {
    /// Where it is.
    pub path: PathBuf,
    /// Why.
    pub error: JournalError,
}

/// The runs there are, oldest first, each as far as its journal can be read.
pub fn list(state_dir: &Path) -> Result<Vec<Result<Listed, Box<Unreadable>>>, Failure> {
    let read = |path: &Path| {
        let store = Store::open(path)?;
        let (info, state) = store.info()?;
        Ok(Listed {
            outcomes: store.outcomes()?,
            undo: facts_of(&store)?,
            info,
            state,
        })
    };
    let all = runs(state_dir)?.into_iter();
    Ok(all
        .map(|path| read(&path).map_err(|error| Box::new(Unreadable { path, error })))
        .collect())
}

/// What the journal says of an undo; the customers are only read where there was one.
fn facts_of(store: &Store) -> Result<Option<Undoing>, JournalError> {
    let Some(state) = store.undo_state()? else {
        return Ok(None);
    };
    let replayed = Replayed::read(store)?;
    let undone = UndoReplayed::read(store, replayed.planned.len())?;
    let mut undoing = Undoing {
        state,
        created: 0,
        away: 0,
    };
    for (progress, fate) in replayed.progress.iter().zip(&undone.rows) {
        if progress.created().is_some() {
            undoing.created += 1;
            undoing.away += usize::from(fate.is_away());
        }
    }
    Ok(Some(undoing))
}

/// An undo in short.
pub struct Undoing {
    /// What the journal says of it.
    pub state: UndoState,
    /// How many customers the run created.
    pub created: usize,
    /// How many of them are removed or gone.
    pub away: usize,
}
