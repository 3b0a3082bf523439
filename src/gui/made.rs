//! What was planned: the tree below the customer one is logged in as, and what becomes of each row.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::target::Connected;
use super::wire::{Billed, Mark, OfLevel, Plan as Body, PlanCounts, Row};
use crate::check::{Field, Part};
use crate::flow::plan::PlannedList;
use crate::flow::read_rows::ReadRows;
use crate::model::{Deployment, Operation, Parent, Planned, RowIndex};
use crate::plan::{Customer, Finding, Item};

/// A plan.
pub struct Made {
    /// As the flow made it.
    pub planned: PlannedList,
    /// Whose tenant it is of.
    pub connected: Arc<Connected>,
    /// Where it is kept, to be held against the next one.
    pub file: PathBuf,
    /// The plan that was approved, where one was brought.
    pub approved: Option<PathBuf>,
    /// Whether customers that differ are changed.
    pub update: bool,
    pub(super) numbers: Vec<u32>,
    names: Vec<String>,
    children: HashMap<Node, Vec<Node>>,
    pub(super) fates: Vec<Option<&'static str>>,
}

/// What stands in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Node {
    /// One that is there, by its id.
    Customer(u64),
    /// A row of the list.
    Row(RowIndex),
}

/// What planning came to.
pub struct PlanNow {
    /// As the flow made it.
    pub planned: PlannedList,
    /// The rows of its list.
    pub rows: ReadRows,
    /// Where it is kept.
    pub file: PathBuf,
    /// The plan that was approved, where one was brought.
    pub approved: Option<PathBuf>,
    /// What of that does not fit any more.
    pub differences: Vec<String>,
}

impl Made {
    /// What a pilot creates.
    pub fn pilot(&self, first: usize) -> impl Iterator<Item = &Item> {
        let part = Part::first(first, &self.planned.prepared().file.checked);
        let items = self.planned.plan().items.iter();
        items.filter(move |item| part.holds(item.row.0) && item.action.creates())
    }

    pub(super) fn of(now: PlanNow, connected: Arc<Connected>, update: bool) -> Self {
        let PlanNow {
            planned,
            file,
            approved,
            rows,
            ..
        } = now;
        let prepared = planned.prepared();
        let column = prepared.file.mapping.index_of(Field::Name);
        let names = rows.column(column);
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
            approved,
            update,
        }
    }

    pub(super) fn tree(&self, folded: &HashSet<Node>) -> Vec<(Node, u32, Option<bool>)> {
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

    pub(super) fn shown(&self, node: Node, depth: u32, open: Option<bool>) -> Row {
        match node {
            Node::Customer(id) => {
                let customer = self.planned.tenant().get(id);
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                Row {
                    cells: vec![
                        customer.map_or_else(|| format!("id {id}"), Customer::called),
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
            (_, []) => id.map_or_else(String::new, |id| format!("already there, id {id}")),
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
        let there = match (item.deployment, there.as_str()) {
            (Deployment::AsItIs, _) => there,
            (Deployment::SwitchOn, "") => DEPLOYS.to_owned(),
            (Deployment::SwitchOn, _) => format!("{there}; {DEPLOYS}"),
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
    pub(super) fn fill(&self, body: &mut Body) {
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
            counts.deploy += usize::from(item.deployment == Deployment::SwitchOn);
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
        body.seconds = seconds(
            counts.create + counts.update + counts.deploy,
            &self.connected,
        );
        body.rate = self.connected.rate();
    }
}

/// What a row says that asks for it.
const DEPLOYS: &str = "automatic deployment is switched on";

/// What becomes of a row; none where it is wrong in itself.
fn fate(item: &Item, accepted: &HashSet<RowIndex>) -> Option<&'static str> {
    Some(match &item.action {
        Planned::Send(Operation::Create { .. }) => "create",
        Planned::Send(_) => "update",
        Planned::Exists { .. } if item.deployment == Deployment::SwitchOn => "update",
        Planned::Exists { .. } if item.finding == Finding::Differs => "differs",
        Planned::Exists { .. } => "exists",
        Planned::Refuse { .. } => "collides",
        Planned::Invalid | Planned::Blocked { .. } => {
            return accepted.contains(&item.row).then_some("collides");
        }
    })
}

pub(super) fn is_billed(item: &Item) -> bool {
    let state = item.action.partner().and_then(|one| one.state);
    state == Some(crate::model::State::InProduction)
}

pub(super) fn index(row: usize) -> RowIndex {
    RowIndex(u32::try_from(row).unwrap_or(u32::MAX))
}

/// How long so many requests take at the rate.
pub(super) fn seconds(requests: usize, connected: &Connected) -> f64 {
    let requests = u32::try_from(requests).unwrap_or(u32::MAX);
    match connected.resolved.access.rate {
        Some(rate) => rate.interval().as_secs_f64() * f64::from(requests),
        None => f64::from(requests) / 50.0,
    }
}
