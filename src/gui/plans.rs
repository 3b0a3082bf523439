//! The plan of a list: made in a thread of its own, kept until the next one, shown as a tree or by what
//! becomes of each row.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::app::{App, in_a_thread};
use super::fault::{Fault, in_words_of, sentence};
use super::lists::{List, find};
use super::made::{Node, PlanNow, index, is_billed, seconds};
use super::target::Connected;
use super::wire::{ApprovedAsk, FoldAsk, Found, Pilot, Plan as Body, PlanAsk, Rows, Step};
use crate::flow::check::check;
use crate::flow::event::{Event, Listener, Stage};
use crate::flow::failure::{Failure, chain};
use crate::flow::host::first_patience;
use crate::flow::open::open;
use crate::flow::plan::{Questions, plan};
use crate::flow::plan_file::{Approved, Basis};
use crate::flow::quarantine::{Holding, Quarantine};
use crate::flow::tenant::tenant_of;
use crate::journal::private;
use crate::plan::Item;
use crate::plan::document::PlanDocument;
use crate::settings::Resolved;
use crate::settings::table::ON_EXISTS;
use crate::settings::{Content, Typed};

pub use super::lists::Sought;
pub use super::made::Made;

/// How a list's plan stands.
#[derive(Default)]
pub struct Planning {
    body: Body,
    made: Option<Arc<Made>>,
    folded: HashSet<Node>,
    /// Counts what was asked, so that the answer to an earlier question is known.
    turn: u64,
    told: bool,
    /// A plan that was brought, and what it is called.
    approved: Option<(PathBuf, String)>,
}

impl Planning {
    /// The plan as it is shown.
    pub fn body(&self) -> Body {
        let mut body = self.body.clone();
        if body.state.is_empty() {
            body.state = "none";
            "5/s".clone_into(&mut body.rate);
        }
        body
    }

    /// The plan of this revision; none where it is another one, or out of date.
    pub fn made(&self, revision: u64) -> Option<Arc<Made>> {
        let fits = !self.body.stale && self.body.differences.is_empty();
        let counts = self.body.state == "ready" && fits;
        self.made
            .clone()
            .filter(|_| counts && self.body.revision == revision)
    }

    /// The newest plan, out of date or not.
    pub fn newest(&self) -> Option<Arc<Made>> {
        self.made.clone()
    }

    /// It is out of date since then, in words; none where it is not.
    pub fn why_stale(&self) -> Option<&str> {
        self.body.stale.then_some(&*self.body.says)
    }

    /// What was planned is not as it was: `says` is why.
    pub fn is_stale(&mut self, says: &str) {
        let known = self.body.stale && self.body.says == says;
        if self.body.state == "ready" && !known {
            self.body.stale = true;
            says.clone_into(&mut self.body.says);
            self.told = false;
        }
    }

    /// What is to be said where that has just become so.
    pub fn told_stale(&mut self, app: &App) -> Option<Body> {
        if !self.body.stale || std::mem::replace(&mut self.told, true) {
            return None;
        }
        self.body.revision = app.revision();
        Some(self.body())
    }

    /// The rows of a view.
    fn rows(&self, view: &str) -> Result<Vec<(Node, u32, Option<bool>)>, Fault> {
        let Some(made) = &self.made else {
            return Ok(Vec::new());
        };
        if view == "all" {
            return Ok(made.tree(&self.folded));
        }
        if !["create", "exists", "update", "differs", "collides"].contains(&view) {
            return Err(Fault::value("There is no such view."));
        }
        let wanted = |fate: &str| fate == view || view == "differs" && fate == "update";
        let rows = made.fates.iter().enumerate();
        Ok(rows
            .filter(|(_, fate)| fate.is_some_and(wanted))
            .map(|(row, _)| (Node::Row(index(row)), 0, None))
            .collect())
    }

    /// A window of a view.
    pub fn window(&self, view: &str, from: usize, count: usize) -> Result<Rows, Fault> {
        let rows = self.rows(view)?;
        let window = rows.iter().skip(from).take(count.min(500));
        let made = self.made.as_ref();
        Ok(Rows {
            revision: self.body.revision,
            total: rows.len(),
            from,
            rows: window
                .filter_map(|(node, depth, open)| Some(made?.shown(*node, *depth, *open)))
                .collect(),
        })
    }

    /// The next cell with a text.
    pub fn find(&self, view: &str, sought: &Sought) -> Result<Found, Fault> {
        let rows = self.rows(view)?;
        let Some(made) = &self.made else {
            return Ok(Found::default());
        };
        let shown = |at: usize| {
            let (node, depth, open) = rows[at];
            made.shown(node, depth, open)
        };
        let found = find(rows.len(), sought, |at, meet| {
            for (column, text) in shown(at).cells.iter().enumerate() {
                meet(column, text);
            }
        });
        Ok(match found.position {
            Some(at) => Found {
                row: shown(at).row,
                ..found
            },
            None => found,
        })
    }

    /// Shows or hides what stands below a customer.
    pub fn fold(&mut self, ask: &FoldAsk) -> Result<Rows, Fault> {
        let Some(made) = &self.made else {
            return Err(Fault::busy("There is no plan yet."));
        };
        let node = match (ask.row, ask.id) {
            (0, Some(id)) => Node::Customer(id),
            (number, _) => {
                let row = made.numbers.iter().position(|one| *one == number);
                Node::Row(index(row.ok_or(Fault::not_found("row"))?))
            }
        };
        if ask.open {
            self.folded.remove(&node);
        } else {
            self.folded.insert(node);
        }
        self.window("all", 0, 0)
    }

    /// What a run of the first rows would do.
    pub fn pilot(&self, first: usize) -> Result<Pilot, Fault> {
        let Some(made) = &self.made else {
            return Err(Fault::busy("There is no plan yet."));
        };
        if first == 0 {
            return Err(Fault::value("A pilot has one customer at least."));
        }
        let created: Vec<&Item> = made.pilot(first).collect();
        let billed = created.iter().filter(|item| is_billed(item)).count();
        Ok(Pilot {
            first,
            create: created.len(),
            parents: created.len().saturating_sub(first),
            seconds: seconds(created.len(), &made.connected),
            billed,
        })
    }
}

/// Begins to plan.
///
/// # Errors
/// Where no target is chosen, or the list is not ready.
pub fn make(app: &Arc<App>, list: &Arc<List>, ask: PlanAsk) -> Result<Body, Fault> {
    let Some(connected) = app.target.connected() else {
        return Err(Fault::value("No target is chosen yet."));
    };
    let typed = typed_for(&connected, ask.update);
    let (path, resolved) = list.for_the_flow(&typed)?;
    let revision = app.revision();
    let (body, turn, approved) = list.planning(|planning| {
        planning.turn += 1;
        planning.body = Body {
            state: "planning",
            revision,
            title: "The list is checked once more.".to_owned(),
            update: ask.update,
            of_run: ask.of_run,
            rate: connected.rate(),
            approved: planning.approved.as_ref().map(|(_, name)| name.clone()),
            ..Body::default()
        };
        let approved = planning.approved.as_ref();
        (
            planning.body(),
            planning.turn,
            approved.map(|(path, _)| path.clone()),
        )
    });
    app.tell_plan(&list.id, &body);
    let (app, list) = (Arc::clone(app), Arc::clone(list));
    let update = ask.update;
    in_a_thread(async move {
        let watch = Watch {
            app: &app,
            list: &list,
            turn,
        };
        let (list_path, name) = (path.clone(), list.meta().name);
        let flow = (path, resolved, approved);
        let made = plan_now(&app, &list, &connected, flow, &watch).await;
        let revision = app.revision();
        let body = list.planning(|planning| {
            if planning.turn != turn {
                return None;
            }
            planning.body.revision = revision;
            match made {
                Ok(mut now) => {
                    planning.body.differences = std::mem::take(&mut now.differences);
                    let made = Made::of(now, Arc::clone(&connected), update);
                    planning.body.state = "ready";
                    planning.body.title = String::new();
                    made.fill(&mut planning.body);
                    planning.made = Some(Arc::new(made));
                    planning.folded.clear();
                    planning.told = false;
                }
                Err(failure) => {
                    planning.body.state = "failed";
                    "It could not be planned".clone_into(&mut planning.body.title);
                    planning.body.says = in_words_of(&failure, &list_path, &name);
                }
            }
            Some(planning.body())
        });
        if let Some(body) = body {
            if body.state == "ready" {
                list.note(Step::Plan, None, Some(&connected.root.name));
            }
            app.tell_plan(&list.id, &body);
        }
    });
    Ok(body)
}

/// What is typed, as it were, of target and of customers that are there.
pub fn typed_for(connected: &Connected, update: bool) -> Typed {
    let mut typed = connected.typed.clone();
    if update {
        typed.add(&ON_EXISTS, Content::Text("update".to_owned()));
    }
    typed
}

async fn plan_now(
    app: &App,
    list: &List,
    connected: &Connected,
    (path, resolved, approved): (PathBuf, Resolved, Option<PathBuf>),
    watch: &Watch<'_>,
) -> Result<PlanNow, Failure> {
    let opened = open(&path)?;
    let basis = Basis::of(&opened, resolved.decisive(None));
    let (checked, rows) = check(opened, &resolved, watch)?;
    let target = &connected.target;
    let quarantine = Quarantine::open(&resolved, Holding::Back, target.lock_key());
    let patience = first_patience(app.control(), &resolved.running);
    let tenant = tenant_of(checked.prepared(), target, &patience, watch).await?;
    let entered = crate::flow::enter::Entered::looked_at(tenant);
    let asking = Questions {
        target,
        patience: &patience,
        events: watch,
        state_dir: &resolved.state_dir,
    };
    let quarantine = quarantine.as_ref();
    let planned = plan(checked, entered, resolved.planning, quarantine, &asking).await?;
    let planned = planned.with_lines();
    let file = list.dir.join("plan.json");
    basis.save(&file, &planned, target, crate::flow::clock::now_ms())?;
    let mut differences = Vec::new();
    if let Some(approved) = &approved
        && let Err(failure) = Approved::load(approved)?.hold(&basis, &planned, target)
    {
        differences = failure.details.iter().map(|one| said(one)).collect();
    }
    Ok(PlanNow {
        planned,
        rows,
        file,
        approved,
        differences,
    })
}

/// Takes a plan that was saved and approved: what is planned is held against it from now on, and a run
/// carries out exactly that, as `run --plan` does. Without one, nothing is held against anything.
///
/// # Errors
/// Where it is no plan, or nothing can be planned.
pub fn approved(app: &Arc<App>, list: &Arc<List>, ask: &ApprovedAsk) -> Result<Body, Fault> {
    let approved = match &ask.text {
        None => None,
        Some(text) => {
            let document = PlanDocument::parse(text).map_err(|error| {
                Fault::value(sentence(&format!("{}: {}", chain(&error), error.help())))
            })?;
            let path = list.dir.join("approved.json");
            let mut file = private::own(&path)?;
            file.set_len(0)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            Some((path, document.short_digest().to_owned()))
        }
    };
    let (update, of_run) = list.planning(|planning| {
        planning.approved = approved;
        (planning.body.update, planning.body.of_run.clone())
    });
    make(app, list, PlanAsk { update, of_run })
}

/// What of an approved plan does not fit, without the flags of a command line.
fn said(change: &str) -> String {
    sentence(&change.replace(" --", " "))
}

/// Says how far a plan is.
struct Watch<'w> {
    app: &'w App,
    list: &'w List,
    turn: u64,
}

impl Listener for Watch<'_> {
    fn on(&self, event: Event<'_>) {
        let title = match event {
            Event::Begins(Stage::ReadingTenant) => "The customers that are there are being read.",
            Event::Begins(Stage::AskingDeployment) => {
                "The state of automatic deployment is being read."
            }
            Event::Begins(Stage::Planning) => "The list is compared with the tenant.",
            _ => return,
        };
        let revision = self.app.revision();
        let body = self.list.planning(|planning| {
            (planning.turn == self.turn).then(|| {
                planning.body.revision = revision;
                title.clone_into(&mut planning.body.title);
                planning.body()
            })
        });
        if let Some(body) = body {
            self.app.tell_plan(&self.list.id, &body);
        }
    }
}
