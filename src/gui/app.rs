//! What the page's process has: lists, runs, target, who listens.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::assets::Asset;
use super::fault::Fault;
use super::hub::Hub;
use super::lists::{List, Meta};
use super::runs::Runs;
use super::session::Session;
use super::setup::Setup;
use super::target::Chosen;
use super::wire::{ListEvent, Plan, PlanEvent};
use crate::flow::clock::{now_ms, run_id};
use crate::flow::failure::Failure;
use crate::journal::lock::target_digest;
use crate::journal::{private, run_path};
use crate::settings::Settings;
use crate::submit::Control;

/// How long a link is good that a person carries over.
pub const TEN_MINUTES: Duration = Duration::from_secs(600);

/// Does work in a thread of its own, since it reads files and waits for the network in turn.
pub fn in_a_thread(work: impl Future<Output = ()> + Send + 'static) {
    let handle = tokio::runtime::Handle::current();
    let thread = std::thread::Builder::new().name("work".to_owned());
    let started = thread.spawn(move || handle.block_on(work));
    if let Err(error) = started {
        tracing::error!(%error, "no thread could be started");
    }
}

/// Everything.
pub struct App {
    /// What was set up.
    pub setup: Setup,
    /// The name that one must ask for: `127.0.0.1:PORT`.
    pub host: String,
    /// The origin of our own pages.
    pub origin: String,
    /// Who is let in.
    pub session: Session,
    /// With which another process of the same user asks for a link.
    pub key: String,
    /// Where lists are kept.
    pub dir: PathBuf,
    /// Events.
    pub hub: Arc<Hub>,
    /// Runs.
    pub runs: Runs,
    /// The target.
    pub target: Chosen,
    /// The page's files.
    pub assets: BTreeMap<String, Asset>,
    /// The list that was named.
    opened: Mutex<Option<String>>,
    lists: Mutex<BTreeMap<String, Arc<List>>>,
    revision: AtomicU64,
    met: Mutex<Instant>,
}

impl App {
    /// On a port, with a directory.
    ///
    /// # Errors
    /// Where the operating system gives no random numbers.
    pub fn new(setup: Setup, port: u16, dir: PathBuf, key: String) -> std::io::Result<Self> {
        let host = format!("127.0.0.1:{port}");
        Ok(Self {
            origin: format!("http://{host}"),
            host,
            session: Session::new()?,
            key,
            dir,
            hub: Arc::default(),
            runs: Runs::default(),
            target: Chosen::default(),
            assets: super::assets::all(),
            opened: Mutex::default(),
            lists: Mutex::default(),
            revision: AtomicU64::new(1),
            met: Mutex::new(Instant::now()),
            setup,
        })
    }

    /// A link to the page, good once and for so long.
    ///
    /// # Errors
    /// Where the operating system gives no random numbers.
    pub fn link(&self, good_for: Duration) -> std::io::Result<String> {
        let token = self.session.token(good_for, Instant::now())?;
        Ok(format!("{}/#{token}", self.origin))
    }

    /// A number higher than any before.
    pub fn revision(&self) -> u64 {
        self.revision.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Where journals are.
    pub fn state_dir(&self) -> PathBuf {
        self.setup.settings.state_dir.clone()
    }

    /// What the process is asked.
    pub fn control(&self) -> watch::Receiver<Control> {
        self.setup.control.clone()
    }

    /// Somebody asked for something.
    pub fn met(&self) {
        *self.met.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Since when nobody has.
    pub fn alone_since(&self) -> Instant {
        *self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how a list stands.
    pub fn tell_list(&self, event: &ListEvent) {
        self.hub.tell("list", &event.list, event);
    }

    /// Says how a plan stands.
    pub fn tell_plan(&self, list: &str, plan: &Plan) {
        let event = PlanEvent {
            list: list.to_owned(),
            plan: plan.clone(),
        };
        self.hub.tell("plan", list, &event);
    }

    // --- lists ---

    /// A list; it is read when it is asked for.
    ///
    /// # Errors
    /// Where there is none.
    pub fn list(&self, id: &str) -> Result<Arc<List>, Fault> {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(id).cloned().ok_or(Fault::not_found("list"))
    }

    /// All of them, newest first.
    pub fn all_lists(&self) -> Vec<Arc<List>> {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Arc<List>> = lists.values().cloned().collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.meta().at_ms));
        all
    }

    /// The list whose run this is.
    pub fn list_of_run(&self, run: &str) -> Option<String> {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = self.runs.live(run) {
            return live.list.clone().filter(|list| lists.contains_key(list));
        }
        let of_run = |one: &&Arc<List>| one.meta().run.as_deref() == Some(run);
        lists.values().find(of_run).map(|one| one.id.clone())
    }

    /// The list that was named on the command line.
    pub fn opened(&self) -> Option<String> {
        self.opened
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes up the lists that are kept. What was brought here goes with its run: when that was pruned,
    /// nothing of the list is kept any longer.
    pub fn load(&self) {
        let entries = std::fs::read_dir(self.dir.join("lists"));
        for entry in entries.into_iter().flatten().flatten() {
            // Nothing is kept, and nothing is removed, where a link leads.
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let id = entry.file_name().to_string_lossy().into_owned();
            match List::open(&id, entry.path(), self.setup.settings.clone()) {
                Ok(list) if self.is_pruned(&list) => {
                    if let Err(error) = clear(&list.dir) {
                        tracing::info!(list = id, %error, "a list is not shown");
                    }
                }
                Ok(list) => drop(self.keep(list)),
                Err(error) => tracing::info!(list = id, %error, "a list is not shown"),
            }
        }
    }

    fn is_pruned(&self, list: &List) -> bool {
        let meta = list.meta();
        let gone = |run: &String| !run_path(&self.state_dir(), run).exists();
        meta.path.starts_with(&list.dir) && meta.run.as_ref().is_some_and(gone)
    }

    fn keep(&self, list: List) -> Arc<List> {
        let list = Arc::new(list);
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.insert(list.id.clone(), Arc::clone(&list));
        list
    }

    /// The list at a path that was named on the command line, of this process or of one that hands it
    /// over: the same as the last time.
    ///
    /// # Errors
    /// Where its settings are wrong, or nothing can be kept of it.
    pub fn name(&self, path: &Path) -> Result<Arc<List>, Failure> {
        let failed = |error: std::io::Error| {
            Failure::input(format!("cannot open {}: {error}", path.display()))
        };
        let full = dunce::canonicalize(path).map_err(failed)?;
        let settings = (self.setup.settings_of)(&full)?;
        self.named(full, settings).map_err(failed)
    }

    fn named(&self, full: PathBuf, settings: Settings) -> std::io::Result<Arc<List>> {
        let id = format!("named-{}", target_digest(&full.to_string_lossy()));
        let known = self.list(&id).ok();
        if let Some(list) = known.filter(|list| list.is_awake()) {
            *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
            return Ok(list);
        }
        let dir = self.dir.join("lists").join(&id);
        private::directory(&dir)?;
        let list = match List::open(&id, dir.clone(), settings.clone()) {
            Ok(list) => list,
            // Not there, or not readable: what the steps are is found all the same.
            Err(error) => {
                tracing::debug!(%error, "a list begins");
                let name = full.file_name().unwrap_or_default().to_string_lossy();
                let meta = Meta {
                    name: name.into_owned(),
                    path: full,
                    at_ms: now_ms(),
                    ..Meta::default()
                };
                List::begin(&id, dir, meta, settings)?
            }
        };
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
        Ok(self.keep(list))
    }

    /// A place for a list that is brought.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn place(&self) -> std::io::Result<(String, PathBuf)> {
        let id = run_id(now_ms());
        let dir = self.dir.join("lists").join(&id);
        // In a directory of its own, so that no name of it is that of a file of ours.
        private::directory(&dir.join("input"))?;
        Ok((id, dir))
    }

    /// A list that was brought, and lies at its place.
    ///
    /// # Errors
    /// Where nothing can be kept of it.
    pub fn bring(
        &self,
        id: &str,
        dir: PathBuf,
        name: &str,
        path: PathBuf,
    ) -> std::io::Result<Arc<List>> {
        let meta = Meta {
            name: name.to_owned(),
            path,
            at_ms: now_ms(),
            ..Meta::default()
        };
        let settings = self.setup.settings.clone();
        Ok(self.keep(List::begin(id, dir, meta, settings)?))
    }

    /// Forgets a list, its copy and its mends; its results stay.
    ///
    /// # Errors
    /// Where a run of it goes on, or it cannot be removed.
    pub fn forget(&self, id: &str) -> Result<(), Fault> {
        let list = self.list(id)?;
        if self.runs.is_live(id) {
            return Err(Fault::busy("A run of this list is in progress."));
        }
        clear(&list.dir)?;
        self.lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
        self.hub.forget("list", id);
        self.hub.forget("plan", id);
        self.hub.tell("start", "", &serde_json::json!({}));
        Ok(())
    }
}

/// Removes what is kept of a list. The results that lie there are those of runs, and stay.
fn clear(dir: &Path) -> std::io::Result<()> {
    if !std::fs::symlink_metadata(dir)?.is_dir() {
        let text = format!("{} is a link, and is left alone", dir.display());
        return Err(std::io::Error::other(text));
    }
    for entry in std::fs::read_dir(dir)?.flatten() {
        let path = entry.path();
        if entry.file_name() == "results" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(&path)?;
        } else {
            std::fs::remove_file(&path)?;
        }
    }
    // Where results lie in it, it stays.
    let _ = std::fs::remove_dir(dir);
    Ok(())
}
