//! The plan of a list: made in a thread of its own, kept until the next one, shown as a tree or by what
//! becomes of each row.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::app::{App, in_a_thread};
use super::fault::{Fault, in_words};
use super::lists::{List, find};
use super::target::Connected;
use super::wire::{
    Billed, FoldAsk, Found, Mark, OfLevel, Pilot, Plan as Body, PlanAsk, PlanCounts, Row, Rows,
    Step,
};
use crate::check::{Field, Part};
use crate::flow::check::check;
use crate::flow::event::{Event, Listener, Stage};
use crate::flow::failure::Failure;
use crate::flow::host::{FIRST_LIMIT, first_patience};
use crate::flow::open::open;
use crate::flow::plan::{PlannedList, plan};
use crate::flow::plan_file::Basis;
use crate::flow::quarantine::{Holding, Quarantine};
use crate::flow::tenant::tenant_of;
use crate::model::{Operation, Parent, Planned, RowIndex};
use crate::plan::{Finding, Item};
use crate::settings::Resolved;
use crate::settings::table::ON_EXISTS;
use crate::settings::{Content, Typed};

pub use super::lists::Sought;

/// How a list's plan stands.
#[derive(Default)]
pub struct Planning {
    body: Body,
    made: Option<Arc<Made>>,
    folded: HashSet<Node>,
    /// Counts what was asked, so that the answer to an earlier question is known.
    turn: u64,
    told: bool,
}

/// A plan.
pub struct Made {
    /// As the flow made it.
    pub planned: PlannedList,
    /// Whose tenant it is of.
    pub connected: Arc<Connected>,
    /// Where it is kept, to be held against the next one.
    pub file: PathBuf,
    /// Whether customers that differ are changed.
    pub update: bool,
    numbers: Vec<u32>,
    names: Vec<String>,
    children: HashMap<Node, Vec<Node>>,
    fates: Vec<Option<&'static str>>,
}

/// What stands in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Customer(u64),
    Row(RowIndex),
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
        let counts = self.body.state == "ready" && !self.body.stale;
        self.made
            .clone()
            .filter(|_| counts && self.body.revision == revision)
    }

    /// The newest plan, out of date or not.
    pub fn newest(&self) -> Option<Arc<Made>> {
        self.made.clone()
    }

    /// The list is another one than was planned.
    pub fn list_changed(&mut self) {
        if self.body.state == "ready" && !self.body.stale {
            self.body.stale = true;
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

impl Made {
    /// What a pilot creates.
    pub fn pilot(&self, first: usize) -> impl Iterator<Item = &Item> {
        let part = Part::first(first, &self.planned.prepared().file.checked);
        let items = self.planned.plan().items.iter();
        items.filter(move |item| part.holds(item.row.0) && item.action.creates())
    }

    fn of(planned: PlannedList, connected: Arc<Connected>, file: PathBuf, update: bool) -> Self {
        let prepared = planned.prepared();
        let column = prepared.file.mapping.index_of(Field::Name);
        let rows = prepared.batches.iter().flat_map(|(_, batch)| batch.rows());
        let names = rows.map(|row| {
            column
                .map_or("", |column| row.text(column))
                .trim()
                .to_owned()
        });
        let names: Vec<String> = names.collect();
        let mut children: HashMap<Node, Vec<Node>> = HashMap::new();
        let root = planned.tenant().root().id;
        let items = &planned.plan().items;
        let mut by_id: BTreeMap<u64, RowIndex> = BTreeMap::new();
        for item in items {
            if let Some(id) = item.action.id() {
                by_id.entry(id.get()).or_insert(item.row);
            }
        }
        let mut held = HashSet::new();
        for item in items {
            let above = match item.action.parent() {
                None => continue,
                Some(Parent::Row(row)) => Node::Row(row),
                Some(Parent::Customer(id)) => match by_id.get(&id.get()) {
                    Some(row) => Node::Row(*row),
                    None => Node::Customer(id.get()),
                },
            };
            if let Node::Customer(id) = above
                && id != root
                && held.insert(id)
            {
                children
                    .entry(Node::Customer(root))
                    .or_default()
                    .push(above);
            }
            children.entry(above).or_default().push(Node::Row(item.row));
        }
        let accepted: HashSet<RowIndex> = prepared
            .file
            .checked
            .accepted
            .iter()
            .map(crate::check::Accepted::row)
            .collect();
        let fates = items.iter().map(|item| fate(item, &accepted)).collect();
        Self {
            numbers: prepared.numbers(),
            names,
            children,
            fates,
            planned,
            connected,
            file,
            update,
        }
    }

    fn tree(&self, folded: &HashSet<Node>) -> Vec<(Node, u32, Option<bool>)> {
        let root = Node::Customer(self.planned.tenant().root().id);
        let mut rows = Vec::new();
        let mut stack = vec![(root, 1)];
        while let Some((node, depth)) = stack.pop() {
            let below = self.children.get(&node);
            let open = below.map(|_| !folded.contains(&node));
            rows.push((node, depth, open));
            if open == Some(true) {
                let below = below.into_iter().flatten().rev();
                stack.extend(below.map(|node| (*node, depth + 1)));
            }
        }
        rows
    }

    fn shown(&self, node: Node, depth: u32, open: Option<bool>) -> Row {
        match node {
            Node::Customer(id) => {
                let customer = self.planned.tenant().get(id);
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                Row {
                    cells: vec![
                        customer.map_or_else(|| format!("id {id}"), |one| one.name.to_string()),
                        text(customer.map(|one| &*one.level)),
                        text(customer.map(|one| &*one.state)),
                        String::new(),
                        format!("id {id}"),
                    ],
                    id: Some(id),
                    depth,
                    open,
                    ..Row::default()
                }
            }
            Node::Row(row) => self.of_row(row, depth, open),
        }
    }

    fn of_row(&self, row: RowIndex, depth: u32, open: Option<bool>) -> Row {
        let Some(item) = self.planned.plan().items.get(row.as_usize()) else {
            return Row::default();
        };
        let partner = item.action.partner();
        let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
        let mut marks = Vec::new();
        let id = item.action.id().map(crate::model::PartnerId::get);
        let fate = self.fates.get(row.as_usize()).copied().flatten();
        let there = match (fate, item.differences.as_slice()) {
            (Some("collides"), _) => self.why(row),
            (_, []) => id.map_or_else(String::new, |id| format!("there already, id {id}")),
            (_, differences) => {
                let join = |of: fn(&crate::plan::Difference) -> &str| {
                    let texts: Vec<&str> = differences.iter().map(of).collect();
                    texts.join(", ")
                };
                marks.push((4, Mark::Old, join(|one| &one.tenant)));
                marks.push((4, Mark::New, join(|one| &one.row)));
                join(|one| one.member.rsplit('.').next().unwrap_or(one.member))
            }
        };
        Row {
            row: self
                .numbers
                .get(row.as_usize())
                .copied()
                .unwrap_or_default(),
            cells: vec![
                self.names.get(row.as_usize()).cloned().unwrap_or_default(),
                word(
                    partner
                        .and_then(|one| one.level)
                        .map(crate::model::Level::as_str),
                ),
                word(
                    partner
                        .and_then(|one| one.state)
                        .map(crate::model::State::as_str),
                ),
                word(
                    partner
                        .and_then(|one| one.company.post_address.country)
                        .map(crate::model::CountryCode::as_str),
                ),
                there,
            ],
            marks,
            status: fate.map(|fate| if fate == "update" { "updated" } else { fate }),
            id,
            depth,
            open,
            ..Row::default()
        }
    }

    /// Why a row that is right in itself is not sent.
    fn why(&self, row: RowIndex) -> String {
        let mut own = self.planned.diagnostics().iter();
        let own = own.find(|one| one.row == Some(row) && one.is_error());
        own.map_or_else(
            || "taken elsewhere".to_owned(),
            |one| one.message.to_string(),
        )
    }

    /// What becomes of the rows, in numbers.
    fn fill(&self, body: &mut Body) {
        let mut counts = PlanCounts::default();
        let (mut states, mut levels) = (BTreeMap::new(), BTreeMap::new());
        for (item, fate) in self.planned.plan().items.iter().zip(&self.fates) {
            match fate {
                Some("create") => counts.create += 1,
                Some("exists") => counts.exists += 1,
                Some("update") => counts.update += 1,
                Some("differs") => counts.differs += 1,
                Some(_) => counts.collides += 1,
                None => counts.not_sent += 1,
            }
            if fate.is_some() {
                counts.all += 1;
            }
            if let (Some("create"), Some(partner)) = (fate, item.action.partner()) {
                let level = partner.level.map_or("none", crate::model::Level::as_str);
                *levels.entry(level).or_insert(0) += 1;
                let state = partner
                    .state
                    .map_or("left to the service", crate::model::State::as_str);
                *states.entry(state).or_insert(0) += 1;
            }
        }
        body.counts = counts;
        let mut by_state: Vec<Billed> = states
            .into_iter()
            .map(|(state, rows)| {
                let billed = state == crate::model::State::InProduction.as_str();
                Billed {
                    state: state.to_owned(),
                    rows,
                    says: if billed {
                        "billed from the day they are created"
                    } else {
                        "not billed yet"
                    },
                    billed,
                }
            })
            .collect();
        by_state.sort_by_key(|one| !one.billed);
        body.by_state = by_state;
        body.by_level = levels
            .into_iter()
            .map(|(level, rows)| OfLevel {
                level: level.to_owned(),
                rows,
            })
            .collect();
        body.seconds = seconds(counts.create + counts.update, &self.connected);
        body.rate = self.connected.rate();
    }
}

/// What becomes of a row; none where it is wrong in itself.
fn fate(item: &Item, accepted: &HashSet<RowIndex>) -> Option<&'static str> {
    Some(match &item.action {
        Planned::Send(Operation::Create { .. }) => "create",
        Planned::Send(_) => "update",
        Planned::Exists { .. } if item.finding == Finding::Differs => "differs",
        Planned::Exists { .. } => "exists",
        Planned::Refuse { .. } => "collides",
        Planned::Invalid | Planned::Blocked { .. } => {
            return accepted.contains(&item.row).then_some("collides");
        }
    })
}

fn is_billed(item: &Item) -> bool {
    let state = item.action.partner().and_then(|one| one.state);
    state == Some(crate::model::State::InProduction)
}

fn index(row: usize) -> RowIndex {
    RowIndex(u32::try_from(row).unwrap_or(u32::MAX))
}

/// How long so many requests take at the rate.
fn seconds(requests: usize, connected: &Connected) -> f64 {
    let requests = u32::try_from(requests).unwrap_or(u32::MAX);
    match connected.resolved.access.rate {
        Some(rate) => rate.interval().as_secs_f64() * f64::from(requests),
        None => f64::from(requests) / 50.0,
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
    let (body, turn) = list.planning(|planning| {
        planning.turn += 1;
        planning.body = Body {
            state: "planning",
            revision,
            title: "The list is checked once more.".to_owned(),
            update: ask.update,
            of_run: ask.of_run,
            rate: connected.rate(),
            ..Body::default()
        };
        (planning.body(), planning.turn)
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
        let made = plan_now(&app, &list, &connected, (path, resolved), &watch).await;
        let revision = app.revision();
        let body = list.planning(|planning| {
            if planning.turn != turn {
                return None;
            }
            planning.body.revision = revision;
            match made {
                Ok((planned, file)) => {
                    let made = Made::of(planned, Arc::clone(&connected), file, update);
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
                    planning.body.says = in_words(&failure);
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
    (path, resolved): (PathBuf, Resolved),
    watch: &Watch<'_>,
) -> Result<(PlannedList, PathBuf), Failure> {
    let opened = open(&path)?;
    let basis = Basis::of(&opened, resolved.decisive(None));
    let checked = check(opened, &resolved, watch)?;
    let target = &connected.target;
    let quarantine = Quarantine::open(&resolved, Holding::Back, target.lock_key());
    let patience = first_patience(app.control(), FIRST_LIMIT);
    let tenant = tenant_of(checked.prepared(), target, &patience, watch).await?;
    let entered = crate::flow::enter::Entered::looked_at(tenant);
    let planned = plan(
        checked,
        entered,
        resolved.planning,
        quarantine.as_ref(),
        watch,
    );
    let planned = planned.with_lines();
    let file = list.dir.join("plan.json");
    basis.save(&file, &planned, target, crate::flow::clock::now_ms())?;
    Ok((planned, file))
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
            Event::Begins(Stage::Planning) => "The list is held against what is there.",
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
