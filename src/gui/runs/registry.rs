//! The runs of this process, and how those of others stood when they were looked at last.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::live::Live;
use super::shown::{of_journal, of_live};
use crate::gui::app::App;
use crate::gui::wire::{Counts, Step};
use crate::submit::{Control, Direction};

/// Runs of this process.
#[derive(Default)]
pub struct Runs {
    live: Mutex<BTreeMap<String, Arc<Live>>>,
    /// How runs of others stood when they were looked at last.
    others: Mutex<BTreeMap<String, (Counts, bool)>>,
}

impl Runs {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A run of this process.
    pub fn live(&self, run: &str) -> Option<Arc<Live>> {
        self.all().get(run).cloned()
    }

    /// Remembers a run of this process.
    pub fn keep(&self, live: &Arc<Live>) {
        self.all().insert(live.run.clone(), Arc::clone(live));
    }

    /// Whether any of them goes on.
    pub fn any_live(&self) -> bool {
        self.all().values().any(|one| one.is_live())
    }

    /// Whether a run of this list goes on.
    pub fn is_live(&self, list: &str) -> bool {
        let all = self.all();
        all.values()
            .any(|one| one.list.as_deref() == Some(list) && one.is_live())
    }

    /// Hands a wish to end on to all of them.
    pub fn ask(&self, wanted: Control) {
        for live in self.all().values() {
            if live.is_live() {
                live.ask(wanted);
            }
        }
    }

    /// One has ended.
    pub fn over(&self, app: &App, live: &Live) {
        // It may have been another process's before.
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        others.remove(&live.run);
        drop(others);
        if let Some(list) = live.list.as_deref().and_then(|list| app.list(list).ok()) {
            list.note(Step::Results, Some(&live.run), None);
            // Asked before the list is held: whoever shows a run holds that first.
            let direction = live.now().direction;
            let says = match direction {
                Direction::Forth => "A run has sent rows of it since it was planned.",
                Direction::Back => "A run was undone since it was planned.",
            };
            // Who was created is there now: the plan is of a tenant that was.
            let stale = list.planning(|planning| {
                planning.is_stale(says);
                planning.told_stale(app)
            });
            if let Some(plan) = stale {
                app.tell_plan(&list.id, &plan);
            }
        }
        tell(app, live);
        app.hub.tell("start", "", &serde_json::json!({}));
    }

    /// Called several times a second: says what has changed.
    pub fn pulse(&self, app: &App, seconds: bool) {
        let all: Vec<Arc<Live>> = self.all().values().cloned().collect();
        for live in all {
            live.hold_back();
            if seconds {
                live.tick();
            }
            if live.has_changed() {
                tell(app, &live);
            }
        }
    }

    /// Looks what runs of other processes have come to.
    pub fn watch_others(&self, app: &App) {
        let Ok(listed) = crate::flow::runs::list(&app.state_dir()) else {
            return;
        };
        for one in listed.into_iter().flatten() {
            let id = one.info.id.clone();
            let unfinished = one.state.planned_ms.is_some() && one.state.finished_ms.is_none();
            let known = {
                let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
                others.get(&id).copied()
            };
            if self.live(&id).is_some() || !unfinished && known.is_none_or(|(_, live)| !live) {
                continue;
            }
            let Ok(run) = of_journal(app, &id) else {
                continue;
            };
            let is_live = run.state == "running" || run.state == "undoing";
            let now = (run.counts, is_live);
            let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            let before = others.insert(id.clone(), now);
            drop(others);
            if before != Some(now) {
                app.hub.tell("run", &id, &run);
            }
            if before.is_none_or(|(_, live)| live != is_live) {
                app.hub.tell("start", "", &serde_json::json!({}));
            }
        }
    }
}

fn tell(app: &App, live: &Live) {
    live.now().revision = app.revision();
    app.hub.tell("run", &live.run, &of_live(app, live));
}
